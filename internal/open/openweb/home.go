package openweb

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/chart"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/organisation"
	"commontable/internal/plan"
	"commontable/internal/web"
)

type homeData struct {
	shell     web.Shell
	area      area.Area
	lead      string
	waiting   desk
	money     funding.Money
	key       []web.KeyItem
	moneyHref string
	planHref  string
	vision    string
	years     string
	plan      web.Table
	holders   []web.Item
	holds     map[string]bool // who holds or held the money, by their IDs
	facts     []web.Fact
	missing   string
	words     map[string]area.Word
	mayBegin  web.Link // the first step, for who may take it
	forecast  funding.Forecast
	today     date.Date
	next      nextMeeting
	who       whoWeAre
	decided   decided
	doing     doing
	published []web.TimelineItem
	quiet     goingQuiet
	history   string // the address of what happened here, for who may read it
}

// home is an area's own page: one address for everyone, showing each person
// what they may see.
func (p pages) home(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var data homeData
	err := p.db.Read(r.Context(), func(tx *db.Tx) error {
		a, err := area.BySlug(r.Context(), tx, r.PathValue("area"))
		if err != nil {
			return err
		}
		programme, err := area.ProgrammeByID(r.Context(), tx, a.Programme)
		if err != nil {
			return err
		}
		data = homeData{area: a, moneyHref: areaHref(a) + "/money", planHref: areaHref(a) + "/plan", words: programme.Rules.Words}
		if data.money, err = funding.AreaMoney(r.Context(), tx, a); err != nil {
			return err
		}
		data.today = p.site.Today()
		if data.forecast, err = funding.ForecastWith(r.Context(), tx, a, data.money, programme.Ends, data.today); err != nil {
			return err
		}
		if err := data.fillPlan(r.Context(), tx); err != nil {
			return err
		}
		if err := data.fillHolders(r.Context(), tx, p.site.Today()); err != nil {
			return err
		}
		if err := data.fillFacts(r.Context(), tx, programme, p.site.Demonstration); err != nil {
			return err
		}
		if data.next, err = p.nextMeeting(r.Context(), tx, by, a); err != nil {
			return err
		}
		if data.who, err = who(r.Context(), tx, a, data.today); err != nil {
			return err
		}
		if data.decided, err = decidedIn(r.Context(), tx, by, a); err != nil {
			return err
		}
		if data.doing, err = doingIn(r.Context(), tx, a, data.today); err != nil {
			return err
		}
		if data.published, err = publishedIn(r.Context(), tx, a); err != nil {
			return err
		}
		if data.waiting, err = p.waiting(r.Context(), tx, by, a, programme); err != nil || data.waiting.closed {
			return err // while the area is closed nobody is reminded
		}
		data.quiet, err = quietIn(r.Context(), tx, by, a, data.today)
		return err
	})
	if err != nil {
		return err
	}
	data.shell = p.shell(r, by, data.area, "Home")
	data.greet(by, p.site.Today().Full())
	if by.May(access.Allocate, data.area.Place()) {
		data.mayBegin = web.Link{Text: "Allocate money", Href: data.moneyHref + "/allocations/new"}
	}
	if by.Holds(access.SeeHistory) && data.belongs(by) {
		data.history = areaHref(data.area) + "/history"
	}
	return p.site.Show(w, r, http.StatusOK, homePage(data))
}

// greet says hello to who has a part in this area, and says where this is to
// others.
func (d *homeData) greet(by access.Actor, today string) {
	if !d.belongs(by) {
		place := strings.Join(nonEmpty(d.area.AuthorityName, d.area.Region), ", ")
		d.lead = strings.TrimPrefix(place+". People here decide together what this money is for.", ". ")
		return
	}
	first, _, _ := strings.Cut(by.Name, " ")
	d.lead = fmt.Sprintf("Hello %s. It is %s.", first, today)
	if d.waiting.closed {
		return // that is said above
	}
	switch n := d.waiting.count(); n {
	case 0:
		d.lead += " Nothing waits for you here"
	case 1:
		d.lead += " One thing is waiting for you"
	default:
		d.lead += " " + numbered(n) + " things are waiting for you"
	}
	if d.next.day != "" && by.Hat.Scope == access.InArea {
		d.lead += ", and the next meeting is on " + d.next.day
	}
	d.lead += "."
}

// belongs reports whether a person has a part in the area: a hat in it, in its
// programme, or in an organisation that held its money.
func (d *homeData) belongs(by access.Actor) bool {
	switch by.Hat.Scope {
	case access.InArea:
		return by.Hat.Place == string(d.area.ID)
	case access.InProgramme:
		return by.Hat.Place == string(d.area.Programme)
	case access.InOrganisation:
		return d.holds[by.Hat.Place]
	case access.InInstallation:
		return by.SignedIn()
	}
	return false
}

// numbered is a small number as a word.
func numbered(n int) string {
	words := []string{"No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"}
	if n < len(words) {
		return words[n]
	}
	return strconv.Itoa(n)
}

func nonEmpty(words ...string) []string {
	var out []string
	for _, w := range words {
		if w != "" {
			out = append(out, w)
		}
	}
	return out
}

func (d *homeData) fillPlan(ctx context.Context, tx *db.Tx) error {
	d.key = []web.KeyItem{
		{Mark: chart.Swatch("spent"), Strong: d.money.Spent.Whole(), Words: "spent"},
		{Mark: chart.Swatch("promised"), Strong: d.money.Held().Add(d.money.Promised).Whole(), Words: "on its way: paid or promised, not spent yet"},
		{Mark: chart.Swatch("left"), Strong: d.money.Left().Whole(), Words: "left"},
	}
	version, err := plan.Current(ctx, tx, d.area.ID)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	d.vision, d.years = version.Vision, version.Years()
	lines, err := funding.Lines(ctx, tx, d.area.ID)
	if err != nil {
		return err
	}
	priorities := funding.Priorities(lines)
	noted, err := plan.Done(ctx, tx, d.area.ID)
	if err != nil {
		return err
	}
	done, all := progressOf(version, noted)
	var most int64
	for _, one := range priorities {
		most = max(most, one.Budget.Minor(), one.Spent.Minor())
	}
	d.plan = web.Table{
		Caption: "The priorities of the plan, with what each was given and what was spent", CaptionHidden: true, Class: "tbl--bars tbl--money",
		Columns: []web.Column{{Text: "Priority"}, {Text: "Picture", Hidden: true, Bar: true}, {Text: "Budget", Numeric: true}, {Text: "Spent", Numeric: true}},
	}
	if len(all) > 0 {
		d.plan.Columns = slices.Insert(d.plan.Columns, 2, web.Column{Text: "Actions done", Numeric: true})
	}
	for _, one := range priorities {
		cells := []web.Cell{
			{Text: one.Name, Href: d.moneyHref + "/priorities/" + string(one.ID), RowHeader: true},
			{Component: chart.BudgetBar(one.Spent.Minor(), one.Held().Add(one.Promised).Minor(), one.Budget.Minor(), most)},
			{Text: one.Budget.Whole()},
			{Text: one.Spent.Whole()},
		}
		if len(all) > 0 {
			progress := web.Cell{}
			if all[one.ID] > 0 {
				progress.Text = fmt.Sprintf("%d of %d", done[one.ID], all[one.ID])
			}
			cells = slices.Insert(cells, 2, progress)
		}
		d.plan.Rows = append(d.plan.Rows, web.Row{Cells: cells})
	}
	return nil
}

// progressOf counts, by priority, the actions of a plan and those that are done.
func progressOf(v plan.Version, noted map[plan.ActionID]date.Date) (done, all map[plan.PriorityID]int) {
	done, all = map[plan.PriorityID]int{}, map[plan.PriorityID]int{}
	for _, p := range v.Parts() {
		for _, action := range p.Actions {
			all[p.ID]++
			if _, is := noted[action.ID]; is {
				done[p.ID]++
			}
		}
		if all[p.ID] == 0 {
			delete(all, p.ID)
		}
	}
	return done, all
}

// fillHolders lists who holds the money now, and who did before.
func (d *homeData) fillHolders(ctx context.Context, tx *db.Tx, today date.Date) error {
	holdings, err := funding.Holdings(ctx, tx, d.area.ID)
	if err != nil {
		return err
	}
	ids := make([]organisation.ID, len(holdings))
	for i, h := range holdings {
		ids[i] = h.Organisation
	}
	names, err := organisation.Named(ctx, tx, ids)
	if err != nil {
		return err
	}
	for _, h := range slices.Backward(holdings) {
		item := web.Item{Mark: web.Icon("home", 24), Text: names[h.Organisation].Name, Href: d.moneyHref + "/paid"}
		switch last := h.Until.AddDays(-1); {
		case h.From.After(today):
			item.Detail = "Will hold our money from " + h.From.Long()
		case h.Until.IsZero():
			item.Detail = "Holds our money since " + h.From.Long()
		case today.Before(h.Until):
			item.Detail = "Holds our money from " + h.From.Long() + " to " + last.Long()
		default:
			item.Detail = "Held our money from " + h.From.Long() + " to " + last.Long()
		}
		if d.holds == nil {
			d.holds = map[string]bool{}
		}
		d.holds[string(h.Organisation)] = true
		d.holders = append(d.holders, item)
	}
	return nil
}

func (d *homeData) fillFacts(ctx context.Context, tx *db.Tx, programme area.Programme, invented bool) error {
	d.facts = append(d.facts, web.Fact{Term: "Programme", Value: programme.Name, Href: "/programmes/" + programme.Slug})
	states, err := area.StatesOf(ctx, tx, d.area.ID)
	if err != nil {
		return err
	}
	far := web.Fact{Term: "How far we have come", Value: "Nothing is noted yet", Href: areaHref(d.area) + "/states"}
	for _, one := range states {
		if !one.From.After(d.today) {
			far.Value = one.State.Words() + ", since " + one.From.Long()
		}
	}
	d.facts = append(d.facts, far)
	if d.area.AuthorityName != "" {
		authority := d.area.AuthorityName
		if strings.HasPrefix(d.area.AuthorityBasis, "inferred") {
			authority += " (we think so: not stated by a source)"
		}
		d.facts = append(d.facts, web.Fact{Term: "Council", Value: authority})
	}
	if d.area.AuthorityCode != "" {
		d.facts = append(d.facts, web.Fact{Term: "Council’s code", Value: d.area.AuthorityCode})
	}
	if d.area.Region != "" {
		d.facts = append(d.facts, web.Fact{Term: "Region", Value: d.area.Region})
	}
	if d.area.Wave != "" {
		d.facts = append(d.facts, web.Fact{Term: "Chosen in wave", Value: d.area.Wave})
	}
	lsoas, err := area.LSOAs(ctx, tx, d.area.ID)
	if err != nil {
		return err
	}
	if len(lsoas) > 0 {
		d.facts = append(d.facts, web.Fact{Term: "Made up of", Value: counted(len(lsoas), "small area") + " of the census"})
	}
	if missing := d.area.Missing(len(lsoas)); len(missing) > 0 && !invented {
		d.missing = "We do not know yet: " + strings.Join(missing, ", ") + "."
	}
	if invented {
		d.missing = "This place is invented, so it is on no real map."
	}
	return nil
}
