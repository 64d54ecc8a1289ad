package agencyweb_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/agency/agencyweb"
	"commontable/internal/date"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/project"
	"commontable/internal/web"
	"commontable/internal/web/pagetest"
)

const (
	whoIsWho  = "/areas/tanners-reach/agencies"
	directory = "/areas/tanners-reach/directory"
	cards     = "/areas/tanners-reach/cards"
)

// open serves the pages of who is who to the chair.
func open(t *testing.T) (*fundingtest.World, *pagetest.Reader) {
	t.Helper()
	w, err := fundingtest.New(t.Context(), dbtest.SQLite(t), 12)
	if err != nil {
		t.Fatal(err)
	}
	agencies := &agency.Agencies{DB: w.DB, IDs: w.IDs, Now: w.Clock.Now, Organisations: w.Organisations, Holders: funding.HoldersIn}
	rd := pagetest.New(t, w.Clock.Now, w.IDs, func(s *web.Site) []web.Route { return agencyweb.Routes(s, agencies) })
	return w, rd.As(w.Tanners.Chair)
}

// on is a day in the three boxes for it.
func on(form url.Values, field string, d date.Date) url.Values {
	for i, part := range []string{"-year", "-month", "-day"} {
		form.Set(field+part, strings.Split(d.String(), "-")[i])
	}
	return form
}

// A list that is empty says what to begin with; a form that is wrong keeps all that
// was typed; and nobody of another area learns that there is a list.
func TestWhoIsWho(t *testing.T) {
	t.Parallel()
	w, rd := open(t)
	rd.Get(whoIsWho, http.StatusOK).Says("Nobody is on our list yet", "Begin with your council")

	wrong := rd.Post(whoIsWho+"/new", on(url.Values{"name": {"Reach Motors & sons"}, "place": {"Mill Lane"}}, "from", w.Today()), http.StatusUnprocessableEntity)
	wrong.Says("Error: ", "Choose what sort of body it is", `value="Reach Motors &amp; sons"`, `value="Mill Lane"`)
	made := rd.Post(whoIsWho+"/new", on(url.Values{"name": {"Reach Motors"}, "type": {string(agency.Business)}}, "from", w.Today()), http.StatusSeeOther).Next
	rd.Get(whoIsWho, http.StatusOK).Says("Reach Motors")
	rd.Get(whoIsWho+".csv", http.StatusOK).Says("Reach Motors")

	rd.Get(made, http.StatusOK).Says("Reach Motors", "Nobody is here yet", "A name and a job are enough")
	wrong = rd.Post(made+"/people/new", url.Values{"name": {"Iris Vale"}, "email": {"no address"}, "level": {"middle"}}, http.StatusUnprocessableEntity)
	wrong.Says("Error: ", `value="Iris Vale"`, `value="no address"`)
	rd.Post(made+"/people/new", on(url.Values{"name": {"Iris Vale"}, "title": {"workshop manager"}, "level": {"middle"}}, "from", w.Today()), http.StatusSeeOther)
	rd.Get(made, http.StatusOK).Says("Iris Vale", "workshop manager")

	// A team that is no more says why, and what came after it.
	for _, name := range []string{"Vans", "Vans and bicycles"} {
		rd.Post(made+"/units/new", on(url.Values{"name": {name}}, "from", w.Today().AddMonths(-3)), http.StatusSeeOther)
	}
	units := regexp.MustCompile(made+`/units/[0-9a-f]{32}/end`).FindAllString(rd.Get(made, http.StatusOK).HTML, -1)
	if len(units) < 2 {
		t.Fatalf("%d teams can be ended", len(units))
	}
	rd.Post(units[0], on(url.Values{"why": {"They do both now."}, "posts": {"ended"}}, "on", w.Today()), http.StatusSeeOther)
	rd.Get(made, http.StatusOK).Says("Teams that were there", "until "+w.Today().Long()+": They do both now.")

	rd.As(access.Actor{}).Get(whoIsWho, http.StatusSeeOther)
	rd.As(w.Millbrook.Chair).Get(whoIsWho, http.StatusNotFound)
	rd.Get(made, http.StatusNotFound)
	rd.Post(made+"/people/new", url.Values{"name": {"Somebody"}}, http.StatusNotFound)
}

// A parish and a county are councils of their own: which layer one is is said when it
// is added, and put right later. A sort that the list has not is added to it. A job gets
// another name and team, and who has it stays; a team becomes two.
func TestWhatABodyIs(t *testing.T) {
	t.Parallel()
	w, rd := open(t)
	rd.Post(whoIsWho+"/types", url.Values{"name": {"Drainage board"}, "like": {"council"}}, http.StatusUnprocessableEntity).Says("Error: ", "Say whether it is a sort of its own", `value="Drainage board"`)
	rd.Post(whoIsWho+"/types", url.Values{"name": {"Drainage board"}, "like": {"council"}, "as": {"within"}, "plain": {"Keeps the fields dry."}}, http.StatusSeeOther)
	rd.Post(whoIsWho+"/new", on(url.Values{"name": {"Marlow Parish"}, "type": {"school"}, "subtype": {"parish"}}, "from", w.Today()), http.StatusUnprocessableEntity).Says("Error: ", "Choose one that is a sort of School or college")
	made := rd.Post(whoIsWho+"/new", on(url.Values{"name": {"Marlow Parish"}, "type": {"council"}, "subtype": {"parish"}}, "from", w.Today()), http.StatusSeeOther).Next
	rd.Get(made, http.StatusOK).Says("Parish or town council", "parish or town", "The nearest", "Change what it is")
	change := rd.Get(made+"/change", http.StatusOK)
	change.Says("Council: Drainage board", `value="Marlow Parish"`)
	board := regexp.MustCompile(`<option value="(council/[0-9a-f]+)"`).FindStringSubmatch(change.HTML)
	if board == nil {
		t.Fatal("the sort that was added is not there to choose")
	}
	rd.Post(made+"/change", url.Values{"name": {"Marlow Drainage"}, "renamed": {"yes"}, "type": {"council"}, "subtype": {board[1]}, "opened-day": {"30"}, "opened-month": {"2"}, "opened-year": {"2020"}}, http.StatusUnprocessableEntity).
		Says("Error: ", `value="Marlow Drainage"`, `value="30"`)
	rd.Post(made+"/change", url.Values{"name": {"Marlow Drainage"}, "renamed": {"yes"}, "type": {"council"}, "subtype": {board[1]}}, http.StatusSeeOther)
	rd.Get(made, http.StatusOK).Says("Marlow Drainage", "Drainage board", "Keeps the fields dry.", "Called before", "Marlow Parish (until")

	for _, name := range []string{"Ditches", "East ditches", "West ditches"} {
		rd.Post(made+"/units/new", on(url.Values{"name": {name}}, "from", w.Today().AddMonths(-3)), http.StatusSeeOther)
	}
	rd.Post(made+"/people/new", on(url.Values{"name": {"Iris Vale"}, "title": {"ditch officer"}}, "from", w.Today().AddMonths(-2)), http.StatusSeeOther)
	job := regexp.MustCompile(made + `/posts/[0-9a-f]{32}"`).FindString(rd.Get(made, http.StatusOK).HTML)
	job = strings.TrimSuffix(job, `"`)
	units := regexp.MustCompile(`<option value="([0-9a-f]{32})"[^>]*>(Ditches|East ditches|West ditches)<`).FindAllStringSubmatch(rd.Get(job, http.StatusOK).HTML, -1)
	of := map[string]string{}
	for _, u := range units {
		of[u[2]] = u[1]
	}
	rd.Post(job, on(url.Values{"title": {""}, "unit": {of["Ditches"]}}, "from", w.Today()), http.StatusUnprocessableEntity).Says("Error: ", "Enter what the job is called")
	rd.Post(job, on(url.Values{"title": {"Water officer"}, "unit": {of["Ditches"]}, "level": {"senior"}}, "from", w.Today().AddMonths(-1)), http.StatusSeeOther)
	now := rd.Get(made, http.StatusOK)
	now.Says("Water officer", "At the top", "Iris Vale")
	now.SaysNot("ditch officer")
	rd.Post(made+"/units/"+of["Ditches"]+"/end", on(url.Values{"posts": {"over"}, "next": {of["East ditches"], of["West ditches"]}}, "on", w.Today()), http.StatusSeeOther)
	rd.Get(made, http.StatusOK).Says("After it came East ditches and West ditches.", "Iris Vale")
	rd.As(w.Millbrook.Chair).Get(made+"/change", http.StatusNotFound)
	rd.Get(job, http.StatusNotFound)
}

// What is done around here is for everybody where that was chosen, and otherwise for
// those who see whom the area works with.
func TestWhoDoesWhatHere(t *testing.T) {
	t.Parallel()
	w, rd := open(t)
	rd.Get(directory, http.StatusOK).Says("Nothing is here yet", "Add something that is done here")
	rd.As(access.Actor{}).Get(directory, http.StatusOK).SaysNot("Add something")

	rd.As(w.Tanners.Chair)
	wrong := rd.Post(directory+"/new", url.Values{"name": {"Soup & songs"}, "what": {"A warm room"}}, http.StatusUnprocessableEntity)
	wrong.Says("Error: ", "Say who does it", `value="Soup &amp; songs"`, "A warm room")
	for name, public := range map[string]string{"Soup and songs": "yes", "A quiet hour": ""} {
		rd.Post(directory+"/new", on(url.Values{"name": {name}, "host": {"St Luke’s"}, "public": {public}}, "seen_on", w.Today()), http.StatusSeeOther)
	}
	page := rd.Get(directory, http.StatusOK)
	page.Says("Soup and songs", "A quiet hour", "Only those who see whom we work with")
	rd.As(access.Actor{}).Get(directory, http.StatusOK).Says("Soup and songs")
	rd.Get(directory, http.StatusOK).SaysNot("A quiet hour")
	rd.Get(directory+".csv", http.StatusOK).SaysNot("A quiet hour")
	rd.Get(directory+"?q=nothing+like+it", http.StatusOK).Says("Nothing has all of these words")

	end := regexp.MustCompile(directory + `/[0-9a-f]{32}/end`).FindString(page.HTML)
	rd.As(w.Tanners.Chair).Post(end, on(url.Values{}, "on", w.Today()), http.StatusSeeOther)
	if ended := rd.Get(directory, http.StatusOK); strings.Contains(ended.Text, "Soup and songs") && strings.Contains(ended.Text, "A quiet hour") {
		t.Error("what is no more is still there")
	}
}

// A card says whom to ask after something serious, and has no room for what was told.
func TestCardsOfWhomToAsk(t *testing.T) {
	t.Parallel()
	w, rd := open(t)
	rd.Get(cards, http.StatusOK).Says("There are no cards yet", "call 999")
	wrong := rd.Post(cards+"/new", url.Values{"activity": {"Lunch club"}, "reach": {"0115 496 0000"}}, http.StatusUnprocessableEntity)
	wrong.Says("Error: ", "Say whom to ask", `value="Lunch club"`, `value="0115 496 0000"`)
	one := rd.Post(cards+"/new", on(url.Values{"activity": {"Lunch club"}, "ask": {"Adult care, first contact"}, "reach": {"0115 496 0000"}}, "checked_on", w.Today()), http.StatusSeeOther).Next
	rd.Get(one, http.StatusOK).Says("Lunch club", "Adult care, first contact", "0115 496 0000")
	rd.Get(cards+".csv", http.StatusOK).Says("Lunch club")
	rd.Get(cards+"/new?activity=Walks", http.StatusOK).Says(`value="Walks"`)

	// An activity that has none is named, until it has.
	projects := &project.Projects{DB: w.DB, IDs: w.IDs, Now: w.Clock.Now}
	for _, name := range []string{"lunch  club", "Drop-in evenings"} {
		if _, err := projects.BeginActivity(t.Context(), w.Tanners.Chair, w.Tanners.Area, project.NewActivity{Form: string(w.Form()), Name: name, Words: "For whoever comes.", BegunOn: w.Today().AddDays(-9)}); err != nil {
			t.Fatal(err)
		}
	}
	page := rd.Get(cards, http.StatusOK)
	page.Says("Activities without a card", "Drop-in evenings", "/cards/new?activity=Drop-in+evenings")
	page.SaysNot("Make a card for lunch club")
	rd.Post(cards+"/new", on(url.Values{"activity": {"Drop-In Evenings"}, "ask": {"Children’s care"}, "reach": {"0115 496 0001"}}, "checked_on", w.Today()), http.StatusSeeOther)
	rd.Get(cards, http.StatusOK).SaysNot("Activities without a card")
	rd.As(access.Actor{}).Get(one, http.StatusSeeOther)
	rd.As(w.Millbrook.Chair).Get(one, http.StatusNotFound)
}

// People come and go: somebody new has a job and who had it left that day; what is typed
// on the way is kept; a name that is removed is nowhere any more, and the job stays.
func TestWhoComesAndGoes(t *testing.T) {
	t.Parallel()
	w, rd := open(t)
	made := rd.Post(whoIsWho+"/new", on(url.Values{"name": {"Reach Motors"}, "type": {string(agency.Business)}}, "from", w.Today()), http.StatusSeeOther).Next
	rd.Post(made+"/people/new", on(url.Values{"name": {"Iris Vale"}, "title": {"Manager"}, "email": {"iris@motors.example"}, "level": {"middle"}}, "from", w.Today().AddMonths(-3)), http.StatusSeeOther)
	page := rd.Get(made, http.StatusOK)
	page.Says("iris@motors.example", `They leave <span class="govuk-visually-hidden">: Iris Vale</span>`)
	find := func(pattern string) string {
		t.Helper()
		found := regexp.MustCompile(made + pattern).FindString(rd.Get(made, http.StatusOK).HTML)
		if found == "" {
			t.Fatalf("nothing leads to %s", pattern)
		}
		return found
	}
	job, person := find(`/posts/[0-9a-f]{32}/holder`), find(`/people/[0-9a-f]{32}`)
	wrong := rd.Post(job, on(url.Values{"name": {"Abel & Son"}, "email": {"nowhere"}, "instead": {"yes"}}, "from", w.Today()), http.StatusUnprocessableEntity)
	wrong.Says("Error: ", `value="Abel &amp; Son"`, `value="nowhere"`, `value="yes" checked`)
	rd.Get(job, http.StatusOK).Says("Who has the job now? Manager", "They left that day")
	rd.Post(job, on(url.Values{"name": {"Abel"}, "instead": {"yes"}}, "from", w.Today()), http.StatusSeeOther)
	now := rd.Get(made, http.StatusOK)
	now.Says("Abel")
	now.SaysNot("iris@motors.example")

	left := find(`/holders/[0-9a-f]{32}/left`)
	rd.Post(left, url.Values{"until-day": {"32"}, "until-month": {"1"}, "until-year": {"2026"}}, http.StatusUnprocessableEntity).Says("Error: ", `value="32"`)
	rd.Post(left, on(url.Values{}, "until", w.Today().AddDays(1)), http.StatusSeeOther)
	rd.Get(made, http.StatusOK).Says("until " + w.Today().Long())

	rd.Get(person+"/forget", http.StatusOK).Says("Remove the name of Iris Vale", "It cannot be undone")
	rd.Post(person+"/forget", url.Values{}, http.StatusUnprocessableEntity).Says("Error: ", "Say that you are sure")
	rd.Post(person+"/forget", url.Values{"sure": {"yes"}}, http.StatusSeeOther)
	for _, path := range []string{made + "?day=" + w.Today().AddMonths(-1).String(), whoIsWho, whoIsWho + ".csv"} {
		rd.Get(path, http.StatusOK).SaysNot("Iris Vale", "iris@motors.example")
	}
	rd.Get(made+"?day="+w.Today().AddMonths(-1).String(), http.StatusOK).Says("Manager", "This is how it was on")
	for _, path := range []string{job, person + "/forget", left} {
		rd.As(w.Farah).Get(path, http.StatusForbidden)
		rd.As(w.Millbrook.Chair).Get(path, http.StatusNotFound)
	}
}

// Another body takes the place of one that is no more, and one can be taken off the list:
// all that was written of them is kept.
func TestAnotherTakesItsPlace(t *testing.T) {
	t.Parallel()
	w, rd := open(t)
	add := func(name string) string {
		return rd.Post(whoIsWho+"/new", on(url.Values{"name": {name}, "type": {string(agency.Business)}}, "from", w.Today().AddMonths(-6)), http.StatusSeeOther).Next
	}
	was, is := add("Reach Motors"), add("Vale Garages")
	rd.Post(was+"/people/new", on(url.Values{"name": {"Iris Vale"}, "title": {"Manager"}}, "from", w.Today().AddMonths(-3)), http.StatusSeeOther)
	rd.Post(was+"/replace", on(url.Values{}, "on", w.Today()), http.StatusUnprocessableEntity).Says("Error: ", "Choose which takes its place")
	other := regexp.MustCompile(`<option value="([0-9a-f]{32})"[^>]*>Vale Garages`).FindStringSubmatch(rd.Get(was+"/replace", http.StatusOK).HTML)
	if other == nil {
		t.Fatal("the other is not there to choose")
	}
	rd.Post(was+"/close", url.Values{"on-day": {"31"}, "on-month": {"2"}, "on-year": {"2026"}}, http.StatusUnprocessableEntity).Says("Error: ", `value="31"`)
	rd.Post(was+"/replace", on(url.Values{"other": {other[1]}}, "on", w.Today()), http.StatusSeeOther)
	rd.Get(is, http.StatusOK).Says("Iris Vale", "Manager")
	rd.Get(was+"?day="+w.Today().AddDays(-1).String(), http.StatusOK).Says("Iris Vale")
	rd.Post(is+"/off", on(url.Values{}, "until", w.Today()), http.StatusSeeOther)
	rd.Get(whoIsWho, http.StatusOK).Says("Taken off our list", "Vale Garages")
	rd.Get(is, http.StatusOK).Says("It is not on our list.", "Put it on our list")
}

// A card says whom to ask, and nothing of what was told. It is changed and taken off the
// list by those who keep it.
func TestACardOnItsPages(t *testing.T) {
	t.Parallel()
	w, rd := open(t)
	rd.Get(cards, http.StatusOK).Says("There are no cards yet", "If somebody is in danger now, call 999.")
	wrong := rd.Post(cards+"/new", url.Values{"activity": {"Lunch & games"}, "reach": {"0300"}}, http.StatusUnprocessableEntity)
	wrong.Says("Error: ", `value="Lunch &amp; games"`, `value="0300"`)
	card := rd.Post(cards+"/new", on(url.Values{"activity": {"Lunch club"}, "about": {"a child"}, "ask": {"The duty team"}, "reach": {"0300 1"}, "otherwise": {"0300 2"}}, "checked_on", w.Today()), http.StatusSeeOther).Next
	rd.Get(card, http.StatusOK).Says("Lunch club: whom to ask", "If it is about a child, ask:", "The duty team", "0300 1", "Write down nothing here")
	rd.Get(cards, http.StatusOK).Says("Lunch club", "Tried on")
	rd.Get(cards+".csv", http.StatusOK).Says("Lunch club", "The duty team", w.Today().String())
	rd.Post(card+"/change", on(url.Values{"activity": {"Lunch club"}, "ask": {"The night & day team"}, "reach": {""}}, "checked_on", w.Today()), http.StatusUnprocessableEntity).Says("Error: ", "The night &amp; day team")
	rd.Post(card+"/change", on(url.Values{"activity": {"Lunch club"}, "ask": {"The night team"}, "reach": {"0300 3"}}, "checked_on", w.Today()), http.StatusSeeOther)
	rd.Get(card, http.StatusOK).Says("The night team", "0300 3")
	rd.Post(card+"/end", on(url.Values{}, "on", w.Today()), http.StatusSeeOther)
	rd.Get(cards, http.StatusOK).SaysNot("The night team")
	rd.As(w.Farah).Get(card+"/change", http.StatusForbidden)
	rd.As(w.Millbrook.Chair).Get(card, http.StatusNotFound)
	rd.As(access.Actor{}).Get(cards, http.StatusSeeOther)
}

// The programme sees the bodies that registers told of, by their sorts, and no area's
// own; of a name that nobody has it says so.
func TestTheProgrammesBodies(t *testing.T) {
	t.Parallel()
	w, rd := open(t)
	rd.Get("/agencies", http.StatusForbidden)
	rd.Post(whoIsWho+"/new", on(url.Values{"name": {"Reach Motors"}, "type": {string(agency.Business)}}, "from", w.Today()), http.StatusSeeOther)
	rd.As(w.Farah)
	rd.Get("/agencies", http.StatusOK).SaysNot("Reach Motors")
	rd.Get("/agencies.csv", http.StatusOK).SaysNot("Reach Motors")
	rd.As(w.Tanners.Chair).Get(whoIsWho+"/find?q=nowhere", http.StatusOK).Says("No register has it", "Add it yourself")
	rd.As(access.Actor{}).Get("/agencies", http.StatusSeeOther)
}
