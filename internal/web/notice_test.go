package web

import (
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
)

// What was done is said at the head of the next page, once, and is never
// anything but words.
func TestWhatWasDoneIsSaidOnce(t *testing.T) {
	t.Parallel()
	for _, secure := range []bool{false, true} {
		s := &Site{Now: time.Now, Secure: secure}
		mux := http.NewServeMux()
		mux.HandleFunc("POST /", func(w http.ResponseWriter, r *http.Request) {
			if err := s.Done(w, r, "£5 is “paid” <b>now</b>", "/"); err != nil {
				t.Error(err)
			}
		})
		mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
			if err := s.Show(w, r, http.StatusOK, Layout(s.Shell(r, access.Actor{}, "Home"))); err != nil {
				t.Error(err)
			}
		})
		server := httptest.NewUnstartedServer(mux)
		if secure {
			server.StartTLS()
		} else {
			server.Start()
		}
		t.Cleanup(server.Close)
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		c := server.Client()
		c.Jar = jar
		page := func(method string) string {
			t.Helper()
			r, err := http.NewRequestWithContext(t.Context(), method, server.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			res, err := c.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			var b strings.Builder
			if err := res.Write(&b); err != nil {
				t.Fatal(err)
			}
			return b.String()
		}
		const said = "£5 is “paid” &lt;b&gt;now&lt;/b&gt;"
		if got := page(http.MethodPost); !strings.Contains(got, said) {
			t.Errorf("after it was done the page does not say so:\n%s", got)
		}
		if got := page(http.MethodGet); strings.Contains(got, said) {
			t.Error("it is said twice")
		}
		u, err := url.Parse(server.URL)
		if err != nil {
			t.Fatal(err)
		}
		if left := jar.Cookies(u); len(left) > 0 {
			t.Errorf("when it was said, the browser still has %v", left)
		}
		for _, odd := range []string{"%%", "_____w", strings.Repeat("QQ", 4000)} {
			jar.SetCookies(u, []*http.Cookie{{Name: s.noticeName(), Value: odd, Path: "/", Secure: secure}})
			if got := page(http.MethodGet); strings.Contains(got, "notification-banner") {
				t.Errorf("a cookie that we did not make is read out:\n%s", got)
			}
		}
	}
}
