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
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/relationship"
	"commontable/internal/web"
)

func changesHref(a area.Area) string { return home(a) + "/changes" }

func changeHref(a area.Area, c relationship.ChangeID) string {
	return changesHref(a) + "/" + string(c)
}

// everyAlert is what asks for a look in an area, by its day, with the relationships by
// their IDs, and its handovers.
func (p pages) everyAlert(ctx context.Context, tx *db.Tx, s scene) (all []alert, of map[relationship.ID]relationship.Relationship, handovers []relationship.Handover, err error) {
	g, err := p.grounds(ctx, tx, s, "")
	if err != nil {
		return nil, nil, nil, err
	}
	list, err := relationship.All(ctx, tx, s.area.ID)
	if err != nil {
		return nil, nil, nil, err
	}
	where, err := p.whereabouts(ctx, tx, s, list...)
	if err != nil {
		return nil, nil, nil, err
	}
	of = map[relationship.ID]relationship.Relationship{}
	for _, one := range list {
		if s.hides(one) {
			continue
		}
		of[one.ID] = one
		if one.MergedIn != "" {
			continue
		}
		some, err := p.alerts(ctx, tx, s, one, g)
		if err != nil {
			return nil, nil, nil, err
		}
		moved, err := p.moved(ctx, tx, s, one, where)
		if err != nil {
			return nil, nil, nil, err
		}
		all = append(append(all, some...), moved...)
	}
	slices.SortStableFunc(all, func(a, b alert) int { return strings.Compare(a.on.String(), b.on.String()) })
	handovers = slices.DeleteFunc(g.handovers, func(h relationship.Handover) bool { return of[h.Relationship].ID == "" })
	return all, of, handovers, nil
}

// changes is what may be a reason to hand over, all in one place, and the handovers
// that are open.
func (p pages) changes(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d plainData
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		all, of, handovers, err := p.everyAlert(r.Context(), tx, s)
		if err != nil {
			return err
		}
		d = plainData{
			Shell: p.shell(r, by, s.area, "Changes", web.Link{Text: "Changes"}), Title: "Changes", Tabs: s.tabs("Changes"),
			Lead:  "People leave, are away, are new; there are elections; offices are rearranged. Seen in good time, nothing is lost.",
			Tools: []web.Tool{{Icon: "down", Text: "Download as a spreadsheet", Href: changesHref(s.area) + ".csv"}},
		}
		if s.keeps && len(of) > 0 {
			d.Button = web.Link{Text: "Note a change", Href: changesHref(s.area) + "/new"}
		}
		look := web.Table{Caption: "Worth a look", CaptionHidden: true, Columns: []web.Column{{Text: "What"}, {Text: "With whom"}, {Text: "Why"}, {Text: "What next", Hidden: true}}}
		for _, a := range all {
			next := web.Cell{}
			if a.Next.Href != "" {
				next = web.Cell{Component: nexts(a)}
			}
			look.Rows = append(look.Rows, web.Row{Cells: []web.Cell{
				{Text: a.Strong, Small: a.More, RowHeader: true}, {Text: a.of.Name, Href: href(s.area, a.of.ID)}, {Text: a.why.InWords()}, next,
			}})
		}
		open := web.Table{Caption: "Handovers that are open", CaptionHidden: true, Columns: []web.Column{{Text: "Handover"}, {Text: "With whom"}, {Text: "By when"}, {Text: "Steps done"}, {Text: "To print", Hidden: true}}}
		for _, h := range handovers {
			if !h.Open() {
				continue
			}
			cell := web.Cell{Text: h.Between(), RowHeader: true, Small: h.Why.InWords()}
			if s.keeps {
				cell.Href = handoverHref(s.area, h.ID)
			}
			one := of[h.Relationship]
			open.Rows = append(open.Rows, web.Row{Cells: []web.Cell{
				cell,
				{Text: one.Name, Href: href(s.area, one.ID)},
				{Text: h.ByWhen()},
				{Text: strconv.Itoa(h.Done()) + " of " + strconv.Itoa(len(h.Steps))},
				{Text: "The pack", Href: href(s.area, one.ID) + "/pack", Hidden: "for " + one.Name},
			}})
		}
		if len(look.Rows) > 0 {
			d.Tables = append(d.Tables, titled{"look", "Worth a look", "Nobody’s fault, and nobody’s alone.", look})
		}
		if len(open.Rows) > 0 {
			d.Tables = append(d.Tables, titled{"handovers", "Handovers that are open", "", open})
		}
		if len(d.Tables) == 0 {
			d.Empty = &web.Empty{Heading: "Nothing changes just now", Words: "When somebody leaves, is away or is new, or there is an election, it is here, with what could be done."}
			if s.keeps && len(of) == 0 {
				d.Empty.Words += " Say first whom you work with."
				d.Empty.Action = web.Link{Text: "Add an organisation", Href: listHref(s.area) + "/new"}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, plainPage(d))
}

func (p pages) changesCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var name string
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		name = s.area.Slug + "-changes"
		all, of, handovers, err := p.everyAlert(r.Context(), tx, s)
		for _, a := range all {
			rows = append(rows, []string{"change", a.on.String(), a.of.Name, a.why.InWords(), a.Strong, a.More, ""})
		}
		for _, h := range handovers {
			stands := strconv.Itoa(h.Done()) + " of " + strconv.Itoa(len(h.Steps)) + " steps done"
			if !h.StoppedOn.IsZero() {
				stands = "stopped on " + h.StoppedOn.Long()
			}
			rows = append(rows, []string{"handover", h.Due().String(), of[h.Relationship].Name, h.Why.InWords(), h.Between(), "", stands})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, name, []string{"kind", "day", "with whom", "why", "what", "more", "how it stands"}, rows)
}

// newChange notes that somebody is away, an election, or that they are rearranged.
func (p pages) newChange() section {
	return section{
		path: "changes/new",
		about: func(r *http.Request, tx *db.Tx, s scene) (subject, error) {
			q := r.URL.Query()
			about := subject{
				scene: s, title: "Note a change", lead: "Somebody is away for a while, there is an election, an office is rearranged. We say so where it matters, and offer a handover.", button: "Note it", done: "That is noted.",
				back: changesHref(s.area), crumbs: []web.Link{{Text: "Changes", Href: changesHref(s.area)}}, options: map[string][]web.Option{}, suggest: map[string][]string{},
				begins: url.Values{"why": {q.Get("why")}, "side": {q.Get("side")}, "who": {q.Get("who")}},
			}
			setDate(about.begins, "from", p.site.Today())
			links, err := s.links(r.Context(), tx, p.site.Today())
			if err != nil {
				return about, err
			}
			for _, l := range links {
				about.options["of"] = append(about.options["of"], web.Option{Value: string(l.ID), Text: l.Name})
				if q.Get("why") == string(relationship.Election) && l.Type == agency.Councillors {
					about.begins.Add("of", string(l.ID))
				}
				for _, h := range append(slices.Clone(l.Holders), l.Theirs...) {
					if !slices.Contains(about.suggest["people"], h.Name) {
						about.suggest["people"] = append(about.suggest["people"], h.Name)
					}
				}
			}
			slices.Sort(about.suggest["people"])
			return about, nil
		},
		fields: func(f filled, about subject) []templ.Component {
			var whys []web.Option
			for _, why := range relationship.Noticed() {
				whys = append(whys, web.Option{Value: string(why), Text: map[relationship.Why]string{
					relationship.Absence: "Somebody is away for a while", relationship.Election: "There is an election, or was", relationship.Restructure: "An organisation is rearranged",
				}[why]})
			}
			fields := []templ.Component{
				f.radios("why", "What changes?", "", whys...),
				f.date("from", "From which day on?", "Of an election, its day."),
				f.text("who", "Who is away?", "Leave it empty if nobody is.", about.suggest["people"]...),
				f.radios("side", "If somebody is away: on whose side?", "", sideOptions("On ours", "On theirs")...),
				f.date("until", "If somebody is away: on which day are they back?", "Leave it empty if you do not know."),
				f.text("cover", "Who stands in for them?", "Leave it empty if nobody does yet.", about.suggest["people"]...),
			}
			if len(about.options["of"]) > 0 {
				fields = append(fields, f.boxes("of", "With whom does it change?", "Of somebody who is away you can leave this empty: then it is all that they hold.", about.options["of"]...))
			}
			return append(fields, f.area("words", "Anything else?", inPrivate+" You can leave this out.", 500))
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := relationship.NewChange{
				Form: form.Text("form"), Why: relationship.Why(form.Text("why")), Side: relationship.Side(form.Text("side")), From: form.Date("from"), Until: form.Date("until"),
				Who: form.Text("who"), Cover: form.Text("cover"), Words: form.Text("words"),
			}
			for _, of := range form.Texts("of") {
				n.Of = append(n.Of, relationship.ID(of))
			}
			if len(about.options["of"]) == 0 {
				return "", fault.New(fault.Conflict, "There is nobody yet with whom something could change. Add an organisation that you work with first.")
			}
			if unread := form.Over(nil); len(unread) > 0 {
				return "", form.Over(n.Check(relationship.Noticed()))
			}
			return about.back, p.all.NoteChange(ctx, by, about.area, n)
		},
	}
}

// enough says that a change asks for nothing any more.
func (p pages) enough() section {
	return section{
		path: "changes/{change}",
		about: func(r *http.Request, tx *db.Tx, s scene) (subject, error) {
			c, err := relationship.ChangeByID(r.Context(), tx, s.area.ID, relationship.ChangeID(r.PathValue("change")))
			if err != nil {
				return subject{}, err
			}
			one, err := relationship.ByID(r.Context(), tx, s.area.ID, c.Relationship)
			if err != nil {
				return subject{}, err
			}
			about := p.aboutOne(s, one)
			about.title, about.lead, about.button, about.done, about.id = "Is nothing needed?", c.Says(p.site.Today()), "Nothing is needed", "That is noted.", string(c.ID)
			about.back = changesHref(s.area)
			return about, nil
		},
		fields: func(f filled, _ subject) []templ.Component {
			return []templ.Component{f.area("words", "Why?", "For example, “It did not come”, “They are back” or “Leroy does it”.", 500)}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			return about.back, p.all.EndChange(ctx, by, about.area, relationship.ChangeID(about.id), form.Text("words"), form.Text("form"))
		},
	}
}

// toLookAt counts what asks for a look soon, of what was noted and of who leaves, where
// no handover was begun.
func toLookAt(noted []relationship.Change, held []relationship.Holder, handovers []relationship.Handover, today date.Date) (n int) {
	soon := today.AddMonths(2)
	for _, c := range noted {
		if !c.From.After(soon) && c.Stands(today, handovers) {
			n++
		}
	}
	for _, h := range held {
		if h.Leaves(today) && !h.Until.After(soon) && !slices.ContainsFunc(handovers, func(over relationship.Handover) bool {
			return over.Relationship == h.Relationship && over.StoppedOn.IsZero() && strings.EqualFold(over.Who, h.Name)
		}) {
			n++
		}
	}
	return n
}
