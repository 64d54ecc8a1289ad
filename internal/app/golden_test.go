package app

import (
	"compress/gzip"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/decision"
	"commontable/internal/partnership"
)

// G12: a database that an earlier version made opens, is brought up to date,
// holds every promise, and is served. testdata keeps one of each version whose
// tables are in use somewhere: of schemas 7 and 100, a demonstration of one area and
// two years (demo --areas 1 --years 2 --seed 7).
func TestAnOldDatabaseOpens(t *testing.T) {
	t.Parallel()
	olds, err := filepath.Glob("testdata/schema-*.db.gz")
	if err != nil || len(olds) == 0 {
		t.Fatalf("%d old databases, %v", len(olds), err)
	}
	// What each tells on the first page of what happened.
	told := map[string]string{"schema-7.db.gz": "paid £", "schema-100.db.gz": "agreed its agenda"}
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
			served(t, d, told[filepath.Base(old)])
		})
	}
}

// What was decided before a result kept its rules shows those of its day that had
// been set by then. A rule that is set now for a day before it changes nothing.
func TestAnOldDecisionShowsTheRulesOfItsDay(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "old.db")
	unzip(t, "testdata/schema-100.db.gz", path)
	d := dbtest.Open(t, "sqlite:"+path)
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Date(2030, 1, 2, 12, 0, 0, 0, time.UTC) }
	decisions := &decision.Decisions{DB: d, Now: now}
	rules := func() (all []partnership.Rules) {
		if err := d.Read(t.Context(), func(tx *db.Tx) error {
			a, err := area.BySlug(t.Context(), tx, "tanners-reach")
			if err != nil {
				return err
			}
			summaries, err := decisions.ListIn(t.Context(), tx, access.System("test"), a)
			if err != nil {
				return err
			}
			each, err := decision.RulesOfEach(t.Context(), tx, a.ID, summaries)
			for _, s := range summaries {
				of, err := decision.ByNumber(t.Context(), tx, a.ID, s.Number)
				if err != nil {
					return err
				}
				if of.Result.Outcome == "" {
					continue
				}
				one, err := decisions.RulesOf(t.Context(), tx, of)
				if err != nil {
					return err
				}
				if of.Result.RulesKept || each[s.Number] != one {
					t.Errorf("decision %d: kept %t, in the list %+v, on its page %+v", s.Number, of.Result.RulesKept, each[s.Number], one)
				}
				all = append(all, one)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return all
	}
	before := rules()
	if len(before) < 5 || before[0].Version == 0 {
		t.Fatalf("%d decisions were made by %+v", len(before), before)
	}
	if err := d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `
			INSERT INTO partnership_rules (area_id, number, from_on, may_vote, majority, resident_quorum, councillors, councillor_words, words, decided_at, set_by, set_at)
			SELECT area_id, MAX(number) + 1, MIN(from_on), FALSE, 'two thirds', 9, 'excluded', '', '', 'Meeting of January', 'somebody', '2030-01-02T12:00:00.000000Z'
			FROM partnership_rules GROUP BY area_id`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	after := rules()
	if !slices.Equal(before, after) {
		t.Errorf("they were made by\n%+v\nand stand now beside\n%+v", before, after)
	}
}

// What an agenda of old said of decisions is shared by the migrations as verify holds it.
func TestOldAgendasAreVerified(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "old.db")
	unzip(t, "testdata/schema-100.db.gz", path)
	d := dbtest.Open(t, "sqlite:"+path)
	if err := d.Write(t.Context(), func(tx *db.Tx) error {
		for _, s := range []string{
			`INSERT INTO agenda_items (area_id, id, meeting_id, position, title, words, minutes, members_only, decision, taken_off, put_by, put_hat, put_role, put_at)
				SELECT m.area_id, 'item ' || m.id, m.id, 9, 'What we decided', '', 0, FALSE, 1, '', m.arranged_by, '', 'chair', m.arranged_at FROM meetings m
				WHERE NOT EXISTS (SELECT 1 FROM notes_agreements g WHERE g.area_id = m.area_id AND g.meeting_id = m.id)`,
			`INSERT INTO agenda_parties (area_id, item_id, position, organisation_id, person_id, name)
				SELECT area_id, MIN(id), 1, '', '', 'The scouts' FROM agenda_items WHERE decision = 1 GROUP BY area_id`,
		} {
			if _, err := tx.Exec(t.Context(), s); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := d.Read(t.Context(), func(tx *db.Tx) error {
		shared, err := db.One(t.Context(), tx, db.Value[int], `SELECT COUNT(*) FROM agenda_parties WHERE decision_id <> '' AND added_at IS NOT NULL`)
		if shared != 3 { // two items touch whom it pays, and one of them knows whom the other touches
			t.Errorf("items touch %d by the decision, want 3", shared)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if v, err := Verify(t.Context(), d); err != nil || len(v.Bad) > 0 {
		t.Errorf("verify: %+v, %v", v, err)
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
func served(t *testing.T, d *db.DB, told string) {
	t.Helper()
	a, err := New(t.Context(), d, Options{Log: slog.New(slog.DiscardHandler), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	chair := actor(access.Chair, access.InInstallation, "")
	handler := a.handlerFor(func(*http.Request) (access.Actor, error) { return chair, nil })
	for path, want := range map[string]string{
		"/": "The Patchwork Programme", "/areas": "Tanners Reach", "/areas/tanners-reach": "Brightwell Homes", "/areas/tanners-reach/plan": "In force",
		"/areas/tanners-reach/money": "left to plan", "/areas/tanners-reach/history": told, "/data/spending.csv": "Tanners Reach", "/data/360giving.json": `"grants"`,
	} {
		res := httptest.NewRecorder()
		handler.ServeHTTP(res, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
		if body := res.Body.String(); res.Code != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: %d, without %q:\n%.2000s", path, res.Code, want, body)
		}
	}
}
