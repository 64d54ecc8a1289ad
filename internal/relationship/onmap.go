package relationship

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/organisation"
)

// A Link is a relationship as the map and the list show it on a day.
type Link struct {
	ID          ID
	Body        organisation.ID
	Unit        agency.UnitID
	Name, Short string
	Type        agency.Type
	Kinds       []Kind
	Closeness   Closeness
	Rhythm      Rhythm
	NotStarted  bool
	Holders     []Held
	Theirs      []Held
	LastContact date.Date // no day where none is noted
	QuietWeeks  int       // how long without contact while the area was open, when that is longer than we mean it to be
	OneHolder   bool      // only one of us knows them
	BroughtBy   ID
	Note        string // "holds our money", "starting", "quiet 14 weeks"
	Purposes    []Purpose
}

// A Held is somebody who holds a link on a day.
type Held struct {
	ID      HolderID
	Person  access.PersonID
	Contact agency.ContactID
	Post    agency.PostID
	Name    string
	Role    string
	Leaves  date.Date // the first day on which they do not, where it is known
}

// OnMap lists the links of an area on a day, the closest first and then by name:
// in five statements, whatever their number. Those that are over are not on it.
func OnMap(ctx context.Context, tx *db.Tx, a area.ID, day date.Date) ([]Link, error) {
	all, err := All(ctx, tx, a)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	states, err := db.All(ctx, tx, scanState, `SELECT `+stateColumns+` FROM relationship_states WHERE area_id = $1 AND from_on <= $2 ORDER BY number`, a, day)
	if err != nil {
		return nil, fmt.Errorf("relationship states: %w", err)
	}
	holders, err := EveryHolder(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	lasts, err := db.All(ctx, tx, func(r db.Row) (l ofID[date.Date], err error) { return l, r.Scan(&l.of, &l.one) }, `
		SELECT relationship_id, MAX(on_day) FROM relationship_entries WHERE area_id = $1 AND kind = 'contact' AND on_day <= $2 GROUP BY relationship_id`, a, day)
	if err != nil {
		return nil, fmt.Errorf("last contacts: %w", err)
	}
	uses, err := db.All(ctx, tx, func(r db.Row) (u ofID[Use], err error) {
		return u, r.Scan(&u.of, &u.one.Purpose, &u.one.Number, &u.one.From, &u.one.Used)
	}, `SELECT relationship_id, purpose, number, from_on, used FROM relationship_purposes WHERE area_id = $1 AND from_on <= $2 ORDER BY purpose, number`, a, day)
	if err != nil {
		return nil, fmt.Errorf("relationship purposes: %w", err)
	}
	rests, err := area.RestsOf(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	stood, used, last, held := byID(states), byID(uses), byID(lasts), map[ID][]Holder{}
	for _, h := range holders {
		held[h.Relationship] = append(held[h.Relationship], h)
	}
	// Of what went into another the last contact counts for the other.
	for _, one := range all {
		if one.MergedIn != "" && !day.Before(one.MergedOn) {
			last[one.MergedIn] = append(last[one.MergedIn], last[one.ID]...)
		}
	}
	var links []Link
	for _, one := range all {
		s, is := one.Standing(stood[one.ID], day)
		if !is || s.Closeness == Over {
			continue
		}
		l := Link{
			ID: one.ID, Body: one.Body, Unit: one.Unit, Name: one.Name, Short: one.Short, Type: one.Type, BroughtBy: one.BroughtBy,
			Kinds: s.Kinds, Closeness: s.Closeness, Rhythm: s.Rhythm, NotStarted: s.Closeness == NotYet, Note: one.Mark,
			Holders: heldOn(held[one.ID], Ours, day), Theirs: heldOn(held[one.ID], Theirs, day),
		}
		for _, u := range UsesOn(used[one.ID], day) {
			l.Purposes = append(l.Purposes, u.Purpose)
		}
		since := date.InLondon(one.AddedAt)
		for _, on := range last[one.ID] {
			if on.After(l.LastContact) {
				l.LastContact = on
			}
		}
		if !l.LastContact.IsZero() {
			since = l.LastContact
		}
		if most := Weeks(s.Closeness, s.Rhythm); most > 0 && rests.OpenDays(since, day)/7 >= most {
			l.QuietWeeks = rests.OpenDays(since, day) / 7
		}
		l.OneHolder = s.Closeness.Started() && len(l.Holders) == 1
		links = append(links, l)
	}
	slices.SortStableFunc(links, func(a, b Link) int {
		if a.Closeness.Ring() != b.Closeness.Ring() {
			return a.Closeness.Ring() - b.Closeness.Ring()
		}
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return links, nil
}

// A Past is a relationship that is over, or went into another, and since when.
type Past struct {
	Relationship

	Since date.Date
}

// OverOn lists the relationships of an area that are over on a day, the last that ended
// first: their stories stay.
func OverOn(ctx context.Context, tx *db.Tx, a area.ID, day date.Date) (past []Past, err error) {
	all, err := All(ctx, tx, a)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	states, err := db.All(ctx, tx, scanState, `SELECT `+stateColumns+` FROM relationship_states WHERE area_id = $1 AND from_on <= $2 ORDER BY number`, a, day)
	if err != nil {
		return nil, fmt.Errorf("relationship states: %w", err)
	}
	stood := byID(states)
	for _, one := range all {
		s, is := one.Standing(stood[one.ID], day)
		if !is || s.Closeness != Over {
			continue
		}
		since := s.From
		if one.MergedIn != "" {
			since = one.MergedOn
		}
		past = append(past, Past{one, since})
	}
	slices.SortStableFunc(past, func(a, b Past) int { return strings.Compare(b.Since.String(), a.Since.String()) })
	return past, nil
}

func heldOn(all []Holder, side Side, day date.Date) (on []Held) {
	for _, h := range HoldersOn(all, side, day) {
		if slices.ContainsFunc(on, func(other Held) bool {
			return h.Same(Holder{Side: side, Person: other.Person, Contact: other.Contact, Name: other.Name})
		}) {
			continue
		}
		on = append(on, Held{ID: h.ID, Person: h.Person, Contact: h.Contact, Post: h.Post, Name: h.Name, Role: h.Role, Leaves: h.Until})
	}
	return on
}

// Days lists the days on which something of the map changed, for those who look
// back: the first of each year and the last day of all.
func Days(ctx context.Context, tx *db.Tx, a area.ID, today date.Date) ([]date.Date, error) {
	first, err := db.One(ctx, tx, db.Value[date.Date], `SELECT MIN(from_on) FROM relationship_states WHERE area_id = $1`, a)
	if err != nil || first.IsZero() {
		return nil, err
	}
	var days []date.Date
	for year := first.Year() + 1; year <= today.Year(); year++ {
		if day := date.New(year, 1, 1); day.Before(today) {
			days = append(days, day)
		}
	}
	return append(days, today), nil
}

// A Stepping is what would be lost if somebody stepped back.
type Stepping struct {
	Holder Holder
	Alone  []Link // that nobody else on their side holds
	With   []Link // that others hold too
}

// WithoutThem works out, for a holder, which links on a day hang on them.
func WithoutThem(links []Link, h Holder) Stepping {
	s := Stepping{Holder: h}
	for _, l := range links {
		side := l.Holders
		if h.Side == Theirs {
			side = l.Theirs
		}
		them, others := 0, 0
		for _, held := range side {
			if h.Same(Holder{Side: h.Side, Person: held.Person, Contact: held.Contact, Name: held.Name}) {
				them++
			} else {
				others++
			}
		}
		switch {
		case them == 0:
		case others == 0:
			s.Alone = append(s.Alone, l)
		default:
			s.With = append(s.With, l)
		}
	}
	return s
}

// Counts are how many areas of a programme work with each type of body, and for what.
type Counts struct {
	Areas    int                            // that keep a map
	Types    map[agency.Type]int            // areas, by type: one of the program's or the programme's
	Links    map[agency.Type]int            // relationships
	For      map[agency.Type]map[string]int // areas, by type and group of purposes
	Purposes map[Purpose]int                // areas
}

// CountIn counts over all areas of a programme on a day, each area once, in five
// statements. What an area added to the list of types for itself is counted as what it is
// drawn as.
func CountIn(ctx context.Context, tx *db.Tx, p area.ProgrammeID, day date.Date) (Counts, error) {
	c := Counts{Types: map[agency.Type]int{}, Links: map[agency.Type]int{}, For: map[agency.Type]map[string]int{}, Purposes: map[Purpose]int{}}
	areas, err := area.First(ctx, tx, p, 1_000_000)
	if err != nil {
		return c, err
	}
	kinds, err := agency.KindsFor(ctx, tx, area.Programme{ID: p})
	if err != nil {
		return c, err
	}
	in, known := map[area.ID]bool{}, map[agency.Type]bool{}
	for _, a := range areas {
		in[a.ID] = true
	}
	for _, k := range kinds {
		known[k.Type] = true
	}
	type link struct {
		in area.ID
		of ID
	}
	counted, types := map[area.ID]bool{}, map[link]agency.Type{}
	each := map[string]bool{} // each area once for each thing
	once := func(a area.ID, what ...string) bool {
		key := string(a) + " " + strings.Join(what, "|")
		was := each[key]
		each[key] = true
		return !was
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var l link
		var t agency.Type
		var closeness Closeness
		err := r.Scan(&l.in, &l.of, &t, &closeness)
		if !in[l.in] || !closeness.Started() {
			return err
		}
		if !known[t] {
			t = t.Base()
		}
		counted[l.in], types[l] = true, t
		c.Links[t]++
		if once(l.in, "type", string(t)) {
			c.Types[t]++
		}
		return err
	}, `
		SELECT v.area_id, v.relationship_id, v.type, s.closeness FROM relationship_versions v
		JOIN relationship_states s ON s.area_id = v.area_id AND s.relationship_id = v.relationship_id
		WHERE v.number = (SELECT MAX(x.number) FROM relationship_versions x WHERE x.area_id = v.area_id AND x.relationship_id = v.relationship_id)
			AND NOT EXISTS (SELECT 1 FROM relationship_merges m WHERE m.area_id = v.area_id AND m.relationship_id = v.relationship_id)
			AND s.number = (
				SELECT y.number FROM relationship_states y WHERE y.area_id = s.area_id AND y.relationship_id = s.relationship_id AND y.from_on <= $1
				ORDER BY y.from_on DESC, y.number DESC LIMIT 1)`, day); err != nil {
		return c, fmt.Errorf("count relationships: %w", err)
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var l link
		var purpose Purpose
		err := r.Scan(&l.in, &l.of, &purpose)
		t, is := types[l]
		if !is {
			return err
		}
		if once(l.in, "purpose", string(purpose)) {
			c.Purposes[purpose]++
		}
		if c.For[t] == nil {
			c.For[t] = map[string]int{}
		}
		if group := purpose.Group(); once(l.in, "for", string(t), group) {
			c.For[t][group]++
		}
		return err
	}, `
		SELECT p.area_id, p.relationship_id, p.purpose FROM relationship_purposes p
		WHERE p.used AND p.from_on <= $1 AND p.number = (
			SELECT x.number FROM relationship_purposes x
			WHERE x.area_id = p.area_id AND x.relationship_id = p.relationship_id AND x.purpose = p.purpose AND x.from_on <= $1
			ORDER BY x.from_on DESC, x.number DESC LIMIT 1)`, day); err != nil {
		return c, fmt.Errorf("count purposes: %w", err)
	}
	c.Areas = len(counted)
	return c, nil
}
