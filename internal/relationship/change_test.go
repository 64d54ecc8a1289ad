package relationship_test

import (
	"errors"
	"strings"
	"testing"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/relationship"
)

// Who is away is noted once for all that they hold, and asks for a look until they are
// back, somebody says that nothing is needed, or a handover was begun for it.
func TestSomebodyIsAway(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, today, a := t.Context(), w.Today(), w.p.Area
		var held []relationship.ID
		for _, name := range []string{"Parks", "Highways", "Library"} {
			one := w.add(name)
			held = append(held, one)
			if name != "Library" {
				_, err := w.Relationships.Hold(ctx, w.p.Chair, a, one, relationship.NewHolder{Form: w.form(), Side: relationship.Ours, Name: "Tom  Pearce", From: today.AddDays(-50)})
				ok(t, err)
			}
		}
		away := relationship.NewChange{Form: w.form(), Why: relationship.Absence, Side: relationship.Ours, Who: "tom pearce", From: today.AddDays(10), Until: today.AddDays(40), Cover: "Yusuf"}
		ok(t, w.NoteChange(ctx, w.p.Chair, a, away))
		ok(t, w.NoteChange(ctx, w.p.Chair, a, away)) // sent twice, it counts once
		changes := func(of relationship.ID) (all []relationship.Change) {
			w.read(func(tx *db.Tx) (err error) {
				all, err = relationship.Changes(ctx, tx, a.ID, of)
				return err
			})
			return all
		}
		all := changes("")
		if len(all) != 2 || len(changes(held[2])) != 0 {
			t.Fatalf("the changes are %+v, want one for each of the two that Tom holds", all)
		}
		c := changes(held[0])[0]
		if got, want := c.Says(today), "tom pearce is away from "+today.AddDays(10).Long()+" to "+today.AddDays(39).Long()+". Yusuf stands in for them."; got != want {
			t.Errorf("it says %q, want %q", got, want)
		}
		for _, on := range []struct {
			days         int
			stands, away bool
		}{{0, true, false}, {10, true, true}, {39, true, true}, {40, false, false}} {
			if day := today.AddDays(on.days); c.Stands(day, nil) != on.stands || c.AwayOn(day) != on.away {
				t.Errorf("after %d days: stands %v, away %v", on.days, c.Stands(day, nil), c.AwayOn(day))
			}
		}
		_, err := w.OpenHandover(ctx, w.p.Chair, a, held[0], relationship.NewHandover{Form: w.form(), Why: relationship.Absence, Side: relationship.Ours, Who: "Tom Pearce", By: today.AddDays(9)})
		ok(t, err)
		w.read(func(tx *db.Tx) error {
			handovers, err := relationship.Handovers(ctx, tx, a.ID, "")
			if c.Stands(today, handovers) || !changes(held[1])[0].Stands(today, handovers) {
				t.Error("a handover answers the change that it was begun for, and no other")
			}
			return err
		})
		other := changes(held[1])[0]
		wrong(t, w.EndChange(ctx, w.p.Chair, a, other.ID, " ", w.form()), "words")
		ok(t, w.EndChange(ctx, w.p.Chair, a, other.ID, "Leroy does it", w.form()))
		if changes(held[1])[0].Stands(today, nil) {
			t.Error("it stands though nothing is needed")
		}

		for _, bad := range []struct {
			n     relationship.NewChange
			field string
		}{
			{relationship.NewChange{Why: relationship.Leaving, Who: "Tom", From: today}, "why"},
			{relationship.NewChange{Why: relationship.Absence, Side: relationship.Ours, From: today}, "who"},
			{relationship.NewChange{Why: relationship.Absence, Who: "Tom", From: today}, "side"},
			{relationship.NewChange{Why: relationship.Absence, Side: relationship.Ours, Who: "Tom Pearce"}, "from"},
			{relationship.NewChange{Why: relationship.Absence, Side: relationship.Ours, Who: "Tom Pearce", From: today, Until: today}, "until"},
			{relationship.NewChange{Why: relationship.Absence, Side: relationship.Theirs, Who: "Tom Pearce", From: today}, "of"},
			{relationship.NewChange{Why: relationship.Election, From: today}, "of"},
			{relationship.NewChange{Why: relationship.Restructure, From: today, Of: held, Words: strings.Repeat("x", 501)}, "words"},
		} {
			bad.n.Form = w.form()
			wrong(t, w.NoteChange(ctx, w.p.Chair, a, bad.n), bad.field)
		}
		ok(t, w.NoteChange(ctx, w.p.Chair, a, relationship.NewChange{Form: w.form(), Why: relationship.Election, From: today.AddDays(-5), Of: held[2:], Who: "nobody", Cover: "nobody"}))
		if got, want := changes(held[2])[0].Says(today), "There was an election on "+today.AddDays(-5).Long()+"."; got != want {
			t.Errorf("it says %q, want %q", got, want)
		}
		resident := access.Actor{Person: "rosa", Name: "Rosa Kent", Hat: access.Hat{Role: access.Resident, Scope: access.InArea, Place: string(a.ID)}}
		if err := w.NoteChange(ctx, resident, a, away); !errors.Is(err, fault.Forbidden) {
			t.Errorf("a resident notes it: %v", err)
		}
		if err := w.NoteChange(ctx, w.Millbrook.Chair, w.Millbrook.Area, relationship.NewChange{Form: w.form(), Why: relationship.Election, From: today, Of: held}); !errors.Is(err, fault.NotFound) {
			t.Errorf("the chair of another area: %v", err)
		}
		w.verified()
	})
}

// An officer gives notice of who leaves, is away or is new: for the partnership alone.
// They confirm what they promised, and say why it was later; of a handover on our side
// there is nothing for them.
func TestAnOfficerTells(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, today, a := t.Context(), w.Today(), w.p.Area
		one := w.add("Parks")
		jas := relationship.Officer{By: w.p.Chair, Name: "Jas Gill", Shows: []string{relationship.PartPromises, relationship.PartHandover}}
		for _, told := range []struct {
			what relationship.Why
			want string
		}{
			{"", "Karen leaves on " + today.Long() + ". Kit takes over."},
			{relationship.NewInPost, "Karen is new from " + today.Long() + "."},
			{relationship.Absence, "Karen is away from " + today.Long() + " to " + today.AddDays(6).Long() + ". Kit stands in for them."},
		} {
			ok(t, w.GiveNotice(ctx, jas, a, one, relationship.StaffChange{Form: w.form(), What: told.what, Who: "Karen", On: today, Until: today.AddDays(7), Next: "Kit"}))
			w.read(func(tx *db.Tx) error {
				all, err := relationship.Changes(ctx, tx, a.ID, one)
				if c := all[len(all)-1]; c.Says(today) != told.want || c.SaidBy != "Jas Gill" {
					t.Errorf("what was told is %q by %q, want %q", c.Says(today), c.SaidBy, told.want)
				}
				entries, err2 := relationship.Entries(ctx, tx, a.ID, one)
				if e := entries[0]; e.Kind != relationship.Notice || e.Seen != relationship.SeenByUs {
					t.Errorf("the notice is %+v, want it for us alone", e)
				}
				return errors.Join(err, err2)
			})
		}
		wrong(t, w.GiveNotice(ctx, jas, a, one, relationship.StaffChange{Form: w.form(), What: relationship.Election, Who: "Karen", On: today}), "what")
		wrong(t, w.GiveNotice(ctx, jas, a, one, relationship.StaffChange{Form: w.form(), Who: "Karen"}), "on")

		promise := func(side relationship.Side) relationship.PromiseID {
			made, err := w.Promise(ctx, w.p.Chair, a, one, relationship.NewPromise{Form: w.form(), Side: side, What: "Mend the gate", MadeOn: today.AddDays(-30), DueOn: today.AddDays(-9)})
			ok(t, err)
			return made
		}
		theirs := promise(relationship.Theirs)
		ok(t, w.SayPromised(ctx, jas, a, one, theirs, w.form()))
		ok(t, w.SayPromised(ctx, jas, a, one, theirs, w.form())) // it stands in writing already
		wrong(t, w.SayKept(ctx, jas, a, one, theirs, "", w.form()), "words")
		ok(t, w.SayKept(ctx, jas, a, one, theirs, "The part was late", w.form()))
		w.read(func(tx *db.Tx) error {
			p, err := relationship.PromiseByID(ctx, tx, a.ID, theirs)
			if len(p.Steps) != 2 || !p.InWriting() || p.Steps[0].SaidBy != "Jas Gill" || p.State(today) != relationship.DoneLate || p.Steps[1].Words != "The part was late" {
				t.Errorf("the promise is %+v", p)
			}
			return err
		})
		ours := promise(relationship.Ours)
		if err := w.SayPromised(ctx, jas, a, one, ours, w.form()); !errors.Is(err, fault.NotFound) {
			t.Errorf("an officer confirms what we promised: %v", err)
		}
		wrong(t, w.NotePromise(ctx, w.p.Chair, a, ours, relationship.NewPromiseStep{Form: w.form(), What: relationship.Kept, On: today}), "words")
		ok(t, w.NotePromise(ctx, w.p.Chair, a, ours, relationship.NewPromiseStep{Form: w.form(), What: relationship.Kept, On: today.AddDays(-9)}))

		h, err := w.OpenHandover(ctx, w.p.Chair, a, one, relationship.NewHandover{Form: w.form(), Why: relationship.Leaving, Side: relationship.Ours, Who: "Sam", By: today})
		ok(t, err)
		if err := w.ConfirmHandover(ctx, jas, a, one, h, w.form()); !errors.Is(err, fault.NotFound) {
			t.Errorf("an officer confirms a handover on our side: %v", err)
		}
		w.verified()
	})
}

// Each of theirs has a tier; it is noted with whom we were in touch; and the mix of news
// tells when it was all bad.
func TestTiersAndTheMixOfNews(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, today, a := t.Context(), w.Today(), w.p.Area
		one, other := w.add("Parks"), w.add("Highways")
		hold := func(of relationship.ID, side relationship.Side, name string) relationship.HolderID {
			made, err := w.Relationships.Hold(ctx, w.p.Chair, a, of, relationship.NewHolder{Form: w.form(), Side: side, Name: name, From: today.AddDays(-300)})
			ok(t, err)
			return made
		}
		karen, jas, sam, ian := hold(one, relationship.Theirs, "Karen"), hold(one, relationship.Theirs, "Jas"), hold(one, relationship.Ours, "Sam"), hold(other, relationship.Theirs, "Ian")
		ok(t, w.SetTier(ctx, w.p.Chair, a, karen, relationship.Occasional, w.form()))
		ok(t, w.SetTier(ctx, w.p.Chair, a, karen, relationship.CloseTier, w.form()))
		ok(t, w.SetTier(ctx, w.p.Chair, a, jas, relationship.NoTier, w.form()))
		wrong(t, w.SetTier(ctx, w.p.Chair, a, jas, "daily", w.form()), "tier")
		if err := w.SetTier(ctx, w.p.Chair, a, sam, relationship.CloseTier, w.form()); !errors.Is(err, fault.Conflict) {
			t.Errorf("a tier for one of us: %v", err)
		}
		contact := func(days int, news string, with ...relationship.HolderID) error {
			_, err := w.AddEntry(ctx, w.p.Chair, a, one, relationship.NewEntry{Form: w.form(), Kind: relationship.InTouch, On: today.AddDays(-days), How: "met", News: news, Seen: relationship.SeenByUs, With: with})
			return err
		}
		ok(t, contact(400, "good", jas))
		ok(t, contact(50, "not so good", karen, jas))
		wrong(t, contact(40, "good", ian), "with")
		wrong(t, contact(40, "good", sam), "with")
		w.read(func(tx *db.Tx) error {
			held, err := relationship.Holders(ctx, tx, a.ID, one)
			if err != nil {
				return err
			}
			touches, err := relationship.Touches(ctx, tx, a.ID, held, today)
			if got := touches[karen]; got.Tier != relationship.CloseTier || got.Last != today.AddDays(-50) || got.QuietWeeks != 7 {
				t.Errorf("Karen: %+v", got)
			}
			if got := touches[jas]; got.Tier != relationship.NoTier || got.QuietWeeks != 0 {
				t.Errorf("Jas: %+v", got)
			}
			if err != nil {
				return err
			}
			entries, err := relationship.Entries(ctx, tx, a.ID, one)
			if len(entries) != 2 || strings.Join(entries[0].With, " ") != "Jas Karen" {
				t.Errorf("the entries are %+v", entries)
			}
			if m := relationship.MixOf(entries, today); m != (relationship.Mix{NotSoGood: 1}) || !m.OnlyBad() {
				t.Errorf("the mix is %+v", m)
			}
			return err
		})
		w.verified()
	})
}

// The walkabout is arranged when its day is known, and again when it moves.
func TestAWalkaboutIsArranged(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, today, a := t.Context(), w.Today(), w.p.Area
		h, err := w.OpenHandover(ctx, w.p.Chair, a, w.add("Parks"), relationship.NewHandover{Form: w.form(), Why: relationship.NewInPost, Side: relationship.Theirs, ToWhom: "Jas", By: today.AddDays(30)})
		ok(t, err)
		walk := func() relationship.HandoverStep {
			var step relationship.HandoverStep
			w.read(func(tx *db.Tx) error {
				got, err := relationship.HandoverByID(ctx, tx, a.ID, h)
				step, _ = got.Walkabout()
				return err
			})
			return step
		}
		for _, plan := range []struct {
			days int
			who  string
		}{{5, "Yusuf"}, {9, "Kofi"}} {
			ok(t, w.Tick(ctx, w.p.Chair, a, h, relationship.NewTicks{Form: w.form(), On: today, WalkOn: today.AddDays(plan.days), WalkWho: plan.who}))
			if got := walk(); got.PlannedOn != today.AddDays(plan.days) || got.Who != plan.who {
				t.Errorf("the walkabout is %+v, want it in %d days with %s", got, plan.days, plan.who)
			}
		}
		wrong(t, w.Tick(ctx, w.p.Chair, a, h, relationship.NewTicks{Form: w.form(), On: today, WalkOn: today.AddDays(9), WalkWho: "Kofi"}), "done") // nothing new
		ok(t, w.Tick(ctx, w.p.Chair, a, h, relationship.NewTicks{Form: w.form(), On: today, Done: []int64{walk().Position}}))
		if got := walk(); got.Position != 0 {
			t.Errorf("it is still to do: %+v", got)
		}
		w.verified()
	})
}

// A question that was asked before it was noted is as old as it is, and is there for who
// asked it, where they have an account.
func TestAQuestionIsAsOldAsItIs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, today, a := t.Context(), w.Today(), w.p.Area
		_, err := w.Ask(ctx, w.p.Chair, a, relationship.NewQuestion{Form: w.form(), What: "Who mends the steps?", Asker: "Rosa Kent", Person: "rosa", On: today.AddDays(-31)})
		ok(t, err)
		_, err = w.Ask(ctx, w.p.Chair, a, relationship.NewQuestion{Form: w.form(), What: "When?", Asker: "Rosa Kent", On: today.AddDays(1)})
		wrong(t, err, "on")
		rosa := access.Actor{Person: "rosa", Name: "Rosa Kent", Hat: access.Hat{Role: access.Resident, Scope: access.InArea, Place: string(a.ID)}}
		_, err = w.Ask(ctx, rosa, a, relationship.NewQuestion{Form: w.form(), What: "And the lamp?", Asker: "Somebody", Person: "somebody", On: today.AddDays(-90)})
		ok(t, err)
		w.read(func(tx *db.Tx) error {
			hers, err := relationship.Questions(ctx, tx, a.ID, "rosa")
			if len(hers) != 2 || hers[1].Days(today) != 31 || hers[0].Days(today) != 0 || hers[0].AskedBy != "rosa" {
				t.Errorf("her questions are %+v", hers)
			}
			return err
		})
		w.verified()
	})
}
