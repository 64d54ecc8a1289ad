package fundingweb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/ledger"
	"commontable/internal/money"
	"commontable/internal/organisation"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// A walkPoint is where on its walk a pound is looked at. Give the one thing
// that the page is about; what lies before and after it is found.
type walkPoint struct {
	Allocation funding.AllocationID
	Line       plan.LineID
	Offer      int64
	Payment    funding.PaymentID
	Spend      funding.SpendID
}

// A walk is the way of a pound, from the endowment to what it was spent on, with
// the point where it is looked at, and what lies next to it on both sides.
type walk struct {
	Steps    []walkStep
	CameFrom walkSide
	Went     walkSide
}

// A walkStep is one stage of the walk.
type walkStep struct {
	Name, Words, Href string
	Now, Reached      bool
}

func (s walkStep) class() string {
	switch {
	case s.Now:
		return "now"
	case s.Reached:
		return "done"
	}
	return ""
}

// A walkSide is what lies before or after the point. Nothing is drawn of an
// empty one.
type walkSide struct {
	Links []walkLink
	More  web.Link // to all of them, where there are more
	Note  string
}

// A walkLink is one thing that lies next to the point.
type walkLink struct{ Text, Href, Detail, Amount string }

// mostWalkLinks bounds what is listed on one side of the point.
const mostWalkLinks = 5

// walk follows a pound of an area both ways from a point.
func (p pages) walk(ctx context.Context, tx *db.Tx, a area.Area, at walkPoint) (walk, error) {
	w := walker{ctx: ctx, tx: tx, area: a, at: at, today: p.site.Today()}
	for _, find := range []func() error{w.findRecords, w.findArea, w.findPlan, w.findLine} {
		if err := find(); err != nil {
			return walk{}, err
		}
	}
	done := walk{Steps: []walkStep{w.endowment(), w.share(), w.planned(), w.decided(), w.offered(), w.paid(), w.spent()}}
	reached := true
	for i := range done.Steps {
		if !done.Steps[i].Reached {
			reached = false
		}
		done.Steps[i].Reached = reached
	}
	done.CameFrom, done.Went = w.sides()
	return done, nil
}

// A walker gathers what the steps of a walk say.
type walker struct {
	ctx   context.Context //nolint:containedctx // it lives as long as one call of walk
	tx    *db.Tx
	area  area.Area
	at    walkPoint
	today date.Date

	spend       funding.Spend
	payment     funding.Payment
	offer       funding.Offer
	programme   area.Programme
	allocations []funding.Allocation
	money       funding.Money
	version     plan.Version // zero where none is adopted
	adopted     int64        // the decision that adopted it; 0 where none is kept
	line        plan.Line    // zero where the point is not about one line
	lines       []funding.BudgetLine
	payments    []funding.Payment // made for the line and not reversed, newest first
	spends      []walkSpend       // certified on the line and not reversed, newest first
	offers      []int64           // by which the line was promised money
	allowing    []int64           // the decisions by which those letters were made
	holder      organisation.Organisation
}

// A walkSpend is a spend with the words that anyone may read of it.
type walkSpend struct {
	funding.Spend
	words string
}

// findRecords finds the record that the point is at, and those it hangs on.
func (w *walker) findRecords() (err error) {
	switch {
	case w.at.Spend != "":
		if w.spend, err = funding.SpendOf(w.ctx, w.tx, w.area.ID, w.at.Spend); err != nil {
			return err
		}
		w.line.ID = w.spend.Line
		w.holder, err = organisation.ByID(w.ctx, w.tx, w.spend.Organisation)
	case w.at.Payment != "":
		if w.payment, err = funding.PaymentOf(w.ctx, w.tx, w.area.ID, w.at.Payment); err != nil {
			return err
		}
		w.line.ID = w.payment.Line
		in, err := funding.InstalmentOf(w.ctx, w.tx, w.area.ID, w.payment.Instalment)
		if err != nil {
			return err
		}
		if w.offer, err = funding.OfferOf(w.ctx, w.tx, w.area.ID, in.Offer); err != nil {
			return err
		}
		w.holder, err = organisation.ByID(w.ctx, w.tx, w.payment.Organisation)
		return err
	case w.at.Offer != 0:
		if w.offer, err = funding.OfferOf(w.ctx, w.tx, w.area.ID, w.at.Offer); err != nil {
			return err
		}
		w.line.ID = onlyLine(w.offer)
		w.holder, err = organisation.ByID(w.ctx, w.tx, w.offer.Organisation)
	case w.at.Line != "":
		w.line.ID = w.at.Line
	}
	return err
}

// onlyLine is the line of an offer that is about one alone, or "".
func onlyLine(o funding.Offer) plan.LineID {
	var line plan.LineID
	for _, in := range o.Instalments {
		if line != "" && in.Line != line {
			return ""
		}
		line = in.Line
	}
	return line
}

func (w *walker) findArea() (err error) {
	if w.programme, err = area.ProgrammeByID(w.ctx, w.tx, w.area.Programme); err != nil {
		return err
	}
	if w.allocations, err = funding.Allocations(w.ctx, w.tx, w.area.ID); err != nil {
		return err
	}
	if w.money, err = funding.AreaMoney(w.ctx, w.tx, w.area); err != nil {
		return err
	}
	w.lines, err = funding.Lines(w.ctx, w.tx, w.area.ID)
	return err
}

// findPlan finds the version by which the offer was made, or the one in force.
func (w *walker) findPlan() (err error) {
	if w.offer.PlanVersion != 0 {
		w.version, err = plan.VersionOf(w.ctx, w.tx, w.area.ID, w.offer.PlanVersion)
	} else if w.version, err = plan.Current(w.ctx, w.tx, w.area.ID); errors.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	w.adopted, err = decision.PlanDecision(w.ctx, w.tx, w.area.ID, w.version.Number)
	if errors.Is(err, fault.NotFound) {
		return nil // it was adopted before decisions were kept here
	}
	return err
}

func (w *walker) findLine() (err error) {
	if w.line.ID == "" {
		return nil
	}
	if w.line, err = plan.LineByID(w.ctx, w.tx, w.area.ID, w.line.ID); err != nil {
		return err
	}
	payments, err := funding.PaymentsOn(w.ctx, w.tx, w.area.ID, string(w.line.ID))
	if err != nil {
		return err
	}
	for _, p := range payments {
		if p.State() == funding.PaymentReleased {
			w.payments = append(w.payments, p)
		}
	}
	if w.spends, err = spendsInWords(w.ctx, w.tx, w.area, w.line); err != nil {
		return err
	}
	if w.offers, err = funding.OffersFor(w.ctx, w.tx, w.area.ID, w.line.ID); err != nil {
		return err
	}
	w.allowing, err = funding.DecisionsFor(w.ctx, w.tx, w.area.ID, w.line.ID)
	return err
}

// spendsInWords lists what was spent on a line, in the words of the ledger,
// which name no individual.
func spendsInWords(ctx context.Context, tx *db.Tx, a area.Area, l plan.Line) ([]walkSpend, error) {
	all, err := funding.SpendsOn(ctx, tx, a.ID, string(l.ID))
	if err != nil {
		return nil, err
	}
	entries, err := ledger.Statement(ctx, tx, funding.Spent(a.ID, l.ID), firstDay, lastDay)
	if err != nil {
		return nil, err
	}
	words := map[ledger.EntryID]string{}
	for _, e := range entries {
		words[e.Entry.ID] = e.Entry.Description
	}
	var spends []walkSpend
	for _, s := range all {
		if s.State() == funding.SpendCertified {
			spends = append(spends, walkSpend{s, words[s.Certified.Entry]})
		}
	}
	return spends, nil
}

func (w *walker) endowment() walkStep {
	return walkStep{Name: "The endowment", Words: w.programme.Name, Href: endowmentHref(w.programme), Reached: true}
}

// endowmentHref leads to where the programme's page tells of its endowment.
func endowmentHref(p area.Programme) string { return programmeHref(p) + "#endowment" }

func (w *walker) share() walkStep {
	s := walkStep{
		Name: "Our share", Words: w.money.Allocated.Whole(), Href: moneyHref(w.area) + "/allocated",
		Now: w.at.Allocation != "", Reached: len(w.allocations) > 0,
	}
	if len(w.allocations) == 1 {
		s.Href = entryHref(w.area, string(w.allocations[0].Entry))
	}
	for _, x := range w.allocations {
		if x.ID == w.at.Allocation {
			s.Words, s.Href = x.Amount.Whole(), entryHref(w.area, string(x.Entry))
		}
	}
	return s
}

func (w *walker) planned() walkStep {
	s := walkStep{Name: "The plan", Words: "Version " + strconv.FormatInt(w.version.Number, 10), Href: w.versionHref(), Reached: w.version.Number != 0}
	if !s.Reached {
		s.Words = "Not agreed yet"
	}
	if w.line.ID != "" {
		s.Words, s.Href, s.Now, s.Reached = w.line.Name, lineHref(w.area, string(w.line.ID)), w.at.Line != "", true
	}
	return s
}

// versionHref leads to the version of the plan that the walk goes through.
func (w *walker) versionHref() string {
	if w.version.Number == 0 {
		return planHref(w.area)
	}
	return planHref(w.area) + "/versions/" + strconv.FormatInt(w.version.Number, 10)
}

func (w *walker) decided() walkStep {
	s := walkStep{Name: "The decision", Words: w.version.Adopted.Decision, Href: w.versionHref(), Reached: w.version.IsAdopted()}
	number := w.offer.Decision
	switch {
	case w.spend.Decided != 0:
		number = w.spend.Decided
	case w.payment.Decided != 0:
		number = w.payment.Decided
	case number == 0 && len(w.allowing) == 1:
		number = w.allowing[0]
	case number == 0 && len(w.allowing) > 1:
		s.Words, s.Href, s.Reached = strconv.Itoa(len(w.allowing))+" decisions", lineHref(w.area, string(w.line.ID))+"#allowed", true
		return s
	case number == 0:
		number = w.adopted
	}
	switch {
	case number != 0:
		s.Words, s.Href, s.Reached = "Decision "+ordinal(number), decisionHref(w.area, number), true
	case w.spend.Decision != "":
		s.Words = w.spend.Decision
	case w.payment.Decision != "":
		s.Words = w.payment.Decision
	case !s.Reached:
		s.Words = "Not taken yet"
	}
	return s
}

func (w *walker) offered() walkStep {
	s := walkStep{Name: "The offer letter", Words: "None yet", Href: offersHref(w.area)}
	switch {
	case w.offer.Number != 0:
		s.Words, s.Href = "Number "+strconv.FormatInt(w.offer.Number, 10), offerHref(w.area, w.offer.Number)
		s.Now, s.Reached = w.at.Offer != 0 && w.at.Payment == "" && w.at.Spend == "", w.offer.Accepted()
	case len(w.offers) == 1:
		s.Words, s.Href, s.Reached = "Number "+strconv.FormatInt(w.offers[0], 10), offerHref(w.area, w.offers[0]), true
	case len(w.offers) > 1:
		s.Words, s.Href, s.Reached = strconv.Itoa(len(w.offers))+" letters", offersHref(w.area)+"?line="+string(w.line.ID), true
	case w.line.ID == "" && (w.money.Promised.Positive() || w.money.Paid.Positive()):
		s.Words, s.Reached = "All of them", true
	}
	return s
}

func (w *walker) paid() walkStep {
	s := walkStep{Name: "The payment", Href: moneyHref(w.area) + "/paid"}
	var total money.Amount
	var made []funding.Payment
	switch {
	case w.at.Payment != "":
		s.Words, s.Href, s.Now = w.payment.Amount.Whole()+", "+string(w.payment.State()), paymentHref(w.area, w.payment.ID), true
		if w.payment.State() == funding.PaymentReleased {
			s.Words, s.Reached = w.payment.Amount.Whole()+", "+w.payment.Release.PaidOn.Long(), true
		}
		return s
	case w.at.Offer != 0:
		var paid money.Amount
		for _, in := range w.offer.Instalments {
			if in.State == funding.PaymentReleased {
				paid = paid.Add(in.Amount)
			}
		}
		s.Words, s.Href, s.Reached = paid.Whole()+" of "+w.offer.Total().Whole(), offerHref(w.area, w.offer.Number), paid.Positive()
		if !paid.Positive() {
			s.Words = "Nothing yet"
		}
		return s
	case w.line.ID == "":
		s.Words, s.Reached = w.money.Paid.Whole(), w.money.Paid.Positive()
		return s
	case w.at.Spend != "":
		made = w.paymentsBefore()
	default:
		made = w.payments
	}
	s.Href += "?line=" + string(w.line.ID)
	for _, p := range made {
		total = total.Add(p.Amount)
	}
	switch len(made) {
	case 0:
		s.Words = "None yet"
	case 1:
		s.Words, s.Href, s.Reached = total.Whole()+", "+made[0].Release.PaidOn.Long(), paymentHref(w.area, made[0].ID), true
	default:
		s.Words, s.Reached = total.Whole()+" in "+counted(len(made), "payment"), true
	}
	return s
}

func (w *walker) spent() walkStep {
	s := walkStep{Name: "The spending", Href: moneyHref(w.area) + "/spent"}
	var made []walkSpend
	switch {
	case w.at.Spend != "":
		s.Words, s.Href, s.Now, s.Reached = w.spend.Amount.Whole(), spendHref(w.area, w.spend.ID), true, true
		return s
	case w.at.Offer != 0 && !w.paid().Reached:
		s.Words = "Nothing yet"
		return s
	case w.line.ID == "":
		s.Words, s.Reached = w.money.Spent.Whole()+" in all", w.money.Spent.Positive()
		return s
	case w.at.Payment != "":
		made = w.spendsSince()
	default:
		made = w.spends
	}
	s.Href += "?line=" + string(w.line.ID)
	var total money.Amount
	for _, x := range made {
		total = total.Add(x.Amount)
	}
	switch len(made) {
	case 0:
		s.Words = "Nothing yet"
	case 1:
		s.Words, s.Href, s.Reached = total.Whole(), spendHref(w.area, made[0].ID), true
	default:
		s.Words, s.Reached = total.Whole()+" in "+counted(len(made), "spend"), true
	}
	return s
}

// paymentsBefore are the payments that had come in for the line of a spend, to
// the organisation that spent it.
func (w *walker) paymentsBefore() []funding.Payment {
	var before []funding.Payment
	for _, p := range w.payments {
		if p.Organisation == w.spend.Organisation && (w.spend.Certified.By == "" || !p.Release.At.After(w.spend.Certified.At)) {
			before = append(before, p)
		}
	}
	return before
}

// spendsSince is what the organisation that was paid has spent on the same line
// since.
func (w *walker) spendsSince() []walkSpend {
	var since []walkSpend
	for _, s := range w.spends {
		if w.payment.State() == funding.PaymentReleased && s.Organisation == w.payment.Organisation && !s.Certified.At.Before(w.payment.Release.At) {
			since = append(since, s)
		}
	}
	return since
}

// sides tells what lies next to the point.
func (w *walker) sides() (before, after walkSide) {
	switch {
	case w.at.Spend != "":
		return w.beforeSpend(), w.afterSpend()
	case w.at.Payment != "":
		return w.fromShare("The programme kept it for us until then."), w.afterPayment()
	case w.at.Offer != 0:
		return w.fromShare(""), w.afterOffer()
	case w.at.Line != "":
		return w.fromShare(""), walkSide{}
	}
	return walkSide{Links: []walkLink{{Text: w.programme.Name, Href: endowmentHref(w.programme), Detail: "The programme’s endowment"}}}, w.afterShare()
}

func (w *walker) fromShare(note string) walkSide {
	side := walkSide{Note: note}
	for _, x := range w.allocations {
		if paid := w.payment.Release.PaidOn; w.at.Payment != "" && !paid.IsZero() && x.On.After(paid) {
			continue // it came later, so none of it is in this payment
		}
		side.add(walkLink{
			Text: "Allocated to " + w.area.Name, Href: entryHref(w.area, string(x.Entry)), Detail: x.On.Long(), Amount: x.Amount.String(),
		}, web.Link{Text: fmt.Sprintf("All %d allocations", len(w.allocations)), Href: moneyHref(w.area) + "/allocated"})
	}
	return side
}

func (w *walker) beforeSpend() walkSide {
	before := w.paymentsBefore()
	side := walkSide{Note: "Payments that had come in for " + w.line.Name + ", newest first."}
	if len(before) == 0 {
		side.Note = "No payment had come in for " + w.line.Name + ". It was paid out of what " + w.holder.Name + " held for us."
	}
	for _, p := range before {
		side.add(walkLink{
			Text: "Payment to " + w.holder.Name, Href: paymentHref(w.area, p.ID), Detail: p.Release.PaidOn.Long(), Amount: p.Amount.String(),
		}, web.Link{Text: fmt.Sprintf("All %d payments", len(before)), Href: moneyHref(w.area) + "/paid?line=" + string(w.line.ID)})
	}
	return side
}

func (w *walker) afterSpend() walkSide {
	theme := themeName(w.programme.Rules, w.spend.Theme)
	side := walkSide{Links: []walkLink{{Text: w.spend.PublicPayee(), Detail: theme, Amount: w.spend.Amount.String()}}}
	switch w.spend.State() {
	case funding.SpendReversed:
		side.Links = append(side.Links, walkLink{
			Text: "Put right: it is held by " + w.holder.Name + " again", Href: entryHref(w.area, string(w.spend.Reversed.Entry)), Amount: w.spend.Amount.Neg().String(),
		})
	case funding.SpendProvided:
		side.Note = "Nobody has certified this yet, so it is not in the books."
	case funding.SpendRefused:
		side.Note = "This was sent back, so it is not in the books."
	case funding.SpendCertified:
	}
	return side
}

func (w *walker) afterPayment() walkSide {
	var side walkSide
	switch w.payment.State() {
	case funding.PaymentReversed:
		side.Note = "The payment was reversed, so the programme keeps the money for us again."
		side.Links = []walkLink{{Text: "Payment reversed", Href: entryHref(w.area, string(w.payment.Reversed.Entry)), Amount: w.payment.Amount.Neg().String()}}
		return side
	case funding.PaymentReleased:
	default:
		side.Note = "It has not been paid."
		return side
	}
	since := w.spendsSince()
	side.Note = "What " + w.holder.Name + " has spent on " + w.line.Name + " since, the oldest first. Pounds carry no marks, so nobody can say which of them came with which payment."
	if len(since) == 0 {
		side.Note = "Nothing has been spent on " + w.line.Name + " since. " + w.holder.Name + " holds the money for us."
	}
	for _, r := range w.payment.Returns {
		side.Links = append(side.Links, walkLink{Text: "Handed back to the programme", Href: entryHref(w.area, string(r.Entry)), Detail: r.On.Long(), Amount: r.Amount.String()})
	}
	for _, s := range slices.Backward(since) {
		side.add(walkLink{Text: s.words, Href: spendHref(w.area, s.ID), Detail: s.SpentOn.Long(), Amount: s.Amount.String()},
			web.Link{Text: fmt.Sprintf("All %d, and those before the payment", len(since)), Href: moneyHref(w.area) + "/spent?line=" + string(w.line.ID)})
	}
	return side
}

func (w *walker) afterOffer() walkSide {
	var side walkSide
	paid := 0
	for _, in := range w.offer.Instalments {
		if in.State == funding.PaymentReleased {
			paid++
		}
	}
	if paid == 0 {
		side.Note = "Nothing has been paid by this letter yet."
	}
	names := map[plan.LineID]string{}
	for _, l := range w.lines {
		names[l.ID] = l.Name
	}
	for _, in := range w.offer.Instalments {
		if in.State == funding.PaymentReleased {
			side.add(walkLink{Text: "Payment for " + names[in.Line], Href: paymentHref(w.area, in.Payment), Detail: "due " + in.DueOn.Long(), Amount: in.Amount.String()},
				web.Link{Text: fmt.Sprintf("All %d payments are in the schedule", paid), Href: offerHref(w.area, w.offer.Number)})
		}
	}
	return side
}

// afterShare tells where all of the area's share went so far, by priority.
func (w *walker) afterShare() walkSide {
	side := walkSide{Note: "What has been paid to the organisation that holds our money, by the part of the plan that it is for."}
	for _, pr := range funding.Priorities(w.lines) {
		if pr.Paid.Positive() {
			side.Links = append(side.Links, walkLink{
				Text: pr.Name, Href: priorityHref(w.area, pr.ID), Detail: pr.Spent.Whole() + " of it is spent", Amount: pr.Paid.String(),
			})
		}
	}
	if len(side.Links) == 0 {
		side.Note = "Nothing has been paid yet: the programme keeps it for us."
	}
	return side
}

// add adds a link, or the way to all of them where there are many already.
func (s *walkSide) add(l walkLink, all web.Link) {
	if len(s.Links) < mostWalkLinks {
		s.Links = append(s.Links, l)
		return
	}
	s.More = all
}

// counted is a number of things: "1 payment", "3 payments".
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}
