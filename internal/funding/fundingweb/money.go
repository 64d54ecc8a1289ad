package fundingweb

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/chart"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/funding"
	"commontable/internal/ledger"
	"commontable/internal/money"
	"commontable/internal/organisation"
	"commontable/internal/web"

	"github.com/a-h/templ"
)

// moneyData is the page "Our money".
type moneyData struct {
	Shell    web.Shell
	Lead     string
	Tools    []web.Tool
	Begun    bool // something was set aside or planned
	Empty    web.Empty
	Figures  []web.Figure
	Planned  bool
	PlanHref string
	NoPlan   web.Empty
	Parts    web.Table
	Lines    web.Table
	Schedule scheduleView
	Holders  []*holderView
	Before   []*holderView // who held the money before
	OnTop    onTopView
	Account  accountView
	Forecast forecastView
	Years    yearsView
	Themes   web.Table
}

// holderView is who holds or held the money, and what came to them and went.
type holderView struct {
	Name, Held string
	Facts      []web.Fact
	Words      []string
	Account    web.Link
	End        web.Link // where it is recorded that it no longer holds the money
}

// onTopView says what is paid for looking after the money. It is not shown
// where the rule book pays nothing.
type onTopView struct{ Heading, Words, SoFar, Href string }

// scheduleView is when money comes, by financial years.
type scheduleView struct {
	Years  []web.NavItem
	Words  string
	Table  web.Table
	Empty  web.Empty
	Waits  []web.Link // offer letters that wait to be accepted
	Offers web.Link
	CSV    string
}

// accountView is the statement.
type accountView struct {
	Title    string
	Filter   web.Filter
	Table    web.Table
	Empty    web.Empty
	Any      bool // there is an account
	Quiet    bool // nothing to show in it of what was asked for
	Note     string
	CSV, All string
}

func (p pages) money(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d moneyData
	err := p.in(r, func(tx *db.Tx, acc account) error {
		q := func(name string) string {
			if value := r.URL.Query().Get(name); value != allQuarters {
				return value
			}
			return ""
		}
		s, err := p.statement(r.Context(), tx, acc, q)
		if err != nil {
			return err
		}
		upTo, err := ledger.LastDay(r.Context(), tx, ledger.Book(acc.area.ID))
		if err != nil {
			return err
		}
		d = moneyData{
			Shell: p.shell(r, by, acc.area, "Our money"), Lead: acc.leadWords(upTo), Tools: acc.tools(by),
			Begun: acc.money.Allocated.Positive() || len(acc.lines) > 0, Empty: acc.emptyMoney(by),
			Figures: acc.figures(), Planned: len(acc.lines) > 0, PlanHref: planHref(acc.area), NoPlan: acc.noPlan(by),
			Parts: acc.partsTable(), Lines: acc.linesTable(acc.lines, "Every budget line"), Account: accountOf(acc, s),
		}
		if err := p.holdersOf(r.Context(), tx, by, acc, &d); err != nil {
			return err
		}
		d.OnTop = acc.onTop()
		schedule, err := p.scheduleOf(r.Context(), tx, acc)
		if err != nil {
			return err
		}
		o, err := p.outlookOf(r.Context(), tx, acc)
		if err != nil {
			return err
		}
		d.Forecast, d.Years, d.Themes = o.forecastView(acc.area, schedule.promisedAfter(acc.programme.Ends), p.site.Today()), o.yearsView(acc.area, p.site.Today()), o.themesTable(acc.area)
		year, _ := strconv.Atoi(q("year"))
		d.Schedule = schedule.view(acc, year, p.site.Today(), s.query())
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, moneyPage(d))
}

func (acc account) leadWords(upTo date.Date) string {
	words := "Nobody has been chosen to hold our money yet."
	if len(acc.now) > 0 {
		words = upper(acc.holderWords()) + " " + acc.holds() + " our money."
	}
	if !upTo.IsZero() {
		words += " This is what the books say up to " + upTo.Long() + "."
	}
	return words
}

// tools are what can be done from here, for those who may.
func (acc account) tools(by access.Actor) []web.Tool {
	a := acc.area
	tools := []web.Tool{{Icon: "down", Text: "Download as a spreadsheet", Href: moneyHref(a) + ".csv"}}
	if by.May(access.Allocate, a.Place()) {
		tools = append(tools, web.Tool{Icon: "plus", Text: "Set money aside", Href: moneyHref(a) + "/allocations/new"})
	}
	if by.May(access.ChooseLTO, a.Place()) {
		tools = append(tools, web.Tool{Icon: "plus", Text: "Record who holds our money", Href: moneyHref(a) + "/ltos/new"})
	}
	if by.May(access.MakeOffer, a.Place()) {
		tools = append(tools, web.Tool{Icon: "plus", Text: "Make an offer letter", Href: offersHref(a) + "/new"})
	}
	for _, o := range acc.now {
		if by.May(access.SeeMoneyDesk, placeOf(a, o.ID)) {
			tools = append(tools, web.Tool{Icon: "money", Text: "Money desk of " + o.Name, Href: deskHref(o)})
		}
	}
	return tools
}

func (acc account) emptyMoney(by access.Actor) web.Empty {
	e := web.Empty{
		Heading: "No money yet",
		Words:   "When " + acc.programme.Name + " sets money aside for " + acc.area.Name + ", it will be here: our share, who holds it, what was promised, paid and spent, and what is left. Every sum will lead to what it is made of.",
	}
	if by.May(access.Allocate, acc.area.Place()) {
		e.Action = web.Link{Text: "Set money aside for " + acc.area.Name, Href: moneyHref(acc.area) + "/allocations/new"}
	}
	return e
}

func (acc account) noPlan(by access.Actor) web.Empty {
	e := web.Empty{
		Heading: "No plan yet",
		Words:   "When the " + acc.programme.Rules.Words[area.WordPartnership].Singular + " has agreed its plan, each part of it will be here with its budget, and what was spent, is held, promised and left of it.",
	}
	if by.May(access.WritePlan, acc.area.Place()) {
		e.Action = web.Link{Text: "Write the plan", Href: planHref(acc.area) + "/new"}
	}
	return e
}

func (acc account) figures() []web.Figure {
	m, at := acc.money, moneyHref(acc.area)
	paid := "paid to " + acc.holderWords()
	if held := m.Held(); held.Positive() {
		who := "who holds "
		if len(acc.now) > 1 {
			who = "who hold "
		}
		paid += ", " + who + held.Whole() + " of it"
		if len(acc.holder) > len(acc.now) { // some of it was paid to others, before
			paid = "paid out so far, of which " + held.Whole() + " is held now"
		}
	}
	return []web.Figure{
		{Number: m.Allocated.Whole(), Label: "our share", Href: at + "/allocated"},
		{Number: m.Paid.Whole(), Label: paid, Href: at + "/paid"},
		{Number: m.Spent.Whole(), Label: "spent", Href: at + "/spent"},
		{Number: m.Promised.Whole(), Label: "promised, not paid yet", Href: at + "/promised"},
		{Number: m.Left().Whole(), Label: "left to plan", Href: at + "/left"},
	}
}

var moneyColumns = []web.Column{
	{Text: "Budget", Numeric: true}, {Text: "Spent", Numeric: true}, {Text: "Held", Numeric: true}, {Text: "Promised", Numeric: true}, {Text: "Left", Numeric: true},
}

// moneyCells are a budget and what became of it.
func moneyCells(budget, promised, paid, spent money.Amount) []web.Cell {
	return []web.Cell{
		{Text: budget.Whole()},
		{Text: spent.Whole()},
		{Text: paid.Sub(spent).Whole()},
		{Text: promised.Whole()},
		{Text: budget.Sub(paid).Sub(promised).Whole(), Strong: true},
	}
}

// setAside is what is held or promised and not spent: the second part of a bar.
func setAside(promised, paid, spent money.Amount) int64 {
	return promised.Minor() + max(0, paid.Sub(spent).Minor())
}

// partsTable is what each priority has. With what is not planned yet, it adds up
// to our share and to what is left of it.
func (acc account) partsTable() web.Table {
	parts := funding.Priorities(acc.lines)
	var most int64
	for _, pr := range parts {
		most = max(most, pr.Budget.Minor(), pr.Spent.Minor()+setAside(pr.Promised, pr.Paid, pr.Spent))
	}
	t := web.Table{
		Caption: "What each part of the plan has", CaptionHidden: true, Class: "tbl--bars tbl--money",
		Columns: slices.Concat([]web.Column{{Text: "Part of the plan"}, {Text: "How much of the budget is spent, set aside and left", Bar: true}}, moneyColumns),
	}
	var budget money.Amount
	for _, pr := range parts {
		budget = budget.Add(pr.Budget)
		t.Rows = append(t.Rows, web.Row{Cells: slices.Concat([]web.Cell{
			{Text: pr.Name, Href: priorityHref(acc.area, pr.ID), RowHeader: true},
			{Component: chart.BudgetBar(pr.Spent.Minor(), setAside(pr.Promised, pr.Paid, pr.Spent), pr.Budget.Minor(), most)},
		}, moneyCells(pr.Budget, pr.Promised, pr.Paid, pr.Spent))})
	}
	if open := acc.money.Allocated.Sub(budget); !open.IsZero() {
		words := "Not in the plan yet"
		if open.Negative() {
			words = "Planned beyond our share"
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{
			{Text: words, RowHeader: true}, {Skip: true}, {Text: open.Whole()}, {}, {}, {}, {Text: open.Whole(), Strong: true},
		}})
	}
	t.Foot = slices.Concat([]web.Cell{{Text: "All together", RowHeader: true}, {Skip: true}},
		moneyCells(acc.money.Allocated, acc.money.Promised, acc.money.Paid, acc.money.Spent))
	return t
}

// linesTable is budget lines with their money.
func (acc account) linesTable(lines []funding.BudgetLine, caption string) web.Table {
	t := web.Table{Caption: caption, CaptionHidden: true, Columns: slices.Concat([]web.Column{{Text: "Budget line"}}, moneyColumns)}
	for _, l := range lines {
		t.Rows = append(t.Rows, web.Row{Cells: slices.Concat([]web.Cell{
			{Text: l.Name, Href: lineHref(acc.area, string(l.ID)), Small: l.PriorityName, RowHeader: true},
		}, moneyCells(l.Budget, l.Money.Promised, l.Money.Paid, l.Money.Spent))})
	}
	return t
}

// holdersOf tells who holds and held the money, and of each what was paid to it,
// spent by it, is held by it still, and what it got on top.
func (p pages) holdersOf(ctx context.Context, tx *db.Tx, by access.Actor, acc account, d *moneyData) error {
	holdings, err := funding.Holdings(ctx, tx, acc.area.ID)
	if err != nil {
		return err
	}
	paid, err := funding.PaidTo(ctx, tx, acc.area.ID)
	if err != nil {
		return err
	}
	told := map[organisation.ID]*holderView{}
	for _, h := range slices.Backward(holdings) {
		o, today := acc.holder[h.Organisation], p.site.Today()
		if one := told[o.ID]; one != nil { // it held the money twice
			one.Words = append(one.Words, "Also from "+h.From.Long()+" until "+h.Until.AddDays(-1).Long()+".")
			continue
		}
		held, err := ledger.Balance(ctx, tx, funding.Held(acc.area.ID, o.ID))
		if err != nil {
			return err
		}
		onTop, err := ledger.Balance(ctx, tx, funding.ContributionPaid(acc.area.ID, o.ID))
		if err != nil {
			return err
		}
		got := money.Pence(0).Add(paid[o.ID])
		view := &holderView{
			Name:    o.Name,
			Facts:   []web.Fact{{Term: "Paid to them", Value: got.String()}, {Term: "Spent by them", Value: got.Sub(held).String()}},
			Account: web.Link{Text: "What came in and went out", Href: with(moneyHref(acc.area), "lto", o.Slug) + "#statement"},
		}
		if acc.programme.Rules.ContributionRate > 0 {
			view.Facts = append(view.Facts, web.Fact{Term: "On top, for looking after it", Value: onTop.String()})
		}
		told[o.ID] = view
		if !h.Until.IsZero() && !today.Before(h.Until) {
			view.Words = append(view.Words, "From "+h.From.Long()+" until "+h.Until.AddDays(-1).Long()+".")
			view.Facts = append(view.Facts, web.Fact{Term: "Held now", Value: held.String()})
			if held.Positive() {
				view.Words = append(view.Words, "It still holds "+held.String()+", to account for or to hand back.")
			}
			d.Before = append(d.Before, view)
			continue
		}
		view.Held = held.String()
		since := "Since "
		if h.From.After(today) {
			since = "From "
		}
		view.Words = append(view.Words, since+h.From.Long()+". We chose them: "+h.Decision+".")
		if h.Functions != "" {
			view.Words = append(view.Words, h.Functions)
		}
		if by.May(access.ChooseLTO, acc.area.Place()) && h.Until.IsZero() {
			view.End = web.Link{Text: "Record that it no longer holds our money", Href: moneyHref(acc.area) + "/ltos/" + o.Slug + "/end"}
		}
		d.Holders = append(d.Holders, view)
	}
	return nil
}

func (acc account) onTop() onTopView {
	rate := acc.programme.Rules.ContributionRate
	if rate <= 0 || len(acc.holders) == 0 {
		return onTopView{}
	}
	return onTopView{
		Heading: rate.String() + " on top.",
		Words:   upper(acc.holderWords()) + " " + gets(len(acc.now)) + " " + rate.String() + " of each payment for looking after the money. It does not come out of our share.",
		SoFar:   "So far: " + acc.money.Contribution.String(),
		Href:    moneyHref(acc.area) + "/contribution",
	}
}

func gets(n int) string {
	if n > 1 {
		return "get"
	}
	return "gets"
}

func accountOf(acc account, s statement) accountView {
	v := accountView{Title: s.title(), Any: s.Holder.ID != "", Empty: web.Empty{
		Heading: "No statement yet", Words: "After the first payment, each sum that comes in and goes out will be here, with what is left after it.",
	}}
	if !v.Any {
		return v
	}
	v.Filter, v.Table = s.filter(acc), s.table(acc)
	csv := moneyHref(acc.area) + "/statement.csv"
	v.CSV = with(csv, s.query()...)
	all := s.query()
	all[1] = allQuarters
	v.All = with(csv, all...)
	if s.Priority != "" {
		v.Note = "Only what was for " + s.PriorityName + ". There is one balance for all our money, so none is shown here."
		v.Filter.Clear = with(moneyHref(acc.area), "quarter", s.Quarter.String()) + "#statement"
	}
	if len(s.holders) > 1 {
		v.Title += ": " + s.Holder.Name
	}
	if len(s.Rows) == 0 && s.Priority != "" {
		v.Quiet = true
		v.Empty = web.Empty{Heading: "Nothing in these months", Words: "Nothing came in or went out for " + s.PriorityName + ". Choose other months, or all of the plan."}
	}
	return v
}

// A scheduled is an instalment with what the page says of it.
type scheduled struct {
	funding.Instalment

	offer  funding.Offer
	stage  funding.Stage
	paidOn date.Date
}

// A schedule is all that is promised and was paid, by the day it is due.
type schedule struct {
	all   []scheduled
	waits []funding.Offer // not accepted yet
}

// scheduleOf gathers the instalments in force, and those of older letters that
// were paid.
func (p pages) scheduleOf(ctx context.Context, tx *db.Tx, acc account) (s schedule, err error) {
	offers, err := funding.Schedule(ctx, tx, acc.area.ID)
	if err != nil {
		return s, err
	}
	payments, err := funding.PaymentsOn(ctx, tx, acc.area.ID, "")
	if err != nil {
		return s, err
	}
	paidOn := map[funding.PaymentID]date.Date{}
	for _, x := range payments {
		paidOn[x.ID] = x.Release.PaidOn
	}
	for _, o := range offers {
		if !o.Accepted() && o.SupersededBy == 0 && o.Declined.On.IsZero() {
			s.waits = append(s.waits, o)
		}
		for _, in := range o.Instalments {
			stage := in.Stage(o, p.site.Today())
			if stage == funding.Superseded || stage == funding.Offered || stage == funding.Lapsed {
				continue
			}
			s.all = append(s.all, scheduled{in, o, stage, paidOn[in.Payment]})
		}
	}
	slices.SortStableFunc(s.all, func(x, y scheduled) int {
		return cmp.Or(cmp.Compare(x.DueOn.String(), y.DueOn.String()), cmp.Compare(x.Offer, y.Offer), cmp.Compare(x.Number, y.Number))
	})
	return s, nil
}

// promisedAfter is what is promised for days after one, and not paid.
func (s schedule) promisedAfter(day date.Date) money.Amount {
	sum := money.Pence(0)
	for _, in := range s.all {
		if in.stage != funding.Paid && in.DueOn.After(day) {
			sum = sum.Add(in.Amount)
		}
	}
	return sum
}

// view shows one financial year: that asked for, or this one, or the newest.
func (s schedule) view(acc account, asked int, today date.Date, query []string) scheduleView {
	v := scheduleView{
		Offers: web.Link{Text: "Offer letters", Href: offersHref(acc.area)}, CSV: moneyHref(acc.area) + "/schedule.csv",
		Empty: web.Empty{Heading: "No payments promised yet", Words: "When an offer letter is accepted, each payment that it promises will be here: for what, on which day, how much, and where it has got to."},
	}
	for _, o := range s.waits {
		v.Waits = append(v.Waits, web.Link{Text: "Offer letter " + strconv.FormatInt(o.Number, 10) + " waits for " + acc.holder[o.Organisation].Name, Href: offerHref(acc.area, o.Number)})
	}
	if len(s.all) == 0 {
		return v
	}
	years := s.years()
	year := years[len(years)-1]
	switch {
	case slices.Contains(years, asked):
		year = asked
	case slices.Contains(years, today.FinancialYear()):
		year = today.FinancialYear()
	}
	v.Years = yearLinks(years, year, func(y int) string {
		return with(moneyHref(acc.area), append(slices.Clone(query), "year", strconv.Itoa(y))...) + "#schedule"
	})
	v.Words = "From the programme to " + acc.holderWords() + ". April " + strconv.Itoa(year) + " to March " + strconv.Itoa(year+1) + "."
	v.Table = web.Table{
		Caption: "Payments due, " + financialYear(year), CaptionHidden: true,
		Columns: []web.Column{{Text: "For"}, {Text: "Due"}, {Text: "Amount", Numeric: true}, {Text: "Where it is"}},
	}
	total := money.Pence(0)
	for _, in := range s.all {
		if in.DueOn.FinancialYear() != year {
			continue
		}
		total = total.Add(in.Amount)
		first := web.Cell{Text: acc.line[in.Line].Name, Href: instalmentHref(acc.area, in.Instalment), Hidden: "due " + in.DueOn.Long(), RowHeader: true}
		if len(acc.holders) > 1 {
			first.Small = "to " + acc.holder[in.offer.Organisation].Name
		}
		v.Table.Rows = append(v.Table.Rows, web.Row{Cells: []web.Cell{
			first, {Text: in.DueOn.Long()}, {Text: in.Amount.Whole()}, {Component: in.tag()},
		}})
	}
	v.Table.Foot = []web.Cell{{Text: "This year together", RowHeader: true}, {Skip: true}, {Text: total.Whole()}, {Skip: true}}
	return v
}

func (s schedule) years() []int {
	var years []int
	for _, in := range s.all {
		if y := in.DueOn.FinancialYear(); !slices.Contains(years, y) {
			years = append(years, y)
		}
	}
	slices.Sort(years)
	return years
}

// yearLinks lead to the year before and the year after, and to the first and
// the last.
func yearLinks(years []int, shown int, href func(int) string) []web.NavItem {
	if len(years) < 2 {
		return nil
	}
	at := slices.Index(years, shown)
	keep := []int{at - 1, at, at + 1}
	var links []web.NavItem
	for i, y := range years {
		if slices.Contains(keep, i) || len(years) <= 4 {
			links = append(links, web.NavItem{Text: financialYear(y), Href: href(y), Current: i == at})
		}
	}
	return links
}

// instalmentHref leads to an instalment's payment, or to the letter that
// promises it.
func instalmentHref(a area.Area, in funding.Instalment) string {
	if in.Payment != "" {
		return paymentHref(a, in.Payment)
	}
	return offerHref(a, in.Offer)
}

// stageWords says where an instalment is.
func stageWords(s funding.Stage) string {
	switch s {
	case funding.Offered:
		return "Offered, not accepted yet"
	case funding.Planned:
		return "Planned"
	case funding.Due:
		return "Due, not started yet"
	case funding.Prepared:
		return "Prepared, to be approved"
	case funding.Approved:
		return "Approved, to be paid"
	case funding.Paid:
		return "Paid"
	case funding.Superseded:
		return "In a newer letter"
	case funding.Lapsed:
		return "Promised no more"
	}
	return string(s)
}

func (in scheduled) tag() templ.Component {
	words := stageWords(in.stage)
	switch in.stage {
	case funding.Paid:
		return web.Tag(web.Good, words+" "+in.paidOn.Long())
	case funding.Prepared, funding.Approved:
		return web.Tag(web.Info, words)
	case funding.Due:
		return web.Tag(web.Watch, words)
	case funding.Planned, funding.Offered, funding.Superseded, funding.Lapsed:
	}
	return web.Tag(web.Plain, words)
}

func (p pages) scheduleCSV(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	var s schedule
	var acc account
	if err := p.in(r, func(tx *db.Tx, found account) (err error) {
		acc = found
		s, err = p.scheduleOf(r.Context(), tx, acc)
		return err
	}); err != nil {
		return err
	}
	head := []string{"due", "amount", "priority", "budget line", "held by", "offer letter", "stage", "paid on", "payment"}
	rows := make([][]string, 0, len(s.all))
	for _, in := range s.all {
		line := acc.line[in.Line]
		rows = append(rows, []string{
			in.DueOn.String(), in.Amount.Decimal(), line.PriorityName, line.Name, acc.holder[in.offer.Organisation].Name,
			strconv.FormatInt(in.Offer, 10), string(in.stage), in.paidOn.String(), string(in.Payment),
		})
	}
	return web.CSV(w, acc.area.Slug+"-schedule", head, rows)
}

func (p pages) moneyCSV(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	var acc account
	if err := p.in(r, func(_ *db.Tx, found account) error {
		acc = found
		return nil
	}); err != nil {
		return err
	}
	head := []string{"priority", "budget line", "theme", "budget", "spent", "held", "promised", "left", "line"}
	rows := make([][]string, 0, len(acc.lines))
	for _, l := range acc.lines {
		theme := themeName(acc.programme.Rules, l.ThemeNow())
		rows = append(rows, []string{
			l.PriorityName, l.Name, theme, l.Budget.Decimal(), l.Money.Spent.Decimal(), l.Money.Paid.Sub(l.Money.Spent).Decimal(),
			l.Money.Promised.Decimal(), l.Left().Decimal(), string(l.ID),
		})
	}
	return web.CSV(w, acc.area.Slug+"-money", head, rows)
}
