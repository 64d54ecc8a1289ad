// Package agencyweb is the pages of who is who among those an area works with, and of
// who does what around it.
//
// Whom an area works with is for its own people, its adviser, who holds its money and
// the programme's officers. The directory is for everybody where that was chosen.
package agencyweb

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/organisation"
	"commontable/internal/web"
)

type pages struct {
	site     *web.Site
	agencies *agency.Agencies
}

// Routes lists the pages.
func Routes(site *web.Site, agencies *agency.Agencies) []web.Route {
	p := pages{site, agencies}
	see, keep := web.Hidden(access.SeeRelationships, ""), web.Hidden(access.SeeRelationships, access.KeepRelationships)
	routes := []web.Route{
		{Pattern: "GET /agencies", Policy: web.Needs(access.ManageAreas), Do: p.all},
		{Pattern: "GET /agencies.csv", Policy: web.Needs(access.ManageAreas), Do: p.allCSV},
		{Pattern: "GET /programmes/{programme}/organisation-types", Policy: web.Needs(access.ManageAreas), Do: p.types},
		{Pattern: "POST /programmes/{programme}/organisation-types", Policy: web.Needs(access.ManageAreas), Do: p.addType},

		{Pattern: "GET /areas/{area}/agencies", Policy: see, Do: p.list},
		{Pattern: "GET /areas/{area}/agencies.csv", Policy: see, Do: p.listCSV},
		{Pattern: "GET /areas/{area}/agencies/find", Policy: keep, Do: p.find, Seen: p.seen},
		{Pattern: "GET /areas/{area}/agencies/{body}", Policy: see, Do: p.body},

		{Pattern: "GET /areas/{area}/directory", Policy: web.Public(), Do: p.directory},
		{Pattern: "GET /areas/{area}/directory.csv", Policy: web.Public(), Do: p.directoryCSV},
		{Pattern: "GET /areas/{area}/cards", Policy: see, Do: p.cards},
		{Pattern: "GET /areas/{area}/cards.csv", Policy: see, Do: p.cardsCSV},
		{Pattern: "GET /areas/{area}/cards/{card}", Policy: see, Do: p.card},
	}
	for _, s := range p.sections() {
		routes = append(
			routes,
			web.Route{Pattern: "GET /areas/{area}/" + s.path, Policy: keep, Do: p.ask(s), Seen: p.seenBy(s)},
			web.Route{Pattern: "POST /areas/{area}/" + s.path, Policy: keep, Do: p.keep(s), Seen: p.seenBy(s)},
		)
	}
	return routes
}

// The addresses of the room.
func home(a area.Area) string          { return "/areas/" + a.Slug }
func agenciesHref(a area.Area) string  { return home(a) + "/agencies" }
func directoryHref(a area.Area) string { return home(a) + "/directory" }
func cardsHref(a area.Area) string     { return home(a) + "/cards" }

func bodyHref(a area.Area, b agency.Body) string { return agenciesHref(a) + "/" + b.Slug }

// scene is what every page of the room is about.
type scene struct {
	area    area.Area
	inside  bool // may see whom the area works with
	mayKeep bool
}

// in reads the scene, and what else a page needs, on one view of the data.
func (p pages) in(r *http.Request, by access.Actor, f func(context.Context, *db.Tx, scene) error) error {
	ctx := r.Context()
	return p.agencies.DB.Read(ctx, func(tx *db.Tx) error {
		a, err := area.BySlug(ctx, tx, r.PathValue("area"))
		if err != nil {
			return err
		}
		s := scene{area: a, mayKeep: by.May(access.KeepRelationships, a.Place())}
		err = p.agencies.MustSee(ctx, tx, by, a)
		if err != nil && !errors.Is(err, fault.NotFound) {
			return err
		}
		s.inside = err == nil
		return f(ctx, tx, s)
	})
}

// within is in for those who may see whom the area works with.
func (p pages) within(r *http.Request, by access.Actor, f func(context.Context, *db.Tx, scene) error) error {
	return p.in(r, by, func(ctx context.Context, tx *db.Tx, s scene) error {
		if !s.inside {
			return fault.NotFound
		}
		return f(ctx, tx, s)
	})
}

// seen says whether the room is there for who asks.
func (p pages) seen(r *http.Request, by access.Actor) error {
	return p.within(r, by, func(context.Context, *db.Tx, scene) error { return nil })
}

// theBody is the body that a request names, as far as the area knows it.
func theBody(ctx context.Context, tx *db.Tx, r *http.Request, s scene) (agency.Body, error) {
	b, err := agency.BodyBySlug(ctx, tx, r.PathValue("body"))
	if err != nil {
		return b, err
	}
	return agency.KnownTo(ctx, tx, s.area.ID, b.ID)
}

func (p pages) shell(r *http.Request, by access.Actor, a area.Area, title string, crumbs ...web.Link) web.Shell {
	s := p.site.ShellIn(r, by, title, web.Link{Text: a.Name, Href: home(a)}, p.site.AreaRooms, "Relationships")
	s.Crumbs = append([]web.Link{{Text: a.Name, Href: home(a)}}, crumbs...)
	return s
}

func agenciesLink(a area.Area) web.Link { return web.Link{Text: "Who is who", Href: agenciesHref(a)} }

func directoryLink(a area.Area) web.Link {
	return web.Link{Text: "Who does what here", Href: directoryHref(a)}
}

func cardsLink(a area.Area) web.Link { return web.Link{Text: "Whom to ask", Href: cardsHref(a)} }

// A section is one form.
type section struct {
	path   string // after the area's
	about  func(ctx context.Context, tx *db.Tx, r *http.Request, s scene) (subject, error)
	fields func(f filled, about subject) []templ.Component
	keep   func(ctx context.Context, by access.Actor, about subject, form *web.Form) (next string, err error)
}

// A subject is what a form is about.
type subject struct {
	scene

	title, lead, button, done, back string
	crumbs                          []web.Link
	begins                          url.Values
	body                            agency.Body
	unit                            agency.Unit
	post                            agency.Post
	holding                         agency.Holding
	contact                         agency.Contact
	entry                           agency.Entry
	card                            agency.Card
	kinds                           []agency.Kind
	options                         map[string][]web.Option
	warn                            bool // the button does what cannot be taken back
}

// filled are the fields as they were filled in, and what is wrong with them.
type filled struct {
	values url.Values
	wrong  fault.Invalid
}

func (f filled) text(name, label, hint string) templ.Component {
	return web.TextField{Name: name, Label: label, Hint: hint, Value: f.values.Get(name), Error: f.wrong.For(name)}
}

func (f filled) area(name, label, hint string, most int) templ.Component {
	return web.TextArea{Name: name, Label: label, Hint: hint, Value: f.values.Get(name), Error: f.wrong.For(name), Rows: 3, Max: most}
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

func (f filled) boxes(name, label string, options ...web.Option) templ.Component {
	return web.Checkboxes{Name: name, Label: label, Values: f.values[name], Error: f.wrong.For(name), Options: options}
}

func (f filled) choose(name, label, hint string, options []web.Option) templ.Component {
	return web.Select{Name: name, Label: label, Hint: hint, Value: f.values.Get(name), Error: f.wrong.For(name), Options: options}
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
	Kind                web.ButtonKind
	Fields              []templ.Component
}

func (p pages) subject(r *http.Request, by access.Actor, s section) (about subject, err error) {
	err = p.within(r, by, func(ctx context.Context, tx *db.Tx, sc scene) error {
		if about, err = s.about(ctx, tx, r, sc); err != nil {
			return err
		}
		about.scene = sc
		if about.begins == nil {
			about.begins = url.Values{}
		}
		return nil
	})
	return about, err
}

// seenBy says whether what a form is about is there for who asks.
func (p pages) seenBy(s section) func(*http.Request, access.Actor) error {
	return func(r *http.Request, by access.Actor) error {
		_, err := p.subject(r, by, s)
		return err
	}
}

func (p pages) ask(s section) web.Handler {
	return func(w http.ResponseWriter, r *http.Request, by access.Actor) error {
		about, err := p.subject(r, by, s)
		if err != nil {
			return err
		}
		if err := by.Must(access.KeepRelationships, about.area.Place()); err != nil {
			return err
		}
		return p.showForm(w, r, by, s, about, filled{values: about.begins}, p.site.NewForm())
	}
}

func (p pages) showForm(w http.ResponseWriter, r *http.Request, by access.Actor, s section, about subject, f filled, form string) error {
	d := formData{
		Shell: p.shell(r, by, about.area, about.title, append(about.crumbs, web.Link{Text: about.title})...),
		Wrong: f.wrong, Title: about.title, Lead: about.lead, Button: about.button, Form: form, Action: r.URL.Path, Back: about.back,
		Fields: s.fields(f, about), Kind: web.Primary,
	}
	if about.warn {
		d.Kind = web.Warning
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

// ofBody is what the forms about one body have in common.
func ofBody(ctx context.Context, tx *db.Tx, r *http.Request, s scene) (subject, error) {
	b, err := theBody(ctx, tx, r, s)
	href := bodyHref(s.area, b)
	return subject{
		scene: s, body: b, back: href, begins: url.Values{}, options: map[string][]web.Option{},
		crumbs: []web.Link{agenciesLink(s.area), {Text: b.Name, Href: href}},
	}, err
}

// bodyOptions are the bodies of an area's list, to choose from.
func bodyOptions(ctx context.Context, tx *db.Tx, s scene, day date.Date, but organisation.ID) ([]web.Option, error) {
	all, err := agency.Listed(ctx, tx, s.area.ID, day)
	options := []web.Option{{Text: "Choose one"}}
	for _, b := range all {
		if b.ID != but {
			options = append(options, web.Option{Value: string(b.ID), Text: b.Name})
		}
	}
	return options, err
}
