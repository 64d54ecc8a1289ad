package agencyweb

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/organisation"
	"commontable/internal/relationship"
	"commontable/internal/web"
)

// bodyData is the page of a body, as an area knows it.
type bodyData struct {
	Shell   web.Shell
	Tools   []web.Tool
	Name    string
	Shape   string
	Kind    agency.Kind
	Subtype string // what its sub-type is, in a sentence
	Facts   []web.Fact
	Gone    string        // that it is no more, in words
	After   []web.Link    // what came after it
	Day     string        // the day that is looked at, in words; "" for today
	Days    []web.NavItem // on which one can look back
	Teams   []team
	Past    []string // teams that were there, and what became of them
	Forms   []act
	Add     string
	Listed  bool
	List    string
	MayKeep bool
	Ties    []web.Item // what the area keeps of working with it
	Tie     web.Link   // where a tie is added, for who may
}

// A team is a unit with its posts; the first has what is of none.
type team struct {
	ID, Name, Detail string
	Links            []act
	Posts            []job
}

type job struct {
	Title, Level string
	Who          []somebody
	Links        []act
}

type somebody struct {
	Name, Since, Reach string
	Links              []act
}

// An act is a link to what can be done; Hidden says of whom, where what stands above it
// says it to those who see it.
type act struct{ Text, Hidden, Href string }

func (p pages) body(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d bodyData
	err := p.within(r, by, func(ctx context.Context, tx *db.Tx, s scene) error {
		b, err := theBody(ctx, tx, r, s)
		if err != nil {
			return err
		}
		today := p.site.Today()
		day := today
		if asked, err := date.Parse(r.URL.Query().Get("day")); err == nil && !asked.After(today) {
			day = asked
			d.Day = day.Long()
		}
		href := bodyHref(s.area, b)
		d.Shell = p.shell(r, by, s.area, b.Name, agenciesLink(s.area), web.Link{Text: b.Name})
		d.Name, d.Shape, d.MayKeep = b.Name, b.Type.Shape(), s.mayKeep
		kinds, err := agency.Kinds(ctx, tx, s.area)
		if err != nil {
			return err
		}
		d.Kind = agency.KindIn(kinds, b.Type)
		d.Kind.Plain = cmp.Or(d.Kind.Plain, b.Type.Kind().Plain)
		for _, one := range d.Kind.Subtypes {
			if one.Code == b.Subtype && one.Plain != "" {
				d.Subtype = one.Name + ": " + one.Plain
			}
		}
		if d.Days, err = lookBack(ctx, tx, s.area, b, href, day, today); err != nil {
			return err
		}
		if err := about(ctx, tx, &d, s.area, b); err != nil {
			return err
		}
		listings, err := agency.Listings(ctx, tx, s.area.ID)
		for _, l := range listings {
			if l.Body == b.ID && l.Until.IsZero() {
				d.Listed = true
				d.Facts = append(d.Facts, web.Fact{Term: "On our list since", Value: l.From.Long()})
			}
		}
		if err != nil {
			return err
		}
		d.List, d.Add = href+"/list", href+"/people/new"
		if s.mayKeep && d.Listed {
			d.Forms = []act{{Text: "Another takes its place", Href: href + "/replace"}, {Text: "Take it off our list", Href: href + "/off"}}
			if b.Register == "" && b.Closed.IsZero() {
				d.Forms = append(d.Forms, act{Text: "Note that it is no more", Href: href + "/close"})
			}
			if b.Register == "" {
				d.Forms = append([]act{{Text: "Change what it is", Href: href + "/change"}}, d.Forms...)
			}
			d.Tools = []web.Tool{{Icon: "plus", Text: "Add a team", Href: href + "/units/new"}}
		}
		if d.Past, err = pastTeams(ctx, tx, s.area, b, day); err != nil {
			return err
		}
		if string(b.ID) != by.Hat.Place || by.Hat.Scope != access.InOrganisation { // who holds the money does not read what is kept of itself
			if err := ties(ctx, tx, &d, s, b, today); err != nil {
				return err
			}
		}
		return teamsOf(ctx, tx, &d, s, b, day, href)
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, bodyPage(d))
}

// ties are the relationships that the area keeps with a body or its teams.
func ties(ctx context.Context, tx *db.Tx, d *bodyData, s scene, b agency.Body, today date.Date) error {
	links, err := relationship.OnMap(ctx, tx, s.area.ID, today)
	if err != nil {
		return err
	}
	at := home(s.area) + "/relationships"
	for _, l := range links {
		if l.Body == b.ID {
			d.Ties = append(d.Ties, web.Item{Mark: web.Shape(l.Type.Shape()), Text: l.Name, Href: at + "/" + string(l.ID), Detail: l.Closeness.InWords()})
		}
	}
	past, err := relationship.OverOn(ctx, tx, s.area.ID, today)
	for _, l := range past {
		if l.Body == b.ID {
			d.Ties = append(d.Ties, web.Item{Mark: web.Shape(l.Type.Shape()), Text: l.Name, Href: at + "/" + string(l.ID), Detail: "On the map no more, since " + l.Since.Long()})
		}
	}
	if s.mayKeep && b.OpenOn(today) {
		d.Tie = web.Link{Text: "Put it on the map", Href: at + "/new?" + url.Values{"who": {b.Name}, "type": {string(b.Type)}}.Encode()}
		if len(d.Ties) > 0 {
			d.Tie.Text = "Put another team of theirs on the map"
		}
	}
	return err
}

// pastTeams says of the teams of a body that were no more on a day when they ended,
// why, and what came after them.
func pastTeams(ctx context.Context, tx *db.Tx, a area.Area, b agency.Body, day date.Date) (all []string, err error) {
	units, err := agency.Units(ctx, tx, a.ID)
	names := map[agency.UnitID]string{}
	for _, u := range units {
		names[u.ID] = u.Name
	}
	for _, u := range units {
		if u.Body != b.ID || u.Until.IsZero() || u.Until.After(day) {
			continue
		}
		words := u.Name + ", until " + u.Until.Long()
		if u.Why != "" {
			words += ": " + u.Why
		}
		words = strings.TrimRight(words, ".") + "."
		var after []string
		for _, next := range u.Successors {
			after = append(after, names[next])
		}
		if len(after) > 0 {
			words += " After it came " + strings.Join(after, " and ") + "."
		}
		all = append(all, words)
	}
	return all, err
}

// lookBack are the days on which one can look back at whom the area knew at a body:
// the first of each year since it knew somebody, and today.
func lookBack(ctx context.Context, tx *db.Tx, a area.Area, b agency.Body, href string, day, today date.Date) (all []web.NavItem, err error) {
	posts, err := agency.Posts(ctx, tx, a.ID)
	first := today.Year()
	for _, p := range posts {
		if p.Body == b.ID {
			first = min(first, p.From.Year())
		}
	}
	for year := first + 1; year <= today.Year(); year++ {
		if on := date.New(year, 1, 1); on.Before(today) {
			all = append(all, web.NavItem{Text: strconv.Itoa(year), Href: href + "?day=" + on.String(), Current: on == day})
		}
	}
	return append(all, web.NavItem{Text: "Now", Href: href, Current: day == today}), err
}

// about says what a body is.
func about(ctx context.Context, tx *db.Tx, d *bodyData, a area.Area, b agency.Body) error {
	add := func(term, value string) {
		if value != "" {
			d.Facts = append(d.Facts, web.Fact{Term: term, Value: value})
		}
	}
	add("What it is", b.KindInWords())
	add("Layer", b.Tier.InWords())
	add("Where", b.Place)
	others, err := agency.BodiesByID(ctx, tx, append(append(append([]organisation.ID{}, b.Parents...), b.Successors...), b.Predecessor...))
	if err != nil {
		return err
	}
	for _, id := range b.Parents {
		if o, ok := others[id]; ok {
			d.Facts = append(d.Facts, web.Fact{Term: "Part of", Value: o.Name, Href: bodyHref(a, o)})
		}
	}
	for _, id := range b.Predecessor {
		if o, ok := others[id]; ok && (o.Register != "" || o.AddedFor == a.ID) {
			d.Facts = append(d.Facts, web.Fact{Term: "Came after", Value: o.Name, Href: bodyHref(a, o)})
		}
	}
	for _, n := range b.Names {
		add("Called before", n.Name+" (until "+n.Last.Long()+" or later)")
	}
	if !b.Opened.IsZero() {
		add("There since", b.Opened.Long())
	}
	add("Codes", datedCodes(b))
	if b.Register != "" {
		add("From", "the register of "+registerWords[b.Register]+", as of "+b.Edition.Long())
	} else {
		add("From", "ourselves")
	}
	if b.Closed.IsZero() {
		return nil
	}
	d.Gone = b.Name + " is no more since " + b.Closed.Long() + "."
	var after []string
	for _, id := range b.Successors {
		o := others[id]
		after = append(after, o.Name)
		d.After = append(d.After, web.Link{Text: o.Name, Href: bodyHref(a, o)})
	}
	if len(after) > 0 {
		d.Gone = "On " + b.Closed.Long() + " this became " + strings.Join(after, " and ") + "."
	}
	return nil
}

// datedCodes are the codes of a body, with the days between which they held where
// those are known: "GSS-E08000016 (until 1 April 2025 at the latest)".
func datedCodes(b agency.Body) string {
	var all []string
	for _, c := range b.Codes {
		words := c.OrgID()
		switch {
		case !c.From.IsZero() && !c.Until.IsZero():
			words += " (from " + c.From.Long() + " until " + c.Until.Long() + " at the latest)"
		case !c.Until.IsZero():
			words += " (until " + c.Until.Long() + " at the latest)"
		case !c.From.IsZero():
			words += " (from " + c.From.Long() + ")"
		}
		all = append(all, words)
	}
	return strings.Join(all, "; ")
}

var registerWords = map[string]string{
	"councils": "councils", "parks": "national parks", "housing": "landlords", "health": "the NHS", "police": "police forces", "schools": "schools",
}

// teamsOf reads the units and posts of a body as they were on a day, and who held them.
func teamsOf(ctx context.Context, tx *db.Tx, d *bodyData, s scene, b agency.Body, day date.Date, href string) error {
	a := s.area.ID
	units, err := agency.UnitsOn(ctx, tx, a, b.ID, day)
	if err != nil {
		return err
	}
	posts, err := agency.PostsOn(ctx, tx, a, b.ID, day)
	if err != nil {
		return err
	}
	held, err := agency.HoldersOn(ctx, tx, a, b.ID, day)
	if err != nil {
		return err
	}
	edits := s.mayKeep && d.Day == ""
	names := map[agency.UnitID]string{}
	for _, u := range units {
		names[u.ID] = u.Name
	}
	first := team{ID: "of-none", Name: "Of no team"}
	if len(units) == 0 {
		first.Name = "People"
	}
	all := []team{first}
	for i, u := range units {
		t := team{ID: "team-" + strconv.Itoa(i+1), Name: u.Name, Detail: "since " + u.From.Long()}
		if parent := names[u.Parent]; parent != "" {
			t.Detail = "part of " + parent + ", " + t.Detail
		}
		if edits {
			t.Links = []act{
				{Text: "Add somebody", Hidden: " to " + u.Name, Href: href + "/people/new?unit=" + url.QueryEscape(string(u.ID))},
				{Text: "Change the team", Hidden: ": " + u.Name, Href: href + "/units/" + string(u.ID)},
				{Text: "It is no more", Hidden: ": " + u.Name, Href: href + "/units/" + string(u.ID) + "/end"},
			}
		}
		all = append(all, t)
	}
	for _, post := range posts {
		j := job{Title: post.Title}
		if post.Level != "" {
			j.Level = post.Level.InWords()
		}
		for _, h := range held {
			if h.Holding.Post != post.ID {
				continue
			}
			one := somebody{Name: h.Contact.Shown(), Since: "since " + h.From.Long(), Reach: joined([]string{h.Contact.Email, h.Contact.Phone})}
			if h.Holding.Contact == "" {
				one.Name = "Somebody: we do not know who"
			}
			if !h.Until.IsZero() {
				one.Since += ", until " + h.Until.AddDays(-1).Long()
			}
			if edits {
				leaver := h.Contact.Shown()
				if h.Holding.Contact == "" {
					leaver = "whoever it is"
				}
				one.Links = append(one.Links, act{Text: "They leave", Hidden: ": " + leaver, Href: href + "/holders/" + string(h.ID) + "/left"})
				if h.Holding.Contact != "" && h.Contact.Name != "" {
					one.Links = append(one.Links, act{Text: "How to reach them", Hidden: ": " + h.Contact.Shown(), Href: href + "/people/" + string(h.Holding.Contact)})
				}
			}
			j.Who = append(j.Who, one)
		}
		if edits {
			j.Links = []act{
				{Text: "Somebody new has the job", Hidden: ": " + post.Title, Href: href + "/posts/" + string(post.ID) + "/holder"},
				{Text: "Change it", Hidden: ": " + post.Title, Href: href + "/posts/" + string(post.ID)},
				{Text: "End it", Hidden: ": " + post.Title, Href: href + "/posts/" + string(post.ID) + "/end"},
			}
		}
		at := 0
		for i, u := range units {
			if u.ID == post.Unit {
				at = i + 1
			}
		}
		all[at].Posts = append(all[at].Posts, j)
	}
	if len(all[0].Posts) == 0 {
		all = all[1:]
	}
	d.Teams = all
	return nil
}
