package area

import (
	"context"
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
}

// Find looks for areas, by name.
func Find(ctx context.Context, tx *db.Tx, s Search) (Found, error) {
	w := s.patterns()
	total, err := db.One(ctx, tx, db.Value[int], `
		SELECT COUNT(*) FROM areas
		WHERE programme_id = $1 AND (CAST($2 AS TEXT) = '' OR region = $2)
		AND search_text LIKE $3 ESCAPE '!' AND search_text LIKE $4 ESCAPE '!'
		AND search_text LIKE $5 ESCAPE '!' AND search_text LIKE $6 ESCAPE '!'`,
		s.Programme, s.Region, w[0], w[1], w[2], w[3])
	if err != nil {
		return Found{}, err
	}
	f := Found{Total: total, Pages: max(1, (total+PageSize-1)/PageSize)}
	f.Page = min(max(1, s.Page), f.Pages)
	f.Areas, err = db.All(ctx, tx, scanArea, `
		SELECT `+areaColumns+` FROM areas
		WHERE programme_id = $1 AND (CAST($2 AS TEXT) = '' OR region = $2)
		AND search_text LIKE $3 ESCAPE '!' AND search_text LIKE $4 ESCAPE '!'
		AND search_text LIKE $5 ESCAPE '!' AND search_text LIKE $6 ESCAPE '!'
		ORDER BY sort_name, id LIMIT $7 OFFSET $8`,
		s.Programme, s.Region, w[0], w[1], w[2], w[3], PageSize, (f.Page-1)*PageSize)
	return f, err
}

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
