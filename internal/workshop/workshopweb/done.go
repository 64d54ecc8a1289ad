package workshopweb

import (
	"errors"
	"net/http"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/web"
	"commontable/internal/workshop"
)

func doneHref(to string) string { return to + "/done" }

// askDone asks which of what was taken on is done.
func (p pages) askDone(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showDone(w, r, by, nil, "", dateBoxes(p.site.Today()), "", nil)
}

func (p pages) showDone(w http.ResponseWriter, r *http.Request, by access.Actor, what []string, words string, on [3]string, form string, wrong fault.Invalid) error {
	var d askData
	err := p.one(r, by, func(tx *db.Tx, s scene, one workshop.Record) error {
		if err := by.Must(access.KeepRelationships, s.area.Place()); err != nil {
			return err
		}
		called, err := p.called(r, tx, s, one)
		if err != nil {
			return err
		}
		var options []web.Option
		for _, t := range one.ToDo() {
			options = append(options, web.Option{Value: t.What, Text: t.What, Hint: t.Who})
		}
		if len(options) == 0 {
			return fault.New(fault.Conflict, "All that was taken on is done. Well done.")
		}
		d = askData{
			Shell: p.shell(r, by, s.area, "What is done?", listLink(s.area, one.Kind), web.Link{Text: called, Href: href(s.area, one.ID)}, web.Link{Text: "What is done?"}),
			Title: "What is done?", Lead: "Small things that were done build trust. What was not done yet is nobody’s fault.",
			Action: doneHref(href(s.area, one.ID)), Form: form, Wrong: wrong, Button: "Tick these off", Back: web.Link{Text: "Go back", Href: href(s.area, one.ID)},
			Fields: []templ.Component{
				web.Checkboxes{Name: "what", Label: "What is done?", Values: what, Options: options, Error: wrong.For("what")},
				web.DateField{Name: "on", Label: "On which day?", Hint: "For example, 27 3 2026.", Day: on[0], Month: on[1], Year: on[2], Error: wrong.For("on")},
				web.TextField{Name: "words", Label: "A word on it", Hint: "You can leave this out.", Value: words, Error: wrong.For("words")},
			},
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.showAsk(w, r, d)
}

func (p pages) done(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, one, err := p.which(r, by)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	n := workshop.NewDone{Form: form.Text("form"), What: form.Texts("what"), On: form.Date("on"), Words: form.Text("words")}
	err = p.workshops.Tick(r.Context(), by, a, one.ID, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.showDone(w, r, by, n.What, n.Words, form.DateParts("on"), n.Form, form.Over(wrong))
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "Ticked off. Thank you to who did it.", href(a, one.ID))
}

// taskTable is what was taken on, and what of it is done.
func taskTable(part workshop.Part, one workshop.Record) web.Table {
	t := web.Table{Caption: part.Title, CaptionHidden: true, Columns: []web.Column{{Text: "What"}, {Text: "Who does it"}, {Text: "By when"}, {Text: "How it stands"}}}
	for _, task := range one.Tasks() {
		by := web.Cell{Text: "When there is time"}
		if !task.By.IsZero() {
			by.Text, by.Small = task.By.Long(), task.Moved
		}
		stands := web.Cell{Component: web.Tag(web.Info, "To do")}
		if task.Done.Number > 0 {
			stands = web.Cell{Component: web.Tag(web.Good, "Done "+task.Done.On.Long())}
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{{Text: task.What, Small: task.Done.Words, RowHeader: true}, {Text: task.Who}, by, stands}})
	}
	return t
}
