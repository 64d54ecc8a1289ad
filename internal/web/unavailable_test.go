package web_test

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/web"
)

// A full disk is said to be what it is: for now, and with when to come again.
func TestWhatIsUnavailableIsAnsweredSo(t *testing.T) {
	t.Parallel()
	site := &web.Site{Log: slog.New(slog.DiscardHandler), Now: time.Now, IDs: id.Real(time.Now)}
	full := fault.New(fault.Unavailable, "The disk is full.")
	handler := site.Router(func(*http.Request) (access.Actor, error) { return access.Actor{}, nil },
		web.Route{Pattern: "POST /form", Policy: web.Public(), Do: func(http.ResponseWriter, *http.Request, access.Actor) error {
			return errors.Join(full, errors.New("database or disk is full (13)"))
		}})
	res := httptest.NewRecorder()
	handler.ServeHTTP(res, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/form", http.NoBody))
	body := res.Body.String()
	if res.Code != http.StatusServiceUnavailable || res.Header().Get("Retry-After") == "" || !strings.Contains(body, "The disk is full.") || strings.Contains(body, "(13)") {
		t.Errorf("got %d, Retry-After %q:\n%s", res.Code, res.Header().Get("Retry-After"), body)
	}
}
