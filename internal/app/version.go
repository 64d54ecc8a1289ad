package app

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"runtime/debug"
	"strings"

	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// version names the state of what a public page is drawn of: the program, the
// day, and what was recorded. An area's page is drawn of its own stream of
// events, its programme's and the installation's, others of all.
func (a *App) version(program string) func(*http.Request) (string, error) {
	return func(r *http.Request) (recorded string, err error) {
		err = a.DB.Read(r.Context(), func(tx *db.Tx) error {
			if slug := r.PathValue("area"); slug != "" {
				one, err := area.BySlug(r.Context(), tx, slug)
				if err == nil {
					recorded, err = audit.VersionOf(r.Context(), tx, string(one.ID), string(one.Programme))
				}
				if !errors.Is(err, fault.NotFound) {
					return err
				}
			}
			recorded, err = audit.Version(r.Context(), tx)
			return err
		})
		return program + "." + a.Site.Today().String() + "." + recorded, err
	}
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
