package project_test

import (
	"sync/atomic"
	"testing"

	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/project"
)

// A milestone is reached or dropped once, what was asked is settled once, a part ends
// once, and a project has one lead, however many say so at once.
func TestWhatEndsEndsOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, chair, a, today := t.Context(), w.p.Chair, w.p.Area, w.Today()
		hub := w.begin("The Hub")
		check := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		m, err := w.AddMilestone(ctx, chair, a, hub, project.NewMilestone{Form: string(w.Form()), Name: "Open", When: project.When{On: today}})
		check(err)
		if done := fundingtest.AtOnce(t, func(i int) error {
			return w.EndMilestone(ctx, chair, a, m, project.MilestoneEnd{Form: string(w.Form()), Reached: i%2 == 0, On: today, Words: "It rained"})
		}); done != 1 {
			t.Errorf("the milestone ended %d times", done)
		}
		r, err := w.AddRequirement(ctx, chair, a, hub, project.NewRequirement{Form: string(w.Form()), What: "A form", AskedBy: "The council", Basis: project.Habit, AskedOn: today})
		check(err)
		if done := fundingtest.AtOnce(t, func(i int) error {
			return w.Settle(ctx, chair, a, r, project.NewOutcome{Form: string(w.Form()), Outcome: []project.Outcome{project.Met, project.Dropped}[i%2], On: today, Words: "A letter"})
		}); done != 1 {
			t.Errorf("what was asked was settled %d times", done)
		}
		part, err := w.AddPart(ctx, chair, a, hub, project.NewPart{Form: string(w.Form()), Party: project.Party{Kind: project.Person, Name: "Rosa", Resident: true}, Role: project.Own, Words: "Keys", From: today.AddDays(-9)})
		check(err)
		if done := fundingtest.AtOnce(t, func(int) error { return w.EndPart(ctx, chair, a, part, today, string(w.Form())) }); done != 1 {
			t.Errorf("the part ended %d times", done)
		}
		fundingtest.AtOnce(t, func(i int) error {
			return w.SetLead(ctx, chair, a, hub, project.NewLead{Form: string(w.Form()), Party: project.Party{Kind: project.Person, Name: string(rune('A' + i)), Resident: true}, From: today})
		})
		first := w.get(hub, today).Lead
		if again := w.get(hub, today).Lead; again != first || first.Name == "" {
			t.Errorf("it is led by %+v, and by %+v", first, again)
		}
		w.verified()
	})
}

// A photo is removed while others say again that everybody may see it: once it is
// gone nobody sees it, whatever was said last; and it is removed once.
func TestARemovedPhotoStaysAwayWhateverIsAgreed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, chair, a := t.Context(), w.p.Chair, w.p.Area
		hub := w.begin("The Hub")
		one := w.photo(hub, w.aPhoto(40))
		var removed atomic.Int64
		fundingtest.AtOnce(t, func(i int) error {
			if i%2 == 0 {
				return w.Consent(ctx, chair, a, one.ID, project.NewConsent{Form: string(w.Form()), People: project.Agreed, Public: true, Who: "Both", Until: w.Today().AddMonths(i + 1)})
			}
			err := w.RemovePhoto(ctx, chair, a, one.ID, string(w.Form()))
			if err == nil {
				removed.Add(1)
			}
			return err
		})
		if gone := w.photoNow(one.ID); removed.Load() != 1 || !gone.Removed || gone.Shows+gone.Words+gone.TakenBy+gone.Consent.Who != "" || gone.ShownTo(true, w.Today()) {
			t.Errorf("removed %d times; kept of it: %+v", removed.Load(), gone)
		}
		w.verified()
	})
}
