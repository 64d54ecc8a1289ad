package db_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"commontable/internal/db"
	"commontable/internal/db/dbtest"
)

// A dump is what the database was: a row that is another, is missing or is too many
// is found, in whatever order rows lie; what is cut short is no dump.
func TestADumpIsHeldAgainstTheDatabase(t *testing.T) {
	t.Parallel()
	if os.Getenv("TEST_POSTGRES") == "" {
		t.Skip("TEST_POSTGRES is not set: dumps are PostgreSQL’s")
	}
	d := dbtest.Open(t, dbtest.PostgresDSN(t))
	if err := d.Migrate(t.Context()); err != nil { // there is much else besides
		t.Fatal(err)
	}
	does := func(statements ...string) {
		t.Helper()
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			for _, one := range statements {
				if _, err := tx.Exec(t.Context(), one); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	does(`CREATE TABLE kept (id BIGINT PRIMARY KEY, at TIMESTAMPTZ, words TEXT, bytes BYTEA)`, `CREATE TABLE empty (id TEXT)`,
		`INSERT INTO kept SELECT n, TIMESTAMPTZ '2026-06-01 12:00:00.123456+01' + n * INTERVAL '1 hour', repeat('a' || chr(9) || chr(10) || '\\.' || chr(10) || 'é', 400000 * (n % 2)::int), decode('00ff', 'hex') FROM generate_series(1, 6) n`)
	file, verified := filepath.Join(t.TempDir(), "dump"), false
	bad, rows, err := d.CopyHeld(t.Context(), file, func(tx *db.Tx) error {
		n, err := db.One(t.Context(), tx, db.Value[int64], `SELECT COUNT(*) FROM kept`)
		verified = n == 6
		return err
	})
	if err != nil || len(bad) > 0 || rows < 6 || !verified {
		t.Fatalf("%d rows, bad %q, verified %t, %v", rows, bad, verified, err)
	}
	does(`UPDATE kept SET id = 9 WHERE id = 1`, `UPDATE kept SET id = 1 WHERE id = 9`) // it lies elsewhere now
	if bad, err := db.HoldDump(t.Context(), d, file); err != nil || len(bad) > 0 {
		t.Errorf("the same rows in another order: %q, %v", bad, err)
	}
	for _, one := range []struct{ change, back string }{
		{`UPDATE kept SET at = at + INTERVAL '1 microsecond' WHERE id = 2`, `UPDATE kept SET at = at - INTERVAL '1 microsecond' WHERE id = 2`},
		{`UPDATE kept SET words = NULL WHERE id = 4`, `UPDATE kept SET words = '' WHERE id = 4`},
		{`INSERT INTO kept (id) VALUES (7)`, `DELETE FROM kept WHERE id = 7`},
	} {
		does(one.change)
		if bad, err := db.HoldDump(t.Context(), d, file); err != nil || len(bad) != 1 || !strings.Contains(bad[0], "table public.kept") {
			t.Errorf("%s: %q, %v", one.change, bad, err)
		}
		does(one.back)
	}
	does(`CREATE TABLE later (id TEXT)`)
	if bad, err := db.HoldDump(t.Context(), d, file); err != nil || len(bad) != 1 || !strings.Contains(bad[0], "no table public.later") {
		t.Errorf("a table that the dump has not: %q, %v", bad, err)
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, whole[:len(whole)-len(whole)/3], 0o600); err != nil {
		t.Fatal(err)
	}
	if bad, err := db.HoldDump(t.Context(), d, file); err == nil && len(bad) == 0 {
		t.Error("a dump that was cut short was taken")
	}
}
