package organisation

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"commontable/internal/db"
)

// legal are words at the end of a name that say what an organisation is by law:
// people leave them out.
var legal = []string{"ltd", "limited", "cic", "plc", "cio", "llp"}

// SameName is a name as names are held against each other, without case,
// diacritics, spaces, punctuation and what the organisation is by law: "Brightwell
// Homes Ltd." and "BRIGHT-WELL HOMES" are one. It is "" for a name without a
// letter or a digit.
func SameName(name string) string {
	words := strings.FieldsFunc(letters.Replace(Fold(strings.ToValidUTF8(name, ""))), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	// "C.I.C." is three words of a letter each.
	whole := strings.Join(words, "")
	for cut := true; cut; {
		cut = false
		for _, l := range legal {
			if rest, ok := strings.CutSuffix(whole, l); ok && rest != "" && endsAWord(words, len(rest)) {
				words, whole, cut = upTo(words, len(rest)), rest, true
			}
		}
	}
	return whole
}

// endsAWord reports whether a word ends where so many bytes of all words do.
func endsAWord(words []string, at int) bool {
	for _, w := range words {
		if at -= len(w); at <= 0 {
			break
		}
	}
	return at == 0
}

func upTo(words []string, at int) []string {
	n := slices.IndexFunc(words, func(w string) bool {
		at -= len(w)
		return at < 0
	})
	if n < 0 {
		return words
	}
	return words[:n]
}

// ByName lists the organisations whose names are the same as one (SameName), the
// one that was added first before the others.
func ByName(ctx context.Context, tx *db.Tx, name string) ([]Organisation, error) {
	same := SameName(name)
	if same == "" {
		return nil, nil
	}
	// Names that are the same have slugs that begin with the same letter.
	all, err := db.All(ctx, tx, scan, `
		SELECT id, slug, name, postcode FROM organisations WHERE SUBSTR(slug, 1, 1) = $1 ORDER BY id`, Slug(name)[:1])
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(o Organisation) bool { return SameName(o.Name) != same }), nil
}

// SomeNames lists the names of organisations in their order, at most so many: for
// a field that offers them.
func SomeNames(ctx context.Context, tx *db.Tx, most int) ([]string, error) {
	return db.All(ctx, tx, db.Value[string], `SELECT name FROM organisations ORDER BY name, id LIMIT $1`, most)
}

// Named are several organisations by their IDs, without kinds and identifiers.
// One that is not there is left out.
func Named(ctx context.Context, tx *db.Tx, ids []ID) (map[ID]Organisation, error) {
	all := map[ID]Organisation{}
	if len(ids) == 0 {
		return all, nil
	}
	found, err := db.AllOnce(ctx, tx, scan, `
		SELECT id, slug, name, postcode FROM organisations WHERE id IN (SELECT key FROM json_each($1))`, db.Set(ids))
	for _, o := range found {
		all[o.ID] = o
	}
	return all, err
}

// NameOf is the name of an organisation, or fault.NotFound.
func NameOf(ctx context.Context, tx *db.Tx, oid ID) (string, error) {
	return db.One(ctx, tx, db.Value[string], `SELECT name FROM organisations WHERE id = $1`, oid)
}
