package app

import (
	"strings"
	"testing"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
)

// A program keeps who is who: a body, its team and posts, who holds them from a day
// to a day, who does what here, and whom to ask. Another area, and everybody who is
// signed out, reads of it what was made public and nothing else.
func TestAProgramKeepsWhoIsWho(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := program(t, d)
		p.tokens[p.Millbrook.Chair.Person] = p.token(p.Millbrook.Chair)
		chair, other, anyone := p.Tanners.Chair, p.Millbrook.Chair, access.Actor{}
		const area = "/api/v1/areas/tanners-reach"
		today, later, before := p.Today().String(), p.Today().AddDays(30).String(), p.Today().AddDays(-400).String()

		types := p.did(200, p.get(chair, area+"/agency-types?limit=200"))
		if !strings.Contains(types.body, `"council"`) || !strings.Contains(types.body, `"policy"`) {
			t.Errorf("types: %s", types.body)
		}
		p.did(422, p.post(chair, area+"/agencies", object{"name": "", "type": "council", "from": before}))
		p.did(404, p.post(other, area+"/agencies", object{"name": "Ours now", "type": "council", "from": before}))
		made := p.did(201, p.post(chair, area+"/agencies", object{"name": "Qorum Borough Council", "type": "council", "tier": "district", "from": before}))
		body := made.header.Get("Location")
		p.did(409, p.post(chair, area+"/agencies", object{"name": "Qorum Borough Council", "type": "council", "from": before}))
		p.did(404, p.get(other, body))
		p.did(401, p.get(anyone, body))

		team := p.did(200, p.post(chair, body+"/units", object{"name": "Parks team", "from": before})).text(t, "units.0.id")
		next := p.did(200, p.post(chair, body+"/units", object{"name": "Green spaces", "from": before})).text(t, "units.0.id") // by name
		p.did(422, p.post(chair, body+"/posts", object{"title": "Parks officer", "unit": "no such team", "from": before}))
		post := p.did(200, p.post(chair, body+"/posts", object{"title": "Parks officer", "unit": team, "level": "front line", "from": before})).text(t, "posts.0.id")
		p.did(422, p.post(chair, area+"/officers", object{"name": "Noor Aziz", "email": "not an address"}))
		noor := p.did(201, p.post(chair, area+"/officers", object{"name": "Noor Aziz", "email": "noor@council.example"})).text(t, "id")
		ian := p.did(201, p.post(chair, area+"/officers", object{"name": "Ian Marsh"})).text(t, "id")
		p.did(200, p.post(chair, area+"/posts/"+post+"/holdings", object{"officer": ian, "from": before}))
		p.did(422, p.post(chair, area+"/posts/"+post+"/holdings", object{"officer": ian, "from": today}))
		now := p.did(200, p.post(chair, area+"/posts/"+post+"/holdings", object{"officer": noor, "from": today, "instead": true}))
		if got := now.text(t, "holdings.0.name"); got != "Noor Aziz" || len(now.at(t, "holdings").([]any)) != 1 {
			t.Errorf("it is held by %s", now.body)
		}
		then := p.did(200, p.get(chair, body+"?on="+p.Today().AddDays(-1).String()))
		if got := then.text(t, "holdings.0.name"); got != "Ian Marsh" {
			t.Errorf("the day before it was held by %s", got)
		}
		ended := p.did(200, p.post(chair, area+"/units/"+team+"/end", object{"on": today, "why": "A new structure", "next": []string{next}}))
		if got := ended.text(t, "posts.0.unit"); got != next {
			t.Errorf("the post is in %s after its team ended", got)
		}
		holding := now.text(t, "holdings.0.id")
		p.did(404, p.post(other, area+"/holdings/"+holding+"/end", object{"until": later}))
		p.did(200, p.post(chair, area+"/holdings/"+holding+"/end", object{"until": later}))
		all := p.did(200, p.get(chair, area+"/holdings"))
		if strings.Count(all.body, post) != 2 {
			t.Errorf("holdings: %s", all.body)
		}
		p.did(422, p.post(chair, area+"/officers/"+ian+"/forgetting", object{"sure": false}))
		if gone := p.did(200, p.post(chair, area+"/officers/"+ian+"/forgetting", object{"sure": true})); gone.text(t, "name") != "" {
			t.Errorf("forgotten: %s", gone.body)
		}
		if left := p.did(200, p.get(chair, area+"/holdings")); strings.Contains(left.body, "Ian Marsh") || strings.Count(left.body, post) != 2 {
			t.Errorf("after he was forgotten: %s", left.body)
		}
		p.did(404, p.get(other, area+"/officers"))

		entry := object{"name": "Lunch club", "what": "A hot lunch.", "host": "The Shed", "seen_on": today, "contact": "0121 496 0999"}
		one := p.did(201, p.post(chair, area+"/directory", entry)).text(t, "id")
		if open := p.did(200, p.get(anyone, area+"/directory")); strings.Contains(open.body, "Lunch club") {
			t.Errorf("everybody reads what was not made public: %s", open.body)
		}
		entry["public"] = true
		p.did(200, p.post(chair, area+"/directory/"+one, entry))
		if open := p.did(200, p.get(anyone, area+"/directory")); !strings.Contains(open.body, "Lunch club") {
			t.Errorf("nobody reads what was made public: %s", open.body)
		}
		p.did(200, p.post(chair, area+"/directory/"+one+"/end", object{"on": today}))
		if open := p.did(200, p.get(anyone, area+"/directory")); strings.Contains(open.body, "Lunch club") {
			t.Errorf("it is done no more: %s", open.body)
		}
		card := object{"activity": "Lunch club", "ask": "Adult social care desk", "reach": "0121 496 0123", "checked_on": today}
		of := p.did(201, p.post(chair, area+"/cards", card)).text(t, "id")
		card["reach"] = "0121 496 0124"
		p.did(200, p.post(chair, area+"/cards/"+of, card))
		if cards := p.did(200, p.get(chair, area+"/cards")); !strings.Contains(cards.body, "0124") || strings.Contains(cards.body, "0123") {
			t.Errorf("cards: %s", cards.body)
		}
		p.did(401, p.get(anyone, area+"/cards"))
		p.did(422, p.post(chair, area+"/cards/"+of+"/end", object{"on": later}))
		if ended := p.did(200, p.post(chair, area+"/cards/"+of+"/end", object{"on": today})); ended.text(t, "until") != today {
			t.Errorf("a card that ended: %s", ended.body)
		}
		p.did(409, p.post(chair, area+"/cards/"+of+"/end", object{"on": today}))
		if cards := p.did(200, p.get(chair, area+"/cards")); strings.Contains(cards.body, of) {
			t.Errorf("cards: %s", cards.body)
		}

		// A unit and a post get another name, and who holds it stays.
		p.did(422, p.post(chair, area+"/units/"+next, object{"name": "", "from": today}))
		if renamed := p.did(200, p.post(chair, area+"/units/"+next, object{"name": "Green and blue spaces", "from": today})); renamed.text(t, "units.0.name") != "Green and blue spaces" {
			t.Errorf("a unit: %s", renamed.body)
		}
		p.did(404, p.post(other, area+"/units/"+next, object{"name": "Ours", "from": today}))
		p.did(422, p.post(chair, area+"/posts/"+post, object{"title": "Head of parks", "unit": "no such team", "from": today}))
		moved := p.did(200, p.post(chair, area+"/posts/"+post, object{"title": "Head of parks", "level": "senior", "from": today}))
		if moved.text(t, "posts.0.title") != "Head of parks" || moved.text(t, "holdings.0.name") != "Noor Aziz" {
			t.Errorf("a post: %s", moved.body)
		}
		p.did(404, p.post(other, area+"/posts/"+post, object{"title": "Ours", "from": today}))

		// What a body is, and what came after it.
		p.did(422, p.post(chair, area+"/agency-types", object{"name": "Drainage board", "like": "nothing"}))
		sorts := p.did(200, p.post(chair, area+"/agency-types", object{"name": "Drainage board", "like": "council", "within": true}))
		_, code, _ := strings.Cut(sorts.body, `"code":"council/`)
		code, _, _ = strings.Cut(code, `"`)
		p.did(422, p.post(chair, body, object{"name": "Qorum Parish", "type": "school", "subtype": "parish"}))
		put := p.did(200, p.post(chair, body, object{"name": "Qorum Drainage", "type": "council", "subtype": "council/" + code, "renamed": true}))
		if put.text(t, "subtype") != "council/"+code || put.text(t, "called_before.0.name") != "Qorum Borough Council" {
			t.Errorf("put right: %s", put.body)
		}
		p.did(404, p.post(other, body, object{"name": "Ours", "type": "council"}))
		heir := p.did(201, p.post(chair, area+"/agencies", object{"name": "Qorum Water", "type": "council", "subtype": "county", "from": before}))
		if heir.text(t, "tier") != "county" {
			t.Errorf("its layer is that of its sort: %s", heir.body)
		}
		p.did(422, p.post(chair, body+"/replacement", object{"other": "no such body", "on": today}))
		over := p.did(200, p.post(chair, body+"/replacement", object{"other": heir.text(t, "slug"), "on": today}))
		if over.text(t, "slug") != heir.text(t, "slug") || over.text(t, "holdings.0.name") != "Noor Aziz" {
			t.Errorf("in its place: %s", over.body)
		}
		p.did(422, p.post(chair, body+"/closing", object{"on": today, "next": []string{"no such body"}}))
		closed := p.did(200, p.post(chair, body+"/closing", object{"on": today, "next": []string{heir.text(t, "slug")}}))
		if closed.text(t, "closed_on") != today || closed.text(t, "successors.0") != heir.text(t, "id") {
			t.Errorf("closed: %s", closed.body)
		}
		body = heir.header.Get("Location")
		p.did(200, p.post(chair, body+"/removal", object{"until": today}))
		if list := p.did(200, p.get(chair, area+"/agencies")); strings.Contains(list.body, "Qorum Water") {
			t.Errorf("it is on the list still: %s", list.body)
		}
		p.did(200, p.get(chair, body)) // what was written of it stays

		programme := "/api/v1/programmes/" + p.Programme.Slug + "/agency-types"
		p.did(403, p.post(chair, programme, object{"name": "Provider collaborative", "like": "health", "within": true}))
		p.did(200, p.post(p.Farah, programme, object{"name": "Provider collaborative", "like": "health", "within": true}))
		if all := p.did(200, p.get(p.Farah, programme+"?limit=200")); !strings.Contains(all.body, "Provider collaborative") || strings.Contains(all.body, "Drainage board") {
			t.Errorf("the programme's types: %s", all.body)
		}
		if all := p.did(200, p.get(chair, area+"/agency-types?limit=200")); !strings.Contains(all.body, "Provider collaborative") || !strings.Contains(all.body, "Drainage board") {
			t.Errorf("the area's types: %s", all.body)
		}
	})
}

// A program keeps a relationship over time: how it stands, who holds it on both
// sides, what became of a promise and of a question, and a handover.
func TestAProgramKeepsARelationship(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := program(t, d)
		p.tokens[p.Millbrook.Chair.Person] = p.token(p.Millbrook.Chair)
		chair, other := p.Tanners.Chair, p.Millbrook.Chair
		const area = "/api/v1/areas/tanners-reach"
		day := func(n int) string { return p.Today().AddDays(n).String() }
		made := p.did(201, p.post(chair, area+"/relationships", object{"organisation": "Riverside Primary School", "type": "school", "kinds": []string{"friend"}, "closeness": "now-and-then", "holder": "Amina Hughes"}))
		one := made.header.Get("Location")
		p.did(422, p.post(chair, one+"/states", object{"from": day(0), "closeness": "very"}))
		p.did(200, p.post(chair, one+"/states", object{"from": day(-200), "closeness": "not-yet"}))
		p.did(200, p.post(chair, one+"/states", object{"from": day(-100), "closeness": "regular", "kinds": []string{"ally", "friend"}, "words": "Since the fair"}))
		states := p.did(200, p.get(chair, one+"/states"))
		if got := states.text(t, "items.0.closeness") + " " + states.text(t, "items.1.closeness") + " " + states.text(t, "items.2.closeness"); got != "not-yet regular now-and-then" {
			t.Errorf("it stood so: %s", got)
		}
		p.did(200, p.post(chair, one+"/holders", object{"side": "theirs", "name": "Ms Karim", "role": "head teacher", "from": day(-50)}))
		p.did(422, p.post(chair, one+"/holders", object{"side": "theirs", "name": "Ms Karim", "from": day(-10)}))
		held := p.did(200, p.get(chair, one+"/holders"))
		amina := held.text(t, "items.0.id")
		left := p.did(200, p.post(chair, area+"/holders/"+amina+"/leaving", object{"until": day(5), "next": "Leroy Grant", "next_role": "resident"}))
		if !strings.Contains(left.body, "Leroy Grant") || left.text(t, "holders.0.until") != day(5) {
			t.Errorf("left: %s", left.body)
		}
		p.did(409, p.post(chair, area+"/holders/"+amina+"/leaving", object{"until": day(6)}))

		p.did(200, p.post(chair, one+"/promises", object{"side": "theirs", "what": "The hall on Thursdays", "made_on": day(-20), "due_on": day(10)}))
		promise := p.did(200, p.get(chair, area+"/promises")).text(t, "items.0.id")
		p.did(422, p.post(chair, area+"/promises/"+promise+"/steps", object{"what": "moved", "on": day(0), "due_on": day(30)}))
		moved := p.did(200, p.post(chair, area+"/promises/"+promise+"/steps", object{"what": "moved", "on": day(0), "due_on": day(30), "words": "The floor is being mended"}))
		if moved.text(t, "due_on") != day(30) {
			t.Errorf("moved: %s", moved.body)
		}
		kept := p.did(200, p.post(chair, area+"/promises/"+promise+"/steps", object{"what": "kept", "on": day(0)}))
		if kept.text(t, "standing") != "Done" {
			t.Errorf("kept: %s", kept.body)
		}
		p.did(409, p.post(chair, area+"/promises/"+promise+"/steps", object{"what": "kept", "on": day(0)}))

		question := p.did(200, p.post(chair, area+"/questions", object{"what": "May we use the field?"})).text(t, "id")
		steps := area + "/questions/" + question + "/steps"
		p.did(200, p.post(chair, steps, object{"what": "sent", "on": day(0), "relationship": made.text(t, "id")}))
		p.did(200, p.post(chair, steps, object{"what": "passed on", "on": day(0), "who": "The trust"}))
		answered := p.did(200, p.post(chair, steps, object{"what": "answered", "on": day(0), "words": "Yes, on Sundays"}))
		if got := answered.text(t, "redirects") + " " + answered.text(t, "steps.2.words"); got != "1 Yes, on Sundays" {
			t.Errorf("answered: %s", answered.body)
		}
		told := p.did(200, p.post(chair, steps, object{"what": "told", "on": day(0)}))
		if told.text(t, "open") != "false" {
			t.Errorf("told: %s", told.body)
		}

		p.did(422, p.post(chair, one+"/handovers", object{"why": "leaving", "side": "ours", "by": day(20)}))
		opened := p.did(200, p.post(chair, one+"/handovers", object{"why": "leaving", "side": "ours", "who": "Amina Hughes", "to_whom": "Leroy Grant", "by": day(20)}))
		handover := area + "/handovers/" + opened.text(t, "id")
		p.did(422, p.post(chair, handover+"/ticks", object{"on": day(0)}))
		ticked := p.did(200, p.post(chair, handover+"/ticks", object{"on": day(0), "done": []int{1}, "more": "The key to the hall"}))
		if ticked.text(t, "steps.0.done_on") != day(0) || !strings.Contains(ticked.body, "The key to the hall") {
			t.Errorf("ticked: %s", ticked.body)
		}
		p.did(200, p.get(chair, handover))
		if list := p.did(200, p.get(chair, area+"/handovers")); !strings.Contains(list.body, opened.text(t, "id")) {
			t.Errorf("handovers: %s", list.body)
		}
		p.did(200, p.post(chair, one+"/contacts", object{"on": day(0), "how": "phoned", "news": "good", "words": "They come to supper."}))
		if story := p.did(200, p.get(chair, one+"/story")); !strings.Contains(story.body, "They come to supper.") {
			t.Errorf("story: %s", story.body)
		}
		for _, path := range []string{one, one + "/states", one + "/holders", one + "/story", handover, area + "/handovers", area + "/promises"} {
			p.did(404, p.get(other, path))
			p.did(401, p.get(access.Actor{}, path))
		}
		// What it is for, what helps, how it began and through whom; and with which team.
		p.did(422, p.post(chair, one+"/purposes", object{"from": day(0), "purposes": []object{{"purpose": "everything"}}}))
		uses := p.did(200, p.post(chair, one+"/purposes", object{"from": day(-10), "purposes": []object{{"purpose": "deliver", "words": "The fair"}, {"purpose": "tell"}}}))
		if got := uses.text(t, "purposes.0.purpose") + " " + uses.text(t, "purposes.0.words") + " " + uses.text(t, "purposes.1.purpose"); got != "deliver The fair tell" {
			t.Errorf("it is for: %s", uses.body)
		}
		p.did(422, p.post(chair, one+"/factors", object{"factor": "squeeze", "effect": "both", "from": day(0)}))
		weighed := p.did(200, p.post(chair, one+"/factors", object{"factor": "squeeze", "effect": "holds back", "words": "No caretaker", "from": day(0)}))
		if got := weighed.text(t, "factors.0.effect") + " " + weighed.text(t, "factors.0.words"); got != "holds back No caretaker" {
			t.Errorf("what holds it back: %s", weighed.body)
		}
		p.did(422, p.post(chair, one+"/notes", object{"kind": "contact", "on": day(-900), "words": "We met"}))
		p.did(200, p.post(chair, one+"/notes", object{"kind": "history", "on": day(-900), "known": "year", "words": "The hall was shut.", "together": "Everybody wants it open."}))
		if story := p.did(200, p.get(chair, one+"/story")); !strings.Contains(story.body, "Everybody wants it open.") {
			t.Errorf("what is remembered: %s", story.body)
		}
		with := p.did(201, p.post(chair, area+"/relationships", object{"organisation": "Riverside Primary School", "team": "The kitchen", "type": "school", "closeness": "regular"}))
		if with.text(t, "agency") != made.text(t, "agency") || with.text(t, "unit") == "" {
			t.Errorf("with a team: %s", with.body)
		}
		p.did(422, p.post(chair, one+"/holders", object{"side": "theirs", "name": "Mr Bell", "officer": "nobody", "from": day(0)}))
		p.did(422, p.post(chair, one+"/details", object{"name": "Riverside", "type": "school", "unit": "no such team"}))
		p.did(422, p.post(chair, one+"/details", object{"name": "Riverside", "type": "school", "agency": "no such body"}))
		details := p.did(200, p.post(chair, one+"/details", object{"name": "Riverside", "type": "school", "unit": with.text(t, "unit"), "how_begun": "A fair", "brought_by": with.text(t, "id"), "through": "The ward forum", "began_on": day(-800)}))
		for field, want := range map[string]string{"name": "Riverside", "agency": made.text(t, "agency"), "unit": with.text(t, "unit"), "how_begun": "A fair", "brought_by": with.text(t, "id"), "through": "The ward forum", "began_on": day(-800), "over": "false"} {
			if got := details.text(t, field); got != want {
				t.Errorf("%s: got %s, want %s", field, got, want)
			}
		}
		p.did(422, p.post(chair, with.header.Get("Location")+"/merging", object{"into": "nothing", "on": day(0)}))
		if into := p.did(200, p.post(chair, with.header.Get("Location")+"/merging", object{"into": made.text(t, "id"), "on": day(0)})); into.text(t, "id") != made.text(t, "id") {
			t.Errorf("it went into: %s", into.body)
		}
		if gone := p.did(200, p.get(chair, with.header.Get("Location")+"/details")); gone.text(t, "over") != "true" || gone.text(t, "went_into") != made.text(t, "id") {
			t.Errorf("what went into another: %s", gone.body)
		}
		p.did(404, p.get(other, one+"/details"))
		p.did(404, p.post(other, one+"/details", object{"name": "Ours", "type": "school"}))
		p.did(404, p.post(other, one+"/purposes", object{"from": day(0), "purposes": []object{}}))
		count := "/api/v1/programmes/" + p.Programme.Slug + "/relationship-counts"
		p.did(403, p.get(chair, count))
		if few := p.did(200, p.get(p.Farah, count)); strings.Contains(few.body, `"areas"`) || !strings.Contains(few.body, `"school"`) {
			t.Errorf("of so few areas numbers are told: %s", few.body)
		}

		over := p.did(200, p.post(chair, one+"/states", object{"from": day(0), "closeness": "over"}))
		if over.text(t, "closeness") != "over" {
			t.Errorf("over: %s", over.body)
		}
	})
}

// A program keys in a workshop that was held on paper, takes a new face into the
// register, and shares it; until then nobody outside the partnership reads of it.
func TestAProgramKeysInAWorkshop(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := program(t, d)
		p.tokens[p.Millbrook.Chair.Person] = p.token(p.Millbrook.Chair)
		chair, officer, other := p.Tanners.Chair, p.Farah, p.Millbrook.Chair
		const room = "/api/v1/areas/tanners-reach/together"
		p.did(422, p.post(chair, room, object{"kind": "séance", "answers": object{}}))
		wrong := p.did(422, p.post(chair, room, object{"kind": "workshop", "answers": object{"held": "soon", "how": "paper"}}))
		if !strings.Contains(wrong.body, "body.answers.held") || !strings.Contains(wrong.body, "body.answers.who") {
			t.Errorf("what is wrong: %s", wrong.body)
		}
		made := p.did(201, p.post(chair, room, object{"kind": "workshop", "answers": object{"held": p.Today().String(), "how": "paper", "who": "Grace, chair\nWes, worker"}}))
		one := made.header.Get("Location")
		sheet := func(want int, part string, answers object) reply {
			t.Helper()
			return p.did(want, p.post(chair, one+"/sheets", object{"part": part, "answers": answers}))
		}
		sheet(409, "map", object{"name": "Riverside", "shape": "school", "ring": "close"})
		sheet(404, "no such part", object{})
		sheet(200, "criteria", object{"two": "trust\ngoals"})
		sheet(200, "map", object{"name": "Riverside", "shape": "school", "tie": "friend", "ring": "close"})
		sheet(200, "map", object{"name": "By mistake", "shape": "other", "ring": "close"})
		p.did(200, p.post(chair, one+"/sheets", object{"part": "map", "remove": 2}))
		sheet(200, "good", object{"which": "Riverside"})
		p.did(409, p.post(chair, one+"/steps", object{"step": "finished"}))
		sheet(200, "develop", object{"which": "Riverside"})
		p.did(422, p.post(chair, one+"/register", object{"names": []string{}}))
		p.did(200, p.post(chair, one+"/register", object{"names": []string{"Riverside"}}))
		if register := p.did(200, p.get(chair, "/api/v1/areas/tanners-reach/relationships")); !strings.Contains(register.body, "Riverside") {
			t.Errorf("the register: %s", register.body)
		}
		p.did(404, p.get(officer, one))
		p.did(404, p.get(other, one))
		if list := p.did(200, p.get(officer, room)); len(list.at(t, "items").([]any)) != 0 {
			t.Errorf("the programme reads what was not shared: %s", list.body)
		}
		p.did(409, p.post(chair, one+"/officers", object{"open": "yes"}))
		p.did(200, p.post(chair, one+"/steps", object{"step": "shared"}))
		p.did(200, p.get(officer, one))
		p.did(403, p.post(officer, one+"/steps", object{"step": "finished"}))
		done := p.did(200, p.post(chair, one+"/steps", object{"step": "finished"}))
		if done.text(t, "finished") != "true" || done.text(t, "standing") != "Finished" {
			t.Errorf("finished: %s", done.body)
		}
		sheet(409, "next", object{"talk": "Riverside"})
		list := p.did(200, p.get(chair, room+"?kind=workshop"))
		if list.text(t, "items.0.id") != made.text(t, "id") {
			t.Errorf("list: %s", list.body)
		}
	})
}
