package planweb

import (
	"net/http"
	"slices"
	"strconv"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/chart"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/funding"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// planData is the plan in force.
type planData struct {
	Themes     web.Link
	Shell      web.Shell
	Lead       string
	Tools      []web.Tool
	Draft      web.Link // the newest draft, for those who may write one
	InForce    bool
	Empty      web.Empty
	Vision     []string
	Facts      []web.Fact
	Figures    []web.Figure
	Priorities []priorityView
	Earlier    web.Table // lines of earlier plans that have had money
	Versions   web.Table
	CSV        string // of the versions
	Tabs       []web.NavItem
	Compare    web.Link   // what the last version changed
	Heard      []web.Item // what people told us
	HeardMore  web.Link
	Reviews    []web.Item
	ReviewMore web.Link
	Writing    web.Link // the draft that is being written, for those who write it
	Due        string   // a look back that would do the plan good
}

// priorityView is a priority with what the plan says of it.
type priorityView struct {
	ID, Name   string
	Anchor     string // where it is found from elsewhere
	Money      web.Link
	Projects   web.Link // what comes of it
	Why        []string
	Objectives []string
	Actions    []actionView
	Evidence   []evidenceView
	Lines      web.Table
}

// actionView is something to be done. Who does it is shown elsewhere, to some.
type actionView struct{ What, State string }

// inWords is the action and how it stands, in one sentence.
func (a actionView) inWords() string {
	if a.State == "" {
		return a.What
	}
	return a.What + ", " + a.State
}

// evidenceView is how we know that something matters. All kinds are shown alike.
type evidenceView struct {
	Kind, Words, Source string
	Link                web.Link
	From                web.Link // the consultation
}

func (p pages) plan(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	if view, ok := viewOf(r); ok {
		return p.view(w, r, by, view)
	}
	var d planData
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		versions, err := s.versions(r, tx, by)
		if err != nil {
			return err
		}
		sums, err := funding.AreaMoney(r.Context(), tx, s.area)
		if err != nil {
			return err
		}
		lines, err := funding.Lines(r.Context(), tx, s.area.ID)
		if err != nil {
			return err
		}
		d = planData{
			Shell: p.shell(r, by, s.area, "Our plan"), Lead: s.lead(), Tools: s.tools(), InForce: s.current.Number != 0,
			Draft: s.draft(versions), Empty: s.empty(versions), Vision: paragraphs(s.current.Vision),
			Versions: s.versionTable(versions), CSV: planHref(s.area) + "/versions.csv",
			Themes: web.Link{Text: "Themes", Href: themesHref(s.area)},
		}
		planned, earlier := s.split(lines)
		parts := funding.Priorities(planned)
		d.Facts, d.Figures = s.facts(sums), figures(parts, len(planned))
		d.Earlier = s.earlier(earlier)
		told, err := s.told(r, tx, by)
		if err != nil {
			return err
		}
		d.Priorities = s.priorities(parts, told)
		d.Tabs = s.tabs(by, "")
		d.Heard, d.Reviews = s.heard(told.consultations, 3), s.lookedBack(told.reviews, 3)
		if len(d.Heard) > 0 || s.mayWrite {
			d.HeardMore = web.Link{Text: "All that people told us", Href: consultationsHref(s.area)}
		}
		if len(d.Reviews) > 0 || (s.mayWrite && d.InForce) {
			d.ReviewMore = web.Link{Text: reviewsName, Href: reviewsHref(s.area)}
		}
		if len(d.Versions.Rows) > 1 {
			d.Compare = web.Link{Text: "See what is different between two versions", Href: compareHref(s.area)}
		}
		return d.forWriters(r, tx, s, p.site.Today())
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, planPage(d))
}

// versions are those that the reader may see.
func (s scene) versions(r *http.Request, tx *db.Tx, by access.Actor) ([]plan.Version, error) {
	all, err := plan.Versions(r.Context(), tx, s.area.ID)
	return slices.DeleteFunc(all, func(v plan.Version) bool { return !v.MayBeSeenBy(by, s.area) }), err
}

func (s scene) lead() string {
	if s.current.Number == 0 {
		return "What the " + s.partnership() + " wants for " + s.area.Name + ", and what each part of it will cost."
	}
	return "What we want for " + s.area.Name + " from " + s.current.Years() + ", and what each part of it will cost."
}

func (s scene) tools() []web.Tool {
	tools := []web.Tool{{Icon: "star", Text: "Our projects", Href: home(s.area) + "/projects"}}
	if s.current.Number != 0 {
		tools = append(tools, web.Tool{Icon: "down", Text: "Download as a spreadsheet", Href: planHref(s.area) + ".csv"})
		if s.mayWrite {
			tools = append(tools, web.Tool{Icon: "pen", Text: "Write a new version", Href: draftHref(s.area)})
		}
	}
	return tools
}

// draft leads to the newest version where it waits to be adopted.
func (s scene) draft(versions []plan.Version) web.Link {
	at := slices.IndexFunc(versions, func(v plan.Version) bool { return v.Standing(s.current.Number) == plan.Proposed })
	if at < 0 {
		return web.Link{}
	}
	return web.Link{Text: "Read the draft, version " + ordinal(versions[at].Number), Href: versionHref(s.area, versions[at].Number)}
}

func (s scene) empty(versions []plan.Version) web.Empty {
	e := web.Empty{
		Heading: "No plan yet",
		Words:   "When the " + s.partnership() + " has agreed its plan, it will be here: what people want for " + s.area.Name + ", the priorities, and how much of the money each part has.",
		Example: "“A green heart for everyone”, with £60,000 for benches and £40,000 for a youth club.",
	}
	switch draft := s.draft(versions); {
	case draft.Href != "":
		e.Words, e.Action, e.Example = "A draft is written. It becomes the plan when the "+s.partnership()+" adopts it. Until then it is a paper for those who decide here and who help them.", draft, ""
	case s.mayWrite:
		e.Action = web.Link{Text: "Write the plan", Href: draftHref(s.area)}
	}
	return e
}

// split parts the lines of the plan in force from those of earlier plans. All
// of the plan's lines are there, with money or without.
func (s scene) split(lines []funding.BudgetLine) (planned, earlier []funding.BudgetLine) {
	had := map[plan.LineID]funding.LineMoney{}
	for _, l := range lines {
		had[l.ID] = l.Money
		if _, still := s.current.Line(l.ID); !still {
			earlier = append(earlier, l)
		}
	}
	for _, l := range s.current.Lines {
		planned = append(planned, funding.BudgetLine{Line: l, Money: had[l.ID]})
	}
	return planned, earlier
}

func (s scene) facts(sums funding.Money) []web.Fact {
	total := s.current.Total()
	facts := []web.Fact{
		{Term: "Years", Value: s.current.Years()},
		{Term: "Adopted on", Value: s.current.Adopted.On.Long()},
		{Term: "Decided at", Value: s.current.Adopted.Decision, Href: decisionHref(s.area, s.current.Adopted)},
		{Term: "Endorsed on", Value: s.current.Endorsed.On.Long()},
		{Term: "Version", Value: ordinal(s.current.Number), Href: versionHref(s.area, s.current.Number)},
		{Term: "Our share", Value: sums.Allocated.Whole(), Href: moneyHref(s.area)},
	}
	if !s.current.IsEndorsed() {
		facts = slices.DeleteFunc(facts, func(f web.Fact) bool { return f.Term == "Endorsed on" })
	}
	switch open := sums.Allocated.Sub(total); {
	case open.Positive():
		facts = append(facts, web.Fact{Term: "Not in the plan yet", Value: open.Whole()})
	case open.Negative():
		facts = append(facts, web.Fact{Term: "Planned beyond our share", Value: open.Neg().Whole()})
	}
	return facts
}

// figures are the plan's money: the last three add up to the first.
func figures(parts []funding.Priority, lines int) []web.Figure {
	var all funding.Priority
	for _, pr := range parts {
		all.Budget, all.Promised = all.Budget.Add(pr.Budget), all.Promised.Add(pr.Promised)
		all.Paid, all.Spent = all.Paid.Add(pr.Paid), all.Spent.Add(pr.Spent)
	}
	return []web.Figure{
		{Number: all.Budget.Whole(), Label: "in the plan, in " + counted(lines, "budget line")},
		{Number: all.Spent.Whole(), Label: "of it spent"},
		{Number: all.Held().Add(all.Promised).Whole(), Label: "held or promised"},
		{Number: all.Left().Whole(), Label: "left in the plan"},
	}
}

func (s scene) priorities(parts []funding.Priority, told told) []priorityView {
	var most int64
	for _, pr := range parts {
		for _, l := range pr.Lines {
			most = max(most, l.Budget.Minor(), l.Money.Promised.Minor()+max(l.Money.Paid.Minor(), l.Money.Spent.Minor()))
		}
	}
	byID := map[plan.PriorityID]funding.Priority{}
	for _, pr := range parts {
		byID[pr.ID] = pr
	}
	var views []priorityView
	for i, pr := range s.current.Parts() {
		view := told.priority(s.area, pr)
		view.Projects = web.Link{Text: "Projects", Href: home(s.area) + "/projects?by=priority"}
		view.ID, view.Money = "priority-"+strconv.Itoa(i+1), web.Link{Text: "Money for " + pr.Name, Href: priorityHref(s.area, pr.ID)}
		if part, funded := byID[pr.ID]; funded {
			view.Lines = s.lineTable(part, most)
		} else {
			view.Money = web.Link{}
		}
		views = append(views, view)
	}
	return views
}

// lineTable is the budget lines of a priority, with bars on one scale for all
// the plan.
func (s scene) lineTable(pr funding.Priority, most int64) web.Table {
	t := web.Table{
		Caption: "Budget lines of " + pr.Name, CaptionHidden: true, Class: "tbl--bars tbl--money",
		Columns: []web.Column{
			{Text: "Budget line"},
			{Text: "How much of the budget is spent, set aside and left", Bar: true},
			{Text: "Budget", Numeric: true},
			{Text: "Spent", Numeric: true},
			{Text: "Held", Numeric: true},
			{Text: "Promised", Numeric: true},
			{Text: "Left", Numeric: true},
		},
	}
	for _, l := range pr.Lines {
		promised, held := l.Money.Promised, l.Money.Paid.Sub(l.Money.Spent)
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{
			{Text: l.Name, Href: lineHref(s.area, l.ID), Small: s.theme(l.ThemeNow()), RowHeader: true},
			{Component: chart.BudgetBar(l.Money.Spent.Minor(), promised.Minor()+max(0, held.Minor()), l.Budget.Minor(), most)},
			{Text: l.Budget.Whole()},
			{Text: l.Money.Spent.Whole()},
			{Text: held.Whole()},
			{Text: promised.Whole()},
			{Text: l.Left().Whole(), Strong: true},
		}})
	}
	if len(pr.Lines) > 1 {
		t.Foot = []web.Cell{
			{Text: "All together", RowHeader: true},
			{Skip: true},
			{Text: pr.Budget.Whole()},
			{Text: pr.Spent.Whole()},
			{Text: pr.Held().Whole()},
			{Text: pr.Promised.Whole()},
			{Text: pr.Left().Whole()},
		}
	}
	return t
}

// earlier is what lines of earlier plans have had.
func (s scene) earlier(lines []funding.BudgetLine) web.Table {
	t := web.Table{
		Caption: "Budget lines of earlier plans", CaptionHidden: true,
		Columns: []web.Column{{Text: "Budget line"}, {Text: "Promised", Numeric: true}, {Text: "Paid", Numeric: true}, {Text: "Spent", Numeric: true}},
	}
	for _, l := range lines {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{
			{Text: l.Name, Href: lineHref(s.area, l.ID), Small: l.PriorityName, RowHeader: true},
			{Text: l.Money.Promised.Whole()},
			{Text: l.Money.Paid.Whole()},
			{Text: l.Money.Spent.Whole()},
		}})
	}
	return t
}

func (s scene) versionTable(versions []plan.Version) web.Table {
	t := web.Table{
		Caption: "Versions of the plan, newest first", CaptionHidden: true,
		Columns: []web.Column{{Text: "Version"}, {Text: "For"}, {Text: "Where it is"}, {Text: "When"}},
	}
	for _, v := range versions {
		kind, words := standing(v.Standing(s.current.Number))
		when := "Written on " + date.InLondon(v.WrittenAt).Long()
		if v.IsAdopted() {
			when = "Adopted on " + v.Adopted.On.Long()
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{
			{Text: "Version " + ordinal(v.Number), Href: versionHref(s.area, v.Number), RowHeader: true},
			{Text: v.Years()},
			{Component: web.Tag(kind, words)},
			{Text: when, Small: v.Adopted.Decision},
		}})
	}
	return t
}

// standing is where a version has got to, as a tag says it.
func standing(s plan.Standing) (web.Kind, string) {
	switch s {
	case plan.Governing:
		return web.Good, "In force"
	case plan.Former:
		return web.Plain, "Earlier plan"
	case plan.Overtaken:
		return web.Out, "Never adopted"
	case plan.PutAway:
		return web.Out, "Discarded"
	case plan.Proposed:
	}
	return web.Watch, "Draft"
}

func (p pages) planCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var a area.Area
	var rows [][]string
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		a = s.area
		lines, err := funding.Lines(r.Context(), tx, a.ID)
		if err != nil {
			return err
		}
		planned, earlier := s.split(lines)
		for i, l := range append(planned, earlier...) {
			in := "yes"
			if i >= len(planned) {
				in = "no, of an earlier one"
			}
			rows = append(rows, []string{
				l.PriorityName, l.Name, s.theme(l.ThemeNow()), l.Budget.Decimal(), l.Money.Spent.Decimal(),
				l.Money.Paid.Sub(l.Money.Spent).Decimal(), l.Money.Promised.Decimal(), l.Left().Decimal(), string(l.ID), in,
			})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return web.CSV(w, a.Slug+"-plan", []string{"priority", "budget line", "theme", "budget", "spent", "held", "promised", "left", "line", "in the plan"}, rows)
}

func (p pages) versionsCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var a area.Area
	var rows [][]string
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		a = s.area
		versions, err := s.versions(r, tx, by)
		for _, v := range versions {
			rows = append(rows, []string{
				ordinal(v.Number), strconv.Itoa(v.FromYear), strconv.Itoa(v.UntilYear), string(v.Standing(s.current.Number)),
				date.InLondon(v.WrittenAt).String(), v.Adopted.On.String(), v.Adopted.Decision,
			})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, a.Slug+"-plan-versions", []string{"version", "first year", "last year", "standing", "written on", "adopted on", "decision"}, rows)
}
