package decisionweb

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/web"
)

// Waiting finds what of an area’s decisions waits for a person: what they have not
// answered or voted on yet, what is to be recorded or confirmed, and who is to hear.
// How a vote stands is in none of it: only how many have voted.
func Waiting(decisions *decision.Decisions) func(context.Context, *db.Tx, access.Actor, area.Area, date.Date) ([]web.Todo, error) {
	return func(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, _ date.Date) ([]web.Todo, error) {
		if !by.May(access.TakePart, a.Place()) && !by.May(access.EnterForSomeone, a.Place()) && !by.May(access.RunDecisions, a.Place()) {
			return nil, nil
		}
		pending, err := decisions.PendingIn(ctx, tx, by, a)
		if err != nil {
			return nil, err
		}
		var todos []web.Todo
		for _, w := range pending {
			todos = append(todos, waitingOn(w, decisions.Now(), by, a)...)
		}
		told, err := toTell(ctx, tx, by, a)
		return append(todos, told...), err
	}
}

// matter is a decision under way, for one person.
type matter struct {
	by    access.Actor
	area  area.Area
	of    decision.Decision
	href  string
	money string            // "£18,400. ", or nothing
	out   []access.PersonID // who takes no part in a vote
}

// waitingOn is what of one decision waits for a person: their own say first.
func waitingOn(w decision.Pending, now time.Time, by access.Actor, a area.Area) []web.Todo {
	if w.Bar.Vote {
		return nil
	}
	m := matter{by: by, area: a, of: w.Of, href: decisionHref(a, w.Number), out: w.Out}
	if w.Total.Positive() {
		m.money = w.Total.Whole() + ". "
	}
	switch w.Of.State(now) {
	case decision.Draft:
		if w.Of.PutForwardBy(by.Person) && by.May(access.PutForward, a.Place()) {
			return []web.Todo{m.todo("pen", "Your proposal is a draft: "+w.Title, "When it is ready, ask everyone whether they agree.", "Open", m.href)}
		}
	case decision.Asking:
		if !w.Frozen {
			return m.asking(w.Agreement)
		}
	case decision.Voting:
		if !w.Frozen {
			return m.voting()
		}
	case decision.Counting:
		if by.May(access.RunDecisions, a.Place()) {
			return append([]web.Todo{m.todo("tick", "The vote has closed: "+w.Title, "Record the result, so that everyone can read it.", "Record", m.href+"/steps")}, m.confirming()...)
		}
		return m.confirming()
	case decision.Agreed, decision.NotAgreed, decision.NoQuorum, decision.Withdrawn:
	}
	return nil
}

func (m matter) todo(icon, title, detail, does, href string) web.Todo {
	return web.Todo{Icon: icon, Title: title, Detail: detail, Action: web.Link{Text: does, Href: href}, Hidden: m.of.Text().Title}
}

// asking is what waits while everyone is asked.
func (m matter) asking(agree decision.Agreement) []web.Todo {
	var todos []web.Todo
	holders, answered := agree.Tally.Holders, agree.Tally.Holders-agree.Tally.Unused
	at := slices.IndexFunc(agree.Electors, func(e decision.Elector) bool { return e.Person == m.by.Person })
	if at >= 0 && m.by.May(access.TakePart, m.area.Place()) && !agree.Electors[at].Barred && !m.of.IsRecused(m.by.Person) {
		if _, said := agree.Last[agree.Electors[at].Holder]; !said {
			todos = append(todos, m.todo("vote", "Do we agree? "+m.of.Text().Title, m.money+fmt.Sprintf("%d of %d have answered.", answered, holders), "Have your say", m.href))
		}
	}
	if answered == holders && holders > 0 && m.by.May(access.RunDecisions, m.area.Place()) {
		todos = append(todos, m.todo("tick", "Everyone has answered: "+m.of.Text().Title, "Record what came of it.", "Record", m.href+"/steps"))
	}
	return append(todos, m.confirming()...)
}

// voting is what waits while a vote is open.
func (m matter) voting() []web.Todo {
	var todos []web.Todo
	poll := m.of.Poll
	holders, voted := map[string]bool{}, 0
	for _, e := range poll.Electors {
		if e.Barred || slices.Contains(m.out, e.Person) || holders[e.Holder] {
			continue
		}
		holders[e.Holder] = true
		if poll.Has(e.Holder, m.out) {
			voted++
		}
	}
	at := slices.IndexFunc(poll.Electors, func(e decision.Elector) bool { return e.Person == m.by.Person })
	if at >= 0 && m.by.May(access.TakePart, m.area.Place()) && !poll.Electors[at].Barred && !m.of.IsRecused(m.by.Person) && !poll.Has(poll.Electors[at].Holder, m.out) {
		todos = append(todos, m.todo("vote", "Vote on "+m.of.Text().Title, m.money+fmt.Sprintf("%d of %d have voted. Closes %s.", voted, len(holders), clockDay(poll.ClosesAt)), "Have your say", m.href))
	}
	return append(todos, m.confirming()...)
}

// confirming is what somebody else entered from paper or by telephone.
func (m matter) confirming() []web.Todo {
	if !m.by.May(access.EnterForSomeone, m.area.Place()) || m.of.IsRecused(m.by.Person) {
		return nil
	}
	n := 0
	if m.of.Poll.Exists() {
		for _, b := range m.of.Poll.Unconfirmed(m.out) {
			if b.EnteredBy != m.by.Person {
				n++
			}
		}
	} else {
		for _, q := range m.of.Positions {
			if !q.Counts() && q.Hash == m.of.Text().Hash && q.EnteredBy != m.by.Person {
				n++
			}
		}
	}
	if n == 0 {
		return nil
	}
	what := "An answer on paper or by telephone"
	if n > 1 {
		what = strconv.Itoa(n) + " answers on paper or by telephone"
	}
	return []web.Todo{m.todo("pen", what+": "+m.of.Text().Title, "Somebody else entered it. It counts when you have looked at it too.", "Confirm", m.href)}
}

// toTell is who must hear of what was decided, and has not yet (R44).
func toTell(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area) ([]web.Todo, error) {
	if !by.May(access.EnterForSomeone, a.Place()) {
		return nil, nil
	}
	made, err := decision.ToTell(ctx, tx, a.ID)
	if err != nil || len(made) == 0 {
		return nil, err
	}
	first, due, err := soonest(ctx, tx, a, made)
	if err != nil {
		return nil, err
	}
	todo := web.Todo{
		Icon: "chat", Title: "Somebody is to hear what was decided: " + first.Title, Detail: "Tell them, and note that you did.",
		Action: web.Link{Text: "See whom", Href: decisionHref(a, first.Number)}, Hidden: "is to hear of " + first.Title,
	}
	if len(made) > 1 {
		todo.Detail = fmt.Sprintf("The same is so of %d more decisions. Tell them, and note that you did.", len(made)-1)
	}
	if !due.IsZero() {
		todo.Detail = "You said by " + due.Long() + ". " + todo.Detail
	}
	return []web.Todo{todo}, nil
}

// soonest is the decision of which somebody is to hear first: by the day that was
// said, or else the one that was made last.
func soonest(ctx context.Context, tx *db.Tx, a area.Area, made []decision.Summary) (first decision.Summary, by date.Date, err error) {
	first = made[len(made)-1]
	for _, s := range made {
		due, err := decision.HeardBy(ctx, tx, a.ID, s.DecidedOn, s.HearDays)
		if err != nil {
			return first, by, err
		}
		if !due.IsZero() && (by.IsZero() || due.Before(by)) {
			first, by = s, due
		}
	}
	return first, by, nil
}
