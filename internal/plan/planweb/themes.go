package planweb

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/money"
	"commontable/internal/person"
	"commontable/internal/plan"
	"commontable/internal/web"
)

const themesName = "Themes of our budget lines"

func themesHref(a area.Area) string { return planHref(a) + "/themes" }

func codingHref(a area.Area, l plan.LineID) string { return themesHref(a) + "/" + string(l) }

// themesData is under which theme each line is told, and which are under none yet.
type themesData struct {
	Shell       web.Shell
	Title, Lead string
	CSV         string
	ToCode      web.Table
	Words       string
	All         web.Table
	AllName     string
	Empty       web.Empty
}

func (p pages) themes(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	d := themesData{
		Title: themesName, AllName: "Every budget line",
		Lead:  "Themes are the programme’s own, the same everywhere, so that areas can be told of together. They are found from the words of the plan. Where the words tell nothing, somebody who is paid to help says it later. Nobody waits for it.",
		Empty: web.Empty{Heading: "No budget lines yet", Words: "When a plan is written, each of its budget lines is here with its theme."},
	}
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		d.Shell = p.shell(r, by, s.area, themesName, web.Link{Text: themesName})
		d.CSV, d.Empty.Action = themesHref(s.area)+".csv", s.toPlan()
		lines, err := s.codable(r, tx, by)
		if err != nil {
			return err
		}
		codes := by.May(access.CodeThemes, s.area.Place())
		table := func(caption string) web.Table {
			t := web.Table{Caption: caption, CaptionHidden: true, Columns: []web.Column{{Text: "Budget line"}, {Text: "Theme"}}}
			if codes {
				t.Columns = append(t.Columns, web.Column{Text: "Put it under a theme", Hidden: true})
			}
			return t
		}
		d.ToCode, d.All = table("Not coded yet"), table(d.AllName)
		for _, l := range lines {
			row := web.Row{Cells: []web.Cell{{Text: l.Name, Href: lineHref(s.area, l.ID), Small: l.PriorityName, RowHeader: true}, {Text: s.theme(l.ThemeNow())}}}
			if codes {
				words := "Change it"
				if l.ThemeNow() == "" {
					words = "Choose a theme"
				}
				row.Cells = append(row.Cells, web.Cell{Text: words, Href: codingHref(s.area, l.ID), Hidden: "for " + l.Name})
			}
			d.All.Rows = append(d.All.Rows, row)
			if l.ThemeNow() == "" {
				d.ToCode.Rows = append(d.ToCode.Rows, row)
			}
		}
		d.Words = "Nothing in the words of the plan told their theme. They are in every sum as “" + plan.NotCoded + "”."
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, themesPage(d))
}

// codable are the lines that the reader may know of: those that a plan that was adopted
// has or had, and for those who write plans or put lines under themes the others too.
func (s scene) codable(r *http.Request, tx *db.Tx, by access.Actor) ([]plan.Line, error) {
	all, err := plan.EveryLine(r.Context(), tx, s.area.ID)
	if err != nil || s.mayWrite || by.May(access.SeePapers, s.area.Place()) {
		return all, err
	}
	var seen []plan.Line
	for _, l := range all {
		ever, err := plan.WasAdopted(r.Context(), tx, s.area.ID, l.ID)
		if err != nil {
			return nil, err
		}
		if ever {
			seen = append(seen, l)
		}
	}
	return seen, nil
}

func (p pages) themesCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var a area.Area
	var rows [][]string
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		a = s.area
		lines, err := s.codable(r, tx, by)
		for _, l := range lines {
			later := "no"
			if l.Coded != "" {
				later = "yes"
			}
			rows = append(rows, []string{l.PriorityName, l.Name, s.theme(l.ThemeNow()), l.ThemeNow(), later, string(l.ID)})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, a.Slug+"-themes", []string{"priority", "budget line", "theme", "code", "said later", "line"}, rows)
}

// codingData is the page on which a line is put under a theme.
type codingData struct {
	Shell      web.Shell
	Wrong      fault.Invalid
	Title      string
	Lead       string
	Action     string
	Form       string
	Fields     []templ.Component
	Back       web.Link
	Told       []web.TimelineItem // the themes under which it was told
	Theme, Why string
}

func (p pages) newCoding(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showCoding(w, r, by, codingData{})
}

func (p pages) showCoding(w http.ResponseWriter, r *http.Request, by access.Actor, d codingData) error {
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		if err := by.Must(access.CodeThemes, s.area.Place()); err != nil {
			return err
		}
		l, err := plan.LineByID(r.Context(), tx, s.area.ID, plan.LineID(r.PathValue("line")))
		if err != nil {
			return err
		}
		d.Title = "Which theme is “" + l.Name + "” under?"
		d.Shell = p.shell(r, by, s.area, l.Name, web.Link{Text: themesName, Href: themesHref(s.area)}, web.Link{Text: l.Name})
		d.Shell.Title = d.Title
		if d.Wrong != nil {
			d.Shell.Title = "Error: " + d.Title
		}
		d.Lead = "A budget line of " + l.PriorityName + ". The plan stays as it was adopted. What was spent on the line follows, unless it was put under a theme of its own."
		d.Action, d.Back = codingHref(s.area, l.ID), web.Link{Text: "All themes", Href: themesHref(s.area)}
		if d.Form == "" {
			d.Form = p.site.NewForm()
		}
		options := []web.Option{{Text: "Choose a theme"}}
		for _, t := range s.rules.Themes {
			if t.Code != l.ThemeNow() {
				options = append(options, web.Option{Value: t.Code, Text: t.Name})
			}
		}
		why := "You can leave it empty."
		if l.ThemeNow() != "" {
			why = "In a few words. Anyone can read them."
		}
		d.Fields = []templ.Component{
			web.Select{Name: "theme", Label: "Theme", Hint: "Now: " + s.theme(l.ThemeNow()), Value: d.Theme, Error: d.Wrong.For("theme"), Options: options},
			web.TextField{Name: "why", Label: "Why?", Hint: why, Value: d.Why, Error: d.Wrong.For("why")},
		}
		codings, err := plan.Codings(r.Context(), tx, s.area.ID, l.ID)
		if err != nil || len(codings) == 0 {
			return err
		}
		first := web.TimelineItem{Words: s.theme(l.Theme), Detail: "When it was first planned"}
		d.Told = append(d.Told, first)
		for _, c := range codings {
			names, err := person.Names(r.Context(), tx, c.By)
			if err != nil {
				return err
			}
			d.Told = append(d.Told, web.TimelineItem{Date: date.InLondon(c.At).Long(), Words: s.theme(c.Theme), Detail: words(names[c.By], c.Why)})
		}
		return nil
	})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if d.Wrong != nil {
		status = http.StatusUnprocessableEntity
	}
	return p.site.Show(w, r, status, codingPage(d))
}

// words are who said it and why, as far as either is known.
func words(who, why string) string {
	switch {
	case who != "" && why != "":
		return who + ": " + why
	case who != "":
		return who
	}
	return why
}

func (p pages) code(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	n := plan.NewCoding{Form: form.Text("form"), Line: plan.LineID(r.PathValue("line")), Theme: form.Text("theme"), Why: form.Text("why")}
	err = p.plans.CodeLine(r.Context(), by, a, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.showCoding(w, r, by, codingData{Wrong: wrong, Form: n.Form, Theme: n.Theme, Why: n.Why})
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "That is kept. Sums by theme follow.", themesHref(a))
}

// A themeCount is what a programme's areas have under a theme.
type themeCount struct {
	code, name string
	lines      int
	areas      map[area.ID]bool
	budget     money.Amount
	spent      money.Amount
}

// countThemes counts the lines of the plans in force, and all that was spent, under each
// theme of a programme; what is under none comes last.
func (p pages) countThemes(r *http.Request) (programme area.Programme, counts []themeCount, waits []lineIn, err error) {
	err = p.plans.DB.Read(r.Context(), func(tx *db.Tx) error {
		if programme, err = area.ProgrammeBySlug(r.Context(), tx, r.PathValue("programme")); err != nil {
			return err
		}
		all, err := plan.LinesOf(r.Context(), tx, programme.ID)
		if err != nil {
			return err
		}
		spent, err := funding.SpentByThemeOf(r.Context(), tx, programme.ID)
		if err != nil {
			return err
		}
		areas, err := area.All(r.Context(), tx, programme.ID)
		if err != nil {
			return err
		}
		at := map[string]int{}
		for _, t := range programme.Rules.Themes {
			at[t.Code] = len(counts)
			counts = append(counts, themeCount{code: t.Code, name: t.Name, areas: map[area.ID]bool{}, spent: money.Pence(0).Add(spent[t.Code])})
		}
		at[""] = len(counts)
		counts = append(counts, themeCount{name: plan.NotCoded, areas: map[area.ID]bool{}, spent: money.Pence(0).Add(spent[""])})
		for _, a := range areas {
			for _, l := range all[a.ID] {
				i, known := at[l.ThemeNow()]
				if !known || !l.Budget.Positive() {
					continue
				}
				c := &counts[i]
				c.lines, c.areas[a.ID], c.budget = c.lines+1, true, c.budget.Add(l.Budget)
				if l.ThemeNow() == "" {
					waits = append(waits, lineIn{a, l})
				}
			}
		}
		return nil
	})
	return programme, counts, waits, err
}

// lineIn is a budget line of an area.
type lineIn struct {
	area area.Area
	line plan.Line
}

func (p pages) programmeThemes(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	programme, counts, waits, err := p.countThemes(r)
	if err != nil {
		return err
	}
	const title = "Themes"
	href := "/programmes/" + programme.Slug
	d := themesData{
		Title: title, Lead: "What the plans of all areas are for, and what was spent, by the programme’s own themes.", CSV: href + "/themes.csv", AllName: "By theme",
		Words: "Nothing in the words of these plans told a theme, and nobody has said it yet. They are counted apart.",
		All: web.Table{
			Caption: "By theme", CaptionHidden: true,
			Columns: []web.Column{{Text: "Theme"}, {Text: "Areas", Numeric: true}, {Text: "Budget lines", Numeric: true}, {Text: "Planned", Numeric: true}, {Text: "Spent", Numeric: true}},
		},
		ToCode: web.Table{Caption: plan.NotCoded, CaptionHidden: true, Columns: []web.Column{{Text: "Budget line"}, {Text: "Area"}}},
	}
	d.Shell = p.site.Shell(r, by, title)
	if by.May(access.SeePayments, programme.Place()) {
		d.Shell = p.site.ShellIn(r, by, title, web.Link{Text: programme.Name, Href: href}, p.site.ProgrammeRooms, "")
	}
	d.Shell.Crumbs = []web.Link{{Text: programme.Name, Href: href}, {Text: title}}
	lines, planned, spent := 0, money.Pence(0), money.Pence(0)
	for _, c := range counts {
		lines, planned, spent = lines+c.lines, planned.Add(c.budget), spent.Add(c.spent)
		d.All.Rows = append(d.All.Rows, web.Row{Cells: []web.Cell{
			{Text: c.name, RowHeader: true}, {Text: strconv.Itoa(len(c.areas))}, {Text: strconv.Itoa(c.lines)}, {Text: money.Pence(0).Add(c.budget).Whole()}, {Text: c.spent.Whole()},
		}})
	}
	d.All.Foot = []web.Cell{{Text: "All together", RowHeader: true}, {Skip: true}, {Text: strconv.Itoa(lines)}, {Text: planned.Whole()}, {Text: spent.Whole()}}
	for _, x := range waits {
		cell := web.Cell{Text: x.line.Name, Href: lineHref(x.area, x.line.ID), Small: x.line.PriorityName, RowHeader: true}
		if by.May(access.CodeThemes, x.area.Place()) {
			cell.Href = codingHref(x.area, x.line.ID)
		}
		d.ToCode.Rows = append(d.ToCode.Rows, web.Row{Cells: []web.Cell{cell, {Text: x.area.Name, Href: themesHref(x.area)}}})
	}
	return p.site.Show(w, r, http.StatusOK, themesPage(d))
}

func (p pages) programmeThemesCSV(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	programme, counts, _, err := p.countThemes(r)
	if err != nil {
		return err
	}
	rows := make([][]string, 0, len(counts))
	for _, c := range counts {
		rows = append(rows, []string{c.name, c.code, strconv.Itoa(len(c.areas)), strconv.Itoa(c.lines), money.Pence(0).Add(c.budget).Decimal(), c.spent.Decimal()})
	}
	return web.CSV(w, programme.Slug+"-themes", []string{"theme", "code", "areas", "budget lines", "planned", "spent"}, rows)
}
