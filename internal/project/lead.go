package project

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/organisation"
)

// A Kind of party: somebody who leads a project, or does a part of it.
type Kind string

// The kinds. Nobody is only ever who leads.
const (
	Person       Kind = "person"
	Organisation Kind = "organisation"
	Nobody       Kind = "nobody"
)

// A Party is a person or an organisation.
type Party struct {
	Kind         Kind
	Name         string
	Organisation organisation.ID // "" where none of that name is known here
	Resident     bool            // who leads is a resident, or residents
	Named        bool            // a person who agreed that everybody sees their name
}

// Shown is the party as a reader may see it: inside is for those who read the
// partnership's papers.
func (p Party) Shown(inside bool) string {
	switch {
	case p.Kind == Nobody || p.Name == "":
		return "Nobody leads this yet"
	case p.Kind == Organisation || inside || p.Named:
		return p.Name
	case p.Resident:
		return "A resident"
	}
	return "Somebody from here"
}

func (p Party) check(wrong *fault.Invalid, mayBeNobody bool) {
	switch p.Kind {
	case Person, Organisation:
		if !said(p.Name, 120) {
			wrong.Add("name", "Enter their name, in up to 120 letters")
		}
	case Nobody:
		if !mayBeNobody {
			wrong.Add("kind", "Say whether it is a person or an organisation")
		}
	default:
		wrong.Add("kind", "Say whether it is a person or an organisation")
	}
}

// settle finds the organisation of the party's name.
func (p Party) settle(ctx context.Context, tx *db.Tx) (_ Party, err error) {
	p.Name = strings.TrimSpace(p.Name)
	switch p.Kind {
	case Organisation:
		p.Named = false
		p.Organisation, err = known(ctx, tx, p.Name)
	case Nobody:
		p = Party{Kind: Nobody}
	case Person:
	}
	return p, err
}

// A Lead is who leads a project, from a day on.
type Lead struct {
	Party

	Project ID
	Number  int64
	From    date.Date
}

// IsEmpty reports whether nobody leads.
func (l Lead) IsEmpty() bool { return l.Kind != Person && l.Kind != Organisation }

// NewLead says who leads from a day on. Empty is nobody.
type NewLead struct {
	Form string
	Party

	From date.Date
}

// Check says what is wrong with n, if anything. Its fields are "lead_kind" and
// "lead_name".
func (n NewLead) Check() fault.Invalid {
	var found, wrong fault.Invalid
	n.check(&found, true)
	for _, w := range found {
		wrong.Add("lead_"+w.Field, w.Words)
	}
	if words := wrong.For("lead_kind"); words != "" {
		wrong = fault.Invalid{{Field: "lead_kind", Words: "Say who leads it. “Nobody yet” is an answer."}}
	}
	return wrong
}

// SetLead records who leads a project from a day on. Sent twice, it counts once.
func (p *Projects) SetLead(ctx context.Context, by access.Actor, a area.Area, of ID, n NewLead) error {
	_, err := p.once(ctx, by, n.Form, content("lead", a, of, n), func(tx *db.Tx) (string, error) {
		return string(of), p.SetLeadIn(ctx, tx, by, a, of, n)
	})
	return err
}

// SetLeadIn is SetLead as part of a transaction. A day that is past may be noted
// late, and one to come early.
func (p *Projects) SetLeadIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, n NewLead) error {
	if _, err := p.mayRun(ctx, tx, by, a, of); err != nil {
		return err
	}
	wrong := n.Check()
	if n.From.IsZero() {
		wrong.Add("from", "Enter the day from which they lead")
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	return p.lead(ctx, tx, by, a, of, n)
}

func (p *Projects) lead(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, n NewLead) error {
	party, err := n.settle(ctx, tx)
	if err != nil {
		return err
	}
	number, err := db.One(ctx, tx, db.Value[int64], `SELECT COALESCE(MAX(number), 0) + 1 FROM project_leads WHERE area_id = $1 AND project_id = $2`, a.ID, of)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO project_leads (area_id, project_id, number, from_on, kind, name, organisation_id, resident, named, noted_by, noted_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		a.ID, of, number, n.From, party.Kind, party.Name, orNull(string(party.Organisation)), party.Resident, party.Named, by.Person, p.Now()); err != nil {
		return fmt.Errorf("insert project lead: %w", err)
	}
	return p.record(ctx, tx, by, a, "project lead", string(of), map[string]string{
		"number": strconv.FormatInt(number, 10), "from": n.From.String(), "kind": string(party.Kind), "organisation": string(party.Organisation),
		"resident": strconv.FormatBool(party.Resident), "named": strconv.FormatBool(party.Named),
	}, party.Name)
}

const leadColumns = `project_id, number, from_on, kind, name, COALESCE(organisation_id, ''), resident, named`

func scanLead(r db.Row) (l Lead, err error) {
	return l, r.Scan(&l.Project, &l.Number, &l.From, &l.Kind, &l.Name, &l.Organisation, &l.Resident, &l.Named)
}

// Leads lists who led a project, in the order in which it was noted.
func Leads(ctx context.Context, tx *db.Tx, a area.ID, of ID) ([]Lead, error) {
	all, err := db.All(ctx, tx, scanLead, `SELECT `+leadColumns+` FROM project_leads WHERE area_id = $1 AND project_id = $2 ORDER BY number`, a, of)
	if err != nil {
		return nil, fmt.Errorf("who leads: %w", err)
	}
	return all, nil
}

// LeadOn is who leads on a day, of those noted: the one from the latest day that
// is not after it, and of two from one day the one that was noted last.
func LeadOn(noted []Lead, day date.Date) Lead {
	lead := Lead{Party: Party{Kind: Nobody}}
	for _, l := range noted {
		if !l.From.After(day) && !l.From.Before(lead.From) && (l.From.After(lead.From) || l.Number >= lead.Number) {
			lead = l
		}
	}
	return lead
}

// A Role is what a party does when working together.
type Role string

// A RoleWords is a role, whose it is and what it means, in our words; the roles
// are those of V10. A party may say it in words of its own.
type RoleWords struct {
	Role      Role
	Community bool
	Words     string
}

// Own is a role that none of the seven is.
const Own Role = "own words"

// Roles lists the roles: three of communities, four of public agencies.
func Roles() []RoleWords {
	return []RoleWords{
		{"starts", true, "Starts it, out of what people here live with"},
		{"carries out", true, "Carries out what exists already, and sees that it fits everyone here"},
		{"has a say", true, "Has a say where an agency decides"},
		{"makes possible", false, "Makes it possible for people here to act"},
		{"opens up", false, "Opens its own ways of working to people here"},
		{"brings together", false, "Brings the right people together"},
		{"spreads", false, "Helps it to last, to grow, or to be done elsewhere"},
	}
}

// InWords is a role in words, "" for one in a party's own.
func (r Role) InWords() string {
	i := slices.IndexFunc(Roles(), func(w RoleWords) bool { return w.Role == r })
	if i < 0 {
		return ""
	}
	return Roles()[i].Words
}

// A PartID names a part that a party has in a project.
type PartID string

// A Part is what one party does in a project.
type Part struct {
	Party

	ID      PartID
	Project ID
	Role    Role
	Words   string
	From    date.Date
	Until   date.Date // the first day on which they do it no more; no day while they do
	At      time.Time
}

// On reports whether the party does it on a day.
func (p Part) On(day date.Date) bool {
	return !day.Before(p.From) && (p.Until.IsZero() || day.Before(p.Until))
}

// NewPart is a part as somebody gives it.
type NewPart struct {
	Form string
	Party

	Role  Role
	Words string
	From  date.Date
}

// Check says what is wrong with n, if anything.
func (n NewPart) Check() fault.Invalid {
	var wrong fault.Invalid
	n.check(&wrong, false)
	if n.Role != Own && n.Role.InWords() == "" {
		wrong.Add("role", "Choose what they do")
	}
	if n.Role == Own && strings.TrimSpace(n.Words) == "" {
		wrong.Add("words", "Say in your own words what they do")
	}
	if !fits(n.Words, 500) {
		wrong.Add("words", "Say it in up to 500 letters")
	}
	if n.From.IsZero() {
		wrong.Add("from", "Enter the day from which they do it")
	}
	return wrong
}

// AddPart records what a party does. Sent twice, it counts once.
func (p *Projects) AddPart(ctx context.Context, by access.Actor, a area.Area, of ID, n NewPart) (PartID, error) {
	made, err := p.once(ctx, by, n.Form, content("part", a, of, n), func(tx *db.Tx) (string, error) {
		made, err := p.AddPartIn(ctx, tx, by, a, of, n)
		return string(made), err
	})
	return PartID(made), err
}

// AddPartIn is AddPart as part of a transaction.
func (p *Projects) AddPartIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, n NewPart) (PartID, error) {
	if _, err := p.mayRun(ctx, tx, by, a, of); err != nil {
		return "", err
	}
	if err := n.Check().OrNil(); err != nil {
		return "", err
	}
	party, err := n.settle(ctx, tx)
	if err != nil {
		return "", err
	}
	made := id.New[PartID](p.IDs)
	if _, err := tx.Exec(ctx, `
		INSERT INTO project_parts (area_id, id, project_id, kind, name, organisation_id, role, words, resident, named, from_on, noted_by, noted_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		a.ID, made, of, party.Kind, party.Name, orNull(string(party.Organisation)), n.Role, strings.TrimSpace(n.Words), party.Resident, party.Named, n.From, by.Person, p.Now()); err != nil {
		return "", fmt.Errorf("insert project part: %w", err)
	}
	return made, p.record(ctx, tx, by, a, "project part", string(made), map[string]string{
		"project": string(of), "role": string(n.Role), "from": n.From.String(), "organisation": string(party.Organisation),
		"kind": string(party.Kind), "resident": strconv.FormatBool(party.Resident), "named": strconv.FormatBool(party.Named),
	}, party.Name+"\n"+n.Words)
}

// EndPart records that a party does its part no more. Sent twice, it counts once.
func (p *Projects) EndPart(ctx context.Context, by access.Actor, a area.Area, part PartID, until date.Date, form string) error {
	_, err := p.once(ctx, by, form, content("end part", a, "", [2]string{string(part), until.String()}), func(tx *db.Tx) (string, error) {
		return string(part), p.EndPartIn(ctx, tx, by, a, part, until)
	})
	return err
}

// EndPartIn is EndPart as part of a transaction: until is the first day on which
// they do it no more.
func (p *Projects) EndPartIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of PartID, until date.Date) error {
	part, err := PartByID(ctx, tx, a.ID, of)
	if err != nil {
		return err
	}
	if err := by.Must(access.RunProjects, a.Place()); err != nil {
		return err
	}
	if until.IsZero() || until.Before(part.From) {
		return fault.Invalid{{Field: "until", Words: "Enter the first day on which they do it no more: " + part.From.Long() + " or later"}}
	}
	if !part.Until.IsZero() {
		return fault.New(fault.Conflict, "It was recorded already that this part ended, on "+part.Until.Long()+".")
	}
	if _, err := tx.Exec(ctx, `INSERT INTO project_part_ends (area_id, part_id, until_on, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5)`,
		a.ID, of, until, by.Person, p.Now()); err != nil {
		return fmt.Errorf("insert part end: %w", err)
	}
	return p.record(ctx, tx, by, a, "project part ended", string(of), map[string]string{"project": string(part.Project), "until": until.String()}, "")
}

const partColumns = `
	p.id, p.project_id, p.kind, p.name, COALESCE(p.organisation_id, ''), p.role, p.words, p.resident, p.named, p.from_on, p.noted_at, e.until_on
	FROM project_parts p LEFT JOIN project_part_ends e ON e.area_id = p.area_id AND e.part_id = p.id`

func scanPart(r db.Row) (p Part, err error) {
	return p, r.Scan(&p.ID, &p.Project, &p.Kind, &p.Name, &p.Organisation, &p.Role, &p.Words, &p.Resident, &p.Named, &p.From, &p.At, &p.Until)
}

// Parts lists what parties do in a project and did, in the order of their days.
func Parts(ctx context.Context, tx *db.Tx, a area.ID, of ID) ([]Part, error) {
	return db.All(ctx, tx, scanPart, `SELECT `+partColumns+` WHERE p.area_id = $1 AND p.project_id = $2 ORDER BY p.from_on, p.id`, a, of)
}

// PartByID is a part, or fault.NotFound.
func PartByID(ctx context.Context, tx *db.Tx, a area.ID, part PartID) (Part, error) {
	return db.One(ctx, tx, scanPart, `SELECT `+partColumns+` WHERE p.area_id = $1 AND p.id = $2`, a, part)
}
