package ledger_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/ledger"
	"commontable/internal/money"
)

var noon = time.Date(2026, 10, 20, 12, 0, 0, 0, time.UTC)

// A book is the accounts of Tanners Reach, with what was asked of them.
type book struct {
	*testing.T
	db   *db.DB
	ids  *id.Maker
	made int
}

func newBook(t *testing.T, d *db.DB) *book {
	t.Helper()
	return &book{T: t, db: d, ids: id.Real(func() time.Time { return noon })}
}

func account(path string) ledger.Account { return ledger.Account{Book: "tanners", Path: path} }

func (b *book) entry(day string, postings ...ledger.Posting) ledger.Entry {
	b.made++
	return ledger.Entry{
		Book: "tanners", Day: date.Must(day), Kind: "payment", About: fmt.Sprint(b.made), Description: "a payment", By: "amina", At: noon, Postings: postings,
	}
}

func (b *book) post(e ledger.Entry) (made ledger.Entry, balances []money.Amount, err error) {
	err = b.db.Write(b.Context(), func(tx *db.Tx) error {
		made, balances, err = ledger.Post(b.Context(), tx, b.ids, e)
		return err
	})
	return made, balances, err
}

func (b *book) move(day, from, to string, minor int64) ledger.Entry {
	b.Helper()
	e, _, err := b.post(b.entry(day, ledger.Move(account(from), account(to), money.Pence(minor))...))
	if err != nil {
		b.Fatal(err)
	}
	return e
}

func (b *book) read(f func(tx *db.Tx) error) {
	b.Helper()
	if err := b.db.Read(b.Context(), f); err != nil {
		b.Fatal(err)
	}
}

// found is what verify reports.
func (b *book) found(tx *db.Tx) (all []string) {
	b.Helper()
	if _, err := ledger.Verify(b.Context(), tx, func(s string) { all = append(all, s) }); err != nil {
		b.Fatal(err)
	}
	return all
}

// G1: an entry sums to nothing, or there is none.
func TestAnEntryThatDoesNotSumToNothingIsRefused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBook(t, d)
		allocated, held := account("allocated"), account("held")
		for what, postings := range map[string][]ledger.Posting{
			"no posting":               nil,
			"one posting":              {{Account: held, Amount: money.Pence(1)}},
			"a penny too much":         {{Account: held, Amount: money.Pence(101)}, {Account: allocated, Amount: money.Pence(-100)}},
			"a posting of nothing":     {{Account: held, Amount: money.Pence(0)}, {Account: allocated, Amount: money.Pence(0)}},
			"a posting in no currency": {{Account: held}, {Account: allocated}},
		} {
			if _, _, err := b.post(b.entry("2026-10-20", postings...)); err == nil {
				t.Errorf("%s: posted, want it refused", what)
			}
		}
		if _, _, err := b.post(b.entry("2026-10-20", ledger.Move(allocated, held, money.Pence(5))...)); err != nil {
			t.Fatal(err)
		}
		if _, _, err := b.post(b.entry("2026-10-20", ledger.Move(allocated, held, money.Minor(5, "EUR"))...)); err == nil {
			t.Error("euros into an account of pounds: posted, want them refused")
		}
		same := b.entry("2026-10-20", ledger.Move(allocated, held, money.Pence(5))...)
		same.About = "1"
		if _, _, err := b.post(same); err != nil && !db.IsDuplicate(err) {
			t.Errorf("a second entry of one kind about one thing: got %v, want a duplicate", err)
		}
		b.read(func(tx *db.Tx) error {
			for _, bad := range b.found(tx) {
				t.Error(bad)
			}
			return nil
		})
	})
}

func TestABalanceIsTheSumOfItsPostings(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBook(t, d)
		r := rand.New(rand.NewPCG(1, 2))
		paths := []string{"allocated", "held:oak", "held:elm", "spent:benches"}
		sums := map[string]int64{}
		days := map[string]map[string]int64{} // balances at the end of each day
		day := date.Must("2026-10-01")
		for range 60 {
			from, to, minor := paths[r.IntN(4)], paths[r.IntN(4)], r.Int64N(10_000)+1
			if from == to {
				continue
			}
			if r.IntN(3) == 0 {
				day = day.AddDays(r.IntN(3))
			}
			_, balances, err := b.post(b.entry(day.String(), ledger.Move(account(from), account(to), money.Pence(minor))...))
			if err != nil {
				t.Fatal(err)
			}
			sums[from] -= minor
			sums[to] += minor
			if balances[0] != money.Pence(sums[to]) || balances[1] != money.Pence(sums[from]) {
				t.Fatalf("after %d from %s to %s: balances %v, want %d and %d", minor, from, to, balances, sums[to], sums[from])
			}
			days[day.String()] = maps.Clone(sums)
		}
		b.read(func(tx *db.Tx) error {
			for _, p := range paths {
				got, err := ledger.Balance(t.Context(), tx, account(p))
				if err != nil || got.Minor() != sums[p] {
					t.Errorf("%s holds %s, %v; want %d pence", p, got, err, sums[p])
				}
				for day, want := range days {
					got, err := ledger.BalanceOn(t.Context(), tx, account(p), date.Must(day))
					if err != nil || got.Minor() != want[p] {
						t.Errorf("%s held %s at the end of %s, %v; want %d pence", p, got, day, err, want[p])
					}
				}
			}
			for what, of := range map[string]ledger.Account{"of another book": {Book: "millbrook", Path: "allocated"}, "unheard of": account("x")} {
				if got, err := ledger.Balance(t.Context(), tx, of); err != nil || !got.IsZero() {
					t.Errorf("an account %s holds %s, %v; want nothing", what, got, err)
				}
			}
			if got, err := ledger.BalanceOn(t.Context(), tx, account("allocated"), date.Must("2026-09-30")); err != nil || !got.IsZero() {
				t.Errorf("on the day before the first: %s, %v; want nothing", got, err)
			}
			all, err := ledger.Balances(t.Context(), tx, "tanners")
			if len(all) != 4 || !slices.IsSortedFunc(all, func(a, b ledger.AccountBalance) int { return strings.Compare(a.Account.Path, b.Account.Path) }) {
				t.Errorf("the trial balance is %v, want four accounts by their paths", all)
			}
			var total money.Amount
			for _, a := range all {
				total = total.Add(a.Balance)
			}
			if !total.IsZero() {
				t.Errorf("the trial balance sums to %s, want nothing", total)
			}
			for _, bad := range b.found(tx) {
				t.Error(bad)
			}
			return err
		})
	})
}

func TestAnEntryIsReversedOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBook(t, d)
		e := b.move("2026-10-20", "allocated", "held", 12_345)
		reverse := func(of ledger.EntryID) (made ledger.Entry, err error) {
			with := b.entry("2026-10-21")
			with.Kind = "payment reversal"
			err = d.Write(t.Context(), func(tx *db.Tx) error {
				made, _, err = ledger.Reverse(t.Context(), tx, b.ids, of, with)
				return err
			})
			return made, err
		}
		r, err := reverse(e.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := reverse(e.ID); !errors.Is(err, ledger.ErrReversed) {
			t.Errorf("reversed twice: got %v, want %v", err, ledger.ErrReversed)
		}
		if _, err := reverse(r.ID); !errors.Is(err, fault.Conflict) {
			t.Errorf("a reversal is reversed: got %v, want a conflict", err)
		}
		if _, err := reverse("none"); !errors.Is(err, fault.NotFound) {
			t.Errorf("reversed what is not there: got %v, want not found", err)
		}
		b.read(func(tx *db.Tx) error {
			got, err := ledger.ReversalOf(t.Context(), tx, "tanners", e.ID)
			if got.ID != r.ID || got.Number != 2 || err != nil {
				t.Errorf("its reversal is %+v, %v; want %s, number 2", got, err, r.ID)
			}
			held, err := ledger.Balance(t.Context(), tx, account("held"))
			if !held.IsZero() {
				t.Errorf("after it was reversed: %s is held, want nothing", held)
			}
			for _, bad := range b.found(tx) {
				t.Error(bad)
			}
			return err
		})
	})
}

func TestAStatementIsReadFromItsAccount(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBook(t, d)
		b.move("2026-10-01", "endowment", "allocated", 100_000)
		b.move("2026-10-02", "allocated", "held", 30_000)
		b.move("2026-10-03", "held", "spent", 12_050)
		b.move("2026-10-03", "allocated", "held", 5)
		b.read(func(tx *db.Tx) error {
			lines, err := ledger.Statement(t.Context(), tx, account("held"), date.Must("2026-10-02"), date.Must("2026-10-03"))
			var got []string
			for _, l := range lines {
				got = append(got, fmt.Sprintf("%s #%d %s → %s", l.Entry.Day, l.Entry.Number, l.Amount, l.Balance))
			}
			want := "2026-10-02 #2 £300.00 → £300.00; 2026-10-03 #3 −£120.50 → £179.50; 2026-10-03 #4 £0.05 → £179.55"
			if s := strings.Join(got, "; "); s != want {
				t.Errorf("the statement is\n%s\nwant\n%s", s, want)
			}
			return err
		})
	})
}

// What is recorded stays: each table that migrations 0007 and later guard can
// be added to and not changed, whoever tries.
func TestWhatIsRecordedStays(t *testing.T) {
	t.Parallel()
	guarded := appendOnly(t)
	for _, must := range []string{"ledger_entries", "ledger_postings", "audit_events", "payments", "payment_releases", "spends", "plan_versions"} {
		if !slices.Contains(guarded["sqlite"], must) {
			t.Errorf("%s is not append-only, want it so", must)
		}
	}
	if s, p := strings.Join(guarded["sqlite"], " "), strings.Join(guarded["postgres"], " "); s != p {
		t.Errorf("append-only are\n%s on SQLite and\n%s on PostgreSQL: want the same", s, p)
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, table := range guarded[d.Engine()] {
			refused := func(words, query string) {
				err := d.Write(t.Context(), func(tx *db.Tx) error {
					fill(t, tx, table)
					_, err := tx.Exec(t.Context(), query)
					return err
				})
				if err == nil || !strings.Contains(err.Error(), table+" is append-only") {
					t.Errorf("%s %s: got %v, want it refused as append-only", words, table, err)
				}
			}
			refused("delete from", `DELETE FROM `+table)
			column := firstColumn(t, d, table)
			refused("update", `UPDATE `+table+` SET `+column+` = `+column)
			if d.Engine() == "postgres" {
				refused("truncate", `TRUNCATE `+table+` CASCADE`)
			} else {
				refused("replace in", `INSERT OR REPLACE INTO `+table+` SELECT * FROM `+table)
			}
		}
	})
}

// fill puts a row into a table, in the transaction that will be undone. What
// it refers to need not be there for that.
func fill(t *testing.T, tx *db.Tx, table string) {
	t.Helper()
	if tx.Engine() == "postgres" {
		return // its guards look at the statement: no row is needed
	}
	type column struct{ name, kind string }
	columns, err := db.All(t.Context(), tx, func(r db.Row) (c column, err error) { return c, r.Scan(&c.name, &c.kind) },
		`SELECT name, type FROM pragma_table_info($1)`, table)
	if err != nil {
		t.Fatal(err)
	}
	var names, values []string
	for _, c := range columns {
		value := map[string]string{"TEXT": "'GBP'", "INTEGER": "1", "BLOB": "x'00'"}[c.kind]
		switch c.name {
		case "payee_kind":
			value = "'pay'"
		case "supersedes", "reverses":
			value = "NULL"
		case "approved_by", "released_by", "certified_by":
			value = "'another'"
		}
		names, values = append(names, c.name), append(values, value)
	}
	if _, err := tx.Exec(t.Context(), `PRAGMA defer_foreign_keys = ON`); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), `INSERT INTO `+table+` (`+strings.Join(names, ", ")+`) VALUES (`+strings.Join(values, ", ")+`)`); err != nil {
		t.Fatalf("fill %s: %v", table, err)
	}
}

func firstColumn(t *testing.T, d *db.DB, table string) (name string) {
	t.Helper()
	query := `SELECT name FROM pragma_table_info($1) LIMIT 1`
	if d.Engine() == "postgres" {
		query = `SELECT column_name FROM information_schema.columns WHERE table_name = $1 AND ordinal_position = 1`
	}
	if err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
		name, err = db.One(t.Context(), tx, db.Value[string], query, table)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return name
}

// appendOnly reads from the migrations which tables are guarded, by engine.
func appendOnly(t *testing.T) map[string][]string {
	t.Helper()
	files, err := filepath.Glob("../db/migrations/*append_only*.sql")
	if err != nil || len(files) < 2 {
		t.Fatalf("found the migrations %v, %v", files, err)
	}
	trigger := regexp.MustCompile(`CREATE TRIGGER \w+_stay BEFORE UPDATE.* ON (\w+)`)
	guarded := map[string][]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		engine := strings.Split(filepath.Base(file), ".")[1]
		for _, m := range trigger.FindAllStringSubmatch(string(text), -1) {
			guarded[engine] = append(guarded[engine], m[1])
		}
	}
	for _, tables := range guarded {
		slices.Sort(tables)
	}
	return guarded
}

// G6: what is changed behind the program's back is found, and where.
func TestVerifyFindsWhatWasTamperedWith(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBook(t, d)
		b.move("2026-10-01", "endowment", "allocated", 100_000)
		b.move("2026-10-02", "allocated", "held", 30_000)
		b.move("2026-10-03", "held", "spent", 12_050)
		b.read(func(tx *db.Tx) error {
			for _, bad := range b.found(tx) {
				t.Error(bad)
			}
			return nil
		})
		unguarded(t, d, "ledger_entries", "ledger_postings")
		const second = `(SELECT id FROM ledger_entries WHERE number = 2)`
		for what, queries := range map[string][]string{
			"an amount":                     {`UPDATE ledger_postings SET minor = minor + 1 WHERE account = 'held' AND number = 1`},
			"two amounts that still agree":  {`UPDATE ledger_postings SET minor = minor * 2 WHERE entry_id = ` + second},
			"a running balance":             {`UPDATE ledger_postings SET balance = balance + 1 WHERE account = 'held' AND number = 1`},
			"a posting's day":               {`UPDATE ledger_postings SET day = '2026-10-01' WHERE account = 'held' AND number = 1`},
			"a posting's day, to a later":   {`UPDATE ledger_postings SET day = '2026-10-09' WHERE account = 'held' AND number = 1`},
			"a posting's account":           {`UPDATE ledger_postings SET account = 'mine' WHERE account = 'held' AND number = 1`},
			"a posting's currency":          {`UPDATE ledger_postings SET currency = 'EUR' WHERE account = 'held' AND number = 1`},
			"an entry's currency":           {`UPDATE ledger_postings SET currency = 'EUR' WHERE entry_id = ` + second},
			"a posting's place in its book": {`UPDATE ledger_postings SET entry_number = 9 WHERE account = 'held' AND number = 1`},
			"an entry's day":                {`UPDATE ledger_entries SET day = '2026-10-09' WHERE number = 2`},
			"an entry's number":             {`UPDATE ledger_entries SET number = 9 WHERE number = 2`},
			"a posting removed":             {`DELETE FROM ledger_postings WHERE account = 'held' AND number = 2`},
			"an entry removed":              {`DELETE FROM ledger_postings WHERE entry_id = ` + second, `DELETE FROM ledger_entries WHERE number = 2`},
			"the last entry removed": {
				`DELETE FROM ledger_postings WHERE entry_number = 3`, `DELETE FROM ledger_entries WHERE number = 3`,
			},
			"the last entry removed, and its balances put right": {
				`DELETE FROM ledger_postings WHERE entry_number = 3`, `DELETE FROM ledger_entries WHERE number = 3`,
				`UPDATE ledger_balances SET minor = 30000, postings = 1 WHERE account = 'held'`, `DELETE FROM ledger_balances WHERE account = 'spent'`,
			},
			"a balance":             {`UPDATE ledger_balances SET minor = minor + 1 WHERE account = 'held'`},
			"a balance's count":     {`UPDATE ledger_balances SET postings = postings + 1 WHERE account = 'held'`},
			"a balance's currency":  {`UPDATE ledger_balances SET currency = 'EUR' WHERE account = 'held'`},
			"a balance removed":     {`DELETE FROM ledger_balances WHERE account = 'held'`},
			"a balance of nobody's": {`INSERT INTO ledger_balances (book, account, currency, postings, minor) VALUES ('tanners', 'mine', 'GBP', 0, 100)`},
			"a book's count":        {`UPDATE ledger_books SET entries = entries + 1`},
			"a book removed":        {`DELETE FROM ledger_books`},
			"an entry without postings": {`INSERT INTO ledger_entries (book, id, number, day, kind, about, description, made_by, made_at)
				SELECT book, 'x', 4, day, kind, 'x', description, made_by, made_at FROM ledger_entries WHERE number = 2`, `UPDATE ledger_books SET entries = 4`},
		} {
			errBack := errors.New("put it back")
			err := d.Write(t.Context(), func(tx *db.Tx) error {
				for _, query := range queries {
					if n, err := tx.Exec(t.Context(), query); err != nil || n == 0 {
						t.Errorf("%s: changed %d rows, %v", what, n, err)
						return errBack
					}
				}
				if len(b.found(tx)) == 0 {
					t.Errorf("%s: verify finds nothing, want it found", what)
				}
				return errBack
			})
			if !errors.Is(err, errBack) {
				t.Fatal(err)
			}
		}
	})
}

// unguarded takes away the triggers that keep tables append-only, which takes
// the rights of who made them.
func unguarded(t *testing.T, d *db.DB, tables ...string) {
	t.Helper()
	if err := d.Write(t.Context(), func(tx *db.Tx) error {
		for _, table := range tables {
			queries := []string{`DROP TRIGGER ` + table + `_stay`, `DROP TRIGGER ` + table + `_stay_kept`}
			if d.Engine() == "postgres" {
				queries = []string{`ALTER TABLE ` + table + ` DISABLE TRIGGER USER`}
			}
			for _, query := range queries {
				if _, err := tx.Exec(t.Context(), query); err != nil {
					return err
				}
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}
