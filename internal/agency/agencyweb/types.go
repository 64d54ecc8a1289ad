package agencyweb

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/web"
)

// typeFields ask for a sort of body that the list has not.
func typeFields(f filled) []templ.Component {
	options := []web.Option{{Text: "Choose"}}
	for _, k := range agency.ShippedKinds() {
		options = append(options, web.Option{Value: string(k.Type), Text: k.Name})
	}
	return []templ.Component{
		f.text("name", "What is one of them called?", "Such as “Allotment society”."),
		f.choose("like", "What is it most like?", "It has the same shape on the map.", options),
		f.text("plain", "What is it, in a sentence?", "You can leave this out."),
	}
}

func readType(form *web.Form) agency.NewType {
	return agency.NewType{Form: form.Text("form"), Like: agency.Type(form.Text("like")), Name: form.Text("name"), Plain: form.Text("plain")}
}

// newType adds a sort of body to an area's own list.
func (p pages) newType() section {
	return section{
		path: "agencies/types",
		about: func(_ context.Context, _ *db.Tx, _ *http.Request, s scene) (subject, error) {
			return subject{
				title: "Add a sort of organisation", lead: "When none of those on the list fits. It is then on your own list, and other areas do not see it.", button: "Add it to our list",
				done: "It is on your list: choose it when you add somebody.", back: agenciesHref(s.area) + "/new", crumbs: []web.Link{agenciesLink(s.area)}, begins: url.Values{},
			}, nil
		},
		fields: func(f filled, _ subject) []templ.Component { return typeFields(f) },
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			_, err := p.agencies.AddType(ctx, by, about.area, readType(form))
			return about.back, err
		},
	}
}

// typesData is the sorts of body that a programme added for all of its areas.
type typesData struct {
	formData

	Types web.Table
}

func (p pages) types(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showTypes(w, r, by, filled{values: url.Values{}}, p.site.NewForm())
}

func (p pages) showTypes(w http.ResponseWriter, r *http.Request, by access.Actor, f filled, form string) error {
	d := typesData{Types: web.Table{Caption: "Sorts of organisation", CaptionHidden: true, Columns: []web.Column{{Text: "What"}, {Text: "Drawn as"}}}}
	err := p.agencies.DB.Read(r.Context(), func(tx *db.Tx) error {
		programme, err := p.theProgramme(r, tx, by)
		if err != nil {
			return err
		}
		title := "Sorts of organisation"
		d.Shell = p.site.ShellIn(r, by, title, web.Link{Text: programme.Name, Href: "/programmes/" + programme.Slug}, p.site.ProgrammeRooms, "Who areas work with")
		d.Shell.NoIndex = true
		d.Shell.Crumbs = []web.Link{{Text: programme.Name, Href: "/programmes/" + programme.Slug}, {Text: title}}
		d.Title, d.Wrong, d.Form, d.Action, d.Fields = title, f.wrong, form, r.URL.Path, typeFields(f)
		added, err := agency.AddedKinds(r.Context(), tx, programme.ID)
		for _, k := range append(agency.ShippedKinds(), added...) {
			plain := k.Plain
			if k.Added && plain == "" {
				plain = "Added by the programme"
			}
			d.Types.Rows = append(d.Types.Rows, web.Row{Cells: []web.Cell{{Text: k.Name, RowHeader: true, Small: plain}, {Component: web.Shape(k.Shape)}}})
		}
		return err
	})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(f.wrong) > 0 {
		status, d.Shell.Title = http.StatusUnprocessableEntity, "Error: "+d.Shell.Title
	}
	return p.site.Show(w, r, status, typesPage(d))
}

func (p pages) theProgramme(r *http.Request, tx *db.Tx, by access.Actor) (area.Programme, error) {
	programme, err := area.ProgrammeBySlug(r.Context(), tx, r.PathValue("programme"))
	if err != nil {
		return programme, err
	}
	return programme, by.Must(access.ManageAreas, programme.Place())
}

// addType adds one for all areas of a programme.
func (p pages) addType(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var programme area.Programme
	if err := p.agencies.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		programme, err = p.theProgramme(r, tx, by)
		return err
	}); err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	_, err = p.agencies.AddTypeFor(r.Context(), by, programme, readType(form))
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.showTypes(w, r, by, filled{values: r.PostForm, wrong: form.Over(wrong)}, form.Text("form"))
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "All areas of the programme can choose it now.", r.URL.Path)
}
