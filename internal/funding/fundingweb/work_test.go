package fundingweb

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/decision"
	"commontable/internal/funding"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/id"
	"commontable/internal/money"
	"commontable/internal/organisation"
	"commontable/internal/partnership"
	"commontable/internal/person"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// A town is a small world with a server: Tanners Reach and its people. Brightwell
// Homes holds the money there; Otherwell Trust does not.
type town struct {
	t          *testing.T
	db         *db.DB
	now        time.Time
	funding    *funding.Funding
	programme  area.Programme
	area, next area.Area // next is a second area, with nothing yet
	lto, other organisation.Organisation
	lines      []plan.Line
	people     map[string]access.Actor
	server     *httptest.Server
	table      fundingtest.Table
}

var system = access.System("test")

func newTown(t *testing.T) *town {
	t.Helper()
	w := &town{t: t, db: dbtest.SQLite(t), now: time.Date(2026, 10, 14, 9, 30, 0, 0, time.UTC), people: map[string]access.Actor{}}
	clock := func() time.Time { return w.now }
	ids := id.Real(clock)
	areas := &area.Areas{DB: w.db, IDs: ids, Now: clock}
	orgs := &organisation.Organisations{DB: w.db, IDs: ids, Now: clock}
	people := &person.People{DB: w.db, IDs: ids, Now: clock}
	plans := &plan.Plans{DB: w.db, IDs: ids, Now: clock}
	w.funding = &funding.Funding{DB: w.db, IDs: ids, Now: clock}
	ctx := t.Context()
	w.must(w.db.Write(ctx, func(tx *db.Tx) (err error) {
		if w.programme, err = areas.InitIn(ctx, tx, system, area.InitWhat{Kind: area.Development, RuleBook: area.BigLocal, FunderName: "Local Fund"}); err != nil {
			return err
		}
		for name, a := range map[string]*area.Area{"Tanners Reach": &w.area, "Weavers Cross": &w.next} {
			if *a, err = areas.AddIn(ctx, tx, system, w.programme.ID, area.NewArea{Name: name}); err != nil {
				return err
			}
		}
		for name, o := range map[string]*organisation.Organisation{"Brightwell Homes": &w.lto, "Otherwell Trust": &w.other} {
			if *o, err = orgs.AddIn(ctx, tx, system, organisation.New{Name: name, Kinds: []organisation.Kind{organisation.LTO}}); err != nil {
				return err
			}
		}
		for _, x := range []struct {
			name  string
			role  access.Role
			scope access.Scope
			place string
		}{
			{"Olive Grant", access.ProgrammeOfficer, access.InProgramme, string(w.programme.ID)},
			{"Farah Aziz", access.ProgrammeFinance, access.InProgramme, string(w.programme.ID)},
			{"Finn Daly", access.ProgrammeFinance, access.InProgramme, string(w.programme.ID)},
			{"Gita Rao", access.Auditor, access.InProgramme, string(w.programme.ID)},
			{"Lena Marsh", access.LTOFinance, access.InOrganisation, string(w.lto.ID)},
			{"Leo Park", access.LTOApprover, access.InOrganisation, string(w.lto.ID)},
			{"Otto Quist", access.LTOApprover, access.InOrganisation, string(w.other.ID)},
			{"Denise Okafor", access.Chair, access.InArea, string(w.area.ID)},
		} {
			one, err := people.AddIn(ctx, tx, system, person.New{Name: x.name})
			if err != nil {
				return err
			}
			first, _, _ := strings.Cut(x.name, " ")
			if w.people[first], err = w.hat(tx, people, one.ID, x.role, x.scope, x.place); err != nil {
				return err
			}
		}
		// Olive and Lena each have a second hat, and are the same people in it.
		if w.people["Olive in another hat"], err = w.hat(tx, people, w.people["Olive"].Person, access.ProgrammeFinance, access.InProgramme, string(w.programme.ID)); err != nil {
			return err
		}
		if w.people["Lena in another hat"], err = w.hat(tx, people, w.people["Lena"].Person, access.LTOApprover, access.InOrganisation, string(w.lto.ID)); err != nil {
			return err
		}
		version, err := plans.WriteIn(ctx, tx, system, w.area, plan.NewVersion{
			Form: "plan", Vision: "A place that looks after its own", FromYear: 2026, UntilYear: 2030, Lines: []plan.NewLine{
				{Priority: "Green spaces and play", Name: "Eastfields park", Theme: "green-spaces", Budget: money.Pounds(20_000)},
				{Priority: "Young people", Name: "Youth drop-in", Theme: "children-and-young-people", Budget: money.Pounds(12_000)},
			},
		})
		if err != nil {
			return err
		}
		w.lines = version.Lines
		w.table = fundingtest.Table{
			Partnerships: &partnership.Partnerships{DB: w.db, IDs: ids, Now: clock, People: people},
			Decisions:    &decision.Decisions{DB: w.db, IDs: ids, Now: clock},
		}
		_, err = w.table.DecideIn(ctx, tx, w.people["Denise"], w.area, decision.NewProposal{Kind: decision.AdoptPlan, PlanVersion: version.Number})
		return err
	}))
	site := &web.Site{
		Log: slog.New(slog.DiscardHandler), Now: clock, IDs: ids, Demonstration: true,
		AreaRooms:      []web.Link{{Text: "Home"}, {Text: "Plan", Href: "/plan"}, {Text: "Money", Href: "/money"}},
		ProgrammeRooms: []web.Link{{Text: "Areas"}, {Text: "Payments", Href: "/payments"}},
	}
	w.server = httptest.NewServer(site.Router(func(r *http.Request) (access.Actor, error) {
		return w.people[r.Header.Get("X-Person")], nil
	}, Routes(site, w.funding)...))
	t.Cleanup(w.server.Close)
	return w
}

func (w *town) hat(tx *db.Tx, people *person.People, who access.PersonID, role access.Role, scope access.Scope, place string) (access.Actor, error) {
	hat, err := people.GiveHatIn(w.t.Context(), tx, system, who, person.NewHat{Role: role, Scope: scope, Place: place, From: date.Must("2020-01-01")})
	if err != nil {
		return access.Actor{}, err
	}
	a, err := person.ActorIn(w.t.Context(), tx, who, hat.ID, date.Of(w.now))
	a.Sure = true // they have just used their passkey
	return a, err
}

// decides has the partnership agree to an amount on a line, and is the number of
// the decision.
func (w *town) decides(kind decision.Kind, line plan.LineID, amount money.Amount) (number string) {
	w.t.Helper()
	w.must(w.db.Write(w.t.Context(), func(tx *db.Tx) error {
		n, err := w.table.DecideIn(w.t.Context(), tx, w.people["Denise"], w.area, decision.NewProposal{
			Kind: kind, Words: decision.NewText{Lines: []decision.Line{{Line: line, Amount: amount}}},
		})
		number = ordinal(n)
		return err
	}))
	return number
}

func (w *town) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// An answer is a page as it came.
type answer struct {
	t      *testing.T
	asked  string
	status int
	next   string // where it goes on
	body   string
}

func (w *town) do(as, method, path string, form url.Values) answer {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.server.URL+path, strings.NewReader(form.Encode()))
	w.must(err)
	r.Header.Set("X-Person", as)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	got, err := client.Do(r)
	w.must(err)
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	w.must(err)
	return answer{t: w.t, asked: as + " " + method + " " + path, status: got.StatusCode, next: got.Header.Get("Location"), body: string(body)}
}

func (w *town) get(as, path string) answer { w.t.Helper(); return w.do(as, http.MethodGet, path, nil) }

func (w *town) post(as, path string, pairs ...string) answer {
	w.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return w.do(as, http.MethodPost, path, form)
}

// is holds an answer against a status and words that it must say.
func (a answer) is(status int, words ...string) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: got %d, want %d\n%s", a.asked, a.status, status, a.main())
	}
	for _, word := range words {
		if !strings.Contains(a.words(), word) {
			a.t.Errorf("%s: the page lacks %q\n%s", a.asked, word, a.words())
		}
	}
	return a
}

func (a answer) isNot(words ...string) answer {
	a.t.Helper()
	for _, word := range words {
		if strings.Contains(a.words(), word) || strings.Contains(a.body, word) {
			a.t.Errorf("%s: the page says %q, and must not", a.asked, word)
		}
	}
	return a
}

// goesTo is the path that follows what was done.
func (a answer) goesTo() string {
	a.t.Helper()
	a.is(http.StatusSeeOther)
	return a.next
}

func (a answer) main() string {
	_, main, _ := strings.Cut(a.body, `<main id="main">`)
	main, _, _ = strings.Cut(main, "</main>")
	if main == "" {
		return a.body
	}
	return main
}

var tags = regexp.MustCompile(`(?s)<svg.*?</svg>|<[^>]*>`)

// words are the page as it is read.
func (a answer) words() string {
	text := tags.ReplaceAllString(a.main(), " ")
	text = strings.NewReplacer("&amp;", "&", "&#39;", "'", "&#34;", `"`).Replace(text)
	return strings.ReplaceAll(strings.Join(strings.Fields(text), " "), " .", ".")
}

// field is the value of a hidden field, or of a box.
func (a answer) field(name string) string {
	a.t.Helper()
	m := regexp.MustCompile(`name="` + name + `"[^>]*value="([^"]*)"`).FindStringSubmatch(a.body)
	if m == nil {
		a.t.Fatalf("%s: there is no field %q\n%s", a.asked, name, a.main())
	}
	return m[1]
}

func (w *town) money() string { return moneyHref(w.area) }

// share, hold and offer take the first steps of the walk as the people of the
// programme do: by the pages.
func (w *town) share() {
	w.t.Helper()
	form := w.get("Olive", w.money()+"/allocations/new").is(http.StatusOK).field("form")
	w.post("Olive", w.money()+"/allocations", "form", form, "amount", "1,150,000", "on-day", "1", "on-month", "6", "on-year", "2026").is(http.StatusSeeOther)
}

func (w *town) hold() {
	w.t.Helper()
	form := w.get("Denise", w.money()+"/ltos/new").is(http.StatusOK, "Brightwell Homes", "Otherwell Trust").field("form")
	w.post("Denise", w.money()+"/ltos", "form", form, "organisation", string(w.lto.ID), "from-day", "1", "from-month", "6", "from-year", "2026",
		"decision", "Meeting of 3 June, item 3").is(http.StatusSeeOther)
}

// offer makes an offer letter of two payments, one of which is due, and has it
// accepted. It gives back the letter's address.
func (w *town) offer() string {
	w.t.Helper()
	form := w.get("Olive", w.money()+"/offers/new").is(http.StatusOK, "Eastfields park: £20,000 left").field("form")
	letter := w.post("Olive", w.money()+"/offers", "form", form, "organisation", string(w.lto.ID), "decision", "1", "supersedes", "0", "rows", "4",
		"due-1-day", "5", "due-1-month", "10", "due-1-year", "2026", "line-1", string(w.lines[0].ID), "amount-1", "4,500",
		"due-3-day", "5", "due-3-month", "4", "due-3-year", "2027", "line-3", string(w.lines[1].ID), "amount-3", "3,000.50",
	).goesTo()
	form = w.get("Leo", letter).is(http.StatusOK, "Local Fund offers Brightwell Homes £7,500.50", "Accept this offer of £7,501").field("form")
	w.post("Leo", letter+"/acceptance", "form", form).is(http.StatusSeeOther)
	return letter
}

var prepareLink = regexp.MustCompile(`href="(/areas/[^"]*/instalments/[^"]*/payment)"`)

// prepare prepares the payment that is due, and gives back its address.
func (w *town) prepare(as string) string {
	w.t.Helper()
	desk := w.get("Olive", paymentsHref(w.programme)).is(http.StatusOK, "Tanners Reach", "£4,500.00", "£225.00 beside it")
	m := prepareLink.FindStringSubmatch(desk.body)
	if m == nil {
		w.t.Fatalf("the payment desk offers nothing to prepare\n%s", desk.main())
	}
	form := w.get(as, m[1]).is(http.StatusOK, "£4,500.00 to Brightwell Homes", "£225.00").field("form")
	return w.post(as, m[1], "form", form, "decision", "").goesTo()
}

// paid takes the walk as far as the first payment.
func (w *town) paid() string {
	w.t.Helper()
	w.share()
	w.hold()
	w.offer()
	payment := w.prepare("Olive")
	w.approve("Farah", payment).is(http.StatusSeeOther)
	form := w.get("Finn", payment+"/release").is(http.StatusOK, "£4,500.00", "£225.00").field("form")
	w.post("Finn", payment+"/release", "form", form, "paid_on-day", "14", "paid_on-month", "10", "paid_on-year", "2026", "reference", "CT-0001").is(http.StatusSeeOther)
	return payment
}

func (w *town) approve(as, payment string) answer {
	w.t.Helper()
	page := w.get("Farah", payment).is(http.StatusOK)
	return w.post(as, payment+"/approvals", "form", page.field("form"), "digest", page.field("digest"))
}

// spend records a spend and gives back its address.
func (w *town) spend(heading, kind, payee string) string {
	w.t.Helper()
	form := w.get("Lena", w.money()+"/spending/new?lto="+w.lto.Slug).is(http.StatusOK, "Eastfields park: £20,000 not spent yet").field("form")
	w.post("Lena", w.money()+"/spending", "form", form, "lto", w.lto.Slug, "heading", heading, "amount", "312.40", "spent_on-day", "14",
		"spent_on-month", "10", "spent_on-year", "2026", "line", string(w.lines[0].ID), "payee_kind", kind, "payee", payee).is(http.StatusSeeOther)
	m := regexp.MustCompile(`href="([^"]*/money/spending/[^"/]{32})">` + heading).FindStringSubmatch(w.get("Lena", deskHref(w.lto)).is(http.StatusOK, heading).body)
	if m == nil {
		w.t.Fatal("the desk does not show what was recorded")
	}
	return m[1]
}

func TestOfficerFundsAPlace(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	payment := w.paid()
	w.get("", payment).is(http.StatusOK, "£4,500.00 to Brightwell Homes", "3. Paid", "14 October 2026", "£225.00", "by a programme officer", "by programme finance").
		isNot("Olive", "Farah", "Finn", "CT-0001", "name=\"digest\"")
	w.get("Finn", payment).is(http.StatusOK, "Olive Grant", "Farah Aziz", "Finn Daly", "CT-0001", "Record money handed back", "Ask to reverse this payment")
	w.get("Lena", payment).is(http.StatusOK, "CT-0001").isNot("Ask to reverse this payment")
	w.get("Denise", payment).is(http.StatusOK, "Olive Grant").isNot("CT-0001")
	if letter := w.get("", w.money()+"/offers/1"); !strings.Contains(letter.body, "/plan/versions/1\">Version 1, adopted on") {
		t.Errorf("the letter does not lead to the version of the plan that it names")
	}
	w.get("", w.money()+"/offers/1").is(http.StatusOK, "Paid 14 October 2026", "Planned", "£4,500 of £7,501 so far").isNot("Olive", "Accept this offer")
	w.get("", w.money()+"/offers").is(http.StatusOK, "Offer letter 1", "1 of 2 paid")
	if got := w.get("", w.money()+"/offers/1/schedule.csv").is(http.StatusOK).body; !strings.Contains(got, "2027-04-05,Young people,Youth drop-in,3000.50,150.02,planned,") {
		t.Errorf("the schedule as a file: got\n%s", got)
	}
	if got := w.get("Gita", paymentsHref(w.programme)+".csv").is(http.StatusOK).body; !strings.Contains(got, "paid,Tanners Reach,Brightwell Homes,Green spaces and play,Eastfields park,2026-10-14,4500.00,225.00,Paid by Finn Daly") {
		t.Errorf("the payment desk as a file: got\n%s", got)
	}
	w.get("Farah", paymentsHref(w.programme)).is(http.StatusOK, "Nothing waits", "Paid by Finn Daly")
}

func TestLTOAccountsForIt(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.paid()
	play := w.spend("Swings checked", "organisation", "Safe Play Ltd")
	sum := w.spend("Ann Lee for cutting the grass", "individual", "Ann Lee")
	w.get("Lena", deskHref(w.lto)).is(http.StatusOK, "£4,500 held for 1 area", "You recorded this spending, so somebody else certifies it.", "To be certified").
		isNot(`type="checkbox"`, "Certify what is ticked")
	for _, spend := range []string{play, sum} {
		w.get("", spend).is(http.StatusNotFound)
		w.get("Otto", spend).is(http.StatusNotFound)
		w.get("Gita", spend).is(http.StatusOK)
	}
	w.get("Gita", sum).is(http.StatusOK, "Ann Lee")
	w.get("Olive", sum).is(http.StatusOK, "Payment to an individual: Eastfields park").isNot("Ann Lee")

	desk := w.get("Leo", deskHref(w.lto)).is(http.StatusOK, "Certify what is ticked", "Recorded by Lena Marsh")
	form := desk.field("form")
	w.post("Leo", w.money()+"/spending/certification", "form", form, "lto", w.lto.Slug).is(http.StatusUnprocessableEntity, "There is a problem", "Tick what you certify")
	ids := []string{"form", form, "lto", w.lto.Slug}
	for _, spend := range []string{play, sum} {
		sid := spend[strings.LastIndexByte(spend, '/')+1:]
		ids = append(ids, "spend", sid, "shown-"+sid, desk.field("shown-"+sid))
	}
	w.post("Leo", w.money()+"/spending/certification", append(slices.Clone(ids[:6]), "shown-"+ids[5], strings.Repeat("0", 64))...).
		is(http.StatusConflict, "is not what you were shown")
	w.post("Leo", w.money()+"/spending/certification", ids...).is(http.StatusSeeOther)
	w.get("Leo", deskHref(w.lto)).is(http.StatusOK, "£3,875 held for 1 area", "£625 spent and certified", "£3,875.20", "Certified")

	w.get("", play).is(http.StatusOK, "Swings checked", "Safe Play Ltd", "£312.40", "Certified", "14 October 2026").isNot("Lena", "Leo")
	w.get("", sum).is(http.StatusOK, "Payment to an individual: Eastfields park", "An individual").isNot("Ann Lee", "grass")
	w.get("Lena", sum).is(http.StatusOK, "Ann Lee for cutting the grass")

	form = w.get("Leo", play+"/reversal").is(http.StatusOK, "Reverse this spending").field("form")
	w.post("Leo", play+"/reversal", "form", form, "reason", " ").is(http.StatusUnprocessableEntity, "Say why, in a few words")
	w.post("Leo", play+"/reversal", "form", form, "reason", "Charged to the wrong place").is(http.StatusSeeOther)
	w.get("", play).is(http.StatusOK, "This was put right on 14 October 2026", "Charged to the wrong place")
	w.get("Leo", deskHref(w.lto)).is(http.StatusOK, "£4,188 held for 1 area")
	if got := w.get("Leo", deskHref(w.lto)+".csv").is(http.StatusOK).body; !strings.Contains(got, "2026-10-14,Tanners Reach,Swings checked,Safe Play Ltd,Green spaces and play,Eastfields park,312.40,reversed,2026-10-14") {
		t.Errorf("the desk as a file: got\n%s", got)
	}
}

func TestSendBack(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.paid()
	spend := w.spend("Swings checked", "organisation", "Safe Play Ltd")
	form := w.get("Lena", spend+"/refusal").is(http.StatusOK).field("form")
	w.post("Gita", spend+"/refusal", "form", form, "reason", "No").is(http.StatusForbidden)
	w.post("Lena", spend+"/refusal", "form", form, "reason", "The bill was for another park").is(http.StatusSeeOther)
	w.get("Leo", spend).is(http.StatusOK, "This was sent back on 14 October 2026", "The bill was for another park")
	w.get("", spend).is(http.StatusNotFound)
	w.post("Leo", w.money()+"/spending/certification", "form", "another", "lto", w.lto.Slug, "spend", spend[strings.LastIndexByte(spend, '/')+1:]).is(http.StatusConflict, "sent back already")
}

func TestTheSameFormTwice(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.share()
	w.hold()
	form := w.get("Olive", w.money()+"/offers/new").field("form")
	offer := []string{
		"form", form, "organisation", string(w.lto.ID), "decision", "1", "supersedes", "0", "rows", "1",
		"due-1-day", "5", "due-1-month", "10", "due-1-year", "2026", "line-1", string(w.lines[0].ID), "amount-1", "4500",
	}
	letter := w.post("Olive", w.money()+"/offers", offer...).goesTo()
	if again := w.post("Olive", w.money()+"/offers", offer...).goesTo(); again != letter {
		t.Errorf("the same offer twice: got %s, want %s again", again, letter)
	}
	offer[len(offer)-1] = "5000"
	w.post("Olive", w.money()+"/offers", offer...).is(http.StatusConflict, "This form was already sent, with other answers")
	w.get("", w.money()+"/offers/2").is(http.StatusNotFound)

	accept := w.get("Leo", letter).field("form")
	w.post("Leo", letter+"/acceptance", "form", accept).is(http.StatusSeeOther)
	w.post("Leo", letter+"/acceptance", "form", accept).is(http.StatusSeeOther)
	w.post("Leo", letter+"/acceptance", "form", "another").is(http.StatusConflict, "accepted already")

	payment := w.prepare("Olive")
	page := w.get("Farah", payment)
	for range 2 {
		w.post("Farah", payment+"/approvals", "form", page.field("form"), "digest", page.field("digest")).is(http.StatusSeeOther)
	}
	release := []string{
		"form", w.get("Finn", payment+"/release").field("form"), "paid_on-day", "14", "paid_on-month", "10", "paid_on-year", "2026", "reference", "CT-0001",
	}
	w.post("Finn", payment+"/release", release...).is(http.StatusSeeOther)
	w.post("Finn", payment+"/release", release...).is(http.StatusSeeOther)
	release[1] = "another"
	w.post("Finn", payment+"/release", release...).is(http.StatusConflict, "released already")

	spend := []string{
		"form", w.get("Lena", w.money()+"/spending/new").field("form"), "lto", w.lto.Slug, "heading", "Swings checked", "amount", "312.40",
		"spent_on-day", "14", "spent_on-month", "10", "spent_on-year", "2026", "line", string(w.lines[0].ID), "payee_kind", "organisation", "payee", "Safe Play Ltd",
	}
	w.post("Lena", w.money()+"/spending", spend...).is(http.StatusSeeOther)
	w.post("Lena", w.money()+"/spending", spend...).is(http.StatusSeeOther)
	w.get("Leo", deskHref(w.lto)).is(http.StatusOK, "£4,500 held for 1 area", "£312 to certify: 1 spend")
}

func TestNobodyApprovesTheirOwn(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.share()
	w.hold()
	w.offer()
	payment := w.prepare("Olive")

	w.get("Olive in another hat", payment).is(http.StatusOK, "You prepared this payment, so somebody else approves it.").isNot("Approve this payment")
	w.get("Olive in another hat", paymentsHref(w.programme)).is(http.StatusOK, "You prepared this payment, so somebody else approves it.").isNot("Look and approve")
	w.get("Farah", paymentsHref(w.programme)).is(http.StatusOK, "Look and approve")
	w.approve("Olive", payment).is(http.StatusForbidden, "As programme officer you may not approve a payment here.")
	w.approve("Olive in another hat", payment).is(http.StatusForbidden, "You cannot do this", "You prepared this payment, so somebody else approves it.")
	w.approve("", payment).is(http.StatusUnauthorized, "Sign in first")
	w.approve("Gita", payment).is(http.StatusForbidden)

	w.get("Farah", payment+"/release").is(http.StatusConflict, "waits for approval")
	w.approve("Farah", payment).is(http.StatusSeeOther)
	for _, own := range []string{"Farah", "Olive in another hat"} {
		w.get(own, payment+"/release").is(http.StatusForbidden, "so somebody else releases it")
		w.post(own, payment+"/release", "form", own, "paid_on-day", "14", "paid_on-month", "10", "paid_on-year", "2026", "reference", "CT-0001").
			is(http.StatusForbidden, "so somebody else releases it")
	}
	w.get("Finn", payment).is(http.StatusOK, "Release this payment")

	form := w.get("Finn", payment+"/release").field("form")
	w.post("Finn", payment+"/release", "form", form, "paid_on-day", "14", "paid_on-month", "10", "paid_on-year", "2026", "reference", "CT-0001").is(http.StatusSeeOther)
	spend := w.spend("Swings checked", "organisation", "Safe Play Ltd")
	sid := spend[strings.LastIndexByte(spend, '/')+1:]
	w.get("Lena in another hat", spend).is(http.StatusOK, "You recorded this spending, so somebody else certifies it.").isNot("Certify this spending")
	w.post("Lena in another hat", w.money()+"/spending/certification", "form", "own", "lto", w.lto.Slug, "spend", sid).
		is(http.StatusForbidden, "You recorded this spending, so somebody else certifies it.")
}

func TestStaleDigestIsNotApproved(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.share()
	w.hold()
	w.offer()
	payment := w.prepare("Olive")
	for name, digest := range map[string]string{"another payment’s": strings.Repeat("ab", 32), "none": "", "no digest at all": "not a number"} {
		w.post("Farah", payment+"/approvals", "form", name, "digest", digest).is(http.StatusConflict, "This payment is not what you were shown.")
	}
	w.get("Farah", payment).is(http.StatusOK, "2. Approved waits for somebody")
}

func TestPaymentIsCalledOffHandedBackAndReversed(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.share()
	w.hold()
	w.offer()
	payment := w.prepare("Olive")
	form := w.get("Olive", payment+"/cancellation").is(http.StatusOK).field("form")
	w.post("Olive", payment+"/cancellation", "form", form, "reason", "").is(http.StatusUnprocessableEntity, "Say why")
	w.post("Olive", payment+"/cancellation", "form", form, "reason", "Prepared too early").is(http.StatusSeeOther)
	w.get("", payment).is(http.StatusOK, "This payment was called off on 14 October 2026. Nothing was paid.", "Prepared too early").isNot("Prepare it anew")
	w.get("Olive", payment).is(http.StatusOK, "Prepare it anew")

	payment = w.prepare("Olive")
	w.approve("Farah", payment).is(http.StatusSeeOther)
	form = w.get("Finn", payment+"/release").field("form")
	w.post("Finn", payment+"/release", "form", form, "paid_on-day", "31", "paid_on-month", "2", "paid_on-year", "2026", "reference", "").
		is(http.StatusUnprocessableEntity, "Enter a date that exists, like 27 3 2026", "Enter the reference that the bank statement will show")
	w.post("Finn", payment+"/release", "form", form, "paid_on-day", "14", "paid_on-month", "10", "paid_on-year", "2026", "reference", "CT-0002").is(http.StatusSeeOther)

	w.get("Olive", payment+"/returns").is(http.StatusForbidden)
	form = w.get("Farah", payment+"/returns").is(http.StatusOK, "Up to £4,500.00").field("form")
	again := w.post("Farah", payment+"/returns", "form", form, "amount", "5000", "on-day", "14", "on-month", "10", "on-year", "2026", "reason", "The fence was cheaper").
		is(http.StatusUnprocessableEntity, "Of this payment £4,500.00 is still with the LTO to hand back.", "The fence was cheaper")
	if got := again.field("amount"); got != "5000" {
		t.Errorf("what was typed: got %q, want it kept", got)
	}
	w.post("Farah", payment+"/returns", "form", form, "amount", "500", "on-day", "14", "on-month", "10", "on-year", "2026", "reason", "The fence was cheaper").is(http.StatusSeeOther)
	w.get("", payment).is(http.StatusOK, "Handed back", "The fence was cheaper", "£25.00", "£4,000.00, with £200.00 beside it")
	w.get("Farah", payment+"/reversal").is(http.StatusConflict, "Record the rest as handed back too")
}

func TestPaymentIsReversed(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	payment := w.paid()
	form := w.get("Farah", payment+"/reversal").is(http.StatusOK, "Only for a payment made by mistake").field("form")
	w.post("Farah", payment+"/reversal", "form", form, "reason", "").is(http.StatusUnprocessableEntity, "Say why, in a few words")
	w.post("Farah", payment+"/reversal", "form", form, "reason", "Paid to the wrong account").is(http.StatusSeeOther)
	w.get("", payment).is(http.StatusOK).isNot("Paid to the wrong account", "Should it be reversed?")
	w.get("Farah", payment).is(http.StatusOK, "You asked for it, so somebody else does it.", "Take it back")
	form = w.get("Finn", payment).is(http.StatusOK, "Farah Aziz asked on 14 October 2026", "Paid to the wrong account", "Say no to it").field("form")
	w.get("Finn", "/programmes/big-local/payments").is(http.StatusOK, "Asked to be reversed", "Asked by Farah Aziz")
	w.post("Farah", payment+"/reversal/confirmation", "form", "f9").is(http.StatusForbidden, "You asked for this payment to be reversed")
	w.post("Lena", payment+"/reversal/confirmation", "form", "f9").is(http.StatusForbidden)
	w.post("Finn", payment+"/reversal/confirmation", "form", form).is(http.StatusSeeOther)
	w.get("", payment).is(http.StatusOK, "This payment was reversed on 14 October 2026", "Paid to the wrong account")
}

func TestAReversalIsRefused(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	payment := w.paid()
	w.post("Finn", payment+"/reversal/refusal", "form", "f1", "reason", "x").is(http.StatusConflict, "Nobody’s request")
	w.post("Farah", payment+"/reversal", "form", "f2", "reason", "I think it is twice").is(http.StatusSeeOther)
	form := w.get("Finn", payment+"/reversal/refusal").is(http.StatusOK, "Do not reverse this payment").field("form")
	w.post("Finn", payment+"/reversal/refusal", "form", form, "reason", "It is not").is(http.StatusSeeOther)
	w.get("", payment).is(http.StatusOK, "It is not reversed").isNot("This payment was reversed")
	w.get("Farah", payment+"/reversal").is(http.StatusOK)
}

func TestAnOfferIsDeclined(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.paid()
	w.post("Olive", w.money()+"/offers", "form", "f3", "organisation", string(w.lto.ID), "decision", "1", "supersedes", "1", "rows", "1",
		"due-1-day", "5", "due-1-month", "4", "due-1-year", "2027", "line-1", string(w.lines[0].ID), "amount-1", "100").is(http.StatusSeeOther)
	letter := w.money() + "/offers/2"
	w.get("Lena", letter+"/decline").is(http.StatusForbidden)
	form := w.get("Leo", letter+"/decline").is(http.StatusOK, "Decline this offer").field("form")
	w.post("Leo", letter+"/decline", "form", form, "reason", "").is(http.StatusUnprocessableEntity, "Say why, in a few words")
	w.post("Leo", letter+"/decline", "form", form, "reason", "We cannot take on more").is(http.StatusSeeOther)
	w.get("", letter).is(http.StatusOK, "Brightwell Homes declined this letter on 14 October 2026", "Promised no more").isNot("We cannot take on more", "Accept this offer")
	w.get("Olive", letter).is(http.StatusOK, "Why: We cannot take on more", "Make a new version")
	w.post("Leo", letter+"/acceptance", "form", "f8").is(http.StatusConflict, "This offer letter was declined")
}

func TestAHoldingEnds(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.paid()
	end := w.money() + "/ltos/brightwell-homes/end"
	w.get("Leo", end).is(http.StatusForbidden)
	w.get("Denise", w.money()+"/ltos/nobody/end").is(http.StatusNotFound)
	form := w.get("Denise", end).is(http.StatusOK, "Brightwell Homes no longer holds the money", "£4,500.00", "£3,000.50").field("form")
	w.post("Denise", end, "form", form, "last_day-day", "1", "last_day-month", "10", "last_day-year", "2026", "decision", "").
		is(http.StatusUnprocessableEntity, "Enter where the partnership’s choice is noted")
	w.post("Denise", end, "form", form, "last_day-day", "12", "last_day-month", "10", "last_day-year", "2026", "decision", "Meeting, item 1").
		is(http.StatusUnprocessableEntity, "on 14 October 2026. Enter that day or a later one.")
	w.post("Denise", end, "form", form, "last_day-day", "14", "last_day-month", "10", "last_day-year", "2026", "decision", "Meeting, item 1").is(http.StatusSeeOther)
	w.get("", w.money()+"/offers/1").is(http.StatusOK, "This letter ended on 14 October 2026", "Promised no more", "Paid 14 October 2026")
	w.get("Denise", end).is(http.StatusNotFound)
}

func TestSpendingIsToldUnderAnotherThemeAndRecordedAfresh(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.paid()
	spend := w.spend("Fence posts", "organisation", "Valley Timber")
	w.get("Denise", spend+"/theme").is(http.StatusForbidden)
	form := w.get("Lena", spend+"/theme").is(http.StatusOK, "Tell it under another theme").field("form")
	w.post("Lena", spend+"/theme", "form", form, "theme", "", "reason", "").is(http.StatusUnprocessableEntity, "Choose a theme", "Say why, in a few words")
	w.post("Lena", spend+"/theme", "form", form, "theme", "arts-and-heritage", "reason", "It was for the stage").is(http.StatusSeeOther)
	w.get("Lena", spend).is(http.StatusOK, "Themes it was told under", "It was for the stage")

	w.post("Leo", spend+"/refusal", "form", "f5", "reason", "The bill says £20 more").is(http.StatusSeeOther)
	afresh := regexp.MustCompile(`href="([^"]*spending/new\?afresh=[^"]*)"`).FindStringSubmatch(w.get("Lena", deskHref(w.lto)).is(http.StatusOK, "Sent back, to be recorded afresh", "The bill says £20 more").body)
	if afresh == nil {
		t.Fatal("the desk has no way to record it afresh")
	}
	page := w.get("Lena", strings.ReplaceAll(afresh[1], "&amp;", "&")).is(http.StatusOK, "It was sent back: The bill says £20 more")
	if page.field("heading") != "Fence posts" || page.field("payee") != "Valley Timber" || page.field("afresh") == "" {
		t.Errorf("the form is not filled in:\n%s", page.main())
	}
	again := []string{
		"form", page.field("form"), "lto", w.lto.Slug, "afresh", page.field("afresh"), "heading", "Fence posts, all of them", "amount", "250000",
		"spent_on-day", "14", "spent_on-month", "10", "spent_on-year", "2026", "line", string(w.lines[0].ID), "payee_kind", "organisation", "payee", "Valley Timber",
	}
	w.post("Lena", w.money()+"/spending", again...).is(http.StatusSeeOther)
	desk := w.get("Lena", deskHref(w.lto)).is(http.StatusOK, "Fence posts, all of them").isNot("Sent back, to be recorded afresh")
	made := regexp.MustCompile(`href="([^"]*/money/spending/[^"/]{32})">Fence posts, all`).FindStringSubmatch(desk.body)
	w.get("", w.money()).is(http.StatusOK)
	w.get("Leo", made[1]).is(http.StatusOK, "With this, £250,000.00 would have been spent", "which is less than this", "This records afresh what was sent back")
	w.get("Lena", spend).is(http.StatusOK, "It was recorded afresh: read that")
	w.get("Lena", afresh[1]).is(http.StatusConflict, "This was recorded afresh already")
}

func TestOfferFormKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.get("Olive", w.money()+"/offers/new").is(http.StatusOK, "Nobody holds the money yet", "locally trusted organisation")
	w.get("Olive", moneyHref(w.next)+"/offers/new").is(http.StatusOK, "There is no plan yet")
	w.share()
	w.hold()
	typed := []string{
		"form", "f1", "organisation", string(w.lto.ID), "decision", "1", "supersedes", "0", "rows", "6",
		"due-2-day", "31", "due-2-month", "2", "due-2-year", "2026", "line-2", string(w.lines[0].ID), "amount-2", "12 pounds",
		"due-5-day", "5", "due-5-month", "10", "due-5-year", "2026", "amount-5", "19,999",
	}
	more := w.post("Olive", w.money()+"/offers", append(typed, "more", "yes")...).is(http.StatusOK, "Payment 6").isNot("There is a problem")
	if more.field("form") != "f1" || more.field("amount-1") != "12 pounds" || more.field("due-1-day") != "31" || more.field("amount-2") != "19,999" || more.field("rows") != "6" {
		t.Errorf("after more rows, what was typed is not all there:\n%s", more.main())
	}
	wrong := w.post("Olive", w.money()+"/offers", typed...).is(http.StatusUnprocessableEntity, "Enter a date that exists", "Enter an amount in pounds and pence", "Choose the budget line")
	if !strings.Contains(wrong.body, "<title>Error: ") || !strings.Contains(wrong.body, `href="#line-2"`) || wrong.field("amount-2") != "19,999" {
		t.Errorf("the page does not show what is wrong beside what was typed:\n%s", wrong.main())
	}
	w.post("Olive", w.money()+"/offers", "form", "f2", "organisation", string(w.lto.ID), "decision", "1", "rows", "1",
		"due-1-day", "5", "due-1-month", "10", "due-1-year", "2026", "line-1", string(w.lines[1].ID), "amount-1", "12000.01").
		is(http.StatusUnprocessableEntity, "The plan has £12,000.00 left for “Youth drop-in”")
	every := w.post("Olive", w.money()+"/offers", "form", "f2", "organisation", string(w.lto.ID), "decision", "1", "rows", "0", "every", "yes", "first-day", "31", "first-month", "10",
		"first-year", "2026", "every-line", string(w.lines[0].ID), "every-amount", "2,500", "times", "3", "months", "6").is(http.StatusOK, "Payment 4")
	if every.field("due-2-day") != "30" || every.field("due-2-month") != "4" || every.field("due-3-day") != "31" || every.field("amount-3") != "2,500" {
		t.Errorf("three rows, six months apart: got\n%s", every.main())
	}
}

func TestNewVersionTakesTheOldOnesPlace(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.paid()
	letter := w.money() + "/offers/1"
	w.get("Olive", letter).is(http.StatusOK, "Make a new version")
	form := w.get("Olive", w.money()+"/offers/new?supersedes=1").is(http.StatusOK, "A new version of offer letter 1", "Youth drop-in: £12,000 left")
	if form.field("amount-1") != "3,000.50" || form.field("due-1-year") != "2027" || strings.Contains(form.body, "4,500") {
		t.Errorf("the new version is not made of what is not paid yet:\n%s", form.main())
	}
	second := w.post("Olive", w.money()+"/offers", "form", form.field("form"), "organisation", string(w.lto.ID), "decision", "1", "supersedes", "1", "rows", "1",
		"due-1-day", "5", "due-1-month", "4", "due-1-year", "2027", "line-1", string(w.lines[1].ID), "amount-1", "2000").goesTo()
	w.get("", letter).is(http.StatusOK, "A new version waits to be accepted.")
	w.get("Leo", deskHref(w.lto)).is(http.StatusOK, "£2,000 for Tanners Reach", "Offer letter 2 waits to be accepted")
	w.post("Leo", second+"/acceptance", "form", "accept").is(http.StatusSeeOther)
	w.get("", letter).is(http.StatusOK, "This letter has ended.", "Not by this letter", "Paid 14 October 2026")
	w.get("", second).is(http.StatusOK, "Offer letter 1", "£2,000.00")
	w.get("Olive", w.money()+"/offers/new?supersedes=1").is(http.StatusConflict)
}

func TestDesksAreTheirOwn(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.paid()
	own, other := deskHref(w.lto), deskHref(w.other)
	for as, want := range map[string]int{"Lena": 200, "Leo": 200, "Farah": 200, "Gita": 200, "Otto": 404, "Olive": 404, "Denise": 404, "": 303} {
		w.get(as, own).is(want)
	}
	w.get("Otto", other).is(http.StatusOK, "No area’s money yet")
	w.get("Farah", other).is(http.StatusNotFound)
	w.get("Lena", other).is(http.StatusNotFound)
	w.get("Otto", w.money()+"/spending/new?lto="+w.lto.Slug).is(http.StatusNotFound)
	w.get("Otto", paymentsHref(w.programme)).is(http.StatusNotFound)
	w.get("Lena", moneyHref(w.next)+"/spending/new?lto="+w.lto.Slug).is(http.StatusNotFound)
	w.get("Gita", w.money()+"/spending/new?lto="+w.lto.Slug).is(http.StatusForbidden)
	spend := w.spend("Swings checked", "organisation", "Safe Play Ltd")
	sid := spend[strings.LastIndexByte(spend, '/')+1:]
	w.post("Otto", w.money()+"/spending/certification", "form", "x", "lto", w.lto.Slug, "spend", sid).is(http.StatusNotFound)
	w.post("Otto", w.money()+"/spending/certification", "form", "x", "lto", w.other.Slug, "spend", sid).is(http.StatusNotFound)
	w.post("Otto", spend+"/refusal", "form", "x", "reason", "No").is(http.StatusNotFound)
}

func TestWrongFormsSayHowToMendThem(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.post("Olive", w.money()+"/allocations", "form", "a", "amount", "1,00", "on-day", "1", "on-month", "1", "on-year", "2040", "note", "First share").
		is(http.StatusUnprocessableEntity, "Enter an amount in pounds and pence", "Enter today’s date or an earlier one")
	if got := w.get("Olive", w.money()+"/allocations/new").field("amount"); got != "1,150,000" {
		t.Errorf("the amount suggested: got %q, want the rule book’s", got)
	}
	w.post("Olive", w.money()+"/ltos", "form", "b", "from-day", "1", "from-month", "6", "from-year", "2026", "functions", "employs the worker").
		is(http.StatusUnprocessableEntity, "Choose an organisation", "or enter where the partnership’s choice is noted")
	w.share()
	w.hold()
	page := w.post("Lena", w.money()+"/spending", "form", "c", "lto", w.lto.Slug, "heading", "Swings", "amount", "x").
		is(http.StatusUnprocessableEntity, "Choose the part of the plan", "Choose who was paid", "Enter an amount")
	if page.field("heading") != "Swings" || page.field("amount") != "x" || page.field("form") != "c" {
		t.Errorf("what was typed is not kept:\n%s", page.main())
	}
	w.get("Olive", w.money()+"/allocations/new").is(http.StatusOK, "Tanners Reach has £1,150,000 so far")
	w.get("Denise", w.money()+"/allocations/new").is(http.StatusForbidden)
	w.get("Denise", moneyHref(w.next)+"/ltos/new").is(http.StatusForbidden)
	w.get("", w.money()+"/offers").is(http.StatusOK, "No offer letters yet").isNot("Make an offer letter")
	w.get("", w.money()+"/offers/none").is(http.StatusNotFound)
}

func TestPaymentOverBudgetNeedsADecision(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.share()
	w.hold()
	w.offer()
	w.must(w.db.Write(t.Context(), func(tx *db.Tx) error {
		plans := &plan.Plans{DB: w.db, IDs: w.funding.IDs, Now: w.funding.Now}
		version, err := plans.WriteIn(t.Context(), tx, system, w.area, plan.NewVersion{
			Form: "plan 2", FromYear: 2026, UntilYear: 2030, Lines: []plan.NewLine{{Priority: "Green spaces and play", Name: "Eastfields park", Theme: "green-spaces", Budget: money.Pounds(4_000)}},
		})
		if err != nil {
			return err
		}
		_, err = w.table.DecideIn(t.Context(), tx, w.people["Denise"], w.area, decision.NewProposal{Kind: decision.AdoptPlan, PlanVersion: version.Number})
		return err
	}))
	over := w.decides(decision.OverBudget, w.lines[0].ID, money.Pounds(500))
	prepare := prepareLink.FindStringSubmatch(w.get("Olive", w.money()+"/offers/1").body)[1]
	form := w.get("Olive", prepare).is(http.StatusOK, "With this payment the line would have had £4,500.00, and the plan gives it £4,000.00.").field("form")
	w.post("Olive", prepare, "form", form, "decision", "").is(http.StatusUnprocessableEntity, "Choose the decision that allows it")
	payment := w.post("Olive", prepare, "form", form, "decision", over).goesTo()
	w.get("", payment).is(http.StatusOK, "Decision "+over)
	if again := w.get("Olive", prepare).goesTo(); again != payment {
		t.Errorf("preparing what is prepared: got %s, want the payment", again)
	}
}

func TestEveryButtonLeadsSomewhere(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	payment := w.paid()
	spend := w.spend("Swings checked", "organisation", "Safe Play Ltd")
	link := regexp.MustCompile(`href="(/[^"#]*)`)
	for _, as := range []string{"Olive", "Farah", "Finn", "Lena", "Leo", "Gita"} {
		for _, path := range []string{payment, spend, w.money() + "/offers", w.money() + "/offers/1", paymentsHref(w.programme), deskHref(w.lto)} {
			page := w.get(as, path)
			if page.status != http.StatusOK {
				continue
			}
			for _, m := range link.FindAllStringSubmatch(page.main(), -1) {
				at := strings.ReplaceAll(m[1], "&amp;", "&")
				if !strings.Contains(at, "/money") && !strings.HasSuffix(at, "/payments") {
					continue
				}
				if got := w.get(as, at); got.status != http.StatusOK && got.status != http.StatusSeeOther {
					t.Errorf("%s on %s: the link to %s answers %d", as, path, at, got.status)
				}
			}
		}
	}
}
