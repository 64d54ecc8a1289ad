package workshop_test

import (
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/workshop"
)

// A credit line and an agreement are of the day on which both sides signed off: as it was
// noted, or as each said so here; and not of the day on which somebody began to note it.
func TestWhenBothSidesSigned(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, parks, today := t.Context(), w.parks(), w.Today()
		guest := workshop.Guest{By: access.Actor{Person: "a link"}, Link: "a link"}
		credit := w.begin(workshop.Credit, parks, workshop.Answers{"for": "The play area", "with": "Parks", "words": "Made by residents, with the parks team."})
		is := func(of workshop.ID, ours, theirs, both date.Date, words string) {
			t.Helper()
			r := w.get(of)
			if r.SignedOn(workshop.Ours) != ours || r.SignedOn(workshop.Theirs) != theirs || r.BothSigned() != both || r.SignedInWords() != words {
				t.Errorf("we signed %s, they %s, both %s: %q; want %s, %s, %s: %q", r.SignedOn(workshop.Ours), r.SignedOn(workshop.Theirs), r.BothSigned(), r.SignedInWords(), ours, theirs, both, words)
			}
		}
		none := date.Date{}
		is(credit, none, none, none, "")
		w.check(w.say(credit, workshop.Agreed, w.get(credit).Digest()))
		is(credit, today, none, none, "We signed on "+today.Long())
		w.Clock.Pass(5 * 24 * time.Hour)
		w.check(w.GuestSays(ctx, guest, w.p.Area, credit, workshop.Agreed, w.get(credit).Digest(), string(w.Form())))
		later := today.AddDays(5)
		is(credit, today, later, later, "We signed on "+today.Long()+", they on "+later.Long())
		w.Clock.Pass(50 * 24 * time.Hour)
		if got := w.get(credit).Day(); got != later {
			t.Errorf("it is of %s, want the day on which the second signed, %s", got, later)
		}

		long := today.AddDays(-900)
		lease := w.begin(workshop.Agreement, parks, workshop.Answers{"sort": "lease", "name": "The field", "with": "Parks", "from": long.AddDays(30).String()})
		if err := w.write(lease, "signed", workshop.Answers{"ours": w.Today().AddDays(1).String()}); err == nil {
			t.Error("it was signed on a day to come")
		}
		w.check(w.write(lease, "signed", workshop.Answers{"ours": long.String(), "theirs": long.String()}))
		is(lease, long, long, long, "Both signed on "+long.Long())
		if got := w.get(lease).Day(); got != long.AddDays(30) {
			t.Errorf("the lease is of %s, want the day from which it holds", got)
		}

		earlier := w.begin(workshop.Credit, parks, workshop.Answers{"for": "The path", "with": "Parks", "words": "Made by residents."})
		w.check(w.write(earlier, "signed", workshop.Answers{"ours": long.String(), "theirs": long.AddDays(2).String()}))
		if got := w.get(earlier).Day(); got != long.AddDays(2) {
			t.Errorf("what was signed on paper is of %s, want %s", got, long.AddDays(2))
		}
		w.verified()
	})
}
