package demo

import (
	"context"
	"strconv"

	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/funding"
	"commontable/internal/money"
)

// The area in which another organisation comes to hold the money, and the year of its
// plan in which that happens: half-way through a programme of twelve years.
const (
	changesLTO     = 2
	changesLTOYear = 5
)

// changeLTO plays, in one area, that half-way another organisation comes to hold the
// money: it is decided, what is in hand goes back to the fund, the old one ends, and
// the new one begins the day after, with agreements of its own.
func (s *story) changeLTO(ctx context.Context, tx *db.Tx, year int) error {
	if s.next.ID == "" || s.next.ID == s.lto.ID || year != changesLTOYear || !date.Of(s.now).AddDays(120).Before(s.what.Today) {
		return nil
	}
	old := s.lto
	chosen, err := s.decide(ctx, tx, decision.NewProposal{Kind: decision.ChooseLTO, Words: decision.NewText{
		Title: "Another organisation to hold our money", Question: "Shall " + s.next.Name + " hold our money from now on, instead of " + old.Name + "?",
		Words:   old.Name + " closes its office here, and told us in good time. " + s.next.Name + " is on our high street. What is not spent goes back to the fund, and is paid out again from there.",
		Parties: []decision.Party{{Part: decision.Does, Organisation: s.next.ID}, {Part: decision.Hears, Name: "The programme"}},
	}})
	if err != nil {
		return err
	}
	for _, l := range s.lines {
		if err := s.handBack(ctx, tx, l); err != nil {
			return err
		}
	}
	if err := s.funding.EndHoldingIn(ctx, tx, s.chair, s.area, funding.NewHoldingEnd{
		Organisation: old.ID, LastDay: date.Of(s.now), Decision: "Decision " + strconv.FormatInt(chosen.Number, 10),
	}); err != nil {
		return err
	}
	s.pass(1)
	s.lto = s.next
	if err := s.funding.HoldIn(ctx, tx, s.chair, s.area, funding.NewHolding{
		Organisation: s.lto.ID, From: date.Of(s.now), Functions: "Holds and accounts for the money, employs the worker", Decided: chosen.Number,
	}); err != nil {
		return err
	}
	return s.agreeWithLTO(ctx, tx)
}

// handBack plays that what is in hand of a line goes back to the fund, from its
// latest payments.
func (s *story) handBack(ctx context.Context, tx *db.Tx, l *playedLine) error {
	if l.id == "" || !l.inHand.Positive() {
		return nil
	}
	payments, err := funding.PaymentsOn(ctx, tx, s.area.ID, string(l.id))
	if err != nil {
		return err
	}
	for _, p := range payments {
		if p.Release.By == "" || p.Organisation != s.lto.ID || !l.inHand.Positive() {
			continue
		}
		whole, err := funding.PaymentOf(ctx, tx, s.area.ID, p.ID)
		if err != nil {
			return err
		}
		left := whole.Amount
		for _, r := range whole.Returns {
			left = left.Sub(r.Amount)
		}
		back := money.Pence(min(left.Minor(), l.inHand.Minor()))
		if !back.Positive() {
			continue
		}
		if err := s.funding.ReturnUnderspendIn(ctx, tx, s.finance[0], s.area, p.ID, funding.NewReturn{
			Amount: back, On: date.Of(s.now), Reason: "Another organisation holds the money from now on",
		}); err != nil {
			return err
		}
		l.inHand, l.promised = l.inHand.Sub(back), l.promised.Sub(back)
	}
	return nil
}
