package app

import (
	"testing"

	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/partnership"
)

// agreementParts is what of an area's closures and agreements is put into a pattern.
func agreementParts(t *testing.T, tx *db.Tx, a area.Area, parts map[string]string) {
	t.Helper()
	closures, err := area.Closures(t.Context(), tx, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	agreements, err := partnership.Agreements(t.Context(), tx, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	parts["agreement"] = string(agreements[0].ID)
	reviews, err := partnership.LookBacks(t.Context(), tx, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range reviews {
		if !l.Finished() {
			parts["review"] = string(l.ID)
		}
	}
	for _, c := range closures {
		if c.Withdrawn() { // an empty call to take it back does nothing
			parts["closure"] = string(c.ID)
		}
	}
}
