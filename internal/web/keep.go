package web

import (
	"bytes"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"commontable/internal/access"
)

// Keep answers a page that is the same for everyone who is not signed in from
// how it was drawn before, for as long as nothing changes that it is drawn of.
// Whether anything has is asked of the database in the same request (Version),
// so that instances agree and nobody sees what is no more. A browser that has
// the page is told so (304).
//
// Whoever brings a cookie or a token, signed in or not, has the page drawn
// afresh, and that is not kept.
func (s *Site) Keep(page Handler) Handler {
	return func(w http.ResponseWriter, r *http.Request, by access.Actor) error {
		if s.Version == nil || by.SignedIn() || r.Header.Get("Cookie") != "" || r.Header.Get("Authorization") != "" {
			return page(w, r, by)
		}
		version, err := s.Version(r)
		if err != nil {
			return err
		}
		tag := `W/"` + version + `"`
		h := w.Header()
		h.Set("ETag", tag)
		if holds(r.Header.Get("If-None-Match"), tag) {
			h.Add("Vary", "Accept-Encoding")
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
		// What is searched for is drawn each time: there is no end to it.
		if r.URL.RawQuery != "" {
			return dropTag(h, page(w, r, by))
		}
		name := r.URL.Path
		if takesGzip(r.Header.Get("Accept-Encoding")) {
			name += " gzip"
		}
		if k, ok := s.kept.get(name, tag); ok {
			return k.send(w)
		}
		copied := &copying{ResponseWriter: w}
		err = page(copied, r, by)
		if k, whole := copied.kept(tag); err == nil && whole {
			s.kept.put(name, k)
		}
		return dropTag(h, err)
	}
}

// dropTag takes the tag off an answer that is not the page.
func dropTag(h http.Header, err error) error {
	if err != nil {
		h.Del("ETag")
	}
	return err
}

// holds reports whether a browser has the version that a tag names.
func holds(has, tag string) bool {
	for one := range strings.SplitSeq(has, ",") {
		if one = strings.TrimSpace(one); one == tag || one == "*" {
			return true
		}
	}
	return false
}

// A keptPage is an answer as it was sent.
type keptPage struct {
	tag    string
	header http.Header // of keptHeaders
	body   []byte
}

var keptHeaders = []string{"Content-Type", "Content-Encoding", "Content-Disposition"}

func (k keptPage) send(w http.ResponseWriter) error {
	h := w.Header()
	maps.Copy(h, k.header)
	h.Add("Vary", "Accept-Encoding")
	h.Set("Content-Length", strconv.Itoa(len(k.body)))
	w.WriteHeader(http.StatusOK)
	_, err := w.Write(k.body)
	return err
}

// A larder keeps pages, of a bounded size together. What is thrown out when it
// is full is any: each page is drawn again in a few milliseconds.
type larder struct {
	mu    sync.RWMutex
	pages map[string]keptPage
	size  int
}

const (
	mostKept = 8 << 20   // bytes of all pages together
	longest  = 256 << 10 // of one
)

func (l *larder) get(name, tag string) (keptPage, bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	k, ok := l.pages[name]
	return k, ok && k.tag == tag
}

func (l *larder) put(name string, k keptPage) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.pages == nil {
		l.pages = map[string]keptPage{}
	}
	l.size += len(k.body) - len(l.pages[name].body)
	l.pages[name] = k
	for other := range l.pages {
		if l.size <= mostKept {
			return
		}
		if other != name {
			l.size -= len(l.pages[other].body)
			delete(l.pages, other)
		}
	}
}

// copying keeps a copy of an answer while it is sent.
type copying struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
	long   bool
}

func (c *copying) WriteHeader(status int) {
	if c.status == 0 {
		c.status = status
	}
	if status != http.StatusOK {
		c.Header().Del("ETag")
	}
	c.ResponseWriter.WriteHeader(status)
}

func (c *copying) Write(b []byte) (int, error) {
	if c.status == 0 {
		c.status = http.StatusOK
	}
	if c.long = c.long || c.body.Len()+len(b) > longest; c.long {
		c.body = bytes.Buffer{}
	} else {
		c.body.Write(b)
	}
	return c.ResponseWriter.Write(b)
}

func (c *copying) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// kept is the answer, if it is a page and whole.
func (c *copying) kept(tag string) (keptPage, bool) {
	k := keptPage{tag: tag, header: http.Header{}, body: bytes.Clone(c.body.Bytes())}
	for _, name := range keptHeaders {
		if values := c.Header().Values(name); len(values) > 0 {
			k.header[name] = values
		}
	}
	return k, c.status == http.StatusOK && !c.long && c.Header().Get("Set-Cookie") == ""
}
