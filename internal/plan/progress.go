package plan

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// Done tells which of an area's actions are done, and since when.
func Done(ctx context.Context, tx *db.Tx, a area.ID) (map[ActionID]date.Date, error) {
	done := map[ActionID]date.Date{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var aid ActionID
		var is bool
		var on date.Date
		if err := r.Scan(&aid, &is, &on); err != nil {
			return err
		}
		delete(done, aid) // the last note is the one
		if is {
			done[aid] = on
		}
		return nil
	}, `SELECT action_id, done, on_day FROM plan_action_notes WHERE area_id = $1 ORDER BY action_id, number`, a)
	return done, err
}

// NewProgress notes that an action is done, or is to be done after all.
type NewProgress struct {
	Form   string
	Action ActionID
	Done   bool
	On     date.Date // today where it is zero
}

// NoteAction notes how an action of the plan in force stands. Sent twice, it
// counts once.
func (p *Plans) NoteAction(ctx context.Context, by access.Actor, a area.Area, n NewProgress) error {
	err := p.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := audit.Once(ctx, tx, audit.Sent{Form: n.Form, By: by, Content: []any{"action", a.ID, n.Action, n.Done, n.On.String()}, At: p.Now()}, func() (string, error) {
			return string(n.Action), p.NoteActionIn(ctx, tx, by, a, n)
		})
		return err
	})
	return wrap("note action", err)
}

// NoteActionIn is NoteAction as part of a transaction. An action that is noted as
// it stands already stays as it is.
func (p *Plans) NoteActionIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewProgress) error {
	if err := by.Must(access.WritePlan, a.Place()); err != nil {
		return err
	}
	v, err := InForce(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	if !v.hasAction(n.Action) {
		return fault.NotFound
	}
	today := date.Of(p.Now())
	if n.On.IsZero() {
		n.On = today
	}
	if n.On.After(today) {
		return fault.Invalid{{Field: "on", Words: "Enter the day on which it was done: today or earlier"}}
	}
	done, err := Done(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	if _, is := done[n.Action]; is == n.Done {
		return nil
	}
	number, err := insertProgress(ctx, tx, a.ID, n, by.Person, p.Now())
	if err != nil {
		return fmt.Errorf("insert action note: %w", err)
	}
	act := "action done"
	if !n.Done {
		act = "action reopened"
	}
	return audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: string(a.ID), Act: act, Subject: string(n.Action), By: by, At: p.Now(),
		Facts: map[string]string{"on": n.On.String(), "note": strconv.FormatInt(number, 10)},
	})
}

func (v Version) hasAction(aid ActionID) bool {
	for _, pr := range v.Priorities {
		for _, a := range pr.Actions {
			if a.ID == aid {
				return true
			}
		}
	}
	return false
}

func insertProgress(ctx context.Context, tx *db.Tx, a area.ID, n NewProgress, by access.PersonID, at time.Time) (int64, error) {
	number, err := db.One(ctx, tx, db.Value[int64], `
		SELECT COALESCE(MAX(number), 0) + 1 FROM plan_action_notes WHERE area_id = $1 AND action_id = $2`, a, n.Action)
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO plan_action_notes (area_id, action_id, number, done, on_day, noted_by, noted_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, a, n.Action, number, n.Done, n.On, by, at)
	return number, err
}
