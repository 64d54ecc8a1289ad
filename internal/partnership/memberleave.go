package partnership

import (
	"context"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
)

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
	open, err := p.openTimes(ctx, tx, a.ID, who)
	if err != nil {
		return Member{}, err
	}
	if len(open) == 0 {
		return Member{}, fault.NotFound
	}
	var wrong fault.Invalid
	last := open[len(open)-1].Until
	switch {
	case n.From.IsZero() || n.From.After(p.today().AddMonths(36)):
		wrong.Add("from", "Enter the day from which they are not with us any more, within three years, like 27 3 2026")
	case n.From.Before(open[0].From):
		wrong.Add("from", "They are in from "+open[0].From.Long()+". Enter that day or a later one")
	case !last.IsZero() && n.From.After(last):
		wrong.Add("from", "They leave on "+last.Long()+" as it is. To leave later, record first that they stay")
	}
	checkWords(&wrong, "why", n.Why, longestWords)
	if err := wrong.OrNil(); err != nil {
		return Member{}, err
	}
	var left Member
	for i, m := range open {
		if !m.Until.IsZero() && !m.Until.After(n.From) && i < len(open)-1 {
			continue // they take part in another way by then
		}
		never := i > 0 && !m.From.Before(n.From) // they would have, later
		m.Act, m.Why = Left, strings.TrimSpace(n.Why)
		if !never {
			m.Until = n.From
		}
		if m, err = p.record(ctx, tx, by, m, never); err != nil {
			return Member{}, err
		}
		if !never {
			left = m
		}
	}
	if err := p.dropOffices(ctx, tx, by, a, who, n.From); err != nil {
		return Member{}, err
	}
	return left, p.People.EndInAreaIn(ctx, tx, by, who, a, n.From)
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
	m, err := p.lastTime(ctx, tx, a.ID, who)
	if err != nil {
		return Member{}, err
	}
	if m.Until.IsZero() {
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
	return m, p.fitHats(ctx, tx, by, a, who)
}
