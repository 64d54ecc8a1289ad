package plan

import (
	"context"
	"fmt"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/money"
)

// A Told is a budget line as one version of the plan tells it. A version that does
// not have the line is told too, without a name: the line keeps its identity, and
// may come back.
type Told struct {
	Version             int64
	AdoptedOn           date.Date
	FromYear, UntilYear int // the version's financial years
	In                  bool
	Name                string // as the line was called then
	PriorityName        string // as its priority was called then
	Budget              money.Amount
	Years               []YearBudget // adding up to Budget; none where it was not shared out over the years
}

// ToldOf is what every plan that was adopted says of a budget line, from the first
// that has it: the oldest first.
func ToldOf(ctx context.Context, tx *db.Tx, a area.ID, lid LineID) ([]Told, error) {
	var all []Told
	at := map[int64]int{}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var t Told
		var minor int64
		err := r.Scan(&t.Version, &t.AdoptedOn, &t.FromYear, &t.UntilYear, &t.In, &t.Name, &t.PriorityName, &minor)
		t.Budget = money.Pence(minor)
		at[t.Version] = len(all)
		all = append(all, t)
		return err
	}, `
		SELECT v.number, a.adopted_on, v.from_year, v.until_year, pl.line_id IS NOT NULL,
			CASE WHEN pl.line_id IS NULL THEN '' WHEN pl.name = '' THEN l.name ELSE pl.name END,
			CASE WHEN pl.line_id IS NULL THEN '' ELSE COALESCE(pp.name, p.name) END, COALESCE(pl.minor, 0)
		FROM plan_adoptions a
		JOIN plan_versions v ON v.area_id = a.area_id AND v.number = a.version
		JOIN budget_lines l ON l.area_id = a.area_id AND l.id = $2
		JOIN priorities p ON p.area_id = l.area_id AND p.id = l.priority_id
		LEFT JOIN plan_lines pl ON pl.area_id = a.area_id AND pl.version = a.version AND pl.line_id = l.id
		LEFT JOIN plan_priorities pp ON pp.area_id = a.area_id AND pp.version = a.version AND pp.priority_id = l.priority_id
		WHERE a.area_id = $1 AND a.version >= (
			SELECT MIN(f.version) FROM plan_lines f JOIN plan_adoptions fa ON fa.area_id = f.area_id AND fa.version = f.version
			WHERE f.area_id = $1 AND f.line_id = $2)
		ORDER BY v.number`, a, lid); err != nil {
		return nil, fmt.Errorf("line through the plans: %w", err)
	}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var version, minor int64
		var y YearBudget
		err := r.Scan(&version, &y.Year, &minor)
		y.Amount = money.Pence(minor)
		if i, adopted := at[version]; adopted {
			all[i].Years = append(all[i].Years, y)
		}
		return err
	}, `SELECT version, year, minor FROM plan_line_years WHERE area_id = $1 AND line_id = $2 ORDER BY version, year`, a, lid)
	return all, err
}

// ToldOn is the one of them that was in force at the end of a day, and whether any was.
func ToldOn(all []Told, day date.Date) (in Told, some bool) {
	for _, t := range all { // a later one takes the place of an earlier one
		if !t.AdoptedOn.After(day) {
			in, some = t, true
		}
	}
	return in, some
}

// InYear is what it gave the line for a financial year, and whether it said so: a
// budget that is not shared out over the years says nothing of one of them.
func (t Told) InYear(year int) (amount money.Amount, said bool) {
	if t.In && len(t.Years) == 0 && t.Budget.Positive() {
		return money.Pence(0), false
	}
	return Line{Years: t.Years}.InYear(year), t.In
}
