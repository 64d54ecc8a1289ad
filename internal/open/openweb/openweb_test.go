package openweb_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/money"
	"commontable/internal/open/openweb"
	"commontable/internal/plan"
	"commontable/internal/plan/planweb"
	"commontable/internal/web"
)

// A site is a world with its public pages, read as one person after another.
type site struct {
	*fundingtest.World

	t     *testing.T
	base  string
	by    access.Actor // who reads
	lines map[string]plan.LineID
	offer funding.Offer
}

func open(t *testing.T) *site {
	t.Helper()
	w, err := fundingtest.New(t.Context(), dbtest.SQLite(t), 3)
	check(t, err)
	return serve(t, w)
}

func serve(t *testing.T, w *fundingtest.World) *site {
	t.Helper()
	s := &site{World: w, t: t}
	pages := &web.Site{
		Contact: "https://table.example.org/report",
		Log:     slog.New(slog.DiscardHandler), Now: w.Clock.Now, IDs: w.IDs,
		Rooms:     []web.Link{{Text: "The programme", Href: "/"}, {Text: "Areas", Href: "/areas"}},
		AreaRooms: []web.Link{{Text: "Home"}, {Text: "Plan", Href: "/plan"}, {Text: "Money", Href: "/money"}},
	}
	who := func(*http.Request) (access.Actor, error) { return s.by, nil }
	server := httptest.NewServer(pages.Router(who, openweb.Routes(pages, w.DB, "https://table.example.org", openweb.Waiting{InArea: []openweb.InArea{planweb.Waiting}})...))
	t.Cleanup(server.Close)
	s.base = server.URL
	return s
}

// story has Tanners Reach paid £20,000 of £30,000 promised, and some of it spent:
// at a firm, on wages and on a person.
func story(t *testing.T) *site {
	t.Helper()
	s := open(t)
	ctx, p := t.Context(), s.Tanners
	var err error
	s.lines, s.offer, err = s.Ready(ctx, p)
	check(t, err)
	_, err = s.Pay(ctx, p, s.offer.Instalments[0].ID)
	check(t, err)
	for _, spent := range []struct {
		kind           funding.PayeeKind
		heading, payee string
		pence          int64
	}{
		{funding.ToOrganisation, "Timber and bolts", "Reach Joinery", 500_025},
		{funding.ToPay, "Salary of Mabel Secret", "Mabel Secret", 120_000},
		{funding.ToIndividual, "Bursary for Zoe Hidden", "Zoe Hidden", 30_000},
	} {
		n := s.NewSpend(p, s.lines["green/benches"], money.Pence(spent.pence))
		n.PayeeKind, n.Heading, n.Payee = spent.kind, spent.heading, spent.payee
		sid, err := s.Funding.ProvideSpend(ctx, p.Finance, p.Area, n)
		check(t, err)
		check(t, s.Funding.CertifySpends(ctx, p.Approver, p.Area, s.Form(), sid))
	}
	return s
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var tags = regexp.MustCompile(`(?s)<(script|style|svg).*?</(script|style|svg)>|<[^>]*>`)

// words are what a person reads of a page.
func words(page string) string {
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(page, " "))), " ")
}

// get reads an address, of which it wants a status.
func (s *site) get(path string, status int) string {
	s.t.Helper()
	res, err := http.Get(s.base + path)
	check(s.t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	check(s.t, err)
	if res.StatusCode != status {
		s.t.Fatalf("%s: status %d, want %d:\n%s", path, res.StatusCode, status, words(string(body)))
	}
	return string(body)
}

// sees wants words on a page, and others not.
func (s *site) sees(path string, wanted []string, unwanted ...string) {
	s.t.Helper()
	page := words(s.get(path, http.StatusOK))
	for _, w := range wanted {
		if !strings.Contains(page, w) {
			s.t.Errorf("%s lacks %q:\n%s", path, w, page)
		}
	}
	for _, w := range unwanted {
		if strings.Contains(page, w) {
			s.t.Errorf("%s has %q:\n%s", path, w, page)
		}
	}
}

func TestProgrammePageSaysWhereTheMoneyIs(t *testing.T) {
	t.Parallel()
	s := story(t)
	page := s.get("/", http.StatusOK)
	if strings.Contains(page, "look-around\"") {
		t.Error("a database that is no demonstration offers to look around")
	}
	s.sees("/", []string{
		"Big Local", "Local Trust gives 2 neighbourhoods a share of £100,000",
		"£100,000 allocated to 2 areas", "£6,500 spent", "£23,500 paid or promised, not spent yet", "£70,000 left to plan",
		"2 getting started", "Find your area", "See all 2",
		"Millbrook", "Tanners Reach",
	})
	if same := s.get("/programmes/"+s.Programme.Slug, http.StatusOK); words(same) == "" || !strings.Contains(same, `name="programme" value="big-local"`) {
		t.Error("the programme’s own address does not search in the programme")
	}
	s.get("/programmes/nothing", http.StatusNotFound)
}

func TestAreasAreFoundByWordsAndSayWhatIsMissing(t *testing.T) {
	t.Parallel()
	s := story(t)
	s.sees("/areas", []string{
		"All 2 areas of Big Local", "Tanners Reach", "Millbrook", "£100,000", "£6,500 (6%)",
		"Not known yet: its region, its local authority, its boundary (which small areas make it up)",
	})
	s.sees("/areas?q=TANNERS", []string{"1 area found", "Tanners Reach"}, "Millbrook")
	s.sees("/areas?q=atlantis", []string{"Nothing found", "See all areas"})
	s.sees("/areas?page=99", []string{"Tanners Reach"})
}

func TestManyAreasComeInPages(t *testing.T) {
	t.Parallel()
	s := open(t)
	check(t, s.DB.Write(t.Context(), func(tx *db.Tx) error {
		for i := range area.PageSize {
			if _, err := s.Areas.AddIn(t.Context(), tx, access.System("test"), s.Programme.ID, area.NewArea{Name: "Ward " + string(rune('A'+i)), Region: "London"}); err != nil {
				return err
			}
		}
		return nil
	}))
	page := s.get("/areas", http.StatusOK)
	if !strings.Contains(page, `href="/areas?page=2"`) || !strings.Contains(words(page), "All 27 areas") {
		t.Errorf("no way to the second page:\n%s", words(page))
	}
	s.sees("/areas?region=London", []string{"25 areas found"}, "Next")
	s.sees("/areas?page=2", []string{"Ward"}, "Millbrook")
}

// Who watches over the site is told when it cannot read its data.
func TestHealthIsHonest(t *testing.T) {
	t.Parallel()
	w, err := fundingtest.New(t.Context(), dbtest.SQLite(t), 3)
	check(t, err)
	s := serve(t, w)
	if got := s.get("/healthz", http.StatusOK); got != "ok\n" {
		t.Errorf("it is well, and says %q", got)
	}
	check(t, s.DB.Close())
	if got := s.get("/healthz", http.StatusServiceUnavailable); got != "cannot read the database\n" {
		t.Errorf("without its database it says %q", got)
	}
}

// A page about every area asks the database as often, and weighs as much, for a
// hundred times the areas.
func TestPagesAboutAllAreasStayFlat(t *testing.T) {
	t.Parallel()
	regions := []string{"North East", "North West", "East Midlands", "London", "South West"}
	measure := func(areas int, path string) (statements int64, bytes int) {
		s := open(t)
		check(t, s.DB.Write(t.Context(), func(tx *db.Tx) error {
			for i := range areas {
				n := area.NewArea{Name: fmt.Sprintf("Ward %05d", i), Region: regions[i%len(regions)]}
				if _, err := s.Areas.AddIn(t.Context(), tx, access.System("test"), s.Programme.ID, n); err != nil {
					return err
				}
			}
			return nil
		}))
		before := s.DB.Stats().Statements
		page := s.get(path, http.StatusOK)
		return s.DB.Stats().Statements - before, len(page)
	}
	// An area's own page gathers from every room, and so asks more: still the same of any number.
	most := map[string]int{"/": 12, "/areas": 12, "/areas?region=London": 12, "/areas?q=ward": 12, "/areas/tanners-reach": 24}
	for path, most := range most {
		few, light := measure(150, path)
		many, heavy := measure(3000, path)
		if many != few || int(few) > most {
			t.Errorf("%s asks %d statements of 150 areas and %d of 3,000; want the same, and at most %d", path, few, many, most)
		}
		if heavy > light*115/100 {
			t.Errorf("%s weighs %d bytes with 150 areas and %d with 3,000; want at most 15%% more", path, light, heavy)
		}
	}
}

func TestAreaHomeGreetsWhoBelongsThere(t *testing.T) {
	t.Parallel()
	s := story(t)
	home := "/areas/" + s.Tanners.Area.Slug
	s.sees(home, []string{
		"Tanners Reach", "People here decide together", "£70,000 left to plan, of £100,000", "£6,500 spent", "£23,500 on its way",
		"£13,500 is held for us and £10,000 is promised", "green £60,000 £6,500", "young £40,000 £0", "April 2026 to March 2029",
		"Oak Trust Holds our money since 1 April 2020", "We do not know yet: its region",
	}, "Waiting for you", "Hello")
	s.by = s.Kit
	s.sees(home, []string{"Hello Kit. It is Tuesday 20 October 2026. Nothing waits for you here."}, "Waiting for you")
	s.sees("/areas/"+s.Millbrook.Area.Slug, []string{"No money has been allocated to this area yet", "There is no adopted plan yet", "Nobody yet."}, "Hello")
	s.by = s.Tanners.Finance
	s.sees(home, []string{"Hello Dev."})
	s.get("/areas/nowhere", http.StatusNotFound)
}

// What waits is for the person who can do it, and for nobody else.
func TestWhatWaitsIsForWhoCanDoIt(t *testing.T) {
	t.Parallel()
	s := story(t)
	ctx, p := t.Context(), s.Tanners
	home := "/areas/" + p.Area.Slug
	waits := func(by access.Actor, wanted ...string) {
		t.Helper()
		s.by = by
		if len(wanted) == 0 {
			s.sees(home, nil, "Waiting for you")
			return
		}
		s.sees(home, append(slices.Clone(wanted), "Waiting for you"))
	}
	second := s.offer.Instalments[1].ID
	waits(s.Farah, "One thing is waiting for you", "Payment of £10,000 for club Due since 20 October 2026. Prepare")
	waits(p.Chair)
	waits(access.Actor{})
	pid, err := s.Prepare(ctx, p, second)
	check(t, err)
	waits(s.Amina)
	waits(s.Farah)
	waits(s.Ben, "Payment of £10,000 for club A colleague prepared it. Check it, and approve what is right. Approve")
	check(t, s.Approve(ctx, p, pid))
	waits(s.Amina)
	waits(s.Ben)
	waits(s.Carol, "It is approved. Release it when the bank has paid it. Release")
	check(t, s.Release(ctx, p, pid))
	waits(s.Carol)

	_, err = s.Provide(ctx, p, s.lines["young/club"], money.Pounds(80))
	check(t, err)
	waits(p.Approver, "1 spend to certify")
	waits(p.Finance)
	waits(s.Millbrook.Approver)

	_, err = s.Plans.Write(ctx, p.Chair, p.Area, plan.NewVersion{Form: "draft", FromYear: 2026, UntilYear: 2028, Lines: []plan.NewLine{fundingtest.Line("green/benches", money.Pounds(70_000))}})
	check(t, err)
	waits(p.Chair, "Version 2 of the plan is written")
	waits(s.Kit)

	decided, err := s.PlanDecision(ctx, p)
	check(t, err)
	number, err := s.Funding.MakeOffer(ctx, s.Farah, p.Area, funding.NewOffer{
		Form: s.Form(), Organisation: p.LTO.ID, Decision: decided, Instalments: []funding.NewInstalment{fundingtest.Instalment(s.lines["green/benches"], money.Pounds(5_000))},
	})
	check(t, err)
	if number != 2 {
		t.Errorf("offer letter %d, want 2", number)
	}
	waits(p.Approver, "Two things are waiting for you", "Offer letter 2 waits for you")
}

// Many payments are listed in part, and counted in full.
func TestManyPaymentsDoNotFillThePage(t *testing.T) {
	t.Parallel()
	s := story(t)
	var more []funding.NewInstalment
	for range 6 {
		more = append(more, fundingtest.Instalment(s.lines["green/benches"], money.Pounds(1_000)))
	}
	_, err := s.Offer(t.Context(), s.Tanners, 0, more...)
	check(t, err)
	s.by = s.Farah
	page := s.get("/areas/tanners-reach", http.StatusOK)
	if got := strings.Count(words(page), "Prepare the payment of"); got != 4 {
		t.Errorf("%d payments are listed, want 4", got)
	}
	if !strings.Contains(words(page), "Seven things are waiting") {
		t.Errorf("not all are counted:\n%s", words(page))
	}
	if !strings.Contains(words(page), "3 more payments") || !strings.Contains(page, `href="/programmes/big-local/payments"`) {
		t.Errorf("no way to the rest:\n%s", words(page))
	}
}

// Organisations are named in public, people never, whoever asks.
func TestNoIndividualIsNamedInOpenData(t *testing.T) {
	t.Parallel()
	s := story(t)
	for _, by := range []access.Actor{{}, s.Amina, s.Tanners.Approver} {
		s.by = by
		for _, path := range []string{"/data/spending.csv", "/data/payments.csv", "/data/areas.csv", "/data/360giving.json", "/data/360giving.csv", "/areas/tanners-reach", "/"} {
			body := s.get(path, http.StatusOK)
			for _, name := range []string{"Mabel", "Zoe", "Secret", "Hidden"} {
				if strings.Contains(body, name) {
					t.Errorf("%s names %s:\n%s", path, name, body)
				}
			}
		}
	}
	if got := s.get("/data/spending.csv", http.StatusOK); !strings.Contains(got, "Reach Joinery") || !strings.Contains(got, "An individual") || !strings.Contains(got, "Wages and salaries") {
		t.Errorf("spending.csv does not say who was paid:\n%s", got)
	}
}

// What can be taken away agrees with the pages, to the penny.
func TestFilesAgreeWithTheBooks(t *testing.T) {
	t.Parallel()
	s := story(t)
	m, err := s.Money(t.Context(), s.Tanners)
	check(t, err)
	for path, want := range map[string]map[string]money.Amount{
		"/data/areas.csv":    {"Allocated": m.Allocated, "Paid": m.Paid, "Spent": m.Spent, "Left to plan": m.Left()},
		"/data/payments.csv": {"Stays paid": m.Paid, "Contribution that stays": m.Contribution},
		"/data/spending.csv": {"Stays spent": m.Spent},
	} {
		rows, err := csv.NewReader(strings.NewReader(s.get(path, http.StatusOK))).ReadAll()
		check(t, err)
		for column, amount := range want {
			if got := sum(t, rows, column); got != amount {
				t.Errorf("%s: %s adds up to %s, want %s", path, column, got, amount)
			}
		}
	}
	var pack struct {
		Grants []struct {
			AmountAwarded, AmountDisbursed json.Number
		}
	}
	check(t, json.Unmarshal([]byte(s.get("/data/360giving.json", http.StatusOK)), &pack))
	if len(pack.Grants) != 1 || pack.Grants[0].AmountAwarded != "30000.00" || pack.Grants[0].AmountDisbursed != "20000.00" {
		t.Errorf("awards: got %+v, want one of 30000.00 with 20000.00 paid", pack.Grants)
	}
}

func sum(t *testing.T, rows [][]string, column string) money.Amount {
	t.Helper()
	at := slices.Index(rows[0], column)
	if at < 0 {
		t.Fatalf("no column %q in %v", column, rows[0])
	}
	total := money.Pence(0)
	for _, row := range rows[1:] {
		amount, err := money.Parse(row[at], money.GBP)
		check(t, err)
		total = total.Add(amount)
	}
	return total
}

func TestPlainPages(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.sees("/data", []string{"Open data", "Awards, 360Giving JSON", "Spending (CSV)"})
	s.sees("/words", []string{"Words we use", "Allocation Money that the programme sets aside", "Locally trusted organisation (LTO) An organisation chosen by the partnership", "Rep An independent adviser"}, "Accountable body")
	s.sees("/accessibility", []string{"Accessibility"})
	s.sees("/privacy", []string{"Privacy", "“an individual”"})
	for path, want := range map[string]string{
		"/healthz": "ok\n", "/robots.txt": "User-agent: *\nDisallow: /sign-in\nDisallow: /look-around\n",
	} {
		if got := s.get(path, http.StatusOK); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
	if got := s.get("/.well-known/security.txt", http.StatusOK); !strings.Contains(got, "Contact: https://") || !strings.Contains(got, "Expires: 2027-10-20T00:00:00Z") {
		t.Errorf("security.txt: %s", got)
	}
}

// A database in which nothing was begun yet, and a programme without areas, say
// what will be here.
func TestEmptyPlaces(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	w, err := fundingtest.New(t.Context(), dbtest.SQLite(t), 1) // only for its parts
	check(t, err)
	w.DB, w.Areas = d, &area.Areas{DB: d, IDs: w.IDs, Now: w.Clock.Now}
	s := serve(t, w)
	s.sees("/", []string{"No programme yet"})
	s.sees("/areas", []string{"No areas yet"})
	_, err = w.Areas.Init(t.Context(), access.System("test"), area.InitWhat{Kind: area.Real, RuleBook: area.PrideInPlace, FunderName: "The Ministry"})
	check(t, err)
	s.sees("/", []string{"No areas yet", "commontable import areas"})
	s.sees("/areas", []string{"No areas yet"})
	for _, path := range []string{"/data/areas.csv", "/data/payments.csv", "/data/spending.csv", "/data/360giving.csv", "/data/360giving.json"} {
		s.get(path, http.StatusOK)
	}
}

// Two programmes in one installation are listed at the front.
func TestSeveralProgrammes(t *testing.T) {
	t.Parallel()
	s := story(t)
	check(t, s.DB.Write(t.Context(), func(tx *db.Tx) error {
		_, err := s.Areas.AddProgrammeIn(t.Context(), tx, access.System("test"), area.NewProgramme{Name: "Second Helping", RuleBook: area.PrideInPlace, Funder: s.Programme.Funder})
		return err
	}))
	s.sees("/", []string{"Programmes", "Big Local £100,000 allocated, £6,500 spent", "Second Helping £0 allocated"})
	s.sees("/programmes/second-helping", []string{"No areas yet"}, "Tanners Reach")
	s.sees("/areas?programme=big-local", []string{"Tanners Reach", "Second Helping"})
	s.sees("/areas?programme=second-helping", []string{"No areas yet"}, "Tanners Reach")
}
