package personweb

import (
	"context"
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
	"commontable/internal/organisation"
	"commontable/internal/person"
	"commontable/internal/web"
)

func hatState(h access.Hat, today date.Date) templ.Component {
	switch {
	case h.WornOn(today):
		return web.Tag(web.Good, "Worn")
	case today.Before(h.From):
		return web.Tag(web.Info, "To come")
	}
	return web.Tag(web.Plain, "Ended")
}

// A hatForm asks first which hat, then where and from when it is worn.
type hatForm struct {
	web.Shell
	Name, Href  string
	Form        string
	Wrong       fault.Invalid
	Role        string
	RoleTitle   string
	NeedsTwo    bool
	Roles       []web.Option
	Places      []web.Option
	Place       string
	From, Until [3]string
}

// A place in a form is its scope and its ID, for a role may be worn in several
// kinds of place.
func placeValue(s access.Scope, place string) string { return string(s) + ":" + place }

func (p pages) newHat(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	d := hatForm{Form: p.site.NewForm(), Role: r.URL.Query().Get("role"), From: boxes(p.site.Today())}
	return p.showHatForm(w, r, by, http.StatusOK, d)
}

func boxes(d date.Date) [3]string {
	return [3]string{strconv.Itoa(d.Day()), strconv.Itoa(int(d.Month())), strconv.Itoa(d.Year())}
}

func (p pages) showHatForm(w http.ResponseWriter, r *http.Request, by access.Actor, status int, d hatForm) error {
	err := p.people.DB.Read(r.Context(), func(tx *db.Tx) error {
		found, err := p.people.Seen(r.Context(), tx, by, access.PersonID(r.PathValue("person")))
		if err != nil {
			return err
		}
		if found.ID == by.Person {
			return fault.New(fault.Forbidden, "Nobody gives themselves a hat. Ask a colleague.")
		}
		d.Name, d.Href = found.Name, "/people/"+string(found.ID)
		for _, role := range access.Roles() {
			if !person.May(by, role) {
				continue
			}
			hint := ""
			if role.NeedsTwo() {
				hint = "It takes two people to give: you propose it, and a colleague confirms."
			}
			d.Roles = append(d.Roles, web.Option{Value: string(role), Text: capital(role.Title()), Hint: hint})
		}
		role := access.Role(d.Role)
		if !person.May(by, role) {
			d.Role = ""
			return nil
		}
		d.RoleTitle, d.NeedsTwo = role.Title(), role.NeedsTwo()
		d.Places, err = placesFor(r.Context(), tx, by, role)
		return err
	})
	if err != nil {
		return err
	}
	title := "Give " + d.Name + " a hat"
	d.Shell = p.site.Shell(r, by, title)
	d.NoIndex = true
	d.Crumbs = []web.Link{{Text: "All people", Href: "/people"}, {Text: d.Name, Href: d.Href}, {Text: "Give a hat"}}
	markWrong(&d.Shell, d.Wrong)
	return p.site.Show(w, r, status, hatFormPage(d))
}

// placesFor lists where an actor may have a role worn.
func placesFor(ctx context.Context, tx *db.Tx, by access.Actor, role access.Role) (places []web.Option, err error) {
	for _, scope := range role.Scopes() {
		switch scope {
		case access.InInstallation:
			places = append(places, web.Option{Value: placeValue(scope, ""), Text: "The whole site"})
		case access.InOrganisation:
			all, err := organisation.OfKind(ctx, tx, organisation.LTO)
			if err != nil {
				return nil, err
			}
			for _, o := range all {
				places = append(places, web.Option{Value: placeValue(scope, string(o.ID)), Text: o.Name})
			}
		case access.InProgramme, access.InArea:
			more, err := inProgrammes(ctx, tx, by, scope)
			if err != nil {
				return nil, err
			}
			places = append(places, more...)
		}
	}
	return places, nil
}

func inProgrammes(ctx context.Context, tx *db.Tx, by access.Actor, scope access.Scope) (places []web.Option, err error) {
	programmes, err := area.Programmes(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, programme := range programmes {
		if !by.May(access.ManagePeople, programme.Place()) {
			continue
		}
		if scope == access.InProgramme {
			places = append(places, web.Option{Value: placeValue(scope, string(programme.ID)), Text: "The whole of " + programme.Name})
			continue
		}
		areas, err := area.All(ctx, tx, programme.ID)
		if err != nil {
			return nil, err
		}
		for _, a := range areas {
			places = append(places, web.Option{Value: placeValue(scope, string(a.ID)), Text: a.Name})
		}
	}
	return places, nil
}

func (p pages) giveHat(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	who := access.PersonID(r.PathValue("person"))
	n := person.NewHat{Form: form.Text("form"), Role: access.Role(form.Text("role")), From: form.Date("from"), Until: form.Date("until")}
	if !n.Until.IsZero() {
		n.Until = n.Until.AddDays(1) // people say the last day
	}
	for _, s := range n.Role.Scopes() {
		if rest, ok := strings.CutPrefix(form.Text("place"), string(s)+":"); ok {
			n.Scope, n.Place = s, rest
		}
	}
	if wrong := form.Over(n.Check()); len(wrong) > 0 {
		return p.showHatForm(w, r, by, http.StatusUnprocessableEntity, hatForm{
			Form: n.Form, Role: string(n.Role), Place: form.Text("place"), From: form.DateParts("from"), Until: form.DateParts("until"), Wrong: wrong,
		})
	}
	given, err := p.people.Give(r.Context(), by, who, n)
	if err != nil {
		return err
	}
	words := "The hat is given."
	if given.Proposal != "" {
		words = "The hat is proposed. It is given when a colleague confirms it."
	}
	return p.site.Done(w, r, words, "/people/"+string(who))
}

// A hatEndForm asks from when a hat is worn no more.
type hatEndForm struct {
	web.Shell
	Name, Title  string
	Action, Back string
	Form         string
	Wrong        fault.Invalid
	Last         [3]string
}

func (p pages) askEnd(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showEnd(w, r, by, http.StatusOK, hatEndForm{Form: p.site.NewForm(), Last: boxes(p.site.Today().AddDays(-1))})
}

func (p pages) showEnd(w http.ResponseWriter, r *http.Request, by access.Actor, status int, d hatEndForm) error {
	err := p.people.DB.Read(r.Context(), func(tx *db.Tx) error {
		found, err := p.people.Seen(r.Context(), tx, by, access.PersonID(r.PathValue("person")))
		if err != nil {
			return err
		}
		at := slices.IndexFunc(found.Hats, func(h access.Hat) bool { return string(h.ID) == r.PathValue("hat") })
		if at < 0 {
			return fault.NotFound
		}
		titles, err := person.Titles(r.Context(), tx, found.Hats[at:at+1])
		if err != nil {
			return err
		}
		d.Name, d.Title = found.Name, titles[found.Hats[at].ID]
		d.Back = "/people/" + string(found.ID)
		d.Action = d.Back + "/hats/" + string(found.Hats[at].ID) + "/end"
		return nil
	})
	if err != nil {
		return err
	}
	d.Shell = p.site.Shell(r, by, "End a hat")
	d.NoIndex = true
	d.Crumbs = []web.Link{{Text: "All people", Href: "/people"}, {Text: d.Name, Href: d.Back}, {Text: "End a hat"}}
	markWrong(&d.Shell, d.Wrong)
	return p.site.Show(w, r, status, endPage(d))
}

func (p pages) endHat(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	var hat access.Hat
	err = p.people.DB.Read(r.Context(), func(tx *db.Tx) error {
		h, who, err := person.HatByID(r.Context(), tx, access.HatID(r.PathValue("hat")))
		if err == nil && string(who) != r.PathValue("person") {
			err = fault.NotFound
		}
		hat = h
		return err
	})
	if err != nil {
		return err
	}
	last := form.Date("last")
	var found fault.Invalid
	if last.IsZero() {
		found.Add("last", "Enter the last day on which the hat is worn, like 27 3 2026")
	}
	wrong := form.Over(found)
	until := last
	if len(wrong) == 0 {
		until = last.AddDays(1)
		if until.Before(hat.From) {
			wrong.Add("last", "The hat is worn from "+hat.From.Long()+". Enter that day, a later one, or the day before for never")
		}
	}
	if len(wrong) > 0 {
		return p.showEnd(w, r, by, http.StatusUnprocessableEntity, hatEndForm{Form: form.Text("form"), Last: form.DateParts("last"), Wrong: wrong})
	}
	if err := p.people.EndHat(r.Context(), by, hat.ID, until, form.Text("form")); err != nil {
		return err
	}
	return p.site.Done(w, r, "The hat ends with "+last.Long()+".", "/people/"+r.PathValue("person"))
}

const mostProposals = 500

type proposalsData struct {
	web.Shell
	Waiting, Decided web.Table
}

// proposals lists the hats that wait for a second person.
func (p pages) proposals(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	d := proposalsData{Shell: p.site.Shell(r, by, "Hats that take two people")}
	d.NoIndex = true
	d.Crumbs = []web.Link{{Text: "All people", Href: "/people"}, {Text: "Hats that take two people"}}
	err := p.people.DB.Read(r.Context(), func(tx *db.Tx) error {
		all, err := p.people.Proposals(r.Context(), tx, by, mostProposals)
		if err != nil {
			return err
		}
		decided := slices.IndexFunc(all, func(one person.Proposal) bool { return !one.Waits() })
		if decided < 0 {
			decided = len(all)
		}
		if d.Waiting, err = p.proposalsTable(r, tx, by, all[:decided]); err != nil {
			return err
		}
		d.Decided, err = p.proposalsTable(r, tx, by, all[decided:])
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, proposalsPage(d))
}

func (p pages) proposalsTable(r *http.Request, tx *db.Tx, by access.Actor, all []person.Proposal) (web.Table, error) {
	t := web.Table{Caption: "Hats that take two people", CaptionHidden: true, Columns: []web.Column{{Text: "Who"}, {Text: "Hat"}, {Text: "From"}, {Text: "Proposed by"}, {Text: "Second person"}}}
	names, titles, err := inWords(r.Context(), tx, all)
	if err != nil {
		return t, err
	}
	for i, one := range all {
		row := web.Row{Cells: []web.Cell{
			{Text: names[one.To], Href: "/people/" + string(one.To), RowHeader: true, Strong: true},
			{Text: titles[i]},
			{Text: one.Hat.From.Long()},
			{Text: names[one.By], Small: web.When(one.At)},
		}}
		switch {
		case !one.Waits() && one.Hat.ID == "":
			row.Cells = append(row.Cells, web.Cell{Component: web.Tag(web.Plain, "Declined"), Small: names[one.DecidedBy] + ", " + web.When(one.DecidedAt)})
		case !one.Waits():
			row.Cells = append(row.Cells, web.Cell{Component: web.Tag(web.Good, "Confirmed"), Small: names[one.DecidedBy] + ", " + web.When(one.DecidedAt)})
		default:
			row.Cells = append(row.Cells, web.Cell{Component: decideForm(decideData{
				Action: "/hat-proposals/" + string(one.ID), What: titles[i] + ", for " + names[one.To],
				Confirm: by.Holds(access.ConfirmHats) && one.By != by.Person && one.To != by.Person, Decline: by.Holds(access.ConfirmHats),
			})})
		}
		t.Rows = append(t.Rows, row)
	}
	return t, nil
}

type decideData struct {
	Action, What     string
	Confirm, Decline bool
}

// inWords are the names of all whom proposals speak of, and their hats.
func inWords(ctx context.Context, tx *db.Tx, all []person.Proposal) (names map[access.PersonID]string, titles []string, err error) {
	var who []access.PersonID
	hats := make([]access.Hat, len(all))
	for i, one := range all {
		who = append(who, one.To, one.By, one.DecidedBy)
		hats[i] = one.Hat
		hats[i].ID = access.HatID(strconv.Itoa(i)) // it may have none yet
	}
	if names, err = person.Names(ctx, tx, who...); err != nil {
		return nil, nil, err
	}
	byID, err := person.Titles(ctx, tx, hats)
	for i := range hats {
		titles = append(titles, capital(byID[hats[i].ID]))
	}
	return names, titles, err
}

func (p pages) proposalsCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	err := p.people.DB.Read(r.Context(), func(tx *db.Tx) error {
		all, err := p.people.Proposals(r.Context(), tx, by, mostInAFile)
		if err != nil {
			return err
		}
		names, titles, err := inWords(r.Context(), tx, all)
		for i, one := range all {
			state, decided := "waits", ""
			if !one.Waits() {
				state, decided = "confirmed", web.When(one.DecidedAt)
				if one.Hat.ID == "" {
					state = "declined"
				}
			}
			rows = append(rows, []string{names[one.To], titles[i], one.Hat.From.String(), names[one.By], web.When(one.At), state, names[one.DecidedBy], decided})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, "hats-that-take-two-people", []string{"Who", "Hat", "From", "Proposed by", "Proposed", "State", "Second person", "Decided"}, rows)
}

func (p pages) decide(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	proposal := person.ProposalID(r.PathValue("proposal"))
	switch form.Text("decision") {
	case "confirm":
		if err := p.people.Confirm(r.Context(), by, proposal); err != nil {
			return err
		}
		return p.site.Done(w, r, "The hat is given.", "/hat-proposals")
	case "decline":
		if err := p.people.Decline(r.Context(), by, proposal); err != nil {
			return err
		}
		return p.site.Done(w, r, "The hat is not given.", "/hat-proposals")
	}
	return fault.Invalid{{Field: "decision", Words: "Say whether the hat is given or not"}}
}
