package audit

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/id"
)

var (
	begins = time.Date(2026, 10, 20, 12, 0, 0, 0, time.UTC)
	theKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	denise = access.Actor{Person: "denise", Name: "Denise", Hat: access.Hat{ID: "hat", Role: access.Chair}}
)

// A past is a history in a database, with checkpoints made of it as it went.
type past struct {
	t     *testing.T
	db    *db.DB
	ids   *id.Maker
	now   time.Time
	made  *Checkpoints
	files []Checkpoint // as somebody outside keeps them
	next  map[string]int
}

func newPast(t *testing.T, d *db.DB) *past {
	t.Helper()
	p := &past{t: t, db: d, now: begins, next: map[string]int{}}
	clock := func() time.Time { return p.now }
	p.ids = id.Real(clock)
	p.made = &Checkpoints{DB: d, IDs: p.ids, Now: clock, Key: theKey}
	p.happens(Installation, 1)
	return p
}

// happens records so many events in a stream.
func (p *past) happens(stream string, times int) {
	p.t.Helper()
	for range times {
		p.next[stream]++
		p.now = p.now.Add(time.Minute)
		if err := p.db.Write(p.t.Context(), func(tx *db.Tx) error {
			return Record(p.t.Context(), tx, p.ids, Event{
				Stream: stream, Act: "payment released", Subject: fmt.Sprintf("payment-%d", p.next[stream]), By: denise, At: p.now,
				Facts: map[string]string{"amount": fmt.Sprintf("%d.00", p.next[stream])}, Private: "Ms Brown’s roof",
			})
		}); err != nil {
			p.t.Fatal(err)
		}
	}
}

// checkpoint makes one and keeps what was handed out.
func (p *past) checkpoint() Checkpoint {
	p.t.Helper()
	p.now = p.now.Add(time.Minute)
	c, made, err := p.made.Make(p.t.Context())
	if err != nil || !made {
		p.t.Fatalf("a checkpoint: made %t, %v", made, err)
	}
	kept, err := ParseCheckpoint(c.File(), []PublicKey{publicOf(c.Origin, p.made.Key)})
	if err != nil {
		p.t.Fatalf("%v\n%s", err, c.File())
	}
	p.files = append(p.files, kept)
	return kept
}

func (p *past) finds(outside ...Checkpoint) string {
	p.t.Helper()
	var bad []string
	if err := p.db.Read(p.t.Context(), func(tx *db.Tx) error {
		bad = nil
		_, err := Verify(p.t.Context(), tx, func(s string) { bad = append(bad, s) }, outside...)
		return err
	}); err != nil {
		p.t.Fatal(err)
	}
	return strings.Join(bad, "\n")
}

// aPast is five streams and three checkpoints, with a tail after the last.
func aPast(t *testing.T, d *db.DB) *past {
	t.Helper()
	p := newPast(t, d)
	p.happens("millbrook", 4)
	p.happens("tanners", 5)
	p.checkpoint()
	p.happens("tanners", 3)
	p.happens("elm", 2)
	p.checkpoint()
	p.happens("ash", 1)
	p.happens("tanners", 2)
	p.checkpoint()
	p.happens("tanners", 2)
	return p
}

func TestACheckpointProvesHistory(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := aPast(t, d)
		if bad := p.finds(p.files...); bad != "" {
			t.Errorf("an honest history: found %s", bad)
		}
		before := p.files[2]
		if again, made, err := p.made.Make(t.Context()); err != nil || !made || again.Number != before.Number+1 {
			t.Errorf("after more happened: checkpoint %d, made %t, %v; want the next", again.Number, made, err)
		}
		if again, made, err := p.made.Make(t.Context()); err != nil || made || again.Number != before.Number+1 {
			t.Errorf("when nothing happened: checkpoint %d, made %t, %v; want the last again", again.Number, made, err)
		}
		lines := strings.Split(before.Note, "\n")
		if !strings.HasPrefix(lines[0], "commontable/") || lines[1] != "19" || lines[3] != "number 3" || lines[4] != "streams 5" {
			t.Errorf("the note is\n%s", before.Note)
		}
		onlyNote, err := ParseCheckpoint(before.Note, []PublicKey{publicOf(before.Origin, theKey)})
		if err != nil {
			t.Fatal(err)
		}
		if bad := p.finds(onlyNote); bad != "" {
			t.Errorf("held against the note without heads: found %s", bad)
		}
	})
}

func TestACheckpointThatWasChangedIsRefused(t *testing.T) {
	t.Parallel()
	p := aPast(t, dbtest.SQLite(t))
	c := p.files[1]
	good := []PublicKey{publicOf(c.Origin, theKey)}
	other := []PublicKey{publicOf(c.Origin, ed25519.NewKeyFromSeed(bytes.Repeat([]byte{8}, ed25519.SeedSize)))}
	if _, err := ParseCheckpoint(strings.ReplaceAll("\n"+c.File(), "\n", "\r\n"), good); err != nil {
		t.Errorf("as a mail carries it: %v", err)
	}
	if _, err := ParseCheckpoint("Keep this mail.\n\n"+c.Note+"\nThe latest:\nhttps://example.org/checkpoints\n", good); err != nil {
		t.Errorf("among the words of a mail: %v", err)
	}
	for name, test := range map[string]struct {
		file string
		keys []PublicKey
		want string
	}{
		"its number":   {strings.Replace(c.File(), "number 2", "number 3", 1), good, "changed since it was signed"},
		"its size":     {strings.Replace(c.File(), "\n16\n", "\n17\n", 1), good, "changed since it was signed"},
		"a head":       {strings.Replace(c.File(), "tanners 8", "tanners 7", 1), good, "not those that it was signed for"},
		"a head gone":  {strings.Replace(c.File(), "\nelm 2", "\nelf 2", 1), good, "not those that it was signed for"},
		"another key":  {c.File(), other, "none of the keys"},
		"no signature": {strings.SplitAfter(c.Note, "\n\n")[0], good, "not a signed checkpoint"},
		"nothing":      {"", good, "not a signed checkpoint"},
		"other words":  {"Dear all,\n\nthe checkpoint\n", good, "not a signed checkpoint"},
	} {
		if _, err := ParseCheckpoint(test.file, test.keys); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want that it %s", name, err, test.want)
		}
	}
	if k, err := ParsePublicKey(good[0].String()); err != nil || !k.Key.Equal(good[0].Key) || k.Name != c.Origin {
		t.Errorf("the public key, written and read: %v, %v", k, err)
	}
	if _, err := ParsePublicKey(strings.Replace(good[0].String(), "commontable/", "commontabel/", 1)); err == nil {
		t.Error("a public key with a name that does not fit: accepted")
	}
}

// G6: whoever has the database in their hands, and knows how everything is
// hashed, is found out by a checkpoint that somebody else kept.
func TestTamperingIsFoundByAnOutsideCheckpoint(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := aPast(t, d)
		guardless(t, d)
		at := func(number string) string { return ` WHERE stream = 'tanners' AND number = ` + number }
		forget := `DELETE FROM audit_payloads`
		unmade := `DELETE FROM audit_checkpoint_heads; DELETE FROM audit_checkpoints`
		for _, test := range []struct {
			name  string
			does  string          // statements
			after func(f *forger) // then, what a forger mends
			want  string
		}{
			{"1 a byte", `UPDATE audit_events SET bytes = (SELECT bytes FROM audit_events` + at("3") + `)` + at("4"), nil, "event 4"},
			{"2 its act", `UPDATE audit_events SET act = 'nothing'` + at("4"), nil, "event 4"},
			{"3 its subject", `UPDATE audit_events SET subject = 'another'` + at("4"), nil, "event 4"},
			{"4 its person", `UPDATE audit_events SET person_id = 'ben'` + at("4"), nil, "event 4"},
			{"5 its time", `UPDATE audit_events SET recorded_at = (SELECT recorded_at FROM audit_events` + at("1") + `)` + at("4"), nil, "event 4"},
			{"6 its private words", `UPDATE audit_payloads SET payload = 'x'` + at("4"), nil, "event 4"},
			{"7 its salt", `UPDATE audit_payloads SET salt = (SELECT salt FROM audit_payloads` + at("1") + `)` + at("4"), nil, "event 4"},
			{"8 one removed", forget + `; DELETE FROM audit_events` + at("4"), nil, "event 4 is missing"},
			{"9 two swapped", forget + `; UPDATE audit_events SET number = 99` + at("4") + `; UPDATE audit_events SET number = 4` + at("2") + `; UPDATE audit_events SET number = 2` + at("99"), nil, "event 2"},
			{"10 one added at the end", `INSERT INTO audit_events (stream, number, act, subject, person_id, recorded_at, bytes) SELECT stream, 13, act, subject, person_id, recorded_at, bytes FROM audit_events` + at("12"), nil, "event 13"},
			{"11 the tail cut", forget + `; DELETE FROM audit_events WHERE stream = 'tanners' AND number > 7`, nil, "event 8 is missing"},
			{"12 the beginning cut", forget + `; DELETE FROM audit_events WHERE stream = 'tanners' AND number < 3`, nil, "event 1 is missing"},
			{"13 a whole area gone", forget + `; DELETE FROM audit_events WHERE stream = 'elm'`, nil, "stream elm: its 2 events are missing"},
			{"14 moved to another area", forget + `; UPDATE audit_events SET stream = 'oak' WHERE stream = 'elm'`, nil, "stream elm"},
			{"15 a head", `UPDATE audit_heads SET size = 11 WHERE stream = 'tanners'`, nil, "head counts 11"},

			// A forger makes all hashes fit again.
			{"16 the tail cut, heads too", forget + `; DELETE FROM audit_events WHERE stream = 'tanners' AND number > 9`, func(f *forger) { f.heads() }, "event 10 is missing: the checkpoint 3 that was given counts 10, and 9 stand"},
			{"17 a whole area, head too", forget + `; DELETE FROM audit_events WHERE stream = 'elm'`, func(f *forger) { f.heads() }, "stream elm: the 2 events that the checkpoint 3 that was given counts are missing"},
			{"18 an amount, rewritten with new hashes", forget, func(f *forger) { f.amount("tanners", 7); f.heads() }, "event 6, or one after it up to 8, is not what it was when"},
			{"19 the same, checkpoints unmade", forget + `; ` + unmade, func(f *forger) { f.amount("tanners", 7); f.heads() }, "event 6, or one after it up to 8, is not what it was when the checkpoint 2 that was given was signed"},
			{"20 one put in between, all after it renumbered", forget + `; ` + unmade, func(f *forger) { f.inserted("tanners", 3); f.heads() }, "event 1, or one after it up to 5"},
			{"21 one taken out, all after it renumbered", forget + `; ` + unmade, func(f *forger) { f.removed("tanners", 9); f.heads() }, "event 9, or one after it up to 10"},
			{"22 everything rewritten, from the first event", forget + `; ` + unmade, func(f *forger) { f.amount(Installation, 1); f.heads() }, "is of another history"},
			{"23 yesterday’s file", forget + `; ` + unmade + `; DELETE FROM audit_events WHERE stream = 'ash'; DELETE FROM audit_events WHERE stream = 'tanners' AND number > 8`, func(f *forger) { f.heads() }, "event 9 is missing"},
			{"24 signed anew with another key", forget + `; ` + unmade + `; DELETE FROM audit_keys`, func(f *forger) { f.amount("tanners", 7); f.heads(); f.signedAnew() }, "there have been two histories"},
			{"25 checkpoints cut off", `DELETE FROM audit_checkpoint_heads WHERE checkpoint = 2; DELETE FROM audit_checkpoints WHERE number = 2`, nil, "checkpoint 2 is missing"},
			{"26 a kept head", `UPDATE audit_checkpoint_heads SET size = 7 WHERE checkpoint = 2 AND stream = 'tanners'`, nil, "checkpoint 2 does not say what its row says"},
			{"27 a kept root", `UPDATE audit_checkpoint_heads SET root = (SELECT root FROM audit_checkpoint_heads WHERE checkpoint = 1 AND stream = 'tanners') WHERE checkpoint = 2 AND stream = 'tanners'`, nil, "the heads kept with checkpoint 2"},
			{"28 a kept note", `UPDATE audit_checkpoints SET note = (SELECT note FROM audit_checkpoints WHERE number = 1) WHERE number = 2`, nil, "checkpoint 2"},
		} {
			errBack := errors.New("put it back")
			err := d.Write(t.Context(), func(tx *db.Tx) error {
				for statement := range strings.SplitSeq(test.does, "; ") {
					if n, err := tx.Exec(t.Context(), statement); err != nil || n == 0 {
						t.Errorf("%s: %d rows, %v: %s", test.name, n, err, statement)
						return errBack
					}
				}
				if test.after != nil {
					test.after(&forger{p, tx})
				}
				var bad []string
				if _, err := Verify(t.Context(), tx, func(s string) { bad = append(bad, s) }, p.files...); err != nil {
					t.Errorf("%s: %v", test.name, err)
					return errBack
				}
				if all := strings.Join(bad, "\n"); !strings.Contains(all, test.want) {
					t.Errorf("%s: found %q, want %q", test.name, all, test.want)
				}
				return errBack
			})
			if !errors.Is(err, errBack) {
				t.Fatalf("%s: %v", test.name, err)
			}
		}
		if bad := p.finds(p.files...); bad != "" {
			t.Errorf("after all was put back: found %s", bad)
		}
	})
}

// Two databases that went on from one file agree with nobody's checkpoint but
// their own.
func TestTwoForksAreFound(t *testing.T) {
	t.Parallel()
	first := newPast(t, dbtest.SQLite(t))
	first.happens("tanners", 3)
	common := first.checkpoint()
	first.happens("tanners", 1)
	theirs := first.checkpoint()

	second := newPast(t, dbtest.SQLite(t))
	second.now, second.next = begins, map[string]int{}
	if err := second.db.Write(t.Context(), func(tx *db.Tx) error { // the same file, up to the common checkpoint
		(&forger{second, tx}).copyFrom(first.db, 3)
		return insertCheckpoint(t.Context(), tx, common, common.Heads)
	}); err != nil {
		t.Fatal(err)
	}
	second.next["tanners"] = 7
	second.now = begins.Add(time.Hour)
	second.happens("tanners", 1)
	ours := second.checkpoint()
	if bad := second.finds(common); bad != "" {
		t.Errorf("held against what both share: found %s", bad)
	}
	if bad := second.finds(theirs); !strings.Contains(bad, "since checkpoint 1 there have been two histories") || !strings.Contains(bad, "event 4") {
		t.Errorf("held against the other’s: found %q", bad)
	}
	if bad := first.finds(ours); !strings.Contains(bad, "two histories") {
		t.Errorf("the other held against ours: found %q", bad)
	}
}

// A forger has the database, and can compute whatever this program can. The
// checkpoint key is all that they do not have.
type forger struct {
	p  *past
	tx *db.Tx
}

func (f *forger) exec(query string, args ...any) {
	f.p.t.Helper()
	if _, err := f.tx.Exec(f.p.t.Context(), query, args...); err != nil {
		f.p.t.Fatalf("%v: %s", err, query)
	}
}

func (f *forger) events(stream string) []canonical {
	f.p.t.Helper()
	all, err := db.All(f.p.t.Context(), f.tx, func(r db.Row) (c canonical, err error) {
		var text []byte
		if err := r.Scan(&text); err != nil {
			return c, err
		}
		return c, json.Unmarshal(text, &c)
	}, `SELECT bytes FROM audit_events WHERE stream = $1 ORDER BY number`, stream)
	if err != nil {
		f.p.t.Fatal(err)
	}
	return all
}

func (f *forger) write(stream string, all []canonical) {
	f.p.t.Helper()
	f.exec(`DELETE FROM audit_events WHERE stream = $1`, stream)
	for i, c := range all {
		c.Number, c.Commitment = int64(i)+1, "" // what was private is forgotten
		text, err := encode(c)
		if err != nil {
			f.p.t.Fatal(err)
		}
		at, err := time.Parse(instant, c.At)
		if err != nil {
			f.p.t.Fatal(err)
		}
		f.exec(`INSERT INTO audit_events (stream, number, act, subject, person_id, recorded_at, bytes) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			stream, c.Number, c.Act, c.Subject, c.Person, at, text)
	}
}

func (f *forger) amount(stream string, number int) {
	all := f.events(stream)
	for i := range all {
		if i+1 == number {
			all[i].Facts["amount"] = "1000000.00"
		}
		if i+1 != number {
			continue
		}
		text, err := encode(all[i])
		if err != nil {
			f.p.t.Fatal(err)
		}
		f.exec(`UPDATE audit_events SET bytes = $3 WHERE stream = $1 AND number = $2`, stream, number, text)
	}
}

func (f *forger) inserted(stream string, before int) {
	all := f.events(stream)
	f.write(stream, append(all[:before-1:before-1], append([]canonical{all[before]}, all[before-1:]...)...))
}

func (f *forger) removed(stream string, number int) {
	all := f.events(stream)
	kept := slices.Delete(slices.Clone(all), number-1, number)
	f.exec(`DELETE FROM audit_events WHERE stream = $1 AND number >= $2`, stream, number)
	for i, c := range kept[number-1:] {
		c.Number = int64(number + i)
		text, err := encode(c)
		if err != nil {
			f.p.t.Fatal(err)
		}
		at, err := time.Parse(instant, c.At)
		if err != nil {
			f.p.t.Fatal(err)
		}
		f.exec(`INSERT INTO audit_events (stream, number, act, subject, person_id, recorded_at, bytes) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			stream, c.Number, c.Act, c.Subject, c.Person, at, text)
	}
}

// heads makes the heads fit the events again.
func (f *forger) heads() {
	f.p.t.Helper()
	heads := map[string]treeHead{}
	if err := db.Each(f.p.t.Context(), f.tx, func(r db.Row) error {
		var stream string
		var text []byte
		err := r.Scan(&stream, &text)
		h := heads[stream]
		heads[stream] = treeHead{h.size + 1, grow(h.peaks, h.size, text)}
		return err
	}, `SELECT stream, bytes FROM audit_events ORDER BY stream, number`); err != nil {
		f.p.t.Fatal(err)
	}
	f.exec(`DELETE FROM audit_heads`)
	for stream, h := range heads {
		if err := keepHead(f.p.t.Context(), f.tx, stream, h); err != nil {
			f.p.t.Fatal(err)
		}
	}
}

// signedAnew makes checkpoints of the forged history, with a key of the forger's.
func (f *forger) signedAnew() {
	f.p.t.Helper()
	ctx, t := f.p.t.Context(), f.p.t
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, ed25519.SeedSize))
	origin, err := OriginOf(ctx, f.tx)
	if err != nil {
		t.Fatal(err)
	}
	if err := insertKey(ctx, f.tx, 1, publicOf(origin, key), begins); err != nil {
		t.Fatal(err)
	}
	for i, c := range f.p.files {
		heads, err := headsNow(ctx, f.tx)
		if err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			heads = nil
		} else {
			c.Heads = heads
		}
		tree := newHeadTree(f.p.files[0].Heads)
		if i == 0 {
			tree = newHeadTree(c.Heads)
		}
		next := Checkpoint{Origin: origin, Number: int64(i) + 1, Size: tree.size(), Root: tree.root(), At: c.At}
		next.Note = sign(next.text(len(tree.heads)), origin, key)
		if err := insertCheckpoint(ctx, f.tx, next, heads); err != nil {
			t.Fatal(err)
		}
	}
}

// copyFrom makes a database what another was: its installation's events, its
// key, and so many events of Tanners Reach.
func (f *forger) copyFrom(other *db.DB, events int) {
	f.p.t.Helper()
	type row struct {
		stream, act, subject, person string
		number                       int64
		at                           time.Time
		bytes                        []byte
	}
	var rows []row
	var keys []PublicKey
	if err := other.Read(f.p.t.Context(), func(tx *db.Tx) (err error) {
		if keys, err = Keys(f.p.t.Context(), tx); err != nil {
			return err
		}
		rows, err = db.All(f.p.t.Context(), tx, func(r db.Row) (x row, err error) {
			return x, r.Scan(&x.stream, &x.number, &x.act, &x.subject, &x.person, &x.at, &x.bytes)
		}, `SELECT stream, number, act, subject, person_id, recorded_at, bytes FROM audit_events WHERE stream <> 'tanners' OR number <= $1`, events)
		return err
	}); err != nil {
		f.p.t.Fatal(err)
	}
	guardlessIn(f.p.t, f.tx)
	f.exec(`DELETE FROM audit_payloads`)
	f.exec(`DELETE FROM audit_events`)
	for _, x := range rows {
		f.exec(`INSERT INTO audit_events (stream, number, act, subject, person_id, recorded_at, bytes) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			x.stream, x.number, x.act, x.subject, x.person, x.at, x.bytes)
	}
	f.heads()
	if err := insertKey(f.p.t.Context(), f.tx, 1, keys[0], begins); err != nil {
		f.p.t.Fatal(err)
	}
}

func guardless(t *testing.T, d *db.DB) {
	t.Helper()
	if err := d.Write(t.Context(), func(tx *db.Tx) error { guardlessIn(t, tx); return nil }); err != nil {
		t.Fatal(err)
	}
}

// guardlessIn takes away what keeps records append-only.
func guardlessIn(t *testing.T, tx *db.Tx) {
	t.Helper()
	for _, table := range []string{"audit_events", "audit_keys", "audit_checkpoints", "audit_checkpoint_heads"} {
		statements := []string{`DROP TRIGGER ` + table + `_stay`, `DROP TRIGGER ` + table + `_stay_kept`}
		if tx.Engine() == "postgres" {
			statements = []string{`ALTER TABLE ` + table + ` DISABLE TRIGGER USER`}
		}
		for _, statement := range statements {
			if _, err := tx.Exec(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestCheckpointsStay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		aPast(t, d)
		for _, statement := range []string{
			`UPDATE audit_checkpoints SET size = 1`, `DELETE FROM audit_checkpoint_heads`, `DELETE FROM audit_keys`, `UPDATE audit_keys SET public_key = 'x'`,
		} {
			if err := d.Write(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(t.Context(), statement); return err }); err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("%s: got %v, want it refused", statement, err)
			}
		}
	})
}

func TestAKeyIsChangedInTheOpen(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := aPast(t, d)
		another := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{8}, ed25519.SeedSize))
		stranger := &Checkpoints{DB: d, IDs: p.ids, Now: p.made.Now, Key: another}
		if _, _, err := stranger.Make(t.Context()); !errors.Is(err, fault.Conflict) {
			t.Errorf("a key that was never begun: got %v, want a conflict", err)
		}
		if _, _, err := (&Checkpoints{DB: d}).Make(t.Context()); !errors.Is(err, ErrNoKey) {
			t.Errorf("no key: got %v", err)
		}
		begun, err := p.made.Rotate(t.Context(), another)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range []ed25519.PrivateKey{theKey, another} {
			if _, err := ParseCheckpoint(begun.Note, []PublicKey{publicOf(begun.Origin, key)}); err != nil {
				t.Errorf("the checkpoint that begins a key, for who trusts only one of them: %v", err)
			}
		}
		if _, _, err := p.made.Make(t.Context()); !errors.Is(err, fault.Conflict) {
			t.Errorf("the key that was replaced: got %v, want a conflict", err)
		}
		p.made.Key = another
		p.happens("tanners", 1)
		p.checkpoint()
		lost := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{10}, ed25519.SeedSize))
		if _, err := (&Checkpoints{DB: d, IDs: p.ids, Now: p.made.Now}).Rotate(t.Context(), lost); err != nil {
			t.Errorf("a key in the place of one that was lost: %v", err)
		}
		if bad := p.finds(p.files...); bad != "" {
			t.Errorf("found %s", bad)
		}
		var acts []string
		if err := d.Read(t.Context(), func(tx *db.Tx) error {
			return Tell(t.Context(), tx, Reader{Act: "checkpoint key changed", Hear: func(r Recorded) { acts = append(acts, r.Facts["lost"]) }})
		}); err != nil || strings.Join(acts, ",") != ",yes" {
			t.Errorf("changes recorded: %q, %v", acts, err)
		}
	})
}

// A head that changes leads to the same root as all hashed anew, and each head
// is proved by its path.
func TestTheTreeOverHeads(t *testing.T) {
	t.Parallel()
	tree := newHeadTree(nil)
	var all []Head
	var leaves [][]byte
	for i := range 40 {
		h := Head{fmt.Sprintf("area-%02d", i*7%40), uint64(i) + 1, bytes.Repeat([]byte{byte(i)}, hashSize)}
		all = append(all, h)
		tree.put([]Head{h})
		if i%3 == 0 {
			all[i/2].Size += 100
			tree.put([]Head{all[i/2]})
		}
		fresh := newHeadTree(all)
		leaves = nil
		for _, h := range fresh.heads {
			leaves = append(leaves, h.leaf())
		}
		if want := mth(leaves); !bytes.Equal(tree.root(), want) || !bytes.Equal(fresh.root(), want) {
			t.Fatalf("%d heads: %x, made anew %x, want %x", i+1, tree.root(), fresh.root(), want)
		}
		for _, h := range all {
			index, path, found := fresh.proof(h.Stream)
			if !found || !bytes.Equal(climb(h.leaf(), index, len(all), path), fresh.root()) {
				t.Fatalf("%d heads: the path of %s (%d) does not lead to the root", i+1, h.Stream, index)
			}
		}
	}
	if _, _, found := tree.proof("nowhere"); found {
		t.Error("a stream that is not there has a path")
	}
	if got := hex.EncodeToString(newHeadTree(nil).root()); got != "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" {
		t.Errorf("the root of nothing is %s", got)
	}
}

// climb is RFC 9162 §2.1.3.2.
func climb(leaf []byte, index, size int, path [][]byte) []byte {
	sum := leafHash(leaf)
	r, fn, sn := sum[:], index, size-1
	for _, p := range path {
		if fn%2 == 1 || fn == sn {
			n := nodeHash(p, r)
			r = n[:]
			for fn%2 == 0 && fn != 0 {
				fn, sn = fn/2, sn/2
			}
		} else {
			n := nodeHash(r, p)
			r = n[:]
		}
		fn, sn = fn/2, sn/2
	}
	return r
}
