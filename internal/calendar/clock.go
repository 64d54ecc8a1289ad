package calendar

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"commontable/internal/date"
)

// A Clock is a time of day as a clock in London shows it. The zero Clock is none.
type Clock struct {
	known   bool
	minutes int // since midnight
}

var typed = regexp.MustCompile(`^(\d{1,2})(?:[:.](\d{2}))?(am|pm)?$`)

// ParseClock reads a time of day as people write it: "19:00", "7pm", "7.30pm".
func ParseClock(s string) (Clock, error) {
	m := typed.FindStringSubmatch(strings.ToLower(strings.ReplaceAll(strings.TrimSpace(s), " ", "")))
	if m == nil {
		return Clock{}, fmt.Errorf("%q is not a time of day", s)
	}
	hour, _ := strconv.Atoi(m[1])
	minute, _ := strconv.Atoi("0" + m[2])
	switch {
	case m[3] != "" && (hour < 1 || hour > 12), m[3] == "" && m[2] == "", hour > 23, minute > 59:
		return Clock{}, fmt.Errorf("%q is not a time of day", s)
	case m[3] == "pm" && hour < 12:
		hour += 12
	case m[3] == "am" && hour == 12:
		hour = 0
	}
	return Clock{true, hour*60 + minute}, nil
}

// At is a time of day by its hours and minutes.
func At(hour, minute int) Clock { return Clock{true, hour*60 + minute} }

// ClockOf is what a clock in London shows at an instant.
func ClockOf(t time.Time) Clock {
	t = t.In(London)
	return At(t.Hour(), t.Minute())
}

// IsZero reports whether it is no time of day.
func (c Clock) IsZero() bool { return !c.known }

// Before reports whether c is earlier in the day than d.
func (c Clock) Before(d Clock) bool { return c.minutes < d.minutes }

// On is the instant at which clocks in London show it on a day.
func (c Clock) On(d date.Date) time.Time {
	return time.Date(d.Year(), d.Month(), d.Day(), c.minutes/60, c.minutes%60, 0, 0, London).UTC()
}

// String is how people write it: "7pm", "7.30pm"; "" for none.
func (c Clock) String() string {
	if !c.known {
		return ""
	}
	hour, minute, half := c.minutes/60, c.minutes%60, "am"
	if hour >= 12 {
		half = "pm"
	}
	if hour %= 12; hour == 0 {
		hour = 12
	}
	if minute == 0 {
		return strconv.Itoa(hour) + half
	}
	return fmt.Sprintf("%d.%02d%s", hour, minute, half)
}
