package app

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"

	"commontable/internal/access"
	"commontable/internal/db/dbtest"
)

// What a session keeps comes back as it was, also where an earlier version kept it.
func TestSessionsAreReadAgain(t *testing.T) {
	t.Parallel()
	until := time.Date(2026, 10, 20, 21, 0, 0, 5, time.UTC)
	for _, values := range []map[string]any{
		{},
		{"person": "019c", "hat": "Ünïcode “quoted”", "looks": true, "sure": int64(1) << 62, "ceremony": []byte{0, 255, 10}},
	} {
		for name, by := range map[string]scs.Codec{"ours": sessionCodec{}, "an earlier one": scs.GobCodec{}} {
			kept, err := by.Encode(until, values)
			if err != nil {
				t.Fatal(err)
			}
			at, got, err := sessionCodec{}.Decode(kept)
			if err != nil || !at.Equal(until) || len(got) != len(values) || len(values) > 0 && !reflect.DeepEqual(got, values) {
				t.Errorf("%s: read %v until %v, %v", name, got, at, err)
			}
		}
	}
	if _, err := (sessionCodec{}).Encode(until, map[string]any{"x": 1.5}); err == nil {
		t.Error("a number that no page keeps was kept")
	}
	if _, _, err := (sessionCodec{}).Decode([]byte("neither")); err == nil {
		t.Error("what is no session was read")
	}
}

// brokenSessions cannot be read.
type brokenSessions struct{ scs.CtxStore }

func (brokenSessions) FindCtx(context.Context, string) ([]byte, bool, error) {
	return nil, false, errors.New("the table is away")
}

// Whatever is answered has the headers that keep a browser safe: also /metrics, what
// is not there, and where the session cannot even be read.
func TestTheGuardStandsBeforeEverything(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	a, err := New(t.Context(), dbtest.SQLite(t), Options{Log: slog.New(slog.NewTextHandler(&log, nil)), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	site := a.Handler()
	asks := func(h http.Handler, what, cookie, from string, forwarded bool, want int) string {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, what, http.NoBody)
		r.RemoteAddr = from
		if cookie != "" {
			r.AddCookie(&http.Cookie{Name: "session", Value: cookie})
		}
		if forwarded {
			r.Header.Set("X-Forwarded-For", "198.51.100.7")
		}
		res := httptest.NewRecorder()
		h.ServeHTTP(res, r)
		if res.Code != want {
			t.Errorf("%s from %s: status %d, want %d", what, from, res.Code, want)
		}
		for name, words := range map[string]string{"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "no-"} {
			if !strings.Contains(res.Header().Get(name), words) {
				t.Errorf("%s from %s: %s is %q", what, from, name, res.Header().Get(name))
			}
		}
		return res.Body.String()
	}
	const here, elsewhere = "127.0.0.1:5000", "198.51.100.7:5000"
	if got := asks(site, "/metrics", "", here, false, http.StatusOK); !strings.Contains(got, "commontable_database_up 1") {
		t.Errorf("figures:\n%s", got)
	}
	asks(site, "/metrics", "", "[::1]:5000", false, http.StatusOK)
	asks(site, "/metrics", "", here, true, http.StatusNotFound)
	asks(site, "/metrics", "", elsewhere, false, http.StatusNotFound)
	asks(site, "/nowhere", "", elsewhere, false, http.StatusNotFound)
	asks(a.MetricsAlone(), "/metrics", "", elsewhere, false, http.StatusOK)
	asks(a.MetricsAlone(), "/", "", elsewhere, false, http.StatusNotFound)
	if got := asks(site, "/metrics", "", here, false, http.StatusOK); !strings.Contains(got, `http_requests_total{route="GET /metrics",status="4xx"} 2`) {
		t.Errorf("requests are counted as:\n%s", got)
	}
	a.metricsElsewhere = true
	asks(site, "/metrics", "", here, false, http.StatusNotFound)

	a.Site.Sessions.Store = brokenSessions{}
	if got := asks(site, "/words", "something", elsewhere, false, http.StatusInternalServerError); strings.Contains(got, "away") || !strings.Contains(got, "<html") {
		t.Errorf("where sessions cannot be read:\n%s", got)
	}
	if !strings.Contains(log.String(), "the table is away") {
		t.Errorf("the log says nothing of it:\n%s", log.String())
	}
	routes := RouteTable()
	if r := routes[len(routes)-1]; len(routes) < 100 || r.Pattern == "" {
		t.Fatalf("%d routes", len(routes))
	}
	for _, r := range routes {
		if r.Pattern == "GET /metrics" && r.Policy.String() == "programs on this machine, else hidden" && r.Answer(access.Actor{}) == 0 {
			return
		}
	}
	t.Error("/metrics is not in the table of routes, with its policy")
}
