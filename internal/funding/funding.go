// Package funding follows the money that comes to an area: its allocation, who
// holds it, the offer letter and its payment schedule, payments, and what was
// spent (S17–S19; P23–P27).
//
// Promises it keeps, in the transaction that does each thing:
//
//   - a payment needs the plan's budget and the payment schedule to agree (R8);
//   - neither payments nor spending go over a budget line without a recorded
//     decision (R10), and never over what was allocated or what the LTO holds;
//   - the LTO's contribution stands beside the area's money, never in it, and
//     comes back with what comes back (R9);
//   - preparer, approvers and releaser of a payment are different people, as
//     are provider and certifier of a spend, whatever hats they wear;
//   - an approval is of a payment's content: its digest;
//   - what is sent twice counts once.
package funding

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/ledger"
	"commontable/internal/money"
	"commontable/internal/organisation"
	"commontable/internal/plan"
)

// Funding is everything that can be done with an area's money.
type Funding struct {
	DB  *db.DB
	IDs *id.Maker
	Now func() time.Time
}

// Today is the day it is now.
func (f *Funding) Today() date.Date { return date.Of(f.Now()) }

// The accounts of an area's book. The endowment is in its programme's.
func endowment(a area.Area) ledger.Account {
	return ledger.Account{Book: ledger.Book(a.Programme), Path: "endowment"}
}

// Allocated is the account of what the funder still keeps for the area.
func Allocated(a area.ID) ledger.Account {
	return ledger.Account{Book: ledger.Book(a), Path: "allocated"}
}

// Held is the account of what an LTO holds for the area.
func Held(a area.ID, o organisation.ID) ledger.Account {
	return ledger.Account{Book: ledger.Book(a), Path: "held:" + string(o)}
}

// Spent is the account of what was spent on a budget line.
func Spent(a area.ID, l plan.LineID) ledger.Account {
	return ledger.Account{Book: ledger.Book(a), Path: "spent:" + string(l)}
}

// ContributionPaid is the account of what an LTO was given for its trouble,
// beside the area's money.
func ContributionPaid(a area.ID, o organisation.ID) ledger.Account {
	return ledger.Account{Book: ledger.Book(a), Path: "contribution:" + string(o)}
}

// contributionFund is where contributions come from. It is the area's own
// account, so that no two areas' payments wait for each other.
func contributionFund(a area.ID) ledger.Account {
	return ledger.Account{Book: ledger.Book(a), Path: "contribution-fund"}
}

// The kinds of ledger entry that funding makes; an entry is about the record of
// that kind.
const (
	KindAllocation      = "allocation"
	KindPayment         = "payment"
	KindReturn          = "return"
	KindPaymentReversal = "payment reversal"
	KindSpend           = "spend"
	KindSpendReversal   = "spend reversal"
)

// A Form names the form or call in which something was sent, so that sending it
// twice counts once.
type Form string

// An AllocationID names an allocation.
type AllocationID string

// An Allocation is money set aside for an area: a dated entry, never a
// constant (requirements.md §4F.1).
type Allocation struct {
	ID     AllocationID
	Area   area.ID
	Amount money.Amount
	On     date.Date
	Note   string
	Entry  ledger.EntryID
	By     access.PersonID
	At     time.Time
}

// NewAllocation is what an officer says about an allocation.
type NewAllocation struct {
	Form   Form
	Amount money.Amount
	On     date.Date
	Note   string
}

// Check says what is wrong with n, if anything.
func (n NewAllocation) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	checkAmount(&wrong, "amount", n.Amount)
	checkPast(&wrong, "on", n.On, today)
	checkWords(&wrong, "note", n.Note, 500, "")
	return wrong
}

// Allocate sets money aside for an area.
func (f *Funding) Allocate(ctx context.Context, by access.Actor, a area.Area, n NewAllocation) error {
	return f.once(ctx, by, n.Form, []any{"allocate", a.ID, n.Amount.Decimal(), n.On.String(), n.Note}, "allocate", func(tx *db.Tx) (string, error) {
		done, err := f.AllocateIn(ctx, tx, by, a, n)
		return string(done.ID), err
	})
}

// AllocateIn is Allocate as part of a transaction.
func (f *Funding) AllocateIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewAllocation) (Allocation, error) {
	if err := by.Must(access.Allocate, a.Place()); err != nil {
		return Allocation{}, err
	}
	if err := n.Check(f.Today()).OrNil(); err != nil {
		return Allocation{}, err
	}
	done := Allocation{
		ID: id.New[AllocationID](f.IDs), Area: a.ID, Amount: n.Amount, On: n.On, Note: strings.TrimSpace(n.Note), By: by.Person, At: f.Now(),
	}
	entry, _, err := ledger.Post(ctx, tx, f.IDs, ledger.Entry{
		Book: ledger.Book(a.ID), Day: f.Today(), Kind: KindAllocation, About: string(done.ID), Description: "Allocated to " + a.Name,
		By: by.Person, At: done.At, Postings: ledger.Move(endowment(a), Allocated(a.ID), n.Amount),
	})
	if err != nil {
		return Allocation{}, err
	}
	done.Entry = entry.ID
	if err := insertAllocation(ctx, tx, done); err != nil {
		return Allocation{}, fmt.Errorf("insert allocation: %w", err)
	}
	if err := addToArea(ctx, tx, a, totals{allocated: n.Amount}); err != nil {
		return Allocation{}, err
	}
	return done, f.record(ctx, tx, by, a, "money allocated", string(done.ID), map[string]string{
		"amount": n.Amount.Decimal(), "on": n.On.String(), "entry": string(entry.ID),
	}, done.Note)
}

// A Holding says that an organisation holds an area's money: the area's locally
// trusted organisation (LTO), or one of several (S17, R7).
type Holding struct {
	Area         area.ID
	Organisation organisation.ID
	From, Until  date.Date // Until is the first day on which it no longer holds it; zero while none is known
	Functions    string
	Decision     string
	EndDecision  string // where it is noted that the holding ended
}

// NewHolding is the record of a partnership's choice of LTO.
type NewHolding struct {
	Form         Form
	Organisation organisation.ID
	From         date.Date
	Functions    string
	Decision     string // where the choice is noted
	Decided      int64  // or, instead of words, the decision by which it was chosen; 0 for none
}

// Check says what is wrong with n, if anything.
func (n NewHolding) Check() fault.Invalid {
	var wrong fault.Invalid
	if n.Organisation == "" {
		wrong.Add("organisation", "Choose an organisation")
	}
	if n.From.IsZero() || n.From.Year() < 2000 || n.From.Year() > 2100 {
		wrong.Add("from", "Enter the day from which it holds the money")
	}
	checkWords(&wrong, "functions", n.Functions, 500, "")
	if n.Decided == 0 {
		checkWords(&wrong, "decision", n.Decision, 200, "Choose the decision, or enter where the partnership’s choice is noted, such as “Meeting of 3 June, item 2”")
	}
	return wrong
}

// Hold records that an organisation holds an area's money.
func (f *Funding) Hold(ctx context.Context, by access.Actor, a area.Area, n NewHolding) error {
	return f.once(ctx, by, n.Form, []any{"hold", a.ID, n.Organisation, n.From.String(), n.Functions, n.Decision, n.Decided}, "record who holds the money", func(tx *db.Tx) (string, error) {
		return string(n.Organisation), f.HoldIn(ctx, tx, by, a, n)
	})
}

// HoldIn is Hold as part of a transaction.
func (f *Funding) HoldIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewHolding) error {
	if err := by.Must(access.ChooseLTO, a.Place()); err != nil {
		return err
	}
	if err := n.Check().OrNil(); err != nil {
		return err
	}
	if _, err := organisation.ByID(ctx, tx, n.Organisation); err != nil {
		return fmt.Errorf("organisation: %w", err)
	}
	holdings, err := Holdings(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	for _, h := range holdings {
		if h.Organisation == n.Organisation && (h.Until.IsZero() || n.From.Before(h.Until)) {
			return fault.New(fault.Conflict, "That organisation holds this area’s money already.")
		}
	}
	if n.Decided != 0 {
		by, err := allowed(ctx, tx, a.ID, n.Decided)
		if err != nil {
			return err
		}
		if by.Kind != decision.ChooseLTO {
			return fault.Invalid{{Field: "decision", Words: fmt.Sprintf("Decision %d is not about who holds the money. Choose one that is", n.Decided)}}
		}
		if err := mayHold(ctx, tx, a.ID, n.Decided, n.Organisation); err != nil {
			return err
		}
		n.Decision = decidedWords(n.Decided)
		if err := keepDecided(ctx, tx, a.ID, holdingDecided, string(n.Organisation)+" "+n.From.String(), n.Decided); err != nil {
			return fmt.Errorf("keep what allows it: %w", err)
		}
	}
	if err := insertHolding(ctx, tx, a.ID, n, by.Person, f.Now()); err != nil {
		return fmt.Errorf("insert holding: %w", err)
	}
	if err := addToArea(ctx, tx, a, totals{}); err != nil { // from now on the area is among its programme’s here
		return err
	}
	return f.record(ctx, tx, by, a, "LTO chosen", string(n.Organisation), map[string]string{"from": n.From.String(), "decided": strconv.FormatInt(n.Decided, 10)}, n.Decision)
}

// holds reports whether an organisation held the area's money on a day.
func holds(ctx context.Context, tx *db.Tx, a area.ID, o organisation.ID, day date.Date) (bool, error) {
	all, err := Holdings(ctx, tx, a)
	for _, h := range all {
		if h.Organisation == o && !day.Before(h.From) && (h.Until.IsZero() || day.Before(h.Until)) {
			return true, nil
		}
	}
	return false, err
}

// once does something at most once for a form, in one transaction.
func (f *Funding) once(ctx context.Context, by access.Actor, form Form, content any, doing string, do func(*db.Tx) (string, error)) error {
	_, err := f.onceFor(ctx, by, form, content, doing, do)
	return err
}

// onceFor is once for what leads to a subject.
func (f *Funding) onceFor(ctx context.Context, by access.Actor, form Form, content any, doing string, do func(*db.Tx) (string, error)) (subject string, err error) {
	err = f.DB.Write(ctx, func(tx *db.Tx) error {
		sent := audit.Sent{Form: string(form), By: by, Content: content, At: f.Now()}
		subject, err = audit.Once(ctx, tx, sent, func() (string, error) { return do(tx) })
		return err
	})
	if err != nil {
		return "", fmt.Errorf("%s: %w", doing, err)
	}
	return subject, nil
}

func (f *Funding) record(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, act, subject string, facts map[string]string, private string) error {
	return audit.Record(ctx, tx, f.IDs, audit.Event{
		Stream: string(a.ID), Act: act, Subject: subject, By: by, At: f.Now(), Facts: facts, Private: private,
	})
}

func checkAmount(wrong *fault.Invalid, field string, amount money.Amount) {
	if !amount.Positive() || money.Pence(money.Most).Less(amount) {
		wrong.Add(field, "Enter an amount in pounds and pence, like 1,250 or 312.40")
	}
}

func checkPast(wrong *fault.Invalid, field string, day, today date.Date) {
	switch {
	case day.IsZero():
		wrong.Add(field, "Enter a date, like 27 3 2026")
	case day.After(today):
		wrong.Add(field, "Enter today’s date or an earlier one")
	case day.Before(today.AddMonths(-12 * 20)):
		wrong.Add(field, "Enter a date in the last 20 years")
	}
}

// checkWords bounds free words; missing is what to say where they must not be
// left out, or "" where they may.
func checkWords(wrong *fault.Invalid, field, words string, most int, missing string) {
	if missing != "" && strings.TrimSpace(words) == "" {
		wrong.Add(field, missing)
	}
	if len([]rune(words)) > most {
		wrong.Add(field, fmt.Sprintf("Use up to %d letters", most))
	}
}
