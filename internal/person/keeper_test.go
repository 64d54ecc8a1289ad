package person_test

import (
	"errors"
	"testing"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/person"
)

// Who keeps the list of a partnership gives exactly the hats of members and
// friends, in exactly their own area, and never to themselves.
func TestWhoKeepsTheListGivesTwoHatsInOneArea(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		ctx := t.Context()
		var here, there area.Area
		k.check(d.Read(ctx, func(tx *db.Tx) (err error) {
			here, err = area.ByID(ctx, tx, area.ID(k.Kit.Hat.Place))
			if err != nil {
				return err
			}
			all, err := area.All(ctx, tx, here.Programme)
			for _, a := range all {
				if a.ID != here.ID {
					there = a
				}
			}
			return err
		}))
		today := date.Of(k.now)
		chair := k.add(person.New{Name: "Grace"}, access.Chair, access.InArea, string(here.ID))
		worker := k.add(person.New{Name: "Wanda"}, access.Worker, access.InArea, string(here.ID))
		lee := k.add(person.New{Name: "Lee"}, access.Resident, access.InArea, string(here.ID))
		fits := func(by access.Actor, who access.PersonID, a area.Area, role access.Role) error {
			return d.Write(ctx, func(tx *db.Tx) error {
				err := k.people.FitInAreaIn(ctx, tx, by, who, a, []person.Wear{{Role: role, From: today}})
				return errors.Join(err, errUndo)
			})
		}
		for _, by := range []access.Actor{chair, worker, k.Farah} {
			for _, role := range access.Roles() {
				err := fits(by, lee.Person, here, role)
				gives := role == access.Member || role == access.Friend
				if got := !errors.Is(err, fault.Forbidden); got != gives {
					t.Errorf("%s gives the hat of a %s: %v, want %v", by.Hat.Role, role, err, gives)
				}
			}
		}
		for _, by := range []access.Actor{lee, k.Kit, k.Amina, k.Esi} {
			k.refused(fits(by, chair.Person, here, access.Member), fault.Forbidden, "may not")
		}
		k.refused(fits(chair, lee.Person, there, access.Member), fault.Forbidden, "may not")
		k.refused(fits(worker, worker.Person, here, access.Member), fault.Forbidden, "Nobody gives themselves")
		// Who belongs to another place is not theirs to give hats to.
		if err := fits(chair, k.Esi.Person, here, access.Member); !errors.Is(err, fault.NotFound) {
			t.Errorf("to somebody who belongs elsewhere: %v, want not found", err)
		}
		// They end a worker’s hat, and never a chair’s.
		ends := func(by access.Actor, who access.PersonID) error {
			return d.Write(ctx, func(tx *db.Tx) error {
				return errors.Join(k.people.EndInAreaIn(ctx, tx, by, who, here, today), errUndo)
			})
		}
		if err := ends(chair, worker.Person); errors.Is(err, fault.Forbidden) || errors.Is(err, fault.Conflict) {
			t.Errorf("the chair ends a worker’s hat: %v, want that they may", err)
		}
		k.refused(ends(worker, chair.Person), fault.Conflict, "which the programme gives")
		k.refused(ends(lee, chair.Person), fault.Forbidden, "may not")
		if err := ends(chair, chair.Person); errors.Is(err, fault.Conflict) {
			t.Errorf("the chair ends their own: %v, want that they may", err)
		}
	})
}

var errUndo = errors.New("undone")
