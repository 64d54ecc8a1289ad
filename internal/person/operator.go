package person

import (
	"context"
	"errors"
	"fmt"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
	post "commontable/internal/mail"
)

// An OperatorPass is what the command line shows to who runs the machine: an
// address to open in any browser, and a code to type there. Neither does without
// the other, and it is over in ten minutes.
type OperatorPass struct {
	Person     Person
	Link, Code string
}

// MakeOperatorPass makes a way in for somebody who is locked out. Only the
// program itself may, at the command line; it is written down, and they are told.
func (p *People) MakeOperatorPass(ctx context.Context, by access.Actor, email string) (made OperatorPass, err error) {
	if !by.System {
		return OperatorPass{}, fault.New(fault.Forbidden, "This is done at the command line alone.")
	}
	err = p.DB.Write(ctx, func(tx *db.Tx) error {
		who, err := ByEmail(ctx, tx, email)
		if errors.Is(err, fault.NotFound) {
			return fault.Invalid{{Field: "email", Words: "Nobody with the email address " + email + " is here"}}
		}
		if err != nil {
			return err
		}
		link, code, now := p.newLink(), p.newCode(8), p.Now()
		one := pass{ID: id.New[PassID](p.IDs), Kind: operatorPass, Person: who.ID, Link: linkHash(operatorPass, link), Made: now, Expires: now.Add(OperatorPassLasts)}
		one.Code = codeHash(operatorPass, one.ID, code)
		if err := insertPass(ctx, tx, one, ""); err != nil {
			return err
		}
		made = OperatorPass{who, p.BaseURL + "/sign-in/operator?t=" + link, Grouped(code)}
		i, err := area.InstallationOf(ctx, tx)
		if err != nil {
			return err
		}
		if err := post.SendIn(ctx, tx, p.IDs, now, post.Message{
			To: who.Email, Subject: "A way in to " + i.Name + " was made for you",
			Words: []string{
				"Hello " + who.Name + ".", "Whoever runs " + i.Name + " has made a link at the machine with which you can sign in once.",
				"If you did not ask for that, tell somebody whom you trust there: it is written down when it was done.",
			},
		}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, p.IDs, audit.Event{Stream: audit.Installation, Act: "sign-in link made at the command line", Subject: string(who.ID), By: by, At: now})
	})
	if err != nil {
		return OperatorPass{}, fmt.Errorf("sign-in link: %w", err)
	}
	return made, nil
}

var errWrongOperator = fault.Invalid{{Field: "code", Words: "This code is not right, or the link is too old. Make a new one at the command line"}}

// ByOperatorPass lets in who has both the link and the code.
func (p *People) ByOperatorPass(ctx context.Context, link, code, from string) (access.PersonID, error) {
	if plainCode(code) == "" {
		return "", fault.Invalid{{Field: "code", Words: "Enter the code that was shown below the link, such as CDFG-2345"}}
	}
	return p.tryCode(ctx, from, errWrongOperator, func(tx *db.Tx) (access.PersonID, error) {
		found, err := passByLink(ctx, tx, operatorPass, link)
		if errors.Is(err, fault.NotFound) {
			return "", nil
		}
		if err != nil {
			return "", err
		}
		if found.open(p.Now()) && found.hasCode(code) {
			return found.Person, use(ctx, tx, found.ID, p.Now())
		}
		return "", countWrongCode(ctx, tx, found.ID)
	})
}
