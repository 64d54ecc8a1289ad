package relationshipweb_test

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/web/pagetest"
)

// typed is what a fresh form holds, with what somebody tapped or typed in it.
func typed(page pagetest.Page, pairs ...string) url.Values {
	f := page.Filled()
	for i := 0; i < len(pairs); i += 2 {
		f[pairs[i]] = []string{pairs[i+1]}
	}
	return f
}

// on is a day in the three boxes for it.
func on(f url.Values, field string, d date.Date) url.Values {
	for i, part := range []string{"-year", "-month", "-day"} {
		f.Set(field+part, strings.Split(d.String(), "-")[i])
	}
	return f
}

// lines are a spreadsheet without its heading.
func lines(t *testing.T, p pagetest.Page) [][]string {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(p.HTML, "\ufeff"))).ReadAll()
	if err != nil || len(all) == 0 {
		t.Fatalf("the spreadsheet: %v, %d lines", err, len(all))
	}
	return all[1:]
}

// link finds an address on a page.
func link(t *testing.T, p pagetest.Page, pattern string) string {
	t.Helper()
	found := regexp.MustCompile(pattern).FindString(p.HTML)
	if found == "" {
		t.Fatalf("nothing leads to %s:\n%s", pattern, p.Text)
	}
	return found
}

// A new link, a contact noted and a promise kept take a few taps: all but what is sent
// here stands in the fresh form already, or can be left out.
func TestAFewTaps(t *testing.T) {
	t.Parallel()
	_, _, _, rd := open(t)
	rd.Post(relationships+"/new", url.Values{}, http.StatusUnprocessableEntity).SaysNot("Enter what you call them")
	made := rd.Post(relationships+"/new", typed(rd.Get(relationships+"/new", http.StatusOK), "who", "Blackbrook Council", "type", "council", "closeness", "regular"), http.StatusSeeOther).Next
	page := rd.Get(made, http.StatusOK)
	page.Says("Blackbrook Council", "Grace") // who knows them best is whoever adds them, unless said otherwise

	rd.Post(made+"/contact", typed(rd.Get(made+"/contact", http.StatusOK), "how", "met"), http.StatusSeeOther)
	rd.Get(made, http.StatusOK).Says("We met", "once good news")
	rd.Post(made+"/promises", typed(rd.Get(made+"/promises", http.StatusOK), "side", "theirs", "what", "Two benches"), http.StatusSeeOther)
	promise := link(t, rd.Get("/areas/tanners-reach/promises", http.StatusOK), `/areas/tanners-reach/promises/[0-9a-f]{32}`)
	rd.Post(promise, typed(rd.Get(promise, http.StatusOK), "what", "kept"), http.StatusSeeOther)
	rd.Get(made, http.StatusOK).Says("Two benches", "Done")
}

// A promise, from both sides: what is wrong keeps what was typed; what became of it
// stands on the list, on the page of the relationship and in the spreadsheet.
func TestPromisesOnTheirPages(t *testing.T) {
	t.Parallel()
	w, _, _, rd := open(t)
	const promises = "/areas/tanners-reach/promises"
	empty := rd.Get(promises, http.StatusOK)
	empty.Says("No promises yet", "Who we work with")
	if n := len(lines(t, rd.Get(promises+".csv", http.StatusOK))); n != 0 {
		t.Errorf("%d lines of no promises", n)
	}
	made := rd.Post(relationships+"/new", url.Values{"who": {"Blackbrook Council"}, "type": {"council"}, "closeness": {"regular"}}, http.StatusSeeOther).Next
	wrong := rd.Post(made+"/promises", url.Values{"what": {"Benches & bins"}, "who": {"Karen"}, "due_on-day": {"31"}, "due_on-month": {"2"}, "due_on-year": {"2027"}}, http.StatusUnprocessableEntity)
	wrong.Says("Error: ", "Say whether they said it or we did", "Enter a date that exists", `value="Benches &amp; bins"`, `value="Karen"`, `value="31"`)
	rd.Post(made+"/promises", on(on(url.Values{"side": {"theirs"}, "what": {"Benches & bins"}, "who": {"Karen"}}, "made_on", w.Today().AddDays(-40)), "due_on", w.Today().AddDays(-1)), http.StatusSeeOther)
	page := rd.Get(promises, http.StatusOK)
	page.Says("Theirs, in hand", "Benches & bins", "Not done yet", w.Today().AddDays(-1).Long())
	page.SaysNot("Ours, in hand", "overdue", "Overdue")
	promise := link(t, page, promises+`/[0-9a-f]{32}`)
	wrong = rd.Post(promise, on(url.Values{"what": {"moved"}, "words": {""}}, "on", w.Today()), http.StatusUnprocessableEntity)
	wrong.Says("Error: ", `value="moved" checked`)
	rd.Post(promise, on(on(url.Values{"what": {"moved"}, "words": {"The yard was flooded"}}, "on", w.Today()), "due_on", w.Today().AddDays(20)), http.StatusSeeOther)
	rd.Get(made, http.StatusOK).Says("Benches & bins", "The yard was flooded", w.Today().AddDays(20).Long())
	got := lines(t, rd.Get(promises+".csv", http.StatusOK))
	if len(got) != 1 || !strings.Contains(strings.Join(got[0], "|"), "Benches & bins") || !strings.Contains(strings.Join(got[0], "|"), w.Today().AddDays(20).String()) {
		t.Errorf("the spreadsheet: got %q", got)
	}
	rd.As(w.Kit).Get(promises, http.StatusNotFound)
	rd.Get(promise, http.StatusNotFound)
	rd.As(w.Millbrook.Chair).Get("/areas/millbrook/promises", http.StatusOK).Says("No promises yet")
	rd.As(w.Farah).Get(promises, http.StatusOK).SaysNot(promise)
	rd.Get(promise, http.StatusForbidden)
}

// Who holds what: a person on whom a link hangs, what would be lost without them, and
// how it stands once somebody else holds it too. Many names are cut short, and the page
// of one person has them all, as has the spreadsheet.
func TestWhatHangsOnOnePerson(t *testing.T) {
	t.Parallel()
	w, _, _, rd := open(t)
	const held = "/areas/tanners-reach/who-holds-what"
	rd.Get(held, http.StatusOK).Says("Nobody is noted yet", "Who we work with")
	var made []string
	for i := range 7 {
		made = append(made, rd.Post(relationships+"/new", url.Values{"who": {"Body number " + strconv.Itoa(i)}, "type": {"council"}, "closeness": {"regular"}, "holder_name": {"Aneela Shah"}}, http.StatusSeeOther).Next)
	}
	page := rd.Get(held, http.StatusOK)
	page.Says("Aneela Shah", "7 links", "and 3 more", "7 organisations", "Find a second person")
	rd.Get(held+".csv", http.StatusOK).SaysNot("and 3 more")
	rd.Get(held+".csv", http.StatusOK).Says("Body number 6")
	one := link(t, page, held+`/[0-9a-f]{32}`)
	rd.Get(one, http.StatusOK).Says("If Aneela Shah stepped back", "Nobody else holds these", "Body number 0", "Body number 6", "It is no fault of anybody")

	wrong := rd.Post(made[0]+"/holders", on(url.Values{"side": {""}, "name": {"Tom & Sue"}, "role": {"resident"}}, "from", w.Today()), http.StatusUnprocessableEntity)
	wrong.Says("Error: ", "Say whether they are on our side or on theirs", `value="Tom &amp; Sue"`)
	rd.Post(made[0]+"/holders", on(url.Values{"side": {"ours"}, "name": {"Tom"}, "role": {"resident"}}, "from", w.Today()), http.StatusSeeOther)
	rd.Get(one, http.StatusOK).Says("Others hold these too", "Tom")
	rd.Get(held, http.StatusOK).Says("6 links")

	// She steps back, and says who takes over.
	holder := link(t, rd.Get(made[1], http.StatusOK), `/areas/tanners-reach/holders/[0-9a-f]{32}`)
	rd.Post(holder, url.Values{"words": {"Thank you & goodbye"}}, http.StatusUnprocessableEntity).Says("Error: ", "Thank you &amp; goodbye")
	rd.Post(holder, on(url.Values{"words": {"Thank you"}, "next_name": {"Leroy"}, "next_role": {"worker"}}, "until", w.Today().AddDays(1)), http.StatusSeeOther)
	w.Clock.Pass(24 * time.Hour)
	after := rd.Get(made[1], http.StatusOK)
	after.Says("Leroy", "Aneela Shah stepped back")
	rd.Get(held, http.StatusOK).Says("5 links", "Leroy")
	rd.As(w.Kit).Get(held, http.StatusNotFound)
	rd.Get(one, http.StatusNotFound)
}

// A handover, from its beginning to its last step, with the pack that goes with it.
func TestAHandoverOnItsPages(t *testing.T) {
	t.Parallel()
	w, _, _, rd := open(t)
	made := rd.Post(relationships+"/new", url.Values{"who": {"Blackbrook Council"}, "type": {"council"}, "closeness": {"regular"}, "holder_name": {"Aneela Shah"}}, http.StatusSeeOther).Next
	wrong := rd.Post(made+"/handover", url.Values{"who": {"Aneela & co"}, "words": {"She knows them all"}}, http.StatusUnprocessableEntity)
	wrong.Says("Error: ", "Choose why", `value="Aneela &amp; co"`, "She knows them all")
	handover := rd.Post(made+"/handover", on(on(url.Values{"side": {"ours"}, "why": {"leaving"}, "who": {"Aneela Shah"}, "to_whom": {"Leroy"}, "walk_with": {"Tom"}}, "by", w.Today().AddDays(20)), "walk_on", w.Today().AddDays(5)), http.StatusSeeOther).Next
	page := rd.Get(handover, http.StatusOK)
	page.Says("From Aneela Shah to Leroy, by "+w.Today().AddDays(20).Long(), "0 of ", "walkabout")
	rd.Post(handover, on(url.Values{"stop": {"yes"}}, "on", w.Today()), http.StatusUnprocessableEntity).Says("Error: ", `value="yes" checked`)
	steps := regexp.MustCompile(`name="done" type="checkbox" value="(\d+)"`).FindAllStringSubmatch(page.HTML, -1)
	if len(steps) < 3 {
		t.Fatalf("%d steps are there to tick", len(steps))
	}
	rd.Post(handover, on(url.Values{"done": {steps[0][1]}, "more": {"Give back the key"}, "more_who": {"Tom"}}, "on", w.Today()), http.StatusSeeOther)
	rd.Get(handover, http.StatusOK).Says("1 of "+strconv.Itoa(len(steps)+1)+" steps are done", "Give back the key")
	pack := rd.Get(made+"/pack", http.StatusOK)
	pack.Says("Give back the key", "From Aneela Shah to Leroy", "A walkabout")
	pack.SaysNot("<button type=\"submit\" class=\"govuk-button\"")
	rd.As(w.Kit).Get(made+"/pack", http.StatusNotFound)
	rd.As(w.Farah).Get(handover, http.StatusForbidden)
}

// A question: whoever lives there asks, sees what becomes of it, and nobody else's.
func TestAQuestionOnItsPages(t *testing.T) {
	t.Parallel()
	w, _, _, rd := open(t)
	const questions = "/areas/tanners-reach/questions"
	made := rd.Post(relationships+"/new", url.Values{"who": {"Blackbrook Council"}, "type": {"council"}, "closeness": {"regular"}}, http.StatusSeeOther).Next
	rd.As(w.Kit).Get(questions, http.StatusOK).Says("No questions yet", "Ask something")
	wrong := rd.Post(questions+"/new", url.Values{"kind": {"issue"}, "what": {""}, "place": {"Elm Lane & about"}}, http.StatusUnprocessableEntity)
	wrong.Says("Error: ", "Say what you want to know", `value="Elm Lane &amp; about"`, `value="issue" checked`)
	wrong.SaysNot("Are you asking for somebody else?")
	question := rd.Post(questions+"/new", url.Values{"kind": {"question"}, "what": {"Who mends the lamp?"}, "reach": {"At the shop"}}, http.StatusSeeOther).Next
	rd.Get(question, http.StatusOK).Says("Who mends the lamp?", "It was asked")
	rd.Get(question+"/step", http.StatusNotFound)

	rd.As(w.Tanners.Chair).Get(questions, http.StatusOK).Says("No. 1: Who mends the lamp?", "find out whose it is")
	rd.Get(question+"/step", http.StatusOK).Says("What was done about it?")
	rd.Post(question+"/step", on(url.Values{"what": {"sent"}, "words": {"By hand & by mail"}}, "on", w.Today()), http.StatusUnprocessableEntity).Says("Error: ", "By hand &amp; by mail", `value="sent" checked`)
	rd.Post(question+"/step", on(url.Values{"what": {"sent"}, "with": {made[strings.LastIndex(made, "/")+1:]}}, "on", w.Today()), http.StatusSeeOther)
	rd.Post(question+"/step", on(url.Values{"what": {"answered"}, "words": {"In March"}}, "on", w.Today()), http.StatusSeeOther)
	rd.Post(questions+"/new", url.Values{"kind": {"issue"}, "what": {"A broken step"}}, http.StatusSeeOther)
	got := lines(t, rd.Get(questions+".csv", http.StatusOK))
	if all := strings.Join(got[0], "|") + strings.Join(got[len(got)-1], "|"); len(got) != 2 || !strings.Contains(all, "Who mends the lamp?") || !strings.Contains(all, "A broken step") {
		t.Errorf("the spreadsheet: got %q", got)
	}
	mine := rd.As(w.Kit).Get(questions, http.StatusOK)
	mine.Says("Who mends the lamp?")
	mine.SaysNot("A broken step")
	rd.Get(question, http.StatusOK).Says("In March")
	rd.Get(questions+".csv", http.StatusOK).SaysNot("A broken step")
	rd.As(w.Millbrook.Chair).Get(question, http.StatusNotFound)
	rd.As(access.Actor{}).Get(questions, http.StatusSeeOther)
}
