package funding

import (
	"context"

	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/partnership"
)

// HoldersFor lists who holds or held the money of some areas, oldest first, for the
// slice that keeps their agreements.
func HoldersFor(ctx context.Context, tx *db.Tx, areas []area.ID) (map[area.ID][]partnership.Holder, error) {
	all := map[area.ID][]partnership.Holder{}
	return all, db.Each(ctx, tx, func(r db.Row) error {
		h, err := scanHolding(r)
		all[h.Area] = append(all[h.Area], partnership.Holder{Organisation: h.Organisation, From: h.From, Until: h.Until, Functions: h.Functions})
		return err
	}, `
		SELECT h.area_id, h.organisation_id, h.from_on, COALESCE(e.until_on, h.until_on), h.functions, h.decision, COALESCE(e.decision, '')
		FROM holdings h
		LEFT JOIN holding_ends e ON e.area_id = h.area_id AND e.organisation_id = h.organisation_id AND e.from_on = h.from_on
		WHERE h.area_id IN (SELECT key FROM json_each($1)) ORDER BY h.from_on, h.organisation_id`, db.Set(areas))
}

// HoldersIn lists who holds or held the money of one area, oldest first.
func HoldersIn(ctx context.Context, tx *db.Tx, a area.ID) ([]partnership.Holder, error) {
	all, err := HoldersFor(ctx, tx, []area.ID{a})
	return all[a], err
}
