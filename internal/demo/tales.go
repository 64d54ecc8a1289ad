package demo

import (
	"context"
	"strings"

	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/project"
)

// A chain is something small that was tried, and what grew out of it where it
// went well.
type chain struct {
	small, big tale
	law        string // what the big one has to have by law, and which law; "" for nothing
	habit      string // what was asked of it that no law asks for
}

// chains are what areas other than the richly shown one do. "Hub" is put in the
// area's own words for its building, and {area} is its name.
var chains = []chain{
	{
		small: tale{name: "Two benches by the shops", what: "Two benches and a planter, made by the woodwork class.", lines: []string{"Parks and play areas"}, lead: residents("Friends of {area}"), first: "The benches stand", ended: "Somebody sits there at every hour of the day."},
		big: tale{
			name: "The green, end to end", what: "Paths that drain, lights, a tap, and a place for small children.", why: "People sat on the benches and looked at the mud.", lines: []string{"Parks and play areas"}, months: 30,
			lead: residents("Friends of {area}"), first: "The paths are dry", last: "The lights are on", does: "Green mornings", words: "Weeding, sweeping and a hot drink.", when: "Second Saturday of the month, 10 to 12", food: "tea and rolls", ended: "The council looks after it now, and we look after the council.",
		},
		law: "Local Government Act 1972, section 123", habit: "A tree survey for three apple trees",
	},
	{
		small: tale{name: "A week of football", what: "One week in August, with somebody’s goalposts.", lines: []string{"Youth drop-in and holiday clubs"}, lead: residents("{area} Juniors"), first: "The first whistle", ended: "Eighty children came. We had planned for twenty."},
		big: tale{
			name: "Holiday club", what: "Games, trips and lunch in every school holiday.", why: "Families told us that holidays are the hungriest weeks.", lines: []string{"Youth drop-in and holiday clubs"}, finish: "When no child goes without a place or a lunch",
			lead: group("{youth}"), first: "A place for every child who asked", last: "Young leaders run a week by themselves", does: "Holiday lunches", words: "A hot lunch for whoever is under sixteen, and for whoever brings them.", when: "School holidays, 12 to 1, the Hub", food: "forty lunches", ended: "The school runs it with us, from its own money.",
		},
		law: "Children Act 1989, part 10A", habit: "A risk form for a game of rounders",
	},
	{
		small: tale{name: "Soup on Thursdays", what: "One pot, in the back of the church, for one winter.", lines: []string{"Lunch club and walks"}, lead: residents("The Thursday cooks"), first: "The first pot is empty", ended: "By spring there were three pots."},
		big: tale{
			name: "Community kitchen", what: "A kitchen that anybody may use, and a lunch each week.", why: "Cooking together was what brought people who come to nothing else.", lines: []string{"Hub building and equipment", "Lunch club and walks"}, finish: "When it pays its own bills",
			lead: residents("The Thursday cooks"), first: "The kitchen passed its inspection", last: "Three groups cook here and pay rent", does: "Open table", words: "Eat, help, or both.", when: "Fridays, 12 to 2, the Hub", food: "the lunch", ended: "It pays its own bills.",
		},
		law: "Food Safety Act 1990", habit: "Names of everybody who ate",
	},
	{
		small: tale{name: "Seed swap", what: "A table of seeds and people who know what to do with them.", lines: []string{"Growing and wildlife"}, lead: residents("The plot holders"), first: "The first swap", ended: "It became a queue."},
		big: tale{
			name: "Community orchard", what: "Sixty fruit trees, and people who know how to prune them.", lines: []string{"Growing and wildlife"}, finish: "When the school and the allotments look after it together",
			lead: residents("Orchard Group"), first: "Sixty trees are in the ground", last: "The first bottles of juice", does: "Pruning days", words: "Ladders are there. Bring gloves.", when: "January and July, a Sunday", food: "juice", ended: "The school has the key and the pruning saw.",
		},
		law: "Local Government Act 1972, section 123",
	},
	{
		small: tale{name: "Form-filling mornings", what: "Two people who are good with forms, and a box of biscuits.", lines: []string{"Training and job help"}, lead: residents("Two retired clerks"), first: "The first form went off", ended: "People queued on the stairs."},
		big: tale{
			name: "Advice round the corner", what: "Somebody who helps with letters, debts and forms, three days a week.", why: "The advice office in town is two buses away, and full.", lines: []string{"Training and job help"}, months: 36,
			lead: group("{jobs}"), first: "The adviser has a desk", last: "A thousand people were helped", does: "Advice mornings", words: "No appointment. Bring the letter, even if it is unopened.", when: "Mondays, Tuesdays and Thursdays, 10 to 1", food: "tea", ended: "The surgery and the housing association pay for it between them.",
		},
	},
	{
		small: tale{name: "One street party", what: "One street, one long table, one afternoon.", lines: []string{"Small grants to groups"}, lead: residents("Neighbours of the Crescent"), first: "The road is closed for an afternoon", ended: "Four other streets asked how."},
		big: tale{
			name: "Street parties", what: "A box of bunting, a form already filled in, and a hundred pounds.", lines: []string{"Small grants to groups"}, finish: "When streets do it without us", lead: residents("The bunting box"),
			first: "The box has been to ten streets", last: "Every street has had it", does: "Bunting mending", words: "Sewing machines and gossip.", when: "First Wednesday, 2 to 4, the Hub", food: "cake", ended: "The box is in the library. Anybody borrows it.",
		},
		law: "Town Police Clauses Act 1847, section 21", habit: "A plan of the road drawn to scale by an engineer",
	},
	{
		small: tale{name: "Walks with a flask", what: "A slow walk for whoever comes, once a week.", lines: []string{"Lunch club and walks"}, lead: residents("The Tuesday walkers"), first: "The first walk", ended: "Nobody was told to come by a doctor. Then the doctor came."},
		big: tale{
			name: "Good company", what: "Walks, lunches and lifts, so that nobody is on their own all week.", why: "Half of those over seventy told us that they speak to nobody on most days.", lines: []string{"Lunch club and walks", "Listening and wellbeing"}, finish: "When the surgery pays for the driver",
			lead: group("{meals}"), first: "Fifty people come each week", last: "The surgery sends people to us", does: "Tuesday walks", words: "As slow as the slowest.", when: "Tuesdays, 10.30, from the bus stop", food: "soup", ended: "The surgery pays for the driver now.",
		},
		habit: "A health check before each walk",
	},
	{
		small: tale{name: "Laptop library", what: "Ten mended laptops that people borrow like books.", lines: []string{"Training and job help"}, lead: residents("{area} Menders"), first: "All ten are out", ended: "Nine came back. That is better than the books."},
		big: tale{
			name: "Learning evenings", what: "Courses that people asked for, at times when they can come, with somebody to mind the children.", lines: []string{"Training and job help"}, months: 28, lead: group("{training}"),
			first: "The first twelve certificates", last: "Those who learnt here teach here", does: "Homework and computers", words: "Somebody sits beside you until it works.", when: "Wednesdays, 5 to 7, the Hub", food: "toast", ended: "The college does it here, because we showed that people come.",
		},
	},
	{
		small: tale{name: "A film in the hall", what: "A borrowed projector, a bed sheet and eighty chairs.", lines: []string{"Hub running costs"}, lead: residents("{area} Film Nights"), first: "Lights out", ended: "People asked when the next one is before they had their coats on."},
		big: tale{
			name: "Hub: open all week", what: "The doors are open from Monday to Saturday, with somebody there who knows your name.", why: "Groups met in kitchens and in the pub. There was no place that is ours.", lines: []string{"Hub building and equipment", "Hub running costs"}, finish: "When a group of residents holds the lease",
			lead: group("{lto}"), first: "The roof is tight", last: "The Hub pays its own bills", does: "Coffee and company", words: "Sit as long as you like.", when: "Every weekday, 9 to 12, the Hub", food: "coffee", ended: "A group of residents holds the lease.",
		},
		law: "Regulatory Reform (Fire Safety) Order 2005", habit: "A key log in three colours",
	},
	{
		small: tale{name: "Bike mending day", what: "Two stands, a box of spanners, and whoever comes.", lines: []string{"Young leaders"}, lead: residents("The spanner club"), first: "Thirty bikes go again", ended: "We ran out of inner tubes at noon."},
		big: tale{
			name: "Young menders", what: "Ten young people a year learn to mend bikes and to run a stall.", lines: []string{"Young leaders"}, months: 24, lead: residents("The spanner club"),
			first: "The first ten begin", last: "They run the stall by themselves", does: "Bike stall", words: "Your bike mended while you wait, by somebody who is learning.", when: "Saturdays, 10 to 1, the market", food: "squash", ended: "They earn their own inner tubes.",
		},
	},
}

// ours puts a tale in the words of an area.
func (d *doings) ours(t tale) tale {
	put := strings.NewReplacer("{area}", d.area.Name, "{lto}", d.lto.Name, "{youth}", d.voice.payee("Open Door Youth"), "{jobs}", d.voice.payee("Next Step"), "{meals}", d.voice.payee("Table for Twelve"), "{training}", d.voice.payee("Stride Training"))
	for _, words := range []*string{&t.name, &t.what, &t.why, &t.first, &t.last, &t.does, &t.words, &t.when, &t.ended, &t.finish, &t.lead.Name} {
		*words = put.Replace(d.voice.called(*words))
	}
	return t
}

// sparse is the script of any other area: one chain or two, each of something
// small and of what grew out of it.
func (d *doings) sparse() {
	order := d.r.Perm(len(chains))
	d.chain(0.1+0.06*d.r.Float64(), chains[order[0]], true)
	if d.r.IntN(5) > 0 {
		d.chain(0.35+0.1*d.r.Float64(), chains[order[1]], d.r.IntN(3) > 0)
	}
}

func (d *doings) chain(at float64, c chain, grows bool) {
	small, big := d.ours(c.small), d.ours(c.big)
	small.state, small.ends, small.months, small.early = project.UnderWay, project.EndsOnDay, 9, true
	d.begin(at, small)
	d.milestone(at+0.001, small.name, small.first, 2, true)
	d.reached(at+0.02, small.first, "")
	d.state(at+0.07, small.name, project.NewState{State: project.Done, Words: small.ended})
	if !grows {
		return
	}
	at += 0.09
	big.state, big.from, big.ends = project.Planned, small.name, project.EndsWhen
	if big.finish == "" {
		big.ends = project.EndsOnDay
	}
	council := d.area.AuthorityName
	d.begin(at, big)
	d.part(at+0.001, big.name, group(council), "opens up", pick(d.r, whatCouncilsDo))
	d.milestone(at+0.002, big.name, big.first, 8, false)
	d.milestone(at+0.002, big.name, big.last, 0, true)
	if c.law != "" {
		asked := pick(d.r, permissions)
		d.requirement(at+0.005, big.name, asked, council, project.Law, c.law)
		d.settled(at+0.03, asked, project.Met, "")
	}
	if c.habit != "" && d.r.IntN(2) == 0 {
		d.requirement(at+0.006, big.name, c.habit, council, project.Habit, "")
		d.settled(at+0.05, c.habit, project.Waived, pick(d.r, whyWaived))
	}
	d.state(at+0.04, big.name, project.NewState{State: project.UnderWay})
	if d.r.IntN(3) == 0 {
		d.moved(at+0.05, big.first, 6, pick(d.r, whyMoved))
	}
	d.reached(at+0.08, big.first, "")
	d.activity(at+0.09, big.name, project.NewActivity{Name: big.does, Words: big.words, Timetable: big.when})
	d.sessions(big.does, at+0.1, 0.98, 6, 8, 34, func(n *project.NewSession) {
		n.Meals = n.Came / 2
		n.Gifts = []project.Gift{{Party: d.lto.Name, Kind: project.Space}, {Party: "Neighbours", Kind: project.Food, Words: big.food}}
	})
	switch d.r.IntN(6) {
	case 0:
		d.turned(at+0.3, big.does, project.NowRunBy, d.lto.Name, big.ended)
		d.state(at+0.3, big.name, project.NewState{State: project.HandedOver, Who: d.lto.Name, Words: big.ended})
	case 1, 2:
		d.leads(at+0.28, big.name, project.Party{Kind: project.Nobody})
		d.happened(at+0.28, big.name, project.JustHappened, true, pick(d.r, whyNobodyLeads))
	case 3:
		d.state(at+0.35, big.name, project.NewState{State: project.Resting, Words: "We rest until spring. Nothing is wrong."})
	}
}

// beginning plays that a project begins, by the decision that its money is from.
func (d *doings) beginning(ctx context.Context, tx *db.Tx, on date.Date, t tale) error {
	n := project.New{
		Draft: project.Draft{
			Name: t.name, What: t.what, Why: t.why, Lines: d.linesOf(t.lines...), Decisions: d.decided(t), Ends: t.ends, EndsWhen: t.finish, GrewFrom: d.ids[t.from], EarlyWin: t.early,
		},
		State: t.state, From: on, Lead: project.NewLead{Party: t.lead},
	}
	if t.ends == project.EndsOnDay {
		n.EndsOn = on.AddMonths(t.months)
	}
	if t.lead.Kind == "" {
		n.Lead.Kind = project.Nobody
	}
	made, err := d.projects.BeginIn(ctx, tx, d.keeper(), d.area, n)
	d.ids[t.name] = made
	if t.name == theHub {
		d.star.hub = made
	}
	return err
}

var (
	whatCouncilsDo = []string{
		"Lends its land, its lorry and now and then its patience", "Sends somebody to our meetings who may say yes", "Looks after the drains and the bins", "Lets us have the building for a pound a year", "Gave us one person to ring, and she rings back",
	}
	permissions = []string{"Permission to use the land", "Permission for the building", "A licence for the afternoon", "The lease"}
	whyWaived   = []string{"We asked which law it is. Nobody could say.", "A page of ours is enough since then.", "The officer came to see for herself, and laughed."}
	whyMoved    = []string{"The builder was ill, and we waited for him.", "It rained for a month.", "The council’s officer left, and the new one had to read everything.", "Those who do it had a baby."}

	whyNobodyLeads = []string{
		"Whoever led this moved away. We thank her, and look for two who share it.", "The officer who led this has another post. Who could?", "We led it by turns, and the turns ran out. Who would like to?",
	}
)
