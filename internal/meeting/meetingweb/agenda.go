package meetingweb

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/meeting"
	"commontable/internal/organisation"
	"commontable/internal/partnership"
	"commontable/internal/web"
)

func (p pages) newItem(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, m, err := p.theMeeting(r)
	if err != nil {
		return err
	}
	return p.askItem(w, r, by, a, m, typed{}, nil)
}

func (p pages) askItem(w http.ResponseWriter, r *http.Request, by access.Actor, a area.Area, m meeting.Meeting, t typed, wrong fault.Invalid) error {
	if err := by.Must(access.PutForward, a.Place()); err != nil {
		return err
	}
	const title = "Put something on the agenda"
	q := question{
		Shell: p.shell(r, by, a, title, meetingCrumb(a, m), web.Link{Text: title}), Title: title, Lead: m.Title + ", " + m.Day().Full() + ".", Wrong: wrong, Form: t.key(),
		Action: meetingHref(a, m.ID) + "/agenda/items", Button: "Put it on the agenda", Back: web.Link{Text: "Go back", Href: meetingHref(a, m.ID)},
		Fields: []templ.Component{
			web.TextField{Name: "title", Label: "What is it about?", Hint: "A few words, such as “Lights on the path to the school”. Everyone can read them.", Value: t.text("title"), Error: wrong.For("title")},
			web.TextArea{Name: "words", Label: "Say more, if you like", Hint: "The people of this area who sign in can read it.", Value: t.text("words"), Error: wrong.For("words"), Rows: 4, Max: 3000},
		},
	}
	q.Good, q.ToKnow = "What happens", []string{
		"It stands at the end of the agenda, with the hat that you have on: " + by.Hat.Role.Title() + ".",
		"The meeting agrees its agenda when it begins.",
		"You need not be there. Say quietly what you think, and it is read out or kept in mind.",
	}
	if by.May(access.SeePapers, a.Place()) {
		q.Fields = append(q.Fields,
			web.TextField{Name: "minutes", Label: "How many minutes does it need?", Hint: "Leave it empty if you don’t know.", Value: t.text("minutes"), Error: wrong.For("minutes"), InputMode: "numeric", Width: "3"},
			web.TextArea{Name: "parties", Label: "Which organisations or people does it touch?", Hint: "One on each line. If somebody of us has an interest in one, it shows before anyone talks.", Value: t.text("parties"), Error: wrong.For("parties"), Rows: 3},
			web.TextField{Name: "decision", Label: "The number of a decision, if it is about one", Value: t.text("decision"), Error: wrong.For("decision"), InputMode: "numeric", Width: "4"},
			web.Checkboxes{Name: "members_only", Label: "Who may see it?", Values: []string{t.text("members_only")}, Options: []web.Option{{Value: "yes", Text: "Members only: not on the public page", Hint: "For what is about one person. Most things are for everyone."}}},
		)
	}
	return p.show(w, r, q)
}

func (p pages) putForward(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, m, err := p.theMeeting(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	t := typed{form: form}
	n := meeting.NewItem{
		Form: form.Text("form"), Title: form.Text("title"), Words: t.text("words"), Minutes: small(form.Text("minutes")), Decision: int64(small(form.Text("decision"))), MembersOnly: form.Text("members_only") == "yes",
	}
	if n.Parties, err = p.parties(r.Context(), a, t.text("parties")); err != nil {
		return err
	}
	_, err = p.meetings.PutForward(r.Context(), by, a, m.ID, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.askItem(w, r, by, a, m, t, form.Over(pageWide(wrong)))
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "It is on the agenda. Thank you.", meetingHref(a, m.ID))
}

// newParties asks whom something on an agenda turned out to be about.
func (p pages) newParties(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, m, err := p.theMeeting(r)
	if err != nil {
		return err
	}
	return p.askParties(w, r, by, a, m, typed{}, r.URL.Query().Get("item"), nil)
}

func (p pages) askParties(w http.ResponseWriter, r *http.Request, by access.Actor, a area.Area, m meeting.Meeting, t typed, item string, wrong fault.Invalid) error {
	if err := by.Must(access.RunMeetings, a.Place()); err != nil {
		return err
	}
	options := []web.Option{{Text: "Choose one"}}
	if err := p.meetings.DB.Read(r.Context(), func(tx *db.Tx) error {
		items, err := meeting.Agenda(r.Context(), tx, m)
		for _, i := range items {
			if i.TakenOff == "" {
				options = append(options, web.Option{Value: string(i.ID), Text: i.Title})
			}
		}
		return err
	}); err != nil {
		return err
	}
	const title = "Add whom it is about"
	return p.show(w, r, question{
		Shell: p.shell(r, by, a, title, meetingCrumb(a, m), web.Link{Text: title}), Title: title, Lead: m.Title + ", " + m.Day().Full() + ".", Wrong: wrong, Form: t.key(),
		Action: meetingHref(a, m.ID) + "/agenda/parties", Button: "Add them", Back: web.Link{Text: "Go back", Href: meetingHref(a, m.ID)},
		Fields: []templ.Component{
			web.Select{Name: "item", Label: "Which part of the agenda?", Value: item, Options: options, Error: wrong.For("item")},
			web.TextArea{Name: "parties", Label: "Which organisations or people does it touch?", Hint: "One on each line. Those who are there already stay.", Value: t.text("parties"), Error: wrong.For("parties"), Rows: 3},
		},
		Good: "What happens", ToKnow: []string{
			"If somebody of us has an interest in one of them, it shows from now on, and nothing is agreed about it before it is said what is done.",
			"A decision about the same thing learns of it too, until it is made.",
		},
	})
}

func (p pages) addParties(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, m, err := p.theMeeting(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	t := typed{form: form}
	n := meeting.NewParties{Form: form.Text("form"), Item: meeting.ItemID(form.Text("item"))}
	if n.Parties, err = p.parties(r.Context(), a, t.text("parties")); err != nil {
		return err
	}
	err = p.meetings.AddParties(r.Context(), by, a, m.ID, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.askParties(w, r, by, a, m, t, string(n.Item), form.Over(pageWide(wrong)))
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "It is written down whom it is about.", meetingHref(a, m.ID))
}

// parties reads a name from each line.
func (p pages) parties(ctx context.Context, a area.Area, typed string) (all []partnership.Party, err error) {
	if typed == "" {
		return nil, nil
	}
	err = p.meetings.DB.Read(ctx, func(tx *db.Tx) (err error) {
		all, err = partiesNamed(ctx, tx, a, p.site.Today(), slices.Collect(strings.Lines(typed)))
		return err
	})
	return all, err
}

// partiesNamed are those that names name: an organisation that is known here,
// somebody in the partnership, or neither.
func partiesNamed(ctx context.Context, tx *db.Tx, a area.Area, today date.Date, names []string) (all []partnership.Party, err error) {
	organisations, err := organisation.All(ctx, tx)
	if err != nil {
		return nil, err
	}
	members, err := memberNames(ctx, tx, a, today)
	for _, name := range names {
		name = strings.TrimSpace(name)
		if name == "" {
			continue
		}
		one := partnership.Party{Name: name}
		for _, o := range organisations {
			if strings.EqualFold(o.Name, name) {
				one = partnership.Party{Organisation: o.ID}
			}
		}
		for who, known := range members {
			if strings.EqualFold(known, name) {
				one = partnership.Party{Person: who}
			}
		}
		all = append(all, one)
	}
	return all, err
}

// orderData is an agenda as it is put in order.
type orderData struct {
	Shell  web.Shell
	Wrong  fault.Invalid
	Form   string
	Action string
	Back   string
	Lead   string
	Rows   []orderRow
}

type orderRow struct{ N, ID, Title, Meta, Position, Minutes, TakeOff string }

func (p pages) agenda(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.askOrder(w, r, by, nil, nil)
}

func (p pages) askOrder(w http.ResponseWriter, r *http.Request, by access.Actor, filled []orderRow, wrong fault.Invalid) error {
	const title = "Put the agenda in order"
	d := orderData{Wrong: wrong, Form: p.site.NewForm()}
	err := p.inMeeting(r, by, func(ctx context.Context, tx *db.Tx, s scene, m meeting.Meeting) error {
		if err := by.Must(access.RunMeetings, s.area.Place()); err != nil {
			return err
		}
		items, err := meeting.Agenda(ctx, tx, m)
		if err != nil {
			return err
		}
		d.Shell, d.Action, d.Back = p.shell(r, by, s.area, title, meetingCrumb(s.area, m), web.Link{Text: title}), meetingHref(s.area, m.ID)+"/agenda", meetingHref(s.area, m.ID)
		minutes := 0
		for i, item := range items {
			if err := s.names.learn(ctx, tx, item.PutBy); err != nil {
				return err
			}
			row := orderRow{N: strconv.Itoa(i + 1), ID: string(item.ID), Title: item.Title, Meta: s.itemMeta(item), Position: strconv.Itoa(i + 1), TakeOff: item.TakenOff}
			if item.Minutes > 0 {
				row.Minutes = strconv.FormatInt(item.Minutes, 10)
			}
			if item.TakenOff == "" {
				minutes += int(item.Minutes)
			}
			if i < len(filled) && filled[i].ID == row.ID {
				row.Position, row.Minutes, row.TakeOff = filled[i].Position, filled[i].Minutes, filled[i].TakeOff
			}
			d.Rows = append(d.Rows, row)
		}
		d.Lead = "The items take " + counted(minutes, "minute") + ". The meeting has " + counted(int(m.Ends.Sub(m.Starts).Minutes()), "minute") + "."
		return nil
	})
	if err != nil {
		return err
	}
	d.Shell.NoIndex = true
	status := http.StatusOK
	if len(wrong) > 0 {
		status, d.Shell.Title = http.StatusUnprocessableEntity, "Error: "+d.Shell.Title
	}
	return p.site.Show(w, r, status, orderPage(d))
}

func (p pages) order(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, m, err := p.theMeeting(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	n := meeting.NewOrder{Form: form.Text("form")}
	var rows []orderRow
	for i := 1; form.Has("item-"+strconv.Itoa(i)) && i <= 2*meeting.MostItems; i++ {
		at := "-" + strconv.Itoa(i)
		row := orderRow{ID: form.Text("item" + at), Position: form.Text("position" + at), Minutes: form.Text("minutes" + at), TakeOff: form.Text("takeoff" + at)}
		rows = append(rows, row)
		n.Items = append(n.Items, meeting.Ordered{ID: meeting.ItemID(row.ID), Position: small(row.Position), Minutes: small(row.Minutes), TakeOff: row.TakeOff})
	}
	if len(n.Items) == 0 {
		return p.askOrder(w, r, by, nil, fault.Invalid{{Words: "There is nothing to put in order yet"}})
	}
	err = p.meetings.Order(r.Context(), by, a, m.ID, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.askOrder(w, r, by, rows, form.Over(pageWide(wrong)))
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "The agenda is in order.", meetingHref(a, m.ID))
}

func (p pages) agreeAgenda(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, m, err := p.theMeeting(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if err := p.meetings.AgreeAgenda(r.Context(), by, a, m.ID, form.Text("form")); err != nil {
		return err
	}
	return p.site.Done(w, r, "The meeting agreed its agenda.", meetingHref(a, m.ID))
}

func (p pages) newQuiet(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, m, err := p.theMeeting(r)
	if err != nil {
		return err
	}
	return p.askQuiet(w, r, by, a, m, typed{}, nil)
}

func (p pages) askQuiet(w http.ResponseWriter, r *http.Request, by access.Actor, a area.Area, m meeting.Meeting, t typed, wrong fault.Invalid) error {
	if err := by.Must(access.PutForward, a.Place()); err != nil {
		return err
	}
	about, err := p.aboutField(r.Context(), by, a, m, t, wrong)
	if err != nil {
		return err
	}
	const title = "Say something quietly"
	return p.show(w, r, question{
		Shell: p.shell(r, by, a, title, meetingCrumb(a, m), web.Link{Text: title}), Title: title, Lead: m.Title + ", " + m.Day().Full() + ". Before the meeting or after it.", Wrong: wrong, Form: t.key(),
		Action: meetingHref(a, m.ID) + "/quiet", Button: "Say it", Back: web.Link{Text: "Go back", Href: meetingHref(a, m.ID)},
		Fields: []templ.Component{
			about,
			web.TextArea{Name: "words", Label: "What do you want to say?", Value: t.text("words"), Error: wrong.For("words"), Max: 3000},
			web.Radios{Name: "name", Label: "With your name?", Value: orElse(t.text("name"), "with"), Options: []web.Option{
				{Value: "with", Text: "With my name", Hint: "The partnership sees that it is from you."},
				{Value: "without", Text: "Without my name", Hint: "Nobody sees who wrote it, but you. The way you write may still tell."},
			}},
		},
		Good: "Who reads it", ToKnow: []string{
			"The partnership, and those who help it. Never the public.", "Not those who leave the talk because they have an interest in it.", "It cannot be changed afterwards. You can write again.",
			"Without your name, the list of what was said has no name to show. Who runs the computer itself could find out with much work.",
		},
	})
}

// aboutField asks which item it is about.
func (p pages) aboutField(ctx context.Context, by access.Actor, a area.Area, m meeting.Meeting, t typed, wrong fault.Invalid) (templ.Component, error) {
	options := []web.Option{{Text: "The meeting as a whole"}}
	err := p.meetings.DB.Read(ctx, func(tx *db.Tx) error {
		items, err := meeting.Agenda(ctx, tx, m)
		for _, i := range items {
			if i.TakenOff == "" && (!i.MembersOnly || by.May(access.SeePapers, a.Place())) {
				options = append(options, web.Option{Value: string(i.ID), Text: i.Title})
			}
		}
		return err
	})
	return web.Select{Name: "item", Label: "What is it about?", Value: t.text("item"), Error: wrong.For("item"), Options: options}, err
}

func (p pages) sayQuietly(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, m, err := p.theMeeting(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	t := typed{form: form}
	err = p.meetings.SayQuietly(r.Context(), by, a, m.ID, meeting.NewQuiet{
		Form: form.Text("form"), Item: meeting.ItemID(form.Text("item")), Words: t.text("words"), Unnamed: form.Text("name") == "without",
	})
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.askQuiet(w, r, by, a, m, t, form.Over(pageWide(wrong)))
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "Thank you. The partnership will read it.", meetingHref(a, m.ID))
}

func (p pages) newCall(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, m, err := p.theMeeting(r)
	if err != nil {
		return err
	}
	return p.askCall(w, r, by, a, m, typed{}, nil)
}

func (p pages) askCall(w http.ResponseWriter, r *http.Request, by access.Actor, a area.Area, m meeting.Meeting, t typed, wrong fault.Invalid) error {
	if err := by.Must(access.EnterForSomeone, a.Place()); err != nil {
		return err
	}
	about, err := p.aboutField(r.Context(), by, a, m, t, wrong)
	if err != nil {
		return err
	}
	const title = "Enter what somebody said by telephone"
	return p.show(w, r, question{
		Shell: p.shell(r, by, a, title, meetingCrumb(a, m), web.Link{Text: title}), Title: title, Lead: "Write it as they said it, and read it back to them.", Wrong: wrong, Form: t.key(),
		Action: meetingHref(a, m.ID) + "/telephone", Button: "Keep it", Back: web.Link{Text: "Go back", Href: meetingHref(a, m.ID)},
		Fields: []templ.Component{
			about,
			web.TextArea{Name: "words", Label: "What did they say?", Value: t.text("words"), Error: wrong.For("words"), Max: 3000},
			web.TextField{Name: "name", Label: "Who was it?", Hint: "Leave it empty if they would rather not give a name.", Value: t.text("name"), Error: wrong.For("name")},
		},
		Good: "What is noted", ToKnow: []string{"That you entered it, and today’s date.", "The partnership reads it. It is never public."},
	})
}

func (p pages) enterCall(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, m, err := p.theMeeting(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	t := typed{form: form}
	err = p.meetings.SayQuietly(r.Context(), by, a, m.ID, meeting.NewQuiet{
		Form: form.Text("form"), Item: meeting.ItemID(form.Text("item")), Words: t.text("words"), Name: form.Text("name"), Unnamed: form.Text("name") == "", Telephone: true,
	})
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.askCall(w, r, by, a, m, t, form.Over(pageWide(wrong)))
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "It is kept, as said by telephone.", meetingHref(a, m.ID))
}
