package db_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
)

// Arguments go by their number and times come back as they went, on both.
func TestArgumentsAndTimes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		at := time.Date(2026, 3, 29, 1, 30, 0, 987654000, time.FixedZone("", 7200))
		day := date.Must("2026-03-29")
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `
				INSERT INTO ledger_entries (book, kind, about, number, made_at, day, made_by, description, id)
				VALUES ($7, $8, $8, $6, $4, $5, $3, $2, $1)`,
				"id", "description", "made by", at, day, 1, "book", "kind")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		type entry struct {
			id, description, by string
			at, never           time.Time
			day, none           date.Date
		}
		var got entry
		err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
			got, err = db.One(t.Context(), tx, func(r db.Row) (e entry, err error) {
				return e, r.Scan(&e.id, &e.description, &e.by, &e.at, &e.never, &e.day, &e.none)
			}, `
				SELECT e.id, e.description, e.made_by, e.made_at, n.made_at, e.day, n.day
				FROM ledger_entries e LEFT JOIN ledger_entries n ON n.id = 'none' WHERE e.made_at = $1`, at)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if want := (entry{id: "id", description: "description", by: "made by", at: at.UTC(), day: day}); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}

func TestProgramsMigrateTogether(t *testing.T) {
	t.Parallel()
	dbtest.EachEmpty(t, func(t *testing.T, d *db.DB) {
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if err := d.Migrate(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	})
}

// A program that meets a schema newer than itself leaves it alone.
func TestANewerDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		newest, err := db.SchemaVersion()
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Migrate(t.Context()); err != nil {
			t.Errorf("the newest schema: got %v, want nothing to do", err)
		}
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES ($1, $2)`, newest+1, true)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := d.Migrate(t.Context()); err == nil || !strings.Contains(err.Error(), "later version of the program") {
			t.Errorf("a schema newer than the program: got %v, want it refused in words", err)
		}
	})
}

// A migration that has left its author's machine never changes: databases stand
// that were made by it. "UPDATE=1 go test ./internal/db" notes new ones.
func TestMigrationsNeverChange(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("migrations/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("found %d migrations, %v", len(files), err)
	}
	var b strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%x  %s\n", sha256.Sum256(text), filepath.ToSlash(file))
	}
	const golden = "testdata/migrations.sha256"
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	noted, err := os.ReadFile(golden)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	got := strings.Split(strings.TrimSpace(b.String()), "\n")
	want := strings.Split(strings.TrimSpace(string(noted)), "\n")
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("a migration that was noted as\n\t%s\nis gone or was changed: put it back, and add another", line)
		}
	}
	for _, line := range got {
		if !slices.Contains(want, line) {
			t.Errorf("this migration is not noted:\n\t%s\nif it is new, note it with UPDATE=1 go test ./internal/db", line)
		}
	}
}

// Every read sees one state of the whole database, whatever is written meanwhile.
func TestReadSeesOneView(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		if err := add(ctx, d, "first"); err != nil {
			t.Fatal(err)
		}
		err := d.Read(ctx, func(tx *db.Tx) error {
			before, err := count(ctx, tx)
			if err != nil {
				return err
			}
			if err := add(ctx, d, "second"); err != nil {
				return err
			}
			after, err := count(ctx, tx)
			if before != 1 || after != 1 {
				t.Errorf("within one read: %d rows, and %d after another was written; want 1 and 1", before, after)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		wantCount(t, d, 2)
	})
}

func TestAWriteInReadIsRefused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Read(t.Context(), func(tx *db.Tx) error { return insert(t.Context(), tx, "x") })
		if err == nil {
			t.Error("a write in Read: accepted, want it refused")
		}
		wantCount(t, d, 0)
	})
}

func TestADuplicateIsKnown(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		if err := add(ctx, d, "x"); err != nil {
			t.Fatal(err)
		}
		if err := add(ctx, d, "x"); !db.IsDuplicate(err) {
			t.Errorf("the same key twice: got %v, want it known as a duplicate", err)
		}
		for what, query := range map[string]string{
			"a unique column twice": `INSERT INTO people (id, name, email, added_at) VALUES ('a', 'Amina', 'a@example.org', $1), ('b', 'Ben', 'a@example.org', $1)`,
		} {
			if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(ctx, query, time.Unix(0, 0)); return err }); !db.IsDuplicate(err) {
				t.Errorf("%s: got %v, want it known as a duplicate", what, err)
			}
		}
		for what, query := range map[string]string{
			"a check":        `INSERT INTO people (id, name, added_at) VALUES ('a', '', $1)`,
			"a missing part": `INSERT INTO people (id, name, added_at) VALUES ('a', NULL, $1)`,
			"a reference":    `INSERT INTO area_states (area_id, state, from_on, noted_by, noted_at) VALUES ('none', 's', '2026-01-01', 'x', $1)`,
		} {
			err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(ctx, query, time.Unix(0, 0)); return err })
			if err == nil || db.IsDuplicate(err) {
				t.Errorf("%s: got %v, want it refused and not taken for a duplicate", what, err)
			}
		}
		if db.IsDuplicate(nil) || db.IsDuplicate(fault.NotFound) {
			t.Error("no error, or another's, is taken for a duplicate")
		}
	})
}

func TestOneRowIsOne(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		for _, token := range []string{"a", "b"} {
			if err := add(ctx, d, token); err != nil {
				t.Fatal(err)
			}
		}
		one := func(query string) error {
			return d.Read(ctx, func(tx *db.Tx) error {
				_, err := db.One(ctx, tx, db.Value[string], query)
				return err
			})
		}
		if err := one(`SELECT token FROM sessions WHERE token = 'none'`); !errors.Is(err, fault.NotFound) {
			t.Errorf("no row: got %v, want not found", err)
		}
		if err := one(`SELECT token FROM sessions`); err == nil || errors.Is(err, fault.NotFound) {
			t.Errorf("two rows: got %v, want a mistake of ours", err)
		}
		if err := one(`SELECT token FROM sessions WHERE token = 'a'`); err != nil {
			t.Errorf("one row: %v", err)
		}
	})
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for _, dsn := range []string{"", "mysql://localhost", "test.db", "postgres://nobody@127.0.0.1:1/none?connect_timeout=2"} {
		if d, err := db.Open(t.Context(), dsn); err == nil {
			t.Errorf("%q: opened, want it refused", dsn)
			_ = d.Close()
		}
	}
}

// The SQLite that is built in keeps what it has committed (trust.md §0.5), and
// each write waits for the disk.
func TestSQLiteIsSafe(t *testing.T) {
	t.Parallel()
	for v, want := range map[string]bool{
		"3.51.3": true, "3.51.10": true, "3.52.0": true, "4.0.0": true,
		"3.51.2": false, "3.50.7": false, "3.9.9": false, "2.99.99": false, "": false,
	} {
		if got := db.VersionAtLeast(v, 3, 51, 3); got != want {
			t.Errorf("SQLite %q: taken for safe %v, want %v", v, got, want)
		}
	}
	d := dbtest.SQLite(t)
	v, err := d.Version(t.Context())
	if err != nil || !db.VersionAtLeast(v, 3, 51, 3) {
		t.Errorf("the SQLite that is built in is %s, %v; want 3.51.3 or later", v, err)
	}
	for pragma, want := range map[string]string{"synchronous": "2", "foreign_keys": "1", "journal_mode": "wal", "trusted_schema": "0"} {
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			got, err := db.One(t.Context(), tx, db.Value[string], `PRAGMA `+pragma)
			if got != want {
				t.Errorf("%s of the writing connection is %s, want %s", pragma, got, want)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
	}
}

// A schema is written once, in PostgreSQL's words.
func TestSQLiteSchemaIsStrict(t *testing.T) {
	t.Parallel()
	got := db.SqliteSchema("CREATE TABLE t (\n\ta BIGINT NOT NULL,\n\tb TIMESTAMPTZ, c DATE, d BYTEA, e BOOLEAN, f TEXT\n);\n")
	want := "CREATE TABLE t (\n\ta INTEGER NOT NULL,\n\tb TEXT, c TEXT, d BLOB, e INTEGER, f TEXT\n) STRICT;\n"
	if got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	d := dbtest.SQLite(t)
	if err := d.Read(t.Context(), func(tx *db.Tx) error {
		loose, err := db.All(t.Context(), tx, db.Value[string], `
			SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'goose_%'`)
		if len(loose) > 0 {
			t.Errorf("tables %v are not strict", loose)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// The helpers of this package's tests write sessions: a table that needs no other.

func insert(ctx context.Context, tx *db.Tx, token string) error {
	_, err := tx.Exec(ctx, `INSERT INTO sessions (token, data, expires_at) VALUES ($1, $2, $3)`, token, []byte{}, time.Unix(0, 0))
	return err
}

func add(ctx context.Context, d *db.DB, token string) error {
	return d.Write(ctx, func(tx *db.Tx) error { return insert(ctx, tx, token) })
}

func count(ctx context.Context, tx *db.Tx) (int, error) {
	return db.One(ctx, tx, db.Value[int], `SELECT COUNT(*) FROM sessions`)
}

func wantCount(t *testing.T, d *db.DB, want int) {
	t.Helper()
	if err := d.Read(t.Context(), func(tx *db.Tx) error {
		n, err := count(t.Context(), tx)
		if n != want {
			t.Errorf("%d rows are there, want %d", n, want)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
