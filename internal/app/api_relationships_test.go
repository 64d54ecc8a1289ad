package app

import (
	"strings"
	"testing"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/person"
)

// A program keeps what changes among those an area works with, and who holds what; and
// the program of an officer reads what was chosen, tells what they may tell, and finds
// nothing else.
func TestAProgramOfAnOfficer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := program(t, d)
		p.tokens[p.Millbrook.Chair.Person] = p.token(p.Millbrook.Chair)
		chair, other := p.Tanners.Chair, p.Millbrook.Chair
		const area = "/api/v1/areas/tanners-reach"
		today := p.Today()
		day := func(days int) string { return today.AddDays(days).String() }

		body := p.did(201, p.post(chair, area+"/agencies", object{"name": "Qorum Borough Council", "type": "council", "tier": "district", "from": day(-400)}))
		slug, bodyID := body.text(t, "slug"), body.text(t, "id")
		one := p.did(201, p.post(chair, area+"/relationships", object{"organisation": "Qorum Borough Council", "type": "council", "closeness": "regular", "holder": "Tom Pearce"})).header.Get("Location")
		of := one[strings.LastIndex(one, "/")+1:]
		karen := p.did(200, p.post(chair, one+"/holders", object{"side": "theirs", "name": "Karen", "from": day(-90)})).text(t, "holders.1.id")

		p.did(422, p.post(chair, area+"/holders/"+karen+"/tier", object{"tier": "daily"}))
		p.did(404, p.post(other, area+"/holders/"+karen+"/tier", object{"tier": "close"}))
		p.did(200, p.post(chair, area+"/holders/"+karen+"/tier", object{"tier": "close"}))
		p.did(200, p.post(chair, one+"/contacts", object{"on": day(0), "how": "phoned", "news": "good", "with": []string{karen}}))
		if got := p.did(200, p.post(chair, area+"/holders/"+karen+"/tier", object{"tier": "occasional"})).text(t, "last_contact"); got != day(0) {
			t.Errorf("the last contact with Karen was %q", got)
		}
		p.did(422, p.post(chair, area+"/changes", object{"why": "absence", "side": "ours", "from": day(3)}))
		made := p.did(200, p.post(chair, area+"/changes", object{"why": "absence", "side": "ours", "who": "Tom Pearce", "from": day(3), "until": day(20)}))
		if got := made.text(t, "changes.0.relationship"); got != of {
			t.Errorf("it changes with %s, want what he holds", got)
		}
		change := made.text(t, "changes.0.id")
		p.did(404, p.post(other, area+"/changes/"+change+"/end", object{"words": "He is back"}))
		p.did(422, p.post(chair, area+"/changes/"+change+"/end", object{"words": ""}))
		p.did(200, p.post(chair, area+"/changes/"+change+"/end", object{"words": "He is back"}))
		p.did(404, p.get(other, area+"/changes"))
		holds := p.did(200, p.get(chair, area+"/who-holds-what"))
		if !strings.Contains(holds.body, `"Tom Pearce"`) || !strings.Contains(holds.body, `"out_of_reach":1`) {
			t.Errorf("who holds what: %s", holds.body)
		}
		p.did(404, p.get(other, area+"/who-holds-what"))
		p.did(200, p.post(chair, area+"/questions", object{"what": "Who mends the steps?", "asker": "Rosa", "on": day(-30)}))
		p.did(200, p.post(chair, one+"/promises", object{"side": "theirs", "what": "Two benches", "made_on": day(-40), "due_on": day(-10)}))
		p.did(200, p.post(chair, one+"/promises", object{"side": "ours", "what": "Count the users", "made_on": day(-40)}))
		promises := p.did(200, p.get(chair, area+"/promises"))
		theirs, ours := promises.text(t, "items.0.id"), promises.text(t, "items.1.id")
		handover := p.did(200, p.post(chair, one+"/handovers", object{"why": "new", "side": "theirs", "to_whom": "Jas Gill", "by": day(30)})).text(t, "id")
		p.did(200, p.post(chair, area+"/handovers/"+handover+"/ticks", object{"on": day(0), "walk_on": day(9), "walk_who": "Sam"}))

		people := &person.People{DB: d, IDs: p.IDs, Now: p.Clock.Now}
		var jas access.Actor
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			who, err := people.AddIn(t.Context(), tx, access.System("test"), person.New{Name: "Jas Gill", Email: "jas.gill@council.example"})
			if err != nil {
				return err
			}
			hat, err := people.GiveHatIn(t.Context(), tx, access.System("test"), who.ID, person.NewHat{Role: access.AgencyOfficer, Scope: access.InOrganisation, Place: bodyID, From: today})
			jas = access.Actor{Person: who.ID, Name: who.Name, Hat: hat}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		p.tokens[jas.Person] = p.token(jas)
		room := "/api/v1/organisations/" + slug + "/shared"
		if list := p.did(200, p.get(jas, room)); strings.Contains(list.body, of) {
			t.Errorf("what was not chosen is listed: %s", list.body)
		}
		p.did(404, p.get(jas, room+"/"+of))
		p.did(422, p.post(chair, one+"/shown", object{"parts": []string{"everything"}}))
		p.did(200, p.post(chair, one+"/shown", object{"parts": []string{"promises"}}))
		p.did(404, p.get(chair, room))
		shown := p.did(200, p.get(jas, room+"/"+of))
		if !strings.Contains(shown.body, "Two benches") || strings.Contains(shown.body, "Tom Pearce") || strings.Contains(shown.body, "handovers") || strings.Contains(shown.body, "story") {
			t.Errorf("an officer reads %s", shown.body)
		}
		p.did(404, p.post(jas, room+"/"+of+"/said", object{"promise": ours, "what": "kept"}))
		p.did(200, p.post(jas, room+"/"+of+"/said", object{"promise": theirs, "what": "confirmed"}))
		p.did(422, p.post(jas, room+"/"+of+"/said", object{"promise": theirs, "what": "kept"}))
		p.did(200, p.post(jas, room+"/"+of+"/said", object{"promise": theirs, "what": "kept", "words": "The wood was late"}))
		p.did(404, p.post(jas, room+"/"+of+"/confirmations", object{"handover": handover}))
		p.did(422, p.post(jas, room+"/"+of+"/notices", object{"what": "new", "who": "", "on": day(9)}))
		told := p.did(200, p.post(jas, room+"/"+of+"/notices", object{"what": "leaving", "who": "Karen", "on": day(9), "next": "Jas Gill"}))
		if strings.Contains(told.body, "Karen") {
			t.Errorf("a notice is there for officers: %s", told.body)
		}
		if got := p.did(200, p.get(chair, area+"/changes")); !strings.Contains(got.body, `"said_by":"Jas Gill"`) {
			t.Errorf("the partnership reads %s", got.body)
		}
		p.did(200, p.post(chair, one+"/shown", object{"parts": []string{"handover"}}))
		if done := p.did(200, p.post(jas, room+"/"+of+"/confirmations", object{"handover": handover})); !strings.Contains(done.body, `"said_by":"Jas Gill"`) {
			t.Errorf("confirmed: %s", done.body)
		}
		p.did(200, p.post(chair, one+"/shown", object{"parts": []string{}}))
		p.did(404, p.get(jas, room+"/"+of))
	})
}

// What each marked in a health check is shown to programs by their role alone, but to
// themselves; and what was taken on is ticked off.
func TestAProgramReadsMarksByRole(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := program(t, d)
		chair := p.Tanners.Chair
		const room = "/api/v1/areas/tanners-reach/together"
		made := p.did(201, p.post(chair, room, object{"kind": "check", "answers": object{"on": p.Today().String(), "council": "The borough council"}})).header.Get("Location")
		p.did(200, p.post(chair, made+"/sheets", object{"part": "marks chair " + string(chair.Person), "answers": object{"P1.2": "happens"}}))
		p.did(200, p.post(chair, made+"/sheets", object{"part": "marks worker paper-sam-webb", "answers": object{"P1.2": "not yet"}}))
		got := p.did(200, p.get(chair, made))
		if !strings.Contains(got.body, `"marks chair `+string(chair.Person)+`"`) || strings.Contains(got.body, "paper-sam-webb") || !strings.Contains(got.body, `"marks worker"`) {
			t.Errorf("the marks are %s", got.body)
		}
		p.did(200, p.post(chair, made+"/sheets", object{"part": "actions", "answers": object{"what": "Share the dates", "who": "Sam"}}))
		p.did(422, p.post(chair, made+"/done", object{"what": []string{"Sing"}, "on": p.Today().String()}))
		if done := p.did(200, p.post(chair, made+"/done", object{"what": []string{"Share the dates"}, "on": p.Today().String()})); done.text(t, "tasks.0.done_on") != p.Today().String() {
			t.Errorf("the tasks are %s", done.body)
		}
	})
}
