package demo

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/plan"
	"commontable/internal/project"
	"commontable/internal/share"
)

// A step is one thing that happens to an area's projects, at a share of the time
// from its beginning to the last day.
type step struct {
	at float64
	do func(ctx context.Context, tx *db.Tx, on date.Date) error
}

// doings are an area's projects as they are played.
type doings struct {
	*story

	begins date.Date
	steps  []step
	r      *rand.Rand // its own, so that what else is played stays as it is
	ids    map[string]project.ID
	goes   map[string]project.ActivityID
	meets  map[string]project.MilestoneID
	asked  map[string]project.RequirementID
	coming []startOf
}

// A startOf is that a project will begin.
type startOf struct {
	at float64
	tale
}

// beginProjects writes the script of an area's projects.
func (s *story) beginProjects(i int) {
	d := &doings{
		story: s, begins: date.Of(s.now), r: s.rand(uint64(i) + 7000), //nolint:gosec // a small number
		ids: map[string]project.ID{}, goes: map[string]project.ActivityID{}, meets: map[string]project.MilestoneID{}, asked: map[string]project.RequirementID{},
	}
	if i == 0 {
		d.rich()
	} else {
		d.sparse()
	}
	if i > 0 {
		d.workshops(i)
	}
	d.whoIsWho(i)
	slices.SortStableFunc(d.steps, func(a, b step) int { return cmp.Compare(a.at, b.at) })
	s.doings = d
	if i == 0 {
		s.star.doings = d
	}
}

// playProjects plays what has come due.
func (s *story) playProjects(ctx context.Context, tx *db.Tx) error {
	d := s.doings
	days := float64(d.begins.DaysUntil(s.what.Today))
	for len(d.steps) > 0 {
		on := d.begins.AddDays(int(days * d.steps[0].at))
		if on.After(date.Of(s.now)) {
			return nil
		}
		do := d.steps[0].do
		d.steps = d.steps[1:]
		if err := do(ctx, tx, on); err != nil {
			return err
		}
	}
	return nil
}

func (d *doings) then(at float64, do func(ctx context.Context, tx *db.Tx, on date.Date) error) {
	d.steps = append(d.steps, step{at, do})
}

// who keeps the projects.
func (d *doings) keeper() access.Actor {
	if d.star.area.ID == d.area.ID && d.star.worker.Person != "" {
		return d.star.worker
	}
	return d.chair
}

// linesOf are the budget lines of these names that are in the plan.
func (d *doings) linesOf(names ...string) []plan.LineID {
	var all []plan.LineID
	for _, l := range d.lines {
		if l.id != "" && slices.Contains(names, l.key) {
			all = append(all, l.id)
		}
	}
	return all
}

// A tale is a project as it begins, and what is to be said of it later.
type tale struct {
	name, what, why string
	lines           []string
	ends            project.Ends
	finish          string // what has to happen for it to be finished
	months          int    // until the end, where it is on a day
	from            string
	early           bool
	state           project.State
	lead            project.Party

	first, last       string // milestones
	does, words, when string // what people do together, and when
	food, ended       string
}

func (d *doings) begin(at float64, t tale) {
	d.coming = append(d.coming, startOf{at, t})
	d.then(at, func(ctx context.Context, tx *db.Tx, on date.Date) error { return d.beginning(ctx, tx, on, t) })
}

func (d *doings) state(at float64, name string, n project.NewState) {
	d.then(at, func(ctx context.Context, tx *db.Tx, on date.Date) error {
		n.From = on
		if n.State == project.Resting {
			n.Until = d.what.Today.AddMonths(4)
		}
		return d.projects.NoteIn(ctx, tx, d.keeper(), d.area, d.ids[name], n)
	})
}

func (d *doings) leads(at float64, name string, p project.Party) {
	d.then(at, func(ctx context.Context, tx *db.Tx, on date.Date) error {
		return d.projects.SetLeadIn(ctx, tx, d.keeper(), d.area, d.ids[name], project.NewLead{Party: p, From: on})
	})
}

func (d *doings) part(at float64, name string, p project.Party, role project.Role, words string) {
	d.then(at, func(ctx context.Context, tx *db.Tx, on date.Date) error {
		_, err := d.projects.AddPartIn(ctx, tx, d.keeper(), d.area, d.ids[name], project.NewPart{Party: p, Role: role, Words: words, From: on})
		return err
	})
}

// milestone plans one for so many months on, or where months is 0 for the quarter
// that comes after the last day.
func (d *doings) milestone(at float64, of, name string, months int, resident bool) {
	d.then(at, func(ctx context.Context, tx *db.Tx, on date.Date) error {
		when := project.When{On: on.AddMonths(months)}
		if months == 0 {
			when = project.When{On: d.what.Today.AddMonths(4), Quarter: true}
		}
		made, err := d.projects.AddMilestoneIn(ctx, tx, d.keeper(), d.area, d.ids[of], project.NewMilestone{Name: name, When: when, Resident: resident})
		d.meets[name] = made
		return err
	})
}

func (d *doings) reached(at float64, name, words string) {
	d.then(at, func(ctx context.Context, tx *db.Tx, on date.Date) error {
		return d.projects.EndMilestoneIn(ctx, tx, d.keeper(), d.area, d.meets[name], project.MilestoneEnd{Reached: true, On: on, Words: words})
	})
}

func (d *doings) moved(at float64, name string, months int, why string) {
	d.then(at, func(ctx context.Context, tx *db.Tx, on date.Date) error {
		return d.projects.MoveMilestoneIn(ctx, tx, d.keeper(), d.area, d.meets[name], project.Move{When: project.When{On: on.AddMonths(months)}, Why: why})
	})
}

func (d *doings) happened(at float64, of string, kind project.HappeningKind, public bool, words string) {
	d.then(at, func(ctx context.Context, tx *db.Tx, on date.Date) error {
		return d.projects.AddHappeningIn(ctx, tx, d.keeper(), d.area, d.ids[of], project.NewHappening{On: on, Kind: kind, Words: words, Public: public})
	})
}

func (d *doings) requirement(at float64, of, what, who string, basis project.Basis, law string) {
	d.then(at, func(ctx context.Context, tx *db.Tx, on date.Date) error {
		made, err := d.projects.AddRequirementIn(ctx, tx, d.keeper(), d.area, d.ids[of], project.NewRequirement{What: what, AskedBy: who, Basis: basis, Law: law, AskedOn: on})
		d.asked[what] = made
		return err
	})
}

func (d *doings) settled(at float64, what string, o project.Outcome, words string) {
	d.then(at, func(ctx context.Context, tx *db.Tx, on date.Date) error {
		return d.projects.SettleIn(ctx, tx, d.keeper(), d.area, d.asked[what], project.NewOutcome{Outcome: o, On: on, Words: words})
	})
}

func (d *doings) labelled(at float64, what string, basis project.Basis, words string) {
	d.then(at, func(ctx context.Context, tx *db.Tx, on date.Date) error {
		return d.projects.RelabelIn(ctx, tx, d.keeper(), d.area, d.asked[what], project.NewLabel{Label: project.Label{Basis: basis, On: on, Words: words}})
	})
}

func (d *doings) activity(at float64, of string, n project.NewActivity) {
	d.then(at, func(ctx context.Context, tx *db.Tx, on date.Date) error {
		n.Project, n.BegunOn = d.ids[of], on
		made, err := d.projects.BeginActivityIn(ctx, tx, d.keeper(), d.area, n)
		d.goes[n.Name] = made
		return err
	})
}

// sessions plays so many of them from one time to another.
func (d *doings) sessions(name string, from, until float64, times int, least, most int64, change func(*project.NewSession)) {
	for i := range times {
		d.then(from+(until-from)*float64(i)/float64(times), func(ctx context.Context, tx *db.Tx, on date.Date) error {
			a, err := project.ActivityByID(ctx, tx, d.area.ID, d.goes[name])
			if err != nil {
				return err
			}
			n := project.NewSession{On: on, Came: least + d.r.Int64N(most-least+1)}
			if day := takesPlace(a.Timetable, on); !day.Before(a.BegunOn) {
				n.On = day
			}
			change(&n)
			_, err = d.projects.AddSessionIn(ctx, tx, d.keeper(), d.area, d.goes[name], n)
			return err
		})
	}
}

// takesPlace is the last day, up to one, on which a timetable such as "First Saturday
// of the month" or "Mondays and Wednesdays" has people meet; that day itself where it
// names no day of the week. Nobody meets on Christmas Day.
func takesPlace(timetable string, on date.Date) date.Date {
	week := slices.IndexFunc([]string{"First ", "Second "}, func(nth string) bool { return strings.HasPrefix(timetable, nth) }) + 1
	months := slices.ContainsFunc([]time.Month{time.January, time.July}, func(m time.Month) bool { return strings.Contains(timetable, m.String()) })
	for back := range 366 {
		day := on.AddDays(-back)
		weekday := strings.Contains(timetable, day.Weekday().String())
		if strings.HasPrefix(timetable, "Every weekday") {
			weekday = day.Weekday() != time.Saturday && day.Weekday() != time.Sunday
		}
		switch {
		case !weekday, week > 0 && (day.Day()+6)/7 != week, months && !strings.Contains(timetable, day.Month().String()):
		case day.Month() == time.December && day.Day() == 25:
		default:
			return day
		}
	}
	return on
}

func (d *doings) turned(at float64, name string, kind project.TurnKind, who, words string) {
	d.then(at, func(ctx context.Context, tx *db.Tx, on date.Date) error {
		return d.projects.TurnIn(ctx, tx, d.keeper(), d.area, d.goes[name], project.NewTurn{Kind: kind, On: on, Who: who, Words: words})
	})
}

func (d *doings) sheet(at float64, of, template string) {
	d.then(at, func(ctx context.Context, tx *db.Tx, on date.Date) error {
		i := slices.IndexFunc(project.Templates(), func(t project.Template) bool { return t.Code == template })
		t := project.Templates()[i]
		n := project.NewSheet{Name: t.Name, ReviewedOn: on, Risks: t.Risks}
		if of != "" {
			n.Name = of + ": " + n.Name
		}
		_, err := d.projects.WriteSheetIn(ctx, tx, d.keeper(), d.area, d.ids[of], "", n)
		return err
	})
}

func group(name string) project.Party {
	return project.Party{Kind: project.Organisation, Name: name}
}

func residents(name string) project.Party {
	return project.Party{Kind: project.Organisation, Name: name, Resident: true}
}

// The projects of Tanners Reach.
const (
	theStall  = "Tea stall on the green"
	theHub    = "The Hub"
	theDropIn = "Youth drop-in"
	theGreen  = "Green spaces for all ages"
	theSkate  = "Skate park behind the baths"
	theCanal  = "Skate park by the canal"
	theRepair = "Repair café"
	theBus    = "Walking bus to school"
)

// rich is the script of the area that is shown most richly.
func (d *doings) rich() {
	council, homes := d.area.AuthorityName, d.lto.Name
	d.photos()

	d.begin(0.06, tale{
		name: theStall, what: "A table, an urn and some chairs on the green, every Saturday in summer.", why: "To meet people where they are, before we plan anything big.", lines: []string{"Getting started"},
		ends: project.EndsOnDay, months: 8, early: true, state: project.UnderWay, lead: residents("Reach Neighbours"),
	})
	d.milestone(0.062, theStall, "The first Saturday", 1, true)
	d.reached(0.07, "The first Saturday", "Forty people came, and the rain did")
	d.happened(0.08, theStall, project.JustHappened, true, "People say again and again that there is nowhere warm to sit in winter.")
	d.state(0.1, theStall, project.NewState{State: project.Done, Words: "It did what it was for: it grew into the Hub."})

	d.begin(0.11, tale{
		name: theHub, what: "The old chapel on Elm Street becomes a place where anybody can sit, meet, cook and get help.",
		why:   "Nowhere here was warm and free in winter. Three hundred people told us so, at the tea stall and at their doors.",
		lines: []string{"Hub building and equipment", "Hub running costs"}, ends: project.EndsWhen, finish: "When the Hub pays its own bills and a group of residents holds the lease",
		from: theStall, state: project.Planned, lead: group(homes),
	})
	d.part(0.112, theHub, residents("Reach Neighbours"), "starts", "Found the chapel, asked three hundred people, keep the keys")
	d.part(0.113, theHub, group(homes), "makes possible", "Holds the money and the lease until we can")
	d.part(0.114, theHub, group(council), "opens up", "Planning and licensing come to our meetings instead of writing letters")
	d.part(0.115, theHub, project.Party{Kind: project.Person, Name: "Grace Mensah", Resident: true}, project.Own, "Looks after the kitchen")
	d.requirement(0.118, theHub, "Planning permission for the ramp and the kitchen", council, project.Law, "Town and Country Planning Act 1990")
	d.requirement(0.12, theHub, "A risk form of forty pages for a puppet show", council, project.BasisNotKnown, "")
	d.requirement(0.122, theHub, "A fire risk assessment of the building", "Fire service", project.Law, "Regulatory Reform (Fire Safety) Order 2005")
	d.then(0.13, func(ctx context.Context, tx *db.Tx, on date.Date) error {
		return d.projects.SetTermsIn(ctx, tx, d.keeper(), d.area, d.ids[theHub], project.NewTerms{
			Liable: homes + ", until a group of residents holds the lease", Insurance: "Public liability and the building: " + homes + "’ policy, looked at each April",
			Protection: "A list of key holders, kept in the office and destroyed a year after they leave", Working: "Who uses the Hub decides about the Hub, on the first Monday of each month", AgreedOn: on,
		})
	})
	for _, c := range []project.NewContact{
		{Name: "Sam Webb", Part: "our worker", Reach: "sam.webb@patchwork.example"},
		{Name: "Grace Mensah", Part: "keys and kitchen", Reach: "07700 900 431, in the evening"},
		{Name: "Property desk", Part: homes, Reach: "020 7946 0112"},
	} {
		d.then(0.132, func(ctx context.Context, tx *db.Tx, _ date.Date) error {
			return d.projects.AddContactIn(ctx, tx, d.keeper(), d.area, d.ids[theHub], c)
		})
	}
	d.milestone(0.134, theHub, "The ramp may be built", 4, false)
	d.milestone(0.134, theHub, "The roof is tight", 8, false)
	d.milestone(0.134, theHub, "The doors are open", 12, true)
	d.milestone(0.134, theHub, "The Hub pays its own bills", 0, true)
	d.happened(0.14, theHub, project.Worry, false, "Two neighbours in Elm Street fear noise at night. We had tea with them: no music after ten, and they have our number.")
	d.labelled(0.149, "A risk form of forty pages for a puppet show", project.Habit, "The form itself says “good practice”")
	d.settled(0.15, "A risk form of forty pages for a puppet show", project.Challenged, "We asked which law it is. Nobody could say.")
	d.sheet(0.152, theHub, "building")
	d.settled(0.16, "Planning permission for the ramp and the kitchen", project.Met, "It took longer than the works")
	d.reached(0.162, "The ramp may be built", "")
	d.settled(0.17, "A risk form of forty pages for a puppet show", project.Waived, "A page of ours is enough since then")
	d.settled(0.172, "A fire risk assessment of the building", project.Met, "")
	d.state(0.18, theHub, project.NewState{State: project.UnderWay})
	d.moved(0.2, "The roof is tight", 5, "The roofer was ill, and we waited for him")
	d.moved(0.21, "The doors are open", 7, "It opens when the roof is tight")
	d.reached(0.24, "The roof is tight", "")
	d.reached(0.27, "The doors are open", "Two hundred people came to the first tea")
	d.happened(0.272, theHub, project.Credit, true, "The evening paper came. We asked it to name Reach Neighbours, "+homes+", the roofer and the council, in that order.")
	d.leads(0.5, theHub, project.Party{Kind: project.Nobody})
	d.happened(0.5, theHub, project.JustHappened, false, homes+" lost two of its three officers. They told us in good time, and cannot lead any more.")
	d.leads(0.56, theHub, residents("Reach Neighbours"))
	d.requirement(0.6, theHub, "Names and addresses of everybody who eats with us", council, project.BasisNotKnown, "")
	d.activity(0.28, theHub, project.NewActivity{Name: "Lunch club", Words: "A warm meal for whoever comes. Pay what you can.", Timetable: "Thursdays, 12 to 2, the Hub"})
	d.sessions("Lunch club", 0.285, 0.99, 40, 18, 46, func(n *project.NewSession) {
		n.Meals = n.Came - 2
		n.Gifts = []project.Gift{
			{Party: homes, Kind: project.Space, Words: "the Hub, free"},
			{Party: "The allotments", Kind: project.Food, Words: "vegetables"},
			{Party: "Reach Neighbours", Kind: project.People, Amount: 9, Words: "three cooks"},
			{Party: "The partnership", Kind: project.Money, Amount: 4_500},
		}
	})
	d.turned(0.7, "Lunch club", project.CopiedBy, "The lunch club of Kiln Heath", "They came twice, and took our list of jobs home")
	d.activity(0.3, theHub, project.NewActivity{Name: "Job club", Words: "Help with letters, applications and computers.", Timetable: "Tuesdays, 10 to 1, the Hub", Host: "Next Step"})
	d.sessions("Job club", 0.31, 0.98, 14, 5, 14, func(n *project.NewSession) {
		n.Placements = d.r.Int64N(3)
		n.Gifts = []project.Gift{{Party: "Next Step", Kind: project.People, Amount: 6, Words: "two advisers"}, {Party: "Reach Neighbours", Kind: project.Food, Words: "tea and cake"}}
	})
	d.sheet(0.35, "", "food")

	d.begin(0.25, tale{
		name: theDropIn, what: "Two evenings a week for people from eleven to eighteen, with a hot supper.", why: "They said that there is nothing to do and nobody to talk to.",
		lines: []string{"Youth drop-in and holiday clubs"}, ends: project.EndsWhen, finish: "When somebody who stays for good runs it", state: project.UnderWay, lead: residents("Young Reach"),
	})
	d.part(0.252, theDropIn, residents("Young Reach"), "starts", "Young people decide the programme")
	d.part(0.253, theDropIn, group("Open Door Youth"), "makes possible", "Sends two youth workers")
	d.milestone(0.254, theDropIn, "Open twice a week", 5, true)
	d.reached(0.29, "Open twice a week", "")
	d.sheet(0.255, theDropIn, "children")
	d.activity(0.26, theDropIn, project.NewActivity{Name: "Youth drop-in evenings", Words: "Games, music, homework and supper.", Timetable: "Mondays and Wednesdays, 6 to 9, the Hub"})
	d.sessions("Youth drop-in evenings", 0.262, 0.98, 24, 12, 34, func(n *project.NewSession) {
		n.Meals = n.Came
		n.Gifts = []project.Gift{{Party: "Open Door Youth", Kind: project.People, Amount: 8}, {Party: "Reach Neighbours", Kind: project.Food, Words: "supper"}}
	})
	d.happened(0.6, theDropIn, project.JustHappened, true, "The young people wrote to "+homes+": would they run it for good? They came to supper, and stayed.")
	d.turned(0.72, "Youth drop-in evenings", project.NowRunBy, homes, "With the same two youth workers, and the young people still decide the programme")
	d.state(0.72, theDropIn, project.NewState{State: project.HandedOver, Who: homes, Words: "They run it from their own money now. That is what we wanted."})

	d.begin(0.3, tale{
		name: theGreen, what: "Benches where people rest, trees where there is no shade, and a pond that is looked after.",
		lines: []string{"Parks and play areas", "Growing and wildlife"}, ends: project.EndsNotKnown, state: project.UnderWay, lead: group(council),
	})
	d.part(0.302, theGreen, group(council), "opens up", "Lets us plant on its land, and mows round it")
	d.milestone(0.304, theGreen, "Ten benches stand", 6, false)
	d.reached(0.36, "Ten benches stand", "Nine stand. One was a swing in the end.")
	d.milestone(0.93, theGreen, "The pond is clean", 4, true)
	d.leads(0.9, theGreen, project.Party{Kind: project.Nobody})
	d.happened(0.9, theGreen, project.JustHappened, false, "The parks officer who led this moved on. Who could?")
	d.activity(0.32, theGreen, project.NewActivity{Name: "Clean-up mornings", Words: "Gloves and bags are there. So is tea.", Timetable: "First Saturday of the month, 10 to 12, from the Hub"})
	d.sessions("Clean-up mornings", 0.33, 0.97, 16, 8, 30, func(n *project.NewSession) {
		n.Cleanups = 1 + d.r.Int64N(3)
		n.Gifts = []project.Gift{{Party: council, Kind: project.Things, Words: "bags, gloves, a lorry"}, {Party: "Reach Neighbours", Kind: project.Food, Words: "tea and bacon rolls"}}
	})
	d.sheet(0.325, theGreen, "open-air")

	d.begin(0.42, tale{
		name: theSkate, what: "A skate park that young people drew themselves.", lines: []string{"Parks and play areas"}, ends: project.EndsOnDay, months: 20, state: project.Planned, lead: residents("Young Reach"),
	})
	d.requirement(0.43, theSkate, "A licence to build on the land behind the baths", council, project.Law, "Local Government Act 1972, section 123")
	d.settled(0.55, "A licence to build on the land behind the baths", project.Dropped, "The land is let until 2031")
	d.state(0.56, theSkate, project.NewState{State: project.Stopped, Words: "The land is let until 2031, the council told us. We say so now, rather than let young people wait."})

	d.begin(0.8, tale{
		name: theCanal, what: "The skate park after all: smaller, and on land that is free.", why: "The young people did not let go. They found the place themselves.", lines: []string{"Parks and play areas"},
		ends: project.EndsOnDay, months: 40, from: theSkate, state: project.Planned, lead: residents("Young Reach"),
	})
	d.part(0.801, theCanal, residents("Young Reach"), project.Own, "Draw it, and say no to what they do not want")
	d.part(0.802, theCanal, group(council), "opens up", "Lets us have the land for twenty years")
	d.requirement(0.81, theCanal, "Planning permission for the ramps", council, project.Law, "Town and Country Planning Act 1990")
	d.milestone(0.811, theCanal, "It may be built", 7, false)
	d.milestone(0.811, theCanal, "The first ramp stands", 0, true)
	d.settled(0.87, "Planning permission for the ramps", project.Met, "")
	d.reached(0.871, "It may be built", "On the third try")

	d.begin(0.6, tale{
		name: theBus, what: "Two grown-ups walk a line of children to school, so that fewer come by car.", ends: project.EndsNotKnown, state: project.UnderWay,
		lead: project.Party{Kind: project.Person, Name: "Farah Iqbal", Resident: true},
	})
	d.state(0.96, theBus, project.NewState{State: project.Resting, Words: "Farah has a new baby. We start again when two others are found."})

	d.begin(0.97, tale{name: theRepair, what: "Bring what is broken, learn to mend it.", ends: project.EndsNotKnown, state: project.Idea, from: theHub})
}

// sharing plays the links that officers of the council were given to the Hub: the
// one who left, whose link was taken back, and the new one.
func (p *player) sharing(ctx context.Context, tx *db.Tx) error {
	if p.star.hub == "" {
		return nil
	}
	parts := []string{"summary", "roles", "milestones", "timeline", "requirements", "terms", "money", "activities", "contacts"}
	in := p.star.area.Place()
	for _, whom := range []string{"Karen Whitfield, parks officer at ", "Jas Gill, new parks officer at "} {
		n := share.NewLink{
			Form: "for " + whom, Kind: "project", Place: in, Subject: string(p.star.hub), ForWhom: whom + p.star.area.AuthorityName, Contents: parts, Until: p.what.Today.AddDays(share.UsualDays),
		}
		l, _, err := p.shares.MakeIn(ctx, tx, p.star.chair, n, parts)
		if err != nil {
			return err
		}
		if strings.HasPrefix(whom, "Karen") {
			if err := p.shares.EndIn(ctx, tx, p.star.chair, in, l.ID); err != nil {
				return err
			}
		}
	}
	return nil
}
