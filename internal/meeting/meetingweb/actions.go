package meetingweb

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/calendar"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/meeting"
	"commontable/internal/web"
)

// actionsData is what was said would be done in an area.
type actionsData struct {
	Shell   web.Shell
	Lead    string
	Tools   []web.Tool
	Mine    web.Table
	Actions web.Table
	Pages   web.Pagination
	Empty   web.Empty
}

const actionsOnAPage = 50

func (p pages) actions(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d actionsData
	err := p.in(r, by, func(ctx context.Context, tx *db.Tx, s scene) error {
		const title = "What we said we would do"
		d = actionsData{
			Shell: p.shell(r, by, s.area, title, web.Link{Text: title}), Lead: "From our meetings: what, who, and by when. Things take as long as they take. Some are let go, and that is fine.",
			Tools: []web.Tool{{Icon: "down", Text: "Download as a spreadsheet", Href: actionsHref(s.area) + ".csv"}},
			Empty: web.Empty{Heading: "Nothing yet", Words: "What people say at a meeting that they will do is written down with its notes, and is here when they are agreed."},
		}
		if s.runs {
			d.Tools = append(d.Tools, web.Tool{Icon: "plus", Text: "Write down an action", Href: actionsHref(s.area) + "/new"})
		}
		if by.SignedIn() {
			mine, err := meeting.OpenActionsOf(ctx, tx, s.area.ID, by.Person)
			if err != nil {
				return err
			}
			if d.Mine, err = s.actionTable(ctx, tx, mine); err != nil {
				return err
			}
		}
		all, err := s.seenActions(ctx, tx)
		if err != nil {
			return err
		}
		current := max(1, small(r.URL.Query().Get("page")))
		d.Pages = web.Paginate("Actions", current, (len(all)+actionsOnAPage-1)/actionsOnAPage, func(page int) string { return actionsHref(s.area) + "?page=" + strconv.Itoa(page) })
		from := min(len(all), (current-1)*actionsOnAPage)
		d.Actions, err = s.actionTable(ctx, tx, all[from:min(len(all), from+actionsOnAPage)])
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, actionsPage(d))
}

// seenActions are those that the reader may see: before the notes of a meeting
// are agreed what came of it is for those who read the papers.
func (s scene) seenActions(ctx context.Context, tx *db.Tx) ([]meeting.Action, error) {
	return meeting.ActionsFor(ctx, tx, s.by, s.area)
}

// actionTable lists actions, each with its owner as the reader may name them.
func (s scene) actionTable(ctx context.Context, tx *db.Tx, all []meeting.Action) (web.Table, error) {
	t := web.Table{Caption: "Actions", CaptionHidden: true, Columns: []web.Column{{Text: "What"}, {Text: "Who"}, {Text: "By when"}, {Text: "How it is"}}}
	var who []access.PersonID
	for _, x := range all {
		who = append(who, x.Owner)
	}
	if err := s.names.learn(ctx, tx, who...); err != nil {
		return t, err
	}
	for _, x := range all {
		due := web.Cell{Text: x.DueNow().Long(), Small: x.Moved()}
		if x.Due.IsZero() {
			due.Text = "no day said"
		} else if name := calendar.HolidayOn(x.DueNow()); name != "" && x.Outcome == meeting.StillOpen {
			due.Small = "a bank holiday"
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{
			{Text: x.Words, Href: actionHref(s.area, x.ID), RowHeader: true}, {Text: s.names.owner(x)}, due, {Component: outcomeTag(x.Outcome)},
		}})
	}
	return t, nil
}

// dueWords is the day of an action that counts, and why it is another than was said.
func dueWords(x meeting.Action) string {
	if why := x.Moved(); why != "" {
		return x.DueNow().Long() + " (" + why + ")"
	}
	return orElse(x.Due.Long(), "no day said")
}

func outcomeTag(o meeting.Outcome) tag {
	switch o {
	case meeting.Done:
		return tag{web.Good, "done"}
	case meeting.LetGo:
		return tag{web.Quiet, "let go"}
	case meeting.StillOpen:
	}
	return tag{web.Info, "still open"}
}

func (p pages) actionsCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var a area.Area
	var rows [][]string
	err := p.in(r, by, func(ctx context.Context, tx *db.Tx, s scene) error {
		a = s.area
		all, err := s.seenActions(ctx, tx)
		if err != nil {
			return err
		}
		if _, err := s.actionTable(ctx, tx, all); err != nil { // which learns the names
			return err
		}
		for _, x := range all {
			rows = append(rows, []string{x.Words, s.names.owner(x), x.Due.String(), x.DueNow().String(), x.Outcome.Words(), x.Why, date.InLondon(x.EndedAt).String(), string(x.Meeting), string(x.ID)})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return web.CSV(w, a.Slug+"-actions", []string{"what", "who", "by when", "day that counts", "how it is", "why", "since", "meeting", "id"}, rows)
}

// actionData is one action.
type actionData struct {
	Shell    web.Shell
	Words    string
	Facts    []web.Fact
	MayEnd   bool
	Question question
}

func (p pages) action(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showAction(w, r, by, typed{}, nil)
}

func (p pages) showAction(w http.ResponseWriter, r *http.Request, by access.Actor, t typed, wrong fault.Invalid) error {
	var d actionData
	err := p.in(r, by, func(ctx context.Context, tx *db.Tx, s scene) error {
		x, err := meeting.ActionFor(ctx, tx, by, s.area, meeting.ActionID(r.PathValue("action")))
		if err != nil {
			return err
		}
		if err := s.names.learn(ctx, tx, x.Owner, x.EndedBy); err != nil {
			return err
		}
		d = actionData{Shell: p.shell(r, by, s.area, x.Words, web.Link{Text: "What we said we would do", Href: actionsHref(s.area)}, web.Link{Text: x.Words}), Words: x.Words}
		d.Facts = []web.Fact{{Term: "Who", Value: s.names.owner(x)}, {Term: "By when", Value: dueWords(x)}, {Term: "How it is", Value: x.Outcome.Words()}}
		if x.Why != "" {
			d.Facts = append(d.Facts, web.Fact{Term: "Why", Value: x.Why})
		}
		if x.Outcome != meeting.StillOpen {
			d.Facts = append(d.Facts, web.Fact{Term: "Since", Value: date.InLondon(x.EndedAt).Long()})
		}
		if x.Meeting != "" {
			m, err := meeting.ByID(ctx, tx, s.area.ID, x.Meeting)
			if err != nil {
				return err
			}
			d.Facts = append(d.Facts, web.Fact{Term: "From the meeting of", Value: m.Day().Long(), Href: meetingHref(s.area, m.ID)})
		}
		d.MayEnd = x.Outcome == meeting.StillOpen && x.MayEnd(by, s.area)
		d.Question = question{
			Wrong: wrong, Form: t.key(), Action: actionHref(s.area, x.ID) + "/end", Button: "Keep this", Back: web.Link{Text: "All actions", Href: actionsHref(s.area)},
			Fields: []templ.Component{
				web.Radios{Name: "outcome", Label: "What became of it?", Value: t.text("outcome"), Error: wrong.For("outcome"), Options: []web.Option{{Value: string(meeting.Done), Text: "It is done"}, {Value: string(meeting.LetGo), Text: "We let it go", Hint: "Things change. Say in a few words why."}}},
				web.TextField{Name: "why", Label: "A few words about it", Hint: "Needed when it is let go. Everyone can read them.", Value: t.text("why"), Error: wrong.For("why")},
			},
		}
		return nil
	})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(wrong) > 0 {
		status, d.Shell.Title = http.StatusUnprocessableEntity, "Error: "+d.Shell.Title
	}
	if d.Question.Form == "" {
		d.Question.Form = p.site.NewForm()
	}
	return p.site.Show(w, r, status, actionPage(d))
}

func (p pages) endAction(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	aid := meeting.ActionID(r.PathValue("action"))
	err = p.meetings.EndAction(r.Context(), by, a, aid, meeting.NewEnd{Form: form.Text("form"), Outcome: meeting.Outcome(form.Text("outcome")), Why: form.Text("why")})
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.showAction(w, r, by, typed{form: form}, form.Over(pageWide(wrong)))
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "Thank you. It is noted.", actionHref(a, aid))
}

func (p pages) newAction(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.askAction(w, r, by, typed{fresh: map[string]string{"meeting": r.URL.Query().Get("meeting")}}, nil)
}

func (p pages) askAction(w http.ResponseWriter, r *http.Request, by access.Actor, t typed, wrong fault.Invalid) error {
	const title = "Write down who does what"
	var q question
	err := p.in(r, by, func(ctx context.Context, tx *db.Tx, s scene) error {
		if err := by.Must(access.RunMeetings, s.area.Place()); err != nil {
			return err
		}
		owners := []web.Option{{Text: "Somebody else, named below"}}
		seen := map[access.PersonID]bool{}
		for _, m := range s.names.members {
			if !seen[m.Person] {
				owners = append(owners, web.Option{Value: string(m.Person), Text: m.Name})
			}
			seen[m.Person] = true
		}
		q = question{
			Shell: p.shell(r, by, s.area, title, web.Link{Text: title}), Title: title, Wrong: wrong, Form: t.key(), Action: actionsHref(s.area),
			Button: "Write it down", Back: web.Link{Text: "Go back", Href: actionsHref(s.area)},
			Good: "Good to know", ToKnow: []string{"Ask them first. Nobody is given work by a form.", "A person sees it under what waits for them, and in their calendar.", "By when is a help, not a threat: nothing turns red."},
		}
		if mid := meeting.ID(t.text("meeting")); mid != "" {
			m, err := meeting.ByID(ctx, tx, s.area.ID, mid)
			if err != nil {
				return err
			}
			q.Lead, q.Back = m.Title+", "+m.Day().Full()+".", web.Link{Text: "Back to the meeting", Href: meetingHref(s.area, mid)}
			q.Fields = append(q.Fields, web.HiddenField("meeting", string(mid)))
		}
		q.Fields = append(q.Fields,
			web.TextField{Name: "words", Label: "What will be done?", Hint: "Such as “Ask the council about the lights”", Value: t.text("words"), Error: wrong.For("words")},
			web.Select{Name: "owner", Label: "Who does it?", Value: t.text("owner"), Error: wrong.For("owner"), Options: owners},
			web.TextField{Name: "owner_name", Label: "Or an organisation, or somebody who is not in the list", Value: t.text("owner_name"), Error: wrong.For("owner_name")},
			web.Checkboxes{Name: "organisation", Label: "Is it an organisation?", Values: []string{t.text("organisation")}, Options: []web.Option{{Value: "yes", Text: "Yes: it may be named in public"}}},
			t.dateField("due", "By when, if you said a day?", "For example, 17 11 2026", wrong),
		)
		return nil
	})
	if err != nil {
		return err
	}
	return p.show(w, r, q)
}

func (p pages) addAction(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	n := meeting.NewAction{
		Form: form.Text("form"), Meeting: meeting.ID(form.Text("meeting")), Words: form.Text("words"), Owner: access.PersonID(form.Text("owner")), OwnerName: form.Text("owner_name"),
		IsOrganisation: form.Text("organisation") == "yes", Due: form.Date("due"),
	}
	aid, err := p.meetings.AddAction(r.Context(), by, a, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.askAction(w, r, by, typed{form: form}, form.Over(pageWide(wrong)))
	}
	if err != nil {
		return err
	}
	words, next := "It is written down.", actionHref(a, aid)
	if name := calendar.HolidayOn(n.Due); name != "" {
		words += " Note that the day is a bank holiday: " + name + "."
	}
	if n.Meeting != "" {
		next = meetingHref(a, n.Meeting)
	}
	return p.site.Done(w, r, words, next)
}

// onRows has what is wrong with a row point at the one that the person sees.
func onRows(wrong fault.Invalid, at []int) fault.Invalid {
	var all fault.Invalid
	for _, w := range wrong {
		field, number, numbered := strings.Cut(w.Field, "-")
		if n, err := strconv.Atoi(number); numbered && err == nil && n >= 1 && n <= len(at) {
			w.Field = field + "-" + strconv.Itoa(at[n-1])
		}
		all.Add(w.Field, w.Words)
	}
	return all
}
