package app

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/partnership"
)

// The rule about councillors is changed while a vote is open: those who had a say
// when it opened have it to the end, by the rule that it was opened with, on the
// pages and from programs; the next vote is by the new one. So it is with who joins
// meanwhile.
func TestTheRuleOfTheOpeningHoldsToTheEnd(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d)
		c.toVote()
		today := c.Today()
		c.posts("Grace", http.StatusSeeOther, "/areas/tanners-reach/how-we-decide", url.Values{
			"councillors": {"excluded"}, "may_vote": {"yes"}, "majority": {"three quarters"}, "resident_quorum": {"5"}, "decided_at": {"Meeting of today"},
			"from-day": {ordinal(int64(today.Day()))}, "from-month": {ordinal(int64(today.Month()))}, "from-year": {ordinal(int64(today.Year()))},
		})
		if page := c.reads("Rosa", "/areas/tanners-reach/how-we-decide"); !strings.Contains(page, "Meeting of today") {
			t.Error("the rule was not changed")
		}
		if _, err := c.joins("Late", partnership.Resident); err != nil {
			t.Fatal(err)
		}
		_, c.who["Late"] = c.newcomer("Late")
		c.posts("Late", http.StatusForbidden, dropIn+"/ballot", url.Values{"hash": {c.hash}, "choice": {"no"}})
		c.calls("Late", http.StatusForbidden, apiDropIn+"/ballot", object{"hash": c.hash, "choice": "no"})
		c.posts("Adams", http.StatusSeeOther, dropIn+"/ballot", url.Values{"hash": {c.hash}, "choice": {"no"}})
		c.calls("Dunn", http.StatusOK, apiDropIn+"/ballot", object{"hash": c.hash, "choice": "yes"})
		c.posts("Rosa", http.StatusSeeOther, dropIn+"/ballot", url.Values{"hash": {c.hash}, "choice": {"yes"}})
		c.calls("Tess", http.StatusOK, apiDropIn+"/ballot", object{"hash": c.hash, "choice": "no"})
		c.Clock.Pass(4 * 24 * time.Hour)
		c.posts("Grace", http.StatusSeeOther, dropIn+"/result", url.Values{})
		r, _ := c.record("nobody")["result"].(object)
		if r["outcome"] != "agreed" || r["yes"] != 2.0 || r["no"] != 1.0 || r["quorum"] != 2.0 {
			t.Errorf("the result is %v; want two yes, of Rosa and the councillors, of three, by the rule of the opening", r)
		}

		// What is asked from now on is by the new rule.
		c.calls("Rosa", http.StatusCreated, "/api/v1/areas/tanners-reach/decisions", object{"kind": "other", "title": "A bench", "question": "Shall we?", "ask_everybody": true})
		hash := c.hashOf("Rosa", 2)
		c.calls("Adams", http.StatusForbidden, "/api/v1/areas/tanners-reach/decisions/2/position", object{"hash": hash, "stand": "support"})
		c.calls("Late", http.StatusOK, "/api/v1/areas/tanners-reach/decisions/2/position", object{"hash": hash, "stand": "support"})
		c.leavesNothingBad()
	})
}

// What is taken back, whom one tells, and who steps out, on the pages.
func TestAProposalIsTakenBackAndWhoMustHearIsTold(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d)
		today := c.Today()
		on := func(v url.Values, at string) url.Values {
			v.Set(at+"-day", ordinal(int64(today.Day())))
			v.Set(at+"-month", ordinal(int64(today.Month())))
			v.Set(at+"-year", ordinal(int64(today.Year())))
			return v
		}

		c.reads("Sol", dropIn+"/stepping-out")
		c.posts("Fred", http.StatusForbidden, dropIn+"/stepping-out", url.Values{"why": {"I am no member"}})
		c.posts("Sol", http.StatusSeeOther, dropIn+"/stepping-out", url.Values{"why": {"My sister runs it"}})
		c.posts("Sol", http.StatusConflict, dropIn+"/stepping-out", url.Values{"why": {"My sister runs it"}})
		c.posts("Sol", http.StatusForbidden, dropIn+"/position", url.Values{"hash": {c.hash}, "stand": {"support"}})
		if page := words(c.reads("Rosa", dropIn)); !strings.Contains(page, "said that they should not take part") || !strings.Contains(page, "My sister runs it") {
			t.Error("Rosa does not read that Sol steps out, and why")
		}

		c.posts("Uma", http.StatusForbidden, dropIn+"/withdrawal", url.Values{"words": {"No"}})
		c.posts("Rosa", http.StatusUnprocessableEntity, dropIn+"/withdrawal", url.Values{"words": {" "}})
		c.posts("Rosa", http.StatusSeeOther, dropIn+"/withdrawal", url.Values{"words": {"The school does it now"}})
		c.posts("Grace", http.StatusConflict, dropIn+"/withdrawal", url.Values{"words": {"Again"}})
		c.posts("Uma", http.StatusConflict, dropIn+"/position", url.Values{"hash": {c.hash}, "stand": {"support"}})
		page := words(c.reads("nobody", dropIn))
		if !strings.Contains(page, "It was withdrawn on") || !strings.Contains(page, "The school does it now") || strings.Contains(page, "My sister") || strings.Contains(page, "Sol") {
			t.Errorf("everybody reads of what was withdrawn:\n%s", page)
		}

		c.posts("Rosa", http.StatusSeeOther, "/areas/tanners-reach/decisions", url.Values{
			"kind": {"other"}, "title": {"A bench"}, "question": {"Shall we have a bench?"}, "hears": {"Brook Road School\nThe council"},
		})
		const bench = "/areas/tanners-reach/decisions/2"
		hash := c.hashOf("Rosa", 2)
		c.posts("Wes", http.StatusConflict, bench+"/tellings", on(url.Values{"party": {"0"}, "how-0": {"By letter"}}, "on-0"))
		for _, who := range []string{"Rosa", "Uma"} {
			c.posts(who, http.StatusSeeOther, bench+"/position", url.Values{"hash": {hash}, "stand": {"support"}})
		}
		c.posts("Grace", http.StatusSeeOther, bench+"/agreement", url.Values{"outcome": {"agreed"}})
		c.posts("Fred", http.StatusForbidden, bench+"/tellings", on(url.Values{"party": {"0"}, "how-0": {"By letter"}}, "on-0"))
		c.posts("Wes", http.StatusUnprocessableEntity, bench+"/tellings", url.Values{"party": {"0"}, "how-0": {""}})
		c.posts("Wes", http.StatusSeeOther, bench+"/tellings", on(url.Values{"party": {"0"}, "how-0": {"By letter"}}, "on-0"))
		c.posts("Wes", http.StatusConflict, bench+"/tellings", on(url.Values{"party": {"0"}, "how-0": {"By telephone"}}, "on-0"))
		c.posts("Wes", http.StatusNotFound, bench+"/tellings", on(url.Values{"party": {"7"}, "how-7": {"By letter"}}, "on-7"))
		page = words(c.reads("nobody", bench))
		if !strings.Contains(page, "Told on "+today.Long()+", By letter") || !strings.Contains(page, "The council") || strings.Contains(page, "Wes") {
			t.Errorf("everybody reads whom was told:\n%s", page)
		}
		c.leavesNothingBad()

		// The way to one’s own interests is on the page of oneself.
		rosa := c.who["Rosa"]
		rosa.At = "tanners-reach"
		c.who["Rosa"] = rosa
		if page := c.reads("Rosa", "/me"); !strings.Contains(page, "/areas/tanners-reach/people/interests") {
			t.Error("there is no way from Rosa’s own page to what she told us of")
		}
	})
}
