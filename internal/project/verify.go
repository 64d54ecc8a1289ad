package project

import (
	"context"
	"fmt"
	"strings"

	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/document"
)

// Readers hold what was recorded against the events of when it was recorded: each
// row has its event, each event its row, and they say the same.
func Readers(ctx context.Context, tx *db.Tx, report func(string)) (all []audit.Reader, err error) {
	for _, v := range []struct {
		act   string
		facts []string // in the order of the columns
		rows  func() (map[string]int, error)
	}{
		{"project written", []string{"version", "ends", "decisions"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, project_id, written_by, CAST(number AS TEXT) || '|' || ends || '|' || decisions FROM project_versions`)
		}},
		{"project state", []string{"number", "state", "from"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, project_id, noted_by, CAST(number AS TEXT) || '|' || state || '|' || CAST(from_on AS TEXT) FROM project_states`)
		}},
		{"project lead", []string{"number", "from", "kind"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, project_id, noted_by, CAST(number AS TEXT) || '|' || CAST(from_on AS TEXT) || '|' || kind FROM project_leads`)
		}},
		{"project part", []string{"project", "role", "from"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, id, noted_by, project_id || '|' || role || '|' || CAST(from_on AS TEXT) FROM project_parts`)
		}},
		{"project part ended", []string{"until"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, part_id, noted_by, CAST(until_on AS TEXT) FROM project_part_ends`)
		}},
		{"milestone planned", []string{"number", "on"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, milestone_id, noted_by, CAST(number AS TEXT) || '|' || CAST(planned_on AS TEXT) FROM milestone_plans`)
		}},
		{"milestone ended", []string{"on"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, milestone_id, noted_by, CAST(on_day AS TEXT) FROM milestone_ends`)
		}},
		{"project terms", []string{"number", "agreed on"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, project_id, written_by, CAST(number AS TEXT) || '|' || COALESCE(CAST(agreed_on AS TEXT), '') FROM project_terms`)
		}},
		{"project happening", []string{"project", "on", "kind"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, id, noted_by, project_id || '|' || CAST(on_day AS TEXT) || '|' || kind FROM project_happenings`)
		}},
		{"project photo", []string{"project", "on", "file"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, id, noted_by, project_id || '|' || CAST(on_day AS TEXT) || '|' || file_id FROM project_photos`)
		}},
		{"project photo consent", []string{"number", "people", "public", "until"}, func() (map[string]int, error) {
			return rows(ctx, tx, `
				SELECT area_id, photo_id, noted_by, CAST(number AS TEXT) || '|' || CASE WHEN people THEN 'true' ELSE 'false' END || '|' || CASE WHEN public THEN 'true' ELSE 'false' END || '|' || COALESCE(CAST(until_on AS TEXT), '')
				FROM project_photo_consents`)
		}},
		{"project photo removed", nil, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, photo_id, removed_by, '' FROM project_photo_removals`)
		}},
		{"requirement noted", []string{"project", "basis", "asked on"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, id, noted_by, project_id || '|' || basis || '|' || CAST(asked_on AS TEXT) FROM requirements`)
		}},
		{"requirement settled", []string{"number", "outcome", "on"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, requirement_id, noted_by, CAST(number AS TEXT) || '|' || outcome || '|' || CAST(on_day AS TEXT) FROM requirement_outcomes`)
		}},
		{"requirement labelled", []string{"number", "basis", "on"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, requirement_id, noted_by, CAST(number AS TEXT) || '|' || basis || '|' || CAST(on_day AS TEXT) FROM requirement_labels`)
		}},
		{"risk sheet written", []string{"number", "reviewed on", "risks"}, func() (map[string]int, error) {
			return rows(ctx, tx, `
				SELECT s.area_id, s.id, s.written_by, CAST(s.number AS TEXT) || '|' || CAST(s.reviewed_on AS TEXT) || '|' || CAST(COUNT(r.position) AS TEXT)
				FROM risk_sheets s LEFT JOIN risks r ON r.area_id = s.area_id AND r.sheet_id = s.id AND r.number = s.number
				GROUP BY s.area_id, s.id, s.number, s.written_by, s.reviewed_on`)
		}},
		{"activity begun", []string{"project", "on"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, id, noted_by, COALESCE(project_id, '') || '|' || CAST(begun_on AS TEXT) FROM activities`)
		}},
		{"session noted", []string{"activity", "on", "came", "meals", "gifts"}, func() (map[string]int, error) {
			return rows(ctx, tx, `
				SELECT s.area_id, s.id, s.noted_by, s.activity_id || '|' || CAST(s.on_day AS TEXT) || '|' || CAST(s.came AS TEXT) || '|' || CAST(s.meals AS TEXT) || '|' || CAST(COUNT(g.position) AS TEXT)
				FROM activity_sessions s LEFT JOIN session_gifts g ON g.area_id = s.area_id AND g.session_id = s.id
				GROUP BY s.area_id, s.id, s.noted_by, s.activity_id, s.on_day, s.came, s.meals`)
		}},
		{"activity turned", []string{"number", "kind", "on"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, activity_id, noted_by, CAST(number AS TEXT) || '|' || kind || '|' || CAST(on_day AS TEXT) FROM activity_turns`)
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
					report("projects: " + v.act + ", " + key + " has no event that recorded it")
				}
			},
		})
	}
	return all, verifyPhotos(ctx, tx, report)
}

// verifyPhotos holds the pictures against the photos: each photo has its own, and
// what was removed is forgotten, and nothing else.
func verifyPhotos(ctx context.Context, tx *db.Tx, report func(string)) error {
	files := map[string]document.Hash{}
	if err := document.EachFiling(ctx, tx, func(f document.Filing) error {
		if photo, ours := strings.CutPrefix(f.Subject, document.OfPhotos); ours {
			files[f.Place+" "+photo+" "+string(f.ID)] = f.Hash
		}
		return nil
	}); err != nil {
		return fmt.Errorf("pictures: %w", err)
	}
	forgotten, err := document.Forgotten(ctx, tx)
	if err != nil {
		return fmt.Errorf("pictures: %w", err)
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var area, photo, file string
		var removed bool
		err := r.Scan(&area, &photo, &file, &removed)
		key := area + " " + photo + " " + file
		switch _, there := files[key]; {
		case !there:
			report("area " + area + ": photo " + photo + " has no picture")
		case removed != forgotten[document.Use{Place: area, Subject: file}]:
			report("area " + area + ": photo " + photo + " was removed and is still kept, or is kept no more and was not removed")
		}
		delete(files, key)
		return err
	}, `
		SELECT p.area_id, p.id, p.file_id, EXISTS (SELECT 1 FROM project_photo_removals r WHERE r.area_id = p.area_id AND r.photo_id = p.id)
		FROM project_photos p`); err != nil {
		return fmt.Errorf("photos: %w", err)
	}
	for key := range files {
		report("projects: the picture " + key + " belongs to no photo")
	}
	return nil
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
