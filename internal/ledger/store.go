package ledger

import (
	"context"
	"errors"
	"fmt"

	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/money"
)

func nextNumber(ctx context.Context, tx *db.Tx, b Book) (int64, error) {
	return db.One(ctx, tx, db.Value[int64], `
		INSERT INTO ledger_books (book, entries) VALUES ($1, 1)
		ON CONFLICT (book) DO UPDATE SET entries = ledger_books.entries + 1
		RETURNING entries`, b)
}

func insertEntry(ctx context.Context, tx *db.Tx, e Entry) error {
	var reverses any
	if e.Reverses != "" {
		reverses = e.Reverses
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO ledger_entries (book, id, number, day, kind, about, description, reverses, made_by, made_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		e.Book, e.ID, e.Number, e.Day, e.Kind, e.About, e.Description, reverses, e.By, e.At)
	return err
}

func post(ctx context.Context, tx *db.Tx, e Entry, line int, p Posting) (money.Amount, error) {
	currency := p.Amount.Currency()
	type kept struct {
		number, minor int64
		currency      money.Currency
	}
	now, err := db.One(ctx, tx, func(r db.Row) (k kept, err error) {
		return k, r.Scan(&k.number, &k.minor, &k.currency)
	}, `
		INSERT INTO ledger_balances (book, account, currency, postings, minor) VALUES ($1, $2, $3, 1, $4)
		ON CONFLICT (book, account) DO UPDATE
		SET postings = ledger_balances.postings + 1, minor = ledger_balances.minor + excluded.minor
		RETURNING postings, minor, currency`,
		p.Account.Book, p.Account.Path, currency, p.Amount.Minor())
	if err != nil {
		return money.Amount{}, err
	}
	if now.currency != currency {
		return money.Amount{}, fmt.Errorf("account %s is kept in %s", p.Account.Path, now.currency)
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO ledger_postings (book, account, number, entry_book, entry_id, entry_number, line, day, minor, currency, balance)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		p.Account.Book, p.Account.Path, now.number, e.Book, e.ID, e.Number, line, e.Day, p.Amount.Minor(), currency, now.minor)
	return money.Minor(now.minor, currency), err
}

// Balance is what an account holds now: one look-up, however many postings.
func Balance(ctx context.Context, tx *db.Tx, a Account) (money.Amount, error) {
	b, err := db.One(ctx, tx, amount, `
		SELECT minor, currency FROM ledger_balances WHERE book = $1 AND account = $2`, a.Book, a.Path)
	if errors.Is(err, fault.NotFound) {
		return money.Amount{}, nil
	}
	return b, err
}

// BalanceOn is what an account held at the end of a day: one look-up too, where
// entries are made in the order of their days.
func BalanceOn(ctx context.Context, tx *db.Tx, a Account, day date.Date) (money.Amount, error) {
	b, err := db.One(ctx, tx, amount, `
		SELECT balance, currency FROM ledger_postings
		WHERE book = $1 AND account = $2 AND day <= $3
		ORDER BY day DESC, number DESC LIMIT 1`, a.Book, a.Path, day)
	if errors.Is(err, fault.NotFound) {
		return money.Amount{}, nil
	}
	return b, err
}

func amount(r db.Row) (money.Amount, error) {
	var minor int64
	var c money.Currency
	err := r.Scan(&minor, &c)
	return money.Minor(minor, c), err
}

// An AccountBalance is an account and what it holds.
type AccountBalance struct {
	Account Account
	Balance money.Amount
}

// Balances lists the accounts of a book by their paths: its trial balance.
func Balances(ctx context.Context, tx *db.Tx, b Book) ([]AccountBalance, error) {
	return db.All(ctx, tx, func(r db.Row) (a AccountBalance, err error) {
		var minor int64
		var c money.Currency
		err = r.Scan(&a.Account.Book, &a.Account.Path, &minor, &c)
		a.Balance = money.Minor(minor, c)
		return a, err
	}, `SELECT book, account, minor, currency FROM ledger_balances WHERE book = $1 ORDER BY account`, b)
}

const entryColumns = `e.book, e.id, e.number, e.day, e.kind, e.about, e.description, COALESCE(e.reverses, ''), e.made_by, e.made_at`

func scanEntry(r db.Row) (e Entry, err error) {
	return e, r.Scan(&e.Book, &e.ID, &e.Number, &e.Day, &e.Kind, &e.About, &e.Description, &e.Reverses, &e.By, &e.At)
}

// Get is one entry with its postings.
func Get(ctx context.Context, tx *db.Tx, b Book, eid EntryID) (Entry, error) {
	e, err := db.One(ctx, tx, scanEntry, `
		SELECT `+entryColumns+` FROM ledger_entries e WHERE e.book = $1 AND e.id = $2`, b, eid)
	if err != nil {
		return e, err
	}
	e.Postings, err = db.All(ctx, tx, func(r db.Row) (p Posting, err error) {
		var minor int64
		var c money.Currency
		err = r.Scan(&p.Account.Book, &p.Account.Path, &minor, &c)
		p.Amount = money.Minor(minor, c)
		return p, err
	}, `
		SELECT book, account, minor, currency FROM ledger_postings
		WHERE entry_book = $1 AND entry_id = $2 ORDER BY line`, b, eid)
	return e, err
}

// ReversalOf is the entry that reverses another, or fault.NotFound.
func ReversalOf(ctx context.Context, tx *db.Tx, b Book, eid EntryID) (Entry, error) {
	return db.One(ctx, tx, scanEntry, `
		SELECT `+entryColumns+` FROM ledger_entries e WHERE e.book = $1 AND e.reverses = $2`, b, eid)
}

// A Line is a posting seen from its account: a line of its statement.
type Line struct {
	Entry   Entry // without its postings
	Amount  money.Amount
	Balance money.Amount // of the account, after it
}

// Statement lists an account's postings from a day to a day, both included, in
// the order in which they were made.
func Statement(ctx context.Context, tx *db.Tx, a Account, from, until date.Date) ([]Line, error) {
	return db.All(ctx, tx, func(r db.Row) (l Line, err error) {
		var minor, balance int64
		var c money.Currency
		e := &l.Entry
		err = r.Scan(&e.Book, &e.ID, &e.Number, &e.Day, &e.Kind, &e.About, &e.Description, &e.Reverses, &e.By, &e.At, &minor, &balance, &c)
		l.Amount, l.Balance = money.Minor(minor, c), money.Minor(balance, c)
		return l, err
	}, `
		SELECT `+entryColumns+`, p.minor, p.balance, p.currency
		FROM ledger_postings p JOIN ledger_entries e ON e.book = p.entry_book AND e.id = p.entry_id
		WHERE p.book = $1 AND p.account = $2 AND p.day >= $3 AND p.day <= $4
		ORDER BY p.day, p.number`, a.Book, a.Path, from, until)
}

// EachPosting reads the whole ledger, entry by entry in the order of their
// books and numbers, one posting at a time.
func EachPosting(ctx context.Context, tx *db.Tx, f func(e Entry, p Posting) error) error {
	return db.Each(ctx, tx, func(r db.Row) error {
		var e Entry
		var p Posting
		var minor int64
		var c money.Currency
		if err := r.Scan(&e.Book, &e.ID, &e.Number, &e.Day, &e.Kind, &e.About, &e.Description, &e.Reverses, &e.By, &e.At,
			&p.Account.Book, &p.Account.Path, &minor, &c); err != nil {
			return err
		}
		p.Amount = money.Minor(minor, c)
		return f(e, p)
	}, `
		SELECT `+entryColumns+`, p.book, p.account, p.minor, p.currency
		FROM ledger_entries e JOIN ledger_postings p ON p.entry_book = e.book AND p.entry_id = e.id
		ORDER BY e.book, e.number, p.line`)
}
