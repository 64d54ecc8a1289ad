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
// row has its event, each event its row, and they say the same.
func Readers(ctx context.Context, tx *db.Tx, report func(string)) (all []audit.Reader, err error) {
	for _, v := range []struct {
		act   string
		facts []string // in the order of the columns
		rows  func() (map[string]int, error)
	}{
		{"workshop begun", []string{"kind", "relationship", "follows"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, id, begun_by, kind || '|' || COALESCE(relationship_id, '') || '|' || COALESCE(follows, '') FROM workshop_records`)
		}},
		{"workshop sheet", []string{"part", "side", "number"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, record_id, saved_by, part || '|' || side || '|' || CAST(number AS TEXT) FROM workshop_sheets`)
		}},
		{"workshop step", []string{"number", "side", "step", "digest", "link"}, func() (map[string]int, error) {
			return rows(ctx, tx, `SELECT area_id, record_id, said_by, CAST(number AS TEXT) || '|' || side || '|' || step || '|' || digest || '|' || by_link FROM workshop_steps`)
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
					report("workshops: " + v.act + ", " + key + " has no event that recorded it")
				}
			},
		})
	}
	files, err := fileHistory(ctx, tx, report)
	return append(all, files), err
}

// fileHistory holds each file against the event with which it was added.
func fileHistory(ctx context.Context, tx *db.Tx, report func(string)) (audit.Reader, error) {
	key := func(area, record, by, file, kind string) string {
		return strings.Join([]string{area, record, by, file, kind}, " ")
	}
	files := map[string]string{} // name and content of each
	err := document.EachFiling(ctx, tx, func(f document.Filing) error {
		if record, ours := strings.CutPrefix(f.Subject, document.OfWorkshops); ours {
			files[key(f.Place, record, f.By, string(f.ID), string(f.Type))] = f.Name + "\n" + string(f.Hash)
		}
		return nil
	})
	return audit.Reader{
		Act: "workshop file",
		Hear: func(e audit.Recorded) {
			k := key(e.Stream, e.Subject, e.Person, e.Facts["file"], e.Facts["type"])
			words, known := files[k]
			if !known || e.Private != nil && *e.Private != words {
				report("area " + e.Stream + ": a file of " + e.Subject + " is not as it was recorded when it was added")
			}
			delete(files, k)
		},
		End: func() {
			for k := range files {
				report("workshops: the file " + k + " has no event that recorded it")
			}
		},
	}, err
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
