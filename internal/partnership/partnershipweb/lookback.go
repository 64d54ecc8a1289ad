package partnershipweb

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/partnership"
	"commontable/internal/person"
	"commontable/internal/web"
)

const lookBackName = "Looking back"

// papersSeen is for pages that are there for those alone who read the partnership’s
// papers in that area.
func (p pages) papersSeen(r *http.Request, by access.Actor) error {
	a, err := p.areaOf(r)
	if err != nil {
		return err
	}
	return by.MustSee(access.SeePapers, a.Place())
}

func (p pages) lookBackSeen(r *http.Request, by access.Actor) error {
	return p.partnerships.DB.Read(r.Context(), func(tx *db.Tx) error {
		a, err := area.BySlug(r.Context(), tx, r.PathValue("area"))
		if err != nil {
			return err
		}
		if err := by.MustSee(access.SeePapers, a.Place()); err != nil {
			return err
		}
		_, err = partnership.LookBackOf(r.Context(), tx, a.ID, partnership.LookBackID(r.PathValue("review")))
		return err
	})
}

// readPapers reads the area’s ties for those who read its papers.
func (p pages) readPapers(r *http.Request, by access.Actor, f func(tx *db.Tx, t ties) error) error {
	return p.readTies(r, by, func(tx *db.Tx, t ties) error {
		if err := by.MustSee(access.SeePapers, t.Area.Place()); err != nil {
			return err
		}
		return f(tx, t)
	})
}

// lookBacksData is the list of a partnership’s reviews.
type lookBacksData struct {
	web.Shell
	Tabs  []web.NavItem
	Table web.Table
	CSV   string
	New   string
}

func (p pages) lookBacks(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d lookBacksData
	err := p.readPapers(r, by, func(tx *db.Tx, t ties) error {
		all, err := partnership.LookBacks(r.Context(), tx, t.Area.ID)
		if err != nil {
			return err
		}
		d = lookBacksData{Shell: p.tiesShell(r, by, t, lookBackName), Tabs: t.tabs(by, lookBackName), CSV: reviewsHref(t.Area) + ".csv"}
		if by.May(access.RunMeetings, t.Area.Place()) {
			d.New = reviewsHref(t.Area) + "/new"
		}
		d.Table = web.Table{Caption: "When we looked back", CaptionHidden: true, Columns: []web.Column{{Text: "When"}, {Text: "Who took part"}, {Text: "What we change"}, {Text: "Standing"}}}
		for _, l := range all {
			d.Table.Rows = append(d.Table.Rows, web.Row{Cells: []web.Cell{
				{Text: l.On.Long(), Href: reviewsHref(t.Area) + "/" + string(l.ID), RowHeader: true}, {Text: shortened(l.TookPart)}, {Text: shortened(l.Changes)}, {Component: lookBackTag(l)},
			}})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, lookBacksPage(d))
}

// shortened keeps a row of a table short.
func shortened(s string) string {
	const most = 90
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

func (p pages) lookBacksCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var a area.Area
	err := p.readPapers(r, by, func(tx *db.Tx, t ties) error {
		a = t.Area
		all, err := partnership.LookBacks(r.Context(), tx, a.ID)
		for _, l := range all {
			rows = append(rows, []string{l.On.String(), l.TookPart, l.Well, l.Hard, l.Changes, l.Keeps, date.InLondon(l.FinishedAt).String()})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, a.Slug+"-reviews", []string{"held_on", "who_took_part", "what_goes_well", "what_is_hard", "what_we_change", "what_we_keep_on_purpose", "finished_on"}, rows)
}

// lookBackData is one review as it is read.
type lookBackData struct {
	web.Shell
	Lead  string
	Draft bool
	Edit  string
	Parts []block
	Facts []web.Fact
}

func (p pages) lookBack(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d lookBackData
	err := p.readPapers(r, by, func(tx *db.Tx, t ties) error {
		l, err := partnership.LookBackOf(r.Context(), tx, t.Area.ID, partnership.LookBackID(r.PathValue("review")))
		if err != nil {
			return err
		}
		names, err := person.Names(r.Context(), tx, l.KeptBy, l.FinishedBy)
		if err != nil {
			return err
		}
		d = lookBackData{Draft: !l.Finished(), Lead: "How the " + t.partnership() + " looked back at itself. Nothing here is a mark, and nobody is compared."}
		d.Shell = p.tiesShell(r, by, t, "Looking back on "+l.On.Long())
		d.Crumbs = []web.Link{{Text: t.Area.Name, Href: "/areas/" + t.Area.Slug}, {Text: lookBackName, Href: reviewsHref(t.Area)}, {Text: l.On.Long()}}
		if d.Draft && by.May(access.RunMeetings, t.Area.Place()) {
			d.Edit = reviewsHref(t.Area) + "/" + string(l.ID) + "/edit"
		}
		for _, x := range []struct{ heading, words string }{
			{"Who took part", l.TookPart}, {"What goes well", l.Well}, {"What is hard", l.Hard}, {"What we change", l.Changes}, {"What we keep on purpose", l.Keeps},
		} {
			d.add(x.heading, x.words)
		}
		for _, q := range partnership.Prompts() {
			d.add(q.Question, l.Answers[q.Code])
		}
		d.Facts = []web.Fact{{Term: "Held", Value: l.On.Long()}, {Term: "Last kept", Value: date.InLondon(l.KeptAt).Long() + ", by " + nameOf(names, l.KeptBy)}}
		if l.Finished() {
			d.Facts = append(d.Facts, web.Fact{Term: "Finished", Value: date.InLondon(l.FinishedAt).Long() + ", by " + nameOf(names, l.FinishedBy)})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, lookBackPage(d))
}

func nameOf(names map[access.PersonID]string, who access.PersonID) string {
	if name := names[who]; name != "" {
		return name
	}
	return "somebody"
}

func (d *lookBackData) add(heading, words string) {
	if words == "" {
		return
	}
	d.Parts = append(d.Parts, block{Heading: heading, Words: strings.Split(words, "\n")})
}

// lookBackFormData is the form on which a review is kept.
type lookBackFormData struct {
	web.Shell
	Wrong                              fault.Invalid
	Form, Action, Back, Before         string
	On                                 [3]string
	TookPart, Well, Hard, Change, Keep string
	Prompts                            []asked
	Open                               bool // some prompt was answered
}

// asked is a prompt with what was said to it.
type asked struct {
	partnership.Prompt
	Words, Error string
}

func (p pages) newLookBack(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showLookBackForm(w, r, by, lookBackFormData{Before: "0"}, nil)
}

func (p pages) editLookBack(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d lookBackFormData
	var answers map[string]string
	err := p.readPapers(r, by, func(tx *db.Tx, t ties) error {
		l, err := partnership.LookBackOf(r.Context(), tx, t.Area.ID, partnership.LookBackID(r.PathValue("review")))
		if err != nil {
			return err
		}
		if l.Finished() {
			return fault.New(fault.Conflict, "This review is finished, so it stays as it is. Begin another when you look back again.")
		}
		d = lookBackFormData{
			Before: strconv.FormatInt(l.Number, 10), On: [3]string{strconv.Itoa(l.On.Day()), strconv.Itoa(int(l.On.Month())), strconv.Itoa(l.On.Year())},
			TookPart: l.TookPart, Well: l.Well, Hard: l.Hard, Change: l.Changes, Keep: l.Keeps,
		}
		answers = l.Answers
		return nil
	})
	if err != nil {
		return err
	}
	return p.showLookBackForm(w, r, by, d, answers)
}

func (p pages) showLookBackForm(w http.ResponseWriter, r *http.Request, by access.Actor, d lookBackFormData, answers map[string]string) error {
	err := p.readPapers(r, by, func(_ *db.Tx, t ties) error {
		if err := by.Must(access.RunMeetings, t.Area.Place()); err != nil {
			return err
		}
		title := "Look back together"
		d.Shell = p.tiesShell(r, by, t, title)
		d.Crumbs = []web.Link{{Text: t.Area.Name, Href: "/areas/" + t.Area.Slug}, {Text: lookBackName, Href: reviewsHref(t.Area)}, {Text: title}}
		d.Action, d.Back = reviewsHref(t.Area), reviewsHref(t.Area)
		if lid := r.PathValue("review"); lid != "" {
			d.Action, d.Back = reviewsHref(t.Area)+"/"+lid, reviewsHref(t.Area)+"/"+lid
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, q := range partnership.Prompts() {
		one := asked{q, answers[q.Code], d.Wrong.For("prompt-" + q.Code)}
		d.Open = d.Open || one.Words != ""
		d.Prompts = append(d.Prompts, one)
	}
	if d.Form == "" {
		d.Form = p.site.NewForm()
	}
	d.NoIndex = true
	status := http.StatusOK
	if len(d.Wrong) > 0 {
		d.Title, status = "Error: "+d.Title, http.StatusUnprocessableEntity
	}
	return p.site.Show(w, r, status, lookBackFormPage(d))
}

func (p pages) keepLookBack(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.areaOf(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	before, _ := strconv.ParseInt(form.Text("before"), 10, 64) // what is no number is refused as out of date
	n := partnership.NewLookBack{
		Form: form.Text("form"), Review: partnership.LookBackID(r.PathValue("review")), Before: before, Finish: form.Has("finish"),
		Said: partnership.Said{
			On: form.Date("on"), TookPart: form.Text("took_part"), Well: form.Text("well"), Hard: form.Text("hard"), Changes: form.Text("changes"), Keeps: form.Text("keeps"),
			Answers: map[string]string{},
		},
	}
	for _, q := range partnership.Prompts() {
		n.Said.Answers[q.Code] = form.Text("prompt-" + q.Code)
	}
	lid, err := p.partnerships.KeepLookBack(r.Context(), by, a, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.showLookBackForm(w, r, by, lookBackFormData{
			Wrong: form.Over(wrong), Form: n.Form, Before: form.Text("before"), On: form.DateParts("on"),
			TookPart: n.Said.TookPart, Well: n.Said.Well, Hard: n.Said.Hard, Change: n.Said.Changes, Keep: n.Said.Keeps,
		}, n.Said.Answers)
	}
	if err != nil {
		return err
	}
	words := "It is kept as a draft. Go on with it when you like."
	if n.Finish {
		words = "It is finished, and stays as it is."
	}
	return p.site.Done(w, r, words, reviewsHref(a)+"/"+string(lid))
}
