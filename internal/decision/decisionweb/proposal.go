package decisionweb

import (
	"context"
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/decision"
	"commontable/internal/funding"
	"commontable/internal/plan"
	"commontable/internal/web"
)

type earlierText struct {
	Heading string
	Why     string
	Changes []textChange
}

type textChange struct{ What, Was, Is string }

func (v view) proposal(ctx context.Context, d *decisionData) error {
	t := v.of.Decided()
	cost := t.Cost
	if cost == "" && t.Total().Positive() {
		cost = t.Total().Whole()
	}
	if cost != "" {
		d.Facts = append(d.Facts, web.Fact{Term: "Cost", Value: cost})
	}
	var from []web.Link
	for _, l := range t.Lines {
		line, err := plan.LineByID(ctx, v.tx, v.area.ID, l.Line)
		if err != nil {
			return err
		}
		fact := web.Link{Text: line.Name + ": " + l.Amount.Whole()}
		public, err := plan.WasAdopted(ctx, v.tx, v.area.ID, l.Line)
		if err != nil {
			return err
		}
		if public {
			all, err := funding.Lines(ctx, v.tx, v.area.ID)
			if err != nil {
				return err
			}
			for _, had := range all {
				if left := line.Budget.Sub(had.Money.Spent); had.ID == l.Line && !v.state.IsMade() && !left.Negative() {
					fact.Text += ". " + left.Whole() + " is left there"
				}
			}
			fact.Href = home(v.area) + "/money/lines/" + string(l.Line)
		}
		from = append(from, fact)
	}
	switch len(from) {
	case 0:
	case 1:
		d.Facts = append(d.Facts, web.Fact{Term: "From", Value: from[0].Text, Href: from[0].Href})
	default:
		d.Facts = append(d.Facts, web.Fact{Term: "From", Component: linesOf(from)})
	}
	if v.of.Kind == decision.AdoptPlan {
		version, err := plan.VersionOf(ctx, v.tx, v.area.ID, v.of.PlanVersion)
		if err != nil {
			return err
		}
		fact := web.Fact{Term: "The plan", Value: "Version " + ordinal(version.Number)}
		if version.MayBeSeenBy(v.by, v.area) {
			fact.Href = home(v.area) + "/plan/versions/" + ordinal(version.Number)
		}
		d.Facts = append(d.Facts, fact)
	}
	var does, by []string
	for _, q := range t.Parties {
		name, err := partyName(ctx, v.tx, q, v.by.May(access.SeePapers, v.area.Place()))
		if err != nil {
			return err
		}
		if q.Part == decision.Does {
			does = append(does, name)
		}
	}
	if len(does) > 0 {
		d.Facts = append(d.Facts, web.Fact{Term: "Who would run it", Value: upper(listed(does))})
	}
	if t.PayeeOpen {
		d.Facts = append(d.Facts, web.Fact{Term: "Who would be paid", Value: "Nobody knew yet when this was written"})
	}
	for _, q := range v.of.Proposers {
		by = append(by, v.proposer(q))
	}
	d.Facts = append(d.Facts, web.Fact{Term: "Put forward by", Value: upper(listed(by))})
	if t.Told != "" {
		d.Facts = append(d.Facts, web.Fact{Term: "What residents told us", Value: t.Told})
	}
	if v.of.Meeting != "" {
		d.Facts = append(d.Facts, web.Fact{Term: "From", Value: "An item of our agenda", Href: v.itemHref()})
	}
	return nil
}

func (v view) proposer(q decision.Proposer) string {
	if q.Person == "" {
		if !v.by.May(access.SeePapers, v.area.Place()) {
			return "a resident"
		}
		return q.Name + " (" + q.Hat + ")"
	}
	name := v.names.of(q.Person)
	if v.names.known[q.Person] == "" {
		return strings.ToLower(name[:1]) + name[1:]
	}
	return name + " (" + q.Hat + ")"
}

func (v view) replaced(d *decisionData) {
	if n := v.of.Replaced.By; n != 0 {
		d.By = web.Link{Text: "decision " + ordinal(n), Href: decisionHref(v.area, n)}
		d.Replaced = dayMonth(date.InLondon(v.of.Replaced.At)) + " " + ordinal(int64(v.of.Replaced.At.Year()))
	}
	if n := v.of.Replaces; n != 0 {
		d.Replaces = web.Link{Text: "decision " + ordinal(n), Href: decisionHref(v.area, n)}
	}
}

// earlier are the wordings before the last, with what was different after each.
// How it was worded while it was a draft stays among those who read papers, and
// those who put it forward.
func (v view) earlier() []earlierText {
	first := 0
	if !v.by.May(access.SeePapers, v.area.Place()) && !v.of.PutForwardBy(v.by.Person) {
		first = v.of.FirstAsked()
	}
	var all []earlierText
	for i := first + 1; i < len(v.of.Texts); i++ {
		was, is := v.of.Texts[i-1], v.of.Texts[i]
		one := earlierText{Heading: "Wording " + ordinal(is.Version) + ", " + dayMonth(date.InLondon(is.WrittenAt)), Why: is.Why}
		for _, c := range []textChange{
			{"Name", was.Title, is.Title},
			{"Question", was.Question, is.Question},
			{"What it is", was.Words, is.Words},
			{"Cost", was.Cost, is.Cost},
			{"Together", was.Total().Whole(), is.Total().Whole()},
			{"What residents told us", was.Told, is.Told},
		} {
			if c.Was != c.Is {
				one.Changes = append(one.Changes, c)
			}
		}
		if !slices.Equal(was.Parties, is.Parties) {
			one.Changes = append(one.Changes, textChange{What: "Who would run it, or must hear of it", Was: "others", Is: "as above"})
		}
		all = append(all, one)
	}
	return all
}

// itemHref leads to the item of an agenda that the decision came of.
func (v view) itemHref() string {
	href := home(v.area) + "/meetings/" + v.of.Meeting
	if v.of.AgendaItem != "" {
		href += "#item-" + v.of.AgendaItem
	}
	return href
}
