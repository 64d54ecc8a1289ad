package app

import (
	"context"
	"html"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/demo"
)

// golden compares got with a kept file. UPDATE=1 go test keeps what is there now.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != got {
		t.Errorf("%s is out of date (UPDATE=1 go test ./internal/app renews it); now:\n%s", file, got)
	}
}

// A house is the whole program on a small demonstration, over real HTTP.
type house struct {
	t    *testing.T
	db   *db.DB
	base string
}

// played is the demonstration that the stories begin from.
var played = dbtest.New(func(ctx context.Context, d *db.DB) error {
	return demo.Play(ctx, d, demo.What{Areas: 3, Years: 4, Seed: 1, Today: demo.DefaultDay()}, func(int) {})
})

// eachHouse runs a story on both databases.
func eachHouse(t *testing.T, story func(t *testing.T, h *house)) {
	t.Helper()
	played.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		story(t, serve(t, d))
	})
}

func serve(t *testing.T, d *db.DB) *house {
	t.Helper()
	a, err := New(t.Context(), d, Options{Log: slog.New(slog.DiscardHandler), Now: time.Now, BaseURL: "https://table.example.org"})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(a.Handler())
	t.Cleanup(s.Close)
	return &house{t: t, db: d, base: s.URL}
}

func small(t *testing.T) *house {
	t.Helper()
	return serve(t, played.SQLite(t))
}

// A browser is one person at the real program.
type browser struct {
	t    *testing.T
	http *http.Client
	base string
	path string
	page string
	code int
}

func (h *house) nobody() *browser {
	h.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.t.Fatal(err)
	}
	return &browser{t: h.t, http: &http.Client{Jar: jar}, base: h.base}
}

// as is somebody whom the demonstration offers to look round as.
func (h *house) as(persona string) *browser {
	h.t.Helper()
	b := h.nobody()
	b.keep(b.http.PostForm(b.base+"/look-around", url.Values{"as": {persona}}))
	b.sees(200)
	return b
}

func (b *browser) keep(res *http.Response, err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	b.page, b.code, b.path = string(page), res.StatusCode, res.Request.URL.Path
}

func (b *browser) opens(path string) { b.t.Helper(); b.keep(b.http.Get(b.base + path)) }

var anchor = regexp.MustCompile(`(?s)<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>`)

var tags = regexp.MustCompile(`(?s)<[^>]*>`)

// words are what a person reads of a piece of a page.
func words(markup string) string {
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(markup, " "))), " ")
}

// follows goes where the first link leads whose words hold these.
func (b *browser) follows(text string) {
	b.t.Helper()
	for _, a := range anchor.FindAllStringSubmatch(b.page, -1) {
		if strings.Contains(words(a[2]), text) {
			b.opens(html.UnescapeString(a[1]))
			return
		}
	}
	b.t.Fatalf("%s has no link %q:\n%s", b.path, text, words(b.page))
}

// goesTo follows the first link whose address matches.
func (b *browser) goesTo(pattern string) {
	b.t.Helper()
	want := regexp.MustCompile(pattern)
	for _, a := range anchor.FindAllStringSubmatch(b.page, -1) {
		if want.MatchString(a[1]) {
			b.opens(html.UnescapeString(a[1]))
			return
		}
	}
	b.t.Fatalf("%s has no link to %s:\n%s", b.path, pattern, words(b.page))
}

var (
	form   = regexp.MustCompile(`(?s)<form [^>]*method="post"[^>]*action="([^"]+)"[^>]*>(.*?)</form>`)
	hidden = regexp.MustCompile(`<input [^>]*type="hidden"[^>]*>`)
	attrs  = regexp.MustCompile(`(name|value)="([^"]*)"`)
)

// sends fills in the form whose address ends so, and sends it.
func (b *browser) sends(ending string, fields url.Values) {
	b.t.Helper()
	action, filled := b.fills(ending, fields)
	b.keep(b.http.PostForm(b.base+action, filled))
}

// fills finds a form and adds what is hidden in it.
func (b *browser) fills(ending string, fields url.Values) (action string, filled url.Values) {
	b.t.Helper()
	for _, f := range form.FindAllStringSubmatch(b.page, -1) {
		if !strings.HasSuffix(f[1], ending) {
			continue
		}
		filled = url.Values{}
		for _, h := range hidden.FindAllString(f[2], -1) {
			var name, value string
			for _, a := range attrs.FindAllStringSubmatch(h, -1) {
				if a[1] == "name" {
					name = a[2]
				} else {
					value = html.UnescapeString(a[2])
				}
			}
			filled.Add(name, value)
		}
		maps.Copy(filled, fields)
		return html.UnescapeString(f[1]), filled
	}
	b.t.Fatalf("%s has no form to %s:\n%s", b.path, ending, words(b.page))
	return "", nil
}

func (b *browser) sees(code int, texts ...string) {
	b.t.Helper()
	if b.code != code {
		b.t.Fatalf("%s: status %d, want %d:\n%s", b.path, b.code, code, words(b.page))
	}
	seen := words(b.page)
	for _, w := range texts {
		if !strings.Contains(seen, w) {
			b.t.Errorf("%s lacks %q:\n%s", b.path, w, seen)
		}
	}
}

func (b *browser) doesNotSee(texts ...string) {
	b.t.Helper()
	seen := words(b.page)
	for _, w := range texts {
		if strings.Contains(seen, w) {
			b.t.Errorf("%s has %q", b.path, w)
		}
	}
}

// day are the three boxes of a day.
func day(fields url.Values, name, y, m, d string) url.Values {
	fields.Set(name+"-day", d)
	fields.Set(name+"-month", m)
	fields.Set(name+"-year", y)
	return fields
}
