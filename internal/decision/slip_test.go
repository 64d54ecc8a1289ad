package decision_test

import (
	"fmt"
	"strings"
	"testing"

	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/decision"
	"commontable/internal/fault"
)

// A slip waits for a second person until a later vote of the same holder counts, not
// until a later slip is entered, which may be a mistake or worse. It stays in the log of
// the vote whatever becomes of it.
func TestASlipStaysWhateverTookItsPlace(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tb := newTable(t, d)
		tb.rules(t, 1)
		number, hash := tb.toVote(t)
		enter := func(whose string, c decision.Choice) {
			t.Helper()
			tb.must(t, tb.decisions.Vote(t.Context(), tb.who["Wes"], tb.area, number, decision.NewBallot{Form: tb.form(), Hash: hash, Choice: c, For: tb.who[whose].Person, Via: decision.OnPaper}))
		}
		confirm := func(turn int64) error {
			return tb.decisions.Confirm(t.Context(), tb.who["Rosa"], tb.area, number, decision.ABallot, turn, tb.form())
		}
		expect := func(when, log, offered string) {
			t.Helper()
			var said, givers []string
			tb.must(t, d.Read(t.Context(), func(tx *db.Tx) error {
				of, err := decision.ByNumber(t.Context(), tx, tb.area.ID, number)
				if err != nil {
					return err
				}
				out, err := tb.decisions.Out(t.Context(), tx, of)
				if err != nil {
					return err
				}
				for _, s := range of.Poll.Slips(out, of.Result.Outcome != "") {
					said = append(said, fmt.Sprint(s.Turn, " ", s.Became))
				}
				all, err := tb.decisions.GiversIn(t.Context(), tx, of)
				for _, g := range all {
					for name, who := range tb.who {
						if who.Person == g.Person && (name == "Uma" || name == "Sol" || name == "Tess") {
							givers = append(givers, fmt.Sprintf("%s spoke %t in %t waits %t", name, g.Spoke, g.In, g.Waits))
						}
					}
				}
				return err
			}))
			if got := strings.Join(said, ", "); got != log {
				t.Errorf("%s: the log says %q, want %q", when, got, log)
			}
			if got := strings.Join(givers, ", "); !strings.Contains(got, offered) {
				t.Errorf("%s: %q, want %q among them", when, got, offered)
			}
		}
		enter("Uma", decision.No)
		enter("Uma", decision.Yes)
		expect("two slips of Uma", "1 waits, 2 waits", "Uma spoke false in false waits true")
		tb.must(t, confirm(1))
		expect("the first confirmed", "1 counts, 2 waits", "Uma spoke false in true waits true")
		tb.must(t, confirm(2))
		expect("and the second", "1 replaced, 2 counts", "Uma spoke false in true waits false")
		enter("Sol", decision.No)
		tb.must(t, tb.votes(t.Context(), number, "Sol", decision.Yes, hash))
		expect("Sol votes after his slip", "1 replaced, 2 counts, 3 replaced", "Sol spoke true in true waits false")
		tb.must(t, tb.decisions.Recuse(t.Context(), tb.who["Uma"], tb.area, number, "", tb.form()))
		expect("Uma steps out", "1 out, 2 out, 3 replaced", "Tess spoke false in false waits false")
		tb.Clock.Pass(49 * 3600e9)
		tb.must(t, tb.close(t.Context(), number))
		expect("after the result", "1 out, 2 out, 3 replaced", "")
		wants(t, "confirmed after the result", confirm(3), fault.Conflict)
		tb.verified(t)
	})
}
