package relationship_test

import (
	"sync"
	"testing"

	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/relationship"
)

// Somebody holds a relationship once, leaves it once; a promise comes to one end,
// whichever of those who say so at once is first, an officer among them; and of two
// relationships that go into each other one does.
func TestARelationshipIsNotDoubledByMany(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, chair, a, today := t.Context(), w.p.Chair, w.p.Area, w.Today()
		one, other := w.add("Parks"), w.add("Roads")
		var mu sync.Mutex
		var held relationship.HolderID
		if done := fundingtest.AtOnce(t, func(int) error {
			h, err := w.Relationships.Hold(ctx, chair, a, one, relationship.NewHolder{Form: w.form(), Side: relationship.Ours, Name: "Ann", From: today.AddDays(-30)})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				held = h
			}
			return err
		}); done != 1 {
			t.Errorf("Ann came to hold it %d times", done)
		}
		if done := fundingtest.AtOnce(t, func(int) error {
			return w.Leave(ctx, chair, a, held, relationship.NewLeaving{Form: w.form(), Until: today, Next: relationship.NewHolder{Name: "Bo"}})
		}); done != 1 {
			t.Errorf("Ann left %d times", done)
		}
		if l := w.link(one, today); len(l.Holders) != 1 || l.Holders[0].Name != "Bo" {
			t.Errorf("after Ann it is held by %+v, want Bo once", l.Holders)
		}
		p, err := w.Promise(ctx, chair, a, one, relationship.NewPromise{Form: w.form(), Side: relationship.Theirs, What: "Two benches", MadeOn: today.AddDays(-9), DueOn: today.AddDays(9)})
		ok(t, err)
		officer := relationship.Officer{By: chair, Name: "Jas Gill", Shows: []string{relationship.PartPromises}}
		if done := fundingtest.AtOnce(t, func(i int) error {
			if i%3 == 0 {
				return w.SayKept(ctx, officer, a, one, p, "", w.form())
			}
			return w.NotePromise(ctx, chair, a, p, relationship.NewPromiseStep{Form: w.form(), What: []string{relationship.Kept, relationship.Withdrawn}[i%2], On: today, Words: "As it is"})
		}); done != 1 {
			t.Errorf("the promise came to %d ends", done)
		}
		if done := fundingtest.AtOnce(t, func(i int) error {
			both := []relationship.ID{one, other}
			return w.Merge(ctx, chair, a, both[i%2], relationship.Merge{Form: w.form(), Into: both[1-i%2], On: today})
		}); done != 1 {
			t.Errorf("%d went into each other", done)
		}
		w.verified()
	})
}
