package partnership_test

import (
	"strings"
	"testing"
	"time"

	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/partnership"
)

func (r *room) asked() (all []partnership.Invitee) {
	r.Helper()
	r.check(r.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		all, err = partnership.AskedIn(r.Context(), tx, r.area.ID)
		return err
	}))
	return all
}

// Who was asked is written down once, answered, and forgotten in its time; what
// stays says that somebody was asked, and of which kind.
func TestWhoWasAskedIsForgottenWhenItIsNeededNoMore(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRoom(t, d)
		nell := partnership.NewAsked{Form: string(r.Form()), Kind: partnership.AskedResident, Name: " Nell Hart ", About: "Knows the flats", Way: "face to face", On: r.Today(), By: "Maggie"}
		x, err := r.p.NoteAsked(t.Context(), r.wanda, r.area, nell)
		r.check(err)
		again, err := r.p.NoteAsked(t.Context(), r.wanda, r.area, nell)
		r.check(err)
		if all := r.asked(); again != x || len(all) != 1 || all[0].Name != "Nell Hart" || all[0].ForgetOn != r.Today().AddMonths(12) {
			t.Fatalf("asked: %+v", all)
		}
		school := partnership.NewAsked{Form: string(r.Form()), Kind: partnership.AskedSchool, Name: "The head", Way: "letter", On: r.Today()}
		_, err = r.p.NoteAsked(t.Context(), r.chair, r.area, school)
		r.check(err)

		_, err = r.p.NoteAsked(t.Context(), r.wanda, r.area, partnership.NewAsked{Form: string(r.Form()), On: r.Today().AddDays(1), About: strings.Repeat("x", 301)})
		r.refused(err, nil, "Enter who was asked")
		r.refused(err, nil, "within the last twelve months")
		r.refused(r.p.NoteAnswer(t.Context(), r.wanda, r.area, x, "hurrah", string(r.Form())), nil, "Choose what they said")
		_, err = r.p.NoteAsked(t.Context(), r.Millbrook.Chair, r.area, school)
		r.refused(err, fault.Forbidden, "")
		r.refused(r.p.NoteAnswer(t.Context(), r.Millbrook.Chair, r.area, x, partnership.Comes, string(r.Form())), fault.NotFound, "")

		r.check(r.p.NoteAnswer(t.Context(), r.wanda, r.area, x, partnership.Comes, string(r.Form())))
		r.refused(r.p.NoteAnswer(t.Context(), r.wanda, r.area, x, partnership.Comes, string(r.Form())), fault.Conflict, "already")

		r.Clock.Pass(80 * 24 * time.Hour)
		if n, err := r.p.ForgetAskedInTime(t.Context()); n != 0 || err != nil {
			t.Errorf("%d forgotten after eighty days, %v", n, err)
		}
		r.Clock.Pass(20 * 24 * time.Hour)
		for _, want := range []int{1, 0} {
			if n, err := r.p.ForgetAskedInTime(t.Context()); n != want || err != nil {
				t.Errorf("%d forgotten after a hundred days, want %d, %v", n, want, err)
			}
		}
		for _, one := range r.asked() {
			if one.ID == x && (!one.Forgotten() || one.About != "" || one.By != "" || one.Answer != partnership.Comes) || one.ID != x && one.Forgotten() {
				t.Errorf("after a hundred days: %+v", one)
			}
		}
		r.refused(r.p.ForgetAsked(t.Context(), r.chair, r.area, x, string(r.Form())), fault.Conflict, "forgotten already")

		var bad []string
		r.check(d.Read(t.Context(), func(tx *db.Tx) error {
			past, err := audit.History(t.Context(), tx, string(r.area.ID), audit.Acts{}, 0, 50)
			if err != nil {
				return err
			}
			for _, e := range past {
				if said := strings.Join([]string{e.Act, e.Subject}, " "); strings.Contains(said, "Nell") {
					t.Errorf("the history names her: %s", said)
				}
			}
			readers, err := partnership.Readers(t.Context(), tx, func(words string) { bad = append(bad, words) })
			if err != nil {
				return err
			}
			_, err = audit.VerifyTold(t.Context(), tx, func(words string) { bad = append(bad, words) }, readers)
			return err
		}))
		if len(bad) > 0 {
			t.Errorf("verify: %v", bad)
		}
		if words := partnership.AskedWords(r.asked()); words != "1 who live here were asked, and 1 of those who work here. 1 said that they come." {
			t.Error(words)
		}
	})
}
