// Package reminderweb is the page on which somebody says how they wish to be reminded.
package reminderweb

import (
	"errors"
	"net/http"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/person"
	"commontable/internal/reminder"
	"commontable/internal/web"
)

type pages struct {
	site      *web.Site
	reminders *reminder.Reminders
}

// Routes lists the pages.
func Routes(site *web.Site, reminders *reminder.Reminders) []web.Route {
	p := pages{site, reminders}
	return []web.Route{
		{Pattern: "GET /me/reminders", Policy: web.SignedIn(), Do: p.ask},
		{Pattern: "POST /me/reminders", Policy: web.SignedIn(), Do: p.choose},
	}
}

const heading = "How we remind you"

type askData struct {
	web.Shell
	Wrong   fault.Invalid
	Form    string
	How     string
	Options []web.Option
	Nowhere bool // we have no address to write to
}

func (p pages) ask(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.show(w, r, by, askData{})
}

func (p pages) show(w http.ResponseWriter, r *http.Request, by access.Actor, d askData) error {
	d.Shell = p.site.Shell(r, by, heading)
	d.Crumbs, d.NoIndex = []web.Link{{Text: "You", Href: "/me"}, {Text: heading}}, true
	err := p.reminders.DB.Read(r.Context(), func(tx *db.Tx) error {
		who, err := person.ByID(r.Context(), tx, by.Person)
		if err != nil {
			return err
		}
		d.Nowhere = who.Email == ""
		how, err := reminder.ChoiceOf(r.Context(), tx, by.Person)
		if len(d.Wrong) == 0 {
			d.How = string(how)
		}
		return err
	})
	if err != nil {
		return err
	}
	d.Form = p.site.NewForm()
	d.Options = []web.Option{
		{Value: string(reminder.AtOnce), Text: "Some days before each thing", Hint: "A week before we meet, four days before a vote closes, three days before something that you took on."},
		{Value: string(reminder.Weekly), Text: "Once a week", Hint: "One email, on Monday, if there is anything."},
		{Value: string(reminder.Never), Text: "Not at all", Hint: "You find everything on your first page when you sign in."},
	}
	status := http.StatusOK
	if len(d.Wrong) > 0 {
		d.Title, status = "Error: "+d.Title, http.StatusUnprocessableEntity
	}
	return p.site.Show(w, r, status, askPage(d))
}

func (p pages) choose(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	how := reminder.How(form.Text("how"))
	err = p.reminders.Choose(r.Context(), by, how, form.Text("form"))
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.show(w, r, by, askData{Wrong: form.Over(wrong), How: string(how)})
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "We remind you as you wish.", "/me")
}
