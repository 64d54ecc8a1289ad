package planweb

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/plan"
	"commontable/internal/web"
)

type operations struct{ plans *plan.Plans }

// Operations registers what programs can read and do with an area's plan.
func Operations(a *api.API, plans *plan.Plans) {
	o := operations{plans}
	const tag = "Plan"
	api.Read(a, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/plan", ID: "getPlan", Tag: tag, Summary: "Read the plan in force",
	}, o.current)
	api.Read(a, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/plan/versions", ID: "listPlanVersions", Tag: tag, Summary: "List versions of the plan",
		Description: "Oldest first, without their lines. Drafts are there for those who write them.",
	}, o.versions)
	api.Read(a, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/plan/versions/{number}", ID: "getPlanVersion", Tag: tag, Summary: "Read a version of the plan",
	}, o.version)
	api.Write(a, web.Needs(access.WritePlan), api.Operation{
		Route: "POST /api/v1/areas/{area}/plan/versions", ID: "writePlan", Tag: tag, Summary: "Write a version of the plan, as a draft", Creates: true,
		Description: "A line of the same priority and name as one that the area has had is the same line.",
		Locate:      locateLine,
		Example: NewPlan{Vision: "A place to meet", FromYear: 2026, UntilYear: 2028, Lines: []NewPlanLine{
			{Priority: "Green spaces", Name: "Benches and trees", Theme: "green-spaces", Budget: api.Money{Minor: 6_000_000, Currency: "GBP"}},
		}},
	}, o.write)
	o.drafting(a)
	o.asking(a)
	o.looking(a)
	o.comparing(a)
}

// PlanVersion is a version of a plan in a list.
type PlanVersion struct {
	Number    int64     `json:"number"`
	Standing  string    `json:"standing" doc:"draft; in force; earlier plan; or draft, overtaken." example:"in force"`
	Vision    string    `json:"vision"`
	FromYear  int       `json:"from_year" doc:"The financial year it begins with: 2026 is April 2026 to March 2027."`
	UntilYear int       `json:"until_year" doc:"The last financial year that it covers."`
	WrittenAt string    `json:"written_at" format:"date-time"`
	Adopted   *Adoption `json:"adopted,omitempty"`
	area      area.Area
}

// Location is the version's address.
func (v PlanVersion) Location() string {
	return "/api/v1/areas/" + v.area.Slug + "/plan/versions/" + strconv.FormatInt(v.Number, 10)
}

// Adoption is that a partnership made a version its plan.
type Adoption struct {
	On       string `json:"on" format:"date"`
	Decision string `json:"decision" doc:"Where the decision is noted."`
	Number   int64  `json:"decision_number,omitempty" doc:"The decision’s number in the area; left out where it has none."`
}

// Plan is a version of a plan with its budget lines.
type Plan struct {
	PlanVersion
	Total      api.Money      `json:"total"`
	Priorities []PlanPriority `json:"priorities" nullable:"false" doc:"In the order of the plan."`
	Lines      []PlanLine     `json:"lines" nullable:"false" doc:"In the order of the plan."`
	Endorsed   string         `json:"endorsed_on,omitempty" format:"date" doc:"By the programme."`
}

// PlanLine is a budget line of a plan.
type PlanLine struct {
	ID       string       `json:"id" doc:"An ID. It stays through all versions."`
	Priority string       `json:"priority" example:"Green spaces"`
	Name     string       `json:"name" example:"Benches and trees"`
	Theme    string       `json:"theme" doc:"The programme’s code, as it is told now; empty where nobody said it yet." example:"green-spaces"`
	Budget   api.Money    `json:"budget"`
	Years    []YearBudget `json:"years,omitempty" doc:"Where it is shared out over the years."`
}

func planVersion(a area.Area, v plan.Version, inForce int64) PlanVersion {
	shown := PlanVersion{
		Number: v.Number, Standing: string(v.Standing(inForce)), Vision: v.Vision, FromYear: v.FromYear, UntilYear: v.UntilYear,
		WrittenAt: api.Instant(v.WrittenAt), area: a,
	}
	if v.IsAdopted() {
		shown.Adopted = &Adoption{v.Adopted.On.String(), v.Adopted.Decision, v.Adopted.DecisionNumber}
	}
	return shown
}

func planOf(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, v plan.Version, inForce int64) (Plan, error) {
	done, err := plan.Done(ctx, tx, a.ID)
	if err != nil {
		return Plan{}, err
	}
	rests, err := area.RestsOf(ctx, tx, a.ID)
	return Plan{planVersion(a, v, inForce), api.MoneyOf(v.Total()), prioritiesOf(by, a, v, done, rests), linesOf(v), v.Endorsed.On.String()}, err
}

// AreaPath is the area that an address names.
type AreaPath struct {
	Area string `path:"area" doc:"The area’s slug." example:"tanners-reach"`
}

// place is the area, with the number of the version in force: 0 before any is.
func (p AreaPath) place(ctx context.Context, tx *db.Tx) (a area.Area, inForce int64, err error) {
	if a, err = area.BySlug(ctx, tx, p.Area); err != nil {
		return a, 0, err
	}
	current, err := plan.Current(ctx, tx, a.ID)
	if errors.Is(err, fault.NotFound) {
		err = nil
	}
	return a, current.Number, err
}

func (o operations) current(ctx context.Context, tx *db.Tx, by access.Actor, in *struct{ AreaPath }) (Plan, error) {
	a, inForce, err := in.place(ctx, tx)
	if err != nil {
		return Plan{}, err
	}
	v, err := plan.Current(ctx, tx, a.ID)
	if err != nil {
		return Plan{}, err
	}
	return planOf(ctx, tx, by, a, v, inForce)
}

func (o operations) versions(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Paging
},
) (list api.List[PlanVersion], err error) {
	a, inForce, err := in.place(ctx, tx)
	if err != nil {
		return list, err
	}
	all, err := plan.Versions(ctx, tx, a.ID)
	if err != nil {
		return list, err
	}
	shown := []PlanVersion{}
	for _, v := range slices.Backward(all) { // they come newest first
		if v.MayBeSeenBy(by, a) {
			shown = append(shown, planVersion(a, v, inForce))
		}
	}
	return api.PageOver(in.Paging, shown, func(v PlanVersion) string { return padded(v.Number) }, false)
}

// padded is a number whose text sorts as it does.
func padded(n int64) string {
	s := strconv.FormatInt(n, 10)
	return strings.Repeat("0", 19-len(s)) + s
}

// VersionPath is the version that an address names.
type VersionPath struct {
	AreaPath
	Number int64 `path:"number" minimum:"1" doc:"The version’s number." example:"1"`
}

func (p VersionPath) version(ctx context.Context, tx *db.Tx, by access.Actor) (Plan, error) {
	a, inForce, err := p.place(ctx, tx)
	if err != nil {
		return Plan{}, err
	}
	v, err := plan.VersionOf(ctx, tx, a.ID, p.Number)
	if err != nil {
		return Plan{}, err
	}
	if !v.MayBeSeenBy(by, a) {
		return Plan{}, fault.NotFound
	}
	return planOf(ctx, tx, by, a, v, inForce)
}

func (o operations) version(ctx context.Context, tx *db.Tx, by access.Actor, in *struct{ VersionPath }) (Plan, error) {
	return in.version(ctx, tx, by)
}

// NewPlan is a version that is to be written.
type NewPlan struct {
	Vision    string        `json:"vision,omitempty" maxLength:"5000"`
	FromYear  int           `json:"from_year" doc:"The financial year it begins with: 2026 is April 2026 to March 2027."`
	UntilYear int           `json:"until_year" doc:"The last financial year that it covers."`
	Lines     []NewPlanLine `json:"lines" nullable:"false" maxItems:"100"`
}

// NewPlanLine is a budget line that is to be written.
type NewPlanLine struct {
	Priority string    `json:"priority" maxLength:"120"`
	Name     string    `json:"name" maxLength:"120"`
	Theme    string    `json:"theme,omitempty" doc:"The programme’s code. Left out, it is found from the words." example:"green-spaces"`
	Budget   api.Money `json:"budget"`
}

// locateLine finds "budget-2" of the domain in the second line.
func locateLine(field string) string {
	name, number, ok := strings.Cut(field, "-")
	n, err := strconv.Atoi(number)
	if !ok || err != nil {
		return "body." + field
	}
	return "body.lines[" + strconv.Itoa(n-1) + "]." + name
}

func (o operations) write(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Body NewPlan
},
) (Plan, error) {
	a, inForce, err := in.place(ctx, tx)
	if err != nil {
		return Plan{}, err
	}
	n := plan.NewVersion{Vision: in.Body.Vision, FromYear: in.Body.FromYear, UntilYear: in.Body.UntilYear}
	for _, l := range in.Body.Lines {
		n.Lines = append(n.Lines, plan.NewLine{Priority: l.Priority, Name: l.Name, Theme: l.Theme, Budget: l.Budget.Amount()})
	}
	v, err := o.plans.WriteIn(ctx, tx, by, a, n)
	if err != nil {
		return Plan{}, err
	}
	return planOf(ctx, tx, by, a, v, inForce)
}
