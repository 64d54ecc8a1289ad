package partnership

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/person"
)

// A Deed is what a person did in a matter that takes somebody without an interest.
type Deed struct {
	Person      access.PersonID
	At          time.Time
	Counted     time.Time // when it took effect, as a vote does when it closes: what was told before that is in time; zero: At
	Register    int64     // the register's version when it took effect; 0 where that was not kept
	What        string    // as it follows their name: "approved a payment"
	About       About
	Called      string // of the matter, as in Matter
	Title, Href string // of the matter
	Parties     []Party
}

// A Late is a deed of a person who had an interest then, and told of it later.
type Late struct {
	Deed     Deed
	Name     string // of the person
	Interest Interest
	Review   Review // zero while nobody has looked at it
}

// A Review is that somebody looked at a late interest, and what came of it.
type Review struct {
	ID         string
	Words      string
	ReviewedBy access.PersonID
	ReviewedAt time.Time
}

// before reports whether a person did something while they had an interest and
// before they told of it.
func (x Deed) before(i Interest) bool {
	counted := x.At
	if x.Counted.After(counted) {
		counted = x.Counted
	}
	late := i.DeclaredAt.After(counted)
	if x.Register > 0 {
		late = i.Number > x.Register
	}
	return late && i.HeldOn(date.InLondon(x.At))
}

// LateIn finds among deeds those of people who had an interest on that day and
// told of it later: S06's exceptions. It blames nobody; somebody looks at each.
func LateIn(ctx context.Context, tx *db.Tx, a area.ID, deeds []Deed) ([]Late, error) {
	register, named, err := withInterests(ctx, tx, deeds)
	if err != nil {
		return nil, err
	}
	var all []Late
	for at, deed := range deeds {
		for _, i := range register[deed.Person] {
			if deed.before(i) && named[at].touches(i) {
				all = append(all, Late{Deed: deed, Interest: i})
			}
		}
	}
	if err := reviewed(ctx, tx, a, all); err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b Late) int { return b.Deed.At.Compare(a.Deed.At) })
	who := make([]access.PersonID, len(all))
	for i, l := range all {
		who[i] = l.Deed.Person
	}
	names, err := person.Names(ctx, tx, who...)
	for i := range all {
		all[i].Name = names[all[i].Deed.Person]
	}
	return all, err
}

// ExceptionsIn lists what was done in an area by people who had an interest then
// and told of it later, newest first.
func (p *Partnerships) ExceptionsIn(ctx context.Context, tx *db.Tx, a area.ID) ([]Late, error) {
	who, err := WhoDeclared(ctx, tx)
	if err != nil || len(who) == 0 {
		return nil, err
	}
	var deeds []Deed
	for _, kind := range slices.Sorted(maps.Keys(p.Matters)) {
		done, err := p.Matters[kind].DeedsOf(ctx, tx, a, who)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", kind, err)
		}
		deeds = append(deeds, done...)
	}
	return LateIn(ctx, tx, a, deeds)
}

// NewReview is that somebody looked at an exception.
type NewReview struct {
	Form     string
	Interest InterestID
	About    About
	What     string // the deed’s
	Words    string
}

// Check says what is wrong with n, if anything.
func (n NewReview) Check() fault.Invalid {
	var wrong fault.Invalid
	if strings.TrimSpace(n.Words) == "" {
		wrong.Add("words", "Say what you found, and what is done about it")
	}
	checkLength(&wrong, "words", n.Words, longestPrivate)
	return wrong
}

// Review records that somebody looked at an exception, and what came of it.
func (p *Partnerships) Review(ctx context.Context, by access.Actor, a area.Area, n NewReview) error {
	err := p.DB.Write(ctx, func(tx *db.Tx) error {
		content := []any{"review", a.ID, n.Interest, n.About, n.What, n.Words}
		_, err := audit.Once(ctx, tx, audit.Sent{Form: n.Form, By: by, Content: content, At: p.Now()}, func() (string, error) {
			_, err := p.ReviewIn(ctx, tx, by, a, n)
			return string(n.Interest), err
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("record that an exception was looked at: %w", err)
	}
	return nil
}

// ReviewIn is Review as part of a transaction. Nobody looks at what they did
// themselves, nor in what touches an interest of their own.
func (p *Partnerships) ReviewIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewReview) (Review, error) {
	if err := by.Must(access.HandleInterest, a.Place()); err != nil {
		return Review{}, err
	}
	all, err := p.ExceptionsIn(ctx, tx, a.ID)
	if err != nil {
		return Review{}, err
	}
	at := slices.IndexFunc(all, func(l Late) bool {
		return l.Interest.ID == n.Interest && l.Deed.About == n.About && l.Deed.What == n.What
	})
	if at < 0 {
		return Review{}, fault.NotFound
	}
	late := all[at]
	if late.Deed.Person == by.Person {
		return Review{}, fault.New(fault.Forbidden, "You did this yourself, so somebody else looks at it.")
	}
	bar, err := BarIn(ctx, tx, a.ID, n.About, late.Deed.Parties, date.Of(p.Now()), by.Person)
	if err != nil {
		return Review{}, err
	}
	if bar.Approve {
		return Review{}, fault.New(fault.Forbidden, "You have an interest in this too, so somebody without one looks at it.")
	}
	if err := n.Check().OrNil(); err != nil {
		return Review{}, err
	}
	late.Review = Review{ID: id.New[string](p.IDs), Words: strings.TrimSpace(n.Words), ReviewedBy: by.Person, ReviewedAt: p.Now()}
	if err := insertReview(ctx, tx, a.ID, late); err != nil {
		return Review{}, fmt.Errorf("insert review: %w", err)
	}
	return late.Review, audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: string(a.ID), Act: "late interest looked at", Subject: late.Review.ID, By: by, At: late.Review.ReviewedAt, Private: late.Review.Words,
		Facts: map[string]string{"interest": string(n.Interest), "about": n.About.Kind, "of": n.About.ID, "person": string(late.Deed.Person)},
	})
}
