package app

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding"
	"commontable/internal/id"
	"commontable/internal/organisation"
	"commontable/internal/partnership"
	"commontable/internal/person"
)

// Hopewell Green is new: it has a chair, Rita, and a worker, Stan, and nothing
// else.
func hopewellGreen(t *testing.T, h *house) {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 10, 14, 10, 0, 0, 0, time.UTC) }
	ids := id.Real(now)
	areas, people := &area.Areas{DB: h.db, IDs: ids, Now: now}, &person.People{DB: h.db, IDs: ids, Now: now}
	by := access.System("test")
	err := h.db.Write(t.Context(), func(tx *db.Tx) error {
		programmes, err := area.Programmes(t.Context(), tx)
		if err != nil {
			return err
		}
		a, err := areas.AddIn(t.Context(), tx, by, programmes[0].ID, area.NewArea{Name: "Hopewell Green", Region: "London", AuthorityName: "Eastferry Council"})
		if err != nil {
			return err
		}
		for i, one := range []struct {
			code, name string
			role       access.Role
		}{{"rita", "Rita Mensah", access.Chair}, {"stan", "Stan Walsh", access.Worker}} {
			who, err := people.AddIn(t.Context(), tx, by, person.New{Name: one.name})
			if err != nil {
				return err
			}
			hat, err := people.GiveHatIn(t.Context(), tx, by, who.ID, person.NewHat{Role: one.role, Scope: access.InArea, Place: string(a.ID), From: date.Must("2026-10-01")})
			if err != nil {
				return err
			}
			if err := people.AddPersonaIn(t.Context(), tx, person.Persona{
				Code: one.code, Position: 100 + i, Title: one.name, Words: "…", Person: who.ID, Hat: hat.ID, StartAt: "/areas/" + a.Slug,
			}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

const green = "/areas/hopewell-green"

// The officer funds a place: from nothing to money at the LTO, each step by who
// may take it and by nobody else.
func TestTheOfficerFundsAPlace(t *testing.T) {
	t.Parallel()
	eachHouse(t, func(t *testing.T, h *house) {
		hopewellGreen(t, h)
		fundGreen(t, h)

		anyone := h.nobody()
		anyone.opens(green + "/money")
		anyone.sees(200, "£1,000,000", "£40,000", "Brightwell Homes", "£2,000")
	})
}

// adoptGreen has Hopewell Green's partnership, which is its chair alone so far,
// decide that version 1 is its plan, page by page.
func adoptGreen(t *testing.T, h *house) {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 10, 14, 10, 0, 0, 0, time.UTC) }
	if err := h.db.Write(t.Context(), func(tx *db.Tx) error {
		a, err := area.BySlug(t.Context(), tx, "hopewell-green")
		if err != nil {
			return err
		}
		chairs, err := person.Wearers(t.Context(), tx, access.Chair, access.InArea, string(a.ID), date.Of(now()))
		if err != nil {
			return err
		}
		partnerships := &partnership.Partnerships{DB: h.db, IDs: id.Real(now), Now: now, People: &person.People{DB: h.db, IDs: id.Real(now), Now: now}}
		_, err = partnerships.JoinIn(t.Context(), tx, access.System("test"), a, partnership.NewMember{
			Person: chairs[0].Person.ID, Name: chairs[0].Person.Name, As: partnership.In{Kind: partnership.Resident}, From: date.Must("2026-10-01"),
		})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	rita := h.as("rita")
	rita.opens(green + "/plan/versions/1")
	rita.follows("Put this version to the partnership")
	rita.sees(200, "Version 1")
	rita.sends("/decisions", url.Values{"go": {"put"}, "kind": {"plan"}, "plan_version": {"1"}, "title": {"Our first plan"}, "question": {"Shall this be our plan?"}})
	rita.sees(200, "Our first plan")
	rita.sends("/position", url.Values{"stand": {"support"}})
	rita.sees(200)
	rita.opens(green + "/decisions/1/steps")
	rita.sends("/agreement", url.Values{"outcome": {"agreed"}})
	rita.sees(200)
}

// askGreen has Hopewell Green's chair write down what people there want, page by page.
func askGreen(t *testing.T, h *house) {
	t.Helper()
	rita := h.as("rita")
	rita.opens(green + "/plan")
	rita.follows("All that people told us")
	rita.follows("Record what people are asked")
	rita.sends("/consultations", url.Values{"title": {"At the doors, autumn 2026"}, "question": {"What would you change here?"}})
	rita.sees(200, "At the doors, autumn 2026", "People have not been told yet what came of this.")
	rita.goesTo(`/plan/consultations/1/write/heard$`)
	rita.sends("/heard", url.Values{"summary": {"Somewhere to go after six."}})
	rita.sees(200, "Somewhere to go after six.")
}

// fundGreen takes Hopewell Green from nothing to £40,000 at Brightwell Homes.
func fundGreen(t *testing.T, h *house) {
	t.Helper()
	officer := h.as("programme-officer")
	officer.opens(green + "/money/allocations/new")
	officer.sends("/allocations", day(url.Values{"amount": {"a million"}, "note": {"Its share"}}, "on", "2026", "10", "20"))
	officer.sees(422, "Enter an amount in pounds and pence", "Enter today’s date or an earlier one")
	if !strings.Contains(officer.page, `value="a million"`) || !strings.Contains(officer.page, `value="20"`) {
		t.Error("what was typed is lost")
	}
	officer.sends("/allocations", day(url.Values{"amount": {"1,000,000"}, "note": {"Its share"}}, "on", "2026", "10", "14"))
	officer.sees(200, "£1,000,000")

	stan := h.as("stan")
	stan.opens(green + "/plan/new")
	stan.sends("/plan", url.Values{
		"vision": {"A green where everyone is welcome."}, "from_year": {"2026"}, "until_year": {"2030"},
		"priority-1": {"Young people"}, "name-1": {"Youth club"}, "theme-1": {"children-and-young-people"}, "budget-1": {"60,000"},
		"priority-2": {"The hall"}, "name-2": {"A new roof"}, "theme-2": {"community-facilities"}, "budget-2": {"30,000"},
	})
	stan.sees(200, "Youth club", "£60,000")
	stan.opens(green + "/money/allocations/new")
	stan.sees(403, "As worker you may not allocate money to an area here.")

	rita := h.as("rita")
	rita.opens(green)
	rita.sees(200, "Hello Rita", "Version 1 of the plan is written")
	adoptGreen(t, h)
	rita.opens(green + "/plan")
	rita.sees(200, "Youth club", "Decision 1")

	rita.opens(green + "/money/ltos/new")
	rita.sends("/ltos", day(url.Values{"organisation": {organisationID(t, h, "brightwell-homes")}, "functions": {"Holds the money"}, "decision": {"Meeting of 14 October, item 3"}}, "from", "2026", "10", "14"))
	rita.sees(200, "Brightwell Homes")

	line := lineID(t, h, "Youth club")
	officer.opens(green + "/money/offers/new")
	schedule := func(amount string) url.Values {
		return day(url.Values{"organisation": {organisationID(t, h, "brightwell-homes")}, "decision": {"1"}, "line-1": {line}, "amount-1": {amount}}, "due-1", "2026", "10", "14")
	}
	officer.sees(200, "What people here want is not written down yet.")
	officer.sends("/offers", schedule("40,000"))
	officer.sees(422, "nothing can be promised for “Youth club”")
	askGreen(t, h)
	officer.sends("/offers", schedule("70,000"))
	officer.sees(422, "The plan has £60,000.00 left for “Youth club”")
	officer.sends("/offers", schedule("40,000"))
	officer.sees(200, "£40,000")

	tariq := h.as("lto-approver")
	tariq.opens(green + "/money/offers/1")
	tariq.sends("/acceptance", nil)
	tariq.sees(200)

	officer.opens(green)
	officer.sees(200, "Payment of £40,000", "Due since 14 October 2026")
	officer.goesTo(`/money/instalments/[0-9a-f]+/payment$`)
	officer.sees(200, "£40,000", "£2,000")
	officer.sends("/payment", url.Values{})
	officer.sees(200, "£40,000")
	payment := officer.path

	ruth := h.as("programme-finance")
	ruth.opens(payment)
	ruth.sends("/approvals", nil)
	ruth.sees(200)
	ruth.opens(payment + "/release")
	if ruth.code == 200 {
		ruth.sends("/release", day(url.Values{"reference": {"GREEN 1"}}, "paid_on", "2026", "10", "14"))
	}
	ruth.sees(403, "You approved this payment, so somebody else releases it.")
	marek := h.as("programme-finance-2")
	marek.opens(payment + "/release")
	marek.sends("/release", day(url.Values{"reference": {"GREEN 1"}}, "paid_on", "2026", "10", "14"))
	marek.sees(200)
}

func organisationID(t *testing.T, h *house, slug string) (oid string) {
	t.Helper()
	err := h.db.Read(t.Context(), func(tx *db.Tx) error {
		o, err := organisation.BySlug(t.Context(), tx, slug)
		oid = string(o.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return oid
}

func lineID(t *testing.T, h *house, name string) (lid string) {
	t.Helper()
	err := h.db.Read(t.Context(), func(tx *db.Tx) error {
		a, err := area.BySlug(t.Context(), tx, "hopewell-green")
		if err != nil {
			return err
		}
		lines, err := funding.Lines(t.Context(), tx, a.ID)
		for _, l := range lines {
			if l.Name == name {
				lid = string(l.ID)
			}
		}
		return err
	})
	if err != nil || lid == "" {
		t.Fatalf("line %q: %q, %v", name, lid, err)
	}
	return lid
}

// The LTO accounts for it: one person records, another certifies, a mistake is
// put right, and a resident follows the pound both ways.
func TestTheLTOAccountsForItAndAResidentFollowsAPound(t *testing.T) {
	t.Parallel()
	eachHouse(t, func(t *testing.T, h *house) {
		hopewellGreen(t, h)
		fundGreen(t, h)
		line := lineID(t, h, "Youth club")

		helen := h.as("lto-finance")
		helen.sees(200, "Hopewell Green")
		helen.opens(green + "/money/spending/new?lto=brightwell-homes")
		spend := func(heading, amount, kind, payee string) url.Values {
			return day(url.Values{"heading": {heading}, "amount": {amount}, "line": {line}, "payee_kind": {kind}, "payee": {payee}}, "spent_on", "2026", "10", "14")
		}
		helen.sends("/spending", spend("", "12", "organisation", ""))
		helen.sees(422, "Say what it was", "Enter the organisation or business that was paid")
		helen.sends("/spending", spend("Table tennis tables", "1,234.56", "organisation", "Kitbag"))
		helen.sees(200)
		helen.opens(green + "/money/spending/new?lto=brightwell-homes")
		helen.sends("/spending", spend("Bursary for Jamal Haque", "200", "individual", "Jamal Haque"))
		helen.sees(200)

		anyone := h.nobody()
		anyone.opens(green + "/money/spent")
		anyone.sees(200)
		anyone.doesNotSee("Table tennis tables", "£1,234.56")

		tariq := h.as("lto-approver")
		tariq.sees(200, "Table tennis tables", "Bursary for Jamal Haque")
		tariq.sends(green+"/money/spending/certification", url.Values{"spend": ticked(tariq, "hopewell-green")})
		tariq.sees(200)

		anyone.opens("/")
		anyone.follows("Areas")
		anyone.opens("/areas?q=hopewell")
		anyone.follows("Hopewell Green")
		anyone.follows("See every pound")
		anyone.sees(200, "£1,435")
		anyone.goesTo(`/money/spent$`)
		anyone.sees(200, "Table tennis tables", "£1,234.56", "Payment to an individual: Youth club", "£200.00")
		anyone.doesNotSee("Jamal")
		anyone.goesTo(`/money/(entries|spending)/`)
		anyone.sees(200, "Youth club", "Decision 1")
		anyone.goesTo(`/money/payments/`)
		anyone.sees(200, "£40,000", "Brightwell Homes")
		anyone.goesTo(`/money/offers/1$`)
		anyone.sees(200, "Brightwell Homes", "£40,000")

		anyone.goesTo(`#endowment$`)
		anyone.sees(200, "Of its endowment, The Patchwork Trust has set aside")
		if !strings.Contains(anyone.page, `id="endowment"`) {
			t.Error("the walk ends at a place that the page does not have")
		}

		// A mistake is put right by who may, and stays in the books.
		tariq.opens(green + "/money/spent")
		tariq.goesTo(`/money/(entries|spending)/`)
		if !strings.Contains(tariq.path, "/spending/") {
			tariq.goesTo(`/money/spending/[0-9a-f]+$`)
		}
		tariq.goesTo(`/reversal$`)
		tariq.sends("/reversal", url.Values{"reason": {""}})
		tariq.sees(422, "Say why")
		tariq.sends("/reversal", url.Values{"reason": {"Entered twice"}})
		tariq.sees(200)

		if v, err := Verify(t.Context(), h.db); err != nil || len(v.Bad) > 0 {
			t.Errorf("verify: %v, %v", v.Bad, err)
		}
	})
}

var tick = regexp.MustCompile(`<input[^>]*name="spend"[^>]*value="([0-9a-f]+)"|<input[^>]*value="([0-9a-f]+)"[^>]*name="spend"`)

// ticked are the boxes of an area's form on a desk.
func ticked(b *browser, slug string) (ids []string) {
	b.t.Helper()
	for _, f := range form.FindAllStringSubmatch(b.page, -1) {
		if strings.Contains(f[1], slug+"/money/spending/certification") {
			for _, m := range tick.FindAllStringSubmatch(f[2], -1) {
				ids = append(ids, m[1]+m[2])
			}
		}
	}
	if len(ids) == 0 {
		b.t.Fatalf("nothing to tick for %s:\n%s", slug, words(b.page))
	}
	return ids
}

// The same form sent twice, and twenty times at once, counts once.
func TestTheSameFormTwice(t *testing.T) {
	t.Parallel()
	eachHouse(t, func(t *testing.T, h *house) {
		hopewellGreen(t, h)
		officer := h.as("programme-officer")
		officer.opens(green + "/money/allocations/new")
		action, filled := officer.fills("/allocations", day(url.Values{"amount": {"500"}}, "on", "2026", "10", "14"))
		var sent sync.WaitGroup
		codes := make([]int, 20)
		for i := range codes {
			sent.Go(func() {
				res, err := officer.http.PostForm(officer.base+action, filled)
				if err != nil {
					t.Error(err)
					return
				}
				codes[i] = res.StatusCode
				res.Body.Close()
			})
		}
		sent.Wait()
		for i, code := range codes {
			if code != http.StatusOK {
				t.Errorf("sending %d was answered with %d", i, code)
			}
		}
		officer.opens(green + "/money")
		officer.sees(200, "£500 ")
		filled.Set("amount", "600")
		officer.keep(officer.http.PostForm(officer.base+action, filled))
		officer.sees(409, "This form was already sent, with other answers.")
		officer.opens(green + "/money")
		officer.doesNotSee("£600", "£1,100", "£10,000")
	})
}

// Nobody approves their own, even in another hat.
func TestNobodyApprovesTheirOwn(t *testing.T) {
	t.Parallel()
	h := small(t)
	hopewellGreen(t, h)
	// Ruth prepares, as finance may.
	fundGreen(t, h)
	ruth := h.as("programme-finance")
	ruth.opens(payments(t, h))
	ruth.goesTo(`/money/instalments/[0-9a-f]+/payment$`)
	ruth.sends("/payment", url.Values{})
	ruth.sees(200)
	payment := ruth.path
	if strings.Contains(ruth.page, `action="`+payment+`/approvals"`) {
		t.Error("Ruth is offered to approve what she prepared")
	}
	// She sends a colleague's form all the same.
	marek := h.as("programme-finance-2")
	marek.opens(payment)
	action, filled := marek.fills("/approvals", nil)
	ruth.keep(ruth.http.PostForm(ruth.base+action, filled))
	ruth.sees(403, "You prepared this payment, so somebody else approves it.")
	// And again in a second hat of hers.
	wearsToo(t, h, "Ruth Osei", "ruth-too")
	again := h.as("ruth-too")
	again.keep(again.http.PostForm(again.base+action, filled))
	again.sees(403, "You prepared this payment, so somebody else approves it.")
}

func payments(t *testing.T, h *house) (path string) {
	t.Helper()
	err := h.db.Read(t.Context(), func(tx *db.Tx) error {
		all, err := area.Programmes(t.Context(), tx)
		path = "/programmes/" + all[0].Slug + "/payments"
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// wearsToo gives somebody a second hat, and offers it.
func wearsToo(t *testing.T, h *house, name, code string) {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 10, 14, 10, 0, 0, 0, time.UTC) }
	people := &person.People{DB: h.db, IDs: id.Real(now), Now: now}
	err := h.db.Write(t.Context(), func(tx *db.Tx) error {
		programmes, err := area.Programmes(t.Context(), tx)
		if err != nil {
			return err
		}
		wearers, err := person.Wearers(t.Context(), tx, access.ProgrammeFinance, access.InProgramme, string(programmes[0].ID), date.Must("2026-10-14"))
		if err != nil {
			return err
		}
		for _, w := range wearers {
			if w.Person.Name != name {
				continue
			}
			hat, err := people.GiveHatIn(t.Context(), tx, access.System("test"), w.Person.ID, person.NewHat{
				Role: access.ProgrammeFinance, Scope: access.InInstallation, From: date.Must("2026-10-01"),
			})
			if err != nil {
				return err
			}
			return people.AddPersonaIn(t.Context(), tx, person.Persona{Code: code, Position: 200, Title: "…", Words: "…", Person: w.Person.ID, Hat: hat.ID, StartAt: "/"})
		}
		t.Errorf("nobody is called %s", name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Looking round as somebody is a demonstration's: elsewhere the click does
// nothing at all.
func TestLookingAroundIsOnlyForDemonstrations(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	now := time.Now
	areas := &area.Areas{DB: d, IDs: id.Real(now), Now: now}
	if _, err := areas.Init(t.Context(), access.System("test"), area.InitWhat{Kind: area.Real, RuleBook: area.PrideInPlace, FunderName: "The Ministry"}); err != nil {
		t.Fatal(err)
	}
	h := serve(t, d)
	b := h.nobody()
	b.opens("/look-around")
	b.sees(404)
	b.keep(b.http.PostForm(b.base+"/look-around", url.Values{"as": {"programme-finance"}}))
	b.sees(404)
	b.opens("/sign-in")
	b.sees(200, "Your email address", "This site cannot send email yet")
	b.opens("/")
	b.sees(200, "No areas yet")
}

// A hat that ends gives nothing from that moment, in sessions begun before too.
func TestEndingAHatEndsItsPowers(t *testing.T) {
	t.Parallel()
	h := small(t)
	hopewellGreen(t, h)
	rita := h.as("rita")
	rita.opens(green + "/plan/new")
	rita.sees(200)
	now := func() time.Time { return time.Date(2026, 10, 14, 10, 0, 0, 0, time.UTC) }
	people := &person.People{DB: h.db, IDs: id.Real(now), Now: now}
	err := h.db.Write(t.Context(), func(tx *db.Tx) error {
		personas, err := person.Personas(t.Context(), tx)
		for _, one := range personas {
			if one.Code == "rita" {
				return people.EndHatIn(t.Context(), tx, access.System("test"), one.Hat, date.Must("2026-10-14"))
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	rita.opens(green + "/plan/new")
	rita.sees(403)
}

func TestOtherSitesCannotPost(t *testing.T) {
	t.Parallel()
	h := small(t)
	b := h.as("chair")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.base+"/sign-out", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	b.keep(b.http.Do(req))
	b.sees(403, "sent from another website")
}

// What leaves by the web is what the standard and the spreadsheet want.
func TestOpenDataLeaves(t *testing.T) {
	t.Parallel()
	h := small(t)
	b := h.nobody()
	b.opens("/data")
	b.sees(200, "360Giving")
	b.opens("/data/360giving.json")
	var grants struct {
		Grants []struct {
			Title         string      `json:"title"`
			AmountAwarded json.Number `json:"amountAwarded"`
		} `json:"grants"`
	}
	if err := json.Unmarshal([]byte(b.page), &grants); err != nil || len(grants.Grants) < 3 {
		t.Errorf("%d grants, %v", len(grants.Grants), err)
	}
	for _, file := range []string{"360giving", "areas", "payments", "spending"} {
		b.opens("/data/" + file + ".csv")
		if b.code != 200 || strings.Count(b.page, "\n") < 3 {
			t.Errorf("%s: status %d, %d lines", file, b.code, strings.Count(b.page, "\n"))
		}
	}
	b.opens("/healthz")
	b.sees(200, "ok")
}
