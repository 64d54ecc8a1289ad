package web

import (
	"time"

	"commontable/internal/date"
)

// london is where the people who read our pages are.
var london = func() *time.Location {
	l, err := time.LoadLocation("Europe/London")
	if err != nil {
		return time.UTC // as near as can be without the tables of zones
	}
	return l
}()

// When is an instant as people there say it: "20 October 2026, 14:05".
func When(t time.Time) string {
	t = t.In(london)
	return date.Of(t).Long() + ", " + t.Format("15:04")
}
