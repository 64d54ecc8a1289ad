package app

import (
	"testing"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/db"
	"commontable/internal/document"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/organisation"
	"commontable/internal/relationship"
	"commontable/internal/workshop"
)

var workshopCanaries = []canary{
	{"Qxafternoon", "who came to a mapping workshop", insideRelationships},
	{"Qxonmap", "whom a workshop put on its map", insideRelationships},
	{"Qxwall", "what a photo of the wall is called", insideRelationships},
	{"Qxwhytalk", "why a partnership wants to talk", insideRelationships},
	{"Qxwewrote", "what helps, as we see it", insideRelationships},
	{"Qxtheywrote", "what the other side scored, before both show it", noOne},
	{"Qxwhattalk", "what a talk will be about, and what not", insideRelationships},
	{"Qxsaidthere", "what was said in a talk", insideRelationships},
	{"Qxbothwords", "a summary to which both sides have not agreed", insideRelationships},
	{"Qxwhycheck", "why a health check was begun", insideRelationships},
	{"Qxourword", "what our chair adds to a health check", insideRelationships},
	{"Qxtheirword", "what an officer adds to a health check", insideRelationships},
	{"Qxchecktask", "what comes of a health check", insideRelationships},
	{"Qxboxticking", "what a seat is worth", insideRelationships},
	{"Qxterms", "what an agreement says", insideRelationships},
}

// forOfficers is what officers of the other side read of what they are asked to or
// is shared with them: what it is called, why, what it will be about, the summary to
// which both are to agree, and what they scored themselves.
var forOfficers = []string{"Qxbond", "Qxpromised", "Qxreason", "Qxwhytalk", "Qxwhattalk", "Qxbothwords", "Qxtheywrote"}

// insideRelationships are the partnership and its adviser: others read what they
// share.
func insideRelationships(by access.Actor, in access.Place) bool {
	return by.May(access.KeepRelationships, in) || by.Hat.Role == access.Rep && by.May(access.SeeRelationships, in)
}

// plantWorkshops puts a canary into each sheet of how an area works with others.
func plantWorkshops(t *testing.T, d *db.DB, w *fundingtest.World, things map[string][]string) {
	t.Helper()
	ctx, a, by := t.Context(), w.Tanners.Area, w.Tanners.Chair
	bodies := &agency.Agencies{DB: d, IDs: w.IDs, Now: w.Clock.Now, Organisations: &organisation.Organisations{DB: d, IDs: w.IDs, Now: w.Clock.Now}}
	ws := &workshop.Workshops{DB: d, IDs: w.IDs, Now: w.Clock.Now, Relationships: &relationship.Relationships{DB: d, IDs: w.IDs, Now: w.Clock.Now, Agencies: bodies}}
	form := func() string { return string(w.Form()) }
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	n := relationship.New{Form: form(), Who: "Marlow Council", State: relationship.NewState{Closeness: relationship.Close}}
	n.Name, n.Type = "Marlow Council", agency.Council
	with, err := ws.Relationships.Add(ctx, by, a, n)
	check(err)
	begin := func(k workshop.Kind, with relationship.ID, answers workshop.Answers) workshop.ID {
		made, err := ws.Begin(ctx, by, a, workshop.New{Form: form(), Kind: k, Relationship: with, Answers: answers})
		check(err)
		things["reflection"] = append(things["reflection"], string(made))
		return made
	}
	write := func(of workshop.ID, part string, answers workshop.Answers) {
		check(ws.Write(ctx, by, a, of, workshop.NewSheet{Form: form(), Part: part, Answers: answers}))
	}
	today := w.Today().String()
	of := begin(workshop.Mapping, "", workshop.Answers{"held": today, "how": "paper", "who": "Qxafternoon"})
	write(of, "criteria", workshop.Answers{"two": "trust\ngoals"})
	write(of, "map", workshop.Answers{"name": "Qxonmap", "shape": "school", "ring": "close"})
	check(ws.AddFiles(ctx, by, a, of, form(), []document.Sent{{Name: "Qxwall.txt", Content: []byte("A wall.")}}))
	asked := begin(workshop.Conversation, with, workshop.Answers{"why": "Qxwhytalk"})
	check(ws.Say(ctx, by, a, asked, workshop.Yes, "", form()))
	check(ws.GuestSays(ctx, workshop.Guest{By: by, Link: "a-link"}, a, asked, workshop.Yes, "", form()))
	write(asked, "plan", workshop.Answers{"people": "Qxwhattalk", "will": "Qxwhattalk", "wont": "Qxwhattalk"})
	write(asked, "talk", workshop.Answers{"challenges": "Qxsaidthere", "opportunities": "Qxsaidthere", "roles": "Qxsaidthere", "after": "Qxsaidthere"})
	write(asked, "summary", workshop.Answers{"words": "Qxbothwords"})
	health := begin(workshop.Check, with, workshop.Answers{"on": today, "council": "Marlow Council", "why": "Qxwhycheck"})
	write(health, "marks chair one", workshop.Answers{"P5.3": "happens", "word": "Qxourword"})
	check(ws.GuestWrites(ctx, workshop.Guest{By: by, Link: "a-link"}, a, health, workshop.NewSheet{Form: form(), Part: "marks officer two", Answers: workshop.Answers{"C3.2": "happens", "word": "Qxtheirword"}}))
	write(health, "actions", workshop.Answers{"what": "Qxchecktask", "who": "Qxchecktask", "side": "ours"})
	scores := begin(workshop.Scores, with, workshop.Answers{"on": today})
	marks := func(words string) workshop.Answers {
		all := workshop.Answers{"helps": words}
		for _, c := range workshop.Criteria() {
			all[c.Code] = "3"
		}
		return all
	}
	write(scores, "marks", marks("Qxwewrote"))
	check(ws.GuestWrites(ctx, workshop.Guest{By: by, Link: "a-link"}, a, scores, workshop.NewSheet{Form: form(), Part: "marks", Answers: marks("Qxtheywrote")}))
	seat := begin(workshop.Seat, "", workshop.Answers{"way": "ours", "board": "Board", "who": "Our chair"})
	write(seat, "meaning", workshop.Answers{"why": "Qxboxticking"})
	agreed := begin(workshop.Agreement, "", workshop.Answers{"sort": "lease", "name": "Lease", "with": "Council", "from": today})
	write(agreed, "terms", workshop.Answers{"roles": "Qxterms"})
	things["questions"], things["begin"], things["marker"] = []string{"map", "about", "meaning", "terms", "marks"}, []string{"workshop", "seat"}, []string{"chair"}
	for _, one := range things["reflection"] { // its officers who have an account are asked to those that are for both
		if r := workshop.ID(one); r == asked || r == scores || r == health {
			check(ws.AskOfficers(ctx, by, a, r, true, form()))
		}
	}
	check(d.Read(ctx, func(tx *db.Tx) error {
		files, err := workshop.Files(ctx, tx, a.ID, of)
		if err != nil {
			return err
		}
		things["paper"] = []string{string(files[0].ID)}
		known, err := relationship.ByID(ctx, tx, a.ID, with)
		if err != nil {
			return err
		}
		body, err := organisation.ByID(ctx, tx, known.Body)
		things["theirs"], things["officers of"] = append(things["theirs"], body.Slug), append(things["officers of"], string(body.ID))
		return err
	}))
	things["invitation"] = []string{"no-such-link"}
}
