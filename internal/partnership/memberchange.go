package partnership

import (
	"context"
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// mayKeep asks whether an actor may record something of a member: not of
// themselves, who would give themselves a say.
func (p *Partnerships) mayKeep(by access.Actor, a area.Area, who access.PersonID) error {
	if err := by.Must(access.KeepMembers, a.Place()); err != nil {
		return err
	}
	if who == by.Person {
		return fault.New(fault.Forbidden, "Nobody changes how they take part themselves. Ask the worker, the chair or the programme officer to do it.")
	}
	return nil
}

// openTimes are the times that somebody is in the partnership today, or will be,
// the first first; there are several where they will take part in another way.
func (p *Partnerships) openTimes(ctx context.Context, tx *db.Tx, a area.ID, who access.PersonID) ([]Member, error) {
	times, err := timesOf(ctx, tx, a, who)
	return slices.DeleteFunc(times, func(m Member) bool {
		return !m.Until.IsZero() && (!m.Until.After(p.today()) || !m.From.Before(m.Until))
	}), err
}

// lastTime is the last of openTimes, or fault.NotFound.
func (p *Partnerships) lastTime(ctx context.Context, tx *db.Tx, a area.ID, who access.PersonID) (Member, error) {
	open, err := p.openTimes(ctx, tx, a, who)
	if err != nil {
		return Member{}, err
	}
	if len(open) == 0 {
		return Member{}, fault.NotFound
	}
	return open[len(open)-1], nil
}

// A Move is to another way of taking part, from a day on.
type Move struct {
	Form     string
	As       In
	From     date.Date
	TermEnds date.Date
	Why      string
}

// Check says what is wrong with n, if anything.
func (n Move) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	n.As.check(&wrong)
	checkDays(&wrong, n.From, n.TermEnds, today)
	checkWords(&wrong, "why", n.Why, longestWords)
	return wrong
}

// Move records that somebody takes part in another way. Sent twice, it counts once.
func (p *Partnerships) Move(ctx context.Context, by access.Actor, a area.Area, who access.PersonID, n Move) error {
	content := []any{"move", a.ID, who, n.As, n.From.String(), n.TermEnds.String(), n.Why}
	_, err := p.once(ctx, by, "move", n.Form, content, func(tx *db.Tx) (string, error) {
		m, err := p.MoveIn(ctx, tx, by, a, who, n)
		return string(m.ID), err
	})
	return err
}

// MoveIn is Move as part of a transaction. What they were stays in the history.
func (p *Partnerships) MoveIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, who access.PersonID, n Move) (Member, error) {
	if err := p.mayKeep(by, a, who); err != nil {
		return Member{}, err
	}
	if err := n.Check(p.today()).OrNil(); err != nil {
		return Member{}, err
	}
	open, err := p.openTimes(ctx, tx, a.ID, who)
	if err != nil {
		return Member{}, err
	}
	if len(open) == 0 {
		return Member{}, fault.NotFound
	}
	i := slices.IndexFunc(open, func(m Member) bool { return m.On(n.From) })
	if i < 0 && !n.From.Before(open[0].From) {
		return Member{}, fault.Invalid{{Field: "from", Words: "They leave on " + open[len(open)-1].Until.Long() + ". Enter an earlier day, or record first that they stay"}}
	}
	if i < 0 || n.From == open[i].From {
		return Member{}, fault.Invalid{{Field: "from", Words: "They are in it as they are from " + open[max(i, 0)].From.Long() + ". Enter a later day, or put that entry right"}}
	}
	was, as := open[i], n.As.tidy()
	if was.Kind == as.Kind && was.Resident == as.Resident && was.Organisation == as.Organisation && was.Share == as.share() {
		return Member{}, fault.Invalid{{Field: "kind", Words: "They take part like this already. Choose what is different"}}
	}
	leaves := was.Until
	was.Act, was.Until, was.Why = Moved, n.From, strings.TrimSpace(n.Why)
	if _, err := p.record(ctx, tx, by, was, false); err != nil {
		return Member{}, err
	}
	return p.begin(ctx, tx, by, a, Member{
		Person: who, From: n.From, Until: leaves, TermEnds: n.TermEnds, Why: was.Why, hadASay: was.Kind.Decides() && !was.Waits,
	}, n.As, Joined)
}

// A NewTerm is for how long somebody said that they would do it.
type NewTerm struct {
	Form     string
	TermEnds date.Date // zero: nothing was said
	Why      string
}

// SetTerm records for how long somebody is in. Sent twice, it counts once.
func (p *Partnerships) SetTerm(ctx context.Context, by access.Actor, a area.Area, who access.PersonID, n NewTerm) error {
	_, err := p.once(ctx, by, "set term", n.Form, []any{"term", a.ID, who, n.TermEnds.String(), n.Why}, func(tx *db.Tx) (string, error) {
		m, err := p.SetTermIn(ctx, tx, by, a, who, n)
		return string(m.ID), err
	})
	return err
}

// SetTermIn is SetTerm as part of a transaction.
func (p *Partnerships) SetTermIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, who access.PersonID, n NewTerm) (Member, error) {
	if err := p.mayKeep(by, a, who); err != nil {
		return Member{}, err
	}
	m, err := p.lastTime(ctx, tx, a.ID, who)
	if err != nil {
		return Member{}, err
	}
	var wrong fault.Invalid
	if !n.TermEnds.IsZero() && !m.From.Before(n.TermEnds) {
		wrong.Add("term", "They are in from "+m.From.Long()+". Enter a later day, or leave it empty")
	}
	checkWords(&wrong, "why", n.Why, longestWords)
	if err := wrong.OrNil(); err != nil {
		return Member{}, err
	}
	m.Act, m.TermEnds, m.Why = Changed, n.TermEnds, strings.TrimSpace(n.Why)
	return p.record(ctx, tx, by, m, false)
}

// A Correction is what is true of a membership that was recorded wrongly.
type Correction struct {
	Form        string
	WasNever    bool // they never were in it like that
	As          In
	From, Until date.Date // Until: the first day on which they were not in it any more; zero while none is known
	TermEnds    date.Date
	Why         string
}

// Check says what is wrong with n, if anything.
func (n Correction) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	if strings.TrimSpace(n.Why) == "" {
		wrong.Add("why", "Say what was wrong, so that who reads it later understands")
	}
	checkWords(&wrong, "why", n.Why, longestWords)
	if n.WasNever {
		return wrong
	}
	n.As.check(&wrong)
	checkDays(&wrong, n.From, n.TermEnds, today)
	if !n.Until.IsZero() && n.Until.Before(n.From) {
		wrong.Add("until", "Enter the first day or a later one, or leave it empty")
	}
	return wrong
}

// Correct puts right what was recorded of a membership: with a further record,
// beside the first. Sent twice, it counts once.
func (p *Partnerships) Correct(ctx context.Context, by access.Actor, a area.Area, m MemberID, n Correction) error {
	content := []any{"correct", a.ID, m, n.WasNever, n.As, n.From.String(), n.Until.String(), n.TermEnds.String(), n.Why}
	_, err := p.once(ctx, by, "correct", n.Form, content, func(tx *db.Tx) (string, error) {
		_, err := p.CorrectIn(ctx, tx, by, a, m, n)
		return string(m), err
	})
	return err
}

// CorrectIn is Correct as part of a transaction.
func (p *Partnerships) CorrectIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, mid MemberID, n Correction) (Member, error) {
	m, err := MemberOf(ctx, tx, a.ID, mid)
	if err != nil {
		return Member{}, err
	}
	if err := p.mayKeep(by, a, m.Person); err != nil {
		return Member{}, err
	}
	if err := n.Check(p.today()).OrNil(); err != nil {
		return Member{}, err
	}
	m.Act, m.Why = Corrected, strings.TrimSpace(n.Why)
	if !n.WasNever {
		waited, err := hasWaited(ctx, tx, m)
		if err != nil {
			return Member{}, err
		}
		as := n.As.tidy()
		if m.asks, err = p.needsSecond(ctx, tx, by, a.ID, m.Kind.Decides() || waited, as.Kind); err != nil {
			return Member{}, err
		}
		m.Kind, m.Resident, m.Organisation, m.Share = as.Kind, as.Resident, as.Organisation, as.share()
		m.From, m.Until, m.TermEnds = n.From, n.Until, n.TermEnds
		if err := notTwice(ctx, tx, m); err != nil {
			return Member{}, err
		}
	}
	if m, err = p.record(ctx, tx, by, m, n.WasNever); err != nil {
		return Member{}, err
	}
	return m, p.fitHats(ctx, tx, by, a, m.Person)
}

// notTwice refuses that somebody is in a partnership twice on one day.
func notTwice(ctx context.Context, tx *db.Tx, m Member) error {
	times, err := timesOf(ctx, tx, m.Area, m.Person)
	if err != nil {
		return err
	}
	for _, o := range times {
		if o.ID != m.ID && (o.Until.IsZero() || m.From.Before(o.Until)) && (m.Until.IsZero() || o.From.Before(m.Until)) {
			return fault.Invalid{{Field: "from", Words: "They are on the list from " + o.From.Long() + " in another way. The days of the two may not overlap"}}
		}
	}
	return nil
}
