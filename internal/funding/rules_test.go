package funding_test

import (
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/decision"
	"commontable/internal/funding"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/money"
	"commontable/internal/plan"
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

// Before people were asked, only what asking them costs can be promised (R4); a
// consultation that was begun and heard nothing changes nothing about that.
func TestNothingIsPromisedBeforePeopleAreAsked(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w := newWorld(t, d)
		p := w.Tanners
		done(t, w.Allocate(ctx, p, money.Pounds(10_000)))
		done(t, w.Hold(ctx, p))
		asking := fundingtest.Line("asking/doors", money.Pounds(1000))
		asking.Theme = "involving-people"
		number := must[int64](t)(w.Plans.Write(ctx, p.Chair, p.Area, plan.NewVersion{
			Form: string(w.Form()), FromYear: 2026, UntilYear: 2028, Lines: []plan.NewLine{fundingtest.Line("green/benches", money.Pounds(5000)), asking},
		}))
		done(t, w.Plans.Adopt(ctx, p.Chair, p.Area, plan.NewAdoption{Form: string(w.Form()), Version: number, On: w.Today(), Decision: "x"}))
		lines := must[map[string]plan.LineID](t)(w.Lines(ctx, p))
		offer := func(line string) error {
			decided := must[int64](t)(w.DecideOn(ctx, p, decision.Spending, lines[line], money.Pounds(500)))
			_, err := w.Funding.MakeOffer(ctx, w.Farah, p.Area, funding.NewOffer{
				Form: w.Form(), Organisation: p.LTO.ID, Decision: decided, Instalments: []funding.NewInstalment{{DueOn: w.Today(), Line: lines[line], Amount: money.Pounds(500)}},
			})
			return err
		}
		wrong(t, "before anybody was asked", offer("green/benches"), "line-1")
		begun := must[int64](t)(w.Plans.BeginConsultation(ctx, p.Chair, p.Area, plan.NewConsultation{
			Form: string(w.Form()), Sections: []plan.Section{plan.AskingSection{Asking: plan.Asking{Title: "At the doors"}}},
		}))
		wrong(t, "before anything was heard", offer("green/benches"), "line-1")
		done(t, offer("asking/doors"))
		done(t, w.Plans.SaveConsultation(ctx, p.Chair, p.Area, begun, string(w.Form()), "", plan.HearingSection{Hearing: plan.Hearing{Heard: []plan.Heard{{Words: "Benches", Count: 41}}}}))
		done(t, offer("green/benches"))
		sound(t, d)
	})
}
