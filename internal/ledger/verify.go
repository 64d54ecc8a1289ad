package ledger

import (
	"context"
	"fmt"

	"commontable/internal/db"
	"commontable/internal/money"
)

// Verify adds the whole ledger up again and reports every bad place: an entry
// that does not sum to nothing, one that is missing, a running balance or a
// kept balance that is not the sum. It tells how many postings it read.
func Verify(ctx context.Context, tx *db.Tx, report func(string)) (int64, error) {
	if err := verifyEntries(ctx, tx, report); err != nil {
		return 0, err
	}
	sums := map[Account]*running{}
	var count int64
	err := db.Each(ctx, tx, func(r db.Row) error {
		var a Account
		var number, minor, balance int64
		var currency money.Currency
		if err := r.Scan(&a.Book, &a.Path, &number, &minor, &balance, &currency); err != nil {
			return err
		}
		count++
		s := sums[a]
		if s == nil {
			s = &running{currency: currency}
			sums[a] = s
		}
		s.postings++
		s.minor += minor
		if !s.broken && (number != s.postings || balance != s.minor || currency != s.currency) {
			s.broken = true
			report(fmt.Sprintf("ledger book %s, account %s: posting %d says a balance of %d %s, the sum is %d %s", a.Book, a.Path, number, balance, currency, s.minor, s.currency))
		}
		return nil
	}, `SELECT book, account, number, minor, balance, currency FROM ledger_postings ORDER BY book, account, number`)
	if err != nil {
		return 0, err
	}
	err = db.Each(ctx, tx, func(r db.Row) error {
		var a Account
		var kept running
		if err := r.Scan(&a.Book, &a.Path, &kept.postings, &kept.minor, &kept.currency); err != nil {
			return err
		}
		var sum running
		if s := sums[a]; s != nil {
			sum = *s
			delete(sums, a)
		}
		if kept.minor != sum.minor || kept.postings != sum.postings || kept.currency != sum.currency {
			report(fmt.Sprintf("ledger book %s, account %s: the balance kept is %d %s after %d postings, the sum is %d %s after %d",
				a.Book, a.Path, kept.minor, kept.currency, kept.postings, sum.minor, sum.currency, sum.postings))
		}
		return nil
	}, `SELECT book, account, postings, minor, currency FROM ledger_balances ORDER BY book, account`)
	if err != nil {
		return 0, err
	}
	for a := range sums {
		report(fmt.Sprintf("ledger book %s, account %s: has postings and no balance", a.Book, a.Path))
	}
	return count, nil
}

type running struct {
	postings, minor int64
	currency        money.Currency
	broken          bool
}

func verifyEntries(ctx context.Context, tx *db.Tx, report func(string)) error {
	bad := func(r db.Row) (s [2]string, err error) { return s, r.Scan(&s[0], &s[1]) }
	unbalanced, err := db.All(ctx, tx, bad, `
		SELECT e.book, e.id FROM ledger_entries e
		LEFT JOIN ledger_postings p ON p.entry_book = e.book AND p.entry_id = e.id
		GROUP BY e.book, e.id
		HAVING COUNT(p.line) < 2 OR SUM(p.minor) <> 0 OR MIN(p.currency) <> MAX(p.currency)
			OR MIN(p.day) <> MIN(e.day) OR MAX(p.day) <> MIN(e.day)
			OR MIN(p.entry_number) <> MIN(e.number) OR MAX(p.entry_number) <> MIN(e.number)
		ORDER BY e.book, e.id`)
	if err != nil {
		return err
	}
	for _, e := range unbalanced {
		report(fmt.Sprintf("ledger book %s, entry %s: does not sum to nothing, or its postings are not all of its day and number", e[0], e[1]))
	}
	gaps, err := db.All(ctx, tx, bad, `
		SELECT b.book, 'numbers ' || CAST(COUNT(e.id) AS TEXT) || ' of ' || CAST(b.entries AS TEXT)
		FROM ledger_books b LEFT JOIN ledger_entries e ON e.book = b.book
		GROUP BY b.book, b.entries
		HAVING COUNT(e.id) <> b.entries OR COALESCE(MAX(e.number), 0) <> b.entries
		UNION ALL
		SELECT e.book, 'numbers ' || CAST(COUNT(e.id) AS TEXT) || ' of a book that is not there'
		FROM ledger_entries e WHERE NOT EXISTS (SELECT 1 FROM ledger_books b WHERE b.book = e.book)
		GROUP BY e.book
		ORDER BY 1`)
	if err != nil {
		return err
	}
	for _, g := range gaps {
		report(fmt.Sprintf("ledger book %s: entries are missing (%s)", g[0], g[1]))
	}
	return nil
}
