package meeting

import (
	"context"
	"fmt"
	"time"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
)

func insertMeeting(ctx context.Context, tx *db.Tx, m Meeting) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO meetings (area_id, id, kind, title, starts_at, ends_at, place, online, telephone, access_needs, will, wont, for_everyone, sequence, off, arranged_by, arranged_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		m.Area, m.ID, m.Kind, m.Title, m.Starts, m.Ends, m.Place, m.Online, m.Telephone, m.AccessNeeds, m.Will, m.Wont, m.ForEveryone, m.Sequence, m.Off, m.ArrangedBy, m.ArrangedAt)
	return err
}

func updateMeeting(ctx context.Context, tx *db.Tx, m Meeting) error {
	_, err := tx.Exec(ctx, `
		UPDATE meetings SET title = $3, starts_at = $4, ends_at = $5, place = $6, online = $7, telephone = $8, access_needs = $9, will = $10, wont = $11, sequence = $12, off = $13
		WHERE area_id = $1 AND id = $2`,
		m.Area, m.ID, m.Title, m.Starts, m.Ends, m.Place, m.Online, m.Telephone, m.AccessNeeds, m.Will, m.Wont, m.Sequence, m.Off)
	return err
}

func insertGuest(ctx context.Context, tx *db.Tx, m Meeting, position int, g Guest) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO meeting_guests (area_id, meeting_id, position, organisation, post) VALUES ($1, $2, $3, $4, $5)`,
		m.Area, m.ID, position, g.Organisation, g.Post)
	return err
}

// meetingColumns are a meeting's, with where its agenda and notes have got to.
const meetingColumns = `
	m.area_id, m.id, m.kind, m.title, m.starts_at, m.ends_at, m.place, m.online, m.telephone, m.access_needs, m.will, m.wont,
	m.for_everyone, m.sequence, m.off, m.arranged_by, m.arranged_at,
	(SELECT g.noted_at FROM agenda_agreements g WHERE g.area_id = m.area_id AND g.meeting_id = m.id),
	(SELECT n.written_at FROM meeting_notes n WHERE n.area_id = m.area_id AND n.meeting_id = m.id),
	(SELECT c.circulated_at FROM notes_circulations c WHERE c.area_id = m.area_id AND c.meeting_id = m.id AND c.number = 1),
	(SELECT g.agreed_on FROM notes_agreements g WHERE g.area_id = m.area_id AND g.meeting_id = m.id),
	(SELECT g.noted_at FROM notes_agreements g WHERE g.area_id = m.area_id AND g.meeting_id = m.id)`

func scanMeeting(r db.Row) (m Meeting, err error) {
	return m, r.Scan(&m.Area, &m.ID, &m.Kind, &m.Title, &m.Starts, &m.Ends, &m.Place, &m.Online, &m.Telephone, &m.AccessNeeds, &m.Will, &m.Wont,
		&m.ForEveryone, &m.Sequence, &m.Off, &m.ArrangedBy, &m.ArrangedAt, &m.AgendaAgreed, &m.Written, &m.Circulated, &m.Agreed, &m.AgreedAt)
}

// ByID is one meeting of an area, or fault.NotFound.
func ByID(ctx context.Context, tx *db.Tx, a area.ID, mid ID) (Meeting, error) {
	m, err := db.One(ctx, tx, scanMeeting, `
		SELECT `+meetingColumns+` FROM meetings m WHERE m.area_id = $1 AND m.id = $2`, a, mid)
	if err != nil {
		return m, fmt.Errorf("meeting: %w", err)
	}
	return m, nil
}

// Between lists an area's meetings that begin from one instant on and before
// another, the earliest first.
func Between(ctx context.Context, tx *db.Tx, a area.ID, from, until time.Time) ([]Meeting, error) {
	return db.All(ctx, tx, scanMeeting, `
		SELECT `+meetingColumns+` FROM meetings m
		WHERE m.area_id = $1 AND m.starts_at >= $2 AND m.starts_at < $3 ORDER BY m.starts_at, m.id`, a, from, until)
}

// Since lists an area's meetings that end after an instant, the earliest first:
// those to come, and one that goes on just now.
func Since(ctx context.Context, tx *db.Tx, a area.ID, now time.Time) ([]Meeting, error) {
	return db.All(ctx, tx, scanMeeting, `
		SELECT `+meetingColumns+` FROM meetings m
		WHERE m.area_id = $1 AND m.ends_at > $2 ORDER BY m.starts_at, m.id`, a, now)
}

// Before lists the meetings of an area that ended by an instant, the latest
// first, those before a number of others.
func Before(ctx context.Context, tx *db.Tx, a area.ID, now time.Time, skip, most int) ([]Meeting, error) {
	return db.All(ctx, tx, scanMeeting, `
		SELECT `+meetingColumns+` FROM meetings m
		WHERE m.area_id = $1 AND m.ends_at <= $2 ORDER BY m.starts_at DESC, m.id DESC LIMIT $3 OFFSET $4`, a, now, most, skip)
}

// CountBefore counts the meetings of an area that ended by an instant.
func CountBefore(ctx context.Context, tx *db.Tx, a area.ID, now time.Time) (int64, error) {
	return db.One(ctx, tx, db.Value[int64], `
		SELECT COUNT(*) FROM meetings WHERE area_id = $1 AND ends_at <= $2`, a, now)
}

// Guests lists who is asked to a meeting from elsewhere.
func Guests(ctx context.Context, tx *db.Tx, m Meeting) ([]Guest, error) {
	return db.All(ctx, tx, func(r db.Row) (g Guest, err error) { return g, r.Scan(&g.Organisation, &g.Post) }, `
		SELECT organisation, post FROM meeting_guests WHERE area_id = $1 AND meeting_id = $2 ORDER BY position`, m.Area, m.ID)
}

// LastHeld is the day on which an area's partnership last met; no day where it
// never did. A forum is no meeting of the partnership.
func LastHeld(ctx context.Context, tx *db.Tx, a area.ID, now time.Time) (date.Date, error) {
	at, err := db.One(ctx, tx, db.Value[time.Time], `
		SELECT MAX(starts_at) FROM meetings WHERE area_id = $1 AND kind = 'partnership' AND NOT off AND starts_at <= $2`, a, now)
	return date.InLondon(at), err
}

// Unagreed lists an area's meetings from an instant on whose notes are written
// and not agreed, the earliest first.
func Unagreed(ctx context.Context, tx *db.Tx, a area.ID, from time.Time) ([]Meeting, error) {
	return db.All(ctx, tx, scanMeeting, `
		SELECT `+meetingColumns+` FROM meetings m
		JOIN meeting_notes w ON w.area_id = m.area_id AND w.meeting_id = m.id
		LEFT JOIN notes_agreements d ON d.area_id = m.area_id AND d.meeting_id = m.id
		WHERE m.area_id = $1 AND m.starts_at >= $2 AND d.meeting_id IS NULL ORDER BY m.starts_at, m.id`, a, from)
}

// Next is the next meeting of an area that is not called off, from an instant on;
// or fault.NotFound.
func Next(ctx context.Context, tx *db.Tx, a area.ID, from time.Time) (Meeting, error) {
	return db.One(ctx, tx, scanMeeting, `
		SELECT `+meetingColumns+` FROM meetings m
		WHERE m.area_id = $1 AND m.ends_at > $2 AND NOT m.off ORDER BY m.starts_at, m.id LIMIT 1`, a, from)
}
