package shareweb_test

import (
	"context"
	"encoding/csv"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/person"
	"commontable/internal/share"
	"commontable/internal/share/shareweb"
	"commontable/internal/web"
	"commontable/internal/web/pagetest"
)

const list = "/areas/tanners-reach/shares"

// parts are what can be chosen of a thing.
var parts = []string{"summary", "money"}

// open serves the pages of links to two sorts of things: notes, of which all who read
// the papers may know, and secrets, of which nobody may.
func open(t *testing.T) (*fundingtest.World, *share.Shares, *pagetest.Reader) {
	t.Helper()
	w, err := fundingtest.New(t.Context(), dbtest.SQLite(t), 3)
	if err != nil {
		t.Fatal(err)
	}
	shares := &share.Shares{DB: w.DB, IDs: w.IDs, Now: w.Clock.Now, Sharer: person.ActorIn}
	note := shareweb.Kind{
		Show: func(_ context.Context, _ *db.Tx, l share.Link) (string, templ.Component, error) {
			return "A note", templ.Raw("<p>The words of " + l.Subject + "</p>"), nil
		},
		About: func(_ context.Context, _ *db.Tx, l share.Link) (web.Link, error) {
			return web.Link{Text: "Note " + l.Subject, Href: "/notes/" + l.Subject}, nil
		},
		Parts: map[string]string{"summary": "What it is", "money": "Its money"},
	}
	secret := note
	secret.There = func(context.Context, *db.Tx, access.Actor, area.Area, share.Link) (bool, error) { return false, nil }
	rd := pagetest.New(t, w.Clock.Now, w.IDs, func(s *web.Site) []web.Route {
		return shareweb.Routes(s, shares, map[share.Kind]shareweb.Kind{"note": note, "secret": secret})
	})
	return w, shares, rd.As(w.Tanners.Chair)
}

// A link opens what was chosen, until it is taken back or its day is over. Then it is
// as if it never was, with one word on what to do; and the list says what became of it.
func TestALinkFromItsMakingToItsEnd(t *testing.T) {
	t.Parallel()
	w, shares, rd := open(t)
	empty := rd.Get(list, http.StatusOK)
	empty.Says("Nothing is shared just now", "On the page of a project, or of those you work with")
	empty.SaysNot("Take this link back", "Links that open no more")
	make := func(kind share.Kind, subject, whom string, days int) (share.LinkID, string) {
		l, secret, err := shares.Make(t.Context(), w.Tanners.Chair, share.NewLink{
			Form: string(w.Form()), Kind: kind, Place: w.Tanners.Area.Place(), Subject: subject, Contents: []string{"summary", "money"}, ForWhom: whom, Until: w.Today().AddDays(days),
		}, parts)
		if err != nil {
			t.Fatal(err)
		}
		return l.ID, "/shared/" + secret
	}
	first, at := make("note", "one", "the parks officer", 30)
	_, short := make("note", "one", "the parks officer", 2)
	hidden, _ := make("secret", "two", "Somebody else", 30)

	rd.As(access.Actor{})
	page := rd.Get(at, http.StatusOK)
	page.Says("A note", "The words of one", "shares this with the parks officer, until "+w.Today().AddDays(30).Long(), "only how often")
	if h := page.Header; h.Get("Cache-Control") != "no-store" || h.Get("Referrer-Policy") != "no-referrer" || !strings.Contains(h.Get("X-Robots-Tag"), "noindex") {
		t.Errorf("the page of a link is kept, found or told on: %v", h)
	}
	rd.Get(at, http.StatusOK)
	rd.Get(list, http.StatusSeeOther)
	rd.As(w.Kit).Get(list, http.StatusNotFound)
	rd.Get(at, http.StatusOK) // it is the same for everyone

	all := rd.As(w.Tanners.Chair).Get(list, http.StatusOK)
	all.Says("the parks officer: Note one", "the parks officer: Note one (2)", "What it is; its money", "3 times, last on "+w.Today().Long(), "Not yet", `href="/notes/one"`)
	all.SaysNot("Somebody else", "two", "/shared/")
	if n := strings.Count(all.HTML, "Take this link back"); n != 2 {
		t.Errorf("%d links can be taken back, want 2", n)
	}
	rd.As(w.Farah).Get(list, http.StatusOK).SaysNot("Take this link back")
	rd.Post(list+"/"+string(first)+"/end", url.Values{}, http.StatusForbidden)
	rd.As(w.Millbrook.Chair).Post(list+"/"+string(first)+"/end", url.Values{}, http.StatusNotFound)
	rd.As(w.Tanners.Chair).Post(list+"/"+string(hidden)+"/end", url.Values{}, http.StatusNotFound)

	rd.Post(list+"/"+string(first)+"/end", url.Values{}, http.StatusSeeOther)
	w.Clock.Pass(3 * 24 * time.Hour)
	var words []string
	for _, gone := range []string{at, short, "/shared/" + strings.Repeat("x", 43), "/shared/short"} {
		page := rd.As(access.Actor{}).Get(gone, http.StatusNotFound)
		page.Says("This link opens nothing.", "Ask the person who sent it to you for a new one.")
		page.SaysNot("The words of one")
		words = append(words, page.Text)
	}
	for _, one := range words {
		if one != words[0] {
			t.Errorf("a link that is over, one that was taken back and one that never was differ:\n%s\n%s", words[0], one)
		}
	}
	after := rd.As(w.Tanners.Chair).Get(list, http.StatusOK)
	after.Says("Nothing is shared just now", "Links that open no more")
	got, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(rd.Get(list+".csv", http.StatusOK).HTML, "\ufeff"))).ReadAll()
	if err != nil || len(got) != 3 {
		t.Fatalf("the spreadsheet has %d lines: %v", len(got), err)
	}
	standing := regexp.MustCompile(`It [a-z ]+`)
	for _, line := range got[1:] {
		if line[0] != "Note one" || line[1] != "the parks officer" || line[2] != "what it is; its money" {
			t.Errorf("the spreadsheet: got %q", line)
		}
		if stands := "I" + strings.TrimPrefix(line[5], "i"); standing.FindString(stands) == "" || !strings.Contains(after.Text, stands) {
			t.Errorf("the spreadsheet says %q, which the page does not: %s", stands, after.Text)
		}
	}
}
