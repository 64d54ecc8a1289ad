package projectweb

import (
	"context"
	"errors"
	"net/http"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/project"
	"commontable/internal/share"
	"commontable/internal/web"
)

// ShareKind is the kind of a link to a project.
const ShareKind share.Kind = "project"

// shareParts are what can be chosen of a project, in the order of its page.
var shareParts = []struct{ part, words, hint string }{
	{partSummary, "What it is, and where it has got to", ""},
	{partRoles, "Who leads and who does what, by name", "Also of people who did not agree that everybody sees their name: ask them."},
	{partMilestones, "Milestones", "With what was moved, and why."},
	{partTimeline, "The story so far", "What everybody can read of it."},
	{partNotes, "Our own notes in the story", "Those that not everybody can read. Read them again first."},
	{partPhotos, "Photos", "Also those that not everybody can see. One whose time of consent is over is not shown."},
	{partAsked, "What is asked of us", "Who asked, and whether it is the law or a habit."},
	{partTerms, "Who is liable, and how we work", ""},
	{partMoney, "The money", "The budget lines that it draws on."},
	{partActivities, "What we do together", ""},
	{partContacts, "Whom to ask", "Names, and how to reach them: ask them first."},
}

// ShareParts are the words for what can be chosen.
func ShareParts() map[string]string {
	words := map[string]string{}
	for _, s := range shareParts {
		words[s.part] = s.words
	}
	return words
}

func partNames() []string {
	var names []string
	for _, s := range shareParts {
		names = append(names, s.part)
	}
	return names
}

// ShowShared draws what was chosen of a project for somebody outside.
func ShowShared(site *web.Site, projects *project.Projects) func(context.Context, *db.Tx, share.Link) (string, templ.Component, error) {
	p := pages{site: site, projects: projects}
	return func(ctx context.Context, tx *db.Tx, l share.Link) (string, templ.Component, error) {
		a, err := area.ByID(ctx, tx, area.ID(l.Place.Area))
		if err != nil {
			return "", nil, err
		}
		one, err := sharedProject(ctx, tx, l, site.Today())
		if err != nil {
			return "", nil, err
		}
		rd := reader{
			scene: scene{area: a}, names: l.Shows(partRoles), notes: l.Shows(partNotes),
			shows: func(part string) bool {
				return l.Shows(part) || part == partTimeline && (l.Shows(partNotes) || l.Shows(partPhotos))
			},
		}
		if l.Shows(partPhotos) {
			rd.photos, rd.allPhotos, rd.photosAlone = l.Opened+"/photos", true, !l.Shows(partTimeline) && !l.Shows(partNotes)
		}
		v, err := p.viewOf(ctx, tx, one, rd)
		return one.Name, briefing(v), err
	}
}

func areaOf(l share.Link) area.ID { return area.ID(l.Place.Area) }

// AboutShared is the project that a link is to.
func AboutShared(projects *project.Projects) func(context.Context, *db.Tx, share.Link) (web.Link, error) {
	return func(ctx context.Context, tx *db.Tx, l share.Link) (web.Link, error) {
		a, err := area.ByID(ctx, tx, area.ID(l.Place.Area))
		if err != nil {
			return web.Link{}, err
		}
		one, err := project.ByID(ctx, tx, a.ID, project.ID(l.Subject), l.Until)
		return web.Link{Text: one.Name, Href: projectHref(a, one.ID)}, err
	}
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
	Options            []web.Option
	Made               bool
	Address            string // the link, which is shown once
	UntilDay           string
}

func (p pages) askShare(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	until := p.site.Today().AddDays(share.UsualDays)
	return p.showShare(w, r, by, shareData{Contents: []string{partSummary, partMilestones, partTimeline}, Until: dateBoxes(until)})
}

func (p pages) showShare(w http.ResponseWriter, r *http.Request, by access.Actor, d shareData) error {
	_, _, err := p.toShare(r, by, &d)
	if err != nil {
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

// toShare reads what the form is about, for who may share it.
func (p pages) toShare(r *http.Request, by access.Actor, d *shareData) (a area.Area, one project.Project, err error) {
	err = p.in(r, by, func(tx *db.Tx, s scene) error {
		a = s.area
		if one, err = p.theProject(r, tx, s, by); err != nil {
			return err
		}
		if err := by.Must(access.ShareOutside, s.area.Place()); err != nil {
			return err
		}
		href := projectHref(s.area, one.ID)
		title := "Share with somebody outside"
		d.Shell = p.shell(r, by, s.area, title, projectsLink(s.area), web.Link{Text: one.Name, Href: href}, web.Link{Text: title})
		d.Shell.NoIndex = true
		d.Name, d.Action, d.Back, d.All, d.Options = one.Name, href+"/share", href, home(s.area)+"/shares", nil
		for _, part := range shareParts {
			d.Options = append(d.Options, web.Option{Value: part.part, Text: part.words, Hint: part.hint})
		}
		return nil
	})
	return a, one, err
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
	l, secret, err := p.shares.Make(r.Context(), by, n, partNames())
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.showShare(w, r, by, shareData{Wrong: form.Over(wrong), Form: n.Form, ForWhom: n.ForWhom, Contents: n.Contents, Until: form.DateParts("until")})
	}
	if err != nil {
		return err
	}
	d.Made, d.ForWhom, d.UntilDay = true, l.ForWhom, l.Until.Long()
	if secret != "" {
		d.Address = p.baseURL + "/shared/" + secret
	}
	d.Shell.Title = "The link for " + l.ForWhom
	return p.site.Show(w, r, http.StatusOK, sharedOncePage(d))
}
