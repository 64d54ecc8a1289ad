package meeting

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/calendar"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// A Change is that a meeting was moved, changed or called off, with what it was
// before.
type Change struct {
	What     string // "moved", "changed" or "called off"
	Why      string
	Was      time.Time
	WasEnds  time.Time
	WasPlace string
	By       access.PersonID
	At       time.Time
}

// NewChange is how a meeting is to be from now on.
type NewChange struct {
	Form        string
	On          date.Date
	From, Until calendar.Clock
	Place       string
	Online      string
	Telephone   string
	AccessNeeds string
	Will, Wont  string
	Why         string // needed where the day or the hour is another
}

var errOff = fault.New(fault.Conflict, "This meeting is called off.")

var errFrozen = fault.New(fault.Conflict, "The notes of this meeting are agreed, so all of it stays as it is. Put what is wrong right beside them, as a correction.")

// changeable asks whether a meeting may still be changed by an actor.
func (m *Meetings) changeable(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, mid ID) (Meeting, error) {
	if err := by.Must(access.RunMeetings, a.Place()); err != nil {
		return Meeting{}, err
	}
	one, err := ByID(ctx, tx, a.ID, mid)
	if err != nil {
		return one, err
	}
	return one, one.ToChange()
}

// ToChange says why a meeting can be changed no more, or nil.
func (m Meeting) ToChange() error {
	switch {
	case m.Off:
		return errOff
	case m.Stage() == Agreed:
		return errFrozen
	}
	return nil
}

// ToCallOff says why a meeting cannot be called off, or nil.
func (m Meeting) ToCallOff() error {
	if err := m.ToChange(); err != nil {
		return err
	}
	if m.Stage() != NoNotes {
		return fault.New(fault.Conflict, "Notes of this meeting are written, so it has been: it cannot be called off.")
	}
	return nil
}

// ToWrite says why what happened at a meeting cannot be written down today, or nil.
func (m Meeting) ToWrite(today date.Date) error {
	if err := m.ToChange(); err != nil {
		return err
	}
	if today.Before(m.Day()) {
		return fault.New(fault.Conflict, "This meeting is still to come: its notes are written on the day, or after.")
	}
	return nil
}

// ToCorrect says why nothing can be put beside the notes of a meeting, or nil.
func (m Meeting) ToCorrect() error {
	if m.Stage() != Agreed {
		return fault.New(fault.Conflict, "These notes are not agreed yet, so they can be changed themselves.")
	}
	return nil
}

// Change moves a meeting, or changes how people join it. Sent twice, it counts once.
func (m *Meetings) Change(ctx context.Context, by access.Actor, a area.Area, mid ID, n NewChange) error {
	content := []any{"change", a.ID, mid, n.On.String(), n.From.String(), n.Until.String(), n.Place, n.Online, n.Telephone, n.AccessNeeds, n.Will, n.Wont, n.Why}
	_, err := m.once(ctx, by, n.Form, content, func(tx *db.Tx) (string, error) { return string(mid), m.ChangeIn(ctx, tx, by, a, mid, n) })
	return wrap("change meeting", err)
}

// ChangeIn is Change as part of a transaction.
func (m *Meetings) ChangeIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, mid ID, n NewChange) error {
	one, err := m.changeable(ctx, tx, by, a, mid)
	if err != nil {
		return err
	}
	wrong := NewMeeting{
		Kind: one.Kind, On: n.On, From: n.From, Until: n.Until, Place: n.Place, Online: n.Online, Telephone: n.Telephone,
		AccessNeeds: n.AccessNeeds, Will: n.Will, Wont: n.Wont,
	}.Check()
	was := one
	one.Starts, one.Ends = n.From.On(n.On), n.Until.On(n.On)
	one.Place, one.Online, one.Telephone = strings.TrimSpace(n.Place), strings.TrimSpace(n.Online), strings.TrimSpace(n.Telephone)
	one.AccessNeeds, one.Will, one.Wont = strings.TrimSpace(n.AccessNeeds), strings.TrimSpace(n.Will), strings.TrimSpace(n.Wont)
	what := "changed"
	if !one.Starts.Equal(was.Starts) || !one.Ends.Equal(was.Ends) || one.Place != was.Place {
		what = "moved"
	}
	if what == "moved" && blank(n.Why) {
		wrong.Add("why", "Say why, in a few words: people will ask")
	}
	tooLong(&wrong, "why", n.Why, 300)
	if err := wrong.OrNil(); err != nil {
		return err
	}
	if what == "moved" && was.Stage() != NoNotes {
		return fault.New(fault.Conflict, "Notes of this meeting are written, so it has been: it cannot be moved.")
	}
	return m.keepChange(ctx, tx, by, a, was, one, what, n.Why)
}

// CallOff calls a meeting off, with a reason. Sent twice, it counts once.
func (m *Meetings) CallOff(ctx context.Context, by access.Actor, a area.Area, mid ID, why, form string) error {
	_, err := m.once(ctx, by, form, []any{"call off", a.ID, mid, why}, func(tx *db.Tx) (string, error) {
		return string(mid), m.CallOffIn(ctx, tx, by, a, mid, why)
	})
	return wrap("call off meeting", err)
}

// CallOffIn is CallOff as part of a transaction.
func (m *Meetings) CallOffIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, mid ID, why string) error {
	one, err := m.changeable(ctx, tx, by, a, mid)
	if err != nil {
		return err
	}
	if blank(why) || len(why) > 300 {
		return fault.Invalid{{Field: "why", Words: "Say why, in up to 300 letters: people will ask"}}
	}
	if err := one.ToCallOff(); err != nil {
		return err
	}
	was := one
	one.Off = true
	return m.keepChange(ctx, tx, by, a, was, one, "called off", why)
}

func (m *Meetings) keepChange(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, was, is Meeting, what, why string) error {
	is.Sequence++
	if err := updateMeeting(ctx, tx, is); err != nil {
		return fmt.Errorf("update meeting: %w", err)
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO meeting_changes (area_id, meeting_id, sequence, what, why, was_starts, was_ends, was_place, changed_by, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		is.Area, is.ID, is.Sequence, what, strings.TrimSpace(why), was.Starts, was.Ends, was.Place, by.Person, m.Now()); err != nil {
		return fmt.Errorf("insert change: %w", err)
	}
	facts := map[string]string{
		"on": is.Day().String(), "sequence": strconv.FormatInt(is.Sequence, 10), "was from": instant(was.Starts), "was until": instant(was.Ends), audit.Whole: "yes",
	}
	if was.Day() != is.Day() {
		facts["was on"] = was.Day().String()
	}
	return m.record(ctx, tx, by, a, "meeting "+what, string(is.ID), facts, strings.TrimSpace(why+" "+was.Place))
}

// Changes lists how a meeting was changed, oldest first.
func Changes(ctx context.Context, tx *db.Tx, m Meeting) ([]Change, error) {
	return db.All(ctx, tx, func(r db.Row) (c Change, err error) {
		return c, r.Scan(&c.What, &c.Why, &c.Was, &c.WasEnds, &c.WasPlace, &c.By, &c.At)
	}, `
		SELECT what, why, was_starts, was_ends, was_place, changed_by, changed_at
		FROM meeting_changes WHERE area_id = $1 AND meeting_id = $2 ORDER BY sequence`, m.Area, m.ID)
}
