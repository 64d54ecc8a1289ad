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

// A kept balance is an account's as a posting made it.
type keptBalance struct {
	account  Account
	postings int64 // of the account so far: the number of this one
	minor    int64
	currency money.Currency
}

func scanKept(r db.Row) (k keptBalance, err error) {
	return k, r.Scan(&k.account.Book, &k.account.Path, &k.postings, &k.minor, &k.currency)
}

// post keeps an entry's postings and the balances that they make, in as few
// statements as can be: it is what each payment and each spend waits for.
func post(ctx context.Context, tx *db.Tx, e Entry) (balances []money.Amount, err error) {
	for rest := e.Postings; len(rest) > 0; {
		n := 1
		switch {
		case len(rest) >= 4 && apart(rest[:4]):
			n = 4
		case len(rest) >= 2 && apart(rest[:2]):
			n = 2
		}
		kept, err := keepBalances(ctx, tx, rest[:n])
		if err != nil {
			return nil, err
		}
		if err := insertPostings(ctx, tx, e, len(balances)+1, rest[:n], kept); err != nil {
			return nil, err
		}
		for _, k := range kept {
			balances = append(balances, money.Minor(k.minor, k.currency))
		}
		rest = rest[n:]
	}
	return balances, nil
}

// apart reports whether each posting is to an account of its own: a statement
// changes no row twice.
func apart(postings []Posting) bool {
	for i, p := range postings {
		for _, q := range postings[:i] {
			if p.Account == q.Account {
				return false
			}
		}
	}
	return true
}

// keepBalances adds one, two or four postings to the balances of their accounts,
// and tells what these are then, in their order.
func keepBalances(ctx context.Context, tx *db.Tx, postings []Posting) ([]keptBalance, error) {
	var args []any
	for _, p := range postings {
		args = append(args, p.Account.Book, p.Account.Path, p.Amount.Currency(), p.Amount.Minor())
	}
	var found []keptBalance
	var err error
	switch len(postings) {
	case 1:
		found, err = db.All(ctx, tx, scanKept, `
			INSERT INTO ledger_balances (book, account, currency, postings, minor) VALUES ($1, $2, $3, 1, $4)
			ON CONFLICT (book, account) DO UPDATE
			SET postings = ledger_balances.postings + 1, minor = ledger_balances.minor + excluded.minor
			RETURNING book, account, postings, minor, currency`, args...)
	case 2:
		found, err = db.All(ctx, tx, scanKept, `
			INSERT INTO ledger_balances (book, account, currency, postings, minor) VALUES ($1, $2, $3, 1, $4), ($5, $6, $7, 1, $8)
			ON CONFLICT (book, account) DO UPDATE
			SET postings = ledger_balances.postings + 1, minor = ledger_balances.minor + excluded.minor
			RETURNING book, account, postings, minor, currency`, args...)
	case 4:
		found, err = db.All(ctx, tx, scanKept, `
			INSERT INTO ledger_balances (book, account, currency, postings, minor)
			VALUES ($1, $2, $3, 1, $4), ($5, $6, $7, 1, $8), ($9, $10, $11, 1, $12), ($13, $14, $15, 1, $16)
			ON CONFLICT (book, account) DO UPDATE
			SET postings = ledger_balances.postings + 1, minor = ledger_balances.minor + excluded.minor
			RETURNING book, account, postings, minor, currency`, args...)
	}
	if err != nil {
		return nil, err
	}
	kept := make([]keptBalance, len(postings))
	for i, p := range postings {
		for _, k := range found {
			if k.account == p.Account {
				kept[i] = k
			}
		}
		if kept[i].currency != p.Amount.Currency() {
			return nil, fmt.Errorf("account %s is kept in %s", p.Account.Path, kept[i].currency)
		}
	}
	return kept, nil
}

// insertPostings inserts as many postings as keepBalances takes; line is the
// first one's, in the entry.
func insertPostings(ctx context.Context, tx *db.Tx, e Entry, line int, postings []Posting, kept []keptBalance) (err error) {
	args := []any{e.Book, e.ID, e.Number, e.Day}
	for i, p := range postings {
		args = append(args, p.Account.Book, p.Account.Path, kept[i].postings, line+i, p.Amount.Minor(), p.Amount.Currency(), kept[i].minor)
	}
	switch len(postings) {
	case 1:
		_, err = tx.Exec(ctx, `
			INSERT INTO ledger_postings (entry_book, entry_id, entry_number, day, book, account, number, line, minor, currency, balance)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, args...)
	case 2:
		_, err = tx.Exec(ctx, `
			INSERT INTO ledger_postings (entry_book, entry_id, entry_number, day, book, account, number, line, minor, currency, balance)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11), ($1, $2, $3, $4, $12, $13, $14, $15, $16, $17, $18)`, args...)
	case 4:
		_, err = tx.Exec(ctx, `
			INSERT INTO ledger_postings (entry_book, entry_id, entry_number, day, book, account, number, line, minor, currency, balance)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11), ($1, $2, $3, $4, $12, $13, $14, $15, $16, $17, $18),
				($1, $2, $3, $4, $19, $20, $21, $22, $23, $24, $25), ($1, $2, $3, $4, $26, $27, $28, $29, $30, $31, $32)`, args...)
	}
	return err
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
