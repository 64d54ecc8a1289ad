package projectweb

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/project"
	"commontable/internal/web"
)

func (p pages) changeTerms() section {
	return section{
		path: "projects/{project}/terms",
		about: p.ofProject("Who is liable, and how we work", "Agree this early, before money or people are at risk. Ask the organisation that holds our money: it knows about cover.", "Keep this", "That is noted.", func(r *http.Request, tx *db.Tx, about *subject) error {
			t, err := project.TermsOf(r.Context(), tx, about.area.ID, about.project.ID)
			v := about.begins
			v.Set("liable", t.Liable)
			v.Set("insurance", t.Insurance)
			v.Set("protection", t.Protection)
			v.Set("working", t.Working)
			setDate(v, "agreed_on", t.AgreedOn)
			return err
		}),
		fields: func(f filled, _ subject) []templ.Component {
			return []templ.Component{
				f.area("liable", "Who is liable if something goes wrong?", "A group that is not a body in law cannot be: then somebody else is, often who holds our money.", 1000),
				f.area("insurance", "Which insurance covers it?", "Whose, and until when.", 1000),
				f.area("protection", "How do we look after people’s information?", "What we keep of them, who sees it, and when it is destroyed.", 1000),
				f.area("working", "How do we work together?", "Who decides what, how we tell each other, what happens when we disagree.", 1000),
				f.date("agreed_on", "When did all agree to this?", "Leave it empty until they have."),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			return about.back, p.projects.SetTerms(ctx, by, about.area, about.project.ID, project.NewTerms{
				Form: form.Text("form"), Liable: form.Text("liable"), Insurance: form.Text("insurance"), Protection: form.Text("protection"), Working: form.Text("working"), AgreedOn: form.Date("agreed_on"),
			})
		},
	}
}

func (p pages) addHappening() section {
	return section{
		path: "projects/{project}/happenings",
		about: p.ofProject("Note what happened", "A line is enough. Bad news belongs to the story too, in plain words.", "Note this", "That is noted.", func(_ *http.Request, _ *db.Tx, about *subject) error {
			setDate(about.begins, "on", p.site.Today())
			about.begins.Set("kind", string(project.JustHappened))
			return nil
		}),
		fields: func(f filled, _ subject) []templ.Component {
			var kinds []web.Option
			for _, k := range project.HappeningKinds() {
				kinds = append(kinds, web.Option{Value: string(k.Kind), Text: k.Words})
			}
			return []templ.Component{
				f.area("words", "What happened?", "", 2000),
				f.date("on", "When?", todayToo),
				f.radios("kind", "What was it?", "Thank everybody who had a part when you tell of it outside: to take the credit alone costs friends.", kinds...),
				f.boxes("public", "Who can read it?", "", web.Option{Value: "yes", Text: "Everybody", Hint: "Then name nobody who did not agree. Without this, only those who read our papers."}),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			return about.back, p.projects.AddHappening(ctx, by, about.area, about.project.ID, project.NewHappening{
				Form: form.Text("form"), On: form.Date("on"), Kind: project.HappeningKind(form.Text("kind")), Words: form.Text("words"), Public: form.Text("public") == "yes",
			})
		},
	}
}

func (p pages) addContact() section {
	return section{
		path:  "projects/{project}/contacts",
		about: p.ofProject("Whom to ask", "Ask them first whether they may be noted here. "+forUsAlone, "Add them", "They are noted.", nil),
		fields: func(f filled, _ subject) []templ.Component {
			return []templ.Component{
				f.text("name", "What are they called?", ""),
				f.text("part", "What do they do?", "For example, “parks officer at the council”."),
				f.text("reach", "How can they be reached?", "A telephone number or an email address that they gave for this."),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			return about.back, p.projects.AddContact(ctx, by, about.area, about.project.ID, project.NewContact{
				Form: form.Text("form"), Name: form.Text("name"), Part: form.Text("part"), Reach: form.Text("reach"),
			})
		},
	}
}

func (p pages) removeContact() section {
	return section{
		path: "projects/{project}/contacts/{contact}",
		about: p.ofProject("", "Nothing of it is kept.", "Remove them", "They are removed.", func(r *http.Request, tx *db.Tx, about *subject) error {
			c, err := project.ContactByID(r.Context(), tx, about.area.ID, project.ContactID(r.PathValue("contact")))
			if err == nil && c.Project != about.project.ID {
				err = fault.NotFound
			}
			about.id, about.title = string(c.ID), "Remove "+c.Name+"?"
			return err
		}),
		fields: func(f filled, _ subject) []templ.Component {
			return []templ.Component{f.boxes("sure", "Are you sure?", "", web.Option{Value: "yes", Text: "Yes, remove them"})}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			if form.Text("sure") != "yes" {
				return "", fault.Invalid{{Field: "sure", Words: "Tick the box to remove them, or go back"}}
			}
			return about.back, p.projects.RemoveContact(ctx, by, about.area, project.ContactID(about.id), form.Text("form"))
		},
	}
}
