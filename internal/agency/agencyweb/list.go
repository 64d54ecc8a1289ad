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
			first := []string{b.Name, b.TypeInWords(), b.SubtypeInWords(), b.Tier.InWords(), b.Place, codesOf(b), b.Closed.String()}
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
