// Package meeting keeps the meetings of a partnership and the forums that it
// hosts: agenda, who came, what was quietly said, notes, and who does what next
// (S07).
package meeting

import (
	"time"

	"commontable/internal/db"
	"commontable/internal/id"
)

// Meetings is everything that can be done here.
type Meetings struct {
	DB  *db.DB
	IDs *id.Maker
	Now func() time.Time
}
