package app

import (
	"fmt"
	"strings"
	"testing"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
)

// Who is in a partnership is told to programs by the same rule as on its page.
func TestAProgramReadsAndKeepsWhoIsInAPartnership(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := program(t, d)
		const area = "/api/v1/areas/tanners-reach"
		chair, anyone := p.Tanners.Chair, access.Actor{}
		was := p.did(200, p.get(anyone, area+"/composition"))
		nell := object{"name": "Nell Hart", "kind": "resident", "from": p.Today().String(), "term_ends": p.Today().AddMonths(12).String()}
		added := p.did(201, p.post(chair, area+"/members", nell))
		if got := added.text(t, "name") + ", " + added.text(t, "lives") + ", " + added.text(t, "since"); got != "Nell Hart, here, "+p.Today().String() {
			t.Errorf("added: %s", added.body)
		}
		p.did(422, p.post(chair, area+"/members", object{"name": " ", "kind": "resident", "from": "1980-01-01"}))
		p.did(422, p.post(chair, area+"/members", object{"name": "Nell", "kind": "somebody", "from": p.Today().String()}))
		p.did(403, p.post(chair, area+"/members", object{"person": chair.Person, "kind": "resident", "from": p.Today().String()}))
		p.did(404, p.post(p.Millbrook.Finance, area+"/members", nell))

		if all := p.did(200, p.get(chair, area+"/members?limit=200")); !strings.Contains(all.body, "Nell Hart") || !strings.Contains(all.body, added.text(t, "id")) {
			t.Errorf("the chair is not told of Nell: %s", all.body)
		}
		everybody := p.did(200, p.get(anyone, area+"/members?limit=200"))
		for _, kept := range []string{"Nell", "person", "term_ends", added.text(t, "id"), p.Today().String()} {
			if strings.Contains(everybody.body, kept) {
				t.Errorf("everybody is told %q: %s", kept, everybody.body)
			}
		}
		met := 0
		for next := area + "/members?limit=1"; next != ""; met++ {
			page := p.did(200, p.get(anyone, next))
			next, _, _ = strings.Cut(strings.TrimPrefix(page.header.Get("Link"), "<"), ">")
		}
		if n := len(everybody.at(t, "items").([]any)); met != n {
			t.Errorf("one by one there are %d, together %d", met, n)
		}

		tomorrow := p.Today().AddDays(1).String()
		is := p.did(200, p.get(anyone, area+"/composition"))
		if before, now := was.text(t, "residents"), is.text(t, "residents"); fmt.Sprint(mustInt(t, before)+1) != now {
			t.Errorf("there were %s residents, and with Nell %s", before, now)
		}
		p.did(404, p.get(anyone, area+"/composition?on="+tomorrow))
		p.did(404, p.get(p.Millbrook.Finance, area+"/members?on="+tomorrow))
		left := p.did(200, p.post(chair, area+"/members/"+added.text(t, "id")+"/leaving", object{"from": tomorrow, "why": "A new job"}))
		if left.text(t, "until") != tomorrow {
			t.Errorf("left: %s", left.body)
		}
		p.did(404, p.post(chair, area+"/members/nobody/leaving", object{"from": tomorrow}))
		p.did(404, p.post(chair, "/api/v1/areas/millbrook/members/"+added.text(t, "id")+"/leaving", object{"from": tomorrow}))
		if then := p.did(200, p.get(chair, area+"/composition?on="+tomorrow)); then.text(t, "residents") != was.text(t, "residents") {
			t.Errorf("when Nell has left: %s, before she came: %s", then.body, was.body)
		}
		if then := p.did(200, p.get(chair, area+"/members?limit=200&on="+tomorrow)); strings.Contains(then.body, "Nell Hart") {
			t.Errorf("Nell is told of when she has left: %s", then.body)
		}

		moss := p.did(201, p.post(chair, area+"/members", object{"name": "Cllr Moss", "kind": "councillor", "from": p.Today().String()}))
		if moss.text(t, "decides") != "true" {
			t.Errorf("a councillor takes part like everybody else: %s", moss.body)
		}
		p.did(200, p.post(chair, area+"/rules", object{"from": p.Today().String(), "councillors": "excluded", "agreed_at": "Meeting 4"}))
		if all := p.did(200, p.get(anyone, area+"/members?limit=200")); strings.Count(all.body, `"kind":"councillor","decides":false`) != 1 || strings.Contains(all.body, `"kind":"councillor","decides":true`) {
			t.Errorf("councillors have no say by the area’s rule: %s", all.body)
		}
		if now := p.did(200, p.get(anyone, area+"/composition")); now.text(t, "people") != is.text(t, "people") || !strings.Contains(now.body, `"ever":`) {
			t.Errorf("with a councillor who has no say: %s; before: %s", now.body, is.body)
		}

		rules := p.did(200, p.get(anyone, area+"/rules"))
		if got := rules.text(t, "may_vote") + " " + rules.text(t, "councillors"); got != "false as others" && rules.text(t, "version") == "0" {
			t.Errorf("where nothing was set they decide so: %s", rules.body)
		}
		p.did(200, p.get(anyone, area+"/rules?on=2020-01-01"))
		p.did(422, p.get(anyone, area+"/rules?on=yesterday"))
	})
}

func mustInt(t *testing.T, s string) (n int) {
	t.Helper()
	if _, err := fmt.Sscan(s, &n); err != nil {
		t.Fatal(err)
	}
	return n
}
