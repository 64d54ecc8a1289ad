package decision

import (
	"context"
	"slices"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/partnership"
)

// A Pending is a decision under way as it stands before somebody who sees it.
type Pending struct {
	Summary

	Of        Decision
	Bar       partnership.Bar   // what they may not do in it
	Agreement Agreement         // while everyone is asked
	Frozen    bool              // while everyone is asked, or votes: an interest was told, and it is not said yet what is done
	Out       []access.PersonID // of a vote: who takes no part in it (Out)
}

// PendingIn lists the decisions of an area that are not made, for somebody who reads
// its papers or put them forward, the newest first: in as many statements however
// many there are.
func (d *Decisions) PendingIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area) ([]Pending, error) {
	under, err := UnderWay(ctx, tx, a.ID)
	if err != nil || len(under) == 0 {
		return nil, err
	}
	numbers := make([]int64, len(under))
	for i, s := range under {
		numbers[i] = s.Number
	}
	read, err := byNumbers(ctx, tx, a.ID, numbers...)
	if err != nil {
		return nil, err
	}
	papers := by.May(access.SeePapers, a.Place())
	var all []Pending
	var asked, open []Decision
	var polls []hearing
	var decided, opened []partnership.Matter
	for _, s := range under {
		i := slices.IndexFunc(read, func(of *Decision) bool { return of.Number == s.Number })
		if i < 0 || !papers && !read[i].PutForwardBy(by.Person) {
			continue
		}
		of := *read[i]
		all = append(all, Pending{Summary: s, Of: of})
		decided = append(decided, of.MatterOn(d.today()))
		switch of.State(d.Now()) {
		case Asking:
			asked = append(asked, of)
		case Voting:
			polls = append(polls, hearing{of, of.Poll.Electors, of.Poll.spoke()})
		case Counting:
			polls = append(polls, hearing{of, of.Poll.Electors, of.Poll.spoke()})
			continue
		case Draft, Agreed, NotAgreed, NoQuorum, Withdrawn:
			continue
		}
		open = append(open, of)
		opened = append(opened, of.MatterOn(d.today()))
	}
	bars, err := partnership.BarsIn(ctx, tx, a.ID, decided, []access.PersonID{by.Person})
	if err != nil {
		return nil, err
	}
	hearings, rules, err := d.hearingsOf(ctx, tx, a.ID, asked)
	if err != nil {
		return nil, err
	}
	electors, err := d.barEach(ctx, tx, a.ID, append(hearings, polls...))
	if err != nil {
		return nil, err
	}
	frozen, err := partnership.Unhandled(ctx, tx, a.ID, opened)
	if err != nil {
		return nil, err
	}
	for i := range all {
		p := &all[i]
		is := func(of Decision) bool { return of.Number == p.Number }
		p.Bar = bars[i][by.Person]
		if at := slices.IndexFunc(open, is); at >= 0 {
			p.Frozen = frozen[at]
		}
		if at := slices.IndexFunc(asked, is); at >= 0 {
			p.Agreement = asked[at].agreement(electors[at], rules)
		}
		if at := slices.IndexFunc(polls, func(h hearing) bool { return is(h.of) }); at >= 0 {
			p.Out = barredOf(electors[len(asked)+at])
		}
	}
	return all, nil
}
