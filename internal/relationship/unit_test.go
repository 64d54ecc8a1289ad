package relationship_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"commontable/internal/agency"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/organisation"
	"commontable/internal/relationship"
)

// A relationship is with a body or with a team of it: of no other body, and of no other
// area. A team that is not there is added with the link; where another body takes the
// body's place, the relationship goes on with it.
func TestARelationshipIsWithABodyOrATeam(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, by, a, g := t.Context(), w.p.Chair, w.p.Area, w.Agencies
		parks := w.add("Blackbrook Council", func(n *relationship.New) { n.Team = "Parks  team" })
		also := w.add("Blackbrook Council", func(n *relationship.New) { n.Team, n.Name = "parks team", "The rangers" })
		first, second := w.link(parks, w.Today()), w.link(also, w.Today())
		if first.Unit == "" || first.Unit != second.Unit || first.Name != "Blackbrook Council: Parks team" || second.Name != "The rangers" {
			t.Fatalf("with a team: %+v and %+v", first, second)
		}
		w.read(func(tx *db.Tx) error {
			listed, err := agency.Listed(ctx, tx, a.ID, w.Today())
			if len(listed) != 1 || listed[0].ID != first.Body {
				t.Errorf("on the list: %+v", listed)
			}
			return err
		})
		other, err := g.AddBody(ctx, by, a, agency.NewBody{Form: w.form(), Name: "Vale Council", Type: agency.Council, From: w.Today()})
		ok(t, err)
		foreign, err := g.AddBody(ctx, w.Millbrook.Chair, w.Millbrook.Area, agency.NewBody{Form: w.form(), Name: "Millbrook Council", Type: agency.Council, From: w.Today()})
		ok(t, err)
		change := func(body organisation.ID, unit agency.UnitID) error {
			return w.Change(ctx, by, a, parks, relationship.Draft{Body: body, Unit: unit, Name: "Parks", Type: agency.Council}, w.form())
		}
		wrong(t, change(other, first.Unit), "unit")
		wrong(t, change("", "no such team"), "unit")
		wrong(t, change(foreign, ""), "body")

		ok(t, w.ShowOfficers(ctx, by, a, parks, relationship.NewView{Form: w.form(), Contents: []string{relationship.PartPromises}}))
		ok(t, w.Change(ctx, by, a, parks, relationship.Draft{Name: "Parks", Type: agency.Council, Unit: first.Unit}, w.form()))
		shown := func(to organisation.ID) (n int) {
			w.read(func(tx *db.Tx) error {
				all, err := relationship.ShownTo(ctx, tx, to, "anybody", w.Today())
				n = len(all)
				return err
			})
			return n
		}
		if shown(first.Body) != 1 {
			t.Error("what was shown is hidden by a change of its name")
		}
		ok(t, g.Replace(ctx, by, a, first.Body, other, w.Today(), w.form()))
		wrong(t, change("", first.Unit), "unit") // the team is another's by now
		ok(t, change(other, first.Unit))
		if l := w.link(parks, w.Today()); l.Body != other || l.Unit != first.Unit {
			t.Errorf("it goes on with %+v", l)
		}
		if shown(first.Body)+shown(other) != 0 {
			t.Error("officers of another body see what was chosen for those of the first")
		}
		w.verified()
	})
}

// What is over, or went into another, is found again; what is not is not among it.
func TestWhatIsOverIsFound(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, by, a := t.Context(), w.p.Chair, w.p.Area
		on, off, into := w.add("Council"), w.add("College"), w.add("Housing")
		ok(t, w.Note(ctx, by, a, off, relationship.NewState{Form: w.form(), From: w.Today().AddDays(-30), Closeness: relationship.Over}))
		ok(t, w.Merge(ctx, by, a, into, relationship.Merge{Form: w.form(), Into: on, On: w.Today().AddDays(-10)}))
		w.read(func(tx *db.Tx) error {
			past, err := relationship.OverOn(ctx, tx, a.ID, w.Today())
			if len(past) != 2 || past[0].ID != into || past[0].MergedIn != on || past[1].ID != off || past[1].Since != w.Today().AddDays(-30) {
				t.Errorf("over: %+v", past)
			}
			if err != nil {
				return err
			}
			past, err = relationship.OverOn(ctx, tx, a.ID, w.Today().AddDays(-20))
			if len(past) != 1 || past[0].ID != off {
				t.Errorf("twenty days ago: %+v", past)
			}
			return err
		})
	})
}

// Over all areas of a programme each is counted once for a type and what it is for;
// an area's own type is counted as what it is drawn as, and the programme's as its own.
func TestCountsByTypeAndPurpose(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, by, a, g := t.Context(), w.p.Chair, w.p.Area, w.Agencies
		own, err := g.AddType(ctx, by, a, agency.NewType{Form: w.form(), Name: "Allotment society", Like: agency.Group})
		ok(t, err)
		trust, err := g.AddTypeFor(ctx, w.Farah, w.Programme, agency.NewType{Form: w.form(), Name: "Sports trust", Like: agency.Business})
		ok(t, err)
		of := func(t agency.Type) func(*relationship.New) {
			return func(n *relationship.New) { n.Type = t }
		}
		parks, roads := w.add("Parks"), w.add("Roads")
		plots, trusts := w.add("Plots", of(own)), w.add("Pools", of(trust))
		hoped := w.add("Not yet", of(agency.Health), func(n *relationship.New) { n.State.Closeness = relationship.NotYet })
		for _, one := range []relationship.ID{parks, roads, plots, trusts, hoped} {
			ok(t, w.SetPurposes(ctx, by, a, one, relationship.NewUses{Form: w.form(), From: w.Today(), Uses: map[relationship.Purpose]string{"tell": "", "networks": ""}}))
		}
		w.p = w.Millbrook
		w.add("Council")
		w.read(func(tx *db.Tx) error {
			c, err := relationship.CountIn(ctx, tx, w.Programme.ID, w.Today())
			sharing := relationship.Purpose("tell").Group()
			for _, got := range []struct {
				of        string
				got, want int
			}{
				{"areas", c.Areas, 2},
				{"areas with a council", c.Types[agency.Council], 2},
				{"links with a council", c.Links[agency.Council], 3},
				{"areas with a council to share news", c.For[agency.Council][sharing], 1},
				{"areas with a group", c.Types[agency.Group], 1},
				{"of the area's own type", c.Types[own], 0},
				{"of the programme's type", c.Types[trust], 1},
				{"of its type", c.Types[agency.Business], 0},
				{"not started", c.Types[agency.Health], 0},
				{"to tell", c.Purposes["tell"], 1},
			} {
				if got.got != got.want {
					t.Errorf("%s: got %d, want %d", got.of, got.got, got.want)
				}
			}
			return err
		})
		if _, err := g.AddTypeFor(ctx, by, w.Programme, agency.NewType{Form: w.form(), Name: "Ours", Like: agency.Group}); !errors.Is(err, fault.Forbidden) {
			t.Errorf("a chair, for the programme: %v", err)
		}
	})
}

// Where the name of somebody was removed, no relationship that they held has it; that
// somebody held it stays, and so does the history.
func TestANameThatWasRemovedIsInNoRelationship(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, by, a, g := t.Context(), w.p.Chair, w.p.Area, w.Agencies
		g.Forgotten = w.ForgetContactIn
		one := w.add("Blackbrook Council")
		iris, err := g.AddContact(ctx, by, a, agency.NewContact{Form: w.form(), Name: "Iris Hale"})
		ok(t, err)
		for _, n := range []relationship.NewHolder{{Name: "Iris Hale", Contact: iris, Words: "Likes tea"}, {Name: "Ian Cole"}} {
			n.Form, n.Side, n.From = w.form(), relationship.Theirs, w.Today().AddDays(-9)
			_, err := w.Relationships.Hold(ctx, by, a, one, n)
			ok(t, err)
		}
		for _, n := range []relationship.NewChange{
			{Why: relationship.Absence, Side: relationship.Theirs, Who: "iris  hale", Words: "Her knee"},
			{Why: relationship.Absence, Side: relationship.Theirs, Who: "Ian Cole", Cover: "Iris Hale", Words: "A course"},
			{Why: relationship.Absence, Side: relationship.Ours, Who: "Iris Hale"}, // one of ours who is called so
		} {
			n.Form, n.From, n.Of = w.form(), w.Today(), []relationship.ID{one}
			ok(t, w.NoteChange(ctx, by, a, n))
		}
		officer := relationship.Officer{By: by, Name: "Iris Hale", Shows: []string{relationship.PartPromises}}
		ok(t, w.GiveNotice(ctx, officer, a, one, relationship.StaffChange{Form: w.form(), Who: "Ian Cole", On: w.Today().AddDays(4)}))
		officer.Name = "Ian Cole"
		ok(t, w.GiveNotice(ctx, officer, a, one, relationship.StaffChange{Form: w.form(), What: relationship.NewInPost, Who: "Iris Hale", On: w.Today().AddDays(4)}))
		_, err = w.AddEntry(ctx, by, a, one, relationship.NewEntry{Form: w.form(), Kind: relationship.Noted, On: w.Today(), Words: "Tea with IRIS  hale", Seen: relationship.SeenByUs})
		ok(t, err)
		_, err = w.Promise(ctx, by, a, one, relationship.NewPromise{Form: w.form(), Side: relationship.Theirs, What: "Two benches", Who: "Iris Hale", MadeOn: w.Today()})
		ok(t, err)
		mentioned := func() (where []string) {
			w.read(func(tx *db.Tx) error {
				all, err := relationship.Mentions(ctx, tx, a.ID, "Iris Hale")
				for _, m := range all {
					where = append(where, m.Name+": "+m.What)
				}
				return err
			})
			return where
		}
		stands := []string{"Blackbrook Council: a promise", "Blackbrook Council: the story"}
		if got := mentioned(); !slices.Equal(got, stands) {
			t.Errorf("the name stands in %q, want %q", got, stands)
		}
		w.verified()
		ok(t, g.Forget(ctx, by, a, iris, w.form()))
		w.read(func(tx *db.Tx) error {
			entries, err := relationship.Entries(ctx, tx, a.ID, one)
			for _, e := range entries {
				if e.Kind == relationship.Notice && (e.SaidBy == "Iris Hale" || strings.Contains(e.Words, "Iris")) {
					t.Errorf("a notice tells of them still: %+v", e)
				}
			}
			return err
		})
		w.read(func(tx *db.Tx) error {
			changes, err := relationship.Changes(ctx, tx, a.ID, one)
			var told []string
			for _, c := range changes {
				told = append(told, c.Who+"/"+c.Cover+"/"+c.Words)
			}
			if want := []string{agency.Removed + "//", "Ian Cole/" + agency.Removed + "/A course", "Iris Hale//", "Ian Cole//", agency.Removed + "//"}; !slices.Equal(told, want) {
				t.Errorf("changes: got %q, want %q", told, want)
			}
			return err
		})
		held := w.link(one, w.Today()).Theirs
		if len(held) != 2 || held[0].Name != agency.Removed || held[1].Name != "Ian Cole" {
			t.Errorf("held by %+v", held)
		}
		w.verified()
	})
}
