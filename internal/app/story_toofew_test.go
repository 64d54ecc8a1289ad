package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/partnership"
)

// Two say that they will leave, and nine would be seven: whoever plans or reads the
// next meeting knows it before, and so do the chair on the front page and a program.
func TestAMeetingIsWarnedOfBeforeThereAreTooFew(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d)
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			return c.Areas.NoteStateIn(t.Context(), tx, access.System("a test"), c.Tanners.Area.ID, area.Endorsed, c.Today().AddDays(-30))
		}); err != nil {
			t.Fatal(err)
		}
		on := c.Today().AddDays(30)
		c.calls("Wes", http.StatusCreated, "/api/v1/areas/tanners-reach/meetings", object{"kind": "partnership", "on": on.String(), "from": "19:00", "until": "20:30", "place": "The Hub"})
		mid := c.items("Wes", "/api/v1/areas/tanners-reach/meetings")[0]["id"].(string)
		page, record := "/areas/tanners-reach/meetings/"+mid, "/api/v1/areas/tanners-reach/meetings/"+mid
		const few = "7 people have a say in it: the programme asks for at least 8, so 1 more."
		for _, path := range []string{page, "/areas/tanners-reach/meetings", record} {
			if strings.Contains(c.reads("Rosa", path), "so 1 more") {
				t.Errorf("%s warns though there are enough", path)
			}
		}
		for i, name := range []string{"Sol", "Uma"} {
			if err := c.Partnerships.Leave(t.Context(), c.who["Grace"], c.Tanners.Area, c.who[name].Person, partnership.Leaving{Form: string(c.Form()), From: c.Today().AddDays(10 + i), Why: "A new home"}); err != nil {
				t.Fatal(err)
			}
		}
		for _, path := range []string{page, "/areas/tanners-reach/meetings", record} {
			c.shows("Rosa", path, "By what we know today, on that day: "+few)
			if strings.Contains(c.reads("nobody", path), "so 1 more") {
				t.Errorf("everybody reads at %s that there will be too few", path)
			}
		}
		c.shows("Grace", "/areas/tanners-reach", "From 31 October 2026 we would be seven. We need eight")
		var got struct{ Ahead []object }
		if err := json.Unmarshal([]byte(c.reads("Rosa", "/api/v1/areas/tanners-reach/composition")), &got); err != nil {
			t.Fatal(err)
		}
		if len(got.Ahead) == 0 || got.Ahead[0]["day"] != "2026-10-31" || got.Ahead[0]["missing"] != "people" || got.Ahead[0]["people"] != 7.0 {
			t.Errorf("a program is told of %v", got.Ahead)
		}
		if text := c.reads("nobody", "/api/v1/areas/tanners-reach/composition"); !strings.Contains(text, `"ahead":[]`) {
			t.Errorf("everybody is told what is ahead: %s", text)
		}
	})
}

// After an election the chair is asked to look at the part of councillors again, until
// it is recorded; and the election stays to be read.
func TestAfterAnElectionTheRuleIsLookedAt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d)
		on := c.Today().AddDays(3)
		if _, err := c.Partnerships.NoteElection(t.Context(), c.who["Grace"], c.Tanners.Area, partnership.NewElection{Form: string(c.Form()), On: on, Name: "Council elections"}); err != nil {
			t.Fatal(err)
		}
		const home, rules, asks = "/areas/tanners-reach", "/areas/tanners-reach/how-we-decide", "Council elections, 23 October 2026. Are the councillors the same?"
		if strings.Contains(words(c.reads("Grace", home)), asks) {
			t.Error("the chair is asked before the election")
		}
		c.Clock.Pass(4 * 24 * time.Hour)
		c.shows("Grace", home, asks)
		c.shows("nobody", rules, "Friday 23 October 2026 Council elections")
		if strings.Contains(words(c.reads("Rosa", home)), asks) {
			t.Error("somebody is asked who does not record how they decide")
		}
		today := c.Today()
		c.posts("Grace", http.StatusSeeOther, rules, url.Values{
			"may_vote": {"yes"}, "majority": {"more than half"}, "resident_quorum": {"2"}, "councillors": {"share"}, "decided_at": {"Meeting of October"},
			"from-day": {fmt.Sprint(today.Day())}, "from-month": {fmt.Sprint(int(today.Month()))}, "from-year": {fmt.Sprint(today.Year())},
		})
		if strings.Contains(words(c.reads("Grace", home)), asks) {
			t.Error("the chair is still asked")
		}
	})
}
