// Package workshopweb is the pages on which a partnership looks at how it works
// with others: mapping workshops, conversations, scores, health checks, and what
// was agreed. All of them are for the partnership until it shares one.
package workshopweb

import (
	"context"
	"net/http"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/relationship"
	"commontable/internal/share"
	"commontable/internal/web"
	"commontable/internal/workshop"
)

type pages struct {
	site      *web.Site
	workshops *workshop.Workshops
	shares    *share.Shares
	baseURL   string
}

// Routes lists the pages.
func Routes(site *web.Site, workshops *workshop.Workshops, shares *share.Shares, baseURL string) []web.Route {
	p := pages{site, workshops, shares, baseURL}
	see, keep := web.Hidden(access.SeeRelationships, ""), web.Hidden(access.SeeRelationships, access.KeepRelationships)
	one := "/areas/{area}/together/{reflection}"
	return []web.Route{
		{Pattern: "GET /areas/{area}/together", Policy: see, Do: p.together},
		{Pattern: "GET /areas/{area}/together.csv", Policy: see, Do: p.togetherCSV},
		{Pattern: "GET /areas/{area}/agreed", Policy: see, Do: p.agreed},
		{Pattern: "GET /areas/{area}/agreed.csv", Policy: see, Do: p.agreedCSV},
		{Pattern: "GET /areas/{area}/together/paper", Policy: see, Do: p.paper},
		{Pattern: "GET /areas/{area}/begin/{begin}", Policy: keep, Do: p.askBegin, Seen: p.seenArea},
		{Pattern: "POST /areas/{area}/begin/{begin}", Policy: keep, Do: p.begin, Seen: p.seenArea},
		{Pattern: "GET " + one, Policy: see, Do: p.show},
		{Pattern: "GET " + one + "/compare", Policy: see, Do: p.compare},
		{Pattern: "GET " + one + "/brief", Policy: see, Do: p.brief},
		{Pattern: "GET " + one + "/questions/{questions}", Policy: keep, Do: p.ask, Seen: p.seen},
		{Pattern: "POST " + one + "/questions/{questions}", Policy: keep, Do: p.write, Seen: p.seen},
		{Pattern: "GET " + one + "/done", Policy: keep, Do: p.askDone, Seen: p.seen},
		{Pattern: "POST " + one + "/done", Policy: keep, Do: p.done, Seen: p.seen},
		{Pattern: "GET " + one + "/marks/{marker}", Policy: see, Do: p.askMarks},
		{Pattern: "POST " + one + "/marks/{marker}", Policy: see, Do: p.writeMarks},
		{Pattern: "POST " + one + "/start", Policy: keep, Do: p.start, Seen: p.seen},
		{Pattern: "POST " + one + "/register", Policy: keep, Do: p.register, Seen: p.seen},
		{Pattern: "POST " + one + "/say", Policy: keep, Do: p.say, Seen: p.seen},
		{Pattern: "POST " + one + "/again", Policy: keep, Do: p.again, Seen: p.seen},
		{Pattern: "GET " + one + "/invite", Policy: web.Hidden(access.SeeRelationships, access.ShareOutside), Do: p.askInvite, Seen: p.seen},
		{Pattern: "POST " + one + "/invite", Policy: web.Hidden(access.SeeRelationships, access.ShareOutside), Do: p.invite, Seen: p.seen},
		{Pattern: "POST " + one + "/officers", Policy: web.Hidden(access.SeeRelationships, access.ShareOutside), Do: p.askOfficers, Seen: p.seen},
		{Pattern: "POST " + one + "/files", Policy: keep, Do: p.addFiles, Seen: p.seen, MostBody: web.MostFiles},
		{Pattern: "GET " + one + "/files/{paper}", Policy: see, Do: p.file},
		{Pattern: "GET /organisations/{organisation}/together/{talk}", Policy: web.Hidden(access.SeeShared, ""), Do: p.officer},
		{Pattern: "POST /organisations/{organisation}/together/{talk}", Policy: web.Hidden(access.SeeShared, ""), Do: p.officerDoes},
		{Pattern: "GET /shared/take-part/{invitation}", Policy: web.Public(), Do: p.guest},
		{Pattern: "POST /shared/take-part/{invitation}", Policy: web.Public(), Do: p.guestDoes},
	}
}

// The addresses of the room.
func home(a area.Area) string         { return "/areas/" + a.Slug }
func togetherHref(a area.Area) string { return home(a) + "/together" }
func agreedHref(a area.Area) string   { return home(a) + "/agreed" }
func href(a area.Area, of workshop.ID) string {
	return togetherHref(a) + "/" + string(of)
}

func beginHref(a area.Area, k workshop.Kind) string { return home(a) + "/begin/" + string(k) }

func partHref(a area.Area, of workshop.ID, part string) string {
	if fields := strings.Fields(part); len(fields) > 1 && fields[0] == "marks" {
		to := href(a, of) + "/marks/" + fields[1]
		if len(fields) > 2 && strings.HasPrefix(fields[2], "paper-") {
			to += "?paper=" + strings.TrimPrefix(fields[2], "paper-")
		}
		return to
	}
	return href(a, of) + "/questions/" + part
}

// agreedKinds are those of the second list.
func isAgreed(k workshop.Kind) bool {
	return k == workshop.Agreement || k == workshop.Seat || k == workshop.Credit || k == workshop.Celebration
}

// scene is what every page of the room is about.
type scene struct {
	area     area.Area
	by       access.Actor
	mayKeep  bool
	mayShare bool
}

func (p pages) in(r *http.Request, by access.Actor, f func(*db.Tx, scene) error) error {
	return p.workshops.DB.Read(r.Context(), func(tx *db.Tx) error {
		a, err := area.BySlug(r.Context(), tx, r.PathValue("area"))
		if err != nil {
			return err
		}
		if err := p.workshops.Relationships.Agencies.MustSee(r.Context(), tx, by, a); err != nil {
			return err
		}
		return f(tx, scene{a, by, by.May(access.KeepRelationships, a.Place()), by.May(access.ShareOutside, a.Place())})
	})
}

// one reads the record that a request names, for who may see it.
func (p pages) one(r *http.Request, by access.Actor, f func(*db.Tx, scene, workshop.Record) error) error {
	return p.in(r, by, func(tx *db.Tx, s scene) error {
		one, err := workshop.ByID(r.Context(), tx, s.area.ID, workshop.ID(r.PathValue("reflection")))
		if err != nil {
			return err
		}
		if !one.SeenBy(by, s.area) {
			return fault.NotFound
		}
		return f(tx, s, one)
	})
}

// seen says whether a record is there for those who ask.
func (p pages) seen(r *http.Request, by access.Actor) error {
	return p.one(r, by, func(*db.Tx, scene, workshop.Record) error { return nil })
}

func (p pages) seenArea(r *http.Request, by access.Actor) error {
	return p.in(r, by, func(*db.Tx, scene) error { return nil })
}

func (p pages) shell(r *http.Request, by access.Actor, a area.Area, title string, crumbs ...web.Link) web.Shell {
	s := p.site.ShellIn(r, by, title, web.Link{Text: a.Name, Href: home(a)}, p.site.AreaRooms, "Relationships")
	s.Crumbs = append([]web.Link{{Text: a.Name, Href: home(a)}}, crumbs...)
	s.NoIndex = true
	return s
}

func togetherLink(a area.Area) web.Link {
	return web.Link{Text: "How we work together", Href: togetherHref(a)}
}

func agreedLink(a area.Area) web.Link { return web.Link{Text: "What we agreed", Href: agreedHref(a)} }

func listLink(a area.Area, k workshop.Kind) web.Link {
	if isAgreed(k) {
		return agreedLink(a)
	}
	return togetherLink(a)
}

// kindWords is what a kind is called.
func kindWords(k workshop.Kind) string {
	return map[workshop.Kind]string{
		workshop.Mapping: "Mapping workshop", workshop.Conversation: "Facilitated conversation", workshop.Scores: "How well it works", workshop.Check: "Council and community check",
		workshop.Agreement: "Agreement", workshop.Seat: "Seat at a table", workshop.Credit: "Credit line", workshop.Celebration: "Celebration",
	}[k]
}

// name is what a record is called, among the names of relationships.
func name(r workshop.Record, names map[relationship.ID]string) string {
	with := names[r.Relationship]
	switch r.Kind {
	case workshop.Mapping:
		return "Our map, " + r.Day().Long()
	case workshop.Conversation:
		if r.Follows != "" {
			return "A second talk with " + with
		}
		return "A talk with " + with
	case workshop.Scores:
		return "How well it works with " + with + ", " + r.Day().Long()
	case workshop.Check:
		return "Looking at it with " + r.Sheet("about", workshop.Ours).Answers["council"]
	case workshop.Agreement:
		return r.Sheet("agreement", workshop.Ours).Answers["name"]
	case workshop.Seat:
		return r.Sheet("seat", workshop.Ours).Answers["board"]
	case workshop.Credit:
		return r.Sheet("credit", workshop.Ours).Answers["for"]
	case workshop.Celebration:
	}
	return r.Sheet("celebration", workshop.Ours).Answers["name"]
}

// names are the relationships of an area by their ID.
func names(ctx context.Context, tx *db.Tx, a area.ID) (map[relationship.ID]string, []relationship.Relationship, error) {
	all, err := relationship.All(ctx, tx, a)
	by := map[relationship.ID]string{}
	for _, one := range all {
		by[one.ID] = one.Name
	}
	return by, all, err
}

// status is how a record stands, as a tag.
func status(r workshop.Record) (web.Kind, string) {
	switch {
	case r.Kind == workshop.Conversation && r.Finished(), r.Kind == workshop.Credit && r.Finished():
		return web.Good, "Agreed by both"
	case r.Kind == workshop.Scores && r.BothShow():
		return web.Good, "Shown to both"
	case r.Finished():
		return web.Good, "Finished"
	case r.Kind == workshop.Conversation && !r.BothWant():
		return web.Info, "Asking both sides"
	case r.Kind == workshop.Credit:
		return web.Watch, "Wait before publishing"
	case isAgreed(r.Kind):
		return standing(r)
	}
	return web.Info, "Begun"
}

func standing(r workshop.Record) (web.Kind, string) {
	switch {
	case r.Kind == workshop.Agreement && r.Sheet("dates", workshop.Ours).Answers["stands"] == "ended", r.Kind == workshop.Seat && r.Sheet("meaning", workshop.Ours).Answers["until"] != "":
		return web.Quiet, "Over"
	case r.Kind == workshop.Agreement && r.Sheet("dates", workshop.Ours).Answers["stands"] == "signed":
		return web.Good, "Signed by both"
	case r.Kind == workshop.Agreement:
		return web.Info, "Being talked about"
	}
	return web.Plain, "Noted"
}

// Waiting is what of this waits for somebody in an area: an agreement to be looked
// at again. Nobody is reminded while the area is closed.
func Waiting(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, today date.Date) ([]web.Todo, error) {
	if by.Hat.Scope != access.InArea || !by.May(access.KeepRelationships, a.Place()) {
		return nil, nil
	}
	if closed, err := area.ClosedOn(ctx, tx, a.ID, today); err != nil || closed {
		return nil, err
	}
	all, err := workshop.All(ctx, tx, a.ID, "")
	if err != nil {
		return nil, err
	}
	var todos []web.Todo
	for _, r := range all {
		if on := r.ReviewOn(); !on.IsZero() && !on.After(today.AddDays(60)) {
			todos = append(todos, web.Todo{
				Icon: "doc", Title: "Look again at “" + name(r, nil) + "”", Detail: "You meant to by " + on.Long() + ". A talk over a cup of tea will do.",
				Action: web.Link{Text: "Look", Href: href(a, r.ID)}, Hidden: "at " + name(r, nil),
			})
		}
		for _, t := range r.ToDo() {
			if !t.By.IsZero() && !t.By.After(today.AddDays(14)) && by.Hat.Role != access.Member {
				todos = append(todos, web.Todo{
					Icon: "dash", Title: t.What, Detail: "Taken on for " + t.By.Long() + " (" + strings.ToLower(kindWords(r.Kind)) + "): " + t.Who + ".",
					Action: web.Link{Text: "Is it done?", Href: doneHref(href(a, r.ID))}, Hidden: ": " + t.What,
				})
			}
		}
	}
	return todos, nil
}
