package funding

import (
	"context"
	"slices"
	"time"

	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/organisation"
	"commontable/internal/plan"
)

// Which decision's money a bill was paid from is written down nowhere: an organisation
// pays its bills from what it holds of a budget line, and pounds have no names. What can
// be told is from which it was not. A payment that came after the bill did not pay it;
// and a decision whose money on the line was all spent before, whichever pounds went to
// whom, has none left to pay it with. A bill counts for every other decision that brought
// money to the line. The letter that came last before the bill is no answer: the money of
// the one before may well be there still, and then the interest of who made that one in
// whom the bill paid would be missed.

// A purse is what an organisation has of one budget line.
type purse struct {
	organisation organisation.ID
	line         plan.LineID
}

// A came is money that came to a purse by a payment: of the decision of its letter, and
// of the one by which it went over the plan. One that was taken back later was there for
// the bills before, so it counts as if it had stayed.
type came struct {
	at    time.Time
	by    []int64
	pence int64
}

// A bill is spending from a purse that was not sent back.
type bill struct {
	at      time.Time // when it was certified; zero while it waits for that
	settled bool      // certified, and not reversed
	pence   int64
	payee   string
}

// drawn tells of each of the bills of a purse whose money it may have been paid with: by
// decisions, and none where everything that had come was spent before. Both are in the
// order in which they happened; what waits to be certified comes last.
func drawn(in []came, out []bill) [][]int64 {
	var numbers []int64
	for _, c := range in {
		numbers = append(numbers, c.by...)
	}
	slices.Sort(numbers)
	may := make([][]int64, len(out))
	for _, number := range slices.Compact(numbers) {
		// By each bill, what the others had brought by then did not cover is gone of its own.
		var own, others, spent, gone int64
		next := 0
		for at, b := range out {
			for ; next < len(in) && (b.at.IsZero() || !in[next].at.After(b.at)); next++ {
				if slices.Contains(in[next].by, number) {
					own += in[next].pence
				} else {
					others += in[next].pence
				}
			}
			if gone < own {
				may[at] = append(may[at], number)
			}
			if b.settled {
				spent += b.pence
				gone = max(gone, spent-others)
			}
		}
	}
	return may
}

// paidBy are the names of whom an area's bills paid, by the decisions whose money it may
// have been. One for which nothing is left that had come, because it was paid ahead or
// from another line, is of every letter on its line, to whichever organisation where it
// has none itself; and one that waits to be certified
// of each that is still to bring money.
func paidBy(ctx context.Context, tx *db.Tx, a area.ID) (map[int64]map[string]bool, error) {
	letters, promised := map[purse][]int64{}, map[purse][]int64{}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var number, unpaid int64
		var p purse
		err := r.Scan(&number, &p.organisation, &p.line, &unpaid)
		letters[purse{line: p.line}] = append(letters[purse{line: p.line}], number)
		if letters[p] = append(letters[p], number); unpaid > 0 {
			promised[p] = append(promised[p], number)
		}
		return err
	}, `
		SELECT m.decision, o.organisation_id, i.line_id, CAST(SUM(CASE WHEN r.payment_id IS NULL THEN 1 ELSE 0 END) AS BIGINT)
		FROM money_decisions m
		JOIN offers o ON o.area_id = m.area_id AND CAST(o.number AS TEXT) = m.subject
		JOIN instalments i ON i.area_id = o.area_id AND i.offer = o.number
		LEFT JOIN payments p ON p.area_id = i.area_id AND p.instalment_id = i.id
		LEFT JOIN payment_releases r ON r.area_id = p.area_id AND r.payment_id = p.id
		WHERE m.area_id = $1 AND m.kind = 'offer' AND NOT EXISTS (SELECT 1 FROM offer_declines d WHERE d.area_id = o.area_id AND d.offer = o.number)
		GROUP BY m.decision, o.organisation_id, i.line_id ORDER BY 1, 2, 3`, a); err != nil || len(letters) == 0 {
		return nil, err
	}
	money, err := cameIn(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	bills := map[purse][]bill{}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var p purse
		var b bill
		var reversed SpendID
		err := r.Scan(&p.organisation, &p.line, &b.pence, &b.payee, &b.at, &reversed)
		b.settled = !b.at.IsZero() && reversed == ""
		bills[p] = append(bills[p], b)
		return err
	}, `
		SELECT s.organisation_id, s.line_id, s.minor, s.payee, c.certified_at, COALESCE(v.spend_id, '')
		FROM spends s
		LEFT JOIN spend_certifications c ON c.area_id = s.area_id AND c.spend_id = s.id
		LEFT JOIN spend_reversals v ON v.area_id = s.area_id AND v.spend_id = s.id
		WHERE s.area_id = $1 AND NOT EXISTS (SELECT 1 FROM spend_refusals f WHERE f.area_id = s.area_id AND f.spend_id = s.id)
		ORDER BY CASE WHEN c.certified_at IS NULL THEN 1 ELSE 0 END, c.certified_at, s.id`, a); err != nil {
		return nil, err
	}
	paid := map[int64]map[string]bool{}
	for p, all := range bills {
		may := drawn(money[p], all)
		for at, b := range all {
			numbers := may[at]
			if b.at.IsZero() {
				numbers = slices.Concat(numbers, promised[p])
			}
			if len(numbers) == 0 {
				numbers = letters[p]
			}
			if len(numbers) == 0 {
				numbers = letters[purse{line: p.line}]
			}
			for _, number := range numbers {
				if paid[number] == nil {
					paid[number] = map[string]bool{}
				}
				if b.payee != "" {
					paid[number][b.payee] = true
				}
			}
		}
	}
	return paid, nil
}

// cameIn is what payments of an area brought, by whose purse it went to.
func cameIn(ctx context.Context, tx *db.Tx, a area.ID) (map[purse][]came, error) {
	money := map[purse][]came{}
	return money, db.Each(ctx, tx, func(r db.Row) error {
		var p purse
		var c came
		var letter, own int64
		err := r.Scan(&p.organisation, &p.line, &c.pence, &c.at, &letter, &own)
		for _, number := range []int64{letter, own} {
			if number != 0 {
				c.by = append(c.by, number)
			}
		}
		money[p] = append(money[p], c)
		return err
	}, `
		SELECT p.organisation_id, p.line_id, p.minor, r.released_at, COALESCE(mo.decision, 0), COALESCE(mp.decision, 0)
		FROM payments p
		JOIN payment_releases r ON r.area_id = p.area_id AND r.payment_id = p.id
		JOIN instalments i ON i.area_id = p.area_id AND i.id = p.instalment_id
		LEFT JOIN money_decisions mo ON mo.area_id = i.area_id AND mo.kind = 'offer' AND mo.subject = CAST(i.offer AS TEXT)
		LEFT JOIN money_decisions mp ON mp.area_id = p.area_id AND mp.kind = 'payment' AND mp.subject = p.id
		WHERE p.area_id = $1 ORDER BY r.released_at, p.id`, a)
}
