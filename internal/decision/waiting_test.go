package decision_test

import (
	"reflect"
	"testing"

	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/decision"
)

// What waits of an area's decisions is asked in sets: of four under way it costs as
// many statements as of one. And each stands as when it is read by itself.
func TestWhatWaitsIsAskedInSets(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tb := newTable(t, d)
		tb.rules(t, 3)
		pending := func(who string) (all []decision.Pending, statements int64) {
			before := d.Stats().Statements
			tb.must(t, d.Read(t.Context(), func(tx *db.Tx) (err error) {
				all, err = tb.decisions.PendingIn(t.Context(), tx, tb.who[who], tb.area)
				return err
			}))
			return all, d.Stats().Statements - before
		}
		if none, asked := pending("Sol"); len(none) != 0 || asked != 1 {
			t.Errorf("nothing is under way: %d, in %d statements; want none, in 1", len(none), asked)
		}
		put := func() {
			number := tb.put(t, "Rosa", tb.proposal())
			hash := tb.read(t, number).Text().Hash
			tb.must(t, tb.says(t.Context(), number, "Rosa", decision.Support, hash))
			tb.must(t, tb.says(t.Context(), number, "Tess", decision.Worry, hash))
		}
		put()
		_, ofOne := pending("Sol")
		for range 3 {
			put()
		}
		all, ofFour := pending("Sol")
		if len(all) != 4 || ofFour != ofOne || ofOne > 30 {
			t.Errorf("%d decisions in %d statements, and one in %d; want 4 in as many as one, at most 30", len(all), ofFour, ofOne)
		}
		for i, one := range all {
			if i > 0 && one.Number > all[i-1].Number {
				t.Error("want the newest first")
			}
			var agree decision.Agreement
			tb.must(t, d.Read(t.Context(), func(tx *db.Tx) (err error) {
				agree, err = tb.decisions.AgreementOf(t.Context(), tx, tb.read(t, one.Number))
				return err
			}))
			if !reflect.DeepEqual(one.Agreement.Tally, agree.Tally) || len(one.Agreement.Last) != 2 || one.Frozen || one.Bar.Vote {
				t.Errorf("decision %d: %+v, want %+v", one.Number, one.Agreement.Tally, agree.Tally)
			}
		}
		if seen, _ := pending("Fred"); len(seen) != 4 {
			t.Errorf("a friend reads the papers: %d, want 4", len(seen))
		}
	})
}
