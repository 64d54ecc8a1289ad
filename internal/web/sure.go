package web

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"commontable/internal/access"
)

// SureHref is where a passkey is asked for, and what is gone on to then; "" where
// it is sure already who asks.
func SureHref(by access.Actor, next string) string {
	if by.Sure {
		return ""
	}
	return "/sure?" + url.Values{"next": {next}}.Encode()
}

// A Sent is one field of a form that waits for a passkey, and is then sent again.
type Sent struct{ Name, Value string }

// SentIn lists the fields of a form that was sent, but for those named.
func SentIn(form url.Values, but ...string) []Sent {
	var all []Sent
	for _, name := range slices.Sorted(maps.Keys(form)) {
		if slices.Contains(but, name) {
			continue
		}
		for _, value := range form[name] {
			all = append(all, Sent{name, value})
		}
	}
	return all
}

// sure is how one goes on from a page that a passkey is needed for: to a page,
// or, where a form was sent, by sending it again with all that was typed.
type sure struct {
	next   string
	action string
	fields []Sent
}

func sureFrom(r *http.Request) *sure {
	if r.Method == http.MethodGet {
		return &sure{next: "/sure?" + url.Values{"next": {r.URL.RequestURI()}}.Encode()}
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") || r.ParseForm() != nil {
		return &sure{next: "/sure?" + url.Values{"next": {cameFrom(r)}}.Encode()} // a file is chosen again
	}
	return &sure{action: "/sure?" + url.Values{"again": {r.URL.RequestURI()}, "next": {cameFrom(r)}}.Encode(), fields: SentIn(r.PostForm)}
}

// cameFrom is the page of ours from which a form was sent.
func cameFrom(r *http.Request) string {
	u, err := url.Parse(r.Referer())
	if err != nil || u.Host != r.Host {
		return "/"
	}
	return SafeNext(u.RequestURI())
}
