package demo

import (
	"context"
	"math/rand/v2"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/funding"
	"commontable/internal/money"
	"commontable/internal/person"
	"commontable/internal/plan"
)

// end plays the last day: something waits for everyone, and visitors may look
// round as somebody.
func (p *player) end(ctx context.Context, tx *db.Tx) error {
	p.reseed(3)
	p.now = p.what.Today.At(17, 0)
	if err := p.survey(ctx, tx); err != nil {
		return err
	}
	if err := p.waiting(ctx, tx); err != nil {
		return err
	}
	if err := p.drafting(ctx, tx); err != nil {
		return err
	}
	if err := p.later(ctx, tx); err != nil {
		return err
	}
	if err := p.interests(ctx, tx); err != nil {
		return err
	}
	if err := p.resting(ctx, tx); err != nil {
		return err
	}
	if err := p.reachable(ctx, tx); err != nil {
		return err
	}
	if err := p.sharing(ctx, tx); err != nil {
		return err
	}
	if err := p.relating(ctx, tx); err != nil {
		return err
	}
	if err := p.reflected(ctx, tx); err != nil {
		return err
	}
	if err := p.gather(ctx, tx); err != nil {
		return err
	}
	if err := p.deciding(ctx, tx); err != nil {
		return err
	}
	if err := p.nextWeek(ctx, tx); err != nil {
		return err
	}
	if err := p.asking(ctx, tx); err != nil {
		return err
	}
	if err := p.personas(ctx, tx); err != nil {
		return err
	}
	if err := p.signingIn(ctx, tx); err != nil {
		return err
	}
	if err := p.lostPasskey(ctx, tx); err != nil {
		return err
	}
	return p.areas.EndDemonstrationIn(ctx, tx, p.what.Today)
}

// waiting leaves in the richly shown area a new plan version for its chair to
// adopt, an offer letter for the LTO to accept, and spending to certify.
func (p *player) waiting(ctx context.Context, tx *db.Tx) error {
	a := p.star.area
	current, err := plan.Current(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	lines, err := funding.Lines(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	offer := funding.NewOffer{Organisation: p.star.lto.ID}
	for i, l := range lines {
		ask := money.Pounds(3_000)
		if len(offer.Instalments) < 4 && !l.Left().Less(ask) && i > 0 {
			offer.Instalments = append(offer.Instalments, funding.NewInstalment{DueOn: p.what.Today.AddMonths(2 + len(offer.Instalments)), Line: l.ID, Amount: ask})
		}
	}
	if _, err := p.plans.WriteIn(ctx, tx, p.star.worker, a, refresh(current)); err != nil {
		return err
	}
	if offer.Decision, err = decision.PlanDecision(ctx, tx, a.ID, current.Number); err != nil {
		return err
	}
	if len(offer.Instalments) > 0 {
		if _, err := p.funding.MakeOfferIn(ctx, tx, p.officers[0], a, offer); err != nil {
			return err
		}
	}
	for i, sp := range []struct {
		what, payee, line string
		pence             int64
	}{
		{"Half-term club: food and crafts", "Playtime Crew", "Youth drop-in", 31_240}, {"Noticeboard repair", "Marlow Joinery", "Meetings", 18_500}, {"Bus to the harvest supper", "Valley Coaches", "Lunch club", 24_000},
	} {
		provided, err := p.funding.ProvideSpendIn(ctx, tx, p.star.lto.finance, a, funding.NewSpend{
			Organisation: p.star.lto.ID, Line: lineOf(current, sp.line), Amount: money.Pence(sp.pence), SpentOn: p.what.Today.AddDays(-3),
			Heading: sp.what, PayeeKind: funding.ToOrganisation, Payee: sp.payee,
		})
		if err != nil {
			return err
		}
		if err := p.receipts(ctx, tx, i, provided); err != nil {
			return err
		}
	}
	return nil
}

func (p *player) personas(ctx context.Context, tx *db.Tx) error {
	area, desk := "/areas/"+p.star.area.Slug, "/organisations/"+p.star.lto.Slug+"/money"
	payments := "/programmes/" + p.programme.Slug + "/payments"
	for i, n := range []struct {
		code, title, words, start string
		as                        access.Actor
	}{
		{"resident", "Resident", "Follow a pound from the fund to the street, and back.", area, p.star.resident},
		{"member", "Partnership member", "See who we are, say how you may be named, and have a say.", area + "/people", p.star.member},
		{"chair", "Chair of a partnership", "See what waits for you, and record that a plan is adopted.", area, p.star.chair},
		{"worker", "Worker", "Write the next version of the plan.", area + "/plan", p.star.worker},
		{"lto-finance", "LTO finance", "Record what the money was spent on.", desk, p.star.lto.finance},
		{"lto-approver", "LTO approver", "Accept an offer letter, and certify what a colleague recorded.", desk, p.star.lto.approver},
		{"agency-officer", "Officer of an agency", "See what a partnership shares with the council, and nothing else.", "/organisations/" + p.star.council + "/relationships", p.star.officer},
		{"agency-officer-2", "Officer of an agency, a colleague", "The same council, another team: something else was chosen for you.", "/organisations/" + p.star.council + "/relationships", p.star.colleague},
		{"rep", "Adviser (rep)", "See how an area is doing.", area, p.rep},
		{"programme-officer", "Programme officer", "Allocate money, make offer letters, prepare payments.", payments, p.officers[0]},
		{"programme-finance", "Programme finance", "Approve and release payments: never your own.", payments, p.finance[0]},
		{"programme-finance-2", "Programme finance, a colleague", "Take the step that the first may not take.", payments, p.finance[1]},
		{"auditor", "Auditor", "See everything about the money, and change nothing.", payments, p.auditor},
	} {
		if err := p.people.AddPersonaIn(ctx, tx, person.Persona{
			Code: n.code, Position: i + 1, Title: n.title, Words: n.words, Person: n.as.Person, Hat: n.as.Hat.ID, StartAt: n.start,
		}); err != nil {
			return err
		}
	}
	return nil
}

// chance is the player's own, so that a seed gives the same database. It is
// begun anew for each transaction, which may run twice.
type chance struct{ p *player }

func (c chance) Read(b []byte) (int, error) { return c.p.source.Read(b) }

func (p *player) reseed(of uint64) {
	var seed [32]byte
	for i := range 8 {
		seed[i], seed[8+i] = byte(p.what.Seed>>(8*i)), byte(of>>(8*i)) //nolint:gosec // the low byte is what is wanted
	}
	p.source = rand.NewChaCha8(seed)
}

func (p *player) rand(of uint64) *rand.Rand { return rand.New(rand.NewPCG(p.what.Seed, of)) } //nolint:gosec // a story, not a secret
