package web

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// TestAssetsAreKeptForEver uses files of its own, for the assets may not be built.
func TestAssetsAreKeptForEver(t *testing.T) {
	t.Parallel()
	css := []byte("body { color: #2a2430 }")
	files := assetFiles{
		"app-1a2b3c4d.css":      {contentType: contentTypes[".css"], plain: css, zipped: sync.OnceValue(func() []byte { return zipped(css) })},
		"digits-5e6f7a8b.woff2": {contentType: contentTypes[".woff2"], plain: []byte("wOF2")},
	}
	get := func(method, path, encoding string) *http.Response {
		r := httptest.NewRequest(method, path, nil)
		if encoding != "" {
			r.Header.Set("Accept-Encoding", encoding)
		}
		w := httptest.NewRecorder()
		files.ServeHTTP(w, r)
		return w.Result()
	}

	for _, c := range []struct {
		method, path, encoding string
		status                 int
		contentType, coding    string
		body                   string
	}{
		{http.MethodGet, "/assets/app-1a2b3c4d.css", "", 200, "text/css; charset=utf-8", "", string(css)},
		{http.MethodGet, "/assets/app-1a2b3c4d.css", "gzip;q=0, br", 200, "text/css; charset=utf-8", "", string(css)},
		{http.MethodGet, "/assets/app-1a2b3c4d.css", "br, gzip", 200, "text/css; charset=utf-8", "gzip", string(css)},
		{"HEAD", "/assets/app-1a2b3c4d.css", "", 200, "text/css; charset=utf-8", "", ""},
		{http.MethodGet, "/assets/digits-5e6f7a8b.woff2", "gzip", 200, "font/woff2", "", "wOF2"},
		{"POST", "/assets/app-1a2b3c4d.css", "", 405, "", "", ""},
		{http.MethodGet, "/assets/", "", 404, "", "", ""},
		{http.MethodGet, "/assets/README.md", "", 404, "", "", ""},
		{http.MethodGet, "/assets/manifest.json", "", 404, "", "", ""},
		{http.MethodGet, "/assets/../static.go", "", 404, "", "", ""},
	} {
		got := get(c.method, c.path, c.encoding)
		defer got.Body.Close()
		name := c.method + " " + c.path + " taking " + c.encoding
		if got.StatusCode != c.status {
			t.Errorf("%s: got %d, want %d", name, got.StatusCode, c.status)
		}
		if c.status != 200 {
			if kept := got.Header.Get("Cache-Control"); kept != "" {
				t.Errorf("%s: is kept: %s", name, kept)
			}
			continue
		}
		if ct := got.Header.Get("Content-Type"); ct != c.contentType {
			t.Errorf("%s: got type %q, want %q", name, ct, c.contentType)
		}
		if kept := got.Header.Get("Cache-Control"); kept != "public, max-age=31536000, immutable" {
			t.Errorf("%s: kept %q", name, kept)
		}
		if coding := got.Header.Get("Content-Encoding"); coding != c.coding {
			t.Errorf("%s: got coding %q, want %q", name, coding, c.coding)
		}
		var body io.Reader = got.Body
		if c.coding == "gzip" {
			var err error
			if body, err = gzip.NewReader(got.Body); err != nil {
				t.Fatal(err)
			}
		}
		if content, _ := io.ReadAll(body); string(content) != c.body {
			t.Errorf("%s: got %q, want %q", name, content, c.body)
		}
	}
}

func TestEveryAssetOfAPageIsServedWhenBuilt(t *testing.T) {
	t.Parallel()
	if len(manifest()) == 0 {
		if got := Asset("app.css"); got != "/assets/app.css" {
			t.Errorf("got %q for an asset that is not built", got)
		}
		t.Skip("the assets are not built")
	}
	handler := Assets()
	for _, name := range []string{"app.css", "app.js", "atkinson.woff2", "icon.svg"} {
		if Asset(name) == "/assets/"+name {
			t.Errorf("%s is not in the manifest", name)
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, Asset(name), nil))
		if w.Code != 200 {
			t.Errorf("%s: got %d", Asset(name), w.Code)
		}
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, Asset("app.css"), nil))
	for part := range strings.SplitSeq(w.Body.String(), `url("`) {
		name, _, _ := strings.Cut(part, `"`)
		if !strings.HasSuffix(name, ".woff2") {
			continue
		}
		font := httptest.NewRecorder()
		handler.ServeHTTP(font, httptest.NewRequest(http.MethodGet, "/assets/"+name, nil))
		if font.Code != 200 {
			t.Errorf("the stylesheet wants %s: got %d", name, font.Code)
		}
	}
}
