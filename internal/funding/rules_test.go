package funding_test

import (
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding"
	"commontable/internal/money"
)

// A programme takes rules with another contribution: what was prepared before
// keeps the old one, and hands back by it.
func TestAPaymentKeepsTheRulesItWasPreparedBy(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w, _, o := readyWorld(t, d)
		p := w.Tanners
		before := must[funding.PaymentID](t)(w.Pay(ctx, p, o.Instalments[0].ID))
		w.Clock.Pass(time.Hour)
		text := must[[]byte](t)(area.ShippedRuleBook(area.BigLocal))
		later := strings.NewReplacer(`"version": 2`, `"version": 3`, `"contribution_rate": {"value": 500`, `"contribution_rate": {"value": 1000`).Replace(string(text))
		must[area.TakenRules](t)(w.Areas.TakeRules(ctx, access.System("a test"), w.Programme.ID, []byte(later)))
		w.Clock.Pass(time.Hour)
		after := must[funding.PaymentID](t)(w.Pay(ctx, p, o.Instalments[1].ID))
		for _, c := range []struct {
			pid     funding.PaymentID
			percent int64
		}{{before, 5}, {after, 10}} {
			done(t, w.Funding.ReturnUnderspend(ctx, w.Carol, p.Area, c.pid, funding.NewReturn{Form: w.Form(), Amount: money.Pounds(100), On: w.Today(), Reason: "less was needed"}))
			got := must[funding.Payment](t)(w.Payment(ctx, p, c.pid))
			if want := got.Stays().Minor() * c.percent / 100; got.ContributionStays().Minor() != want {
				t.Errorf("at %d%%: of %s a contribution of %s stays, want %d pence", c.percent, got.Stays(), got.ContributionStays(), want)
			}
		}
		sound(t, d)
	})
}
