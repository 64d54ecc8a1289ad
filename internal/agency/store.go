package agency

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/organisation"
)

// asked is a set of IDs as one argument of a query: a JSON object, of which either
// database reads the keys.
func asked[T ~string](ids []T) string {
	set := make(map[T]int, len(ids))
	for _, one := range ids {
		set[one] = 1
	}
	text, err := json.Marshal(set)
	if err != nil {
		panic(err) // text is always written
	}
	return string(text)
}

const bodyColumns = `
	g.organisation_id, o.name, o.slug, g.number, g.type, g.subtype, g.tier, g.place, g.place_code, g.opened_on, g.closed_on,
	g.register, g.edition_on, COALESCE(g.added_for, ''), g.told, g.noted_at,
	COALESCE((SELECT MAX(t.name) FROM agency_types t WHERE t.code = g.type), ''),
	COALESCE((SELECT MAX(t.name) FROM agency_types t WHERE t.code = g.subtype), '')
	FROM agencies g JOIN organisations o ON o.id = g.organisation_id`

func scanBody(r db.Row) (b Body, err error) {
	var told string
	if err := r.Scan(&b.ID, &b.Name, &b.Slug, &b.Number, &b.Type, &b.Subtype, &b.Tier, &b.Place, &b.PlaceCode, &b.Opened, &b.Closed,
		&b.Register, &b.Edition, &b.AddedFor, &told, &b.NotedAt, &b.typeName, &b.subtypeName); err != nil {
		return b, err
	}
	b.told, err = readTold(told)
	return b, err
}

// toldText is of what day what a body's facts are, as it is kept.
func toldText(told map[string]date.Date) string {
	days := make(map[string]string, len(told))
	for field, day := range told {
		days[field] = day.String()
	}
	text, err := json.Marshal(days)
	if err != nil {
		panic(err) // text is always written
	}
	return string(text)
}

func readTold(text string) (map[string]date.Date, error) {
	var days map[string]string
	if err := json.Unmarshal([]byte(text), &days); err != nil {
		return nil, fmt.Errorf("what was told of a body: %w", err)
	}
	told := make(map[string]date.Date, len(days))
	for field, day := range days {
		d, err := date.Parse(day)
		if err != nil {
			return nil, err
		}
		told[field] = d
	}
	return told, nil
}

// BodiesByID are the bodies of a set that are here, each whole: in a fixed number of
// statements.
func BodiesByID(ctx context.Context, tx *db.Tx, ids []organisation.ID) (map[organisation.ID]Body, error) {
	if len(ids) == 0 {
		return map[organisation.ID]Body{}, nil
	}
	of := asked(ids)
	found, err := db.All(ctx, tx, scanBody, `SELECT `+bodyColumns+` WHERE g.organisation_id IN (SELECT key FROM json_each($1))`, of)
	if err != nil {
		return nil, fmt.Errorf("bodies: %w", err)
	}
	return whole(ctx, tx, found, of)
}

// whole adds to bodies what is kept apart from them.
func whole(ctx context.Context, tx *db.Tx, found []Body, of string) (map[organisation.ID]Body, error) {
	all := make(map[organisation.ID]Body, len(found))
	for _, b := range found {
		all[b.ID] = b
	}
	change := func(one organisation.ID, f func(*Body)) {
		if b, ok := all[one]; ok {
			f(&b)
			all[one] = b
		}
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var one organisation.ID
		var i organisation.Identifier
		err := r.Scan(&one, &i.List, &i.Number, &i.From, &i.Until)
		change(one, func(b *Body) { b.Codes = append(b.Codes, i) })
		return err
	}, `
		SELECT organisation_id, list, code, from_on, until_on FROM agency_codes
		WHERE organisation_id IN (SELECT key FROM json_each($1)) ORDER BY organisation_id, list, CASE WHEN last_on IS NULL THEN 1 ELSE 0 END, last_on DESC, CASE WHEN until_on IS NULL THEN 0 ELSE 1 END, until_on DESC, code`, of); err != nil {
		return nil, fmt.Errorf("codes of bodies: %w", err)
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var one organisation.ID
		var n DatedName
		err := r.Scan(&one, &n.Name, &n.First, &n.Last)
		change(one, func(b *Body) {
			if n.Name != b.Name {
				b.Names = append(b.Names, n)
			}
		})
		return err
	}, `
		SELECT organisation_id, name, first_on, last_on FROM agency_names
		WHERE organisation_id IN (SELECT key FROM json_each($1)) ORDER BY organisation_id, last_on DESC, name`, of); err != nil {
		return nil, fmt.Errorf("names of bodies: %w", err)
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var l link
		err := r.Scan(&l.from, &l.kind, &l.to, &l.begin, &l.over)
		if l.kind == successor {
			change(l.from, func(b *Body) { b.Successors = append(b.Successors, l.to) })
			change(l.to, func(b *Body) { b.Predecessor = append(b.Predecessor, l.from) })
			return err
		}
		if l.over.IsZero() {
			change(l.from, func(b *Body) { b.Parents = append(b.Parents, l.to) })
		}
		return err
	}, `
		SELECT l.from_id, l.kind, l.to_id, l.from_on, l.until_on FROM agency_links l JOIN agencies p ON p.organisation_id = l.to_id
		WHERE l.from_id IN (SELECT key FROM json_each($1)) OR (l.kind = 'successor' AND l.to_id IN (SELECT key FROM json_each($1)))
		ORDER BY l.from_id, CASE p.tier WHEN 'county' THEN 0 ELSE 1 END, p.sort_name, l.to_id`, of); err != nil {
		return nil, fmt.Errorf("links of bodies: %w", err)
	}
	for one, b := range all {
		if len(b.Parents) > 0 {
			b.Parent = b.Parents[0]
			all[one] = b
		}
	}
	codes, err := organisation.IdentifiersOf(ctx, tx, of)
	if err != nil {
		return nil, err
	}
	for one, more := range codes {
		change(one, func(b *Body) { b.Codes = append(b.Codes, more...) })
	}
	return all, nil
}

// BodyByCode is the body that has a number in one of org-id's lists, or a code in
// another, now or before; or fault.NotFound.
func BodyByCode(ctx context.Context, tx *db.Tx, list, number string) (Body, error) {
	of, err := db.One(ctx, tx, db.Value[organisation.ID], `
		SELECT organisation_id FROM agency_codes WHERE list = $1 AND code = $2
		ORDER BY CASE WHEN last_on IS NULL THEN 1 ELSE 0 END, last_on DESC LIMIT 1`, list, number)
	if isNotFound(err) {
		of, err = organisation.ByIdentifier(ctx, tx, list, number)
	}
	if err != nil {
		return Body{}, err
	}
	return BodyByID(ctx, tx, of)
}

// Listed are the bodies that are on an area's list on a day, in the order of their
// types and names.
func Listed(ctx context.Context, tx *db.Tx, a area.ID, day date.Date) ([]Body, error) {
	found, err := db.All(ctx, tx, scanBody, `SELECT `+bodyColumns+`
		JOIN agency_listings l ON l.organisation_id = g.organisation_id
		WHERE l.area_id = $1 AND l.from_on <= $2 AND (l.until_on IS NULL OR l.until_on > $2)`, a, day)
	if err != nil {
		return nil, fmt.Errorf("bodies of area: %w", err)
	}
	return inOrder(ctx, tx, found)
}

func inOrder(ctx context.Context, tx *db.Tx, found []Body) ([]Body, error) {
	if len(found) == 0 {
		return nil, nil
	}
	ids := make([]organisation.ID, 0, len(found))
	for _, b := range found {
		ids = append(ids, b.ID)
	}
	full, err := whole(ctx, tx, found, asked(ids))
	if err != nil {
		return nil, err
	}
	all := make([]Body, 0, len(found))
	for _, one := range ids {
		all = append(all, full[one])
	}
	slices.SortStableFunc(all, func(a, b Body) int {
		if a.Type.order() != b.Type.order() {
			return a.Type.order() - b.Type.order()
		}
		return strings.Compare(organisation.Fold(a.Name), organisation.Fold(b.Name))
	})
	return all, nil
}

func (t Type) order() int {
	return slices.IndexFunc(shipped.Types, func(k Kind) bool { return k.Type == t.Base() })
}

// Listings are when bodies were on an area's list.
func Listings(ctx context.Context, tx *db.Tx, a area.ID) ([]Listing, error) {
	return db.All(ctx, tx, scanListing, `
		SELECT organisation_id, from_on, until_on FROM agency_listings WHERE area_id = $1 ORDER BY from_on, organisation_id`, a)
}

func scanListing(r db.Row) (l Listing, err error) { return l, r.Scan(&l.Body, &l.From, &l.Until) }

func listingOf(ctx context.Context, tx *db.Tx, a area.ID, of organisation.ID) (Listing, error) {
	return db.One(ctx, tx, scanListing, `SELECT organisation_id, from_on, until_on FROM agency_listings WHERE area_id = $1 AND organisation_id = $2`, a, of)
}

const unitColumns = `
	u.id, u.area_id, v.organisation_id, COALESCE(v.parent_id, ''), v.name, u.from_on, u.until_on, u.why,
	(SELECT MAX(m.number) FROM agency_unit_versions m WHERE m.area_id = u.area_id AND m.unit_id = u.id)
	FROM agency_units u JOIN agency_unit_versions v ON v.area_id = u.area_id AND v.unit_id = u.id`

func scanUnit(r db.Row) (u Unit, err error) {
	return u, r.Scan(&u.ID, &u.Area, &u.Body, &u.Parent, &u.Name, &u.From, &u.Until, &u.Why, &u.Number)
}

// Of what was written of a unit or a post, the last that holds by a day.
const (
	unitByDay = ` v.number = (SELECT MAX(x.number) FROM agency_unit_versions x WHERE x.area_id = u.area_id AND x.unit_id = u.id AND x.from_on <= $2)`
	unitLast  = ` v.number = (SELECT MAX(x.number) FROM agency_unit_versions x WHERE x.area_id = u.area_id AND x.unit_id = u.id)`
	postByDay = ` v.number = (SELECT MAX(x.number) FROM agency_post_versions x WHERE x.area_id = p.area_id AND x.post_id = p.id AND x.from_on <= $2)`
	postLast  = ` v.number = (SELECT MAX(x.number) FROM agency_post_versions x WHERE x.area_id = p.area_id AND x.post_id = p.id)`
)

// UnitsOn are the units of a body, or with "" of all, that an area knows to be there
// on a day, by their names.
func UnitsOn(ctx context.Context, tx *db.Tx, a area.ID, of organisation.ID, day date.Date) ([]Unit, error) {
	return unitsWith(ctx, tx, a)(db.All(ctx, tx, scanUnit, `SELECT `+unitColumns+`
		WHERE u.area_id = $1 AND u.from_on <= $2 AND (u.until_on IS NULL OR u.until_on > $2)
			AND (CAST($3 AS TEXT) = '' OR v.organisation_id = $3) AND`+unitByDay+` ORDER BY v.name, u.id`, a, day, of))
}

// Units are all units of an area as they were last written, ended or not.
func Units(ctx context.Context, tx *db.Tx, a area.ID) ([]Unit, error) {
	return unitsWith(ctx, tx, a)(db.All(ctx, tx, scanUnit, `SELECT `+unitColumns+` WHERE u.area_id = $1 AND`+unitLast+` ORDER BY v.name, u.id`, a))
}

// UnitByID is a unit of an area as it was last written, or fault.NotFound.
func UnitByID(ctx context.Context, tx *db.Tx, a area.ID, of UnitID) (Unit, error) {
	u, err := db.One(ctx, tx, scanUnit, `SELECT `+unitColumns+` WHERE u.area_id = $1 AND u.id = $2 AND`+unitLast, a, of)
	if err != nil {
		return u, err
	}
	u.Successors, err = db.All(ctx, tx, db.Value[UnitID], `SELECT to_id FROM agency_unit_successors WHERE area_id = $1 AND from_id = $2 ORDER BY to_id`, a, of)
	return u, err
}

func unitsByID(ctx context.Context, tx *db.Tx, a area.ID, of []UnitID) (map[UnitID]Unit, error) {
	all := map[UnitID]Unit{}
	if len(of) == 0 {
		return all, nil
	}
	found, err := Units(ctx, tx, a)
	for _, u := range found {
		if slices.Contains(of, u.ID) {
			all[u.ID] = u
		}
	}
	return all, err
}

// unitsFrom are the units that are a body's as they were last written, and there on a
// day or after it.
func unitsFrom(ctx context.Context, tx *db.Tx, a area.ID, of organisation.ID, day date.Date) ([]Unit, error) {
	all, err := Units(ctx, tx, a)
	return slices.DeleteFunc(all, func(u Unit) bool { return u.Body != of || (!u.Until.IsZero() && !u.Until.After(day)) }), err
}

// unitsWith adds to units what came after them.
func unitsWith(ctx context.Context, tx *db.Tx, a area.ID) func([]Unit, error) ([]Unit, error) {
	return func(all []Unit, err error) ([]Unit, error) {
		if err != nil || !slices.ContainsFunc(all, func(u Unit) bool { return !u.Until.IsZero() }) {
			return all, err
		}
		at := make(map[UnitID]*Unit, len(all))
		for i := range all {
			at[all[i].ID] = &all[i]
		}
		err = db.Each(ctx, tx, func(r db.Row) error {
			var from, to UnitID
			err := r.Scan(&from, &to)
			if u := at[from]; u != nil {
				u.Successors = append(u.Successors, to)
			}
			return err
		}, `SELECT from_id, to_id FROM agency_unit_successors WHERE area_id = $1 ORDER BY from_id, to_id`, a)
		return all, err
	}
}

const postColumns = `
	p.id, p.area_id, v.organisation_id, COALESCE(v.unit_id, ''), v.title, v.level, p.from_on, p.until_on,
	(SELECT MAX(m.number) FROM agency_post_versions m WHERE m.area_id = p.area_id AND m.post_id = p.id)
	FROM agency_posts p JOIN agency_post_versions v ON v.area_id = p.area_id AND v.post_id = p.id`

func scanPost(r db.Row) (p Post, err error) {
	return p, r.Scan(&p.ID, &p.Area, &p.Body, &p.Unit, &p.Title, &p.Level, &p.From, &p.Until, &p.Number)
}

// PostsOn are the posts of a body, or with "" of all, that an area knows to be there
// on a day, by their titles.
func PostsOn(ctx context.Context, tx *db.Tx, a area.ID, of organisation.ID, day date.Date) ([]Post, error) {
	return db.All(ctx, tx, scanPost, `SELECT `+postColumns+`
		WHERE p.area_id = $1 AND p.from_on <= $2 AND (p.until_on IS NULL OR p.until_on > $2)
			AND (CAST($3 AS TEXT) = '' OR v.organisation_id = $3) AND`+postByDay+` ORDER BY v.title, p.id`, a, day, of)
}

// Posts are all posts of an area as they were last written, ended or not.
func Posts(ctx context.Context, tx *db.Tx, a area.ID) ([]Post, error) {
	return db.All(ctx, tx, scanPost, `SELECT `+postColumns+` WHERE p.area_id = $1 AND`+postLast+` ORDER BY v.title, p.id`, a)
}

// PostByID is a post of an area as it was last written, or fault.NotFound.
func PostByID(ctx context.Context, tx *db.Tx, a area.ID, of PostID) (Post, error) {
	return db.One(ctx, tx, scanPost, `SELECT `+postColumns+` WHERE p.area_id = $1 AND p.id = $2 AND`+postLast, a, of)
}

func postsFrom(ctx context.Context, tx *db.Tx, a area.ID, of organisation.ID, day date.Date) ([]Post, error) {
	all, err := Posts(ctx, tx, a)
	return slices.DeleteFunc(all, func(p Post) bool { return p.Body != of || (!p.Until.IsZero() && !p.Until.After(day)) }), err
}

const contactColumns = `id, area_id, name, email, phone, COALESCE(person_id, ''), added_at, forgotten_at FROM agency_contacts`

func scanContact(r db.Row) (c Contact, err error) {
	return c, r.Scan(&c.ID, &c.Area, &c.Name, &c.Email, &c.Phone, &c.Person, &c.AddedAt, &c.Forgotten)
}

// ContactByID is somebody whom an area knows, or fault.NotFound.
func ContactByID(ctx context.Context, tx *db.Tx, a area.ID, of ContactID) (Contact, error) {
	return db.One(ctx, tx, scanContact, `SELECT `+contactColumns+` WHERE area_id = $1 AND id = $2`, a, of)
}

// Contacts are all whom an area knows, by their names.
func Contacts(ctx context.Context, tx *db.Tx, a area.ID) ([]Contact, error) {
	return db.All(ctx, tx, scanContact, `SELECT `+contactColumns+` WHERE area_id = $1 ORDER BY name, id`, a)
}

const holdingColumns = `h.id, h.post_id, COALESCE(h.contact_id, ''), h.from_on, h.until_on FROM agency_holdings h`

func scanHolding(r db.Row) (h Holding, err error) {
	return h, r.Scan(&h.ID, &h.Post, &h.Contact, &h.From, &h.Until)
}

// HoldingByID is a holding of an area, or fault.NotFound.
func HoldingByID(ctx context.Context, tx *db.Tx, a area.ID, of HoldingID) (Holding, error) {
	return db.One(ctx, tx, scanHolding, `SELECT `+holdingColumns+` WHERE h.area_id = $1 AND h.id = $2`, a, of)
}

// HoldingsOf is who held a post, the first first.
func HoldingsOf(ctx context.Context, tx *db.Tx, a area.ID, of PostID) ([]Holding, error) {
	return db.All(ctx, tx, scanHolding, `SELECT `+holdingColumns+` WHERE h.area_id = $1 AND h.post_id = $2 ORDER BY h.from_on, h.id`, a, of)
}

// Holdings is who held which post, of all that an area knows, the first first.
func Holdings(ctx context.Context, tx *db.Tx, a area.ID) ([]Holding, error) {
	return db.All(ctx, tx, scanHolding, `SELECT `+holdingColumns+` WHERE h.area_id = $1 ORDER BY h.from_on, h.id`, a)
}

// HoldersOn is who holds which post of a body, or with "" of all, on a day: by the
// titles of posts. Posts that nobody holds are not in it.
func HoldersOn(ctx context.Context, tx *db.Tx, a area.ID, of organisation.ID, day date.Date) ([]Holder, error) {
	posts, err := PostsOn(ctx, tx, a, of, day)
	if err != nil || len(posts) == 0 {
		return nil, err
	}
	held, err := db.All(ctx, tx, scanHolding, `SELECT `+holdingColumns+`
		WHERE h.area_id = $1 AND h.from_on <= $2 AND (h.until_on IS NULL OR h.until_on > $2) ORDER BY h.from_on, h.id`, a, day)
	if err != nil {
		return nil, fmt.Errorf("holders: %w", err)
	}
	by := make(map[PostID][]Holding, len(held))
	for _, h := range held {
		by[h.Post] = append(by[h.Post], h)
	}
	contacts, err := Contacts(ctx, tx, a)
	if err != nil {
		return nil, fmt.Errorf("contacts: %w", err)
	}
	known := make(map[ContactID]Contact, len(contacts))
	for _, c := range contacts {
		known[c.ID] = c
	}
	var all []Holder
	for _, p := range posts {
		for _, h := range by[p.ID] {
			all = append(all, Holder{h, known[h.Contact], p})
		}
	}
	return all, nil
}
