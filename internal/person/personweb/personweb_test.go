package personweb_test

import (
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
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

var (
	noon    = date.Must("2026-10-20").At(12, 0)
	theTest = access.System("a test")
)

// A site is a database with the pages on which people come in and go out, and a
// page that says who reads it.
type site struct {
	t    *testing.T
	db   *db.DB
	base string
	now  time.Time
	hat  access.HatID // Grace's

	people *person.People
	grace  person.Person
	pages  *web.Site
}

// A database of each kind has Grace in it, who chairs nothing but is an auditor.
func open(t *testing.T, kind area.Kind) *site {
	t.Helper()
	s := &site{t: t, db: dbtest.SQLite(t), now: noon}
	now := func() time.Time { return s.now }
	ids := id.Real(now)
	people := &person.People{DB: s.db, IDs: ids, Now: now, BaseURL: "https://table.example.org"}
	s.people = people
	check(t, s.db.Write(t.Context(), func(tx *db.Tx) error {
		if err := (&area.Areas{DB: s.db, IDs: ids, Now: now}).FoundIn(t.Context(), tx, theTest, area.Installation{Kind: kind, Name: "The Trust"}); err != nil {
			return err
		}
		grace, err := people.AddIn(t.Context(), tx, theTest, person.New{Name: "Grace Table", Email: "grace@example.org"})
		if err != nil {
			return err
		}
		hat, err := people.GiveHatIn(t.Context(), tx, theTest, grace.ID, person.NewHat{Role: access.Auditor, Scope: access.InInstallation, From: date.Must("2020-01-01")})
		if err != nil {
			return err
		}
		s.hat, s.grace = hat.ID, grace
		return people.AddPersonaIn(t.Context(), tx, person.Persona{
			Code: "auditor", Position: 1, Title: "Auditor", Words: "Sees every payment.", Person: grace.ID, Hat: hat.ID, StartAt: "/who",
		})
	}))
	sessions := scs.New()
	sessions.Store = &person.Sessions{DB: s.db, Now: now}
	sessions.HashTokenInStore = true
	pages := &web.Site{Log: slog.New(slog.DiscardHandler), Now: now, IDs: ids, Sessions: sessions, Demonstration: kind == area.Demonstration}
	s.pages = pages
	routes := append(personweb.Routes(pages, people, personweb.Ways{BaseURL: "https://table.example.org"}), web.Route{
		Pattern: "GET /who", Policy: web.Public(), Do: func(w http.ResponseWriter, _ *http.Request, by access.Actor) error {
			_, err := io.WriteString(w, strings.Join([]string{by.Name, by.Title, string(by.Hat.Role)}, "|"))
			return err
		},
	})
	server := httptest.NewServer(pages.Router(personweb.Identify(pages, s.db), routes...))
	t.Cleanup(server.Close)
	s.base = server.URL
	return s
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A browser keeps cookies, and goes where it is led.
type browser struct {
	*site

	http *http.Client
	path string // where it is
	code int
	page string
}

func (s *site) browser() *browser {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	check(s.t, err)
	return &browser{site: s, http: &http.Client{Jar: jar}}
}

func (b *browser) keep(res *http.Response, err error) {
	b.t.Helper()
	check(b.t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	check(b.t, err)
	b.path, b.code, b.page = res.Request.URL.Path, res.StatusCode, string(body)
}

func (b *browser) opens(path string) { b.t.Helper(); b.keep(b.http.Get(b.base + path)) }

func (b *browser) sends(path string, pairs ...string) {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	b.keep(b.http.PostForm(b.base+path, form))
}

func (b *browser) token() string {
	b.t.Helper()
	at, err := url.Parse(b.base)
	check(b.t, err)
	for _, c := range b.http.Jar.Cookies(at) {
		return c.Value
	}
	return ""
}

func (b *browser) is(who string) {
	b.t.Helper()
	b.opens("/who")
	if b.page != who {
		b.t.Errorf("reads as %q, want %q", b.page, who)
	}
}

var tags = regexp.MustCompile(`(?s)<svg.*?</svg>|<[^>]*>`)

func (b *browser) sees(code int, wanted ...string) {
	b.t.Helper()
	page := strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(b.page, " "))), " ")
	if b.code != code {
		b.t.Fatalf("%s: status %d, want %d:\n%s", b.path, b.code, code, page)
	}
	for _, w := range wanted {
		if !strings.Contains(page, w) {
			b.t.Errorf("%s lacks %q:\n%s", b.path, w, page)
		}
	}
}

const (
	grace  = "Grace Table|auditor|auditor"
	nobody = "||"
)

func TestLookAroundWithOneClick(t *testing.T) {
	t.Parallel()
	for _, kind := range []area.Kind{area.Demonstration, area.Development} {
		b := open(t, kind).browser()
		b.opens("/look-around")
		b.sees(200, "Auditor: Grace Table", "Sees every payment.", "Nobody in particular")
		b.is(nobody)
		b.sends("/look-around", "as", "auditor")
		if b.path != "/who" {
			t.Errorf("%s: landed on %s, want where the persona starts", kind, b.path)
		}
		b.is(grace)
		first := b.token()
		b.sends("/look-around", "as", "auditor")
		if b.token() == first || first == "" {
			t.Errorf("%s: the token %q stayed", kind, first)
		}
		b.sends("/look-around", "as", "somebody-else")
		b.sees(404)
		b.is(grace)
		b.sends("/look-around", "as", "nobody", "next", "/who")
		b.is(nobody)
	}
}

// What is real is never entered with a click, whatever is written in it.
func TestARealDatabaseLetsNobodyInWithAClick(t *testing.T) {
	t.Parallel()
	b := open(t, area.Real).browser()
	b.opens("/look-around")
	b.sees(404)
	b.sends("/look-around", "as", "auditor")
	b.sees(404)
	if b.token() != "" {
		t.Error("it began a session")
	}
	b.is(nobody)
	b.opens("/sign-in")
	b.sees(200, "Sign in", "Your email address")
	if strings.Contains(b.page, `href="/look-around"`) {
		t.Error("the way in leads to a page that is not there")
	}
}

func TestNextIsAnAddressOfOurs(t *testing.T) {
	t.Parallel()
	b := open(t, area.Development).browser()
	b.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for next, want := range map[string]string{
		"/who?a=b": "/who?a=b", "https://evil.example/": "/", "//evil.example": "/", `/\evil.example`: "/", "": "/who",
	} {
		res, err := b.http.PostForm(b.base+"/look-around", url.Values{"as": {"auditor"}, "next": {next}})
		check(t, err)
		res.Body.Close()
		if got := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || got != want {
			t.Errorf("next=%q leads to %q (%d), want %q", next, got, res.StatusCode, want)
		}
	}
	// Who was sent to sign in comes back to where they were going.
	b.opens("/sign-in?next=%2Fwho")
	b.sees(200, "Sign in")
	if !strings.Contains(b.page, `href="/look-around?next=%2Fwho"`) {
		t.Errorf("sign-in forgets where one was going:\n%s", b.page)
	}
	b.opens("/look-around?next=%2Fwho")
	if strings.Count(b.page, `name="next" value="/who"`) != 2 {
		t.Errorf("look around forgets where one was going:\n%s", b.page)
	}
}

// A hat that has ended gives nothing any more, in the middle of a session.
func TestAnEndedHatGivesNothing(t *testing.T) {
	t.Parallel()
	s := open(t, area.Demonstration)
	b := s.browser()
	b.sends("/look-around", "as", "auditor")
	b.is(grace)
	people := &person.People{DB: s.db, IDs: id.Real(time.Now), Now: func() time.Time { return s.now }}
	check(t, s.db.Write(t.Context(), func(tx *db.Tx) error {
		return people.EndHatIn(t.Context(), tx, theTest, s.hat, date.Must("2026-10-20"))
	}))
	b.is("Grace Table||")
}

func TestSignOut(t *testing.T) {
	t.Parallel()
	b := open(t, area.Demonstration).browser()
	b.sends("/look-around", "as", "auditor")
	b.is(grace)
	b.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	b.sends("/sign-out")
	if b.code != http.StatusSeeOther {
		t.Errorf("sign-out: status %d", b.code)
	}
	b.is(nobody)
}

// A click that comes from another website does nothing.
func TestAnotherSitesClickDoesNothing(t *testing.T) {
	t.Parallel()
	b := open(t, area.Demonstration).browser()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.base+"/look-around", strings.NewReader("as=auditor"))
	check(t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	b.keep(b.http.Do(req))
	b.sees(403)
	b.is(nobody)
}
