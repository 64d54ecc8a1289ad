package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/money"
	"commontable/internal/person"
)

// A programmed world is one that programs come to: each person of it has a token.
type programmed struct {
	*fundingtest.World
	t      *testing.T
	url    string
	tokens map[access.PersonID]string
	logged *strings.Builder
	api    *api.API
	calls  int

	mu      sync.Mutex
	schemas *jsonschema.Compiler // of the API's description
	routes  *http.ServeMux
}

func program(t *testing.T, d *db.DB) *programmed {
	t.Helper()
	w, err := fundingtest.New(t.Context(), d, 1)
	if err != nil {
		t.Fatal(err)
	}
	p := &programmed{World: w, t: t, tokens: map[access.PersonID]string{}, logged: &strings.Builder{}}
	a, err := New(t.Context(), d, Options{Log: slog.New(slog.NewTextHandler(p.logged, &slog.HandlerOptions{Level: slog.LevelError})), Now: w.Clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	p.api = a.api
	p.description(a)
	server := httptest.NewServer(a.Handler())
	t.Cleanup(func() {
		server.Close()
		if p.logged.Len() > 0 {
			t.Errorf("errors were logged:\n%s", p.logged)
		}
	})
	p.url = server.URL
	for _, who := range []access.Actor{w.Farah, w.Amina, w.Ben, w.Carol, w.Tanners.Chair, w.Tanners.Finance, w.Tanners.Approver, w.Millbrook.Finance, w.Kit} {
		p.tokens[who.Person] = p.token(who)
	}
	return p
}

// token makes a token for an actor in the hat that they have on.
func (p *programmed) token(who access.Actor) string {
	p.t.Helper()
	secret, _, err := p.People.MakeToken(p.t.Context(), access.System("a test"), person.NewToken{Form: string(p.Form()), Person: who.Person, Hat: who.Hat.ID, Purpose: "a test"})
	if err != nil {
		p.t.Fatal(err)
	}
	return secret
}

// A reply is what a program was answered.
type reply struct {
	status int
	header http.Header
	body   string
}

// at reads a value out of a reply: "instalments.0.id".
func (r reply) at(t *testing.T, path string) any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(r.body))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v in %s", err, r.body)
	}
	for part := range strings.SplitSeq(path, ".") {
		switch in := v.(type) {
		case map[string]any:
			v = in[part]
		case []any:
			var i int
			if _, err := fmt.Sscan(part, &i); err != nil || i >= len(in) {
				t.Fatalf("no %s in %s", path, r.body)
			}
			v = in[i]
		default:
			t.Fatalf("no %s in %s", path, r.body)
		}
	}
	return v
}

func (r reply) text(t *testing.T, path string) string {
	t.Helper()
	return fmt.Sprint(r.at(t, path))
}

// send sends a request as it is: with no header but those given.
func (p *programmed) send(method, path, body string, header ...string) reply {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.url+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Error(err)
		return reply{}
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Error(err)
	}
	p.described(method, path, res, got)
	return reply{res.StatusCode, res.Header, string(got)}
}

// described holds an answer against the API's own description of it.
func (p *programmed) described(method, path string, res *http.Response, body []byte) {
	p.t.Helper()
	r := httptest.NewRequestWithContext(p.t.Context(), method, path, nil)
	_, pattern := p.routes.Handler(r)
	_, at, _ := strings.Cut(pattern, " ")
	if !strings.HasPrefix(at, "/api/v1/") || len(body) == 0 {
		return
	}
	pointer := strings.NewReplacer("~", "~0", "/", "~1").Replace
	kind := res.Header.Get("Content-Type")
	schema := fmt.Sprintf("openapi.json#/paths/%s/%s/responses/%d/content/%s/schema", pointer(at), strings.ToLower(method), res.StatusCode, pointer(kind))
	if kind == "application/problem+json" {
		schema = "openapi.json#/components/schemas/Problem"
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		p.t.Errorf("%s %s: %v: %s", method, path, err, body)
		return
	}
	p.mu.Lock() // a compiler works for one at a time
	defer p.mu.Unlock()
	s, err := p.schemas.Compile(schema)
	if err != nil {
		p.t.Errorf("%s %s answered %d is not described: %v", method, path, res.StatusCode, err)
	} else if err := s.Validate(v); err != nil {
		p.t.Errorf("%s %s is not as described: %v\n%s", method, path, err, body)
	}
}

// description reads the API's description, to hold answers against.
func (p *programmed) description(a *App) {
	p.t.Helper()
	text, err := a.api.Document()
	if err != nil {
		p.t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		p.t.Fatal(err)
	}
	p.schemas = jsonschema.NewCompiler()
	p.schemas.AssertFormat()
	if err := p.schemas.AddResource("openapi.json", doc); err != nil {
		p.t.Fatal(err)
	}
	p.routes = http.NewServeMux()
	for _, r := range a.Routes() {
		p.routes.Handle(r.Pattern, http.NotFoundHandler())
	}
}

func (p *programmed) get(by access.Actor, path string) reply {
	p.t.Helper()
	if !by.SignedIn() {
		return p.send("GET", path, "")
	}
	return p.send("GET", path, "", "Authorization", "Bearer "+p.tokens[by.Person])
}

func (p *programmed) post(by access.Actor, path string, body any) reply {
	p.t.Helper()
	p.calls++
	return p.postWith(by, fmt.Sprintf("call-%08d", p.calls), path, body)
}

func (p *programmed) postWith(by access.Actor, key, path string, body any) reply {
	p.t.Helper()
	var text string
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			p.t.Fatal(err)
		}
		text = string(b)
	}
	return p.send("POST", path, text, "Authorization", "Bearer "+p.tokens[by.Person], "Content-Type", "application/json", "Idempotency-Key", key)
}

// did wants a reply of a status.
func (p *programmed) did(want int, r reply) reply {
	p.t.Helper()
	if r.status != want {
		p.t.Fatalf("status %d, want %d: %s", r.status, want, r.body)
	}
	return r
}

type object = map[string]any

func pence(n int64) object { return object{"minor": n, "currency": "GBP"} }

// A program walks a pound through: from the allocation to what it was spent on.
func TestAProgramWalksAPound(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := program(t, d)
		const area = "/api/v1/areas/tanners-reach"
		today := p.Today().String()
		p.did(201, p.post(p.Farah, area+"/allocations", object{"amount": pence(10_000_000), "on": today, "note": "First"}))
		written := p.did(201, p.post(p.Tanners.Chair, area+"/plan/versions", object{"vision": "Benches", "from_year": 2026, "until_year": 2028, "lines": []object{
			{"priority": "Green", "name": "Benches", "theme": "green-spaces", "budget": pence(6_000_000)},
		}}))
		if at := written.header.Get("Location"); at != area+"/plan/versions/1" {
			t.Errorf("the plan is at %q", at)
		}
		p.did(404, p.get(access.Actor{}, area+"/plan/versions/1")) // a draft
		if err := p.AdoptVersion(t.Context(), p.Tanners, 1); err != nil {
			t.Fatal(err)
		}
		plan := p.did(200, p.get(access.Actor{}, area+"/plan"))
		line := plan.text(t, "lines.0.id")
		if by := plan.text(t, "adopted.decision_number"); by != "1" {
			t.Errorf("the plan was adopted by decision %s: %s", by, plan.body)
		}
		p.did(201, p.post(p.Tanners.Chair, area+"/ltos", object{"organisation": "oak-trust", "from": "2020-04-01", "decision": "Meeting of 3 March, item 2"}))
		offer := p.did(201, p.post(p.Farah, area+"/offers", object{"organisation": "oak-trust", "decision": 1, "instalments": []object{
			{"due_on": today, "line": line, "amount": pence(2_000_000)}, {"due_on": "2027-10-20", "line": line, "amount": pence(1_000_001)},
		}}))
		if at := offer.header.Get("Location"); at != area+"/offers/1" {
			t.Errorf("the offer letter is at %q", at)
		}
		accepted := p.did(200, p.post(p.Tanners.Approver, area+"/offers/1/acceptance", nil))
		if got := accepted.text(t, "in_force") + " " + accepted.text(t, "total.minor"); got != "true 3000001" {
			t.Errorf("accepted: %s", accepted.body)
		}
		prepared := p.did(201, p.post(p.Amina, area+"/payments", object{"instalment": offer.text(t, "instalments.0.id")}))
		payment, digest := prepared.header.Get("Location"), prepared.text(t, "digest")
		p.did(403, p.post(p.Amina, payment+"/approvals", object{"digest": digest}))
		pid := funding.PaymentID(path.Base(payment))
		inPerson := func(r reply, err error) { // a program is refused what a person does with a passkey
			t.Helper()
			if p.did(403, r); !strings.Contains(r.body, "A program with a token cannot do it at all") {
				t.Errorf("refused: %s", r.body)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		inPerson(p.post(p.Ben, payment+"/approvals", object{"digest": digest}), p.Approve(t.Context(), p.Tanners, pid))
		release := funding.NewRelease{Form: p.Form(), PaidOn: p.Today(), Reference: "BL-1"}
		inPerson(p.post(p.Carol, payment+"/release", object{"paid_on": today, "reference": "BL-1"}), p.Funding.ReleasePayment(t.Context(), p.Carol, p.Tanners.Area, pid, release))
		released := p.did(200, p.get(p.Carol, payment))
		if got := released.text(t, "state") + " " + released.text(t, "contribution.minor") + " " + released.text(t, "released.by"); got != "released 100000 Carol" {
			t.Errorf("released: %s", released.body)
		}
		public := p.did(200, p.get(access.Actor{}, payment))
		for _, hidden := range []string{"BL-1", "Carol", digest} {
			if strings.Contains(public.body, hidden) {
				t.Errorf("anyone reads %q of the payment", hidden)
			}
		}
		spent := p.did(201, p.post(p.Tanners.Finance, area+"/spending", object{
			"organisation": "oak-trust", "line": line, "amount": pence(31_240), "spent_on": today, "heading": "Canary heading", "payee_kind": "individual", "payee": "Canary Payee",
		}))
		spend := spent.header.Get("Location")
		p.did(404, p.get(access.Actor{}, spend))
		p.did(404, p.get(p.Millbrook.Finance, spend))
		p.did(403, p.post(p.Tanners.Finance, spend+"/certification", nil))
		sid := funding.SpendID(path.Base(spend))
		inPerson(p.post(p.Tanners.Approver, spend+"/certification", nil), p.Funding.CertifySpends(t.Context(), p.Tanners.Approver, p.Tanners.Area, p.Form(), sid))
		for _, by := range []access.Actor{{}, p.Kit, p.Millbrook.Finance} {
			for _, at := range []string{spend, area + "/spending"} {
				if seen := p.did(200, p.get(by, at)); strings.Contains(seen.body, "Canary") {
					t.Errorf("%q reads of an individual: %s", by.Name, seen.body)
				}
			}
		}
		if seen := p.did(200, p.get(p.Tanners.Finance, spend)); !strings.Contains(seen.body, "Canary Payee") {
			t.Errorf("their own desk does not read who was paid: %s", seen.body)
		}
		handedBack := funding.NewReturn{Form: p.Form(), Amount: money.Pounds(5_000), On: p.Today(), Reason: "Cost less"}
		inPerson(p.post(p.Carol, payment+"/returns", object{"amount": pence(500_000), "on": today, "reason": "Cost less"}),
			p.Funding.ReturnUnderspend(t.Context(), p.Carol, p.Tanners.Area, pid, handedBack))
		back := p.did(200, p.get(p.Carol, payment))
		if got := back.text(t, "stays.minor") + " " + back.text(t, "contribution_stays.minor"); got != "1500000 75000" {
			t.Errorf("handed back: %s", back.body)
		}

		sums := p.did(200, p.get(access.Actor{}, area+"/money"))
		m, err := p.Money(t.Context(), p.Tanners)
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]money.Amount{
			"allocated": m.Allocated, "promised": m.Promised, "paid": m.Paid, "contribution": m.Contribution, "spent": m.Spent, "held": m.Held(), "left": m.Left(),
		} {
			if got := sums.text(t, name+".minor"); got != fmt.Sprint(want.Minor()) {
				t.Errorf("%s is %s, want %d", name, got, want.Minor())
			}
		}
		page := p.did(200, p.send("GET", "/areas/tanners-reach/money", ""))
		for _, want := range []money.Amount{m.Allocated, m.Paid, m.Spent, m.Left()} {
			if !strings.Contains(page.body, want.Whole()) {
				t.Errorf("the page does not say %s", want.Whole())
			}
		}
		accounts := p.did(200, p.get(access.Actor{}, area+"/accounts"))
		if !strings.Contains(accounts.body, `"minor":-75000`) || !strings.Contains(accounts.body, `"minor":1468760`) {
			t.Errorf("accounts: %s", accounts.body)
		}
		before := p.did(200, p.get(access.Actor{}, area+"/accounts?on=2026-10-19"))
		if strings.Contains(before.body, `"minor":-75000`) || !strings.Contains(before.body, `"minor":0`) {
			t.Errorf("accounts on the day before: %s", before.body)
		}
		statement := p.did(200, p.get(access.Actor{}, area+"/accounts/allocated/statement"))
		if got := statement.text(t, "items.2.balance.minor"); got != "8500000" {
			t.Errorf("the statement ends with %s: %s", got, statement.body)
		}
		p.did(200, p.get(access.Actor{}, area+"/entries/"+statement.text(t, "items.1.entry")))
	})
}

// Sent fifty times at once a call has one effect, and fifty equal answers.
func TestACallSentTwiceCountsOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := program(t, d)
		const path = "/api/v1/areas/tanners-reach/allocations"
		body := object{"amount": pence(1234), "on": p.Today().String()}
		answers := make([]reply, 50)
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() { answers[i] = p.postWith(p.Farah, "the-same-key", path, body) })
		}
		all.Wait()
		for _, a := range answers {
			if a.status != 201 || a.body != answers[0].body || a.header.Get("Location") != answers[0].header.Get("Location") {
				t.Fatalf("answered %d %s, want 201 %s", a.status, a.body, answers[0].body)
			}
		}
		if m, err := p.Money(t.Context(), p.Tanners); err != nil || m.Allocated != money.Pence(1234) {
			t.Errorf("allocated %s, %v; want £12.34", m.Allocated, err)
		}
		other := p.did(422, p.postWith(p.Farah, "the-same-key", path, object{"amount": pence(1235), "on": p.Today().String()}))
		if !strings.Contains(other.body, "was used for another call") {
			t.Errorf("the same key with another amount: %s", other.body)
		}
		p.did(422, p.postWith(p.Farah, "the-same-key", "/api/v1/areas/millbrook/allocations", body))
		// What failed was not kept, and may be sent rightly.
		p.did(422, p.postWith(p.Farah, "another-key", path, object{"amount": pence(0), "on": p.Today().String()}))
		p.did(201, p.postWith(p.Farah, "another-key", path, body))
		if m, err := p.Money(t.Context(), p.Tanners); err != nil || m.Allocated != money.Pence(2468) {
			t.Errorf("allocated %s, %v; want £24.68", m.Allocated, err)
		}
	})
}

// What a program was answered is forgotten in time; that it asked is not.
func TestAnswersAreForgottenAndCallsAreNot(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := program(t, d)
		const path = "/api/v1/areas/tanners-reach/allocations"
		body := object{"amount": pence(1234), "on": p.Today().String(), "note": "Canary note"}
		p.did(201, p.postWith(p.Farah, "an-old-key", path, body))
		p.Clock.Pass(29 * 24 * time.Hour)
		if gone, err := p.api.Forget(t.Context()); gone != 0 || err != nil {
			t.Errorf("after 29 days %d were forgotten, %v", gone, err)
		}
		p.did(201, p.postWith(p.Farah, "an-old-key", path, body))
		p.Clock.Pass(2 * 24 * time.Hour)
		if gone, err := p.api.Forget(t.Context()); gone != 1 || err != nil {
			t.Errorf("after 31 days %d were forgotten, %v; want 1", gone, err)
		}
		again := p.did(409, p.postWith(p.Farah, "an-old-key", path, body))
		if !strings.Contains(again.body, "20 October 2026") || strings.Contains(again.body, "Canary") {
			t.Errorf("after 31 days: %s", again.body)
		}
		if m, err := p.Money(t.Context(), p.Tanners); err != nil || m.Allocated != money.Pence(1234) {
			t.Errorf("allocated %s, %v; want £12.34 once", m.Allocated, err)
		}
	})
}

// A list is read to its end, each item once, though more come meanwhile.
func TestPagesMeetEachItemOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := program(t, d)
		lines, _, err := p.Ready(t.Context(), p.Tanners)
		if err != nil {
			t.Fatal(err)
		}
		record := func(n int) (ids []string) {
			for range n {
				sid, err := p.Provide(t.Context(), p.Tanners, lines["green/benches"], money.Pence(100))
				if err != nil {
					t.Fatal(err)
				}
				ids = append(ids, string(sid))
			}
			return ids
		}
		want, seen := record(23), map[string]int{}
		next := "/api/v1/areas/tanners-reach/spending?limit=5"
		for pages := 0; next != ""; pages++ {
			got := p.did(200, p.get(p.Tanners.Finance, next))
			var page struct {
				Items []struct {
					ID string `json:"id"`
				} `json:"items"`
				Next string `json:"next"`
			}
			if err := json.Unmarshal([]byte(got.body), &page); err != nil {
				t.Fatal(err)
			}
			for _, one := range page.Items {
				seen[one.ID]++
			}
			link := got.header.Get("Link")
			if (page.Next == "") != (link == "") || pages > 20 {
				t.Fatalf("page %d: next %q, Link %q", pages, page.Next, link)
			}
			next, _, _ = strings.Cut(strings.TrimPrefix(link, "<"), ">")
			if pages < 3 {
				record(2)
			}
		}
		for _, id := range want {
			if seen[id] != 1 {
				t.Errorf("%s was seen %d times", id, seen[id])
			}
		}
		p.did(422, p.get(p.Tanners.Finance, "/api/v1/areas/tanners-reach/spending?cursor=x"))
		p.did(422, p.get(p.Tanners.Finance, "/api/v1/areas/tanners-reach/spending?limit=0"))
		p.did(422, p.get(p.Tanners.Finance, "/api/v1/areas/tanners-reach/spending?sort=x"))
		if none := p.did(200, p.get(access.Actor{}, "/api/v1/areas/tanners-reach/spending")); none.text(t, "items") != "[]" {
			t.Errorf("anyone reads what is not certified: %s", none.body)
		}
		for _, list := range []string{"areas", "programmes", "organisations", "areas/tanners-reach/offers", "areas/tanners-reach/plan/versions", "areas/tanners-reach/accounts/allocated/statement"} {
			p.did(200, p.get(access.Actor{}, "/api/v1/"+list+"?limit=1"))
		}
	})
}

func TestWhatIsSentIsReadStrictly(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := program(t, d)
		token := "Bearer " + p.tokens[p.Farah.Person]
		const path = "/api/v1/areas/tanners-reach/allocations"
		good := `{"amount":{"minor":100,"currency":"GBP"},"on":"2026-10-20"}`
		for what, c := range map[string]struct {
			body, contentType, key, want string
			status                       int
		}{
			"an unknown field":      {`{"amount":{"minor":100,"currency":"GBP"},"on":"2026-10-20","approved":true}`, "application/json", "key-00001", "body.approved", 422},
			"a field in capitals":   {`{"Amount":{"minor":100,"currency":"GBP"},"on":"2026-10-20"}`, "application/json", "key-00002", "body.Amount", 422},
			"a fraction of a penny": {`{"amount":{"minor":100.5,"currency":"GBP"},"on":"2026-10-20"}`, "application/json", "key-00003", "body.amount.minor", 422},
			"too much money":        {`{"amount":{"minor":1e19,"currency":"GBP"},"on":"2026-10-20"}`, "application/json", "key-00004", "body.amount.minor", 422},
			"another currency":      {`{"amount":{"minor":100,"currency":"EUR"},"on":"2026-10-20"}`, "application/json", "key-00005", "body.amount.currency", 422},
			"below nothing":         {`{"amount":{"minor":-100,"currency":"GBP"},"on":"2026-10-20"}`, "application/json", "key-00006", "body.amount", 422},
			"no day that there is":  {`{"amount":{"minor":100,"currency":"GBP"},"on":"2026-02-30"}`, "application/json", "key-00007", "body.on", 422},
			"a NUL":                 {`{"amount":{"minor":100,"currency":"GBP"},"on":"2026-10-20","note":"a\u0000b"}`, "application/json", "key-00008", "NUL", 400},
			"no JSON":               {`amount=100`, "application/json", "key-00009", "could not be read", 400},
			"nothing":               {``, "application/json", "key-00010", "missing", 400},
			"a form":                {`amount=100`, "application/x-www-form-urlencoded", "key-00011", "application/json", 415},
			"too much":              {`{"note":"` + strings.Repeat("x", 300_000) + `"}`, "application/json", "key-00012", "Send less", 413},
			"far too much":          {`{"note":"` + strings.Repeat("x", 3_000_000) + `"}`, "application/json", "key-00013", "Send less", 413},
			"no key":                {good, "application/json", "", "header.Idempotency-Key", 422},
			"a short key":           {good, "application/json", "x", "header.Idempotency-Key", 422},
		} {
			r := p.send("POST", path, c.body, "Authorization", token, "Content-Type", c.contentType, "Idempotency-Key", c.key)
			if r.status != c.status || !strings.Contains(r.body, c.want) || r.header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("%s: answered %d %s %s, want %d with %q", what, r.status, r.header.Get("Content-Type"), r.body, c.status, c.want)
			}
			for _, ours := range []string{"Go struct", "commontable", "panic", "SQL"} {
				if strings.Contains(r.body, ours) {
					t.Errorf("%s: the answer says %q: %s", what, ours, r.body)
				}
			}
		}
		if m, err := p.Money(t.Context(), p.Tanners); err != nil || !m.Allocated.IsZero() {
			t.Errorf("allocated %s, %v; want nothing", m.Allocated, err)
		}
	})
}

// A token lets in who holds it in its hat, and ends with either.
func TestATokenLetsInAndEnds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := program(t, d)
		desk := "/api/v1/areas/tanners-reach/offers"
		refused := func(what string, r reply) {
			t.Helper()
			if r.status != 401 || r.header.Get("WWW-Authenticate") == "" || r.header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("%s: answered %d %s, want 401 and a problem", what, r.status, r.body)
			}
		}
		refused("no token, to write", p.send("POST", desk, "{}", "Content-Type", "application/json"))
		for what, header := range map[string]string{
			"no such token": "Bearer ct_AAAAAAAA_BBBBBBBBBBBBBBBBBBBBBBBBBB", "another scheme": "Basic YTpi", "nothing": "", "half a token": "Bearer " + p.tokens[p.Farah.Person][:20],
			"one letter off": "Bearer " + p.tokens[p.Farah.Person] + "A", "a session’s": "Bearer " + strings.Repeat("x", 43),
		} {
			refused(what, p.send("GET", desk, "", "Authorization", header))
		}
		secret, id, err := p.People.MakeToken(t.Context(), access.System("a test"), person.NewToken{Form: string(p.Form()), Person: p.Kit.Person, Hat: p.Kit.Hat.ID, Purpose: "a phone", Until: p.Today().AddDays(2)})
		if err != nil {
			t.Fatal(err)
		}
		lets := func(secret string) int {
			return p.send("GET", desk, "", "Authorization", "Bearer "+secret).status
		}
		if got := lets(secret); got != 200 {
			t.Errorf("a new token: %d", got)
		}
		if err := p.People.EndToken(t.Context(), p.Ben, id); err == nil {
			t.Error("Ben ended Kit’s token")
		}
		if err := p.People.EndToken(t.Context(), p.Kit, id); err != nil {
			t.Fatal(err)
		}
		if got := lets(secret); got != 401 {
			t.Errorf("a token that was ended: %d", got)
		}
		late, _, err := p.People.MakeToken(t.Context(), access.System("a test"), person.NewToken{Form: string(p.Form()), Person: p.Kit.Person, Hat: p.Kit.Hat.ID, Purpose: "a phone", Until: p.Today().AddDays(1)})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			return p.People.EndHatIn(t.Context(), tx, access.System("a test"), p.Carol.Hat.ID, p.Today())
		}); err != nil {
			t.Fatal(err)
		}
		if got := lets(p.tokens[p.Carol.Person]); got != 401 {
			t.Errorf("a token whose hat ended: %d", got)
		}
		if got := lets(late); got != 200 {
			t.Errorf("on its last day: %d", got)
		}
		p.Clock.Pass(24 * 3600e9)
		if got := lets(late); got != 401 {
			t.Errorf("after its last day: %d", got)
		}
		if _, _, err := p.People.MakeToken(t.Context(), p.Ben, person.NewToken{Form: string(p.Form()), Person: p.Kit.Person, Hat: p.Kit.Hat.ID, Purpose: "a trick"}); err == nil {
			t.Error("Ben made a token for Kit")
		}
		if err := d.Read(t.Context(), func(tx *db.Tx) error {
			tokens, err := person.TokensOf(t.Context(), tx, p.Kit.Person)
			if len(tokens) != 3 || tokens[1].UsedOn != fundingtest.Today || tokens[1].EndedAt.IsZero() {
				t.Errorf("Kit’s tokens: %+v", tokens)
			}
			dump, errDump := db.All(t.Context(), tx, db.Value[string], `SELECT purpose || beginning FROM tokens`)
			if strings.Contains(strings.Join(dump, " "), secret) {
				t.Error("a token is kept as it is")
			}
			return firstOf(err, errDump)
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// Too many requests at once are slowed down, and told for how long.
func TestTooManyRequestsAreSlowedDown(t *testing.T) {
	t.Parallel()
	p := program(t, dbtest.SQLite(t))
	for range 400 {
		if r := p.get(access.Actor{}, "/api/v1/programmes"); r.status == 429 {
			if r.header.Get("Retry-After") == "" || !strings.Contains(r.body, "/api#too-many") {
				t.Errorf("slowed down with %v %s", r.header, r.body)
			}
			if got := p.get(p.Kit, "/api/v1/programmes").status; got != 200 {
				t.Errorf("who has a token is slowed down with the others: %d", got)
			}
			return
		}
	}
	t.Error("400 requests at once were all answered")
}

// A program that has what is there is told only that.
func TestWhatIsKnownIsNotSentAgain(t *testing.T) {
	t.Parallel()
	p := program(t, dbtest.SQLite(t))
	first := p.did(200, p.get(access.Actor{}, "/api/v1/areas/tanners-reach"))
	again := p.send("GET", "/api/v1/areas/tanners-reach", "", "If-None-Match", first.header.Get("ETag"))
	if again.status != 304 || again.body != "" {
		t.Errorf("answered %d %q, want 304", again.status, again.body)
	}
	if err := p.Allocate(t.Context(), p.Tanners, money.Pounds(1)); err != nil {
		t.Fatal(err)
	}
	sums := p.did(200, p.get(access.Actor{}, "/api/v1/areas/tanners-reach/money"))
	if sums.header.Get("Cache-Control") != "no-cache" || sums.header.Get("Vary") == "" || len(sums.header.Values("Set-Cookie")) > 0 {
		t.Errorf("headers: %v", sums.header)
	}
	p.did(404, p.get(access.Actor{}, "/api/v1/nothing"))
	if r := p.did(404, p.get(access.Actor{}, "/api/v1/areas/nowhere")); r.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("an area that is not there: %v %s", r.header, r.body)
	}
	if r := p.get(access.Actor{}, "/api"); r.status != 200 || !strings.Contains(r.body, "/api/v1/areas/{area}/offers") {
		t.Errorf("the guide: %d", r.status)
	}
}

// The description of the API is one that a reviewer reads, and every route is
// in it.
func TestTheDescriptionIsWhole(t *testing.T) {
	t.Parallel()
	p := program(t, dbtest.SQLite(t))
	text := p.did(200, p.get(access.Actor{}, "/api/openapi.json")).body
	var doc struct {
		OpenAPI string                                `json:"openapi"`
		Paths   map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	described := map[string]bool{}
	for path, methods := range doc.Paths {
		for method := range methods {
			described[strings.ToUpper(method)+" "+path] = true
		}
	}
	for _, r := range RouteTable() {
		if _, path, _ := strings.Cut(r.Pattern, " "); strings.HasPrefix(path, "/api/v1/") {
			if !described[r.Pattern] {
				t.Errorf("%s is not described", r.Pattern)
			}
			delete(described, r.Pattern)
		}
	}
	for left := range described {
		t.Errorf("%s is described, and is not there", left)
	}
	var buf bytes.Buffer
	if err := json.Indent(&buf, []byte(text), "", "  "); err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/openapi.json", buf.String())
}

// How many live in an area is told, season by season, and read back.
func TestAProgramTellsWhoLivesInAnArea(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := program(t, d)
		const path = "/api/v1/areas/tanners-reach/profile"
		summer := object{"name": "Summer", "from": "06-01", "until": "08-31", "people": 9000}
		told := p.did(201, p.post(p.Farah, path+"/population", object{"residents": 6200, "as_at": "2026-06-30", "estimate": true, "source": "The council", "seasons": []object{summer}}))
		if got := told.text(t, "seasons.0.from") + " " + told.text(t, "over_a_year"); got != "06-01 6906" {
			t.Errorf("told: %s", told.body)
		}
		p.did(422, p.post(p.Farah, path+"/population", object{"residents": 0, "as_at": "2026-06-30"}))
		p.did(422, p.post(p.Farah, path+"/population", object{"residents": 1, "as_at": "2026-06-30", "seasons": []object{{"name": "x", "from": "02-31", "until": "03-01", "people": 1}}}))
		p.did(403, p.post(p.Kit, path+"/population", object{"residents": 1, "as_at": "2026-06-30"}))
		if seen := p.did(200, p.get(access.Actor{}, path)); seen.text(t, "population.residents") != "6200" {
			t.Errorf("the profile: %s", seen.body)
		}
		if all := p.did(200, p.get(access.Actor{}, path+"/population")); len(all.at(t, "items").([]any)) != 1 {
			t.Errorf("all that was told: %s", all.body)
		}
	})
}

// A letter is declined with words, and a spend is told under another theme.
func TestAProgramDeclinesAndRecodes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := program(t, d)
		const area = "/api/v1/areas/tanners-reach"
		lines, _, err := p.Ready(t.Context(), p.Tanners)
		if err != nil {
			t.Fatal(err)
		}
		line := string(lines["green/benches"])
		p.did(201, p.post(p.Farah, area+"/offers", object{"organisation": "oak-trust", "decision": 1, "instalments": []object{{"due_on": p.Today().String(), "line": line, "amount": pence(100)}}}))
		declined := p.did(200, p.post(p.Tanners.Approver, area+"/offers/2/decline", object{"reason": "Too late"}))
		if got := declined.text(t, "declined") + " " + declined.text(t, "instalments.0.stage"); got != "Too late lapsed" {
			t.Errorf("declined: %s", declined.body)
		}
		p.did(409, p.post(p.Tanners.Approver, area+"/offers/2/acceptance", nil))
		sid, err := p.Provide(t.Context(), p.Tanners, lines["green/benches"], money.Pence(100))
		if err != nil {
			t.Fatal(err)
		}
		path := area + "/spending/" + string(sid)
		told := p.did(200, p.post(p.Amina, path+"/theme", object{"theme": "children-and-young-people", "reason": "For the club"}))
		if told.text(t, "theme") != "children-and-young-people" {
			t.Errorf("told under %s", told.body)
		}
		p.did(422, p.post(p.Amina, path+"/theme", object{"theme": "nothing", "reason": "For the club"}))
	})
}

// People are read and looked after by those whose work it is.
func TestAProgramLooksAfterPeople(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := program(t, d)
		const people = "/api/v1/people"
		me := p.did(200, p.get(p.Farah, "/api/v1/me"))
		if got := me.text(t, "name") + " " + me.text(t, "hat.role") + " " + me.text(t, "hat.scope"); got != "Farah programme-officer programme" {
			t.Errorf("me: %s", me.body)
		}
		p.did(401, p.get(access.Actor{}, "/api/v1/me"))
		added := p.did(201, p.post(p.Farah, people, object{"name": "Lena Park", "email": "lena@example.org"}))
		lena := added.header.Get("Location")
		p.did(409, p.post(p.Farah, people, object{"name": "Another", "email": "lena@example.org"}))
		p.did(422, p.post(p.Farah, people, object{"name": " ", "email": "lena"}))
		chair := object{"role": "chair", "scope": "area", "place": "tanners-reach", "from": "2026-10-20"}
		given := p.did(200, p.post(p.Farah, lena+"/hats", chair))
		p.did(422, p.post(p.Farah, lena+"/hats", object{"role": "chair", "scope": "area", "place": "nowhere", "from": "2026-10-20"}))
		proposed := p.did(200, p.post(p.Farah, lena+"/hats", object{"role": "programme-finance", "scope": "programme", "place": p.Programme.Slug, "from": "2026-10-20"}))
		if given.text(t, "hat") == "" || proposed.text(t, "proposal") == "" || strings.Contains(proposed.body, `"hat"`) {
			t.Errorf("given %s, proposed %s", given.body, proposed.body)
		}
		seen := p.did(200, p.get(p.Farah, lena))
		if got := seen.text(t, "hats.0.title") + ", " + seen.text(t, "email"); got != "chair, Tanners Reach, lena@example.org" {
			t.Errorf("Lena: %s", seen.body)
		}
		if seen := p.did(200, p.get(p.Amina, lena)); strings.Contains(seen.body, "lena@") {
			t.Errorf("who does not look after people reads an address: %s", seen.body)
		}
		for _, by := range []access.Actor{p.Kit, p.Tanners.Chair, p.Tanners.Finance} {
			p.did(404, p.get(by, lena))
			p.did(403, p.get(by, people))
			p.did(404, p.post(by, lena+"/hats", chair))
		}
		p.did(403, p.post(p.Amina, lena+"/hats", chair))
		if here := p.did(200, p.get(p.Tanners.Chair, "/api/v1/areas/tanners-reach/people")); !strings.Contains(here.body, "Lena Park") || strings.Contains(here.body, "@") {
			t.Errorf("who does what here: %s", here.body)
		}
		p.did(404, p.get(p.Kit, "/api/v1/areas/millbrook/people"))
		p.did(404, p.post(p.Farah, people+"/"+string(p.Kit.Person)+"/hats/"+given.text(t, "hat")+"/end", object{"until": "2026-10-20"}))
		ended := p.did(200, p.post(p.Farah, lena+"/hats/"+given.text(t, "hat")+"/end", object{"until": "2026-10-20"}))
		if ended.text(t, "hats.0.until") != "2026-10-20" {
			t.Errorf("ended: %s", ended.body)
		}
		met := map[string]bool{}
		for next := people + "?limit=4"; next != ""; {
			page := p.did(200, p.get(p.Farah, next))
			for i := range page.at(t, "items").([]any) {
				who := page.text(t, fmt.Sprintf("items.%d.name", i))
				if met[who] {
					t.Errorf("%s is met twice", who)
				}
				met[who] = true
			}
			next, _, _ = strings.Cut(strings.TrimPrefix(page.header.Get("Link"), "<"), ">")
		}
		if !met["Lena Park"] || !met["Farah"] || len(met) < 8 {
			t.Errorf("met %v", met)
		}
	})
}

// A program is sure to be the person in a demonstration alone.
func TestAProgramIsSureInADemonstrationAlone(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	p := program(t, d)
	a, err := New(t.Context(), d, Options{Log: slog.New(slog.DiscardHandler), Now: p.Clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	for _, demonstration := range []bool{false, true} {
		a.Site.Demonstration = demonstration
		if by, _, err := a.byToken(t.Context(), p.tokens[p.Ben.Person]); err != nil || by.Person != p.Ben.Person || by.Sure != demonstration {
			t.Errorf("in a demonstration (%v) the program is %+v, %v", demonstration, by, err)
		}
	}
}
