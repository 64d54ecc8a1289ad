package projectweb

import (
	"context"
	"slices"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/project"
	"commontable/internal/web"
)

type operations struct {
	projects *project.Projects
	alike    Alike
}

// Operations registers what programs can read and do with projects and activities.
func Operations(a *api.API, projects *project.Projects, alike Alike) {
	o := operations{projects, alike}
	const tag = "Projects"
	api.Read(a, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/projects", ID: "listProjects", Tag: tag, Summary: "List projects",
		Description: "In the order of their IDs. Ideas are there for those who read the partnership’s papers.",
	}, o.list)
	api.Read(a, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/projects/{project}", ID: "getProject", Tag: tag, Summary: "Read a project with its milestones and photos",
	}, o.project)
	api.Read(a, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/activities", ID: "listActivities", Tag: tag, Summary: "List activities with what they come to",
	}, o.activities)
	api.Read(a, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/activities/{activity}", ID: "getActivity", Tag: tag, Summary: "Read an activity",
	}, o.activity)
	api.Write(a, web.Needs(access.RunProjects), api.Operation{
		Route: "POST /api/v1/areas/{area}/activities", ID: "beginActivity", Tag: tag, Summary: "Begin an activity", Creates: true,
		Example: NewActivity{Name: "Lunch club", Timetable: "Thursdays, 12 to 2, the Hub", BegunOn: "2026-10-01"},
	}, o.begin)
	api.Write(a, web.Needs(access.RunProjects), api.Operation{
		Route: "POST /api/v1/areas/{area}/activities/{activity}/times", ID: "noteActivity", Tag: tag, Summary: "Note that an activity took place",
		Example: NewTime{On: "2026-10-08", Came: 24, Meals: 22, Brought: []Brought{{Party: "The allotments", Kind: "food", Words: "leeks"}}},
	}, o.note)
	o.acts(a)
	o.stories(a)
}

// Project is a project in a list.
type Project struct {
	ID        string   `json:"id" doc:"An ID."`
	Name      string   `json:"name" example:"The Hub"`
	What      string   `json:"what"`
	Why       string   `json:"why"`
	State     string   `json:"state" doc:"idea; planned; under way; resting; done; handed over; or stopped." example:"under way"`
	Since     string   `json:"since" format:"date" doc:"The day since when it is in that state."`
	Standing  string   `json:"standing" doc:"The state in words." example:"resting until 1 March 2027"`
	Lead      *Party   `json:"lead,omitempty" doc:"Who leads it today. It is left out where nobody does."`
	Ends      string   `json:"ends" doc:"How its end is known: on a day; when; or not known." example:"on a day"`
	EndsOn    string   `json:"ends_on,omitempty" format:"date"`
	EndsWhen  string   `json:"ends_when,omitempty"`
	EarlyWin  bool     `json:"early_win"`
	GrewFrom  string   `json:"grew_from,omitempty" doc:"The ID of the project that it grew out of."`
	Priority  string   `json:"priority,omitempty" doc:"The ID of the priority that it belongs to."`
	Lines     []string `json:"lines" nullable:"false" doc:"The IDs of the budget lines that it draws on."`
	Decisions []int64  `json:"decisions" nullable:"false" doc:"The numbers of the decisions that began it."`
	area      area.Area
}

// Location is the project's address.
func (p Project) Location() string { return "/api/v1/areas/" + p.area.Slug + "/projects/" + p.ID }

// Party is somebody who leads.
type Party struct {
	Kind     string `json:"kind" doc:"person or organisation." example:"organisation"`
	Name     string `json:"name" doc:"Of a person who did not agree that everybody sees it, “A resident” or the like." example:"Brightwell Homes"`
	Resident bool   `json:"resident"`
	Since    string `json:"since" format:"date"`
}

// WholeProject is a project with its milestones, who does what in it, and photos.
type WholeProject struct {
	Project
	Milestones []Milestone `json:"milestones" nullable:"false"`
	Parts      []Part      `json:"parts" nullable:"false"`
	Terms      *Terms      `json:"terms,omitempty" doc:"What was agreed about liability and working together, for those who read the partnership’s papers."`
	Photos     []Photo     `json:"photos" nullable:"false" doc:"Those that whoever asks may see today: of people, for as long as they agreed."`
}

// Photo is a photo on a project's timeline.
type Photo struct {
	ID      string `json:"id" doc:"An ID."`
	On      string `json:"on" format:"date" doc:"The day on which it was taken."`
	Shows   string `json:"shows" doc:"What can be seen in it." example:"Six people plant a row of apple trees"`
	Words   string `json:"words,omitempty" doc:"What is said beside it."`
	TakenBy string `json:"taken_by,omitempty" doc:"Who took it, where whoever asks may know."`
	Public  bool   `json:"public" doc:"Everybody may see it."`
	Address string `json:"address" doc:"Where the picture is, a JPEG of up to 1,280 pixels." example:"/areas/tanners-reach/projects/0153d1da0680700093f5739f8cfe0580/photos/0153d1da0680700093f5739f8cfe0581"`
	Width   int64  `json:"width"`
	Height  int64  `json:"height"`
}

// Part is what one party does in a project.
type Part struct {
	ID       string `json:"id" doc:"An ID."`
	Kind     string `json:"kind" doc:"person or organisation." example:"organisation"`
	Name     string `json:"name" doc:"Of a person who did not agree that everybody sees it, “A resident” or the like."`
	Resident bool   `json:"resident"`
	Role     string `json:"role" example:"carries out"`
	Words    string `json:"words,omitempty"`
	From     string `json:"from" format:"date"`
	Until    string `json:"until,omitempty" format:"date" doc:"The first day on which they do it no more."`
}

// Terms are who is liable for what, and how the parties work together.
type Terms struct {
	Liable     string `json:"liable,omitempty"`
	Insurance  string `json:"insurance,omitempty"`
	Protection string `json:"protection,omitempty" doc:"Of people’s information."`
	Working    string `json:"working,omitempty" doc:"How the parties work together."`
	AgreedOn   string `json:"agreed_on,omitempty" format:"date" doc:"Left out while it is not agreed."`
}

// Milestone is a milestone of a project.
type Milestone struct {
	ID       string `json:"id" doc:"An ID."`
	Name     string `json:"name" example:"The kitchen is open"`
	Resident bool   `json:"resident" doc:"Residents lead this part."`
	Planned  string `json:"planned" format:"date" doc:"For when it is planned now: that day, or where quarter is true the quarter in which it lies."`
	Quarter  bool   `json:"quarter"`
	Moved    int    `json:"moved" doc:"How often it was planned for another time."`
	Standing string `json:"standing" doc:"to come; reached; or dropped." example:"to come"`
	On       string `json:"on,omitempty" format:"date" doc:"The day on which it was reached or dropped."`
}

func projectOf(a area.Area, one project.Project, inside bool) Project {
	p := Project{
		ID: string(one.ID), Name: one.Name, What: one.What, Why: one.Why, State: string(one.State.State), Since: one.State.From.String(), Standing: one.State.InWords(),
		Ends: string(one.Ends), EndsOn: one.EndsOn.String(), EndsWhen: one.EndsWhen, EarlyWin: one.EarlyWin, GrewFrom: string(one.GrewFrom), Priority: string(one.Priority),
		Lines: []string{}, Decisions: slices.Concat([]int64{}, one.Decisions), area: a,
	}
	for _, l := range one.Lines {
		p.Lines = append(p.Lines, string(l))
	}
	if p.Decisions == nil {
		p.Decisions = []int64{}
	}
	if !one.Lead.IsEmpty() {
		p.Lead = &Party{string(one.Lead.Kind), one.Lead.Shown(inside), one.Lead.Resident, one.Lead.From.String()}
	}
	return p
}

// AreaPath is the area that an address names.
type AreaPath struct {
	Area string `path:"area" doc:"The area’s slug." example:"tanners-reach"`
}

func (o operations) today() date.Date { return date.Of(o.projects.Now()) }

func (o operations) list(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Paging
},
) (list api.List[Project], err error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return list, err
	}
	all, err := project.All(ctx, tx, a.ID, o.today())
	if err != nil {
		return list, err
	}
	inside := by.May(access.SeePapers, a.Place())
	shown := []Project{}
	for _, one := range all {
		if one.SeenBy(by, a) {
			one = publicChain(one, all, inside)
			shown = append(shown, projectOf(a, one, inside))
		}
	}
	slices.SortFunc(shown, func(a, b Project) int { return compare(a.ID, b.ID) })
	return api.PageOver(in.Paging, shown, func(p Project) string { return p.ID }, false)
}

// publicChain hides that a project grew out of one that is not to be seen.
func publicChain(one project.Project, all []project.Project, inside bool) project.Project {
	i := slices.IndexFunc(all, func(other project.Project) bool { return other.ID == one.GrewFrom })
	if i >= 0 && !all[i].IsPublic() && !inside {
		one.GrewFrom = ""
	}
	return one
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func (o operations) project(ctx context.Context, tx *db.Tx, by access.Actor, in *struct{ ProjectPath }) (WholeProject, error) {
	return o.read(ctx, tx, by, in.ProjectPath)
}

func (o operations) read(ctx context.Context, tx *db.Tx, by access.Actor, in ProjectPath) (WholeProject, error) {
	a, one, err := o.with(ctx, tx, by, in)
	if err != nil {
		return WholeProject{}, err
	}
	all, err := project.All(ctx, tx, a.ID, o.today())
	if err != nil {
		return WholeProject{}, err
	}
	inside := by.May(access.SeePapers, a.Place())
	shown := WholeProject{Project: projectOf(a, publicChain(one, all, inside), inside), Milestones: []Milestone{}, Parts: []Part{}, Photos: []Photo{}}
	parts, err := project.Parts(ctx, tx, a.ID, one.ID)
	if err != nil {
		return shown, err
	}
	for _, p := range parts {
		one := Part{string(p.ID), string(p.Kind), p.Shown(inside), p.Resident, string(p.Role), "", p.From.String(), p.Until.String()}
		if inside || p.Kind == project.Organisation || p.Named {
			one.Words = p.Words
		}
		shown.Parts = append(shown.Parts, one)
	}
	if inside {
		t, err := project.TermsOf(ctx, tx, a.ID, one.ID)
		if err != nil {
			return shown, err
		}
		if t.Number > 0 {
			shown.Terms = &Terms{t.Liable, t.Insurance, t.Protection, t.Working, t.AgreedOn.String()}
		}
	}
	photos, err := project.Photos(ctx, tx, a.ID, one.ID)
	if err != nil {
		return WholeProject{}, err
	}
	for _, ph := range photos {
		if !ph.ShownTo(inside, o.today()) {
			continue
		}
		seen := Photo{string(ph.ID), ph.On.String(), ph.Shows, ph.Words, "", ph.Consent.Public, projectHref(a, one.ID) + "/photos/" + string(ph.ID), ph.Width, ph.Height}
		if inside || ph.TakerNamed {
			seen.TakenBy = ph.TakenBy
		}
		shown.Photos = append(shown.Photos, seen)
	}
	milestones, err := project.Milestones(ctx, tx, a.ID, one.ID)
	for _, m := range milestones {
		standing := "to come"
		switch {
		case m.Reached:
			standing = "reached"
		case !m.Open():
			standing = "dropped"
		}
		shown.Milestones = append(shown.Milestones, Milestone{
			string(m.ID), m.Name, m.Resident, m.Planned().On.String(), m.Planned().Quarter, len(m.Plans) - 1, standing, m.EndedOn.String(),
		})
	}
	return shown, err
}

// Activity is what people do together, and what it comes to.
type Activity struct {
	ID         string         `json:"id" doc:"An ID."`
	Name       string         `json:"name" example:"Lunch club"`
	What       string         `json:"what"`
	Timetable  string         `json:"timetable" doc:"When and where it is." example:"Thursdays, 12 to 2, the Hub"`
	Host       string         `json:"host,omitempty" doc:"Whose service it is, where somebody else brings it."`
	BegunOn    string         `json:"begun_on" format:"date"`
	Standing   string         `json:"standing" example:"now run by Brightwell Homes"`
	Times      int64          `json:"times"`
	Came       int64          `json:"came" doc:"How many came, counted each time."`
	Meals      int64          `json:"meals"`
	Placements int64          `json:"placements" doc:"Work placements."`
	Cleanups   int64          `json:"cleanups" doc:"Places that were cleaned up."`
	LastOn     string         `json:"last_on,omitempty" format:"date" doc:"The day of the last time."`
	Project    string         `json:"project,omitempty" doc:"The ID of the project that it is part of."`
	Turns      []ActivityTurn `json:"turns" nullable:"false" doc:"What became of it, in the order of the days."`
	Brings     []Brings       `json:"brings,omitempty" doc:"What each party brought over all its times, where one activity is read by those who read the partnership’s papers."`
	area       area.Area
}

// Location is the activity's address.
func (x Activity) Location() string { return "/api/v1/areas/" + x.area.Slug + "/activities/" + x.ID }

func activityOf(a area.Area, x project.Activity) Activity {
	shown := Activity{
		string(x.ID), x.Name, x.Words, x.Timetable, x.Host, x.BegunOn.String(), x.Standing(),
		x.Sums.Sessions, x.Sums.Came, x.Sums.Meals, x.Sums.Placements, x.Sums.Cleanups, x.Sums.LastOn.String(), string(x.Project),
		[]ActivityTurn{},
		nil, a,
	}
	for _, t := range x.Turns {
		shown.Turns = append(shown.Turns, ActivityTurn{string(t.Kind), t.On.String(), t.Who, t.Words})
	}
	return shown
}

func (o operations) activities(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Paging
},
) (list api.List[Activity], err error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return list, err
	}
	all, err := project.Activities(ctx, tx, a.ID, "")
	if err != nil {
		return list, err
	}
	projects, err := project.All(ctx, tx, a.ID, o.today())
	if err != nil {
		return list, err
	}
	shown := []Activity{}
	for _, x := range all {
		shown = append(shown, activityOf(a, seenOf(x, projects, by, a)))
	}
	slices.SortFunc(shown, func(a, b Activity) int { return compare(a.ID, b.ID) })
	return api.PageOver(in.Paging, shown, func(x Activity) string { return x.ID }, false)
}

// ActivityPath is the activity that an address names.
type ActivityPath struct {
	AreaPath
	Activity string `path:"activity" doc:"The activity’s ID."`
}

func (p ActivityPath) read(ctx context.Context, tx *db.Tx, by access.Actor) (Activity, error) {
	a, err := area.BySlug(ctx, tx, p.Area)
	if err != nil {
		return Activity{}, err
	}
	x, err := project.ActivityByID(ctx, tx, a.ID, project.ActivityID(p.Activity))
	if err != nil {
		return Activity{}, err
	}
	all, err := project.All(ctx, tx, a.ID, x.BegunOn)
	if err != nil {
		return Activity{}, err
	}
	shown := activityOf(a, seenOf(x, all, by, a))
	if by.May(access.SeePapers, a.Place()) {
		givers, err := project.Givers(ctx, tx, a.ID, x.ID)
		if err != nil {
			return Activity{}, err
		}
		shown.Brings = bringsOf(givers)
	}
	return shown, nil
}

// seenOf hides that an activity is part of a project that is not to be seen.
func seenOf(x project.Activity, all []project.Project, by access.Actor, a area.Area) project.Activity {
	if i := slices.IndexFunc(all, func(one project.Project) bool { return one.ID == x.Project }); i >= 0 && !all[i].SeenBy(by, a) {
		x.Project = ""
	}
	return x
}

func (o operations) activity(ctx context.Context, tx *db.Tx, by access.Actor, in *struct{ ActivityPath }) (Activity, error) {
	return in.read(ctx, tx, by)
}

// NewActivity is an activity that is to begin.
type NewActivity struct {
	Name      string `json:"name" maxLength:"120"`
	What      string `json:"what,omitempty" maxLength:"500"`
	Timetable string `json:"timetable,omitempty" maxLength:"500"`
	Host      string `json:"host,omitempty" maxLength:"500"`
	BegunOn   string `json:"begun_on" format:"date"`
	Project   string `json:"project,omitempty" doc:"The ID of the project that it is part of."`
	Because   string `json:"because,omitempty" maxLength:"1000" doc:"Where something here sounds alike: why it begins all the same."`
}

func (o operations) begin(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Body NewActivity
},
) (Activity, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return Activity{}, err
	}
	n := project.NewActivity{
		Project: project.ID(in.Body.Project), Name: in.Body.Name, Words: in.Body.What, Timetable: in.Body.Timetable, Host: in.Body.Host, BegunOn: api.Day(in.Body.BegunOn),
	}
	if err := by.Must(access.RunProjects, a.Place()); err != nil {
		return Activity{}, err
	}
	if err := n.Check().OrNil(); err != nil {
		return Activity{}, err
	}
	likes, err := o.sounds(ctx, tx, by, a, n.Name, n.Words, in.Body.Because)
	if err != nil {
		return Activity{}, err
	}
	made, err := o.projects.BeginActivityIn(ctx, tx, by, a, n)
	if err != nil {
		return Activity{}, err
	}
	if err := o.saw(ctx, tx, by, a, Saw{Kind: "activity", Subject: string(made), Name: n.Name, Because: in.Body.Because, Likes: likes}); err != nil {
		return Activity{}, err
	}
	return ActivityPath{in.AreaPath, string(made)}.read(ctx, tx, by)
}

// NewTime is that an activity took place.
type NewTime struct {
	On         string    `json:"on" format:"date" doc:"Today or earlier."`
	Came       int64     `json:"came" minimum:"0"`
	Meals      int64     `json:"meals,omitempty" minimum:"0"`
	Placements int64     `json:"placements,omitempty" minimum:"0"`
	Cleanups   int64     `json:"cleanups,omitempty" minimum:"0"`
	Words      string    `json:"words,omitempty" maxLength:"1000" doc:"For those who read the partnership’s papers."`
	Brought    []Brought `json:"brought,omitempty" maxItems:"20" doc:"What each party brought."`
}

// Brought is what one party brought.
type Brought struct {
	Party string `json:"party,omitempty" maxLength:"120" doc:"Needed where it is noted; read by those who read the partnership’s papers."`
	Kind  string `json:"kind" enum:"money,space,people,food,things,advice"`
	Words string `json:"words,omitempty" maxLength:"200"`
	Pence int64  `json:"pence,omitempty" minimum:"0" doc:"How much money."`
	Hours int64  `json:"hours,omitempty" minimum:"0" doc:"How many hours of people."`
}

func (o operations) note(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ActivityPath
	api.Key
	Body NewTime
},
) (Activity, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return Activity{}, err
	}
	n := project.NewSession{On: api.Day(in.Body.On), Came: in.Body.Came, Meals: in.Body.Meals, Placements: in.Body.Placements, Cleanups: in.Body.Cleanups, Words: in.Body.Words}
	for _, b := range in.Body.Brought {
		g := project.Gift{Party: b.Party, Kind: project.GiftKind(b.Kind), Words: b.Words}
		switch g.Kind {
		case project.Money:
			g.Amount = b.Pence
		case project.People:
			g.Amount = b.Hours
		case project.Space, project.Food, project.Things, project.Advice:
		}
		n.Gifts = append(n.Gifts, g)
	}
	if _, err := o.projects.AddSessionIn(ctx, tx, by, a, project.ActivityID(in.Activity), n); err != nil {
		return Activity{}, err
	}
	return in.read(ctx, tx, by)
}
