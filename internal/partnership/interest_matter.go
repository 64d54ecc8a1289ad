package partnership

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/organisation"
	"commontable/internal/person"
)

// A Matter is something that is decided, and that may touch somebody's interest.
type Matter struct {
	About   About
	Called  string // by which people and programs name it, as a decision by its number; "" for its ID
	Title   string // as those who may see it read it
	Href    string // in the area: "/money/payments/…"
	Parties []Party
	On      date.Date         // the day that counts for it
	Open    bool              // whether it is still to be decided
	DoneAt  time.Time         // when it was done; zero while that is open or not known
	DoneBy  []access.PersonID // of money that was moved: who approved and paid it, or certified it

	// With are other matters of the same thing, as a decision and the item of an agenda
	// in which it is talked about: what is done about an interest there counts here too,
	// where nothing is recorded of it here.
	With []About
	// Moves is that it moves money: so those decide who approve, release or certify it,
	// and those of Organisation who certify its spending.
	Moves        bool
	Organisation organisation.ID
	// Past are whose interests count in something that was decided already, on the day
	// On; nil where it is not about what was decided.
	Past []access.PersonID
}

// AsOf is the matter as it is handled today: of what was decided already those
// interests count that counted then.
func (m Matter) AsOf(today date.Date) Matter {
	if m.Past == nil {
		m.On = today
	}
	return m
}

// Matters tell of all matters of one kind. Each slice that has any gives them
// (Partnerships.Matters), so that this one need know none of them.
type Matters interface {
	// Matter is one matter, by its ID or by what it is called, or fault.NotFound.
	Matter(ctx context.Context, tx *db.Tx, a area.ID, matter string) (Matter, error)
	// OpenMatters lists those of an area that are still to be decided.
	OpenMatters(ctx context.Context, tx *db.Tx, a area.ID) ([]Matter, error)
	// DeedsOf lists what some people did in an area that takes somebody without
	// an interest: voted, approved, released, certified.
	DeedsOf(ctx context.Context, tx *db.Tx, a area.ID, who []access.PersonID) ([]Deed, error)
}

// MatterIn is one matter, or fault.NotFound.
func (p *Partnerships) MatterIn(ctx context.Context, tx *db.Tx, a area.ID, about About) (Matter, error) {
	kind, ok := p.Matters[about.Kind]
	if !ok {
		return Matter{}, fault.NotFound
	}
	m, err := kind.Matter(ctx, tx, a, about.ID)
	if err != nil {
		return m, fmt.Errorf("%s: %w", about.Kind, err)
	}
	return m, nil
}

// A Touched is an open matter with the interests that it touches.
type Touched struct {
	Matter  Matter
	Touches []Touch
}

// TouchedIn lists the open matters of an area that touch somebody's interest.
func (p *Partnerships) TouchedIn(ctx context.Context, tx *db.Tx, a area.ID) ([]Touched, error) {
	var matters []Matter
	for _, kind := range slices.Sorted(maps.Keys(p.Matters)) {
		open, err := p.Matters[kind].OpenMatters(ctx, tx, a)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", kind, err)
		}
		matters = append(matters, open...)
	}
	if len(matters) == 0 {
		return nil, nil
	}
	touches, err := touchesOf(ctx, tx, a, matters)
	if err != nil {
		return nil, err
	}
	var all []Touched
	for at, m := range matters {
		if len(touches[at]) > 0 {
			all = append(all, Touched{m, touches[at]})
		}
	}
	var who []access.PersonID
	for _, one := range all {
		for _, t := range one.Touches {
			who = append(who, t.Person)
		}
	}
	names, err := person.Names(ctx, tx, who...)
	for _, one := range all {
		for i := range one.Touches {
			one.Touches[i].Name = names[one.Touches[i].Person]
		}
	}
	return all, err
}
