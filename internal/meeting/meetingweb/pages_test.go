package meetingweb_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/calendar"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/meeting"
	"commontable/internal/meeting/meetingweb"
	"commontable/internal/partnership"
	"commontable/internal/web"
	"commontable/internal/web/pagetest"
)

const room = "/areas/tanners-reach/meetings"

// A world has the pages of meetings, with a decision that came of the first item of
// every agenda.
type world struct {
	*fundingtest.World
	t        *testing.T
	meetings *meeting.Meetings
	rd       *pagetest.Reader
	raised   meeting.ItemID
}

func open(t *testing.T) *world {
	t.Helper()
	of, err := fundingtest.New(t.Context(), dbtest.SQLite(t), 5)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{World: of, t: t, meetings: &meeting.Meetings{DB: of.DB, IDs: of.IDs, Now: of.Clock.Now, BaseURL: "https://table.example.org"}}
	w.rd = pagetest.New(t, w.Clock.Now, w.IDs, func(s *web.Site) []web.Route {
		return meetingweb.Routes(s, w.meetings, meetingweb.Decisions{
			There:    func(context.Context, *db.Tx, area.ID, int64) (bool, error) { return true, nil },
			Closings: func(context.Context, *db.Tx, area.Area) ([]meetingweb.Closing, error) { return nil, nil },
			Raised: func(context.Context, *db.Tx, access.Actor, area.Area, meeting.ID) ([]meetingweb.Raised, error) {
				return []meetingweb.Raised{{Item: w.raised, Number: 7, Title: "Lamps along the path", State: "agreed"}}, nil
			},
		})
	}).As(w.Tanners.Chair)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// Through a forum, from arranging it to what is printed of it: who came stands there
// in the hat that they have, guests are guests, an item leads to what is decided of
// it, and the pack is whole.
func TestAForumFromItsAgendaToItsPack(t *testing.T) {
	t.Parallel()
	w := open(t)
	ctx, a, chair, today := t.Context(), w.Tanners.Area, w.Tanners.Chair, w.Today()
	for name, kind := range map[string]partnership.Kind{"Cora": partnership.Councillor, "Lena": partnership.LTO, "Fay": partnership.Friend} {
		_, err := w.Partnerships.Join(ctx, chair, a, partnership.NewMember{Form: string(w.Form()), Name: name, As: partnership.In{Kind: kind}, From: today})
		w.must(err)
	}
	mid, err := w.meetings.Arrange(ctx, chair, a, meeting.NewMeeting{
		Form: string(w.Form()), Kind: meeting.Forum, On: today, From: calendar.At(19, 0), Until: calendar.At(21, 0), Place: "The Hub", ForEveryone: true,
		Will: "The paths", Wont: "Last year", Guests: []meeting.Guest{{Organisation: "Council", Post: "parks officer"}},
		Items: []meeting.NewItem{{Title: "Dark paths"}, {Title: "Benches"}},
	})
	w.must(err)
	at := room + "/" + string(mid)
	w.must(w.DB.Read(ctx, func(tx *db.Tx) error {
		m, err := meeting.ByID(ctx, tx, a.ID, mid)
		if err != nil {
			return err
		}
		items, err := meeting.Agenda(ctx, tx, m)
		w.raised = items[0].ID
		return err
	}))
	page := w.rd.Get(at, http.StatusOK)
	page.Says("A forum that the community hosts", "Decision 7: Lamps along the path", "(agreed)", "Put something of this forward to be decided",
		"/decisions/new?item="+string(w.raised)+"&amp;meeting="+string(mid)+"&amp;title=Dark+paths")
	w.rd.As(access.Actor{}).Get(at, http.StatusOK).SaysNot("Put something of this forward to be decided")

	w.rd.As(chair).Post(at+"/agenda/agreement", url.Values{}, http.StatusSeeOther)
	w.Clock.Pass(time.Minute)
	w.rd.Post(at+"/agenda/items", url.Values{"title": {"Bins"}}, http.StatusSeeOther)
	late := w.rd.Get(at, http.StatusOK)
	if n := strings.Count(late.Text, "Put on after the agenda was agreed."); n != 1 {
		t.Errorf("%d things were put on after the agenda was agreed; want 1:\n%s", n, late.Text)
	}

	w.rd.Get(at+"/corrections/new", http.StatusConflict).Says("These notes are not agreed yet, so they can be changed themselves.")
	form := w.rd.Get(at+"/attendance", http.StatusOK)
	form.Says("councillor", "from the organisation that holds our money", "friend")
	came := form.Kept()
	for _, n := range regexp.MustCompile(`name="way-(\d+)"`).FindAllStringSubmatch(form.HTML, -1) {
		if came.Has("person-" + n[1]) {
			came.Set("way-"+n[1], "room")
		} else {
			came.Set("way-"+n[1], "")
		}
	}
	bad := url.Values{"way-1": {"room"}, "name-1": {"Ann"}, "hat-1": {"mayor"}}
	w.rd.Post(at+"/attendance", bad, http.StatusUnprocessableEntity).Says("Choose in which hat they came")
	w.rd.Post(at+"/attendance", came, http.StatusSeeOther)
	w.must(w.meetings.WriteNotes(ctx, chair, a, mid, meeting.NewNotes{
		Form: string(w.Form()), WentWell: "The soup", WentBadly: "The cold", Items: []meeting.ItemNote{{Item: w.raised, Said: "It is dark", Agreed: "We ask for lamps"}},
	}))
	_, err = w.meetings.AddAction(ctx, chair, a, meeting.NewAction{Form: string(w.Form()), Meeting: mid, Words: "Write to the council", Owner: chair.Person})
	w.must(err)
	w.must(w.meetings.Circulate(ctx, chair, a, mid, meeting.NewCirculation{Form: string(w.Form())}))
	w.rd.As(chair).Post(at+"/notes/agreement", url.Values{"on-day": {"31"}, "on-month": {"2"}, "on-year": {"2026"}}, http.StatusUnprocessableEntity).
		Says("Enter a date that exists", `name="on-day" type="text" inputmode="numeric" value="31"`)
	w.must(w.meetings.AgreeNotes(ctx, chair, a, mid, meeting.NewAgreement{Form: string(w.Form()), On: today}))
	c, err := w.meetings.Correct(ctx, chair, a, mid, meeting.NewCorrection{Form: string(w.Form()), Item: w.raised, Stood: "It is dark", Right: "It is dark in winter"})
	w.must(err)
	for _, form := range []string{"/notes", "/attendance", "/change", "/calling-off"} {
		w.rd.As(chair).Get(at+form, http.StatusConflict).Says("The notes of this meeting are agreed, so all of it stays as it is.")
	}
	w.must(w.meetings.AgreeCorrection(ctx, chair, a, mid, c, meeting.NewAgreement{Form: string(w.Form()), On: today}))

	w.rd.As(chair).Post(at+"/quiet", url.Values{"form": {"quiet"}, "words": {"Qxquiet: the dark frightens me"}, "named": {"yes"}}, http.StatusSeeOther)
	w.rd.Get(at, http.StatusOK).Says("Qxquiet", at+"/quiet.csv")
	w.rd.Get(at+"/quiet.csv", http.StatusOK).Says("about,in their words,who,on", "the meeting as a whole,Qxquiet: the dark frightens me,You,"+today.String())
	w.rd.As(access.Actor{}).Get(at+"/quiet.csv", http.StatusOK).SaysNot("Qxquiet")

	everyone := w.rd.As(access.Actor{})
	everyone.Get(at, http.StatusOK).Says("Agenda and notes on one page", at+"/agenda.csv", at+"/attendance.csv")
	everyone.Get(at+"/agenda.csv", http.StatusOK).Says("1,Dark paths,", "It is dark,We ask for lamps")
	everyone.Get(at+"/attendance.csv", http.StatusOK).Says("who,as,how", ",councillor,in the room")
	everyone.Get(at+"/pack", http.StatusOK).Says(
		"Dark paths", "It is dark", "We ask for lamps", "The soup", "The cold", "Who came: ", "1 councillor", "1 from the organisation that holds our money", "1 friend",
		"Write to the council", "Corrections", "It is dark in winter", "Last year",
	)
}

// The calendar of an area has the bank holidays of GOV.UK, each on its whole day.
func TestBankHolidaysAreInTheCalendar(t *testing.T) {
	t.Parallel()
	w := open(t)
	year := w.Today().Year()
	feed := w.rd.As(access.Actor{}).Get(room+".ics", http.StatusOK)
	if year > 2027 {
		t.Skip("no bank holidays are known of that year")
	}
	feed.Says("SUMMARY:Bank holiday: Christmas Day", "UID:bank-holiday-"+date.New(year, time.December, 25).String()+"@tanners-reach")
}

// Of those who mean to come it is said how many are the residents whom the rule asks for.
func TestHowManyResidentsAreComing(t *testing.T) {
	t.Parallel()
	w := open(t)
	ctx, a, chair := t.Context(), w.Tanners.Area, w.Tanners.Chair
	neighbours := make([]access.Actor, 3)
	for i := range neighbours {
		w.must(w.DB.Write(ctx, func(tx *db.Tx) (err error) {
			neighbours[i], err = w.PersonIn(ctx, tx, "Neighbour", access.Resident, access.InArea, string(a.ID))
			return err
		}))
		_, err := w.Partnerships.Join(ctx, chair, a, partnership.NewMember{Form: string(w.Form()), Person: neighbours[i].Person, As: partnership.In{Kind: partnership.Resident}, From: w.Today()})
		w.must(err)
		neighbours[i], err = w.Hat(ctx, neighbours[i].Person, access.Member, access.InArea, string(a.ID))
		w.must(err)
	}
	mid, err := w.meetings.Arrange(ctx, chair, a, meeting.NewMeeting{
		Form: string(w.Form()), Kind: meeting.Partnership, On: w.Today().AddDays(3), From: calendar.At(19, 0), Until: calendar.At(21, 0), Place: "The Hub",
	})
	w.must(err)
	at := room + "/" + string(mid)
	for _, one := range []struct {
		who  access.Actor
		want string
	}{
		{chair, "One person is coming, no residents with a vote. You need 2 residents."},
		{neighbours[0], "2 are coming, one of them a resident. You need 2 residents."},
		{neighbours[1], "3 are coming, 2 of them residents. You need 2 residents."},
	} {
		w.must(w.meetings.Answer(ctx, one.who, a, mid, meeting.InRoom, string(w.Form())))
		w.rd.Get(at, http.StatusOK).Says(one.want)
	}
}
