package relationshipweb

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/organisation"
	"commontable/internal/relationship"
	"commontable/internal/share"
	"commontable/internal/web"
)

// shownHref is where it is told who outside sees what of a relationship.
func shownHref(a area.Area, of relationship.ID) string { return href(a, of) + "/shown" }

// A seer is somebody outside, what they see of a relationship, and who chose it.
type seer struct {
	who, role string
	way       string          // "everyone", "account", "link" or "none"
	person    access.PersonID // of an account
	contents  []string
	as        bool // an account that sees what every officer does
	since     date.Date
	until     date.Date // the last day of it; no day until somebody chooses
	ended     bool      // until is when it was over
	by        access.PersonID
	chosenBy  string
	change    web.Link
}

// ways are how somebody outside sees something, in words.
var ways = map[string]string{"everyone": "With an account", "account": "With an account", "link": "By a link", "none": "No link and no account"}

// sees is what they see, in words.
func (one seer) sees() string {
	words := orNothing(one.contents)
	if one.as {
		words = "What every officer does: " + strings.ToLower(words[:1]) + words[1:]
	}
	return words
}

// orNothing are parts as a reader wants them, or that there are none.
func orNothing(contents []string) string {
	if len(contents) == 0 {
		return "Nothing"
	}
	return inWords(contents)
}

// lasts is until when, in words.
func (one seer) lasts() string {
	switch {
	case !one.until.IsZero():
		return one.until.Long()
	case one.way == "none":
		return ""
	}
	return "Until you choose anew"
}

// seers are who outside sees what now, and what was chosen before, the latest first.
func (p pages) seers(ctx context.Context, tx *db.Tx, s scene, one relationship.Relationship) (now, before []seer, err error) {
	today := p.site.Today()
	body, err := organisation.NameOf(ctx, tx, one.Body)
	if err != nil {
		return nil, nil, err
	}
	all := seer{who: "Every officer of " + body, way: "everyone"}
	general, err := relationship.Views(ctx, tx, s.area.ID, one.ID)
	if err != nil {
		return nil, nil, err
	}
	for i, v := range general {
		is := seer{who: all.who, way: all.way, contents: v.Contents, since: date.InLondon(v.At), by: v.By}
		if i < len(general)-1 {
			is.until, is.ended = date.InLondon(general[i+1].At), true
			before = append(before, is)
		} else {
			all = is
		}
	}
	now = append(now, all)
	held, err := relationship.Holders(ctx, tx, s.area.ID, one.ID)
	if err != nil {
		return nil, nil, err
	}
	unseen := relationship.HoldersOn(held, relationship.Theirs, today)
	accounts, old, err := p.accounts(ctx, tx, s, one, all, &unseen)
	if err != nil {
		return nil, nil, err
	}
	now, before = append(now, accounts...), append(before, old...)
	links, err := share.LinksOf(ctx, tx, string(s.area.ID), ShareKind, string(one.ID))
	if err != nil {
		return nil, nil, err
	}
	for _, l := range links {
		standing, err := p.shares.StandingOf(ctx, tx, l)
		if err != nil {
			return nil, nil, err
		}
		is := seer{who: l.ForWhom, way: "link", contents: l.Contents, since: date.InLondon(l.MadeAt), until: l.Until, by: l.MadeBy}
		if standing == share.Works {
			unseen = slices.DeleteFunc(unseen, func(h relationship.Holder) bool {
				return strings.Contains(strings.ToLower(l.ForWhom), strings.ToLower(h.Name))
			})
			is.change = web.Link{Text: "Take it back", Href: home(s.area) + "/shares"}
			now = append(now, is)
			continue
		}
		is.ended = true
		if l.Ended() {
			is.until = date.InLondon(l.EndedAt)
		}
		before = append(before, is)
	}
	for _, h := range unseen {
		now = append(now, seer{who: h.Name, role: h.Role, way: "none", change: web.Link{Text: "Share with them", Href: href(s.area, one.ID) + "/share"}})
	}
	slices.SortStableFunc(before, func(a, b seer) int { return strings.Compare(b.until.String(), a.until.String()) })
	return now, before, p.chosen(ctx, tx, s, one, now, before)
}

// accounts are the officers who have an account, and what was chosen for one of them
// before. Those of them who are contacts are taken from unseen.
func (p pages) accounts(ctx context.Context, tx *db.Tx, s scene, one relationship.Relationship, all seer, unseen *[]relationship.Holder) (now, before []seer, err error) {
	today := p.site.Today()
	officers, err := relationship.Officers(ctx, tx, one.Body, today)
	if err != nil {
		return nil, nil, err
	}
	own, err := relationship.OwnViews(ctx, tx, s.area.ID, one.ID)
	if err != nil {
		return nil, nil, err
	}
	holds := map[access.PersonID]relationship.OwnView{}
	for i, v := range own {
		next := slices.IndexFunc(own[i+1:], func(n relationship.OwnView) bool { return n.Person == v.Person })
		if next < 0 && v.Holds(today) {
			holds[v.Person] = v
			continue
		}
		if !v.Own {
			continue
		}
		was := seer{way: "account", person: v.Person, contents: v.Contents, since: date.InLondon(v.At), until: v.Until, ended: true, by: v.By}
		if next >= 0 {
			if day := date.InLondon(own[i+1+next].At); v.Until.IsZero() || day.Before(v.Until) {
				was.until = day
			}
		}
		before = append(before, was)
	}
	contacts, err := agency.Contacts(ctx, tx, s.area.ID)
	if err != nil {
		return nil, nil, err
	}
	tied := map[agency.ContactID]access.PersonID{}
	for _, c := range contacts {
		tied[c.ID] = c.Person
	}
	for _, o := range officers {
		is := seer{who: o.Person.Name, way: "account", person: o.Person.ID, as: true, contents: all.contents, since: all.since, by: all.by}
		if o.Hat.From.After(is.since) && !all.since.IsZero() {
			is.since = o.Hat.From
		}
		if v, chosen := holds[o.Person.ID]; chosen {
			is.as, is.contents, is.since, is.until, is.by = false, v.Contents, date.InLondon(v.At), v.Until, v.By
		}
		is.change = web.Link{Text: "Choose", Href: href(s.area, one.ID) + "/officers/" + string(o.Person.ID)}
		*unseen = slices.DeleteFunc(*unseen, func(h relationship.Holder) bool {
			same := tied[h.Contact] == o.Person.ID || h.Same(relationship.Holder{Side: relationship.Theirs, Name: o.Person.Name})
			if same {
				is.role = h.Role
			}
			return same
		})
		now = append(now, is)
	}
	return now, before, nil
}

// chosen gives those who chose, and those for whom it was, their names; and who may
// change nothing no way to do so.
func (p pages) chosen(ctx context.Context, tx *db.Tx, s scene, one relationship.Relationship, lists ...[]seer) error {
	var who []access.PersonID
	for _, list := range lists {
		for _, is := range list {
			who = append(who, is.by, is.person)
		}
	}
	slices.Sort(who)
	called, err := names(ctx, tx, slices.Compact(who))
	if err != nil {
		return err
	}
	for _, list := range lists {
		for i := range list {
			list[i].chosenBy = called[list[i].by]
			if list[i].who == "" {
				list[i].who = called[list[i].person]
			}
			if !s.keeps || !s.mayShare || one.MergedIn != "" {
				list[i].change = web.Link{}
			}
		}
	}
	return nil
}

// whoSees tells for each contact, link and account what they see.
func (p pages) whoSees(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d plainData
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		one, err := p.the(r, tx, s)
		if err != nil {
			return err
		}
		if err := by.Must(access.ShareOutside, s.area.Place()); err != nil {
			return err
		}
		now, before, err := p.seers(r.Context(), tx, s, one)
		if err != nil {
			return err
		}
		title, at := "Who sees what", href(s.area, one.ID)
		d = plainData{
			Shell: p.shell(r, by, s.area, title, web.Link{Text: one.Name, Href: at}, web.Link{Text: title}), Title: title,
			Lead:  "What people outside see of “" + one.Name + "”. They see what is told here, and nothing else. What you choose holds at once.",
			Tools: []web.Tool{{Icon: "down", Text: "Download as a spreadsheet", Href: shownHref(s.area, one.ID) + ".csv"}},
		}
		if s.keeps && s.mayShare && one.MergedIn == "" {
			now[0].change = web.Link{Text: "Choose", Href: at + "/officers"}
			d.Button = web.Link{Text: "Share with an officer", Href: at + "/share"}
		}
		d.Tables = append(d.Tables, titled{"now", "Now", "", seersTable("Now", now, true)})
		if len(before) > 0 {
			d.Tables = append(d.Tables, titled{"before", "Before", "What was chosen once, and is over.", seersTable("Before", before, false)})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, plainPage(d))
}

func seersTable(caption string, all []seer, now bool) web.Table {
	t := web.Table{Caption: caption, CaptionHidden: true, Columns: []web.Column{{Text: "Who"}, {Text: "How"}, {Text: "What they see"}, {Text: "Since"}, {Text: "Until"}, {Text: "Chosen by"}}}
	if !now {
		t.Columns[2].Text, t.Columns[3].Text = "What they saw", "From"
	} else {
		t.Columns = append(t.Columns, web.Column{Text: "What next", Hidden: true})
	}
	for _, is := range all {
		since := ""
		if !is.since.IsZero() {
			since = is.since.Long()
		}
		row := web.Row{Cells: []web.Cell{{Text: is.who, Small: is.role, RowHeader: true}, {Text: ways[is.way]}, {Text: is.sees()}, {Text: since}, {Text: is.lasts()}, {Text: is.chosenBy}}}
		if now {
			row.Cells = append(row.Cells, web.Cell{Text: is.change.Text, Href: is.change.Href, Hidden: ": " + is.who})
			if is.change.Href == "" {
				row.Cells[6] = web.Cell{}
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (p pages) whoSeesCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var name string
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		one, err := p.the(r, tx, s)
		if err != nil {
			return err
		}
		if err := by.Must(access.ShareOutside, s.area.Place()); err != nil {
			return err
		}
		name = s.area.Slug + "-" + organisation.Slug(one.Name)
		now, before, err := p.seers(r.Context(), tx, s, one)
		for _, is := range slices.Concat(now, before) {
			when := "now"
			if is.ended {
				when = "before"
			}
			rows = append(rows, []string{when, is.who, is.role, ways[is.way], is.sees(), is.since.String(), is.until.String(), is.chosenBy})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, name+"-who-sees-what", []string{"when", "who", "role", "how", "what they see", "since", "until", "chosen by"}, rows)
}

// oneOfficer chooses what one officer who has an account sees.
func (p pages) oneOfficer() section {
	return section{
		path: "relationships/{relationship}/officers/{reader}",
		about: p.of("", "It holds at once, wherever they are signed in.", "Keep this", "That is noted.", func(r *http.Request, tx *db.Tx, about *subject) error {
			ctx, today, of := r.Context(), p.site.Today(), about.relationship
			officers, err := relationship.Officers(ctx, tx, of.Body, today)
			if err != nil {
				return err
			}
			for _, o := range officers {
				if string(o.Person.ID) == r.PathValue("reader") {
					about.id, about.title = string(o.Person.ID), "What can "+o.Person.Name+" see?"
				}
			}
			if about.id == "" {
				return fault.NotFound
			}
			about.back = shownHref(about.area, of.ID)
			about.crumbs = append(about.crumbs, web.Link{Text: "Who sees what", Href: about.back})
			v, err := relationship.ViewOf(ctx, tx, about.area.ID, of.ID)
			if err != nil {
				return err
			}
			about.options["as"] = []web.Option{{Value: "no", Text: "What every officer sees", Hint: "Just now: " + orNothing(v.Contents) + "."}, {Value: "yes", Text: "Something else, chosen for them alone", Hint: "More or less, or nothing."}}
			about.begins = url.Values{"own": {"no"}, "contents": v.Contents}
			own, err := relationship.OwnViewOf(ctx, tx, about.area.ID, of.ID, access.PersonID(about.id))
			if own.Holds(today) {
				about.begins = url.Values{"own": {"yes"}, "contents": own.Contents}
				if len(own.Contents) == 0 {
					about.begins.Set("contents", "nothing")
				}
				setDate(about.begins, "until", own.Until)
			}
			return err
		}),
		fields: func(f filled, about subject) []templ.Component {
			return []templ.Component{
				f.radios("own", "What do they see?", "", about.options["as"]...),
				f.boxes("contents", "If it is something else: what?", "", append(partOptions(), web.Option{Value: "nothing", Text: "Nothing", Divider: "or"})...),
				f.date("until", "If it is something else: what is its last day?", "After it they see what every officer does. Leave it empty if it holds until you choose anew."),
			}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := relationship.NewOwnView{
				Form: form.Text("form"), Person: access.PersonID(about.id),
				Own: form.Text("own") == "yes", AsOthers: form.Text("own") == "no", Contents: form.Texts("contents"), Nothing: slices.Contains(form.Texts("contents"), "nothing"), Until: form.Date("until"),
			}
			if unread := form.Over(nil); n.Own && len(unread) > 0 {
				return "", unread
			}
			return about.back, p.all.ShowOfficer(ctx, by, about.area, about.relationship.ID, n)
		},
	}
}
