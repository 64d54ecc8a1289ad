package relationship

import (
	"context"
	"fmt"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
)

const relationshipColumns = `
	v.area_id, v.relationship_id, v.number, v.body_id, COALESCE(v.unit_id, ''), v.name, v.short, v.type, v.how_begun, COALESCE(v.brought_by_id, ''), v.brought_by, v.began_on, v.mark,
	r.added_at, v.written_by, v.written_at, COALESCE(m.into_id, ''), m.on_day
	FROM relationship_versions v
	JOIN relationships r ON r.area_id = v.area_id AND r.id = v.relationship_id
	LEFT JOIN relationship_merges m ON m.area_id = v.area_id AND m.relationship_id = v.relationship_id
	WHERE v.number = (SELECT MAX(x.number) FROM relationship_versions x WHERE x.area_id = v.area_id AND x.relationship_id = v.relationship_id)`

func scanRelationship(r db.Row) (one Relationship, err error) {
	return one, r.Scan(&one.Area, &one.ID, &one.Version, &one.Body, &one.Unit, &one.Name, &one.Short, &one.Type, &one.HowBegun, &one.BroughtBy, &one.Through, &one.Began, &one.Mark,
		&one.AddedAt, &one.WrittenBy, &one.WrittenAt, &one.MergedIn, &one.MergedOn)
}

// ByID is a relationship of an area, or fault.NotFound.
func ByID(ctx context.Context, tx *db.Tx, a area.ID, of ID) (Relationship, error) {
	one, err := db.One(ctx, tx, scanRelationship, `SELECT `+relationshipColumns+` AND v.area_id = $1 AND v.relationship_id = $2`, a, of)
	if err != nil {
		return one, fmt.Errorf("relationship: %w", err)
	}
	return one, nil
}

// All lists the relationships of an area, those that are over too, in the order in
// which they were added.
func All(ctx context.Context, tx *db.Tx, a area.ID) ([]Relationship, error) {
	all, err := db.All(ctx, tx, scanRelationship, `SELECT `+relationshipColumns+` AND v.area_id = $1 ORDER BY v.relationship_id`, a)
	if err != nil {
		return nil, fmt.Errorf("relationships: %w", err)
	}
	return all, nil
}

// Standing is how a relationship stands on a day, of the states noted for it. One
// that went into another is over from that day on.
func (one Relationship) Standing(noted []State, day date.Date) (State, bool) {
	s, is := StateOn(noted, day)
	if is && one.MergedIn != "" && !day.Before(one.MergedOn) {
		s.Closeness = Over
	}
	return s, is
}
