package app

import (
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/id"
	"commontable/internal/person"
	"commontable/internal/project"
	"commontable/internal/share"
)

// projectParts is what of an area's projects is put into a pattern: what stands
// open, so that there is something to be done with it; of links one that was taken
// back, since to take one back needs nothing filled in.
func projectParts(t *testing.T, tx *db.Tx, a area.Area, today date.Date, parts map[string]string) {
	t.Helper()
	ctx := t.Context()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	all, err := project.All(ctx, tx, a.ID, today)
	check(err)
	for _, one := range all {
		contacts, err := project.Contacts(ctx, tx, a.ID, one.ID)
		check(err)
		if len(contacts) == 0 {
			continue
		}
		parts["project"], parts["contact"] = string(one.ID), string(contacts[0].ID)
		milestones, err := project.Milestones(ctx, tx, a.ID, one.ID)
		check(err)
		for _, m := range milestones {
			if m.Open() {
				parts["milestone"] = string(m.ID)
			}
		}
		held, err := project.Parts(ctx, tx, a.ID, one.ID)
		check(err)
		parts["part"] = string(held[0].ID)
		asked, err := project.Requirements(ctx, tx, a.ID, one.ID)
		check(err)
		parts["requirement"] = string(asked[0].ID)
		photos, err := project.Photos(ctx, tx, a.ID, one.ID)
		check(err)
		for _, ph := range photos {
			if ph.ShownTo(false, today) {
				parts["photo"] = string(ph.ID)
			}
		}
	}
	sheets, err := project.Sheets(ctx, tx, a.ID)
	check(err)
	activities, err := project.Activities(ctx, tx, a.ID, "")
	check(err)
	links, err := share.LinksOf(ctx, tx, string(a.ID), "", "")
	check(err)
	parts["sheet"], parts["activity"] = string(sheets[0].ID), string(activities[0].ID)
	for _, l := range links {
		if l.Ended() {
			parts["share"] = string(l.ID)
		}
	}
}

// sharedWith gives a link to a project, made by the chair of an area.
func sharedWith(t *testing.T, d *db.DB, today date.Date) (secret string) {
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
		parts := map[string]string{}
		projectParts(t, tx, a, today, parts)
		contents := []string{"summary", "photos"}
		_, secret, err = shares.MakeIn(ctx, tx, chair, share.NewLink{
			Form: "a test’s link", Kind: "project", Place: a.Place(), Subject: parts["project"], Contents: contents, ForWhom: "a test", Until: today.AddDays(300),
		}, contents)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return secret
}
