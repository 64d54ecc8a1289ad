package workshop

import (
	"context"
	"fmt"
	"strings"

	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/document"
)

// Readers hold what was recorded against the events of when it was recorded: each
// row has its event, each event its row, and they say the same, in the same words.
func Readers(ctx context.Context, tx *db.Tx, report func(string)) ([]audit.Reader, error) {
	var all []*audit.Kept
	for _, v := range []struct {
		act   string
		facts []string // in the order of the columns
		query string
	}{
		{"workshop begun", []string{"kind", "relationship", "follows"}, `
			SELECT area_id, id, begun_by, kind || '|' || COALESCE(relationship_id, '') || '|' || COALESCE(follows, ''), NULL FROM workshop_records`},
		{"workshop sheet", []string{"part", "side", "number"}, `
			SELECT area_id, record_id, saved_by, part || '|' || side || '|' || CAST(number AS TEXT), content FROM workshop_sheets`},
		{"workshop step", []string{"number", "side", "step", "digest", "link"}, `
			SELECT area_id, record_id, said_by, CAST(number AS TEXT) || '|' || side || '|' || step || '|' || digest || '|' || by_link, NULL FROM workshop_steps`},
		{"workshop officers", []string{"number", "body", "open"}, `
			SELECT area_id, record_id, noted_by, CAST(number AS TEXT) || '|' || organisation_id || '|' || CASE WHEN open THEN 'true' ELSE 'false' END, NULL FROM workshop_invitations`},
		{"workshop done", []string{"number", "on"}, `
			SELECT area_id, record_id, noted_by, CAST(number AS TEXT) || '|' || CAST(on_day AS TEXT), what || ' ' || words FROM workshop_done`},
	} {
		query, kept := v.query, audit.KeptOf(v.act, report, v.facts...)
		if err := kept.Rows(ctx, tx, query); err != nil {
			return nil, err
		}
		all = append(all, kept)
	}
	files := audit.KeptOf("workshop file", report, "file", "type")
	err := document.EachFiling(ctx, tx, func(f document.Filing) error {
		if record, ours := strings.CutPrefix(f.Subject, document.OfWorkshops); ours {
			files.Worded(f.Name+"\n"+string(f.Hash), f.Place, record, f.By, string(f.ID), string(f.Type))
		}
		return nil
	})
	return audit.Readers(append(all, files)...), err
}

// Verify checks what the database cannot hold by itself: that a conversation or a
// credit line that is finished was agreed to by both sides in the very words that
// stand there.
func Verify(ctx context.Context, tx *db.Tx, report func(string)) error {
	areas, err := db.All(ctx, tx, db.Value[string], `SELECT DISTINCT area_id FROM workshop_steps WHERE step = 'finished' ORDER BY area_id`)
	if err != nil {
		return fmt.Errorf("areas of finished talks: %w", err)
	}
	for _, a := range areas {
		all, err := records(ctx, tx, area.ID(a), "", "", "")
		if err != nil {
			return err
		}
		for _, r := range all {
			if r.Kind.Words() != "" && r.Finished() && r.Sheet(r.Kind.Words(), Ours).content != "" && (!r.Agreed(Ours) || !r.Agreed(Theirs)) {
				report("area " + a + ": " + string(r.Kind) + " " + string(r.ID) + " is finished, but its words are not those that both sides agreed to")
			}
		}
	}
	return nil
}
