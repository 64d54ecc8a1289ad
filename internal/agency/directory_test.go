package agency_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"commontable/internal/agency"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
)

// What is done around an area is found by its words, is public where that was chosen,
// and ends on a day.
func TestDirectory(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, by, a, today := t.Context(), w.p.Chair, w.p.Area, w.Today()
		_, err := w.WriteEntry(ctx, by, a, "", agency.NewEntry{Form: w.form()})
		for _, field := range []string{"name", "host", "seen_on"} {
			wrong(t, err, field)
		}
		lunch, err := w.WriteEntry(ctx, by, a, "", agency.NewEntry{Form: w.form(), Name: "Soup lunch", Host: "St Aidan’s", Days: "Thursdays", Public: true, SeenOn: today.AddDays(-9)})
		w.check(err)
		_, err = w.WriteEntry(ctx, by, a, "", agency.NewEntry{Form: w.form(), Name: "Debt advice", Host: "Marlow Advice", SeenOn: today})
		w.check(err)
		names := func(inside bool) (all string) {
			w.read(func(ctx context.Context, tx *db.Tx) error {
				found, err := agency.Directory(ctx, tx, a.ID, today, inside)
				for _, e := range found {
					all += e.Name + ";"
				}
				return err
			})
			return all
		}
		if got := names(true); got != "Debt advice;Soup lunch;" {
			t.Errorf("inside: %s", got)
		}
		if got := names(false); got != "Soup lunch;" {
			t.Errorf("outside: %s", got)
		}
		w.read(func(ctx context.Context, tx *db.Tx) error {
			e, err := agency.EntryByID(ctx, tx, a.ID, lunch)
			for words, want := range map[string]bool{"soup": true, "THURSDAY aidan": true, "dinner": false, "": true} {
				if got := e.Finds(words); got != want {
					t.Errorf("%q: got %v, want %v", words, got, want)
				}
			}
			return err
		})
		if _, err := w.WriteEntry(ctx, w.Millbrook.Chair, w.Millbrook.Area, lunch, agency.NewEntry{Form: w.form(), Name: "Mine", Host: "Me", SeenOn: today}); !errors.Is(err, fault.NotFound) {
			t.Errorf("from another area: %v", err)
		}
		w.check(w.EndEntry(ctx, by, a, lunch, today, w.form()))
		if got := names(true); got != "Debt advice;" {
			t.Errorf("after the end: %s", got)
		}
		card, err := w.WriteCard(ctx, by, a, "", agency.NewCard{Form: w.form(), Activity: "Soup lunch", Ask: "The council’s duty team", Reach: "0121 496 0123", CheckedOn: today})
		w.check(err)
		_, err = w.WriteCard(ctx, by, a, card, agency.NewCard{Form: w.form(), Activity: "Soup lunch", Ask: "The council’s duty team", Reach: "0121 496 0199", CheckedOn: today})
		w.check(err)
		w.check(w.KeepSeen(ctx, by, a, agency.Seen{Form: w.form(), Kind: "project", Subject: "a project", Name: "Debt club", Found: []string{"Debt advice"}, Because: "Theirs is full"}))
		w.read(func(ctx context.Context, tx *db.Tx) error {
			cards, err := agency.Cards(ctx, tx, a.ID, w.Today())
			if err != nil || len(cards) != 1 || cards[0].Reach != "0121 496 0199" {
				t.Errorf("cards: %v, %v", cards, err)
			}
			if other, err := agency.SeenOf(ctx, tx, a.ID, "project", "another"); err != nil || len(other) != 0 {
				t.Errorf("of another project: %v, %v", other, err)
			}
			seen, err := agency.SeenOf(ctx, tx, a.ID, "project", "a project")
			if err != nil || len(seen) != 1 || seen[0].Because != "Theirs is full" {
				t.Errorf("seen: %v, %v", seen, err)
			}
			return err
		})
		wrong(t, w.EndCard(ctx, by, a, card, today.AddDays(1), w.form()), "on")
		if err := w.EndCard(ctx, w.Millbrook.Chair, w.Millbrook.Area, card, today, w.form()); !errors.Is(err, fault.NotFound) {
			t.Errorf("ended from another area: %v", err)
		}
		w.check(w.EndCard(ctx, by, a, card, today, w.form()))
		if err := w.EndCard(ctx, by, a, card, today, w.form()); !errors.Is(err, fault.Conflict) {
			t.Errorf("ended twice: %v", err)
		}
		inUse := func(want int) {
			t.Helper()
			w.read(func(ctx context.Context, tx *db.Tx) error {
				cards, err := agency.Cards(ctx, tx, a.ID, today)
				if err != nil || len(cards) != want {
					t.Errorf("for use: %v, %v; want %d", cards, err, want)
				}
				was, err := agency.CardByID(ctx, tx, a.ID, card)
				if err != nil || was.Reach != "0121 496 0199" {
					t.Errorf("what it said: %v, %v", was, err)
				}
				return nil
			})
		}
		inUse(0)
		_, err = w.WriteCard(ctx, by, a, card, agency.NewCard{Form: w.form(), Activity: "Soup lunch", Ask: "The duty team", Reach: "0121 496 0199", CheckedOn: today})
		w.check(err)
		inUse(1)
		w.verified()
	})
}

// An area adds a sort of body for itself, and a programme for all of its areas; it is
// called as they call it, and drawn as what it is most like.
func TestTypesOfOnesOwn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, by, a, today := t.Context(), w.p.Chair, w.p.Area, w.Today()
		_, err := w.AddType(ctx, by, a, agency.NewType{Form: w.form(), Name: strings.ToUpper(agency.School.Kind().Name), Like: "nothing"})
		wrong(t, err, "name")
		wrong(t, err, "like")
		n := agency.NewType{Form: w.form(), Name: "Allotment  society", Like: agency.Group, Plain: "People who grow food together."}
		made, err := w.AddType(ctx, by, a, n)
		w.check(err)
		if again, err := w.AddType(ctx, by, a, n); err != nil || again != made {
			t.Errorf("sent twice: %v, %v; want %v", again, err, made)
		}
		if _, err := w.AddType(ctx, w.Millbrook.Chair, a, agency.NewType{Form: w.form(), Name: "Club", Like: agency.Group}); !errors.Is(err, fault.NotFound) {
			t.Errorf("for another area: %v", err)
		}
		if _, err := w.AddTypeFor(ctx, by, w.Programme, agency.NewType{Form: w.form(), Name: "Club", Like: agency.Group}); !errors.Is(err, fault.Forbidden) {
			t.Errorf("a chair, for the programme: %v", err)
		}
		_, err = w.AddTypeFor(ctx, w.Farah, w.Programme, agency.NewType{Form: w.form(), Name: "Sports trust", Like: agency.Business})
		w.check(err)
		body, err := w.AddBody(ctx, by, a, agency.NewBody{Form: w.form(), Name: "Elm Lane Plots", Type: made, From: today})
		w.check(err)
		w.read(func(ctx context.Context, tx *db.Tx) error {
			for of, want := range map[area.ID][]string{a.ID: {"Allotment society", "Sports trust"}, w.Millbrook.Area.ID: {"Sports trust"}} {
				in, err := area.ByID(ctx, tx, of)
				if err != nil {
					return err
				}
				kinds, err := agency.Kinds(ctx, tx, in)
				var added []string
				for _, k := range kinds {
					if k.Added {
						added = append(added, k.Name)
					}
				}
				if err != nil || !slices.Equal(added, want) {
					t.Errorf("added in %s: %v, %v; want %v", in.Name, added, err, want)
				}
			}
			b, err := agency.BodyByID(ctx, tx, body)
			if err != nil || b.KindInWords() != "Allotment society" || b.Type.Shape() != "group" {
				t.Errorf("the body is %q, drawn as %q, %v", b.KindInWords(), b.Type.Shape(), err)
			}
			called, err := agency.Called(ctx, tx, made, agency.School)
			if err != nil || called[made] != "Allotment society" || called[agency.School] != agency.School.Kind().Name {
				t.Errorf("called %v, %v", called, err)
			}
			return nil
		})
		w.verified()
	})
}

func TestSoundAlike(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, what, other, otherWhat string
		want                         bool
	}{
		{"Gardening club", "", "Community garden", "", true},
		{"Lunch club", "", "Chess club", "", false},
		{"Warm welcome", "Hot soup for older neighbours in winter", "The kitchen", "Older neighbours eat hot soup together", true},
		{"Bike repairs", "We mend bikes", "Debt advice", "Help with money", false},
		{"Allotments", "", "Allotment", "", true},
	} {
		if got := agency.SoundAlike(test.name, test.what, test.other, test.otherWhat); got != test.want {
			t.Errorf("%q and %q: got %v, want %v", test.name, test.other, got, test.want)
		}
	}
}
