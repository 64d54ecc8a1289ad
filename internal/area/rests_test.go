package area_test

import (
	"testing"

	"commontable/internal/area"
	"commontable/internal/date"
)

// Closures that follow upon each other, overlap, or lie apart.
func TestTheDayThatCounts(t *testing.T) {
	t.Parallel()
	closed := func(from, until string) area.Closure {
		return area.Closure{From: date.Must(from), Until: date.Must(until)}
	}
	rests := area.Rests{closed("2026-08-01", "2026-08-15"), closed("2026-08-10", "2026-08-20"), closed("2026-12-20", "2026-12-28"), closed("2026-12-28", "2027-01-05")}
	for said, want := range map[string]string{
		"2026-07-31": "2026-07-31", "2026-08-01": "2026-08-20", "2026-08-19": "2026-08-20", "2026-08-20": "2026-08-20",
		"2026-12-24": "2027-01-05", "2027-01-04": "2027-01-05", "2027-01-05": "2027-01-05",
	} {
		if got := rests.Counts(date.Must(said)); got != date.Must(want) {
			t.Errorf("of %s %s counts, want %s", said, got, want)
		}
	}
	if !rests.Counts(date.Date{}).IsZero() || rests.Note(date.Must("2026-07-31")) != "" {
		t.Error("no day counts as one, or an open day is explained")
	}
	if got := rests.Words(date.Must("2026-12-24")); got != "5 January 2027 (was for 24 December 2026; we are closed until 5 January 2027)" {
		t.Error(got)
	}
	for _, x := range []struct {
		from, until string
		want        int
	}{
		{"2026-07-30", "2026-08-22", 4},
		{"2026-08-05", "2026-08-12", 0},
		{"2026-07-01", "2026-07-15", 14},
		{"2026-08-12", "2027-01-06", 123},
		{"2026-08-20", "2026-12-20", 122},
	} {
		if got := rests.OpenDays(date.Must(x.from), date.Must(x.until)); got != x.want {
			t.Errorf("from %s until %s %d days are open, want %d", x.from, x.until, got, x.want)
		}
	}
}
