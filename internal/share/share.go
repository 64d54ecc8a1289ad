// Package share keeps links by which somebody without an account sees what was
// chosen for them, until a day or until the link is taken back. It knows no word
// of the domain: a slice says what a link is to.
package share

import (
	"time"

	"commontable/internal/db"
	"commontable/internal/id"
)

// Shares is everything that can be done with links.
type Shares struct {
	DB  *db.DB
	IDs *id.Maker
	Now func() time.Time
}
