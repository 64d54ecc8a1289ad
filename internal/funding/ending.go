package funding

import (
	"context"
	"fmt"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/ledger"
	"commontable/internal/money"
	"commontable/internal/organisation"
)

// A Decline is an organisation's no to an offer letter; zero while it said none.
type Decline struct {
	On     date.Date
	By     access.PersonID
	Reason string
}

var errDeclined = fault.New(fault.Conflict, "This offer letter was declined. The programme can make a new version of it.")

// DeclineOffer says no to an offer letter for its LTO, with words. The letter
// stays to be read, and the programme may make a new version.
func (f *Funding) DeclineOffer(ctx context.Context, by access.Actor, a area.Area, number int64, reason string, form Form) error {
	return f.once(ctx, by, form, []any{"decline", a.ID, number, reason}, "decline offer", func(tx *db.Tx) (string, error) {
		return offerSubject(number), f.DeclineOfferIn(ctx, tx, by, a, number, reason)
	})
}

// DeclineOfferIn is DeclineOffer as part of a transaction.
func (f *Funding) DeclineOfferIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, number int64, reason string) error {
	o, err := OfferOf(ctx, tx, a.ID, number)
	if err != nil {
		return err
	}
	if err := o.MayDecline(by, a); err != nil {
		return err
	}
	later, err := SuccessorOf(ctx, tx, a.ID, number)
	if err != nil {
		return err
	}
	if later != 0 {
		return fault.New(fault.Conflict, fmt.Sprintf("Offer letter %d was made to take this one’s place. Read that one, and answer it.", later))
	}
	if err := checkReason(reason).OrNil(); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO offer_declines (area_id, offer, reason, declined_on, declined_by, declined_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		a.ID, number, strings.TrimSpace(reason), f.Today(), by.Person, f.Now()); err != nil {
		return fmt.Errorf("insert decline: %w", err)
	}
	return f.record(ctx, tx, by, a, "offer declined", offerSubject(number), map[string]string{"on": f.Today().String()}, strings.TrimSpace(reason))
}

// MayDecline says why an actor may not decline the offer letter, or nothing.
func (o Offer) MayDecline(by access.Actor, a area.Area) error { return o.MayAccept(by, a) }

// NewHoldingEnd is the record that an organisation no longer holds an area's
// money.
type NewHoldingEnd struct {
	Form         Form
	Organisation organisation.ID
	LastDay      date.Date // on which it held the money
	Decision     string    // where that is noted
}

// Check says what is wrong with n, if anything.
func (n NewHoldingEnd) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	if n.Organisation == "" {
		wrong.Add("organisation", "Choose the organisation that no longer holds the money")
	}
	checkPast(&wrong, "last_day", n.LastDay, today)
	checkWords(&wrong, "decision", n.Decision, 200, "Enter where the partnership’s choice is noted, such as “Meeting of 3 June, item 2”")
	return wrong
}

// EndHolding records that an organisation no longer holds an area's money. What
// its offer letters promised and have not paid falls away; what it still holds
// it spends as of before that day, or hands back.
func (f *Funding) EndHolding(ctx context.Context, by access.Actor, a area.Area, n NewHoldingEnd) error {
	content := []any{"end holding", a.ID, n.Organisation, n.LastDay.String(), n.Decision}
	return f.once(ctx, by, n.Form, content, "end holding", func(tx *db.Tx) (string, error) {
		return string(n.Organisation), f.EndHoldingIn(ctx, tx, by, a, n)
	})
}

// EndHoldingIn is EndHolding as part of a transaction.
func (f *Funding) EndHoldingIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewHoldingEnd) error {
	if err := by.Must(access.ChooseLTO, a.Place()); err != nil {
		return err
	}
	if err := n.Check(f.Today()).OrNil(); err != nil {
		return err
	}
	h, err := heldNow(ctx, tx, a.ID, n.Organisation)
	if err != nil {
		return err
	}
	if err := f.mayEnd(ctx, tx, a, h, n.LastDay); err != nil {
		return err
	}
	until := n.LastDay.AddDays(1)
	if _, err := tx.Exec(ctx, `
		INSERT INTO holding_ends (area_id, organisation_id, from_on, until_on, decision, ended_by, ended_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		a.ID, h.Organisation, h.From, until, strings.TrimSpace(n.Decision), by.Person, f.Now()); err != nil {
		return fmt.Errorf("insert end of holding: %w", err)
	}
	if err := f.endLetters(ctx, tx, by, a, h.Organisation); err != nil {
		return err
	}
	return f.record(ctx, tx, by, a, "LTO ended", string(h.Organisation), map[string]string{
		"from": h.From.String(), "until": until.String(),
	}, strings.TrimSpace(n.Decision))
}

// heldNow is the holding of an organisation that has no last day yet.
func heldNow(ctx context.Context, tx *db.Tx, a area.ID, o organisation.ID) (Holding, error) {
	all, err := Holdings(ctx, tx, a)
	if err != nil {
		return Holding{}, err
	}
	for _, h := range all {
		if h.Organisation == o && h.Until.IsZero() {
			return h, nil
		}
	}
	return Holding{}, fault.New(fault.Conflict, "That organisation does not hold this area’s money.")
}

// mayEnd holds a last day against what happened since, and what is on its way.
func (f *Funding) mayEnd(ctx context.Context, tx *db.Tx, a area.Area, h Holding, last date.Date) error {
	if last.Before(h.From) {
		return fault.Invalid{{Field: "last_day", Words: "It holds the money since " + h.From.Long() + ". Enter that day or a later one."}}
	}
	waiting, err := db.One(ctx, tx, db.Value[int64], `
		SELECT COUNT(*) FROM payments p
		WHERE p.area_id = $1 AND p.organisation_id = $2
			AND NOT EXISTS (SELECT 1 FROM payment_releases r WHERE r.area_id = p.area_id AND r.payment_id = p.id)
			AND NOT EXISTS (SELECT 1 FROM payment_cancellations c WHERE c.area_id = p.area_id AND c.payment_id = p.id)`, a.ID, h.Organisation)
	if err != nil {
		return err
	}
	if waiting > 0 {
		return fault.New(fault.Conflict, "A payment to this organisation is on its way. It must be released or called off first.")
	}
	days, err := db.All(ctx, tx, db.Value[date.Date], `
		SELECT r.paid_on FROM payment_releases r JOIN payments p ON p.area_id = r.area_id AND p.id = r.payment_id
		WHERE r.area_id = $1 AND p.organisation_id = $2 AND r.paid_on > $3
			AND NOT EXISTS (SELECT 1 FROM payment_reversals v WHERE v.area_id = r.area_id AND v.payment_id = r.payment_id)
		UNION ALL
		SELECT s.spent_on FROM spends s
		WHERE s.area_id = $1 AND s.organisation_id = $2 AND s.spent_on > $3
			AND NOT EXISTS (SELECT 1 FROM spend_refusals x WHERE x.area_id = s.area_id AND x.spend_id = s.id)
			AND NOT EXISTS (SELECT 1 FROM spend_reversals v WHERE v.area_id = s.area_id AND v.spend_id = s.id)
		ORDER BY 1 DESC LIMIT 1`, a.ID, h.Organisation, last)
	if err != nil {
		return err
	}
	if len(days) > 0 {
		return fault.Invalid{{Field: "last_day", Words: "It was paid, or it spent, money of this area on " + days[0].Long() + ". Enter that day or a later one."}}
	}
	return nil
}

// endLetters ends the letters in force of an organisation: what they have not
// paid is promised no more.
func (f *Funding) endLetters(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, o organisation.ID) error {
	offers, err := Schedule(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	for _, letter := range offers {
		if letter.Organisation != o || !letter.InForce() {
			continue
		}
		change, unpaid := lineChange{}, none
		for _, in := range letter.Instalments {
			if in.State != PaymentReleased {
				change.promise(in.Line, in.Amount.Neg())
				unpaid = unpaid.Add(in.Amount)
			}
		}
		if !unpaid.Positive() {
			continue // all of it is paid: there is nothing to end
		}
		if _, err := tx.Exec(ctx, `
			INSERT INTO offer_endings (area_id, offer, ended_on, ended_by, ended_at) VALUES ($1, $2, $3, $4, $5)`,
			a.ID, letter.Number, f.Today(), by.Person, f.Now()); err != nil {
			return fmt.Errorf("insert end of offer: %w", err)
		}
		if err := change.keep(ctx, tx, a); err != nil {
			return err
		}
		if err := f.record(ctx, tx, by, a, "offer ended", offerSubject(letter.Number), map[string]string{
			"on": f.Today().String(), "unpaid": unpaid.Decimal(),
		}, ""); err != nil {
			return err
		}
	}
	return nil
}

// A Parting is an organisation that holds an area's money, as who records that
// it no longer does should know it.
type Parting struct {
	Holding
	Organisation organisation.Organisation
	Held         money.Amount // of the area's money, still
	Promised     money.Amount // that would fall away
}

// Partings lists who holds an area's money and could stop.
func Partings(ctx context.Context, tx *db.Tx, a area.ID) ([]Parting, error) {
	holdings, err := Holdings(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	offers, err := Schedule(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	var all []Parting
	for _, h := range holdings {
		if !h.Until.IsZero() {
			continue
		}
		p := Parting{Holding: h, Promised: none}
		if p.Organisation, err = organisation.ByID(ctx, tx, h.Organisation); err != nil {
			return nil, err
		}
		if p.Held, err = ledger.Balance(ctx, tx, Held(a, h.Organisation)); err != nil {
			return nil, err
		}
		p.Held = none.Add(p.Held)
		for _, letter := range offers {
			for _, in := range letter.Instalments {
				if letter.Organisation == h.Organisation && letter.InForce() && in.State != PaymentReleased {
					p.Promised = p.Promised.Add(in.Amount)
				}
			}
		}
		all = append(all, p)
	}
	return all, nil
}
