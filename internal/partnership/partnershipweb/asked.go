package partnershipweb

import (
	"errors"
	"net/http"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/partnership"
	"commontable/internal/web"
)

func (p pages) askedRoutes() []web.Route {
	sees, writes := web.Hidden(access.SeePapers, ""), web.Hidden(access.SeePapers, access.PutForward)
	return []web.Route{
		{Pattern: "GET /areas/{area}/asked", Policy: sees, Seen: p.seesAsked, Do: p.asked},
		{Pattern: "GET /areas/{area}/asked.csv", Policy: sees, Seen: p.seesAsked, Do: p.askedCSV},
		{Pattern: "GET /areas/{area}/asked/new", Policy: writes, Seen: p.seesAsked, Do: p.newAsked},
		{Pattern: "POST /areas/{area}/asked", Policy: writes, Seen: p.seesAsked, Do: p.noteAsked},
		{Pattern: "GET /areas/{area}/asked/{asked}", Policy: sees, Seen: p.seesAsked, Do: p.oneAsked},
		{Pattern: "POST /areas/{area}/asked/{asked}/answer", Policy: writes, Seen: p.seesAsked, Do: p.noteAnswer},
		{Pattern: "POST /areas/{area}/asked/{asked}/forget", Policy: writes, Seen: p.seesAsked, Do: p.forgetAsked},
	}
}

const askedName = "Who was asked to come"

func askedHref(a area.Area) string { return "/areas/" + a.Slug + "/asked" }

// seesAsked says whether the list, and the one who is named on it, is there for
// who asks.
func (p pages) seesAsked(r *http.Request, by access.Actor) error {
	return p.partnerships.DB.Read(r.Context(), func(tx *db.Tx) error {
		a, err := area.BySlug(r.Context(), tx, r.PathValue("area"))
		if err != nil {
			return err
		}
		if err := by.MustSee(access.SeePapers, a.Place()); err != nil {
			return err
		}
		if x := r.PathValue("asked"); x != "" {
			_, err = partnership.AskedOf(r.Context(), tx, a.ID, partnership.AskedID(x))
		}
		return err
	})
}

// An askedData is the list of who was asked.
type askedData struct {
	web.Shell
	Lead   string
	CSV    string
	Add    string
	Asked  web.Table
	Words  string
	Nobody []string // kinds of partners of whom nobody was asked
}

func (p pages) asked(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d askedData
	err := p.in(r, func(tx *db.Tx, s scene) error {
		all, err := partnership.AskedIn(r.Context(), tx, s.area.ID)
		if err != nil {
			return err
		}
		d.Shell = p.peopleShell(r, by, s.area, askedName, web.Link{Text: askedName})
		d.NoIndex = true
		d.CSV = askedHref(s.area) + ".csv"
		d.Lead = "So that nobody is asked twice, and nobody is left out: neighbours, and those who work here too."
		d.Words = partnership.AskedWords(all)
		if by.May(access.PutForward, s.area.Place()) {
			d.Add = askedHref(s.area) + "/new"
		}
		met := map[partnership.AskedKind]bool{}
		d.Asked = web.Table{Caption: askedName, CaptionHidden: true, Columns: []web.Column{{Text: "Who"}, {Text: "How"}, {Text: "When"}, {Text: "What they said"}}}
		for _, x := range all {
			met[x.Kind] = true
			d.Asked.Rows = append(d.Asked.Rows, web.Row{Cells: []web.Cell{
				{Text: calledOf(x), Href: askedHref(s.area) + "/" + string(x.ID), Small: capital(x.Kind.Words()), RowHeader: true},
				{Text: capital(x.Way.Words()), Small: askedBy(x)},
				{Text: x.On.Long()},
				{Component: web.Tag(answerTag(x.Answer), capital(x.Answer.Words()))},
			}})
		}
		for _, k := range partnership.AskedKinds() {
			if !met[k] && k != partnership.AskedOther {
				d.Nobody = append(d.Nobody, capital(k.Words()))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, askedPage(d))
}

func calledOf(x partnership.Invitee) string {
	if x.Forgotten() {
		return "Somebody whose name we keep no more"
	}
	return x.Name
}

func askedBy(x partnership.Invitee) string {
	if x.By == "" {
		return ""
	}
	return "asked by " + x.By
}

func answerTag(a partnership.AskedAnswer) web.Kind {
	switch a {
	case partnership.Comes:
		return web.Good
	case partnership.Perhaps:
		return web.Info
	case partnership.SaysNo, partnership.NoAnswerYet:
	}
	return web.Plain
}

func (p pages) askedCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var slug string
	err := p.in(r, func(tx *db.Tx, s scene) error {
		if err := by.MustSee(access.SeePapers, s.area.Place()); err != nil {
			return err
		}
		slug = s.area.Slug
		all, err := partnership.AskedIn(r.Context(), tx, s.area.ID)
		for _, x := range all {
			rows = append(rows, []string{x.Name, string(x.Kind), x.About, string(x.Way), x.By, x.On.String(), string(x.Answer), x.AnsweredOn.String(), x.ForgetOn.String()})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, slug+"-asked", []string{"name", "kind", "about", "way", "asked_by", "asked_on", "answer", "answered_on", "name_kept_until"}, rows)
}

// An askedForm is the form on which it is written down.
type askedForm struct {
	web.Shell
	Wrong                           fault.Invalid
	Form, Action, Back              string
	Name, Kind, About, Way, AskedBy string
	On                              [3]string
	Kinds, Ways                     []web.Option
}

func (p pages) newAsked(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showAskedForm(w, r, by, askedForm{On: boxes(p.site.Today()), Way: "face to face"})
}

func (p pages) showAskedForm(w http.ResponseWriter, r *http.Request, by access.Actor, d askedForm) error {
	const heading = "Write down who was asked"
	err := p.in(r, func(_ *db.Tx, s scene) error {
		d.Shell = p.peopleShell(r, by, s.area, heading, web.Link{Text: askedName, Href: askedHref(s.area)}, web.Link{Text: heading})
		d.Action, d.Back = askedHref(s.area), askedHref(s.area)
		return by.Must(access.PutForward, s.area.Place())
	})
	if err != nil {
		return err
	}
	d.NoIndex = true
	for _, k := range partnership.AskedKinds() {
		d.Kinds = append(d.Kinds, web.Option{Value: string(k), Text: capital(k.Words())})
	}
	for _, way := range partnership.AskedWays() {
		d.Ways = append(d.Ways, web.Option{Value: string(way), Text: capital(way.Words())})
	}
	if d.Form == "" {
		d.Form = p.site.NewForm()
	}
	status := http.StatusOK
	if len(d.Wrong) > 0 {
		d.Title, status = "Error: "+d.Title, http.StatusUnprocessableEntity
	}
	return p.site.Show(w, r, status, askedFormPage(d))
}

func (p pages) noteAsked(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	n := partnership.NewAsked{
		Form: form.Text("form"), Kind: partnership.AskedKind(form.Text("kind")), Name: form.Text("name"), About: form.Text("about"),
		Way: partnership.AskedWay(form.Text("way")), On: form.Date("on"), By: form.Text("by"),
	}
	_, err = p.partnerships.NoteAsked(r.Context(), by, a, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.showAskedForm(w, r, by, askedForm{
			Wrong: form.Over(wrong), Form: n.Form, Name: n.Name, Kind: string(n.Kind), About: n.About, Way: string(n.Way), AskedBy: n.By, On: form.DateParts("on"),
		})
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "It is written down.", askedHref(a))
}

// A oneAskedData is one who was asked.
type oneAskedData struct {
	web.Shell
	Wrong       fault.Invalid
	Name        string
	Facts       []web.Fact
	Form        string
	ForgetForm  string
	Answer      string // where to send it, for who may
	Forget      string
	Said        string
	Answers     []web.Option
	Join        string // where somebody who comes is put on the list, for who may
	KeptUntil   string
	IsForgotten bool
}

func (p pages) oneAsked(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showOneAsked(w, r, by, nil)
}

func (p pages) showOneAsked(w http.ResponseWriter, r *http.Request, by access.Actor, wrong fault.Invalid) error {
	var d oneAskedData
	err := p.in(r, func(tx *db.Tx, s scene) error {
		x, err := partnership.AskedOf(r.Context(), tx, s.area.ID, partnership.AskedID(r.PathValue("asked")))
		if err != nil {
			return err
		}
		d.fill(by, s, x)
		d.Shell = p.peopleShell(r, by, s.area, d.Name, web.Link{Text: askedName, Href: askedHref(s.area)}, web.Link{Text: d.Name})
		return nil
	})
	if err != nil {
		return err
	}
	d.NoIndex, d.Form, d.ForgetForm, d.Wrong = true, p.site.NewForm(), p.site.NewForm(), wrong
	status := http.StatusOK
	if len(wrong) > 0 {
		d.Title, status = "Error: "+d.Title, http.StatusUnprocessableEntity
	}
	return p.site.Show(w, r, status, oneAskedPage(d))
}

func (d *oneAskedData) fill(by access.Actor, s scene, x partnership.Invitee) {
	d.Name, d.IsForgotten, d.Said, d.KeptUntil = calledOf(x), x.Forgotten(), string(x.Answer), x.ForgetOn.Long()
	d.Facts = []web.Fact{{Term: "Would come for", Value: capital(x.Kind.Words())}}
	if x.About != "" {
		d.Facts = append(d.Facts, web.Fact{Term: "About them", Value: x.About})
	}
	d.Facts = append(d.Facts, web.Fact{Term: "Asked", Value: capital(x.Way.Words()) + ", on " + x.On.Long()})
	if x.By != "" {
		d.Facts = append(d.Facts, web.Fact{Term: "By", Value: x.By})
	}
	said := capital(x.Answer.Words())
	if !x.AnsweredOn.IsZero() {
		said += ", on " + x.AnsweredOn.Long()
	}
	d.Facts = append(d.Facts, web.Fact{Term: "What they said", Value: said})
	if d.IsForgotten || !by.May(access.PutForward, s.area.Place()) {
		return
	}
	here := askedHref(s.area) + "/" + string(x.ID)
	d.Answer, d.Forget = here+"/answer", here+"/forget"
	for _, a := range []partnership.AskedAnswer{partnership.Comes, partnership.Perhaps, partnership.SaysNo} {
		d.Answers = append(d.Answers, web.Option{Value: string(a), Text: capital(a.Words())})
	}
	if x.Answer == partnership.Comes && by.May(access.KeepMembers, s.area.Place()) {
		d.Join = peopleHref(s.area) + "/new"
	}
}

func (p pages) noteAnswer(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	x := partnership.AskedID(r.PathValue("asked"))
	err = p.partnerships.NoteAnswer(r.Context(), by, a, x, partnership.AskedAnswer(form.Text("answer")), form.Text("form"))
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.showOneAsked(w, r, by, form.Over(wrong))
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "What they said is written down.", askedHref(a)+"/"+string(x))
}

func (p pages) forgetAsked(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if form.Text("sure") != "yes" {
		return p.showOneAsked(w, r, by, fault.Invalid{{Field: "sure", Words: "Tick that the name is to be forgotten"}})
	}
	if err := p.partnerships.ForgetAsked(r.Context(), by, a, partnership.AskedID(r.PathValue("asked")), form.Text("form")); err != nil {
		return err
	}
	return p.site.Done(w, r, "The name is forgotten. That somebody was asked stays.", askedHref(a))
}
