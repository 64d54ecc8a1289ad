package partnership_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/organisation"
	"commontable/internal/partnership"
	"commontable/internal/person"
)

// A signing is an area with people around it: Denise chairs, Ravi is a member,
// Farah is the programme’s officer, Esi approves for Oak Trust, which holds the
// money.
type signing struct {
	db             *db.DB
	now            time.Time
	areas          *area.Areas
	people         *person.People
	p              *partnership.Partnerships
	area           area.Area
	oak            organisation.Organisation
	held           date.Date // until when Oak Trust holds the money
	denise, ravi   access.Actor
	farah, esi     access.Actor
	members, forms int
}

var system = access.System("a test")

func newSigning(t *testing.T, d *db.DB) *signing {
	t.Helper()
	s := &signing{db: d, now: date.Must("2026-10-14").At(9, 0)}
	clock := func() time.Time { return s.now }
	ids := id.Real(clock)
	s.areas = &area.Areas{DB: d, IDs: ids, Now: clock}
	s.people = &person.People{DB: d, IDs: ids, Now: clock}
	s.p = &partnership.Partnerships{DB: d, IDs: ids, Now: clock, People: s.people, Holders: func(_ context.Context, _ *db.Tx, areas []area.ID) (map[area.ID][]partnership.Holder, error) {
		all := map[area.ID][]partnership.Holder{}
		for _, a := range areas {
			all[a] = []partnership.Holder{{Organisation: s.oak.ID, From: date.Must("2020-01-01"), Until: s.held}}
		}
		return all, nil
	}}
	s.write(t, func(tx *db.Tx) error {
		programme, err := s.areas.InitIn(t.Context(), tx, system, area.InitWhat{Kind: area.Development, RuleBook: area.BigLocal, FunderName: "Local Trust"})
		if err != nil {
			return err
		}
		if s.area, err = s.areas.AddIn(t.Context(), tx, system, programme.ID, area.NewArea{Name: "Tanners Reach"}); err != nil {
			return err
		}
		if s.oak, err = (&organisation.Organisations{DB: d, IDs: ids, Now: clock}).AddIn(t.Context(), tx, system, organisation.New{Name: "Oak Trust", Kinds: []organisation.Kind{organisation.LTO}}); err != nil {
			return err
		}
		for _, x := range []struct {
			who   *access.Actor
			name  string
			role  access.Role
			scope access.Scope
			place string
		}{
			{&s.denise, "Denise", access.Chair, access.InArea, string(s.area.ID)},
			{&s.ravi, "Ravi", access.Member, access.InArea, string(s.area.ID)},
			{&s.farah, "Farah", access.ProgrammeOfficer, access.InProgramme, string(programme.ID)},
			{&s.esi, "Esi", access.LTOApprover, access.InOrganisation, string(s.oak.ID)},
		} {
			if *x.who, err = s.personIn(t, tx, x.name, x.role, x.scope, x.place); err != nil {
				return err
			}
		}
		return nil
	})
	return s
}

func (s *signing) write(t *testing.T, f func(*db.Tx) error) {
	t.Helper()
	if err := s.db.Write(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func (s *signing) read(t *testing.T, f func(*db.Tx) error) {
	t.Helper()
	if err := s.db.Read(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func (s *signing) personIn(t *testing.T, tx *db.Tx, name string, role access.Role, scope access.Scope, place string) (access.Actor, error) {
	t.Helper()
	who, err := s.people.AddIn(t.Context(), tx, system, person.New{Name: name})
	if err != nil {
		return access.Actor{}, err
	}
	return s.wear(t, tx, access.Actor{Person: who.ID, Name: who.Name}, role, scope, place)
}

// wear gives somebody a further hat, and is them with that one on.
func (s *signing) wear(t *testing.T, tx *db.Tx, by access.Actor, role access.Role, scope access.Scope, place string) (access.Actor, error) {
	t.Helper()
	hat, err := s.people.GiveHatIn(t.Context(), tx, system, by.Person, person.NewHat{Role: role, Scope: scope, Place: place, From: date.Must("2020-01-01")})
	by.Hat = hat
	return by, err
}

func (s *signing) form() string {
	s.forms++
	return fmt.Sprint("form ", s.forms)
}

// join adds members since the first of October.
func (s *signing) join(t *testing.T, kind partnership.Kind, resident bool, n int) {
	t.Helper()
	s.write(t, func(tx *db.Tx) error {
		for range n {
			s.members++
			name := fmt.Sprint("Member ", s.members)
			who, err := s.people.AddIn(t.Context(), tx, system, person.New{Name: name})
			if err != nil {
				return err
			}
			if _, err := tx.Exec(t.Context(), `INSERT INTO memberships (area_id, id, person_id) VALUES ($1, $2, $3)`, s.area.ID, name, who.ID); err != nil {
				return err
			}
			if _, err := tx.Exec(t.Context(), `
				INSERT INTO membership_records (area_id, member_id, number, act, kind, resident, share, from_on, was_never, why, recorded_by, recorded_at)
				VALUES ($1, $2, 1, 'joined', $3, $4, '', $5, $6, '', 'system', $7)`, s.area.ID, name, kind, resident, date.Must("2026-10-01"), false, s.now); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *signing) endorse(t *testing.T, by access.Actor, on string) error {
	t.Helper()
	return s.p.Endorse(t.Context(), by, s.area, partnership.NewEndorsement{Form: s.form(), On: date.Must(on), Words: "Welcome"})
}

func (s *signing) draft(t *testing.T, by access.Actor, k partnership.AgreementKind, words string) partnership.AgreementID {
	t.Helper()
	aid, err := s.p.WriteAgreement(t.Context(), by, s.area, partnership.NewAgreement{Form: s.form(), Kind: k, Organisation: s.oak.ID, Text: words, Why: "It said too little"})
	if err != nil {
		t.Fatal(err)
	}
	return aid
}

func (s *signing) agreement(t *testing.T, aid partnership.AgreementID) (one partnership.Agreement) {
	t.Helper()
	s.read(t, func(tx *db.Tx) (err error) {
		one, err = partnership.AgreementOf(t.Context(), tx, s.area.ID, aid)
		return err
	})
	return one
}

func (s *signing) sign(t *testing.T, by access.Actor, aid partnership.AgreementID) error {
	t.Helper()
	return s.p.Sign(t.Context(), by, s.area, aid, partnership.NewSignature{Form: s.form(), Digest: s.agreement(t, aid).Digest(), Read: true})
}

// refused holds an error against its kind and words that are in it.
func refused(t *testing.T, what string, err, kind error, words ...string) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Errorf("%s: %v, want %v", what, err, kind)
		return
	}
	for _, w := range words {
		if !strings.Contains(fault.Public(err), w) {
			t.Errorf("%s: %q does not say %q", what, fault.Public(err), w)
		}
	}
}

func ok(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func (s *signing) verified(t *testing.T) (bad []string) {
	t.Helper()
	s.read(t, func(tx *db.Tx) error {
		readers, err := partnership.AgreementReaders(t.Context(), tx, func(words string) { bad = append(bad, words) })
		if err != nil {
			return err
		}
		return audit.Tell(t.Context(), tx, readers...)
	})
	return bad
}

func TestEndorsedThenSignedByTheChairThenByTheFunder(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newSigning(t, d)
		s.join(t, partnership.Resident, true, 3)
		s.join(t, partnership.NonResident, false, 4)
		s.join(t, partnership.Friend, true, 6) // who have no say

		memo := s.draft(t, s.farah, partnership.Memorandum, "We work together.")
		refused(t, "signed before endorsed", s.sign(t, s.denise, memo), fault.Conflict, "not endorsed yet", "never before")
		refused(t, "endorsed by the chair", s.endorse(t, s.denise, "2026-10-14"), fault.Forbidden)
		refused(t, "endorsed with seven", s.endorse(t, s.farah, "2026-10-14"), fault.Conflict, "7 people have a say in it", "at least 8, so 1 more", "3 live in the area", "more than half", "7 votes")
		s.join(t, partnership.NonResident, false, 1)
		refused(t, "endorsed without a majority", s.endorse(t, s.farah, "2026-10-14"), fault.Conflict, "Of the 8 people who have a say, 3 live in the area")
		s.join(t, partnership.Resident, true, 3)
		refused(t, "endorsed as it was before", s.endorse(t, s.farah, "2026-09-30"), fault.Conflict, "Nobody has a say in it yet")
		if err := s.endorse(t, s.farah, "2026-10-15"); err == nil {
			t.Error("endorsed as it will be")
		}
		ok(t, "endorse", s.endorse(t, s.farah, "2026-10-14"))
		refused(t, "endorsed twice", s.endorse(t, s.farah, "2026-10-14"), fault.Conflict, "endorsed already, on 14 October 2026")
		s.read(t, func(tx *db.Tx) error {
			e, err := partnership.EndorsementOf(t.Context(), tx, s.area.ID)
			state, errState := area.StateOn(t.Context(), tx, s.area.ID, date.Must("2026-10-14"))
			if err != nil || errState != nil || e.People != 11 || e.Residents != 6 || e.Votes != 11 || e.ResidentVotes != 6 || state != area.Endorsed {
				t.Errorf("endorsed as %+v, %v; the area is %q, %v", e, err, state, errState)
			}
			return nil
		})

		// Who is chair on the day signs, in that hat, and nobody else: not in another
		// hat, not the program, not who was chair.
		var deniseAtOak, farahChairs, was, elsewhere access.Actor
		s.write(t, func(tx *db.Tx) (err error) {
			if deniseAtOak, err = s.wear(t, tx, s.denise, access.Worker, access.InArea, string(s.area.ID)); err != nil {
				return err
			}
			if farahChairs, err = s.wear(t, tx, s.farah, access.Chair, access.InArea, string(s.area.ID)); err != nil {
				return err
			}
			other, err := s.areas.AddIn(t.Context(), tx, system, s.area.Programme, area.NewArea{Name: "Millbrook"})
			if err != nil {
				return err
			}
			if elsewhere, err = s.personIn(t, tx, "Hugo", access.Chair, access.InArea, string(other.ID)); err != nil {
				return err
			}
			if was, err = s.personIn(t, tx, "Grace", access.Chair, access.InArea, string(s.area.ID)); err != nil {
				return err
			}
			return s.people.EndHatIn(t.Context(), tx, system, was.Hat.ID, date.Must("2026-10-01"))
		})
		forged := s.ravi
		forged.Hat = s.denise.Hat
		for what, by := range map[string]access.Actor{
			"a member": s.ravi, "the chair in another hat": deniseAtOak, "the chair of another area": elsewhere, "who was chair": was,
			"the program": system, "the LTO": s.esi, "a member with the chair’s hat": forged, "nobody": {},
		} {
			refused(t, "signed by "+what, s.sign(t, by, memo), fault.Forbidden)
		}
		refused(t, "countersigned first", s.sign(t, s.farah, memo), fault.Conflict, "The chair signs first")
		if err := s.p.Sign(t.Context(), s.denise, s.area, memo, partnership.NewSignature{Form: s.form(), Digest: s.agreement(t, memo).Digest()}); err == nil || !strings.Contains(err.Error(), "tick that you have") {
			t.Errorf("signed unread: %v", err)
		}
		second := s.draft(t, s.denise, partnership.Memorandum, "We work together, and have tea.")
		refused(t, "an old version signed", s.sign(t, s.denise, memo), fault.Conflict, "a later version")
		refused(t, "another text signed", s.p.Sign(t.Context(), s.denise, s.area, second, partnership.NewSignature{Form: s.form(), Digest: s.agreement(t, memo).Digest(), Read: true}), fault.Conflict, "not the text")
		ok(t, "the chair signs", s.sign(t, s.denise, second))
		refused(t, "the chair signs twice", s.sign(t, s.denise, second), fault.Conflict, "already")
		if one := s.agreement(t, second); one.Signed() || one.Next()[0] != partnership.ForFunder {
			t.Errorf("half signed: %+v", one)
		}
		ok(t, "the funder countersigns", s.sign(t, s.farah, second))
		if one := s.agreement(t, second); !one.Signed() || one.SignedOn() != date.Must("2026-10-14") || one.Version != 2 {
			t.Errorf("signed: %+v", one)
		}

		// One human being is on one side.
		third := s.draft(t, s.farah, partnership.Memorandum, "We work together, and have cake.")
		ok(t, "the officer who chairs signs as the chair", s.sign(t, farahChairs, third))
		refused(t, "and as the officer", s.sign(t, s.farah, third), fault.Forbidden, "somebody else signs it for the funder")
		s.read(t, func(tx *db.Tx) error {
			r, err := s.p.RelationsOf(t.Context(), tx, s.area, date.Must("2026-10-14"))
			if err != nil || !r.Endorsed() || r.Memorandum().InForce.ID != second || r.Memorandum().Waits.ID != third || len(r.Bonds) != 3 {
				t.Errorf("relations %+v, %v", r, err)
			}
			turns, err := s.p.TurnsIn(t.Context(), tx, s.area.Programme)
			var got []string
			for _, x := range turns {
				got = append(got, x.Area.Name+": "+string(x.Turn))
			}
			if err != nil || strings.Join(got, ", ") != "Millbrook: endorse, Tanners Reach: countersign" {
				t.Errorf("turns %q, %v", got, err)
			}
			return nil
		})
		if bad := s.verified(t); len(bad) > 0 {
			t.Errorf("verify: %q", bad)
		}
	})
}

func TestAgreementsWithEachLTO(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newSigning(t, d)
		funder := s.draft(t, s.farah, partnership.FunderAndLTO, "About the money.")
		ours := s.draft(t, s.denise, partnership.PartnershipAndLTO, "About the worker.")
		refused(t, "the chair signs what is between others", s.sign(t, s.denise, funder), fault.Forbidden, "neither side")
		refused(t, "the officer signs what is between others", s.sign(t, s.farah, ours), fault.Forbidden, "neither side")
		var stranger access.Actor
		s.write(t, func(tx *db.Tx) error {
			elm, err := (&organisation.Organisations{DB: d, IDs: s.p.IDs, Now: s.p.Now}).AddIn(t.Context(), tx, system, organisation.New{Name: "Elm Trust", Kinds: []organisation.Kind{organisation.LTO}})
			if err != nil {
				return err
			}
			stranger, err = s.personIn(t, tx, "Jo", access.LTOApprover, access.InOrganisation, string(elm.ID))
			return err
		})
		refused(t, "another LTO signs", s.sign(t, stranger, funder), fault.Forbidden)
		_, err := s.p.WriteAgreement(t.Context(), stranger, s.area, partnership.NewAgreement{Form: s.form(), Kind: partnership.FunderAndLTO, Organisation: organisation.ID(stranger.Hat.Place), Text: "Give us the money."})
		refused(t, "who holds nothing writes", err, fault.Conflict, "does not hold")
		// In whatever order.
		ok(t, "the LTO signs", s.sign(t, s.esi, funder))
		ok(t, "the LTO signs ours", s.sign(t, s.esi, ours))
		ok(t, "the chair signs ours", s.sign(t, s.denise, ours))
		ok(t, "the funder signs", s.sign(t, s.farah, funder))
		late := s.draft(t, s.esi, partnership.FunderAndLTO, "About more money.")
		s.held = date.Must("2026-10-14")
		refused(t, "signed with who holds the money no more", s.sign(t, s.esi, late), fault.Conflict, "does not hold")
		s.read(t, func(tx *db.Tx) error {
			turns, err := s.p.TurnsIn(t.Context(), tx, s.area.Programme)
			if err != nil || len(turns) != 1 || turns[0].Turn != partnership.ToEndorse {
				t.Errorf("turns %+v, %v", turns, err)
			}
			return nil
		})
		if bad := s.verified(t); len(bad) > 0 {
			t.Errorf("verify: %q", bad)
		}
	})
}

// A new chair is asked to read the memorandum again; nothing lapses meanwhile.
func TestANewChairReadsAgain(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newSigning(t, d)
		ours := s.draft(t, s.denise, partnership.PartnershipAndLTO, "About the worker.")
		refused(t, "read before it is signed", s.p.NoteReading(t.Context(), s.denise, s.area, ours, s.form()), fault.Conflict, "waits to be signed")
		ok(t, "signs", s.sign(t, s.denise, ours))
		ok(t, "signs", s.sign(t, s.esi, ours))
		var asha access.Actor
		s.write(t, func(tx *db.Tx) (err error) {
			if err := s.people.EndHatIn(t.Context(), tx, system, s.denise.Hat.ID, date.Must("2026-10-14")); err != nil {
				return err
			}
			asha, err = s.personIn(t, tx, "Asha", access.Chair, access.InArea, string(s.area.ID))
			return err
		})
		if one := s.agreement(t, ours); !one.Signed() || one.ReadBy(asha.Person) {
			t.Errorf("with a new chair: %+v", one)
		}
		refused(t, "a member reads for the chair", s.p.NoteReading(t.Context(), s.ravi, s.area, ours, s.form()), fault.Forbidden)
		ok(t, "the new chair reads", s.p.NoteReading(t.Context(), asha, s.area, ours, s.form()))
		refused(t, "twice", s.p.NoteReading(t.Context(), asha, s.area, ours, s.form()), fault.Conflict)
		if one := s.agreement(t, ours); !one.ReadBy(asha.Person) || len(one.Readings) != 1 {
			t.Errorf("read again: %+v", one)
		}
		if bad := s.verified(t); len(bad) > 0 {
			t.Errorf("verify: %q", bad)
		}
	})
}

// Where somebody holds the office of chair, another with the hat does not sign.
func TestOfTwoChairsTheOneInOfficeSigns(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newSigning(t, d)
		s.write(t, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `
				INSERT INTO offices (area_id, id, person_id, office, from_on, recorded_by, recorded_at) VALUES ($1, 'chair', $2, 'chair', $3, 'system', $4)`,
				s.area.ID, s.ravi.Person, date.Must("2026-10-14"), s.now)
			return err
		})
		var ravi access.Actor
		s.write(t, func(tx *db.Tx) (err error) {
			ravi, err = s.wear(t, tx, s.ravi, access.Chair, access.InArea, string(s.area.ID))
			return err
		})
		ours := s.draft(t, s.denise, partnership.PartnershipAndLTO, "About the worker.")
		refused(t, "who hands over", s.sign(t, s.denise, ours), fault.Forbidden, "By our records that is not you")
		ok(t, "who is chair", s.sign(t, ravi, ours))
	})
}

// What is signed cannot be changed in the database either, nor signed out of order.
func TestWhatIsSignedStays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newSigning(t, d)
		s.join(t, partnership.Resident, true, 8)
		memo := s.draft(t, s.farah, partnership.Memorandum, "We work together.")
		insert := `INSERT INTO agreement_signatures (area_id, agreement_id, side, digest, role, hat_id, signed_by, signed_on, signed_at)
			VALUES ($1, $2, $3, $4, $5, '', $6, $7, $8)`
		forge := func(side, role string, who access.PersonID) error {
			return d.Write(t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), insert, s.area.ID, memo, side, s.agreement(t, memo).Digest(), role, who, date.Must("2026-10-14"), s.now)
				return err
			})
		}
		fails := func(what, words string, err error) {
			t.Helper()
			if err == nil || !strings.Contains(err.Error(), words) {
				t.Errorf("%s: %v", what, err)
			}
		}
		fails("signed before endorsed", "after the endorsement", forge("partnership", "chair", s.denise.Person))
		ok(t, "endorse", s.endorse(t, s.farah, "2026-10-14"))
		fails("countersigned first", "by the chair first", forge("funder", "programme-officer", s.farah.Person))
		fails("signed by a member", "the chair signs", forge("partnership", "member", s.ravi.Person))
		ok(t, "sign", s.sign(t, s.denise, memo))
		ok(t, "countersign", s.sign(t, s.farah, memo))
		ok(t, "legal form", s.p.SetLegalForm(t.Context(), s.denise, s.area, partnership.NewLegalRecord{Form: s.form(), LegalForm: partnership.UnincorporatedGroup, From: date.Must("2026-10-14")}))
		for _, table := range []string{"endorsements", "endorsement_members", "agreements", "agreement_signatures", "legal_forms"} {
			err := d.Write(t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), "DELETE FROM "+table)
				return err
			})
			fails("DELETE FROM "+table, "append-only", err)
		}
		if bad := s.verified(t); len(bad) > 0 {
			t.Fatalf("verify: %q", bad)
		}
		ok(t, "forged", d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `
				INSERT INTO agreements (area_id, id, kind, organisation_id, version, text, why, written_by, written_at)
				SELECT area_id, 'forged', kind, organisation_id, 9, 'Give them nothing.', '', written_by, written_at FROM agreements`)
			return err
		}))
		if bad := s.verified(t); len(bad) != 1 || !strings.Contains(bad[0], "forged") {
			t.Errorf("verify of a forged version: %q", bad)
		}
	})
}

// Many sign at once: one signature is kept for each side.
func TestSignedOnceWhateverHappens(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newSigning(t, d)
		ours := s.draft(t, s.denise, partnership.PartnershipAndLTO, "About the worker.")
		digest := s.agreement(t, ours).Digest()
		var signed [50]error
		var all sync.WaitGroup
		for i := range signed {
			all.Go(func() {
				by := s.denise
				if i%2 == 1 {
					by = s.esi
				}
				signed[i] = s.p.Sign(t.Context(), by, s.area, ours, partnership.NewSignature{Form: fmt.Sprint("race ", i), Digest: digest, Read: true})
			})
		}
		all.Wait()
		done := 0
		for _, err := range signed {
			switch {
			case err == nil:
				done++
			case !errors.Is(err, fault.Conflict):
				t.Error(err)
			}
		}
		if one := s.agreement(t, ours); done != 2 || len(one.Signatures) != 2 || !one.Signed() {
			t.Errorf("%d signed, %+v", done, one)
		}
		if bad := s.verified(t); len(bad) > 0 {
			t.Errorf("verify: %q", bad)
		}
	})
}

func TestALegalFormIsDated(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newSigning(t, d)
		set := func(by access.Actor, f partnership.LegalForm, name, from string) error {
			return s.p.SetLegalForm(t.Context(), by, s.area, partnership.NewLegalRecord{Form: s.form(), LegalForm: f, Name: name, From: date.Must(from)})
		}
		refused(t, "a member records it", set(s.ravi, partnership.UnincorporatedGroup, "", "2020-01-01"), fault.Forbidden)
		ok(t, "a group", set(s.denise, partnership.UnincorporatedGroup, "", "2020-01-01"))
		for _, wrong := range []error{set(s.denise, partnership.CIO, "", "2026-01-01"), set(s.denise, "band", "x", "2026-01-01"), set(s.denise, partnership.CIO, "x", "2019-01-01"), set(s.denise, partnership.CIO, "x", "2027-01-01")} {
			if _, isWrong := errors.AsType[fault.Invalid](wrong); !isWrong {
				t.Errorf("recorded: %v", wrong)
			}
		}
		ok(t, "a CIO", set(s.denise, partnership.CIO, "Tanners Reach Together", "2026-01-01"))
		s.read(t, func(tx *db.Tx) error {
			all, err := partnership.LegalRecords(t.Context(), tx, s.area.ID)
			if err != nil || len(all) != 2 || all[0].Form != partnership.CIO || !all[0].Form.Words().Itself || all[1].Form.Words().Itself {
				t.Errorf("legal forms %+v, %v", all, err)
			}
			return nil
		})
		if bad := s.verified(t); len(bad) > 0 {
			t.Errorf("verify: %q", bad)
		}
	})
}

func TestAReviewIsADraftUntilItIsFinished(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newSigning(t, d)
		keep := func(by access.Actor, lid partnership.LookBackID, before int64, finish bool, said partnership.Said) (partnership.LookBackID, error) {
			said.On = date.Must("2026-10-10")
			return s.p.KeepLookBack(t.Context(), by, s.area, partnership.NewLookBack{Form: s.form(), Review: lid, Before: before, Finish: finish, Said: said})
		}
		_, err := keep(s.esi, "", 0, false, partnership.Said{})
		refused(t, "somebody else’s review", err, fault.NotFound)
		_, err = keep(s.farah, "", 0, false, partnership.Said{})
		refused(t, "the officer writes one", err, fault.Forbidden)
		lid, err := keep(s.ravi, "", 0, false, partnership.Said{Well: "Tea"})
		ok(t, "begin", err)
		_, err = keep(s.denise, lid, 0, false, partnership.Said{Well: "Cake"})
		refused(t, "over somebody’s words", err, fault.Conflict, "while you were writing")
		if _, err = keep(s.denise, lid, 1, true, partnership.Said{Well: "Cake"}); err == nil {
			t.Error("finished with nothing said")
		}
		_, err = keep(s.denise, lid, 1, true, partnership.Said{TookPart: "Nine of us", Well: "Cake", Keeps: "We keep the Friday tea, because everybody comes", Answers: map[string]string{"energy": "Tired", "invented": "x"}})
		ok(t, "finish", err)
		_, err = keep(s.denise, lid, 2, false, partnership.Said{Well: "No"})
		refused(t, "changed when finished", err, fault.Conflict, "stays as it is")
		s.read(t, func(tx *db.Tx) error {
			l, err := partnership.LookBackOf(t.Context(), tx, s.area.ID, lid)
			if err != nil || !l.Finished() || l.Number != 2 || l.Well != "Cake" || len(l.Answers) != 1 || l.Answers["energy"] != "Tired" {
				t.Errorf("review %+v, %v", l, err)
			}
			all, err := partnership.LookBacks(t.Context(), tx, s.area.ID)
			if err != nil || len(all) != 1 {
				t.Errorf("reviews %+v, %v", all, err)
			}
			return nil
		})
		err = d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `
				INSERT INTO partnership_review_drafts (area_id, review_id, number, held_on, took_part, well, hard, changes, keeps, kept_by, kept_at)
				SELECT area_id, review_id, 3, held_on, took_part, 'No', hard, changes, keeps, kept_by, kept_at FROM partnership_review_drafts WHERE number = 2`)
			return err
		})
		if err == nil || !strings.Contains(err.Error(), "finished review") {
			t.Errorf("a finished review was changed: %v", err)
		}
		if bad := s.verified(t); len(bad) > 0 {
			t.Errorf("verify: %q", bad)
		}
	})
}
