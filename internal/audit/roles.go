package audit

import (
	"context"
	"encoding/json"

	"commontable/internal/access"
	"commontable/internal/db"
)

// Roles tells in which role each happening of a subject was done, by its
// number: what the public reads in place of a name. The program itself acts in
// none.
func Roles(ctx context.Context, tx *db.Tx, stream, subject string) (map[int64]access.Role, error) {
	roles := map[int64]access.Role{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var number int64
		var text []byte
		if err := r.Scan(&number, &text); err != nil {
			return err
		}
		var event canonical
		err := json.Unmarshal(text, &event)
		roles[number] = access.Role(event.Role)
		return err
	}, `SELECT number, bytes FROM audit_events WHERE stream = $1 AND subject = $2 ORDER BY number`, stream, subject)
	return roles, err
}
