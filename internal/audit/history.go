package audit

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// A Past is one thing that happened, with the facts of it, for those who may
// read a place's history.
type Past struct {
	Happening

	Role  access.Role // in which it was done; none where the program did it
	Facts map[string]string
}

// Acts are the acts that are asked for; none asks for all.
type Acts []string

// text names the acts in one text, so that one query serves any number of them.
func (a Acts) text() string {
	if len(a) == 0 {
		return ""
	}
	return "|" + strings.Join(a, "|") + "|"
}

// History lists what happened in a stream, newest first, from below a number; 0
// for the newest of all.
func History(ctx context.Context, tx *db.Tx, stream string, only Acts, before int64, most int) ([]Past, error) {
	return db.All(ctx, tx, func(r db.Row) (p Past, err error) {
		var text []byte
		if err := r.Scan(&p.Number, &p.Act, &p.Subject, &p.Person, &p.At, &text); err != nil {
			return p, err
		}
		var c canonical
		err = json.Unmarshal(text, &c)
		p.Role, p.Facts = access.Role(c.Role), c.Facts
		return p, err
	}, `
		SELECT number, act, subject, person_id, recorded_at, bytes FROM audit_events
		WHERE stream = $1 AND ($2 = 0 OR number < $2) AND ($3 = '' OR $3 LIKE '%|' || act || '|%')
		ORDER BY number DESC LIMIT $4`, stream, before, only.text(), most)
}

// An Export is a stream's whole history, to be proved without this program or
// its database: each event as it was hashed, and the way from the stream's head
// to a signed checkpoint. docs/guides says how; scripts/verify-history.py does it.
type Export struct {
	Format     string          `json:"format"`
	Origin     string          `json:"origin"`
	Stream     string          `json:"stream"`
	Name       string          `json:"name"`
	Size       uint64          `json:"size"`
	Root       string          `json:"root"`
	Keys       []string        `json:"keys"`
	Checkpoint *ExportedProof  `json:"checkpoint"` // null before the stream is in one
	Events     []ExportedEvent `json:"events"`
}

// An ExportedProof leads from the head that a stream had at a checkpoint to what
// was signed.
type ExportedProof struct {
	Note    string   `json:"note"`
	Streams int      `json:"streams"`
	Index   int      `json:"index"`
	Size    uint64   `json:"size"`
	Root    string   `json:"root"`
	Path    []string `json:"path"`
}

// An ExportedEvent is an event as it was hashed. What its reader may not see is
// only its hash, so that the whole can be proved all the same.
type ExportedEvent struct {
	Event   string  `json:"event,omitempty"`
	Leaf    string  `json:"leaf,omitempty"`
	Salt    string  `json:"salt,omitempty"`
	Private *string `json:"private,omitempty"`
}

const exportFormat = "commontable history 1"

// ExportOf gives a stream's whole history. Acts that are not asked for are given
// as hashes. Free words and names go with it only where private is true.
func ExportOf(ctx context.Context, tx *db.Tx, stream, name string, only Acts, private bool) (Export, error) {
	e := Export{Format: exportFormat, Stream: stream, Name: name, Keys: []string{}, Events: []ExportedEvent{}}
	var err error
	if e.Origin, err = OriginOf(ctx, tx); err != nil {
		return e, err
	}
	keys, err := Keys(ctx, tx)
	if err != nil {
		return e, err
	}
	for _, k := range keys {
		e.Keys = append(e.Keys, k.String())
	}
	wanted := only.text()
	var at treeHead
	err = db.Each(ctx, tx, func(r db.Row) error {
		var act string
		var text, salt []byte
		var payload *string
		if err := r.Scan(&act, &text, &salt, &payload); err != nil {
			return err
		}
		at = treeHead{at.size + 1, grow(at.peaks, at.size, text)}
		one := ExportedEvent{Event: string(text)}
		switch {
		case wanted != "" && !strings.Contains(wanted, "|"+act+"|"):
			one = ExportedEvent{Leaf: LeafOf(one.Event)}
		case private && payload != nil:
			one.Salt, one.Private = hex.EncodeToString(salt), payload
		}
		e.Events = append(e.Events, one)
		return nil
	}, `
		SELECT e.act, e.bytes, p.salt, p.payload
		FROM audit_events e LEFT JOIN audit_payloads p ON p.stream = e.stream AND p.number = e.number
		WHERE e.stream = $1 ORDER BY e.number`, stream)
	if err != nil {
		return e, err
	}
	e.Size, e.Root = at.size, hex.EncodeToString(root(at.peaks))
	e.Checkpoint, err = proofOf(ctx, tx, stream)
	return e, err
}

func proofOf(ctx context.Context, tx *db.Tx, stream string) (*ExportedProof, error) {
	c, err := LatestCheckpoint(ctx, tx)
	if errors.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	tree := newHeadTree(c.Heads)
	index, path, found := tree.proof(stream)
	if !found {
		return nil, nil
	}
	p := &ExportedProof{
		Note: c.Note, Streams: len(tree.heads), Index: index, Size: tree.heads[index].Size,
		Root: hex.EncodeToString(tree.heads[index].Root), Path: []string{},
	}
	for _, sum := range path {
		p.Path = append(p.Path, hex.EncodeToString(sum))
	}
	return p, nil
}

// Check proves an exported history from itself alone and calls report with what
// is wrong. keys are those that its reader trusts.
func (e Export) Check(keys []PublicKey, report func(string)) {
	bad := func(format string, args ...any) {
		report("history of " + e.Stream + ": " + fmt.Sprintf(format, args...))
	}
	var at treeHead
	var proved []byte // the root when it had come as far as the checkpoint says
	for i, one := range e.Events {
		leaf, words := one.check(e.Stream, int64(i)+1)
		if words != "" {
			bad("event %d %s", i+1, words)
			return
		}
		at = treeHead{at.size + 1, growLeaf(at.peaks, at.size, leaf)}
		if e.Checkpoint != nil && at.size == e.Checkpoint.Size {
			proved = root(at.peaks)
		}
	}
	if at.size != e.Size || hex.EncodeToString(root(at.peaks)) != e.Root {
		bad("its %d events are not those of its head, which counts %d", at.size, e.Size)
		return
	}
	if e.Checkpoint == nil {
		bad("no checkpoint goes with it, so nothing proves it")
		return
	}
	c, err := ParseCheckpoint(e.Checkpoint.Note, keys)
	switch {
	case err != nil:
		bad("%v", err)
	case c.Origin != e.Origin:
		bad("its checkpoint is of %s, and it of %s", c.Origin, e.Origin)
	case proved == nil:
		bad("event %d is missing: checkpoint %d counts %d", at.size+1, c.Number, e.Checkpoint.Size)
	case hex.EncodeToString(proved) != e.Checkpoint.Root || !e.Checkpoint.leadsTo(Head{e.Stream, e.Checkpoint.Size, proved}, c.Root):
		bad("one of its first %d events is not what it was when checkpoint %d was signed", e.Checkpoint.Size, c.Number)
	}
}

func (x ExportedEvent) check(stream string, number int64) (leaf [hashSize]byte, words string) {
	if x.Event == "" {
		sum, err := hex.DecodeString(x.Leaf)
		if err != nil || len(sum) != hashSize {
			return leaf, "cannot be read"
		}
		return [hashSize]byte(sum), ""
	}
	var c canonical
	if err := json.Unmarshal([]byte(x.Event), &c); err != nil {
		return leaf, "cannot be read"
	}
	salt, err := hex.DecodeString(x.Salt)
	switch {
	case err != nil:
		return leaf, "cannot be read"
	case c.Number != number || c.Stream != stream:
		return leaf, "stands in another’s place"
	case x.Private != nil && commitment(salt, *x.Private) != c.Commitment:
		return leaf, "has other private words than were committed to"
	}
	return leafHash([]byte(x.Event)), ""
}

// leadsTo climbs from a head to the root (RFC 9162 §2.1.3.2).
func (p ExportedProof) leadsTo(h Head, want []byte) bool {
	sum := leafHash(h.leaf())
	at, last := p.Index, p.Streams-1
	if at < 0 || at > last {
		return false
	}
	for _, text := range p.Path {
		beside, err := hex.DecodeString(text)
		if err != nil || len(beside) != hashSize || last == 0 {
			return false
		}
		if at%2 == 1 || at == last {
			sum = nodeHash(beside, sum[:])
			for at%2 == 0 && at != 0 {
				at, last = at/2, last/2
			}
		} else {
			sum = nodeHash(sum[:], beside)
		}
		at, last = at/2, last/2
	}
	return last == 0 && bytes.Equal(sum[:], want)
}

// LeafOf is an event's hash, as it stands in an export for those who may not
// see the event.
func LeafOf(event string) string {
	sum := leafHash([]byte(event))
	return hex.EncodeToString(sum[:])
}
