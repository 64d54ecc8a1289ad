package web

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// From is where a request comes from, to count by: an IPv4 address, or the /64
// that one household has. What a header says of it is believed only of the
// proxies that the operator named, and of each only what it saw itself: the
// nearest address that is not theirs (T10).
func (s *Site) From(r *http.Request) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return "unknown"
	}
	from := peer.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		if !s.trusts(from) {
			break
		}
		addr, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		from = addr.Unmap()
	}
	if from.Is6() {
		household, err := from.WithZone("").Prefix(64)
		if err != nil {
			return "unknown"
		}
		return household.String()
	}
	return from.String()
}

func (s *Site) trusts(addr netip.Addr) bool {
	return slices.ContainsFunc(s.Proxies, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// fromHere reports whether a request is from this machine itself. What came through
// a proxy came from elsewhere.
func fromHere(r *http.Request) bool {
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-Ip", "Via"} {
		if r.Header.Get(name) != "" {
			return false
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	return err == nil && net.ParseIP(host).IsLoopback()
}
