package plan

import (
	"context"
	"fmt"

	"commontable/internal/area"
	"commontable/internal/db"
)

// LinesOf is every budget line that the areas of a programme ever had, with
// what the plan in force gives it: in one query, however many areas there are.
func LinesOf(ctx context.Context, tx *db.Tx, p area.ProgrammeID) (map[area.ID]map[LineID]Line, error) {
	all := map[area.ID]map[LineID]Line{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var a area.ID
		l, err := scanLine(after{r, &a})
		if all[a] == nil {
			all[a] = map[LineID]Line{}
		}
		all[a][l.ID] = l
		return err
	}, `
		SELECT l.area_id, l.id, p.id, p.told, l.told, l.theme, COALESCE((SELECT c.theme FROM line_codings c WHERE c.area_id = l.area_id AND c.line_id = l.id ORDER BY c.number DESC LIMIT 1), ''), COALESCE(pl.minor, 0)
		FROM budget_lines l
		JOIN priorities p ON p.area_id = l.area_id AND p.id = l.priority_id
		LEFT JOIN (
			SELECT area_id, MAX(version) AS version FROM plan_adoptions GROUP BY area_id
		) f ON f.area_id = l.area_id
		LEFT JOIN plan_lines pl ON pl.area_id = l.area_id AND pl.version = f.version AND pl.line_id = l.id
		WHERE l.programme_id = $1`, p)
	if err != nil {
		return nil, fmt.Errorf("budget lines: %w", err)
	}
	return all, nil
}

// after scans the rest of a row, after its first column.
type after struct {
	db.Row
	first any
}

// Scan reads the first column, then what is asked for.
func (a after) Scan(dest ...any) error { return a.Row.Scan(append([]any{a.first}, dest...)...) }
