package ledger

import (
	"context"

	"commontable/internal/date"
	"commontable/internal/db"
)

// LastDay is the day of a book's newest entry, or no day while it has none.
func LastDay(ctx context.Context, tx *db.Tx, b Book) (date.Date, error) {
	days, err := db.All(ctx, tx, db.Value[date.Date], `
		SELECT day FROM ledger_entries WHERE book = $1 ORDER BY number DESC LIMIT 1`, b)
	if err != nil || len(days) == 0 {
		return date.Date{}, err
	}
	return days[0], nil
}

// Span is the first and the last day on which an account has postings; no days
// while it has none.
func Span(ctx context.Context, tx *db.Tx, a Account) (first, last date.Date, err error) {
	days, err := db.All(ctx, tx, db.Value[date.Date], `
		SELECT day FROM (SELECT day FROM ledger_postings WHERE book = $1 AND account = $2 ORDER BY day, number LIMIT 1) f
		UNION ALL
		SELECT day FROM (SELECT day FROM ledger_postings WHERE book = $1 AND account = $2 ORDER BY day DESC, number DESC LIMIT 1) l
		ORDER BY day`, a.Book, a.Path)
	if err != nil || len(days) == 0 {
		return date.Date{}, date.Date{}, err
	}
	return days[0], days[len(days)-1], nil
}

// Books lists the books that have entries or balances, by their names.
func Books(ctx context.Context, tx *db.Tx) ([]Book, error) {
	return db.All(ctx, tx, db.Value[Book], `
		SELECT book FROM ledger_books UNION SELECT book FROM ledger_entries UNION SELECT book FROM ledger_balances ORDER BY book`)
}
