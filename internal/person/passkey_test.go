package person_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/id"
	"commontable/internal/mail"
	"commontable/internal/person"
)

// A desk is some people with hats and addresses, and a clock.
type desk struct {
	*testing.T
	db     *db.DB
	people *person.People
	now    time.Time
	forms  int

	Olu, Oona access.Actor // operators
	Farah     access.Actor // programme officer
	Amina     access.Actor // programme finance
	Esi, Dev  access.Actor // LTO approver, LTO finance
	Jo        access.Actor // LTO approver elsewhere
	Kit       access.Actor // resident
}

func newDesk(t *testing.T, d *db.DB) *desk {
	t.Helper()
	w, err := fundingtest.New(t.Context(), d, 1)
	if err != nil {
		t.Fatal(err)
	}
	k := &desk{T: t, db: d, now: time.Date(2026, 10, 20, 10, 0, 0, 0, time.UTC)}
	now := func() time.Time { return k.now }
	k.people = &person.People{DB: d, IDs: id.Real(now), Now: now, BaseURL: "https://table.example.org"}
	k.check(d.Write(t.Context(), func(tx *db.Tx) error {
		for _, x := range []struct {
			who   *access.Actor
			name  string
			role  access.Role
			scope access.Scope
			place string
		}{
			{&k.Olu, "Olu", access.Operator, access.InInstallation, ""},
			{&k.Oona, "Oona", access.Operator, access.InInstallation, ""},
			{&k.Farah, "Farah", access.ProgrammeOfficer, access.InProgramme, string(w.Programme.ID)},
			{&k.Amina, "Amina", access.ProgrammeFinance, access.InProgramme, string(w.Programme.ID)},
			{&k.Esi, "Esi", access.LTOApprover, access.InOrganisation, string(w.Tanners.LTO.ID)},
			{&k.Dev, "Dev", access.LTOFinance, access.InOrganisation, string(w.Tanners.LTO.ID)},
			{&k.Jo, "Jo", access.LTOApprover, access.InOrganisation, string(w.Millbrook.LTO.ID)},
			{&k.Kit, "Kit", access.Resident, access.InArea, string(w.Tanners.Area.ID)},
		} {
			p, err := k.people.AddIn(t.Context(), tx, operator, person.New{Name: x.name, Email: strings.ToLower(x.name) + "@example.org"})
			if err != nil {
				return err
			}
			h, err := k.people.GiveHatIn(t.Context(), tx, operator, p.ID, person.NewHat{Role: x.role, Scope: x.scope, Place: x.place, From: date.Must("2020-01-01")})
			if err != nil {
				return err
			}
			if *x.who, err = person.ActorIn(t.Context(), tx, p.ID, h.ID, date.Of(k.now)); err != nil {
				return err
			}
		}
		return nil
	}))
	return k
}

func (k *desk) check(err error) {
	k.Helper()
	if err != nil {
		k.Fatal(err)
	}
}

// refused checks that something is refused, of a kind and in words.
func (k *desk) refused(err, kind error, words string) {
	k.Helper()
	if !errors.Is(err, kind) || !strings.Contains(fault.Public(err), words) {
		k.Errorf("got %v, want %v with %q", err, kind, words)
	}
}

func (k *desk) form() string { k.forms++; return "form " + string(rune('A'+k.forms)) }

func sure(a access.Actor) access.Actor { a.Sure = true; return a }

func (k *desk) passkey(by access.Actor, key string) error {
	return k.people.AddPasskey(k.Context(), by, person.NewPasskey{ID: person.PasskeyID(key), Name: key, Record: []byte("{}")})
}

func (k *desk) names(by access.Actor) (names []string) {
	k.Helper()
	k.check(k.db.Read(k.Context(), func(tx *db.Tx) error {
		all, err := person.PasskeysOf(k.Context(), tx, by.Person)
		names = nil
		for _, one := range all {
			names = append(names, one.Name)
		}
		return err
	}))
	return names
}

// mailed tells to whom mails of a subject went since the last time it was asked.
func (k *desk) mailed(subject string) (to []string) {
	k.Helper()
	k.check(k.db.Read(k.Context(), func(tx *db.Tx) error {
		all, err := mail.Latest(k.Context(), tx, 1000, 0)
		to = nil
		for _, m := range all {
			if m.Subject == subject && m.Added.Equal(k.now) {
				to = append(to, strings.TrimSuffix(m.To, "@example.org"))
			}
		}
		return err
	}))
	slices.Sort(to)
	return to
}

func (k *desk) acts(about access.Actor) (acts []string) {
	k.Helper()
	k.check(k.db.Read(k.Context(), func(tx *db.Tx) (err error) {
		acts, err = db.All(k.Context(), tx, db.Value[string], `SELECT act FROM audit_events WHERE subject = $1 AND act LIKE 'passkey%' ORDER BY number`, about.Person)
		return err
	}))
	return acts
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func TestPasskeysAreAddedByWhoHasOne(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		k := newDesk(t, d)
		k.refused(k.passkey(access.Actor{}, "nobody’s"), fault.Forbidden, "Sign in")
		k.refused(k.passkey(access.System("import"), "a program’s"), fault.Forbidden, "a person")
		k.check(k.passkey(k.Amina, "phone")) // the first one, by who is signed in
		same(t, "told", k.mailed("A passkey was added"), []string{"amina", "farah", "olu", "oona"})
		k.refused(k.passkey(k.Amina, "thief"), fault.Unsure, "passkey")
		k.now = k.now.Add(time.Minute)
		k.check(k.passkey(sure(k.Amina), "laptop"))
		k.refused(k.passkey(sure(k.Amina), "laptop"), fault.Conflict, "already")
		k.refused(k.passkey(k.Kit, "laptop"), fault.Conflict, "already") // somebody else’s
		same(t, "keys", k.names(k.Amina), []string{"phone", "laptop"})
		if _, ok := errors.AsType[fault.Invalid](k.people.AddPasskey(t.Context(), sure(k.Amina), person.NewPasskey{ID: "x", Name: " "})); !ok {
			t.Error("a passkey without a name is kept")
		}
		for range person.MostPasskeys - 2 {
			k.check(k.passkey(sure(k.Amina), k.form()))
		}
		k.refused(k.passkey(sure(k.Amina), "one more"), fault.Conflict, "10 passkeys")
		k.now = k.now.Add(time.Minute)
		k.check(k.passkey(k.Kit, "kit’s")) // moves no money, so it is nobody else’s business
		same(t, "told", k.mailed("A passkey was added"), []string{"kit"})
	})
}

func TestTheLastPasskeyOfWhoMovesMoneyStays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		k := newDesk(t, d)
		for _, by := range []access.Actor{k.Amina, k.Esi, k.Kit} {
			k.check(k.passkey(by, by.Name))
		}
		remove := func(by access.Actor, key string) error {
			return k.people.RemovePasskey(t.Context(), by, person.PasskeyID(key), k.form())
		}
		k.refused(remove(sure(k.Amina), "Amina"), fault.Conflict, "only passkey")
		k.refused(remove(sure(k.Esi), "Esi"), fault.Conflict, "only passkey")
		k.refused(remove(k.Kit, "Kit"), fault.Unsure, "passkey")
		if err := remove(sure(k.Amina), "Kit"); !errors.Is(err, fault.NotFound) {
			t.Errorf("somebody else’s passkey: %v", err)
		}
		k.check(remove(sure(k.Kit), "Kit"))
		k.check(k.passkey(sure(k.Amina), "laptop"))
		k.check(remove(sure(k.Amina), "Amina"))
		same(t, "keys", k.names(k.Amina), []string{"laptop"})
		same(t, "acts", k.acts(k.Amina), []string{"passkey added", "passkey added", "passkey removed"})
	})
}

func TestACopiedPasskeyOpensNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		k := newDesk(t, d)
		k.check(k.passkey(k.Amina, "phone"))
		who, err := k.people.UsePasskey(t.Context(), "phone", []byte("{2}"), false)
		if err != nil || who != k.Amina.Person {
			t.Fatalf("%q, %v", who, err)
		}
		_, err = k.people.UsePasskey(t.Context(), "phone", []byte("{1}"), true)
		k.refused(err, fault.Forbidden, "copied")
		same(t, "told", k.mailed("A passkey may have been copied"), []string{"amina", "farah", "olu", "oona"})
		_, err = k.people.UsePasskey(t.Context(), "phone", []byte("{3}"), false)
		k.refused(err, fault.Forbidden, "copied")
		k.refused(k.passkey(k.Amina, "thief"), fault.Unsure, "passkey") // it is still no way to a first one
		same(t, "acts", k.acts(k.Amina), []string{"passkey added", "passkey doubted"})
		if _, err := k.people.UsePasskey(t.Context(), "unknown", nil, false); !errors.Is(err, fault.NotFound) {
			t.Errorf("an unknown passkey: %v", err)
		}
	})
}

func (k *desk) ask(by, who access.Actor) (person.RecoveryID, error) {
	return k.people.AskRecovery(k.Context(), by, who.Person, k.form())
}

func (k *desk) confirm(by access.Actor, r person.RecoveryID) error {
	return k.people.ConfirmRecovery(k.Context(), by, r, person.NewConfirmation{Form: k.form(), How: "I rang the number we have"})
}

func (k *desk) state(r person.RecoveryID) (s person.RecoveryState) {
	k.Helper()
	k.check(k.db.Read(k.Context(), func(tx *db.Tx) error {
		found, err := person.RecoveryByID(k.Context(), tx, r)
		s = found.State(k.now)
		return err
	}))
	return s
}

func TestALostPasskeyIsRestoredByTwoPeopleAndADay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		k := newDesk(t, d)
		_, err := k.ask(k.Esi, k.Esi)
		k.refused(err, fault.Conflict, "no passkey yet")
		k.check(k.passkey(k.Esi, "lost"))
		_, err = k.ask(k.Dev, k.Esi)
		k.refused(err, fault.Forbidden, "help somebody")
		r, err := k.ask(k.Esi, k.Esi)
		k.check(err)
		same(t, "told", k.mailed("A new passkey was asked for"), []string{"amina", "esi", "farah", "olu", "oona"}) // not Jo, who is elsewhere
		again, err := k.ask(sure(k.Farah), k.Esi)
		if k.check(err); again != r {
			t.Error("two recoveries at a time")
		}

		for _, by := range []access.Actor{k.Dev, k.Jo, k.Kit, k.Amina, {}} {
			if err := k.confirm(sure(by), r); !errors.Is(err, fault.NotFound) {
				t.Errorf("%s confirms: %v", by.Name, err)
			}
		}
		k.refused(k.confirm(sure(k.Esi), r), fault.Forbidden, "two other people")
		k.refused(k.confirm(access.System("cli"), r), fault.Forbidden, "A program")
		k.refused(k.confirm(k.Farah, r), fault.Unsure, "passkey")
		k.check(k.confirm(sure(k.Farah), r))
		k.refused(k.confirm(sure(k.Farah), r), fault.Conflict, "somebody else")
		if got := k.state(r); got != person.RecoveryAsked {
			t.Errorf("confirmed by one: %s", got)
		}
		k.refused(k.passkey(k.Esi, "new"), fault.Unsure, "passkey")
		k.check(k.confirm(sure(k.Olu), r))
		same(t, "told", k.mailed("In a day a new passkey can be made"), []string{"amina", "esi", "farah", "olu", "oona"})
		k.refused(k.confirm(sure(k.Oona), r), fault.Conflict, "nothing to confirm")

		k.now = k.now.Add(23 * time.Hour)
		k.refused(k.passkey(k.Esi, "new"), fault.Unsure, "passkey")
		k.now = k.now.Add(2 * time.Hour)
		if got := k.state(r); got != person.RecoveryReady {
			t.Errorf("after 25 hours: %s", got)
		}
		k.refused(k.passkey(k.Jo, "lost"), fault.Conflict, "already") // it is nobody else’s
		k.check(k.passkey(k.Esi, "new"))
		same(t, "keys", k.names(k.Esi), []string{"new"})
		k.refused(k.passkey(k.Esi, "another"), fault.Unsure, "passkey") // it was for one
		if got := k.state(r); got != person.RecoveryUsed {
			t.Errorf("after it was used: %s", got)
		}
		same(t, "acts", k.acts(k.Esi), []string{
			"passkey added", "passkey recovery asked for", "passkey recovery confirmed", "passkey recovery confirmed",
			"passkey removed", "passkey recovery used", "passkey added",
		})
	})
}

func TestARecoveryIsStopped(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		k := newDesk(t, d)
		k.check(k.passkey(k.Amina, "phone"))
		stop := func(by access.Actor, r person.RecoveryID) error {
			return k.people.StopRecovery(t.Context(), by, r, k.form())
		}
		for _, by := range []access.Actor{k.Amina, k.Farah, k.Olu} {
			r, err := k.ask(sure(k.Olu), k.Amina)
			k.check(err)
			k.check(k.confirm(sure(k.Olu), r)) // who asked is one of the two
			k.check(k.confirm(sure(k.Farah), r))
			k.now = k.now.Add(25 * time.Hour)
			if err := stop(k.Esi, r); !errors.Is(err, fault.NotFound) {
				t.Errorf("somebody else’s: %v", err)
			}
			k.check(stop(by, r))
			same(t, "told", k.mailed("A new passkey was stopped"), []string{"amina", "farah", "olu", "oona"})
			k.refused(k.passkey(k.Amina, "thief"), fault.Unsure, "passkey")
			k.refused(stop(by, r), fault.Conflict, "ended already")
			same(t, "keys", k.names(k.Amina), []string{"phone"})
			k.now = k.now.Add(time.Minute)
		}
	})
}

func TestARecoveryIsNotOpenForEver(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		k := newDesk(t, d)
		k.check(k.passkey(k.Amina, "phone"))
		first, err := k.ask(k.Amina, k.Amina)
		k.check(err)
		k.check(k.confirm(sure(k.Olu), first))
		k.now = k.now.Add(15 * 24 * time.Hour)
		k.refused(k.confirm(sure(k.Farah), first), fault.Conflict, "nothing to confirm")
		second, err := k.ask(k.Amina, k.Amina)
		k.check(err)
		if second == first {
			t.Error("one that lapsed is asked for again")
		}
		k.check(k.confirm(sure(k.Olu), second))
		k.check(k.confirm(sure(k.Farah), second))
		k.now = k.now.Add(person.RecoveryWait + 7*24*time.Hour)
		if got := k.state(second); got != person.RecoveryLapsed {
			t.Errorf("a week after it was ready: %s", got)
		}
		k.refused(k.passkey(k.Amina, "late"), fault.Unsure, "passkey")
	})
}

// Two who confirm at the same time are two, and the same one twice is one.
func TestConfirmingAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		k := newDesk(t, d)
		k.check(k.passkey(k.Amina, "phone"))
		r, err := k.ask(k.Amina, k.Amina)
		k.check(err)
		type sent struct {
			by   access.Actor
			form string
		}
		all := []sent{{sure(k.Olu), "a"}, {sure(k.Olu), "b"}, {sure(k.Olu), "a"}}
		done := make(chan error, len(all))
		for _, s := range all {
			go func() {
				done <- k.people.ConfirmRecovery(context.WithoutCancel(t.Context()), s.by, r, person.NewConfirmation{Form: s.form, How: "I know him"})
			}()
		}
		for range all {
			if err := <-done; err != nil && !errors.Is(err, fault.Conflict) {
				t.Error(err)
			}
		}
		if got := k.state(r); got != person.RecoveryAsked {
			t.Errorf("one person confirmed three times: %s", got)
		}
	})
}
