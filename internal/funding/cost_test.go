package funding_test

import (
	"testing"

	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/money"
)

// What a payment asks of the database is bounded: while one is saved, everybody
// else who saves something waits (decisions 0004 and 0021).
func TestAPaymentAsksLittle(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, err := fundingtest.New(t.Context(), d, 1)
		if err != nil {
			t.Fatal(err)
		}
		lines, _, err := w.Ready(t.Context(), w.Tanners)
		if err != nil {
			t.Fatal(err)
		}
		o, err := w.Offer(t.Context(), w.Tanners, 1, fundingtest.Instalment(lines["green/benches"], money.Pounds(1000)))
		if err != nil {
			t.Fatal(err)
		}
		var pid funding.PaymentID
		for _, step := range []struct {
			what string
			most int64
			do   func() error
		}{
			{"prepare", 17, func() (err error) {
				pid, err = w.Prepare(t.Context(), w.Tanners, o.Instalments[0].ID)
				return err
			}},
			{"approve", 14, func() error { return w.Approve(t.Context(), w.Tanners, pid) }}, // two of them to read what is approved
			{"release", 27, func() error { return w.Release(t.Context(), w.Tanners, pid) }},
		} {
			before := d.Stats()
			if err := step.do(); err != nil {
				t.Fatal(err)
			}
			after := d.Stats()
			if n := after.Statements - before.Statements; n > step.most || after.Writes-before.Writes != 1 {
				t.Errorf("%s asks %d statements in %d writes, want at most %d in 1", step.what, n, after.Writes-before.Writes, step.most)
			}
		}
	})
}
