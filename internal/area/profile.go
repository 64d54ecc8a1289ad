package area

import (
	"context"
	"fmt"
	"slices"

	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/geography"
)

// A Profile is what is known of an area as a place.
type Profile struct {
	Area        Area
	Population  Population
	Counted     bool         // a population is known
	Populations []Population // all that were recorded
	Boundaries  []Boundary   // all versions, the first one first
	LSOAs       []string     // of the last
	Facts       geography.Facts
	Deprivation []EditionOf
	Needs       []NeedsIn
}

// EditionOf is what one edition of the deprivation indices says of an area.
// Ranks are not among it: an area has none, and those of two editions differ.
type EditionOf struct {
	geography.Edition
	Deciles   [11]int // how many small areas are in each by what was published, from 1, the most deprived tenth
	ByGuess   [11]int // likewise, of those that are known by estimate alone
	Scored    int     // small areas that have a decile
	Estimated int     // of those, how many only by estimate
	Irregular int     // small areas to which nothing can be brought
	Unknown   int     // small areas that the edition does not have
	Decile    int64   // the mean, in tenths, counting people
	Points    int64   // the mean score, in thousandths, counting people
	Pointed   bool    // the edition has scores
	Weighted  bool    // people were counted; else each small area counts the same
}

// InMostDeprived is how many of the small areas that have a decile are in the
// most deprived tenth.
func (e EditionOf) InMostDeprived() int { return e.Deciles[1] + e.ByGuess[1] }

// NeedsIn is what one edition of the Community Needs Index says of an area.
type NeedsIn struct {
	geography.Edition
	Of         map[string]geography.Needs // by small area, or by ward
	Found      int
	LeftBehind int
	Points     int64 // the mean score, in thousandths, counting people; of small areas alone
	Weighted   bool
}

// ProfileOf gathers what is known of an area. What only people who are signed in
// may see is left out for others.
func ProfileOf(ctx context.Context, tx *db.Tx, a Area, day date.Date, signedIn bool) (p Profile, err error) {
	p.Area = a
	if p.Populations, err = PopulationsOf(ctx, tx, a.ID); err != nil {
		return p, fmt.Errorf("profile: %w", err)
	}
	p.Population, p.Counted = inForce(p.Populations, day)
	if p.Boundaries, err = Boundaries(ctx, tx, a.ID); err != nil {
		return p, fmt.Errorf("profile: %w", err)
	}
	if p.LSOAs, err = LSOAs(ctx, tx, a.ID); err != nil {
		return p, fmt.Errorf("profile: %w", err)
	}
	if p.Facts, err = geography.FactsOf(ctx, tx, p.LSOAs, signedIn); err != nil {
		return p, fmt.Errorf("profile: %w", err)
	}
	p.sumUp()
	return p, nil
}

// ProfilesIn is ProfileOf for every area of a programme, by name, without older
// populations and boundaries: the same few queries however many there are.
func ProfilesIn(ctx context.Context, tx *db.Tx, programme ProgrammeID, day date.Date, signedIn bool) ([]Profile, error) {
	areas, err := All(ctx, tx, programme)
	if err != nil {
		return nil, err
	}
	people, err := PopulationsIn(ctx, tx, programme, day)
	if err != nil {
		return nil, err
	}
	lsoas, err := lsoasOf(ctx, tx, programme)
	if err != nil {
		return nil, err
	}
	var codes []string
	for _, of := range lsoas {
		codes = append(codes, of...)
	}
	facts, err := geography.FactsOf(ctx, tx, codes, signedIn)
	if err != nil {
		return nil, err
	}
	all := make([]Profile, 0, len(areas))
	for _, a := range areas {
		p := Profile{Area: a, LSOAs: lsoas[a.ID], Facts: facts}
		p.Population, p.Counted = people[a.ID]
		p.sumUp()
		all = append(all, p)
	}
	return all, nil
}

func (p *Profile) sumUp() {
	if len(p.LSOAs) == 0 {
		return
	}
	_, weighted := p.Facts.Sum(p.LSOAs)
	weight := func(code string) int64 {
		if weighted {
			return p.Facts.Counts[code].People
		}
		return 1
	}
	for _, s := range p.Facts.Deprivation {
		e := EditionOf{Edition: s.Edition, Weighted: weighted}
		var people, deciles, points, pointed int64
		for _, code := range p.LSOAs {
			score := s.Of[code]
			switch score.Status {
			case geography.Irregular:
				e.Irregular++
				continue
			case geography.Unknown, "":
				e.Unknown++
				continue
			case geography.Estimated:
				e.Estimated++
				e.ByGuess[score.Decile]++
			case geography.Published:
				e.Deciles[score.Decile]++
			}
			e.Scored++
			people += weight(code)
			deciles += weight(code) * score.Decile * 10
			if score.Scored {
				pointed += weight(code)
				points += weight(code) * score.Points
			}
		}
		e.Decile = mean(deciles, people)
		e.Points, e.Pointed = mean(points, pointed), pointed > 0 && pointed == people
		p.Deprivation = append(p.Deprivation, e)
	}
	for _, n := range p.Facts.Needs {
		p.Needs = append(p.Needs, needsIn(n, p.LSOAs, weight, weighted))
	}
	var wards []string
	for _, code := range p.LSOAs {
		if w := p.Facts.Base[code].WardCode; w != "" && !slices.Contains(wards, w) {
			wards = append(wards, w)
		}
	}
	for _, n := range p.Facts.WardNeeds {
		one := needsIn(n, wards, func(string) int64 { return 1 }, false)
		one.Points = 0 // a ward is not the area, so nothing is made of several
		p.Needs = append(p.Needs, one)
	}
}

func needsIn(n geography.NeedsOf, codes []string, weight func(string) int64, weighted bool) NeedsIn {
	all := NeedsIn{Edition: n.Edition, Of: map[string]geography.Needs{}, Weighted: weighted}
	var people, points int64
	for _, code := range codes {
		one, ok := n.Of[code]
		if !ok || one.Status != geography.Published {
			continue
		}
		all.Of[code] = one
		all.Found++
		if one.LeftBehind {
			all.LeftBehind++
		}
		people += weight(code)
		points += weight(code) * one.Points
	}
	all.Points = mean(points, people)
	return all
}

// mean is sum shared among n, to the nearest.
func mean(sum, n int64) int64 {
	if n <= 0 {
		return 0
	}
	if sum < 0 {
		return -((-sum + n/2) / n)
	}
	return (sum + n/2) / n
}
