package area

import (
	"context"
	"fmt"
	"slices"
	"time"

	"commontable/internal/access"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// A ClosureID names a closure.
type ClosureID string

// A Closure is that an area rests: nobody is reminded of anything there, and no
// deadline falls on such a day, for anyone (P10, R37).
type Closure struct {
	ID          ClosureID
	Area        ID
	From        date.Date // the first day
	Until       date.Date // the first day on which it is open again
	Why         string
	SaidBy      access.PersonID
	SaidAt      time.Time
	WithdrawnBy access.PersonID // "" while it stands
	WithdrawnAt time.Time
}

// Withdrawn reports whether it was taken back.
func (c Closure) Withdrawn() bool { return c.WithdrawnBy != "" }

// On reports whether the area is closed on a day by this closure.
func (c Closure) On(day date.Date) bool {
	return !c.Withdrawn() && !day.Before(c.From) && day.Before(c.Until)
}

// Words are for people, as of a day: "Closed until 1 September 2026".
func (c Closure) Words(today date.Date) string {
	if today.Before(c.From) {
		return "Closed from " + c.From.Long() + " until " + c.Until.Long()
	}
	return "Closed until " + c.Until.Long()
}

// NewClosure is a closure as somebody says it.
type NewClosure struct {
	Form  string
	From  date.Date
	Until date.Date // the day on which it opens again
	Why   string
}

// A closure is a rest: what lasts longer is something else.
const (
	longestClosure = 366 // days
	longestWhy     = 200
)

// Check says what is wrong with n on the day that it is said, if anything.
func (n NewClosure) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	if n.From.IsZero() {
		wrong.Add("from", "Enter the first day on which you are closed")
	}
	switch {
	case n.Until.IsZero():
		wrong.Add("until", "Enter the day on which you open again")
	case !n.From.IsZero() && !n.From.Before(n.Until):
		wrong.Add("until", "Enter a day after the first: the one on which you open again")
	case !n.Until.After(today):
		wrong.Add("until", "Enter a day that is still to come: the one on which you open again")
	case !n.From.IsZero() && n.From.DaysUntil(n.Until) > longestClosure:
		wrong.Add("until", "Enter a day at most a year after the first. You can close again later")
	}
	why := tidy(n.Why)
	if why == "" {
		wrong.Add("why", "Say why, in a few words, such as “School holidays”")
	}
	checkText(&wrong, "why", why, longestWhy)
	return wrong
}

// Close says that an area is closed for a while. Sent twice, it counts once.
func (a *Areas) Close(ctx context.Context, by access.Actor, area Area, n NewClosure) (cid ClosureID, err error) {
	err = a.DB.Write(ctx, func(tx *db.Tx) error {
		content := []any{"closure", area.ID, n.From.String(), n.Until.String(), tidy(n.Why)}
		subject, err := audit.Once(ctx, tx, audit.Sent{Form: n.Form, By: by, Content: content, At: a.Now()}, func() (string, error) {
			c, err := a.CloseIn(ctx, tx, by, area, n)
			return string(c.ID), err
		})
		cid = ClosureID(subject)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("close area: %w", err)
	}
	return cid, nil
}

// CloseIn is Close as part of a transaction.
func (a *Areas) CloseIn(ctx context.Context, tx *db.Tx, by access.Actor, area Area, n NewClosure) (Closure, error) {
	if err := by.Must(access.CloseForAWhile, area.Place()); err != nil {
		return Closure{}, err
	}
	if err := n.Check(date.InLondon(a.Now())).OrNil(); err != nil {
		return Closure{}, err
	}
	if a.Ends != nil {
		ends, err := a.Ends(ctx, tx, area.ID, n.From, n.Until)
		if err != nil {
			return Closure{}, err
		}
		if ends != "" {
			return Closure{}, fault.Invalid{{Field: "from", Words: ends}}
		}
	}
	c := Closure{ID: newID[ClosureID](a), Area: area.ID, From: n.From, Until: n.Until, Why: tidy(n.Why), SaidBy: by.Person, SaidAt: a.Now()}
	if _, err := tx.Exec(ctx, `
		INSERT INTO area_closures (area_id, id, from_on, until_on, why, said_by, said_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		c.Area, c.ID, c.From, c.Until, c.Why, c.SaidBy, c.SaidAt); err != nil {
		return Closure{}, fmt.Errorf("insert closure: %w", err)
	}
	return c, audit.Record(ctx, tx, a.IDs, audit.Event{
		Stream: string(area.ID), Act: "closure said", Subject: string(c.ID), By: by, At: c.SaidAt,
		Facts: facts("from", c.From.String(), "until", c.Until.String()), Private: c.Why,
	})
}

// WithdrawClosure takes a closure back, by a further record.
func (a *Areas) WithdrawClosure(ctx context.Context, by access.Actor, area Area, cid ClosureID, form string) error {
	err := a.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := audit.Once(ctx, tx, audit.Sent{Form: form, By: by, Content: []any{"withdraw closure", area.ID, cid}, At: a.Now()}, func() (string, error) {
			return string(cid), a.WithdrawClosureIn(ctx, tx, by, area, cid)
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("withdraw closure: %w", err)
	}
	return nil
}

// WithdrawClosureIn is WithdrawClosure as part of a transaction.
func (a *Areas) WithdrawClosureIn(ctx context.Context, tx *db.Tx, by access.Actor, area Area, cid ClosureID) error {
	if err := by.Must(access.CloseForAWhile, area.Place()); err != nil {
		return err
	}
	c, err := ClosureOf(ctx, tx, area.ID, cid)
	if err != nil {
		return err
	}
	switch today := date.InLondon(a.Now()); {
	case c.Withdrawn():
		return fault.New(fault.Conflict, "This was taken back already.")
	case !c.Until.After(today):
		return fault.New(fault.Conflict, "This is over: you have been open again since "+c.Until.Long()+".")
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO area_closure_withdrawals (area_id, closure_id, withdrawn_by, withdrawn_at) VALUES ($1, $2, $3, $4)`,
		area.ID, cid, by.Person, a.Now()); err != nil {
		return fmt.Errorf("insert withdrawal: %w", err)
	}
	return audit.Record(ctx, tx, a.IDs, audit.Event{
		Stream: string(area.ID), Act: "closure withdrawn", Subject: string(cid), By: by, At: a.Now(),
		Facts: facts("from", c.From.String(), "until", c.Until.String()),
	})
}

const closureColumns = `c.id, c.area_id, c.from_on, c.until_on, c.why, c.said_by, c.said_at, COALESCE(w.withdrawn_by, ''), w.withdrawn_at
	FROM area_closures c LEFT JOIN area_closure_withdrawals w ON w.area_id = c.area_id AND w.closure_id = c.id`

func scanClosure(r db.Row) (c Closure, err error) {
	return c, r.Scan(&c.ID, &c.Area, &c.From, &c.Until, &c.Why, &c.SaidBy, &c.SaidAt, &c.WithdrawnBy, &c.WithdrawnAt)
}

// ClosureOf is one closure of an area, or fault.NotFound.
func ClosureOf(ctx context.Context, tx *db.Tx, aid ID, cid ClosureID) (Closure, error) {
	return db.One(ctx, tx, scanClosure, `
		SELECT `+closureColumns+` WHERE c.area_id = $1 AND c.id = $2`, aid, cid)
}

// Closures lists every closure that was ever said of an area, withdrawn or not:
// the latest first.
func Closures(ctx context.Context, tx *db.Tx, aid ID) ([]Closure, error) {
	return db.All(ctx, tx, scanClosure, `
		SELECT `+closureColumns+` WHERE c.area_id = $1 ORDER BY c.from_on DESC, c.id DESC`, aid)
}

// ClosuresIn lists the closures that stand and of which a day lies between two,
// the last of which is not counted: in the order of their first days. Without a
// last day it is all that end after the first.
func ClosuresIn(ctx context.Context, tx *db.Tx, aid ID, from, until date.Date) ([]Closure, error) {
	return db.AllOnce(ctx, tx, scanClosure, `
		SELECT `+closureColumns+`
		WHERE c.area_id = $1 AND w.closure_id IS NULL AND c.until_on > $2 AND (CAST($3 AS DATE) IS NULL OR c.from_on < $3)
		ORDER BY c.from_on, c.until_on, c.id`, aid, from, until)
}

// ClosedOn reports whether an area is closed on a day: then nobody is reminded
// of anything there (R37).
func ClosedOn(ctx context.Context, tx *db.Tx, aid ID, day date.Date) (bool, error) {
	closed, err := ClosuresIn(ctx, tx, aid, day, day.AddDays(1))
	return len(closed) > 0, err
}

// ClosureNow is the closure that an area is in on a day, if it is in one: of several
// that follow upon each other, or overlap, it tells the day on which all are over.
func ClosureNow(ctx context.Context, tx *db.Tx, aid ID, day date.Date) (c Closure, closed bool, err error) {
	all, err := ClosuresIn(ctx, tx, aid, day, date.Date{})
	if err != nil {
		return c, false, err
	}
	c, closed = closureOn(all, day)
	return c, closed, nil
}

func closureOn(all []Closure, day date.Date) (c Closure, closed bool) {
	i := slices.IndexFunc(all, func(c Closure) bool { return c.On(day) })
	if i < 0 {
		return c, false
	}
	c = all[i]
	c.Until = nextOpen(all, day)
	return c, true
}

// ClosureAt is ClosureNow of the area with a slug, and the area's IDs: all that each
// page of an area asks of it, in one statement.
func ClosureAt(ctx context.Context, tx *db.Tx, slug string, day date.Date) (a Area, c Closure, closed bool, err error) {
	var all []Closure
	err = db.Each(ctx, tx, func(r db.Row) error {
		var c Closure
		err := r.Scan(&a.ID, &a.Programme, &c.ID, &c.From, &c.Until)
		if c.ID != "" {
			all = append(all, c)
		}
		return err
	}, `
		SELECT a.id, a.programme_id, COALESCE(c.id, ''), c.from_on, c.until_on FROM areas a
		LEFT JOIN area_closures c ON c.area_id = a.id AND c.until_on > $2 AND NOT EXISTS (
			SELECT 1 FROM area_closure_withdrawals w WHERE w.area_id = c.area_id AND w.closure_id = c.id)
		WHERE a.slug = $1 ORDER BY c.from_on, c.until_on, c.id`, slug, day)
	if err == nil && a.ID == "" {
		err = fault.NotFound
	}
	a.Slug = slug
	c, closed = closureOn(all, day)
	return a, c, closed, err
}

// NextOpenDay is the day itself where the area is open on it, or else the first
// day on which it is: where a deadline goes that would fall in a closure.
func NextOpenDay(ctx context.Context, tx *db.Tx, aid ID, day date.Date) (date.Date, error) {
	closed, err := ClosuresIn(ctx, tx, aid, day, date.Date{})
	if err != nil {
		return date.Date{}, err
	}
	return nextOpen(closed, day), nil
}

// nextOpen goes from closure to closure: one may begin as another ends.
func nextOpen(closed []Closure, day date.Date) date.Date {
	for {
		i := slices.IndexFunc(closed, func(c Closure) bool { return c.On(day) })
		if i < 0 {
			return day
		}
		day = closed[i].Until
	}
}

// Readers hold every rule book, every closure, every withdrawal and every state that
// was noted against the event that recorded it, once they are told of all events (audit.VerifyTold).
func Readers(ctx context.Context, tx *db.Tx, report func(string)) ([]audit.Reader, error) {
	said, withdrawn, why := map[string]string{}, map[string]string{}, map[string]string{}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		c, err := scanClosure(r)
		key := string(c.Area) + " " + string(c.ID)
		said[key], why[key] = fmt.Sprintf("%s %s %s", c.SaidBy, c.From, c.Until), c.Why
		if c.Withdrawn() {
			withdrawn[key] = fmt.Sprintf("%s %s %s", c.WithdrawnBy, c.From, c.Until)
		}
		return err
	}, `SELECT `+closureColumns); err != nil {
		return nil, err
	}
	states, err := stateReader(ctx, tx, report)
	if err != nil {
		return nil, err
	}
	books, err := ruleBookReaders(ctx, tx, report)
	if err != nil {
		return nil, err
	}
	readers := slices.Concat(books, []audit.Reader{states})
	for _, x := range []struct {
		act  string
		kept map[string]string
	}{{"closure said", said}, {"closure withdrawn", withdrawn}} {
		readers = append(readers, audit.Reader{Act: x.act, Hear: func(e audit.Recorded) {
			key := e.Stream + " " + e.Subject
			if x.kept[key] != fmt.Sprintf("%s %s %s", e.Person, e.Facts["from"], e.Facts["until"]) || (e.Private != nil && *e.Private != why[key]) {
				report(fmt.Sprintf("area %s: %s, %s is not as it was recorded when it happened", e.Stream, x.act, e.Subject))
			}
			delete(x.kept, key)
		}, End: func() {
			for key := range x.kept {
				report(fmt.Sprintf("area and closure %s: %s has no event that recorded it", key, x.act))
			}
		}})
	}
	return readers, nil
}
