package app

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
)

// councilOfPrograms is the council of the stories, each of whom has a program.
func councilOfPrograms(t *testing.T, d *db.DB) (*programmed, map[string]access.Actor) {
	t.Helper()
	p := program(t, d)
	return p, seated(t, d, p)
}

// seated gives Tanners Reach its council, each of whom has a program.
func seated(t *testing.T, d *db.DB, p *programmed) map[string]access.Actor {
	t.Helper()
	c := &council{World: p.World, who: map[string]access.Actor{"Grace": p.Tanners.Chair, "Hugo": p.Millbrook.Chair, "nobody": {}}}
	if err := d.Write(t.Context(), func(tx *db.Tx) error { return c.seat(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
	for _, by := range c.who {
		if by.SignedIn() && p.tokens[by.Person] == "" {
			p.tokens[by.Person] = p.token(by)
		}
	}
	return c.who
}

// A proposal is taken to its result by programs alone: agreement first, a vote
// where it fails, paper that a second person confirms, and who must hear. The four
// councillors cast one vote; a friend, the worker and who stepped out none.
func TestProgramsTakeAProposalToItsResult(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, who := councilOfPrograms(t, d)
		const room = "/api/v1/areas/tanners-reach/decisions"
		one := func(act string) string { return room + "/1" + act }
		does := func(want int, name, act string, body any) reply {
			t.Helper()
			return p.did(want, p.post(who[name], one(act), body))
		}

		proposal := object{"kind": "other", "title": "Youth drop-in", "question": "Shall we have a drop-in?", "must_hear": []string{"Brook Road School"}}
		p.did(422, p.post(who["Rosa"], room, object{"kind": "other", "title": "A", "question": "B?", "meeting": "none", "agenda_item": "none"}))
		p.did(422, p.post(who["Rosa"], room, object{"kind": "other", "title": "A", "question": "B?", "with": []string{"nobody"}}))
		made := p.did(201, p.post(who["Rosa"], room, proposal))
		if at := made.header.Get("Location"); at != one("") || made.text(t, "state") != "draft" {
			t.Errorf("made at %q: %s", at, made.body)
		}
		p.did(404, p.get(access.Actor{}, one("")))
		p.did(404, p.post(p.Millbrook.Chair, one("/opening"), nil))
		does(403, "Uma", "/opening", nil)
		does(200, "Rosa", "/words", object{"title": "Youth drop-in", "question": "Shall we have a drop-in on Thursdays?", "must_hear": []string{"Brook Road School"}})
		does(200, "Rosa", "/opening", nil)
		does(409, "Rosa", "/opening", nil)
		hash := p.did(200, p.get(who["Rosa"], one(""))).text(t, "hash")

		does(200, "Rosa", "/position", object{"hash": hash, "stand": "support"})
		does(200, "Tess", "/position", object{"hash": hash, "stand": "cannot", "reason": "The hall is full"})
		sol := string(who["Sol"].Person)
		does(403, "Fred", "/paper", object{"for": sol, "via": "paper", "hash": hash, "stand": "support"})
		does(422, "Wes", "/paper", object{"for": sol, "via": "paper", "hash": hash, "stand": "support", "choice": "yes"})
		entered := does(200, "Wes", "/paper", object{"for": sol, "via": "paper", "hash": hash, "stand": "support"})
		if got := entered.text(t, "unconfirmed.0.what") + " " + entered.text(t, "unconfirmed.0.person") + " " + entered.text(t, "unconfirmed.0.entered_by"); got != "position Sol Wes" {
			t.Errorf("it waits: %s", got)
		}
		does(403, "Wes", "/confirmation", object{"what": "position", "turn": 3})
		does(404, "Grace", "/confirmation", object{"what": "position", "turn": 9})
		does(200, "Grace", "/confirmation", object{"what": "position", "turn": 3})
		does(403, "Uma", "/answers", object{"turn": 2, "words": "Tuesdays then"})
		does(200, "Grace", "/answers", object{"turn": 2, "words": "Tuesdays then"})

		closes := p.Clock.Now().Add(3 * 24 * time.Hour).Format(time.RFC3339)
		does(409, "Grace", "/vote", object{"closes_at": closes})
		does(409, "Grace", "/agreement", object{"outcome": "agreed"})
		does(403, "Rosa", "/agreement", object{"outcome": "not yet"})
		does(200, "Grace", "/agreement", object{"outcome": "not yet", "words": "Not everyone could live with it"})
		soon := does(422, "Grace", "/vote", object{"closes_at": p.Clock.Now().Add(time.Hour).Format(time.RFC3339)})
		if !strings.Contains(soon.body, "body.closes_at") {
			t.Errorf("too soon: %s", soon.body)
		}
		opened := does(200, "Grace", "/vote", object{"closes_at": closes})
		shared := 0
		for i := range opened.at(t, "electors").([]any) {
			if strings.HasPrefix(opened.text(t, fmt.Sprintf("electors.%d.vote", i)), "share:") {
				shared++
			}
		}
		if n := len(opened.at(t, "electors").([]any)); n != 9 || shared != 4 {
			t.Errorf("%d have a say, %d of them in one vote; want 9 and 4", n, shared)
		}
		does(409, "Rosa", "/words", object{"title": "Another", "question": "Another?", "why": "More"})
		does(409, "Rosa", "/withdrawal", object{"words": "No more"})

		for i, name := range []string{"Adams", "Bale", "Cole", "Dunn"} {
			does(200, name, "/ballot", object{"hash": hash, "choice": []string{"yes", "no"}[i%2]}) // Dunn speaks last: no
		}
		does(200, "Sol", "/stepping-out", object{"why": "My sister runs it"})
		for _, name := range []string{"Fred", "Wes", "Sol"} {
			does(403, name, "/ballot", object{"hash": hash, "choice": "no"})
		}
		for _, name := range []string{"Fred", "Sol"} { // nor is one entered for them
			does(403, "Wes", "/paper", object{"for": string(who[name].Person), "via": "paper", "hash": hash, "choice": "no"})
		}
		does(200, "Rosa", "/ballot", object{"hash": hash, "choice": "yes"})
		does(200, "Wes", "/paper", object{"for": string(who["Uma"].Person), "via": "telephone", "hash": hash, "choice": "yes"})
		slip := p.did(200, p.get(who["Grace"], one("")))
		if got := slip.text(t, "unconfirmed.0.what") + " " + slip.text(t, "unconfirmed.0.via"); got != "ballot telephone" || strings.Contains(slip.body, `"choice"`) {
			t.Errorf("the slip: %s", slip.body)
		}
		does(200, "Grace", "/confirmation", object{"what": "ballot", "turn": 6})
		does(403, "Rosa", "/extension", object{"closes_at": closes, "why": "The post"})
		does(422, "Grace", "/extension", object{"closes_at": closes, "why": "The post"})
		does(200, "Grace", "/extension", object{"closes_at": p.Clock.Now().Add(4 * 24 * time.Hour).Format(time.RFC3339), "why": "The post was late"})
		does(409, "Grace", "/result", object{})
		p.Clock.Pass(4 * 24 * time.Hour)
		does(409, "Tess", "/ballot", object{"hash": hash, "choice": "no"})
		does(403, "Rosa", "/result", object{})

		first := p.did(200, p.postWith(who["Grace"], "the-result-1", one("/result"), object{"words": "Thank you all."}))
		again := p.did(200, p.postWith(who["Grace"], "the-result-1", one("/result"), object{"words": "Thank you all."}))
		if first.body != again.body {
			t.Errorf("the same call was answered otherwise: %s", again.body)
		}
		does(409, "Grace", "/result", object{})
		public := p.did(200, p.get(access.Actor{}, one("")))
		got := fmt.Sprintf("%s %s %s %s %s", public.text(t, "result.outcome"), public.text(t, "result.yes"), public.text(t, "result.no"), public.text(t, "result.residents"), public.text(t, "result.words"))
		if got != "agreed 2 1 2 Thank you all." {
			t.Errorf("the result is %s; want two yes, of Rosa and Uma, and one no of the four councillors", got)
		}
		if len(public.at(t, "votes").([]any)) != 0 || len(public.at(t, "electors").([]any)) != 0 || len(public.at(t, "said").([]any)) != 0 {
			t.Errorf("everybody reads who said what: %s", public.body)
		}

		does(404, "Wes", "/tellings", object{"party": 3, "on": p.Today().String(), "how": "By letter"})
		does(403, "Fred", "/tellings", object{"party": 0, "on": p.Today().String(), "how": "By letter"})
		told := does(200, "Wes", "/tellings", object{"party": 0, "on": p.Today().String(), "how": "By letter"})
		if got := told.text(t, "must_hear.0.name") + " " + told.text(t, "must_hear.0.how"); got != "Brook Road School By letter" {
			t.Errorf("told: %s", got)
		}
		does(409, "Wes", "/tellings", object{"party": 0, "on": p.Today().String(), "how": "By letter"})

		// A later decision takes its place.
		p.did(201, p.post(who["Rosa"], room, object{"kind": "other", "title": "No drop-in", "question": "Shall we end it?", "replaces": 1, "ask_everybody": true}))
		second := p.did(200, p.get(who["Rosa"], room+"/2")).text(t, "hash")
		for _, name := range []string{"Rosa", "Uma"} {
			p.did(200, p.post(who[name], room+"/2/position", object{"hash": second, "stand": "support"}))
		}
		p.did(200, p.post(who["Grace"], room+"/2/agreement", object{"outcome": "agreed"}))
		if by := p.did(200, p.get(access.Actor{}, one(""))).text(t, "replaced_by"); by != "2" {
			t.Errorf("decision 1 is replaced by %s", by)
		}

		// What began by it is told forward, once it is more than an idea.
		const projects = "/api/v1/areas/tanners-reach/projects"
		begun := p.did(201, p.post(who["Rosa"], projects, object{
			"name": "The hut", "what": "A place to meet", "ends": "not known", "state": "idea", "from": p.Today().String(), "lead": object{"kind": "nobody"}, "decisions": []int{2},
		}))
		if n := len(p.did(200, p.get(access.Actor{}, room+"/2")).at(t, "began").([]any)); n != 0 {
			t.Errorf("everybody reads of an idea: %d", n)
		}
		p.did(200, p.post(who["Rosa"], begun.header.Get("Location")+"/state", object{"state": "planned", "from": p.Today().String()}))
		if name := p.did(200, p.get(access.Actor{}, room+"/2")).text(t, "began.0.name"); name != "The hut" {
			t.Errorf("by decision 2 began %q", name)
		}
	})
}

// An interest is handled by a program of somebody without one.
func TestAProgramHandlesAnInterestInADecision(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, who := councilOfPrograms(t, d)
		const room = "/api/v1/areas/tanners-reach/decisions"
		p.did(201, p.post(who["Rosa"], "/api/v1/areas/tanners-reach/interests", object{"kind": "employer", "organisation": p.Tanners.LTO.Name, "from": "2020-01-01"}))
		p.did(201, p.post(who["Tess"], room, object{"kind": "other", "title": "A drop-in", "question": "Shall we?", "organisation": p.Tanners.LTO.Slug, "ask_everybody": true}))
		seen := p.did(200, p.get(who["Grace"], room+"/1"))
		hash, interest := seen.text(t, "hash"), seen.text(t, "interests.0.id")
		p.did(409, p.post(who["Tess"], room+"/1/position", object{"hash": hash, "stand": "support"}))
		handled := object{"interest": interest, "how": "no vote", "why": "As we agreed"}
		p.did(403, p.post(who["Tess"], room+"/1/interests", handled))
		p.did(422, p.post(who["Grace"], room+"/1/interests", object{"interest": interest, "how": "no action"}))
		p.did(404, p.post(who["Grace"], room+"/1/interests", object{"interest": "none", "how": "no vote"}))
		p.did(200, p.post(who["Grace"], room+"/1/interests", handled))
		p.did(200, p.post(who["Tess"], room+"/1/position", object{"hash": hash, "stand": "support"}))
		p.did(403, p.post(who["Rosa"], room+"/1/position", object{"hash": hash, "stand": "support"}))
		withdrawn := p.did(200, p.post(who["Tess"], room+"/1/withdrawal", object{"words": "The school does it"}))
		if withdrawn.text(t, "state") != "withdrawn" {
			t.Errorf("withdrawn: %s", withdrawn.body)
		}
	})
}
