package demo

import (
	"context"
	"strings"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/person"
)

// signingIn plays what there is to see of people and hats: those whom visitors
// meet have email addresses, but for a resident, who has a code printed; the
// worker lives in the area too; and a hat waits for a second person.
func (p *player) signingIn(ctx context.Context, tx *db.Tx) error {
	personas, err := person.Personas(ctx, tx)
	if err != nil {
		return err
	}
	for _, one := range personas {
		if one.Person == p.star.resident.Person {
			continue
		}
		address := strings.ReplaceAll(strings.ToLower(one.Name), " ", ".") + "@patchwork.example"
		if err := p.people.ChangeIn(ctx, tx, theDemonstration, one.Person, person.New{Name: one.Name, Email: address}); err != nil {
			return err
		}
	}
	today := date.Of(p.now)
	if _, err := p.people.GiveHatIn(ctx, tx, p.officers[0], p.star.worker.Person, person.NewHat{
		Role: access.Resident, Scope: access.InArea, Place: string(p.star.area.ID), From: today.AddMonths(-1),
	}); err != nil {
		return err
	}
	new, err := p.people.AddIn(ctx, tx, p.officers[0], person.New{Name: "Nadia Rowe", Email: "nadia.rowe@patchwork.example"})
	if err != nil {
		return err
	}
	_, err = p.people.ProposeHatIn(ctx, tx, p.officers[0], new.ID, person.NewHat{
		Role: access.ProgrammeFinance, Scope: access.InProgramme, Place: string(p.programme.ID), From: today.AddDays(7),
	})
	return err
}
