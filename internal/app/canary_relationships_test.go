package app

import (
	"strings"
	"testing"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/db"
	"commontable/internal/funding"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/organisation"
	"commontable/internal/person"
	"commontable/internal/relationship"
	"commontable/internal/share"
)

// insideOrLTO is who sees an area's relationships: its own people, and who holds its
// money.
func insideOrLTO(by access.Actor, in access.Place) bool {
	return by.May(access.SeeRelationships, in) || by.Hat.Scope == access.InOrganisation && by.Holds(access.SeeRelationships)
}

// choosesForOfficers is who chooses in an area what officers of bodies see: they find
// those who have an account by name, as do those who keep the list of people.
func choosesForOfficers(by access.Actor, _ access.Place) bool {
	return by.Holds(access.ShareOutside) || by.Holds(access.SeeHats)
}

var relationshipCanaries = []canary{
	{"Qxbond", "what we call an organisation that we work with", insideOrLTO},
	{"Qxmark", "a word on it on the map", insideOrLTO},
	{"Qxbegun", "how it began", insideOrLTO},
	{"Qxstands", "why it stands as it does", insideOrLTO},
	{"Qxuse", "what it is for, in our words", insideOrLTO},
	{"Qxhelps", "what helps it", insideOrLTO},
	{"Qxofus", "who of us holds it", insideOrLTO},
	{"Qxofthem", "whom of them we know", insideOrLTO},
	{"Qxlesser", "the name of an officer with an account", choosesForOfficers},
	{"Qxgoodbye", "what we said when somebody left", insideOrLTO},
	{"Qxtalk", "what was said when we were in touch", insideOrLTO},
	{"Qxquietly", "a note in confidence", may(access.KeepRelationships)},
	{"Qxtogether", "where working together is possible", may(access.KeepRelationships)},
	{"Qxpromised", "a promise", insideOrLTO},
	{"Qxreason", "why a promise was not kept", insideOrLTO},
	{"Qxasker", "who asked an agency something", may(access.SeeRelationships)},
	{"Qxringme", "how to tell them", may(access.SeeRelationships)},
	{"Qxquestion", "what somebody asked", insideOrLTO},
	{"Qxreplied", "what was answered", may(access.SeeRelationships)},
	{"Qxhandsover", "who hands over", insideOrLTO},
	{"Qxtakesover", "who takes over", insideOrLTO},
	{"Qxlto", "what we keep of who holds our money", may(access.SeeRelationships)},
}

// plantRelationships puts a canary into each confidential field of a relationship,
// and gives an officer a link that shows none of them.
func plantRelationships(t *testing.T, d *db.DB, w *fundingtest.World, things map[string][]string) (secret string) {
	t.Helper()
	ctx, a, by, today := t.Context(), w.Tanners.Area, w.Tanners.Chair, w.Today()
	organisations := &organisation.Organisations{DB: d, IDs: w.IDs, Now: w.Clock.Now}
	agencies := &agency.Agencies{DB: d, IDs: w.IDs, Now: w.Clock.Now, Organisations: organisations, Holders: funding.HoldersIn}
	r := &relationship.Relationships{DB: d, IDs: w.IDs, Now: w.Clock.Now, Agencies: agencies}
	shares := &share.Shares{DB: d, IDs: w.IDs, Now: w.Clock.Now, Sharer: person.ActorIn}
	form := func() string { return string(w.Form()) }
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	// A register lists the body, so that another area can work with the same.
	register := "local-authority-code,official-name,gss-code,local-authority-type\nZ77,Riverside Council,X06000077,UA\n"
	_, err := agencies.Import(ctx, access.System("import agencies"), strings.NewReader(register), "councils.csv", agency.Say{Edition: today.AddDays(-200)})
	check(err)
	state := relationship.NewState{From: today.AddDays(-100), Closeness: relationship.Regular, Words: "Qxstands"}
	one, err := r.Add(ctx, by, a, relationship.New{
		Form: form(), Who: "Riverside Council", State: state,
		Draft: relationship.Draft{Type: agency.Council, Name: "Qxbond", Mark: "Qxmark", HowBegun: "Qxbegun", Through: "Qxbegun"},
	})
	check(err)
	lto, err := r.Add(ctx, by, a, relationship.New{
		Form: form(), State: relationship.NewState{From: today, Closeness: relationship.Close, Words: "Qxlto"}, Draft: relationship.Draft{Body: w.Tanners.LTO.ID, Type: agency.Housing, Name: "Qxlto"},
	})
	check(err)
	check(r.SetPurposes(ctx, by, a, one, relationship.NewUses{Form: form(), From: today, Uses: map[relationship.Purpose]string{"deliver": "Qxuse"}}))
	check(r.SetFactor(ctx, by, a, one, relationship.NewWeight{Form: form(), From: today, Factor: "squeeze", Effect: relationship.Helps, Words: "Qxhelps"}))
	hold := func(side relationship.Side, name string) relationship.HolderID {
		h, err := r.Hold(ctx, by, a, one, relationship.NewHolder{Form: form(), Side: side, Name: name, Role: name, Words: name, From: today.AddDays(-90)})
		check(err)
		return h
	}
	// Another area works with the same body, and its officers see of ours what was chosen.
	var body organisation.Organisation
	check(d.Read(ctx, func(tx *db.Tx) error {
		known, err := relationship.ByID(ctx, tx, a.ID, one)
		if err != nil {
			return err
		}
		body, err = organisation.ByID(ctx, tx, known.Body)
		return err
	}))
	theirOwn, err := r.Add(ctx, w.Millbrook.Chair, w.Millbrook.Area, relationship.New{
		Form: form(), State: relationship.NewState{From: today, Closeness: relationship.Close}, Draft: relationship.Draft{Body: body.ID, Type: agency.Council, Name: "The same council"},
	})
	check(err)
	// One of its officers sees less than the others: no promises.
	check(r.ShowOfficers(ctx, by, a, one, relationship.NewView{Form: form(), Contents: []string{relationship.PartTimeline, relationship.PartPromises}}))
	var less access.Actor
	check(d.Write(ctx, func(tx *db.Tx) (err error) {
		less, err = w.PersonIn(ctx, tx, "Qxlesser", access.AgencyOfficer, access.InOrganisation, string(body.ID))
		return err
	}))
	check(r.ShowOfficer(ctx, by, a, one, relationship.NewOwnView{Form: form(), Person: less.Person, Own: true, Contents: []string{relationship.PartTimeline}}))
	things["reader"], things["body of less"] = []string{string(less.Person)}, []string{string(body.ID)}
	things["theirs"] = append(things["theirs"], body.Slug)
	things["officers of"] = append(things["officers of"], string(body.ID))
	ours, theirs := hold(relationship.Ours, "Qxofus"), hold(relationship.Theirs, "Qxofthem")
	check(r.Leave(ctx, by, a, hold(relationship.Theirs, "Qxofthem Two"), relationship.NewLeaving{Form: form(), Until: today, Words: "Qxgoodbye"}))
	entry := func(words string, seen relationship.Seen) relationship.EntryID {
		e, err := r.AddEntry(ctx, by, a, one, relationship.NewEntry{Form: form(), Kind: relationship.InTouch, On: today, How: "met", News: "both", Words: words, Seen: seen})
		check(err)
		return e
	}
	talk, quiet := entry("Qxtalk", relationship.SeenByUs), entry("Qxquietly", relationship.SeenByKeepers)
	entry("We shared a cake", relationship.SeenShared)
	_, err = r.AddEntry(ctx, by, a, one, relationship.NewEntry{Form: form(), Kind: relationship.Before, On: today, Words: "Before us", Together: "Qxtogether", Seen: relationship.SeenByKeepers})
	check(err)
	promise, err := r.Promise(ctx, by, a, one, relationship.NewPromise{Form: form(), Side: relationship.Theirs, What: "Qxpromised", Who: "Qxpromised", MadeOn: today, DueOn: today.AddDays(5)})
	check(err)
	check(r.NotePromise(ctx, by, a, promise, relationship.NewPromiseStep{Form: form(), What: relationship.Moved, On: today, DueOn: today.AddDays(9), Words: "Qxreason"}))
	question, err := r.Ask(ctx, by, a, relationship.NewQuestion{Form: form(), What: "Qxquestion", Place: "Qxquestion", Asker: "Qxasker", Reach: "Qxringme"})
	check(err)
	check(r.NoteQuestion(ctx, by, a, question, relationship.NewQuestionStep{Form: form(), What: relationship.Sent, On: today, With: one}))
	check(r.NoteQuestion(ctx, by, a, question, relationship.NewQuestionStep{Form: form(), What: relationship.Answered, On: today, Words: "Qxreplied"}))
	handover, err := r.OpenHandover(ctx, by, a, one, relationship.NewHandover{
		Form: form(), Why: relationship.Leaving, Side: relationship.Theirs, Who: "Qxhandsover", ToWhom: "Qxtakesover", By: today, Words: "Qxhandsover",
	})
	check(err)
	_, secret, err = shares.Make(ctx, by, share.NewLink{
		Form: form(), Kind: "relationship", Place: a.Place(), Subject: string(one), Contents: []string{relationship.PartTimeline}, ForWhom: "somebody at the council", Until: today.AddDays(60),
	}, relationship.PartNames())
	check(err)
	things["relationship"], things["holder"], things["note"] = []string{string(one), string(lto), string(theirOwn)}, []string{string(ours), string(theirs)}, []string{string(talk), string(quiet)}
	things["promise"], things["question"], things["handover"] = []string{string(promise)}, []string{string(question)}, []string{string(handover)}
	return secret
}
