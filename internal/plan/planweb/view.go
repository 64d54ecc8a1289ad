package planweb

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/money"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// A view is the plan as one sort of reader needs it. All are of the same plan.
type view string

// The views (P12): a plan is written for ourselves, for our community and for
// the funder.
const (
	forOurselves view = "ourselves"
	forCommunity view = "community"
	forFunder    view = "funder"
)

var viewNames = map[view]string{forOurselves: "For ourselves", forCommunity: "For our community", forFunder: "For the funder"}

func viewOf(r *http.Request) (view, bool) {
	v := view(r.URL.Query().Get("for"))
	_, known := viewNames[v]
	return v, known
}

// tabs lead to the views. Who does what is for those only who may see it.
func (s scene) tabs(by access.Actor, now view) []web.NavItem {
	tabs := []web.NavItem{{Text: "Our plan", Href: planHref(s.area), Current: now == ""}}
	for _, v := range []view{forOurselves, forCommunity, forFunder} {
		if v != forOurselves || by.May(access.SeePeople, s.area.Place()) {
			tabs = append(tabs, web.NavItem{Text: viewNames[v], Href: planHref(s.area) + "?for=" + string(v), Current: now == v})
		}
	}
	return tabs
}

// viewData is a view of the plan in force.
type viewData struct {
	Shell    web.Shell
	Tabs     []web.NavItem
	Area     string
	Lead     string
	Vision   []string
	Facts    []web.Fact
	Parts    []viewPart
	Heard    []web.Item
	Budget   web.Table
	NoYears  bool
	Evidence web.Table
	Actions  web.Table
	Tools    []web.Tool
	Join     string
	Endorsed string
	Next     string // until when
}

// viewPart is a priority in a view.
type viewPart struct {
	priorityView
	Total string
}

func (p pages) view(w http.ResponseWriter, r *http.Request, by access.Actor, v view) error {
	var page templ.Component
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		if s.current.Number == 0 {
			return fault.NotFound
		}
		if v == forOurselves {
			if err := by.MustSee(access.SeePeople, s.area.Place()); err != nil {
				return err
			}
		}
		told, err := s.told(r, tx, by)
		if err != nil {
			return err
		}
		d := s.viewData(told)
		d.Shell = p.shell(r, by, s.area, "Our plan "+lower(viewNames[v]), web.Link{Text: viewNames[v]})
		d.Tabs = s.tabs(by, v)
		switch v {
		case forOurselves:
			d.Actions = s.actionTable(told, p.site.NewForm)
			d.Tools = []web.Tool{{Icon: "down", Text: "Download who does what", Href: planHref(s.area) + "/actions.csv"}}
			page = ourselvesPage(d)
		case forCommunity:
			page = communityPage(d)
		case forFunder:
			d.Budget, d.NoYears = s.yearTable(s.current, true, p.site.Today().FinancialYear())
			d.Evidence = s.evidenceTable(told)
			d.Tools = []web.Tool{{Icon: "down", Text: "Download the budget by year", Href: planHref(s.area) + "/years.csv"}, {Icon: "down", Text: "Download the evidence", Href: planHref(s.area) + "/evidence.csv"}}
			page = funderPage(d)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, page)
}

func lower(words string) string { return string(words[0]-'A'+'a') + words[1:] }

func (s scene) viewData(told told) viewData {
	d := viewData{
		Area: s.area.Name, Vision: paragraphs(s.current.Vision), Lead: "What we want for " + s.area.Name + ", " + s.current.Years() + ".", Heard: s.heard(told.consultations, 5), Join: home(s.area),
		Facts: []web.Fact{
			{Term: "Years", Value: s.current.Years()},
			{Term: "Version", Value: ordinal(s.current.Number), Href: versionHref(s.area, s.current.Number)},
			{Term: "Adopted on", Value: s.current.Adopted.On.Long()},
			{Term: "In all", Value: s.current.Total().Whole()},
		},
		Next: "March " + strconv.Itoa(s.current.UntilYear+1),
	}
	if s.current.IsEndorsed() {
		d.Facts = append(d.Facts, web.Fact{Term: "Endorsed on", Value: s.current.Endorsed.On.Long()})
		d.Endorsed = s.current.Endorsed.Words
	}
	for _, pr := range s.current.Parts() {
		part := viewPart{priorityView: told.priority(s.area, pr)}
		var total money.Amount
		for _, l := range s.current.LinesOf(pr.ID) {
			total = total.Add(l.Budget)
		}
		part.Total, part.ID = total.Whole(), "part-"+string(pr.ID)
		d.Parts = append(d.Parts, part)
	}
	return d
}

// actionTable is who does what, with a button for those who note that it is done.
func (s scene) actionTable(told told, newForm func() string) web.Table {
	t := web.Table{
		Caption: "Who does what, and by when", CaptionHidden: true,
		Columns: []web.Column{{Text: "What"}, {Text: "Who"}, {Text: "By when"}, {Text: "How it stands"}},
	}
	if s.mayWrite {
		t.Columns = append(t.Columns, web.Column{Text: "Note", Hidden: true})
	}
	for _, pr := range s.current.Priorities {
		for _, a := range pr.Actions {
			who := web.Cell{Text: a.Who}
			if a.Who == "" {
				who = web.Cell{Text: "Nobody yet"}
			}
			state := web.Cell{Text: "To do"}
			on, done := told.done[a.ID]
			if done {
				state = web.Cell{Component: web.Tag(web.Good, "Done"), Small: on.Long()}
			}
			row := web.Row{Cells: []web.Cell{{Text: a.What, Small: pr.Name, RowHeader: true}, who, {Text: told.rests.Counts(a.By).Long(), Small: told.rests.Note(a.By)}, state}}
			if s.mayWrite {
				row.Cells = append(row.Cells, web.Cell{Component: actionButton(planHref(s.area)+"/actions/"+string(a.ID), newForm(), a.What, done)})
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

func (p pages) noteAction(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if err := by.Must(access.WritePlan, a.Place()); err != nil {
		return err
	}
	if form.Text("done") == "" {
		return fault.Invalid{{Field: "done", Words: "Say whether it is done"}}
	}
	done := form.Text("done") == "yes"
	n := plan.NewProgress{Form: form.Text("form"), Action: plan.ActionID(r.PathValue("task")), Done: done}
	if err := p.plans.NoteAction(r.Context(), by, a, n); err != nil {
		return err
	}
	words := "Noted: it is done."
	if !done {
		words = "Noted: it is still to be done."
	}
	return p.site.Done(w, r, words, planHref(a)+"?for=ourselves")
}

// yearsOf are the years for which any line has money, in order.
func yearsOf(v plan.Version) []int {
	var years []int
	for _, l := range v.Lines {
		for _, y := range l.Years {
			if !slices.Contains(years, y.Year) {
				years = append(years, y.Year)
			}
		}
	}
	slices.Sort(years)
	return years
}

// mostYears is how many columns of years stand side by side. What is long past and
// what is far off are told together then, and one by one in the spreadsheet.
const mostYears = 9

// A stretch is one column of years.
type stretch struct{ from, until int }

// stretchesOf are the columns for years in order: the year before this one, this one and
// the next ones stand alone, for they are what people ask about.
func stretchesOf(years []int, now int) (stretches []stretch) {
	first, last := 0, len(years)-1
	if len(years) > mostYears {
		before, _ := slices.BinarySearch(years, now-1)
		if first = min(before, len(years)-mostYears+1); first < 2 {
			first = 0
		}
		if last = first + mostYears - 2; first > 0 {
			last--
		}
		if len(years)-1-last < 2 {
			last = len(years) - 1
		}
	}
	if first > 0 {
		stretches = append(stretches, stretch{years[0], years[first-1]})
	}
	for _, y := range years[first:min(last+1, len(years))] {
		stretches = append(stretches, stretch{y, y})
	}
	if last < len(years)-1 {
		stretches = append(stretches, stretch{years[last+1], years[len(years)-1]})
	}
	return stretches
}

// name is how a column is called: "2026–27", or "2015 to 2021" of the years from April
// 2015 to March 2021.
func (s stretch) name() string {
	if s.from == s.until {
		return strconv.Itoa(s.from) + "–" + strconv.Itoa(s.from + 1)[2:]
	}
	return strconv.Itoa(s.from) + " to " + strconv.Itoa(s.until+1)
}

// yearTable is the budget of a version by line and year, in pounds, as it is read in
// a financial year.
func (s scene) yearTable(v plan.Version, links bool, now int) (t web.Table, none bool) {
	stretches := stretchesOf(yearsOf(v), now)
	t = web.Table{Caption: "The budget in pounds, by line and year", CaptionHidden: true, Class: "tbl--years", Columns: []web.Column{{Text: "Budget line"}}}
	for _, of := range stretches {
		t.Columns = append(t.Columns, web.Column{Text: of.name(), Numeric: true})
	}
	t.Columns = append(t.Columns, web.Column{Text: "In all", Numeric: true})
	sums := make([]money.Amount, len(stretches))
	for _, l := range v.Lines {
		amounts := make([]money.Amount, len(stretches))
		for _, y := range l.Years {
			at := slices.IndexFunc(stretches, func(of stretch) bool { return y.Year <= of.until })
			amounts[at], sums[at] = amounts[at].Add(y.Amount), sums[at].Add(y.Amount)
		}
		name := web.Cell{Text: l.Name, Small: l.PriorityName, RowHeader: true}
		if links {
			name.Href = lineHref(s.area, l.ID)
		}
		row := web.Row{Cells: []web.Cell{name}}
		for _, amount := range amounts {
			row.Cells = append(row.Cells, web.Cell{Text: inPounds(amount)})
		}
		row.Cells = append(row.Cells, web.Cell{Text: inPounds(l.Budget), Strong: true})
		t.Rows = append(t.Rows, row)
	}
	t.Foot = []web.Cell{{Text: "All together", RowHeader: true}}
	for _, sum := range sums {
		t.Foot = append(t.Foot, web.Cell{Text: inPounds(sum)})
	}
	t.Foot = append(t.Foot, web.Cell{Text: inPounds(v.Total())})
	return t, len(stretches) == 0
}

// inPounds is an amount without its sign, for a table of many.
func inPounds(a money.Amount) string {
	if a.IsZero() {
		return "–"
	}
	return strings.TrimPrefix(a.Whole(), "£")
}

// evidenceTable is how we know, for each priority. All kinds stand alike.
func (s scene) evidenceTable(told told) web.Table {
	t := web.Table{
		Caption: "How we know what matters", CaptionHidden: true,
		Columns: []web.Column{{Text: "What we know"}, {Text: "How we know it"}, {Text: "From"}},
	}
	for _, pr := range s.current.Priorities {
		view := told.priority(s.area, pr)
		for _, e := range view.Evidence {
			from := web.Cell{Text: e.Source, Href: e.Link.Href}
			if e.From.Href != "" {
				from = web.Cell{Text: e.From.Text, Href: e.From.Href, Small: e.Source}
			} else if e.Source == "" && e.Link.Href != "" {
				from.Text = e.Link.Text
			}
			t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{{Text: e.Words, Small: pr.Name, RowHeader: true}, {Text: e.Kind}, from}})
		}
	}
	return t
}

// yearsCSV is the budget by line and year: of the plan in force, or of the version
// that is asked for.
func (p pages) yearsCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var a area.Area
	var rows [][]string
	name := "-plan-years"
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		a = s.area
		v := s.current
		if asked := r.URL.Query().Get("version"); asked != "" {
			number, err := strconv.ParseInt(asked, 10, 64)
			if err != nil {
				return fault.NotFound
			}
			if v, err = plan.VersionOf(r.Context(), tx, a.ID, number); err != nil {
				return err
			}
			if !v.MayBeSeenBy(by, a) {
				return fault.NotFound
			}
			name = "-plan-version-" + ordinal(number) + "-years"
		}
		for _, l := range v.Lines {
			for _, y := range l.Years {
				rows = append(rows, []string{l.PriorityName, l.Name, strconv.Itoa(y.Year), y.Amount.Decimal(), string(l.ID)})
			}
			if len(l.Years) == 0 {
				rows = append(rows, []string{l.PriorityName, l.Name, "", l.Budget.Decimal(), string(l.ID)})
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return web.CSV(w, a.Slug+name, []string{"priority", "budget line", "financial year from April", "budget", "line"}, rows)
}

func (p pages) actionsCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var a area.Area
	var rows [][]string
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		a = s.area
		told, err := s.told(r, tx, by)
		maySee := by.May(access.SeePeople, s.area.Place())
		for _, pr := range s.current.Priorities {
			for _, action := range pr.Actions {
				who := ""
				if maySee {
					who = action.Who
				}
				rows = append(rows, []string{pr.Name, action.What, who, action.By.String(), told.rests.Counts(action.By).String(), told.done[action.ID].String(), string(action.ID)})
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, a.Slug+"-plan-actions", []string{"priority", "what", "who", "by", "day that counts", "done on", "action"}, rows)
}

func (p pages) evidenceCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var a area.Area
	var rows [][]string
	err := p.in(r, by, func(_ *db.Tx, s scene) error {
		a = s.area
		for _, pr := range s.current.Priorities {
			for _, e := range pr.Evidence {
				from := ""
				if e.Consultation != 0 {
					from = ordinal(e.Consultation)
				}
				rows = append(rows, []string{pr.Name, e.Kind.Words(), e.Words, e.Source, e.Link, from})
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return web.CSV(w, a.Slug+"-plan-evidence", []string{"priority", "how we know", "what we know", "source", "link", "consultation"}, rows)
}
