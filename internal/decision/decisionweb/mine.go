package decisionweb

import (
	"context"
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/decision"
	"commontable/internal/web"
)

type myPart struct {
	Voting   bool
	Heading  string
	Hint     string
	Hash     string
	Choice   string
	Reason   string
	MayPrint bool
	Options  []web.Option
	Saved    string // what they said before
}

// part is what the reader can do themselves.
func (v view) part(_ context.Context, d *decisionData) error {
	if v.state != decision.Asking && v.state != decision.Voting || !v.by.May(access.TakePart, v.area.Place()) {
		return nil
	}
	electors := v.agree.Electors
	if v.state == decision.Voting {
		electors = v.of.Poll.Electors
	}
	at := slices.IndexFunc(electors, func(e decision.Elector) bool { return e.Person == v.by.Person })
	switch {
	case at < 0:
		return nil
	case v.of.IsRecused(v.by.Person):
		d.Out = "You said that you should not take part in this. Thank you for saying so."
		return nil
	case v.sight.Bar.Vote:
		d.Out = v.sight.Bar.Why
		return nil
	case d.Frozen, electors[at].Barred:
		return nil
	}
	first, _, _ := strings.Cut(v.by.Name, " ")
	mine := &myPart{Voting: v.state == decision.Voting, Hash: v.of.Text().Hash}
	if mine.Voting {
		mine.Heading = "How do you vote, " + first + "?"
		mine.Hint = "You can change it until " + clockDay(v.of.Poll.ClosesAt) + ". Everyone in the partnership sees who voted which way after that."
		if strings.HasPrefix(electors[at].Holder, "share:") {
			mine.Hint = "You have one vote between you. The last of you to vote speaks for all. " + mine.Hint
		}
		mine.Options = []web.Option{{Value: "yes", Text: "Yes, go ahead"}, {Value: "no", Text: "No"}, {Value: "aside", Text: "I stand aside", Hint: "I would not choose this, but I will not stop it"}}
		if b, ok := v.of.Poll.LastOf(v.by.Person); ok {
			mine.Choice, mine.Reason, mine.MayPrint, mine.Saved = string(b.Choice), b.Reason, b.MayPrint, "Your vote is in. This is what you said."
		}
	} else {
		mine.Heading = "Do you agree, " + first + "?"
		mine.Hint = "You can change your mind until it is recorded. The others in the partnership can read what you say."
		for _, s := range decision.Stands() {
			o := web.Option{Value: string(s), Text: s.Words()}
			switch s {
			case decision.Aside:
				o.Hint = "I would not choose this, but I will not stop it"
			case decision.Cannot:
				o.Hint = "It has to change before I can agree"
			case decision.Support, decision.Worry:
			}
			mine.Options = append(mine.Options, o)
		}
		for _, q := range v.of.Positions {
			if q.Person != v.by.Person {
				continue
			}
			if q.Hash == mine.Hash {
				mine.Choice, mine.Reason, mine.MayPrint, mine.Saved = string(q.Stand), q.Reason, q.MayPrint, "This is what you said."
			} else {
				mine.Saved = "You answered on the earlier wording. It has changed since, so we ask you again."
			}
		}
	}
	d.Mine = mine
	return nil
}
