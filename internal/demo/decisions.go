package demo

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/money"
	"commontable/internal/partnership"
	"commontable/internal/person"
	"commontable/internal/plan"
)

// decide plays a decision that everybody could live with: put forward a fortnight
// before by a member, asked about, and agreed now.
func (s *story) decide(ctx context.Context, tx *db.Tx, n decision.NewProposal) (decision.Decision, error) {
	electors, err := partnership.ElectorsOn(ctx, tx, s.area.ID, date.Of(s.now))
	if err != nil {
		return decision.Decision{}, err
	}
	members := s.members()
	r := decision.Replay{
		Proposal: n, Chair: s.chair, PutBy: members[s.voice.r.IntN(len(members))], Asked: s.now.AddDate(0, 0, -14),
		Handled: partnership.NoVote,
		Words:   "We went round the table, and everyone could live with it.",
	}
	if !s.isStar() {
		r.Words = pick(s.voice.r, howWeAgreed)
	}
	residents := 0
	for i, e := range electors {
		if !e.Resident || residents == 9 {
			continue
		}
		residents++
		said := decision.ReplayedPosition{Person: e.Person, Stand: decision.Support}
		if i%7 == 3 {
			said.Stand, said.Reason = decision.Worry, pick(s.voice.r, worries)
		}
		r.Said = append(r.Said, said)
	}
	made, err := s.decisions.ReplayIn(ctx, tx, theDemonstration, s.area, r)
	if err != nil {
		return made, err
	}
	return made, s.tell(ctx, tx, made)
}

// decidePlan plays that the partnership adopts a version of its plan.
func (s *story) decidePlan(ctx context.Context, tx *db.Tx, version int64) error {
	v := strconv.FormatInt(version, 10)
	_, err := s.decide(ctx, tx, decision.NewProposal{Kind: decision.AdoptPlan, PlanVersion: version, Words: decision.NewText{
		Title: "Our plan, version " + v, Question: "Shall version " + v + " be our plan?", Words: s.voice.read,
	}})
	return err
}

// decideLTO plays that the partnership chooses who holds its money.
func (s *story) decideLTO(ctx context.Context, tx *db.Tx) (decision.Decision, error) {
	return s.decide(ctx, tx, decision.NewProposal{Kind: decision.ChooseLTO, Words: decision.NewText{
		Title: "Who holds our money", Question: "Shall " + s.lto.Name + " hold and account for our money?", Words: s.voice.whyLTO,
		Parties: []decision.Party{{Part: decision.Does, Organisation: s.lto.ID}, {Part: decision.Hears, Name: "The programme"}},
	}})
}

// deciding plays in the richly shown area what is being decided on the last day:
// a drop-in that not everyone could live with, in which one member has an interest,
// and that is voted on; something that was not agreed; and a decision that took the
// place of another.
func (p *player) deciding(ctx context.Context, tx *db.Tx) error {
	a, now := p.star.area, p.now
	defer func() { p.now = now }()
	who := map[string]access.Actor{}
	for _, role := range []access.Role{access.Member, access.Chair} {
		wearers, err := person.Wearers(ctx, tx, role, access.InArea, string(a.ID), p.what.Today)
		if err != nil {
			return err
		}
		for _, w := range wearers {
			who[w.Person.Name] = access.Actor{Person: w.Person.ID, Name: w.Person.Name, Hat: w.Hat, Sure: true}
		}
	}
	electors, err := partnership.ElectorsOn(ctx, tx, a.ID, p.what.Today.AddDays(-41))
	if err != nil {
		return err
	}
	for _, name := range []string{"Kofi Asante", "Aneela Hussain", "Leroy Grant", "Maggie Doyle", "Tom Pearce", "Yusuf Rahman", "Bernadette Lowe", "Ann Sykes"} {
		if !slices.ContainsFunc(electors, func(e partnership.Elector) bool { return e.Person == who[name].Person }) {
			return nil // the programme is too young for all of them
		}
	}
	current, err := plan.Current(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	t := &tableStory{player: p, who: who, line: lineOf(current, "Youth drop-in"), board: lineOf(current, "Meetings"), today: p.what.Today}
	for _, play := range []func(context.Context, *db.Tx) error{t.noticeboard, t.parking, t.dropIn, t.bench, t.lamps} {
		if err := play(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// A tableStory is what the richly shown area is deciding.
type tableStory struct {
	*player
	who   map[string]access.Actor
	line  plan.LineID // of the drop-in
	board plan.LineID // of what tells people things
	today date.Date
}

// lineOf is the line of a plan whose name begins so, or where there is none its
// first.
func lineOf(v plan.Version, name string) plan.LineID {
	for _, l := range v.Lines {
		if strings.HasPrefix(l.Name, name) {
			return l.ID
		}
	}
	return v.Lines[0].ID
}

func (t *tableStory) on(daysAgo, hour int) { t.now = t.today.AddDays(-daysAgo).At(hour, 0) }

func (t *tableStory) say(ctx context.Context, tx *db.Tx, number int64, name string, s decision.Stand, reason string) error {
	d, err := decision.ByNumber(ctx, tx, t.star.area.ID, number)
	if err != nil {
		return err
	}
	t.now = t.now.Add(7 * time.Minute)
	return t.decisions.TakePositionIn(ctx, tx, t.who[name], t.star.area, number, decision.NewPosition{Hash: d.Text().Hash, Stand: s, Reason: reason, MayPrint: true})
}

// said plays what several people say, in the order of names.
func (t *tableStory) allSupport(ctx context.Context, tx *db.Tx, number int64, names ...string) error {
	for _, name := range names {
		if err := t.say(ctx, tx, number, name, decision.Support, ""); err != nil {
			return err
		}
	}
	return nil
}

func (t *tableStory) put(ctx context.Context, tx *db.Tx, name string, n decision.NewProposal) (int64, error) {
	n.Open = true
	d, err := t.decisions.ProposeIn(ctx, tx, t.who[name], t.star.area, n)
	return d.Number, err
}

func (t *tableStory) record(ctx context.Context, tx *db.Tx, number int64, n decision.NewAttempt) error {
	return t.decisions.RecordAttemptIn(ctx, tx, t.star.chair, t.star.area, number, n)
}

// noticeboard is a decision, and a later one that takes its place.
func (t *tableStory) noticeboard(ctx context.Context, tx *db.Tx) error {
	t.on(41, 10)
	spend := func(pounds int64) []decision.Line {
		return []decision.Line{{Line: t.board, Amount: money.Pounds(pounds)}}
	}
	first, err := t.put(ctx, tx, "Tom Pearce", decision.NewProposal{Kind: decision.Spending, Words: decision.NewText{
		Title: "A noticeboard by the shops", Question: "Shall we pay £900 for a noticeboard by the shops?", Words: "Glass doors, and a key for each group.", Lines: spend(900),
		PayeeOpen: true, HearDays: 7, Parties: []decision.Party{{Part: decision.Hears, Name: "The shopkeepers"}},
	}})
	if err != nil {
		return err
	}
	all := []string{"Denise Okafor", "Tom Pearce", "Bernadette Lowe", "Yusuf Rahman", "Maggie Doyle", "Aneela Hussain"}
	if err := t.allSupport(ctx, tx, first, all...); err != nil {
		return err
	}
	if err := t.record(ctx, tx, first, decision.NewAttempt{Agreed: true, Words: "Everyone was for it."}); err != nil {
		return err
	}
	if err := t.decisions.TellIn(ctx, tx, t.star.worker, t.star.area, first, decision.NewTelling{Party: 0, On: date.Of(t.now), How: "by going into each shop"}); err != nil {
		return err
	}
	t.on(30, 11)
	second, err := t.put(ctx, tx, "Bernadette Lowe", decision.NewProposal{Kind: decision.Spending, Replaces: first, Words: decision.NewText{
		Title: "Two noticeboards", Question: "Shall we pay £1,500 for two noticeboards, instead of £900 for one?", Words: "One by the shops, one by the flats.", Lines: spend(1500),
		Parties: []decision.Party{{Part: decision.Does, Name: "Sawdust & Sons"}},
	}})
	if err != nil {
		return err
	}
	if err := t.allSupport(ctx, tx, second, all...); err != nil {
		return err
	}
	return t.record(ctx, tx, second, decision.NewAttempt{Agreed: true, Words: "The flats asked for one too."})
}

// parking is a proposal on which they did not agree, and which they left.
func (t *tableStory) parking(ctx context.Context, tx *db.Tx) error {
	t.on(27, 10)
	number, err := t.put(ctx, tx, "Yusuf Rahman", decision.NewProposal{Kind: decision.Other, Words: decision.NewText{
		Title: "Parking by the green", Question: "Shall we ask the council for parking spaces on the edge of the green?", Words: "Eight spaces, where the grass is worn.",
	}})
	if err != nil {
		return err
	}
	if err := t.allSupport(ctx, tx, number, "Yusuf Rahman", "Bernadette Lowe", "Aneela Hussain", "Denise Okafor", "Leroy Grant"); err != nil {
		return err
	}
	if err := t.say(ctx, tx, number, "Tom Pearce", decision.Cannot, "Once the grass is gone it does not come back."); err != nil {
		return err
	}
	return t.record(ctx, tx, number, decision.NewAttempt{Leave: true, Words: "We leave the green as it is, and look at the street instead."})
}

// dropIn is the decision that the guides walk through.
func (t *tableStory) dropIn(ctx context.Context, tx *db.Tx) error {
	a := t.star.area
	t.on(20, 10)
	words := decision.NewText{
		Title: "Youth drop-in at the Hub", Question: "Shall we pay £18,400 for a drop-in two evenings a week, for a year?",
		Words: "Open the Hub to 11 to 16 year olds on Tuesdays and Thursdays, 4pm to 7pm, from November. Two paid youth workers and four volunteers. Food each night.",
		Cost:  "£18,400 for 12 months", Told: "94 of 152 homes asked put it first (62%)",
		Lines:    []decision.Line{{Line: t.line, Amount: money.Pounds(18_400)}},
		HearDays: 7, Parties: []decision.Party{{Part: decision.Does, Organisation: t.star.lto.ID}, {Part: decision.Hears, Name: "The secondary school"}, {Part: decision.Hears, Name: "The lunch club"}},
	}
	number, err := t.put(ctx, tx, "Aneela Hussain", decision.NewProposal{Kind: decision.Spending, With: []access.PersonID{t.who["Leroy Grant"].Person}, Words: words})
	if err != nil {
		return err
	}
	t.player.dropIn = number
	t.on(18, 11)
	if err := t.interest(ctx, tx, number); err != nil {
		return err
	}
	t.on(13, 18)
	if err := t.allSupport(ctx, tx, number, "Denise Okafor", "Yusuf Rahman", "Aneela Hussain", "Leroy Grant", "Ann Sykes"); err != nil {
		return err
	}
	if err := t.say(ctx, tx, number, "Bernadette Lowe", decision.Worry, "Is the heating in it?"); err != nil {
		return err
	}
	if err := t.say(ctx, tx, number, "Tom Pearce", decision.Worry, "What happens after the year is up?"); err != nil {
		return err
	}
	if err := t.say(ctx, tx, number, "Maggie Doyle", decision.Cannot, "Thursday is lunch club clear-up. We cannot have both."); err != nil {
		return err
	}
	if err := t.record(ctx, tx, number, decision.NewAttempt{Words: "Most are for it. Maggie cannot have both on a Thursday."}); err != nil {
		return err
	}
	d, err := decision.ByNumber(ctx, tx, a.ID, number)
	if err != nil {
		return err
	}
	t.on(11, 10)
	for _, said := range d.Positions {
		if said.Stand == decision.Cannot {
			if err := t.decisions.AnswerWorryIn(ctx, tx, t.who["Aneela Hussain"], a, number, said.Turn, "The drop-in moved to 5pm, and lunch club is out by 4pm. Maggie asked to vote on it as it now stands."); err != nil {
				return err
			}
		}
	}
	words.Words = "Open the Hub to 11 to 16 year olds on Tuesdays and Thursdays, 5pm to 8pm, from November. Two paid youth workers and four volunteers. Food each night."
	words.Why = "An hour later, so that lunch club can clear up"
	if err := t.decisions.ChangeIn(ctx, tx, t.who["Aneela Hussain"], a, number, words); err != nil {
		return err
	}
	return t.vote(ctx, tx, number)
}

// bench is what everybody is asked about just now.
func (t *tableStory) bench(ctx context.Context, tx *db.Tx) error {
	t.on(3, 19)
	number, err := t.put(ctx, tx, "Aneela Hussain", decision.NewProposal{Kind: decision.Spending, Words: decision.NewText{
		Title: "A bench by the bus stop", Question: "Shall we pay £650 for a bench by the bus stop?", Words: "With a back and arms, so that people can get up from it.",
		Cost: "£650, once", Lines: []decision.Line{{Line: t.board, Amount: money.Pounds(650)}},
		HearDays: 14, Parties: []decision.Party{{Part: decision.Does, Name: "Sawdust & Sons"}, {Part: decision.Hears, Name: "The bus company"}},
	}})
	if err != nil {
		return err
	}
	t.on(2, 9)
	if err := t.allSupport(ctx, tx, number, "Bernadette Lowe", "Yusuf Rahman"); err != nil {
		return err
	}
	return t.say(ctx, tx, number, "Tom Pearce", decision.Worry, "Who mends it?")
}

// interest is Kofi’s, who works for who would run it.
func (t *tableStory) interest(ctx context.Context, tx *db.Tx, number int64) error {
	a := t.star.area
	d, err := decision.ByNumber(ctx, tx, a.ID, number)
	if err != nil {
		return err
	}
	touches, err := t.decisions.TouchesOf(ctx, tx, t.star.chair, a, d)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(touches, func(o partnership.Touch) bool { return o.Person == t.who["Kofi Asante"].Person }) {
		if _, err := t.partnerships.DeclareIn(ctx, tx, t.who["Kofi Asante"], a, partnership.NewInterest{
			Kind: partnership.Employer, Organisation: t.star.lto.ID, From: t.today.AddMonths(-20),
		}); err != nil {
			return err
		}
		if touches, err = t.decisions.TouchesOf(ctx, tx, t.star.chair, a, d); err != nil {
			return err
		}
	}
	for _, touch := range touches {
		n := partnership.NewHandling{
			About: d.About(), Interest: touch.Interest, How: partnership.NoAction, Parties: d.Touched(), Why: "Nobody’s rent or home depends on the drop-in.",
		}
		if touch.Person == t.who["Kofi Asante"].Person {
			n.How, n.Why = partnership.Leave, ""
			n.Public = "He left the room for the talk and has no vote. His work on other decisions goes on as before."
		}
		if _, err := t.partnerships.HandleIn(ctx, tx, t.star.worker, a, n); err != nil {
			return err
		}
	}
	return nil
}

// vote plays the vote as far as it has come: most are in, one of them on paper.
func (t *tableStory) vote(ctx context.Context, tx *db.Tx, number int64) error {
	a := t.star.area
	t.on(6, 12)
	if err := t.decisions.OpenVoteIn(ctx, tx, t.star.chair, a, number, decision.NewVote{ClosesAt: decision.At(t.today.AddDays(4), 20)}); err != nil {
		return err
	}
	d, err := decision.ByNumber(ctx, tx, a.ID, number)
	if err != nil {
		return err
	}
	for i, name := range []string{"Yusuf Rahman", "Maggie Doyle", "Aneela Hussain", "Leroy Grant", "Ann Sykes"} {
		t.now = t.now.Add(5 * time.Hour)
		n := decision.NewBallot{Hash: d.Text().Hash, Choice: decision.Yes}
		if i == 1 {
			n.Choice, n.Reason, n.MayPrint = decision.StandsAside, "It is better than it was.", true
		}
		if err := t.decisions.VoteIn(ctx, tx, t.who[name], a, number, n); err != nil {
			return err
		}
	}
	t.now = t.now.Add(3 * time.Hour)
	if err := t.decisions.VoteIn(ctx, tx, t.star.worker, a, number, decision.NewBallot{
		Hash: d.Text().Hash, Choice: decision.Yes, For: t.who["Bernadette Lowe"].Person, Via: decision.OnPaper,
	}); err != nil {
		return err
	}
	return t.decisions.ConfirmIn(ctx, tx, t.who["Yusuf Rahman"], a, number, decision.ABallot, 6)
}
