package plan

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// An Endorsement is that the programme endorsed a plan that was adopted: after
// it, never before.
type Endorsement struct {
	On    date.Date
	Words string // what the programme said; may be ""
	By    access.PersonID
}

// IsEndorsed reports whether the programme endorsed the version.
func (v Version) IsEndorsed() bool { return !v.Endorsed.On.IsZero() }

// NewEndorsement is an endorsement as somebody records it.
type NewEndorsement struct {
	Form    string
	Version int64
	On      date.Date
	Words   string
}

// Endorse records that the programme endorses a version. Sent twice, it counts once.
func (p *Plans) Endorse(ctx context.Context, by access.Actor, a area.Area, n NewEndorsement) error {
	err := p.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := audit.Once(ctx, tx, audit.Sent{Form: n.Form, By: by, Content: []any{"endorse", a.ID, n.Version, n.On.String(), n.Words}, At: p.Now()}, func() (string, error) {
			return strconv.FormatInt(n.Version, 10), p.EndorseIn(ctx, tx, by, a, n)
		})
		return err
	})
	return wrap("endorse plan", err)
}

// EndorseIn is Endorse as part of a transaction. An area whose first plan this is
// has then come as far as a plan that is agreed.
func (p *Plans) EndorseIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewEndorsement) error {
	if err := by.Must(access.Endorse, a.Place()); err != nil {
		return err
	}
	v, err := VersionOf(ctx, tx, a.ID, n.Version)
	if err != nil {
		return err
	}
	if !v.IsAdopted() {
		return fault.New(fault.Conflict, "This version is not adopted yet. It is endorsed once the partnership has adopted it, and not before.")
	}
	if v.IsEndorsed() {
		return fault.New(fault.Conflict, "This version was endorsed already, on "+v.Endorsed.On.Long()+".")
	}
	var wrong fault.Invalid
	if today := date.Of(p.Now()); n.On.IsZero() || n.On.After(today) || n.On.Before(v.Adopted.On) {
		wrong.Add("on", "Enter the day on which it was endorsed: from "+v.Adopted.On.Long()+", when it was adopted, to today")
	}
	if len(n.Words) > 2000 {
		wrong.Add("words", "Say it in up to 2,000 letters")
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	if err := insertEndorsement(ctx, tx, a.ID, n, by.Person, p.Now()); err != nil {
		return fmt.Errorf("insert endorsement: %w", err)
	}
	if err := audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: string(a.ID), Act: "plan endorsed", Subject: subject(n.Version), By: by, At: p.Now(),
		Facts:   map[string]string{"version": strconv.FormatInt(n.Version, 10), "on": n.On.String()},
		Private: strings.TrimSpace(n.Words),
	}); err != nil {
		return err
	}
	state, err := area.StateOn(ctx, tx, a.ID, n.On)
	if err != nil {
		return err
	}
	if state != "" && state != area.Selected && state != area.Endorsed {
		return nil
	}
	areas := &area.Areas{DB: p.DB, IDs: p.IDs, Now: p.Now}
	return areas.NoteStateIn(ctx, tx, by, a.ID, area.PlanAgreed, n.On)
}

func insertEndorsement(ctx context.Context, tx *db.Tx, a area.ID, n NewEndorsement, by access.PersonID, at time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO plan_endorsements (area_id, version, endorsed_on, words, endorsed_by, noted_at)
		VALUES ($1, $2, $3, $4, $5, $6)`, a, n.Version, n.On, strings.TrimSpace(n.Words), by, at)
	return err
}
