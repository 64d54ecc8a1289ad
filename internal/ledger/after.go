package ledger

import (
	"context"

	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/money"
)

// A Mark is where reading a statement stopped: at a day, and the posting's
// number in its account.
type Mark struct {
	Day    date.Date
	Number int64
}

// A MarkedLine is a line of a statement with its mark.
type MarkedLine struct {
	Line
	Mark Mark
}

// StatementAfter is Statement from a mark on, at most so many lines: from the
// first of the days asked for where the mark's day is the day before and its
// number is 0.
func StatementAfter(ctx context.Context, tx *db.Tx, a Account, after Mark, until date.Date, most int) ([]MarkedLine, error) {
	return db.All(ctx, tx, func(r db.Row) (l MarkedLine, err error) {
		var minor, balance int64
		var c money.Currency
		e := &l.Entry
		err = r.Scan(&e.Book, &e.ID, &e.Number, &e.Day, &e.Kind, &e.About, &e.Description, &e.Reverses, &e.By, &e.At, &minor, &balance, &c, &l.Mark.Day, &l.Mark.Number)
		l.Amount, l.Balance = money.Minor(minor, c), money.Minor(balance, c)
		return l, err
	}, `
		SELECT `+entryColumns+`, p.minor, p.balance, p.currency, p.day, p.number
		FROM ledger_postings p JOIN ledger_entries e ON e.book = p.entry_book AND e.id = p.entry_id
		WHERE p.book = $1 AND p.account = $2 AND (p.day, p.number) > ($3, CAST($4 AS BIGINT)) AND p.day <= $5
		ORDER BY p.day, p.number LIMIT $6`, a.Book, a.Path, after.Day, after.Number, until, most)
}
