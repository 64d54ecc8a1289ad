// Package project keeps what comes of a plan: projects with who leads, what each
// party does and where they end, what stands in their way, and the activities
// that many hands make (S11, S12, S16).
package project

import (
	"time"

	"commontable/internal/db"
	"commontable/internal/id"
)

// Projects is everything that can be done here.
type Projects struct {
	DB  *db.DB
	IDs *id.Maker
	Now func() time.Time
}
