// Package date has calendar days. A due date is a day, not an instant: it has
// no time zone and it never shifts when it is read in another one.
package date

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// A Date is a day in the civil calendar, compared with ==. The zero Date is no day.
type Date struct{ t time.Time }

const layout = "2006-01-02"

// Of is the day on which t falls, where t says it is.
func Of(t time.Time) Date {
	y, m, d := t.Date()
	return New(y, m, d)
}

// london is where the programme's days begin and end.
var london = func() *time.Location {
	l, err := time.LoadLocation("Europe/London")
	if err != nil {
		return time.UTC
	}
	return l
}()

// InLondon is the day on which t falls in London, wherever t says it is.
// Instants are kept in UTC, and half the year that is an hour behind.
func InLondon(t time.Time) Date {
	if t.IsZero() {
		return Date{}
	}
	return Of(t.In(london))
}

// New makes a day; values out of range move on, as in time.Date.
func New(year int, month time.Month, day int) Date {
	return Date{time.Date(year, month, day, 0, 0, 0, 0, time.UTC)}
}

// Parse reads "2006-01-02".
func Parse(s string) (Date, error) {
	t, err := time.Parse(layout, s)
	if err != nil {
		return Date{}, fmt.Errorf("%q is not a date", s)
	}
	return Date{t}, nil
}

// Must is Parse for dates that stand in the source.
func Must(s string) Date {
	d, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

// IsZero reports whether d is no day.
func (d Date) IsZero() bool { return d.t.IsZero() }

// After reports whether d is a later day than e.
func (d Date) After(e Date) bool { return d.t.After(e.t) }

// Before reports whether d is an earlier day than e.
func (d Date) Before(e Date) bool { return d.t.Before(e.t) }

// Year, Month and Day are the parts of the day.
func (d Date) Year() int { return d.t.Year() }

// Month is the month of the day.
func (d Date) Month() time.Month { return d.t.Month() }

// Day is the day of the month.
func (d Date) Day() int { return d.t.Day() }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.t.Weekday() }

// AddDays is n days later.
func (d Date) AddDays(n int) Date { return Date{d.t.AddDate(0, 0, n)} }

// AddMonths is n months later; the 31st becomes the last day of a shorter month.
func (d Date) AddMonths(n int) Date {
	first := New(d.Year(), d.Month()+time.Month(n), 1)
	last := first.NextMonth().AddDays(-1)
	return New(first.Year(), first.Month(), min(d.Day(), last.Day()))
}

// NextMonth is the first day of the month after d's.
func (d Date) NextMonth() Date { return New(d.Year(), d.Month()+1, 1) }

// DaysUntil counts the days from d to e.
func (d Date) DaysUntil(e Date) int { return int(e.t.Sub(d.t) / (24 * time.Hour)) }

// At is an instant on the day, in UTC.
func (d Date) At(hour, minute int) time.Time {
	return time.Date(d.Year(), d.Month(), d.Day(), hour, minute, 0, 0, time.UTC)
}

// FinancialYear is the year in which d's financial year, April to March, began.
func (d Date) FinancialYear() int {
	if d.Month() < time.April {
		return d.Year() - 1
	}
	return d.Year()
}

// Quarter is the first day of d's quarter. Programme quarters are those of the
// financial year (R36), which begin on the same days as the calendar's.
func (d Date) Quarter() Date { return New(d.Year(), (d.Month()-1)/3*3+1, 1) }

// String is for machines: "2006-01-02"; "" for no day.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.t.Format(layout)
}

// Long is for people: "20 October 2026".
func (d Date) Long() string { return d.words("2 January 2006") }

// Full is for people, with the day of the week: "Tuesday 20 October 2026".
func (d Date) Full() string { return d.words("Monday 2 January 2006") }

// Short is for a narrow column: "20 Oct 2026".
func (d Date) Short() string { return d.words("2 Jan 2006") }

func (d Date) words(layout string) string {
	if d.IsZero() {
		return ""
	}
	return d.t.Format(layout)
}

// Value stores a Date as its text, which both databases take for a date.
func (d Date) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	return d.String(), nil
}

// Scan reads a Date as either database gives it back.
func (d *Date) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*d = Date{}
	case time.Time:
		*d = Of(v.UTC())
	case string:
		p, err := Parse(v)
		if err != nil {
			return err
		}
		*d = p
	default:
		return fmt.Errorf("cannot read a date from %T", v)
	}
	return nil
}
