package planweb

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/fault"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// A section is one part of a paper that is being written: few enough fields for a
// phone, saved by itself.
type section struct {
	Shell  web.Shell
	Wrong  fault.Invalid
	Title  string
	Lead   string
	Above  []string // what else to know, in paragraphs
	Action string
	Form   string
	Seen   string // the section as it was when the form was opened
	Fields []templ.Component
	Rows   []sectionRow
	Heads  string // what the rows are, as a heading
	RowsIn string // what to know of the rows
	More   bool   // more rows can be asked for
	Save   string
	Remove string // the button that takes the thing out; "" where it cannot be
	Back   web.Link
}

// A sectionRow is one of several alike: an action, a budget line, a way of asking.
type sectionRow struct {
	Number int
	Legend string
	Hidden map[string]string
	Fields []templ.Component
	Folded []templ.Component // shown when asked for
	Fold   string
}

// summary is what is wrong, each with the row that it is about.
func (d section) summary() []web.FieldError {
	var all []web.FieldError
	for _, w := range d.Wrong {
		if _, number, numbered := strings.Cut(w.Field, "-"); numbered && len(d.Rows) > 0 {
			number, _, _ = strings.Cut(number, "-")
			if n, err := strconv.Atoi(number); err == nil && n >= 1 && n <= len(d.Rows) {
				w.Words = d.Rows[n-1].Legend + ": " + w.Words
			}
		}
		all = append(all, w)
	}
	return all
}

// rowsLeft are the rows that a form has at first: those that are kept, and some
// more to fill in.
func rowsLeft(kept, more, most int) int { return min(kept+more, most) }

// A typed form is a section as it was typed, by the names of its fields.
type typed struct {
	form *web.Form
	rows int   // how many rows it has
	at   []int // the row of each thing that is not left empty
}

// readRows counts the rows of a form, and finds those that are not left empty.
func readRows(form *web.Form, first string, fields ...string) typed {
	t := typed{form: form}
	for i := 1; i <= 300 && form.Has(first+"-"+strconv.Itoa(i)); i++ {
		t.rows = i
		for _, f := range append([]string{first}, fields...) {
			if form.Text(f+"-"+strconv.Itoa(i)) != "" {
				t.at = append(t.at, i)
				break
			}
		}
	}
	return t
}

func (t typed) text(field string, row int) string {
	return strings.ReplaceAll(t.form.Text(field+"-"+strconv.Itoa(row)), "\r\n", "\n")
}

// count is a number that may be left empty.
func (t typed) count(field string, row int) int {
	name := field + "-" + strconv.Itoa(row)
	if t.form.Text(name) == "" {
		return 0
	}
	return t.form.Int(name)
}

func (t typed) day(field string, row int) date.Date {
	return t.form.Date(field + "-" + strconv.Itoa(row))
}

// unreadable is what could not be read, unless nothing was. A form that does not
// say what it was opened on would empty what others wrote.
func unreadable(form *web.Form) error {
	if wrong := form.Over(nil); len(wrong) > 0 {
		return wrong
	}
	if form.Text("seen") == "" {
		return fault.Invalid{{Field: "", Words: "This form was not sent whole. What you wrote is still here: save again."}}
	}
	return nil
}

// refused tells what is wrong with a form, for its page to be shown again; what
// is not the form's fault goes on up.
func refused(form *web.Form, err error, at []int) (fault.Invalid, error) {
	wrong, ok := errors.AsType[fault.Invalid](err)
	if !ok {
		return nil, err
	}
	return form.Over(pageWide(onRows(wrong, at))), nil
}

// showSection shows a section, with what is wrong with it.
func (p pages) showSection(w http.ResponseWriter, r *http.Request, d section) error {
	d.Shell.NoIndex = true
	status := http.StatusOK
	if len(d.Wrong) > 0 {
		status, d.Shell.Title = http.StatusUnprocessableEntity, "Error: "+d.Shell.Title
	}
	if d.Form == "" {
		d.Form = p.site.NewForm()
	}
	return p.site.Show(w, r, status, sectionPage(d))
}

// linesIn are the lines of a text that say something.
func linesIn(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// dayParts are a day as it stands in the three boxes of a field.
func dayParts(d date.Date) [3]string {
	if d.IsZero() {
		return [3]string{}
	}
	return [3]string{strconv.Itoa(d.Day()), strconv.Itoa(int(d.Month())), strconv.Itoa(d.Year())}
}

func dateField(name, label, hint string, parts [3]string, wrong fault.Invalid) web.DateField {
	return web.DateField{Name: name, Label: label, Hint: hint, Day: parts[0], Month: parts[1], Year: parts[2], Error: wrong.For(name)}
}

// number is a count in a box: empty where there is none.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// consultationOptions are the consultations that evidence may be from.
func consultationOptions(all []plan.Consultation) []web.Option {
	options := []web.Option{{Text: "None of these"}}
	for _, c := range all {
		options = append(options, web.Option{Value: ordinal(c.Number), Text: c.Title})
	}
	return options
}

// crumbsTo are the crumbs of a page that hangs on another in the plan's room.
func crumbsTo(parent web.Link, title string) []web.Link {
	return []web.Link{parent, {Text: title}}
}

func draftHref(a area.Area) string         { return planHref(a) + "/draft" }
func consultationsHref(a area.Area) string { return planHref(a) + "/consultations" }
func reviewsHref(a area.Area) string       { return planHref(a) + "/reviews" }
func compareHref(a area.Area) string       { return planHref(a) + "/compare" }

func consultationHref(a area.Area, number int64) string {
	return consultationsHref(a) + "/" + ordinal(number)
}

func reviewHref(a area.Area, number int64) string { return reviewsHref(a) + "/" + ordinal(number) }

func draftPriorityHref(a area.Area, pid plan.PriorityID) string {
	return draftHref(a) + "/priorities/" + string(pid)
}
