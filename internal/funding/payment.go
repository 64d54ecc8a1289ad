package funding

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/ledger"
	"commontable/internal/money"
	"commontable/internal/organisation"
	"commontable/internal/partnership"
	"commontable/internal/plan"
)

// A PaymentID names a payment.
type PaymentID string

// A PaymentState is how far a payment has come.
type PaymentState string

// The states of a payment. One that was handed back in part stays released.
const (
	PaymentNone      PaymentState = ""
	PaymentPrepared  PaymentState = "prepared"
	PaymentApproved  PaymentState = "approved"
	PaymentReleased  PaymentState = "released"
	PaymentCancelled PaymentState = "called off"
	PaymentReversed  PaymentState = "reversed"
)

// A Payment is one instalment on its way to the LTO: prepared by one person,
// approved by as many others as the rule book says, released by yet another.
type Payment struct {
	ID           PaymentID
	Area         area.ID
	Instalment   InstalmentID
	Attempt      int64
	Organisation organisation.ID
	Line         plan.LineID
	Amount       money.Amount
	Contribution money.Amount // the LTO's, beside the area's money (R9)
	Decision     string       // which decision lets it go over the budget, in words; "" where it does not
	Decided      int64        // its number; 0 for none, or one from before decisions were kept here
	Needed       int          // how many people must approve it, as the rule book said when it was prepared
	Digest       []byte       // of what its approvers approve
	PreparedBy   access.PersonID
	PreparedAt   time.Time
	Approvals    []Approval
	Release      Release
	Returns      []Return
	Cancelled    Ending
	Asked        ReversalRequest // that it is reversed; zero unless that waits for an answer, or was done
	Reversed     Ending
}

// An Approval is one person's, of exactly this content.
type Approval struct {
	By       access.PersonID
	Digest   []byte
	At       time.Time
	Register int64 // the register of interests' version when it was given
	Void     bool  // it counts no more: who gave it told since of an interest in who is paid
}

// A Release is that the money was paid.
type Release struct {
	By        access.PersonID
	PaidOn    date.Date
	Reference string
	Entry     ledger.EntryID
	At        time.Time
}

// A Return is underspend handed back, with its share of the contribution.
type Return struct {
	ID           string
	Amount       money.Amount
	Contribution money.Amount
	On           date.Date
	Reason       string
	Entry        ledger.EntryID
	By           access.PersonID
	At           time.Time
}

// An Ending is how a payment or spend came to nothing; zero while it has not.
type Ending struct {
	By     access.PersonID
	Reason string
	Entry  ledger.EntryID // of a reversal
	At     time.Time
}

// State is how far the payment has come.
func (p Payment) State() PaymentState {
	switch {
	case p.Reversed.By != "":
		return PaymentReversed
	case p.Cancelled.By != "":
		return PaymentCancelled
	case p.Release.By != "":
		return PaymentReleased
	case p.isApproved():
		return PaymentApproved
	}
	return PaymentPrepared
}

// isApproved counts approvals of the content as it now is.
func (p Payment) isApproved() bool {
	valid := 0
	for _, a := range p.Approvals {
		if bytes.Equal(a.Digest, p.Digest) && !a.Void {
			valid++
		}
	}
	return p.Needed > 0 && valid >= p.Needed
}

// Stays is what stays paid after what was handed back.
func (p Payment) Stays() money.Amount {
	left := p.Amount
	for _, r := range p.Returns {
		left = left.Sub(r.Amount)
	}
	return left
}

// ContributionStays is what stays of the contribution.
func (p Payment) ContributionStays() money.Amount {
	left := p.Contribution
	for _, r := range p.Returns {
		left = left.Sub(r.Contribution)
	}
	return left
}

// digest is the SHA-256 of all that is approved, one field a line. Whatever is
// changed in any of them makes another digest, to which no approval belongs.
func (p Payment) digest() []byte {
	lines := []string{
		"payment 1", string(p.Area), string(p.ID), string(p.Instalment), strconv.FormatInt(p.Attempt, 10), string(p.Organisation),
		string(p.Line), string(p.Amount.Currency()), p.Amount.Decimal(), p.Contribution.Decimal(), strconv.Quote(p.Decision), strconv.Itoa(p.Needed), string(p.PreparedBy),
	}
	if p.Decided != 0 {
		lines = append(lines, "decision "+strconv.FormatInt(p.Decided, 10))
	}
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return sum[:]
}

// NewPayment is a payment as somebody prepares it. All else is on the schedule.
type NewPayment struct {
	Form       Form
	Instalment InstalmentID
	Decision   int64 // the decision that allows it, where it goes over the plan's budget or comes before its day; 0 for none
}

// PreparePayment prepares the payment of an instalment and tells its ID.
func (f *Funding) PreparePayment(ctx context.Context, by access.Actor, a area.Area, n NewPayment) (PaymentID, error) {
	subject, err := f.onceFor(ctx, by, n.Form, []any{"prepare", a.ID, n.Instalment, n.Decision}, "prepare payment", func(tx *db.Tx) (string, error) {
		p, err := f.PreparePaymentIn(ctx, tx, by, a, n)
		return string(p.ID), err
	})
	return PaymentID(subject), err
}

// PreparePaymentIn is PreparePayment as part of a transaction.
func (f *Funding) PreparePaymentIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewPayment) (Payment, error) {
	if err := by.Must(access.PreparePayment, a.Place()); err != nil {
		return Payment{}, err
	}
	in, err := instalment(ctx, tx, a.ID, n.Instalment)
	if err != nil {
		return Payment{}, err
	}
	o, err := offer(ctx, tx, a.ID, in.Offer)
	if err != nil {
		return Payment{}, err
	}
	if in.State != PaymentNone {
		return Payment{}, fault.New(fault.Conflict, "A payment of this instalment is on its way, or was made, already.")
	}
	programme, err := area.ProgrammeByID(ctx, tx, a.Programme)
	if err != nil {
		return Payment{}, err
	}
	p := Payment{
		ID: id.New[PaymentID](f.IDs), Area: a.ID, Instalment: in.ID, Organisation: o.Organisation, Line: in.Line,
		Amount: in.Amount, Contribution: in.Amount.Share(programme.Rules.ContributionRate), Decision: decidedWords(n.Decision), Decided: n.Decision,
		Needed: max(1, programme.Rules.ApprovalsNeeded), PreparedBy: by.Person, PreparedAt: f.Now(),
	}
	if p.Attempt, err = nextAttempt(ctx, tx, a.ID, in.ID); err != nil {
		return Payment{}, err
	}
	if _, err := f.mayPay(ctx, tx, a, o, in, p); err != nil {
		return Payment{}, err
	}
	kept, err := ledger.Balance(ctx, tx, Allocated(a.ID))
	if err != nil {
		return Payment{}, err
	}
	if kept.Less(p.Amount) {
		return Payment{}, notKept(kept, p)
	}
	told, err := f.scene(ctx, tx, a.ID, p.Touches())
	if err != nil {
		return Payment{}, err
	}
	if err := told.barred(ctx, tx, by); err != nil {
		return Payment{}, err
	}
	if err := told.settled(ctx, tx, p.Organisation, o.Decision, p.Decided); err != nil {
		return Payment{}, err
	}
	p.Digest = p.digest()
	if err := insertPayment(ctx, tx, p); err != nil {
		if db.IsDuplicate(err) {
			return Payment{}, fault.New(fault.Conflict, "A payment of this instalment was prepared a moment ago.")
		}
		return Payment{}, fmt.Errorf("insert payment: %w", err)
	}
	if err := keepDecided(ctx, tx, a.ID, paymentDecided, string(p.ID), p.Decided); err != nil {
		return Payment{}, fmt.Errorf("keep what allows the payment: %w", err)
	}
	return p, f.record(ctx, tx, by, a, "payment prepared", string(p.ID), map[string]string{
		"instalment": string(p.Instalment), "organisation": string(p.Organisation), "line": string(p.Line),
		"amount": p.Amount.Decimal(), "contribution": p.Contribution.Decimal(),
	}, p.Decision)
}

// mayPay asks whether plan and schedule agree that this may be paid (R8), within
// budget unless a decision is recorded (R10), and tells the budget line. It is
// asked when a payment is prepared and again when it is released.
func (f *Funding) mayPay(ctx context.Context, tx *db.Tx, a area.Area, o Offer, in Instalment, p Payment) (plan.Line, error) {
	switch {
	case !o.Accepted():
		return plan.Line{}, fault.New(fault.Conflict, "The LTO has not accepted this offer letter yet. Nothing can be paid by it before.")
	case o.SupersededBy != 0:
		return plan.Line{}, fault.New(fault.Conflict, fmt.Sprintf("Offer letter %d took this one’s place. Pay by its schedule.", o.SupersededBy))
	case !o.EndedOn.IsZero():
		return plan.Line{}, fault.New(fault.Conflict, "This letter ended on "+o.EndedOn.Long()+", when its organisation stopped holding the area’s money. Nothing more is paid by it.")
	case in.DueOn.After(f.Today()) && p.Decided == 0:
		return plan.Line{}, fault.Invalid{{Field: "decision", Words: "By the schedule this is due on " + in.DueOn.Long() + ". To pay it earlier, choose the decision that allows it."}}
	}
	if p.Decided != 0 {
		if _, err := allowed(ctx, tx, a.ID, p.Decided); err != nil {
			return plan.Line{}, err
		}
	}
	here, err := holds(ctx, tx, a.ID, o.Organisation, f.Today())
	if err != nil {
		return plan.Line{}, err
	}
	if !here {
		return plan.Line{}, fault.New(fault.Conflict, "This organisation does not hold the area’s money now, so nothing is paid to it.")
	}
	line, ok, err := plan.LineInForce(ctx, tx, a.ID, p.Line)
	if err != nil {
		return plan.Line{}, err
	}
	if !ok && p.Decided == 0 {
		return plan.Line{}, fault.Invalid{{Field: "decision", Words: "The plan in force no longer has this budget line. Choose the decision that allows the payment, or have the schedule changed."}}
	}
	had, err := lineTotal(ctx, tx, a.ID, p.Line)
	if err != nil {
		return plan.Line{}, err
	}
	after := had.Paid.Add(p.Amount)
	if line.Budget.Less(after) {
		if p.Decided == 0 {
			return plan.Line{}, fault.Invalid{{Field: "decision", Words: fmt.Sprintf("With this payment “%s” would have had %s, and the plan gives it %s. Choose the decision that allows it.", line.Name, after, line.Budget)}}
		}
		over := after.Sub(line.Budget)
		if !ok {
			over = p.Amount // what it had before, it had by the plan
		}
		if err := mayGoOver(ctx, tx, a.ID, p.Decided, p.Line, line.Name, over); err != nil {
			return plan.Line{}, err
		}
	}
	return line, nil
}

// notKept says that nothing is paid that was not allocated.
func notKept(kept money.Amount, p Payment) error {
	return fault.New(fault.Conflict, fmt.Sprintf("The programme keeps %s for this area, which is less than this payment of %s.", kept, p.Amount))
}

// ApprovePayment approves exactly what the approver was shown: digest is the
// payment's as it stood on their page.
func (f *Funding) ApprovePayment(ctx context.Context, by access.Actor, a area.Area, pid PaymentID, digest []byte, form Form) error {
	return f.once(ctx, by, form, []any{"approve", a.ID, pid, digest}, "approve payment", func(tx *db.Tx) (string, error) {
		return string(pid), f.ApprovePaymentIn(ctx, tx, by, a, pid, digest)
	})
}

// ApprovePaymentIn is ApprovePayment as part of a transaction.
func (f *Funding) ApprovePaymentIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, pid PaymentID, digest []byte) error {
	if err := mustBeSure(by, access.ApprovePayment, a.Place()); err != nil {
		return err
	}
	p, err := PaymentOf(ctx, tx, a.ID, pid)
	if err != nil {
		return err
	}
	if err := p.MayApprove(by, a); err != nil {
		return err
	}
	if !bytes.Equal(digest, p.Digest) || !bytes.Equal(p.digest(), p.Digest) {
		return fault.New(fault.Conflict, "This payment is not what you were shown. Look at it again before you approve it.")
	}
	if err := f.Barred(ctx, tx, by, a.ID, p.Touches()); err != nil {
		return err
	}
	x := Approval{By: by.Person, Digest: p.Digest, At: f.Now()}
	if x.Register, err = partnership.RegisterIn(ctx, tx); err != nil {
		return err
	}
	if err := insertApproval(ctx, tx, p, x); err != nil {
		return fmt.Errorf("insert approval: %w", err)
	}
	return f.record(ctx, tx, by, a, "payment approved", string(pid), map[string]string{"digest": fmt.Sprintf("%x", p.Digest), "register": strconv.FormatInt(x.Register, 10)}, "")
}

// errOwn refuses the same human being a second part, whatever their hat.
func errOwn(words string) error { return fault.New(fault.Forbidden, words) }

func (p Payment) waits() error {
	switch p.State() {
	case PaymentReleased:
		return fault.New(fault.Conflict, "This payment was released already.")
	case PaymentCancelled:
		return fault.New(fault.Conflict, "This payment was called off.")
	case PaymentReversed:
		return fault.New(fault.Conflict, "This payment was reversed.")
	default:
		return nil
	}
}

// NewRelease is what is said when a payment is released.
type NewRelease struct {
	Form      Form
	PaidOn    date.Date
	Reference string // as on the bank statement
}

// Check says what is wrong with n, if anything.
func (n NewRelease) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	checkPast(&wrong, "paid_on", n.PaidOn, today)
	checkWords(&wrong, "reference", n.Reference, 40, "Enter the reference that the bank statement will show")
	return wrong
}

// ReleasePayment records that an approved payment was paid, and moves the money.
func (f *Funding) ReleasePayment(ctx context.Context, by access.Actor, a area.Area, pid PaymentID, n NewRelease) error {
	return f.once(ctx, by, n.Form, []any{"release", a.ID, pid, n.PaidOn.String(), n.Reference}, "release payment", func(tx *db.Tx) (string, error) {
		return string(pid), f.ReleasePaymentIn(ctx, tx, by, a, pid, n)
	})
}

// ReleasePaymentIn is ReleasePayment as part of a transaction.
func (f *Funding) ReleasePaymentIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, pid PaymentID, n NewRelease) error {
	if err := mustBeSure(by, access.ReleasePayment, a.Place()); err != nil {
		return err
	}
	if err := n.Check(f.Today()).OrNil(); err != nil {
		return err
	}
	p, err := PaymentOf(ctx, tx, a.ID, pid)
	if err != nil {
		return err
	}
	told, err := f.scene(ctx, tx, a.ID, p.Touches())
	if err != nil {
		return err
	}
	line, err := f.mayRelease(ctx, tx, by, a, p, told, n.PaidOn)
	if err != nil {
		return err
	}
	register, err := partnership.RegisterIn(ctx, tx)
	if err != nil {
		return err
	}
	postings := ledger.Move(Allocated(a.ID), Held(a.ID, p.Organisation), p.Amount)
	if p.Contribution.Positive() {
		postings = append(postings, ledger.Move(contributionFund(a.ID), ContributionPaid(a.ID, p.Organisation), p.Contribution)...)
	}
	entry, balances, err := ledger.Post(ctx, tx, f.IDs, ledger.Entry{
		Book: ledger.Book(a.ID), Day: f.Today(), Kind: KindPayment, About: string(p.ID), Description: "Payment from the programme: " + line.Name,
		By: by.Person, At: f.Now(), Postings: postings,
	})
	if err != nil {
		return err
	}
	if kept := balances[1]; kept.Negative() {
		return notKept(kept.Add(p.Amount), p)
	}
	if err := insertRelease(ctx, tx, p, by.Person, n, entry.ID, f.Now(), register); err != nil {
		return fmt.Errorf("insert release: %w", err)
	}
	change := lineChange{contribution: p.Contribution, paidOn: n.PaidOn}
	change.promise(p.Line, p.Amount.Neg())
	change.pay(p.Line, p.Amount)
	if err := change.keep(ctx, tx, a); err != nil {
		return err
	}
	said := map[string]string{
		"amount": p.Amount.Decimal(), "contribution": p.Contribution.Decimal(), "paid on": n.PaidOn.String(), "entry": string(entry.ID),
	}
	if err := told.close(ctx, tx, f.Now(), said); err != nil {
		return err
	}
	return f.record(ctx, tx, by, a, "payment released", string(pid), said, n.Reference)
}

func (f *Funding) mayRelease(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, p Payment, told scene, paidOn date.Date) (plan.Line, error) {
	if err := p.waits(); err != nil {
		return plan.Line{}, err
	}
	in, err := scheduled(ctx, tx, a.ID, p.Instalment)
	if err != nil {
		return plan.Line{}, err
	}
	o, err := offer(ctx, tx, a.ID, in.Offer)
	if err != nil {
		return plan.Line{}, err
	}
	switch {
	case p.PreparedBy == by.Person:
		return plan.Line{}, errOwn("You prepared this payment, so somebody else releases it.")
	case slices.ContainsFunc(p.Approvals, func(x Approval) bool { return x.By == by.Person }):
		return plan.Line{}, errOwn("You approved this payment, so somebody else releases it.")
	case !bytes.Equal(p.digest(), p.Digest) || in.Amount != p.Amount || in.Line != p.Line || o.Organisation != p.Organisation:
		return plan.Line{}, fault.New(fault.Conflict, "This payment is not what was approved. Call it off and prepare it again.")
	case !p.isApproved() && p.hasVoid():
		return plan.Line{}, errVoid
	case !p.isApproved():
		return plan.Line{}, fault.New(fault.Conflict, "This payment waits for approval. It cannot be released before.")
	}
	if err := told.barred(ctx, tx, by); err != nil {
		return plan.Line{}, err
	}
	if err := told.frozen(ctx, tx, p.PreparedAt); err != nil {
		return plan.Line{}, err
	}
	if err := told.settled(ctx, tx, p.Organisation, o.Decision, p.Decided); err != nil {
		return plan.Line{}, err
	}
	if paidOn.Before(o.AcceptedOn) {
		return plan.Line{}, fault.Invalid{{Field: "paid_on", Words: "Enter the day on which it was paid: " + o.AcceptedOn.Long() + ", when the letter was accepted, or later"}}
	}
	return f.mayPay(ctx, tx, a, o, in, p)
}

// CancelPayment calls off a payment that was not released: a mistake, or the
// way out where one is no longer wanted.
func (f *Funding) CancelPayment(ctx context.Context, by access.Actor, a area.Area, pid PaymentID, reason string, form Form) error {
	return f.once(ctx, by, form, []any{"cancel", a.ID, pid, reason}, "call off payment", func(tx *db.Tx) (string, error) {
		return string(pid), f.CancelPaymentIn(ctx, tx, by, a, pid, reason)
	})
}

// CancelPaymentIn is CancelPayment as part of a transaction.
func (f *Funding) CancelPaymentIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, pid PaymentID, reason string) error {
	if err := by.Must(access.PreparePayment, a.Place()); err != nil {
		return err
	}
	if err := checkReason(reason).OrNil(); err != nil {
		return err
	}
	p, err := PaymentOf(ctx, tx, a.ID, pid)
	if err != nil {
		return err
	}
	if err := p.waits(); err != nil {
		return err
	}
	if err := insertCancellation(ctx, tx, a.ID, pid, Ending{By: by.Person, Reason: strings.TrimSpace(reason), At: f.Now()}); err != nil {
		return fmt.Errorf("insert cancellation: %w", err)
	}
	return f.record(ctx, tx, by, a, "payment called off", string(pid), nil, reason)
}

func checkReason(reason string) fault.Invalid {
	var wrong fault.Invalid
	checkWords(&wrong, "reason", reason, 500, "Say why, in a few words")
	return wrong
}

// NewReturn is underspend that an LTO hands back.
type NewReturn struct {
	Form   Form
	Amount money.Amount
	On     date.Date
	Reason string
}

// Check says what is wrong with n, if anything.
func (n NewReturn) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	checkAmount(&wrong, "amount", n.Amount)
	checkPast(&wrong, "on", n.On, today)
	checkWords(&wrong, "reason", n.Reason, 500, "Say why, in a few words")
	return wrong
}

// ReturnUnderspend records that a part of a payment came back, and with it so
// much of the contribution that what stays is the rule book's rate of what
// stays paid, to the penny (R9).
func (f *Funding) ReturnUnderspend(ctx context.Context, by access.Actor, a area.Area, pid PaymentID, n NewReturn) error {
	return f.once(ctx, by, n.Form, []any{"return", a.ID, pid, n.Amount.Decimal(), n.On.String(), n.Reason}, "record money handed back", func(tx *db.Tx) (string, error) {
		return string(pid), f.ReturnUnderspendIn(ctx, tx, by, a, pid, n)
	})
}

// ReturnUnderspendIn is ReturnUnderspend as part of a transaction.
func (f *Funding) ReturnUnderspendIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, pid PaymentID, n NewReturn) error {
	if err := mustBeSure(by, access.ReversePayment, a.Place()); err != nil {
		return err
	}
	if err := n.Check(f.Today()).OrNil(); err != nil {
		return err
	}
	p, err := f.released(ctx, tx, a, pid)
	if err != nil {
		return err
	}
	if err := f.Barred(ctx, tx, by, a.ID, p.Touches()); err != nil {
		return err
	}
	// By the rules under which it was paid, whatever they are by now.
	rules, err := area.RulesAt(ctx, tx, a.Programme, p.PreparedAt)
	if err != nil {
		return err
	}
	if p.Stays().Less(n.Amount) {
		return fault.Invalid{{Field: "amount", Words: fmt.Sprintf("Of this payment %s is still with the LTO to hand back. Enter that or less.", p.Stays())}}
	}
	r := Return{
		ID: id.New[string](f.IDs), Amount: n.Amount, On: n.On, Reason: strings.TrimSpace(n.Reason), By: by.Person, At: f.Now(),
	}
	r.Contribution = p.ContributionStays().Sub(p.Stays().Sub(n.Amount).Share(rules.ContributionRate))
	postings := ledger.Move(Held(a.ID, p.Organisation), Allocated(a.ID), r.Amount)
	if r.Contribution.Positive() {
		postings = append(postings, ledger.Move(ContributionPaid(a.ID, p.Organisation), contributionFund(a.ID), r.Contribution)...)
	}
	entry, balances, err := ledger.Post(ctx, tx, f.IDs, ledger.Entry{
		Book: ledger.Book(a.ID), Day: f.Today(), Kind: KindReturn, About: r.ID, Description: "Handed back to the programme",
		By: by.Person, At: r.At, Postings: postings,
	})
	if err != nil {
		return err
	}
	if held := balances[1]; held.Negative() {
		return notHeld(held.Add(n.Amount))
	}
	r.Entry = entry.ID
	register, err := partnership.RegisterIn(ctx, tx)
	if err != nil {
		return err
	}
	if err := insertReturn(ctx, tx, p, r, register); err != nil {
		return fmt.Errorf("insert return: %w", err)
	}
	change := lineChange{contribution: r.Contribution.Neg()}
	change.pay(p.Line, r.Amount.Neg())
	if err := change.keep(ctx, tx, a); err != nil {
		return err
	}
	return f.record(ctx, tx, by, a, "money handed back", string(pid), map[string]string{
		"amount": r.Amount.Decimal(), "contribution": r.Contribution.Decimal(), "on": r.On.String(), "entry": string(entry.ID), "return": r.ID,
	}, r.Reason)
}

func notHeld(held money.Amount) error {
	return fault.New(fault.Conflict, fmt.Sprintf("The LTO holds %s of this area’s money, which is less than that.", held))
}

func (f *Funding) released(ctx context.Context, tx *db.Tx, a area.Area, pid PaymentID) (Payment, error) {
	p, err := PaymentOf(ctx, tx, a.ID, pid)
	if err != nil {
		return p, err
	}
	switch p.State() {
	case PaymentReleased:
		return p, nil
	case PaymentReversed:
		return p, ledger.ErrReversed
	default:
		return p, fault.New(fault.Conflict, "This payment was not released, so there is nothing to take back. Call it off instead.")
	}
}
