// Package id makes the identifiers of everything that is stored.
//
// An identifier is a UUID of version 7 (RFC 9562) written as 32 hexadecimal
// digits: later ones sort later, so that an index on them stays compact. The
// clock and the chance they are made of are given, so that a demonstration
// played twice from one seed is the same twice.
package id

import (
	"crypto/rand"
	"encoding/hex"
	"io"
	"sync"
	"time"
)

// A Maker makes identifiers and secrets. It is safe for use by many goroutines.
type Maker struct {
	mu     sync.Mutex
	now    func() time.Time
	chance io.Reader
	last   uint64
}

// NewMaker makes a Maker of the given clock and source of chance.
func NewMaker(now func() time.Time, chance io.Reader) *Maker { return &Maker{now: now, chance: chance} }

// Real makes identifiers from the computer's own chance.
func Real(now func() time.Time) *Maker { return NewMaker(now, rand.Reader) }

// New makes an ID of type T (such as funding.PaymentID).
func New[T ~string](m *Maker) T { return T(m.next()) }

func (m *Maker) next() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var b [16]byte
	m.read(b[6:])
	// 48 bits of milliseconds, then 12 that count on within one.
	stamp := uint64(m.now().UnixMilli()) << 12
	if stamp <= m.last {
		stamp = m.last + 1
	}
	m.last = stamp
	for i := range 6 {
		b[i] = byte(stamp >> (52 - 8*i)) //nolint:gosec // the low byte is what is wanted
	}
	b[6] = 0x70 | byte(stamp>>8)&0x0f //nolint:gosec // the low byte is what is wanted
	b[7] = byte(stamp)                //nolint:gosec // the low byte is what is wanted
	b[8] = 0x80 | b[8]&0x3f
	return hex.EncodeToString(b[:])
}

// Bytes are n bytes of chance, for a salt or a secret.
func (m *Maker) Bytes(n int) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	b := make([]byte, n)
	m.read(b)
	return b
}

func (m *Maker) read(b []byte) {
	if _, err := io.ReadFull(m.chance, b); err != nil {
		panic("id: no chance left: " + err.Error()) // as crypto/rand does
	}
}
