package projectweb

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/document"
	"commontable/internal/fault"
	"commontable/internal/project"
	"commontable/internal/share"
	"commontable/internal/web"
)

// photoRoutes are those on which photos are added and shown.
func (p pages) photoRoutes() []web.Route {
	const photos = "/areas/{area}/projects/{project}/photos"
	return []web.Route{
		{Pattern: "GET " + photos, Policy: web.Needs(access.RunProjects), Do: p.askPhoto},
		{Pattern: "POST " + photos, Policy: web.Needs(access.RunProjects), Do: p.addPhoto, MostBody: web.MostFiles},
		// What not everybody may see is there for those who read the papers: the handler says so.
		{Pattern: "GET " + photos + "/{photo}", Policy: web.Public(), Do: p.photo},
		{Pattern: "GET /shared/{secret}/photos/{photo}", Policy: web.Public(), Do: p.sharedPhoto},
	}
}

// A photo is one as a reader sees it on the timeline.
type photo struct {
	Address       string
	Width, Height string
	Shows         string // in words, for who cannot see it
	By            string // who took it, where the reader may know
	Agreed        string // until when, for those who read the papers
	Edit          string // where it is changed, for those who may
}

// pictured is a photo as a reader sees it, in a project whose photos are there.
func pictured(one project.Photo, rd reader, base string) *photo {
	shown := &photo{Address: rd.photos + "/" + string(one.ID), Width: strconv.FormatInt(one.Width, 10), Height: strconv.FormatInt(one.Height, 10), Shows: one.Shows}
	if rd.names || one.TakerNamed {
		shown.By = one.TakenBy
	}
	if rd.inside && one.Consent.People {
		shown.Agreed = "Those in it agreed until " + one.Consent.Until.Long() + ": " + one.Consent.Who
	}
	if rd.edits {
		shown.Edit = base + "/photos/" + string(one.ID)
	}
	return shown
}

// photoMoments are a project's photos among what happened, for a reader on a day.
// One whose consent is over stands there in words for those who can ask again.
func photoMoments(ctx context.Context, tx *db.Tx, one project.Project, rd reader, base string, day date.Date) ([]moment, error) {
	if rd.photos == "" {
		return nil, nil
	}
	photos, err := project.Photos(ctx, tx, one.Area, one.ID)
	var all []moment
	for _, ph := range photos {
		switch {
		case ph.ShownTo(rd.allPhotos, day):
			m := moment{on: ph.On, words: ph.Words, kind: "photo", photo: pictured(ph, rd, base)}
			if !ph.Consent.Public {
				m.kind += notPublic
			}
			all = append(all, m)
		case rd.edits:
			all = append(all, moment{
				on: ph.On, words: "A photo that is shown to nobody now", kind: "photo" + notPublic, photo: &photo{Edit: base + "/photos/" + string(ph.ID), Shows: ph.Shows},
				more: "Those in it agreed until " + ph.Consent.Until.Long() + ". Ask them again, or remove it.",
			})
		}
	}
	return all, err
}

// photo sends the picture of a photo, to who may see it on this day.
func (p pages) photo(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.sendPhoto(w, r, func(tx *db.Tx) (document.Filing, error) {
		s, err := p.theScene(r.Context(), tx, r.PathValue("area"), by)
		if err != nil {
			return document.Filing{}, err
		}
		one, err := p.theProject(r, tx, s, by)
		if err != nil {
			return document.Filing{}, err
		}
		return p.photoFile(r, tx, one, s.inside)
	})
}

// sharedPhoto sends the picture of a photo to who was given a link that shows it.
func (p pages) sharedPhoto(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	h := w.Header()
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex, nofollow, noarchive")
	return p.sendPhoto(w, r, func(tx *db.Tx) (document.Filing, error) {
		l, _, err := p.shares.Open(r.Context(), tx, r.PathValue("secret"))
		if err == nil && (l.Kind != ShareKind || !l.Shows(partPhotos)) {
			err = fault.NotFound
		}
		if err != nil {
			return document.Filing{}, err
		}
		one, err := sharedProject(r.Context(), tx, l, p.site.Today())
		if err != nil {
			return document.Filing{}, err
		}
		return p.photoFile(r, tx, one, true)
	})
}

// photoFile is the picture that a request names, of a project that the reader sees.
func (p pages) photoFile(r *http.Request, tx *db.Tx, of project.Project, papers bool) (document.Filing, error) {
	one, err := project.PhotoByID(r.Context(), tx, of.Area, project.PhotoID(r.PathValue("photo")))
	if err == nil && (one.Project != of.ID || !one.ShownTo(papers, p.site.Today())) {
		err = fault.NotFound
	}
	if err != nil {
		return document.Filing{}, err
	}
	return project.PhotoFile(r.Context(), tx, of.Area, one)
}

func (p pages) sendPhoto(w http.ResponseWriter, r *http.Request, find func(*db.Tx) (document.Filing, error)) error {
	var filing document.Filing
	if err := p.projects.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		filing, err = find(tx)
		return err
	}); err != nil {
		return err
	}
	if web.Picture(w, r, string(filing.Hash), string(filing.Type), filing.Size) {
		return nil
	}
	return document.Send(r.Context(), p.projects.DB, filing, w)
}

// photoData is the form with which a photo is added.
type photoData struct {
	Shell              web.Shell
	Wrong              fault.Invalid
	Form, Action, Back string
	Held               web.Checkboxes // what was sent before, with this same form
	Fields             []templ.Component
}

func (p pages) askPhoto(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	values := url.Values{}
	setDate(values, "on", p.site.Today())
	setDate(values, "until", p.site.Today().AddMonths(project.UsualConsent))
	return p.showPhotoForm(w, r, by, photoData{Form: p.site.NewForm()}, values)
}

func (p pages) showPhotoForm(w http.ResponseWriter, r *http.Request, by access.Actor, d photoData, values url.Values) error {
	err := p.in(r, by, func(tx *db.Tx, s scene) error {
		one, err := p.theProject(r, tx, s, by)
		if err != nil {
			return err
		}
		href := projectHref(s.area, one.ID)
		d.Shell = p.shell(r, by, s.area, "Add a photo", projectsLink(s.area), web.Link{Text: one.Name, Href: href}, web.Link{Text: "Add a photo"})
		d.Shell.NoIndex, d.Action, d.Back = true, href+"/photos", href
		return by.Must(access.RunProjects, s.area.Place())
	})
	if err != nil {
		return err
	}
	f := filled{values: values, wrong: d.Wrong}
	d.Fields = append([]templ.Component{
		web.FileField{Name: "photo", Label: "The photo", Hint: "A JPEG or PNG of up to 10 MB. We keep a smaller copy, and nothing of where, when or with what it was taken.", Accept: document.AcceptPhoto, Error: d.Wrong.For("photo")},
		f.text("shows", "What can be seen in it?", "Some people cannot see it: this is read to them. For example, “Six people plant a row of apple trees beside the path”. Name nobody who did not agree."),
		f.area("words", "What do you want to say about it?", "You can leave this out.", 500),
		f.date("on", "When was it taken?", todayToo),
		f.text("taken_by", "Who took it?", "They keep it as theirs, and let us show it: ask them first. Those who read our papers see this."),
		f.boxes("taker_named", "Can everybody read who took it?", "", web.Option{Value: "yes", Text: "Yes, they agreed to that"}),
	}, consentFields(f)...)
	status := http.StatusOK
	if len(d.Wrong) > 0 {
		status, d.Shell.Title = http.StatusUnprocessableEntity, "Error: "+d.Shell.Title
	}
	return p.site.Show(w, r, status, photoPage(d))
}

// consentFields ask who may see a photo, and whether those in it agreed.
func consentFields(f filled) []templ.Component {
	return []templ.Component{
		f.radios("people", "Can anybody be recognised in it?", "",
			web.Option{Value: string(project.Nobodys), Text: "No", Hint: "It shows a place or things, or people from afar or from behind."},
			web.Option{Value: string(project.Agreed), Text: "Yes, and each of them agreed", Hint: "Of a child, a parent agreed, and the child too."}),
		f.text("who", "If yes: who agreed, and how did you ask them?", "Those who read our papers see this. For example, “All four, at the tea, each was shown the photo”."),
		f.date("until", "If yes: until when did they agree?", "Two years are usual, five the most. Then nobody sees it until you have asked them again."),
		f.radios("seen", "Who may see it?", "",
			web.Option{Value: "public", Text: "Everybody"},
			web.Option{Value: "papers", Text: "Those who read our papers, and those outside for whom you choose the photos when you share the project"}),
	}
}

func readConsent(form *web.Form) project.NewConsent {
	n := project.NewConsent{Form: form.Text("form"), People: project.Recognised(form.Text("people")), Public: form.Text("seen") == "public", Who: form.Text("who")}
	if n.People == project.Agreed {
		n.Until = form.Date("until")
	}
	return n
}

// seenBy says what is wrong where it was not said who may see a photo.
func seenBy(form *web.Form, wrong *fault.Invalid) {
	if seen := form.Text("seen"); seen != "public" && seen != "papers" {
		wrong.Add("seen", "Choose who may see it")
	}
}

func (p pages) addPhoto(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var s scene
	var one project.Project
	if err := p.in(r, by, func(tx *db.Tx, now scene) (err error) {
		s = now
		one, err = p.theProject(r, tx, s, by)
		return err
	}); err != nil {
		return err
	}
	if err := by.Must(access.RunProjects, s.area.Place()); err != nil {
		return err
	}
	form, err := web.ReadFiles(r, document.MostSize, document.MostSize)
	if err != nil {
		return err
	}
	n := project.NewPhoto{
		NewConsent: readConsent(form), Held: document.Hash(form.Text("kept")), On: form.Date("on"), Shows: form.Text("shows"), Words: form.Text("words"),
		TakenBy: form.Text("taken_by"), TakerNamed: form.Text("taker_named") == "yes",
	}
	if sent := form.Files("photo"); len(sent) > 0 {
		if err := n.Take(document.Sent{Name: sent[0].Name, Content: sent[0].Content, Cut: sent[0].Cut}); err != nil {
			return err
		}
	}
	wrong := n.Check(p.site.Today())
	seenBy(form, &wrong)
	err = form.Over(wrong).OrNil()
	if err == nil {
		_, err = p.projects.AddPhoto(r.Context(), by, s.area, one.ID, n)
	}
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.refusePhoto(w, r, by, s, form, n, wrong)
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "The photo is in the story.", projectHref(s.area, one.ID))
}

// refusePhoto shows the form again with what was typed. The photo waits for it, so
// that nobody has to look for it again.
func (p pages) refusePhoto(w http.ResponseWriter, r *http.Request, by access.Actor, s scene, form *web.Form, n project.NewPhoto, wrong fault.Invalid) error {
	held, err := p.projects.HoldPhoto(r.Context(), by, s.area, n)
	if err != nil {
		return err
	}
	d := photoData{Wrong: wrong, Form: n.Form}
	if len(held) > 0 {
		latest := held[len(held)-1]
		d.Held = web.Checkboxes{
			Name: "kept", Label: "The photo you sent already", Hint: "It was kept while something else is put right. Untick it to send another.", Values: []string{string(latest.Hash)},
			Options: []web.Option{{Value: string(latest.Hash), Text: latest.Name + ", " + document.Size(latest.Size)}},
		}
	}
	values := url.Values{}
	for _, field := range []string{"shows", "words", "taken_by", "taker_named", "people", "who", "seen", "on-day", "on-month", "on-year", "until-day", "until-month", "until-year"} {
		values.Set(field, form.Text(field))
	}
	return p.showPhotoForm(w, r, by, d, values)
}

// changeConsent is the form for who may see a photo from now on.
func (p pages) changeConsent() section {
	return section{
		path:  "projects/{project}/photos/{photo}/consent",
		about: p.ofPhoto("Who may see this photo?", "Ask those in it again when the time is over, or when more people are to see it.", "Keep this", "That is noted."),
		fields: func(f filled, about subject) []templ.Component {
			return append([]templ.Component{aboutPhoto(about.photo)}, consentFields(f)...)
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n := readConsent(form)
			wrong := n.Check(p.site.Today())
			seenBy(form, &wrong)
			if err := form.Over(wrong).OrNil(); err != nil {
				return "", err
			}
			return about.back, p.projects.Consent(ctx, by, about.area, project.PhotoID(about.id), n)
		},
	}
}

// removePhoto is the question before a photo is removed.
func (p pages) removePhoto() section {
	return section{
		path:  "projects/{project}/photos/{photo}/remove",
		about: p.ofPhoto("Remove this photo?", "Nobody sees it any more, and nothing is kept of it: not the picture, and not what was said of it. This cannot be undone.", "Remove it", "The photo is removed."),
		fields: func(f filled, about subject) []templ.Component {
			return []templ.Component{aboutPhoto(about.photo), f.boxes("sure", "Are you sure?", "", web.Option{Value: "yes", Text: "Yes, remove it"})}
		},
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			if form.Text("sure") != "yes" {
				return "", fault.Invalid{{Field: "sure", Words: "Tick the box to remove it, or go back"}}
			}
			return about.back, p.projects.RemovePhoto(ctx, by, about.area, project.PhotoID(about.id), form.Text("form"))
		},
	}
}

// ofPhoto is what the forms about one photo have in common.
func (p pages) ofPhoto(title, lead, button, done string) func(*http.Request, *db.Tx, scene, access.Actor) (subject, error) {
	return p.ofProject(title, lead, button, done, func(r *http.Request, tx *db.Tx, about *subject) error {
		one, err := project.PhotoByID(r.Context(), tx, about.area.ID, project.PhotoID(r.PathValue("photo")))
		if err == nil && (one.Project != about.project.ID || one.Removed) {
			err = fault.NotFound
		}
		if err != nil {
			return err
		}
		about.id = string(one.ID)
		about.photo = photo{Shows: one.Shows}
		if one.ShownTo(about.inside, p.site.Today()) {
			about.photo = *pictured(one, reader{scene: about.scene, photos: about.back + "/photos", names: true}, about.back)
		}
		about.begins.Set("people", string(project.Nobodys))
		if one.Consent.People {
			about.begins.Set("people", string(project.Agreed))
		}
		about.begins.Set("who", one.Consent.Who)
		about.begins.Set("seen", "papers")
		if one.Consent.Public {
			about.begins.Set("seen", "public")
		}
		until := one.Consent.Until
		if until.Before(p.site.Today()) {
			until = p.site.Today().AddMonths(project.UsualConsent)
		}
		setDate(about.begins, "until", until)
		return nil
	})
}

// sharedProject is the project that a link is to.
func sharedProject(ctx context.Context, tx *db.Tx, l share.Link, day date.Date) (project.Project, error) {
	return project.ByID(ctx, tx, areaOf(l), project.ID(l.Subject), day)
}
