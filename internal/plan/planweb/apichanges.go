package planweb

import (
	"context"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// comparing registers in what versions differ.
func (o operations) comparing(a *api.API) {
	api.Read(a, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/plan/versions/{number}/changes", ID: "listPlanChanges", Tag: "Plan", Summary: "List in what a version differs from an earlier one",
		Description: "The plan as a whole first, then priority by priority. What is one priority, line or action is known by its identity, whatever it is called.",
	}, o.changes)
}

// PlanChange is one thing in which a version differs from an earlier one.
type PlanChange struct {
	What     string     `json:"what" doc:"what people want; years; priority; objective; action; budget line; or evidence." example:"budget line"`
	How      string     `json:"how" doc:"added; gone; renamed; more money; less money; other years; other day; or other words." example:"more money"`
	Priority string     `json:"priority,omitempty" doc:"The priority’s name; left out of the plan as a whole."`
	Name     string     `json:"name,omitempty"`
	Before   string     `json:"before,omitempty" doc:"In words."`
	After    string     `json:"after,omitempty"`
	Was      *api.Money `json:"was,omitempty" doc:"A line’s budget, where that is what differs."`
	Is       *api.Money `json:"is,omitempty"`
	key      string
}

func (o operations) changes(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	VersionPath
	api.Paging
	Since int64 `query:"since" minimum:"1" doc:"The number of the earlier version. Left out, the one before."`
},
) (list api.List[PlanChange], err error) {
	a, _, err := in.place(ctx, tx)
	if err != nil {
		return list, err
	}
	if in.Since == 0 {
		in.Since = in.Number - 1
	}
	var versions [2]plan.Version
	for i, number := range []int64{in.Since, in.Number} {
		if i == 0 && number == 0 {
			continue // of the first version everything is new
		}
		if versions[i], err = plan.VersionOf(ctx, tx, a.ID, number); err != nil {
			return list, err
		}
		if !versions[i].MayBeSeenBy(by, a) {
			return list, fault.NotFound
		}
	}
	shown := []PlanChange{}
	for i, c := range plan.Compare(versions[0], versions[1]) {
		one := PlanChange{What: string(c.What), How: string(c.How), Priority: c.Priority, Name: c.Name, Before: c.Before, After: c.After, key: padded(int64(i))}
		if c.IsOfMoney() {
			was, is := api.MoneyOf(c.Was), api.MoneyOf(c.Is)
			one.Was, one.Is = &was, &is
		}
		shown = append(shown, one)
	}
	return api.PageOver(in.Paging, shown, func(c PlanChange) string { return c.key }, false)
}
