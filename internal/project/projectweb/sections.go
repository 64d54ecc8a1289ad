package projectweb

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/project"
	"commontable/internal/web"
)

// A section is one form: a part of a project that is changed by itself, so that
// it fits a telephone and a spare minute.
type section struct {
	path string // after the area's
	// about reads what the form is about, and what it begins with.
	about func(r *http.Request, tx *db.Tx, s scene, by access.Actor) (subject, error)
	// fields are the form's, with what was typed.
	fields func(f filled, about subject) []templ.Component
	// keep does what the form asks for, and says where to go on.
	keep func(ctx context.Context, by access.Actor, about subject, form *web.Form) (next string, err error)
}

// A subject is what a form is about.
type subject struct {
	scene

	title, lead, button, done string
	crumbs                    []web.Link
	back                      string
	begins                    url.Values // what the form begins with
	project                   project.Project
	options                   map[string][]web.Option
	id                        string
	rows                      int
	photo                     photo
}

// formData is the page of a form.
type formData struct {
	Shell               web.Shell
	Wrong               fault.Invalid
	Title, Lead, Button string
	Form, Action, Back  string
	Fields              []templ.Component
}

func (p pages) ask(s section) web.Handler {
	return func(w http.ResponseWriter, r *http.Request, by access.Actor) error {
		about, err := p.subject(r, by, s)
		if err != nil {
			return err
		}
		return p.showForm(w, r, by, s, about, filled{values: about.begins}, p.site.NewForm())
	}
}

// subject reads what a form is about, for who may fill it in.
func (p pages) subject(r *http.Request, by access.Actor, s section) (about subject, err error) {
	err = p.in(r, by, func(tx *db.Tx, scene scene) error {
		if about, err = s.about(r, tx, scene, by); err != nil {
			return err
		}
		return by.Must(access.RunProjects, scene.area.Place())
	})
	about.begins = orEmpty(about.begins)
	return about, err
}

func orEmpty(v url.Values) url.Values {
	if v == nil {
		return url.Values{}
	}
	return v
}

func (p pages) showForm(w http.ResponseWriter, r *http.Request, by access.Actor, s section, about subject, f filled, form string) error {
	d := formData{
		Shell: p.shell(r, by, about.area, about.title, append(about.crumbs, web.Link{Text: about.title})...),
		Wrong: f.wrong, Title: about.title, Lead: about.lead, Button: about.button, Form: form, Action: r.URL.Path, Back: about.back,
		Fields: s.fields(f, about),
	}
	d.Shell.NoIndex = true
	status := http.StatusOK
	if len(f.wrong) > 0 {
		status, d.Shell.Title = http.StatusUnprocessableEntity, "Error: "+d.Shell.Title
	}
	return p.site.Show(w, r, status, formPage(d))
}

func (p pages) keep(s section) web.Handler {
	return func(w http.ResponseWriter, r *http.Request, by access.Actor) error {
		about, err := p.subject(r, by, s)
		if err != nil {
			return err
		}
		form, err := web.ReadForm(r)
		if err != nil {
			return err
		}
		next, err := s.keep(r.Context(), by, about, form)
		if wrong, ok := errors.AsType[fault.Invalid](err); ok {
			return p.showForm(w, r, by, s, about, filled{values: r.PostForm, wrong: form.Over(wrong)}, form.Text("form"))
		}
		if err != nil {
			return err
		}
		return p.site.Done(w, r, about.done, next)
	}
}

// ofProject is what the forms about one project have in common.
func (p pages) ofProject(title, lead, button, done string, more func(r *http.Request, tx *db.Tx, about *subject) error) func(*http.Request, *db.Tx, scene, access.Actor) (subject, error) {
	return func(r *http.Request, tx *db.Tx, s scene, by access.Actor) (subject, error) {
		one, err := p.theProject(r, tx, s, by)
		if err != nil {
			return subject{}, err
		}
		href := projectHref(s.area, one.ID)
		about := subject{
			scene: s, title: title, lead: lead, button: button, done: done, project: one, back: href, begins: url.Values{},
			crumbs: []web.Link{projectsLink(s.area), {Text: one.Name, Href: href}}, options: map[string][]web.Option{},
		}
		if more != nil {
			err = more(r, tx, &about)
		}
		return about, err
	}
}

// sections are all forms.
func (p pages) sections() []section {
	return []section{
		p.newProject(), p.changeSummary(), p.changeState(), p.changeLead(), p.addPart(), p.endPart(), p.addMilestone(), p.changeMilestone(),
		p.changeTerms(), p.addHappening(), p.changeConsent(), p.removePhoto(), p.addContact(), p.removeContact(), p.addRequirement(), p.settleRequirement(), p.labelRequirement(),
		p.newActivity(), p.addSession(), p.turnActivity(),
	}
}

var (
	todayToo     = "For example, 27 3 2026."
	nobodysName  = "Everybody can read this, so name nobody who did not agree."
	forUsAlone   = "Those who read our papers can see this, and those with whom you share it."
	namedOption  = web.Option{Value: "yes", Text: "They agreed that everybody sees their name", Hint: "Without this the public reads “A resident”. An organisation’s name is always shown."}
	leadsOption  = web.Option{Value: "yes", Text: "Residents lead this"}
	kindsOfParty = []web.Option{{Value: string(project.Person), Text: "A person"}, {Value: string(project.Organisation), Text: "An organisation or a group"}}
)
