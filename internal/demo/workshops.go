package demo

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"commontable/internal/agency"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/document"
	"commontable/internal/organisation"
	"commontable/internal/relationship"
	"commontable/internal/workshop"
)

// reflecting is an area that looks at how it works with others.
type reflecting struct {
	*doings
	*workshop.Workshops

	ids map[string]workshop.ID
}

// workshops writes the script of how an area looks at how it works with others:
// richly for the area that is shown most, and of some others one agreement.
func (d *doings) workshops(i int) {
	now := d.projects
	bodies := &agency.Agencies{DB: now.DB, IDs: now.IDs, Now: now.Now, Organisations: &organisation.Organisations{DB: now.DB, IDs: now.IDs, Now: now.Now}}
	w := reflecting{d, &workshop.Workshops{DB: now.DB, IDs: now.IDs, Now: now.Now, Relationships: &relationship.Relationships{DB: now.DB, IDs: now.IDs, Now: now.Now, Agencies: bodies}}, map[string]workshop.ID{}}
	switch {
	case i == 0:
		w.rich()
	case i%4 == 1:
		w.begins(0.6, "upkeep", workshop.Agreement, "", func(on date.Date) workshop.Answers {
			return workshop.Answers{"sort": "upkeep", "name": "Who cuts the grass on the green", "with": "The council", "from": on.String()}
		})
	}
}

// reflected plays how the richly shown area looked at how it works with others, for
// which those have to be there.
func (p *player) reflected(ctx context.Context, tx *db.Tx) error {
	was := p.star.doings
	d := &doings{story: was.story, begins: was.begins, r: p.rand(7100), ids: was.ids, goes: was.goes, meets: was.meets, asked: was.asked}
	d.workshops(0)
	slices.SortStableFunc(d.steps, func(a, b step) int { return cmp.Compare(a.at, b.at) })
	d.doings = d
	defer func() { d.doings = was }()
	return d.playProjects(ctx, tx)
}

// with is the relationship of a type with these words in its name; it is added
// where the register has none of the type.
func (w reflecting) with(ctx context.Context, tx *db.Tx, t agency.Type, words, called string) (relationship.ID, error) {
	all, err := relationship.All(ctx, tx, w.area.ID)
	if err != nil {
		return "", err
	}
	for _, exact := range []bool{true, false} {
		for _, one := range all {
			if one.Type == t && one.MergedIn == "" && (!exact || strings.Contains(strings.ToLower(one.Name), words)) {
				return one.ID, nil
			}
		}
	}
	n := relationship.New{Who: called, State: relationship.NewState{Closeness: relationship.Regular, Kinds: []relationship.Kind{relationship.Friend}}}
	n.Name, n.Type = called, t
	return w.Relationships.AddIn(ctx, tx, w.keeper(), w.area, n)
}

func (w reflecting) begins(at float64, called string, k workshop.Kind, with agency.Type, first func(date.Date) workshop.Answers) {
	w.then(at, func(ctx context.Context, tx *db.Tx, on date.Date) error {
		n := workshop.New{Kind: k, Answers: first(on), Follows: w.ids["before "+called]}
		var err error
		if with == agency.Council {
			n.Relationship, err = w.with(ctx, tx, with, "parks", "Borough council: parks team")
		}
		if with == agency.Police {
			n.Relationship, err = w.with(ctx, tx, with, "police", "Neighbourhood police team")
		}
		if with == agency.School {
			n.Relationship, err = w.with(ctx, tx, with, "school", "St Aidan’s Primary School")
		}
		if err != nil {
			return err
		}
		w.ids[called], err = w.BeginIn(ctx, tx, w.keeper(), w.area, n)
		return err
	})
}

func (w reflecting) writes(at float64, called, part string, a workshop.Answers) {
	w.then(at, func(ctx context.Context, tx *db.Tx, _ date.Date) error {
		return w.WriteIn(ctx, tx, w.keeper(), w.area, w.ids[called], workshop.NewSheet{Part: part, Answers: a})
	})
}

func (w reflecting) says(at float64, called string, s workshop.StepKind) {
	w.then(at, func(ctx context.Context, tx *db.Tx, _ date.Date) error {
		r, err := workshop.ByID(ctx, tx, w.area.ID, w.ids[called])
		if err != nil {
			return err
		}
		return w.SayIn(ctx, tx, w.keeper(), w.area, w.ids[called], s, r.Digest())
	})
}

// signed notes on which days both sides signed off, so many days after it was agreed.
func (w reflecting) signed(at float64, called string, ours, theirs int) {
	w.then(at, func(ctx context.Context, tx *db.Tx, on date.Date) error {
		return w.WriteIn(ctx, tx, w.keeper(), w.area, w.ids[called], workshop.NewSheet{Part: "signed", Answers: workshop.Answers{"ours": on.AddDays(ours).String(), "theirs": on.AddDays(theirs).String()}})
	})
}

func (w reflecting) guest() workshop.Guest {
	return workshop.Guest{By: w.keeper(), Link: "demonstration"}
}

func (w reflecting) theySay(at float64, called string, s workshop.StepKind) {
	w.then(at, func(ctx context.Context, tx *db.Tx, _ date.Date) error {
		r, err := workshop.ByID(ctx, tx, w.area.ID, w.ids[called])
		if err != nil {
			return err
		}
		return w.GuestSaysIn(ctx, tx, w.guest(), w.area, w.ids[called], s, r.Digest())
	})
}

func (w reflecting) theyWrite(at float64, called, part string, a workshop.Answers) {
	w.then(at, func(ctx context.Context, tx *db.Tx, _ date.Date) error {
		return w.GuestWritesIn(ctx, tx, w.guest(), w.area, w.ids[called], workshop.NewSheet{Part: part, Answers: a})
	})
}

// A put is a body as it was put on the map of a workshop.
type put struct{ name, shape, tie, ring string }

func (w reflecting) afternoon(at float64, called string, two workshop.Answers, all []put, good, develop workshop.Answers, next workshop.Answers) {
	w.begins(at, called, workshop.Mapping, "", func(on date.Date) workshop.Answers {
		return workshop.Answers{"held": on.String(), "where": "The Hub", "how": "paper", "who": "Denise, chair\nSam, worker\nYusuf, member\nMaggie, member\nPriya, adviser\nKaren, council parks team"}
	})
	w.writes(at, called, "criteria", two)
	for _, b := range all {
		w.writes(at, called, "map", workshop.Answers{"name": b.name, "shape": b.shape, "tie": b.tie, "ring": b.ring})
	}
	w.writes(at, called, "good", good)
	w.writes(at, called, "develop", develop)
	w.writes(at, called, "next", next)
	w.writes(at, called, "actions", workshop.Answers{"what": "Ring the head teacher and ask for half an hour", "who": "Yusuf"})
	w.writes(at, called, "actions", workshop.Answers{"what": "Ask highways to the next walkabout", "who": "Sam"})
	w.says(at, called, workshop.Finished)
	w.then(at+0.001, func(ctx context.Context, tx *db.Tx, _ date.Date) error {
		c := newCanvas() // the wall, as it was keyed in from
		tableScene(c)
		wall, err := document.Drawn("The wall.jpg", c.RGBA)
		if err != nil {
			return err
		}
		return w.AddFilesIn(ctx, tx, w.keeper(), w.area, w.ids[called], []document.Sent{{Name: wall.Name, Content: wall.Content}})
	})
	w.ticks(at+0.02, called, "Ring the head teacher and ask for half an hour")
}

func (w reflecting) ticks(at float64, called, what string) {
	w.then(at, func(ctx context.Context, tx *db.Tx, on date.Date) error {
		return w.TickIn(ctx, tx, w.keeper(), w.area, w.ids[called], workshop.NewDone{What: []string{what}, On: on})
	})
}

func (w reflecting) rich() {
	w.afternoon(0.77, "first map",
		workshop.Answers{"two": "trust\ncapacity", "when": "When the skate park was planned: Karen came to us first, before anything was drawn."},
		[]put{{"Council parks", "council", "friend", "regular"}, {"Ward councillors", "councillor", "friend", "now-and-then"}, {"Brightwell Homes", "housing", "contract", "regular"}, {"St Aidan’s school", "school", "", "not-yet"}, {"Police team", "police", "friend", "now-and-then"}, {"Open Door food", "group", "friend", "close"}},
		workshop.Answers{"which": "Council parks", "first": "They told us about the cuts before the paper did.", "second": "One person does three people’s work.", "learn": "We walk the field together twice a year."},
		workshop.Answers{"which": "St Aidan’s school", "first": "We do not know each other.", "second": "They have no time in term.", "learn": "One invitation, to one thing."},
		workshop.Answers{"talk": "St Aidan’s school", "why": "Find out what they need, before we say what we want."})
	w.begins(0.81, "talk", workshop.Conversation, agency.School, func(on date.Date) workshop.Answers {
		return workshop.Answers{"why": "Children pass the Hub on their way home, and we hardly know the school.", "facilitator": "Ruth Adeyemi, from the voluntary service council", "prepares": "Priya, our adviser", "held": on.AddDays(20).String()}
	})
	w.says(0.812, "talk", workshop.Yes)
	w.theySay(0.814, "talk", workshop.NotNow)
	w.theySay(0.83, "talk", workshop.Yes)
	w.writes(0.832, "talk", "plan", workshop.Answers{"people": "Denise, chair\nYusuf, member", "theirs": "The head teacher\nA governor", "will": "What children need after school, and who could do what.", "wont": "The complaint of two years ago.", "questions": "q1\nq2\nq4"})
	w.writes(0.834, "talk", "talk", workshop.Answers{"challenges": "The school cannot staff a club. We have no room for thirty.", "opportunities": "The hall is empty from four. Two grandparents would help.", "roles": "The school knows the families. We know who has time.", "after": "The club should not need us in three years."})
	w.writes(0.834, "talk", "actions", workshop.Answers{"what": "Try a club for six Thursdays", "who": "Yusuf and the head teacher"})
	w.writes(0.836, "talk", "summary", workshop.Answers{"words": "We talked for two hours. Both sides want children to have somewhere to be after school.\n\nWe try six Thursdays in the school hall. The school asks the families, we find the helpers. Then we meet again."})
	w.says(0.837, "talk", workshop.Agreed)
	w.theySay(0.838, "talk", workshop.Agreed)
	w.ticks(0.845, "talk", "Try a club for six Thursdays")
	w.ids["before second talk"] = ""
	w.then(0.86, func(ctx context.Context, tx *db.Tx, on date.Date) error {
		first, err := workshop.ByID(ctx, tx, w.area.ID, w.ids["talk"])
		if err != nil {
			return err
		}
		w.ids["second talk"], err = w.BeginIn(ctx, tx, w.keeper(), w.area, workshop.New{Kind: workshop.Conversation, Relationship: first.Relationship, Follows: first.ID, Answers: workshop.Answers{"why": "How the six Thursdays went, and whether to go on.", "facilitator": "Ruth Adeyemi, from the voluntary service council", "held": on.AddDays(14).String()}})
		return err
	})
	w.says(0.861, "second talk", workshop.Yes)
	w.theySay(0.862, "second talk", workshop.Yes)
	w.writes(0.865, "second talk", "plan", workshop.Answers{"people": "Denise, chair\nYusuf, member", "theirs": "The head teacher\nA governor", "will": "The club, and who pays for fruit.", "questions": "q11\nq12"})
	w.writes(0.866, "second talk", "talk", workshop.Answers{"opportunities": "Eighteen children came. Parents stayed to talk.", "after": "The school takes the club over, with our helpers."})
	w.writes(0.867, "second talk", "summary", workshop.Answers{"words": "The club goes on. The school pays for the caretaker, the partnership for the first year of fruit."})
	w.says(0.868, "second talk", workshop.Agreed)
	w.theySay(0.869, "second talk", workshop.Agreed)

	for _, year := range []struct {
		at   float64
		name string
		ours string
		them string
	}{{0.85, "scores then", "32222433", "33323333"}, {0.94, "scores now", "54443542", "44544433"}} {
		w.begins(year.at, year.name, workshop.Scores, agency.Council, func(on date.Date) workshop.Answers {
			return workshop.Answers{"on": on.String(), "two": "trust\ncapacity"}
		})
		ours, theirs := workshop.Answers{"helps": "We have money of our own, and Karen stayed.", "hinders": "The team lost a post in April."}, workshop.Answers{"helps": "Residents answer the phone.", "hinders": "Budgets are settled before we know."}
		for i, c := range workshop.Criteria() {
			ours[c.Code], theirs[c.Code] = year.ours[i:i+1], year.them[i:i+1]
		}
		w.writes(year.at, year.name, "marks", ours)
		w.theyWrite(year.at+0.001, year.name, "marks", theirs)
		w.says(year.at+0.002, year.name, workshop.Agreed)
		w.theySay(year.at+0.003, year.name, workshop.Agreed)
	}

	w.then(0.9445, func(ctx context.Context, tx *db.Tx, _ date.Date) error {
		return w.AskOfficersIn(ctx, tx, w.keeper(), w.area, w.ids["scores now"], true)
	})

	w.afternoon(0.935, "second map",
		workshop.Answers{"two": "trust\nown", "own": "We laugh together", "when": "At the opening, when nobody made a speech."},
		[]put{{"Council parks", "council", "ally", "close"}, {"Council highways", "council", "friend", "now-and-then"}, {"Ward councillors", "councillor", "friend", "regular"}, {"Brightwell Homes", "housing", "ally\ncontract", "close"}, {"St Aidan’s school", "school", "friend", "regular"}, {"Police team", "police", "friend", "regular"}, {"Open Door food", "group", "friend", "close"}, {"Calder primary care", "health", "", "not-yet"}},
		workshop.Answers{"which": "St Aidan’s school", "first": "They ring us when something is wrong.", "second": "Often, by now.", "learn": "Begin with one small thing."},
		workshop.Answers{"which": "Council highways", "first": "We wait for answers, and stop asking.", "second": "Not yet.", "learn": "A name, and a walk with them."},
		workshop.Answers{"talk": "Council highways", "why": "Know who to ask."})
	w.says(0.936, "second map", workshop.Shared)

	w.begins(0.95, "check", workshop.Check, "", func(on date.Date) workshop.Answers {
		return workshop.Answers{"on": on.String(), "council": "the borough council", "why": "A new chief executive, and a good moment."}
	})
	w.says(0.951, "check", workshop.Shared)
	w.writes(0.951, "check", "marks chair paper-one", workshop.Answers{"P1.2": "happens", "P2.4": "happens", "P3.1": "partly", "P4.2": "partly", "word": "We are better at asking early."})
	w.writes(0.951, "check", "marks worker paper-two", workshop.Answers{"P1.2": "partly", "P2.3": "happens", "P3.1": "not yet", "P5.3": "not yet"})
	w.writes(0.952, "check", "marks officer paper-three", workshop.Answers{"C2.3": "happens", "C2.4": "partly", "C3.2": "partly", "C4.5": "not yet"})
	w.writes(0.952, "check", "marks councillor paper-four", workshop.Answers{"C2.2": "partly", "C5.3": "happens", "C1.4": "happens", "C4.4": "happens"})
	w.writes(0.952, "check", "marks senior paper-five", workshop.Answers{"C2.3": "partly", "C2.4": "not yet", "C3.2": "happens", "C4.4": "partly"})
	w.writes(0.953, "check", "actions", workshop.Answers{"what": "Put the dates of both budgets on one sheet", "who": "Sam and the parks manager"})
	w.then(0.954, func(ctx context.Context, tx *db.Tx, _ date.Date) error {
		return w.AddFilesIn(ctx, tx, w.keeper(), w.area, w.ids["check"], []document.Sent{{Name: "What we talked about.txt", Content: []byte("Six of us, in the library.\n")}})
	})

	w.begins(0.96, "open talk", workshop.Conversation, agency.Police, func(on date.Date) workshop.Answers {
		return workshop.Answers{"why": "Somebody new comes to us every other year, and we begin again each time.", "facilitator": "Ruth Adeyemi, from the voluntary service council", "prepares": "Priya, our adviser"}
	})
	w.says(0.961, "open talk", workshop.Yes)

	w.begins(0.62, "play area", workshop.Agreement, agency.Council, func(on date.Date) workshop.Answers {
		return workshop.Answers{"sort": "upkeep", "name": "Looking after the play area", "with": "Borough council, parks team", "from": on.String()}
	})
	w.writes(0.62, "play area", "terms", workshop.Answers{"roles": "We paid for it. The council looks after it for ten years and checks it each month.", "flexible": "Residents may paint the fence.", "talk": "A walk round in May and October."})
	w.writes(0.62, "play area", "dates", workshop.Answers{"stands": "signed", "until": w.what.Today.AddMonths(54).String(), "review": w.what.Today.AddMonths(7).String()})
	w.signed(0.62, "play area", 0, 6)
	w.begins(0.7, "lease", workshop.Agreement, agency.Council, func(on date.Date) workshop.Answers {
		return workshop.Answers{"sort": "lease", "name": "Playing field lease, £1 a year", "with": "Borough council, property team", "from": on.String()}
	})
	w.writes(0.7, "lease", "terms", workshop.Answers{"roles": "Brightwell Homes holds the lease for us. The council owns the field, the club mows it.", "talk": "The property team, by letter; parks, by telephone."})
	w.writes(0.7, "lease", "dates", workshop.Answers{"stands": "signed", "until": w.what.Today.AddMonths(5).String(), "review": w.what.Today.AddMonths(1).String()})
	w.signed(0.7, "lease", 0, 0)
	w.begins(0.87, "joint", workshop.Agreement, agency.School, func(on date.Date) workshop.Answers {
		return workshop.Answers{"sort": "joint", "name": "The Thursday club", "with": "St Aidan’s Primary School", "from": on.String()}
	})
	w.writes(0.87, "joint", "terms", workshop.Answers{"roles": "The school opens the hall. We bring two helpers.", "priorities": "That children come by themselves."})
	w.writes(0.87, "joint", "dates", workshop.Answers{"stands": "talked", "review": w.what.Today.AddMonths(8).String()})
	w.begins(0.72, "their seat", workshop.Seat, agency.Council, func(on date.Date) workshop.Answers {
		return workshop.Answers{"way": "ours", "board": "The borough’s neighbourhood board", "who": "Our chair", "from": on.String()}
	})
	w.writes(0.9, "their seat", "meaning", workshop.Answers{"worth": "box", "why": "The papers come the day before, and it is settled by then.", "after": "The board should keep a place for a resident, whoever pays for it."})
	w.begins(0.88, "our seat", workshop.Seat, agency.School, func(on date.Date) workshop.Answers {
		return workshop.Answers{"way": "ours", "board": "Governors of St Aidan’s", "who": "A member of ours", "from": on.String()}
	})
	w.writes(0.92, "our seat", "meaning", workshop.Answers{"worth": "strategic", "why": "We chose the head teacher with the others.", "after": "It stays: it is a seat for a neighbour."})
	w.begins(0.71, "credit", workshop.Credit, agency.Council, func(date.Date) workshop.Answers {
		return workshop.Answers{"for": "The play area opening", "with": "The parks team", "words": "Planned and paid for by residents of Tanners Reach, with the borough council’s parks team, who look after it.", "where": "papers\nposters\nsocial"}
	})
	w.writes(0.71, "credit", "brief", workshop.Answers{"what": "The play area at Eastfields is open again.", "residents": "They chose it, paid for it, and painted the fence.", "others": "The parks team drew the plans.", "ask": "Our worker, at the Hub"})
	w.signed(0.711, "credit", 0, 2)
	w.says(0.711, "credit", workshop.Agreed)
	w.theySay(0.712, "credit", workshop.Agreed)
	w.begins(0.715, "evening", workshop.Celebration, agency.Council, func(on date.Date) workshop.Answers {
		return workshop.Answers{"sort": "evening", "name": "An evening for elected members", "on": on.AddDays(10).String(), "where": "posters"}
	})
	w.writes(0.73, "evening", "told", workshop.Answers{"who": "Everybody with a paintbrush.", "happened": "Eleven councillors came, and three stayed until the washing-up."})
}
