package workshop

import (
	"context"
	"encoding/json"
	"fmt"

	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/relationship"
)

// ByID is a record of an area, or fault.NotFound.
func ByID(ctx context.Context, tx *db.Tx, a area.ID, of ID) (Record, error) {
	all, err := records(ctx, tx, a, of, "", "")
	if err != nil {
		return Record{}, err
	}
	if len(all) == 0 {
		return Record{}, fault.NotFound
	}
	return all[0], nil
}

// All lists the records of an area of a kind, or of all kinds where it is "", in
// the order in which they were begun: in four statements, whatever their number.
func All(ctx context.Context, tx *db.Tx, a area.ID, k Kind) ([]Record, error) {
	return records(ctx, tx, a, "", k, "")
}

// Of lists those with one body.
func Of(ctx context.Context, tx *db.Tx, a area.ID, k Kind, with relationship.ID) ([]Record, error) {
	return records(ctx, tx, a, "", k, with)
}

func records(ctx context.Context, tx *db.Tx, a area.ID, of ID, k Kind, with relationship.ID) ([]Record, error) {
	all, err := db.All(ctx, tx, func(r db.Row) (one Record, err error) {
		return one, r.Scan(&one.Area, &one.ID, &one.Kind, &one.Relationship, &one.Follows, &one.BegunBy, &one.BegunAt)
	}, `
		SELECT area_id, id, kind, COALESCE(relationship_id, ''), COALESCE(follows, ''), begun_by, begun_at FROM workshop_records
		WHERE area_id = $1 AND ($2 = '' OR id = $2) AND ($3 = '' OR kind = $3) AND ($4 = '' OR relationship_id = $4) ORDER BY begun_at, id`, a, of, k, with)
	if err != nil {
		return nil, fmt.Errorf("workshop records: %w", err)
	}
	if len(all) == 0 {
		return nil, nil
	}
	rests, err := area.RestsOf(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i].rests = rests
	}
	at := map[ID]int{}
	for i, one := range all {
		at[one.ID] = i
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var of ID
		var s Sheet
		if err := r.Scan(&of, &s.Part, &s.Side, &s.Number, &s.content, &s.By, &s.At); err != nil {
			return err
		}
		var kept keptSheet
		if s.content != "" {
			if err := json.Unmarshal([]byte(s.content), &kept); err != nil {
				return fmt.Errorf("sheet of %s: %w", of, err)
			}
		}
		s.Answers, s.Items, s.Salt = kept.Answers, kept.Items, kept.Salt
		if s.Answers == nil {
			s.Answers = Answers{}
		}
		all[at[of]].Sheets = append(all[at[of]].Sheets, s)
		return nil
	}, `
		SELECT s.record_id, s.part, s.side, s.number, s.content, s.saved_by, s.saved_at
		FROM workshop_sheets s JOIN workshop_records r ON r.area_id = s.area_id AND r.id = s.record_id
		WHERE r.area_id = $1 AND ($2 = '' OR r.id = $2) AND ($3 = '' OR r.kind = $3) AND ($4 = '' OR r.relationship_id = $4)
			AND s.number = (SELECT MAX(x.number) FROM workshop_sheets x WHERE x.area_id = s.area_id AND x.record_id = s.record_id AND x.part = s.part AND x.side = s.side)
		ORDER BY s.record_id, s.part, s.side`, a, of, k, with); err != nil {
		return nil, fmt.Errorf("workshop sheets: %w", err)
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var of ID
		var s Step
		err := r.Scan(&of, &s.Number, &s.Side, &s.Step, &s.Digest, &s.ByLink, &s.By, &s.At)
		all[at[of]].Steps = append(all[at[of]].Steps, s)
		return err
	}, `
		SELECT s.record_id, s.number, s.side, s.step, s.digest, s.by_link, s.said_by, s.said_at
		FROM workshop_steps s JOIN workshop_records r ON r.area_id = s.area_id AND r.id = s.record_id
		WHERE r.area_id = $1 AND ($2 = '' OR r.id = $2) AND ($3 = '' OR r.kind = $3) AND ($4 = '' OR r.relationship_id = $4) ORDER BY s.record_id, s.number`, a, of, k, with); err != nil {
		return nil, fmt.Errorf("workshop steps: %w", err)
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var of ID
		var one Done
		err := r.Scan(&of, &one.Number, &one.What, &one.On, &one.Words, &one.By)
		all[at[of]].Done = append(all[at[of]].Done, one)
		return err
	}, `
		SELECT d.record_id, d.number, d.what, d.on_day, d.words, d.noted_by
		FROM workshop_done d JOIN workshop_records r ON r.area_id = d.area_id AND r.id = d.record_id
		WHERE r.area_id = $1 AND ($2 = '' OR r.id = $2) AND ($3 = '' OR r.kind = $3) AND ($4 = '' OR r.relationship_id = $4) ORDER BY d.record_id, d.number`, a, of, k, with); err != nil {
		return nil, fmt.Errorf("what is done: %w", err)
	}
	return all, nil
}
