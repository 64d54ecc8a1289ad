package funding

import (
	"context"

	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/money"
	"commontable/internal/organisation"
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

// PaidTo is what was paid to each organisation for an area and stays paid: what it
// handed back, and what was reversed, is taken off.
func PaidTo(ctx context.Context, tx *db.Tx, a area.ID) (map[organisation.ID]money.Amount, error) {
	paid := map[organisation.ID]money.Amount{}
	return paid, db.Each(ctx, tx, func(r db.Row) error {
		var o organisation.ID
		var minor int64
		err := r.Scan(&o, &minor)
		paid[o] = money.Minor(minor, money.GBP)
		return err
	}, `
		SELECT p.organisation_id, CAST(SUM(p.minor - COALESCE(x.minor, 0)) AS BIGINT)
		FROM payments p
		JOIN payment_releases r ON r.area_id = p.area_id AND r.payment_id = p.id
		LEFT JOIN (SELECT payment_id, SUM(minor) AS minor FROM payment_returns WHERE area_id = $1 GROUP BY payment_id) x ON x.payment_id = p.id
		WHERE p.area_id = $1 AND NOT EXISTS (SELECT 1 FROM payment_reversals v WHERE v.area_id = p.area_id AND v.payment_id = p.id)
		GROUP BY p.organisation_id`, a)
}
