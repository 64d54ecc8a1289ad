// Package pagetest asks for the pages of a slice in a test, as one person after
// another, and looks at what they say.
package pagetest

import (
	"errors"
	"html"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/id"
	"commontable/internal/web"
)

// A Reader asks for pages.
type Reader struct {
	Site *web.Site

	t      *testing.T
	server *httptest.Server
	client *http.Client

	mu sync.Mutex
	by access.Actor
}

// A Page is what was answered.
type Page struct {
	t      *testing.T
	asked  string
	Text   string // the words, without marks
	HTML   string
	Header http.Header
	Next   string // where it leads on to
}

// New serves the routes that routes makes for a site.
func New(t *testing.T, now func() time.Time, ids *id.Maker, routes func(*web.Site) []web.Route) *Reader {
	t.Helper()
	rd := &Reader{t: t, client: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	rd.Site = &web.Site{
		Log: slog.New(slog.DiscardHandler), Now: now, IDs: ids,
		AreaRooms: []web.Link{{Text: "Home"}, {Text: "Plan", Href: "/plan"}, {Text: "Decisions", Href: "/decisions"}, {Text: "People", Href: "/people"}},
	}
	rd.server = httptest.NewServer(rd.Site.Router(func(*http.Request) (access.Actor, error) {
		rd.mu.Lock()
		defer rd.mu.Unlock()
		return rd.by, nil
	}, routes(rd.Site)...))
	t.Cleanup(rd.server.Close)
	return rd
}

// As asks as somebody from now on.
func (rd *Reader) As(by access.Actor) *Reader {
	rd.mu.Lock()
	defer rd.mu.Unlock()
	rd.by = by
	return rd
}

// Get asks for a page, which must be answered with a status.
func (rd *Reader) Get(path string, status int) Page {
	rd.t.Helper()
	return rd.ask(http.MethodGet, path, nil, status)
}

// Post sends a form, with a key of its own unless it has one.
func (rd *Reader) Post(path string, form url.Values, status int) Page {
	rd.t.Helper()
	if !form.Has("form") {
		form.Set("form", rd.Site.NewForm())
	}
	return rd.ask(http.MethodPost, path, form, status)
}

// PostFile sends a form with a file in one of its fields.
func (rd *Reader) PostFile(path string, form url.Values, field, name string, content []byte, status int) Page {
	rd.t.Helper()
	if !form.Has("form") {
		form.Set("form", rd.Site.NewForm())
	}
	var b strings.Builder
	parts := multipart.NewWriter(&b)
	for key, values := range form {
		for _, v := range values {
			_ = parts.WriteField(key, v) // to a builder, which cannot fail
		}
	}
	file, err := parts.CreateFormFile(field, name)
	if err == nil {
		_, err = file.Write(content)
	}
	if err := errors.Join(err, parts.Close()); err != nil {
		rd.t.Fatal(err)
	}
	return rd.send(http.MethodPost, path, b.String(), parts.FormDataContentType(), status)
}

func (rd *Reader) ask(method, path string, form url.Values, status int) Page {
	rd.t.Helper()
	kind := ""
	if method == http.MethodPost {
		kind = "application/x-www-form-urlencoded"
	}
	return rd.send(method, path, form.Encode(), kind, status)
}

func (rd *Reader) send(method, path, body, kind string, status int) Page {
	rd.t.Helper()
	req, err := http.NewRequestWithContext(rd.t.Context(), method, rd.server.URL+path, strings.NewReader(body))
	if err != nil {
		rd.t.Fatal(err)
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	res, err := rd.client.Do(req)
	if err != nil {
		rd.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		rd.t.Fatal(err)
	}
	got := Page{t: rd.t, asked: method + " " + path, Text: words(string(text)), HTML: string(text), Header: res.Header, Next: res.Header.Get("Location")}
	if res.StatusCode != status {
		rd.t.Fatalf("%s: status %d, want %d\n%s", got.asked, res.StatusCode, status, got.Text)
	}
	return got
}

var (
	tag   = regexp.MustCompile(`<[^>]*>`)
	space = regexp.MustCompile(`\s+`)
)

func words(page string) string {
	return space.ReplaceAllString(html.UnescapeString(tag.ReplaceAllString(page, " ")), " ")
}

// Says fails the test unless each is among the page's words, or in its source.
func (p Page) Says(want ...string) {
	p.t.Helper()
	for _, w := range want {
		if !strings.Contains(p.Text, w) && !strings.Contains(p.HTML, w) {
			p.t.Errorf("%s does not say %q:\n%s", p.asked, w, p.Text)
		}
	}
}

// SaysNot fails the test if any is among the page's words, or in its source.
func (p Page) SaysNot(unwanted ...string) {
	p.t.Helper()
	for _, w := range unwanted {
		if strings.Contains(p.Text, w) || strings.Contains(p.HTML, w) {
			p.t.Errorf("%s says %q:\n%s", p.asked, w, p.Text)
		}
	}
}

var box = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)

// Kept are the hidden boxes of the page's forms, as a browser sends them again.
func (p Page) Kept() url.Values {
	all := url.Values{}
	for _, found := range box.FindAllStringSubmatch(p.HTML, -1) {
		all.Add(found[1], html.UnescapeString(found[2]))
	}
	return all
}

var (
	written  = regexp.MustCompile(`<input [^>]*name="([^"]+)" type="(?:text|url|email|tel)"(?: inputmode="[a-z]+")? value="([^"]*)"`)
	longer   = regexp.MustCompile(`(?s)<textarea [^>]*name="([^"]+)"[^>]*>(.*?)</textarea>`)
	chooser  = regexp.MustCompile(`(?s)<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>`)
	chosen   = regexp.MustCompile(`<option value="([^"]*)"[^>]* selected`)
	tickable = regexp.MustCompile(`<input [^>]*name="([^"]+)" type="(?:checkbox|radio)" value="([^"]*)"[^>]* checked`)
)

// Filled are all the boxes of the page's forms as they stand, hidden ones too, as a
// browser sends them when nothing is changed.
func (p Page) Filled() url.Values {
	all := p.Kept()
	for _, kind := range []*regexp.Regexp{written, longer, tickable} {
		for _, found := range kind.FindAllStringSubmatch(p.HTML, -1) {
			all.Add(found[1], html.UnescapeString(found[2]))
		}
	}
	for _, found := range chooser.FindAllStringSubmatch(p.HTML, -1) {
		if option := chosen.FindStringSubmatch(found[2]); option != nil {
			all.Add(found[1], html.UnescapeString(option[1]))
		}
	}
	return all
}
