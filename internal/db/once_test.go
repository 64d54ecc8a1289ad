package db_test

import (
	"context"
	"testing"
	"time"

	"commontable/internal/db"
	"commontable/internal/db/dbtest"
)

// What is asked twice alike is asked once where only reading happens, and anew where
// something is written.
func TestWhatIsAskedAlikeIsAskedOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		slugs := func(ctx context.Context, tx *db.Tx, under string) []string {
			found, err := db.AllOnce(ctx, tx, db.Value[string], `SELECT slug FROM organisations WHERE slug < $1 ORDER BY slug`, under)
			if err != nil {
				t.Fatal(err)
			}
			return found
		}
		add := func(ctx context.Context, tx *db.Tx, slug string) error {
			_, err := tx.Exec(ctx, `INSERT INTO organisations (id, slug, name, added_at) VALUES ($1, $1, $1, $2)`, slug, time.Unix(0, 0).UTC())
			return err
		}
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			if err := add(t.Context(), tx, "a"); err != nil {
				return err
			}
			if n := len(slugs(t.Context(), tx, "z")); n != 1 {
				t.Errorf("%d found before the second is written, want 1", n)
			}
			if err := add(t.Context(), tx, "b"); err != nil {
				return err
			}
			if n := len(slugs(t.Context(), tx, "z")); n != 2 {
				t.Errorf("%d found after the second is written, want 2", n)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if err := d.Read(t.Context(), func(tx *db.Tx) error {
			before := d.Stats().Statements
			slugs(t.Context(), tx, "z")[0] = "whoever asked may change what they got"
			if again := slugs(t.Context(), tx, "z"); len(again) != 2 || again[0] != "a" {
				t.Errorf("the second time %v are found, want a and b", again)
			}
			if other := slugs(t.Context(), tx, "b"); len(other) != 1 {
				t.Errorf("under b %v are found, want a", other)
			}
			if asked := d.Stats().Statements - before; asked != 2 {
				t.Errorf("%d statements asked, want 2", asked)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}
