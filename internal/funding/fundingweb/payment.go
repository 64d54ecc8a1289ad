package fundingweb

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/money"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// newPaymentData is the page on which a payment is prepared.
type newPaymentData struct {
	sheet
	Draft     funding.PaymentDraft
	LTO       string
	Facts     []web.Fact
	Decision  string
	Decisions []web.Option
	DeskHref  string
	OfferHref string
}

func (d newPaymentData) title() string { return "Prepare a payment" }

func (d newPaymentData) lead() string {
	return d.Draft.Instalment.Amount.String() + " to " + d.LTO + ", for “" + d.Draft.Line.Name + "”."
}

func (d newPaymentData) decisionHint() string {
	if d.Draft.OverBudget {
		return fmt.Sprintf("With this payment the line would have had %s, and the plan gives it %s. Choose the decision of the partnership that allows it.", d.Draft.After, d.Draft.Line.Budget)
	}
	return "Only needed when a payment goes over the plan’s budget, or comes before its day. This one goes not over it."
}

// next says what happens once it is prepared.
func (d newPaymentData) next() string {
	if d.Draft.Needed == 1 {
		return "Somebody else approves it. Then a third person pays it."
	}
	return fmt.Sprintf("%d other people approve it. Then one more pays it.", d.Draft.Needed)
}

func (p pages) newPayment(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showNewPayment(w, r, by, newPaymentData{})
}

func (p pages) showNewPayment(w http.ResponseWriter, r *http.Request, by access.Actor, d newPaymentData) error {
	var a area.Area
	err := p.read(r.Context(), func(tx *db.Tx) (err error) {
		if a, err = areaOf(r, tx); err != nil {
			return err
		}
		if d.Draft, err = p.funding.DraftPayment(r.Context(), tx, by, a, funding.InstalmentID(r.PathValue("instalment"))); err != nil {
			return err
		}
		programme, err := area.ProgrammeByID(r.Context(), tx, a.Programme)
		if err != nil {
			return err
		}
		n := namesIn(r, tx, by)
		if d.Decisions, err = decisionsFrom(r.Context(), tx, a); err != nil {
			return err
		}
		d.Decisions = orNone("None is needed", d.Decisions)
		d.LTO, d.DeskHref = n.organisation(d.Draft.Offer.Organisation).Name, paymentsHref(programme)
		return n.firstFail
	})
	if err != nil {
		return err
	}
	in := d.Draft.Instalment
	if in.Payment != "" {
		http.Redirect(w, r, paymentHref(a, in.Payment), http.StatusSeeOther)
		return nil
	}
	d.OfferHref = offerHref(a, in.Offer)
	d.Facts = []web.Fact{
		{Term: "To", Value: d.LTO},
		{Term: "For", Value: d.Draft.Line.Name, Href: lineHref(a, string(d.Draft.Line.ID))},
		{Term: "Amount", Value: in.Amount.String()},
		{Term: "Contribution beside it (" + d.Draft.Rate.String() + ")", Value: d.Draft.Contribution.String()},
		{Term: "Due", Value: in.DueOn.Long()},
		{Term: "By", Value: fmt.Sprintf("Offer letter %d, payment %d", in.Offer, in.Number), Href: d.OfferHref},
		{Term: "Kept for " + a.Name + " now", Value: d.Draft.Kept.String()},
	}
	d.Action, d.Back = prepareHref(a, in.ID), web.Link{Text: "Go back without preparing", Href: d.DeskHref}
	d.frame(p, r, by, a, d.title(), web.Link{Text: fmt.Sprintf("Offer letter %d", in.Offer), Href: d.OfferHref})
	return p.site.Show(w, r, d.status(), newPaymentPage(d))
}

func (p pages) preparePayment(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	n := funding.NewPayment{
		Form: funding.Form(form.Text("form")), Instalment: funding.InstalmentID(r.PathValue("instalment")), Decision: numberIn(form, "decision"),
	}
	pid, err := p.funding.PreparePayment(r.Context(), by, a, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		d := newPaymentData{Decision: typedNumber(n.Decision)}
		d.Wrong, d.Form = form.Over(wrong), string(n.Form)
		return p.showNewPayment(w, r, by, d)
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "The payment is prepared. Now it waits for somebody else’s approval.", paymentHref(a, pid))
}

// paymentData is a payment.
type paymentData struct {
	sheet
	Area, LTO  string
	Payment    funding.Payment
	Line       plan.Line
	Rate       money.Rate
	Steps      []web.Step
	Facts      []web.Fact
	Returns    web.Table
	History    []web.TimelineItem
	Walk       walk
	Digest     string // in hexadecimal: what an approver approves
	SeesDigest bool
	Approve    bool
	SureHref   string // where a passkey is asked for before it is approved; "" where it was used just now
	Whose      string // why the next step is another's
	Do         []web.Button
	Retry      web.Link // to prepare it anew
	Asked      askedView
	Interests  web.InterestsCard
	Stopped    int64 // the decision that does not say who is paid, while it waits for that; 0 for none
}

func (d paymentData) title() string { return d.Payment.Amount.String() + " to " + d.LTO }

func (d paymentData) lead() string {
	return "A payment for “" + d.Line.Name + "”, which is part of “" + d.Line.PriorityName + "”."
}

// ended says how the payment came to nothing, if it did.
func (d paymentData) ended() (end funding.Ending, words string) {
	switch d.Payment.State() {
	case funding.PaymentCancelled:
		return d.Payment.Cancelled, "This payment was called off on " + on(d.Payment.Cancelled.At) + ". Nothing was paid."
	case funding.PaymentReversed:
		return d.Payment.Reversed, "This payment was reversed on " + on(d.Payment.Reversed.At) + ". The programme has the money again."
	default:
		return funding.Ending{}, ""
	}
}

func (p pages) payment(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d paymentData
	var a area.Area
	var barred bool
	err := p.read(r.Context(), func(tx *db.Tx) (err error) {
		if a, d.Payment, err = paymentOf(r, tx); err != nil {
			return err
		}
		rules, err := area.RulesAt(r.Context(), tx, a.Programme, d.Payment.PreparedAt)
		if err != nil {
			return err
		}
		in, err := funding.InstalmentOf(r.Context(), tx, a.ID, d.Payment.Instalment)
		if err != nil {
			return err
		}
		n := namesIn(r, tx, by)
		d.Area, d.LTO, d.Line, d.Rate = a.Name, n.organisation(d.Payment.Organisation).Name, n.line(a.ID, d.Payment.Line), rules.ContributionRate
		d.Steps, d.Facts, d.Returns = paymentSteps(n, d.Payment), d.facts(by, a, in), returnTable(a, d.Payment)
		d.History = n.history(a, string(d.Payment.ID))
		d.Asked = askedOf(n, by, a, d.Payment)
		if n.firstFail != nil {
			return n.firstFail
		}
		if in.Payment == "" && by.May(access.PreparePayment, a.Place()) {
			d.Retry = web.Link{Text: "Prepare it anew", Href: prepareHref(a, in.ID)}
		}
		if d.Walk, err = p.walk(r.Context(), tx, a, walkPoint{Payment: d.Payment.ID}); err != nil {
			return err
		}
		m, err := funding.PaymentMatters{}.Matter(r.Context(), tx, a.ID, string(d.Payment.ID))
		if err != nil {
			return err
		}
		d.Interests, barred, err = interestsOf(r, tx, by, a, m, hasPart(by, a, d.Payment, m.Open))
		if err != nil {
			return err
		}
		o, err := funding.OfferOf(r.Context(), tx, a.ID, in.Offer)
		if err != nil {
			return err
		}
		d.Stopped, err = unnamedIn(r, tx, by, a, &d.Interests, m.Open, d.Payment.Organisation, o.Decision, d.Payment.Decided)
		if barred && d.Payment.Asked.By != by.Person {
			d.Asked.Confirm, d.Asked.Refuse = "", web.Link{}
		}
		return err
	})
	if err != nil {
		return err
	}
	d.SeesDigest = by.May(access.SeePayments, a.Place())
	d.Digest = hex.EncodeToString(d.Payment.Digest)
	d.Action = paymentHref(a, d.Payment.ID) + "/approvals"
	d.Approve, d.Whose, d.Do = d.Payment.MayApprove(by, a) == nil && !barred, d.Payment.Whose(by), paymentButtons(by, a, d.Payment, barred)
	d.SureHref, d.Form = web.SureHref(by, r.URL.Path), p.site.NewForm()
	d.Shell = p.shell(r, by, a, d.title(), web.Link{Text: "Payments", Href: moneyHref(a) + "/paid"}, web.Link{Text: d.title()})
	return p.site.Show(w, r, http.StatusOK, paymentPage(d))
}

// paymentOf is the payment that a request names, with its area.
func paymentOf(r *http.Request, tx *db.Tx) (area.Area, funding.Payment, error) {
	a, err := areaOf(r, tx)
	if err != nil {
		return a, funding.Payment{}, err
	}
	payment, err := funding.PaymentOf(r.Context(), tx, a.ID, funding.PaymentID(r.PathValue("payment")))
	return a, payment, err
}

// hasPart reports whether an actor would have a part in what is still to be done
// with a payment, if they had no interest in it.
func hasPart(by access.Actor, a area.Area, payment funding.Payment, open bool) bool {
	if open {
		return by.May(access.ApprovePayment, a.Place()) || by.May(access.ReleasePayment, a.Place())
	}
	return payment.MayHandBack(by, a) == nil
}

// paymentButtons are the steps that an actor may take with a payment, but for
// approving it, which is done on the page itself.
func paymentButtons(by access.Actor, a area.Area, payment funding.Payment, barred bool) []web.Button {
	var all []web.Button
	add := func(may error, words, path string, kind web.ButtonKind) {
		if may == nil {
			all = append(all, web.Button{Words: words, Href: paymentHref(a, payment.ID) + path, Kind: kind})
		}
	}
	if !barred {
		add(payment.MayRelease(by, a), "Release this payment", "/release", web.Primary)
		add(payment.MayHandBack(by, a), "Record money handed back", "/returns", web.Secondary)
		add(payment.MayAskReversal(by, a), "Ask to reverse this payment", "/reversal", web.Secondary)
	}
	add(payment.MayCallOff(by, a), "Call this payment off", "/cancellation", web.Secondary)
	return all
}

// paymentSteps is how far a payment has come. Names are for those who are signed in.
func paymentSteps(n *names, payment funding.Payment) []web.Step {
	state := payment.State()
	who := func(day string, who access.PersonID) string {
		if name := n.person(who); name != "" {
			return day + ", " + name
		}
		return day
	}
	var approvals []string
	for _, x := range payment.Approvals {
		words := who(on(x.At), x.By)
		if x.Void {
			words += ", which counts no more"
		}
		approvals = append(approvals, words)
	}
	approved := web.Step{
		Words: "Approved", When: strings.Join(approvals, "; "), Done: state == funding.PaymentApproved || payment.Release.By != "",
		Now: state == funding.PaymentPrepared,
	}
	if payment.Needed > 1 {
		approved.Words = fmt.Sprintf("Approved by %d of %d", len(payment.Approvals), payment.Needed)
	}
	paid := web.Step{Words: "Paid", Done: payment.Release.By != "", Now: state == funding.PaymentApproved}
	if paid.Done {
		paid.When = who(payment.Release.PaidOn.Long(), payment.Release.By)
	}
	steps := []web.Step{{Words: "Prepared", When: who(on(payment.PreparedAt), payment.PreparedBy), Done: true}, approved, paid}
	if approved.Now && approved.When == "" {
		steps[1].When = "waits for somebody"
	}
	if paid.Now {
		steps[2].When = "waits for somebody"
	}
	return steps
}

func (d paymentData) facts(by access.Actor, a area.Area, in funding.Instalment) []web.Fact {
	payment := d.Payment
	facts := []web.Fact{
		{Term: "To", Value: d.LTO},
		{Term: "Amount", Value: payment.Amount.String()},
		{Term: "Contribution beside it (" + d.Rate.String() + ")", Value: payment.Contribution.String()},
		{Term: "Part of the plan", Value: d.Line.Name, Href: lineHref(a, string(d.Line.ID))},
		{Term: "Promised by", Value: fmt.Sprintf("Offer letter %d, payment %d", in.Offer, in.Number), Href: offerHref(a, in.Offer)},
		{Term: "Due", Value: in.DueOn.Long()},
	}
	if payment.Decision != "" {
		facts = append(facts, web.Fact{Term: "Decision that allows it", Value: payment.Decision})
	}
	if payment.Release.By != "" {
		facts = append(facts,
			web.Fact{Term: "Paid", Value: payment.Release.PaidOn.Long()},
			web.Fact{Term: "In the accounts", Value: "See the entry", Href: entryHref(a, string(payment.Release.Entry))})
		if payment.MaySeeReference(by, a) {
			facts = append(facts, web.Fact{Term: "Bank reference", Value: payment.Release.Reference})
		}
	}
	if len(payment.Returns) > 0 {
		facts = append(facts, web.Fact{Term: "Stays paid", Value: payment.Stays().String() + ", with " + payment.ContributionStays().String() + " beside it"})
	}
	if payment.Reversed.By != "" {
		facts = append(facts, web.Fact{Term: "Reversed", Value: "See the entry of " + on(payment.Reversed.At), Href: entryHref(a, string(payment.Reversed.Entry))})
	}
	return facts
}

func returnTable(a area.Area, payment funding.Payment) web.Table {
	t := web.Table{
		Caption: "Handed back", CaptionHidden: true,
		Columns: []web.Column{{Text: "Day", Bare: true}, {Text: "Why"}, {Text: "Amount", Numeric: true}, {Text: "Contribution with it", Short: "Contribution", Numeric: true}},
	}
	for _, x := range payment.Returns {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{
			{Text: x.On.Long(), Href: entryHref(a, string(x.Entry)), RowHeader: true}, {Text: x.Reason}, {Text: x.Amount.String()}, {Text: x.Contribution.String()},
		}})
	}
	return t
}

func (p pages) approvePayment(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, payment, form, err := p.sentAboutPayment(r)
	if err != nil {
		return err
	}
	shown, err := hex.DecodeString(form.Text("digest"))
	if err != nil {
		shown = nil // what was shown is not known, which is not what is there
	}
	if err := p.funding.ApprovePayment(r.Context(), by, a, payment.ID, shown, funding.Form(form.Text("form"))); err != nil {
		return err
	}
	return p.site.Done(w, r, "You approved the payment of "+payment.Amount.String()+".", paymentHref(a, payment.ID))
}

// sentAboutPayment reads which payment a form is about, and the form.
func (p pages) sentAboutPayment(r *http.Request) (a area.Area, payment funding.Payment, form *web.Form, err error) {
	err = p.read(r.Context(), func(tx *db.Tx) (err error) {
		a, payment, err = paymentOf(r, tx)
		return err
	})
	if err != nil {
		return a, payment, nil, err
	}
	form, err = web.ReadForm(r)
	return a, payment, form, err
}

// paymentSheet is what the pages have in common on which something is done to
// a payment.
type paymentSheet struct {
	sheet
	Payment funding.Payment
	About   []web.Fact
}

// aboutPayment reads the payment that a page is about, and asks whether the
// actor may do there what the page is for.
func (p pages) aboutPayment(r *http.Request, by access.Actor, may func(funding.Payment, access.Actor, area.Area) error) (area.Area, paymentSheet, error) {
	var d paymentSheet
	var a area.Area
	err := p.read(r.Context(), func(tx *db.Tx) (err error) {
		if a, d.Payment, err = paymentOf(r, tx); err != nil {
			return err
		}
		if err := may(d.Payment, by, a); err != nil {
			return err
		}
		n := namesIn(r, tx, by)
		d.About = []web.Fact{
			{Term: "Payment", Value: d.Payment.Amount.String(), Href: paymentHref(a, d.Payment.ID)},
			{Term: "Contribution beside it", Value: d.Payment.Contribution.String()},
			{Term: "To", Value: n.organisation(d.Payment.Organisation).Name},
			{Term: "For", Value: n.line(a.ID, d.Payment.Line).Name},
			{Term: "Prepared by", Value: n.person(d.Payment.PreparedBy)},
		}
		for _, x := range d.Payment.Approvals {
			d.About = append(d.About, web.Fact{Term: "Approved by", Value: n.person(x.By)})
		}
		return n.firstFail
	})
	d.Back = web.Link{Text: "Go back to the payment", Href: paymentHref(a, d.Payment.ID)}
	return a, d, err
}

// surely asks for a passkey before a page is filled in, and not after.
func surely[T any](may func(T, access.Actor, area.Area) error) func(T, access.Actor, area.Area) error {
	return func(of T, by access.Actor, a area.Area) error {
		if err := may(of, by, a); err != nil {
			return err
		}
		return by.MustBeSure()
	}
}

func paymentCrumb(a area.Area, payment funding.Payment) web.Link {
	return web.Link{Text: "Payment of " + payment.Amount.String(), Href: paymentHref(a, payment.ID)}
}

// releaseData is the page on which a payment is released.
type releaseData struct {
	paymentSheet
	PaidOn    day
	Reference string
}

func (p pages) newRelease(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showRelease(w, r, by, releaseData{PaidOn: dayOf(p.site.Today())})
}

func (p pages) showRelease(w http.ResponseWriter, r *http.Request, by access.Actor, d releaseData) error {
	a, about, err := p.aboutPayment(r, by, surely(funding.Payment.MayRelease))
	if err != nil {
		return err
	}
	if err := p.unbarred(r, by, a, about.Payment); err != nil {
		return err
	}
	d.Payment, d.About, d.Back = about.Payment, about.About, about.Back
	d.Action = paymentHref(a, d.Payment.ID) + "/release"
	d.frame(p, r, by, a, "Release this payment", paymentCrumb(a, d.Payment))
	return p.site.Show(w, r, d.status(), releasePage(d))
}

func (p pages) releasePayment(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, payment, form, err := p.sentAboutPayment(r)
	if err != nil {
		return err
	}
	n := funding.NewRelease{Form: funding.Form(form.Text("form")), PaidOn: form.Date("paid_on"), Reference: form.Text("reference")}
	err = p.funding.ReleasePayment(r.Context(), by, a, payment.ID, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		d := releaseData{PaidOn: typedDay(form, "paid_on"), Reference: n.Reference}
		d.Wrong, d.Form = form.Over(wrong), string(n.Form)
		return p.showRelease(w, r, by, d)
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, payment.Amount.String()+" is released, with "+payment.Contribution.String()+" beside it.", paymentHref(a, payment.ID))
}

// returnData is the page on which it is recorded what was handed back.
type returnData struct {
	paymentSheet
	Amount string
	On     day
	Reason string
}

func (p pages) newReturn(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showReturn(w, r, by, returnData{On: dayOf(p.site.Today())})
}

func (p pages) showReturn(w http.ResponseWriter, r *http.Request, by access.Actor, d returnData) error {
	a, about, err := p.aboutPayment(r, by, surely(funding.Payment.MayHandBack))
	if err != nil {
		return err
	}
	if err := p.unbarred(r, by, a, about.Payment); err != nil {
		return err
	}
	d.Payment, d.About, d.Back = about.Payment, about.About, about.Back
	d.Action = paymentHref(a, d.Payment.ID) + "/returns"
	d.frame(p, r, by, a, "Record money handed back", paymentCrumb(a, d.Payment))
	return p.site.Show(w, r, d.status(), returnPage(d))
}

func (p pages) returnUnderspend(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, payment, form, err := p.sentAboutPayment(r)
	if err != nil {
		return err
	}
	n := funding.NewReturn{Form: funding.Form(form.Text("form")), Amount: form.Money("amount"), On: form.Date("on"), Reason: form.Text("reason")}
	err = p.funding.ReturnUnderspend(r.Context(), by, a, payment.ID, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		d := returnData{Amount: form.Text("amount"), On: typedDay(form, "on"), Reason: n.Reason}
		d.Wrong, d.Form = form.Over(wrong), string(n.Form)
		return p.showReturn(w, r, by, d)
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "It is recorded that "+n.Amount.String()+" was handed back, and its share of the contribution with it.", paymentHref(a, payment.ID))
}

func (p pages) newCancellation(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showCancellation(w, r, by, reasonData{})
}

func (p pages) showCancellation(w http.ResponseWriter, r *http.Request, by access.Actor, d reasonData) error {
	a, about, err := p.aboutPayment(r, by, funding.Payment.MayCallOff)
	if err != nil {
		return err
	}
	d.About, d.Back, d.Action = about.About, about.Back, paymentHref(a, about.Payment.ID)+"/cancellation"
	d.Title, d.Button = "Call this payment off", "Call this payment off"
	d.Lead = "Nothing was paid yet, so nothing is lost. It can be prepared anew."
	d.Hint = anyoneReads
	return p.showReason(w, r, by, a, d, paymentCrumb(a, about.Payment))
}

// anyoneReads is said beside words that will be public.
const anyoneReads = "Anyone can read this, so name no person."

func (p pages) cancelPayment(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, payment, form, err := p.sentAboutPayment(r)
	if err != nil {
		return err
	}
	d := reasonData{Reason: form.Text("reason")}
	d.Form = form.Text("form")
	err = p.funding.CancelPayment(r.Context(), by, a, payment.ID, d.Reason, funding.Form(d.Form))
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		d.Wrong = wrong
		return p.showCancellation(w, r, by, d)
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "The payment is called off.", paymentHref(a, payment.ID))
}
