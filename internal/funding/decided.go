package funding

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/fault"
	"commontable/internal/money"
	"commontable/internal/organisation"
	"commontable/internal/plan"
)

// What hangs on a decision of the partnership (S08, R8, R10).
const (
	offerDecided   = "offer"
	paymentDecided = "payment"
	spendDecided   = "spend"
	holdingDecided = "holding"
)

// decidedWords are how a decision is named in a record that it allows: part of
// what is approved and certified.
func decidedWords(number int64) string {
	if number == 0 {
		return ""
	}
	return "Decision " + strconv.FormatInt(number, 10)
}

func keepDecided(ctx context.Context, tx *db.Tx, a area.ID, kind, subject string, number int64) error {
	if number == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `INSERT INTO money_decisions (area_id, kind, subject, decision) VALUES ($1, $2, $3, $4)`, a, kind, subject, number)
	return err
}

// allowed is what a decision allows, as an error of the field that names it where
// it does not stand.
func allowed(ctx context.Context, tx *db.Tx, a area.ID, number int64) (decision.Allowed, error) {
	what, err := decision.AllowedIn(ctx, tx, a, number)
	if words := fault.Public(err); words != "" {
		return what, fault.Invalid{{Field: "decision", Words: words}}
	}
	return what, err
}

// mayOfferBy holds a schedule against the decision that is to allow it: of what it
// allows on each line, other letters by the same decision have used some. A letter
// that is made already, own, may be by the plan before the one in force.
func mayOfferBy(ctx context.Context, tx *db.Tx, a area.Area, version plan.Version, old Offer, n NewOffer, own int64, today date.Date) error {
	if n.Decision == 0 && own != 0 {
		return nil // it was made before decisions were kept here
	}
	if n.Decision == 0 {
		return fault.Invalid{{Field: "decision", Words: "Choose the decision of the partnership that allows this"}}
	}
	by, err := allowed(ctx, tx, a.ID, n.Decision)
	if err != nil {
		return err
	}
	switch {
	case by.Kind != decision.Spending && by.Kind != decision.AdoptPlan:
		return fault.Invalid{{Field: "decision", Words: fmt.Sprintf("Decision %d is not about what may be spent. Choose one that allows money on these budget lines, or that adopted the plan", n.Decision)}}
	case by.Kind == decision.AdoptPlan && by.PlanVersion != version.Number && own == 0:
		return fault.Invalid{{Field: "decision", Words: fmt.Sprintf("Decision %d adopted version %d of the plan, and version %d is in force. Choose the decision that adopted that one", n.Decision, by.PlanVersion, version.Number)}}
	}
	if err := mayGoTo(ctx, tx, a.ID, n.Decision, n.Organisation, today); err != nil {
		return err
	}
	used, err := usedOf(ctx, tx, a.ID, n.Decision, old, own)
	if err != nil {
		return err
	}
	room := map[plan.LineID]money.Amount{}
	for _, l := range by.Lines {
		room[l.Line] = l.Amount.Sub(used[l.Line])
	}
	var wrong fault.Invalid
	asked := map[plan.LineID]money.Amount{}
	for i, in := range n.Instalments {
		asked[in.Line] = asked[in.Line].Add(in.Amount)
		line, _ := version.Line(in.Line)
		if left, ok := room[in.Line]; !ok {
			wrong.Add("line-"+strconv.Itoa(i+1), fmt.Sprintf("Decision %d allows nothing on “%s”. Choose another decision, or put this to the partnership first", n.Decision, line.Name))
		} else if left.Less(asked[in.Line]) {
			wrong.Add("amount-"+strconv.Itoa(i+1), fmt.Sprintf("Decision %d has %s left for “%s”, and this schedule asks for %s. Lower it, or put more to the partnership first",
				n.Decision, atLeastNothing(left), line.Name, asked[in.Line]))
		}
	}
	return wrong.OrNil()
}

// usedOf is what letters by a decision use of it, by line: what they promise while
// they may still be paid by, and what was paid. What the old letter still promises
// falls away with it.
func usedOf(ctx context.Context, tx *db.Tx, a area.ID, number int64, old Offer, but int64) (map[plan.LineID]money.Amount, error) {
	offers, err := db.All(ctx, tx, db.Value[string], `SELECT subject FROM money_decisions WHERE area_id = $1 AND decision = $2 AND kind = 'offer'`, a, number)
	if err != nil {
		return nil, err
	}
	used := map[plan.LineID]money.Amount{}
	for _, subject := range offers {
		letter, err := strconv.ParseInt(subject, 10, 64)
		if err != nil {
			return nil, err
		}
		if letter == but {
			continue
		}
		o, err := OfferOf(ctx, tx, a, letter)
		if err != nil {
			return nil, err
		}
		lives := o.InForce() || !o.Accepted() && o.SupersededBy == 0 && o.Declined.On.IsZero()
		for _, in := range o.Instalments {
			if in.State == PaymentReleased || lives && o.Chain != old.Chain {
				used[in.Line] = used[in.Line].Add(in.Amount)
			}
		}
	}
	return used, nil
}

// mayGoOver asks whether a decision allows that a line has so much more than the
// plan gives it (R10).
func mayGoOver(ctx context.Context, tx *db.Tx, a area.ID, number int64, line plan.LineID, name string, over money.Amount) error {
	by, err := allowed(ctx, tx, a, number)
	if err != nil {
		return err
	}
	for _, l := range by.Lines {
		if by.Kind == decision.OverBudget && l.Line == line {
			if l.Amount.Less(over) {
				return fault.Invalid{{Field: "decision", Words: fmt.Sprintf("Decision %d allows %s more than the plan on “%s”, and this takes %s more", number, l.Amount, name, over)}}
			}
			return nil
		}
	}
	return fault.Invalid{{Field: "decision", Words: fmt.Sprintf("Decision %d does not allow more than the plan on “%s”. Choose one that does, or put it to the partnership first", number, name)}}
}

// keepSpendDecided keeps by which decision a spend may go over the plan. Whether it
// allows as much is asked when the spend is certified.
func (f *Funding) keepSpendDecided(ctx context.Context, tx *db.Tx, a area.Area, s Spend) error {
	if s.Decided == 0 {
		return nil
	}
	if _, err := allowed(ctx, tx, a.ID, s.Decided); err != nil {
		return err
	}
	return keepDecided(ctx, tx, a.ID, spendDecided, string(s.ID), s.Decided)
}

// asConflict is what was said of a field where there is none to mend.
func asConflict(err error) error {
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return fault.New(fault.Conflict, wrong[0].Words+".")
	}
	return err
}

// A Use is something that hangs on a decision.
type Use struct {
	Offer   int64     // or
	Payment PaymentID // or
	Spend   SpendID   // or
	Holding organisation.ID
	On      date.Date
	Amount  money.Amount
	Line    plan.LineID // of a payment or a spend
}

// UsesOf lists what hangs on a decision, in the order in which it was done: offer
// letters, what goes over the plan by it, and who holds the money: forward from a
// decision to the money (S08).
func UsesOf(ctx context.Context, tx *db.Tx, a area.ID, number int64) ([]Use, error) {
	var uses []Use
	if err := db.Each(ctx, tx, func(r db.Row) error {
		u := Use{}
		var minor int64
		err := r.Scan(&u.Offer, &u.On, &minor)
		u.Amount = money.Pence(minor)
		uses = append(uses, u)
		return err
	}, `
		SELECT o.number, o.offered_on, CAST((SELECT COALESCE(SUM(i.minor), 0) FROM instalments i WHERE i.area_id = o.area_id AND i.offer = o.number) AS BIGINT)
		FROM money_decisions m JOIN offers o ON o.area_id = m.area_id AND CAST(o.number AS TEXT) = m.subject
		WHERE m.area_id = $1 AND m.decision = $2 AND m.kind = 'offer' ORDER BY o.number`, a, number); err != nil {
		return nil, err
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		u := Use{}
		var minor int64
		var at time.Time
		err := r.Scan(&u.Payment, &at, &minor, &u.Line)
		u.On, u.Amount = date.InLondon(at), money.Pence(minor)
		uses = append(uses, u)
		return err
	}, `
		SELECT p.id, p.prepared_at, p.minor, p.line_id
		FROM money_decisions m JOIN payments p ON p.area_id = m.area_id AND p.id = m.subject
		WHERE m.area_id = $1 AND m.decision = $2 AND m.kind = 'payment' ORDER BY p.prepared_at, p.id`, a, number); err != nil {
		return nil, err
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		u := Use{}
		var minor int64
		err := r.Scan(&u.Spend, &u.On, &minor, &u.Line)
		u.Amount = money.Pence(minor)
		uses = append(uses, u)
		return err
	}, `
		SELECT s.id, s.spent_on, s.minor, s.line_id
		FROM money_decisions m JOIN spends s ON s.area_id = m.area_id AND s.id = m.subject
		WHERE m.area_id = $1 AND m.decision = $2 AND m.kind = 'spend' ORDER BY s.spent_on, s.id`, a, number); err != nil {
		return nil, err
	}
	err := db.Each(ctx, tx, func(r db.Row) error {
		u := Use{}
		err := r.Scan(&u.Holding, &u.On)
		uses = append(uses, u)
		return err
	}, `
		SELECT h.organisation_id, h.from_on
		FROM money_decisions m JOIN holdings h ON h.area_id = m.area_id AND h.organisation_id || ' ' || CAST(h.from_on AS TEXT) = m.subject
		WHERE m.area_id = $1 AND m.decision = $2 AND m.kind = 'holding' ORDER BY h.from_on, h.organisation_id`, a, number)
	slices.SortStableFunc(uses, func(x, y Use) int { return y.On.DaysUntil(x.On) })
	return uses, err
}
