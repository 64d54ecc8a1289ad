package relationshipweb

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/chart"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/organisation"
	"commontable/internal/relationship"
	"commontable/internal/web"
)

// listData is who an area works with: the map, what it tells, and the list.
type listData struct {
	Shell   web.Shell
	Lead    string
	Tabs    []web.NavItem
	Tools   []web.Tool
	Empty   bool
	New     string // where one is added, for who may
	Map     templ.Component
	Caption string
	Days    []web.NavItem
	Told    []told
	Filter  web.Filter
	Table   web.Table
	Nothing string // what to say where the filter finds none
	Past    web.Table
}

// A told is what the map tells, in a sentence, with its next step.
type told struct {
	Kind         web.Kind
	Icon         string
	Strong, More string
	Next         web.Link
}

func (p pages) list(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d listData
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		today := p.site.Today()
		day, err := dayOf(r, today)
		if err != nil {
			return err
		}
		links, err := s.links(r.Context(), tx, day)
		if err != nil {
			return err
		}
		at := listHref(s.area)
		d = listData{Shell: p.shell(r, by, s.area, "Who we work with"), Tabs: s.tabs("Who we work with"), Empty: len(links) == 0 && day == today}
		d.Tools = []web.Tool{
			{Icon: "people", Text: "Who is who", Href: home(s.area) + "/agencies"},
			{Icon: "info", Text: "Who does what here", Href: home(s.area) + "/directory"},
			{Icon: "chat", Text: "How we work together", Href: home(s.area) + "/together"},
			{Icon: "down", Text: "Download as a spreadsheet", Href: at + ".csv"},
		}
		if day != today {
			d.Tools[3].Href += "?day=" + day.String()
		}
		if s.keeps {
			d.New = at + "/new"
		}
		d.Lead = numbered(len(links)) + " organisations. The nearer to the middle, the closer we work. Tap any shape to open it."
		if len(links) == 1 {
			d.Lead = "One organisation. Tap its shape to open it."
		}
		if day != today {
			d.Lead = "As it was on " + day.Long() + ": " + strings.ToLower(numbered(len(links))) + " organisations."
			d.Nothing = "Nothing is noted of that day."
		}
		d.Map = chart.RelationshipMap(s.area.Name, tied(s, links))
		d.Caption = "As we know it on " + day.Long() + "."
		days, err := relationship.Days(r.Context(), tx, s.area.ID, today)
		if err != nil {
			return err
		}
		for _, one := range days {
			item := web.NavItem{Text: strconv.Itoa(one.Year()), Href: at + "?day=" + one.String(), Current: one == day}
			if one == today {
				item.Text, item.Href = "Now", at
			}
			d.Days = append(d.Days, item)
		}
		if len(d.Days) == 1 {
			d.Days = nil
		}
		if day == today { // what is long past asks for nothing
			d.Told = tells(s, links)
		}
		q := r.URL.Query()
		d.Filter = filterOf(at, links, q.Get("type"), q.Get("show"), q.Get("day"))
		types, err := called(r.Context(), tx, links)
		if err != nil {
			return err
		}
		d.Table = linkTable(s, types, filtered(links, q.Get("type"), q.Get("show")), chart.MapNumbers(tied(s, links)), links)
		if d.Nothing == "" && len(d.Table.Rows) == 0 {
			d.Nothing = "There is none of these. That may be good news."
		}
		d.Past, err = pastTable(r.Context(), tx, s, day)
		d.Empty = d.Empty && len(d.Past.Rows) == 0
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, listPage(d))
}

// dayOf is the day that is looked at.
func dayOf(r *http.Request, today date.Date) (date.Date, error) {
	asked := r.URL.Query().Get("day")
	if asked == "" {
		return today, nil
	}
	on, err := date.Parse(asked)
	if err != nil || on.After(today) {
		return on, fault.NotFound
	}
	return on, nil
}

// pastTable are the relationships that are on the map no more: their stories stay.
func pastTable(ctx context.Context, tx *db.Tx, s scene, day date.Date) (web.Table, error) {
	t := web.Table{Caption: "On the map no more", CaptionHidden: true, Columns: []web.Column{{Text: "Organisation"}, {Text: "Since"}, {Text: "What became of it"}}}
	past, err := relationship.OverOn(ctx, tx, s.area.ID, day)
	if err != nil || len(past) == 0 {
		return t, err
	}
	all, err := relationship.All(ctx, tx, s.area.ID)
	if err != nil {
		return t, err
	}
	names := map[relationship.ID]string{}
	var types []agency.Type
	for _, one := range all {
		names[one.ID] = one.Name
		types = append(types, one.Type)
	}
	called, err := agency.Called(ctx, tx, types...)
	for _, one := range past {
		if s.hides(one.Relationship) {
			continue
		}
		became := web.Cell{Text: "It came to an end"}
		if one.MergedIn != "" {
			became = web.Cell{Text: "It went into " + names[one.MergedIn], Href: href(s.area, one.MergedIn)}
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{{Component: shapedName(one.Type.Shape(), one.Name, href(s.area, one.ID), called[one.Type]), RowHeader: true}, {Text: one.Since.Long()}, became}})
	}
	return t, err
}

// tied are links as the map draws them.
func tied(s scene, links []relationship.Link) []chart.Tied {
	var all []chart.Tied
	for _, l := range links {
		t := chart.Tied{
			Name: l.Short, Href: href(s.area, l.ID), Shape: chart.Shape(l.Type.Shape()), Ring: chart.Ring(max(0, l.Closeness.Ring())), NotStarted: l.NotStarted, OneHolder: l.OneHolder, Note: l.Note,
		}
		for _, k := range l.Kinds {
			t.Ties = append(t.Ties, chart.Tie(k))
		}
		if l.QuietWeeks > 0 {
			t.Quiet = counted(l.QuietWeeks, "week")
		}
		all = append(all, t)
	}
	return all
}

// tells are the sentences: what hangs on one person, what goes quiet, what we would
// like to start. Each with its next step, and none of them blames.
func tells(s scene, links []relationship.Link) (all []told) {
	var alone, quiet, hoped []relationship.Link
	var who []string
	since := date.Date{}
	for _, l := range links {
		if l.OneHolder {
			alone = append(alone, l)
			if name := firstName(l.Holders[0].Name); !slices.Contains(who, name) {
				who = append(who, name)
			}
		}
		if l.QuietWeeks > 0 {
			quiet = append(quiet, l)
			if l.LastContact.After(since) {
				since = l.LastContact
			}
		}
		if l.NotStarted {
			hoped = append(hoped, l)
		}
	}
	shorts := func(links []relationship.Link) string {
		var names []string
		for _, l := range links {
			names = append(names, l.Short)
		}
		if len(names) > 4 {
			return strings.Join(names[:3], ", ") + " and " + counted(len(names)-3, "other")
		}
		return and(names, "and")
	}
	may := func(text, to string) web.Link {
		if s.keeps {
			return web.Link{Text: text, Href: to}
		}
		return web.Link{}
	}
	if n := len(alone); n > 0 {
		t := told{Kind: web.Watch, Icon: "one", Strong: verb(n, "rests", "rest") + " on one person.", More: "If " + and(who, "or") + " stepped back, we would lose touch.", Next: web.Link{Text: "Who holds what", Href: heldHref(s.area)}}
		if next := may("Find a second person", href(s.area, alone[0].ID)+"/holders?side=ours"); n == 1 && next.Href != "" {
			t.Next = next
		}
		all = append(all, t)
	}
	if n := len(quiet); n > 0 {
		more := shorts(quiet) + ": no contact noted yet."
		if !since.IsZero() {
			more = shorts(quiet) + ": no contact since " + since.Long() + "."
		}
		all = append(all, told{Kind: web.Info, Icon: "cold", Strong: verb(n, "is", "are") + " going quiet.", More: more, Next: may("Note a contact, or plan a catch-up", href(s.area, quiet[0].ID))})
	}
	if n := len(hoped); n > 0 {
		strong := numbered(n) + " we would like to start."
		all = append(all, told{Kind: web.Good, Icon: "chat", Strong: strong, More: shorts(hoped) + ". Who knows somebody there?", Next: may("Take the first step", href(s.area, hoped[0].ID))})
	}
	return all
}

func verb(n int, one, many string) string {
	if n == 1 {
		return "One " + one
	}
	return numbered(n) + " " + many
}

const (
	showAlone = "one"
	showQuiet = "quiet"
	showHoped = "not-yet"
)

func filterOf(at string, links []relationship.Link, kind, show, day string) web.Filter {
	types := []web.Option{{Text: "All types"}}
	seen := map[string]bool{}
	for _, shape := range chart.Shapes {
		for _, l := range links {
			if l.Type.Shape() == string(shape) && !seen[string(shape)] {
				seen[string(shape)] = true
				types = append(types, web.Option{Value: string(shape), Text: shape.Words()})
			}
		}
	}
	f := web.Filter{Action: at + "#list", Fields: []web.FilterField{
		{Name: "type", Label: "Type", Value: kind, Options: types},
		{Name: "show", Label: "Show", Value: show, Options: []web.Option{
			{Text: "All of them"}, {Value: showAlone, Text: "Only one of us knows them"}, {Value: showQuiet, Text: "Going quiet"}, {Value: showHoped, Text: "Not started yet"},
		}},
	}}
	if kind != "" || show != "" {
		f.Clear = at
		if day != "" {
			f.Clear += "?day=" + day
		}
	}
	return f
}

func filtered(links []relationship.Link, kind, show string) []relationship.Link {
	var all []relationship.Link
	for _, l := range links {
		if kind != "" && l.Type.Shape() != kind {
			continue
		}
		if show == showAlone && !l.OneHolder || show == showQuiet && l.QuietWeeks == 0 || show == showHoped && !l.NotStarted {
			continue
		}
		all = append(all, l)
	}
	return all
}

func kindsInWords(l relationship.Link) string {
	if l.NotStarted {
		return "Not started yet"
	}
	if len(l.Kinds) == 0 {
		return "In touch"
	}
	var words []string
	for _, k := range l.Kinds {
		words = append(words, k.InWords())
	}
	return strings.Join(words, ", ")
}

func heldNames(held []relationship.Held) string {
	var all []string
	for _, h := range held {
		all = append(all, h.Name)
	}
	return strings.Join(all, ", ")
}

// called are what the types of links are called.
func called(ctx context.Context, tx *db.Tx, links []relationship.Link) (map[agency.Type]string, error) {
	var types []agency.Type
	for _, l := range links {
		types = append(types, l.Type)
	}
	return agency.Called(ctx, tx, types...)
}

func linkTable(s scene, types map[agency.Type]string, links []relationship.Link, numbers bool, all []relationship.Link) web.Table {
	t := web.Table{
		Caption: "All relationships, the closest first", CaptionHidden: true,
		Columns: []web.Column{{Text: "Organisation"}, {Text: "What they are to us", Short: "To us"}, {Text: "How close"}, {Text: "Who knows them"}, {Text: "Last contact"}},
	}
	for _, l := range links {
		name := l.Name
		if numbers {
			number := slices.IndexFunc(all, func(one relationship.Link) bool { return one.ID == l.ID }) + 1
			name = strconv.Itoa(number) + ". " + name
		}
		holders := web.Cell{Text: heldNames(l.Holders)}
		if len(l.Holders) == 0 {
			holders.Text = "Nobody yet"
		}
		if l.OneHolder {
			holders = web.Cell{Component: tagged(holders.Text, web.OneHas, "One person only")}
		}
		last := web.Cell{Text: l.LastContact.Long()}
		switch {
		case l.LastContact.IsZero() && l.QuietWeeks > 0:
			last = web.Cell{Component: tagged("None noted", web.Quiet, "Going quiet")}
		case l.QuietWeeks > 0:
			last = web.Cell{Component: tagged(l.LastContact.Long(), web.Quiet, "Going quiet")}
		case l.LastContact.IsZero():
			last.Text = "None noted"
		}
		t.Rows = append(t.Rows, web.Row{ID: "r-" + string(l.ID), Cells: []web.Cell{
			{Component: shapedName(l.Type.Shape(), name, href(s.area, l.ID), types[l.Type]), RowHeader: true},
			{Text: kindsInWords(l)},
			{Text: l.Closeness.InWords()},
			holders, last,
		}})
	}
	return t
}

func (p pages) listCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var name string
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		name = s.area.Slug + "-relationships"
		day, err := dayOf(r, p.site.Today())
		if err != nil {
			return err
		}
		links, err := s.links(r.Context(), tx, day)
		if err != nil {
			return err
		}
		all, err := relationship.All(r.Context(), tx, s.area.ID)
		if err != nil {
			return err
		}
		of := map[relationship.ID]relationship.Relationship{}
		for _, one := range all {
			of[one.ID] = one
		}
		bodies, units, err := withWhom(r.Context(), tx, s, links)
		if err != nil {
			return err
		}
		types, err := called(r.Context(), tx, links)
		for _, l := range links {
			one := of[l.ID]
			through := one.Through
			if by := of[one.BroughtBy]; one.BroughtBy != "" && !s.hides(by) {
				through = strings.TrimPrefix(through+"; "+by.Name, "; ")
			}
			var purposes []string
			for _, one := range l.Purposes {
				purposes = append(purposes, one.InWords())
			}
			quiet := ""
			if l.QuietWeeks > 0 {
				quiet = strconv.Itoa(l.QuietWeeks)
			}
			rows = append(rows, []string{
				l.Name, types[l.Type], kindsInWords(l), l.Closeness.InWords(), strings.Join(purposes, "; "), heldNames(l.Holders), heldNames(l.Theirs), l.LastContact.String(), quiet, l.Note,
				cmp.Or(bodies[l.Body], l.Name), units[l.Unit], one.Began.String(), one.HowBegun, through, l.Rhythm.InWords(),
			})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, name, []string{"organisation", "type", "what they are to us", "how close", "what for", "who of us", "who of them", "last contact", "quiet for weeks", "note", "in the registers", "team", "since", "how it began", "through whom", "how often"}, rows)
}

// withWhom are the names of the bodies and teams that links are with.
func withWhom(ctx context.Context, tx *db.Tx, s scene, links []relationship.Link) (map[organisation.ID]string, map[agency.UnitID]string, error) {
	bodies, units := map[organisation.ID]string{}, map[agency.UnitID]string{}
	var ids []organisation.ID
	for _, l := range links {
		ids = append(ids, l.Body)
	}
	found, err := agency.BodiesByID(ctx, tx, ids)
	if err != nil {
		return nil, nil, err
	}
	for id, b := range found {
		bodies[id] = b.Name
	}
	all, err := agency.Units(ctx, tx, s.area.ID)
	for _, u := range all {
		units[u.ID] = u.Name
	}
	return bodies, units, err
}
