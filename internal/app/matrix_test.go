package app

import (
	"cmp"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/demo"
	"commontable/internal/document"
	"commontable/internal/funding"
	"commontable/internal/id"
	"commontable/internal/mail"
	"commontable/internal/organisation"
	"commontable/internal/person"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// Who may ask for what, in one table, to be read in every review that changes
// it: each cell is what the program answered, over HTTP, to that role.
//
// Each role asks twice: in a hat whose place is the one that is asked about, and
// in one whose place is elsewhere; where the answers differ both are shown. Every
// form is sent empty, so nothing may change, whatever the answer is: that is
// looked at in every table of the database (fingerprint).
//
// UPDATE=1 go test ./internal/app -run TestAccessTable keeps what is answered now.
func TestAccessTable(t *testing.T) {
	t.Parallel()
	m := newMatrix(t, dbtest.SQLite(t))
	rows := m.ask(false)
	golden(t, "testdata/access.txt", accessTable(rows))
	for _, r := range rows {
		nobody := !slices.ContainsFunc(r.cells[1:], func(cell string) bool { return cell != "404" }) // the first is who is not signed in
		if why, known := notThere[r.pattern]; nobody != known {
			t.Errorf("%s is there for nobody: %t, but it is known to be so: %t (%s). What filler names must be there, or a cell says nothing", r.pattern, nobody, known, why)
		}
	}
	if len(rows) != len(m.app.Routes()) {
		t.Errorf("%d rows for %d routes", len(rows), len(m.app.Routes()))
	}
}

// notThere is what answers everybody that there is no such thing, and why: all
// that filler names elsewhere is there.
var notThere = map[string]string{
	"GET /me":                          noPerson,
	"GET /me/reminders":                noPerson,
	"POST /me/reminders":               noPerson,
	"POST /hats":                       noPerson,
	"POST /recoveries":                 noPerson,
	"POST /tokens/{token}/end":         noPerson,
	"GET /passkeys/{passkey}/removal":  noPerson,
	"POST /passkeys/{passkey}/removal": noPerson,

	"POST /look-around":          "the form names nobody as whom one could look round",
	"POST /shared/{secret}":      "the link is of a project, on which nothing is to be answered",
	"POST /sign-in/oidc":         "nobody else signs people in here",
	"GET /sign-in/oidc/callback": "nobody else signs people in here",

	"GET /areas/{area}/together/{reflection}/compare":         "a health check has no map, and TestEveryKindOfReflection asks of a workshop",
	"POST /shared/take-part/{invitation}":                     saysNothing,
	"POST /organisations/{organisation}/together/{talk}":      saysNothing,
	"POST /areas/{area}/people/{person}/offices/{office}/end": "who is named holds no office",

	"GET /organisations/{organisation}/relationships/{relationship}":  anotherBody,
	"POST /organisations/{organisation}/relationships/{relationship}": anotherBody,
	"GET /api/v1/organisations/{organisation}/shared/{relationship}":  anotherBody,
}

const (
	noPerson    = "who asks here is a hat without a person, who has nothing of their own"
	saysNothing = "the form names nothing that can be done"
	anotherBody = "the relationship is with another body, whose officers a story follows"
)

// The same on both databases, looking at every table after every single cell.
// It takes minutes, so it is asked for (make test-all).
func TestNothingChangesInAnyCell(t *testing.T) {
	t.Parallel()
	if os.Getenv("TEST_ALL") == "" {
		t.Skip("TEST_ALL is not set; make test-all sets it")
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		want, err := os.ReadFile("testdata/access.txt")
		if err != nil {
			t.Fatal(err)
		}
		if got := accessTable(newMatrix(t, d).ask(true)); got != string(want) {
			t.Errorf("on %s the table is another:\n%s", d.Engine(), got)
		}
	})
}

// A matrix is the whole program, where each request is somebody else's.
type matrix struct {
	t      *testing.T
	db     *db.DB
	app    *App
	by     access.Actor
	base   string
	client *http.Client
	forms  int

	examples map[string]string // of what programs send, by the path
	fill     func(string) string
	parts    map[string]string
	own      map[access.Scope]string // the places of what is asked about
	others   map[access.Scope]string
}

func newMatrix(t *testing.T, d *db.DB) *matrix {
	t.Helper()
	if err := demo.Play(t.Context(), d, demo.What{Areas: 2, Years: 4, Seed: 1, Today: demo.DefaultDay()}, func(int) {}); err != nil {
		t.Fatal(err)
	}
	if err := d.Write(t.Context(), func(tx *db.Tx) error {
		return mail.SendIn(t.Context(), tx, id.Real(time.Now), time.Now(), mail.Message{To: "mat.rix@example.org", Subject: "Hello", Words: []string{"Hello."}})
	}); err != nil {
		t.Fatal(err)
	}
	secret, invitation := sharedWith(t, d, demo.DefaultDay()), invited(t, d, demo.DefaultDay())
	m := matrixOn(t, d, time.Now)
	m.parts["secret"], m.parts["invitation"], m.parts["feed"] = secret, invitation, feedOf(t, d, demo.DefaultDay())
	m.parts["talk"] = talkWith(t, d, demo.DefaultDay())
	if _, _, err := m.app.Checkpoints.Make(t.Context()); err != nil {
		t.Fatal(err)
	}
	m.fill = filler(t, d, m.parts)
	noElection(t, d, m.parts["election"])
	m.own, m.others = placesIn(t, d)
	m.examples = examplesOf(t, m)
	return m
}

// matrixOn is the program on a database in which everything happened already.
func matrixOn(t *testing.T, d *db.DB, now func() time.Time) *matrix {
	t.Helper()
	var logged strings.Builder
	a, err := New(t.Context(), d, Options{
		Log: slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelError})), Now: now,
		Contact: "mailto:safe@example.org", CheckpointKey: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)),
	})
	if err != nil {
		t.Fatal(err)
	}
	m := &matrix{t: t, db: d, app: a, parts: map[string]string{}}
	server := httptest.NewServer(a.handlerFor(func(*http.Request) (access.Actor, error) { return m.by, nil }))
	t.Cleanup(func() {
		server.Close()
		if logged.Len() > 0 {
			t.Errorf("errors were logged:\n%s", logged.String())
		}
	})
	m.base = server.URL
	m.client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return m
}

// placesIn are the places of the hats that reach what filler names, and of those
// that do not: another area, another organisation, another programme.
func placesIn(t *testing.T, d *db.DB) (here, elsewhere map[access.Scope]string) {
	t.Helper()
	here, elsewhere = map[access.Scope]string{}, map[access.Scope]string{}
	areas := &area.Areas{DB: d, IDs: id.Real(time.Now), Now: time.Now}
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		a, err := area.BySlug(t.Context(), tx, "tanners-reach")
		if err != nil {
			return err
		}
		o, err := organisation.BySlug(t.Context(), tx, "brightwell-homes")
		if err != nil {
			return err
		}
		here[access.InArea], here[access.InProgramme], here[access.InOrganisation] = string(a.ID), string(a.Programme), string(o.ID)
		b, err := area.BySlug(t.Context(), tx, otherArea(t, tx))
		if err != nil {
			return err
		}
		trust, err := organisation.BySlug(t.Context(), tx, "the-patchwork-trust")
		if err != nil {
			return err
		}
		p, err := areas.AddProgrammeIn(t.Context(), tx, access.System("test"), area.NewProgramme{Name: "Another Programme", RuleBook: area.PrideInPlace, Funder: trust.ID})
		elsewhere[access.InArea], elsewhere[access.InProgramme], elsewhere[access.InOrganisation] = string(b.ID), string(p.ID), string(trust.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return here, elsewhere
}

// scopes are how far the hats of a role reach.
var scopes = map[access.Role]access.Scope{
	access.Resident: access.InArea, access.Member: access.InArea, access.Chair: access.InArea, access.Friend: access.InArea,
	access.Worker: access.InArea, access.Rep: access.InArea,
	access.LTOFinance: access.InOrganisation, access.LTOApprover: access.InOrganisation, access.AgencyOfficer: access.InOrganisation, access.SupportPartner: access.InOrganisation,
	access.ProgrammeOfficer: access.InProgramme, access.ProgrammeFinance: access.InProgramme, access.Auditor: access.InProgramme, access.Researcher: access.InProgramme,
	access.Operator: access.InInstallation,
}

// here and elsewhere are a role in a hat that reaches what is asked about, and
// in one that does not. The installation has no elsewhere.
func (m *matrix) here(role access.Role) access.Actor {
	return actor(role, scopes[role], m.own[scopes[role]])
}

func (m *matrix) elsewhere(role access.Role) access.Actor {
	return actor(role, scopes[role], m.others[scopes[role]])
}

// A row is a route and what each role was answered.
type row struct {
	pattern string
	cells   []string
}

// ask asks every cell. The tables are looked at after each route, or after each
// cell, which says which one it was.
func (m *matrix) ask(eachCell bool) (rows []row) {
	m.t.Helper()
	before, since := fingerprint(m.t, m.db), ""
	unchanged := func(what string) {
		if now := fingerprint(m.t, m.db); now != before {
			m.t.Errorf("%s changed something: %s", what, changed(before, now))
			before = now
		}
	}
	for at, route := range RouteTable() {
		r := row{pattern: route.Pattern}
		for _, role := range access.Roles() {
			own, other := m.cell(route, m.here(role)), m.cell(route, m.elsewhere(role))
			if own == other {
				r.cells = append(r.cells, fmt.Sprint(own))
			} else {
				r.cells = append(r.cells, fmt.Sprintf("%d/%d", own, other))
			}
			if eachCell {
				unchanged(route.Pattern + " as " + column(role))
			}
		}
		if rows = append(rows, r); since == "" {
			since = route.Pattern
		}
		// To look at every row of the database takes longer than to ask for a route.
		if at%25 == 24 || at == len(RouteTable())-1 {
			unchanged("something from " + since + " to " + route.Pattern)
			since = ""
		}
	}
	return rows
}

// cell asks one thing as one person, and holds the answer against what must be
// so of every one.
func (m *matrix) cell(route web.Route, by access.Actor) int {
	m.t.Helper()
	method, pattern, _ := strings.Cut(route.Pattern, " ")
	isElsewhere := by.Hat.Place != "" && by.Hat.Place == m.others[by.Hat.Scope]
	form := url.Values{"form": {m.newForm()}}
	if isElsewhere {
		form.Set("program", m.examples[pattern]) // so that it is not its emptiness that is refused
	}
	status, _ := m.send(by, method, m.fill(pattern), form)
	what := route.Pattern + " as " + column(by.Hat.Role) + " of " + cmp.Or(by.Hat.Place, "the installation")
	want := route.Answer(by)
	if isElsewhere && want == http.StatusForbidden && route.Seen != nil {
		want = http.StatusNotFound
	}
	if want != 0 && status != want {
		m.t.Errorf("%s: status %d, want %d", what, status, want)
	}
	switch {
	case status >= 500:
		m.t.Errorf("%s: status %d", what, status)
	case method != http.MethodGet && status < 400 && !isElsewhere && status != http.StatusSeeOther:
		m.t.Errorf("%s: an empty form was answered with %d", what, status)
	case route.Policy.See != "" && isElsewhere && status != http.StatusNotFound:
		m.t.Errorf("%s: status %d; what one may not see is not there", what, status)
	}
	return status
}

// examplesOf are the bodies that the API's description gives as examples.
func examplesOf(t *testing.T, m *matrix) map[string]string {
	t.Helper()
	status, text := m.send(access.Actor{}, http.MethodGet, "/api/openapi.json", nil)
	var doc struct {
		Paths map[string]map[string]struct {
			RequestBody struct {
				Content map[string]struct{ Example json.RawMessage }
			}
		}
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil || status != http.StatusOK {
		t.Fatalf("the API's description: status %d, %v", status, err)
	}
	examples := map[string]string{}
	for path, operations := range doc.Paths {
		if body, ok := operations["post"].RequestBody.Content["application/json"]; ok {
			examples[path] = string(body.Example)
		}
	}
	if len(examples) < 5 {
		t.Errorf("only %d examples are in the API's description", len(examples))
	}
	return examples
}

// newForm names a form, so that it is not refused for having no name.
func (m *matrix) newForm() string {
	m.forms++
	return fmt.Sprintf("matrix-%d", m.forms)
}

// send sends one request as one person.
func (m *matrix) send(by access.Actor, method, path string, form url.Values) (int, string) {
	m.t.Helper()
	m.by = by
	body, kind := form.Encode(), "application/x-www-form-urlencoded"
	if web.ForPrograms(path) {
		body, kind = cmp.Or(form.Get("program"), "{}"), "application/json"
	}
	req, err := http.NewRequestWithContext(m.t.Context(), method, m.base+path, strings.NewReader(body))
	if err != nil {
		m.t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Idempotency-Key", m.newForm())
	res, err := m.client.Do(req)
	if err != nil {
		m.t.Fatal(err)
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	if err != nil {
		m.t.Fatal(err)
	}
	return res.StatusCode, string(page)
}

const accessLegend = `Who may ask for what. Each number is what the program answered when it was asked, in that role.
Two numbers: the first where it is their own place that is asked about, the second where it is another's.

  200  it is shown                                    404  for them there is no such thing
  303  sign in first, or go on to another page        409  they may, but not now: it is done, or has to wait
  401  sign in first                                  422  they may: something has to be filled in first
  403  they may see it, and may not do this           400  they may: what was sent has to be readable

`

func accessTable(rows []row) string {
	var b strings.Builder
	b.WriteString(accessLegend)
	widest := 0
	for _, r := range rows {
		widest = max(widest, len(r.pattern))
	}
	line := func(first string, cells []string) {
		fmt.Fprintf(&b, "%-*s", widest, first)
		for i, cell := range cells {
			fmt.Fprintf(&b, "  %-*s", max(7, len(column(access.Roles()[i]))), cell)
		}
		text := strings.TrimRight(b.String(), " ")
		b.Reset()
		b.WriteString(text + "\n")
	}
	var heads []string
	for _, role := range access.Roles() {
		heads = append(heads, column(role))
	}
	line("", heads)
	for _, r := range rows {
		line(r.pattern, r.cells)
	}
	return b.String()
}

// What belongs to one area is not there in another's, whoever asks: not even for
// who may see both.
func TestThingsOfAnotherAreaAreNotThere(t *testing.T) {
	t.Parallel()
	m := newMatrix(t, dbtest.SQLite(t))
	var other string
	if err := m.db.Read(t.Context(), func(tx *db.Tx) error { other = otherArea(t, tx); return nil }); err != nil {
		t.Fatal(err)
	}
	before, asked := fingerprint(t, m.db), 0
	for _, route := range RouteTable() {
		method, pattern, _ := strings.Cut(route.Pattern, " ")
		_, within, inArea := strings.Cut(pattern, "{area}")
		if !inArea || !strings.Contains(within, "{") || strings.Contains(within, "{number}") || strings.Contains(within, "{decision}") || strings.Contains(within, "{account}") || strings.Contains(within, "{organisation}") || method == http.MethodGet && strings.Contains(within, "{begin}") {
			continue // every area has the same accounts and kinds of what is begun; letters and plans are numbered in each area from one; an organisation may hold the money of several
		}
		path := m.fill(strings.Replace(pattern, "{area}", other, 1))
		for _, role := range access.Roles() {
			by := actor(role, access.InInstallation, "")
			want := route.Answer(by)
			begun := strings.Contains(within, "{begin}") // the place to begin it is there for those who see the area
			if want == 0 || want == http.StatusForbidden && route.Seen != nil && !begun {
				want = http.StatusNotFound
			}
			// Of what is begun it is another area's with whom.
			status, _ := m.send(by, method, path, url.Values{"form": {m.newForm()}, "program": {m.examples[pattern]}, "relationship": {m.parts["relationship"]}})
			if status != want && (status != http.StatusUnprocessableEntity || method == http.MethodGet) { // what is sent may be looked at before what it is about
				t.Errorf("%s of another area as %s: status %d, want %d", route.Pattern, column(role), status, want)
			}
			asked++
		}
	}
	if after := fingerprint(t, m.db); after != before {
		t.Error("something changed")
	}
	if asked < 300 {
		t.Errorf("only %d were asked", asked)
	}
}

func otherArea(t *testing.T, tx *db.Tx) string {
	t.Helper()
	slug, err := db.One(t.Context(), tx, db.Value[string], `SELECT slug FROM areas WHERE slug <> 'tanners-reach'`)
	if err != nil {
		t.Fatal(err)
	}
	return slug
}

func column(r access.Role) string {
	if r == access.Nobody {
		return "nobody"
	}
	return string(r)
}

func actor(role access.Role, scope access.Scope, place string) access.Actor {
	if role == access.Nobody {
		return access.Actor{}
	}
	return access.Actor{Person: access.PersonID("matrix-" + string(role)), Name: "Mat Rix", Title: role.Title(), Hat: access.Hat{Role: role, Scope: scope, Place: place}, Sure: true}
}

// filler puts real names and numbers into a pattern, so that what is asked for
// is there.
func filler(t *testing.T, d *db.DB, parts map[string]string) func(pattern string) string {
	t.Helper()
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		a, err := area.BySlug(t.Context(), tx, "tanners-reach")
		if err != nil {
			return err
		}
		p, err := area.ProgrammeByID(t.Context(), tx, a.Programme)
		if err != nil {
			return err
		}
		v, err := plan.Current(t.Context(), tx, a.ID)
		if err != nil {
			return err
		}
		offers, err := funding.Schedule(t.Context(), tx, a.ID)
		if err != nil {
			return err
		}
		payments, err := funding.PaymentsOn(t.Context(), tx, a.ID, "")
		if err != nil {
			return err
		}
		spends, err := funding.SpendsOn(t.Context(), tx, a.ID, "")
		if err != nil {
			return err
		}
		lost, err := person.Recoveries(t.Context(), tx, access.System("test"), time.Now(), 1)
		if err != nil {
			return err
		}
		oldest := payments[len(payments)-1]
		mails, err := mail.Latest(t.Context(), tx, 1, 0)
		if err != nil {
			return err
		}
		var evidence document.Filing
		spend := spends[len(spends)-1]
		for _, s := range spends {
			files, err := document.Filings(t.Context(), tx, string(a.ID), string(s.ID))
			if err != nil {
				return err
			}
			if len(files) > 0 && s.State() == funding.SpendCertified {
				evidence, spend = files[0], s
			}
		}
		wearers, err := person.Wearers(t.Context(), tx, access.Worker, access.InArea, string(a.ID), demo.DefaultDay())
		if err != nil {
			return err
		}
		proposal, err := db.One(t.Context(), tx, db.Value[string], `SELECT id FROM hat_proposals`)
		if err != nil {
			return err
		}
		if err := fillMeetings(t, tx, a, parts); err != nil {
			return err
		}
		maps.Copy(parts, map[string]string{
			"person": string(wearers[0].Person.ID), "hat": string(wearers[0].Hat.ID), "proposal": proposal,
			"mail": string(mails[0].ID),
			"area": a.Slug, "programme": p.Slug, "organisation": "brightwell-homes", "number": "1", "checkpoint": "1",
			"line": string(v.Lines[1].ID), "priority": string(v.Lines[1].Priority), "payment": string(oldest.ID),
			"spend": string(spend.ID), "file": string(evidence.ID), "entry": string(oldest.Release.Entry), "instalment": string(offers[0].Instalments[0].ID),
			"account": "allocated", "token": "none", "recovery": string(lost[0].ID), "passkey": "an-old-phone",
		})
		agreementParts(t, tx, a, parts)
		planParts(t, tx, a, parts)
		if err := decisionParts(t, tx, a, parts); err != nil {
			return err
		}
		projectParts(t, tx, a, demo.DefaultDay(), parts)
		relationshipParts(t, tx, a, demo.DefaultDay(), parts)
		agencyParts(t, tx, a, demo.DefaultDay(), parts)
		interestParts(t, tx, a, parts)
		askedParts(t, tx, a, parts)
		if err := fillWorkshops(t.Context(), tx, a, parts); err != nil {
			return err
		}
		return fillMembers(t.Context(), tx, a, parts)
	})
	if err != nil {
		t.Fatal(err)
	}
	return func(pattern string) string {
		for name, value := range parts {
			pattern = strings.ReplaceAll(pattern, "{"+name+"}", value)
		}
		if strings.Contains(pattern, "{$}") {
			pattern = strings.ReplaceAll(pattern, "{$}", "")
		}
		if strings.Contains(pattern, "{") {
			t.Errorf("nothing is known to put into %s", pattern)
		}
		return pattern
	}
}
