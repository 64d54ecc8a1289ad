package person

import (
	"context"
	"fmt"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
)

// A PrintedCode is what stands on the sheet of paper: shown once.
type PrintedCode struct {
	Person  Person
	Code    string // "" where the form was sent before: it is shown no more
	Expires time.Time
}

// GivePrintedCode gives somebody without an email address a code to sign in with
// once. Who gives it could use it, so it is for those alone whom the giver's role
// lets in (access.Role.LetsIn), and who wear no hat beyond the giver's reach; and
// the area's history says that it was given. An earlier one is good no more. Form names the form.
func (p *People) GivePrintedCode(ctx context.Context, by access.Actor, a area.Area, to access.PersonID, form string) (given PrintedCode, err error) {
	err = p.DB.Write(ctx, func(tx *db.Tx) error {
		given = PrintedCode{}
		if err := p.MayHelpIn(ctx, tx, by, a, to); err != nil {
			return err
		}
		if given.Person, err = ByID(ctx, tx, to); err != nil {
			return err
		}
		now := p.Now()
		given.Expires = now.Add(PrintedPassLasts)
		_, err := audit.Once(ctx, tx, audit.Sent{Form: form, By: by, Content: []string{"printed code", string(a.ID), string(to)}, At: now}, func() (string, error) {
			if err := p.endPrinted(ctx, tx, to); err != nil {
				return "", err
			}
			code := p.newCode(12)
			one := pass{ID: id.New[PassID](p.IDs), Kind: printedPass, Person: to, Area: a.ID, Code: codeHash(printedPass, "", code), Made: now, Expires: given.Expires}
			if err := insertPass(ctx, tx, one, by.Person); err != nil {
				return "", err
			}
			given.Code = Grouped(code)
			return string(one.ID), audit.Record(ctx, tx, p.IDs, audit.Event{
				Stream: string(a.ID), Act: "printed code given", Subject: string(to), By: by, At: now, Facts: map[string]string{"until": given.Expires.UTC().Format(time.RFC3339)},
			})
		})
		return err
	})
	if err != nil {
		return PrintedCode{}, fmt.Errorf("give printed code: %w", err)
	}
	return given, nil
}

// MayHelpIn says, as an error in words, why an actor may not give a person of an
// area a printed code.
func (p *People) MayHelpIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, to access.PersonID) error {
	if err := by.Must(access.HelpSignIn, a.Place()); err != nil {
		return err
	}
	if to == by.Person {
		return fault.New(fault.Forbidden, "You are signed in: a printed code is for somebody else.")
	}
	who, err := ByID(ctx, tx, to)
	if err != nil {
		return err
	}
	hats, err := HatsOf(ctx, tx, to)
	if err != nil {
		return err
	}
	var here, elsewhere, more bool
	officer := access.Hat{Role: access.ProgrammeOfficer, Scope: access.InProgramme, Place: string(a.Programme)}
	officerMay := by.Hat.Role != access.ProgrammeOfficer
	for _, h := range hats {
		if !h.Until.IsZero() && !p.today().Before(h.Until) {
			continue
		}
		place, err := placeIn(ctx, tx, h.Scope, h.Place)
		if err != nil {
			return err
		}
		here = here || h.Scope == access.InArea && h.Place == string(a.ID)
		elsewhere = elsewhere || h.Scope != access.InArea || !by.May(access.HelpSignIn, place)
		more = more || !by.Hat.Role.LetsIn(h.Role)
		asOfficer := access.Actor{Hat: officer}
		officerMay = officerMay && h.Scope == access.InArea && asOfficer.May(access.HelpSignIn, place) && officer.Role.LetsIn(h.Role)
	}
	next := "They sign in with an email address: ask whoever runs this site to add theirs."
	if officerMay {
		next = "Ask the programme’s officer to print one for them."
	}
	switch {
	case !here:
		return fault.NotFound
	case who.Email != "":
		return fault.New(fault.Conflict, who.Name+" has an email address, and signs in with that.")
	case elsewhere:
		return fault.New(fault.Forbidden, "As "+by.Hat.Role.Title()+" you may not print a code for "+who.Name+", who has a hat outside "+helpsIn(by)+" too. "+next)
	case more:
		return fault.New(fault.Forbidden, "As "+by.Hat.Role.Title()+" you may not print a code for "+who.Name+", who may do other things here than those you help. "+next)
	}
	return nil
}

// helpsIn is where an actor helps people to sign in, in words.
func helpsIn(by access.Actor) string {
	if by.Hat.Scope == access.InArea {
		return "this area"
	}
	return "your programme’s areas"
}

// endPrinted ends what a printed code gave, and gives still: a person who gets
// another hat or an address has no more use for it, and who printed it no power
// by it.
func (p *People) endPrinted(ctx context.Context, tx *db.Tx, of access.PersonID) error {
	if _, err := tx.Exec(ctx, `UPDATE passes SET used_at = $2 WHERE person_id = $1 AND kind = 'printed' AND used_at IS NULL`, of, p.Now()); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM sign_ins WHERE person_id = $1 AND how = $2`, of, ByPrintedCode)
	return err
}

var errWrongPrinted = fault.Invalid{{Field: "code", Words: "This code is not right, or it was used, or it is too old. Check it on the sheet, or ask for a new one"}}

// ByPrinted lets in who types the code on their sheet. The history of the area
// says that it was used.
func (p *People) ByPrinted(ctx context.Context, code, from string) (access.PersonID, error) {
	if plainCode(code) == "" {
		return "", fault.Invalid{{Field: "code", Words: "Enter the code from your sheet, such as CDFG-2345-GHJK"}}
	}
	return p.tryCode(ctx, from, errWrongPrinted, func(tx *db.Tx) (access.PersonID, error) {
		found, err := passesByCode(ctx, tx, code)
		if err != nil {
			return "", err
		}
		for _, one := range found {
			if !one.open(p.Now()) || !one.hasCode(code) {
				continue
			}
			if err := use(ctx, tx, one.ID, p.Now()); err != nil {
				return "", err
			}
			return one.Person, audit.Record(ctx, tx, p.IDs, audit.Event{
				Stream: string(one.Area), Act: "printed code used", Subject: string(one.Person), By: access.Actor{Person: one.Person}, At: p.Now(),
			})
		}
		return "", nil
	})
}
