package planweb_test

import (
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"commontable/internal/access"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/money"
	"commontable/internal/plan"
	"commontable/internal/plan/planweb"
	"commontable/internal/web"
)

// A reader asks for pages as one person after another.
type reader struct {
	t      *testing.T
	server *httptest.Server
	client *http.Client

	mu sync.Mutex
	by access.Actor
}

func read(t *testing.T, w *fundingtest.World) *reader {
	t.Helper()
	site := &web.Site{
		Log: slog.New(slog.DiscardHandler), Now: w.Clock.Now, IDs: w.IDs,
		AreaRooms: []web.Link{{Text: "Home"}, {Text: "Plan", Href: "/plan"}, {Text: "Money", Href: "/money"}},
	}
	rd := &reader{t: t, client: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	rd.server = httptest.NewServer(site.Router(func(*http.Request) (access.Actor, error) {
		rd.mu.Lock()
		defer rd.mu.Unlock()
		return rd.by, nil
	}, planweb.Routes(site, w.Plans, nil)...))
	t.Cleanup(rd.server.Close)
	return rd
}

func (rd *reader) as(by access.Actor) *reader {
	rd.mu.Lock()
	defer rd.mu.Unlock()
	rd.by = by
	return rd
}

func (rd *reader) get(path string, status int) string {
	rd.t.Helper()
	body, _ := rd.ask(http.MethodGet, path, nil, status)
	return body
}

func (rd *reader) post(path string, form url.Values, status int) (body, next string) {
	rd.t.Helper()
	return rd.ask(http.MethodPost, path, form, status)
}

func (rd *reader) ask(method, path string, form url.Values, status int) (body, next string) {
	rd.t.Helper()
	req, err := http.NewRequestWithContext(rd.t.Context(), method, rd.server.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		rd.t.Fatal(err)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := rd.client.Do(req)
	if err != nil {
		rd.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		rd.t.Fatal(err)
	}
	if res.StatusCode != status {
		rd.t.Fatalf("%s %s: status %d, want %d\n%s", method, path, res.StatusCode, status, words(string(text)))
	}
	return string(text), res.Header.Get("Location")
}

var (
	tag   = regexp.MustCompile(`<[^>]*>`)
	space = regexp.MustCompile(`\s+`)
)

// words are what a page says, without its marks.
func words(page string) string {
	return space.ReplaceAllString(html.UnescapeString(tag.ReplaceAllString(page, " ")), " ")
}

func says(t *testing.T, page string, want ...string) {
	t.Helper()
	text := words(page)
	for _, w := range want {
		if !strings.Contains(text, w) && !strings.Contains(page, w) {
			t.Errorf("the page does not say %q:\n%s", w, text)
		}
	}
}

func saysNot(t *testing.T, page string, unwanted ...string) {
	t.Helper()
	text := words(page)
	for _, w := range unwanted {
		if strings.Contains(text, w) || strings.Contains(page, w) {
			t.Errorf("the page says %q:\n%s", w, text)
		}
	}
}

var formField = regexp.MustCompile(`name="form" value="([^"]+)"`)

func formOf(t *testing.T, page string) string {
	t.Helper()
	found := formField.FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("the page has no form:\n%s", page)
	}
	return found[1]
}

// filled is the form of a plan: lines are "priority|name|theme|budget".
func filled(form string, lines ...string) url.Values {
	v := url.Values{"form": {form}, "vision": {"A green heart for everyone."}, "from_year": {"2026"}, "until_year": {"2028"}}
	for i, line := range lines {
		parts := strings.Split(line, "|")
		for j, field := range []string{"priority", "name", "theme", "budget"} {
			v.Set(fmt.Sprintf("%s-%d", field, i+1), parts[j])
		}
	}
	return v
}

const (
	empty   = "|||"
	benches = "Green spaces|Benches|green-spaces|60,000"
	club    = "Young people|Youth club|children-and-young-people|40000"
)

func newWorld(t *testing.T) *fundingtest.World {
	t.Helper()
	w, err := fundingtest.New(t.Context(), dbtest.SQLite(t), 7)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAPlanIsReadByEveryone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	lines, offer, err := w.Ready(t.Context(), w.Tanners)
	must(t, err)
	_, err = w.Pay(t.Context(), w.Tanners, offer.Instalments[0].ID)
	must(t, err)
	_, err = w.Spend(t.Context(), w.Tanners, lines["green/benches"], money.Pounds(12_000))
	must(t, err)

	rd := read(t, w)
	page := rd.get("/areas/tanners-reach/plan", http.StatusOK)
	says(t, page,
		"from April 2026 to March 2029", "Adopted on 20 October 2026", "Decision 1",
		"£100,000 in the plan, in 2 budget lines", "£12,000 of it spent", "£18,000 held or promised", "£70,000 left in the plan",
		"benches Green spaces £60,000 £12,000 £8,000 £0 £40,000",
		`href="/areas/tanners-reach/money/lines/`+string(lines["green/benches"])+`"`,
		"Version 1 April 2026 to March 2029", "In force",
	)
	saysNot(t, page, "Write a new version")
	says(t, rd.as(w.Tanners.Chair).get("/areas/tanners-reach/plan", http.StatusOK), "Write a new version")
	saysNot(t, rd.as(w.Millbrook.Chair).get("/areas/tanners-reach/plan", http.StatusOK), "Write a new version")

	csv := rd.get("/areas/tanners-reach/plan.csv", http.StatusOK)
	says(t, csv, "green,benches,Green spaces,60000.00,12000.00,8000.00,0.00,40000.00,")
	says(t, rd.get("/areas/tanners-reach/plan/versions.csv", http.StatusOK), "1,2026,2028,in force,2026-10-20,2026-10-20,")
	says(t, rd.get("/areas/tanners-reach/plan/versions/1/lines.csv", http.StatusOK), "young,club,Green spaces,40000.00,")
}

func TestAnAreaWithoutAPlanSaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rd := read(t, w)
	page := rd.get("/areas/millbrook/plan", http.StatusOK)
	says(t, page, "No plan yet", "what people want for Millbrook")
	saysNot(t, page, "Write the plan", "Every version")
	says(t, rd.as(w.Millbrook.Chair).get("/areas/millbrook/plan", http.StatusOK), "Write the plan", `href="/areas/millbrook/plan/draft"`)
	for _, empty := range []string{"/reviews", "/themes"} {
		says(t, rd.get("/areas/millbrook/plan"+empty, http.StatusOK), "Go to our plan", `href="/areas/millbrook/plan"`)
	}
	rd.get("/areas/millbrook/plan.csv", http.StatusOK)
	rd.get("/areas/nowhere/plan", http.StatusNotFound)
	rd.get("/areas/millbrook/plan/versions/1", http.StatusNotFound)
	rd.get("/areas/millbrook/plan/versions/one", http.StatusNotFound)
}

func TestAPlanIsWrittenAndAdopted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	must(t, w.Allocate(t.Context(), w.Tanners, money.Pounds(100_000)))
	rd := read(t, w).as(w.Tanners.Chair)
	const at = "/areas/tanners-reach/plan"
	fresh := rd.get(at+"/new", http.StatusOK)
	says(t, fresh, "Write the plan", "Line 8", `value="2026"`)
	form := formOf(t, fresh)

	// The third row is wrong: its errors stand there, though it is the second line.
	page, _ := rd.post(at, filled(form, benches, empty, "Young people||sport|a lot"), http.StatusUnprocessableEntity)
	says(t, page, "<title>Error: ", `href="#name-3"`, "Line 3: Enter an amount", `id="budget-3-error"`, `value="a lot"`, `value="60,000"`,
		"A green heart for everyone.", "Line 3 is not counted")
	saysNot(t, page, `href="#name-2"`, `href="#theme-3"`)
	if got := formOf(t, page); got != form {
		t.Errorf("the form is %q when shown again, want %q", got, form)
	}

	page, _ = rd.post(at, func() url.Values { v := filled(form, empty); v.Set("until_year", ""); return v }(), http.StatusUnprocessableEntity)
	says(t, page, "Enter at least one budget line", `href="#priority-1"`, `href="#until_year"`, "Enter the last year of the plan")

	// Sent twice, it counts once.
	_, next := rd.post(at, filled(form, benches, empty, club), http.StatusSeeOther)
	_, again := rd.post(at, filled(form, benches, empty, club), http.StatusSeeOther)
	if want := at + "/versions/1"; next != want || again != want {
		t.Fatalf("led to %q and %q, want %q", next, again, want)
	}
	says(t, rd.get(at+"/versions.csv", http.StatusOK), "1,2026,2028,draft")
	rd.get(at+"/versions/2", http.StatusNotFound)

	draft := rd.get(next, http.StatusOK)
	says(t, draft, "Version 1 of our plan", "This is a draft", "A green heart for everyone.", "Youth club Children and young people £40,000", "Put this version to the partnership")

	// A draft is there for those who write, and for nobody else.
	for _, by := range []access.Actor{{}, w.Kit, w.Millbrook.Chair} {
		rd.as(by).get(next, http.StatusNotFound)
		rd.get(next+"/lines.csv", http.StatusNotFound)
		saysNot(t, rd.get(at, http.StatusOK), "Version 1", "draft")
		saysNot(t, rd.get(at+"/versions.csv", http.StatusOK), "draft")
	}
	says(t, rd.as(w.Farah).get(at, http.StatusOK), "Read the draft, version 1")
	saysNot(t, rd.get(next, http.StatusOK), "Put this version to the partnership")

	// The partnership adopts it, by a decision.
	must(t, w.AdoptVersion(t.Context(), w.Tanners, 1))
	says(t, rd.as(access.Actor{}).get(at, http.StatusOK), "Adopted on 20 October 2026", "£100,000 in the plan, in 2 budget lines", "A green heart for everyone.")
	says(t, rd.get(next, http.StatusOK), "This is the plan that Tanners Reach works by")
}

func TestANewVersionStartsFromThePlanInForce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, _, err := w.Ready(t.Context(), w.Tanners)
	must(t, err)
	rd := read(t, w).as(w.Tanners.Chair)
	const at = "/areas/tanners-reach/plan"
	page := rd.get(at+"/new", http.StatusOK)
	says(t, page, "Write a new version of the plan", `value="benches"`, `value="60,000"`, "Line 5", "That is all that is set aside for Tanners Reach.")
	saysNot(t, page, "Line 6")

	// More lines and the total keep all that was typed, and write nothing.
	form := formOf(t, page)
	more := filled(form, "green|benches|green-spaces|55000.50", "|Half a line||", "green|trees|green-spaces|five")
	more.Set("more", "yes")
	page, _ = rd.post(at, more, http.StatusOK)
	says(t, page, "Line 8", `value="55000.50"`, `value="Half a line"`, `value="five"`, `href="#priority-4"`,
		"The lines come to £55,000.50. £100,000 is set aside for Tanners Reach, so £44,999.50 is not planned yet.", "Lines 2 and 3 are not counted")
	saysNot(t, page, "Line 9", "There is a problem")
	over := filled(form, "green|benches|green-spaces|150,000")
	over.Set("total", "yes")
	page, _ = rd.post(at, over, http.StatusOK)
	says(t, page, "The lines come to £150,000. That is £50,000 more than the £100,000 set aside for Tanners Reach.")
	rd.get(at+"/versions/2", http.StatusNotFound)

	_, next := rd.post(at, filled(form, "green|benches|green-spaces|70000", "green|trees|green-spaces|10000"), http.StatusSeeOther)
	says(t, rd.get(next, http.StatusOK), "benches Green spaces £60,000 £70,000 £10,000 more", "trees Green spaces £0 £10,000 £10,000 more",
		"Left out of this version", "club young £40,000")
	says(t, rd.get(at, http.StatusOK), "Read the draft, version 2")
}

func TestAResidentMayReadAndNotWrite(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rd := read(t, w).as(w.Kit)
	const at = "/areas/tanners-reach/plan"
	rd.get(at, http.StatusOK)
	rd.get(at+"/new", http.StatusForbidden)
	rd.post(at, filled("a form", benches), http.StatusForbidden)
	rd.as(w.Millbrook.Chair).get(at+"/new", http.StatusForbidden)
	rd.post(at, filled("a form", benches), http.StatusForbidden)
	more := filled("a form", benches)
	more.Set("more", "yes")
	rd.post(at, more, http.StatusForbidden)
	rd.as(access.Actor{}).get(at+"/new", http.StatusSeeOther)
}

func TestADraftIsOvertaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.Plans.Write(t.Context(), w.Tanners.Chair, w.Tanners.Area, plan.NewVersion{
		Form: "first", FromYear: 2026, UntilYear: 2028, Lines: []plan.NewLine{fundingtest.Line("green/benches", money.Pounds(1))},
	}); err != nil {
		t.Fatal(err)
	}
	_, err := w.Adopt(t.Context(), w.Tanners, fundingtest.Line("green/benches", money.Pounds(2)))
	must(t, err)
	page := read(t, w).as(w.Tanners.Chair).get("/areas/tanners-reach/plan/versions/1", http.StatusOK)
	says(t, page, "This draft was never adopted. Version 2, which is newer, is in force.")
	saysNot(t, page, "Record that it is adopted")
}

// The plan is written a part at a time, as on a phone, and read in three views:
// who does what is for those alone who live and work there.
func TestAPlanIsWrittenPartByPartAndReadInThreeViews(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rd := read(t, w).as(w.Tanners.Chair)
	const at = "/areas/tanners-reach/plan"
	start := rd.get(at+"/draft", http.StatusOK)
	says(t, start, "Begin with an empty page")
	rd.post(at+"/draft", url.Values{"form": {"begin"}, "from": {"0"}}, http.StatusSeeOther)
	says(t, rd.get(at+"/draft", http.StatusOK), "Nobody has been asked about this plan yet", "Add a priority")
	seen := regexp.MustCompile(`name="seen" value="([^"]+)"`)
	send := func(path string, v url.Values, status int) string {
		t.Helper()
		page := rd.get(path, http.StatusOK)
		v.Set("form", formOf(t, page))
		v.Set("seen", seen.FindStringSubmatch(page)[1])
		body, _ := rd.post(path, v, status)
		return body
	}
	says(t, send(at+"/draft/vision", url.Values{"vision": {"A green heart"}, "from_year": {"soon"}, "until_year": {"later"}}, http.StatusUnprocessableEntity),
		"Enter the year in which the plan begins, such as 2026", "Enter the last year of the plan", `value="soon"`, `value="later"`)
	send(at+"/draft/vision", url.Values{"vision": {"A green heart"}, "from_year": {"2026"}, "until_year": {"2028"}}, http.StatusSeeOther)
	says(t, send(at+"/draft/priorities/new", url.Values{"name": {""}, "why": {"Nowhere to sit"}}, http.StatusUnprocessableEntity), "Nowhere to sit", `href="#name"`, "<title>Error: ")
	send(at+"/draft/priorities/new", url.Values{"name": {"Green"}, "why": {"Nowhere to sit"}, "objectives": {"A bench in each street\n\nShade"}}, http.StatusSeeOther)
	pid := regexp.MustCompile(`/draft/priorities/([^/"]+)/money`).FindStringSubmatch(rd.get(at+"/draft", http.StatusOK))[1]
	says(t, rd.get(at+"/draft", http.StatusOK), `The money</b> <span class="govuk-visually-hidden">: Green</span>`)
	part := at + "/draft/priorities/" + pid
	page := send(part+"/money", url.Values{"name-1": {""}, "budget-1": {""}, "name-2": {"Benches"}, "budget-2": {"lots"}}, http.StatusUnprocessableEntity)
	says(t, page, "Budget line 2: Enter an amount", `value="lots"`, `href="#budget-2"`)
	send(part+"/money", url.Values{"name-1": {"Benches"}, "budget-1": {"100"}, "year2026-1": {"40"}, "year2028-1": {"60"}}, http.StatusSeeOther)
	send(part+"/actions", url.Values{"what-1": {"Ask the council"}, "who-1": {"Gracious Grace"}, "by-1-day": {"1"}, "by-1-month": {"3"}, "by-1-year": {"2027"}}, http.StatusSeeOther)
	send(part+"/evidence", url.Values{"words-1": {"I carry a chair"}, "kind-1": {"lived"}}, http.StatusSeeOther)
	rd.post(part+"/actions", url.Values{"form": {"an empty form"}}, http.StatusUnprocessableEntity)
	rd.as(w.Kit).get(at+"/draft", http.StatusForbidden)
	rd.as(w.Tanners.Chair).post(at+"/draft/ready", url.Values{"form": {"ready"}, "draft": {"1"}}, http.StatusSeeOther)
	says(t, rd.get(at+"/versions/1", http.StatusOK), "No consultation is recorded for this plan", "Nowhere to sit", "I carry a chair")
	must(t, w.Plans.Adopt(t.Context(), w.Tanners.Chair, w.Tanners.Area, plan.NewAdoption{Form: "adopt", Version: 1, On: w.Today(), Decision: "Decision 1", DecisionNumber: 1}))
	for _, path := range []string{at, at + "/versions/1"} { // back to what adopted it, for everyone
		says(t, rd.as(access.Actor{}).get(path, http.StatusOK), `href="/areas/tanners-reach/decisions/1"`)
	}
	rd.as(w.Tanners.Chair)
	says(t, rd.get(at+"?for=ourselves", http.StatusOK), "Gracious Grace", "Ask the council")
	action := regexp.MustCompile(`/plan/actions/([^"]+)"`).FindStringSubmatch(rd.get(at+"?for=ourselves", http.StatusOK))[1]
	rd.post(at+"/actions/"+action, url.Values{"form": {"done"}, "done": {"yes"}}, http.StatusSeeOther)
	for _, by := range []access.Actor{{}, w.Millbrook.Chair} {
		rd.as(by).get(at+"?for=ourselves", http.StatusNotFound)
		for _, path := range []string{at, at + "?for=community", at + "?for=funder", at + "/actions.csv", at + "/versions/1"} {
			saysNot(t, rd.get(path, http.StatusOK), "Gracious")
		}
	}
	says(t, rd.get(at+"?for=community", http.StatusOK), "A bench in each street", "Ask the council", "done in October 2026", "£100 until March 2029")
	says(t, rd.get(at+"?for=funder", http.StatusOK), "2026–27", "I carry a chair", "Lived experience", "No consultation is recorded yet")
	says(t, rd.get(at+"/years.csv", http.StatusOK), "Green,Benches,2028,60.00")
	endorsement := url.Values{"form": {"endorse"}, "on-day": {"20"}, "on-month": {"10"}, "on-year": {"2026"}, "words": {"Well made"}}
	rd.as(w.Tanners.Chair).post(at+"/versions/1/endorsement", endorsement, http.StatusForbidden)
	rd.as(w.Farah).post(at+"/versions/1/endorsement", endorsement, http.StatusSeeOther)
	says(t, rd.as(access.Actor{}).get(at+"/versions/1", http.StatusOK), "The programme endorsed this version on 20 October 2026", "Well made")
}
