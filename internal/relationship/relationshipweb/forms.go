package relationshipweb

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/organisation"
	"commontable/internal/relationship"
	"commontable/internal/web"
)

// sections are all forms.
func (p pages) sections() []section {
	return []section{
		p.newOne(), p.details(), p.state(), p.purposes(), p.factor(), p.addHolder(), p.leave(), p.merge(),
		p.inTouch(), p.note(), p.showEntry(), p.addPromise(), p.notePromise(), p.openHandover(), p.tick(), p.officers(), p.oneOfficer(),
		p.newQuestion(), p.noteQuestion(), p.newChange(), p.enough(), p.tier(),
	}
}

const (
	todayToo  = "For example, 27 3 2026."
	inPrivate = "Those of us who see our relationships read this. Write nothing that was told to you in confidence."
)

func kindOptions() []web.Option {
	var all []web.Option
	for _, k := range relationship.Kinds() {
		all = append(all, web.Option{Value: string(k), Text: k.InWords(), Hint: k.Means()})
	}
	return all
}

func closenessOptions(all ...relationship.Closeness) []web.Option {
	hints := map[relationship.Closeness]string{
		relationship.Close: "We talk often, and can ring each other.", relationship.Regular: "We meet again and again.", relationship.NowAndThen: "Some weeks or months apart.",
		relationship.AdHoc: "That is fine too.", relationship.NoneNow: "That is fine too.", relationship.NotYet: "We would like to get to know them.",
		relationship.Over: "It leaves the map, and its story stays.",
	}
	var options []web.Option
	for _, c := range all {
		options = append(options, web.Option{Value: string(c), Text: c.InWords(), Hint: hints[c]})
	}
	return options
}

func typeOptions(ctx context.Context, tx *db.Tx, s scene) ([]web.Option, error) {
	kinds, err := agency.Kinds(ctx, tx, s.area)
	options := []web.Option{{Text: "Choose"}}
	for _, k := range kinds {
		options = append(options, web.Option{Value: string(k.Type), Text: k.Name})
	}
	return options, err
}

// newOne is the one short page that a new link takes: all else comes later.
func (p pages) newOne() section {
	return section{
		path: "relationships/new",
		about: func(r *http.Request, tx *db.Tx, s scene) (subject, error) {
			about := subject{
				scene: s, title: "Add an organisation", lead: "Five short questions, and it is on the map. Everything else can wait.", button: "Put it on the map", done: "It is on the map.",
				back: listHref(s.area), begins: url.Values{}, options: map[string][]web.Option{}, suggest: map[string][]string{},
			}
			var err error
			if about.options["type"], err = typeOptions(r.Context(), tx, s); err != nil {
				return about, err
			}
			bodies, err := agency.Listed(r.Context(), tx, s.area.ID, p.site.Today())
			if err != nil {
				return about, err
			}
			for _, b := range bodies {
				about.suggest["who"] = append(about.suggest["who"], b.Name)
			}
			units, err := agency.UnitsOn(r.Context(), tx, s.area.ID, "", p.site.Today())
			if err != nil {
				return about, err
			}
			for _, u := range units {
				about.suggest["team"] = append(about.suggest["team"], u.Name)
			}
			about.suggest["people"], err = peopleOf(r.Context(), tx, s.area.ID, p.site.Today())
			for _, field := range []string{"who", "type", "team"} { // from the page of who is who
				about.begins.Set(field, r.URL.Query().Get(field))
			}
			about.begins.Set("holder_name", s.by.Name)
			return about, err
		},
		fields: func(f filled, about subject) []templ.Component {
			return []templ.Component{
				f.text("who", "Which organisation is it?", "A council, a school, a group. Its usual name will do.", about.suggest["who"]...),
				f.choose("type", "What sort is it?", about.options["type"]),
				f.boxes("kinds", "What are they to us?", "Several at once is fine, and so is none.", kindOptions()...),
				f.radios("closeness", "How close are you?", "", closenessOptions(relationship.Close, relationship.Regular, relationship.NowAndThen, relationship.AdHoc, relationship.NotYet)...),
				f.text("holder_name", "Who of us knows them best?", "Leave it empty if nobody does yet.", about.suggest["people"]...),
				folded(
					"A team of theirs, or a shorter name",
					f.text("team", "Which team of theirs?", "For example, “Parks team”. Leave it empty for all of them.", about.suggest["team"]...),
					f.text("name", "What do you call them?", "For example, “Borough council: parks team”. Leave it empty for the name above."),
					f.text("short", "A short name for the map", "Up to 24 letters. We shorten it if you leave it empty."),
				),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := relationship.New{
				Form: form.Text("form"), Who: form.Text("who"), Team: form.Text("team"),
				Draft: relationship.Draft{Name: form.Text("name"), Short: form.Text("short"), Type: agency.Type(form.Text("type"))},
				State: relationship.NewState{Closeness: relationship.Closeness(form.Text("closeness"))},
			}
			for _, k := range form.Texts("kinds") {
				n.State.Kinds = append(n.State.Kinds, relationship.Kind(k))
			}
			who, err := about.person(ctx, form.Text("holder_name"))
			if err != nil {
				return "", err
			}
			n.Holder = relationship.NewHolder{Name: form.Text("holder_name"), Person: who}
			if who == by.Person && who != "" {
				n.Holder.Role = roleOf(by)
			}
			made, err := p.all.Add(ctx, by, about.area, n)
			return href(about.area, made), err
		},
	}
}

// roleOf is what somebody is to the partnership, by the code of relationship.Roles.
func roleOf(by access.Actor) string {
	return map[access.Role]string{access.Chair: "chair", access.Worker: "worker", access.Member: "resident"}[by.Hat.Role]
}

func (p pages) details() section {
	return section{
		path: "relationships/{relationship}/details",
		about: p.of("About them and us", "", "Keep this", "That is noted.", func(r *http.Request, tx *db.Tx, about *subject) (err error) {
			one := about.relationship
			about.begins = url.Values{
				"name": {one.Name}, "short": {one.Short}, "type": {string(one.Type)}, "how_begun": {one.HowBegun}, "brought_by": {string(one.BroughtBy)}, "through": {one.Through},
				"mark": {one.Mark}, "unit": {string(one.Unit)}, "body": {string(one.Body)},
			}
			setDate(about.begins, "began", one.Began)
			if about.options["type"], err = typeOptions(r.Context(), tx, about.scene); err != nil {
				return err
			}
			others, err := relationship.All(r.Context(), tx, about.area.ID)
			if err != nil {
				return err
			}
			about.options["brought_by"] = []web.Option{{Text: "Nobody on our map"}}
			for _, o := range others {
				if o.ID != one.ID {
					about.options["brought_by"] = append(about.options["brought_by"], web.Option{Value: string(o.ID), Text: o.Name})
				}
			}
			if err := p.ending(r.Context(), tx, about, false); err != nil {
				return err
			}
			return p.opposite(r, tx, about)
		}),
		fields: func(f filled, about subject) []templ.Component {
			fields := []templ.Component{
				f.text("name", "What do you call them?", ""),
				f.text("short", "A short name for the map", "Up to 24 letters."),
				f.choose("type", "What sort is it?", about.options["type"]),
				f.choose("body", "Which organisation is it, under “Who is who”?", about.options["body"]),
				ends(about.ends, f, about),
			}
			if len(about.options["unit"]) > 1 {
				fields = append(fields, f.choose("unit", "Which team of theirs?", about.options["unit"]))
			}
			return append(
				fields,
				f.area("how_begun", "How did it begin?", "What set it off. You can leave this out.", 1000),
				f.choose("brought_by", "Through whom did you come to know them?", about.options["brought_by"]),
				f.text("through", "Or through somebody else?", "A name, a network, a meeting."),
				f.date("began", "Since when do you work together?", "The year is enough: write 1 1 before it. You can leave this out."),
				f.text("mark", "A few words for the map", "For example, “holds our money”. You can leave this out."),
			)
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := relationship.Draft{
				Body: organisation.ID(form.Text("body")), Unit: agency.UnitID(form.Text("unit")), Name: form.Text("name"), Short: form.Text("short"), Type: agency.Type(form.Text("type")), HowBegun: form.Text("how_begun"),
				BroughtBy: relationship.ID(form.Text("brought_by")), Through: form.Text("through"), Began: form.Date("began"), Mark: form.Text("mark"),
				EndLinks: about.endLinks(form),
			}
			if unread := form.Over(nil); len(unread) > 0 {
				return "", form.Over(n.Check(p.site.Today()))
			}
			return about.back, p.all.Change(ctx, by, about.area, about.relationship.ID, n, form.Text("form"))
		},
	}
}

// opposite are the bodies that a relationship may be with, and their teams. Where the
// body or the team is no more and one alone came after it, the form begins with that one.
func (p pages) opposite(r *http.Request, tx *db.Tx, about *subject) error {
	ctx, today, one := r.Context(), p.site.Today(), about.relationship
	is, err := agency.BodyByID(ctx, tx, one.Body)
	if errors.Is(err, fault.NotFound) { // it holds the money, and is on no list of agencies
		is.ID = one.Body
		is.Name, err = organisation.NameOf(ctx, tx, one.Body)
	}
	if err != nil {
		return err
	}
	listed, err := agency.Listed(ctx, tx, about.area.ID, today)
	if err != nil {
		return err
	}
	after, err := agency.BodiesByID(ctx, tx, is.Successors)
	if err != nil {
		return err
	}
	names := map[organisation.ID]string{}
	offer := func(b agency.Body, words string) {
		if names[b.ID] == "" {
			names[b.ID] = b.Name
			about.options["body"] = append(about.options["body"], web.Option{Value: string(b.ID), Text: b.Name + words})
		}
	}
	offer(is, "")
	for _, id := range is.Successors {
		offer(after[id], " (came after it)")
		if len(is.Successors) == 1 && !is.OpenOn(today) {
			about.begins.Set("body", string(id))
		}
	}
	for _, b := range listed {
		offer(b, "")
	}
	units, err := agency.Units(ctx, tx, about.area.ID)
	about.options["unit"] = []web.Option{{Text: "All of them"}}
	for _, u := range units {
		now := u.OnDay(today)
		if !now && u.ID != one.Unit || names[u.Body] == "" {
			continue
		}
		words := u.Name
		if u.Body != one.Body {
			words = names[u.Body] + ": " + u.Name
		}
		if !now {
			words += " (no more)"
		}
		about.options["unit"] = append(about.options["unit"], web.Option{Value: string(u.ID), Text: words})
		if u.ID == one.Unit && u.Body != one.Body { // it went over to another body
			about.begins.Set("body", string(u.Body))
		}
		if u.ID == one.Unit && !now && len(u.Successors) == 1 {
			about.begins.Set("unit", string(u.Successors[0]))
		}
	}
	return err
}

func (p pages) state() section {
	return section{
		path: "relationships/{relationship}/state",
		about: p.of("How does it stand?", "There is no ladder to climb. Now and then, when there is a reason, or none just now are good answers.", "Keep this", "That is noted.", func(r *http.Request, tx *db.Tx, about *subject) error {
			noted, err := relationship.StatesOf(r.Context(), tx, about.area.ID, about.relationship.ID)
			now, _ := relationship.StateOn(noted, p.site.Today())
			about.begins = url.Values{"closeness": {string(now.Closeness)}, "rhythm": {string(now.Rhythm)}}
			for _, k := range now.Kinds {
				about.begins.Add("kinds", string(k))
			}
			setDate(about.begins, "from", p.site.Today())
			return err
		}),
		fields: func(f filled, _ subject) []templ.Component {
			var rhythms []web.Option
			for _, one := range relationship.Rhythms() {
				rhythms = append(rhythms, web.Option{Value: string(one), Text: one.InWords()})
			}
			return []templ.Component{
				f.boxes("kinds", "What are they to us?", "Several at once is fine, and so is none.", kindOptions()...),
				f.radios("closeness", "How close are you?", "", closenessOptions(relationship.Closenesses()...)...),
				f.radios("rhythm", "How often do you want to be in touch?", "We say so when it goes quiet.", rhythms...),
				f.date("from", "Since when?", "A day years ago is fine: it is how you remember it."),
				f.area("words", "What changed?", inPrivate+" You can leave this out.", 1000),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := relationship.NewState{
				Form: form.Text("form"), From: form.Date("from"), Closeness: relationship.Closeness(form.Text("closeness")), Rhythm: relationship.Rhythm(form.Text("rhythm")), Words: form.Text("words"),
			}
			for _, k := range form.Texts("kinds") {
				n.Kinds = append(n.Kinds, relationship.Kind(k))
			}
			return about.back, p.all.Note(ctx, by, about.area, about.relationship.ID, n)
		},
	}
}

func (p pages) purposes() section {
	return section{
		path: "relationships/{relationship}/purposes",
		about: p.of("What is it for?", "Tick what you do together. There is room for a word on each.", "Keep this", "That is noted.", func(r *http.Request, tx *db.Tx, about *subject) error {
			noted, err := relationship.UsesOf(r.Context(), tx, about.area.ID, about.relationship.ID)
			for _, u := range relationship.UsesOn(noted, p.site.Today()) {
				about.begins.Add("purposes", string(u.Purpose))
				about.begins.Set("words-"+string(u.Purpose), u.Words)
			}
			setDate(about.begins, "from", p.site.Today())
			return err
		}),
		fields: func(f filled, _ subject) []templ.Component {
			var options []web.Option
			for _, one := range relationship.Purposes() {
				options = append(options, web.Option{Value: string(one.Purpose), Text: one.Words, Hint: one.Group})
			}
			var words []templ.Component
			for _, one := range relationship.Purposes() {
				words = append(words, f.text("words-"+string(one.Purpose), one.Words+": which?", ""))
			}
			return []templ.Component{
				f.boxes("purposes", "What do you do together?", "", options...),
				folded("Say a word on each, such as “The skate park”", words...),
				f.date("from", "Since when is it so?", todayToo),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := relationship.NewUses{Form: form.Text("form"), From: form.Date("from"), Uses: map[relationship.Purpose]string{}}
			for _, one := range form.Texts("purposes") {
				n.Uses[relationship.Purpose(one)] = form.Text("words-" + one)
			}
			return about.back, p.all.SetPurposes(ctx, by, about.area, about.relationship.ID, n)
		},
	}
}

func (p pages) factor() section {
	return section{
		path: "relationships/{relationship}/factors",
		about: p.of("What helps, and what holds back?", "Each of these can do either.", "Keep this", "That is noted.", func(_ *http.Request, _ *db.Tx, about *subject) error {
			setDate(about.begins, "from", p.site.Today())
			return nil
		}),
		fields: func(f filled, _ subject) []templ.Component {
			options := []web.Option{{Text: "Choose"}}
			for _, one := range relationship.Factors() {
				options = append(options, web.Option{Value: string(one.Factor), Text: one.Words})
			}
			return []templ.Component{
				f.choose("factor", "What is it?", options),
				f.radios("effect", "What does it do here?", "",
					web.Option{Value: string(relationship.Helps), Text: "It helps"},
					web.Option{Value: string(relationship.HoldsBack), Text: "It holds back"},
					web.Option{Value: string(relationship.Neither), Text: "Neither, any more"}),
				f.area("words", "In your own words", inPrivate, 500),
				f.date("from", "Since when?", todayToo),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			return about.back, p.all.SetFactor(ctx, by, about.area, about.relationship.ID, relationship.NewWeight{
				Form: form.Text("form"), Factor: relationship.Factor(form.Text("factor")), Effect: relationship.Effect(form.Text("effect")), From: form.Date("from"), Words: form.Text("words"),
			})
		},
	}
}

func (p pages) merge() section {
	return section{
		path: "relationships/{relationship}/merge",
		about: p.of("They became one with another", "For teams or bodies that merged. The story of both stays.", "Make them one", "They are one now.", func(r *http.Request, tx *db.Tx, about *subject) error {
			links, err := about.links(r.Context(), tx, p.site.Today())
			about.options["into"] = []web.Option{{Text: "Choose"}}
			for _, l := range links {
				if l.ID != about.relationship.ID {
					about.options["into"] = append(about.options["into"], web.Option{Value: string(l.ID), Text: l.Name})
				}
			}
			setDate(about.begins, "on", p.site.Today())
			if err != nil {
				return err
			}
			return p.ending(r.Context(), tx, about, true)
		}),
		fields: func(f filled, about subject) []templ.Component {
			return []templ.Component{
				f.choose("into", "Into which did it go?", about.options["into"]),
				f.date("on", "From which day on?", todayToo),
				ends(about.ends, f, about),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			into := relationship.ID(form.Text("into"))
			err := p.all.Merge(ctx, by, about.area, about.relationship.ID, relationship.Merge{Form: form.Text("form"), Into: into, On: form.Date("on"), EndLinks: about.endLinks(form)})
			return href(about.area, into), err
		},
	}
}
