package funding

import (
	"context"

	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/plan"
)

// PaymentsAfter lists the payments of an area that were prepared after one, in
// that order, at most so many: for a budget line, or for all where line is "".
// Each is whole.
func PaymentsAfter(ctx context.Context, tx *db.Tx, a area.ID, line plan.LineID, after PaymentID, most int) ([]Payment, error) {
	all, err := db.All(ctx, tx, scanPayment, `
		SELECT `+paymentColumns+` WHERE p.area_id = $1 AND p.id > $2 AND (CAST($3 AS TEXT) = '' OR p.line_id = $3)
		ORDER BY p.id LIMIT $4`, a, after, line, most)
	if err != nil {
		return nil, err
	}
	for i, p := range all {
		if all[i], err = PaymentOf(ctx, tx, a, p.ID); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// SpendsAfter lists what was spent of an area's money and recorded after a
// spend, in that order, at most so many: on a budget line, or on all where line
// is "", whatever its state.
func SpendsAfter(ctx context.Context, tx *db.Tx, a area.ID, line plan.LineID, after SpendID, most int) ([]Spend, error) {
	return db.All(ctx, tx, scanSpend, `
		SELECT `+spendColumns+` WHERE s.area_id = $1 AND s.id > $2 AND (CAST($3 AS TEXT) = '' OR s.line_id = $3)
		ORDER BY s.id LIMIT $4`, a, after, line, most)
}
