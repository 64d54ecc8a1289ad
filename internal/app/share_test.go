package app

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/person"
	"commontable/internal/share"
)

// A link opens for who is signed out, sets nothing and is kept nowhere; what was
// not chosen is not on it; and once it is taken back no instance shows it.
func TestALinkForSomebodyOutside(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, err := fundingtest.New(t.Context(), d, 1)
		if err != nil {
			t.Fatal(err)
		}
		things := map[string][]string{}
		secret := plantProjects(t, d, w, things)
		instance := func() string {
			a, err := New(t.Context(), d, Options{Log: slog.New(slog.DiscardHandler), Now: w.Clock.Now, BaseURL: "https://table.example.org"})
			if err != nil {
				t.Fatal(err)
			}
			server := httptest.NewServer(a.Handler())
			t.Cleanup(server.Close)
			return server.URL
		}
		bases := []string{instance(), instance()}
		get := func(base, method, secret string) (*http.Response, string) {
			t.Helper()
			req, err := http.NewRequestWithContext(t.Context(), method, base+"/shared/"+secret, nil)
			if err != nil {
				t.Fatal(err)
			}
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			text, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			return res, string(text)
		}
		for _, base := range bases {
			res, page := get(base, http.MethodGet, secret) //nolint:bodyclose // get closed it
			if res.StatusCode != http.StatusOK || !strings.Contains(page, "shares this with somebody at the council") || !strings.Contains(page, "A room with a kettle") {
				t.Fatalf("status %d:\n%s", res.StatusCode, page)
			}
			for header, want := range map[string]string{"Set-Cookie": "", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive"} {
				if got := res.Header.Get(header); got != want {
					t.Errorf("%s is %q, want %q", header, got, want)
				}
			}
			for _, k := range projectCanaries {
				if strings.Contains(page, k.word) {
					t.Errorf("it shows %s, which was not chosen", k.field)
				}
			}
			if strings.Contains(page, secret) {
				t.Error("the page has its own address")
			}
		}
		if res, _ := get(bases[0], http.MethodHead, secret); res.StatusCode != http.StatusOK { //nolint:bodyclose // get closed it
			t.Errorf("HEAD: status %d", res.StatusCode)
		}
		for _, wrong := range []string{"x", strings.Repeat("A", len(secret)), secret + "/", things["share"][0]} {
			if res, _ := get(bases[0], http.MethodGet, wrong); res.StatusCode != http.StatusNotFound { //nolint:bodyclose // get closed it
				t.Errorf("%q: status %d, want 404", wrong, res.StatusCode)
			}
		}

		shares := &share.Shares{DB: d, IDs: w.IDs, Now: w.Clock.Now, Sharer: person.ActorIn}
		place := w.Tanners.Area.Place()
		var links []share.Link
		if err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
			links, err = share.LinksOf(t.Context(), tx, place.Area, "", "")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for _, l := range links {
			if l.Ended() {
				continue
			}
			if l.Times != 2 {
				t.Errorf("opened %d times, want 2: to ask for its head is not to open it", l.Times)
			}
			if err := shares.End(t.Context(), access.System("a test"), place, l.ID); err != nil {
				t.Fatal(err)
			}
		}
		for _, base := range bases {
			if res, _ := get(base, http.MethodGet, secret); res.StatusCode != http.StatusNotFound { //nolint:bodyclose // get closed it
				t.Errorf("after it was taken back: status %d, want 404", res.StatusCode)
			}
		}
	})
}
