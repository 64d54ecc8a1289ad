package dbtest

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"commontable/internal/db"
)

// tables is the world in which there is nothing yet.
var tables = New(func(context.Context, *db.DB) error { return nil })

// A World is what many tests begin from: it is made once by a package's tests,
// and each test that asks has a copy to itself.
type World struct {
	fill     func(ctx context.Context, d *db.DB) error
	sqlite   func(t testing.TB) []byte // the file
	postgres func(t testing.TB) string // the database that is copied
}

// New is a world that fill makes in a fresh, migrated database.
func New(fill func(ctx context.Context, d *db.DB) error) *World {
	w := &World{fill: fill}
	w.sqlite = once(w.makeSQLite)
	w.postgres = once(w.makePostgres)
	return w
}

// Each runs a test on a copy in SQLite, and on one in PostgreSQL too where
// TEST_POSTGRES says which server to use.
func (w *World) Each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	each(t, test, w.SQLite, w.Postgres)
}

// SQLite is a copy in a file of the test's own.
func (w *World) SQLite(t testing.TB) *db.DB {
	t.Helper()
	file := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(file, w.sqlite(t), 0o600); err != nil {
		t.Fatal(err)
	}
	return Open(t, "sqlite:"+file)
}

// Postgres is a copy on the server that TEST_POSTGRES names.
func (w *World) Postgres(t testing.TB) *db.DB {
	t.Helper()
	if os.Getenv("TEST_POSTGRES") == "" {
		return Open(t, PostgresDSN(t)) // which says why there is none
	}
	return Open(t, newPostgres(t, w.postgres(t)))
}

func (w *World) makeSQLite(t testing.TB) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "world.db")
	w.make(t, "sqlite:"+file)
	if _, err := os.Stat(file + "-wal"); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("not all of it is in the file: %v", err)
	}
	made, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// makePostgres leaves a database behind for as long as the tests run. A lock is
// held on it until then, by which the next to make one knows what to remove.
func (w *World) makePostgres(t testing.TB) string {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	server := os.Getenv("TEST_POSTGRES")
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	session, err := admin.Conn(ctx) // which is never closed
	if err != nil {
		t.Fatal(err)
	}
	name := newName("world_")
	if err := dropForgotten(ctx, session); err != nil {
		t.Fatal(err)
	}
	if _, err := session.ExecContext(ctx, "SELECT pg_advisory_lock(hashtext($1))", name); err != nil {
		t.Fatal(err)
	}
	if _, err := session.ExecContext(ctx, "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	w.make(t, at(t, server, name))
	return name
}

func dropForgotten(ctx context.Context, session *sql.Conn) error {
	rows, err := session.QueryContext(ctx, `SELECT datname FROM pg_database WHERE datname LIKE 'world\_%'`)
	if err != nil {
		return err
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		names = append(names, name)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, name := range names {
		var ours bool
		if err := session.QueryRowContext(ctx, "SELECT pg_try_advisory_lock(hashtext($1))", name).Scan(&ours); err != nil {
			return err
		}
		if !ours {
			continue
		}
		if _, err := session.ExecContext(ctx, "DROP DATABASE IF EXISTS "+name); err != nil {
			return err
		}
	}
	return nil
}

func (w *World) make(t testing.TB, dsn string) {
	t.Helper()
	d, err := db.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	err = d.Migrate(t.Context())
	if err == nil {
		err = w.fill(t.Context(), d)
	}
	if err := errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
}

// once is sync.OnceValue for something that can fail a test: then the next test
// that asks tries it again.
func once[T any](make func(t testing.TB) T) func(t testing.TB) T {
	var mu sync.Mutex
	var made *T
	return func(t testing.TB) T {
		t.Helper()
		mu.Lock()
		defer mu.Unlock()
		if made == nil {
			it := make(t)
			made = &it
		}
		return *made
	}
}
