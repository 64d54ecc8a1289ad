package projectweb

import (
	"context"
	"slices"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/project"
)

// Requirement is what somebody asks of a project before it may go on.
type Requirement struct {
	ID      string             `json:"id" doc:"An ID."`
	Project string             `json:"project" doc:"The project’s ID."`
	What    string             `json:"what"`
	AskedBy string             `json:"asked_by"`
	Basis   string             `json:"basis" doc:"law; habit; or not known." example:"habit"`
	Law     string             `json:"law,omitempty" doc:"Which law, where it is one."`
	AskedOn string             `json:"asked_on" format:"date"`
	Age     string             `json:"age" doc:"How long it has been open, or was, in words." example:"3 weeks"`
	Outcome string             `json:"outcome,omitempty" doc:"met; waived; challenged, which is still open; or dropped. Left out while there is none." example:"waived"`
	On      string             `json:"outcome_on,omitempty" format:"date"`
	Words   string             `json:"words,omitempty"`
	Labels  []RequirementLabel `json:"labels" nullable:"false" doc:"What it was found out to be after it was noted; the last is its basis now."`
}

// RequirementLabel is what a requirement was found out to be.
type RequirementLabel struct {
	Basis string `json:"basis" enum:"law,habit,not known"`
	Law   string `json:"law,omitempty" maxLength:"200" doc:"Which law. Needed where it is one."`
	On    string `json:"on" format:"date" doc:"The day on which it was found out."`
	Words string `json:"words,omitempty" maxLength:"500" doc:"How we know."`
}

func (o operations) requirementOf(r project.Requirement) Requirement {
	shown := Requirement{
		string(r.ID), string(r.Project), r.What, r.AskedBy, string(r.Basis), r.Law, r.AskedOn.String(), r.Age(o.today()), string(r.Outcome), r.OutcomeOn.String(), r.OutcomeWords, []RequirementLabel{},
	}
	for _, l := range r.Labels {
		shown.Labels = append(shown.Labels, RequirementLabel{string(l.Basis), l.Law, l.On.String(), l.Words})
	}
	return shown
}

// NewRequirement is what is asked, as it is noted.
type NewRequirement struct {
	What    string `json:"what" maxLength:"300"`
	AskedBy string `json:"asked_by" maxLength:"120"`
	Basis   string `json:"basis" enum:"law,habit,not known"`
	Law     string `json:"law,omitempty" maxLength:"200" doc:"Which law. Needed where it is one."`
	AskedOn string `json:"asked_on" format:"date"`
}

func (o operations) require(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ProjectPath
	api.Key
	Body NewRequirement
},
) (Requirement, error) {
	a, one, err := o.with(ctx, tx, by, in.ProjectPath)
	if err != nil {
		return Requirement{}, err
	}
	b := in.Body
	made, err := o.projects.AddRequirementIn(ctx, tx, by, a, one.ID, project.NewRequirement{What: b.What, AskedBy: b.AskedBy, Basis: project.Basis(b.Basis), Law: b.Law, AskedOn: api.Day(b.AskedOn)})
	if err != nil {
		return Requirement{}, err
	}
	r, err := project.RequirementByID(ctx, tx, a.ID, made)
	return o.requirementOf(r), err
}

// NewRequirementOutcome is what became of it.
type NewRequirementOutcome struct {
	Outcome string `json:"outcome" enum:"met,waived,challenged,dropped"`
	On      string `json:"on" format:"date"`
	Words   string `json:"words,omitempty" maxLength:"500"`
}

// theRequirement is the requirement of a project that an address names.
func (o operations) theRequirement(ctx context.Context, tx *db.Tx, by access.Actor, in ProjectPath, of string) (area.Area, project.Requirement, error) {
	a, one, err := o.with(ctx, tx, by, in)
	if err != nil {
		return a, project.Requirement{}, err
	}
	r, err := project.RequirementByID(ctx, tx, a.ID, project.RequirementID(of))
	if err == nil && r.Project != one.ID {
		err = fault.NotFound
	}
	return a, r, err
}

func (o operations) label(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ProjectPath
	Requirement string `path:"requirement" doc:"Its ID."`
	api.Key
	Body RequirementLabel
},
) (Requirement, error) {
	a, r, err := o.theRequirement(ctx, tx, by, in.ProjectPath, in.Requirement)
	if err != nil {
		return Requirement{}, err
	}
	b := in.Body
	if err := o.projects.RelabelIn(ctx, tx, by, a, r.ID, project.NewLabel{Label: project.Label{Basis: project.Basis(b.Basis), Law: b.Law, On: api.Day(b.On), Words: b.Words}}); err != nil {
		return Requirement{}, err
	}
	r, err = project.RequirementByID(ctx, tx, a.ID, r.ID)
	return o.requirementOf(r), err
}

func (o operations) settle(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ProjectPath
	Requirement string `path:"requirement" doc:"Its ID."`
	api.Key
	Body NewRequirementOutcome
},
) (Requirement, error) {
	a, r, err := o.theRequirement(ctx, tx, by, in.ProjectPath, in.Requirement)
	if err != nil {
		return Requirement{}, err
	}
	b := in.Body
	if err := o.projects.SettleIn(ctx, tx, by, a, r.ID, project.NewOutcome{Outcome: project.Outcome(b.Outcome), On: api.Day(b.On), Words: b.Words}); err != nil {
		return Requirement{}, err
	}
	r, err = project.RequirementByID(ctx, tx, a.ID, r.ID)
	return o.requirementOf(r), err
}

func (o operations) requirements(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Paging
},
) (list api.List[Requirement], err error) {
	a, err := inside(ctx, tx, by, in.AreaPath)
	if err != nil {
		return list, err
	}
	all, err := project.Requirements(ctx, tx, a.ID, "")
	if err != nil {
		return list, err
	}
	shown := []Requirement{}
	for _, r := range all {
		shown = append(shown, o.requirementOf(r))
	}
	slices.SortFunc(shown, func(a, b Requirement) int { return compare(a.ID, b.ID) })
	return api.PageOver(in.Paging, shown, func(r Requirement) string { return r.ID }, false)
}
