package partnershipweb

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/organisation"
	"commontable/internal/partnership"
	"commontable/internal/person"
	"commontable/internal/web"
)

func (p pages) interestRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /areas/{area}/people/interests", Policy: web.Public(), Do: p.site.Keep(p.interests)},
		{Pattern: "GET /areas/{area}/people/interests.csv", Policy: web.Public(), Do: p.interestsCSV},
		{Pattern: "GET /areas/{area}/people/interests/new", Policy: web.SignedIn(), Do: p.newInterest},
		{Pattern: "POST /areas/{area}/people/interests", Policy: web.SignedIn(), Do: p.declareInterest},
		{Pattern: "GET /areas/{area}/people/interests/record", Policy: web.Needs(access.HandleInterest), Do: p.recordInterest},
		// Another's is not there for those who may not see it: the handler says so.
		{Pattern: "GET /areas/{area}/interests/{interest}", Policy: web.SignedIn(), Do: p.interest},
		{Pattern: "POST /areas/{area}/interests/{interest}/end", Policy: web.SignedIn(), Do: p.endInterest},
		{Pattern: "GET /areas/{area}/interests/{interest}/handlings/{kind}/{matter}", Policy: web.Needs(access.HandleInterest), Do: p.newHandling},
		{Pattern: "POST /areas/{area}/interests/{interest}/handlings/{kind}/{matter}", Policy: web.Needs(access.HandleInterest), Do: p.handleInterest},
		{Pattern: "GET /areas/{area}/people/exceptions", Policy: web.Hidden(access.SeeInterests, ""), Seen: p.exceptionsSeen, Do: p.exceptions},
		{Pattern: "GET /areas/{area}/people/exceptions.csv", Policy: web.Hidden(access.SeeInterests, ""), Seen: p.exceptionsSeen, Do: p.exceptionsCSV},
		{Pattern: "POST /areas/{area}/people/exceptions", Policy: web.Hidden(access.SeeInterests, access.HandleInterest), Seen: p.exceptionsSeen, Do: p.reviewException},
	}
}

// The addresses of the register.
func registerHref(a area.Area) string   { return "/areas/" + a.Slug + "/people/interests" }
func exceptionsHref(a area.Area) string { return "/areas/" + a.Slug + "/people/exceptions" }

func interestHref(a area.Area, i partnership.InterestID) string {
	return "/areas/" + a.Slug + "/interests/" + string(i)
}

func (p pages) interestShell(r *http.Request, by access.Actor, a area.Area, title string, crumbs ...web.Link) web.Shell {
	s := p.site.ShellIn(r, by, title, web.Link{Text: a.Name, Href: "/areas/" + a.Slug}, p.site.AreaRooms, "People")
	if len(crumbs) > 0 {
		s.Crumbs = append([]web.Link{{Text: a.Name, Href: "/areas/" + a.Slug}, {Text: "Interests", Href: registerHref(a)}}, crumbs...)
	}
	return s
}

// inRegister reads the area that a request names, and what else a page needs.
func (p pages) inRegister(r *http.Request, f func(tx *db.Tx, a area.Area) error) error {
	return p.partnerships.DB.Read(r.Context(), func(tx *db.Tx) error {
		a, err := area.BySlug(r.Context(), tx, r.PathValue("area"))
		if err != nil {
			return err
		}
		return f(tx, a)
	})
}

func (p pages) interestArea(r *http.Request) (a area.Area, err error) {
	err = p.inRegister(r, func(_ *db.Tx, found area.Area) error {
		a = found
		return nil
	})
	return a, err
}

func (p pages) interestDay() date.Date { return date.Of(p.partnerships.Now()) }

// entered is an interest as its reader may see it, with the name of whose it is.
type entered struct {
	partnership.Interest

	name string // "" for who may not know it
	all  bool   // its private part too
}

// register is what a reader may see of an area's register: what those with a say
// told of, for everyone; all of it for those who may; and one's own.
func register(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, today date.Date) ([]entered, error) {
	interests, err := partnership.InterestsIn(ctx, tx, a.ID)
	if err != nil {
		return nil, err
	}
	var all []entered
	var who []access.PersonID
	for _, i := range slices.Backward(interests) {
		e := entered{Interest: i.ShownTo(by, a), all: i.MaySeeAll(by, a)}
		if !e.all {
			say, err := i.HasASay(ctx, tx, a.ID, today)
			if err != nil {
				return nil, err
			}
			if !say {
				continue
			}
		}
		all, who = append(all, e), append(who, i.Person)
	}
	names, err := partnership.NamesFor(ctx, tx, by, a, who...)
	for i := range all {
		all[i].name = names[all[i].Person]
	}
	return all, err
}

func (e entered) who() string {
	if e.name == "" {
		return "Somebody who decides or pays here"
	}
	return e.name
}

func (e entered) period() string {
	if e.Until.IsZero() {
		return "Since " + e.From.Long()
	}
	return e.From.Long() + " to " + e.Until.AddDays(-1).Long()
}

// with is whom it is about, for those who may see it.
func (e entered) with() string {
	switch {
	case e.OrganisationName != "" && e.RelatedName != "":
		return e.OrganisationName + ", through " + e.RelatedName
	case e.OrganisationName != "":
		return e.OrganisationName
	}
	return e.RelatedName
}

// registerData is the register of interests.
type registerData struct {
	Shell      web.Shell
	Lead       string
	Tools      []web.Tool
	Declare    string // where one tells of one's own; "" for who cannot here
	MineTable  web.Table
	Current    web.Table
	Ended      web.Table
	Waiting    []web.Todo // what touches an interest, and waits for somebody to say what is done
	Exceptions web.Link
	Private    bool // the reader sees more than everyone does
}

func (p pages) interests(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d registerData
	err := p.inRegister(r, func(tx *db.Tx, a area.Area) error {
		all, err := register(r.Context(), tx, by, a, p.interestDay())
		if err != nil {
			return err
		}
		d = registerData{
			Shell:   p.interestShell(r, by, a, "Interests"),
			Lead:    "What people who decide in " + a.Name + " have to do with organisations that may gain by it. They told us, so that everyone knows.",
			Tools:   []web.Tool{{Icon: "down", Text: "Download as a spreadsheet", Href: registerHref(a) + ".csv"}},
			Private: by.May(access.SeeInterests, a.Place()),
		}
		if by.SignedIn() && p.partnerships.MayDeclare(r.Context(), tx, by, a, "") == nil {
			d.Declare = registerHref(a) + "/new"
		}
		if by.May(access.HandleInterest, a.Place()) {
			d.Tools = append(d.Tools, web.Tool{Icon: "pen", Text: "Record one for somebody else", Href: registerHref(a) + "/record"})
		}
		d.fill(a, all, by, p.interestDay())
		if !d.Private {
			return nil
		}
		d.Exceptions = web.Link{Text: "What was told of late", Href: exceptionsHref(a)}
		return p.waiting(r, tx, by, a, &d)
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, registerPage(d))
}

// fill puts the register into the page's tables: one's own, what holds, what ended.
func (d *registerData) fill(a area.Area, all []entered, by access.Actor, today date.Date) {
	columns := []web.Column{{Text: "Who"}, {Text: "In their words"}, {Text: "Since", Bare: true}, {Text: "Told us on"}}
	d.MineTable = web.Table{Caption: "What you told us of", CaptionHidden: true, Columns: columns[1:]}
	d.Current = web.Table{Caption: "Interests now", CaptionHidden: true, Columns: columns}
	d.Ended = web.Table{Caption: "Interests that ended", CaptionHidden: true, Columns: columns}
	for _, e := range all {
		who := web.Cell{Text: e.who(), RowHeader: true, Strong: true}
		words := web.Cell{Text: "“" + e.Public + "”", Small: e.with()}
		if e.all {
			who.Href, who.Hidden = interestHref(a, e.ID), "and “"+e.Public+"”"
		}
		rest := []web.Cell{{Text: e.period()}, {Text: date.InLondon(e.DeclaredAt).Long()}}
		row := web.Row{Cells: append([]web.Cell{who, words}, rest...)}
		if e.Until.IsZero() || today.Before(e.Until) {
			d.Current.Rows = append(d.Current.Rows, row)
		} else {
			d.Ended.Rows = append(d.Ended.Rows, row)
		}
		if by.SignedIn() && e.Person == by.Person {
			words.Href, words.RowHeader = interestHref(a, e.ID), true
			d.MineTable.Rows = append(d.MineTable.Rows, web.Row{Cells: append([]web.Cell{words}, rest...)})
		}
	}
}

// mostWaiting is how much of what waits is seen at once.
const mostWaiting = 12

// waiting lists what touches an interest and is still to be decided.
func (p pages) waiting(r *http.Request, tx *db.Tx, by access.Actor, a area.Area, d *registerData) error {
	touched, err := p.partnerships.TouchedIn(r.Context(), tx, a.ID)
	if err != nil {
		return err
	}
	for _, one := range touched {
		for _, t := range one.Touches {
			if !t.Decides || !t.Handling.IsZero() {
				continue
			}
			todo := web.Todo{Icon: "people", Title: t.Name + ": " + one.Matter.Title, Detail: "“" + t.Public + "”", Action: web.Link{Text: "Look at it", Href: "/areas/" + a.Slug + one.Matter.Href}, Hidden: one.Matter.Title}
			if by.May(access.HandleInterest, a.Place()) && t.Person != by.Person {
				todo.Action = web.Link{Text: "Record what is done", Href: partnership.HandlingPath(a, one.Matter.About, t.Interest)}
			}
			d.Waiting = append(d.Waiting, todo)
		}
	}
	return nil
}

func (p pages) interestsCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var name string
	err := p.inRegister(r, func(tx *db.Tx, a area.Area) error {
		name = a.Slug + "-interests"
		all, err := register(r.Context(), tx, by, a, p.interestDay())
		for _, e := range all {
			rows = append(rows, []string{
				e.name, e.Kind.Title(), e.Public, e.OrganisationName, e.RelatedName, e.Private, e.From.String(), e.Until.String(), date.InLondon(e.DeclaredAt).String(),
			})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, name, []string{"person", "kind", "public sentence", "organisation", "related person", "private part", "from", "until", "told on"}, rows)
}

// newInterestData is the form in which an interest is told.
type newInterestData struct {
	Shell   web.Shell
	Title   string
	Lead    string
	Action  string
	Form    string
	Wrong   fault.Invalid
	Back    web.Link
	Known   []string     // names of organisations
	People  []web.Option // whose it may be; none for one's own
	For     string
	Kind    string
	Kinds   []web.Option
	With    string
	Related string
	From    [3]string
	Public  string
	Private string
}

func (p pages) newInterest(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showNewInterest(w, r, by, newInterestData{Form: p.site.NewForm()}, false)
}

func (p pages) recordInterest(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showNewInterest(w, r, by, newInterestData{Form: p.site.NewForm()}, true)
}

// mostNames is how many names of organisations a field offers.
const mostNames = 300

func (p pages) showNewInterest(w http.ResponseWriter, r *http.Request, by access.Actor, d newInterestData, forAnother bool) error {
	err := p.inRegister(r, func(tx *db.Tx, a area.Area) (err error) {
		if forAnother {
			if err := by.Must(access.HandleInterest, a.Place()); err != nil {
				return err
			}
			if d.People, err = p.whoseItMayBe(r, tx, by, a); err != nil {
				return err
			}
		} else if err := p.partnerships.MayDeclare(r.Context(), tx, by, a, ""); err != nil {
			return err
		}
		d.Title, d.Lead = "Tell us of an interest", "What have you to do with an organisation or a person that may gain by what is decided here? It takes a minute."
		if forAnother {
			d.Title, d.Lead = "Record an interest for somebody", "For somebody who told you in person, in writing or by telephone. It is written down that you recorded it."
		}
		d.Action, d.Back = registerHref(a), web.Link{Text: "Go back without telling", Href: registerHref(a)}
		title := d.Title
		if len(d.Wrong) > 0 {
			title = "Error: " + title
		}
		d.Shell = p.interestShell(r, by, a, title, web.Link{Text: d.Title})
		d.Known, err = organisation.SomeNames(r.Context(), tx, mostNames)
		return err
	})
	if err != nil {
		return err
	}
	for _, k := range partnership.InterestKinds() {
		d.Kinds = append(d.Kinds, web.Option{Value: string(k), Text: k.Choice()})
	}
	status := http.StatusOK
	if len(d.Wrong) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return p.site.Show(w, r, status, newInterestPage(d))
}

// whoseItMayBe are the people of an area, each once.
func (p pages) whoseItMayBe(r *http.Request, tx *db.Tx, by access.Actor, a area.Area) ([]web.Option, error) {
	people, err := p.partnerships.People.PeopleIn(r.Context(), tx, by, a)
	if err != nil {
		return nil, err
	}
	all := []web.Option{{Text: "Choose somebody"}}
	for _, one := range people {
		o := web.Option{Value: string(one.Person.ID), Text: one.Person.Name}
		if one.Person.ID != by.Person && !slices.ContainsFunc(all, func(x web.Option) bool { return x.Value == o.Value }) {
			all = append(all, o)
		}
	}
	return all, nil
}

func (p pages) declareInterest(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.interestArea(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	n := partnership.NewInterest{
		Form: form.Text("form"), For: access.PersonID(form.Text("for")), Kind: partnership.InterestKind(form.Text("kind")), OrganisationName: form.Text("organisation"),
		RelatedName: form.Text("related"), From: form.Date("from"), Public: form.Text("public"), Private: form.Text("private"),
	}
	forAnother := form.Has("for")
	if forAnother && n.For == "" {
		err = append(fault.Invalid{{Field: "for", Words: "Choose whose interest it is"}}, form.Over(n.Check(p.interestDay()))...)
	} else {
		_, err = p.partnerships.Declare(r.Context(), by, a, n)
	}
	if found, ok := errors.AsType[fault.Invalid](err); ok {
		return p.showNewInterest(w, r, by, newInterestData{
			Form: n.Form, Wrong: form.Over(found), For: string(n.For), Kind: string(n.Kind), With: n.OrganisationName, Related: n.RelatedName,
			From: form.DateParts("from"), Public: n.Public, Private: n.Private,
		}, forAnother)
	}
	if err != nil {
		return err
	}
	words := "Thank you. It is in the register now."
	if forAnother {
		words = "It is in the register now, and it is written down that you recorded it."
	}
	return p.site.Done(w, r, words, registerHref(a))
}

// interestData is one interest, with its private part.
type interestData struct {
	Shell  web.Shell
	Title  string
	Lead   string
	Facts  []web.Fact
	Wrong  fault.Invalid
	Action string // where it is ended; "" for who may not
	Form   string
	Until  [3]string
	Why    string
}

func (p pages) interest(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showInterest(w, r, by, interestData{Form: p.site.NewForm()})
}

func (p pages) showInterest(w http.ResponseWriter, r *http.Request, by access.Actor, d interestData) error {
	err := p.inRegister(r, func(tx *db.Tx, a area.Area) error {
		i, err := partnership.InterestByID(r.Context(), tx, a.ID, partnership.InterestID(r.PathValue("interest")))
		if err != nil {
			return err
		}
		if !i.MaySeeAll(by, a) {
			return fault.NotFound
		}
		names, err := person.Names(r.Context(), tx, i.Person, i.DeclaredBy, i.Ended.By)
		if err != nil {
			return err
		}
		e := entered{Interest: i, name: names[i.Person], all: true}
		d.Title, d.Lead = "What "+e.who()+" told us", "“"+i.Public+"”"
		d.Facts = interestFacts(e, names)
		if i.MayEnd(by, a) == nil {
			d.Action = interestHref(a, i.ID) + "/end"
		}
		title := d.Title
		if len(d.Wrong) > 0 {
			title = "Error: " + title
		}
		d.Shell = p.interestShell(r, by, a, title, web.Link{Text: d.Title})
		d.Shell.NoIndex = true
		return nil
	})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(d.Wrong) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return p.site.Show(w, r, status, interestPage(d))
}

func interestFacts(e entered, names map[access.PersonID]string) []web.Fact {
	facts := []web.Fact{
		{Term: "Kind", Value: e.Kind.Title()},
		{Term: "With", Value: e.with()},
		{Term: "When", Value: e.period()},
		{Term: "Told us on", Value: date.InLondon(e.DeclaredAt).Long()},
		{Term: "Number in the register", Value: ordinal(e.Number)},
	}
	if e.Private != "" {
		facts = append(facts, web.Fact{Term: "Not for everyone", Value: e.Private})
	}
	if e.ForSomebody() {
		facts = append(facts, web.Fact{Term: "Recorded by", Value: names[e.DeclaredBy]})
	}
	if e.Ended.Number != 0 {
		facts = append(facts, web.Fact{Term: "That it ended was told on", Value: date.InLondon(e.Ended.At).Long()})
		if e.Ended.Why != "" {
			facts = append(facts, web.Fact{Term: "Why it ended", Value: e.Ended.Why})
		}
	}
	return facts
}

func (p pages) endInterest(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var a area.Area
	iid := partnership.InterestID(r.PathValue("interest"))
	if err := p.inRegister(r, func(tx *db.Tx, found area.Area) error {
		a = found
		i, err := partnership.InterestByID(r.Context(), tx, a.ID, iid)
		if err == nil && !i.MaySeeAll(by, a) {
			err = fault.NotFound
		}
		return err
	}); err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	n := partnership.NewInterestEnd{Form: form.Text("form"), Interest: iid, Until: form.Date("until"), Why: form.Text("why")}
	err = p.partnerships.EndInterest(r.Context(), by, a, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.showInterest(w, r, by, interestData{Form: n.Form, Wrong: form.Over(wrong), Until: form.DateParts("until"), Why: n.Why})
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "It is recorded that this ended. It counts until the end of today.", interestHref(a, iid))
}
