package person_test

import (
	"errors"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/person"
)

// add adds a person with a hat, and gives them in it.
func (k *desk) add(n person.New, role access.Role, scope access.Scope, place string) (a access.Actor) {
	k.Helper()
	k.check(k.db.Write(k.Context(), func(tx *db.Tx) error {
		p, err := k.people.AddIn(k.Context(), tx, operator, n)
		if err != nil {
			return err
		}
		h, err := k.people.GiveHatIn(k.Context(), tx, operator, p.ID, person.NewHat{Role: role, Scope: scope, Place: place, From: date.Must("2020-01-01")})
		if err != nil {
			return err
		}
		a, err = person.ActorIn(k.Context(), tx, p.ID, h.ID, date.Of(k.now))
		return err
	}))
	return a
}

func (k *desk) token(by access.Actor) (string, error) {
	secret, _, err := k.people.MakeToken(k.Context(), by, person.NewToken{Form: k.form(), Person: by.Person, Hat: by.Hat.ID, Purpose: "a program"})
	return secret, err
}

// Who printed a code for somebody may come in as them. Nothing that they make then
// outlasts the code.
func TestACodeOnPaperLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		k := newDesk(t, d)
		rae := k.add(person.New{Name: "Rae"}, access.Resident, access.InArea, k.Kit.Hat.Place)
		k.refused(k.passkey(rae, "the chair’s"), fault.Conflict, "email address")
		k.refused(k.passkey(sure(rae), "the chair’s"), fault.Conflict, "email address")
		_, err := k.token(rae)
		k.refused(err, fault.Conflict, "email address")
	})
}

// An officer who puts their own address to somebody's name, and then the real
// one, does not stay that person.
func TestAnAddressIsNotLeftWithAKeyToIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		k := newDesk(t, d)
		moves := func(by, who access.Actor, to string) error {
			return k.people.Change(k.Context(), by, who.Person, person.New{Form: k.form(), Name: who.Name, Email: to})
		}
		secret, err := k.token(k.Kit)
		k.check(err)
		k.check(moves(sure(k.Farah), k.Kit, "kit.real@example.org"))
		if _, _, err := k.people.ActorByToken(t.Context(), secret); !errors.Is(err, fault.NotFound) {
			t.Errorf("a token made under the old address: %v, want that it lets nobody in", err)
		}
		k.check(k.passkey(k.Kit, "the officer’s"))
		k.refused(moves(sure(k.Farah), k.Kit, "kit@example.org"), fault.Forbidden, "command line")
		k.check(moves(operator, k.Kit, "kit@example.org"))
		same(t, "keys", k.names(k.Kit), []string{"the officer’s"})

		// Nor is an address changed between the two who give a hat.
		lee := k.add(person.New{Name: "Lee", Email: "lee@example.org"}, access.Resident, access.InArea, k.Kit.Hat.Place)
		given, err := k.people.Give(t.Context(), sure(k.Olu), lee.Person, person.NewHat{Form: k.form(), Role: access.LTOApprover, Scope: access.InOrganisation, Place: k.Esi.Hat.Place, From: date.Of(k.now)})
		k.check(err)
		k.refused(moves(sure(k.Farah), lee, "farah.too@example.org"), fault.Conflict, "waits")
		k.check(k.people.Decline(t.Context(), k.Amina, given.Proposal))
		k.check(moves(sure(k.Farah), lee, "lee.moss@example.org"))
	})
}

// Who reads somebody's mail does not confirm hats in their name.
func TestAHatIsConfirmedByWhoIsSure(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		k := newDesk(t, d)
		given, err := k.people.Give(t.Context(), k.Olu, k.Kit.Person, person.NewHat{Form: k.form(), Role: access.LTOApprover, Scope: access.InOrganisation, Place: k.Esi.Hat.Place, From: date.Of(k.now)})
		k.check(err)
		k.refused(k.people.Confirm(t.Context(), k.Amina, given.Proposal), fault.Unsure, "passkey")
		k.refused(k.people.Confirm(t.Context(), sure(k.Olu), given.Proposal), fault.Forbidden, "somebody else")
		k.check(k.people.Confirm(t.Context(), sure(k.Amina), given.Proposal))
	})
}

// A token lasts longer than a signing in: who has a passkey shows it first, and
// with what was lost every token ends.
func TestATokenIsMadeByWhoIsSure(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		k := newDesk(t, d)
		secret, err := k.token(k.Dev)
		k.check(err) // he has none
		k.check(k.passkey(k.Dev, "phone"))
		_, err = k.token(k.Dev)
		k.refused(err, fault.Unsure, "passkey")
		_, err = k.token(sure(k.Dev))
		k.check(err)
		if _, _, err := k.people.ActorByToken(t.Context(), secret); err != nil {
			t.Fatal(err)
		}
		r, err := k.ask(k.Dev, k.Dev)
		k.check(err)
		k.check(k.confirm(sure(k.Olu), r))
		k.check(k.confirm(sure(k.Farah), r))
		k.now = k.now.Add(25 * time.Hour)
		k.check(k.passkey(k.Dev, "new phone"))
		if _, _, err := k.people.ActorByToken(t.Context(), secret); !errors.Is(err, fault.NotFound) {
			t.Errorf("a token after a recovery: %v, want that it lets nobody in", err)
		}
	})
}

// The officers of one programme restore nobody's passkey in another, and do not
// learn that there is anything to restore.
func TestARecoveryStaysInItsProgramme(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		k := newDesk(t, d)
		now := func() time.Time { return k.now }
		var other area.Programme
		k.check(d.Write(t.Context(), func(tx *db.Tx) error {
			here, err := area.ProgrammeByID(t.Context(), tx, area.ProgrammeID(k.Amina.Hat.Place))
			if err != nil {
				return err
			}
			areas := &area.Areas{DB: d, IDs: id.Real(now), Now: now}
			other, err = areas.AddProgrammeIn(t.Context(), tx, operator, area.NewProgramme{Name: "Another", RuleBook: area.PrideInPlace, Funder: here.Funder})
			return err
		}))
		una := k.add(person.New{Name: "Una", Email: "una@example.org"}, access.ProgrammeOfficer, access.InProgramme, string(other.ID))
		for _, who := range []access.Actor{k.Amina, k.Esi} {
			k.check(k.passkey(who, who.Name))
		}
		k.now = k.now.Add(time.Minute)
		if _, err := k.ask(sure(una), k.Amina); !errors.Is(err, fault.NotFound) {
			t.Errorf("asked for by another programme’s officer: %v, want not found", err)
		}
		r, err := k.ask(k.Amina, k.Amina)
		k.check(err)
		same(t, "told", k.mailed("A new passkey was asked for"), []string{"amina", "farah", "olu", "oona"})
		if err := k.confirm(sure(una), r); !errors.Is(err, fault.NotFound) {
			t.Errorf("confirmed by another programme’s officer: %v, want not found", err)
		}
		if err := k.people.StopRecovery(t.Context(), una, r, k.form()); !errors.Is(err, fault.NotFound) {
			t.Errorf("stopped by another programme’s officer: %v, want not found", err)
		}
		seen := func(by access.Actor) (n int) {
			k.check(d.Read(t.Context(), func(tx *db.Tx) error {
				all, err := person.Recoveries(t.Context(), tx, by, k.now, 10)
				n = len(all)
				return err
			}))
			return n
		}
		if una, farah, olu := seen(una), seen(k.Farah), seen(k.Olu); una != 0 || farah != 1 || olu != 1 {
			t.Errorf("seen by another’s officer %d, their own %d, who runs the site %d; want 0, 1, 1", una, farah, olu)
		}
		if _, err := k.ask(sure(una), k.Esi); err != nil { // an organisation’s people are of every programme
			t.Error(err)
		}
	})
}
