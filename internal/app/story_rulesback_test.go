package app

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"commontable/internal/db"
	"commontable/internal/db/dbtest"
)

// A rule that is set later for a day before what was decided changes nothing that
// stands beside a decision: not on its page, in the spreadsheet or for programs, of
// what was voted on, agreed and taken back. What is decided from then on is by it.
func TestARuleSetBackwardsChangesNothingDecided(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d)
		began := c.Today()
		const room, api = "/areas/tanners-reach/decisions", "/api/v1/areas/tanners-reach/decisions"
		c.toVote()
		for _, who := range []string{"Rosa", "Sol", "Adams"} {
			c.calls(who, http.StatusOK, apiDropIn+"/ballot", object{"hash": c.hash, "choice": "yes"})
		}
		c.Clock.Pass(4 * 24 * time.Hour)
		c.posts("Grace", http.StatusSeeOther, dropIn+"/result", url.Values{})
		put := func(number int64, title string) string {
			c.calls("Rosa", http.StatusCreated, api, object{"kind": "other", "title": title, "question": "Shall we?", "ask_everybody": true})
			return c.hashOf("Rosa", number)
		}
		hash := put(2, "A bench")
		for _, who := range []string{"Rosa", "Sol", "Adams"} {
			c.calls(who, http.StatusOK, api+"/2/position", object{"hash": hash, "stand": "support"})
		}
		c.calls("Grace", http.StatusOK, api+"/2/agreement", object{"outcome": "agreed"})
		put(3, "A clock")
		c.calls("Rosa", http.StatusOK, api+"/3/withdrawal", object{"words": "The school has one"})
		c.Clock.Pass(24 * time.Hour)

		all := func() map[string]string {
			shown := map[string]string{}
			for _, who := range []string{"nobody", "Rosa", "Grace"} {
				for _, path := range []string{room + "/1", room + "/2", room + "/3"} {
					if who == "nobody" && path == room+"/3" {
						who = "Sol"
					}
					shown[who+" "+path] = words(c.reads(who, path))
					shown[who+" /api/v1"+path] = c.reads(who, "/api/v1"+path)
				}
				shown[who+" "+room+".csv"] = c.reads(who, room+".csv")
			}
			return shown
		}
		before := all()
		c.posts("Grace", http.StatusSeeOther, "/areas/tanners-reach/how-we-decide", url.Values{
			"councillors": {"excluded"}, "may_vote": {"yes"}, "majority": {"three quarters"}, "resident_quorum": {"5"}, "decided_at": {"Meeting of today"},
			"from-day": {ordinal(int64(began.Day()))}, "from-month": {ordinal(int64(began.Month()))}, "from-year": {ordinal(int64(began.Year()))},
		})
		for what, is := range all() {
			if was := before[what]; is != was {
				t.Errorf("%s was\n%s\nand is\n%s", what, was, is)
			}
		}
		for _, path := range []string{room + "/1", room + "/2"} {
			for _, want := range []string{"How we decided", "Councillors share one vote", "At least two residents must take part", "How we decide now"} {
				if page := before["nobody "+path]; !strings.Contains(page, want) {
					t.Errorf("%s does not say %q:\n%s", path, want, page)
				}
			}
			var got object
			if err := json.Unmarshal([]byte(before["nobody /api/v1"+path]), &got); err != nil {
				t.Fatal(err)
			}
			if rules, ok := got["rules"].(object); !ok || rules["version"] != 1.0 || rules["councillors"] != "share" || rules["majority"] != "more than half" {
				t.Errorf("a program reads of %s the rules %v", path, got["rules"])
			}
		}
		if !strings.Contains(before["Rosa "+room+".csv"], "by the rules of version") {
			t.Error("the spreadsheet does not say by which rules it was decided")
		}

		// What is put forward now is by the new rule.
		c.calls("Rosa", http.StatusCreated, api, object{"kind": "other", "title": "A tree", "question": "Shall we?", "ask_everybody": true})
		if page := words(c.reads("Rosa", room+"/4")); !strings.Contains(page, "Councillors have no vote") || !strings.Contains(page, "At least five residents") {
			t.Errorf("what is asked now is not by the rule of now:\n%s", page)
		}
		c.leavesNothingBad()
	})
}
