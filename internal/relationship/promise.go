package relationship

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
)

// A PromiseID names a promise.
type PromiseID string

// A Promise is that somebody, on their side or on ours, said they would do
// something (P47). Small and kept is better than big (R24); one that is late or
// withdrawn is told with an honest reason, and nobody is blamed.
type Promise struct {
	ID           PromiseID
	Relationship ID
	Side         Side // whose it is
	What         string
	Who          string
	Person       access.PersonID // of ours, who does it
	Written      bool            // and not only said
	MadeOn       date.Date
	DueOn        date.Date // as it was made; no day where none was said
	Steps        []PromiseStep
	By           access.PersonID
	At           time.Time

	rests area.Rests // when the area rests, by which its day is read
}

// A PromiseStep is what became of a promise, one step after another.
type PromiseStep struct {
	Number int64
	What   string // "moved", "kept", "withdrawn" or "confirmed"
	On     date.Date
	DueOn  date.Date // the new day of one that moved
	Words  string
	SaidBy string // through a link: who, as they typed their name
	By     access.PersonID
	At     time.Time
}

// The steps of a promise.
const (
	Moved     = "moved"
	Kept      = "kept"
	Withdrawn = "withdrawn"
	Confirmed = "confirmed" // in writing
)

// End is the step by which a promise ended, if it did.
func (p Promise) End() (PromiseStep, bool) {
	for _, s := range p.Steps {
		if s.What == Kept || s.What == Withdrawn {
			return s, true
		}
	}
	return PromiseStep{}, false
}

// Due is the day that counts: the one for which it stands now, or where the area rests
// then the first on which it is open again (R37).
func (p Promise) Due() date.Date { return p.rests.Counts(p.SaidFor()) }

// Moved is why another day counts than was said; "" where none does.
func (p Promise) Moved() string { return p.rests.Note(p.SaidFor()) }

// SaidFor is the day for which it stands now, as it was said.
func (p Promise) SaidFor() date.Date {
	due := p.DueOn
	for _, s := range p.Steps {
		if s.What == Moved {
			due = s.DueOn
		}
	}
	return due
}

// InWriting reports whether it is written, or was confirmed in writing.
func (p Promise) InWriting() bool {
	for _, s := range p.Steps {
		if s.What == Confirmed {
			return true
		}
	}
	return p.Written
}

// A PromiseState is how it stands with a promise on a day.
type PromiseState string

// How it stands.
const (
	InHand     PromiseState = "In hand"
	NotDoneYet PromiseState = "Not done yet" // its day is past
	DoneOnTime PromiseState = "Done"
	DoneLate   PromiseState = "Done later"
	NotToBe    PromiseState = "Withdrawn"
)

// State is how it stands on a day.
func (p Promise) State(day date.Date) PromiseState {
	if end, is := p.End(); is {
		switch {
		case end.What == Withdrawn:
			return NotToBe
		case !p.DueOn.IsZero() && end.On.After(p.rests.Counts(p.DueOn)):
			return DoneLate
		}
		return DoneOnTime
	}
	if due := p.Due(); !due.IsZero() && day.After(due) {
		return NotDoneYet
	}
	return InHand
}

// NewPromise is a promise as somebody notes it.
type NewPromise struct {
	Form    string
	Side    Side
	What    string
	Who     string
	Person  access.PersonID
	Written bool
	MadeOn  date.Date
	DueOn   date.Date
}

// Check says what is wrong with n, if anything.
func (n NewPromise) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	if n.Side != Ours && n.Side != Theirs {
		wrong.Add("side", "Say whether they said it or we did")
	}
	if !said(n.What, 300) {
		wrong.Add("what", "Say what will be done, in up to 300 letters")
	}
	if !fits(n.Who, 120) {
		wrong.Add("who", "Say it in up to 120 letters")
	}
	if n.MadeOn.IsZero() || n.MadeOn.After(today) {
		wrong.Add("made_on", "Enter the day on which it was said: today or earlier")
	}
	if !n.DueOn.IsZero() && n.DueOn.Before(n.MadeOn) {
		wrong.Add("due_on", "Enter a day after it was said, or leave it empty")
	}
	return wrong
}

// Promise records that somebody said they would do something. Sent twice, it counts
// once.
func (r *Relationships) Promise(ctx context.Context, by access.Actor, a area.Area, of ID, n NewPromise) (PromiseID, error) {
	made, err := r.once(ctx, by, n.Form, content("promise", a, of, n), func(tx *db.Tx) (string, error) {
		made, err := r.PromiseIn(ctx, tx, by, a, of, n)
		return string(made), err
	})
	return PromiseID(made), err
}

// PromiseIn is Promise as part of a transaction.
func (r *Relationships) PromiseIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, n NewPromise) (PromiseID, error) {
	if _, err := r.mayKeep(ctx, tx, by, a, of); err != nil {
		return "", err
	}
	if err := n.Check(r.today()).OrNil(); err != nil {
		return "", err
	}
	if n.Side == Ours {
		if err := r.openOn(ctx, tx, a, n.DueOn); err != nil {
			return "", err
		}
	}
	how := "said"
	if n.Written {
		how = "written"
	}
	made := id.New[PromiseID](r.IDs)
	if _, err := tx.Exec(ctx, `
		INSERT INTO promises (area_id, id, relationship_id, side, what, who, person_id, how, made_on, due_on, noted_by, noted_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		a.ID, made, of, n.Side, strings.TrimSpace(n.What), strings.TrimSpace(n.Who), orNull(n.Person), how, n.MadeOn, n.DueOn, by.Person, r.Now()); err != nil {
		return "", fmt.Errorf("insert promise: %w", err)
	}
	return made, r.record(ctx, tx, by, a, "promise noted", string(made), map[string]string{
		"relationship": string(of), "side": string(n.Side), "how": how, "made": n.MadeOn.String(), "due": n.DueOn.String(),
	}, n.What+"\n"+n.Who)
}

// openOn refuses a day by which we would do something while the area rests (R37).
func (r *Relationships) openOn(ctx context.Context, tx *db.Tx, a area.Area, due date.Date) error {
	if due.IsZero() || due.Before(r.today()) { // what was said long ago was said
		return nil
	}
	open, err := area.NextOpenDay(ctx, tx, a.ID, due)
	if err != nil || open == due {
		return err
	}
	return fault.Invalid{{Field: "due_on", Words: "We are closed on " + due.Long() + ". The first day after that is " + open.Long()}}
}

// NewPromiseStep is what became of a promise, as somebody notes it.
type NewPromiseStep struct {
	Form   string
	What   string
	On     date.Date
	DueOn  date.Date
	Words  string
	SaidBy string
}

// Check says what is wrong with n, if anything.
func (n NewPromiseStep) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	if n.What != Moved && n.What != Kept && n.What != Withdrawn && n.What != Confirmed {
		wrong.Add("what", "Choose what became of it")
	}
	if n.On.IsZero() || n.On.After(today) {
		wrong.Add("on", "Enter the day on which it was: today or earlier")
	}
	if n.What == Moved && !n.DueOn.After(n.On) {
		wrong.Add("due_on", "Enter the new day, which is to come")
	}
	if (n.What == Moved || n.What == Withdrawn) && strings.TrimSpace(n.Words) == "" {
		wrong.Add("words", "Say honestly why: people take disappointing news better than none")
	}
	if !fits(n.Words, 500) {
		wrong.Add("words", "Say it in up to 500 letters")
	}
	return wrong
}

// NotePromise records what became of a promise. Sent twice, it counts once.
func (r *Relationships) NotePromise(ctx context.Context, by access.Actor, a area.Area, p PromiseID, n NewPromiseStep) error {
	_, err := r.once(ctx, by, n.Form, content("promise step", a, p, n), func(tx *db.Tx) (string, error) {
		return string(p), r.NotePromiseIn(ctx, tx, by, a, p, n)
	})
	return err
}

// NotePromiseIn is NotePromise as part of a transaction.
func (r *Relationships) NotePromiseIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, pid PromiseID, n NewPromiseStep) error {
	p, err := PromiseByID(ctx, tx, a.ID, pid)
	if err != nil {
		return err
	}
	if err := by.Must(access.KeepRelationships, a.Place()); err != nil {
		return err
	}
	n.SaidBy = ""
	return r.notePromise(ctx, tx, by, a, p, n)
}

func (r *Relationships) notePromise(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, p Promise, n NewPromiseStep) error {
	if end, is := p.End(); is && n.What != Confirmed {
		return fault.New(fault.Conflict, "It is noted already that this was "+end.What+" on "+end.On.Long()+".")
	}
	wrong := n.Check(r.today())
	if n.What == Moved && p.Side == Ours {
		if err := r.openOn(ctx, tx, a, n.DueOn); err != nil {
			return err
		}
	}
	if due := p.Due(); n.What == Kept && !due.IsZero() && n.On.After(due) && strings.TrimSpace(n.Words) == "" {
		wrong.Add("words", "It was done later than was said. Say honestly why, in a few words")
	}
	if n.On.Before(p.MadeOn) {
		wrong.Add("on", "Enter a day after it was said, on "+p.MadeOn.Long())
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	if n.What != Moved {
		n.DueOn = date.Date{}
	}
	number := int64(len(p.Steps) + 1)
	if _, err := tx.Exec(ctx, `
		INSERT INTO promise_steps (area_id, promise_id, number, what, on_day, due_on, words, said_by, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		a.ID, p.ID, number, n.What, n.On, n.DueOn, strings.TrimSpace(n.Words), strings.TrimSpace(n.SaidBy), by.Person, r.Now()); err != nil {
		return fmt.Errorf("insert promise step: %w", err)
	}
	return r.record(ctx, tx, by, a, "promise "+n.What, string(p.ID), map[string]string{
		"number": strconv.FormatInt(number, 10), "on": n.On.String(), "due": n.DueOn.String(), "by them": strconv.FormatBool(n.SaidBy != ""),
	}, n.Words+"\n"+n.SaidBy)
}

const promiseColumns = `id, relationship_id, side, what, who, COALESCE(person_id, ''), how, made_on, due_on, noted_by, noted_at FROM promises`

func scanPromise(r db.Row) (p Promise, err error) {
	var how string
	err = r.Scan(&p.ID, &p.Relationship, &p.Side, &p.What, &p.Who, &p.Person, &how, &p.MadeOn, &p.DueOn, &p.By, &p.At)
	p.Written = how == "written"
	return p, err
}

// Promises lists the promises of an area, or of one relationship (and of those that
// went into it), the latest first, with what became of each.
func Promises(ctx context.Context, tx *db.Tx, a area.ID, of ID) ([]Promise, error) {
	all, err := db.All(ctx, tx, scanPromise, `
		SELECT `+promiseColumns+`
		WHERE area_id = $1 AND ($2 = '' OR relationship_id = $2 OR relationship_id IN (SELECT m.relationship_id FROM relationship_merges m WHERE m.area_id = $1 AND m.into_id = $2))
		ORDER BY made_on DESC, id DESC`, a, of)
	if err != nil {
		return nil, fmt.Errorf("promises: %w", err)
	}
	if err := restsOf(ctx, tx, a, all); err != nil {
		return nil, err
	}
	return all, promiseSteps(ctx, tx, a, all)
}

// restsOf tells promises when the area rests.
func restsOf(ctx context.Context, tx *db.Tx, a area.ID, all []Promise) error {
	if len(all) == 0 {
		return nil
	}
	rests, err := area.RestsOf(ctx, tx, a)
	for i := range all {
		all[i].rests = rests
	}
	return err
}

func promiseSteps(ctx context.Context, tx *db.Tx, a area.ID, all []Promise) error {
	if len(all) == 0 {
		return nil
	}
	at := map[PromiseID]int{}
	for i, p := range all {
		at[p.ID] = i
	}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var p PromiseID
		var s PromiseStep
		err := r.Scan(&p, &s.Number, &s.What, &s.On, &s.DueOn, &s.Words, &s.SaidBy, &s.By, &s.At)
		if i, is := at[p]; is {
			all[i].Steps = append(all[i].Steps, s)
		}
		return err
	}, `SELECT promise_id, number, what, on_day, due_on, words, said_by, noted_by, noted_at FROM promise_steps WHERE area_id = $1 ORDER BY promise_id, number`, a)
	if err != nil {
		return fmt.Errorf("promise steps: %w", err)
	}
	return nil
}

// PromiseByID is a promise, or fault.NotFound.
func PromiseByID(ctx context.Context, tx *db.Tx, a area.ID, p PromiseID) (Promise, error) {
	one, err := db.One(ctx, tx, scanPromise, `SELECT `+promiseColumns+` WHERE area_id = $1 AND id = $2`, a, p)
	if err != nil {
		return one, err
	}
	all := []Promise{one}
	if err := restsOf(ctx, tx, a, all); err != nil {
		return one, err
	}
	err = promiseSteps(ctx, tx, a, all)
	return all[0], err
}

// A Tally is how many promises of a side were done on time, of those whose day was
// in a span.
type Tally struct{ OnTime, All int }

// Tallied counts the promises whose first day was in the year before a day, or that
// ended in it where no day was said.
func Tallied(all []Promise, day date.Date) map[Side]Tally {
	from := day.AddMonths(-12)
	out := map[Side]Tally{}
	for _, p := range all {
		counts := p.rests.Counts(p.DueOn)
		end, ended := p.End()
		if counts.IsZero() && ended {
			counts = end.On
		}
		if counts.IsZero() || !counts.After(from) || counts.After(day) {
			continue
		}
		t := out[p.Side]
		t.All++
		if p.State(day) == DoneOnTime {
			t.OnTime++
		}
		out[p.Side] = t
	}
	return out
}
