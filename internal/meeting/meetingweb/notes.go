package meetingweb

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/meeting"
	"commontable/internal/partnership"
	"commontable/internal/web"
)

func memberNames(ctx context.Context, tx *db.Tx, a area.Area, day date.Date) (map[access.PersonID]string, error) {
	members, err := partnership.MembersOn(ctx, tx, a.ID, day)
	names := map[access.PersonID]string{}
	for _, m := range members {
		names[m.Person] = m.Name
	}
	return names, err
}

// attendanceData is who came, as it is written down.
type attendanceData struct {
	Shell   web.Shell
	Wrong   fault.Invalid
	Form    string
	Action  string
	Back    string
	Lead    string
	Members []attendeeRow
	Others  []attendeeRow
	Ways    []web.Option
	Hats    []web.Option
}

type attendeeRow struct{ N, Person, Name, Hat, Organisation, Post, Way string }

// otherRows is how many empty rows there are for people without an account.
const otherRows = 5

func (p pages) attendance(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.askAttendance(w, r, by, nil, nil)
}

func (p pages) askAttendance(w http.ResponseWriter, r *http.Request, by access.Actor, filled []attendeeRow, wrong fault.Invalid) error {
	const title = "Who came"
	d := attendanceData{Wrong: wrong, Form: p.site.NewForm(), Ways: []web.Option{{Text: "Not there"}}}
	for _, way := range meeting.Ways() {
		d.Ways = append(d.Ways, web.Option{Value: string(way), Text: way.Words()})
	}
	for _, hat := range meeting.AttendeeHats() {
		d.Hats = append(d.Hats, web.Option{Value: string(hat), Text: hat.Words()})
	}
	err := p.inMeeting(r, by, func(ctx context.Context, tx *db.Tx, s scene, m meeting.Meeting) error {
		if err := cmp.Or(by.Must(access.RunMeetings, s.area.Place()), m.ToWrite(p.site.Today())); err != nil {
			return err
		}
		d.Shell, d.Action, d.Back = p.shell(r, by, s.area, title, meetingCrumb(s.area, m), web.Link{Text: title}), meetingHref(s.area, m.ID)+"/attendance", meetingHref(s.area, m.ID)
		d.Lead = m.Title + ", " + m.Day().Full() + ". In the room, online and by telephone all count."
		rows := filled
		if rows == nil {
			var err error
			if rows, err = s.attendeeRows(ctx, tx, m); err != nil {
				return err
			}
		}
		for i, row := range rows {
			row.N = strconv.Itoa(i + 1)
			if row.Person != "" {
				d.Members = append(d.Members, row)
			} else {
				d.Others = append(d.Others, row)
			}
		}
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
	return p.site.Show(w, r, status, attendancePage(d))
}

// attendeeRows begins with the partnership, then those who are written down
// already, then empty rows. Who said how they come is there as they said.
func (s scene) attendeeRows(ctx context.Context, tx *db.Tx, m meeting.Meeting) (rows []attendeeRow, err error) {
	came, err := meeting.Attendance(ctx, tx, m)
	if err != nil {
		return nil, err
	}
	answers, err := meeting.Answers(ctx, tx, m)
	if err != nil {
		return nil, err
	}
	members, err := partnership.MembersOn(ctx, tx, s.area.ID, m.Day())
	if err != nil {
		return nil, err
	}
	ways, seen := map[access.PersonID]meeting.Way{}, map[access.PersonID]bool{}
	if len(came) == 0 {
		for _, x := range answers {
			ways[x.Person] = x.Way
		}
	}
	for _, p := range came {
		ways[p.Person] = p.Way
	}
	for _, one := range members {
		if seen[one.Person] {
			continue
		}
		seen[one.Person] = true
		rows = append(rows, attendeeRow{Person: string(one.Person), Name: one.Name, Hat: string(meeting.HatOf(one.Kind)), Way: string(ways[one.Person])})
	}
	for _, p := range came {
		if p.Person != "" && seen[p.Person] {
			continue
		}
		if err := s.names.learn(ctx, tx, p.Person); err != nil {
			return nil, err
		}
		row := attendeeRow{Person: string(p.Person), Name: p.Name, Hat: string(p.Hat), Organisation: p.Organisation, Post: p.Post, Way: string(p.Way)}
		if p.Person != "" {
			row.Name = s.names.of(p.Person)
		}
		rows = append(rows, row)
	}
	guests, err := meeting.Guests(ctx, tx, m)
	if len(came) == 0 {
		for _, g := range guests {
			rows = append(rows, attendeeRow{Hat: string(meeting.AsGuest), Organisation: g.Organisation, Post: g.Post})
		}
	}
	for range otherRows {
		rows = append(rows, attendeeRow{Hat: string(meeting.AsResident)})
	}
	return rows, err
}

func (p pages) writeAttendance(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, m, err := p.theMeeting(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	n := meeting.NewAttendance{Form: form.Text("form")}
	var rows []attendeeRow
	var at []int
	for i := 1; form.Has("way-"+strconv.Itoa(i)) && i <= 400; i++ {
		s := "-" + strconv.Itoa(i)
		row := attendeeRow{
			Person: form.Text("person" + s), Name: form.Text("name" + s), Hat: form.Text("hat" + s), Organisation: form.Text("organisation" + s), Post: form.Text("post" + s), Way: form.Text("way" + s),
		}
		rows = append(rows, row)
		if row.Way == "" && (row.Person != "" || row.Name == "") {
			continue // not there
		}
		one := meeting.Attendee{Person: access.PersonID(row.Person), Name: row.Name, Hat: meeting.AttendeeHat(row.Hat), Organisation: row.Organisation, Post: row.Post, Way: meeting.Way(row.Way)}
		if one.Person != "" {
			one.Name = ""
		}
		n.All, at = append(n.All, one), append(at, i)
	}
	if len(rows) == 0 {
		return p.askAttendance(w, r, by, nil, fault.Invalid{{Words: "Nothing was filled in"}})
	}
	err = p.meetings.WriteAttendance(r.Context(), by, a, m.ID, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.askAttendance(w, r, by, rows, form.Over(pageWide(onRows(wrong, at))))
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "Who came is written down.", meetingHref(a, m.ID))
}

func (p pages) notes(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.askNotes(w, r, by, typed{fresh: map[string]string{}}, nil)
}

func (p pages) askNotes(w http.ResponseWriter, r *http.Request, by access.Actor, t typed, wrong fault.Invalid) error {
	const title = "Write the notes"
	var q question
	err := p.inMeeting(r, by, func(ctx context.Context, tx *db.Tx, s scene, m meeting.Meeting) error {
		if err := cmp.Or(by.Must(access.RunMeetings, s.area.Place()), m.ToWrite(p.site.Today())); err != nil {
			return err
		}
		items, err := meeting.Agenda(ctx, tx, m)
		if err != nil {
			return err
		}
		if t.form == nil {
			notes, err := meeting.NotesFor(ctx, tx, by, s.area, m, items)
			if err != nil && !errors.Is(err, fault.NotFound) {
				return err
			}
			t.fresh["well"], t.fresh["badly"] = notes.WentWell, notes.WentBadly
			for i, item := range items {
				at := "-" + strconv.Itoa(i+1)
				t.fresh["said"+at], t.fresh["agreed"+at] = notes.Items[item.ID].Said, notes.Items[item.ID].Agreed
			}
		}
		barred, err := meeting.Barred(ctx, tx, by, s.area, m)
		if err != nil {
			return err
		}
		q = question{
			Shell: p.shell(r, by, s.area, title, meetingCrumb(s.area, m), web.Link{Text: title}), Title: title, Lead: m.Title + ", " + m.Day().Full() + ". They are a draft until you circulate them.", Wrong: wrong, Form: t.key(),
			Action: meetingHref(s.area, m.ID) + "/notes", Button: "Keep the notes", Back: web.Link{Text: "Go back", Href: meetingHref(s.area, m.ID)},
			Good: "Good notes", ToKnow: []string{
				"Say what was agreed, so that somebody who was not there understands it.", "What went badly has as much room as what went well.",
				"When they are agreed everyone can read them. Leave out what is nobody’s business.", "How somebody behaved does not belong here: there is a page for the chair and the worker.",
			},
		}
		for i, item := range items {
			at := "-" + strconv.Itoa(i+1)
			q.Fields = append(q.Fields, web.HiddenField("item"+at, string(item.ID)))
			if item.TakenOff != "" || barred[item.ID] {
				continue
			}
			q.Fields = append(q.Fields, heading(item.Title, ""),
				web.TextArea{Name: "said" + at, Label: "What was said", Value: t.text("said" + at), Error: wrong.For("said" + at), Rows: 4},
				web.TextArea{Name: "agreed" + at, Label: "What was agreed", Value: t.text("agreed" + at), Error: wrong.For("agreed" + at), Rows: 2},
			)
		}
		q.Fields = append(q.Fields, heading("Looking back together", "Ask round the table before people go."),
			web.TextArea{Name: "well", Label: "What went well?", Value: t.text("well"), Error: wrong.For("well"), Rows: 4},
			web.TextArea{Name: "badly", Label: "What went badly?", Value: t.text("badly"), Error: wrong.For("badly"), Rows: 4},
		)
		return nil
	})
	if err != nil {
		return err
	}
	return p.show(w, r, q)
}

func (p pages) writeNotes(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, m, err := p.theMeeting(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	t := typed{form: form}
	if !form.Has("well") {
		return p.askNotes(w, r, by, typed{fresh: map[string]string{}}, fault.Invalid{{Words: "Nothing was filled in"}})
	}
	n := meeting.NewNotes{Form: form.Text("form"), WentWell: t.text("well"), WentBadly: t.text("badly")}
	var at []int
	for i := 1; form.Has("item-"+strconv.Itoa(i)) && i <= 2*meeting.MostItems; i++ {
		s := "-" + strconv.Itoa(i)
		if form.Has("said" + s) {
			n.Items, at = append(n.Items, meeting.ItemNote{Item: meeting.ItemID(form.Text("item" + s)), Said: t.text("said" + s), Agreed: t.text("agreed" + s)}), append(at, i)
		}
	}
	err = p.meetings.WriteNotes(r.Context(), by, a, m.ID, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.askNotes(w, r, by, t, form.Over(pageWide(onRows(wrong, at))))
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "The notes are kept. Circulate them when they are ready.", meetingHref(a, m.ID))
}

func (p pages) circulate(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, m, err := p.theMeeting(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if err := p.meetings.Circulate(r.Context(), by, a, m.ID, meeting.NewCirculation{Form: form.Text("form"), Mail: form.Text("mail") == "yes"}); err != nil {
		return err
	}
	return p.site.Done(w, r, "The notes are circulated. Everyone in the partnership can read them.", meetingHref(a, m.ID))
}

func (p pages) agreeNotes(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, m, err := p.theMeeting(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	err = p.meetings.AgreeNotes(r.Context(), by, a, m.ID, meeting.NewAgreement{Form: form.Text("form"), On: form.Date("on")})
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.showMeeting(w, r, by, form, form.Over(pageWide(wrong)))
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "The notes are agreed. Everyone can read them now.", meetingHref(a, m.ID))
}

func (p pages) newCorrection(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, m, err := p.theMeeting(r)
	if err != nil {
		return err
	}
	return p.askCorrection(w, r, by, a, m, typed{}, nil)
}

func (p pages) askCorrection(w http.ResponseWriter, r *http.Request, by access.Actor, a area.Area, m meeting.Meeting, t typed, wrong fault.Invalid) error {
	if err := cmp.Or(by.Must(access.RunMeetings, a.Place()), m.ToCorrect()); err != nil {
		return err
	}
	about, err := p.aboutField(r.Context(), by, a, m, t, wrong)
	if err != nil {
		return err
	}
	const title = "Put something right"
	return p.show(w, r, question{
		Shell: p.shell(r, by, a, title, meetingCrumb(a, m), web.Link{Text: title}), Title: title, Lead: "Agreed notes stay as they are. What is right stands beside them, for everyone to compare.", Wrong: wrong, Form: t.key(),
		Action: meetingHref(a, m.ID) + "/corrections", Button: "Put this beside the notes", Back: web.Link{Text: "Go back", Href: meetingHref(a, m.ID)},
		Fields: []templ.Component{
			about,
			web.TextArea{Name: "stood", Label: "What do the notes say?", Hint: "Copy the words that are wrong.", Value: t.text("stood"), Error: wrong.For("stood"), Rows: 3},
			web.TextArea{Name: "right", Label: "What is right?", Value: t.text("right"), Error: wrong.For("right"), Rows: 3},
		},
		Good: "What happens", ToKnow: []string{"The partnership sees it at once.", "When the partnership has agreed it, the chair records that, and everyone sees it."},
	})
}

func (p pages) correct(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, m, err := p.theMeeting(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	t := typed{form: form}
	_, err = p.meetings.Correct(r.Context(), by, a, m.ID, meeting.NewCorrection{Form: form.Text("form"), Item: meeting.ItemID(form.Text("item")), Stood: t.text("stood"), Right: t.text("right")})
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.askCorrection(w, r, by, a, m, t, form.Over(pageWide(wrong)))
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "The correction stands beside the notes. It waits to be agreed.", meetingHref(a, m.ID))
}

func (p pages) agreeCorrection(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, m, err := p.theMeeting(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	n := meeting.NewAgreement{Form: form.Text("form"), On: form.Date("on")}
	err = p.meetings.AgreeCorrection(r.Context(), by, a, m.ID, meeting.CorrectionID(r.PathValue("correction")), n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.showMeeting(w, r, by, form, form.Over(pageWide(wrong)))
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "The correction is agreed.", meetingHref(a, m.ID))
}

// seesBehaviour says whether there is such a page for who asks.
func (p pages) seesBehaviour(r *http.Request, by access.Actor) error {
	a, _, err := p.theMeeting(r)
	if err != nil {
		return err
	}
	return by.MustSee(access.NoteBehaviour, a.Place())
}

func (p pages) behaviour(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.askBehaviour(w, r, by, typed{}, nil)
}

func (p pages) askBehaviour(w http.ResponseWriter, r *http.Request, by access.Actor, t typed, wrong fault.Invalid) error {
	const title = "How people behaved"
	var q question
	err := p.inMeeting(r, by, func(ctx context.Context, tx *db.Tx, s scene, m meeting.Meeting) error {
		if err := by.MustSee(access.NoteBehaviour, s.area.Place()); err != nil {
			return err
		}
		q = question{
			Shell: p.shell(r, by, s.area, title, meetingCrumb(s.area, m), web.Link{Text: title}), Title: title, Lead: "The chair and the worker alone read this. Write what was done and said, not what you think of somebody.", Wrong: wrong, Form: t.key(),
			Action: meetingHref(s.area, m.ID) + "/behaviour", Button: "Keep it", Back: web.Link{Text: "Go back", Href: meetingHref(s.area, m.ID)},
			Fields: []templ.Component{web.TextArea{Name: "words", Label: "What happened?", Value: t.text("words"), Error: wrong.For("words"), Max: 2000}},
		}
		all, err := meeting.Behaviours(ctx, tx, by, s.area, m)
		if err != nil {
			return err
		}
		var parts []templ.Component
		for _, b := range all {
			if err := s.names.learn(ctx, tx, b.By); err != nil {
				return err
			}
			parts = append(parts, quietly(quietView{Words: paragraphs(b.Words), Who: s.names.of(b.By) + ", " + b.On.Long()}))
		}
		if len(parts) > 0 {
			q.Before = together(parts)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.show(w, r, q)
}

func (p pages) noteBehaviour(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, m, err := p.theMeeting(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	t := typed{form: form}
	err = p.meetings.NoteBehaviour(r.Context(), by, a, m.ID, t.text("words"), form.Text("form"))
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.askBehaviour(w, r, by, t, form.Over(pageWide(wrong)))
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "It is kept. Only the chair and the worker read it.", meetingHref(a, m.ID)+"/behaviour")
}
