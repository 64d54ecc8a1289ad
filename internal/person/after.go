package person

import (
	"context"

	"commontable/internal/access"
	"commontable/internal/db"
)

// After lists the people that Find finds, whatever their names, in the order in
// which they were added: those after one, at most so many.
func (p *People) After(ctx context.Context, tx *db.Tx, by access.Actor, after access.PersonID, most int) ([]Found, error) {
	programme, err := reach(by)
	if err != nil {
		return nil, err
	}
	people, err := db.All(ctx, tx, scanPerson, `
		SELECT p.id, p.name, COALESCE(p.email, '') FROM people p
		WHERE p.id > $1
			AND (CAST($2 AS TEXT) = '' OR EXISTS (SELECT 1 FROM hats h WHERE h.person_id = p.id AND h.programme_id = $2)
				OR NOT EXISTS (SELECT 1 FROM hats h WHERE h.person_id = p.id))
		ORDER BY p.id LIMIT $3`, after, programme, most)
	if err != nil {
		return nil, err
	}
	return p.everyWithHats(ctx, tx, by, people)
}
