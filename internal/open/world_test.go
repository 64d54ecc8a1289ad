package open_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/demo"
	"commontable/internal/funding"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/money"
	"commontable/internal/open"
	"commontable/internal/organisation"
	"commontable/internal/plan"
)

var update = flag.Bool("update", false, "write the golden files anew")

const address = "https://commontable.example"

// onDemonstration runs a test on a small demonstration, in each database.
func onDemonstration(t *testing.T, test func(t *testing.T, tx *db.Tx)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := demo.Play(t.Context(), d, demo.What{Areas: 3, Years: 4, Seed: 3, Today: demo.DefaultDay()}, func(int) {}); err != nil {
			t.Fatal(err)
		}
		read(t, d, test)
	})
}

// onVillage runs a test on a world whose every amount is known, in each database.
func onVillage(t *testing.T, test func(t *testing.T, tx *db.Tx)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, err := fundingtest.New(t.Context(), d, 5)
		if err != nil {
			t.Fatal(err)
		}
		v := &village{t: t, World: w}
		v.cobbleFields()
		v.awkwardNames()
		read(t, d, test)
	})
}

// onBoth runs a test on a demonstration and on a village.
func onBoth(t *testing.T, test func(t *testing.T, tx *db.Tx)) {
	t.Helper()
	for name, on := range map[string]func(*testing.T, func(*testing.T, *db.Tx)){"demonstration": onDemonstration, "village": onVillage} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			on(t, test)
		})
	}
}

func read(t *testing.T, d *db.DB, test func(t *testing.T, tx *db.Tx)) {
	t.Helper()
	if err := d.Read(t.Context(), func(tx *db.Tx) error { test(t, tx); return nil }); err != nil {
		t.Fatal(err)
	}
}

// A village is a world in which Cobble Fields has had offer letters of every
// kind, and where names are as awkward as people may make them.
type village struct {
	t *testing.T
	*fundingtest.World
}

func (v *village) must(err error) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
}

func (v *village) place(n area.NewArea, o organisation.New, chair, finance, approver string) *fundingtest.Place {
	v.t.Helper()
	p := &fundingtest.Place{}
	by := access.System("a test")
	v.must(v.DB.Write(v.t.Context(), func(tx *db.Tx) (err error) {
		if p.Area, err = v.Areas.AddIn(v.t.Context(), tx, by, v.Programme.ID, n); err != nil {
			return err
		}
		o.Kinds = []organisation.Kind{organisation.LTO}
		if p.LTO, err = v.Organisations.AddIn(v.t.Context(), tx, by, o); err != nil {
			return err
		}
		if p.Chair, err = v.PersonIn(v.t.Context(), tx, chair, access.Chair, access.InArea, string(p.Area.ID)); err != nil {
			return err
		}
		if p.Finance, err = v.PersonIn(v.t.Context(), tx, finance, access.LTOFinance, access.InOrganisation, string(p.LTO.ID)); err != nil {
			return err
		}
		p.Approver, err = v.PersonIn(v.t.Context(), tx, approver, access.LTOApprover, access.InOrganisation, string(p.LTO.ID))
		return err
	}))
	return p
}

func (v *village) offer(p *fundingtest.Place, supersedes int64, in ...funding.NewInstalment) funding.Offer {
	v.t.Helper()
	o, err := v.Offer(v.t.Context(), p, supersedes, in...)
	v.must(err)
	return o
}

func (v *village) pay(p *fundingtest.Place, in funding.Instalment) funding.PaymentID {
	v.t.Helper()
	pid, err := v.Pay(v.t.Context(), p, in.ID)
	v.must(err)
	return pid
}

// cobbleFields plays two awards: the first letter's, of which £20,000.00 was
// paid and £1,000.00 came back before a second version took its place, with
// £15,000.50 to come, of which one payment was a mistake; a third version waits.
// And a letter of its own of £2,500.05.
func (v *village) cobbleFields() {
	v.t.Helper()
	ctx := v.t.Context()
	p := v.place(area.NewArea{
		Name: "Cobble Fields", AuthorityName: "Birmingham", AuthorityCode: "E08000025", AuthorityBasis: "stated",
		LSOAs: []string{"E01008977", "E01008976"}, BoundaryBasis: "drawn with residents",
	}, organisation.New{
		Name: "Brightwell Homes", Postcode: "B14 5AB", Identifiers: []organisation.Identifier{
			{List: "GB-CHC", Number: "1234567", Until: fundingtest.Today.AddDays(10)},
			{List: "GB-COH", Number: "01234567"},
			{List: "GB-CHC", Number: "7654321", From: fundingtest.Today.AddDays(10)},
		},
	}, "Nora Lindqvist", "Otis Pemberton", "Petra Quayle")
	lines, first, err := v.Ready(ctx, p)
	v.must(err)
	pid := v.pay(p, first.Instalments[0])
	v.Clock.Pass(24 * time.Hour)
	v.must(v.Funding.ReturnUnderspend(ctx, v.Ben, p.Area, pid, funding.NewReturn{
		Form: v.Form(), Amount: money.Pounds(1_000), On: v.Today(), Reason: "It cost less",
	}))
	v.Clock.Pass(30 * 24 * time.Hour)
	later := func(months int, line plan.LineID, pence int64) funding.NewInstalment {
		return funding.NewInstalment{DueOn: fundingtest.Today.AddMonths(months), Line: line, Amount: money.Pence(pence)}
	}
	second := v.offer(p, first.Number, later(1, lines["young/club"], 1_000_000), later(6, lines["green/benches"], 500_050))
	mistake := v.pay(p, second.Instalments[0])
	v.must(v.Reverse(ctx, p, mistake, "Wrong account"))
	decided, err := v.PlanDecision(ctx, p)
	v.must(err)
	_, err = v.Funding.MakeOffer(ctx, v.Farah, p.Area, funding.NewOffer{
		Form: v.Form(), Organisation: p.LTO.ID, Decision: decided, Supersedes: second.Number, Instalments: []funding.NewInstalment{later(1, lines["young/club"], 12_345)},
	})
	v.must(err)
	v.Clock.Pass(24 * time.Hour)
	v.offer(p, 0, later(2, lines["young/club"], 250_005))

	for _, kind := range funding.PayeeKinds() {
		v.spend(p, lines["green/benches"], func(n *funding.NewSpend) {
			n.Amount, n.PayeeKind = money.Pence(10_001), kind
			if kind != funding.ToOrganisation {
				n.Payee, n.Heading = "Quentin Rook", "Paid to Quentin Rook"
			}
		})
	}
	sid := v.spend(p, lines["green/benches"], func(n *funding.NewSpend) { n.Heading, n.Payee = "=1+1; paint | brushes\nand rollers", "@Reach" })
	v.must(v.Funding.ReverseSpend(ctx, p.Approver, p.Area, sid, "Entered twice", v.Form()))
}

func (v *village) spend(p *fundingtest.Place, line plan.LineID, change func(*funding.NewSpend)) funding.SpendID {
	v.t.Helper()
	n := v.NewSpend(p, line, money.Pounds(50))
	change(&n)
	sid, err := v.Funding.ProvideSpend(v.t.Context(), p.Finance, p.Area, n)
	v.must(err)
	v.must(v.Funding.CertifySpends(v.t.Context(), p.Approver, p.Area, v.Form(), sid))
	return sid
}

// awkwardNames plays areas, organisations and lines of the same names, and of
// such as would mean something to a reader of journals.
func (v *village) awkwardNames() {
	v.t.Helper()
	for i, n := range []struct{ area, authority, lto string }{
		{"(Sally: Ann’s; Green|North)", "", "*Ash) Trust; [a: b]"},
		{"Tanners Reach", "Elsewhere", "Oak Trust"},
		{"Tanners Reach", "Nowhere", "Ash"},
		{"Tanners Reach, tanners-reach-elsewhere", "", "Ash"},
		{"Big Local", "", "Ash"},
		{strings.Repeat("Long", 40), "", "=1+1"},
	} {
		chair := string(rune('A'+i)) + "bigail Vantongeren"
		p := v.place(area.NewArea{Name: n.area, AuthorityName: n.authority}, organisation.New{Name: n.lto}, chair, chair+" F", chair+" A")
		v.must(v.Allocate(v.t.Context(), p, money.Pounds(1_000)))
		lines, err := v.Adopt(v.t.Context(), p,
			fundingtest.Line("green: parks/two  spaces", money.Pounds(100)), fundingtest.Line("green: parks/two spaces", money.Pounds(100)),
			fundingtest.Line("green: parks/(both);", money.Pounds(100)), fundingtest.Line("green: parks/:", money.Pounds(100)))
		v.must(err)
		v.must(v.Hold(v.t.Context(), p))
		var all []funding.NewInstalment
		for _, name := range []string{"green: parks/two  spaces", "green: parks/two spaces", "green: parks/(both);", "green: parks/:"} {
			all = append(all, fundingtest.Instalment(lines[name], money.Pence(7_501)))
		}
		for _, in := range v.offer(p, 0, all...).Instalments {
			v.pay(p, in)
			v.spend(p, in.Line, func(n *funding.NewSpend) { n.Amount = money.Pence(1_111) })
		}
	}
}

// written is what an export writes.
func written(t *testing.T, write func(w io.Writer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type list func(context.Context, *db.Tx, area.ProgrammeID) ([]string, [][]string, error)

// rowsOf are the rows of a list by their column titles.
func rowsOf(t *testing.T, tx *db.Tx, of list) []map[string]string {
	t.Helper()
	var all []map[string]string
	for _, p := range programmes(t, tx) {
		header, rows, err := of(t.Context(), tx, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, byTitle(t, header, rows)...)
	}
	return all
}

func byTitle(t *testing.T, header []string, rows [][]string) []map[string]string {
	t.Helper()
	var all []map[string]string
	for _, row := range rows {
		if len(row) != len(header) {
			t.Fatalf("a row of %d cells under %d titles: %v", len(row), len(header), row)
		}
		cells := map[string]string{}
		for i, title := range header {
			if _, twice := cells[title]; twice {
				t.Fatalf("two columns are called %q", title)
			}
			cells[title] = row[i]
		}
		all = append(all, cells)
	}
	return all
}

func csvRows(t *testing.T, text []byte) []map[string]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil || len(rows) == 0 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	return byTitle(t, rows[0], rows[1:])
}

func programmes(t *testing.T, tx *db.Tx) []area.Programme {
	t.Helper()
	all, err := area.Programmes(t.Context(), tx)
	if err != nil || len(all) == 0 {
		t.Fatalf("%d programmes, %v", len(all), err)
	}
	return all
}

// pounds reads "1234.50" and nothing else.
func pounds(t *testing.T, s string) money.Amount {
	t.Helper()
	positive, negative := strings.CutPrefix(s, "-")
	a, err := money.Parse(positive, money.GBP)
	if err != nil || a.Decimal() != positive {
		t.Fatalf("%q is not an amount to the penny: %v", s, err)
	}
	if negative {
		return a.Neg()
	}
	return a
}

func sum(t *testing.T, rows []map[string]string, title string) money.Amount {
	t.Helper()
	total := money.Pence(0)
	for _, r := range rows {
		total = total.Add(pounds(t, r[title]))
	}
	return total
}

// golden compares an export with a file that a person can proof-read.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; where the change is meant, go test ./internal/open -update writes it anew. Got:\n%s", path, got)
	}
}

func everything(t *testing.T, tx *db.Tx) map[string]string {
	t.Helper()
	all := map[string]string{
		"360Giving": string(written(t, func(w io.Writer) error { return open.WriteGrants360(t.Context(), tx, w, address) })),
		"grants":    string(written(t, func(w io.Writer) error { return open.WriteGrantsCSV(t.Context(), tx, w, address) })),
		"journal":   string(written(t, func(w io.Writer) error { return open.WriteJournal(t.Context(), tx, w) })),
	}
	for name, of := range map[string]list{"areas": open.AreasCSV, "payments": open.PaymentsCSV, "spending": open.SpendingCSV} {
		var b strings.Builder
		for _, p := range programmes(t, tx) {
			header, rows, err := of(t.Context(), tx, p.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range append([][]string{header}, rows...) {
				b.WriteString(strings.Join(row, "\t") + "\n")
			}
		}
		all[name] = b.String()
	}
	return all
}
