package audit

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"commontable/internal/db"
	"commontable/internal/fault"
)

// A mark is what a checkpoint says that a stream was when it had come so far.
type mark struct {
	size uint64
	root []byte
	by   string // the checkpoint, in words
}

// marksOf gathers, for each stream, what checkpoints say of it, in the order of
// how far it had come. What is wrong with the checkpoints themselves is
// reported: one that was changed, removed or forged, and one from outside that
// this history did not make.
func marksOf(ctx context.Context, tx *db.Tx, report func(string), outside []Checkpoint) (map[string][]mark, error) {
	marks := map[string][]mark{}
	add := func(by string, heads []Head) {
		for _, h := range heads {
			marks[h.Stream] = append(marks[h.Stream], mark{h.Size, h.Root, by})
		}
	}
	kept, err := keptCheckpoints(ctx, tx, report, add)
	if err != nil {
		return nil, err
	}
	for _, c := range outside {
		by := fmt.Sprintf("the checkpoint %d that was given", c.Number)
		origin, err := OriginOf(ctx, tx)
		switch same, known := kept[c.Number]; {
		case err != nil && fault.Public(err) == "":
			return nil, err
		case err != nil || origin != c.Origin:
			report(fmt.Sprintf("audit: %s is of another history: it begins with %s, and this one with %s", by, c.Origin, origin))
		case known && same != c.Note:
			report(fmt.Sprintf("audit: %s and the one that is kept here differ: since checkpoint %d there have been two histories", by, c.Number-1))
		case !known && len(c.Heads) == 0:
			report(fmt.Sprintf("audit: %s is not known here: the database was put back to an earlier day, or its checkpoints were cut off", by))
		}
		heads := c.Heads
		if len(heads) == 0 {
			if heads, err = headsAt(ctx, tx, c.Number); err != nil {
				return nil, err
			}
			if !bytes.Equal(newHeadTree(heads).root(), c.Root) {
				report(fmt.Sprintf("audit: the heads that are kept here for %s are not those that it was signed for", by))
				continue
			}
		}
		add(by, heads)
	}
	for _, m := range marks {
		slices.SortStableFunc(m, func(a, b mark) int { return int(a.size) - int(b.size) }) //nolint:gosec // not as many as that
	}
	return marks, nil
}

type keptCheckpoint struct {
	number, size int64
	note         string
}

// keptCheckpoints reads the checkpoints that the database keeps of itself and
// tells their notes by their numbers.
func keptCheckpoints(ctx context.Context, tx *db.Tx, report func(string), add func(string, []Head)) (map[int64]string, error) {
	keys, err := Keys(ctx, tx)
	if err != nil {
		return nil, err
	}
	all, err := db.All(ctx, tx, func(r db.Row) (k keptCheckpoint, err error) { return k, r.Scan(&k.number, &k.size, &k.note) },
		`SELECT number, size, note FROM audit_checkpoints ORDER BY number`)
	if err != nil {
		return nil, err
	}
	changed := map[int64][]Head{}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var number int64
		var h Head
		err := r.Scan(&number, &h.Stream, &h.Size, &h.Root)
		changed[number] = append(changed[number], h)
		return err
	}, `SELECT checkpoint, stream, size, root FROM audit_checkpoint_heads`); err != nil {
		return nil, err
	}
	notes := map[int64]string{}
	tree := newHeadTree(nil)
	for i, k := range all {
		notes[k.number] = k.note
		by := fmt.Sprintf("checkpoint %d", k.number)
		if want := int64(i) + 1; k.number != want {
			report(fmt.Sprintf("audit: checkpoint %d is missing", want))
			return notes, nil
		}
		tree.put(changed[k.number])
		c, err := ParseCheckpoint(k.note, keys)
		switch {
		case err != nil:
			report(fmt.Sprintf("audit: checkpoint %d as it is kept here: %v", k.number, err))
		case c.Number != k.number || c.Size != uint64(k.size) || c.Size != tree.size(): //nolint:gosec // it is more than 0
			report(fmt.Sprintf("audit: checkpoint %d does not say what its row says", k.number))
		case !bytes.Equal(tree.root(), c.Root):
			report(fmt.Sprintf("audit: the heads kept with checkpoint %d are not those that it was signed for", k.number))
		default:
			add(by, changed[k.number])
			continue
		}
		return notes, nil // what comes after it is built on it
	}
	return notes, nil
}
