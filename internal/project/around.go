package project

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
)

// Terms are what was agreed about who is liable for what, and how the parties
// work together (R22).
type Terms struct {
	Number     int64 // 0 before anything was written
	Liable     string
	Insurance  string
	Protection string    // of people's information
	Working    string    // the model of working
	AgreedOn   date.Date // no day while it is not agreed
	At         time.Time
}

// Complete reports whether all was thought of and agreed.
func (t Terms) Complete() bool {
	return t.Liable != "" && t.Insurance != "" && t.Protection != "" && t.Working != "" && !t.AgreedOn.IsZero()
}

// NewTerms are terms as somebody writes them.
type NewTerms struct {
	Form                                   string
	Liable, Insurance, Protection, Working string
	AgreedOn                               date.Date
}

// Check says what is wrong with n, if anything.
func (n NewTerms) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	for field, words := range map[string]string{"liable": n.Liable, "insurance": n.Insurance, "protection": n.Protection, "working": n.Working} {
		if !fits(words, 1000) {
			wrong.Add(field, "Say it in up to 1,000 letters")
		}
	}
	if strings.TrimSpace(n.Liable+n.Insurance+n.Protection+n.Working) == "" {
		wrong.Add("liable", "Say at least one of these: you can add the others later")
	}
	if n.AgreedOn.After(today) {
		wrong.Add("agreed_on", "Enter the day on which all agreed: today or earlier, or leave it empty")
	}
	return wrong
}

// SetTerms writes the terms anew. Sent twice, it counts once.
func (p *Projects) SetTerms(ctx context.Context, by access.Actor, a area.Area, of ID, n NewTerms) error {
	_, err := p.once(ctx, by, n.Form, content("terms", a, of, n), func(tx *db.Tx) (string, error) {
		return string(of), p.SetTermsIn(ctx, tx, by, a, of, n)
	})
	return err
}

// SetTermsIn is SetTerms as part of a transaction.
func (p *Projects) SetTermsIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, n NewTerms) error {
	if _, err := p.mayRun(ctx, tx, by, a, of); err != nil {
		return err
	}
	if err := n.Check(p.today()).OrNil(); err != nil {
		return err
	}
	was, err := TermsOf(ctx, tx, a.ID, of)
	if err != nil {
		return err
	}
	number := was.Number + 1
	if _, err := tx.Exec(ctx, `
		INSERT INTO project_terms (area_id, project_id, number, liable, insurance, protection, working, agreed_on, written_by, written_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		a.ID, of, number, strings.TrimSpace(n.Liable), strings.TrimSpace(n.Insurance), strings.TrimSpace(n.Protection), strings.TrimSpace(n.Working), n.AgreedOn, by.Person, p.Now()); err != nil {
		return fmt.Errorf("insert project terms: %w", err)
	}
	return p.record(ctx, tx, by, a, "project terms", string(of), map[string]string{"number": strconv.FormatInt(number, 10), "agreed on": n.AgreedOn.String()},
		strings.Join([]string{n.Liable, n.Insurance, n.Protection, n.Working}, "\n"))
}

// TermsOf are the terms of a project, zero before any were written.
func TermsOf(ctx context.Context, tx *db.Tx, a area.ID, of ID) (Terms, error) {
	t, err := db.One(ctx, tx, func(r db.Row) (t Terms, err error) {
		return t, r.Scan(&t.Number, &t.Liable, &t.Insurance, &t.Protection, &t.Working, &t.AgreedOn, &t.At)
	}, `
		SELECT number, liable, insurance, protection, working, agreed_on, written_at FROM project_terms
		WHERE area_id = $1 AND project_id = $2 ORDER BY number DESC LIMIT 1`, a, of)
	if isNotFound(err) {
		return Terms{}, nil
	}
	return t, err
}

// A HappeningKind sorts what is noted on a timeline.
type HappeningKind string

// The kinds. Somebody who is against it is listened to and not got round; and
// where the project is told of, it is told who did it.
const (
	JustHappened HappeningKind = "happened"
	Worry        HappeningKind = "worry"
	Credit       HappeningKind = "credit"
)

// HappeningKinds are the kinds, with what each is in words.
func HappeningKinds() []struct {
	Kind  HappeningKind
	Words string
} {
	return []struct {
		Kind  HappeningKind
		Words string
	}{
		{JustHappened, "Something happened"},
		{Worry, "Somebody is worried or against it, and what we do about that"},
		{Credit, "It was told of outside, and who was thanked for it"},
	}
}

// A Happening is a note on a project's timeline.
type Happening struct {
	ID     string
	On     date.Date
	Kind   HappeningKind
	Words  string
	Public bool
	By     access.PersonID
}

// NewHappening is a note as somebody makes it.
type NewHappening struct {
	Form   string
	On     date.Date
	Kind   HappeningKind
	Words  string
	Public bool
}

// Check says what is wrong with n, if anything.
func (n NewHappening) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	if n.On.IsZero() || n.On.After(today) {
		wrong.Add("on", "Enter the day on which it happened: today or earlier")
	}
	if n.Kind != JustHappened && n.Kind != Worry && n.Kind != Credit {
		wrong.Add("kind", "Choose what it was")
	}
	if !said(n.Words, 2000) {
		wrong.Add("words", "Say what happened, in up to 2,000 letters")
	}
	return wrong
}

// AddHappening notes something on a project's timeline. Sent twice, it counts once.
func (p *Projects) AddHappening(ctx context.Context, by access.Actor, a area.Area, of ID, n NewHappening) error {
	_, err := p.once(ctx, by, n.Form, content("happening", a, of, n), func(tx *db.Tx) (string, error) {
		return string(of), p.AddHappeningIn(ctx, tx, by, a, of, n)
	})
	return err
}

// AddHappeningIn is AddHappening as part of a transaction.
func (p *Projects) AddHappeningIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, n NewHappening) error {
	if _, err := p.mayRun(ctx, tx, by, a, of); err != nil {
		return err
	}
	if err := n.Check(p.today()).OrNil(); err != nil {
		return err
	}
	made := id.New[string](p.IDs)
	if _, err := tx.Exec(ctx, `
		INSERT INTO project_happenings (area_id, id, project_id, on_day, kind, words, public, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		a.ID, made, of, n.On, n.Kind, strings.TrimSpace(n.Words), n.Public, by.Person, p.Now()); err != nil {
		return fmt.Errorf("insert happening: %w", err)
	}
	return p.record(ctx, tx, by, a, "project happening", made, map[string]string{
		"project": string(of), "on": n.On.String(), "kind": string(n.Kind), "public": strconv.FormatBool(n.Public),
	}, n.Words)
}

// Happenings lists a project's notes, the latest first.
func Happenings(ctx context.Context, tx *db.Tx, a area.ID, of ID) ([]Happening, error) {
	return db.All(ctx, tx, func(r db.Row) (h Happening, err error) {
		return h, r.Scan(&h.ID, &h.On, &h.Kind, &h.Words, &h.Public, &h.By)
	}, `
		SELECT id, on_day, kind, words, public, noted_by FROM project_happenings WHERE area_id = $1 AND project_id = $2 ORDER BY on_day DESC, id DESC`, a, of)
}

// A ContactID names a contact.
type ContactID string

// A Contact is whom to ask about a project, and how to reach them. It is for those
// who read the partnership's papers, and for those with whom it is shared.
type Contact struct {
	ID                ContactID
	Project           ID
	Name, Part, Reach string
}

// NewContact is a contact as somebody adds it.
type NewContact struct {
	Form              string
	Name, Part, Reach string
}

// AddContact adds a contact. Sent twice, it counts once.
func (p *Projects) AddContact(ctx context.Context, by access.Actor, a area.Area, of ID, n NewContact) error {
	_, err := p.once(ctx, by, n.Form, content("contact", a, of, n), func(tx *db.Tx) (string, error) {
		return string(of), p.AddContactIn(ctx, tx, by, a, of, n)
	})
	return err
}

// AddContactIn is AddContact as part of a transaction.
func (p *Projects) AddContactIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, n NewContact) error {
	if _, err := p.mayRun(ctx, tx, by, a, of); err != nil {
		return err
	}
	var wrong fault.Invalid
	if !said(n.Name, 120) {
		wrong.Add("name", "Enter their name, in up to 120 letters")
	}
	if !fits(n.Part, 200) {
		wrong.Add("part", "Say it in up to 200 letters")
	}
	if !said(n.Reach, 200) {
		wrong.Add("reach", "Say how to reach them, in up to 200 letters")
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	made := id.New[ContactID](p.IDs)
	if _, err := tx.Exec(ctx, `INSERT INTO project_contacts (area_id, id, project_id, name, part, reach, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		a.ID, made, of, strings.TrimSpace(n.Name), strings.TrimSpace(n.Part), strings.TrimSpace(n.Reach), by.Person, p.Now()); err != nil {
		return fmt.Errorf("insert contact: %w", err)
	}
	return p.record(ctx, tx, by, a, "project contact", string(made), map[string]string{"project": string(of)}, strings.Join([]string{n.Name, n.Reach, n.Part}, "\n"))
}

// RemoveContact removes a contact: nothing of it is kept. Sent twice, it is done
// once.
func (p *Projects) RemoveContact(ctx context.Context, by access.Actor, a area.Area, c ContactID, form string) error {
	_, err := p.once(ctx, by, form, content("remove contact", a, ID(c), ""), func(tx *db.Tx) (string, error) {
		return string(c), p.RemoveContactIn(ctx, tx, by, a, c)
	})
	return err
}

// RemoveContactIn is RemoveContact as part of a transaction.
func (p *Projects) RemoveContactIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, c ContactID) error {
	contact, err := ContactByID(ctx, tx, a.ID, c)
	if err != nil {
		return err
	}
	if err := by.Must(access.RunProjects, a.Place()); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM project_contacts WHERE area_id = $1 AND id = $2`, a.ID, c); err != nil {
		return fmt.Errorf("delete contact: %w", err)
	}
	return p.record(ctx, tx, by, a, "project contact removed", string(c), map[string]string{"project": string(contact.Project)}, "")
}

func scanContact(r db.Row) (c Contact, err error) {
	return c, r.Scan(&c.ID, &c.Project, &c.Name, &c.Part, &c.Reach)
}

// Contacts lists whom to ask about a project.
func Contacts(ctx context.Context, tx *db.Tx, a area.ID, of ID) ([]Contact, error) {
	return db.All(ctx, tx, scanContact, `SELECT id, project_id, name, part, reach FROM project_contacts WHERE area_id = $1 AND project_id = $2 ORDER BY id`, a, of)
}

// ContactByID is a contact, or fault.NotFound.
func ContactByID(ctx context.Context, tx *db.Tx, a area.ID, c ContactID) (Contact, error) {
	return db.One(ctx, tx, scanContact, `SELECT id, project_id, name, part, reach FROM project_contacts WHERE area_id = $1 AND id = $2`, a, c)
}
