package app

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/money"
	"commontable/internal/partnership"
)

// A fundedCouncil is a council with a plan that has a line for benches, and with money
// that Oak Trust holds. Dev records what Oak Trust spends and Esi certifies.
func newFundedCouncil(t *testing.T, d *db.DB) (c *council, line string) {
	t.Helper()
	w, err := fundingtest.New(t.Context(), d, 3)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Allocate(t.Context(), w.Tanners, money.Pounds(50_000)); err != nil {
		t.Fatal(err)
	}
	lines, err := w.Adopt(t.Context(), w.Tanners, fundingtest.Line("green/benches", money.Pounds(20_000)))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Hold(t.Context(), w.Tanners); err != nil {
		t.Fatal(err)
	}
	p := w.Tanners
	c = &council{World: w, who: map[string]access.Actor{
		"Grace": p.Chair, "Farah": w.Farah, "Amina": w.Amina, "Ben": w.Ben, "Carol": w.Carol, "Dev": p.Finance, "Esi": p.Approver, "nobody": {},
	}}
	if err := d.Write(t.Context(), func(tx *db.Tx) error { return c.seat(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
	c.matrix = matrixOn(t, d, w.Clock.Now)
	return c, string(lines["green/benches"])
}

// agreed is that Rosa puts money forward on the page, three residents support it, and
// Grace records that it is agreed. who says who would be paid.
func (c *council) agreed(number int64, line string, who url.Values) (page string) {
	c.t.Helper()
	fields := url.Values{"kind": {"spending"}, "title": {"Benches by the pond"}, "question": {"Shall we pay for benches?"}, "line-1": {line}, "amount-1": {"400"}}
	maps.Copy(fields, who)
	c.posts("Rosa", http.StatusSeeOther, "/areas/tanners-reach/decisions", fields)
	page = fmt.Sprint("/areas/tanners-reach/decisions/", number)
	var record object
	if err := json.Unmarshal([]byte(c.reads("Rosa", "/api/v1"+page)), &record); err != nil {
		c.t.Fatal(err)
	}
	for _, who := range []string{"Rosa", "Uma", "Sol", "Tess"} {
		c.posts(who, http.StatusSeeOther, page+"/position", url.Values{"hash": {fmt.Sprint(record["hash"])}, "stand": {"support"}})
	}
	c.posts("Grace", http.StatusSeeOther, page+"/agreement", url.Values{"outcome": {"agreed"}})
	return page
}

// paymentOf is the payment of an instalment.
func (c *council) paymentOf(instalment funding.InstalmentID) (pid string) {
	c.t.Helper()
	if err := c.DB.Read(c.t.Context(), func(tx *db.Tx) error {
		in, err := funding.InstalmentOf(c.t.Context(), tx, c.Tanners.Area.ID, instalment)
		pid = string(in.Payment)
		return err
	}); err != nil {
		c.t.Fatal(err)
	}
	return pid
}

func (c *council) offer(number int64) (o funding.Offer) {
	c.t.Helper()
	if err := c.DB.Read(c.t.Context(), func(tx *db.Tx) (err error) {
		o, err = funding.OfferOf(c.t.Context(), tx, c.Tanners.Area.ID, number)
		return err
	}); err != nil {
		c.t.Fatal(err)
	}
	return o
}

// Nobody knows yet who would be paid when Rosa, Sol and the others agree on benches. Sol
// works for Oak Trust, and told so long ago; Tess sits on its board, and tells it when a
// payment is on its way. Each time the money waits, and says why; the chair records why
// it stands, in words that everybody reads; and it goes on.
func TestMoneyForSomebodyWhomNobodyNamedWaits(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c, line := newFundedCouncil(t, d)
		sols := c.tells("Sol", "Oak Trust")
		c.Clock.Pass(time.Hour)
		missing := c.posts("Rosa", http.StatusUnprocessableEntity, "/areas/tanners-reach/decisions", url.Values{
			"kind": {"spending"}, "title": {"Benches by the pond"}, "question": {"Shall we pay for benches?"}, "line-1": {line}, "amount-1": {"400"},
		})
		if !strings.Contains(missing, "There is a problem") || !strings.Contains(missing, "nobody knows yet") {
			t.Errorf("Rosa says nothing of who would be paid, and is told: %s", missing)
		}
		page := c.agreed(2, line, url.Values{"payee_open": {"yes"}})
		c.shows("nobody", page, "Agreed", "This names nobody who would run it or be paid")

		// The letter names Oak Trust, and cannot be accepted.
		today := c.Today()
		schedule := url.Values{"organisation": {string(c.Tanners.LTO.ID)}, "decision": {"2"}, "rows": {"2"}}
		for n := 1; n <= 2; n++ {
			at := fmt.Sprint("-", n)
			schedule["line"+at], schedule["amount"+at] = []string{line}, []string{"200"}
			schedule["due"+at+"-day"], schedule["due"+at+"-month"], schedule["due"+at+"-year"] = []string{fmt.Sprint(today.Day())}, []string{fmt.Sprint(int(today.Month()))}, []string{fmt.Sprint(today.Year())}
		}
		const offers = "/areas/tanners-reach/money/offers"
		c.posts("Farah", http.StatusSeeOther, offers, schedule)
		const why = "Decision 2 does not say who would be paid, and somebody who decided it has an interest in who is paid now."
		refusal := c.posts("Esi", http.StatusConflict, offers+"/1/acceptance", url.Values{})
		if !strings.Contains(refusal, why) || !strings.Contains(refusal, "records under Interests what is done about it") {
			t.Errorf("Esi is told: %s", refusal)
		}
		const sol, waits = "told us on 20 October 2026: “I work for Oak Trust.”", "It is not recorded yet what is done about that."
		c.shows("Esi", offers+"/1", "This waits. "+why, "It goes on when the area’s chair or worker, or the programme’s officer, has recorded what is done about that.", "Someone with an interest", sol, waits)
		c.shows("Grace", offers+"/1", "Sol "+sol, "Record what is done")
		c.shows("Grace", "/areas/tanners-reach", "Money for Oak Trust by decision 2, which did not name them")
		c.shows("Grace", "/areas/tanners-reach/people/exceptions", "Sol took part in deciding: Benches by the pond", "When this was decided it did not say who would be paid.")

		// It is not for Sol to say that it stands, in any hat; nor is it for Rosa.
		about := partnership.AboutPayee(2, c.Tanners.LTO.ID)
		record := func(i partnership.InterestID) string { return partnership.HandlingPath(c.Tanners.Area, about, i) }
		stands := func() url.Values {
			return url.Values{"how": {string(partnership.NoAction)}, "why": {"Nobody else here holds our money, and five of us agreed"}}
		}
		worker, err := c.Hat(t.Context(), c.who["Sol"].Person, access.Worker, access.InArea, string(c.Tanners.Area.ID))
		if err != nil {
			t.Fatal(err)
		}
		c.who["Sol, the worker"] = worker
		c.posts("Sol", http.StatusForbidden, record(sols), stands())
		c.posts("Sol, the worker", http.StatusForbidden, record(sols), stands())
		c.posts("Rosa", http.StatusForbidden, record(sols), stands())
		if said := c.posts("Grace", http.StatusUnprocessableEntity, record(sols), url.Values{"how": {string(partnership.NoAction)}}); !strings.Contains(said, "There is a problem") {
			t.Errorf("Grace gives no reason, and is told: %s", said)
		}
		c.shows("Grace", record(sols), "Oak Trust")
		c.posts("Grace", http.StatusSeeOther, record(sols), stands())
		c.posts("Esi", http.StatusSeeOther, offers+"/1/acceptance", url.Values{})

		// A payment is approved, and Tess tells then.
		in := c.offer(1).Instalments
		prepare := func(i int, want int) string {
			return c.posts("Amina", want, "/areas/tanners-reach/money/instalments/"+string(in[i].ID)+"/payment", url.Values{})
		}
		prepare(0, http.StatusSeeOther)
		payment := "/areas/tanners-reach/money/payments/" + c.paymentOf(in[0].ID)
		shown, err := c.Payment(t.Context(), c.Tanners, funding.PaymentID(c.paymentOf(in[0].ID)))
		if err != nil {
			t.Fatal(err)
		}
		c.posts("Ben", http.StatusSeeOther, payment+"/approvals", url.Values{"digest": {fmt.Sprintf("%x", shown.Digest)}})
		for _, who := range []string{"Ben", "nobody"} {
			if text := words(c.reads(who, payment)); strings.Contains(text, "This waits.") {
				t.Errorf("%s reads that the payment waits, and it does not: %s", who, text)
			}
		}
		c.Clock.Pass(24 * time.Hour)
		tess := c.tells("Tess", "Oak Trust")
		c.posts("Grace", http.StatusSeeOther, partnership.HandlingPath(c.Tanners.Area, partnership.About{Kind: funding.MatterPayment, ID: c.paymentOf(in[0].ID)}, tess), url.Values{"how": {string(partnership.NoVote)}})
		release := func() url.Values {
			on := c.Today()
			return url.Values{"reference": {"GREEN 1"}, "paid_on-day": {fmt.Sprint(on.Day())}, "paid_on-month": {fmt.Sprint(int(on.Month()))}, "paid_on-year": {fmt.Sprint(on.Year())}}
		}
		if said := c.posts("Carol", http.StatusConflict, payment+"/release", release()); !strings.Contains(said, why) {
			t.Errorf("Carol is told: %s", said)
		}
		prepare(1, http.StatusConflict)
		c.shows("Carol", payment, "This waits. "+why, "told us on 21 October 2026: “I work for Oak Trust.”", waits)
		c.shows("Wes", payment, "Tess told us on 21 October 2026", "Sol "+sol, "Record what is done about what Tess told us")
		c.posts("Wes", http.StatusSeeOther, record(tess), url.Values{"how": {string(partnership.NoAction)}, "why": {"The others were enough without her"}})
		c.posts("Carol", http.StatusSeeOther, payment+"/release", release())

		// What was done is kept beside the payment, on the list, and public without a name.
		for _, at := range []string{payment, page, offers + "/1"} {
			public := words(c.reads("nobody", at))
			for _, want := range []string{"“I work for Oak Trust.”", "Nobody else here holds our money, and five of us agreed", "The others were enough without her"} {
				if !strings.Contains(public, want) {
					t.Errorf("everybody does not read “%s” at %s:\n%s", want, at, public)
				}
			}
			for _, name := range []string{"Sol", "Tess", "Qxprivate", "This waits."} {
				if strings.Contains(public, name) {
					t.Errorf("everybody reads %s at %s", name, at)
				}
			}
		}
		c.shows("Wes", payment, "They took part in decision 2, which did not say who would be paid.")
		c.shows("Grace", "/areas/tanners-reach/people/exceptions", "Grace recorded on 20 October 2026", "five of us agreed", "Wes recorded on 21 October 2026", "The others were enough without her")
		prepare(1, http.StatusSeeOther)
		if v, err := Verify(t.Context(), c.DB); err != nil || len(v.Bad) > 0 {
			t.Errorf("verify: %v, %v", err, v.Bad)
		}
	})
}
