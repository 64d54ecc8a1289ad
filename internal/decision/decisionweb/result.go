package decisionweb

import (
	"context"
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/chart"
	"commontable/internal/date"
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
	counts   []countOf
	Said     string
	Minority []minorityView
	Allowed  []web.Link
	OnPaper  string // how many votes came by another hand
}

// A minorityView is what one side said that did not carry it, or why nothing of it
// stands here.
type minorityView struct {
	Heading string
	Said    []saidView
	Nothing string
}

type toldView struct {
	Party  int
	Name   string
	Words  string
	IsTold bool
	due    date.Date // the day by which they are to hear
	on     date.Date // the day on which they did
	how    string
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
		view.counts = []countOf{{"Yes", r.Yes}, {"No", r.No}, {"Stood aside", r.Aside}, {"Did not vote", r.Unused}}
		view.Rows = v.votes(view.counts)
		view.OnPaper = v.onPaper()
	}
	view.Minority = v.minority()
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

// A countOf is how many gave an answer.
type countOf struct {
	words string
	n     int
}

func (v view) votes(counts []countOf) web.Table {
	t := web.Table{
		Caption: "How the votes were", CaptionHidden: true, Class: "tbl--bars",
		Columns: []web.Column{{Text: "Vote"}, {Text: "How many", Hidden: true, Bar: true}, {Text: "Votes", Numeric: true}},
	}
	sum := 0
	for _, row := range counts {
		sum += row.n
	}
	most := int64(max(1, sum))
	for _, row := range counts {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{{Text: row.words, RowHeader: true}, {Component: chart.Bar(int64(row.n), most)}, {Text: ordinal(int64(row.n))}}})
	}
	return t
}

// minority is what those said with whom it did not go, in their own words: to
// whoever reads papers, and to everyone where they said that these may be printed.
// Of a vote that failed those are who were for it, and who could not agree stand
// beside them.
func (v view) minority() []minorityView {
	r := v.of.Result
	against := minorityView{Heading: "Those who could not agree", Said: append(v.voted(decision.No), v.couldNot()...)}
	if len(against.Said) == 0 && r.No > 0 {
		against.Nothing = "They left no words for everyone to read."
	}
	infavour := minorityView{Heading: "Those who were for it"}
	if r.Way == decision.ByVote && r.Outcome != decision.IsAgreed {
		infavour.Said = v.voted(decision.Yes)
		if len(infavour.Said) == 0 && r.Yes > 0 {
			infavour.Nothing = "They left no words for everyone to read."
		}
	}
	var all []minorityView
	for _, side := range []minorityView{infavour, against} {
		if len(side.Said) > 0 || side.Nothing != "" {
			all = append(all, side)
		}
	}
	return all
}

// mayPrint reports whether the words of somebody stand on the page: never of who
// was left out when it was counted.
func (v view) mayPrint(who access.PersonID, reason string, print bool) bool {
	return reason != "" && (print || v.sight.Talk) && !slices.Contains(v.of.Result.Excluded, who)
}

// voted is what those wrote who voted one way.
func (v view) voted(way decision.Choice) (all []saidView) {
	what := map[decision.Choice]string{decision.Yes: "voted yes", decision.No: "voted no"}[way]
	for _, e := range v.of.Poll.Electors {
		b, ok := v.of.Poll.Spoke(e.Holder, v.of.Result.Excluded)
		if !ok || b.Person != e.Person || b.Choice != way || !v.mayPrint(e.Person, b.Reason, b.MayPrint) {
			continue
		}
		name := v.names.of(e.Person)
		all = append(all, saidView{Name: name, Initials: person.Initials(name), Tone: tone(e.Person), What: what, Words: b.Reason})
	}
	return all
}

// couldNot is what those said who could not live with it, and voted no way with
// words of their own.
func (v view) couldNot() (all []saidView) {
	for i, q := range v.of.Positions {
		later := slices.ContainsFunc(v.of.Positions[i+1:], func(o decision.Position) bool { return o.Person == q.Person })
		if later || q.Stand != decision.Cannot || !q.Counts() || v.wrote(q.Person) || !v.mayPrint(q.Person, q.Reason, q.MayPrint) {
			continue
		}
		all = append(all, v.saidOf(q))
	}
	return all
}

// wrote reports whether somebody’s vote is on the page with what they wrote, or was
// for it.
func (v view) wrote(who access.PersonID) bool {
	for _, e := range v.of.Poll.Electors {
		b, ok := v.of.Poll.Spoke(e.Holder, v.of.Result.Excluded)
		if ok && b.Person == who && (b.Choice == decision.Yes || b.Choice == decision.No && v.mayPrint(who, b.Reason, b.MayPrint)) {
			return true
		}
	}
	return false
}

func (v view) told(ctx context.Context, d *decisionData) error {
	due, err := v.heardBy(ctx)
	if err != nil {
		return err
	}
	for i, q := range v.of.Decided().Parties {
		if q.Part != decision.Hears {
			continue
		}
		name, err := partyName(ctx, v.tx, q, true)
		if err != nil {
			return err
		}
		one := toldView{Party: i, Name: name, Words: toBeTold(due, v.of.Decided().HearDays, v.state.IsMade()), due: due}
		for _, t := range v.of.Told {
			if t.Party == i {
				one.IsTold, one.Words, one.on, one.how = true, "Told on "+t.On.Long()+", "+t.How, t.On, t.How
				if v.by.May(access.SeePapers, v.area.Place()) {
					one.Words += ", by " + v.names.of(t.By)
				}
			}
		}
		d.Told = append(d.Told, one)
	}
	return nil
}

// heardBy is the day by which those who must hear of the decision are told; zero
// before it is made, where it was taken back, and where nobody said how soon.
func (v view) heardBy(ctx context.Context) (date.Date, error) {
	if v.of.Result.Outcome == decision.IsWithdrawn {
		return date.Date{}, nil
	}
	return decision.HeardBy(ctx, v.tx, v.area.ID, v.of.Result.On, v.of.Decided().HearDays)
}

// toBeTold says by when somebody hears of a decision.
func toBeTold(due date.Date, days int64, made bool) string {
	switch {
	case !due.IsZero():
		return "To be told by " + due.Long()
	case made:
		return "To be told"
	case days != 0:
		return "To be told what comes of it, " + within(days) + " of the decision"
	}
	return "To be told what comes of it"
}
