package projectweb

import (
	"context"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/project"
)

// NewMilestone is a milestone that is planned.
type NewMilestone struct {
	Name     string `json:"name" maxLength:"200" doc:"What people will see when it is reached."`
	Resident bool   `json:"resident,omitempty" doc:"Residents lead this part."`
	On       string `json:"on" format:"date"`
	Quarter  bool   `json:"quarter,omitempty" doc:"Some day of the quarter in which that day lies."`
}

func (o operations) addMilestone(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ProjectPath
	api.Key
	Body NewMilestone
},
) (WholeProject, error) {
	b := in.Body
	return o.does(ctx, tx, by, in.ProjectPath, func(a area.Area, of project.ID) error {
		_, err := o.projects.AddMilestoneIn(ctx, tx, by, a, of, project.NewMilestone{Name: b.Name, Resident: b.Resident, When: project.When{On: api.Day(b.On), Quarter: b.Quarter}})
		return err
	})
}

// MilestonePath is the milestone that an address names.
type MilestonePath struct {
	ProjectPath
	Milestone string `path:"milestone" doc:"The milestone’s ID."`
}

func (o operations) withMilestone(ctx context.Context, tx *db.Tx, by access.Actor, in MilestonePath, do func(area.Area, project.MilestoneID) error) (WholeProject, error) {
	return o.does(ctx, tx, by, in.ProjectPath, func(a area.Area, of project.ID) error {
		m, err := project.MilestoneByID(ctx, tx, a.ID, project.MilestoneID(in.Milestone))
		if err == nil && m.Project != of {
			err = fault.NotFound
		}
		if err != nil {
			return err
		}
		return do(a, m.ID)
	})
}

// MilestoneMove is that a milestone is planned for another time.
type MilestoneMove struct {
	On      string `json:"on" format:"date"`
	Quarter bool   `json:"quarter,omitempty"`
	Why     string `json:"why" maxLength:"500"`
}

func (o operations) moveMilestone(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	MilestonePath
	api.Key
	Body MilestoneMove
},
) (WholeProject, error) {
	b := in.Body
	return o.withMilestone(ctx, tx, by, in.MilestonePath, func(a area.Area, m project.MilestoneID) error {
		return o.projects.MoveMilestoneIn(ctx, tx, by, a, m, project.Move{When: project.When{On: api.Day(b.On), Quarter: b.Quarter}, Why: b.Why})
	})
}

// MilestoneEnd is that a milestone was reached, or dropped.
type MilestoneEnd struct {
	Outcome string `json:"outcome" enum:"reached,dropped"`
	On      string `json:"on" format:"date"`
	Why     string `json:"why,omitempty" maxLength:"500" doc:"Needed where it was dropped."`
}

func (o operations) endMilestone(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	MilestonePath
	api.Key
	Body MilestoneEnd
},
) (WholeProject, error) {
	b := in.Body
	return o.withMilestone(ctx, tx, by, in.MilestonePath, func(a area.Area, m project.MilestoneID) error {
		return o.projects.EndMilestoneIn(ctx, tx, by, a, m, project.MilestoneEnd{Reached: b.Outcome == "reached", On: api.Day(b.On), Words: b.Why})
	})
}
