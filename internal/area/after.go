package area

import (
	"context"
	"time"

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
	State   State
	From    date.Date
	Note    string // "" where nothing was said
	NotedAt time.Time
}

// StatesOf lists the states that were noted of an area, oldest first: of those of
// one day, the last is the one that counts.
func StatesOf(ctx context.Context, tx *db.Tx, aid ID) ([]NotedState, error) {
	return db.All(ctx, tx, func(r db.Row) (n NotedState, err error) {
		return n, r.Scan(&n.State, &n.From, &n.Note, &n.NotedAt)
	}, `SELECT state, from_on, note, noted_at FROM area_states WHERE area_id = $1 ORDER BY from_on, noted_at, state DESC`, aid)
}

// EverBeyondSelected reports whether an area had come further than being selected by a
// day, even where it was noted later that it went back.
func EverBeyondSelected(ctx context.Context, tx *db.Tx, aid ID, day date.Date) (bool, error) {
	n, err := db.One(ctx, tx, db.Value[int], `SELECT COUNT(*) FROM area_states WHERE area_id = $1 AND from_on <= $2 AND state <> 'selected'`, aid, day)
	return n > 0, err
}
