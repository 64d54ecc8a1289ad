package db_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
)

// What every connection must be like (trust.md §3.1 rule 7), asked of the
// writing one and of a reading one.
func TestHowSQLiteIsSetUp(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "trusted_schema": "0", "recursive_triggers": "1", "busy_timeout": "10000",
	} {
		ask := func(how func(context.Context, func(*db.Tx) error) error) (got string) {
			if err := how(t.Context(), func(tx *db.Tx) (err error) {
				got, err = db.One(t.Context(), tx, db.Value[string], `PRAGMA `+pragma)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return got
		}
		if w, r := ask(d.Write), ask(d.Read); w != want || r != want {
			t.Errorf("%s is %s for writing and %s for reading, want %s", pragma, w, r, want)
		}
	}
	v, err := d.Version(t.Context())
	if err != nil || !db.VersionAtLeast(v, 3, 51, 3) {
		t.Errorf("SQLite %s, %v: want 3.51.3 or later, for before it committed writes can be lost", v, err)
	}
}

// What is answered is on the disk, also where a server is set up to answer
// before it has written.
func TestPostgresWaitsForTheDisk(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if d.Engine() != "postgres" {
			t.Skip("SQLite has no such setting: TestHowSQLiteIsSetUp")
		}
		var got string
		if err := d.Write(t.Context(), func(tx *db.Tx) (err error) {
			got, err = db.One(t.Context(), tx, db.Value[string], `SELECT current_setting('synchronous_commit')`)
			return err
		}); err != nil || got == "off" {
			t.Errorf("synchronous_commit is %q, %v; want it on", got, err)
		}
	})
}

// A Write inside a Write is told at once, and does not wait for itself.
func TestAWriteInAWriteIsAnError(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ended := make(chan error, 1)
		go func() {
			ended <- d.Write(t.Context(), func(tx *db.Tx) error {
				if err := insert(t.Context(), tx, "outer"); err != nil {
					return err
				}
				return add(t.Context(), d, "inner")
			})
		}()
		select {
		case err := <-ended:
			if err == nil || !strings.Contains(err.Error(), "Write was called inside Write") {
				t.Errorf("got %v, want it told what is wrong", err)
			}
		case <-time.After(20 * time.Second):
			t.Fatal("it waits for itself")
		}
		wantCount(t, d, 0)
		if err := add(t.Context(), d, "after"); err != nil {
			t.Errorf("a write after that: %v", err)
		}
	})
}

func TestOneProgramServesAFile(t *testing.T) {
	t.Parallel()
	dsn := "sqlite:" + filepath.Join(t.TempDir(), "new", "test.db")
	release, err := db.HoldForServing(dsn)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.HoldForServing(dsn)
	if !errors.Is(err, fault.Conflict) || !strings.Contains(fault.Public(err), "process "+strconv.Itoa(os.Getpid())) {
		t.Errorf("a second program: got %v, want it refused, with who holds it", err)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	again, err := db.HoldForServing(dsn)
	if err != nil {
		t.Fatalf("after the first has ended: %v", err)
	}
	if err := again(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := db.HoldForServing("postgres://localhost/x"); err != nil {
			t.Errorf("PostgreSQL: %v", err)
		}
	}
}

func TestALocalFolderIsNotANetworkOne(t *testing.T) {
	t.Parallel()
	if err := db.RefuseNetwork("sqlite:" + filepath.Join(t.TempDir(), "not", "there", "yet.db")); err != nil {
		t.Skipf("this machine's temporary folder is on a network: %v", err)
	}
	if err := db.RefuseNetwork("postgres://localhost/x"); err != nil {
		t.Error(err)
	}
}

// A full disk refuses what is written, in words and all of it; what is there can
// be read, and when there is room again all goes on.
func TestAFullDisk(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	ctx := t.Context()
	if err := add(ctx, d, "before"); err != nil {
		t.Fatal(err)
	}
	pages := func(most string) {
		t.Helper()
		if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(ctx, `PRAGMA max_page_count = `+most); return err }); err != nil {
			t.Fatal(err)
		}
	}
	pages("1") // SQLite takes the number that there are
	large := strings.Repeat("x", 1<<20)
	for range 3 {
		err := add(ctx, d, large)
		if !errors.Is(err, fault.Unavailable) || fault.Public(err) == "" {
			t.Fatalf("on a full disk: got %v, want it unavailable, in words", err)
		}
		wantCount(t, d, 1)
	}
	ended := make(chan error)
	for range 8 { // that share a commit
		go func() { ended <- add(ctx, d, large) }()
	}
	for range 8 {
		if err := <-ended; !errors.Is(err, fault.Unavailable) {
			t.Errorf("one of several: got %v, want it unavailable", err)
		}
	}
	wantCount(t, d, 1)
	pages("1000000")
	if err := add(ctx, d, "after"); err != nil {
		t.Errorf("when there is room again: %v", err)
	}
	wantCount(t, d, 2)
}
