package decisionweb_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"commontable/internal/access"
	"commontable/internal/db/dbtest"
	"commontable/internal/decision"
	"commontable/internal/decision/decisionweb"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/money"
	"commontable/internal/partnership"
	"commontable/internal/plan"
	"commontable/internal/web"
	"commontable/internal/web/pagetest"
)

const room = "/areas/tanners-reach/decisions"

// open serves the pages of decisions in an area with a plan, whose chair is Grace.
func open(t *testing.T) (*fundingtest.World, *pagetest.Reader) {
	t.Helper()
	w, err := fundingtest.New(t.Context(), dbtest.SQLite(t), 5)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.Ready(t.Context(), w.Tanners); err != nil {
		t.Fatal(err)
	}
	rd := pagetest.New(t, w.Clock.Now, w.IDs, func(s *web.Site) []web.Route { return decisionweb.Routes(s, w.Decisions) })
	return w, rd.As(w.Tanners.Chair)
}

// with adds to what a page keeps.
func with(kept url.Values, more ...string) url.Values {
	for i := 0; i < len(more); i += 2 {
		kept.Set(more[i], more[i+1])
	}
	return kept
}

// Something is put forward in steps. What was typed is kept from step to step, and
// when one goes back.
func TestPuttingForwardGoesInSteps(t *testing.T) {
	t.Parallel()
	w, rd := open(t)
	lines, err := w.Lines(t.Context(), w.Tanners)
	if err != nil {
		t.Fatal(err)
	}
	page := rd.Get(room+"/new?title=A+bench", http.StatusOK)
	page.Says("What is it about?", "Spending", "Who holds our money", "/decisions/new?kind=spending&amp;title=A+bench")
	page.SaysNot("<form class=\"form\"", "Which version")

	page = rd.Get(room+"/new?kind=spending&title=A+bench", http.StatusOK)
	page.Says("What is it?", "Spending: step 1 of 4", `value="A bench"`)
	page.SaysNot("How much?", "Who would be paid")

	page = rd.Post(room, with(page.Kept(), "title", "A bench", "question", ""), http.StatusUnprocessableEntity)
	page.Says("Error: What is it?", "Ask it in one line", `value="A bench"`)
	page = rd.Post(room, with(page.Kept(), "title", "A bench", "question", "Shall we pay £650?", "words", "With a back & arms"), http.StatusOK)
	page.Says("The money", "step 2 of 4", `name="title" value="A bench"`, "With a back &amp; arms")

	page = rd.Post(room, with(page.Kept(), "line-1", string(lines["green/benches"]), "amount-1", "a lot"), http.StatusUnprocessableEntity)
	page.Says("Error: The money", `value="a lot"`)
	page = rd.Post(room, with(page.Kept(), "line-1", string(lines["green/benches"]), "amount-1", "650", "cost", "£650"), http.StatusOK)
	page.Says("The people", "step 3 of 4", "list=\"does-names\"", w.Tanners.LTO.Name)

	back := rd.Post(room, with(page.Kept(), "go", "money", "does", "typed before going back"), http.StatusOK)
	back.Says("The money", `value="650"`, `name="does" value="typed before going back"`)

	page = rd.Post(room, with(page.Kept(), "does", "  OAK  "+strings.ToLower("TRUST "), "hears", "The bus company\nThe school"), http.StatusOK)
	page.Says("Check what you wrote", "step 4 of 4", "A bench", "£650", "The bus company, The school", "Put it forward", "Keep it as a draft")

	done := rd.Post(room, with(page.Kept(), "go", "put"), http.StatusSeeOther)
	made := rd.Get(done.Next, http.StatusOK)
	made.Says("A bench", "Shall we pay £650?", "With a back & arms", w.Tanners.LTO.Name, "The bus company")
	if again := rd.Post(room, with(page.Kept(), "go", "put"), http.StatusSeeOther); again.Next != done.Next {
		t.Errorf("sent twice it is put forward twice: %s and %s", done.Next, again.Next)
	}
}

// What the last step finds wrong leads back to the step that asked it.
func TestWhatIsWrongAtTheEndLeadsBackToItsStep(t *testing.T) {
	t.Parallel()
	_, rd := open(t)
	all := url.Values{"kind": {"spending"}, "step": {"check"}, "go": {"put"}, "title": {"A bench"}, "question": {"Shall we?"}, "cost": {"£650"}}
	page := rd.Post(room, all, http.StatusUnprocessableEntity)
	page.Says("Error: The money", "Choose the budget line", `value="£650"`, `name="title" value="A bench"`)
	lto := rd.Post(room, url.Values{"kind": {"lto"}, "step": {"words"}, "title": {"Who holds it"}, "question": {"Shall they?"}}, http.StatusOK)
	lto.Says("The people", "step 2 of 3")
	rd.Post(room, with(lto.Kept()), http.StatusUnprocessableEntity).Says("Choose the organisation that would hold our money")
}

// What is wrong is listed in the order of the page, and only where the page has a box.
func TestWhatIsWrongIsListedInTheOrderOfThePage(t *testing.T) {
	t.Parallel()
	w, rd := open(t)
	n := decision.NewProposal{Form: string(w.Form()), Kind: decision.Spending, Open: true, Words: decision.NewText{Title: "A gate", Question: "Shall we buy a gate?", PayeeOpen: true}}
	lines := must[map[string]plan.LineID](t)(w.Lines(t.Context(), w.Tanners))
	for _, one := range lines {
		n.Words.Lines = append(n.Words.Lines, decision.Line{Line: one, Amount: money.Pounds(100)})
		break
	}
	words := fmt.Sprintf("%s/%d/words", room, must[int64](t)(w.Decisions.Propose(t.Context(), w.Tanners.Chair, w.Tanners.Area, n)))
	long := strings.Repeat("x", 20_000)
	empty := url.Values{"title": {""}, "question": {""}, "words": {long}, "told": {long}, "why": {""}}
	for name, x := range map[string]struct {
		send url.Values
		want []string
	}{
		"its words":           {with(maps.Clone(empty), "step", "words"), []string{"why", "title", "question", "words", "told"}},
		"its words, too long": {url.Values{"step": {"words"}, "title": {long}, "question": {"Shall we?"}, "why": {long}}, []string{"why", "title"}},
		"the money": {url.Values{
			"step": {"money"}, "title": {"A gate"}, "question": {"Shall we?"}, "why": {"Wood"}, "cost": {long},
			"line-1": {""}, "amount-1": {"5"}, "line-2": {string(n.Words.Lines[0].Line)}, "amount-2": {"5"}, "line-3": {string(n.Words.Lines[0].Line)}, "amount-3": {"a lot"},
		}, []string{"cost", "line-1", "line-3", "amount-3"}},
		"at the end": {with(maps.Clone(empty), "step", "check", "go", "put", "amount-1", "a lot"), []string{"why", "title", "question", "words", "told"}},
	} {
		page := rd.Post(words, x.send, http.StatusUnprocessableEntity)
		var got []string
		_, list, _ := strings.Cut(page.HTML, "govuk-error-summary__list")
		list, _, _ = strings.Cut(list, "</ul>")
		for _, m := range regexp.MustCompile(`href="#([\w-]+)"`).FindAllStringSubmatch(list, -1) {
			got = append(got, m[1])
		}
		if !slices.Equal(got, x.want) {
			t.Errorf("%s: the list leads to %q, want %q", name, got, x.want)
		}
	}
}

// A draft is kept; who put it forward and is not the chair is told what is theirs
// to do, and nothing that is the chair's.
func TestADraftIsForThoseWhoWriteIt(t *testing.T) {
	t.Parallel()
	w, rd := open(t)
	mo, err := w.Hat(t.Context(), w.Kit.Person, access.Member, access.InArea, string(w.Tanners.Area.ID))
	if err != nil {
		t.Fatal(err)
	}
	all := url.Values{"kind": {"other"}, "step": {"check"}, "go": {"draft"}, "title": {"A name for the hall"}, "question": {"Shall we call it the Hub?"}}
	at := rd.As(mo).Post(room, all, http.StatusSeeOther).Next
	rd.Get(at, http.StatusOK).Says("Your draft", "Ask everybody, change the words, or take it back", "Nobody with an interest")
	rd.Get(at+"/steps", http.StatusOK).Says("Your draft", "Ask everybody", "Withdraw it")
	rd.As(access.Actor{}).Get(at, http.StatusNotFound)

	rd.As(mo).Post(at+"/opening", url.Values{}, http.StatusSeeOther)
	rd.Get(at, http.StatusOK).Says("You put this forward", "Change the words, or take it back")
	rd.Get(at, http.StatusOK).SaysNot("Take this further")
	rd.Get(at+"/steps", http.StatusOK).SaysNot("Take this further", "Record how looking for agreement went", "Ask everybody")
	rd.As(w.Tanners.Chair).Get(at, http.StatusOK).Says("Take this further", "Record how it went, and what comes next")
}

// An interest that a decision touches is shown with the link at which what is done
// about it is recorded, for who may record it.
func TestAnInterestIsSettledFromTheDecision(t *testing.T) {
	t.Parallel()
	w, rd := open(t)
	mo, err := w.Hat(t.Context(), w.Kit.Person, access.Member, access.InArea, string(w.Tanners.Area.ID))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Partnerships.Declare(t.Context(), mo, w.Tanners.Area, partnership.NewInterest{
		Form: string(w.Form()), Kind: partnership.Employer, Organisation: w.Tanners.LTO.ID, From: w.Today().AddMonths(-6),
	}); err != nil {
		t.Fatal(err)
	}
	all := url.Values{"kind": {"other"}, "title": {"The hall"}, "question": {"Shall they run the hall?"}, "does": {w.Tanners.LTO.Name}}
	at := rd.Post(room, all, http.StatusSeeOther).Next
	rd.Get(at, http.StatusOK).Says("Someone with an interest", "To be talked about", "Record what is done", "/handlings/decision/")
	rd.As(mo).Get(at, http.StatusOK).SaysNot("Record what is done")
}
