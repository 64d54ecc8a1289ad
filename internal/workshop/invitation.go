package workshop

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/organisation"
	"commontable/internal/relationship"
)

// AskOfficers lets officers of the body with whom a record is, who have an account,
// do in it what is theirs, as by a link; or takes that back. Sent twice, it counts
// once.
func (w *Workshops) AskOfficers(ctx context.Context, by access.Actor, a area.Area, of ID, open bool, form string) error {
	_, err := w.once(ctx, by, form, content("officers", a, of, open), func(tx *db.Tx) (string, error) {
		return string(of), w.AskOfficersIn(ctx, tx, by, a, of, open)
	})
	return err
}

// AskOfficersIn is AskOfficers as part of a transaction.
func (w *Workshops) AskOfficersIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, open bool) error {
	r, err := ByID(ctx, tx, a.ID, of)
	if err != nil {
		return err
	}
	if !r.SeenBy(by, a) {
		return fault.NotFound
	}
	if err := by.Must(access.KeepRelationships, a.Place()); err != nil {
		return err
	}
	if err := by.Must(access.ShareOutside, a.Place()); err != nil {
		return err
	}
	if !r.Kind.Invited() || r.Relationship == "" {
		return fault.New(fault.Conflict, "There is no one body whose officers could take part in this.")
	}
	with, err := relationship.ByID(ctx, tx, a.ID, r.Relationship)
	if err != nil {
		return err
	}
	was, err := invitationsOf(ctx, tx, a.ID, of)
	if err != nil {
		return err
	}
	if is, asked := last(was); asked && is.open == open && is.body == with.Body {
		return nil
	}
	number := int64(len(was)) + 1
	if _, err := tx.Exec(ctx, `INSERT INTO workshop_invitations (area_id, record_id, number, organisation_id, open, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		a.ID, of, number, with.Body, open, by.Person, w.Now()); err != nil {
		return fmt.Errorf("insert workshop invitation: %w", err)
	}
	return w.record(ctx, tx, by, a, "workshop officers", string(of), map[string]string{
		"number": strconv.FormatInt(number, 10), "body": string(with.Body), "open": strconv.FormatBool(open),
	}, "")
}

// An invitation is whether officers of a body may take part in a record, as it was
// said once.
type invitation struct {
	area area.ID
	of   ID
	body organisation.ID
	open bool
}

func last(all []invitation) (invitation, bool) {
	if len(all) == 0 {
		return invitation{}, false
	}
	return all[len(all)-1], true
}

func scanInvitation(r db.Row) (i invitation, err error) {
	return i, r.Scan(&i.area, &i.of, &i.body, &i.open)
}

func invitationsOf(ctx context.Context, tx *db.Tx, a area.ID, of ID) ([]invitation, error) {
	all, err := db.All(ctx, tx, scanInvitation, `
		SELECT area_id, record_id, organisation_id, open FROM workshop_invitations WHERE area_id = $1 AND record_id = $2 ORDER BY number`, a, of)
	if err != nil {
		return nil, fmt.Errorf("workshop invitations: %w", err)
	}
	return all, nil
}

// OfficersAsked reports whether officers who have an account may take part in a
// record.
func OfficersAsked(ctx context.Context, tx *db.Tx, a area.ID, of ID) (bool, error) {
	all, err := invitationsOf(ctx, tx, a, of)
	is, _ := last(all)
	return is.open, err
}

// AskedOf lists the records in which officers of a body may take part, in the order
// in which they were begun. A record whose relationship is with another body by now
// is not among them.
func AskedOf(ctx context.Context, tx *db.Tx, body organisation.ID) ([]Record, error) {
	open, err := db.All(ctx, tx, scanInvitation, `
		SELECT i.area_id, i.record_id, i.organisation_id, i.open FROM workshop_invitations i
		WHERE i.organisation_id = $1 AND i.open AND i.number = (SELECT MAX(x.number) FROM workshop_invitations x WHERE x.area_id = i.area_id AND x.record_id = i.record_id)
		ORDER BY i.area_id, i.record_id`, body)
	if err != nil {
		return nil, fmt.Errorf("what officers are asked: %w", err)
	}
	var all []Record
	for _, i := range open {
		r, err := ByID(ctx, tx, i.area, i.of)
		if err != nil {
			return nil, err
		}
		with, err := relationship.ByID(ctx, tx, i.area, r.Relationship)
		if err != nil {
			return nil, err
		}
		if with.Body == body {
			all = append(all, r)
		}
	}
	slices.SortStableFunc(all, func(a, b Record) int { return a.BegunAt.Compare(b.BegunAt) })
	return all, nil
}
