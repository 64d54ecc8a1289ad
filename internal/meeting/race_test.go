package meeting_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/meeting"
)

// together does something fifty times at once, and counts what was done. Whatever
// else is answered has to be a refusal in words.
func (w *world) together(do func(i int) error) (done int) {
	w.t.Helper()
	var wg sync.WaitGroup
	var mu sync.Mutex
	for i := range 50 {
		wg.Go(func() {
			err := do(i)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				done++
			case !errors.Is(err, fault.Conflict) && !errors.Is(err, fault.Unavailable):
				w.t.Errorf("client %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	return done
}

// Notes are agreed once, and what is agreed is what was written before that, however
// many write and agree at once; and so is what stands beside them.
func TestNotesAreAgreedOnceWhileOthersWriteThem(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, a, chair := t.Context(), w.Tanners.Area, w.Tanners.Chair
		mid, items := w.held()
		if done := w.together(func(int) error { return w.meetings.AgreeAgenda(ctx, chair, a, mid, w.form()) }); done != 1 {
			t.Errorf("the agenda was agreed %d times", done)
		}
		on := date.Must("2026-11-18")
		agreed := 0
		var mu sync.Mutex
		w.together(func(i int) error {
			if i%2 == 0 {
				return w.meetings.WriteNotes(ctx, w.mo, a, mid, meeting.NewNotes{Form: w.form(), WentWell: "Tea", WentBadly: "Cold", Items: []meeting.ItemNote{{Item: items[0].ID, Agreed: "Ask again, try " + string(rune('A'+i/2))}}})
			}
			err := w.meetings.AgreeNotes(ctx, chair, a, mid, meeting.NewAgreement{Form: w.form(), On: on})
			if err == nil {
				mu.Lock()
				agreed++
				mu.Unlock()
			}
			return err
		})
		if agreed == 0 { // each of them wrote anew what had been circulated
			w.must(w.meetings.Circulate(ctx, w.mo, a, mid, meeting.NewCirculation{Form: w.form()}))
			w.agree(mid)
			agreed++
		}
		if agreed != 1 {
			t.Errorf("the notes were agreed %d times", agreed)
		}
		if err := w.meetings.WriteNotes(ctx, w.mo, a, mid, meeting.NewNotes{Form: w.form()}); !errors.Is(err, fault.Conflict) {
			t.Errorf("agreed notes were written: %v", err)
		}
		c, err := w.meetings.Correct(ctx, w.mo, a, mid, meeting.NewCorrection{Form: w.form(), Stood: "Cold", Right: "Warm"})
		w.must(err)
		if done := w.together(func(int) error {
			return w.meetings.AgreeCorrection(ctx, chair, a, mid, c, meeting.NewAgreement{Form: w.form(), On: w.Today()})
		}); done != 1 {
			t.Errorf("the correction was agreed %d times", done)
		}
		if bad := w.verify(); len(bad) > 0 {
			t.Errorf("verify: %q", bad)
		}
	})
}

// An action is done once, a meeting is called off once, and an agenda has no more items
// than it may have, however many try at once.
func TestOneOfFiftyEndsAnAction(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, a, chair := t.Context(), w.Tanners.Area, w.Tanners.Chair
		mid := w.arrange(w.evening("2026-11-17"))
		aid, err := w.meetings.AddAction(ctx, w.mo, a, meeting.NewAction{Form: w.form(), Meeting: mid, Words: "Ring Brightwell", Owner: w.mo.Person})
		w.must(err)
		if done := w.together(func(i int) error {
			by := []access.Actor{w.mo, chair}[i%2]
			return w.meetings.EndAction(ctx, by, a, aid, meeting.NewEnd{Form: fmt.Sprint("end ", i), Outcome: []meeting.Outcome{meeting.Done, meeting.LetGo}[i%2], Why: "Somebody else did"})
		}); done != 1 {
			t.Errorf("the action was ended %d times", done)
		}
		if done := w.together(func(i int) error {
			_, err := w.meetings.PutForward(ctx, w.mo, a, mid, meeting.NewItem{Form: fmt.Sprint("item ", i), Title: fmt.Sprint("Item ", i)})
			return err
		}); done != meeting.MostItems {
			t.Errorf("%d items were put forward; an agenda has room for %d", done, meeting.MostItems)
		}
		places := map[int64]bool{}
		for _, i := range w.agenda(mid) {
			places[i.Position] = true
		}
		if len(places) != meeting.MostItems {
			t.Errorf("%d items have %d places", meeting.MostItems, len(places))
		}
		if done := w.together(func(i int) error { return w.meetings.CallOff(ctx, chair, a, mid, "Snow", fmt.Sprint("off ", i)) }); done != 1 {
			t.Errorf("the meeting was called off %d times", done)
		}
		if bad := w.verify(); len(bad) > 0 {
			t.Errorf("verify: %q", bad)
		}
	})
}
