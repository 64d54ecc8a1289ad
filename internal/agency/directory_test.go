package agency_test

import (
	"context"
	"errors"
	"testing"

	"commontable/internal/agency"
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
			cards, err := agency.Cards(ctx, tx, a.ID)
			if err != nil || len(cards) != 1 || cards[0].Reach != "0121 496 0199" {
				t.Errorf("cards: %v, %v", cards, err)
			}
			seen, err := agency.SeenOf(ctx, tx, a.ID)
			if err != nil || len(seen) != 1 || seen[0].Because != "Theirs is full" {
				t.Errorf("seen: %v, %v", seen, err)
			}
			return err
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
