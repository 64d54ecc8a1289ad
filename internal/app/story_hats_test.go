package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
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
	"commontable/internal/plan"
)

// An act is one thing that takes somebody without an interest, as a page and a program
// send it, and who may do it in the end: what is refused is refused for the interest alone.
type act struct {
	name   string
	page   string // where the form goes
	fields url.Values
	call   string
	body   object
	free   string
	inHats []access.Role // where somebody without an interest may do it
}

// Sol has an interest in who would run the drop-in, who is paid, and who was paid by a
// bill. He wears every hat that there is, of the area, of the organisation that holds the
// money, of the programme and of an agency: in none of them does he do anything of what
// takes somebody without one, on the pages or from a program, nor read what others said.
// Each thing is done in the end, just as it was sent, by somebody who has none.
func TestNoSecondHatGetsRoundAnInterest(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c, line := newFundedCouncil(t, d)
		ctx, p := t.Context(), c.Tanners
		hats := map[string]access.Role{}
		give := func(role access.Role, scope access.Scope, place string) {
			t.Helper()
			name := "Sol, " + string(role)
			hat, err := c.Hat(ctx, c.who["Sol"].Person, role, scope, place)
			if err != nil {
				t.Fatal(err)
			}
			c.who[name], hats[name] = hat, role
		}
		hats["Sol"] = access.Member
		for _, role := range []access.Role{access.Chair, access.Worker, access.Rep, access.Resident, access.Friend} {
			give(role, access.InArea, string(p.Area.ID))
		}
		for _, role := range []access.Role{access.LTOFinance, access.LTOApprover, access.AgencyOfficer} {
			give(role, access.InOrganisation, string(p.LTO.ID))
		}
		for _, role := range []access.Role{access.ProgrammeOfficer, access.ProgrammeFinance, access.Auditor} {
			give(role, access.InProgramme, string(c.Programme.ID))
		}

		// Money by the plan, which Grace alone agreed to: one payment is prepared, another is
		// approved, and a third is to be; one is paid, of which a bill was.
		var in []funding.NewInstalment
		for range 4 {
			in = append(in, fundingtest.Instalment(plan.LineID(line), money.Pounds(200)))
		}
		o, err := c.Offer(ctx, p, 0, in...)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Pay(ctx, p, o.Instalments[0].ID); err != nil {
			t.Fatal(err)
		}
		var waits [2]funding.PaymentID
		for i := range waits {
			if waits[i], err = c.Prepare(ctx, p, o.Instalments[i+1].ID); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.Approve(ctx, p, waits[1]); err != nil {
			t.Fatal(err)
		}
		bill := c.NewSpend(p, plan.LineID(line), money.Pounds(10))
		bill.Payee = "Sawdust & Sons"
		sid, err := c.Funding.ProvideSpend(ctx, p.Finance, p.Area, bill)
		if err != nil {
			t.Fatal(err)
		}
		var spend funding.Spend
		if err := d.Read(ctx, func(tx *db.Tx) (err error) {
			spend, _, err = funding.SpendFor(ctx, tx, p.Approver, p.Area, sid)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		shown, err := c.Payment(ctx, p, waits[0])
		if err != nil {
			t.Fatal(err)
		}

		// What is decided on names Oak Trust.
		c.calls("Rosa", http.StatusCreated, "/api/v1/areas/tanners-reach/decisions", object{
			"kind": "other", "title": "Youth drop-in", "question": "Shall we have a drop-in?", "organisation": p.LTO.Slug, "ask_everybody": true,
		})
		const page = "/areas/tanners-reach/decisions/2"
		var record object
		if err := json.Unmarshal([]byte(c.reads("Rosa", "/api/v1"+page)), &record); err != nil {
			t.Fatal(err)
		}
		hash := fmt.Sprint(record["hash"])
		c.posts("Tess", http.StatusSeeOther, page+"/position", url.Values{"hash": {hash}, "stand": {"cannot"}, "reason": {"Qxposition: the hall is full"}})
		c.posts("Uma", http.StatusSeeOther, page+"/position", url.Values{"hash": {hash}, "stand": {"support"}})
		c.posts("Wes", http.StatusSeeOther, page+"/paper", url.Values{"hash": {hash}, "stand": {"support"}, "for": {string(c.who["Grace"].Person)}, "via": {"paper"}})

		for _, who := range []string{"Oak Trust", "Sawdust and Sons Ltd"} {
			c.tells("Sol", who)
		}
		touched := func(kind string) (about partnership.About, i partnership.InterestID) {
			t.Helper()
			for _, x := range c.items("Wes", "/api/v1/areas/tanners-reach/matters") {
				for _, one := range x["touches"].([]any) {
					about, i = partnership.About{Kind: fmt.Sprint(x["kind"]), ID: fmt.Sprint(x["id"])}, partnership.InterestID(fmt.Sprint(one.(object)["interest"]))
					if kind == about.Kind && one.(object)["person"] == "Sol" {
						return about, i
					}
				}
			}
			t.Fatalf("no %s touches an interest of Sol’s", kind)
			return about, i
		}
		about, interest := touched("decision")

		voter := []access.Role{access.Member, access.Chair}
		entering := []access.Role{access.Member, access.Chair, access.Worker, access.Rep}
		handling := []access.Role{access.Chair, access.Worker, access.ProgrammeOfficer}
		desk := []access.Role{access.ProgrammeFinance}
		const api, at, cash = "/api/v1", "/areas/tanners-reach", "/areas/tanners-reach/money/payments/"
		today := c.Today()
		on := func(name string) url.Values {
			return url.Values{name + "-day": {fmt.Sprint(today.Day())}, name + "-month": {fmt.Sprint(int(today.Month()))}, name + "-year": {fmt.Sprint(today.Year())}}
		}
		with := func(v url.Values, more ...string) url.Values {
			for i := 0; i < len(more); i += 2 {
				v.Set(more[i], more[i+1])
			}
			return v
		}
		handle := act{
			"say what is done about it", partnership.HandlingPath(p.Area, about, interest),
			url.Values{"how": {"leave"}},
			api + at + "/matters/decision/" + about.ID + "/handlings",
			object{"interest": string(interest), "how": "leave"},
			"Wes", handling,
		}
		asking := []act{
			{"comment", page + "/position", url.Values{"hash": {hash}, "stand": {"worry"}, "reason": {"Qxsol"}}, api + page + "/position", object{"hash": hash, "stand": "worry", "reason": "Qxsol"}, "Rosa", voter},
			{"bring somebody’s answer", page + "/paper", url.Values{"hash": {hash}, "stand": {"support"}, "for": {string(c.who["Rosa"].Person)}, "via": {"paper"}}, api + page + "/paper", object{"hash": hash, "stand": "support", "for": string(c.who["Rosa"].Person), "via": "paper"}, "", entering},
			{"confirm somebody’s answer", page + "/confirmation", url.Values{"what": {"position"}, "turn": {"3"}}, api + page + "/confirmation", object{"what": "position", "turn": 3}, "Tess", entering},
			{"record the agreement", page + "/agreement", url.Values{"outcome": {"not yet"}, "words": {"No"}}, api + page + "/agreement", object{"outcome": "not yet", "words": "No"}, "Grace", []access.Role{access.Chair}},
		}
		paying := []act{
			{"prepare", at + "/money/instalments/" + string(o.Instalments[3].ID) + "/payment", url.Values{}, api + at + "/payments", object{"instalment": string(o.Instalments[3].ID)}, "Amina", []access.Role{access.ProgrammeOfficer, access.ProgrammeFinance}},
			{"approve", cash + string(waits[0]) + "/approvals", url.Values{"digest": {fmt.Sprintf("%x", shown.Digest)}}, api + at + "/payments/" + string(waits[0]) + "/approvals", object{"digest": fmt.Sprintf("%x", shown.Digest)}, "Ben", desk},
			{"release", cash + string(waits[1]) + "/release", with(on("paid_on"), "reference", "GREEN 2"), api + at + "/payments/" + string(waits[1]) + "/release", object{"paid_on": today.String(), "reference": "GREEN 2"}, "Carol", desk},
			{
				"certify", at + "/money/spending/certification",
				url.Values{"spend": {string(sid)}, "shown-" + string(sid): {spend.Digest}, "lto": {p.LTO.Slug}},
				api + at + "/spending/" + string(sid) + "/certification",
				object{},
				"Esi",
				[]access.Role{access.LTOApprover},
			},
		}
		refused, inHat := 0, 0
		tries := func(acts ...act) {
			t.Helper()
			before := fingerprint(t, d)
			for _, x := range acts {
				for name, role := range hats {
					x.fields.Set("form", string(c.Form()))
					form := c.asks(c.who[name], http.MethodPost, x.page, x.fields.Encode(), nil)
					text, err := json.Marshal(x.body)
					if err != nil {
						t.Fatal(err)
					}
					c.keys++
					call := c.asks(c.who[name], http.MethodPost, x.call, string(text), http.Header{"Idempotency-Key": {fmt.Sprintf("hat-%09d", c.keys)}})
					for from, got := range map[string]int{"page": form.code, "program": call.code} {
						if got != http.StatusForbidden && got != http.StatusNotFound && got != http.StatusConflict {
							t.Errorf("%s: %s, from a %s: status %d; want a refusal:\n%s", x.name, name, from, got, words(form.text+call.text))
						}
						refused++
					}
					if slices.Contains(x.inHats, role) {
						inHat++
						if form.code == http.StatusNotFound || call.code == http.StatusNotFound {
							t.Errorf("%s: %s is told that there is no such thing (%d, %d), and may do it but for his interest", x.name, name, form.code, call.code)
						}
					}
				}
			}
			if after := fingerprint(t, d); after != before {
				t.Errorf("something changed: %s", changed(before, after))
			}
		}
		does := func(acts ...act) {
			t.Helper()
			for _, x := range acts {
				if x.free != "" {
					c.posts(x.free, http.StatusSeeOther, x.page, x.fields)
				}
			}
		}
		hears := func(when string) {
			t.Helper()
			for name := range hats {
				for _, path := range []string{page, api + page, page + "/steps", page + "/change"} {
					if r := c.asks(c.who[name], http.MethodGet, path, "", nil); strings.Contains(r.text, "Qxposition") {
						t.Errorf("%s: %s reads at %s what the others said", when, name, path)
					}
				}
			}
			if !strings.Contains(c.reads("Rosa", page), "Qxposition") {
				t.Errorf("%s: Rosa does not read what people said", when)
			}
		}

		tries(slices.Concat([]act{handle}, asking, paying)...)
		does(handle)
		hears("while everybody is asked")
		tries(asking...)
		does(asking...)
		closes := today.AddDays(3)
		vote := act{"put it to the vote", page + "/vote", url.Values{"closes-day": {fmt.Sprint(closes.Day())}, "closes-month": {fmt.Sprint(int(closes.Month()))}, "closes-year": {fmt.Sprint(closes.Year())}, "hour": {"20"}}, api + page + "/vote", object{"closes_at": closes.At(19, 0).Format(time.RFC3339)}, "Grace", []access.Role{access.Chair}}
		tries(vote)
		does(vote)
		voting := []act{
			{"vote", page + "/ballot", url.Values{"hash": {hash}, "choice": {"yes"}}, api + page + "/ballot", object{"hash": hash, "choice": "yes"}, "Rosa", voter},
			{"bring somebody’s vote", page + "/paper", url.Values{"hash": {hash}, "choice": {"yes"}, "for": {string(c.who["Uma"].Person)}, "via": {"paper"}}, api + page + "/paper", object{"hash": hash, "choice": "yes", "for": string(c.who["Uma"].Person), "via": "paper"}, "Wes", entering},
		}
		tries(voting...)
		does(voting...)
		confirming := act{"confirm somebody’s vote", page + "/confirmation", url.Values{"what": {"ballot"}, "turn": {"2"}}, api + page + "/confirmation", object{"what": "ballot", "turn": 2}, "Tess", entering}
		tries(confirming)
		does(confirming)
		hears("while people vote")
		c.Clock.Pass(4 * 24 * time.Hour)
		// Counting is by rule, so that whoever chairs records the result, with an interest or not.
		c.posts("Grace", http.StatusSeeOther, page+"/result", url.Values{})
		hears("after the result")

		// The money waits for what is done about his interest in each, and then goes.
		for _, pid := range waits {
			at := partnership.About{Kind: funding.MatterPayment, ID: string(pid)}
			c.posts("Wes", http.StatusSeeOther, partnership.HandlingPath(p.Area, at, interest), url.Values{"how": {"no vote"}})
		}
		of, other := touched("spend")
		c.posts("Wes", http.StatusSeeOther, partnership.HandlingPath(p.Area, of, other), url.Values{"how": {"no vote"}})
		tries(paying...)
		does(paying...)
		t.Logf("refused %d times, %d of them in a hat in which he might, but for his interest", refused, 2*inHat)
	})
}
