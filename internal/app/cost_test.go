package app

import (
	"bytes"
	"compress/gzip"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
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

// Pages ask as much of the database for a long history as for a short one.
func TestPagesAskAsMuchOfALongHistory(t *testing.T) {
	t.Parallel()
	asks := func(years int) map[string]int64 {
		d := dbtest.SQLite(t)
		playDemo(t, d, 2, years)
		h := handler(t, d)
		asked := map[string]int64{}
		for _, path := range []string{"/", "/areas", "/areas/tanners-reach", "/areas/tanners-reach/money", "/areas/tanners-reach/plan"} {
			before := d.Stats().Statements
			drawn(t, h, path, "a=b") // who brings a cookie has it drawn
			asked[path] = d.Stats().Statements - before
		}
		return asked
	}
	short, long := asks(3), asks(9)
	for path, n := range long {
		most, atAll := short[path]+2, int64(36)
		if path == "/areas/tanners-reach" {
			atAll = 60 // what waits, who we are, what was decided, when we meet: each room tells a little
		}
		if n > most || n > atAll {
			t.Errorf("%s asks %d statements after nine years and %d after three; want at most %d", path, n, short[path], min(most, atAll))
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
