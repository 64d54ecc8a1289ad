package agencyweb

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/web"
)

// typeFields ask for a sort of body that the list has not.
func typeFields(f filled, kinds []agency.Kind) []templ.Component {
	return []templ.Component{
		f.text("name", "What is one of them called?", "Such as “Allotment society”."),
		f.choose("like", "What is it most like?", "It has the same shape on the map.", append([]web.Option{{Text: "Choose"}}, typeOptions(kinds)...)),
		f.radios("as", "Is it a sort of its own?", "",
			web.Option{Value: "own", Text: "Yes, it only looks like those on the map"},
			web.Option{Value: "within", Text: "No, it is one of those", Hint: "Such as “Provider collaborative”, which is of the health service."}),
		f.text("plain", "What is it, in a sentence?", "You can leave this out."),
	}
}

func readType(form *web.Form) (agency.NewType, error) {
	n := agency.NewType{Form: form.Text("form"), Like: agency.Type(form.Text("like")), Within: form.Text("as") == "within", Name: form.Text("name"), Plain: form.Text("plain")}
	if !slices.Contains([]string{"own", "within"}, form.Text("as")) {
		return n, fault.Invalid{{Field: "as", Words: "Say whether it is a sort of its own"}}
	}
	return n, nil
}

// newType adds a sort of body to an area's own list.
func (p pages) newType() section {
	return section{
		path: "agencies/types",
		about: func(ctx context.Context, tx *db.Tx, _ *http.Request, s scene) (subject, error) {
			kinds, err := agency.Kinds(ctx, tx, s.area)
			return subject{
				kinds: kinds,
				title: "Add a sort of organisation", lead: "When none of those on the list fits. It is then on your own list, and other areas do not see it.", button: "Add it to our list",
				done: "It is on your list: choose it when you add somebody.", back: agenciesHref(s.area) + "/new", crumbs: []web.Link{agenciesLink(s.area)}, begins: url.Values{"as": {"own"}},
			}, err
		},
		fields: func(f filled, about subject) []templ.Component { return typeFields(f, about.kinds) },
		keep: func(ctx context.Context, by access.Actor, about subject, form *web.Form) (string, error) {
			n, err := readType(form)
			if err != nil {
				return "", err
			}
			_, err = p.agencies.AddType(ctx, by, about.area, n)
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
	return p.showTypes(w, r, by, filled{values: url.Values{"as": {"own"}}}, p.site.NewForm())
}

func (p pages) showTypes(w http.ResponseWriter, r *http.Request, by access.Actor, f filled, form string) error {
	d := typesData{Types: web.Table{Caption: "Sorts of organisation", CaptionHidden: true, Columns: []web.Column{{Text: "What"}, {Text: "Among them"}, {Text: "Drawn as"}}}}
	err := p.agencies.DB.Read(r.Context(), func(tx *db.Tx) error {
		programme, err := p.theProgramme(r, tx, by)
		if err != nil {
			return err
		}
		title := "Sorts of organisation"
		d.Shell = p.site.ShellIn(r, by, title, web.Link{Text: programme.Name, Href: "/programmes/" + programme.Slug}, p.site.ProgrammeRooms, "Who areas work with")
		d.Shell.NoIndex = true
		d.Shell.Crumbs = []web.Link{{Text: programme.Name, Href: "/programmes/" + programme.Slug}, {Text: title}}
		kinds, err := agency.KindsFor(r.Context(), tx, programme)
		d.Title, d.Wrong, d.Form, d.Action, d.Fields = title, f.wrong, form, r.URL.Path, typeFields(f, kinds)
		for _, k := range kinds {
			plain := k.Plain
			if k.Added && plain == "" {
				plain = "Added by the programme"
			}
			var subtypes []string
			for _, s := range k.Subtypes {
				subtypes = append(subtypes, s.Name)
			}
			d.Types.Rows = append(d.Types.Rows, web.Row{Cells: []web.Cell{{Text: k.Name, RowHeader: true, Small: plain}, {Text: strings.Join(subtypes, "; ")}, {Component: web.Shape(k.Shape)}}})
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
	n, err := readType(form)
	if err == nil {
		_, err = p.agencies.AddTypeFor(r.Context(), by, programme, n)
	}
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.showTypes(w, r, by, filled{values: r.PostForm, wrong: form.Over(wrong)}, form.Text("form"))
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "All areas of the programme can choose it now.", r.URL.Path)
}
