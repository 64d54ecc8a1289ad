package agencyweb

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/db"
	"commontable/internal/organisation"
	"commontable/internal/project"
	"commontable/internal/web"
)

// directoryData is who does what around an area.
type directoryData struct {
	Shell   web.Shell
	Tools   []web.Tool
	Filter  web.Filter
	Asked   string
	Entries []entryCard
	MayKeep bool
	New     string
	Cards   string // "" for those who do not see them
}

type entryCard struct {
	ID, Name, What string
	Facts          []web.Fact
	Public         bool
	Change, End    string
}

func (p pages) directory(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d directoryData
	err := p.in(r, by, func(ctx context.Context, tx *db.Tx, s scene) error {
		href := directoryHref(s.area)
		d.Asked = r.URL.Query().Get("q")
		all, err := agency.Directory(ctx, tx, s.area.ID, p.site.Today(), s.inside)
		if err != nil {
			return err
		}
		d.Shell = p.shell(r, by, s.area, "Who does what here", web.Link{Text: "Who does what here"})
		if s.inside {
			d.Cards = cardsHref(s.area)
		} else {
			d.Shell.Crumbs[0] = web.Link{Text: s.area.Name, Href: home(s.area)}
		}
		d.Tools = []web.Tool{{Icon: "down", Text: "Download as a spreadsheet", Href: href + ".csv"}, {Icon: "print", Text: "It prints well", Href: href}}
		d.Tools = d.Tools[:1]
		d.Filter = web.Filter{Action: href, Fields: []web.FilterField{{Name: "q", Label: "What are you looking for?", Value: d.Asked}}, Button: "Search", Clear: href}
		d.MayKeep, d.New = s.mayKeep && s.inside, href+"/new"
		for _, e := range all {
			if !e.Finds(d.Asked) {
				continue
			}
			c := entryCard{ID: "entry-" + string(e.ID), Name: e.Name, What: e.What, Public: e.Public}
			for _, f := range []web.Fact{
				{Term: "Who does it", Value: e.Host},
				{Term: "Who it is for", Value: e.WhoFor},
				{Term: "When", Value: e.Days},
				{Term: "Where", Value: e.Place},
				{Term: "How to reach it", Value: e.Contact},
				{Term: "Somebody looked on", Value: e.SeenOn.Long()},
			} {
				if f.Value != "" {
					c.Facts = append(c.Facts, f)
				}
			}
			if d.MayKeep {
				c.Change, c.End = href+"/"+string(e.ID), href+"/"+string(e.ID)+"/end"
			}
			d.Entries = append(d.Entries, c)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, directoryPage(d))
}

func (p pages) directoryCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var slug string
	err := p.in(r, by, func(ctx context.Context, tx *db.Tx, s scene) error {
		slug = s.area.Slug
		all, err := agency.Directory(ctx, tx, s.area.ID, p.site.Today(), s.inside)
		for _, e := range all {
			rows = append(rows, []string{e.Name, e.What, e.Host, e.WhoFor, e.Days, e.Place, e.Contact, e.From.String(), e.SeenOn.String(), yes(e.Public)})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, slug+"-who-does-what", []string{"name", "what", "who does it", "who for", "when", "where", "how to reach it", "since", "somebody looked on", "public"}, rows)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func entryFields(f filled, about subject) []templ.Component {
	fields := []templ.Component{
		f.text("name", "What is it called?", ""),
		f.text("host", "Who does it?", "A group, a council team, a church. It can be us."),
		f.area("what", "What is it?", "In a sentence or two.", 1000),
		f.text("who_for", "Who is it for?", "You can leave this out."),
		f.text("days", "When is it?", "Such as “Thursdays, 3 to 6”."),
		f.text("place", "Where is it?", ""),
		f.text("contact", "How does anybody reach it?", "A telephone number or address of an office. Of a person only if they agreed."),
	}
	if len(about.options["body"]) > 1 {
		fields = append(fields, f.choose("body", "Is it one of those on our list?", "", about.options["body"]))
	}
	return append(
		fields,
		f.boxes("public", "Who can see it?", web.Option{Value: "yes", Text: "Everybody", Hint: "Without this, only those who see whom we work with."}),
		f.date("seen_on", "When did somebody look whether it is so?", "For example, today."),
	)
}

func readEntry(form *web.Form) agency.NewEntry {
	return agency.NewEntry{
		Form: form.Text("form"), Name: form.Text("name"), What: form.Text("what"), Host: form.Text("host"), WhoFor: form.Text("who_for"), Days: form.Text("days"),
		Place: form.Text("place"), Contact: form.Text("contact"), Public: form.Text("public") == "yes", SeenOn: form.Date("seen_on"), Body: organisation.ID(form.Text("body")),
	}
}

func (p pages) newEntry() section {
	return section{
		path: "directory/new",
		about: func(ctx context.Context, tx *db.Tx, _ *http.Request, s scene) (subject, error) {
			about := subject{
				title: "Add something that is done here", lead: "Whoever does it. So that neighbours find it, and nobody begins the same again.", button: "Add it", done: "It is in the directory.",
				back: directoryHref(s.area), crumbs: []web.Link{directoryLink(s.area)}, begins: url.Values{}, options: map[string][]web.Option{},
			}
			setDate(about.begins, "seen_on", p.site.Today())
			options, err := bodyOptions(ctx, tx, s, p.site.Today(), "")
			about.options["body"] = options
			return about, err
		},
		fields: entryFields,
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			_, err := p.agencies.WriteEntry(ctx, by, about.area, "", readEntry(form))
			return about.back, err
		},
	}
}

func (p pages) ofEntry(ctx context.Context, tx *db.Tx, r *http.Request, s scene) (subject, error) {
	e, err := agency.EntryByID(ctx, tx, s.area.ID, agency.EntryID(r.PathValue("listing")))
	return subject{
		entry: e, back: directoryHref(s.area), crumbs: []web.Link{directoryLink(s.area)}, begins: url.Values{}, options: map[string][]web.Option{},
	}, err
}

func (p pages) changeEntry() section {
	return section{
		path: "directory/{listing}",
		about: func(ctx context.Context, tx *db.Tx, r *http.Request, s scene) (subject, error) {
			about, err := p.ofEntry(ctx, tx, r, s)
			if err != nil {
				return about, err
			}
			e := about.entry
			about.title, about.button, about.done = "Change "+e.Name, "Keep it", "It is changed."
			about.begins = url.Values{
				"name": {e.Name}, "host": {e.Host}, "what": {e.What}, "who_for": {e.WhoFor}, "days": {e.Days}, "place": {e.Place}, "contact": {e.Contact},
				"public": {yes(e.Public)}, "body": {string(e.Body)},
			}
			setDate(about.begins, "seen_on", p.site.Today())
			about.options["body"], err = bodyOptions(ctx, tx, s, p.site.Today(), "")
			return about, err
		},
		fields: entryFields,
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			_, err := p.agencies.WriteEntry(ctx, by, about.area, about.entry.ID, readEntry(form))
			return about.back, err
		},
	}
}

func (p pages) endEntry() section {
	return section{
		path: "directory/{listing}/end",
		about: func(ctx context.Context, tx *db.Tx, r *http.Request, s scene) (subject, error) {
			about, err := p.ofEntry(ctx, tx, r, s)
			about.title, about.button, about.done = about.entry.Name+" is no more", "Note that it is no more", "Noted."
			setDate(about.begins, "on", p.site.Today())
			return about, err
		},
		fields: func(f filled, _ subject) []templ.Component {
			return []templ.Component{f.date("on", "Since when?", sinceHint)}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			return about.back, p.agencies.EndEntry(ctx, by, about.area, about.entry.ID, form.Date("on"), form.Text("form"))
		},
	}
}

// cardsData is whom to ask after something serious, for each activity.
type cardsData struct {
	Shell   web.Shell
	Tools   []web.Tool
	Cards   web.Table
	MayKeep bool
	New     string
	Without web.Table // activities that have no card yet
}

// withoutCard are the activities of an area that go on and have no card yet.
func withoutCard(ctx context.Context, tx *db.Tx, s scene, all []agency.Card) (web.Table, error) {
	t := web.Table{Caption: "Activities without a card", CaptionHidden: true, Columns: []web.Column{{Text: "Activity"}, {Text: "Make a card", Hidden: true}}}
	names, err := activitiesOf(ctx, tx, s)
	for _, name := range names {
		if slices.ContainsFunc(all, func(c agency.Card) bool { return c.IsFor(name) }) {
			continue
		}
		row := []web.Cell{{Text: name, RowHeader: true}, {}}
		if s.mayKeep {
			row[1] = web.Cell{Text: "Make a card", Href: cardsHref(s.area) + "/new?" + url.Values{"activity": {name}}.Encode(), Hidden: "for " + name}
		}
		t.Rows = append(t.Rows, web.Row{Cells: row})
	}
	return t, err
}

// activitiesOf are the names of what an area does itself, and goes on doing.
func activitiesOf(ctx context.Context, tx *db.Tx, s scene) (names []string, err error) {
	all, err := project.Activities(ctx, tx, s.area.ID, "")
	for _, one := range all {
		if one.StoppedOn().IsZero() && one.RunBy() == "" {
			names = append(names, one.Name)
		}
	}
	return names, err
}

func (p pages) cards(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d cardsData
	err := p.within(r, by, func(ctx context.Context, tx *db.Tx, s scene) error {
		all, err := agency.Cards(ctx, tx, s.area.ID, p.site.Today())
		if err != nil {
			return err
		}
		if d.Without, err = withoutCard(ctx, tx, s, all); err != nil {
			return err
		}
		d.Shell = p.shell(r, by, s.area, "Whom to ask", directoryLink(s.area), web.Link{Text: "Whom to ask"})
		d.Tools = []web.Tool{{Icon: "down", Text: "Download as a spreadsheet", Href: cardsHref(s.area) + ".csv"}}
		d.MayKeep, d.New = s.mayKeep, cardsHref(s.area)+"/new"
		d.Cards = web.Table{Caption: "Cards", CaptionHidden: true, Columns: []web.Column{{Text: "Activity"}, {Text: "Whom to ask"}, {Text: "How"}, {Text: "Somebody tried it on", Short: "Tried on"}}}
		for _, c := range all {
			d.Cards.Rows = append(d.Cards.Rows, web.Row{Cells: []web.Cell{
				{Text: c.Activity, Href: cardsHref(s.area) + "/" + string(c.ID), RowHeader: true, Small: c.About}, {Text: c.Ask}, {Text: c.Reach}, {Text: c.CheckedOn.Short()},
			}})
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, cardsPage(d))
}

func (p pages) cardsCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var slug string
	err := p.within(r, by, func(ctx context.Context, tx *db.Tx, s scene) error {
		slug = s.area.Slug
		all, err := agency.Cards(ctx, tx, s.area.ID, p.site.Today())
		for _, c := range all {
			rows = append(rows, []string{c.Activity, c.About, c.Ask, c.Reach, c.Otherwise, c.CheckedOn.String()})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, slug+"-whom-to-ask", []string{"activity", "about", "whom to ask", "how", "if nobody answers", "somebody tried it on"}, rows)
}

// cardData is one card, as it is printed.
type cardData struct {
	Shell       web.Shell
	Card        agency.Card
	Over        string // that it is not for use any more, in words
	Change, End string
}

func (p pages) card(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d cardData
	err := p.within(r, by, func(ctx context.Context, tx *db.Tx, s scene) (err error) {
		d.Card, err = agency.CardByID(ctx, tx, s.area.ID, agency.CardID(r.PathValue("card")))
		d.Shell = p.shell(r, by, s.area, d.Card.Activity+": whom to ask", cardsLink(s.area), web.Link{Text: d.Card.Activity})
		if s.mayKeep {
			d.Change = cardsHref(s.area) + "/" + string(d.Card.ID) + "/change"
			if d.Card.Until.IsZero() {
				d.End = cardsHref(s.area) + "/" + string(d.Card.ID) + "/end"
			}
		}
		if !d.Card.Until.IsZero() {
			d.Over = "This card is not for use any more, since " + d.Card.Until.Long() + "."
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, cardPage(d))
}

func cardFields(f filled, about subject) []templ.Component {
	activity := web.TextField{Name: "activity", Label: "For which activity?", Hint: "Such as “Lunch club”. By its name it is found from the activity’s own page.", Value: f.values.Get("activity"), Error: f.wrong.For("activity")}
	for _, o := range about.options["activity"] {
		activity.Suggest = append(activity.Suggest, o.Text)
	}
	return []templ.Component{
		activity,
		f.text("about", "After what?", "In general: “a child”, “violence at home”. Leave it empty for everything. Never write down what somebody told."),
		f.text("ask", "Whom do you ask?", "An office or a team, so that somebody answers when one person is away."),
		f.text("reach", "How do you reach them?", "A telephone number is best."),
		f.text("otherwise", "What if nobody answers?", "You can leave this out."),
		f.date("checked_on", "When did somebody try it?", ""),
	}
}

func readCard(form *web.Form) agency.NewCard {
	return agency.NewCard{
		Form: form.Text("form"), Activity: form.Text("activity"), About: form.Text("about"), Ask: form.Text("ask"), Reach: form.Text("reach"),
		Otherwise: form.Text("otherwise"), CheckedOn: form.Date("checked_on"),
	}
}

func (p pages) newCard() section {
	return section{
		path: "cards/new",
		about: func(ctx context.Context, tx *db.Tx, r *http.Request, s scene) (subject, error) {
			about := subject{
				title: "Whom to ask, for an activity", button: "Keep the card", done: "The card is there. Print it and hang it where helpers see it.",
				lead: "When somebody tells one of us something serious, we know whom to ask. The card has no room for what they told.",
				back: cardsHref(s.area), crumbs: []web.Link{cardsLink(s.area)}, begins: url.Values{"activity": {r.URL.Query().Get("activity")}}, options: map[string][]web.Option{},
			}
			setDate(about.begins, "checked_on", p.site.Today())
			names, err := activitiesOf(ctx, tx, s)
			for _, name := range names {
				about.options["activity"] = append(about.options["activity"], web.Option{Text: name})
			}
			return about, err
		},
		fields: cardFields,
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			made, err := p.agencies.WriteCard(ctx, by, about.area, "", readCard(form))
			return about.back + "/" + string(made), err
		},
	}
}

func (p pages) changeCard() section {
	return section{
		path: "cards/{card}/change",
		about: func(ctx context.Context, tx *db.Tx, r *http.Request, s scene) (subject, error) {
			c, err := agency.CardByID(ctx, tx, s.area.ID, agency.CardID(r.PathValue("card")))
			about := subject{
				card: c, title: "Change the card of " + c.Activity, button: "Keep the card", done: "The card is changed. Print it anew.", back: cardsHref(s.area) + "/" + string(c.ID),
				crumbs: []web.Link{cardsLink(s.area)},
				begins: url.Values{"activity": {c.Activity}, "about": {c.About}, "ask": {c.Ask}, "reach": {c.Reach}, "otherwise": {c.Otherwise}},
			}
			setDate(about.begins, "checked_on", p.site.Today())
			return about, err
		},
		fields: cardFields,
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			_, err := p.agencies.WriteCard(ctx, by, about.area, about.card.ID, readCard(form))
			return about.back, err
		},
	}
}

func (p pages) endCard() section {
	return section{
		path: "cards/{card}/end",
		about: func(ctx context.Context, tx *db.Tx, r *http.Request, s scene) (subject, error) {
			c, err := agency.CardByID(ctx, tx, s.area.ID, agency.CardID(r.PathValue("card")))
			about := subject{
				card: c, title: "This card is not needed any more", lead: "The activity ended, or another card took its place. Take down those that hang somewhere. What it said is kept, and writing it anew brings it back.",
				button: "Take it off the list", done: "It is off the list. Take down those that hang somewhere.", back: cardsHref(s.area) + "/" + string(c.ID),
				crumbs: []web.Link{cardsLink(s.area), {Text: c.Activity, Href: cardsHref(s.area) + "/" + string(c.ID)}}, begins: url.Values{},
			}
			setDate(about.begins, "on", p.site.Today())
			return about, err
		},
		fields: func(f filled, _ subject) []templ.Component {
			return []templ.Component{f.date("on", "Since when?", sinceHint)}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			on := form.Date("on")
			return cardsHref(about.area), p.agencies.EndCard(ctx, by, about.area, about.card.ID, on, form.Text("form"))
		},
	}
}

// joined is a list in words.
func joined(all []string) string {
	all = slices.DeleteFunc(slices.Clone(all), func(s string) bool { return s == "" })
	return strings.Join(all, " · ")
}
