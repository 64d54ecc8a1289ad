package partnership

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/organisation"
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
	// Unnamed are whom the matter came to touch, and who were not named in it when the
	// person did it, as whom money went to by a decision that says nothing of them. What
	// was told of an interest in them before could not be handled then, so it is listed too.
	Unnamed []Party
}

// A Late is a deed of a person who had an interest then, and told of it later; or who
// had told of it, where nobody knew yet that the matter touches it (Unnamed).
type Late struct {
	Deed     Deed
	Name     string // of the person
	Interest Interest
	Unnamed  bool     // it is in whom the matter did not name
	Handling Handling // what was recorded to be done about that since; zero: nothing
	Review   Review   // zero while nobody has looked at it
}

// IsLookedAt reports whether somebody looked at it, or recorded what is done.
func (l Late) IsLookedAt() bool { return l.Review.ID != "" || !l.Handling.IsZero() }

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
	late := i.DeclaredAt.After(x.counted())
	if x.Register > 0 {
		late = i.Number > x.Register
	}
	return late && i.HeldOn(date.InLondon(x.At))
}

// counted is when it took effect.
func (x Deed) counted() time.Time {
	if x.Counted.After(x.At) {
		return x.Counted
	}
	return x.At
}

// unnamed reports whether a person had an interest, told before or since, when what
// they did took effect.
func (x Deed) unnamed(i Interest) bool {
	day := date.InLondon(x.counted())
	if i.DeclaredAt.After(x.counted()) {
		return i.HeldOn(day)
	}
	return i.CountsOn(day)
}

// PayeeKind is the kind of matter that somebody is paid by a decision which does not
// name them: what is done about the interests of those who decided it.
const PayeeKind = "payee"

// AboutPayee is the matter that an organisation is paid by a decision which does not
// name it.
func AboutPayee(decision int64, o organisation.ID) About {
	return About{Kind: PayeeKind, ID: strconv.FormatInt(decision, 10) + "." + string(o)}
}

// Payee reads back whom a matter of PayeeKind is about.
func (a About) Payee() (decision int64, o organisation.ID, ok bool) {
	number, rest, ok := strings.Cut(a.ID, ".")
	decision, err := strconv.ParseInt(number, 10, 64)
	return decision, organisation.ID(rest), ok && err == nil && a.Kind == PayeeKind && decision > 0
}

// UnnamedIn finds among deeds those of people who had an interest, when it took effect,
// in those whom the matter did not name then (Deed.Unnamed). What was recorded in the
// matter itself about such an interest settles it.
func UnnamedIn(ctx context.Context, tx *db.Tx, a area.ID, deeds []Deed) (all []Late, err error) {
	deeds = slices.DeleteFunc(slices.Clone(deeds), func(x Deed) bool { return len(x.Unnamed) == 0 })
	if len(deeds) == 0 {
		return nil, nil
	}
	parties, who, matters := make([][]Party, len(deeds)), make([]access.PersonID, len(deeds)), make([]Matter, len(deeds))
	for at, x := range deeds {
		parties[at], who[at], matters[at] = x.Unnamed, x.Person, Matter{About: x.About}
	}
	register, err := everyInterestOf(ctx, tx, who)
	if err != nil || len(register) == 0 {
		return nil, err
	}
	named, err := namingsOf(ctx, tx, parties)
	if err != nil {
		return nil, err
	}
	handled, err := handlingsOf(ctx, tx, a, matters)
	for at, x := range deeds {
		for _, i := range register[x.Person] {
			if named[at].touches(i) && x.unnamed(i) && handled.of(matters[at], i.ID).IsZero() {
				all = append(all, Late{Deed: x, Interest: i, Unnamed: true})
			}
		}
	}
	if err != nil {
		return nil, err
	}
	return all, settled(ctx, tx, a, all)
}

// NotAmong keeps of some parties those whom none of the others names: by who they are,
// or by a name that is held to be the same.
func NotAmong(ctx context.Context, tx *db.Tx, parties, others []Party) ([]Party, error) {
	left, err := NotAmongEach(ctx, tx, [][]Party{parties}, [][]Party{others})
	if err != nil {
		return nil, err
	}
	return left[0], nil
}

// NotAmongEach is NotAmong of several lists, each with its others: in as many statements
// as for one.
func NotAmongEach(ctx context.Context, tx *db.Tx, parties, others [][]Party) ([][]Party, error) {
	left, each := slices.Clone(parties), [][]Party(nil)
	for at := range parties {
		if len(parties[at]) == 0 || len(others[at]) == 0 {
			continue
		}
		each = append(each, others[at])
		for _, p := range parties[at] {
			each = append(each, []Party{p})
		}
	}
	if len(each) == 0 {
		return left, nil
	}
	named, err := namingsOf(ctx, tx, each)
	if err != nil {
		return nil, err
	}
	next := 0
	for at := range parties {
		if len(parties[at]) == 0 || len(others[at]) == 0 {
			continue
		}
		all := named[next]
		left[at], next = nil, next+1
		for _, p := range parties[at] {
			if !all.meets(named[next]) {
				left[at] = append(left[at], p)
			}
			next++
		}
	}
	return left, nil
}

// meets reports whether two namings name somebody in common.
func (n naming) meets(other naming) bool {
	return shares(n.organisations, other.organisations) || shares(n.organisationKeys, other.organisationKeys) ||
		shares(n.people, other.people) || shares(n.personKeys, other.personKeys)
}

func shares[T comparable](a, b []T) bool {
	return slices.ContainsFunc(a, func(one T) bool { return slices.Contains(b, one) })
}

// Touching keeps of some parties those in whom anybody has an interest.
func Touching(ctx context.Context, tx *db.Tx, parties []Party) ([]Party, error) {
	each := make([][]Party, len(parties))
	for at, p := range parties {
		each[at] = []Party{p}
	}
	named, err := namingsOf(ctx, tx, each)
	if err != nil {
		return nil, err
	}
	interests, err := namedInterests(ctx, tx, named, "")
	var all []Party
	for at, p := range parties {
		if slices.ContainsFunc(interests, named[at].touches) {
			all = append(all, p)
		}
	}
	return all, err
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
			if deed.before(i) && named[at].touches(i) && !deed.isRuledIn(all, i) {
				all = append(all, Late{Deed: deed, Interest: i})
			}
		}
	}
	unnamed, err := UnnamedIn(ctx, tx, a, deeds)
	if err != nil {
		return nil, err
	}
	for _, l := range unnamed {
		if !slices.ContainsFunc(all, func(x Late) bool {
			return x.Interest.ID == l.Interest.ID && x.Deed.About == l.Deed.About && x.Deed.What == l.Deed.What && x.Deed.Person == l.Deed.Person
		}) {
			all = append(all, l)
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
	ruled, err := p.ruledIn(ctx, tx, a, who, deeds)
	if err != nil {
		return nil, err
	}
	return LateIn(ctx, tx, a, append(deeds, ruled...))
}

// What people did about interests of others, which takes somebody without one.
const (
	deedHandled  = "recorded what is done about somebody’s interest in"
	deedReviewed = "looked at what was told late about"
)

// ruledIn lists what some people recorded about interests of others: what is done about
// them in a matter, and what was found of those that were told late. Of each person in
// each matter it is one thing to look at, however often they did. Whom a matter came to
// touch by what others did in it (done) they knew of when they ruled on that.
func (p *Partnerships) ruledIn(ctx context.Context, tx *db.Tx, a area.ID, who []access.PersonID, done []Deed) ([]Deed, error) {
	handled, err := handledBy(ctx, tx, a, who)
	if err != nil {
		return nil, err
	}
	looked, err := reviewsBy(ctx, tx, a, who)
	if err != nil {
		return nil, err
	}
	var deeds []Deed
	for _, h := range handled {
		deeds = append(deeds, Deed{Person: h.RecordedBy, At: h.RecordedAt, Register: h.Register, What: deedHandled, About: h.About})
	}
	deeds = append(deeds, looked...)
	register, err := everyInterestOf(ctx, tx, who)
	if err != nil {
		return nil, err
	}
	unnamed := map[About][]Party{}
	for _, x := range done {
		unnamed[x.About] = x.Unnamed // the same of each who took part in it
	}
	var all []Deed
	matters := map[About]Matter{}
	for _, x := range deeds {
		if !slices.ContainsFunc(register[x.Person], x.before) {
			continue // whatever the matter touches
		}
		m, known := matters[x.About]
		if !known {
			if m, err = p.MatterIn(ctx, tx, a, x.About); err != nil && !errors.Is(err, fault.NotFound) {
				return nil, err
			}
			matters[x.About] = m
		}
		parties := slices.Concat(m.Parties, unnamed[x.About])
		if len(parties) == 0 {
			continue
		}
		x.Called, x.Title, x.Href, x.Parties = m.Called, m.Title, m.Href, parties
		all = append(all, x)
	}
	return all, nil
}

// isRuledIn reports whether the same person did the same about interests of others in
// the same matter, and that is listed for an interest.
func (x Deed) isRuledIn(all []Late, i Interest) bool {
	return (x.What == deedHandled || x.What == deedReviewed) && slices.ContainsFunc(all, func(l Late) bool {
		return l.Interest.ID == i.ID && l.Deed.Person == x.Person && l.Deed.About == x.About && l.Deed.What == x.What
	})
}

// settled gives each that is in whom a matter did not name what was recorded to be done
// about it since, of any of those who were not named.
func settled(ctx context.Context, tx *db.Tx, a area.ID, all []Late) error {
	var matters []Matter
	of := make([][]Matter, len(all))
	for at, l := range all {
		number, err := strconv.ParseInt(l.Deed.Called, 10, 64)
		if !l.Unnamed || err != nil {
			continue
		}
		for _, p := range l.Deed.Unnamed {
			if p.Organisation != "" {
				of[at] = append(of[at], Matter{About: AboutPayee(number, p.Organisation)})
			}
		}
		matters = append(matters, of[at]...)
	}
	if len(matters) == 0 {
		return nil
	}
	handled, err := handlingsOf(ctx, tx, a, matters)
	for at, l := range all {
		for _, m := range of[at] {
			if h := handled.of(m, l.Interest.ID); !h.IsZero() {
				all[at].Handling = h
			}
		}
	}
	return err
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
	bar, err := BarIn(ctx, tx, a.ID, Matter{About: n.About, Parties: slices.Concat(late.Deed.Parties, late.Deed.Unnamed), On: date.Of(p.Now())}, by.Person)
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
		Facts: map[string]string{"interest": string(n.Interest), "about": n.About.Kind, "of": n.About.ID, "person": string(late.Deed.Person), "act": late.Deed.What},
	})
}
