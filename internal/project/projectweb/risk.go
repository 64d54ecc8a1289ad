package projectweb

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/project"
	"commontable/internal/web"
)

// sheetsData is every risk sheet of an area, and those to begin from.
type sheetsData struct {
	Shell  web.Shell
	CSV    string
	MayRun bool
	New    string
	Sheets web.Table
	Begin  []web.Item
}

// of is the words for a project in an address, behind ? or &.
func of(project string) string {
	if project == "" {
		return ""
	}
	return "&project=" + project
}

func beginnings(a area.Area, sheets []project.Sheet, forProject string) []web.Item {
	var all []web.Item
	for _, t := range project.Templates() {
		all = append(all, web.Item{Mark: web.Icon("doc"), Text: t.Name, Href: risksHref(a) + "/new?from=" + t.Code + of(forProject), Detail: strconv.Itoa(len(t.Risks)) + " things to think of"})
	}
	for _, s := range sheets {
		all = append(all, web.Item{Mark: web.Icon("people"), Text: s.Name, Href: risksHref(a) + "/new?from=" + string(s.ID) + of(forProject), Detail: "One of ours, gone through on " + s.ReviewedOn.Long()})
	}
	return all
}

func (p pages) sheets(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d sheetsData
	err := p.inside(r, by, func(tx *db.Tx, s scene) error {
		all, err := project.Sheets(r.Context(), tx, s.area.ID)
		if err != nil {
			return err
		}
		names, err := projectNames(r, tx, s, p.site)
		d.Shell = p.shell(r, by, s.area, "Risk sheets", projectsLink(s.area), web.Link{Text: "Risk sheets"})
		d.CSV, d.MayRun, d.New = risksHref(s.area)+".csv", s.mayRun, risksHref(s.area)+"/new"
		d.Sheets = web.Table{Caption: "Our risk sheets", CaptionHidden: true, Columns: []web.Column{{Text: "Sheet"}, {Text: "For"}, {Text: "Gone through on"}}}
		for _, one := range all {
			d.Sheets.Rows = append(d.Sheets.Rows, web.Row{Cells: []web.Cell{{Text: one.Name, Href: sheetHref(s.area, one.ID), RowHeader: true}, {Text: forWhat(names, one)}, {Text: one.ReviewedOn.Long()}}})
		}
		if s.mayRun {
			d.Begin = beginnings(s.area, nil, "")
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, sheetsPage(d))
}

func forWhat(names map[project.ID]string, s project.Sheet) string {
	if s.Project == "" {
		return "Any project"
	}
	return names[s.Project]
}

func projectNames(r *http.Request, tx *db.Tx, s scene, site *web.Site) (map[project.ID]string, error) {
	all, err := project.All(r.Context(), tx, s.area.ID, site.Today())
	names := map[project.ID]string{}
	for _, one := range all {
		names[one.ID] = one.Name
	}
	return names, err
}

func (p pages) sheetsCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var slug string
	err := p.inside(r, by, func(tx *db.Tx, s scene) error {
		slug = s.area.Slug
		names, err := projectNames(r, tx, s, p.site)
		if err != nil {
			return err
		}
		all, err := project.Sheets(r.Context(), tx, s.area.ID)
		if err != nil {
			return err
		}
		for _, one := range all {
			whole, err := project.SheetByID(r.Context(), tx, s.area.ID, one.ID)
			if err != nil {
				return err
			}
			for _, k := range whole.Risks {
				rows = append(rows, []string{one.Name, forWhat(names, one), one.ReviewedOn.String(), k.Risk, k.Whom, k.What, k.Who})
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return web.CSV(w, slug+"-risks", []string{"sheet", "for", "gone through on", "what could go wrong", "who could be harmed", "what we do", "who does it"}, rows)
}

// sheetData is one sheet, for a page of paper.
type sheetData struct {
	Shell            web.Shell
	Name, For        string
	ForHref          string
	Reviewed, Number string
	Risks            web.Table
	Review, Copy     string
	CSV              string // of every sheet
}

func (p pages) sheet(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d sheetData
	err := p.inside(r, by, func(tx *db.Tx, s scene) error {
		one, err := project.SheetByID(r.Context(), tx, s.area.ID, project.SheetID(r.PathValue("sheet")))
		if err != nil {
			return err
		}
		names, err := projectNames(r, tx, s, p.site)
		d.Shell = p.shell(r, by, s.area, one.Name, projectsLink(s.area), web.Link{Text: "Risk sheets", Href: risksHref(s.area)}, web.Link{Text: one.Name})
		d.Name, d.For, d.Reviewed, d.Number = one.Name, forWhat(names, one), one.ReviewedOn.Long(), strconv.FormatInt(one.Number, 10)
		if one.Project != "" {
			d.ForHref = projectHref(s.area, one.Project)
		}
		d.CSV = risksHref(s.area) + ".csv"
		d.Risks = web.Table{Caption: "Risks", CaptionHidden: true, Class: "tbl--words", Columns: []web.Column{{Text: "What could go wrong"}, {Text: "Who could be harmed"}, {Text: "What we do"}, {Text: "Who does it"}}}
		for _, k := range one.Risks {
			d.Risks.Rows = append(d.Risks.Rows, web.Row{Cells: []web.Cell{{Text: k.Risk, RowHeader: true}, {Text: k.Whom}, {Text: k.What}, {Text: k.Who}}})
		}
		if s.mayRun {
			d.Review, d.Copy = sheetHref(s.area, one.ID)+"/review", risksHref(s.area)+"/new?from="+string(one.ID)
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, sheetPage(d))
}

// editData is the form of a sheet.
type editData struct {
	Shell              web.Shell
	Wrong              fault.Invalid
	Title              string
	Form, Action, Back string
	Begin              []web.Item // what one may begin from; nothing once that is chosen
	Name               string
	Project            string
	Projects           []web.Option // nothing where it is known
	Reviewed           [3]string
	Rows               []project.Risk
}

// newSheet asks what to begin from, and then shows the form begun from that.
func (p pages) newSheet(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	d := editData{Title: "Write a risk sheet", Project: r.URL.Query().Get("project")}
	from := r.URL.Query().Get("from")
	err := p.running(r, by, func(tx *db.Tx, s scene) error {
		all, err := project.Sheets(r.Context(), tx, s.area.ID)
		if err != nil || from == "" {
			d.Begin = beginnings(s.area, all, d.Project)
			return err
		}
		d.Reviewed = dateBoxes(p.site.Today())
		for _, t := range project.Templates() {
			if t.Code == from {
				d.Name, d.Rows = t.Name, t.Risks
				return nil
			}
		}
		one, err := project.SheetByID(r.Context(), tx, s.area.ID, project.SheetID(from))
		d.Name, d.Rows = one.Name, one.Risks
		return err
	})
	if err != nil {
		return err
	}
	return p.showSheet(w, r, by, d, "")
}

// running reads the scene for those who keep projects.
func (p pages) running(r *http.Request, by access.Actor, f func(*db.Tx, scene) error) error {
	return p.in(r, by, func(tx *db.Tx, s scene) error {
		if err := by.Must(access.RunProjects, s.area.Place()); err != nil {
			return err
		}
		return f(tx, s)
	})
}

func (p pages) reviewSheet(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d editData
	err := p.running(r, by, func(tx *db.Tx, s scene) error {
		one, err := project.SheetByID(r.Context(), tx, s.area.ID, project.SheetID(r.PathValue("sheet")))
		d = editData{Title: "Go through “" + one.Name + "” again", Name: one.Name, Project: string(one.Project), Rows: one.Risks, Reviewed: dateBoxes(p.site.Today())}
		return err
	})
	if err != nil {
		return err
	}
	return p.showSheet(w, r, by, d, r.PathValue("sheet"))
}

// seenSheet says whether a sheet is there for those who ask.
func (p pages) seenSheet(r *http.Request, by access.Actor) error {
	return p.inside(r, by, func(tx *db.Tx, s scene) error {
		_, err := project.SheetByID(r.Context(), tx, s.area.ID, project.SheetID(r.PathValue("sheet")))
		return err
	})
}

// moreRisks are empty rows after those that there are.
const moreRisks = 2

func (p pages) showSheet(w http.ResponseWriter, r *http.Request, by access.Actor, d editData, sheet string) error {
	err := p.running(r, by, func(tx *db.Tx, s scene) error {
		d.Action, d.Back = risksHref(s.area), risksHref(s.area)
		if sheet != "" {
			d.Action = sheetHref(s.area, project.SheetID(sheet))
			d.Back = d.Action
		} else {
			names, err := p.seen(r, tx, s, by)
			if err != nil {
				return err
			}
			d.Projects = []web.Option{{Text: "Any project of ours"}}
			for _, one := range names {
				d.Projects = append(d.Projects, web.Option{Value: string(one.ID), Text: one.Name})
			}
		}
		d.Shell = p.shell(r, by, s.area, d.Title, projectsLink(s.area), web.Link{Text: "Risk sheets", Href: risksHref(s.area)}, web.Link{Text: d.Title})
		return nil
	})
	if err != nil {
		return err
	}
	if len(d.Begin) == 0 && len(d.Wrong) == 0 {
		d.Rows = append(slices.Clip(d.Rows), make([]project.Risk, max(0, min(moreRisks, project.MostRisks-len(d.Rows))))...)
	}
	if d.Form == "" {
		d.Form = p.site.NewForm()
	}
	d.Shell.NoIndex = true
	status := http.StatusOK
	if len(d.Wrong) > 0 {
		status, d.Shell.Title = http.StatusUnprocessableEntity, "Error: "+d.Shell.Title
	}
	return p.site.Show(w, r, status, editSheetPage(d))
}

func (p pages) keepSheet(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var a area.Area
	var was project.Sheet
	sheet := r.PathValue("sheet")
	err := p.running(r, by, func(tx *db.Tx, s scene) (err error) {
		if a = s.area; sheet != "" {
			was, err = project.SheetByID(r.Context(), tx, a.ID, project.SheetID(sheet))
		}
		return err
	})
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	n := project.NewSheet{Form: form.Text("form"), Name: form.Text("name"), ReviewedOn: form.Date("reviewed_on")}
	d := editData{Title: "Write a risk sheet", Form: n.Form, Name: n.Name, Project: form.Text("project"), Reviewed: form.DateParts("reviewed_on")}
	if sheet != "" {
		d.Title, d.Project = "Go through “"+was.Name+"” again", string(was.Project)
	}
	var at []int
	for i := 1; i <= project.MostRisks+moreRisks; i++ {
		row := "-" + strconv.Itoa(i)
		if !form.Has("risk" + row) {
			break
		}
		k := project.Risk{Risk: form.Text("risk" + row), Whom: form.Text("whom" + row), What: form.Text("what" + row), Who: form.Text("who" + row)}
		d.Rows = append(d.Rows, k)
		if k != (project.Risk{}) {
			n.Risks, at = append(n.Risks, k), append(at, i)
		}
	}
	made, err := p.projects.WriteSheet(r.Context(), by, a, project.ID(d.Project), project.SheetID(sheet), n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		d.Wrong = form.Over(onRows(wrong, at))
		if len(d.Rows) == 0 {
			d.Rows = make([]project.Risk, moreRisks)
		}
		return p.showSheet(w, r, by, d, sheet)
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "The sheet is kept. It prints on one page.", sheetHref(a, made))
}

// summary is what is wrong, with the row that it is about.
func (d editData) summary() []web.FieldError {
	var all []web.FieldError
	for _, w := range d.Wrong {
		if _, number, numbered := strings.Cut(w.Field, "-"); numbered {
			w.Words = "Row " + number + ": " + w.Words
		}
		all = append(all, w)
	}
	return all
}
