package funding_test

import (
	"errors"
	"testing"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/money"
)

// Whoever moves money is asked for their passkey, in every way in which money
// moves; who is not sure may do none of them, and nothing is changed.
func TestMoneyMovesOnlyWhenItIsSureWhoMovesIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Helper()
		ctx := t.Context()
		ok := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		w, err := fundingtest.New(ctx, d, 1)
		ok(err)
		p := w.Tanners
		lines, o, err := w.Ready(ctx, p)
		ok(err)
		pid, err := w.Prepare(ctx, p, o.Instalments[0].ID)
		ok(err)
		shown, err := w.Payment(ctx, p, pid)
		ok(err)
		unsure := func(a access.Actor) access.Actor { a.Sure = false; return a }
		f := w.Funding
		in := func(do func(tx *db.Tx) error) error { return d.Write(ctx, do) }
		refused := func(what string, err error) {
			t.Helper()
			if !errors.Is(err, fault.Unsure) || !errors.Is(err, fault.Forbidden) {
				t.Errorf("%s: %v", what, err)
			}
		}

		refused("approve", f.ApprovePayment(ctx, unsure(w.Ben), p.Area, pid, shown.Digest, w.Form()))
		refused("approve", in(func(tx *db.Tx) error { return f.ApprovePaymentIn(ctx, tx, unsure(w.Ben), p.Area, pid, shown.Digest) }))
		ok(w.Approve(ctx, p, pid))
		release := funding.NewRelease{Form: w.Form(), PaidOn: w.Today(), Reference: "BL-1"}
		refused("release", f.ReleasePayment(ctx, unsure(w.Carol), p.Area, pid, release))
		refused("release", in(func(tx *db.Tx) error { return f.ReleasePaymentIn(ctx, tx, unsure(w.Carol), p.Area, pid, release) }))
		ok(f.ReleasePayment(ctx, w.Carol, p.Area, pid, release)) // the form that was refused is sent again
		back := funding.NewReturn{Form: w.Form(), Amount: money.Pounds(10), On: w.Today(), Reason: "not needed"}
		refused("hand back", f.ReturnUnderspend(ctx, unsure(w.Carol), p.Area, pid, back))
		refused("hand back", in(func(tx *db.Tx) error { return f.ReturnUnderspendIn(ctx, tx, unsure(w.Carol), p.Area, pid, back) }))
		refused("ask to reverse", f.AskReversal(ctx, unsure(w.Carol), p.Area, pid, "a mistake", w.Form()))
		refused("ask to reverse", in(func(tx *db.Tx) error { return f.AskReversalIn(ctx, tx, unsure(w.Carol), p.Area, pid, "a mistake") }))
		ok(f.AskReversal(ctx, w.Carol, p.Area, pid, "a mistake", w.Form()))
		refused("reverse", f.ReversePayment(ctx, unsure(w.Ben), p.Area, pid, w.Form()))
		refused("reverse", in(func(tx *db.Tx) error { return f.ReversePaymentIn(ctx, tx, unsure(w.Ben), p.Area, pid) }))

		sid, err := f.ProvideSpend(ctx, unsure(p.Finance), p.Area, w.NewSpend(p, lines["green/benches"], money.Pounds(50)))
		ok(err) // to tell of a spend moves nothing
		refused("certify", f.CertifySpends(ctx, unsure(p.Approver), p.Area, w.Form(), sid))
		refused("certify", in(func(tx *db.Tx) error { return f.CertifySpendIn(ctx, tx, unsure(p.Approver), p.Area, sid) }))
		ok(f.CertifySpends(ctx, p.Approver, p.Area, w.Form(), sid))
		refused("reverse a spend", f.ReverseSpend(ctx, unsure(p.Approver), p.Area, sid, "a mistake", w.Form()))
		refused("reverse a spend", in(func(tx *db.Tx) error { return f.ReverseSpendIn(ctx, tx, unsure(p.Approver), p.Area, sid, "a mistake") }))

		got, err := w.Payment(ctx, p, pid)
		ok(err)
		if got.State() != funding.PaymentReleased || len(got.Approvals) != 1 || len(got.Returns) != 0 {
			t.Errorf("the payment is %s, with %d approvals and %d returns", got.State(), len(got.Approvals), len(got.Returns))
		}
	})
}
