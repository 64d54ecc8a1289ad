package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"commontable/internal/access"
	"commontable/internal/app"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/funding"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/money"
	"commontable/internal/person"
)

// A seeded database has so many areas and entries, and is served.
type seeded struct {
	*fundingtest.World

	dsn     string
	app     *app.App
	address string
	cookie  string // of the programme officer
	close   func() error
}

var regions = []string{"North East", "North West", "Yorkshire and The Humber", "East Midlands", "West Midlands", "East of England", "London", "South East", "South West"}

// seed makes a database with so many areas beside the world's own two, and so
// many ledger entries over the first 150 of them, written behind the program's
// back: ten million through the front door would take the day.
func seed(ctx context.Context, file string, areas, entries int) (*seeded, error) {
	s := &seeded{dsn: "sqlite:" + file}
	d, err := db.Open(ctx, s.dsn)
	if err != nil {
		return nil, err
	}
	if err := d.Migrate(ctx); err != nil {
		return nil, err
	}
	if s.World, err = fundingtest.New(ctx, d, 1); err != nil {
		return nil, err
	}
	if _, _, err := s.Ready(ctx, s.Tanners); err != nil {
		return nil, err
	}
	if _, err := s.Pay(ctx, s.Tanners, must(s.offered(ctx)).Instalments[0].ID); err != nil {
		return nil, err
	}
	for from := 0; from < areas; from += 500 {
		if err := d.Write(ctx, func(tx *db.Tx) error {
			for i := from; i < min(areas, from+500); i++ {
				n := area.NewArea{Name: fmt.Sprintf("%s Ward %05d", regions[i%9], i), Region: regions[i%9], AuthorityName: fmt.Sprintf("Council %03d", i%300), AuthorityBasis: "stated"}
				a, err := s.Areas.AddIn(ctx, tx, access.System("bench"), s.Programme.ID, n)
				if err != nil {
					return err
				}
				if _, err := s.Funding.AllocateIn(ctx, tx, s.Farah, a, funding.NewAllocation{Amount: money.Pounds(1_000_000), On: s.Today()}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return nil, err
		}
	}
	if err := d.Write(ctx, func(tx *db.Tx) error {
		return s.People.AddPersonaIn(ctx, tx, person.Persona{Code: "farah", Position: 1, Title: "Programme officer", Words: "Looks", Person: s.Farah.Person, Hat: s.Farah.Hat.ID, StartAt: "/"})
	}); err != nil {
		return nil, err
	}
	if entries > 0 {
		if err := s.bulk(ctx, file, entries); err != nil {
			return nil, fmt.Errorf("write %d entries: %w", entries, err)
		}
	}
	if s.app, err = app.New(ctx, d, app.Options{Log: slog.New(slog.DiscardHandler), Now: s.Clock.Now, BaseURL: "http://bench"}); err != nil {
		return nil, err
	}
	var stop func()
	if s.address, stop, err = listening(s.app.Handler()); err != nil {
		return nil, err
	}
	s.close = func() error { stop(); return d.Close() }
	s.cookie, err = lookRoundAs(ctx, s.address, "farah")
	return s, err
}

func (s *seeded) offered(ctx context.Context) (o funding.Offer, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		o, err = funding.OfferOf(ctx, tx, s.Tanners.Area.ID, 1)
		return err
	})
	return o, err
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// lastQuarter is how many entries Tanners Reach has in the quarter that its
// statement shows. All others are spread over the twelve years before it.
const lastQuarter = 60

// bulk writes entries into 150 books, of which Tanners Reach's is one, on a
// connection of its own. Each moves money to what the LTO holds or back, so that
// the books balance and add up.
func (s *seeded) bulk(ctx context.Context, file string, entries int) (err error) {
	pool, err := sql.Open("sqlite", "file:"+file+"?_pragma=journal_mode(WAL)&_pragma=synchronous(OFF)&_pragma=cache_size(-200000)&_pragma=busy_timeout(10000)")
	if err != nil {
		return err
	}
	pool.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, pool.Close()) }()
	books := []string{string(s.Tanners.Area.ID)}
	if err := s.DB.Read(ctx, func(tx *db.Tx) error {
		first, err := area.First(ctx, tx, s.Programme.ID, 149)
		for _, a := range first {
			if a.ID != s.Tanners.Area.ID {
				books = append(books, string(a.ID))
			}
		}
		return err
	}); err != nil {
		return err
	}
	each := entries / len(books) / 2 * 2
	for i, book := range books {
		if err := s.bulkBook(ctx, pool, book, i, each); err != nil {
			return err
		}
	}
	_, err = pool.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
	return err
}

func (s *seeded) bulkBook(ctx context.Context, pool *sql.DB, book string, at, each int) error {
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it has nothing to do
	held, allocated := "held:"+string(s.Tanners.LTO.ID), "allocated"
	type account struct{ postings, minor int64 }
	state := map[string]*account{held: {}, allocated: {}}
	for name, a := range state {
		err := tx.QueryRowContext(ctx, `SELECT postings, minor FROM ledger_balances WHERE book = ? AND account = ?`, book, name).Scan(&a.postings, &a.minor)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
	}
	var number int64
	if err := tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(entries), 0) FROM ledger_books WHERE book = ?`, book).Scan(&number); err != nil {
		return err
	}
	entry, err := tx.PrepareContext(ctx, `INSERT INTO ledger_entries (book, id, number, day, kind, about, description, made_by, made_at) VALUES (?1, ?2, ?3, ?4, 'move', ?2, 'Moved by the bench', 'bench', '2026-10-20T09:30:00.000000Z')`)
	if err != nil {
		return err
	}
	defer entry.Close() //nolint:errcheck // with the transaction
	posting, err := tx.PrepareContext(ctx, `INSERT INTO ledger_postings (book, account, number, entry_book, entry_id, entry_number, line, day, minor, currency, balance) VALUES (?1, ?2, ?3, ?1, ?4, ?5, ?6, ?7, ?8, 'GBP', ?9)`)
	if err != nil {
		return err
	}
	today := s.Today()
	began := today.AddMonths(-144)
	days := int(today.Quarter().At(0, 0).Sub(began.At(0, 0)).Hours() / 24)
	defer posting.Close() //nolint:errcheck // with the transaction
	for i := range each {
		number++
		day := began.AddDays(i * days / each)
		if i >= each-lastQuarter {
			day = today
		}
		id := fmt.Sprintf("00000000-0000-7000-8%03d-%012d", at, i)
		if _, err := entry.ExecContext(ctx, book, id, number, day.String()); err != nil {
			return err
		}
		sign := int64(1 - 2*(i%2))
		for line, name := range []string{held, allocated} {
			a := state[name]
			minor := 100 * sign * int64(1-2*line)
			a.postings++
			a.minor += minor
			if _, err := posting.ExecContext(ctx, book, name, a.postings, id, number, line+1, day.String(), minor, a.minor); err != nil {
				return err
			}
		}
	}
	for name, a := range state {
		if _, err := tx.ExecContext(ctx, `INSERT INTO ledger_balances (book, account, currency, postings, minor) VALUES (?, ?, 'GBP', ?, ?) ON CONFLICT (book, account) DO UPDATE SET postings = excluded.postings, minor = excluded.minor`, book, name, a.postings, a.minor); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO ledger_books (book, entries) VALUES (?, ?) ON CONFLICT (book) DO UPDATE SET entries = excluded.entries`, book, number); err != nil {
		return err
	}
	return tx.Commit()
}

// events records so many events, in as many streams as there are books.
func (s *seeded) events(ctx context.Context, n int) error {
	const batch = 5000
	for from := 0; from < n; from += batch {
		if err := s.DB.Write(ctx, func(tx *db.Tx) error {
			for i := from; i < min(n, from+batch); i++ {
				if err := audit.Record(ctx, tx, s.IDs, audit.Event{
					Stream: fmt.Sprintf("00000000-0000-7000-8000-%012d", i%150), Act: "moved by the bench", Subject: fmt.Sprintf("00000000-0000-7000-8000-%012d", i), By: s.Farah, At: s.Clock.Now(),
					Facts: map[string]string{"amount": "1.00", "line": "benches"},
				}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// someDay is in the midst of what was seeded.
func (s *seeded) someDay() date.Date { return s.Today().AddMonths(-70) }

// timeOf is how long something takes, in microseconds: the median of so many.
func timeOf(n int, f func() error) (float64, error) {
	all := make([]float64, 0, n)
	for range n {
		began := time.Now()
		if err := f(); err != nil {
			return 0, err
		}
		all = append(all, float64(time.Since(began).Nanoseconds())/1000)
	}
	return median(all), nil
}
