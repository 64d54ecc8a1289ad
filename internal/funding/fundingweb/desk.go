package fundingweb

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/money"
	"commontable/internal/organisation"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// A desk shows at most so many of what waits, and of what was done last.
const (
	mostWork   = 12
	mostRecent = 30
)

// paymentDeskData is a programme's payment desk.
type paymentDeskData struct {
	Shell                             web.Shell
	Programme                         string
	CSV                               string
	Figures                           []web.Figure
	Due, Prepared, Approved, Released web.Table
	Asked                             web.Table // payments that somebody asked to reverse
	More                              string    // where not all of what waits is shown
	Page                              string    // its address
}

// waits reports whether there is anything to do.
func (d paymentDeskData) waits() bool {
	return len(d.Asked.Rows)+len(d.Due.Rows)+len(d.Prepared.Rows)+len(d.Approved.Rows) > 0
}

func (p pages) paymentDesk(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d paymentDeskData
	var programme area.Programme
	err := p.read(r.Context(), func(tx *db.Tx) error {
		rows, found, err := p.paymentRows(r, tx, by, mostInFile)
		if err != nil {
			return err
		}
		programme = found
		d.fill(rows)
		return nil
	})
	if err != nil {
		return err
	}
	d.Programme, d.Page = programme.Name, paymentsHref(programme)
	d.CSV = d.Page + ".csv"
	d.Shell = p.site.ShellIn(r, by, "Payments", web.Link{Text: programme.Name, Href: "/programmes/" + programme.Slug}, p.site.ProgrammeRooms, "Payments")
	return p.site.Show(w, r, http.StatusOK, paymentDeskPage(d))
}

func (p pages) paymentDeskCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var lines [][]string
	var programme area.Programme
	err := p.read(r.Context(), func(tx *db.Tx) error {
		rows, found, err := p.paymentRows(r, tx, by, mostInFile)
		programme = found
		for _, x := range rows {
			lines = append(lines, []string{
				x.state, x.area.Name, x.lto, x.line.PriorityName, x.line.Name, x.due, x.amount.Decimal(), x.contribution.Decimal(), x.who,
			})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, programme.Slug+"-payments", []string{"state", "area", "to", "priority", "budget line", "day", "amount", "contribution", "who"}, lines)
}

// A paymentRow is one line of the payment desk.
type paymentRow struct {
	state                string
	area                 area.Area
	lto                  string
	line                 plan.Line
	due                  string
	day                  string // for people: when it is due, or was paid
	href                 string // the payment; "" where there is none yet
	who                  string // who prepared it, approved it, paid it
	whose                string // why the next step is another's
	act                  web.Button
	amount, contribution money.Amount
}

// The states of a row, in the order of the desk.
const (
	rowDue      = "due"
	rowPrepared = "waits for approval"
	rowApproved = "waits for release"
	rowPaid     = "paid"
	rowAsked    = "asked to reverse"
)

// paymentRows are what waits at the desk that a request names. To those who may
// not see that programme's payments there is no desk.
func (p pages) paymentRows(r *http.Request, tx *db.Tx, by access.Actor, most int) ([]paymentRow, area.Programme, error) {
	programme, err := area.ProgrammeBySlug(r.Context(), tx, r.PathValue("programme"))
	if err != nil {
		return nil, programme, err
	}
	if err := by.MustSee(access.SeePayments, programme.Place()); err != nil {
		return nil, programme, err
	}
	work, err := funding.PaymentWork(r.Context(), tx, programme.ID, p.site.Today(), most)
	if err != nil {
		return nil, programme, err
	}
	n := namesIn(r, tx, by)
	n.knowDesk(work)
	var rows []paymentRow
	for _, in := range work.Due {
		rows = append(rows, dueRow(n, by, work, in, programme.Rules.ContributionRate))
	}
	for _, group := range []struct {
		state    string
		payments []funding.Payment
	}{{rowAsked, work.Asked}, {rowPrepared, work.Prepared}, {rowApproved, work.Approved}, {rowPaid, work.Released}} {
		for _, payment := range group.payments {
			rows = append(rows, n.paymentRow(by, work, payment, group.state))
		}
	}
	return rows, programme, n.firstFail
}

func dueRow(n *names, by access.Actor, work funding.Work, in funding.Instalment, rate money.Rate) paymentRow {
	a := n.area(in.Area)
	x := paymentRow{
		state: rowDue, area: a, lto: n.organisation(work.To[in.ID].Organisation).Name, line: work.Lines[in.Line], due: in.DueOn.String(), day: in.DueOn.Long(),
		amount: in.Amount, contribution: in.Amount.Share(rate),
	}
	if by.May(access.PreparePayment, a.Place()) {
		x.act = web.Button{Words: "Prepare", Hidden: "the payment of " + in.Amount.Whole() + " to " + x.lto + " for " + a.Name, Href: prepareHref(a, in.ID), Kind: web.Secondary}
	}
	return x
}

// knowDesk looks up all at once whom and what the desk names.
func (n *names) knowDesk(work funding.Work) {
	var areas []area.ID
	var orgs []organisation.ID
	var people []access.PersonID
	for _, in := range work.Due {
		areas, orgs = append(areas, in.Area), append(orgs, work.To[in.ID].Organisation)
	}
	for _, p := range slices.Concat(work.Prepared, work.Approved, work.Asked, work.Released) {
		areas, orgs = append(areas, p.Area), append(orgs, p.Organisation)
		people = append(people, p.PreparedBy, p.Asked.By, p.Release.By)
		for _, x := range p.Approvals {
			people = append(people, x.By)
		}
	}
	n.know(areas, orgs, people)
}

func (n *names) paymentRow(by access.Actor, work funding.Work, payment funding.Payment, state string) paymentRow {
	a := n.area(payment.Area)
	x := paymentRow{
		state: state, area: a, lto: n.organisation(payment.Organisation).Name, line: work.Lines[payment.Line],
		href: paymentHref(a, payment.ID), amount: payment.Amount, contribution: payment.Contribution, who: "Prepared by " + n.person(payment.PreparedBy),
	}
	for _, approval := range payment.Approvals {
		x.who += ", approved by " + n.person(approval.By)
	}
	hidden := "the payment of " + payment.Amount.Whole() + " for " + a.Name
	switch {
	case state == rowAsked:
		x.due, x.day = payment.Release.PaidOn.String(), "Paid "+payment.Release.PaidOn.Long()
		x.who = "Asked by " + n.person(payment.Asked.By)
		return x
	case state == rowPaid:
		x.due, x.day = payment.Release.PaidOn.String(), payment.Release.PaidOn.Long()
		x.who = "Paid by " + n.person(payment.Release.By)
		return x
	case payment.MayApprove(by, a) == nil:
		x.act = web.Button{Words: "Look and approve", Hidden: hidden, Href: x.href, Kind: web.Secondary}
	case payment.MayRelease(by, a) == nil:
		x.act = web.Button{Words: "Release", Hidden: hidden, Href: x.href + "/release", Kind: web.Secondary}
	default:
		x.whose = payment.Whose(by)
	}
	due := work.To[payment.Instalment].DueOn
	x.due, x.day = due.String(), due.Long()
	return x
}

// fill puts the rows into their tables.
func (d *paymentDeskData) fill(rows []paymentRow) {
	d.Due, d.Prepared = deskTable("Due", "Due"), deskTable("Waiting for approval", "Due")
	d.Approved, d.Released = deskTable("Approved, waiting to be paid", "Due"), deskTable("Paid last", "Paid")
	d.Asked = deskTable("Asked to be reversed", "Paid")
	tables := map[string]*web.Table{rowDue: &d.Due, rowPrepared: &d.Prepared, rowApproved: &d.Approved, rowPaid: &d.Released, rowAsked: &d.Asked}
	sums, counts := map[string]money.Amount{}, map[string]int{}
	for _, x := range rows {
		t := tables[x.state]
		sums[x.state] = sums[x.state].Add(x.amount)
		counts[x.state]++
		if counts[x.state] > mostWork {
			continue
		}
		act := web.Cell{Text: x.whose}
		switch {
		case x.act.Href != "":
			act = web.Cell{Component: rowButton(x.act)}
		case x.whose == "" && x.href != "":
			act = web.Cell{Text: "Look at it", Href: x.href, Hidden: "the payment of " + x.amount.Whole() + " for " + x.area.Name}
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{
			{Text: x.area.Name, Href: moneyHref(x.area), Small: x.lto, RowHeader: true},
			{Text: x.line.Name, Href: lineHref(x.area, string(x.line.ID)), Small: x.line.PriorityName},
			{Text: x.day, Small: x.who},
			{Text: x.amount.String(), Small: x.contribution.String() + " beside it"},
			act,
		}})
	}
	figure := func(state, words, id string) web.Figure {
		f := web.Figure{Number: sums[state].Short(), Label: words + ": " + counted(counts[state], "payment")}
		if len(tables[state].Rows) > 0 {
			f.Href = "#" + id
		}
		return f
	}
	d.Figures = []web.Figure{
		figure(rowDue, "due and not prepared", "due"), figure(rowPrepared, "waiting for approval", "prepared"), figure(rowApproved, "waiting to be paid", "approved"),
	}
	if most := max(counts[rowDue], counts[rowPrepared], counts[rowApproved]); most > mostWork {
		d.More = "The " + strconv.Itoa(mostWork) + " that waited longest are shown of each. The others come up as these are done, and all are in the spreadsheet and on their areas’ pages."
	}
}

func deskTable(caption, day string) web.Table {
	return web.Table{Caption: caption, CaptionHidden: true, Class: "tbl--desk", Columns: []web.Column{
		{Text: "Area and who is paid"}, {Text: "Part of the plan"}, {Text: day}, {Text: "Amount", Numeric: true}, {Text: "What you can do", Hidden: true},
	}}
}

// moneyDeskData is an organisation's money desk.
type moneyDeskData struct {
	Shell   web.Shell
	Name    string
	Slug    string
	Wrong   fault.Invalid
	Figures []web.Figure
	Offers  []web.Todo
	Areas   web.Table
	Certify []certifyData
	Back    web.Table // sent back, to be recorded afresh
	Recent  web.Table
	CSV     string
	Empty   bool
}

// certifyData is what waits to be certified of one area's money.
type certifyData struct {
	ID, Area, Action, Form, Slug string
	Wrong                        string
	Spends                       web.Table
	May                          bool // some of it, by this very person
	First                        bool // the page's main button is here
}

func (d certifyData) kind() web.ButtonKind {
	if d.First {
		return web.Primary
	}
	return web.Secondary
}

func (d certifyData) words() string {
	if d.May {
		return "Tick what is right. It is kept with your name."
	}
	return "Somebody who did not record it certifies it."
}

func (p pages) moneyDesk(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showMoneyDesk(w, r, by, r.PathValue("organisation"), wrongTicks{})
}

// wrongTicks is what is wrong with what was ticked, and of which area's money.
type wrongTicks struct {
	area  area.ID
	wrong fault.Invalid
	form  string
}

func (p pages) showMoneyDesk(w http.ResponseWriter, r *http.Request, by access.Actor, slug string, ticks wrongTicks) error {
	var d moneyDeskData
	err := p.read(r.Context(), func(tx *db.Tx) error {
		desk, err := funding.DeskOf(r.Context(), tx, by, slug, mostRecent)
		if err != nil {
			return err
		}
		n := namesIn(r, tx, by)
		d.Name, d.Slug, d.Empty = desk.Organisation.Name, desk.Organisation.Slug, len(desk.Areas) == 0
		d.CSV = deskHref(desk.Organisation) + ".csv"
		d.Figures, d.Areas = p.deskAreas(n, by, desk)
		for _, o := range desk.Offers {
			d.Offers = append(d.Offers, n.offerTodo(o))
		}
		d.Certify = p.toCertify(n, by, desk, ticks)
		d.Back = backTable(n, by, desk)
		d.Recent = recentTable(n, desk.Recent)
		return n.firstFail
	})
	if err != nil {
		return err
	}
	status, title := http.StatusOK, "Money desk"
	if d.Wrong = ticks.wrong; len(d.Wrong) > 0 {
		status, title = http.StatusUnprocessableEntity, "Error: Money desk"
	}
	d.Shell = p.site.ShellIn(r, by, title, web.Link{Text: d.Name, Href: "/organisations/" + d.Slug + "/money"}, nil, "")
	d.Shell.NoIndex = true
	return p.site.Show(w, r, status, moneyDeskPage(d))
}

func (n *names) offerTodo(waiting funding.AreaOffer) web.Todo {
	if n.firstFail != nil {
		return web.Todo{}
	}
	a := n.area(waiting.Area)
	o, err := funding.OfferOf(n.ctx(), n.tx, waiting.Area, waiting.Number)
	n.fail(err)
	return web.Todo{
		Icon: "doc", Title: o.Total().Whole() + " for " + a.Name, Detail: "Offer letter " + ordinal(o.Number) + " waits to be accepted, since " + o.OfferedOn.Long(),
		Action: web.Link{Text: "Read the offer", Href: offerHref(a, o.Number)}, Hidden: "for " + a.Name,
	}
}

// deskAreas is what an organisation holds, area by area, and all together.
func (p pages) deskAreas(n *names, by access.Actor, desk funding.Desk) ([]web.Figure, web.Table) {
	t := web.Table{Caption: "The areas whose money " + desk.Organisation.Name + " holds", CaptionHidden: true, Columns: []web.Column{
		{Text: "Area"}, {Text: "Held now", Numeric: true}, {Text: "Spent so far", Numeric: true}, {Text: "Next payment"}, {Text: "What you can do", Hidden: true},
	}}
	held, spent, waiting := money.Pence(0), money.Pence(0), money.Pence(0)
	count := 0
	for i, in := range desk.Areas {
		held, spent = held.Add(in.Held), spent.Add(in.Spent)
		for _, s := range in.ToCertify {
			waiting = waiting.Add(s.Amount)
		}
		count += len(in.ToCertify)
		next := web.Cell{Text: "None promised"}
		if in.Next.ID != "" {
			next = web.Cell{Text: in.Next.DueOn.Long(), Href: offerHref(in.Area, in.Next.Offer), Small: in.Next.Amount.Whole() + " for " + n.line(in.Area.ID, in.Next.Line).Name}
			if in.Next.State != funding.PaymentNone {
				next.Small += ", on its way"
			}
		}
		act := web.Cell{}
		if by.May(access.ProvideSpend, placeOf(in.Area, desk.Organisation.ID)) {
			b := web.Button{Words: "Record spending", Hidden: "of " + in.Area.Name + "’s money", Href: moneyHref(in.Area) + "/spending/new?lto=" + desk.Organisation.Slug, Kind: web.Secondary}
			if i == 0 && len(desk.Areas) == 1 {
				b.Kind = web.Primary
			}
			act.Component = rowButton(b)
		}
		since := "since " + in.Holding.From.Long()
		if !in.Holding.Until.IsZero() {
			since = in.Holding.From.Long() + " to " + in.Holding.Until.Long()
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{
			{Text: in.Area.Name, Href: moneyHref(in.Area), Small: since, RowHeader: true}, {Text: in.Held.String()}, {Text: in.Spent.String()}, next, act,
		}})
	}
	if len(desk.Areas) > 1 {
		t.Foot = []web.Cell{{Text: "All together", RowHeader: true}, {Text: held.String()}, {Text: spent.String()}, {}, {}}
	}
	return []web.Figure{
		{Number: held.Whole(), Label: "held for " + counted(len(desk.Areas), "area")},
		{Number: spent.Whole(), Label: "spent and certified"},
		{Number: waiting.Whole(), Label: "to certify: " + counted(count, "spend")},
	}, t
}

// toCertify is what waits, with a tick box where this very person may certify it.
func (p pages) toCertify(n *names, by access.Actor, desk funding.Desk, ticks wrongTicks) []certifyData {
	var all []certifyData
	first := true
	for _, in := range desk.Areas {
		if len(in.ToCertify) == 0 {
			continue
		}
		c := certifyData{
			ID: "certify-" + in.Area.Slug, Area: in.Area.Name, Action: moneyHref(in.Area) + "/spending/certification", Slug: desk.Organisation.Slug,
			Form: p.site.NewForm(),
			Spends: web.Table{Caption: "Spending of " + in.Area.Name + "’s money to certify", CaptionHidden: true, Class: "tbl--certify", Columns: []web.Column{
				{Text: "What it was"}, {Text: "Paid to"}, {Text: "Part of the plan"}, {Text: "Day"}, {Text: "Amount", Numeric: true},
			}},
		}
		if ticks.area == in.Area.ID {
			c.Wrong, c.Form = ticks.wrong.For("spend"), ticks.form
		}
		for _, s := range in.ToCertify {
			what := web.Cell{Text: s.Heading, Href: spendHref(in.Area, s.ID), Small: "Recorded by " + n.person(s.ProvidedBy) + ". " + n.evidence(by, in.Area, s), RowHeader: true}
			if s.MayCertify(by, in.Area) == nil {
				box := tick{ID: "spend-" + string(s.ID), Value: string(s.ID), Shown: s.Digest, Words: s.Heading, Href: what.Href, Small: what.Small}
				if !c.May && c.Wrong != "" {
					box.ID = "spend" // where the words about what is wrong lead
				}
				what, c.May = web.Cell{Component: tickBox(box), RowHeader: true}, true
			} else if whose := s.Whose(by); whose != "" {
				what.Small = whose
			}
			line := n.line(in.Area.ID, s.Line)
			c.Spends.Rows = append(c.Spends.Rows, web.Row{Cells: []web.Cell{
				what, {Text: s.ShownPayee()}, {Text: line.Name, Small: line.PriorityName}, {Text: s.SpentOn.Long()}, {Text: s.Amount.String()},
			}})
		}
		c.First = c.May && first
		first = first && !c.May
		all = append(all, c)
	}
	return all
}

// A tick is a box beside a spend.
type tick struct{ ID, Value, Shown, Words, Href, Small string }

// backTable is what a colleague sent back, with the way to record it afresh for
// those who may.
func backTable(n *names, by access.Actor, desk funding.Desk) web.Table {
	t := web.Table{Caption: "Sent back", CaptionHidden: true, Columns: []web.Column{
		{Text: "What it was"}, {Text: "Why it came back"}, {Text: "Amount", Numeric: true}, {Text: "What you can do", Hidden: true},
	}}
	for _, s := range desk.SentBack {
		a := n.area(s.Area)
		act := web.Cell{}
		if s.MayRecordAfresh(by, a) == nil {
			act.Component = rowButton(web.Button{Words: "Record it afresh", Hidden: "“" + s.Heading + "”", Href: afreshHref(a, s.ID, desk.Organisation.Slug), Kind: web.Secondary})
		}
		small := a.Name + ", " + on(s.Refused.At)
		if s.ProvidedBy == by.Person {
			small += ". You recorded it"
		} else if name := n.person(s.ProvidedBy); name != "" {
			small += ". Recorded by " + name
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{
			{Text: s.Heading, Href: spendHref(a, s.ID), Small: small, RowHeader: true}, {Text: s.Refused.Reason}, {Text: s.Amount.String()}, act,
		}})
	}
	return t
}

func recentTable(n *names, recent []funding.Spend) web.Table {
	t := web.Table{Caption: "Recorded last", CaptionHidden: true, Columns: []web.Column{
		{Text: "What it was"}, {Text: "Area"}, {Text: "Day"}, {Text: "Amount", Numeric: true}, {Text: "Where it is"},
	}}
	for _, s := range recent {
		a := n.area(s.Area)
		kind, words := spendTag(s)
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{
			{Text: s.Heading, Href: spendHref(a, s.ID), Small: n.line(s.Area, s.Line).Name, RowHeader: true},
			{Text: a.Name},
			{Text: s.SpentOn.Long()},
			{Text: s.Amount.String()},
			{Component: web.Tag(kind, words)},
		}})
	}
	return t
}

func spendTag(s funding.Spend) (web.Kind, string) {
	switch s.State() {
	case funding.SpendCertified:
		return web.Good, "Certified"
	case funding.SpendRefused:
		return web.Act, "Sent back"
	case funding.SpendReversed:
		return web.Out, "Put right"
	case funding.SpendProvided:
	}
	return web.Watch, "To be certified"
}

// mostInFile bounds what a file holds, and what a desk counts.
const mostInFile = 5000

func (p pages) moneyDeskCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var lines [][]string
	err := p.read(r.Context(), func(tx *db.Tx) error {
		desk, err := funding.DeskOf(r.Context(), tx, by, r.PathValue("organisation"), mostInFile)
		if err != nil {
			return err
		}
		n := namesIn(r, tx, by)
		for _, s := range desk.Recent {
			line := n.line(s.Area, s.Line)
			lines = append(lines, []string{
				s.SpentOn.String(), n.area(s.Area).Name, s.Heading, s.ShownPayee(), line.PriorityName, line.Name, s.Amount.Decimal(), string(s.State()),
				s.CertifiedOn.String(),
			})
		}
		return n.firstFail
	})
	if err != nil {
		return err
	}
	return web.CSV(w, r.PathValue("organisation")+"-spending", []string{"day", "area", "what it was", "paid to", "priority", "budget line", "amount", "state", "certified on"}, lines)
}

func (p pages) certifySpends(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	var spends []funding.Shown
	for _, one := range form.Texts("spend") {
		spends = append(spends, funding.Shown{Spend: funding.SpendID(one), Digest: form.Text("shown-" + one)})
	}
	var a area.Area
	var desk funding.Desk
	err = p.read(r.Context(), func(tx *db.Tx) (err error) {
		if a, err = areaOf(r, tx); err != nil {
			return err
		}
		if desk, err = funding.DeskOf(r.Context(), tx, by, form.Text("lto"), 0); err != nil {
			return err
		}
		for _, x := range spends {
			if _, _, err := funding.SpendFor(r.Context(), tx, by, a, x.Spend); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = p.funding.CertifyShown(r.Context(), by, a, funding.Form(form.Text("form")), spends...)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.showMoneyDesk(w, r, by, desk.Organisation.Slug, wrongTicks{area: a.ID, wrong: wrong, form: form.Text("form")})
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, counted(len(spends), "spend")+" of "+a.Name+"’s money certified.", deskHref(desk.Organisation))
}
