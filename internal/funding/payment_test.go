package funding_test

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/decision"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/ledger"
	"commontable/internal/money"
	"commontable/internal/plan"
)

// An approval is of a payment's content. Whatever is changed in it makes
// another digest, to which no approval belongs.
func TestEveryFieldOfAPaymentIsInItsDigest(t *testing.T) {
	t.Parallel()
	// These are what happens to a payment, and no part of what is approved.
	later := []string{"Digest", "PreparedAt", "Approvals", "Release", "Returns", "Cancelled", "Asked", "Reversed"}
	p := funding.Payment{
		ID: "id", Area: "area", Instalment: "instalment", Attempt: 1, Organisation: "organisation", Line: "line",
		Amount: money.Pence(123), Contribution: money.Pence(6), Decision: "decision", Needed: 1, PreparedBy: "amina",
	}
	before := p.ContentDigest()
	kind := reflect.TypeFor[funding.Payment]()
	for i := range kind.NumField() {
		name := kind.Field(i).Name
		changed := p
		switch f := reflect.ValueOf(&changed).Elem().Field(i); {
		case slices.Contains(later, name):
			continue
		case f.Kind() == reflect.String:
			f.SetString(f.String() + "\n")
		case f.CanInt():
			f.SetInt(f.Int() + 1)
		case f.Type() == reflect.TypeFor[money.Amount]():
			f.Set(reflect.ValueOf(money.Minor(f.Interface().(money.Amount).Minor()+1, money.GBP)))
		default:
			t.Errorf("%s: a field of a kind that this test does not know: put it into the digest, and teach the test", name)
			continue
		}
		if bytes.Equal(changed.ContentDigest(), before) {
			t.Errorf("%s is changed and the digest stays: want another one", name)
		}
	}
	euros := p
	euros.Amount = money.Minor(123, "EUR")
	if bytes.Equal(euros.ContentDigest(), before) {
		t.Error("the currency is changed and the digest stays: want another one")
	}
}

func TestAnApprovalIsOfWhatWasShown(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w, _, o := readyWorld(t, d)
		p := w.Tanners
		pid := must[funding.PaymentID](t)(w.Prepare(ctx, p, o.Instalments[0].ID))
		shown := must[funding.Payment](t)(w.Payment(ctx, p, pid))
		if !bytes.Equal(shown.Digest, shown.ContentDigest()) {
			t.Error("the digest that was kept is not that of what is read: want them equal")
		}
		for what, digest := range map[string][]byte{"nothing": nil, "something else": bytes.Repeat([]byte{7}, 32)} {
			err := w.Funding.ApprovePayment(ctx, w.Ben, p.Area, pid, digest, w.Form())
			refused(t, "the approval of "+what, err, fault.Conflict, "not what you were shown")
		}

		// Each column that is approved is changed behind the program's back, which
		// takes a database without its guard.
		unguarded(t, d, "payments")
		for _, change := range []string{
			`UPDATE payments SET minor = minor + 1 WHERE id = $1`,
			`UPDATE payments SET contribution_minor = contribution_minor + 1 WHERE id = $1`,
			`UPDATE payments SET decision = 'Meeting of nobody' WHERE id = $1`,
			`UPDATE payments SET organisation_id = (SELECT MAX(id) FROM organisations WHERE id <> organisation_id) WHERE id = $1`,
			`UPDATE payments SET line_id = (SELECT MIN(id) FROM budget_lines WHERE id <> line_id) WHERE id = $1`,
			`UPDATE payments SET approvals_needed = 2 WHERE id = $1`,
			`UPDATE payments SET attempt = 2 WHERE id = $1`,
		} {
			errBack := errors.New("put it back")
			err := d.Write(ctx, func(tx *db.Tx) error {
				if n, err := tx.Exec(ctx, change, pid); err != nil || n != 1 {
					t.Fatalf("%s: %d rows, %v", change, n, err)
				}
				err := w.Funding.ApprovePaymentIn(ctx, tx, w.Ben, p.Area, pid, shown.Digest)
				refused(t, "approve after "+change, err, fault.Conflict, "not what you were shown")
				var found []string
				if err := fundingtest.Verify(ctx, tx, func(s string) { found = append(found, s) }); err != nil {
					t.Error(err)
				}
				if len(found) == 0 {
					t.Errorf("verify after %s: found nothing, want the payment", change)
				}
				return errBack
			})
			if !errors.Is(err, errBack) {
				t.Fatal(err)
			}
		}
		done(t, w.Approve(ctx, p, pid))
		done(t, d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE payments SET minor = minor + 1 WHERE id = $1`, pid)
			return err
		}))
		refused(t, "released after it was changed", w.Release(ctx, p, pid), fault.Conflict, "not what was approved")
		if got := must[funding.Payment](t)(w.Payment(ctx, p, pid)); got.Release.By != "" {
			t.Errorf("after it was refused: released by %s, want by nobody", got.Release.By)
		}
	})
}

// unguarded takes away the triggers that keep a table append-only.
func unguarded(t *testing.T, d *db.DB, table string) {
	t.Helper()
	done(t, d.Write(t.Context(), func(tx *db.Tx) error {
		if d.Engine() == "postgres" {
			_, err := tx.Exec(t.Context(), `ALTER TABLE `+table+` DISABLE TRIGGER USER`)
			return err
		}
		for _, trigger := range []string{table + "_stay", table + "_stay_kept"} {
			if _, err := tx.Exec(t.Context(), `DROP TRIGGER `+trigger); err != nil {
				return err
			}
		}
		return nil
	}))
}

// R9, to the penny: whatever is paid and however it is handed back, what stays
// of the contribution is 5% of what stays paid.
func TestWhatStaysOfTheContributionIsFivePercentOfWhatStaysPaid(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	ctx := t.Context()
	w, lines, _ := readyWorld(t, d)
	p, f := w.Tanners, w.Funding
	decided := byPlan(t, w, p)
	errForget := errors.New("so that the next may begin afresh")
	rapid.Check(t, func(t *rapid.T) {
		paid := rapid.Int64Range(1, 1_000_000).Draw(t, "paid")
		var backs []int64
		for left := paid; left > 0 && rapid.Bool().Draw(t, "hand back more"); left -= backs[len(backs)-1] {
			backs = append(backs, rapid.Int64Range(1, left).Draw(t, "hand back"))
		}
		err := d.Write(ctx, func(tx *db.Tx) error {
			o, err := f.MakeOfferIn(ctx, tx, w.Farah, p.Area, funding.NewOffer{Organisation: p.LTO.ID, Decision: decided, Instalments: []funding.NewInstalment{
				fundingtest.Instalment(lines["green/benches"], money.Pence(paid)),
			}})
			if err != nil {
				return err
			}
			if err := f.AcceptOfferIn(ctx, tx, p.Approver, p.Area, o.Number); err != nil {
				return err
			}
			made, err := f.PreparePaymentIn(ctx, tx, w.Amina, p.Area, funding.NewPayment{Instalment: o.Instalments[0].ID})
			if err != nil {
				return err
			}
			if err := f.ApprovePaymentIn(ctx, tx, w.Ben, p.Area, made.ID, made.Digest); err != nil {
				return err
			}
			if err := f.ReleasePaymentIn(ctx, tx, w.Carol, p.Area, made.ID, funding.NewRelease{PaidOn: w.Today(), Reference: "x"}); err != nil {
				return err
			}
			stays := paid
			for _, back := range append([]int64{0}, backs...) {
				if back > 0 {
					stays -= back
					n := funding.NewReturn{Amount: money.Pence(back), On: w.Today(), Reason: "x"}
					if err := f.ReturnUnderspendIn(ctx, tx, w.Carol, p.Area, made.ID, n); err != nil {
						return err
					}
				}
				got, err := funding.PaymentOf(ctx, tx, p.Area.ID, made.ID)
				if err != nil {
					return err
				}
				held, err := ledger.Balance(ctx, tx, funding.ContributionPaid(p.Area.ID, p.LTO.ID))
				if err != nil {
					return err
				}
				want := twentieth(stays)
				if got.Stays().Minor() != stays || got.ContributionStays().Minor() != want || held.Minor() != want {
					t.Fatalf("of %d pence paid and %v handed back: %d and a contribution of %d stay (%d in the ledger), want %d and %d",
						paid, backs, got.Stays().Minor(), got.ContributionStays().Minor(), held.Minor(), stays, want)
				}
			}
			return errForget
		})
		if !errors.Is(err, errForget) {
			t.Fatal(err)
		}
	})
}

// twentieth is 5% of n, half to even, as one would do it on paper.
func twentieth(n int64) int64 {
	whole, rest := n/20, n%20
	if rest > 10 || (rest == 10 && whole%2 == 1) {
		whole++
	}
	return whole
}

// G4: each command, sent twice, is answered twice and done once. With another
// content, or by another person, it is not the same.
func TestWhatIsSentTwiceCountsOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w := newWorld(t, d)
		p, f := w.Tanners, w.Funding
		digest := func() string { return everything(t, d) }
		twice := func(what string, do func() (string, error)) string {
			t.Helper()
			first, err := do()
			if err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			after := digest()
			second, err := do()
			if err != nil || second != first {
				t.Errorf("%s, sent again: got %q, %v; want %q, as the first time", what, second, err, first)
			}
			if digest() != after {
				t.Errorf("%s, sent again: it changed something, want nothing changed", what)
			}
			return first
		}
		only := func(err error) (string, error) { return "", err }
		form := w.Form()
		twice("allocate", func() (string, error) {
			return only(f.Allocate(ctx, w.Farah, p.Area, funding.NewAllocation{Form: form, Amount: money.Pounds(1000), On: w.Today()}))
		})
		err := f.Allocate(ctx, w.Farah, p.Area, funding.NewAllocation{Form: form, Amount: money.Pounds(1001), On: w.Today()})
		refused(t, "the same form with another amount", err, fault.Conflict, "already sent")
		err = f.Allocate(ctx, w.Farah, w.Millbrook.Area, funding.NewAllocation{Form: form, Amount: money.Pounds(1000), On: w.Today()})
		refused(t, "the same form for another area", err, fault.Conflict, "already sent")
		wrong(t, "no form", f.Allocate(ctx, w.Farah, p.Area, funding.NewAllocation{Amount: money.Pounds(1), On: w.Today()}), "form")

		done(t, w.DB.Write(ctx, func(tx *db.Tx) error { return w.AskIn(ctx, tx, p) }))
		form = w.Form()
		version := plan.NewVersion{Form: string(form), FromYear: 2026, UntilYear: 2027, Lines: []plan.NewLine{fundingtest.Line("green/benches", money.Pounds(1000))}}
		twice("write plan", func() (string, error) {
			n, err := w.Plans.Write(ctx, p.Chair, p.Area, version)
			return fmt.Sprint(n), err
		})
		form = w.Form()
		twice("adopt plan", func() (string, error) {
			return only(w.Plans.Adopt(ctx, p.Chair, p.Area, plan.NewAdoption{Form: string(form), Version: 1, On: w.Today(), Decision: "x"}))
		})
		form = w.Form()
		twice("hold", func() (string, error) {
			return only(f.Hold(ctx, p.Chair, p.Area, funding.NewHolding{Form: form, Organisation: p.LTO.ID, From: w.Today(), Decision: "x"}))
		})
		lines := must[map[string]plan.LineID](t)(w.Lines(ctx, p))
		decided := must[int64](t)(w.DecideOn(ctx, p, decision.Spending, lines["green/benches"], money.Pounds(700)))
		form = w.Form()
		twice("make offer", func() (string, error) {
			n, err := f.MakeOffer(ctx, w.Farah, p.Area, funding.NewOffer{Form: form, Organisation: p.LTO.ID, Decision: decided, Instalments: []funding.NewInstalment{
				fundingtest.Instalment(lines["green/benches"], money.Pounds(400)), fundingtest.Instalment(lines["green/benches"], money.Pounds(300)),
			}})
			return fmt.Sprint(n), err
		})
		form = w.Form()
		twice("accept offer", func() (string, error) { return only(f.AcceptOffer(ctx, p.Approver, p.Area, 1, form)) })
		var o funding.Offer
		done(t, d.Read(ctx, func(tx *db.Tx) (err error) { o, err = funding.OfferOf(ctx, tx, p.Area.ID, 1); return err }))
		prepare := func(i int) func() (string, error) {
			form := w.Form()
			return func() (string, error) {
				pid, err := f.PreparePayment(ctx, w.Amina, p.Area, funding.NewPayment{Form: form, Instalment: o.Instalments[i].ID})
				return string(pid), err
			}
		}
		called := funding.PaymentID(twice("prepare payment", prepare(1)))
		form = w.Form()
		twice("call off payment", func() (string, error) { return only(f.CancelPayment(ctx, w.Amina, p.Area, called, "x", form)) })
		pid := funding.PaymentID(twice("prepare payment", prepare(0)))
		shown := must[funding.Payment](t)(w.Payment(ctx, p, pid))
		form = w.Form()
		twice("approve payment", func() (string, error) { return only(f.ApprovePayment(ctx, w.Ben, p.Area, pid, shown.Digest, form)) })
		form = w.Form()
		twice("release payment", func() (string, error) {
			return only(f.ReleasePayment(ctx, w.Carol, p.Area, pid, funding.NewRelease{Form: form, PaidOn: w.Today(), Reference: "x"}))
		})
		spend := w.NewSpend(p, lines["green/benches"], money.Pounds(10))
		sid := funding.SpendID(twice("record spending", func() (string, error) {
			sid, err := f.ProvideSpend(ctx, p.Finance, p.Area, spend)
			return string(sid), err
		}))
		form = w.Form()
		twice("certify spending", func() (string, error) { return only(f.CertifySpends(ctx, p.Approver, p.Area, form, sid)) })
		form = w.Form()
		twice("reverse spending", func() (string, error) { return only(f.ReverseSpend(ctx, p.Approver, p.Area, sid, "x", form)) })
		back := must[funding.SpendID](t)(w.Provide(ctx, p, lines["green/benches"], money.Pounds(10)))
		form = w.Form()
		twice("send spending back", func() (string, error) { return only(f.RefuseSpend(ctx, p.Approver, p.Area, back, "x", form)) })
		form = w.Form()
		twice("hand back", func() (string, error) {
			return only(f.ReturnUnderspend(ctx, w.Carol, p.Area, pid, funding.NewReturn{Form: form, Amount: money.Pounds(1), On: w.Today(), Reason: "x"}))
		})
		again := must[funding.PaymentID](t)(w.Pay(ctx, p, o.Instalments[1].ID))
		form = w.Form()
		twice("ask to reverse", func() (string, error) { return only(f.AskReversal(ctx, w.Ben, p.Area, again, "x", form)) })
		twice("reverse payment", func() (string, error) { return only(f.ReversePayment(ctx, w.Carol, p.Area, again, form)) })
		sound(t, d)
	})
}

// everything is the head of every audit stream, and every balance.
func everything(t *testing.T, d *db.DB) (all string) {
	t.Helper()
	done(t, d.Read(t.Context(), func(tx *db.Tx) error {
		all = ""
		return db.Each(t.Context(), tx, func(r db.Row) error {
			var stream string
			var size int64
			err := r.Scan(&stream, &size)
			all += fmt.Sprintln(stream, size)
			return err
		}, `SELECT stream, size FROM audit_heads UNION ALL SELECT book || account, minor FROM ledger_balances ORDER BY 1`)
	}))
	return all
}

// G4 and M8: of many who do the same at the same time, one does it.
func TestManyAtOnceHaveOneEffect(t *testing.T) {
	t.Parallel()
	const many = 24
	atOnce := func(do func(i int) error) (errs []error) {
		errs = make([]error, many)
		var wg sync.WaitGroup
		start := make(chan struct{})
		for i := range many {
			wg.Go(func() {
				<-start
				errs[i] = do(i)
			})
		}
		close(start)
		wg.Wait()
		return errs
	}
	// one wants one success, and conflicts in words for all others.
	one := func(t *testing.T, what string, errs []error) {
		t.Helper()
		succeeded := 0
		for _, err := range errs {
			if err == nil {
				succeeded++
				continue
			}
			refused(t, what, err, fault.Conflict, "")
		}
		if succeeded != 1 {
			t.Errorf("%s: %d of %d succeeded, want 1", what, succeeded, many)
		}
	}
	// all wants every one answered as the first.
	all := func(t *testing.T, what string, errs []error) {
		t.Helper()
		for _, err := range errs {
			if err != nil {
				t.Errorf("%s: got %v, want it answered as the first was", what, err)
			}
		}
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w, lines, o := readyWorld(t, d)
		p, f := w.Tanners, w.Funding
		// Twenty-four releasers and approvers besides Carol and Ben, and certifiers besides Esi.
		desk, certifiers := make([]access.Actor, many), make([]access.Actor, many)
		done(t, d.Write(ctx, func(tx *db.Tx) (err error) {
			for i := range many {
				if desk[i], err = w.PersonIn(ctx, tx, fmt.Sprintf("Releaser %d", i), access.ProgrammeFinance, access.InProgramme, string(w.Programme.ID)); err != nil {
					return err
				}
				if certifiers[i], err = w.PersonIn(ctx, tx, fmt.Sprintf("Certifier %d", i), access.LTOApprover, access.InOrganisation, string(p.LTO.ID)); err != nil {
					return err
				}
			}
			return nil
		}))
		form := w.Form()
		ids := make([]funding.PaymentID, many)
		all(t, "the same form, prepared", atOnce(func(i int) (err error) {
			ids[i], err = f.PreparePayment(ctx, w.Amina, p.Area, funding.NewPayment{Form: form, Instalment: o.Instalments[0].ID})
			return err
		}))
		if len(slices.Compact(ids)) != 1 {
			t.Errorf("the same form led to payments %v, want one", ids)
		}
		one(t, "other forms, prepared", atOnce(func(i int) error {
			_, err := f.PreparePayment(ctx, desk[i], p.Area, funding.NewPayment{Form: w.Form(), Instalment: o.Instalments[1].ID})
			return err
		}))
		pid := ids[0]
		shown := must[funding.Payment](t)(w.Payment(ctx, p, pid))
		one(t, "one person approves by many forms", atOnce(func(int) error {
			return f.ApprovePayment(ctx, w.Ben, p.Area, pid, shown.Digest, w.Form())
		}))
		one(t, "many release", atOnce(func(i int) error {
			return f.ReleasePayment(ctx, desk[i], p.Area, pid, funding.NewRelease{Form: w.Form(), PaidOn: w.Today(), Reference: "x"})
		}))
		sid := must[funding.SpendID](t)(w.Provide(ctx, p, lines["green/benches"], money.Pounds(10)))
		one(t, "many certify", atOnce(func(i int) error { return f.CertifySpends(ctx, certifiers[i], p.Area, w.Form(), sid) }))
		one(t, "many reverse a spend", atOnce(func(i int) error { return f.ReverseSpend(ctx, certifiers[i], p.Area, sid, "x", w.Form()) }))
		form = w.Form()
		all(t, "the same form, handed back", atOnce(func(int) error {
			return f.ReturnUnderspend(ctx, w.Carol, p.Area, pid, funding.NewReturn{Form: form, Amount: money.Pounds(1), On: w.Today(), Reason: "x"})
		}))
		figures(t, w, p, "allocated 100000.00, promised 10000.00, paid 19999.00, contribution 999.95, spent 0.00")

		// Room for ten: ten succeed (M8).
		spends := make([]funding.SpendID, many)
		for i := range many {
			spends[i] = must[funding.SpendID](t)(w.Provide(ctx, p, lines["green/benches"], money.Pence(199_990)))
		}
		certified := 0
		for _, err := range atOnce(func(i int) error { return f.CertifySpends(ctx, certifiers[i], p.Area, w.Form(), spends[i]) }) {
			if err == nil {
				certified++
			} else {
				refused(t, "a spend for which nothing is left", err, fault.Conflict, "the LTO holds")
			}
		}
		if certified != 10 {
			t.Errorf("with room for 10 of %d spends: %d were certified, want 10", many, certified)
		}

		// Nobody is turned away only because it is busy.
		start := time.Now()
		all(t, "many allocations to one area", atOnce(func(int) error {
			return f.Allocate(ctx, w.Farah, p.Area, funding.NewAllocation{Form: w.Form(), Amount: money.Pounds(1), On: w.Today()})
		}))
		t.Logf("%d allocations to one area at once took %s", many, time.Since(start).Round(time.Millisecond))
		figures(t, w, p, "allocated 100024.00, promised 10000.00, paid 19999.00, contribution 999.95, spent 19999.00")
		sound(t, d)
	})
}
