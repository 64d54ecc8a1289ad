package decisionweb

import (
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/chart"
	"commontable/internal/date"
	"commontable/internal/decision"
	"commontable/internal/person"
	"commontable/internal/web"
)

type saidView struct {
	Turn     int64
	Initials string
	Tone     string
	Name     string
	What     string
	Words    string
	Answers  []string
	Earlier  bool
	Via      string
}

type attemptView struct {
	Heading string
	Words   string
	Rows    web.Table
	counts  []countOf
	Said    []saidView
}

// attempt is how looking for agreement went, or goes.
func (v view) attempt(d *decisionData) {
	if v.state == decision.Draft || d.Hidden {
		return
	}
	var a decision.Attempt
	view := &attemptView{}
	switch {
	case len(v.of.Attempts) > 0:
		a = v.of.Attempts[len(v.of.Attempts)-1]
		view.Heading = "First we looked for agreement"
		view.Words = dayMonth(date.InLondon(a.At)) + ", " + strings.ToLower(inWords(a.Taking())) + " taking part."
		if a.Agreed {
			view.Heading = "We looked for agreement"
			view.Words += " Everyone could live with it."
		} else {
			view.Words += " Not everyone could live with it."
		}
		if v.of.Poll.Exists() {
			view.Words = strings.TrimSuffix(view.Words, ".") + ", so there was a vote."
			if v.state == decision.Voting {
				view.Words = strings.Replace(view.Words, "so there was a vote", "so we agreed to vote", 1)
			}
		}
	case v.state.IsMade() || !v.sight.Talk:
		return
	default:
		t := v.agree.Tally
		a = decision.Attempt{Support: t.Said["support"], Worry: t.Said["worry"], Aside: t.Said["aside"], Cannot: t.Said["cannot"]}
		view.Heading = "So far"
		view.Words = counted(t.Residents, "resident has", "residents have") + " answered, and " + strings.ToLower(inWords(v.agree.Quorum)) + " must."
	}
	view.Rows = web.Table{
		Caption: "What people said", CaptionHidden: true, Class: "tbl--bars",
		Columns: []web.Column{{Text: "View"}, {Text: "How many", Hidden: true, Bar: true}, {Text: "People", Numeric: true, Bare: true}},
	}
	most := int64(max(1, a.Taking()))
	view.counts = []countOf{{"I support it", a.Support}, {"I support it, with a worry", a.Worry}, {"I stand aside", a.Aside}, {"I cannot live with it", a.Cannot}}
	for _, row := range view.counts {
		view.Rows.Rows = append(view.Rows.Rows, web.Row{Cells: []web.Cell{
			{Text: row.words, RowHeader: true}, {Component: chart.Bar(int64(row.n), most)}, {Text: people(row.n)},
		}})
	}
	if v.sight.Talk {
		view.Said = v.talk()
	}
	d.Attempt = view
}

// talk is what people said: the last of each who gave a reason, on whichever wording.
func (v view) talk() []saidView {
	var all []saidView
	for i, q := range v.of.Positions {
		later := slices.ContainsFunc(v.of.Positions[i+1:], func(o decision.Position) bool { return o.Person == q.Person })
		if later || q.Reason == "" {
			continue
		}
		one := v.saidOf(q)
		one.Earlier = q.Hash != v.of.Decided().Hash
		all = append(all, one)
	}
	return all
}

func (v view) saidOf(q decision.Position) saidView {
	name := v.names.of(q.Person)
	one := saidView{Turn: q.Turn, Name: name, Initials: person.Initials(name), Tone: tone(q.Person), Words: q.Reason}
	switch q.Stand {
	case decision.Support:
		one.What = "supports it"
	case decision.Worry:
		one.What = "a worry"
	case decision.Aside:
		one.What = "stands aside"
	case decision.Cannot:
		one.What = "cannot live with it"
	}
	if !v.sight.Talk {
		return one // their words may be printed; how they came here, and what the others said to them, is among them
	}
	for _, n := range v.of.Answers {
		if n.Turn == q.Turn {
			one.Answers = append(one.Answers, n.Words)
		}
	}
	one.Via = v.via(q.Via, q.EnteredBy, q.Confirmed.By)
	return one
}

// via is how somebody’s word came here, where another person entered it.
func (v view) via(how decision.Via, enteredBy, confirmedBy access.PersonID) string {
	words := ""
	switch how {
	case decision.OnPaper:
		words = "On paper"
	case decision.ByTelephone:
		words = "By telephone"
	case decision.BySelf, decision.AtMeeting:
		return ""
	}
	words += ", entered by " + v.names.of(enteredBy)
	if confirmedBy == "" {
		return words + ", to be confirmed by a second person."
	}
	return words + " and confirmed by " + v.names.of(confirmedBy) + "."
}

func wayOf(how decision.Via) string {
	if how == decision.ByTelephone {
		return ", by telephone"
	}
	return ", on paper"
}
