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

// A Wear is a hat of a partnership as its list would have it worn, from a day
// until another; zero while none is known.
type Wear struct {
	Role        access.Role
	From, Until date.Date
}

// FitInAreaIn makes the hats of a member or friend of a partnership fit what its
// list says, from today on: on behalf of who keeps it. What is worn too long ends
// sooner, and what is missing is given. A chair may do what a member may, and a
// worker what a friend may, so those who are that need no further hat.
func (p *People) FitInAreaIn(ctx context.Context, tx *db.Tx, by access.Actor, who access.PersonID, a area.Area, list []Wear) error {
	if err := by.Must(access.KeepMembers, a.Place()); err != nil {
		return err
	}
	hats, err := HatsOf(ctx, tx, who)
	if err != nil {
		return err
	}
	hats = slices.DeleteFunc(hats, func(h access.Hat) bool { return h.Scope != access.InArea || h.Place != string(a.ID) })
	for i, h := range hats {
		if !slices.Contains(keeperGives, h.Role) || (!h.Until.IsZero() && !h.Until.After(p.today())) {
			continue
		}
		until := wornUntil(list, h.Role, later(h.From, p.today()))
		if until.IsZero() || (!h.Until.IsZero() && !until.Before(h.Until)) {
			continue
		}
		if err := p.end(ctx, tx, by, h, until); err != nil {
			return err
		}
		hats[i].Until = until
	}
	for _, w := range list {
		from := missingFrom(hats, w, later(w.From, p.today()))
		if !w.Until.IsZero() && !from.Before(w.Until) || from.IsZero() {
			continue
		}
		w.From = from
		given, err := p.giveInArea(ctx, tx, by, who, a, w)
		if err != nil {
			return err
		}
		hats = append(hats, given)
	}
	return nil
}

func later(a, b date.Date) date.Date {
	if a.Before(b) {
		return b
	}
	return a
}

// wornUntil is the first day, from one on, on which by the list a hat of a role is
// not worn; zero for none.
func wornUntil(list []Wear, role access.Role, from date.Date) date.Date {
	for {
		i := slices.IndexFunc(list, func(w Wear) bool {
			return w.Role == role && access.Hat{From: w.From, Until: w.Until}.WornOn(from)
		})
		if i < 0 || list[i].Until.IsZero() {
			if i < 0 {
				return from
			}
			return date.Date{}
		}
		from = list[i].Until
	}
}

// missingFrom is the first day, from one on, on which nothing is worn with which
// one may do as much; zero for none.
func missingFrom(hats []access.Hat, w Wear, from date.Date) date.Date {
	enough := map[access.Role][]access.Role{access.Member: {access.Member, access.Chair}, access.Friend: {access.Friend, access.Chair, access.Worker}}[w.Role]
	for {
		i := slices.IndexFunc(hats, func(h access.Hat) bool { return slices.Contains(enough, h.Role) && h.WornOn(from) })
		if i < 0 {
			return from
		}
		if hats[i].Until.IsZero() {
			return date.Date{}
		}
		from = hats[i].Until
	}
}

// giveInArea gives a hat of a partnership. One that began on the same day, and
// ended, is worn again.
func (p *People) giveInArea(ctx context.Context, tx *db.Tx, by access.Actor, to access.PersonID, a area.Area, w Wear) (access.Hat, error) {
	if !slices.Contains(keeperGives, w.Role) {
		return access.Hat{}, fault.New(fault.Forbidden, "Who keeps the list of members gives the hats of members and friends. The hat of a "+w.Role.Title()+" is given by the programme.")
	}
	if to == by.Person {
		return access.Hat{}, fault.New(fault.Forbidden, "Nobody gives themselves a hat. Ask a colleague.")
	}
	if err := p.MayPutOnList(ctx, tx, by, to, a); err != nil {
		return access.Hat{}, err
	}
	again, err := db.All(ctx, tx, scanHat, `
		SELECT id, role, scope, place_id, from_on, until_on FROM hats
		WHERE person_id = $1 AND role = $2 AND scope = 'area' AND place_id = $3 AND from_on = $4`, to, w.Role, string(a.ID), w.From)
	if err != nil {
		return access.Hat{}, err
	}
	if len(again) == 0 {
		return p.give(ctx, tx, by, to, NewHat{Role: w.Role, Scope: access.InArea, Place: string(a.ID), From: w.From, Until: w.Until}, string(a.Programme), nil)
	}
	h := again[0]
	h.Until = w.Until
	if err := endHat(ctx, tx, h.ID, h.Until); err != nil {
		return access.Hat{}, err
	}
	return h, p.recordGiven(ctx, tx, by, to, h, nil)
}

// EndInAreaIn ends, from a day on, the hats of the partnership of an area that a
// person wears or will wear: on behalf of who keeps its list, or of themselves.
func (p *People) EndInAreaIn(ctx context.Context, tx *db.Tx, by access.Actor, who access.PersonID, a area.Area, until date.Date) error {
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
		if h.Scope != access.InArea || h.Place != string(a.ID) || !slices.Contains(ofThePartnership, h.Role) || (!h.Until.IsZero() && !until.Before(h.Until)) {
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
