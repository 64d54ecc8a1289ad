package projectweb

import (
	"context"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/plan"
	"commontable/internal/project"
	"commontable/internal/web"
)

// acts registers what is done with a project, and what is read of it inside.
func (o operations) acts(a *api.API) {
	const tag, all, one = "Projects", "/api/v1/areas/{area}/projects", "/api/v1/areas/{area}/projects/{project}"
	runs, papers := web.Needs(access.RunProjects), web.Hidden(access.SeePapers, "")
	begun := NewProject{
		ProjectDraft: ProjectDraft{Name: "The Hub", What: "A place to meet, cook and learn", Ends: "not known"}, State: "planned", From: "2026-10-14", Lead: NewParty{Kind: "nobody"},
	}
	api.Write(a, runs, api.Operation{
		Route: "POST " + all, ID: "beginProject", Tag: tag, Summary: "Begin a project", Creates: true, Locate: inBody, Example: begun,
		Description: "Say how it ends, and who leads it: “not known” and “nobody” are answers. Where something that is done here sounds alike, the answer is 422 and names it, until “because” says why the project begins all the same: that is kept with it.",
	}, o.beginProject)
	api.Write(a, runs, api.Operation{
		Route: "POST " + one + "/summary", ID: "changeProject", Tag: tag, Summary: "Write anew what a project is", Locate: inBody, Example: begun.ProjectDraft,
		Description: "All of it: what is left out is empty from now on. What it was stays in the history.",
	}, o.change)
	api.Write(a, runs, api.Operation{
		Route: "POST " + one + "/state", ID: "noteProjectState", Tag: tag, Summary: "Record where a project has got to", Locate: inBody, Example: NewProjectState{State: "resting", From: "2026-10-14", Until: "2027-03-01", Words: "The hall is rebuilt"},
	}, o.state)
	api.Write(a, runs, api.Operation{
		Route: "POST " + one + "/lead", ID: "setProjectLead", Tag: tag, Summary: "Record who leads a project",
		Locate:  func(field string) string { return "body." + strings.TrimPrefix(field, "lead_") },
		Example: NewLead{NewParty: NewParty{Kind: "organisation", Name: "Oak Trust"}, From: "2026-10-14"},
	}, o.lead)
	api.Write(a, runs, api.Operation{
		Route: "POST " + one + "/parts", ID: "addProjectPart", Tag: tag, Summary: "Record what a party does in a project", Locate: inBody,
		Example: NewPart{NewParty: NewParty{Kind: "organisation", Name: "Oak Trust"}, Role: string(project.Roles()[0].Role), From: "2026-10-14"},
	}, o.addPart)
	api.Write(a, runs, api.Operation{
		Route: "POST " + one + "/parts/{part}/end", ID: "endProjectPart", Tag: tag, Summary: "Record that a party does its part no more", Locate: inBody, Example: PartEnd{Until: "2026-12-01"},
	}, o.endPart)
	api.Write(a, runs, api.Operation{
		Route: "POST " + one + "/milestones", ID: "addMilestone", Tag: tag, Summary: "Plan a milestone", Locate: inBody, Example: NewMilestone{Name: "The kitchen is open", On: "2027-03-01", Quarter: true},
	}, o.addMilestone)
	api.Write(a, runs, api.Operation{
		Route: "POST " + one + "/milestones/{milestone}/move", ID: "moveMilestone", Tag: tag, Summary: "Plan a milestone for another time", Locate: inBody, Example: MilestoneMove{On: "2027-06-01", Quarter: true, Why: "The builders are late"},
	}, o.moveMilestone)
	api.Write(a, runs, api.Operation{
		Route: "POST " + one + "/milestones/{milestone}/end", ID: "endMilestone", Tag: tag, Summary: "Record that a milestone was reached, or dropped", Locate: inBody, Example: MilestoneEnd{Outcome: "reached", On: "2026-10-14"},
	}, o.endMilestone)
	api.Write(a, runs, api.Operation{
		Route: "POST " + one + "/terms", ID: "setProjectTerms", Tag: tag, Summary: "Write down who is liable for what, and how the parties work together", Locate: inBody,
		Example: NewTerms{Liable: "Oak Trust, for the building", Insurance: "Oak Trust’s", AgreedOn: "2026-10-14"},
	}, o.terms)
	api.Write(a, runs, api.Operation{
		Route: "POST " + one + "/happenings", ID: "noteHappening", Tag: tag, Summary: "Note something on a project’s timeline", Locate: inBody, Example: NewHappening{On: "2026-10-14", Kind: "happened", Words: "The roof is on", Public: true},
	}, o.happening)
	api.Write(a, runs, api.Operation{
		Route: "POST " + one + "/requirements", ID: "noteRequirement", Tag: tag, Summary: "Note that somebody asks something of a project", Locate: inBody,
		Example: NewRequirement{What: "A road safety audit", AskedBy: "Brightwater Council", Basis: "habit", AskedOn: "2026-10-14"},
	}, o.require)
	api.Write(a, runs, api.Operation{
		Route: "POST " + one + "/requirements/{requirement}/outcome", ID: "settleRequirement", Tag: tag, Summary: "Record what became of what was asked", Locate: inBody, Example: NewRequirementOutcome{Outcome: "waived", On: "2026-10-14"},
	}, o.settle)
	api.Write(a, runs, api.Operation{
		Route: "POST " + one + "/requirements/{requirement}/label", ID: "labelRequirement", Tag: tag, Summary: "Note that what was asked was found out to be the law, or a habit", Locate: inBody,
		Description: "At any time, after it was met too. What was noted before stays.",
		Example:     RequirementLabel{Basis: "habit", On: "2026-10-14", Words: "Their own form calls it good practice"},
	}, o.label)
	api.Read(a, papers, api.Operation{
		Route: "GET /api/v1/areas/{area}/requirements", ID: "listRequirements", Tag: tag, Summary: "List what is asked of projects",
	}, o.requirements)
	api.Read(a, papers, api.Operation{
		Route: "GET /api/v1/areas/{area}/risks", ID: "listRiskSheets", Tag: tag, Summary: "List risk assessments",
	}, o.sheets)
	api.Write(a, runs, api.Operation{
		Route: "POST /api/v1/areas/{area}/risks", ID: "writeRiskSheet", Tag: tag, Summary: "Write a risk assessment, or go through one again", Locate: inBody,
		Description: "One that names a sheet takes the place of how that one was written before; what it was stays in the history.",
		Example:     NewSheet{Name: "Lunch club", ReviewedOn: "2026-10-14", Risks: []Risk{{Risk: "Hot pans", Whom: "Who cooks", What: "Two at the stove, no children in the kitchen", Who: "Whoever cooks"}}},
	}, o.writeSheet)
	api.Write(a, runs, api.Operation{
		Route: "POST /api/v1/areas/{area}/activities/{activity}/turn", ID: "noteActivityTurn", Tag: tag, Summary: "Note what became of an activity", Locate: inBody, Example: NewTurn{Kind: string(project.NowRunBy), On: "2026-10-14", Who: "The tenants’ association"},
	}, o.turn)
}

// inBody is where a field stands that the domain names: a row's as "what-2".
func inBody(field string) string {
	if of, found := strings.CutPrefix(field, "lead_"); found {
		return "body.lead." + of
	}
	name, row, isRow := strings.Cut(field, "-")
	if n, err := strconv.Atoi(row); isRow && err == nil {
		if of, found := strings.CutPrefix(name, "milestone_"); found {
			return "body.milestones[" + strconv.Itoa(n-1) + "]." + of
		}
		return "body.risks[" + strconv.Itoa(n-1) + "]." + name
	}
	return "body." + field
}

// ProjectPath is the project that an address names.
type ProjectPath struct {
	AreaPath
	Project string `path:"project" doc:"The project’s ID."`
}

// with is the project that an address names, for who may see it.
func (o operations) with(ctx context.Context, tx *db.Tx, by access.Actor, in ProjectPath) (a area.Area, one project.Project, err error) {
	if a, err = area.BySlug(ctx, tx, in.Area); err != nil {
		return a, one, err
	}
	if one, err = project.ByID(ctx, tx, a.ID, project.ID(in.Project), o.today()); err != nil {
		return a, one, err
	}
	if !one.SeenBy(by, a) {
		err = fault.NotFound
	}
	return a, one, err
}

// does something with a project, and answers with it as it is then.
func (o operations) does(ctx context.Context, tx *db.Tx, by access.Actor, in ProjectPath, do func(area.Area, project.ID) error) (WholeProject, error) {
	a, one, err := o.with(ctx, tx, by, in)
	if err != nil {
		return WholeProject{}, err
	}
	if err := do(a, one.ID); err != nil {
		return WholeProject{}, err
	}
	return o.read(ctx, tx, by, in)
}

// ProjectDraft is what a project is, as somebody writes it.
type ProjectDraft struct {
	Name      string   `json:"name" maxLength:"120"`
	What      string   `json:"what" maxLength:"2000"`
	Why       string   `json:"why,omitempty" maxLength:"2000"`
	Priority  string   `json:"priority,omitempty" doc:"The ID of the priority that it belongs to."`
	Lines     []string `json:"lines,omitempty" maxItems:"20" doc:"The IDs of the budget lines that it draws on."`
	Decisions []int64  `json:"decisions,omitempty" maxItems:"20" doc:"The numbers of the decisions that began it."`
	Ends      string   `json:"ends" enum:"on a day,when,not known" doc:"How its end is known."`
	EndsOn    string   `json:"ends_on,omitempty" format:"date"`
	EndsWhen  string   `json:"ends_when,omitempty" maxLength:"300" doc:"What has to happen for it to be finished."`
	GrewFrom  string   `json:"grew_from,omitempty" doc:"The ID of the project that it grows out of."`
	EarlyWin  bool     `json:"early_win,omitempty" doc:"Small, and soon done, so that people see that something comes of it."`
}

func (n ProjectDraft) draft() project.Draft {
	d := project.Draft{
		Name: n.Name, What: n.What, Why: n.Why, Priority: plan.PriorityID(n.Priority), Ends: project.Ends(n.Ends), EndsOn: api.Day(n.EndsOn), EndsWhen: n.EndsWhen,
		GrewFrom: project.ID(n.GrewFrom), EarlyWin: n.EarlyWin,
	}
	for _, l := range n.Lines {
		d.Lines = append(d.Lines, plan.LineID(l))
	}
	var numbers []string
	for _, number := range n.Decisions {
		numbers = append(numbers, strconv.FormatInt(number, 10))
	}
	d.Decisions = strings.Join(numbers, ", ")
	return d
}

// NewParty is somebody who leads a project or has a part in it.
type NewParty struct {
	Kind     string `json:"kind" enum:"person,organisation,nobody" doc:"Nobody only of who leads."`
	Name     string `json:"name,omitempty" maxLength:"120"`
	Resident bool   `json:"resident,omitempty" doc:"They are a resident, or residents."`
	Named    bool   `json:"named,omitempty" doc:"A person who agreed that everybody sees their name."`
}

func (n NewParty) party() project.Party {
	return project.Party{Kind: project.Kind(n.Kind), Name: n.Name, Resident: n.Resident, Named: n.Named}
}

// NewProject is a project that begins.
type NewProject struct {
	ProjectDraft
	State      string         `json:"state" enum:"idea,planned,under way"`
	From       string         `json:"from" format:"date" doc:"The day since when it stands so."`
	Lead       NewParty       `json:"lead"`
	Milestones []NewMilestone `json:"milestones,omitempty" maxItems:"20" doc:"Those that are planned from the start."`
	Because    string         `json:"because,omitempty" maxLength:"1000" doc:"Where something here sounds alike: why it begins all the same."`
}

// sounds refuses what sounds like something that is done here, by its name, until it is
// said why it begins all the same.
func (o operations) sounds(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, name, what, because string) ([]Like, error) {
	if o.alike.LookIn == nil {
		return nil, nil
	}
	likes, err := o.alike.LookIn(ctx, tx, by, a, name, what)
	if err != nil || len(likes) == 0 || strings.TrimSpace(because) != "" {
		return likes, err
	}
	var names []string
	for _, l := range likes {
		names = append(names, strings.TrimSuffix("“"+l.Name+"” ("+l.Detail+")", " ()"))
	}
	return nil, fault.Invalid{{Field: "because", Words: "This sounds like it: " + strings.Join(names, "; ") + ". Look at it, then say why you go on"}}
}

// saw keeps that what sounds alike was named before something began.
func (o operations) saw(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n Saw) error {
	if len(n.Likes) == 0 || o.alike.KeepIn == nil {
		return nil
	}
	return o.alike.KeepIn(ctx, tx, by, a, n)
}

func (o operations) beginProject(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Body NewProject
},
) (WholeProject, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return WholeProject{}, err
	}
	b := in.Body
	n := project.New{Draft: b.draft(), State: project.State(b.State), From: api.Day(b.From), Lead: project.NewLead{Party: b.Lead.party()}}
	for _, m := range b.Milestones {
		n.Milestones = append(n.Milestones, project.NewMilestone{Name: m.Name, Resident: m.Resident, When: project.When{On: api.Day(m.On), Quarter: m.Quarter}})
	}
	if err := by.Must(access.RunProjects, a.Place()); err != nil {
		return WholeProject{}, err
	}
	if err := n.Check(date.InLondon(o.projects.Now())).OrNil(); err != nil {
		return WholeProject{}, err
	}
	likes, err := o.sounds(ctx, tx, by, a, n.Name, n.What, b.Because)
	if err != nil {
		return WholeProject{}, err
	}
	made, err := o.projects.BeginIn(ctx, tx, by, a, n)
	if err != nil {
		return WholeProject{}, err
	}
	if err := o.saw(ctx, tx, by, a, Saw{Kind: "project", Subject: string(made), Name: n.Name, Because: b.Because, Likes: likes}); err != nil {
		return WholeProject{}, err
	}
	return o.read(ctx, tx, by, ProjectPath{in.AreaPath, string(made)})
}

func (o operations) change(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ProjectPath
	api.Key
	Body ProjectDraft
},
) (WholeProject, error) {
	return o.does(ctx, tx, by, in.ProjectPath, func(a area.Area, of project.ID) error {
		return o.projects.ChangeIn(ctx, tx, by, a, of, in.Body.draft())
	})
}

// NewProjectState is where a project has got to.
type NewProjectState struct {
	State string `json:"state" enum:"idea,planned,under way,resting,done,handed over,stopped"`
	From  string `json:"from" format:"date" doc:"The day since when it stands so: today or earlier."`
	Until string `json:"until,omitempty" format:"date" doc:"Until when it rests, where that is known."`
	Who   string `json:"who,omitempty" maxLength:"200" doc:"To whom it was handed over."`
	Words string `json:"words,omitempty" maxLength:"1000" doc:"Why. Needed where it stopped."`
}

func (o operations) state(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ProjectPath
	api.Key
	Body NewProjectState
},
) (WholeProject, error) {
	b := in.Body
	return o.does(ctx, tx, by, in.ProjectPath, func(a area.Area, of project.ID) error {
		return o.projects.NoteIn(ctx, tx, by, a, of, project.NewState{State: project.State(b.State), From: api.Day(b.From), Until: api.Day(b.Until), Who: b.Who, Words: b.Words})
	})
}

// NewLead is who leads, from a day on.
type NewLead struct {
	NewParty
	From string `json:"from" format:"date"`
}

func (o operations) lead(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ProjectPath
	api.Key
	Body NewLead
},
) (WholeProject, error) {
	return o.does(ctx, tx, by, in.ProjectPath, func(a area.Area, of project.ID) error {
		return o.projects.SetLeadIn(ctx, tx, by, a, of, project.NewLead{Party: in.Body.party(), From: api.Day(in.Body.From)})
	})
}

// NewPart is what a party does, from a day on.
type NewPart struct {
	NewParty
	Role  string `json:"role" enum:"starts,carries out,has a say,makes possible,opens up,brings together,spreads,own words"`
	Words string `json:"words,omitempty" maxLength:"500" doc:"Needed where the role is own words."`
	From  string `json:"from" format:"date"`
}

func (o operations) addPart(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ProjectPath
	api.Key
	Body NewPart
},
) (WholeProject, error) {
	b := in.Body
	return o.does(ctx, tx, by, in.ProjectPath, func(a area.Area, of project.ID) error {
		_, err := o.projects.AddPartIn(ctx, tx, by, a, of, project.NewPart{Party: b.party(), Role: project.Role(b.Role), Words: b.Words, From: api.Day(b.From)})
		return err
	})
}

// PartEnd is that a party does its part no more.
type PartEnd struct {
	Until string `json:"until" format:"date" doc:"The first day on which they do it no more."`
}

func (o operations) endPart(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ProjectPath
	Part string `path:"part" doc:"The part’s ID."`
	api.Key
	Body PartEnd
},
) (WholeProject, error) {
	return o.does(ctx, tx, by, in.ProjectPath, func(a area.Area, of project.ID) error {
		part, err := project.PartByID(ctx, tx, a.ID, project.PartID(in.Part))
		if err == nil && part.Project != of {
			err = fault.NotFound
		}
		if err != nil {
			return err
		}
		return o.projects.EndPartIn(ctx, tx, by, a, part.ID, api.Day(in.Body.Until))
	})
}

// NewTerms are who is liable for what, and how the parties work together.
type NewTerms struct {
	Liable     string `json:"liable,omitempty" maxLength:"1000"`
	Insurance  string `json:"insurance,omitempty" maxLength:"1000"`
	Protection string `json:"protection,omitempty" maxLength:"1000" doc:"Of people’s information."`
	Working    string `json:"working,omitempty" maxLength:"1000" doc:"How the parties work together."`
	AgreedOn   string `json:"agreed_on,omitempty" format:"date" doc:"Left out while it is not agreed."`
}

func (o operations) terms(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ProjectPath
	api.Key
	Body NewTerms
},
) (WholeProject, error) {
	b := in.Body
	return o.does(ctx, tx, by, in.ProjectPath, func(a area.Area, of project.ID) error {
		return o.projects.SetTermsIn(ctx, tx, by, a, of, project.NewTerms{Liable: b.Liable, Insurance: b.Insurance, Protection: b.Protection, Working: b.Working, AgreedOn: api.Day(b.AgreedOn)})
	})
}

// NewHappening is something on a project's timeline.
type NewHappening struct {
	On     string `json:"on" format:"date"`
	Kind   string `json:"kind" enum:"happened,worry,credit" doc:"A worry is of somebody who is against it; credit is that it was told of outside, and who was thanked."`
	Words  string `json:"words" maxLength:"2000"`
	Public bool   `json:"public,omitempty" doc:"Everybody can read it."`
}

func (o operations) happening(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ProjectPath
	api.Key
	Body NewHappening
},
) (WholeProject, error) {
	b := in.Body
	return o.does(ctx, tx, by, in.ProjectPath, func(a area.Area, of project.ID) error {
		return o.projects.AddHappeningIn(ctx, tx, by, a, of, project.NewHappening{On: api.Day(b.On), Kind: project.HappeningKind(b.Kind), Words: b.Words, Public: b.Public})
	})
}
