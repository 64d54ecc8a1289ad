package decisionweb_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/decision/decisionweb"
	"commontable/internal/funding"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/money"
	"commontable/internal/partnership"
	"commontable/internal/plan"
	"commontable/internal/project"
)

// must is what nothing was wrong with.
func must[T any](t *testing.T) func(T, error) T {
	return func(got T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
}

// A decision leads forward to the offer letter by it, for everyone, with how much of
// it is paid.
func TestADecisionLeadsForwardToTheMoney(t *testing.T) {
	t.Parallel()
	w, rd := open(t)
	of, err := w.Lines(t.Context(), w.Tanners)
	if err != nil {
		t.Fatal(err)
	}
	by := must[int64](t)(w.DecideOn(t.Context(), w.Tanners, decision.Spending, of["young/club"], money.Pounds(1_000)))
	at := fmt.Sprintf("%s/%d", room, by)
	everyone := access.Actor{}
	rd.As(everyone).Get(at, http.StatusOK).SaysNot("The money by this decision")
	letter := must[int64](t)(w.Funding.MakeOffer(t.Context(), w.Farah, w.Tanners.Area, funding.NewOffer{
		Form: w.Form(), Organisation: w.Tanners.LTO.ID, Decision: by, Instalments: []funding.NewInstalment{fundingtest.Instalment(of["young/club"], money.Pounds(1_000))},
	}))
	rd.As(everyone).Get(at, http.StatusOK).Says("The money by this decision", fmt.Sprintf("/money/offers/%d", letter), "£1,000 to Oak Trust", "It waits to be accepted.")
	if err := w.Funding.AcceptOffer(t.Context(), w.Tanners.Approver, w.Tanners.Area, letter, w.Form()); err != nil {
		t.Fatal(err)
	}
	var o funding.Offer
	if err := w.DB.Read(t.Context(), func(tx *db.Tx) error {
		o, err = funding.OfferOf(t.Context(), tx, w.Tanners.Area.ID, letter)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	must[funding.PaymentID](t)(w.Pay(t.Context(), w.Tanners, o.Instalments[0].ID))
	rd.As(everyone).Get(at, http.StatusOK).Says("All of it is paid.")
}

// It leads forward to the project that began by it, once that is more than an idea.
func TestADecisionLeadsForwardToItsProject(t *testing.T) {
	t.Parallel()
	w, rd := open(t)
	of, err := w.Lines(t.Context(), w.Tanners)
	if err != nil {
		t.Fatal(err)
	}
	by := must[int64](t)(w.DecideOn(t.Context(), w.Tanners, decision.Spending, of["young/club"], money.Pounds(1_000)))
	at := fmt.Sprintf("%s/%d", room, by)
	everyone, projects := access.Actor{}, &project.Projects{DB: w.DB, IDs: w.IDs, Now: w.Clock.Now}
	hut := must[project.ID](t)(projects.Begin(t.Context(), w.Tanners.Chair, w.Tanners.Area, project.New{
		Form: string(w.Form()), Draft: project.Draft{Name: "The hut", What: "A place to meet", Ends: project.EndsNotKnown, Decisions: strconv.FormatInt(by, 10)},
		State: project.Idea, From: w.Today(), Lead: project.NewLead{Party: project.Party{Kind: project.Nobody}, From: w.Today()},
	}))
	rd.As(everyone).Get(at, http.StatusOK).SaysNot("The hut", string(hut))
	rd.As(w.Tanners.Chair).Get(at, http.StatusOK).Says("What began by it", "The hut")
	if err := projects.Note(t.Context(), w.Tanners.Chair, w.Tanners.Area, hut, project.NewState{Form: string(w.Form()), State: project.Planned, From: w.Today()}); err != nil {
		t.Fatal(err)
	}
	rd.As(everyone).Get(at, http.StatusOK).Says("What began by it", "The hut", "/projects/"+string(hut))
}

// A decision that is made is shown with the rules by which it was made, not with those
// of today; where it names nobody who would be paid, it says so, and not that nobody
// has an interest.
func TestWhatIsDecidedKeepsItsRules(t *testing.T) {
	t.Parallel()
	w, rd := open(t)
	of := must[map[string]plan.LineID](t)(w.Lines(t.Context(), w.Tanners))
	by := must[int64](t)(w.DecideOn(t.Context(), w.Tanners, decision.Spending, of["young/club"], money.Pounds(1_000)))
	w.Clock.Pass(48 * time.Hour)
	if err := w.Partnerships.SetRules(t.Context(), w.Tanners.Chair, w.Tanners.Area, partnership.NewRules{
		Form: string(w.Form()), From: w.Today(), MayVote: true, Majority: partnership.MoreThanHalf, ResidentQuorum: 7, Councillors: partnership.CouncillorsAsOthers, DecidedAt: "Our meeting",
	}); err != nil {
		t.Fatal(err)
	}
	rd.As(access.Actor{}).Get(room, http.StatusOK).Says("At least seven residents must take part")
	page := rd.Get(fmt.Sprintf("%s/%d", room, by), http.StatusOK)
	page.Says("What came of it", "Who has an interest", "This names nobody who would run it or be paid")
	page.SaysNot("At least seven residents must take part", "Nobody with an interest")
}

// Changing the words goes in steps and loses nothing: every budget line, every one
// who would be paid, and who must hear by when stay as they were.
func TestWordsAreChangedWithoutLosingAny(t *testing.T) {
	t.Parallel()
	w, rd := open(t)
	var names []plan.NewLine
	for i := range 6 {
		names = append(names, fundingtest.Line(fmt.Sprintf("green/line %d", i), money.Pounds(1_000)))
	}
	lines := must[map[string]plan.LineID](t)(w.Adopt(t.Context(), w.Tanners, names...))
	n := decision.NewProposal{Form: string(w.Form()), Kind: decision.Spending, Open: true, Words: decision.NewText{
		Title: "Six things", Question: "Shall we do six things?", HearDays: 10,
		Parties: []decision.Party{
			{Part: decision.Does, Organisation: w.Tanners.LTO.ID},
			{Part: decision.Does, Name: "The brass band"},
			{Part: decision.Does, Name: "The choir"},
			{Part: decision.Does, Person: w.Kit.Person},
			{Part: decision.Hears, Name: "The school"},
		},
	}}
	for i := range 6 {
		n.Words.Lines = append(n.Words.Lines, decision.Line{Line: lines[fmt.Sprintf("green/line %d", i)], Amount: money.Pounds(int64(100 + i))})
	}
	number := must[int64](t)(w.Decisions.Propose(t.Context(), w.Tanners.Chair, w.Tanners.Area, n))
	at := fmt.Sprintf("%s/%d", room, number)
	page := rd.Get(at+"/change", http.StatusOK)
	page.Says("Change the words", "Six things: step 1 of 4", "What is different, and why?")
	page = rd.Post(at+"/words", page.Kept(), http.StatusUnprocessableEntity)
	page.Says("Error: Change the words", "Say in a few words what is different")
	page = rd.Post(at+"/words", with(page.Kept(), "title", "Six good things", "question", "Shall we do six things?", "why", "They are good"), http.StatusOK)
	page.Says("The money", "step 2 of 4", `value="105.00"`, `name="line-6"`)
	more := rd.Post(at+"/words", with(page.Filled(), "go", "more"), http.StatusOK)
	more.Says(`name="line-9"`, `value="105.00"`)
	page = rd.Post(at+"/words", more.Filled(), http.StatusOK)
	page.Says("The people", "step 3 of 4", "The brass band", "The choir", "Within ten days of the decision")
	page = rd.Post(at+"/words", page.Filled(), http.StatusOK)
	page.Says("Check what you wrote", "step 4 of 4", "They are good", "£105.00", "The choir", "The school", "Within ten days")
	page.SaysNot("Keep it as a draft")
	rd.Post(at+"/words", with(page.Kept(), "go", "put"), http.StatusSeeOther)
	if err := w.DB.Read(t.Context(), func(tx *db.Tx) error {
		of, err := decision.ByNumber(t.Context(), tx, w.Tanners.Area.ID, number)
		if err != nil {
			return err
		}
		was, is := of.Texts[0], of.Text()
		if is.Version != 2 || is.Title != "Six good things" || is.HearDays != 10 || !slices.Equal(was.Lines, is.Lines) {
			t.Errorf("the words are now %+v", is)
		}
		for _, p := range was.Parties {
			if !slices.Contains(is.Parties, p) {
				t.Errorf("%+v was lost when the words were changed", p)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// Who must hear of a decision is told by a day: so many after it was made, and not
// while the area rests.
func TestWhoMustHearIsToldByADay(t *testing.T) {
	t.Parallel()
	w, rd := open(t)
	n := decision.NewProposal{Kind: decision.Other, Words: decision.NewText{
		Title: "The gate", Question: "Shall we paint the gate?", HearDays: 7, Parties: []decision.Party{{Part: decision.Hears, Name: "The school"}},
	}}
	asked := n
	asked.Form, asked.Open = string(w.Form()), true
	number := must[int64](t)(w.Decisions.Propose(t.Context(), w.Tanners.Chair, w.Tanners.Area, asked))
	rd.Get(fmt.Sprintf("%s/%d", room, number), http.StatusOK).Says("To be told what comes of it, within a week of the decision")

	made := must[int64](t)(w.Decide(t.Context(), w.Tanners, n))
	at := fmt.Sprintf("%s/%d", room, made)
	due := w.Today().AddDays(7)
	rd.As(access.Actor{}).Get(at, http.StatusOK).Says("To be told by " + due.Long())
	rd.Get(room+".csv", http.StatusOK).Says("who must hear", "The school,"+due.String())
	if err := w.DB.Read(t.Context(), func(tx *db.Tx) error {
		todos, err := decisionweb.Waiting(w.Decisions)(t.Context(), tx, w.Tanners.Chair, w.Tanners.Area, w.Today())
		told := false
		for _, todo := range todos {
			told = told || strings.Contains(todo.Detail, "You said by "+due.Long())
		}
		if !told {
			t.Errorf("nothing waits that tells by when: %+v", todos)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := (&area.Areas{DB: w.DB, IDs: w.IDs, Now: w.Clock.Now}).Close(t.Context(), w.Tanners.Chair, w.Tanners.Area, area.NewClosure{
		Form: string(w.Form()), From: due.AddDays(-1), Until: due.AddDays(3), Why: "We rest",
	}); err != nil {
		t.Fatal(err)
	}
	rd.Get(at, http.StatusOK).Says("To be told by " + due.AddDays(3).Long())
	rd.As(w.Tanners.Chair).Post(at+"/tellings", url.Values{"party": {"0"}, "on-0-day": {strconv.Itoa(w.Today().Day())}, "on-0-month": {strconv.Itoa(int(w.Today().Month()))}, "on-0-year": {strconv.Itoa(w.Today().Year())}, "how-0": {"by letter"}}, http.StatusSeeOther)
	rd.Get(at, http.StatusOK).Says("Told on "+w.Today().Long(), "by letter")
}
