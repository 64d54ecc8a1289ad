package partnershipweb_test

import (
	"net/http"
	"net/url"
	"testing"

	"commontable/internal/access"
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
	rd.Get(room+"/on?day-day=31&day-month=2&day-year=2020", http.StatusUnprocessableEntity).Says("Error:")
	rd.As(access.Actor{}).Get(room+"/on", http.StatusSeeOther)
}
