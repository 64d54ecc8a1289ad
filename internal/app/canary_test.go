package app

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/document"
	"commontable/internal/funding"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/mail"
	"commontable/internal/money"
	"commontable/internal/open"
	"commontable/internal/outbox"
	"commontable/internal/person"
	"commontable/internal/web"
)

// A canary is a word that stands nowhere but in one confidential field. Who
// reads it anywhere, in whatever page or file, may read that field.
type canary struct {
	word, field string
	seenBy      func(access.Actor, access.Place) bool
}

func may(all ...access.Permission) func(access.Actor, access.Place) bool {
	return func(by access.Actor, in access.Place) bool {
		return slices.ContainsFunc(all, func(p access.Permission) bool { return by.May(p, in) })
	}
}

func noOne(access.Actor, access.Place) bool { return false }

func signedIn(by access.Actor, _ access.Place) bool { return by.SignedIn() }

var canaries = slices.Concat(firstCanaries, projectCanaries, memberCanaries, askedCanaries, meetingCanaries, decisionCanaries, planCanaries, relationshipCanaries, agencyCanaries, workshopCanaries)

var firstCanaries = []canary{
	{"Qxpayee", "an individual who was paid", may(access.SeePayees)},
	{"Qxgrasscutting", "what an individual was paid for, in the LTO's words", may(access.SeePayees)},
	{"Qxwages", "whose wages", may(access.SeePayees)},
	{"Qxputright", "why an individual's payment was put right", may(access.SeePayees)},
	{"Qxwaiting", "what is not certified", may(access.SeePayees, access.SeePayments, access.SeeMoneyDesk)},
	{"Qxsentback", "why a spend was sent back", may(access.SeePayees, access.SeePayments, access.SeeMoneyDesk)},
	{"Qxreference", "under which reference a payment was made", may(access.SeePayments, access.SeeMoneyDesk)},
	{"Qxpaidtwice", "why a payment is to be reversed", may(access.SeePayments, access.SeeMoneyDesk)},
	{"Qxlostphone", "how somebody knows who lost a passkey", may(access.RestorePasskey)},
	{"Qxprogram", "what somebody's token is for, which only they read", noOne},
	{"Qxbillname", "the name of a file of evidence", may(access.SeeMoneyDesk)},
	{"Qxbillwords", "what a file of evidence holds", may(access.SeeMoneyDesk)},
	{"Qxclerk", "the name of who recorded a spend", signedIn},
	{"qxaddress", "somebody's email address", may(access.ManagePeople)},
	{"Qxinterest", "the private part of an interest", may(access.SeeInterests)},
	{"Qxrelated", "whom an interest is through", may(access.SeeInterests)},
	{"Qxmail", "what a mail says", noOne},
}

// unread are the canaries that nobody is to meet, so that nobody does.
var unread = []string{"Qxmail", "Qxprogram", "qxaddress", "Qxlineofold", "Qxballot", "Qxslip", "Qxforgottenname", "Qxtheywrote", "Qxsaidno", "Qxphotogone"}

// planted is a world in which each canary sits in its field, put there by the
// functions that everyone uses.
func planted(t *testing.T, d *db.DB) (w *fundingtest.World, things map[string][]string) {
	t.Helper()
	ctx := t.Context()
	w, err := fundingtest.New(ctx, d, 1)
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(err)
	lines, o, err := w.Ready(ctx, w.Tanners)
	check(err)
	p := w.Tanners
	clerk := p.Finance
	check(d.Write(ctx, func(tx *db.Tx) error {
		who, err := w.People.AddIn(ctx, tx, access.System("test"), person.New{Name: "Ada Qxclerk", Email: "ada@qxaddress.example"})
		if err != nil {
			return err
		}
		hat, err := w.People.GiveHatIn(ctx, tx, access.System("test"), who.ID, person.NewHat{Role: access.LTOFinance, Scope: access.InOrganisation, Place: string(p.LTO.ID), From: date.Must("2020-01-01")})
		clerk = access.Actor{Person: who.ID, Name: who.Name, Hat: hat}
		return err
	}))
	pid, err := w.Prepare(ctx, p, o.Instalments[0].ID)
	check(err)
	check(w.Approve(ctx, p, pid))
	check(w.Funding.ReleasePayment(ctx, w.Carol, p.Area, pid, funding.NewRelease{Form: w.Form(), PaidOn: w.Today(), Reference: "Qxreference 1"}))
	twice, err := w.Pay(ctx, p, o.Instalments[1].ID)
	check(err)
	check(w.Funding.AskReversal(ctx, w.Ben, p.Area, twice, "Qxpaidtwice", w.Form()))
	spend := func(heading string, kind funding.PayeeKind, payee string) funding.SpendID {
		n := w.NewSpend(p, lines["green/benches"], money.Pounds(40))
		n.Heading, n.PayeeKind, n.Payee = heading, kind, payee
		n.Evidence = funding.ExamineEvidence([]document.Sent{{Name: "Qxbillname.txt", Content: []byte("Qxbillwords " + heading)}})
		sid, err := w.Funding.ProvideSpend(ctx, clerk, p.Area, n)
		check(err)
		things["spend"] = append(things["spend"], string(sid))
		return sid
	}
	things = map[string][]string{"payment": {string(pid), string(twice)}, "line": {string(lines["green/benches"])}, "instalment": {string(o.Instalments[1].ID)}, "number": {"1"}, "account": {"allocated"}}
	things["area"], things["organisation"], things["programme"] = []string{p.Area.Slug, w.Millbrook.Area.Slug}, []string{p.LTO.Slug, w.Millbrook.LTO.Slug}, []string{w.Programme.Slug}
	maps.Copy(things, plantMembers(t, w))
	things["asked"] = plantAsked(t, w)
	plantInterest(t, w, things)
	one := spend("Qxgrasscutting", funding.ToIndividual, "Qxpayee")
	again := spend("Qxgrasscutting twice", funding.ToIndividual, "Qxpayee")
	pay := spend("Wages of Qxwages", funding.ToPay, "Qxwages")
	check(w.Funding.CertifySpends(ctx, p.Approver, p.Area, w.Form(), one, again, pay))
	check(w.Funding.ReverseSpend(ctx, p.Approver, p.Area, again, "Qxputright", w.Form()))
	spend("Qxwaiting", funding.ToOrganisation, "Qxwaiting Ltd")
	back := spend("A bench", funding.ToOrganisation, "Reach Joinery")
	check(w.Funding.RefuseSpend(ctx, p.Approver, p.Area, back, "Qxsentback", w.Form()))
	check(d.Write(ctx, func(tx *db.Tx) error {
		return mail.SendIn(ctx, tx, w.IDs, w.Clock.Now(), mail.Message{To: "ada@qxaddress.example", Subject: "Qxmail", Words: []string{"Your code is Qxmail."}})
	}))
	check(d.Read(ctx, func(tx *db.Tx) error {
		for _, sid := range things["spend"] {
			files, err := document.Filings(ctx, tx, string(p.Area.ID), sid)
			if err != nil {
				return err
			}
			things["file"] = append(things["file"], string(files[0].ID))
		}
		entries, err := db.All(ctx, tx, db.Value[string], `SELECT id FROM ledger_entries WHERE book = $1`, string(p.Area.ID))
		things["entry"] = entries
		return err
	}))
	return w, things
}

// plantRecovery has somebody who lost a passkey helped back by one who says how
// they know them.
func plantRecovery(t *testing.T, d *db.DB, w *fundingtest.World, things map[string][]string) {
	t.Helper()
	ctx := t.Context()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var officer, lost access.Actor
	check(d.Write(ctx, func(tx *db.Tx) (err error) {
		if officer, err = w.PersonIn(ctx, tx, "Olu Kay", access.ProgrammeOfficer, access.InProgramme, string(w.Programme.ID)); err != nil {
			return err
		}
		if lost, err = w.PersonIn(ctx, tx, "Lena Frost", access.ProgrammeFinance, access.InProgramme, string(w.Programme.ID)); err != nil {
			return err
		}
		return w.People.ChangeIn(ctx, tx, access.System("test"), lost.Person, person.New{Name: "Lena Frost", Email: "lena@example.org"})
	}))
	officer.Sure = true
	check(w.People.AddPasskey(ctx, lost, person.NewPasskey{ID: "a-lost-phone", Name: "A lost phone", Record: []byte("{}")}))
	rid, err := w.People.AskRecovery(ctx, officer, lost.Person, string(w.Form()))
	check(err)
	check(w.People.ConfirmRecovery(ctx, officer, rid, person.NewConfirmation{Form: string(w.Form()), How: "Qxlostphone was rung"}))
	things["recovery"] = []string{string(rid)}
}

// secretsOf are the ways in that somebody was given: what opens the program and
// is told once, to them alone.
func secretsOf(t *testing.T, d *db.DB, w *fundingtest.World) map[string]string {
	t.Helper()
	ctx := t.Context()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	hatOf := func(name, email string, role access.Role, scope access.Scope, place string) access.Actor {
		var by access.Actor
		check(d.Write(ctx, func(tx *db.Tx) error {
			who, err := w.People.AddIn(ctx, tx, access.System("test"), person.New{Name: name, Email: email})
			if err != nil {
				return err
			}
			hat, err := w.People.GiveHatIn(ctx, tx, access.System("test"), who.ID, person.NewHat{Role: role, Scope: scope, Place: place, From: date.Must("2020-01-01")})
			by = access.Actor{Person: who.ID, Name: who.Name, Hat: hat, Sure: true}
			return err
		}))
		return by
	}
	tanners := w.Tanners.Area
	worker := hatOf("Wyn Sharp", "wyn@example.org", access.Worker, access.InArea, string(tanners.ID))
	resident := hatOf("Rosa Kent", "", access.Resident, access.InArea, string(tanners.ID))
	secrets := map[string]string{}

	printed, err := w.People.GivePrintedCode(ctx, worker, tanners, resident.Person, string(w.Form()))
	check(err)
	secrets["a printed code"] = printed.Code
	token, _, err := w.People.MakeToken(ctx, worker, person.NewToken{Form: string(w.Form()), Person: worker.Person, Hat: worker.Hat.ID, Purpose: "Qxprogram"})
	check(err)
	secrets["a token"] = token[strings.LastIndex(token, "_")+1:]
	record := "Qxpasskeyrecord of a phone"
	check(w.People.AddPasskey(ctx, worker, person.NewPasskey{ID: "a-phone", Name: "A phone", Record: []byte(record)}))
	secrets["what a passkey is checked with"] = record
	secrets["the same, as JSON has it"] = base64.StdEncoding.EncodeToString([]byte(record))

	asked, err := w.People.AskToSignIn(ctx, "wyn@example.org", "192.0.2.1")
	check(err)
	check(w.People.WriteSignInMail(ctx, outbox.Job{About: string(asked)}))
	check(d.Read(ctx, func(tx *db.Tx) error {
		mails, err := mail.Latest(ctx, tx, 1000, 0)
		for _, m := range mails {
			if _, link, ok := strings.Cut(m.Link, "/sign-in/link?t="); ok {
				secrets["the link of a mail"] = link
				_, code, _ := strings.Cut(strings.Join(m.After, " "), "type in this code: ")
				secrets["the code of a mail"] = strings.Join(strings.Fields(code)[:2], " ")
			}
		}
		return err
	}))
	operator, err := w.People.MakeOperatorPass(ctx, access.System("test"), "wyn@example.org")
	check(err)
	_, secrets["an operator’s link"], _ = strings.Cut(operator.Link, "?t=")
	for what, secret := range secrets {
		if len(secret) < 6 {
			t.Errorf("%s is %q", what, secret)
		}
	}
	if len(secrets) != 7 {
		t.Errorf("%d secrets", len(secrets))
	}
	return secrets
}

// Whatever anybody can reach, by links and by addresses they know, as a page, a
// file, an error or from a program, shows a confidential field to those only
// whose work it is. UPDATE=1 go test ./internal/app -run TestCanaries keeps the
// table of who reads what.
func TestCanaries(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	w, things := planted(t, d)
	shared := plantProjects(t, d, w, things)
	plantMeetings(t, d, w, things)
	plantDecisions(t, w, things)
	plantPlans(t, w, things)
	plantWorkshops(t, d, w, things)
	plantRecovery(t, d, w, things)
	var logged lockedBuffer
	secrets := secretsOf(t, d, w)
	secrets["a link for somebody outside"] = shared
	officers := plantRelationships(t, d, w, things)
	plantAgencies(t, d, w, things)
	secrets["a link for an officer"] = officers
	things["secret"] = append(things["secret"], officers)
	before := fingerprint(t, d)
	a, err := New(t.Context(), d, Options{Log: slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug})), Now: w.Clock.Now, BaseURL: "https://table.example.org"})
	if err != nil {
		t.Fatal(err)
	}
	c := &crawler{t: t, routes: a.Routes(), things: things, secrets: secrets}
	server := httptest.NewServer(a.handlerFor(func(*http.Request) (access.Actor, error) { return c.by, nil }))
	defer server.Close()
	c.base = server.URL
	own := map[access.Scope]string{access.InArea: string(w.Tanners.Area.ID), access.InProgramme: string(w.Programme.ID), access.InOrganisation: string(w.Tanners.LTO.ID)}
	other := map[access.Scope]string{access.InArea: string(w.Millbrook.Area.ID), access.InProgramme: "another programme", access.InOrganisation: string(w.Millbrook.LTO.ID)}
	place := w.Tanners.Area.Place()
	place.Organisation = string(w.Tanners.LTO.ID)

	table := make([][]string, len(canaries))
	for _, role := range access.Roles() {
		var found [2]map[string]string
		for i, places := range []map[access.Scope]string{own, other} {
			by := actor(role, scopes[role], places[scopes[role]])
			found[i] = c.crawl(by)
			for _, k := range canaries {
				at, sees := found[i][k.word]
				if sees && !k.seenBy(by, place) {
					t.Errorf("%s of %s reads %s at %s", column(role), by.Hat.Place, k.field, at)
				}
			}
		}
		for i, k := range canaries {
			_, here := found[0][k.word]
			_, there := found[1][k.word]
			table[i] = append(table[i], map[[2]bool]string{{true, true}: "reads", {true, false}: "own", {false, true}: "OTHER", {}: "-"}[[2]bool{here, there}])
		}
	}
	golden(t, "testdata/canaries.txt", canaryTable(table))
	// An officer of the very body that a relationship is with reads nothing of what is
	// kept of it but what was chosen for them.
	things["organisation"], things["talk"] = append(things["organisation"], things["theirs"]...), append(things["talk"], things["reflection"]...)
	for _, body := range things["officers of"] {
		by := actor(access.AgencyOfficer, access.InOrganisation, body)
		for word, at := range c.crawl(by) {
			i := slices.IndexFunc(canaries, func(k canary) bool { return k.word == word })
			if k := canaries[i]; !k.seenBy(by, place) && !slices.Contains(forOfficers, word) {
				t.Errorf("an officer of the body reads %s at %s", k.field, at)
			}
		}
		if !c.shared {
			t.Error("an officer of the body does not even read what was chosen for them")
		}
	}
	// One of them for whom less was chosen finds nothing of the rest: a promise is read
	// by the others, and not by them.
	by := actor(access.AgencyOfficer, access.InOrganisation, things["body of less"][0])
	if c.crawl(by)["Qxpromised"] == "" {
		t.Error("the officers of the body do not read the promise that was chosen for them")
	}
	by.Person = access.PersonID(things["reader"][0])
	for word, at := range c.crawl(by) {
		if word == "Qxpromised" || word == "Qxreason" {
			t.Errorf("an officer for whom less was chosen reads %s at %s", word, at)
		}
	}
	if !c.shared {
		t.Error("an officer for whom less was chosen does not even read that")
	}
	for i, k := range canaries {
		if !slices.Contains(unread, k.word) && !slices.Contains(table[i], "own") && !slices.Contains(table[i], "reads") {
			t.Errorf("nobody reads %s, not even those who may: was it planted?", k.field)
		}
	}
	if c.asked < 2000 {
		t.Errorf("only %d pages were read", c.asked)
	}
	t.Logf("%d pages were read", c.asked)
	for _, k := range canaries {
		if strings.Contains(logged.String(), k.word) {
			t.Errorf("the log has %s", k.field)
		}
	}
	for what, secret := range secrets {
		if strings.Contains(logged.String(), secret) {
			t.Errorf("the log has %s", what)
		}
	}
	leavesClean(t, d)
	if after := fingerprint(t, d); after != before {
		t.Errorf("reading and empty forms changed something: %s", changed(before, after))
	}
}

// leavesClean looks at what leaves by other doors: exports and mails.
func leavesClean(t *testing.T, d *db.DB) {
	t.Helper()
	var journal, grants, mails bytes.Buffer
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		if err := open.WriteJournal(t.Context(), tx, &journal); err != nil {
			return err
		}
		if err := open.WriteGrants360(t.Context(), tx, &grants, "https://table.example.org"); err != nil {
			return err
		}
		all, err := mail.Latest(t.Context(), tx, 1000, 0)
		for _, m := range all {
			own := strings.NewReplacer(m.To, "", "Vera Qxvoter", "") // who reads it knows who they are
			if !strings.HasPrefix(m.To, "vera@") {
				own = strings.NewReplacer()
			}
			fmt.Fprintln(&mails, own.Replace(fmt.Sprint(m.Message)))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for where, text := range map[string]string{"journal": journal.String(), "360Giving data": grants.String(), "mails": mails.String()} {
		for _, k := range canaries {
			if strings.Contains(text, k.word) && (where != "mails" || k.word != "Qxmail" && k.word != "qxaddress") {
				t.Errorf("the %s has %s", where, k.field)
			}
		}
		if text == "" {
			t.Errorf("there is no %s to look at", where)
		}
	}
}

// A crawler reads all that one person can reach.
type crawler struct {
	t      *testing.T
	base   string
	by     access.Actor
	routes []web.Route
	things map[string][]string
	asked  int
	shared bool // it met something that was chosen for officers

	secrets map[string]string // what nobody may meet, by what it is
}

var (
	linked = regexp.MustCompile(`(?:href|src|action)="(/[^"#]*)|"(/api/v1/[^"]*)"`)
	braced = regexp.MustCompile(`\{([a-z]+)\}`)
)

// crawl reads every address that there is a route for, and what those lead to,
// and tells which canaries it met, and where. A form it sends empty.
func (c *crawler) crawl(by access.Actor) map[string]string {
	c.t.Helper()
	c.by = by
	found, known := map[string]string{}, map[string]bool{}
	c.shared = false
	var todo []string
	add := func(address string) {
		if !known[address] {
			known[address] = true
			todo = append(todo, address)
		}
	}
	for _, route := range c.routes {
		for _, address := range c.addresses(strings.ReplaceAll(route.Pattern, "{$}", "")) {
			add(address)
		}
	}
	for ; len(todo) > 0 && len(known) < 5000; todo = todo[1:] {
		method, path, _ := strings.Cut(todo[0], " ")
		text := c.read(method, path)
		for _, k := range canaries {
			if _, met := found[k.word]; !met && strings.Contains(text, k.word) {
				found[k.word] = todo[0]
			}
		}
		c.shared = c.shared || strings.Contains(text, "We shared a cake") || strings.Contains(text, "Qxwhytalk")
		for what, secret := range c.secrets {
			if strings.Contains(text, secret) {
				c.t.Errorf("%s as %s shows %s", todo[0], column(by.Hat.Role), what)
			}
		}
		if method != http.MethodGet {
			continue
		}
		for _, link := range linked.FindAllStringSubmatch(text, -1) {
			if to := html.UnescapeString(link[1] + link[2]); !strings.HasPrefix(to, "/assets/") && !strings.Contains(to, "{") {
				add("GET " + to)
			}
		}
	}
	return found
}

// addresses are a route's, with everything in it that is there to be named.
func (c *crawler) addresses(pattern string) []string {
	all := []string{pattern}
	for {
		name := braced.FindStringSubmatch(all[0])
		if name == nil {
			return all
		}
		values := c.things[name[1]]
		if values == nil {
			values = []string{"1"}
		}
		var filled []string
		for _, one := range all {
			for _, v := range values {
				filled = append(filled, strings.Replace(one, name[0], v, 1))
			}
		}
		all = filled
	}
}

// read is all of an answer, its headers too. What is sent names no form and has
// no key, so that nothing is done.
func (c *crawler) read(method, path string) string {
	c.t.Helper()
	c.asked++
	body, kind := "", "application/x-www-form-urlencoded"
	if web.ForPrograms(path) {
		body, kind = "{}", "application/json"
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, strings.NewReader(body))
	if err != nil {
		return "" // an address that is none
	}
	req.Header.Set("Content-Type", kind)
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	if res.StatusCode >= 500 {
		c.t.Errorf("%s %s as %s: status %d", method, path, column(c.by.Hat.Role), res.StatusCode)
	}
	return fmt.Sprint(res.Header) + "\n" + string(text)
}

func canaryTable(table [][]string) string {
	var b strings.Builder
	b.WriteString(`Who reads what is confidential. A word that stands nowhere else was put into each of these fields, and
everything was read that each role can reach: pages, spreadsheets, the API, errors.

  own    they read it of their own place     reads  they read it of any place     -  nowhere

`)
	fmt.Fprintf(&b, "%-52s", "")
	for _, role := range access.Roles() {
		fmt.Fprintf(&b, "  %-*s", max(5, len(column(role))), column(role))
	}
	for i, k := range canaries {
		b.WriteString("\n" + fmt.Sprintf("%-52s", k.field))
		for j, role := range access.Roles() {
			fmt.Fprintf(&b, "  %-*s", max(5, len(column(role))), table[i][j])
		}
	}
	var lines []string
	for line := range strings.SplitSeq(b.String(), "\n") {
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return strings.Join(lines, "\n") + "\n"
}

// A lockedBuffer is written by many.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
