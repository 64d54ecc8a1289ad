package relationship

import (
	"context"
	"fmt"
	"strings"

	"commontable/internal/audit"
	"commontable/internal/db"
)

// Readers hold what was recorded against the events of when it was recorded: each
// row has its event, each event its row, and they say the same.
func Readers(ctx context.Context, tx *db.Tx, report func(string)) (all []audit.Reader, err error) {
	for _, v := range []struct {
		act   string
		facts []string // in the order of the columns
		rows  func() (map[string]int, error)
	}{
		{"relationship written", []string{"version", "body", "type", "began"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, relationship_id, written_by, CAST(number AS TEXT) || '|' || body_id || '|' || type || '|' || COALESCE(CAST(began_on AS TEXT), '') FROM relationship_versions`)
		}},
		{"relationship state", []string{"number", "from", "closeness", "rhythm"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, relationship_id, noted_by, CAST(number AS TEXT) || '|' || CAST(from_on AS TEXT) || '|' || closeness || '|' || rhythm FROM relationship_states`)
		}},
		{"relationship purpose", []string{"purpose", "number", "from"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, relationship_id, noted_by, purpose || '|' || CAST(number AS TEXT) || '|' || CAST(from_on AS TEXT) FROM relationship_purposes`)
		}},
		{"relationship factor", []string{"factor", "number", "from", "effect"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, relationship_id, noted_by, factor || '|' || CAST(number AS TEXT) || '|' || CAST(from_on AS TEXT) || '|' || effect FROM relationship_factors`)
		}},
		{"relationship held", []string{"relationship", "side", "from"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, id, noted_by, relationship_id || '|' || side || '|' || CAST(from_on AS TEXT) FROM relationship_holders`)
		}},
		{"relationship left", []string{"until"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, holder_id, noted_by, CAST(until_on AS TEXT) FROM relationship_holder_ends`)
		}},
		{"relationships merged", []string{"into", "on"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, relationship_id, noted_by, into_id || '|' || CAST(on_day AS TEXT) FROM relationship_merges`)
		}},
		{"relationship entry", []string{"relationship", "kind", "on"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, id, noted_by, relationship_id || '|' || kind || '|' || CAST(on_day AS TEXT) FROM relationship_entries`)
		}},
		{"relationship shown", []string{"number", "contents"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, relationship_id, noted_by, CAST(number AS TEXT) || '|' || contents FROM relationship_views`)
		}},
		{"promise noted", []string{"relationship", "side", "how", "made", "due"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, id, noted_by, relationship_id || '|' || side || '|' || how || '|' || CAST(made_on AS TEXT) || '|' || COALESCE(CAST(due_on AS TEXT), '') FROM promises`)
		}},
		{"promise kept", []string{"number", "on"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, promise_id, noted_by, CAST(number AS TEXT) || '|' || CAST(on_day AS TEXT) FROM promise_steps WHERE what = 'kept'`)
		}},
		{"promise withdrawn", []string{"number", "on"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, promise_id, noted_by, CAST(number AS TEXT) || '|' || CAST(on_day AS TEXT) FROM promise_steps WHERE what = 'withdrawn'`)
		}},
		{"promise moved", []string{"number", "on", "due"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, promise_id, noted_by, CAST(number AS TEXT) || '|' || CAST(on_day AS TEXT) || '|' || CAST(due_on AS TEXT) FROM promise_steps WHERE what = 'moved'`)
		}},
		{"promise confirmed", []string{"number", "on"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, promise_id, noted_by, CAST(number AS TEXT) || '|' || CAST(on_day AS TEXT) FROM promise_steps WHERE what = 'confirmed'`)
		}},
		{"question asked", []string{"number", "kind", "on"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, id, noted_by, CAST(number AS TEXT) || '|' || kind || '|' || CAST(asked_on AS TEXT) FROM questions`)
		}},
		{"question step", []string{"number", "what", "on", "relationship"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, question_id, noted_by, CAST(number AS TEXT) || '|' || what || '|' || CAST(on_day AS TEXT) || '|' || COALESCE(relationship_id, '') FROM question_steps`)
		}},
		{"handover opened", []string{"relationship", "why", "side", "by"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, id, opened_by, relationship_id || '|' || why || '|' || side || '|' || CAST(by_day AS TEXT) FROM handovers`)
		}},
		{"handover step", []string{"position", "kind", "planned"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, handover_id, noted_by, CAST(position AS TEXT) || '|' || kind || '|' || COALESCE(CAST(planned_on AS TEXT), '') FROM handover_steps`)
		}},
		{"handover ticked", []string{"position", "on"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, handover_id, noted_by, CAST(position AS TEXT) || '|' || CAST(done_on AS TEXT) FROM handover_ticks`)
		}},
		{"handover stopped", []string{"on"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, handover_id, noted_by, CAST(on_day AS TEXT) FROM handover_stops`)
		}},
	} {
		records, err := v.rows()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", v.act, err)
		}
		all = append(all, audit.Reader{
			Act: v.act,
			Hear: func(e audit.Recorded) {
				var says []string
				for _, f := range v.facts {
					says = append(says, e.Facts[f])
				}
				key := strings.Join([]string{e.Stream, e.Subject, e.Person, strings.Join(says, "|")}, " ")
				if records[key] == 0 {
					report("area " + e.Stream + ": " + v.act + ", " + e.Subject + " is not as it was recorded when it happened")
				}
				delete(records, key)
			},
			End: func() {
				for key := range records {
					report("relationships: " + v.act + ", " + key + " has no event that recorded it")
				}
			},
		})
	}
	return all, nil
}

// rows are records by what an event of theirs says.
func rows(ctx context.Context, tx *db.Tx, query string) (map[string]int, error) {
	all := map[string]int{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var stream, subject, person, says string
		err := r.Scan(&stream, &subject, &person, &says)
		all[strings.Join([]string{stream, subject, person, says}, " ")]++
		return err
	}, query)
	return all, err
}

// Verify checks what the database cannot hold by itself: that nobody holds one
// relationship twice on a day, and that what went into another did so once, and not
// in a ring.
func Verify(ctx context.Context, tx *db.Tx, report func(string)) error {
	held := map[string][]Holder{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var a string
		var h Holder
		err := r.Scan(&a, &h.ID, &h.Relationship, &h.Side, &h.Person, &h.Contact, &h.Name, &h.From, &h.Until)
		if err != nil {
			return err
		}
		key := a + " " + string(h.Relationship)
		for _, other := range held[key] {
			if h.Same(other) && overlaps(h, other) {
				report("area " + a + ": relationship " + string(h.Relationship) + " is held twice at once by holder " + string(h.ID))
			}
		}
		held[key] = append(held[key], h)
		return nil
	}, `
		SELECT h.area_id, h.id, h.relationship_id, h.side, COALESCE(h.person_id, ''), COALESCE(h.contact_id, ''), h.name, h.from_on, e.until_on
		FROM relationship_holders h LEFT JOIN relationship_holder_ends e ON e.area_id = h.area_id AND e.holder_id = h.id ORDER BY h.id`)
	if err != nil {
		return fmt.Errorf("relationship holders: %w", err)
	}
	into := map[string]string{}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var a, one, other string
		err := r.Scan(&a, &one, &other)
		into[a+" "+one] = a + " " + other
		return err
	}, `SELECT area_id, relationship_id, into_id FROM relationship_merges`); err != nil {
		return fmt.Errorf("merges: %w", err)
	}
	for one := range into {
		at := one
		for range len(into) + 1 {
			next, more := into[at]
			if !more {
				at = ""
				break
			}
			at = next
		}
		if at != "" {
			report("relationship " + one + " went into itself")
		}
	}
	return nil
}
