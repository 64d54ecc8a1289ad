package partnershipweb

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/partnership"
	"commontable/internal/person"
	"commontable/internal/web"
)

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
			return p.fillRoom(ctx, tx, by, s, rules, &d)
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
		d.Members, d.Helpers = s.publicTables(public, rules)
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

// mostNew is how many of those who are new are seen at once.
const mostNew = 8

func memberColumns() []web.Column {
	return []web.Column{{Text: "Who"}, {Text: "How they take part", Short: "As"}, {Text: "Since"}, {Text: "For how long"}}
}

// publicTables are who has a say by the rules and who helps, as everybody sees them.
func (s scene) publicTables(public []partnership.PublicMember, rules partnership.Rules) (members, helpers web.Table) {
	members = web.Table{Caption: "Who has a say", CaptionHidden: true, Columns: []web.Column{{Text: "Who"}, {Text: "How they take part", Short: "As"}, {Text: "Since"}}}
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
		if rules.GiveASay(m.Member) {
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
func (p pages) fillRoom(ctx context.Context, tx *db.Tx, by access.Actor, s scene, rules partnership.Rules, d *roomData) error {
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
		if rules.GiveASay(m) {
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
		rules, err := partnership.RulesOn(r.Context(), tx, s.area.ID, s.today)
		if err != nil {
			return err
		}
		if !namesAll(by, s.area) {
			public, err := partnership.PublicMembersOn(r.Context(), tx, s.area.ID, s.today)
			for _, m := range public {
				rows = append(rows, []string{m.Called(), m.Kind.Words(), offices(m.Offices), m.Line, "", strconv.Itoa(m.From.Year()), "", "", yesNo(rules.GiveASay(m.Member))})
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
			rows = append(rows, []string{m.Name, m.Kind.Words(), offices(m.Offices), said[m.Person].Line, of, m.From.String(), m.TermEnds.String(), m.Until.String(), yesNo(rules.GiveASay(m))})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, name, []string{"who", "how they take part", "offices", "in their words", "organisation", "since", "term ends", "leaves", "has a say"}, rows)
}
