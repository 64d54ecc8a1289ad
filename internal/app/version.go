package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"

	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// version names the state of what a public page is drawn of: the program, the
// day, and what was recorded. An area's page is drawn of its own stream of
// events, its programme's and the installation's, others of all.
func (a *App) version(program string) func(*http.Request) (string, error) {
	var known marked
	return func(r *http.Request) (string, error) {
		slug := r.PathValue("area")
		mark, err := a.DB.Mark(r.Context())
		if err != nil {
			return "", err
		}
		recorded, ok := known.of(slug, mark)
		if !ok {
			var found bool
			if recorded, found, err = a.recorded(r.Context(), slug); err != nil {
				return "", err
			}
			if found {
				known.keep(slug, mark, recorded)
			}
		}
		return program + "." + a.Site.Today().String() + "." + recorded, nil
	}
}

// recorded names what is recorded of an area, or of everything where slug is ""
// or no area's; found tells of the latter.
func (a *App) recorded(ctx context.Context, slug string) (recorded string, found bool, err error) {
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		if slug != "" {
			one, err := area.BySlug(ctx, tx, slug)
			if err == nil {
				recorded, err = audit.VersionOf(ctx, tx, string(one.ID), string(one.Programme))
				found = true
			}
			if !errors.Is(err, fault.NotFound) {
				return err
			}
		}
		found = slug == ""
		recorded, err = audit.Version(ctx, tx)
		return err
	})
	return recorded, found, err
}

// marked are versions by the mark that the database had before they were read
// (db.Mark): nobody has written since, while it has that mark still.
type marked struct {
	mu       sync.Mutex
	mark     int64
	versions map[string]string // by the area's slug; "" is everything
}

func (m *marked) of(slug string, mark int64) (string, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.versions[slug]
	return v, ok && mark != 0 && mark == m.mark
}

func (m *marked) keep(slug string, mark int64, version string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.mark != mark || m.versions == nil {
		m.mark, m.versions = mark, map[string]string{}
	}
	m.versions[slug] = version
}

// build names the program and what it was told: its revision, so that instances
// agree, or for one that was built of changes still in hand the moment at which
// it was started.
func build(o Options) string {
	info, ok := debug.ReadBuildInfo()
	revision, changed := "", !ok
	if ok {
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				revision = s.Value
			case "vcs.modified":
				changed = s.Value == "true"
			}
		}
	}
	if revision == "" || changed {
		revision = o.Now().String()
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{revision, o.BaseURL, o.Contact, o.Help}, "\n")))
	return hex.EncodeToString(sum[:6])
}
