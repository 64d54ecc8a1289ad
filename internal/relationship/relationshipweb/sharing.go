package relationshipweb

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/organisation"
	"commontable/internal/relationship"
	"commontable/internal/share"
	"commontable/internal/web"
)

// ShareKind is the kind of a link to a relationship.
const ShareKind share.Kind = "relationship"

// ShareParts are the words for what can be chosen.
func ShareParts() map[string]string {
	words := map[string]string{}
	for _, part := range relationship.Parts() {
		words[part.Part] = part.Words
	}
	return words
}

// ShowShared draws what was chosen of a relationship for an officer.
func ShowShared(site *web.Site, all *relationship.Relationships, extras Extras) func(context.Context, *db.Tx, share.Link) (string, templ.Component, error) {
	p := pages{site: site, all: all, extras: extras}
	return func(ctx context.Context, tx *db.Tx, l share.Link) (string, templ.Component, error) {
		a, err := area.ByID(ctx, tx, area.ID(l.Place.Area))
		if err != nil {
			return "", nil, err
		}
		one, err := relationship.ByID(ctx, tx, a.ID, relationship.ID(l.Subject))
		if err != nil {
			return "", nil, err
		}
		v, err := p.shown(ctx, tx, a, one, l.Contents)
		return "Working with " + a.Name, officerView(outside{view: v, Action: "#", Form: site.NewForm(), AsksName: true}), err
	}
}

// AboutShared is the relationship that a link is to.
func AboutShared() func(context.Context, *db.Tx, share.Link) (web.Link, error) {
	return func(ctx context.Context, tx *db.Tx, l share.Link) (web.Link, error) {
		a, err := area.ByID(ctx, tx, area.ID(l.Place.Area))
		if err != nil {
			return web.Link{}, err
		}
		one, err := relationship.ByID(ctx, tx, a.ID, relationship.ID(l.Subject))
		return web.Link{Text: one.Name, Href: href(a, one.ID)}, err
	}
}

// shown is a relationship as an officer sees it: what was chosen, and nothing else.
func (p pages) shown(ctx context.Context, tx *db.Tx, a area.Area, one relationship.Relationship, contents []string) (view, error) {
	chosen := share.Link{Contents: contents}
	return p.viewOf(ctx, tx, scene{area: a}, one, reader{shows: chosen.Shows})
}

// outside is what an officer sees, and may do.
type outside struct {
	view
	Action, Form string
	AsksName     bool // where they have no account
	Wrong        fault.Invalid
	Typed        typed
}

type typed struct {
	Name, What, Who, Next, Words, Promise string
	On, Until                             [3]string
}

func typedIn(form *web.Form) typed {
	return typed{
		form.Text("name"), form.Text("what"), form.Text("who"), form.Text("next"), form.Text("words-" + form.Text("promise")), form.Text("promise"), form.DateParts("on"), form.DateParts("until"),
	}
}

// wordsFor is what was typed of a promise.
func (t typed) wordsFor(promise string) string {
	if t.Promise != promise {
		return ""
	}
	return t.Words
}

// notices are the changes of staff of which an officer gives notice.
func notices() []web.Option {
	var all []web.Option
	for _, why := range relationship.Told() {
		all = append(all, web.Option{Value: string(why), Text: why.InWords()})
	}
	return all
}

// act does what an officer asks for: to say that a promise is kept, to give notice of
// a change of staff, or to confirm a handover.
func (p pages) act(r *http.Request, form *web.Form, o relationship.Officer, a area.Area, of relationship.ID) (done string, err error) {
	key := form.Text("form")
	switch form.Text("act") {
	case "kept":
		promise := form.Text("promise")
		err := p.all.SayKept(r.Context(), o, a, of, relationship.PromiseID(promise), form.Text("words-"+promise), key)
		if wrong, is := errors.AsType[fault.Invalid](err); is {
			for i := range wrong {
				if wrong[i].Field == "words" {
					wrong[i].Field = "words-" + promise
				}
			}
			err = wrong
		}
		return "Thank you. It is noted that this is done.", err
	case "promised":
		return "Thank you. It is noted that you confirmed this.", p.all.SayPromised(r.Context(), o, a, of, relationship.PromiseID(form.Text("promise")), key)
	case "confirm":
		return "Thank you. It is noted that you have what you need.", p.all.ConfirmHandover(r.Context(), o, a, of, relationship.HandoverID(form.Text("handover")), key)
	case "notice":
		n := relationship.StaffChange{Form: key, What: relationship.Why(form.Text("what")), Who: form.Text("who"), On: form.Date("on"), Until: form.Date("until"), Next: form.Text("next")}
		return "Thank you for telling the partnership in good time.", p.all.GiveNotice(r.Context(), o, a, of, n)
	}
	return "", fault.Invalid{{Words: "Choose what you want to tell the partnership: press one of the buttons below"}}
}

// sharedAct is what an officer with a link does. Whether the link opens is asked
// afresh, and what they may do is what they see.
func (p pages) sharedAct(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex, nofollow, noarchive")
	var link share.Link
	var a area.Area
	err := p.shares.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if link, _, err = p.shares.Open(r.Context(), tx, r.PathValue("secret")); err != nil {
			return err
		}
		if link.Kind != ShareKind {
			return fault.NotFound
		}
		a, err = area.ByID(r.Context(), tx, area.ID(link.Place.Area))
		return err
	})
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	o := relationship.Officer{By: access.Actor{Person: access.PersonID("link " + string(link.ID))}, Name: form.Text("name"), Shows: link.Contents}
	done, err := p.act(r, form, o, a, relationship.ID(link.Subject))
	wrong, isWrong := errors.AsType[fault.Invalid](err)
	if err != nil && !isWrong {
		return err
	}
	d := toldData{Title: "Working with " + a.Name, Done: done}
	d.Shell = p.site.Shell(r, access.Actor{}, d.Title)
	d.Shell.Service = web.Link{Text: a.Name, Href: home(a)}
	d.Shell.Nav, d.Shell.NoIndex = nil, true
	if !isWrong {
		return p.site.Show(w, r, http.StatusOK, toldPage(d))
	}
	d.Shell.Title, d.Done = "Error: "+d.Title, ""
	err = p.shares.DB.Read(r.Context(), func(tx *db.Tx) error {
		one, err := relationship.ByID(r.Context(), tx, a.ID, relationship.ID(link.Subject))
		if err != nil {
			return err
		}
		d.outside = outside{Action: "#", Form: form.Text("form"), AsksName: true, Wrong: form.Over(wrong), Typed: typedIn(form)}
		d.view, err = p.shown(r.Context(), tx, a, one, link.Contents)
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusUnprocessableEntity, toldPage(d))
}

// toldData is what an officer is answered.
type toldData struct {
	Shell       web.Shell
	Title, Done string
	outside
}

// officerData is a list of what partnerships share with a body.
func (p pages) officerList(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d plainData
	err := p.all.DB.Read(r.Context(), func(tx *db.Tx) error {
		o, err := p.theBody(r, tx, by)
		if err != nil {
			return err
		}
		all, err := relationship.ShownTo(r.Context(), tx, o.ID, by.Person, p.site.Today())
		if err != nil {
			return err
		}
		d = plainData{Title: "What partnerships share with you", Lead: "Each partnership chooses what officers of " + o.Name + " see. You see that, and nothing else."}
		d.Shell = p.site.ShellIn(r, by, d.Title, web.Link{Text: o.Name, Href: officerHref(o)}, []web.Link{{Text: "Shared with you"}}, "Shared with you")
		d.Shell.NoIndex = true
		d.Tools = []web.Tool{{Icon: "down", Text: "Download as a spreadsheet", Href: officerHref(o) + ".csv"}}
		t := web.Table{Caption: "Partnerships", CaptionHidden: true, Columns: []web.Column{{Text: "Partnership"}, {Text: "About"}}}
		for _, one := range all {
			a, err := area.ByID(r.Context(), tx, one.Area)
			if err != nil {
				return err
			}
			t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{{Text: a.Name, Href: officerHref(o) + "/" + string(one.ID), RowHeader: true}, {Text: one.Name}}})
		}
		asked, over, err := p.askedOfOfficers(r.Context(), tx, o)
		if err != nil {
			return err
		}
		if len(asked.Rows) > 0 {
			d.Tables = append(d.Tables, titled{"asked", "You are asked to take part", "", asked})
		}
		if len(t.Rows)+len(asked.Rows)+len(over.Rows) == 0 {
			d.Empty = &web.Empty{Heading: "Nothing is shared with you yet", Words: "When a partnership shares something with officers of " + o.Name + ", it is here."}
		}
		if len(t.Rows) > 0 {
			d.Tables = append(d.Tables, titled{"shared", "Partnerships", "", t})
		}
		if len(over.Rows) > 0 {
			d.Tables = append(d.Tables, titled{"over", "What you took part in", "It is over. Nothing is asked of you.", over})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, plainPage(d))
}

// askedOfOfficers is what officers of a body are asked to take part in, and what of it
// is over, with what came of it.
func (p pages) askedOfOfficers(ctx context.Context, tx *db.Tx, o organisation.Organisation) (asked, over web.Table, err error) {
	asked = web.Table{Caption: "You are asked to take part", CaptionHidden: true, Columns: []web.Column{{Text: "What"}}}
	over = web.Table{Caption: "What you took part in", CaptionHidden: true, Columns: []web.Column{{Text: "What"}, {Text: "What came of it"}}}
	if p.extras.Asked == nil {
		return asked, over, nil
	}
	all, err := p.extras.Asked(ctx, tx, o)
	for _, one := range all {
		cell := web.Cell{Text: one.Link.Text, Href: one.Link.Href, RowHeader: true}
		if one.Over {
			over.Rows = append(over.Rows, web.Row{Cells: []web.Cell{cell, {Text: one.Came}}})
		} else {
			asked.Rows = append(asked.Rows, web.Row{Cells: []web.Cell{cell}})
		}
	}
	return asked, over, err
}

// officerListCSV is what partnerships share with a body, as a spreadsheet.
func (p pages) officerListCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var name string
	err := p.all.DB.Read(r.Context(), func(tx *db.Tx) error {
		o, err := p.theBody(r, tx, by)
		if err != nil {
			return err
		}
		name = o.Slug + "-shared"
		all, err := relationship.ShownTo(r.Context(), tx, o.ID, by.Person, p.site.Today())
		if err != nil {
			return err
		}
		for _, one := range all {
			a, err := area.ByID(r.Context(), tx, one.Area)
			if err != nil {
				return err
			}
			rows = append(rows, []string{a.Name, one.Name, inWords(one.Contents)})
		}
		asked, over, err := p.askedOfOfficers(r.Context(), tx, o)
		for _, one := range asked.Rows {
			rows = append(rows, []string{"", one.Cells[0].Text, "You are asked to take part"})
		}
		for _, one := range over.Rows {
			rows = append(rows, []string{"", one.Cells[0].Text, "It is over. " + one.Cells[1].Text})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, name, []string{"partnership", "about", "what you see"}, rows)
}

func officerHref(o organisation.Organisation) string {
	return "/organisations/" + o.Slug + "/relationships"
}

// theBody is the body that a request names, for its officers.
func (p pages) theBody(r *http.Request, tx *db.Tx, by access.Actor) (organisation.Organisation, error) {
	o, err := organisation.BySlug(r.Context(), tx, r.PathValue("organisation"))
	if err != nil {
		return o, err
	}
	return o, by.MustSee(access.SeeShared, access.Place{Organisation: string(o.ID)})
}

// theShown is the relationship that a request of an officer names, and what they see
// of it.
func (p pages) theShown(r *http.Request, tx *db.Tx, by access.Actor) (o organisation.Organisation, a area.Area, one relationship.Shown, err error) {
	if o, err = p.theBody(r, tx, by); err != nil {
		return o, a, one, err
	}
	all, err := relationship.ShownTo(r.Context(), tx, o.ID, by.Person, p.site.Today())
	if err != nil {
		return o, a, one, err
	}
	for _, found := range all {
		if string(found.ID) == r.PathValue("relationship") {
			a, err = area.ByID(r.Context(), tx, found.Area)
			return o, a, found, err
		}
	}
	return o, a, one, fault.NotFound
}

func (p pages) officerPage(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showOfficer(w, r, by, outside{Form: p.site.NewForm()})
}

func (p pages) showOfficer(w http.ResponseWriter, r *http.Request, by access.Actor, out outside) error {
	var d toldData
	err := p.all.DB.Read(r.Context(), func(tx *db.Tx) error {
		o, a, one, err := p.theShown(r, tx, by)
		if err != nil {
			return err
		}
		d = toldData{Title: "Working with " + a.Name, outside: out}
		d.Action = officerHref(o) + "/" + string(one.ID)
		d.Shell = p.site.ShellIn(r, by, d.Title, web.Link{Text: o.Name, Href: officerHref(o)}, []web.Link{{Text: "Shared with you"}}, "Shared with you")
		d.Shell.NoIndex = true
		d.Shell.Crumbs = []web.Link{{Text: "Shared with you", Href: officerHref(o)}, {Text: d.Title}}
		d.view, err = p.shown(r.Context(), tx, a, one.Relationship, one.Contents)
		return err
	})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(out.Wrong) > 0 {
		status, d.Shell.Title = http.StatusUnprocessableEntity, "Error: "+d.Title
	}
	return p.site.Show(w, r, status, toldPage(d))
}

// officerAct is what an officer with an account does.
func (p pages) officerAct(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var a area.Area
	var one relationship.Shown
	err := p.all.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		_, a, one, err = p.theShown(r, tx, by)
		return err
	})
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	done, err := p.act(r, form, relationship.Officer{By: by, Name: by.Name, Shows: one.Contents}, a, one.ID)
	if wrong, is := errors.AsType[fault.Invalid](err); is {
		return p.showOfficer(w, r, by, outside{Form: form.Text("form"), Wrong: form.Over(wrong), Typed: typedIn(form)})
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, done, r.URL.Path)
}

// shareData is the form of a link, or what came of it.
type shareData struct {
	Shell              web.Shell
	Wrong              fault.Invalid
	Name               string
	Form, Action, Back string
	All                string // where the area's links are listed
	ForWhom            string
	Until              [3]string
	Contents           []string
	Address            string // the link, which is shown once
	UntilDay           string
}

func (p pages) askShare(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	day := p.site.Today().AddDays(share.UsualDays)
	return p.showShare(w, r, by, shareData{
		Contents: []string{relationship.PartAgreements, relationship.PartPromises}, Until: [3]string{strconv.Itoa(day.Day()), strconv.Itoa(int(day.Month())), strconv.Itoa(day.Year())},
	})
}

// toShare reads what the form is about, for who may share it.
func (p pages) toShare(r *http.Request, by access.Actor, d *shareData) (a area.Area, one relationship.Relationship, err error) {
	err = p.in(r, by, func(tx *db.Tx, s scene) error {
		a = s.area
		if one, err = p.the(r, tx, s); err != nil {
			return err
		}
		if err := by.Must(access.ShareOutside, s.area.Place()); err != nil {
			return err
		}
		at, title := href(s.area, one.ID), "Share with an officer"
		d.Shell = p.shell(r, by, s.area, title, web.Link{Text: one.Name, Href: at}, web.Link{Text: title})
		d.Name, d.Action, d.Back, d.All = one.Name, at+"/share", at, home(s.area)+"/shares"
		return nil
	})
	return a, one, err
}

func (p pages) showShare(w http.ResponseWriter, r *http.Request, by access.Actor, d shareData) error {
	if _, _, err := p.toShare(r, by, &d); err != nil {
		return err
	}
	if d.Form == "" {
		d.Form = p.site.NewForm()
	}
	status := http.StatusOK
	if len(d.Wrong) > 0 {
		status, d.Shell.Title = http.StatusUnprocessableEntity, "Error: "+d.Shell.Title
	}
	return p.site.Show(w, r, status, sharePage(d))
}

// makeShare makes a link, and shows this once what it is.
func (p pages) makeShare(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d shareData
	a, one, err := p.toShare(r, by, &d)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	n := share.NewLink{
		Form: form.Text("form"), Kind: ShareKind, Place: a.Place(), Subject: string(one.ID), Contents: form.Texts("contents"), ForWhom: form.Text("for_whom"), Until: form.Date("until"),
	}
	l, secret, err := p.shares.Make(r.Context(), by, n, relationship.PartNames())
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.showShare(w, r, by, shareData{Wrong: form.Over(wrong), Form: n.Form, ForWhom: n.ForWhom, Contents: n.Contents, Until: form.DateParts("until")})
	}
	if err != nil {
		return err
	}
	d.ForWhom, d.UntilDay = l.ForWhom, l.Until.Long()
	if secret != "" {
		d.Address = p.baseURL + "/shared/" + secret
	}
	d.Shell.Title = "The link for " + l.ForWhom
	return p.site.Show(w, r, http.StatusOK, sharedOncePage(d))
}

func partOptions() []web.Option {
	var all []web.Option
	for _, part := range relationship.Parts() {
		all = append(all, web.Option{Value: part.Part, Text: part.Words, Hint: part.Hint})
	}
	return all
}

func (p pages) officers() section {
	return section{
		path: "relationships/{relationship}/officers",
		about: p.of("What their officers see", "Officers who have an account here see what you tick, and nothing else. For one of them you can choose something else.", "Keep this", "That is noted.", func(r *http.Request, tx *db.Tx, about *subject) error {
			v, err := relationship.ViewOf(r.Context(), tx, about.area.ID, about.relationship.ID)
			about.begins["contents"] = v.Contents
			return err
		}),
		fields: func(f filled, _ subject) []templ.Component {
			return []templ.Component{f.boxes("contents", "What can they see?", "", append(partOptions(), web.Option{Value: "nothing", Text: "Nothing", Divider: "or"})...)}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			return shownHref(about.area, about.relationship.ID), p.all.ShowOfficers(ctx, by, about.area, about.relationship.ID, relationship.NewView{Form: form.Text("form"), Contents: form.Texts("contents"), Nothing: slices.Contains(form.Texts("contents"), "nothing")})
		},
	}
}
