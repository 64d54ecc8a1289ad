package auditweb_test

import (
	"crypto/ed25519"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"commontable/internal/access"
	"commontable/internal/audit"
	"commontable/internal/audit/auditweb"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/money"
	"commontable/internal/person"
	"commontable/internal/web"
)

type site struct {
	*fundingtest.World

	t       *testing.T
	by      *access.Actor
	handler http.Handler
}

// aSite is two areas of which one has money, a plan, payments and spending.
func aSite(t *testing.T, d *db.DB) site {
	t.Helper()
	w, err := fundingtest.New(t.Context(), d, 1)
	if err != nil {
		t.Fatal(err)
	}
	lines, o, err := w.Ready(t.Context(), w.Tanners)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Pay(t.Context(), w.Tanners, o.Instalments[0].ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Spend(t.Context(), w.Tanners, lines["green/benches"], money.Pence(312_40)); err != nil {
		t.Fatal(err)
	}
	s := site{World: w, t: t, by: new(access.Actor)}
	pages := &web.Site{Log: slog.New(slog.DiscardHandler), Now: w.Clock.Now, IDs: w.IDs}
	s.handler = pages.Router(func(*http.Request) (access.Actor, error) { return *s.by, nil }, auditweb.Routes(pages, d)...)
	return s
}

func (s site) get(by access.Actor, path string, want int) string {
	s.t.Helper()
	*s.by = by
	res := httptest.NewRecorder()
	s.handler.ServeHTTP(res, httptest.NewRequestWithContext(s.t.Context(), http.MethodGet, path, http.NoBody))
	body, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if res.Code != want {
		s.t.Errorf("GET %s as %s: %d, want %d", path, by.Name, res.Code, want)
	}
	return string(body)
}

func (s site) sees(page string, wants ...string) {
	s.t.Helper()
	for _, want := range wants {
		if !strings.Contains(page, want) {
			s.t.Errorf("%q is not in the page:\n%s", want, page)
		}
	}
}

func TestWhatHappenedIsToldInWords(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := aSite(t, d)
		page := s.get(s.Tanners.Chair, "/areas/tanners-reach/history", http.StatusOK)
		s.sees(page, "What happened here", "Tuesday 20 October 2026", "At 09:30",
			"Grace, chair, recorded that the plan was adopted: version 1, on 20 October 2026", `href="/areas/tanners-reach/plan/versions/1"`,
			"Farah, programme officer, set aside £100,000 for this area",
			"Farah, programme officer, made offer letter 1 to Oak Trust, for £30,000", "Esi, approver, accepted offer letter 1",
			"Carol, programme finance, paid £20,000, on 20 October 2026", "Dev, finance, recorded spending of £312.40",
			"recorded that Oak Trust holds our money", "gave Grace the role of chair",
			"The programme’s own system added this area")
		if strings.Index(page, "checked spending") > strings.Index(page, "set aside") {
			t.Error("the newest is not first")
		}
		for _, secret := range []string{"Reach Joinery", "Timber and bolts", "Meeting of 19 October"} {
			if strings.Contains(page, secret) {
				t.Errorf("%q, which is kept apart from the event, is in the page", secret)
			}
		}
		plans := s.get(s.Tanners.Chair, "/areas/tanners-reach/history?about=plan", http.StatusOK)
		s.sees(plans, "the plan was adopted", "wrote version 1")
		if strings.Contains(plans, "paid £20,000") {
			t.Error("money is among what is about the plan")
		}
		s.sees(s.get(s.Tanners.Chair, "/areas/tanners-reach/history?before=1", http.StatusOK), "Nothing yet")
		s.sees(s.get(s.Tanners.Chair, "/areas/tanners-reach/history?before=2", http.StatusOK), "Back to the newest", "added this area")
		s.sees(s.get(s.Tanners.Chair, "/areas/tanners-reach/history?about=nothing", http.StatusOK), "paid £20,000")
		s.sees(s.get(s.Tanners.Chair, "/areas/tanners-reach/history.csv", http.StatusOK), "payment released", "2026-10-20T")
	})
}

// What one person does again and again in a day is told once, and each time is in
// the spreadsheet.
func TestWhatIsDoneAgainAndAgainIsToldOnce(t *testing.T) {
	t.Parallel()
	s := aSite(t, dbtest.SQLite(t))
	for _, file := range []string{"one", "two", "three"} {
		if err := s.DB.Write(t.Context(), func(tx *db.Tx) error {
			return audit.Record(t.Context(), tx, s.IDs, audit.Event{
				Stream: string(s.Tanners.Area.ID), Act: "evidence added", Subject: "of " + file, By: s.Tanners.Finance, At: s.Clock.Now(), Facts: map[string]string{"file": file},
			})
		}); err != nil {
			t.Fatal(err)
		}
	}
	page := s.get(s.Tanners.Chair, "/areas/tanners-reach/history", http.StatusOK)
	s.sees(page, "Dev, finance, added 3 files of evidence to spending")
	if strings.Contains(page, "added a file of evidence") {
		t.Error("one of them is told by itself too")
	}
	rows := s.get(s.Tanners.Chair, "/areas/tanners-reach/history.csv", http.StatusOK)
	if n := strings.Count(rows, "added a file of evidence"); n != 3 {
		t.Errorf("%d of 3 are in the spreadsheet", n)
	}
}

// Who may read an area's history, and how much of it (trust.md §6.2).
func TestWhoReadsWhatHappened(t *testing.T) {
	t.Parallel()
	s := aSite(t, dbtest.SQLite(t))
	for _, path := range []string{"/areas/tanners-reach/history", "/areas/tanners-reach/history.csv", "/areas/tanners-reach/history.json"} {
		for _, by := range []access.Actor{s.Tanners.Chair, s.Farah, s.Carol, s.Tanners.Finance, s.Tanners.Approver} {
			s.get(by, path, http.StatusOK)
		}
		for _, by := range []access.Actor{s.Kit, s.Millbrook.Chair, s.Millbrook.Finance, s.Millbrook.Approver} {
			s.get(by, path, http.StatusNotFound)
		}
		s.get(access.Actor{}, path, http.StatusSeeOther)
		s.get(s.Tanners.Chair, strings.Replace(path, "tanners-reach", "nowhere", 1), http.StatusNotFound)
	}
	lto := s.get(s.Tanners.Finance, "/areas/tanners-reach/history?about=people", http.StatusOK)
	s.sees(lto, "paid £20,000", "set aside £100,000")
	if strings.Contains(lto, "the plan was adopted") || strings.Contains(lto, "gave Grace") {
		t.Error("the organisation that holds the money reads of more than money")
	}
	operator, err := s.Hat(t.Context(), s.Kit.Person, access.Operator, access.InInstallation, "")
	if err != nil {
		t.Fatal(err)
	}
	page := s.get(operator, "/areas/tanners-reach/history", http.StatusOK)
	s.sees(page, "Somebody, chair, recorded that the plan was adopted")
	for _, name := range []string{"Grace", "Carol", "Esi"} {
		if strings.Contains(page, name) {
			t.Errorf("an operator reads the name of %s", name)
		}
	}
}

// The exported history is proved whole even where its reader may see a part.
func TestAnAreasHistoryIsTakenAway(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := aSite(t, d)
		made := &audit.Checkpoints{DB: d, IDs: s.IDs, Now: s.Clock.Now, Key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))}
		if _, _, err := made.Make(t.Context()); err != nil {
			t.Fatal(err)
		}
		key, err := audit.ParsePublicKey(s.get(access.Actor{}, "/checkpoints/key", http.StatusOK))
		if err != nil {
			t.Fatal(err)
		}
		for _, by := range []access.Actor{s.Tanners.Chair, s.Tanners.Finance} {
			text := s.get(by, "/areas/tanners-reach/history.json", http.StatusOK)
			var e audit.Export
			if err := json.Unmarshal([]byte(text), &e); err != nil {
				t.Fatal(err)
			}
			e.Check([]audit.PublicKey{key}, func(bad string) { t.Errorf("as %s: %s", by.Name, bad) })
			if strings.Contains(text, "Reach Joinery") || strings.Contains(text, `"private"`) {
				t.Errorf("as %s: what is private was given away", by.Name)
			}
			if hidden := strings.Contains(text, `"leaf"`); hidden != (by.Name == "Dev") {
				t.Errorf("as %s: a part is hidden: %t", by.Name, hidden)
			}
		}
	})
}

func TestCheckpointsArePublic(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := aSite(t, d)
		anyone := access.Actor{}
		s.sees(s.get(anyone, "/checkpoints", http.StatusOK), "No checkpoint yet")
		s.get(anyone, "/checkpoints/latest", http.StatusNotFound)
		s.get(anyone, "/checkpoints/key", http.StatusNotFound)
		made := &audit.Checkpoints{DB: d, IDs: s.IDs, Now: s.Clock.Now, Key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))}
		for i := range 52 {
			if _, _, err := made.Make(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := d.Write(t.Context(), func(tx *db.Tx) error {
				_, err := s.People.AddIn(t.Context(), tx, access.System("test"), person.New{Name: strings.Repeat("a", i+1)})
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		s.sees(s.get(anyone, "/checkpoints", http.StatusOK), "The latest is number 52", "20 October 2026 at 09:30", `href="/checkpoints?before=3"`)
		s.sees(s.get(anyone, "/checkpoints?before=3", http.StatusOK), `href="/checkpoints/2"`, `href="/checkpoints/1"`)
		if latest, same := s.get(anyone, "/checkpoints/latest", http.StatusOK), s.get(anyone, "/checkpoints/52", http.StatusOK); latest != same || !strings.Contains(latest, "\nnumber 52\n") {
			t.Errorf("the latest is\n%s\nand the 52nd\n%s", latest, same)
		}
		s.get(anyone, "/checkpoints/53", http.StatusNotFound)
		s.get(anyone, "/checkpoints/x", http.StatusNotFound)
		if rows := strings.Count(s.get(anyone, "/checkpoints.csv", http.StatusOK), "\r\n"); rows != 53 {
			t.Errorf("the spreadsheet has %d rows, want a heading and 52", rows)
		}
	})
}
