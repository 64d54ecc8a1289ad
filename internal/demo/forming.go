package demo

import (
	"context"

	"commontable/internal/calendar"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/meeting"
	"commontable/internal/partnership"
)

// forming plays an area whose people are coming together now, and have been for
// more than a year: some came and went, nobody is in the chair, nothing is decided.
// Nothing is wrong with that.
func (s *story) forming(ctx context.Context, tx *db.Tx) error {
	begins := date.Of(s.now)
	chair, by := s.chair, s.helper
	s.pass(20)
	if err := s.openMeeting(ctx, tx, begins.AddDays(20), "Everyone who lives or works here: what would you do?", true); err != nil {
		return err
	}
	if _, err := s.partnerships.JoinIn(ctx, tx, by, s.area, partnership.NewMember{Person: chair.Person, As: livesHere, From: begins.AddDays(60)}); err != nil {
		return err
	}
	for i, one := range []struct {
		after, stays int // days; 0 for those who are still there
		why          string
	}{{60, 0, ""}, {60, 130, "There was no money for his own club in it"}, {75, 0, ""}, {140, 90, "Walked out when we could not agree on a name"}, {200, 0, ""}, {290, 0, ""}} {
		s.now = begins.AddDays(one.after).At(19, i)
		m, err := s.partnerships.JoinIn(ctx, tx, by, s.area, partnership.NewMember{Name: fullName(s.party.r), As: livesHere, From: date.Of(s.now)})
		if err != nil {
			return err
		}
		if one.stays > 0 {
			s.pass(one.stays)
			if _, err := s.partnerships.LeaveIn(ctx, tx, by, s.area, m.Person, partnership.Leaving{From: date.Of(s.now), Why: one.why}); err != nil {
				return err
			}
		}
	}
	if err := s.openMeeting(ctx, tx, begins.AddDays(190), "What a partnership is, and what it is not", true); err != nil {
		return err
	}
	if err := s.openMeeting(ctx, tx, begins.AddDays(330), "How do we want to be with each other?", true); err != nil {
		return err
	}
	if err := s.ask(ctx, tx, s.what.Today.AddDays(-75)); err != nil {
		return err
	}
	s.now = s.what.Today.AddDays(-9).At(11, 0)
	return s.openMeeting(ctx, tx, s.what.Today.AddDays(12), "Who would take a turn in the chair?", false)
}

// openMeeting plays that the worker asks everyone to a meeting, and where it was
// held writes down what was said.
func (s *story) openMeeting(ctx context.Context, tx *db.Tx, day date.Date, title string, held bool) error {
	day = evening(day)
	if held {
		s.now = day.AddDays(-16).At(12, 0)
	}
	m, err := s.meetings.ArrangeIn(ctx, tx, s.helper, s.area, meeting.NewMeeting{
		Kind: meeting.Open, On: day, From: calendar.At(18, 30), Until: calendar.At(20, 0), Place: s.voice.venue, ForEveryone: true, AccessNeeds: "There is food, and somebody who minds children.",
		Items: []meeting.NewItem{{Title: title, Minutes: 60}},
	})
	if err != nil || !held {
		return err
	}
	s.now = day.AddDays(2).At(16, 0)
	came := []meeting.Attendee{{Person: s.helper.Person, Hat: meeting.AsWorker, Way: meeting.InRoom}}
	for range 9 + s.voice.r.IntN(14) {
		came = append(came, meeting.Attendee{Name: fullName(s.voice.r), Hat: meeting.AsResident, Way: meeting.InRoom})
	}
	if err := s.meetings.WriteAttendanceIn(ctx, tx, s.helper, s.area, m.ID, meeting.NewAttendance{All: came}); err != nil {
		return err
	}
	items, err := meeting.Agenda(ctx, tx, m)
	if err != nil {
		return err
	}
	if err := s.meetings.WriteNotesIn(ctx, tx, s.helper, s.area, m.ID, meeting.NewNotes{
		WentWell: pick(s.voice.r, wentWell), WentBadly: pick(s.voice.r, wentBadly),
		Items: []meeting.ItemNote{{Item: items[0].ID, Said: "Everybody spoke once. It was written on the wall, and the wall was photographed.", Agreed: "Meet again when the leaves are out."}},
	}); err != nil {
		return err
	}
	s.now = day.AddDays(6).At(9, 30)
	return s.meetings.CirculateIn(ctx, tx, s.helper, s.area, m.ID, meeting.NewCirculation{})
}

// ask plays that the worker asked people to come, from a day on, and what they said.
func (s *story) ask(ctx context.Context, tx *db.Tx, from date.Date) error {
	for i, n := range []struct {
		partnership.NewAsked
		said partnership.AskedAnswer
	}{
		{partnership.NewAsked{Kind: partnership.AskedResident, Name: fullName(s.voice.r), About: "Knows every family in the flats", Way: "face to face"}, partnership.Comes},
		{partnership.NewAsked{Kind: partnership.AskedBusiness, Name: "Whoever runs the chip shop", Way: "face to face"}, partnership.Perhaps},
		{partnership.NewAsked{Kind: partnership.AskedGroup, Name: "The mosque committee", About: "Their kitchen, and forty people who can cook", Way: "somebody else", By: "somebody who cooks there"}, partnership.Comes},
		{partnership.NewAsked{Kind: partnership.AskedCouncil, Name: s.area.AuthorityName + ": whoever has parks", Way: "email"}, partnership.NoAnswerYet},
		{partnership.NewAsked{Kind: partnership.AskedResident, Name: fullName(s.voice.r), Way: "letter"}, partnership.SaysNo},
		{partnership.NewAsked{Kind: partnership.AskedSchool, Name: "The head of the primary school", Way: "telephone"}, partnership.Perhaps},
		{partnership.NewAsked{Kind: partnership.AskedResident, Name: fullName(s.voice.r), About: "Mends bicycles in the yard", Way: "face to face"}, partnership.NoAnswerYet},
	} {
		n.On = from.AddDays(i * 6)
		s.now = n.On.At(15, i)
		x, err := s.partnerships.NoteAskedIn(ctx, tx, s.helper, s.area, n.NewAsked)
		if err != nil {
			return err
		}
		if n.said == partnership.NoAnswerYet {
			continue
		}
		s.pass(4)
		if err := s.partnerships.NoteAnswerIn(ctx, tx, s.helper, s.area, x.ID, n.said); err != nil {
			return err
		}
	}
	return nil
}

// asking plays that the richly shown area asks who might come next.
func (p *player) asking(ctx context.Context, tx *db.Tx) error {
	now := p.now
	defer func() { p.now = now }()
	s := &story{player: p, area: p.star.area, helper: p.star.worker, voice: p.voiceOf(0)}
	return s.ask(ctx, tx, p.what.Today.AddDays(-60))
}
