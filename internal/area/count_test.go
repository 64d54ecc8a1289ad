package area

import (
	"fmt"
	"strings"
	"testing"

	"commontable/internal/db"
	"commontable/internal/db/dbtest"
)

func TestStageOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		allocated, spent int64
		want             Stage
	}{
		{0, 0, GettingStarted},
		{100, -5, GettingStarted},
		{100, 24, GettingStarted},
		{100, 25, UnderWay},
		{100, 75, UnderWay},
		{100, 76, NearlySpent},
		{100, 130, NearlySpent},
	} {
		if got := StageOf(c.allocated, c.spent); got != c.want {
			t.Errorf("StageOf(%d, %d): got %d, want %d", c.allocated, c.spent, got, c.want)
		}
	}
}

// Areas are counted as they come, move to another region and come to another stage.
func TestAreasAreCounted(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := founded(t, d)
		p := programme(t, a, BigLocal)
		says := func(want string) {
			t.Helper()
			read(t, d, func(tx *db.Tx) error {
				counts, err := Counts(t.Context(), tx, p.ID)
				var got []string
				for _, c := range counts {
					got = append(got, fmt.Sprintf("%s %d: %d", c.Region, c.Stage, c.Areas))
				}
				if s := strings.Join(got, ", "); s != want {
					t.Errorf("the counts are %q, want %q", s, want)
				}
				if err == nil {
					err = Verify(t.Context(), tx, func(bad string) { t.Error(bad) })
				}
				return err
			})
		}
		var elm, oak Area
		write(t, d, func(tx *db.Tx) (err error) {
			if elm, err = a.AddIn(t.Context(), tx, operator, p.ID, NewArea{Name: "Elm", Region: "London"}); err != nil {
				return err
			}
			oak, err = a.AddIn(t.Context(), tx, operator, p.ID, NewArea{Name: "Oak", Region: "London"})
			return err
		})
		says("London 0: 2")
		write(t, d, func(tx *db.Tx) error { return NoteStageIn(t.Context(), tx, elm.ID, UnderWay) })
		write(t, d, func(tx *db.Tx) error { return NoteStageIn(t.Context(), tx, elm.ID, UnderWay) })
		says("London 0: 1, London 1: 1")
		write(t, d, func(tx *db.Tx) error {
			was, err := ByID(t.Context(), tx, elm.ID)
			if err != nil {
				return err
			}
			is := was
			is.Region, is.Stage = "South East", GettingStarted
			return updateArea(t.Context(), tx, was, is)
		})
		says("London 0: 1, South East 1: 1")
		write(t, d, func(tx *db.Tx) error { return NoteStageIn(t.Context(), tx, oak.ID, NearlySpent) })
		says("London 2: 1, South East 1: 1")
	})
}
