package db

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"os/exec"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/stdlib"
)

// CopyHeld is CopyTo for PostgreSQL, and holds the dump against the database: both
// are of one snapshot, in which verify is run too, and every row is read back from
// the file and has to be there as it is in the database, once. Bad are the tables of
// which that is not so; rows is how many rows were read back.
func (d *DB) CopyHeld(ctx context.Context, file string, verify func(*Tx) error) (bad []string, rows int64, err error) {
	err = d.inSnapshot(ctx, func(conn *sql.Conn, tx *sql.Tx) error {
		var snapshot string
		if err := tx.QueryRowContext(ctx, `SELECT pg_export_snapshot()`).Scan(&snapshot); err != nil {
			return err
		}
		if err := postgresProgram(ctx, "pg_dump", d.dsn, "--format=custom", "--no-owner", "--no-privileges", "--snapshot="+snapshot, "--file="+file); err != nil {
			return err
		}
		if err := verify(&Tx{dialect: d.dialect, on: tx, counted: d.counted}); err != nil {
			return err
		}
		bad, rows, err = holdDump(ctx, conn, tx, file)
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("copy database: %w", err)
	}
	return bad, rows, nil
}

// inSnapshot runs f on one unchanging view, on a connection of its own.
func (d *DB) inSnapshot(ctx context.Context, f func(*sql.Conn, *sql.Tx) error) error {
	conn, err := d.pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close() //nolint:errcheck // it goes back to the pool, or was lost already
	tx, err := conn.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return err
	}
	return errors.Join(f(conn, tx), tx.Rollback())
}

// holdDump reads every row of a dump, and holds them table by table against those of
// the snapshot.
func holdDump(ctx context.Context, conn *sql.Conn, tx *sql.Tx, file string) (bad []string, rows int64, err error) {
	dumped, err := readDump(ctx, file)
	if err != nil {
		return nil, 0, err
	}
	// As pg_dump writes them (postgresProgram has it do so in UTC).
	if _, err := tx.ExecContext(ctx, `SET LOCAL DateStyle = 'ISO'; SET LOCAL IntervalStyle = 'postgres'; SET LOCAL extra_float_digits = 3; SET LOCAL TimeZone = 'UTC'; SET LOCAL bytea_output = 'hex'`); err != nil {
		return nil, 0, err
	}
	tables, err := tablesIn(ctx, tx)
	if err != nil {
		return nil, 0, err
	}
	for _, table := range tables {
		from, ok := dumped[table]
		if !ok {
			bad = append(bad, "the dump has no table "+table)
			continue
		}
		var now tally
		if err := conn.Raw(func(driver any) error {
			_, err := driver.(*stdlib.Conn).Conn().PgConn().CopyTo(ctx, &now, "COPY "+from.heading+" TO STDOUT")
			return err
		}); err != nil {
			return nil, 0, err
		}
		if from.rows != now.rows || from.sum != now.sum {
			bad = append(bad, fmt.Sprintf("table %s: the dump has %d rows and the database %d, and they are not the same", table, from.rows, now.rows))
		}
		rows += from.rows
	}
	return bad, rows, nil
}

func tablesIn(ctx context.Context, tx *sql.Tx) (tables []string, err error) {
	found, err := tx.QueryContext(ctx, `
		SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind = 'r' AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%' ORDER BY 1`)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	for found.Next() {
		var table string
		if err := found.Scan(&table); err != nil {
			return nil, err
		}
		tables = append(tables, table)
	}
	return tables, found.Err()
}

// A dumpedTable is a table as a dump has it.
type dumpedTable struct {
	heading string // its name and columns, as COPY has them
	tally
}

// readDump reads all of a dump: pg_restore unpacks it, and checks what it unpacks.
func readDump(ctx context.Context, file string) (tables map[string]*dumpedTable, err error) {
	program, err := findPostgresProgram("pg_restore")
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, program, "--data-only", "--file=-", file) //nolint:gosec // PostgreSQL's own program, on a file of ours
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	tables, read := readCopies(bufio.NewReaderSize(out, 1<<20))
	if read != nil {
		_, _ = io.Copy(io.Discard, out) // so that it ends
	}
	if err := cmd.Wait(); err != nil {
		return nil, fmt.Errorf("pg_restore: %w: %s", err, strings.TrimSpace(said.String()))
	}
	return tables, read
}

// readCopies reads the rows out of a script of pg_dump.
func readCopies(in *bufio.Reader) (map[string]*dumpedTable, error) {
	tables := map[string]*dumpedTable{}
	var table *dumpedTable
	for {
		part, err := in.ReadSlice('\n')
		long := errors.Is(err, bufio.ErrBufferFull)
		switch {
		case errors.Is(err, io.EOF) && table == nil:
			return tables, nil
		case errors.Is(err, io.EOF):
			return nil, errors.New("the dump ends within " + table.heading)
		case err != nil && !long:
			return nil, err
		case table == nil:
			heading, ok := strings.CutPrefix(string(part), "COPY ")
			if heading, is := strings.CutSuffix(heading, " FROM stdin;\n"); ok && is {
				table = &dumpedTable{heading: heading}
				name, _, _ := strings.Cut(heading, " (")
				tables[name] = table
			}
		case !table.within() && bytes.Equal(part, []byte("\\.\n")):
			table = nil
		default:
			if _, err := table.Write(part); err != nil {
				return nil, err
			}
		}
	}
}

// A tally adds up the lines that are written to it, in whatever order they come: how
// many they are, and the sum of their hashes.
type tally struct {
	rows int64
	sum  [4]uint64
	line hash.Hash // of the line that is being written
	open bool
}

// within reports whether a line has begun and not ended.
func (t *tally) within() bool { return t.open }

func (t *tally) Write(p []byte) (int, error) {
	if t.line == nil {
		t.line = sha256.New()
	}
	for rest := p; len(rest) > 0; {
		end := slices.Index(rest, '\n')
		if end < 0 {
			t.line.Write(rest)
			t.open = true
			break
		}
		t.line.Write(rest[:end])
		sum := t.line.Sum(nil)
		for i := range t.sum {
			t.sum[i] += binary.LittleEndian.Uint64(sum[8*i:])
		}
		t.rows++
		t.line.Reset()
		t.open, rest = false, rest[end+1:]
	}
	return len(p), nil
}
