package partnership_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
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

// Of fifty who set how a partnership decides at once, each has a version of its own, and
// the last is the one that holds; an election is taken back once.
func TestFiftyRulesAreFiftyVersions(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRoom(t, d)
		ctx := t.Context()
		if done := atOnce(t, func(i int) error {
			return r.p.SetRules(ctx, r.chair, r.area, partnership.NewRules{
				Form: r.form(), From: r.Today(), Councillors: partnership.CouncillorRules()[i%5], DecidedAt: fmt.Sprint("Meeting ", i),
			})
		}); done != 50 {
			t.Errorf("%d were set", done)
		}
		r.read(func(tx *db.Tx) error {
			all, err := partnership.EveryRules(ctx, tx, r.area.ID)
			if err != nil {
				return err
			}
			if len(all) != 50 || all[0].Version != 50 || all[49].Version != 1 {
				t.Errorf("%d versions, the last is %d", len(all), all[0].Version)
			}
			now, err := partnership.RulesOn(ctx, tx, r.area.ID, r.Today())
			if now.Version != 50 {
				t.Errorf("version %d holds", now.Version)
			}
			return errors.Join(err, verified(ctx, tx, func(bad string) { t.Errorf("verify: %s", bad) }))
		})
		e, err := r.p.NoteElection(ctx, r.chair, r.area, partnership.NewElection{Form: r.form(), On: r.Today().AddDays(90), Name: "Council elections"})
		r.check(err)
		if done := atOnce(t, func(int) error { return r.p.WithdrawElection(ctx, r.chair, r.area, e, r.form()) }); done != 1 {
			t.Errorf("the election was taken back %d times", done)
		}
	})
}

// An interest ends once, and of fifty who record at once what is done about it in a
// matter the last counts, whoever they are.
func TestAnInterestEndsOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRegister(t, d)
		oak := partnership.Party{Organisation: r.Tanners.LTO.ID}
		iid, err := r.declare(t.Context(), r.lena, partnership.Employer, "Oak Trust")
		if err != nil {
			t.Fatal(err)
		}
		if done := atOnce(t, func(i int) error {
			return r.handle(t.Context(), []access.Actor{r.wes, r.Tanners.Chair}[i%2], bench, iid, partnership.Hows()[i%4], "As we agreed", oak)
		}); done == 0 {
			t.Error("nothing was recorded about it")
		}
		if all := r.touches(t, bench, oak); len(all) != 1 || all[0].Handling.IsZero() || r.bar(t, r.lena, bench, oak).Vote != (all[0].Handling.How != partnership.NoAction) {
			t.Errorf("it is %+v, and she is barred from %+v", all, r.bar(t, r.lena, bench, oak))
		}
		if done := atOnce(t, func(int) error {
			return r.partnerships.EndInterest(t.Context(), r.lena, r.Tanners.Area, partnership.NewInterestEnd{Form: string(r.Form()), Interest: iid, Until: r.Today(), Why: "A new job"})
		}); done != 1 {
			t.Errorf("the interest ended %d times", done)
		}
		r.read(t, func(tx *db.Tx) error {
			return verified(t.Context(), tx, func(bad string) { t.Errorf("verify: %s", bad) })
		})
	})
}

// A text that was kept is never changed: of fifty that are written at once each is a
// version.
func TestFiftyTextsAreFiftyVersions(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newSigning(t, d)
		if done := atOnce(t, func(i int) error {
			by := []access.Actor{s.denise, s.esi}[i%2]
			_, err := s.p.WriteAgreement(t.Context(), by, s.area, partnership.NewAgreement{
				Form: fmt.Sprint("text ", i), Kind: partnership.PartnershipAndLTO, Organisation: s.oak.ID, Text: fmt.Sprint("Text ", i), Why: "It said too little",
			})
			return err
		}); done != 50 {
			t.Errorf("%d texts were kept", done)
		}
		s.read(t, func(tx *db.Tx) error {
			r, err := s.p.RelationsOf(t.Context(), tx, s.area, date.InLondon(s.now))
			versions := map[int64]bool{}
			for _, b := range r.Bonds {
				for _, v := range b.Versions {
					versions[v.Version] = true
				}
			}
			if len(versions) != 50 {
				t.Errorf("%d versions", len(versions))
			}
			return err
		})
		if bad := s.verified(t); len(bad) > 0 {
			t.Errorf("verify: %q", bad)
		}
	})
}
