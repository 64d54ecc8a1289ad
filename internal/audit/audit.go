// Package audit keeps what happened: every change writes an event in the
// transaction that makes it.
//
// Events stand in streams, one for each area, programme and the installation.
// An event is hashed as the bytes that are stored, never rebuilt from columns,
// and each stream is a Merkle tree (RFC 6962) whose head is kept with it, so
// that an area can prove its own history without seeing another's. What may
// have to be forgotten is not in the event: only a salted commitment to it is
// (trust.md §4.1).
package audit

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
)

// Installation is the stream of what belongs to no programme.
const Installation = "installation"

// An Event is one thing that happened.
type Event struct {
	Stream  string            // an area's or programme's ID, or Installation
	Act     string            // what was done: "payment released"
	Subject string            // the ID of what it was done to
	By      access.Actor      // who, in which hat
	At      time.Time         // when it was recorded
	Facts   map[string]string // what may be kept for ever: amounts, days, IDs
	Private string            // what may have to be forgotten: free words, names
}

// canonical is an event as it is hashed. Its fields stand in the order of their
// JSON names, as RFC 8785 wants them.
type canonical struct {
	Act        string            `json:"act"`
	At         string            `json:"at"`
	Commitment string            `json:"commitment,omitempty"`
	Facts      map[string]string `json:"facts,omitempty"`
	Hat        string            `json:"hat,omitempty"`
	Number     int64             `json:"number"`
	Person     string            `json:"person"`
	Role       string            `json:"role,omitempty"`
	Stream     string            `json:"stream"`
	Subject    string            `json:"subject"`
}

// instant is how an event says when it was recorded: to the microsecond, which
// is as fine as both databases keep it.
const instant = "2006-01-02T15:04:05.000000Z"

// Record adds an event to its stream.
func Record(ctx context.Context, tx *db.Tx, ids *id.Maker, e Event) error {
	h, err := head(ctx, tx, e.Stream)
	if err != nil {
		return fmt.Errorf("audit %s: %w", e.Act, err)
	}
	c := canonical{
		Act: e.Act, At: e.At.UTC().Format(instant), Facts: e.Facts, Hat: string(e.By.Hat.ID),
		Number: int64(h.size) + 1, Person: string(e.By.Person), Role: string(e.By.Hat.Role), //nolint:gosec // not as many as that
		Stream: e.Stream, Subject: e.Subject,
	}
	var salt []byte
	if e.Private != "" {
		salt = ids.Bytes(16)
		c.Commitment = commitment(salt, e.Private)
	}
	text, err := encode(c)
	if err != nil {
		return fmt.Errorf("audit %s: %w", e.Act, err)
	}
	// The head first: of two that record at once on PostgreSQL the second then
	// waits here and runs again, where the event's number would be a duplicate.
	if err := keepHead(ctx, tx, e.Stream, treeHead{h.size + 1, grow(h.peaks, h.size, text)}); err != nil {
		return fmt.Errorf("audit %s: %w", e.Act, err)
	}
	if err := insert(ctx, tx, e, c, text, salt); err != nil {
		return fmt.Errorf("audit %s: %w", e.Act, err)
	}
	return nil
}

func encode(c canonical) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(c)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

func commitment[T ~string | ~[]byte](salt []byte, private T) string {
	sum := sha256.Sum256(append(append(make([]byte, 0, len(salt)+len(private)), salt...), private...))
	return hex.EncodeToString(sum[:])
}

var errReused = fault.New(fault.Conflict, "This form was already sent, with other answers. What was sent first stands. Open a new form to send something else.")

// Once does something at most once for a form: where the same person has sent
// the same form before, the subject it then led to is given back and nothing is
// done. content is all that was sent; the same form with other content is
// refused. It is part of the transaction in which do works.
func Once(ctx context.Context, tx *db.Tx, s Sent, do func() (subject string, err error)) (string, error) {
	if s.Form == "" || len(s.Form) > 100 {
		return "", fault.Invalid{{Field: "form", Words: "Open this page afresh and fill it in again"}}
	}
	text, err := json.Marshal(s.Content)
	if err != nil {
		return "", err
	}
	digest := sha256.Sum256(text)
	before, err := submission(ctx, tx, s)
	switch {
	case err == nil && !bytes.Equal(before.digest, digest[:]):
		return "", errReused
	case err == nil:
		return before.subject, nil
	case !errors.Is(err, fault.NotFound):
		return "", err
	}
	subject, err := do()
	if err != nil {
		return "", err
	}
	return subject, insertSubmission(ctx, tx, s, digest[:], subject)
}

// Sent is a form or a call as it was sent.
type Sent struct {
	Form    string // names the form that was filled in, or the call's idempotency key
	By      access.Actor
	Content any
	At      time.Time
}
