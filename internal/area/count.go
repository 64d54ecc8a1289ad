package area

import (
	"context"
	"fmt"

	"commontable/internal/db"
)

// A Stage is how far an area has come with its money. It is told by the share
// that is spent, not by the calendar (requirements.md §8.17), and is no mark.
type Stage int

// The stages, in their order.
const (
	GettingStarted Stage = iota // less than a quarter is spent
	UnderWay
	NearlySpent // more than three quarters are
)

// StageOf tells the stage from what was allocated and spent.
func StageOf(allocated, spent int64) Stage {
	switch {
	case allocated <= 0, 4*spent < allocated:
		return GettingStarted
	case 4*spent > 3*allocated:
		return NearlySpent
	}
	return UnderWay
}

// A Count is how many areas of a programme are in a region and at a stage.
type Count struct {
	Region string // "" where it is not known
	Stage  Stage
	Areas  int
}

// Counts lists how many areas a programme has, by region and stage. They are
// kept, so that this costs the same however many there are.
func Counts(ctx context.Context, tx *db.Tx, p ProgrammeID) ([]Count, error) {
	return db.All(ctx, tx, func(r db.Row) (c Count, err error) { return c, r.Scan(&c.Region, &c.Stage, &c.Areas) }, `
		SELECT region, stage, areas FROM area_counts WHERE programme_id = $1 AND areas <> 0 ORDER BY region, stage`, p)
}

// Total adds up counts: those of one region, or all where region is "".
func Total(counts []Count, region string) int {
	n := 0
	for _, c := range counts {
		if region == "" || c.Region == region {
			n += c.Areas
		}
	}
	return n
}

// First lists the first areas of a programme by name.
func First(ctx context.Context, tx *db.Tx, p ProgrammeID, most int) ([]Area, error) {
	return db.All(ctx, tx, scanArea, `
		SELECT `+areaColumns+` FROM areas WHERE programme_id = $1 ORDER BY sort_name, id LIMIT $2`, p, most)
}

// NoteStageIn keeps the stage of an area whose money has brought it to another.
func NoteStageIn(ctx context.Context, tx *db.Tx, aid ID, s Stage) error {
	a, err := ByID(ctx, tx, aid)
	if err != nil || a.Stage == s {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE areas SET stage = $1 WHERE id = $2`, int(s), aid); err != nil {
		return fmt.Errorf("note stage: %w", err)
	}
	was := a
	a.Stage = s
	return recount(ctx, tx, was, a)
}

// recount moves an area from one count to another; an area that is new or as it
// was counts once.
func recount(ctx context.Context, tx *db.Tx, was, is Area) error {
	if was.Region == is.Region && was.Stage == is.Stage {
		return nil
	}
	if err := count(ctx, tx, was, -1); err != nil {
		return err
	}
	return count(ctx, tx, is, 1)
}

func count(ctx context.Context, tx *db.Tx, a Area, by int) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO area_counts (programme_id, region, stage, areas) VALUES ($1, $2, $3, $4)
		ON CONFLICT (programme_id, region, stage) DO UPDATE SET areas = area_counts.areas + excluded.areas`,
		a.Programme, a.Region, int(a.Stage), by)
	return err
}

// Verify counts the areas again, and holds what was said of their closures
// against what was recorded when it was.
func Verify(ctx context.Context, tx *db.Tx, report func(string)) error {
	return db.Each(ctx, tx, func(r db.Row) error {
		var p, region string
		var stage, kept, counted int
		err := r.Scan(&p, &region, &stage, &kept, &counted)
		report(fmt.Sprintf("programme %s, region %q, stage %d: %d areas are counted as kept, there are %d", p, region, stage, kept, counted))
		return err
	}, `
		SELECT programme_id, region, stage, CAST(SUM(kept) AS BIGINT), CAST(SUM(counted) AS BIGINT) FROM (
			SELECT programme_id, region, stage, areas AS kept, 0 AS counted FROM area_counts
			UNION ALL
			SELECT programme_id, region, stage, 0, 1 FROM areas
		) c GROUP BY programme_id, region, stage HAVING SUM(kept) <> SUM(counted)
		ORDER BY programme_id, region, stage`)
}
