package person

import (
	"context"
	"errors"
	"time"

	"commontable/internal/db"
)

// Sessions keeps who is signed in, for the session library (its CtxStore). A
// token comes here hashed.
type Sessions struct {
	DB  *db.DB
	Now func() time.Time
}

type kept struct {
	data    []byte
	expires time.Time
}

// FindCtx reads a session that has not expired.
func (s *Sessions) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		all, err := db.All(ctx, tx, func(r db.Row) (k kept, err error) {
			return k, r.Scan(&k.data, &k.expires)
		}, `SELECT data, expires_at FROM sessions WHERE token = $1`, token)
		if err == nil && len(all) == 1 && s.Now().Before(all[0].expires) {
			data, found = all[0].data, true
		}
		return err
	})
	return data, found, err
}

// CommitCtx keeps a session.
func (s *Sessions) CommitCtx(ctx context.Context, token string, data []byte, expires time.Time) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO sessions (token, data, expires_at) VALUES ($1, $2, $3)
			ON CONFLICT (token) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at`, token, data, expires)
		return err
	})
}

// DeleteCtx ends a session.
func (s *Sessions) DeleteCtx(ctx context.Context, token string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM sessions WHERE token = $1`, token)
		return err
	})
}

// Sweep removes sessions that have expired and tells how many.
func (s *Sessions) Sweep(ctx context.Context) (gone int64, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		gone, err = tx.Exec(ctx, `DELETE FROM sessions WHERE expires_at <= $1`, s.Now())
		return err
	})
	return gone, err
}

var errNoContext = errors.New("sessions are kept with a context")

// Find, Commit and Delete complete the library's interface, which calls the
// forms above instead.
func (s *Sessions) Find(string) (data []byte, found bool, err error) { return nil, false, errNoContext }

// Commit is never called: see Find.
func (s *Sessions) Commit(string, []byte, time.Time) error { return errNoContext }

// Delete is never called: see Find.
func (s *Sessions) Delete(string) error { return errNoContext }
