package funding

import (
	"context"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/organisation"
)

// Work is what waits at a programme's payment desk.
type Work struct {
	Due      []Instalment // accepted, their day has come, no payment yet
	Prepared []Payment    // waiting for approval
	Approved []Payment    // waiting for release
	Asked    []Payment    // somebody asked to reverse them
	Released []Payment    // the last ones paid
}

// PaymentWork lists what waits at a programme's payment desk on a day: at most
// so many of each, those that waited longest first.
func PaymentWork(ctx context.Context, tx *db.Tx, p area.ProgrammeID, today date.Date, most int) (w Work, err error) {
	if w.Due, err = db.All(ctx, tx, scanInstalment, `SELECT `+instalmentColumns+`
		JOIN area_money m ON m.area_id = i.area_id
		JOIN offer_acceptances ok ON ok.area_id = i.area_id AND ok.offer = i.offer
		WHERE m.programme_id = $1 AND i.due_on <= $2 AND p.id IS NULL
			AND NOT EXISTS (SELECT 1 FROM offers own
				JOIN offers n ON n.area_id = own.area_id AND n.chain = own.chain AND n.number > own.number
				JOIN offer_acceptances na ON na.area_id = n.area_id AND na.offer = n.number
				WHERE own.area_id = i.area_id AND own.number = i.offer)
		AND NOT EXISTS (SELECT 1 FROM offer_endings x WHERE x.area_id = i.area_id AND x.offer = i.offer)
		ORDER BY i.due_on, i.area_id, i.number LIMIT $3`, p, today, most); err != nil {
		return w, err
	}
	open, err := db.All(ctx, tx, scanPayment, `SELECT `+paymentColumns+`
		JOIN area_money m ON m.area_id = p.area_id
		WHERE m.programme_id = $1 AND r.payment_id IS NULL AND c.payment_id IS NULL
		ORDER BY p.prepared_at, p.id LIMIT $2`, p, most)
	if err != nil {
		return w, err
	}
	for _, one := range open {
		whole, err := PaymentOf(ctx, tx, one.Area, one.ID)
		if err != nil {
			return w, err
		}
		if whole.State() == PaymentApproved {
			w.Approved = append(w.Approved, whole)
		} else {
			w.Prepared = append(w.Prepared, whole)
		}
	}
	if w.Asked, err = ReversalsAsked(ctx, tx, p); err != nil {
		return w, err
	}
	w.Released, err = db.All(ctx, tx, scanPayment, `SELECT `+paymentColumns+`
		JOIN area_money m ON m.area_id = p.area_id
		WHERE m.programme_id = $1 AND r.payment_id IS NOT NULL
		ORDER BY r.released_at DESC, p.id LIMIT $2`, p, min(most, 20))
	return w, err
}

// An AreaOffer is an offer letter that waits for its LTO.
type AreaOffer struct {
	Area   area.ID
	Number int64
}

// OffersToAccept lists the offer letters that wait for an organisation.
func OffersToAccept(ctx context.Context, tx *db.Tx, o organisation.ID) ([]AreaOffer, error) {
	return db.All(ctx, tx, func(r db.Row) (x AreaOffer, err error) { return x, r.Scan(&x.Area, &x.Number) }, `
		SELECT o.area_id, o.number FROM offers o
		WHERE o.organisation_id = $1
			AND NOT EXISTS (SELECT 1 FROM offer_acceptances a WHERE a.area_id = o.area_id AND a.offer = o.number)
			AND NOT EXISTS (SELECT 1 FROM offer_declines d WHERE d.area_id = o.area_id AND d.offer = o.number)
			AND NOT EXISTS (SELECT 1 FROM offers n WHERE n.area_id = o.area_id AND n.supersedes = o.number)
		ORDER BY o.offered_on, o.area_id, o.number`, o)
}
