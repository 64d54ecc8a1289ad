package decision_test

import (
	"errors"
	"strings"
	"testing"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/decision"
	"commontable/internal/fault"
)

// No vote ends while an area rests (R37): one is not opened so, and an area does not
// close over one that is open until people were given longer.
func TestNoVoteEndsInAClosure(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tb := newTable(t, d)
		tb.rules(t, 1)
		number, _ := tb.toVote(t)
		ends := date.InLondon(tb.read(t, number).Poll.ClosesAt)
		areas := *tb.Areas
		areas.Ends = decision.EndsWithin
		rests := func(from, until date.Date) error {
			_, err := areas.Close(t.Context(), tb.who["Grace"], tb.area, area.NewClosure{Form: tb.form(), From: from, Until: until, Why: "Holidays"})
			return err
		}
		for _, from := range []date.Date{ends, ends.AddDays(-1)} {
			wrong, _ := errors.AsType[fault.Invalid](rests(from, ends.AddDays(9)))
			if !strings.Contains(wrong.For("from"), "The vote on decision 1 closes on "+ends.Full()) {
				t.Errorf("closing from %s over a vote: %v", from, wrong)
			}
		}
		tb.must(t, rests(ends.AddDays(1), ends.AddDays(4))) // it closes the evening before
		inside := decision.NewExtension{Form: tb.form(), ClosesAt: decision.At(ends.AddDays(2), 20), Why: "Snow"}
		if wrong, _ := errors.AsType[fault.Invalid](tb.decisions.Extend(t.Context(), tb.who["Grace"], tb.area, number, inside)); wrong.For("closes") == "" {
			t.Error("a vote was given time until a day on which the area rests")
		}
		inside.Form, inside.ClosesAt = tb.form(), decision.At(ends.AddDays(4), 20)
		tb.must(t, tb.decisions.Extend(t.Context(), tb.who["Grace"], tb.area, number, inside))
		tb.must(t, rests(ends, ends.AddDays(1)))
	})
}
