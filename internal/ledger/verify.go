package ledger

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/money"
)

// A Reader is told every entry of each book while the ledger is verified, so
// that records are held against entries in the same reading. Begin may read; the
// entry that it is told, and its postings, are good until the next.
type Reader interface {
	Begin(ctx context.Context, tx *db.Tx, b Book) error
	Entry(e *Entry)
	End()
}

// Verify adds the whole ledger up again and reports every bad place: an entry
// that does not sum to nothing, one that is missing, a running balance or a
// kept balance that is not the sum. It reads every posting once, in the order of
// the entries, and tells how many it read.
func Verify(ctx context.Context, tx *db.Tx, report func(string), readers ...Reader) (int64, error) {
	v := verifier{accounts: map[Account]*running{}, report: report}
	books, err := Books(ctx, tx)
	if err != nil {
		return 0, err
	}
	kept, err := entriesKept(ctx, tx)
	if err != nil {
		return 0, err
	}
	for _, b := range books {
		for _, r := range readers {
			if err := r.Begin(ctx, tx, b); err != nil {
				return 0, err
			}
		}
		entries, last, err := v.book(ctx, tx, b, readers)
		if err != nil {
			return 0, fmt.Errorf("book %s: %w", b, err)
		}
		for _, r := range readers {
			r.End()
		}
		switch want, known := kept[b]; {
		case !known && entries > 0:
			report(fmt.Sprintf("ledger book %s: entries are missing (numbers %d of a book that is not there)", b, entries))
		case entries != want || last != want:
			report(fmt.Sprintf("ledger book %s: entries are missing (numbers %d of %d)", b, entries, want))
		}
	}
	for _, a := range slices.SortedFunc(maps.Keys(v.accounts), byBookAndPath) {
		if s := v.accounts[a]; len(s.early) > 0 {
			s.wrong(a, report, *s.early[slices.Min(slices.Collect(maps.Keys(s.early)))])
		}
	}
	if err := v.balances(ctx, tx); err != nil {
		return 0, err
	}
	all, err := db.One(ctx, tx, db.Value[int64], `SELECT COUNT(*) FROM ledger_postings`)
	if err == nil && all != v.count {
		report(fmt.Sprintf("ledger: %d postings are of entries that are not there", all-v.count))
	}
	return v.count, err
}

type verifier struct {
	accounts map[Account]*running
	report   func(string)
	count    int64
}

// A running is an account as it is added up.
type running struct {
	postings, minor int64
	currency        money.Currency
	broken          bool
	early           map[int64]*posting // of entries of another book that was read before
}

// A posting is one as the database has it.
type posting struct {
	number, minor, balance int64
	currency               money.Currency
}

func byBookAndPath(a, b Account) int {
	if c := strings.Compare(string(a.Book), string(b.Book)); c != 0 {
		return c
	}
	return strings.Compare(a.Path, b.Path)
}

// book reads a book entry by entry.
func (v *verifier) book(ctx context.Context, tx *db.Tx, b Book, readers []Reader) (entries, last int64, err error) {
	var e Entry
	var now, day date.Date
	var sum int64
	var mixed bool
	e.Postings = make([]Posting, 0, 8)
	end := func() {
		if e.ID == "" {
			return
		}
		if len(e.Postings) < 2 || sum != 0 || mixed {
			v.report(fmt.Sprintf("ledger book %s, entry %s: does not sum to nothing, or its postings are not all of its day and number", b, e.ID))
		}
		for _, r := range readers {
			r.Entry(&e)
		}
	}
	var id, path, book, currency, kind, about, reverses db.Raw
	var number, entryNumber int64
	var p posting
	into := []any{&id, &number, &day, &kind, &about, &reverses, &book, &path, &p.number, &entryNumber, &now, &p.minor, &p.balance, &currency}
	err = db.Each(ctx, tx, func(r db.Row) error {
		if err := r.Scan(into...); err != nil {
			return err
		}
		if string(e.ID) != string(id) {
			end()
			entries++
			last, sum, mixed = max(last, number), 0, false
			e = Entry{Book: b, ID: EntryID(id), Number: number, Day: day, Kind: string(kind), About: string(about), Reverses: EntryID(reverses), Postings: e.Postings[:0]}
		}
		if len(path) == 0 {
			return nil // an entry without postings
		}
		v.count++
		p.currency = sameCurrency(currency)
		sum += p.minor
		mixed = mixed || entryNumber != number || now != day || len(e.Postings) > 0 && e.Postings[0].Amount.Currency() != p.currency
		a := v.post(book, path, p)
		e.Postings = append(e.Postings, Posting{a, money.Minor(p.minor, p.currency)})
		return nil
	}, `
		SELECT e.id, e.number, e.day, e.kind, e.about, COALESCE(e.reverses, ''),
			COALESCE(p.book, ''), COALESCE(p.account, ''), COALESCE(p.number, 0), COALESCE(p.entry_number, 0), COALESCE(p.day, e.day), COALESCE(p.minor, 0), COALESCE(p.balance, 0), COALESCE(p.currency, '')
		FROM ledger_entries e LEFT JOIN ledger_postings p ON p.entry_book = e.book AND p.entry_id = e.id
		WHERE e.book = $1 ORDER BY e.number, e.id`, b)
	end()
	return entries, last, err
}

// sameCurrency is a currency without making its name anew for every posting.
func sameCurrency(name []byte) money.Currency {
	if string(name) == string(money.GBP) {
		return money.GBP
	}
	return money.Currency(name)
}

// post adds a posting to its account. One that comes before its turn, for its
// entry is of another book, waits.
func (v *verifier) post(book, path []byte, p posting) Account {
	a := Account{Book(book), string(path)}
	s := v.accounts[a]
	if s == nil {
		s = &running{currency: p.currency, early: map[int64]*posting{}}
		v.accounts[a] = s
	}
	if p.number > s.postings+1 {
		early := p
		s.early[p.number] = &early
		return a
	}
	for next := &p; next != nil; next = s.early[s.postings+1] {
		delete(s.early, next.number)
		s.postings++
		s.minor += next.minor
		if next.number != s.postings || next.balance != s.minor || next.currency != s.currency {
			s.wrong(a, v.report, *next)
		}
	}
	return a
}

// wrong reports an account's first bad place.
func (s *running) wrong(a Account, report func(string), p posting) {
	if !s.broken {
		report(fmt.Sprintf("ledger book %s, account %s: posting %d says a balance of %d %s, the sum is %d %s", a.Book, a.Path, p.number, p.balance, p.currency, s.minor, s.currency))
	}
	s.broken = true
}

// balances holds what is kept against what was added up.
func (v *verifier) balances(ctx context.Context, tx *db.Tx) error {
	err := db.Each(ctx, tx, func(r db.Row) error {
		var a Account
		var kept running
		if err := r.Scan(&a.Book, &a.Path, &kept.postings, &kept.minor, &kept.currency); err != nil {
			return err
		}
		var sum running
		if s := v.accounts[a]; s != nil {
			sum = *s
			delete(v.accounts, a)
		}
		if kept.minor != sum.minor || kept.postings != sum.postings || kept.currency != sum.currency {
			v.report(fmt.Sprintf("ledger book %s, account %s: the balance kept is %d %s after %d postings, the sum is %d %s after %d",
				a.Book, a.Path, kept.minor, kept.currency, kept.postings, sum.minor, sum.currency, sum.postings))
		}
		return nil
	}, `SELECT book, account, postings, minor, currency FROM ledger_balances ORDER BY book, account`)
	for _, a := range slices.SortedFunc(maps.Keys(v.accounts), byBookAndPath) {
		v.report(fmt.Sprintf("ledger book %s, account %s: has postings and no balance", a.Book, a.Path))
	}
	return err
}

// entriesKept is how many entries each book says that it has.
func entriesKept(ctx context.Context, tx *db.Tx) (map[Book]int64, error) {
	kept := map[Book]int64{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var b Book
		var n int64
		err := r.Scan(&b, &n)
		kept[b] = n
		return err
	}, `SELECT book, entries FROM ledger_books`)
	return kept, err
}
