package area

import (
	"context"

	"commontable/internal/date"
	"commontable/internal/db"
)

// After lists the areas that were added after one, in that order, at most so
// many: of all programmes where p is "", from the first where after is "".
func After(ctx context.Context, tx *db.Tx, p ProgrammeID, region string, after ID, most int) ([]Area, error) {
	return db.All(ctx, tx, scanArea, `
		SELECT `+areaColumns+` FROM areas
		WHERE id > $1 AND (CAST($2 AS TEXT) = '' OR programme_id = $2) AND (CAST($3 AS TEXT) = '' OR region = $3)
		ORDER BY id LIMIT $4`, after, p, region, most)
}

// A NotedState is a state of an area and the day from which it was in it.
type NotedState struct {
	State State
	From  date.Date
}

// StatesOf lists the states that were noted of an area, oldest first.
func StatesOf(ctx context.Context, tx *db.Tx, aid ID) ([]NotedState, error) {
	return db.All(ctx, tx, func(r db.Row) (n NotedState, err error) {
		return n, r.Scan(&n.State, &n.From)
	}, `SELECT state, from_on FROM area_states WHERE area_id = $1 ORDER BY from_on, noted_at, state`, aid)
}
