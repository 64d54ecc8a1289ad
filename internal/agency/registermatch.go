package agency

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/geography"
	"commontable/internal/organisation"
)

// A seenCode says since when and until when a code held, and in which editions it was
// the current one.
type seenCode struct{ from, until, first, last date.Date }

// A kept is all that is known of a body when a register is read.
type kept struct {
	Body

	ids        map[key]bool // numbers in org-id's lists
	codes      map[key]seenCode
	names      map[string][2]date.Date
	parents    map[organisation.ID]date.Date // until when; zero while it is
	successors map[organisation.ID]bool
}

func newKept() kept {
	return kept{
		Body{told: map[string]date.Date{}}, map[key]bool{}, map[key]seenCode{}, map[string][2]date.Date{}, map[organisation.ID]date.Date{}, map[organisation.ID]bool{},
	}
}

func (k kept) clone() kept {
	k.told, k.ids, k.codes, k.names = maps.Clone(k.told), maps.Clone(k.ids), maps.Clone(k.codes), maps.Clone(k.names)
	k.parents, k.successors = maps.Clone(k.parents), maps.Clone(k.successors)
	return k
}

// known is everything that is here, found by what a register says of it.
type known struct {
	bodies map[organisation.ID]*kept
	others map[organisation.ID]organisation.Organisation // that are no bodies
	by     map[key][]organisation.ID
	byName map[string][]organisation.ID
}

// everything reads all bodies and organisations: in a fixed number of statements.
func everything(ctx context.Context, tx *db.Tx) (*known, error) {
	all := &known{map[organisation.ID]*kept{}, map[organisation.ID]organisation.Organisation{}, map[key][]organisation.ID{}, map[string][]organisation.ID{}}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		b, err := scanBody(r)
		k := newKept()
		k.Body = b
		all.bodies[b.ID] = &k
		return err
	}, `SELECT `+bodyColumns); err != nil {
		return nil, fmt.Errorf("bodies: %w", err)
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var of organisation.ID
		var k key
		var c seenCode
		err := r.Scan(&of, &k.list, &k.number, &c.from, &c.until, &c.first, &c.last)
		all.bodies[of].codes[k] = c
		return err
	}, `SELECT organisation_id, list, code, from_on, until_on, first_on, last_on FROM agency_codes`); err != nil {
		return nil, fmt.Errorf("codes of bodies: %w", err)
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var of organisation.ID
		var name string
		var days [2]date.Date
		err := r.Scan(&of, &name, &days[0], &days[1])
		all.bodies[of].names[name] = days
		return err
	}, `SELECT organisation_id, name, first_on, last_on FROM agency_names`); err != nil {
		return nil, fmt.Errorf("names of bodies: %w", err)
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var l link
		err := r.Scan(&l.from, &l.kind, &l.to, &l.over)
		if l.kind == successor {
			all.bodies[l.from].successors[l.to] = true
		} else {
			all.bodies[l.from].parents[l.to] = l.over
		}
		return err
	}, `SELECT from_id, kind, to_id, until_on FROM agency_links`); err != nil {
		return nil, fmt.Errorf("links of bodies: %w", err)
	}
	organisations, err := organisation.All(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, id := range slices.Sorted(maps.Keys(organisations)) {
		o := organisations[id]
		b := all.bodies[id]
		if b == nil {
			all.others[id] = o
		}
		for _, i := range o.Identifiers {
			k := key{i.List, i.Number}
			all.by[k] = append(all.by[k], id)
			if b != nil {
				b.ids[k] = true
			}
		}
		called := map[string]bool{organisation.SameName(o.Name): true}
		if b != nil {
			for k := range b.codes {
				all.by[k] = append(all.by[k], id)
			}
			for name := range b.names {
				called[organisation.SameName(name)] = true
			}
		}
		delete(called, "")
		for same := range called {
			all.byName[same] = append(all.byName[same], id)
		}
	}
	return all, nil
}

// of counts the bodies of a register.
func (a *known) of(r Register) (n int) {
	for _, b := range a.bodies {
		if b.Register == string(r) {
			n++
		}
	}
	return n
}

func (a *known) name(of organisation.ID) string {
	if b := a.bodies[of]; b != nil {
		return b.Name
	}
	return a.others[of].Name
}

func (a *known) slug(of organisation.ID) string {
	if b := a.bodies[of]; b != nil {
		return b.Slug
	}
	return a.others[of].Slug
}

// match finds for each row of a register the body that it is of: none for one that is
// new. Rows of which it is not sure are left out, and reported.
func (a *known) match(f registerFile, say Say, report *Report) []step {
	inFile := make(map[key]bool, len(f.entries))
	named := map[string]int{}
	for _, e := range f.entries {
		inFile[e.key] = true
		named[organisation.SameName(e.name)]++
	}
	claimed := map[organisation.ID]int{} // by which row
	steps := make([]step, 0, len(f.entries))
	unsure := func(e entry, found []organisation.ID, reason string) {
		u := Unsure{Row: e.row, Code: e.key.number, Name: e.name, Reason: reason}
		for _, one := range found {
			u.Slugs = append(u.Slugs, a.slug(one))
		}
		report.Unsure = append(report.Unsure, u)
	}
	claim := func(e entry, one organisation.ID, byName bool) {
		if row, twice := claimed[one]; twice {
			unsure(e, []organisation.ID{one}, fmt.Sprintf("row %d is of it too", row))
			return
		}
		claimed[one] = e.row
		b := a.bodies[one]
		if b == nil { // an organisation that was no body until now
			k := newKept()
			o := a.others[one]
			k.ID, k.Name, k.Slug = o.ID, o.Name, o.Slug
			for _, i := range o.Identifiers {
				k.ids[key{i.List, i.Number}] = true
			}
			b = &k
		}
		steps = append(steps, step{entry: e, was: b, joined: byName})
	}
	// First those with a number or a code that is known: what they are of is not there
	// to be found by its name.
	var rest []entry
	for _, e := range f.entries {
		found := a.byNumber(e, say)
		switch {
		case len(found) > 1:
			unsure(e, found, "its numbers are of several that are here")
		case len(found) == 1:
			claim(e, found[0], false)
		default:
			rest = append(rest, e)
		}
	}
	for _, e := range rest {
		if slices.Contains(say.Another, e.key.number) {
			steps = append(steps, step{entry: e, is: newKept()})
			continue
		}
		bodies, others := a.sameName(e, inFile, claimed, named[organisation.SameName(e.name)] > 1)
		switch {
		case len(bodies) == 1:
			claim(e, bodies[0], true)
		case len(bodies) > 1:
			unsure(e, bodies, "several have its name")
		case len(others) > 0:
			unsure(e, others, "an organisation has its name, and nobody said that it is the same")
		default:
			steps = append(steps, step{entry: e, is: newKept()})
		}
	}
	slices.SortStableFunc(steps, func(x, y step) int { return x.entry.row - y.entry.row })
	slices.SortStableFunc(report.Unsure, func(x, y Unsure) int { return x.Row - y.Row })
	return steps
}

// byNumber are those that have one of the numbers or codes of a row, now or before;
// or what the operator says that it is.
func (a *known) byNumber(e entry, say Say) []organisation.ID {
	if slug, ok := say.Same[e.key.number]; ok {
		for id := range a.bodies {
			if a.slug(id) == slug {
				return []organisation.ID{id}
			}
		}
		for id := range a.others {
			if a.slug(id) == slug {
				return []organisation.ID{id}
			}
		}
	}
	if found := a.by[e.key]; len(found) > 0 {
		return found
	}
	var found []organisation.ID
	for _, k := range slices.Concat(e.also, e.former) {
		found = append(found, a.by[k]...)
		for _, other := range recoded(k) {
			found = append(found, a.by[other.key]...)
		}
	}
	for _, other := range recoded(e.key) {
		found = append(found, a.by[other.key]...)
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// sameName are those that have the name of a row and may be what it is of: bodies of
// its type that its register does not have under another number, and that are not
// elsewhere; and organisations of which nothing is said. Where the file has the name
// more than once, only a body that is in the same place.
func (a *known) sameName(e entry, inFile map[key]bool, claimed map[organisation.ID]int, often bool) (bodies, others []organisation.ID) {
	for _, id := range a.byName[organisation.SameName(e.name)] {
		if _, taken := claimed[id]; taken {
			continue
		}
		b := a.bodies[id]
		if b == nil {
			if o := a.others[id]; !often && !slices.ContainsFunc(o.Identifiers, func(i organisation.Identifier) bool { return i.List == e.key.list }) {
				others = append(others, id)
			}
			continue
		}
		// Of a council the code is its own, and may have been changed.
		own := slices.Contains(slices.Concat([]key{e.key}, e.also), key{GSS, e.code})
		near := b.PlaceCode != "" && e.code != "" && geography.SameAuthority(b.PlaceCode, e.code)
		far := b.PlaceCode != "" && e.code != "" && !near && !own
		if b.Type.Base() != e.typ.Base() || far || (often && !near) || (!b.Closed.IsZero() && e.closed.IsZero()) || a.hasOther(b, e.key, inFile) {
			continue
		}
		bodies = append(bodies, id)
	}
	return bodies, others
}

// hasOther reports whether a body has another number in a row's list: then it is
// another. A council whose code was changed is the same, where its old code is no
// more in the file.
func (a *known) hasOther(b *kept, k key, inFile map[key]bool) bool {
	for other := range b.ids {
		if other.list == k.list {
			return true
		}
	}
	for other := range b.codes {
		if other.list == k.list && (k.list != GSS || inFile[other]) {
			return true
		}
	}
	return false
}

// An Offer is a team that a register lists, for an area to take.
type Offer struct {
	Body    organisation.ID
	Code    string
	Name    string
	Edition date.Date
}

type offerKey struct {
	body organisation.ID
	code string
}

func offers(ctx context.Context, tx *db.Tx) (map[offerKey]Offer, error) {
	all := map[offerKey]Offer{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		o, err := scanOffer(r)
		all[offerKey{o.Body, o.Code}] = o
		return err
	}, `SELECT organisation_id, code, name, edition_on FROM agency_offers`)
	return all, err
}

func scanOffer(r db.Row) (o Offer, err error) {
	return o, r.Scan(&o.Body, &o.Code, &o.Name, &o.Edition)
}

// OffersOf are the teams of a body that a register lists, by their names.
func OffersOf(ctx context.Context, tx *db.Tx, of organisation.ID) ([]Offer, error) {
	return db.All(ctx, tx, scanOffer, `
		SELECT organisation_id, code, name, edition_on FROM agency_offers WHERE organisation_id = $1 ORDER BY name, code`, of)
}
