package meetingweb

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/calendar"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/meeting"
	"commontable/internal/partnership"
	"commontable/internal/web"
)

// areaCalendar is what anyone may know of an area: its meetings, its elections, when
// it is closed, and the bank holidays.
func (p pages) areaCalendar(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	var c calendar.Calendar
	err := p.in(r, access.Actor{}, func(ctx context.Context, tx *db.Tx, s scene) (err error) {
		c.Name = s.area.Name
		if c.Events, err = meeting.Events(ctx, tx, access.Actor{}, s.area, p.meetings.BaseURL, s.now); err != nil {
			return err
		}
		more, err := areaEvents(ctx, tx, s.area, s.today)
		c.Events = append(c.Events, more...)
		return err
	})
	if err != nil {
		return err
	}
	return sendCalendar(w, c)
}

// closings are when the votes of an area close, for those who take part.
func (p pages) closings(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area) (events []calendar.Event, err error) {
	if !by.May(access.SeePapers, a.Place()) {
		return nil, nil
	}
	all, err := p.decisions.Closings(ctx, tx, a)
	for _, c := range all {
		events = append(events, calendar.Event{
			UID: "vote-" + strconv.FormatInt(c.Number, 10) + "@" + a.Slug, Changed: c.Opened, Starts: c.At, Ends: c.At,
			Title: "The vote closes: " + c.Title, Link: p.meetings.BaseURL + decisionHref(a, c.Number),
		})
	}
	return events, err
}

// areaEvents are the days of an area that are no meetings: its elections, when it is
// closed, and the bank holidays of England and Wales.
func areaEvents(ctx context.Context, tx *db.Tx, a area.Area, today date.Date) (events []calendar.Event, err error) {
	for _, h := range calendar.HolidaysIn(today.AddMonths(-12), today.AddMonths(36)) {
		events = append(events, calendar.Event{
			UID: "bank-holiday-" + h.Day.String() + "@" + a.Slug, Changed: date.New(h.Day.Year(), 1, 1).At(0, 0), Day: h.Day, Title: "Bank holiday: " + h.Name,
		})
	}
	closures, err := area.ClosuresIn(ctx, tx, a.ID, today.AddMonths(-12), today.AddMonths(36))
	for _, c := range closures {
		events = append(events, calendar.Event{
			UID: "closure-" + string(c.ID) + "@" + a.Slug, Changed: c.SaidAt, Day: c.From, Until: c.Until, Title: a.Name + " is closed", Off: c.Withdrawn(),
		})
	}
	if err != nil {
		return events, err
	}
	elections, err := partnership.ElectionsIn(ctx, tx, a.ID, today.AddMonths(-12), today.AddMonths(36))
	for _, e := range elections {
		events = append(events, calendar.Event{UID: "election-" + string(e.ID) + "@" + a.Slug, Changed: e.RecordedAt, Day: e.On, Title: e.Name + ", " + a.Name})
	}
	return events, err
}

func sendCalendar(w http.ResponseWriter, c calendar.Calendar) error {
	var b bytes.Buffer
	if err := c.Write(&b); err != nil {
		return err
	}
	w.Header().Set("Content-Type", calendar.MediaType)
	w.Header().Set("Content-Disposition", `inline; filename="calendar.ics"`)
	_, err := b.WriteTo(w)
	return err
}

// myData is where somebody's own calendar is.
type myData struct {
	Shell  web.Shell
	Wrong  fault.Invalid
	Form   string
	Has    bool
	Since  string
	Hat    string
	None   string   // why there is none
	Area   web.Link // whose meetings are in it
	Feed   string   // the calendar of the area, which is open to everyone
	Secret string   // the address, on the page that is shown once
}

func (p pages) myCalendar(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showMine(w, r, by, "", nil)
}

func (p pages) showMine(w http.ResponseWriter, r *http.Request, by access.Actor, secret string, wrong fault.Invalid) error {
	d := myData{Shell: p.site.Shell(r, by, "A calendar of your own"), Wrong: wrong, Form: p.site.NewForm(), Hat: orElse(by.Title, by.Hat.Role.Title())}
	if by.Hat.Scope != access.InArea || !by.Holds(access.PutForward) {
		d.None = "A calendar of your own is for people with a part in one area. Put on such a hat first. The calendar of each area’s meetings is open to everyone."
	}
	err := p.meetings.DB.Read(r.Context(), func(tx *db.Tx) error {
		a, err := meeting.AreaOf(r.Context(), tx, by)
		if err != nil && !errors.Is(err, fault.NotFound) {
			return err
		}
		if err == nil {
			d.Shell = p.shell(r, by, a, "A calendar of your own", web.Link{Text: "A calendar of your own"})
			d.Area, d.Feed = web.Link{Text: a.Name, Href: meetingsHref(a)}, p.meetings.BaseURL+meetingsHref(a)+".ics"
		}
		f, err := meeting.FeedOf(r.Context(), tx, by)
		if errors.Is(err, fault.NotFound) {
			return nil
		}
		d.Has, d.Since = err == nil, date.InLondon(f.Made).Long()
		return err
	})
	if err != nil {
		return err
	}
	if secret != "" {
		d.Secret = p.meetings.BaseURL + "/calendar/" + secret + ".ics"
	}
	d.Shell.NoIndex = true
	status := http.StatusOK
	if len(wrong) > 0 {
		status, d.Shell.Title = http.StatusUnprocessableEntity, "Error: "+d.Shell.Title
	}
	w.Header().Set("Cache-Control", "no-store")
	return p.site.Show(w, r, status, myPage(d))
}

func (p pages) renewCalendar(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if form.Text("make") != "yes" {
		return p.showMine(w, r, by, "", fault.Invalid{{Words: "Press the button to make an address"}})
	}
	secret, err := p.meetings.NewFeed(r.Context(), by)
	if err != nil {
		return err
	}
	return p.showMine(w, r, by, secret, nil)
}

func (p pages) endCalendar(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if form.Text("end") != "yes" {
		return p.showMine(w, r, by, "", fault.Invalid{{Words: "Press the button to take the address back"}})
	}
	if err := p.meetings.EndFeed(r.Context(), by); err != nil {
		return err
	}
	return p.site.Done(w, r, "The address is taken back. Nobody can use it any more.", "/calendar")
}

// calendarOf is somebody's own calendar, at its secret address: their area's
// meetings with how to join, what they said they would do, when the area is closed,
// and the bank holidays.
func (p pages) calendarOf(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	c := calendar.Calendar{}
	err := p.meetings.DB.Read(r.Context(), func(tx *db.Tx) error {
		ctx := r.Context()
		today := date.InLondon(p.site.Now())
		by, err := meeting.ByFeed(ctx, tx, strings.TrimSuffix(r.PathValue("feed"), ".ics"), today)
		if err != nil {
			return err
		}
		a, err := meeting.AreaOf(ctx, tx, by)
		if err != nil {
			return err
		}
		c.Name = a.Name + ", for " + by.Name
		if c.Events, err = meeting.Events(ctx, tx, by, a, p.meetings.BaseURL, p.site.Now()); err != nil {
			return err
		}
		for _, read := range []func() ([]calendar.Event, error){
			func() ([]calendar.Event, error) { return meeting.ActionEvents(ctx, tx, by, a, p.meetings.BaseURL) },
			func() ([]calendar.Event, error) { return areaEvents(ctx, tx, a, today) },
			func() ([]calendar.Event, error) { return p.closings(ctx, tx, by, a) },
		} {
			more, err := read()
			if err != nil {
				return err
			}
			c.Events = append(c.Events, more...)
		}
		return nil
	})
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return sendCalendar(w, c)
}
