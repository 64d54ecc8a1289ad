package partnershipweb_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/partnership"
	"commontable/internal/partnership/partnershipweb"
	"commontable/internal/web"
	"commontable/internal/web/pagetest"
)

const room = "/areas/tanners-reach/people"

func open(t *testing.T) (*fundingtest.World, *pagetest.Reader) {
	t.Helper()
	w, err := fundingtest.New(t.Context(), dbtest.SQLite(t), 9)
	if err != nil {
		t.Fatal(err)
	}
	rd := pagetest.New(t, w.Clock.Now, w.IDs, func(s *web.Site) []web.Route { return partnershipweb.Routes(s, w.Partnerships) })
	return w, rd.As(w.Tanners.Chair)
}

// newcomer is the form of somebody who joins as a councillor from an organisation.
func newcomer(w *fundingtest.World, organisation string) url.Values {
	day := w.Today()
	return url.Values{
		"name": {"Mo Hill"}, "email": {"mo@example.org"}, "kind": {string(partnership.Councillor)}, "resident": {"no"}, "organisation": {organisation},
		"from-day": {day.String()[8:]}, "from-month": {day.String()[5:7]}, "from-year": {day.String()[:4]}, "why": {"Chosen by the council"},
	}
}

// Whoever joins may be of an organisation that we know, found by its name; any
// other name is said to be wrong, and nothing typed is lost.
func TestSomebodyJoinsFromAnOrganisationFoundByItsName(t *testing.T) {
	t.Parallel()
	w, rd := open(t)
	page := rd.Get(room+"/new", http.StatusOK)
	page.Says("Add somebody to the list", `list="organisation-names"`, `<option value="`+w.Tanners.LTO.Name+`">`)
	page.SaysNot(string(w.Tanners.LTO.ID))

	wrong := rd.Post(room, newcomer(w, "Nobody & Sons"), http.StatusUnprocessableEntity)
	wrong.Says("Error: Add somebody to the list", "Choose a name from those that are offered", `value="Nobody &amp; Sons"`, `value="Mo Hill"`, "Chosen by the council")
	empty := rd.Post(room, url.Values{}, http.StatusUnprocessableEntity)
	empty.Says("Error: Add somebody to the list")

	next := rd.Post(room, newcomer(w, "  oak   trust"), http.StatusSeeOther).Next
	entry := next[:len(next)-len("/name")]
	rd.Get(entry, http.StatusOK).Says("Mo Hill", w.Tanners.LTO.Name)
	rd.Get(entry+"/move", http.StatusOK).Says("Change how Mo Hill takes part", `value="`+w.Tanners.LTO.Name+`"`)
	rd.As(access.Actor{}).Get(room, http.StatusOK).SaysNot("Mo Hill")
}

// Before anybody is in it, the page says what will be there.
func TestAnEmptyPartnershipSaysWhatWillBeThere(t *testing.T) {
	t.Parallel()
	_, rd := open(t)
	rd.As(access.Actor{}).Get("/areas/millbrook/people", http.StatusOK).Says("Who we are")
	rd.Get("/areas/millbrook/people", http.StatusOK).SaysNot("Who has a say")
	rd.Get("/areas/millbrook/how-we-decide", http.StatusOK).Says("How we decide")
	rd.Get("/areas/millbrook/people/interests", http.StatusOK).Says("Interests")
	rd.Get("/areas/no-such-place/people", http.StatusNotFound).Says("This page is not here")
}

// Another day is asked for, and one that there is not is said to be wrong.
func TestWhoWeWereOnAnotherDay(t *testing.T) {
	t.Parallel()
	w, rd := open(t)
	rd.Post(room, newcomer(w, ""), http.StatusSeeOther)
	rd.Get(room+"/on", http.StatusOK).Says("Who we were, or will be", "Show who we were on")
	rd.Get(room+"/on?day-day=1&day-month=1&day-year=2020", http.StatusOK).SaysNot("Mo Hill")
	rd.Get(room+"/on?day-day=1&day-month=1&day-year=2020", http.StatusOK).SaysNot("on.csv")
	today := w.Today()
	asked := fmt.Sprintf("?day-day=%d&day-month=%d&day-year=%d", today.Day(), today.Month(), today.Year())
	rd.Get(room+"/on"+asked, http.StatusOK).Says("Mo Hill", room+"/on.csv"+strings.ReplaceAll(asked, "&", "&amp;"))
	rd.Get(room+"/on.csv"+asked, http.StatusOK).Says("who,how they took part,has a say,offices,since", "Mo Hill,councillor,yes,", today.String())
	rd.Get(room+"/on.csv?day-day=1&day-month=1&day-year=2020", http.StatusOK).SaysNot("Mo Hill")
	rd.Get(room+"/on.csv?day-day=31&day-month=2&day-year=2020", http.StatusNotFound)
	rd.Get(room+"/on?day-day=31&day-month=2&day-year=2020", http.StatusUnprocessableEntity).Says("Error:")
	rd.As(access.Actor{}).Get(room+"/on", http.StatusSeeOther)
}

// Who has no say by the area’s rule stands among those who help, and is not counted
// among those who decide.
func TestACouncillorWithoutAVoteIsNotAmongThoseWhoHaveASay(t *testing.T) {
	t.Parallel()
	w, rd := open(t)
	rd.Post(room, newcomer(w, ""), http.StatusSeeOther)
	neighbour := newcomer(w, "")
	neighbour["name"], neighbour["email"], neighbour["kind"] = []string{"Nell Hart"}, []string{"nell@example.org"}, []string{string(partnership.Resident)}
	rd.Post(room, neighbour, http.StatusSeeOther)
	among := func(by access.Actor) string {
		page := rd.As(by).Get(room, http.StatusOK)
		_, rest, _ := strings.Cut(page.HTML, "Who has a say</h2>")
		say, helps, _ := strings.Cut(rest, "Who comes along and helps")
		return fmt.Sprint(strings.Contains(say, "Councillor"), " ", strings.Contains(helps, "Councillor<"))
	}
	for _, by := range []access.Actor{{}, w.Tanners.Chair} {
		if got := among(by); got != "true false" {
			t.Errorf("before there is a rule: %s", got)
		}
	}
	if err := w.Partnerships.SetRules(t.Context(), w.Tanners.Chair, w.Tanners.Area, partnership.NewRules{
		Form: "excluded", From: w.Today(), Councillors: partnership.CouncillorsExcluded, DecidedAt: "Meeting 4",
	}); err != nil {
		t.Fatal(err)
	}
	for _, by := range []access.Actor{{}, w.Tanners.Chair} {
		if got := among(by); got != "false true" {
			t.Errorf("when councillors have no vote: %s", got)
		}
	}
}

// Where several hold the money, what a group cannot do itself is done by one or the other:
// the page says what each does.
func TestWhoDoesWhatAGroupCannotWhereSeveralHoldTheMoney(t *testing.T) {
	t.Parallel()
	w, rd := open(t)
	one, other := w.Tanners.LTO, w.Millbrook.LTO
	holders := []partnership.Holder{{Organisation: one.ID, From: w.Today(), Functions: "Holds the money"}}
	w.Partnerships.Holders = func(context.Context, *db.Tx, []area.ID) (map[area.ID][]partnership.Holder, error) {
		return map[area.ID][]partnership.Holder{w.Tanners.Area.ID: holders}, nil
	}
	rd = rd.As(access.Actor{})
	rd.Get("/areas/tanners-reach/legal-form", http.StatusOK).Says(one.Name + " employs the worker.")
	holders = append(holders, partnership.Holder{Organisation: other.ID, From: w.Today().AddDays(1), Functions: "Employs the worker"})
	rd.Get("/areas/tanners-reach/legal-form", http.StatusOK).SaysNot(other.Name)
	holders[1].From = w.Today()
	page := rd.Get("/areas/tanners-reach/legal-form", http.StatusOK)
	page.Says("What "+one.Name+" does for us. Holds the money.", "What "+other.Name+" does for us. Employs the worker.", other.Name+" or "+one.Name+" employs the worker.")
	page.SaysNot(">" + one.Name + " employs the worker.")
}
