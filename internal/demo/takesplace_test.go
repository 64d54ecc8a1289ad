package demo

import (
	"testing"
	"time"

	"commontable/internal/date"
)

// What people do together took place on the days that its timetable names.
func TestWhatTakesPlaceKeepsItsTimetable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		timetable string
		on, want  date.Date
	}{
		{"Thursdays, 12 to 2, the Hub", date.New(2026, time.June, 15), date.New(2026, time.June, 11)},
		{"Thursdays, 12 to 2, the Hub", date.New(2026, time.June, 11), date.New(2026, time.June, 11)},
		{"Thursdays, 12 to 2, the Hub", date.New(2025, time.December, 26), date.New(2025, time.December, 18)}, // not on Christmas Day
		{"Mondays and Wednesdays, 6 to 9", date.New(2026, time.June, 16), date.New(2026, time.June, 15)},
		{"First Saturday of the month, 10 to 12", date.New(2026, time.June, 30), date.New(2026, time.June, 6)},
		{"First Saturday of the month, 10 to 12", date.New(2026, time.June, 5), date.New(2026, time.May, 2)},
		{"Every weekday, 9 to 12", date.New(2026, time.June, 14), date.New(2026, time.June, 12)},
		{"January and July, a Sunday", date.New(2026, time.June, 30), date.New(2026, time.January, 25)},
		{"School holidays, 12 to 1", date.New(2026, time.June, 15), date.New(2026, time.June, 15)},
	} {
		if got := takesPlace(c.timetable, c.on); got != c.want {
			t.Errorf("%s, up to %s: %s, want %s", c.timetable, c.on, got, c.want)
		}
	}
}
