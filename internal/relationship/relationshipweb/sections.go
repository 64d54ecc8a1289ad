package relationshipweb

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/relationship"
	"commontable/internal/web"
)

// A section is one form: a part that is changed by itself, so that it fits a
// telephone and a spare minute.
type section struct {
	path   string      // after the area's
	policy *web.Policy // nil where it is for those who keep the relationships
	seen   func(*http.Request, access.Actor) error
	// about reads what the form is about, and what it begins with.
	about func(r *http.Request, tx *db.Tx, s scene) (subject, error)
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
	relationship              relationship.Relationship
	options                   map[string][]web.Option
	suggest                   map[string][]string
	id                        string
	ends                      ending
	person                    func(ctx context.Context, name string) (access.PersonID, error)
}

// filled are the fields as they were filled in, and what is wrong with them.
type filled struct {
	values url.Values
	wrong  fault.Invalid
}

func (f filled) text(name, label, hint string, suggest ...string) templ.Component {
	return web.TextField{Name: name, Label: label, Hint: hint, Value: f.values.Get(name), Error: f.wrong.For(name), Suggest: suggest}
}

func (f filled) area(name, label, hint string, most int) templ.Component {
	return web.TextArea{Name: name, Label: label, Hint: hint, Value: f.values.Get(name), Error: f.wrong.For(name), Rows: 4, Max: most}
}

func (f filled) date(name, label, hint string) templ.Component {
	return web.DateField{
		Name: name, Label: label, Hint: hint, Error: f.wrong.For(name),
		Day: f.values.Get(name + "-day"), Month: f.values.Get(name + "-month"), Year: f.values.Get(name + "-year"),
	}
}

func (f filled) radios(name, label, hint string, options ...web.Option) templ.Component {
	return web.Radios{Name: name, Label: label, Hint: hint, Value: f.values.Get(name), Error: f.wrong.For(name), Options: options}
}

func (f filled) boxes(name, label, hint string, options ...web.Option) templ.Component {
	return web.Checkboxes{Name: name, Label: label, Hint: hint, Values: f.values[name], Error: f.wrong.For(name), Options: options}
}

func (f filled) choose(name, label string, options []web.Option) templ.Component {
	return web.Select{Name: name, Label: label, Value: f.values.Get(name), Error: f.wrong.For(name), Options: options}
}

// setDate begins a day's boxes with a day.
func setDate(v url.Values, name string, day date.Date) {
	if !day.IsZero() {
		v.Set(name+"-day", strconv.Itoa(day.Day()))
		v.Set(name+"-month", strconv.Itoa(int(day.Month())))
		v.Set(name+"-year", strconv.Itoa(day.Year()))
	}
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
	read := func(tx *db.Tx, sc scene) (err error) {
		about, err = s.about(r, tx, sc)
		if err == nil && s.policy == nil {
			err = by.Must(access.KeepRelationships, sc.area.Place())
		}
		return err
	}
	if s.policy == nil {
		err = p.in(r, by, read)
	} else {
		err = p.all.DB.Read(r.Context(), func(tx *db.Tx) error {
			sc, err := p.scene(r, tx, by)
			if err != nil {
				return err
			}
			return read(tx, sc)
		})
	}
	if about.begins == nil {
		about.begins = url.Values{}
	}
	about.person = func(ctx context.Context, name string) (who access.PersonID, err error) {
		if name == "" {
			return "", nil
		}
		err = p.all.DB.Read(ctx, func(tx *db.Tx) error {
			who, err = personCalled(ctx, tx, about.area.ID, name, p.site.Today())
			return err
		})
		return who, err
	}
	return about, err
}

func (p pages) showForm(w http.ResponseWriter, r *http.Request, by access.Actor, s section, about subject, f filled, form string) error {
	d := formData{
		Shell: p.shell(r, by, about.area, about.title, append(about.crumbs, web.Link{Text: about.title})...),
		Wrong: f.wrong, Title: about.title, Lead: about.lead, Button: about.button, Form: form, Action: r.URL.Path, Back: about.back,
		Fields: s.fields(f, about),
	}
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

// of is what the forms about one relationship have in common.
func (p pages) of(title, lead, button, done string, more func(r *http.Request, tx *db.Tx, about *subject) error) func(*http.Request, *db.Tx, scene) (subject, error) {
	return func(r *http.Request, tx *db.Tx, s scene) (subject, error) {
		one, err := p.the(r, tx, s)
		if err != nil {
			return subject{}, err
		}
		about := p.aboutOne(s, one)
		about.title, about.lead, about.button, about.done = title, lead, button, done
		if more != nil {
			err = more(r, tx, &about)
		}
		return about, err
	}
}

func (p pages) aboutOne(s scene, one relationship.Relationship) subject {
	at := href(s.area, one.ID)
	return subject{
		scene: s, relationship: one, back: at, begins: url.Values{}, crumbs: []web.Link{{Text: one.Name, Href: at}},
		options: map[string][]web.Option{}, suggest: map[string][]string{},
	}
}
