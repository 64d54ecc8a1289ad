package area

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"commontable/internal/access"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/organisation"
)

// A ProgrammeID names a programme.
type ProgrammeID string

// A Programme is a funder's, runs by a rule book, and has areas.
type Programme struct {
	ID           ProgrammeID
	Slug, Name   string
	Funder       organisation.ID
	Rules        RuleBook
	Begins, Ends date.Date // first and last day
}

// Place is the programme as a place in which permissions are held.
func (p Programme) Place() access.Place { return access.Place{Programme: string(p.ID)} }

// NewProgramme is what is said of a programme to add it.
type NewProgramme struct {
	Name         string
	RuleBook     string // its code
	Funder       organisation.ID
	Begins, Ends date.Date // no day: the rule book's
}

// Check says what is wrong with n, if anything.
func (n NewProgramme) Check() fault.Invalid {
	var wrong fault.Invalid
	name := tidy(n.Name)
	if name == "" {
		wrong.Add("name", "Enter the programme’s name")
	}
	checkText(&wrong, "name", name, longestName)
	b, err := RuleBookByCode(n.RuleBook)
	if err != nil {
		wrong.Add("rulebook", fault.Public(err))
		return wrong
	}
	if n.Funder == "" {
		wrong.Add("funder", "Choose the organisation that funds the programme")
	}
	if n = n.withDates(b); !n.Begins.Before(n.Ends) {
		wrong.Add("ends", "Give a last day after "+n.Begins.Long()+", when the programme begins")
	}
	return wrong
}

func (n NewProgramme) withDates(b RuleBook) NewProgramme {
	if n.Begins.IsZero() {
		n.Begins = b.Begins
	}
	if n.Ends.IsZero() {
		n.Ends = b.Ends
	}
	return n
}

// AddProgrammeIn begins a programme. The rule book's text is kept with it as it
// is now: that is what is read back, whatever ships later.
func (a *Areas) AddProgrammeIn(ctx context.Context, tx *db.Tx, by access.Actor, n NewProgramme) (Programme, error) {
	if err := by.Must(access.Operate, access.Place{}); err != nil {
		return Programme{}, err
	}
	if err := n.Check().OrNil(); err != nil {
		return Programme{}, err
	}
	text, err := ruleBookText(n.RuleBook)
	if err != nil {
		return Programme{}, err
	}
	rules, err := readRuleBook(text)
	if err != nil {
		return Programme{}, err
	}
	if _, err := organisation.ByID(ctx, tx, n.Funder); err != nil {
		return Programme{}, fmt.Errorf("add programme: its funder: %w", err)
	}
	n = n.withDates(rules)
	p := Programme{ID: newID[ProgrammeID](a), Name: tidy(n.Name), Funder: n.Funder, Rules: rules, Begins: n.Begins, Ends: n.Ends}
	now := a.Now()
	if err := insertProgramme(ctx, tx, &p, string(text), now); err != nil {
		return Programme{}, fmt.Errorf("add programme: %w", err)
	}
	if err := insertRuleBook(ctx, tx, p.ID, TakenRules{Number: 1, Rules: rules, From: date.Of(now), TakenBy: by.Person, TakenAt: now}, string(text)); err != nil {
		return Programme{}, fmt.Errorf("add programme: %w", err)
	}
	return p, audit.Record(ctx, tx, a.IDs, audit.Event{
		Stream: string(p.ID), Act: "programme begun", Subject: string(p.ID), By: by, At: now,
		Facts: facts("name", p.Name, "slug", p.Slug, "funder", string(p.Funder), "begins", p.Begins.String(), "ends", p.Ends.String(),
			"rule book", rules.Code, "rule book version", strconv.Itoa(rules.Version), "text", textDigest(text), "from", date.Of(now).String()),
	})
}

// insertProgramme finds the programme a slug: its name's, or that with the
// first number that is free.
func insertProgramme(ctx context.Context, tx *db.Tx, p *Programme, text string, now time.Time) error {
	base := organisation.Slug(p.Name)
	p.Slug = base
	for next := 2; ; next++ {
		added, err := tx.Exec(ctx, `
			INSERT INTO programmes (id, slug, name, funder_id, rulebook, rulebook_version, rulebook_text, begins_on, ends_on, added_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
			ON CONFLICT (slug) DO NOTHING`,
			p.ID, p.Slug, p.Name, p.Funder, p.Rules.Code, p.Rules.Version, text, p.Begins, p.Ends, now)
		if err != nil || added == 1 {
			return err
		}
		p.Slug = base + "-" + strconv.Itoa(next)
	}
}

const programmeColumns = `id, slug, name, funder_id, rulebook_text, begins_on, ends_on`

func scanProgramme(r db.Row) (p Programme, err error) {
	var text string
	if err := r.Scan(&p.ID, &p.Slug, &p.Name, &p.Funder, &text, &p.Begins, &p.Ends); err != nil {
		return Programme{}, err
	}
	p.Rules, err = readRuleBook([]byte(text))
	return p, err
}

// Programmes lists the installation's programmes, the first begun first.
func Programmes(ctx context.Context, tx *db.Tx) ([]Programme, error) {
	return db.All(ctx, tx, scanProgramme, `
		SELECT `+programmeColumns+` FROM programmes ORDER BY begins_on, id`)
}

// ProgrammeBySlug is one programme, or fault.NotFound.
func ProgrammeBySlug(ctx context.Context, tx *db.Tx, slug string) (Programme, error) {
	return db.One(ctx, tx, scanProgramme, `
		SELECT `+programmeColumns+` FROM programmes WHERE slug = $1`, slug)
}

// ProgrammeByID is one programme, or fault.NotFound.
func ProgrammeByID(ctx context.Context, tx *db.Tx, p ProgrammeID) (Programme, error) {
	return db.OneOnce(ctx, tx, scanProgramme, `
		SELECT `+programmeColumns+` FROM programmes WHERE id = $1`, p)
}
