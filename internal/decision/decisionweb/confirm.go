package decisionweb

import (
	"context"

	"commontable/internal/access"
	"commontable/internal/decision"
)

type waitingEntry struct {
	What    string
	Turn    int64
	Words   string
	Confirm bool
}

// waiting is what was entered for somebody and waits for a second person.
func (v view) waiting(ctx context.Context, d *decisionData) error {
	if !v.sight.Talk || v.state.IsMade() || !v.by.May(access.EnterForSomeone, v.area.Place()) {
		return nil
	}
	for _, q := range v.of.Positions {
		if !q.Counts() && q.Hash == v.of.Text().Hash && !v.of.Poll.Exists() {
			d.Waiting = append(d.Waiting, waitingEntry{
				What: decision.APosition, Turn: q.Turn, Confirm: q.EnteredBy != v.by.Person && !v.sight.Bar.Vote,
				Words: v.names.of(q.Person) + ": “" + q.Stand.Words() + "”" + wayOf(q.Via),
			})
		}
	}
	out, err := v.decisions.Out(ctx, v.tx, v.of)
	for _, b := range v.of.Poll.Unconfirmed(out) {
		// What is on it is told to nobody; the second person reads it on the paper.
		d.Waiting = append(d.Waiting, waitingEntry{
			What: decision.ABallot, Turn: b.Turn, Confirm: b.EnteredBy != v.by.Person && !v.sight.Bar.Vote,
			Words: v.names.of(b.Person) + wayOf(b.Via) + ", entered by " + v.names.of(b.EnteredBy),
		})
	}
	return err
}

type slipView struct{ Words, Became string }

// slips are all votes that came by another hand, and what became of each: one whose
// place another took stays. What is on them is told by the result alone.
func (v view) slips(ctx context.Context, d *decisionData) error {
	if !v.sight.Talk || !v.sight.Votes && !v.by.May(access.EnterForSomeone, v.area.Place()) {
		return nil
	}
	out, err := v.decisions.Out(ctx, v.tx, v.of)
	for _, s := range v.of.Poll.Slips(out, v.state.IsMade()) {
		one := slipView{Words: v.names.of(s.Person) + wayOf(s.Via) + ", entered by " + v.names.of(s.EnteredBy) + " on " + clockDay(s.EnteredAt)}
		if s.Confirmed.By != "" {
			one.Words += ", confirmed by " + v.names.of(s.Confirmed.By)
		}
		one.Became = slipEnds[s.Became]
		d.Slips = append(d.Slips, one)
	}
	return err
}

var slipEnds = map[decision.SlipEnd]string{
	decision.SlipWaits: "It waits for a second person.", decision.SlipCounts: "It counts.",
	decision.SlipReplaced: "The same vote was cast again after it, and that counts.",
	decision.SlipNever:    "Nobody confirmed it before the result was recorded, so it did not count.",
	decision.SlipOut:      "They take no part in this, so it does not count.",
}
