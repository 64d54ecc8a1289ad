package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// All writes of a program go through one connection, one after another, and
// what a commit costs is the wait for the disk. So the writes that are waiting
// when the disk is free share one commit ("group commit"): where one fails, each
// runs in a savepoint of its own, and that one is rolled back alone. A lone write
// commits at once, for an empty queue never waits.
//
// SQLite has one writer anyway. On PostgreSQL the programs that write to one
// database take turns too, by a lock that is taken before anything is read
// (decision 0021).
//
// A closure runs on its caller's goroutine, when its turn comes; the leader
// only begins, marks, commits and answers. A panic, or a test's FailNow, then
// ends where it belongs.
type writer struct {
	dialect *dialect
	pool    *sql.DB
	conn    *sql.Conn // nil until the first write, and after it was lost
	stmts   map[string]*sql.Stmt
	queue   chan *job
	gone    chan struct{} // closed when the leader has left

	counted *counters

	mu     sync.RWMutex // guards closed against sends on queue
	closed bool
}

// groupMost bounds how many writes wait for one another's commit.
const groupMost = 256

// patience is how long a write is tried again that clashed with what was not
// written through a writer, as by somebody's own hand.
const patience = 10 * time.Second

type job struct {
	ctx    context.Context //nolint:containedctx // it is its caller's, for as long as the caller waits
	turn   chan *Tx
	ran    chan error
	result chan error
}

var (
	errClosed    = errors.New("the database is closed")
	errAbandoned = errors.New("the write was abandoned")
	errUnknown   = errors.New("the database was lost while it committed, so nobody knows whether it did")
)

func newWriter(d *dialect, pool *sql.DB, counted *counters) *writer {
	w := &writer{
		dialect: d, pool: pool, stmts: map[string]*sql.Stmt{},
		queue: make(chan *job, groupMost), gone: make(chan struct{}), counted: counted,
	}
	go w.lead()
	return w
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
	return errors.Join(w.leave(), w.pool.Close())
}

func (w *writer) write(ctx context.Context, f func(*Tx) error) error {
	err := w.once(ctx, f)
	if !clashed(err) {
		return err
	}
	patient, end := context.WithTimeout(ctx, patience)
	defer end()
	for pause := 2 * time.Millisecond; clashed(err); pause = min(2*pause, 200*time.Millisecond) {
		select {
		case <-patient.Done():
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return errors.Join(errCrowded, err)
		case <-time.After(pause/2 + rand.N(pause)): //nolint:gosec // who goes first need not be secret
			err = w.once(ctx, f)
		}
	}
	return err
}

func (w *writer) once(ctx context.Context, f func(*Tx) error) error {
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
// write is tried again alone, so that none suffers for another. Where nobody
// knows whether it was kept, nothing is tried again.
func (w *writer) commit(group []*job) {
	if group = w.atOnce(group); len(group) == 0 {
		return
	}
	results, err := w.together(group)
	for i, j := range group {
		switch {
		case err == nil:
			j.result <- results[i]
		case errors.Is(results[i], errAbandoned):
			j.result <- results[i] // its caller has left and cannot run again
		case len(group) == 1 || errors.Is(err, errUnknown):
			j.result <- err
		default:
			w.commit([]*job{j})
		}
	}
}

// atOnce runs a group on SQLite without savepoints, which cost a copy of each
// page that a write changes, and answers it if all goes well, as it nearly
// always does. Otherwise it tells who is to be run again.
func (w *writer) atOnce(group []*job) (again []*job) {
	if w.dialect != sqlite || len(group) == 1 || w.begin(group[0].ctx, w.dialect.begin) != nil {
		return group
	}
	for i, j := range group {
		err := w.take(j)
		if err == nil {
			continue
		}
		if errors.Is(err, errAbandoned) {
			j.result <- err // its caller has left and cannot run again
			group = slices.Delete(group, i, i+1)
		}
		_ = w.rollback() // where it fails, so does what comes next
		return group
	}
	if w.control("COMMIT") != nil {
		_ = w.rollback()
		return group
	}
	w.counted.commits.Add(1)
	w.counted.writes.Add(int64(len(group)))
	for _, j := range group {
		j.result <- nil
	}
	return nil
}

// together runs a group in one transaction. The words that end one write and
// begin the next go in one message.
func (w *writer) together(group []*job) (results []error, err error) {
	results = make([]error, len(group))
	begin, end := w.dialect.begin+"; SAVEPOINT one", "RELEASE one; COMMIT"
	if len(group) == 1 {
		begin, end = w.dialect.beginOne, w.dialect.commitOne
	}
	if err := w.begin(group[0].ctx, begin); err != nil {
		return results, fmt.Errorf("begin: %w", err)
	}
	for i, j := range group {
		results[i] = w.take(j)
		last := i == len(group)-1
		words := end
		switch {
		case results[i] != nil && len(group) == 1:
			return results, errors.Join(results[i], w.rollback())
		case results[i] != nil && last:
			words = "ROLLBACK TO one; COMMIT"
		case results[i] != nil:
			words = "ROLLBACK TO one"
		case !last:
			words = "RELEASE one; SAVEPOINT one"
		}
		if err := w.control(words); err != nil {
			if last && w.isLost(err) {
				err = errors.Join(errUnknown, err)
			}
			return results, errors.Join(fmt.Errorf("commit: %w", err), w.rollback())
		}
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
	j.turn <- &Tx{dialect: w.dialect, on: w, counted: w.counted}
	return <-j.ran
}

// begin begins a transaction on the connection that is kept, or on a new one
// where the server has closed it.
func (w *writer) begin(ctx context.Context, words string) error {
	kept := w.conn != nil
	if err := w.connect(ctx); err != nil {
		return err
	}
	err := w.control(words)
	if err == nil {
		return nil
	}
	if lost := w.isLost(err); !lost || !kept {
		return errors.Join(err, w.rollback())
	}
	w.leave() //nolint:errcheck // it was lost
	if err := w.connect(ctx); err != nil {
		return err
	}
	if err := w.control(words); err != nil {
		return errors.Join(err, w.rollback())
	}
	return nil
}

func (w *writer) connect(ctx context.Context) (err error) {
	if w.conn == nil {
		w.conn, err = w.pool.Conn(context.WithoutCancel(ctx)) // it belongs to no one request
	}
	return err
}

// leave closes the connection, whatever state it is in.
func (w *writer) leave() error {
	if w.conn == nil {
		return nil
	}
	var errs []error
	for _, s := range w.stmts {
		errs = append(errs, s.Close())
	}
	clear(w.stmts)
	_ = w.conn.Raw(func(any) error { return driver.ErrBadConn }) // so that the pool closes it
	w.conn = nil
	return errors.Join(errs...)
}

// The leader's own statements belong to no one request.
func (w *writer) control(words string) error {
	_, err := w.conn.ExecContext(context.Background(), words) //nolint:forbidigo // see above
	return err
}

// rollback forgives that there is nothing left to roll back: some failures,
// such as a full disk, have already done it, or a connection that was lost.
func (w *writer) rollback() error {
	err := w.control("ROLLBACK")
	switch {
	case err == nil || isNoTransaction(err):
		return nil
	case w.isLost(err):
		w.leave() //nolint:errcheck // it was lost
		return nil
	}
	return err
}

// isLost reports whether an error of control says that the connection is of no
// more use, and not that the server has refused something.
func (w *writer) isLost(err error) bool { return w.dialect == postgres && !answered(err) }

// ExecContext runs a statement on the writing connection. To interrupt a
// statement half-way would roll back the whole group, so a context that ends
// is noticed between statements.
func (w *writer) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if w.dialect == postgres { // whose driver keeps statements by itself
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		return w.conn.ExecContext(context.WithoutCancel(ctx), query, args...)
	}
	s, err := w.prepare(ctx, query) //nolint:sqlclosecheck // kept for the next time, and closed in close
	if err != nil {
		return nil, err
	}
	return s.ExecContext(context.WithoutCancel(ctx), args...)
}

// QueryContext is ExecContext for a statement that gives rows.
func (w *writer) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if w.dialect == postgres {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		return w.conn.QueryContext(context.WithoutCancel(ctx), query, args...)
	}
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

// checkSQLite refuses a version whose write-ahead log can lose committed writes
// while another connection checkpoints (trust.md §0.5).
func checkSQLite(ctx context.Context, pool *sql.DB) error {
	var v string
	if err := pool.QueryRowContext(ctx, sqlite.version).Scan(&v); err != nil {
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
