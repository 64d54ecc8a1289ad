package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
)

// readers are SQLite's reading connections. Each keeps the statements that it
// has prepared: to read a statement anew takes longer than most of them run.
// The one used last is used next, so that a quiet program warms only one.
type readers struct {
	pool    *sql.DB
	turns   chan struct{} // one for each connection that is in use
	counted *counters

	mu   sync.Mutex
	idle []*reader

	marks   *sql.DB
	marking sync.Mutex
	marker  *reader // nil until it is asked
}

// A reader is one connection. It serves one transaction at a time.
type reader struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

func newReaders(pool, marks *sql.DB, most int, counted *counters) *readers {
	pool.SetMaxOpenConns(most + 1) // and one that is asked directly, as for the version
	pool.SetMaxIdleConns(1)
	return &readers{pool: pool, marks: marks, turns: make(chan struct{}, most), counted: counted}
}

func (rs *readers) close() error {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	var errs []error
	for _, r := range rs.idle {
		errs = append(errs, r.close())
	}
	rs.idle = nil
	rs.marking.Lock()
	defer rs.marking.Unlock()
	if rs.marker != nil {
		errs = append(errs, rs.marker.close())
	}
	return errors.Join(append(errs, rs.marks.Close(), rs.pool.Close())...)
}

func (r *reader) close() error {
	var errs []error
	for _, s := range r.stmts {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, r.conn.Close())...)
}

// read runs f in a transaction of its own, which sees one state of the data.
func (rs *readers) read(ctx context.Context, f func(*Tx) error) (err error) {
	select {
	case rs.turns <- struct{}{}:
		defer func() { <-rs.turns }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	r, err := rs.take(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if _, err := r.ExecContext(context.WithoutCancel(ctx), "BEGIN"); err != nil {
		return errors.Join(fmt.Errorf("begin: %w", err), r.close())
	}
	// What was only read is given up, which costs nothing, even where f panics.
	// A connection that cannot do so much is not used again.
	defer func() {
		if _, failed := r.ExecContext(context.WithoutCancel(ctx), "ROLLBACK"); failed != nil {
			err = errors.Join(err, failed, r.close())
			return
		}
		rs.mu.Lock()
		rs.idle = append(rs.idle, r)
		rs.mu.Unlock()
	}()
	return f(&Tx{dialect: sqlite, on: r, counted: rs.counted, known: map[string]any{}})
}

// mark asks a connection of its own, which is in no transaction: the number
// counts what others have committed since it was opened.
func (rs *readers) mark(ctx context.Context) (n int64, err error) {
	ctx = context.WithoutCancel(ctx)
	rs.marking.Lock()
	defer rs.marking.Unlock()
	if rs.marker == nil {
		conn, err := rs.marks.Conn(ctx)
		if err != nil {
			return 0, err
		}
		rs.marker = &reader{conn: conn, stmts: map[string]*sql.Stmt{}}
	}
	s, err := rs.marker.prepare(ctx, "PRAGMA data_version") //nolint:sqlclosecheck // kept for the next time, and closed in close
	if err != nil {
		return 0, err
	}
	return n, s.QueryRowContext(ctx).Scan(&n)
}

func (rs *readers) take(ctx context.Context) (*reader, error) {
	rs.mu.Lock()
	if last := len(rs.idle) - 1; last >= 0 {
		r := rs.idle[last]
		rs.idle = rs.idle[:last]
		rs.mu.Unlock()
		return r, nil
	}
	rs.mu.Unlock()
	conn, err := rs.pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &reader{conn: conn, stmts: map[string]*sql.Stmt{}}, nil
}

// ExecContext runs a statement. As no statement here takes long, a context that
// ends is noticed between them and between rows: to watch for it within each
// would cost a goroutine a statement.
func (r *reader) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, err := r.prepare(ctx, query) //nolint:sqlclosecheck // kept for the next time, and closed in close
	if err != nil {
		return nil, err
	}
	return s.ExecContext(context.WithoutCancel(ctx), args...)
}

// QueryContext is ExecContext for a statement that gives rows.
func (r *reader) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := r.prepare(ctx, query) //nolint:sqlclosecheck // kept for the next time, and closed in close
	if err != nil {
		return nil, err
	}
	return s.QueryContext(context.WithoutCancel(ctx), args...)
}

// prepare keeps a connection's statements: there are as many as there are
// queries in the source.
func (r *reader) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if s, ok := r.stmts[query]; ok {
		return s, nil
	}
	s, err := r.conn.PrepareContext(context.WithoutCancel(ctx), query)
	if err != nil {
		return nil, err
	}
	r.stmts[query] = s
	return s, nil
}
