package demo

import (
	"fmt"
	"testing"

	"commontable/internal/db"
	"commontable/internal/db/dbtest"
)

// A thing that is to be in a demonstration, and how many there are at least: of each
// area, or of the richly shown one.
type thing struct {
	what  string
	least int64
	query string // of an area
}

// Whoever opens a demonstration finds in every area what a partnership does in twelve
// years, of which the first few may be spent on getting started.
var everywhere = []thing{
	{"who has a say now", 8, `SELECT COUNT(DISTINCT m.person_id) FROM memberships m JOIN membership_records r ON r.area_id = m.area_id AND r.member_id = m.id AND r.until_on IS NULL AND r.kind <> 'friend' WHERE m.area_id = $1`},
	{"members who came after the first two years", 3, `SELECT COUNT(*) FROM memberships m JOIN membership_records r ON r.area_id = m.area_id AND r.member_id = m.id AND r.number = 1 WHERE m.area_id = $1 AND r.from_on >= '2017-01-01'`},
	{"members who left", 3, `SELECT COUNT(*) FROM membership_records r WHERE r.area_id = $1 AND r.act = 'left'`},
	{"years in which they met", 9, `SELECT COUNT(DISTINCT SUBSTR(CAST(starts_at AS TEXT), 1, 4)) FROM meetings WHERE area_id = $1`},
	{"meetings whose notes are agreed", 12, `SELECT COUNT(*) FROM notes_agreements WHERE area_id = $1`},
	{"decisions that were made", 12, `SELECT COUNT(*) FROM decision_results WHERE area_id = $1`},
	{"versions of the plan that were adopted", 2, `SELECT COUNT(*) FROM plan_adoptions WHERE area_id = $1 AND decision_number > 0`},
	{"projects", 2, `SELECT COUNT(*) FROM projects WHERE area_id = $1`},
	{"relationships with agencies", 2, `SELECT COUNT(*) FROM relationships WHERE area_id = $1`},
}

// In the richly shown one they find more.
var richly = []thing{
	{"years in which they met, from the first to the last", 12, `SELECT COUNT(DISTINCT SUBSTR(CAST(starts_at AS TEXT), 1, 4)) FROM meetings WHERE area_id = $1`},
	{"who left the room for an interest, or said that they should not take part", 1, `
		SELECT (SELECT COUNT(*) FROM interest_handlings WHERE area_id = $1 AND about_kind = 'decision' AND how IN ('leave', 'no vote')) + (SELECT COUNT(*) FROM decision_recusals WHERE area_id = $1)`},
	{"agreement that was looked for and not found", 1, `SELECT COUNT(*) FROM decision_attempts t WHERE t.area_id = $1 AND NOT t.agreed`},
	{"votes after that", 1, `SELECT COUNT(*) FROM decision_polls p JOIN decision_attempts t ON t.area_id = p.area_id AND t.number = p.number AND NOT t.agreed WHERE p.area_id = $1`},
	{"votes on paper that a second person confirmed", 1, `
		SELECT COUNT(*) FROM decision_ballots b JOIN decision_confirmations c ON c.area_id = b.area_id AND c.number = b.number AND c.what = 'ballot' AND c.turn = b.turn
		WHERE b.area_id = $1 AND b.via = 'paper' AND c.confirmed_by <> b.entered_by`},
	{"reviews of the plan that changed nothing, on purpose", 1, `SELECT COUNT(*) FROM audit_events WHERE stream = $1 AND act = 'plan review finished' AND CAST(bytes AS TEXT) LIKE '%"changed nothing":"true"%'`},
	{"years past that a refreshed plan left as they were planned", 50, `
		SELECT COUNT(*) FROM plan_line_years n JOIN plan_line_years o ON o.area_id = n.area_id AND o.line_id = n.line_id AND o.year = n.year AND o.version = 2 AND o.minor = n.minor
		WHERE n.area_id = $1 AND n.version = 3 AND n.year < 2021`},
	{"corrections of agreed notes", 1, `SELECT COUNT(*) FROM correction_agreements WHERE area_id = $1`},
	{"relationships", 12, `SELECT COUNT(*) FROM relationships WHERE area_id = $1`},
	{"years in which they were in touch", 12, `SELECT COUNT(DISTINCT SUBSTR(CAST(on_day AS TEXT), 1, 4)) FROM relationship_entries WHERE area_id = $1 AND kind = 'contact'`},
	{"promises that were kept", 5, `SELECT COUNT(*) FROM promise_steps WHERE area_id = $1 AND what = 'kept'`},
	{"promises that were not", 1, `SELECT COUNT(*) FROM promise_steps WHERE area_id = $1 AND what = 'withdrawn'`},
	{"promises that were kept late", 1, `SELECT COUNT(*) FROM promise_steps s JOIN promises p ON p.area_id = s.area_id AND p.id = s.promise_id WHERE s.area_id = $1 AND s.what = 'kept' AND s.on_day > p.due_on`},
	{"teams that others came after", 1, `SELECT COUNT(*) FROM agency_unit_successors WHERE area_id = $1`},
	{"champions who left, with nobody in their place", 1, `
		SELECT COUNT(*) FROM relationship_holder_ends e JOIN relationship_holders h ON h.area_id = e.area_id AND h.id = e.holder_id
		WHERE e.area_id = $1 AND h.side = 'theirs' AND NOT EXISTS (
			SELECT 1 FROM relationship_holders n WHERE n.area_id = h.area_id AND n.relationship_id = h.relationship_id AND n.side = 'theirs' AND n.id <> h.id AND n.from_on <= e.until_on
				AND NOT EXISTS (SELECT 1 FROM relationship_holder_ends x WHERE x.area_id = n.area_id AND x.holder_id = n.id AND x.until_on <= e.until_on))`},
	{"mapping workshops that are finished", 1, `SELECT COUNT(*) FROM workshop_records w JOIN workshop_steps s ON s.area_id = w.area_id AND s.record_id = w.id AND s.step = 'finished' WHERE w.area_id = $1 AND w.kind = 'workshop'`},
	{"talks to whose summary both sides agreed", 1, `
		SELECT COUNT(*) FROM workshop_records w WHERE w.area_id = $1 AND w.kind = 'conversation'
			AND EXISTS (SELECT 1 FROM workshop_steps s WHERE s.area_id = w.area_id AND s.record_id = w.id AND s.step = 'agreed' AND s.side = 'ours')
			AND EXISTS (SELECT 1 FROM workshop_steps s WHERE s.area_id = w.area_id AND s.record_id = w.id AND s.step = 'agreed' AND s.side = 'theirs')`},
}

// What guides and people who look around rely on is there, area by area and by name.
func TestADemonstrationHasWhatItPromises(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	play(t, d, What{Areas: 6, Years: 12, Seed: 1, Today: DefaultDay()})
	if err := d.Read(t.Context(), func(tx *db.Tx) error {
		type area struct{ id, slug string }
		areas, err := db.All(t.Context(), tx, func(r db.Row) (a area, err error) { return a, r.Scan(&a.id, &a.slug) }, `SELECT id, slug FROM areas ORDER BY slug`)
		if err != nil {
			return err
		}
		for _, a := range areas {
			things := everywhere
			if a.slug == "tanners-reach" {
				things = append(append([]thing(nil), everywhere...), richly...)
			}
			for _, x := range things {
				n, err := db.One(t.Context(), tx, db.Value[int64], x.query, a.id)
				if err != nil {
					return fmt.Errorf("%s: %w", x.what, err)
				}
				if n < x.least {
					t.Errorf("%s: %s: %d, want at least %d", a.slug, x.what, n, x.least)
				}
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}
