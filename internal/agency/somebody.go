package agency

import (
	"context"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
)

// AddSomebody does several of the acts of this package as one, for a form on which
// somebody says at once who it is, what the job is and since when. said is all that
// was sent. Sent twice, it counts once.
func (g *Agencies) AddSomebody(ctx context.Context, by access.Actor, a area.Area, form, said string, do func(*db.Tx) error) error {
	_, err := g.once(ctx, by, form, content("add somebody", a, "", said), func(tx *db.Tx) (string, error) {
		return "", do(tx)
	})
	return err
}
