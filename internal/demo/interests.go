package demo

import (
	"context"
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/funding"
	"commontable/internal/meeting"
	"commontable/internal/money"
	"commontable/internal/partnership"
	"commontable/internal/plan"
)

// starsInterests are what people of the richly shown area have to do with others.
var starsInterests = map[string]partnership.NewInterest{
	"Kofi Asante":     {Kind: partnership.Employer, OrganisationName: "Brightwell Homes", From: date.Must("2011-09-01"), Private: "In the repairs team, not in any that we pay."},
	"Tom Pearce":      {Kind: partnership.Landlord, OrganisationName: "Brightwell Homes", From: date.Must("1996-03-01")},
	"Ann Sykes":       {Kind: partnership.OwnGroup, OrganisationName: "St Luke’s Church", From: date.Must("2009-01-01"), Public: "I am the vicar of St Luke’s, whose hall people rent."},
	"Maggie Doyle":    {Kind: partnership.OwnGroup, OrganisationName: "Reach Lunch Club", From: date.Must("2008-04-01")},
	"Bernadette Lowe": {Kind: partnership.CloseTie, OrganisationName: "Inkwell Print", RelatedName: "Patrick Lowe", From: date.Must("2010-01-01"), Public: "A member of my family works for Inkwell Print."},
}

// tells plays that somebody who joins tells what they have an interest in:
// councillors their council, and in the richly shown area those who have one.
func (s *story) tells(ctx context.Context, tx *db.Tx, name string, m partnership.Member) error {
	n, has := starsInterests[name]
	has = has && s.area.ID == s.star.area.ID
	if s.area.ID != s.star.area.ID {
		switch len(s.party.members) { // who came second, and fourth
		case 1:
			n, has = partnership.NewInterest{Kind: partnership.Landlord, OrganisationName: s.lto.Name, From: m.From.AddMonths(-40)}, true
		case 3:
			n, has = partnership.NewInterest{Kind: partnership.OwnGroup, OrganisationName: s.area.Name + " Gardening Club", From: m.From.AddMonths(-20)}, true
		}
	}
	if m.Kind == partnership.Councillor && s.area.AuthorityName != "" {
		n, has = partnership.NewInterest{Kind: partnership.CouncillorOf, OrganisationName: s.area.AuthorityName, From: m.From}, true
	}
	if !has {
		return nil
	}
	by := access.Actor{Person: m.Person, Name: name, Hat: access.Hat{Role: access.Member, Scope: access.InArea, Place: string(s.area.ID)}}
	_, err := s.partnerships.DeclareIn(ctx, tx, by, s.area, n)
	return err
}

// tellLate plays that who certifies in the richly shown area tells by telephone,
// after they certified it, of somebody close to them at a firm that was paid.
func (p *player) tellLate(ctx context.Context, tx *db.Tx) error {
	spends, err := funding.SpendsOn(ctx, tx, p.star.area.ID, "")
	if err != nil {
		return err
	}
	waits := map[string]bool{}
	for _, sp := range spends {
		if sp.State() == funding.SpendProvided {
			waits[sp.Payee] = true
		}
	}
	for _, sp := range spends {
		if sp.State() != funding.SpendCertified || sp.PayeeKind != funding.ToOrganisation || waits[sp.Payee] || sp.Certified.By != p.star.lto.approver.Person {
			continue
		}
		// It began not long before, so that one thing or two are to be looked at.
		_, err := p.partnerships.DeclareIn(ctx, tx, p.star.worker, p.star.area, partnership.NewInterest{
			For: p.star.lto.approver.Person, Kind: partnership.CloseTie, OrganisationName: sp.Payee, From: date.InLondon(sp.Certified.At).AddDays(-7),
			Public: "My cousin works for " + sp.Payee + " now.", Private: "Told us by telephone. The cousin began there that month.",
		})
		return err
	}
	return nil
}

// settleInterests plays a bill of the firm for which somebody of the treasurer’s
// family works, and what the chair records about it. It waits to be certified.
func (p *player) settleInterests(ctx context.Context, tx *db.Tx) error {
	current, err := plan.Current(ctx, tx, p.star.area.ID)
	if err != nil {
		return err
	}
	sp, err := p.funding.ProvideSpendIn(ctx, tx, p.star.lto.finance, p.star.area, funding.NewSpend{
		Organisation: p.star.lto.ID, Line: lineOf(current, "Meetings"), Amount: money.Pounds(84), SpentOn: p.what.Today.AddDays(-2), Heading: "Leaflets for the open day",
		PayeeKind: funding.ToOrganisation, Payee: "Inkwell Print",
	})
	if err != nil {
		return err
	}
	touches, err := partnership.TouchesIn(ctx, tx, p.star.area.ID, sp.Touches())
	if err != nil {
		return err
	}
	for _, t := range touches {
		if _, err := p.partnerships.HandleIn(ctx, tx, p.star.chair, p.star.area, partnership.NewHandling{
			About: sp.Matter(), Interest: t.Interest, How: partnership.SpeakOnly, Why: "The printer was chosen by three of us, from three prices.", Parties: sp.Parties(),
		}); err != nil {
			return err
		}
	}
	return nil
}

// settleItem plays what the chair recorded about who works for whom the first item of
// the next meeting touches. What is done about another’s tenancy is still to be said.
func (p *player) settleItem(ctx context.Context, tx *db.Tx, m meeting.Meeting) error {
	items, err := meeting.Agenda(ctx, tx, m)
	if err != nil {
		return err
	}
	one, err := meeting.Touching(ctx, tx, m, items[0])
	if err != nil {
		return err
	}
	touches, err := partnership.TouchesIn(ctx, tx, p.star.area.ID, one)
	for _, t := range touches {
		if t.Kind != partnership.Employer {
			continue
		}
		if _, err := p.partnerships.HandleIn(ctx, tx, p.star.chair, p.star.area, partnership.NewHandling{
			About: items[0].ID.About(), Interest: t.Interest, How: partnership.Leave, Why: "They make the tea meanwhile.", Parties: one.Parties,
		}); err != nil {
			return err
		}
	}
	return err
}

// interests plays the last of them, in the richly shown area.
func (p *player) interests(ctx context.Context, tx *db.Tx) error {
	if err := p.tellLate(ctx, tx); err != nil {
		return err
	}
	if err := p.settleInterests(ctx, tx); err != nil {
		return err
	}
	return p.lookBack(ctx, tx)
}

// lookBack plays that the chair looked at the bills of years past of whom a decision
// named nobody. Those of this year, and what was told late, wait.
func (p *player) lookBack(ctx context.Context, tx *db.Tx) error {
	decisions := *p.decisions
	decisions.Payees = funding.PayeesIn
	register := *p.partnerships
	register.Matters = map[string]partnership.Matters{"decision": decisions.Matters(), partnership.PayeeKind: funding.PayeeMatters{}}
	// The plan said nothing of who would hold the money, so what it allows would wait.
	open, err := funding.PayeeMatters{}.OpenMatters(ctx, tx, p.star.area.ID)
	if err != nil {
		return err
	}
	for _, m := range open {
		touches, err := partnership.TouchesIn(ctx, tx, p.star.area.ID, m)
		if err != nil {
			return err
		}
		for _, t := range touches {
			if !slices.Contains(m.Past, t.Person) || !t.Handling.IsZero() {
				continue
			}
			if _, err := register.HandleIn(ctx, tx, p.star.chair, p.star.area, partnership.NewHandling{
				About: m.About, Interest: t.Interest, How: partnership.NoAction, Why: "They hold all our money, whatever the plan says, and the rest of us agreed to the plan too.",
			}); err != nil {
				return err
			}
		}
	}
	late, err := register.ExceptionsIn(ctx, tx, p.star.area.ID)
	if err != nil {
		return err
	}
	for _, l := range late {
		if !l.Unnamed || l.IsLookedAt() || date.InLondon(l.Deed.At).AddMonths(12).After(p.what.Today) {
			continue
		}
		if _, err := register.ReviewIn(ctx, tx, p.star.chair, p.star.area, partnership.NewReview{
			Interest: l.Interest.ID, About: l.Deed.About, What: l.Deed.What,
			Words: "Two of us read the bills of that year again. The price was what others pay, and " + strings.Fields(l.Name)[0] + " had no hand in choosing. What was decided stands.",
		}); err != nil {
			return err
		}
	}
	return nil
}
