package personweb_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/id"
	"commontable/internal/person"
	"commontable/internal/person/personweb"
	"commontable/internal/web"
)

// openReal is a real installation: Ada and Omar run it, Grace moves money. Beside
// the pages there are POST /in, which signs in whose email is sent, as a link in
// a mail would, and /pay, which is done only when it is sure who asks.
func openReal(t *testing.T, more func(*person.People) personweb.Ways) *site {
	t.Helper()
	s := &site{t: t, db: dbtest.SQLite(t), now: noon}
	now := func() time.Time { return s.now }
	ids := id.Real(now)
	people := &person.People{DB: s.db, IDs: ids, Now: now}
	check(t, s.db.Write(t.Context(), func(tx *db.Tx) error {
		if err := (&area.Areas{DB: s.db, IDs: ids, Now: now}).FoundIn(t.Context(), tx, theTest, area.Installation{Kind: area.Real, Name: "The Trust"}); err != nil {
			return err
		}
		for name, role := range map[string]access.Role{"Ada": access.Operator, "Omar": access.Operator, "Grace": access.ProgrammeFinance, "Rae": access.Resident} {
			who, err := people.AddIn(t.Context(), tx, theTest, person.New{Name: name, Email: strings.ToLower(name) + "@example.org"})
			if err != nil {
				return err
			}
			if _, err := people.GiveHatIn(t.Context(), tx, theTest, who.ID, person.NewHat{Role: role, Scope: access.InInstallation, From: date.Must("2020-01-01")}); err != nil {
				return err
			}
		}
		return nil
	}))
	sessions := scs.New()
	sessions.Store = &person.Sessions{DB: s.db, Now: now}
	sessions.HashTokenInStore = true
	pages := &web.Site{Log: slog.New(slog.DiscardHandler), Now: now, IDs: ids, Sessions: sessions}
	s.people, s.pages = people, pages
	ways := personweb.Ways{BaseURL: "https://table.example.org"}
	if more != nil {
		ways = more(people)
	}
	routes := append(personweb.Routes(pages, people, ways),
		web.Route{Pattern: "GET /who", Policy: web.Public(), Do: func(w http.ResponseWriter, _ *http.Request, by access.Actor) error {
			_, err := io.WriteString(w, by.Name)
			return err
		}},
		web.Route{Pattern: "POST /in", Policy: web.Public(), Do: func(_ http.ResponseWriter, r *http.Request, _ access.Actor) error {
			var who person.Person
			err := s.db.Read(r.Context(), func(tx *db.Tx) (err error) {
				who, err = person.ByEmail(r.Context(), tx, r.FormValue("email"))
				return err
			})
			if err != nil {
				return err
			}
			return personweb.LetIn(pages, people, r, who.ID)
		}},
		web.Route{Pattern: "GET /pay", Policy: web.SignedIn(), Do: func(w http.ResponseWriter, _ *http.Request, by access.Actor) error {
			if err := by.MustBeSure(); err != nil {
				return err
			}
			_, err := io.WriteString(w, "the form")
			return err
		}},
		web.Route{Pattern: "POST /pay", Policy: web.SignedIn(), Do: func(w http.ResponseWriter, r *http.Request, by access.Actor) error {
			if err := by.MustBeSure(); err != nil {
				return err
			}
			form, err := web.ReadForm(r)
			if err != nil {
				return err
			}
			_, err = io.WriteString(w, by.Name+" paid "+strings.Join(form.Texts("amount"), " and ")+" as "+form.Text("form"))
			return err
		}},
	)
	server := httptest.NewServer(pages.Router(personweb.Identify(pages, s.db), routes...))
	t.Cleanup(server.Close)
	s.base = server.URL
	return s
}

// in is a browser in which somebody has come in by email.
func (s *site) in(name string) *browser {
	s.t.Helper()
	b := s.browser()
	b.sends("/in", "email", name+"@example.org")
	b.opens("/who")
	if !strings.EqualFold(b.page, name) {
		s.t.Fatalf("in comes %q: %d", b.page, b.code)
	}
	return b
}

// questionFrom is what a page's script asks for before a passkey is used.
func (b *browser) questionFrom(path string) string {
	b.t.Helper()
	b.sends(path, "ceremony", "from a page")
	if b.code != http.StatusOK {
		b.t.Fatalf("POST %s: %d %s", path, b.code, b.page)
	}
	return b.page
}

func (b *browser) makes(p *phone, name string) {
	b.t.Helper()
	b.sends("/passkeys", "name", name, "passkey", p.makes(b.questionFrom("/passkeys/challenge")))
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)

// presses sends the only form of a page to its address with what is hidden in
// it, and with what is said.
func (b *browser) presses(action string, pairs ...string) {
	b.t.Helper()
	form := url.Values{}
	_, rest, found := strings.Cut(b.page, `action="`+strings.ReplaceAll(action, "&", "&amp;")+`"`)
	if !found {
		b.t.Fatalf("%s has no form to %s:\n%s", b.path, action, b.page)
	}
	rest, _, _ = strings.Cut(rest, "</form>")
	for _, field := range hidden.FindAllStringSubmatch(rest, -1) {
		form.Add(field[1], field[2])
	}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.base+action, strings.NewReader(form.Encode()))
	check(b.t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	b.keep(b.http.Do(req))
}

func TestPasskeyFromTheFirstToTheNextSignIn(t *testing.T) {
	t.Parallel()
	s := openReal(t, nil)
	b, mine := s.in("grace"), newPhone(t)
	b.opens("/passkeys")
	b.sees(http.StatusOK, "You have no passkey yet", "For that you need a passkey", "your browser must be allowed to run scripts")
	q := mine.read(b.questionFrom("/passkeys/challenge"))
	if got := q.PublicKey.AuthenticatorSelection; got.ResidentKey != "required" || got.UserVerification != "required" {
		t.Errorf("asked for %+v", got)
	}
	b.sends("/passkeys", "name", "", "passkey", "")
	b.sees(http.StatusUnprocessableEntity, "Enter a name for it")
	b.sends("/passkeys", "name", "My phone", "passkey", "")
	b.sees(http.StatusUnprocessableEntity, "Your browser made no passkey")
	before := b.token()
	b.makes(mine, "My phone")
	b.sees(http.StatusOK, "You have a new passkey: “My phone”", "My phone")
	if b.token() == before {
		t.Error("the session has its old token")
	}
	b.opens("/pay") // who has just made one has just used one
	b.sees(http.StatusOK, "the form")

	other := s.browser()
	other.opens("/sign-in")
	other.sees(http.StatusOK, "Sign in with a passkey")
	other.sends("/sign-in/passkey", "passkey", mine.uses(other.questionFrom("/sign-in/passkey/challenge")))
	other.opens("/who")
	if other.page != "Grace" {
		t.Errorf("in comes %q", other.page)
	}
	other.opens("/pay")
	other.sees(http.StatusOK, "the form")
}

func TestAPasskeyIsAskedForAgainAfterHalfAnHour(t *testing.T) {
	t.Parallel()
	s := openReal(t, nil)
	b, mine := s.in("grace"), newPhone(t)
	b.opens("/pay")
	b.sees(http.StatusForbidden, "Use your passkey to go on", "A program with a token cannot do it at all")
	b.opens("/sure?next=%2Fpay")
	b.sees(http.StatusOK, "You have no passkey yet", "Make a passkey")
	b.makes(mine, "My phone")
	s.now = s.now.Add(29 * time.Minute)
	b.opens("/pay")
	b.sees(http.StatusOK, "the form")
	s.now = s.now.Add(2 * time.Minute)
	b.opens("/pay")
	b.sees(http.StatusForbidden, "Use your passkey to go on")

	// A form that was filled in meanwhile is sent again with all that was typed.
	b.keep(b.http.PostForm(b.base+"/pay", url.Values{"amount": {"£1", "£2 & \"more\""}, "form": {"form 7"}}))
	b.sees(http.StatusForbidden, "What you typed is kept")
	page := b.page
	b.presses("/sure?again=%2Fpay&next=%2F")
	b.sees(http.StatusForbidden, "What you typed is kept", "Is it really you?")
	b.page = strings.ReplaceAll(b.page, "&#34;", `"`)
	if !strings.Contains(page, "£2 &amp; ") {
		t.Errorf("not kept: %s", page)
	}
	sent := b.page
	answer := mine.uses(b.questionFrom("/sure/challenge"))
	b.page, b.path = sent, "/sure"
	before := b.token()
	form := url.Values{"amount": {"£1", "£2"}, "form": {"form 7"}, "passkey": {answer}, "ceremony": {"x"}}
	b.keep(b.http.PostForm(b.base+"/sure?again=%2Fpay&next=%2F", form))
	if b.page != "Grace paid £1 and £2 as form 7" || b.code != http.StatusOK {
		t.Errorf("sent again: %d %s", b.code, b.page)
	}
	if b.token() == before {
		t.Error("the session has its old token")
	}
}

// None of these lets anybody in, or makes it sure who they are.
func TestAPasskeyThatIsNotRightOpensNothing(t *testing.T) {
	t.Parallel()
	s := openReal(t, nil)
	g, mine := s.in("grace"), newPhone(t)
	g.makes(mine, "My phone")
	r, theirs := s.in("rae"), newPhone(t)
	r.makes(theirs, "Rae’s phone")
	s.now = s.now.Add(time.Hour)

	refused := func(name, answer, words string) {
		t.Helper()
		b := s.in("grace")
		b.questionFrom("/sure/challenge")
		b.sends("/sure?next=%2Fpay", "passkey", answer)
		b.sees(http.StatusForbidden, words)
		b.opens("/pay")
		if b.code != http.StatusForbidden {
			t.Errorf("%s: it is sure who this is", name)
		}
	}
	refused("an old answer", mine.uses(s.in("grace").questionFrom("/sure/challenge")), "could not be checked")
	refused("no answer", "{}", "could not be checked")
	refused("not even JSON", "yes", "could not be checked")

	try := func(name, path, question string, change func(*phone) *phone) {
		t.Helper()
		b := s.in("grace")
		if path == "/sign-in/passkey" {
			b = s.browser()
		}
		asked := b.questionFrom(question)
		copied := *mine
		p := change(&copied)
		b.sends(path, "passkey", p.uses(asked))
		if b.code < 400 {
			t.Errorf("%s at %s: %d", name, path, b.code)
		}
		b.opens("/pay")
		if b.page == "the form" {
			t.Errorf("%s at %s: it opens", name, path)
		}
	}
	for _, at := range []struct{ path, question string }{{"/sure", "/sure/challenge"}, {"/sign-in/passkey", "/sign-in/passkey/challenge"}} {
		try("from another site", at.path, at.question, func(p *phone) *phone { p.origin = "https://table.example.com"; return p })
		try("for another site", at.path, at.question, func(p *phone) *phone { p.rp = "table.example.com"; return p })
		try("with another key", at.path, at.question, func(p *phone) *phone { p.key = theirs.key; return p })
		try("unknown", at.path, at.question, func(p *phone) *phone { p.id = []byte("sixteen unknowns"); return p })
		try("nobody looked at the finger", at.path, at.question, func(p *phone) *phone { p.unverified = true; return p })
		try("in another’s name", at.path, at.question, func(p *phone) *phone { p.handle = theirs.handle; return p })
	}
	try("somebody else’s", "/sure", "/sure/challenge", func(*phone) *phone { return theirs })
	try("what was asked to sign in", "/sure", "/sign-in/passkey/challenge", func(p *phone) *phone { return p })
	try("what was asked to be sure", "/sign-in/passkey", "/sign-in/passkey/challenge", func(p *phone) *phone { p.handle = nil; return p })

	// One answer counts once.
	b := s.in("grace")
	answer := mine.uses(b.questionFrom("/sure/challenge"))
	b.sends("/sure?next=%2Fwho", "passkey", answer)
	b.sees(http.StatusOK, "Grace")
	b.sends("/sure?next=%2Fwho", "passkey", answer)
	b.sees(http.StatusForbidden, "sent before")
}

func TestACopyOfAPasskeyIsNoticed(t *testing.T) {
	t.Parallel()
	s := openReal(t, nil)
	b, mine := s.in("grace"), newPhone(t)
	b.makes(mine, "My phone")
	copied := *mine
	for range 3 {
		b.sends("/sure?next=%2Fwho", "passkey", mine.uses(b.questionFrom("/sure/challenge")))
		b.sees(http.StatusOK, "Grace")
	}
	thief := s.browser()
	thief.sends("/sign-in/passkey", "passkey", copied.uses(thief.questionFrom("/sign-in/passkey/challenge")))
	thief.sees(http.StatusForbidden, "may have been copied")
	thief.opens("/who")
	if thief.page != "" {
		t.Errorf("in comes %q", thief.page)
	}
	again := s.browser() // and the real one opens nothing either: we cannot tell which is which
	again.sends("/sign-in/passkey", "passkey", mine.uses(again.questionFrom("/sign-in/passkey/challenge")))
	if again.code != http.StatusForbidden {
		t.Errorf("a doubted passkey: %d", again.code)
	}
	b.opens("/passkeys")
	b.sees(http.StatusOK, "May have been copied")
}

func TestALostPasskeyOnItsPages(t *testing.T) {
	t.Parallel()
	s := openReal(t, nil)
	lost, found := newPhone(t), newPhone(t)
	s.in("grace").makes(lost, "My old phone")
	g := s.in("grace")
	g.opens("/passkeys")
	g.sees(http.StatusOK, "My old phone", "I have lost my passkey", "use one of those that you have first")
	g.sends("/passkeys", "name", "A thief’s", "passkey", found.makes(`{"publicKey":{}}`))
	g.sees(http.StatusForbidden, "Use your passkey to go on")
	g.opens("/passkeys")
	g.presses("/recoveries")
	g.sees(http.StatusOK, "Your new passkey", "0 of 2 people have confirmed", "two other people confirm it")
	at := g.path

	rae := s.in("rae")
	rae.opens(at)
	rae.sees(http.StatusNotFound)
	rae.opens("/recoveries")
	rae.sees(http.StatusForbidden)
	for i, name := range []string{"ada", "omar"} {
		b := s.in(name)
		b.opens("/recoveries")
		b.sees(http.StatusOK, "Grace", "To confirm")
		b.opens(at)
		b.sees(http.StatusOK, "Is it really Grace?", "To confirm it you need your passkey")
		b.makes(newPhone(t), "mine")
		b.opens(at)
		b.presses(at+"/confirmations", "how", " ")
		b.sees(http.StatusUnprocessableEntity, "Say how you know")
		b.presses(at+"/confirmations", "how", "I met her at the office")
		if i == 0 {
			b.sees(http.StatusOK, "You confirmed it", "1 of 2 people have confirmed", "Now it needs somebody else", "I met her at the office")
		} else {
			b.sees(http.StatusOK, "You confirmed it", "can be made from 21 October 2026, 13:00")
		}
	}
	g.opens("/passkeys")
	g.sees(http.StatusOK, "can be made from 21 October 2026, 13:00")
	s.now = s.now.Add(23 * time.Hour)
	g = s.in("grace")
	g.sends("/passkeys/challenge", "ceremony", "x")
	g.sees(http.StatusForbidden, "Use your passkey to go on")
	s.now = s.now.Add(2 * time.Hour)
	g = s.in("grace")
	elsewhere := s.in("grace")
	g.opens(at)
	g.sees(http.StatusOK, "The wait is over", "Make a new passkey")
	g.makes(found, "My new phone")
	g.sees(http.StatusOK, "My new phone")
	if strings.Contains(g.page, "My old phone") {
		t.Error("the old passkey is still there")
	}
	elsewhere.opens("/passkeys") // whoever came in meanwhile by her mail is out
	if elsewhere.path != "/sign-in" {
		t.Errorf("another browser is still signed in, at %s", elsewhere.path)
	}
	old := s.browser()
	old.sends("/sign-in/passkey", "passkey", lost.uses(old.questionFrom("/sign-in/passkey/challenge")))
	if old.code != http.StatusForbidden {
		t.Errorf("the lost passkey: %d", old.code)
	}

	g.opens("/passkeys")
	g.opens("/passkeys/" + b64(found.id) + "/removal")
	g.sees(http.StatusConflict, "This is your only passkey")
}

func TestARecoveryIsStoppedWithOneClick(t *testing.T) {
	t.Parallel()
	s := openReal(t, nil)
	s.in("grace").makes(newPhone(t), "My phone")
	a := s.in("ada")
	a.makes(newPhone(t), "mine")
	a.opens("/recoveries")
	a.sees(http.StatusOK, "Nobody has lost a passkey")
	a.presses("/recoveries", "email", "nobody@example.org")
	a.sees(http.StatusUnprocessableEntity, "Nobody here has this email address")
	a.presses("/recoveries", "email", "Grace@example.org ")
	a.sees(http.StatusOK, "A new passkey for Grace")
	at := a.path
	rae := s.in("rae")
	rae.sends("/recoveries", "email", "grace@example.org", "form", "x")
	rae.sees(http.StatusForbidden)
	g := s.in("grace")
	g.opens(at)
	g.sees(http.StatusOK, "This was not me: stop it")
	g.presses(at+"/end", "stop", "yes")
	g.sees(http.StatusOK, "Nothing was changed", "Stopped")
	a.opens("/recoveries.csv")
	a.sees(http.StatusOK, "Grace,Ada,2026-10-20T12:00:00Z,0,stopped")
}

func TestPasskeysNeedAName(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"http://127.0.0.1:8080", "http://[::1]:8080", ""} {
		s := openReal(t, func(*person.People) personweb.Ways { return personweb.Ways{BaseURL: base} })
		b := s.in("grace")
		b.opens("/passkeys")
		b.sees(http.StatusOK, "They need the site to be reached by its name")
		b.opens("/sure")
		b.sees(http.StatusOK, "They need the site to be reached by its name")
		b.sends("/passkeys/challenge", "ceremony", "x")
		b.sees(http.StatusConflict, "by its name")
		b.opens("/sign-in")
		if strings.Contains(b.page, "data-passkey") {
			t.Errorf("%s: the page offers to sign in by passkey", base)
		}
	}
}

// A link from elsewhere leads to no act: only a form that was filled in here is
// sent again after the passkey.
func TestALinkSendsNothingAgain(t *testing.T) {
	t.Parallel()
	s := openReal(t, nil)
	b, mine := s.in("grace"), newPhone(t)
	b.makes(mine, "My phone")
	b.opens("/sure?again=%2Fpay&next=%2Fwho")
	b.sees(http.StatusOK, "Is it really you?")
	if strings.Contains(b.page, "again=") || strings.Contains(b.page, "What you typed is kept") {
		t.Errorf("the page would send a form that nobody filled in:\n%s", b.page)
	}
	b.sends("/sure?next=%2Fwho", "passkey", mine.uses(b.questionFrom("/sure/challenge")))
	if b.page != "Grace" {
		t.Errorf("gone on to: %d %s", b.code, b.page)
	}
}
