package person

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"commontable/internal/db"
)

// An allowance is how often something may be tried before one has to wait: a
// minute, then twice as long each time. It is counted in the database, so that it
// is one count however many instances run.
type allowance struct {
	what string
	free int
}

var (
	asksForAddress = allowance{"asks for an address", 4}
	asksFrom       = allowance{"asks from an address", 40} // a community hall shares one
	wrongCodesFrom = allowance{"wrong codes from an address", 20}
)

const (
	firstWait   = time.Minute
	longestWait = 15 * time.Minute // who is kept out by somebody else’s tries is not kept out for long
	forgetTries = time.Hour        // after an hour in which nothing was tried, it is forgotten
)

// TooSoon says that something was tried too often.
type TooSoon struct{ Wait time.Duration }

func (t TooSoon) Error() string { return fmt.Sprintf("tried too often: wait %s", t.Wait) }

// key is what is counted, hashed: neither addresses nor where people were are
// kept in words.
func (a allowance) key(value string) []byte {
	sum := sha256.Sum256([]byte(a.what + "\x00" + value))
	return sum[:]
}

type tried struct {
	tries      int
	last, free time.Time
}

// wait is how long one has to wait before the next try.
func (a allowance) wait(ctx context.Context, tx *db.Tx, value string, now time.Time) (time.Duration, error) {
	t, err := triedBefore(ctx, tx, a.key(value))
	if err != nil || !now.Before(t.free) {
		return 0, err
	}
	return t.free.Sub(now), nil
}

// count counts a try.
func (a allowance) count(ctx context.Context, tx *db.Tx, value string, now time.Time) error {
	t, err := triedBefore(ctx, tx, a.key(value))
	if err != nil {
		return err
	}
	if now.Sub(t.last) >= forgetTries {
		t.tries = 0
	}
	t.tries++
	free := now
	if over := t.tries - a.free; over >= 0 {
		free = now.Add(min(longestWait, firstWait<<min(over, 10)))
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO sign_in_tries (what, tries, last_at, free_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (what) DO UPDATE SET tries = excluded.tries, last_at = excluded.last_at, free_at = excluded.free_at`,
		a.key(value), t.tries, now, free)
	return err
}

func triedBefore(ctx context.Context, tx *db.Tx, key []byte) (t tried, err error) {
	all, err := db.All(ctx, tx, func(r db.Row) (t tried, err error) {
		return t, r.Scan(&t.tries, &t.last, &t.free)
	}, `SELECT tries, last_at, free_at FROM sign_in_tries WHERE what = $1`, key)
	if err == nil && len(all) == 1 {
		t = all[0]
	}
	return t, err
}
