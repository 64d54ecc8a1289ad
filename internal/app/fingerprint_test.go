package app

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"sync"
	"testing"

	"commontable/internal/db"
)

// What is written without anything having changed: who is signed in, and how
// often something was tried, or a link opened.
var logs = []string{"sessions", "goose_db_version", "sign_in_tries", "share_openings"}

// fingerprint is of every row of every table, logs apart: whatever is changed
// anywhere makes another.
func fingerprint(t *testing.T, d *db.DB) string {
	t.Helper()
	var b strings.Builder
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		all, err := tables(t, tx)
		if err != nil {
			return err
		}
		for _, table := range all {
			var sum uint64 // of the rows, in whatever order they come
			rows := 0
			query := "SELECT " + table.row + " FROM " + table.name + " AS x"
			if err := db.Each(t.Context(), tx, func(r db.Row) error {
				text, err := db.Value[string](r)
				h := fnv.New64a()
				h.Write([]byte(text))
				sum += h.Sum64()
				rows++
				return err
			}, query); err != nil {
				return fmt.Errorf("%s: %w", table.name, err)
			}
			fmt.Fprintf(&b, "%s %d %x\n", table.name, rows, sum)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// changed tells in which tables two fingerprints differ: how many rows, and which.
func changed(before, after string) string {
	was := strings.Split(before, "\n")
	var tables []string
	for line := range strings.SplitSeq(after, "\n") {
		if !slices.Contains(was, line) {
			tables = append(tables, line)
		}
	}
	return strings.Join(tables, ", ")
}

// A kept is a table and how to read one row of it as text.
type kept struct{ name, row string }

var knownTables sync.Map // by engine

func tables(t *testing.T, tx *db.Tx) ([]kept, error) {
	t.Helper()
	if known, ok := knownTables.Load(tx.Engine()); ok {
		return known.([]kept), nil
	}
	query := `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY table_name`
	if tx.Engine() == "sqlite" {
		query = `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`
	}
	names, err := db.All(t.Context(), tx, db.Value[string], query)
	if err != nil {
		return nil, err
	}
	var all []kept
	for _, name := range names {
		if slices.Contains(logs, name) {
			continue
		}
		row := "CAST(x AS TEXT)"
		if tx.Engine() == "sqlite" {
			columns, err := columnsOf(t, tx, name)
			if err != nil {
				return nil, err
			}
			row = "quote(" + strings.Join(columns, ") || ',' || quote(") + ")"
		}
		all = append(all, kept{name, row})
	}
	knownTables.Store(tx.Engine(), all)
	return all, nil
}

// columnsOf lists the columns of a table, or of all where name is "".
func columnsOf(t *testing.T, tx *db.Tx, name string) ([]string, error) {
	t.Helper()
	return db.All(t.Context(), tx, db.Value[string], `
		SELECT DISTINCT c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON 1 = 1
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND ($1 = '' OR m.name = $1) ORDER BY c.name`, name)
}
