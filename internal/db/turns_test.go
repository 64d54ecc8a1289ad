package db_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
)

// On PostgreSQL, too, writes take turns (decision 0021), also those of several
// programs on one database.

func bothOn(t *testing.T) (one, other *db.DB) {
	t.Helper()
	one = dbtest.Postgres(t)
	return one, dbtest.Open(t, one.DSN())
}

// Two programs read a number and write the next. None clashes with another, so
// none runs twice, and no number is lost.
func TestTwoProgramsTakeTurns(t *testing.T) {
	t.Parallel()
	one, other := bothOn(t)
	const writers, writes = 8, 25
	ran := 0 // guarded by the turns themselves
	next := func(d *db.DB) error {
		return d.Write(t.Context(), func(tx *db.Tx) error {
			ran++
			n, err := count(t.Context(), tx)
			if err != nil {
				return err
			}
			return insert(t.Context(), tx, fmt.Sprint(n))
		})
	}
	var wg sync.WaitGroup
	for _, d := range []*db.DB{one, other} {
		for range writers {
			wg.Go(func() {
				for range writes {
					if err := next(d); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	wg.Wait()
	wantCount(t, one, 2*writers*writes)
	if ran != 2*writers*writes {
		t.Errorf("%d writes ran %d times, want each once", 2*writers*writes, ran)
	}
	if s := other.Stats(); s.Writes != writers*writes || s.Commits > s.Writes {
		t.Errorf("the other program counts %d writes in %d commits, want %d", s.Writes, s.Commits, writers*writes)
	}
}

func byHand(t *testing.T, d *db.DB) *sql.Conn {
	t.Helper()
	pool, err := sql.Open("pgx", d.DSN())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pool.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(conn.Close(), pool.Close()); err != nil {
			t.Error(err)
		}
	})
	return conn
}

func does(t *testing.T, conn *sql.Conn, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if _, err := conn.ExecContext(context.WithoutCancel(t.Context()), s); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
}

const insertByHand = `INSERT INTO sessions (token, data, expires_at) VALUES ('by hand', '', now())`

// Who waits for their turn sees what the one before them wrote.
func TestATurnBeginsWhenTheLastEnds(t *testing.T) {
	t.Parallel()
	d := dbtest.Postgres(t)
	hand := byHand(t, d)
	does(t, hand, `BEGIN`, `LOCK TABLE writing IN EXCLUSIVE MODE`)
	seen := make(chan int)
	go func() {
		_ = d.Write(t.Context(), func(tx *db.Tx) error {
			n, err := count(t.Context(), tx)
			seen <- n
			return err
		})
	}()
	select {
	case <-seen:
		t.Error("it did not wait for its turn")
	case <-time.After(200 * time.Millisecond):
	}
	does(t, hand, insertByHand, `COMMIT`)
	if n := <-seen; n != 1 {
		t.Errorf("it sees %d rows, want the one that was written before its turn", n)
	}
}

// What is written by hand, without a turn, into a row that a write changes too, is
// not overwritten unseen: the write runs again.
func TestAClashRunsAgain(t *testing.T) {
	t.Parallel()
	d := dbtest.Postgres(t)
	hand := byHand(t, d)
	if err := add(t.Context(), d, "one"); err != nil {
		t.Fatal(err)
	}
	ran := 0
	if err := d.Write(t.Context(), func(tx *db.Tx) error {
		token, err := db.One(t.Context(), tx, db.Value[string], `SELECT token FROM sessions`)
		if err != nil {
			return err
		}
		if ran++; ran == 1 {
			does(t, hand, `UPDATE sessions SET token = 'by hand'`)
		}
		_, err = tx.Exec(t.Context(), `UPDATE sessions SET token = $1`, token+", seen")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := d.Read(t.Context(), func(tx *db.Tx) error {
		token, err := db.One(t.Context(), tx, db.Value[string], `SELECT token FROM sessions`)
		if token != "by hand, seen" || ran != 2 {
			t.Errorf("it ran %d times and wrote %q, want it run again and see what was written by hand", ran, token)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// A statement that failed and that nobody heeded is not taken for kept.
func TestAFailureThatNobodyHeeds(t *testing.T) {
	t.Parallel()
	d := dbtest.Postgres(t)
	write := func() error {
		return d.Write(t.Context(), func(tx *db.Tx) error {
			if err := insert(t.Context(), tx, "lost"); err != nil {
				return err
			}
			_, _ = tx.Exec(t.Context(), `SELECT 1 / 0`)
			return nil
		})
	}
	if err := write(); err == nil {
		t.Error("alone: it is said to be kept")
	}
	for i, err := range inOneGroup(t, d, write, func() error { return add(t.Context(), d, "kept") }, write) {
		if (err == nil) != (i == 1) {
			t.Errorf("write %d of a group: got %v, want only the second kept", i, err)
		}
	}
	wantCount(t, d, 1)
}

// A connection that the server ends is replaced: what was begun on it is not
// kept, and is told.
func TestALostConnection(t *testing.T) {
	t.Parallel()
	d := dbtest.Postgres(t)
	hand := byHand(t, d)
	const end = `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`
	if err := add(t.Context(), d, "before"); err != nil {
		t.Fatal(err)
	}
	does(t, hand, end)
	if err := add(t.Context(), d, "after it was idle"); err != nil {
		t.Errorf("a write on a connection that was lost while idle: %v", err)
	}
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		if err := insert(t.Context(), tx, "lost"); err != nil {
			return err
		}
		does(t, hand, end)
		return insert(t.Context(), tx, "lost too")
	})
	if !errors.Is(err, fault.Unavailable) {
		t.Errorf("lost half-way: got %v, want it unavailable", err)
	}
	err = d.Write(t.Context(), func(tx *db.Tx) error {
		if err := insert(t.Context(), tx, "lost"); err != nil {
			return err
		}
		does(t, hand, end)
		return nil
	})
	if !errors.Is(err, fault.Unavailable) {
		t.Errorf("lost as it commits: got %v, want it unavailable", err)
	}
	if err := add(t.Context(), d, "after all"); err != nil {
		t.Error(err)
	}
	wantCount(t, dbtest.Open(t, d.DSN()), 3) // for what reads on d lost its connections too
}
