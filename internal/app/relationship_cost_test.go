package app

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/demo"
	"commontable/internal/id"
	"commontable/internal/organisation"
	"commontable/internal/relationship"
)

// wellConnected gives Tanners Reach so many bodies more that it works with, and with
// each some of theirs and of ours, all through the domain. It gives the address of
// what would be lost if one of ours stepped back who holds a good part of it all.
func wellConnected(t testing.TB, d *db.DB, bodies, contacts int) (whatIf string) {
	t.Helper()
	ctx, by, today := t.Context(), access.System("a test"), demo.DefaultDay()
	now := func() time.Time { return today.At(18, 0) }
	ids := id.Real(now)
	g := &agency.Agencies{DB: d, IDs: ids, Now: now, Organisations: &organisation.Organisations{DB: d, IDs: ids, Now: now}}
	r := &relationship.Relationships{DB: d, IDs: ids, Now: now, Agencies: g}
	types := []agency.Type{agency.Council, agency.Councillors, agency.Housing, agency.School, agency.Health, agency.Police, agency.Group, agency.Faith}
	close := []relationship.Closeness{relationship.Close, relationship.Regular, relationship.NowAndThen, relationship.NotYet}
	var held relationship.HolderID
	err := d.Write(ctx, func(tx *db.Tx) error {
		a, err := area.BySlug(ctx, tx, "tanners-reach")
		if err != nil {
			return err
		}
		left := contacts
		for i := range bodies {
			of, err := r.AddIn(ctx, tx, by, a, relationship.New{
				Who: fmt.Sprintf("Body number %d", i), Draft: relationship.Draft{Type: types[i%len(types)], Name: fmt.Sprintf("Body number %d", i)},
				State: relationship.NewState{From: today.AddMonths(-48), Closeness: relationship.Regular, Kinds: relationship.Kinds()[i%3 : i%3+1]},
			})
			if err != nil {
				return err
			}
			for n := range 3 { // it came nearer and went again
				if err := r.NoteIn(ctx, tx, by, a, of, relationship.NewState{From: today.AddMonths(-12 * n), Closeness: close[(i+n)%4], Kinds: relationship.Kinds()[:i%4]}); err != nil {
					return err
				}
			}
			theirs := (left + bodies - i - 1) / (bodies - i)
			left -= theirs
			for n := range theirs {
				if _, err := r.HoldIn(ctx, tx, by, a, of, relationship.NewHolder{Side: relationship.Theirs, Name: fmt.Sprintf("Officer %d of %d", n, i), Role: "officer", From: today.AddMonths(-30 + n)}); err != nil {
					return err
				}
			}
			for n := range i%3 + 1 {
				h, err := r.HoldIn(ctx, tx, by, a, of, relationship.NewHolder{Side: relationship.Ours, Name: fmt.Sprintf("Neighbour %d", (i+n)%12), Role: "resident", From: today.AddMonths(-30)})
				if err != nil {
					return err
				}
				if (i+n)%12 == 0 && n == 0 {
					held = h
				}
			}
			for n := range 5 {
				e := relationship.NewEntry{Kind: relationship.InTouch, On: today.AddDays(-20*n - i), ToldBy: "day", How: "met", News: "good", Words: "We talked of the bench.", Seen: relationship.SeenByUs}
				if _, err := r.AddEntryIn(ctx, tx, by, a, of, e); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return reach + "/who-holds-what/" + string(held)
}

// The map, the list of who holds what, and what would be lost if somebody stepped
// back ask as much of the database for sixty bodies with two hundred contacts as
// for a few.
func TestTheMapAsksAsMuchOfSixtyBodies(t *testing.T) {
	t.Parallel()
	most := map[string]int64{"map": 24, "then": 24, "who holds what": 24, "if they stepped back": 24}
	asked := func(bodies, contacts int) map[string]int64 {
		d := dbtest.SQLite(t)
		playDemo(t, d, 2, 3)
		pages := map[string]string{"if they stepped back": wellConnected(t, d, bodies, contacts), "map": reach + "/relationships", "who holds what": reach + "/who-holds-what"}
		pages["then"] = pages["map"] + "?day=" + demo.DefaultDay().AddMonths(-14).String()
		h := handler(t, d)
		cookie := cookieOf(t, h, "chair")
		all := map[string]int64{}
		for name, path := range pages {
			drawn(t, h, path, cookie)
			before := d.Stats().Statements
			drawn(t, h, path, cookie)
			all[name] = d.Stats().Statements - before
		}
		return all
	}
	few, many := asked(3, 9), asked(60, 200)
	t.Logf("statements: %v", many)
	for name, n := range many {
		if n != few[name] || n > most[name] {
			t.Errorf("%s asks %d statements of sixty bodies and %d of three; want as many, and at most %d", name, n, few[name], most[name])
		}
	}
}

// What the map and the what-if view cost on the server, through the whole program:
// on average, and of a hundred the slowest but five.
func BenchmarkSixtyBodies(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { sixtyBodies(b, dbtest.SQLite(b)) })
	b.Run("postgres", func(b *testing.B) { sixtyBodies(b, dbtest.Postgres(b)) })
}

func sixtyBodies(b *testing.B, d *db.DB) {
	b.Helper()
	playDemo(b, d, 2, 3)
	whatIf := wellConnected(b, d, 60, 200)
	h := handler(b, d)
	cookie := cookieOf(b, h, "chair")
	for _, page := range []struct{ name, path string }{
		{"map", reach + "/relationships"},
		{"map-a-year-ago", reach + "/relationships?day=" + demo.DefaultDay().AddMonths(-12).String()},
		{"who-holds-what", reach + "/who-holds-what"},
		{"what-if", whatIf},
	} {
		b.Run(page.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				r := httptest.NewRequest(http.MethodGet, page.path, nil)
				r.Header.Set("Cookie", cookie)
				w := httptest.NewRecorder()
				h.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatalf("status %d", w.Code)
				}
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
		})
	}
}
