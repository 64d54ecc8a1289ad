package openweb

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// longestHealth is how long the database may take to answer: who watches will
// not wait for ever.
const longestHealth = 3 * time.Second

// health says whether the site can read its data.
func (p pages) health(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	ctx, cancel := context.WithTimeout(r.Context(), longestHealth)
	defer cancel()
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	err := p.db.Read(ctx, func(tx *db.Tx) error {
		_, err := area.Programmes(ctx, tx)
		return err
	})
	if err != nil {
		p.site.Log.WarnContext(ctx, "not healthy", "error", err)
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = fmt.Fprintln(w, "cannot read the database")
		return nil
	}
	_, err = fmt.Fprintln(w, "ok")
	return err
}

func (p pages) robots(w http.ResponseWriter, _ *http.Request, _ access.Actor) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	words := "User-agent: *\nDisallow: /sign-in\nDisallow: /look-around\n"
	if p.site.Demonstration {
		words = "User-agent: *\nDisallow: /\n"
	}
	_, err := fmt.Fprint(w, words)
	return err
}

// security says where to report a weakness (RFC 9116), where the operator has
// said so. It holds for a year.
func (p pages) security(w http.ResponseWriter, _ *http.Request, _ access.Actor) error {
	if p.site.Contact == "" {
		return fault.NotFound
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := fmt.Fprintf(w, "Contact: %s\nExpires: %s\nPreferred-Languages: en\n", p.site.Contact, p.site.Today().AddMonths(12).At(0, 0).Format("2006-01-02T15:04:05Z"))
	return err
}
