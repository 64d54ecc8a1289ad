package calendar

import (
	_ "embed"
	"slices"
	"strings"

	"commontable/internal/date"
)

// The bank holidays of England and Wales, from GOV.UK (Open Government Licence
// v3.0): facts, in our own words.
//
//go:embed bank_holidays.csv
var bankHolidays string

var holidays, lastHoliday = func() (map[date.Date]string, date.Date) {
	all, last := map[date.Date]string{}, date.Date{}
	for line := range strings.Lines(bankHolidays) {
		day, name, _ := strings.Cut(strings.TrimSpace(line), ",")
		if d, err := date.Parse(day); err == nil {
			all[d], last = name, d
		}
	}
	return all, last
}()

// HolidayOn is the name of the bank holiday of a day in England and Wales; ""
// where it is none, or lies beyond what is known.
func HolidayOn(d date.Date) string { return holidays[d] }

// HolidaysKnownUntil is the last bank holiday that is known.
func HolidaysKnownUntil() date.Date { return lastHoliday }

// A Holiday is a bank holiday.
type Holiday struct {
	Day  date.Date
	Name string
}

// HolidaysIn lists the bank holidays from a day to before another, the first first.
func HolidaysIn(from, until date.Date) []Holiday {
	var all []Holiday
	for day, name := range holidays {
		if !day.Before(from) && day.Before(until) {
			all = append(all, Holiday{day, name})
		}
	}
	slices.SortFunc(all, func(x, y Holiday) int { return y.Day.DaysUntil(x.Day) })
	return all
}
