package agency

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/organisation"
)

// A UnitID names a part of a body, as an area knows it.
type UnitID string

// A Unit is a part of a body as it is on a day: a department, a team, a ward's
// officers. An area keeps its own.
type Unit struct {
	ID          UnitID
	Area        area.ID
	Body        organisation.ID
	Parent      UnitID // the unit that it is part of, or ""
	Name        string
	From, Until date.Date // the first day, and the first on which it is no more
	Why         string    // it ended
	Successors  []UnitID
	Number      int64 // how often it was written
}

// OnDay reports whether there is such a unit on a day.
func (u Unit) OnDay(day date.Date) bool { return within(day, u.From, u.Until) }

func within(day, from, until date.Date) bool {
	return !day.Before(from) && (until.IsZero() || day.Before(until))
}

// NewUnit is a unit as somebody adds it or, from a day on, changes it.
type NewUnit struct {
	Form   string
	Body   organisation.ID
	Parent UnitID
	Name   string
	From   date.Date
}

func (n NewUnit) check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	if !said(n.Name, longestName) {
		wrong.Add("name", "Enter what the team is called, in up to 200 letters")
	}
	if n.From.IsZero() || n.From.After(today.AddMonths(24)) {
		wrong.Add("from", "Enter the day since when it is so: at most two years from now")
	}
	return wrong
}

// AddUnit adds a unit of a body. Sent twice, it counts once.
func (g *Agencies) AddUnit(ctx context.Context, by access.Actor, a area.Area, n NewUnit) (UnitID, error) {
	made, err := g.once(ctx, by, n.Form, content("add unit", a, n.Body, n), func(tx *db.Tx) (string, error) {
		made, err := g.AddUnitIn(ctx, tx, by, a, n)
		return string(made), err
	})
	return UnitID(made), err
}

// AddUnitIn is AddUnit as part of a transaction.
func (g *Agencies) AddUnitIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewUnit) (UnitID, error) {
	if _, err := g.mayKeep(ctx, tx, by, a, n.Body); err != nil {
		return "", err
	}
	if err := n.check(g.today()).OrNil(); err != nil {
		return "", err
	}
	u := Unit{ID: id.New[UnitID](g.IDs), Area: a.ID, Body: n.Body, Parent: n.Parent, Name: tidy(n.Name), From: n.From}
	if err := fitsIn(ctx, tx, u); err != nil {
		return "", err
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO agency_units (area_id, id, from_on, why, added_by, added_at) VALUES ($1, $2, $3, '', $4, $5)`,
		a.ID, u.ID, u.From, by.Person, g.Now()); err != nil {
		return "", fmt.Errorf("insert unit: %w", err)
	}
	return u.ID, g.writeUnit(ctx, tx, by, a, u, u.From)
}

// ChangeUnit writes from a day on what a unit is called, whose it is and what it is
// part of. It stays the same unit. Sent twice, it counts once.
func (g *Agencies) ChangeUnit(ctx context.Context, by access.Actor, a area.Area, of UnitID, n NewUnit) error {
	_, err := g.once(ctx, by, n.Form, content("change unit", a, of, n), func(tx *db.Tx) (string, error) {
		return string(of), g.ChangeUnitIn(ctx, tx, by, a, of, n)
	})
	return err
}

// ChangeUnitIn is ChangeUnit as part of a transaction.
func (g *Agencies) ChangeUnitIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of UnitID, n NewUnit) error {
	u, err := g.mayKeepUnit(ctx, tx, by, a, of)
	if err != nil {
		return err
	}
	if _, err := KnownTo(ctx, tx, a.ID, n.Body); err != nil {
		return err
	}
	wrong := n.check(g.today())
	if !within(n.From, u.From, u.Until) {
		wrong.Add("from", "Enter a day on which there is such a team")
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	u.Body, u.Parent, u.Name = n.Body, n.Parent, tidy(n.Name)
	if err := fitsIn(ctx, tx, u); err != nil {
		return err
	}
	return g.writeUnit(ctx, tx, by, a, u, n.From)
}

// fitsIn refuses a unit that is part of another body's, or of itself by however many
// steps.
func fitsIn(ctx context.Context, tx *db.Tx, u Unit) error {
	if u.Parent == "" {
		return nil
	}
	all, err := Units(ctx, tx, u.Area)
	if err != nil {
		return err
	}
	wrong := fault.Invalid{{Field: "parent", Words: "Choose from the list the team that it is part of"}}
	for at := u.Parent; at != ""; {
		i := slices.IndexFunc(all, func(x Unit) bool { return x.ID == at })
		if i < 0 || at == u.ID || all[i].Body != u.Body {
			return wrong
		}
		at = all[i].Parent
	}
	return nil
}

// writeUnit adds a version of a unit, that holds from a day on.
func (g *Agencies) writeUnit(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, u Unit, from date.Date) error {
	u.Number++
	if _, err := tx.Exec(ctx, `
		INSERT INTO agency_unit_versions (area_id, unit_id, number, from_on, organisation_id, parent_id, name, noted_by, noted_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		a.ID, u.ID, u.Number, from, u.Body, orNull(u.Parent), u.Name, by.Person, g.Now()); err != nil {
		return fmt.Errorf("insert unit version: %w", err)
	}
	return g.record(ctx, tx, by, a, "unit written", string(u.ID), map[string]string{
		"number": strconv.FormatInt(u.Number, 10), "from": from.String(), "body": string(u.Body), "parent": string(u.Parent),
	}, u.Name)
}

// EndUnit is that a unit is no more from a day on, and what came after it.
type EndUnit struct {
	Form  string
	On    date.Date
	Why   string
	Next  []UnitID // what came after it: of one, or of several
	Leave bool     // its posts end with it; else they go over to the first of Next
}

// EndUnit notes that a unit is no more. Its posts, and the units within it, go over to what
// came after it, with the people who hold them; where nothing did, the units and posts go up
// to what it was part of. Sent twice, it counts once.
func (g *Agencies) EndUnit(ctx context.Context, by access.Actor, a area.Area, of UnitID, n EndUnit) error {
	_, err := g.once(ctx, by, n.Form, content("end unit", a, of, n), func(tx *db.Tx) (string, error) {
		return string(of), g.EndUnitIn(ctx, tx, by, a, of, n)
	})
	return err
}

// EndUnitIn is EndUnit as part of a transaction.
func (g *Agencies) EndUnitIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of UnitID, n EndUnit) error {
	u, err := g.mayKeepUnit(ctx, tx, by, a, of)
	if err != nil {
		return err
	}
	if !u.Until.IsZero() {
		return fault.New(fault.Conflict, u.Name+" ended on "+u.Until.Long()+" already.")
	}
	var wrong fault.Invalid
	if n.On.IsZero() || n.On.After(g.today().AddMonths(24)) || n.On.Before(u.From) {
		wrong.Add("on", "Enter the first day on which there is no such team: not before "+u.From.Long())
	}
	if !fits(n.Why, 1000) {
		wrong.Add("why", "Say it in up to 1,000 letters")
	}
	after, err := unitsByID(ctx, tx, a.ID, n.Next)
	if err != nil {
		return err
	}
	for _, next := range n.Next {
		if one, ok := after[next]; !ok || next == of || !within(n.On, one.From, one.Until) {
			wrong.Add("next", "Choose what came after it from the list: a team that is there on that day")
		}
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	to := Unit{ID: u.Parent, Body: u.Body}
	if len(n.Next) > 0 {
		to = after[n.Next[0]]
	}
	if err := g.empty(ctx, tx, by, a, u, to, n); err != nil {
		return err
	}
	u.Until, u.Why = n.On, strings.TrimSpace(n.Why)
	if _, err := tx.Exec(ctx, `UPDATE agency_units SET until_on = $3, why = $4, ended_at = $5 WHERE area_id = $1 AND id = $2`, a.ID, of, u.Until, u.Why, g.Now()); err != nil {
		return fmt.Errorf("end unit: %w", err)
	}
	for _, next := range n.Next {
		if _, err := tx.Exec(ctx, `INSERT INTO agency_unit_successors (area_id, from_id, to_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, a.ID, of, next); err != nil {
			return fmt.Errorf("insert successor of unit: %w", err)
		}
	}
	next := make([]string, 0, len(n.Next))
	for _, one := range n.Next {
		next = append(next, string(one))
	}
	slices.Sort(next)
	return g.record(ctx, tx, by, a, "unit ended", string(of), map[string]string{"until": u.Until.String(), "next": strings.Join(slices.Compact(next), " ")}, u.Why)
}

// empty lets what is in a unit on the day of its end or after it go over to another,
// or end with it.
func (g *Agencies) empty(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, u, to Unit, n EndUnit) error {
	all, err := Units(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	for _, child := range all {
		if child.Parent != u.ID || (!child.Until.IsZero() && !child.Until.After(n.On)) {
			continue
		}
		child.Parent, child.Body = to.ID, to.Body
		if child.Parent == child.ID { // what was within it came after it
			child.Parent = u.Parent
		}
		if err := g.writeUnit(ctx, tx, by, a, child, later(n.On, child.From)); err != nil {
			return err
		}
	}
	posts, err := Posts(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	for _, p := range posts {
		if p.Unit != u.ID || (!p.Until.IsZero() && !p.Until.After(n.On)) {
			continue
		}
		if n.Leave {
			if err := g.endPost(ctx, tx, by, a, p, later(n.On, p.From)); err != nil {
				return err
			}
			continue
		}
		p.Unit, p.Body = to.ID, to.Body
		if err := g.writePost(ctx, tx, by, a, p, later(n.On, p.From)); err != nil {
			return err
		}
	}
	return nil
}

func (g *Agencies) mayKeepUnit(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of UnitID) (Unit, error) {
	if err := g.MustKeep(ctx, tx, by, a); err != nil {
		return Unit{}, err
	}
	return UnitByID(ctx, tx, a.ID, of)
}
