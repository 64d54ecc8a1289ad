package calendar

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"commontable/internal/date"
)

// example is a calendar with each sort of event.
func example() Calendar {
	changed := time.Date(2026, 10, 1, 9, 30, 0, 0, time.UTC)
	return Calendar{Name: "Tanners Reach", Events: []Event{
		{
			UID: "meeting-1@tanners-reach", Changed: changed, Starts: At(19, 0).On(date.Must("2026-10-20")), Ends: At(20, 30).On(date.Must("2026-10-20")),
			Title: "Partnership meeting, Tanners Reach", Where: "The Hub, main hall; upstairs", Words: "By telephone: ring at five to seven\nNo steps", Link: "https://table.example.org/areas/tanners-reach/meetings/1",
		},
		{
			UID: "meeting-2@tanners-reach", Sequence: 2, Changed: changed, Starts: At(19, 0).On(date.Must("2026-11-17")), Ends: At(20, 30).On(date.Must("2026-11-17")),
			Title: "Called off – because the hall’s boiler is broken, and nobody can mend it before the week after", Off: true,
		},
		{UID: "closure-1@tanners-reach", Changed: changed, Day: date.Must("2026-12-19"), Until: date.Must("2027-01-04"), Title: "Closed"},
	}}
}

func written(t *testing.T, c Calendar) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A line of what was read: its name, its parameters and its value.
type line struct{ name, parameters, value string }

// read unfolds and parts a calendar as RFC 5545 says, whoever wrote it.
func read(text string) (lines []line) {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n ", "")
	for one := range strings.Lines(strings.ReplaceAll(text, "\n\t", "")) {
		name, value, _ := strings.Cut(strings.TrimSuffix(one, "\n"), ":")
		name, parameters, _ := strings.Cut(name, ";")
		lines = append(lines, line{name, parameters, value})
	}
	return lines
}

func values(lines []line, name string) (all []string) {
	for _, l := range lines {
		if l.name == name {
			all = append(all, l.value)
		}
	}
	return all
}

func TestACalendarIsWrittenAsTheStandardSays(t *testing.T) {
	t.Parallel()
	text := written(t, example())
	for one := range strings.SplitSeq(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		if len(one) > 75 {
			t.Errorf("a line has %d octets: %s", len(one), one)
		}
		if !utf8.ValidString(one) || strings.ContainsAny(one, "\r\n") {
			t.Errorf("a line is torn: %q", one)
		}
	}
	lines := read(text)
	if lines[0] != (line{"BEGIN", "", "VCALENDAR"}) || lines[len(lines)-1] != (line{"END", "", "VCALENDAR"}) {
		t.Errorf("begins with %v and ends with %v", lines[0], lines[len(lines)-1])
	}
	for name, want := range map[string][]string{
		"VERSION": {"2.0"}, "METHOD": {"PUBLISH"}, "UID": {"meeting-1@tanners-reach", "meeting-2@tanners-reach", "closure-1@tanners-reach"},
		"SEQUENCE": {"0", "2", "0"}, "STATUS": {"CONFIRMED", "CANCELLED", "CONFIRMED"}, "LOCATION": {`The Hub\, main hall\; upstairs`},
		"DESCRIPTION": {`By telephone: ring at five to seven\nNo steps`}, "TZID": {"Europe/London"},
	} {
		if got := values(lines, name); strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	// Summer and winter: 7pm is 7pm on the clocks of London on both sides of 25 October.
	var starts []line
	for _, l := range lines {
		if l.name == "DTSTART" && l.parameters != "" {
			starts = append(starts, l)
		}
	}
	want := []line{
		{"DTSTART", "TZID=Europe/London", "20261020T190000"}, {"DTSTART", "TZID=Europe/London", "20261117T190000"}, {"DTSTART", "VALUE=DATE", "20261219"},
	}
	for i := range want {
		if starts[i] != want[i] {
			t.Errorf("got %v, want %v", starts[i], want[i])
		}
	}
	if text != written(t, example()) {
		t.Error("written twice it is not the same")
	}
}

// Whatever words people write, no line is too long or torn, and read again they
// are what was written.
func TestWordsComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	back := strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\;`, ";", `\,`, ",")
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.StringMatching(`[a-zà-ÿ’–🌳 ,;:\\\n]{0,200}`).Draw(t, "words")
		var b bytes.Buffer
		if err := (Calendar{Events: []Event{{Title: words, Day: date.Must("2026-10-20")}}}).Write(&b); err != nil {
			t.Fatal(err)
		}
		for one := range strings.SplitSeq(b.String(), "\r\n") {
			if len(one) > 75 || !utf8.ValidString(one) || strings.Contains(one, "\n") {
				t.Fatalf("a bad line: %q", one)
			}
		}
		if got := values(read(b.String()), "SUMMARY"); len(got) != 1 || back.Replace(got[0]) != words {
			t.Fatalf("got %q, want %q", got, words)
		}
	})
}

// The zone that is written says what Go's own tables say, on every day of years.
func TestLondonsClockIsAsTheTablesSay(t *testing.T) {
	t.Parallel()
	lastSunday := func(year int, m time.Month) date.Date {
		d := date.New(year, m+1, 1).AddDays(-1)
		for d.Weekday() != time.Sunday {
			d = d.AddDays(-1)
		}
		return d
	}
	for d := date.Must("2012-01-01"); d.Year() < 2040; d = d.AddDays(1) {
		_, offset := time.Date(d.Year(), d.Month(), d.Day(), 19, 0, 0, 0, London).Zone()
		summer := !d.Before(lastSunday(d.Year(), time.March)) && d.Before(lastSunday(d.Year(), time.October))
		if (offset == 3600) != summer {
			t.Fatalf("%s: an offset of %d", d, offset)
		}
		if got := ClockOf(At(19, 0).On(d)); got != At(19, 0) {
			t.Fatalf("%s: 7pm became %s", d, got)
		}
	}
}

// How others write: their files are read by the same reader, so it is no reader
// of our own hand alone.
func TestTheReaderReadsWhatOthersWrite(t *testing.T) {
	t.Parallel()
	data := os.Getenv("COMMONTABLE_TEST_DATA")
	if data == "" {
		t.Skip("COMMONTABLE_TEST_DATA is not set: the files of others are not there")
	}
	files, err := filepath.Glob(filepath.Join(data, "civic", "icalendar", "*.ics"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		open := 0
		for _, l := range read(string(text)) {
			switch l.name {
			case "BEGIN":
				open++
			case "END":
				open--
			}
		}
		if open != 0 {
			t.Errorf("%s: %d parts are not closed", filepath.Base(file), open)
		}
	}
}

func TestBankHolidaysAreThoseOfGOVUK(t *testing.T) {
	t.Parallel()
	if got := HolidayOn(date.Must("2026-12-25")); got != "Christmas Day" {
		t.Errorf("25 December 2026: %q", got)
	}
	if got := HolidayOn(date.Must("2026-12-24")); got != "" {
		t.Errorf("24 December 2026: %q", got)
	}
	data := os.Getenv("COMMONTABLE_TEST_DATA")
	if data == "" {
		t.Skip("COMMONTABLE_TEST_DATA is not set: GOV.UK’s own file is not there")
	}
	text, err := os.ReadFile(filepath.Join(data, "finance", "bank-holidays_govuk.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Divisions map[string]map[string]json.RawMessage
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, year := range file.Divisions["common.nations.england-and-wales_slug"] {
		var days []struct{ Date, Notes string }
		if json.Unmarshal(year, &days) != nil {
			continue // a title or a slug
		}
		for _, d := range days {
			found++
			at, err := time.Parse("02/01/2006", d.Date)
			if err != nil {
				t.Fatal(err)
			}
			name := HolidayOn(date.Of(at))
			if name == "" {
				t.Errorf("%s is not here", d.Date)
			}
			if strings.Contains(d.Notes, "substitute") != strings.Contains(name, "substitute") {
				t.Errorf("%s: %q, and %q there", d.Date, name, d.Notes)
			}
		}
	}
	if found != len(holidays) {
		t.Errorf("%d there, %d here", found, len(holidays))
	}
}

func TestTimesAreReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"7pm": "7pm", "7 PM": "7pm", "19:00": "7pm", "7.30pm": "7.30pm", "20:30": "8.30pm", "12pm": "12pm", "12am": "12am", "9.05 am": "9.05am",
		"": "", "7": "", "25:00": "", "13pm": "", "7.75pm": "", "seven": "", "0pm": "",
	} {
		got, err := ParseClock(typed)
		if got.String() != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v, want %q", typed, got, err, want)
		}
	}
}
