package funding

import (
	"context"

	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/partnership"
)

// HoldersFor is who holds or held an area’s money, as a partnership asks it for its
// agreements: the first first.
func HoldersFor(ctx context.Context, tx *db.Tx, a area.ID) ([]partnership.Holder, error) {
	holdings, err := Holdings(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	var all []partnership.Holder
	for _, h := range holdings {
		all = append(all, partnership.Holder{Organisation: h.Organisation, From: h.From, Until: h.Until, Functions: h.Functions})
	}
	return all, nil
}
