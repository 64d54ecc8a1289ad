package personweb

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/person"
	"commontable/internal/web"
)

type peopleData struct {
	web.Shell
	Lead    string
	Filter  web.Filter
	People  web.Table
	Pages   web.Pagination
	Tools   []web.Tool
	Waiting int // proposals
	None    bool
	Words   string
}

// everybody lists the people that somebody looks after.
func (p pages) everybody(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	asked := r.URL.Query()
	d := peopleData{Shell: p.site.Shell(r, by, "All people"), Words: strings.TrimSpace(asked.Get("q"))}
	d.NoIndex = true
	page, _ := strconv.Atoi(asked.Get("page"))
	page = max(1, page)
	manages := by.Holds(access.ManagePeople)
	err := p.people.DB.Read(r.Context(), func(tx *db.Tx) error {
		_, total, err := p.people.Find(r.Context(), tx, by, person.Search{Words: d.Words, Most: 0})
		if err != nil {
			return err
		}
		last := max(1, (total+person.PerPage-1)/person.PerPage)
		page = min(page, last)
		found, _, err := p.people.Find(r.Context(), tx, by, person.Search{Words: d.Words, Most: person.PerPage, From: person.PerPage * (page - 1)})
		if err != nil {
			return err
		}
		proposals, err := p.people.Proposals(r.Context(), tx, by, mostProposals)
		if err != nil {
			return err
		}
		for _, one := range proposals {
			if one.Waits() {
				d.Waiting++
			}
		}
		d.None = total == 0
		d.Lead = counted(total, "person", "people") + leadWords(by)
		d.Pages = web.Paginate("Pages of people", page, last, func(page int) string {
			q := url.Values{"page": {strconv.Itoa(page)}}
			if d.Words != "" {
				q.Set("q", d.Words)
			}
			return "/people?" + q.Encode()
		})
		d.People, err = peopleTable(r, tx, found)
		return err
	})
	if err != nil {
		return err
	}
	label := "Find by name"
	if manages {
		label = "Find by name or whole email address"
		d.Tools = append(d.Tools, web.Tool{Icon: "plus", Text: "Add a person", Href: "/people/new"})
	}
	csv := "/people.csv"
	if d.Words != "" {
		csv += "?" + url.Values{"q": {d.Words}}.Encode()
	}
	d.Tools = append(d.Tools, web.Tool{Icon: "down", Text: "Download as a spreadsheet", Href: csv})
	d.Filter = web.Filter{Action: "/people", Fields: []web.FilterField{{Name: "q", Label: label, Value: d.Words}}, Button: "Find"}
	if d.Words != "" {
		d.Filter.Clear = "/people"
	}
	return p.site.Show(w, r, http.StatusOK, peoplePage(d))
}

func waitsFor(n int) string {
	if n == 1 {
		return "One hat waits for a second person."
	}
	return strconv.Itoa(n) + " hats wait for a second person."
}

func leadWords(by access.Actor) string {
	if by.Hat.Scope == access.InProgramme {
		return " with a hat in your programme, or with none yet."
	}
	return " on this site."
}

func peopleTable(r *http.Request, tx *db.Tx, found []person.Found) (web.Table, error) {
	t := web.Table{Caption: "People, by name", CaptionHidden: true, Columns: []web.Column{{Text: "Name"}, {Text: "Hats"}}}
	var hats []access.Hat
	for _, f := range found {
		hats = append(hats, f.Hats...)
	}
	titles, err := person.Titles(r.Context(), tx, hats)
	if err != nil {
		return t, err
	}
	for _, f := range found {
		row := web.Row{Cells: []web.Cell{{Text: f.Name, Href: "/people/" + string(f.ID), RowHeader: true, Strong: true, Small: f.Email}, {Text: hatsInWords(f.Hats, titles)}}}
		t.Rows = append(t.Rows, row)
	}
	return t, nil
}

func hatsInWords(hats []access.Hat, titles map[access.HatID]string) string {
	if len(hats) == 0 {
		return "None yet"
	}
	words := make([]string, len(hats))
	for i, h := range hats {
		words[i] = titles[h.ID]
	}
	return capital(strings.Join(words, "; "))
}

func counted(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + more
}

const mostInAFile = 20_000

func (p pages) everybodyCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	header := []string{"Name", "Hats"}
	manages := by.Holds(access.ManagePeople)
	if manages {
		header = append(header, "Email address")
	}
	var rows [][]string
	err := p.people.DB.Read(r.Context(), func(tx *db.Tx) error {
		found, _, err := p.people.Find(r.Context(), tx, by, person.Search{Words: r.URL.Query().Get("q"), Most: mostInAFile})
		if err != nil {
			return err
		}
		var all []access.Hat
		for _, f := range found {
			all = append(all, f.Hats...)
		}
		titles, err := person.Titles(r.Context(), tx, all)
		for _, f := range found {
			row := []string{f.Name, hatsInWords(f.Hats, titles)}
			if manages {
				row = append(row, f.Email)
			}
			rows = append(rows, row)
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, "people", header, rows)
}

// personForm is the page on which somebody is added or changed.
type personForm struct {
	web.Shell
	Action, Form string
	Wrong        fault.Invalid
	Name, Email  string
	New          bool
	Back         string
}

func (p pages) newPerson(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showPersonForm(w, r, by, http.StatusOK, personForm{New: true, Form: p.site.NewForm()})
}

func (p pages) showPersonForm(w http.ResponseWriter, r *http.Request, by access.Actor, status int, d personForm) error {
	title := "Change name or email address"
	if d.New {
		title, d.Action, d.Back = "Add a person", "/people", "/people"
	}
	d.Shell = p.site.Shell(r, by, title)
	d.NoIndex = true
	d.Crumbs = []web.Link{{Text: "All people", Href: "/people"}, {Text: title}}
	markWrong(&d.Shell, d.Wrong)
	return p.site.Show(w, r, status, personFormPage(d))
}

func (p pages) addPerson(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	n := person.New{Form: form.Text("form"), Name: form.Text("name"), Email: form.Text("email")}
	who, err := p.people.Add(r.Context(), by, n)
	if err != nil {
		wrong, status, err := wrongPerson(w, err)
		if err != nil {
			return err
		}
		return p.showPersonForm(w, r, by, status, personForm{New: true, Form: n.Form, Wrong: wrong, Name: n.Name, Email: n.Email})
	}
	return p.site.Done(w, r, n.Name+" is here now. Give them their first hat.", "/people/"+string(who)+"/hats/new")
}

// wrongPerson is wrongOf; that an address is taken is said beside it.
func wrongPerson(w http.ResponseWriter, err error) (fault.Invalid, int, error) {
	if words := fault.Public(err); strings.HasPrefix(words, "Somebody with that email") {
		return fault.Invalid{{Field: "email", Words: words}}, http.StatusUnprocessableEntity, nil
	}
	return wrongOf(w, "name", err)
}

type personData struct {
	web.Shell
	Facts   []web.Fact
	Hats    web.Table
	Waiting web.Table
	Manages bool
	Self    bool
	Href    string
}

// somebody shows one person, with every hat that they wear, will wear and wore.
func (p pages) somebody(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	d := personData{Manages: by.Holds(access.ManagePeople)}
	err := p.people.DB.Read(r.Context(), func(tx *db.Tx) error {
		found, err := p.people.Seen(r.Context(), tx, by, access.PersonID(r.PathValue("person")))
		if err != nil {
			return err
		}
		d.Shell = p.site.Shell(r, by, found.Name)
		d.NoIndex, d.Self, d.Href = true, found.ID == by.Person, "/people/"+string(found.ID)
		d.Crumbs = []web.Link{{Text: "All people", Href: "/people"}, {Text: found.Name}}
		if d.Manages {
			email := found.Email
			if email == "" {
				email = "None: they sign in with a printed code"
			}
			d.Facts = []web.Fact{{Term: "Email address", Value: email}}
		}
		titles, err := person.Titles(r.Context(), tx, found.Hats)
		if err != nil {
			return err
		}
		d.Hats = p.hatsTable(found, titles, d.Manages)
		proposals, err := p.people.Proposals(r.Context(), tx, by, mostProposals)
		if err != nil {
			return err
		}
		var theirs []person.Proposal
		for _, one := range proposals {
			if one.To == found.ID && one.Waits() {
				theirs = append(theirs, one)
			}
		}
		d.Waiting, err = p.proposalsTable(r, tx, by, theirs)
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, personPage(d))
}

func (p pages) hatsTable(found person.Found, titles map[access.HatID]string, manages bool) web.Table {
	today := p.site.Today()
	t := web.Table{Caption: "Hats", CaptionHidden: true, Columns: []web.Column{{Text: "Hat"}, {Text: "From"}, {Text: "Last day"}, {Text: "State"}}}
	if manages {
		t.Columns = append(t.Columns, web.Column{Text: "End it", Hidden: true})
	}
	for _, h := range found.Hats {
		title := capital(titles[h.ID])
		row := web.Row{Cells: []web.Cell{{Text: title, RowHeader: true, Strong: true}, {Text: h.From.Long()}, {Text: lastDay(h)}, {Component: hatState(h, today)}}}
		if manages {
			end := web.Cell{}
			if h.Until.IsZero() || today.Before(h.Until) {
				end = web.Cell{Text: "End", Hidden: title, Href: "/people/" + string(found.ID) + "/hats/" + string(h.ID) + "/end"}
			}
			row.Cells = append(row.Cells, end)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (p pages) editPerson(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var found person.Found
	err := p.people.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		found, err = p.people.Seen(r.Context(), tx, by, access.PersonID(r.PathValue("person")))
		return err
	})
	if err != nil {
		return err
	}
	href := "/people/" + string(found.ID)
	return p.showPersonForm(w, r, by, http.StatusOK, personForm{Form: p.site.NewForm(), Action: href, Back: href, Name: found.Name, Email: found.Email})
}

func (p pages) changePerson(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	href := "/people/" + r.PathValue("person")
	n := person.New{Form: form.Text("form"), Name: form.Text("name"), Email: form.Text("email")}
	if err := p.people.Change(r.Context(), by, access.PersonID(r.PathValue("person")), n); err != nil {
		wrong, status, err := wrongPerson(w, err)
		if err != nil {
			return err
		}
		return p.showPersonForm(w, r, by, status, personForm{Form: n.Form, Action: href, Back: href, Wrong: wrong, Name: n.Name, Email: n.Email})
	}
	return p.site.Done(w, r, "What is known of "+n.Name+" is changed.", href)
}

// seesPerson, seesProposal and seesArea say whether what is asked about is there
// for who asks.
func (p pages) seesPerson(r *http.Request, by access.Actor) error {
	return p.people.DB.Read(r.Context(), func(tx *db.Tx) error {
		_, err := p.people.Seen(r.Context(), tx, by, access.PersonID(r.PathValue("person")))
		return err
	})
}

func (p pages) seesProposal(r *http.Request, by access.Actor) error {
	return p.people.DB.Read(r.Context(), func(tx *db.Tx) error {
		_, err := person.ProposalSeen(r.Context(), tx, by, person.ProposalID(r.PathValue("proposal")))
		return err
	})
}

func (p pages) seesArea(r *http.Request, by access.Actor) error {
	return p.people.DB.Read(r.Context(), func(tx *db.Tx) error {
		a, err := area.BySlug(r.Context(), tx, r.PathValue("area"))
		if err != nil {
			return err
		}
		people, err := p.people.PeopleIn(r.Context(), tx, by, a)
		if err != nil {
			return err
		}
		who := r.PathValue("person")
		if who != "" && !slices.ContainsFunc(people, func(w person.Wearer) bool { return string(w.Person.ID) == who }) {
			return fault.NotFound
		}
		return nil
	})
}
