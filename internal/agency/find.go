package agency

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/geography"
	"commontable/internal/organisation"
)

// placesOf are the codes of the local authority that an area lies in, as one argument.
func placesOf(a area.Area) string { return asked(placeCodes(a)) }

// placeCodes are the codes of the local authority that an area lies in, now and before.
func placeCodes(a area.Area) []string {
	codes := []string{a.AuthorityCode}
	if a.AuthorityCode != "" {
		codes = append(codes, geography.CurrentAuthority(a.AuthorityCode))
		for _, r := range geography.FormerCodes(a.AuthorityCode) {
			codes = append(codes, r.OldCode)
		}
	}
	return slices.DeleteFunc(codes, func(c string) bool { return c == "" })
}

// Meant is the body that somebody in an area means by its name and type, as it is there
// on a day: one of the area's list first, then one of its own, then one that lies where
// the area does, and then one that no other is called like. It is "" where there is
// none; names of schools are many people's, so that one that lies elsewhere is none.
// Where several may be meant the error is a fault.Invalid about "who".
func Meant(ctx context.Context, tx *db.Tx, a area.Area, name string, t Type, day date.Date) (organisation.ID, error) {
	named, err := organisation.ByName(ctx, tx, name)
	if err != nil || len(named) == 0 {
		return "", err
	}
	ids := make([]organisation.ID, 0, len(named))
	for _, o := range named {
		ids = append(ids, o.ID)
	}
	found, err := BodiesByID(ctx, tx, ids)
	if err != nil {
		return "", err
	}
	listings, err := Listings(ctx, tx, a.ID)
	if err != nil {
		return "", err
	}
	places := placeCodes(a)
	lies := func(b Body) bool { return slices.Contains(places, b.PlaceCode) }
	unknown := func(b Body) bool { return b.PlaceCode == "" || len(places) == 0 }
	like := func(b Body) bool { return b.Type.Base() == t.Base() }
	listed := func(b Body) bool {
		return slices.ContainsFunc(listings, func(l Listing) bool { return l.Body == b.ID && within(day, l.From, l.Until) })
	}
	for _, first := range []func(Body) bool{
		func(b Body) bool { return listed(b) && like(b) },
		listed,
		func(b Body) bool { return b.AddedFor == a.ID && like(b) },
		func(b Body) bool { return like(b) && lies(b) },
		func(b Body) bool { return like(b) && (b.Type.Base() != School || unknown(b)) },
	} {
		var meant []organisation.ID
		for _, one := range ids {
			b, ok := found[one]
			if ok && b.OpenOn(day) && (b.Register != "" || b.AddedFor == a.ID) && first(b) {
				meant = append(meant, one)
			}
		}
		switch {
		case len(meant) == 1:
			return meant[0], nil
		case len(meant) > 1:
			return "", fault.Invalid{{Field: "who", Words: "Several are called so. Put the one that you mean on your list under “Who is who” first; then it is found here"}}
		}
	}
	return "", nil
}

// Near are the bodies of registers that work where an area lies and are there on a
// day: its council, what that is part of, its police force, its schools; at most so
// many, in the order of their types and names.
func Near(ctx context.Context, tx *db.Tx, a area.Area, day date.Date, most int) ([]Body, error) {
	found, err := db.All(ctx, tx, scanBody, `SELECT `+bodyColumns+`
		WHERE g.register <> '' AND (g.closed_on IS NULL OR g.closed_on > $2) AND g.organisation_id IN (
			SELECT n.organisation_id FROM agencies n WHERE n.place_code IN (SELECT key FROM json_each($1)) OR (n.type = 'council' AND n.sort_name = $4)
			UNION SELECT p.organisation_id FROM agency_places p WHERE p.place_code IN (SELECT key FROM json_each($1))
			UNION SELECT l.to_id FROM agency_links l JOIN agencies n ON n.organisation_id = l.from_id
				WHERE l.kind = 'parent' AND l.until_on IS NULL AND n.place_code IN (SELECT key FROM json_each($1)))
		ORDER BY CASE g.type WHEN 'school' THEN 1 ELSE 0 END, g.type, g.sort_name LIMIT $3`, placesOf(a), day, most, organisation.Fold(a.AuthorityName))
	if err != nil {
		return nil, fmt.Errorf("bodies near: %w", err)
	}
	return inOrder(ctx, tx, found)
}

// Find are the bodies of registers, and those that the area added, whose names hold
// what somebody looks for: those near the area first, at most so many.
func Find(ctx context.Context, tx *db.Tx, a area.Area, words string, most int) ([]Body, error) {
	like := "%" + strings.Join(strings.Fields(strings.NewReplacer("%", "", "_", "").Replace(organisation.Fold(words))), "%") + "%"
	found, err := db.All(ctx, tx, scanBody, `SELECT `+bodyColumns+`
		WHERE g.sort_name LIKE $1 AND (g.register <> '' OR g.added_for = $2)
		ORDER BY CASE WHEN g.place_code IN (SELECT key FROM json_each($3)) THEN 0 ELSE 1 END,
			CASE WHEN g.closed_on IS NULL THEN 0 ELSE 1 END, g.sort_name, g.organisation_id LIMIT $4`, like, a.ID, placesOf(a), most)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	ids := make([]organisation.ID, 0, len(found))
	for _, b := range found {
		ids = append(ids, b.ID)
	}
	full, err := whole(ctx, tx, found, asked(ids))
	if err != nil {
		return nil, err
	}
	for i, b := range found {
		found[i] = full[b.ID]
	}
	return found, nil
}

// A Count is how many bodies there are of a type in a register, and how many are
// still there.
type Count struct {
	Type        Type
	Register    string // "" for those that areas added
	All, Closed int64
}

// Counts are how many bodies there are.
func Counts(ctx context.Context, tx *db.Tx, day date.Date) ([]Count, error) {
	return db.All(ctx, tx, func(r db.Row) (c Count, err error) {
		return c, r.Scan(&c.Type, &c.Register, &c.All, &c.Closed)
	}, `
		SELECT type, register, COUNT(*), SUM(CASE WHEN closed_on <= $1 THEN 1 ELSE 0 END) FROM agencies
		GROUP BY type, register ORDER BY type, register`, day)
}

// Page are the bodies of registers whose names hold some words, from one on, in the
// order of their names; and how many there are. What areas added is theirs.
func Page(ctx context.Context, tx *db.Tx, t Type, words string, from, most int) (found []Body, all int, err error) {
	like := "%" + strings.Join(strings.Fields(strings.NewReplacer("%", "", "_", "").Replace(organisation.Fold(words))), "%") + "%"
	if all, err = db.One(ctx, tx, db.Value[int], `
		SELECT COUNT(*) FROM agencies WHERE register <> '' AND sort_name LIKE $1 AND (CAST($2 AS TEXT) = '' OR type = $2)`, like, t); err != nil {
		return nil, 0, err
	}
	found, err = db.All(ctx, tx, scanBody, `SELECT `+bodyColumns+`
		WHERE g.register <> '' AND g.sort_name LIKE $1 AND (CAST($2 AS TEXT) = '' OR g.type = $2)
		ORDER BY g.sort_name, g.organisation_id LIMIT $3 OFFSET $4`, like, t, most, from)
	if err != nil || len(found) == 0 {
		return found, all, err
	}
	ids := make([]organisation.ID, 0, len(found))
	for _, b := range found {
		ids = append(ids, b.ID)
	}
	full, err := whole(ctx, tx, found, asked(ids))
	for i, b := range found {
		found[i] = full[b.ID]
	}
	return found, all, err
}
