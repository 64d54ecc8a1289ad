package demo

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/organisation"
	"commontable/internal/partnership"
	"commontable/internal/person"
)

// A party is the partnership of one area as it is played: who is in it now, in
// the order in which they came.
type party struct {
	r       *rand.Rand
	members []access.Actor // with a say, acting in the hat of a member; the chair first
	queue   []newcomer     // who come one after another
	council map[access.PersonID]bool
	small   bool // it has as few as it may
	shared  bool // its councillors share one vote
	rule    partnership.CouncillorRule
}

// A newcomer is somebody who will join.
type newcomer struct {
	name   string
	as     partnership.In
	line   string
	silent bool // their name stands nowhere in public
}

func (p *player) newParty(i int) *party {
	return &party{r: p.rand(uint64(i) + 7000), small: i%25 == 1, council: map[access.PersonID]bool{}, rule: partnership.CouncillorRules()[i%5]} //nolint:gosec // a small number
}

// members are those who have a say today, acting in the hat of a member; the
// chair first.
func (s *story) members() []access.Actor { return slices.Clone(s.party.members) }

var (
	livesHere   = partnership.In{Kind: partnership.Resident}
	comesIn     = partnership.In{Kind: partnership.NonResident}
	ofCouncil   = partnership.In{Kind: partnership.Councillor}
	councilHere = partnership.In{Kind: partnership.Councillor, Resident: true}
	comesAlong  = partnership.In{Kind: partnership.Friend, Resident: true}
)

// Who is in the partnership of the richly shown area in the end, in the order in
// which they came.
func starsMembers() []newcomer {
	return []newcomer{
		{name: "Maggie Doyle", as: livesHere, line: "I run the lunch club"},
		{name: "Joan Hartley", as: ofCouncil, line: "Ward councillor"},
		{name: "Dilip Patel", as: ofCouncil, line: "Ward councillor"},
		{name: "Tom Pearce", as: livesHere, line: "Allotments, and forty years on Elm Street"},
		{name: "Kofi Asante", as: livesHere, line: "Youth football on Saturdays"},
		{name: "Martin Bell", as: ofCouncil, line: "Ward councillor"},
		{name: "Yusuf Rahman", as: livesHere, line: "From the mosque committee"},
		{name: "Bernadette Lowe", as: livesHere, line: "I keep an eye on the money"},
		{name: "Ann Sykes", as: comesIn, line: "Vicar of St Luke’s"},
		{name: "Leroy Grant", as: livesHere, silent: true},
		{name: "Ruth Weaver", as: ofCouncil, line: "Ward councillor"},
		{name: "Aneela Hussain", as: livesHere, line: "Two children at the primary school"},
	}
}

// comeTogether plays the partnership coming together: somebody writes down who
// came in these weeks, and says how they decide.
func (s *story) comeTogether(ctx context.Context, tx *db.Tx, star bool) error {
	today, took := date.Of(s.now), s.took()-5
	if _, err := s.partnerships.JoinIn(ctx, tx, s.officers[0], s.area, partnership.NewMember{Person: s.chair.Person, As: livesHere, From: today.AddDays(-took)}); err != nil {
		return err
	}
	if err := s.named(ctx, tx, s.chair.Person, "I chair our meetings", false); err != nil {
		return err
	}
	if _, err := s.partnerships.TakeOfficeIn(ctx, tx, s.officers[0], s.area, s.chair.Person, partnership.NewOffice{Office: partnership.Chair, From: today.AddDays(-20)}); err != nil {
		return err
	}
	s.party.members = []access.Actor{s.chair}
	if err := s.cameAndWent(ctx, tx, today, took); err != nil {
		return err
	}
	residents := 7 + s.party.r.IntN(2)
	if s.party.small {
		residents = 7
	}
	for range residents {
		if err := s.joins(ctx, tx, newcomer{name: fullName(s.party.r), as: livesHere}, today.AddDays(-s.party.r.IntN(took))); err != nil {
			return err
		}
	}
	rule := s.party.rule
	if star {
		rule, s.party.queue = partnership.CouncillorsAsOthers, starsMembers()
		church, err := s.organisations.AddIn(ctx, tx, theDemonstration, organisation.New{Name: "St Luke’s", Kinds: []organisation.Kind{organisation.Group}})
		if err != nil {
			return err
		}
		for i := range s.party.queue {
			if s.party.queue[i].name == "Ann Sykes" {
				s.party.queue[i].as.Organisation = church.ID
			}
		}
	}
	for _, one := range s.visitors(star) {
		if err := s.joins(ctx, tx, one, today.AddDays(-s.party.r.IntN(30))); err != nil {
			return err
		}
	}
	workers, err := person.Wearers(ctx, tx, access.Worker, access.InArea, string(s.area.ID), today)
	if err != nil || len(workers) == 0 {
		return err
	}
	if _, err := s.partnerships.JoinIn(ctx, tx, s.chair, s.area, partnership.NewMember{
		Person: workers[0].Person.ID, As: partnership.In{Kind: partnership.Worker, Organisation: s.lto.ID}, From: today.AddDays(-30),
	}); err != nil {
		return err
	}
	n := partnership.NewRules{Councillors: rule, MayVote: star || s.turn.mayVote() || s.party.r.IntN(3) > 0, Majority: partnership.MoreThanHalf, ResidentQuorum: 4}
	if !star {
		n.CouncillorWords, n.Majority = councillorWords[rule], partnership.Majorities()[s.party.r.IntN(2)]
		if s.turn == theyVoted || s.turn == onPaper {
			n.Majority = partnership.MoreThanHalf
		}
	}
	return s.agreeHow(ctx, tx, n)
}

// councillorWords are how areas put their rule for councillors.
var councillorWords = map[partnership.CouncillorRule]string{
	partnership.CouncillorsAsOthers:    "A councillor who lives here is a neighbour like any other.",
	partnership.CouncillorsShareOne:    "Our councillors have one vote between them. They agree before they come.",
	partnership.CouncillorsNonResident: "Councillors have a vote, and we do not count it as a resident’s, wherever they live.",
	partnership.CouncillorsStandAside:  "Councillors stand aside when it is about the council.",
	partnership.CouncillorsExcluded:    "Councillors are welcome at our table, and do not vote. It was they who proposed it.",
}

// took is how many days it took them to come together.
func (s *story) took() int {
	if s.turn == longBegin && s.what.Years > 3 {
		return 560
	}
	return 60
}

// cameAndWent plays those who came early and did not stay, where it took long.
func (s *story) cameAndWent(ctx context.Context, tx *db.Tx, today date.Date, took int) error {
	if took < 100 {
		return nil
	}
	for i, why := range []string{"There was no money for his own club in it", "Walked out when we could not agree on a name", "Was asked to speak for the council, and could not", "Moved away"} {
		from := today.AddDays(30 + 40*i - took)
		if err := s.joins(ctx, tx, newcomer{name: fullName(s.party.r), as: []partnership.In{livesHere, livesHere, comesIn, livesHere}[i]}, from); err != nil {
			return err
		}
		gone := s.party.members[len(s.party.members)-1]
		if _, err := s.partnerships.LeaveIn(ctx, tx, s.chair, s.area, gone.Person, partnership.Leaving{From: from.AddDays(90 + 50*i), Why: why}); err != nil {
			return err
		}
		s.party.members = s.party.members[:len(s.party.members)-1]
	}
	return nil
}

// visitors are those who are no residents at the beginning.
func (s *story) visitors(star bool) []newcomer {
	if star || s.party.small {
		return nil
	}
	var all []newcomer
	least := 1
	if s.party.rule == partnership.CouncillorsShareOne {
		least = 2
	}
	for range least + s.party.r.IntN(2) {
		all = append(all, newcomer{name: fullName(s.party.r), as: []partnership.In{ofCouncil, councilHere}[s.party.r.IntN(2)], line: "Ward councillor"})
	}
	if s.party.r.IntN(2) == 0 {
		all = append(all, newcomer{name: fullName(s.party.r), as: comesIn})
	}
	if s.party.r.IntN(3) == 0 {
		all = append(all, newcomer{name: fullName(s.party.r), as: comesAlong})
	}
	return all
}

func (s *story) agreeHow(ctx context.Context, tx *db.Tx, n partnership.NewRules) error {
	n.From, n.DecidedAt = date.Of(s.now), "Meeting of "+date.Of(s.now).Long()+", item 3"
	n.Words = s.voice.howWeDecide
	_, err := s.partnerships.SetRulesIn(ctx, tx, s.chair, s.area, n)
	return err
}

// knows is somebody other than the chair who knows a newcomer: one of the members that
// is no councillor, who may have no say, or where there is none the programme’s officer.
func (s *story) knows() access.Actor {
	for _, m := range s.party.members {
		if m.Person != s.chair.Person && !s.party.council[m.Person] {
			return m
		}
	}
	return s.officers[0]
}

// joins plays that somebody comes.
func (s *story) joins(ctx context.Context, tx *db.Tx, n newcomer, from date.Date) error {
	m, err := s.partnerships.JoinIn(ctx, tx, s.chair, s.area, partnership.NewMember{Name: n.name, As: n.as, From: from})
	if err != nil {
		return err
	}
	if m.Waits { // the programme has endorsed them by now: a second person knows who comes
		if m, err = s.partnerships.ConfirmMemberIn(ctx, tx, s.knows(), s.area, m.ID); err != nil {
			return err
		}
	}
	if m.Kind == partnership.Councillor {
		s.party.council[m.Person] = true
	}
	if n.line == "" && !n.silent && !s.isStar() && m.Kind != partnership.Worker {
		n.line = pick(s.party.r, whatIAm)
	}
	if err := s.tells(ctx, tx, n.name, m); err != nil {
		return err
	}
	if m.Kind.Role() == access.Member {
		hats, err := person.HatsOf(ctx, tx, m.Person)
		if err != nil {
			return err
		}
		s.party.members = append(s.party.members, access.Actor{Person: m.Person, Name: n.name, Hat: hats[len(hats)-1], Sure: true})
	}
	if n.silent || s.party.r.IntN(4) == 0 && (n.line == "" || !s.isStar() && !s.party.council[m.Person]) {
		return nil // not asked, or not wished
	}
	return s.named(ctx, tx, m.Person, n.line, true)
}

func (s *story) named(ctx context.Context, tx *db.Tx, who access.PersonID, line string, told bool) error {
	by := s.chair
	if told && s.party.r.IntN(2) == 0 {
		by = access.Actor{Person: who, Hat: access.Hat{Role: access.Member, Scope: access.InArea, Place: string(s.area.ID)}}
	}
	return s.partnerships.SayNamedIn(ctx, tx, by, s.area, who, partnership.NewNaming{Named: true, Line: line})
}

var whyTheyLeft = []string{
	"Moved away", "New job, no evenings free", "The stairs", "Wanted a rest, and has earned it", "Became a foster mother", "We argued, and then it was better to stop", "After five years it is somebody else’s turn", "Looking after a parent", "Wants to give the time to the youth club", "",
}

// turnOver plays a year’s coming and going: one or two leave, and as many come.
func (s *story) turnOver(ctx context.Context, tx *db.Tx) error {
	star := s.area.ID == s.star.area.ID
	today, going := date.Of(s.now), s.party.r.IntN(3)
	switch {
	case star:
		going = 1 + s.party.r.IntN(2)
	case s.turn == allNew:
		going = 2
	}
	there := slices.Clone(s.party.members[1:])
	for range going {
		at := slices.IndexFunc(there, func(m access.Actor) bool { return s.mayGo(m.Name) })
		if at < 0 { // all are to be met at the end: somebody comes beside them, and goes another year
			come := newcomer{name: fullName(s.party.r), as: livesHere}
			if len(s.party.queue) > 0 {
				come, s.party.queue = s.party.queue[0], s.party.queue[1:]
			}
			if err := s.joins(ctx, tx, come, today); err != nil {
				return err
			}
			break
		}
		leaver := there[at]
		there = slices.Delete(there, at, at+1)
		// Who comes is there before the other goes, so that there are always enough.
		come := newcomer{name: fullName(s.party.r), as: livesHere}
		if s.party.council[leaver.Person] {
			come = newcomer{name: come.name, as: ofCouncil, line: "Ward councillor"}
		}
		if len(s.party.queue) > 0 {
			come, s.party.queue = s.party.queue[0], s.party.queue[1:]
			for come.as.Kind != partnership.Resident && len(s.party.queue) > 0 { // these come beside
				if err := s.joins(ctx, tx, come, today); err != nil {
					return err
				}
				come, s.party.queue = s.party.queue[0], s.party.queue[1:]
			}
		}
		if err := s.joins(ctx, tx, come, today); err != nil {
			return err
		}
		if err := s.leaves(ctx, tx, leaver, today); err != nil {
			return err
		}
	}
	if star && len(s.party.queue) == 0 {
		return s.shareOne(ctx, tx)
	}
	return nil
}

// mayGo keeps those who are to be met at the end, and those who are no residents.
func (s *story) mayGo(name string) bool {
	return !slices.ContainsFunc(starsMembers(), func(n newcomer) bool { return n.name == name })
}

func (s *story) leaves(ctx context.Context, tx *db.Tx, who access.Actor, from date.Date) error {
	_, err := s.partnerships.LeaveIn(ctx, tx, s.chair, s.area, who.Person, partnership.Leaving{From: from, Why: s.whyGone(who.Person)})
	if from.After(date.Of(s.now)) {
		return err // they are there until then
	}
	s.party.members = slices.DeleteFunc(s.party.members, func(m access.Actor) bool { return m.Person == who.Person })
	return err
}

func (s *story) whyGone(who access.PersonID) string {
	if s.party.council[who] {
		return "Not elected again"
	}
	return pick(s.party.r, whyTheyLeft)
}

// settle plays where the partnership has got to in the end: in the richly shown
// area all whom visitors meet are there, with their offices, terms and rules; in
// some other one somebody has said that they will leave.
func (s *story) settle(ctx context.Context, tx *db.Tx) error {
	if s.party.small {
		return s.leaves(ctx, tx, s.party.members[3], s.what.Today.AddDays(62))
	}
	if s.area.ID != s.star.area.ID {
		return nil
	}
	today := date.Of(s.now)
	for _, one := range s.party.queue {
		if err := s.joins(ctx, tx, one, today); err != nil {
			return err
		}
	}
	s.party.queue = nil
	for _, m := range slices.Clone(s.party.members[1:]) {
		if s.mayGo(m.Name) {
			if err := s.leaves(ctx, tx, m, today); err != nil {
				return err
			}
		}
	}
	byName := func(name string) access.PersonID {
		i := slices.IndexFunc(s.party.members, func(m access.Actor) bool { return m.Name == name })
		return s.party.members[i].Person
	}
	s.star.member = s.party.members[slices.IndexFunc(s.party.members, func(m access.Actor) bool { return m.Name == "Aneela Hussain" })]
	if _, err := s.partnerships.TakeOfficeIn(ctx, tx, s.chair, s.area, byName("Bernadette Lowe"), partnership.NewOffice{Office: partnership.Treasurer, From: today}); err != nil {
		return err
	}
	if _, err := s.partnerships.TakeOfficeIn(ctx, tx, s.chair, s.area, byName("Yusuf Rahman"), partnership.NewOffice{Office: partnership.Secretary, From: today}); err != nil {
		return err
	}
	if err := s.term(ctx, tx, byName("Tom Pearce"), 2); err != nil {
		return err
	}
	if err := s.term(ctx, tx, byName("Bernadette Lowe"), 9); err != nil {
		return err
	}
	if _, err := s.partnerships.JoinIn(ctx, tx, s.chair, s.area, partnership.NewMember{Name: "Pauline Mills", As: comesAlong, From: today, Why: "Brings the tea urn, and wants no vote"}); err != nil {
		return err
	}
	election := date.New(s.what.Today.Year()+1, 5, 6)
	if _, err := s.partnerships.NoteElectionIn(ctx, tx, s.star.worker, s.area, partnership.NewElection{On: election, Name: "Council elections"}); err != nil {
		return err
	}
	return s.shareOne(ctx, tx)
}

// shareOne plays that the councillors, now that there are four, have one vote.
func (s *story) shareOne(ctx context.Context, tx *db.Tx) error {
	if s.party.shared {
		return nil
	}
	s.party.shared = true
	return s.agreeHow(ctx, tx, partnership.NewRules{
		Councillors: partnership.CouncillorsShareOne, CouncillorWords: "There are four councillors and they have one vote. Joan Hartley casts it once they agree.",
		MayVote: true, Majority: partnership.MoreThanHalf, ResidentQuorum: 5,
	})
}

func (s *story) term(ctx context.Context, tx *db.Tx, who access.PersonID, months int) error {
	_, err := s.partnerships.SetTermIn(ctx, tx, s.chair, s.area, who, partnership.NewTerm{TermEnds: s.what.Today.AddMonths(months)})
	return err
}

// reachable gives those in the richly shown area whom visitors meet an email
// address, but for one who has none.
func (p *player) reachable(ctx context.Context, tx *db.Tx) error {
	members, err := partnership.MembersOn(ctx, tx, p.star.area.ID, date.Of(p.now))
	if err != nil {
		return err
	}
	for _, m := range members {
		known := m.Person == p.star.chair.Person || m.Person == p.star.worker.Person || slices.ContainsFunc(starsMembers(), func(n newcomer) bool { return n.name == m.Name })
		if m.Name == "Maggie Doyle" || !known {
			continue
		}
		address := strings.ReplaceAll(strings.ToLower(m.Name), " ", ".") + "@patchwork.example"
		if err := p.people.ChangeIn(ctx, tx, theDemonstration, m.Person, person.New{Name: m.Name, Email: address}); err != nil {
			return err
		}
	}
	return nil
}
