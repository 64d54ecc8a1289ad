package partnership

import (
	"context"
	"fmt"
	"slices"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// Somebody who is put on the list with a say could be nobody: a name that one
// person made up, and votes for. So from when the programme has endorsed a
// partnership, which is when it looks at who they are, a second person says that
// they know each newcomer. Until then these come along as friends do (decision 0023).

// needsSecond reports whether somebody who is to be in a partnership in a way waits
// for a second person. Who has a say already keeps it. That an area went back to where
// it began does not undo it: nobody gets a say by what an officer notes.
func (p *Partnerships) needsSecond(ctx context.Context, tx *db.Tx, by access.Actor, a area.ID, hadASay bool, as Kind) (bool, error) {
	if by.System || hadASay || !as.Decides() {
		return false, nil
	}
	return area.EverBeyondSelected(ctx, tx, a, p.today())
}

// ConfirmMember records that a second person knows a newcomer, who has a say from
// then on. Sent twice, it counts once.
func (p *Partnerships) ConfirmMember(ctx context.Context, by access.Actor, a area.Area, m MemberID, form string) error {
	_, err := p.once(ctx, by, "confirm member", form, []any{"confirm member", a.ID, m}, func(tx *db.Tx) (string, error) {
		_, err := p.ConfirmMemberIn(ctx, tx, by, a, m)
		return string(m), err
	})
	return err
}

// ConfirmMemberIn is ConfirmMember as part of a transaction. It is somebody with a
// say, or who keeps the list, and neither who put them on it nor they themselves.
func (p *Partnerships) ConfirmMemberIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, mid MemberID) (Member, error) {
	m, err := MemberOf(ctx, tx, a.ID, mid)
	if err != nil {
		return Member{}, err
	}
	if err := p.MayConfirm(ctx, tx, by, a, m); err != nil {
		return Member{}, err
	}
	now := p.Now()
	if err := insertMemberConfirmation(ctx, tx, m, by.Person, now); err != nil {
		return Member{}, fmt.Errorf("insert confirmation: %w", err)
	}
	m.Waits = false
	if err := audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: string(a.ID), Act: "member confirmed", Subject: string(m.ID), By: by, At: now, Facts: map[string]string{"person": string(m.Person)},
	}); err != nil {
		return Member{}, err
	}
	// The hat follows from the list, whoever confirms it.
	keeper := by
	keeper.System = true
	return m, p.fitHats(ctx, tx, keeper, a, m.Person)
}

// MayConfirm says why an actor may not confirm a newcomer, or nothing.
func (p *Partnerships) MayConfirm(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, m Member) error {
	if !by.May(access.KeepMembers, a.Place()) {
		if err := by.Must(access.TakePart, a.Place()); err != nil {
			return err
		}
	}
	if !m.Waits {
		return fault.New(fault.Conflict, "They have their say already. Nobody needs to confirm this.")
	}
	adder, err := adderOf(ctx, tx, m)
	switch {
	case err != nil:
		return err
	case m.Person == by.Person:
		return fault.New(fault.Forbidden, "Somebody else says that they know you.")
	case adder == by.Person:
		return fault.New(fault.Forbidden, "You put them on the list, so somebody else says that they know them.")
	case by.May(access.KeepMembers, a.Place()):
		return nil
	}
	with, err := ElectorsOn(ctx, tx, a.ID, p.today())
	if err == nil && !slices.ContainsFunc(with, func(e Elector) bool { return e.Person == by.Person }) {
		err = fault.New(fault.Forbidden, "Somebody who has a say here, or who keeps the list, says that they know them.")
	}
	return err
}

// Newcomers lists those on the list of an area who wait for a second person.
func Newcomers(ctx context.Context, tx *db.Tx, a area.ID) ([]Member, error) {
	all, err := everyMember(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	var wait []Member
	for _, m := range all {
		if m.Waits && m.Until.IsZero() {
			wait = append(wait, m)
		}
	}
	return named(ctx, tx, wait)
}

func insertWait(ctx context.Context, tx *db.Tx, m Member) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO membership_waits (area_id, member_id, number) VALUES ($1, $2, $3)`, m.Area, m.ID, m.Number)
	return err
}

func hasWaited(ctx context.Context, tx *db.Tx, m Member) (bool, error) {
	n, err := db.One(ctx, tx, db.Value[int64], `SELECT COUNT(*) FROM membership_waits WHERE area_id = $1 AND member_id = $2`, m.Area, m.ID)
	return n > 0, err
}

// adderOf is who recorded that somebody is in a partnership with a say.
func adderOf(ctx context.Context, tx *db.Tx, m Member) (access.PersonID, error) {
	return db.One(ctx, tx, db.Value[access.PersonID], `
		SELECT r.recorded_by FROM membership_waits w
		JOIN membership_records r ON r.area_id = w.area_id AND r.member_id = w.member_id AND r.number = w.number
		WHERE w.area_id = $1 AND w.member_id = $2`, m.Area, m.ID)
}

func insertMemberConfirmation(ctx context.Context, tx *db.Tx, m Member, by access.PersonID, at time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO membership_confirmations (area_id, member_id, confirmed_by, confirmed_at) VALUES ($1, $2, $3, $4)`, m.Area, m.ID, by, at)
	if db.IsDuplicate(err) {
		return fault.New(fault.Conflict, "Somebody confirmed this a moment ago.")
	}
	return err
}

func eachConfirmation(ctx context.Context, tx *db.Tx, f func(place, subject, by, said string)) error {
	return eachText(ctx, tx, f, `
		SELECT c.area_id, c.member_id, c.confirmed_by, m.person_id
		FROM membership_confirmations c JOIN memberships m ON m.area_id = c.area_id AND m.id = c.member_id`)
}
