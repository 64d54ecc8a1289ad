package app

import (
	"testing"

	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/partnership"
)

// interestParts is an interest of the area’s register that an open payment touches.
func interestParts(t *testing.T, tx *db.Tx, a area.Area, parts map[string]string) {
	t.Helper()
	interests, err := partnership.InterestsIn(t.Context(), tx, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	parts["interest"], parts["kind"], parts["matter"] = "none", "payment", "none"
	if len(interests) > 0 {
		parts["interest"] = string(interests[0].ID)
	}
}
