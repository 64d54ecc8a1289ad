package funding

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"

	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/ledger"
	"commontable/internal/plan"
)

// Verify holds every record of funding against the rules and the totals kept,
// and reports every bad place. Books holds them against the ledger, and Readers
// against what was recorded when they were made.
func Verify(ctx context.Context, tx *db.Tx, report func(string)) error {
	for _, check := range []func(context.Context, *db.Tx, func(string)) error{
		verifyPeople, verifyDigests, verifyLines, verifyTold, verifyAreas, verifyProgrammes, verifyEvidence, verifyInterests,
	} {
		if err := check(ctx, tx, report); err != nil {
			return err
		}
	}
	return nil
}

// A booked is a record that an entry of the ledger must agree with.
type booked struct {
	kind, id string
	minor    int64  // into account
	beside   int64  // out of the contribution fund
	account  string // of the area's book
	undoes   ledger.EntryID
}

// A books holds records against the entries of the ledger, book by book: it looks
// for a record whose entry is missing or moves another amount, for a reversal that
// does not undo its entry, and for an entry of ours that has no record.
type books struct {
	report  func(string)
	areas   map[ledger.Book]bool // that have records, and were not read yet
	book    ledger.Book
	records map[ledger.EntryID]booked
	undone  map[ledger.EntryID]bool
	moved   map[ledger.EntryID]map[ledger.Account]int64 // by an entry that is reversed, until its reversal is read
	sums    map[ledger.Account]int64
}

// Books is what ledger.Verify tells of all entries, to hold our records against
// them; when that is done, rest reports the records of areas that have no book.
func Books(ctx context.Context, tx *db.Tx, report func(string)) (reader ledger.Reader, rest func() error, err error) {
	x := &books{report: report, areas: map[ledger.Book]bool{}, sums: map[ledger.Account]int64{}}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		b, err := db.Value[ledger.Book](r)
		x.areas[b] = true
		return err
	}, `SELECT area_id FROM allocations UNION SELECT area_id FROM payments UNION SELECT area_id FROM spends`); err != nil {
		return nil, nil, err
	}
	return x, func() error {
		for _, b := range slices.Sorted(maps.Keys(x.areas)) {
			if err := x.Begin(ctx, tx, b); err != nil {
				return err
			}
			x.End()
		}
		return nil
	}, nil
}

// Begin reads the records of a book.
func (x *books) Begin(ctx context.Context, tx *db.Tx, b ledger.Book) (err error) {
	x.book, x.moved, x.undone = b, map[ledger.EntryID]map[ledger.Account]int64{}, map[ledger.EntryID]bool{}
	delete(x.areas, b)
	x.records, err = bookedIn(ctx, tx, b)
	for _, r := range x.records {
		x.undone[r.undoes] = true
	}
	return err
}

var ourKinds = []string{KindAllocation, KindPayment, KindReturn, KindPaymentReversal, KindSpend, KindSpendReversal}

// Entry holds one entry against its record.
func (x *books) Entry(e *ledger.Entry) {
	r, known := x.records[e.ID]
	clear(x.sums)
	for _, p := range e.Postings {
		x.sums[p.Account] += p.Amount.Minor()
	}
	if x.undone[e.ID] {
		x.moved[e.ID] = maps.Clone(x.sums)
	}
	switch ours := slices.Contains(ourKinds, e.Kind); {
	case !known && (ours || e.Reverses != ""):
		x.report(fmt.Sprintf("area %s: %s %s and its ledger entry do not agree", x.book, e.Kind, e.About))
	case known && !r.agrees(e, x.sums, x.moved[r.undoes]):
		x.report(r.disagrees(x.book))
	}
	delete(x.records, e.ID)
}

// End reports the records that no entry was of.
func (x *books) End() {
	for _, entry := range slices.Sorted(maps.Keys(x.records)) {
		x.report(x.records[entry].disagrees(x.book))
	}
}

func (x booked) disagrees(b ledger.Book) string {
	if x.undoes != "" {
		return fmt.Sprintf("area %s: the %s %s does not undo its ledger entry", b, x.kind, x.id)
	}
	return fmt.Sprintf("area %s: %s %s and its ledger entry do not agree", b, x.kind, x.id)
}

func (x booked) agrees(e *ledger.Entry, sums, undone map[ledger.Account]int64) bool {
	if e.Kind != x.kind || e.About != x.id || e.Reverses != x.undoes {
		return false
	}
	if x.undoes == "" {
		return sums[ledger.Account{Book: e.Book, Path: x.account}] == x.minor && sums[contributionFund(area.ID(e.Book))] == x.beside
	}
	for account, minor := range undone {
		if sums[account] != -minor {
			return false
		}
	}
	return len(undone) == len(sums)
}

func bookedIn(ctx context.Context, tx *db.Tx, b ledger.Book) (map[ledger.EntryID]booked, error) {
	all := map[ledger.EntryID]booked{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var entry ledger.EntryID
		var x booked
		err := r.Scan(&entry, &x.kind, &x.id, &x.minor, &x.beside, &x.account, &x.undoes)
		all[entry] = x
		return err
	}, `
		SELECT entry_id, 'allocation', id, minor, 0, 'allocated', '' FROM allocations WHERE area_id = $1
		UNION ALL
		SELECT r.entry_id, 'payment', p.id, p.minor, -p.contribution_minor, 'held:' || p.organisation_id, ''
		FROM payments p JOIN payment_releases r ON r.area_id = p.area_id AND r.payment_id = p.id WHERE p.area_id = $1
		UNION ALL
		SELECT t.entry_id, 'return', t.id, -t.minor, t.contribution_minor, 'held:' || p.organisation_id, ''
		FROM payment_returns t JOIN payments p ON p.area_id = t.area_id AND p.id = t.payment_id WHERE t.area_id = $1
		UNION ALL
		SELECT c.entry_id, 'spend', s.id, s.minor, 0, 'spent:' || s.line_id, ''
		FROM spends s JOIN spend_certifications c ON c.area_id = s.area_id AND c.spend_id = s.id WHERE s.area_id = $1
		UNION ALL
		SELECT v.entry_id, 'payment reversal', v.payment_id, 0, 0, '', r.entry_id
		FROM payment_reversals v JOIN payment_releases r ON r.area_id = v.area_id AND r.payment_id = v.payment_id WHERE v.area_id = $1
		UNION ALL
		SELECT v.entry_id, 'spend reversal', v.spend_id, 0, 0, '', c.entry_id
		FROM spend_reversals v JOIN spend_certifications c ON c.area_id = v.area_id AND c.spend_id = v.spend_id WHERE v.area_id = $1`, b)
	if err != nil {
		return nil, fmt.Errorf("records of %s: %w", b, err)
	}
	return all, nil
}

// verifyPeople looks for one human being in two parts of one payment or spend.
func verifyPeople(ctx context.Context, tx *db.Tx, report func(string)) error {
	return each(ctx, tx, report, "area %s: %s %s was not seen by enough different people", `
		SELECT p.area_id, 'payment', p.id FROM payments p
		JOIN payment_releases r ON r.area_id = p.area_id AND r.payment_id = p.id
		WHERE r.released_by = p.prepared_by
			OR EXISTS (SELECT 1 FROM payment_approvals a WHERE a.area_id = p.area_id AND a.payment_id = p.id
				AND a.approved_by IN (p.prepared_by, r.released_by))
			OR (SELECT COUNT(*) FROM payment_approvals a WHERE a.area_id = p.area_id AND a.payment_id = p.id AND a.digest = p.digest) < p.approvals_needed
		UNION ALL
		SELECT s.area_id, 'spend', s.id FROM spends s
		JOIN spend_certifications c ON c.area_id = s.area_id AND c.spend_id = s.id
		WHERE c.certified_by = s.provided_by
		UNION ALL
		SELECT q.area_id, 'the reversal of payment', q.payment_id FROM payment_reversal_requests q
		JOIN payment_reversals v ON v.area_id = q.area_id AND v.payment_id = q.payment_id
		WHERE q.asked_by = v.reversed_by
			AND NOT EXISTS (SELECT 1 FROM payment_reversal_refusals n WHERE n.area_id = q.area_id AND n.payment_id = q.payment_id AND n.number = q.number)
		ORDER BY 1, 2, 3`)
}

func verifyDigests(ctx context.Context, tx *db.Tx, report func(string)) error {
	return db.Each(ctx, tx, func(r db.Row) error {
		p, err := scanPayment(r)
		if err == nil && !bytes.Equal(p.digest(), p.Digest) {
			report(fmt.Sprintf("area %s: payment %s is not what was prepared and approved", p.Area, p.ID))
		}
		return err
	}, `SELECT `+paymentColumns+` ORDER BY p.area_id, p.id`)
}

// verifyLines adds each budget line up again. What is promised is what accepted
// schedules that are still in force have not paid yet.
func verifyLines(ctx context.Context, tx *db.Tx, report func(string)) error {
	type key struct {
		area area.ID
		line plan.LineID
	}
	sums := map[key][3]int64{}
	add := func(column int, sign int64) func(db.Row) error {
		return func(r db.Row) error {
			var k key
			var minor int64
			err := r.Scan(&k.area, &k.line, &minor)
			s := sums[k]
			s[column] += sign * minor
			sums[k] = s
			return err
		}
	}
	if err := db.Each(ctx, tx, add(0, 1), `
		SELECT i.area_id, i.line_id, CAST(SUM(i.minor) AS BIGINT) FROM instalments i
		JOIN offer_acceptances ok ON ok.area_id = i.area_id AND ok.offer = i.offer
		WHERE NOT EXISTS (SELECT 1 FROM offers own
				JOIN offers n ON n.area_id = own.area_id AND n.chain = own.chain AND n.number > own.number
				JOIN offer_acceptances na ON na.area_id = n.area_id AND na.offer = n.number
				WHERE own.area_id = i.area_id AND own.number = i.offer)
			AND NOT EXISTS (SELECT 1 FROM offer_endings x WHERE x.area_id = i.area_id AND x.offer = i.offer)
			AND NOT EXISTS (SELECT 1 FROM payments p JOIN payment_releases r ON r.area_id = p.area_id AND r.payment_id = p.id
				WHERE p.area_id = i.area_id AND p.instalment_id = i.id
				AND NOT EXISTS (SELECT 1 FROM payment_reversals v WHERE v.area_id = p.area_id AND v.payment_id = p.id))
		GROUP BY i.area_id, i.line_id`); err != nil {
		return err
	}
	if err := db.Each(ctx, tx, add(1, 1), `
		SELECT p.area_id, p.line_id, CAST(SUM(p.minor) AS BIGINT) FROM payments p
		JOIN payment_releases r ON r.area_id = p.area_id AND r.payment_id = p.id
		WHERE NOT EXISTS (SELECT 1 FROM payment_reversals v WHERE v.area_id = p.area_id AND v.payment_id = p.id)
		GROUP BY p.area_id, p.line_id`); err != nil {
		return err
	}
	if err := db.Each(ctx, tx, add(1, -1), `
		SELECT p.area_id, p.line_id, CAST(SUM(t.minor) AS BIGINT) FROM payment_returns t
		JOIN payments p ON p.area_id = t.area_id AND p.id = t.payment_id
		GROUP BY p.area_id, p.line_id`); err != nil {
		return err
	}
	if err := db.Each(ctx, tx, add(2, 1), `
		SELECT s.area_id, s.line_id, CAST(SUM(s.minor) AS BIGINT) FROM spends s
		JOIN spend_certifications c ON c.area_id = s.area_id AND c.spend_id = s.id
		WHERE NOT EXISTS (SELECT 1 FROM spend_reversals v WHERE v.area_id = s.area_id AND v.spend_id = s.id)
		GROUP BY s.area_id, s.line_id`); err != nil {
		return err
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var k key
		var kept [3]int64
		if err := r.Scan(&k.area, &k.line, &kept[0], &kept[1], &kept[2]); err != nil {
			return err
		}
		if sum := sums[k]; kept != sum {
			report(fmt.Sprintf("area %s, budget line %s: the totals kept (promised, paid, spent) are %v pence, the sums are %v", k.area, k.line, kept, sum))
		}
		delete(sums, k)
		return nil
	}, `SELECT area_id, line_id, promised, paid, spent FROM line_money ORDER BY area_id, line_id`); err != nil {
		return err
	}
	for k, sum := range sums {
		if sum != [3]int64{} {
			report(fmt.Sprintf("area %s, budget line %s: has money and no totals kept", k.area, k.line))
		}
	}
	return nil
}

// verifyTold adds up again what was spent under each theme and in each quarter,
// and the day of each area's first payment.
func verifyTold(ctx context.Context, tx *db.Tx, report func(string)) error {
	sums := map[string]int64{}
	add := func(sign int64) func(db.Row) error {
		return func(r db.Row) error {
			var key string
			var minor int64
			err := r.Scan(&key, &minor)
			sums[key] += sign * minor
			return err
		}
	}
	for _, x := range []struct {
		sign  int64
		query string
	}{
		{1, `
		SELECT s.area_id || ', theme ' || COALESCE((SELECT rc.theme FROM spend_recodings rc WHERE rc.area_id = s.area_id AND rc.spend_id = s.id ORDER BY rc.number DESC LIMIT 1), s.theme), s.minor
		FROM spends s JOIN spend_certifications c ON c.area_id = s.area_id AND c.spend_id = s.id
		WHERE NOT EXISTS (SELECT 1 FROM spend_reversals v WHERE v.area_id = s.area_id AND v.spend_id = s.id)`},
		{-1, `SELECT area_id || ', theme ' || theme, spent FROM theme_money`},
		{1, `
		SELECT s.area_id || ', quarter ' || CAST(CAST(SUBSTR(CAST(s.spent_on AS TEXT), 1, 4) AS BIGINT) * 4 + (CAST(SUBSTR(CAST(s.spent_on AS TEXT), 6, 2) AS BIGINT) - 1) / 3 AS TEXT), s.minor
		FROM spends s JOIN spend_certifications c ON c.area_id = s.area_id AND c.spend_id = s.id
		WHERE NOT EXISTS (SELECT 1 FROM spend_reversals v WHERE v.area_id = s.area_id AND v.spend_id = s.id)`},
		{-1, `SELECT area_id || ', quarter ' || CAST(quarter AS TEXT), spent FROM quarter_money`},
	} {
		query := x.query
		if err := db.Each(ctx, tx, add(x.sign), query); err != nil {
			return err
		}
	}
	for _, key := range slices.Sorted(maps.Keys(sums)) {
		if sums[key] != 0 {
			report(fmt.Sprintf("area %s: the total kept of what was spent is not the sum (by %d pence)", key, sums[key]))
		}
	}
	return each(ctx, tx, report, "area %s: its first payment was on %s, not on %s", `
		SELECT r.area_id, CAST(MIN(r.paid_on) AS TEXT), COALESCE(CAST(m.paid_since AS TEXT), 'no day')
		FROM payment_releases r JOIN area_money m ON m.area_id = r.area_id
		GROUP BY r.area_id, m.paid_since HAVING m.paid_since IS NULL OR m.paid_since <> MIN(r.paid_on)
		ORDER BY 1`)
}

// verifyAreas holds each area's five figures against its lines and its book.
func verifyAreas(ctx context.Context, tx *db.Tx, report func(string)) error {
	kept := map[area.ID]Money{}
	programmes := map[area.ID]area.ProgrammeID{}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var a area.ID
		var p area.ProgrammeID
		var n [5]int64
		err := r.Scan(&a, &p, &n[0], &n[1], &n[2], &n[3], &n[4])
		kept[a], programmes[a] = moneyOf(n), p
		return err
	}, `SELECT area_id, programme_id, allocated, promised, paid, contribution, spent FROM area_money`); err != nil {
		return err
	}
	added, err := figuresAdded(ctx, tx)
	if err != nil {
		return err
	}
	all, err := area.Programmes(ctx, tx)
	if err != nil {
		return err
	}
	for _, p := range all {
		areas, err := area.All(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		for _, a := range areas {
			if in, known := programmes[a.ID]; known && in != p.ID {
				report(fmt.Sprintf("area %s: its money is counted for another programme", a.ID))
			}
			if is := area.StageOf(kept[a.ID].Allocated.Minor(), kept[a.ID].Spent.Minor()); is != a.Stage {
				report(fmt.Sprintf("area %s: the stage kept is %d, by its money it is %d", a.ID, a.Stage, is))
			}
			if err := verifyFigures(ctx, tx, a.ID, kept[a.ID], added[a.ID], report); err != nil {
				return err
			}
		}
	}
	return nil
}

// figuresAdded adds up, for each area, what was allocated and its lines.
func figuresAdded(ctx context.Context, tx *db.Tx) (map[area.ID]Money, error) {
	all := map[area.ID]Money{}
	add := func(r db.Row) error {
		var a area.ID
		var n [5]int64
		err := r.Scan(&a, &n[0], &n[1], &n[2])
		all[a] = all[a].Plus(moneyOf(n))
		return err
	}
	if err := db.Each(ctx, tx, add, `SELECT area_id, CAST(SUM(minor) AS BIGINT), 0, 0 FROM allocations GROUP BY area_id`); err != nil {
		return nil, err
	}
	return all, db.Each(ctx, tx, add, `
		SELECT area_id, 0, CAST(SUM(promised) AS BIGINT), CAST(SUM(paid) AS BIGINT) FROM line_money GROUP BY area_id`)
}

func verifyFigures(ctx context.Context, tx *db.Tx, a area.ID, kept, added Money, report func(string)) error {
	balances, err := ledger.Balances(ctx, tx, ledger.Book(a))
	if err != nil {
		return err
	}
	var spent, held, contributed int64
	for _, b := range balances {
		switch kind, _, _ := AboutAccount(b.Account); kind {
		case SpentAccount:
			spent += b.Balance.Minor()
		case HeldAccount:
			held += b.Balance.Minor()
		case ContributionAccount:
			contributed += b.Balance.Minor()
		case EndowmentAccount, AllocatedAccount, ContributionFundAccount:
		}
	}
	for _, x := range []struct {
		what      string
		kept, sum int64
	}{
		{"allocated", kept.Allocated.Minor(), added.Allocated.Minor()},
		{"promised", kept.Promised.Minor(), added.Promised.Minor()},
		{"paid", kept.Paid.Minor(), added.Paid.Minor()},
		{"spent", kept.Spent.Minor(), spent},
		{"paid and not spent", kept.Held().Minor(), held},
		{"contributed", kept.Contribution.Minor(), contributed},
	} {
		if x.kept != x.sum {
			report(fmt.Sprintf("area %s: the total kept of what was %s is not the sum (%d kept, %d added up)", a, x.what, x.kept, x.sum))
		}
	}
	return nil
}

func each(ctx context.Context, tx *db.Tx, report func(string), words, query string) error {
	return db.Each(ctx, tx, func(r db.Row) error {
		var a, b, c string
		err := r.Scan(&a, &b, &c)
		report(fmt.Sprintf(words, a, b, c))
		return err
	}, query)
}
