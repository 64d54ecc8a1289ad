package app

import (
	"fmt"
	"strings"
	"testing"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
)

// A program writes a plan section by section, of what people were asked; it is
// adopted by a decision, endorsed, and looked back at.
func TestProgramsWriteAPlanAndLookBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, who := councilOfPrograms(t, d)
		const area = "/api/v1/areas/tanners-reach"
		const draft = area + "/plan/draft"
		chair, anyone := who["Grace"], access.Actor{}

		asked := p.did(201, p.post(chair, area+"/plan/consultations", object{"title": "Doorstep survey", "question": "What would you change?"}))
		one := asked.header.Get("Location")
		p.did(404, p.get(anyone, one))
		p.did(422, p.post(chair, one+"/options", object{"options": []object{{"words": "A crossing"}}}))
		seen := asked.text(t, "seen.channels")
		p.did(200, p.post(chair, one+"/channels", object{"seen": seen, "channels": []object{{"kind": "doors", "asked": 240, "answered": 96}}}))
		p.did(422, p.post(chair, one+"/channels", object{"seen": seen, "channels": []object{}})) // it has changed since
		p.did(422, p.post(chair, one+"/feedback", object{"on": p.Today().String(), "how": "In the newsletter"}))
		p.did(200, p.post(chair, one+"/heard", object{"summary": "Somewhere to sit", "heard": []object{{"words": "Nowhere to sit", "count": 41}}}))
		p.did(200, p.post(chair, one+"/voices", object{"voices": []object{{"who": "People who work nights"}}}))
		p.did(403, p.post(who["Fred"], one+"/feedback", object{"on": p.Today().String(), "how": "In the newsletter"}))
		p.did(200, p.post(chair, one+"/feedback", object{"on": p.Today().String(), "how": "In the newsletter"}))
		p.did(409, p.post(chair, one+"/voices", object{"voices": []object{}}))
		if got := p.did(200, p.get(anyone, one)); got.text(t, "answered") != "96" || strings.Contains(got.body, `"seen"`) {
			t.Errorf("fed back: %s", got.body)
		}
		if n := len(p.did(200, p.get(anyone, area+"/plan/consultations")).at(t, "items").([]any)); n != 1 {
			t.Errorf("%d consultations", n)
		}

		p.did(404, p.get(chair, draft))
		p.did(403, p.get(who["Fred"], draft))
		p.did(403, p.post(who["Fred"], draft, object{}))
		p.did(200, p.post(chair, draft, object{}))
		p.did(409, p.post(chair, draft, object{}))
		p.did(422, p.post(chair, draft+"/ready", object{"draft": 1}))
		p.did(200, p.post(chair, draft+"/vision", object{"vision": "A place to meet", "from_year": 2026, "until_year": 2028}))
		added := p.did(200, p.post(chair, draft+"/priorities", object{"name": "Green spaces", "why": "Children play in the road"}))
		green := draft + "/priorities/" + added.text(t, "priorities.0.id")
		p.did(404, p.post(chair, draft+"/priorities/none/actions", object{"actions": []object{}}))
		p.did(200, p.post(chair, green+"/actions", object{"seen": added.text(t, "priorities.0.seen.actions"), "actions": []object{{"what": "Ask for the keys", "who": "Maureen", "by": "2026-12-01"}}}))
		wrong := p.did(422, p.post(chair, green+"/money", object{"lines": []object{{"name": "Benches", "theme": "none", "budget": pence(6_000_000)}}}))
		if !strings.Contains(wrong.body, "body.lines[0].theme") {
			t.Errorf("no such theme: %s", wrong.body)
		}
		p.did(200, p.post(chair, green+"/money", object{"lines": []object{
			{"name": "Benches", "theme": "green-spaces", "budget": pence(6_000_000), "years": []object{{"year": 2026, "budget": pence(2_000_000)}, {"year": 2027, "budget": pence(4_000_000)}}},
		}}))
		p.did(200, p.post(chair, green+"/evidence", object{"evidence": []object{{"kind": "lived", "words": "Nowhere to sit", "consultation": 1}}}))
		gone := p.did(200, p.post(chair, draft+"/priorities", object{"name": "A mistake"}))
		p.did(200, p.post(chair, draft+"/priorities/"+gone.text(t, "priorities.1.id"), object{"name": "A mistake", "remove": true}))
		whole := p.did(200, p.get(chair, draft))
		if n := len(whole.at(t, "lacks").([]any)) + len(whole.at(t, "priorities").([]any)); n != 1 {
			t.Errorf("the draft: %s", whole.body)
		}
		ready := p.did(201, p.post(chair, draft+"/ready", object{"draft": 1}))
		version := ready.header.Get("Location")
		p.did(404, p.get(anyone, version))
		p.did(409, p.post(p.Farah, version+"/endorsement", object{"on": p.Today().String()}))

		// Adopted it is by a decision, and by nothing else.
		p.did(201, p.post(chair, area+"/decisions", object{"kind": "plan", "plan_version": 1, "title": "Our plan", "question": "Shall this be our plan?", "ask_everybody": true}))
		hash := p.did(200, p.get(chair, area+"/decisions/1")).text(t, "hash")
		for _, name := range []string{"Grace", "Rosa"} {
			p.did(200, p.post(who[name], area+"/decisions/1/position", object{"hash": hash, "stand": "support"}))
		}
		p.did(200, p.post(chair, area+"/decisions/1/agreement", object{"outcome": "agreed"}))
		p.did(403, p.post(chair, version+"/endorsement", object{"on": p.Today().String()}))
		p.did(200, p.post(p.Farah, version+"/endorsement", object{"on": p.Today().String(), "words": "Good luck"}))
		p.did(409, p.post(chair, version+"/discard", nil))
		now := p.did(200, p.get(anyone, area+"/plan"))
		if strings.Contains(now.body, "Maureen") || now.text(t, "endorsed_on") != p.Today().String() || now.text(t, "lines.0.years.1.budget.minor") != "4000000" {
			t.Errorf("everybody reads of the plan: %s", now.body)
		}
		if own := p.did(200, p.get(p.Kit, area+"/plan")); !strings.Contains(own.body, "Maureen") {
			t.Errorf("Kit, who lives there, reads not who does what: %s", own.body)
		}
		action := area + "/plan/actions/" + now.text(t, "priorities.0.actions.0.id")
		p.did(404, p.post(chair, area+"/plan/actions/none", object{"done": true}))
		p.did(403, p.post(p.Kit, action, object{"done": true}))
		if did := p.did(200, p.post(chair, action, object{"done": true})); did.text(t, "done_on") != p.Today().String() {
			t.Errorf("done: %s", did.body)
		}

		looking := p.did(201, p.post(chair, area+"/plan/reviews", object{"version": 1}))
		back := looking.header.Get("Location")
		p.did(404, p.get(anyone, back))
		p.did(409, p.post(chair, area+"/plan/reviews", object{"version": 1}))
		said := []object{{"priority": looking.text(t, "priorities.0.priority"), "choice": "kept", "why": "It needs time to bed in"}}
		saved := p.did(200, p.post(chair, back, object{"seen": looking.text(t, "seen"), "learnt": "Small things first"}))
		p.did(422, p.post(chair, back, object{"seen": looking.text(t, "seen"), "learnt": "Big things first"}))
		p.did(422, p.post(chair, back+"/finish", object{"seen": saved.text(t, "seen"), "learnt": "Small things first"}))
		p.did(200, p.post(chair, back+"/finish", object{"seen": saved.text(t, "seen"), "learnt": "Small things first", "priorities": said, "new_draft": true}))
		p.did(409, p.post(chair, back, object{"learnt": "More"}))
		finished := p.did(200, p.get(anyone, back))
		if got := fmt.Sprint(finished.text(t, "priorities.0.choice"), finished.text(t, "priorities.0.done"), finished.text(t, "priorities.0.planned.minor")); got != "kept16000000" {
			t.Errorf("everybody reads of the look back: %s", finished.body)
		}
		if n := len(p.did(200, p.get(anyone, area+"/plan/reviews")).at(t, "items").([]any)); n != 1 {
			t.Errorf("%d looks back", n)
		}
		if again := p.did(200, p.get(chair, draft)); again.text(t, "based_on") != "1" {
			t.Errorf("a draft was begun: %s", again.body)
		}
		p.did(422, p.post(chair, draft+"/away", object{"draft": 7}))
		p.did(200, p.post(chair, draft+"/away", object{"draft": 2}))
		p.did(404, p.get(chair, draft))
	})
}
