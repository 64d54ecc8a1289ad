package openweb

import (
	"fmt"
	"net/http"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/web"
)

// A text is a page of plain words.
type text struct {
	title, lead string
	parts       []part
}

type part struct {
	heading    string
	paragraphs []string
}

var accessibility = text{
	"Accessibility", "Everyone should be able to use this site: on a phone, by keyboard, with a screen reader, on paper.",
	[]part{
		{"What we do", []string{
			"Every page works without scripts, can be read at twice the text size, and can be printed. Every picture of figures has the same figures as a table beside it. Colour never speaks alone.",
			"We aim for the Web Content Accessibility Guidelines 2.2, level AA, and check every kind of page with a program before each release.",
		}},
		{"What we have not done yet", []string{
			"No session with people who use screen readers has been held yet. Programs find a third to a half of what matters, so there will be things to mend.",
		}},
		{"Tell us", []string{"If something stands in your way, tell the person who gave you this address. It is our fault and not yours."}},
	},
}

var privacy = text{
	"Privacy", "What is public here is about money and places. It is not about private people.",
	[]part{
		{"What anyone can see", []string{
			"Areas, plans, decisions’ references, payments to organisations and what was spent. A payment to a person says “an individual”. Wages are shown together and never by name.",
		}},
		{"What is kept", []string{
			"Who did each thing, in which role and when, so that money can be accounted for. Names are kept apart from that record, so that they can be removed.",
			"One cookie, and only if you sign in. There is no advertising and no tracking, and no other website is asked for anything.",
		}},
	},
}

func (p pages) plain(t text) web.Handler {
	return func(w http.ResponseWriter, r *http.Request, by access.Actor) error {
		return p.site.Show(w, r, http.StatusOK, textPage(p.site.Shell(r, by, t.title), t))
	}
}

// health says whether the site can read its data.
func (p pages) health(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	err := p.db.Read(r.Context(), func(tx *db.Tx) error {
		_, err := area.Programmes(r.Context(), tx)
		return err
	})
	if err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = fmt.Fprintln(w, "cannot read the database")
		return nil //nolint:nilerr // it is answered
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
