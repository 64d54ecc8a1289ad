// Package relationshipweb is the pages of who a partnership works with: the map and
// the list, each relationship with its story, promises, questions, handovers, and
// what is shown to people outside.
//
// For those who may not see an area's relationships there are none: 404. Who holds
// an area's money sees them but the one with itself.
package relationshipweb

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/organisation"
	"commontable/internal/person"
	"commontable/internal/relationship"
	"commontable/internal/share"
	"commontable/internal/web"
)

// An Agreed is something that was agreed with a body.
type Agreed struct {
	Title, Href, Detail string
	Soon                string // what to talk about soon, if anything
	On                  date.Date
}

// Extras are what other rooms add to the page of a relationship; each may be nil.
type Extras struct {
	// Agreements lists what was agreed, the latest first.
	Agreements func(ctx context.Context, tx *db.Tx, a area.Area, of relationship.Relationship) ([]Agreed, error)
	// Cards are drawn in the main column, after what it is for.
	Cards func(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of relationship.Relationship) ([]templ.Component, error)
	// Approved are words that both sides approved, for who is shown the story.
	Approved func(ctx context.Context, tx *db.Tx, a area.Area, of relationship.Relationship) ([]string, error)
	// Links lists links by which single people outside take part in something with
	// the body, also those that open no more.
	Links func(ctx context.Context, tx *db.Tx, a area.Area, of relationship.ID) ([]share.Link, error)
	// Asked lists what officers of a body who have an account are asked to take part in,
	// and what of it is over.
	Asked func(ctx context.Context, tx *db.Tx, o organisation.Organisation) ([]AskedTo, error)
}

// AskedTo is something that officers of a body are asked to take part in, or were, and
// what came of it.
type AskedTo struct {
	Link web.Link
	Over bool
	Came string
}

type pages struct {
	site     *web.Site
	all      *relationship.Relationships
	agencies *agency.Agencies
	shares   *share.Shares
	baseURL  string
	extras   Extras
}

// Routes lists the pages.
func Routes(site *web.Site, all *relationship.Relationships, agencies *agency.Agencies, shares *share.Shares, baseURL string, extras Extras) []web.Route {
	p := pages{site, all, agencies, shares, baseURL, extras}
	see, ask := web.Hidden(access.SeeRelationships, ""), web.Hidden(access.PutForward, "")
	count, shown := web.Needs(access.CountRelationships), web.Hidden(access.SeeShared, "")
	routes := []web.Route{
		{Pattern: "GET /areas/{area}/relationships", Policy: see, Do: p.list},
		{Pattern: "GET /areas/{area}/relationships.csv", Policy: see, Do: p.listCSV},
		{Pattern: "GET /areas/{area}/relationships/{relationship}", Policy: see, Do: p.page},
		{Pattern: "GET /areas/{area}/relationships/{relationship}/timeline.csv", Policy: see, Do: p.timelineCSV},
		{Pattern: "GET /areas/{area}/relationships/{relationship}/pack", Policy: see, Do: p.pack},
		{Pattern: "GET /areas/{area}/relationships/{relationship}/shown", Policy: web.Hidden(access.SeeRelationships, access.ShareOutside), Do: p.whoSees, Seen: p.seen},
		{Pattern: "GET /areas/{area}/relationships/{relationship}/shown.csv", Policy: web.Hidden(access.SeeRelationships, access.ShareOutside), Do: p.whoSeesCSV, Seen: p.seen},
		{Pattern: "GET /areas/{area}/who-holds-what", Policy: see, Do: p.whoHolds},
		{Pattern: "GET /areas/{area}/who-holds-what.csv", Policy: see, Do: p.whoHoldsCSV},
		{Pattern: "GET /areas/{area}/who-holds-what/{holder}", Policy: see, Do: p.without},
		{Pattern: "GET /areas/{area}/changes", Policy: see, Do: p.changes},
		{Pattern: "GET /areas/{area}/changes.csv", Policy: see, Do: p.changesCSV},
		{Pattern: "GET /areas/{area}/promises", Policy: see, Do: p.promises},
		{Pattern: "GET /areas/{area}/promises.csv", Policy: see, Do: p.promisesCSV},
		{Pattern: "GET /areas/{area}/questions", Policy: ask, Do: p.questions},
		{Pattern: "GET /areas/{area}/questions.csv", Policy: ask, Do: p.questionsCSV},
		{Pattern: "GET /areas/{area}/questions/{question}", Policy: ask, Do: p.question},
		{Pattern: "GET /areas/{area}/relationships/{relationship}/share", Policy: web.Hidden(access.SeeRelationships, access.ShareOutside), Do: p.askShare, Seen: p.seen},
		{Pattern: "POST /areas/{area}/relationships/{relationship}/share", Policy: web.Hidden(access.SeeRelationships, access.ShareOutside), Do: p.makeShare, Seen: p.seen},
		{Pattern: "POST /shared/{secret}", Policy: web.Public(), Do: p.sharedAct},
		{Pattern: "GET /organisations/{organisation}/relationships", Policy: shown, Do: p.officerList},
		{Pattern: "GET /organisations/{organisation}/relationships.csv", Policy: shown, Do: p.officerListCSV},
		{Pattern: "GET /organisations/{organisation}/relationships/{relationship}", Policy: shown, Do: p.officerPage},
		{Pattern: "POST /organisations/{organisation}/relationships/{relationship}", Policy: shown, Do: p.officerAct},
		{Pattern: "GET /programmes/{programme}/relationships", Policy: count, Do: p.counts},
		{Pattern: "GET /programmes/{programme}/relationships.csv", Policy: count, Do: p.countsCSV},
	}
	for _, s := range p.sections() {
		policy := web.Hidden(access.SeeRelationships, access.KeepRelationships)
		seen := p.seen
		if s.policy != nil {
			policy, seen = *s.policy, s.seen
		}
		routes = append(
			routes,
			web.Route{Pattern: "GET /areas/{area}/" + s.path, Policy: policy, Do: p.ask(s), Seen: seen},
			web.Route{Pattern: "POST /areas/{area}/" + s.path, Policy: policy, Do: p.keep(s), Seen: seen},
		)
	}
	return routes
}

// The addresses of the room.
func home(a area.Area) string      { return "/areas/" + a.Slug }
func listHref(a area.Area) string  { return home(a) + "/relationships" }
func heldHref(a area.Area) string  { return home(a) + "/who-holds-what" }
func keptHref(a area.Area) string  { return home(a) + "/promises" }
func askedHref(a area.Area) string { return home(a) + "/questions" }

func href(a area.Area, of relationship.ID) string { return listHref(a) + "/" + string(of) }

func promiseHref(a area.Area, p relationship.PromiseID) string { return keptHref(a) + "/" + string(p) }

func questionHref(a area.Area, q relationship.QuestionID) string {
	return askedHref(a) + "/" + string(q)
}

func handoverHref(a area.Area, h relationship.HandoverID) string {
	return home(a) + "/handovers/" + string(h)
}

// scene is what every page of the room is about.
type scene struct {
	area     area.Area
	by       access.Actor
	keeps    bool // may change what is kept
	mayShare bool
}

// in reads the scene, for who may see the relationships of the area, and what else a
// page needs, on one view of the data.
func (p pages) in(r *http.Request, by access.Actor, f func(*db.Tx, scene) error) error {
	return p.all.DB.Read(r.Context(), func(tx *db.Tx) error {
		s, err := p.scene(r, tx, by)
		if err != nil {
			return err
		}
		if err := p.agencies.MustSee(r.Context(), tx, by, s.area); err != nil {
			return err
		}
		return f(tx, s)
	})
}

func (p pages) scene(r *http.Request, tx *db.Tx, by access.Actor) (scene, error) {
	a, err := area.BySlug(r.Context(), tx, r.PathValue("area"))
	return scene{area: a, by: by, keeps: by.May(access.KeepRelationships, a.Place()), mayShare: by.May(access.ShareOutside, a.Place())}, err
}

// hides reports whether a relationship is not there for who asks: an organisation
// that holds the money does not read what is kept of itself.
func (s scene) hides(of relationship.Relationship) bool {
	return s.by.Hat.Scope == access.InOrganisation && string(of.Body) == s.by.Hat.Place
}

// links are those of the map that are there for who asks.
func (s scene) links(ctx context.Context, tx *db.Tx, day date.Date) ([]relationship.Link, error) {
	all, err := relationship.OnMap(ctx, tx, s.area.ID, day)
	return slices.DeleteFunc(all, func(l relationship.Link) bool { return s.hides(relationship.Relationship{Body: l.Body}) }), err
}

// the is the relationship that a request names.
func (p pages) the(r *http.Request, tx *db.Tx, s scene) (relationship.Relationship, error) {
	one, err := relationship.ByID(r.Context(), tx, s.area.ID, relationship.ID(r.PathValue("relationship")))
	if err == nil && s.hides(one) {
		err = fault.NotFound
	}
	return one, err
}

// seen says whether what a request names is there for those who ask.
func (p pages) seen(r *http.Request, by access.Actor) error {
	return p.in(r, by, func(tx *db.Tx, s scene) error {
		ctx, a := r.Context(), s.area.ID
		var of relationship.ID
		switch {
		case r.PathValue("relationship") != "":
			_, err := p.the(r, tx, s)
			return err
		case r.PathValue("holder") != "":
			h, err := relationship.HolderByID(ctx, tx, a, relationship.HolderID(r.PathValue("holder")))
			if err != nil {
				return err
			}
			of = h.Relationship
		case r.PathValue("note") != "":
			e, err := relationship.EntryByID(ctx, tx, a, relationship.EntryID(r.PathValue("note")))
			if err != nil {
				return err
			}
			of = e.Relationship
		case r.PathValue("promise") != "":
			one, err := relationship.PromiseByID(ctx, tx, a, relationship.PromiseID(r.PathValue("promise")))
			if err != nil {
				return err
			}
			of = one.Relationship
		case r.PathValue("handover") != "":
			h, err := relationship.HandoverByID(ctx, tx, a, relationship.HandoverID(r.PathValue("handover")))
			if err != nil {
				return err
			}
			of = h.Relationship
		case r.PathValue("change") != "":
			c, err := relationship.ChangeByID(ctx, tx, a, relationship.ChangeID(r.PathValue("change")))
			if err != nil {
				return err
			}
			of = c.Relationship
		case r.PathValue("question") != "":
			_, err := relationship.QuestionByID(ctx, tx, a, relationship.QuestionID(r.PathValue("question")))
			return err
		default:
			return nil
		}
		one, err := relationship.ByID(ctx, tx, a, of)
		if err == nil && s.hides(one) {
			err = fault.NotFound
		}
		return err
	})
}

func (p pages) theQuestion(r *http.Request, tx *db.Tx, s scene) (relationship.Question, error) {
	q, err := relationship.QuestionByID(r.Context(), tx, s.area.ID, relationship.QuestionID(r.PathValue("question")))
	if err == nil && !q.SeenBy(s.by, s.area) {
		err = fault.NotFound
	}
	return q, err
}

const room = "Relationships"

// shell is the frame of a page of the room.
func (p pages) shell(r *http.Request, by access.Actor, a area.Area, title string, crumbs ...web.Link) web.Shell {
	s := p.site.ShellIn(r, by, title, web.Link{Text: a.Name, Href: home(a)}, p.site.AreaRooms, room)
	s.NoIndex = true
	if len(crumbs) > 0 {
		s.Crumbs = []web.Link{{Text: a.Name, Href: home(a)}}
		if by.Holds(access.SeeRelationships) {
			s.Crumbs = append(s.Crumbs, web.Link{Text: room, Href: listHref(a)})
		}
		s.Crumbs = append(s.Crumbs, crumbs...)
	}
	return s
}

// plainData is a page that is a list, or a few.
type plainData struct {
	Shell  web.Shell
	Title  string
	Lead   string
	Tools  []web.Tool
	Tabs   []web.NavItem
	Filter *web.Filter
	Note   string
	Tables []titled
	Empty  *web.Empty
	Button web.Link // the main thing to do
}

// titled is a table under a heading of its own.
type titled struct {
	ID, Heading, Words string
	Table              web.Table
}

// tabs lead from one list of the room to the others.
func (s scene) tabs(current string) []web.NavItem {
	var all []web.NavItem
	for _, t := range []web.Link{
		{Text: "Who we work with", Href: listHref(s.area)},
		{Text: "Who holds what", Href: heldHref(s.area)},
		{Text: "Changes", Href: changesHref(s.area)},
		{Text: "Promises", Href: keptHref(s.area)},
		{Text: "Questions to agencies", Href: askedHref(s.area)},
	} {
		if t.Href == askedHref(s.area) && (s.by.Hat.Scope == access.InOrganisation || s.by.Hat.Scope == access.InProgramme) {
			continue // what residents ask is between them and the partnership
		}
		all = append(all, web.NavItem{Text: t.Text, Href: t.Href, Current: t.Text == current})
	}
	return all
}

// names are those of people, where they have an account.
func names(ctx context.Context, tx *db.Tx, who []access.PersonID) (map[access.PersonID]string, error) {
	if len(who) == 0 {
		return map[access.PersonID]string{}, nil
	}
	return person.Names(ctx, tx, who...)
}

// personCalled is who of an area's people has a name, where it is one alone.
func personCalled(ctx context.Context, tx *db.Tx, a area.ID, name string, day date.Date) (who access.PersonID, err error) {
	for _, role := range []access.Role{access.Member, access.Chair, access.Worker, access.Rep, access.Friend, access.Resident} {
		wearers, err := person.Wearers(ctx, tx, role, access.InArea, string(a), day)
		if err != nil {
			return "", err
		}
		for _, w := range wearers {
			if !strings.EqualFold(w.Person.Name, strings.Join(strings.Fields(name), " ")) {
				continue
			}
			if who != "" && who != w.Person.ID {
				return "", nil
			}
			who = w.Person.ID
		}
	}
	return who, nil
}

// peopleOf are the names of those who do something in an area.
func peopleOf(ctx context.Context, tx *db.Tx, a area.ID, day date.Date) (all []string, err error) {
	for _, role := range []access.Role{access.Chair, access.Member, access.Worker, access.Rep, access.Friend} {
		wearers, err := person.Wearers(ctx, tx, role, access.InArea, string(a), day)
		if err != nil {
			return nil, err
		}
		for _, w := range wearers {
			if !slices.Contains(all, w.Person.Name) {
				all = append(all, w.Person.Name)
			}
		}
	}
	return all, nil
}

func initials(name string) string {
	words := strings.Fields(name)
	switch len(words) {
	case 0:
		return ""
	case 1:
		return strings.ToUpper(string([]rune(words[0])[:1]))
	}
	return strings.ToUpper(string([]rune(words[0])[:1]) + string([]rune(words[len(words)-1])[:1]))
}

func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}

// numbered is a small number as a word.
func numbered(n int) string {
	words := []string{"No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve", "Thirteen", "Fourteen", "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen", "Twenty"}
	if n < len(words) {
		return words[n]
	}
	return strconv.Itoa(n)
}

// and joins words as people do: "Sam, Aneela and Tom".
func and(words []string, last string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " " + last + " " + words[len(words)-1]
}

// sentences are several as one text: each ends with one full stop, or its own mark.
func sentences(all []string) string {
	if len(all) < 2 {
		return strings.Join(all, "")
	}
	var ended []string
	for _, s := range all {
		if !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, "!") && !strings.HasSuffix(s, "?") {
			s += "."
		}
		ended = append(ended, s)
	}
	return strings.Join(ended, " ")
}

func firstName(name string) string {
	first, _, _ := strings.Cut(name, " ")
	return first
}
