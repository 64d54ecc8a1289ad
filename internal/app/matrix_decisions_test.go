package app

import (
	"testing"

	"commontable/internal/area"
	"commontable/internal/db"
)

// decisionParts names a decision that is made, so that nothing that is asked of it
// changes anything.
func decisionParts(t *testing.T, tx *db.Tx, a area.Area, parts map[string]string) error {
	t.Helper()
	number, err := db.One(t.Context(), tx, db.Value[string], `
		SELECT CAST(MIN(number) AS TEXT) FROM decision_results WHERE area_id = $1 AND outcome = 'agreed'`, a.ID)
	parts["decision"] = number
	return err
}
