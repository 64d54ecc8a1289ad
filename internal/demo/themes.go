package demo

import (
	"context"

	"commontable/internal/db"
	"commontable/internal/money"
	"commontable/internal/plan"
)

// oddLines are budget lines of the richly shown area of which nothing tells a theme: it
// was saved without, and one was put under one later.
var oddLines = []plan.NewLine{
	{Priority: "Whatever comes up", Name: "Lost and found", Budget: money.Pounds(200)},
	{Priority: "Whatever comes up", Name: "The tin by the door", Budget: money.Pounds(200)},
}

// codes has the worker put one of them under a theme.
func (p *player) codes(ctx context.Context, tx *db.Tx) error {
	left, err := plan.ToCode(ctx, tx, p.star.area.ID)
	if err != nil || len(left) < len(oddLines) {
		return err
	}
	return p.plans.CodeLineIn(ctx, tx, p.star.worker, p.star.area, plan.NewCoding{Line: left[0].ID, Theme: "involving-people"})
}
