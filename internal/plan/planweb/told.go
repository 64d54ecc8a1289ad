package planweb

import (
	"errors"
	"net/http"
	"strconv"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// told is what stands beside a plan: what people told us, what was learnt, and
// what is done.
type told struct {
	consultations []plan.Consultation // those that the reader may read, newest first
	reviews       []plan.Review       // those that are finished, newest first
	done          map[plan.ActionID]date.Date
	rests         area.Rests
}

func (s scene) told(r *http.Request, tx *db.Tx, by access.Actor) (t told, err error) {
	if t.consultations, err = plan.ConsultationsFor(r.Context(), tx, by, s.area); err != nil {
		return t, err
	}
	reviews, err := plan.Reviews(r.Context(), tx, s.area.ID)
	if err != nil {
		return t, err
	}
	for _, one := range reviews {
		if one.IsFinished() {
			t.reviews = append(t.reviews, one)
		}
	}
	if t.rests, err = area.RestsOf(r.Context(), tx, s.area.ID); err != nil {
		return t, err
	}
	t.done, err = plan.Done(r.Context(), tx, s.area.ID)
	return t, err
}

// priority is what a version says of a priority.
func (t told) priority(a area.Area, pr plan.Priority) priorityView {
	view := priorityView{Name: pr.Name, Anchor: "why-" + string(pr.ID), Why: paragraphs(pr.Why), Objectives: pr.Objectives}
	for _, action := range pr.Actions {
		view.Actions = append(view.Actions, actionView{action.What, t.state(action)})
	}
	for _, e := range pr.Evidence {
		one := evidenceView{Kind: e.Kind.Words(), Words: e.Words, Source: e.Source}
		if e.Link != "" {
			one.Link = web.Link{Text: "Read it", Href: e.Link}
		}
		for _, c := range t.consultations {
			if c.Number == e.Consultation {
				one.From = web.Link{Text: c.Title, Href: consultationHref(a, c.Number)}
			}
		}
		view.Evidence = append(view.Evidence, one)
	}
	return view
}

func (t told) state(a plan.Action) string {
	if on, is := t.done[a.ID]; is {
		return "done in " + month(on)
	}
	if !a.By.IsZero() {
		return "by " + month(t.rests.Counts(a.By))
	}
	return ""
}

func month(d date.Date) string { return d.Month().String() + " " + strconv.Itoa(d.Year()) }

func (v priorityView) links() []web.Link {
	if v.Money.Href == "" {
		return nil
	}
	return []web.Link{v.Money, v.Projects}
}

func (d planData) versionLinks() []web.Link {
	links := []web.Link{{Text: "Download this list", Href: d.CSV}, d.Themes}
	if d.Compare.Href != "" {
		links = append([]web.Link{d.Compare}, links...)
	}
	return links
}

// heard is what people told us, in a line for each consultation.
func (s scene) heard(all []plan.Consultation, most int) []web.Item {
	var items []web.Item
	for _, c := range all[:min(most, len(all))] {
		items = append(items, web.Item{Mark: web.Icon("chat", 24), Text: c.Title, Href: consultationHref(s.area, c.Number), Detail: heardIn(c)})
	}
	return items
}

// heardIn is what a consultation heard, in a line.
func heardIn(c plan.Consultation) string {
	asked, answered := c.Turnout()
	words := ""
	if answered > 0 {
		words = counted(answered, "answer")
		if asked > 0 {
			words += " of " + strconv.Itoa(asked) + " asked"
		}
		words += ". "
	}
	best := plan.Heard{}
	for _, h := range c.Heard {
		if h.Count > best.Count {
			best = h
		}
	}
	if best.Count > 0 {
		words += strconv.Itoa(best.Count) + " said: " + best.Words
	}
	if words == "" {
		words = span(c.From, c.Until)
	}
	return words
}

// lookedBack is what was learnt, in a line for each review.
func (s scene) lookedBack(all []plan.Review, most int) []web.Item {
	var items []web.Item
	for _, one := range all[:min(most, len(all))] {
		kept, changed := choices(one)
		words := strconv.Itoa(kept) + " kept on purpose, " + strconv.Itoa(changed) + " to change."
		if one.ChangedNothing() {
			words = "Everything is kept, on purpose."
		}
		if one.Learnt != "" {
			words += " " + one.Learnt
		}
		items = append(items, web.Item{Mark: web.Icon("tick", 24), Text: "Looked back on " + one.Finished.Long(), Href: reviewHref(s.area, one.Number), Detail: words})
	}
	return items
}

// forWriters is what those who write the plan are told beside it.
func (d *planData) forWriters(r *http.Request, tx *db.Tx, s scene, today date.Date) error {
	if !s.mayWrite {
		return nil
	}
	if _, err := plan.DraftOf(r.Context(), tx, s.area.ID); err == nil {
		d.Writing = web.Link{Text: "Go on with it", Href: draftHref(s.area)}
		if d.Empty.Action.Href == draftHref(s.area) {
			d.Empty.Action.Text = "Go on with the draft"
		}
		for i, t := range d.Tools {
			if t.Href == draftHref(s.area) {
				d.Tools[i].Text = "Go on with the draft"
			}
		}
	} else if !errors.Is(err, fault.NotFound) {
		return err
	}
	since, err := plan.ReviewSince(r.Context(), tx, s.area.ID)
	if err != nil || since.IsZero() || since.After(today) {
		return err
	}
	closed, err := area.ClosedOn(r.Context(), tx, s.area.ID, today)
	if !closed {
		d.Due = "It is a year since this plan was last looked at. When it suits you, look back at it together."
	}
	return err
}
