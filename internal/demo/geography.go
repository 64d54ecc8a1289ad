package demo

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"

	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/geography"
)

// A paving is how an area is laid out in small areas: so many across and down.
type paving struct{ across, down int }

// settle gives every place its small areas. Their codes begin with X, which no
// real one does.
func (p *player) settle() {
	for i := range p.names {
		way := p.paving(i)
		for n := range way.across * way.down {
			p.names[i].lsoas = append(p.names[i].lsoas, smallAreaCode(i, n))
		}
	}
}

func (p *player) paving(i int) paving {
	ways := []paving{{2, 2}, {3, 2}, {4, 2}, {3, 3}}
	if i == 0 {
		return ways[1]
	}
	return pick(p.chanceOf(i), ways)
}

func (p *player) chanceOf(i int) *rand.Rand {
	return rand.New(rand.NewPCG(p.what.Seed, uint64(i)+20_000)) //nolint:gosec // a story, not a secret
}

func smallAreaCode(i, n int) string { return fmt.Sprintf("X01%06d", i*10+n) }

// The small areas of 2011 that were split by 2021 had codes of their own.
func splitCode(i int) string { return fmt.Sprintf("X01%06d", 900_000+i) }

// survey brings in what is published about small areas, all of it invented, as
// the operator brings in the real files: names, changes, people, deprivation in
// two editions, community needs and outlines.
func (p *player) survey(ctx context.Context, tx *db.Tx) error {
	s := newSurvey()
	for i := range p.names {
		p.surveyArea(s, i)
	}
	var packs []geography.Pack
	for _, f := range s.files(p.what.Today.Year()) {
		pack, err := geography.Read(strings.NewReader(f.text), f.name, geography.Say{
			Source: "Invented for the demonstration", Licence: "Nobody’s, for nothing in it is real", Public: true, Year: f.year,
		})
		if err != nil {
			return err
		}
		if len(pack.Faults) > 0 {
			return fmt.Errorf("%s: %s", f.name, pack.Faults[0])
		}
		packs = append(packs, pack)
	}
	if _, _, err := p.areas.ImportGeographyIn(ctx, tx, theDemonstration, packs, false); err != nil {
		return err
	}
	return p.moveBoundary(ctx, tx)
}

// moveBoundary has the richly shown area's boundary confirmed, without one small
// area that it began with.
func (p *player) moveBoundary(ctx context.Context, tx *db.Tx) error {
	codes := p.names[0].lsoas
	_, err := p.areas.SetBoundaryIn(ctx, tx, p.officers[0], p.star.area, area.NewBoundary{
		LSOAs: codes[:len(codes)-1], From: p.what.Today.AddMonths(-8), Basis: "Agreed with residents on a map",
		ConfirmedBy: "The Patchwork Trust", ConfirmedOn: p.what.Today.AddMonths(-8),
	})
	return err
}

// A surveyed holds the files as they are written.
type surveyed struct {
	base, changes, people, deprivation2019, deprivation2025, needs bytes.Buffer
	outlines                                                       []string
	rank                                                           int
}

type surveyFile struct {
	name, text string
	year       int
}

func newSurvey() *surveyed {
	s := &surveyed{}
	s.base.WriteString("lsoa21_code,lsoa21_name,msoa21_name,ward24_code,ward24_name,ltla24_code,ltla24_name,region24_name,icb24_name\n")
	s.changes.WriteString("lsoa11_code,change_code,lsoa21_code\n")
	s.people.WriteString("lsoa11_code,total_population,age_0_15,age_16_24,age_25_44,age_45_64,age_65_plus\n")
	s.deprivation2019.WriteString("lsoa11_code,IMD_decile,IMD_rank\n")
	s.deprivation2025.WriteString("lsoa21_code,IMD_decile,IMD_rank,IMD_score\n")
	s.needs.WriteString("lsoa21_code,Community Needs Index score,Community Needs Index rank,Civic Assets score,Connectedness score,Engaged community score,Left Behind Area?\n")
	return s
}

func (s *surveyed) files(thisYear int) []surveyFile {
	all := []surveyFile{
		{"invented small areas.csv", s.base.String(), 2024},
		{"invented changes.csv", s.changes.String(), 0},
		{"invented people.csv", s.people.String(), thisYear - 2},
		{"invented deprivation 2019.csv", s.deprivation2019.String(), 2019},
		{"invented outlines.geojson", `{"type":"FeatureCollection","features":[` + strings.Join(s.outlines, ",") + `]}`, 0},
	}
	if thisYear >= 2025 {
		all = append(all,
			surveyFile{"invented deprivation 2025.csv", s.deprivation2025.String(), 2025},
			surveyFile{"invented community needs.csv", s.needs.String(), 2023})
	}
	return all
}

// surveyArea writes the rows of one area. Its last two small areas were one in 2011.
func (p *player) surveyArea(s *surveyed, i int) {
	at, r := p.names[i], rand.New(rand.NewPCG(p.what.Seed, uint64(i)+30_000)) //nolint:gosec // a story, not a secret
	council := strings.TrimSuffix(at.authority, " Council")
	hardship := r.IntN(3) // how far most of the area is from the most deprived tenth
	last := len(at.lsoas) - 1
	tenth := func() int { return min(10, 1+max(0, hardship+r.IntN(4)-2)) }
	residents := func() int { return 1_100 + r.IntN(700) }
	if isSeaside(i) {
		residents = func() int { return 6_100/(last+1) + r.IntN(40) }
	}
	person := func(code string, n int) {
		young, old := n*(16+r.IntN(8))/100, n*(12+r.IntN(10))/100
		rest := n - young - old
		fmt.Fprintf(&s.people, "%s,%d,%d,%d,%d,%d,%d\n", code, n, young, rest*18/100, rest*43/100, rest-rest*18/100-rest*43/100, old)
	}
	for n, code := range at.lsoas {
		s.rank++
		fmt.Fprintf(&s.base, "%s,%s %03d%c,%s %03d,X05%06d,%s,X06%06d,%s,%s,NHS Patchwork Board\n",
			code, council, i+1, 'A'+n, council, i+1, i, at.name, i, council, at.region)
		now := tenth()
		fmt.Fprintf(&s.deprivation2025, "%s,%d,%d,%.3f\n", code, now, s.rank, 62-5.5*float64(now)+4*r.Float64())
		fmt.Fprintf(&s.needs, "%s,%.2f,%d,%.2f,%.2f,%.2f,%t\n", code, 190-15*float64(now)+20*r.Float64(), s.rank, 40*r.Float64(), 60*r.Float64(), 90*r.Float64(), now == 1)
		switch {
		case n < last-1:
			fmt.Fprintf(&s.changes, "%s,U,%s\n", code, code)
			fmt.Fprintf(&s.deprivation2019, "%s,%d,%d\n", code, tenth(), s.rank)
			person(code, residents())
		case n == last:
			fmt.Fprintf(&s.changes, "%s,S,%s\n%s,S,%s\n", splitCode(i), at.lsoas[last-1], splitCode(i), code)
			fmt.Fprintf(&s.deprivation2019, "%s,%d,%d\n", splitCode(i), tenth(), s.rank)
			person(splitCode(i), residents()+residents())
		}
	}
	s.outlines = append(s.outlines, p.draw(i, r)...)
}

// draw lays an area's small areas out like crazy paving, in the middle of the
// North Sea, where nobody lives.
func (p *player) draw(i int, r *rand.Rand) []string {
	const west, south, apart, wide, high = 2.0, 54.4, 0.06, 0.0125, 0.0075
	way := p.paving(i)
	type spot struct{ east, north float64 }
	left, foot := west+float64(i%20)*apart, south+float64(i/20)*apart
	corner := make([][]spot, way.down+1)
	for y := range corner {
		for x := range way.across + 1 {
			corner[y] = append(corner[y], spot{
				left + wide*(float64(x)+0.5*r.Float64()-0.25), foot + high*(float64(y)+0.5*r.Float64()-0.25),
			})
		}
	}
	// An edge is bent the same for the two small areas that it parts.
	bend := map[[2]spot]spot{}
	between := func(a, b spot) spot {
		if known, ok := bend[[2]spot{b, a}]; ok {
			return known
		}
		m := spot{(a.east+b.east)/2 + wide*(0.24*r.Float64()-0.12), (a.north+b.north)/2 + high*(0.24*r.Float64()-0.12)}
		bend[[2]spot{a, b}] = m
		return m
	}
	var all []string
	for y := range way.down {
		for x := range way.across {
			round := []spot{corner[y][x], corner[y][x+1], corner[y+1][x+1], corner[y+1][x]}
			var points []string
			say := func(s spot) { points = append(points, fmt.Sprintf("[%.5f,%.5f]", s.east, s.north)) }
			for k, c := range round {
				say(c)
				say(between(c, round[(k+1)%len(round)]))
			}
			say(round[0])
			code := p.names[i].lsoas[y*way.across+x]
			all = append(all, fmt.Sprintf(`{"type":"Feature","properties":{"code":%q,"name":%q},"geometry":{"type":"Polygon","coordinates":[[%s]]}}`,
				code, code, strings.Join(points, ",")))
		}
	}
	return all
}
