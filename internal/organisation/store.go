package organisation

import (
	"context"
	"strconv"
	"time"

	"commontable/internal/date"
	"commontable/internal/db"
)

// insert adds the rows of an organisation, and finds it a slug: its name's, or
// that with the first number that is free.
func insert(ctx context.Context, tx *db.Tx, o *Organisation, n New, now time.Time) error {
	base := Slug(n.Name)
	o.Slug = base
	for next := 2; ; next++ {
		added, err := tx.Exec(ctx, `
			INSERT INTO organisations (id, slug, name, postcode, added_at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (slug) DO NOTHING`,
			o.ID, o.Slug, n.Name, n.Postcode, now)
		if err != nil {
			return err
		}
		if added == 1 {
			break
		}
		o.Slug = base + "-" + strconv.Itoa(next)
	}
	for _, k := range n.Kinds {
		if _, err := tx.Exec(ctx, `
			INSERT INTO organisation_kinds (organisation_id, kind) VALUES ($1, $2)`, o.ID, k); err != nil {
			return err
		}
	}
	for _, i := range n.Identifiers {
		if _, err := tx.Exec(ctx, `
			INSERT INTO organisation_identifiers (organisation_id, list, number, from_on, until_on)
			VALUES ($1, $2, $3, $4, $5)`, o.ID, i.List, i.Number, i.From, i.Until); err != nil {
			return err
		}
	}
	return nil
}

type owner struct {
	name        string
	from, until date.Date
}

func owners(ctx context.Context, tx *db.Tx, i Identifier) ([]owner, error) {
	return db.All(ctx, tx, func(r db.Row) (o owner, err error) {
		return o, r.Scan(&o.name, &o.from, &o.until)
	}, `
		SELECT o.name, i.from_on, i.until_on
		FROM organisation_identifiers i JOIN organisations o ON o.id = i.organisation_id
		WHERE i.list = $1 AND i.number = $2 ORDER BY o.id`, i.List, i.Number)
}

func scan(r db.Row) (o Organisation, err error) {
	return o, r.Scan(&o.ID, &o.Slug, &o.Name, &o.Postcode)
}

// ByID is one organisation, or fault.NotFound.
func ByID(ctx context.Context, tx *db.Tx, oid ID) (Organisation, error) {
	o, err := db.One(ctx, tx, scan, `
		SELECT id, slug, name, postcode FROM organisations WHERE id = $1`, oid)
	if err != nil {
		return Organisation{}, err
	}
	return withDetails(ctx, tx, o)
}

// BySlug is one organisation, or fault.NotFound.
func BySlug(ctx context.Context, tx *db.Tx, slug string) (Organisation, error) {
	o, err := db.One(ctx, tx, scan, `
		SELECT id, slug, name, postcode FROM organisations WHERE slug = $1`, slug)
	if err != nil {
		return Organisation{}, err
	}
	return withDetails(ctx, tx, o)
}

func withDetails(ctx context.Context, tx *db.Tx, o Organisation) (_ Organisation, err error) {
	o.Kinds, err = db.All(ctx, tx, db.Value[Kind], `
		SELECT kind FROM organisation_kinds WHERE organisation_id = $1 ORDER BY kind`, o.ID)
	if err != nil {
		return Organisation{}, err
	}
	o.Identifiers, err = db.All(ctx, tx, func(r db.Row) (i Identifier, err error) {
		return i, r.Scan(&i.List, &i.Number, &i.From, &i.Until)
	}, `
		SELECT list, number, from_on, until_on FROM organisation_identifiers
		WHERE organisation_id = $1 ORDER BY list, number`, o.ID)
	if err != nil {
		return Organisation{}, err
	}
	return o, nil
}

// OfKind lists the organisations of a kind by name, with their identifiers: in
// three queries, however many there are.
func OfKind(ctx context.Context, tx *db.Tx, k Kind) ([]Organisation, error) {
	all, err := db.All(ctx, tx, scan, `
		SELECT o.id, o.slug, o.name, o.postcode
		FROM organisations o JOIN organisation_kinds k ON k.organisation_id = o.id
		WHERE k.kind = $1 ORDER BY o.name, o.slug`, k)
	if err != nil {
		return nil, err
	}
	at := make(map[ID]*Organisation, len(all))
	for i := range all {
		at[all[i].ID] = &all[i]
	}
	err = db.Each(ctx, tx, func(r db.Row) error {
		var of ID
		var kind Kind
		err := r.Scan(&of, &kind)
		if o := at[of]; o != nil {
			o.Kinds = append(o.Kinds, kind)
		}
		return err
	}, `
		SELECT k.organisation_id, k.kind
		FROM organisation_kinds k JOIN organisation_kinds wanted ON wanted.organisation_id = k.organisation_id
		WHERE wanted.kind = $1 ORDER BY k.organisation_id, k.kind`, k)
	if err != nil {
		return nil, err
	}
	err = db.Each(ctx, tx, func(r db.Row) error {
		var of ID
		var i Identifier
		err := r.Scan(&of, &i.List, &i.Number, &i.From, &i.Until)
		if o := at[of]; o != nil {
			o.Identifiers = append(o.Identifiers, i)
		}
		return err
	}, `
		SELECT i.organisation_id, i.list, i.number, i.from_on, i.until_on
		FROM organisation_identifiers i JOIN organisation_kinds k ON k.organisation_id = i.organisation_id
		WHERE k.kind = $1 ORDER BY i.organisation_id, i.list, i.number`, k)
	if err != nil {
		return nil, err
	}
	return all, nil
}

// IdentifiersOf are the identifiers of a set of organisations, given as the keys of
// a JSON object: in one query.
func IdentifiersOf(ctx context.Context, tx *db.Tx, set string) (map[ID][]Identifier, error) {
	all := map[ID][]Identifier{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var of ID
		var i Identifier
		err := r.Scan(&of, &i.List, &i.Number, &i.From, &i.Until)
		all[of] = append(all[of], i)
		return err
	}, `
		SELECT organisation_id, list, number, from_on, until_on FROM organisation_identifiers
		WHERE organisation_id IN (SELECT key FROM json_each($1)) ORDER BY organisation_id, list, number`, set)
	return all, err
}

// ByIdentifier is the organisation that has a number in a register, the one that was
// added first where several had it at different times; or fault.NotFound.
func ByIdentifier(ctx context.Context, tx *db.Tx, list, number string) (ID, error) {
	return db.One(ctx, tx, db.Value[ID], `
		SELECT organisation_id FROM organisation_identifiers WHERE list = $1 AND number = $2 ORDER BY organisation_id LIMIT 1`, list, number)
}
