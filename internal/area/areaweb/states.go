package areaweb

import (
	"errors"
	"net/http"
	"slices"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/web"
)

const statesName = "How far we have come"

func statesHref(a area.Area) string { return home(a) + "/states" }

// stateWords say what each state means, for who chooses one.
var stateWords = map[area.State]string{
	area.Selected:    "It is chosen for the programme; people come together.",
	area.Endorsed:    "The programme looked at who the partnership is, and said yes.",
	area.PlanAgreed:  "There is a plan that the programme said yes to.",
	area.Delivering:  "They do what the plan says.",
	area.SpendingOut: "The last of the money is being spent.",
	area.Closed:      "It is done, and its money is spent or handed back.",
}

// statesData is the page on which anybody reads how far an area has come, and when.
type statesData struct {
	shell web.Shell
	lead  string
	table web.Table
	csv   string
	add   string // for who may note it
}

func (p pages) statesShell(r *http.Request, by access.Actor, a area.Area, title string, crumbs ...web.Link) web.Shell {
	s := p.site.ShellIn(r, by, title, web.Link{Text: a.Name, Href: home(a)}, p.site.AreaRooms, "")
	s.Crumbs = []web.Link{{Text: a.Name, Href: home(a)}, {Text: statesName}}
	if len(crumbs) > 0 {
		s.Crumbs = append([]web.Link{{Text: a.Name, Href: home(a)}, {Text: statesName, Href: statesHref(a)}}, crumbs...)
	}
	return s
}

func (p pages) readStates(r *http.Request) (a area.Area, all []area.NotedState, err error) {
	err = p.read(r, func(tx *db.Tx) error {
		if a, err = area.BySlug(r.Context(), tx, r.PathValue("area")); err != nil {
			return err
		}
		all, err = area.StatesOf(r.Context(), tx, a.ID)
		return err
	})
	return a, all, err
}

func (p pages) states(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, all, err := p.readStates(r)
	if err != nil {
		return err
	}
	d := statesData{
		shell: p.statesShell(r, by, a, statesName), csv: statesHref(a) + ".csv",
		lead: "It tells where " + a.Name + " is on its way. Nothing hangs on it: no day by which anything must be done, and an area may go back.",
	}
	if by.May(access.ManageAreas, a.Place()) {
		d.add = statesHref(a) + "/new"
	}
	d.table = web.Table{Caption: "How far we have come, the latest first", CaptionHidden: true, Columns: []web.Column{{Text: "Where we were"}, {Text: "From"}, {Text: "What was said of it"}, {Text: "Noted"}}}
	now := true
	for i, one := range slices.Backward(all) {
		state := web.Cell{Text: one.State.Words(), RowHeader: true, Strong: true}
		switch {
		case one.From.After(p.site.Today()):
		case i+1 < len(all) && all[i+1].From == one.From:
			state.Small = "Another was noted later for this day, and that counts"
		case now:
			state.Small, now = "Now", false
		}
		d.table.Rows = append(d.table.Rows, web.Row{Cells: []web.Cell{state, {Text: one.From.Long()}, {Text: one.Note}, {Text: date.InLondon(one.NotedAt).Long()}}})
	}
	if !slices.ContainsFunc(all, func(n area.NotedState) bool { return n.Note != "" }) {
		d.table.Columns = slices.Delete(d.table.Columns, 2, 3)
		for i, row := range d.table.Rows {
			d.table.Rows[i].Cells = slices.Delete(row.Cells, 2, 3)
		}
	}
	return p.site.Show(w, r, http.StatusOK, statesPage(d))
}

func (p pages) statesCSV(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	a, all, err := p.readStates(r)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, one := range all {
		rows = append(rows, []string{string(one.State), one.From.String(), one.Note, date.InLondon(one.NotedAt).String()})
	}
	return web.CSV(w, a.Slug+"-states", []string{"state", "from", "note", "noted_on"}, rows)
}

// stateData is the form on which an officer notes how far an area has come.
type stateData struct {
	shell              web.Shell
	wrong              fault.Invalid
	form, action, back string
	state, note        string
	from               [3]string
	options            []web.Option
}

func (p pages) newState(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showState(w, r, by, stateData{})
}

func (p pages) showState(w http.ResponseWriter, r *http.Request, by access.Actor, d stateData) error {
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	if err := by.Must(access.ManageAreas, a.Place()); err != nil {
		return err
	}
	d.action, d.back = statesHref(a), statesHref(a)
	for _, s := range area.States() {
		d.options = append(d.options, web.Option{Value: string(s), Text: s.Words(), Hint: stateWords[s]})
	}
	d.shell = p.statesShell(r, by, a, "Note how far it has come", web.Link{Text: "Note how far it has come"})
	status := mark(&d.shell, d.wrong)
	if d.form == "" {
		d.form = p.site.NewForm()
	}
	return p.site.Show(w, r, status, statePage(d))
}

func (p pages) noteState(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	n := area.NewState{Form: form.Text("form"), State: area.State(form.Text("state")), From: form.Date("from"), Note: form.Text("note")}
	err = p.areas.NoteState(r.Context(), by, a, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.showState(w, r, by, stateData{wrong: form.Over(wrong), form: n.Form, state: string(n.State), from: form.DateParts("from"), note: n.Note})
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "Noted: "+a.Name+" is “"+string(n.State)+"” from "+n.From.Long()+".", statesHref(a))
}
