package funding_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"commontable/internal/access"
	"commontable/internal/date"
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

// newWorld is a world in which nothing has happened yet.
func newWorld(t *testing.T, d *db.DB) *fundingtest.World {
	t.Helper()
	w, err := fundingtest.New(t.Context(), d, 1)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// readyWorld is a world in which Tanners Reach can be paid (fundingtest.Ready).
func readyWorld(t *testing.T, d *db.DB) (*fundingtest.World, map[string]plan.LineID, funding.Offer) {
	t.Helper()
	w := newWorld(t, d)
	lines, o, err := w.Ready(t.Context(), w.Tanners)
	if err != nil {
		t.Fatal(err)
	}
	return w, lines, o
}

// must ends the test where something that is allowed was refused.
func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func done(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused wants a refusal of a kind, in words that a person may read.
func refused(t *testing.T, what string, err, kind error, words string) {
	t.Helper()
	if !errors.Is(err, kind) || !strings.Contains(fault.Public(err), words) {
		t.Errorf("%s: got %v (in words: %q), want %v with words about %q", what, err, fault.Public(err), kind, words)
	}
}

// wrong wants a field to be marked as wrong.
func wrong(t *testing.T, what string, err error, field string) {
	t.Helper()
	if v, ok := errors.AsType[fault.Invalid](err); !ok || v.For(field) == "" {
		t.Errorf("%s: got %v, want the field %q marked as wrong", what, err, field)
	}
}

// sound wants everything that verify looks at to be right.
func sound(t *testing.T, d *db.DB) {
	t.Helper()
	done(t, d.Read(t.Context(), func(tx *db.Tx) error {
		report := func(s string) { t.Error("verify: " + s) }
		return fundingtest.Verify(t.Context(), tx, report)
	}))
}

// overBy has the partnership agree to so much more than the plan on a line.
func overBy(t *testing.T, w *fundingtest.World, p *fundingtest.Place, line plan.LineID, amount money.Amount) int64 {
	t.Helper()
	return must[int64](t)(w.DecideOn(t.Context(), p, decision.OverBudget, line, amount))
}

// byPlan is the decision on the plan in force; 0 while there is none.
func byPlan(t *testing.T, w *fundingtest.World, p *fundingtest.Place) int64 {
	t.Helper()
	number, err := w.PlanDecision(t.Context(), p)
	if errors.Is(err, fault.NotFound) {
		return 0
	}
	return must[int64](t)(number, err)
}

// figures wants a place's money to be as said: "allocated 100000.00 promised …".
func figures(t *testing.T, w *fundingtest.World, p *fundingtest.Place, want string) {
	t.Helper()
	m := must[funding.Money](t)(w.Money(t.Context(), p))
	got := fmt.Sprintf("allocated %s, promised %s, paid %s, contribution %s, spent %s",
		m.Allocated.Decimal(), m.Promised.Decimal(), m.Paid.Decimal(), m.Contribution.Decimal(), m.Spent.Decimal())
	if got != want {
		t.Errorf("the money of %s:\n got %s\nwant %s", p.Area.Name, got, want)
	}
}

func TestAPoundsWalk(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w, lines, o := readyWorld(t, d)
		figures(t, w, w.Tanners, "allocated 100000.00, promised 30000.00, paid 0.00, contribution 0.00, spent 0.00")
		pid := must[funding.PaymentID](t)(w.Pay(ctx, w.Tanners, o.Instalments[0].ID))
		figures(t, w, w.Tanners, "allocated 100000.00, promised 10000.00, paid 20000.00, contribution 1000.00, spent 0.00")
		sid := must[funding.SpendID](t)(w.Spend(ctx, w.Tanners, lines["green/benches"], money.Pounds(1_234)))
		figures(t, w, w.Tanners, "allocated 100000.00, promised 10000.00, paid 20000.00, contribution 1000.00, spent 1234.00")
		done(t, w.Funding.ReverseSpend(ctx, w.Tanners.Approver, w.Tanners.Area, sid, "entered twice", w.Form()))
		figures(t, w, w.Tanners, "allocated 100000.00, promised 10000.00, paid 20000.00, contribution 1000.00, spent 0.00")
		done(t, w.Reverse(ctx, w.Tanners, pid, "paid to the wrong account"))
		figures(t, w, w.Tanners, "allocated 100000.00, promised 30000.00, paid 0.00, contribution 0.00, spent 0.00")
		figures(t, w, w.Millbrook, "allocated 0.00, promised 0.00, paid 0.00, contribution 0.00, spent 0.00")
		again := must[funding.PaymentID](t)(w.Pay(ctx, w.Tanners, o.Instalments[0].ID))
		if p := must[funding.Payment](t)(w.Payment(ctx, w.Tanners, again)); p.Attempt != 2 || p.State() != funding.PaymentReleased {
			t.Errorf("paid again: got attempt %d, %s; want attempt 2, released", p.Attempt, p.State())
		}
		sound(t, d)
	})
}

// R8: the plan's budget and the payment schedule agree, or nothing is paid.
func TestNothingIsPaidThatPlanAndScheduleDoNotAgreeOn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w := newWorld(t, d)
		p := w.Tanners
		offer := func(supersedes int64, in ...funding.NewInstalment) (int64, error) {
			return w.Funding.MakeOffer(ctx, w.Farah, p.Area, funding.NewOffer{Form: w.Form(), Organisation: p.LTO.ID, Decision: byPlan(t, w, p), Supersedes: supersedes, Instalments: in})
		}
		done(t, w.Allocate(ctx, p, money.Pounds(50_000)))
		_, err := offer(0, fundingtest.Instalment("none", money.Pounds(1)))
		wrong(t, "an offer to an organisation that does not hold the money", err, "organisation")
		done(t, w.Hold(ctx, p))
		_, err = offer(0, fundingtest.Instalment("none", money.Pounds(1)))
		refused(t, "an offer before a plan is adopted", err, fault.Conflict, "no adopted plan")
		lines := must[map[string]plan.LineID](t)(w.Adopt(ctx, p, fundingtest.Line("green/benches", money.Pounds(60_000)), fundingtest.Line("young/club", money.Pounds(1_000))))
		benches, club := lines["green/benches"], lines["young/club"]

		_, err = offer(0, fundingtest.Instalment(benches, money.Pounds(1)), fundingtest.Instalment("no such line", money.Pounds(1)))
		wrong(t, "an offer for a line that is not in the plan", err, "line-2")
		_, err = offer(0, fundingtest.Instalment(club, money.Pounds(600)), fundingtest.Instalment(club, money.Pounds(401)))
		wrong(t, "an offer over the line's budget", err, "amount-2")
		_, err = offer(0, fundingtest.Instalment(benches, money.Pounds(50_001)))
		wrong(t, "an offer over the allocation", err, "amount-1")
		_, err = offer(0)
		wrong(t, "an offer of nothing", err, "due-1")

		first := must[int64](t)(offer(0, fundingtest.Instalment(benches, money.Pounds(1_000)), fundingtest.Instalment(club, money.Pounds(1_000))))
		schedule := func(number int64) (o funding.Offer) {
			done(t, d.Read(ctx, func(tx *db.Tx) (err error) { o, err = funding.OfferOf(ctx, tx, p.Area.ID, number); return err }))
			return o
		}
		in := schedule(first).Instalments
		_, err = w.Prepare(ctx, p, in[0].ID)
		refused(t, "a payment by a letter that is not accepted", err, fault.Conflict, "not accepted")
		done(t, w.Funding.AcceptOffer(ctx, p.Approver, p.Area, first, w.Form()))
		_, err = w.Prepare(ctx, p, "no such instalment")
		refused(t, "a payment that is in no schedule", err, fault.NotFound, "")

		// A plan without the club: the schedule still has it, the plan no longer.
		must[map[string]plan.LineID](t)(w.Adopt(ctx, p, fundingtest.Line("green/benches", money.Pounds(60_000))))
		_, err = w.Prepare(ctx, p, in[1].ID)
		wrong(t, "a payment for a line that left the plan", err, "decision")
		pid := must[funding.PaymentID](t)(w.Funding.PreparePayment(ctx, w.Amina, p.Area, funding.NewPayment{Form: w.Form(), Instalment: in[1].ID, Decision: overBy(t, w, p, in[1].Line, in[1].Amount)}))
		done(t, w.Approve(ctx, p, pid))
		done(t, w.Release(ctx, p, pid))

		// A payment that was prepared and approved by the old plan is held against the new one.
		pid = must[funding.PaymentID](t)(w.Prepare(ctx, p, in[0].ID))
		done(t, w.Approve(ctx, p, pid))
		must[map[string]plan.LineID](t)(w.Adopt(ctx, p, fundingtest.Line("green/benches", money.Pounds(999))))
		wrong(t, "the release of a payment that no longer fits the plan", w.Release(ctx, p, pid), "decision")
		done(t, w.Funding.CancelPayment(ctx, w.Amina, p.Area, pid, "the plan changed", w.Form()))

		second := must[int64](t)(offer(first, fundingtest.Instalment(benches, money.Pounds(500))))
		done(t, w.Funding.AcceptOffer(ctx, p.Approver, p.Area, second, w.Form()))
		_, err = w.Prepare(ctx, p, in[0].ID)
		refused(t, "a payment by a letter that was superseded", err, fault.Conflict, "took this one")
		figures(t, w, p, "allocated 50000.00, promised 500.00, paid 1000.00, contribution 50.00, spent 0.00")
		sound(t, d)
	})
}

// R10: over a line's budget only with a decision, over the allocation never.
func TestOverTheBudgetOnlyByADecision(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w, lines, o := readyWorld(t, d)
		p := w.Tanners
		must[map[string]plan.LineID](t)(w.Adopt(ctx, p, fundingtest.Line("green/benches", money.Pounds(19_999)), fundingtest.Line("young/club", money.Pounds(10_000))))
		_, err := w.Prepare(ctx, p, o.Instalments[0].ID)
		wrong(t, "a payment over the line's budget without a decision", err, "decision")
		more := overBy(t, w, p, lines["green/benches"], money.Pounds(1))
		pid := must[funding.PaymentID](t)(w.Funding.PreparePayment(ctx, w.Amina, p.Area, funding.NewPayment{Form: w.Form(), Instalment: o.Instalments[0].ID, Decision: more}))
		done(t, w.Approve(ctx, p, pid))
		done(t, w.Release(ctx, p, pid))

		must[funding.SpendID](t)(w.Spend(ctx, p, lines["green/benches"], money.Pounds(19_999)))
		over := must[funding.SpendID](t)(w.Provide(ctx, p, lines["green/benches"], money.Pence(1)))
		err = w.Funding.CertifySpends(ctx, p.Approver, p.Area, w.Form(), over)
		refused(t, "a spend a penny over the line's budget, without a decision", err, fault.Conflict, "the plan gives it £19,999.00")
		n := w.NewSpend(p, lines["green/benches"], money.Pence(1))
		n.Decision = overBy(t, w, p, lines["green/benches"], money.Pence(1))
		allowed := must[funding.SpendID](t)(w.Funding.ProvideSpend(ctx, p.Finance, p.Area, n))
		done(t, w.Funding.CertifySpends(ctx, p.Approver, p.Area, w.Form(), allowed))

		// Forward from each decision to what went over the plan by it, and back from
		// the line to the decisions by whose letters it was paid.
		done(t, d.Read(ctx, func(tx *db.Tx) error {
			paid := must[[]funding.Use](t)(funding.UsesOf(ctx, tx, p.Area.ID, more))
			if len(paid) != 1 || paid[0].Payment != pid || paid[0].Amount != money.Pounds(20_000) || paid[0].On != w.Today() || paid[0].Line != lines["green/benches"] {
				t.Errorf("what was paid by the decision is %+v", paid)
			}
			spent := must[[]funding.Use](t)(funding.UsesOf(ctx, tx, p.Area.ID, n.Decision))
			if len(spent) != 1 || spent[0].Spend != allowed || spent[0].On != w.Today() {
				t.Errorf("what was spent by the decision is %+v", spent)
			}
			if by := must[[]int64](t)(funding.DecisionsFor(ctx, tx, p.Area.ID, lines["green/benches"])); len(by) != 1 || by[0] != o.Decision {
				t.Errorf("the line was promised money by decisions %v, not by %d", by, o.Decision)
			}
			return nil
		}))
		sound(t, d)
	})
}

// S08: money is promised by a decision that stands, on the lines and up to the
// amounts that it allows, of which other letters have used some.
func TestMoneyIsPromisedByADecisionAlone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w, lines, _ := readyWorld(t, d)
		p := w.Tanners
		benches, club := lines["green/benches"], lines["young/club"]
		offer := func(by int64, line plan.LineID, amount money.Amount) (int64, error) {
			return w.Funding.MakeOffer(ctx, w.Farah, p.Area, funding.NewOffer{
				Form: w.Form(), Organisation: p.LTO.ID, Decision: by, Instalments: []funding.NewInstalment{fundingtest.Instalment(line, amount)},
			})
		}
		_, err := offer(0, benches, money.Pounds(100))
		wrong(t, "an offer without a decision", err, "decision")
		_, err = offer(99, benches, money.Pounds(100))
		wrong(t, "an offer by a decision that is not there", err, "decision")
		_, err = offer(overBy(t, w, p, benches, money.Pounds(100)), benches, money.Pounds(100))
		wrong(t, "an offer by a decision on another matter", err, "decision")
		by := must[int64](t)(w.DecideOn(ctx, p, decision.Spending, benches, money.Pounds(1_000)))
		_, err = offer(by, club, money.Pounds(1))
		wrong(t, "an offer on a line that the decision does not name", err, "line-1")
		_, err = offer(by, benches, money.Pence(100_001))
		wrong(t, "a penny more than the decision allows", err, "amount-1")
		first := must[int64](t)(offer(by, benches, money.Pounds(700)))
		_, err = offer(by, benches, money.Pounds(301))
		wrong(t, "a pound more than the first letter left", err, "amount-1")
		must[int64](t)(offer(by, benches, money.Pounds(300)))
		done(t, w.Funding.AcceptOffer(ctx, p.Approver, p.Area, first, w.Form()))
		done(t, d.Read(ctx, func(tx *db.Tx) error {
			uses, err := funding.UsesOf(ctx, tx, p.Area.ID, by)
			if len(uses) != 2 || uses[0].Offer != first || uses[0].Amount != money.Pounds(700) {
				t.Errorf("what hangs on the decision is %+v", uses)
			}
			return err
		}))
		// A later plan takes the place of the one before, whose decision allows no new letters.
		old := byPlan(t, w, p)
		must[map[string]plan.LineID](t)(w.Adopt(ctx, p, fundingtest.Line("green/benches", money.Pounds(60_000)), fundingtest.Line("young/club", money.Pounds(40_000))))
		_, err = offer(old, club, money.Pounds(1))
		wrong(t, "an offer by the decision on an earlier plan", err, "decision")
		must[int64](t)(offer(byPlan(t, w, p), club, money.Pounds(1)))
		sound(t, d)
	})
}

func TestTheAllocationIsNeverPromisedTwice(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w, lines, _ := readyWorld(t, d)
		p := w.Tanners
		done(t, w.Allocate(ctx, w.Millbrook, money.Pounds(500_000))) // another area's, and no help
		must[map[string]plan.LineID](t)(w.Adopt(ctx, p, fundingtest.Line("green/benches", money.Pounds(200_000)), fundingtest.Line("young/club", money.Pounds(200_000))))
		offer := func(line string, amount money.Amount) int64 {
			return must[int64](t)(w.Funding.MakeOffer(ctx, w.Farah, p.Area, funding.NewOffer{
				Form: w.Form(), Organisation: p.LTO.ID, Decision: byPlan(t, w, p), Instalments: []funding.NewInstalment{fundingtest.Instalment(lines[line], amount)},
			}))
		}
		a, b := offer("green/benches", money.Pounds(70_000)), offer("young/club", money.Pence(1)) // of the £70,000 left
		done(t, w.Funding.AcceptOffer(ctx, p.Approver, p.Area, a, w.Form()))
		err := w.Funding.AcceptOffer(ctx, p.Approver, p.Area, b, w.Form())
		refused(t, "a letter for which nothing is left when it is accepted", err, fault.Conflict, "£0.00 left of its allocation")
		refused(t, "a letter accepted twice", w.Funding.AcceptOffer(ctx, p.Approver, p.Area, a, w.Form()), fault.Conflict, "accepted already")
		figures(t, w, p, "allocated 100000.00, promised 100000.00, paid 0.00, contribution 0.00, spent 0.00")
		sound(t, d)
	})
}

// R9: 5% beside each instalment, rounded half to even.
func TestTheContributionStandsBesideEachInstalment(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w, lines, _ := readyWorld(t, d)
		p := w.Tanners
		var in []funding.NewInstalment
		cases := []struct{ pence, contribution int64 }{
			{1, 0}, {9, 0}, {10, 0}, {11, 1}, {29, 1}, {30, 2}, {31, 2}, {50, 2}, {70, 4}, {90, 4}, {110, 6}, {333_333, 16_667}, {2_000_010, 100_000},
		}
		for _, c := range cases {
			in = append(in, fundingtest.Instalment(lines["green/benches"], money.Pence(c.pence)))
		}
		o := must[funding.Offer](t)(w.Offer(ctx, p, 0, in...))
		var total int64
		for i, c := range cases {
			pid := must[funding.PaymentID](t)(w.Pay(ctx, p, o.Instalments[i].ID))
			got := must[funding.Payment](t)(w.Payment(ctx, p, pid))
			if got.Contribution != money.Pence(c.contribution) {
				t.Errorf("beside %d pence: got a contribution of %d, want %d", c.pence, got.Contribution.Minor(), c.contribution)
			}
			total += c.contribution
		}
		done(t, d.Read(ctx, func(tx *db.Tx) error {
			paid, err := ledger.Balance(ctx, tx, funding.ContributionPaid(p.Area.ID, p.LTO.ID))
			if paid != money.Pence(total) {
				t.Errorf("the LTO was given %s beside the area’s money, want %s", paid, money.Pence(total))
			}
			return err
		}))
		sound(t, d)
	})
}

func TestNobodyHasTwoPartsInOnePayment(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w, _, o := readyWorld(t, d)
		p := w.Tanners
		hat := func(of access.Actor, role access.Role) access.Actor {
			return must[access.Actor](t)(w.Hat(ctx, of.Person, role, access.InProgramme, string(w.Programme.ID)))
		}
		// Farah, the officer who prepares, has a finance hat besides; so has Amina an officer's.
		farahInFinance, aminaAsOfficer := hat(w.Farah, access.ProgrammeFinance), hat(w.Amina, access.ProgrammeOfficer)
		prepare := func(by access.Actor, i int) funding.PaymentID {
			return must[funding.PaymentID](t)(w.Funding.PreparePayment(ctx, by, p.Area, funding.NewPayment{Form: w.Form(), Instalment: o.Instalments[i].ID}))
		}
		approve := func(by access.Actor, pid funding.PaymentID) error {
			shown := must[funding.Payment](t)(w.Payment(ctx, p, pid))
			return w.Funding.ApprovePayment(ctx, by, p.Area, pid, shown.Digest, w.Form())
		}
		release := func(by access.Actor, pid funding.PaymentID) error {
			return w.Funding.ReleasePayment(ctx, by, p.Area, pid, funding.NewRelease{Form: w.Form(), PaidOn: w.Today(), Reference: "BL-1"})
		}
		one := prepare(w.Farah, 0)
		refused(t, "an officer approves", approve(w.Farah, one), fault.Forbidden, "approve a payment")
		refused(t, "who prepared it approves in another hat", approve(farahInFinance, one), fault.Forbidden, "somebody else approves")
		refused(t, "it is released before it is approved", release(w.Carol, one), fault.Conflict, "waits for approval")
		done(t, approve(w.Ben, one))
		refused(t, "who approved it approves again", approve(w.Ben, one), fault.Conflict, "You approved this payment.")
		refused(t, "another approves what has all its approvals", approve(w.Carol, one), fault.Conflict, "all the approvals that it needs")
		refused(t, "who approved it releases", release(w.Ben, one), fault.Forbidden, "somebody else releases")
		refused(t, "who prepared it releases in another hat", release(farahInFinance, one), fault.Forbidden, "somebody else releases")
		refused(t, "an officer releases", release(aminaAsOfficer, one), fault.Forbidden, "release a payment")
		done(t, release(w.Carol, one))

		two := prepare(aminaAsOfficer, 1)
		refused(t, "who prepared it as an officer approves in finance", approve(w.Amina, two), fault.Forbidden, "somebody else approves")
		for _, by := range []access.Actor{{}, w.Kit, p.Chair, p.Finance, p.Approver} {
			refused(t, "somebody outside the payment desk approves", approve(by, two), fault.Forbidden, "approve a payment")
			refused(t, "somebody outside the payment desk releases", release(by, two), fault.Forbidden, "release a payment")
			_, err := w.Funding.PreparePayment(ctx, by, p.Area, funding.NewPayment{Form: w.Form(), Instalment: o.Instalments[1].ID})
			refused(t, "somebody outside the payment desk prepares", err, fault.Forbidden, "prepare a payment")
		}
		figures(t, w, p, "allocated 100000.00, promised 10000.00, paid 20000.00, contribution 1000.00, spent 0.00")
		sound(t, d)

		// The database says so too.
		for what, query := range map[string]string{
			"an approval by who prepared it": `INSERT INTO payment_approvals (area_id, payment_id, prepared_by, approved_by, digest, approved_at)
				SELECT area_id, id, prepared_by, prepared_by, digest, prepared_at FROM payments WHERE id = $1`,
			"a release by who prepared it": `INSERT INTO payment_releases (area_id, payment_id, prepared_by, released_by, paid_on, reference, entry_id, released_at)
				SELECT area_id, id, prepared_by, prepared_by, '2026-10-20', '', '', prepared_at FROM payments WHERE id = $1`,
		} {
			if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(ctx, query, two); return err }); err == nil {
				t.Errorf("%s, in SQL: accepted, want it refused", what)
			}
		}
	})
}

func TestWhoRecordsASpendDoesNotCertifyIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w, lines, o := readyWorld(t, d)
		p := w.Tanners
		must[funding.PaymentID](t)(w.Pay(ctx, p, o.Instalments[0].ID))
		devAsApprover := must[access.Actor](t)(w.Hat(ctx, p.Finance.Person, access.LTOApprover, access.InOrganisation, string(p.LTO.ID)))
		sid := must[funding.SpendID](t)(w.Provide(ctx, p, lines["green/benches"], money.Pounds(100)))
		certify := func(by access.Actor) error {
			return w.Funding.CertifySpends(ctx, by, p.Area, w.Form(), sid)
		}
		refused(t, "who recorded it certifies", certify(p.Finance), fault.Forbidden, "certify spending")
		refused(t, "who recorded it certifies in another hat", certify(devAsApprover), fault.Forbidden, "somebody else certifies")
		refused(t, "another organisation’s approver certifies", certify(w.Millbrook.Approver), fault.Forbidden, "certify spending")
		refused(t, "the programme certifies", certify(w.Carol), fault.Forbidden, "certify spending")
		done(t, certify(p.Approver))
		refused(t, "it is certified twice", certify(p.Approver), fault.Conflict, "certified already")
		err := w.Funding.ReverseSpend(ctx, devAsApprover, p.Area, sid, "a mistake", w.Form())
		refused(t, "who recorded it reverses it in another hat", err, fault.Forbidden, "somebody else reverses")
		done(t, w.Funding.ReverseSpend(ctx, p.Approver, p.Area, sid, "a mistake", w.Form()))
		refused(t, "it is reversed twice", w.Funding.ReverseSpend(ctx, p.Approver, p.Area, sid, "a mistake", w.Form()), fault.Conflict, "reversed already")
		refused(t, "what was reversed is certified", certify(p.Approver), fault.Conflict, "reversed already")
		sound(t, d)
		another := must[funding.SpendID](t)(w.Provide(ctx, p, lines["green/benches"], money.Pounds(1)))
		err = d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO spend_certifications (area_id, spend_id, provided_by, certified_by, entry_id, certified_on, certified_at)
				SELECT area_id, id, provided_by, provided_by, '', spent_on, provided_at FROM spends WHERE id = $1`, another)
			return err
		})
		if err == nil {
			t.Error("a certification by who recorded it, in SQL: accepted, want it refused")
		}
	})
}

func TestAPaymentNeedsAsManyApproversAsTheRuleBookSays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w, _, o := readyWorld(t, d)
		p := w.Tanners
		done(t, d.Write(ctx, func(tx *db.Tx) error {
			n, err := tx.Exec(ctx, `UPDATE programmes SET rulebook_text = replace(rulebook_text, '"approvals_needed": {"value": 1', '"approvals_needed": {"value": 2')`)
			if n != 1 {
				t.Fatalf("%d programmes changed, want 1", n)
			}
			return err
		}))
		dora := must[access.Actor](t)(w.Hat(ctx, w.Farah.Person, access.ProgrammeFinance, access.InProgramme, string(w.Programme.ID)))
		pid := must[funding.PaymentID](t)(w.Prepare(ctx, p, o.Instalments[0].ID))
		done(t, w.Approve(ctx, p, pid))
		refused(t, "released with one approval of two", w.Release(ctx, p, pid), fault.Conflict, "waits for approval")
		shown := must[funding.Payment](t)(w.Payment(ctx, p, pid))
		if shown.State() != funding.PaymentPrepared {
			t.Errorf("with one approval of two: got %s, want prepared", shown.State())
		}
		done(t, w.Funding.ApprovePayment(ctx, dora, p.Area, pid, shown.Digest, w.Form()))
		done(t, w.Release(ctx, p, pid))
		sound(t, d)
	})
}

func TestAPaymentIsCalledOffHandedBackAndReversed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w, lines, o := readyWorld(t, d)
		p := w.Tanners
		first, second := o.Instalments[0].ID, o.Instalments[1].ID
		cancel := func(pid funding.PaymentID) error {
			return w.Funding.CancelPayment(ctx, w.Amina, p.Area, pid, "not wanted", w.Form())
		}
		giveBack := func(pid funding.PaymentID, amount money.Amount) error {
			return w.Funding.ReturnUnderspend(ctx, w.Carol, p.Area, pid, funding.NewReturn{Form: w.Form(), Amount: amount, On: w.Today(), Reason: "less was needed"})
		}
		reverse := func(pid funding.PaymentID) error {
			return w.Reverse(ctx, p, pid, "a mistake")
		}
		pid := must[funding.PaymentID](t)(w.Prepare(ctx, p, first))
		_, err := w.Prepare(ctx, p, first)
		refused(t, "an instalment is prepared twice", err, fault.Conflict, "on its way")
		refused(t, "handed back before it was released", giveBack(pid, money.Pounds(1)), fault.Conflict, "not released")
		refused(t, "reversed before it was released", reverse(pid), fault.Conflict, "not released")
		done(t, cancel(pid))
		refused(t, "called off twice", cancel(pid), fault.Conflict, "called off")
		refused(t, "approved after it was called off", w.Approve(ctx, p, pid), fault.Conflict, "called off")
		refused(t, "released after it was called off", w.Release(ctx, p, pid), fault.Conflict, "called off")

		pid = must[funding.PaymentID](t)(w.Pay(ctx, p, first))
		refused(t, "called off after it was released", cancel(pid), fault.Conflict, "released already")
		refused(t, "released twice", w.Release(ctx, p, pid), fault.Conflict, "released already")
		refused(t, "approved after it was released", w.Approve(ctx, p, pid), fault.Conflict, "released already")
		wrong(t, "more handed back than was paid", giveBack(pid, money.Pounds(20_001)), "amount")
		must[funding.SpendID](t)(w.Spend(ctx, p, lines["green/benches"], money.Pounds(5_000)))
		refused(t, "more handed back than is held", giveBack(pid, money.Pounds(15_001)), fault.Conflict, "holds £15,000.00")
		refused(t, "reversed when a part of it is spent", reverse(pid), fault.Conflict, "holds £15,000.00")
		done(t, giveBack(pid, money.Pence(1_499_999)))
		figures(t, w, p, "allocated 100000.00, promised 10000.00, paid 5000.01, contribution 250.00, spent 5000.00")
		refused(t, "reversed when a part of it was handed back", reverse(pid), fault.Conflict, "handed back")
		done(t, giveBack(pid, money.Pence(1)))
		figures(t, w, p, "allocated 100000.00, promised 10000.00, paid 5000.00, contribution 250.00, spent 5000.00")

		pid = must[funding.PaymentID](t)(w.Pay(ctx, p, second))
		done(t, reverse(pid))
		refused(t, "reversed twice", reverse(pid), fault.Conflict, "reversed already")
		refused(t, "handed back after it was reversed", giveBack(pid, money.Pounds(1)), fault.Conflict, "reversed already")
		figures(t, w, p, "allocated 100000.00, promised 10000.00, paid 5000.00, contribution 250.00, spent 5000.00")

		// Elsewhere than at the payment desk nobody takes money back.
		err = w.Funding.ReturnUnderspend(ctx, p.Approver, p.Area, pid, funding.NewReturn{Form: w.Form(), Amount: money.Pounds(1), On: w.Today(), Reason: "x"})
		refused(t, "the LTO records money handed back", err, fault.Forbidden, "handed back")
		wrong(t, "called off without a reason", w.Funding.CancelPayment(ctx, w.Amina, p.Area, pid, " ", w.Form()), "reason")
		sound(t, d)
	})
}

func TestTheLTOCannotSpendWhatItDoesNotHold(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w, lines, o := readyWorld(t, d)
		p := w.Tanners
		sid := must[funding.SpendID](t)(w.Provide(ctx, p, lines["green/benches"], money.Pounds(20_000)))
		certify := func(spends ...funding.SpendID) error {
			return w.Funding.CertifySpends(ctx, p.Approver, p.Area, w.Form(), spends...)
		}
		refused(t, "spent before the money came", certify(sid), fault.Conflict, "holds £0.00")
		must[funding.PaymentID](t)(w.Pay(ctx, p, o.Instalments[0].ID))
		penny := must[funding.SpendID](t)(w.Provide(ctx, p, lines["green/benches"], money.Pence(1)))
		refused(t, "a penny more than is held", certify(sid, penny), fault.Conflict, "holds £0.00")
		figures(t, w, p, "allocated 100000.00, promised 10000.00, paid 20000.00, contribution 1000.00, spent 0.00") // all or none
		done(t, certify(sid))
		done(t, w.Funding.RefuseSpend(ctx, p.Approver, p.Area, penny, "no receipt", w.Form()))
		refused(t, "certified after it was sent back", certify(penny), fault.Conflict, "sent back already")
		refused(t, "sent back twice", w.Funding.RefuseSpend(ctx, p.Approver, p.Area, penny, "no receipt", w.Form()), fault.Conflict, "sent back already")
		refused(t, "reversed though it was never certified", w.Funding.ReverseSpend(ctx, p.Approver, p.Area, penny, "x", w.Form()), fault.Conflict, "not certified")
		err := w.Funding.RefuseSpend(ctx, w.Millbrook.Approver, p.Area, sid, "x", w.Form())
		refused(t, "sent back by another organisation’s approver", err, fault.Forbidden, "certify")

		n := w.NewSpend(p, lines["green/benches"], money.Pence(1))
		n.SpentOn = date.Must("2020-03-31")
		_, err = w.Funding.ProvideSpend(ctx, p.Finance, p.Area, n)
		wrong(t, "a spend of the day before the organisation held the money", err, "spent_on")
		n = w.NewSpend(p, lines["green/benches"], money.Pence(1))
		n.SpentOn = w.Today().AddDays(1)
		_, err = w.Funding.ProvideSpend(ctx, p.Finance, p.Area, n)
		wrong(t, "a spend of tomorrow", err, "spent_on")
		sound(t, d)
	})
}

// Another area's thing is not there.
func TestAnotherAreasThingsDoNotExist(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w, lines, o := readyWorld(t, d)
		p, other := w.Tanners, w.Millbrook.Area
		otherLines, _, err := w.Ready(ctx, w.Millbrook)
		done(t, err)
		paid := must[funding.PaymentID](t)(w.Pay(ctx, p, o.Instalments[0].ID))
		prepared := must[funding.PaymentID](t)(w.Prepare(ctx, p, o.Instalments[1].ID))
		shown := must[funding.Payment](t)(w.Payment(ctx, p, prepared))
		sid := must[funding.SpendID](t)(w.Provide(ctx, p, lines["green/benches"], money.Pounds(1)))
		system := access.System("a test") // may do everything, and finds nothing all the same
		for what, do := range map[string]func(by access.Actor) error{
			"prepare": func(by access.Actor) error {
				_, err := w.Funding.PreparePayment(ctx, by, other, funding.NewPayment{Form: w.Form(), Instalment: o.Instalments[1].ID})
				return err
			},
			"approve": func(by access.Actor) error {
				return w.Funding.ApprovePayment(ctx, by, other, prepared, shown.Digest, w.Form())
			},
			"call off": func(by access.Actor) error { return w.Funding.CancelPayment(ctx, by, other, prepared, "x", w.Form()) },
			"release": func(by access.Actor) error {
				return w.Funding.ReleasePayment(ctx, by, other, prepared, funding.NewRelease{Form: w.Form(), PaidOn: w.Today(), Reference: "x"})
			},
			"hand back": func(by access.Actor) error {
				return w.Funding.ReturnUnderspend(ctx, by, other, paid, funding.NewReturn{Form: w.Form(), Amount: money.Pence(1), On: w.Today(), Reason: "x"})
			},
			"reverse": func(by access.Actor) error { return w.Funding.AskReversal(ctx, by, other, paid, "x", w.Form()) },
		} {
			for _, by := range []access.Actor{w.Ben, system} {
				refused(t, what+" as "+by.Name, do(by), fault.NotFound, "")
			}
		}
		for what, do := range map[string]func(by access.Actor) error{
			"certify":       func(by access.Actor) error { return w.Funding.CertifySpends(ctx, by, other, w.Form(), sid) },
			"send back":     func(by access.Actor) error { return w.Funding.RefuseSpend(ctx, by, other, sid, "x", w.Form()) },
			"reverse spend": func(by access.Actor) error { return w.Funding.ReverseSpend(ctx, by, other, sid, "x", w.Form()) },
			"accept":        func(by access.Actor) error { return w.Funding.AcceptOffer(ctx, by, other, 7, w.Form()) },
		} {
			for _, by := range []access.Actor{p.Approver, w.Millbrook.Approver, system} {
				refused(t, what+" as "+by.Name, do(by), fault.NotFound, "")
			}
		}
		n := w.NewSpend(w.Millbrook, lines["green/benches"], money.Pence(1))
		_, err = w.Funding.ProvideSpend(ctx, w.Millbrook.Finance, other, n)
		wrong(t, "a spend on another area’s budget line", err, "line")
		n = w.NewSpend(w.Tanners, otherLines["green/benches"], money.Pence(1))
		_, err = w.Funding.ProvideSpend(ctx, w.Millbrook.Finance, other, n)
		refused(t, "a spend in another organisation’s name", err, fault.Forbidden, "record spending")
		n.Form = w.Form()
		_, err = w.Funding.ProvideSpend(ctx, p.Finance, other, n)
		wrong(t, "a spend of an area whose money one does not hold", err, "spent_on")
		_, err = w.Funding.MakeOffer(ctx, w.Farah, other, funding.NewOffer{Form: w.Form(), Organisation: w.Millbrook.LTO.ID, Supersedes: 9, Instalments: []funding.NewInstalment{
			fundingtest.Instalment(otherLines["green/benches"], money.Pounds(1)),
		}})
		refused(t, "a letter that supersedes one that is not there", err, fault.NotFound, "")
		refused(t, "a chair chooses another area’s LTO", w.Funding.Hold(ctx, p.Chair, other, funding.NewHolding{
			Form: w.Form(), Organisation: p.LTO.ID, From: w.Today(), Decision: "x",
		}), fault.Forbidden, "who holds")
		sound(t, d)
	})
}

func TestALetterTakesAnothersPlace(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w, lines, first := readyWorld(t, d)
		p := w.Tanners
		in := fundingtest.Instalment(lines["green/benches"], money.Pounds(60_000))
		paid := must[funding.PaymentID](t)(w.Pay(ctx, p, first.Instalments[0].ID)) // £20,000
		prepared := must[funding.PaymentID](t)(w.Prepare(ctx, p, first.Instalments[1].ID))
		make := func(supersedes int64, in ...funding.NewInstalment) (int64, error) {
			return w.Funding.MakeOffer(ctx, w.Farah, p.Area, funding.NewOffer{Form: w.Form(), Organisation: p.LTO.ID, Decision: byPlan(t, w, p), Supersedes: supersedes, Instalments: in})
		}
		_, err := make(first.Number, in)
		wrong(t, "a new version that forgets what was paid", err, "amount-1")
		in.Amount = money.Pounds(40_000)
		second := must[int64](t)(make(first.Number, in))
		_, err = make(first.Number, in)
		refused(t, "two new versions of one letter", err, fault.Conflict, "made already")
		accept := func(number int64) error { return w.Funding.AcceptOffer(ctx, p.Approver, p.Area, number, w.Form()) }
		refused(t, "accepted while a payment by the older letter is on its way", accept(second), fault.Conflict, "on its way")
		done(t, w.Funding.CancelPayment(ctx, w.Amina, p.Area, prepared, "a new letter", w.Form()))
		done(t, accept(second))
		figures(t, w, p, "allocated 100000.00, promised 40000.00, paid 20000.00, contribution 1000.00, spent 0.00")
		_, err = make(first.Number, in)
		refused(t, "a new version of what was superseded", err, fault.Conflict, "in force already")

		// A payment by the older letter is reversed: it is not promised afresh.
		done(t, w.Reverse(ctx, p, paid, "wrong account"))
		figures(t, w, p, "allocated 100000.00, promised 40000.00, paid 0.00, contribution 0.00, spent 0.00")
		sound(t, d)
	})
}

// A letter that nobody accepted is not accepted once a newer one is in force.
func TestAnOlderLetterIsNotAcceptedAfterItsSuccessor(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w, lines, _ := readyWorld(t, d)
		p := w.Tanners
		make := func(supersedes int64) int64 {
			return must[int64](t)(w.Funding.MakeOffer(ctx, w.Farah, p.Area, funding.NewOffer{
				Form: w.Form(), Organisation: p.LTO.ID, Decision: byPlan(t, w, p), Supersedes: supersedes,
				Instalments: []funding.NewInstalment{fundingtest.Instalment(lines["green/benches"], money.Pounds(1_000))},
			}))
		}
		older := make(0)
		newer := make(older)
		done(t, w.Funding.AcceptOffer(ctx, p.Approver, p.Area, newer, w.Form()))
		err := w.Funding.AcceptOffer(ctx, p.Approver, p.Area, older, w.Form())
		refused(t, "the older letter is accepted after its successor", err, fault.Conflict, "took this one")
		figures(t, w, p, "allocated 100000.00, promised 31000.00, paid 0.00, contribution 0.00, spent 0.00")
		sound(t, d)
	})
}

// A version that waits for the LTO may be bettered: the next one takes the
// place of what is in force, and not beside it.
func TestAVersionThatWaitsIsBettered(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w, lines, first := readyWorld(t, d)
		p := w.Tanners
		version := func(supersedes int64) int64 {
			return must[int64](t)(w.Funding.MakeOffer(ctx, w.Farah, p.Area, funding.NewOffer{
				Form: w.Form(), Organisation: p.LTO.ID, Decision: byPlan(t, w, p), Supersedes: supersedes,
				Instalments: []funding.NewInstalment{fundingtest.Instalment(lines["green/benches"], money.Pounds(60_000))}, // all that there is
			}))
		}
		mistaken := version(first.Number)
		bettered := version(mistaken)
		done(t, w.Funding.AcceptOffer(ctx, p.Approver, p.Area, bettered, w.Form()))
		figures(t, w, p, "allocated 100000.00, promised 60000.00, paid 0.00, contribution 0.00, spent 0.00")
		_, err := w.Prepare(ctx, p, first.Instalments[0].ID)
		refused(t, "a payment by the letter before the one before", err, fault.Conflict, "took this one")
		err = w.Funding.AcceptOffer(ctx, p.Approver, p.Area, mistaken, w.Form())
		refused(t, "the mistaken version is accepted after all", err, fault.Conflict, "took this one")
		sound(t, d)
	})
}
