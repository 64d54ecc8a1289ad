package project

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/plan"
)

func isNotFound(err error) bool { return errors.Is(err, fault.NotFound) }

const projectColumns = `
	v.area_id, v.project_id, v.number, v.name, v.what, v.why, COALESCE(v.priority_id, ''), v.decisions, v.ends, v.ends_on, v.ends_when,
	COALESCE(v.grew_from, ''), v.early_win, p.begun_at, v.written_by, v.written_at,
	s.number, s.state, s.from_on, s.until_on, s.who, s.words, s.noted_by, s.noted_at`

const projectTables = `
	FROM project_versions v
	JOIN projects p ON p.area_id = v.area_id AND p.id = v.project_id
	JOIN project_states s ON s.area_id = v.area_id AND s.project_id = v.project_id`

// The last version, in the last state.
const asItStands = `
	v.number = (SELECT MAX(x.number) FROM project_versions x WHERE x.area_id = v.area_id AND x.project_id = v.project_id)
	AND s.number = (SELECT MAX(y.number) FROM project_states y WHERE y.area_id = v.area_id AND y.project_id = v.project_id)`

func scanProject(r db.Row) (p Project, err error) {
	var decisions string
	err = r.Scan(&p.Area, &p.ID, &p.Version, &p.Name, &p.What, &p.Why, &p.Priority, &decisions, &p.Ends, &p.EndsOn, &p.EndsWhen,
		&p.GrewFrom, &p.EarlyWin, &p.BegunAt, &p.WrittenBy, &p.WrittenAt,
		&p.State.Number, &p.State.State, &p.State.From, &p.State.Until, &p.State.Who, &p.State.Words, &p.State.By, &p.State.At)
	p.Decisions, _ = numbersIn(decisions)
	return p, err
}

// ByID is a project of an area, with who leads it on a day; or fault.NotFound.
func ByID(ctx context.Context, tx *db.Tx, a area.ID, of ID, day date.Date) (Project, error) {
	p, err := db.One(ctx, tx, scanProject, `SELECT `+projectColumns+projectTables+` WHERE v.area_id = $1 AND v.project_id = $2 AND `+asItStands, a, of)
	if err != nil {
		return p, fmt.Errorf("project: %w", err)
	}
	if p.Lines, err = db.All(ctx, tx, db.Value[plan.LineID], `
		SELECT line_id FROM project_lines WHERE area_id = $1 AND project_id = $2 AND version = $3 ORDER BY line_id`, a, of, p.Version); err != nil {
		return p, err
	}
	if p.rests, err = area.RestsOf(ctx, tx, a); err != nil {
		return p, err
	}
	leads, err := Leads(ctx, tx, a, of)
	p.Lead = LeadOn(leads, day)
	return p, err
}

// All lists the projects of an area with who leads them on a day, in the order of
// their names, those that go on first.
func All(ctx context.Context, tx *db.Tx, a area.ID, day date.Date) ([]Project, error) {
	all, err := every(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	rests, err := area.RestsOf(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i].rests = rests
	}
	leads, err := db.All(ctx, tx, scanLead, `SELECT `+leadColumns+` FROM project_leads WHERE area_id = $1 ORDER BY project_id, number`, a)
	if err != nil {
		return nil, fmt.Errorf("who leads: %w", err)
	}
	lines := map[ID][]plan.LineID{}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var of ID
		var line plan.LineID
		err := r.Scan(&of, &line)
		lines[of] = append(lines[of], line)
		return err
	}, `
		SELECT l.project_id, l.line_id FROM project_lines l
		WHERE l.area_id = $1 AND l.version = (SELECT MAX(x.number) FROM project_versions x WHERE x.area_id = l.area_id AND x.project_id = l.project_id)
		ORDER BY l.project_id, l.line_id`, a); err != nil {
		return nil, fmt.Errorf("lines of projects: %w", err)
	}
	by := map[ID][]Lead{}
	for _, l := range leads {
		by[l.Project] = append(by[l.Project], l)
	}
	for i, one := range all {
		all[i].Lead, all[i].Lines = LeadOn(by[one.ID], day), lines[one.ID]
	}
	slices.SortStableFunc(all, func(a, b Project) int {
		if a.State.State.order() != b.State.State.order() {
			return a.State.State.order() - b.State.State.order()
		}
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return all, nil
}

// BegunBy lists the projects of an area that a decision began, by its number, as
// they stand now.
func BegunBy(ctx context.Context, tx *db.Tx, a area.ID, decision int64) ([]Project, error) {
	all, err := every(ctx, tx, a)
	return slices.DeleteFunc(all, func(p Project) bool { return !slices.Contains(p.Decisions, decision) }), err
}

// every lists the projects of an area, without lines and leads.
func every(ctx context.Context, tx *db.Tx, a area.ID) ([]Project, error) {
	all, err := db.All(ctx, tx, scanProject, `SELECT `+projectColumns+projectTables+` WHERE v.area_id = $1 AND `+asItStands+` ORDER BY v.project_id`, a)
	if err != nil {
		return nil, fmt.Errorf("projects: %w", err)
	}
	return all, nil
}
