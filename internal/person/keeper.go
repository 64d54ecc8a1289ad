package person

import (
	"context"
	"slices"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// Who keeps the list of a partnership gives the hats of its members and friends,
// in their own area, and no other hat anywhere. They may end those of its workers
// too. A chair’s hat is the programme’s to give and to end; and what is ended of
// one’s own is one’s own to end.
var (
	keeperGives      = []access.Role{access.Member, access.Friend}
	keeperEnds       = []access.Role{access.Member, access.Friend, access.Worker}
	ofThePartnership = []access.Role{access.Member, access.Chair, access.Friend, access.Worker}
)

// AddToAreaIn adds a person whom somebody puts on the list of a partnership.
func (p *People) AddToAreaIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n New) (Person, error) {
	if err := by.Must(access.KeepMembers, a.Place()); err != nil {
		return Person{}, err
	}
	return p.add(ctx, tx, by, n)
}

// MayPutOnList is fault.NotFound for a person whom an actor may not put on the
// list of an area: who keeps it knows those who have or had a hat there, or have
// none anywhere; who manages people, all whom they see.
func (p *People) MayPutOnList(ctx context.Context, tx *db.Tx, by access.Actor, who access.PersonID, a area.Area) error {
	if by.May(access.ManagePeople, a.Place()) {
		_, err := p.Seen(ctx, tx, by, who)
		return err
	}
	if _, err := ByID(ctx, tx, who); err != nil {
		return err
	}
	hats, err := HatsOf(ctx, tx, who)
	if err == nil && len(hats) > 0 && !slices.ContainsFunc(hats, func(h access.Hat) bool { return h.Scope == access.InArea && h.Place == string(a.ID) }) {
		err = fault.NotFound
	}
	return err
}

// GiveInAreaIn gives a person a hat of the partnership of an area, on behalf of
// who keeps its list.
func (p *People) GiveInAreaIn(ctx context.Context, tx *db.Tx, by access.Actor, to access.PersonID, a area.Area, role access.Role, from date.Date) (access.Hat, error) {
	if err := by.Must(access.KeepMembers, a.Place()); err != nil {
		return access.Hat{}, err
	}
	if !slices.Contains(keeperGives, role) {
		return access.Hat{}, fault.New(fault.Forbidden, "Who keeps the list of members gives the hats of members and friends. The hat of a "+role.Title()+" is given by the programme.")
	}
	if to == by.Person {
		return access.Hat{}, fault.New(fault.Forbidden, "Nobody gives themselves a hat. Ask a colleague.")
	}
	if err := p.MayPutOnList(ctx, tx, by, to, a); err != nil {
		return access.Hat{}, err
	}
	return p.give(ctx, tx, by, to, NewHat{Role: role, Scope: access.InArea, Place: string(a.ID), From: from}, string(a.Programme), nil)
}

// EndInAreaIn ends, from a day on, the hats of the partnership of an area that a
// person wears or will wear, but for those of the roles that they keep.
func (p *People) EndInAreaIn(ctx context.Context, tx *db.Tx, by access.Actor, who access.PersonID, a area.Area, until date.Date, keep ...access.Role) error {
	if who != by.Person {
		if err := by.Must(access.KeepMembers, a.Place()); err != nil {
			return err
		}
	}
	hats, err := HatsOf(ctx, tx, who)
	if err != nil {
		return err
	}
	for _, h := range hats {
		if h.Scope != access.InArea || h.Place != string(a.ID) || !slices.Contains(ofThePartnership, h.Role) || slices.Contains(keep, h.Role) || (!h.Until.IsZero() && !until.Before(h.Until)) {
			continue
		}
		if who != by.Person && !slices.Contains(keeperEnds, h.Role) && !by.May(access.ManagePeople, a.Place()) {
			return fault.New(fault.Conflict, "They wear the hat of the "+h.Role.Title()+", which the programme gives. They can say themselves that they leave, or the programme officer ends that hat first.")
		}
		last := until
		if last.Before(h.From) {
			last = h.From
		}
		if err := p.end(ctx, tx, by, h, last); err != nil {
			return err
		}
	}
	return nil
}
