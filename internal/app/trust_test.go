package app

import (
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"net"
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
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding"
	"commontable/internal/money"
	"commontable/internal/organisation"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// asks sends one request as one person, with what else it is to carry.
func (m *matrix) asks(by access.Actor, method, path, body string, header http.Header) (res got) {
	m.t.Helper()
	m.by = by
	req, err := http.NewRequestWithContext(m.t.Context(), method, m.base+path, strings.NewReader(body))
	if err != nil {
		m.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if web.ForPrograms(path) {
		req.Header.Set("Content-Type", "application/json")
	}
	maps.Copy(req.Header, header)
	answer, err := m.client.Do(req)
	if err != nil {
		m.t.Fatal(err)
	}
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	if err != nil {
		m.t.Fatal(err)
	}
	return got{answer.StatusCode, answer.Header, string(page)}
}

// got is what was answered.
type got struct {
	code   int
	header http.Header
	text   string
}

// Whatever is answered, to whom and with which status, it carries what keeps a
// browser from doing harm with it.
func TestEveryAnswerIsGuarded(t *testing.T) {
	t.Parallel()
	m := newMatrix(t, dbtest.SQLite(t))
	m.app.Site.Secure = true
	statuses := map[int]int{}
	look := func(by access.Actor, method, path string) {
		t.Helper()
		res := m.asks(by, method, path, "", nil)
		statuses[res.code]++
		what := fmt.Sprintf("%s %s as %s (%d)", method, path, column(by.Hat.Role), res.code)
		for _, wrong := range unguarded(res.header, by.SignedIn(), path) {
			t.Errorf("%s: %s", what, wrong)
		}
	}
	for _, route := range RouteTable() {
		method, pattern, _ := strings.Cut(route.Pattern, " ")
		for _, role := range []access.Role{access.Nobody, access.Chair, access.LTOFinance, access.LTOApprover, access.ProgrammeOfficer, access.ProgrammeFinance, access.Operator} {
			look(m.here(role), method, m.fill(pattern))
		}
	}
	for _, path := range []string{"/no/such/page", "/assets/nothing.css", "/%00", "/areas/%ff", "//evil.example/", web.Asset("app.css"), web.Asset("app.js")} {
		look(access.Actor{}, http.MethodGet, path)
	}
	look(access.Actor{}, http.MethodPost, "/areas")
	look(access.Actor{}, http.MethodDelete, "/no/such/page")
	for _, status := range []int{200, 303, 401, 403, 404, 409, 422} {
		if statuses[status] == 0 {
			t.Errorf("no answer was a %d: %v", status, statuses)
		}
	}
}

// unguarded is what is missing or wrong in the headers of an answer.
func unguarded(h http.Header, signedIn bool, path string) (wrong []string) {
	want := map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
		"Permissions-Policy": "camera=(), geolocation=(), microphone=()", "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
	}
	if signedIn && !strings.HasPrefix(path, "/assets/") {
		want["Cache-Control"] = "no-store"
	}
	if strings.HasPrefix(path, "/shared/") && h.Get("Referrer-Policy") == "no-referrer" {
		delete(want, "Referrer-Policy") // the address is the secret: it is told to nobody at all
	}
	for name, value := range want {
		if got := h.Get(name); got != value && (name != "Permissions-Policy" || got == "") {
			wrong = append(wrong, fmt.Sprintf("%s is %q, want %q", name, got, value))
		}
	}
	policy := h.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "frame-ancestors 'none'"} {
		if !strings.Contains(policy, part) {
			wrong = append(wrong, "its content policy lacks "+part)
		}
	}
	for _, part := range []string{"unsafe-", "*", "http:", "https:", "blob:"} {
		if strings.Contains(policy, part) {
			wrong = append(wrong, "its content policy has "+part)
		}
	}
	if h.Get("Cache-Control") == "" {
		wrong = append(wrong, "nothing is said about keeping it")
	}
	for _, name := range []string{"Server", "X-Powered-By"} {
		if h.Get(name) != "" {
			wrong = append(wrong, "it tells "+name)
		}
	}
	open := strings.HasPrefix(path, "/data/") || strings.HasPrefix(path, "/checkpoints/")
	if h.Get("Access-Control-Allow-Origin") != "" && !open || h.Get("Access-Control-Allow-Credentials") != "" {
		wrong = append(wrong, "other sites may read it") // as they may what is open data, or proves what we say, and nothing else
	}
	return wrong
}

// No other site can send anything in somebody's name, whatever it is; nor can a
// page of the same name on another port. And nothing changes by the trying.
func TestNothingIsSentFromAnotherSite(t *testing.T) {
	t.Parallel()
	m := newMatrix(t, dbtest.SQLite(t))
	before, asked := fingerprint(t, m.db), 0
	for _, route := range RouteTable() {
		method, pattern, _ := strings.Cut(route.Pattern, " ")
		if method == http.MethodGet {
			continue
		}
		for _, header := range []http.Header{
			{"Sec-Fetch-Site": {"cross-site"}}, {"Sec-Fetch-Site": {"same-site"}}, {"Origin": {"https://evil.example"}}, {"Origin": {"null"}},
		} {
			for _, role := range []access.Role{access.Nobody, access.Chair, access.LTOFinance, access.LTOApprover, access.ProgrammeOfficer, access.ProgrammeFinance} {
				res := m.asks(m.here(role), method, m.fill(pattern), "", header)
				if res.code != http.StatusForbidden {
					t.Errorf("%s with %v as %s: status %d, want 403", route.Pattern, header, column(role), res.code)
				}
				asked++
			}
		}
	}
	if after := fingerprint(t, m.db); after != before {
		t.Errorf("something changed: %s", changed(before, after))
	}
	if asked < 500 {
		t.Errorf("only %d were tried", asked)
	}
}

// Nobody can fill the program's memory: what is too much for a route is turned
// away, and nothing is done.
func TestEveryRouteBoundsWhatIsSent(t *testing.T) {
	t.Parallel()
	m := newMatrix(t, dbtest.SQLite(t))
	before := fingerprint(t, m.db)
	form := "form=large&reason=" + strings.Repeat("a", 2<<20)
	tooLarge := 0
	for _, route := range RouteTable() {
		method, pattern, _ := strings.Cut(route.Pattern, " ")
		if method == http.MethodGet {
			continue
		}
		body := form
		if web.ForPrograms(pattern) {
			body = `{"reason":"` + strings.Repeat("a", 2<<20) + `"}`
		}
		for _, role := range access.Roles() {
			res := m.asks(m.here(role), method, m.fill(pattern), body, http.Header{"Idempotency-Key": {"large-" + m.newForm()}})
			if res.code < 400 && res.code != http.StatusSeeOther || res.code >= 500 {
				t.Errorf("%s as %s: status %d", route.Pattern, column(role), res.code)
			}
			if res.code == http.StatusRequestEntityTooLarge {
				tooLarge++
			}
		}
		if route.MostBody > web.MostFiles {
			t.Errorf("%s takes %d bytes", route.Pattern, route.MostBody)
		}
	}
	if after := fingerprint(t, m.db); after != before {
		t.Errorf("something changed: %s", changed(before, after))
	}
	if tooLarge < 40 {
		t.Errorf("only %d were told that it is too much", tooLarge)
	}
}

// What a form does not ask for is not heard: neither who did it, nor when, nor
// whose it is. Each form is sent twice, plainly to one world and with every name
// that a column has to another, and the two stay alike.
func TestNoFieldIsSetThatNobodyAskedFor(t *testing.T) {
	t.Parallel()
	plain, forged := small(t), small(t)
	var names []string
	if err := forged.db.Read(t.Context(), func(tx *db.Tx) (err error) {
		names, err = columnsOf(t, tx, "")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if len(names) < 100 {
		t.Fatalf("only %d names of columns", len(names))
	}
	for _, h := range []*house{plain, forged} {
		hopewellGreen(t, h)
	}
	walk := func(h *house, extra bool) string {
		with := func(fields url.Values) url.Values {
			if !extra {
				return fields
			}
			for _, name := range append(names, "role", "scope", "status", "state", "approved_by", "by", "person", "admin", "system") {
				if name != "replaces" && !fields.Has(name) { // which a form about a plan does ask for
					fields.Set(name, "1")
				}
			}
			return fields
		}
		send := func(who, page, form string, fields url.Values, status int) {
			t.Helper()
			b := h.as(who)
			b.opens(page)
			action, filled := b.fills(form, fields)
			b.keep(b.http.PostForm(b.base+action, with(filled)))
			b.sees(status)
		}
		send("programme-officer", green+"/money/allocations/new", "/allocations", day(url.Values{"amount": {"1,000,000"}, "note": {"Its share"}}, "on", "2026", "10", "14"), 200)
		send("stan", green+"/plan/new", "/plan", url.Values{
			"vision": {"A green."}, "from_year": {"2026"}, "until_year": {"2030"},
			"priority-1": {"Young people"}, "name-1": {"Youth club"}, "theme-1": {"children-and-young-people"}, "budget-1": {"60,000"},
		}, 200)
		adoptGreen(t, h)
		askGreen(t, h)
		send("rita", green+"/money/ltos/new", "/ltos", day(url.Values{"organisation": {organisationID(t, h, "brightwell-homes")}, "functions": {"Holds it"}, "decision": {"Meeting 3"}}, "from", "2026", "10", "14"), 200)
		send("programme-officer", green+"/money/offers/new", "/offers", day(url.Values{"organisation": {organisationID(t, h, "brightwell-homes")}, "decision": {"1"}, "line-1": {lineID(t, h, "Youth club")}, "amount-1": {"40,000"}}, "due-1", "2026", "10", "14"), 200)
		send("lto-approver", green+"/money/offers/1", "/acceptance", nil, 200)
		desk := h.as("programme-finance")
		desk.opens(payments(t, h))
		desk.goesTo(`/money/instalments/[0-9a-f]+/payment$`)
		send("programme-finance", desk.path, "/payment", url.Values{"decision": {""}}, 200)
		return story(t, h)
	}
	if a, b := walk(plain, false), walk(forged, true); a != b {
		t.Errorf("plainly:\n%s\nwith other fields:\n%s", a, b)
	}
}

// story is what was done to Hopewell Green, by whom, without what differs from
// one world to another.
func story(t *testing.T, h *house) string {
	t.Helper()
	var b strings.Builder
	err := h.db.Read(t.Context(), func(tx *db.Tx) error {
		a, err := area.BySlug(t.Context(), tx, "hopewell-green")
		if err != nil {
			return err
		}
		m, err := funding.AreaMoney(t.Context(), tx, a)
		if err != nil {
			return err
		}
		fmt.Fprintln(&b, m.Allocated, m.Promised, m.Paid, m.Spent)
		v, err := plan.Current(t.Context(), tx, a.ID)
		if err != nil {
			return err
		}
		for _, l := range v.Lines {
			fmt.Fprintln(&b, l.PriorityName, l.Name, l.Theme, l.Budget)
		}
		return db.Each(t.Context(), tx, func(r db.Row) error {
			var act, who string
			err := r.Scan(&act, &who)
			fmt.Fprintln(&b, act, "by", who)
			return err
		}, `
			SELECT e.act, COALESCE((SELECT p.name FROM people p WHERE p.id = e.person_id), e.person_id) FROM audit_events e
			WHERE e.stream = $1 ORDER BY e.number`, a.ID)
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Whatever is made of what stands behind the question mark, doubled, emptied or
// unknown, nobody sees more by it, and the program does not fail.
func TestParametersNeverWidenWhatIsSeen(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	w, things := planted(t, d)
	m := matrixOn(t, d, w.Clock.Now)
	c := &crawler{t: t, things: things}
	place := w.Tanners.Area.Place()
	place.Organisation = string(w.Tanners.LTO.ID)
	strangers := []access.Actor{{}, actor(access.LTOFinance, access.InOrganisation, string(w.Millbrook.LTO.ID))}
	slug, other := w.Tanners.LTO.Slug, w.Millbrook.LTO.Slug
	queries := []string{
		"?q=", "?q=&q=%25", "?q=%27+OR+1=1--", "?region=&region=%25", "?sort=payee", "?sort=payee&sort=email", "?order=minor;--", "?sort=", "?page=-1", "?page=0&page=99999999999999999999",
		"?lto=", "?lto=" + slug, "?lto=" + other + "&lto=" + slug, "?area=", "?area=" + w.Tanners.Area.Slug, "?state=", "?state=to+be+certified", "?filter=%25&fields=payee,email",
		"?limit=0", "?limit=-1", "?limit=1000000", "?cursor=", "?cursor=%27", "?supersedes=x", "?year=", "?from=&until=", "?role=operator&as=programme-finance", "?hat=operator", "?next=//evil.example",
	}
	for _, route := range m.app.Routes() {
		method, pattern, _ := strings.Cut(strings.ReplaceAll(route.Pattern, "{$}", ""), " ")
		if method != http.MethodGet {
			continue
		}
		path := c.addresses(pattern)[0]
		for _, query := range queries {
			for _, by := range strangers {
				res := m.asks(by, method, path+query, "", nil)
				if res.code >= 500 {
					t.Errorf("%s%s: status %d", path, query, res.code)
				}
				if to := res.header.Get("Location"); strings.HasPrefix(to, "//") || strings.Contains(to, "://") {
					t.Errorf("%s%s leads away, to %s", path, query, to)
				}
				for _, k := range canaries {
					if strings.Contains(res.text, k.word) && !k.seenBy(by, place) {
						t.Errorf("%s%s shows %s to %s", path, query, k.field, column(by.Hat.Role))
					}
				}
			}
		}
	}
}

var isPlainNumber = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

// No cell of any spreadsheet is one that a spreadsheet program takes for a
// formula, whoever wrote it.
func TestNoCellIsAFormula(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	m := newMatrix(t, d)
	formulas := formulasEverywhere(t, m)
	read, cells, kept := 0, 0, map[string]string{}
	for _, route := range RouteTable() {
		method, pattern, _ := strings.Cut(route.Pattern, " ")
		if method != http.MethodGet {
			continue
		}
		for _, role := range []access.Role{access.ProgrammeFinance, access.LTOApprover, access.Chair} {
			res := m.asks(m.here(role), method, m.fill(pattern), "", nil)
			if !strings.HasPrefix(res.header.Get("Content-Type"), "text/csv") {
				continue
			}
			rows, err := csv.NewReader(strings.NewReader(res.text)).ReadAll()
			if err != nil {
				t.Errorf("%s: %v", route.Pattern, err)
			}
			read++
			kept[strings.NewReplacer("/", "-", "{", "", "}", "").Replace(pattern[1:])] = res.text
			for _, cell := range slices.Concat(rows...) {
				cells++
				if cell != "" && strings.ContainsRune("=+-@\t\r\n\x00＝＋－＠", []rune(cell)[0]) && !isPlainNumber.MatchString(cell) {
					t.Errorf("%s as %s: a cell begins %q", route.Pattern, column(role), cell[:min(len(cell), 30)])
				}
			}
		}
	}
	all := fmt.Sprint(kept)
	for _, f := range formulas {
		if !strings.Contains(all, f) {
			t.Errorf("%q is in no spreadsheet: the test looks at nothing", f)
		}
	}
	if read < 15 || cells < 500 {
		t.Errorf("%d spreadsheets and %d cells were read", read, cells)
	}
}

// formulasEverywhere writes formulas where people of Tanners Reach write words.
func formulasEverywhere(t *testing.T, m *matrix) []string {
	t.Helper()
	words := []string{"=cmd|'/c calc'!A1", "@SUM(1+9)*cmd", "+1+1", "-2+3+cmd", "＝1+1"}
	f, plans := m.app.funding, m.app.plans
	chair, finance, approver := m.here(access.Chair), m.here(access.LTOFinance), m.here(access.LTOApprover)
	err := m.db.Write(t.Context(), func(tx *db.Tx) error {
		a, err := area.BySlug(t.Context(), tx, "tanners-reach")
		if err != nil {
			return err
		}
		current, err := plan.Current(t.Context(), tx, a.ID)
		if err != nil {
			return err
		}
		n := plan.NewVersion{Vision: "=1+1", FromYear: current.FromYear, UntilYear: current.UntilYear}
		for _, l := range current.Lines {
			n.Lines = append(n.Lines, plan.NewLine{Priority: l.PriorityName, Name: l.Name, Theme: l.Theme, Budget: l.Budget})
		}
		last := len(n.Lines) - 1
		n.Lines[last].Priority, n.Lines[last].Name = words[2], words[3]
		v, err := plans.WriteIn(t.Context(), tx, chair, a, n)
		if err != nil {
			return err
		}
		if err := plans.AdoptIn(t.Context(), tx, chair, a, plan.NewAdoption{Version: v.Number, On: m.app.Site.Today(), Decision: words[4]}); err != nil {
			return err
		}
		sp, err := f.ProvideSpendIn(t.Context(), tx, finance, a, funding.NewSpend{
			Organisation: organisation.ID(finance.Hat.Place), Line: v.Lines[0].ID, Amount: money.Pence(1), SpentOn: m.app.Site.Today(),
			Heading: words[0], PayeeKind: funding.ToOrganisation, Payee: words[1],
		})
		if err != nil {
			return err
		}
		return f.CertifySpendIn(t.Context(), tx, approver, a, sp.ID)
	})
	if err != nil {
		t.Fatal(err)
	}
	return words
}

// A bill from a phone on a poor line takes longer than any form: who may send
// one has the time for it, and nobody has for anything else.
func TestAnUploadHasTime(t *testing.T) {
	t.Parallel()
	m := newMatrix(t, dbtest.SQLite(t))
	slow := httptest.NewUnstartedServer(m.app.handlerFor(func(*http.Request) (access.Actor, error) { return m.here(access.LTOFinance), nil }))
	slow.Config.ReadTimeout = 300 * time.Millisecond
	slow.Start()
	defer slow.Close()
	for pattern, want := range map[string]bool{"/areas/{area}/money/spending": true, "/areas/{area}/plan/versions/{number}/discard": false, "/areas/{area}/money/spending/{spend}/refusal": false} {
		body := "heading=x"
		c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", slow.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n", m.fill(pattern), len(body))
		time.Sleep(600 * time.Millisecond)
		_, errSent := io.WriteString(c, body)
		answer, errRead := io.ReadAll(c)
		_ = c.Close()
		if got := strings.HasPrefix(string(answer), "HTTP/1.1 422"); got != want {
			t.Errorf("%s: %v, %v, answered %.40q; want it read to its end: %v", pattern, errSent, errRead, answer, want)
		}
	}
}
