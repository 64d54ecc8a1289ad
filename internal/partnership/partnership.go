// Package partnership keeps who the partnership of an area is, and what it agreed
// with others: its members and what they make it on any day (S03), its
// endorsement and agreements (S04), how it decides and what part councillors
// have (S05), and what its people have an interest in (S06).
package partnership

import (
	"context"
	"time"

	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/id"
	"commontable/internal/person"
)

// Partnerships is everything that can be done here.
type Partnerships struct {
	DB     *db.DB
	IDs    *id.Maker
	Now    func() time.Time
	People *person.People // who joins has a hat, and who leaves has none

	Matters map[string]Matters // what may touch an interest, by About.Kind: each slice gives its own

	// Holders lists who holds or held the money of some areas, the first first. Funding keeps
	// that, which knows partnerships: so it is given. Without it nobody holds any.
	Holders func(ctx context.Context, tx *db.Tx, areas []area.ID) (map[area.ID][]Holder, error)
}
