package projectweb

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/money"
	"commontable/internal/organisation"
	"commontable/internal/project"
	"commontable/internal/web"
)

// activitiesData is what people of an area do together.
type activitiesData struct {
	Shell      web.Shell
	CSV        string
	New        string // "" for who may begin nothing
	Figures    []web.Figure
	Timetable  web.Table
	Goes, Past web.Table
}

func (p pages) activities(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d activitiesData
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		all, err := project.Activities(r.Context(), tx, s.area.ID, "")
		d.Shell = p.shell(r, by, s.area, "What we do together", web.Link{Text: "What we do together"})
		d.CSV = activitiesHref(s.area) + ".csv"
		if s.mayRun {
			d.New = activitiesHref(s.area) + "/new"
		}
		d.Figures = figures(sumsOf(all))
		over := func(a project.Activity) bool { return !a.StoppedOn().IsZero() }
		goes := slices.DeleteFunc(slices.Clone(all), over)
		d.Goes = activityTable(s.area, goes, true)
		d.Past = activityTable(s.area, slices.DeleteFunc(slices.Clone(all), func(a project.Activity) bool { return !over(a) }), true)
		d.Timetable = timetable(s.area, goes)
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, activitiesPage(d))
}

func sumsOf(all []project.Activity) (sums project.Sums) {
	for _, a := range all {
		sums.Sessions += a.Sums.Sessions
		sums.Came += a.Sums.Came
		sums.Meals += a.Sums.Meals
		sums.Placements += a.Sums.Placements
		sums.Cleanups += a.Sums.Cleanups
	}
	return sums
}

// figures are what was counted, without what never was.
func figures(s project.Sums) []web.Figure {
	all := []web.Figure{{Number: grouped(s.Sessions), Label: thing(s.Sessions, "time", "times") + " that we met"}, {Number: grouped(s.Came), Label: "came, counted each time"}}
	for _, c := range []struct {
		n         int64
		one, many string
	}{{s.Meals, "meal eaten", "meals eaten"}, {s.Placements, "work placement", "work placements"}, {s.Cleanups, "place cleaned up", "places cleaned up"}} {
		if c.n > 0 {
			all = append(all, web.Figure{Number: grouped(c.n), Label: thing(c.n, c.one, c.many)})
		}
	}
	return all
}

func thing(n int64, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func activityTable(a area.Area, all []project.Activity, links bool) web.Table {
	t := web.Table{Caption: "What we do together", CaptionHidden: true, Columns: []web.Column{{Text: "What"}, {Text: "How it stands"}, {Text: "Times", Numeric: true}, {Text: "Came", Numeric: true}}}
	for _, one := range all {
		name := web.Cell{Text: one.Name, RowHeader: true, Small: one.Timetable}
		if links {
			name.Href = activityHref(a, one.ID)
		}
		standing := capital(one.Standing())
		if one.Host != "" && one.RunBy() == "" {
			standing += ". Brought by " + one.Host
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{name, {Text: standing}, {Text: grouped(one.Sums.Sessions)}, {Text: grouped(one.Sums.Came)}}})
	}
	return t
}

// timetable is when what goes on is, and whose it is.
func timetable(a area.Area, all []project.Activity) web.Table {
	t := web.Table{Caption: "When things are", CaptionHidden: true, Columns: []web.Column{{Text: "When and where"}, {Text: "What"}, {Text: "Who brings it"}}}
	for _, one := range all {
		if one.Timetable == "" {
			continue
		}
		who := "We do"
		if one.Host != "" {
			who = one.Host
		}
		if one.RunBy() != "" {
			who = one.RunBy()
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{{Text: one.Timetable, RowHeader: true}, {Text: one.Name, Href: activityHref(a, one.ID)}, {Text: who}}})
	}
	return t
}

func (p pages) activitiesCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var slug string
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		slug = s.area.Slug
		all, err := project.Activities(r.Context(), tx, s.area.ID, "")
		for _, a := range all {
			var copied []string
			for _, t := range a.Turns {
				if t.Kind == project.CopiedBy {
					copied = append(copied, t.Who)
				}
			}
			rows = append(rows, []string{
				a.Name, a.Timetable, a.Host, a.BegunOn.String(), a.Standing(), a.RunBy(), strings.Join(copied, "; "),
				number(a.Sums.Sessions), number(a.Sums.Came), number(a.Sums.Meals), number(a.Sums.Placements), number(a.Sums.Cleanups), a.Sums.LastOn.String(),
			})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, slug+"-activities", []string{"activity", "when and where", "brought by", "begun on", "standing", "now run by", "copied by", "times", "came", "meals", "placements", "clean-ups", "last time"}, rows)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// activityData is one activity.
type activityData struct {
	Shell     web.Shell
	Name      string
	Tag       string
	Kind      web.Kind
	Words     []string
	Facts     []web.Fact
	Figures   []web.Figure
	Tools     []web.Tool
	Brings    web.Table // who brings what, for those who read the papers
	BringsCSV string
	Kinds     string // what is brought, for everyone
	Sessions  web.Table
	Turns     []web.TimelineItem
	CSV, Note string
	Alike     []string // what was looked at before it began, for those who read the papers
	Cards     []web.Item
	MakeCard  string // where a card is made, where there is none and somebody may
	NoCard    bool   // there is none, for who would see it
}

// mostSessions are shown on a page; a spreadsheet has all.
const mostSessions = 12

func (p pages) activity(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d activityData
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		one, err := project.ActivityByID(r.Context(), tx, s.area.ID, project.ActivityID(r.PathValue("activity")))
		if err != nil {
			return err
		}
		if s.inside {
			if d.Alike, err = p.seenBefore(r.Context(), tx, s.area, "activity", string(one.ID)); err != nil {
				return err
			}
		}
		if err := p.cardsOf(r, tx, by, s, one, &d); err != nil {
			return err
		}
		givers, err := project.Givers(r.Context(), tx, s.area.ID, one.ID)
		if err != nil {
			return err
		}
		sessions, err := project.Sessions(r.Context(), tx, s.area.ID, one.ID, mostSessions)
		if err != nil {
			return err
		}
		href := activityHref(s.area, one.ID)
		d.Shell = p.shell(r, by, s.area, one.Name, activitiesLink(s.area), web.Link{Text: one.Name})
		d.Name, d.Tag, d.Kind, d.Words = one.Name, capital(one.Standing()), standingTag(one), paragraphs(one.Words)
		d.Figures, d.CSV = figures(one.Sums), href+"/times.csv"
		if s.mayRun {
			d.Note = href + "/times"
			d.Tools = append(d.Tools, web.Tool{Icon: "swap", Text: "Say what became of it", Href: href + "/turn"})
		}
		d.Tools = append(d.Tools, web.Tool{Icon: "down", Text: "Download as a spreadsheet", Href: d.CSV})
		d.Facts = []web.Fact{{Term: "Since", Value: one.BegunOn.Long()}}
		if one.Timetable != "" {
			d.Facts = append(d.Facts, web.Fact{Term: "When and where", Value: one.Timetable})
		}
		if one.Host != "" {
			d.Facts = append(d.Facts, web.Fact{Term: "Brought by", Value: one.Host})
		}
		if one.Project != "" {
			of, err := project.ByID(r.Context(), tx, s.area.ID, one.Project, p.site.Today())
			if err != nil {
				return err
			}
			if of.SeenBy(by, s.area) {
				d.Facts = append(d.Facts, web.Fact{Term: "Part of", Value: of.Name, Href: projectHref(s.area, of.ID)})
			}
		}
		for _, t := range slices.Backward(one.Turns) {
			words := capital(string(t.Kind))
			if t.Who != "" {
				words += " " + t.Who
			}
			d.Turns = append(d.Turns, web.TimelineItem{Date: t.On.Long(), Words: words, Detail: t.Words})
		}
		d.Kinds = kindsOf(givers)
		if s.inside {
			d.Brings, d.BringsCSV = brings(givers), href+"/brings.csv"
		}
		d.Sessions = sessionTable(sessions, s.inside)
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, activityPage(d))
}

// cardsOf says whom helpers of an activity ask when somebody told them of something
// serious: for those of the area who see it, and never what was told.
func (p pages) cardsOf(r *http.Request, tx *db.Tx, by access.Actor, s scene, one project.Activity, d *activityData) error {
	if !s.inside || p.alike.Cards == nil {
		return nil
	}
	cards, makeOne, err := p.alike.Cards(r.Context(), tx, by, s.area, one.Name)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	for _, c := range cards {
		item := web.Item{Mark: web.Icon("info"), Text: c.Ask, Href: c.Href}
		if c.About != "" {
			item.Detail = "If it is about " + c.About
		}
		d.Cards = append(d.Cards, item)
	}
	if over := !one.StoppedOn().IsZero() || one.RunBy() != ""; len(cards) == 0 && !over {
		d.NoCard, d.MakeCard = true, makeOne
	}
	return err
}

func standingTag(a project.Activity) web.Kind {
	switch {
	case !a.StoppedOn().IsZero():
		return web.Plain
	case a.RunBy() != "":
		return web.Pine
	}
	return web.Good
}

// kindsOf is what is brought, without by whom: "food and tea, space".
func kindsOf(givers []project.Given) string {
	var all []string
	for _, g := range givers {
		if words := g.Kind.InWords(); !slices.Contains(all, words) {
			all = append(all, words)
		}
	}
	return strings.Join(all, ", ")
}

func amount(kind project.GiftKind, n int64) string {
	switch {
	case n == 0:
		return ""
	case kind == project.Money:
		return strings.TrimSuffix(money.Pence(n).String(), ".00")
	case kind == project.People:
		return counted(n, "hour")
	}
	return ""
}

func brings(givers []project.Given) web.Table {
	t := web.Table{Caption: "Who brings what", CaptionHidden: true, Columns: []web.Column{{Text: "Who"}, {Text: "What"}, {Text: "Times", Numeric: true}, {Text: "In all", Numeric: true}}}
	for _, g := range givers {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{{Text: g.Party, RowHeader: true}, {Text: capital(g.Kind.InWords())}, {Text: grouped(g.Times)}, {Text: amount(g.Kind, g.Amount)}}})
	}
	return t
}

func sessionTable(all []project.Session, inside bool) web.Table {
	t := web.Table{Caption: "Each time", CaptionHidden: true, Columns: []web.Column{{Text: "When", Bare: true}, {Text: "Came", Numeric: true}, {Text: "Meals", Numeric: true}, {Text: "Who brought what"}}}
	if !inside {
		t.Columns[3].Text = "What was brought"
	}
	for _, s := range all {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{
			{Text: s.On.Long(), RowHeader: true, Small: only(inside, s.Words)}, {Text: grouped(s.Came)}, {Text: unlessZero(s.Meals)}, {Text: giftWords(s.Gifts, inside)},
		}})
	}
	return t
}

func only(inside bool, words string) string {
	if inside {
		return words
	}
	return ""
}

func unlessZero(n int64) string {
	if n == 0 {
		return ""
	}
	return grouped(n)
}

// giftWords are what was brought to a session, and for those inside by whom.
func giftWords(gifts []project.Gift, inside bool) string {
	var all []string
	for _, g := range gifts {
		words := g.Kind.InWords()
		if inside {
			if more := strings.TrimSpace(g.Words + " " + amount(g.Kind, g.Amount)); more != "" {
				words += " (" + more + ")"
			}
			words = g.Party + ": " + words
		}
		if !slices.Contains(all, words) {
			all = append(all, words)
		}
	}
	return strings.Join(all, "; ")
}

// bringsCSV is who brings what to an activity, in all.
func (p pages) bringsCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var name string
	err := p.inside(r, by, func(tx *db.Tx, s scene) error {
		one, err := project.ActivityByID(r.Context(), tx, s.area.ID, project.ActivityID(r.PathValue("activity")))
		if err != nil {
			return err
		}
		name = s.area.Slug + "-" + organisation.Slug(one.Name)
		all, err := project.Givers(r.Context(), tx, s.area.ID, one.ID)
		for _, x := range all {
			rows = append(rows, []string{x.Party, x.Kind.InWords(), number(x.Times), amount(x.Kind, x.Amount)})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, name+"-who-brings-what", []string{"who", "what", "times", "in all"}, rows)
}

func (p pages) activityCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var name string
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		one, err := project.ActivityByID(r.Context(), tx, s.area.ID, project.ActivityID(r.PathValue("activity")))
		if err != nil {
			return err
		}
		name = s.area.Slug + "-" + organisation.Slug(one.Name)
		sessions, err := project.Sessions(r.Context(), tx, s.area.ID, one.ID, int(one.Sums.Sessions))
		for _, x := range sessions {
			rows = append(rows, []string{x.On.String(), number(x.Came), number(x.Meals), number(x.Placements), number(x.Cleanups), giftWords(x.Gifts, s.inside), only(s.inside, x.Words)})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, name+"-times", []string{"day", "came", "meals", "placements", "clean-ups", "brought", "notes"}, rows)
}
