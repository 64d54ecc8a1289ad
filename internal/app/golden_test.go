package app

import (
	"compress/gzip"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
)

// G12: a database that an earlier version made opens, is brought up to date,
// holds every promise, and is served. testdata keeps one of each version whose
// tables are in use somewhere: of schema 7, a demonstration of one area and two
// years (demo --areas 1 --years 2 --seed 7).
func TestAnOldDatabaseOpens(t *testing.T) {
	t.Parallel()
	olds, err := filepath.Glob("testdata/schema-*.db.gz")
	if err != nil || len(olds) == 0 {
		t.Fatalf("%d old databases, %v", len(olds), err)
	}
	for _, old := range olds {
		t.Run(filepath.Base(old), func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "old.db")
			unzip(t, old, path)
			d := dbtest.Open(t, "sqlite:"+path)
			if err := d.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			if bad, err := d.Sound(t.Context()); err != nil || len(bad) > 0 {
				t.Errorf("the file is not sound: %q, %v", bad, err)
			}
			if v, err := Verify(t.Context(), d); err != nil || len(v.Bad) > 0 || v.Postings < 150 || v.Events < 200 {
				t.Errorf("verify: %+v, %v", v, err)
			}
			served(t, d)
		})
	}
}

func unzip(t *testing.T, from, to string) {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	z, err := gzip.NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// served asks for the main pages as a chair, and finds what was recorded.
func served(t *testing.T, d *db.DB) {
	t.Helper()
	a, err := New(t.Context(), d, Options{Log: slog.New(slog.DiscardHandler), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	chair := actor(access.Chair, access.InInstallation, "")
	handler := a.handlerFor(func(*http.Request) (access.Actor, error) { return chair, nil })
	for path, want := range map[string]string{
		"/": "The Patchwork Programme", "/areas": "Tanners Reach", "/areas/tanners-reach": "Brightwell Homes", "/areas/tanners-reach/plan": "In force",
		"/areas/tanners-reach/money": "left to plan", "/areas/tanners-reach/history": "paid £", "/data/spending.csv": "Tanners Reach", "/data/360giving.json": `"grants"`,
	} {
		res := httptest.NewRecorder()
		handler.ServeHTTP(res, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
		if body := res.Body.String(); res.Code != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: %d, without %q:\n%.2000s", path, res.Code, want, body)
		}
	}
}
