package partnershipweb

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

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

func (p pages) memberRoutes() []web.Route {
	sees, keeps := web.Hidden(access.SeePeople, ""), web.Hidden(access.SeePapers, access.KeepMembers)
	return []web.Route{
		{Pattern: "GET /areas/{area}/people", Policy: web.Public(), Do: p.site.Keep(p.room)},
		{Pattern: "GET /areas/{area}/people.csv", Policy: web.Public(), Do: p.roomCSV},
		{Pattern: "POST /areas/{area}/people", Policy: keeps, Seen: p.seesRoom, Do: p.join},
		{Pattern: "GET /areas/{area}/people/new", Policy: keeps, Seen: p.seesRoom, Do: p.askJoin},
		{Pattern: "GET /areas/{area}/people/on", Policy: sees, Seen: p.seesRoom, Do: p.onDay},
		{Pattern: "GET /areas/{area}/people/history", Policy: web.Hidden(access.SeePapers, ""), Seen: p.seesRoom, Do: p.history},
		{Pattern: "GET /areas/{area}/people/history.csv", Policy: web.Hidden(access.SeePapers, ""), Seen: p.seesRoom, Do: p.historyCSV},
		{Pattern: "GET /areas/{area}/people/{person}", Policy: sees, Seen: p.seesEntry, Do: p.entry},
		{Pattern: "GET /areas/{area}/people/{person}/name", Policy: sees, Seen: p.seesEntry, Do: p.askName},
		{Pattern: "POST /areas/{area}/people/{person}/name", Policy: sees, Seen: p.seesEntry, Do: p.sayName},
		{Pattern: "GET /areas/{area}/people/{person}/leave", Policy: sees, Seen: p.seesEntry, Do: p.askLeave},
		{Pattern: "POST /areas/{area}/people/{person}/leave", Policy: sees, Seen: p.seesEntry, Do: p.leave},
		{Pattern: "POST /areas/{area}/people/{person}/stay", Policy: keeps, Seen: p.seesEntry, Do: p.stay},
		{Pattern: "GET /areas/{area}/people/{person}/move", Policy: keeps, Seen: p.seesEntry, Do: p.askMove},
		{Pattern: "POST /areas/{area}/people/{person}/move", Policy: keeps, Seen: p.seesEntry, Do: p.move},
		{Pattern: "GET /areas/{area}/people/{person}/term", Policy: keeps, Seen: p.seesEntry, Do: p.askTerm},
		{Pattern: "POST /areas/{area}/people/{person}/term", Policy: keeps, Seen: p.seesEntry, Do: p.term},
		{Pattern: "GET /areas/{area}/people/{person}/office", Policy: keeps, Seen: p.seesEntry, Do: p.askOffice},
		{Pattern: "POST /areas/{area}/people/{person}/office", Policy: keeps, Seen: p.seesEntry, Do: p.takeOffice},
		{Pattern: "POST /areas/{area}/people/{person}/offices/{office}/end", Policy: sees, Seen: p.seesEntry, Do: p.endOffice},
		{Pattern: "GET /areas/{area}/people/{person}/entries/{member}", Policy: keeps, Seen: p.seesEntry, Do: p.askCorrect},
		{Pattern: "POST /areas/{area}/people/{person}/entries/{member}", Policy: keeps, Seen: p.seesEntry, Do: p.correct},
		{Pattern: "POST /areas/{area}/people/{person}/entries/{member}/confirmation", Policy: web.Hidden(access.SeePapers, ""), Seen: p.seesEntry, Do: p.confirmMember},
	}
}

// seesRoom says whether the people of an area are there for who asks.
func (p pages) seesRoom(r *http.Request, by access.Actor) error {
	return p.partnerships.DB.Read(r.Context(), func(tx *db.Tx) error {
		a, err := area.BySlug(r.Context(), tx, r.PathValue("area"))
		if err != nil {
			return err
		}
		return by.MustSee(access.SeePeople, a.Place())
	})
}

// seesEntry says whether somebody’s entry is there for who asks: for those who see
// everybody, and for themselves.
func (p pages) seesEntry(r *http.Request, by access.Actor) error {
	return p.in(r, func(tx *db.Tx, s scene) error {
		_, err := seenRecords(r.Context(), tx, by, s, access.PersonID(r.PathValue("person")))
		if err == nil && r.PathValue("member") != "" {
			_, err = entryOf(r.Context(), tx, s.area.ID, access.PersonID(r.PathValue("person")), partnership.MemberID(r.PathValue("member")))
		}
		return err
	})
}

func peopleHref(a area.Area) string { return "/areas/" + a.Slug + "/people" }

func entryHref(a area.Area, who access.PersonID) string { return peopleHref(a) + "/" + string(who) }

func rulesHref(a area.Area) string { return "/areas/" + a.Slug + "/how-we-decide" }

// peopleShell is the frame of a page in the room of the people.
func (p pages) peopleShell(r *http.Request, by access.Actor, a area.Area, title string, crumbs ...web.Link) web.Shell {
	s := p.site.ShellIn(r, by, title, web.Link{Text: a.Name, Href: "/areas/" + a.Slug}, p.site.AreaRooms, "People")
	if len(crumbs) > 0 {
		s.Crumbs = append([]web.Link{{Text: a.Name, Href: "/areas/" + a.Slug}, {Text: "People", Href: peopleHref(a)}}, crumbs...)
	}
	return s
}

// namesAll reports whether somebody sees the names of all in the partnership:
// those who read its papers, and who looks after people. Others see those of who
// said that they may.
func namesAll(by access.Actor, a area.Area) bool {
	return by.May(access.SeePapers, a.Place()) || by.May(access.KeepMembers, a.Place()) || by.May(access.ManagePeople, a.Place())
}

// A scene is what every page of the room is about.
type scene struct {
	area  area.Area
	book  area.RuleBook
	today date.Date
	orgs  map[organisation.ID]organisation.Organisation
}

func (p pages) in(r *http.Request, f func(tx *db.Tx, s scene) error) error {
	return p.partnerships.DB.Read(r.Context(), func(tx *db.Tx) error {
		a, err := area.BySlug(r.Context(), tx, r.PathValue("area"))
		if err != nil {
			return err
		}
		programme, err := area.ProgrammeByID(r.Context(), tx, a.Programme)
		if err != nil {
			return err
		}
		return f(tx, scene{area: a, book: programme.Rules, today: p.site.Today(), orgs: map[organisation.ID]organisation.Organisation{}})
	})
}

// organisation is one by its ID; nothing for none.
func (s scene) organisation(ctx context.Context, tx *db.Tx, oid organisation.ID) (string, error) {
	if oid == "" {
		return "", nil
	}
	o, known := s.orgs[oid]
	if !known {
		var err error
		if o, err = organisation.ByID(ctx, tx, oid); err != nil {
			return "", err
		}
		s.orgs[oid] = o
	}
	return o.Name, nil
}

// calls is what the programme calls the partnership.
func (s scene) calls() string { return s.book.Words[area.WordPartnership].Singular }

// A roomData is the page of who is in the partnership.
type roomData struct {
	web.Shell
	Lead       string
	CSV        string
	Notes      []noteData
	New        []newcomer // who wait for a second person
	Form       string
	NotListed  []web.Item
	Members    web.Table
	Helpers    web.Table
	Others     web.Table
	Makes      []string
	Turnover   string
	Coming     []web.TimelineItem
	Deciding   []string
	DecideHref string
	Add        string
	On         string
	History    string
	Asked      string // the list of who was asked to come
	Interests  string
	Mine       string // the entry of who looks
	About      string
	Calls      string
	Day        [3]string
}

type noteData struct {
	Kind  web.Kind
	Lead  string
	Words string
}

func (p pages) room(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	d := roomData{}
	err := p.in(r, func(tx *db.Tx, s scene) error {
		ctx := r.Context()
		d.Shell = p.peopleShell(r, by, s.area, "Who we are")
		d.CSV, d.DecideHref, d.Calls = peopleHref(s.area)+".csv", rulesHref(s.area), s.calls()
		d.Interests = registerHref(s.area)
		d.Lead = "The people who decide together what happens in " + s.area.Name + ", and those who help them."
		d.About = s.book.Words[area.WordPartnership].Explanation
		c, err := partnership.CompositionOn(ctx, tx, s.area, s.today)
		if err != nil {
			return err
		}
		d.Makes = makes(c)
		turn, err := partnership.TurnoverOn(ctx, tx, s.area, s.today)
		if err != nil {
			return err
		}
		d.Turnover = turnoverWords(turn)
		rules, err := partnership.RulesOn(ctx, tx, s.area.ID, s.today)
		if err != nil {
			return err
		}
		d.Deciding = rulesInShort(rules)
		elections, err := partnership.ElectionsIn(ctx, tx, s.area.ID, s.today, s.today.AddMonths(12))
		if err != nil {
			return err
		}
		for _, e := range elections {
			d.Coming = append(d.Coming, web.TimelineItem{Date: e.On.Long(), Words: e.Name, Planned: true})
		}
		if by.May(access.SeePeople, s.area.Place()) {
			d.On, d.Day = peopleHref(s.area)+"/on", boxes(s.today)
		}
		if namesAll(by, s.area) {
			d.NoIndex = true
			return p.fillRoom(ctx, tx, by, s, &d)
		}
		public, err := partnership.PublicMembersOn(ctx, tx, s.area.ID, s.today)
		if err != nil {
			return err
		}
		if by.May(access.SeePeople, s.area.Place()) {
			if mine, err := mineOf(ctx, tx, s, by); err != nil || mine {
				d.Mine = entryHref(s.area, by.Person)
				if err != nil {
					return err
				}
			}
		}
		d.Members, d.Helpers = s.publicTables(public)
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, roomPage(d))
}

// mineOf reports whether who looks is or was in the partnership.
func mineOf(ctx context.Context, tx *db.Tx, s scene, by access.Actor) (bool, error) {
	all, err := partnership.RecordsOf(ctx, tx, s.area.ID, by.Person)
	return len(all) > 0, err
}

var tones = []string{"", "sky", "plum", "brick", "amber"}

// tone is the colour of somebody’s face: the same wherever they are met.
func tone(name string) string {
	sum := 0
	for _, c := range name {
		sum += int(c)
	}
	return tones[sum%len(tones)]
}

func memberColumns() []web.Column {
	return []web.Column{{Text: "Who"}, {Text: "How they take part"}, {Text: "Since"}, {Text: "For how long"}}
}

// publicTables are who has a say and who helps, as everybody sees them.
func (s scene) publicTables(public []partnership.PublicMember) (members, helpers web.Table) {
	members = web.Table{Caption: "Who has a say", CaptionHidden: true, Columns: []web.Column{{Text: "Who"}, {Text: "How they take part"}, {Text: "Since"}}}
	helpers = members
	helpers.Caption = "Who helps"
	for _, m := range public {
		mark := web.Face("?", "out")
		if m.Named {
			mark = web.Face(m.Initials(), tone(m.Name))
		}
		row := web.Row{Cells: []web.Cell{
			{Mark: mark, Text: m.Called(), Small: m.Line, RowHeader: true, Strong: m.Named},
			{Component: web.Tag(kindTag(m.Kind), capital(m.Kind.Words())), Small: offices(m.Offices)},
			{Text: strconv.Itoa(m.From.Year())},
		}}
		if m.Kind.Decides() {
			members.Rows = append(members.Rows, row)
		} else {
			helpers.Rows = append(helpers.Rows, row)
		}
	}
	return members, helpers
}

func kindTag(k partnership.Kind) web.Kind {
	switch k {
	case partnership.Resident:
		return web.Pine
	case partnership.Councillor:
		return web.Info
	case partnership.NonResident, partnership.Friend, partnership.Worker, partnership.LTO:
	}
	return web.Plain
}

func offices(all []partnership.Held) string {
	var words []string
	for _, h := range all {
		words = append(words, h.Office.Words())
	}
	return capital(strings.Join(words, ", "))
}

// fillRoom adds what those see who see everybody.
func (p pages) fillRoom(ctx context.Context, tx *db.Tx, by access.Actor, s scene, d *roomData) error {
	members, err := partnership.MembersOn(ctx, tx, s.area.ID, s.today)
	if err != nil {
		return err
	}
	said, err := partnership.NamingsOf(ctx, tx, s.area.ID)
	if err != nil {
		return err
	}
	d.Members = web.Table{Caption: "Who has a say", CaptionHidden: true, Columns: memberColumns()}
	d.Helpers = web.Table{Caption: "Who helps", CaptionHidden: true, Columns: memberColumns()}
	for _, m := range members {
		row, err := s.memberRow(ctx, tx, m, said[m.Person])
		if err != nil {
			return err
		}
		if m.Kind.Decides() {
			d.Members.Rows = append(d.Members.Rows, row)
		} else {
			d.Helpers.Rows = append(d.Helpers.Rows, row)
		}
		if m.Person == by.Person {
			d.Mine = entryHref(s.area, by.Person)
		}
	}
	if d.New, err = p.newcomers(ctx, tx, by, s); err != nil {
		return err
	}
	d.Form = p.site.NewForm()
	keeps := by.May(access.KeepMembers, s.area.Place())
	if keeps {
		d.Add = peopleHref(s.area) + "/new"
	}
	if by.May(access.SeePapers, s.area.Place()) {
		d.History = peopleHref(s.area) + "/history"
		d.Asked = askedHref(s.area)
	}
	if err := p.others(ctx, tx, by, s, members, keeps, d); err != nil {
		return err
	}
	look, err := partnership.OutlookOf(ctx, tx, s.area, s.today)
	if err != nil {
		return err
	}
	if keeps {
		d.Notes = warnings(look)
	}
	d.Coming = append(coming(look), d.Coming...)
	return nil
}

func (s scene) memberRow(ctx context.Context, tx *db.Tx, m partnership.Member, n partnership.Naming) (web.Row, error) {
	of, err := s.organisation(ctx, tx, m.Organisation)
	if err != nil {
		return web.Row{}, err
	}
	how := []string{offices(m.Offices), of}
	if m.Share != "" {
		how = append(how, "shares one vote")
	}
	if m.Waits {
		how = append(how, "no say yet")
	}
	face := tone(m.Name)
	long := ""
	switch {
	case !m.Until.IsZero() && m.Until.After(s.today.AddDays(-1)):
		face, long = "out", "Leaves on "+m.Until.Long()
		if m.Act == partnership.Moved {
			face, long = tone(m.Name), "In another way from "+m.Until.Long()
		}
	case !m.TermEnds.IsZero():
		long = "Until " + m.TermEnds.Long()
	}
	kind := m.Kind.Words()
	if m.Kind == partnership.Councillor && m.Resident {
		kind += ", lives here"
	}
	return web.Row{Cells: []web.Cell{
		{Mark: web.Face(m.Initials(), face), Text: m.Name, Href: entryHref(s.area, m.Person), Small: n.Line, RowHeader: true},
		{Component: web.Tag(kindTag(m.Kind), capital(kind)), Small: strings.Join(slices.DeleteFunc(how, func(s string) bool { return s == "" }), ", ")},
		{Text: m.From.Long()},
		{Text: long},
	}}, nil
}

// others are those with a hat in the area who are not on the list, and how who
// has no email address signs in.
func (p pages) others(ctx context.Context, tx *db.Tx, by access.Actor, s scene, members []partnership.Member, keeps bool, d *roomData) error {
	if !by.May(access.SeePeople, s.area.Place()) {
		return nil
	}
	wearers, err := p.partnerships.People.PeopleIn(ctx, tx, by, s.area)
	if err != nil {
		return err
	}
	helps := by.May(access.HelpSignIn, s.area.Place())
	d.Others = web.Table{Caption: "Others with a hat here", CaptionHidden: true, Columns: []web.Column{{Text: "Name"}, {Text: "Hat"}, {Text: "Since"}}}
	if helps {
		d.Others.Columns = append(d.Others.Columns, web.Column{Text: "Signing in"})
	}
	for _, one := range wearers {
		if slices.ContainsFunc(members, func(m partnership.Member) bool { return m.Person == one.Person.ID }) {
			continue
		}
		row := web.Row{Cells: []web.Cell{{Text: one.Person.Name, RowHeader: true, Strong: true}, {Text: capital(one.Hat.Role.Title())}, {Text: one.Hat.From.Long()}}}
		if helps {
			row.Cells = append(row.Cells, p.signsIn(ctx, tx, by, s, one.Person))
		}
		d.Others.Rows = append(d.Others.Rows, row)
		if keeps && slices.Contains([]access.Role{access.Member, access.Chair, access.Friend, access.Worker}, one.Hat.Role) {
			item := web.Item{Text: one.Person.Name, Detail: capital(one.Hat.Role.Title()) + " since " + one.Hat.From.Long()}
			if one.Person.ID != by.Person {
				item.Href = peopleHref(s.area) + "/new?person=" + string(one.Person.ID)
			} else {
				item.Detail += ". That is you: ask somebody else who keeps the list to add you."
			}
			d.NotListed = append(d.NotListed, item)
		}
	}
	return nil
}

func (p pages) signsIn(ctx context.Context, tx *db.Tx, by access.Actor, s scene, who person.Person) web.Cell {
	if who.Email != "" {
		return web.Cell{Text: "By email"}
	}
	if err := p.partnerships.People.MayHelpIn(ctx, tx, by, s.area, who.ID); err != nil {
		return web.Cell{Text: "No email address", Small: fault.Public(err)}
	}
	return web.Cell{Text: "Print a code", Hidden: "for " + who.Name, Href: entryHref(s.area, who.ID) + "/code"}
}

func (p pages) roomCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var name string
	err := p.in(r, func(tx *db.Tx, s scene) error {
		name = s.area.Slug + "-people"
		if !namesAll(by, s.area) {
			public, err := partnership.PublicMembersOn(r.Context(), tx, s.area.ID, s.today)
			for _, m := range public {
				rows = append(rows, []string{m.Called(), m.Kind.Words(), offices(m.Offices), m.Line, "", strconv.Itoa(m.From.Year()), "", ""})
			}
			return err
		}
		members, err := partnership.MembersOn(r.Context(), tx, s.area.ID, s.today)
		if err != nil {
			return err
		}
		said, err := partnership.NamingsOf(r.Context(), tx, s.area.ID)
		for _, m := range members {
			of, err := s.organisation(r.Context(), tx, m.Organisation)
			if err != nil {
				return err
			}
			rows = append(rows, []string{m.Name, m.Kind.Words(), offices(m.Offices), said[m.Person].Line, of, m.From.String(), m.TermEnds.String(), m.Until.String()})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, name, []string{"who", "how they take part", "offices", "in their words", "organisation", "since", "term ends", "leaves"}, rows)
}

// An onDayData is the partnership as it was, or will be, on a day.
type onDayData struct {
	web.Shell
	Action, Heading string
	Day             [3]string
	Wrong           fault.Invalid
	Makes           []string
	Members         web.Table
	Valid           bool
}

func (p pages) onDay(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	d := onDayData{}
	status := http.StatusOK
	err := p.in(r, func(tx *db.Tx, s scene) error {
		d.Shell = p.peopleShell(r, by, s.area, "Who we were, or will be", web.Link{Text: "On another day"})
		d.NoIndex, d.Action = true, peopleHref(s.area)+"/on"
		q := r.URL.Query()
		d.Day = [3]string{q.Get("day-day"), q.Get("day-month"), q.Get("day-year")}
		day := s.today
		if d.Day == [3]string{} {
			d.Day = boxes(day)
		} else if day = dayOf(d.Day); day.IsZero() {
			d.Wrong.Add("day", "Enter a day that exists, like 27 3 2026")
			d.Title, status = "Error: "+d.Title, http.StatusUnprocessableEntity
			return nil
		}
		c, err := partnership.CompositionOn(r.Context(), tx, s.area, day)
		if err != nil {
			return err
		}
		d.Heading, d.Makes, d.Valid = "On "+day.Long(), makesOn(c, s.today), c.Valid()
		d.Members = web.Table{Caption: "Who had a say or helped", CaptionHidden: true, Columns: []web.Column{{Text: "Who"}, {Text: "How they took part"}, {Text: "Since"}}}
		members, err := partnership.MembersOn(r.Context(), tx, s.area.ID, day)
		if err != nil {
			return err
		}
		said, err := partnership.NamingsOf(r.Context(), tx, s.area.ID)
		for _, m := range members {
			one := partnership.PublicMember{Member: m, Named: namesAll(by, s.area) || said[m.Person].Named}
			cell := web.Cell{Text: one.Called(), RowHeader: true}
			if namesAll(by, s.area) {
				cell.Href = entryHref(s.area, m.Person)
			}
			d.Members.Rows = append(d.Members.Rows, web.Row{Cells: []web.Cell{cell, {Text: capital(m.Kind.Words()), Small: offices(m.Offices)}, {Text: m.From.Long()}}})
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, status, onDayPage(d))
}

// A historyData is everybody who ever was in the partnership.
type historyData struct {
	web.Shell
	CSV  string
	Rows web.Table
}

func (p pages) history(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	d := historyData{}
	err := p.in(r, func(tx *db.Tx, s scene) error {
		if err := by.MustSee(access.SeePapers, s.area.Place()); err != nil {
			return err
		}
		d.Shell = p.peopleShell(r, by, s.area, "Everybody who was here", web.Link{Text: "Everybody who was here"})
		d.NoIndex, d.CSV = true, peopleHref(s.area)+"/history.csv"
		d.Rows = web.Table{Caption: "Everybody who was in it, the last to come first", CaptionHidden: true, Columns: []web.Column{{Text: "Who"}, {Text: "How they took part"}, {Text: "From"}, {Text: "Until"}}}
		all, err := byDay(r.Context(), tx, s)
		for _, m := range all {
			until := ""
			if !m.Until.IsZero() {
				until = m.Until.Long()
			}
			why := m.Why
			if m.Until.IsZero() {
				why = ""
			}
			d.Rows.Rows = append(d.Rows.Rows, web.Row{Cells: []web.Cell{
				{Text: m.Name, Href: entryHref(s.area, m.Person), RowHeader: true}, {Text: capital(m.Kind.Words())}, {Text: m.From.Long()}, {Text: until, Small: why},
			}})
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, historyPage(d))
}

func byDay(ctx context.Context, tx *db.Tx, s scene) ([]partnership.Member, error) {
	all, err := partnership.EveryMember(ctx, tx, s.area.ID)
	slices.SortStableFunc(all, func(a, b partnership.Member) int { return strings.Compare(b.From.String(), a.From.String()) })
	return all, err
}

func (p pages) historyCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var name string
	err := p.in(r, func(tx *db.Tx, s scene) error {
		if err := by.MustSee(access.SeePapers, s.area.Place()); err != nil {
			return err
		}
		name = s.area.Slug + "-people-history"
		all, err := byDay(r.Context(), tx, s)
		for _, m := range all {
			of, err := s.organisation(r.Context(), tx, m.Organisation)
			if err != nil {
				return err
			}
			rows = append(rows, []string{m.Name, m.Kind.Words(), yesNo(m.Resident), of, m.From.String(), m.Until.String(), m.TermEnds.String(), m.Why})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, name, []string{"who", "how they took part", "lived here", "organisation", "from", "until", "term ended", "why"}, rows)
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// An entryData is one person’s place in the partnership.
type entryData struct {
	web.Shell
	Name, Lead string
	Initials   string
	Tone       string
	Facts      []web.Fact
	Offices    []officeData
	Records    web.Table
	Actions    []web.Link
	Mine       bool
	SignIn     web.Link
	NameWords  string
	NameHref   string
	Stay       string
	Form       string
}

type officeData struct {
	Words, Since, Action, Form string
	Day                        [3]string
}

func (p pages) entry(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	d := entryData{}
	who := access.PersonID(r.PathValue("person"))
	err := p.in(r, func(tx *db.Tx, s scene) error {
		records, err := seenRecords(r.Context(), tx, by, s, who)
		if err != nil {
			return err
		}
		names, err := person.Names(r.Context(), tx, who)
		if err != nil {
			return err
		}
		d.Name, d.Mine, d.Form = names[who], who == by.Person, p.site.NewForm()
		d.Initials, d.Tone = person.Initials(d.Name), tone(d.Name)
		d.Shell = p.peopleShell(r, by, s.area, d.Name, web.Link{Text: d.Name})
		d.NoIndex = true
		return p.fillEntry(r.Context(), tx, by, s, who, records, &d)
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, entryPage(d))
}

// seenRecords are what was recorded of somebody, for those who see everybody, and
// for themselves; fault.NotFound where nothing was.
func seenRecords(ctx context.Context, tx *db.Tx, by access.Actor, s scene, who access.PersonID) ([]partnership.Recorded, error) {
	if err := by.MustSee(access.SeePeople, s.area.Place()); err != nil {
		return nil, err
	}
	if !namesAll(by, s.area) && who != by.Person {
		return nil, fault.NotFound
	}
	records, err := partnership.RecordsOf(ctx, tx, s.area.ID, who)
	if err == nil && len(records) == 0 {
		err = fault.NotFound
	}
	return records, err
}

// now is how somebody is in it today, or will be, as was last recorded.
func (s scene) now(records []partnership.Recorded) (now partnership.Member, there bool) {
	seen := map[partnership.MemberID]bool{}
	for _, c := range records {
		if seen[c.ID] {
			continue
		}
		seen[c.ID] = true
		if c.WasNever || !c.Until.IsZero() && !c.Until.After(s.today) {
			continue
		}
		if !there || c.From.Before(now.From) {
			now, there = c.Member, true
		}
	}
	return now, there
}

func (p pages) fillEntry(ctx context.Context, tx *db.Tx, by access.Actor, s scene, who access.PersonID, records []partnership.Recorded, d *entryData) error {
	href := entryHref(s.area, who)
	keeps := by.May(access.KeepMembers, s.area.Place()) && !d.Mine
	now, there := s.now(records)
	if there {
		if err := s.tellNow(ctx, tx, now, d); err != nil {
			return err
		}
		if keeps {
			d.Actions = append(d.Actions, web.Link{Text: "Change how they take part", Href: href + "/move"}, web.Link{Text: "For how long they do it", Href: href + "/term"}, web.Link{Text: "They take on an office", Href: href + "/office"})
			if !now.Until.IsZero() {
				d.Stay = href + "/stay"
			}
		}
		if keeps {
			d.Actions = append(d.Actions, web.Link{Text: "They leave", Href: href + "/leave"})
		} else if d.Mine {
			d.Actions = append(d.Actions, web.Link{Text: "I leave", Href: href + "/leave"})
		}
	} else {
		d.Lead = "Not in the " + s.calls() + " any more."
		if keeps {
			d.Actions = append(d.Actions, web.Link{Text: "They join again", Href: peopleHref(s.area) + "/new?person=" + string(who)})
		}
	}
	said, err := partnership.NamingsOf(ctx, tx, s.area.ID)
	if err != nil {
		return err
	}
	n, asked := said[who]
	d.NameWords = nameWords(n, asked, d.Mine)
	if keeps || d.Mine {
		d.NameHref = href + "/name"
	}
	held, err := partnership.OfficesOf(ctx, tx, s.area.ID)
	if err != nil {
		return err
	}
	for _, h := range held {
		if h.Person != who || !h.Until.IsZero() && !h.Until.After(s.today) {
			continue
		}
		o := officeData{Words: capital(h.Office.Words()), Since: "since " + h.From.Long(), Form: p.site.NewForm(), Day: boxes(s.today)}
		if (keeps || d.Mine) && h.Until.IsZero() {
			o.Action = href + "/offices/" + string(h.ID) + "/end"
		}
		d.Offices = append(d.Offices, o)
	}
	if by.May(access.HelpSignIn, s.area.Place()) && !d.Mine {
		one, err := person.ByID(ctx, tx, who)
		if err != nil {
			return err
		}
		cell := p.signsIn(ctx, tx, by, s, one)
		d.SignIn = web.Link{Text: cell.Text, Href: cell.Href}
		if cell.Small != "" {
			d.SignIn.Text += ". " + cell.Small
		}
	}
	return s.tellRecords(ctx, tx, records, keeps, href, d)
}

// tellNow says how somebody is in it.
func (s scene) tellNow(ctx context.Context, tx *db.Tx, m partnership.Member, d *entryData) error {
	of, err := s.organisation(ctx, tx, m.Organisation)
	if err != nil {
		return err
	}
	d.Lead = capital(m.Kind.Words()) + ", in the " + s.calls() + " since " + m.From.Long() + "."
	if m.From.After(s.today) {
		d.Lead = "Will be in the " + s.calls() + " from " + m.From.Long() + "."
	}
	d.Facts = []web.Fact{{Term: "How they take part", Value: capital(m.Kind.Words())}, {Term: "Lives in " + s.area.Name, Value: capital(yesNo(m.Resident))}}
	if of != "" {
		d.Facts = append(d.Facts, web.Fact{Term: "Organisation", Value: of})
	}
	if m.Share != "" {
		d.Facts = append(d.Facts, web.Fact{Term: "Vote", Value: "One together with the others of " + of})
	}
	if !m.TermEnds.IsZero() {
		d.Facts = append(d.Facts, web.Fact{Term: "Said they would do it until", Value: m.TermEnds.Long()})
	}
	if !m.Until.IsZero() {
		d.Facts = append(d.Facts, web.Fact{Term: "Not with us any more from", Value: m.Until.Long()})
	}
	return nil
}

func nameWords(n partnership.Naming, asked, mine bool) string {
	switch {
	case n.Named && n.Line != "":
		return "The name is public, with the words “" + n.Line + "”."
	case n.Named:
		return "The name is public."
	case asked:
		return "The name is not public. Everybody else reads what they are, and no name."
	case mine:
		return "Nobody has asked you yet, so your name is not public."
	}
	return "Not asked yet, so the name is not public."
}

var actWords = map[partnership.Act]string{
	partnership.Joined: "In it", partnership.Moved: "Takes part in another way from then", partnership.Changed: "For how long was said",
	partnership.Left: "Leaves", partnership.Stayed: "Stays after all", partnership.Corrected: "Put right",
}

// tellRecords lists all that was recorded of somebody, the last first.
func (s scene) tellRecords(ctx context.Context, tx *db.Tx, records []partnership.Recorded, keeps bool, href string, d *entryData) error {
	d.Records = web.Table{Caption: "What was recorded, the last first", CaptionHidden: true, Columns: []web.Column{{Text: "Recorded"}, {Text: "What"}, {Text: "How"}, {Text: "From"}, {Text: "Until"}, {Text: "By"}}}
	who := make([]access.PersonID, 0, len(records))
	for _, c := range records {
		who = append(who, c.RecordedBy)
	}
	names, err := person.Names(ctx, tx, who...)
	if err != nil {
		return err
	}
	seen := map[partnership.MemberID]bool{}
	for _, c := range records {
		what, until, by := actWords[c.Act], "", names[c.RecordedBy]
		if c.WasNever {
			what = "Was never so"
		}
		if by == "" {
			by = "This program"
		}
		if !c.Until.IsZero() {
			until = c.Until.Long()
		}
		first := web.Cell{Text: date.InLondon(c.RecordedAt).Long(), RowHeader: true}
		if keeps && !seen[c.ID] {
			first.Href, first.Hidden = href+"/entries/"+string(c.ID), ": put this entry right"
		}
		seen[c.ID] = true
		d.Records.Rows = append(d.Records.Rows, web.Row{Cells: []web.Cell{first, {Text: what, Small: c.Why}, {Text: capital(c.Kind.Words())}, {Text: c.From.Long()}, {Text: until}, {Text: by}}})
	}
	return nil
}

// isInvalid gives what was filled in wrongly, if that is what is wrong.
func isInvalid(err error) (fault.Invalid, bool) { return errors.AsType[fault.Invalid](err) }
