package funding

import (
	"context"
	"slices"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/organisation"
	"commontable/internal/plan"
)

// Work is what waits at a programme's payment desk.
type Work struct {
	Due      []Instalment // accepted, their day has come, no payment yet
	Prepared []Payment    // waiting for approval
	Approved []Payment    // waiting for release
	Asked    []Payment    // somebody asked to reverse them
	Released []Payment    // the last ones paid

	Lines map[plan.LineID]plan.Line // of all these
	To    map[InstalmentID]Promise  // of all but those asked and paid
}

// A Promise is to whom an instalment is promised, and when.
type Promise struct {
	Organisation organisation.ID
	DueOn        date.Date
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
	if err := withApprovals(ctx, tx, open); err != nil {
		return w, err
	}
	for _, one := range open {
		if one.State() == PaymentApproved {
			w.Approved = append(w.Approved, one)
		} else {
			w.Prepared = append(w.Prepared, one)
		}
	}
	if w.Asked, err = ReversalsAsked(ctx, tx, p); err != nil {
		return w, err
	}
	w.Released, err = db.All(ctx, tx, scanPayment, `SELECT `+paymentColumns+`
		JOIN area_money m ON m.area_id = p.area_id
		WHERE m.programme_id = $1 AND r.payment_id IS NOT NULL
		ORDER BY r.released_at DESC, p.id LIMIT $2`, p, min(most, 20))
	if err != nil {
		return w, err
	}
	return w, w.describe(ctx, tx, open)
}

// withApprovals gives payments that are not released their approvals, of which some
// may count no more.
func withApprovals(ctx context.Context, tx *db.Tx, open []Payment) error {
	of, ids := map[PaymentID]*Payment{}, make([]PaymentID, len(open))
	areas, all := make([]area.ID, len(open)), make([]*Payment, len(open))
	for i := range open {
		all[i] = &open[i]
		of[open[i].ID], ids[i], areas[i] = all[i], open[i].ID, open[i].Area
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var pid PaymentID
		var x Approval
		err := r.Scan(&pid, &x.By, &x.Digest, &x.At, &x.Register)
		of[pid].Approvals = append(of[pid].Approvals, x)
		return err
	}, `
		SELECT payment_id, approved_by, digest, approved_at, register FROM payment_approvals
		WHERE area_id IN (SELECT key FROM json_each($1)) AND payment_id IN (SELECT key FROM json_each($2))
		ORDER BY approved_at, approved_by`, db.Set(areas), db.Set(ids)); err != nil {
		return err
	}
	return judge(ctx, tx, all...)
}

// describe reads what the instalments and payments at the desk are for.
func (w *Work) describe(ctx context.Context, tx *db.Tx, open []Payment) (err error) {
	var areas []area.ID
	var lines []plan.LineID
	var instalments []InstalmentID
	for _, in := range w.Due {
		areas, lines, instalments = append(areas, in.Area), append(lines, in.Line), append(instalments, in.ID)
	}
	for _, p := range open {
		instalments = append(instalments, p.Instalment)
	}
	for _, p := range slices.Concat(open, w.Asked, w.Released) {
		areas, lines = append(areas, p.Area), append(lines, p.Line)
	}
	if w.Lines, err = plan.LinesByID(ctx, tx, areas, lines); err != nil {
		return err
	}
	w.To = map[InstalmentID]Promise{}
	return db.Each(ctx, tx, func(r db.Row) error {
		var in InstalmentID
		var to Promise
		err := r.Scan(&in, &to.Organisation, &to.DueOn)
		w.To[in] = to
		return err
	}, `
		SELECT i.id, o.organisation_id, i.due_on FROM instalments i JOIN offers o ON o.area_id = i.area_id AND o.number = i.offer
		WHERE i.area_id IN (SELECT key FROM json_each($1)) AND i.id IN (SELECT key FROM json_each($2))`, db.Set(areas), db.Set(instalments))
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
