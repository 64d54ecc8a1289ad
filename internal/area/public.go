package area

import (
	"context"

	"commontable/internal/db"
)

// LSOAsOf lists the codes of the small areas that make up each area of a
// programme, in order. An area that is not in it has none.
func LSOAsOf(ctx context.Context, tx *db.Tx, p ProgrammeID) (map[ID][]string, error) {
	return lsoasOf(ctx, tx, p)
}
