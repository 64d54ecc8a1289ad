package partnership

import (
	"context"
	"fmt"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// RegisterIn is the version of the register of interests: how many records it
// has. What is approved remembers it.
func RegisterIn(ctx context.Context, tx *db.Tx) (int64, error) {
	return db.One(ctx, tx, db.Value[int64], `SELECT version FROM interest_register WHERE id = 1`)
}

// nextInRegister makes the register's next version. It is written before it is
// read, so that of two who declare at once the second waits.
func nextInRegister(ctx context.Context, tx *db.Tx) (int64, error) {
	if _, err := tx.Exec(ctx, `UPDATE interest_register SET version = version + 1 WHERE id = 1`); err != nil {
		return 0, fmt.Errorf("register of interests: %w", err)
	}
	return RegisterIn(ctx, tx)
}

func insertInterest(ctx context.Context, tx *db.Tx, i Interest) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO interests (id, number, area_id, person_id, kind, organisation_id, organisation_name, organisation_key,
			related_id, related_name, related_key, from_on, until_on, public_words, private_words, declared_by, declared_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		i.ID, i.Number, i.Area, i.Person, i.Kind, orNull(i.Organisation), i.OrganisationName, i.organisationKey,
		orNull(i.Related), i.RelatedName, i.relatedKey, i.From, i.Until, i.Public, i.Private, i.DeclaredBy, i.DeclaredAt)
	return err
}

func orNull[T ~string](s T) any {
	if s == "" {
		return nil
	}
	return s
}

func insertInterestEnd(ctx context.Context, tx *db.Tx, i InterestID, e InterestEnd) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO interest_ends (interest_id, number, until_on, counts_until, why, ended_by, ended_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, i, e.Number, e.Until, e.CountsUntil, e.Why, e.By, e.At)
	if db.IsDuplicate(err) {
		return fault.New(fault.Conflict, "This interest ended already.")
	}
	return err
}

const interestColumns = `
	i.id, i.number, i.area_id, i.person_id, i.kind, COALESCE(i.organisation_id, ''), i.organisation_name, i.organisation_key,
	COALESCE(i.related_id, ''), i.related_name, i.related_key, i.from_on, COALESCE(e.until_on, i.until_on), i.public_words, i.private_words, i.declared_by, i.declared_at,
	COALESCE(e.number, 0), e.until_on, e.counts_until, COALESCE(e.why, ''), COALESCE(e.ended_by, ''), e.ended_at
	FROM interests i LEFT JOIN interest_ends e ON e.interest_id = i.id`

func scanInterest(r db.Row) (i Interest, err error) {
	e := &i.Ended
	return i, r.Scan(&i.ID, &i.Number, &i.Area, &i.Person, &i.Kind, &i.Organisation, &i.OrganisationName, &i.organisationKey,
		&i.Related, &i.RelatedName, &i.relatedKey, &i.From, &i.Until, &i.Public, &i.Private, &i.DeclaredBy, &i.DeclaredAt,
		&e.Number, &e.Until, &e.CountsUntil, &e.Why, &e.By, &e.At)
}

// InterestByID is one interest that was declared in an area, or fault.NotFound.
func InterestByID(ctx context.Context, tx *db.Tx, a area.ID, iid InterestID) (Interest, error) {
	return db.One(ctx, tx, scanInterest, `SELECT `+interestColumns+` WHERE i.area_id = $1 AND i.id = $2`, a, iid)
}

// InterestsIn is the register of an area: every interest that was declared there,
// in order. Who may see what of each is ShownTo's.
func InterestsIn(ctx context.Context, tx *db.Tx, a area.ID) ([]Interest, error) {
	return db.All(ctx, tx, scanInterest, `SELECT `+interestColumns+` WHERE i.area_id = $1 ORDER BY i.number`, a)
}

// InterestsOf lists every interest of a person, wherever it was declared.
func InterestsOf(ctx context.Context, tx *db.Tx, who access.PersonID) ([]Interest, error) {
	return db.All(ctx, tx, scanInterest, `SELECT `+interestColumns+` WHERE i.person_id = $1 ORDER BY i.number`, who)
}

// everyInterestOf is InterestsOf of several people, by whose they are.
func everyInterestOf(ctx context.Context, tx *db.Tx, who []access.PersonID) (map[access.PersonID][]Interest, error) {
	of := map[access.PersonID][]Interest{}
	if len(who) == 0 {
		return of, nil
	}
	return of, db.Each(ctx, tx, func(r db.Row) error {
		i, err := scanInterest(r)
		of[i.Person] = append(of[i.Person], i)
		return err
	}, `SELECT `+interestColumns+` WHERE i.person_id IN (SELECT key FROM json_each($1)) ORDER BY i.number`, db.Set(who))
}

// interestsTouching lists the interests in some parties: each way of naming them is
// a look-up of its own, so that a payment costs the same whatever the register holds.
func interestsTouching(ctx context.Context, tx *db.Tx, who access.PersonID, n naming) ([]Interest, error) {
	return db.All(ctx, tx, scanInterest, `
		SELECT `+interestColumns+`
		WHERE i.id IN (
			SELECT id FROM interests WHERE organisation_id IN (SELECT key FROM json_each($1))
			UNION SELECT id FROM interests WHERE organisation_key IN (SELECT key FROM json_each($2))
			UNION SELECT id FROM interests WHERE related_id IN (SELECT key FROM json_each($3))
			UNION SELECT id FROM interests WHERE related_key IN (SELECT key FROM json_each($4)))
			AND (CAST($5 AS TEXT) = '' OR i.person_id = $5)
		ORDER BY i.number`,
		db.Set(n.organisations), db.Set(n.organisationKeys), db.Set(n.people), db.Set(n.personKeys), who)
}

// WhoDeclared lists everybody who ever declared an interest.
func WhoDeclared(ctx context.Context, tx *db.Tx) ([]access.PersonID, error) {
	return db.All(ctx, tx, db.Value[access.PersonID], `SELECT DISTINCT person_id FROM interests ORDER BY person_id`)
}

const handlingColumns = `
	h.id, h.about_kind, h.about_id, h.interest_id, h.person_id, h.number, h.how, h.why, h.public_words, h.register, h.recorded_by, h.recorded_at
	FROM interest_handlings h`

func scanHandling(r db.Row) (h Handling, err error) {
	return h, r.Scan(&h.ID, &h.About.Kind, &h.About.ID, &h.Interest, &h.Person, &h.Number, &h.How, &h.Why, &h.Public, &h.Register, &h.RecordedBy, &h.RecordedAt)
}

// handlings are what is done about interests in some matters, of each interest in each
// matter all that was recorded, in order.
type handlings map[handled][]Handling

// of is what is done about an interest in a matter: what was recorded last in it, or
// else last in one of the same thing, before this one was done.
func (all handlings) of(m Matter, i InterestID) (last Handling) {
	if own := all[handled{m.About, i}]; len(own) > 0 {
		return own[len(own)-1]
	}
	for _, about := range m.With {
		for _, h := range all[handled{about, i}] {
			if (m.DoneAt.IsZero() || !h.RecordedAt.After(m.DoneAt)) && !h.RecordedAt.Before(last.RecordedAt) {
				last = h
			}
		}
	}
	return last
}

// handlingsOf reads what is done about interests in some matters, and in those of the
// same things.
func handlingsOf(ctx context.Context, tx *db.Tx, a area.ID, matters []Matter) (handlings, error) {
	var kinds, ids []string
	for _, m := range matters {
		for _, about := range append([]About{m.About}, m.With...) {
			kinds, ids = append(kinds, about.Kind), append(ids, about.ID)
		}
	}
	of := handlings{}
	return of, db.Each(ctx, tx, func(r db.Row) error {
		h, err := scanHandling(r)
		of[handled{h.About, h.Interest}] = append(of[handled{h.About, h.Interest}], h)
		return err
	}, `
		SELECT `+handlingColumns+`
		WHERE h.area_id = $1 AND h.about_kind IN (SELECT key FROM json_each($2)) AND h.about_id IN (SELECT key FROM json_each($3))
		ORDER BY h.number`, a, db.Set(kinds), db.Set(ids))
}

// handledBy lists what some people recorded to be done about interests in an area, in
// order.
func handledBy(ctx context.Context, tx *db.Tx, a area.ID, who []access.PersonID) ([]Handling, error) {
	return db.All(ctx, tx, scanHandling, `
		SELECT `+handlingColumns+` WHERE h.area_id = $1 AND h.recorded_by IN (SELECT key FROM json_each($2))
		ORDER BY h.recorded_at, h.id`, a, db.Set(who))
}

// HandlingsIn lists all that was recorded to be done about interests in a matter,
// in order: what was changed, too.
func HandlingsIn(ctx context.Context, tx *db.Tx, a area.ID, about About) ([]Handling, error) {
	return db.All(ctx, tx, scanHandling, `
		SELECT `+handlingColumns+` WHERE h.area_id = $1 AND h.about_kind = $2 AND h.about_id = $3
		ORDER BY h.recorded_at, h.id`, a, about.Kind, about.ID)
}

func insertHandling(ctx context.Context, tx *db.Tx, a area.ID, h Handling) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO interest_handlings (area_id, id, about_kind, about_id, interest_id, number, how, why, public_words, register, person_id, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		a, h.ID, h.About.Kind, h.About.ID, h.Interest, h.Number, h.How, h.Why, h.Public, h.Register, h.Person, h.RecordedBy, h.RecordedAt)
	if db.IsDuplicate(err) {
		return fault.New(fault.Conflict, "Somebody recorded what is done about this a moment ago. Look at it again.")
	}
	return err
}

func isClosed(ctx context.Context, tx *db.Tx, a area.ID, about About) (bool, error) {
	n, err := db.One(ctx, tx, db.Value[int], `
		SELECT COUNT(*) FROM interest_closings WHERE area_id = $1 AND about_kind = $2 AND about_id = $3`, a, about.Kind, about.ID)
	return n > 0, err
}

func insertClosing(ctx context.Context, tx *db.Tx, a area.ID, about About, at time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO interest_closings (area_id, about_kind, about_id, closed_at) VALUES ($1, $2, $3, $4)`, a, about.Kind, about.ID, at)
	return err
}

func insertReview(ctx context.Context, tx *db.Tx, a area.ID, l Late) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO interest_reviews (area_id, id, interest_id, about_kind, about_id, act, words, person_id, reviewed_by, reviewed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		a, l.Review.ID, l.Interest.ID, l.Deed.About.Kind, l.Deed.About.ID, l.Deed.What, l.Review.Words, l.Deed.Person, l.Review.ReviewedBy, l.Review.ReviewedAt)
	return err
}

// reviewsBy lists what some people looked at of what was told late in an area.
func reviewsBy(ctx context.Context, tx *db.Tx, a area.ID, who []access.PersonID) ([]Deed, error) {
	return db.All(ctx, tx, func(r db.Row) (x Deed, err error) {
		x.What = deedReviewed
		return x, r.Scan(&x.Person, &x.About.Kind, &x.About.ID, &x.At)
	}, `
		SELECT reviewed_by, about_kind, about_id, reviewed_at FROM interest_reviews
		WHERE area_id = $1 AND reviewed_by IN (SELECT key FROM json_each($2)) ORDER BY reviewed_at, id`, a, db.Set(who))
}

// reviewed gives each exception the last time that somebody looked at it.
func reviewed(ctx context.Context, tx *db.Tx, a area.ID, all []Late) error {
	type looked struct {
		handled

		what string
	}
	interests := make([]InterestID, len(all))
	for i, l := range all {
		interests[i] = l.Interest.ID
	}
	of := map[looked]Review{}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var at looked
		var rv Review
		err := r.Scan(&at.interest, &at.about.Kind, &at.about.ID, &at.what, &rv.ID, &rv.Words, &rv.ReviewedBy, &rv.ReviewedAt)
		of[at] = rv
		return err
	}, `
		SELECT interest_id, about_kind, about_id, act, id, words, reviewed_by, reviewed_at FROM interest_reviews
		WHERE area_id = $1 AND interest_id IN (SELECT key FROM json_each($2)) ORDER BY reviewed_at, id`, a, db.Set(interests)); err != nil {
		return err
	}
	for i, l := range all {
		all[i].Review = of[looked{handled{l.Deed.About, l.Interest.ID}, l.Deed.What}]
	}
	return nil
}
