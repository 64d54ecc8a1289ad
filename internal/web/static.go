package web

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/json"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

// assets is what `npm run build` in frontend/ makes. In a fresh checkout it
// holds only a README; then pages are plain but whole.
//
//go:embed all:assets
var assets embed.FS

// manifest gives the hashed name of each asset, or nothing when none is built.
var manifest = sync.OnceValue(func() map[string]string {
	names := map[string]string{}
	content, err := assets.ReadFile("assets/manifest.json")
	if err != nil {
		return names
	}
	if err := json.Unmarshal(content, &names); err != nil {
		panic("web: the assets' manifest is not JSON: " + err.Error())
	}
	return names
})

// Asset gives the address of a built file: "app.css" has "/assets/app-1a2b3c4d.css".
// When the assets are not built, the address leads nowhere and the page still works.
func Asset(name string) string {
	if hashed, ok := manifest()[name]; ok {
		name = hashed
	}
	return "/assets/" + name
}

// Assets serves the built files under /assets/. A name holds the hash of its
// content, so a browser may keep the file for ever. Only what the manifest
// names is served.
func Assets() http.Handler { return loadAssets() }

type assetFiles map[string]assetFile

type assetFile struct {
	contentType string
	plain       []byte
	zipped      func() []byte // nil for what is compressed already; made when the first browser wants it
	brotli      []byte        // smaller still; nil where it was not built
}

// contentTypes are written out because a machine's own table of types may lack some.
var contentTypes = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".svg":   "image/svg+xml",
	".txt":   "text/plain; charset=utf-8",
	".woff2": "font/woff2",
}

func loadAssets() assetFiles {
	files := assetFiles{}
	for _, name := range manifest() {
		content, err := fs.ReadFile(assets, "assets/"+name)
		if err != nil {
			panic("web: the assets' manifest names a file that is not there: " + err.Error())
		}
		f := assetFile{contentType: contentTypes[path.Ext(name)], plain: content}
		if f.contentType == "" {
			f.contentType = "application/octet-stream"
		}
		switch path.Ext(name) {
		case ".css", ".js", ".svg":
			f.zipped = sync.OnceValue(func() []byte { return zipped(content) })
			if small, err := fs.ReadFile(assets, "assets/"+name+".br"); err == nil {
				f.brotli = small
			}
		}
		files[name] = f
	}
	return files
}

func zipped(content []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	// A bytes.Buffer takes every write.
	_, _ = w.Write(content)
	_ = w.Close()
	return b.Bytes()
}

func (files assetFiles) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, ok := files[strings.TrimPrefix(r.URL.Path, "/assets/")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "Method not allowed", http.StatusMethodNotAllowed)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.contentType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	content := f.plain
	if f.zipped != nil {
		h.Set("Vary", "Accept-Encoding")
		switch accepted := r.Header.Get("Accept-Encoding"); {
		case f.brotli != nil && takes("br", accepted):
			h.Set("Content-Encoding", "br")
			content = f.brotli
		case takesGzip(accepted):
			h.Set("Content-Encoding", "gzip")
			content = f.zipped()
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(content)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(content)
	}
}

// takesGzip reads an Accept-Encoding header: "br;q=1.0, gzip;q=0" does not.
func takesGzip(accepted string) bool { return takes("gzip", accepted) }

func takes(wanted, accepted string) bool {
	for offer := range strings.SplitSeq(accepted, ",") {
		coding, weight, weighted := strings.Cut(offer, ";")
		if !strings.EqualFold(strings.TrimSpace(coding), wanted) {
			continue
		}
		if !weighted {
			return true
		}
		q, err := strconv.ParseFloat(strings.TrimPrefix(strings.ReplaceAll(weight, " ", ""), "q="), 64)
		return err == nil && q > 0
	}
	return false
}
