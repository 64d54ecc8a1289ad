package project

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/document"
)

// Readers hold what was recorded against the events of when it was recorded: each
// row has its event, each event its row, and they say the same, in the same words.
// Events of old tell less of their row than those of now.
func Readers(ctx context.Context, tx *db.Tx, report func(string)) ([]audit.Reader, error) {
	var all []*audit.Kept
	for _, v := range []struct {
		act   string
		facts []string // in the order of the columns
		more  []string
		query string
	}{
		{"project state", []string{"number", "state", "from"}, []string{"until"}, `
			SELECT area_id, project_id, noted_by, CAST(number AS TEXT) || '|' || state || '|' || CAST(from_on AS TEXT), who || ' ' || words,
				COALESCE(CAST(until_on AS TEXT), ''), who || ' ' || words FROM project_states`},
		{"project lead", []string{"number", "from", "kind"}, []string{"organisation", "resident", "named"}, `
			SELECT area_id, project_id, noted_by, CAST(number AS TEXT) || '|' || CAST(from_on AS TEXT) || '|' || kind, name,
				COALESCE(organisation_id, '') || '|' || CASE WHEN resident THEN 'true' ELSE 'false' END || '|' || CASE WHEN named THEN 'true' ELSE 'false' END, name FROM project_leads`},
		{"project part", []string{"project", "role", "from"}, []string{"kind", "organisation", "resident", "named"}, `
			SELECT area_id, id, noted_by, project_id || '|' || role || '|' || CAST(from_on AS TEXT), name || ' ' || words,
				kind || '|' || COALESCE(organisation_id, '') || '|' || CASE WHEN resident THEN 'true' ELSE 'false' END || '|' || CASE WHEN named THEN 'true' ELSE 'false' END, name || ' ' || words FROM project_parts`},
		{"project part ended", []string{"until"}, nil, `
			SELECT area_id, part_id, noted_by, CAST(until_on AS TEXT), NULL, '', NULL FROM project_part_ends`},
		{"milestone planned", []string{"number", "on", "quarter"}, []string{"project", "resident"}, `
			SELECT p.area_id, p.milestone_id, p.noted_by, CAST(p.number AS TEXT) || '|' || CAST(p.planned_on AS TEXT) || '|' || CASE WHEN p.quarter THEN 'true' ELSE 'false' END,
				CASE WHEN p.number = 1 THEN m.name || ' ' || p.why ELSE p.why END,
				m.project_id || '|' || CASE WHEN p.number > 1 THEN '' WHEN m.resident THEN 'true' ELSE 'false' END, CASE WHEN p.number = 1 THEN m.name || ' ' || p.why ELSE p.why END
			FROM milestone_plans p JOIN milestones m ON m.area_id = p.area_id AND m.id = p.milestone_id`},
		{"milestone ended", []string{"reached", "on"}, nil, `
			SELECT area_id, milestone_id, noted_by, CASE WHEN reached THEN 'true' ELSE 'false' END || '|' || CAST(on_day AS TEXT), words, '', words FROM milestone_ends`},
		{"project terms", []string{"number", "agreed on"}, nil, `
			SELECT area_id, project_id, written_by, CAST(number AS TEXT) || '|' || COALESCE(CAST(agreed_on AS TEXT), ''), liable || ' ' || insurance || ' ' || protection || ' ' || working, '',
				liable || ' ' || insurance || ' ' || protection || ' ' || working FROM project_terms`},
		{"project happening", []string{"project", "on", "kind", "public"}, nil, `
			SELECT area_id, id, noted_by, project_id || '|' || CAST(on_day AS TEXT) || '|' || kind || '|' || CASE WHEN public THEN 'true' ELSE 'false' END, words, '', words FROM project_happenings`},
		{"project photo consent", []string{"number", "people", "public", "until"}, nil, `
			SELECT area_id, photo_id, noted_by, CAST(number AS TEXT) || '|' || CASE WHEN people THEN 'true' ELSE 'false' END || '|' || CASE WHEN public THEN 'true' ELSE 'false' END || '|' || COALESCE(CAST(until_on AS TEXT), ''),
				CASE WHEN who <> '' OR NOT EXISTS (SELECT 1 FROM project_photo_removals r WHERE r.area_id = c.area_id AND r.photo_id = c.photo_id) THEN who END, '',
				CASE WHEN who <> '' OR NOT EXISTS (SELECT 1 FROM project_photo_removals r WHERE r.area_id = c.area_id AND r.photo_id = c.photo_id) THEN who END
			FROM project_photo_consents c`},
		{"project photo removed", nil, nil, `SELECT area_id, photo_id, removed_by, '', NULL, '', NULL FROM project_photo_removals`},
		{"requirement noted", []string{"project", "basis", "asked on", "organisation"}, nil, `
			SELECT area_id, id, noted_by, project_id || '|' || basis || '|' || CAST(asked_on AS TEXT) || '|' || COALESCE(organisation_id, ''), what || ' ' || asked_by, '', what || ' ' || asked_by || ' ' || law FROM requirements`},
		{"requirement settled", []string{"number", "outcome", "on"}, nil, `
			SELECT area_id, requirement_id, noted_by, CAST(number AS TEXT) || '|' || outcome || '|' || CAST(on_day AS TEXT), words, '', words FROM requirement_outcomes`},
		{"requirement labelled", []string{"number", "basis", "on"}, nil, `
			SELECT area_id, requirement_id, noted_by, CAST(number AS TEXT) || '|' || basis || '|' || CAST(on_day AS TEXT), law || ' ' || words, '', law || ' ' || words FROM requirement_labels`},
		{"activity begun", []string{"project", "on"}, nil, `
			SELECT area_id, id, noted_by, COALESCE(project_id, '') || '|' || CAST(begun_on AS TEXT), name, '', name || ' ' || words || ' ' || timetable || ' ' || host FROM activities`},
		{"activity turned", []string{"number", "kind", "on", "organisation"}, nil, `
			SELECT area_id, activity_id, noted_by, CAST(number AS TEXT) || '|' || kind || '|' || CAST(on_day AS TEXT) || '|' || COALESCE(organisation_id, ''), who || ' ' || words, '', who || ' ' || words FROM activity_turns`},
	} {
		query, kept := v.query, audit.KeptOf(v.act, report, v.facts...).More(v.more...)
		if err := kept.WholeRows(ctx, tx, query); err != nil {
			return nil, err
		}
		all = append(all, kept)
	}
	for _, of := range []func(context.Context, *db.Tx, func(string)) (*audit.Kept, error){keptVersions, keptSheets, keptSessions, keptPhotos} {
		kept, err := of(ctx, tx, report)
		if err != nil {
			return nil, err
		}
		all = append(all, kept)
	}
	contacts, err := contactReaders(ctx, tx, report)
	if err != nil {
		return nil, err
	}
	return append(audit.Readers(all...), contacts...), verifyBegun(ctx, tx, report)
}

// verifyBegun holds who began a project, and who first noted a milestone, against
// the first of what they wrote of it.
func verifyBegun(ctx context.Context, tx *db.Tx, report func(string)) error {
	return db.Each(ctx, tx, func(r db.Row) error {
		var area, what string
		err := r.Scan(&area, &what)
		report("area " + area + ": " + what + " was begun by somebody else than who wrote it first")
		return err
	}, `
		SELECT p.area_id, 'project ' || p.id FROM projects p
		WHERE NOT EXISTS (SELECT 1 FROM project_versions v WHERE v.area_id = p.area_id AND v.project_id = p.id AND v.number = 1 AND v.written_by = p.begun_by)
		UNION ALL SELECT m.area_id, 'milestone ' || m.id FROM milestones m
		WHERE NOT EXISTS (SELECT 1 FROM milestone_plans n WHERE n.area_id = m.area_id AND n.milestone_id = m.id AND n.number = 1 AND n.noted_by = m.noted_by)`)
}

// inOrder are the words of the rows of a query of three columns, in its order, by
// the first two: of one thing, joined by a space.
func inOrder(ctx context.Context, tx *db.Tx, query string) (map[[2]string][]string, error) {
	all := map[[2]string][]string{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var k [2]string
		var words string
		err := r.Scan(&k[0], &k[1], &words)
		all[k] = append(all[k], words)
		return err
	}, query)
	return all, err
}

// keptVersions are what projects are, with the budget lines that they are of.
func keptVersions(ctx context.Context, tx *db.Tx, report func(string)) (*audit.Kept, error) {
	lines, err := inOrder(ctx, tx, `
		SELECT area_id, project_id || ' ' || CAST(version AS TEXT), line_id FROM project_lines ORDER BY area_id, project_id, version, line_id`)
	if err != nil {
		return nil, fmt.Errorf("project lines: %w", err)
	}
	kept := audit.KeptOf("project written", report, "version", "ends", "lines", "decisions").More("ends on", "priority", "grew from", "early win", "of lines")
	return kept, db.Each(ctx, tx, func(r db.Row) error {
		var area, project, by, number, ends, decisions, more, words string
		err := r.Scan(&area, &project, &by, &number, &ends, &decisions, &more, &words)
		of := lines[[2]string{area, project + " " + number}]
		kept.Wholly(&words, &words, more+"|"+strings.Join(of, " "), area, project, by, number, ends, strconv.Itoa(len(of)), decisions)
		return err
	}, `
		SELECT area_id, project_id, written_by, CAST(number AS TEXT), ends, decisions,
			COALESCE(CAST(ends_on AS TEXT), '') || '|' || COALESCE(priority_id, '') || '|' || COALESCE(grew_from, '') || '|' || CASE WHEN early_win THEN 'true' ELSE 'false' END,
			name || ' ' || what || ' ' || why || ' ' || ends_when FROM project_versions`)
}

// keptSheets are the risk sheets, each with its risks.
func keptSheets(ctx context.Context, tx *db.Tx, report func(string)) (*audit.Kept, error) {
	risks, err := inOrder(ctx, tx, `
		SELECT area_id, sheet_id || ' ' || CAST(number AS TEXT), risk || ' ' || whom || ' ' || what || ' ' || who FROM risks ORDER BY area_id, sheet_id, number, position`)
	if err != nil {
		return nil, fmt.Errorf("risks: %w", err)
	}
	kept := audit.KeptOf("risk sheet written", report, "project", "number", "reviewed on", "risks")
	return kept, db.Each(ctx, tx, func(r db.Row) error {
		var area, sheet, by, project, number, on, name string
		err := r.Scan(&area, &sheet, &by, &project, &number, &on, &name)
		of := risks[[2]string{area, sheet + " " + number}]
		whole := name + " " + strings.Join(of, " ")
		kept.Wholly(&name, &whole, "", area, sheet, by, project, number, on, strconv.Itoa(len(of)))
		return err
	}, `
		SELECT area_id, id, written_by, COALESCE(project_id, ''), CAST(number AS TEXT), CAST(reviewed_on AS TEXT), name FROM risk_sheets`)
}

// keptSessions are the sessions of activities, each with what each party gave.
func keptSessions(ctx context.Context, tx *db.Tx, report func(string)) (*audit.Kept, error) {
	gifts, err := inOrder(ctx, tx, `
		SELECT area_id, session_id, party || ' ' || kind || ' ' || CAST(amount AS TEXT) || ' ' || words FROM session_gifts ORDER BY area_id, session_id, position`)
	if err != nil {
		return nil, fmt.Errorf("contributions: %w", err)
	}
	kept := audit.KeptOf("session noted", report, "activity", "on", "came", "meals", "gifts").More("placements", "cleanups")
	return kept, db.Each(ctx, tx, func(r db.Row) error {
		var area, session, by, activity, on, came, meals, more, words string
		err := r.Scan(&area, &session, &by, &activity, &on, &came, &meals, &more, &words)
		of := gifts[[2]string{area, session}]
		whole := words + " " + strings.Join(of, " ")
		kept.Wholly(&words, &whole, more, area, session, by, activity, on, came, meals, strconv.Itoa(len(of)))
		return err
	}, `
		SELECT area_id, id, noted_by, activity_id, CAST(on_day AS TEXT), CAST(came AS TEXT), CAST(meals AS TEXT), CAST(placements AS TEXT) || '|' || CAST(cleanups AS TEXT), words FROM activity_sessions`)
}

// keptPhotos are the photos, each with what its picture is by its hash.
func keptPhotos(ctx context.Context, tx *db.Tx, report func(string)) (*audit.Kept, error) {
	if err := verifyPhotos(ctx, tx, report); err != nil {
		return nil, err
	}
	pictures := map[[2]string]string{}
	if err := document.EachFiling(ctx, tx, func(f document.Filing) error {
		pictures[[2]string{f.Place, string(f.ID)}] = string(f.Hash)
		return nil
	}); err != nil {
		return nil, fmt.Errorf("pictures: %w", err)
	}
	kept := audit.KeptOf("project photo", report, "project", "on", "file").More("width", "height", "taker named")
	return kept, db.Each(ctx, tx, func(r db.Row) error {
		var area, photo, by, project, on, file, more, words string
		var removed bool
		err := r.Scan(&area, &photo, &by, &project, &on, &file, &more, &words, &removed)
		whole := &words
		switch {
		case removed && strings.TrimSpace(words) != "":
			report("area " + area + ": photo " + photo + " was removed, and words of it are there")
		case removed:
			whole = nil // forgotten
		default:
			words = pictures[[2]string{area, file}] + " " + words
		}
		kept.Wholly(whole, whole, more, area, photo, by, project, on, file)
		return err
	}, `
		SELECT area_id, id, noted_by, project_id, CAST(on_day AS TEXT), file_id,
			CAST(width AS TEXT) || '|' || CAST(height AS TEXT) || '|' || CASE WHEN taker_named THEN 'true' ELSE 'false' END, shows || ' ' || words || ' ' || taken_by,
			EXISTS (SELECT 1 FROM project_photo_removals r WHERE r.area_id = p.area_id AND r.photo_id = p.id)
		FROM project_photos p`)
}

// contactReaders hold those whom a project can reach against the events that noted
// them, and that removed them again.
func contactReaders(ctx context.Context, tx *db.Tx, report func(string)) ([]audit.Reader, error) {
	type row struct{ by, project, old, whole string }
	rows, told := map[string]row{}, map[string]audit.Recorded{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var area, contact string
		var is row
		err := r.Scan(&area, &contact, &is.by, &is.project, &is.old, &is.whole)
		rows[area+" "+contact] = is
		return err
	}, `SELECT area_id, id, noted_by, project_id, name || ' ' || reach, name || ' ' || reach || ' ' || part FROM project_contacts`)
	return []audit.Reader{
		{Act: "project contact", Hear: func(e audit.Recorded) { told[e.Stream+" "+e.Subject] = e }},
		{Act: "project contact removed", Hear: func(e audit.Recorded) { delete(told, e.Stream+" "+e.Subject) }, End: func() {
			for of, e := range told {
				is, there := rows[of]
				words := is.old
				if _, whole := e.Facts[audit.Whole]; whole {
					words = is.whole
				}
				if !there || is.by != e.Person || is.project != e.Facts["project"] || e.Private != nil && !slices.Equal(strings.Fields(words), strings.Fields(*e.Private)) {
					report("projects: contact " + of + " is not as it was recorded when it happened")
				}
				delete(rows, of)
			}
			for of := range rows {
				report("projects: contact " + of + " has no event that recorded it")
			}
		}},
	}, err
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
