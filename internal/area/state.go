package area

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// A State is how far an area has come. It describes, and imposes nothing: no
// deadline hangs on it and no act asks for it (P01).
type State string

// The states, in their usual order; an area may go back.
const (
	Selected    State = "selected"
	Endorsed    State = "endorsed"
	PlanAgreed  State = "plan agreed"
	Delivering  State = "delivering"
	SpendingOut State = "spending out"
	Closed      State = "closed"
)

// States lists the states in their usual order.
func States() []State {
	return []State{Selected, Endorsed, PlanAgreed, Delivering, SpendingOut, Closed}
}

// Words is the state as people read it, at the start of a line: "Plan agreed".
func (s State) Words() string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(string(s[:1])) + string(s[1:])
}

// NewState is how far an area has come, as somebody notes it.
type NewState struct {
	Form  string
	State State
	From  date.Date
	Note  string // what anyone may read of why; may be empty
}

const longestNote = 200

// NoteState notes how far an area has come, from a day on: in any order, for what
// was noted describes and asks nothing (P01). Of two of the same day the later noted
// counts, so that a mistake is mended by noting again. Sent twice, it counts once.
func (a *Areas) NoteState(ctx context.Context, by access.Actor, area Area, n NewState) error {
	err := a.DB.Write(ctx, func(tx *db.Tx) error {
		content := []any{"state", area.ID, n.State, n.From.String(), tidy(n.Note)}
		_, err := audit.Once(ctx, tx, audit.Sent{Form: n.Form, By: by, Content: content, At: a.Now()}, func() (string, error) {
			return string(area.ID), a.NoteNewStateIn(ctx, tx, by, area, n)
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("note state: %w", err)
	}
	return nil
}

// NoteNewStateIn is NoteState as part of a transaction.
func (a *Areas) NoteNewStateIn(ctx context.Context, tx *db.Tx, by access.Actor, area Area, n NewState) error {
	if err := by.Must(access.ManageAreas, area.Place()); err != nil {
		return err
	}
	var wrong fault.Invalid
	if !slices.Contains(States(), n.State) {
		wrong.Add("state", "Choose how far the area has come")
	}
	if n.From.IsZero() {
		wrong.Add("from", "Enter the day from which this is so")
	} else if n.From.After(date.InLondon(a.Now())) {
		wrong.Add("from", "Enter today or a day before: what is still to come is noted when it has come")
	}
	checkText(&wrong, "note", tidy(n.Note), longestNote)
	if err := wrong.OrNil(); err != nil {
		return err
	}
	new, err := a.noteState(ctx, tx, by, area.ID, n)
	if err == nil && !new {
		err = fault.New(fault.Conflict, "This was noted already for that day.")
	}
	return err
}

// NoteStateIn notes that an area is in a state from a day on, as what follows from
// another act. Noted a second time, it stays as it is.
func (a *Areas) NoteStateIn(ctx context.Context, tx *db.Tx, by access.Actor, aid ID, s State, from date.Date) error {
	area, err := ByID(ctx, tx, aid)
	if err != nil {
		return fmt.Errorf("note state: %w", err)
	}
	if err := by.Must(access.ManageAreas, area.Place()); err != nil {
		return err
	}
	var wrong fault.Invalid
	if !slices.Contains(States(), s) {
		wrong.Add("state", "Choose one of the states in the list")
	}
	if from.IsZero() {
		wrong.Add("from", "Give the day from which this is so")
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	_, err = a.noteState(ctx, tx, by, aid, NewState{State: s, From: from})
	return err
}

func (a *Areas) noteState(ctx context.Context, tx *db.Tx, by access.Actor, aid ID, n NewState) (new bool, err error) {
	now, note := a.Now(), tidy(n.Note)
	noted, err := tx.Exec(ctx, `
		INSERT INTO area_states (area_id, state, from_on, note, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (area_id, from_on, state) DO NOTHING`, aid, n.State, n.From, note, by.Person, now)
	if err != nil {
		return false, fmt.Errorf("insert state: %w", err)
	}
	if noted == 0 {
		return false, nil
	}
	return true, audit.Record(ctx, tx, a.IDs, audit.Event{
		Stream: string(aid), Act: "state noted", Subject: string(aid), By: by, At: now,
		Facts: facts("state", string(n.State), "from", n.From.String()), Private: note,
	})
}

// stateReader holds every state that was noted against its event (audit.VerifyTold).
func stateReader(ctx context.Context, tx *db.Tx, report func(string)) (audit.Reader, error) {
	type noted struct{ by, note string }
	kept := map[string]noted{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var aid ID
		var s State
		var from date.Date
		var n noted
		err := r.Scan(&aid, &s, &from, &n.by, &n.note)
		kept[string(aid)+" "+from.String()+" "+string(s)] = n
		return err
	}, `SELECT area_id, state, from_on, noted_by, note FROM area_states`)
	return audit.Reader{Act: "state noted", Hear: func(e audit.Recorded) {
		key := e.Stream + " " + e.Facts["from"] + " " + e.Facts["state"]
		n, ok := kept[key]
		if !ok || n.by != e.Person || (e.Private != nil && *e.Private != n.note) {
			report(fmt.Sprintf("area %s: the state %s from %s is not as it was recorded when it was noted", e.Stream, e.Facts["state"], e.Facts["from"]))
		}
		delete(kept, key)
	}, End: func() {
		for key := range kept {
			report(fmt.Sprintf("area, day and state %s: it has no event that recorded it", key))
		}
	}}, err
}

// StateOn is the state an area was in on a day; "" where none was noted.
func StateOn(ctx context.Context, tx *db.Tx, aid ID, day date.Date) (State, error) {
	noted, err := db.All(ctx, tx, db.Value[State], `
		SELECT state FROM area_states WHERE area_id = $1 AND from_on <= $2
		ORDER BY from_on DESC, noted_at DESC, state LIMIT 1`, aid, day)
	if err != nil || len(noted) == 0 {
		return "", err
	}
	return noted[0], nil
}

// StatesOn is StateOn for every area of a programme in which one was noted.
func StatesOn(ctx context.Context, tx *db.Tx, p ProgrammeID, day date.Date) (map[ID]State, error) {
	states := map[ID]State{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var aid ID
		var s State
		err := r.Scan(&aid, &s)
		states[aid] = s // the last is the one
		return err
	}, `
		SELECT s.area_id, s.state FROM area_states s JOIN areas a ON a.id = s.area_id
		WHERE a.programme_id = $1 AND s.from_on <= $2
		ORDER BY s.area_id, s.from_on, s.noted_at, s.state DESC`, p, day)
	return states, err
}
