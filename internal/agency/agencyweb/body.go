package agencyweb

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/organisation"
	"commontable/internal/web"
)

// listData is the bodies of an area's list.
type listData struct {
	Shell   web.Shell
	Tools   []web.Tool
	Bodies  web.Table
	Ended   []web.Item // bodies on the list that are no more
	Off     web.Table  // bodies that were on the list
	MayKeep bool
	Find    string
	More    []web.Item
}

func (p pages) list(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d listData
	err := p.within(r, by, func(ctx context.Context, tx *db.Tx, s scene) error {
		today := p.site.Today()
		all, err := agency.Listed(ctx, tx, s.area.ID, today)
		if err != nil {
			return err
		}
		units, err := agency.UnitsOn(ctx, tx, s.area.ID, "", today)
		if err != nil {
			return err
		}
		held, err := agency.HoldersOn(ctx, tx, s.area.ID, "", today)
		if err != nil {
			return err
		}
		teams, people := map[organisation.ID]int{}, map[organisation.ID][]string{}
		for _, u := range units {
			teams[u.Body]++
		}
		for _, h := range held {
			if h.Contact.Name != "" {
				people[h.Post.Body] = append(people[h.Post.Body], h.Contact.Name)
			}
		}
		href := agenciesHref(s.area)
		d.Shell = p.shell(r, by, s.area, "Who is who", web.Link{Text: "Who is who"})
		d.Tools = []web.Tool{{Icon: "down", Text: "Download as a spreadsheet", Href: href + ".csv"}}
		d.MayKeep, d.Find = s.mayKeep, href+"/find"
		d.Bodies = web.Table{Caption: "Those on our list", CaptionHidden: true, Columns: []web.Column{{Text: "Who"}, {Text: "Teams we know", Numeric: true}, {Text: "People we know"}}}
		for _, b := range all {
			if !b.OpenOn(today) {
				d.Ended = append(d.Ended, web.Item{Mark: web.Shape(b.Type.Shape()), Text: b.Name, Href: bodyHref(s.area, b), Detail: "It is no more since " + b.Closed.Long() + ". Open it to say what takes its place."})
				continue
			}
			who := shortList(people[b.ID])
			if who == "" {
				who = "Nobody yet"
			}
			d.Bodies.Rows = append(d.Bodies.Rows, web.Row{Cells: []web.Cell{
				{Text: b.Name, Href: bodyHref(s.area, b), RowHeader: true, Small: b.KindInWords(), Mark: web.Shape(b.Type.Shape())}, {Text: strconv.Itoa(teams[b.ID])}, {Text: who},
			}})
		}
		if d.Off, err = p.takenOff(ctx, tx, s, all); err != nil {
			return err
		}
		d.More = []web.Item{
			{Mark: web.Icon("people"), Text: "Who does what here", Href: directoryHref(s.area), Detail: "Groups, services and activities around us, whoever runs them."},
			{Mark: web.Icon("info"), Text: "Whom to ask", Href: cardsHref(s.area), Detail: "After somebody told of something serious. Cards to print."},
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, listPage(d))
}

// takenOff are the bodies that were on the list and are not now, the last first.
func (p pages) takenOff(ctx context.Context, tx *db.Tx, s scene, on []agency.Body) (web.Table, error) {
	t := web.Table{Caption: "Taken off our list", CaptionHidden: true, Columns: []web.Column{{Text: "Who"}, {Text: "Since"}, {Text: "Put it back", Hidden: true}}}
	listings, err := agency.Listings(ctx, tx, s.area.ID)
	if err != nil {
		return t, err
	}
	until := map[organisation.ID]date.Date{}
	var ids []organisation.ID
	for _, l := range listings {
		if !l.Until.IsZero() && !slices.ContainsFunc(on, func(b agency.Body) bool { return b.ID == l.Body }) {
			until[l.Body] = l.Until
			ids = append(ids, l.Body)
		}
	}
	if len(ids) == 0 {
		return t, nil
	}
	bodies, err := agency.BodiesByID(ctx, tx, ids)
	slices.SortStableFunc(ids, func(a, b organisation.ID) int { return strings.Compare(until[b].String(), until[a].String()) })
	for _, id := range slices.Compact(ids) {
		b := bodies[id]
		back := web.Cell{}
		if s.mayKeep {
			back = web.Cell{Text: "Put it back", Href: bodyHref(s.area, b) + "/list", Hidden: "on our list: " + b.Name}
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{{Text: b.Name, Href: bodyHref(s.area, b), RowHeader: true, Small: b.KindInWords()}, {Text: until[id].Long()}, back}})
	}
	return t, err
}

func shortList(all []string) string {
	const most = 3
	if len(all) > most {
		return strings.Join(all[:most], ", ") + " and " + strconv.Itoa(len(all)-most) + " more"
	}
	return strings.Join(all, ", ")
}

func (p pages) listCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var slug string
	err := p.within(r, by, func(ctx context.Context, tx *db.Tx, s scene) error {
		slug = s.area.Slug
		today := p.site.Today()
		all, err := agency.Listed(ctx, tx, s.area.ID, today)
		if err != nil {
			return err
		}
		units, err := agency.Units(ctx, tx, s.area.ID)
		if err != nil {
			return err
		}
		teams := map[agency.UnitID]string{}
		for _, u := range units {
			teams[u.ID] = u.Name
		}
		held, err := agency.HoldersOn(ctx, tx, s.area.ID, "", today)
		for _, b := range all {
			n := len(rows)
			first := []string{b.Name, b.TypeInWords(), b.Type.SubtypeName(b.Subtype), b.Tier.InWords(), b.Place, codesOf(b), b.Closed.String()}
			for _, h := range held {
				if h.Post.Body == b.ID {
					rows = append(rows, append(slices.Clip(first), teams[h.Post.Unit], h.Post.Title, string(h.Post.Level), h.Contact.Name, h.Contact.Email, h.Contact.Phone, h.From.String()))
				}
			}
			if len(rows) == n {
				rows = append(rows, append(first, "", "", "", "", "", "", ""))
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, slug+"-who-is-who", []string{"body", "type", "sort", "layer", "where", "codes", "no more since", "team", "job", "level", "name", "email", "telephone", "since"}, rows)
}

func codesOf(b agency.Body) string {
	var all []string
	for _, c := range b.Codes {
		all = append(all, c.OrgID())
	}
	return strings.Join(all, " ")
}

// findData is looking for a body in the registers.
type findData struct {
	Shell  web.Shell
	Filter web.Filter
	Asked  string
	Found  web.Table
	Near   web.Table
	New    string
}

func (p pages) find(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d findData
	err := p.within(r, by, func(ctx context.Context, tx *db.Tx, s scene) error {
		if err := by.Must(access.KeepRelationships, s.area.Place()); err != nil {
			return err
		}
		today := p.site.Today()
		d.Asked = strings.TrimSpace(r.URL.Query().Get("q"))
		href := agenciesHref(s.area)
		d.Shell = p.shell(r, by, s.area, "Add somebody to our list", agenciesLink(s.area), web.Link{Text: "Add"})
		d.Filter = web.Filter{Action: href + "/find", Fields: []web.FilterField{{Name: "q", Label: "What is it called?", Value: d.Asked}}, Button: "Search", Clear: href + "/find"}
		d.New = href + "/new?name=" + url.QueryEscape(d.Asked)
		on, err := agency.Listed(ctx, tx, s.area.ID, today)
		if err != nil {
			return err
		}
		listed := map[organisation.ID]bool{}
		for _, b := range on {
			listed[b.ID] = true
		}
		const most = 30
		if d.Asked != "" {
			found, err := agency.Find(ctx, tx, s.area, d.Asked, most)
			d.Found = choices("What was found", s.area, found, listed, today)
			return err
		}
		near, err := agency.Near(ctx, tx, s.area, today, most)
		d.Near = choices("Those that work where you are", s.area, near, listed, today)
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, findPage(d))
}

func choices(caption string, a area.Area, all []agency.Body, listed map[organisation.ID]bool, today date.Date) web.Table {
	t := web.Table{Caption: caption, CaptionHidden: true, Columns: []web.Column{{Text: "Who"}, {Text: "Where"}, {Text: "Add it", Hidden: true}}}
	for _, b := range all {
		what := whatItIs(b)
		if !b.OpenOn(today) && !b.Closed.IsZero() {
			what += " · no more since " + b.Closed.Long()
		}
		add := web.Cell{Text: "Put it on our list", Href: bodyHref(a, b) + "/list", Hidden: ": " + b.Name}
		if listed[b.ID] {
			add = web.Cell{Text: "On your list"}
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{{Text: b.Name, Href: bodyHref(a, b), RowHeader: true, Small: what}, {Text: b.Place}, add}})
	}
	return t
}

// bodyData is the page of a body, as an area knows it.
type bodyData struct {
	Shell   web.Shell
	Tools   []web.Tool
	Name    string
	Shape   string
	Kind    agency.Kind
	Subtype string
	Facts   []web.Fact
	Gone    string        // that it is no more, in words
	After   []web.Link    // what came after it
	Day     string        // the day that is looked at, in words; "" for today
	Days    []web.NavItem // on which one can look back
	Teams   []team
	Past    []string // teams that were there, and what became of them
	Forms   []web.Link
	Add     string
	Listed  bool
	List    string
	MayKeep bool
	Before  []web.Item // who was there before
}

// A team is a unit with its posts; the first has what is of none.
type team struct {
	ID, Name, Detail string
	Links            []web.Link
	Posts            []job
}

type job struct {
	Title, Level string
	Who          []somebody
	Links        []web.Link
}

type somebody struct {
	Name, Since, Reach string
	Links              []web.Link
}

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
		d.Name, d.Shape, d.Kind, d.Subtype, d.MayKeep = b.Name, b.Type.Shape(), b.Type.Kind(), b.Type.SubtypeName(b.Subtype), s.mayKeep
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
			d.Forms = []web.Link{{Text: "Another takes its place", Href: href + "/replace"}, {Text: "Take it off our list", Href: href + "/off"}}
			if b.Register == "" && b.Closed.IsZero() {
				d.Forms = append(d.Forms, web.Link{Text: "It is no more", Href: href + "/close"})
			}
			d.Tools = []web.Tool{{Icon: "plus", Text: "Add a team", Href: href + "/units/new"}}
		}
		if d.Past, err = pastTeams(ctx, tx, s.area, b, day); err != nil {
			return err
		}
		return teamsOf(ctx, tx, &d, s, b, day, href)
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, bodyPage(d))
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
		if o, ok := others[id]; ok && o.Register != "" {
			d.Facts = append(d.Facts, web.Fact{Term: "Came after", Value: o.Name, Href: bodyHref(a, o)})
		}
	}
	for _, n := range b.Names {
		add("Called before", n.Name+" (until "+n.Last.Long()+" or later)")
	}
	if !b.Opened.IsZero() {
		add("There since", b.Opened.Long())
	}
	if len(b.Codes) > 0 {
		add("Codes", codesOf(b))
	}
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
			t.Links = []web.Link{
				{Text: "Add somebody to " + u.Name, Href: href + "/people/new?unit=" + url.QueryEscape(string(u.ID))},
				{Text: "Change " + u.Name, Href: href + "/units/" + string(u.ID)},
				{Text: u.Name + " is no more", Href: href + "/units/" + string(u.ID) + "/end"},
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
				one.Since += ", until " + h.Until.Long()
			}
			if edits {
				one.Links = append(one.Links, web.Link{Text: h.Contact.Shown() + " leaves", Href: href + "/holders/" + string(h.ID) + "/left"})
				if h.Holding.Contact != "" && h.Contact.Name != "" {
					one.Links = append(one.Links, web.Link{Text: "How to reach " + h.Contact.Shown(), Href: href + "/people/" + string(h.Holding.Contact)})
				}
			}
			j.Who = append(j.Who, one)
		}
		if edits {
			words := "Somebody else has the job"
			if len(j.Who) == 0 {
				words = "Say who has the job"
			}
			j.Links = []web.Link{{Text: words + ": " + post.Title, Href: href + "/posts/" + string(post.ID) + "/holder"}, {Text: "There is no " + post.Title + " any more", Href: href + "/posts/" + string(post.ID) + "/end"}}
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

// allData is the bodies of all registers, for the programme.
type allData struct {
	Shell  web.Shell
	Tools  []web.Tool
	Types  web.Table
	Filter web.Filter
	Found  web.Table
	Pages  web.Pagination
	None   bool
}

func (p pages) all(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	const most = 50
	var d allData
	err := p.agencies.DB.Read(r.Context(), func(tx *db.Tx) error {
		ctx, today := r.Context(), p.site.Today()
		counts, err := agency.Counts(ctx, tx, today)
		if err != nil {
			return err
		}
		q, typ := r.URL.Query().Get("q"), r.URL.Query().Get("type")
		at, _ := strconv.Atoi(r.URL.Query().Get("page"))
		at = max(at, 1)
		found, all, err := agency.Page(ctx, tx, agency.Type(typ), q, (at-1)*most, most)
		if err != nil {
			return err
		}
		d.Shell = p.site.Shell(r, by, "Public agencies")
		d.Shell.Crumbs = []web.Link{{Text: "The programme", Href: "/"}, {Text: "Public agencies"}}
		d.Tools = []web.Tool{{Icon: "down", Text: "Download as a spreadsheet", Href: "/agencies.csv"}}
		d.Types = typesTable(counts)
		options := []web.Option{{Text: "All types"}}
		for _, k := range agency.ShippedKinds() {
			options = append(options, web.Option{Value: string(k.Type), Text: k.Many})
		}
		d.Filter = web.Filter{Action: "/agencies", Fields: []web.FilterField{{Name: "q", Label: "Name", Value: q}, {Name: "type", Label: "Type", Value: typ, Options: options}}, Button: "Search", Clear: "/agencies"}
		d.Found = web.Table{Caption: "Bodies", CaptionHidden: true, Columns: []web.Column{{Text: "Who"}, {Text: "Where"}, {Text: "Codes"}, {Text: "As of", Bare: true}}}
		for _, b := range found {
			what := whatItIs(b)
			if !b.Closed.IsZero() {
				what += " · no more since " + b.Closed.Long()
			}
			d.Found.Rows = append(d.Found.Rows, web.Row{Cells: []web.Cell{{Text: b.Name, RowHeader: true, Small: what}, {Text: b.Place}, {Text: b.PlaceCode}, {Text: b.Edition.Short()}}})
		}
		d.None = len(counts) == 0
		d.Pages = web.Paginate("Pages of bodies", at, (all+most-1)/most, func(page int) string {
			return "/agencies?" + url.Values{"q": {q}, "type": {typ}, "page": {strconv.Itoa(page)}}.Encode()
		})
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, allPage(d))
}

// whatItIs is what sort of body one is, with its layer where that says more.
func whatItIs(b agency.Body) string {
	if b.Subtype != "" {
		return b.KindInWords()
	}
	return joined([]string{b.KindInWords(), b.Tier.InWords()})
}

// typesTable is the types that come with the program, and how many bodies there are.
func typesTable(counts []agency.Count) web.Table {
	t := web.Table{Caption: "Types", CaptionHidden: true, Columns: []web.Column{{Text: "Type"}, {Text: "In registers", Numeric: true}, {Text: "Of them no more", Numeric: true}, {Text: "Added by areas", Numeric: true}}}
	for _, k := range agency.ShippedKinds() {
		var all, closed, own int64
		for _, c := range counts {
			switch {
			case c.Type != k.Type:
			case c.Register == "":
				own += c.All
			default:
				all, closed = all+c.All, closed+c.Closed
			}
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{
			{Text: k.Many, RowHeader: true, Small: k.Plain}, {Text: strconv.FormatInt(all, 10)}, {Text: strconv.FormatInt(closed, 10)}, {Text: few(own)},
		}})
	}
	return t
}

// few hides small numbers, by which an area could be told.
func few(n int64) string {
	const least = 5
	if n > 0 && n < least {
		return "fewer than 5"
	}
	return strconv.FormatInt(n, 10)
}

func (p pages) allCSV(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	var rows [][]string
	err := p.agencies.DB.Read(r.Context(), func(tx *db.Tx) error {
		const most = 100_000
		all, _, err := agency.Page(r.Context(), tx, "", "", 0, most)
		for _, b := range all {
			rows = append(rows, []string{b.Name, string(b.Type), b.Subtype, string(b.Tier), b.Place, b.PlaceCode, b.Opened.String(), b.Closed.String(), b.Register, b.Edition.String()})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, "agencies", []string{"name", "type", "sort", "layer", "where", "council", "opened", "no more since", "register", "as of"}, rows)
}
