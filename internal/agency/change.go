package agency

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/organisation"
)

// A ChangeKind says what changed among those an area works with.
type ChangeKind string

// The kinds: each may be a reason to hand over, or to say hello.
const (
	Came       ChangeKind = "came"        // somebody holds a post
	Left       ChangeKind = "left"        // somebody holds a post no more
	UnitEnded  ChangeKind = "unit ended"  // with what came after it
	UnitMoved  ChangeKind = "unit moved"  // it has another name, body or place among the units
	PostEnded  ChangeKind = "post ended"  //
	PostMoved  ChangeKind = "post moved"  // it has another title, unit or body
	BodyClosed ChangeKind = "body closed" // with what came after it
)

// A Change is one of these, on a day.
type Change struct {
	Kind       ChangeKind
	On         date.Date
	NotedAt    time.Time
	Body       organisation.ID
	Unit       UnitID
	Post       PostID
	Contact    ContactID
	Holding    HoldingID
	Units      []UnitID          // what came after a unit
	Successors []organisation.ID // what came after a body
}

// Changes are what changed for an area from a day until before another, in the order
// of the days; a zero until is without an end.
func Changes(ctx context.Context, tx *db.Tx, a area.ID, from, until date.Date) ([]Change, error) {
	all, err := changes(ctx, tx, a)
	return slices.DeleteFunc(all, func(c Change) bool { return !within(c.On, from, until) }), err
}

// ChangesSince are what changed for an area and was noted after an instant, whatever
// the day of it, in the order of the days.
func ChangesSince(ctx context.Context, tx *db.Tx, a area.ID, since time.Time) ([]Change, error) {
	all, err := changes(ctx, tx, a)
	return slices.DeleteFunc(all, func(c Change) bool { return !c.NotedAt.After(since) }), err
}

// changes are all changes that an area knows of: in a fixed number of statements.
func changes(ctx context.Context, tx *db.Tx, a area.ID) (all []Change, err error) {
	posts, err := Posts(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	bodies := make(map[PostID]Post, len(posts))
	for _, p := range posts {
		bodies[p.ID] = p
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var h Holding
		var added, ended time.Time
		if err := r.Scan(&h.ID, &h.Post, &h.Contact, &h.From, &h.Until, &added, &ended); err != nil {
			return err
		}
		if h.isMistake() {
			return nil
		}
		p := bodies[h.Post]
		c := Change{Came, h.From, added, p.Body, p.Unit, h.Post, h.Contact, h.ID, nil, nil}
		all = append(all, c)
		if !h.Until.IsZero() {
			c.Kind, c.On, c.NotedAt = Left, h.Until, ended
			all = append(all, c)
		}
		return nil
	}, `
		SELECT id, post_id, COALESCE(contact_id, ''), from_on, until_on, added_at, ended_at FROM agency_holdings
		WHERE area_id = $1 ORDER BY id`, a); err != nil {
		return nil, fmt.Errorf("changes of holders: %w", err)
	}
	units, err := Units(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	after := make(map[UnitID]Unit, len(units))
	for _, u := range units {
		after[u.ID] = u
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		c := Change{}
		err := r.Scan(&c.Kind, &c.On, &c.NotedAt, &c.Body, &c.Unit, &c.Post)
		if c.Kind == UnitEnded {
			c.Body, c.Units = after[c.Unit].Body, after[c.Unit].Successors
		}
		if c.Kind == PostEnded {
			c.Body, c.Unit = bodies[c.Post].Body, bodies[c.Post].Unit
		}
		all = append(all, c)
		return err
	}, `
		SELECT 'unit ended', until_on, ended_at, '', id, '' FROM agency_units WHERE area_id = $1 AND until_on IS NOT NULL
		UNION ALL SELECT 'post ended', until_on, ended_at, '', '', id FROM agency_posts WHERE area_id = $1 AND until_on IS NOT NULL
		UNION ALL SELECT 'unit moved', from_on, noted_at, organisation_id, unit_id, '' FROM agency_unit_versions WHERE area_id = $1 AND number > 1
		UNION ALL SELECT 'post moved', from_on, noted_at, organisation_id, COALESCE(unit_id, ''), post_id FROM agency_post_versions WHERE area_id = $1 AND number > 1`, a); err != nil {
		return nil, fmt.Errorf("changes of units and posts: %w", err)
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		c := Change{Kind: BodyClosed}
		var next organisation.ID
		if err := r.Scan(&c.Body, &c.On, &c.NotedAt, &next); err != nil {
			return err
		}
		if last := len(all) - 1; last >= 0 && all[last].Kind == BodyClosed && all[last].Body == c.Body {
			all[last].Successors = append(all[last].Successors, next)
			return nil
		}
		if next != "" {
			c.Successors = []organisation.ID{next}
		}
		all = append(all, c)
		return nil
	}, `
		SELECT g.organisation_id, g.closed_on, g.noted_at, COALESCE(s.to_id, '')
		FROM agency_listings l JOIN agencies g ON g.organisation_id = l.organisation_id
		LEFT JOIN agency_links s ON s.from_id = g.organisation_id AND s.kind = 'successor'
		WHERE l.area_id = $1 AND g.closed_on IS NOT NULL ORDER BY g.organisation_id, s.to_id`, a); err != nil {
		return nil, fmt.Errorf("bodies that closed: %w", err)
	}
	slices.SortStableFunc(all, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.On.String(), b.On.String()), cmp.Compare(a.Kind, b.Kind))
	})
	return all, nil
}
