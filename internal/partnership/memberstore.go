package partnership

import (
	"cmp"
	"context"
	"slices"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/person"
)

func scanMember(r db.Row) (m Member, err error) {
	return m, r.Scan(&m.ID, &m.Area, &m.Person, &m.Kind, &m.Resident, &m.Organisation, &m.Share,
		&m.From, &m.Until, &m.TermEnds, &m.Why, &m.Act, &m.Number, &m.RecordedBy, &m.RecordedAt, &m.Waits)
}

// EveryMember lists everybody who was ever in the partnership of an area, or
// will be, as was last recorded: by name, then by day.
func EveryMember(ctx context.Context, tx *db.Tx, a area.ID) ([]Member, error) {
	all, err := everyMember(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	return named(ctx, tx, all)
}

func everyMember(ctx context.Context, tx *db.Tx, a area.ID) ([]Member, error) {
	return db.AllOnce(ctx, tx, scanMember, `
		SELECT m.id, m.area_id, m.person_id, r.kind, r.resident, COALESCE(r.organisation_id, ''), r.share,
			r.from_on, r.until_on, r.term_ends_on, r.why, r.act, r.number, r.recorded_by, r.recorded_at, (w.member_id IS NOT NULL AND c.member_id IS NULL)
		FROM memberships m
		JOIN membership_records r ON r.area_id = m.area_id AND r.member_id = m.id
			AND r.number = (SELECT MAX(l.number) FROM membership_records l WHERE l.area_id = m.area_id AND l.member_id = m.id)
		LEFT JOIN membership_waits w ON w.area_id = m.area_id AND w.member_id = m.id
		LEFT JOIN membership_confirmations c ON c.area_id = m.area_id AND c.member_id = m.id
		WHERE m.area_id = $1 AND NOT r.was_never
		ORDER BY r.from_on, m.id`, a)
}

func membersOn(ctx context.Context, tx *db.Tx, a area.ID, day date.Date) ([]Member, error) {
	all, err := everyMember(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	return named(ctx, tx, slices.DeleteFunc(all, func(m Member) bool { return !m.On(day) }))
}

// named gives members their names, and puts them in their order.
func named(ctx context.Context, tx *db.Tx, all []Member) ([]Member, error) {
	who := make([]access.PersonID, len(all))
	for i, m := range all {
		who[i] = m.Person
	}
	names, err := person.Names(ctx, tx, who...)
	for i := range all {
		all[i].Name = names[all[i].Person]
	}
	slices.SortFunc(all, func(a, b Member) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Person, b.Person), cmp.Compare(a.From.String(), b.From.String()), cmp.Compare(a.ID, b.ID))
	})
	return all, err
}

// OfficesOf lists every office that was held in the partnership of an area, the
// first first.
func OfficesOf(ctx context.Context, tx *db.Tx, a area.ID) ([]Held, error) {
	return db.AllOnce(ctx, tx, func(r db.Row) (h Held, err error) {
		return h, r.Scan(&h.ID, &h.Person, &h.Office, &h.From, &h.Until)
	}, `
		SELECT o.id, o.person_id, o.office, o.from_on,
			(SELECT e.until_on FROM office_ends e WHERE e.area_id = o.area_id AND e.office_id = o.id ORDER BY e.number DESC LIMIT 1)
		FROM offices o WHERE o.area_id = $1 ORDER BY o.from_on, o.id`, a)
}

// MemberOf is one membership as was last recorded, or fault.NotFound.
func MemberOf(ctx context.Context, tx *db.Tx, a area.ID, m MemberID) (Member, error) {
	one, err := db.One(ctx, tx, scanMember, `
		SELECT m.id, m.area_id, m.person_id, r.kind, r.resident, COALESCE(r.organisation_id, ''), r.share,
			r.from_on, r.until_on, r.term_ends_on, r.why, r.act, r.number, r.recorded_by, r.recorded_at, (w.member_id IS NOT NULL AND c.member_id IS NULL)
		FROM memberships m JOIN membership_records r ON r.area_id = m.area_id AND r.member_id = m.id
		LEFT JOIN membership_waits w ON w.area_id = m.area_id AND w.member_id = m.id
		LEFT JOIN membership_confirmations c ON c.area_id = m.area_id AND c.member_id = m.id
		WHERE m.area_id = $1 AND m.id = $2 ORDER BY r.number DESC LIMIT 1`, a, m)
	if err != nil {
		return Member{}, err
	}
	all, err := named(ctx, tx, []Member{one})
	if err != nil {
		return Member{}, err
	}
	return all[0], nil
}

// timesOf are the times that somebody was in the partnership of an area, is or
// will be, the first first.
func timesOf(ctx context.Context, tx *db.Tx, a area.ID, who access.PersonID) ([]Member, error) {
	return db.All(ctx, tx, scanMember, `
		SELECT m.id, m.area_id, m.person_id, r.kind, r.resident, COALESCE(r.organisation_id, ''), r.share,
			r.from_on, r.until_on, r.term_ends_on, r.why, r.act, r.number, r.recorded_by, r.recorded_at, (w.member_id IS NOT NULL AND c.member_id IS NULL)
		FROM memberships m
		JOIN membership_records r ON r.area_id = m.area_id AND r.member_id = m.id
			AND r.number = (SELECT MAX(l.number) FROM membership_records l WHERE l.area_id = m.area_id AND l.member_id = m.id)
		LEFT JOIN membership_waits w ON w.area_id = m.area_id AND w.member_id = m.id
		LEFT JOIN membership_confirmations c ON c.area_id = m.area_id AND c.member_id = m.id
		WHERE m.area_id = $1 AND m.person_id = $2 AND NOT r.was_never
		ORDER BY r.from_on, m.id`, a, who)
}

// RecordsOf is all that was recorded of somebody in the partnership of an area,
// the last first. WasNever of one says that it was taken back altogether.
func RecordsOf(ctx context.Context, tx *db.Tx, a area.ID, who access.PersonID) ([]Recorded, error) {
	return db.All(ctx, tx, func(r db.Row) (c Recorded, err error) {
		m := &c.Member
		return c, r.Scan(&m.ID, &m.Area, &m.Person, &m.Kind, &m.Resident, &m.Organisation, &m.Share,
			&m.From, &m.Until, &m.TermEnds, &m.Why, &m.Act, &m.Number, &m.RecordedBy, &m.RecordedAt, &c.WasNever)
	}, `
		SELECT m.id, m.area_id, m.person_id, r.kind, r.resident, COALESCE(r.organisation_id, ''), r.share,
			r.from_on, r.until_on, r.term_ends_on, r.why, r.act, r.number, r.recorded_by, r.recorded_at, r.was_never
		FROM memberships m JOIN membership_records r ON r.area_id = m.area_id AND r.member_id = m.id
		WHERE m.area_id = $1 AND m.person_id = $2
		ORDER BY r.recorded_at DESC, m.id DESC, r.number DESC`, a, who)
}

// A Recorded is a record of a membership.
type Recorded struct {
	Member

	WasNever bool
}

func insertMembership(ctx context.Context, tx *db.Tx, m Member) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO memberships (area_id, id, person_id) VALUES ($1, $2, $3)`, m.Area, m.ID, m.Person)
	return err
}

func insertRecord(ctx context.Context, tx *db.Tx, m Member, wasNever bool) error {
	var of any
	if m.Organisation != "" {
		of = m.Organisation
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO membership_records (area_id, member_id, number, act, kind, resident, organisation_id, share, from_on, until_on, term_ends_on, was_never, why, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		m.Area, m.ID, m.Number, m.Act, m.Kind, m.Resident, of, m.Share, m.From, m.Until, m.TermEnds, wasNever, m.Why, m.RecordedBy, m.RecordedAt)
	return err
}

func insertOffice(ctx context.Context, tx *db.Tx, a area.ID, h Held, by access.PersonID, at time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO offices (area_id, id, person_id, office, from_on, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		a, h.ID, h.Person, h.Office, h.From, by, at)
	return err
}

func insertOfficeEnd(ctx context.Context, tx *db.Tx, a area.ID, o OfficeID, until date.Date, by access.PersonID, at time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO office_ends (area_id, office_id, number, until_on, recorded_by, recorded_at)
		SELECT $1, $2, COALESCE(MAX(number), 0) + 1, $3, $4, $5 FROM office_ends WHERE area_id = $1 AND office_id = $2`,
		a, o, until, by, at)
	return err
}

func insertNaming(ctx context.Context, tx *db.Tx, a area.ID, n Naming) error {
	if _, err := tx.Exec(ctx, `
		INSERT INTO naming_consents (area_id, person_id, number, named, recorded_by, recorded_at)
		SELECT $1, $2, COALESCE(MAX(number), 0) + 1, $3, $4, $5 FROM naming_consents WHERE area_id = $1 AND person_id = $2`,
		a, n.Person, n.Named, n.By, n.At); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM public_lines WHERE area_id = $1 AND person_id = $2`, a, n.Person); err != nil || n.Line == "" {
		return err
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO public_lines (area_id, person_id, line) VALUES ($1, $2, $3)`, a, n.Person, n.Line)
	return err
}

// NamingsOf is what each person of an area last said of their name.
func NamingsOf(ctx context.Context, tx *db.Tx, a area.ID) (map[access.PersonID]Naming, error) {
	said := map[access.PersonID]Naming{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var n Naming
		err := r.Scan(&n.Person, &n.Named, &n.Line, &n.By, &n.At)
		said[n.Person] = n // the last is the one
		return err
	}, `
		SELECT c.person_id, c.named, COALESCE(l.line, ''), c.recorded_by, c.recorded_at
		FROM naming_consents c LEFT JOIN public_lines l ON l.area_id = c.area_id AND l.person_id = c.person_id
		WHERE c.area_id = $1 ORDER BY c.person_id, c.number`, a)
	return said, err
}
