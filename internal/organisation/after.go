package organisation

import (
	"context"

	"commontable/internal/db"
)

// After lists the organisations that were added after one, in that order, at
// most so many: of a kind, or of all where k is "". Each is whole.
func After(ctx context.Context, tx *db.Tx, k Kind, after ID, most int) ([]Organisation, error) {
	all, err := db.All(ctx, tx, scan, `
		SELECT o.id, o.slug, o.name, o.postcode FROM organisations o
		WHERE o.id > $1 AND (CAST($2 AS TEXT) = '' OR EXISTS (SELECT 1 FROM organisation_kinds k WHERE k.organisation_id = o.id AND k.kind = $2))
		ORDER BY o.id LIMIT $3`, after, k, most)
	if err != nil {
		return nil, err
	}
	for i, o := range all {
		if all[i], err = withDetails(ctx, tx, o); err != nil {
			return nil, err
		}
	}
	return all, nil
}
