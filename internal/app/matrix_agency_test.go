package app

import (
	"testing"

	"commontable/internal/agency"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
)

// agencyParts is what of those an area works with is put into a pattern: a body that
// the area added itself, which is there for no other.
func agencyParts(t *testing.T, tx *db.Tx, a area.Area, today date.Date, parts map[string]string) {
	t.Helper()
	ctx := t.Context()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	listed, err := agency.Listed(ctx, tx, a.ID, today)
	check(err)
	for _, b := range listed {
		if b.AddedFor != a.ID {
			continue
		}
		units, err := agency.UnitsOn(ctx, tx, a.ID, b.ID, today)
		check(err)
		held, err := agency.HoldersOn(ctx, tx, a.ID, b.ID, today)
		check(err)
		if len(units) == 0 || len(held) == 0 || held[0].Contact.ID == "" {
			continue
		}
		parts["body"], parts["unit"], parts["post"] = b.Slug, string(units[0].ID), string(held[0].Post.ID)
		parts["holding"], parts["officer"] = string(held[0].ID), string(held[0].Contact.ID)
	}
	entries, err := agency.Directory(ctx, tx, a.ID, today, true)
	check(err)
	cards, err := agency.Cards(ctx, tx, a.ID, date.New(2100, 1, 1))
	check(err)
	parts["listing"], parts["card"] = string(entries[0].ID), string(cards[0].ID)
}
