package area

import (
	"context"
	"fmt"
	"slices"

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

// NoteStateIn notes that an area is in a state from a day on. Noted a second
// time, it stays as it is.
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
	now := a.Now()
	noted, err := tx.Exec(ctx, `
		INSERT INTO area_states (area_id, state, from_on, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (area_id, from_on, state) DO NOTHING`, aid, s, from, by.Person, now)
	if err != nil {
		return fmt.Errorf("note state: %w", err)
	}
	if noted == 0 {
		return nil
	}
	return audit.Record(ctx, tx, a.IDs, audit.Event{
		Stream: string(aid), Act: "state noted", Subject: string(aid), By: by, At: now,
		Facts: facts("state", string(s), "from", from.String()),
	})
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
