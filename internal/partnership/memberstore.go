package partnership

import (
	"cmp"
	"context"
	"slices"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/person"
)

func scanMember(r db.Row) (m Member, err error) {
	return m, r.Scan(&m.ID, &m.Area, &m.Person, &m.Kind, &m.Resident, &m.Organisation, &m.Share,
		&m.From, &m.Until, &m.TermEnds, &m.Why, &m.Act, &m.Number, &m.RecordedBy, &m.RecordedAt)
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
	return db.All(ctx, tx, scanMember, `
		SELECT m.id, m.area_id, m.person_id, r.kind, r.resident, COALESCE(r.organisation_id, ''), r.share,
			r.from_on, r.until_on, r.term_ends_on, r.why, r.act, r.number, r.recorded_by, r.recorded_at
		FROM memberships m
		JOIN membership_records r ON r.area_id = m.area_id AND r.member_id = m.id
			AND r.number = (SELECT MAX(l.number) FROM membership_records l WHERE l.area_id = m.area_id AND l.member_id = m.id)
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
	return db.All(ctx, tx, func(r db.Row) (h Held, err error) {
		return h, r.Scan(&h.ID, &h.Person, &h.Office, &h.From, &h.Until)
	}, `
		SELECT o.id, o.person_id, o.office, o.from_on,
			(SELECT e.until_on FROM office_ends e WHERE e.area_id = o.area_id AND e.office_id = o.id ORDER BY e.number DESC LIMIT 1)
		FROM offices o WHERE o.area_id = $1 ORDER BY o.from_on, o.id`, a)
}
