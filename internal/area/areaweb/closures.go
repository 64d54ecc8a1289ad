package areaweb

import (
	"errors"
	"net/http"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/web"
)

const closuresName = "When we are closed"

func closuresHref(a area.Area) string { return home(a) + "/closures" }

// closuresData is the page on which anybody reads when an area is closed.
type closuresData struct {
	shell  web.Shell
	lead   string
	coming web.Table // now, and to come
	past   web.Table // over, or taken back
	csv    string
	add    string // for who may say it
	takes  []withdrawal
}

// withdrawal is a closure that may be taken back, with the form that does it.
type withdrawal struct{ action, form, words string }

// closuresShell is the frame of a page about closures, which belong to no room.
func (p pages) closuresShell(r *http.Request, by access.Actor, a area.Area, title string, crumbs ...web.Link) web.Shell {
	s := p.site.ShellIn(r, by, title, web.Link{Text: a.Name, Href: home(a)}, p.site.AreaRooms, "")
	s.Crumbs = []web.Link{{Text: a.Name, Href: home(a)}, {Text: closuresName}}
	if len(crumbs) > 0 {
		s.Crumbs = append([]web.Link{{Text: a.Name, Href: home(a)}, {Text: closuresName, Href: closuresHref(a)}}, crumbs...)
	}
	return s
}

func (p pages) readClosures(r *http.Request) (a area.Area, all []area.Closure, err error) {
	err = p.read(r, func(tx *db.Tx) error {
		if a, err = area.BySlug(r.Context(), tx, r.PathValue("area")); err != nil {
			return err
		}
		all, err = area.Closures(r.Context(), tx, a.ID)
		return err
	})
	return a, all, err
}

func (p pages) closures(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, all, err := p.readClosures(r)
	if err != nil {
		return err
	}
	d := closuresData{
		shell: p.closuresShell(r, by, a, closuresName),
		csv:   closuresHref(a) + ".csv",
		lead:  a.Name + " goes at its own pace. While it is closed nobody is reminded of anything, and nothing is due.",
	}
	may := by.May(access.CloseForAWhile, a.Place())
	if may {
		d.add = closuresHref(a) + "/new"
	}
	today := p.site.Today()
	columns := []web.Column{{Text: "First day closed"}, {Text: "Open again on"}, {Text: "Why"}}
	d.coming = web.Table{Caption: "Now and to come", CaptionHidden: true, Columns: columns}
	d.past = web.Table{Caption: "Over, or taken back", CaptionHidden: true, Columns: columns}
	for _, c := range all {
		row := web.Row{Cells: []web.Cell{{Text: c.From.Long(), RowHeader: true}, {Text: c.Until.Long()}, {Text: c.Why}}}
		switch {
		case c.Withdrawn():
			row.Cells[2].Small = "Taken back on " + date.InLondon(c.WithdrawnAt).Long()
			d.past.Rows = append(d.past.Rows, row)
		case !c.Until.After(today):
			d.past.Rows = append(d.past.Rows, row)
		default:
			d.coming.Rows = append(d.coming.Rows, row)
			if may {
				d.takes = append(d.takes, withdrawal{
					action: closuresHref(a) + "/" + string(c.ID) + "/withdrawal", form: p.site.NewForm(),
					words: "from " + c.From.Long() + " until " + c.Until.Long(),
				})
			}
		}
	}
	return p.site.Show(w, r, http.StatusOK, closuresPage(d))
}

func (p pages) closuresCSV(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	a, all, err := p.readClosures(r)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, c := range all {
		rows = append(rows, []string{c.From.String(), c.Until.String(), c.Why, date.InLondon(c.SaidAt).String(), date.InLondon(c.WithdrawnAt).String()})
	}
	return web.CSV(w, a.Slug+"-closures", []string{"first_day_closed", "open_again_on", "why", "said_on", "taken_back_on"}, rows)
}

// closureData is the form on which it is said that an area is closed.
type closureData struct {
	shell              web.Shell
	wrong              fault.Invalid
	form, action, back string
	from, until        [3]string
	why                string
}

func (p pages) newClosure(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showClosure(w, r, by, closureData{})
}

func (p pages) showClosure(w http.ResponseWriter, r *http.Request, by access.Actor, d closureData) error {
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	if err := by.Must(access.CloseForAWhile, a.Place()); err != nil {
		return err
	}
	d.action, d.back = closuresHref(a), closuresHref(a)
	d.shell = p.closuresShell(r, by, a, "Close for a while", web.Link{Text: "Close for a while"})
	status := mark(&d.shell, d.wrong)
	if d.form == "" {
		d.form = p.site.NewForm()
	}
	return p.site.Show(w, r, status, closurePage(d))
}

func (p pages) close(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	n := area.NewClosure{Form: form.Text("form"), From: form.Date("from"), Until: form.Date("until"), Why: form.Text("why")}
	_, err = p.areas.Close(r.Context(), by, a, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.showClosure(w, r, by, closureData{
			wrong: form.Over(wrong), form: n.Form, from: form.DateParts("from"), until: form.DateParts("until"), why: n.Why,
		})
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, a.Name+" is closed from "+n.From.Long()+" until "+n.Until.Long()+". Nobody is reminded of anything in that time.", closuresHref(a))
}

func (p pages) withdrawClosure(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if err := p.areas.WithdrawClosure(r.Context(), by, a, area.ClosureID(r.PathValue("closure")), form.Text("form")); err != nil {
		return err
	}
	return p.site.Done(w, r, "That is taken back: "+a.Name+" is not closed then.", closuresHref(a))
}
