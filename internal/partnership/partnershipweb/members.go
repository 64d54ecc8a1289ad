package partnershipweb

import (
	"context"
	"errors"
	"net/http"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/organisation"
	"commontable/internal/partnership"
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
		{Pattern: "GET /areas/{area}/people/on.csv", Policy: sees, Seen: p.seesRoom, Do: p.onDayCSV},
		{Pattern: "GET /areas/{area}/people/history", Policy: web.Hidden(access.SeePapers, ""), Seen: p.seesRoom, Do: p.history},
		{Pattern: "GET /areas/{area}/people/history.csv", Policy: web.Hidden(access.SeePapers, ""), Seen: p.seesRoom, Do: p.historyCSV},
		{Pattern: "GET /areas/{area}/people/{person}", Policy: sees, Seen: p.seesEntry, Do: p.entry},
		{Pattern: "GET /areas/{area}/people/{person}/records.csv", Policy: sees, Seen: p.seesEntry, Do: p.recordsCSV},
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

// isInvalid gives what was filled in wrongly, if that is what is wrong.
func isInvalid(err error) (fault.Invalid, bool) { return errors.AsType[fault.Invalid](err) }
