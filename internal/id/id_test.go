package id

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/uuid"
)

func TestLaterIdentifiersSortLater(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 10, 14, 9, 0, 0, 0, time.UTC)
	m := NewMaker(func() time.Time { return at }, rand.NewChaCha8([32]byte{1}))
	last := ""
	for i := range 10_000 {
		if i == 5_000 {
			at = at.Add(-time.Hour) // a clock that is put back
		}
		next := New[string](m)
		if next <= last {
			t.Fatalf("%s came after %s", next, last)
		}
		last = next
	}
	u, err := uuid.Parse(last)
	if err != nil || u.Version() != 7 || u.Variant() != uuid.RFC4122 {
		t.Errorf("%s is not a UUID of version 7: %v", last, err)
	}
	sec, _ := u.Time().UnixTime()
	if got := time.Unix(sec, 0).UTC().Format("2006-01-02"); got != "2026-10-14" {
		t.Errorf("it says it was made on %s", got)
	}
}

func TestTheSameSeedGivesTheSameIdentifiers(t *testing.T) {
	t.Parallel()
	now := func() time.Time { return time.Unix(1, 0) }
	a, b := NewMaker(now, rand.NewChaCha8([32]byte{7})), NewMaker(now, rand.NewChaCha8([32]byte{7}))
	for range 100 {
		if x, y := New[string](a), New[string](b); x != y {
			t.Fatalf("%s and %s", x, y)
		}
	}
}
