package planweb

import (
	"context"
	"net/http"
	"strconv"

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

const reviewsName = "Looking back at the plan"

// reviewsData lists the looks back at the plan.
type reviewsData struct {
	Shell web.Shell
	Lead  string
	Table web.Table
	CSV   string
	Open  web.Link // the one that is being written
	Of    string   // the version in force
	Begin string   // where one is begun, for those who may
	Form  string
	Empty web.Empty
}

func (p pages) reviews(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d reviewsData
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		all, err := plan.Reviews(r.Context(), tx, s.area.ID)
		if err != nil {
			return err
		}
		d = reviewsData{
			Shell: p.shell(r, by, s.area, reviewsName, web.Link{Text: reviewsName}), CSV: reviewsHref(s.area) + ".csv", Form: p.site.NewForm(), Of: ordinal(s.current.Number),
			Lead:  "About once a year we look at what was planned, done and spent, and choose what to keep and what to change. Keeping something on purpose is as good an answer as changing it.",
			Empty: web.Empty{Heading: "No look back yet", Words: "When the " + s.partnership() + " has looked back at its plan, what it learnt will be here.", Example: "“Kept on purpose: the youth club needs time to bed in.”", Action: s.toPlan()},
			Table: web.Table{
				Caption: "Looks back at the plan, newest first", CaptionHidden: true,
				Columns: []web.Column{{Text: "Review"}, {Text: "Of"}, {Text: "Kept", Numeric: true}, {Text: "To change", Numeric: true}, {Text: "Finished"}},
			},
		}
		for _, one := range all {
			if !one.MayBeSeenBy(by, s.area) {
				continue
			}
			if !one.IsFinished() {
				d.Open = web.Link{Text: "Go on with review " + ordinal(one.Number), Href: reviewHref(s.area, one.Number)}
			}
			d.Table.Rows = append(d.Table.Rows, s.reviewRow(one))
		}
		if s.mayWrite && s.current.Number != 0 && d.Open.Href == "" {
			d.Begin = reviewsHref(s.area)
		}
		if !s.mayWrite {
			d.Open = web.Link{}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, reviewsPage(d))
}

func (s scene) reviewRow(one plan.Review) web.Row {
	kept, changed := choices(one)
	when := web.Cell{Text: one.Finished.Long()}
	if !one.IsFinished() {
		when = web.Cell{Component: web.Tag(web.Watch, "Being written")}
	}
	return web.Row{Cells: []web.Cell{
		{Text: "Review " + ordinal(one.Number), Href: reviewHref(s.area, one.Number), RowHeader: true},
		{Text: "Version " + ordinal(one.Version), Href: versionHref(s.area, one.Version)},
		{Text: strconv.Itoa(kept)},
		{Text: strconv.Itoa(changed)},
		when,
	}}
}

func choices(r plan.Review) (kept, changed int) {
	for _, part := range r.Parts {
		switch part.Choice {
		case plan.Kept:
			kept++
		case plan.Changed:
			changed++
		case plan.NotChosen:
		}
	}
	return kept, changed
}

func (p pages) reviewsCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var a area.Area
	var rows [][]string
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		a = s.area
		all, err := plan.Reviews(r.Context(), tx, s.area.ID)
		for _, one := range all {
			if one.MayBeSeenBy(by, s.area) {
				kept, changed := choices(one)
				rows = append(rows, []string{ordinal(one.Number), ordinal(one.Version), strconv.Itoa(kept), strconv.Itoa(changed), one.Finished.String(), one.Newcomers, one.Changes, one.Learnt})
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, a.Slug+"-plan-reviews", []string{"review", "version", "kept", "to change", "finished on", "newcomers", "changes around us", "learnt"}, rows)
}

func (p pages) beginReview(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	n, err := p.plans.BeginReview(r.Context(), by, a, whole(form.Text("version")), form.Text("form"))
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "Begun. Write as much as you like, and save as you go.", reviewHref(a, n))
}

// reviewData is one look back.
type reviewData struct {
	Shell     web.Shell
	Wrong     fault.Invalid
	R         plan.Review
	Lead      string
	Parts     []reviewPart
	Figures   web.Table
	Words     []titled
	CSV       string
	MayWrite  bool
	Action    string
	Form      string
	Seen      string
	Newcomers string
	Changes   string
	Learnt    string
	Draft     bool
}

// titled is a text under its heading.
type titled struct {
	Heading string
	Words   []string
}

// reviewPart is what a review says of a priority, or is to say.
type reviewPart struct {
	plan.Part
	At     string // its number in the form
	Choice string
	Sum    string
}

func (d reviewData) summary() []web.FieldError { return d.Wrong }

// reviewOf is the review that a request names, where the reader may read it.
func (s scene) reviewOf(r *http.Request, tx *db.Tx, by access.Actor) (plan.Review, error) {
	n, err := strconv.ParseInt(r.PathValue("number"), 10, 64)
	if err != nil {
		return plan.Review{}, fault.NotFound
	}
	one, err := plan.ReviewOf(r.Context(), tx, s.area.ID, n)
	if err == nil && !one.MayBeSeenBy(by, s.area) {
		err = fault.NotFound
	}
	return one, err
}

// spentOn is what the books say was spent for each priority.
func spentOn(ctx context.Context, tx *db.Tx, a area.ID) (map[plan.PriorityID]money.Amount, error) {
	lines, err := funding.Lines(ctx, tx, a)
	spent := map[plan.PriorityID]money.Amount{}
	for _, l := range lines {
		spent[l.Priority] = spent[l.Priority].Add(l.Money.Spent)
	}
	return spent, err
}

func (p pages) review(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showReview(w, r, by, nil, nil)
}

func (p pages) showReview(w http.ResponseWriter, r *http.Request, by access.Actor, form *web.Form, wrong fault.Invalid) error {
	var d reviewData
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		one, err := s.reviewOf(r, tx, by)
		if err != nil {
			return err
		}
		if one.Parts, err = s.figuresOf(r, tx, one); err != nil {
			return err
		}
		title := "Review " + ordinal(one.Number)
		d = reviewData{
			Shell: p.shell(r, by, s.area, title, crumbsTo(web.Link{Text: reviewsName, Href: reviewsHref(s.area)}, title)...), R: one, Wrong: wrong,
			Lead: s.reviewLead(one), CSV: reviewHref(s.area, one.Number) + "/priorities.csv", Action: reviewHref(s.area, one.Number), Seen: one.Seen(),
			MayWrite: s.mayWrite && !one.IsFinished(), Newcomers: one.Newcomers, Changes: one.Changes, Learnt: one.Learnt,
		}
		d.Figures = figuresTable(one)
		d.Words = []titled{
			{"Who has come, and who has gone", paragraphs(one.Newcomers)}, {"What has changed around us", paragraphs(one.Changes)}, {"What we learnt", paragraphs(one.Learnt)},
		}
		for i, part := range one.Parts {
			at := strconv.Itoa(i + 1)
			rp := reviewPart{Part: part, At: at, Choice: string(part.Choice), Sum: part.Spent.Whole() + " of " + part.Planned.Whole() + " is spent, and " + strconv.Itoa(part.Done) + " of " + counted(part.Actions, "action") + " done."}
			if form != nil {
				rp.Learnt, rp.Choice, rp.Why = form.Text("learnt-"+at), form.Text("choice-"+at), form.Text("why-"+at)
			}
			d.Parts = append(d.Parts, rp)
		}
		if form != nil {
			d.Form, d.Newcomers, d.Changes, d.Learnt, d.Draft = form.Text("form"), form.Text("newcomers"), form.Text("changes"), form.Text("learnt"), form.Text("draft") != ""
		}
		return nil
	})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(d.Wrong) > 0 {
		status, d.Shell.Title = http.StatusUnprocessableEntity, "Error: "+d.Shell.Title
	}
	if d.Form == "" || form != nil {
		d.Form = p.site.NewForm() // what was refused was kept under no form
	}
	d.Shell.NoIndex = !d.R.IsFinished()
	return p.site.Show(w, r, status, reviewPage(d))
}

func (s scene) reviewLead(one plan.Review) string {
	of := "Looking back at version " + ordinal(one.Version) + " of our plan."
	switch {
	case !one.IsFinished():
		return of + " Save as you go. Nobody outside sees it until it is finished."
	case one.ChangedNothing():
		return of + " Everything is kept, on purpose."
	}
	return of + " Finished on " + one.Finished.Long() + "."
}

// figuresOf are the parts of a review with their figures: of one that is being
// written, as they stand now.
func (s scene) figuresOf(r *http.Request, tx *db.Tx, one plan.Review) ([]plan.Part, error) {
	if one.IsFinished() {
		return one.Parts, nil
	}
	v, err := plan.VersionOf(r.Context(), tx, s.area.ID, one.Version)
	if err != nil {
		return nil, err
	}
	spent, err := spentOn(r.Context(), tx, s.area.ID)
	if err != nil {
		return nil, err
	}
	done, err := plan.Done(r.Context(), tx, s.area.ID)
	if err != nil {
		return nil, err
	}
	for i := range one.Parts {
		part := &one.Parts[i]
		part.Planned, part.Spent = money.Pence(0), money.Pence(0).Add(spent[part.Priority])
		for _, l := range v.LinesOf(part.Priority) {
			part.Planned = part.Planned.Add(l.Budget)
		}
		pr, _ := v.Priority(part.Priority)
		part.Actions = len(pr.Actions)
		for _, a := range pr.Actions {
			if _, is := done[a.ID]; is {
				part.Done++
			}
		}
	}
	return one.Parts, nil
}

func figuresTable(one plan.Review) web.Table {
	t := web.Table{
		Caption: "What was planned, done and spent for each priority", CaptionHidden: true,
		Columns: []web.Column{{Text: "Priority"}, {Text: "Planned", Numeric: true}, {Text: "Spent", Numeric: true}, {Text: "Done", Numeric: true}, {Text: "What now"}},
	}
	for _, part := range one.Parts {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{
			{Text: part.Name, RowHeader: true},
			{Text: part.Planned.Whole()},
			{Text: part.Spent.Whole()},
			{Text: doneOf(part.Done, part.Actions)},
			{Component: choiceTag(part.Choice)},
		}})
	}
	return t
}

func doneOf(done, all int) string {
	if all == 0 {
		return ""
	}
	return strconv.Itoa(done) + " of " + strconv.Itoa(all)
}

func (p pages) reviewCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var name string
	var rows [][]string
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		one, err := s.reviewOf(r, tx, by)
		if err != nil {
			return err
		}
		name = s.area.Slug + "-plan-review-" + ordinal(one.Number)
		parts, err := s.figuresOf(r, tx, one)
		for _, part := range parts {
			rows = append(rows, []string{
				part.Name, part.Planned.Decimal(), part.Spent.Decimal(), strconv.Itoa(part.Actions), strconv.Itoa(part.Done), part.Learnt, string(part.Choice), part.Why, string(part.Priority),
			})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, name, []string{"priority", "planned", "spent", "actions", "done", "learnt", "choice", "why", "priority id"}, rows)
}

func (p pages) saveReview(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var a area.Area
	var one plan.Review
	spent := map[plan.PriorityID]money.Amount{}
	err := p.in(r, by, func(tx *db.Tx, s scene) (err error) {
		a = s.area
		if err := by.Must(access.WritePlan, a.Place()); err != nil {
			return err
		}
		if one, err = s.reviewOf(r, tx, by); err != nil {
			return err
		}
		spent, err = spentOn(r.Context(), tx, a.ID)
		return err
	})
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	said := plan.Looking{Newcomers: form.Text("newcomers"), Changes: form.Text("changes"), Learnt: form.Text("learnt")}
	for i, part := range one.Parts {
		at := "-" + strconv.Itoa(i+1)
		said.Parts = append(said.Parts, plan.Part{Priority: part.Priority, Learnt: form.Text("learnt" + at), Choice: plan.Choice(form.Text("choice" + at)), Why: form.Text("why" + at)})
	}
	words := "Saved."
	if err = unreadable(form); err != nil {
		words = ""
	} else if form.Has("finish") {
		words = "The look back is finished. Everyone can read it."
		err = p.plans.FinishReview(r.Context(), by, a, plan.NewFinish{
			Form: form.Text("form"), Number: one.Number, Seen: form.Text("seen"), Looking: said, On: date.Date{}, Spent: spent, NewDraft: form.Text("draft") != "",
		})
	} else {
		err = p.plans.SaveReview(r.Context(), by, a, one.Number, form.Text("form"), form.Text("seen"), said)
	}
	if err != nil {
		wrong, err := refused(form, err, nil)
		if err != nil {
			return err
		}
		return p.showReview(w, r, by, form, wrong)
	}
	return p.site.Done(w, r, words, reviewHref(a, one.Number))
}
