// Package dbtest gives tests a fresh, migrated database of each kind.
package dbtest

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/uuid"

	"commontable/internal/db"
)

// Each runs a test on SQLite, and on PostgreSQL too where TEST_POSTGRES says
// which server to use ("make test" starts one).
func Each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	tables.Each(t, test)
}

// EachEmpty is Each without the tables.
func EachEmpty(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	each(t, test, func(t testing.TB) *db.DB {
		t.Helper()
		return Open(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db"))
	}, func(t testing.TB) *db.DB {
		t.Helper()
		return Open(t, PostgresDSN(t))
	})
}

func each(t *testing.T, test func(t *testing.T, d *db.DB), sqlite, postgres func(t testing.TB) *db.DB) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, sqlite(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, postgres(t))
	})
}

// SQLite is a fresh database in a file of the test's own.
func SQLite(t testing.TB) *db.DB {
	t.Helper()
	return tables.SQLite(t)
}

// Postgres is a fresh database on the server that TEST_POSTGRES names.
func Postgres(t testing.TB) *db.DB {
	t.Helper()
	return tables.Postgres(t)
}

// PostgresDSN is where an empty database is on the server that TEST_POSTGRES
// names.
func PostgresDSN(t testing.TB) string {
	t.Helper()
	return newPostgres(t, "")
}

// Open opens a database for as long as the test runs.
func Open(t testing.TB, dsn string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func newPostgres(t testing.TB, template string) string {
	t.Helper()
	server := os.Getenv("TEST_POSTGRES")
	if server == "" {
		t.Skip("TEST_POSTGRES names no server; make test starts one")
	}
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	create, name := "", newName("test_")
	if template != "" {
		create = " TEMPLATE " + template
	}
	if _, err := admin.ExecContext(t.Context(), "CREATE DATABASE "+name+create); err != nil {
		t.Fatal(errors.Join(err, admin.Close()))
	}
	t.Cleanup(func() {
		_, err := admin.ExecContext(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)")
		if err := errors.Join(err, admin.Close()); err != nil {
			t.Error(err)
		}
	})
	return at(t, server, name)
}

func newName(begins string) string {
	return begins + uuid.New().String()[:8] + uuid.New().String()[:8]
}

func at(t testing.TB, server, name string) string {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}
