package decisionweb

import (
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
func (v view) waiting(d *decisionData) {
	if !v.sight.Talk || v.state.IsMade() || !v.by.May(access.EnterForSomeone, v.area.Place()) {
		return
	}
	for _, q := range v.of.Positions {
		if !q.Counts() && q.Hash == v.of.Text().Hash && !v.of.Poll.Exists() {
			d.Waiting = append(d.Waiting, waitingEntry{
				What: decision.APosition, Turn: q.Turn, Confirm: q.EnteredBy != v.by.Person && !v.sight.Bar.Vote,
				Words: v.names.of(q.Person) + ": “" + q.Stand.Words() + "”" + wayOf(q.Via),
			})
		}
	}
	for _, b := range v.of.Poll.Unconfirmed() {
		// What is on it is told to nobody; the second person reads it on the paper.
		d.Waiting = append(d.Waiting, waitingEntry{
			What: decision.ABallot, Turn: b.Turn, Confirm: b.EnteredBy != v.by.Person && !v.sight.Bar.Vote,
			Words: v.names.of(b.Person) + wayOf(b.Via) + ", entered by " + v.names.of(b.EnteredBy),
		})
	}
}
