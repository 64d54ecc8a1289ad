package workshopweb

import (
	"context"
	"errors"
	"net/http"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/document"
	"commontable/internal/fault"
	"commontable/internal/share"
	"commontable/internal/web"
	"commontable/internal/workshop"
)

// which is the area and the record that a request names.
func (p pages) which(r *http.Request, by access.Actor) (a area.Area, one workshop.Record, err error) {
	err = p.one(r, by, func(_ *db.Tx, s scene, found workshop.Record) error {
		a, one = s.area, found
		return nil
	})
	return a, one, err
}

func (p pages) start(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, one, err := p.which(r, by)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if err := p.workshops.Start(r.Context(), by, a, one.ID, form.Text("form")); err != nil {
		return err
	}
	return p.site.Done(w, r, "Everybody from the register is on the map. Move them about as you talk.", partHref(a, one.ID, "map"))
}

func (p pages) register(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, one, err := p.which(r, by)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if len(form.Texts("names")) == 0 {
		return p.site.Done(w, r, "Nobody was chosen, so the register is as it was.", href(a, one.ID))
	}
	if err := p.workshops.Register(r.Context(), by, a, one.ID, form.Texts("names"), form.Text("form")); err != nil {
		return err
	}
	return p.site.Done(w, r, "They are in the register now. Say there who knows them.", href(a, one.ID))
}

func (p pages) say(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, one, err := p.which(r, by)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	step := workshop.StepKind(form.Text("step"))
	said := map[workshop.StepKind]string{
		workshop.Yes: "We said yes.", workshop.NotNow: "We said not now. That is all the other side is told, if they ask.", workshop.Agreed: "We agreed.",
		workshop.Finished: "Finished. It stays as it is.", workshop.Shared: "Your programme officer can read it now.",
	}[step]
	if said == "" {
		return fault.Invalid{{Field: "step", Words: "Choose what to say"}}
	}
	if err := p.workshops.Say(r.Context(), by, a, one.ID, step, form.Text("seen"), form.Text("form")); err != nil {
		return err
	}
	return p.site.Done(w, r, said, href(a, one.ID))
}

// again begins a second talk that goes on from one.
func (p pages) again(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, one, err := p.which(r, by)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if one.Kind != workshop.Conversation {
		return fault.New(fault.Conflict, "Only a talk has a second round.")
	}
	if !one.Finished() {
		return fault.New(fault.Conflict, "A second talk goes on from one whose summary both sides agreed to.")
	}
	first := one.Sheet("about", workshop.Ours).Answers
	made, err := p.workshops.Begin(r.Context(), by, a, workshop.New{
		Form: form.Text("form"), Kind: one.Kind, Relationship: one.Relationship, Follows: one.ID,
		Answers: workshop.Answers{"why": first["why"], "facilitator": first["facilitator"], "prepares": first["prepares"]},
	})
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "A second talk is begun. Both sides are asked again.", href(a, made))
}

// mostTogether is how much is read of all files of one form.
const mostTogether = 3 * document.MostSize

func (p pages) addFiles(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, one, err := p.which(r, by)
	if err != nil {
		return err
	}
	form, err := web.ReadFiles(r, document.MostSize, mostTogether)
	if err != nil {
		return err
	}
	var sent []document.Sent
	for _, f := range form.Files("files") {
		sent = append(sent, document.Sent{Name: f.Name, Content: f.Content, Cut: f.Cut})
	}
	err = p.workshops.AddFiles(r.Context(), by, a, one.ID, form.Text("form"), sent)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		d := askData{Title: "Add a file", Lead: "Something is not right with it.", Wrong: wrong}
		err := p.one(r, by, func(tx *db.Tx, s scene, one workshop.Record) error {
			called, err := p.called(r, tx, s, one)
			d.Shell = p.shell(r, by, s.area, d.Title, listLink(s.area, one.Kind), web.Link{Text: called, Href: href(s.area, one.ID)}, web.Link{Text: d.Title})
			return err
		})
		if err != nil {
			return err
		}
		d.Shell.Title = "Error: " + d.Shell.Title
		return p.site.Show(w, r, http.StatusUnprocessableEntity, filesPage(d, href(a, one.ID)+"/files", p.site.NewForm(), wrong.For("files")))
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "Added.", href(a, one.ID))
}

// file sends one file, to who may see it and to be saved only.
func (p pages) file(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var filing document.Filing
	err := p.one(r, by, func(tx *db.Tx, s scene, one workshop.Record) (err error) {
		filing, err = workshop.FileOf(r.Context(), tx, s.area.ID, one.ID, document.FilingID(r.PathValue("paper")))
		return err
	})
	if err != nil {
		return err
	}
	web.Download(w, filing.Name, string(filing.Type), filing.Size)
	return document.Send(r.Context(), p.workshops.DB, filing, w)
}

// ShowShared is what stands at the plain address of a link by which somebody takes
// part: nothing but what it is.
func ShowShared() func(context.Context, *db.Tx, share.Link) (string, templ.Component, error) {
	return func(ctx context.Context, tx *db.Tx, l share.Link) (string, templ.Component, error) {
		if _, err := workshop.ByLink(ctx, tx, l); err != nil {
			return "", nil, err
		}
		return "To take part", quiet("This link is opened elsewhere: use the whole address as it was sent to you."), nil
	}
}

// AboutShared is the record that a link is to.
func AboutShared() func(context.Context, *db.Tx, share.Link) (web.Link, error) {
	return func(ctx context.Context, tx *db.Tx, l share.Link) (web.Link, error) {
		a, err := area.ByID(ctx, tx, area.ID(l.Place.Area))
		if err != nil {
			return web.Link{}, err
		}
		one, err := workshop.ByLink(ctx, tx, l)
		if err != nil {
			return web.Link{}, err
		}
		called, _, err := names(ctx, tx, a.ID)
		return web.Link{Text: name(one, called), Href: href(a, one.ID)}, err
	}
}

// SharedThere says whether the record that a link is to is there for somebody.
func SharedThere() func(context.Context, *db.Tx, access.Actor, area.Area, share.Link) (bool, error) {
	return func(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, l share.Link) (bool, error) {
		one, err := workshop.ByLink(ctx, tx, l)
		return one.SeenBy(by, a), err
	}
}

// ShareParts are the words for what can be chosen.
func ShareParts() map[string]string {
	return map[string]string{workshop.LinkPart: "What is theirs to do in it"}
}

// madeData is a link that was made, which is shown once.
type madeData struct {
	Shell                            web.Shell
	Title, Address, Until, Back, All string
}

func (p pages) askInvite(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showInvite(w, r, by, "", "", dateBoxes(p.site.Today().AddDays(share.UsualDays)), nil)
}

func (p pages) showInvite(w http.ResponseWriter, r *http.Request, by access.Actor, form, whom string, until [3]string, wrong fault.Invalid) error {
	var d askData
	err := p.one(r, by, func(tx *db.Tx, s scene, one workshop.Record) error {
		if !one.Kind.Invited() {
			return fault.NotFound
		}
		if err := by.Must(access.ShareOutside, s.area.Place()); err != nil {
			return err
		}
		called, err := p.called(r, tx, s, one)
		d = askData{
			Shell: p.shell(r, by, s.area, "Invite the other side", listLink(s.area, one.Kind), web.Link{Text: called, Href: href(s.area, one.ID)}, web.Link{Text: "Invite the other side"}),
			Title: "Invite the other side", Lead: "You get an address to send to one person there. By it they see what they are asked, and what both agreed to: nothing else.",
			Action: href(s.area, one.ID) + "/invite", Form: form, Wrong: wrong, Button: "Make the link", Back: web.Link{Text: "Go back", Href: href(s.area, one.ID)},
			Fields: []templ.Component{
				web.TextField{Name: "for_whom", Label: "For whom is it?", Hint: "Their role is enough: “parks officer”.", Value: whom, Error: wrong.For("for_whom")},
				web.DateField{Name: "until", Label: "Until which day does it work?", Day: until[0], Month: until[1], Year: until[2], Error: wrong.For("until")},
			},
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.showAsk(w, r, d)
}

func (p pages) invite(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, one, err := p.which(r, by)
	if err != nil {
		return err
	}
	if !one.Kind.Invited() {
		return fault.NotFound
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	n := share.NewLink{
		Form: form.Text("form"), Kind: workshop.LinkKind, Place: a.Place(), Subject: string(one.ID), Contents: []string{workshop.LinkPart}, ForWhom: form.Text("for_whom"), Until: form.Date("until"),
	}
	l, secret, err := p.shares.Make(r.Context(), by, n, []string{workshop.LinkPart})
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.showInvite(w, r, by, n.Form, n.ForWhom, form.DateParts("until"), form.Over(wrong))
	}
	if err != nil {
		return err
	}
	d := madeData{Title: "The link for " + l.ForWhom, Until: l.Until.Long(), Back: href(a, one.ID), All: home(a) + "/shares"}
	d.Shell = p.shell(r, by, a, d.Title, listLink(a, one.Kind), web.Link{Text: d.Title})
	if secret != "" {
		d.Address = p.baseURL + "/shared/take-part/" + secret
	}
	return p.site.Show(w, r, http.StatusOK, madePage(d))
}
