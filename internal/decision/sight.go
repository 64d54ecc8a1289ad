package decision

import (
	"context"
	"errors"
	"slices"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/partnership"
)

// Sight is how much of a decision somebody sees.
type Sight struct {
	Talk  bool // what people said of it, and why; names
	Votes bool // after a vote, who voted which way
	Bar   partnership.Bar
}

// SightOf says how much of a decision somebody sees, whatever hat they wear: what
// is decided is public; before, only those who read papers and those who put it
// forward see it. What people say of it is for those who read papers, and not for
// who has an interest and leaves while it is talked about. It is fault.NotFound
// for whom it is not there.
func (d *Decisions) SightOf(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of Decision) (s Sight, err error) {
	papers := by.May(access.SeePapers, a.Place())
	public := of.State(d.Now()).IsMade() && !of.Opened.At.IsZero()
	if !papers && !public && !of.PutForwardBy(by.Person) {
		return s, fault.NotFound
	}
	if !by.SignedIn() || by.System {
		s.Talk = by.System
		s.Votes = s.Talk && of.Result.Outcome != ""
		return s, nil
	}
	s.Bar, err = partnership.BarIn(ctx, tx, a.ID, of.MatterOn(d.today()), by.Person)
	s.Talk = papers && !s.Bar.See
	s.Votes = s.Talk && of.Result.Outcome != ""
	return s, err
}

// seen is a decision, where it is there for who asks.
func (d *Decisions) seen(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, number int64) (Decision, error) {
	of, err := ByNumber(ctx, tx, a.ID, number)
	if err != nil {
		return of, err
	}
	_, err = d.SightOf(ctx, tx, by, a, of)
	return of, err
}

// SeenIn is a decision as somebody may see it, with how much that is.
func (d *Decisions) SeenIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, number int64) (Decision, Sight, error) {
	of, err := ByNumber(ctx, tx, a.ID, number)
	if err != nil {
		return of, Sight{}, err
	}
	s, err := d.SightOf(ctx, tx, by, a, of)
	return of, s, err
}

// ListIn lists an area's decisions for somebody: what is made for everyone, the
// rest for those who read papers or put it forward. Those under way come first,
// the newest of each before the others.
func (d *Decisions) ListIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area) ([]Summary, error) {
	all, err := summaries(ctx, tx, a.ID)
	if err != nil {
		return nil, err
	}
	papers := by.May(access.SeePapers, a.Place())
	mine := map[int64]bool{}
	if !papers && by.SignedIn() {
		if mine, err = putForwardBy(ctx, tx, a.ID, by.Person); err != nil {
			return nil, err
		}
	}
	var open, made []Summary
	for _, s := range all {
		state := s.State(d.Now())
		switch {
		case state.IsMade() && (!s.OpenedAt.IsZero() || papers || mine[s.Number]):
			made = append(made, s)
		case !state.IsMade() && (papers || mine[s.Number]):
			open = append(open, s)
		}
	}
	return append(open, made...), nil
}

// RaisedIn lists the decisions that were put forward from the agenda of a meeting,
// as far as somebody sees them, in the order of their numbers.
func (d *Decisions) RaisedIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, meeting string) ([]Summary, error) {
	all, err := db.All(ctx, tx, scanSummary, `
		SELECT `+summaryColumns+summaryTables+` WHERE d.area_id = $1 AND d.meeting = $2 ORDER BY d.number`, a.ID, meeting)
	if err != nil || len(all) == 0 || by.May(access.SeePapers, a.Place()) {
		return all, err
	}
	mine := map[int64]bool{}
	if by.SignedIn() {
		if mine, err = putForwardBy(ctx, tx, a.ID, by.Person); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(all, func(s Summary) bool {
		return !mine[s.Number] && (!s.State(d.Now()).IsMade() || s.OpenedAt.IsZero())
	}), nil
}

// TouchesOf are the interests that touch a decision, for the card that an actor reads
// before they decide: those of people who have a say, and of the others for who reads
// papers or sees what people have an interest in. Of a decision that is made they are
// those that were told before, and those that were told later by who had a part in it.
func (d *Decisions) TouchesOf(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of Decision) ([]partnership.Touch, error) {
	on := d.today()
	if of.Result.Outcome != "" {
		on = of.Result.On
	}
	all, err := partnership.TouchesIn(ctx, tx, of.Area, of.MatterOn(on))
	sees := by.May(access.SeePapers, a.Place()) || by.May(access.SeeInterests, a.Place())
	return slices.DeleteFunc(all, func(t partnership.Touch) bool {
		return !t.Decides && !sees || of.ToldAfter(t) && !of.HadAPart(t.Person)
	}), err
}

// ToldAfter reports whether an interest was told of after the decision was made.
func (d Decision) ToldAfter(t partnership.Touch) bool {
	return d.Result.Outcome != "" && t.DeclaredAt.After(d.Result.At)
}

// HadAPart reports whether somebody had a part in a decision that takes somebody
// without an interest: they said what they think, voted, took it through, changed its
// words when everybody was asked, or entered or confirmed what somebody else said.
func (d Decision) HadAPart(who access.PersonID) bool {
	return slices.ContainsFunc(d.Positions, func(p Position) bool {
		return p.Person == who || p.Via != AtMeeting && p.EnteredBy == who || p.Confirmed.By == who
	}) || slices.ContainsFunc(d.Poll.Ballots, func(b Ballot) bool {
		return b.Person == who || b.EnteredBy == who || b.Confirmed.By == who
	}) || slices.ContainsFunc(d.Attempts, func(t Attempt) bool { return t.By == who }) ||
		slices.ContainsFunc(d.Answers, func(n Answer) bool { return n.By == who }) ||
		slices.ContainsFunc(d.Texts, func(t Text) bool { return t.WrittenBy == who && d.asked(t) }) ||
		d.Poll.OpenedBy == who || slices.ContainsFunc(d.Poll.Extensions, func(x Extension) bool { return x.By == who })
}

// asked reports whether a wording was written after everybody was asked: then it takes
// somebody without an interest.
func (d Decision) asked(t Text) bool {
	return !d.Opened.At.IsZero() && t.WrittenAt.After(d.Opened.At)
}

// About names a decision to whoever keeps interests.
func (d Decision) About() partnership.About { return d.about() }

// WhyNot says, in words for them, why somebody takes no part in a decision just
// now; "" where they do.
func (d *Decisions) WhyNot(ctx context.Context, tx *db.Tx, of Decision, who access.PersonID) (string, error) {
	var err error
	switch of.State(d.Now()) {
	case Asking:
		electors, failed := d.electorsNow(ctx, tx, of)
		if failed != nil {
			return "", failed
		}
		_, err = d.voiceOf(ctx, tx, of, electors, who)
	case Voting:
		_, err = d.mayVote(ctx, tx, of, who)
	case Draft, Counting, Agreed, NotAgreed, NoQuorum, Withdrawn:
		err = errNotAsking
	}
	if errors.Is(err, fault.Forbidden) || errors.Is(err, fault.Conflict) {
		return fault.Public(err), nil
	}
	return "", err
}
