package open

import (
	"context"
	"strings"

	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/funding"
)

// AreasCSV lists a programme's areas with their money.
func AreasCSV(ctx context.Context, tx *db.Tx, programme area.ProgrammeID) (header []string, rows [][]string, err error) {
	r, err := registerOf(ctx, tx, programme)
	if err != nil {
		return nil, nil, err
	}
	lsoas, err := area.LSOAsOf(ctx, tx, programme)
	if err != nil {
		return nil, nil, err
	}
	holders, err := funding.HoldersOf(ctx, tx, programme)
	if err != nil {
		return nil, nil, err
	}
	sums, err := funding.MoneyOfAreas(ctx, tx, programme)
	if err != nil {
		return nil, nil, err
	}
	header = []string{
		"Area", "Area in addresses", "Programme", "Region", "Nation", "Local authority", "Local authority code", "How the authority is known",
		"Wave", "Small areas (LSOA 2021)", "How the small areas are known", "What kind of place", "Who holds its money",
		"Allocated", "Promised, not yet paid", "Paid", "Contribution", "Spent", "Held and not spent", "Left to plan",
	}
	for _, a := range r.areas {
		var names []string
		for _, o := range holders[a.ID] {
			names = append(names, r.organisations[o].Name)
		}
		m := sums[a.ID]
		rows = append(rows, []string{
			a.Name, a.Slug, r.programme.Name, a.Region, a.Nation, a.AuthorityName, a.AuthorityCode, a.AuthorityBasis,
			a.Wave, strings.Join(lsoas[a.ID], " "), a.BoundaryBasis, a.Setting, strings.Join(names, "; "),
			m.Allocated.Decimal(), m.Promised.Decimal(), m.Paid.Decimal(), m.Contribution.Decimal(), m.Spent.Decimal(),
			m.Held().Decimal(), m.Left().Decimal(),
		})
	}
	return header, rows, nil
}

// PaymentsCSV lists the payments that were made in a programme, with what came
// back of them. Those that only wait are not in it.
func PaymentsCSV(ctx context.Context, tx *db.Tx, programme area.ProgrammeID) (header []string, rows [][]string, err error) {
	r, err := registerOf(ctx, tx, programme)
	if err != nil {
		return nil, nil, err
	}
	payments, err := funding.PaymentsOf(ctx, tx, programme)
	if err != nil {
		return nil, nil, err
	}
	header = []string{
		"Area", "Area in addresses", "Payment", "Paid to", "Priority", "Budget line", "Theme", "Offer letter", "Due on", "Paid on", "State",
		"Amount", "Handed back", "Stays paid", "Contribution", "Contribution handed back", "Contribution that stays",
	}
	byArea(r, payments, func(p funding.PaymentMade) area.ID { return p.Area })
	for _, p := range payments {
		a, line := r.area(p.Area), r.lines[p.Area][p.Line]
		rows = append(rows, []string{
			a.Name, a.Slug, string(p.ID), r.organisations[p.Organisation].Name, line.PriorityName, line.Name, r.theme(line.ThemeNow()),
			number(p.Offer), p.DueOn.String(), p.PaidOn.String(), stateOf(p),
			p.Amount.Decimal(), p.Returned.Decimal(), p.Stays().Decimal(),
			p.Contribution.Decimal(), p.ContributionReturned.Decimal(), p.ContributionStays().Decimal(),
		})
	}
	return header, rows, nil
}

func stateOf(p funding.PaymentMade) string {
	switch {
	case p.Reversed:
		return "reversed"
	case p.Returned.Positive() && p.Stays().IsZero():
		return "handed back"
	case p.Returned.Positive():
		return "handed back in part"
	}
	return "paid"
}

// SpendingCSV lists what was certified as spent in a programme, with what was
// reversed later marked as such. Individuals, and words that may name them, are
// not in it.
func SpendingCSV(ctx context.Context, tx *db.Tx, programme area.ProgrammeID) (header []string, rows [][]string, err error) {
	r, err := registerOf(ctx, tx, programme)
	if err != nil {
		return nil, nil, err
	}
	spends, err := funding.SpendsOf(ctx, tx, programme)
	if err != nil {
		return nil, nil, err
	}
	header = []string{
		"Area", "Area in addresses", "Spend", "Spent by", "Priority", "Budget line", "Theme", "What it was", "Paid to",
		"Spent on", "Certified on", "State", "Amount", "Stays spent",
	}
	byArea(r, spends, func(s funding.Spend) area.ID { return s.Area })
	for _, s := range spends {
		a, line := r.area(s.Area), r.lines[s.Area][s.Line]
		stays := s.Amount
		if s.State() == funding.SpendReversed {
			stays = stays.Sub(s.Amount)
		}
		rows = append(rows, []string{
			a.Name, a.Slug, string(s.ID), r.organisations[s.Organisation].Name, line.PriorityName, line.Name, r.theme(s.Theme),
			s.PublicHeading(line), s.PublicPayee(), s.SpentOn.String(), s.CertifiedOn.String(), string(s.State()),
			s.Amount.Decimal(), stays.Decimal(),
		})
	}
	return header, rows, nil
}
