package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"commontable/internal/date"
	"commontable/internal/fault"
	"commontable/internal/money"
)

// A Form reads what a person sent, field by field, and collects what cannot be
// read. Whether it makes sense is for the domain to say.
type Form struct {
	fields url.Values
	files  map[string][]File
	wrong  fault.Invalid
}

// ReadForm starts reading.
func ReadForm(r *http.Request) (*Form, error) {
	if err := r.ParseForm(); err != nil {
		if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
			return nil, err
		}
		return nil, errUnreadable
	}
	return &Form{fields: r.PostForm}, nil
}

var errUnreadable = errors.New("the form cannot be read")

// Over lays what could not be read over what the domain finds wrong: of one
// field, the former is the better message. The order is the domain's, that of
// the form.
func (f *Form) Over(found fault.Invalid) fault.Invalid {
	var all fault.Invalid
	for _, w := range found {
		if words := f.wrong.For(w.Field); words != "" {
			w.Words = words
		}
		all.Add(w.Field, w.Words)
	}
	for _, w := range f.wrong {
		all.Add(w.Field, w.Words)
	}
	return all
}

// Text is a field as it was typed, without the space around it, and without
// what no keyboard types and not every database keeps: broken UTF-8 and NUL.
func (f *Form) Text(field string) string { return clean(f.fields.Get(field)) }

func clean(typed string) string {
	return strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(typed, ""), "\x00", ""))
}

// Texts are all values of a field: the boxes that were ticked.
func (f *Form) Texts(field string) []string {
	var all []string
	for _, typed := range f.fields[field] {
		all = append(all, clean(typed))
	}
	return all
}

// Has reports whether a field, such as a button, was sent at all.
func (f *Form) Has(field string) bool { return f.fields.Has(field) }

// Money reads an amount of pounds.
func (f *Form) Money(field string) money.Amount {
	a, err := money.Parse(f.Text(field), money.GBP)
	if err != nil {
		f.wrong.Add(field, "Enter an amount in pounds and pence, like 1,250 or 312.40")
	}
	return a
}

// Int reads a whole number.
func (f *Form) Int(field string) int {
	n, err := strconv.Atoi(f.Text(field))
	if err != nil {
		f.wrong.Add(field, "Enter a whole number")
	}
	return n
}

// Date reads a day from its three boxes. Empty boxes are no day: whether one is
// needed is for the domain to say.
func (f *Form) Date(field string) date.Date {
	parts := f.DateParts(field)
	if parts == [3]string{} {
		return date.Date{}
	}
	day, errDay := strconv.Atoi(parts[0])
	month, known := monthOf(parts[1])
	year, errYear := yearOf(parts[2])
	d := date.New(year, month, day)
	if errDay != nil || !known || errYear != nil || year < 1000 || year > 9999 || d.Day() != day || d.Month() != month {
		f.wrong.Add(field, "Enter a date that exists, like 27 3 2026")
		return date.Date{}
	}
	return d
}

// monthOf reads a month as people write it: "3", "03", "March", "mar", "Sept.".
func monthOf(typed string) (time.Month, bool) {
	if n, err := strconv.Atoi(typed); err == nil {
		return time.Month(n), n >= 1 && n <= 12
	}
	typed = strings.ToLower(strings.TrimSuffix(typed, "."))
	for m := time.January; m <= time.December; m++ {
		if len(typed) >= 3 && strings.HasPrefix(strings.ToLower(m.String()), typed) {
			return m, true
		}
	}
	return 0, false
}

// yearOf reads a year: "2026", or "26", which is one of this century. A day of
// which money or an agreement is told here is of no other; four digits say any.
func yearOf(typed string) (int, error) {
	year, err := strconv.Atoi(typed)
	if err == nil && len(typed) == 2 && year >= 0 {
		year += 2000
	}
	return year, err
}

// DateParts are the three boxes of a day as they were typed: day, month, year.
func (f *Form) DateParts(field string) [3]string {
	return [3]string{f.Text(field + "-day"), f.Text(field + "-month"), f.Text(field + "-year")}
}
