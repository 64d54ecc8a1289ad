package meeting_test

import (
	"testing"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/meeting"
)

// A closure that is said after somebody took something on moves the day that counts;
// what was written down stays (R37).
func TestAClosureMovesWhatSomebodyTookOn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		a, due := w.Tanners.Area, date.Must("2026-12-24")
		_, err := w.meetings.AddAction(t.Context(), w.Tanners.Chair, a, meeting.NewAction{Form: w.form(), Words: "Ring the joiner", Owner: w.mo.Person, Due: due})
		w.must(err)
		_, err = w.Areas.Close(t.Context(), w.Tanners.Chair, a, area.NewClosure{Form: w.form(), From: date.Must("2026-12-20"), Until: date.Must("2027-01-05"), Why: "Winter"})
		w.must(err)
		w.read(func(tx *db.Tx) error {
			mine, err := meeting.OpenActionsOf(t.Context(), tx, a.ID, w.mo.Person)
			if err != nil {
				return err
			}
			one, err := meeting.ActionByID(t.Context(), tx, a.ID, mine[0].ID)
			all, errAll := meeting.Actions(t.Context(), tx, a.ID, 0, 9)
			w.must(errAll)
			for _, x := range append(append(mine, one), all...) {
				if x.Due != due || x.DueNow() != date.Must("2027-01-05") || x.Moved() != "was for 24 December 2026; we are closed until 5 January 2027" {
					t.Errorf("said for %s, due on %s: %s", x.Due, x.DueNow(), x.Moved())
				}
			}
			events, errEvents := meeting.ActionEvents(t.Context(), tx, w.mo, a, "https://table.example.org")
			w.must(errEvents)
			if len(events) != 1 || events[0].Day != date.Must("2027-01-05") {
				t.Errorf("the calendar says %+v", events)
			}
			return err
		})
	})
}
