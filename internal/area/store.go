package area

import (
	"context"
	"fmt"
	"time"

	"commontable/internal/db"
	"commontable/internal/organisation"
)

func insertArea(ctx context.Context, tx *db.Tx, a *Area, now time.Time) error {
	for slug := range a.slugs {
		added, err := tx.Exec(ctx, `
			INSERT INTO areas (id, programme_id, slug, name, region, nation, authority_name, authority_code, authority_basis,
				wave, source, confidence, boundary_basis, setting, sort_name, search_text, added_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
			ON CONFLICT (slug) DO NOTHING`,
			a.ID, a.Programme, slug, a.Name, a.Region, a.Nation, a.AuthorityName, a.AuthorityCode, a.AuthorityBasis,
			a.Wave, a.Source, a.Confidence, a.BoundaryBasis, a.Setting, a.sortName(), a.searchText(), now)
		if err != nil {
			return err
		}
		if added == 1 {
			a.Slug = slug
			return count(ctx, tx, *a, 1)
		}
	}
	return fmt.Errorf("no slug for %q", a.Name)
}

func updateArea(ctx context.Context, tx *db.Tx, was, a Area) error {
	a.Stage = was.Stage
	if err := recount(ctx, tx, was, a); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		UPDATE areas SET name = $1, region = $2, nation = $3, authority_name = $4, authority_code = $5, authority_basis = $6,
			wave = $7, source = $8, confidence = $9, boundary_basis = $10, sort_name = $11, search_text = $12, setting = $13
		WHERE id = $14`,
		a.Name, a.Region, a.Nation, a.AuthorityName, a.AuthorityCode, a.AuthorityBasis,
		a.Wave, a.Source, a.Confidence, a.BoundaryBasis, a.sortName(), a.searchText(), a.Setting, a.ID)
	return err
}

// What is compared is folded here and not in SQL, where the two databases fold
// other letters differently.
func (a Area) sortName() string   { return organisation.Fold(a.Name) }
func (a Area) searchText() string { return organisation.Fold(a.Name + " " + a.AuthorityName) }

func insertLSOAs(ctx context.Context, tx *db.Tx, aid ID, codes []string) error {
	for _, code := range codes {
		if _, err := tx.Exec(ctx, `
			INSERT INTO area_lsoas (area_id, code) VALUES ($1, $2)`, aid, code); err != nil {
			return err
		}
	}
	return nil
}

func deleteLSOAs(ctx context.Context, tx *db.Tx, aid ID, codes []string) error {
	for _, code := range codes {
		if _, err := tx.Exec(ctx, `
			DELETE FROM area_lsoas WHERE area_id = $1 AND code = $2`, aid, code); err != nil {
			return err
		}
	}
	return nil
}

const areaColumns = `id, programme_id, slug, name, region, nation, authority_name, authority_code, authority_basis,
	wave, source, confidence, boundary_basis, setting, stage`

func scanArea(r db.Row) (a Area, err error) {
	return a, r.Scan(&a.ID, &a.Programme, &a.Slug, &a.Name, &a.Region, &a.Nation, &a.AuthorityName, &a.AuthorityCode, &a.AuthorityBasis,
		&a.Wave, &a.Source, &a.Confidence, &a.BoundaryBasis, &a.Setting, &a.Stage)
}

// BySlug is one area, or fault.NotFound.
func BySlug(ctx context.Context, tx *db.Tx, slug string) (Area, error) {
	return db.One(ctx, tx, scanArea, `
		SELECT `+areaColumns+` FROM areas WHERE slug = $1`, slug)
}

// ByID is one area, or fault.NotFound.
func ByID(ctx context.Context, tx *db.Tx, aid ID) (Area, error) {
	return db.One(ctx, tx, scanArea, `
		SELECT `+areaColumns+` FROM areas WHERE id = $1`, aid)
}

// ByIDs are several areas, by their IDs. One that is not there is left out.
func ByIDs(ctx context.Context, tx *db.Tx, ids []ID) (map[ID]Area, error) {
	all := map[ID]Area{}
	if len(ids) == 0 {
		return all, nil
	}
	return all, db.Each(ctx, tx, func(r db.Row) error {
		a, err := scanArea(r)
		all[a.ID] = a
		return err
	}, `SELECT `+areaColumns+` FROM areas WHERE id IN (SELECT key FROM json_each($1))`, db.Set(ids))
}

// LSOAs lists the codes of the small areas that make up an area.
func LSOAs(ctx context.Context, tx *db.Tx, aid ID) ([]string, error) {
	return db.All(ctx, tx, db.Value[string], `
		SELECT code FROM area_lsoas WHERE area_id = $1 ORDER BY code`, aid)
}

// LSOACounts tells how many small areas make up each of some areas, of which
// there are at most PageSize. One that is not in it has none.
func LSOACounts(ctx context.Context, tx *db.Tx, areas []Area) (map[ID]int, error) {
	ids := make([]any, PageSize)
	for i := range ids {
		ids[i] = "" // nobody's
		if i < len(areas) {
			ids[i] = areas[i].ID
		}
	}
	counts := map[ID]int{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var aid ID
		var n int
		err := r.Scan(&aid, &n)
		counts[aid] = n
		return err
	}, `
		SELECT area_id, COUNT(*) FROM area_lsoas
		WHERE area_id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)
		GROUP BY area_id`, ids...)
	return counts, err
}

func lsoasOf(ctx context.Context, tx *db.Tx, p ProgrammeID) (map[ID][]string, error) {
	all := map[ID][]string{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var aid ID
		var code string
		err := r.Scan(&aid, &code)
		all[aid] = append(all[aid], code)
		return err
	}, `
		SELECT l.area_id, l.code FROM area_lsoas l JOIN areas a ON a.id = l.area_id
		WHERE a.programme_id = $1 ORDER BY l.area_id, l.code`, p)
	return all, err
}

// All lists a programme's areas by name.
func All(ctx context.Context, tx *db.Tx, p ProgrammeID) ([]Area, error) {
	return db.All(ctx, tx, scanArea, `
		SELECT `+areaColumns+` FROM areas WHERE programme_id = $1 ORDER BY sort_name, id`, p)
}
