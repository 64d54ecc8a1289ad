package mail

import (
	"context"
	"errors"
	"time"

	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/outbox"
)

// A Postman takes mails from the database to where they are sent from.
type Postman struct {
	DB     *db.DB
	Now    func() time.Time
	Server *Server // nil: nothing is sent
	// Keep says that mails are here to be read and never sent, as in a demonstration.
	Keep bool
}

// Send does the job of sending a mail. Done again after it was sent, it does
// nothing; where the program ended between the sending and the noting of it, the
// mail goes again with the same Message-ID, by which it is known as the same.
func (p *Postman) Send(ctx context.Context, j outbox.Job) error {
	if p.Keep {
		return nil
	}
	var m Mail
	err := p.DB.Read(ctx, func(tx *db.Tx) (err error) {
		m, err = ByID(ctx, tx, ID(j.About))
		return err
	})
	switch {
	case errors.Is(err, fault.NotFound):
		return nil
	case err != nil:
		return err
	case !m.Sent.IsZero(), !m.Failed.IsZero():
		return nil
	case !p.Now().Before(m.Until):
		return p.DB.Write(ctx, func(tx *db.Tx) error { return markFailed(ctx, tx, m.ID, p.Now()) })
	}
	sent := p.Server.deliver(ctx, m)
	ctx = context.WithoutCancel(ctx) // what was sent is noted, even at the end
	switch {
	case sent == nil:
		return p.DB.Write(ctx, func(tx *db.Tx) error { return markSent(ctx, tx, m.ID, p.Now()) })
	case errors.Is(sent, errNotTaken):
		return p.DB.Write(ctx, func(tx *db.Tx) error { return markFailed(ctx, tx, m.ID, p.Now()) })
	}
	return sent
}

// Sweep forgets what mails said that are of no use any more, and after 30 days
// that there were any. It tells how many.
func (p *Postman) Sweep(ctx context.Context) (gone int64, err error) {
	err = p.DB.Write(ctx, func(tx *db.Tx) error {
		if !p.Keep {
			if gone, err = forgetUseless(ctx, tx, p.Now()); err != nil {
				return err
			}
		}
		old, err := removeBefore(ctx, tx, p.Now().AddDate(0, 0, -30))
		gone += old
		return err
	})
	return gone, err
}
