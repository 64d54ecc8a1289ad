package agency

import (
	"context"
	"fmt"
	"net/mail"
	"regexp"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
)

// A ContactID names somebody who works for a body, as an area knows them.
type ContactID string

// A Contact is somebody who works for a body, or sits on it: their name, and how to
// reach them at work. It is personal information of somebody who did not write it:
// it goes into no fact of history, no mail to others and no export but the area's.
type Contact struct {
	ID        ContactID
	Area      area.ID
	Name      string          // "" when it was forgotten
	Email     string          // at work
	Phone     string          // at work
	Person    access.PersonID // when they have an account
	AddedAt   time.Time
	Forgotten time.Time // when all that says who it is was removed
}

// Shown is the name as it is shown.
func (c Contact) Shown() string {
	if c.Name == "" {
		return Removed
	}
	return c.Name
}

// NewContact is a contact as somebody writes it.
type NewContact struct {
	Form  string
	Name  string
	Email string
	Phone string
}

var phone = regexp.MustCompile(`^[0-9+() ]{5,30}( ?(x|ext|extension) ?[0-9]{1,8})?$`)

// Check says what is wrong with n, if anything.
func (n NewContact) Check() fault.Invalid {
	var wrong fault.Invalid
	if !said(n.Name, longestTitle) {
		wrong.Add("name", "Enter their name, in up to 120 letters")
	}
	if e := strings.TrimSpace(n.Email); e != "" {
		if a, err := mail.ParseAddress(e); err != nil || a.Address != e || len(e) > longestName {
			wrong.Add("email", "Enter their email address at work, such as name@council.gov.uk, or leave it empty")
		}
	}
	if p := strings.TrimSpace(n.Phone); p != "" && !phone.MatchString(p) {
		wrong.Add("phone", "Enter their telephone number at work, such as 0121 496 0123, or leave it empty")
	}
	return wrong
}

// AddContact adds somebody. Sent twice, it counts once.
func (g *Agencies) AddContact(ctx context.Context, by access.Actor, a area.Area, n NewContact) (ContactID, error) {
	made, err := g.once(ctx, by, n.Form, content("add contact", a, "", n), func(tx *db.Tx) (string, error) {
		made, err := g.AddContactIn(ctx, tx, by, a, n)
		return string(made), err
	})
	return ContactID(made), err
}

// AddContactIn is AddContact as part of a transaction.
func (g *Agencies) AddContactIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewContact) (ContactID, error) {
	if err := g.MustKeep(ctx, tx, by, a); err != nil {
		return "", err
	}
	if err := n.Check().OrNil(); err != nil {
		return "", err
	}
	made := id.New[ContactID](g.IDs)
	if _, err := tx.Exec(ctx, `
		INSERT INTO agency_contacts (area_id, id, name, email, phone, added_by, added_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		a.ID, made, tidy(n.Name), strings.TrimSpace(n.Email), strings.TrimSpace(n.Phone), by.Person, g.Now()); err != nil {
		return "", fmt.Errorf("insert contact: %w", err)
	}
	return made, g.record(ctx, tx, by, a, "agency contact written", string(made), nil, n.private())
}

func (n NewContact) private() string { return tidy(n.Name) + "\n" + n.Email + "\n" + n.Phone }

// ChangeContact writes anew how somebody is called and reached. Sent twice, it
// counts once.
func (g *Agencies) ChangeContact(ctx context.Context, by access.Actor, a area.Area, of ContactID, n NewContact) error {
	_, err := g.once(ctx, by, n.Form, content("change contact", a, of, n), func(tx *db.Tx) (string, error) {
		return string(of), g.ChangeContactIn(ctx, tx, by, a, of, n)
	})
	return err
}

// ChangeContactIn is ChangeContact as part of a transaction.
func (g *Agencies) ChangeContactIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ContactID, n NewContact) error {
	if _, err := g.mayKeepContact(ctx, tx, by, a, of); err != nil {
		return err
	}
	if err := n.Check().OrNil(); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE agency_contacts SET name = $3, email = $4, phone = $5 WHERE area_id = $1 AND id = $2`,
		a.ID, of, tidy(n.Name), strings.TrimSpace(n.Email), strings.TrimSpace(n.Phone)); err != nil {
		return fmt.Errorf("change contact: %w", err)
	}
	return g.record(ctx, tx, by, a, "agency contact written", string(of), nil, n.private())
}

// TieIn says that a contact is somebody who has an account here; who "" unties them.
func (g *Agencies) TieIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ContactID, who access.PersonID) error {
	if _, err := g.mayKeepContact(ctx, tx, by, a, of); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE agency_contacts SET person_id = $3 WHERE area_id = $1 AND id = $2`, a.ID, of, orNull(who)); err != nil {
		return fmt.Errorf("tie contact: %w", err)
	}
	return g.record(ctx, tx, by, a, "agency contact tied", string(of), map[string]string{"person": string(who)}, "")
}

// Forget removes all that says who a contact is. That somebody held the post stays.
func (g *Agencies) Forget(ctx context.Context, by access.Actor, a area.Area, of ContactID, form string) error {
	_, err := g.once(ctx, by, form, content("forget contact", a, of, ""), func(tx *db.Tx) (string, error) {
		return string(of), g.ForgetIn(ctx, tx, by, a, of)
	})
	return err
}

// ForgetIn is Forget as part of a transaction.
func (g *Agencies) ForgetIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ContactID) error {
	c, err := g.mayKeepContact(ctx, tx, by, a, of)
	if err != nil {
		return err
	}
	if !c.Forgotten.IsZero() {
		return nil
	}
	if _, err := tx.Exec(ctx, `
		UPDATE agency_contacts SET name = '', email = '', phone = '', person_id = NULL, forgotten_at = $3 WHERE area_id = $1 AND id = $2`,
		a.ID, of, g.Now()); err != nil {
		return fmt.Errorf("forget contact: %w", err)
	}
	if err := g.record(ctx, tx, by, a, "agency contact forgotten", string(of), nil, ""); err != nil || g.Forgotten == nil {
		return err
	}
	return g.Forgotten(ctx, tx, by, a, c)
}

func (g *Agencies) mayKeepContact(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ContactID) (Contact, error) {
	if err := g.MustKeep(ctx, tx, by, a); err != nil {
		return Contact{}, err
	}
	c, err := ContactByID(ctx, tx, a.ID, of)
	if err == nil && !c.Forgotten.IsZero() {
		return c, fault.New(fault.Conflict, "The name was removed, at their wish or because it was no longer needed. Add them again if it is needed.")
	}
	return c, err
}
