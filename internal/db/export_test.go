package db

import (
	"context"
	"database/sql"
	"strconv"
)

// Prepare lets the engine read a query, with its tables and columns, and does
// not run it.
func (d *DB) Prepare(ctx context.Context, query string) error {
	if d.dialect == postgres {
		s, err := d.pool.PrepareContext(ctx, query)
		if err != nil {
			return err
		}
		defer s.Close() //nolint:errcheck // it was only to be prepared
		return nil
	}
	// The driver reads a statement only when it runs, so it is made to explain it.
	most := 0
	for _, m := range parameter.FindAllStringSubmatch(query, -1) {
		n, err := strconv.Atoi(m[1])
		if err != nil {
			return err
		}
		most = max(most, n)
	}
	rows, err := d.pool.QueryContext(ctx, "EXPLAIN "+numbered(query), make([]any, most)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	return rows.Err()
}

// VersionAtLeast and SqliteSchema are for tests of what Open and Migrate rely on.
var (
	VersionAtLeast = versionAtLeast
	SqliteSchema   = sqliteSchema
)

// HoldDump holds a dump against the database as it is now.
func HoldDump(ctx context.Context, d *DB, file string) (bad []string, err error) {
	err = d.inSnapshot(ctx, func(conn *sql.Conn, tx *sql.Tx) error {
		bad, _, err = holdDump(ctx, conn, tx, file)
		return err
	})
	return bad, err
}

// MigrateTo brings the schema up to a version that was the newest once.
func MigrateTo(ctx context.Context, d *DB, version int64) error {
	all, _, err := d.dialect.migrations()
	if err != nil {
		return err
	}
	return d.migrateTo(ctx, all, version)
}
