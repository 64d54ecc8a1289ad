package relationship_test

import (
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/organisation"
	"commontable/internal/relationship"
	"commontable/internal/share"
)

// officer gives somebody an account as an officer of a body.
func (w world) officer(name string, of organisation.ID) access.Actor {
	w.t.Helper()
	var by access.Actor
	ok(w.t, w.Relationships.DB.Write(w.t.Context(), func(tx *db.Tx) (err error) {
		by, err = w.PersonIn(w.t.Context(), tx, name, access.AgencyOfficer, access.InOrganisation, string(of))
		return err
	}))
	return by
}

// sees is what an officer sees of the relationships with a body, in one line.
func (w world) sees(of organisation.ID, who access.Actor) (words string) {
	w.t.Helper()
	w.read(func(tx *db.Tx) error {
		all, err := relationship.ShownTo(w.t.Context(), tx, of, who.Person, w.Today())
		for _, one := range all {
			words += one.Name + ": " + strings.Join(one.Contents, " ") + ";"
		}
		return err
	})
	return words
}

// Two officers of one body see different things where that is chosen: one what every
// officer does, the other more, or less, or nothing, until a day or until something else
// is chosen.
func TestEachOfficerSeesWhatWasChosenForThem(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, by, a := t.Context(), w.p.Chair, w.p.Area
		parks := w.add("Blackbrook Council")
		body := w.link(parks, w.Today()).Body
		jas, kit := w.officer("Jas Gill", body), w.officer("Kit Ash", body)
		elsewhere := w.officer("Pat Moss", w.p.LTO.ID)
		one := func(who access.Actor, n relationship.NewOwnView) error {
			n.Form, n.Person = w.form(), who.Person
			return w.ShowOfficer(ctx, by, a, parks, n)
		}
		see := func(when, forJas, forKit string) {
			t.Helper()
			for _, c := range []struct {
				who  access.Actor
				want string
			}{{jas, forJas}, {kit, forKit}} {
				want := ""
				if c.want != "" {
					want = "Blackbrook Council: " + c.want + ";"
				}
				if got := w.sees(body, c.who); got != want {
					t.Errorf("%s %s sees %q, want %q", when, c.who.Name, got, want)
				}
			}
		}
		ok(t, w.ShowOfficers(ctx, by, a, parks, relationship.NewView{Form: w.form(), Contents: []string{relationship.PartPromises, relationship.PartTimeline}}))
		see("as it begins", "promises timeline", "promises timeline")

		wrong(t, one(kit, relationship.NewOwnView{}), "own")
		wrong(t, one(kit, relationship.NewOwnView{Own: true}), "contents")
		wrong(t, one(kit, relationship.NewOwnView{Own: true, Nothing: true, Contents: []string{relationship.PartPromises}}), "contents")
		wrong(t, one(kit, relationship.NewOwnView{Own: true, Nothing: true, Until: w.Today().AddDays(-1)}), "until")
		if err := one(elsewhere, relationship.NewOwnView{Own: true, Nothing: true}); err == nil {
			t.Error("something was chosen for an officer of another body")
		}
		ok(t, one(kit, relationship.NewOwnView{Own: true, Contents: []string{relationship.PartHandover, "no such part", relationship.PartAbout}}))
		see("with parts of her own", "promises timeline", "about handover")
		ok(t, one(kit, relationship.NewOwnView{Own: true, Nothing: true, Until: w.Today().AddDays(3)}))
		see("with nothing, until a day", "promises timeline", "")
		ok(t, w.ShowOfficers(ctx, by, a, parks, relationship.NewView{Form: w.form(), Contents: []string{relationship.PartAgreements}}))
		see("when every officer sees something else", "agreements", "")
		w.Clock.Pass(72 * time.Hour)
		see("on the last day", "agreements", "")
		w.Clock.Pass(24 * time.Hour)
		see("after the last day", "agreements", "agreements")
		ok(t, one(kit, relationship.NewOwnView{Own: true, Contents: []string{relationship.PartPromises}}))
		ok(t, w.ShowOfficers(ctx, by, a, parks, relationship.NewView{Form: w.form(), Nothing: true}))
		see("when every officer sees nothing", "", "promises")
		ok(t, one(kit, relationship.NewOwnView{AsOthers: true}))
		ok(t, one(jas, relationship.NewOwnView{AsOthers: true})) // it is so already
		see("as others", "", "")
		w.read(func(tx *db.Tx) error {
			all, err := relationship.OwnViews(ctx, tx, a.ID, parks)
			if len(all) != 4 || all[3].Own || all[0].By != by.Person || all[1].Until.IsZero() {
				t.Errorf("what was chosen: %+v", all)
			}
			general, err2 := relationship.Views(ctx, tx, a.ID, parks)
			if len(general) != 3 || general[0].By != by.Person || general[0].At.IsZero() {
				t.Errorf("for all: %+v", general)
			}
			if err == nil {
				err = err2
			}
			return err
		})
		if err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE relationship_person_views SET contents = 'about'`)
			return err
		}); err == nil {
			t.Error("what was chosen for one can be changed")
		}
		w.verified()
	})
}

// Where a relationship goes on with another body, or goes into another, what officers
// with an account see ends, all of it; of the links those end that were named, and the
// others stay.
func TestWhatEndsWhenItGoesOnWithAnother(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, by, a := t.Context(), w.p.Chair, w.p.Area
		parks, roads := w.add("Blackbrook Council"), w.add("Vale Council")
		body, next := w.link(parks, w.Today()).Body, w.link(roads, w.Today()).Body
		jas := w.officer("Jas Gill", body)
		link := func(of relationship.ID, whom string) share.LinkID {
			l, _, err := w.Shares.Make(ctx, by, share.NewLink{Form: w.form(), Kind: "relationship", Place: a.Place(), Subject: string(of), Contents: []string{relationship.PartPromises}, ForWhom: whom, Until: w.Today().AddDays(60)}, relationship.PartNames())
			ok(t, err)
			return l.ID
		}
		stays, ends := link(parks, "Kit"), link(parks, "Jas")
		standing := func(l share.LinkID) (is share.Standing) {
			w.read(func(tx *db.Tx) error {
				one, err := share.LinkByID(ctx, tx, string(a.ID), l)
				if err != nil {
					return err
				}
				is, err = w.Shares.StandingOf(ctx, tx, one)
				return err
			})
			return is
		}
		ok(t, w.ShowOfficer(ctx, by, a, parks, relationship.NewOwnView{Form: w.form(), Person: jas.Person, Own: true, Contents: []string{relationship.PartPromises}}))
		draft := relationship.Draft{Name: "Parks", Type: agency.Council, EndLinks: []share.LinkID{ends}}
		ok(t, w.Change(ctx, by, a, parks, draft, w.form()))
		if w.sees(body, jas) == "" || standing(ends) != share.Works {
			t.Error("something ended where it stayed with its body")
		}
		draft.Body = next
		ok(t, w.Change(ctx, by, a, parks, draft, w.form()))
		if got := w.sees(body, jas); got != "" {
			t.Errorf("an officer of the first body sees %q", got)
		}
		if standing(ends) != share.TakenOff || standing(stays) != share.Works {
			t.Errorf("the link that was named %s, the other %s", standing(ends), standing(stays))
		}
		draft.Body, draft.EndLinks = body, nil
		ok(t, w.Change(ctx, by, a, parks, draft, w.form()))
		if got := w.sees(body, jas); got != "" {
			t.Errorf("back with the first body, its officer sees %q without being chosen again", got)
		}
		w.read(func(tx *db.Tx) error {
			moves, err := relationship.Moves(ctx, tx, a.ID, parks)
			if len(moves) != 2 || moves[0].From != body || moves[0].To != next || moves[1].To != body {
				t.Errorf("moves: %+v", moves)
			}
			return err
		})
		ok(t, w.ShowOfficers(ctx, by, a, parks, relationship.NewView{Form: w.form(), Contents: []string{relationship.PartPromises}}))
		last := link(parks, "Lee")
		ok(t, w.Merge(ctx, by, a, parks, relationship.Merge{Form: w.form(), Into: roads, On: w.Today(), EndLinks: []share.LinkID{last}}))
		if standing(last) != share.TakenOff || standing(stays) != share.Works || w.sees(body, jas) != "" {
			t.Error("what went into another is shown as before")
		}
		w.read(func(tx *db.Tx) error {
			v, err := relationship.ViewOf(ctx, tx, a.ID, parks)
			if len(v.Contents) != 0 {
				t.Errorf("it shows %v", v.Contents)
			}
			return err
		})
		w.verified()
	})
}
