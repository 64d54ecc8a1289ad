package agency_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/organisation"
)

type world struct {
	*fundingtest.World
	*agency.Agencies

	t *testing.T
	p *fundingtest.Place
}

func newWorld(t *testing.T, d *db.DB) world {
	t.Helper()
	w, err := fundingtest.New(t.Context(), d, 1)
	if err != nil {
		t.Fatal(err)
	}
	return world{w, &agency.Agencies{DB: d, IDs: w.IDs, Now: w.Clock.Now, Organisations: w.Organisations, Holders: funding.HoldersIn}, t, w.Tanners}
}

func (w world) form() string { return string(w.Form()) }

func (w world) check(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w world) body(name string, t agency.Type) organisation.ID {
	w.t.Helper()
	made, err := w.AddBody(w.t.Context(), w.p.Chair, w.p.Area, agency.NewBody{Form: w.form(), Name: name, Type: t, From: w.Today().AddMonths(-24)})
	w.check(err)
	return made
}

func (w world) unit(of organisation.ID, name string, parent agency.UnitID) agency.UnitID {
	w.t.Helper()
	made, err := w.AddUnit(w.t.Context(), w.p.Chair, w.p.Area, agency.NewUnit{Form: w.form(), Body: of, Parent: parent, Name: name, From: w.Today().AddMonths(-12)})
	w.check(err)
	return made
}

func (w world) post(of organisation.ID, in agency.UnitID, title string) agency.PostID {
	w.t.Helper()
	made, err := w.AddPost(w.t.Context(), w.p.Chair, w.p.Area, agency.NewPost{Form: w.form(), Body: of, Unit: in, Title: title, Level: agency.Middle, From: w.Today().AddMonths(-12)})
	w.check(err)
	return made
}

func (w world) contact(name string) agency.ContactID {
	w.t.Helper()
	made, err := w.AddContact(w.t.Context(), w.p.Chair, w.p.Area, agency.NewContact{Form: w.form(), Name: name})
	w.check(err)
	return made
}

func (w world) hold(p agency.PostID, c agency.ContactID, from date.Date, instead bool) agency.HoldingID {
	w.t.Helper()
	made, err := w.Agencies.Hold(w.t.Context(), w.p.Chair, w.p.Area, agency.NewHolding{Form: w.form(), Post: p, Contact: c, From: from, Instead: instead})
	w.check(err)
	return made
}

func (w world) read(f func(context.Context, *db.Tx) error) {
	w.t.Helper()
	w.check(w.Agencies.DB.Read(w.t.Context(), func(tx *db.Tx) error { return f(w.t.Context(), tx) }))
}

// who is who holds what on a day, as people say it.
func (w world) who(day date.Date) string {
	w.t.Helper()
	var all []string
	w.read(func(ctx context.Context, tx *db.Tx) error {
		held, err := agency.HoldersOn(ctx, tx, w.p.Area.ID, "", day)
		if err != nil {
			return err
		}
		units, err := agency.UnitsOn(ctx, tx, w.p.Area.ID, "", day)
		if err != nil {
			return err
		}
		for _, h := range held {
			b, err := agency.BodyByID(ctx, tx, h.Post.Body)
			if err != nil {
				return err
			}
			in := b.Name
			for _, u := range units {
				if u.ID == h.Post.Unit {
					in += ": " + u.Name
				}
			}
			name := h.Contact.Name
			if h.Holding.Contact == "" {
				name = "somebody"
			}
			all = append(all, fmt.Sprintf("%s, %s (%s)", name, h.Post.Title, in))
		}
		return nil
	})
	slices.Sort(all)
	return strings.Join(all, "; ")
}

// verified asks that all agrees with its history.
func (w world) verified() {
	w.t.Helper()
	bad := func(words string) { w.t.Error(words) }
	w.read(func(ctx context.Context, tx *db.Tx) error {
		readers, err := agency.Readers(ctx, tx, bad)
		if err != nil {
			return err
		}
		_, err = audit.VerifyTold(ctx, tx, bad, readers)
		return err
	})
}

func wrong(t *testing.T, err error, field string) {
	t.Helper()
	if invalid, ok := errors.AsType[fault.Invalid](err); !ok || invalid.For(field) == "" {
		t.Errorf("%v, want something wrong with %s", err, field)
	}
}

// Bodies, units, posts and people are apart from one another, and each is as it was
// on a day.
func TestWhoWasThereOnADay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		council := w.body("Marlowbridge Borough Council", agency.Council)
		parks := w.unit(council, "Parks team", "")
		lead := w.post(council, parks, "Parks lead")
		karen, jas := w.contact("Karen Whitfield"), w.contact("Jas Gill")
		today := w.Today()
		w.hold(lead, karen, today.AddMonths(-10), false)
		shared := w.hold(lead, jas, today.AddMonths(-8), false)
		if got, want := w.who(today.AddMonths(-9)), "Karen Whitfield, Parks lead (Marlowbridge Borough Council: Parks team)"; got != want {
			t.Errorf("nine months ago: got %q, want %q", got, want)
		}
		if got, want := w.who(today.AddMonths(-8)), "Jas Gill, Parks lead (Marlowbridge Borough Council: Parks team); Karen Whitfield, Parks lead (Marlowbridge Borough Council: Parks team)"; got != want {
			t.Errorf("shared: got %q, want %q", got, want)
		}
		// Somebody new, and nobody knows who.
		w.hold(lead, "", today.AddMonths(-2), true)
		if got, want := w.who(today), "somebody, Parks lead (Marlowbridge Borough Council: Parks team)"; got != want {
			t.Errorf("today: got %q, want %q", got, want)
		}
		// That Jas left was a mistake.
		w.check(w.EndHolding(t.Context(), w.p.Chair, w.p.Area, shared, date.Date{}, w.form()))
		if got := w.who(today); !strings.Contains(got, "Jas Gill") || strings.Contains(got, "Karen") {
			t.Errorf("after Jas goes on: %q", got)
		}
		_, err := w.Agencies.Hold(t.Context(), w.p.Chair, w.p.Area, agency.NewHolding{Form: w.form(), Post: lead, Contact: jas, From: today})
		wrong(t, err, "contact")

		// A restructure: parks and highways become one. The posts go over, with who holds them.
		highways := w.unit(council, "Highways", "")
		engineer := w.post(council, highways, "Engineer")
		w.hold(engineer, karen, today.AddMonths(-2), false)
		streets := w.unit(council, "Streets and green places", "")
		w.check(w.EndUnit(t.Context(), w.p.Chair, w.p.Area, parks, agency.EndUnit{Form: w.form(), On: today.AddMonths(-1), Next: []agency.UnitID{streets}}))
		w.check(w.EndUnit(t.Context(), w.p.Chair, w.p.Area, highways, agency.EndUnit{Form: w.form(), On: today.AddMonths(-1), Next: []agency.UnitID{streets}}))
		if got, want := w.who(today), "Jas Gill, Parks lead (Marlowbridge Borough Council: Streets and green places); Karen Whitfield, Engineer (Marlowbridge Borough Council: Streets and green places); somebody, Parks lead (Marlowbridge Borough Council: Streets and green places)"; got != want {
			t.Errorf("after the restructure: got %q, want %q", got, want)
		}
		if got := w.who(today.AddMonths(-1).AddDays(-1)); !strings.Contains(got, "Engineer (Marlowbridge Borough Council: Highways)") {
			t.Errorf("before it: %q", got)
		}
		// Another body takes its place, from a day on.
		one := w.body("Marlow Vale Council", agency.Council)
		w.check(w.CloseBody(t.Context(), w.p.Chair, w.p.Area, council, agency.NewClosing{Form: w.form(), On: today, Successors: []organisation.ID{one}, Take: true}))
		if got := w.who(today); strings.Contains(got, "Borough") || strings.Count(got, "Marlow Vale Council: Streets and green places") != 3 {
			t.Errorf("after the merger: %q", got)
		}
		w.read(func(ctx context.Context, tx *db.Tx) error {
			now, err := agency.CurrentOf(ctx, tx, council, today)
			if err != nil || len(now) != 1 || now[0].ID != one {
				t.Errorf("what it is today: %v, %v", now, err)
			}
			then, err := agency.CurrentOf(ctx, tx, council, today.AddDays(-1))
			if err != nil || len(then) != 1 || then[0].ID != council {
				t.Errorf("what it was yesterday: %v, %v", then, err)
			}
			on, err := agency.Listed(ctx, tx, w.p.Area.ID, today)
			if err != nil || len(on) != 1 || on[0].ID != one {
				t.Errorf("on the list today: %v, %v", on, err)
			}
			changed, err := agency.Changes(ctx, tx, w.p.Area.ID, today.AddMonths(-1), date.Date{})
			var kinds []string
			for _, c := range changed {
				kinds = append(kinds, string(c.Kind))
			}
			if got, want := strings.Join(kinds, ", "), "post moved, post moved, unit ended, unit ended, body closed, post moved, post moved, unit moved"; err != nil || got != want {
				t.Errorf("changes: got %s, %v, want %s", got, err, want)
			}
			since, err := agency.ChangesSince(ctx, tx, w.p.Area.ID, w.Clock.Now().Add(-1))
			all, err2 := agency.Changes(ctx, tx, w.p.Area.ID, date.Date{}, date.Date{})
			if err != nil || err2 != nil || len(since) != len(all) || len(all) < len(changed) {
				t.Errorf("%d changes noted since the beginning, %d in all (%v, %v)", len(since), len(all), err, err2)
			}
			return nil
		})
		w.verified()
	})
}

// What one area writes is not there for another, nor for those who may not see it.
func TestWhatAnAreaKnowsIsItsOwn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		own := w.body("Friends of the Hill", agency.Group)
		team := w.unit(own, "Walks", "")
		post := w.post(own, team, "Secretary")
		ann := w.contact("Ann Sykes")
		held := w.hold(post, ann, w.Today(), false)
		hugo, millbrook := w.Millbrook.Chair, w.Millbrook.Area
		ctx := t.Context()
		for name, err := range map[string]error{
			"list":    w.List(ctx, hugo, millbrook, own, w.Today(), w.form()),
			"unit":    w.ChangeUnit(ctx, hugo, millbrook, team, agency.NewUnit{Form: w.form(), Body: own, Name: "Mine", From: w.Today()}),
			"post":    w.EndPost(ctx, hugo, millbrook, post, w.Today(), w.form()),
			"contact": w.Forget(ctx, hugo, millbrook, ann, w.form()),
			"holding": w.EndHolding(ctx, hugo, millbrook, held, w.Today(), w.form()),
			"area":    w.Forget(ctx, hugo, w.p.Area, ann, w.form()),
		} {
			if !errors.Is(err, fault.NotFound) {
				t.Errorf("%s for the chair of another area: got %v, want not found", name, err)
			}
		}
		if err := w.Forget(ctx, w.Farah, w.p.Area, ann, w.form()); !errors.Is(err, fault.Forbidden) {
			t.Errorf("the programme’s officer writes: got %v, want a refusal", err)
		}
		// Of the same name, in another area, it is another body.
		other, err := w.AddBody(ctx, hugo, millbrook, agency.NewBody{Form: w.form(), Name: "Friends of the Hill", Type: agency.Group, From: w.Today()})
		w.check(err)
		if other == own {
			t.Error("the body of another area was joined by its name alone")
		}
		if _, err := w.AddBody(ctx, w.p.Chair, w.p.Area, agency.NewBody{Form: w.form(), Name: "FRIENDS of the hill", Type: agency.Group, From: w.Today()}); !errors.Is(err, fault.Conflict) {
			t.Errorf("twice in one area: got %v, want a conflict", err)
		}
		// Who holds the money may see; who does not may not.
		w.check(w.World.Hold(ctx, w.p))
		w.read(func(ctx context.Context, tx *db.Tx) error {
			for name, see := range map[string]struct {
				by   access.Actor
				in   area.Area
				want error
			}{
				"who holds the money": {w.p.Approver, w.p.Area, nil}, "of another area": {w.Millbrook.Approver, w.p.Area, fault.NotFound},
				"a resident": {w.Kit, w.p.Area, fault.NotFound}, "the officer": {w.Farah, w.p.Area, nil}, "nobody": {access.Actor{}, w.p.Area, fault.NotFound},
			} {
				if err := w.MustSee(ctx, tx, see.by, see.in); !errors.Is(err, see.want) {
					t.Errorf("%s: got %v, want %v", name, err, see.want)
				}
			}
			return nil
		})
		w.check(w.Forget(ctx, w.p.Chair, w.p.Area, ann, w.form()))
		if got := w.who(w.Today()); strings.Contains(got, "Ann") || !strings.Contains(got, "Secretary") {
			t.Errorf("after the name was removed: %q", got)
		}
		w.verified()
	})
}

// The types that come with the program are drawn in eight shapes, and one that was
// added as the type that its code begins with.
func TestTypes(t *testing.T) {
	t.Parallel()
	shapes := []string{"council", "councillor", "housing", "school", "health", "police", "group", "other"}
	for _, k := range agency.ShippedKinds() {
		if !slices.Contains(shapes, k.Type.Shape()) || k.Name == "" || k.Many == "" || k.Plain == "" {
			t.Errorf("%+v", k)
		}
		for _, p := range k.Policy {
			if p.Words == "" || p.Source == "" {
				t.Errorf("%s: a policy without words or a source", k.Type)
			}
		}
		for _, s := range k.Subtypes {
			if s.Code == "" || s.Name == "" || s.Plain == "" {
				t.Errorf("%s: %+v", k.Type, s)
			}
		}
	}
	if got := agency.Type("group:allotments").Shape(); got != "group" {
		t.Errorf("a type that was added: got %s", got)
	}
}

// enough rounds of a property, each with a database that the one before it left.
const enough = 40

// Under whatever leaves, comes, moves and merges, a post is held on each day by whom
// a naive day-by-day account says, in the body and unit that it says: nobody is lost,
// and nobody is there twice.
func TestNobodyIsLostOrDoubled(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		people := []agency.ContactID{w.contact("Ann"), w.contact("Bob"), w.contact("Cat")}
		const days = 10
		first := w.Today().AddDays(-days)
		round := 0
		rapid.Check(t, func(rt *rapid.T) {
			if round++; round > enough {
				return
			}
			council, other := w.body(fmt.Sprintf("Council %d", round), agency.Council), w.body(fmt.Sprintf("Other %d", round), agency.Council)
			var units []agency.UnitID
			over := map[agency.UnitID]bool{}
			for i := range 3 {
				u, err := w.AddUnit(t.Context(), w.p.Chair, w.p.Area, agency.NewUnit{Form: w.form(), Body: council, Name: fmt.Sprintf("Unit %d", i), From: first})
				w.check(err)
				units = append(units, u)
			}
			type place struct {
				unit agency.UnitID
				body organisation.ID
			}
			type account struct {
				held [days]map[agency.ContactID]int
				at   [days]place
			}
			naive := map[agency.PostID]*account{}
			holdings := map[agency.HoldingID]agency.NewHolding{}
			for i := range 2 {
				p, err := w.AddPost(t.Context(), w.p.Chair, w.p.Area, agency.NewPost{Form: w.form(), Body: council, Unit: units[i], Title: "Lead", From: first})
				w.check(err)
				a := &account{}
				for d := range days {
					a.held[d], a.at[d] = map[agency.ContactID]int{}, place{units[i], council}
				}
				naive[p] = a
			}
			posts := slices.Sorted(maps.Keys(naive))
			day := 0
			for range rapid.IntRange(1, 10).Draw(rt, "events") {
				day = rapid.IntRange(day, days-1).Draw(rt, "day")
				on := first.AddDays(day)
				switch rapid.SampledFrom([]string{"comes", "replaces", "leaves", "merged", "moves", "successor"}).Draw(rt, "event") {
				case "comes", "replaces":
					p := rapid.SampledFrom(posts).Draw(rt, "post")
					n := agency.NewHolding{Form: w.form(), Post: p, Contact: rapid.SampledFrom(people).Draw(rt, "who"), From: on, Instead: rapid.Bool().Draw(rt, "instead")}
					made, err := w.Agencies.Hold(t.Context(), w.p.Chair, w.p.Area, n)
					if naive[p].held[day][n.Contact] > 0 {
						if err == nil {
							rt.Fatal("somebody holds a post twice")
						}
						continue
					}
					if err != nil {
						rt.Fatal(err)
					}
					holdings[made] = n
					for d := day; d < days; d++ {
						if n.Instead {
							clear(naive[p].held[d])
						}
						naive[p].held[d][n.Contact] = 1
					}
				case "leaves":
					for _, h := range slices.Sorted(maps.Keys(holdings)) {
						n := holdings[h]
						if naive[n.Post].held[day][n.Contact] == 0 || on.Before(n.From) {
							continue
						}
						// Of one who came twice, the later holding is the one that goes on.
						is, err := w.holding(h)
						if err != nil {
							rt.Fatal(err)
						}
						if !is.Until.IsZero() {
							continue
						}
						w.check(w.EndHolding(t.Context(), w.p.Chair, w.p.Area, h, on, w.form()))
						for d := day; d < days; d++ {
							delete(naive[n.Post].held[d], n.Contact)
						}
						break
					}
				case "merged":
					from, to := rapid.SampledFrom(units).Draw(rt, "unit"), rapid.SampledFrom(units).Draw(rt, "into")
					if from == to || over[from] || over[to] {
						continue
					}
					w.check(w.EndUnit(t.Context(), w.p.Chair, w.p.Area, from, agency.EndUnit{Form: w.form(), On: on, Next: []agency.UnitID{to}}))
					over[from] = true
					for _, a := range naive {
						for d := day; d < days; d++ {
							if a.at[d].unit == from {
								a.at[d].unit = to
							}
						}
					}
				case "moves":
					p := rapid.SampledFrom(posts).Draw(rt, "post")
					to := rapid.SampledFrom(units).Draw(rt, "to")
					if over[to] {
						continue
					}
					w.check(w.ChangePost(t.Context(), w.p.Chair, w.p.Area, p, agency.NewPost{Form: w.form(), Body: naive[p].at[days-1].body, Unit: to, Title: "Lead", From: on}))
					for d := day; d < days; d++ {
						naive[p].at[d].unit = to
					}
				case "successor":
					w.check(w.Replace(t.Context(), w.p.Chair, w.p.Area, council, other, on, w.form()))
					for _, a := range naive {
						for d := day; d < days; d++ {
							a.at[d].body = other
						}
					}
					council, other = other, council
				}
			}
			for d := range days {
				w.read(func(ctx context.Context, tx *db.Tx) error {
					for p, a := range naive {
						want := slices.Sorted(maps.Keys(a.held[d]))
						var got []agency.ContactID
						held, err := agency.HoldersOn(ctx, tx, w.p.Area.ID, a.at[d].body, first.AddDays(d))
						if err != nil {
							return err
						}
						for _, h := range held {
							if h.Holding.Post == p {
								got = append(got, h.Holding.Contact)
								if (place{h.Post.Unit, h.Post.Body}) != a.at[d] {
									rt.Fatalf("day %d: the post is in %v, want %v", d, h.Post, a.at[d])
								}
							}
						}
						slices.Sort(got)
						if !slices.Equal(got, want) {
							rt.Fatalf("day %d: held by %v, want %v", d, got, want)
						}
					}
					return nil
				})
			}
		})
		w.verified()
	})
}

func (w world) holding(of agency.HoldingID) (h agency.Holding, err error) {
	w.read(func(ctx context.Context, tx *db.Tx) error {
		h, err = agency.HoldingByID(ctx, tx, w.p.Area.ID, of)
		return nil
	})
	return h, err
}
