package person_test

import (
	"errors"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/person"
)

var operator = access.System("a test")

func world(t *testing.T, d *db.DB) *fundingtest.World {
	t.Helper()
	w, err := fundingtest.New(t.Context(), d, 1)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func write(t *testing.T, d *db.DB, f func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// try does something that is refused, and tells how.
func try(t *testing.T, d *db.DB, f func(tx *db.Tx) error) error {
	t.Helper()
	return d.Write(t.Context(), f)
}

func TestAPersonIsAdded(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w := world(t, d)
		write(t, d, func(tx *db.Tx) error {
			p, err := w.People.AddIn(ctx, tx, operator, person.New{Name: " Amina Okafor ", Email: "Amina@Example.org"})
			if p.Name != "Amina Okafor" || p.Email != "amina@example.org" || p.Initials() != "AO" {
				t.Errorf("added %+v, want Amina Okafor, amina@example.org, AO", p)
			}
			found, errFound := person.ByEmail(ctx, tx, "amina@example.org")
			if found != p {
				t.Errorf("found by email: %+v, want %+v", found, p)
			}
			names, errNames := person.Names(ctx, tx, p.ID, "nobody", "")
			if len(names) != 1 || names[p.ID] != "Amina Okafor" {
				t.Errorf("names are %v, want Amina’s alone", names)
			}
			for range 2 { // two without an address are two
				if _, err := w.People.AddIn(ctx, tx, operator, person.New{Name: "Ben"}); err != nil {
					return err
				}
			}
			return errors.Join(err, errFound, errNames)
		})
		err := try(t, d, func(tx *db.Tx) error {
			_, err := w.People.AddIn(ctx, tx, operator, person.New{Name: "Another", Email: "AMINA@example.org"})
			return err
		})
		if !errors.Is(err, fault.Conflict) {
			t.Errorf("the same address twice: got %v, want a conflict", err)
		}
		err = try(t, d, func(tx *db.Tx) error {
			_, err := w.People.AddIn(ctx, tx, w.Amina, person.New{Name: "X"})
			return err
		})
		if !errors.Is(err, fault.Forbidden) {
			t.Errorf("added by programme finance: got %v, want it forbidden", err)
		}
		for field, n := range map[string]person.New{"name": {Name: " "}, "email": {Name: "X", Email: "Amina <a@example.org>"}} {
			if n.Check().For(field) == "" {
				t.Errorf("%+v: want %q marked as wrong", n, field)
			}
		}
		read(t, d, func(tx *db.Tx) error {
			if _, err := person.ByID(ctx, tx, "nobody"); !errors.Is(err, fault.NotFound) {
				t.Errorf("nobody: got %v, want not found", err)
			}
			return nil
		})
	})
}

func read(t *testing.T, d *db.DB, f func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Read(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// A hat is worn from its first day to the day before its last, and gives its
// powers no day longer (G10).
func TestAHatGivesPowersOnlyWhileItIsWorn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w := world(t, d)
		place := w.Tanners.Area.Place()
		var p person.Person
		var hat access.Hat
		write(t, d, func(tx *db.Tx) (err error) {
			if p, err = w.People.AddIn(ctx, tx, operator, person.New{Name: "Lena"}); err != nil {
				return err
			}
			hat, err = w.People.GiveHatIn(ctx, tx, operator, p.ID, person.NewHat{
				Role: access.Chair, Scope: access.InArea, Place: place.Area, From: date.Must("2026-11-01"), Until: date.Must("2027-11-01"),
			})
			return err
		})
		may := func(day string) (may bool) {
			read(t, d, func(tx *db.Tx) error {
				a, err := person.ActorIn(ctx, tx, p.ID, hat.ID, date.Must(day))
				may = a.May(access.AdoptPlan, place)
				if may && a.Title != "chair, Tanners Reach" {
					t.Errorf("on %s she is %q, want “chair, Tanners Reach”", day, a.Title)
				}
				if !may && (a.Person != p.ID || a.Hat != (access.Hat{}) || a.May(access.AdoptPlan, place)) {
					t.Errorf("on %s she is %+v, want herself, without a hat", day, a)
				}
				wearers, errWearers := person.Wearers(ctx, tx, access.Chair, access.InArea, place.Area, date.Must(day))
				if worn := len(wearers) == 2; worn != may { // Grace is the other
					t.Errorf("on %s %d people wear it, and she may: %v", day, len(wearers), may)
				}
				return errors.Join(err, errWearers)
			})
			return may
		}
		for day, want := range map[string]bool{"2026-10-31": false, "2026-11-01": true, "2027-10-31": true, "2027-11-01": false} {
			if got := may(day); got != want {
				t.Errorf("on %s she may adopt the plan: %v, want %v", day, got, want)
			}
		}
		end := func(by access.Actor, until date.Date) error {
			return try(t, d, func(tx *db.Tx) error { return w.People.EndHatIn(ctx, tx, by, hat.ID, until) })
		}
		if err := end(w.Amina, date.Must("2027-01-01")); !errors.Is(err, fault.Forbidden) {
			t.Errorf("ended by programme finance: got %v, want it forbidden", err)
		}
		if err := end(operator, date.Must("2027-01-01")); err != nil {
			t.Fatal(err)
		}
		if !may("2026-12-31") || may("2027-01-01") {
			t.Error("ended on 1 January: she may then, or may not on the day before")
		}
		// To end a hat takes powers away and never gives any.
		for what, until := range map[string]date.Date{"no day": {}, "a later day": date.Must("2030-01-01"), "a day before it was worn": date.Must("2026-10-01")} {
			if err := end(operator, until); !errors.Is(err, fault.Conflict) {
				t.Errorf("ended on %s: got %v, want a conflict", what, err)
			}
		}
		if may("2027-01-01") {
			t.Error("after that she may again")
		}
		read(t, d, func(tx *db.Tx) error {
			a, err := person.ActorIn(ctx, tx, "nobody", hat.ID, date.Must("2026-12-01"))
			if a != (access.Actor{}) {
				t.Errorf("nobody in her hat is %+v, want nobody", a)
			}
			other, errOther := person.ActorIn(ctx, tx, w.Kit.Person, hat.ID, date.Must("2026-12-01"))
			if other.Hat != (access.Hat{}) {
				t.Errorf("Kit has her hat on: %+v", other)
			}
			return errors.Join(err, errOther)
		})
	})
}

func TestAHatIsARoleInAPlaceFromADay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w := world(t, d)
		day := date.Must("2026-11-01")
		area, programme := string(w.Tanners.Area.ID), string(w.Programme.ID)
		good := person.NewHat{Role: access.Chair, Scope: access.InArea, Place: area, From: day}
		for what, c := range map[string]struct {
			change func(*person.NewHat)
			want   error
		}{
			"no role":                   {func(n *person.NewHat) { n.Role = access.Nobody }, fault.Conflict},
			"a role unheard of":         {func(n *person.NewHat) { n.Role = "king" }, fault.Conflict},
			"no place":                  {func(n *person.NewHat) { n.Place = "" }, fault.Conflict},
			"no day":                    {func(n *person.NewHat) { n.From = date.Date{} }, fault.Conflict},
			"ending before it begins":   {func(n *person.NewHat) { n.Until = day.AddDays(-1) }, fault.Conflict},
			"a scope unheard of":        {func(n *person.NewHat) { n.Scope = "world" }, fault.Conflict},
			"the installation's, at a":  {func(n *person.NewHat) { n.Scope = access.InInstallation }, fault.Conflict},
			"a place that is not there": {func(n *person.NewHat) { n.Place = programme }, fault.NotFound},
			"another organisation":      {func(n *person.NewHat) { n.Scope = access.InOrganisation }, fault.NotFound},
		} {
			n := good
			c.change(&n)
			err := try(t, d, func(tx *db.Tx) error {
				_, err := w.People.GiveHatIn(ctx, tx, operator, w.Kit.Person, n)
				return err
			})
			if !errors.Is(err, c.want) {
				t.Errorf("a hat with %s: got %v, want %v", what, err, c.want)
			}
		}
		give := func(tx *db.Tx) error {
			_, err := w.People.GiveHatIn(ctx, tx, operator, w.Kit.Person, good)
			return err
		}
		write(t, d, give)
		if err := try(t, d, give); !errors.Is(err, fault.Conflict) {
			t.Errorf("the same hat twice: got %v, want a conflict", err)
		}
		read(t, d, func(tx *db.Tx) error {
			hats, err := person.HatsOf(ctx, tx, w.Kit.Person)
			if len(hats) != 2 || hats[0].Role != access.Resident || hats[1].Role != access.Chair || !hats[1].Until.IsZero() {
				t.Errorf("Kit’s hats are %+v, want resident, then chair until further notice", hats)
			}
			return err
		})
		installation := person.NewHat{Role: access.Operator, Scope: access.InInstallation, From: day}
		write(t, d, func(tx *db.Tx) error {
			h, err := w.People.GiveHatIn(ctx, tx, operator, w.Kit.Person, installation)
			if err != nil {
				return err
			}
			a, err := person.ActorIn(ctx, tx, w.Kit.Person, h.ID, day)
			if a.Title != "operator" || !a.May(access.Operate, access.Place{}) {
				t.Errorf("the operator is %+v", a)
			}
			return err
		})
	})
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		now := time.Date(2026, 10, 20, 12, 0, 0, 0, time.UTC)
		s := &person.Sessions{DB: d, Now: func() time.Time { return now }}
		found := func(token string) string {
			data, ok, err := s.FindCtx(ctx, token)
			if err != nil {
				t.Fatal(err)
			}
			if !ok {
				return "nothing"
			}
			return string(data)
		}
		for _, data := range []string{"first", "second"} {
			if err := s.CommitCtx(ctx, "a", []byte(data), now.Add(time.Minute)); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.CommitCtx(ctx, "b", []byte("b"), now.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if got := found("a"); got != "second" {
			t.Errorf("found %q, want what was kept last", got)
		}
		now = now.Add(time.Minute)
		if got := found("a"); got != "nothing" {
			t.Errorf("in the minute it expires: found %q, want nothing", got)
		}
		if gone, err := s.Sweep(ctx); gone != 1 || err != nil {
			t.Errorf("swept %d, %v; want the one that expired", gone, err)
		}
		if err := s.DeleteCtx(ctx, "b"); err != nil || found("b") != "nothing" {
			t.Errorf("after it was ended: %v, found %q; want nothing", err, found("b"))
		}
		if got := found("c"); got != "nothing" {
			t.Errorf("a session that never was: found %q", got)
		}
	})
}
