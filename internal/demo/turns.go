package demo

import (
	"context"
	"slices"
	"time"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/partnership"
	"commontable/internal/person"
)

// A turn is something that happens in one area in thirteen, and not everywhere.
type turn string

// The turns.
const (
	nothingMore turn = ""
	theyVoted   turn = "agreement failed, and a vote carried it"
	theyLeftIt  turn = "agreement failed, and a vote did not carry it"
	onPaper     turn = "a vote, half of it on paper"
	allNew      turn = "nobody is left of those who began"
	stoodAside  turn = "somebody took no part, and one with an interest left the room"
	longBegin   turn = "it took them long to come together"
	stillForm   turn = "they are coming together now"
	newChair    turn = "another chair"
)

// turnOf is an area's turn, by its place in the programme.
func turnOf(i int) turn {
	switch {
	case i == 0:
		return nothingMore
	case i%50 == 9:
		return stillForm
	}
	return []turn{nothingMore, theyVoted, stoodAside, allNew, onPaper, longBegin, newChair, theyLeftIt, theyVoted, nothingMore, stoodAside, onPaper, newChair}[i%13]
}

// mayVote are the turns that need a rule with a vote.
func (t turn) mayVote() bool { return t == theyVoted || t == theyLeftIt || t == onPaper }

// takeTurn plays what is an area's own in a year.
func (s *story) takeTurn(ctx context.Context, tx *db.Tx, year int) error {
	if !date.Of(s.now).AddDays(45).Before(s.what.Today) {
		return nil
	}
	when := min(1+s.lot()%4, max(0, s.what.Years-4))
	switch {
	case (s.turn == allNew || s.turn == newChair) && year == when+2:
		return s.anotherChair(ctx, tx)
	case s.turn.mayVote() && year == when:
		return s.dispute(ctx, tx)
	case s.turn == stoodAside && year == when:
		return s.recuse(ctx, tx)
	}
	return nil
}

// A quarrel is something on which people did not agree.
type quarrel struct {
	title, question, words string
	against, answer        string // what somebody could not live with, and what was done about it
	closing                string
}

var quarrels = []quarrel{
	{"A fence round the play area", "Shall there be a fence round the play area?", "Waist high, with two gates, from what we have for the park this year.", "A fence says keep out. We spent five years saying come in.", "Both gates have no lock, and the side to the path stays open.", "It was close, and nobody slammed a door."},
	{"Alcohol at the supper", "Shall there be wine and beer at the harvest supper?", "People bring their own. It ends at nine.", "Then my mother does not come, and nor do half of my neighbours.", "The first hour is without, and that is when we eat.", "Both tables were full in the end."},
	{"The mural", "Shall the mural on the end wall be painted over?", "Rain has got behind it. The painter has moved away.", "I am on it. So is my father.", "It is photographed first, and the children paint the next one.", "We hung the photograph in the hall."},
	{"Closing the rat run", "Shall we ask the council to close Mill Lane to cars for a year?", "As a try, with planters that can be moved.", "I drive for a living, and so do six others in my street.", "Residents and deliveries may still go through.", "We look at it again in a year, all together."},
	{"Who runs the café", "Shall a company run the café, instead of us?", "They pay rent. We would have our Saturdays back.", "We did not mend that kitchen for somebody else to earn from it.", "Only for a year, and Mondays stay ours.", "Those who were against it are on the group that watches over it."},
	{"The last of the grants", "Shall the rest of this year’s small grants go to the boxing club?", "They lost their hall in the flood.", "Four groups asked before them.", "The four have the first of next year’s.", "The boxing club came to say thank you to those who had voted no."},
}

// acting are those with a say who are residents and those who are not, acting as
// members; and who is a councillor of them.
func (s *story) acting(ctx context.Context, tx *db.Tx) (residents, councillors []access.Actor, err error) {
	electors, err := partnership.ElectorsOn(ctx, tx, s.area.ID, date.Of(s.now))
	if err != nil {
		return nil, nil, err
	}
	for _, e := range electors {
		i := slices.IndexFunc(s.party.members, func(m access.Actor) bool { return m.Person == e.Person })
		switch {
		case i < 0:
		case e.Kind == partnership.Councillor:
			councillors = append(councillors, s.party.members[i])
		case e.Resident:
			residents = append(residents, s.party.members[i])
		}
	}
	return residents, councillors, nil
}

// dispute plays that agreement is looked for and not found, and then a vote.
func (s *story) dispute(ctx context.Context, tx *db.Tx) error {
	month := s.now
	defer func() { s.now = month }()
	residents, councillors, err := s.acting(ctx, tx)
	if err != nil || len(residents) < 7 {
		return err
	}
	q := quarrels[s.lot()%len(quarrels)]
	text := decision.NewText{Title: q.title, Question: q.question, Words: q.words}
	made, err := s.decisions.ProposeIn(ctx, tx, residents[1], s.area, decision.NewProposal{Kind: decision.Other, Open: true, Words: text})
	if err != nil {
		return err
	}
	s.now = s.now.AddDate(0, 0, 6)
	hash := made.Text().Hash
	for i, by := range residents[:7] {
		n := decision.NewPosition{Hash: hash, Stand: decision.Support, MayPrint: true}
		switch i {
		case 3:
			n.Stand, n.Reason = decision.Cannot, q.against
		case 5:
			n.Stand, n.Reason = decision.Worry, pick(s.voice.r, worries)
		}
		if err := s.decisions.TakePositionIn(ctx, tx, by, s.area, made.Number, n); err != nil {
			return err
		}
	}
	if err := s.decisions.RecordAttemptIn(ctx, tx, s.chair, s.area, made.Number, decision.NewAttempt{Words: "Most are for it. One of us cannot live with it, and said why."}); err != nil {
		return err
	}
	s.now = s.now.AddDate(0, 0, 2)
	if err := s.decisions.AnswerWorryIn(ctx, tx, residents[1], s.area, made.Number, 4, q.answer); err != nil {
		return err
	}
	text.Words, text.Why = q.words+" "+q.answer, "So that more of us can live with it"
	if err := s.decisions.ChangeIn(ctx, tx, residents[1], s.area, made.Number, text); err != nil {
		return err
	}
	s.now = s.now.AddDate(0, 0, 1)
	closes := openEvening(date.Of(s.now).AddDays(9))
	if err := s.decisions.OpenVoteIn(ctx, tx, s.chair, s.area, made.Number, decision.NewVote{ClosesAt: decision.At(closes, 20)}); err != nil {
		return err
	}
	if made, err = decision.ByNumber(ctx, tx, s.area.ID, made.Number); err != nil {
		return err
	}
	if err := s.ballots(ctx, tx, made, residents, councillors); err != nil {
		return err
	}
	s.now = closes.At(21, 10)
	return s.decisions.CloseIn(ctx, tx, s.chair, s.area, made.Number, decision.NewResult{Words: q.closing})
}

// openEvening is a day on which a vote may well close.
func openEvening(day date.Date) date.Date {
	for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
		day = day.AddDays(1)
	}
	return day
}

// ballots plays that people vote: the councillors, where they share one, once; on
// paper where it is that kind of vote, each paper confirmed by a second person.
func (s *story) ballots(ctx context.Context, tx *db.Tx, d decision.Decision, residents, councillors []access.Actor) error {
	hash := d.Text().Hash
	no := 2
	if s.turn == theyLeftIt {
		no = 5
	}
	turns := int64(0)
	for i, by := range residents {
		s.now = s.now.Add(3 * time.Hour)
		n := decision.NewBallot{Hash: hash, Choice: decision.Yes}
		switch {
		case i == 3:
			n.Choice, n.Reason, n.MayPrint = decision.No, "I said why, and I still think so.", true
		case i > 3 && i <= 2+no:
			n.Choice = decision.No
		case i == 2:
			n.Choice = decision.StandsAside
		}
		if s.turn == onPaper && i >= 4 {
			n.For, n.Via = by.Person, decision.OnPaper
			if i == 5 {
				n.Via = decision.ByTelephone
			}
			by = residents[1]
		}
		if err := s.decisions.VoteIn(ctx, tx, by, s.area, d.Number, n); err != nil {
			return err
		}
		turns++
		if n.For != "" {
			if err := s.decisions.ConfirmIn(ctx, tx, residents[2], s.area, d.Number, decision.ABallot, turns); err != nil {
				return err
			}
		}
	}
	if len(councillors) > 0 && s.turn != onPaper {
		return s.decisions.VoteIn(ctx, tx, councillors[0], s.area, d.Number, decision.NewBallot{Hash: hash, Choice: decision.Yes})
	}
	return nil
}

// recuse plays a decision that is about one member’s own group, who leaves the
// room, and in which another says that they should not take part either.
func (s *story) recuse(ctx context.Context, tx *db.Tx) error {
	month := s.now
	defer func() { s.now = month }()
	residents, _, err := s.acting(ctx, tx)
	if err != nil || len(residents) < 7 {
		return err
	}
	group := s.area.Name + " Gardening Club"
	made, err := s.decisions.ProposeIn(ctx, tx, residents[1], s.area, decision.NewProposal{Kind: decision.Other, Open: true, Words: decision.NewText{
		Title: "The corner by the station", Question: "Shall the gardening club look after the corner by the station for three years?",
		Words:   "They weed, water and plant. We pay for the plants out of what we have for growing.",
		Parties: []decision.Party{{Part: decision.Does, Name: group}, {Part: decision.Hears, Name: "The station manager"}},
	}})
	if err != nil {
		return err
	}
	s.now = s.now.AddDate(0, 0, 3)
	touches, err := s.decisions.TouchesOf(ctx, tx, s.chair, s.area, made)
	if err != nil {
		return err
	}
	out := map[access.PersonID]bool{}
	for _, t := range touches {
		if t.Person == s.chair.Person {
			return nil
		}
		out[t.Person] = true
		if _, err := s.partnerships.HandleIn(ctx, tx, s.chair, s.area, partnership.NewHandling{
			About: made.About(), Interest: t.Interest, How: partnership.Leave, Parties: made.Touched(), Public: "One of us is in the gardening club, and left the room for this.",
		}); err != nil {
			return err
		}
	}
	asked := slices.DeleteFunc(residents, func(m access.Actor) bool { return out[m.Person] })
	if err := s.decisions.RecuseIn(ctx, tx, asked[len(asked)-1], s.area, made.Number, "My brother keeps their money."); err != nil {
		return err
	}
	s.now = s.now.AddDate(0, 0, 7)
	for _, by := range asked[:len(asked)-1] {
		if err := s.decisions.TakePositionIn(ctx, tx, by, s.area, made.Number, decision.NewPosition{Hash: made.Text().Hash, Stand: decision.Support}); err != nil {
			return err
		}
	}
	if err := s.decisions.RecordAttemptIn(ctx, tx, s.chair, s.area, made.Number, decision.NewAttempt{Agreed: true, Words: "Agreed by those who have nothing to do with the club."}); err != nil {
		return err
	}
	if made, err = decision.ByNumber(ctx, tx, s.area.ID, made.Number); err != nil {
		return err
	}
	return s.tell(ctx, tx, made)
}

// anotherChair plays that somebody else takes the chair and reads what was signed
// before. Who had it goes back to the table, or where nobody of the first is left,
// home.
func (s *story) anotherChair(ctx context.Context, tx *db.Tx) error {
	if len(s.party.members) < 3 {
		return nil
	}
	today, was, next := date.Of(s.now), s.chair, s.party.members[2]
	hat, err := s.people.GiveHatIn(ctx, tx, theDemonstration, next.Person, person.NewHat{Role: access.Chair, Scope: access.InArea, Place: string(s.area.ID), From: today})
	if err != nil {
		return err
	}
	next.Hat = hat
	if err := s.takeChair(ctx, tx, next, today); err != nil {
		return err
	}
	if err := s.people.EndHatIn(ctx, tx, theDemonstration, was.Hat.ID, today); err != nil {
		return err
	}
	if hats, err := person.HatsOf(ctx, tx, was.Person); err != nil {
		return err
	} else if i := slices.IndexFunc(hats, func(h access.Hat) bool { return h.Role == access.Member }); i >= 0 {
		was.Hat = hats[i]
	}
	s.party.members[2], s.party.members[0] = was, next
	all, err := partnership.Agreements(ctx, tx, s.area.ID)
	if err != nil {
		return err
	}
	for _, one := range all {
		if one.Kind != partnership.FunderAndLTO && one.Signed() {
			if err := s.partnerships.NoteReadingIn(ctx, tx, next, s.area, one.ID); err != nil {
				return err
			}
		}
	}
	return nil
}
