package meetingweb

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/calendar"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/meeting"
	"commontable/internal/web"
)

// meetingData is one meeting.
type meetingData struct {
	Shell      web.Shell
	Href       string
	actionsCSV string
	Title      string
	Lead       string
	Tools      []web.Tool
	Off        string // why it is called off
	Changes    []web.TimelineItem
	Steps      []web.Step
	ToCome     bool
	WhereTitle string
	Where      []string
	Link       string // the online link, for who is invited
	Needs      []string
	Will       []string
	Wont       []string
	Guests     []string
	Holiday    string
	Answer     *answerForm
	Agenda     []itemView
	TakenOff   []itemView
	AgreedBy   string // when the agenda was agreed
	MayPut     string
	MayOrder   string
	Quiet      []quietView // on the meeting as a whole
	MaySay     string
	MayEnter   string
	Reads      bool
	Came       []string // how many, in which hat
	Who        web.Table
	Apology    string
	Notes      bool
	Status     string // what the notes are, in words
	Well       []string
	Badly      []string
	Actions    web.Table
	Fixes      []fixView
	MayFix     string
	Next       nextStep
	More       []web.Link // what else those who run the meeting do
}

// A nextStep is what those who run the meeting do next.
type nextStep struct {
	Words  string
	Fields []templ.Component
	Action string // a form, or where Href is given a link
	Href   string
	Button string
	Form   string
}

func (p pages) meeting(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showMeeting(w, r, by, nil, nil)
}

// showMeeting shows a meeting, and where its next step was filled in wrongly,
// what is wrong.
func (p pages) showMeeting(w http.ResponseWriter, r *http.Request, by access.Actor, form *web.Form, wrong fault.Invalid) error {
	var d meetingData
	err := p.inMeeting(r, by, func(ctx context.Context, tx *db.Tx, s scene, m meeting.Meeting) (err error) {
		d, err = p.meetingData(ctx, tx, r, s, m, form, wrong)
		return err
	})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(wrong) > 0 {
		status, d.Shell.Title = http.StatusUnprocessableEntity, "Error: "+d.Shell.Title
	}
	return p.site.Show(w, r, status, meetingPage(d, wrong))
}

func (p pages) meetingData(ctx context.Context, tx *db.Tx, r *http.Request, s scene, m meeting.Meeting, form *web.Form, wrong fault.Invalid) (d meetingData, err error) {
	title := m.Title + ", " + m.Day().Long()
	href := meetingHref(s.area, m.ID)
	d = meetingData{
		Shell: p.shell(r, s.by, s.area, title, web.Link{Text: m.Day().Long()}), Href: href, actionsCSV: actionsHref(s.area) + ".csv", Title: title, Lead: kindLead(m) + m.Day().Full() + ", " + m.Hours() + ".",
		ToCome: !m.Off && !m.Ends.Before(s.dawn), Where: s.where(m), Needs: paragraphs(m.AccessNeeds), Will: paragraphs(m.Will), Wont: paragraphs(m.Wont),
		Tools: []web.Tool{{Icon: "doc", Text: "Agenda and papers on one page", Href: href + "/pack"}, {Icon: "doc", Text: "The same in large print", Href: href + "/pack?print=large"}}, Reads: s.reads,
	}
	d.WhereTitle = "Where it was"
	if d.ToCome {
		d.WhereTitle = "How to join"
	}
	if m.Kind == meeting.Forum {
		d.Lead = "A forum that the community hosts. " + m.Day().Full() + ", " + m.Hours() + "."
	}
	if m.Invites(s.by, s.area.Place()) {
		d.Link = m.Online
	}
	if d.ToCome {
		if name := calendar.HolidayOn(m.Day()); name != "" {
			d.Holiday = "This day is a bank holiday: " + name + "."
		}
		if d.Answer, err = s.answerForm(ctx, tx, m); err != nil {
			return d, err
		}
		if d.Answer != nil {
			d.Answer.Form = p.site.NewForm()
		}
	}
	for _, read := range []func(context.Context, *db.Tx, scene, meeting.Meeting) error{d.fillGuests, d.fillChanges, d.fillAgenda, d.fillAttendance, d.fillActions, d.fillFixes} {
		if err := read(ctx, tx, s, m); err != nil {
			return d, err
		}
	}
	if d.Notes {
		d.Tools[0].Text = "Agenda and notes on one page"
	}
	for i := range d.Fixes {
		d.Fixes[i].Form = p.site.NewForm()
	}
	d.steps(s, m)
	d.mayDo(s, m, form, wrong)
	d.Next.Form = p.site.NewForm()
	return d, nil
}

// kindLead says what sort of meeting it is, where its name does not.
func kindLead(m meeting.Meeting) string {
	if m.Title == m.Kind.Words() {
		return ""
	}
	return m.Kind.Words() + ". "
}

func (d *meetingData) fillGuests(ctx context.Context, tx *db.Tx, _ scene, m meeting.Meeting) error {
	guests, err := meeting.Guests(ctx, tx, m)
	for _, g := range guests {
		words := g.Organisation
		if g.Post != "" {
			words += ", " + g.Post
		}
		d.Guests = append(d.Guests, words)
	}
	return err
}

func (d *meetingData) fillChanges(ctx context.Context, tx *db.Tx, _ scene, m meeting.Meeting) error {
	changes, err := meeting.Changes(ctx, tx, m)
	for _, c := range changes {
		item := web.TimelineItem{Date: date.InLondon(c.At).Long(), Words: "Changed", Detail: c.Why}
		switch c.What {
		case "moved":
			item.Words = "Moved. It was to be on " + date.InLondon(c.Was).Full() + ", " + calendar.ClockOf(c.Was).String()
			if c.WasPlace != m.Place && c.WasPlace != "" {
				item.Words += ", " + c.WasPlace
			}
			item.Words += "."
		case "called off":
			item.Words, d.Off = "Called off", c.Why
		}
		d.Changes = append(d.Changes, item)
	}
	return err
}

func notesStatus(m meeting.Meeting) string {
	switch m.Stage() {
	case meeting.Draft:
		return "A draft. Only those who read the partnership’s papers see it."
	case meeting.Circulated:
		return "Circulated on " + date.InLondon(m.Circulated).Long() + ", and not agreed yet. Is something wrong? Say so before they are."
	case meeting.Agreed:
		return "Agreed on " + m.Agreed.Long() + ". Agreed notes stay as they are."
	case meeting.NoNotes:
	}
	return ""
}

func (d *meetingData) steps(s scene, m meeting.Meeting) {
	if m.Off {
		return
	}
	stage := m.Stage()
	over := !m.Starts.After(s.now)
	agenda := web.Step{Words: "Agenda agreed", Done: !m.AgendaAgreed.IsZero(), Now: !over || m.AgendaAgreed.IsZero() && stage == meeting.NoNotes}
	d.Steps = []web.Step{
		{Words: "Arranged", Done: true},
		agenda,
		{Words: "Notes written", Done: stage != meeting.NoNotes, Now: !agenda.Now && stage == meeting.NoNotes},
		{Words: "Circulated", Done: stage == meeting.Circulated || stage == meeting.Agreed, Now: stage == meeting.Draft},
		{Words: "Agreed", Done: stage == meeting.Agreed, Now: stage == meeting.Circulated, When: m.Agreed.Long()},
	}
	if !s.reads {
		d.Steps = nil
	}
}

// mayDo is what the reader may do next.
func (d *meetingData) mayDo(s scene, m meeting.Meeting, form *web.Form, wrong fault.Invalid) {
	href := meetingHref(s.area, m.ID)
	stage := m.Stage()
	if m.Off {
		return
	}
	if s.puts {
		d.MaySay = href + "/quiet"
		if stage != meeting.Agreed {
			d.MayPut = href + "/agenda/new"
		}
	}
	if s.by.May(access.EnterForSomeone, s.area.Place()) {
		d.MayEnter = href + "/telephone"
	}
	if s.by.May(access.NoteBehaviour, s.area.Place()) {
		d.More = append(d.More, web.Link{Text: "How people behaved (the chair and the worker alone)", Href: href + "/behaviour"})
	}
	if stage == meeting.Agreed || stage == meeting.Circulated && s.reads {
		d.More = append(d.More, web.Link{Text: "What to tell those who were not there", Href: href + "/digest"})
	}
	if !s.runs {
		return
	}
	if stage == meeting.Agreed {
		d.MayFix = href + "/corrections/new"
		return
	}
	if m.AgendaAgreed.IsZero() {
		d.MayOrder = href + "/agenda"
	}
	began := !s.today.Before(m.Day())
	switch {
	case !began:
		d.More = append(d.More, web.Link{Text: "Move it, or change how people join", Href: href + "/change"}, web.Link{Text: "Call it off", Href: href + "/calling-off"})
		return
	case m.AgendaAgreed.IsZero() && stage == meeting.NoNotes && len(d.Agenda) > 0:
		d.Next = nextStep{Words: "Read the agenda out when the meeting begins. Does everyone agree to talk about these things, in this order?", Action: href + "/agenda/agreement", Button: "Record that the meeting agreed its agenda"}
	case stage == meeting.NoNotes:
		d.Next = nextStep{Words: "Write down what was said and agreed, while it is fresh.", Href: href + "/notes", Button: "Write the notes"}
	case stage == meeting.Draft:
		d.Next = nextStep{
			Words: "The notes are a draft. When they are ready, everyone in the partnership reads them.", Action: href + "/notes/circulation", Button: "Circulate the notes",
			Fields: []templ.Component{web.Checkboxes{Name: "mail", Label: "How do people get them?", Values: []string{"yes"}, Options: []web.Option{{Value: "yes", Text: "Write to every member by email", Hint: "Each gets a mail of their own, with a link. While we are closed it waits until we open again."}}}},
		}
	case s.by.May(access.AgreeNotes, s.area.Place()):
		t := typed{form: form, fresh: map[string]string{"on": s.today.String()}}
		d.Next = nextStep{
			Words: "Have you all agreed these notes? From then on everyone can read them, and nobody can change them.", Action: href + "/notes/agreement", Button: "Record that they are agreed",
			Fields: []templ.Component{t.dateField("on", "On which day were they agreed?", "", wrong)},
		}
	default:
		d.Next = nextStep{Words: "The notes wait to be agreed. The chair records it."}
	}
	d.More = append(d.More,
		web.Link{Text: "Who came", Href: href + "/attendance"}, web.Link{Text: "Write or change the notes", Href: href + "/notes"},
		web.Link{Text: "Write down who does what", Href: actionsHref(s.area) + "/new?meeting=" + string(m.ID)},
	)
	if stage == meeting.NoNotes {
		d.More = append(d.More, web.Link{Text: "Call it off", Href: href + "/calling-off"})
	}
}

// everyAction leads from the actions of a meeting to all of them.
func (d meetingData) everyAction() web.Link {
	return web.Link{Text: "Download every action", Href: d.actionsCSV}
}
