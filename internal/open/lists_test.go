package open_test

import (
	"strings"
	"testing"

	"commontable/internal/db"
	"commontable/internal/funding"
	"commontable/internal/money"
	"commontable/internal/open"
)

// Whoever adds up a list comes to the figures that the pages show.
func TestListsAddUp(t *testing.T) {
	t.Parallel()
	check := func(t *testing.T, tx *db.Tx) {
		var m funding.Money
		for _, p := range programmes(t, tx) {
			one, err := funding.ProgrammeMoney(t.Context(), tx, p.ID)
			if err != nil {
				t.Fatal(err)
			}
			m = m.Plus(one)
		}
		areas, payments, spending := rowsOf(t, tx, open.AreasCSV), rowsOf(t, tx, open.PaymentsCSV), rowsOf(t, tx, open.SpendingCSV)
		for _, f := range []struct {
			what      string
			got, want money.Amount
		}{
			{"allocated to areas", sum(t, areas, "Allocated"), m.Allocated},
			{"promised to areas", sum(t, areas, "Promised, not yet paid"), m.Promised},
			{"paid for areas", sum(t, areas, "Paid"), m.Paid},
			{"contribution for areas", sum(t, areas, "Contribution"), m.Contribution},
			{"spent by areas", sum(t, areas, "Spent"), m.Spent},
			{"held for areas", sum(t, areas, "Held and not spent"), m.Held()},
			{"left to areas", sum(t, areas, "Left to plan"), m.Left()},
			{"payments", sum(t, payments, "Stays paid"), m.Paid},
			{"contributions", sum(t, payments, "Contribution that stays"), m.Contribution},
			{"spending", sum(t, spending, "Stays spent"), m.Spent},
		} {
			if f.got != f.want {
				t.Errorf("%s: the list adds up to %s, want %s", f.what, f.got, f.want)
			}
		}
		if !m.Paid.Positive() || !m.Spent.Positive() || !m.Contribution.Positive() {
			t.Errorf("an empty story: %+v", m)
		}
		for _, r := range append(payments, spending...) {
			if r["Area"] == "" || r["Budget line"] == "" || r["Priority"] == "" || r["Theme"] == "" || r["State"] == "" {
				t.Errorf("a row without its place: %v", r)
			}
		}
	}
	onBoth(t, check)
}

func TestWhatCameToNothingIsMarked(t *testing.T) {
	t.Parallel()
	onVillage(t, func(t *testing.T, tx *db.Tx) {
		states := map[string]int{}
		for _, r := range append(rowsOf(t, tx, open.PaymentsCSV), rowsOf(t, tx, open.SpendingCSV)...) {
			if r["Area"] == "Cobble Fields" {
				states[r["State"]]++
			}
		}
		for state, want := range map[string]int{"handed back in part": 1, "reversed": 2, "certified": 3} {
			if states[state] != want {
				t.Errorf("%d rows say %q, want %d: %v", states[state], state, want, states)
			}
		}
	})
}

// Nobody is named in anything that is given away: not those who work with the
// money, and not those to whom it went.
func TestNobodyIsNamed(t *testing.T) {
	t.Parallel()
	check := func(t *testing.T, tx *db.Tx) {
		people, err := db.All(t.Context(), tx, func(r db.Row) (p [2]string, err error) { return p, r.Scan(&p[0], &p[1]) }, `SELECT id, name FROM people`)
		if err != nil || len(people) < 5 {
			t.Fatalf("%d people, %v", len(people), err)
		}
		payees, err := db.All(t.Context(), tx, db.Value[string], `SELECT DISTINCT payee FROM spends WHERE payee_kind <> 'organisation' AND payee <> ''`)
		if err != nil || len(payees) == 0 {
			t.Fatalf("%d individual payees, %v", len(payees), err)
		}
		references, err := db.All(t.Context(), tx, db.Value[string], `SELECT reference FROM payment_releases`)
		if err != nil {
			t.Fatal(err)
		}
		for name, text := range everything(t, tx) {
			if len(text) < 500 {
				t.Errorf("%s has %d bytes", name, len(text))
			}
			for _, p := range people {
				if strings.Contains(text, p[0]) || (strings.Contains(p[1], " ") && strings.Contains(text, p[1])) {
					t.Errorf("%s tells of %s", name, p[1])
				}
			}
			for _, secret := range append(payees, references...) {
				if strings.Contains(text, secret) {
					t.Errorf("%s tells %q", name, secret)
				}
			}
		}
	}
	onBoth(t, check)
}
