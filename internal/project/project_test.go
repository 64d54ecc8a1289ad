package project_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/money"
	"commontable/internal/plan"
	"commontable/internal/project"
)

type world struct {
	*fundingtest.World
	*project.Projects

	t *testing.T
	p *fundingtest.Place
}

func newWorld(t *testing.T, d *db.DB) world {
	t.Helper()
	w, err := fundingtest.New(t.Context(), d, 1)
	if err != nil {
		t.Fatal(err)
	}
	return world{w, &project.Projects{DB: d, IDs: w.IDs, Now: w.Clock.Now}, t, w.Tanners}
}

func (w world) draft(name string) project.Draft {
	return project.Draft{Name: name, What: "A room with a kettle", Ends: project.EndsNotKnown}
}

func (w world) begin(name string, change ...func(*project.New)) project.ID {
	w.t.Helper()
	n := project.New{Form: string(w.Form()), Draft: w.draft(name), State: project.Planned, From: w.Today(), Lead: project.NewLead{Party: project.Party{Kind: project.Nobody}}}
	for _, c := range change {
		c(&n)
	}
	made, err := w.Begin(w.t.Context(), w.p.Chair, w.p.Area, n)
	if err != nil {
		w.t.Fatal(err)
	}
	return made
}

func (w world) get(of project.ID, day date.Date) (one project.Project) {
	w.t.Helper()
	w.read(func(tx *db.Tx) (err error) {
		one, err = project.ByID(w.t.Context(), tx, w.p.Area.ID, of, day)
		return err
	})
	return one
}

func (w world) read(f func(*db.Tx) error) {
	w.t.Helper()
	if err := w.Projects.DB.Read(w.t.Context(), f); err != nil {
		w.t.Fatal(err)
	}
}

// verified asks that all agrees with its history.
func (w world) verified() {
	w.t.Helper()
	bad := func(words string) { w.t.Error(words) }
	w.read(func(tx *db.Tx) error {
		readers, err := project.Readers(w.t.Context(), tx, bad)
		if err != nil {
			return err
		}
		_, err = audit.VerifyTold(w.t.Context(), tx, bad, readers)
		return err
	})
}

func wrong(t *testing.T, err error, field string) {
	t.Helper()
	if invalid, ok := errors.AsType[fault.Invalid](err); !ok || invalid.For(field) == "" {
		t.Errorf("%v, want something wrong with %s", err, field)
	}
}

// The end and who leads are asked for at the beginning; that they are not known
// are answers, and show.
func TestAProjectBeginsWithAnEndAndALead(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		lines, err := w.Adopt(t.Context(), w.p, fundingtest.Line("The Hub/roof", money.Pounds(10)), fundingtest.Line("Young people/club", money.Pounds(10)))
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Begin(t.Context(), w.p.Chair, w.p.Area, project.New{Form: string(w.Form()), Draft: project.Draft{Decisions: "three"}})
		for _, field := range []string{"name", "what", "ends", "decisions", "state", "lead_kind", "from"} {
			wrong(t, err, field)
		}
		hub := w.begin("The Hub", func(n *project.New) {
			n.Lines, n.EarlyWin = []plan.LineID{lines["The Hub/roof"]}, true
		})
		one := w.get(hub, w.Today())
		if one.EndInWords() != "We do not know yet" || one.Lead.Shown(false) != "Nobody leads this yet" || !one.Lead.IsEmpty() || !one.EarlyWin || one.Priority == "" {
			t.Errorf("got %+v", one)
		}
		unknown := w.draft("The Hub")
		unknown.Decisions = "7"
		wrong(t, w.Change(t.Context(), w.p.Chair, w.p.Area, hub, unknown, string(w.Form())), "decisions")
		// Words are written anew, and the earlier stay.
		n := w.draft("The Hub on Elm Street")
		n.Ends, n.EndsOn = project.EndsOnDay, w.Today().AddMonths(12)
		if err := w.Change(t.Context(), w.p.Chair, w.p.Area, hub, n, string(w.Form())); err != nil {
			t.Fatal(err)
		}
		if one = w.get(hub, w.Today()); one.Version != 2 || one.Name != "The Hub on Elm Street" || one.EndInWords() != w.Today().AddMonths(12).Long() || len(one.Lines) != 0 {
			t.Errorf("got %+v", one)
		}
		n.Lines = []plan.LineID{"of nowhere"}
		wrong(t, w.Change(t.Context(), w.p.Chair, w.p.Area, hub, n, string(w.Form())), "lines")

		if err := w.Change(t.Context(), w.Millbrook.Chair, w.p.Area, hub, w.draft("Mine"), string(w.Form())); !errors.Is(err, fault.Forbidden) {
			t.Errorf("the chair of another area: %v", err)
		}
		if err := w.Change(t.Context(), w.Millbrook.Chair, w.Millbrook.Area, hub, w.draft("Mine"), string(w.Form())); !errors.Is(err, fault.NotFound) {
			t.Errorf("as a project of another area: %v", err)
		}
		w.verified()
	})
}

func TestWhatGrewOutOfWhat(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.SQLite(t))
	stall := w.begin("Tea stall")
	cafe := w.begin("Café", func(n *project.New) { n.GrewFrom = stall })
	hub := w.begin("The Hub", func(n *project.New) { n.GrewFrom = cafe })
	for _, from := range []project.ID{stall, cafe, hub, "nothing"} {
		n := w.draft("Tea stall")
		n.GrewFrom = from
		wrong(t, w.Change(t.Context(), w.p.Chair, w.p.Area, stall, n, string(w.Form())), "grew_from")
	}
	w.verified()
}

func TestStatesComeAfterEachOther(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		hub := w.begin("The Hub")
		note := func(n project.NewState) error {
			n.Form = string(w.Form())
			return w.Note(t.Context(), w.p.Chair, w.p.Area, hub, n)
		}
		wrong(t, note(project.NewState{State: project.Stopped, From: w.Today()}), "words")
		wrong(t, note(project.NewState{State: project.HandedOver, From: w.Today()}), "who")
		wrong(t, note(project.NewState{State: project.UnderWay, From: w.Today().AddDays(1)}), "from")
		wrong(t, note(project.NewState{State: project.UnderWay, From: w.Today().AddDays(-1)}), "from")
		wrong(t, note(project.NewState{State: "late", From: w.Today()}), "state")
		w.Clock.Pass(48 * time.Hour)
		for _, n := range []project.NewState{
			{State: project.Resting, From: w.Today(), Until: w.Today().AddMonths(2), Words: "The roofer is ill"},
			{State: project.HandedOver, From: w.Today(), Who: "Brightwell Homes"},
		} {
			if err := note(n); err != nil {
				t.Fatal(err)
			}
		}
		if got := w.get(hub, w.Today()).State.InWords(); got != "handed over to Brightwell Homes" {
			t.Errorf("it is %s", got)
		}
		w.read(func(tx *db.Tx) error {
			all, err := project.StatesOf(t.Context(), tx, w.p.Area.ID, hub)
			if len(all) != 3 || all[1].InWords() != "resting until "+w.Today().AddMonths(2).Long() {
				t.Errorf("states %+v", all)
			}
			return err
		})
		w.verified()
	})
}

// Who leads on any day is who was noted for the latest day up to it: held
// against a list that is kept day by day, whatever the order in which it is noted.
func TestWhoLeadsOnAnyDay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		rapid.Check(t, func(rt *rapid.T) {
			hub := w.begin("The Hub")
			const days = 12
			naive, since := make([]string, days), make([]int, days)
			for i := range naive {
				naive[i] = "Nobody leads this yet"
			}
			for range rapid.IntRange(1, 8).Draw(rt, "notes") {
				from := rapid.IntRange(0, days-1).Draw(rt, "from")
				n := project.NewLead{Form: string(w.Form()), From: w.Today().AddDays(from)}
				n.Kind = rapid.SampledFrom([]project.Kind{project.Nobody, project.Person, project.Organisation}).Draw(rt, "kind")
				said := "Nobody leads this yet"
				if n.Kind != project.Nobody {
					said = rapid.SampledFrom([]string{"Amina", "Ben", "Brightwell"}).Draw(rt, "name")
					n.Name = said
				}
				if err := w.SetLead(t.Context(), w.p.Chair, w.p.Area, hub, n); err != nil {
					rt.Fatal(err)
				}
				for i := from; i < days && since[i] <= from; i++ {
					naive[i], since[i] = said, from
				}
			}
			for i := range days {
				if got := w.get(hub, w.Today().AddDays(i)).Lead.Shown(true); got != naive[i] {
					rt.Fatalf("on day %d %q leads, want %q", i, got, naive[i])
				}
			}
		})
		w.verified()
	})
}

// Who does what on any day.
func TestWhoDoesWhatOnAnyDay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		rapid.Check(t, func(rt *rapid.T) {
			hub := w.begin("The Hub")
			const days = 10
			does := map[string][days]bool{}
			for i := range rapid.IntRange(1, 5).Draw(rt, "parts") {
				from := rapid.IntRange(0, days-1).Draw(rt, "from")
				name := fmt.Sprintf("Party %d", i)
				part, err := w.AddPart(t.Context(), w.p.Chair, w.p.Area, hub, project.NewPart{
					Form: string(w.Form()), Party: project.Party{Kind: project.Organisation, Name: name}, Role: project.Roles()[i].Role, From: w.Today().AddDays(from),
				})
				if err != nil {
					rt.Fatal(err)
				}
				until := days
				if rapid.Bool().Draw(rt, "ends") {
					until = rapid.IntRange(0, days-1).Draw(rt, "until")
					err := w.EndPart(t.Context(), w.p.Chair, w.p.Area, part, w.Today().AddDays(until), string(w.Form()))
					if refused := errors.As(err, new(fault.Invalid)); refused != (until < from) || err != nil && !refused {
						rt.Fatalf("from %d until %d: %v", from, until, err)
					}
					if until < from {
						until = days
					}
				}
				var on [days]bool
				for day := range days {
					on[day] = day >= from && day < until
				}
				does[name] = on
			}
			w.read(func(tx *db.Tx) error {
				all, err := project.Parts(t.Context(), tx, w.p.Area.ID, hub)
				for _, part := range all {
					for day := range days {
						if got, want := part.On(w.Today().AddDays(day)), does[part.Name][day]; got != want {
							rt.Fatalf("%s on day %d: %v, want %v", part.Name, day, got, want)
						}
					}
				}
				if len(all) != len(does) {
					rt.Fatalf("%d parts, want %d", len(all), len(does))
				}
				return err
			})
		})
		w.verified()
	})
}

func TestNamesArePublicByConsent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		party  project.Party
		inside bool
		want   string
	}{
		"an organisation":     {project.Party{Kind: project.Organisation, Name: "Brightwell"}, false, "Brightwell"},
		"a resident":          {project.Party{Kind: project.Person, Name: "Amina", Resident: true}, false, "A resident"},
		"a resident, inside":  {project.Party{Kind: project.Person, Name: "Amina", Resident: true}, true, "Amina"},
		"one who agreed":      {project.Party{Kind: project.Person, Name: "Amina", Named: true}, false, "Amina"},
		"one from elsewhere":  {project.Party{Kind: project.Person, Name: "Amina"}, false, "Somebody from here"},
		"nobody":              {project.Party{Kind: project.Nobody}, true, "Nobody leads this yet"},
		"before it was asked": {project.Party{}, false, "Nobody leads this yet"},
	} {
		if got := c.party.Shown(c.inside); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestMilestonesAreMovedWithAReason(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, by, in := t.Context(), w.p.Chair, w.p.Area
		hub := w.begin("The Hub")
		add := func(name string, when project.When) project.MilestoneID {
			m, err := w.AddMilestone(ctx, by, in, hub, project.NewMilestone{Form: string(w.Form()), Name: name, When: when, Resident: true})
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		roof := add("The roof is tight", project.When{On: date.Must("2027-02-14"), Quarter: true})
		door := add("The door is open", project.When{On: date.Must("2026-12-24")})
		move := project.Move{Form: string(w.Form()), When: project.When{On: date.Must("2027-06-01")}}
		wrong(t, w.MoveMilestone(ctx, by, in, door, move), "why")
		move.Form, move.Why = string(w.Form()), "The paint is not dry"
		for range 2 { // twice is once
			if err := w.MoveMilestone(ctx, by, in, door, move); err != nil {
				t.Fatal(err)
			}
		}
		end := project.MilestoneEnd{Form: string(w.Form()), On: w.Today()}
		wrong(t, w.EndMilestone(ctx, by, in, roof, end), "why")
		end.Form, end.Reached = string(w.Form()), true
		if err := w.EndMilestone(ctx, by, in, roof, end); err != nil {
			t.Fatal(err)
		}
		end.Form = string(w.Form())
		if err := w.EndMilestone(ctx, by, in, roof, end); !errors.Is(err, fault.Conflict) {
			t.Errorf("reached again: %v", err)
		}
		move.Form = string(w.Form())
		if err := w.MoveMilestone(ctx, by, in, roof, move); !errors.Is(err, fault.Conflict) {
			t.Errorf("moved after it was reached: %v", err)
		}
		if err := w.MoveMilestone(ctx, w.Millbrook.Chair, w.Millbrook.Area, door, move); !errors.Is(err, fault.NotFound) {
			t.Errorf("as a milestone of another area: %v", err)
		}
		w.read(func(tx *db.Tx) error {
			all, err := project.Milestones(ctx, tx, in.ID, hub)
			if err != nil {
				return err
			}
			var got []string
			for _, m := range all {
				line := m.Name + ": "
				for _, p := range m.Plans {
					line += p.InWords() + " " + p.Why + "; "
				}
				got = append(got, fmt.Sprint(line, m.Open(), m.Reached))
			}
			want := []string{
				"The roof is tight: January to March 2027 ; false true",
				"The door is open: 24 December 2026 ; 1 June 2027 The paint is not dry; true false",
			}
			if !slices.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			return nil
		})
		w.verified()
	})
}

func TestRequirementsAreTheLawOrAHabit(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, by, in := t.Context(), w.p.Chair, w.p.Area
		hub := w.begin("The Hub")
		ask := func(what, who string, b project.Basis, law string, daysAgo int) (project.RequirementID, error) {
			return w.AddRequirement(ctx, by, in, hub, project.NewRequirement{Form: string(w.Form()), What: what, AskedBy: who, Basis: b, Law: law, AskedOn: w.Today().AddDays(-daysAgo)})
		}
		_, err := ask("Planning permission", "Calderholme Council", project.Law, "", 0)
		wrong(t, err, "law")
		_, err = ask("Planning permission", "Calderholme Council", "", "", 0)
		wrong(t, err, "basis")
		planning, err := ask("Planning permission", "Calderholme Council", project.Law, "Town and Country Planning Act 1990", 400)
		if err != nil {
			t.Fatal(err)
		}
		form, err := ask("A form in three copies", "calderholme council", project.Habit, "no law", 21)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ask("To see our accounts", "The bank", project.BasisNotKnown, "", 3); err != nil {
			t.Fatal(err)
		}
		settle := func(r project.RequirementID, o project.Outcome, daysAgo int) error {
			return w.Settle(ctx, by, in, r, project.NewOutcome{Form: string(w.Form()), Outcome: o, On: w.Today().AddDays(-daysAgo)})
		}
		wrong(t, settle(form, project.Met, 22), "on")
		for _, o := range []struct {
			of   project.RequirementID
			what project.Outcome
			ago  int
		}{{planning, project.Met, 30}, {form, project.Challenged, 14}, {form, project.Waived, 7}} {
			if err := settle(o.of, o.what, o.ago); err != nil {
				t.Fatal(err)
			}
		}
		if err := settle(form, project.Met, 0); !errors.Is(err, fault.Conflict) {
			t.Errorf("settled again: %v", err)
		}
		w.read(func(tx *db.Tx) error {
			all, err := project.Requirements(ctx, tx, in.ID, "")
			if err != nil {
				return err
			}
			var got []string
			for _, r := range all {
				got = append(got, strings.Join([]string{r.What, r.Basis.InWords(), r.Law, string(r.Outcome), r.Age(w.Today())}, "/"))
			}
			want := []string{"To see our accounts/We do not know yet///3 days", "Planning permission/The law/Town and Country Planning Act 1990/met/12 months", "A form in three copies/A habit//waived/2 weeks"}
			if !slices.Equal(got, want) {
				t.Errorf("got %q", got)
			}
			askers := project.Askers(all, w.Today())
			if len(askers) != 2 || askers[0] != (project.Asker{Name: "Calderholme Council", Asked: 2, Law: 1, Habit: 1, Met: 1, Waived: 1, Longest: "12 months"}) {
				t.Errorf("who usually asks: %+v", askers)
			}
			return nil
		})
		w.verified()
		label := func(r project.RequirementID, b project.Basis, law string, daysAgo int) error {
			return w.Relabel(ctx, by, in, r, project.NewLabel{Form: string(w.Form()), Label: project.Label{Basis: b, Law: law, On: w.Today().AddDays(-daysAgo), Words: "It is in their own handbook"}})
		}
		wrong(t, label(form, project.Law, "", 0), "law")
		wrong(t, label(form, "", "", 0), "basis")
		wrong(t, label(form, project.Habit, "", 0), "basis") // which it is already
		wrong(t, label(form, project.Law, "Some Act", 22), "on")
		if err := w.Relabel(ctx, w.Kit, in, form, project.NewLabel{Form: string(w.Form()), Label: project.Label{Basis: project.Law, Law: "Some Act", On: w.Today()}}); !errors.Is(err, fault.Forbidden) {
			t.Errorf("a resident labels it: %v", err)
		}
		for _, l := range []struct {
			basis project.Basis
			law   string
			ago   int
		}{{project.Law, "Some Act 1990", 5}, {project.Habit, "", 2}} {
			if err := label(form, l.basis, l.law, l.ago); err != nil {
				t.Fatal(err)
			}
		}
		wrong(t, label(form, project.BasisNotKnown, "", 3), "on")
		w.read(func(tx *db.Tx) error {
			r, err := project.RequirementByID(ctx, tx, in.ID, form)
			if r.Basis != project.Habit || r.Law != "" || r.First != project.Habit || len(r.Labels) != 2 || !strings.HasSuffix(r.FoundOut(), ": It is in their own handbook") {
				t.Errorf("found out: %+v, %q", r, r.FoundOut())
			}
			return err
		})
		for _, tamper := range []string{`UPDATE requirement_labels SET basis = 'law', law = 'x'`, `DELETE FROM requirement_labels`} {
			if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(ctx, tamper); return err }); err == nil {
				t.Errorf("%s: nothing stops it", tamper)
			}
		}
		w.verified()
	})
}

func TestRiskSheetsAreCopiedAndGoneThrough(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, by, in := t.Context(), w.p.Chair, w.p.Area
		hub := w.begin("The Hub")
		_, err := w.WriteSheet(ctx, by, in, hub, "", project.NewSheet{Form: string(w.Form()), Risks: []project.Risk{{}}})
		for _, field := range []string{"name", "reviewed_on", "risk-1", "what-1"} {
			wrong(t, err, field)
		}
		for _, template := range project.Templates() {
			n := project.NewSheet{Form: string(w.Form()), Name: template.Name, ReviewedOn: w.Today(), Risks: template.Risks}
			sheet, err := w.WriteSheet(ctx, by, in, hub, "", n)
			if err != nil {
				t.Fatalf("%s: %v", template.Name, err)
			}
			n.Form, n.Risks = string(w.Form()), n.Risks[:2]
			if again, err := w.WriteSheet(ctx, by, in, "", sheet, n); err != nil || again != sheet {
				t.Fatalf("%s: %v", again, err)
			}
			w.read(func(tx *db.Tx) error {
				got, err := project.SheetByID(ctx, tx, in.ID, sheet)
				if got.Number != 2 || got.Project != hub || !slices.Equal(got.Risks, template.Risks[:2]) {
					t.Errorf("got %+v", got)
				}
				return err
			})
		}
		w.read(func(tx *db.Tx) error {
			all, err := project.Sheets(ctx, tx, in.ID)
			if len(all) != len(project.Templates()) {
				t.Errorf("%d sheets", len(all))
			}
			return err
		})
		w.verified()
	})
}

func TestAnActivityIsCountedAndHandedOn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, by, in := t.Context(), w.p.Chair, w.p.Area
		lunch, err := w.BeginActivity(ctx, by, in, project.NewActivity{Form: string(w.Form()), Name: "Lunch club", Timetable: "Thursdays, 12 to 2", BegunOn: w.Today().AddDays(-30)})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 3 {
			n := project.NewSession{
				Form: string(w.Form()), On: w.Today().AddDays(-7 * i), Came: int64(20 + i), Meals: 18, Cleanups: int64(i),
				Gifts: []project.Gift{{Party: "Brightwell Homes", Kind: project.Space, Amount: 9}, {Party: "The allotments", Kind: project.Food, Words: "leeks"}, {Party: "Us", Kind: project.People, Amount: 6}},
			}
			for range 2 { // twice is once
				if _, err := w.AddSession(ctx, by, in, lunch, n); err != nil {
					t.Fatal(err)
				}
			}
		}
		_, err = w.AddSession(ctx, by, in, lunch, project.NewSession{Form: string(w.Form()), Came: -1, Gifts: []project.Gift{{Kind: "gold"}}})
		for _, field := range []string{"on", "came", "party-1", "gift-1"} {
			wrong(t, err, field)
		}
		turn := func(k project.TurnKind, who string) error {
			return w.Turn(ctx, by, in, lunch, project.NewTurn{Form: string(w.Form()), Kind: k, On: w.Today(), Who: who})
		}
		wrong(t, turn(project.NowRunBy, " "), "who")
		for _, err := range []error{turn(project.CopiedBy, "Millbrook"), turn(project.NowRunBy, "Brightwell Homes"), turn(project.Ceased, "")} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := turn(project.Ceased, ""); !errors.Is(err, fault.Conflict) {
			t.Errorf("stopped twice: %v", err)
		}
		w.read(func(tx *db.Tx) error {
			a, err := project.ActivityByID(ctx, tx, in.ID, lunch)
			if err != nil {
				return err
			}
			if a.Sums != (project.Sums{Sessions: 3, Came: 63, Meals: 54, Cleanups: 3, LastOn: w.Today()}) || a.RunBy() != "Brightwell Homes" || a.Standing() != "stopped" {
				t.Errorf("got %+v", a)
			}
			givers, err := project.Givers(ctx, tx, in.ID, lunch)
			if !slices.Contains(givers, project.Given{Party: "Us", Kind: project.People, Times: 3, Amount: 18}) || !slices.Contains(givers, project.Given{Party: "Brightwell Homes", Kind: project.Space, Times: 3}) {
				t.Errorf("givers %+v", givers)
			}
			return err
		})
		w.verified()
	})
}

// Contacts are removed, with nothing left of them; what was recorded stays.
func TestWhatStaysAndWhatGoes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, by, in := t.Context(), w.p.Chair, w.p.Area
		hub := w.begin("The Hub")
		if err := w.AddContact(ctx, by, in, hub, project.NewContact{Form: string(w.Form()), Name: "Jas Gill", Reach: "07700 900 214"}); err != nil {
			t.Fatal(err)
		}
		if err := w.SetTerms(ctx, by, in, hub, project.NewTerms{Form: string(w.Form()), Liable: "Brightwell Homes"}); err != nil {
			t.Fatal(err)
		}
		if err := w.AddHappening(ctx, by, in, hub, project.NewHappening{Form: string(w.Form()), On: w.Today(), Kind: project.Worry, Words: "The noise"}); err != nil {
			t.Fatal(err)
		}
		var contacts []project.Contact
		list := func() {
			w.read(func(tx *db.Tx) (err error) {
				contacts, err = project.Contacts(ctx, tx, in.ID, hub)
				return err
			})
		}
		list()
		if len(contacts) != 1 || contacts[0].Reach != "07700 900 214" {
			t.Fatalf("contacts %+v", contacts)
		}
		if err := w.RemoveContact(ctx, by, in, contacts[0].ID, string(w.Form())); err != nil {
			t.Fatal(err)
		}
		if list(); len(contacts) != 0 {
			t.Errorf("contacts %+v", contacts)
		}
		for _, query := range []string{
			`UPDATE project_versions SET name = 'x' WHERE project_id = $1`, `DELETE FROM project_states WHERE project_id = $1`,
			`UPDATE project_terms SET liable = 'x' WHERE project_id = $1`, `DELETE FROM projects WHERE id = $1`,
		} {
			if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(ctx, query, hub); return err }); err == nil {
				t.Errorf("%s: done, want it refused", query)
			}
		}
		w.verified()
		// What was put beside the records is found.
		if err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO project_states (area_id, project_id, number, state, from_on, who, words, noted_by, noted_at) VALUES ($1, $2, 9, 'done', '2026-01-01', '', '', 'x', $3)`, in.ID, hub, w.Clock.Now())
			return err
		}); err != nil {
			t.Fatal(err)
		}
		found := 0
		w.read(func(tx *db.Tx) error {
			readers, err := project.Readers(ctx, tx, func(string) { found++ })
			if err != nil {
				return err
			}
			_, err = audit.VerifyTold(ctx, tx, func(bad string) { t.Error(bad) }, readers)
			return err
		})
		if found != 1 {
			t.Errorf("verify found %d bad places, want 1", found)
		}
	})
}

// A project can begin with its milestones; an end that is past is told as what was
// meant; and how it grew is told from the early win on.
func TestAProjectHasMilestonesFromTheStart(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, by, in := t.Context(), w.p.Chair, w.p.Area
		begin := func(name string, from project.ID, milestones ...project.NewMilestone) (project.ID, error) {
			return w.Begin(ctx, by, in, project.New{
				Form: string(w.Form()), Draft: project.Draft{Name: name, What: "x", Ends: project.EndsOnDay, EndsOn: w.Today().AddDays(-1), GrewFrom: from, EarlyWin: from == ""},
				State: project.UnderWay, From: w.Today().AddDays(-30), Lead: project.NewLead{Party: project.Party{Kind: project.Nobody}}, Milestones: milestones,
			})
		}
		_, err := begin("Stall", "", project.NewMilestone{Name: "The kettle boils"}, project.NewMilestone{When: project.When{On: w.Today()}})
		wrong(t, err, "milestone_on-1")
		wrong(t, err, "milestone_name-2")
		stall, err := begin("Stall", "", project.NewMilestone{Name: "The kettle boils", When: project.When{On: w.Today()}}, project.NewMilestone{Name: "We have a roof", When: project.When{On: w.Today().AddMonths(3), Quarter: true}})
		if err != nil {
			t.Fatal(err)
		}
		hub, err := begin("Hub", stall)
		if err != nil {
			t.Fatal(err)
		}
		repair, err := begin("Repair", hub)
		if err != nil {
			t.Fatal(err)
		}
		w.read(func(tx *db.Tx) error {
			planned, err := project.Milestones(ctx, tx, in.ID, stall)
			if err != nil {
				return err
			}
			if len(planned) != 2 || planned[0].Name != "The kettle boils" || !planned[1].Planned().Quarter {
				t.Errorf("its milestones: %+v", planned)
			}
			all, err := project.All(ctx, tx, in.ID, w.Today())
			for _, one := range []project.ID{stall, hub, repair} {
				var names []string
				for _, step := range project.Chain(all, w.get(one, w.Today())) {
					names = append(names, step.Name)
				}
				if !slices.Equal(names, []string{"Stall", "Hub", "Repair"}) {
					t.Errorf("how it grew: %q", names)
				}
			}
			return err
		})
		one := w.get(stall, w.Today())
		if got := one.EndOn(w.Today()); !strings.HasPrefix(got, "It was to end on ") {
			t.Errorf("an end that is past: %q", got)
		}
		if got := one.EndOn(w.Today().AddDays(-1)); got != w.Today().AddDays(-1).Long() {
			t.Errorf("an end that is today: %q", got)
		}
		w.verified()
	})
}
