package personweb

import (
	"net/http"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/person"
	"commontable/internal/web"
)

func (p pages) areaShell(r *http.Request, by access.Actor, a area.Area, title string) web.Shell {
	s := p.site.ShellIn(r, by, title, web.Link{Text: a.Name, Href: "/areas/" + a.Slug}, p.site.AreaRooms, "People")
	s.NoIndex = true
	return s
}

type sheetData struct {
	web.Shell
	Area    area.Area
	Given   person.PrintedCode
	Until   string
	Address string
	Site    string
	Back    string
}

func codeHref(a area.Area, who access.PersonID) string {
	return "/areas/" + a.Slug + "/people/" + string(who) + "/code"
}

// An askCodeData is the page on which somebody says that they know the person.
type askCodeData struct {
	web.Shell
	Name, Action, Back, Form string
	Wrong                    fault.Invalid
}

func (p pages) askCode(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showAskCode(w, r, by, http.StatusOK, askCodeData{Form: p.site.NewForm()})
}

func (p pages) showAskCode(w http.ResponseWriter, r *http.Request, by access.Actor, status int, d askCodeData) error {
	var a area.Area
	who := access.PersonID(r.PathValue("person"))
	err := p.people.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if a, err = area.BySlug(r.Context(), tx, r.PathValue("area")); err != nil {
			return err
		}
		if err := p.people.MayHelpIn(r.Context(), tx, by, a, who); err != nil {
			return err
		}
		names, err := person.Names(r.Context(), tx, who)
		d.Name = names[who]
		return err
	})
	if err != nil {
		return err
	}
	d.Action, d.Back = codeHref(a, who), "/areas/"+a.Slug+"/people"
	d.Shell = p.areaShell(r, by, a, "Print a code for "+d.Name)
	d.Crumbs = []web.Link{{Text: a.Name, Href: "/areas/" + a.Slug}, {Text: "People", Href: d.Back}, {Text: "Print a code"}}
	markWrong(&d.Shell, d.Wrong)
	return p.site.Show(w, r, status, askCodePage(d))
}

// printCode makes a code and shows it, this once, on a page to print. Sent twice,
// the form makes one code, which is not shown again.
func (p pages) printCode(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if form.Text("known") != "yes" {
		return p.showAskCode(w, r, by, http.StatusUnprocessableEntity, askCodeData{
			Form: form.Text("form"), Wrong: fault.Invalid{{Field: "known", Words: "Tick that you know them and give them the sheet yourself"}},
		})
	}
	d := sheetData{Address: p.people.BaseURL + "/sign-in/code"}
	err = p.people.DB.Read(r.Context(), func(tx *db.Tx) error {
		if d.Area, err = area.BySlug(r.Context(), tx, r.PathValue("area")); err != nil {
			return err
		}
		i, err := area.InstallationOf(r.Context(), tx)
		d.Site = i.Name
		return err
	})
	if err != nil {
		return err
	}
	d.Given, err = p.people.GivePrintedCode(r.Context(), by, d.Area, access.PersonID(r.PathValue("person")), form.Text("form"))
	if err != nil {
		return err
	}
	d.Back = "/areas/" + d.Area.Slug + "/people"
	if d.Given.Code == "" {
		return fault.New(fault.Conflict, "This code was made already, and is shown only once. Go back to the people of the area to make a new one.")
	}
	d.Until = web.When(d.Given.Expires)
	d.Shell = p.areaShell(r, by, d.Area, "A code for "+d.Given.Person.Name)
	return p.site.Show(w, r, http.StatusOK, sheetPage(d))
}
