package audit

import (
	"context"
	"errors"
	"time"

	"commontable/internal/db"
	"commontable/internal/fault"
)

type treeHead struct {
	size  uint64
	peaks []byte
}

func head(ctx context.Context, tx *db.Tx, stream string) (treeHead, error) {
	h, err := db.One(ctx, tx, func(r db.Row) (h treeHead, err error) {
		return h, r.Scan(&h.size, &h.peaks)
	}, `SELECT size, peaks FROM audit_heads WHERE stream = $1`, stream)
	if errors.Is(err, fault.NotFound) {
		return treeHead{}, nil
	}
	return h, err
}

func keepHead(ctx context.Context, tx *db.Tx, stream string, h treeHead) error {
	if _, err := tx.Exec(ctx, `
		INSERT INTO audit_heads (stream, size, peaks) VALUES ($1, $2, $3)
		ON CONFLICT (stream) DO UPDATE SET size = excluded.size, peaks = excluded.peaks`,
		stream, int64(h.size), h.peaks); err != nil { //nolint:gosec // not as many as that
		return err
	}
	return count(ctx, tx, stream, h)
}

func insert(ctx context.Context, tx *db.Tx, e Event, c canonical, text, salt []byte) error {
	if _, err := tx.Exec(ctx, `
		INSERT INTO audit_events (stream, number, act, subject, person_id, recorded_at, bytes)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		c.Stream, c.Number, c.Act, c.Subject, c.Person, e.At, text); err != nil {
		return err
	}
	if salt == nil {
		return nil
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO audit_payloads (stream, number, salt, payload) VALUES ($1, $2, $3, $4)`,
		c.Stream, c.Number, salt, e.Private)
	return err
}

// A Happening is an event as the people of a place may read it.
type Happening struct {
	Number  int64
	Act     string
	Subject string
	Person  string
	At      time.Time
}

// About lists what happened to a subject, oldest first.
func About(ctx context.Context, tx *db.Tx, stream, subject string) ([]Happening, error) {
	return db.All(ctx, tx, func(r db.Row) (h Happening, err error) {
		return h, r.Scan(&h.Number, &h.Act, &h.Subject, &h.Person, &h.At)
	}, `
		SELECT number, act, subject, person_id, recorded_at FROM audit_events
		WHERE stream = $1 AND subject = $2 ORDER BY number`, stream, subject)
}

type submitted struct {
	digest  []byte
	subject string
}

func submission(ctx context.Context, tx *db.Tx, s Sent) (submitted, error) {
	return db.One(ctx, tx, func(r db.Row) (b submitted, err error) {
		return b, r.Scan(&b.digest, &b.subject)
	}, `SELECT digest, subject FROM submissions WHERE form = $1 AND person_id = $2`, s.Form, s.By.Person)
}

func insertSubmission(ctx context.Context, tx *db.Tx, s Sent, digest []byte, subject string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO submissions (form, person_id, digest, subject, sent_at) VALUES ($1, $2, $3, $4, $5)`,
		s.Form, s.By.Person, digest, subject, s.At)
	return err
}

// Latest is when the last event of all streams was recorded, or no time where none
// was. Only the last of each stream is looked at.
func Latest(ctx context.Context, tx *db.Tx) (time.Time, error) {
	return db.One(ctx, tx, db.Value[time.Time], `
		SELECT MAX(e.recorded_at) FROM audit_heads h JOIN audit_events e ON e.stream = h.stream AND e.number = h.size`)
}
