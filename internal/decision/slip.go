package decision

import (
	"context"
	"slices"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/partnership"
)

// A Giver is somebody with a say, for whom another may enter what they gave on paper
// or by telephone.
type Giver struct {
	Elector
	Spoke bool // for themselves, on these words: only they can change it
	In    bool // their vote, or that of those they share it with, is in: a new slip takes its place
	Waits bool // a slip of theirs waits for a second person
}

// GiversIn are those with a say in a decision who may give one today: while people are
// asked whether they agree, or while they vote.
func (d *Decisions) GiversIn(ctx context.Context, tx *db.Tx, of Decision) ([]Giver, error) {
	var givers []Giver
	if !of.Poll.Exists() {
		agree, err := d.AgreementOf(ctx, tx, of)
		for _, e := range agree.Electors {
			if !e.Barred {
				givers = append(givers, of.giver(e, agree))
			}
		}
		return givers, err
	}
	out, err := d.Out(ctx, tx, of)
	if err != nil {
		return nil, err
	}
	members, err := partnership.MembersOn(ctx, tx, of.Area, d.today())
	waiting := of.Poll.Unconfirmed(out)
	for _, e := range of.Poll.Electors {
		here := slices.ContainsFunc(members, func(m partnership.Member) bool {
			return m.Person == e.Person && m.Kind.Role() == access.Member && !m.Waits
		})
		if e.Barred || !here || slices.Contains(out, e.Person) {
			continue
		}
		g := Giver{Elector: e, In: of.Poll.Has(e.Holder, out)}
		for _, b := range of.Poll.Ballots {
			g.Spoke = g.Spoke || b.Person == e.Person && b.Via == BySelf
		}
		g.Waits = slices.ContainsFunc(waiting, func(b Ballot) bool { return b.Person == e.Person })
		givers = append(givers, g)
	}
	return givers, err
}

// giver is somebody who is asked whether they agree.
func (d Decision) giver(e Elector, agree Agreement) Giver {
	g := Giver{Elector: e}
	_, g.In = agree.Last[e.Holder]
	for _, q := range d.Positions {
		if q.Person == e.Person && q.Hash == d.Text().Hash {
			g.Spoke = g.Spoke || q.Via == BySelf
			g.Waits = !q.Counts()
		}
	}
	return g
}

// A Slip is a ballot that somebody else entered, and what became of it.
type Slip struct {
	Ballot
	Became SlipEnd
}

// A SlipEnd is what became of a slip.
type SlipEnd string

// What becomes of a slip. None is ever taken away.
const (
	SlipWaits    SlipEnd = "waits"    // for a second person
	SlipCounts   SlipEnd = "counts"   // it is the last that was said for this vote
	SlipReplaced SlipEnd = "replaced" // the same vote was cast again after it, and that counts
	SlipNever    SlipEnd = "never"    // the result was recorded before anybody confirmed it
	SlipOut      SlipEnd = "out"      // who gave it takes no part
)

// Slips are all ballots that were entered for somebody, in the order in which they
// were, with those who take no part known.
func (p Poll) Slips(out []access.PersonID, made bool) (all []Slip) {
	for _, b := range p.Ballots {
		if b.Via == BySelf {
			continue
		}
		last, spoke := p.Spoke(b.Holder, out)
		s := Slip{b, SlipWaits}
		switch {
		case slices.Contains(out, b.Person):
			s.Became = SlipOut
		case spoke && last.Turn > b.Turn:
			s.Became = SlipReplaced
		case b.Counts():
			s.Became = SlipCounts
		case made:
			s.Became = SlipNever
		}
		all = append(all, s)
	}
	return all
}

// Unconfirmed are the ballots that wait for a second person. One after which the same
// vote was cast again waits no more once that counts; until then it does, for the later
// one may be confirmed by nobody.
func (p Poll) Unconfirmed(out []access.PersonID) (waiting []Ballot) {
	for _, s := range p.Slips(out, false) {
		if s.Became == SlipWaits {
			waiting = append(waiting, s.Ballot)
		}
	}
	return waiting
}
