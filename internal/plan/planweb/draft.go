package planweb

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/money"
	"commontable/internal/plan"
	"commontable/internal/web"
)

const draftName = "The draft"

// draftData is the plan that is being written, with what there is to do on it.
type draftData struct {
	Shell    web.Shell
	Wrong    fault.Invalid
	Lead     string
	Saved    string
	Warnings []string // what is plainly so, and stops nobody
	Sum      string
	Whole    []web.Item
	Vision   []string
	Parts    []draftPart
	AddHref  string
	Compare  web.Link
	Ready    string
	Away     string
	Form     string
	Number   string
	Next     string // what the draft will be called
}

// draftPart is a priority of the draft.
type draftPart struct {
	ID, Name, Why string
	Edit          web.Link
	Sections      []web.Item
	Already       []string // what of it somebody does already
}

// startData is where a draft is begun.
type startData struct {
	Shell   web.Shell
	Lead    string
	Action  string
	Form    string
	Choices []startChoice
	OnePage string
	Prompts []string
}

type startChoice struct {
	From  string
	Words string
	Main  bool
}

func (p pages) draft(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showDraft(w, r, by, nil, "")
}

// showDraft shows the draft, or where there is none, how to begin one.
func (p pages) showDraft(w http.ResponseWriter, r *http.Request, by access.Actor, wrong fault.Invalid, form string) error {
	var page templ.Component
	status := http.StatusOK
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		if err := by.Must(access.WritePlan, s.area.Place()); err != nil {
			return err
		}
		draft, err := plan.DraftOf(r.Context(), tx, s.area.ID)
		if errors.Is(err, fault.NotFound) {
			if len(wrong) > 0 {
				return fault.NotFound // there is nothing that could be finished
			}
			page, err = p.start(r, tx, by, s)
			return err
		}
		if err != nil {
			return err
		}
		d, err := p.draftData(r, tx, by, s, draft)
		if err != nil {
			return err
		}
		d.Wrong, d.Form = wrong, form
		if d.Form == "" {
			d.Form = p.site.NewForm()
		}
		if len(wrong) > 0 {
			status, d.Shell.Title = http.StatusUnprocessableEntity, "Error: "+d.Shell.Title
		}
		page = draftPage(d)
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, status, page)
}

func (p pages) start(r *http.Request, tx *db.Tx, by access.Actor, s scene) (templ.Component, error) {
	d := startData{
		Shell: p.shell(r, by, s.area, "Begin a draft", web.Link{Text: "Begin a draft"}), Action: draftHref(s.area), Form: p.site.NewForm(), OnePage: newHref(s.area),
		Lead: "A draft is written a little at a time, by whoever has a moment, on whatever they have at hand. Nobody else sees it until it is ready.",
		Prompts: []string{
			"What would make this a better place to live?", "What matters most, and how do we know?", "What could be different in three years?", "What will we do, who does it, and by when?",
		},
	}
	d.Shell.NoIndex = true
	asked := r.URL.Query().Get("from")
	if asked != "" {
		number, err := strconv.ParseInt(asked, 10, 64)
		if err != nil {
			return nil, fault.NotFound
		}
		if _, err := plan.VersionOf(r.Context(), tx, s.area.ID, number); err != nil {
			return nil, err
		}
		d.Choices = append(d.Choices, startChoice{asked, "Begin with version " + asked, true})
	} else if s.current.Number != 0 {
		d.Choices = append(d.Choices, startChoice{ordinal(s.current.Number), "Begin with the plan in force", true})
	}
	d.Choices = append(d.Choices, startChoice{"0", "Begin with an empty page", len(d.Choices) == 0})
	return startPage(d), nil
}

func (p pages) draftData(r *http.Request, tx *db.Tx, by access.Actor, s scene, draft plan.Draft) (draftData, error) {
	sums, err := funding.AreaMoney(r.Context(), tx, s.area)
	if err != nil {
		return draftData{}, err
	}
	consulted, err := plan.HasConsulted(r.Context(), tx, s.area.ID)
	if err != nil {
		return draftData{}, err
	}
	d := draftData{
		Shell: p.shell(r, by, s.area, draftName, web.Link{Text: draftName}),
		Lead:  "Change any part, whenever you like. Each part is kept as soon as you save it.",
		Saved: "Last changed on " + date.InLondon(draft.SavedAt).Long() + ".",
		Sum:   s.sumOf(draft.Version, sums), Vision: paragraphs(draft.Vision), AddHref: draftPriorityHref(s.area, "new"),
		Ready: draftHref(s.area) + "/ready", Away: draftHref(s.area) + "/away", Number: ordinal(draft.Number), Next: s.partnership(),
	}
	d.Shell.NoIndex = true
	if !consulted {
		d.Warnings = append(d.Warnings, "Nobody has been asked about this plan yet, or it is not written down here. A plan is made with the people who live here: record what you asked and what you heard.")
	} else if len(draft.Consultations()) == 0 {
		d.Warnings = append(d.Warnings, "No priority says which of your consultations it is from yet.")
	}
	if over := beyond(draft.Version, sums); over != "" {
		d.Warnings = append(d.Warnings, "This plans "+over+" more than our share. Nothing more than our share can be promised or paid.")
	}
	if s.current.Number != 0 {
		d.Compare = web.Link{Text: "See what is different from the plan in force", Href: compareHref(s.area) + "?from=" + ordinal(s.current.Number) + "&to=draft"}
	}
	years := "The years are not chosen yet"
	if draft.FromYear != 0 && draft.UntilYear != 0 {
		years = draft.Years()
	}
	d.Whole = []web.Item{{
		Mark: mark(draft.Vision != ""), Text: "What people want, and for which years", Href: draftHref(s.area) + "/vision", Detail: years,
	}}
	for _, pr := range draft.Priorities {
		d.Parts = append(d.Parts, s.draftPart(draft.Version, pr))
	}
	return d, p.doneAlready(r.Context(), tx, by, s.area, draft, d.Parts)
}

// doneAlready says of each part which of its actions somebody does already. It asks
// for nothing: to do the same twice can be right.
func (p pages) doneAlready(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, draft plan.Draft, parts []draftPart) error {
	if p.alike == nil {
		return nil
	}
	var whats []string
	for _, pr := range draft.Priorities {
		for _, action := range pr.Actions {
			whats = append(whats, action.What)
		}
	}
	if len(whats) == 0 {
		return nil
	}
	found, err := p.alike(ctx, tx, by, a, whats)
	for i, pr := range draft.Priorities {
		for _, action := range pr.Actions {
			if there := found[action.What]; len(there) > 0 {
				parts[i].Already = append(parts[i].Already, "“"+action.What+"” sounds like "+strings.Join(there, ", ")+". Could you do it with them?")
			}
		}
	}
	return err
}

func mark(done bool) templ.Component {
	if done {
		return web.Icon("tick", 24)
	}
	return web.Icon("plus", 24)
}

func (s scene) draftPart(v plan.Version, pr plan.Priority) draftPart {
	at := draftPriorityHref(s.area, pr.ID)
	part := draftPart{ID: "part-" + string(pr.ID), Name: pr.Name, Why: pr.Why, Edit: web.Link{Text: "Change “" + pr.Name + "”", Href: at}}
	lines := v.LinesOf(pr.ID)
	var total money.Amount
	for _, l := range lines {
		total = total.Add(l.Budget)
	}
	what := func(done bool, text, section, some, none string) web.Item {
		detail := some
		if !done {
			detail = none
		}
		return web.Item{Mark: mark(done), Text: text, Hidden: ": " + pr.Name, Href: at + section, Detail: detail}
	}
	part.Sections = []web.Item{
		what(pr.Why != "" || len(pr.Objectives) > 0, "Why it matters, and what we want to reach", "", counted(len(pr.Objectives), "objective"), "Nothing written yet"),
		what(len(lines) > 0, "The money", "/money", total.Whole()+" in "+counted(len(lines), "budget line"), "No money yet"),
		what(len(pr.Actions) > 0, "Who does what, and by when", "/actions", counted(len(pr.Actions), "action"), "Nothing to be done yet"),
		what(len(pr.Evidence) > 0, "How we know", "/evidence", counted(len(pr.Evidence), "piece")+" of evidence", "No evidence yet"),
	}
	return part
}

// sumOf says what a version comes to, beside what is set aside.
func (s scene) sumOf(v plan.Version, sums funding.Money) string {
	words := "The lines come to " + exact(v.Total()) + ". "
	switch open := sums.Allocated.Sub(v.Total()); {
	case !sums.Allocated.Positive():
		return words + "No money is set aside for " + s.area.Name + " yet."
	case open.Positive():
		return words + exact(open) + " of our share of " + exact(sums.Allocated) + " is not planned yet."
	case open.Negative():
		return words + "That is " + exact(open.Neg()) + " more than our share of " + exact(sums.Allocated) + "."
	}
	return words + "That is all of our share."
}

// whole is a whole number that a button sends, or -1.
func whole(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return -1
	}
	return n
}

func (p pages) beginDraft(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if err := by.Must(access.WritePlan, a.Place()); err != nil {
		return err
	}
	from := whole(form.Text("from"))
	if from < 0 {
		return fault.Invalid{{Field: "from", Words: "Say what the draft begins with"}}
	}
	if err := p.plans.BeginDraft(r.Context(), by, a, plan.NewDraft{Form: form.Text("form"), From: from}); err != nil {
		return err
	}
	return p.site.Done(w, r, "The draft is begun.", draftHref(a))
}

func (p pages) finishDraft(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	n, err := p.plans.FinishDraft(r.Context(), by, a, whole(form.Text("draft")), form.Text("form"))
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.showDraft(w, r, by, pageWide(wrong), form.Text("form"))
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "Version "+ordinal(n)+" is written. It changes no more: put it to the partnership, or copy it to change it.", versionHref(a, n))
}

func (p pages) putDraftAway(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	err = p.plans.PutDraftAway(r.Context(), by, a, whole(form.Text("draft")), form.Text("form"))
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.showDraft(w, r, by, pageWide(wrong), "")
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "The draft is put away.", planHref(a))
}

// withDraft reads the draft for one of its sections.
func (p pages) withDraft(r *http.Request, by access.Actor, f func(*db.Tx, scene, plan.Draft) error) error {
	return p.in(r, by, func(tx *db.Tx, s scene) error {
		if err := by.Must(access.WritePlan, s.area.Place()); err != nil {
			return err
		}
		draft, err := plan.DraftOf(r.Context(), tx, s.area.ID)
		if err != nil {
			return err
		}
		return f(tx, s, draft)
	})
}

// revise keeps a section, or shows it again with what is wrong.
func (p pages) revise(w http.ResponseWriter, r *http.Request, by access.Actor, form *web.Form, at []int, revision plan.Revision, again func(fault.Invalid) error) error {
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	if err := by.Must(access.WritePlan, a.Place()); err != nil {
		return err
	}
	err = unreadable(form)
	if err == nil {
		_, err = p.plans.Revise(r.Context(), by, a, form.Text("form"), form.Text("seen"), revision)
	}
	if err != nil {
		wrong, err := refused(form, err, at)
		if err != nil {
			return err
		}
		return again(wrong)
	}
	return p.site.Done(w, r, "Saved.", draftHref(a))
}

func (p pages) draftShell(r *http.Request, by access.Actor, a area.Area, title string) web.Shell {
	return p.shell(r, by, a, title, crumbsTo(web.Link{Text: draftName, Href: draftHref(a)}, title)...)
}

func backToDraft(a area.Area) web.Link {
	return web.Link{Text: "Back to the draft", Href: draftHref(a)}
}

func (p pages) draftVision(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showVision(w, r, by, nil, nil)
}

func (p pages) showVision(w http.ResponseWriter, r *http.Request, by access.Actor, form *web.Form, wrong fault.Invalid) error {
	var d section
	err := p.withDraft(r, by, func(_ *db.Tx, s scene, draft plan.Draft) error {
		vision, from, until := draft.Vision, number(draft.FromYear), number(draft.UntilYear)
		if form != nil {
			vision, from, until = form.Text("vision"), form.Text("from_year"), form.Text("until_year")
		}
		d = section{
			Shell: p.draftShell(r, by, s.area, "What people want"), Wrong: wrong, Title: "What people want", Lead: "In a few sentences, as you would say it to a neighbour.",
			Action: draftHref(s.area) + "/vision", Seen: draft.Seen(plan.VisionRevision{}), Save: "Save", Back: backToDraft(s.area),
			Fields: []templ.Component{
				web.TextArea{Name: "vision", Label: "What do people want?", Hint: "Leave an empty line between paragraphs. It can wait: a draft may begin anywhere.", Value: vision, Error: wrong.For("vision"), Rows: 6, Max: 5000},
				web.TextField{Name: "from_year", Label: "First year", Hint: "A plan’s years begin in April. For April 2026 to March 2027, enter 2026.", Value: from, Error: wrong.For("from_year"), InputMode: "numeric", Width: "4"},
				web.TextField{Name: "until_year", Label: "Last year", Hint: "For a plan that ends in March 2029, enter 2028.", Value: until, Error: wrong.For("until_year"), InputMode: "numeric", Width: "4"},
			},
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.showSection(w, r, d)
}

func (p pages) saveVision(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	revision := plan.VisionRevision{Vision: strings.ReplaceAll(form.Text("vision"), "\r\n", "\n")}
	for field, to := range map[string]*int{"from_year": &revision.FromYear, "until_year": &revision.UntilYear} {
		if form.Text(field) != "" {
			if *to, err = strconv.Atoi(form.Text(field)); err != nil {
				*to = -1 // no year, which the plan says in words of its own
			}
		}
	}
	return p.revise(w, r, by, form, nil, revision, func(wrong fault.Invalid) error { return p.showVision(w, r, by, form, wrong) })
}

// priorityOf is the priority of the draft that a request names; "new" is one
// that is not there yet.
func priorityOf(r *http.Request, draft plan.Draft) (plan.Priority, error) {
	pid := r.PathValue("priority")
	if pid == "new" {
		return plan.Priority{}, nil
	}
	pr, ok := draft.Priority(plan.PriorityID(pid))
	if !ok {
		return pr, fault.NotFound
	}
	return pr, nil
}

func (p pages) draftPriority(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showPriority(w, r, by, nil, nil)
}

func (p pages) showPriority(w http.ResponseWriter, r *http.Request, by access.Actor, form *web.Form, wrong fault.Invalid) error {
	var d section
	err := p.withDraft(r, by, func(_ *db.Tx, s scene, draft plan.Draft) error {
		pr, err := priorityOf(r, draft)
		if err != nil {
			return err
		}
		title := "Add a priority"
		if pr.ID != "" {
			title = pr.Name
		}
		name, why, objectives := pr.Name, pr.Why, strings.Join(pr.Objectives, "\n")
		if form != nil {
			name, why, objectives = form.Text("name"), form.Text("why"), form.Text("objectives")
		}
		d = section{
			Shell: p.draftShell(r, by, s.area, title), Wrong: wrong, Title: title, Lead: "A priority is one of the few things that matter most to people here.",
			Action: draftPriorityHref(s.area, plan.PriorityID(r.PathValue("priority"))), Seen: draft.Seen(plan.PriorityRevision{ID: pr.ID}), Save: "Save", Back: backToDraft(s.area),
			Fields: []templ.Component{
				web.TextField{Name: "name", Label: "What is it called?", Hint: "A new name changes nothing about what was spent: it stays the same priority.", Value: name, Error: wrong.For("name")},
				web.TextArea{Name: "why", Label: "Why does it matter?", Hint: "What people say about it, in their words. Optional.", Value: why, Error: wrong.For("why"), Rows: 4, Max: 5000},
				web.TextArea{Name: "objectives", Label: "What do we want to reach?", Hint: "One thing on each line, such as “Every child can play outdoors within five minutes of home”. Optional.", Value: objectives, Error: wrong.For("objectives"), Rows: 4},
			},
		}
		if pr.ID != "" {
			d.Remove = "Take this priority out of the draft"
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.showSection(w, r, d)
}

func (p pages) savePriority(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	pid := plan.PriorityID(r.PathValue("priority"))
	if pid == "new" {
		pid = ""
	}
	revision := plan.PriorityRevision{
		ID: pid, Name: form.Text("name"), Why: strings.ReplaceAll(form.Text("why"), "\r\n", "\n"), Objectives: linesIn(form.Text("objectives")), Remove: form.Has("remove"),
	}
	return p.revise(w, r, by, form, nil, revision, func(wrong fault.Invalid) error { return p.showPriority(w, r, by, form, wrong) })
}

// showPart shows a section of a priority that is made of rows.
func (p pages) showPart(w http.ResponseWriter, r *http.Request, by access.Actor, fill func(*db.Tx, scene, plan.Draft, plan.Priority) (section, error)) error {
	var d section
	err := p.withDraft(r, by, func(tx *db.Tx, s scene, draft plan.Draft) error {
		pr, err := priorityOf(r, draft)
		if err == nil && pr.ID == "" {
			err = fault.NotFound
		}
		if err != nil {
			return err
		}
		d, err = fill(tx, s, draft, pr)
		d.Shell = p.draftShell(r, by, s.area, d.Title)
		d.Back, d.Save, d.More = backToDraft(s.area), "Save", true
		return err
	})
	if err != nil {
		return err
	}
	return p.showSection(w, r, d)
}

// asked is how many rows a form shows that asks for more.
func asked(t *typed, kept int) int {
	switch {
	case t == nil:
		return rowsLeft(kept, 2, 100)
	case t.form.Has("more"):
		return rowsLeft(t.rows, moreRows, 100)
	}
	return max(1, t.rows)
}

func (p pages) draftActions(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showActions(w, r, by, nil, nil)
}

func (p pages) showActions(w http.ResponseWriter, r *http.Request, by access.Actor, t *typed, wrong fault.Invalid) error {
	return p.showPart(w, r, by, func(_ *db.Tx, s scene, draft plan.Draft, pr plan.Priority) (section, error) {
		d := section{
			Wrong: wrong, Title: "Who does what", Lead: "What will be done for “" + pr.Name + "”, by whom and by when.",
			Above:  []string{"Who does it is read by the people of " + s.area.Name + " who are signed in, and by nobody else. Leave a row empty to take it out."},
			Action: draftPriorityHref(s.area, pr.ID) + "/actions", Seen: draft.Seen(plan.ActionsRevision{Priority: pr.ID}),
		}
		for i := 1; i <= asked(t, len(pr.Actions)); i++ {
			var id, what, who string
			var parts [3]string
			if t != nil {
				id, what, who, parts = t.text("id", i), t.text("what", i), t.text("who", i), t.form.DateParts("by-"+strconv.Itoa(i))
			} else if i <= len(pr.Actions) {
				a := pr.Actions[i-1]
				id, what, who, parts = string(a.ID), a.What, a.Who, dayParts(a.By)
			}
			at := "-" + strconv.Itoa(i)
			d.Rows = append(d.Rows, sectionRow{
				Number: i, Legend: "Action " + strconv.Itoa(i), Hidden: map[string]string{"id": id},
				Fields: []templ.Component{
					web.TextField{Name: "what" + at, Label: "What is to be done?", Value: what, Error: wrong.For("what" + at)},
					web.TextField{Name: "who" + at, Label: "Who does it?", Value: who, Error: wrong.For("who" + at)},
					dateField("by"+at, "By when?", "", parts, wrong),
				},
			})
		}
		return d, nil
	})
}

func (p pages) saveActions(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	t := readRows(form, "what", "who", "by")
	if form.Has("more") {
		return p.showActions(w, r, by, &t, nil)
	}
	revision := plan.ActionsRevision{Priority: plan.PriorityID(r.PathValue("priority"))}
	for _, i := range t.at {
		revision.Actions = append(revision.Actions, plan.Action{ID: plan.ActionID(t.text("id", i)), What: t.text("what", i), Who: t.text("who", i), By: t.day("by", i)})
	}
	return p.revise(w, r, by, form, t.at, revision, func(wrong fault.Invalid) error { return p.showActions(w, r, by, &t, wrong) })
}

func (p pages) draftMoney(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showMoney(w, r, by, nil, nil)
}

func (p pages) showMoney(w http.ResponseWriter, r *http.Request, by access.Actor, t *typed, wrong fault.Invalid) error {
	return p.showPart(w, r, by, func(tx *db.Tx, s scene, draft plan.Draft, pr plan.Priority) (section, error) {
		sums, err := funding.AreaMoney(r.Context(), tx, s.area)
		if err != nil {
			return section{}, err
		}
		d := section{
			Wrong: wrong, Title: "The money", Lead: "What the money for “" + pr.Name + "” goes on.",
			Above: []string{
				s.sumOf(draft.Version, sums),
				"A line keeps what was spent on it, whatever it is called from now on. Leave a row empty to take it out.",
			},
			Action: draftPriorityHref(s.area, pr.ID) + "/money", Seen: draft.Seen(plan.MoneyRevision{Priority: pr.ID}),
		}
		lines := draft.LinesOf(pr.ID)
		for i := 1; i <= asked(t, len(lines)); i++ {
			d.Rows = append(d.Rows, s.moneyRow(draft, lines, t, i, wrong))
		}
		return d, nil
	})
}

// moneyRow is one budget line, with its years folded away.
func (s scene) moneyRow(draft plan.Draft, lines []plan.Line, t *typed, i int, wrong fault.Invalid) sectionRow {
	var id, name, theme, budget string
	years := map[int]string{}
	switch {
	case t != nil:
		id, name, theme, budget = t.text("id", i), t.text("name", i), t.text("theme", i), t.text("budget", i)
		for y := draft.FromYear; y != 0 && y <= draft.UntilYear; y++ {
			years[y] = t.text("year"+strconv.Itoa(y), i)
		}
	case i <= len(lines):
		l := lines[i-1]
		id, name, theme, budget = string(l.ID), l.Name, l.ThemeNow(), strings.TrimPrefix(exact(l.Budget), "£")
		for _, y := range l.Years {
			years[y.Year] = strings.TrimPrefix(exact(y.Amount), "£")
		}
	}
	at := "-" + strconv.Itoa(i)
	themes := []web.Option{{Text: "Find it from the words"}}
	for _, th := range s.rules.Themes {
		themes = append(themes, web.Option{Value: th.Code, Text: th.Name})
	}
	row := sectionRow{
		Number: i, Legend: "Budget line " + strconv.Itoa(i), Hidden: map[string]string{"id": id}, Fold: "Share it out over the years",
		Fields: []templ.Component{
			web.TextField{Name: "name" + at, Label: "What is the money for?", Value: name, Error: wrong.For("name" + at)},
			web.TextField{Name: "budget" + at, Label: "Budget", Hint: "For all the years of the plan", Value: budget, Error: wrong.For("budget" + at), InputMode: "decimal", Prefix: "£", Width: "10"},
			web.Select{Name: "theme" + at, Label: "Theme", Hint: "Used to add up money across areas. You can leave it to us.", Value: theme, Error: wrong.For("theme" + at), Options: themes},
		},
	}
	for y := draft.FromYear; y != 0 && y <= draft.UntilYear; y++ {
		row.Folded = append(row.Folded, web.TextField{
			Name: "year" + strconv.Itoa(y) + at, Label: fmt.Sprintf("April %d to March %d", y, y+1), Value: years[y], Error: wrong.For("year" + strconv.Itoa(y) + at), InputMode: "decimal", Prefix: "£", Width: "10",
		})
	}
	return row
}

func (p pages) saveMoney(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	t := readRows(form, "name", "budget")
	if form.Has("more") {
		return p.showMoney(w, r, by, &t, nil)
	}
	revision := plan.MoneyRevision{Priority: plan.PriorityID(r.PathValue("priority"))}
	for _, i := range t.at {
		l := plan.NewLine{ID: plan.LineID(t.text("id", i)), Name: t.text("name", i), Theme: t.text("theme", i)}
		at := "-" + strconv.Itoa(i)
		for y := 2000; y <= 2131; y++ {
			if field := "year" + strconv.Itoa(y) + at; form.Text(field) != "" {
				if amount := form.Money(field); !amount.IsZero() {
					l.Years = append(l.Years, plan.YearBudget{Year: y, Amount: amount})
				}
			}
		}
		if form.Text("budget"+at) != "" || len(l.Years) == 0 {
			l.Budget = form.Money("budget" + at)
		}
		revision.Lines = append(revision.Lines, l)
	}
	return p.revise(w, r, by, form, t.at, revision, func(wrong fault.Invalid) error { return p.showMoney(w, r, by, &t, wrong) })
}

func (p pages) draftEvidence(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showEvidence(w, r, by, nil, nil)
}

func (p pages) showEvidence(w http.ResponseWriter, r *http.Request, by access.Actor, t *typed, wrong fault.Invalid) error {
	return p.showPart(w, r, by, func(tx *db.Tx, s scene, draft plan.Draft, pr plan.Priority) (section, error) {
		consultations, err := plan.Consultations(r.Context(), tx, s.area.ID)
		if err != nil {
			return section{}, err
		}
		d := section{
			Wrong: wrong, Title: "How we know", Lead: "What tells us that “" + pr.Name + "” matters.",
			Above:  []string{"What somebody has lived through, what is published and what you collected yourselves count alike. Leave a row empty to take it out."},
			Action: draftPriorityHref(s.area, pr.ID) + "/evidence", Seen: draft.Seen(plan.EvidenceRevision{Priority: pr.ID}),
		}
		kinds := []web.Option{{Text: "Choose one"}}
		for _, k := range plan.Kinds() {
			kinds = append(kinds, web.Option{Value: string(k), Text: k.Words()})
		}
		for i := 1; i <= asked(t, len(pr.Evidence)); i++ {
			var kind, words, source, link, from string
			switch {
			case t != nil:
				kind, words, source, link, from = t.text("kind", i), t.text("words", i), t.text("source", i), t.text("link", i), t.text("consultation", i)
			case i <= len(pr.Evidence):
				e := pr.Evidence[i-1]
				kind, words, source, link = string(e.Kind), e.Words, e.Source, e.Link
				if e.Consultation != 0 {
					from = ordinal(e.Consultation)
				}
			}
			at := "-" + strconv.Itoa(i)
			row := sectionRow{Number: i, Legend: "Evidence " + strconv.Itoa(i), Fields: []templ.Component{
				web.TextArea{Name: "words" + at, Label: "What do we know?", Value: words, Error: wrong.For("words" + at), Rows: 3},
				web.Select{Name: "kind" + at, Label: "How do we know it?", Value: kind, Error: wrong.For("kind" + at), Options: kinds},
				web.TextField{Name: "source" + at, Label: "Who says so, or where does it stand?", Hint: "Everyone can read this: name no one who has not agreed to it.", Value: source, Error: wrong.For("source" + at)},
				web.TextField{Name: "link" + at, Label: "Address on the web", Hint: "Optional", Value: link, Error: wrong.For("link" + at), Type: "url"},
			}}
			if len(consultations) > 0 {
				row.Fields = append(row.Fields, web.Select{Name: "consultation" + at, Label: "Is it from one of our consultations?", Value: from, Error: wrong.For("consultation" + at), Options: consultationOptions(consultations)})
			}
			d.Rows = append(d.Rows, row)
		}
		return d, nil
	})
}

func (p pages) saveEvidence(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	t := readRows(form, "words", "source", "link")
	if form.Has("more") {
		return p.showEvidence(w, r, by, &t, nil)
	}
	revision := plan.EvidenceRevision{Priority: plan.PriorityID(r.PathValue("priority"))}
	for _, i := range t.at {
		e := plan.Evidence{Kind: plan.Kind(t.text("kind", i)), Words: t.text("words", i), Source: t.text("source", i), Link: t.text("link", i)}
		if from := t.text("consultation", i); from != "" {
			number, err := strconv.ParseInt(from, 10, 64)
			if err != nil {
				number = -1 // no consultation has it: the plan says so
			}
			e.Consultation = number
		}
		revision.Evidence = append(revision.Evidence, e)
	}
	return p.revise(w, r, by, form, t.at, revision, func(wrong fault.Invalid) error { return p.showEvidence(w, r, by, &t, wrong) })
}
