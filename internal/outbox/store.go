package outbox

import (
	"context"
	"time"

	"commontable/internal/db"
)

// A job that is being done keeps its lease and gets another ID: finish then does
// not find it, and frees it to be done once more.
func insert(ctx context.Context, tx *db.Tx, jid JobID, k Kind, about string, at time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO outbox (id, kind, about, added_at, due_at) VALUES ($1, $2, $3, $4, $4)
		ON CONFLICT (kind, about) DO UPDATE SET
			id = CASE WHEN outbox.done_at IS NULL AND outbox.leased_to IS NULL THEN outbox.id ELSE excluded.id END,
			due_at = CASE WHEN outbox.done_at IS NULL AND outbox.due_at < excluded.due_at THEN outbox.due_at ELSE excluded.due_at END,
			added_at = CASE WHEN outbox.done_at IS NULL THEN outbox.added_at ELSE excluded.added_at END,
			tries = CASE WHEN outbox.done_at IS NULL THEN outbox.tries ELSE 0 END,
			done_at = NULL`, jid, k, about, at)
	return err
}

// keep adds a job unless one is there, done or not.
func keep(ctx context.Context, tx *db.Tx, jid JobID, k Kind, at time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO outbox (id, kind, about, added_at, due_at) VALUES ($1, $2, '', $3, $3)
		ON CONFLICT (kind, about) DO NOTHING`, jid, k, at)
	return err
}

// claim is one statement for both databases. Of two that claim at once,
// PostgreSQL lets one try again (db.Write); SQLite has one writer.
func claim(ctx context.Context, tx *db.Tx, k Kind, now, until time.Time) (j Job, found bool, err error) {
	all, err := db.All(ctx, tx, func(r db.Row) (j Job, err error) {
		return j, r.Scan(&j.ID, &j.Kind, &j.About, &j.Tries, &j.DueAt, &j.leasedTo)
	}, `
		UPDATE outbox SET leased_to = $3, tries = tries + 1
		WHERE id = (
			SELECT id FROM outbox
			WHERE kind = $1 AND done_at IS NULL AND due_at <= $2 AND (leased_to IS NULL OR leased_to <= $2)
			ORDER BY due_at, id LIMIT 1)
		RETURNING id, kind, about, tries, due_at, leased_to`, k, now, until)
	if err != nil || len(all) == 0 {
		return Job{}, false, err
	}
	return all[0], true, nil
}

func finish(ctx context.Context, tx *db.Tx, j Job, now time.Time) error {
	n, err := tx.Exec(ctx, `
		UPDATE outbox SET done_at = $3, leased_to = NULL WHERE id = $1 AND leased_to = $2`, j.ID, j.leasedTo, now)
	if err != nil || n == 1 {
		return err
	}
	_, err = tx.Exec(ctx, `
		UPDATE outbox SET leased_to = NULL, tries = 0
		WHERE kind = $1 AND about = $2 AND leased_to = $3 AND done_at IS NULL`, j.Kind, j.About, j.leasedTo)
	return err
}

// again makes a job that was done wait for its next time.
func again(ctx context.Context, tx *db.Tx, j Job, at time.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE outbox SET due_at = $4, leased_to = NULL, tries = 0, done_at = NULL
		WHERE kind = $1 AND about = $2 AND leased_to = $3`, j.Kind, j.About, j.leasedTo, at)
	return err
}

func putOff(ctx context.Context, tx *db.Tx, j Job, until time.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE outbox SET due_at = $4, leased_to = NULL
		WHERE kind = $1 AND about = $2 AND leased_to = $3 AND done_at IS NULL`, j.Kind, j.About, j.leasedTo, until)
	return err
}

func queue(ctx context.Context, tx *db.Tx, now time.Time) (Queue, error) {
	return db.One(ctx, tx, func(r db.Row) (q Queue, err error) {
		return q, r.Scan(&q.Due, &q.Oldest)
	}, `SELECT COUNT(*), MIN(due_at) FROM outbox WHERE done_at IS NULL AND due_at <= $1`, now)
}

func kindsDue(ctx context.Context, tx *db.Tx, now time.Time) ([]Kind, error) {
	return db.All(ctx, tx, db.Value[Kind], `
		SELECT DISTINCT kind FROM outbox
		WHERE done_at IS NULL AND due_at <= $1 AND (leased_to IS NULL OR leased_to <= $1) ORDER BY kind`, now)
}

func removeDone(ctx context.Context, tx *db.Tx, before time.Time) (int64, error) {
	return tx.Exec(ctx, `DELETE FROM outbox WHERE done_at < $1`, before)
}
