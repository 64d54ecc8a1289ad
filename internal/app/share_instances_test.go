package app

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/organisation"
	"commontable/internal/person"
	"commontable/internal/relationship"
	"commontable/internal/share"
	"commontable/internal/workshop"
)

// Two programs, each with connections of its own to one PostgreSQL: a link that is
// taken back on the one opens nothing on the other, under a second later, though it
// was read there all the time; nor does what an officer sends by it count.
func TestALinkTakenBackOpensNothingOnEveryInstance(t *testing.T) {
	t.Parallel()
	if os.Getenv("TEST_POSTGRES") == "" {
		t.Skip("TEST_POSTGRES is not set: two programs on one PostgreSQL were not tried")
	}
	dsn := dbtest.PostgresDSN(t)
	d := dbtest.Open(t, dsn)
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	s := linksToShare(t, d)
	bases := []string{}
	for range 2 {
		a, err := New(t.Context(), dbtest.Open(t, dsn), Options{Log: slog.New(slog.DiscardHandler), Now: s.w.Clock.Now, BaseURL: "https://table.example.org"})
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(a.Handler())
		t.Cleanup(server.Close)
		bases = append(bases, server.URL)
	}
	for kind, l := range s.links {
		for _, base := range bases {
			if code, page := s.get(base + l.path); code != http.StatusOK || !strings.Contains(page, l.shows) {
				t.Fatalf("%s before it was taken back: status %d", kind, code)
			}
		}
		var open atomic.Bool
		open.Store(true)
		shut := make(chan time.Time, 1)
		go func() { // somebody reads it over and over on the other program
			for open.Load() {
				if code, _ := s.get(bases[1] + l.path); code == http.StatusNotFound {
					shut <- time.Now()
					return
				}
			}
		}()
		taken := time.Now()
		if err := s.shares.End(t.Context(), access.System("a test"), s.w.Tanners.Area.Place(), l.id); err != nil {
			t.Fatal(err)
		}
		select {
		case at := <-shut:
			t.Logf("%s: shut on the other program %s after it was taken back", kind, at.Sub(taken).Round(time.Millisecond))
			if at.Sub(taken) > time.Second {
				t.Errorf("%s: it took %s until it was shut everywhere, want under a second", kind, at.Sub(taken))
			}
		case <-time.After(5 * time.Second):
			t.Errorf("%s: it opens on the other program still", kind)
		}
		open.Store(false)
		for _, base := range bases {
			if code, _ := s.post(base+l.path, l.sends); code != http.StatusNotFound {
				t.Errorf("%s: what is sent by it was answered with %d", kind, code)
			}
		}
	}
}

// A link is for one purpose: a secret of one kind opens nothing at the address of
// another, and does nothing that was not chosen; after its last day it opens nothing.
func TestALinkIsForOnePurposeAndEnds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := linksToShare(t, d)
		a, err := New(t.Context(), d, Options{Log: slog.New(slog.DiscardHandler), Now: s.w.Clock.Now, BaseURL: "https://table.example.org"})
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(a.Handler())
		defer server.Close()
		relation, talk := s.links["a relationship"], s.links["a talk"]
		secret := func(l sharedLink) string { return l.path[strings.LastIndex(l.path, "/")+1:] }
		if code, _ := s.get(server.URL + "/shared/take-part/" + secret(relation)); code != http.StatusNotFound {
			t.Errorf("the link to a relationship opens a talk: %d", code)
		}
		if _, page := s.get(server.URL + "/shared/" + secret(talk)); strings.Contains(page, talk.shows) {
			t.Error("the link to a talk shows it at another address")
		}
		for _, fields := range []url.Values{
			{"act": {"confirm"}, "handover": {"x"}, "name": {"Jo"}, "form": {"one"}},  // it was not chosen
			{"act": {"kept"}, "promise": {s.others}, "name": {"Jo"}, "form": {"two"}}, // of another relationship
			{"what": {"yes"}, "form": {"three"}},                                      // what a talk is answered with
		} {
			if code, _ := s.post(server.URL+relation.path, fields); code != http.StatusNotFound && code != http.StatusUnprocessableEntity {
				t.Errorf("%v was answered with %d", fields, code)
			}
		}
		for _, fields := range []url.Values{{"what": {"shared"}, "form": {"four"}}, {"what": {"finished"}, "form": {"five"}}, {"what": {"write"}, "part": {"summary"}, "words": {"Ours"}, "form": {"six"}}} {
			if code, _ := s.post(server.URL+talk.path, fields); code != http.StatusNotFound {
				t.Errorf("%v was answered with %d", fields, code)
			}
		}
		s.w.Clock.Pass(9 * 24 * time.Hour)
		for kind, l := range s.links {
			if code, _ := s.get(server.URL + l.path); code != http.StatusOK {
				t.Errorf("%s on its last days: %d", kind, code)
			}
		}
		s.w.Clock.Pass(3 * 24 * time.Hour)
		for kind, l := range s.links {
			if code, _ := s.get(server.URL + l.path); code != http.StatusNotFound {
				t.Errorf("%s after its last day: %d", kind, code)
			}
			if code, _ := s.post(server.URL+l.path, l.sends); code != http.StatusNotFound {
				t.Errorf("%s after its last day, sent: %d", kind, code)
			}
		}
	})
}

// A sharedLink is to one thing, what its page shows, and what may be sent by it.
type sharedLink struct {
	id    share.LinkID
	path  string
	shows string
	sends url.Values
}

type sharing struct {
	t      *testing.T
	w      *fundingtest.World
	shares *share.Shares
	links  map[string]sharedLink
	others string // a promise of another relationship
}

// linksToShare is a world with a link to a relationship and one to a talk, each for
// ten days.
func linksToShare(t *testing.T, d *db.DB) sharing {
	t.Helper()
	w, err := fundingtest.New(t.Context(), d, 1)
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(err)
	ctx, a, by, today := t.Context(), w.Tanners.Area, w.Tanners.Chair, w.Today()
	agencies := &agency.Agencies{DB: d, IDs: w.IDs, Now: w.Clock.Now, Organisations: &organisation.Organisations{DB: d, IDs: w.IDs, Now: w.Clock.Now}, Holders: funding.HoldersIn}
	r := &relationship.Relationships{DB: d, IDs: w.IDs, Now: w.Clock.Now, Agencies: agencies}
	ws := &workshop.Workshops{DB: d, IDs: w.IDs, Now: w.Clock.Now, Relationships: r}
	s := sharing{t, w, &share.Shares{DB: d, IDs: w.IDs, Now: w.Clock.Now, Sharer: person.ActorIn}, map[string]sharedLink{}, ""}
	form := func() string { return string(w.Form()) }
	add := func(name string) (relationship.ID, relationship.PromiseID) {
		of, err := r.Add(ctx, by, a, relationship.New{Form: form(), Who: name, Draft: relationship.Draft{Type: agency.Council, Name: name}, State: relationship.NewState{From: today, Closeness: relationship.Regular}})
		check(err)
		promise, err := r.Promise(ctx, by, a, of, relationship.NewPromise{Form: form(), Side: relationship.Theirs, What: "Benches by " + name, MadeOn: today, DueOn: today.AddDays(30)})
		check(err)
		return of, promise
	}
	of, promise := add("Riverside Council")
	_, other := add("Hillside Council")
	s.others = string(other)
	talk, err := ws.Begin(ctx, by, a, workshop.New{Form: form(), Kind: workshop.Conversation, Relationship: of, Answers: workshop.Answers{"why": "The benches, and where they go"}})
	check(err)
	link := func(kind share.Kind, subject string, contents, parts []string) (share.LinkID, string) {
		l, secret, err := s.shares.Make(ctx, by, share.NewLink{Form: form(), Kind: kind, Place: a.Place(), Subject: subject, Contents: contents, ForWhom: "an officer", Until: today.AddDays(10)}, parts)
		check(err)
		return l.ID, secret
	}
	l, secret := link("relationship", string(of), []string{relationship.PartPromises}, relationship.PartNames())
	s.links["a relationship"] = sharedLink{l, "/shared/" + secret, "Benches by Riverside Council", url.Values{"act": {"kept"}, "promise": {string(promise)}, "name": {"Jo Lane"}, "form": {"kept"}}}
	l, secret = link(workshop.LinkKind, string(talk), []string{workshop.LinkPart}, []string{workshop.LinkPart})
	s.links["a talk"] = sharedLink{l, "/shared/take-part/" + secret, "The benches, and where they go", url.Values{"what": {"yes"}, "form": {"yes"}}}
	return s
}

func (s sharing) get(address string) (int, string) { return s.answer(http.Get(address)) }

func (s sharing) post(address string, fields url.Values) (int, string) {
	return s.answer(http.PostForm(address, fields))
}

func (s sharing) answer(res *http.Response, err error) (int, string) {
	if err != nil {
		s.t.Error(err)
		return 0, ""
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Error(err)
	}
	return res.StatusCode, string(text)
}
