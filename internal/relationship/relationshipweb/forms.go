package relationshipweb

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/relationship"
	"commontable/internal/web"
)

// sections are all forms.
func (p pages) sections() []section {
	return []section{
		p.newOne(), p.details(), p.state(), p.purposes(), p.factor(), p.addHolder(), p.leave(), p.merge(),
		p.inTouch(), p.note(), p.showEntry(), p.addPromise(), p.notePromise(), p.openHandover(), p.tick(), p.officers(),
		p.newQuestion(), p.noteQuestion(),
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
			about.suggest["people"], err = peopleOf(r.Context(), tx, s.area.ID, p.site.Today())
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
					f.text("name", "What do you call them?", "For example, “Borough council: parks team”. Leave it empty for the name above."),
					f.text("short", "A short name for the map", "Up to 24 letters. We shorten it if you leave it empty."),
				),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := relationship.New{
				Form: form.Text("form"), Who: form.Text("who"),
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
				"mark": {one.Mark}, "unit": {string(one.Unit)},
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
			units, err := agency.UnitsOn(r.Context(), tx, about.area.ID, one.Body, p.site.Today())
			about.options["unit"] = []web.Option{{Text: "All of them"}}
			for _, u := range units {
				about.options["unit"] = append(about.options["unit"], web.Option{Value: string(u.ID), Text: u.Name})
			}
			return err
		}),
		fields: func(f filled, about subject) []templ.Component {
			fields := []templ.Component{
				f.text("name", "What do you call them?", ""),
				f.text("short", "A short name for the map", "Up to 24 letters."),
				f.choose("type", "What sort is it?", about.options["type"]),
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
				Unit: agency.UnitID(form.Text("unit")), Name: form.Text("name"), Short: form.Text("short"), Type: agency.Type(form.Text("type")), HowBegun: form.Text("how_begun"),
				BroughtBy: relationship.ID(form.Text("brought_by")), Through: form.Text("through"), Began: form.Date("began"), Mark: form.Text("mark"),
			}
			if unread := form.Over(nil); len(unread) > 0 {
				return "", form.Over(n.Check(p.site.Today()))
			}
			return about.back, p.all.Change(ctx, by, about.area, about.relationship.ID, n, form.Text("form"))
		},
	}
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

func sideOptions(ours, theirs string) []web.Option {
	return []web.Option{{Value: string(relationship.Ours), Text: ours}, {Value: string(relationship.Theirs), Text: theirs}}
}

func (p pages) addHolder() section {
	return section{
		path: "relationships/{relationship}/holders",
		about: p.of("Who knows whom", "Two on each side are better than one: then nobody has to hold it alone.", "Add them", "They are added.", func(r *http.Request, tx *db.Tx, about *subject) (err error) {
			about.begins.Set("side", r.URL.Query().Get("side"))
			setDate(about.begins, "from", p.site.Today())
			about.suggest["people"], err = peopleOf(r.Context(), tx, about.area.ID, p.site.Today())
			if err != nil {
				return err
			}
			contacts, err := p.contacts(r.Context(), tx, about.area.ID, about.relationship)
			for name := range contacts {
				about.suggest["people"] = append(about.suggest["people"], name)
			}
			slices.Sort(about.suggest["people"])
			return err
		}),
		fields: func(f filled, about subject) []templ.Component {
			return []templ.Component{
				f.radios("side", "On whose side?", "", sideOptions("On ours", "On theirs")...),
				f.text("name", "What is their name?", "", about.suggest["people"]...),
				f.text("role", "What are they?", "For example worker, resident, parks officer.", "worker", "chair", "resident", "adviser"),
				f.text("words", "A word on it", "For example, “Leads. Knows Karen and Jas.” You can leave this out."),
				f.date("from", "Since when?", todayToo),
				f.date("until", "Until when, if that is known?", "The first day on which they do it no more. Leave it empty if they stay."),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := relationship.NewHolder{
				Form: form.Text("form"), Side: relationship.Side(form.Text("side")), Name: form.Text("name"), Role: roleCode(form.Text("role")), Words: form.Text("words"), From: form.Date("from"), Until: form.Date("until"),
			}
			if err := p.settle(ctx, about, &n); err != nil {
				return "", err
			}
			_, err := p.all.Hold(ctx, by, about.area, about.relationship.ID, n)
			return about.back, err
		},
	}
}

// settle finds the account or the contact of a holder's name.
func (p pages) settle(ctx context.Context, about subject, n *relationship.NewHolder) (err error) {
	if n.Side == relationship.Ours {
		n.Person, err = about.person(ctx, n.Name)
		return err
	}
	return p.all.DB.Read(ctx, func(tx *db.Tx) error {
		contacts, err := p.contacts(ctx, tx, about.area.ID, about.relationship)
		if h, is := contacts[strings.Join(strings.Fields(n.Name), " ")]; is {
			n.Contact, n.Post = h.Contact, h.Post
		}
		return err
	})
}

// contacts are whom we know in the body, by name.
func (p pages) contacts(ctx context.Context, tx *db.Tx, a area.ID, one relationship.Relationship) (map[string]agency.Holding, error) {
	holders, err := agency.HoldersOn(ctx, tx, a, one.Body, p.site.Today())
	all := map[string]agency.Holding{}
	for _, h := range holders {
		if h.Contact.Name != "" {
			all[h.Contact.Name] = agency.Holding{Contact: h.Contact.ID, Post: h.Post.ID}
		}
	}
	return all, err
}

// roleCode is the code of a role that somebody typed in its words.
func roleCode(words string) string {
	for _, r := range relationship.Roles() {
		if strings.EqualFold(r.Words, words) || strings.EqualFold(r.Code, words) {
			return r.Code
		}
	}
	return words
}

// leave is that somebody on either side steps back.
func (p pages) leave() section {
	return section{
		path: "holders/{holder}",
		about: func(r *http.Request, tx *db.Tx, s scene) (subject, error) {
			h, err := relationship.HolderByID(r.Context(), tx, s.area.ID, relationship.HolderID(r.PathValue("holder")))
			if err != nil {
				return subject{}, err
			}
			one, err := relationship.ByID(r.Context(), tx, s.area.ID, h.Relationship)
			if err != nil {
				return subject{}, err
			}
			about := p.aboutOne(s, one)
			about.title, about.lead = h.Name+" steps back", "Say so early, and who could take over. Then nothing is lost."
			about.button, about.done, about.id = "Keep this", "That is noted.", string(h.ID)
			about.begins.Set("side", string(h.Side))
			about.suggest["people"], err = peopleOf(r.Context(), tx, s.area.ID, p.site.Today())
			return about, err
		},
		fields: func(f filled, about subject) []templ.Component {
			return []templ.Component{
				f.date("until", "What is the first day on which they do it no more?", todayToo),
				f.area("words", "A word on it", "You can leave this out. A thank-you is always right.", 500),
				f.text("next_name", "Who takes over?", "Leave it empty if nobody does yet.", about.suggest["people"]...),
				f.text("next_role", "What are they?", "You can leave this out.", "worker", "chair", "resident", "adviser"),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := relationship.NewLeaving{Form: form.Text("form"), Until: form.Date("until"), Words: form.Text("words")}
			n.Next = relationship.NewHolder{Name: form.Text("next_name"), Role: roleCode(form.Text("next_role")), Side: relationship.Side(about.begins.Get("side"))}
			if n.Next.Name != "" {
				if err := p.settle(ctx, about, &n.Next); err != nil {
					return "", err
				}
			}
			return about.back, p.all.Leave(ctx, by, about.area, relationship.HolderID(about.id), n)
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
			return err
		}),
		fields: func(f filled, about subject) []templ.Component {
			return []templ.Component{
				f.choose("into", "Into which did it go?", about.options["into"]),
				f.date("on", "From which day on?", todayToo),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			into := relationship.ID(form.Text("into"))
			err := p.all.Merge(ctx, by, about.area, about.relationship.ID, relationship.Merge{Form: form.Text("form"), Into: into, On: form.Date("on")})
			return href(about.area, into), err
		},
	}
}

func seenField(f filled) templ.Component {
	var options []web.Option
	for _, s := range relationship.Seens() {
		options = append(options, web.Option{Value: string(s.Seen), Text: s.Words})
	}
	return f.radios("seen", "Who may read it?", "", options...)
}

func newsOptions() []web.Option {
	return []web.Option{{Value: "good", Text: "Good"}, {Value: "not so good", Text: "Not so good"}, {Value: "both", Text: "Both"}, {Value: "", Text: "Neither: just in touch"}}
}

// inTouch is noted in a few taps.
func (p pages) inTouch() section {
	return section{
		path: "relationships/{relationship}/contact",
		about: p.of("We were in touch", "Good news is as much worth a note as bad.", "Note it", "That is noted.", func(r *http.Request, _ *db.Tx, about *subject) error {
			about.begins = url.Values{"how": {r.URL.Query().Get("how")}, "news": {"good"}, "seen": {string(relationship.SeenByUs)}}
			setDate(about.begins, "on", p.site.Today())
			return nil
		}),
		fields: func(f filled, _ subject) []templ.Component {
			var hows []web.Option
			for _, h := range relationship.Hows() {
				hows = append(hows, web.Option{Value: h.Code, Text: h.Words})
			}
			return []templ.Component{
				f.radios("how", "How?", "", hows...),
				f.radios("news", "What sort of news was it?", "", newsOptions()...),
				f.text("words", "A line on it", "You can leave this out."),
				folded("Another day, or not for all of us", f.date("on", "On which day?", todayToo), seenField(f)),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			_, err := p.all.AddEntry(ctx, by, about.area, about.relationship.ID, relationship.NewEntry{
				Form: form.Text("form"), Kind: relationship.InTouch, On: form.Date("on"), How: form.Text("how"), News: form.Text("news"), Words: form.Text("words"), Seen: relationship.Seen(form.Text("seen")),
			})
			return about.back, err
		},
	}
}

func (p pages) note() section {
	return section{
		path: "relationships/{relationship}/notes",
		about: p.of("Add a note", "", "Keep this note", "The note is kept.", func(_ *http.Request, _ *db.Tx, about *subject) error {
			about.begins = url.Values{"kind": {string(relationship.Noted)}, "told_by": {"day"}, "seen": {string(relationship.SeenByUs)}}
			setDate(about.begins, "on", p.site.Today())
			return nil
		}),
		fields: func(f filled, _ subject) []templ.Component {
			return []templ.Component{
				f.radios("kind", "What is it?", "",
					web.Option{Value: string(relationship.Noted), Text: "Something happened"},
					web.Option{Value: string(relationship.Before), Text: "Something from before, that people remember", Hint: "It is fine for hard things to stay part of the story."}),
				f.area("words", "What happened?", "Say what happened, and not who is to blame.", 2000),
				f.area("together", "Where is working together possible all the same?", "You can leave this out.", 500),
				f.date("on", "When?", todayToo),
				f.radios("told_by", "How well do you know when?", "", web.Option{Value: "day", Text: "To the day"}, web.Option{Value: "month", Text: "The month"}, web.Option{Value: "year", Text: "The year"}),
				seenField(f),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			_, err := p.all.AddEntry(ctx, by, about.area, about.relationship.ID, relationship.NewEntry{
				Form: form.Text("form"), Kind: relationship.EntryKind(form.Text("kind")), On: form.Date("on"), ToldBy: form.Text("told_by"), Words: form.Text("words"), Together: form.Text("together"), Seen: relationship.Seen(form.Text("seen")),
			})
			return about.back, err
		},
	}
}

func (p pages) showEntry() section {
	return section{
		path: "relationship-notes/{note}",
		about: func(r *http.Request, tx *db.Tx, s scene) (subject, error) {
			e, err := relationship.EntryByID(r.Context(), tx, s.area.ID, relationship.EntryID(r.PathValue("note")))
			if err != nil {
				return subject{}, err
			}
			one, err := relationship.ByID(r.Context(), tx, s.area.ID, e.Relationship)
			if err != nil {
				return subject{}, err
			}
			about := p.aboutOne(s, one)
			about.title, about.lead, about.button, about.done, about.id = "Who may read this?", e.Words, "Keep this", "That is noted.", string(e.ID)
			about.begins.Set("seen", string(e.Seen))
			return about, nil
		},
		fields: func(f filled, _ subject) []templ.Component { return []templ.Component{seenField(f)} },
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			return about.back, p.all.ShowEntry(ctx, by, about.area, relationship.EntryID(about.id), relationship.Seen(form.Text("seen")), form.Text("form"))
		},
	}
}

func (p pages) addPromise() section {
	return section{
		path: "relationships/{relationship}/promises",
		about: p.of("Note a promise", "Small and kept is better than big.", "Note it", "That is noted.", func(r *http.Request, tx *db.Tx, about *subject) (err error) {
			about.begins = url.Values{"how": {"said"}}
			setDate(about.begins, "made_on", p.site.Today())
			about.suggest["people"], err = peopleOf(r.Context(), tx, about.area.ID, p.site.Today())
			return err
		}),
		fields: func(f filled, about subject) []templ.Component {
			return []templ.Component{
				f.radios("side", "Who said they would do something?", "", sideOptions("We did", "They did")...),
				f.text("what", "What will be done?", "For example, “Two new benches”."),
				f.text("who", "Who does it?", "You can leave this out.", about.suggest["people"]...),
				f.date("due_on", "By when?", "Leave it empty if no day was said."),
				f.radios("how", "How was it said?", "", web.Option{Value: "said", Text: "In words"}, web.Option{Value: "written", Text: "In writing"}),
				f.date("made_on", "When was it said?", todayToo),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := relationship.NewPromise{
				Form: form.Text("form"), Side: relationship.Side(form.Text("side")), What: form.Text("what"), Who: form.Text("who"), Written: form.Text("how") == "written",
				MadeOn: form.Date("made_on"), DueOn: form.Date("due_on"),
			}
			var err error
			if n.Side == relationship.Ours {
				if n.Person, err = about.person(ctx, n.Who); err != nil {
					return "", err
				}
			}
			if unread := form.Over(nil); len(unread) > 0 {
				return "", form.Over(n.Check(p.site.Today()))
			}
			_, err = p.all.Promise(ctx, by, about.area, about.relationship.ID, n)
			return about.back + "#promises", err
		},
	}
}

func (p pages) notePromise() section {
	return section{
		path: "promises/{promise}",
		about: func(r *http.Request, tx *db.Tx, s scene) (subject, error) {
			one, err := relationship.PromiseByID(r.Context(), tx, s.area.ID, relationship.PromiseID(r.PathValue("promise")))
			if err != nil {
				return subject{}, err
			}
			of, err := relationship.ByID(r.Context(), tx, s.area.ID, one.Relationship)
			if err != nil {
				return subject{}, err
			}
			about := p.aboutOne(s, of)
			about.title, about.lead, about.button, about.done, about.id = "What became of it?", one.What, "Keep this", "That is noted.", string(one.ID)
			setDate(about.begins, "on", p.site.Today())
			return about, nil
		},
		fields: func(f filled, _ subject) []templ.Component {
			return []templ.Component{
				f.radios("what", "What became of it?", "",
					web.Option{Value: relationship.Kept, Text: "It is done"},
					web.Option{Value: relationship.Moved, Text: "It will be later", Hint: "With an honest reason."},
					web.Option{Value: relationship.Withdrawn, Text: "It will not be", Hint: "With an honest reason. Disappointing news is better than none."},
					web.Option{Value: relationship.Confirmed, Text: "It is confirmed in writing"}),
				f.date("on", "On which day was that?", todayToo),
				f.date("due_on", "If later: by when now?", "For example, 27 3 2027."),
				f.area("words", "Why?", "", 500),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := relationship.NewPromiseStep{Form: form.Text("form"), What: form.Text("what"), On: form.Date("on"), DueOn: form.Date("due_on"), Words: form.Text("words")}
			return about.back + "#promises", p.all.NotePromise(ctx, by, about.area, relationship.PromiseID(about.id), n)
		},
	}
}

func (p pages) openHandover() section {
	return section{
		path: "relationships/{relationship}/handover",
		about: p.of("Begin a handover", "When somebody leaves, is away, or is new. You get a list of small steps, and a pack to print.", "Begin it", "The handover is open.", func(r *http.Request, tx *db.Tx, about *subject) error {
			q := r.URL.Query()
			about.begins = url.Values{"why": {q.Get("why")}, "side": {q.Get("side")}, "who": {q.Get("who")}, "to_whom": {q.Get("to")}}
			setDate(about.begins, "by", p.site.Today().AddDays(28))
			holders, err := relationship.Holders(r.Context(), tx, about.area.ID, about.relationship.ID)
			for _, h := range holders {
				if h.On(p.site.Today()) {
					about.suggest["people"] = append(about.suggest["people"], h.Name)
				}
			}
			return err
		}),
		fields: func(f filled, about subject) []templ.Component {
			var whys []web.Option
			for _, one := range relationship.Whys() {
				whys = append(whys, web.Option{Value: string(one.Why), Text: one.Words})
			}
			return []templ.Component{
				f.radios("side", "On whose side?", "", sideOptions("On ours", "On theirs")...),
				f.radios("why", "Why?", "", whys...),
				f.text("who", "Who hands over?", "", about.suggest["people"]...),
				f.text("to_whom", "Who takes over?", "Leave it empty if you do not know yet.", about.suggest["people"]...),
				f.date("by", "By when should it be done?", todayToo),
				f.text("walk_with", "Who could lead a walkabout with residents?", "You can leave this out."),
				f.date("walk_on", "On which day is the walkabout?", "Leave it empty if none is agreed."),
				f.area("words", "Anything else?", inPrivate, 1000),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			made, err := p.all.OpenHandover(ctx, by, about.area, about.relationship.ID, relationship.NewHandover{
				Form: form.Text("form"), Why: relationship.Why(form.Text("why")), Side: relationship.Side(form.Text("side")), Who: form.Text("who"), ToWhom: form.Text("to_whom"),
				By: form.Date("by"), Words: form.Text("words"), WalkWith: form.Text("walk_with"), WalkOn: form.Date("walk_on"),
			})
			return handoverHref(about.area, made), err
		},
	}
}

func (p pages) tick() section {
	return section{
		path: "handovers/{handover}",
		about: func(r *http.Request, tx *db.Tx, s scene) (subject, error) {
			h, err := relationship.HandoverByID(r.Context(), tx, s.area.ID, relationship.HandoverID(r.PathValue("handover")))
			if err != nil {
				return subject{}, err
			}
			one, err := relationship.ByID(r.Context(), tx, s.area.ID, h.Relationship)
			if err != nil {
				return subject{}, err
			}
			about := p.aboutOne(s, one)
			about.title, about.button, about.done, about.id = "The handover: what is done?", "Keep this", "That is noted.", string(h.ID)
			about.lead = h.Between() + ", by " + h.By.Long() + ". " + strconv.Itoa(h.Done()) + " of " + counted(len(h.Steps), "step") + " are done."
			for _, step := range h.Steps {
				if step.DoneOn.IsZero() {
					about.options["done"] = append(about.options["done"], web.Option{Value: strconv.FormatInt(step.Position, 10), Text: step.Words, Hint: stepDetail(step)})
				}
			}
			setDate(about.begins, "on", p.site.Today())
			return about, nil
		},
		fields: func(f filled, about subject) []templ.Component {
			var fields []templ.Component
			if len(about.options["done"]) > 0 {
				fields = append(fields, f.boxes("done", "What is done?", "", about.options["done"]...))
			}
			return append(
				fields,
				f.date("on", "When?", todayToo),
				folded(
					"Add a step, or stop it",
					f.text("more", "Another step", ""), f.text("more_who", "Who does it?", ""), f.date("more_on", "When?", "You can leave this out."),
					f.boxes("stop", "Is it not needed after all?", "", web.Option{Value: "yes", Text: "Stop this handover"}), f.text("words", "Why is it not needed?", ""),
				),
			)
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := relationship.NewTicks{Form: form.Text("form"), On: form.Date("on"), More: form.Text("more"), MoreWho: form.Text("more_who"), MoreOn: form.Date("more_on"), Stop: form.Text("stop") == "yes", Words: form.Text("words")}
			for _, one := range form.Texts("done") {
				position, _ := strconv.ParseInt(one, 10, 64)
				n.Done = append(n.Done, position)
			}
			return about.back + "#handover", p.all.Tick(ctx, by, about.area, relationship.HandoverID(about.id), n)
		},
	}
}

func stepDetail(s relationship.HandoverStep) string {
	var parts []string
	if s.Who != "" {
		parts = append(parts, s.Who)
	}
	if !s.PlannedOn.IsZero() {
		parts = append(parts, s.PlannedOn.Long())
	}
	return strings.Join(parts, ", ")
}

func partOptions() []web.Option {
	var all []web.Option
	for _, part := range relationship.Parts() {
		all = append(all, web.Option{Value: part.Part, Text: part.Words, Hint: part.Hint})
	}
	return all
}

func (p pages) officers() section {
	return section{
		path: "relationships/{relationship}/officers",
		about: p.of("What their officers see", "Officers who have an account here see what you tick, and nothing else.", "Keep this", "That is noted.", func(r *http.Request, tx *db.Tx, about *subject) error {
			v, err := relationship.ViewOf(r.Context(), tx, about.area.ID, about.relationship.ID)
			about.begins["contents"] = v.Contents
			return err
		}),
		fields: func(f filled, _ subject) []templ.Component {
			return []templ.Component{f.boxes("contents", "What can they see?", "", append(partOptions(), web.Option{Value: "nothing", Text: "Nothing", Divider: "or"})...)}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			return about.back + "#shared", p.all.ShowOfficers(ctx, by, about.area, about.relationship.ID, relationship.NewView{Form: form.Text("form"), Contents: form.Texts("contents"), Nothing: slices.Contains(form.Texts("contents"), "nothing")})
		},
	}
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
				fields = append(fields, f.text("asker", "Are you asking for somebody else? Who?", "Leave it empty if you ask yourself. Their name is seen by those of us who see our relationships."))
			}
			return fields
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			made, err := p.all.Ask(ctx, by, about.area, relationship.NewQuestion{
				Form: form.Text("form"), Issue: form.Text("kind") == "issue", What: form.Text("what"), Place: form.Text("place"), Reach: form.Text("reach"), Asker: form.Text("asker"),
			})
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
