package funding

import (
	"context"
	"errors"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/ledger"
	"commontable/internal/money"
	"commontable/internal/organisation"
	"commontable/internal/plan"
)

// An OfferDraft is what an offer letter can be made of.
type OfferDraft struct {
	Holders    []organisation.Organisation // to whom it can go: who holds the area's money
	Plan       plan.Version                // the plan in force; none where Number is 0
	Rooms      []Room                      // its lines
	Left       money.Amount                // of the allocation
	Supersedes Offer                       // whose place it takes; Number 0 for none
	Unpaid     []NewInstalment             // of the older letter
}

// A Room is a line of the plan and what a schedule may still ask for it.
type Room struct {
	plan.Line
	Left money.Amount
}

// DraftOffer gathers what an offer letter to an area can be made of. supersedes
// is 0, or the letter whose place the new one takes.
func (f *Funding) DraftOffer(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, supersedes int64) (OfferDraft, error) {
	var d OfferDraft
	if err := by.Must(access.MakeOffer, a.Place()); err != nil {
		return d, err
	}
	var err error
	if d.Holders, err = holdersOn(ctx, tx, a.ID, f.Today()); err != nil {
		return d, err
	}
	if d.Plan, err = plan.Current(ctx, tx, a.ID); err != nil && !errors.Is(err, fault.NotFound) {
		return d, err
	}
	freed := map[plan.LineID]money.Amount{}
	sums, err := AreaMoney(ctx, tx, a)
	if err != nil {
		return d, err
	}
	d.Left = sums.Left()
	if supersedes != 0 {
		if d.Supersedes, err = OfferOf(ctx, tx, a.ID, supersedes); err != nil {
			return d, err
		}
		later, err := SuccessorOf(ctx, tx, a.ID, supersedes)
		if err != nil {
			return d, err
		}
		if later != 0 {
			return d, fault.New(fault.Conflict, "A new version of this offer letter was made already. Open that one.")
		}
	}
	for _, in := range d.Supersedes.Instalments {
		if in.State == PaymentReleased {
			continue
		}
		d.Unpaid = append(d.Unpaid, NewInstalment{in.DueOn, in.Line, in.Amount})
		if d.Supersedes.InForce() {
			freed[in.Line] = freed[in.Line].Add(in.Amount)
			d.Left = d.Left.Add(in.Amount)
		}
	}
	lines, err := lineTotals(ctx, tx, a.ID)
	if err != nil {
		return d, err
	}
	for _, l := range d.Plan.Lines {
		m := lines[l.ID]
		d.Rooms = append(d.Rooms, Room{l, l.Budget.Sub(m.Promised).Sub(m.Paid).Add(freed[l.ID])})
	}
	return d, nil
}

func holdersOn(ctx context.Context, tx *db.Tx, a area.ID, day date.Date) ([]organisation.Organisation, error) {
	all, err := Holdings(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	var holders []organisation.Organisation
	for _, h := range all {
		if day.Before(h.From) || (!h.Until.IsZero() && !day.Before(h.Until)) {
			continue
		}
		o, err := organisation.ByID(ctx, tx, h.Organisation)
		if err != nil {
			return nil, err
		}
		holders = append(holders, o)
	}
	return holders, nil
}

// SuccessorOf is the number of the letter that was made to take another's
// place, accepted or not; 0 where there is none.
func SuccessorOf(ctx context.Context, tx *db.Tx, a area.ID, number int64) (int64, error) {
	later, err := db.All(ctx, tx, db.Value[int64], `
		SELECT number FROM offers WHERE area_id = $1 AND supersedes = $2`, a, number)
	if err != nil || len(later) == 0 {
		return 0, err
	}
	return later[0], nil
}

// A PaymentDraft is a payment as it would be prepared now.
type PaymentDraft struct {
	Instalment   Instalment
	Offer        Offer
	Line         plan.Line
	Contribution money.Amount
	Rate         money.Rate
	Needed       int          // how many people must approve it
	After        money.Amount // what the line would have been paid with this
	Kept         money.Amount // what the programme keeps for the area now
	OverBudget   bool         // it needs a decision's reference (R10)
}

// DraftPayment tells what a payment of an instalment would be.
func (f *Funding) DraftPayment(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, iid InstalmentID) (PaymentDraft, error) {
	var d PaymentDraft
	if err := by.Must(access.PreparePayment, a.Place()); err != nil {
		return d, err
	}
	var err error
	if d.Instalment, err = instalment(ctx, tx, a.ID, iid); err != nil {
		return d, err
	}
	if d.Offer, err = OfferOf(ctx, tx, a.ID, d.Instalment.Offer); err != nil {
		return d, err
	}
	if d.Line, err = plan.LineByID(ctx, tx, a.ID, d.Instalment.Line); err != nil {
		return d, err
	}
	programme, err := area.ProgrammeByID(ctx, tx, a.Programme)
	if err != nil {
		return d, err
	}
	d.Rate, d.Needed = programme.Rules.ContributionRate, max(1, programme.Rules.ApprovalsNeeded)
	d.Contribution = d.Instalment.Amount.Share(d.Rate)
	lines, err := lineTotals(ctx, tx, a.ID)
	if err != nil {
		return d, err
	}
	d.After = lines[d.Line.ID].Paid.Add(d.Instalment.Amount)
	d.OverBudget = d.Line.Budget.Less(d.After)
	d.Kept, err = ledger.Balance(ctx, tx, Allocated(a.ID))
	return d, err
}

// A SpendDraft is what a spend can be recorded with.
type SpendDraft struct {
	Organisation organisation.Organisation
	Held         money.Amount
	Lines        []BudgetLine // those of the plan in force first
	Themes       []area.Theme
}

// DraftSpend gathers what an organisation can record spending of an area's
// money with. slug may be "" where the actor can record for one organisation
// only. For those who may not see its money desk there is no such thing.
func (f *Funding) DraftSpend(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, slug string) (SpendDraft, error) {
	var d SpendDraft
	holdings, err := Holdings(ctx, tx, a.ID)
	if err != nil {
		return d, err
	}
	for _, h := range holdings {
		o, err := organisation.ByID(ctx, tx, h.Organisation)
		if err != nil {
			return d, err
		}
		if (slug == "" || o.Slug == slug) && by.May(access.SeeMoneyDesk, placeOf(a, o.ID)) {
			d.Organisation = o
		}
	}
	if d.Organisation.ID == "" {
		return d, fault.NotFound
	}
	if err := by.Must(access.ProvideSpend, placeOf(a, d.Organisation.ID)); err != nil {
		return d, err
	}
	if d.Held, err = ledger.Balance(ctx, tx, Held(a.ID, d.Organisation.ID)); err != nil {
		return d, err
	}
	d.Held = money.Pence(0).Add(d.Held)
	if d.Lines, err = Lines(ctx, tx, a.ID); err != nil {
		return d, err
	}
	programme, err := area.ProgrammeByID(ctx, tx, a.Programme)
	d.Themes = programme.Rules.Themes
	return d, err
}

// LeftToSpend is what the plan gives the line and was not spent yet.
func (l BudgetLine) LeftToSpend() money.Amount { return atLeastNothing(l.Budget.Sub(l.Money.Spent)) }
