package planweb

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/money"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// versionData is one version of a plan.
type versionData struct {
	Shell      web.Shell
	Number     int64
	Area       string
	Who        string // what the programme calls those who decide
	Lead       string
	CSV        string
	State      plan.Standing
	Steps      []web.Step
	Vision     []string
	Facts      []web.Fact
	Beyond     string // by how much it plans beyond the area's share; "" where it does not
	Priorities []priorityView
	Compare    web.Link // in what it differs from the plan in force
	Endorsed   string   // when, and in what words
	Endorse    string   // where it is endorsed, for the programme
	EndorseOn  [3]string
	Words      string
	R4         string    // what is plainly missing: nobody was asked
	LeftOut    web.Table // lines of the plan in force that this version has no more

	Propose string // where it is put to the partnership; "" where that is not the reader's to do, or not now
	Copy    string // where a new version begins as this one; "" where the reader may not
	Edit    string // where a draft is reworded
	Discard string // where a draft is put away
	typedEndorsement
	Years    web.Table // by line and year, where any line is shared out
	YearsCSV web.Link
}

// typedEndorsement is the form by which a version is endorsed, as far as it is
// filled in.
type typedEndorsement struct {
	Wrong fault.Invalid
	Form  string
	On    [3]string
	Said  string
}

func (d versionData) title() string { return "Version " + ordinal(d.Number) + " of our plan" }

func (d versionData) isDraft() bool {
	return d.State == plan.Proposed || d.State == plan.Overtaken || d.State == plan.PutAway
}

func (p pages) version(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showVersion(w, r, by, typedEndorsement{})
}

// showVersion shows a version, with its endorsement as far as it is filled in.
func (p pages) showVersion(w http.ResponseWriter, r *http.Request, by access.Actor, filled typedEndorsement) error {
	var d versionData
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		v, err := s.versionOf(r, tx, by)
		if err != nil {
			return err
		}
		sums, err := funding.AreaMoney(r.Context(), tx, s.area)
		if err != nil {
			return err
		}
		d = versionData{
			Number: v.Number, Area: s.area.Name, Who: s.partnership(), Lead: s.versionLead(v), CSV: versionHref(s.area, v.Number) + "/lines.csv",
			State: v.Standing(s.current.Number), Steps: s.steps(v), Vision: paragraphs(v.Vision), Facts: s.versionFacts(v, sums), Beyond: beyond(v, sums), typedEndorsement: filled,
		}
		if d.State == plan.Proposed && by.May(access.PutForward, s.area.Place()) {
			d.Propose = home(s.area) + "/decisions/new?kind=plan&version=" + ordinal(v.Number)
		}
		if s.mayWrite {
			d.Copy = draftHref(s.area) + "?from=" + ordinal(v.Number)
		}
		if s.mayWrite && d.isDraft() && d.State != plan.PutAway {
			d.Edit, d.Discard = draftHref(s.area)+"?from="+ordinal(v.Number), versionHref(s.area, v.Number)+"/discard"
		}
		told, err := s.told(r, tx, by)
		if err != nil {
			return err
		}
		d.compare(s, v, told)
		if v.HasYears() {
			d.Years, _ = s.yearTable(v, !d.isDraft(), p.site.Today().FinancialYear())
			d.YearsCSV = web.Link{Text: "Download", Href: planHref(s.area) + "/years.csv?version=" + ordinal(v.Number)}
		}
		if err := d.around(r, tx, by, s, v, filled); err != nil {
			return err
		}
		d.Shell = p.shell(r, by, s.area, d.title(), web.Link{Text: "Version " + ordinal(v.Number)})
		return nil
	})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(d.Wrong) > 0 {
		status, d.Shell.Title = http.StatusUnprocessableEntity, "Error: "+d.Shell.Title
	}
	d.Shell.NoIndex = d.isDraft()
	if d.Form == "" {
		d.Form = p.site.NewForm()
	}
	return p.site.Show(w, r, status, versionPage(d))
}

// versionOf is the version that a request names, unless it is a draft and not for
// the reader.
func (s scene) versionOf(r *http.Request, tx *db.Tx, by access.Actor) (plan.Version, error) {
	number, err := strconv.ParseInt(r.PathValue("number"), 10, 64)
	if err != nil {
		return plan.Version{}, fault.NotFound
	}
	v, err := plan.VersionOf(r.Context(), tx, s.area.ID, number)
	if err != nil {
		return v, err
	}
	if !v.MayBeSeenBy(by, s.area) {
		return plan.Version{}, fault.NotFound
	}
	return v, nil
}

func (s scene) versionLead(v plan.Version) string {
	switch v.Standing(s.current.Number) {
	case plan.Governing:
		return "This is the plan that " + s.area.Name + " works by, for " + v.Years() + "."
	case plan.Former:
		return "This was the plan of " + s.area.Name + ", for " + v.Years() + ". A newer one took its place."
	case plan.Overtaken:
		return "This draft was never adopted. Version " + ordinal(s.current.Number) + ", which is newer, is in force."
	case plan.PutAway:
		return "This draft was discarded on " + date.InLondon(v.Discarded.At).Long() + ". It can be copied into a new version."
	case plan.Proposed:
	}
	return "A draft for " + v.Years() + ". It becomes our plan when the " + s.partnership() + " adopts it."
}

func (s scene) steps(v plan.Version) []web.Step {
	state := v.Standing(s.current.Number)
	adopted := web.Step{Words: "Adopted", When: v.Adopted.On.Long(), Done: v.IsAdopted(), Now: state == plan.Proposed}
	if adopted.Now {
		adopted.When = "not yet"
	}
	last := web.Step{Words: "In force", Done: v.IsAdopted(), Now: state == plan.Governing}
	if state == plan.Former {
		last.When = "until a newer version was adopted"
	}
	return []web.Step{{Words: "Written", When: date.InLondon(v.WrittenAt).Long(), Done: true}, adopted, last}
}

// beyond says by how much a version plans more than the area was given.
func beyond(v plan.Version, sums funding.Money) string {
	if over := v.Total().Sub(sums.Allocated); over.Positive() {
		return over.Whole()
	}
	return ""
}

func (s scene) versionFacts(v plan.Version, sums funding.Money) []web.Fact {
	facts := []web.Fact{
		{Term: "Years", Value: v.Years()},
		{Term: "In this version", Value: v.Total().Whole()},
		{Term: "Our share", Value: sums.Allocated.Whole(), Href: moneyHref(s.area)},
		{Term: "Budget lines", Value: strconv.Itoa(len(v.Lines))},
	}
	if v.IsAdopted() {
		facts = append(facts, web.Fact{Term: "Decided at", Value: v.Adopted.Decision, Href: decisionHref(s.area, v.Adopted)})
	}
	if s.current.Number != 0 && s.current.Number != v.Number {
		facts = append(facts,
			web.Fact{Term: "Plan in force", Value: "Version " + ordinal(s.current.Number), Href: planHref(s.area)},
			web.Fact{Term: "In the plan now", Value: s.current.Total().Whole()},
		)
	}
	return facts
}

// compare lists the version's lines by their priorities: a draft's beside what
// the plan in force gives them.
func (d *versionData) compare(s scene, v plan.Version, told told) {
	beside := d.State == plan.Proposed && s.current.Number != 0
	var order []plan.PriorityID
	tables := map[plan.PriorityID]*web.Table{}
	sums, before := map[plan.PriorityID]money.Amount{}, map[plan.PriorityID]money.Amount{}
	for _, pr := range v.Parts() {
		tables[pr.ID], order = &web.Table{Caption: "Budget lines of " + pr.Name, CaptionHidden: true, Columns: lineColumns(beside)}, append(order, pr.ID)
		view := told.priority(s.area, pr)
		view.ID = "priority-" + strconv.Itoa(len(order))
		d.Priorities = append(d.Priorities, view)
	}
	for _, l := range v.Lines {
		t := tables[l.Priority]
		was, _ := s.current.Line(l.ID)
		sums[l.Priority], before[l.Priority] = sums[l.Priority].Add(l.Budget), before[l.Priority].Add(was.Budget)
		name := web.Cell{Text: l.Name, Small: s.theme(l.ThemeNow()), RowHeader: true}
		if !d.isDraft() {
			name.Href = lineHref(s.area, l.ID)
		}
		t.Rows = append(t.Rows, web.Row{Cells: slices.Concat([]web.Cell{name}, budgetCells(beside, was.Budget, l.Budget))})
	}
	for i, pr := range order {
		t := tables[pr]
		if len(t.Rows) > 1 {
			t.Foot = slices.Concat([]web.Cell{{Text: "All together", RowHeader: true}}, budgetCells(beside, before[pr], sums[pr]))
		}
		d.Priorities[i].Lines = *t
	}
	if !beside {
		return
	}
	d.LeftOut = web.Table{
		Caption: "Lines that this version leaves out", CaptionHidden: true,
		Columns: []web.Column{{Text: "Budget line"}, {Text: "In the plan now", Numeric: true}},
	}
	for _, l := range s.current.Lines {
		if _, kept := v.Line(l.ID); !kept {
			d.LeftOut.Rows = append(d.LeftOut.Rows, web.Row{Cells: []web.Cell{
				{Text: l.Name, Href: lineHref(s.area, l.ID), Small: l.PriorityName, RowHeader: true}, {Text: l.Budget.Whole()},
			}})
		}
	}
}

func lineColumns(beside bool) []web.Column {
	if beside {
		return []web.Column{{Text: "Budget line"}, {Text: "In the plan now", Numeric: true}, {Text: "In this version", Numeric: true}, {Text: "Change", Numeric: true}}
	}
	return []web.Column{{Text: "Budget line"}, {Text: "Budget", Numeric: true}}
}

func budgetCells(beside bool, was, is money.Amount) []web.Cell {
	if beside {
		return []web.Cell{{Text: was.Whole()}, {Text: is.Whole(), Strong: true}, {Text: change(is.Sub(was))}}
	}
	return []web.Cell{{Text: is.Whole(), Strong: true}}
}

func change(by money.Amount) string {
	switch {
	case by.Positive():
		return by.Whole() + " more"
	case by.Negative():
		return by.Neg().Whole() + " less"
	}
	return "the same"
}

func (p pages) versionCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var a area.Area
	var v plan.Version
	var rows [][]string
	err := p.in(r, by, func(tx *db.Tx, s scene) (err error) {
		a = s.area
		v, err = s.versionOf(r, tx, by)
		for _, l := range v.Lines {
			rows = append(rows, []string{l.PriorityName, l.Name, s.theme(l.ThemeNow()), l.Budget.Decimal(), string(l.ID)})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, a.Slug+"-plan-version-"+ordinal(v.Number), []string{"priority", "budget line", "theme", "budget", "line"}, rows)
}

// pageWide has what is wrong with the form as a whole point at no field.
func pageWide(wrong fault.Invalid) fault.Invalid {
	var all fault.Invalid
	for _, w := range wrong {
		if w.Field == "form" {
			w.Field = ""
		}
		all = append(all, w)
	}
	return all
}

func (p pages) discard(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var a area.Area
	var v plan.Version
	err := p.in(r, by, func(tx *db.Tx, s scene) (err error) {
		a = s.area
		v, err = s.versionOf(r, tx, by)
		return err
	})
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if err := p.plans.Discard(r.Context(), by, a, v.Number, form.Text("form")); err != nil {
		return err
	}
	return p.site.Done(w, r, "Version "+ordinal(v.Number)+" is discarded.", planHref(a))
}

// around is what else there is to know of a version: in what it differs, whether
// people were asked, and whether the programme endorsed it.
func (d *versionData) around(r *http.Request, tx *db.Tx, by access.Actor, s scene, v plan.Version, filled typedEndorsement) error {
	if s.current.Number != 0 && s.current.Number != v.Number {
		d.Compare = web.Link{Text: "See what is different from the plan in force", Href: compareHref(s.area) + "?from=" + ordinal(s.current.Number) + "&to=" + ordinal(v.Number)}
	} else if v.IsAdopted() && v.Number > 1 {
		d.Compare = web.Link{Text: "See what is different from the version before", Href: compareHref(s.area) + "?to=" + ordinal(v.Number)}
	}
	if v.IsEndorsed() {
		d.Endorsed = "The programme endorsed this version on " + v.Endorsed.On.Long() + "."
		if v.Endorsed.Words != "" {
			d.Endorsed += " “" + v.Endorsed.Words + "”"
		}
	} else if v.IsAdopted() && by.May(access.Endorse, s.area.Place()) {
		d.Endorse = versionHref(s.area, v.Number) + "/endorsement"
		d.EndorseOn, d.Words = filled.On, filled.Said
	}
	if d.State != plan.Proposed {
		return nil
	}
	consulted, err := plan.HasConsulted(r.Context(), tx, s.area.ID)
	if !consulted {
		d.R4 = "No consultation is recorded for this plan. A plan is made with the people who live here: say whom you asked, and what you heard."
	}
	return err
}

func (p pages) endorse(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var a area.Area
	var v plan.Version
	err := p.in(r, by, func(tx *db.Tx, s scene) (err error) {
		a = s.area
		if err := by.Must(access.Endorse, a.Place()); err != nil {
			return err
		}
		v, err = s.versionOf(r, tx, by)
		return err
	})
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	n := plan.NewEndorsement{Form: form.Text("form"), Version: v.Number, On: form.Date("on"), Words: form.Text("words")}
	err = p.plans.Endorse(r.Context(), by, a, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.showVersion(w, r, by, typedEndorsement{Wrong: form.Over(pageWide(wrong)), Form: n.Form, On: form.DateParts("on"), Said: n.Words})
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "Version "+ordinal(v.Number)+" is endorsed.", versionHref(a, v.Number))
}
