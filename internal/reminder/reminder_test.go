package reminder_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/calendar"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/decision"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/mail"
	"commontable/internal/meeting"
	"commontable/internal/partnership"
	"commontable/internal/reminder"
)

// A hall is a world in which three people of Tanners Reach have an address.
type hall struct {
	*testing.T
	*fundingtest.World

	r    *reminder.Reminders
	m    *meeting.Meetings
	area area.Area
}

func newHall(t *testing.T, d *db.DB) *hall {
	t.Helper()
	w, err := fundingtest.New(t.Context(), d, 1)
	if err != nil {
		t.Fatal(err)
	}
	h := &hall{
		T: t, World: w, area: w.Tanners.Area, r: &reminder.Reminders{DB: d, IDs: w.IDs, Now: w.Clock.Now, BaseURL: "https://table.example.org"},
		m: &meeting.Meetings{DB: d, IDs: w.IDs, Now: w.Clock.Now, BaseURL: "https://table.example.org"},
	}
	h.at(w.Today(), 9, 0)
	for _, name := range []string{"Nell", "Omar", "Pia"} {
		n := partnership.NewMember{Form: string(w.Form()), Name: name, Email: strings.ToLower(name) + "@example.org", As: partnership.In{Kind: partnership.Resident}, From: w.Today().AddDays(-30)}
		if name == "Nell" {
			n.TermEnds = w.Today().AddDays(200)
		}
		_, err := w.Partnerships.Join(t.Context(), w.Tanners.Chair, h.area, n)
		h.check(err)
	}
	return h
}

func (h *hall) check(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// at lets time pass until a clock in London shows an hour of a day.
func (h *hall) at(day date.Date, hour, minute int) {
	h.Helper()
	until := time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, calendar.London)
	for until.Before(h.Clock.Now()) {
		until = until.AddDate(0, 0, 1)
	}
	h.Clock.Pass(until.Sub(h.Clock.Now()))
}

func (h *hall) today() date.Date { return date.InLondon(h.Clock.Now()) }

func (h *hall) meets(day date.Date) meeting.ID {
	h.Helper()
	m, err := h.m.Arrange(h.Context(), h.Tanners.Chair, h.area, meeting.NewMeeting{
		Form: string(h.Form()), Kind: meeting.Partnership, On: day, From: calendar.At(19, 0), Until: calendar.At(20, 0), Place: "The hall",
		Items: []meeting.NewItem{{Title: "Qxsecret", MembersOnly: true}},
	})
	h.check(err)
	return m
}

// round is to whom was written, and what, in the order of their names.
func (h *hall) round() (to []string, all []mail.Mail) {
	h.Helper()
	before := map[mail.ID]bool{}
	for _, m := range h.mails() {
		before[m.ID] = true
	}
	n, err := h.r.Round(h.Context())
	h.check(err)
	for _, m := range h.mails() {
		if !before[m.ID] {
			name, _, _ := strings.Cut(m.To, "@")
			to, all = append(to, name), append(all, m)
		}
	}
	if n != len(all) {
		h.Errorf("told of %d mails, and %d were written", n, len(all))
	}
	slices.Sort(to)
	return to, all
}

func (h *hall) mails() (all []mail.Mail) {
	h.Helper()
	h.check(h.DB.Read(h.Context(), func(tx *db.Tx) (err error) {
		all, err = mail.Latest(h.Context(), tx, 500, 0)
		return err
	}))
	return all
}

func (h *hall) writes(want ...string) []mail.Mail {
	h.Helper()
	to, all := h.round()
	if !slices.Equal(to, want) {
		h.Errorf("on %s at %s: written to %v, want %v", h.today(), calendar.ClockOf(h.Clock.Now()), to, want)
	}
	return all
}

func (h *hall) who(name string) access.Actor {
	h.Helper()
	var by access.Actor
	h.check(h.DB.Read(h.Context(), func(tx *db.Tx) error {
		members, err := partnership.MembersOn(h.Context(), tx, h.area.ID, h.today())
		for _, m := range members {
			if m.Name == name {
				by = access.Actor{Person: m.Person, Name: m.Name, Hat: access.Hat{Role: access.Member, Scope: access.InArea, Place: string(h.area.ID)}}
			}
		}
		return err
	}))
	return by
}

func (h *hall) chooses(name string, how reminder.How) {
	h.Helper()
	h.check(h.r.Choose(h.Context(), h.who(name), how, string(h.Form())))
}

func TestPeopleAreRemindedOnceOfAMeeting(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		day := h.today().AddDays(9)
		m := h.meets(day)
		h.writes()
		h.at(h.today().AddDays(2), 7, 59)
		h.writes() // nobody is woken
		h.at(h.today(), 8, 0)
		h.check(h.m.Answer(t.Context(), h.who("Omar"), h.area, m, meeting.Apologies, string(h.Form())))
		all := h.writes("nell", "pia")
		if said := all[0]; said.Subject != h.area.Name+": we meet on "+day.Full() || said.Link != "https://table.example.org/areas/tanners-reach/meetings/"+string(m) ||
			strings.Contains(said.Text(), "Qxsecret") || !strings.Contains(said.Text(), "at 7pm") || !strings.Contains(said.Text(), "/me/reminders") || !said.Until.Equal(decision.At(day, 19)) {
			t.Errorf("the mail: %q until %s\n%s", said.Subject, said.Until, said.Text())
		}
		h.writes()
		h.at(h.today().AddDays(1), 12, 0)
		h.writes()

		// Moved to another day, it is said again; whoever left is not written to.
		h.check(h.Partnerships.Leave(t.Context(), h.Tanners.Chair, h.area, h.who("Pia").Person, partnership.Leaving{Form: string(h.Form()), From: h.today()}))
		h.meets(day.AddDays(1))
		h.at(h.today().AddDays(1), 20, 0)
		h.writes() // too late in the evening
		h.at(h.today().AddDays(1), 8, 0)
		h.writes("nell", "omar")
	})
}

func TestRemindersStopInAClosureAndGoOnAfterIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		_, err := h.Areas.Close(t.Context(), h.Tanners.Chair, h.area, area.NewClosure{Form: string(h.Form()), From: h.today().AddDays(1), Until: h.today().AddDays(5), Why: "Rest"})
		h.check(err)
		h.meets(h.today().AddDays(8))
		for range 4 {
			h.at(h.today().AddDays(1), 10, 0)
			h.writes()
		}
		h.at(h.today().AddDays(1), 10, 0)
		h.writes("nell", "omar", "pia")
		h.writes()
	})
}

// A year in London: at eight by the clock people are written to, at a minute to
// eight they are not, in summer and in winter.
func TestNobodyIsWokenWhateverTheClocksDo(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		for _, sunday := range []string{"2030-03-31", "2030-10-27"} {
			day := date.Must(sunday)
			h.meets(day.AddDays(7))
			h.at(day, 7, 59)
			h.writes()
			h.at(day, 8, 1)
			if got := h.writes("nell", "omar", "pia"); len(got) > 0 && !strings.Contains(got[0].Text(), "at 7pm") {
				t.Errorf("%s: %s", day, got[0].Text())
			}
		}
	})
}

func TestWhoWishesItIsWrittenToWeeklyOrNever(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		if err := h.r.Choose(t.Context(), h.who("Nell"), "hourly", string(h.Form())); err == nil {
			t.Error("somebody is reminded hourly")
		}
		if err := h.r.Choose(t.Context(), access.Actor{}, reminder.Never, string(h.Form())); err == nil {
			t.Error("nobody chose")
		}
		h.chooses("Nell", reminder.Weekly)
		h.chooses("Pia", reminder.Weekly)
		h.chooses("Pia", reminder.Never)
		for h.today().Weekday() != time.Friday {
			h.at(h.today().AddDays(1), 9, 0)
		}
		_, err := h.Areas.Close(t.Context(), h.Tanners.Chair, h.area, area.NewClosure{Form: string(h.Form()), From: h.today().AddDays(3), Until: h.today().AddDays(4), Why: "A Monday of rest"})
		h.check(err)
		h.meets(h.today().AddDays(7))
		h.meets(h.today().AddDays(11))
		h.writes("omar")
		for range 3 {
			h.at(h.today().AddDays(1), 9, 0)
			h.writes()
		}
		h.at(h.today().AddDays(1), 9, 0) // Tuesday, for on Monday they rest
		for _, m := range h.writes("nell", "omar") {
			if strings.HasPrefix(m.To, "nell") && (m.Subject != h.area.Name+": your week" || strings.Count(m.Text(), "We meet on") != 2) {
				t.Errorf("the week: %q\n%s", m.Subject, m.Text())
			}
		}
	})
}

// Actions, notes, votes and terms are said to those whom they are for, and to
// nobody else.
func TestEachIsToldOfWhatIsTheirs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		omar := h.who("Omar").Person
		x, err := h.m.AddAction(t.Context(), h.Tanners.Chair, h.area, meeting.NewAction{Form: string(h.Form()), Words: "Qxsecret errand", Owner: omar, Due: h.today().AddDays(3)})
		h.check(err)
		for _, m := range h.writes("omar") {
			if !strings.HasSuffix(m.Link, "/actions/"+string(x)) || strings.Contains(m.Text(), "Qxsecret") {
				t.Errorf("of an action: %s", m.Text())
			}
		}
		nell := h.who("Nell")
		h.at(h.today().AddDays(140), 9, 0)
		for _, m := range h.writes("nell") {
			if !strings.HasSuffix(m.Link, "/people/"+string(nell.Person)) || m.Subject != h.area.Name+": your time with us" {
				t.Errorf("of a term: %s", m.Text())
			}
		}
	})
}

// Twenty rounds at once are one.
func TestManyServersRemindOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		h.meets(h.today().AddDays(5))
		before := len(h.mails())
		var all sync.WaitGroup
		total := make(chan int, 20)
		for range 20 {
			all.Go(func() {
				n, err := h.r.Round(t.Context())
				if err != nil {
					t.Error(err)
				}
				total <- n
			})
		}
		all.Wait()
		close(total)
		sum := 0
		for n := range total {
			sum += n
		}
		if written := len(h.mails()) - before; sum != 3 || written != 3 {
			t.Errorf("%d mails told of, %d written", sum, written)
		}
	})
}

func TestAVoteThatClosesIsToldToWhoHasNotVoted(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		chair := h.Tanners.Chair
		err := h.Partnerships.SetRules(t.Context(), chair, h.area, partnership.NewRules{Form: string(h.Form()), From: h.today(), MayVote: true, Majority: partnership.MoreThanHalf, ResidentQuorum: 1, Councillors: partnership.CouncillorsAsOthers, DecidedAt: "Here"})
		h.check(err)
		number, err := h.Decisions.Propose(t.Context(), chair, h.area, decision.NewProposal{Form: string(h.Form()), Kind: decision.Other, Open: true, Words: decision.NewText{Title: "Qxsecret", Question: "Shall we?", Words: "Yes or no"}})
		h.check(err)
		var hash string
		h.check(d.Read(t.Context(), func(tx *db.Tx) error {
			one, err := decision.ByNumber(t.Context(), tx, h.area.ID, number)
			hash = one.Text().Hash
			return err
		}))
		h.check(h.Decisions.TakePosition(t.Context(), h.who("Omar"), h.area, number, decision.NewPosition{Form: string(h.Form()), Hash: hash, Stand: decision.Cannot, Reason: "Qxsecret reason"}))
		h.check(h.Decisions.RecordAttempt(t.Context(), chair, h.area, number, decision.NewAttempt{Form: string(h.Form()), Words: "Not yet"}))
		h.check(h.Decisions.OpenVote(t.Context(), chair, h.area, number, decision.NewVote{Form: string(h.Form()), ClosesAt: decision.At(h.today().AddDays(6), 20)}))
		h.writes()
		h.check(h.Decisions.Vote(t.Context(), h.who("Omar"), h.area, number, decision.NewBallot{Form: string(h.Form()), Hash: hash, Choice: decision.No}))
		h.check(h.Decisions.Recuse(t.Context(), h.who("Pia"), h.area, number, "", string(h.Form())))
		h.at(h.today().AddDays(2), 9, 0)
		for _, m := range h.writes("nell") {
			if strings.Contains(m.Text(), "Qxsecret") || !strings.Contains(m.Text(), "at 8pm") || !strings.Contains(m.Subject, "a vote closes on") {
				t.Errorf("of a vote: %s", m.Text())
			}
		}
	})
}

func TestAChoiceIsTheirsAlone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		is := func(want reminder.How) {
			t.Helper()
			h.check(d.Read(t.Context(), func(tx *db.Tx) error {
				how, err := reminder.ChoiceOf(t.Context(), tx, h.who("Nell").Person)
				if how != want {
					t.Errorf("Nell is reminded %s, want %s", how, want)
				}
				return err
			}))
		}
		is(reminder.AtOnce)
		h.chooses("Nell", reminder.Never)
		h.chooses("Omar", reminder.Weekly)
		is(reminder.Never)
		h.chooses("Nell", reminder.AtOnce)
		is(reminder.AtOnce)
		h.check(h.r.Sweep(t.Context()))
	})
}

// The chair, and nobody else, is told with the meeting that there will be too few.
func TestTheChairIsToldBeforeThereAreTooFew(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		_, err := h.Hat(t.Context(), h.who("Nell").Person, access.Chair, access.InArea, string(h.area.ID))
		h.check(err)
		h.check(d.Write(t.Context(), func(tx *db.Tx) error {
			return h.Areas.NoteStateIn(t.Context(), tx, access.System("a test"), h.area.ID, area.Endorsed, h.today().AddDays(-20))
		}))
		h.meets(h.today().AddDays(6))
		_, all := h.round()
		told := 0
		for _, m := range all {
			if strings.Contains(m.Text(), "By what we know today, on that day: 3 people have a say in it: the programme asks for at least 8, so 5 more.") {
				told++
				if !strings.HasPrefix(m.To, "nell") {
					t.Errorf("%s is told, who does not chair", m.To)
				}
			}
		}
		if told != 1 || len(all) != 3 {
			t.Errorf("%d of %d mails say that there will be too few; want the chair’s", told, len(all))
		}
	})
}
