package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"commontable/internal/config"
)

// written is what a program says while it is still running.
type written struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (w *written) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.Write(p)
}

func (w *written) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.String()
}

// serving runs the program until the test ends; stop tells how it ended.
func serving(t *testing.T, c config.Server) (w *written, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	w = &written{}
	ended := make(chan error, 1)
	go func() {
		ended <- serveCommand{
			Database: config.Database{Database: "sqlite:" + filepath.Join(t.TempDir(), "served.db")}, Server: c,
		}.Run(&world{ctx: ctx, out: w, errs: w, log: slog.New(slog.NewTextHandler(w, nil))})
	}()
	stop = sync.OnceValue(func() error { cancel(); return <-ended })
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Errorf("the program ended with %v", err)
		}
	})
	for range 12_000 { // two minutes: a loaded machine is slow to make a database
		if strings.Contains(w.String(), "is at http") {
			return w, stop
		}
		select {
		case err := <-ended:
			t.Fatalf("the program ended with %v\n%s", err, w)
		case <-time.After(10 * time.Millisecond):
		}
	}
	t.Fatalf("the program does not begin:\n%s", w)
	return nil, nil
}

// pair writes a certificate for 127.0.0.1 that is valid for a while from now on.
func pair(t *testing.T, folder, name string) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"localhost"},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile = filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	for file, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return certFile, keyFile
}

// The program serves https by itself, and takes up a new certificate as it runs;
// one that is broken leaves the old one in use.
func TestServesHTTPSWithItsOwnCertificate(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	cert, key := pair(t, folder, "first")
	address := freeAddress(t)
	w, stop := serving(t, config.Server{Listen: address, TLSCert: cert, TLSKey: key})
	shown := func() (name string, secure bool) {
		t.Helper()
		c := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true, ForceAttemptHTTP2: true}}
		res, err := c.Get("https://" + address + "/healthz")
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if res.ProtoMajor != 2 || res.StatusCode != http.StatusOK {
			t.Errorf("HTTP/%d, status %d", res.ProtoMajor, res.StatusCode)
		}
		return res.TLS.PeerCertificates[0].Subject.CommonName, res.Header.Get("Strict-Transport-Security") != ""
	}
	if name, secure := shown(); name != "first" || !secure {
		t.Errorf("the certificate is %q, https for good: %t", name, secure)
	}
	if err := os.WriteFile(cert, []byte("half a certifi"), 0o600); err != nil {
		t.Fatal(err)
	}
	if name, _ := shown(); name != "first" || !strings.Contains(w.String(), "the one before it stays in use") {
		t.Errorf("with a broken file the certificate is %q:\n%s", name, w)
	}
	pair(t, folder, "second")
	if name, _ := shown(); name != "second" {
		t.Errorf("after it was renewed the certificate is %q", name)
	}
	if !strings.Contains(w.String(), "Common Table is at https://localhost:"+address[strings.LastIndex(address, ":")+1:]) {
		t.Errorf("it says\n%s", w)
	}
	if err := stop(); err != nil {
		t.Errorf("told to stop, it ended with %v", err)
	}
}

func TestACertificateNeedsBothFiles(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	cert, key := pair(t, folder, "any")
	for _, files := range [][2]string{{cert, ""}, {"", key}, {cert, filepath.Join(folder, "none.pem")}, {key, cert}} {
		if c, err := newCertificate(slog.New(slog.DiscardHandler), files[0], files[1]); err == nil || c != nil {
			t.Errorf("%q: read, want it refused", files)
		}
	}
}

// Who asks from this machine sees figures, who comes through a proxy does not;
// with an address of their own they are nowhere else.
func TestMetricsAreForWhoWatches(t *testing.T) {
	t.Parallel()
	site, own := freeAddress(t), freeAddress(t)
	get := func(address string, header ...string) (int, string) {
		t.Helper()
		r, err := http.NewRequest(http.MethodGet, "http://"+address+"/metrics", nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range header {
			r.Header.Set(name, "198.51.100.7")
		}
		res, err := (&http.Client{}).Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(text)
	}
	_, stop := serving(t, config.Server{Listen: site})
	if code, _ := get(site, "X-Forwarded-For"); code != http.StatusNotFound {
		t.Errorf("through a proxy: status %d, want 404", code)
	}
	code, text := get(site)
	if code != http.StatusOK || !strings.Contains(text, "commontable_database_up 1\n") || !regexp.MustCompile(`commontable_http_requests_total\{route="GET /metrics",status="4xx"\} 1\n`).MatchString(text) {
		t.Errorf("from here: status %d\n%s", code, text)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	serving(t, config.Server{Listen: site, Metrics: own})
	if code, _ := get(site); code != http.StatusNotFound {
		t.Errorf("at the site's address: status %d, want 404", code)
	}
	if code, text := get(own); code != http.StatusOK || !strings.Contains(text, "# TYPE commontable_jobs_due gauge") {
		t.Errorf("at their own address: status %d\n%s", code, text)
	}
}

// A request that is too large in its head is not read to its end.
func TestHeadersAreBounded(t *testing.T) {
	t.Parallel()
	site := freeAddress(t)
	serving(t, config.Server{Listen: site})
	r, err := http.NewRequest(http.MethodGet, "http://"+site+"/healthz", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Long", strings.Repeat("x", 64<<10))
	res, err := (&http.Client{}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("status %d, want %d", res.StatusCode, http.StatusRequestHeaderFieldsTooLarge)
	}
}

// freeAddress is one at which nothing listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	return strings.TrimPrefix(s.URL, "http://")
}

// No client keeps a connection, or makes the program wait, as long as it likes.
func TestServerHasItsTimes(t *testing.T) {
	t.Parallel()
	s := (&world{log: slog.New(slog.DiscardHandler)}).server(http.NotFoundHandler())
	for what, got := range map[string]time.Duration{"header": s.ReadHeaderTimeout, "read": s.ReadTimeout, "write": s.WriteTimeout, "idle": s.IdleTimeout} {
		if got <= 0 || got > 5*time.Minute {
			t.Errorf("%s timeout %v", what, got)
		}
	}
	if s.MaxHeaderBytes <= 0 || s.MaxHeaderBytes > 64<<10 {
		t.Errorf("headers of up to %d bytes", s.MaxHeaderBytes)
	}
}
