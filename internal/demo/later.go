package demo

import (
	"context"

	"commontable/internal/db"
	"commontable/internal/funding"
)

// later plays what becomes of money after it was recorded, in the richly shown
// area: spending told under another theme, some sent back, and a reversal that
// was asked for and refused.
func (p *player) later(ctx context.Context, tx *db.Tx) error {
	a := p.star.area
	if err := p.codes(ctx, tx); err != nil {
		return err
	}
	spends, err := funding.SpendsOn(ctx, tx, a.ID, "")
	if err != nil {
		return err
	}
	recoded, back := 0, false
	for _, s := range spends {
		switch {
		case s.State() == funding.SpendProvided && !back && s.Heading == "Noticeboard repair":
			if err := p.funding.RefuseSpendIn(ctx, tx, p.star.lto.approver, a, s.ID, "The bill is for two noticeboards: which of them is this?"); err != nil {
				return err
			}
			back = true
		case s.State() == funding.SpendCertified && recoded < 2 && s.Theme != "community-events":
			n := funding.NewRecoding{Theme: "community-events", Reason: "It was for an open day"}
			if err := p.funding.RecodeSpendIn(ctx, tx, p.star.lto.finance, a, s.ID, n); err != nil {
				return err
			}
			recoded++
		}
	}
	payments, err := funding.PaymentsOn(ctx, tx, a.ID, "")
	if err != nil {
		return err
	}
	for _, one := range payments {
		payment, err := funding.PaymentOf(ctx, tx, a.ID, one.ID)
		if err != nil {
			return err
		}
		if payment.MayAskReversal(p.finance[0], a) != nil {
			continue
		}
		if err := p.funding.AskReversalIn(ctx, tx, p.finance[0], a, payment.ID, "It looks like the one before it"); err != nil {
			return err
		}
		return p.funding.RefuseReversalIn(ctx, tx, p.finance[1], a, payment.ID, "It is for the next half-year")
	}
	return nil
}
