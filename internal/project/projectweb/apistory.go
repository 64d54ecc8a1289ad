package projectweb

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/project"
	"commontable/internal/web"
)

// stories registers a project's timeline, whom to ask about it, and the times of
// activities.
func (o operations) stories(a *api.API) {
	const tag, one, activity = "Projects", "/api/v1/areas/{area}/projects/{project}", "/api/v1/areas/{area}/activities/{activity}"
	runs, papers := web.Needs(access.RunProjects), web.Hidden(access.SeePapers, "")
	api.Read(a, web.Public(), api.Operation{
		Route: "GET " + one + "/timeline", ID: "getProjectTimeline", Tag: tag, Summary: "Read a project’s timeline",
		Description: "The earliest first, with milestones that are still to come. What the partnership noted for itself is there for those who read its papers.",
	}, o.timeline)
	api.Read(a, papers, api.Operation{
		Route: "GET " + one + "/contacts", ID: "listProjectContacts", Tag: tag, Summary: "List whom to ask about a project",
	}, o.contacts)
	api.Write(a, runs, api.Operation{
		Route: "POST " + one + "/contacts", ID: "addProjectContact", Tag: tag, Summary: "Add somebody to ask about a project", Description: "Ask them first whether they may be noted here.",
		Example: NewProjectContact{Name: "Jas Gill", Part: "parks officer at the council", Reach: "020 7946 0958"},
	}, o.addContact)
	api.Write(a, runs, api.Operation{
		Route: "POST " + one + "/contacts/{contact}/remove", ID: "removeProjectContact", Tag: tag, Summary: "Remove somebody to ask about a project", Description: "Nothing of it is kept.", Locate: inBody, Example: Removal{Sure: true},
	}, o.removeContact)
	api.Read(a, web.Public(), api.Operation{
		Route: "GET " + activity + "/times", ID: "listActivityTimes", Tag: tag, Summary: "List the times of an activity, with what was brought",
		Description: "The earliest first. Who brought it is there for those who read the partnership’s papers.",
	}, o.times)
}

// Moment is one thing on a project's timeline.
type Moment struct {
	On     string `json:"on" format:"date" doc:"The day; of a milestone to come, for when it is planned."`
	Kind   string `json:"kind" doc:"state; milestone; planned, which is still to come; happened; worry; credit; or photo." example:"milestone"`
	Words  string `json:"words" example:"Reached: The doors are open"`
	More   string `json:"more,omitempty"`
	Public bool   `json:"public" doc:"Everybody may read it."`
	Photo  string `json:"photo,omitempty" doc:"Where the picture is."`
	key    string
}

func (o operations) timeline(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ProjectPath
	api.Paging
},
) (list api.List[Moment], err error) {
	a, one, err := o.with(ctx, tx, by, in.ProjectPath)
	if err != nil {
		return list, err
	}
	inside := by.May(access.SeePapers, a.Place())
	rd := reader{scene: scene{area: a, inside: inside}, notes: inside, photos: projectHref(a, one.ID) + "/photos", allPhotos: inside}
	all, err := story(ctx, tx, one, rd, o.today())
	if err != nil {
		return list, err
	}
	slices.Reverse(all)
	slices.SortStableFunc(all, func(a, b moment) int { return strings.Compare(a.on.String(), b.on.String()) })
	shown := []Moment{}
	for i, m := range all {
		kind, kept := strings.CutSuffix(m.kind, notPublic)
		seen := Moment{On: m.on.String(), Kind: kind, Words: m.words, More: m.more, Public: !kept, key: m.on.String() + " " + padded(i)}
		if m.photo != nil {
			seen.More, seen.Photo = m.photo.Shows, m.photo.Address
		}
		shown = append(shown, seen)
	}
	return api.PageOver(in.Paging, shown, func(m Moment) string { return m.key }, false)
}

// padded is a number whose text sorts as it does.
func padded(n int) string {
	s := strconv.Itoa(n)
	return strings.Repeat("0", max(0, 9-len(s))) + s
}

// ProjectContact is whom to ask about a project, and how to reach them.
type ProjectContact struct {
	ID    string `json:"id" doc:"An ID."`
	Name  string `json:"name"`
	Part  string `json:"part,omitempty" doc:"What they do."`
	Reach string `json:"reach" doc:"How to reach them."`
}

// NewProjectContact is somebody to ask, as they are added.
type NewProjectContact struct {
	Name  string `json:"name" maxLength:"120"`
	Part  string `json:"part,omitempty" maxLength:"200" doc:"What they do."`
	Reach string `json:"reach" maxLength:"200" doc:"How to reach them."`
}

// ProjectContacts are those to ask about a project.
type ProjectContacts struct {
	Contacts []ProjectContact `json:"contacts" nullable:"false"`
}

func contactsOf(ctx context.Context, tx *db.Tx, a area.Area, of project.ID) (all ProjectContacts, err error) {
	contacts, err := project.Contacts(ctx, tx, a.ID, of)
	all.Contacts = []ProjectContact{}
	for _, c := range contacts {
		all.Contacts = append(all.Contacts, ProjectContact{string(c.ID), c.Name, c.Part, c.Reach})
	}
	return all, err
}

func (o operations) contacts(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ProjectPath
	api.Paging
},
) (list api.List[ProjectContact], err error) {
	a, err := inside(ctx, tx, by, in.AreaPath)
	if err != nil {
		return list, err
	}
	_, one, err := o.with(ctx, tx, by, in.ProjectPath)
	if err != nil {
		return list, err
	}
	all, err := contactsOf(ctx, tx, a, one.ID)
	if err != nil {
		return list, err
	}
	return api.PageOver(in.Paging, all.Contacts, func(c ProjectContact) string { return c.ID }, false)
}

func (o operations) addContact(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ProjectPath
	api.Key
	Body NewProjectContact
},
) (all ProjectContacts, err error) {
	a, one, err := o.with(ctx, tx, by, in.ProjectPath)
	if err != nil {
		return all, err
	}
	b := in.Body
	if err := o.projects.AddContactIn(ctx, tx, by, a, one.ID, project.NewContact{Name: b.Name, Part: b.Part, Reach: b.Reach}); err != nil {
		return all, err
	}
	return contactsOf(ctx, tx, a, one.ID)
}

// Removal says that it is meant.
type Removal struct {
	Sure bool `json:"sure" doc:"True."`
}

func (o operations) removeContact(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ProjectPath
	Contact string `path:"contact" doc:"Its ID."`
	api.Key
	Body Removal
},
) (all ProjectContacts, err error) {
	a, one, err := o.with(ctx, tx, by, in.ProjectPath)
	if err != nil {
		return all, err
	}
	if err := by.Must(access.RunProjects, a.Place()); err != nil {
		return all, err
	}
	c, err := project.ContactByID(ctx, tx, a.ID, project.ContactID(in.Contact))
	if err == nil && c.Project != one.ID {
		err = fault.NotFound
	}
	if err != nil {
		return all, err
	}
	if !in.Body.Sure {
		return all, fault.Invalid{{Field: "sure", Words: "Say that you are sure: nothing of it is kept"}}
	}
	if err := o.projects.RemoveContactIn(ctx, tx, by, a, c.ID); err != nil {
		return all, err
	}
	return contactsOf(ctx, tx, a, one.ID)
}

// ActivityTime is one time that an activity took place.
type ActivityTime struct {
	ID         string    `json:"id" doc:"An ID."`
	On         string    `json:"on" format:"date"`
	Came       int64     `json:"came"`
	Meals      int64     `json:"meals"`
	Placements int64     `json:"placements" doc:"Work placements."`
	Cleanups   int64     `json:"cleanups" doc:"Places that were cleaned up."`
	Words      string    `json:"words,omitempty" doc:"For those who read the partnership’s papers."`
	Brought    []Brought `json:"brought" nullable:"false"`
}

func (o operations) times(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ActivityPath
	api.Paging
},
) (list api.List[ActivityTime], err error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return list, err
	}
	one, err := project.ActivityByID(ctx, tx, a.ID, project.ActivityID(in.Activity))
	if err != nil {
		return list, err
	}
	all, err := project.Sessions(ctx, tx, a.ID, one.ID, int(one.Sums.Sessions))
	if err != nil {
		return list, err
	}
	inside := by.May(access.SeePapers, a.Place())
	shown := []ActivityTime{}
	for _, s := range slices.Backward(all) {
		t := ActivityTime{string(s.ID), s.On.String(), s.Came, s.Meals, s.Placements, s.Cleanups, only(inside, s.Words), []Brought{}}
		for _, g := range s.Gifts {
			t.Brought = append(t.Brought, broughtOf(g, inside))
		}
		shown = append(shown, t)
	}
	return api.PageOver(in.Paging, shown, func(t ActivityTime) string { return t.On + " " + t.ID }, false)
}

// broughtOf is what a party brought: for everyone what it was, for those inside who
// brought how much of it.
func broughtOf(g project.Gift, inside bool) Brought {
	b := Brought{Kind: string(g.Kind)}
	if !inside {
		return b
	}
	b.Party, b.Words = g.Party, g.Words
	switch g.Kind {
	case project.Money:
		b.Pence = g.Amount
	case project.People:
		b.Hours = g.Amount
	case project.Space, project.Food, project.Things, project.Advice:
	}
	return b
}

// ActivityTurn is what became of an activity.
type ActivityTurn struct {
	Kind  string `json:"kind" doc:"now run by; copied by; or stopped." example:"copied by"`
	On    string `json:"on" format:"date"`
	Who   string `json:"who,omitempty"`
	Words string `json:"words,omitempty"`
}

// Brings is what one party brought to an activity, over all its times.
type Brings struct {
	Party string `json:"party"`
	Kind  string `json:"kind" doc:"money; space; people; food; things; or advice."`
	Times int64  `json:"times"`
	Pence int64  `json:"pence,omitempty" doc:"How much money."`
	Hours int64  `json:"hours,omitempty" doc:"How many hours of people."`
}

func bringsOf(givers []project.Given) []Brings {
	all := []Brings{}
	for _, g := range givers {
		b := Brings{Party: g.Party, Kind: string(g.Kind), Times: g.Times}
		switch g.Kind {
		case project.Money:
			b.Pence = g.Amount
		case project.People:
			b.Hours = g.Amount
		case project.Space, project.Food, project.Things, project.Advice:
		}
		all = append(all, b)
	}
	return all
}
