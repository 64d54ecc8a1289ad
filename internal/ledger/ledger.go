// Package ledger keeps money in double entry and knows nothing of what it is for.
//
// An Entry moves money between accounts and sums to nothing. Entries are only
// ever added: a mistake is undone by a further entry that reverses it, and the
// database refuses anything else (migration 0007). Each account's balance is
// kept in the transaction that changes it, and each posting keeps the balance
// that it made; verify adds everything up again.
//
// The packages that know what the money is for (funding, …) call Post in their
// own transaction, so that their record and the ledger's are kept together or
// not at all.
package ledger

import (
	"context"
	"errors"
	"fmt"
	"time"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/money"
)

// A Book is the set of accounts of one area or programme, named by its ID.
type Book string

// An EntryID names an entry.
type EntryID string

// An Account is where money is, or where it came from, in a book:
// {area, "held:<organisation>"}.
type Account struct {
	Book Book
	Path string
}

// A Posting puts an amount into an account, or takes it out when negative.
type Posting struct {
	Account Account
	Amount  money.Amount
}

// An Entry is one movement of money.
type Entry struct {
	Book        Book
	ID          EntryID
	Number      int64 // counts on within the book, from 1
	Day         date.Date
	Kind        string // "payment", "spend", … : what About is the ID of
	About       string
	Description string // public words: no names of individuals
	Reverses    EntryID
	By          access.PersonID
	At          time.Time
	Postings    []Posting
}

// Move is the posting pair that moves an amount from one account to another.
func Move(from, to Account, amount money.Amount) []Posting {
	return []Posting{{to, amount}, {from, amount.Neg()}}
}

var (
	errUnbalanced = errors.New("ledger entry does not sum to nothing")
	errNothing    = errors.New("ledger posting of nothing")

	// ErrReversed says that an entry was reversed already.
	ErrReversed = fault.New(fault.Conflict, "This was reversed already. Nothing was changed.")
)

func (e Entry) check() error {
	if len(e.Postings) < 2 {
		return errUnbalanced
	}
	var total money.Amount
	for _, p := range e.Postings {
		if p.Amount.IsZero() || p.Amount.Currency() == "" {
			return errNothing
		}
		total = total.Add(p.Amount)
	}
	if !total.IsZero() {
		return errUnbalanced
	}
	return nil
}

// Post adds an entry, giving it an ID and a number, and tells the balance that
// each posting made, in their order.
func Post(ctx context.Context, tx *db.Tx, ids *id.Maker, e Entry) (Entry, []money.Amount, error) {
	if err := e.check(); err != nil {
		return e, nil, fmt.Errorf("post %q: %w", e.Description, err)
	}
	var err error
	e.ID = id.New[EntryID](ids)
	if e.Number, err = nextNumber(ctx, tx, e.Book); err != nil {
		return e, nil, fmt.Errorf("post %q: %w", e.Description, err)
	}
	if err := insertEntry(ctx, tx, e); err != nil {
		return e, nil, fmt.Errorf("post %q: %w", e.Description, err)
	}
	balances, err := post(ctx, tx, e)
	if err != nil {
		return e, nil, fmt.Errorf("post %q: %w", e.Description, err)
	}
	return e, balances, nil
}

// Reverse adds the entry that undoes another one, on a day of its own. The new
// entry's Book, Day, Kind, About, Description, By and At are as given.
func Reverse(ctx context.Context, tx *db.Tx, ids *id.Maker, of EntryID, with Entry) (Entry, []money.Amount, error) {
	old, err := Get(ctx, tx, with.Book, of)
	if err != nil {
		return with, nil, fmt.Errorf("reverse: %w", err)
	}
	if old.Reverses != "" {
		return with, nil, fmt.Errorf("reverse: %w", fault.New(fault.Conflict, "A reversal is not reversed: record what is right afresh."))
	}
	with.Reverses = of
	with.Postings = nil
	for _, p := range old.Postings {
		with.Postings = append(with.Postings, Posting{p.Account, p.Amount.Neg()})
	}
	done, balances, err := Post(ctx, tx, ids, with)
	if db.IsDuplicate(err) {
		err = ErrReversed
	}
	return done, balances, err
}
