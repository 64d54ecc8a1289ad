package app

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/demo"
	"commontable/internal/funding"
	"commontable/internal/id"
	"commontable/internal/money"
)

// asked is a page as a browser without a cookie asks for it.
func (h *house) asked(path string, header ...string) (answer, string) {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet, h.base+path, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := (&http.Client{}).Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header}, string(body)
}

type answer struct {
	StatusCode int
	Header     http.Header
}

// The kept pages of a demonstration: about everything, and about one area.
var keptPaths = []string{"/", "/areas", "/areas/tanners-reach", "/areas/tanners-reach/money", "/areas/tanners-reach/plan", "/data/payments.csv", "/words"}

// A public page is drawn once, and again as soon as anything has changed.
func TestPublicPagesAreKeptUntilSomethingChanges(t *testing.T) {
	t.Parallel()
	eachHouse(t, func(t *testing.T, h *house) {
		other := serve(t, h.db) // another instance on the same database
		for _, path := range keptPaths {
			first, drawn := h.asked(path)
			tag := first.Header.Get("ETag")
			if first.StatusCode != http.StatusOK || tag == "" || first.Header.Get("Cache-Control") != "no-cache" {
				t.Errorf("%s: status %d, tag %q, Cache-Control %q", path, first.StatusCode, tag, first.Header.Get("Cache-Control"))
			}
			before := h.db.Stats().Statements
			again, kept := h.asked(path)
			if n := h.db.Stats().Statements - before; kept != drawn || n > 2 {
				t.Errorf("%s a second time: %d statements, the same page: %t; want what was kept", path, n, kept == drawn)
			}
			for _, res := range []answer{first, again} {
				if vary := strings.Join(res.Header.Values("Vary"), ", "); !strings.Contains(vary, "Cookie") || !strings.Contains(vary, "Accept-Encoding") && path != "/data/payments.csv" {
					t.Errorf("%s varies by %q", path, vary)
				}
				if got, want := res.Header.Get("Content-Type"), first.Header.Get("Content-Type"); got != want || got == "" {
					t.Errorf("%s is of type %q, then %q", path, want, got)
				}
			}
			if res, body := h.asked(path, "If-None-Match", `"x", `+tag); res.StatusCode != http.StatusNotModified || body != "" {
				t.Errorf("%s, which the browser has: status %d and %d bytes, want 304 and none", path, res.StatusCode, len(body))
			}
			if res, _ := h.asked(path, "If-None-Match", `W/"other"`); res.StatusCode != http.StatusOK {
				t.Errorf("%s, of which the browser has another: status %d, want it sent", path, res.StatusCode)
			}
			if _, theirs := other.asked(path); theirs != drawn {
				t.Errorf("%s is another page at another instance", path)
			}
		}

		allocate(t, h.db, money.Pence(123_456_00))
		for _, path := range []string{"/", "/areas", "/areas/tanners-reach", "/areas/tanners-reach/money"} {
			for _, instance := range []*house{h, other} {
				if _, page := instance.asked(path); !strings.Contains(page, "1,123,456") && !strings.Contains(page, "£3.12m") {
					t.Errorf("%s is as it was before £123,456 was set aside:\n%s", path, words(page))
				}
			}
		}
	})
}

// allocate sets more aside for Tanners Reach.
func allocate(t *testing.T, d *db.DB, amount money.Amount) {
	t.Helper()
	i, latest, err := installation(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	now := goesOnFrom(i, latest, time.Now)
	f := funding.Funding{DB: d, IDs: id.Real(now), Now: now}
	err = d.Write(t.Context(), func(tx *db.Tx) error {
		a, err := area.BySlug(t.Context(), tx, "tanners-reach")
		if err != nil {
			return err
		}
		_, err = f.AllocateIn(t.Context(), tx, access.System("test"), a, funding.NewAllocation{Amount: amount, On: demo.DefaultDay(), Note: "More"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Who brings a cookie has the page drawn for them, and nobody else sees it.
func TestWhatIsKeptIsNobodysOwn(t *testing.T) {
	t.Parallel()
	h := small(t)
	for _, path := range keptPaths {
		if path == "/data/payments.csv" {
			continue
		}
		for _, persona := range []string{"chair", "programme-finance", "lto-approver"} {
			them := h.as(persona)
			res, err := them.http.Get(h.base + path)
			if err != nil {
				t.Fatal(err)
			}
			them.keep(res, nil)
			if tag := res.Header.Get("ETag"); tag != "" || res.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s as %s: tag %q, Cache-Control %q; want it kept nowhere", path, persona, tag, res.Header.Get("Cache-Control"))
			}
			them.sees(200, "Sign out")
			if _, page := h.asked(path); strings.Contains(page, "Sign out") || !strings.Contains(page, "Sign in") {
				t.Errorf("%s after %s saw it: who is not signed in sees\n%s", path, persona, words(page))
			}
			them.opens(path)
			them.sees(200, "Sign out")
			if res, _ := h.asked(path, "Cookie", "session=none"); res.Header.Get("ETag") != "" {
				t.Errorf("%s: a page drawn for who brings a cookie has a tag", path)
			}
		}
	}
	for _, path := range []string{"/areas/nowhere", "/areas/nowhere/money"} {
		for range 2 {
			if res, _ := h.asked(path); res.StatusCode != http.StatusNotFound || res.Header.Get("ETag") != "" {
				t.Errorf("%s: status %d, tag %q; want 404 without", path, res.StatusCode, res.Header.Get("ETag"))
			}
		}
	}
	if _, page := h.asked("/areas?" + url.Values{"q": {"tanners"}}.Encode()); !strings.Contains(page, "1 area found") {
		t.Error("a search is answered with what was kept of the list")
	}
}
