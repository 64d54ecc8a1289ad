package partnership_test

import (
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/partnership"
	"commontable/internal/person"
)

// Of what is done, an interest that was told later is said to be looked at where who
// told it had a hand in it, and of those who came later nothing is said.
func TestWhatWasToldLaterIsSaidOfWhoHadAPart(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRegister(t, d)
		m := partnership.Matter{
			About: partnership.About{Kind: "payment", ID: "1"}, Parties: []partnership.Party{{Organisation: r.Tanners.LTO.ID}}, On: r.Today(),
			DoneAt: r.Clock.Now(), DoneBy: []access.PersonID{r.lena.Person},
		}
		r.Clock.Pass(48 * time.Hour)
		var nora access.Actor
		if err := d.Write(t.Context(), func(tx *db.Tx) (err error) {
			joined, err := r.partnerships.JoinIn(t.Context(), tx, access.System("a test"), r.Tanners.Area, partnership.NewMember{
				Name: "Nora", As: partnership.In{Kind: partnership.Resident}, From: r.Today(),
			})
			if err != nil {
				return err
			}
			hats, err := person.HatsOf(t.Context(), tx, joined.Person)
			if err != nil {
				return err
			}
			nora, err = person.ActorIn(t.Context(), tx, joined.Person, hats[0].ID, r.Today())
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for _, who := range []access.Actor{r.lena, r.omar, nora} {
			if _, err := r.declare(t.Context(), who, partnership.Employer, "Oak Trust"); err != nil {
				t.Fatal(err)
			}
		}
		for name, reader := range map[string]access.Actor{"the worker": r.wes, "nobody": {}} {
			var shown partnership.ShownMatter
			r.read(t, func(tx *db.Tx) (err error) {
				shown, err = partnership.ShownIn(t.Context(), tx, reader, r.Tanners.Area, m, true)
				return err
			})
			var got []string
			for _, one := range shown.People {
				got = append(got, one.Standing+". "+one.Words)
			}
			want := []string{
				"Told us later. They told us of this after it was done, so somebody else looks at it.",
				"Took no part. They told us of this after it was done. They neither approved it nor paid it.",
			}
			if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
				t.Errorf("to %s: got %q, want %q, and nothing of Nora, who came later", name, got, want)
			}
		}
	})
}
