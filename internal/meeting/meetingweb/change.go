package meetingweb

import (
	"cmp"
	"errors"
	"net/http"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/calendar"
	"commontable/internal/fault"
	"commontable/internal/meeting"
	"commontable/internal/web"
)

// whenAndWhere asks for the day, the hours and how people join.
func whenAndWhere(t typed, wrong fault.Invalid) []templ.Component {
	return []templ.Component{
		t.dateField("on", "Which day?", "For example, 20 10 2026", wrong),
		web.TextField{Name: "from", Label: "From when?", Hint: "Like 7pm or 19:00", Value: t.text("from"), Error: wrong.For("from"), Width: "10"},
		web.TextField{Name: "until", Label: "Until when?", Hint: "Like 8.30pm or 20:30", Value: t.text("until"), Error: wrong.For("until"), Width: "10"},
		web.TextField{Name: "place", Label: "Where is the room?", Hint: "Such as “The Hub, main hall”", Value: t.text("place"), Error: wrong.For("place")},
		web.TextField{Name: "online", Label: "Online link, if people can join by computer", Hint: "Only those who are invited see it.", Value: t.text("online"), Error: wrong.For("online"), Type: "url"},
		web.TextField{Name: "telephone", Label: "How to join by telephone, if people can", Hint: "Such as “Ring 0808 157 0142 at five to seven”. Everyone can read this.", Value: t.text("telephone"), Error: wrong.For("telephone")},
		web.TextArea{Name: "access_needs", Label: "Getting in and taking part", Hint: "Steps, a hearing loop, an interpreter, somebody to mind children, lifts home.", Value: t.text("access_needs"), Error: wrong.For("access_needs"), Rows: 3},
	}
}

// boundaries asks what will and won't be discussed (V9).
func boundaries(t typed, wrong fault.Invalid) []templ.Component {
	return []templ.Component{
		web.TextArea{Name: "will", Label: "What will be discussed", Hint: "So that people feel safe to come, and those who were let down know that they will be heard.", Value: t.text("will"), Error: wrong.For("will"), Rows: 3},
		web.TextArea{Name: "wont", Label: "What won’t be discussed this time", Value: t.text("wont"), Error: wrong.For("wont"), Rows: 3},
	}
}

func (p pages) newChange(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, m, err := p.theMeeting(r)
	if err != nil {
		return err
	}
	t := typed{fresh: map[string]string{
		"on": m.Day().String(), "from": calendar.ClockOf(m.Starts).String(), "until": calendar.ClockOf(m.Ends).String(), "place": m.Place, "online": m.Online,
		"telephone": m.Telephone, "access_needs": m.AccessNeeds, "will": m.Will, "wont": m.Wont,
	}}
	return p.askChange(w, r, by, a, m, t, nil)
}

func (p pages) askChange(w http.ResponseWriter, r *http.Request, by access.Actor, a area.Area, m meeting.Meeting, t typed, wrong fault.Invalid) error {
	if err := cmp.Or(by.Must(access.RunMeetings, a.Place()), m.ToChange()); err != nil {
		return err
	}
	const title = "Move it, or change how people join"
	fields := append(whenAndWhere(t, wrong), boundaries(t, wrong)...)
	fields = append(fields, web.TextField{Name: "why", Label: "Why?", Hint: "Needed when the day, the hour or the place is another. Everyone can read it.", Value: t.text("why"), Error: wrong.For("why")})
	return p.show(w, r, question{
		Shell: p.shell(r, by, a, title, meetingCrumb(a, m), web.Link{Text: title}), Title: title, Lead: m.Title + ", " + m.Day().Full() + ".", Wrong: wrong, Form: t.key(),
		Action: meetingHref(a, m.ID) + "/change", Fields: fields, Button: "Keep this", Back: web.Link{Text: "Go back", Href: meetingHref(a, m.ID)},
		Good: "What happens", ToKnow: []string{"What it was before stays to be read.", "Calendars that follow our meetings change by themselves.", "Tell people who have no email yourself."},
	})
}

func meetingCrumb(a area.Area, m meeting.Meeting) web.Link {
	return web.Link{Text: m.Day().Long(), Href: meetingHref(a, m.ID)}
}

func (p pages) change(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, m, err := p.theMeeting(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	t := typed{form: form}
	err = p.meetings.Change(r.Context(), by, a, m.ID, meeting.NewChange{
		Form: form.Text("form"), On: form.Date("on"), From: clock(form.Text("from")), Until: clock(form.Text("until")), Place: form.Text("place"), Online: form.Text("online"),
		Telephone: form.Text("telephone"), AccessNeeds: t.text("access_needs"), Will: t.text("will"), Wont: t.text("wont"), Why: form.Text("why"),
	})
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.askChange(w, r, by, a, m, t, form.Over(pageWide(wrong)))
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "The meeting is changed.", meetingHref(a, m.ID))
}

func (p pages) newCallingOff(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, m, err := p.theMeeting(r)
	if err != nil {
		return err
	}
	return p.askCallingOff(w, r, by, a, m, typed{}, nil)
}

func (p pages) askCallingOff(w http.ResponseWriter, r *http.Request, by access.Actor, a area.Area, m meeting.Meeting, t typed, wrong fault.Invalid) error {
	if err := cmp.Or(by.Must(access.RunMeetings, a.Place()), m.ToCallOff()); err != nil {
		return err
	}
	const title = "Call the meeting off"
	return p.show(w, r, question{
		Shell: p.shell(r, by, a, title, meetingCrumb(a, m), web.Link{Text: title}), Title: title, Lead: m.Title + ", " + m.Day().Full() + ". It stays to be seen, as called off.", Wrong: wrong, Form: t.key(),
		Action: meetingHref(a, m.ID) + "/calling-off", Fields: []templ.Component{web.TextField{Name: "why", Label: "Why?", Hint: "Everyone can read this.", Value: t.text("why"), Error: wrong.For("why")}},
		Button: "Call it off", Kind: web.Warning, Back: web.Link{Text: "Go back without calling it off", Href: meetingHref(a, m.ID)},
	})
}

func (p pages) callOff(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, m, err := p.theMeeting(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	err = p.meetings.CallOff(r.Context(), by, a, m.ID, form.Text("why"), form.Text("form"))
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.askCallingOff(w, r, by, a, m, typed{form: form}, form.Over(pageWide(wrong)))
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "The meeting is called off.", meetingHref(a, m.ID))
}
