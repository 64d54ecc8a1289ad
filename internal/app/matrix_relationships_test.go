package app

import (
	"testing"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/relationship"
)

// relationshipParts is what of an area's relationships is put into a pattern: what
// stands open, so that there is something to be done with it.
func relationshipParts(t *testing.T, tx *db.Tx, a area.Area, today date.Date, parts map[string]string) {
	t.Helper()
	ctx := t.Context()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	handovers, err := relationship.Handovers(ctx, tx, a.ID, "")
	check(err)
	of := handovers[0].Relationship
	parts["handover"], parts["relationship"] = string(handovers[0].ID), string(of)
	with, err := relationship.ByID(ctx, tx, a.ID, of)
	check(err)
	officers, err := relationship.Officers(ctx, tx, with.Body, today)
	check(err)
	parts["reader"] = string(officers[0].Person.ID)
	held, err := relationship.Holders(ctx, tx, a.ID, of)
	check(err)
	for _, h := range held {
		if h.On(today) && h.Until.IsZero() {
			parts["holder"] = string(h.ID)
		}
	}
	entries, err := relationship.Entries(ctx, tx, a.ID, of)
	check(err)
	parts["note"] = string(entries[0].ID)
	promises, err := relationship.Promises(ctx, tx, a.ID, of)
	check(err)
	for _, p := range promises {
		if _, ended := p.End(); !ended {
			parts["promise"] = string(p.ID)
		}
	}
	questions, err := relationship.Questions(ctx, tx, a.ID, "")
	check(err)
	for _, q := range questions {
		if q.Open() {
			parts["question"] = string(q.ID)
		}
	}
	changes, err := relationship.Changes(ctx, tx, a.ID, "")
	check(err)
	parts["change"] = string(changes[0].ID)
}
