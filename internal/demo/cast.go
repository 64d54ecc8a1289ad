package demo

import (
	"context"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/organisation"
	"commontable/internal/person"
)

// A Cast is whom a development database offers to be looked round as: somebody
// for each step of the walk, in every area of the programme, so that a pound can
// be walked on real places before there is real signing in.
type Cast struct {
	People        *person.People
	Organisations *organisation.Organisations
	From          date.Date
}

// AddIn adds the cast to a programme. It is for development databases alone:
// the click that it is for does nothing in any other.
func (c Cast) AddIn(ctx context.Context, tx *db.Tx, p area.Programme) error {
	by := access.System("development cast")
	lto, err := c.Organisations.AddIn(ctx, tx, by, organisation.New{Name: "Example Community Trust", Kinds: []organisation.Kind{organisation.LTO}})
	if err != nil {
		return err
	}
	payments, desk := "/programmes/"+p.Slug+"/payments", "/organisations/"+lto.Slug+"/money"
	for i, one := range []struct {
		code, title, words, start string
		role                      access.Role
		scope                     access.Scope
		place                     string
	}{
		{"chair", "Chair of any partnership", "Write a plan and record that it is adopted; record who holds the money.", "/areas", access.Chair, access.InProgramme, string(p.ID)},
		{"worker", "Worker in any area", "Write a plan.", "/areas", access.Worker, access.InProgramme, string(p.ID)},
		{"lto-finance", "LTO finance", "Record what the money was spent on.", desk, access.LTOFinance, access.InOrganisation, string(lto.ID)},
		{"lto-approver", "LTO approver", "Accept an offer letter, and certify what a colleague recorded.", desk, access.LTOApprover, access.InOrganisation, string(lto.ID)},
		{"programme-officer", "Programme officer", "Allocate money, make offer letters, prepare payments.", "/areas", access.ProgrammeOfficer, access.InProgramme, string(p.ID)},
		{"programme-finance", "Programme finance", "Approve and release payments: never your own.", payments, access.ProgrammeFinance, access.InProgramme, string(p.ID)},
		{"programme-finance-2", "Programme finance, a colleague", "Take the step that the first may not take.", payments, access.ProgrammeFinance, access.InProgramme, string(p.ID)},
		{"auditor", "Auditor", "See everything about the money, and change nothing.", payments, access.Auditor, access.InProgramme, string(p.ID)},
	} {
		who, err := c.People.AddIn(ctx, tx, by, person.New{Name: "Example: " + one.title, Email: one.code + "@example.org"})
		if err != nil {
			return err
		}
		hat, err := c.People.GiveHatIn(ctx, tx, by, who.ID, person.NewHat{Role: one.role, Scope: one.scope, Place: one.place, From: c.From})
		if err != nil {
			return err
		}
		if err := c.People.AddPersonaIn(ctx, tx, person.Persona{
			Code: one.code, Position: i + 1, Title: one.title, Words: one.words, Person: who.ID, Hat: hat.ID, StartAt: one.start,
		}); err != nil {
			return err
		}
	}
	return nil
}
