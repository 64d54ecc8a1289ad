package app

import (
	"testing"

	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/plan"
)

// planParts is what of an area's plan is put into a pattern.
func planParts(t *testing.T, tx *db.Tx, a area.Area, parts map[string]string) {
	t.Helper()
	v, err := plan.Current(t.Context(), tx, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	parts["section"] = "options"
	for _, pr := range v.Priorities {
		for _, action := range pr.Actions {
			parts["task"] = string(action.ID)
		}
	}
}
