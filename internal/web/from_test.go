package web

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

// Where a request comes from is not what it says, unless a proxy that the
// operator named says it.
func TestWhereARequestComesFrom(t *testing.T) {
	t.Parallel()
	behind := &Site{Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}}
	for _, c := range []struct {
		site               *Site
		peer, header, want string
	}{
		{&Site{}, "192.0.2.7:1234", "", "192.0.2.7"},
		{&Site{}, "192.0.2.7:1234", "198.51.100.1", "192.0.2.7"},
		{behind, "192.0.2.7:1234", "198.51.100.1", "192.0.2.7"},
		{behind, "10.0.0.1:1234", "198.51.100.1", "198.51.100.1"},
		{behind, "10.0.0.1:1234", "203.0.113.9, 198.51.100.1", "198.51.100.1"},
		{behind, "10.0.0.1:1234", "203.0.113.9, 198.51.100.1, 10.2.2.2", "198.51.100.1"},
		{behind, "10.0.0.1:1234", "", "10.0.0.1"},
		{behind, "10.0.0.1:1234", "nonsense", "10.0.0.1"},
		{behind, "[fd00::1]:1234", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
		{&Site{}, "[2001:db8:1:2:9::1]:1234", "", "2001:db8:1:2::/64"},
		{&Site{}, "[::ffff:192.0.2.7]:1234", "", "192.0.2.7"},
		{&Site{}, "", "198.51.100.1", "unknown"},
	} {
		r := httptest.NewRequest(http.MethodPost, "/sign-in", nil)
		r.RemoteAddr = c.peer
		if c.header != "" {
			r.Header.Set("X-Forwarded-For", c.header)
		}
		if got := c.site.From(r); got != c.want {
			t.Errorf("%s, X-Forwarded-For: %s: from %q, want %q", c.peer, c.header, got, c.want)
		}
	}
}
