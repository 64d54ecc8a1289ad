package partnership

import (
	"context"
	"errors"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
)

func isNotFound(err error) bool { return errors.Is(err, fault.NotFound) }

// A Leaving is that somebody leaves, or says that they will.
type Leaving struct {
	Form string
	From date.Date // the first day on which they are not in it any more
	Why  string
}

// Leave records that somebody leaves: another, or they themselves. What they may
// do by it ends with it. Sent twice, it counts once.
func (p *Partnerships) Leave(ctx context.Context, by access.Actor, a area.Area, who access.PersonID, n Leaving) error {
	_, err := p.once(ctx, by, "leave", n.Form, []any{"leave", a.ID, who, n.From.String(), n.Why}, func(tx *db.Tx) (string, error) {
		m, err := p.LeaveIn(ctx, tx, by, a, who, n)
		return string(m.ID), err
	})
	return err
}

// LeaveIn is Leave as part of a transaction. Their hats of the partnership end
// with the day, and so do the offices that they hold.
func (p *Partnerships) LeaveIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, who access.PersonID, n Leaving) (Member, error) {
	if who != by.Person {
		if err := by.Must(access.KeepMembers, a.Place()); err != nil {
			return Member{}, err
		}
	}
	m, err := p.current(ctx, tx, a.ID, who)
	if err != nil {
		return Member{}, err
	}
	var wrong fault.Invalid
	switch {
	case n.From.IsZero() || n.From.After(p.today().AddMonths(36)):
		wrong.Add("from", "Enter the day from which they are not with us any more, within three years, like 27 3 2026")
	case n.From.Before(m.From):
		wrong.Add("from", "They are in from "+m.From.Long()+". Enter that day or a later one")
	case !m.Until.IsZero() && n.From.After(m.Until):
		wrong.Add("from", "They leave on "+m.Until.Long()+" as it is. To leave later, record first that they stay")
	}
	checkWords(&wrong, "why", n.Why, longestWords)
	if err := wrong.OrNil(); err != nil {
		return Member{}, err
	}
	m.Act, m.Until, m.Why = Left, n.From, strings.TrimSpace(n.Why)
	if m, err = p.record(ctx, tx, by, m, false); err != nil {
		return Member{}, err
	}
	if err := p.dropOffices(ctx, tx, by, a, who, n.From); err != nil {
		return Member{}, err
	}
	return m, p.People.EndInAreaIn(ctx, tx, by, who, a, n.From)
}

// A Staying is that somebody who said they would leave does not.
type Staying struct{ Form, Why string }

// Stay records that somebody stays. Sent twice, it counts once.
func (p *Partnerships) Stay(ctx context.Context, by access.Actor, a area.Area, who access.PersonID, n Staying) error {
	_, err := p.once(ctx, by, "stay", n.Form, []any{"stay", a.ID, who, n.Why}, func(tx *db.Tx) (string, error) {
		m, err := p.StayIn(ctx, tx, by, a, who, n)
		return string(m.ID), err
	})
	return err
}

// StayIn is Stay as part of a transaction. A chair’s hat, and offices, are given anew.
func (p *Partnerships) StayIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, who access.PersonID, n Staying) (Member, error) {
	if err := p.mayKeep(by, a, who); err != nil {
		return Member{}, err
	}
	m, err := p.current(ctx, tx, a.ID, who)
	if err != nil {
		return Member{}, err
	}
	if m.Until.IsZero() || m.Act == Moved {
		return Member{}, fault.New(fault.Conflict, "Nobody recorded that they leave, so there is nothing to take back.")
	}
	var wrong fault.Invalid
	checkWords(&wrong, "why", n.Why, longestWords)
	if err := wrong.OrNil(); err != nil {
		return Member{}, err
	}
	m.Act, m.Until, m.Why = Stayed, date.Date{}, strings.TrimSpace(n.Why)
	if err := notTwice(ctx, tx, m); err != nil {
		return Member{}, err
	}
	if m, err = p.record(ctx, tx, by, m, false); err != nil {
		return Member{}, err
	}
	return m, p.giveHat(ctx, tx, by, a, m)
}
