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
	"commontable/internal/partnership"
)

// items is a list that a program reads.
func (c *council) items(who, path string) []object {
	c.t.Helper()
	var got struct{ Items []object }
	if err := json.Unmarshal([]byte(c.reads(who, path)), &got); err != nil {
		c.t.Fatal(err)
	}
	return got.Items
}

// Fred, a friend, has an interest in who would run the drop-in: nothing waits for
// that, and who is not signed in reads nothing of it.
func TestAFriendsInterestHoldsNothingUp(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d)
		c.tells("Fred", "Oak Trust")
		c.says("Rosa", "support", "")
		c.says("Uma", "support", "")
		c.shows("Rosa", dropIn, "Fred told us on 20 October 2026: “I work for Oak Trust.”", "No say They have no say in what we decide, so nothing waits for this.")
		c.shows("Grace", dropIn+"/steps", "It is agreed")
		if page := words(c.reads("Rosa", dropIn)); strings.Contains(page, "Until") && strings.Contains(page, "nothing goes on") {
			t.Errorf("the page says that it stands still: %s", page)
		}
		told, _ := c.record("Rosa")["interests"].([]any)
		if len(told) != 1 || told[0].(object)["decides"] != false {
			t.Errorf("a program is told of %v; want Fred’s interest, who has no say", told)
		}
		c.posts("Grace", http.StatusSeeOther, dropIn+"/agreement", url.Values{"outcome": {"agreed"}})
		c.shows("Rosa", dropIn, "I work for Oak Trust.", "They had no vote on this.")
		for _, path := range []string{dropIn, apiDropIn} {
			if text := c.reads("nobody", path); strings.Contains(text, "I work for Oak Trust") {
				t.Errorf("everybody reads at %s what a friend told", path)
			}
		}
	})
}

// Rosa, who voted, and Grace, who took the decision through, tell of an interest after
// it is made; so does Sol, who had no part in it. The decision stays as it is: what
// Rosa and Grace did is listed for somebody else to look at, and nobody reads that
// anything is still to be settled.
func TestAnInterestToldAfterADecisionIsLookedAt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d)
		c.toVote()
		c.posts("Rosa", http.StatusSeeOther, dropIn+"/ballot", url.Values{"hash": {c.hash}, "choice": {"yes"}})
		c.posts("Uma", http.StatusSeeOther, dropIn+"/ballot", url.Values{"hash": {c.hash}, "choice": {"yes"}})
		c.posts("Tess", http.StatusSeeOther, dropIn+"/ballot", url.Values{"hash": {c.hash}, "choice": {"no"}})
		// What Tess tells while the vote is open is in time: her vote does not count.
		i := c.tells("Tess", "Oak Trust")
		c.calls("Wes", http.StatusOK, "/api/v1/areas/tanners-reach/matters/decision/1/handlings", object{"interest": string(i), "how": string(partnership.NoVote)})
		c.Clock.Pass(4 * 24 * time.Hour)
		c.posts("Grace", http.StatusSeeOther, dropIn+"/result", url.Values{})
		c.shows("Rosa", "/areas/tanners-reach/people/exceptions", "Nothing was told of late")
		before := words(c.reads("nobody", dropIn))

		c.Clock.Pass(time.Hour)
		for _, who := range []string{"Rosa", "Grace", "Sol"} {
			c.tells(who, "Oak Trust")
		}
		c.shows("Rosa", dropIn, "Rosa told us on 24 October 2026", "Told us later They told us of this after it was decided, so somebody else looks at it.")
		for who, page := range map[string]string{"Wes": words(c.reads("Wes", dropIn)), "nobody": words(c.reads("nobody", dropIn))} {
			if strings.Contains(page, "To be talked about") || strings.Contains(page, "nothing goes on") || strings.Contains(page, "Record what is done") {
				t.Errorf("%s reads that a decision which is made waits for something: %s", who, page)
			}
			if got := strings.Count(page, "Told us later"); got != 2 {
				t.Errorf("%s reads of %d interests that were told later; want Rosa’s and Grace’s: %s", who, got, page)
			}
		}
		if !strings.Contains(before, "It is agreed") && !strings.Contains(before, "Agreed") {
			t.Fatalf("it was not agreed: %s", before)
		}
		c.shows("Wes", "/areas/tanners-reach/people/exceptions", "Rosa voted on: Youth drop-in", "Grace led the others in deciding: Youth drop-in")
		if page := words(c.reads("Wes", "/areas/tanners-reach/people/exceptions")); strings.Contains(page, "Sol ") || strings.Contains(page, "Tess ") {
			t.Errorf("who had no part, or told in time, is listed: %s", page)
		}
		late := c.items("Wes", "/api/v1/areas/tanners-reach/late-interests")
		if len(late) != 2 || late[0]["matter"] != "1" {
			t.Fatalf("a program is told of %v; want two things done in decision 1", late)
		}
		c.calls("Rosa", http.StatusForbidden, "/api/v1/areas/tanners-reach/late-interests/reviews", object{"interest": late[0]["interest"], "kind": "decision", "matter": "1", "what": late[0]["what"], "words": "It stands."})
		c.calls("Wes", http.StatusOK, "/api/v1/areas/tanners-reach/late-interests/reviews", object{"interest": late[0]["interest"], "kind": "decision", "matter": "1", "what": late[0]["what"], "words": "It stands."})
		c.calls("Wes", http.StatusConflict, "/api/v1/areas/tanners-reach/matters/decision/1/handlings", object{"interest": string(i), "how": string(partnership.SpeakOnly)})
		shown, _ := c.record("nobody")["interests"].([]any)
		after := 0
		for _, one := range shown {
			if one.(object)["told_after"] == true {
				after++
			}
		}
		if after != 2 || len(shown) != 3 {
			t.Errorf("a program is told of %v; want three interests, two of them told after it was made", shown)
		}
	})
}

// Everybody reads on an agenda that somebody who decides has an interest in whom it
// is about, without their name; and nothing is agreed about it, on the page or by a
// program, before it is said what is done about that.
func TestAnAgendaShowsAnInterestToEverybody(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d)
		mid := c.meets(t)
		page, record := "/areas/tanners-reach/meetings/"+mid, "/api/v1/areas/tanners-reach/meetings/"+mid
		c.calls("Rosa", http.StatusCreated, record+"/agenda", object{"title": "The lease", "parties": []string{"Oak Trust"}})
		for _, who := range []string{"Sol", "Fred"} {
			c.tells(who, "Oak Trust")
		}
		const said = "somebody who decides told us: “I work for Oak Trust.” What is done about it will be said before it is talked about."
		c.shows("nobody", page, "With an interest: "+said)
		c.shows("Rosa", page, "This touches an interest of Sol (Oak Trust) and Fred (Oak Trust).")
		for _, text := range []string{c.reads("nobody", page), c.reads("nobody", record)} {
			if strings.Contains(text, "Sol") || strings.Contains(text, "Fred") || strings.Count(text, "I work for Oak Trust") != 1 {
				t.Errorf("everybody reads whose interest it is, or a friend’s: %s", text)
			}
		}
		item := c.firstItem(record)
		c.Clock.Pass(48 * time.Hour)
		c.calls("Wes", http.StatusUnprocessableEntity, record+"/notes", object{"items": []object{{"item": item, "said": "We read it", "agreed": "We sign it"}}})
		text := c.posts("Wes", http.StatusUnprocessableEntity, page+"/notes", url.Values{"well": {"Tea"}, "badly": {""}, "item-1": {item}, "said-1": {"We read it"}, "agreed-1": {"We sign it"}})
		if !strings.Contains(text, "Somebody has an interest in this.") || !strings.Contains(text, "We sign it") {
			t.Errorf("what was typed is lost, or nothing is said: %s", text)
		}
		var sols string
		for _, x := range c.items("Wes", "/api/v1/areas/tanners-reach/matters") {
			for _, one := range x["touches"].([]any) {
				if x["kind"] == "agenda-item" && one.(object)["person"] == "Sol" {
					sols = one.(object)["interest"].(string)
				}
			}
		}
		c.calls("Wes", http.StatusOK, "/api/v1/areas/tanners-reach/matters/agenda-item/"+item+"/handlings", object{"interest": sols, "how": string(partnership.NoVote)})
		c.shows("nobody", page, "With an interest: somebody who decides told us: “I work for Oak Trust.” They have no vote on this.")
		c.calls("Wes", http.StatusOK, record+"/notes", object{"items": []object{{"item": item, "said": "We read it", "agreed": "We sign it"}}})
	})
}

// meets arranges a meeting tomorrow.
func (c *council) meets(t *testing.T) string {
	t.Helper()
	on := c.Today().AddDays(1)
	c.calls("Wes", http.StatusCreated, "/api/v1/areas/tanners-reach/meetings", object{"kind": "partnership", "on": on.String(), "from": "19:00", "until": "20:30", "place": "The Hub"})
	return c.items("Wes", "/api/v1/areas/tanners-reach/meetings")[0]["id"].(string)
}

// firstItem is the ID of the first thing on an agenda.
func (c *council) firstItem(record string) string {
	c.t.Helper()
	var got struct{ Agenda []object }
	if err := json.Unmarshal([]byte(c.reads("Wes", record)), &got); err != nil {
		c.t.Fatal(err)
	}
	return got.Agenda[0]["id"].(string)
}
