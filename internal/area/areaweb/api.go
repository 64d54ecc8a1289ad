package areaweb

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/web"
)

type operations struct {
	api   *api.API
	areas *area.Areas
}

// Operations registers what programs can read and say of places.
func Operations(a *api.API, areas *area.Areas) {
	o := operations{a, areas}
	const tag = "Areas"
	api.Read(a, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/profile", ID: "getProfile", Tag: tag, Summary: "Read who lives in an area, and how its small areas are placed",
		Description: "Each figure is of an edition that is named. What is an estimate says so.",
	}, o.profile)
	api.Read(a, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/profile/population", ID: "listPopulations", Tag: tag, Summary: "List every population that was recorded of an area",
	}, o.populations)
	api.Write(a, web.Needs(access.ManageAreas), api.Operation{
		Route: "POST /api/v1/areas/{area}/profile/population", ID: "setPopulation", Tag: tag, Summary: "Record how many people live in an area", Creates: true,
		Description: "What was recorded before stays.",
		Example: NewPopulation{
			Residents: 6200, AsAt: "2026-06-30", Estimate: true, Source: "The council’s estimate",
			Seasons: []Season{{Name: "Summer", From: "06-01", Until: "09-15", People: 21_000}},
		},
	}, o.setPopulation)
	closureOperations(a, areas)
	stateOperations(a, areas)
}

// AreaPath is the area that an address names.
type AreaPath struct {
	Area string `path:"area" doc:"The area’s slug." example:"tanners-reach"`
}

// Profile is what is known of an area as a place.
type Profile struct {
	Population  *Population   `json:"population,omitempty" doc:"The one that counts today."`
	LSOAs       []string      `json:"lsoas" nullable:"false" doc:"The small areas (LSOA 2021) that make it up."`
	Deprivation []Deprivation `json:"deprivation" nullable:"false" doc:"By edition of the indices."`
}

// Deprivation is what one edition of the deprivation indices says of an area.
type Deprivation struct {
	Edition   string `json:"edition" example:"IMD 2025"`
	Deciles   []int  `json:"deciles" nullable:"false" doc:"How many small areas are in each tenth, the most deprived first."`
	Scored    int    `json:"scored" doc:"How many small areas have a decile."`
	Estimated int    `json:"estimated" doc:"Of those, how many by estimate alone."`
	Unknown   int    `json:"unknown" doc:"How many the edition does not have."`
}

// Population is how many people live in an area, as counted on a day.
type Population struct {
	ID        string   `json:"id" doc:"An ID."`
	Residents int64    `json:"residents" doc:"Those who live there all year."`
	AsAt      string   `json:"as_at" format:"date"`
	Estimate  bool     `json:"estimate" doc:"Worked out or guessed, and not counted."`
	Basis     string   `json:"basis" doc:"told, or added up of small areas."`
	Source    string   `json:"source"`
	Seasons   []Season `json:"seasons" nullable:"false"`
	OverAYear int64    `json:"over_a_year" doc:"How many are there on an average day of a year."`
}

// Season is a part of every year in which another number of people are there.
type Season struct {
	Name   string `json:"name" maxLength:"100" example:"Summer"`
	From   string `json:"from" pattern:"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$" patternDescription:"MM-DD" doc:"Its first day, as month and day." example:"06-01"`
	Until  string `json:"until" pattern:"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$" patternDescription:"MM-DD" doc:"Its last day; it may run over the new year." example:"09-15"`
	People int64  `json:"people" minimum:"0" maximum:"10000000"`
}

func dayOfYear(d area.MonthDay) string { return fmt.Sprintf("%02d-%02d", int(d.Month), d.Day) }

// readDayOfYear reads a day of every year that was checked to look like one: the
// domain says whether there is such a day.
func readDayOfYear(s string) (d area.MonthDay) {
	_, _ = fmt.Sscanf(s, "%02d-%02d", (*int)(&d.Month), &d.Day)
	return d
}

func populationOf(p area.Population) Population {
	shown := Population{
		ID: string(p.ID), Residents: p.Residents, AsAt: p.AsAt.String(), Estimate: p.Estimate, Basis: string(p.Basis), Source: p.Source,
		Seasons: []Season{}, OverAYear: p.OverAYear(),
	}
	for _, s := range p.Seasons {
		shown.Seasons = append(shown.Seasons, Season{s.Name, dayOfYear(s.From), dayOfYear(s.Until), s.People})
	}
	return shown
}

func (o operations) profile(ctx context.Context, tx *db.Tx, by access.Actor, in *struct{ AreaPath }) (Profile, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return Profile{}, err
	}
	p, err := area.ProfileOf(ctx, tx, a, date.Of(o.api.Now()), by.SignedIn())
	if err != nil {
		return Profile{}, err
	}
	shown := Profile{LSOAs: append([]string{}, p.LSOAs...), Deprivation: []Deprivation{}}
	if p.Counted {
		one := populationOf(p.Population)
		shown.Population = &one
	}
	for _, e := range p.Deprivation {
		d := Deprivation{Edition: e.Name, Scored: e.Scored, Estimated: e.Estimated, Unknown: e.Unknown}
		for tenth := 1; tenth <= 10; tenth++ {
			d.Deciles = append(d.Deciles, e.Deciles[tenth]+e.ByGuess[tenth])
		}
		shown.Deprivation = append(shown.Deprivation, d)
	}
	return shown, nil
}

func (o operations) populations(ctx context.Context, tx *db.Tx, _ access.Actor, in *struct {
	AreaPath
	api.Paging
},
) (list api.List[Population], err error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return list, err
	}
	all, err := area.PopulationsOf(ctx, tx, a.ID)
	if err != nil {
		return list, err
	}
	shown := make([]Population, 0, len(all))
	for _, p := range all {
		shown = append(shown, populationOf(p))
	}
	slices.SortFunc(shown, func(x, y Population) int { return strings.Compare(x.ID, y.ID) })
	return api.PageOver(in.Paging, shown, func(p Population) string { return p.ID }, false)
}

// NewPopulation is how many people live in an area, as it is recorded.
type NewPopulation struct {
	Residents int64    `json:"residents" doc:"Those who live there all year."`
	AsAt      string   `json:"as_at" format:"date" doc:"The day for which the number is true."`
	Estimate  bool     `json:"estimate,omitempty" doc:"Worked out or guessed, and not counted."`
	Source    string   `json:"source,omitempty" maxLength:"2000" doc:"Where the number is from. Anyone can read it."`
	Seasons   []Season `json:"seasons,omitempty" nullable:"false" maxItems:"6"`
}

func (o operations) setPopulation(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Body NewPopulation
},
) (Population, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return Population{}, err
	}
	b := in.Body
	n := area.NewPopulation{Residents: b.Residents, AsAt: api.Day(b.AsAt), Estimate: b.Estimate, Source: b.Source}
	for _, s := range b.Seasons {
		n.Seasons = append(n.Seasons, area.Season{Name: s.Name, From: readDayOfYear(s.From), Until: readDayOfYear(s.Until), People: s.People})
	}
	p, err := o.areas.SetPopulationIn(ctx, tx, by, a, n)
	return populationOf(p), err
}
