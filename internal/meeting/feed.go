package meeting

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/calendar"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/person"
)

// Somebody's own calendar has a secret address, for a calendar program that
// cannot sign in. It is made in a hat and shows what that hat may see: when the
// hat is put away, or the address taken back, there is nothing there.

// A FeedID names the address of somebody's calendar.
type FeedID string

// A Feed is the address of somebody's calendar, but for its secret.
type Feed struct {
	ID    FeedID
	Hat   access.HatID
	Made  time.Time
	Ended time.Time // zero while it may be used
}

// NewFeed makes the actor's calendar an address, in the hat that is on, and takes
// back the one that they had in it. The secret is given once.
func (m *Meetings) NewFeed(ctx context.Context, by access.Actor) (secret string, err error) {
	err = m.DB.Write(ctx, func(tx *db.Tx) error {
		secret, err = m.NewFeedIn(ctx, tx, by)
		return err
	})
	return secret, wrap("new calendar address", err)
}

// NewFeedIn is NewFeed as part of a transaction.
func (m *Meetings) NewFeedIn(ctx context.Context, tx *db.Tx, by access.Actor) (secret string, err error) {
	if !by.SignedIn() || by.Hat.ID == "" {
		return "", fault.New(fault.Forbidden, "Sign in and put on a hat first: a calendar is of one hat.")
	}
	if by.Hat.Scope != access.InArea || !by.Holds(access.PutForward) {
		return "", fault.New(fault.Forbidden, "A calendar of your own is for people with a part in one area. The calendar of each area is open to everyone.")
	}
	if err := endFeeds(ctx, tx, by, m.Now()); err != nil {
		return "", err
	}
	secret = base64.RawURLEncoding.EncodeToString(m.IDs.Bytes(32))
	if _, err := tx.Exec(ctx, `
		INSERT INTO calendar_addresses (person_id, id, hat_id, hash, made_at) VALUES ($1, $2, $3, $4, $5)`,
		by.Person, id.New[FeedID](m.IDs), by.Hat.ID, feedHash(secret), m.Now()); err != nil {
		return "", fmt.Errorf("insert calendar address: %w", err)
	}
	return secret, m.recordFeed(ctx, tx, by, "calendar address made")
}

// EndFeed takes back the address of the actor's calendar in the hat that is on.
func (m *Meetings) EndFeed(ctx context.Context, by access.Actor) error {
	err := m.DB.Write(ctx, func(tx *db.Tx) error {
		if !by.SignedIn() || by.Hat.ID == "" {
			return fault.New(fault.Forbidden, "Sign in first.")
		}
		if err := endFeeds(ctx, tx, by, m.Now()); err != nil {
			return err
		}
		return m.recordFeed(ctx, tx, by, "calendar address ended")
	})
	return wrap("end calendar address", err)
}

func (m *Meetings) recordFeed(ctx context.Context, tx *db.Tx, by access.Actor, act string) error {
	return audit.Record(ctx, tx, m.IDs, audit.Event{Stream: audit.Installation, Act: act, Subject: string(by.Person), By: by, At: m.Now()})
}

func endFeeds(ctx context.Context, tx *db.Tx, by access.Actor, now time.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE calendar_addresses SET ended_at = $3 WHERE person_id = $1 AND hat_id = $2 AND ended_at IS NULL`, by.Person, by.Hat.ID, now)
	return err
}

func feedHash(secret string) []byte {
	sum := sha256.Sum256([]byte("calendar\x00" + secret))
	return sum[:]
}

// FeedOf is the address of the actor's calendar in the hat that is on, or
// fault.NotFound.
func FeedOf(ctx context.Context, tx *db.Tx, by access.Actor) (Feed, error) {
	return db.One(ctx, tx, func(r db.Row) (f Feed, err error) { return f, r.Scan(&f.ID, &f.Hat, &f.Made) }, `
		SELECT id, hat_id, made_at FROM calendar_addresses WHERE person_id = $1 AND hat_id = $2 AND ended_at IS NULL ORDER BY made_at DESC, id DESC LIMIT 1`, by.Person, by.Hat.ID)
}

// ByFeed is whose calendar is at an address, in the hat in which it was made:
// fault.NotFound where it was taken back or the hat is put away.
func ByFeed(ctx context.Context, tx *db.Tx, secret string, today date.Date) (access.Actor, error) {
	type whose struct {
		person access.PersonID
		hat    access.HatID
	}
	w, err := db.One(ctx, tx, func(r db.Row) (w whose, err error) { return w, r.Scan(&w.person, &w.hat) }, `
		SELECT person_id, hat_id FROM calendar_addresses WHERE hash = $1 AND ended_at IS NULL`, feedHash(secret))
	if err != nil {
		return access.Actor{}, err
	}
	by, err := person.ActorIn(ctx, tx, w.person, w.hat, today)
	if err != nil {
		return access.Actor{}, fmt.Errorf("calendar: %w", fault.NotFound)
	}
	if by.Hat.ID != w.hat || !by.Hat.WornOn(today) {
		return access.Actor{}, fault.NotFound
	}
	return by, nil
}

// Event is the meeting as calendars show it: with the link for who is invited.
func (m Meeting) Event(a area.Area, baseURL string, invited bool, changed time.Time) calendar.Event {
	e := calendar.Event{
		UID: "meeting-" + string(m.ID) + "@" + a.Slug, Sequence: m.Sequence, Changed: changed, Starts: m.Starts, Ends: m.Ends,
		Title: m.Title + ", " + a.Name, Where: m.Place, Link: baseURL + "/areas/" + a.Slug + "/meetings/" + string(m.ID), Off: m.Off,
	}
	if m.Telephone != "" {
		e.Words = "By telephone: " + m.Telephone + "\n"
	}
	if invited && m.Online != "" {
		e.Words += "Online: " + m.Online + "\n"
	}
	if m.AccessNeeds != "" {
		e.Words += m.AccessNeeds + "\n"
	}
	return e
}

// Events lists an area's meetings of a year and all to come as an actor's
// calendar shows them: those that are public, and to which they are invited.
func Events(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, baseURL string, now time.Time) (events []calendar.Event, err error) {
	all, err := Between(ctx, tx, a.ID, now.AddDate(-1, 0, 0), now.AddDate(10, 0, 0))
	if err != nil {
		return nil, err
	}
	for _, m := range all {
		changed := m.ArrangedAt
		if m.Sequence > 0 {
			changes, err := Changes(ctx, tx, m)
			if err != nil {
				return nil, err
			}
			changed = changes[len(changes)-1].At
		}
		events = append(events, m.Event(a, baseURL, m.Invites(by, a.Place()), changed))
	}
	return events, nil
}

// ActionEvents lists what the actor said they would do by a day.
func ActionEvents(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, baseURL string) (events []calendar.Event, err error) {
	mine, err := OpenActionsOf(ctx, tx, a.ID, by.Person)
	for _, x := range mine {
		if !x.Due.IsZero() {
			events = append(events, calendar.Event{
				UID: "action-" + string(x.ID) + "@" + a.Slug, Changed: x.AddedAt, Day: x.DueNow(), Title: "To do: " + x.Words,
				Link: baseURL + "/areas/" + a.Slug + "/actions/" + string(x.ID),
			})
		}
	}
	return events, err
}

// AreaOf is the area of the actor's hat, or fault.NotFound.
func AreaOf(ctx context.Context, tx *db.Tx, by access.Actor) (area.Area, error) {
	if by.Hat.Scope != access.InArea {
		return area.Area{}, fault.NotFound
	}
	a, err := area.ByID(ctx, tx, area.ID(by.Hat.Place))
	if errors.Is(err, fault.NotFound) {
		return a, fault.NotFound
	}
	return a, err
}
