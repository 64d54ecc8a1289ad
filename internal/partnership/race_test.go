package partnership_test

import (
	"errors"
	"sync"
	"testing"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/partnership"
)

// atOnce does something fifty times at once, and counts what was done. Whatever else
// is answered has to be a refusal in words, or that something is wrong in what was
// sent.
func atOnce(t *testing.T, do func(i int) error) (done int) {
	t.Helper()
	var wg sync.WaitGroup
	var mu sync.Mutex
	for i := range 50 {
		wg.Go(func() {
			err := do(i)
			_, wrong := errors.AsType[fault.Invalid](err)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				done++
			case !wrong && !errors.Is(err, fault.Conflict) && !errors.Is(err, fault.Unavailable) && !errors.Is(err, fault.NotFound):
				t.Errorf("client %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	return done
}

// Somebody is put on the list once, takes an office once, comes to have a say in
// another way once and leaves once, however many record it at once.
func TestFiftyKeepersMakeOneRecord(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRoom(t, d)
		ctx := t.Context()
		var ned access.Actor
		r.check(d.Write(ctx, func(tx *db.Tx) (err error) {
			ned, err = r.PersonIn(ctx, tx, "Ned", access.Resident, access.InArea, string(r.area.ID))
			return err
		}))
		resident := partnership.In{Kind: partnership.Resident}
		if done := atOnce(t, func(i int) error {
			by := []access.Actor{r.chair, r.wanda}[i%2]
			_, err := r.p.Join(ctx, by, r.area, partnership.NewMember{Form: r.form(), Person: ned.Person, As: resident, From: r.Today()})
			return err
		}); done != 1 {
			t.Errorf("Ned was put on the list %d times", done)
		}
		if done := atOnce(t, func(int) error {
			return r.p.TakeOffice(ctx, r.chair, r.area, ned.Person, partnership.NewOffice{Form: r.form(), Office: partnership.Secretary, From: r.Today()})
		}); done != 1 {
			t.Errorf("Ned became the secretary %d times", done)
		}
		next := r.Today().AddDays(1)
		if done := atOnce(t, func(i int) error {
			as := partnership.In{Kind: []partnership.Kind{partnership.Councillor, partnership.NonResident}[i%2]}
			return r.p.Move(ctx, r.wanda, r.area, ned.Person, partnership.Move{Form: r.form(), As: as, From: next})
		}); done != 1 {
			t.Errorf("Ned took part in another way %d times", done)
		}
		r.read(func(tx *db.Tx) error {
			for _, day := range []int{0, 1} {
				electors, err := partnership.ElectorsOn(ctx, tx, r.area.ID, r.Today().AddDays(day))
				if err != nil {
					return err
				}
				if len(electors) != 1 || electors[0].Person != ned.Person {
					t.Errorf("in %d days %+v have a say; want Ned, once", day, electors)
				}
			}
			return verified(ctx, tx, func(bad string) { t.Errorf("verify: %s", bad) })
		})
		atOnce(t, func(i int) error {
			return r.p.Leave(ctx, r.wanda, r.area, ned.Person, partnership.Leaving{Form: r.form(), From: r.Today()})
		})
		if worn := r.hats(ned.Person); worn != "resident" {
			t.Errorf("Ned left, and wears %q", worn)
		}
		r.read(func(tx *db.Tx) error {
			electors, err := partnership.ElectorsOn(ctx, tx, r.area.ID, r.Today().AddDays(1))
			if len(electors) != 0 {
				t.Errorf("Ned left, and %+v have a say", electors)
			}
			return errors.Join(err, verified(ctx, tx, func(bad string) { t.Errorf("verify: %s", bad) }))
		})
	})
}

// A review is finished once: of fifty who keep it at once one does, and nobody’s
// words are written over unseen.
func TestAReviewIsFinishedOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRoom(t, d)
		ctx := t.Context()
		lid, err := r.p.KeepLookBack(ctx, r.wanda, r.area, partnership.NewLookBack{Form: r.form(), Said: partnership.Said{On: r.Today(), Well: "Tea"}})
		r.check(err)
		if done := atOnce(t, func(i int) error {
			by := []access.Actor{r.chair, r.wanda}[i%2]
			_, err := r.p.KeepLookBack(ctx, by, r.area, partnership.NewLookBack{
				Form: r.form(), Review: lid, Before: 1, Finish: i%3 == 0, Said: partnership.Said{On: r.Today(), TookPart: "All of us", Keeps: "Tuesdays, on purpose"},
			})
			return err
		}); done != 1 {
			t.Errorf("the review was kept %d times over what one of them had read", done)
		}
	})
}

// A partnership is endorsed once.
func TestAPartnershipIsEndorsedOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRoom(t, d)
		ctx := t.Context()
		r.check(d.Write(ctx, func(tx *db.Tx) error {
			for range 8 {
				if _, err := r.p.JoinIn(ctx, tx, access.System("a test"), r.area, partnership.NewMember{Name: "Neighbour", As: partnership.In{Kind: partnership.Resident}, From: r.Today()}); err != nil {
					return err
				}
			}
			return nil
		}))
		if done := atOnce(t, func(int) error {
			return r.p.Endorse(ctx, r.Farah, r.area, partnership.NewEndorsement{Form: r.form(), On: r.Today(), Words: "Welcome"})
		}); done != 1 {
			t.Errorf("it was endorsed %d times", done)
		}
		r.read(func(tx *db.Tx) error {
			state, err := area.StateOn(ctx, tx, r.area.ID, r.Today())
			if state != area.Endorsed {
				t.Errorf("it is %s", state)
			}
			return err
		})
	})
}
