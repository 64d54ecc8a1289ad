package mail

import (
	"context"
	"encoding/json"
	"time"

	"commontable/internal/db"
)

func insert(ctx context.Context, tx *db.Tx, m ID, to, subject, text string, at, until time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO mails (id, recipient, subject, body, added_at, until_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		m, to, subject, text, at, until)
	return err
}

func scan(r db.Row) (m Mail, err error) {
	var text string
	if err := r.Scan(&m.ID, &m.To, &m.Subject, &text, &m.Added, &m.Until, &m.Sent, &m.Failed); err != nil || text == "" {
		return m, err
	}
	var b body
	err = json.Unmarshal([]byte(text), &b)
	m.Words, m.Action, m.Link, m.After = b.Words, b.Action, b.Link, b.After
	return m, err
}

// ByID is one mail, or fault.NotFound.
func ByID(ctx context.Context, tx *db.Tx, m ID) (Mail, error) {
	return db.One(ctx, tx, scan, `
		SELECT id, recipient, subject, body, added_at, until_at, sent_at, failed_at FROM mails WHERE id = $1`, m)
}

// Latest lists mails, the latest first, from one on.
func Latest(ctx context.Context, tx *db.Tx, most, from int) ([]Mail, error) {
	return db.All(ctx, tx, scan, `
		SELECT id, recipient, subject, body, added_at, until_at, sent_at, failed_at FROM mails
		ORDER BY added_at DESC, id DESC LIMIT $1 OFFSET $2`, most, from)
}

// Count is how many mails there are.
func Count(ctx context.Context, tx *db.Tx) (int, error) {
	return db.One(ctx, tx, db.Value[int], `SELECT COUNT(*) FROM mails`)
}

// A Box is how mails stand.
type Box struct {
	Waiting int       // to be sent
	Oldest  time.Time // of those; zero where none waits
	Failed  int       // that the other side would not have
}

// BoxOn tells how mails stand, for whoever watches over the program.
func BoxOn(ctx context.Context, tx *db.Tx, now time.Time) (Box, error) {
	return db.One(ctx, tx, func(r db.Row) (b Box, err error) {
		return b, r.Scan(&b.Waiting, &b.Oldest, &b.Failed)
	}, `
		SELECT COUNT(CASE WHEN sent_at IS NULL AND failed_at IS NULL AND until_at > $1 THEN 1 END),
			MIN(CASE WHEN sent_at IS NULL AND failed_at IS NULL AND until_at > $1 THEN added_at END),
			COUNT(failed_at)
		FROM mails`, now)
}

// What a mail said is forgotten with its sending.
func markSent(ctx context.Context, tx *db.Tx, m ID, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE mails SET sent_at = $2, body = '' WHERE id = $1 AND sent_at IS NULL AND failed_at IS NULL`, m, at)
	return err
}

func markFailed(ctx context.Context, tx *db.Tx, m ID, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE mails SET failed_at = $2, body = '' WHERE id = $1 AND sent_at IS NULL AND failed_at IS NULL`, m, at)
	return err
}

func forgetUseless(ctx context.Context, tx *db.Tx, now time.Time) (int64, error) {
	return tx.Exec(ctx, `UPDATE mails SET failed_at = $1, body = '' WHERE until_at <= $1 AND sent_at IS NULL AND failed_at IS NULL`, now)
}

func removeBefore(ctx context.Context, tx *db.Tx, before time.Time) (int64, error) {
	return tx.Exec(ctx, `DELETE FROM mails WHERE added_at < $1 AND until_at < $1`, before)
}
