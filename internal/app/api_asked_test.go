package app

import (
	"strings"
	"testing"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
)

// A program forgets who somebody was who was asked to come, as the page does: at once
// and once, and that somebody was asked stays.
func TestProgramsForgetWhoWasAsked(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, who := councilOfPrograms(t, d)
		const area = "/api/v1/areas/tanners-reach"
		asked := object{"name": "Nell Qxhart", "kind": "resident", "about": "Qxplays the tuba", "way": "face to face", "by": "Qxrosa", "on": p.Today().String()}
		one := area + "/asked/" + p.did(201, p.post(who["Rosa"], area+"/asked", asked)).text(t, "id")
		p.did(200, p.post(who["Rosa"], one+"/answer", object{"answer": "perhaps"}))

		p.did(401, p.post(access.Actor{}, one+"/forgetting", object{"sure": true}))
		p.did(404, p.post(p.Kit, one+"/forgetting", object{"sure": true}))
		p.did(404, p.post(who["Rosa"], area+"/asked/nobody/forgetting", object{}))
		p.did(422, p.post(who["Rosa"], one+"/forgetting", object{}))
		gone := p.did(200, p.post(who["Rosa"], one+"/forgetting", object{"sure": true}))
		if strings.Contains(gone.body, "Qx") || gone.text(t, "answer") != "perhaps" || gone.text(t, "on") != p.Today().String() {
			t.Errorf("what is left of who was forgotten: %s", gone.body)
		}
		if all := p.did(200, p.get(who["Rosa"], area+"/asked")); strings.Contains(all.body, "Qx") || all.text(t, "items.0.kind") != "resident" {
			t.Errorf("the list has %s", all.body)
		}
		p.did(409, p.post(who["Rosa"], one+"/forgetting", object{"sure": true}))
		p.did(409, p.post(who["Rosa"], one+"/answer", object{"answer": "comes"}))
	})
}
