package area

import (
	"errors"
	"strings"
	"testing"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
)

// What an officer notes counts from its day, of two of one day the later; it stays
// as it was, and verify hears of one that nobody noted.
func TestStatesAreNotedAndStay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := founded(t, d)
		p := programme(t, a, BigLocal)
		var selby Area
		write(t, d, func(tx *db.Tx) (err error) {
			selby, err = a.AddIn(t.Context(), tx, operator, p.ID, NewArea{Name: "Selby"})
			return err
		})
		day := date.Must("2020-01-01")
		officer := access.Actor{Person: "olu", Hat: access.Hat{Role: access.ProgrammeOfficer, Scope: access.InProgramme, Place: string(p.ID)}}
		chair := access.Actor{Person: "cat", Hat: access.Hat{Role: access.Chair, Scope: access.InArea, Place: string(selby.ID)}}
		for _, one := range []struct {
			by   access.Actor
			n    NewState
			want error
		}{
			{chair, NewState{Form: "a", State: Closed, From: day}, fault.Forbidden},
			{officer, NewState{Form: "b", State: SpendingOut, From: day, Note: "  The last  year "}, nil},
			{officer, NewState{Form: "b", State: SpendingOut, From: day, Note: "The last year"}, nil}, // sent twice
			{officer, NewState{Form: "c", State: SpendingOut, From: day}, fault.Conflict},
			{officer, NewState{Form: "d", State: Selected, From: day.AddDays(-400)}, nil},
		} {
			if err := a.NoteState(t.Context(), one.by, selby, one.n); !errors.Is(err, one.want) {
				t.Errorf("%s in form %s: %v, want %v", one.n.State, one.n.Form, err, one.want)
			}
		}
		if err := a.NoteState(t.Context(), officer, selby, NewState{Form: "e", State: "finished", From: date.InLondon(a.Now()).AddDays(1), Note: strings.Repeat("x", 201)}); err == nil || !strings.Contains(err.Error(), "state: ") || !strings.Contains(err.Error(), "today or a day before") || !strings.Contains(err.Error(), "note: ") {
			t.Errorf("three faults: %v", err)
		}
		read(t, d, func(tx *db.Tx) error {
			all, err := StatesOf(t.Context(), tx, selby.ID)
			if len(all) != 2 || all[0].State != Selected || all[1].State != SpendingOut || all[1].Note != "The last year" {
				t.Errorf("noted: %+v", all)
			}
			before, err2 := EverBeyondSelected(t.Context(), tx, selby.ID, day.AddDays(-1))
			after, err3 := EverBeyondSelected(t.Context(), tx, selby.ID, day)
			if before || !after {
				t.Errorf("beyond selected: %t and %t", before, after)
			}
			return errors.Join(err, err2, err3)
		})
		for _, change := range []string{`UPDATE area_states SET note = 'no'`, `DELETE FROM area_states`} {
			if err := d.Write(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(t.Context(), change); return err }); err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("%s: %v", change, err)
			}
		}
		var bad []string
		read(t, d, func(tx *db.Tx) error { return held(t.Context(), tx, func(s string) { bad = append(bad, s) }) })
		if len(bad) > 0 {
			t.Fatalf("verify: %q", bad)
		}
		write(t, d, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `
				INSERT INTO area_states (area_id, state, from_on, note, noted_by, noted_at) SELECT area_id, 'closed', from_on, note, noted_by, noted_at FROM area_states WHERE state = 'selected'`)
			return err
		})
		read(t, d, func(tx *db.Tx) error { return held(t.Context(), tx, func(s string) { bad = append(bad, s) }) })
		if len(bad) != 1 || !strings.Contains(bad[0], "closed") {
			t.Errorf("verify of a state that nobody noted: %q", bad)
		}
	})
}
