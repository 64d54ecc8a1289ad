package funding

import (
	"context"
	"fmt"
	"time"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/money"
	"commontable/internal/organisation"
	"commontable/internal/plan"
)

// The reads of this file are a whole programme's, for open data: each is one
// query or two, however many areas there are.

// An Award is what an LTO was promised by an offer letter and the versions that
// superseded it: one chain, counted once. Letters that nobody accepted do not
// count.
type Award struct {
	Area         area.ID
	Organisation organisation.ID
	Number       int64        // of the chain's first letter: it names the award for good
	Awarded      money.Amount // what was paid by superseded letters, and all of the schedule in force
	Disbursed    money.Amount // what was paid, less what came back
	AcceptedOn   date.Date    // the day of the first acceptance
	From, Until  date.Date    // the first and the last day on which a payment is or was due
	Payments     int          // how many payments that is
	ChangedAt    time.Time    // when anything of this was last recorded
}

func (a *Award) due(from, until date.Date, payments int) {
	if a.From.IsZero() || from.Before(a.From) {
		a.From = from
	}
	if until.After(a.Until) {
		a.Until = until
	}
	a.Payments += payments
}

func (a *Award) changed(at time.Time) {
	if at.After(a.ChangedAt) {
		a.ChangedAt = at
	}
}

// letter is an offer letter with the sum of its schedule.
type letter struct {
	area                     area.ID
	organisation             organisation.ID
	number, supersedes, next int64 // next is the accepted letter that took its place
	acceptedOn               date.Date
	acceptedAt               time.Time
	total                    money.Amount
	from, until              date.Date
	instalments              int
	ended                    bool // before all of it was paid
}

// Awards lists a programme's awards by their areas' IDs and numbers.
func Awards(ctx context.Context, tx *db.Tx, p area.ProgrammeID) ([]Award, error) {
	letters, err := lettersOf(ctx, tx, p)
	if err != nil {
		return nil, fmt.Errorf("offer letters: %w", err)
	}
	payments, err := PaymentsOf(ctx, tx, p)
	if err != nil {
		return nil, err
	}
	// A letter has a lower number than those that supersede it, so that whatever
	// comes first in the list begins its chain.
	type key struct {
		area   area.ID
		number int64
	}
	first := make(map[key]int64, len(letters))
	over := make(map[key]bool, len(letters)) // what is not paid by it will not be
	var awards []Award
	at := map[key]int{}
	for _, l := range letters {
		first[key{l.area, l.number}] = l.number
		if l.supersedes != 0 {
			first[key{l.area, l.number}] = first[key{l.area, l.supersedes}]
		}
		if l.acceptedOn.IsZero() {
			continue
		}
		over[key{l.area, l.number}] = l.next != 0 || l.ended
		chain := key{l.area, first[key{l.area, l.number}]}
		i, known := at[chain]
		if !known {
			i = len(awards)
			at[chain] = i
			awards = append(awards, Award{Area: l.area, Organisation: l.organisation, Number: chain.number, AcceptedOn: l.acceptedOn})
		}
		a := &awards[i]
		if l.acceptedOn.Before(a.AcceptedOn) {
			a.AcceptedOn = l.acceptedOn
		}
		a.changed(l.acceptedAt)
		if l.next == 0 && !l.ended {
			a.Awarded = a.Awarded.Add(l.total)
			a.due(l.from, l.until, l.instalments)
		}
	}
	for _, p := range payments {
		i, known := at[key{p.Area, first[key{p.Area, p.Offer}]}]
		if !known {
			return nil, fmt.Errorf("payment %s is by a letter that nobody accepted", p.ID)
		}
		a := &awards[i]
		a.changed(p.ChangedAt)
		a.Disbursed = a.Disbursed.Add(p.Stays())
		if over[key{p.Area, p.Offer}] && !p.Reversed {
			a.Awarded = a.Awarded.Add(p.Amount)
			a.due(p.DueOn, p.DueOn, 1)
		}
	}
	return awards, nil
}

func lettersOf(ctx context.Context, tx *db.Tx, p area.ProgrammeID) ([]letter, error) {
	return db.All(ctx, tx, func(r db.Row) (l letter, err error) {
		var minor int64
		err = r.Scan(&l.area, &l.number, &l.organisation, &l.supersedes, &l.next, &l.acceptedOn, &l.acceptedAt, &minor, &l.from, &l.until, &l.instalments, &l.ended)
		l.total = money.Minor(minor, money.GBP)
		return l, err
	}, `
		SELECT o.area_id, o.number, o.organisation_id, COALESCE(o.supersedes, 0),
			COALESCE((SELECT MAX(n.number) FROM offers n JOIN offer_acceptances na ON na.area_id = n.area_id AND na.offer = n.number
				WHERE n.area_id = o.area_id AND n.chain = o.chain AND n.number > o.number), 0), a.accepted_on, a.accepted_at,
			i.minor, i.from_on, i.until_on, i.instalments,
			EXISTS (SELECT 1 FROM offer_endings e WHERE e.area_id = o.area_id AND e.offer = o.number)
		FROM offers o
		JOIN (
			SELECT area_id, offer, CAST(SUM(minor) AS BIGINT) AS minor, MIN(due_on) AS from_on, MAX(due_on) AS until_on, COUNT(*) AS instalments
			FROM instalments WHERE area_id IN (SELECT area_id FROM area_money WHERE programme_id = $1) GROUP BY area_id, offer
		) i ON i.area_id = o.area_id AND i.offer = o.number
		LEFT JOIN offer_acceptances a ON a.area_id = o.area_id AND a.offer = o.number
		WHERE o.area_id IN (SELECT area_id FROM area_money WHERE programme_id = $1)
		ORDER BY o.area_id, o.number`, p)
}

// A PaymentMade is a payment that was released, with what became of it: no
// names of those who made it, and no reference.
type PaymentMade struct {
	Area                           area.ID
	ID                             PaymentID
	Offer                          int64
	Organisation                   organisation.ID
	Line                           plan.LineID
	DueOn, PaidOn                  date.Date
	Amount, Contribution           money.Amount
	Returned, ContributionReturned money.Amount
	Reversed                       bool
	ChangedAt                      time.Time
}

// Stays is what stays paid after what was handed back or reversed.
func (p PaymentMade) Stays() money.Amount {
	if p.Reversed {
		return money.Minor(0, p.Amount.Currency())
	}
	return p.Amount.Sub(p.Returned)
}

// ContributionStays is what stays of the contribution.
func (p PaymentMade) ContributionStays() money.Amount {
	if p.Reversed {
		return money.Minor(0, p.Contribution.Currency())
	}
	return p.Contribution.Sub(p.ContributionReturned)
}

// PaymentsOf lists the payments that were released in a programme, by their
// areas' IDs and days.
func PaymentsOf(ctx context.Context, tx *db.Tx, p area.ProgrammeID) ([]PaymentMade, error) {
	all, err := db.All(ctx, tx, func(r db.Row) (m PaymentMade, err error) {
		var n [4]int64
		var releasedAt, returnedAt, reversedAt time.Time
		err = r.Scan(&m.Area, &m.ID, &m.Offer, &m.Organisation, &m.Line, &m.DueOn, &m.PaidOn, &n[0], &n[1], &n[2], &n[3],
			&releasedAt, &returnedAt, &reversedAt)
		m.Amount, m.Contribution = money.Minor(n[0], money.GBP), money.Minor(n[1], money.GBP)
		m.Returned, m.ContributionReturned = money.Minor(n[2], money.GBP), money.Minor(n[3], money.GBP)
		m.Reversed = !reversedAt.IsZero()
		for _, at := range []time.Time{releasedAt, returnedAt, reversedAt} {
			if at.After(m.ChangedAt) {
				m.ChangedAt = at
			}
		}
		return m, err
	}, `
		SELECT p.area_id, p.id, i.offer, p.organisation_id, p.line_id, i.due_on, r.paid_on, p.minor, p.contribution_minor,
			COALESCE(x.minor, 0), COALESCE(x.contribution_minor, 0), r.released_at, x.recorded_at, v.reversed_at
		FROM payments p
		JOIN payment_releases r ON r.area_id = p.area_id AND r.payment_id = p.id
		JOIN instalments i ON i.area_id = p.area_id AND i.id = p.instalment_id
		LEFT JOIN (
			SELECT area_id, payment_id, CAST(SUM(minor) AS BIGINT) AS minor, CAST(SUM(contribution_minor) AS BIGINT) AS contribution_minor,
				MAX(recorded_at) AS recorded_at
			FROM payment_returns GROUP BY area_id, payment_id
		) x ON x.area_id = p.area_id AND x.payment_id = p.id
		LEFT JOIN payment_reversals v ON v.area_id = p.area_id AND v.payment_id = p.id
		WHERE p.area_id IN (SELECT area_id FROM area_money WHERE programme_id = $1)
		ORDER BY p.area_id, r.paid_on, p.id`, p)
	if err != nil {
		return nil, fmt.Errorf("payments: %w", err)
	}
	return all, nil
}

// SpendsOf lists what was certified as spent in a programme, by the areas' IDs
// and days, with what was reversed later. It is for those who then tell
// PublicPayee and PublicHeading, and nothing else of whom the money went to.
func SpendsOf(ctx context.Context, tx *db.Tx, p area.ProgrammeID) ([]Spend, error) {
	all, err := db.All(ctx, tx, scanSpend, `
		SELECT `+spendColumns+`
		WHERE s.area_id IN (SELECT area_id FROM area_money WHERE programme_id = $1) AND c.spend_id IS NOT NULL
		ORDER BY s.area_id, s.spent_on, s.id`, p)
	if err != nil {
		return nil, fmt.Errorf("spending: %w", err)
	}
	return all, nil
}

// HoldersOf tells who holds the money of each area of a programme, as far as no
// last day is set.
func HoldersOf(ctx context.Context, tx *db.Tx, p area.ProgrammeID) (map[area.ID][]organisation.ID, error) {
	all := map[area.ID][]organisation.ID{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var a area.ID
		var o organisation.ID
		err := r.Scan(&a, &o)
		all[a] = append(all[a], o)
		return err
	}, `
		SELECT h.area_id, h.organisation_id FROM holdings h
		WHERE h.until_on IS NULL AND h.area_id IN (SELECT area_id FROM area_money WHERE programme_id = $1)
			AND NOT EXISTS (SELECT 1 FROM holding_ends e WHERE e.area_id = h.area_id AND e.organisation_id = h.organisation_id AND e.from_on = h.from_on)
		ORDER BY h.area_id, h.from_on, h.organisation_id`, p)
	if err != nil {
		return nil, fmt.Errorf("who holds the money: %w", err)
	}
	return all, nil
}
