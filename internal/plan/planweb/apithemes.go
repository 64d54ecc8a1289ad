package planweb

import (
	"context"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// themes registers under which theme each budget line is told, and how it is said later.
func (o operations) themes(a *api.API) {
	api.Read(a, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/plan/themes", ID: "listLineThemes", Tag: "Plan", Summary: "List the budget lines with their themes",
		Description: "Those of plans that were adopted. A line of which nothing told the theme is under none until somebody says it.",
	}, o.lineThemes)
	api.Write(a, web.Needs(access.CodeThemes), api.Operation{
		Route: "POST /api/v1/areas/{area}/plan/lines/{line}/theme", ID: "codeLine", Tag: "Plan", Summary: "Put a budget line under a theme",
		Description: "The plan stays as it was adopted. What was spent on the line follows, unless it was put under a theme of its own.",
		Example:     NewLineTheme{Theme: "green-spaces", Why: "The benches are on the green"},
	}, o.codeLine)
}

// LineTheme is a budget line with the theme under which it is told.
type LineTheme struct {
	Line       string `json:"line" doc:"The line’s ID."`
	Name       string `json:"name"`
	Priority   string `json:"priority"`
	Theme      string `json:"theme" doc:"The programme’s code, as it is told now; empty where nobody said it yet."`
	FirstTheme string `json:"first_theme" doc:"As it was first planned; empty where nothing told it."`
	area       area.Area
}

// Location is the address of the area's themes.
func (l LineTheme) Location() string { return "/api/v1/areas/" + l.area.Slug + "/plan/themes" }

func lineTheme(a area.Area, l plan.Line) LineTheme {
	return LineTheme{string(l.ID), l.Name, l.PriorityName, l.ThemeNow(), l.Theme, a}
}

func (o operations) lineThemes(ctx context.Context, tx *db.Tx, _ access.Actor, in *struct{ AreaPath }) (list api.List[LineTheme], err error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return list, err
	}
	all, err := plan.EveryLine(ctx, tx, a.ID)
	if err != nil {
		return list, err
	}
	list.Items = []LineTheme{}
	for _, l := range all {
		ever, err := plan.WasAdopted(ctx, tx, a.ID, l.ID)
		if err != nil {
			return list, err
		}
		if ever {
			list.Items = append(list.Items, lineTheme(a, l))
		}
	}
	return list, nil
}

// NewLineTheme is the theme under which a line is told from now on.
type NewLineTheme struct {
	Theme string `json:"theme" doc:"The programme’s code." example:"green-spaces"`
	Why   string `json:"why,omitempty" doc:"Needed where it was under another."`
}

func (o operations) codeLine(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Line string `path:"line" doc:"The line’s ID."`
	Body NewLineTheme
},
) (LineTheme, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return LineTheme{}, err
	}
	n := plan.NewCoding{Line: plan.LineID(in.Line), Theme: in.Body.Theme, Why: in.Body.Why}
	if err := o.plans.CodeLineIn(ctx, tx, by, a, n); err != nil {
		return LineTheme{}, err
	}
	l, err := plan.LineByID(ctx, tx, a.ID, n.Line)
	if err != nil {
		return LineTheme{}, fault.NotFound
	}
	return lineTheme(a, l), nil
}
