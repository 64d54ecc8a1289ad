package relationship

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"commontable/internal/agency"
	"commontable/internal/audit"
	"commontable/internal/db"
)

// removedName is agency.Removed, for queries, which are constants of their package.
const removedName = "Somebody whose name was removed"

var _ = map[bool]struct{}{false: {}, removedName == agency.Removed: {}} // compiles while the two are the same

// Readers hold what was recorded against the events of when it was recorded: each
// row has its event, each event its row, and they say the same, in the same words.
func Readers(ctx context.Context, tx *db.Tx, report func(string)) ([]audit.Reader, error) {
	var all []*audit.Kept
	for _, v := range []struct {
		act   string
		facts []string // in the order of the columns
		query string
	}{
		{"relationship written", []string{"version", "body", "type", "began"}, `
			SELECT area_id, relationship_id, written_by, CAST(number AS TEXT) || '|' || body_id || '|' || type || '|' || COALESCE(CAST(began_on AS TEXT), ''), NULL FROM relationship_versions`},
		{"relationship state", []string{"number", "from", "closeness", "rhythm"}, `
			SELECT area_id, relationship_id, noted_by, CAST(number AS TEXT) || '|' || CAST(from_on AS TEXT) || '|' || closeness || '|' || rhythm, words FROM relationship_states`},
		{"relationship purpose", []string{"purpose", "number", "from"}, `
			SELECT area_id, relationship_id, noted_by, purpose || '|' || CAST(number AS TEXT) || '|' || CAST(from_on AS TEXT), words FROM relationship_purposes`},
		{"relationship factor", []string{"factor", "number", "from", "effect"}, `
			SELECT area_id, relationship_id, noted_by, factor || '|' || CAST(number AS TEXT) || '|' || CAST(from_on AS TEXT) || '|' || effect, words FROM relationship_factors`},
		{"relationship held", []string{"relationship", "side", "from"}, `
			SELECT area_id, id, noted_by, relationship_id || '|' || side || '|' || CAST(from_on AS TEXT),
				CASE WHEN name <> '` + removedName + `' THEN name || ' ' || role || ' ' || words END FROM relationship_holders`},
		{"relationship left", []string{"until"}, `
			SELECT area_id, holder_id, noted_by, CAST(until_on AS TEXT), words FROM relationship_holder_ends`},
		{"relationships merged", []string{"into", "on"}, `
			SELECT area_id, relationship_id, noted_by, into_id || '|' || CAST(on_day AS TEXT), NULL FROM relationship_merges`},
		{"relationship entry", []string{"relationship", "kind", "on"}, `
			SELECT area_id, id, noted_by, relationship_id || '|' || kind || '|' || CAST(on_day AS TEXT),
				CASE WHEN ` + noticeIsWhole + ` THEN words || ' ' || together || ' ' || said_by END FROM relationship_entries`},
		{"relationship shown", []string{"number", "contents"}, `
			SELECT area_id, relationship_id, noted_by, CAST(number AS TEXT) || '|' || contents, NULL FROM relationship_views`},
		{"relationship shown to one", []string{"officer", "number", "own", "contents", "until"}, `
			SELECT area_id, relationship_id, noted_by, person_id || '|' || CAST(number AS TEXT) || '|' || CASE WHEN own THEN 'true' ELSE 'false' END || '|' || contents || '|' || COALESCE(CAST(until_on AS TEXT), ''), NULL FROM relationship_person_views`},
		{"promise noted", []string{"relationship", "side", "how", "made", "due"}, `
			SELECT area_id, id, noted_by, relationship_id || '|' || side || '|' || how || '|' || CAST(made_on AS TEXT) || '|' || COALESCE(CAST(due_on AS TEXT), ''), what || ' ' || who FROM promises`},
		{"promise kept", []string{"number", "on"}, `
			SELECT area_id, promise_id, noted_by, CAST(number AS TEXT) || '|' || CAST(on_day AS TEXT), words || ' ' || said_by FROM promise_steps WHERE what = 'kept'`},
		{"promise withdrawn", []string{"number", "on"}, `
			SELECT area_id, promise_id, noted_by, CAST(number AS TEXT) || '|' || CAST(on_day AS TEXT), words || ' ' || said_by FROM promise_steps WHERE what = 'withdrawn'`},
		{"promise moved", []string{"number", "on", "due"}, `
			SELECT area_id, promise_id, noted_by, CAST(number AS TEXT) || '|' || CAST(on_day AS TEXT) || '|' || CAST(due_on AS TEXT), words || ' ' || said_by FROM promise_steps WHERE what = 'moved'`},
		{"promise confirmed", []string{"number", "on"}, `
			SELECT area_id, promise_id, noted_by, CAST(number AS TEXT) || '|' || CAST(on_day AS TEXT), words || ' ' || said_by FROM promise_steps WHERE what = 'confirmed'`},
		{"question asked", []string{"number", "kind", "on"}, `
			SELECT area_id, id, noted_by, CAST(number AS TEXT) || '|' || kind || '|' || CAST(asked_on AS TEXT), what || ' ' || place || ' ' || asker || ' ' || reach FROM questions`},
		{"question step", []string{"number", "what", "on", "relationship"}, `
			SELECT area_id, question_id, noted_by, CAST(number AS TEXT) || '|' || what || '|' || CAST(on_day AS TEXT) || '|' || COALESCE(relationship_id, ''), who || ' ' || words FROM question_steps`},
		{"handover opened", []string{"relationship", "why", "side", "by"}, `
			SELECT area_id, id, opened_by, relationship_id || '|' || why || '|' || side || '|' || CAST(by_day AS TEXT), who || ' ' || to_whom || ' ' || words FROM handovers`},
		{"handover step", []string{"position", "kind", "planned"}, `
			SELECT area_id, handover_id, noted_by, CAST(position AS TEXT) || '|' || kind || '|' || COALESCE(CAST(planned_on AS TEXT), ''), words || ' ' || who FROM handover_steps`},
		{"handover ticked", []string{"position", "on"}, `
			SELECT area_id, handover_id, noted_by, CAST(position AS TEXT) || '|' || CAST(done_on AS TEXT), said_by FROM handover_ticks`},
		{"handover stopped", []string{"on"}, `
			SELECT area_id, handover_id, noted_by, CAST(on_day AS TEXT), words FROM handover_stops`},
		{"relationship change", []string{"relationship", "why", "side", "from", "until"}, `
			SELECT area_id, id, noted_by, relationship_id || '|' || why || '|' || side || '|' || CAST(from_on AS TEXT) || '|' || COALESCE(CAST(until_on AS TEXT), ''), 
				CASE WHEN ` + changeIsWhole + ` THEN who || ' ' || cover || ' ' || words || ' ' || said_by END FROM relationship_changes`},
		{"relationship change ended", []string{"on"}, `
			SELECT area_id, change_id, noted_by, CAST(on_day AS TEXT), words FROM relationship_change_ends`},
		{"relationship tier", []string{"number", "tier"}, `
			SELECT area_id, holder_id, noted_by, CAST(number AS TEXT) || '|' || tier, NULL FROM relationship_tiers`},
		{"relationship entry with", []string{"holder"}, `
			SELECT area_id, entry_id, noted_by, holder_id, NULL FROM relationship_entry_people`},
		{"handover arranged", []string{"position", "number", "on"}, `
			SELECT area_id, handover_id, noted_by, CAST(position AS TEXT) || '|' || CAST(number AS TEXT) || '|' || CAST(planned_on AS TEXT), who FROM handover_plans`},
	} {
		query, kept := v.query, audit.KeptOf(v.act, report, v.facts...)
		if err := kept.Rows(ctx, tx, query); err != nil {
			return nil, err
		}
		all = append(all, kept)
	}
	versions, err := versionReader(ctx, tx, report)
	if err != nil {
		return nil, err
	}
	holders, err := db.All(ctx, tx, scanRemoved, `SELECT area_id, id FROM relationship_holders WHERE name = '`+removedName+`'`)
	if err != nil {
		return nil, err
	}
	changes, err := db.All(ctx, tx, scanRemoved, `SELECT area_id, id FROM relationship_changes WHERE NOT (`+changeIsWhole+`)`)
	if err != nil {
		return nil, err
	}
	notices, err := db.All(ctx, tx, scanRemoved, `SELECT area_id, id FROM relationship_entries WHERE NOT (`+noticeIsWhole+`)`)
	return append(audit.Readers(all...), versions, forgottenReader("relationship notice", notices, report), forgottenReader("relationship holder", holders, report), forgottenReader("relationship change", changes, report)), err
}

// changeIsWhole is that nobody's name was removed from a change.
const changeIsWhole = `who <> '` + removedName + `' AND cover <> '` + removedName + `' AND said_by <> '` + removedName + `'`

// noticeIsWhole is that nobody's name was removed from an entry: it is removed from
// notices alone.
const noticeIsWhole = `(kind <> 'notice' OR (said_by <> '` + removedName + `' AND words NOT LIKE '` + removedName + `: %'))`

func scanRemoved(r db.Row) (of string, err error) {
	var a, one string
	err = r.Scan(&a, &one)
	return a + " " + one, err
}

// forgottenReader holds what a name was removed from against the events. From one of
// them a second name may be removed later.
func forgottenReader(what string, removed []string, report func(string)) audit.Reader {
	told := map[string]bool{}
	for _, of := range removed {
		told[of] = false
	}
	return audit.Reader{Act: what + " forgotten", Hear: func(e audit.Recorded) {
		of := e.Stream + " " + e.Subject
		if _, is := told[of]; !is {
			report("area " + e.Stream + ": the name of " + what + " " + e.Subject + " was removed, and is there")
			return
		}
		told[of] = true
	}, End: func() {
		for _, of := range removed {
			if !told[of] {
				report(what + " " + of + " has no name, and no event that removed it")
			}
		}
	}}
}

// versionReader holds the words of what was written of relationships, and the unit that
// each is with, against the events. A short name that was made of the name is in no
// event, and neither is the unit in those of before it was recorded.
func versionReader(ctx context.Context, tx *db.Tx, report func(string)) (audit.Reader, error) {
	type version struct {
		unit             string
		whole, withShort []string
	}
	rows := map[string]version{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var a, of, number, name, short, begun, through, mark string
		var v version
		err := r.Scan(&a, &of, &number, &v.unit, &name, &short, &begun, &through, &mark)
		v.whole = strings.Fields(strings.Join([]string{name, begun, through, mark}, " "))
		v.withShort = strings.Fields(strings.Join([]string{name, short, begun, through, mark}, " "))
		rows[a+" "+of+" "+number] = v
		return err
	}, `SELECT area_id, relationship_id, CAST(number AS TEXT), COALESCE(unit_id, ''), name, short, how_begun, brought_by, mark FROM relationship_versions`)
	return audit.Reader{Act: "relationship written", Hear: func(e audit.Recorded) {
		v, is := rows[e.Stream+" "+e.Subject+" "+e.Facts["version"]]
		if !is {
			return // told by the other reader of the act
		}
		if unit, told := e.Facts["unit"]; told && unit != v.unit {
			report("area " + e.Stream + ": relationship written, " + e.Subject + " is with another unit than was recorded")
		}
		if e.Private == nil {
			return
		}
		if words := strings.Fields(*e.Private); !slices.Equal(words, v.whole) && !slices.Equal(words, v.withShort) {
			report("area " + e.Stream + ": the words of relationship written, " + e.Subject + " are not those that were recorded")
		}
	}}, err
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
