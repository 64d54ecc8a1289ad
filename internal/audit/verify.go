package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"commontable/internal/db"
)

// Verify reads every stream again from its first event and calls report with
// the first bad place of each: an event changed, removed, added or cut off. It
// holds history against every checkpoint that was made of it, and against those
// that are given, which other people have kept: they find a history that was
// written anew with hashes that fit. It tells how many events it read.
func Verify(ctx context.Context, tx *db.Tx, report func(string), outside ...Checkpoint) (int64, error) {
	return VerifyTold(ctx, tx, report, nil, outside...)
}

// VerifyTold is Verify for readers, who hear the events on the way.
func VerifyTold(ctx context.Context, tx *db.Tx, report func(string), readers []Reader, outside ...Checkpoint) (int64, error) {
	marks, err := marksOf(ctx, tx, report, outside)
	if err != nil {
		return 0, err
	}
	heads, err := db.All(ctx, tx, func(r db.Row) (h namedHead, err error) {
		return h, r.Scan(&h.stream, &h.size, &h.peaks)
	}, `SELECT stream, size, peaks FROM audit_heads ORDER BY stream`)
	if err != nil {
		return 0, err
	}
	v := verifier{heads: map[string]treeHead{}, report: report, marks: marks, seen: map[string]bool{}, heard: map[string][]func(Recorded){}}
	for _, r := range readers {
		v.heard[r.Act] = append(v.heard[r.Act], r.Hear)
	}
	for _, h := range heads {
		v.heads[h.stream] = h.treeHead
	}
	var e stored
	into := []any{&e.stream, &e.number, &e.act, &e.subject, &e.person, &e.at, &e.bytes, &e.salt, &e.payload}
	err = db.Each(ctx, tx, func(r db.Row) error {
		if err := r.Scan(into...); err != nil {
			return err
		}
		v.next(&e)
		return nil
	}, `
		SELECT e.stream, e.number, e.act, e.subject, e.person_id, e.recorded_at, e.bytes, p.salt, COALESCE(p.payload, '')
		FROM audit_events e LEFT JOIN audit_payloads p ON p.stream = e.stream AND p.number = e.number
		ORDER BY e.stream, e.number`)
	if err != nil {
		return 0, err
	}
	v.end()
	for _, h := range heads {
		if !v.seen[h.stream] && h.size > 0 {
			report(fmt.Sprintf("audit stream %s: its %d events are missing", h.stream, h.size))
			v.seen[h.stream] = true
		}
	}
	for _, stream := range slices.Sorted(maps.Keys(marks)) {
		if last := marks[stream][len(marks[stream])-1]; !v.seen[stream] {
			report(fmt.Sprintf("audit stream %s: the %d events that %s counts are missing", stream, last.size, last.by))
		}
	}
	for _, r := range readers {
		if r.End != nil {
			r.End()
		}
	}
	return v.count, nil
}

// A Reader hears every event of an act while history is verified, in the order
// of streams and numbers, so that all records are held against what was recorded
// in one reading. An event that cannot be read is reported, and not heard.
type Reader struct {
	Act  string
	Hear func(Recorded)
	End  func() // when all was read; may be nil
}

type namedHead struct {
	stream string
	treeHead
}

type stored struct {
	stream, act, subject, person string
	number                       int64
	at                           time.Time
	bytes, salt, payload         db.Raw // salt is nil where nothing was private, or it was erased
}

type verifier struct {
	heads  map[string]treeHead
	report func(string)
	marks  map[string][]mark
	seen   map[string]bool
	count  int64

	stream string
	at     treeHead
	ahead  []mark // of the stream, that it has not come to
	proved uint64 // so many events are as a checkpoint says
	broken bool   // the stream's first bad place is reported already

	heard map[string][]func(Recorded)
	read  canonical // the event that is being read
}

func (v *verifier) next(e *stored) {
	if e.stream != v.stream || v.stream == "" {
		v.end()
		v.stream, v.at, v.broken, v.ahead, v.proved = e.stream, treeHead{}, false, v.marks[e.stream], 0
		v.seen[e.stream] = true
	}
	v.count++
	want := int64(v.at.size) + 1 //nolint:gosec // not as many as that
	if e.number != want {
		v.bad("event %d is missing", want)
	}
	hear := v.heard[e.act]
	if words := e.disagrees(&v.read, len(hear) > 0); words != "" {
		v.bad("event %d %s", e.number, words)
	}
	if len(hear) > 0 && v.read.Act != "" {
		said := Recorded{Stream: e.stream, Subject: e.subject, Person: e.person, Facts: v.read.Facts}
		if e.salt != nil {
			private := string(e.payload)
			said.Private = &private
		}
		said.Erased = said.Private == nil && v.read.Commitment != ""
		for _, f := range hear {
			f(said)
		}
	}
	v.at = treeHead{v.at.size + 1, growLeaf(v.at.peaks, v.at.size, leafHash(e.bytes))}
	for len(v.ahead) > 0 && v.ahead[0].size == v.at.size {
		m := v.ahead[0]
		v.ahead = v.ahead[1:]
		switch last := len(v.ahead) == 0 || v.ahead[0].size > m.size; {
		case !bytes.Equal(root(v.at.peaks), m.root) && m.size == v.proved+1:
			v.bad("event %d is not what it was when %s was signed", m.size, m.by)
		case !bytes.Equal(root(v.at.peaks), m.root):
			v.bad("event %d, or one after it up to %d, is not what it was when %s was signed", v.proved+1, m.size, m.by)
		case last:
			v.proved = m.size
		}
	}
}

// disagrees says where the columns, by which events are found, tell something
// other than the bytes, which are what happened; c is what those say, its facts
// only where they are wanted. It is without an act if they cannot be read.
func (e *stored) disagrees(c *canonical, facts bool) string {
	if !parse(e.bytes, c, facts) {
		*c = canonical{}
		if err := json.Unmarshal(e.bytes, c); err != nil {
			*c = canonical{}
			return "cannot be read"
		}
		if again, err := encode(*c); err != nil || !bytes.Equal(again, e.bytes) {
			return "is not as it was written"
		}
	}
	var at [len(instant) + 8]byte
	switch {
	case c.Number != e.number || c.Stream != e.stream || c.Act != e.act || c.Subject != e.subject || c.Person != e.person || c.At != string(e.at.UTC().AppendFormat(at[:0], instant)):
		return "does not say what its row says"
	case e.salt != nil && c.Commitment != commitment(e.salt, e.payload):
		return "has other private words than were committed to"
	}
	return ""
}

func (v *verifier) bad(format string, args ...any) {
	if !v.broken {
		v.report(fmt.Sprintf("audit stream %s: ", v.stream) + fmt.Sprintf(format, args...))
	}
	v.broken = true
}

func (v *verifier) end() {
	if v.stream == "" {
		return
	}
	if len(v.ahead) > 0 {
		m := v.ahead[len(v.ahead)-1]
		v.bad("event %d is missing: %s counts %d, and %d stand", v.at.size+1, m.by, m.size, v.at.size)
	}
	h, ok := v.heads[v.stream]
	switch {
	case !ok:
		v.bad("has events and no head")
	case h.size != v.at.size:
		v.bad("%d events stand where its head counts %d", v.at.size, h.size)
	case !bytes.Equal(root(h.peaks), root(v.at.peaks)):
		v.bad("one of its %d events was changed since it was recorded", v.at.size)
	}
}

// A Recorded is an event as it was recorded, to hold the records it is about
// against it.
type Recorded struct {
	Stream, Subject, Person string
	Facts                   map[string]string
	Private                 *string // nil where there was nothing private, or it was erased
	Erased                  bool    // there was something private once
}

// Tell tells readers of history without holding it against itself (VerifyTold).
func Tell(ctx context.Context, tx *db.Tx, readers ...Reader) error {
	hear := map[string][]func(Recorded){}
	for _, r := range readers {
		hear[r.Act] = append(hear[r.Act], r.Hear)
	}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var e Recorded
		var act string
		var text []byte
		if err := r.Scan(&e.Stream, &act, &e.Subject, &e.Person, &text, &e.Private); err != nil {
			return err
		}
		if hear[act] == nil {
			return nil
		}
		var c canonical
		if err := json.Unmarshal(text, &c); err != nil {
			return nil //nolint:nilerr // Verify reports an event that cannot be read
		}
		e.Facts, e.Erased = c.Facts, e.Private == nil && c.Commitment != ""
		for _, f := range hear[act] {
			f(e)
		}
		return nil
	}, `
		SELECT e.stream, e.act, e.subject, e.person_id, e.bytes, p.payload
		FROM audit_events e LEFT JOIN audit_payloads p ON p.stream = e.stream AND p.number = e.number
		ORDER BY e.stream, e.number`)
	if err != nil {
		return err
	}
	for _, r := range readers {
		if r.End != nil {
			r.End()
		}
	}
	return nil
}
