package app

import (
	"maps"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/id"
	"commontable/internal/meeting"
	"commontable/internal/person"
)

// feedOf is the secret of the chair's own calendar in Tanners Reach.
func feedOf(t *testing.T, d *db.DB, today date.Date) (secret string) {
	t.Helper()
	ctx := t.Context()
	now := func() time.Time { return today.At(18, 0) }
	meetings := &meeting.Meetings{DB: d, IDs: id.Real(now), Now: now}
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
		secret, err = meetings.NewFeedIn(ctx, tx, chair)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// fillMeetings names a meeting whose notes are agreed and were put right, the
// correction, and an action.
func fillMeetings(t *testing.T, tx *db.Tx, a area.Area, parts map[string]string) error {
	t.Helper()
	c, err := db.One(t.Context(), tx, func(r db.Row) (c [2]string, err error) { return c, r.Scan(&c[0], &c[1]) }, `
		SELECT id, meeting_id FROM notes_corrections WHERE area_id = $1`, a.ID)
	if err != nil {
		return err
	}
	actions, err := meeting.Actions(t.Context(), tx, a.ID, 0, 100)
	if err != nil {
		return err
	}
	maps.Copy(parts, map[string]string{"meeting": c[1], "correction": c[0], "action": string(actions[len(actions)-1].ID)})
	return nil
}
