package agency_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"commontable/internal/agency"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/organisation"
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

// The list of sub-types is as open as that of types: an area's own is of one type, for
// that area alone, and is what a body of it is called.
func TestSubtypesOfOnesOwn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, by, a, today := t.Context(), w.p.Chair, w.p.Area, w.Today()
		own, err := w.AddType(ctx, by, a, agency.NewType{Form: w.form(), Name: "Allotment society", Like: agency.Group})
		w.check(err)
		one, err := w.AddType(ctx, by, a, agency.NewType{Form: w.form(), Name: "Provider collaborative", Like: agency.Health, Within: true, Plain: "Trusts that work together."})
		w.check(err)
		of, err := w.AddType(ctx, by, a, agency.NewType{Form: w.form(), Name: "Seed bank", Like: own, Within: true})
		w.check(err)
		_, err = w.AddType(ctx, by, a, agency.NewType{Form: w.form(), Name: "provider  Collaborative", Like: agency.Health, Within: true})
		wrong(t, err, "name")
		_, err = w.AddType(ctx, by, a, agency.NewType{Form: w.form(), Name: "Another", Like: own})
		wrong(t, err, "like")
		_, err = w.AddBody(ctx, by, a, agency.NewBody{Form: w.form(), Name: "Calder Together", Type: agency.School, Subtype: string(one), From: today})
		wrong(t, err, "subtype")
		made, err := w.AddBody(ctx, by, a, agency.NewBody{Form: w.form(), Name: "Calder Together", Type: agency.Health, Subtype: string(one), From: today})
		w.check(err)
		_, err = w.AddBody(ctx, by, a, agency.NewBody{Form: w.form(), Name: "Elm Lane Seeds", Type: own, Subtype: string(of), From: today})
		w.check(err)
		w.read(func(ctx context.Context, tx *db.Tx) error {
			for _, in := range []struct {
				of   area.ID
				want bool
			}{{a.ID, true}, {w.Millbrook.Area.ID, false}} {
				place, err := area.ByID(ctx, tx, in.of)
				if err != nil {
					return err
				}
				kinds, err := agency.Kinds(ctx, tx, place)
				found := slices.ContainsFunc(agency.KindIn(kinds, agency.Health).Subtypes, func(s agency.Subtype) bool { return s.Code == string(one) && s.Added })
				if err != nil || found != in.want || slices.ContainsFunc(kinds, func(k agency.Kind) bool { return strings.Contains(string(k.Type), "/") }) {
					t.Errorf("in %s: found %v, want %v, %v", place.Name, found, in.want, err)
				}
			}
			b, err := agency.BodyByID(ctx, tx, made)
			if err != nil || b.KindInWords() != "Provider collaborative" || b.TypeInWords() != agency.Health.Kind().Name {
				t.Errorf("it is %q of %q, %v", b.KindInWords(), b.TypeInWords(), err)
			}
			return nil
		})
		if slices.ContainsFunc(agency.Health.Kind().Subtypes, func(s agency.Subtype) bool { return s.Added }) {
			t.Error("what an area added is among what comes with the program")
		}
		w.verified()
	})
}

// What an area added itself it can put right; what a register lists it cannot.
func TestABodyIsPutRight(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, by, a, today := t.Context(), w.p.Chair, w.p.Area, w.Today()
		of := w.body("Marlow Parish Counsil", agency.Council)
		change := func(n agency.BodyChange) error {
			n.Form = w.form()
			return w.ChangeBody(ctx, by, a, of, n)
		}
		is := func() (b agency.Body) {
			w.read(func(ctx context.Context, tx *db.Tx) (err error) {
				b, err = agency.BodyByID(ctx, tx, of)
				return err
			})
			return b
		}
		err := change(agency.BodyChange{Type: agency.School, Subtype: "parish", Opened: today.AddDays(2)})
		wrong(t, err, "name")
		wrong(t, err, "subtype")
		wrong(t, err, "opened")
		w.check(change(agency.BodyChange{Name: "Marlow Parish Council", Type: agency.Council, Subtype: "parish", Place: "Market  Square", Opened: today.AddMonths(-100)}))
		if b := is(); b.Name != "Marlow Parish Council" || b.KindInWords() != "Parish or town council" || b.Tier != agency.Parish || b.Place != "Market Square" || len(b.Names) != 0 {
			t.Errorf("put right: %+v", b)
		}
		w.check(change(agency.BodyChange{Name: "Marlow Town Council", Type: agency.Council, Subtype: "parish", Opened: today.AddMonths(-100), Renamed: true}))
		if b := is(); b.Name != "Marlow Town Council" || len(b.Names) != 1 || b.Names[0].Name != "Marlow Parish Council" {
			t.Errorf("renamed: %+v", b)
		}
		if err := w.ChangeBody(ctx, w.Millbrook.Chair, w.Millbrook.Area, of, agency.BodyChange{Form: w.form(), Name: "Ours", Type: agency.Council}); !errors.Is(err, fault.NotFound) {
			t.Errorf("of another area: %v", err)
		}
		w.brings("local-authority-code,official-name,gss-code,local-authority-type\nZ01,Blackbrook Council,X06000001,UA\n", agency.Say{Register: "councils", Edition: today.AddDays(-9)})
		listed := w.by("GB-LAE", "Z01")
		if err := w.ChangeBody(ctx, by, a, listed.ID, agency.BodyChange{Form: w.form(), Name: "Ours", Type: agency.Council}); !errors.Is(err, fault.Conflict) {
			t.Errorf("of a register: %v", err)
		}
		w.verified()
	})
}

// Somebody means by a name the one of their list, then their own, then the one that
// lies where they are. A school elsewhere is none that they mean, and of several nobody
// guesses.
func TestWhomSomebodyMeans(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, by, a, today := t.Context(), w.p.Chair, w.p.Area, w.Today()
		a.AuthorityCode = "X06000001"
		w.brings("URN,EstablishmentName,EstablishmentStatus (name),PhaseOfEducation (name),DistrictAdministrative (code)\n"+
			"100001,St Mary’s School,Open,Primary,X06000001\n100002,St Mary’s School,Open,Primary,X06000002\n100003,Far Away School,Open,Primary,X06000002\n100004,Twin School,Open,Primary,X06000001\n100005,Twin School,Open,Primary,X06000001\n",
			agency.Say{Register: "schools", Edition: today.AddDays(-9)})
		meant := func(name string, of agency.Type) (found organisation.ID, err error) {
			w.read(func(ctx context.Context, tx *db.Tx) error {
				found, err = agency.Meant(ctx, tx, a, name, of, today)
				return nil
			})
			return found, err
		}
		for _, test := range []struct {
			name string
			of   agency.Type
			want organisation.ID
		}{
			{"St Mary’s School", agency.School, w.by("GB-EDU", "100001").ID}, {"Far Away School", agency.School, ""}, {"St Mary’s School", agency.Police, ""}, {"Nobody at all", agency.School, ""},
		} {
			if got, err := meant(test.name, test.of); err != nil || got != test.want {
				t.Errorf("%s, %s: got %q, %v; want %q", test.name, test.of, got, err, test.want)
			}
		}
		_, err := meant("Twin School", agency.School)
		wrong(t, err, "who")
		w.check(w.List(ctx, by, a, w.by("GB-EDU", "100005").ID, today, w.form()))
		if got, err := meant("twin school", agency.Other); err != nil || got != w.by("GB-EDU", "100005").ID {
			t.Errorf("the one of the list: got %q, %v", got, err)
		}
		own, err := w.AddBody(ctx, by, a, agency.NewBody{Form: w.form(), Name: "Far Away School", Type: agency.School, From: today, Different: true})
		w.check(err)
		if got, err := meant("Far Away School", agency.School); err != nil || got != own {
			t.Errorf("its own: got %q, %v", got, err)
		}
	})
}

// Whoever changes free words behind the program's back is found out.
func TestChangedWordsAreFound(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	w := newWorld(t, d)
	ctx, by, a, today := t.Context(), w.p.Chair, w.p.Area, w.Today()
	of := w.body("Blackbrook Council", agency.Council)
	w.hold(w.post(of, w.unit(of, "Parks", ""), "Officer"), w.contact("Iris Hale"), today, false)
	_, err := w.WriteEntry(ctx, by, a, "", agency.NewEntry{Form: w.form(), Name: "Soup", Host: "The shed", SeenOn: today})
	w.check(err)
	_, err = w.WriteCard(ctx, by, a, "", agency.NewCard{Form: w.form(), Activity: "Lunch", Ask: "The desk", Reach: "0115 496 0000", CheckedOn: today})
	w.check(err)
	w.verified()
	w.check(d.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE agency_contacts SET name = 'Somebody else'`)
		return err
	}))
	var found []string
	w.read(func(ctx context.Context, tx *db.Tx) error {
		readers, err := agency.Readers(ctx, tx, func(words string) { found = append(found, words) })
		if err != nil {
			return err
		}
		_, err = audit.VerifyTold(ctx, tx, func(words string) { found = append(found, words) }, readers)
		return err
	})
	if len(found) != 1 || !strings.Contains(found[0], "the words of agency contact written") {
		t.Errorf("found %q", found)
	}
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
