// Package decision keeps what a partnership decides, and how: agreement first,
// a vote only where its own rules say so (S08). An agreed decision is what plans
// are adopted by and money is offered by.
package decision

import (
	"time"

	"commontable/internal/db"
	"commontable/internal/id"
)

// Decisions is everything that can be done here.
type Decisions struct {
	DB  *db.DB
	IDs *id.Maker
	Now func() time.Time
}
