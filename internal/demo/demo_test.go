package demo

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/ledger"
	"commontable/internal/person"
)

func play(t *testing.T, d *db.DB, w What) {
	t.Helper()
	played := 0
	if err := Play(t.Context(), d, w, func(n int) { played = n }); err != nil {
		t.Fatal(err)
	}
	if played != w.Areas {
		t.Errorf("told of %d areas, want %d", played, w.Areas)
	}
}

var small = What{Areas: 3, Years: 7, Seed: 1, Today: DefaultDay()}

// A demonstration keeps every rule that verify knows, and something waits for
// everyone on its last day.
func TestADemonstrationIsWhole(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		play(t, d, small)
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			bad := func(words string) { t.Error(words) }
			postings, err := ledger.Verify(t.Context(), tx, bad)
			if err != nil || postings < 500 {
				t.Errorf("%d postings, %v", postings, err)
			}
			if err := fundingtest.Verify(t.Context(), tx, bad); err != nil {
				t.Error(err)
			}
			if events, err := audit.Verify(t.Context(), tx, bad); err != nil || events < 500 {
				t.Errorf("%d events, %v", events, err)
			}
			i, err := area.InstallationOf(t.Context(), tx)
			if err != nil || i.Kind != area.Demonstration || i.LastDay != small.Today {
				t.Errorf("installation %+v, %v", i, err)
			}
			personas, err := person.Personas(t.Context(), tx)
			if err != nil || len(personas) != 13 {
				t.Errorf("%d personas, %v", len(personas), err)
			}
			a, err := area.BySlug(t.Context(), tx, "tanners-reach")
			if err != nil {
				return err
			}
			m, err := funding.AreaMoney(t.Context(), tx, a)
			if err != nil || m.Allocated.Whole() != "£1,150,000" || !m.Spent.Positive() || !m.Promised.Positive() || !m.Left().Positive() || m.Held().Negative() {
				t.Errorf("money of Tanners Reach: %+v, %v", m, err)
			}
			holdings, err := funding.Holdings(t.Context(), tx, a.ID)
			if err != nil || len(holdings) != 1 {
				t.Fatalf("holdings %v, %v", holdings, err)
			}
			toCertify, err := funding.SpendsToCertify(t.Context(), tx, holdings[0].Organisation)
			if err != nil || len(toCertify) < 3 {
				t.Errorf("%d spends to certify, %v", len(toCertify), err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// Half-way through, another organisation comes to hold the money of one area: each of
// the two was paid, and the first holds nothing more.
func TestAnotherOrganisationComesToHoldTheMoney(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	play(t, d, What{Areas: 3, Years: 9, Seed: 1, Today: DefaultDay()})
	changed := 0
	if err := d.Read(t.Context(), func(tx *db.Tx) error {
		bad := func(words string) { t.Error(words) }
		if _, err := ledger.Verify(t.Context(), tx, bad); err != nil {
			return err
		}
		if err := fundingtest.Verify(t.Context(), tx, bad); err != nil {
			return err
		}
		all, err := area.After(t.Context(), tx, "", "", "", 10)
		if err != nil {
			return err
		}
		for _, a := range all {
			holdings, err := funding.Holdings(t.Context(), tx, a.ID)
			if err != nil {
				return err
			}
			if len(holdings) < 2 {
				continue
			}
			changed++
			paid, err := funding.PaidTo(t.Context(), tx, a.ID)
			if err != nil {
				return err
			}
			m, err := funding.AreaMoney(t.Context(), tx, a)
			if err != nil {
				return err
			}
			first, second := holdings[0], holdings[1]
			held, err := ledger.Balance(t.Context(), tx, funding.Held(a.ID, first.Organisation))
			if err != nil || !held.IsZero() || first.Until != second.From || !second.Until.IsZero() {
				t.Errorf("%s: %+v, then %+v; the first holds %s, %v", a.Name, first, second, held, err)
			}
			if x, y := paid[first.Organisation], paid[second.Organisation]; !x.Positive() || !y.Positive() || x.Add(y) != m.Paid {
				t.Errorf("%s: paid %s and %s, of %s", a.Name, x, y, m.Paid)
			}
		}
		return nil
	}); err != nil || changed != 1 {
		t.Errorf("%d areas changed, %v", changed, err)
	}
}

func TestTheSameSeedGivesTheSameDatabase(t *testing.T) {
	t.Parallel()
	first, second, other := whole(t, 7), whole(t, 7), whole(t, 8)
	if first != second {
		t.Error("two databases of seed 7 differ")
	}
	if first == other {
		t.Error("seeds 7 and 8 give the same database")
	}
}

// whole is all of a small demonstration's history, as text.
func whole(t *testing.T, seed uint64) string {
	t.Helper()
	d := dbtest.SQLite(t)
	play(t, d, What{Areas: 2, Years: 3, Seed: seed, Today: DefaultDay()})
	var b strings.Builder
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		if err := ledger.EachPosting(t.Context(), tx, func(e ledger.Entry, p ledger.Posting) error {
			_, err := fmt.Fprintln(&b, e, p)
			return err
		}); err != nil {
			return err
		}
		return db.Each(t.Context(), tx, func(r db.Row) error {
			event, err := db.Value[string](r)
			b.WriteString(event)
			return err
		}, `SELECT stream || number || act || subject || person_id || hex(bytes) FROM audit_events ORDER BY stream, number`)
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestADatabaseIsADemonstrationFromBirth(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	play(t, d, What{Areas: 1, Years: 1, Seed: 1, Today: DefaultDay()})
	if err := Play(t.Context(), d, small, func(int) { t.Error("an area was played") }); err == nil {
		t.Error("a second demonstration was played into one database")
	}
}

// TestNobodyIsPaidByTheirNamesake: who provides or certifies what goes to somebody
// of their own name is refused, and a story with few names would end there.
func TestNobodyIsPaidByTheirNamesake(t *testing.T) {
	t.Parallel()
	free := givenNames[0] + " " + familyNames[0]
	s := &story{r: rand.New(rand.NewPCG(1, 2))}
	for _, given := range givenNames {
		for _, family := range familyNames {
			if name := given + " " + family; name != free {
				s.lto.names = append(s.lto.names, name)
			}
		}
	}
	if got := s.somebodyElse(); got != free {
		t.Errorf("%s is a name of the LTO’s people", got)
	}
}
