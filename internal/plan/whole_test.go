package plan_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/money"
	"commontable/internal/plan"
)

// verified reports what is not as it was recorded.
func verified(t *testing.T, d *db.DB) []string {
	t.Helper()
	var bad []string
	read(t, d, func(tx *db.Tx) error {
		report := func(words string) { bad = append(bad, words) }
		readers, err := plan.Readers(t.Context(), tx, report)
		if err != nil {
			return err
		}
		_, err = audit.VerifyTold(t.Context(), tx, report, readers)
		return err
	})
	return bad
}

func draftOf(t *testing.T, d *db.DB, p *fundingtest.Place) (draft plan.Draft) {
	t.Helper()
	read(t, d, func(tx *db.Tx) (err error) {
		draft, err = plan.DraftOf(t.Context(), tx, p.Area.ID)
		return err
	})
	return draft
}

// A draft may begin empty, and is changed in place, section by section, until it
// is a version; then it has gone.
func TestADraftIsWrittenSectionBySection(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w := world(t, d)
		p := w.Tanners
		revise := func(r plan.Revision) string {
			t.Helper()
			subject, err := w.Plans.Revise(ctx, p.Chair, p.Area, string(w.Form()), draftOf(t, d, p).Seen(r), r)
			if err != nil {
				t.Fatalf("%T: %v", r, err)
			}
			return subject
		}
		if err := w.Plans.BeginDraft(ctx, p.Chair, p.Area, plan.NewDraft{Form: "begin"}); err != nil {
			t.Fatal(err)
		}
		if err := w.Plans.BeginDraft(ctx, p.Chair, p.Area, plan.NewDraft{Form: "again"}); !errors.Is(err, fault.Conflict) {
			t.Errorf("a second draft: got %v, want a conflict", err)
		}
		if _, err := w.Plans.FinishDraft(ctx, p.Chair, p.Area, 1, "too early"); err == nil {
			t.Error("an empty draft was finished")
		}
		green := plan.PriorityID(revise(plan.PriorityRevision{Name: "Green spaces", Why: "Nowhere to sit", Objectives: []string{"A bench on each side"}}))
		revise(plan.VisionRevision{Vision: "A greener Reach", FromYear: 2026, UntilYear: 2028})
		revise(plan.ActionsRevision{Priority: green, Actions: []plan.Action{{What: "Ask the council", Who: "Grace", By: date.Must("2027-03-01")}}})
		revise(plan.EvidenceRevision{Priority: green, Evidence: []plan.Evidence{{Kind: plan.Lived, Words: "“I carry a chair.”"}}})
		// The theme is found from the words; the years are the budget.
		revise(plan.MoneyRevision{Priority: green, Lines: []plan.NewLine{{Name: "Benches in the park", Years: []plan.YearBudget{{Year: 2026, Amount: money.Pounds(100)}, {Year: 2028, Amount: money.Pounds(50)}}}}})
		draft := draftOf(t, d, p)
		if l := draft.Lines[0]; l.Theme != "green-spaces" || l.Budget != money.Pounds(150) || l.InYear(2028) != money.Pounds(50) {
			t.Errorf("the line is %+v, want £150 under green-spaces, £50 of it in 2028", l)
		}
		n, err := w.Plans.FinishDraft(ctx, p.Chair, p.Area, draft.Number, "finish")
		if err != nil {
			t.Fatal(err)
		}
		read(t, d, func(tx *db.Tx) error {
			v, err := plan.VersionOf(ctx, tx, p.Area.ID, n)
			if err != nil {
				return err
			}
			pr := v.Priorities[0]
			if pr.ID != green || pr.Why != "Nowhere to sit" || !slices.Equal(pr.Objectives, []string{"A bench on each side"}) || pr.Actions[0].Who != "Grace" || pr.Evidence[0].Kind != plan.Lived || v.Lines[0].ID != draft.Lines[0].ID {
				t.Errorf("the version says %+v", v)
			}
			if _, err := plan.DraftOf(ctx, tx, p.Area.ID); !errors.Is(err, fault.NotFound) {
				t.Errorf("the draft after it was finished: got %v, want not found", err)
			}
			return nil
		})
		if _, err := w.Plans.Revise(ctx, p.Chair, p.Area, "late", "", plan.VisionRevision{Vision: "x"}); !errors.Is(err, fault.NotFound) {
			t.Errorf("a change after the end: got %v, want not found", err)
		}
		if bad := verified(t, d); len(bad) > 0 {
			t.Errorf("verify: %v", bad)
		}
	})
}

// What somebody else changed meanwhile is not written over unawares, and what one
// typed is not lost.
func TestTwoWhoWriteOneSectionAreTold(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w := world(t, d)
		p := w.Tanners
		if err := w.Plans.BeginDraft(ctx, p.Chair, p.Area, plan.NewDraft{Form: "begin"}); err != nil {
			t.Fatal(err)
		}
		seen := draftOf(t, d, p).Seen(plan.VisionRevision{})
		if _, err := w.Plans.Revise(ctx, p.Chair, p.Area, "one", seen, plan.VisionRevision{Vision: "One"}); err != nil {
			t.Fatal(err)
		}
		_, err := w.Plans.Revise(ctx, w.Farah, p.Area, "two", seen, plan.VisionRevision{Vision: "Two"})
		if wrong, ok := errors.AsType[fault.Invalid](err); !ok || !strings.Contains(wrong[0].Words, "Somebody else changed this") {
			t.Errorf("got %v, want to be told", err)
		}
		if got := draftOf(t, d, p).Vision; got != "One" {
			t.Errorf("the draft says %q, want what was kept first", got)
		}
		// Another section is nobody's concern.
		if _, err := w.Plans.Revise(ctx, w.Farah, p.Area, "three", draftOf(t, d, p).Seen(plan.PriorityRevision{}), plan.PriorityRevision{Name: "Green"}); err != nil {
			t.Errorf("another section: %v", err)
		}
		for _, by := range []access.Actor{w.Kit, w.Millbrook.Chair, {}} {
			if _, err := w.Plans.Revise(ctx, by, p.Area, "four", "", plan.VisionRevision{}); !errors.Is(err, fault.Forbidden) {
				t.Errorf("%s writes: got %v, want forbidden", by.Name, err)
			}
		}
	})
}

// A line and a priority may be renamed, and a new one may take the old name: what
// was planned and spent stays with what it was planned for.
func TestALineIsRenamedAndStaysItself(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w := world(t, d)
		p := w.Tanners
		lines, _, err := w.Ready(ctx, p)
		if err != nil {
			t.Fatal(err)
		}
		benches := lines["green/benches"]
		if err := w.Plans.BeginDraft(ctx, p.Chair, p.Area, plan.NewDraft{Form: "begin", From: 1}); err != nil {
			t.Fatal(err)
		}
		green := draftOf(t, d, p).Priorities[0].ID
		for i, r := range []plan.Revision{
			plan.PriorityRevision{ID: green, Name: "Outdoors"},
			plan.MoneyRevision{Priority: green, Lines: []plan.NewLine{
				{ID: benches, Name: "Somewhere to sit", Budget: money.Pounds(60_000)}, {Name: "Benches", Theme: "green-spaces", Budget: money.Pounds(5)},
			}},
		} {
			if _, err := w.Plans.Revise(ctx, p.Chair, p.Area, fmt.Sprint("revise ", i), "", r); err != nil {
				t.Fatal(err)
			}
		}
		n, err := w.Plans.FinishDraft(ctx, p.Chair, p.Area, 1, "finish")
		if err != nil {
			t.Fatal(err)
		}
		name := func() (said string) {
			read(t, d, func(tx *db.Tx) error {
				l, err := plan.LineByID(ctx, tx, p.Area.ID, benches)
				said = l.PriorityName + "/" + l.Name
				return err
			})
			return said
		}
		if got := name(); got != "green/benches" {
			t.Errorf("before it is adopted the line is %s, want green/benches", got)
		}
		if err := w.Plans.Adopt(ctx, p.Chair, p.Area, plan.NewAdoption{Form: "adopt", Version: n, On: w.Today(), Decision: "x", DecisionNumber: 7}); err != nil {
			t.Fatal(err)
		}
		if got := name(); got != "Outdoors/Somewhere to sit" {
			t.Errorf("the line is %s, want Outdoors/Somewhere to sit", got)
		}
		read(t, d, func(tx *db.Tx) error {
			before, err := plan.VersionOf(ctx, tx, p.Area.ID, 1)
			if err != nil {
				return err
			}
			now, err := plan.Current(ctx, tx, p.Area.ID)
			if before.Lines[0].Name != "benches" || before.Lines[0].PriorityName != "green" {
				t.Errorf("version 1 says %s/%s, want what it said then", before.Lines[0].PriorityName, before.Lines[0].Name)
			}
			if now.Adopted.DecisionNumber != 7 {
				t.Errorf("adopted by decision %d, want 7", now.Adopted.DecisionNumber)
			}
			var said []string
			for _, c := range plan.Compare(before, now) {
				said = append(said, fmt.Sprintf("%s %s: %s", c.What, c.How, c.Name))
			}
			if got, want := strings.Join(said, "; "), "priority renamed: Outdoors; budget line renamed: Somewhere to sit; budget line added: Benches"; got != want {
				t.Errorf("the difference is\n%s\nwant\n%s", got, want)
			}
			return err
		})
		if bad := verified(t, d); len(bad) > 0 {
			t.Errorf("verify: %v", bad)
		}
	})
}

// Whatever versions are written, with lines renamed, added and left out and names
// used again: each line has one identity from when it was first planned, no
// version's money is lost, and what every line ever had adds up by its identity.
func TestLinesKeepTheirIdentityWhateverHappens(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		runs := 0
		w := world(t, d)
		rapid.Check(t, func(rt *rapid.T) {
			runs++
			ctx := t.Context()
			var place *fundingtest.Place
			if err := d.Write(ctx, func(tx *db.Tx) (err error) {
				place, err = w.PlaceIn(ctx, tx, fmt.Sprintf("Place %d", runs), fmt.Sprintf("Trust %d", runs), "A", "B", "C")
				return err
			}); err != nil {
				rt.Fatal(err)
			}
			names := []string{"a", "b", "c", "d"}
			type model struct {
				priority, name string
				total          int64 // over all versions
			}
			known := map[plan.LineID]*model{}
			var current []plan.Line
			for v := range rapid.IntRange(1, 6).Draw(rt, "versions") {
				n := plan.NewVersion{Form: string(w.Form()), FromYear: 2026, UntilYear: 2028}
				used := map[string]bool{}
				var kept []plan.LineID
				add := func(l plan.NewLine) {
					if key := l.Priority + "/" + l.Name; !used[key] {
						used[key] = true
						n.Lines, kept = append(n.Lines, l), append(kept, l.ID)
					}
				}
				for _, l := range current { // kept as it is, renamed, or left out
					switch rapid.IntRange(0, 3).Draw(rt, "what") {
					case 0, 1:
						add(plan.NewLine{ID: l.ID, Priority: l.PriorityName, Name: l.Name, Theme: l.Theme, Budget: money.Pence(rapid.Int64Range(0, 1000).Draw(rt, "pence"))})
					case 2:
						add(plan.NewLine{ID: l.ID, Priority: l.PriorityName, Name: rapid.SampledFrom(names).Draw(rt, "new name"), Theme: l.Theme, Budget: money.Pence(rapid.Int64Range(0, 1000).Draw(rt, "pence"))})
					}
				}
				for range rapid.IntRange(0, 3).Draw(rt, "added") {
					add(plan.NewLine{Priority: rapid.SampledFrom([]string{"p", "q"}).Draw(rt, "priority"), Name: rapid.SampledFrom(names).Draw(rt, "name"), Theme: "green-spaces", Budget: money.Pence(rapid.Int64Range(0, 1000).Draw(rt, "pence"))})
				}
				if len(n.Lines) == 0 {
					continue
				}
				var written plan.Version
				if err := d.Write(ctx, func(tx *db.Tx) (err error) {
					if written, err = w.Plans.WriteIn(ctx, tx, place.Chair, place.Area, n); err != nil {
						return err
					}
					return w.Plans.AdoptIn(ctx, tx, place.Chair, place.Area, plan.NewAdoption{Version: written.Number, On: w.Today(), Decision: "x"})
				}); err != nil {
					rt.Fatalf("version %d: %v", v+1, err)
				}
				seen := map[plan.LineID]bool{}
				for i, l := range written.Lines {
					if kept[i] != "" && l.ID != kept[i] {
						rt.Fatalf("line %d is %s, want %s", i, l.ID, kept[i])
					}
					if seen[l.ID] {
						rt.Fatalf("two lines of a version are one: %+v", written.Lines)
					}
					seen[l.ID] = true
					m := known[l.ID]
					if m == nil {
						m = &model{priority: l.PriorityName}
						known[l.ID] = m
					}
					if m.priority != l.PriorityName {
						rt.Fatalf("a line went from %s to %s", m.priority, l.PriorityName)
					}
					m.name, m.total = l.Name, m.total+l.Budget.Minor()
				}
				current = written.Lines
			}
			if err := d.Read(ctx, func(tx *db.Tx) error {
				every, err := plan.EveryLine(ctx, tx, place.Area.ID)
				if err != nil {
					return err
				}
				if len(every) != len(known) {
					rt.Fatalf("%d lines are kept, %d were planned", len(every), len(known))
				}
				totals := map[plan.LineID]int64{}
				versions, err := plan.Versions(ctx, tx, place.Area.ID)
				if err != nil {
					return err
				}
				for _, v := range versions {
					whole, err := plan.VersionOf(ctx, tx, place.Area.ID, v.Number)
					if err != nil {
						return err
					}
					for _, l := range whole.Lines {
						totals[l.ID] += l.Budget.Minor()
					}
				}
				for _, l := range every {
					m := known[l.ID]
					if m == nil || m.name != l.Name || m.priority != l.PriorityName || m.total != totals[l.ID] {
						rt.Fatalf("line %+v with %d in all, want %+v", l, totals[l.ID], m)
					}
				}
				return nil
			}); err != nil {
				rt.Fatal(err)
			}
		})
		if bad := verified(t, d); len(bad) > 0 {
			t.Errorf("verify: %v", bad)
		}
	})
}

func TestAProgrammeEndorsesWhatWasAdopted(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w := world(t, d)
		p := w.Tanners
		n, err := w.Plans.Write(ctx, p.Chair, p.Area, version(w, fundingtest.Line("green/benches", money.Pounds(10))))
		if err != nil {
			t.Fatal(err)
		}
		endorse := func(by access.Actor) error {
			return w.Plans.Endorse(ctx, by, p.Area, plan.NewEndorsement{Form: string(w.Form()), Version: n, On: w.Today(), Words: "Good"})
		}
		if err := endorse(w.Farah); !errors.Is(err, fault.Conflict) {
			t.Errorf("before it is adopted: got %v, want a conflict", err)
		}
		if err := w.Plans.Adopt(ctx, p.Chair, p.Area, plan.NewAdoption{Form: "adopt", Version: n, On: w.Today(), Decision: "x"}); err != nil {
			t.Fatal(err)
		}
		if err := endorse(p.Chair); !errors.Is(err, fault.Forbidden) {
			t.Errorf("by the chair: got %v, want forbidden", err)
		}
		if err := endorse(w.Farah); err != nil {
			t.Fatal(err)
		}
		if err := endorse(w.Farah); !errors.Is(err, fault.Conflict) {
			t.Errorf("twice: got %v, want a conflict", err)
		}
		read(t, d, func(tx *db.Tx) error {
			v, err := plan.Current(ctx, tx, p.Area.ID)
			if !v.IsEndorsed() || v.Endorsed.Words != "Good" {
				t.Errorf("endorsed: %+v", v.Endorsed)
			}
			state, err2 := area.StateOn(ctx, tx, p.Area.ID, w.Today())
			if state != area.PlanAgreed {
				t.Errorf("the area is %q, want plan agreed", state)
			}
			return errors.Join(err, err2)
		})
	})
}

func TestAConsultationIsFrozenOnceItIsFedBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w := world(t, d)
		p := w.Tanners
		n, err := w.Plans.BeginConsultation(ctx, p.Chair, p.Area, plan.NewConsultation{Form: "begin", Sections: []plan.Section{plan.AskingSection{Asking: plan.Asking{Title: "At the doors", From: date.Must("2026-09-01"), Until: date.Must("2026-09-12")}}}})
		if err != nil {
			t.Fatal(err)
		}
		save := func(s plan.Section) error {
			return w.Plans.SaveConsultation(ctx, p.Chair, p.Area, n, string(w.Form()), "", s)
		}
		for field, s := range map[string]plan.Section{
			"why-1":      plan.OptionsSection{Options: []plan.Option{{Words: "A pool"}}},
			"answered-1": plan.ChannelsSection{Channels: []plan.Channel{{Kind: plan.Doors, Asked: 3, Answered: 4}}},
			"kind-1":     plan.ChannelsSection{Channels: []plan.Channel{{Kind: "pigeon"}}},
			"who-1":      plan.VoicesSection{Voices: []plan.Voice{{What: "x"}}},
			"words-1":    plan.HearingSection{Hearing: plan.Hearing{Heard: []plan.Heard{{Count: 1}}}},
			"until":      plan.AskingSection{Asking: plan.Asking{Title: "x", From: date.Must("2026-09-02"), Until: date.Must("2026-09-01")}},
		} {
			if wrong, _ := errors.AsType[fault.Invalid](save(s)); wrong.For(field) == "" {
				t.Errorf("%T: %v, want %q marked", s, wrong, field)
			}
		}
		feedback := func() error {
			return w.Plans.FeedBack(ctx, p.Chair, p.Area, plan.NewFeedback{Form: string(w.Form()), Number: n, On: w.Today(), How: "At the fair"})
		}
		if err := feedback(); err == nil {
			t.Error("fed back before anything was heard")
		}
		for _, s := range []plan.Section{
			plan.OptionsSection{Options: []plan.Option{{Words: "A pool", Why: "Too dear"}, {Words: "Benches", Possible: true}}},
			plan.ChannelsSection{Channels: []plan.Channel{{Kind: plan.Doors, Asked: 240, Answered: 121}, {Kind: plan.Events, Answered: 31}}},
			plan.HearingSection{Hearing: plan.Hearing{Summary: "Young people first", Heard: []plan.Heard{{Words: "Young people", Count: 94}}}},
			plan.VoicesSection{Voices: []plan.Voice{{Who: "People who work nights"}}},
		} {
			if err := save(s); err != nil {
				t.Fatal(err)
			}
		}
		seenBy := func(by access.Actor) (seen bool) {
			read(t, d, func(tx *db.Tx) error {
				c, err := plan.ConsultationOf(ctx, tx, p.Area.ID, n)
				if asked, answered := c.Turnout(); asked != 240 || answered != 152 {
					t.Errorf("%d of %d answered, want 152 of 240", answered, asked)
				}
				seen = c.MayBeSeenBy(by, p.Area)
				return err
			})
			return seen
		}
		if seenBy(access.Actor{}) || seenBy(w.Kit) || !seenBy(p.Chair) {
			t.Error("before it is fed back it is for those who prepare the plan")
		}
		if err := feedback(); err != nil {
			t.Fatal(err)
		}
		if !seenBy(access.Actor{}) {
			t.Error("once it is fed back it is for everybody")
		}
		if err := save(plan.VoicesSection{}); !errors.Is(err, fault.Conflict) {
			t.Errorf("a change afterwards: got %v, want a conflict", err)
		}
		if err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE consultations SET title = 'x' WHERE area_id = $1`, p.Area.ID)
			return err
		}); err == nil {
			t.Error("the database let it be changed")
		}
		// Evidence may be from it, and from none that is not there.
		for number, fits := range map[int64]bool{n: true, 99: false} {
			v := version(w, fundingtest.Line("green/benches", money.Pounds(10)))
			v.Priorities = []plan.Priority{{Name: "green", Evidence: []plan.Evidence{{Kind: plan.Collected, Words: "94 of 152", Consultation: number}}}}
			if _, err := w.Plans.Write(ctx, p.Chair, p.Area, v); (err == nil) != fits {
				t.Errorf("evidence from consultation %d: %v", number, err)
			}
		}
		if bad := verified(t, d); len(bad) > 0 {
			t.Errorf("verify: %v", bad)
		}
	})
}

// A look back may change nothing, with the reason; it is due softly, a year on,
// and not while the area rests.
func TestALookBackKeepsOnPurpose(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w := world(t, d)
		p := w.Tanners
		if _, err := w.Plans.BeginReview(ctx, p.Chair, p.Area, 1, "no plan"); !errors.Is(err, fault.Conflict) {
			t.Errorf("without a plan: got %v, want a conflict", err)
		}
		if _, err := w.Adopt(ctx, p, fundingtest.Line("green/benches", money.Pounds(10)), fundingtest.Line("young/club", money.Pounds(30))); err != nil {
			t.Fatal(err)
		}
		since := func() (day date.Date) {
			read(t, d, func(tx *db.Tx) (err error) {
				day, err = plan.ReviewSince(ctx, tx, p.Area.ID)
				return err
			})
			return day
		}
		if got := since(); got != w.Today().AddMonths(12) {
			t.Errorf("due since %s, want a year after it was adopted", got)
		}
		n, err := w.Plans.BeginReview(ctx, p.Chair, p.Area, 1, "begin")
		if err != nil {
			t.Fatal(err)
		}
		if got := since(); !got.IsZero() {
			t.Errorf("due since %s while one is being written, want none", got)
		}
		var green, young plan.PriorityID
		read(t, d, func(tx *db.Tx) error {
			r, err := plan.ReviewOf(ctx, tx, p.Area.ID, n)
			green, young = r.Parts[0].Priority, r.Parts[1].Priority
			return err
		})
		finish := plan.NewFinish{Form: "one", Number: n, Looking: plan.Looking{Parts: []plan.Part{{Priority: green, Choice: plan.Kept}, {Priority: young}}}}
		wrong, _ := errors.AsType[fault.Invalid](w.Plans.FinishReview(ctx, p.Chair, p.Area, finish))
		if wrong.For("why-1") == "" || wrong.For("choice-2") == "" {
			t.Errorf("wrong is %v, want why-1 and choice-2", wrong)
		}
		finish.Form, finish.Looking = "two", plan.Looking{Parts: []plan.Part{{Priority: green, Choice: plan.Kept, Why: "It needs time"}, {Priority: young, Choice: plan.Kept, Why: "It works"}}}
		finish.Spent, finish.NewDraft = map[plan.PriorityID]money.Amount{green: money.Pounds(4)}, true
		w.Clock.Pass(24 * time.Hour)
		for range 2 {
			if err := w.Plans.FinishReview(ctx, p.Chair, p.Area, finish); err != nil {
				t.Fatal(err)
			}
		}
		read(t, d, func(tx *db.Tx) error {
			r, err := plan.ReviewOf(ctx, tx, p.Area.ID, n)
			if !r.ChangedNothing() || r.Parts[0].Spent != money.Pounds(4) || r.Parts[1].Planned != money.Pounds(30) || r.Finished != w.Today() {
				t.Errorf("the review is %+v", r)
			}
			draft, err2 := plan.DraftOf(ctx, tx, p.Area.ID)
			if draft.BasedOn != 1 {
				t.Errorf("the draft began as version %d, want 1", draft.BasedOn)
			}
			return errors.Join(err, err2)
		})
		if got := since(); got != w.Today().AddMonths(12) {
			t.Errorf("due since %s, want a year after the last", got)
		}
		if err := w.Plans.SaveReview(ctx, p.Chair, p.Area, n, "late", "", plan.Looking{}); !errors.Is(err, fault.Conflict) {
			t.Errorf("a change afterwards: got %v, want a conflict", err)
		}
		if bad := verified(t, d); len(bad) > 0 {
			t.Errorf("verify: %v", bad)
		}
	})
}

// What was recorded and then changed behind the program's back is found out.
func TestVerifyFindsWhatAPlanSaidOtherwise(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	ctx := t.Context()
	w := world(t, d)
	v := version(w, fundingtest.Line("green/benches", money.Pounds(10)))
	v.Priorities = []plan.Priority{{Name: "green", Why: "Because", Objectives: []string{"More"}, Actions: []plan.Action{{What: "Ask"}}, Evidence: []plan.Evidence{{Kind: plan.Lived, Words: "So"}}}}
	v.Lines[0].Years = []plan.YearBudget{{Year: 2026, Amount: money.Pounds(10)}}
	if _, err := w.Plans.Write(ctx, w.Tanners.Chair, w.Tanners.Area, v); err != nil {
		t.Fatal(err)
	}
	if bad := verified(t, d); len(bad) > 0 {
		t.Fatalf("verify: %v", bad)
	}
	undone := errors.New("undone")
	for table, change := range map[string]string{
		"plan_priorities": `UPDATE plan_priorities SET why = 'otherwise'`, "plan_objectives": `UPDATE plan_objectives SET words = 'less'`,
		"plan_actions": `UPDATE plan_actions SET who = 'somebody else'`, "plan_evidence": `UPDATE plan_evidence SET kind = 'published'`, "plan_line_years": `UPDATE plan_line_years SET year = 2027`,
	} {
		if err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, change)
			return err
		}); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: got %v, want it refused", table, err)
		}
		err := d.Write(ctx, func(tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `DROP TRIGGER `+table+`_stay`); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, change); err != nil {
				return err
			}
			var bad []string
			readers, err := plan.Readers(ctx, tx, func(words string) { bad = append(bad, words) })
			if err != nil {
				return err
			}
			if _, err := audit.VerifyTold(ctx, tx, func(string) {}, readers); err != nil {
				return err
			}
			if len(bad) == 0 {
				t.Errorf("%s was changed, and verify found nothing", table)
			}
			return undone
		})
		if !errors.Is(err, undone) {
			t.Error(err)
		}
	}
}

func TestAThemeIsFoundFromTheWords(t *testing.T) {
	t.Parallel()
	rules, err := area.RuleBookByCode(area.BigLocal)
	if err != nil {
		t.Fatal(err)
	}
	for words, want := range map[string]string{
		"Benches in the park":        "green-spaces Benches",
		"Youth drop-in":              "children-and-young-people Youth",
		"Lunch club":                 "older-people Lunch club",
		"Play area in the rec":       "green-spaces Play area",
		"Skate ramp":                 "sport Skate",
		"Small grants to groups":     "small-grants Small grants",
		"A minibus":                  "transport minibus",
		"The worker's salary":        "running-the-partnership worker's",
		"Artichokes":                 " ", // "art" is a whole word or none
		"":                           " ",
		"Something else altogether!": " ",
	} {
		s, ok := plan.SuggestTheme(rules, words)
		if got := s.Theme + " " + s.Word; got != want || ok != (want != " ") {
			t.Errorf("%q: got %q (%t), want %q", words, got, ok, want)
		}
	}
	for _, code := range []string{area.BigLocal, area.PrideInPlace} {
		rules, err := area.RuleBookByCode(code)
		if err != nil {
			t.Fatal(err)
		}
		for _, theme := range rules.Themes { // every theme can be found
			if s, _ := plan.SuggestTheme(rules, theme.Name); s.Theme == "" {
				t.Errorf("%s: nothing is found in the name of the theme %q", code, theme.Name)
			}
		}
	}
}

// What differs is told once and by itself: another day of an action, other years of
// the same money, evidence from elsewhere, and a new name apart from more money.
func TestDifferencesAreReadable(t *testing.T) {
	t.Parallel()
	before := plan.Version{FromYear: 2026, UntilYear: 2028, Priorities: []plan.Priority{{
		ID: "p", Name: "Green", Actions: []plan.Action{{ID: "a", What: "Plant", By: date.Must("2026-10-01")}},
		Evidence: []plan.Evidence{{Kind: plan.Lived, Words: "No shade"}},
	}}, Lines: []plan.Line{
		{ID: "l", Priority: "p", Name: "Trees", Budget: money.Pounds(30), Years: []plan.YearBudget{{Year: 2026, Amount: money.Pounds(10)}, {Year: 2027, Amount: money.Pounds(20)}}},
		{ID: "m", Priority: "p", Name: "Benches", Budget: money.Pounds(5)},
	}}
	after := before
	after.Priorities = []plan.Priority{{
		ID: "p", Name: "Green", Actions: []plan.Action{{ID: "a", What: "Plant", By: date.Must("2027-03-01")}},
		Evidence: []plan.Evidence{{Kind: plan.Lived, Words: "No shade", Source: "At the doors", Consultation: 2}},
	}}
	after.Lines = []plan.Line{
		{ID: "l", Priority: "p", Name: "Trees", Budget: money.Pounds(30), Years: []plan.YearBudget{{Year: 2026, Amount: money.Pounds(10)}, {Year: 2028, Amount: money.Pounds(20)}}},
		{ID: "m", Priority: "p", Name: "Seats", Budget: money.Pounds(8)},
	}
	var said []string
	var sum money.Amount
	for _, c := range plan.Compare(before, after) {
		said = append(said, fmt.Sprintf("%s %s: %s > %s", c.What, c.How, c.Before, c.After))
		if c.IsOfMoney() {
			sum = sum.Add(c.By())
		}
	}
	want := []string{
		"budget line other years: 2027–28: £20, 2028–29: nothing > 2027–28: nothing, 2028–29: £20", "budget line renamed: Benches > Seats", "budget line more money:  > ",
		"action other day: 1 October 2026 > 1 March 2027", "evidence other words: Nothing said of where it is from > At the doors, consultation 2",
	}
	if !slices.Equal(said, want) {
		t.Errorf("got\n%s", strings.Join(said, "\n"))
	}
	if sum != money.Pounds(3) {
		t.Errorf("the changes add up to %s, want what the plan has more", sum)
	}
}

// A theme costs who writes a plan nothing: a line of which the words tell nothing is
// under what its priority is about, or where its priority's other lines are.
func TestThemesAreFoundAroundALine(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := world(t, d)
		ctx, by, in := t.Context(), w.Tanners.Chair, w.Tanners.Area
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(w.Plans.BeginDraft(ctx, by, in, plan.NewDraft{Form: string(w.Form())}))
		revise := func(r plan.Revision) (string, error) {
			return w.Plans.Revise(ctx, by, in, string(w.Form()), "", r)
		}
		_, err := revise(plan.VisionRevision{FromYear: 2026, UntilYear: 2028})
		must(err)
		for name, c := range map[string]struct {
			pr    plan.PriorityRevision
			lines []plan.NewLine
			want  string // of the last line; "" where nothing tells it
		}{
			"by why":      {plan.PriorityRevision{Name: "Qx one", Why: "Children play in the road, the playground is shut"}, []plan.NewLine{{Name: "Zzyzx", Budget: money.Pounds(1)}}, "green-spaces"},
			"by another":  {plan.PriorityRevision{Name: "Qx two"}, []plan.NewLine{{Name: "Foo", Theme: "transport", Budget: money.Pounds(1)}, {Name: "Zzyzx", Budget: money.Pounds(1)}}, "transport"},
			"by nothing":  {plan.PriorityRevision{Name: "Qx three"}, []plan.NewLine{{Name: "Zzyzx", Budget: money.Pounds(1)}}, ""},
			"by its name": {plan.PriorityRevision{Name: "Qx four", Why: "Children"}, []plan.NewLine{{Name: "Minibus", Budget: money.Pounds(1)}}, "transport"},
		} {
			pid, err := revise(c.pr)
			must(err)
			_, err = revise(plan.MoneyRevision{Priority: plan.PriorityID(pid), Lines: c.lines})
			must(err) // where nothing tells a theme, the line is saved without
			must(d.Read(ctx, func(tx *db.Tx) error {
				draft, err := plan.DraftOf(ctx, tx, in.ID)
				lines := draft.LinesOf(plan.PriorityID(pid))
				if err == nil && lines[len(lines)-1].Theme != c.want {
					t.Errorf("%s: %s, want %s", name, lines[len(lines)-1].Theme, c.want)
				}
				return err
			}))
		}
	})
}
