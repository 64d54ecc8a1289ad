package organisation

import (
	"context"
	"fmt"

	"commontable/internal/db"
)

// All is every organisation with its identifiers, and without its kinds: in two
// queries, however many there are.
func All(ctx context.Context, tx *db.Tx) (map[ID]Organisation, error) {
	all := map[ID]Organisation{}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		o, err := scan(r)
		all[o.ID] = o
		return err
	}, `SELECT id, slug, name, postcode FROM organisations`); err != nil {
		return nil, fmt.Errorf("organisations: %w", err)
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var of ID
		var i Identifier
		err := r.Scan(&of, &i.List, &i.Number, &i.From, &i.Until)
		o := all[of]
		o.Identifiers = append(o.Identifiers, i)
		all[of] = o
		return err
	}, `
		SELECT organisation_id, list, number, from_on, until_on FROM organisation_identifiers
		ORDER BY organisation_id, list, number`); err != nil {
		return nil, fmt.Errorf("identifiers: %w", err)
	}
	return all, nil
}
