package relationshipweb

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/relationship"
	"commontable/internal/web"
)

func (v *view) questions(ctx context.Context, tx *db.Tx, s scene, one relationship.Relationship, rd reader, today date.Date) error {
	all, err := relationship.Questions(ctx, tx, s.area.ID, "")
	for _, q := range all {
		with, _ := q.With()
		if with != one.ID || !q.Open() {
			continue
		}
		item := web.Item{Mark: web.Icon("chat"), Text: q.What, Detail: ageOf(q, today)}
		if rd.inside {
			item.Href = questionHref(s.area, q.ID)
		}
		v.Asked = append(v.Asked, item)
	}
	return err
}

// ageOf is how old a question is, and how often it was passed on.
func ageOf(q relationship.Question, today date.Date) string {
	words := "Asked " + q.AskedOn.Long() + ", " + counted(q.Days(today), "day")
	if q.Rested(today) {
		words += " (not counting when we were closed)"
	}
	if n := q.Redirects(); n == 1 {
		words += ", passed on once"
	} else if n > 1 {
		words += ", passed on " + strconv.Itoa(n) + " times"
	}
	return words
}

func (p pages) newQuestion() section {
	policy := web.Hidden(access.PutForward, "")
	return section{
		path: "questions/new", policy: &policy,
		about: func(_ *http.Request, _ *db.Tx, s scene) (subject, error) {
			about := subject{
				scene: s, title: "Ask an agency something", lead: "The council, a landlord, the health service. We find out whose it is, and tell you the answer.", button: "Send it to the partnership",
				done: "We have it. You see here what becomes of it.", back: askedHref(s.area), crumbs: []web.Link{{Text: "Questions to agencies", Href: askedHref(s.area)}}, begins: url.Values{"kind": {"question"}},
			}
			return about, s.by.MustSee(access.PutForward, s.area.Place())
		},
		fields: func(f filled, about subject) []templ.Component {
			fields := []templ.Component{
				f.radios("kind", "What is it?", "", web.Option{Value: "question", Text: "A question"}, web.Option{Value: "issue", Text: "Something that needs mending or looking after"}),
				f.area("what", "What do you want to know, or what is it?", "In a sentence or two.", 1000),
				f.text("place", "Where is it?", "You can leave this out."),
				f.text("reach", "How can we tell you the answer?", "You always see it here. A telephone number is fine too."),
			}
			if about.keeps {
				fields = append(fields, f.text("asker", "Are you asking for somebody else? Who?", "Leave it empty if you ask yourself. Their name is seen by those of us who see our relationships."), f.date("on", "When did they ask?", "Leave it empty if it was today."))
			}
			return fields
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := relationship.NewQuestion{
				Form: form.Text("form"), Issue: form.Text("kind") == "issue", What: form.Text("what"), Place: form.Text("place"), Reach: form.Text("reach"),
			}
			if about.keeps {
				var err error
				n.Asker, n.On = form.Text("asker"), form.Date("on")
				if n.Person, err = about.person(ctx, n.Asker); err != nil {
					return "", err
				}
			}
			if unread := form.Over(nil); len(unread) > 0 {
				return "", form.Over(n.Check())
			}
			made, err := p.all.Ask(ctx, by, about.area, n)
			return questionHref(about.area, made), err
		},
	}
}

func (p pages) noteQuestion() section {
	return section{
		path: "questions/{question}/step",
		about: func(r *http.Request, tx *db.Tx, s scene) (subject, error) {
			q, err := p.theQuestion(r, tx, s)
			if err != nil {
				return subject{}, err
			}
			if err := s.by.Must(access.KeepRelationships, s.area.Place()); err != nil {
				return subject{}, err
			}
			links, err := s.links(r.Context(), tx, p.site.Today())
			about := subject{
				scene: s, title: "What was done about it?", lead: q.What, button: "Keep this", done: "That is noted.", back: questionHref(s.area, q.ID),
				crumbs: []web.Link{{Text: "Questions to agencies", Href: askedHref(s.area)}, {Text: "Question " + strconv.FormatInt(q.Number, 10), Href: questionHref(s.area, q.ID)}},
				begins: url.Values{}, id: string(q.ID), options: map[string][]web.Option{"with": {{Text: "Choose"}}},
			}
			for _, l := range links {
				about.options["with"] = append(about.options["with"], web.Option{Value: string(l.ID), Text: l.Name})
			}
			setDate(about.begins, "on", p.site.Today())
			return about, err
		},
		fields: func(f filled, about subject) []templ.Component {
			var acts []web.Option
			for _, one := range relationship.QuestionActs() {
				acts = append(acts, web.Option{Value: string(one.Act), Text: one.Words})
			}
			return []templ.Component{
				f.radios("what", "What was done?", "", acts...),
				f.choose("with", "If it went to somebody: to whom?", about.options["with"]),
				f.text("who", "Or to somebody who is not on our map?", ""),
				f.area("words", "What was said?", "Who asked reads this.", 2000),
				f.date("on", "When?", todayToo),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			return about.back, p.all.NoteQuestion(ctx, by, about.area, relationship.QuestionID(about.id), relationship.NewQuestionStep{
				Form: form.Text("form"), What: relationship.QuestionAct(form.Text("what")), On: form.Date("on"), With: relationship.ID(form.Text("with")), Who: form.Text("who"), Words: form.Text("words"),
			})
		},
	}
}

// asked are the questions that somebody may read.
func (p pages) asked(r *http.Request, by access.Actor, f func(tx *db.Tx, s scene, all []relationship.Question) error) error {
	return p.all.DB.Read(r.Context(), func(tx *db.Tx) error {
		s, err := p.scene(r, tx, by)
		if err != nil {
			return err
		}
		if err := by.MustSee(access.PutForward, s.area.Place()); err != nil {
			return err
		}
		who := by.Person
		if by.May(access.SeeRelationships, s.area.Place()) {
			who = ""
		}
		all, err := relationship.Questions(r.Context(), tx, s.area.ID, who)
		if err != nil {
			return err
		}
		return f(tx, s, all)
	})
}

func (p pages) questions(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d plainData
	err := p.asked(r, by, func(_ *db.Tx, s scene, all []relationship.Question) error {
		today := p.site.Today()
		inside := by.May(access.SeeRelationships, s.area.Place())
		d = plainData{
			Shell: p.askShell(r, s, "Questions to agencies"), Title: "Questions to agencies",
			Lead:   "Ask the council, a landlord or the health service through the partnership. We find out whose it is, and tell you the answer.",
			Tools:  []web.Tool{{Icon: "down", Text: "Download as a spreadsheet", Href: askedHref(s.area) + ".csv"}},
			Button: web.Link{Text: "Ask something", Href: askedHref(s.area) + "/new"},
		}
		if inside {
			d.Tabs = s.tabs("Questions to agencies")
		}
		if len(all) == 0 {
			d.Empty = &web.Empty{Heading: "No questions yet", Words: "A broken lamp, a piece of land nobody owns, a letter nobody answers: ask here."}
			return nil
		}
		group := func(id, heading string, open bool) {
			t := web.Table{Caption: heading, CaptionHidden: true, Columns: []web.Column{{Text: "What"}, {Text: "How it stands"}, {Text: "How old"}, {Text: "Passed on", Numeric: true}}}
			for _, q := range all {
				if q.Open() != open {
					continue
				}
				cell := web.Cell{Text: "No. " + strconv.FormatInt(q.Number, 10) + ": " + q.What, Href: questionHref(s.area, q.ID), RowHeader: true, Small: q.Place}
				t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{cell, {Text: q.Stands()}, {Text: counted(q.Days(today), "day")}, {Text: strconv.Itoa(q.Redirects())}}})
			}
			if len(t.Rows) > 0 {
				d.Tables = append(d.Tables, titled{id, heading, "", t})
			}
		}
		group("open", "Open", true)
		group("closed", "Answered, or left there", false)
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, plainPage(d))
}

// askShell is the frame of a page of questions: residents ask, who see no other page
// of the room.
func (p pages) askShell(r *http.Request, s scene, title string, crumbs ...web.Link) web.Shell {
	shell := p.shell(r, s.by, s.area, title)
	shell.Crumbs = append([]web.Link{{Text: s.area.Name, Href: home(s.area)}}, crumbs...)
	if len(crumbs) == 0 {
		shell.Crumbs = append(shell.Crumbs, web.Link{Text: title})
	}
	return shell
}

func (p pages) questionsCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var name string
	err := p.asked(r, by, func(_ *db.Tx, s scene, all []relationship.Question) error {
		name = s.area.Slug + "-questions"
		for _, q := range all {
			kind := "question"
			if q.Issue {
				kind = "issue"
			}
			writing := "no"
			if _, is := q.Step(relationship.InWriting); is {
				writing = "yes"
			}
			answer, _ := q.Step(relationship.Answered)
			rows = append(rows, []string{
				strconv.FormatInt(q.Number, 10), kind, q.What, q.Place, q.AskedOn.String(), q.Stands(), strconv.Itoa(q.Days(p.site.Today())), strconv.Itoa(q.Redirects()), writing, answer.Words,
			})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return web.CSV(w, name, []string{"number", "kind", "what", "where", "asked on", "how it stands", "days", "passed on", "in writing", "answer"}, rows)
}

// questionData is a question's page.
type questionData struct {
	Shell web.Shell
	Title string
	What  string
	Facts []web.Fact
	Steps []web.TimelineItem
	Note  string // where something is to be noted, for who may
}

func (p pages) question(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d questionData
	err := p.all.DB.Read(r.Context(), func(tx *db.Tx) error {
		s, err := p.scene(r, tx, by)
		if err != nil {
			return err
		}
		q, err := p.theQuestion(r, tx, s)
		if err != nil {
			return err
		}
		d.Title = "Question " + strconv.FormatInt(q.Number, 10)
		d.Shell = p.askShell(r, s, d.Title, web.Link{Text: "Questions to agencies", Href: askedHref(s.area)}, web.Link{Text: d.Title})
		d.What = q.What
		d.Facts = []web.Fact{{Term: "How it stands", Value: q.Stands()}, {Term: "How old", Value: ageOf(q, p.site.Today())}}
		if q.Place != "" {
			d.Facts = append(d.Facts, web.Fact{Term: "Where", Value: q.Place})
		}
		if by.May(access.SeeRelationships, s.area.Place()) {
			d.Facts = append(d.Facts, web.Fact{Term: "Who asked", Value: q.Asker})
			if q.Reach != "" {
				d.Facts = append(d.Facts, web.Fact{Term: "How to tell them", Value: q.Reach})
			}
		}
		for _, st := range slices.Backward(q.Steps) {
			words := st.What.InWords()
			if st.Who != "" {
				words += ": " + st.Who
			}
			d.Steps = append(d.Steps, web.TimelineItem{Date: st.On.Long(), Words: words, Detail: st.Words})
		}
		d.Steps = append(d.Steps, web.TimelineItem{Date: q.AskedOn.Long(), Words: "It was asked"})
		if s.keeps {
			d.Note = questionHref(s.area, q.ID) + "/step"
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, questionPage(d))
}
