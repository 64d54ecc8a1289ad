package planweb

import (
	"context"
	"slices"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// looking registers the look back at a plan, once a year.
func (o operations) looking(a *api.API) {
	const tag, room, one = "Plan", "/api/v1/areas/{area}/plan/reviews", "/api/v1/areas/{area}/plan/reviews/{number}"
	writes := web.Needs(access.WritePlan)
	api.Read(a, web.Public(), api.Operation{
		Route: "GET " + room, ID: "listPlanReviews", Tag: tag, Summary: "List looks back at the plan",
		Description: "Oldest first. One that is not finished is there for those who write the plan and who read the partnership’s papers.",
	}, o.reviews)
	api.Read(a, web.Public(), api.Operation{Route: "GET " + one, ID: "getPlanReview", Tag: tag, Summary: "Read a look back at the plan"}, o.review)
	api.Write(a, writes, api.Operation{
		Route: "POST " + room, ID: "beginPlanReview", Tag: tag, Summary: "Begin to look back at the plan in force", Creates: true,
		Example: NewReview{Version: 1},
	}, o.beginReview)
	api.Write(a, writes, api.Operation{
		Route: "POST " + one, ID: "savePlanReview", Tag: tag, Summary: "Write what a look back says", Locate: locateIn("priorities"),
		Description: "seen is what it said when you read it: where somebody has changed it since, nothing is kept. A priority that is left out says nothing.",
		Example:     NewLooking{Learnt: "Small things first.", Priorities: []LookedAt{{Priority: "0190c6a07b1c7e519c1e6a0f3b9d2c41", Choice: "kept", Why: "It needs time to bed in."}}},
	}, o.saveReview)
	api.Write(a, writes, api.Operation{
		Route: "POST " + one + "/finish", ID: "finishPlanReview", Tag: tag, Summary: "Finish a look back", Locate: locateIn("priorities"),
		Description: "Every priority is kept, on purpose, or changed, and why. Then everyone can read it, and it stays as it is.",
		Example:     FinishedLooking{NewLooking: NewLooking{Priorities: []LookedAt{{Priority: "0190c6a07b1c7e519c1e6a0f3b9d2c41", Choice: "kept", Why: "It needs time to bed in."}}}},
	}, o.finishReview)
}

// PlanReview is a look back at a plan.
type PlanReview struct {
	Number     int64            `json:"number"`
	Version    int64            `json:"version" doc:"Of the plan that is looked at."`
	Newcomers  string           `json:"newcomers,omitempty"`
	Changes    string           `json:"changes,omitempty"`
	Learnt     string           `json:"learnt,omitempty"`
	Priorities []ReviewPriority `json:"priorities" nullable:"false"`
	FinishedOn string           `json:"finished_on,omitempty" format:"date"`
	Seen       string           `json:"seen,omitempty" doc:"While it is written: send it back when you change it."`
	area       area.Area
}

// Location is the look back's address.
func (r PlanReview) Location() string {
	return "/api/v1/areas/" + r.area.Slug + "/plan/reviews/" + ordinal(r.Number)
}

// ReviewPriority is what a look back says of one priority, with the figures as they
// stood when it was finished.
type ReviewPriority struct {
	Priority string    `json:"priority" doc:"An ID."`
	Name     string    `json:"name"`
	Learnt   string    `json:"learnt,omitempty"`
	Choice   string    `json:"choice,omitempty" doc:"kept, on purpose; or changed." example:"kept"`
	Why      string    `json:"why,omitempty"`
	Planned  api.Money `json:"planned"`
	Spent    api.Money `json:"spent"`
	Actions  int       `json:"actions"`
	Done     int       `json:"done"`
}

func reviewOf(a area.Area, r plan.Review) PlanReview {
	shown := PlanReview{
		Number: r.Number, Version: r.Version, Newcomers: r.Newcomers, Changes: r.Changes, Learnt: r.Learnt, Priorities: []ReviewPriority{}, FinishedOn: r.Finished.String(), area: a,
	}
	for _, x := range r.Parts {
		shown.Priorities = append(shown.Priorities, ReviewPriority{
			string(x.Priority), x.Name, x.Learnt, string(x.Choice), x.Why, api.MoneyOf(x.Planned), api.MoneyOf(x.Spent), x.Actions, x.Done,
		})
	}
	if !r.IsFinished() {
		shown.Seen = r.Seen()
	}
	return shown
}

func (o operations) reviews(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Paging
},
) (list api.List[PlanReview], err error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return list, err
	}
	all, err := plan.Reviews(ctx, tx, a.ID)
	if err != nil {
		return list, err
	}
	shown := []PlanReview{}
	for _, r := range slices.Backward(all) { // they come newest first
		if r.MayBeSeenBy(by, a) {
			shown = append(shown, reviewOf(a, r))
		}
	}
	return api.PageOver(in.Paging, shown, func(r PlanReview) string { return padded(r.Number) }, false)
}

// ReviewPath is the look back that an address names.
type ReviewPath struct {
	AreaPath
	Number int64 `path:"number" minimum:"1" doc:"The look back’s number." example:"1"`
}

func (p ReviewPath) read(ctx context.Context, tx *db.Tx, by access.Actor) (PlanReview, error) {
	a, err := area.BySlug(ctx, tx, p.Area)
	if err != nil {
		return PlanReview{}, err
	}
	r, err := plan.ReviewOf(ctx, tx, a.ID, p.Number)
	if err != nil {
		return PlanReview{}, err
	}
	if !r.MayBeSeenBy(by, a) {
		return PlanReview{}, fault.NotFound
	}
	return reviewOf(a, r), nil
}

func (o operations) review(ctx context.Context, tx *db.Tx, by access.Actor, in *struct{ ReviewPath }) (PlanReview, error) {
	return in.read(ctx, tx, by)
}

// NewReview begins a look back.
type NewReview struct {
	Version int64 `json:"version" minimum:"1" doc:"Of the plan in force, as you have it before you."`
}

func (o operations) beginReview(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Body NewReview
},
) (PlanReview, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return PlanReview{}, err
	}
	r, err := o.plans.BeginReviewIn(ctx, tx, by, a, in.Body.Version)
	return reviewOf(a, r), err
}

// NewLooking is what a look back says.
type NewLooking struct {
	Seen       string     `json:"seen,omitempty" maxLength:"100"`
	Newcomers  string     `json:"newcomers,omitempty" maxLength:"5000" doc:"Who has come to live here, or gone."`
	Changes    string     `json:"changes,omitempty" maxLength:"5000" doc:"What else has changed around us."`
	Learnt     string     `json:"learnt,omitempty" maxLength:"5000" doc:"All in all."`
	Priorities []LookedAt `json:"priorities,omitempty" maxItems:"30"`
}

// LookedAt is what is said of one priority.
type LookedAt struct {
	Priority string `json:"priority" maxLength:"100" doc:"An ID."`
	Learnt   string `json:"learnt,omitempty" maxLength:"5000"`
	Choice   string `json:"choice,omitempty" doc:"kept, on purpose; or changed." example:"kept"`
	Why      string `json:"why,omitempty" maxLength:"2000"`
}

func (n NewLooking) looking() plan.Looking {
	l := plan.Looking{Newcomers: n.Newcomers, Changes: n.Changes, Learnt: n.Learnt}
	for _, x := range n.Priorities {
		l.Parts = append(l.Parts, plan.Part{Priority: plan.PriorityID(x.Priority), Learnt: x.Learnt, Choice: plan.Choice(x.Choice), Why: x.Why})
	}
	return l
}

func (o operations) saveReview(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ReviewPath
	api.Key
	Body NewLooking
},
) (PlanReview, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return PlanReview{}, err
	}
	r, err := o.plans.SaveReviewIn(ctx, tx, by, a, in.Number, in.Body.Seen, in.Body.looking())
	return reviewOf(a, r), err
}

// FinishedLooking finishes a look back.
type FinishedLooking struct {
	NewLooking
	NewDraft bool `json:"new_draft,omitempty" doc:"A draft is begun from the plan in force."`
}

func (o operations) finishReview(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ReviewPath
	api.Key
	Body FinishedLooking
},
) (PlanReview, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return PlanReview{}, err
	}
	spent, err := spentOn(ctx, tx, a.ID)
	if err != nil {
		return PlanReview{}, err
	}
	r, err := o.plans.FinishReviewIn(ctx, tx, by, a, plan.NewFinish{
		Number: in.Number, Seen: in.Body.Seen, Looking: in.Body.looking(), Spent: spent, NewDraft: in.Body.NewDraft,
	})
	return reviewOf(a, r), err
}
