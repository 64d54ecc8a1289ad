package projectweb

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/project"
	"commontable/internal/web"
)

// requirementsData is what is asked of all an area's projects.
type requirementsData struct {
	Shell    web.Shell
	CSV      string
	Projects string
	Asked    web.Table
	Askers   web.Table
}

// inside reads the scene for those who read the partnership's papers.
func (p pages) inside(r *http.Request, by access.Actor, f func(*db.Tx, scene) error) error {
	return p.in(r, by, func(tx *db.Tx, s scene) error {
		if err := by.MustSee(access.SeePapers, s.area.Place()); err != nil {
			return err
		}
		return f(tx, s)
	})
}

func (p pages) requirements(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d requirementsData
	err := p.inside(r, by, func(tx *db.Tx, s scene) error {
		all, err := project.Requirements(r.Context(), tx, s.area.ID, "")
		today := p.site.Today()
		d.Shell = p.shell(r, by, s.area, "What is asked of us", projectsLink(s.area), web.Link{Text: "What is asked of us"})
		d.CSV, d.Projects = home(s.area)+"/requirements.csv", projectsHref(s.area)
		d.Asked = askedTable(s, all, today, s.mayRun, true)
		d.Askers = web.Table{
			Caption: "Who usually asks", CaptionHidden: true,
			Columns: []web.Column{{Text: "Who"}, {Text: "Asked for", Numeric: true}, {Text: "The law", Numeric: true}, {Text: "A habit", Numeric: true}, {Text: "They did without", Numeric: true}, {Text: "The longest took"}},
		}
		for _, k := range project.Askers(all, today) {
			d.Askers.Rows = append(d.Askers.Rows, web.Row{Cells: []web.Cell{
				{Text: k.Name, RowHeader: true}, {Text: strconv.Itoa(k.Asked)}, {Text: strconv.Itoa(k.Law)}, {Text: strconv.Itoa(k.Habit)}, {Text: strconv.Itoa(k.Waived)}, {Text: k.Longest},
			}})
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, requirementsPage(d))
}

// askedTable is what is asked: of one project, or with the projects' names.
func askedTable(s scene, all []project.Requirement, today date.Date, edits, named bool) web.Table {
	t := web.Table{Caption: "What is asked of us", CaptionHidden: true, Columns: []web.Column{{Text: "What"}, {Text: "Who asks"}, {Text: "Why they ask"}, {Text: "How it stands"}}}
	for _, r := range all {
		what := web.Cell{Text: r.What, RowHeader: true}
		if named {
			what.Small = "For " + r.ProjectName
		}
		why := web.Cell{Text: r.Basis.InWords(), Small: strings.Join(slices.DeleteFunc([]string{r.Law, r.FoundOut()}, func(words string) bool { return words == "" }), ". ")}
		if edits {
			why.Href, why.Hidden = projectHref(s.area, r.Project)+"/requirements/"+string(r.ID)+"/label", ": say what you found out about “"+r.What+"”"
		}
		stands := web.Cell{Text: "Asked " + r.Age(today) + " ago", Small: r.OutcomeWords}
		switch r.Outcome {
		case project.Met:
			stands.Text = "Done after " + r.Age(today)
		case project.Waived:
			stands.Text = "They do without it, after " + r.Age(today)
		case project.Challenged:
			stands.Text = "We asked why. Open for " + r.Age(today)
		case project.Dropped:
			stands.Text = "Needed no more, after " + r.Age(today)
		case project.NoOutcome:
		}
		if edits && r.Open() {
			what.Href = projectHref(s.area, r.Project) + "/requirements/" + string(r.ID)
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{what, {Text: r.AskedBy}, why, stands}})
	}
	return t
}

func (p pages) requirementsCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var slug string
	err := p.inside(r, by, func(tx *db.Tx, s scene) error {
		slug = s.area.Slug
		all, err := project.Requirements(r.Context(), tx, s.area.ID, "")
		for _, x := range all {
			rows = append(rows, []string{x.ProjectName, x.What, x.AskedBy, string(x.Basis), x.Law, x.AskedOn.String(), x.Age(p.site.Today()), string(x.Outcome), x.OutcomeOn.String(), x.OutcomeWords, string(x.First), x.FoundOut()})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, slug+"-requirements", []string{"project", "what", "asked by", "basis", "law", "asked on", "open for", "outcome", "outcome on", "notes", "first noted as", "how it was found out"}, rows)
}
