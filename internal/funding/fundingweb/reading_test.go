package fundingweb_test

import (
	"encoding/csv"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/funding/fundingweb"
	"commontable/internal/ledger"
	"commontable/internal/money"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// A told is a world with a story in it: Tanners Reach has had money for some
// years, in all the ways in which money comes and goes.
type told struct {
	*fundingtest.World

	lines    map[string]plan.LineID
	payments []funding.PaymentID
	spends   []funding.SpendID
	server   *httptest.Server
	by       access.Actor // who reads the pages
}

// story plays some years, up to 20 October 2026: a payment for every line each
// half year, and spending every month.
func story(t *testing.T, years int) *told {
	t.Helper()
	return storyOn(t, dbtest.SQLite(t), years)
}

func storyOn(t *testing.T, d *db.DB, years int) *told {
	t.Helper()
	ctx := t.Context()
	w, err := fundingtest.New(ctx, d, 7)
	check(t, err)
	s := &told{World: w}
	begins := date.New(2026-years, time.April, 3)
	w.Clock.Pass(begins.At(10, 0).Sub(w.Clock.Now()))
	check(t, w.Allocate(ctx, w.Tanners, money.Pounds(1_150_000)))
	pounds := func(name, theme string, n int64) plan.NewLine {
		l := fundingtest.Line(name, money.Pounds(n))
		l.Theme = theme
		return l
	}
	s.lines, err = w.Adopt(ctx, w.Tanners,
		pounds("Green spaces and play/Eastfields park", "green-spaces", 190_000), pounds("Green spaces and play/Allotments", "green-spaces", 130_000),
		pounds("Young people/Youth drop-in", "children-and-young-people", 145_000), pounds("Young people/Summer holiday club", "children-and-young-people", 65_000),
		pounds("The Hub: a home for all of us/Roof and kitchen", "community-facilities", 190_000),
		pounds("Health and good company/Lunch club", "health-and-wellbeing", 180_000),
		pounds("Running the partnership/Worker’s salary and costs", "running-the-partnership", 180_000))
	check(t, err)
	check(t, w.Funding.Hold(ctx, w.Tanners.Chair, w.Tanners.Area, funding.NewHolding{
		Form: w.Form(), Organisation: w.Tanners.LTO.ID, From: begins, Decision: "Meeting of 3 March, item 2",
	}))
	s.play(t, years)
	return s
}

func (s *told) play(t *testing.T, years int) {
	t.Helper()
	ctx, p := t.Context(), s.Tanners
	names := []string{
		"Green spaces and play/Eastfields park", "Green spaces and play/Allotments", "Young people/Youth drop-in",
		"Health and good company/Lunch club", "Running the partnership/Worker’s salary and costs",
	}
	var instalments []funding.NewInstalment
	for half := range 2*years + 4 {
		for i, name := range names {
			instalments = append(instalments, funding.NewInstalment{
				DueOn: s.Today().AddMonths(6 * half).AddDays(3 * i), Line: s.lines[name], Amount: money.Pounds(int64(4_000 + 500*i)),
			})
		}
	}
	o, err := s.Offer(ctx, p, 0, instalments...)
	check(t, err)
	paid := 0
	for day := s.Today(); day.Before(fundingtest.Today); day = day.NextMonth() {
		s.Clock.Pass(day.At(10, 0).Sub(s.Clock.Now()))
		for paid < len(o.Instalments) && !o.Instalments[paid].DueOn.After(day) {
			pid, err := s.Pay(ctx, p, o.Instalments[paid].ID)
			check(t, err)
			s.payments = append(s.payments, pid)
			paid++
		}
		if paid >= len(names) {
			s.month(t, day)
		}
	}
	s.Clock.Pass(fundingtest.Today.At(10, 0).Sub(s.Clock.Now()))
}

// month spends on three lines, of which one pays wages and one a person.
func (s *told) month(t *testing.T, day date.Date) {
	t.Helper()
	ctx, p := t.Context(), s.Tanners
	spend := func(line, heading string, kind funding.PayeeKind, payee string, pence int64) funding.SpendID {
		n := s.NewSpend(p, s.lines[line], money.Pence(pence))
		n.Heading, n.PayeeKind, n.Payee = heading, kind, payee
		sid, err := s.Funding.ProvideSpend(ctx, p.Finance, p.Area, n)
		check(t, err)
		check(t, s.Funding.CertifySpends(ctx, p.Approver, p.Area, s.Form(), sid))
		s.spends = append(s.spends, sid)
		return sid
	}
	spend("Running the partnership/Worker’s salary and costs", "Salary of Mabel Secret", funding.ToPay, "Mabel Secret", 95_433)
	spend("Health and good company/Lunch club", "Lunch club food and transport", funding.ToOrganisation, "Reach Catering", 87_760)
	spend("Young people/Youth drop-in", "Bursary for Zoe Hidden", funding.ToIndividual, "Zoe Hidden", 64_005)
	spend("Green spaces and play/Eastfields park", "Play equipment checks", funding.ToOrganisation, "Playsafe Ltd", 74_250)
	if day.Month() == time.June {
		sid := spend("Green spaces and play/Allotments", "Room hire", funding.ToOrganisation, "The Institute", 14_000)
		check(t, s.Funding.ReverseSpend(ctx, p.Approver, p.Area, sid, "charged twice", s.Form()))
	}
}

// undo has a payment handed back in part, and another reversed.
func (s *told) undo(t *testing.T) {
	t.Helper()
	last := len(s.payments) - 1
	check(t, s.Funding.ReturnUnderspend(t.Context(), s.Carol, s.Tanners.Area, s.payments[last-1], funding.NewReturn{
		Form: s.Form(), Amount: money.Pence(70_050), On: s.Today().AddDays(-2), Reason: "not needed",
	}))
	check(t, s.Reverse(t.Context(), s.Tanners, s.payments[last], "paid to the wrong account"))
}

func (s *told) figures(t *testing.T) funding.Money {
	t.Helper()
	m, err := s.Money(t.Context(), s.Tanners)
	check(t, err)
	return m
}

// serve answers requests as the program does.
func (s *told) serve(t *testing.T) *told {
	t.Helper()
	site := &web.Site{
		Log: slog.New(slog.DiscardHandler), Now: s.Clock.Now, IDs: s.IDs,
		AreaRooms: []web.Link{{Text: "Home", Href: ""}, {Text: "Plan", Href: "/plan"}, {Text: "Money", Href: "/money"}},
	}
	who := func(*http.Request) (access.Actor, error) { return s.by, nil }
	s.server = httptest.NewServer(site.Router(who, fundingweb.Routes(site, s.Funding)...))
	t.Cleanup(s.server.Close)
	return s
}

// get is a page, which must answer with a status.
func (s *told) get(t *testing.T, path string, status int) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.server.URL+path, nil)
	check(t, err)
	res, err := http.DefaultClient.Do(req)
	check(t, err)
	body, err := io.ReadAll(res.Body)
	check(t, err)
	check(t, res.Body.Close())
	if res.StatusCode != status {
		t.Fatalf("GET %s: got %d, want %d\n%.600s", path, res.StatusCode, status, body)
	}
	return string(body)
}

// csv reads a spreadsheet: its head and its rows.
func (s *told) csv(t *testing.T, path string) (head []string, rows [][]string) {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(s.get(t, path, 200))).ReadAll()
	check(t, err)
	return all[0], all[1:]
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// has wants words on a page, as they are read: without what marks them up.
func has(t *testing.T, page string, words ...string) {
	t.Helper()
	read := asRead(page)
	for _, w := range words {
		if !strings.Contains(read, w) {
			t.Errorf("the page does not say %q:\n%s", w, read)
			return
		}
	}
}

var (
	marks  = regexp.MustCompile(`(?s)<(script|style|svg).*?</(script|style|svg)>|<[^>]*>`)
	spaces = regexp.MustCompile(`\s+`)
)

func asRead(page string) string {
	text := marks.ReplaceAllString(page, " ")
	text = strings.NewReplacer("&#39;", "'", "&amp;", "&", "&nbsp;", " ", "&#34;", `"`).Replace(text)
	return spaces.ReplaceAllString(text, " ")
}

// links are the addresses of a page that begin as said.
func links(page, begin string) []string {
	var found []string
	for _, m := range regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		href := strings.ReplaceAll(m[1], "&amp;", "&")
		if strings.HasPrefix(href, begin) && !slices.Contains(found, href) {
			found = append(found, href)
		}
	}
	return found
}

const at = "/areas/tanners-reach/money"

func TestBeforeThereIsAnyMoney(t *testing.T) {
	t.Parallel()
	w, err := fundingtest.New(t.Context(), dbtest.SQLite(t), 1)
	check(t, err)
	s := (&told{World: w}).serve(t)
	page := s.get(t, at, 200)
	has(t, page, "Our money", "Nobody has been chosen to hold our money yet.", "No money yet")
	if strings.Contains(page, "Set money aside for") {
		t.Error("anyone is offered to set money aside")
	}
	s.by = w.Farah
	has(t, s.get(t, at, 200), "Set money aside for Tanners Reach")
	for _, list := range []string{"allocated", "paid", "spent", "promised", "contribution", "left"} {
		has(t, s.get(t, at+"/"+list, 200), "Nothing here yet")
		if _, rows := s.csv(t, at+"/"+list+".csv"); len(rows) != 0 {
			t.Errorf("%s.csv: got %d rows, want none", list, len(rows))
		}
	}
	s.csv(t, at+"/statement.csv")
	s.csv(t, at+".csv")
	s.csv(t, at+"/schedule.csv")
}

func TestTheMoneyPageSaysWhatTheBooksSay(t *testing.T) {
	t.Parallel()
	s := story(t, 2)
	s.undo(t)
	s.serve(t)
	m := s.figures(t)
	page := s.get(t, at, 200)
	has(t, page, "Oak Trust holds our money. This is what the books say up to 20 October 2026.",
		m.Allocated.Whole()+" our share", m.Spent.Whole()+" spent", m.Promised.Whole()+" promised, not paid yet", m.Left().Whole()+" left to plan",
		m.Paid.Whole()+" paid to Oak Trust, who holds "+m.Held().Whole()+" of it",
		"Green spaces and play", "£320,000", "All together", "5% on top. Oak Trust gets 5% of each payment", "So far: "+m.Contribution.String(),
		"When money comes to us", "April 2026 to March 2027", "Paid 1 May 2026", "Statement, October to December 2026", "Brought forward", "Carried forward")
	for _, path := range []string{"allocated", "paid", "spent", "promised", "left", "contribution"} {
		if !slices.Contains(links(page, at), at+"/"+path) {
			t.Errorf("no figure leads to %s", path)
		}
	}
	has(t, s.get(t, at+"?year=2024", 200), "April 2024 to March 2025")
	has(t, s.get(t, at+"?year=2027", 200), "April 2027 to March 2028", "Planned")
}

// The rows behind each figure add up to it, to the penny, and lead somewhere.
func TestTheRowsAddUpToTheFigure(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := storyOn(t, d, 1)
		s.undo(t)
		s.serve(t).addsUp(t)
		s.get(t, at, 200)
		s.get(t, at+"/lines/"+string(s.lines["Health and good company/Lunch club"]), 200)
	})
}

func (s *told) addsUp(t *testing.T) {
	t.Helper()
	m := s.figures(t)
	for _, f := range []struct {
		path string
		want money.Amount
	}{
		{"allocated", m.Allocated}, {"paid", m.Paid}, {"spent", m.Spent}, {"promised", m.Promised}, {"contribution", m.Contribution}, {"left", m.Left()},
	} {
		if got := s.sum(t, at+"/"+f.path+".csv"); got != f.want {
			t.Errorf("%s.csv adds up to %s, and the figure is %s", f.path, got, f.want)
		}
		page := s.get(t, at+"/"+f.path, 200)
		has(t, page, f.want.String()+" in all")
		for _, href := range links(page, at+"/entries/") {
			s.get(t, href, 200)
			break
		}
	}
	for name, lid := range s.lines {
		l := s.lineMoney(t, lid)
		for path, want := range map[string]money.Amount{"paid": l.Paid, "spent": l.Spent, "promised": l.Promised} {
			if got := s.sum(t, at+"/"+path+".csv?line="+string(lid)); !got.Sub(want).IsZero() {
				t.Errorf("%s.csv of %s adds up to %s, want %s", path, name, got, want)
			}
		}
	}
}

func (s *told) sum(t *testing.T, path string) money.Amount {
	t.Helper()
	head, rows := s.csv(t, path)
	total := money.Pence(0)
	for _, row := range rows {
		cell := row[slices.Index(head, "amount")]
		a, err := money.Parse(strings.TrimPrefix(cell, "-"), money.GBP)
		check(t, err)
		if strings.HasPrefix(cell, "-") {
			a = a.Neg()
		}
		total = total.Add(a)
	}
	return total
}

func (s *told) lineMoney(t *testing.T, lid plan.LineID) (m funding.LineMoney) {
	t.Helper()
	check(t, s.DB.Read(t.Context(), func(tx *db.Tx) error {
		all, err := funding.Lines(t.Context(), tx, s.Tanners.Area.ID)
		for _, l := range all {
			if l.ID == lid {
				m = l.Money
			}
		}
		return err
	}))
	return m
}

// A long list is shown year by year, and the years add up to the figure.
func TestALongListIsShownYearByYear(t *testing.T) {
	t.Parallel()
	s := story(t, 3).serve(t)
	page := s.get(t, at+"/spent", 200)
	has(t, page, "Year by year", "2026 to 2027 shown above", s.figures(t).Spent.String(), "April 2026 to March 2027")
	has(t, s.get(t, at+"/spent?year=2024", 200), "2024 to 2025 shown above")
	if got := strings.Count(page, `href="`+at+`/entries/`); got > 60 {
		t.Errorf("one page shows %d entries, want at most 60", got)
	}
}

func TestNoIndividualIsNamed(t *testing.T) {
	t.Parallel()
	s := story(t, 1).serve(t)
	paths := []string{
		at, at + "/spent", at + "/spent.csv", at + "/statement.csv?quarter=all", at + "/lines/" + string(s.lines["Young people/Youth drop-in"]),
		at + "/spent?line=" + string(s.lines["Young people/Youth drop-in"]),
	}
	entries := links(s.get(t, at+"/spent", 200), at+"/entries/")
	for _, path := range append(paths, entries...) {
		page := s.get(t, path, 200)
		for _, name := range []string{"Mabel", "Secret", "Zoe", "Hidden", "Carol", "Esi"} {
			if strings.Contains(asRead(page), name) {
				t.Errorf("%s names %s", path, name)
			}
		}
	}
	has(t, s.get(t, at+"/spent", 200), "Wages and salaries: Worker’s salary and costs", "Payment to an individual: Youth drop-in")
}

func TestAStatementRunsOn(t *testing.T) {
	t.Parallel()
	s := story(t, 2)
	s.undo(t)
	s.serve(t)
	opening := "0.00"
	for _, quarter := range []string{"2024-04-01", "2024-07-01", "2024-10-01", "2025-01-01", "2025-04-01", "2026-10-01"} {
		if quarter == "2026-10-01" {
			opening = ""
		}
		head, rows := s.csv(t, at+"/statement.csv?quarter="+quarter)
		balance, entry := slices.Index(head, "balance"), slices.Index(head, "entry")
		if opening != "" && rows[0][balance] != opening {
			t.Errorf("%s is brought forward with %s, want %s", quarter, rows[0][balance], opening)
		}
		last := rows[len(rows)-1]
		if got := rows[len(rows)-2][balance]; last[balance] != got {
			t.Errorf("%s is carried forward with %s, and its last balance is %s", quarter, last[balance], got)
		}
		opening = last[balance]
		page := s.get(t, at+"?quarter="+quarter, 200)
		for _, row := range rows[1 : len(rows)-1] {
			if !slices.Contains(links(page, at+"/entries/"), at+"/entries/"+row[entry]) {
				t.Errorf("the statement of %s does not lead to %s", quarter, row[entry])
			}
		}
	}
	if held := s.figures(t).Held().Decimal(); opening != held {
		t.Errorf("the last statement ends with %s, and %s is held", opening, held)
	}
	young := s.priority(t, "Young people")
	page := s.get(t, at+"?quarter=2025-04-01&priority="+young, 200)
	has(t, page, "Only what was for Young people", "Together")
	if strings.Contains(asRead(page), "Lunch club food and transport") {
		t.Error("a statement of one priority shows another’s spending")
	}
	has(t, s.get(t, at+"?quarter=nonsense&priority=nothing&lto=nobody&year=x", 200), "Statement, October to December 2026")
}

func (s *told) priority(t *testing.T, name string) string {
	t.Helper()
	var id plan.PriorityID
	check(t, s.DB.Read(t.Context(), func(tx *db.Tx) error {
		all, err := plan.EveryLine(t.Context(), tx, s.Tanners.Area.ID)
		for _, l := range all {
			if l.PriorityName == name {
				id = l.Priority
			}
		}
		return err
	}))
	return string(id)
}

// Where several organisations hold the money, each has its own statement.
func TestEachHolderHasAStatement(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := story(t, 1)
	elm, a := s.Millbrook.LTO, s.Tanners.Area
	check(t, s.Funding.Hold(ctx, s.Tanners.Chair, a, funding.NewHolding{Form: s.Form(), Organisation: elm.ID, From: s.Today(), Decision: "Meeting of 6 October, item 1"}))
	decided, err := s.PlanDecision(ctx, s.Tanners)
	check(t, err)
	number, err := s.Funding.MakeOffer(ctx, s.Farah, a, funding.NewOffer{Form: s.Form(), Organisation: elm.ID, Decision: decided, Instalments: []funding.NewInstalment{
		fundingtest.Instalment(s.lines["Young people/Summer holiday club"], money.Pounds(777)),
	}})
	check(t, err)
	s.serve(t)
	has(t, s.get(t, at, 200), "Offer letter 2 waits for Elm Trust", "Elm Trust and Oak Trust hold our money.")
	check(t, s.Funding.AcceptOffer(ctx, s.Millbrook.Approver, a, number, s.Form()))
	var o funding.Offer
	check(t, s.DB.Read(ctx, func(tx *db.Tx) error {
		o, err = funding.OfferOf(ctx, tx, a.ID, number)
		return err
	}))
	_, err = s.Pay(ctx, s.Tanners, o.Instalments[0].ID)
	check(t, err)
	page := s.get(t, at+"?lto="+elm.Slug, 200)
	has(t, page, "Statement, October to December 2026: Elm Trust", "£777.00 held for us now", "Paid to them £777.00", "Spent by them £0.00", "On top, for looking after it £38.85", "Paid to them £75,000.00", "Spent by them £57,860.64", "Payment from the programme: Summer holiday club")
	if strings.Contains(asRead(page), "Lunch club food and transport") {
		t.Error("one holder’s statement shows another’s spending")
	}
	has(t, s.get(t, at+"?lto="+s.Tanners.LTO.Slug, 200), "December 2026: Oak Trust", "Lunch club food and transport")
}

func TestPartsOfThePlan(t *testing.T) {
	t.Parallel()
	s := story(t, 2).serve(t)
	lid := s.lines["Health and good company/Lunch club"]
	m := s.lineMoney(t, lid)
	has(t, s.get(t, at+"/lines/"+string(lid), 200), "Lunch club", "A budget line of Health and good company. Its theme is Health and wellbeing.",
		"£180,000 in our plan", m.Spent.Whole()+" spent", m.Paid.Sub(m.Spent).Whole()+" paid and held, not spent yet",
		"The newest 12 of", "Lunch club food and transport", m.Spent.String(), "Follow the pound", "Decision 1")
	has(t, s.get(t, at+"/priorities/"+s.priority(t, "Young people"), 200), "Young people", "A priority of our plan, with 2 budget lines.", "Youth drop-in", "Summer holiday club", "£210,000 in our plan")
	hub := s.get(t, at+"/lines/"+string(s.lines["The Hub: a home for all of us/Roof and kitchen"]), 200)
	has(t, hub, "No payment yet", "Nothing spent yet")
}

// A pound is followed both ways, from any entry, by links alone.
func TestAPoundIsFollowedBothWays(t *testing.T) {
	t.Parallel()
	s := story(t, 2)
	s.undo(t)
	s.serve(t)
	spent := s.get(t, at+"/spent?line="+string(s.lines["Health and good company/Lunch club"]), 200)
	spend := s.get(t, links(spent, at+"/entries/")[0], 200)
	has(t, spend, "Lunch club food and transport", "Held by Oak Trust", "Spent: Lunch club", "£877.60", "Recorded by Oak Trust",
		"1. The endowment", "2. Our share", "3. The plan", "4. The decision", "5. The offer letter", "6. The payment", "7. The spending",
		"Where it came from", "Payment to Oak Trust", "Where it went", "Reach Catering")
	if !strings.Contains(spend, `aria-current="step"`) {
		t.Error("the walk does not mark the current step")
	}
	back := links(spend, at+"/payments/")
	payment := s.get(t, back[len(back)-1], 200)
	has(t, payment, "Follow the pound", "Lunch club food and transport")
	if len(links(payment, at+"/spending/")) == 0 {
		t.Error("a payment does not lead to what was spent since")
	}
	allocated := links(s.get(t, at+"/allocated", 200), at+"/entries/")
	has(t, s.get(t, allocated[0], 200), "Allocated to Tanners Reach", "The programme’s endowment", "Kept for us by the programme", "£1,150,000.00", "Health and good company")
	for _, href := range links(spend, at) {
		href, _, _ = strings.Cut(href, "#")
		s.get(t, href, 200)
	}
}

func TestAnEntrySaysWhatUndidIt(t *testing.T) {
	t.Parallel()
	s := story(t, 1)
	s.undo(t)
	s.serve(t)
	var reversal, original, handedBack ledger.Entry
	check(t, s.DB.Read(t.Context(), func(tx *db.Tx) error {
		return ledger.EachPosting(t.Context(), tx, func(e ledger.Entry, _ ledger.Posting) error {
			switch e.Kind {
			case funding.KindPaymentReversal:
				reversal = e
			case funding.KindReturn:
				handedBack = e
			}
			return nil
		})
	}))
	original.ID = reversal.Reverses
	has(t, s.get(t, at+"/entries/"+string(reversal.ID), 200), "This undoes the entry of", "Programme finance", "The payment was reversed")
	page := s.get(t, at+"/entries/"+string(original.ID), 200)
	has(t, page, "This was undone on 20 October 2026", "Oak Trust, for looking after our money")
	has(t, s.get(t, at+"/entries/"+string(handedBack.ID), 200), "Handed back to the programme", "£700.50")
	s.by = s.Tanners.Chair
	has(t, s.get(t, at+"/entries/"+string(original.ID), 200), "Carol, programme finance")
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	t.Parallel()
	s := story(t, 1).serve(t)
	for _, path := range []string{
		"/areas/nowhere/money", at + "/lines/nothing", at + "/priorities/nothing", at + "/entries/nothing", at + "/spent?line=nothing",
		at + "/paid?priority=nothing", at + "/nothing", "/areas/nowhere/money/statement.csv",
	} {
		s.get(t, path, 404)
	}
	// Another area’s things are not there either.
	entries := links(s.get(t, at+"/spent", 200), at+"/entries/")
	for _, path := range []string{strings.Replace(entries[0], "tanners-reach", "millbrook", 1), "/areas/millbrook/money/lines/" + string(s.lines["Young people/Youth drop-in"])} {
		s.get(t, path, 404)
	}
}
