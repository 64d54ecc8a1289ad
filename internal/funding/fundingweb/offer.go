package fundingweb

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/money"
	"commontable/internal/organisation"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// offersData is the list of an area's offer letters.
type offersData struct {
	Shell   web.Shell
	Lead    string
	CSV     string
	All     string // where all letters are, of a list for one line
	Offers  web.Table
	NewHref string // "" where the reader may not make one
	Line    string // the name of the line of which the list is; "" for all
}

func (p pages) offers(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	d, a, _, err := p.readOffers(r, by)
	if err != nil {
		return err
	}
	d.Shell = p.shell(r, by, a, "Offer letters", web.Link{Text: "Offer letters"})
	d.Lead = "Each letter says what the programme promises to " + a.Name + ", for which part of the plan, and when it is paid."
	if d.All != "" {
		d.Lead = "The letters that promise money for " + d.Line + ", each with the decision that allows it."
	}
	if by.May(access.MakeOffer, a.Place()) {
		d.NewHref = offersHref(a) + "/new"
	}
	return p.site.Show(w, r, http.StatusOK, offersPage(d))
}

func (p pages) offersCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	_, a, rows, err := p.readOffers(r, by)
	if err != nil {
		return err
	}
	return web.CSV(w, a.Slug+"-offer-letters", []string{"letter", "to", "offered on", "accepted on", "payments", "total", "state", "by decision"}, rows)
}

func (p pages) readOffers(r *http.Request, by access.Actor) (d offersData, a area.Area, rows [][]string, err error) {
	err = p.read(r.Context(), func(tx *db.Tx) (err error) {
		if a, err = areaOf(r, tx); err != nil {
			return err
		}
		offers, err := funding.Schedule(r.Context(), tx, a.ID)
		if err != nil {
			return err
		}
		d.CSV = offersHref(a) + ".csv"
		if id := plan.LineID(r.URL.Query().Get("line")); id != "" {
			line, err := plan.LineByID(r.Context(), tx, a.ID, id)
			if err != nil {
				return err
			}
			offers = slices.DeleteFunc(offers, func(o funding.Offer) bool {
				return !slices.ContainsFunc(o.Instalments, func(in funding.Instalment) bool { return in.Line == id })
			})
			d.Line, d.All, d.CSV = line.Name, offersHref(a), d.CSV+"?line="+url.QueryEscape(string(id))
		}
		n := namesIn(r, tx, by)
		d.Offers = web.Table{
			Caption: "Offer letters", CaptionHidden: true,
			Columns: []web.Column{{Text: "Letter"}, {Text: "To"}, {Text: "Offered"}, {Text: "By"}, {Text: "Payments", Numeric: true}, {Text: "Total", Numeric: true}, {Text: "Where it is"}},
		}
		for _, o := range offers {
			decided := decidedFact(a, o.Decision)
			kind, words := offerState(o)
			to := n.organisation(o.Organisation).Name
			d.Offers.Rows = append(d.Offers.Rows, web.Row{Cells: []web.Cell{
				{Text: "Offer letter " + ordinal(o.Number), Href: offerHref(a, o.Number), RowHeader: true},
				{Text: to},
				{Text: o.OfferedOn.Long()},
				{Text: decided.Value, Href: decided.Href},
				{Text: strconv.Itoa(len(o.Instalments))},
				{Text: o.Total().Whole()},
				{Component: web.Tag(kind, words)},
			}})
			rows = append(rows, []string{ordinal(o.Number), to, o.OfferedOn.String(), o.AcceptedOn.String(), strconv.Itoa(len(o.Instalments)), o.Total().Decimal(), words, numberOrNothing(o.Decision)})
		}
		return n.firstFail
	})
	return d, a, rows, err
}

// numberOrNothing is a number that is there, in digits.
func numberOrNothing(n int64) string {
	if n == 0 {
		return ""
	}
	return ordinal(n)
}

// offerState is where a letter is, as a tag says it.
func offerState(o funding.Offer) (web.Kind, string) {
	paid := 0
	for _, in := range o.Instalments {
		if in.State == funding.PaymentReleased {
			paid++
		}
	}
	switch {
	case o.SupersededBy != 0:
		return web.Plain, "Letter " + ordinal(o.SupersededBy) + " took its place"
	case !o.Declined.On.IsZero():
		return web.Out, "Declined"
	case !o.EndedOn.IsZero():
		return web.Plain, "Ended before all was paid"
	case !o.Accepted():
		return web.Watch, "Waits to be accepted"
	case paid == len(o.Instalments):
		return web.Good, "Paid in full"
	case paid > 0:
		return web.Pine, fmt.Sprintf("%d of %d paid", paid, len(o.Instalments))
	}
	return web.Pine, "Accepted"
}

// offerData is an offer letter.
type offerData struct {
	sheet
	Area, Funder, LTO   string
	Offer               funding.Offer
	Plan                plan.Version
	Words               map[string]area.Word
	Rate                money.Rate
	Contribution        money.Amount
	Steps               []web.Step
	Schedule            web.Table
	Sides               []web.Fact
	History             []web.TimelineItem
	Walk                walk
	MayAccept           bool
	NewVersion          string // where one is made; "" where the reader may not
	Successor           int64  // made to take this one's place, and not accepted yet
	SuccessorHref       string
	SupersededHref, CSV string
	Ended, Why          string // how it came to nothing, or to an end before its time
	Decline             string // where it is declined; "" where the reader may not
	Interests           web.InterestsCard
	Stopped             int64 // the decision that does not say who is paid, while it waits for that; 0 for none
}

func (d offerData) title() string { return "Offer letter " + ordinal(d.Offer.Number) }

func (d offerData) payments() string {
	return counted(len(d.Offer.Instalments), "payment")
}

func (p pages) offer(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	d, a, _, err := p.readOffer(r, by)
	if err != nil {
		return err
	}
	d.Steps = d.steps()
	d.CSV = offerHref(a, d.Offer.Number) + "/schedule.csv"
	d.Action = offerHref(a, d.Offer.Number) + "/acceptance"
	d.MayAccept = d.Offer.MayAccept(by, a) == nil && d.Successor == 0
	d.Ended, d.Why = d.ended(by, a)
	if d.MayAccept {
		d.Decline = offerHref(a, d.Offer.Number) + "/decline"
	}
	if d.Successor != 0 {
		d.SuccessorHref = offerHref(a, d.Successor)
	} else if by.May(access.MakeOffer, a.Place()) {
		d.NewVersion = offersHref(a) + "/new?supersedes=" + ordinal(d.Offer.Number)
	}
	d.Form = p.site.NewForm()
	d.Shell = p.shell(r, by, a, d.title(), web.Link{Text: "Offer letters", Href: offersHref(a)}, web.Link{Text: d.title()})
	return p.site.Show(w, r, http.StatusOK, offerPage(d))
}

func (p pages) offerCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	d, a, rows, err := p.readOffer(r, by)
	if err != nil {
		return err
	}
	return web.CSV(w, fmt.Sprintf("%s-offer-letter-%d", a.Slug, d.Offer.Number), []string{"payment", "due on", "priority", "budget line", "amount", "contribution", "state", "paid on"}, rows)
}

func (p pages) readOffer(r *http.Request, by access.Actor) (d offerData, a area.Area, rows [][]string, err error) {
	err = p.read(r.Context(), func(tx *db.Tx) (err error) {
		if a, d.Offer, err = offerOf(r, tx); err != nil {
			return err
		}
		programme, err := area.ProgrammeByID(r.Context(), tx, a.Programme)
		if err != nil {
			return err
		}
		if d.Plan, err = plan.VersionOf(r.Context(), tx, a.ID, d.Offer.PlanVersion); err != nil {
			return err
		}
		if d.Successor, err = funding.SuccessorOf(r.Context(), tx, a.ID, d.Offer.Number); err != nil {
			return err
		}
		payments, err := funding.PaymentsOn(r.Context(), tx, a.ID, "")
		if err != nil {
			return err
		}
		n := namesIn(r, tx, by)
		d.Area, d.LTO, d.Funder = a.Name, n.organisation(d.Offer.Organisation).Name, n.organisation(programme.Funder).Name
		d.Words, d.Rate = programme.Rules.Words, programme.Rules.ContributionRate
		for _, in := range d.Offer.Instalments {
			d.Contribution = d.Contribution.Add(in.Amount.Share(d.Rate))
		}
		d.Schedule, rows = p.schedule(n, by, a, d.Offer, d.Rate, payments)
		d.Sides = d.sides(n, a)
		d.Interests.Register = "/areas/" + a.Slug + "/people/interests"
		open := d.Offer.Declined.On.IsZero() && d.Offer.SupersededBy == 0 && slices.ContainsFunc(d.Offer.Instalments, func(in funding.Instalment) bool { return in.State != funding.PaymentReleased })
		if d.Stopped, err = unnamedIn(r, tx, by, a, &d.Interests, open, d.Offer.Organisation, d.Offer.Decision); err != nil {
			return err
		}
		d.History = n.history(a, "offer:"+ordinal(d.Offer.Number))
		if n.firstFail != nil {
			return n.firstFail
		}
		d.Walk, err = p.walk(r.Context(), tx, a, walkPoint{Offer: d.Offer.Number})
		return err
	})
	return d, a, rows, err
}

// offerOf is the offer letter that a request names, with its area.
func offerOf(r *http.Request, tx *db.Tx) (area.Area, funding.Offer, error) {
	a, err := areaOf(r, tx)
	if err != nil {
		return a, funding.Offer{}, err
	}
	number, err := strconv.ParseInt(r.PathValue("number"), 10, 64)
	if err != nil {
		return a, funding.Offer{}, fault.NotFound
	}
	o, err := funding.OfferOf(r.Context(), tx, a.ID, number)
	return a, o, err
}

func (d offerData) steps() []web.Step {
	var paid money.Amount
	for _, in := range d.Offer.Instalments {
		if in.State == funding.PaymentReleased {
			paid = paid.Add(in.Amount)
		}
	}
	all := paid == d.Offer.Total()
	last := web.Step{Words: "Paid", Done: all}
	if !all && d.Offer.InForce() {
		last.Now, last.When = true, paid.Whole()+" of "+d.Offer.Total().Whole()+" so far"
	}
	return []web.Step{
		{Words: "Offered", When: d.Offer.OfferedOn.Long(), Done: true},
		{Words: "Accepted", When: d.Offer.AcceptedOn.Long(), Done: d.Offer.Accepted(), Now: !d.Offer.Accepted() && d.Offer.SupersededBy == 0 && d.Offer.Declined.On.IsZero()},
		last,
	}
}

// decidedFact is by which decision a letter is made.
func decidedFact(a area.Area, number int64) web.Fact {
	if number == 0 {
		return web.Fact{Term: "Decision", Value: "Made before decisions were kept here"}
	}
	return web.Fact{Term: "Decision", Value: "Decision " + ordinal(number), Href: decisionHref(a, number)}
}

// sides are who promises what to whom.
func (d offerData) sides(n *names, a area.Area) []web.Fact {
	withName := func(day, name string) string {
		if name == "" {
			return day
		}
		return day + ", by " + name
	}
	facts := []web.Fact{
		{Term: "From", Value: d.Funder},
		{Term: "To", Value: d.LTO},
		{Term: "For", Value: a.Name, Href: home(a)},
		{Term: "Plan", Value: fmt.Sprintf("Version %d, adopted on %s", d.Plan.Number, d.Plan.Adopted.On.Long()), Href: planHref(a) + "/versions/" + ordinal(d.Plan.Number)},
		decidedFact(a, d.Offer.Decision),
		{Term: "Offered", Value: withName(d.Offer.OfferedOn.Long(), n.person(d.Offer.OfferedBy))},
	}
	if d.Offer.Accepted() {
		facts = append(facts, web.Fact{Term: "Accepted", Value: withName(d.Offer.AcceptedOn.Long(), n.person(d.Offer.AcceptedBy))})
	}
	if d.Offer.Supersedes != 0 {
		facts = append(facts, web.Fact{Term: "In place of", Value: "Offer letter " + ordinal(d.Offer.Supersedes), Href: offerHref(a, d.Offer.Supersedes)})
	}
	return facts
}

// schedule is a letter's payments, in a table and for a spreadsheet.
func (p pages) schedule(n *names, by access.Actor, a area.Area, o funding.Offer, rate money.Rate, payments []funding.Payment) (web.Table, [][]string) {
	paidOn := map[funding.PaymentID]date.Date{}
	for _, one := range payments {
		paidOn[one.ID] = one.Release.PaidOn
	}
	t := web.Table{
		Caption: "Payments", CaptionHidden: true, Class: "tbl--days",
		Columns: []web.Column{{Text: "Due"}, {Text: "For"}, {Text: "Amount", Numeric: true}, {Text: "Contribution beside it", Short: "Contribution", Numeric: true}, {Text: "Where it is"}},
	}
	mayPrepare := by.May(access.PreparePayment, a.Place())
	var rows [][]string
	var total, beside money.Amount
	for _, in := range o.Instalments {
		line := n.line(a.ID, in.Line)
		share := in.Amount.Share(rate)
		total, beside = total.Add(in.Amount), beside.Add(share)
		stage := in.Stage(o, p.site.Today())
		kind, words := stageTag(stage, paidOn[in.Payment])
		where := web.Cell{Component: web.Tag(kind, words)}
		switch {
		case in.Payment != "" && stage != funding.Superseded && stage != funding.Lapsed:
			where.Component = stageLink(kind, words, web.Link{Text: "Look at it", Href: paymentHref(a, in.Payment)}, "the payment of "+in.Amount.Whole()+" for "+line.Name)
		case stage == funding.Due && mayPrepare:
			where.Component = stageLink(kind, words, web.Link{Text: "Prepare the payment", Href: prepareHref(a, in.ID)}, "of "+in.Amount.Whole()+" for "+line.Name)
		}
		t.Rows = append(t.Rows, web.Row{ID: "payment-" + strconv.Itoa(in.Number), Cells: []web.Cell{
			{Text: in.DueOn.Long(), RowHeader: true},
			{Text: line.Name, Href: lineHref(a, string(line.ID)), Small: line.PriorityName},
			{Text: in.Amount.String()},
			{Text: share.String()},
			where,
		}})
		rows = append(rows, []string{
			strconv.Itoa(in.Number), in.DueOn.String(), line.PriorityName, line.Name, in.Amount.Decimal(), share.Decimal(), string(stage), paidOn[in.Payment].String(),
		})
	}
	t.Foot = []web.Cell{{Text: "All together", RowHeader: true}, {}, {Text: total.String()}, {Text: beside.String()}, {}}
	return t, rows
}

func prepareHref(a area.Area, in funding.InstalmentID) string {
	return moneyHref(a) + "/instalments/" + string(in) + "/payment"
}

func stageTag(stage funding.Stage, paidOn date.Date) (web.Kind, string) {
	switch stage {
	case funding.Offered:
		return web.Plain, "Offered"
	case funding.Due:
		return web.Watch, "Due"
	case funding.Prepared:
		return web.Info, "Waits for approval"
	case funding.Approved:
		return web.Info, "Waits to be paid"
	case funding.Paid:
		return web.Good, strings.TrimSpace("Paid " + paidOn.Long())
	case funding.Superseded:
		return web.Out, "Not by this letter"
	case funding.Lapsed:
		return web.Out, "Promised no more"
	case funding.Planned:
	}
	return web.Plain, "Planned"
}

func (p pages) acceptOffer(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var a area.Area
	var o funding.Offer
	err := p.read(r.Context(), func(tx *db.Tx) (err error) {
		a, o, err = offerOf(r, tx)
		return err
	})
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if err := p.funding.AcceptOffer(r.Context(), by, a, o.Number, funding.Form(form.Text("form"))); err != nil {
		return err
	}
	return p.site.Done(w, r, "The offer of "+o.Total().Whole()+" is accepted. Each payment comes when it is due.", offerHref(a, o.Number))
}

// newOfferData is the page on which an offer letter is made.
type newOfferData struct {
	sheet
	Area         string
	Words        map[string]area.Word
	Draft        funding.OfferDraft
	Holders      []web.Option
	Lines        []lineGroup
	Left         []web.Item
	Organisation string
	Decision     string
	Decisions    []web.Option
	DecideHref   string
	Rows         []offerRow
	Every        offerEvery
	PlanHref     string
	LTOHref      string
	AskHref      string // where a consultation is recorded, while none is; else ""
}

// offerRow is one payment of a schedule as it is typed.
type offerRow struct {
	At     string // "-1"
	Due    day
	Line   string
	Amount string
}

// offerEvery makes several rows at once.
type offerEvery struct {
	First                day
	Line, Amount         string
	Times, Months, Error string
}

func (d newOfferData) title() string {
	if d.Draft.Supersedes.Number != 0 {
		return "A new version of offer letter " + ordinal(d.Draft.Supersedes.Number)
	}
	return "Make an offer letter"
}

func (d newOfferData) lead() string {
	if d.Draft.Supersedes.Number != 0 {
		return "What is paid stays paid. Put here all that is still to be paid: when the new letter is accepted, the older one ends."
	}
	return "Say what is paid to whoever holds " + d.Area + "’s money, when, and for which part of the plan."
}

// anyDecision reports whether there is a decision to choose.
func (d newOfferData) anyDecision() bool {
	return slices.ContainsFunc(d.Decisions, func(o web.Option) bool { return o.Value != "" })
}

func (d newOfferData) lto() string { return d.Words[area.WordLTO].Singular }

func (d newOfferData) partnership() string { return d.Words[area.WordPartnership].Singular }

// A form begins with this many empty rows, and grows by as many.
const (
	firstRows = 4
	moreRows  = 4
)

func (p pages) newOffer(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	supersedes, err := strconv.ParseInt(r.URL.Query().Get("supersedes"), 10, 64)
	if err != nil && r.URL.Query().Get("supersedes") != "" {
		return fault.NotFound
	}
	return p.showNewOffer(w, r, by, newOfferData{}, supersedes, true, 0)
}

// showNewOffer shows the form: the rows that were typed, or where none were yet
// what the older letter has not paid; and so many empty ones.
func (p pages) showNewOffer(w http.ResponseWriter, r *http.Request, by access.Actor, d newOfferData, supersedes int64, fresh bool, empty int) error {
	var a area.Area
	err := p.read(r.Context(), func(tx *db.Tx) (err error) {
		if a, err = areaOf(r, tx); err != nil {
			return err
		}
		programme, err := area.ProgrammeByID(r.Context(), tx, a.Programme)
		if err != nil {
			return err
		}
		d.Words = programme.Rules.Words
		if d.Every.Months == "" {
			d.Every.Months = strconv.Itoa(programme.Rules.ReportingMonths)
		}
		if d.Draft, err = p.funding.DraftOffer(r.Context(), tx, by, a, supersedes); err != nil {
			return err
		}
		asked, err := plan.HasConsulted(r.Context(), tx, a.ID)
		if err != nil {
			return err
		}
		if !asked {
			d.AskHref = home(a) + "/plan/consultations"
		}
		d.Decisions, err = decisionsFrom(r.Context(), tx, a, decision.Spending, decision.AdoptPlan)
		return err
	})
	if err != nil {
		return err
	}
	d.Area, d.PlanHref, d.LTOHref, d.DecideHref = a.Name, home(a)+"/plan", moneyHref(a)+"/ltos/new", decisionsHref(a)
	switch {
	case d.Decision != "":
	case len(d.Decisions) == 1:
		d.Decision = d.Decisions[0].Value
	default:
		d.Decisions = orNone("Choose a decision", d.Decisions)
	}
	if fresh {
		for _, in := range d.Draft.Unpaid {
			d.Rows = append(d.Rows, offerRow{Due: dayOf(in.DueOn), Line: string(in.Line), Amount: typed(in.Amount)})
		}
		empty = max(1, firstRows-len(d.Rows))
	}
	d.Rows = append(d.Rows, make([]offerRow, max(empty, 1-len(d.Rows)))...)
	for i := range d.Rows {
		d.Rows[i].At = "-" + strconv.Itoa(i+1)
	}
	d.choices()
	d.Action, d.Back = offersHref(a), web.Link{Text: "Go back without making it", Href: offersHref(a)}
	d.frame(p, r, by, a, d.title(), web.Link{Text: "Offer letters", Href: offersHref(a)})
	return p.site.Show(w, r, d.status(), newOfferPage(d))
}

// choices are what can be chosen from, and what each line has left.
func (d *newOfferData) choices() {
	for _, o := range d.Draft.Holders {
		if d.Draft.Supersedes.Number == 0 || o.ID == d.Draft.Supersedes.Organisation {
			d.Holders = append(d.Holders, web.Option{Value: string(o.ID), Text: o.Name})
		}
	}
	if len(d.Holders) == 1 {
		d.Organisation = d.Holders[0].Value
	}
	for _, room := range d.Draft.Rooms {
		d.Lines = under(d.Lines, room.PriorityName, web.Option{Value: string(room.ID), Text: room.Name + ": " + room.Left.Whole() + " left"})
		d.Left = append(d.Left, web.Item{Text: room.Name, Status: sum(room.Left.Whole())})
	}
}

// under puts a line under its priority.
func under(groups []lineGroup, priority string, line web.Option) []lineGroup {
	for i := range groups {
		if groups[i].Priority == priority {
			groups[i].Lines = append(groups[i].Lines, line)
			return groups
		}
	}
	return append(groups, lineGroup{Priority: priority, Lines: []web.Option{line}})
}

func (p pages) makeOffer(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	rows := closeUp(r.PostForm)
	supersedes, err := strconv.ParseInt(form.Text("supersedes"), 10, 64)
	if err != nil {
		supersedes = 0
	}
	d := newOfferData{Organisation: form.Text("organisation"), Decision: form.Text("decision")}
	d.Form = form.Text("form")
	for i := 1; i <= rows; i++ {
		at := "-" + strconv.Itoa(i)
		d.Rows = append(d.Rows, offerRow{Due: typedDay(form, "due"+at), Line: form.Text("line" + at), Amount: form.Text("amount" + at)})
	}
	switch {
	case form.Has("every"):
		return p.addEvery(w, r, by, d, form, supersedes)
	case form.Has("more"):
		return p.showNewOffer(w, r, by, d, supersedes, false, moreRows)
	}
	n := funding.NewOffer{Form: funding.Form(d.Form), Organisation: organisation.ID(d.Organisation), Decision: numberIn(form, "decision"), Supersedes: supersedes}
	for i := 1; i <= rows; i++ {
		at := "-" + strconv.Itoa(i)
		n.Instalments = append(n.Instalments, funding.NewInstalment{
			DueOn: form.Date("due" + at), Line: plan.LineID(form.Text("line" + at)), Amount: form.Money("amount" + at),
		})
	}
	number, err := p.funding.MakeOffer(r.Context(), by, a, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		d.Wrong = form.Over(wrong)
		return p.showNewOffer(w, r, by, d, supersedes, false, 0)
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "The offer letter is made. Now it waits to be accepted.", offerHref(a, number))
}

// The parts of a row, as they are sent.
var rowParts = []string{"due%s-day", "due%s-month", "due%s-year", "line%s", "amount%s"}

// closeUp moves the rows that hold something together, so that they count from
// 1 without a gap, and tells how many there are.
func closeUp(sent url.Values) int {
	last, err := strconv.Atoi(sent.Get("rows"))
	if err != nil {
		last = 0
	}
	kept := 0
	for i := 1; i <= min(last, 2*funding.MostInstalments); i++ {
		var row []string
		for _, part := range rowParts {
			row = append(row, strings.TrimSpace(sent.Get(fmt.Sprintf(part, "-"+strconv.Itoa(i)))))
		}
		if strings.Join(row, "") == "" {
			continue
		}
		kept++
		for j, part := range rowParts {
			sent.Set(fmt.Sprintf(part, "-"+strconv.Itoa(kept)), row[j])
		}
	}
	return kept
}

// addEvery adds rows of one amount for one line, so many months apart.
func (p pages) addEvery(w http.ResponseWriter, r *http.Request, by access.Actor, d newOfferData, form *web.Form, supersedes int64) error {
	every := offerEvery{
		First: typedDay(form, "first"), Line: form.Text("every-line"), Amount: form.Text("every-amount"), Times: form.Text("times"), Months: form.Text("months"),
	}
	first, amount, times, months := form.Date("first"), form.Money("every-amount"), form.Int("times"), form.Int("months")
	if first.IsZero() || every.Line == "" || !amount.Positive() || times < 1 || months < 1 || months > 120 || times > funding.MostInstalments-len(d.Rows) {
		every.Error = "To make rows, fill in all five: the first day, the part of the plan, the amount, how many payments, and how many months apart."
		d.Every = every
		d.Wrong = fault.Invalid{{Field: "first", Words: every.Error}}
		return p.showNewOffer(w, r, by, d, supersedes, false, 1)
	}
	for i := range times {
		d.Rows = append(d.Rows, offerRow{Due: dayOf(first.AddMonths(i * months)), Line: every.Line, Amount: every.Amount})
	}
	return p.showNewOffer(w, r, by, d, supersedes, false, 1)
}
