package planweb

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/money"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// compareData is in what one version differs from another.
type compareData struct {
	Shell   web.Shell
	Lead    string
	Filter  web.Filter
	Before  side
	After   side
	Summary string
	Vision  [2][]string // before and after, where it changed
	Table   web.Table
	CSV     string
}

type side struct {
	Name, Href string
	plan.Version
}

// sides are the two versions that a request asks for: by their numbers, or
// "draft" for the one that is being written. Unasked, the plan in force is
// compared with the one before it.
func (s scene) sides(r *http.Request, tx *db.Tx, by access.Actor) (before, after side, versions []plan.Version, draft bool, err error) {
	if versions, err = s.versions(r, tx, by); err != nil {
		return before, after, nil, false, err
	}
	var d plan.Draft
	if s.mayWrite {
		d, err = plan.DraftOf(r.Context(), tx, s.area.ID)
		if err != nil && !errors.Is(err, fault.NotFound) {
			return before, after, nil, false, err
		}
	}
	find := func(name string) (side, error) {
		if name == "draft" && d.Number != 0 {
			return side{"the draft", draftHref(s.area), d.Version}, nil
		}
		n, err := strconv.ParseInt(name, 10, 64)
		if err != nil {
			return side{}, fault.NotFound
		}
		for _, v := range versions {
			if v.Number == n {
				v, err := plan.VersionOf(r.Context(), tx, s.area.ID, n)
				return side{"version " + name, versionHref(s.area, n), v}, err
			}
		}
		return side{}, fault.NotFound
	}
	from, to := r.URL.Query().Get("from"), r.URL.Query().Get("to")
	if to == "" && len(versions) > 0 {
		to = ordinal(versions[0].Number)
	}
	if from == "" && len(versions) > 0 {
		from = ordinal(versions[min(1, len(versions)-1)].Number)
	}
	if before, err = find(from); err != nil {
		return before, after, nil, false, err
	}
	after, err = find(to)
	return before, after, versions, d.Number != 0, err
}

func (p pages) compare(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d compareData
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		before, after, versions, draft, err := s.sides(r, tx, by)
		if err != nil {
			return err
		}
		changes := plan.Compare(before.Version, after.Version)
		const title = "What is different"
		d = compareData{
			Shell: p.shell(r, by, s.area, title, web.Link{Text: title}), Before: before, After: after,
			Lead: "What " + after.Name + " of our plan has that " + before.Name + " has not, and the other way round.", Summary: summed(changes, before.Version, after.Version),
			CSV: compareHref(s.area) + ".csv?from=" + idOf(before) + "&to=" + idOf(after),
		}
		options := make([]web.Option, 0, len(versions)+1)
		if draft {
			options = append(options, web.Option{Value: "draft", Text: "The draft"})
		}
		for _, v := range versions {
			options = append(options, web.Option{Value: ordinal(v.Number), Text: "Version " + ordinal(v.Number)})
		}
		d.Filter = web.Filter{Action: compareHref(s.area), Button: "Compare", Fields: []web.FilterField{
			{Name: "from", Label: "Before", Value: idOf(before), Options: options}, {Name: "to", Label: "After", Value: idOf(after), Options: options},
		}}
		d.Table = changeTable(changes)
		for _, c := range changes {
			if c.What == plan.TheVision {
				d.Vision = [2][]string{paragraphs(c.Before), paragraphs(c.After)}
			}
		}
		d.Shell.NoIndex = true
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, comparePage(d))
}

func idOf(s side) string {
	if s.Number == 0 {
		return "draft"
	}
	return ordinal(s.Number)
}

// summed is the differences in a sentence or two.
func summed(changes []plan.Change, before, after plan.Version) string {
	if len(changes) == 0 {
		return "The two are the same."
	}
	words := "The plan is " + after.Total().Whole() + " in all, where it was " + before.Total().Whole() + ". "
	if after.Total() == before.Total() {
		words = "The plan is " + after.Total().Whole() + " in all, as before. "
	}
	lines, actions := differing(changes, plan.ALine), differing(changes, plan.AnAction)
	if lines == "" {
		words += "No budget line is different."
	} else {
		words += "Of the budget lines, " + lines + "."
	}
	if actions != "" {
		words += " Of the actions, " + actions + "."
	}
	return words
}

// differing says how many things of one sort differ in which way, as it follows “of the
// budget lines”; "" for none.
func differing(changes []plan.Change, of plan.Thing) string {
	count := map[plan.How]int{}
	for _, c := range changes {
		if c.What == of {
			count[c.How]++
		}
	}
	var parts []string
	for _, x := range []struct {
		how       plan.How
		one, many string
	}{
		{plan.Added, "is new", "are new"},
		{plan.Gone, "is gone", "are gone"},
		{plan.Renamed, "has a new name", "have new names"},
		{plan.MoreMoney, "has more money", "have more money"},
		{plan.LessMoney, "has less money", "have less money"},
		{plan.OtherYear, "has other years", "have other years"},
		{plan.OtherDay, "has another day", "have another day"},
		{plan.Reworded, "has other words", "have other words"},
	} {
		switch n := count[x.how]; n {
		case 0:
		case 1:
			parts = append(parts, "1 "+x.one)
		default:
			parts = append(parts, strconv.Itoa(n)+" "+x.many)
		}
	}
	last := len(parts) - 1
	if last < 1 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:last], ", ") + " and " + parts[last]
}

// mostBeside is how many letters have room in a column of figures: longer words
// stand under the name.
const mostBeside = 24

func changeTable(changes []plan.Change) web.Table {
	t := web.Table{
		Caption: "What is different", CaptionHidden: true,
		Columns: []web.Column{{Text: "What"}, {Text: "How"}, {Text: "Before", Numeric: true}, {Text: "After", Numeric: true}, {Text: "Change", Numeric: true}},
	}
	for _, c := range changes {
		if c.What == plan.TheVision {
			continue // shown side by side
		}
		small := c.Priority
		if c.What != plan.ALine && c.What != plan.APriority && c.What != plan.TheYears {
			small = capital(string(c.What)) + ", " + c.Priority
		}
		name := c.Name
		if c.What == plan.TheYears {
			name = "Years of the plan"
		}
		if c.What == plan.APriority {
			small = "Priority"
			if c.How == plan.Reworded {
				small = c.Priority
			}
		}
		row := web.Row{Cells: []web.Cell{{Text: name, Small: small, RowHeader: true}, {Component: howTag(c)}, {Text: c.Before}, {Text: c.After}, {}}}
		if max(len(c.Before), len(c.After)) > mostBeside {
			row.Cells[0].Small += ". Before: " + quoted(c.Before) + ". After: " + quoted(c.After) + "."
			row.Cells[2], row.Cells[3] = web.Cell{}, web.Cell{}
		}
		if c.IsOfMoney() {
			row.Cells[2], row.Cells[3], row.Cells[4] = web.Cell{Text: c.Was.Whole()}, web.Cell{Text: c.Is.Whole(), Strong: true}, web.Cell{Text: change(c.By())}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func quoted(words string) string {
	if words == "" {
		return "nothing"
	}
	return "“" + strings.TrimRight(words, ".") + "”"
}

func capital(words string) string {
	if words == "" {
		return ""
	}
	return string(words[0]-'a'+'A') + words[1:]
}

func howTag(c plan.Change) templ.Component {
	switch c.How {
	case plan.Added:
		return web.Tag(web.Good, "New")
	case plan.Gone:
		return web.Tag(web.Out, "Gone")
	case plan.Renamed:
		return web.Tag(web.Info, "New name")
	case plan.MoreMoney:
		return web.Tag(web.Pine, "More money")
	case plan.LessMoney:
		return web.Tag(web.Watch, "Less money")
	case plan.OtherYear:
		return web.Tag(web.Plain, "Other years")
	case plan.OtherDay:
		return web.Tag(web.Plain, "Another day")
	case plan.Reworded:
		if c.What == plan.TheYears {
			return web.Tag(web.Plain, "Other years")
		}
	}
	return web.Tag(web.Plain, "Other words")
}

func (p pages) compareCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var name string
	var rows [][]string
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		before, after, _, _, err := s.sides(r, tx, by)
		if err != nil {
			return err
		}
		name = s.area.Slug + "-plan-" + idOf(before) + "-and-" + idOf(after)
		for _, c := range plan.Compare(before.Version, after.Version) {
			was, is := c.Before, c.After
			if c.IsOfMoney() {
				was, is = c.Was.Decimal(), c.Is.Decimal()
			}
			rows = append(rows, []string{string(c.What), string(c.How), c.Priority, c.Name, was, is, byOf(c)})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return web.CSV(w, name, []string{"what", "how", "priority", "name", "before", "after", "change"}, rows)
}

// byOf is by how much a line's budget changed; "" for all else.
func byOf(c plan.Change) string {
	if !c.IsOfMoney() || c.By() == money.Pence(0) {
		return ""
	}
	return c.By().Decimal()
}
