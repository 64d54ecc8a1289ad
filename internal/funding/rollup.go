package funding

import (
	"context"
	"fmt"

	"commontable/internal/area"
	"commontable/internal/db"
)

// addToArea adds changes to what is kept of an area's money, and of its
// programme's, and notes where it has brought the area to another stage.
func addToArea(ctx context.Context, tx *db.Tx, a area.Area, t totals) error {
	now, err := db.One(ctx, tx, scanMoney, `
		INSERT INTO area_money (area_id, programme_id, allocated, promised, paid, contribution, spent, paid_since)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (area_id) DO UPDATE SET
			allocated = area_money.allocated + excluded.allocated, promised = area_money.promised + excluded.promised,
			paid = area_money.paid + excluded.paid, contribution = area_money.contribution + excluded.contribution,
			spent = area_money.spent + excluded.spent,
			paid_since = CASE WHEN area_money.paid_since < excluded.paid_since THEN area_money.paid_since ELSE COALESCE(excluded.paid_since, area_money.paid_since) END
		RETURNING allocated, promised, paid, contribution, spent`,
		a.ID, a.Programme, t.allocated.Minor(), t.promised.Minor(), t.paid.Minor(), t.contribution.Minor(), t.spent.Minor(), t.paidOn)
	if err != nil {
		return fmt.Errorf("area’s money: %w", err)
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO programme_money (programme_id, part, allocated, promised, paid, contribution, spent)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (programme_id, part) DO UPDATE SET
			allocated = programme_money.allocated + excluded.allocated, promised = programme_money.promised + excluded.promised,
			paid = programme_money.paid + excluded.paid, contribution = programme_money.contribution + excluded.contribution,
			spent = programme_money.spent + excluded.spent`,
		a.Programme, part(a.ID), t.allocated.Minor(), t.promised.Minor(), t.paid.Minor(), t.contribution.Minor(), t.spent.Minor()); err != nil {
		return fmt.Errorf("programme’s money: %w", err)
	}
	is := area.StageOf(now.Allocated.Minor(), now.Spent.Minor())
	if is == area.StageOf(now.Allocated.Sub(t.allocated).Minor(), now.Spent.Sub(t.spent).Minor()) {
		return nil
	}
	return area.NoteStageIn(ctx, tx, a.ID, is)
}

// part says in which part of its programme's figures an area counts: one row
// for them all would be waited for by every payment.
func part(a area.ID) string { return string(a[max(0, len(a)-2):]) }

// ProgrammeMoney is the sum over a programme's areas: of at most 256 parts,
// however many areas there are.
func ProgrammeMoney(ctx context.Context, tx *db.Tx, p area.ProgrammeID) (Money, error) {
	return db.One(ctx, tx, scanMoney, `
		SELECT CAST(COALESCE(SUM(allocated), 0) AS BIGINT), CAST(COALESCE(SUM(promised), 0) AS BIGINT), CAST(COALESCE(SUM(paid), 0) AS BIGINT),
			CAST(COALESCE(SUM(contribution), 0) AS BIGINT), CAST(COALESCE(SUM(spent), 0) AS BIGINT)
		FROM programme_money WHERE programme_id = $1`, p)
}

// MoneyOf is the money of some areas, of which there are at most area.PageSize.
func MoneyOf(ctx context.Context, tx *db.Tx, areas []area.Area) (map[area.ID]Money, error) {
	ids := make([]any, area.PageSize)
	for i := range ids {
		ids[i] = "" // nobody's
		if i < len(areas) {
			ids[i] = areas[i].ID
		}
	}
	all := map[area.ID]Money{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var a area.ID
		var n [5]int64
		err := r.Scan(&a, &n[0], &n[1], &n[2], &n[3], &n[4])
		all[a] = moneyOf(n)
		return err
	}, `
		SELECT area_id, allocated, promised, paid, contribution, spent FROM area_money
		WHERE area_id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)`, ids...)
	return all, err
}

// verifyProgrammes adds each part of a programme's figures up again.
func verifyProgrammes(ctx context.Context, tx *db.Tx, report func(string)) error {
	return each(ctx, tx, report, "programme %s, part %q: the totals kept are not the sums of its areas (out by %s pence: allocated, promised, paid, contributed, spent)", `
		SELECT programme_id, part, CAST(SUM(allocated) AS TEXT) || ', ' || CAST(SUM(promised) AS TEXT) || ', ' || CAST(SUM(paid) AS TEXT) || ', ' ||
			CAST(SUM(contribution) AS TEXT) || ', ' || CAST(SUM(spent) AS TEXT) FROM (
			SELECT programme_id, part, allocated, promised, paid, contribution, spent FROM programme_money
			UNION ALL
			SELECT programme_id, substr(area_id, length(area_id) - 1), -allocated, -promised, -paid, -contribution, -spent FROM area_money
		) x GROUP BY programme_id, part
		HAVING SUM(allocated) <> 0 OR SUM(promised) <> 0 OR SUM(paid) <> 0 OR SUM(contribution) <> 0 OR SUM(spent) <> 0
		ORDER BY programme_id, part`)
}
