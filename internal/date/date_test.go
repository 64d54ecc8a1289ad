package date

import (
	"testing"
	"time"
	_ "time/tzdata"
)

func TestAddMonthsStaysInTheMonth(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-01-31", 1, "2026-02-28"}, {"2024-01-31", 1, "2024-02-29"}, {"2026-12-15", 1, "2027-01-15"}, {"2026-03-31", -1, "2026-02-28"}, {"2026-05-01", 12, "2027-05-01"},
	} {
		if got := Must(test.from).AddMonths(test.n).String(); got != test.want {
			t.Errorf("%s and %d months is %s, want %s", test.from, test.n, got, test.want)
		}
	}
}

func TestFinancialYearsAndQuarters(t *testing.T) {
	t.Parallel()
	for day, want := range map[string]struct {
		year    int
		quarter string
	}{"2026-03-31": {2025, "2026-01-01"}, "2026-04-01": {2026, "2026-04-01"}, "2026-12-31": {2026, "2026-10-01"}} {
		d := Must(day)
		if d.FinancialYear() != want.year || d.Quarter().String() != want.quarter {
			t.Errorf("%s: year %d, quarter from %s; want %+v", day, d.FinancialYear(), d.Quarter(), want)
		}
	}
}

func TestADayIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	d := Must("2026-10-20")
	if got := d.Full(); got != "Tuesday 20 October 2026" {
		t.Errorf("got %q", got)
	}
	if _, err := Parse("2026-02-30"); err == nil {
		t.Error("30 February was read as a day")
	}
	if (Date{}).Long() != "" || !(Date{}).IsZero() {
		t.Error("no day has words")
	}
}

func TestAnInstantFallsOnItsDayInLondon(t *testing.T) {
	t.Parallel()
	for instant, want := range map[string]string{
		"2026-07-31T22:59:59Z": "2026-07-31", "2026-07-31T23:00:00Z": "2026-08-01", // summer time
		"2026-12-31T23:30:00Z": "2026-12-31", "2027-01-01T00:00:00Z": "2027-01-01",
	} {
		at, err := time.Parse(time.RFC3339, instant)
		if err != nil {
			t.Fatal(err)
		}
		if got := InLondon(at).String(); got != want {
			t.Errorf("%s is on %s in London, want %s", instant, got, want)
		}
	}
	if !InLondon(time.Time{}).IsZero() {
		t.Error("no instant falls on a day, want none")
	}
}
