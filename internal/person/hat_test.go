package person_test

import (
	"errors"
	"strconv"
	"testing"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/person"
)

// Who may give which hat, and what comes of it.
func TestWhoGivesWhichHat(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w := world(t, d)
		programme, tanners, lto := string(w.Programme.ID), string(w.Tanners.Area.ID), string(w.Tanners.LTO.ID)
		day := date.Must("2026-11-01")
		who := func(name string) (p person.Person) {
			write(t, d, func(tx *db.Tx) (err error) {
				p, err = w.People.AddIn(ctx, tx, operator, person.New{Name: name})
				return err
			})
			return p
		}
		as := func(name string, role access.Role, scope access.Scope, place string) access.Actor {
			return access.Actor{Person: who(name).ID, Name: name, Hat: access.Hat{Role: role, Scope: scope, Place: place}}
		}
		officer, finance := as("Olu", access.ProgrammeOfficer, access.InProgramme, programme), as("Fay", access.ProgrammeFinance, access.InProgramme, programme)
		elsewhere, runs := as("Eve", access.ProgrammeOfficer, access.InProgramme, "elsewhere"), as("Rob", access.Operator, access.InInstallation, "")
		chair := as("Cat", access.Chair, access.InArea, tanners)
		const gives, proposes = "gives", "proposes"
		for i, c := range []struct {
			by    access.Actor
			role  access.Role
			scope access.Scope
			place string
			want  string
			err   error
		}{
			{officer, access.Chair, access.InArea, tanners, gives, nil},
			{officer, access.Auditor, access.InProgramme, programme, gives, nil},
			{officer, access.ProgrammeFinance, access.InProgramme, programme, proposes, nil},
			{officer, access.ProgrammeOfficer, access.InProgramme, programme, proposes, nil},
			{officer, access.LTOApprover, access.InOrganisation, lto, "", fault.Forbidden},
			{officer, access.Operator, access.InInstallation, "", "", fault.Forbidden},
			{elsewhere, access.Chair, access.InArea, tanners, "", fault.Forbidden},
			{runs, access.LTOApprover, access.InOrganisation, lto, proposes, nil},
			{runs, access.LTOFinance, access.InOrganisation, lto, proposes, nil},
			{runs, access.Operator, access.InInstallation, "", proposes, nil},
			{runs, access.Member, access.InArea, tanners, gives, nil},
			{finance, access.Member, access.InArea, tanners, "", fault.Forbidden},
			{chair, access.Member, access.InArea, tanners, "", fault.Forbidden},
			{access.Actor{}, access.Member, access.InArea, tanners, "", fault.Forbidden},
		} {
			n := person.NewHat{Form: "form " + strconv.Itoa(i), Role: c.role, Scope: c.scope, Place: c.place, From: day}
			to := who("Somebody").ID
			g, err := w.People.Give(ctx, c.by, to, n)
			got := ""
			switch {
			case g.Hat != "":
				got = gives
			case g.Proposal != "":
				got = proposes
			}
			if got != c.want || !errors.Is(err, c.err) {
				t.Errorf("%s gives %s at %s: %q, %v; want %q, %v", c.by.Hat.Role, c.role, c.scope, got, err, c.want, c.err)
			}
			if again, err := w.People.Give(ctx, c.by, to, n); c.err == nil && (again != g || err != nil) {
				t.Errorf("the same form again: %+v, %v; want %+v", again, err, g)
			}
			if _, err := w.People.Give(ctx, c.by, c.by.Person, n); err == nil {
				t.Errorf("%s gave themselves %s", c.by.Hat.Role, c.role)
			}
		}
	})
}

// The database holds it too: no hat comes of a proposal by one person alone.
func TestTheDatabaseWantsTwoPeople(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w := world(t, d)
		var proposal person.ProposalID
		var hat access.Hat
		var one person.Person
		write(t, d, func(tx *db.Tx) (err error) {
			if one, err = w.People.AddIn(ctx, tx, operator, person.New{Name: "One"}); err != nil {
				return err
			}
			n := person.NewHat{Role: access.ProgrammeFinance, Scope: access.InProgramme, Place: string(w.Programme.ID), From: date.Must("2026-11-01")}
			if proposal, err = w.People.ProposeHatIn(ctx, tx, operator, one.ID, n); err != nil {
				return err
			}
			hat, err = w.People.GiveHatIn(ctx, tx, operator, one.ID, n)
			return err
		})
		for _, by := range []access.PersonID{operator.Person, one.ID} {
			err := try(t, d, func(tx *db.Tx) error {
				_, err := tx.Exec(ctx, `UPDATE hat_proposals SET decided_by = $2, decided_at = $3, hat_id = $4 WHERE id = $1`, proposal, by, w.Clock.Now(), hat.ID)
				return err
			})
			if err == nil {
				t.Errorf("%s confirmed it", by)
			}
		}
		err := try(t, d, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE hat_proposals SET proposed_by = person_id WHERE id = $1`, proposal)
			return err
		})
		if err == nil {
			t.Error("somebody proposed their own hat")
		}
	})
}
