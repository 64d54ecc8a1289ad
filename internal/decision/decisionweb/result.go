package decisionweb

import (
	"context"
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/chart"
	"commontable/internal/decision"
	"commontable/internal/person"
	"commontable/internal/plan"
	"commontable/internal/web"
)

type resultView struct {
	Tag      web.Kind
	Words    string
	Sentence string
	Rows     web.Table
	Said     string
	Minority []saidView
	Allowed  []web.Link
	OnPaper  string // how many votes came by another hand
}

type toldView struct {
	Party  int
	Name   string
	Words  string
	IsTold bool
}

func (v view) result(ctx context.Context, d *decisionData) error {
	if !v.state.IsMade() {
		return nil
	}
	r := v.of.Result
	view := &resultView{Said: r.Words}
	view.Tag, view.Words = resultTag(r.Outcome)
	on := r.On.Long()
	switch {
	case r.Outcome == decision.IsWithdrawn:
		view.Sentence = "It was withdrawn on " + on + ", before it was decided."
	case r.Way == decision.ByAgreement && r.Outcome == decision.IsAgreed:
		view.Sentence = "We agreed on " + on + ". Everyone who answered could live with it."
	case r.Way == decision.ByAgreement:
		view.Sentence = "We did not agree, and on " + on + " we left it there."
	case r.Outcome == decision.IsAgreed:
		view.Sentence = "We voted, and on " + on + " it was agreed."
	case r.Outcome == decision.IsNotAgreed:
		view.Sentence = "We voted, and on " + on + " it was not agreed."
	case r.Outcome == decision.HasNoQuorum:
		view.Sentence = "Too few residents voted, so nothing was decided. " + counted(r.Residents, "did", "did") + ", and " + strings.ToLower(inWords(r.Quorum)) + " must."
	}
	if r.Way == decision.ByVote {
		view.Rows = v.votes(r)
		view.OnPaper = v.onPaper()
	}
	if !d.Hidden {
		view.Minority = v.minority()
	}
	if r.Outcome == decision.IsAgreed && v.of.Replaced.By == 0 {
		allowed, err := decision.AllowedIn(ctx, v.tx, v.area.ID, v.of.Number)
		if err != nil {
			return err
		}
		for _, l := range allowed.Lines {
			if v.of.Kind == decision.AdoptPlan {
				break
			}
			line, err := plan.LineByID(ctx, v.tx, v.area.ID, l.Line)
			if err != nil {
				return err
			}
			view.Allowed = append(view.Allowed, web.Link{Text: l.Amount.Whole() + " on " + line.Name, Href: home(v.area) + "/money/lines/" + string(l.Line)})
		}
		if v.of.Kind == decision.AdoptPlan {
			view.Allowed = append(view.Allowed, web.Link{Text: "Version " + ordinal(v.of.PlanVersion) + " is our plan", Href: home(v.area) + "/plan/versions/" + ordinal(v.of.PlanVersion)})
		}
	}
	d.Result = view
	return nil
}

// onPaper tells everybody how many votes came by another hand.
func (v view) onPaper() string {
	n := 0
	holders := map[string]bool{}
	for _, e := range v.of.Poll.Electors {
		b, ok := v.of.Poll.Spoke(e.Holder, v.of.Result.Excluded)
		if !ok || holders[e.Holder] || b.Via == decision.BySelf || slices.Contains(v.of.Result.Excluded, b.Person) {
			continue
		}
		holders[e.Holder] = true
		n++
	}
	if n == 0 {
		return ""
	}
	return counted(n, "vote", "votes") + " came on paper or by telephone: one person entered it, and another confirmed it."
}

func (v view) votes(r decision.Result) web.Table {
	t := web.Table{
		Caption: "How the votes were", CaptionHidden: true, Class: "tbl--bars",
		Columns: []web.Column{{Text: "Vote"}, {Text: "How many", Hidden: true, Bar: true}, {Text: "Votes", Numeric: true}},
	}
	most := int64(max(1, r.Yes+r.No+r.Aside+r.Unused))
	for _, row := range []struct {
		words string
		n     int
	}{{"Yes", r.Yes}, {"No", r.No}, {"Stood aside", r.Aside}, {"Did not vote", r.Unused}} {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{{Text: row.words, RowHeader: true}, {Component: chart.Bar(int64(row.n), most)}, {Text: ordinal(int64(row.n))}}})
	}
	return t
}

// minority is what those said who could not agree: in their own words to whoever
// reads papers, and to everyone where they said that these may be printed.
func (v view) minority() []saidView {
	var all []saidView
	may := func(print bool) bool { return print || v.sight.Talk }
	seen := map[access.PersonID]bool{}
	excluded := func(who access.PersonID) bool { return slices.Contains(v.of.Result.Excluded, who) }
	for _, e := range v.of.Poll.Electors {
		b, ok := v.of.Poll.Spoke(e.Holder, v.of.Result.Excluded)
		if !ok || b.Person != e.Person || b.Choice != decision.No || b.Reason == "" || !may(b.MayPrint) || excluded(e.Person) {
			continue
		}
		name := v.names.of(e.Person)
		seen[e.Person] = true
		all = append(all, saidView{Name: name, Initials: person.Initials(name), Tone: tone(e.Person), What: "voted no", Words: b.Reason})
	}
	for i, q := range v.of.Positions {
		later := slices.ContainsFunc(v.of.Positions[i+1:], func(o decision.Position) bool { return o.Person == q.Person })
		if later || seen[q.Person] || q.Stand != decision.Cannot || q.Reason == "" || !q.Counts() || !may(q.MayPrint) || excluded(q.Person) {
			continue
		}
		all = append(all, v.saidOf(q))
	}
	return all
}

func (v view) told(ctx context.Context, d *decisionData) error {
	for i, q := range v.of.Decided().Parties {
		if q.Part != decision.Hears {
			continue
		}
		name, err := partyName(ctx, v.tx, q, true)
		if err != nil {
			return err
		}
		one := toldView{Party: i, Name: name, Words: "To be told what comes of it"}
		if v.state.IsMade() {
			one.Words = "To be told"
		}
		for _, t := range v.of.Told {
			if t.Party == i {
				one.IsTold, one.Words = true, "Told on "+t.On.Long()+", "+t.How
				if v.by.May(access.SeePapers, v.area.Place()) {
					one.Words += ", by " + v.names.of(t.By)
				}
			}
		}
		d.Told = append(d.Told, one)
	}
	return nil
}
