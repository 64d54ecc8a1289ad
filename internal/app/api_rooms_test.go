package app

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding"
)

// A program takes a meeting from its agenda to agreed notes and a correction, as
// people do on its pages.
func TestProgramsHoldAMeeting(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, who := councilOfPrograms(t, d)
		const room = "/api/v1/areas/tanners-reach/meetings"
		chair, anyone, today := who["Grace"], access.Actor{}, p.Today().String()
		made := p.did(201, p.post(chair, room, object{"kind": "partnership", "on": p.Today().AddDays(1).String(), "from": "19:00", "until": "20:30", "place": "The Hub"}))
		one := room + "/" + made.text(t, "id")
		p.did(403, p.post(who["Fred"], one+"/change", object{"on": today, "from": "18:00", "until": "19:00"}))
		moved := p.did(422, p.post(chair, one+"/change", object{"on": p.Today().AddDays(2).String(), "from": "19:00", "until": "20:30", "place": "The Hub"}))
		if !strings.Contains(moved.body, "body.why") {
			t.Errorf("moved without a reason: %s", moved.body)
		}
		first := p.did(201, p.post(who["Rosa"], one+"/agenda", object{"title": "Lights on the path"}))
		second := p.did(201, p.post(who["Tess"], one+"/agenda", object{"title": "The lunch club"}))
		if first.header.Get("Location") != one {
			t.Errorf("an item is at %s", first.header.Get("Location"))
		}
		items := []string{first.text(t, "id"), second.text(t, "id")}
		p.did(200, p.post(who["Uma"], one+"/answer", object{"way": "telephone"}))
		p.did(200, p.post(chair, one+"/agenda/order", object{"items": []object{{"item": items[0], "position": 2, "minutes": 20}, {"item": items[1], "position": 1}}}))
		if got := p.did(200, p.get(chair, one)); got.text(t, "agenda.0.title") != "The lunch club" {
			t.Errorf("in another order: %s", got.body)
		}
		p.did(409, p.post(chair, one+"/agenda/agreement", nil))
		p.did(200, p.post(who["Uma"], one+"/quiet", object{"words": "Qxquiet: I cannot speak before so many", "item": items[0]}))
		p.did(403, p.post(who["Fred"], one+"/telephone", object{"words": "The bus", "name": "Mrs Ode"}))
		p.did(200, p.post(who["Wes"], one+"/telephone", object{"words": "Qxquiet: the bus stops too early", "name": "Mrs Ode"}))
		if asked := p.get(anyone, one); strings.Contains(asked.body, "Qxquiet") {
			t.Errorf("everybody reads what was quietly said: %s", asked.body)
		}

		p.Clock.Pass(30 * time.Hour)
		day := p.Today().String()
		if got := p.did(200, p.post(chair, one+"/agenda/agreement", nil)); got.text(t, "agenda_agreed") != "true" {
			t.Errorf("the agenda: %s", got.body)
		}
		p.did(409, p.post(chair, one+"/agenda/order", object{"items": []object{{"item": items[0], "position": 1}}}))
		wrong := p.did(422, p.post(chair, one+"/attendance", object{"came": []object{{"person": who["Rosa"].Person, "hat": "member", "way": "room"}, {"hat": "guest", "post": "Parks officer", "way": "online"}}}))
		if !strings.Contains(wrong.body, "body.came[1].organisation") {
			t.Errorf("a guest from nowhere: %s", wrong.body)
		}
		p.did(200, p.post(chair, one+"/attendance", object{"came": []object{{"person": who["Rosa"].Person, "hat": "member", "way": "room"}, {"name": "Nell", "hat": "resident", "way": "telephone"}}}))
		p.did(409, p.post(chair, one+"/notes/circulation", object{"how": "paper"}))
		draft := p.did(200, p.post(chair, one+"/notes", object{"went_well": "All spoke", "went_badly": "We began late", "items": []object{{"item": items[0], "said": "Two lamps are broken", "agreed": "We ask for £12,000"}}}))
		if draft.text(t, "notes") != "draft" || draft.text(t, "went_badly") != "We began late" {
			t.Errorf("the draft: %s", draft.body)
		}
		if public := p.did(200, p.get(anyone, one)); strings.Contains(public.body, "12,000") || public.text(t, "notes") != "none" {
			t.Errorf("everybody reads a draft: %s", public.body)
		}
		p.did(404, p.post(who["Rosa"], one+"/behaviour", object{"words": "Shouting"}))
		p.did(200, p.post(chair, one+"/behaviour", object{"words": "Qxbehaviour: shouting"}))
		p.did(409, p.post(chair, one+"/notes/agreement", object{"on": day}))
		p.did(200, p.post(chair, one+"/notes/circulation", object{"how": "mail"}))
		if told := p.did(200, p.post(chair, one+"/digest", object{"how": "mail"})); mustInt(t, told.text(t, "told")) == 0 {
			t.Errorf("nobody who was not there is told: %s", told.body)
		}
		p.did(403, p.post(who["Rosa"], one+"/notes/agreement", object{"on": day}))
		p.did(409, p.post(chair, one+"/corrections", object{"stood": "£12,000", "right": "£1,200"}))
		p.did(200, p.post(chair, one+"/notes/agreement", object{"on": day}))
		p.did(409, p.post(chair, one+"/notes", object{"items": []object{{"item": items[0], "agreed": "Another"}}}))
		put := p.did(201, p.post(who["Rosa"], one+"/corrections", object{"item": items[0], "stood": "We ask for £12,000", "right": "We ask for £1,200"}))
		if public := p.did(200, p.get(anyone, one)); strings.Contains(public.body, "1,200") || public.text(t, "notes") != "agreed" || !strings.Contains(public.body, "12,000") {
			t.Errorf("before it is agreed everybody reads the correction, or not the notes: %s", public.body)
		}
		p.did(403, p.post(who["Rosa"], one+"/corrections/"+put.text(t, "id")+"/agreement", object{"on": day}))
		p.did(200, p.post(chair, one+"/corrections/"+put.text(t, "id")+"/agreement", object{"on": day}))
		public := p.did(200, p.get(anyone, one))
		if public.text(t, "corrections.0.stood") != "We ask for £12,000" || public.text(t, "corrections.0.right") != "We ask for £1,200" || strings.Contains(public.body, "Qx") {
			t.Errorf("what everybody reads then: %s", public.body)
		}
		other := p.did(201, p.post(chair, room, object{"kind": "open", "on": p.Today().AddDays(9).String(), "from": "19:00", "until": "20:30", "place": "The Hub"}))
		if off := p.did(200, p.post(chair, room+"/"+other.text(t, "id")+"/calling-off", object{"why": "Too many are ill"})); off.text(t, "called_off") != "true" {
			t.Errorf("called off: %s", off.body)
		}
	})
}

// A program runs a project from an idea to its end.
func TestProgramsRunAProject(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, who := councilOfPrograms(t, d)
		const area = "/api/v1/areas/tanners-reach"
		rosa, anyone, today, later := who["Rosa"], access.Actor{}, p.Today().String(), p.Today().AddMonths(6).String()
		idea := object{"name": "The Hub", "what": "A place to meet", "ends": "not known", "state": "idea", "from": today, "lead": object{"kind": "nobody"}}
		p.did(403, p.post(who["Fred"], area+"/projects", idea))
		wrong := p.did(422, p.post(rosa, area+"/projects", object{"name": "The Hub", "what": "A place", "ends": "when", "state": "idea", "from": today, "lead": object{"kind": "person"}}))
		if !strings.Contains(wrong.body, "body.ends_when") || !strings.Contains(wrong.body, "body.lead.name") {
			t.Errorf("what is wrong: %s", wrong.body)
		}
		made := p.did(201, p.post(rosa, area+"/projects", idea))
		one := made.header.Get("Location")
		second := object{"name": "Another Hub", "what": "A place to meet", "ends": "not known", "state": "idea", "from": today, "lead": object{"kind": "nobody"}}
		if alike := p.did(422, p.post(rosa, area+"/projects", second)); !strings.Contains(alike.body, "body.because") || !strings.Contains(alike.body, "“The Hub” (our project") {
			t.Errorf("what sounds alike is not named: %s", alike.body)
		}
		second["because"] = "The first is full"
		p.did(201, p.post(rosa, area+"/projects", second))
		p.did(404, p.get(anyone, one))
		p.did(404, p.post(p.Millbrook.Chair, "/api/v1/areas/millbrook/projects/"+made.text(t, "id")+"/state", object{"state": "planned", "from": today}))
		p.did(200, p.post(rosa, one+"/summary", object{"name": "The Hub", "what": "A place to meet and cook", "ends": "on a day", "ends_on": later, "early_win": true}))
		p.did(200, p.post(rosa, one+"/state", object{"state": "under way", "from": today}))
		p.did(422, p.post(rosa, one+"/lead", object{"kind": "person", "from": today}))
		led := p.did(200, p.post(rosa, one+"/lead", object{"kind": "person", "name": "Nell Hart", "resident": true, "from": today}))
		if led.text(t, "lead.name") != "Nell Hart" {
			t.Errorf("who leads: %s", led.body)
		}
		part := p.did(200, p.post(rosa, one+"/parts", object{"kind": "person", "name": "Stan Oak", "resident": true, "role": "own words", "words": "Stan keeps the keys", "from": today}))
		public := p.did(200, p.get(anyone, one))
		for _, kept := range []string{"Nell", "Stan", "keys", "liable"} {
			if strings.Contains(public.body, kept) {
				t.Errorf("everybody reads %q: %s", kept, public.body)
			}
		}
		p.did(200, p.post(rosa, one+"/parts/"+part.text(t, "parts.0.id")+"/end", object{"until": later}))
		p.did(409, p.post(rosa, one+"/parts/"+part.text(t, "parts.0.id")+"/end", object{"until": later}))

		planned := p.did(200, p.post(rosa, one+"/milestones", object{"name": "The kitchen is open", "on": later, "quarter": true}))
		m := one + "/milestones/" + planned.text(t, "milestones.0.id")
		p.did(200, p.post(rosa, m+"/move", object{"on": p.Today().AddMonths(9).String(), "why": "The builders are late"}))
		if reached := p.did(200, p.post(rosa, m+"/end", object{"outcome": "reached", "on": today})); reached.text(t, "milestones.0.standing") != "reached" || reached.text(t, "milestones.0.moved") != "1" {
			t.Errorf("reached: %s", reached.body)
		}
		p.did(409, p.post(rosa, m+"/end", object{"outcome": "dropped", "on": today, "why": "No more"}))
		if agreed := p.did(200, p.post(rosa, one+"/terms", object{"liable": "Oak Trust is liable", "agreed_on": today})); agreed.text(t, "terms.agreed_on") != today {
			t.Errorf("the terms: %s", agreed.body)
		}
		p.did(200, p.post(rosa, one+"/happenings", object{"on": today, "kind": "happened", "words": "The roof is on", "public": true}))
		p.did(200, p.post(rosa, one+"/happenings", object{"on": today, "kind": "worry", "words": "Nell is against it"}))
		p.did(200, p.post(rosa, one+"/milestones", object{"name": "The hall pays for itself", "on": later}))
		told := p.did(200, p.get(anyone, one+"/timeline"))
		for _, words := range []string{"The roof is on", "Reached: The kitchen is open", `"kind":"planned","words":"Planned: The hall pays for itself"`} {
			if !strings.Contains(strings.ReplaceAll(told.body, `": "`, `":"`), words) && !strings.Contains(told.body, words) {
				t.Errorf("the timeline has no %q: %s", words, told.body)
			}
		}
		if inside := p.did(200, p.get(rosa, one+"/timeline")); strings.Contains(told.body, "Nell") || !strings.Contains(inside.body, "Nell is against it") {
			t.Errorf("what is noted for us alone: %s\n%s", told.body, inside.body)
		}

		p.did(422, p.post(rosa, one+"/contacts", object{"name": "Jas Gill", "reach": ""}))
		ask := p.did(200, p.post(rosa, one+"/contacts", object{"name": "Jas Gill", "part": "parks officer", "reach": "020 7946 0958"}))
		p.did(401, p.get(anyone, one+"/contacts"))
		p.did(404, p.get(p.Millbrook.Chair, one+"/contacts"))
		if all := p.did(200, p.get(rosa, one+"/contacts")); all.text(t, "items.0.reach") != "020 7946 0958" {
			t.Errorf("whom to ask: %s", all.body)
		}
		p.did(422, p.post(rosa, one+"/contacts/"+ask.text(t, "contacts.0.id")+"/remove", object{"sure": false}))
		if none := p.did(200, p.post(rosa, one+"/contacts/"+ask.text(t, "contacts.0.id")+"/remove", object{"sure": true})); strings.Contains(none.body, "Jas Gill") {
			t.Errorf("they are removed, and there: %s", none.body)
		}

		asked := p.did(200, p.post(rosa, one+"/requirements", object{"what": "A road safety audit", "asked_by": "Brightwater Council", "basis": "habit", "asked_on": today}))
		p.did(200, p.post(rosa, one+"/requirements/"+asked.text(t, "id")+"/outcome", object{"outcome": "waived", "on": today, "words": "They found no law for it"}))
		p.did(409, p.post(rosa, one+"/requirements/"+asked.text(t, "id")+"/outcome", object{"outcome": "met", "on": today}))
		if all := p.did(200, p.get(who["Fred"], area+"/requirements")); all.text(t, "items.0.outcome") != "waived" || all.text(t, "items.0.basis") != "habit" {
			t.Errorf("what is asked: %s", all.body)
		}
		p.did(422, p.post(rosa, one+"/requirements/"+asked.text(t, "id")+"/label", object{"basis": "law", "on": today}))
		if found := p.did(200, p.post(rosa, one+"/requirements/"+asked.text(t, "id")+"/label", object{"basis": "law", "law": "Some Act 1990", "on": today})); found.text(t, "basis") != "law" || found.text(t, "labels.0.law") != "Some Act 1990" {
			t.Errorf("found out: %s", found.body)
		}
		p.did(401, p.get(anyone, area+"/requirements"))
		p.did(404, p.get(p.Millbrook.Chair, area+"/requirements"))

		risks := object{"name": "Lunch club", "reviewed_on": today, "project": made.text(t, "id"), "risks": []object{{"risk": "Hot pans", "what": " "}}}
		if wrong := p.did(422, p.post(rosa, area+"/risks", risks)); !strings.Contains(wrong.body, "body.risks[0].what") {
			t.Errorf("what is wrong with the sheet: %s", wrong.body)
		}
		risks["risks"] = []object{{"risk": "Hot pans", "what": "Two at the stove"}}
		sheet := p.did(200, p.post(rosa, area+"/risks", risks))
		again := p.did(200, p.post(rosa, area+"/risks", object{"sheet": sheet.text(t, "id"), "name": "Lunch club", "reviewed_on": today, "risks": []object{{"risk": "Hot pans", "what": "Three at the stove"}}}))
		if again.text(t, "times") != "2" || again.text(t, "id") != sheet.text(t, "id") {
			t.Errorf("gone through again: %s", again.body)
		}
		if all := p.did(200, p.get(who["Fred"], area+"/risks")); all.text(t, "items.0.risks.0.what") != "Three at the stove" {
			t.Errorf("the sheets: %s", all.body)
		}
		club := p.did(201, p.post(rosa, area+"/activities", object{"name": "Lunch club", "begun_on": today}))
		if turned := p.did(200, p.post(rosa, club.header.Get("Location")+"/turn", object{"kind": "now run by", "on": today, "who": "The tenants"})); turned.text(t, "standing") != "now run by The tenants" {
			t.Errorf("turned: %s", turned.body)
		}
		at := club.header.Get("Location")
		p.did(200, p.post(rosa, at+"/turn", object{"kind": "copied by", "on": today, "who": "Kiln Heath"}))
		for range 2 {
			p.did(200, p.post(rosa, at+"/times", object{"on": today, "came": 24, "brought": []object{{"party": "The allotments", "kind": "food", "words": "leeks"}, {"party": "Oak Trust", "kind": "people", "hours": 3}}}))
		}
		everybody, inside := p.did(200, p.get(anyone, at)), p.did(200, p.get(rosa, at))
		if everybody.text(t, "turns.1.who") != "Kiln Heath" || strings.Contains(everybody.body, "allotments") || inside.text(t, "brings.0.hours") != "6" || inside.text(t, "brings.1.party") != "The allotments" {
			t.Errorf("the club: %s\n%s", everybody.body, inside.body)
		}
		everybody, inside = p.did(200, p.get(anyone, at+"/times")), p.did(200, p.get(rosa, at+"/times"))
		if everybody.text(t, "items.1.brought.0.kind") != "food" || strings.Contains(everybody.body, "leeks") || inside.text(t, "items.0.brought.0.party") != "The allotments" || inside.text(t, "items.1.brought.1.hours") != "3" {
			t.Errorf("its times: %s\n%s", everybody.body, inside.body)
		}
		started := object{"name": "The skate park", "what": "A ramp", "ends": "not known", "state": "planned", "from": today, "lead": object{"kind": "nobody"}, "milestones": []object{{"name": "The first ramp stands", "on": later, "quarter": true}, {"name": "", "on": later}}}
		if wrong := p.did(422, p.post(rosa, area+"/projects", started)); !strings.Contains(wrong.body, "body.milestones[1].name") {
			t.Errorf("what is wrong: %s", wrong.body)
		}
		started["milestones"] = []object{{"name": "The first ramp stands", "on": later, "quarter": true}}
		if begun := p.did(201, p.post(rosa, area+"/projects", started)); begun.text(t, "milestones.0.name") != "The first ramp stands" {
			t.Errorf("begun: %s", begun.body)
		}
	})
}

// A program reads in what a version of the plan differs from another, and of a draft
// only in a hat that may read it.
func TestProgramsReadWhatIsDifferent(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := program(t, d)
		const area = "/api/v1/areas/tanners-reach"
		write := func(budget int64, lines ...object) {
			p.did(201, p.post(p.Tanners.Chair, area+"/plan/versions", object{"vision": "Benches", "from_year": 2026, "until_year": 2028, "lines": append(lines, object{"priority": "Green", "name": "Benches in the park", "budget": pence(budget)})}))
		}
		write(6_000_000)
		if err := p.AdoptVersion(t.Context(), p.Tanners, 1); err != nil {
			t.Fatal(err)
		}
		write(7_000_000, object{"priority": "Green", "name": "Zzyzx", "budget": pence(100)}) // no word of which says what it is
		p.did(404, p.get(access.Actor{}, area+"/plan/versions/2/changes"))
		changed := p.did(200, p.get(p.Tanners.Chair, area+"/plan/versions/2/changes"))
		if changed.text(t, "items.0.how") != "added" || changed.text(t, "items.1.how") != "more money" || changed.text(t, "items.1.was.minor") != "6000000" {
			t.Errorf("the difference: %s", changed.body)
		}
		if first := p.did(200, p.get(access.Actor{}, area+"/plan/versions/1/changes")); !strings.Contains(first.body, "Benches in the park") {
			t.Errorf("all of the first is new: %s", first.body)
		}
		p.did(404, p.get(access.Actor{}, area+"/plan/versions/1/changes?since=9"))
	})
}

// A program lists the links of people outside, without their addresses, and takes one back.
func TestProgramsTakeLinksBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := program(t, d)
		secret := plantProjects(t, d, p.World, map[string][]string{})
		const shares = "/api/v1/areas/tanners-reach/shares"
		all := p.did(200, p.get(p.Tanners.Chair, shares))
		if all.text(t, "items.0.standing") != "works" || all.text(t, "items.0.kind") != "project" || strings.Contains(all.body, secret) {
			t.Fatalf("the links: %s", all.body)
		}
		one := shares + "/" + all.text(t, "items.0.id") + "/end"
		p.did(401, p.post(access.Actor{}, one, object{"sure": true}))
		p.did(404, p.get(p.Carol, shares))
		p.did(404, p.post(p.Carol, one, object{"sure": true}))
		p.did(422, p.post(p.Tanners.Chair, one, object{"sure": false}))
		opened := func() int { return p.get(access.Actor{}, "/shared/"+secret).status }
		if opened() != 200 {
			t.Fatal("the link opens nothing before it is taken back")
		}
		if ended := p.did(200, p.post(p.Tanners.Chair, one, object{"sure": true})); ended.text(t, "standing") != "was taken back" {
			t.Errorf("taken back: %s", ended.body)
		}
		if opened() != 404 {
			t.Error("it was taken back, and opens")
		}
	})
}

// A program reads whose interests a payment touches and what is done about them,
// and records that; what was told late it lists and looks at.
func TestProgramsKnowWhatInterestsTouch(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := program(t, d)
		_, o, err := p.Ready(t.Context(), p.Tanners)
		if err != nil {
			t.Fatal(err)
		}
		who := seated(t, d, p)
		const area = "/api/v1/areas/tanners-reach"
		chair, tess := who["Grace"], who["Tess"]
		told := p.did(201, p.post(tess, area+"/interests", object{"kind": "employer", "organisation": "Oak Trust", "from": "2020-01-01", "private": "Qxprivate"})).text(t, "id")
		pid, err := p.Prepare(t.Context(), p.Tanners, o.Instalments[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		payment := area + "/matters/payment/" + string(pid)
		if all := p.did(200, p.get(who["Rosa"], area+"/matters")); !strings.Contains(all.body, string(pid)) || all.text(t, "items.0.touches.0.person") != "Tess" {
			t.Errorf("what waits: %s", all.body)
		}
		for _, out := range []access.Actor{who["Fred"], p.Millbrook.Chair} {
			p.did(404, p.get(out, payment))
		}
		p.did(401, p.get(access.Actor{}, payment))
		if one := p.did(200, p.get(who["Rosa"], payment)); one.text(t, "touches.0.interest") != told || strings.Contains(one.body, "handling") || strings.Contains(one.body, "Qxprivate") {
			t.Errorf("the payment: %s", one.body)
		}
		p.did(403, p.post(who["Rosa"], payment+"/handlings", object{"interest": told, "how": "no vote"}))
		p.did(422, p.post(chair, payment+"/handlings", object{"interest": "none", "how": "no vote"}))
		p.did(422, p.post(chair, payment+"/handlings", object{"interest": told, "how": "no action"}))
		if done := p.did(200, p.post(chair, payment+"/handlings", object{"interest": told, "how": "leave", "why": "She works there"})); done.text(t, "touches.0.handling.how") != "leave" {
			t.Errorf("what is done: %s", done.body)
		}

		shown, err := p.Payment(t.Context(), p.Tanners, pid)
		if err == nil {
			err = p.Funding.ApprovePayment(t.Context(), p.Ben, p.Tanners.Area, pid, shown.Digest, p.Form())
		}
		if err == nil {
			err = p.Funding.ReleasePayment(t.Context(), p.Carol, p.Tanners.Area, pid, funding.NewRelease{Form: p.Form(), PaidOn: p.Today(), Reference: "Oak 1"})
		}
		if err != nil {
			t.Fatal(err)
		}
		p.did(409, p.post(chair, payment+"/handlings", object{"interest": told, "how": "no vote"}))
		p.Clock.Pass(time.Minute)
		if none := p.did(200, p.get(chair, area+"/late-interests")); strings.Contains(none.body, "person") {
			t.Errorf("nothing was told late: %s", none.body)
		}
		late := p.did(201, p.post(chair, area+"/interests", object{"for": p.Ben.Person, "kind": "employer", "organisation": "Oak Trust", "from": "2020-01-01"}))
		if late.text(t, "person") != "Ben" {
			t.Errorf("told for Ben: %s", late.body)
		}
		list := p.did(200, p.get(who["Rosa"], area+"/late-interests"))
		if got := list.text(t, "items.0.person") + " " + list.text(t, "items.0.what") + " " + list.text(t, "items.0.matter"); got != "Ben approved a payment "+string(pid) {
			t.Errorf("told late: %s", list.body)
		}
		looked := object{"interest": late.text(t, "id"), "kind": "payment", "matter": string(pid), "what": "approved a payment", "words": "Carol released it"}
		p.did(403, p.post(who["Rosa"], area+"/late-interests/reviews", looked))
		if got := p.did(200, p.post(chair, area+"/late-interests/reviews", looked)); got.text(t, "review.words") != "Carol released it" || got.text(t, "review.by") != "Grace" {
			t.Errorf("looked at: %s", got.body)
		}
		looked["what"] = "flew"
		p.did(404, p.post(chair, area+"/late-interests/reviews", looked))
		p.did(404, p.get(chair, area+"/matters/spend/none"))
	})
}

// A program puts right what was recorded of a membership, says whether a name may
// be public, looks back with the partnership, and chooses how it is reminded.
func TestProgramsPutRightAndLookBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, who := councilOfPrograms(t, d)
		const area = "/api/v1/areas/tanners-reach"
		chair, anyone, today := who["Grace"], access.Actor{}, p.Today().String()
		nell := p.did(201, p.post(chair, area+"/members", object{"name": "Nell Hart", "kind": "resident", "from": today}))
		one := area + "/members/" + nell.text(t, "id")
		year := p.Today().AddMonths(-12).String()
		p.did(403, p.post(who["Rosa"], one+"/correction", object{"kind": "resident", "from": year, "why": "A year too late"}))
		p.did(422, p.post(chair, one+"/correction", object{"kind": "resident", "from": year, "why": " "}))
		if right := p.did(200, p.post(chair, one+"/correction", object{"kind": "non-resident", "from": year, "why": "A year too late, and over the border"})); right.text(t, "since")+right.text(t, "lives") != year+"elsewhere" {
			t.Errorf("put right: %s", right.body)
		}
		p.did(403, p.post(who["Rosa"], one+"/naming", object{"named": true}))
		if named := p.did(200, p.post(chair, one+"/naming", object{"named": true, "line": "I run the lunch club"})); named.text(t, "line") != "I run the lunch club" {
			t.Errorf("named: %s", named.body)
		}
		if all := p.did(200, p.get(anyone, area+"/members?limit=200")); !strings.Contains(all.body, "Nell Hart") {
			t.Errorf("everybody reads: %s", all.body)
		}
		p.did(200, p.post(chair, one+"/naming", object{"named": false}))
		if all := p.did(200, p.get(anyone, area+"/members?limit=200")); strings.Contains(all.body, "Nell Hart") || strings.Contains(all.body, "lunch") {
			t.Errorf("taken back, everybody still reads: %s", all.body)
		}
		rosas := p.did(200, p.get(who["Rosa"], area+"/members?limit=200"))
		for i := range rosas.at(t, "items").([]any) {
			if at := fmt.Sprintf("items.%d", i); rosas.text(t, at+".name") == "Rosa" {
				p.did(200, p.post(who["Rosa"], area+"/members/"+rosas.text(t, at+".id")+"/naming", object{"named": true}))
			}
		}
		if all := p.did(200, p.get(anyone, area+"/members?limit=200")); !strings.Contains(all.body, "Rosa") {
			t.Errorf("Rosa said that her name may be public: %s", all.body)
		}
		p.did(200, p.post(chair, one+"/correction", object{"was_never": true, "why": "Another Nell"}))

		p.did(403, p.post(who["Fred"], area+"/reviews", object{"on": today}))
		p.did(401, p.get(anyone, area+"/reviews"))
		begun := p.did(201, p.post(chair, area+"/reviews", object{"on": today, "well": "More people come", "answers": object{"energy": "Tired"}}))
		review := begun.header.Get("Location")
		if read := p.did(200, p.get(who["Fred"], review)); read.text(t, "answers.energy") != "Tired" || read.text(t, "finished") != "false" {
			t.Errorf("the review: %s", read.body)
		}
		p.did(409, p.post(chair, review, object{"on": today, "times": 0}))
		p.did(422, p.post(chair, review, object{"on": today, "times": 1, "finish": true}))
		p.did(200, p.post(chair, review, object{"on": today, "times": 1, "finish": true, "took_part": "All of us", "keeps": "Tuesdays, on purpose"}))
		p.did(409, p.post(chair, review, object{"on": today, "times": 2}))
		if all := p.did(200, p.get(who["Fred"], area+"/reviews")); all.text(t, "items.0.finished") != "true" {
			t.Errorf("the reviews: %s", all.body)
		}

		if how := p.did(200, p.get(who["Fred"], "/api/v1/me/reminders")); how.text(t, "how") != "at once" {
			t.Errorf("at first: %s", how.body)
		}
		p.did(422, p.post(who["Fred"], "/api/v1/me/reminders", object{"how": "hourly"}))
		p.did(200, p.post(who["Fred"], "/api/v1/me/reminders", object{"how": "weekly"}))
		if how := p.did(200, p.get(who["Fred"], "/api/v1/me/reminders")); how.text(t, "how") != "weekly" {
			t.Errorf("then: %s", how.body)
		}
		if how := p.did(200, p.get(who["Rosa"], "/api/v1/me/reminders")); how.text(t, "how") != "at once" {
			t.Errorf("Rosa’s: %s", how.body)
		}
	})
}
