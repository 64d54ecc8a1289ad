package relationship

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/share"
)

// A HolderID names that somebody holds a relationship, on one side.
type HolderID string

// A Holder is somebody who holds a relationship, from a day to a day: several on
// each side are better than one (R18). On our side it is a person with an account
// or a name; on theirs somebody in a post, or a name.
type Holder struct {
	ID           HolderID
	Relationship ID
	Side         Side
	Person       access.PersonID
	Contact      agency.ContactID
	Post         agency.PostID
	Name         string
	Role         string // a code of Roles on our side; a job title on theirs
	Words        string // "Leads. Knows Karen and Jas."
	From         date.Date
	Until        date.Date // the first day on which they hold it no more; no day while they do
	EndWords     string
}

// On reports whether they hold it on a day.
func (h Holder) On(day date.Date) bool {
	return !day.Before(h.From) && (h.Until.IsZero() || day.Before(h.Until))
}

// Leaves reports whether it is known on a day that they will hold it no more.
func (h Holder) Leaves(day date.Date) bool { return h.On(day) && !h.Until.IsZero() }

// Same reports whether two holdings are by the same human being.
func (h Holder) Same(other Holder) bool {
	switch {
	case h.Side != other.Side:
		return false
	case h.Person != "" && other.Person != "":
		return h.Person == other.Person
	case h.Contact != "" && other.Contact != "":
		return h.Contact == other.Contact
	}
	return sameName(h.Name, other.Name)
}

// sameName reports whether two names are one, but for capitals and for spaces that
// say nothing. Names are kept without such spaces, so that these are looked for only
// where the names are not one as they stand: pages compare hundreds with hundreds.
func sameName(a, b string) bool {
	if strings.EqualFold(a, b) {
		return true
	}
	if isTidy(a) && isTidy(b) {
		return false
	}
	return strings.EqualFold(strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " "))
}

// isTidy reports whether a name has no space at its ends, no two together, and none
// that is another than the usual one. Of what is beyond ASCII it is not sure.
func isTidy(name string) bool {
	was := byte(' ')
	for i := range len(name) {
		c := name[i]
		if c < ' ' || c == 0xc2 || c == 0xe1 || c == 0xe2 || c == 0xe3 || (c == ' ' && was == ' ') {
			return false
		}
		was = c
	}
	return was != ' '
}

// NewHolder is a holder as somebody adds them.
type NewHolder struct {
	Form    string
	Side    Side
	Person  access.PersonID
	Contact agency.ContactID
	Post    agency.PostID
	Name    string
	Role    string
	Words   string
	From    date.Date
	Until   date.Date // where that is known from the beginning
}

// Check says what is wrong with n, if anything.
func (n NewHolder) Check() fault.Invalid {
	var wrong fault.Invalid
	if !said(n.Name, 120) {
		wrong.Add("name", "Enter their name, in up to 120 letters")
	}
	if n.Side != Ours && n.Side != Theirs {
		wrong.Add("side", "Say whether they are on our side or on theirs")
	}
	if !fits(n.Role, 120) {
		wrong.Add("role", "Say it in up to 120 letters")
	}
	if !fits(n.Words, 300) {
		wrong.Add("words", "Say it in up to 300 letters")
	}
	if n.From.IsZero() {
		wrong.Add("from", "Enter the day since when they know each other")
	}
	if !n.Until.IsZero() && !n.Until.After(n.From) {
		wrong.Add("until", "Enter a later day, or leave it empty")
	}
	return wrong
}

func (n NewHolder) holder() Holder {
	return Holder{Side: n.Side, Person: n.Person, Contact: n.Contact, Post: n.Post, Name: n.Name, From: n.From, Until: n.Until}
}

// Hold records that somebody holds a relationship. Sent twice, it counts once.
func (r *Relationships) Hold(ctx context.Context, by access.Actor, a area.Area, of ID, n NewHolder) (HolderID, error) {
	made, err := r.once(ctx, by, n.Form, content("hold", a, of, n), func(tx *db.Tx) (string, error) {
		made, err := r.HoldIn(ctx, tx, by, a, of, n)
		return string(made), err
	})
	return HolderID(made), err
}

// HoldIn is Hold as part of a transaction. Nobody holds one twice on a day.
func (r *Relationships) HoldIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, n NewHolder) (HolderID, error) {
	if _, err := r.mayKeep(ctx, tx, by, a, of); err != nil {
		return "", err
	}
	if err := n.Check().OrNil(); err != nil {
		return "", err
	}
	if err := isKnown(ctx, tx, a.ID, n); err != nil {
		return "", err
	}
	all, err := Holders(ctx, tx, a.ID, of)
	if err != nil {
		return "", err
	}
	for _, h := range all {
		if h.Same(n.holder()) && overlaps(h, n.holder()) {
			return "", fault.Invalid{{Field: "name", Words: h.Name + " holds this already on those days"}}
		}
	}
	return r.hold(ctx, tx, by, a, of, n)
}

// isKnown refuses an officer and a post that the area does not know.
func isKnown(ctx context.Context, tx *db.Tx, a area.ID, n NewHolder) error {
	if n.Contact != "" {
		if _, err := agency.ContactByID(ctx, tx, a, n.Contact); errors.Is(err, fault.NotFound) {
			return fault.Invalid{{Field: "name", Words: "Choose somebody whom you know there"}}
		} else if err != nil {
			return err
		}
	}
	if n.Post == "" {
		return nil
	}
	_, err := agency.PostByID(ctx, tx, a, n.Post)
	if errors.Is(err, fault.NotFound) {
		return fault.Invalid{{Field: "role", Words: "Choose a job that you know there"}}
	}
	return err
}

func overlaps(a, b Holder) bool {
	return (a.Until.IsZero() || b.From.Before(a.Until)) && (b.Until.IsZero() || a.From.Before(b.Until))
}

func (r *Relationships) hold(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, n NewHolder) (HolderID, error) {
	made := id.New[HolderID](r.IDs)
	if _, err := tx.Exec(ctx, `
		INSERT INTO relationship_holders (area_id, id, relationship_id, side, person_id, contact_id, post_id, name, role, words, from_on, noted_by, noted_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		a.ID, made, of, n.Side, orNull(n.Person), orNull(n.Contact), orNull(n.Post), strings.Join(strings.Fields(n.Name), " "), strings.TrimSpace(n.Role), strings.TrimSpace(n.Words),
		n.From, by.Person, r.Now()); err != nil {
		return "", fmt.Errorf("insert relationship holder: %w", err)
	}
	if err := r.record(ctx, tx, by, a, "relationship held", string(made), map[string]string{
		"relationship": string(of), "side": string(n.Side), "from": n.From.String(),
	}, strings.Join([]string{n.Name, n.Role, n.Words}, "\n")); err != nil {
		return "", err
	}
	if n.Until.IsZero() {
		return made, nil
	}
	return made, r.leave(ctx, tx, by, a, made, n.Until, "")
}

// A NewLeaving is that somebody holds a relationship no more, and perhaps who holds
// it in their place.
type NewLeaving struct {
	Form  string
	Until date.Date // the first day on which they do not
	Words string
	Next  NewHolder // from that day on; nobody where its name is empty
}

// Leave records that somebody holds a relationship no more. Sent twice, it counts
// once.
func (r *Relationships) Leave(ctx context.Context, by access.Actor, a area.Area, h HolderID, n NewLeaving) error {
	_, err := r.once(ctx, by, n.Form, content("leave", a, h, n), func(tx *db.Tx) (string, error) {
		return string(h), r.LeaveIn(ctx, tx, by, a, h, n)
	})
	return err
}

// LeaveIn is Leave as part of a transaction. The day may be past or to come.
func (r *Relationships) LeaveIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, hid HolderID, n NewLeaving) error {
	h, err := HolderByID(ctx, tx, a.ID, hid)
	if err != nil {
		return err
	}
	if err := by.Must(access.KeepRelationships, a.Place()); err != nil {
		return err
	}
	if !h.Until.IsZero() {
		return fault.New(fault.Conflict, "It is noted already that "+h.Name+" holds this until "+h.Until.AddDays(-1).Long()+".")
	}
	var wrong fault.Invalid
	if n.Until.IsZero() || !n.Until.After(h.From) {
		wrong.Add("until", "Enter the first day on which they hold it no more: after "+h.From.Long())
	}
	if !fits(n.Words, 500) {
		wrong.Add("words", "Say it in up to 500 letters")
	}
	if n.Next.Name != "" {
		n.Next.Side, n.Next.From = h.Side, n.Until
		for _, w := range n.Next.Check() {
			wrong.Add("next_"+w.Field, w.Words)
		}
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	if err := r.leave(ctx, tx, by, a, hid, n.Until, n.Words); err != nil {
		return err
	}
	if n.Next.Name == "" {
		return nil
	}
	all, err := Holders(ctx, tx, a.ID, h.Relationship)
	if err != nil {
		return err
	}
	// Who holds it already goes on doing so.
	if slices.ContainsFunc(all, func(other Holder) bool { return other.Same(n.Next.holder()) && overlaps(other, n.Next.holder()) }) {
		return nil
	}
	_, err = r.hold(ctx, tx, by, a, h.Relationship, n.Next)
	return err
}

func (r *Relationships) leave(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, h HolderID, until date.Date, words string) error {
	if _, err := tx.Exec(ctx, `INSERT INTO relationship_holder_ends (area_id, holder_id, until_on, words, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		a.ID, h, until, strings.TrimSpace(words), by.Person, r.Now()); err != nil {
		return fmt.Errorf("insert end of holder: %w", err)
	}
	return r.record(ctx, tx, by, a, "relationship left", string(h), map[string]string{"until": until.String()}, words)
}

const holderColumns = `
	h.id, h.relationship_id, h.side, COALESCE(h.person_id, ''), COALESCE(h.contact_id, ''), COALESCE(h.post_id, ''), h.name, h.role, h.words, h.from_on,
	e.until_on, COALESCE(e.words, '')
	FROM relationship_holders h LEFT JOIN relationship_holder_ends e ON e.area_id = h.area_id AND e.holder_id = h.id`

func scanHolder(r db.Row) (h Holder, err error) {
	return h, r.Scan(&h.ID, &h.Relationship, &h.Side, &h.Person, &h.Contact, &h.Post, &h.Name, &h.Role, &h.Words, &h.From, &h.Until, &h.EndWords)
}

// Holders lists who held a relationship, on both sides, in the order of days.
func Holders(ctx context.Context, tx *db.Tx, a area.ID, of ID) ([]Holder, error) {
	all, err := db.All(ctx, tx, scanHolder, `SELECT `+holderColumns+` WHERE h.area_id = $1 AND h.relationship_id = $2 ORDER BY h.from_on, h.id`, a, of)
	if err != nil {
		return nil, fmt.Errorf("holders: %w", err)
	}
	return all, nil
}

// EveryHolder lists who held what in an area, on both sides, in the order of days.
func EveryHolder(ctx context.Context, tx *db.Tx, a area.ID) ([]Holder, error) {
	all, err := db.All(ctx, tx, scanHolder, `SELECT `+holderColumns+` WHERE h.area_id = $1 ORDER BY h.from_on, h.id`, a)
	if err != nil {
		return nil, fmt.Errorf("holders: %w", err)
	}
	return all, nil
}

// HolderByID is a holder, or fault.NotFound.
func HolderByID(ctx context.Context, tx *db.Tx, a area.ID, h HolderID) (Holder, error) {
	return db.One(ctx, tx, scanHolder, `SELECT `+holderColumns+` WHERE h.area_id = $1 AND h.id = $2`, a, h)
}

// HoldersOn are those of one side who hold it on a day.
func HoldersOn(all []Holder, side Side, day date.Date) (on []Holder) {
	for _, h := range all {
		if h.Side == side && h.On(day) {
			on = append(on, h)
		}
	}
	return on
}

// ForgetContactIn removes the name of somebody of the other side, and what was said of
// them, from the relationships that they hold or held, and from what changes there. That
// somebody held them stays.
func (r *Relationships) ForgetContactIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, was agency.Contact) error {
	if err := by.Must(access.KeepRelationships, a.Place()); err != nil {
		return err
	}
	held, err := db.All(ctx, tx, db.Value[HolderID], `SELECT id FROM relationship_holders WHERE area_id = $1 AND contact_id = $2 ORDER BY id`, a.ID, was.ID)
	if err != nil {
		return fmt.Errorf("holders of contact: %w", err)
	}
	for _, h := range held {
		if _, err := tx.Exec(ctx, `UPDATE relationship_holders SET name = $3, words = '' WHERE area_id = $1 AND id = $2`, a.ID, h, agency.Removed); err != nil {
			return fmt.Errorf("forget holder: %w", err)
		}
		if err := r.record(ctx, tx, by, a, "relationship holder forgotten", string(h), nil, ""); err != nil {
			return err
		}
	}
	if err := r.forgetInNotices(ctx, tx, by, a, was.Name); err != nil {
		return err
	}
	return r.forgetInChanges(ctx, tx, by, a, was.Name)
}

// forgetInChanges removes the name of somebody of the other side from what changes on
// that side, and what was said of it where it was about them.
func (r *Relationships) forgetInChanges(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, name string) error {
	all, err := Changes(ctx, tx, a.ID, "")
	if err != nil {
		return err
	}
	for _, c := range all {
		is := func(other string) bool { return c.Side == Theirs && other != "" && sameName(other, name) }
		if !is(c.Who) && !is(c.Cover) && !is(c.SaidBy) {
			continue
		}
		if is(c.Who) {
			c.Who, c.Words = agency.Removed, ""
		}
		if is(c.Cover) {
			c.Cover = agency.Removed
		}
		if is(c.SaidBy) {
			c.SaidBy = agency.Removed
		}
		if _, err := tx.Exec(ctx, `UPDATE relationship_changes SET who = $3, cover = $4, words = $5, said_by = $6 WHERE area_id = $1 AND id = $2`,
			a.ID, c.ID, c.Who, c.Cover, c.Words, c.SaidBy); err != nil {
			return fmt.Errorf("forget in change: %w", err)
		}
		if err := r.record(ctx, tx, by, a, "relationship change forgotten", string(c.ID), nil, ""); err != nil {
			return err
		}
	}
	return nil
}

// A Merge is that two relationships became one.
type Merge struct {
	Form string
	Into ID
	On   date.Date
	// EndLinks are the links to it that end with that: the others show what was told of it.
	EndLinks []share.LinkID
}

// Merge records that a relationship went into another. Sent twice, it counts once.
func (r *Relationships) Merge(ctx context.Context, by access.Actor, a area.Area, from ID, n Merge) error {
	_, err := r.once(ctx, by, n.Form, content("merge", a, from, n), func(tx *db.Tx) (string, error) {
		return string(from), r.MergeIn(ctx, tx, by, a, from, n)
	})
	return err
}

// MergeIn is Merge as part of a transaction: from the day on, who held the one
// holds the other, once; its story stays where it is, and is told with the other's.
func (r *Relationships) MergeIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, from ID, n Merge) error {
	if _, err := r.mayKeep(ctx, tx, by, a, from); err != nil {
		return err
	}
	into, err := ByID(ctx, tx, a.ID, n.Into)
	if errors.Is(err, fault.NotFound) || n.Into == from || err == nil && into.MergedIn != "" {
		return fault.Invalid{{Field: "into", Words: "Choose another one from the list"}}
	}
	if err != nil {
		return err
	}
	if n.On.IsZero() || n.On.After(r.today()) {
		return fault.Invalid{{Field: "on", Words: "Enter the day from which they are one: today or earlier"}}
	}
	if err := r.NoteIn(ctx, tx, by, a, from, NewState{From: n.On, Closeness: Over, Words: "It went into " + into.Name + "."}); err != nil {
		return err
	}
	if err := r.showNobody(ctx, tx, by, a, from); err != nil {
		return err
	}
	if err := r.endLinks(ctx, tx, by, a, n.EndLinks); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO relationship_merges (area_id, relationship_id, into_id, on_day, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		a.ID, from, n.Into, n.On, by.Person, r.Now()); err != nil {
		return fmt.Errorf("insert merge: %w", err)
	}
	if err := r.record(ctx, tx, by, a, "relationships merged", string(from), map[string]string{"into": string(n.Into), "on": n.On.String()}, ""); err != nil {
		return err
	}
	theirs, err := Holders(ctx, tx, a.ID, n.Into)
	if err != nil {
		return err
	}
	held, err := Holders(ctx, tx, a.ID, from)
	if err != nil {
		return err
	}
	for _, h := range held {
		if !h.Until.IsZero() && !h.Until.After(n.On) {
			continue
		}
		start := n.On
		if h.From.After(start) {
			start = h.From
		}
		if h.Until.IsZero() && h.From.Before(n.On) {
			if err := r.leave(ctx, tx, by, a, h.ID, n.On, ""); err != nil {
				return err
			}
		}
		if err := r.carry(ctx, tx, by, a, n.Into, h, start, &theirs); err != nil {
			return err
		}
	}
	return nil
}

// carry has somebody hold the one that another went into, on those days from start
// on which they held the other and do not hold this one anyhow.
func (r *Relationships) carry(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, into ID, h Holder, start date.Date, there *[]Holder) error {
	gaps := []Holder{{From: start, Until: h.Until}}
	for _, other := range *there {
		if !other.Same(h) {
			continue
		}
		var left []Holder
		for _, g := range gaps {
			if !overlaps(g, other) {
				left = append(left, g)
				continue
			}
			if g.From.Before(other.From) {
				left = append(left, Holder{From: g.From, Until: other.From})
			}
			if !other.Until.IsZero() && (g.Until.IsZero() || other.Until.Before(g.Until)) {
				left = append(left, Holder{From: other.Until, Until: g.Until})
			}
		}
		gaps = left
	}
	for _, g := range gaps {
		made, err := r.hold(ctx, tx, by, a, into, NewHolder{
			Side: h.Side, Person: h.Person, Contact: h.Contact, Post: h.Post, Name: h.Name, Role: h.Role, Words: h.Words, From: g.From, Until: g.Until,
		})
		if err != nil {
			return err
		}
		carried := h
		carried.ID, carried.Relationship, carried.From, carried.Until = made, into, g.From, g.Until
		*there = append(*there, carried)
	}
	return nil
}
