package project

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

// A State is where a project has got to. It describes, and sets no deadline.
type State string

// The states. None of them is a failing: to stop with an honest reason is an end
// as good as another, and to be taken over by an agency may be the best.
const (
	Idea       State = "idea"
	Planned    State = "planned"
	UnderWay   State = "under way"
	Resting    State = "resting"
	Done       State = "done"
	HandedOver State = "handed over"
	Stopped    State = "stopped"
)

// States lists them, in the order in which people want to read of them.
func States() []State {
	return []State{UnderWay, Planned, Resting, Idea, Done, HandedOver, Stopped}
}

func (s State) order() int { return slices.Index(States(), s) }

// Over reports whether a project in this state is at an end.
func (s State) Over() bool { return s == Done || s == HandedOver || s == Stopped }

// A Happened is that a project came into a state.
type Happened struct {
	Number int64
	State  State
	From   date.Date
	Until  date.Date // until when it rests, where that is known
	Who    string    // to whom it was handed over
	Words  string    // why
	By     access.PersonID
	At     time.Time
}

// InWords is the state as a reader wants it: "resting until 1 March 2027".
func (h Happened) InWords() string {
	switch {
	case h.State == Resting && !h.Until.IsZero():
		return "resting until " + h.Until.Long()
	case h.State == HandedOver:
		return "handed over to " + h.Who
	}
	return string(h.State)
}

// NewState is that a project comes into a state.
type NewState struct {
	Form  string
	State State
	From  date.Date
	Until date.Date
	Who   string
	Words string
}

// Check says what is wrong with n, if anything.
func (n NewState) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	if n.State.order() < 0 {
		wrong.Add("state", "Choose where it has got to")
	}
	if n.From.IsZero() || n.From.After(today) {
		wrong.Add("from", "Enter the day since when it stands so: today or earlier")
	}
	if n.State == Resting && !n.Until.IsZero() && !n.Until.After(n.From) {
		wrong.Add("until", "Enter a later day, or leave it empty if you do not know")
	}
	if n.State == HandedOver && !said(n.Who, 200) {
		wrong.Add("who", "Say to whom it was handed over")
	}
	if n.State == Stopped && strings.TrimSpace(n.Words) == "" {
		wrong.Add("words", "Say honestly why it stopped: others can learn from it")
	}
	if !fits(n.Words, 1000) {
		wrong.Add("words", "Say it in up to 1,000 letters")
	}
	return wrong
}

// Note records where a project has got to. Sent twice, it counts once.
func (p *Projects) Note(ctx context.Context, by access.Actor, a area.Area, of ID, n NewState) error {
	_, err := p.once(ctx, by, n.Form, content("state", a, of, n), func(tx *db.Tx) (string, error) {
		return string(of), p.NoteIn(ctx, tx, by, a, of, n)
	})
	return err
}

// NoteIn is Note as part of a transaction.
func (p *Projects) NoteIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, n NewState) error {
	was, err := p.mayRun(ctx, tx, by, a, of)
	if err != nil {
		return err
	}
	wrong := n.Check(p.today())
	if n.From.Before(was.State.From) {
		wrong.Add("from", "It has been "+was.State.InWords()+" since "+was.State.From.Long()+": enter that day or a later one")
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	return p.note(ctx, tx, by, a, of, was.State.Number+1, n)
}

func (p *Projects) note(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, number int64, n NewState) error {
	if n.State != Resting {
		n.Until = date.Date{}
	}
	if n.State != HandedOver {
		n.Who = ""
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO project_states (area_id, project_id, number, state, from_on, until_on, who, words, noted_by, noted_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		a.ID, of, number, n.State, n.From, n.Until, strings.TrimSpace(n.Who), strings.TrimSpace(n.Words), by.Person, p.Now()); err != nil {
		return fmt.Errorf("insert project state: %w", err)
	}
	return p.record(ctx, tx, by, a, "project state", string(of), map[string]string{"number": strconv.FormatInt(number, 10), "state": string(n.State), "from": n.From.String(), "until": n.Until.String()},
		n.Who+"\n"+n.Words)
}

// StatesOf lists the states that a project has been in, the first first.
func StatesOf(ctx context.Context, tx *db.Tx, a area.ID, of ID) ([]Happened, error) {
	return db.All(ctx, tx, func(r db.Row) (h Happened, err error) {
		return h, r.Scan(&h.Number, &h.State, &h.From, &h.Until, &h.Who, &h.Words, &h.By, &h.At)
	}, `
		SELECT number, state, from_on, until_on, who, words, noted_by, noted_at FROM project_states
		WHERE area_id = $1 AND project_id = $2 ORDER BY number`, a, of)
}
