package area

import (
	"context"
	"slices"
	"strings"

	"commontable/internal/db"
	"commontable/internal/organisation"
)

// PageSize is how many areas Find gives at a time.
const PageSize = 25

// A Search is what someone looks for among a programme's areas.
type Search struct {
	Programme ProgrammeID
	Words     string // each is wanted somewhere in the name or the authority, in any case, with or without accents
	Region    string // "" for all
	Page      int    // from 1
}

// Found is one page of what was looked for. A page too far is the last one.
type Found struct {
	Areas              []Area
	Total, Page, Pages int
	Regions            []string // in which the programme has areas
}

// Find looks for areas, by name.
func Find(ctx context.Context, tx *db.Tx, s Search) (Found, error) {
	counts, err := Counts(ctx, tx, s.Programme)
	if err != nil {
		return Found{}, err
	}
	f := Found{Total: Total(counts, s.Region), Regions: regionsOf(counts)}
	if s.anyWords() {
		if f.Total, err = s.count(ctx, tx); err != nil {
			return Found{}, err
		}
	}
	f.Pages = max(1, (f.Total+PageSize-1)/PageSize)
	f.Page = min(max(1, s.Page), f.Pages)
	f.Areas, err = s.page(ctx, tx, (f.Page-1)*PageSize)
	return f, err
}

func regionsOf(counts []Count) []string {
	var regions []string
	for _, c := range counts {
		if c.Region != "" && !slices.Contains(regions, c.Region) {
			regions = append(regions, c.Region)
		}
	}
	return regions
}

func (s Search) count(ctx context.Context, tx *db.Tx) (int, error) {
	w := s.patterns()
	return db.One(ctx, tx, db.Value[int], `
		SELECT COUNT(*) FROM areas
		WHERE programme_id = $1 AND (CAST($2 AS TEXT) = '' OR region = $2)
		AND search_text LIKE $3 ESCAPE '!' AND search_text LIKE $4 ESCAPE '!'
		AND search_text LIKE $5 ESCAPE '!' AND search_text LIKE $6 ESCAPE '!'`,
		s.Programme, s.Region, w[0], w[1], w[2], w[3])
}

// page reads one page. Where no words are looked for, an index gives it.
func (s Search) page(ctx context.Context, tx *db.Tx, from int) ([]Area, error) {
	switch w := s.patterns(); {
	case s.anyWords():
		return db.All(ctx, tx, scanArea, `
			SELECT `+areaColumns+` FROM areas
			WHERE programme_id = $1 AND (CAST($2 AS TEXT) = '' OR region = $2)
			AND search_text LIKE $3 ESCAPE '!' AND search_text LIKE $4 ESCAPE '!'
			AND search_text LIKE $5 ESCAPE '!' AND search_text LIKE $6 ESCAPE '!'
			ORDER BY sort_name, id LIMIT $7 OFFSET $8`,
			s.Programme, s.Region, w[0], w[1], w[2], w[3], PageSize, from)
	case s.Region != "":
		return db.All(ctx, tx, scanArea, `
			SELECT `+areaColumns+` FROM areas WHERE programme_id = $1 AND region = $2
			ORDER BY sort_name, id LIMIT $3 OFFSET $4`, s.Programme, s.Region, PageSize, from)
	default:
		return db.All(ctx, tx, scanArea, `
			SELECT `+areaColumns+` FROM areas WHERE programme_id = $1
			ORDER BY sort_name, id LIMIT $2 OFFSET $3`, s.Programme, PageSize, from)
	}
}

func (s Search) anyWords() bool { return s.patterns() != [4]string{"%", "%", "%", "%"} }

// patterns makes LIKE patterns of the words: the first three alone, and all
// the rest, in their order, of the fourth.
func (s Search) patterns() (p [4]string) {
	const mostWords = 12 // nobody looks for more
	escape := strings.NewReplacer("!", "!!", "%", "!%", "_", "!_", "\x00", "")
	words := strings.Fields(escape.Replace(organisation.Fold(strings.ToValidUTF8(s.Words, ""))))
	words = words[:min(len(words), mostWords)]
	for i := range p {
		switch {
		case i >= len(words):
			p[i] = "%"
		case i == len(p)-1:
			p[i] = "%" + strings.Join(words[i:], "%") + "%"
		default:
			p[i] = "%" + words[i] + "%"
		}
	}
	return p
}
