package db

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"commontable/internal/fault"
)

// CopyTo writes all of the database, as it is at one moment, into a file that is
// not there yet, while others write: an SQLite database, or for PostgreSQL a
// dump in pg_dump's own format.
func (d *DB) CopyTo(ctx context.Context, file string) error {
	if err := d.copyTo(ctx, file); err != nil {
		return fmt.Errorf("copy database: %w", err)
	}
	return nil
}

func (d *DB) copyTo(ctx context.Context, file string) error {
	path, ok := sqlitePath(d.dsn)
	if !ok {
		return postgresProgram(ctx, "pg_dump", d.dsn, "--format=custom", "--no-owner", "--no-privileges", "--file="+file)
	}
	// A copy of the file alone would be of no one moment: SQLite makes it.
	pool, err := sql.Open("sqlite", sqliteDSN(path, "deferred"))
	if err != nil {
		return err
	}
	_, err = pool.ExecContext(ctx, `VACUUM INTO ?1`, file)
	return errors.Join(err, pool.Close())
}

// FillFrom reads what CopyTo wrote into a PostgreSQL database that is empty. An
// SQLite file is put in its place, and needs no reading.
func (d *DB) FillFrom(ctx context.Context, file string) error {
	err := postgresProgram(ctx, "pg_restore", d.dsn, "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", file)
	if err != nil {
		return fmt.Errorf("restore database: %w", err)
	}
	return nil
}

// IsEmpty reports whether there is not one table.
func (d *DB) IsEmpty(ctx context.Context) (bool, error) {
	query := `SELECT COUNT(*) FROM sqlite_schema`
	if d.dialect == postgres {
		query = `SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema()`
	}
	var tables int
	err := d.pool.QueryRowContext(ctx, query).Scan(&tables)
	return tables == 0, err
}

// Sound has SQLite read every page and index, and look for references to
// nothing. PostgreSQL holds to both by itself.
func (d *DB) Sound(ctx context.Context) (bad []string, err error) {
	if d.dialect == postgres {
		return nil, nil
	}
	err = d.Read(ctx, func(tx *Tx) error {
		said, err := All(ctx, tx, Value[string], `PRAGMA integrity_check`)
		if err != nil {
			return err
		}
		bad = slices.DeleteFunc(said, func(s string) bool { return s == "ok" })
		return Each(ctx, tx, func(r Row) error {
			var table, parent string
			var row, key any
			err := r.Scan(&table, &row, &parent, &key)
			bad = append(bad, fmt.Sprintf("row %v of %s refers to nothing in %s", row, table, parent))
			return err
		}, `PRAGMA foreign_key_check`)
	})
	return bad, err
}

// postgresProgram runs one of PostgreSQL's own programs on a database. The
// password goes by the environment, where others on the machine do not see it.
func postgresProgram(ctx context.Context, name, dsn string, args ...string) error {
	program, err := findPostgresProgram(name)
	if err != nil {
		return err
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return err
	}
	password, _ := u.User.Password()
	if u.User != nil {
		u.User = url.User(u.User.Username())
	}
	var said bytes.Buffer
	cmd := exec.CommandContext(ctx, program, append([]string{"--dbname=" + u.String(), "--no-password"}, args...)...) //nolint:gosec // PostgreSQL's own program, on what the operator named
	cmd.Env = append(os.Environ(), "PGTZ=UTC")
	if password != "" { // else there may be one in ~/.pgpass
		cmd.Env = append(cmd.Env, "PGPASSWORD="+password)
	}
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(said.String()))
	}
	return nil
}

func findPostgresProgram(name string) (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name) // Debian's, the newest last
	if err == nil && len(found) > 0 {
		return found[len(found)-1], nil
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return "", fault.New(fault.Conflict, fmt.Sprintf("%s is needed for PostgreSQL, and is not on this machine. On Debian: apt-get install postgresql-client", name))
	}
	return path, nil
}
