package geography

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"commontable/internal/access"
	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// A Report says what became of a file, or in a dry run what would.
type Report struct {
	File      string
	Kind      Kind
	Name      string
	Rows      int64
	Edition   int64 // its number in its series
	Unchanged bool  // the same file was read before
	Replaces  bool  // another file of the series, which stays
	Public    bool
	Licence   string
	Faults    []Fault
	Further   int
}

// ImportIn keeps packs that were read: all of them or, where any has faults,
// none. A file that is the last of its series changes nothing.
func (p *Packs) ImportIn(ctx context.Context, tx *db.Tx, by access.Actor, packs []Pack, dryRun bool) ([]Report, error) {
	if err := by.Must(access.Operate, access.Place{}); err != nil {
		return nil, err
	}
	var reports []Report
	faults := 0
	for _, pack := range packs {
		faults += len(pack.Faults)
	}
	for _, pack := range packs {
		r := Report{File: pack.File, Kind: pack.Kind, Name: pack.Name, Rows: pack.Rows, Public: pack.Public, Licence: pack.Licence, Faults: pack.Faults, Further: pack.Further}
		if faults == 0 {
			if err := p.take(ctx, tx, by, pack, &r, dryRun); err != nil {
				return nil, fmt.Errorf("import %s: %w", pack.File, err)
			}
		}
		reports = append(reports, r)
	}
	return reports, nil
}

func (p *Packs) take(ctx context.Context, tx *db.Tx, by access.Actor, pack Pack, r *Report, dryRun bool) error {
	last, err := lastOf(ctx, tx, pack.Series)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	r.Edition, r.Replaces = last.Number+1, last.Number > 0
	if last.SHA256 == pack.SHA256 && last.Public == pack.Public && last.Licence == pack.Licence && last.Source == pack.Source {
		r.Edition, r.Unchanged, r.Replaces = last.Number, true, false
		return nil
	}
	if dryRun {
		return nil
	}
	newest, err := db.One(ctx, tx, db.Value[int64], `SELECT COALESCE(MAX(id), 0) FROM geography_editions`)
	if err != nil {
		return err
	}
	e := pack.Edition
	e.ID, e.Number, e.ImportedBy, e.ImportedAt = newest+1, r.Edition, string(by.Person), p.Now()
	if _, err := tx.Exec(ctx, `
		INSERT INTO geography_editions (id, kind, series, number, name, year, codes_of, as_at, file, sha256, source, licence, is_public, row_count, imported_by, imported_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		e.ID, e.Kind, e.Series, e.Number, e.Name, e.Year, e.CodesOf, e.AsAt, e.File, e.SHA256, e.Source, e.Licence, e.Public, e.Rows, e.ImportedBy, e.ImportedAt); err != nil {
		return err
	}
	for _, rows := range pack.batches {
		if err := insertRows(ctx, tx, e, string(rows)); err != nil {
			return err
		}
	}
	return audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: audit.Installation, Act: "geography imported", Subject: e.Series, By: by, At: e.ImportedAt,
		Facts: map[string]string{
			"kind": string(e.Kind), "edition": strconv.FormatInt(e.Number, 10), "name": e.Name, "file": e.File, "sha256": e.SHA256,
			"rows": strconv.FormatInt(e.Rows, 10), "public": strconv.FormatBool(e.Public), "licence": e.Licence, "source": e.Source,
		},
	})
}

// insertRows keeps many rows by one statement: a JSON object of arrays is taken
// apart by functions of the same name in both databases.
func insertRows(ctx context.Context, tx *db.Tx, e Edition, rows string) (err error) {
	switch e.Kind {
	case SmallAreas:
		_, err = tx.Exec(ctx, `
			INSERT INTO small_areas (edition, code, name, msoa_name, ward_code, ward_name, lad_code, lad_name, region_name, icb_name)
			SELECT CAST($1 AS BIGINT), value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8
			FROM json_each($2)`, e.ID, rows)
	case Changes:
		_, err = tx.Exec(ctx, `
			INSERT INTO small_area_changes (edition, old_code, new_code, change)
			SELECT CAST($1 AS BIGINT), value ->> 0, value ->> 1, value ->> 2 FROM json_each($2)`, e.ID, rows)
	case Deprivation:
		_, err = tx.Exec(ctx, `
			INSERT INTO deprivation_scores (edition, code, decile, rank, score, domains)
			SELECT CAST($1 AS BIGINT), value ->> 0, CAST(value ->> 1 AS BIGINT), CAST(value ->> 2 AS BIGINT), CAST(value ->> 3 AS BIGINT), value ->> 4
			FROM json_each($2)`, e.ID, rows)
	case CommunityNeeds, WardNeeds:
		_, err = tx.Exec(ctx, `
			INSERT INTO community_needs (edition, code, name, lad_code, score, assets, connections, engagement, rank, left_behind)
			SELECT CAST($1 AS BIGINT), value ->> 0, value ->> 1, value ->> 2, CAST(value ->> 3 AS BIGINT), CAST(value ->> 4 AS BIGINT), CAST(value ->> 5 AS BIGINT),
				CAST(value ->> 6 AS BIGINT), CAST(value ->> 7 AS BIGINT), CAST(value ->> 8 AS BOOLEAN)
			FROM json_each($2)`, e.ID, rows)
	case People:
		_, err = tx.Exec(ctx, `
			INSERT INTO small_area_people (edition, code, people, to_15, to_24, to_44, to_64, from_65)
			SELECT CAST($1 AS BIGINT), value ->> 0, CAST(value ->> 1 AS BIGINT), CAST(value ->> 2 AS BIGINT), CAST(value ->> 3 AS BIGINT),
				CAST(value ->> 4 AS BIGINT), CAST(value ->> 5 AS BIGINT), CAST(value ->> 6 AS BIGINT)
			FROM json_each($2)`, e.ID, rows)
	case AuthorityOutlines, SmallAreaOutlines:
		_, err = tx.Exec(ctx, `
			INSERT INTO outlines (edition, code, name, shape)
			SELECT CAST($1 AS BIGINT), value ->> 0, value ->> 1, value ->> 2 FROM json_each($2)`, e.ID, rows)
	}
	return err
}

const editionColumns = `id, kind, series, number, name, year, codes_of, as_at, file, sha256, source, licence, is_public, row_count, imported_by, imported_at`

func scanEdition(r db.Row) (e Edition, err error) {
	return e, r.Scan(&e.ID, &e.Kind, &e.Series, &e.Number, &e.Name, &e.Year, &e.CodesOf, &e.AsAt, &e.File, &e.SHA256,
		&e.Source, &e.Licence, &e.Public, &e.Rows, &e.ImportedBy, &e.ImportedAt)
}

func lastOf(ctx context.Context, tx *db.Tx, series string) (Edition, error) {
	return db.One(ctx, tx, scanEdition, `
		SELECT `+editionColumns+` FROM geography_editions WHERE series = $1 ORDER BY number DESC LIMIT 1`, series)
}

// Editions lists the last edition of each series, the newest years first.
func Editions(ctx context.Context, tx *db.Tx) ([]Edition, error) {
	return db.All(ctx, tx, scanEdition, `
		SELECT `+editionColumns+` FROM geography_editions e
		WHERE number = (SELECT MAX(number) FROM geography_editions l WHERE l.series = e.series)
		ORDER BY year DESC, series`)
}
