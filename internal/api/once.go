package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"time"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/web"
)

// A call is something to be done, as it was sent.
type call struct {
	person access.PersonID
	key    string
	digest [sha256.Size]byte
	at     time.Time
}

// once does what a call asks for at most once. Its key is put down first, so
// that of many that are sent at once all but one wait for that one's answer.
func once(ctx context.Context, tx *db.Tx, c call, do func() (answer, error)) (answer, error) {
	first, err := tx.Exec(ctx, `
		INSERT INTO api_answers (person_id, call_key, digest, status, location, sent_at) VALUES ($1, $2, $3, 0, '', $4)
		ON CONFLICT (person_id, call_key) DO NOTHING`, c.person, c.key, c.digest[:], c.at)
	if err != nil {
		return answer{}, fmt.Errorf("put down the call's key: %w", err)
	}
	if first == 0 {
		return before(ctx, tx, c)
	}
	done, err := do()
	if err != nil {
		return answer{}, err
	}
	_, err = tx.Exec(ctx, `
		UPDATE api_answers SET status = $1, location = $2, body = $3 WHERE person_id = $4 AND call_key = $5`,
		done.status, done.location, done.body, c.person, c.key)
	if err != nil {
		return answer{}, fmt.Errorf("keep the answer: %w", err)
	}
	return done, nil
}

type kept struct {
	answer
	digest []byte
	at     time.Time
}

// before is what the call was answered when it was sent first.
func before(ctx context.Context, tx *db.Tx, c call) (answer, error) {
	k, err := db.One(ctx, tx, func(r db.Row) (k kept, err error) {
		return k, r.Scan(&k.status, &k.location, &k.body, &k.digest, &k.at)
	}, `
		SELECT status, location, body, digest, sent_at FROM api_answers WHERE person_id = $1 AND call_key = $2`, c.person, c.key)
	switch {
	case err != nil:
		return answer{}, fmt.Errorf("read the answer: %w", err)
	case !bytes.Equal(k.digest, c.digest[:]):
		return answer{}, web.Refusal{
			Status: http.StatusUnprocessableEntity,
			Words:  "This Idempotency-Key was used for another call. What was sent first stands. Use a new key for something else.",
			Fields: fault.Invalid{{Field: "Idempotency-Key", Words: "Use a new key: this one was used for another call"}},
		}
	case k.body == nil:
		return answer{}, fault.New(fault.Conflict, "This was done on "+date.Of(k.at).Long()+". Its answer is no longer kept: look at what it was about.")
	}
	return k.answer, nil
}

// DaysKept is for how long a call can be sent again and be answered as before.
// Later it is still known, and refused.
const DaysKept = 30

// Forget forgets the words of old answers, which may name people, and tells how
// many it forgot.
func (a *API) Forget(ctx context.Context) (gone int64, err error) {
	err = a.DB.Write(ctx, func(tx *db.Tx) error {
		gone, err = tx.Exec(ctx, `
			UPDATE api_answers SET body = NULL WHERE body IS NOT NULL AND sent_at < $1`, a.Now().AddDate(0, 0, -DaysKept))
		return err
	})
	return gone, err
}
