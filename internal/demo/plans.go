package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/funding"
	"commontable/internal/money"
	"commontable/internal/plan"
)

// A said is what plans say of a priority: all areas what they want to reach, the
// richly shown one all the rest.
type said struct {
	objectives []string
	why        string
	actions    []plan.Action // By is set when the plan is written
	months     []int         // after the plan is written, for each action
	evidence   []plan.Evidence
	heard      string // how people put it when they were asked
	count      int    // how many of them did
}

var sayings = map[string]said{
	"Green spaces and play": {
		objectives: []string{"Every child can play outdoors within five minutes of home", "The park is a place where all ages meet"},
		why:        "The park is the one place that everybody shares. People told us that they walk past it, because there is nowhere to sit and little for children over eight.",
		actions:    []plan.Action{{What: "Put benches on both sides of the park", Who: "The park group"}, {What: "Plan the skate park with the young people who will use it", Who: "Young leaders, with Sam"}, {What: "Plant the orchard", Who: "The growing group"}},
		months:     []int{8, 18, 30},
		evidence: []plan.Evidence{
			{Kind: plan.Lived, Words: "“I carry a folding chair to the park, because I cannot walk there and back without a rest.”", Source: "A resident of Elm Street, 71"},
			{Kind: plan.Published, Words: "Three of our four play areas are marked for repair in the council’s own survey.", Source: "Council open space survey", Link: "https://council.example/open-spaces"},
		},
		heard: "Mend the park, and put benches in it", count: 61,
	},
	"Young people": {
		objectives: []string{"Somewhere to go on four evenings a week, run with young people", "Ten young people a year lead something themselves"},
		why:        "Two of three homes put young people first. There was nothing after six o’clock, and the nearest youth club is two buses away.",
		actions:    []plan.Action{{What: "Open the drop-in on two evenings, then four", Who: "Open Door Youth, with young leaders"}, {What: "Train the first ten young leaders", Who: "Open Door Youth"}},
		months:     []int{5, 14},
		evidence: []plan.Evidence{
			{Kind: plan.Lived, Words: "“We stand by the shops because there is nowhere else. Then people are afraid of us.”", Source: "A young person, 15"},
			{Kind: plan.Published, Words: "A quarter of the people who live here are under 16.", Source: "Census", Link: "https://census.example/tanners-reach"},
		},
		heard: "Put young people first", count: 94,
	},
	"The Hub: a home for all of us": {
		objectives: []string{"A warm, open place every day of the week", "The Hub pays its own bills before the fund ends"},
		why:        "There was no place that is ours. Groups met in kitchens and in the pub.",
		actions:    []plan.Action{{What: "Mend the roof and the kitchen", Who: "Brightwell Homes"}, {What: "Find three groups that rent a room each week", Who: "The Hub group"}},
		months:     []int{10, 26},
		evidence: []plan.Evidence{
			{Kind: plan.Lived, Words: "“Our mothers’ group has moved four times in a year.”", Source: "Somebody who runs a group"},
		},
		heard: "A place of our own to meet", count: 58,
	},
	"Health and good company": {
		objectives: []string{"Nobody who wants company is without it", "Help for the mind can be had within walking distance"},
		why:        "Many who live alone told us that they speak to nobody on most days.",
		actions:    []plan.Action{{What: "Begin the lunch club", Who: "Table for Twelve"}, {What: "Ask the surgery to refer people to the walks", Who: "Denise and the surgery"}},
		months:     []int{4, 12},
		evidence: []plan.Evidence{
			{Kind: plan.Lived, Words: "“After my wife died it was the lunch club or the television.”", Source: "A resident, 78"},
			{Kind: plan.Published, Words: "More people here than in most places say that their health is bad.", Source: "Census", Link: "https://census.example/tanners-reach/health"},
		},
		heard: "Something for people who live alone", count: 43,
	},
	"Work and skills": {
		objectives: []string{"Forty people a year learn something that they can use at work", "Small groups can begin something without a long form"},
		why:        "People asked for courses near home, at times when children are in school.",
		actions:    []plan.Action{{What: "Run the job club each term", Who: "Next Step"}, {What: "Open the small grants twice a year", Who: "The small grants panel"}},
		months:     []int{6, 9},
		evidence: []plan.Evidence{
			{Kind: plan.Lived, Words: "“I had the job, but not the certificate that they wanted.”", Source: "A resident, 34"},
		},
		heard: "Courses close to home", count: 37,
	},
	"Running the partnership": {
		objectives: []string{"Everyone knows what is decided, and how to take part"},
		why:        "Nothing happens by itself. Somebody has to knock on doors, write things down and make the tea.",
		actions:    []plan.Action{{What: "Take a newsletter to every door, four times a year", Who: "The street reps"}},
		months:     []int{3},
		evidence: []plan.Evidence{
			{Kind: plan.Lived, Words: "“I would have come, if I had known.” We heard this at nine doors.", Source: "What members heard at the doors"},
		},
		heard: "Tell us what is going on", count: 29,
	},
}

// ofItsOwn is an area's own chance, which leaves the rest of its story as it is.
func (s *story) ofItsOwn() *rand.Rand {
	sum := uint64(9000)
	for _, b := range []byte(s.area.Name) {
		sum = sum*31 + uint64(b)
	}
	return s.rand(sum)
}

// wordsFor gives a version what it says of its priorities.
func (s *story) wordsFor(n *plan.NewVersion) {
	seen := map[string]bool{}
	for _, l := range s.lines {
		if seen[l.priority] {
			continue
		}
		seen[l.priority] = true
		says := sayings[l.priority]
		if !s.isStar() {
			says = s.voice.said[l.priority]
		}
		pr := plan.Priority{ID: s.known[l.priority], Name: l.priority, Objectives: says.objectives}
		if new, is := s.renamed[l.priority]; is {
			pr.Name = new
		}
		if s.consulted > 0 && len(s.lines) > 1 {
			pr.Why = says.why
			actions, months := says.actions, says.months
			if s.isStar() && s.grew {
				actions, months = slices.Concat(actions, laterActions[l.priority]), slices.Concat(months, laterMonths)
			}
			for i, a := range actions {
				if known := s.actions[a.What]; known != "" {
					a.ID, a.By = known, s.due[a.What]
				} else {
					a.By = date.Of(s.now).AddMonths(months[i])
				}
				pr.Actions = append(pr.Actions, a)
			}
		}
		if s.isStar() && len(s.lines) > 1 && s.consulted > 0 {
			pr.Evidence = append(pr.Evidence, says.evidence...)
			pr.Evidence = append(pr.Evidence, plan.Evidence{
				Kind: plan.Collected, Words: fmt.Sprintf("%d of 152 homes said: %s.", says.count, lowered(says.heard)), Source: "Our doorstep survey", Consultation: s.consulted,
			})
		} else if s.consulted > 0 {
			pr.Evidence = []plan.Evidence{{Kind: plan.Collected, Words: says.heard + ".", Source: "What people told us", Consultation: s.consulted}}
		}
		n.Priorities = append(n.Priorities, pr)
	}
	for i := range n.Lines {
		l := s.lines[i]
		n.Lines[i].ID = l.id
		if new, is := s.renamed[l.priority]; is {
			n.Lines[i].Priority = new
		}
		if s.isStar() && len(s.lines) > 1 {
			n.Lines[i].Years = l.shareOut(max(n.FromYear, date.Of(s.now).FinancialYear()), n.UntilYear)
		}
	}
}

func lowered(words string) string { return string(words[0]-'A'+'a') + words[1:] }

// shareOut leaves the years before one as they were planned, and shares the rest of
// the budget over those that are to come.
func (l *playedLine) shareOut(from, until int) (years []plan.YearBudget) {
	rest := l.budget
	for _, y := range l.years {
		if y.Year < from {
			years, rest = append(years, y), rest.Sub(y.Amount)
		}
	}
	return append(years, shareOut(rest, from, until)...)
}

// shareOut shares an amount over years in whole hundreds, the rest to the first.
func shareOut(budget money.Amount, from, until int) []plan.YearBudget {
	count := int64(until - from + 1)
	each := money.Pounds(budget.Minor() / 100 / count / 100 * 100)
	var years []plan.YearBudget
	left := budget
	for y := until; y > from; y-- {
		if each.Positive() {
			years = append([]plan.YearBudget{{Year: y, Amount: each}}, years...)
			left = left.Sub(each)
		}
	}
	if left.Positive() {
		years = append([]plan.YearBudget{{Year: from, Amount: left}}, years...)
	}
	return years
}

// remember keeps what a version calls its priorities and actions.
func (s *story) remember(v plan.Version) {
	if s.known == nil {
		s.known, s.actions, s.due = map[string]plan.PriorityID{}, map[string]plan.ActionID{}, map[string]date.Date{}
	}
	for i, l := range v.Lines[:len(s.lines)] {
		s.known[s.lines[i].priority], s.lines[i].years = l.Priority, l.Years
	}
	for _, pr := range v.Priorities {
		for _, a := range pr.Actions {
			s.actions[a.What], s.due[a.What] = a.ID, a.By
		}
	}
}

// consult plays asking people, before the whole plan is written.
func (s *story) consult(ctx context.Context, tx *db.Tx) error {
	r := s.ofItsOwn()
	asked := 80 + r.IntN(140)
	answered := asked * (30 + r.IntN(35)) / 100
	on := date.Of(s.now)
	n := []plan.Section{
		plan.AskingSection{Asking: plan.Asking{
			Title: fmt.Sprintf("What matters here, %d", on.Year()), Question: "What would make this a better place to live?", Whom: "Anybody who opened the door, in every street.",
			From: on.AddDays(-40), Until: on.AddDays(-20),
		}},
		plan.ChannelsSection{Channels: []plan.Channel{{Kind: plan.Doors, Asked: asked, Answered: answered}}},
	}
	heard := plan.Hearing{Summary: pick(s.voice.r, whatWasHeard)}
	for _, pr := range priorities {
		heard.Heard = append(heard.Heard, plan.Heard{Words: s.voice.said[pr.name].heard, Count: answered * (15 + r.IntN(50)) / 100})
	}
	if s.isStar() {
		n, heard = theSurvey(on)
	}
	c, err := s.plans.BeginConsultationIn(ctx, tx, s.chair, s.area, plan.NewConsultation{Sections: append(n, plan.HearingSection{Hearing: heard})})
	if err != nil {
		return err
	}
	how := pick(s.voice.r, howFedBack)
	if s.isStar() {
		how = "A page in the newsletter, a wall at the fun day, and a letter to all 152 homes."
	}
	s.consulted = c.Number
	return s.plans.FeedBackIn(ctx, tx, s.chair, s.area, plan.NewFeedback{Number: c.Number, On: on, How: how})
}

// theSurvey is what the richly shown area asked 152 homes.
func theSurvey(on date.Date) ([]plan.Section, plan.Hearing) {
	heard := plan.Hearing{Summary: "Nearly two of three homes put young people first, and those without children did so as often as those with.\n\nPeople were proud of the park and cross about it. Many wanted a pool. We told them at the door what a pool costs to run, and most then chose the park."}
	for _, pr := range []string{"Young people", "Green spaces and play", "The Hub: a home for all of us", "Health and good company", "Work and skills", "Running the partnership"} {
		heard.Heard = append(heard.Heard, plan.Heard{Words: sayings[pr].heard, Count: sayings[pr].count})
	}
	heard.Heard = append(heard.Heard, plan.Heard{Words: "A swimming pool", Count: 38})
	return []plan.Section{
		plan.AskingSection{Asking: plan.Asking{
			Title: fmt.Sprintf("What matters most in Tanners Reach, %d", on.Year()), Whom: "Every home between the canal and the railway, and whoever came to the fun day.",
			Question: "What do you love about living here?\n\nWhat would you change first, and what could you do about it with others?\n\nHere is what the money can do, and what it cannot. What would you choose?",
			From:     on.AddDays(-60), Until: on.AddDays(-25),
		}},
		plan.OptionsSection{Options: []plan.Option{
			{Words: "A youth club on four evenings", Possible: true, Why: "Open Door Youth can begin within six months."},
			{Words: "Benches, play areas and a skate park", Possible: true, Why: "The council lets us, if we look after them for five years."},
			{Words: "A building of our own", Possible: true, Why: "The old school is empty, and its roof can be mended."},
			{Words: "A swimming pool", Why: "It would cost more to run in three years than the whole fund holds."},
			{Words: "A cinema", Why: "There are not enough people within reach to keep one open. The Hub can show films."},
		}},
		plan.ChannelsSection{Channels: []plan.Channel{
			{Kind: plan.Doors, Words: "Twelve residents, paid for their time, on six Saturdays", Asked: 240, Answered: 121},
			{Kind: plan.Events, Words: "The fun day: a tree to hang wishes on", Answered: 18},
			{Kind: plan.Online, Words: "A form on the estate’s page", Asked: 310, Answered: 12},
			{Kind: plan.Meeting, Words: "A meeting in the church hall, with posters in every shop", Answered: 1},
		}},
		plan.VoicesSection{Voices: []plan.Voice{
			{Who: "People who work nights", What: "Two members stand at the bus stop at six in the morning, in May."},
			{Who: "Families who came this year and speak little English", What: "The school’s playgroup asks them, with somebody who speaks Tigrinya."},
			{Who: "Young people under 16", What: "The youth drop-in does its own survey in its first term."},
		}},
	}, heard
}

// reviewPlan plays the look back at the plan at the end of a year of it.
func (s *story) reviewPlan(ctx context.Context, tx *db.Tx, year int) error {
	if !s.goesOn() || year == 0 {
		return nil
	}
	current, err := plan.InForce(ctx, tx, s.area.ID)
	if err != nil {
		return err
	}
	open, err := s.plans.BeginReviewIn(ctx, tx, s.chair, s.area, current.Number)
	if err != nil {
		return err
	}
	lines, err := funding.Lines(ctx, tx, s.area.ID)
	if err != nil {
		return err
	}
	n := plan.NewFinish{Number: open.Number, Spent: map[plan.PriorityID]money.Amount{}, Looking: plan.Looking{Parts: open.Parts}}
	for _, l := range lines {
		n.Spent[l.Priority] = n.Spent[l.Priority].Add(l.Money.Spent)
	}
	for i := range n.Parts {
		n.Parts[i].Choice, n.Parts[i].Why = plan.Kept, pick(s.voice.r, whyKept)
	}
	r := s.ofItsOwn()
	turn := (r.IntN(5) + year) % 5
	switch {
	case s.isStar():
		s.starLooksBack(&n, year)
	case turn == 0:
		part := &n.Parts[(r.IntN(6)+year)%len(n.Parts)]
		part.Choice, part.Why = plan.Changed, pick(s.voice.r, whyChanged)
	default:
		n.Learnt = pick(s.voice.r, learnt)
	}
	if turn == 3 && !s.isStar() {
		n.Newcomers, n.Changes = pick(s.voice.r, newcomers), pick(s.voice.r, changes)
	}
	_, err = s.plans.FinishReviewIn(ctx, tx, s.chair, s.area, n)
	return err
}

// starLooksBack is what the richly shown area learns: in most years nothing is to
// change, on purpose; before the plan is refreshed, something is.
func (s *story) starLooksBack(n *plan.NewFinish, year int) {
	why := map[string]string{
		"Young people": "The drop-in has found its feet. What it needs now is for nobody to change it.", "Green spaces and play": "Trees grow slowly. The skate park has its permission at last.",
		"The Hub: a home for all of us": "Three groups rent a room. We give it another year before we ask for more.",
	}
	for i := range n.Parts {
		if words := why[n.Parts[i].Name]; words != "" {
			n.Parts[i].Why = words
		}
	}
	n.Learnt = "We thought about changing half of it, and found that what is missing is time. So we change nothing, on purpose."
	if year%3 == 0 {
		n.Learnt = "What began as a room with a kettle is what people speak of first."
	}
	if year == 4 {
		n.Newcomers = "About forty families from Eritrea and Ukraine have come since the new homes were built. They know the playgroup, and not us."
		n.Changes = "The bus to the hospital stopped. The supermarket closed, and the market came back."
		n.Learnt = "Where the old plan said “wellbeing”, people meant a warm room and somebody to listen. The next version says so."
		for i := range n.Parts {
			if part := &n.Parts[i]; part.Name == "Health and good company" {
				part.Choice, part.Learnt, part.Why = plan.Changed, "The warm room in winter did more than the counselling, and led people to it.", "Call it what people call it, and put the warm room first."
			}
		}
	}
}

// getOn plays what of the plan is done by now.
func (s *story) getOn(ctx context.Context, tx *db.Tx) error {
	current, err := plan.InForce(ctx, tx, s.area.ID)
	if err != nil {
		return err
	}
	for _, pr := range current.Priorities {
		for _, a := range pr.Actions {
			if late := a.By.AddMonths(2); !a.By.IsZero() && late.Before(date.Of(s.now)) && !s.done[a.ID] && a.What != "Find three groups that rent a room each week" {
				if err := s.plans.NoteActionIn(ctx, tx, s.chair, s.area, plan.NewProgress{Action: a.ID, Done: true, On: a.By.AddDays(9)}); err != nil {
					return err
				}
				if s.done == nil {
					s.done = map[plan.ActionID]bool{}
				}
				s.done[a.ID] = true
			}
		}
	}
	return nil
}

// newNames are what an area calls things, and wants, once it has learnt what people
// mean: the richly shown one, and in other words all the others.
func (s *story) newNames() {
	if !s.isStar() {
		again := pick(s.voice.r, priorities).name
		said := s.voice.said[again]
		said.objectives = append(slices.Clone(said.objectives), pick(s.voice.r, alsoWanted))
		s.voice.said[again] = said
		for _, l := range s.lines {
			if later := calledLater[l.key]; later != "" && s.voice.r.IntN(3) == 0 {
				l.name = s.voice.called(later)
			}
		}
		return
	}
	s.grew = true
	s.renamed["Health and good company"] = "Health, warmth and good company"
	for _, l := range s.lines {
		if l.name == "Listening and wellbeing" {
			l.name = "A warm room and somebody to listen"
		}
	}
}

// What the richly shown area set itself when it had looked back, and in how many
// months.
var (
	laterMonths  = []int{28, 76}
	laterActions = map[string][]plan.Action{
		"Green spaces and play":         {{What: "Find land for the skate park that is free", Who: "Young Reach"}, {What: "Build the first ramp by the canal", Who: "Young Reach, with the council"}},
		"Young people":                  {{What: "Find who runs the drop-in for good", Who: "Young Reach and Sam"}, {What: "Ten young people sit on the partnership’s groups", Who: "Denise"}},
		"The Hub: a home for all of us": {{What: "Write down what it costs to keep the doors open", Who: "Bernadette"}, {What: "A group of residents that can hold the lease", Who: "Reach Neighbours"}},
		"Health and good company":       {{What: "Open the warm room from November to March", Who: "Reach Lunch Club"}},
		"Work and skills":               {{What: "Move the job club to the Hub for good", Who: "Next Step"}},
		"Running the partnership":       {{What: "Two people for each job", Who: "All of us"}, {What: "Say what goes on when the fund ends", Who: "All of us, with those who run a group"}},
	}
)

// refresh is what the richly shown area has written and not decided yet: what was
// learnt in the last look back, and beside it what is kept on purpose.
func refresh(current plan.Version) plan.NewVersion {
	next := plan.NewVersion{Vision: current.Vision, FromYear: current.FromYear, UntilYear: current.UntilYear, Priorities: slices.Clone(current.Priorities)}
	next.Vision = strings.TrimSuffix(next.Vision, ".") + ". The Hub stays ours."
	from, to := lineOf(current, "Training"), lineOf(current, "Youth drop-in")
	moved := spare(current, from)
	for _, l := range current.Lines {
		n := plan.NewLine{ID: l.ID, Priority: l.PriorityName, Name: l.Name, Theme: l.Theme, Budget: l.Budget, Years: slices.Clone(l.Years)}
		switch {
		case l.ID == from && from != to:
			n.Budget, n.Years = l.Budget.Sub(moved), addTo(n.Years, moved.Neg())
		case l.ID == to && from != to:
			n.Budget, n.Years, n.Name = l.Budget.Add(moved), addTo(n.Years, moved), "Youth drop-in, holiday clubs and trips"
		}
		next.Lines = append(next.Lines, n)
	}
	for i := range next.Priorities {
		pr := &next.Priorities[i]
		switch {
		case strings.HasPrefix(pr.Name, "The Hub"):
			pr.Objectives = []string{"A warm, open place every day of the week", "A group of residents holds the lease by the time the fund ends"}
		case strings.HasPrefix(pr.Name, "Young people"):
			pr.Evidence = append(slices.Clone(pr.Evidence), plan.Evidence{Kind: plan.Lived, Words: "“If it shuts in July, then where?”", Source: "A young person, 13"})
		}
	}
	return next
}

// spare is what a line can give without its best year losing more than half: at
// most £9,000, in whole hundreds.
func spare(v plan.Version, of plan.LineID) money.Amount {
	l, _ := v.Line(of)
	most := l.Budget
	if at := mostOf(l.Years); at >= 0 {
		most = l.Years[at].Amount
	}
	return money.Pounds(min(9_000, most.Minor()/100/2/100*100))
}

// addTo adds to the year that has most.
func addTo(years []plan.YearBudget, more money.Amount) []plan.YearBudget {
	if at := mostOf(years); at >= 0 {
		years[at].Amount = years[at].Amount.Add(more)
	}
	return years
}

func mostOf(years []plan.YearBudget) int {
	most := -1
	for i, y := range years {
		if most < 0 || years[most].Amount.Less(y.Amount) {
			most = i
		}
	}
	return most
}

// drafting leaves in the richly shown area a draft of the plan that is being
// written, and a consultation that is not fed back yet.
func (p *player) drafting(ctx context.Context, tx *db.Tx) error {
	a := p.star.area
	if _, err := p.plans.BeginConsultationIn(ctx, tx, p.star.worker, a, plan.NewConsultation{Sections: []plan.Section{
		plan.AskingSection{Asking: plan.Asking{
			Title: "The years after the fund", Question: "What must go on when the fund has ended, and who can carry it?", Whom: "Everybody who runs a group, and whoever comes to the Hub.", From: p.what.Today.AddDays(-10),
		}},
		plan.ChannelsSection{Channels: []plan.Channel{{Kind: plan.Events, Words: "A long table at the Hub, with soup", Asked: 60, Answered: 34}}},
	}}); err != nil {
		return err
	}
	current, err := plan.Current(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	if _, err := p.plans.BeginDraftIn(ctx, tx, p.star.worker, a, plan.NewDraft{From: current.Number}); err != nil {
		return err
	}
	_, err = p.plans.ReviseIn(ctx, tx, p.star.worker, a, "", plan.VisionRevision{
		Vision: current.Vision + "\n\nWhen the fund ends, the doors stay open.", FromYear: current.FromYear, UntilYear: current.UntilYear,
	})
	return err
}
