package open_test

import (
	"bytes"
	"encoding/csv"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/demo"
	"commontable/internal/funding"
	"commontable/internal/ledger"
	"commontable/internal/money"
	"commontable/internal/open"
)

func journalOf(t *testing.T, tx *db.Tx) []byte {
	t.Helper()
	return written(t, func(w io.Writer) error { return open.WriteJournal(t.Context(), tx, w) })
}

// hledger runs the real one.
func hledger(t *testing.T, args ...string) []byte {
	t.Helper()
	path, err := exec.LookPath("hledger")
	if err != nil {
		t.Skip("hledger is not installed")
	}
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("hledger %s: %v\n%s", strings.Join(args, " "), err, errs.String())
	}
	return out.Bytes()
}

// Somebody else's program reads the ledger, finds nothing amiss, and comes to
// the same balance of every account.
func TestHledgerComesToTheSameBalances(t *testing.T) {
	t.Parallel()
	onBoth(t, agreesWithHledger)
}

// Every balance of a demonstration, and the figures that the pages of each area and of
// the programme show: of 30 areas; with TEST_ALL, as in make test-all, of the 150 that
// "make run" plays, which takes over a minute.
func TestHledgerAddsUpTheWholeDemonstration(t *testing.T) {
	if testing.Short() {
		t.Skip("it plays many areas over 12 years")
	}
	t.Parallel()
	areas := 30
	if os.Getenv("TEST_ALL") != "" {
		areas = 150
	}
	d := dbtest.SQLite(t)
	if err := demo.Play(t.Context(), d, demo.What{Areas: areas, Years: 12, Seed: 1, Today: demo.DefaultDay()}, func(int) {}); err != nil {
		t.Fatal(err)
	}
	read(t, d, func(t *testing.T, tx *db.Tx) {
		t.Helper()
		agreesWithHledger(t, tx)
		for _, p := range programmes(t, tx) {
			shown, err := funding.MoneyOfAreas(t.Context(), tx, p.ID)
			if err != nil {
				t.Fatal(err)
			}
			whole := funding.Money{}
			for a, m := range shown {
				if got := booked(t, tx, ledger.Book(a)); got != [4]money.Amount{m.Allocated.Sub(m.Paid), m.Held(), m.Spent, m.Contribution} {
					t.Errorf("%s: the books say %v, its pages %+v", a, got, m)
				}
				whole = whole.Plus(m)
			}
			if programme, err := funding.ProgrammeMoney(t.Context(), tx, p.ID); err != nil || programme != whole || len(shown) != areas {
				t.Errorf("%d areas come to %+v; the programme’s page says %+v, %v", len(shown), whole, programme, err)
			}
		}
	})
}

// booked is what an area's accounts come to: still with the funder, held by its
// LTOs, spent, and paid to them for their trouble.
func booked(t *testing.T, tx *db.Tx, book ledger.Book) (sums [4]money.Amount) {
	t.Helper()
	balances, err := ledger.Balances(t.Context(), tx, book)
	if err != nil {
		t.Fatal(err)
	}
	for i := range sums {
		sums[i] = money.Pence(0)
	}
	of := map[funding.AccountKind]int{funding.AllocatedAccount: 0, funding.HeldAccount: 1, funding.SpentAccount: 2, funding.ContributionAccount: 3}
	for _, b := range balances {
		kind, _, _ := funding.AboutAccount(b.Account)
		if i, counts := of[kind]; counts {
			sums[i] = sums[i].Add(b.Balance)
		}
	}
	return sums
}

func agreesWithHledger(t *testing.T, tx *db.Tx) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ledger.journal")
	text := journalOf(t, tx)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	hledger(t, "-f", path, "check", "-s")
	rows, err := csv.NewReader(bytes.NewReader(hledger(t, "-f", path, "bal", "-N", "-E", "--flat", "-O", "csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]money.Amount{}
	for _, row := range rows[1:] {
		if _, twice := got[row[0]]; twice {
			t.Errorf("two accounts are called %s", row[0])
		}
		got[row[0]] = money.Pence(0)
		if row[1] != "0" {
			got[row[0]] = pounds(t, strings.TrimPrefix(row[1], "GBP "))
		}
	}
	names := namesIn(t, tx, text)
	accounts := 0
	for _, book := range books(t, tx) {
		balances, err := ledger.Balances(t.Context(), tx, book)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range balances {
			accounts++
			balance, known := got[names[b.Account]]
			if !known || balance != b.Balance {
				t.Errorf("%s of %s: hledger says %s (%t), the ledger %s", names[b.Account], b.Account.Path, balance, known, b.Balance)
			}
		}
	}
	if accounts != len(got) || accounts < 10 {
		t.Errorf("%d accounts in the ledger, %d in the journal", accounts, len(got))
	}
}

// namesIn finds what the journal calls each account, by reading both side by side.
func namesIn(t *testing.T, tx *db.Tx, journal []byte) map[ledger.Account]string {
	t.Helper()
	var lines []string
	for line := range strings.Lines(string(journal)) {
		if strings.HasPrefix(line, "    ") && !strings.HasPrefix(line, "    ;") {
			name, amount, ok := strings.Cut(strings.TrimSpace(line), "  ")
			if !ok || !strings.HasPrefix(strings.TrimSpace(amount), "GBP ") {
				t.Fatalf("a posting without an amount: %q", line)
			}
			lines = append(lines, name)
		}
	}
	names, of := map[ledger.Account]string{}, map[string]ledger.Account{}
	if err := ledger.EachPosting(t.Context(), tx, func(_ ledger.Entry, p ledger.Posting) error {
		if len(lines) == 0 {
			t.Fatal("fewer postings in the journal than in the ledger")
		}
		name := lines[0]
		lines = lines[1:]
		if other, known := of[name]; known && other != p.Account {
			t.Errorf("%v and %v are both called %s", other, p.Account, name)
		}
		if other, known := names[p.Account]; known && other != name {
			t.Errorf("%v is called %s and %s", p.Account, other, name)
		}
		names[p.Account], of[name] = name, p.Account
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if len(lines) > 0 {
		t.Errorf("%d postings too many in the journal", len(lines))
	}
	return names
}

func books(t *testing.T, tx *db.Tx) []ledger.Book {
	t.Helper()
	var all []ledger.Book
	for _, p := range programmes(t, tx) {
		all = append(all, ledger.Book(p.ID))
		areas, err := area.All(t.Context(), tx, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range areas {
			all = append(all, ledger.Book(a.ID))
		}
	}
	return all
}

func TestAccountsAreCalledWhatPeopleCallThem(t *testing.T) {
	t.Parallel()
	onVillage(t, func(t *testing.T, tx *db.Tx) {
		golden(t, "ledger.journal", journalOf(t, tx))
		var got []string
		for _, name := range namesIn(t, tx, journalOf(t, tx)) {
			got = append(got, name)
		}
		for _, want := range []string{
			"Big Local, programme big-local:Endowment",
			"Big Local, big-local:Allocated",
			"Cobble Fields:Allocated",
			"Cobble Fields:Held:Brightwell Homes",
			"Cobble Fields:Spent:green:benches",
			"Cobble Fields:Contribution:Brightwell Homes",
			"Cobble Fields:Contribution fund",
			"Sally - Ann’s, Green/North):Held:Ash) Trust, [a - b]",
			"Tanners Reach, tanners-reach-nowhere:Allocated",
		} {
			if !slices.Contains(got, want) {
				t.Errorf("no account is called %s", want)
			}
		}
		if t.Failed() {
			slices.Sort(got)
			t.Log(strings.Join(got, "\n"))
		}
	})
}
