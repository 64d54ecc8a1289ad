package funding

import (
	"bytes"
	"context"
	"fmt"

	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/plan"
)

// Verify holds every record of funding against the ledger, the rules and the
// totals kept, and reports every bad place.
func Verify(ctx context.Context, tx *db.Tx, report func(string)) error {
	for _, check := range []func(context.Context, *db.Tx, func(string)) error{
		verifyAmounts, verifyReversals, verifyPeople, verifyDigests, verifyLines, verifyAreas, verifyProgrammes, verifyHistory, verifyEvidence,
	} {
		if err := check(ctx, tx, report); err != nil {
			return err
		}
	}
	return nil
}

// verifyAmounts looks for a record whose entry is missing or moves another
// amount, and for an entry of ours that has no record.
func verifyAmounts(ctx context.Context, tx *db.Tx, report func(string)) error {
	return each(ctx, tx, report, "area %s: %s %s and its ledger entry do not agree", `
		SELECT x.area_id, x.kind, x.id FROM (
			SELECT area_id, 'allocation' AS kind, id, minor, 0 AS beside, entry_id, 'allocated' AS account, 1 AS sign FROM allocations
			UNION ALL
			SELECT p.area_id, 'payment', p.id, p.minor, p.contribution_minor, r.entry_id, 'held:' || p.organisation_id, 1
			FROM payments p JOIN payment_releases r ON r.area_id = p.area_id AND r.payment_id = p.id
			UNION ALL
			SELECT t.area_id, 'return', t.id, t.minor, t.contribution_minor, t.entry_id, 'held:' || p.organisation_id, -1
			FROM payment_returns t JOIN payments p ON p.area_id = t.area_id AND p.id = t.payment_id
			UNION ALL
			SELECT s.area_id, 'spend', s.id, s.minor, 0, c.entry_id, 'spent:' || s.line_id, 1
			FROM spends s JOIN spend_certifications c ON c.area_id = s.area_id AND c.spend_id = s.id
		) x
		LEFT JOIN ledger_entries e ON e.book = x.area_id AND e.id = x.entry_id AND e.kind = x.kind AND e.about = x.id
		LEFT JOIN ledger_postings l ON l.entry_book = e.book AND l.entry_id = e.id AND l.account = x.account
		LEFT JOIN ledger_postings b ON b.entry_book = e.book AND b.entry_id = e.id AND b.account = 'contribution-fund'
		WHERE l.minor IS NULL OR l.minor <> x.sign * x.minor OR COALESCE(b.minor, 0) <> -x.sign * x.beside
		UNION ALL
		SELECT e.book, e.kind, e.about FROM ledger_entries e
		WHERE (e.kind = 'allocation' AND NOT EXISTS (SELECT 1 FROM allocations a WHERE a.area_id = e.book AND a.entry_id = e.id))
			OR (e.kind = 'payment' AND NOT EXISTS (SELECT 1 FROM payment_releases r WHERE r.area_id = e.book AND r.entry_id = e.id))
			OR (e.kind = 'return' AND NOT EXISTS (SELECT 1 FROM payment_returns r WHERE r.area_id = e.book AND r.entry_id = e.id))
			OR (e.kind = 'spend' AND NOT EXISTS (SELECT 1 FROM spend_certifications c WHERE c.area_id = e.book AND c.entry_id = e.id))
		ORDER BY 1, 2, 3`)
}

func verifyReversals(ctx context.Context, tx *db.Tx, report func(string)) error {
	return each(ctx, tx, report, "area %s: the reversal of %s %s does not undo its ledger entry", `
		SELECT x.area_id, x.kind, x.id FROM (
			SELECT v.area_id, 'payment' AS kind, v.payment_id AS id, v.entry_id, r.entry_id AS undone
			FROM payment_reversals v JOIN payment_releases r ON r.area_id = v.area_id AND r.payment_id = v.payment_id
			UNION ALL
			SELECT v.area_id, 'spend', v.spend_id, v.entry_id, c.entry_id
			FROM spend_reversals v JOIN spend_certifications c ON c.area_id = v.area_id AND c.spend_id = v.spend_id
		) x
		WHERE NOT EXISTS (SELECT 1 FROM ledger_entries e WHERE e.book = x.area_id AND e.id = x.entry_id AND e.reverses = x.undone)
			OR EXISTS (
				SELECT 1 FROM ledger_postings a
				LEFT JOIN ledger_postings b ON b.entry_book = a.entry_book AND b.entry_id = x.entry_id AND b.account = a.account AND b.book = a.book
				WHERE a.entry_book = x.area_id AND a.entry_id = x.undone AND COALESCE(b.minor, 0) <> -a.minor)
		UNION ALL
		SELECT e.book, e.kind, e.about FROM ledger_entries e
		WHERE e.reverses IS NOT NULL
			AND NOT EXISTS (SELECT 1 FROM payment_reversals v WHERE v.area_id = e.book AND v.entry_id = e.id)
			AND NOT EXISTS (SELECT 1 FROM spend_reversals v WHERE v.area_id = e.book AND v.entry_id = e.id)
		ORDER BY 1, 2, 3`)
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

// areaFigures are the figures kept of every area: nothing, where none are kept.
const areaFigures = `(
	SELECT a.id AS area_id, COALESCE(k.allocated, 0) AS allocated, COALESCE(k.promised, 0) AS promised, COALESCE(k.paid, 0) AS paid,
		COALESCE(k.contribution, 0) AS contribution, COALESCE(k.spent, 0) AS spent,
		CASE WHEN k.programme_id <> a.programme_id THEN 1 ELSE 0 END AS elsewhere
	FROM areas a LEFT JOIN area_money k ON k.area_id = a.id) m`

// verifyAreas holds each area's five figures against its lines and its book.
func verifyAreas(ctx context.Context, tx *db.Tx, report func(string)) error {
	return each(ctx, tx, report, "area %s: the total kept of what was %s is not the sum (%s)", `
		SELECT x.area_id, x.what, CAST(x.kept AS TEXT) || ' kept, ' || CAST(x.added AS TEXT) || ' added up' FROM (
			SELECT m.area_id, 'allocated' AS what, m.allocated AS kept,
				(SELECT COALESCE(SUM(a.minor), 0) FROM allocations a WHERE a.area_id = m.area_id) AS added FROM `+areaFigures+`
			UNION ALL
			SELECT m.area_id, 'promised', m.promised,
				(SELECT COALESCE(SUM(l.promised), 0) FROM line_money l WHERE l.area_id = m.area_id) FROM `+areaFigures+`
			UNION ALL
			SELECT m.area_id, 'paid', m.paid,
				(SELECT COALESCE(SUM(l.paid), 0) FROM line_money l WHERE l.area_id = m.area_id) FROM `+areaFigures+`
			UNION ALL
			SELECT m.area_id, 'spent', m.spent,
				(SELECT COALESCE(SUM(b.minor), 0) FROM ledger_balances b WHERE b.book = m.area_id AND b.account LIKE 'spent:%') FROM `+areaFigures+`
			UNION ALL
			SELECT m.area_id, 'paid and not spent', m.paid - m.spent,
				(SELECT COALESCE(SUM(b.minor), 0) FROM ledger_balances b WHERE b.book = m.area_id AND b.account LIKE 'held:%') FROM `+areaFigures+`
			UNION ALL
			SELECT m.area_id, 'contributed', m.contribution,
				(SELECT COALESCE(SUM(b.minor), 0) FROM ledger_balances b WHERE b.book = m.area_id AND b.account LIKE 'contribution:%') FROM `+areaFigures+`
			UNION ALL
			SELECT m.area_id, 'counted for another programme', m.elsewhere, 0 FROM `+areaFigures+`
		) x WHERE x.kept <> x.added
		ORDER BY 1, 2`)
}

func each(ctx context.Context, tx *db.Tx, report func(string), words, query string) error {
	return db.Each(ctx, tx, func(r db.Row) error {
		var a, b, c string
		err := r.Scan(&a, &b, &c)
		report(fmt.Sprintf(words, a, b, c))
		return err
	}, query)
}
