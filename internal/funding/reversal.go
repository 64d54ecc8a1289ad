package funding

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/ledger"
	"commontable/internal/money"
	"commontable/internal/partnership"
)

// A ReversalRequest is one person's, that a payment made by mistake is
// reversed. Another does it, or says no.
type ReversalRequest struct {
	Number int64 // counts on within the payment
	By     access.PersonID
	Reason string
	At     time.Time
}

// Waits reports whether a reversal was asked for that nobody has answered yet.
func (p Payment) Waits() bool { return p.Asked.Number != 0 && p.Reversed.By == "" }

// AskReversal asks that a payment made by mistake is reversed.
func (f *Funding) AskReversal(ctx context.Context, by access.Actor, a area.Area, pid PaymentID, reason string, form Form) error {
	return f.once(ctx, by, form, []any{"ask to reverse", a.ID, pid, reason}, "ask to reverse payment", func(tx *db.Tx) (string, error) {
		return string(pid), f.AskReversalIn(ctx, tx, by, a, pid, reason)
	})
}

// AskReversalIn is AskReversal as part of a transaction.
func (f *Funding) AskReversalIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, pid PaymentID, reason string) error {
	if err := mustBeSure(by, access.ReversePayment, a.Place()); err != nil {
		return err
	}
	if err := checkReason(reason).OrNil(); err != nil {
		return err
	}
	p, err := f.released(ctx, tx, a, pid)
	if err != nil {
		return err
	}
	if err := p.MayAskReversal(by, a); err != nil {
		return err
	}
	if err := f.Barred(ctx, tx, by, a.ID, p.Touches()); err != nil {
		return err
	}
	number, err := db.One(ctx, tx, db.Value[int64], `
		SELECT COALESCE(MAX(number), 0) + 1 FROM payment_reversal_requests WHERE area_id = $1 AND payment_id = $2`, a.ID, pid)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO payment_reversal_requests (area_id, payment_id, number, reason, asked_by, asked_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		a.ID, pid, number, strings.TrimSpace(reason), by.Person, f.Now()); err != nil {
		return fmt.Errorf("insert reversal request: %w", err)
	}
	return f.record(ctx, tx, by, a, "reversal asked for", string(pid), map[string]string{"number": strconv.FormatInt(number, 10)}, strings.TrimSpace(reason))
}

// RefuseReversal answers no to a reversal that was asked for: somebody else
// does, or whoever asked takes it back.
func (f *Funding) RefuseReversal(ctx context.Context, by access.Actor, a area.Area, pid PaymentID, reason string, form Form) error {
	return f.once(ctx, by, form, []any{"refuse reversal", a.ID, pid, reason}, "refuse reversal", func(tx *db.Tx) (string, error) {
		return string(pid), f.RefuseReversalIn(ctx, tx, by, a, pid, reason)
	})
}

// RefuseReversalIn is RefuseReversal as part of a transaction.
func (f *Funding) RefuseReversalIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, pid PaymentID, reason string) error {
	if err := by.Must(access.ReversePayment, a.Place()); err != nil {
		return err
	}
	if err := checkReason(reason).OrNil(); err != nil {
		return err
	}
	p, err := PaymentOf(ctx, tx, a.ID, pid)
	if err != nil {
		return err
	}
	if err := p.MayRefuseReversal(by, a); err != nil {
		return err
	}
	if p.Asked.By != by.Person { // who asked takes it back, whatever they told since
		if err := f.Barred(ctx, tx, by, a.ID, p.Touches()); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO payment_reversal_refusals (area_id, payment_id, number, reason, refused_by, refused_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		a.ID, pid, p.Asked.Number, strings.TrimSpace(reason), by.Person, f.Now()); err != nil {
		return fmt.Errorf("insert reversal refusal: %w", err)
	}
	return f.record(ctx, tx, by, a, "reversal refused", string(pid), map[string]string{"number": strconv.FormatInt(p.Asked.Number, 10)}, strings.TrimSpace(reason))
}

// ReversePayment undoes a payment made by mistake, with its contribution, as
// somebody else asked. The instalment may then be paid again.
func (f *Funding) ReversePayment(ctx context.Context, by access.Actor, a area.Area, pid PaymentID, form Form) error {
	return f.once(ctx, by, form, []any{"reverse", a.ID, pid}, "reverse payment", func(tx *db.Tx) (string, error) {
		return string(pid), f.ReversePaymentIn(ctx, tx, by, a, pid)
	})
}

// ReversePaymentIn is ReversePayment as part of a transaction.
func (f *Funding) ReversePaymentIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, pid PaymentID) error {
	if err := mustBeSure(by, access.ReversePayment, a.Place()); err != nil {
		return err
	}
	p, err := f.released(ctx, tx, a, pid)
	if err != nil {
		return err
	}
	if err := p.MayReverse(by, a); err != nil {
		return err
	}
	if err := f.Barred(ctx, tx, by, a.ID, p.Touches()); err != nil {
		return err
	}
	entry, balances, err := ledger.Reverse(ctx, tx, f.IDs, p.Release.Entry, ledger.Entry{
		Book: ledger.Book(a.ID), Day: f.Today(), Kind: KindPaymentReversal, About: string(p.ID), Description: "Payment reversed: made by mistake",
		By: by.Person, At: f.Now(),
	})
	if err != nil {
		return err
	}
	if held := balances[0]; held.Negative() {
		return notHeld(held.Add(p.Amount))
	}
	end := Ending{By: by.Person, Reason: p.Asked.Reason, Entry: entry.ID, At: f.Now()}
	register, err := partnership.RegisterIn(ctx, tx)
	if err != nil {
		return err
	}
	if err := insertPaymentReversal(ctx, tx, a.ID, pid, end, register); err != nil {
		return fmt.Errorf("insert reversal: %w", err)
	}
	change := lineChange{contribution: p.Contribution.Neg()}
	change.pay(p.Line, p.Amount.Neg())
	in, err := instalment(ctx, tx, a.ID, p.Instalment)
	if err != nil {
		return err
	}
	o, err := offer(ctx, tx, a.ID, in.Offer)
	if err != nil {
		return err
	}
	if o.InForce() {
		change.promise(p.Line, p.Amount)
	}
	if err := change.keep(ctx, tx, a); err != nil {
		return err
	}
	return f.record(ctx, tx, by, a, "payment reversed", string(pid), map[string]string{"amount": p.Amount.Decimal(), "entry": string(entry.ID)}, end.Reason)
}

// MayAskReversal says why an actor may not ask that the payment is reversed, or
// nothing.
func (p Payment) MayAskReversal(by access.Actor, a area.Area) error {
	if err := p.MayHandBack(by, a); err != nil {
		return err
	}
	switch {
	case len(p.Returns) > 0:
		return errHandedBack
	case p.Waits():
		return fault.New(fault.Conflict, "Somebody asked for this already. It waits for another person’s answer.")
	}
	return nil
}

// MayReverse says why an actor may not reverse the payment, or nothing. Who
// asked for it may not do it.
func (p Payment) MayReverse(by access.Actor, a area.Area) error {
	if err := p.MayHandBack(by, a); err != nil {
		return err
	}
	switch {
	case !p.Waits():
		return fault.New(fault.Conflict, "Nobody has asked that this payment is reversed. One person asks, another does it.")
	case p.Asked.By == by.Person:
		return errOwn("You asked for this payment to be reversed, so somebody else does it.")
	case len(p.Returns) > 0:
		return errHandedBack
	}
	return nil
}

// MayRefuseReversal says why an actor may not say no to a reversal, or nothing.
func (p Payment) MayRefuseReversal(by access.Actor, a area.Area) error {
	if err := by.Must(access.ReversePayment, a.Place()); err != nil {
		return err
	}
	if !p.Waits() {
		return fault.New(fault.Conflict, "Nobody’s request to reverse this payment waits for an answer.")
	}
	return nil
}

var errHandedBack = fault.New(fault.Conflict, "A part of this payment was handed back. Record the rest as handed back too.")

// ReversalsAsked lists the payments of a programme that somebody asked to
// reverse, those that waited longest first.
func ReversalsAsked(ctx context.Context, tx *db.Tx, p area.ProgrammeID) ([]Payment, error) {
	return db.All(ctx, tx, scanPayment, `SELECT `+paymentColumns+`
		JOIN area_money m ON m.area_id = p.area_id
		WHERE m.programme_id = $1 AND q.number IS NOT NULL AND v.payment_id IS NULL
		ORDER BY q.asked_at, p.id`, p)
}

// none is no money, in pounds.
var none = money.Pence(0)
