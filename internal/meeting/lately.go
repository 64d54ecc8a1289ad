package meeting

import (
	"context"

	"commontable/internal/area"
	"commontable/internal/db"
)

// LastAgreed is the meeting of an area whose notes were agreed last, or
// fault.NotFound. Agreed notes are everyone's, but for what is the members' own.
func LastAgreed(ctx context.Context, tx *db.Tx, a area.ID) (Meeting, error) {
	return db.One(ctx, tx, scanMeeting, `
		SELECT `+meetingColumns+` FROM meetings m
		JOIN notes_agreements d ON d.area_id = m.area_id AND d.meeting_id = m.id
		WHERE m.area_id = $1 ORDER BY d.agreed_on DESC, m.starts_at DESC, m.id LIMIT 1`, a)
}
