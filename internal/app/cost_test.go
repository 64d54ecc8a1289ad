package app

import (
	"bytes"
	"compress/gzip"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/demo"
	"commontable/internal/id"
	"commontable/internal/web"
)

// What must hold on any machine, however busy it is: these count, and time nothing.

// handler is the whole program without a network.
func handler(t testing.TB, d *db.DB) http.Handler {
	t.Helper()
	a, err := New(t.Context(), d, Options{Log: slog.New(slog.DiscardHandler), Now: time.Now, BaseURL: "https://table.example.org"})
	if err != nil {
		t.Fatal(err)
	}
	return a.Handler()
}

func playDemo(t testing.TB, d *db.DB, areas, years int) {
	t.Helper()
	if err := demo.Play(t.Context(), d, demo.What{Areas: areas, Years: years, Seed: 1, Today: demo.DefaultDay()}, func(int) {}); err != nil {
		t.Fatal(err)
	}
}

func drawn(t testing.TB, h http.Handler, path, cookie string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept-Encoding", "gzip")
	if cookie != "" {
		r.Header.Set("Cookie", cookie)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: status %d", path, w.Code)
	}
	return w
}

// cookieOf signs in as somebody whom the demonstration offers to look round as.
func cookieOf(t testing.TB, h http.Handler, persona string) string {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/look-around", strings.NewReader(url.Values{"as": {persona}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		return c.Name + "=" + c.Value
	}
	t.Fatalf("nobody is %q: status %d", persona, w.Code)
	return ""
}

// Pages ask as much of the database for a long history of many areas as for a short
// one of two, whoever looks: also of what waits for those who have a part in all of
// it. What each page may ask at all stands beside it.
func TestPagesAskAsMuchOfALongHistory(t *testing.T) {
	t.Parallel()
	const home = "/areas/tanners-reach"
	// What waits in an area asks about 32 statements once decisions are under way there,
	// however many are (TestWhatWaitsIsAskedInSets in decision).
	mostAsked := map[string]map[string]int64{
		"":                  {"/": 12, "/areas": 8, home: 40, home + "/money": 26, home + "/plan": 18, home + "/people": 18, home + "/decisions": 5, home + "/meetings": 17},
		"resident":          {"/": 16, "/areas": 12, home: 44, home + "/money": 30},
		"chair":             {"/": 16, "/areas": 12, home: 150, home + "/money": 30, home + "/plan": 32, home + "/people": 38, home + "/decisions": 9, home + "/meetings": 25},
		"worker":            {"/": 16, home: 150, home + "/plan": 32},
		"lto-approver":      {"/": 18, home: 60, home + "/money": 34},
		"programme-officer": {"/": 22, "/areas": 12, home: 56, home + "/money": 32, home + "/people": 38, "/people": 13, "/programmes/the-patchwork-programme/payments": 19},
		"programme-finance": {"/": 16, home: 56, home + "/money": 32, "/programmes/the-patchwork-programme/payments": 19},
	}
	asks := func(areas, years int) map[string]int64 {
		d := dbtest.SQLite(t)
		playDemo(t, d, areas, years)
		h := handler(t, d)
		asked := map[string]int64{}
		for persona, paths := range mostAsked {
			cookie := "a=b" // who brings a cookie has it drawn
			if persona != "" {
				cookie = cookieOf(t, h, persona)
			}
			for path := range paths {
				before := d.Stats().Statements
				drawn(t, h, path, cookie)
				asked[persona+" "+path] = d.Stats().Statements - before
			}
		}
		return asked
	}
	short, long := asks(2, 5), asks(6, 10)
	for persona, paths := range mostAsked {
		for path, atAll := range paths {
			few, many := short[persona+" "+path], long[persona+" "+path]
			more := int64(3)
			if path == home {
				more = 40 // two decisions are under way there, money waits by two that named nobody, and none of it yet after five years
			}
			if most := min(few+more, atAll); many > most {
				t.Errorf("%s asks %d statements of 6 areas after ten years and %d of 2 after five, for %q; want at most %d", path, many, few, persona, most)
			}
		}
	}
}

var fetched = regexp.MustCompile(`(?:href|src)="(/assets/[^"]+)"[^>]*(?:as="font"|type="image/svg\+xml")?`)

// The first visit to an area's home page weighs little, and fetches nothing
// from anywhere else.
func TestAFirstVisitIsLight(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	playDemo(t, d, 2, 3)
	h := handler(t, d)
	if web.Asset("app.css") == "/assets/app.css" {
		t.Skip("the assets are not built: make assets")
	}
	page := drawn(t, h, "/areas/tanners-reach", "")
	total, fonts := page.Body.Len(), 0
	z, err := gzip.NewReader(bytes.NewReader(page.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	files := []string{}
	add := func(file string) []byte {
		if slices.Contains(files, file) {
			return nil
		}
		files = append(files, file)
		w := drawn(t, h, file, "")
		total += w.Body.Len()
		if strings.HasSuffix(file, ".woff2") {
			fonts += w.Body.Len()
		}
		if cache := w.Header().Get("Cache-Control"); !strings.Contains(cache, "immutable") {
			t.Errorf("%s: Cache-Control %q, want it kept for ever", file, cache)
		}
		return w.Body.Bytes()
	}
	for _, m := range fetched.FindAllSubmatch(text, -1) {
		add(string(m[1]))
	}
	// A browser fetches a font for the letters that a page has: the two of plain
	// Latin and the digits, and none of the extended ones.
	for _, name := range []string{"atkinson.woff2", "bricolage.woff2", "digits.woff2"} {
		add(web.Asset(name))
	}
	if other := regexp.MustCompile(`(?:href|src)="(https?:)?//`).Find(text); other != nil {
		t.Errorf("the page leads elsewhere: %s", other)
	}
	if total > 110_000 || total-fonts > 40_000 || len(files)+1 > 8 {
		t.Errorf("%d bytes, %d of them fonts, in %d requests; want at most 110,000, 40,000 but for fonts, and 8:\n%s", total, fonts, len(files)+1, strings.Join(files, "\n"))
	}
	if next := drawn(t, h, "/areas/tanners-reach/plan", "").Body.Len(); next > 8_000 {
		t.Errorf("the next page weighs %d bytes, want at most 8,000", next)
	}
}

// A page that was drawn before allocates little; one that is drawn, no more
// than it did when this was written, and a third.
func TestPagesAllocateLittle(t *testing.T) { //nolint:paralleltest // allocations of other tests would be counted too
	d := dbtest.SQLite(t)
	playDemo(t, d, 3, 4)
	h := handler(t, d)
	for _, page := range []struct {
		path, cookie string
		most         float64
	}{
		{"/areas/tanners-reach", "", 300},
		{"/areas/tanners-reach", "a=b", 9500},
		{"/areas", "a=b", 3000},
	} {
		got := testing.AllocsPerRun(20, func() { drawn(t, h, page.path, page.cookie) })
		if got > page.most {
			t.Errorf("%s with cookie %q: %.0f allocations, want at most %.0f", page.path, page.cookie, got, page.most)
		}
	}
}

// Writes that wait together share one wait for the disk.
func TestWaitingWritesShareACommit(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	playDemo(t, d, 2, 2)
	ids := id.Real(time.Now)
	var areas []area.Area
	if err := d.Read(t.Context(), func(tx *db.Tx) error {
		programmes, err := area.Programmes(t.Context(), tx)
		if err != nil {
			return err
		}
		areas, err = area.All(t.Context(), tx, programmes[0].ID)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	record := func(i int) error {
		return d.Write(t.Context(), func(tx *db.Tx) error {
			return audit.Record(t.Context(), tx, ids, audit.Event{Stream: string(areas[i%len(areas)].ID), Act: "looked at", Subject: "it", By: access.System("test"), At: time.Now()})
		})
	}
	before := d.Stats()
	for i := range 20 {
		if err := record(i); err != nil {
			t.Fatal(err)
		}
	}
	alone := d.Stats()
	if writes, commits := alone.Writes-before.Writes, alone.Commits-before.Commits; writes != 20 || commits != 20 {
		t.Errorf("one at a time: %d writes in %d commits, want 20 in 20", writes, commits)
	}
	// While one write is held, the others come to wait, and then share.
	const many = 64
	var wg sync.WaitGroup
	held, let := make(chan struct{}), make(chan struct{})
	wg.Go(func() {
		var once sync.Once
		if err := d.Write(t.Context(), func(*db.Tx) error {
			once.Do(func() { close(held) })
			<-let
			return nil
		}); err != nil {
			t.Error(err)
		}
	})
	<-held
	for i := range many {
		wg.Go(func() {
			if err := record(i); err != nil {
				t.Error(err)
			}
		})
	}
	time.Sleep(200 * time.Millisecond)
	close(let)
	wg.Wait()
	after := d.Stats()
	if writes, commits := after.Writes-alone.Writes, after.Commits-alone.Commits; writes != many+1 || commits > 10 {
		t.Errorf("together: %d writes in %d commits, want %d in at most 10", writes, commits, many+1)
	}
}
