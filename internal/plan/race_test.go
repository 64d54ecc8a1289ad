package plan_test

import (
	"sync"
	"testing"

	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/money"
	"commontable/internal/plan"
)

// Of two versions that fifty people adopt at once each is adopted once at most, none
// after one with a higher number, and the last of them is in force. The programme
// endorses it once.
func TestPlansAreAdoptedOneByOne(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w := world(t, d)
		p := w.Tanners
		var versions [2]int64
		for i := range versions {
			n, err := w.Plans.Write(ctx, p.Chair, p.Area, version(w, fundingtest.Line("green/benches", money.Pounds(int64(10+i)))))
			if err != nil {
				t.Fatal(err)
			}
			versions[i] = n
		}
		var mu sync.Mutex
		times := map[int64]int{}
		fundingtest.AtOnce(t, func(i int) error {
			v := versions[i%2]
			err := w.Plans.Adopt(ctx, p.Chair, p.Area, plan.NewAdoption{Form: string(w.Form()), Version: v, On: w.Today(), Decision: "Meeting"})
			if err == nil {
				mu.Lock()
				defer mu.Unlock()
				times[v]++
			}
			return err
		})
		if times[versions[0]] > 1 || times[versions[1]] != 1 {
			t.Errorf("adopted %v times; want the later once, and the earlier once at most", times)
		}
		read(t, d, func(tx *db.Tx) error {
			v, err := plan.Current(ctx, tx, p.Area.ID)
			if v.Number != versions[1] {
				t.Errorf("version %d is in force, want %d", v.Number, versions[1])
			}
			return err
		})
		if done := fundingtest.AtOnce(t, func(int) error {
			return w.Plans.Endorse(ctx, w.Farah, p.Area, plan.NewEndorsement{Form: string(w.Form()), Version: versions[1], On: w.Today()})
		}); done != 1 {
			t.Errorf("it was endorsed %d times", done)
		}
		if bad := verified(t, d); len(bad) > 0 {
			t.Error(bad)
		}
	})
}

// Of fifty who begin a draft one does; of fifty who write the part that all of them
// read nobody writes over another unseen; and it is finished once.
func TestADraftIsOnePaperWhoeverWrites(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w := world(t, d)
		p := w.Tanners
		if _, err := w.Adopt(ctx, p, fundingtest.Line("green/benches", money.Pounds(10))); err != nil {
			t.Fatal(err)
		}
		if done := fundingtest.AtOnce(t, func(int) error {
			return w.Plans.BeginDraft(ctx, p.Chair, p.Area, plan.NewDraft{Form: string(w.Form())})
		}); done != 1 {
			t.Errorf("%d drafts were begun", done)
		}
		seen := draftOf(t, d, p).Seen(plan.VisionRevision{})
		if done := fundingtest.AtOnce(t, func(i int) error {
			_, err := w.Plans.Revise(ctx, p.Chair, p.Area, string(w.Form()), seen, plan.VisionRevision{Vision: string(rune('A' + i)), FromYear: 2026, UntilYear: 2028})
			return err
		}); done != 1 {
			t.Errorf("%d wrote over what the others had read", done)
		}
		was := draftOf(t, d, p)
		if _, err := w.Plans.Revise(ctx, p.Chair, p.Area, string(w.Form()), was.Seen(plan.VisionRevision{}), plan.VisionRevision{Vision: "A greener Reach", FromYear: was.FromYear, UntilYear: was.UntilYear}); err != nil {
			t.Fatal(err)
		}
		green, err := w.Plans.Revise(ctx, p.Chair, p.Area, string(w.Form()), "", plan.PriorityRevision{Name: "Green spaces", Why: "Nowhere to sit"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Plans.Revise(ctx, p.Chair, p.Area, string(w.Form()), "", plan.MoneyRevision{Priority: plan.PriorityID(green), Lines: []plan.NewLine{{Name: "Trees", Theme: "green-spaces", Budget: money.Pounds(5)}}}); err != nil {
			t.Fatal(err)
		}
		draft := was.Number
		if done := fundingtest.AtOnce(t, func(int) error {
			_, err := w.Plans.FinishDraft(ctx, p.Chair, p.Area, draft, string(w.Form()))
			return err
		}); done != 1 {
			t.Errorf("it was finished %d times", done)
		}
		if done := fundingtest.AtOnce(t, func(int) error {
			_, err := w.Plans.BeginReview(ctx, p.Chair, p.Area, 1, string(w.Form()))
			return err
		}); done != 1 {
			t.Errorf("%d reviews were begun", done)
		}
		if bad := verified(t, d); len(bad) > 0 {
			t.Error(bad)
		}
	})
}
