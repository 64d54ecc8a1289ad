package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// disk measures how often the disk keeps four kilobytes for good.
func (b *bench) disk(context.Context) error {
	rate, err := b.syncRate()
	if err != nil {
		return err
	}
	words := "10,000 or more, or the run says little"
	b.out.add("disk", "4 KB written and fdatasync, a second", fmt.Sprintf("%.0f", rate), "–", "–", words)
	return nil
}

func (b *bench) syncRate() (float64, error) {
	f, err := os.Create(b.file("sync"))
	if err != nil {
		return 0, err
	}
	defer f.Close()
	page := make([]byte, 4096)
	n, began := 0, time.Now()
	for time.Since(began) < time.Second {
		if _, err := f.WriteAt(page, int64(n%256)*4096); err != nil {
			return 0, err
		}
		if err := dataSync(f); err != nil {
			return 0, err
		}
		n++
	}
	return float64(n) / time.Since(began).Seconds(), nil
}

// A bareLedger is the least that keeps a balanced payment: an entry, its two
// postings, two balances and an audit row, in one durable transaction, with the
// driver, the settings and the sharing of commits that the product has.
type bareLedger struct {
	conn  *sql.Conn
	pool  *sql.DB
	stmts []*sql.Stmt
	queue chan chan error
	done  chan struct{}
	n     int64
}

var bareSchema = []string{
	`CREATE TABLE entries (id BIGINT PRIMARY KEY, day TEXT NOT NULL, description TEXT NOT NULL)`,
	`CREATE TABLE postings (entry BIGINT NOT NULL, line BIGINT NOT NULL, account TEXT NOT NULL, minor BIGINT NOT NULL, PRIMARY KEY (entry, line))`,
	`CREATE TABLE balances (account TEXT PRIMARY KEY, minor BIGINT NOT NULL)`,
	`CREATE TABLE events (n BIGINT PRIMARY KEY, text TEXT NOT NULL)`,
}

var bareStatements = []string{
	`INSERT INTO entries (id, day, description) VALUES ($1, '2026-10-20', 'Payment from the programme: benches')`,
	`INSERT INTO postings (entry, line, account, minor) VALUES ($1, $2, $3, $4)`,
	`INSERT INTO balances (account, minor) VALUES ($1, $2) ON CONFLICT (account) DO UPDATE SET minor = balances.minor + excluded.minor`,
	`INSERT INTO events (n, text) VALUES ($1, '{"act":"payment released","at":"2026-10-20T09:30:00.000000Z","person":"0","stream":"0"}')`,
}

func newBareLedger(ctx context.Context, file string) (*bareLedger, error) {
	pool, err := sql.Open("sqlite", "file:"+file+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=cache_size(-32000)")
	if err != nil {
		return nil, err
	}
	l := &bareLedger{pool: pool, queue: make(chan chan error, 256), done: make(chan struct{})}
	if l.conn, err = pool.Conn(ctx); err != nil {
		return nil, err
	}
	for _, s := range bareSchema {
		if _, err := l.conn.ExecContext(ctx, s); err != nil {
			return nil, err
		}
	}
	for _, s := range bareStatements {
		p, err := l.conn.PrepareContext(ctx, s) //nolint:sqlclosecheck // closed with the connection
		if err != nil {
			return nil, err
		}
		l.stmts = append(l.stmts, p)
	}
	go l.lead(ctx)
	return l, nil
}

func (l *bareLedger) close() error {
	close(l.queue)
	<-l.done
	return errors.Join(l.conn.Close(), l.pool.Close())
}

func (l *bareLedger) lead(ctx context.Context) {
	defer close(l.done)
	for first := range l.queue {
		group := []chan error{first}
		for more := true; more && len(group) < 256; {
			select {
			case next, open := <-l.queue:
				if more = open; open {
					group = append(group, next)
				}
			default:
				more = false
			}
		}
		err := l.commit(ctx, len(group))
		for _, answer := range group {
			answer <- err
		}
	}
}

func (l *bareLedger) commit(ctx context.Context, n int) error {
	if _, err := l.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for range n {
		if err := l.one(ctx); err != nil {
			return err
		}
	}
	_, err := l.conn.ExecContext(ctx, "COMMIT")
	return err
}

func (l *bareLedger) one(ctx context.Context) error {
	l.n++
	from, to := fmt.Sprintf("allocated:%d", l.n%64), fmt.Sprintf("held:%d", l.n%64)
	for _, do := range []struct {
		statement int
		args      []any
	}{
		{0, []any{l.n}},
		{1, []any{l.n, 1, to, 100}},
		{1, []any{l.n, 2, from, -100}},
		{2, []any{to, 100}},
		{2, []any{from, -100}},
		{3, []any{l.n}},
	} {
		if _, err := l.stmts[do.statement].ExecContext(ctx, do.args...); err != nil {
			return err
		}
	}
	return nil
}

func (l *bareLedger) pay(context.Context) error {
	answer := make(chan error, 1)
	l.queue <- answer
	return <-answer
}

// together has so many clients do something, n times in all, and tells the rate.
func together(ctx context.Context, clients, n int, do func(context.Context) error) (float64, error) {
	var left atomic.Int64
	left.Store(int64(n))
	var mu sync.Mutex
	var wrong error
	began := time.Now()
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for left.Add(-1) >= 0 {
				if err := do(ctx); err != nil {
					mu.Lock()
					wrong = errors.Join(wrong, err)
					mu.Unlock()
					return
				}
			}
		})
	}
	wg.Wait()
	return float64(n) / time.Since(began).Seconds(), wrong
}
