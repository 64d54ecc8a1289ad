package relationship

import (
	"context"
	"fmt"
	"strings"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
)

// A Mention is a place in what an area wrote of its relationships where a name stands.
type Mention struct {
	Relationship ID
	Name         string // of the relationship
	What         string // "a promise", "a note"
	On           date.Date
}

// Mentions lists where a name stands in what was written of an area's relationships: in
// words, and in what stays as it was recorded, such as a promise. Of what is told of
// somebody by their contact nothing is among it: that goes when the name is removed.
func Mentions(ctx context.Context, tx *db.Tx, a area.ID, name string) (all []Mention, err error) {
	name = strings.ToLower(tidy(name))
	if name == "" {
		return nil, nil
	}
	names := map[ID]string{}
	known, err := All(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	for _, one := range known {
		names[one.ID] = one.Name
	}
	seen := map[Mention]bool{}
	err = db.Each(ctx, tx, func(r db.Row) error {
		var m Mention
		var words string
		err := r.Scan(&m.Relationship, &m.What, &m.On, &words)
		if m.Name = names[m.Relationship]; strings.Contains(strings.ToLower(tidy(words)), name) && !seen[m] {
			seen[m], all = true, append(all, m)
		}
		return err
	}, `
		SELECT relationship_id, 'how it stands', from_on, words FROM relationship_states WHERE area_id = $1
		UNION ALL SELECT relationship_id, 'what it is for', from_on, words FROM relationship_purposes WHERE area_id = $1
		UNION ALL SELECT relationship_id, 'what helps and what holds back', from_on, words FROM relationship_factors WHERE area_id = $1
		UNION ALL SELECT relationship_id, 'how it began', began_on, name || ' ' || how_begun || ' ' || brought_by || ' ' || mark FROM relationship_versions WHERE area_id = $1
		UNION ALL SELECT relationship_id, 'who holds it', from_on, words FROM relationship_holders WHERE area_id = $1
		UNION ALL SELECT h.relationship_id, 'who holds it', e.until_on, e.words FROM relationship_holder_ends e
			JOIN relationship_holders h ON h.area_id = e.area_id AND h.id = e.holder_id WHERE e.area_id = $1
		UNION ALL SELECT relationship_id, 'the story', on_day, words || ' ' || together FROM relationship_entries WHERE area_id = $1 AND kind <> 'notice'
		UNION ALL SELECT relationship_id, 'a promise', made_on, what || ' ' || who FROM promises WHERE area_id = $1
		UNION ALL SELECT p.relationship_id, 'what became of a promise', s.on_day, s.words || ' ' || s.said_by FROM promise_steps s
			JOIN promises p ON p.area_id = s.area_id AND p.id = s.promise_id WHERE s.area_id = $1
		UNION ALL SELECT COALESCE(relationship_id, ''), 'a question', on_day, who || ' ' || words FROM question_steps WHERE area_id = $1
		UNION ALL SELECT relationship_id, 'a change', from_on, words FROM relationship_changes WHERE area_id = $1
		UNION ALL SELECT relationship_id, 'a handover', by_day, who || ' ' || to_whom || ' ' || words FROM handovers WHERE area_id = $1
		UNION ALL SELECT h.relationship_id, 'a handover', h.by_day, s.words || ' ' || s.who FROM handover_steps s
			JOIN handovers h ON h.area_id = s.area_id AND h.id = s.handover_id WHERE s.area_id = $1
		UNION ALL SELECT h.relationship_id, 'a handover', h.by_day, t.said_by FROM handover_ticks t
			JOIN handovers h ON h.area_id = t.area_id AND h.id = t.handover_id WHERE t.area_id = $1
		ORDER BY 1, 3, 2`, a)
	if err != nil {
		return nil, fmt.Errorf("mentions: %w", err)
	}
	return all, nil
}

// forgetInNotices removes the name of somebody of the other side from the notices that
// they gave, and from those that tell of them.
func (r *Relationships) forgetInNotices(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, name string) error {
	type notice struct {
		id            EntryID
		words, saidBy string
	}
	all, err := db.All(ctx, tx, func(row db.Row) (n notice, err error) { return n, row.Scan(&n.id, &n.words, &n.saidBy) },
		`SELECT id, words, said_by FROM relationship_entries WHERE area_id = $1 AND kind = 'notice' ORDER BY id`, a.ID)
	if err != nil {
		return fmt.Errorf("notices: %w", err)
	}
	for _, n := range all {
		told := strings.Contains(strings.ToLower(tidy(n.words)), strings.ToLower(tidy(name)))
		if !told && !sameName(n.saidBy, name) {
			continue
		}
		if sameName(n.saidBy, name) {
			n.saidBy = agency.Removed
		}
		if told {
			n.words = agency.Removed + ": notice of a change of staff."
		}
		if _, err := tx.Exec(ctx, `UPDATE relationship_entries SET words = $3, said_by = $4 WHERE area_id = $1 AND id = $2`, a.ID, n.id, n.words, n.saidBy); err != nil {
			return fmt.Errorf("forget in notice: %w", err)
		}
		if err := r.record(ctx, tx, by, a, "relationship notice forgotten", string(n.id), nil, ""); err != nil {
			return err
		}
	}
	return nil
}
