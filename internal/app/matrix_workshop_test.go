package app

import (
	"context"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/id"
	"commontable/internal/person"
	"commontable/internal/share"
	"commontable/internal/workshop"
)

// fillWorkshops is what of how an area works with others is put into a pattern: a
// health check, which is shared and not finished.
func fillWorkshops(ctx context.Context, tx *db.Tx, a area.Area, parts map[string]string) error {
	all, err := workshop.All(ctx, tx, a.ID, workshop.Check)
	if err != nil {
		return err
	}
	files, err := workshop.Files(ctx, tx, a.ID, all[0].ID)
	if err != nil {
		return err
	}
	parts["reflection"], parts["questions"], parts["marker"], parts["begin"], parts["paper"] = string(all[0].ID), "about", "chair", "workshop", string(files[0].ID)
	return nil
}

// invited gives a link by which somebody of the other side takes part in it.
func invited(t *testing.T, d *db.DB, today date.Date) (secret string) {
	t.Helper()
	ctx := t.Context()
	now := func() time.Time { return today.At(18, 0) }
	shares := &share.Shares{DB: d, IDs: id.Real(now), Now: now, Sharer: person.ActorIn}
	err := d.Write(ctx, func(tx *db.Tx) error {
		a, err := area.BySlug(ctx, tx, "tanners-reach")
		if err != nil {
			return err
		}
		chairs, err := person.Wearers(ctx, tx, access.Chair, access.InArea, string(a.ID), today)
		if err != nil {
			return err
		}
		chair, err := person.ActorIn(ctx, tx, chairs[0].Person.ID, chairs[0].Hat.ID, today)
		if err != nil {
			return err
		}
		all, err := workshop.All(ctx, tx, a.ID, workshop.Check)
		if err != nil {
			return err
		}
		_, secret, err = shares.MakeIn(ctx, tx, chair, share.NewLink{
			Form: "an invitation", Kind: workshop.LinkKind, Place: a.Place(), Subject: string(all[0].ID), Contents: []string{workshop.LinkPart}, ForWhom: "a test", Until: today.AddDays(300),
		}, []string{workshop.LinkPart})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return secret
}
