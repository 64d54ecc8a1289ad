package agency

import (
	"cmp"
	"context"
	"fmt"
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
	"commontable/internal/organisation"
)

// A Body is an organisation that areas work with, as it was last noted.
type Body struct {
	ID          organisation.ID
	Name, Slug  string
	Type        Type
	Subtype     string // a code of the type's, or ""
	Tier        Tier
	Place       string // where it is, in words
	PlaceCode   string // the GSS code of the local authority that it is, or lies in
	Opened      date.Date
	Closed      date.Date // the first day on which it is no more; zero while none is known
	Parent      organisation.ID
	Parents     []organisation.ID         // all that it is part of: its county, its combined authority
	Codes       []organisation.Identifier // in every list, the code of the council by its GSS first
	Names       []DatedName               // what it was called before
	Successors  []organisation.ID
	Predecessor []organisation.ID
	Register    string // that it is in; "" for one that an area added
	Edition     date.Date
	AddedFor    area.ID // the area that added it by hand
	Number      int64   // how often it was noted
	NotedAt     time.Time

	typeName    string // of a type that was added
	subtypeName string // of a sub-type that was added

	told map[string]date.Date // of what day was what told what stands here
}

// A DatedName is what a body was called: by the first edition of its register that
// had it, and the last. It had the name longer than that, and nobody knows how long.
type DatedName struct {
	Name        string
	First, Last date.Date
}

// OpenOn reports whether there is such a body on a day.
func (b Body) OpenOn(day date.Date) bool {
	return (b.Opened.IsZero() || !day.Before(b.Opened)) && (b.Closed.IsZero() || day.Before(b.Closed))
}

// KindInWords is what it is: the sub-type where there is one.
func (b Body) KindInWords() string { return cmp.Or(b.SubtypeInWords(), b.TypeInWords()) }

// SubtypeInWords is what its sub-type is called, or "".
func (b Body) SubtypeInWords() string {
	return cmp.Or(b.Type.SubtypeName(b.Subtype), b.subtypeName)
}

// TypeInWords is what its type is called.
func (b Body) TypeInWords() string {
	if b.typeName != "" {
		return b.typeName
	}
	return b.Type.Kind().Name
}

// GSS is the list under which the codes of the Office for National Statistics
// stand; it is none of org-id's.
const GSS = "GSS"

// NewBody is a body that no register has, as somebody adds it.
type NewBody struct {
	Form      string
	Name      string
	Type      Type
	Subtype   string // a code of the type's, shipped or added; or ""
	Tier      Tier   // that of the sub-type where it is empty
	Place     string
	Opened    date.Date
	From      date.Date // since when it is on the area's list
	Different bool      // it is none of those of the same name that were shown
}

// Check says what is wrong with n, if anything.
func (n NewBody) Check(kinds []Kind, today date.Date) fault.Invalid {
	wrong := n.checkWhat(kinds, today)
	if n.From.IsZero() || n.From.After(today) {
		wrong.Add("from", "Enter the day since when you work with it or want to: today or earlier")
	}
	return wrong
}

// checkWhat says what is wrong with what n says that the body is.
func (n NewBody) checkWhat(kinds []Kind, today date.Date) fault.Invalid {
	var wrong fault.Invalid
	if !said(n.Name, longestName) {
		wrong.Add("name", "Enter its name, in up to 200 letters")
	}
	i := slices.IndexFunc(kinds, func(k Kind) bool { return k.Type == n.Type })
	if i < 0 {
		wrong.Add("type", "Choose what sort of body it is")
	} else if n.Subtype != "" && !slices.ContainsFunc(kinds[i].Subtypes, func(s Subtype) bool { return s.Code == n.Subtype }) {
		wrong.Add("subtype", "Choose one that is a sort of "+kinds[i].Name+", or leave it empty")
	}
	if n.Tier != "" && !slices.Contains(Tiers(), n.Tier) {
		wrong.Add("tier", "Choose from the list, or leave it empty")
	}
	if !fits(n.Place, longestName) {
		wrong.Add("place", "Say it in up to 200 letters")
	}
	if n.Opened.After(today) {
		wrong.Add("opened", "Enter a day that has been, or leave it empty")
	}
	return wrong
}

// tier is the layer that was said, or else that of the sub-type.
func (n NewBody) tier() Tier {
	if n.Tier == "" && n.Type.Base() == Council {
		return TierOf(n.Subtype)
	}
	return n.Tier
}

// AddBody adds a body that no register has, and puts it on the area's list. Sent
// twice, it counts once.
func (g *Agencies) AddBody(ctx context.Context, by access.Actor, a area.Area, n NewBody) (organisation.ID, error) {
	made, err := g.once(ctx, by, n.Form, content("add body", a, "", n), func(tx *db.Tx) (string, error) {
		made, err := g.AddBodyIn(ctx, tx, by, a, n)
		return string(made), err
	})
	return organisation.ID(made), err
}

// AddBodyIn is AddBody as part of a transaction. Where a register has a body of the
// same name and type, or the area added one, it asks to choose that one instead,
// unless it was said to be another: the error is fault.Conflict.
func (g *Agencies) AddBodyIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewBody) (organisation.ID, error) {
	if err := g.MustKeep(ctx, tx, by, a); err != nil {
		return "", err
	}
	kinds, err := Kinds(ctx, tx, a)
	if err != nil {
		return "", err
	}
	if err := n.Check(kinds, g.today()).OrNil(); err != nil {
		return "", err
	}
	n.Name, n.Place = tidy(n.Name), tidy(n.Place)
	if !n.Different {
		same, err := Same(ctx, tx, a.ID, n.Name, n.Type)
		if err != nil {
			return "", err
		}
		if len(same) > 0 {
			return "", fault.New(fault.Conflict, same[0].Name+" is here already. Choose it from the list, or say that yours is another.")
		}
	}
	kind := organisation.Agency
	if slices.Contains([]string{"group", "other"}, n.Type.Shape()) {
		kind = organisation.Partner
	}
	o, err := g.Organisations.AddIn(ctx, tx, by, organisation.New{Name: n.Name, Kinds: []organisation.Kind{kind}})
	if err != nil {
		return "", err
	}
	b := Body{
		ID: o.ID, Name: o.Name, Type: n.Type, Subtype: n.Subtype, Tier: n.tier(), Place: n.Place, PlaceCode: a.AuthorityCode,
		Opened: n.Opened, AddedFor: a.ID,
	}
	if err := g.note(ctx, tx, by, b); err != nil {
		return "", err
	}
	return o.ID, g.ListIn(ctx, tx, by, a, o.ID, n.From)
}

// BodyChange is what a body that the area added itself is, as somebody writes it anew.
type BodyChange struct {
	Form    string
	Name    string
	Type    Type
	Subtype string
	Tier    Tier
	Place   string
	Opened  date.Date
	Renamed bool // the name before was right until today, and is kept; else it was a mistake
}

// ChangeBody writes anew what a body is that the area added itself. It stays the same
// body. Sent twice, it counts once.
func (g *Agencies) ChangeBody(ctx context.Context, by access.Actor, a area.Area, of organisation.ID, n BodyChange) error {
	_, err := g.once(ctx, by, n.Form, content("change body", a, of, n), func(tx *db.Tx) (string, error) {
		return string(of), g.ChangeBodyIn(ctx, tx, by, a, of, n)
	})
	return err
}

// ChangeBodyIn is ChangeBody as part of a transaction. What registers list is told by
// them.
func (g *Agencies) ChangeBodyIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of organisation.ID, n BodyChange) error {
	b, err := g.mayKeep(ctx, tx, by, a, of)
	if err != nil {
		return err
	}
	if b.Register != "" || b.AddedFor != a.ID {
		return fault.New(fault.Conflict, "What "+b.Name+" is, is told by the register that it is in.")
	}
	kinds, err := Kinds(ctx, tx, a)
	if err != nil {
		return err
	}
	is := NewBody{Name: n.Name, Type: n.Type, Subtype: n.Subtype, Tier: n.Tier, Place: n.Place, Opened: n.Opened}
	wrong := is.checkWhat(kinds, g.today())
	if !b.Closed.IsZero() && b.Closed.Before(n.Opened) {
		wrong.Add("opened", "Enter a day before it came to an end, or leave it empty")
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	was := b.Name
	b.Name, b.Type, b.Subtype, b.Tier, b.Place, b.Opened = tidy(n.Name), n.Type, n.Subtype, is.tier(), tidy(n.Place), n.Opened
	if err := g.Organisations.RenameIn(ctx, tx, by, of, b.Name); err != nil {
		return err
	}
	if n.Renamed && was != b.Name {
		first := b.Opened
		if first.IsZero() {
			first = g.today()
			if l, err := listingOf(ctx, tx, a.ID, of); err == nil {
				first = l.From
			}
		}
		if _, err := tx.Exec(ctx, `
			INSERT INTO agency_names (organisation_id, name, first_on, last_on) VALUES ($1, $2, $3, $4)
			ON CONFLICT (organisation_id, name) DO UPDATE SET last_on = excluded.last_on`, of, was, first, g.today()); err != nil {
			return fmt.Errorf("insert name of body: %w", err)
		}
	}
	return g.note(ctx, tx, by, b)
}

// Same are the bodies of a name and type that somebody in an area may mean: those in
// registers and those that the area added, open or not.
func Same(ctx context.Context, tx *db.Tx, a area.ID, name string, t Type) ([]Body, error) {
	organisations, err := organisation.ByName(ctx, tx, name)
	if err != nil || len(organisations) == 0 {
		return nil, err
	}
	var ids []organisation.ID
	for _, o := range organisations {
		ids = append(ids, o.ID)
	}
	found, err := BodiesByID(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	var same []Body
	for _, one := range ids {
		b, ok := found[one]
		if ok && b.Type.Base() == t.Base() && (b.AddedFor == "" || b.Register != "" || b.AddedFor == a) {
			same = append(same, b)
		}
	}
	return same, nil
}

// note keeps what is said of a body, in the place of what was said before, and
// records it. What it is part of, its codes and what came after it are kept apart.
func (g *Agencies) note(ctx context.Context, tx *db.Tx, by access.Actor, b Body) error {
	b.Number++
	if _, err := tx.Exec(ctx, `
		INSERT INTO agencies (organisation_id, number, type, subtype, tier, place, place_code, sort_name, opened_on, closed_on, register, edition_on, added_for, told, noted_by, noted_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
		ON CONFLICT (organisation_id) DO UPDATE SET
			number = excluded.number, type = excluded.type, subtype = excluded.subtype, tier = excluded.tier, place = excluded.place,
			place_code = excluded.place_code, sort_name = excluded.sort_name, opened_on = excluded.opened_on, closed_on = excluded.closed_on,
			register = excluded.register, edition_on = excluded.edition_on, told = excluded.told, noted_by = excluded.noted_by, noted_at = excluded.noted_at`,
		b.ID, b.Number, b.Type, b.Subtype, b.Tier, b.Place, b.PlaceCode, organisation.Fold(b.Name), b.Opened, b.Closed, b.Register, b.Edition,
		orNull(b.AddedFor), toldText(b.told), by.Person, g.Now()); err != nil {
		return fmt.Errorf("note body: %w", err)
	}
	return audit.Record(ctx, tx, g.IDs, audit.Event{
		Stream: audit.Installation, Act: "body noted", Subject: string(b.ID), By: by, At: g.Now(), Facts: map[string]string{
			"number": strconv.FormatInt(b.Number, 10), "type": string(b.Type), "subtype": b.Subtype, "tier": string(b.Tier), "place code": b.PlaceCode,
			"opened": b.Opened.String(), "closed": b.Closed.String(), "register": b.Register, "for": string(b.AddedFor),
		},
	})
}

// List puts a body on an area's list, since a day.
func (g *Agencies) List(ctx context.Context, by access.Actor, a area.Area, of organisation.ID, from date.Date, form string) error {
	_, err := g.once(ctx, by, form, content("list", a, of, from.String()), func(tx *db.Tx) (string, error) {
		return string(of), g.ListIn(ctx, tx, by, a, of, from)
	})
	return err
}

// ListIn is List as part of a transaction. One that was taken off comes on again;
// one that is on stays as it is.
func (g *Agencies) ListIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of organisation.ID, from date.Date) error {
	if err := g.MustKeep(ctx, tx, by, a); err != nil {
		return err
	}
	b, err := BodyByID(ctx, tx, of)
	if err != nil {
		return err
	}
	if b.Register == "" && b.AddedFor != a.ID {
		return fault.NotFound
	}
	if from.IsZero() || from.After(g.today()) {
		return fault.Invalid{{Field: "from", Words: "Enter the day since when you work with it or want to: today or earlier"}}
	}
	was, err := listingOf(ctx, tx, a.ID, of)
	switch {
	case err == nil && was.Until.IsZero():
		return nil
	case err != nil && !isNotFound(err):
		return err
	}
	return g.listed(ctx, tx, by, a, Listing{Body: of, From: from})
}

// TakeOff takes a body off an area's list from a day on. All that was written of it
// stays.
func (g *Agencies) TakeOff(ctx context.Context, by access.Actor, a area.Area, of organisation.ID, until date.Date, form string) error {
	_, err := g.once(ctx, by, form, content("take off", a, of, until.String()), func(tx *db.Tx) (string, error) {
		return string(of), g.TakeOffIn(ctx, tx, by, a, of, until)
	})
	return err
}

// TakeOffIn is TakeOff as part of a transaction.
func (g *Agencies) TakeOffIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of organisation.ID, until date.Date) error {
	if err := g.MustKeep(ctx, tx, by, a); err != nil {
		return err
	}
	was, err := listingOf(ctx, tx, a.ID, of)
	if err != nil {
		return err
	}
	if until.IsZero() || until.After(g.today()) || until.Before(was.From) {
		return fault.Invalid{{Field: "until", Words: "Enter a day from " + was.From.Long() + " until today"}}
	}
	was.Until = until
	return g.listed(ctx, tx, by, a, was)
}

// A Listing is that a body is on an area's list.
type Listing struct {
	Body        organisation.ID
	From, Until date.Date
}

func (g *Agencies) listed(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, l Listing) error {
	if _, err := tx.Exec(ctx, `
		INSERT INTO agency_listings (area_id, organisation_id, from_on, until_on, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (area_id, organisation_id) DO UPDATE SET
			from_on = excluded.from_on, until_on = excluded.until_on, noted_by = excluded.noted_by, noted_at = excluded.noted_at`,
		a.ID, l.Body, l.From, l.Until, by.Person, g.Now()); err != nil {
		return fmt.Errorf("list body: %w", err)
	}
	return g.record(ctx, tx, by, a, "body listed", string(l.Body), map[string]string{"from": l.From.String(), "until": l.Until.String()}, "")
}

// NewClosing is that a body that no register has is no more, and what came after it.
type NewClosing struct {
	Form       string
	On         date.Date // the first day on which it is no more
	Successors []organisation.ID
	Take       bool // its units and posts go over to the first that came after it
}

// CloseBody notes that a body is no more. Sent twice, it counts once.
func (g *Agencies) CloseBody(ctx context.Context, by access.Actor, a area.Area, of organisation.ID, n NewClosing) error {
	_, err := g.once(ctx, by, n.Form, content("close body", a, of, n), func(tx *db.Tx) (string, error) {
		return string(of), g.CloseBodyIn(ctx, tx, by, a, of, n)
	})
	return err
}

// CloseBodyIn is CloseBody as part of a transaction. Of a body in a register the
// register says it: an area that does not wait for it uses Replace.
func (g *Agencies) CloseBodyIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of organisation.ID, n NewClosing) error {
	b, err := g.mayKeep(ctx, tx, by, a, of)
	if err != nil {
		return err
	}
	if b.Register != "" || b.AddedFor != a.ID {
		return fault.New(fault.Conflict, "When "+b.Name+" ends is told by the register that it is in. You can take it off your list, or let another take its place here.")
	}
	if n.On.IsZero() || n.On.After(g.today()) || n.On.Before(b.Opened) {
		return fault.Invalid{{Field: "on", Words: "Enter the day since when it is no more: today or earlier"}}
	}
	after, err := BodiesByID(ctx, tx, n.Successors)
	if err != nil {
		return err
	}
	for _, s := range n.Successors {
		if other, ok := after[s]; !ok || s == of || (other.Register == "" && other.AddedFor != a.ID) {
			return fault.Invalid{{Field: "successors", Words: "Choose what came after it from the list"}}
		}
	}
	b.Closed = n.On
	if err := g.note(ctx, tx, by, b); err != nil {
		return err
	}
	for _, s := range n.Successors {
		if err := g.link(ctx, tx, by, link{of, successor, s, n.On, date.Date{}}); err != nil {
			return err
		}
	}
	if n.Take && len(n.Successors) > 0 {
		return g.ReplaceIn(ctx, tx, by, a, of, n.Successors[0], n.On)
	}
	return nil
}

// Replace lets another body take a body's place for an area from a day on: it comes
// on the list, and the units and posts go over to it. Nobody is lost on the way.
func (g *Agencies) Replace(ctx context.Context, by access.Actor, a area.Area, of, other organisation.ID, on date.Date, form string) error {
	_, err := g.once(ctx, by, form, content("replace", a, of, string(other)+on.String()), func(tx *db.Tx) (string, error) {
		return string(other), g.ReplaceIn(ctx, tx, by, a, of, other, on)
	})
	return err
}

// ReplaceIn is Replace as part of a transaction.
func (g *Agencies) ReplaceIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of, other organisation.ID, on date.Date) error {
	if _, err := g.mayKeep(ctx, tx, by, a, of); err != nil {
		return err
	}
	if on.IsZero() || on.After(g.today()) {
		return fault.Invalid{{Field: "on", Words: "Enter the day since when it is so: today or earlier"}}
	}
	if of == other {
		return fault.Invalid{{Field: "other", Words: "Choose another body"}}
	}
	if err := g.ListIn(ctx, tx, by, a, other, on); err != nil {
		if isNotFound(err) {
			return fault.Invalid{{Field: "other", Words: "Choose another body from the list"}}
		}
		return err
	}
	// What is of the body on the day or will be after it goes over.
	units, err := unitsFrom(ctx, tx, a.ID, of, on)
	if err != nil {
		return err
	}
	posts, err := postsFrom(ctx, tx, a.ID, of, on)
	if err != nil {
		return err
	}
	for _, u := range units {
		u.Body = other
		if err := g.writeUnit(ctx, tx, by, a, u, later(on, u.From)); err != nil {
			return err
		}
	}
	for _, p := range posts {
		p.Body = other
		if err := g.writePost(ctx, tx, by, a, p, later(on, p.From)); err != nil {
			return err
		}
	}
	was, err := listingOf(ctx, tx, a.ID, of)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if was.Until.IsZero() && !on.Before(was.From) {
		was.Until = on
		return g.listed(ctx, tx, by, a, was)
	}
	return nil
}

func later(a, b date.Date) date.Date {
	if a.After(b) {
		return a
	}
	return b
}

// mayKeep finds a body that an area knows, for who may write of it.
func (g *Agencies) mayKeep(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of organisation.ID) (Body, error) {
	if err := g.MustKeep(ctx, tx, by, a); err != nil {
		return Body{}, err
	}
	return KnownTo(ctx, tx, a.ID, of)
}

// KnownTo is a body that is or was on an area's list, or that a register has; else
// fault.NotFound: another area's own are not there.
func KnownTo(ctx context.Context, tx *db.Tx, a area.ID, of organisation.ID) (Body, error) {
	b, err := BodyByID(ctx, tx, of)
	if err != nil {
		return b, err
	}
	if b.Register != "" || b.AddedFor == a {
		return b, nil
	}
	_, err = listingOf(ctx, tx, a, of)
	return b, err
}

// A linkKind says how two bodies belong together.
type linkKind string

const (
	successor linkKind = "successor"
	parent    linkKind = "parent"
)

type link struct {
	from        organisation.ID
	kind        linkKind
	to          organisation.ID
	begin, over date.Date
}

// link keeps that two bodies belong together, or anew from when to when.
func (g *Agencies) link(ctx context.Context, tx *db.Tx, by access.Actor, l link) error {
	if _, err := tx.Exec(ctx, `
		INSERT INTO agency_links (from_id, kind, to_id, from_on, until_on) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (from_id, kind, to_id) DO UPDATE SET from_on = excluded.from_on, until_on = excluded.until_on`,
		l.from, l.kind, l.to, l.begin, l.over); err != nil {
		return fmt.Errorf("link bodies: %w", err)
	}
	return audit.Record(ctx, tx, g.IDs, audit.Event{
		Stream: audit.Installation, Act: "bodies linked", Subject: string(l.from), By: by, At: g.Now(),
		Facts: map[string]string{"kind": string(l.kind), "to": string(l.to), "from": l.begin.String(), "until": l.over.String()},
	})
}

// BodyByID is a body, or fault.NotFound.
func BodyByID(ctx context.Context, tx *db.Tx, of organisation.ID) (Body, error) {
	all, err := BodiesByID(ctx, tx, []organisation.ID{of})
	if err != nil {
		return Body{}, err
	}
	b, ok := all[of]
	if !ok {
		return b, fault.NotFound
	}
	return b, nil
}

// BodyBySlug is a body, or fault.NotFound.
func BodyBySlug(ctx context.Context, tx *db.Tx, slug string) (Body, error) {
	o, err := organisation.BySlug(ctx, tx, slug)
	if err != nil {
		return Body{}, err
	}
	return BodyByID(ctx, tx, o.ID)
}

// CurrentOf is what a body is on a day: itself or, where it is no more by then, what
// came after it and is there that day. It is empty where nothing did.
func CurrentOf(ctx context.Context, tx *db.Tx, of organisation.ID, on date.Date) ([]Body, error) {
	var current []Body
	seen := map[organisation.ID]bool{}
	next := []organisation.ID{of}
	for len(next) > 0 {
		found, err := BodiesByID(ctx, tx, next)
		if err != nil {
			return nil, err
		}
		var after []organisation.ID
		for _, one := range next {
			b, ok := found[one]
			if !ok || seen[one] {
				continue
			}
			seen[one] = true
			if b.Closed.IsZero() || on.Before(b.Closed) {
				current = append(current, b)
				continue
			}
			after = append(after, b.Successors...)
		}
		if len(seen) == 0 {
			return nil, fault.NotFound
		}
		next = after
	}
	slices.SortFunc(current, func(a, b Body) int { return strings.Compare(a.Name, b.Name) })
	return current, nil
}
