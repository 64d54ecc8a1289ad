// Package decisionweb is the pages on which a partnership decides: what it is
// deciding and what it decided, each proposal with who has an interest in it, the
// question whether people agree, the vote, and the result.
package decisionweb

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/fault"
	"commontable/internal/organisation"
	"commontable/internal/partnership"
	"commontable/internal/person"
	"commontable/internal/web"
)

type pages struct {
	site      *web.Site
	decisions *decision.Decisions
}

// Routes lists the pages of the room. What is not decided is not there for those
// who may not read it: the handlers say so.
func Routes(site *web.Site, decisions *decision.Decisions) []web.Route {
	p := pages{site, decisions}
	const room, one = "/areas/{area}/decisions", "/areas/{area}/decisions/{decision}"
	route := func(pattern string, policy web.Policy, do web.Handler) web.Route {
		return web.Route{Pattern: pattern, Policy: policy, Do: do}
	}
	return []web.Route{
		{Pattern: "GET " + room, Policy: web.Public(), Do: site.Keep(p.list)},
		{Pattern: "GET /areas/{area}/decisions.csv", Policy: web.Public(), Do: p.listCSV},
		route("GET "+room+"/new", web.Needs(access.PutForward), p.newProposal),
		route("POST "+room, web.Needs(access.PutForward), p.propose),
		{Pattern: "GET " + one, Policy: web.Public(), Do: site.Keep(p.decision)},
		{Pattern: "GET " + one + "/answers.csv", Policy: web.Public(), Do: p.votesCSV},
		{Pattern: "GET " + one + "/said.csv", Policy: web.Public(), Do: p.saidCSV},
		{Pattern: "GET " + one + "/electors.csv", Policy: web.Public(), Do: p.electorsCSV},
		{Pattern: "GET " + one + "/told.csv", Policy: web.Public(), Do: p.toldCSV},
		route("GET "+one+"/change", web.Needs(access.PutForward), p.change),
		route("POST "+one+"/words", web.Needs(access.PutForward), p.reword),
		route("GET "+one+"/steps", web.Needs(access.SeePapers), p.steps),
		route("POST "+one+"/opening", web.Needs(access.PutForward), p.open),
		route("POST "+one+"/withdrawal", web.Needs(access.PutForward), p.withdraw),
		route("POST "+one+"/answers", web.Needs(access.PutForward), p.answer),
		route("POST "+one+"/position", web.Needs(access.TakePart), p.position),
		route("POST "+one+"/ballot", web.Needs(access.TakePart), p.ballot),
		route("GET "+one+"/stepping-out", web.Needs(access.TakePart), p.steppingOut),
		route("POST "+one+"/stepping-out", web.Needs(access.TakePart), p.stepOut),
		route("GET "+one+"/paper", web.Needs(access.EnterForSomeone), p.paper),
		route("POST "+one+"/paper", web.Needs(access.EnterForSomeone), p.enter),
		route("POST "+one+"/confirmation", web.Needs(access.EnterForSomeone), p.confirm),
		route("GET "+one+"/slips", web.Needs(access.EnterForSomeone), p.slips),
		route("POST "+one+"/agreement", web.Needs(access.RunDecisions), p.attempt),
		route("POST "+one+"/vote", web.Needs(access.RunDecisions), p.openVote),
		route("POST "+one+"/extension", web.Needs(access.RunDecisions), p.extend),
		route("POST "+one+"/result", web.Needs(access.RunDecisions), p.result),
		route("POST "+one+"/tellings", web.Needs(access.EnterForSomeone), p.tell),
	}
}

func numberIn(r *http.Request) (int64, error) {
	text := r.PathValue("decision")
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 || strconv.FormatInt(n, 10) != text {
		return 0, fault.NotFound
	}
	return n, nil
}

func home(a area.Area) string     { return "/areas/" + a.Slug }
func roomHref(a area.Area) string { return home(a) + "/decisions" }

func decisionHref(a area.Area, number int64) string { return roomHref(a) + "/" + ordinal(number) }

func ordinal(n int64) string { return strconv.FormatInt(n, 10) }

// shell is the frame of a page in the room.
func (p pages) shell(r *http.Request, by access.Actor, a area.Area, title string, crumbs ...web.Link) web.Shell {
	s := p.site.ShellIn(r, by, title, web.Link{Text: a.Name, Href: home(a)}, p.site.AreaRooms, "Decisions")
	if len(crumbs) > 0 {
		s.Crumbs = append([]web.Link{{Text: a.Name, Href: home(a)}, {Text: "Decisions", Href: roomHref(a)}}, crumbs...)
	}
	return s
}

// in reads an area, and what else a page needs, on one view of the data.
func (p pages) in(r *http.Request, f func(ctx context.Context, tx *db.Tx, a area.Area) error) error {
	return p.decisions.DB.Read(r.Context(), func(tx *db.Tx) error {
		a, err := area.BySlug(r.Context(), tx, r.PathValue("area"))
		if err != nil {
			return err
		}
		return f(r.Context(), tx, a)
	})
}

// one reads the decision that an address names, as far as somebody sees it.
func (p pages) one(r *http.Request, by access.Actor, f func(ctx context.Context, tx *db.Tx, a area.Area, d decision.Decision, s decision.Sight) error) error {
	number, err := numberIn(r)
	if err != nil {
		return err
	}
	return p.in(r, func(ctx context.Context, tx *db.Tx, a area.Area) error {
		d, s, err := p.decisions.SeenIn(ctx, tx, by, a, number)
		if err != nil {
			return err
		}
		return f(ctx, tx, a, d, s)
	})
}

// names are what people are called on a page: those who read papers see names;
// everybody else sees them of those who said that they may stand there.
type names struct {
	known map[access.PersonID]string
	kinds map[access.PersonID]partnership.Kind
}

func (n names) of(who access.PersonID) string {
	if name := n.known[who]; name != "" {
		return name
	}
	switch n.kinds[who] {
	case partnership.Councillor:
		return "A councillor"
	case partnership.NonResident:
		return "Somebody from outside the area"
	case partnership.Resident:
		return "A resident"
	case partnership.Friend, partnership.Worker, partnership.LTO:
	}
	return "Somebody"
}

func namesOf(ctx context.Context, tx *db.Tx, a area.Area, d decision.Decision, talk bool, electors []decision.Elector) (names, error) {
	n := names{map[access.PersonID]string{}, map[access.PersonID]partnership.Kind{}}
	var who []access.PersonID
	add := func(p access.PersonID, k partnership.Kind) {
		if p == "" {
			return
		}
		who = append(who, p)
		if k != "" {
			n.kinds[p] = k
		}
	}
	for _, p := range d.Proposers {
		k := partnership.Kind("")
		if p.Resident {
			k = partnership.Resident
		}
		add(p.Person, k)
	}
	for _, p := range d.Positions {
		add(p.Person, p.Kind)
		add(p.EnteredBy, "")
		add(p.Confirmed.By, "")
	}
	if n := len(d.Attempts); n > 0 && d.Result.Outcome != "" {
		electors = d.Attempts[n-1].Electors
	}
	for _, e := range slices.Concat(electors, d.Poll.Electors) {
		add(e.Person, e.Kind)
	}
	for _, t := range d.Texts {
		add(t.WrittenBy, "")
	}
	for _, o := range d.Recusals {
		add(o.Person, "")
	}
	for _, o := range d.Told {
		add(o.By, "")
	}
	for _, b := range d.Poll.Ballots {
		add(b.EnteredBy, "")
		add(b.Confirmed.By, "")
	}
	all, err := person.Names(ctx, tx, who...)
	if err != nil || talk {
		n.known = all
		return n, err
	}
	said, err := partnership.NamingsOf(ctx, tx, a.ID)
	for id, name := range all {
		if said[id].Named {
			n.known[id] = name
		}
	}
	return n, err
}

// partyName is what a party is called: of people who are no organisation nothing
// is said where everybody reads it.
func partyName(ctx context.Context, tx *db.Tx, q decision.Party, talk bool) (string, error) {
	switch {
	case q.Organisation != "":
		o, err := organisation.ByID(ctx, tx, q.Organisation)
		return o.Name, err
	case q.Part == decision.Does && !talk:
		return "somebody whom we do not name here", nil
	case q.Person != "":
		all, err := person.Names(ctx, tx, q.Person)
		return all[q.Person], err
	}
	return q.Name, nil
}

// paragraphs are the parts of a text that stand apart.
func paragraphs(text string) []string {
	var all []string
	for part := range strings.SplitSeq(text, "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}

// listed is "Ann", "Ann and Ben", "Ann, Ben and Cy".
func listed(all []string) string {
	if len(all) < 2 {
		return strings.Join(all, "")
	}
	return strings.Join(all[:len(all)-1], ", ") + " and " + all[len(all)-1]
}

var small = []string{"No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"}

// inWords is a number at the beginning of a sentence.
func inWords(n int) string {
	if n < len(small) {
		return small[n]
	}
	return strconv.Itoa(n)
}

func counted(n int, one, more string) string {
	if n == 1 {
		return inWords(n) + " " + one
	}
	return inWords(n) + " " + more
}
