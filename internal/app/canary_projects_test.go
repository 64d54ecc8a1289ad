package app

import (
	"bytes"
	"image"
	"image/png"
	"testing"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/document"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/person"
	"commontable/internal/project"
	"commontable/internal/share"
)

var projectCanaries = []canary{
	{"Qxleader", "who leads a project, without their consent", may(access.SeePapers)},
	{"Qxhelper", "who does a part of one, without their consent", may(access.SeePapers)},
	{"Qxreach", "how to reach somebody about a project", may(access.SeePapers)},
	{"Qxidea", "an idea for a project", may(access.SeePapers)},
	{"Qxournote", "a note on a project for the partnership alone", may(access.SeePapers)},
	{"Qxasks", "what is asked of a project", may(access.SeePapers)},
	{"Qxliable", "who is liable in a project", may(access.SeePapers)},
	{"Qxrisk", "what could go wrong", may(access.SeePapers)},
	{"Qxgiver", "who brought something to an activity", may(access.SeePapers)},
	{"Qxremember", "what is to be remembered of an activity", may(access.SeePapers)},
	{"Qxphotoforus", "what can be seen in a photo that not everybody may see", may(access.SeePapers)},
	{"Qxphotographer", "who took a photo, without their consent", may(access.SeePapers)},
	{"Qxagreed", "who agreed to be in a photo", may(access.SeePapers)},
	{"Qxphotogone", "what could be seen in a photo that was removed", noOne},
	{"Qxforwhom", "for whom a page was shared", may(access.SeePapers)},
}

// aPicture is a small picture as somebody may send it.
func aPicture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 6, 4))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// plantProjects puts a canary into each confidential field of a project, and
// shares of it with somebody outside what everybody may see anyhow.
func plantProjects(t *testing.T, d *db.DB, w *fundingtest.World, things map[string][]string) (secret string) {
	t.Helper()
	ctx, a, by, today := t.Context(), w.Tanners.Area, w.Tanners.Chair, w.Today()
	projects := &project.Projects{DB: d, IDs: w.IDs, Now: w.Clock.Now}
	shares := &share.Shares{DB: d, IDs: w.IDs, Now: w.Clock.Now, Sharer: person.ActorIn}
	form := func() string { return string(w.Form()) }
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	resident := func(name string) project.Party {
		return project.Party{Kind: project.Person, Name: name, Resident: true}
	}
	draft := func(name string) project.Draft {
		return project.Draft{Name: name, What: "A room with a kettle", Ends: project.EndsNotKnown}
	}
	idea, err := projects.Begin(ctx, by, a, project.New{Form: form(), Draft: draft("Qxidea"), State: project.Idea, From: today, Lead: project.NewLead{Party: project.Party{Kind: project.Nobody}}})
	check(err)
	n := draft("The Hub")
	n.GrewFrom = idea
	hub, err := projects.Begin(ctx, by, a, project.New{Form: form(), Draft: n, State: project.UnderWay, From: today, Lead: project.NewLead{Party: resident("Qxleader")}})
	check(err)
	part, err := projects.AddPart(ctx, by, a, hub, project.NewPart{Form: form(), Party: resident("Qxhelper"), Role: project.Own, Words: "Qxhelper keeps the keys", From: today})
	check(err)
	check(projects.AddContact(ctx, by, a, hub, project.NewContact{Form: form(), Name: "Jo", Reach: "Qxreach"}))
	check(projects.AddHappening(ctx, by, a, hub, project.NewHappening{Form: form(), On: today, Kind: project.Worry, Words: "Qxournote"}))
	asked, err := projects.AddRequirement(ctx, by, a, hub, project.NewRequirement{Form: form(), What: "Qxasks", AskedBy: "Qxasks Council", Basis: project.Habit, AskedOn: today})
	check(err)
	check(projects.SetTerms(ctx, by, a, hub, project.NewTerms{Form: form(), Liable: "Qxliable"}))
	milestone, err := projects.AddMilestone(ctx, by, a, hub, project.NewMilestone{Form: form(), Name: "Open", When: project.When{On: today}})
	check(err)
	sheet, err := projects.WriteSheet(ctx, by, a, hub, "", project.NewSheet{Form: form(), Name: "Qxrisk", ReviewedOn: today, Risks: []project.Risk{{Risk: "Qxrisk", What: "Qxrisk"}}})
	check(err)
	activity, err := projects.BeginActivity(ctx, by, a, project.NewActivity{Form: form(), Project: hub, Name: "Lunch", BegunOn: today})
	check(err)
	_, err = projects.AddSession(ctx, by, a, activity, project.NewSession{Form: form(), On: today, Came: 3, Words: "Qxremember", Gifts: []project.Gift{{Party: "Qxgiver", Kind: project.Food}}})
	check(err)
	addPhoto := func(n project.NewPhoto) project.PhotoID {
		n.Form, n.On, n.TakenBy = form(), today, "Qxphotographer"
		check(n.Take(document.Sent{Name: "photo.png", Content: aPicture(t)}))
		made, err := projects.AddPhoto(ctx, by, a, hub, n)
		check(err)
		return made
	}
	agreed := project.NewConsent{People: project.Agreed, Public: true, Who: "Qxagreed", Until: today.AddMonths(12)}
	photo := addPhoto(project.NewPhoto{NewConsent: agreed, Shows: "A kettle"})
	forUs := addPhoto(project.NewPhoto{NewConsent: project.NewConsent{People: project.Nobodys}, Shows: "Qxphotoforus", Words: "Qxphotoforus"})
	gone := addPhoto(project.NewPhoto{NewConsent: agreed, Shows: "Qxphotogone", Words: "Qxphotogone"})
	check(projects.RemovePhoto(ctx, by, a, gone, form()))
	contacts := project.ContactID("")
	check(d.Read(ctx, func(tx *db.Tx) error {
		all, err := project.Contacts(ctx, tx, a.ID, hub)
		contacts = all[0].ID
		return err
	}))
	open := []string{"summary", "milestones", "timeline", "activities", "money"}
	_, secret, err = shares.Make(ctx, by, share.NewLink{
		Form: form(), Kind: "project", Place: a.Place(), Subject: string(hub), Contents: open, ForWhom: "somebody at the council", Until: today.AddDays(60),
	}, open)
	check(err)
	ended, _, err := shares.Make(ctx, by, share.NewLink{Form: form(), Kind: "project", Place: a.Place(), Subject: string(hub), Contents: []string{"summary"}, ForWhom: "Qxforwhom", Until: today}, []string{"summary"})
	check(err)
	check(shares.End(ctx, by, a.Place(), ended.ID))
	things["project"], things["part"], things["contact"], things["requirement"] = []string{string(hub), string(idea)}, []string{string(part)}, []string{string(contacts)}, []string{string(asked)}
	things["milestone"], things["sheet"], things["activity"], things["share"], things["secret"] = []string{string(milestone)}, []string{string(sheet)}, []string{string(activity)}, []string{string(ended.ID)}, []string{secret}
	things["photo"] = []string{string(photo), string(forUs), string(gone)}
	return secret
}
