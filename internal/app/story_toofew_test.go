package app

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

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
