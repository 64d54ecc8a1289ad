package web

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/fault"
)

// Who cannot do something is led back to where they were, and to the area: never
// to another site, whatever a browser says of where it came from.
func TestAProblemLeadsBack(t *testing.T) {
	t.Parallel()
	s := &Site{Log: slog.New(slog.DiscardHandler), Now: time.Now}
	refuse := func(kind error) Handler {
		return func(http.ResponseWriter, *http.Request, access.Actor) error { return fault.New(kind, "Not now.") }
	}
	router := s.Router(func(*http.Request) (access.Actor, error) { return access.Actor{}, nil },
		Route{Pattern: "POST /areas/{area}/plan", Policy: Public(), Do: refuse(fault.Conflict)},
		Route{Pattern: "GET /areas/{area}/plan", Policy: Public(), Do: refuse(fault.Forbidden)},
		Route{Pattern: "GET /areas/{area}", Policy: Public(), Do: func(http.ResponseWriter, *http.Request, access.Actor) error { return fault.NotFound }},
	)
	for _, c := range []struct {
		method, path, from string
		status             int
		want               string
	}{
		{http.MethodPost, "/areas/tanners-reach/plan", "https://table.example.org/areas/tanners-reach/plan/new?copy=2", 409, "/areas/tanners-reach/plan/new?copy=2 /areas/tanners-reach /"},
		{http.MethodPost, "/areas/tanners-reach/plan", "https://table.example.org/areas/tanners-reach/plan", 409, "/areas/tanners-reach/plan /areas/tanners-reach /"},
		{http.MethodGet, "/areas/tanners-reach/plan", "https://table.example.org/areas/tanners-reach/plan", 403, "/areas/tanners-reach /"},
		{http.MethodGet, "/areas/tanners-reach/plan", "https://table.example.org/areas/tanners-reach", 403, "/areas/tanners-reach /"},
		{http.MethodGet, "/areas/tanners-reach/plan", "https://elsewhere.example/areas/tanners-reach/money", 403, "/areas/tanners-reach /"},
		{http.MethodGet, "/areas/tanners-reach/plan", "https://table.example.org//elsewhere.example/", 403, "/areas/tanners-reach /"},
		{http.MethodGet, "/areas/tanners-reach/plan", "javascript:alert(1)", 403, "/areas/tanners-reach /"},
		{http.MethodGet, "/areas/tanners-reach/plan", "", 403, "/areas/tanners-reach /"},
		{http.MethodGet, "/areas/nowhere", "https://table.example.org/areas", 404, "/areas /"},
	} {
		r := httptest.NewRequest(c.method, "https://table.example.org"+c.path, nil)
		r.Header.Set("Referer", c.from)
		w := httptest.NewRecorder()
		router.ServeHTTP(w, r)
		_, main, _ := strings.Cut(w.Body.String(), `<main`)
		main, _, _ = strings.Cut(main, `</main>`)
		var links []string
		for _, part := range strings.Split(main, `href="`)[1:] {
			href, _, _ := strings.Cut(part, `"`)
			links = append(links, href)
		}
		if got := strings.Join(links, " "); w.Code != c.status || got != c.want {
			t.Errorf("%s %s from %s: status %d leads to %s, want %d and %s", c.method, c.path, c.from, w.Code, got, c.status, c.want)
		}
	}
}
