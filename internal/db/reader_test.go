package db_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"commontable/internal/db"
	"commontable/internal/db/dbtest"
)

// A read that fails, panics or is given up leaves nothing behind: the next one
// on the same connection sees the newest data.
func TestAReadEndsWithItsFunction(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		if err := add(ctx, d, "first"); err != nil {
			t.Fatal(err)
		}
		wrong := errors.New("wrong")
		if err := d.Read(ctx, func(tx *db.Tx) error {
			if _, err := count(ctx, tx); err != nil {
				return err
			}
			return wrong
		}); !errors.Is(err, wrong) {
			t.Errorf("a read that failed: got %v, want its own error", err)
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Error("a panic in a read did not come through")
				}
			}()
			_ = d.Read(ctx, func(tx *db.Tx) error {
				_, _ = count(ctx, tx)
				panic("oh")
			})
		}()
		ended, end := context.WithCancel(ctx)
		err := d.Read(ended, func(tx *db.Tx) error {
			return db.Each(ended, tx, func(db.Row) error {
				end()
				return nil
			}, `SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3`)
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("a read whose context ended between rows: got %v, want it given up", err)
		}
		if err := d.Read(ended, func(*db.Tx) error { return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("a read whose context had ended: got %v, want it refused", err)
		}
		if err := add(ctx, d, "second"); err != nil {
			t.Fatal(err)
		}
		wantCount(t, d, 2)
	})
}

// More reads at once than there are connections wait for their turn, and a
// statement that is used again starts afresh with its own arguments.
func TestManyReadsAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		var wg sync.WaitGroup
		for i := range 64 {
			wg.Go(func() {
				err := d.Read(ctx, func(tx *db.Tx) error {
					for j := range 5 {
						got, err := db.All(ctx, tx, db.Value[int], `SELECT CAST($1 AS BIGINT) UNION ALL SELECT CAST($2 AS BIGINT)`, i, j)
						if err != nil {
							return err
						}
						if len(got) != 2 || got[0]+got[1] != i+j {
							t.Errorf("asked for %d and %d, got %v", i, j, got)
						}
					}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	})
}

// A mark is the same until somebody has written, here or in another program.
func TestAMarkChangesWithWhatIsWritten(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		other := dbtest.Open(t, d.DSN())
		mark := func() int64 {
			t.Helper()
			n, err := d.Mark(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if d.Engine() == "postgres" {
			if n := mark(); n != 0 {
				t.Errorf("PostgreSQL marks %d, want 0: it cannot tell", n)
			}
			return
		}
		last := mark()
		for i, by := range []*db.DB{d, other, d} {
			if again := mark(); again != last || again == 0 {
				t.Errorf("nothing was written, and %d is now marked %d", last, again)
			}
			if err := add(t.Context(), by, fmt.Sprint(i)); err != nil {
				t.Fatal(err)
			}
			if now := mark(); now == last {
				t.Errorf("write %d: marked %d as before", i, now)
			} else {
				last = now
			}
		}
	})
}
