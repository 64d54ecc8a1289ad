package audit

import (
	"bytes"
	"cmp"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
)

// A Checkpoint says what all of history was at one moment: a tree over the
// heads of all streams, signed. Whoever keeps one can find out later whether
// anything that it counts was changed, removed, added or cut off, even where
// the whole database was written anew with hashes that fit.
type Checkpoint struct {
	Origin string // names the installation by its first event
	Number int64
	Size   uint64 // events in all streams
	Root   []byte
	At     time.Time
	Heads  []Head // sorted by stream; empty where they were not handed over with it
	Note   string // as it was signed
}

// A Head is how far a stream had come, and the hash of all its events.
type Head struct {
	Stream string
	Size   uint64
	Root   []byte
}

// leaf is a head as a leaf of the tree over all of them.
func (h Head) leaf() []byte { return fmt.Appendf(nil, "%s %d %x", h.Stream, h.Size, h.Root) }

// text is what is signed: the lines of a transparency log's checkpoint (origin,
// size, root), and further lines of our own.
func (c Checkpoint) text(streams int) string {
	return fmt.Sprintf("%s\n%d\n%s\nnumber %d\nstreams %d\ntime %s\n", c.Origin, c.Size, base64.StdEncoding.EncodeToString(c.Root),
		c.Number, streams, c.At.UTC().Format(instant))
}

// File is the checkpoint as it is handed out: the signed note and, below it, the
// heads, which the note's root proves.
func (c Checkpoint) File() string {
	b := strings.Builder{}
	b.WriteString(c.Note + headsMark)
	for _, h := range c.Heads {
		fmt.Fprintf(&b, "%s %d %x\n", h.Stream, h.Size, h.Root)
	}
	return b.String()
}

const headsMark = "\nheads\n"

// ParseCheckpoint reads a checkpoint as it was handed out, with its heads or
// without, or the whole text of the mail that brought it, if one of the keys has
// signed it.
func ParseCheckpoint(file string, keys []PublicKey) (Checkpoint, error) {
	note, heads := noteIn(file)
	text, err := opened(note, keys)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("the checkpoint %w", err)
	}
	c := Checkpoint{Note: note}
	lines := strings.Split(text, "\n")
	if len(lines) < 6 {
		return Checkpoint{}, fmt.Errorf("the checkpoint %w", errNoNote)
	}
	var size, number, root, at error
	c.Origin = lines[0]
	c.Size, size = strconv.ParseUint(lines[1], 10, 63)
	c.Root, root = base64.StdEncoding.DecodeString(lines[2])
	c.Number, number = strconv.ParseInt(strings.TrimPrefix(lines[3], "number "), 10, 64)
	c.At, at = time.Parse(instant, strings.TrimPrefix(lines[5], "time "))
	if errors.Join(size, number, root, at) != nil {
		return Checkpoint{}, fmt.Errorf("the checkpoint %w", errNoNote)
	}
	if c.Heads, err = parseHeads(heads); err != nil {
		return Checkpoint{}, err
	}
	if len(c.Heads) > 0 && !bytes.Equal(newHeadTree(c.Heads).root(), c.Root) {
		return Checkpoint{}, errors.New("the heads below the checkpoint are not those that it was signed for")
	}
	return c, nil
}

const originMark = "commontable/"

// noteIn finds the signed note among other words, and what stands below it.
func noteIn(file string) (note, heads string) {
	file = "\n" + strings.ReplaceAll(file, "\r\n", "\n")
	at := strings.Index(file, "\n"+originMark)
	if at < 0 {
		return "", ""
	}
	text, below, found := strings.Cut(file[at+1:], "\n\n")
	if !found {
		return "", ""
	}
	note = text + "\n\n"
	for strings.HasPrefix(below, signatureMark) {
		line, rest, _ := strings.Cut(below, "\n")
		note, below = note+line+"\n", rest
	}
	_, heads, _ = strings.Cut("\n"+below, "\n"+headsMark)
	return note, heads
}

func parseHeads(text string) ([]Head, error) {
	var heads []Head
	for line := range strings.Lines(text) {
		parts := strings.Fields(line)
		if len(parts) == 0 {
			continue
		}
		if len(parts) != 3 {
			return nil, errors.New("a head below the checkpoint cannot be read")
		}
		size, err := strconv.ParseUint(parts[1], 10, 62)
		root, bad := hex.DecodeString(parts[2])
		if err != nil || bad != nil || len(root) != hashSize {
			return nil, errors.New("a head below the checkpoint cannot be read")
		}
		heads = append(heads, Head{parts[0], size, root})
	}
	slices.SortFunc(heads, byStream)
	return heads, nil
}

func byStream(a, b Head) int { return cmp.Compare(a.Stream, b.Stream) }

// headTree is the tree over heads, kept level by level so that one head can
// change without the others being hashed again. A node without a sibling goes
// up as it is, which makes the tree of RFC 6962.
type headTree struct {
	heads  []Head
	levels [][][]byte
}

func newHeadTree(heads []Head) *headTree {
	t := &headTree{heads: slices.SortedFunc(slices.Values(heads), byStream)}
	t.build()
	return t
}

func (t *headTree) build() {
	level := make([][]byte, len(t.heads))
	for i, h := range t.heads {
		sum := leafHash(h.leaf())
		level[i] = sum[:]
	}
	t.levels = [][][]byte{level}
	for len(level) > 1 {
		above := make([][]byte, (len(level)+1)/2)
		for i := range above {
			above[i] = parent(level, i)
		}
		t.levels = append(t.levels, above)
		level = above
	}
}

func parent(level [][]byte, i int) []byte {
	if 2*i+1 == len(level) {
		return level[2*i]
	}
	sum := nodeHash(level[2*i], level[2*i+1])
	return sum[:]
}

// put changes heads, or adds them.
func (t *headTree) put(heads []Head) {
	added := false
	for _, h := range heads {
		at, known := slices.BinarySearchFunc(t.heads, h, byStream)
		if !known {
			t.heads = slices.Insert(t.heads, at, h)
			added = true
			continue
		}
		t.heads[at] = h
		if added {
			continue
		}
		sum := leafHash(h.leaf())
		t.levels[0][at] = sum[:]
		for l := 1; l < len(t.levels); l++ {
			at /= 2
			t.levels[l][at] = parent(t.levels[l-1], at)
		}
	}
	if added || len(t.levels) == 0 {
		t.build()
	}
}

func (t *headTree) root() []byte {
	top := t.levels[len(t.levels)-1]
	if len(top) == 0 {
		return root(nil)
	}
	return top[0]
}

// proof is what leads from the head of a stream up to the root: the hash beside
// each node on the way (RFC 6962 §2.1.1).
func (t *headTree) proof(stream string) (index int, path [][]byte, found bool) {
	at, found := slices.BinarySearchFunc(t.heads, Head{Stream: stream}, byStream)
	index = at
	for l := 0; found && l < len(t.levels)-1; l++ {
		if beside := at ^ 1; beside < len(t.levels[l]) {
			path = append(path, t.levels[l][beside])
		}
		at /= 2
	}
	return index, path, found
}

func (t *headTree) size() (all uint64) {
	for _, h := range t.heads {
		all += h.Size
	}
	return all
}

// Checkpoints makes checkpoints. Key is the private key, which is kept outside
// the database: whoever can change history must not be able to sign for it.
type Checkpoints struct {
	DB  *db.DB
	IDs *id.Maker
	Now func() time.Time
	Key ed25519.PrivateKey // nil where this installation makes none
}

// ErrNoKey says that there is nothing to sign with.
var ErrNoKey = fault.New(fault.Conflict, "No checkpoint key was given, so no checkpoint can be signed.")

var (
	// ErrNothing says that there is no history yet to sign.
	ErrNothing  = fault.New(fault.Conflict, "Nothing has happened here yet. There is nothing to make a checkpoint of.")
	errOtherKey = fault.New(fault.Conflict, "This is not the key that this installation’s last checkpoints were signed with. Give that key, or put a new one in its place with commontable checkpoint-key --rotate.")
)

// Make makes a checkpoint where something has happened since the last one, and
// tells whether it did; the latest is given back.
func (c *Checkpoints) Make(ctx context.Context) (latest Checkpoint, made bool, err error) {
	if c.Key == nil {
		return Checkpoint{}, false, ErrNoKey
	}
	latest, made, err = c.make(ctx, c.Key, nil)
	if err != nil {
		return latest, made, fmt.Errorf("make checkpoint: %w", err)
	}
	return latest, made, nil
}

// Rotate puts another key in the place of the one in use. The checkpoint that
// begins it is signed with both, so that who trusts the old one may trust the
// new; where the old one was lost c.Key is nil, and they must ask.
func (c *Checkpoints) Rotate(ctx context.Context, to ed25519.PrivateKey) (Checkpoint, error) {
	latest, _, err := c.make(ctx, to, &rotation{from: c.Key})
	if err != nil {
		return latest, fmt.Errorf("rotate checkpoint key: %w", err)
	}
	return latest, nil
}

type rotation struct{ from ed25519.PrivateKey }

func (c *Checkpoints) make(ctx context.Context, key ed25519.PrivateKey, rotate *rotation) (latest Checkpoint, made bool, err error) {
	origin, err := c.begin(ctx, key, rotate)
	if err != nil {
		return Checkpoint{}, false, err
	}
	// Heads are read on a view of their own: to read all of them in the
	// transaction that writes would hold up every other writer.
	var tree, before *headTree
	if err := c.DB.Read(ctx, func(tx *db.Tx) error {
		latest, err = LatestCheckpoint(ctx, tx)
		switch {
		case errors.Is(err, fault.NotFound):
			before = newHeadTree(nil)
		case err != nil:
			return err
		default:
			before = newHeadTree(latest.Heads)
		}
		heads, err := headsNow(ctx, tx)
		tree = newHeadTree(heads)
		return err
	}); err != nil {
		return latest, false, err
	}
	if latest.Number > 0 && latest.Size == tree.size() {
		return latest, false, nil
	}
	next := Checkpoint{Origin: origin, Number: latest.Number + 1, Size: tree.size(), Root: tree.root(), At: c.Now().UTC().Truncate(time.Microsecond), Heads: tree.heads}
	keys := []ed25519.PrivateKey{key}
	if rotate != nil && rotate.from != nil {
		keys = append(keys, rotate.from)
	}
	next.Note = sign(next.text(len(tree.heads)), origin, keys...)
	err = c.DB.Write(ctx, func(tx *db.Tx) error { return insertCheckpoint(ctx, tx, next, changed(before.heads, tree.heads)) })
	if db.IsDuplicate(err) {
		return latest, false, nil // another instance made it a moment ago
	}
	return next, err == nil, err
}

// changed are the heads that are not as they were.
func changed(before, now []Head) []Head {
	was := map[string]uint64{}
	for _, h := range before {
		was[h.Stream] = h.Size
	}
	return slices.DeleteFunc(slices.Clone(now), func(h Head) bool { return was[h.Stream] == h.Size })
}

// begin makes sure that the key is the one in use: the first is begun as it is
// first used, and a change is an event.
func (c *Checkpoints) begin(ctx context.Context, key ed25519.PrivateKey, rotate *rotation) (origin string, err error) {
	var kept []PublicKey
	if err := c.DB.Read(ctx, func(tx *db.Tx) error {
		if origin, err = OriginOf(ctx, tx); err != nil {
			return err
		}
		kept, err = Keys(ctx, tx)
		return err
	}); err != nil {
		return "", err
	}
	mine := publicOf(origin, key)
	inUse := func(k ed25519.PrivateKey) bool {
		return len(kept) > 0 && kept[len(kept)-1].String() == publicOf(origin, k).String()
	}
	switch {
	case inUse(key):
		return origin, nil
	case rotate == nil && len(kept) > 0, rotate != nil && rotate.from != nil && !inUse(rotate.from):
		return "", errOtherKey
	}
	act, facts := "checkpoint key begun", map[string]string{"key": mine.String()}
	if len(kept) > 0 {
		act, facts["before"] = "checkpoint key changed", kept[len(kept)-1].String()
		if rotate.from == nil {
			facts["lost"] = "yes"
		}
	}
	return origin, c.DB.Write(ctx, func(tx *db.Tx) error {
		now := c.Now()
		if err := insertKey(ctx, tx, int64(len(kept))+1, mine, now); err != nil {
			return err
		}
		return Record(ctx, tx, c.IDs, Event{Stream: Installation, Act: act, Subject: fmt.Sprintf("%08x", mine.hash()), By: access.System("checkpoint key"), At: now, Facts: facts})
	})
}

// OriginOf names the installation: by the hash of the first thing that happened
// in it, which nobody chose and nobody can change.
func OriginOf(ctx context.Context, tx *db.Tx) (string, error) {
	first, err := db.One(ctx, tx, db.Value[[]byte], `SELECT bytes FROM audit_events WHERE stream = $1 AND number = 1`, Installation)
	if errors.Is(err, fault.NotFound) {
		return "", ErrNothing
	}
	sum := leafHash(first)
	return fmt.Sprintf("%s%x", originMark, sum[:8]), err
}

func headsNow(ctx context.Context, tx *db.Tx) ([]Head, error) {
	return db.All(ctx, tx, func(r db.Row) (h Head, err error) {
		var peaks []byte
		err = r.Scan(&h.Stream, &h.Size, &peaks)
		h.Root = root(peaks)
		return h, err
	}, `SELECT stream, size, peaks FROM audit_heads WHERE size > 0`)
}

func insertKey(ctx context.Context, tx *db.Tx, number int64, k PublicKey, at time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO audit_keys (number, public_key, begun_at) VALUES ($1, $2, $3)`, number, k.String(), at)
	return err
}

// Keys are the public keys of this installation as its database keeps them, the
// one in use last.
func Keys(ctx context.Context, tx *db.Tx) ([]PublicKey, error) {
	return db.All(ctx, tx, func(r db.Row) (k PublicKey, err error) {
		var text string
		if err := r.Scan(&text); err != nil {
			return k, err
		}
		return ParsePublicKey(text)
	}, `SELECT public_key FROM audit_keys ORDER BY number`)
}

func insertCheckpoint(ctx context.Context, tx *db.Tx, c Checkpoint, heads []Head) error {
	if _, err := tx.Exec(ctx, `INSERT INTO audit_checkpoints (number, made_at, size, note) VALUES ($1, $2, $3, $4)`,
		c.Number, c.At, int64(c.Size), c.Note); err != nil { //nolint:gosec // not as many as that
		return err
	}
	for _, h := range heads {
		if _, err := tx.Exec(ctx, `INSERT INTO audit_checkpoint_heads (checkpoint, stream, size, root) VALUES ($1, $2, $3, $4)`,
			c.Number, h.Stream, int64(h.Size), h.Root); err != nil { //nolint:gosec // not as many as that
			return err
		}
	}
	return nil
}

// LatestCheckpoint is the last checkpoint that was made, with its heads, or
// fault.NotFound.
func LatestCheckpoint(ctx context.Context, tx *db.Tx) (Checkpoint, error) {
	number, err := db.One(ctx, tx, db.Value[int64], `SELECT COALESCE(MAX(number), 0) FROM audit_checkpoints`)
	if err != nil {
		return Checkpoint{}, err
	}
	return CheckpointOf(ctx, tx, number)
}

// CheckpointOf is a checkpoint by its number, with its heads, or fault.NotFound.
func CheckpointOf(ctx context.Context, tx *db.Tx, number int64) (c Checkpoint, err error) {
	note, err := db.One(ctx, tx, db.Value[string], `SELECT note FROM audit_checkpoints WHERE number = $1`, number)
	if err != nil {
		return c, err
	}
	keys, err := Keys(ctx, tx)
	if err != nil {
		return c, err
	}
	if c, err = ParseCheckpoint(note, keys); err != nil {
		return c, fmt.Errorf("checkpoint %d as it is kept here: %w", number, err)
	}
	c.Heads, err = headsAt(ctx, tx, number)
	return c, err
}

// headsAt are the heads that a checkpoint stands for: of each stream the last
// that was kept up to it.
func headsAt(ctx context.Context, tx *db.Tx, number int64) ([]Head, error) {
	heads, err := db.All(ctx, tx, scanHead, `
		SELECT h.stream, h.size, h.root FROM audit_checkpoint_heads h
		JOIN (SELECT stream, MAX(checkpoint) AS last FROM audit_checkpoint_heads WHERE checkpoint <= $1 GROUP BY stream) l
			ON l.stream = h.stream AND l.last = h.checkpoint`, number)
	slices.SortFunc(heads, byStream)
	return heads, err
}

func scanHead(r db.Row) (h Head, err error) { return h, r.Scan(&h.Stream, &h.Size, &h.Root) }

// A Made is a checkpoint in a list.
type Made struct {
	Number int64
	At     time.Time
	Size   int64
}

// CheckpointsBefore lists checkpoints, newest first, from below a number; 0 for
// the newest of all.
func CheckpointsBefore(ctx context.Context, tx *db.Tx, before int64, most int) ([]Made, error) {
	return db.All(ctx, tx, func(r db.Row) (m Made, err error) { return m, r.Scan(&m.Number, &m.At, &m.Size) }, `
		SELECT number, made_at, size FROM audit_checkpoints
		WHERE $1 = 0 OR number < $1 ORDER BY number DESC LIMIT $2`, before, most)
}
