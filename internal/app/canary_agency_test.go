package app

import (
	"testing"

	"commontable/internal/agency"
	"commontable/internal/db"
	"commontable/internal/funding"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/organisation"
)

var agencyCanaries = []canary{
	{"Qxteam", "what a team of an agency is called", insideOrLTO},
	{"Qxdisbanded", "why a team ended", insideOrLTO},
	{"Qxjob", "what a job at an agency is called", insideOrLTO},
	{"Qxofficer", "the name of an officer", insideOrLTO},
	{"qxatwork", "an officer’s address at work", insideOrLTO},
	{"555 0199", "an officer’s telephone at work", insideOrLTO},
	{"Qxsaidno", "an officer whose name was removed", noOne},
	{"Qxsort", "a type of bodies of an area’s own", insideOrLTO},
	{"Qxentry", "what is done around an area, and was not made public", insideOrLTO},
	{"Qxwhorunsit", "who does it", insideOrLTO},
	{"Qxwhocomes", "whom it is for", insideOrLTO},
	{"Qxhowreached", "how to reach it", insideOrLTO},
	{"Qxwasopen", "what it was called while everybody read it", insideOrLTO},
	{"Qxcard", "for which activity a card is", insideOrLTO},
	{"Qxdesk", "whom to ask after something serious", insideOrLTO},
	{"Qxringdesk", "how to reach them then", insideOrLTO},
	{"Qxelse", "what to do if nobody answers", insideOrLTO},
}

// plantAgencies puts a canary into each confidential field of who is who.
func plantAgencies(t *testing.T, d *db.DB, w *fundingtest.World, things map[string][]string) {
	t.Helper()
	ctx, a, by, today := t.Context(), w.Tanners.Area, w.Tanners.Chair, w.Today()
	g := &agency.Agencies{DB: d, IDs: w.IDs, Now: w.Clock.Now, Organisations: &organisation.Organisations{DB: d, IDs: w.IDs, Now: w.Clock.Now}, Holders: funding.HoldersIn}
	form := func() string { return string(w.Form()) }
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	from := today.AddDays(-300)
	sort, err := g.AddType(ctx, by, a, agency.NewType{Form: form(), Name: "Qxsort", Like: agency.Group, Plain: "Qxsort in plain words"})
	check(err)
	of, err := g.AddBody(ctx, by, a, agency.NewBody{Form: form(), Name: "Quarry Road Council", Type: agency.Council, From: from})
	check(err)
	_, err = g.AddBody(ctx, by, a, agency.NewBody{Form: form(), Name: "Quarry Road Growers", Type: sort, From: from})
	check(err)
	unit := func(name string) agency.UnitID {
		u, err := g.AddUnit(ctx, by, a, agency.NewUnit{Form: form(), Body: of, Name: name, From: from})
		check(err)
		return u
	}
	old, now := unit("Qxteam of old"), unit("Qxteam")
	post, err := g.AddPost(ctx, by, a, agency.NewPost{Form: form(), Body: of, Unit: old, Title: "Qxjob", Level: agency.FrontLine, From: from})
	check(err)
	contact := func(n agency.NewContact) agency.ContactID {
		n.Form = form()
		c, err := g.AddContact(ctx, by, a, n)
		check(err)
		return c
	}
	one, gone := contact(agency.NewContact{Name: "Kit Qxofficer", Email: "kit@qxatwork.example", Phone: "0121 555 0199"}), contact(agency.NewContact{Name: "Pat Qxsaidno", Email: "pat@qxatwork.example"})
	held, err := g.Hold(ctx, by, a, agency.NewHolding{Form: form(), Post: post, Contact: gone, From: from})
	check(err)
	_, err = g.Hold(ctx, by, a, agency.NewHolding{Form: form(), Post: post, Contact: one, From: today.AddDays(-10), Instead: true})
	check(err)
	check(g.Forget(ctx, by, a, gone, form()))
	check(g.EndUnit(ctx, by, a, old, agency.EndUnit{Form: form(), On: today, Why: "Qxdisbanded", Next: []agency.UnitID{now}}))
	open := agency.NewEntry{Name: "Qxwasopen", What: "Qxwasopen", Host: "Qxwasopen", Public: true, SeenOn: today}
	open.Form = form()
	was, err := g.WriteEntry(ctx, by, a, "", open)
	check(err)
	open.Form, open.Public = form(), false
	_, err = g.WriteEntry(ctx, by, a, was, open)
	check(err)
	entry, err := g.WriteEntry(ctx, by, a, "", agency.NewEntry{
		Form: form(), Name: "Qxentry", What: "Qxentry", Host: "Qxwhorunsit", WhoFor: "Qxwhocomes", Days: "Qxwhocomes", Place: "Qxwhocomes", Contact: "Qxhowreached", SeenOn: today,
	})
	check(err)
	card, err := g.WriteCard(ctx, by, a, "", agency.NewCard{Form: form(), Activity: "Qxcard", About: "Qxcard", Ask: "Qxdesk", Reach: "Qxringdesk", Otherwise: "Qxelse", CheckedOn: today})
	check(err)
	check(d.Read(ctx, func(tx *db.Tx) error {
		b, err := agency.BodyByID(ctx, tx, of)
		things["body"] = []string{b.Slug}
		return err
	}))
	things["unit"], things["post"], things["holding"], things["officer"] = []string{string(old), string(now)}, []string{string(post)}, []string{string(held)}, []string{string(one), string(gone)}
	things["entry"] = append(things["entry"], string(entry), string(was))
	things["card"] = []string{string(card)}
}
