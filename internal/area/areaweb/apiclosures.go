package areaweb

import (
	"context"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/web"
)

// closureOperations registers what programs can read and say of closures.
func closureOperations(a *api.API, areas *area.Areas) {
	o := operations{a, areas}
	const tag = "Areas"
	api.Read(a, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/closures", ID: "listClosures", Tag: tag, Summary: "List when an area is closed for a while",
		Description: "The latest first, with those that were taken back. Nobody is reminded of anything in an area that is closed.",
	}, o.closures)
	api.Write(a, web.Needs(access.CloseForAWhile), api.Operation{
		Route: "POST /api/v1/areas/{area}/closures", ID: "closeArea", Tag: tag, Summary: "Say that an area is closed for a while", Creates: true,
		Example: NewClosure{From: "2027-08-01", Until: "2027-09-01", Why: "School holidays"},
	}, o.close)
	api.Write(a, web.Needs(access.CloseForAWhile), api.Operation{
		Route: "POST /api/v1/areas/{area}/closures/{closure}/withdrawal", ID: "withdrawClosure", Tag: tag, Summary: "Take back that an area is closed",
	}, o.withdrawClosure)
}

// Closure is that an area rests.
type Closure struct {
	ID        string `json:"id" doc:"An ID."`
	From      string `json:"from" format:"date" doc:"The first day on which it is closed."`
	Until     string `json:"until" format:"date" doc:"The day on which it opens again."`
	Why       string `json:"why" example:"School holidays"`
	SaidAt    string `json:"said_at" format:"date-time"`
	Withdrawn bool   `json:"withdrawn" doc:"It was taken back."`
}

// NewClosure is a closure that is to be said.
type NewClosure struct {
	From  string `json:"from" format:"date" doc:"The first day on which it is closed."`
	Until string `json:"until" format:"date" doc:"The day on which it opens again."`
	Why   string `json:"why" maxLength:"200" doc:"In a few words. Anyone can read it."`
}

func closureOf(c area.Closure) Closure {
	return Closure{string(c.ID), c.From.String(), c.Until.String(), c.Why, api.Instant(c.SaidAt), c.Withdrawn()}
}

func (o operations) closures(ctx context.Context, tx *db.Tx, _ access.Actor, in *struct {
	AreaPath
	api.Paging
},
) (list api.List[Closure], err error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return list, err
	}
	all, err := area.Closures(ctx, tx, a.ID)
	if err != nil {
		return list, err
	}
	shown := []Closure{}
	for _, c := range all {
		shown = append(shown, closureOf(c))
	}
	return api.PageOver(in.Paging, shown, func(c Closure) string { return c.From + c.ID }, true)
}

func (o operations) close(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Body NewClosure
},
) (Closure, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return Closure{}, err
	}
	c, err := o.areas.CloseIn(ctx, tx, by, a, area.NewClosure{From: api.Day(in.Body.From), Until: api.Day(in.Body.Until), Why: in.Body.Why})
	return closureOf(c), err
}

func (o operations) withdrawClosure(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Closure string `path:"closure" doc:"The closure’s ID." example:"019cec37b67b7002a52199c6ec637a91"`
},
) (Closure, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return Closure{}, err
	}
	if err := o.areas.WithdrawClosureIn(ctx, tx, by, a, area.ClosureID(in.Closure)); err != nil {
		return Closure{}, err
	}
	c, err := area.ClosureOf(ctx, tx, a.ID, area.ClosureID(in.Closure))
	return closureOf(c), err
}
