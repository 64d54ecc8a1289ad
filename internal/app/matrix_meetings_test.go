package app

import (
	"maps"
	"testing"

	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/meeting"
)

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
