package agencyweb

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/organisation"
	"commontable/internal/web"
)

// sections are all forms.
func (p pages) sections() []section {
	return []section{
		p.newBody(), p.changeBody(), p.listBody(), p.takeOff(), p.replaceBody(), p.closeBody(),
		p.newUnit(), p.changeUnit(), p.endUnit(),
		p.newPerson(), p.newHolder(), p.left(), p.changePost(), p.endPost(), p.changeContact(), p.forgetContact(),
		p.newEntry(), p.changeEntry(), p.endEntry(), p.newCard(), p.changeCard(), p.endCard(), p.newType(),
	}
}

var (
	sinceHint = "For example, 27 3 2026. Your best guess is fine."
	workOnly  = "Only what they use for work."
)

func (p pages) newBody() section {
	return section{
		path: "agencies/new",
		about: func(ctx context.Context, tx *db.Tx, r *http.Request, s scene) (subject, error) {
			kinds, err := agency.Kinds(ctx, tx, s.area)
			about := subject{
				title: "Add somebody who is in no register", lead: "A team that stands for itself, a church, a shop, a residents’ group. It is a name for your own list: other areas do not see it.",
				button: "Add it to our list", done: "It is on your list.", back: agenciesHref(s.area), crumbs: []web.Link{agenciesLink(s.area)},
				begins: url.Values{"name": {r.URL.Query().Get("name")}}, options: map[string][]web.Option{},
			}
			setDate(about.begins, "from", p.site.Today())
			about.options["type"], about.options["subtype"] = typeOptions(kinds), subtypeOptions(kinds)
			return about, err
		},
		fields: func(f filled, about subject) []templ.Component {
			fields := []templ.Component{
				f.text("name", "What is it called?", ""),
				f.radios("type", "What sort of body is it?", "", about.options["type"]...),
				f.choose("subtype", "Which exactly?", subtypeHint, about.options["subtype"]),
				besideFields("None of these fits: add a sort of our own", agenciesHref(about.area)+"/types"),
				f.text("place", "Where is it?", "A street or a town. You can leave this out."),
				f.date("from", "Since when do you work with it, or want to?", sinceHint),
			}
			if f.wrong.For("different") != "" {
				fields = append(fields, f.boxes("different", "Is it another one?", web.Option{Value: "yes", Text: "Yes, it only has the same name"}))
			}
			return fields
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := agency.NewBody{
				Form: form.Text("form"), Name: form.Text("name"), Type: agency.Type(form.Text("type")), Subtype: form.Text("subtype"), Place: form.Text("place"), From: form.Date("from"),
				Different: form.Text("different") == "yes",
			}
			made, err := p.agencies.AddBody(ctx, by, about.area, n)
			if words := fault.Public(err); err != nil && words != "" && isConflict(err) {
				return "", fault.Invalid{{Field: "different", Words: words}}
			}
			if err != nil {
				return "", err
			}
			return p.hrefOf(ctx, about, made)
		},
	}
}

const subtypeHint = "You can leave this out. A county, a borough and a parish are each a council of their own."

// typeOptions are the types to choose from.
func typeOptions(kinds []agency.Kind) (options []web.Option) {
	for _, k := range kinds {
		options = append(options, web.Option{Value: string(k.Type), Text: k.Name})
	}
	return options
}

// subtypeOptions are the sub-types of all types, to choose from.
func subtypeOptions(kinds []agency.Kind) []web.Option {
	options := []web.Option{{Text: "We do not know, or none of these"}}
	for _, k := range kinds {
		for _, s := range k.Subtypes {
			options = append(options, web.Option{Value: s.Code, Text: k.Name + ": " + s.Name})
		}
	}
	return options
}

// changeBody writes anew what a body is that the area added itself.
func (p pages) changeBody() section {
	return section{
		path: "agencies/{body}/change",
		about: func(ctx context.Context, tx *db.Tx, r *http.Request, s scene) (subject, error) {
			about, err := ofBody(ctx, tx, r, s)
			if err != nil {
				return about, err
			}
			b := about.body
			about.title, about.button, about.done = "Change what "+b.Name+" is", "Keep it", "It is changed."
			about.lead = "You added it yourselves. It stays the same, with all that you wrote of it."
			kinds, err := agency.Kinds(ctx, tx, s.area)
			about.options["type"], about.options["subtype"] = typeOptions(kinds), subtypeOptions(kinds)
			about.options["tier"] = []web.Option{{Text: "None, or as is usual for its sort"}}
			for _, t := range agency.Tiers() {
				about.options["tier"] = append(about.options["tier"], web.Option{Value: string(t), Text: t.InWords()})
			}
			about.begins = url.Values{"name": {b.Name}, "type": {string(b.Type)}, "subtype": {b.Subtype}, "tier": {string(b.Tier)}, "place": {b.Place}}
			setDate(about.begins, "opened", b.Opened)
			return about, err
		},
		fields: func(f filled, about subject) []templ.Component {
			return []templ.Component{
				f.text("name", "What is it called?", ""),
				f.boxes("renamed", "Is that another name than before?", web.Option{Value: "yes", Text: "Yes, it was called otherwise until now", Hint: "The old name is kept beside it. Leave it out where the old name was a mistake."}),
				f.choose("type", "What sort of body is it?", "", about.options["type"]),
				f.choose("subtype", "Which exactly?", subtypeHint, about.options["subtype"]),
				besideFields("None of these fits: add a sort of our own", agenciesHref(about.area)+"/types"),
				f.choose("tier", "Of which layer of government is it?", "Only for councils.", about.options["tier"]),
				f.text("place", "Where is it?", "A street or a town. You can leave this out."),
				f.date("opened", "Since when is it there?", "You can leave this out."),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := agency.BodyChange{
				Form: form.Text("form"), Name: form.Text("name"), Type: agency.Type(form.Text("type")), Subtype: form.Text("subtype"), Tier: agency.Tier(form.Text("tier")),
				Place: form.Text("place"), Opened: form.Date("opened"), Renamed: form.Text("renamed") == "yes",
			}
			if unread := form.Over(nil); len(unread) > 0 {
				return "", unread
			}
			return about.back, p.agencies.ChangeBody(ctx, by, about.area, about.body.ID, n)
		},
	}
}

// hrefOf is the address of a body within an area.
func (p pages) hrefOf(ctx context.Context, about subject, of organisation.ID) (href string, err error) {
	err = p.agencies.DB.Read(ctx, func(tx *db.Tx) error {
		b, err := agency.BodyByID(ctx, tx, of)
		href = bodyHref(about.area, b)
		return err
	})
	return href, err
}

func (p pages) listBody() section {
	return section{
		path: "agencies/{body}/list",
		about: func(ctx context.Context, tx *db.Tx, r *http.Request, s scene) (subject, error) {
			about, err := ofBody(ctx, tx, r, s)
			about.title, about.button, about.done = "Put "+about.body.Name+" on our list", "Put it on our list", "It is on your list. Who is there that you know?"
			setDate(about.begins, "from", p.site.Today())
			return about, err
		},
		fields: func(f filled, _ subject) []templ.Component {
			return []templ.Component{f.date("from", "Since when do you work with it, or want to?", sinceHint)}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			from := form.Date("from")
			return about.back, p.agencies.List(ctx, by, about.area, about.body.ID, from, form.Text("form"))
		},
	}
}

func (p pages) takeOff() section {
	return section{
		path: "agencies/{body}/off",
		about: func(ctx context.Context, tx *db.Tx, r *http.Request, s scene) (subject, error) {
			about, err := ofBody(ctx, tx, r, s)
			about.title, about.button, about.done = "Take "+about.body.Name+" off our list", "Take it off", "It is off your list. All that you wrote of it stays."
			about.lead, about.back = "You do not work with it any more. All that you wrote of it stays, and you can put it back.", bodyHref(s.area, about.body)
			setDate(about.begins, "until", p.site.Today())
			return about, err
		},
		fields: func(f filled, _ subject) []templ.Component {
			return []templ.Component{f.date("until", "Since when not?", sinceHint)}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			until := form.Date("until")
			return agenciesHref(about.area), p.agencies.TakeOff(ctx, by, about.area, about.body.ID, until, form.Text("form"))
		},
	}
}

func (p pages) replaceBody() section {
	return section{
		path: "agencies/{body}/replace",
		about: func(ctx context.Context, tx *db.Tx, r *http.Request, s scene) (subject, error) {
			about, err := ofBody(ctx, tx, r, s)
			if err != nil {
				return about, err
			}
			about.title, about.button, about.done = "Another takes the place of "+about.body.Name, "Let it take its place", "It is done. The teams and people you know went over."
			about.lead = "A council became another, a service moved. The teams, jobs and people that you know go over to it from that day; before that day all stays as it was."
			options, err := bodyOptions(ctx, tx, s, p.site.Today(), about.body.ID)
			if err != nil {
				return about, err
			}
			after, err := agency.BodiesByID(ctx, tx, about.body.Successors)
			for _, id := range about.body.Successors {
				b := after[id]
				options = slices.DeleteFunc(options, func(o web.Option) bool { return o.Value == string(id) })
				options = append(options, web.Option{Value: string(id), Text: b.Name + " (came after it)"})
				about.begins.Set("other", string(id))
			}
			about.options["other"] = options
			setDate(about.begins, "on", p.site.Today())
			if !about.body.Closed.IsZero() {
				setDate(about.begins, "on", about.body.Closed)
			}
			return about, err
		},
		fields: func(f filled, about subject) []templ.Component {
			return []templ.Component{
				f.choose("other", "Which takes its place?", "If it is not here, put it on your list first.", about.options["other"]),
				f.date("on", "From which day on?", sinceHint),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			on := form.Date("on")
			other := organisation.ID(form.Text("other"))
			if other == "" {
				return "", fault.Invalid{{Field: "other", Words: "Choose which takes its place"}}
			}
			if err := p.agencies.Replace(ctx, by, about.area, about.body.ID, other, on, form.Text("form")); err != nil {
				return "", err
			}
			return p.hrefOf(ctx, about, other)
		},
	}
}

func (p pages) closeBody() section {
	return section{
		path: "agencies/{body}/close",
		about: func(ctx context.Context, tx *db.Tx, r *http.Request, s scene) (subject, error) {
			about, err := ofBody(ctx, tx, r, s)
			about.title, about.button, about.done = about.body.Name+" is no more", "Note that it is no more", "Noted."
			about.lead = "For a group or a team that you added yourselves. What registers list ends when they say so."
			setDate(about.begins, "on", p.site.Today())
			return about, err
		},
		fields: func(f filled, _ subject) []templ.Component {
			return []templ.Component{f.date("on", "Since when?", sinceHint)}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			on := form.Date("on")
			return about.back, p.agencies.CloseBody(ctx, by, about.area, about.body.ID, agency.NewClosing{Form: form.Text("form"), On: on})
		},
	}
}

// unitOptions are the teams of a body that are there now, to choose from.
func (p pages) unitOptions(ctx context.Context, tx *db.Tx, about subject, none string, but agency.UnitID) ([]web.Option, error) {
	units, err := agency.UnitsOn(ctx, tx, about.area.ID, about.body.ID, p.site.Today())
	options := []web.Option{{Text: none}}
	for _, u := range units {
		if u.ID != but {
			options = append(options, web.Option{Value: string(u.ID), Text: u.Name})
		}
	}
	return options, err
}

func (p pages) newUnit() section {
	return section{
		path: "agencies/{body}/units/new",
		about: func(ctx context.Context, tx *db.Tx, r *http.Request, s scene) (subject, error) {
			about, err := ofBody(ctx, tx, r, s)
			if err != nil {
				return about, err
			}
			about.title, about.lead, about.button, about.done = "Add a team", "A department, a team, the officers for your streets. A council is not one thing: know it in parts.", "Add the team", "The team is there."
			setDate(about.begins, "from", p.site.Today())
			if about.options["parent"], err = p.unitOptions(ctx, tx, about, "No other: of the whole", ""); err != nil {
				return about, err
			}
			offers, err := agency.OffersOf(ctx, tx, about.body.ID)
			for _, o := range offers {
				about.options["offers"] = append(about.options["offers"], web.Option{Text: o.Name})
			}
			return about, err
		},
		fields: func(f filled, about subject) []templ.Component {
			name := web.TextField{Name: "name", Label: "What is the team called?", Hint: "As they call it themselves.", Value: f.values.Get("name"), Error: f.wrong.For("name")}
			for _, o := range about.options["offers"] {
				name.Suggest = append(name.Suggest, o.Text)
			}
			if len(name.Suggest) > 0 {
				name.Hint = "As they call it themselves. Type some letters and choose: the register has these teams."
			}
			fields := []templ.Component{name}
			if len(about.options["parent"]) > 1 {
				fields = append(fields, f.choose("parent", "Which team is it part of?", "", about.options["parent"]))
			}
			return append(fields, f.date("from", "Since when is there such a team?", sinceHint))
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := readUnit(about, form)
			_, err := p.agencies.AddUnit(ctx, by, about.area, n)
			return about.back, err
		},
	}
}

func readUnit(about subject, form *web.Form) agency.NewUnit {
	return agency.NewUnit{Form: form.Text("form"), Body: about.body.ID, Parent: agency.UnitID(form.Text("parent")), Name: form.Text("name"), From: form.Date("from")}
}

// ofUnit is what the forms about one unit of a body have in common.
func (p pages) ofUnit(ctx context.Context, tx *db.Tx, r *http.Request, s scene) (subject, error) {
	about, err := ofBody(ctx, tx, r, s)
	if err != nil {
		return about, err
	}
	if about.unit, err = agency.UnitByID(ctx, tx, s.area.ID, agency.UnitID(r.PathValue("unit"))); err != nil {
		return about, err
	}
	if about.unit.Body != about.body.ID {
		return about, fault.NotFound
	}
	about.options["units"], err = p.unitOptions(ctx, tx, about, "None of them", about.unit.ID)
	return about, err
}

func (p pages) changeUnit() section {
	return section{
		path: "agencies/{body}/units/{unit}",
		about: func(ctx context.Context, tx *db.Tx, r *http.Request, s scene) (subject, error) {
			about, err := p.ofUnit(ctx, tx, r, s)
			about.title, about.button, about.done = "Change "+about.unit.Name, "Keep it", "The team is changed."
			about.lead = "It has another name, or is part of another team. It stays the same team, with the same people."
			about.begins.Set("name", about.unit.Name)
			about.begins.Set("parent", string(about.unit.Parent))
			setDate(about.begins, "from", p.site.Today())
			return about, err
		},
		fields: func(f filled, about subject) []templ.Component {
			return []templ.Component{
				f.text("name", "What is the team called now?", ""),
				f.choose("parent", "Which team is it part of?", "", about.options["units"]),
				f.date("from", "Since when is it so?", sinceHint),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := readUnit(about, form)
			return about.back, p.agencies.ChangeUnit(ctx, by, about.area, about.unit.ID, n)
		},
	}
}

func (p pages) endUnit() section {
	return section{
		path: "agencies/{body}/units/{unit}/end",
		about: func(ctx context.Context, tx *db.Tx, r *http.Request, s scene) (subject, error) {
			about, err := p.ofUnit(ctx, tx, r, s)
			about.title, about.button, about.done = about.unit.Name+" is no more", "Note that it is no more", "Noted. Nobody that you know is lost."
			about.lead = "A restructure, a cut, a move. If another team came after it, the jobs and people that you know go over to it. If several did, they go to the first of them, and you can change each job from there."
			setDate(about.begins, "on", p.site.Today())
			return about, err
		},
		fields: func(f filled, about subject) []templ.Component {
			return []templ.Component{
				f.boxes("next", "Which team came after it? It may be several. If it is not here, add it first.", about.options["units"][1:]...),
				f.radios("posts", "What became of its jobs?", "",
					web.Option{Value: "over", Text: "They went over, with the people in them"}, web.Option{Value: "ended", Text: "They ended with it"}),
				f.date("on", "Since when?", sinceHint),
				f.area("why", "Is there anything to remember?", "You can leave this out. Name no person.", 1000),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := agency.EndUnit{Form: form.Text("form"), On: form.Date("on"), Why: form.Text("why"), Leave: form.Text("posts") == "ended"}
			for _, next := range form.Texts("next") {
				n.Next = append(n.Next, agency.UnitID(next))
			}
			if !slices.Contains([]string{"over", "ended"}, form.Text("posts")) {
				return "", fault.Invalid{{Field: "posts", Words: "Say what became of its jobs"}}
			}
			return about.back, p.agencies.EndUnit(ctx, by, about.area, about.unit.ID, n)
		},
	}
}
