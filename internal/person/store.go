package person

import (
	"context"
	"time"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/organisation"
)

func scanPerson(r db.Row) (p Person, err error) { return p, r.Scan(&p.ID, &p.Name, &p.Email) }

// ByID is one person, or fault.NotFound.
func ByID(ctx context.Context, tx *db.Tx, who access.PersonID) (Person, error) {
	return db.One(ctx, tx, scanPerson, `SELECT id, name, COALESCE(email, '') FROM people WHERE id = $1`, who)
}

// ByEmail is one person, or fault.NotFound.
func ByEmail(ctx context.Context, tx *db.Tx, email string) (Person, error) {
	return db.One(ctx, tx, scanPerson, `SELECT id, name, COALESCE(email, '') FROM people WHERE email = $1`, email)
}

// Names are the names of people, by their IDs. One that is not known, such as
// the program itself, is left out.
func Names(ctx context.Context, tx *db.Tx, who ...access.PersonID) (map[access.PersonID]string, error) {
	names := map[access.PersonID]string{}
	if len(who) == 0 {
		return names, nil
	}
	return names, db.Each(ctx, tx, func(r db.Row) error {
		var id access.PersonID
		var name string
		err := r.Scan(&id, &name)
		names[id] = name
		return err
	}, `SELECT id, name FROM people WHERE id IN (SELECT key FROM json_each($1))`, db.Set(who))
}

func insertPerson(ctx context.Context, tx *db.Tx, p Person, at time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO people (id, name, email, added_at, search_text) VALUES ($1, $2, $3, $4, $5)`,
		p.ID, p.Name, orNull(p.Email), at, organisation.Fold(p.Name))
	return err
}

func updatePerson(ctx context.Context, tx *db.Tx, p Person) error {
	_, err := tx.Exec(ctx, `UPDATE people SET name = $2, email = $3, search_text = $4 WHERE id = $1`, p.ID, p.Name, orNull(p.Email), organisation.Fold(p.Name))
	return err
}

func scanHat(r db.Row) (h access.Hat, err error) {
	return h, r.Scan(&h.ID, &h.Role, &h.Scope, &h.Place, &h.From, &h.Until)
}

// HatsOf lists the hats of a person, past and future ones too, oldest first.
func HatsOf(ctx context.Context, tx *db.Tx, who access.PersonID) ([]access.Hat, error) {
	return db.All(ctx, tx, scanHat, `
		SELECT id, role, scope, place_id, from_on, until_on FROM hats
		WHERE person_id = $1 ORDER BY from_on, id`, who)
}

// EveryHatOf is HatsOf of several people, by whose they are.
func EveryHatOf(ctx context.Context, tx *db.Tx, who []access.PersonID) (map[access.PersonID][]access.Hat, error) {
	hats := map[access.PersonID][]access.Hat{}
	if len(who) == 0 {
		return hats, nil
	}
	type worn struct {
		hat access.Hat
		by  access.PersonID
	}
	all, err := db.AllOnce(ctx, tx, func(r db.Row) (w worn, err error) {
		return w, r.Scan(&w.hat.ID, &w.hat.Role, &w.hat.Scope, &w.hat.Place, &w.hat.From, &w.hat.Until, &w.by)
	}, `
		SELECT id, role, scope, place_id, from_on, until_on, person_id FROM hats
		WHERE person_id IN (SELECT key FROM json_each($1)) ORDER BY from_on, id`, db.Set(who))
	for _, w := range all {
		hats[w.by] = append(hats[w.by], w.hat)
	}
	return hats, err
}

// HatByID is one hat and whose it is, or fault.NotFound.
func HatByID(ctx context.Context, tx *db.Tx, h access.HatID) (hat access.Hat, who access.PersonID, err error) {
	hat, err = db.One(ctx, tx, func(r db.Row) (h access.Hat, err error) {
		return h, r.Scan(&h.ID, &h.Role, &h.Scope, &h.Place, &h.From, &h.Until, &who)
	}, `SELECT id, role, scope, place_id, from_on, until_on, person_id FROM hats WHERE id = $1`, h)
	return hat, who, err
}

// A Wearer is a person with the hat for which they were found.
type Wearer struct {
	Person Person
	Hat    access.Hat
}

// EveryWearer lists who wears a hat in a place on a day, whatever the role, by name.
func EveryWearer(ctx context.Context, tx *db.Tx, scope access.Scope, place string, day date.Date) ([]Wearer, error) {
	return db.All(ctx, tx, scanWearer, `
		SELECT p.id, p.name, COALESCE(p.email, ''), h.id, h.role, h.scope, h.place_id, h.from_on, h.until_on
		FROM hats h JOIN people p ON p.id = h.person_id
		WHERE h.scope = $1 AND h.place_id = $2 AND h.from_on <= $3 AND (h.until_on IS NULL OR h.until_on > $3)
		ORDER BY p.name, p.id, h.from_on, h.id`, scope, place, day)
}

func scanWearer(r db.Row) (w Wearer, err error) {
	h := &w.Hat
	return w, r.Scan(&w.Person.ID, &w.Person.Name, &w.Person.Email, &h.ID, &h.Role, &h.Scope, &h.Place, &h.From, &h.Until)
}

// Wearers lists who wears a hat of a role in a place on a day, by name.
func Wearers(ctx context.Context, tx *db.Tx, role access.Role, scope access.Scope, place string, day date.Date) ([]Wearer, error) {
	return db.All(ctx, tx, scanWearer, `
		SELECT p.id, p.name, COALESCE(p.email, ''), h.id, h.role, h.scope, h.place_id, h.from_on, h.until_on
		FROM hats h JOIN people p ON p.id = h.person_id
		WHERE h.scope = $1 AND h.place_id = $2 AND h.role = $3 AND h.from_on <= $4 AND (h.until_on IS NULL OR h.until_on > $4)
		ORDER BY p.name, p.id`, scope, place, role, day)
}

func insertHat(ctx context.Context, tx *db.Tx, who access.PersonID, h access.Hat, programme string, by access.PersonID, at time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO hats (id, person_id, role, scope, place_id, programme_id, from_on, until_on, given_by, given_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		h.ID, who, h.Role, h.Scope, h.Place, programme, h.From, h.Until, by, at)
	return err
}

func endHat(ctx context.Context, tx *db.Tx, h access.HatID, until date.Date) error {
	_, err := tx.Exec(ctx, `UPDATE hats SET until_on = $2 WHERE id = $1`, h, until)
	return err
}
