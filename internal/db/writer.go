package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
)

// SQLite has one writer, and what a commit costs is the wait for the disk. So
// the writes that are waiting when the disk is free share one commit ("group
// commit"): each runs in a savepoint of its own, and one that fails is rolled
// back alone. A lone write commits at once, for an empty queue never waits.
//
// A closure runs on its caller's goroutine, when its turn comes; the leader
// only begins, marks, commits and answers. A panic, or a test's FailNow, then
// ends where it belongs.
type writer struct {
	pool  *sql.DB
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
	queue chan *job
	gone  chan struct{} // closed when the leader has left

	counted *counters

	mu     sync.RWMutex // guards closed against sends on queue
	closed bool
}

// groupMost bounds how many writes wait for one another's commit.
const groupMost = 256

type job struct {
	ctx    context.Context //nolint:containedctx // it is its caller's, for as long as the caller waits
	turn   chan *Tx
	ran    chan error
	result chan error
}

var (
	errClosed    = errors.New("the database is closed")
	errAbandoned = errors.New("the write was abandoned")
)

func newWriter(ctx context.Context, pool *sql.DB, counted *counters) (*writer, error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	w := &writer{
		pool: pool, conn: conn, stmts: map[string]*sql.Stmt{},
		queue: make(chan *job, groupMost), gone: make(chan struct{}), counted: counted,
	}
	go w.lead()
	return w, nil
}

func (w *writer) close() error {
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return nil
	}
	w.closed = true
	close(w.queue)
	w.mu.Unlock()
	<-w.gone
	var errs []error
	for _, s := range w.stmts {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, w.conn.Close(), w.pool.Close())...)
}

func (w *writer) write(ctx context.Context, f func(*Tx) error) error {
	j := &job{ctx: ctx, turn: make(chan *Tx), ran: make(chan error, 1), result: make(chan error, 1)}
	if err := w.join(j); err != nil {
		return err
	}
	for {
		select {
		case tx := <-j.turn:
			runOn(j, tx, f)
		case err := <-j.result:
			return err
		}
	}
}

func (w *writer) join(j *job) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		return errClosed
	}
	select {
	case w.queue <- j:
		return nil
	case <-j.ctx.Done():
		return j.ctx.Err()
	}
}

// runOn tells the leader how f ended, even where f does not return.
func runOn(j *job, tx *Tx, f func(*Tx) error) {
	err := errAbandoned
	defer func() { j.ran <- err }()
	if err = j.ctx.Err(); err == nil {
		err = errAbandoned
		err = f(tx)
	}
}

func (w *writer) lead() {
	defer close(w.gone)
	for first := range w.queue {
		group := []*job{first}
	gather:
		for len(group) < groupMost {
			select {
			case next, open := <-w.queue:
				if !open {
					break gather
				}
				group = append(group, next)
			default:
				break gather
			}
		}
		w.commit(group)
	}
}

// commit runs a group in one transaction and answers each. Where the whole
// group fails (a full disk, a constraint that is only checked at commit), each
// write is tried again alone, so that none suffers for another.
func (w *writer) commit(group []*job) {
	if len(group) == 1 {
		group[0].result <- w.alone(group[0])
		return
	}
	results, err := w.together(group)
	for i, j := range group {
		switch {
		case err == nil:
			j.result <- results[i]
		case errors.Is(results[i], errAbandoned):
			j.result <- results[i] // its caller has left and cannot run again
		default:
			j.result <- w.alone(j)
		}
	}
}

func (w *writer) alone(j *job) error {
	if err := w.control("BEGIN IMMEDIATE"); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := w.take(j); err != nil {
		return errors.Join(err, w.rollback())
	}
	if err := w.control("COMMIT"); err != nil {
		return errors.Join(fmt.Errorf("commit: %w", err), w.rollback())
	}
	w.counted.commits.Add(1)
	w.counted.writes.Add(1)
	return nil
}

func (w *writer) together(group []*job) (results []error, err error) {
	results = make([]error, len(group))
	if err := w.control("BEGIN IMMEDIATE"); err != nil {
		return results, err
	}
	for i, j := range group {
		if err := w.control("SAVEPOINT one"); err != nil {
			return results, errors.Join(err, w.rollback())
		}
		end := "RELEASE one"
		if results[i] = w.take(j); results[i] != nil {
			end = "ROLLBACK TO one; RELEASE one"
		}
		if err := w.control(end); err != nil {
			return results, errors.Join(err, w.rollback())
		}
	}
	if err := w.control("COMMIT"); err != nil {
		return results, errors.Join(err, w.rollback())
	}
	w.counted.commits.Add(1)
	for _, err := range results {
		if err == nil {
			w.counted.writes.Add(1)
		}
	}
	return results, nil
}

// take gives a job its turn and waits for it.
func (w *writer) take(j *job) error {
	j.turn <- &Tx{dialect: sqlite, on: w, counted: w.counted}
	return <-j.ran
}

// The leader's own statements belong to no one request.
func (w *writer) control(statement string) error {
	_, err := w.conn.ExecContext(context.Background(), statement) //nolint:forbidigo // see above
	return err
}

// rollback forgives that there is nothing left to roll back: some failures,
// such as a full disk, have already done it.
func (w *writer) rollback() error {
	err := w.control("ROLLBACK")
	if err != nil && isNoTransaction(err) {
		return nil
	}
	return err
}

// ExecContext runs a statement on the writing connection. To interrupt a
// statement half-way would roll back the whole group, so a context that ends
// is noticed between statements.
func (w *writer) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, err := w.prepare(ctx, query) //nolint:sqlclosecheck // kept for the next time, and closed in close
	if err != nil {
		return nil, err
	}
	return s.ExecContext(context.WithoutCancel(ctx), args...)
}

// QueryContext is ExecContext for a statement that gives rows.
func (w *writer) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := w.prepare(ctx, query) //nolint:sqlclosecheck // kept for the next time, and closed in close
	if err != nil {
		return nil, err
	}
	return s.QueryContext(context.WithoutCancel(ctx), args...)
}

// prepare keeps the statements of the one connection: there are as many as
// there are queries in the source.
func (w *writer) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if s, ok := w.stmts[query]; ok {
		return s, nil
	}
	s, err := w.conn.PrepareContext(context.WithoutCancel(ctx), query)
	if err != nil {
		return nil, err
	}
	w.stmts[query] = s
	return s, nil
}

// checkVersion refuses an SQLite whose write-ahead log can lose committed
// writes while another connection checkpoints (trust.md §0.5).
func (w *writer) checkVersion(ctx context.Context) error {
	var v string
	if err := w.conn.QueryRowContext(ctx, sqlite.version).Scan(&v); err != nil {
		return err
	}
	if !versionAtLeast(v, 3, 51, 3) {
		return fmt.Errorf("SQLite %s may lose committed writes; 3.51.3 or later is needed", v)
	}
	return nil
}

func versionAtLeast(v string, want ...int) bool {
	for i, got := range versionParts(v) {
		if i < len(want) && got != want[i] {
			return got > want[i]
		}
	}
	return true
}

func versionParts(v string) [3]int {
	var parts [3]int
	_, _ = fmt.Sscanf(v, "%d.%d.%d", &parts[0], &parts[1], &parts[2]) // what is not there is 0
	return parts
}
