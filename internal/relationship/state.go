package relationship

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// A State is how a relationship stands, from a day on.
type State struct {
	Number    int64
	From      date.Date
	Kinds     []Kind
	Closeness Closeness
	Rhythm    Rhythm
	Words     string
	By        access.PersonID
	At        time.Time
}

// NewState is how a relationship stands, as somebody says it.
type NewState struct {
	Form      string
	From      date.Date
	Kinds     []Kind
	Closeness Closeness
	Rhythm    Rhythm // Usual where it is empty
	Words     string
}

// Check says what is wrong with n, if anything.
func (n NewState) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	for _, k := range n.Kinds {
		if !slices.Contains(Kinds(), k) {
			wrong.Add("kinds", "Choose from the list what they are to us")
		}
	}
	if !slices.Contains(Closenesses(), n.Closeness) {
		wrong.Add("closeness", "Choose how close you are. “Not yet” is an answer.")
	}
	if n.Rhythm != "" && !slices.Contains(Rhythms(), n.Rhythm) {
		wrong.Add("rhythm", "Choose how often you want to be in touch")
	}
	if n.From.IsZero() || n.From.After(today) {
		wrong.Add("from", "Enter the day since when it stands so: today or earlier")
	}
	if !fits(n.Words, 1000) {
		wrong.Add("words", "Say it in up to 1,000 letters")
	}
	return wrong
}

// Note records how a relationship stands. Sent twice, it counts once.
func (r *Relationships) Note(ctx context.Context, by access.Actor, a area.Area, of ID, n NewState) error {
	_, err := r.once(ctx, by, n.Form, content("state", a, of, n), func(tx *db.Tx) (string, error) {
		return string(of), r.NoteIn(ctx, tx, by, a, of, n)
	})
	return err
}

// NoteIn is Note as part of a transaction. A day that is past may be noted late:
// how close it felt years ago, as the partnership remembers it.
func (r *Relationships) NoteIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, n NewState) error {
	if _, err := r.mayKeep(ctx, tx, by, a, of); err != nil {
		return err
	}
	if err := n.Check(r.today()).OrNil(); err != nil {
		return err
	}
	number, err := db.One(ctx, tx, db.Value[int64], `SELECT COALESCE(MAX(number), 0) + 1 FROM relationship_states WHERE area_id = $1 AND relationship_id = $2`, a.ID, of)
	if err != nil {
		return err
	}
	return r.note(ctx, tx, by, a, of, number, n)
}

func (r *Relationships) note(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, number int64, n NewState) error {
	if n.Rhythm == "" {
		n.Rhythm = Usual
	}
	is := func(k Kind) bool { return slices.Contains(n.Kinds, k) }
	if _, err := tx.Exec(ctx, `
		INSERT INTO relationship_states (area_id, relationship_id, number, from_on, ally, friend, contract, closeness, rhythm, words, noted_by, noted_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		a.ID, of, number, n.From, is(Ally), is(Friend), is(Contract), n.Closeness, n.Rhythm, strings.TrimSpace(n.Words), by.Person, r.Now()); err != nil {
		return fmt.Errorf("insert relationship state: %w", err)
	}
	return r.record(ctx, tx, by, a, "relationship state", string(of), map[string]string{
		"number": strconv.FormatInt(number, 10), "from": n.From.String(), "kinds": joined(kindsOf(is(Ally), is(Friend), is(Contract))), "closeness": string(n.Closeness), "rhythm": string(n.Rhythm),
	}, n.Words)
}

func kindsOf(ally, friend, contract bool) (all []Kind) {
	for _, k := range []struct {
		is   bool
		kind Kind
	}{{ally, Ally}, {friend, Friend}, {contract, Contract}} {
		if k.is {
			all = append(all, k.kind)
		}
	}
	return all
}

func joined[T ~string](all []T) string {
	words := make([]string, len(all))
	for i, one := range all {
		words[i] = string(one)
	}
	return strings.Join(words, " ")
}

// StateOn is how a relationship stands on a day, of what was noted: the row from
// the latest day that is not after it, and of two from one day the one noted last.
// Before the first it is not there.
func StateOn(noted []State, day date.Date) (State, bool) {
	var found State
	for _, s := range noted {
		if !s.From.After(day) && (found.Number == 0 || s.From.After(found.From) || s.From == found.From && s.Number > found.Number) {
			found = s
		}
	}
	return found, found.Number > 0
}

// Course is how it stood over time: each row of which some day was left after the
// later ones were noted, in the order of days.
func Course(noted []State) []State {
	last := map[date.Date]State{}
	for _, s := range noted {
		if was, is := last[s.From]; !is || s.Number > was.Number {
			last[s.From] = s
		}
	}
	var all []State
	for _, s := range last {
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b State) int { return strings.Compare(a.From.String(), b.From.String()) })
	return all
}

const stateColumns = `relationship_id, number, from_on, ally, friend, contract, closeness, rhythm, words, noted_by, noted_at`

type ofID[T any] struct {
	of  ID
	one T
}

func scanState(r db.Row) (s ofID[State], err error) {
	var ally, friend, contract bool
	err = r.Scan(&s.of, &s.one.Number, &s.one.From, &ally, &friend, &contract, &s.one.Closeness, &s.one.Rhythm, &s.one.Words, &s.one.By, &s.one.At)
	s.one.Kinds = kindsOf(ally, friend, contract)
	return s, err
}

// StatesOf lists how a relationship stood, in the order in which it was noted.
func StatesOf(ctx context.Context, tx *db.Tx, a area.ID, of ID) ([]State, error) {
	all, err := db.All(ctx, tx, scanState, `SELECT `+stateColumns+` FROM relationship_states WHERE area_id = $1 AND relationship_id = $2 ORDER BY number`, a, of)
	if err != nil {
		return nil, fmt.Errorf("relationship states: %w", err)
	}
	return ones(all), nil
}

func ones[T any](all []ofID[T]) []T {
	var out []T
	for _, one := range all {
		out = append(out, one.one)
	}
	return out
}

// byID sorts rows by the relationship that they are of.
func byID[T any](all []ofID[T]) map[ID][]T {
	out := map[ID][]T{}
	for _, one := range all {
		out[one.of] = append(out[one.of], one.one)
	}
	return out
}
