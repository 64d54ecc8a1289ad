package funding

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/fault"
	"commontable/internal/organisation"
	"commontable/internal/partnership"
)

// mayGoTo asks whether money that a decision allows may go to an organisation. Where
// the decision names one that holds the area's money, it goes to that one. Whoever holds
// it pays the others that a decision names, and whom a decision leaves open.
func mayGoTo(ctx context.Context, tx *db.Tx, a area.ID, number int64, o organisation.ID, today date.Date) error {
	named, err := decision.NamedBy(ctx, tx, a, number)
	if err != nil || len(named) == 0 {
		return err
	}
	others, err := partnership.NotAmong(ctx, tx, []partnership.Party{{Organisation: o}}, named)
	if err != nil || len(others) == 0 {
		return err
	}
	holdings, err := Holdings(ctx, tx, a)
	if err != nil {
		return err
	}
	for _, h := range holdings {
		if today.Before(h.From) || !h.Until.IsZero() && !today.Before(h.Until) {
			continue
		}
		left, err := partnership.NotAmong(ctx, tx, []partnership.Party{{Organisation: h.Organisation}}, named)
		if err != nil {
			return err
		}
		if len(left) > 0 {
			continue
		}
		is, err := organisation.ByID(ctx, tx, h.Organisation)
		if err != nil {
			return err
		}
		return fault.Invalid{{Field: "decision", Words: fmt.Sprintf("Decision %d says that this goes to %s, and to nobody else who holds the area’s money. "+
			"Choose them, choose another decision, or put it to the partnership to be decided anew", number, is.Name)}}
	}
	return nil
}

// mayHold asks whether a decision about who holds the money names an organisation.
func mayHold(ctx context.Context, tx *db.Tx, a area.ID, number int64, o organisation.ID) error {
	named, err := decision.NamedBy(ctx, tx, a, number)
	if err != nil || len(named) == 0 {
		return err
	}
	others, err := partnership.NotAmong(ctx, tx, []partnership.Party{{Organisation: o}}, named)
	if err == nil && len(others) > 0 {
		return fault.Invalid{{Field: "decision", Words: fmt.Sprintf("Decision %d chose somebody else. Choose the decision about this organisation, or put it to the partnership first", number)}}
	}
	return err
}

// unsettled lists those who decided that money may go, and who had an interest in an
// organisation to which it goes and which the decision does not name.
func unsettled(ctx context.Context, tx *db.Tx, a area.ID, number int64, o organisation.ID) ([]partnership.Late, error) {
	deeds, err := decision.Unnamed(ctx, tx, a, number, partnership.Party{Organisation: o})
	if err != nil {
		return nil, err
	}
	return partnership.UnnamedIn(ctx, tx, a, deeds)
}

// settled refuses to go on with money for an organisation which the decisions that allow
// it do not name, while nothing is recorded about those who decided and had an interest
// in it. s is what the register says of who is paid.
func (s scene) settled(ctx context.Context, tx *db.Tx, o organisation.ID, numbers ...int64) error {
	if s.IsQuiet() {
		return nil
	}
	for _, number := range numbers {
		if number == 0 {
			continue
		}
		late, err := unsettled(ctx, tx, s.area, number, o)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(late, func(l partnership.Late) bool { return l.Handling.IsZero() }) {
			return fault.New(fault.Conflict, fmt.Sprintf("Decision %d does not say who would be paid, and somebody who decided it has an interest in who is paid now. "+
				"It waits until the area’s chair or worker, or the programme’s officer, records under Interests what is done about it. "+
				"Or the partnership decides anew, and says who is paid.", number))
		}
	}
	return nil
}

// PayeeMatters tells partnership of organisations to which money goes by decisions that
// do not name them: what is done about the interests of those who decided.
type PayeeMatters struct{}

// A tie is that money goes to an organisation by a decision.
type tie struct {
	number int64
	to     organisation.ID
}

// tiesIn are the ties of an area under which something is still to be paid.
func tiesIn(ctx context.Context, tx *db.Tx, a area.ID) ([]tie, error) {
	return db.All(ctx, tx, func(r db.Row) (t tie, err error) { return t, r.Scan(&t.number, &t.to) }, `
		SELECT m.decision, o.organisation_id FROM money_decisions m
		JOIN offers o ON o.area_id = m.area_id AND CAST(o.number AS TEXT) = m.subject
		JOIN instalments i ON i.area_id = o.area_id AND i.offer = o.number
		WHERE m.area_id = $1 AND m.kind = 'offer'
			AND NOT EXISTS (SELECT 1 FROM offer_declines d WHERE d.area_id = o.area_id AND d.offer = o.number)
			AND NOT EXISTS (SELECT 1 FROM payments p JOIN payment_releases r ON r.area_id = p.area_id AND r.payment_id = p.id
				WHERE p.area_id = i.area_id AND p.instalment_id = i.id)
		UNION
		SELECT m.decision, p.organisation_id FROM money_decisions m
		JOIN payments p ON p.area_id = m.area_id AND p.id = m.subject
		WHERE m.area_id = $1 AND m.kind = 'payment'
			AND NOT EXISTS (SELECT 1 FROM payment_releases r WHERE r.area_id = p.area_id AND r.payment_id = p.id)
			AND NOT EXISTS (SELECT 1 FROM payment_cancellations c WHERE c.area_id = p.area_id AND c.payment_id = p.id)
		ORDER BY 1, 2`, a)
}

// Matter is what touches who decided, of one organisation to which money goes.
func (PayeeMatters) Matter(ctx context.Context, tx *db.Tx, a area.ID, matter string) (partnership.Matter, error) {
	number, to, ok := partnership.About{Kind: partnership.PayeeKind, ID: matter}.Payee()
	if !ok {
		return partnership.Matter{}, fault.NotFound
	}
	open, err := tiesIn(ctx, tx, a)
	if err != nil {
		return partnership.Matter{}, err
	}
	late, err := unsettled(ctx, tx, a, number, to)
	if err != nil {
		return partnership.Matter{}, err
	}
	if len(late) == 0 {
		return partnership.Matter{}, fault.NotFound
	}
	m, err := matterOfTie(ctx, tx, tie{number, to}, late)
	m.Open = slices.Contains(open, tie{number, to})
	return m, err
}

// matterOfTie is a tie as interests know it, with those who decided and had an interest.
func matterOfTie(ctx context.Context, tx *db.Tx, t tie, late []partnership.Late) (partnership.Matter, error) {
	is, err := organisation.ByID(ctx, tx, t.to)
	m := partnership.Matter{
		About: partnership.AboutPayee(t.number, t.to), Title: fmt.Sprintf("Money for %s by decision %d, which did not name them", is.Name, t.number),
		Href: "/decisions/" + strconv.FormatInt(t.number, 10), Parties: []partnership.Party{{Organisation: t.to}}, Moves: true, Past: []access.PersonID{},
	}
	for _, l := range late {
		m.Past, m.On = append(m.Past, l.Deed.Person), date.InLondon(l.Deed.Counted)
	}
	return m, err
}

// OpenMatters lists those under which something is still to be paid, where somebody who
// decided had an interest in who is paid.
func (PayeeMatters) OpenMatters(ctx context.Context, tx *db.Tx, a area.ID) (all []partnership.Matter, err error) {
	ties, err := tiesIn(ctx, tx, a)
	if err != nil || len(ties) == 0 {
		return nil, err
	}
	var to []partnership.Party
	for _, t := range ties {
		if p := (partnership.Party{Organisation: t.to}); !slices.Contains(to, p) {
			to = append(to, p)
		}
	}
	if to, err = partnership.Touching(ctx, tx, to); err != nil {
		return nil, err
	}
	ties = slices.DeleteFunc(ties, func(t tie) bool { return !slices.Contains(to, partnership.Party{Organisation: t.to}) })
	if len(ties) == 0 {
		return nil, nil
	}
	payees := make([]decision.Payee, len(ties))
	for at, t := range ties {
		payees[at] = decision.Payee{Number: t.number, Party: partnership.Party{Organisation: t.to}}
	}
	deeds, err := decision.UnnamedEach(ctx, tx, a, payees)
	if err != nil {
		return nil, err
	}
	every, err := partnership.UnnamedIn(ctx, tx, a, slices.Concat(deeds...))
	if err != nil {
		return nil, err
	}
	for at, t := range ties {
		late := slices.DeleteFunc(slices.Clone(every), func(l partnership.Late) bool {
			return !slices.ContainsFunc(deeds[at], func(d partnership.Deed) bool {
				return d.About == l.Deed.About && slices.Equal(d.Unnamed, l.Deed.Unnamed)
			})
		})
		if len(late) == 0 {
			continue
		}
		m, err := matterOfTie(ctx, tx, t, late)
		if err != nil {
			return nil, err
		}
		m.Open = true
		all = append(all, m)
	}
	return all, nil
}

// DeedsOf lists nothing: what people did is theirs in the decision.
func (PayeeMatters) DeedsOf(context.Context, *db.Tx, area.ID, []access.PersonID) ([]partnership.Deed, error) {
	return nil, nil
}

// PayeesIn lists whom money went to by the decisions of an area, by their numbers: the
// organisations of letters and payments by them, and whom spending was paid to that is
// by them, or that the money may have paid which came by them (drawn).
func PayeesIn(ctx context.Context, tx *db.Tx, a area.ID) (map[int64][]partnership.Party, error) {
	of := map[int64][]partnership.Party{}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var number int64
		var p partnership.Party
		err := r.Scan(&number, &p.Organisation, &p.Name)
		of[number] = append(of[number], p)
		return err
	}, `
		SELECT m.decision, o.organisation_id, '' FROM money_decisions m
		JOIN offers o ON o.area_id = m.area_id AND CAST(o.number AS TEXT) = m.subject
		WHERE m.area_id = $1 AND m.kind = 'offer' AND NOT EXISTS (SELECT 1 FROM offer_declines d WHERE d.area_id = o.area_id AND d.offer = o.number)
		UNION
		SELECT m.decision, p.organisation_id, '' FROM money_decisions m JOIN payments p ON p.area_id = m.area_id AND p.id = m.subject
		WHERE m.area_id = $1 AND m.kind = 'payment' AND NOT EXISTS (SELECT 1 FROM payment_cancellations c WHERE c.area_id = p.area_id AND c.payment_id = p.id)
		UNION
		SELECT m.decision, '', s.payee FROM money_decisions m JOIN spends s ON s.area_id = m.area_id AND s.id = m.subject
		WHERE m.area_id = $1 AND m.kind = 'spend' AND s.payee <> ''
			AND NOT EXISTS (SELECT 1 FROM spend_refusals f WHERE f.area_id = s.area_id AND f.spend_id = s.id)
		ORDER BY 1, 2, 3`, a); err != nil {
		return nil, err
	}
	paid, err := paidBy(ctx, tx, a)
	for _, number := range slices.Sorted(maps.Keys(paid)) {
		for _, name := range slices.Sorted(maps.Keys(paid[number])) {
			if p := (partnership.Party{Name: name}); !slices.Contains(of[number], p) {
				of[number] = append(of[number], p)
			}
		}
	}
	return of, err
}

// UnnamedBy lists those who decided what allows a letter or a payment, and had an interest
// in the organisation that it goes to, where a decision does not name it: as DecidedUnnamed
// does of all that goes by one decision. Numbers of 0 are none.
func UnnamedBy(ctx context.Context, tx *db.Tx, a area.ID, to organisation.ID, numbers ...int64) (all []partnership.Late, err error) {
	slices.Sort(numbers)
	for _, number := range slices.Compact(numbers) {
		if number == 0 {
			continue
		}
		late, err := unsettled(ctx, tx, a, number, to)
		if err != nil {
			return nil, err
		}
		all = append(all, late...)
	}
	return all, nil
}

// DecidedUnnamed lists those who decided what a decision allows, and had an interest in
// an organisation to which money goes by it and which it does not name.
func DecidedUnnamed(ctx context.Context, tx *db.Tx, a area.ID, number int64) ([]partnership.Late, error) {
	to, err := db.All(ctx, tx, db.Value[organisation.ID], `
		SELECT o.organisation_id FROM money_decisions m
		JOIN offers o ON o.area_id = m.area_id AND CAST(o.number AS TEXT) = m.subject
		WHERE m.area_id = $1 AND m.decision = $2 AND m.kind = 'offer' AND NOT EXISTS (SELECT 1 FROM offer_declines d WHERE d.area_id = o.area_id AND d.offer = o.number)
		UNION
		SELECT p.organisation_id FROM money_decisions m JOIN payments p ON p.area_id = m.area_id AND p.id = m.subject
		WHERE m.area_id = $1 AND m.decision = $2 AND m.kind = 'payment' ORDER BY 1`, a, number)
	if err != nil {
		return nil, err
	}
	var all []partnership.Late
	for _, o := range to {
		late, err := unsettled(ctx, tx, a, number, o)
		if err != nil {
			return nil, err
		}
		all = append(all, late...)
	}
	return all, nil
}
