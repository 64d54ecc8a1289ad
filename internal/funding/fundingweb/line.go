package fundingweb

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/chart"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/money"
	"commontable/internal/plan"
	"commontable/internal/web"

	"github.com/a-h/templ"
)

// partData is the page of one part of the plan: a priority, or a budget line of
// one.
type partData struct {
	Shell    web.Shell
	Title    string
	Lead     string
	Theme    string
	Code     web.Link // for who may put the line under a theme
	Figures  []web.Figure
	Bar      templ.Component
	Lines    *web.Table // of a priority
	Coming   web.Table
	Paid     partList
	Spent    partList
	Walk     *walk // of a line
	Story    *storyView
	NoneYet  web.Empty
	Schedule web.Link

	Allowed   []web.Item // the decisions that allow money on a line, the newest first
	Decisions string
	Projects  web.Link // of a priority
}

// partList is what was paid for, or spent on, a part: the newest, and the way
// to all of it.
type partList struct {
	Table web.Table
	All   web.Link
	Words string
	Empty web.Empty
}

// mostOfPart is how many payments and spends a part's page shows.
const mostOfPart = 12

// A part is what its page is about.
type part struct {
	name                          string
	budget, promised, paid, spent money.Amount
	want                          wanted
}

func (p pages) line(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d partData
	err := p.in(r, func(tx *db.Tx, acc account) error {
		told, err := funding.LineStoryOf(r.Context(), tx, acc.area.ID, plan.LineID(r.PathValue("line")), p.site.Today())
		if err != nil {
			return err
		}
		l := told.Line
		acc.line[l.ID] = l
		of := part{l.Name, l.Budget, l.Money.Promised, l.Money.Paid, l.Money.Spent, wanted{line: l.ID}}
		if d, err = p.part(r, tx, acc, of); err != nil {
			return err
		}
		story := storyOf(acc.area, told, p.site.Today())
		d.Story = &story
		theme, _ := acc.programme.Rules.Theme(l.ThemeNow())
		d.Lead, d.Theme, d.Code = "A budget line of "+l.PriorityName+".", theme.Name, codeLink(by, acc.area, l)
		d.Shell = p.shell(r, by, acc.area, l.Name, web.Link{Text: l.PriorityName, Href: priorityHref(acc.area, l.Priority)}, web.Link{Text: l.Name})
		if err := d.decided(r, tx, acc.area, l.ID); err != nil {
			return err
		}
		followed, err := p.walk(r.Context(), tx, acc.area, walkPoint{Line: l.ID})
		d.Walk = &followed
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, partPage(d))
}

func (p pages) priority(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d partData
	err := p.in(r, func(tx *db.Tx, acc account) error {
		parts := funding.Priorities(acc.lines)
		i := slices.IndexFunc(parts, func(pr funding.Priority) bool { return string(pr.ID) == r.PathValue("priority") })
		if i < 0 {
			return fault.NotFound
		}
		pr := parts[i]
		var err error
		if d, err = p.part(r, tx, acc, part{pr.Name, pr.Budget, pr.Promised, pr.Paid, pr.Spent, wanted{priority: pr.ID}}); err != nil {
			return err
		}
		d.Projects = web.Link{Text: "What comes of it: our projects, by priority", Href: home(acc.area) + "/projects?by=priority"}
		d.Lead = "A priority of our plan, with " + counted(len(pr.Lines), "budget line") + "."
		lines := acc.partLines(pr)
		d.Lines = &lines
		d.Shell = p.shell(r, by, acc.area, pr.Name, web.Link{Text: pr.Name})
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, partPage(d))
}

// part gathers what the pages of a priority and of a line have in common.
func (p pages) part(r *http.Request, tx *db.Tx, acc account, of part) (partData, error) {
	at := moneyHref(acc.area)
	query := []string{"line", string(of.want.line), "priority", string(of.want.priority)}
	d := partData{
		Title: of.name, Schedule: web.Link{Text: "All payments due", Href: at + "#schedule"},
		Bar: chart.MoneyBar(of.spent.Minor(), setAside(of.promised, of.paid, of.spent), of.budget.Minor()),
		Figures: []web.Figure{
			{Number: of.budget.Whole(), Label: "in our plan", Href: planHref(acc.area)},
			{Number: of.spent.Whole(), Label: "spent", Href: with(at+"/spent", query...)},
			{Number: of.paid.Sub(of.spent).Whole(), Label: heldWords(of), Href: with(at+"/paid", query...)},
			{Number: of.promised.Whole(), Label: "promised, not paid yet", Href: with(at+"/promised", query...)},
			{Number: of.budget.Sub(of.paid).Sub(of.promised).Whole(), Label: "left"},
		},
	}
	coming, _, err := p.chosen(r, tx, acc, promisedList, of.want)
	if err != nil {
		return d, err
	}
	if len(coming) > 0 {
		d.Coming = comingTable(acc, coming[:min(len(coming), mostOfPart)], of)
	}
	if d.Paid, err = p.partList(r, tx, acc, paidList, of.want, with(at+"/paid", query...)); err != nil {
		return d, err
	}
	d.Paid.Empty = web.Empty{Heading: "No payment yet", Words: "Each payment for “" + of.name + "” will be here, on the day it is made."}
	if d.Spent, err = p.partList(r, tx, acc, spentList, of.want, with(at+"/spent", query...)); err != nil {
		return d, err
	}
	d.Spent.Empty = web.Empty{Heading: "Nothing spent yet", Words: "What is spent on “" + of.name + "” will be here once two people have certified it."}
	return d, nil
}

// codeLink leads who may put a line under a theme, or under another, to where it is done.
func codeLink(by access.Actor, a area.Area, l funding.BudgetLine) web.Link {
	if !by.May(access.CodeThemes, a.Place()) {
		return web.Link{}
	}
	words := "Put it under a theme"
	if l.ThemeNow() != "" {
		words = "Put it under another theme"
	}
	return web.Link{Text: words, Href: planHref(a) + "/themes/" + string(l.ID)}
}

// heldWords says what the difference of paid and spent is: it may be below
// nothing, where more was spent than was paid for this part.
func heldWords(of part) string {
	if of.paid.Less(of.spent) {
		return "spent out of what is held for other parts"
	}
	return "paid and held, not spent yet"
}

func (acc account) partLines(pr funding.Priority) web.Table {
	t := acc.linesTable(pr.Lines, "Budget lines of "+pr.Name)
	for i := range t.Rows {
		t.Rows[i].Cells[0].Small = themeName(acc.programme.Rules, pr.Lines[i].ThemeNow())
	}
	t.Foot = slices.Concat([]web.Cell{{Text: "All together", RowHeader: true}}, moneyCells(pr.Budget, pr.Promised, pr.Paid, pr.Spent))
	return t
}

func (p pages) partList(r *http.Request, tx *db.Tx, acc account, f figure, want wanted, href string) (partList, error) {
	rows, total, err := p.chosen(r, tx, acc, f, want)
	if err != nil || len(rows) == 0 {
		return partList{}, err
	}
	l := partList{All: web.Link{Text: "All of them, as a list", Href: href}}
	if len(rows) > mostOfPart {
		l.Words = "The newest " + strconv.Itoa(mostOfPart) + " of " + strconv.Itoa(len(rows)) + "."
	}
	l.Table = rowTable(acc, f, rows[:min(len(rows), mostOfPart)], total, "All together")
	if len(rows) > mostOfPart {
		l.Table.Foot[1].Text = "All " + strconv.Itoa(len(rows)) + " together"
	}
	if want.line != "" {
		dropColumn(&l.Table, 2) // every row would name the same line
	}
	if want.priority != "" {
		for _, row := range l.Table.Rows {
			row.Cells[2].Small = "" // every row would name the same priority
		}
	}
	l.Table.Caption = f.title(acc)
	return l, nil
}

func dropColumn(t *web.Table, at int) {
	t.Columns = slices.Delete(slices.Clone(t.Columns), at, at+1)
	for i := range t.Rows {
		t.Rows[i].Cells = slices.Delete(t.Rows[i].Cells, at, at+1)
	}
	if len(t.Foot) > at {
		t.Foot = slices.Delete(t.Foot, at, at+1)
	}
}

func comingTable(acc account, rows []listRow, of part) web.Table {
	t := web.Table{
		Caption: "Payments promised for " + of.name, CaptionHidden: true,
		Columns: []web.Column{{Text: "For"}, {Text: "Due"}, {Text: "Where it is"}, {Text: "Amount", Numeric: true}},
		Foot:    []web.Cell{{Text: "All that is promised", RowHeader: true}, {Skip: true}, {Skip: true}, {Text: of.promised.String()}},
	}
	for _, row := range rows {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{
			{Text: acc.line[row.Line].Name, Href: row.Href, Hidden: "due " + row.Day.Long(), RowHeader: true}, {Text: row.Day.Long()}, {Text: row.Small}, {Text: row.Amount.String()},
		}})
	}
	return t
}

// decided lists the decisions that allow money on a line: those that name it, and
// the one that adopted the plan that it stands in.
func (d *partData) decided(r *http.Request, tx *db.Tx, a area.Area, line plan.LineID) error {
	d.Decisions = decisionsHref(a)
	all, err := decision.OfLine(r.Context(), tx, a.ID, string(line))
	if err != nil {
		return err
	}
	for _, s := range all[:min(len(all), mostOfPart)] {
		number := ordinal(s.Number)
		one := web.Item{Mark: web.Icon("vote", 24), Text: s.Title, Href: decisionHref(a, s.Number), Detail: "Decision " + number + ", on " + s.DecidedOn.Long() + "."}
		if s.ReplacedBy != 0 {
			one.Detail += " Decision " + ordinal(s.ReplacedBy) + " took its place."
		}
		d.Allowed = append(d.Allowed, one)
	}
	version, err := plan.Current(r.Context(), tx, a.ID)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	if _, in := version.Line(line); err != nil || !in {
		return err
	}
	number, err := decision.PlanDecision(r.Context(), tx, a.ID, version.Number)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	d.Allowed = append(d.Allowed, web.Item{Mark: web.Icon("vote", 24), Text: "Our plan, with this line in it", Href: decisionHref(a, number), Detail: "Decision " + ordinal(number) + ", on " + version.Adopted.On.Long() + "."})
	return err
}
