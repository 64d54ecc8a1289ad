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
	{"Qxboxticking", "what a seat is worth", insideRelationships},
	{"Qxterms", "what an agreement says", insideRelationships},
}

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
	begin(workshop.Conversation, with, workshop.Answers{"why": "Qxwhytalk"})
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
	check(d.Read(ctx, func(tx *db.Tx) error {
		files, err := workshop.Files(ctx, tx, a.ID, of)
		things["paper"] = []string{string(files[0].ID)}
		return err
	}))
	things["invitation"] = []string{"no-such-link"}
}
