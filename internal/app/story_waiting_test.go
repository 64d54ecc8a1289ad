package app

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"commontable/internal/area"
	"commontable/internal/calendar"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/meeting"
	"commontable/internal/money"
	"commontable/internal/partnership"
	"commontable/internal/plan"
)

// waits says who finds something on the page on which their things to do are, and
// whether they are pressed to do it.
func (c *council) waits(what, at string, want ...string) {
	c.t.Helper()
	for _, who := range slices.Sorted(maps.Keys(c.who)) {
		if at != "/areas/tanners-reach" && who == "nobody" {
			continue
		}
		r := c.asks(c.who[who], http.MethodGet, at, "", nil)
		if got := strings.Contains(words(r.text), what); got != slices.Contains(want, who) {
			c.t.Errorf("%s is shown “%s” at %s: %t (status %d)", who, what, at, got, r.code)
		}
	}
}

// Whatever waits for somebody is shown to them and to nobody else, is gone when it
// is done, and presses nobody while the area is closed.
func TestWhatWaitsIsShownToWhomItWaitsFor(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d)
		ctx, a, grace := t.Context(), c.Tanners.Area, c.who["Grace"]
		const home = "/areas/tanners-reach"
		say := []string{"Adams", "Bale", "Cole", "Dunn", "Grace", "Rosa", "Sol", "Tess", "Uma"}
		without := func(all []string, who ...string) []string {
			return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return slices.Contains(who, s) })
		}

		// Decisions: to say, to vote, to record, to confirm, to tell.
		c.waits("Do we agree? Youth drop-in", home, say...)
		c.says("Rosa", "support", "")
		c.waits("Do we agree? Youth drop-in", home, without(say, "Rosa")...)
		c.calls("Adams", http.StatusOK, apiDropIn+"/position", object{"hash": c.hash, "stand": "support"}) // for all four
		c.waits("Do we agree? Youth drop-in", home, "Grace", "Sol", "Tess", "Uma")
		c.posts("Sol", http.StatusSeeOther, dropIn+"/stepping-out", url.Values{"why": {"My sister"}})
		c.waits("Do we agree? Youth drop-in", home, "Grace", "Tess", "Uma")
		c.posts("Wes", http.StatusSeeOther, dropIn+"/paper", url.Values{"hash": {c.hash}, "stand": {"support"}, "for": {string(c.who["Uma"].Person)}, "via": {"telephone"}})
		c.waits("An answer on paper or by telephone: Youth drop-in", home, without(say, "Sol")...)
		c.posts("Rosa", http.StatusSeeOther, dropIn+"/confirmation", url.Values{"what": {"position"}, "turn": {"3"}})
		c.waits("An answer on paper or by telephone: Youth drop-in", home)

		// An interest: for whoever records what is done.
		i := c.declares("Bale")
		c.waits("Bale has an interest: Youth drop-in", home, "Grace", "Wes")
		c.calls("Wes", http.StatusOK, apiDropIn+"/interests", object{"interest": string(i), "how": string(partnership.NoVote)})
		c.waits("Bale has an interest: Youth drop-in", home)

		c.toVote()
		c.waits("Vote on Youth drop-in", home, without(say, "Sol", "Bale")...)
		c.calls("Cole", http.StatusOK, apiDropIn+"/ballot", object{"hash": c.hash, "choice": "yes"})
		c.waits("Vote on Youth drop-in", home, "Grace", "Rosa", "Tess", "Uma")

		// While they are closed it is there, and presses nobody.
		c.does(func(tx *db.Tx) error {
			_, err := c.Areas.CloseIn(ctx, tx, grace, a, area.NewClosure{From: c.Today(), Until: c.Today().AddDays(2), Why: "A rest"})
			return err
		})
		if page := c.reads("Rosa", home); !strings.Contains(page, "What waits, waits until then") || strings.Contains(page, "Waiting for you") {
			t.Error("Rosa is pressed to vote while they are closed")
		}
		c.Clock.Pass(4 * 24 * time.Hour)
		c.waits("The vote has closed: Youth drop-in", home, "Grace")
		c.posts("Grace", http.StatusSeeOther, dropIn+"/result", url.Values{})
		c.waits("The vote has closed: Youth drop-in", home)
		c.calls("Rosa", http.StatusCreated, "/api/v1/areas/tanners-reach/decisions", object{"kind": "other", "title": "A bench", "question": "Shall we?", "must_hear": []string{"The school"}, "ask_everybody": true})
		hash := c.hashOf("Rosa", 2)
		for _, who := range []string{"Rosa", "Uma"} {
			c.calls(who, http.StatusOK, "/api/v1/areas/tanners-reach/decisions/2/position", object{"hash": hash, "stand": "support"})
		}
		c.posts("Grace", http.StatusSeeOther, "/areas/tanners-reach/decisions/2/agreement", url.Values{"outcome": {"agreed"}})
		c.waits("Somebody is to hear what was decided: A bench", home, append(without(say), "Wes")...)
		today := c.Today()
		c.posts("Wes", http.StatusSeeOther, "/areas/tanners-reach/decisions/2/tellings", url.Values{
			"party": {"0"}, "how-0": {"By letter"}, "on-0-day": {ordinal(int64(today.Day()))}, "on-0-month": {ordinal(int64(today.Month()))}, "on-0-year": {ordinal(int64(today.Year()))},
		})
		c.waits("Somebody is to hear what was decided: A bench", home)

		// The plan: a version to adopt, and a draft to go on with.
		if _, err := c.Plans.Write(ctx, c.who["Wes"], a, plan.NewVersion{Form: string(c.Form()), FromYear: 2026, UntilYear: 2028, Lines: []plan.NewLine{{Priority: "green", Name: "benches", Theme: "green-spaces", Budget: money.Pounds(100)}}}); err != nil {
			t.Fatal(err)
		}
		c.waits("Version 1 of the plan is written", home, "Grace")
		c.does(func(tx *db.Tx) error {
			_, err := c.Plans.BeginDraftIn(ctx, tx, grace, a, plan.NewDraft{})
			return err
		})
		c.waits("A new version of the plan is being written", home, append(without(say), "Wes")...)
		c.does(func(tx *db.Tx) error { return c.Plans.PutDraftAwayIn(ctx, tx, grace, a, 1) })
		c.waits("A new version of the plan is being written", home)

		// Meetings: what somebody said they would do.
		m := &meeting.Meetings{DB: d, IDs: c.IDs, Now: c.Clock.Now}
		var action meeting.Action
		c.does(func(tx *db.Tx) error {
			one, err := m.ArrangeIn(ctx, tx, grace, a, meeting.NewMeeting{Kind: meeting.Partnership, On: date.InLondon(c.Clock.Now()), From: calendar.At(18, 0), Until: calendar.At(19, 0), Place: "The hall"})
			if err != nil {
				return err
			}
			action, err = m.AddActionIn(ctx, tx, grace, a, meeting.NewAction{Meeting: one.ID, Words: "Ring the council about the keys", Owner: c.who["Tess"].Person})
			return err
		})
		c.waits("Ring the council about the keys", home, "Tess")
		c.does(func(tx *db.Tx) error {
			return m.EndActionIn(ctx, tx, c.who["Tess"], a, action.ID, meeting.NewEnd{Outcome: meeting.Done})
		})
		c.waits("Ring the council about the keys", home)

		// Agreements: to be endorsed, to be written, to be signed; the chair signs first.
		c.who["Farah"] = c.Farah
		c.endorsed()
		agreement, err := c.Partnerships.WriteAgreement(ctx, grace, a, partnership.NewAgreement{Form: string(c.Form()), Kind: partnership.Memorandum, Text: "We work together."})
		if err != nil {
			t.Fatal(err)
		}
		c.does(func(tx *db.Tx) error {
			_, err := c.Partnerships.EndorseIn(ctx, tx, c.Farah, a, partnership.NewEndorsement{On: c.Today()})
			return err
		})
		c.waits("The memorandum waits for you to sign", home, "Grace")
		var text partnership.Agreement
		c.does(func(tx *db.Tx) (err error) {
			text, err = partnership.AgreementOf(ctx, tx, a.ID, agreement)
			return err
		})
		if err := c.Partnerships.Sign(ctx, grace, a, agreement, partnership.NewSignature{Form: string(c.Form()), Digest: text.Digest(), Read: true}); err != nil {
			t.Fatal(err)
		}
		c.waits("The memorandum waits for you to sign", home, "Farah")
		c.waits("1 agreement to write or to sign", "/programmes/"+c.Programme.Slug, "Farah")

		if _, err := c.joins("Nell", partnership.Resident); err != nil {
			t.Fatal(err)
		}
		c.waits("Nell is new with us", home, append(without(say, "Grace"), "Wes")...)
		c.leavesNothingBad()
	})
}
