package planweb

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/money"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// newData is the page on which a version is written.
type newData struct {
	Shell       web.Shell
	Wrong       fault.Invalid
	Form        string
	Action      string
	Back        web.Link
	Area        string
	Who         string // what the programme calls those who decide
	Base        int64  // the version in force
	Copied      int64  // the version that this one begins as; 0 for the one in force
	Replaces    int64  // the draft that this one takes the place of; 0 for none
	Vision      string
	From, Until string
	Rows        []row
	Themes      []web.Option
	Sum         string // what the lines come to, beside what is set aside
	Asked       bool   // the sum or more rows were asked for
	FirstEmpty  string // the first row with nothing in it
}

// A row is a budget line as it is typed.
type row struct{ Number, Priority, Name, Theme, Budget string }

func (r row) empty() bool { return r.Priority == "" && r.Name == "" && r.Theme == "" && r.Budget == "" }

// Empty rows: those of a first plan, those after a plan in force, and those
// added when more are asked for.
const (
	firstRows = 8
	afterRows = 3
	moreRows  = 5
)

func (d newData) title() string {
	if d.Base == 0 {
		return "Write the plan"
	}
	return "Write a new version of the plan"
}

func (d newData) lead() string {
	if d.Replaces != 0 {
		return "This takes the place of version " + ordinal(d.Replaces) + ", a draft, which is discarded when you keep this one."
	}
	if d.Copied != 0 && d.Copied != d.Base {
		return "This starts as a copy of version " + ordinal(d.Copied) + ". Change what is to change. It is a draft until the " + d.Who + " adopts it."
	}
	if d.Base == 0 {
		return "Say what people want for " + d.Area + ", and how much money each part of it gets. It is a draft until the " + d.Who + " adopts it."
	}
	return "This starts as a copy of the plan in force, version " + ordinal(d.Base) + ". Change what is to change. It is a draft until the " + d.Who + " adopts it."
}

// summary is what is wrong, each with the line that it is about: read together,
// the messages of two lines would be the same.
func (d newData) summary() []web.FieldError {
	var all []web.FieldError
	for _, w := range d.Wrong {
		if _, number, numbered := strings.Cut(w.Field, "-"); numbered {
			w.Words = "Line " + number + ": " + w.Words
		}
		all = append(all, w)
	}
	return all
}

func (p pages) newVersion(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d newData
	for name, number := range map[string]*int64{"from": &d.Copied, "edit": &d.Replaces} {
		if asked := r.URL.Query().Get(name); asked != "" {
			n, err := strconv.ParseInt(asked, 10, 64)
			if err != nil {
				return fault.NotFound
			}
			*number = n
		}
	}
	return p.showNew(w, r, by, d, true)
}

// showNew shows the form as it was filled in, or where it was not yet, with the
// plan in force.
func (p pages) showNew(w http.ResponseWriter, r *http.Request, by access.Actor, d newData, fresh bool) error {
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		if err := by.Must(access.WritePlan, s.area.Place()); err != nil {
			return err
		}
		sums, err := funding.AreaMoney(r.Context(), tx, s.area)
		if err != nil {
			return err
		}
		d.Area, d.Who, d.Base = s.area.Name, s.partnership(), s.current.Number
		d.Action, d.Back = planHref(s.area), web.Link{Text: "Go back without keeping it", Href: planHref(s.area)}
		d.Themes = []web.Option{{Text: "Find it from the words"}}
		for _, t := range s.rules.Themes {
			d.Themes = append(d.Themes, web.Option{Value: t.Code, Text: t.Name})
		}
		if fresh {
			begin := s.current
			if of := max(d.Copied, d.Replaces); of != 0 {
				if begin, err = plan.VersionOf(r.Context(), tx, s.area.ID, of); err != nil {
					return err
				}
			}
			if d.Replaces != 0 && (begin.IsAdopted() || begin.IsDiscarded()) {
				return fault.New(fault.Conflict, "This version is no draft any more. Copy it into a new version instead.")
			}
			d.fill(begin, p.site.Today().FinancialYear())
		}
		d.number()
		d.Sum = d.sum(sums.Allocated)
		d.Shell = p.shell(r, by, s.area, d.title(), web.Link{Text: d.title()})
		return nil
	})
	if err != nil {
		return err
	}
	d.Shell.NoIndex = true
	status := http.StatusOK
	if len(d.Wrong) > 0 {
		status, d.Shell.Title = http.StatusUnprocessableEntity, "Error: "+d.Shell.Title
	}
	if d.Form == "" {
		d.Form = p.site.NewForm()
	}
	return p.site.Show(w, r, status, newPage(d))
}

// fill begins with the plan in force, or with empty rows.
func (d *newData) fill(current plan.Version, thisYear int) {
	if current.Number == 0 {
		d.From, d.Rows = strconv.Itoa(thisYear), make([]row, firstRows)
		return
	}
	d.Vision, d.From, d.Until = current.Vision, strconv.Itoa(current.FromYear), strconv.Itoa(current.UntilYear)
	for _, l := range current.Lines {
		d.Rows = append(d.Rows, row{Priority: l.PriorityName, Name: l.Name, Theme: l.ThemeNow(), Budget: strings.TrimPrefix(exact(l.Budget), "£")})
	}
	d.Rows = append(d.Rows, make([]row, afterRows)...)
}

// number counts the rows from 1, as people see them. There is always one.
func (d *newData) number() {
	if len(d.Rows) == 0 {
		d.Rows = make([]row, firstRows)
	}
	for i := range d.Rows {
		d.Rows[i].Number = strconv.Itoa(i + 1)
		if d.FirstEmpty == "" && d.Rows[i].empty() {
			d.FirstEmpty = d.Rows[i].Number
		}
	}
}

// sum says what the rows come to, beside what is set aside, and which of them
// it could not count.
func (d *newData) sum(allocated money.Amount) string {
	var total money.Amount
	var unread []string
	for _, r := range d.Rows {
		amount, err := money.Parse(r.Budget, money.GBP)
		switch {
		case err == nil:
			total = total.Add(amount)
		case !r.empty():
			unread = append(unread, r.Number)
		}
	}
	words := "The lines come to " + exact(total) + ". "
	switch open := allocated.Sub(total); {
	case !allocated.Positive():
		words += "No money is set aside for " + d.Area + " yet."
	case open.Positive():
		words += exact(allocated) + " is set aside for " + d.Area + ", so " + exact(open) + " is not planned yet."
	case open.Negative():
		words += "That is " + exact(open.Neg()) + " more than the " + exact(allocated) + " set aside for " + d.Area + "."
	default:
		words += "That is all that is set aside for " + d.Area + "."
	}
	switch len(unread) {
	case 0:
	case 1:
		words += " Line " + unread[0] + " is not counted: it has no amount that can be read."
	default:
		words += " Lines " + strings.Join(unread[:len(unread)-1], ", ") + " and " + unread[len(unread)-1] + " are not counted: they have no amount that can be read."
	}
	return words
}

func (p pages) write(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	d := readNew(form)
	switch {
	case form.Has("more"):
		d.Asked = true
		d.Rows = append(d.Rows, make([]row, max(0, min(moreRows, plan.MostLines-len(d.Rows))))...)
		return p.showNew(w, r, by, d, false)
	case form.Has("total"):
		d.Asked = true
		return p.showNew(w, r, by, d, false)
	}
	return p.keep(w, r, by, a, form, d)
}

// keep writes the version, or shows what is wrong with it.
func (p pages) keep(w http.ResponseWriter, r *http.Request, by access.Actor, a area.Area, form *web.Form, d newData) error {
	n := plan.NewVersion{Form: d.Form, Vision: d.Vision, FromYear: year(d.From), UntilYear: year(d.Until), Replaces: d.Replaces}
	var at []int // the row of each line
	for i, row := range d.Rows {
		if !row.empty() {
			n.Lines = append(n.Lines, plan.NewLine{Priority: row.Priority, Name: row.Name, Theme: row.Theme, Budget: form.Money("budget-" + strconv.Itoa(i+1))})
			at = append(at, i+1)
		}
	}
	number, err := p.plans.Write(r.Context(), by, a, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		d.Wrong = form.Over(pageWide(onRows(wrong, at)))
		return p.showNew(w, r, by, d, false)
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "Version "+ordinal(number)+" is written. It is a draft until it is adopted.", versionHref(a, number))
}

// readNew reads the form as it was typed.
func readNew(form *web.Form) newData {
	replaces, err := strconv.ParseInt(form.Text("rewords"), 10, 64)
	if err != nil {
		replaces = 0
	}
	d := newData{
		Form: form.Text("form"), Replaces: replaces, Vision: strings.ReplaceAll(form.Text("vision"), "\r\n", "\n"),
		From: form.Text("from_year"), Until: form.Text("until_year"),
	}
	for i := 1; i <= 2*plan.MostLines; i++ {
		at := "-" + strconv.Itoa(i)
		if !form.Has("name" + at) {
			break
		}
		d.Rows = append(d.Rows, row{
			Priority: form.Text("priority" + at), Name: form.Text("name" + at), Theme: form.Text("theme" + at), Budget: form.Text("budget" + at),
		})
	}
	return d
}

// year is a year as it was typed, or 0: what is a year at all, the plan knows.
func year(typed string) int {
	n, err := strconv.Atoi(typed)
	if err != nil {
		return 0
	}
	return n
}

// onRows has what is wrong with a line point at the row that the person sees:
// rows left empty are no lines, so the two count differently.
func onRows(wrong fault.Invalid, at []int) fault.Invalid {
	var all fault.Invalid
	for _, w := range wrong {
		field, number, numbered := strings.Cut(w.Field, "-")
		if n, err := strconv.Atoi(number); numbered && err == nil && n >= 1 && n <= len(at) {
			w.Field = field + "-" + strconv.Itoa(at[n-1])
		}
		all.Add(w.Field, w.Words)
	}
	return all
}
