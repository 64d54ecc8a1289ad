package agency

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"commontable/internal/date"
)

// A rowReader reads the cells of one row, noting what is wrong with them.
type rowReader struct {
	file   *registerFile
	row    int
	record []string
}

func (r *rowReader) wrong(column, words string) { r.file.wrong(r.row, column, words) }

// escaped is a letter as some programs write it into a file by mistake: ’
var escaped = regexp.MustCompile(`\\u([0-9a-fA-F]{4})`)

func (r *rowReader) cell(column string) string {
	i, ok := r.file.at[column]
	if !ok {
		return ""
	}
	s := escaped.ReplaceAllStringFunc(r.record[i], func(m string) string {
		n, err := strconv.ParseInt(m[2:], 16, 32)
		if err != nil {
			return m
		}
		return string(rune(n))
	})
	s = strings.Join(strings.Fields(norm.NFC.String(s)), " ")
	if !fits(s, 2000) || strings.ContainsFunc(s, func(c rune) bool { return unicode.IsControl(c) || c == utf8.RuneError }) {
		r.wrong(column, "Type this again: it is too long, or holds characters that cannot be shown")
		return ""
	}
	return s
}

// named reads what a body is called.
func (r *rowReader) named(column string) string {
	s := r.cell(column)
	switch {
	case s == "":
		r.wrong(column, "Give the name: there is none")
	case !fits(s, longestName):
		r.wrong(column, fmt.Sprintf("Shorten the name to %d characters", longestName))
	}
	return s
}

// numbered reads the number that a register knows a body by.
func (r *rowReader) numbered(list, column string) key {
	s := r.cell(column)
	if s == "" || strings.ContainsAny(s, " \t") || !fits(s, 50) {
		r.wrong(column, fmt.Sprintf("Give the code of this row: %q is none", shortened(s)))
	}
	return key{list, s}
}

var gssCode = regexp.MustCompile(`^[EWSNX][0-9]{8}$`)

// gss reads a code of the Office for National Statistics; "" is that none is said.
func (r *rowReader) gss(column string) key {
	s := strings.ToUpper(r.cell(column))
	if s == "" || s == "9999" {
		return key{}
	}
	if !gssCode.MatchString(s) {
		r.wrong(column, fmt.Sprintf("Give a code such as E08000025, or leave it empty: %q is not one", shortened(s)))
		return key{}
	}
	return key{GSS, s}
}

var dayFirst = regexp.MustCompile(`^([0-3][0-9])[-/]([01][0-9])[-/]([0-9]{4})$`)

// day reads a day; one before 1945 is what is left of a number that a spreadsheet
// took for a day, or stands for one that nobody knows.
func (r *rowReader) day(column string) date.Date {
	s := r.cell(column)
	if s == "" {
		return date.Date{}
	}
	text := s
	if m := dayFirst.FindStringSubmatch(s); m != nil {
		text = m[3] + "-" + m[2] + "-" + m[1]
	}
	d, err := date.Parse(text)
	if err != nil {
		r.wrong(column, fmt.Sprintf("Give a day such as 2026-04-01, or leave it empty: %q is none", shortened(s)))
		return date.Date{}
	}
	if d.Year() < 1945 {
		return date.Date{}
	}
	return d
}

// firstDayOver reads a day on which something ended, and gives the first on which it
// was no more. Registers write either: what ends on the first of a month was no more
// on it.
func (r *rowReader) firstDayOver(column string) date.Date {
	d := r.day(column)
	if d.IsZero() || d.Day() == 1 {
		return d
	}
	return d.AddDays(1)
}

func shortened(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
