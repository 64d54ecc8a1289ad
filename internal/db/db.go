// Package db opens the program's one database, SQLite or PostgreSQL, and lets
// everyone else write each query once, in the SQL that both understand.
//
// All work happens in a transaction: Read gives one unchanging view, Write one
// that has its turn after all others. Neither nests; a function that takes a *Tx joins its
// caller's. What Write has returned from without an error is on the disk.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"commontable/internal/fault"
)

// A DB is safe for use by many goroutines.
type DB struct {
	dsn     string
	dialect *dialect
	pool    *sql.DB
	readers *readers // of SQLite, on pool; nil with PostgreSQL
	writer  *writer
	counted *counters
	writing writing
}

// Open opens "sqlite:path/to/file.db", whose folder it makes, or
// "postgres://…". It does not make tables: see Migrate.
func Open(ctx context.Context, dsn string) (*DB, error) {
	d, err := open(ctx, dsn)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	return d, nil
}

func open(ctx context.Context, dsn string) (*DB, error) {
	if path, ok := sqlitePath(dsn); ok {
		return openSQLite(ctx, dsn, path)
	}
	if !strings.HasPrefix(dsn, "postgres://") && !strings.HasPrefix(dsn, "postgresql://") {
		return nil, fault.Invalid{{Field: "--database", Words: fmt.Sprintf("%q is neither sqlite:FILE nor postgres://…", dsn)}}
	}
	pool, err := openPostgres(dsn, "")
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(8 * runtime.GOMAXPROCS(0))
	pool.SetMaxIdleConns(8 * runtime.GOMAXPROCS(0))
	if err := pool.PingContext(ctx); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	// Who writes keeps the others waiting: not for longer than this, where a
	// program stops half-way.
	writing, err := openPostgres(dsn, `SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '60s'`)
	if err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	writing.SetMaxOpenConns(1)
	counted := new(counters)
	return &DB{dsn: dsn, dialect: postgres, pool: pool, writer: newWriter(postgres, writing, counted), counted: counted}, nil //nolint:contextcheck // its leader belongs to no one request
}

// openPostgres opens a pool whose every connection keeps what it has answered:
// a server may be set up to answer before it has written (trust.md G2). settings
// are statements for each connection.
func openPostgres(dsn, settings string) (*sql.DB, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	config.DialFunc = dial
	return stdlib.OpenDB(*config, stdlib.OptionAfterConnect(func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, `SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';`+settings)
		return err
	})), nil
}

func openSQLite(ctx context.Context, dsn, path string) (*DB, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, err
	}
	pool, err := sql.Open("sqlite", sqliteDSN(path, "immediate", "query_only(0)", "cache_size(-32000)"))
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(1) // SQLite has one writer; queue here and not in busy loops
	if err := checkSQLite(ctx, pool); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	counted := new(counters)
	w := newWriter(sqlite, pool, counted) //nolint:contextcheck // its leader belongs to no one request
	reader, err := sql.Open("sqlite", sqliteDSN(path, "deferred", "query_only(1)", readerCache))
	if err != nil {
		return nil, errors.Join(err, w.close())
	}
	marks, err := sql.Open("sqlite", marksDSN(path))
	if err != nil {
		return nil, errors.Join(err, reader.Close(), w.close())
	}
	readers := newReaders(reader, marks, max(4, 2*runtime.GOMAXPROCS(0)), counted)
	return &DB{dsn: dsn, dialect: sqlite, pool: reader, readers: readers, writer: w, counted: counted}, nil
}

func sqlitePath(dsn string) (string, bool) {
	path, ok := strings.CutPrefix(dsn, "sqlite:")
	return strings.TrimPrefix(path, "//"), ok
}

// readerCache is small: what a reader has not at hand is in the system's own cache of
// the file, one for all, from which it costs a copy. 32 MB for each of four readers
// made the program twice as large in memory and no page faster. The writer keeps in
// its own what one transaction changes.
const readerCache = "cache_size(-4000)"

// Pragmas belong to a connection, so they stand in the DSN and not in a
// statement that only one connection of the pool would run.
func sqliteDSN(path, lock string, pragmas ...string) string {
	pragmas = append(pragmas, "busy_timeout(10000)", "foreign_keys(1)", "journal_mode(WAL)", "synchronous(FULL)",
		"recursive_triggers(1)", // or INSERT OR REPLACE would get past the triggers that keep records
		"trusted_schema(0)", "wal_autocheckpoint(8000)")
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + url.Values{"_pragma": pragmas, "_txlock": {lock}}.Encode()
}

// marksDSN opens a connection that is only asked whether others have written. It
// sets nothing for which SQLite would have to read the whole schema first.
func marksDSN(path string) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + url.Values{"_pragma": {"busy_timeout(10000)", "query_only(1)"}}.Encode()
}

// File is the file of an SQLite database.
func File(dsn string) (path string, ok bool) { return sqlitePath(dsn) }

// Exists reports whether a database is there to be opened. Of PostgreSQL only
// opening it tells.
func Exists(dsn string) bool {
	path, ok := sqlitePath(dsn)
	if !ok {
		return true
	}
	_, err := os.Stat(path)
	return err == nil
}

// Close closes the database. Writes that wait are answered first.
func (d *DB) Close() error {
	if d.readers == nil {
		return errors.Join(d.writer.close(), d.pool.Close())
	}
	return errors.Join(d.readers.close(), d.writer.close())
}

// DSN is where the database is, as it was opened.
func (d *DB) DSN() string { return d.dsn }

// Engine is "sqlite" or "postgres".
func (d *DB) Engine() string { return d.dialect.name }

// Version is the engine's own version, for doctor.
func (d *DB) Version(ctx context.Context) (v string, err error) {
	err = d.pool.QueryRowContext(ctx, d.dialect.version).Scan(&v)
	return v, err
}

// Read runs f on one unchanging view of the data. A write in f is an error.
func (d *DB) Read(ctx context.Context, f func(*Tx) error) error {
	d.counted.reads.Add(1)
	if d.readers != nil {
		return unavailable(d.readers.read(ctx, f))
	}
	return unavailable(d.run(ctx, &sql.TxOptions{Isolation: d.dialect.readLevel, ReadOnly: d.dialect.readOnly}, f))
}

// Mark names the state of an SQLite database for as long as it is open: where
// two marks are the same, nobody has written anything between them. It costs a
// fraction of a Read. PostgreSQL has no such thing, and gives 0.
func (d *DB) Mark(ctx context.Context) (int64, error) {
	if d.readers == nil {
		return 0, nil
	}
	n, err := d.readers.mark(ctx)
	return n, unavailable(err)
}

// Write runs f alone, as far as f can tell, and keeps what it wrote unless f
// returns an error. f may run more than once: it must touch nothing but the
// database and variables that it sets anew each time.
func (d *DB) Write(ctx context.Context, f func(*Tx) error) error {
	end, err := d.writing.begin()
	if err != nil {
		return err
	}
	defer end()
	return unavailable(d.writer.write(ctx, f))
}

func (d *DB) run(ctx context.Context, opts *sql.TxOptions, f func(*Tx) error) error {
	tx, err := d.pool.BeginTx(ctx, opts)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it has nothing to do
	if err := f(&Tx{dialect: d.dialect, on: tx, counted: d.counted, known: map[string]any{}}); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// A Tx is one transaction.
type Tx struct {
	dialect *dialect
	on      runner
	counted *counters
	known   map[string]any // what AllOnce has read, of a transaction that only reads
}

// A runner runs statements: the writer, a reader of SQLite, or a *sql.Tx.
type runner interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Engine is "sqlite" or "postgres", for the few who must know.
func (t *Tx) Engine() string { return t.dialect.name }

// Exec runs a statement and tells how many rows it touched.
func (t *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	t.counted.statements.Add(1)
	res, err := t.on.ExecContext(ctx, t.dialect.query(query), t.dialect.args(args)...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// A Row is what a scan function reads from.
type Row interface{ Scan(dest ...any) error }

// Raw is a column as it came, nil where it is null. It is good until the next row.
type Raw = sql.RawBytes

// Each calls f for every row of a query, in order, without keeping them. f must
// not use the transaction.
func Each(ctx context.Context, t *Tx, f func(Row) error, query string, args ...any) error {
	t.counted.statements.Add(1)
	rows, err := t.on.QueryContext(ctx, t.dialect.query(query), t.dialect.args(args)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(row{rows}); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return rows.Err()
}

// All reads every row of a query.
func All[T any](ctx context.Context, t *Tx, scan func(Row) (T, error), query string, args ...any) ([]T, error) {
	var all []T
	err := Each(ctx, t, func(r Row) error {
		one, err := scan(r)
		all = append(all, one)
		return err
	}, query, args...)
	if err != nil {
		return nil, err
	}
	return all, nil
}

// AllOnce is All for what several parts of a page ask alike: within one Read nothing
// changes, so it is asked once. What a Write asks is asked anew each time.
func AllOnce[T any](ctx context.Context, t *Tx, scan func(Row) (T, error), query string, args ...any) ([]T, error) {
	if t.known == nil {
		return All(ctx, t, scan, query, args...)
	}
	asked := fmt.Sprintf("%s\x00%q", query, args)
	if all, is := t.known[asked].([]T); is {
		return slices.Clone(all), nil
	}
	all, err := All(ctx, t, scan, query, args...)
	if err == nil && len(t.known) < mostKnown {
		t.known[asked] = slices.Clone(all)
	}
	return all, err
}

// mostKnown is how many answers are kept in a Read: a page asks some dozens of
// things, and who reads through everything should not keep it all.
const mostKnown = 200

// One reads the only row of a query, or fault.NotFound.
func One[T any](ctx context.Context, t *Tx, scan func(Row) (T, error), query string, args ...any) (T, error) {
	return only(All(ctx, t, scan, query, args...))
}

// OneOnce is One as AllOnce is All.
func OneOnce[T any](ctx context.Context, t *Tx, scan func(Row) (T, error), query string, args ...any) (T, error) {
	return only(AllOnce(ctx, t, scan, query, args...))
}

func only[T any](all []T, err error) (T, error) {
	if err == nil && len(all) == 0 {
		err = fault.NotFound
	}
	if err == nil && len(all) > 1 {
		err = fmt.Errorf("one row wanted, %d found", len(all))
	}
	if err != nil {
		var none T
		return none, err
	}
	return all[0], nil
}

// Value scans a row of one column.
func Value[T any](r Row) (v T, err error) { return v, r.Scan(&v) }
