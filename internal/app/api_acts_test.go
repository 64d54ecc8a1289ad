package app

import (
	"encoding/base64"
	"strings"
	"testing"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/money"
)

// Programs keep the list of a partnership and its rule as the pages do.
func TestProgramsKeepAPartnershipsListAndRule(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, who := councilOfPrograms(t, d)
		const area = "/api/v1/areas/tanners-reach"
		chair, anyone, today := who["Grace"], access.Actor{}, p.Today()
		tomorrow := today.AddDays(1).String()
		nell := p.did(201, p.post(chair, area+"/members", object{"name": "Nell Hart", "kind": "resident", "from": today.String()}))
		one := area + "/members/" + nell.text(t, "id")

		p.did(403, p.post(who["Rosa"], one+"/term", object{"term_ends": tomorrow}))
		if got := p.did(200, p.post(chair, one+"/term", object{"term_ends": "2028-03-31"})).text(t, "term_ends"); got != "2028-03-31" {
			t.Errorf("the term ends on %s", got)
		}
		p.did(409, p.post(chair, one+"/staying", object{}))
		p.did(200, p.post(chair, one+"/leaving", object{"from": tomorrow}))
		p.did(200, p.post(chair, one+"/staying", object{"why": "The new job is here"}))
		office := p.did(200, p.post(chair, one+"/offices", object{"office": "treasurer", "from": today.String()}))
		p.did(409, p.post(chair, one+"/offices", object{"office": "treasurer", "from": today.String()}))
		if held := p.did(200, p.get(who["Rosa"], area+"/offices")); held.text(t, "items.0.office") != "treasurer" {
			t.Errorf("offices: %s", held.body)
		}
		p.did(404, p.get(p.Kit, area+"/offices"))
		p.did(403, p.post(who["Rosa"], area+"/offices/"+office.text(t, "id")+"/end", object{"until": tomorrow}))
		p.did(200, p.post(chair, area+"/offices/"+office.text(t, "id")+"/end", object{"until": tomorrow}))
		moved := p.did(200, p.post(chair, one+"/move", object{"kind": "friend", "from": tomorrow}))
		if got := moved.text(t, "kind") + " " + moved.text(t, "since"); got != "friend "+tomorrow {
			t.Errorf("moved: %s", moved.body)
		}

		rule := object{"from": today.String(), "may_vote": true, "majority": "two thirds", "resident_quorum": 3, "councillors": "excluded", "agreed_at": "Meeting of today"}
		p.did(403, p.post(who["Rosa"], area+"/rules", rule))
		wrong := p.did(422, p.post(chair, area+"/rules", object{"from": today.String(), "councillors": "nobody", "agreed_at": " "}))
		if !strings.Contains(wrong.body, "body.agreed_at") || !strings.Contains(wrong.body, "body.councillors") {
			t.Errorf("what is wrong: %s", wrong.body)
		}
		p.did(200, p.post(chair, area+"/rules", rule))
		if now := p.did(200, p.get(anyone, area+"/rules")); now.text(t, "majority") != "two thirds" || now.text(t, "councillors") != "excluded" {
			t.Errorf("the rule: %s", now.body)
		}

		p.did(403, p.post(who["Rosa"], area+"/elections", object{"on": "2027-05-06", "name": "Council elections"}))
		election := p.did(201, p.post(chair, area+"/elections", object{"on": "2027-05-06", "name": "Council elections"})).text(t, "id")
		if all := p.did(200, p.get(anyone, area+"/elections")); all.text(t, "items.0.name") != "Council elections" {
			t.Errorf("elections: %s", all.body)
		}
		p.did(200, p.post(chair, area+"/elections/"+election+"/withdrawal", nil))
		p.did(409, p.post(chair, area+"/elections/"+election+"/withdrawal", nil))

		told := p.did(201, p.post(who["Tess"], area+"/interests", object{"kind": "own group", "organisation": "A choir", "from": "2020-01-01"}))
		end := area + "/interests/" + told.text(t, "id") + "/end"
		p.did(404, p.post(who["Fred"], end, object{"until": today.String()}))
		p.did(403, p.post(who["Rosa"], end, object{"until": today.String()}))
		if ended := p.did(200, p.post(who["Tess"], end, object{"until": today.String(), "why": "It is over"})); ended.text(t, "until") != today.String() {
			t.Errorf("ended: %s", ended.body)
		}
	})
}

// Programs send and read the files that show what was spent.
func TestProgramsSendEvidence(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := program(t, d)
		lines, o, err := p.Ready(t.Context(), p.Tanners)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Pay(t.Context(), p.Tanners, o.Instalments[0].ID); err != nil {
			t.Fatal(err)
		}
		sid, err := p.Funding.ProvideSpend(t.Context(), p.Tanners.Finance, p.Tanners.Area, p.NewSpend(p.Tanners, lines["green/benches"], money.Pounds(40)))
		if err != nil {
			t.Fatal(err)
		}
		room := "/api/v1/areas/tanners-reach/spending/" + string(sid) + "/evidence"
		bill := strings.Repeat("A bench, forty pounds. ", 20_000) // more than a form has
		file := object{"name": "bill.txt", "content": base64.StdEncoding.EncodeToString([]byte(bill))}
		p.did(404, p.post(p.Tanners.Chair, room, file))
		p.did(404, p.get(p.Millbrook.Finance, room))
		p.did(403, p.post(p.Tanners.Approver, room, file))
		p.did(422, p.post(p.Tanners.Finance, room, object{"name": "bill.exe", "content": base64.StdEncoding.EncodeToString([]byte{'M', 'Z', 0, 1, 2, 3})}))
		added := p.did(201, p.post(p.Tanners.Finance, room, file))
		p.did(409, p.post(p.Tanners.Finance, room, file))
		if all := p.did(200, p.get(p.Tanners.Approver, room)); all.text(t, "items.0.name") != "bill.txt" || strings.Contains(all.body, `"content"`) {
			t.Errorf("the files: %s", all.body)
		}
		read := p.did(200, p.get(p.Tanners.Approver, added.header.Get("Location")))
		if got, err := base64.StdEncoding.DecodeString(read.text(t, "content")); err != nil || string(got) != bill {
			t.Errorf("the file is read as %d bytes, %v", len(got), err)
		}
		p.did(404, p.get(p.Tanners.Approver, room+"/none"))
		p.did(401, p.get(access.Actor{}, room+"/"+added.text(t, "id")))
		if err := p.Funding.CertifySpends(t.Context(), p.Tanners.Approver, p.Tanners.Area, p.Form(), sid); err != nil {
			t.Fatal(err)
		}
		p.did(409, p.post(p.Tanners.Finance, room, object{"name": "more.txt", "content": base64.StdEncoding.EncodeToString([]byte("More"))}))
	})
}
