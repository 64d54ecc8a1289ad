package db

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// Migrations run forward only and in the order of their numbers. A file that
// has left its author's machine never changes (TestMigrationsNeverChange).
// NNNN_words.sql serves both databases, in PostgreSQL's words; where they truly
// differ there are two files, NNNN_words.sqlite.sql and NNNN_words.postgres.sql.
//
//go:embed migrations/*.sql
var migrations embed.FS

var errNewer = errors.New("this database was made by a later version of the program: install that version, or restore a backup from before it")

// Migrate brings the schema up to date, each migration all of it or none.
// Programs that start together wait for each other.
func (d *DB) Migrate(ctx context.Context) error {
	unlock, err := d.lockMigrations()
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	err = d.migrate(ctx)
	if err := errors.Join(err, unlock()); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

func (d *DB) migrate(ctx context.Context) error {
	all, newest, err := d.dialect.migrations()
	if err != nil {
		return err
	}
	if d.isAt(ctx, newest) {
		return nil
	}
	return d.migrateTo(ctx, all, newest)
}

// migrateTo runs the migrations up to a version.
func (d *DB) migrateTo(ctx context.Context, all []*goose.Migration, version int64) error {
	pool, err := d.migrationPool()
	if err != nil {
		return err
	}
	defer pool.Close()
	options := []goose.ProviderOption{goose.WithGoMigrations(all...), goose.WithDisableGlobalRegistry(true)}
	kind := goose.DialectSQLite3
	if d.dialect == postgres {
		kind = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300)) // try every second, for five minutes
		if err != nil {
			return err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(kind, pool, nil, options...)
	if err != nil {
		return err
	}
	at, err := provider.GetDBVersion(ctx)
	if err != nil {
		return err
	}
	if at > version {
		return errNewer
	}
	if at == version {
		return nil
	}
	_, err = provider.UpTo(ctx, version)
	return err
}

// isAt looks whether the schema is at a version, as it is at nearly every start,
// without the connection and the statements that goose would need to find out.
// Where it cannot tell, goose can.
func (d *DB) isAt(ctx context.Context, version int64) bool {
	var at int64
	err := d.Read(ctx, func(tx *Tx) (err error) {
		at, err = One(ctx, tx, Value[int64], `SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version`)
		return err
	})
	return err == nil && at == version
}

// SchemaVersion is the number of the newest migration in this program.
func SchemaVersion() (int64, error) {
	_, newest, err := postgres.migrations()
	return newest, err
}

// A migration must not run on the writing connection, which is never lent.
func (d *DB) migrationPool() (*sql.DB, error) {
	if path, ok := sqlitePath(d.dsn); ok {
		pool, err := sql.Open("sqlite", sqliteDSN(path, "immediate"))
		if err == nil {
			pool.SetMaxOpenConns(1)
		}
		return pool, err
	}
	return sql.Open("pgx", d.dsn)
}

func (d *dialect) migrations() (all []*goose.Migration, newest int64, err error) {
	files, err := fs.Glob(migrations, "migrations/*.sql") // sorted
	if err != nil {
		return nil, 0, err
	}
	for _, file := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(file, "migrations/"), ".sql")
		if _, only, split := strings.Cut(name, "."); split && only != d.name {
			continue
		}
		number, _, _ := strings.Cut(name, "_")
		if newest, err = strconv.ParseInt(number, 10, 64); err != nil {
			return nil, 0, fmt.Errorf("%s: %w", file, err)
		}
		text, err := fs.ReadFile(migrations, file)
		if err != nil {
			return nil, 0, err
		}
		up := &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			if _, err := tx.ExecContext(ctx, d.schema(string(text))); err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
			return nil
		}}
		all = append(all, goose.NewGoMigration(newest, up, nil))
	}
	return all, newest, nil
}
