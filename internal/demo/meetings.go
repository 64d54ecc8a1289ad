package demo

import (
	"context"
	"math/rand/v2"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/calendar"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/meeting"
	"commontable/internal/partnership"
)

// evenings are the meetings of an area as they are played: the notes of one are
// agreed at the next.
type evenings struct {
	r      *rand.Rand
	months int
	held   int
	last   meeting.ID // whose notes are circulated and not agreed
}

func (s *story) isStar() bool { return s.area.ID == s.star.area.ID }

// meet plays the partnership's meeting of a month, where there is one: in the
// richly shown area every second month; in the others two a year, and in the last
// two years one each quarter. Now and then one is for everyone, or a forum.
func (s *story) meet(ctx context.Context, tx *db.Tx) error {
	e := &s.evenings
	if e.r == nil {
		e.r = s.rand(uint64(len(s.area.Name))*7919 + uint64(s.area.Name[0]))
	}
	e.months++
	every := 6
	switch {
	case s.isStar():
		every = 2
	case s.what.Today.AddMonths(-24).Before(date.Of(s.now)):
		every = 3
	}
	if e.months%every > 0 {
		return nil
	}
	month := s.now
	defer func() { s.now = month }()
	day := evening(date.Of(s.now).AddDays(-4 - e.r.IntN(14)))
	if s.isStar() && s.what.Today.AddDays(-130).Before(day) {
		return nil // the last of them are played in gather
	}
	if closed, err := area.ClosedOn(ctx, tx, s.area.ID, day); err != nil || closed {
		return err
	}
	e.held++
	kind := meeting.Partnership
	switch e.held % 6 {
	case 2:
		kind = meeting.Open
	case 5:
		kind = meeting.Forum
	}
	s.now = day.AddDays(-14).At(18, e.r.IntN(60))
	m, err := s.arrange(ctx, tx, s.chair, kind, day)
	if err != nil {
		return err
	}
	return s.sit(ctx, tx, m)
}

// evening is the day or the one before it on which people can come: no weekend
// and no bank holiday.
func evening(day date.Date) date.Date {
	for day.Weekday() == time.Sunday || day.Weekday() > time.Thursday || calendar.HolidayOn(day) != "" || day.Month() == time.December && day.Day() > 18 {
		day = day.AddDays(-1)
	}
	return day
}

// arrange plays that a meeting is arranged, with two things to talk about.
func (s *story) arrange(ctx context.Context, tx *db.Tx, by access.Actor, kind meeting.Kind, day date.Date) (meeting.Meeting, error) {
	n := meeting.NewMeeting{Kind: kind, On: day, From: calendar.At(19, 0), Until: calendar.At(20, 30), Place: s.meetsAt(day), ForEveryone: kind != meeting.Partnership}
	if kind == meeting.Forum {
		n.Guests = []meeting.Guest{{Organisation: "The council", Post: "parks officer"}, {Organisation: "The housing association", Post: "neighbourhood manager"}}
		n.Will, n.Wont = "The green and the paths across it", "Who promised what in earlier years"
	}
	if kind == meeting.Forum {
		n.Items = append(n.Items, meeting.NewItem{Title: forumTalk[(s.evenings.held+s.lot())%len(forumTalk)].title, Minutes: 40})
	} else {
		n.Items = append(n.Items, meeting.NewItem{Title: talk[(s.evenings.held+s.lot())%len(talk)].title, Minutes: 20})
	}
	if going := s.doings.going(day); going != "" {
		n.Items = append(n.Items, meeting.NewItem{Title: going + aboutIt, Minutes: 20})
	}
	return s.meetings.ArrangeIn(ctx, tx, by, s.area, n)
}

// sit plays a meeting with all that comes of it.
func (s *story) sit(ctx context.Context, tx *db.Tx, m meeting.Meeting) error {
	r, day := s.evenings.r, m.Day()
	table, err := s.table(ctx, tx, day)
	if err != nil {
		return err
	}
	s.now = day.AddDays(-3).At(12, r.IntN(60))
	own := talk[r.IntN(len(talk))]
	if r.IntN(2) == 0 {
		if _, err := s.meetings.PutForwardIn(ctx, tx, table[r.IntN(len(table))], s.area, m.ID, meeting.NewItem{Title: own.title, Minutes: 10}); err != nil {
			return err
		}
	}
	s.now = day.At(19, 5)
	if err := s.meetings.AgreeAgendaIn(ctx, tx, s.chair, s.area, m.ID); err != nil {
		return err
	}
	if s.evenings.last != "" {
		if err := s.meetings.AgreeNotesIn(ctx, tx, s.chair, s.area, s.evenings.last, meeting.NewAgreement{On: day}); err != nil {
			return err
		}
	}
	s.now = day.At(20, 45)
	if err := s.meetings.WriteAttendanceIn(ctx, tx, s.chair, s.area, m.ID, meeting.NewAttendance{All: s.whoCame(r, table, m)}); err != nil {
		return err
	}
	if r.IntN(2) == 0 {
		owner := table[r.IntN(len(table))]
		x, err := s.meetings.AddActionIn(ctx, tx, s.chair, s.area, meeting.NewAction{Meeting: m.ID, Words: pick(r, toDo), Owner: owner.Person})
		if err != nil {
			return err
		}
		s.now = day.AddDays(10+r.IntN(20)).At(10, 0)
		if end := (meeting.NewEnd{Outcome: meeting.Done}); date.Of(s.now).Before(s.what.Today) && r.IntN(3) > 0 {
			if err := s.meetings.EndActionIn(ctx, tx, s.chair, s.area, x.ID, end); err != nil {
				return err
			}
		}
	}
	s.now = day.AddDays(1).At(18, r.IntN(60))
	items, err := meeting.Agenda(ctx, tx, m)
	if err != nil {
		return err
	}
	notes := meeting.NewNotes{WentWell: pick(r, wentWell), WentBadly: pick(r, wentBadly)}
	seen := map[string]bool{}
	for _, i := range items {
		if t, is := talkOf(r, i.Title); is && !seen[i.Title] {
			notes.Items = append(notes.Items, meeting.ItemNote{Item: i.ID, Said: t.said, Agreed: t.agreed})
		}
		seen[i.Title] = true
	}
	if err := s.meetings.WriteNotesIn(ctx, tx, s.chair, s.area, m.ID, notes); err != nil {
		return err
	}
	s.now = day.AddDays(4).At(9, r.IntN(60))
	s.hold()
	s.evenings.last = m.ID
	return s.meetings.CirculateIn(ctx, tx, s.chair, s.area, m.ID, meeting.NewCirculation{}) // on paper: a demonstration writes to nobody
}

// tableOf is who sits at the table, each in the hat of a member; the chair first.
func tableOf(chair access.Actor, place string, members []partnership.Member) []access.Actor {
	all := []access.Actor{chair}
	for _, m := range members {
		if m.Person != chair.Person && m.Kind.Role() == access.Member {
			all = append(all, access.Actor{Person: m.Person, Name: m.Name, Hat: access.Hat{Role: access.Member, Scope: access.InArea, Place: place}})
		}
	}
	return all
}

// table is who sits at the table on a day.
func (s *story) table(ctx context.Context, tx *db.Tx, day date.Date) ([]access.Actor, error) {
	members, err := partnership.MembersOn(ctx, tx, s.area.ID, day)
	s.seated = members
	return tableOf(s.chair, string(s.area.ID), members), err
}

// hatOf is the hat in which somebody of the partnership comes to a meeting.
func hatOf(members []partnership.Member, who access.PersonID) meeting.AttendeeHat {
	for _, m := range members {
		if m.Person == who && m.Kind.Role() == access.Member {
			return meeting.HatOf(m.Kind)
		}
	}
	return meeting.AsMember
}

// whoCame is most of the table, some neighbours, and at a forum its guests.
func (s *story) whoCame(r *rand.Rand, table []access.Actor, m meeting.Meeting) (all []meeting.Attendee) {
	for i, who := range table {
		way := meeting.InRoom
		switch n := r.IntN(10); {
		case i == 0:
		case n == 0:
			way = meeting.Apologies
		case n == 1:
			way = meeting.ByTelephone
		case n == 2:
			way = meeting.OnScreen
		case n == 3:
			continue
		}
		all = append(all, meeting.Attendee{Person: who.Person, Hat: hatOf(s.seated, who.Person), Way: way})
	}
	if m.ForEveryone {
		for range 2 + r.IntN(3) {
			all = append(all, meeting.Attendee{Name: fullName(r), Hat: meeting.AsResident, Way: meeting.InRoom})
		}
	}
	if m.Kind == meeting.Forum {
		all = append(all,
			meeting.Attendee{Name: fullName(r), Hat: meeting.AsGuest, Organisation: "The council", Post: "parks officer", Way: meeting.InRoom},
			meeting.Attendee{Name: fullName(r), Hat: meeting.AsGuest, Organisation: "The housing association", Post: "neighbourhood manager", Way: meeting.InRoom},
		)
	}
	return all
}

// comes plays that the next meeting is arranged.
func (s *story) comes(ctx context.Context, tx *db.Tx) error {
	if s.isStar() || s.evenings.r == nil {
		return nil
	}
	s.evenings.held++
	day := evening(s.what.Today.AddDays(10 + s.evenings.r.IntN(20)))
	_, err := s.arrange(ctx, tx, s.chair, meeting.Partnership, day)
	return err
}

// gather plays the last meetings of the richly shown area: a forum with the
// council, notes that were agreed and put right, notes that are to be checked, and
// a meeting that is to come.
func (p *player) gather(ctx context.Context, tx *db.Tx) error {
	a, chair, worker, resident, today := p.star.area, p.star.chair, p.star.worker, p.star.resident, p.what.Today
	now, council := p.now, a.AuthorityName
	defer func() { p.now = now }()
	members, err := partnership.MembersOn(ctx, tx, a.ID, today)
	if err != nil {
		return err
	}
	table := tableOf(chair, string(a.ID), members)
	at := func(n int) access.Actor { return table[n%len(table)] }
	came := func() (all []meeting.Attendee) {
		for i, who := range table {
			all = append(all, meeting.Attendee{Person: who.Person, Hat: hatOf(members, who.Person), Way: []meeting.Way{meeting.InRoom, meeting.InRoom, meeting.ByTelephone, meeting.InRoom, meeting.Apologies, meeting.OnScreen}[i%6]})
		}
		return append(all, meeting.Attendee{Person: worker.Person, Hat: meeting.AsWorker, Way: meeting.InRoom})
	}
	// play plays one meeting up to its circulated notes.
	play := func(day date.Date, n meeting.NewMeeting, all []meeting.Attendee, notes func(items []meeting.Item) meeting.NewNotes) (meeting.Meeting, error) {
		p.now = day.AddDays(-16).At(18, 20)
		n.On, n.From, n.Until, n.Place = day, calendar.At(19, 0), calendar.At(20, 30), "The Hub, main hall"
		n.Telephone, n.AccessNeeds = "Ring 0808 157 0142 at five to seven", "No steps. There is a hearing loop. Ring Sam if you need a lift home."
		m, err := p.meetings.ArrangeIn(ctx, tx, worker, a, n)
		if err != nil {
			return m, err
		}
		p.now = day.At(19, 4)
		if err := p.meetings.AgreeAgendaIn(ctx, tx, worker, a, m.ID); err != nil {
			return m, err
		}
		p.now = day.At(20, 40)
		if err := p.meetings.WriteAttendanceIn(ctx, tx, worker, a, m.ID, meeting.NewAttendance{All: all}); err != nil {
			return m, err
		}
		items, err := meeting.Agenda(ctx, tx, m)
		if err != nil {
			return m, err
		}
		p.now = day.AddDays(1).At(11, 30)
		if err := p.meetings.WriteNotesIn(ctx, tx, worker, a, m.ID, notes(items)); err != nil {
			return m, err
		}
		p.now = day.AddDays(5).At(9, 15)
		return m, p.meetings.CirculateIn(ctx, tx, worker, a, m.ID, meeting.NewCirculation{})
	}
	agree := func(m meeting.Meeting, on date.Date) error {
		p.now = on.At(19, 10)
		return p.meetings.AgreeNotesIn(ctx, tx, chair, a, m.ID, meeting.NewAgreement{On: on})
	}
	act := func(m meeting.ID, at date.Date, n meeting.NewAction) (meeting.Action, error) {
		p.now = at.At(20, 50)
		n.Meeting = m
		return p.meetings.AddActionIn(ctx, tx, worker, a, n)
	}

	// In summer: notes that were agreed, and put right since.
	july, september := evening(today.AddDays(-92)), evening(today.AddDays(-22))
	m, err := play(july, meeting.NewMeeting{Kind: meeting.Partnership, Items: []meeting.NewItem{
		{Title: "The skate park by the canal: what it will cost", Minutes: 30}, {Title: "Summer playscheme", Minutes: 20},
	}}, came(), func(items []meeting.Item) meeting.NewNotes {
		return meeting.NewNotes{
			WentWell: "Young people spoke first, and were listened to.", WentBadly: "The papers came on the day. Two people had not read them.",
			Items: []meeting.ItemNote{
				{Item: items[0].ID, Said: "The lowest of three prices is £48,000. The ramp can wait until spring.", Agreed: "Go on with the lowest price, and ask the young people about the ramp."},
				{Item: items[1].ID, Said: "Thirty children came each day last year.", Agreed: "Run it for three weeks in August."},
			},
		}
	})
	if err != nil {
		return err
	}
	forum, err := play(evening(today.AddDays(-36)), meeting.NewMeeting{
		Kind: meeting.Forum, Title: forumOnThePaths, ForEveryone: true, Will: "The green, the paths across it, and who looks after them",
		Wont: "Who promised what in earlier years. There will be an evening for that.", Guests: []meeting.Guest{{Organisation: council, Post: "parks officer"}, {Organisation: "Brightwell Homes", Post: "neighbourhood manager"}},
		Items: []meeting.NewItem{{Title: "Whose path is it?", Minutes: 30}, {Title: "Lights before the clocks go back", Minutes: 30}},
	}, append(came(),
		meeting.Attendee{Person: resident.Person, Hat: meeting.AsResident, Way: meeting.InRoom},
		meeting.Attendee{Name: "Karen Whitfield", Hat: meeting.AsGuest, Organisation: council, Post: "parks officer", Way: meeting.InRoom},
		meeting.Attendee{Hat: meeting.AsGuest, Organisation: "Brightwell Homes", Post: "neighbourhood manager", Way: meeting.OnScreen},
	), func(items []meeting.Item) meeting.NewNotes {
		return meeting.NewNotes{
			WentWell: "The council came to us, and stayed for tea.", WentBadly: "Brightwell’s line broke down twice.",
			Items: []meeting.ItemNote{
				{Item: items[0].ID, Said: "The parks officer had the old map with her. The path is the council’s after all.", Agreed: "The council writes to us that the path is theirs."},
				{Item: items[1].ID, Said: "The money for lights is there until March.", Agreed: "We walk the path together one evening and mark where it is too dark."},
			},
		}
	})
	if err != nil {
		return err
	}
	if _, err := act(forum.ID, forum.Day(), meeting.NewAction{Words: "Write to say that the path is the council’s", OwnerName: council, IsOrganisation: true, Due: today.AddDays(30)}); err != nil {
		return err
	}
	before, err := meeting.Unagreed(ctx, tx, a.ID, july.AddMonths(-12).At(0, 0))
	if err != nil {
		return err
	}
	for _, one := range before {
		if !one.Starts.Before(m.Starts) {
			continue
		}
		if err := agree(one, july); err != nil {
			return err
		}
	}
	if err := agree(m, september); err != nil {
		return err
	}
	if err := agree(forum, september); err != nil {
		return err
	}
	julyItems, err := meeting.Agenda(ctx, tx, m)
	if err != nil {
		return err
	}
	p.now = september.AddDays(2).At(15, 0)
	fix, err := p.meetings.CorrectIn(ctx, tx, at(1), a, m.ID, meeting.NewCorrection{Item: julyItems[0].ID, Stood: "The lowest of three prices is £48,000.", Right: "The lowest of three prices is £46,800. £48,000 was the second."})
	if err != nil {
		return err
	}
	p.now = today.AddDays(-8).At(19, 30)
	if err := p.meetings.AgreeCorrectionIn(ctx, tx, chair, a, m.ID, fix.ID, meeting.NewAgreement{On: today.AddDays(-8)}); err != nil {
		return err
	}

	// In September: notes that wait to be checked, and what people said they would do.
	m, err = play(september, meeting.NewMeeting{Kind: meeting.Partnership, Items: []meeting.NewItem{
		{Title: "Youth drop-in at the Hub", Minutes: 30}, {Title: "Hub lease", Minutes: 20}, {Title: "The winter fair", Minutes: 15},
	}}, came(), func(items []meeting.Item) meeting.NewNotes {
		return meeting.NewNotes{
			WentWell: "Everyone had read the papers. We finished ten minutes early.", WentBadly: "The telephone line was poor. Malik heard only half.",
			Items: []meeting.ItemNote{
				{Item: items[0].ID, Said: "Most want it on Thursdays. Some worry about the noise.", Agreed: "Ask the neighbours first, then decide."},
				{Item: items[1].ID, Said: "Brightwell has not answered since August.", Agreed: "Ask again in writing, and put it on the next agenda."},
				{Item: items[2].ID, Said: "Last year’s stalls made £340 for the food bank.", Agreed: "Saturday 5 December, in the hall."},
			},
		}
	})
	if err != nil {
		return err
	}
	for i, n := range []meeting.NewAction{
		{Words: "Knock on the doors opposite the Hub about the drop-in", Owner: chair.Person, Due: today.AddDays(6)},
		{Words: "Ask Brightwell in writing about the lease", Owner: worker.Person, Due: today.AddDays(2)},
		{Words: "Book the hall for the winter fair", Owner: at(2).Person},
		{Words: "Find out what a second telephone line costs", Owner: at(3).Person},
	} {
		x, err := act(m.ID, september, n)
		if err != nil {
			return err
		}
		p.now = today.AddDays(-5).At(12, i)
		switch i {
		case 2:
			err = p.meetings.EndActionIn(ctx, tx, worker, a, x.ID, meeting.NewEnd{Outcome: meeting.Done})
		case 3:
			err = p.meetings.EndActionIn(ctx, tx, worker, a, x.ID, meeting.NewEnd{Outcome: meeting.LetGo, Why: "The hall gets a new line at Christmas anyway"})
		}
		if err != nil {
			return err
		}
	}

	// Next week.
	p.now = today.AddDays(-12).At(10, 0)
	next, err := p.meetings.ArrangeIn(ctx, tx, worker, a, meeting.NewMeeting{
		Kind: meeting.Partnership, On: evening(today.AddDays(6)), From: calendar.At(19, 0), Until: calendar.At(20, 30), Place: "The Hub, main hall", Online: "https://meet.patchwork.example/tanners-reach",
		Telephone: "Ring 0808 157 0142 at five to seven", AccessNeeds: "No steps. There is a hearing loop. Ring Sam if you need a lift home.",
		Will: "The lease of the Hub, and the youth drop-in.", Wont: "Who said what about the Hub last year.",
		Items: []meeting.NewItem{{Title: "Hub lease: what Brightwell said", Words: "Their letter came on Friday. Sam brings copies.", Minutes: 25, Parties: []partnership.Party{{Organisation: p.star.lto.ID}}}},
	})
	if err != nil {
		return err
	}
	p.now = today.AddDays(-6).At(16, 0)
	if err := p.settleItem(ctx, tx, next); err != nil {
		return err
	}
	// The rest of that agenda is about what is decided first.
	p.nextWeek = func(ctx context.Context, tx *db.Tx) error {
		p.now = today.AddDays(-6).At(16, 0)
		second, err := p.meetings.PutForwardIn(ctx, tx, chair, a, next.ID, meeting.NewItem{Title: "Youth drop-in: result of the vote", Minutes: 20, Decision: p.dropIn})
		if err != nil {
			return err
		}
		p.now = today.AddDays(-4).At(21, 10)
		if _, err := p.meetings.PutForwardIn(ctx, tx, resident, a, next.ID, meeting.NewItem{Title: "Lights on the path to the school", Words: "It is dark when my two come home from the club.", Minutes: 10}); err != nil {
			return err
		}
		p.now = today.AddDays(-3).At(13, 0)
		if _, err := p.meetings.PutForwardIn(ctx, tx, at(1), a, next.ID, meeting.NewItem{Title: "Saying goodbye to Karen at parks", Minutes: 5}); err != nil {
			return err
		}
		p.now = today.AddDays(-2).At(9, 0)
		for _, q := range []struct {
			by access.Actor
			n  meeting.NewQuiet
		}{
			{at(2), meeting.NewQuiet{Form: "demo-quiet-1", Item: second.ID, Words: "I am for it, but I live opposite. Could it end at nine?"}},
			{at(3), meeting.NewQuiet{Form: "demo-quiet-2", Item: second.ID, Words: "I find it hard to say this with everyone there: my son was bullied at the last club.", Unnamed: true}},
			{worker, meeting.NewQuiet{Form: "demo-quiet-3", Words: "I can’t come out in the evening. Please ask about the bins again.", Telephone: true, Name: "Mrs Oduya"}},
		} {
			if err := p.meetings.SayQuietlyIn(ctx, tx, q.by, a, next.ID, q.n); err != nil {
				return err
			}
		}
		for i, who := range table {
			if i%5 == 4 {
				continue
			}
			if err := p.meetings.AnswerIn(ctx, tx, who, a, next.ID, []meeting.Way{meeting.InRoom, meeting.InRoom, meeting.ByTelephone, meeting.InRoom}[i%4]); err != nil {
				return err
			}
		}
		return nil
	}
	return nil
}
