package db

import (
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	sqlitelib "modernc.org/sqlite"
)

// A dialect is all that is known here of how the two databases differ. It is
// short on purpose: a query that needs more belongs in no dialect but in two
// files.
type dialect struct {
	name      string
	version   string
	begin     string // a transaction of several writes, each in a savepoint "one"
	beginOne  string // and of a single one
	commitOne string
	readLevel sql.IsolationLevel
	readOnly  bool
	query     func(string) string
	args      func([]any) []any
	schema    func(string) string
}

// A transaction on PostgreSQL has its turn before it reads anything, so that
// what it sees is what the one before it left, and no other comes between what
// it reads and what it writes: it need not be SERIALIZABLE, for which the server
// would note all that was read in a memory that a large write fills. Only in a savepoint does it say,
// of a statement that failed and that nobody heeded, that it failed: COMMIT
// alone would answer well and have kept nothing.
var postgres = &dialect{
	name:      "postgres",
	version:   `SELECT version()`,
	begin:     takeTurn,
	beginOne:  takeTurn + "; SAVEPOINT one",
	commitOne: "RELEASE one; COMMIT",
	readLevel: sql.LevelRepeatableRead,
	readOnly:  true,
	query:     func(q string) string { return q },
	args:      func(a []any) []any { return a },
	schema:    func(s string) string { return s },
}

const takeTurn = "BEGIN ISOLATION LEVEL REPEATABLE READ; LOCK TABLE writing IN EXCLUSIVE MODE"

var sqlite = &dialect{
	name:      "sqlite",
	version:   `SELECT sqlite_version()`,
	begin:     "BEGIN IMMEDIATE",
	beginOne:  "BEGIN IMMEDIATE",
	commitOne: "COMMIT",
	query:     numbered,
	args:      textTimes,
	schema:    sqliteSchema,
}

// SQLite would take $2 for a parameter that is *named* "$2" and number it by
// where it first stands, which quietly swaps arguments. ?2 is the second.
var parameter = regexp.MustCompile(`\$(\d+)`)

var numberedQueries sync.Map // as many as there are queries in the source

func numbered(q string) string {
	if known, ok := numberedQueries.Load(q); ok {
		return known.(string)
	}
	n := parameter.ReplaceAllString(q, "?$1")
	numberedQueries.Store(q, n)
	return n
}

// instant is how SQLite keeps a point in time: text that sorts as time does.
const instant = "2006-01-02T15:04:05.000000Z"

func textTimes(args []any) []any {
	out := make([]any, len(args))
	for i, a := range args {
		if t, ok := a.(time.Time); ok {
			a = t.UTC().Format(instant)
		}
		out[i] = a
	}
	return out
}

var sqliteWords = []struct {
	postgres *regexp.Regexp
	sqlite   string
}{
	{regexp.MustCompile(`\b(BIGINT|BOOLEAN)\b`), "INTEGER"},
	{regexp.MustCompile(`\b(TIMESTAMPTZ|DATE|JSONB)\b`), "TEXT"},
	{regexp.MustCompile(`\bBYTEA\b`), "BLOB"},
	{regexp.MustCompile(`(?m)^\);`), ") STRICT;"},
}

// sqliteSchema turns a migration, written in PostgreSQL's words, into SQLite's.
func sqliteSchema(s string) string {
	for _, w := range sqliteWords {
		s = w.postgres.ReplaceAllString(s, w.sqlite)
	}
	return s
}

// row lets a plain *time.Time be scanned from either database.
type row struct{ rows *sql.Rows }

func (r row) Scan(dest ...any) error {
	for i, d := range dest {
		if t, ok := d.(*time.Time); ok {
			dest[i] = (*anyTime)(t)
		}
	}
	return r.rows.Scan(dest...)
}

type anyTime time.Time

func (t *anyTime) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*t = anyTime{}
		return nil
	case time.Time:
		*t = anyTime(v.UTC())
		return nil
	case string:
		p, err := time.Parse(instant, v)
		*t = anyTime(p)
		return err
	default:
		return fmt.Errorf("cannot read a time from %T", v)
	}
}

// IsDuplicate reports whether a statement was refused because a row with the
// same key is there already.
func IsDuplicate(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == "23505"
	}
	lite, ok := errors.AsType[*sqlitelib.Error](err)
	return ok && (lite.Code() == 2067 || lite.Code() == 1555) // SQLITE_CONSTRAINT_UNIQUE, _PRIMARYKEY
}

// clashed reports whether a write was refused for what somebody else wrote, or
// for its turn, and may be tried again as it is.
func clashed(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pg.Code == "40001" || pg.Code == "40P01" || pg.Code == "55P03") // serialization failure, deadlock, no lock in time
}

// answered reports whether a PostgreSQL server has refused something and goes on.
func answered(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pg.SeverityUnlocalized == "ERROR"
}

func isNoTransaction(err error) bool {
	return strings.Contains(err.Error(), "no transaction is active")
}
