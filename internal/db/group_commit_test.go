package db_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"commontable/internal/db"
	"commontable/internal/db/dbtest"
)

// Writes that wait for one another share a commit (writer.go). Nobody who
// writes can tell: each is kept or not as if it were alone.

func TestEveryWriteOfManyIsKept(t *testing.T) {
	t.Parallel()
	const writers, writes = 32, 50
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var wg sync.WaitGroup
		for i := range writers {
			wg.Go(func() {
				for j := range writes {
					if err := add(t.Context(), d, fmt.Sprintf("%d/%d", i, j)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		wantCount(t, d, writers*writes)
	})
}

// inOneGroup runs writes that will share a commit: all wait while the first
// has the pen.
func inOneGroup(t *testing.T, d *db.DB, writes ...func() error) []error {
	t.Helper()
	errs := make([]error, len(writes))
	held, goOn := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := d.Write(t.Context(), func(*db.Tx) error { close(held); <-goOn; return nil }); err != nil {
			t.Error(err)
		}
	})
	<-held
	for i, write := range writes {
		wg.Go(func() {
			defer func() {
				if r := recover(); r != nil {
					errs[i] = fmt.Errorf("panic: %v", r)
				}
			}()
			errs[i] = write()
		})
	}
	time.Sleep(50 * time.Millisecond) // they queue; where one is late, it is in the next group and nothing changes
	close(goOn)
	wg.Wait()
	return errs
}

func TestOneOfAGroupFailsAlone(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	ctx := t.Context()
	errNo := errors.New("no")
	good := func(token string) func() error { return func() error { return add(ctx, d, token) } }
	cancelled, cancel := context.WithCancel(ctx)
	half, cancelHalf := context.WithCancel(ctx)
	errs := inOneGroup(t, d,
		good("a"),
		func() error { // writes, and then thinks better of it
			return d.Write(ctx, func(tx *db.Tx) error { return errors.Join(insert(ctx, tx, "lost"), errNo) })
		},
		good("b"),
		func() error { // is refused by the database
			return d.Write(ctx, func(tx *db.Tx) error { return errors.Join(insert(ctx, tx, "lost"), insert(ctx, tx, "lost")) })
		},
		func() error { // panics
			return d.Write(ctx, func(tx *db.Tx) error {
				if err := insert(ctx, tx, "lost"); err != nil {
					return err
				}
				panic("a bug")
			})
		},
		good("c"),
		func() error { // has gone before its turn came
			defer cancel()
			cancel()
			return d.Write(cancelled, func(*db.Tx) error { t.Error("it ran"); return nil })
		},
		func() error { // goes between two statements
			return d.Write(half, func(tx *db.Tx) error {
				err := insert(half, tx, "lost")
				cancelHalf()
				return errors.Join(err, insert(half, tx, "lost too"))
			})
		},
		good("d"),
	)
	for i, err := range errs {
		switch i {
		case 1:
			if !errors.Is(err, errNo) {
				t.Errorf("the one that changed its mind: got %v, want %v", err, errNo)
			}
		case 3:
			if !db.IsDuplicate(err) {
				t.Errorf("the one with the same key twice: got %v, want a duplicate", err)
			}
		case 4:
			if err == nil || err.Error() != "panic: a bug" {
				t.Errorf("the one that panics: got %v, want the panic at its caller", err)
			}
		case 6, 7:
			if !errors.Is(err, context.Canceled) {
				t.Errorf("a cancelled one: got %v, want it cancelled", err)
			}
		default:
			if err != nil {
				t.Errorf("write %d: %v", i, err)
			}
		}
	}
	wantCount(t, d, 4)
}

// A test's FailNow ends its goroutine without returning. The others go on.
func TestWhoLeavesDoesNotHoldTheWriter(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	ctx := t.Context()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			_ = d.Write(ctx, func(tx *db.Tx) error {
				err := insert(ctx, tx, "lost")
				if i%2 == 0 {
					runtime.Goexit()
				}
				return errors.Join(err, errors.New("lost"))
			})
		})
		wg.Go(func() {
			if err := add(ctx, d, fmt.Sprint(i)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	wantCount(t, d, 8)
}

// A constraint that is only looked at when all is committed hurts only its own.
func TestAConstraintAtCommitHurtsOnlyItsOwn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		if err := d.Write(ctx, func(tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `CREATE TABLE parents (id TEXT PRIMARY KEY)`); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `CREATE TABLE children (parent TEXT NOT NULL REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		runs := 0
		child := func() error {
			return d.Write(ctx, func(tx *db.Tx) error {
				runs++
				_, err := tx.Exec(ctx, `INSERT INTO children (parent) VALUES ('nobody')`)
				return err
			})
		}
		write := func(token string) func() error { return func() error { return add(ctx, d, token) } }
		var errs []error
		if d.Engine() == "sqlite" {
			errs = inOneGroup(t, d, write("a"), child, write("b"), write("c"))
		} else {
			errs = []error{write("a")(), child(), write("b")(), write("c")()}
		}
		for i, err := range errs {
			if (err == nil) != (i != 1) {
				t.Errorf("write %d: got %v, want only the one without a parent refused", i, err)
			}
		}
		if runs == 0 {
			t.Error("it never ran")
		}
		wantCount(t, d, 3)
	})
}

// Every write that was begun is answered before the database is closed; later
// ones are refused.
func TestClosingAnswersWhoWaits(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	ctx := t.Context()
	var wg sync.WaitGroup
	results := make(chan error, 200)
	for i := range 200 {
		wg.Go(func() { results <- add(ctx, d, fmt.Sprint(i)) })
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
	close(results)
	kept := 0
	for err := range results {
		if err == nil {
			kept++
		}
	}
	if err := add(ctx, d, "late"); err == nil {
		t.Error("a write after Close: accepted, want it refused")
	}
	if err := d.Read(ctx, func(*db.Tx) error { return nil }); err == nil {
		t.Error("a read after Close: accepted, want it refused")
	}
	if err := d.Close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
	again := dbtest.Open(t, d.DSN())
	wantCount(t, again, kept)
}
