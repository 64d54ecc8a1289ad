package mailweb_test

import (
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/id"
	"commontable/internal/mail"
	"commontable/internal/mail/mailweb"
	"commontable/internal/web"
)

// ask opens the outbox of a database that is, or is not, a demonstration, with
// one mail in it.
func ask(t *testing.T, demonstration bool) func(path string) (int, string) {
	t.Helper()
	d := dbtest.SQLite(t)
	now := func() time.Time { return date.Must("2026-10-20").At(12, 0) }
	ids := id.Real(now)
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		return mail.SendIn(t.Context(), tx, ids, now(), mail.Message{
			To: "grace@example.org", Subject: "=1+1 waits", Words: []string{"Hello <Grace>."}, Action: "Come in", Link: "https://table.example.org/sign-in/link?t=abc", After: []string{"Goodbye."},
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	site := &web.Site{Log: slog.New(slog.DiscardHandler), Now: now, IDs: ids, Demonstration: demonstration}
	server := httptest.NewServer(site.Router(func(*http.Request) (access.Actor, error) { return access.Actor{}, nil }, mailweb.Routes(site, d)...))
	t.Cleanup(server.Close)
	return func(path string) (int, string) {
		res, err := server.Client().Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		page, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(page)
	}
}

func TestADemonstrationsMailIsRead(t *testing.T) {
	t.Parallel()
	opens := ask(t, true)
	code, page := opens("/outbox")
	if code != 200 || !strings.Contains(page, "grace@example.org") {
		t.Fatalf("outbox: %d\n%s", code, page)
	}
	_, rest, _ := strings.Cut(page, `href="/outbox/`)
	one, _, _ := strings.Cut(rest, `"`)
	code, page = opens("/outbox/" + one)
	for _, want := range []string{"Hello <Grace>.", `href="/sign-in/link?t=abc"`, "Come in", "Goodbye.", "20 October 2026, 13:00"} {
		if !strings.Contains(html.UnescapeString(page), want) {
			t.Errorf("the mail (%d) lacks %q:\n%s", code, want, page)
		}
	}
	if code, page = opens("/outbox.csv"); code != 200 || !strings.Contains(page, "'=1+1 waits,grace@example.org,") {
		t.Errorf("csv: %d\n%s", code, page)
	}
	if code, _ = opens("/outbox/nothing"); code != 404 {
		t.Errorf("a mail that is not there: %d", code)
	}
}

// Where mail is sent, nobody reads it here.
func TestThereIsNoOutboxElsewhere(t *testing.T) {
	t.Parallel()
	opens := ask(t, false)
	for _, path := range []string{"/outbox", "/outbox.csv", "/outbox/anything"} {
		if code, page := opens(path); code != 404 || strings.Contains(page, "grace") {
			t.Errorf("%s: %d", path, code)
		}
	}
}
