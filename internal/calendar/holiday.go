package calendar

import (
	_ "embed"
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
