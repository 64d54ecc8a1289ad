package demo

import (
	"context"
	"strings"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/organisation"
	"commontable/internal/person"
	"commontable/internal/relationship"
	"commontable/internal/share"
)

// A bond is a relationship as it is played.
type bond struct {
	who, name, short string
	kind             agency.Type
	began            string
	stands           []stand
	uses             map[relationship.Purpose]string
	ours, theirs     []bondHolder
	story            []told
	mark, begun      string
	through          string // the short name of the one that brought us to them
	body             string // what it is called on the area's list, where that is another name
	team             string // of theirs, as the area knows it; "" for all of them
}

type stand struct {
	from  string
	close relationship.Closeness
	kinds []relationship.Kind
	words string
}

type bondHolder struct{ name, role, words, from, until string }

type told struct {
	on, how, news, words, together string
	before                         bool
	told                           string
	seen                           relationship.Seen
	with                           []string
}

var (
	ally     = []relationship.Kind{relationship.Ally}
	friend   = []relationship.Kind{relationship.Friend}
	contract = []relationship.Kind{relationship.Contract}
)

// bonds are whom the richly shown area works with.
func (p *player) bonds() []bond {
	council := p.star.area.AuthorityName
	return []bond{
		{
			who: council, name: "Borough council: parks team", short: "Council parks", team: "Parks team", kind: agency.Council, began: "2015-03-01", begun: "A playground was closed without a word, and people went to ask why.",
			stands: []stand{
				{"2015-03-01", relationship.NotYet, nil, "They closed the playground without a word."},
				{"2017-05-01", relationship.NowAndThen, friend, ""},
				{"2018-06-01", relationship.Regular, friend, "They came to the Hub, and stayed for tea."},
				{"2021-03-01", relationship.Close, ally, "The play area is agreed for ten years."},
				{"2023-06-01", relationship.Close, ally, "The skate park opened, with the police and the council."},
				{"2026-04-10", relationship.Close, ally, "One of three posts is gone. We hold on to each other."},
			},
			uses: map[relationship.Purpose]string{"deliver": "The skate park, the Eastfields play area", "assets": "Lease of the playing field", "to-agency": "They bring us to highways and planning"},
			ours: []bondHolder{{"Sam Webb", "worker", "Leads. Knows Karen and Jas.", "2019-02-01", ""}, {"Yusuf Rahman", "resident", "Second. Met Karen twice.", "2022-05-01", ""}},
			theirs: []bondHolder{
				{"Alan Price", "parks manager", "", "2015-03-01", "2019-05-01"},
				{"Karen Whitfield", "parks manager", "Asked in her first week what had gone wrong before.", "2019-05-06", "2026-11-01"},
				{"Jas Gill", "parks officer", "Takes over. Started in August.", "2026-08-03", ""},
			},
			story: []told{
				{on: "2015-04-01", before: true, told: "year", words: "Eastfields playground was closed without a word to residents.", together: "Everybody wanted children to have somewhere to play, the officers too. It is fine for this to stay part of the story.", seen: relationship.SeenShared},
				{on: "2019-05-13", how: "met", news: "good", words: "Karen came to a meeting in her first week and asked what had gone wrong before.", seen: relationship.SeenShared},
				{on: "2021-03-12", how: "met", news: "good", words: "We paid for the play area; the council agreed to look after it for ten years.", seen: relationship.SeenPublic},
				{on: "2022-09-14", how: "walkabout", news: "good", words: "Round the estate with Karen. Eleven broken lamps, three of them mended by Friday."},
				{on: "2023-06-17", how: "event", news: "good", words: "Skate park and playing field opened with the council and the police.", seen: relationship.SeenPublic},
				{on: "2024-11-20", how: "phoned", news: "not so good", words: "The newspaper thanked the council alone. Karen rang first, and was sorry.", seen: relationship.SeenByKeepers},
				{on: "2026-04-09", how: "wrote", news: "not so good", words: "Council cuts: one of three posts is gone. Grass cutting will be late all spring.", seen: relationship.SeenShared},
				{on: "2026-07-11", how: "met", news: "good", with: []string{"Karen Whitfield"}, words: "The benches stand."},
				{on: "2026-10-06", how: "phoned", news: "both", with: []string{"Karen Whitfield", "Jas Gill"}, words: "Karen told us she is moving to another council. We agreed a plan to hand over."},
			},
		},
		{
			who: council, name: "Borough council: highways", short: "Council highways", team: "Highways", kind: agency.Council, began: "2020-01-01", through: "Council parks",
			stands: []stand{{"2020-02-01", relationship.NowAndThen, friend, ""}, {"2022-05-01", relationship.Regular, friend, "Ruth cycled every street with us."}, {"2025-04-01", relationship.NowAndThen, friend, "Ruth left, and nobody told us for two months."}},
			uses:   map[relationship.Purpose]string{"to-agency": "Crossings and lamps"},
			ours:   []bondHolder{{"Tom Pearce", "resident", "", "2020-02-01", ""}}, theirs: []bondHolder{{"Ruth Ames", "traffic engineer", "Our champion there, for five years", "2020-02-01", "2025-03-01"}, {"Ian Cole", "highways officer", "", "2025-05-12", ""}},
			story: []told{
				{on: "2023-03-02", how: "walkabout", news: "good", words: "Ruth counted cars with the school for a whole morning."},
				{on: "2025-05-13", how: "phoned", news: "not so good", words: "Ruth has gone. Ian did not know that we exist. We begin again.", seen: relationship.SeenByKeepers},
				{on: "2026-09-02", how: "wrote", news: "both", with: []string{"Ian Cole"}, words: "The crossing at Elm Street is on a list. Which list, Ian will find out."},
			},
		},
		{
			who: "Marlowbridge Town Council", short: "Town council", kind: agency.Council, began: "2016-01-01", stands: []stand{{"2016-09-01", relationship.NowAndThen, friend, ""}},
			uses: map[relationship.Purpose]string{"tell": "Our page in their newsletter"}, ours: []bondHolder{{"Bernadette Lowe", "resident", "", "2017-01-01", ""}, {"Sam Webb", "worker", "", "2019-02-01", ""}}, theirs: []bondHolder{{"Peter Lunn", "town clerk", "", "2016-09-01", ""}},
			story: []told{{on: "2026-09-15", how: "met", news: "good", words: "They lend us the hall for nothing."}},
		},
		{
			who: "Ward councillors (four, one vote)", body: "Ward councillors", short: "Ward councillors", kind: agency.Councillors, began: "2014-11-01",
			stands: []stand{{"2014-11-01", relationship.NowAndThen, friend, ""}, {"2018-05-10", relationship.Close, ally, "Councillor Moss spoke for us at every budget."}, {"2022-05-06", relationship.Regular, friend, "Councillor Moss lost her seat. Two of the four are new."}},
			uses:   map[relationship.Purpose]string{"to-agency": "", "networks": "The ward forum"}, ours: []bondHolder{{"Denise Okafor", "chair", "", "2015-01-01", ""}, {"Bernadette Lowe", "resident", "", "2018-01-01", ""}},
			theirs: []bondHolder{{"Cllr Edith Moss", "councillor", "", "2014-11-01", "2022-05-06"}, {"Cllr Joan Hartley", "councillor", "", "2022-05-06", ""}},
			story: []told{
				{on: "2022-06-01", how: "walkabout", news: "good", words: "A walkabout with the two who are new. They had never been in the Hub."},
				{on: "2026-09-22", how: "met", news: "good", with: []string{"Cllr Joan Hartley"}, words: "Councillor Hartley will ask about the steps."},
			},
		},
		{
			who: "Neighbourhood police team", body: "Marlow and Vale Police", team: "Tanners Reach and Quay", short: "Police team", kind: agency.Police, began: "2016-01-01", stands: []stand{{"2016-04-01", relationship.Regular, friend, ""}},
			uses: map[relationship.Purpose]string{"deliver": "Evenings at the skate park"}, ours: []bondHolder{{"Kofi Asante", "resident", "", "2017-01-01", ""}, {"Denise Okafor", "chair", "", "2016-04-01", ""}}, theirs: []bondHolder{{"PC Amy Trent", "neighbourhood officer", "", "2021-02-01", ""}},
			story: []told{{on: "2024-02-03", how: "met", news: "not so good", words: "They sent nobody for three months. Amy said so herself, and why.", seen: relationship.SeenByKeepers}, {on: "2026-09-29", how: "met", news: "good", words: "Antisocial behaviour at the skate park is down by a third, and stays down."}},
		},
		{
			who: "Calder Primary Care Network", short: "GP network", kind: agency.Health, mark: "starting", stands: []stand{{"2026-06-01", relationship.NotYet, nil, ""}}, ours: []bondHolder{{"Maggie Doyle", "resident", "Is trying.", "2026-06-01", ""}},
			story: []told{{on: "2026-09-01", how: "wrote", words: "A letter to the manager. No answer yet, and that is usual."}},
		},
		{
			who: "Healthy Living Team", short: "Healthy Living", team: "Walks and cooking", kind: agency.Health, began: "2018-01-01",
			stands: []stand{{"2018-01-15", relationship.Regular, contract, ""}, {"2020-03-20", relationship.Close, append(ally, relationship.Contract), "They rang everybody on our list in the first weeks."}, {"2026-03-01", relationship.NowAndThen, contract, "The team was rearranged. Nobody whom we knew is left."}},
			uses:   map[relationship.Purpose]string{"funds-us": "The walking group"}, ours: []bondHolder{{"Sam Webb", "worker", "", "2019-02-01", ""}}, theirs: []bondHolder{{"Dr Lena Ortiz", "public health lead", "", "2018-01-15", "2026-03-01"}},
			story: []told{{on: "2026-06-06", how: "wrote", news: "not so good", words: "A letter says that the team is rearranged once more. It names nobody."}},
		},
		{
			who: "Jobcentre", body: "Marlowbridge Jobcentre", kind: agency.Work, began: "2017-01-01", stands: []stand{{"2017-03-01", relationship.NowAndThen, friend, ""}}, uses: map[relationship.Purpose]string{"deliver": "The job club"},
			ours: []bondHolder{{"Leroy Grant", "resident", "", "2018-01-01", ""}, {"Sam Webb", "worker", "", "2019-02-01", ""}}, theirs: []bondHolder{{"Lesley Tait", "partnership manager", "", "2017-03-01", ""}},
			story: []told{{on: "2026-09-18", how: "met", news: "good", words: "Two people from the job club have work."}},
		},
		{
			who: "Marlowbridge College", short: "College", kind: agency.School, began: "2017-01-01", stands: []stand{{"2017-09-01", relationship.Regular, contract, ""}}, uses: map[relationship.Purpose]string{"we-fund": "Evening classes at the Hub"},
			ours: []bondHolder{{"Denise Okafor", "chair", "", "2017-09-01", ""}, {"Sam Webb", "worker", "", "2019-02-01", ""}}, theirs: []bondHolder{{"Sunita Rao", "principal", "", "2022-09-01", ""}, {"Head of student services", "", "", "2020-09-01", ""}},
			story: []told{{on: "2026-10-01", how: "event", news: "good", words: "Nine people began the cooking class."}},
		},
		{
			who: "St Aidan’s Primary School", short: "St Aidan’s school", kind: agency.School, began: "2015-01-01", stands: []stand{{"2015-09-01", relationship.Regular, friend, "It came to us from the residents’ association, when that folded."}},
			uses: map[relationship.Purpose]string{"to-residents": "", "consult": "What children want"}, ours: []bondHolder{{"Aneela Hussain", "resident", "Her boys go there.", "2018-09-01", ""}}, theirs: []bondHolder{{"Claire Whitby", "head teacher", "", "2016-09-01", ""}},
			story: []told{{on: "2026-06-27", how: "event", news: "good", with: []string{"Claire Whitby"}, words: "The summer fair, together."}},
		},
		{
			who: "Open Door food project", short: "Open Door food", team: "The kitchen", kind: agency.Group, began: "2016-01-01", stands: []stand{{"2016-02-01", relationship.NowAndThen, friend, ""}, {"2020-04-01", relationship.Close, friend, "We packed bags together for a year."}}, uses: map[relationship.Purpose]string{"deliver": "The lunch club", "advice": ""},
			ours: []bondHolder{{"Maggie Doyle", "resident", "", "2016-02-01", ""}, {"Tom Pearce", "resident", "", "2020-04-01", ""}}, theirs: []bondHolder{{"Rev Ann Sykes", "organiser", "", "2016-02-01", ""}},
			story: []told{{on: "2026-10-12", how: "phoned", news: "good", words: "They keep us sixty places at the harvest supper."}},
		},
		{who: "Northway Homes", kind: agency.Housing, mark: "starting", stands: []stand{{"2026-09-08", relationship.NotYet, nil, ""}}},
		{
			who: p.star.lto.Name, name: p.star.lto.Name + " (holds our money)", short: p.star.lto.Name, kind: agency.Housing, began: "2014-12-01", mark: "holds our money",
			stands: []stand{{"2014-12-01", relationship.Regular, contract, ""}, {"2018-01-01", relationship.Close, append(ally, relationship.Contract), "More than a contract by now."}},
			uses:   map[relationship.Purpose]string{"deliver": "The Hub", "assets": "The old chapel"}, ours: []bondHolder{{"Denise Okafor", "chair", "", "2014-12-01", ""}, {"Sam Webb", "worker", "", "2019-02-01", ""}},
			theirs: []bondHolder{{"Helen Marsh", "finance", "", "2014-12-01", ""}, {"Tariq Goddard", "director", "", "2016-01-01", ""}},
			story:  []told{{on: "2026-10-09", how: "met", news: "good", words: "The budget for the winter is clear."}},
		},
	}
}

// relating plays whom the richly shown area works with: twelve years of contacts,
// promises kept and not, a restructure, a lost champion and one that is leaving.
func (p *player) relating(ctx context.Context, tx *db.Tx) error {
	by, a := p.star.worker, p.star.area
	ids := map[string]relationship.ID{}
	began := p.programme.Begins
	for _, b := range p.bonds() {
		made, err := p.bond(ctx, tx, b, began)
		if err != nil {
			return err
		}
		ids[b.short] = made
		if from, is := ids[b.through]; is && b.through != "" {
			one, err := relationship.ByID(ctx, tx, a.ID, made)
			if err != nil {
				return err
			}
			if err := p.relationships.ChangeIn(ctx, tx, by, a, made, relationship.Draft{Unit: one.Unit, Name: one.Name, Short: one.Short, Type: one.Type, Began: one.Began, BroughtBy: from, HowBegun: "They brought us together at a site meeting."}); err != nil {
				return err
			}
		}
	}
	parks := ids["Council parks"]
	for _, w := range []relationship.NewWeight{
		{Factor: "own-money", Effect: relationship.Helps, Words: "We can say yes on the spot"},
		{Factor: "squeeze", Effect: relationship.HoldsBack, Words: "A team of three is a team of two"},
		{Factor: "history", Effect: relationship.HoldsBack, Words: "Eastfields is not forgotten, and need not be"},
		{Factor: "results", Effect: relationship.Helps, Words: "People see the play area each day"},
	} {
		w.From = p.what.Today
		if err := p.relationships.SetFactorIn(ctx, tx, by, a, parks, w); err != nil {
			return err
		}
	}
	if err := p.promised(ctx, tx, ids); err != nil {
		return err
	}
	if err := p.askedOf(ctx, tx, ids["Council highways"]); err != nil {
		return err
	}
	if err := p.changing(ctx, tx, ids); err != nil {
		return err
	}
	if err := p.newConstable(ctx, tx, ids["Police team"]); err != nil {
		return err
	}
	return p.handedOver(ctx, tx, parks, ids["Council highways"])
}

// bond plays one relationship; what was before the programme began is not told, but
// what people remember.
func (p *player) bond(ctx context.Context, tx *db.Tx, b bond, began date.Date) (relationship.ID, error) {
	by, a := p.star.worker, p.star.area
	state := func(s stand) relationship.NewState {
		n := relationship.NewState{From: date.Must(s.from), Closeness: s.close, Kinds: s.kinds, Words: s.words}
		if n.From.Before(began) {
			n.From = began
		}
		return n
	}
	n := relationship.New{Who: b.who, Draft: relationship.Draft{Name: b.name, Short: b.short, Type: b.kind, Mark: b.mark, HowBegun: b.begun}, State: state(b.stands[0])}
	if b.who == p.star.lto.Name {
		n.Body = p.star.lto.ID
	} else if b.body != "" {
		var err error
		if n.Body, err = p.knownBody(ctx, tx, b.body); err != nil {
			return "", err
		}
	}
	if n.Name == "" {
		n.Name = b.who
	}
	if b.team != "" {
		if err := p.withTeam(ctx, tx, &n, b.team); err != nil {
			return "", err
		}
	}
	if b.began != "" {
		n.Began = date.Must(b.began)
	}
	made, err := p.relationships.AddIn(ctx, tx, by, a, n)
	if err != nil {
		return "", err
	}
	for _, s := range b.stands[1:] {
		if err := p.relationships.NoteIn(ctx, tx, by, a, made, state(s)); err != nil {
			return "", err
		}
	}
	if len(b.uses) > 0 {
		if err := p.relationships.SetPurposesIn(ctx, tx, by, a, made, relationship.NewUses{From: date.Must(b.stands[0].from), Uses: b.uses}); err != nil {
			return "", err
		}
	}
	one, err := relationship.ByID(ctx, tx, a.ID, made)
	if err != nil {
		return "", err
	}
	if err := p.holders(ctx, tx, one, relationship.Ours, b.ours); err != nil {
		return "", err
	}
	if err := p.holders(ctx, tx, one, relationship.Theirs, b.theirs); err != nil {
		return "", err
	}
	for _, t := range b.whole() {
		e := relationship.NewEntry{Kind: relationship.InTouch, On: date.Must(t.on), ToldBy: t.told, How: t.how, News: t.news, Words: t.words, Together: t.together, Seen: t.seen}
		if t.before {
			e.Kind = relationship.Before
		} else if e.On.Before(began) {
			continue
		}
		if e.Seen == "" {
			e.Seen = relationship.SeenByUs
		}
		if e.With, err = metWith(ctx, tx, a.ID, made, t.with); err != nil {
			return "", err
		}
		if _, err := p.relationships.AddEntryIn(ctx, tx, by, a, made, e); err != nil {
			return "", err
		}
	}
	return made, nil
}

func (p *player) holders(ctx context.Context, tx *db.Tx, of relationship.Relationship, side relationship.Side, all []bondHolder) error {
	for _, h := range all {
		n := relationship.NewHolder{Side: side, Name: h.name, Role: h.role, Words: h.words, From: date.Must(h.from)}
		if h.until != "" {
			n.Until = date.Must(h.until)
		}
		if side == relationship.Ours {
			n.Person = p.known(h.name)
		} else {
			var err error
			if n.Contact, n.Post, err = p.tied(ctx, tx, of, h); err != nil {
				return err
			}
		}
		if _, err := p.relationships.HoldIn(ctx, tx, p.star.worker, p.star.area, of.ID, n); err != nil {
			return err
		}
	}
	return nil
}

// known is the account of somebody of the richly shown area.
func (p *player) known(name string) access.PersonID {
	for _, who := range []access.Actor{p.star.chair, p.star.worker, p.star.member} {
		if who.Name == name {
			return who.Person
		}
	}
	return ""
}

func (p *player) promised(ctx context.Context, tx *db.Tx, ids map[string]relationship.ID) error {
	by, a, today := p.star.worker, p.star.area, p.what.Today
	for _, one := range []struct {
		with, what, who string
		side            relationship.Side
		made, due, done int // days before today; done 0 for not yet
		end             string
		words           string
		written         bool
	}{
		{"Council parks", "Send grass cutting dates", "", relationship.Theirs, 60, 14, 0, "", "", false},
		{"Council parks", "Bring highways to a meeting", "Karen", relationship.Theirs, 30, -6, 0, "", "", false},
		{"Council parks", "Count who uses the field", "Tom", relationship.Ours, 40, -17, 0, "", "", false},
		{"Council parks", "Two new benches", "", relationship.Theirs, 150, 75, 95, relationship.Kept, "", true},
		{"Council parks", "Mend the gate", "", relationship.Theirs, 200, 170, 175, relationship.Kept, "", false},
		{"Council parks", "A map of the pipes", "", relationship.Theirs, 240, 210, 215, relationship.Kept, "", false},
		{"Council parks", "Empty the bins on match days", "", relationship.Theirs, 300, 260, 262, relationship.Kept, "", false},
		{"Council parks", "New nets for the goals", "", relationship.Theirs, 320, 280, 285, relationship.Kept, "", false},
		{"Council parks", "A key for the shed", "", relationship.Theirs, 330, 300, 305, relationship.Kept, "", false},
		{"Council parks", "Come to the spring clean", "Karen", relationship.Theirs, 230, 185, 185, relationship.Kept, "", false},
		{"Council parks", "Resurface the path", "", relationship.Theirs, 350, 120, 110, relationship.Withdrawn, "The budget for paths is gone this year. Karen told us herself.", true},
		{"Council parks", "Report what the survey said", "Sam", relationship.Ours, 200, 160, 165, relationship.Kept, "", false},
		{"Council parks", "Find twenty people for the spring clean", "Yusuf", relationship.Ours, 230, 185, 186, relationship.Kept, "", false},
		{"Council parks", "Write the sign for the play area", "Aneela Hussain", relationship.Ours, 100, 50, 30, relationship.Kept, "The first one had the wrong year on it.", false},
		{"Council highways", "Say which list the crossing is on", "Ian Cole", relationship.Theirs, 42, 12, 0, "", "", false},
		{"Ward councillors", "Ask who owns the steps", "Cllr Joan Hartley", relationship.Theirs, 22, -8, 0, "", "", false},
	} {
		n := relationship.NewPromise{Side: one.side, What: one.what, Who: one.who, MadeOn: today.AddDays(-one.made), DueOn: today.AddDays(-one.due), Written: one.written}
		if one.side == relationship.Ours {
			n.Person = p.known(one.who)
		}
		made, err := p.relationships.PromiseIn(ctx, tx, by, a, ids[one.with], n)
		if err != nil {
			return err
		}
		if one.end == "" {
			continue
		}
		if err := p.relationships.NotePromiseIn(ctx, tx, by, a, made, relationship.NewPromiseStep{What: one.end, On: today.AddDays(-one.done), Words: one.words}); err != nil {
			return err
		}
	}
	return nil
}

// askedOf plays what residents asked of agencies.
func (p *player) askedOf(ctx context.Context, tx *db.Tx, highways relationship.ID) error {
	by, a, today := p.star.worker, p.star.area, p.what.Today
	resident := p.star.resident
	steps, err := p.relationships.AskIn(ctx, tx, by, a, relationship.NewQuestion{
		What: "Who mends the steps by the baths? Three people fell.", Place: "Bath Steps, by the swings", Issue: true, Reach: "I look here", Asker: resident.Name, Person: resident.Person, On: today.AddDays(-43),
	})
	if err != nil {
		return err
	}
	if err := p.relationships.NoteQuestionIn(ctx, tx, by, a, steps, relationship.NewQuestionStep{What: relationship.Sent, On: today.AddDays(-41), With: highways}); err != nil {
		return err
	}
	bins, err := p.relationships.AskIn(ctx, tx, by, a, relationship.NewQuestion{
		What: "Why are the bins behind the shops not emptied on Fridays?", Asker: "Farah Iqbal", Reach: "at the Hub", On: today.AddDays(-66),
	})
	if err != nil {
		return err
	}
	for _, s := range []relationship.NewQuestionStep{
		{What: relationship.Sent, On: today.AddDays(-64), Who: "the council’s cleansing team"},
		{What: relationship.PassedOn, On: today.AddDays(-50), Who: "the landlord of the shops"},
		{What: relationship.Answered, On: today.AddDays(-21), Words: "The landlord pays for Mondays only. From November it is Mondays and Fridays."},
		{What: relationship.AskedWriting, On: today.AddDays(-20)},
		{What: relationship.InWriting, On: today.AddDays(-12)},
		{What: relationship.ToldAsker, On: today.AddDays(-11)},
	} {
		if err := p.relationships.NoteQuestionIn(ctx, tx, by, a, bins, s); err != nil {
			return err
		}
	}
	_, err = p.relationships.AskIn(ctx, tx, resident, a, relationship.NewQuestion{What: "Could the bus stop at the Hub?", Reach: "I look here"})
	return err
}

// handedOver leaves a handover half done, a link for who takes over, and two officers
// of one council with an account, for whom different things were chosen.
func (p *player) handedOver(ctx context.Context, tx *db.Tx, parks, highways relationship.ID) error {
	by, a, today := p.star.worker, p.star.area, p.what.Today
	h, err := p.relationships.OpenHandoverIn(ctx, tx, by, a, parks, relationship.NewHandover{
		Why: relationship.Leaving, Side: relationship.Theirs, Who: "Karen Whitfield", ToWhom: "Jas Gill", By: date.New(today.Year(), 10, 31), WalkWith: "Yusuf Rahman", WalkOn: today.AddDays(8),
	})
	if err != nil {
		return err
	}
	if err := p.relationships.TickIn(ctx, tx, by, a, h, relationship.NewTicks{On: today, Done: []int64{1, 2, 3}}); err != nil {
		return err
	}
	parts := []string{relationship.PartAbout, relationship.PartPromises, relationship.PartTimeline, relationship.PartApproved, relationship.PartHandover}
	if _, _, err := p.shares.MakeIn(ctx, tx, by, share.NewLink{
		Form: "for Jas", Kind: "relationship", Place: a.Place(), Subject: string(parks), Contents: parts, ForWhom: "Jas Gill, parks team", Until: today.AddDays(share.UsualDays),
	}, relationship.PartNames()); err != nil {
		return err
	}
	if err := p.relationships.ShowOfficersIn(ctx, tx, by, a, parks, relationship.NewView{Contents: parts}); err != nil {
		return err
	}
	one, err := relationship.ByID(ctx, tx, a.ID, parks)
	if err != nil {
		return err
	}
	if p.star.officer, err = p.ofCouncil(ctx, tx, "Jas Gill", one.Body); err != nil {
		return err
	}
	if p.star.colleague, err = p.ofCouncil(ctx, tx, "Ian Cole", one.Body); err != nil {
		return err
	}
	for _, n := range []struct {
		of       relationship.ID
		contents []string
	}{{parks, nil}, {highways, []string{relationship.PartAbout, relationship.PartPromises, relationship.PartQuestions}}} {
		if err := p.relationships.ShowOfficerIn(ctx, tx, by, a, n.of, relationship.NewOwnView{Person: p.star.colleague.Person, Own: true, Contents: n.contents, Nothing: n.contents == nil}); err != nil {
			return err
		}
	}
	council, err := organisation.ByID(ctx, tx, one.Body)
	p.star.council = council.Slug
	return err
}

// ofCouncil gives somebody an account as an officer of the council.
func (p *player) ofCouncil(ctx context.Context, tx *db.Tx, name string, council organisation.ID) (access.Actor, error) {
	who, err := p.people.AddIn(ctx, tx, theDemonstration, person.New{Name: name})
	if err != nil {
		return access.Actor{}, err
	}
	hat, err := p.people.GiveHatIn(ctx, tx, theDemonstration, who.ID, person.NewHat{Role: access.AgencyOfficer, Scope: access.InOrganisation, Place: string(council), From: date.Of(p.now)})
	return access.Actor{Person: who.ID, Name: who.Name, Hat: hat, Sure: true}, err
}

// relations plays a few relationships of any other area, cheaply.
func (s *story) relations(ctx context.Context, tx *db.Tx, i int) error {
	if s.area.ID == s.star.area.ID {
		return nil
	}
	r, today := s.rand(uint64(i)+9000), date.Of(s.now) //nolint:gosec // a small number
	for n, one := range []relationship.New{
		{Who: s.area.AuthorityName, Team: []string{"", "Parks and open spaces"}[r.IntN(2)], Draft: relationship.Draft{Type: agency.Council}},
		{Who: "St Mary’s Primary School", Draft: relationship.Draft{Type: agency.School}},
		{Who: "Neighbourhood police team", Draft: relationship.Draft{Type: agency.Police}},
	} {
		if n == 2 && r.IntN(2) == 0 {
			continue
		}
		if r.IntN(6) == 0 {
			one.Who, one.Team, one.Type = "Corner House", "", agency.Group
		}
		one.State = relationship.NewState{From: today.AddDays(-100 - r.IntN(1500)), Closeness: relationship.Closenesses()[r.IntN(5)]}
		if k := r.IntN(4); k < 3 {
			one.State.Kinds = relationship.Kinds()[k : k+1]
		}
		one.Name = strings.TrimSpace(one.Who)
		one.Holder = relationship.NewHolder{Name: s.chair.Name, Role: "chair", Person: s.chair.Person}
		made, err := s.relationships.AddIn(ctx, tx, s.chair, s.area, one)
		if err != nil {
			return err
		}
		if _, err := s.relationships.AddEntryIn(ctx, tx, s.chair, s.area, made, relationship.NewEntry{Kind: relationship.InTouch, On: today.AddDays(-r.IntN(100)), How: "met", News: "good", Seen: relationship.SeenByUs}); err != nil {
			return err
		}
		purpose := relationship.Purposes()[r.IntN(11)].Purpose
		if err := s.relationships.SetPurposesIn(ctx, tx, s.chair, s.area, made, relationship.NewUses{From: one.State.From, Uses: map[relationship.Purpose]string{purpose: ""}}); err != nil {
			return err
		}
	}
	return nil
}
