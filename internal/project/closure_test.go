package project_test

import (
	"testing"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/project"
)

// A closure that is said after a milestone was planned, or a project's last day was set,
// moves the day that counts; what was written down stays, and a quarter is a quarter (R37).
func TestAClosureMovesAMilestone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		due, opens := date.Must("2026-12-24"), date.Must("2027-01-05")
		hub := w.begin("The Hub", func(n *project.New) { n.Ends, n.EndsOn = project.EndsOnDay, due })
		for _, quarter := range []bool{false, true} {
			if _, err := w.AddMilestone(t.Context(), w.p.Chair, w.p.Area, hub, project.NewMilestone{Form: string(w.Form()), Name: "The roof is on", When: project.When{On: due, Quarter: quarter}}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := w.Areas.Close(t.Context(), w.p.Chair, w.p.Area, area.NewClosure{Form: string(w.Form()), From: date.Must("2026-12-20"), Until: opens, Why: "Winter"}); err != nil {
			t.Fatal(err)
		}
		w.read(func(tx *db.Tx) error {
			all, err := project.Milestones(t.Context(), tx, w.p.Area.ID, hub)
			for _, m := range all {
				want, words := opens, "5 January 2027 (was for 24 December 2026; we are closed until 5 January 2027)"
				if m.Planned().Quarter {
					want, words = due, "October to December 2026"
				}
				if m.Planned().On != due || m.Counts() != want || m.When() != words {
					t.Errorf("planned for %s, %s counts: %s", m.Planned().On, m.Counts(), m.When())
				}
			}
			if len(all) != 2 {
				t.Errorf("%d milestones", len(all))
			}
			return err
		})
		if got := w.get(hub, due.AddDays(3)).EndOn(due.AddDays(3)); got != "24 December 2026" {
			t.Errorf("in the closure it is told %q", got)
		}
		if got := w.get(hub, opens.AddDays(1)).EndOn(opens.AddDays(1)); got != "It was to end on 24 December 2026, and goes on" {
			t.Errorf("after it, it is told %q", got)
		}
	})
}
