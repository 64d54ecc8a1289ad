package audit

import (
	"context"
	"net/mail"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
)

// A PartyID names a party.
type PartyID string

// A Party is somebody who is sent the latest checkpoint each day and keeps it:
// the funder, an organisation that holds money, a partnership's secretary.
type Party struct {
	ID          PartyID
	Email, Name string
	AddedAt     time.Time
	Sent        int64 // the number of the last checkpoint that was sent to them
}

var errKnownParty = fault.New(fault.Conflict, "Checkpoints are sent to this address already.")

// AddParty has checkpoints sent to somebody.
func AddParty(ctx context.Context, tx *db.Tx, ids *id.Maker, by access.Actor, name, email string, now time.Time) (Party, error) {
	p := Party{ID: id.New[PartyID](ids), Email: strings.ToLower(strings.TrimSpace(email)), Name: strings.TrimSpace(name), AddedAt: now}
	if a, err := mail.ParseAddress(p.Email); err != nil || a.Address != p.Email {
		return p, fault.Invalid{{Field: "email", Words: "Enter an email address, such as name@example.org"}}
	}
	_, err := tx.Exec(ctx, `INSERT INTO checkpoint_parties (id, email, name, added_at) VALUES ($1, $2, $3, $4)`, p.ID, p.Email, p.Name, now)
	if db.IsDuplicate(err) {
		return p, errKnownParty
	}
	if err != nil {
		return p, err
	}
	return p, Record(ctx, tx, ids, Event{Stream: Installation, Act: "checkpoint party added", Subject: string(p.ID), By: by, At: now, Private: p.Name + " <" + p.Email + ">"})
}

// EndParty has no more checkpoints sent to an address, or is fault.NotFound.
func EndParty(ctx context.Context, tx *db.Tx, ids *id.Maker, by access.Actor, email string, now time.Time) error {
	p, err := db.One(ctx, tx, scanParty, `
		SELECT id, email, name, added_at, sent FROM checkpoint_parties WHERE email = $1 AND ended_at IS NULL`, strings.ToLower(strings.TrimSpace(email)))
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE checkpoint_parties SET ended_at = $2 WHERE id = $1`, p.ID, now); err != nil {
		return err
	}
	return Record(ctx, tx, ids, Event{Stream: Installation, Act: "checkpoint party ended", Subject: string(p.ID), By: by, At: now})
}

// Parties lists those to whom checkpoints are sent, the first first.
func Parties(ctx context.Context, tx *db.Tx) ([]Party, error) {
	return db.All(ctx, tx, scanParty, `
		SELECT id, email, name, added_at, sent FROM checkpoint_parties WHERE ended_at IS NULL ORDER BY added_at, id`)
}

// SentTo notes which checkpoint was sent to a party.
func SentTo(ctx context.Context, tx *db.Tx, p PartyID, number int64) error {
	_, err := tx.Exec(ctx, `UPDATE checkpoint_parties SET sent = $2 WHERE id = $1`, p, number)
	return err
}

func scanParty(r db.Row) (p Party, err error) {
	return p, r.Scan(&p.ID, &p.Email, &p.Name, &p.AddedAt, &p.Sent)
}
