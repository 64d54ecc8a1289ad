package agencyweb

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/relationship"
	"commontable/internal/web"
)

func isConflict(err error) bool { return errors.Is(err, fault.Conflict) }

func levels() []web.Option {
	var all []web.Option
	for _, l := range agency.Levels() {
		all = append(all, web.Option{Value: string(l), Text: l.InWords()})
	}
	return append(all, web.Option{Text: "We do not know"})
}

// contactOptions are those whom an area knows, to choose from.
func contactOptions(ctx context.Context, tx *db.Tx, s scene) ([]web.Option, error) {
	all, err := agency.Contacts(ctx, tx, s.area.ID)
	options := []web.Option{{Text: "Somebody new: their name is above"}}
	for _, c := range all {
		if c.Forgotten.IsZero() {
			options = append(options, web.Option{Value: string(c.ID), Text: c.Name})
		}
	}
	return options, err
}

func whoFields(f filled, about subject) []templ.Component {
	fields := []templ.Component{f.text("name", "What is their name?", "Leave it empty if you only know that somebody has the job.")}
	if len(about.options["contact"]) > 1 {
		fields = append(fields, f.choose("contact", "Or is it somebody you know already?", "People move from job to job.", about.options["contact"]))
	}
	return append(
		fields,
		web.TextField{Name: "email", Label: "Email at work", Hint: workOnly, Value: f.values.Get("email"), Error: f.wrong.For("email"), Type: "email"},
		web.TextField{Name: "phone", Label: "Telephone at work", Hint: workOnly, Value: f.values.Get("phone"), Error: f.wrong.For("phone"), Type: "tel", Width: "20"},
	)
}

// whoIn finds or adds whom a form names: "" for somebody of whom nobody knows who.
func (p pages) whoIn(ctx context.Context, tx *db.Tx, by access.Actor, about subject, form *web.Form) (agency.ContactID, error) {
	if one := form.Text("contact"); one != "" {
		return agency.ContactID(one), nil
	}
	if form.Text("name") == "" && form.Text("email") == "" && form.Text("phone") == "" {
		return "", nil
	}
	return p.agencies.AddContactIn(ctx, tx, by, about.area, agency.NewContact{Name: form.Text("name"), Email: form.Text("email"), Phone: form.Text("phone")})
}

// sentIn is all that a form about somebody says.
func sentIn(form *web.Form) string {
	var all []string
	for _, field := range []string{"name", "contact", "email", "phone", "title", "unit", "level", "instead", "from-day", "from-month", "from-year"} {
		all = append(all, form.Text(field))
	}
	return strings.Join(all, "\n")
}

// newPerson is somebody, the job and since when: in one form.
func (p pages) newPerson() section {
	return section{
		path: "agencies/{body}/people/new",
		about: func(ctx context.Context, tx *db.Tx, r *http.Request, s scene) (subject, error) {
			about, err := ofBody(ctx, tx, r, s)
			if err != nil {
				return about, err
			}
			about.title, about.button, about.done = "Add somebody at "+about.body.Name, "Add them", "They are there."
			about.lead = "Who it is and what their job is. It is for our area alone: no other area sees it, and they do not either."
			about.begins.Set("unit", r.URL.Query().Get("unit"))
			setDate(about.begins, "from", p.site.Today())
			if about.options["unit"], err = p.unitOptions(ctx, tx, about, "None, or we do not know", ""); err != nil {
				return about, err
			}
			about.options["contact"], err = contactOptions(ctx, tx, s)
			return about, err
		},
		fields: func(f filled, about subject) []templ.Component {
			fields := append(whoFields(f, about), f.text("title", "What is their job called?", "Such as “parks officer” or “head teacher”."))
			if len(about.options["unit"]) > 1 {
				fields = append(fields, f.choose("unit", "In which team?", "", about.options["unit"]))
			}
			return append(fields, f.choose("level", "How far up is the job?", "It helps to know people at the top and on the ground.", levels()), f.date("from", "Since when?", sinceHint))
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := agency.NewPost{Body: about.body.ID, Unit: agency.UnitID(form.Text("unit")), Title: form.Text("title"), Level: agency.Level(form.Text("level")), From: form.Date("from")}
			return about.back, p.agencies.AddSomebody(ctx, by, about.area, form.Text("form"), sentIn(form), func(tx *db.Tx) error {
				post, err := p.agencies.AddPostIn(ctx, tx, by, about.area, n)
				if err != nil {
					return err
				}
				who, err := p.whoIn(ctx, tx, by, about, form)
				if err != nil {
					return err
				}
				_, err = p.agencies.HoldIn(ctx, tx, by, about.area, agency.NewHolding{Post: post, Contact: who, From: n.From})
				return err
			})
		},
	}
}

// ofPost is what the forms about one post of a body have in common.
func (p pages) ofPost(ctx context.Context, tx *db.Tx, r *http.Request, s scene) (subject, error) {
	about, err := ofBody(ctx, tx, r, s)
	if err != nil {
		return about, err
	}
	if about.post, err = agency.PostByID(ctx, tx, s.area.ID, agency.PostID(r.PathValue("post"))); err != nil {
		return about, err
	}
	if about.post.Body != about.body.ID {
		return about, fault.NotFound
	}
	return about, nil
}

func (p pages) newHolder() section {
	return section{
		path: "agencies/{body}/posts/{post}/holder",
		about: func(ctx context.Context, tx *db.Tx, r *http.Request, s scene) (subject, error) {
			about, err := p.ofPost(ctx, tx, r, s)
			if err != nil {
				return about, err
			}
			about.title, about.button, about.done = "Who has the job now? "+about.post.Title, "Keep it", "Noted. A walk round together is a good beginning."
			setDate(about.begins, "from", p.site.Today())
			about.begins.Set("instead", "yes")
			about.options["contact"], err = contactOptions(ctx, tx, s)
			return about, err
		},
		fields: func(f filled, about subject) []templ.Component {
			return append(
				whoFields(f, about),
				f.boxes("instead", "Who had it before?", web.Option{Value: "yes", Text: "They left that day", Hint: "Leave it out where several share the job."}),
				f.date("from", "Since when?", sinceHint),
			)
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := agency.NewHolding{Post: about.post.ID, From: form.Date("from"), Instead: form.Text("instead") == "yes"}
			return about.back, p.agencies.AddSomebody(ctx, by, about.area, form.Text("form"), sentIn(form), func(tx *db.Tx) (err error) {
				if n.Contact, err = p.whoIn(ctx, tx, by, about, form); err != nil {
					return err
				}
				_, err = p.agencies.HoldIn(ctx, tx, by, about.area, n)
				return err
			})
		},
	}
}

func (p pages) left() section {
	return section{
		path: "agencies/{body}/holders/{holding}/left",
		about: func(ctx context.Context, tx *db.Tx, r *http.Request, s scene) (subject, error) {
			about, err := ofBody(ctx, tx, r, s)
			if err != nil {
				return about, err
			}
			if about.holding, err = agency.HoldingByID(ctx, tx, s.area.ID, agency.HoldingID(r.PathValue("holding"))); err != nil {
				return about, err
			}
			if about.post, err = agency.PostByID(ctx, tx, s.area.ID, about.holding.Post); err != nil {
				return about, err
			}
			if about.post.Body != about.body.ID {
				return about, fault.NotFound
			}
			who := "Somebody"
			if about.holding.Contact != "" {
				c, err := agency.ContactByID(ctx, tx, s.area.ID, about.holding.Contact)
				if err != nil {
					return about, err
				}
				who = c.Shown()
			}
			about.title, about.button, about.done = who+" leaves the job: "+about.post.Title, "Keep it", "Noted. The job stays, and waits for who comes next."
			about.lead = "The job stays. When you know who comes next, say so there."
			setDate(about.begins, "until", p.site.Today())
			if !about.holding.Until.IsZero() {
				setDate(about.begins, "until", about.holding.Until)
			}
			return about, nil
		},
		fields: func(f filled, _ subject) []templ.Component {
			return []templ.Component{f.date("until", "From which day are they not there?", "It may be a day to come.")}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			until := form.Date("until")
			if until.IsZero() {
				return "", fault.Invalid{{Field: "until", Words: "Enter the first day on which they are not there"}}
			}
			return about.back, p.agencies.EndHolding(ctx, by, about.area, about.holding.ID, until, form.Text("form"))
		},
	}
}

// changePost writes from a day on what a job is called, in which team it is and how far
// up.
func (p pages) changePost() section {
	return section{
		path: "agencies/{body}/posts/{post}",
		about: func(ctx context.Context, tx *db.Tx, r *http.Request, s scene) (subject, error) {
			about, err := p.ofPost(ctx, tx, r, s)
			if err != nil {
				return about, err
			}
			about.title, about.button, about.done = "Change the job: "+about.post.Title, "Keep it", "The job is changed."
			about.lead = "It has another name, or went to another team. It stays the same job, and who has it stays there."
			about.begins = url.Values{"title": {about.post.Title}, "unit": {string(about.post.Unit)}, "level": {string(about.post.Level)}}
			setDate(about.begins, "from", p.site.Today())
			about.options["unit"], err = p.unitOptions(ctx, tx, about, "None, or we do not know", "")
			return about, err
		},
		fields: func(f filled, about subject) []templ.Component {
			fields := []templ.Component{f.text("title", "What is the job called now?", "")}
			if len(about.options["unit"]) > 1 {
				fields = append(fields, f.choose("unit", "In which team?", "", about.options["unit"]))
			}
			return append(fields, f.choose("level", "How far up is the job?", "It helps to know people at the top and on the ground.", levels()), f.date("from", "Since when is it so?", sinceHint))
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			return about.back, p.agencies.ChangePost(ctx, by, about.area, about.post.ID, agency.NewPost{
				Form: form.Text("form"), Body: about.body.ID, Unit: agency.UnitID(form.Text("unit")), Title: form.Text("title"), Level: agency.Level(form.Text("level")), From: form.Date("from"),
			})
		},
	}
}

func (p pages) endPost() section {
	return section{
		path: "agencies/{body}/posts/{post}/end",
		about: func(ctx context.Context, tx *db.Tx, r *http.Request, s scene) (subject, error) {
			about, err := p.ofPost(ctx, tx, r, s)
			about.title, about.button, about.done = "There is no such job any more: "+about.post.Title, "Note that it ended", "Noted."
			setDate(about.begins, "on", p.site.Today())
			return about, err
		},
		fields: func(f filled, _ subject) []templ.Component {
			return []templ.Component{f.date("on", "Since when?", sinceHint)}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			on := form.Date("on")
			return about.back, p.agencies.EndPost(ctx, by, about.area, about.post.ID, on, form.Text("form"))
		},
	}
}

// ofContact is what the forms about somebody have in common.
func ofContact(ctx context.Context, tx *db.Tx, r *http.Request, s scene) (subject, error) {
	about, err := ofBody(ctx, tx, r, s)
	if err != nil {
		return about, err
	}
	about.contact, err = agency.ContactByID(ctx, tx, s.area.ID, agency.ContactID(r.PathValue("officer")))
	return about, err
}

func (p pages) changeContact() section {
	return section{
		path: "agencies/{body}/people/{officer}",
		about: func(ctx context.Context, tx *db.Tx, r *http.Request, s scene) (subject, error) {
			about, err := ofContact(ctx, tx, r, s)
			about.title, about.button, about.done = "How to reach "+about.contact.Shown(), "Keep it", "It is changed."
			for field, value := range map[string]string{"name": about.contact.Name, "email": about.contact.Email, "phone": about.contact.Phone} {
				about.begins.Set(field, value)
			}
			return about, err
		},
		fields: func(f filled, about subject) []templ.Component {
			return []templ.Component{
				f.text("name", "What is their name?", ""),
				web.TextField{Name: "email", Label: "Email at work", Hint: workOnly, Value: f.values.Get("email"), Error: f.wrong.For("email"), Type: "email"},
				web.TextField{Name: "phone", Label: "Telephone at work", Hint: workOnly, Value: f.values.Get("phone"), Error: f.wrong.For("phone"), Type: "tel", Width: "20"},
				besideFields("Remove their name and how to reach them", bodyHref(about.area, about.body)+"/people/"+string(about.contact.ID)+"/forget"),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			return about.back, p.agencies.ChangeContact(ctx, by, about.area, about.contact.ID, agency.NewContact{
				Form: form.Text("form"), Name: form.Text("name"), Email: form.Text("email"), Phone: form.Text("phone"),
			})
		},
	}
}

func (p pages) forgetContact() section {
	return section{
		path: "agencies/{body}/people/{officer}/forget",
		about: func(ctx context.Context, tx *db.Tx, r *http.Request, s scene) (subject, error) {
			about, err := ofContact(ctx, tx, r, s)
			about.title, about.button, about.done, about.warn = "Remove the name of "+about.contact.Shown(), "Remove it", "The name is removed.", true
			about.lead = "Because they asked, or because you do not need it any more. That somebody had the job stays."
			if err != nil {
				return about, err
			}
			all, err := relationship.Mentions(ctx, tx, s.area.ID, about.contact.Name)
			for _, m := range all {
				o := web.Option{Value: "/areas/" + s.area.Slug + "/relationships/" + string(m.Relationship), Text: m.Name, Hint: m.What}
				if m.Relationship == "" {
					o.Value, o.Text = "/areas/"+s.area.Slug+"/questions", "Questions to agencies"
				}
				if !m.On.IsZero() {
					o.Hint += ", " + m.On.Long()
				}
				about.options["stands"] = append(about.options["stands"], o)
			}
			if len(all) > 0 {
				about.lead += " It goes from who holds what, from changes and from notices. In words that were written, and in promises and handovers, it stays as it was recorded. Here is where it stands: note it, for you do not find it by the name afterwards."
			}
			return about, err
		},
		fields: func(f filled, about subject) []templ.Component {
			var stands []web.Item
			for _, o := range about.options["stands"] {
				stands = append(stands, web.Item{Mark: web.Icon("doc"), Text: o.Text, Href: o.Value, Detail: o.Hint})
			}
			return []templ.Component{web.Items(stands), f.boxes("sure", "It cannot be undone", web.Option{Value: "yes", Text: "Yes, remove the name and how to reach them"})}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			if form.Text("sure") != "yes" {
				return "", fault.Invalid{{Field: "sure", Words: "Say that you are sure"}}
			}
			return about.back, p.agencies.Forget(ctx, by, about.area, about.contact.ID, form.Text("form"))
		},
	}
}
