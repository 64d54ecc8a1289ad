package workshopweb

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/relationship"
	"commontable/internal/web"
	"commontable/internal/workshop"
)

// askData is a page with the questions of one part.
type askData struct {
	Shell        web.Shell
	Wrong        fault.Invalid
	Title, Lead  string
	Warning      string
	Action, Form string
	Hidden       map[string]string
	Fields       []templ.Component
	Button       string
	Back         web.Link
	Before       templ.Component // what is there already
	Nobody       *web.Empty      // in place of the questions, where there is nobody to ask about
}

func (d askData) hiddenNames() []string {
	var all []string
	for n := range d.Hidden {
		all = append(all, n)
	}
	slices.Sort(all)
	return all
}

// field is a question as it is asked.
func field(q workshop.Question, answers workshop.Answers, boxes map[string][3]string, wrong fault.Invalid) templ.Component {
	options := func() []web.Option {
		var all []web.Option
		for _, c := range q.Choices {
			all = append(all, web.Option{Value: c.Code, Text: c.Words, Hint: c.Hint})
		}
		return all
	}
	switch q.Ask {
	case workshop.Text:
		return web.TextArea{Name: q.Name, Label: q.Words, Hint: q.Hint, Value: answers[q.Name], Error: wrong.For(q.Name), Rows: 4}
	case workshop.Day:
		box, typed := boxes[q.Name]
		if d, err := date.Parse(answers[q.Name]); !typed && err == nil && !d.IsZero() {
			box = dateBoxes(d)
		}
		return web.DateField{Name: q.Name, Label: q.Words, Hint: q.Hint, Day: box[0], Month: box[1], Year: box[2], Error: wrong.For(q.Name)}
	case workshop.One:
		return web.Radios{Name: q.Name, Label: q.Words, Hint: q.Hint, Value: answers[q.Name], Options: options(), Error: wrong.For(q.Name), Inline: len(q.Choices) > 3 && short(q.Choices)}
	case workshop.Some:
		return web.Checkboxes{Name: q.Name, Label: q.Words, Hint: q.Hint, Values: answers.Lines(q.Name), Options: options(), Error: wrong.For(q.Name)}
	case workshop.Line:
	}
	return web.TextField{Name: q.Name, Label: q.Words, Hint: q.Hint, Value: answers[q.Name], Error: wrong.For(q.Name)}
}

// short reports whether choices fit on one line.
func short(all []workshop.Choice) bool {
	return !slices.ContainsFunc(all, func(c workshop.Choice) bool { return len(c.Words) > 14 || c.Hint != "" && len(c.Words) > 3 })
}

func dateBoxes(d date.Date) [3]string {
	if d.IsZero() {
		return [3]string{}
	}
	return [3]string{strconv.Itoa(d.Day()), strconv.Itoa(int(d.Month())), strconv.Itoa(d.Year())}
}

// read takes the answers to the questions of a part from a form. A day that is no
// day is kept as it was typed, so that it can be put right.
func read(form *web.Form, part workshop.Part) (workshop.Answers, map[string][3]string) {
	answers, boxes := workshop.Answers{}, map[string][3]string{}
	for _, q := range part.Questions {
		switch q.Ask {
		case workshop.Day:
			box := form.DateParts(q.Name)
			boxes[q.Name] = box
			if d := form.Date(q.Name); !d.IsZero() {
				answers[q.Name] = d.String()
			} else if typed := strings.TrimSpace(strings.Join(box[:], " ")); typed != "" {
				answers[q.Name] = typed
			}
		case workshop.Some:
			answers[q.Name] = strings.Join(form.Texts(q.Name), "\n")
		case workshop.Line, workshop.Text, workshop.One:
			answers[q.Name] = form.Text(q.Name)
		}
	}
	return answers, boxes
}

func fields(part workshop.Part, answers workshop.Answers, boxes map[string][3]string, wrong fault.Invalid) (all []templ.Component) {
	for _, q := range part.Questions {
		all = append(all, field(q, answers, boxes, wrong))
	}
	return all
}

func (p pages) showAsk(w http.ResponseWriter, r *http.Request, d askData) error {
	if d.Form == "" {
		d.Form = p.site.NewForm()
	}
	status := http.StatusOK
	if len(d.Wrong) > 0 {
		status, d.Shell.Title = http.StatusUnprocessableEntity, "Error: "+d.Shell.Title
	}
	return p.site.Show(w, r, status, askPage(d))
}

// begun is what somebody typed to begin a record.
type begun struct {
	form    string
	answers workshop.Answers
	boxes   map[string][3]string
	with    string
	wrong   fault.Invalid
}

func (p pages) askBegin(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	today := p.site.Today()
	return p.showBegin(w, r, by, begun{with: r.URL.Query().Get("relationship"), answers: workshop.Answers{}, boxes: map[string][3]string{"held": dateBoxes(today), "on": dateBoxes(today)}})
}

func (p pages) showBegin(w http.ResponseWriter, r *http.Request, by access.Actor, b begun) error {
	kind := workshop.Kind(r.PathValue("begin"))
	all := workshop.PartsOf(kind)
	if len(all) == 0 {
		return fault.NotFound
	}
	part := all[0]
	d := askData{Title: part.Title, Lead: part.Lead, Button: "Begin", Wrong: b.wrong, Form: b.form}
	if kind == workshop.Conversation {
		delete(b.boxes, "held")
	}
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		if err := by.Must(access.KeepRelationships, s.area.Place()); err != nil {
			return err
		}
		_, list, err := names(r.Context(), tx, s.area.ID)
		d.Shell = p.shell(r, by, s.area, part.Title, listLink(s.area, kind), web.Link{Text: kindWords(kind)})
		d.Action, d.Back = beginHref(s.area, kind), web.Link{Text: "Go back", Href: listLink(s.area, kind).Href}
		if kind != workshop.Mapping && kind != workshop.Check {
			options := []web.Option{{Text: "Choose from those we know"}}
			if kind != workshop.Conversation && kind != workshop.Scores {
				options[0].Text = "None of them, or several"
			}
			for _, one := range list {
				if one.MergedIn == "" {
					options = append(options, web.Option{Value: string(one.ID), Text: one.Name})
				}
			}
			if ofOne := kind == workshop.Conversation || kind == workshop.Scores; ofOne && len(options) == 1 {
				d.Nobody = &web.Empty{Heading: "Say first whom you work with", Words: "There is nobody on your map yet with whom you could do this.", Action: web.Link{Text: "Add an organisation", Href: home(s.area) + "/relationships/new"}}
			}
			d.Fields = append(d.Fields, web.Select{Name: "relationship", Label: "Which of those we work with is it about?", Value: b.with, Options: options, Error: b.wrong.For("relationship")})
		}
		d.Fields = append(d.Fields, fields(part, b.answers, b.boxes, b.wrong)...)
		return err
	})
	if err != nil {
		return err
	}
	return p.showAsk(w, r, d)
}

func (p pages) areaOf(r *http.Request, by access.Actor) (a area.Area, err error) {
	err = p.in(r, by, func(_ *db.Tx, s scene) error {
		a = s.area
		return nil
	})
	return a, err
}

func (p pages) begin(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	kind := workshop.Kind(r.PathValue("begin"))
	a, err := p.areaOf(r, by)
	if err != nil {
		return err
	}
	all := workshop.PartsOf(kind)
	if len(all) == 0 {
		return fault.NotFound
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	answers, boxes := read(form, all[0])
	n := workshop.New{Form: form.Text("form"), Kind: kind, Relationship: relationship.ID(form.Text("relationship")), Answers: answers}
	made, err := p.workshops.Begin(r.Context(), by, a, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.showBegin(w, r, by, begun{n.Form, answers, boxes, form.Text("relationship"), wrong})
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "Begun. You can stop at any time and go on later.", href(a, made))
}

// ask shows the questions of one part.
func (p pages) ask(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showPart(w, r, by, r.PathValue("questions"), nil, nil, nil, "")
}

// showPart shows a part with what was typed, or with what was written before.
func (p pages) showPart(w http.ResponseWriter, r *http.Request, by access.Actor, name string, answers workshop.Answers, boxes map[string][3]string, wrong fault.Invalid, form string) error {
	var d askData
	err := p.one(r, by, func(tx *db.Tx, s scene, one workshop.Record) error {
		part, err := workshop.PartIn(one, name)
		if err != nil {
			return err
		}
		marks := strings.HasPrefix(name, "marks ")
		if err := by.Must(access.KeepRelationships, s.area.Place()); err != nil && (!marks || !one.MarkedBy(by, s.area)) {
			return err
		}
		if one.Finished() {
			return fault.New(fault.Conflict, "This is finished, and stays as it is.")
		}
		called, err := p.called(r, tx, s, one)
		if err != nil {
			return err
		}
		sheet := one.Sheet(name, workshop.Ours)
		if answers == nil && !part.Each {
			answers = sheet.Answers
		}
		if answers == nil {
			answers = workshop.Answers{}
			if part.Each && r.URL.Query().Get("change") != "" {
				if i, err := strconv.Atoi(r.URL.Query().Get("change")); err == nil && i > 0 && i <= len(sheet.Items) {
					answers = sheet.Items[i-1]
				}
			}
		}
		d = askData{
			Shell: p.shell(r, by, s.area, part.Title, listLink(s.area, one.Kind), web.Link{Text: called, Href: href(s.area, one.ID)}, web.Link{Text: part.Title}),
			Wrong: wrong, Title: part.Title, Lead: part.Lead, Action: partHref(s.area, one.ID, name), Form: form, Fields: fields(part, answers, boxes, wrong),
			Button: "Save and go on", Back: web.Link{Text: "Go back without saving", Href: href(s.area, one.ID)},
		}
		if part.After != "" && !one.Written(part.After) {
			d.Warning = part.AfterWords
		}
		if marks {
			d.Fields, d.Title = checkFields(part, answers, wrong), part.Title+": what happens already?"
			d.Lead = "Mark it as you see it. Nobody is given a score."
		}
		if part.Each {
			d.Button, d.Back.Text = "Add this "+part.Thing, "That is all: go back"
			d.Before = p.items(s, one, part, sheet)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.showAsk(w, r, d)
}

// checkFields are the actions of a role, under what they belong to.
func checkFields(part workshop.Part, answers workshop.Answers, wrong fault.Invalid) (all []templ.Component) {
	byID := map[string]workshop.Action{}
	for _, act := range workshop.CheckActions() {
		byID[act.ID] = act
	}
	last := 0
	for _, q := range part.Questions {
		act, is := byID[q.Name]
		if is && act.Component() != last {
			last = act.Component()
			c := workshop.Components()[last-1]
			all = append(all, component(strconv.Itoa(last)+". "+c.Title, c.Principle+"."))
		}
		all = append(all, field(q, answers, nil, wrong))
	}
	return all
}

// called is the name of a record.
func (p pages) called(r *http.Request, tx *db.Tx, _ scene, one workshop.Record) (string, error) {
	if one.Relationship == "" {
		return name(one, nil), nil
	}
	rel, err := relationship.ByID(r.Context(), tx, one.Area, one.Relationship)
	return name(one, map[relationship.ID]string{rel.ID: rel.Name}), err
}

func (p pages) write(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.writePart(w, r, by, r.PathValue("questions"))
}

func (p pages) writePart(w http.ResponseWriter, r *http.Request, by access.Actor, name string) error {
	var a area.Area
	var one workshop.Record
	if err := p.one(r, by, func(_ *db.Tx, s scene, found workshop.Record) error {
		a, one = s.area, found
		return nil
	}); err != nil {
		return err
	}
	part, err := workshop.PartIn(one, name)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	answers, boxes := read(form, part)
	n := workshop.NewSheet{Form: form.Text("form"), Part: name, Answers: answers}
	if form.Text("remove") != "" {
		n.Remove = form.Int("remove")
	}
	err = p.workshops.Write(r.Context(), by, a, one.ID, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.showPart(w, r, by, name, answers, boxes, form.Over(wrong), n.Form)
	}
	if err != nil {
		return err
	}
	if n.Remove > 0 {
		return p.site.Done(w, r, "Taken off the list.", partHref(a, one.ID, name))
	}
	if part.Each {
		return p.site.Done(w, r, "“"+answers[part.Questions[0].Name]+"” is on the list. Add the next, or go back.", partHref(a, one.ID, name))
	}
	return p.site.Done(w, r, "Saved: "+strings.ToLower(part.Title[:1])+part.Title[1:]+".", href(a, one.ID))
}

// marker is the sheet of a role for who marks: their own, or for somebody who did
// it on paper a new one.
func (p pages) marker(r *http.Request, by access.Actor) string {
	whose := string(by.Person)
	if paper := r.URL.Query().Get("paper"); paper == "new" {
		whose = "paper-" + p.site.NewForm()
	} else if paper != "" {
		whose = "paper-" + strings.ReplaceAll(paper, " ", "")
	}
	return "marks " + r.PathValue("marker") + " " + whose
}

func (p pages) askMarks(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showPart(w, r, by, p.marker(r, by), nil, nil, nil, "")
}

func (p pages) writeMarks(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.writePart(w, r, by, p.marker(r, by))
}
