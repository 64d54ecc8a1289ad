package audit

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"commontable/internal/db"
)

// Kept are the rows of one act as they stand now, to be held against the events
// that recorded them: each row has its event, each event its row, and they say the
// same. Whoever changes the one behind the program's back has the other to change
// as well, and that breaks its stream's tree.
type Kept struct {
	act    string
	facts  []string
	report func(string)
	rows   map[string][]keptRow
	mine   func(Recorded) bool // nil for all
	more   []string            // the facts that events have besides, which tell all of their row
}

// A keptRow is what a row says besides what it is found by.
type keptRow struct {
	words *string // as the event has them; nil where they are not compared
	more  string  // of an event that tells all: its further facts,
	whole *string // and its words
}

// Whole is the fact by which an event says that all of its row is in it. Events of
// old have it not, and are asked for less.
const Whole = "whole"

// KeptOf is an act without rows yet. facts name what of its events the rows say
// too, in the order in which they say it.
func KeptOf(act string, report func(string), facts ...string) *Kept {
	return &Kept{act: act, facts: facts, report: report, rows: map[string][]keptRow{}}
}

// Only has it hear the events alone of which a function says that they are its own,
// where two things are noted by one act.
func (k *Kept) Only(mine func(Recorded) bool) *Kept {
	k.mine = mine
	return k
}

// More names the facts of those events that tell all of their row.
func (k *Kept) More(facts ...string) *Kept {
	k.more = facts
	return k
}

// Row adds a row.
func (k *Kept) Row(stream, subject, person string, says ...string) {
	k.add(stream, subject, person, strings.Join(says, "|"), keptRow{})
}

// Worded adds a row whose words are those that were private of its event.
func (k *Kept) Worded(words, stream, subject, person string, says ...string) {
	k.add(stream, subject, person, strings.Join(says, "|"), keptRow{words: &words, whole: &words})
}

// Wholly adds a row: its words as events of old have them, and as those that tell
// all of it do, nil where they are not compared, with the facts that these have
// besides.
func (k *Kept) Wholly(words, whole *string, more, stream, subject, person string, says ...string) {
	k.add(stream, subject, person, strings.Join(says, "|"), keptRow{words: words, more: more, whole: whole})
}

// Rows adds the rows of a query of five columns: stream, subject, person, what they
// say with "|" between one fact and the next, and their words, NULL where those are
// not compared.
func (k *Kept) Rows(ctx context.Context, tx *db.Tx, query string) error {
	err := db.Each(ctx, tx, func(r db.Row) error {
		var stream, subject, person, says string
		var words *string
		err := r.Scan(&stream, &subject, &person, &says, &words)
		k.add(stream, subject, person, says, keptRow{words: words, whole: words})
		return err
	}, query)
	if err != nil {
		return fmt.Errorf("%s: %w", k.act, err)
	}
	return nil
}

// WholeRows adds the rows of a query of seven columns: those of Rows, then the facts
// that events which tell all have besides, and their words.
func (k *Kept) WholeRows(ctx context.Context, tx *db.Tx, query string) error {
	err := db.Each(ctx, tx, func(r db.Row) error {
		var stream, subject, person, says string
		var row keptRow
		err := r.Scan(&stream, &subject, &person, &says, &row.words, &row.more, &row.whole)
		k.add(stream, subject, person, says, row)
		return err
	}, query)
	if err != nil {
		return fmt.Errorf("%s: %w", k.act, err)
	}
	return nil
}

func (k *Kept) add(stream, subject, person, says string, row keptRow) {
	key := keptKey(stream, subject, person, says)
	k.rows[key] = append(k.rows[key], row)
}

func keptKey(stream, subject, person, says string) string {
	return strings.Join([]string{stream, subject, person, says}, "\x00")
}

// Reader hears the events of the act. At the end it reports the rows of which none
// told.
func (k *Kept) Reader() Reader { return Reader{Act: k.act, Hear: k.hear, End: k.end} }

func (k *Kept) hear(e Recorded) {
	if k.mine != nil && !k.mine(e) {
		return
	}
	key, more := keptKey(e.Stream, e.Subject, e.Person, factsOf(e, k.facts)), factsOf(e, k.more)
	_, whole := e.Facts[Whole]
	rows := k.rows[key]
	if len(rows) == 0 {
		k.report("area " + e.Stream + ": " + k.act + ", " + e.Subject + " is not as it was recorded when it happened")
		return
	}
	// Of rows that say the same, the one with the words of the event is its. Spaces
	// are not compared: a row is tidied, an event has what was sent.
	at := slices.IndexFunc(rows, func(r keptRow) bool {
		words := r.words
		if whole {
			words = r.whole
		}
		if words == nil || e.Erased {
			return !whole || r.more == more
		}
		said := ""
		if e.Private != nil {
			said = *e.Private
		}
		return (!whole || r.more == more) && slices.Equal(strings.Fields(*words), strings.Fields(said))
	})
	if at < 0 {
		at = 0
		k.report("area " + e.Stream + ": the words of " + k.act + ", " + e.Subject + " are not those that were recorded")
	}
	if k.rows[key] = slices.Delete(rows, at, at+1); len(k.rows[key]) == 0 {
		delete(k.rows, key)
	}
}

func factsOf(e Recorded, names []string) string {
	says := make([]string, len(names))
	for i, name := range names {
		says[i] = e.Facts[name]
	}
	return strings.Join(says, "|")
}

func (k *Kept) end() {
	for key := range k.rows {
		k.report(k.act + ": " + strings.ReplaceAll(key, "\x00", " ") + " has no event that recorded it so")
	}
}

// Readers are those of several acts.
func Readers(all ...*Kept) []Reader {
	var readers []Reader
	for _, k := range all {
		readers = append(readers, k.Reader())
	}
	return readers
}
