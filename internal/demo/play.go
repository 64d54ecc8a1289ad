package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/funding"
	"commontable/internal/money"
	"commontable/internal/organisation"
	"commontable/internal/partnership"
	"commontable/internal/person"
	"commontable/internal/plan"
)

var theDemonstration = access.System("Demonstration")

// found plays what comes before any area: the funder, its programme and staff,
// and the organisations that will hold money.
func (p *player) found(ctx context.Context, tx *db.Tx) error {
	p.reseed(1)
	r := p.rand(2)
	begins := date.Of(p.now)
	if err := p.areas.FoundIn(ctx, tx, theDemonstration, area.Installation{Kind: area.Demonstration, Name: "The Patchwork Programme"}); err != nil {
		return err
	}
	funder, err := p.organisations.AddIn(ctx, tx, theDemonstration, organisation.New{Name: "The Patchwork Trust", Kinds: []organisation.Kind{organisation.Funder}})
	if err != nil {
		return err
	}
	ends := date.New(p.what.Today.FinancialYear()+4, time.April, 1).AddDays(-1)
	p.programme, err = p.areas.AddProgrammeIn(ctx, tx, theDemonstration, area.NewProgramme{
		Name: "The Patchwork Programme", RuleBook: area.BigLocal, Funder: funder.ID, Begins: begins, Ends: ends,
	})
	if err != nil {
		return err
	}
	p.rules = p.programme.Rules
	staff := func(role access.Role, names ...string) (actors []access.Actor, err error) {
		for _, name := range names {
			a, err := p.join(ctx, tx, name, role, access.InProgramme, string(p.programme.ID))
			if err != nil {
				return nil, err
			}
			actors = append(actors, a)
		}
		return actors, nil
	}
	if p.officers, err = staff(access.ProgrammeOfficer, "Chris Hale", "Owen Blake"); err != nil {
		return err
	}
	if p.finance, err = staff(access.ProgrammeFinance, "Ruth Osei", "Marek Zielinski", "Carmel Dunn"); err != nil {
		return err
	}
	others, err := staff(access.Auditor, "Vera Quinn")
	if err != nil {
		return err
	}
	p.auditor = others[0]
	// An LTO holds the money of two or three areas.
	if err := p.registers(ctx, tx); err != nil {
		return err
	}
	p.ltos = make([]lto, 1+p.what.Areas*2/5)
	for i := range p.ltos {
		if p.ltos[i], err = p.foundLTO(ctx, tx, r, i); err != nil {
			return err
		}
	}
	return nil
}

func (p *player) foundLTO(ctx context.Context, tx *db.Tx, r *rand.Rand, i int) (l lto, err error) {
	name := "Brightwell Homes"
	if i > 0 {
		name = ltoFirsts[i%len(ltoFirsts)] + " " + ltoSeconds[(i/len(ltoFirsts)+i)%len(ltoSeconds)]
	}
	l.Organisation, err = p.organisations.AddIn(ctx, tx, theDemonstration, organisation.New{Name: name, Kinds: []organisation.Kind{organisation.LTO}})
	if err != nil {
		return l, err
	}
	l.names = []string{fullName(r), fullName(r)}
	if i == 0 {
		l.names = []string{"Helen Marsh", "Tariq Goddard"}
	}
	if l.finance, err = p.join(ctx, tx, l.names[0], access.LTOFinance, access.InOrganisation, string(l.ID)); err != nil {
		return l, err
	}
	l.approver, err = p.join(ctx, tx, l.names[1], access.LTOApprover, access.InOrganisation, string(l.ID))
	return l, err
}

func fullName(r *rand.Rand) string { return pick(r, givenNames) + " " + pick(r, familyNames) }

// join adds a person with a hat, and is that person acting in it.
func (p *player) join(ctx context.Context, tx *db.Tx, name string, role access.Role, scope access.Scope, place string) (access.Actor, error) {
	who, err := p.people.AddIn(ctx, tx, theDemonstration, person.New{Name: name})
	if err != nil {
		return access.Actor{}, err
	}
	hat, err := p.people.GiveHatIn(ctx, tx, theDemonstration, who.ID, person.NewHat{Role: role, Scope: scope, Place: place, From: date.Of(p.now)})
	return access.Actor{Person: who.ID, Name: who.Name, Hat: hat, Sure: true}, err
}

// A story is one area's: what is planned, what is in hand, how fast it goes.
type story struct {
	*player
	r      *rand.Rand
	area   area.Area
	chair  access.Actor
	seated []partnership.Member // who was of the partnership when the table was last looked at
	worker string
	helper access.Actor // the worker, but for the richly shown area
	lto    lto
	next   lto     // who holds the money after it, in the area where that changes
	pace   float64 // of what the plan would spend by now, the share that is
	lines  []*playedLine
	odd    bool // the plan has lines that nothing tells a theme of

	doings *doings
	voice  *voice
	turn   turn // what happens here that does not happen everywhere

	provided int // spends so far

	consulted int64 // the consultation that the plan is from
	known     map[string]plan.PriorityID
	renamed   map[string]string // what priorities are called from now on
	actions   map[string]plan.ActionID
	due       map[string]date.Date
	done      map[plan.ActionID]bool
	grew      bool // the endowment has, and the plan is refreshed
	party     *party
	allowed   map[plan.LineID]int64 // the decision by which a line has its money
	began     map[string]int64      // the decision by which a project has its money
	matters   []string              // small things that were decided
	evenings  evenings
}

// A playedLine is a budget line as it is played.
type playedLine struct {
	lineStory
	key      string            // what every story calls it
	years    []plan.YearBudget // what the plan in force gives it in each
	priority string
	id       plan.LineID
	budget   money.Amount
	promised money.Amount
	inHand   money.Amount // paid and not spent
}

// playArea plays one area from its beginning to the last day.
func (p *player) playArea(ctx context.Context, tx *db.Tx, i int) error {
	p.reseed(uint64(i) + 100)                                                                                                                                                                                                              //nolint:gosec // a small number
	s := &story{player: p, r: p.rand(uint64(i) + 1000), lto: p.ltos[i%len(p.ltos)], party: p.newParty(i), voice: p.voiceOf(i), turn: turnOf(i), renamed: map[string]string{}, allowed: map[plan.LineID]int64{}, began: map[string]int64{}} //nolint:gosec // a small number
	if i == changesLTO {
		s.next = p.ltos[(i+1)%len(p.ltos)]
	}
	s.pace = 0.5 + 0.6*s.r.Float64()
	if s.r.IntN(10) == 0 {
		s.pace = 0.2 // some have hardly begun, and may
	}
	// Areas came in over two years and more, as Big Local's three waves did.
	begins := p.programme.Begins.AddMonths(s.r.IntN(30))
	if i == 0 {
		s.pace, begins = 0.8, p.programme.Begins.AddMonths(1)
	}
	if end := p.what.Today.AddMonths(-3); begins.After(end) {
		begins = end
	}
	if s.turn == stillForm && p.what.Years > 2 {
		begins = p.what.Today.AddMonths(-14)
	}
	p.now = begins.At(10, 0)
	if err := s.begin(ctx, tx, p.names[i], i == 0); err != nil {
		return err
	}
	if err := s.count(ctx, tx, i); err != nil {
		return err
	}
	if s.turn == stillForm && p.what.Years > 2 {
		return s.forming(ctx, tx)
	}
	s.beginProjects(i)
	if err := s.getStarted(ctx, tx); err != nil {
		return err
	}
	if err := s.deliver(ctx, tx); err != nil {
		return err
	}
	if err := s.playProjects(ctx, tx); err != nil {
		return err
	}
	if err := s.settle(ctx, tx); err != nil {
		return err
	}
	if err := s.stillToSign(ctx, tx); err != nil {
		return err
	}
	if err := s.relations(ctx, tx, i); err != nil {
		return err
	}
	return s.comes(ctx, tx)
}

func (s *story) begin(ctx context.Context, tx *db.Tx, at place, star bool) (err error) {
	if s.area, err = s.areas.AddIn(ctx, tx, s.officers[0], s.programme.ID, area.NewArea{
		Name: at.name, Region: at.region, Nation: "England", AuthorityName: at.authority, AuthorityBasis: "stated", Source: "Invented for the demonstration",
		LSOAs: at.lsoas, BoundaryBasis: "Invented with the place", Setting: at.setting(star),
	}); err != nil {
		return err
	}
	join := func(name string, role access.Role) (access.Actor, error) {
		return s.join(ctx, tx, name, role, access.InArea, string(s.area.ID))
	}
	chair, worker := s.somebodyElse(), s.somebodyElse()
	if star {
		chair, worker = "Denise Okafor", "Sam Webb"
	}
	s.worker = worker
	asWhat := access.Chair
	if s.turn == stillForm && s.what.Years > 2 {
		asWhat = access.Resident
	}
	if s.chair, err = join(chair, asWhat); err != nil {
		return err
	}
	if s.star.area.ID == "" {
		s.star = playerStar(s)
		if s.star.worker, err = join(worker, access.Worker); err != nil {
			return err
		}
		if s.star.resident, err = join("Aneela Shah", access.Resident); err != nil {
			return err
		}
		if s.rep, err = join("Priya Nair", access.Rep); err != nil {
			return err
		}
	} else if s.helper, err = join(worker, access.Worker); err != nil {
		return err
	}
	if err := s.areas.NoteStateIn(ctx, tx, s.officers[0], s.area.ID, area.Selected, date.Of(s.now)); err != nil {
		return err
	}
	_, err = s.funding.AllocateIn(ctx, tx, s.officers[0], s.area, funding.NewAllocation{
		Amount: money.Pounds(1_000_000), On: date.Of(s.now), Note: "Each area’s share of the endowment",
	})
	return err
}

func playerStar(s *story) star { return star{area: s.area, lto: s.lto, chair: s.chair} }

// getStarted plays the first months: an LTO is chosen, and a little money comes
// before there is a whole plan.
func (s *story) getStarted(ctx context.Context, tx *db.Tx) error {
	s.pass(s.took())
	if err := s.comeTogether(ctx, tx, s.area.ID == s.star.area.ID); err != nil {
		return err
	}
	if err := s.endorsed(ctx, tx); err != nil {
		return err
	}
	chosen, err := s.decideLTO(ctx, tx)
	if err != nil {
		return err
	}
	if err := s.funding.HoldIn(ctx, tx, s.chair, s.area, funding.NewHolding{
		Organisation: s.lto.ID, From: date.Of(s.now), Functions: "Holds and accounts for the money, employs the worker",
		Decided: chosen.Number,
	}); err != nil {
		return err
	}
	if err := s.agreeWithLTO(ctx, tx); err != nil {
		return err
	}
	s.line("Running the partnership", lineStory{"Getting started", "involving-people", 0, []spendStory{
		{"Open meeting: hall, food and leaflets", "Inkwell Print", 180, 700}, {"Fun day", "Bouncing Castles", 300, 1200}, {"Community survey", "Doorstep Research", 600, 1800},
	}}, money.Pounds(20_000))
	if err := s.plan(ctx, tx, s.voice.begins, s.programme.Begins.FinancialYear()); err != nil {
		return err
	}
	return s.year(ctx, tx, 1)
}

// deliver plays the years of the whole plan.
func (s *story) deliver(ctx context.Context, tx *db.Tx) error {
	if !s.goesOn() {
		return nil
	}
	s.spread(money.Pounds(980_000))
	if err := s.consult(ctx, tx); err != nil {
		return err
	}
	if err := s.plan(ctx, tx, s.voice.whole, s.programme.Begins.FinancialYear()); err != nil {
		return err
	}
	if err := s.areas.NoteStateIn(ctx, tx, s.officers[0], s.area.ID, area.Delivering, date.Of(s.now)); err != nil {
		return err
	}
	remaining := s.what.Years - 1
	for year := 0; s.goesOn(); year++ {
		if year == 5 {
			if err := s.growth(ctx, tx); err != nil {
				return err
			}
		}
		if err := s.turnOver(ctx, tx); err != nil {
			return err
		}
		if err := s.changeLTO(ctx, tx, year); err != nil {
			return err
		}
		if err := s.changeChairs(ctx, tx, year); err != nil {
			return err
		}
		if err := s.rest(ctx, tx); err != nil {
			return err
		}
		if err := s.small(ctx, tx); err != nil {
			return err
		}
		if err := s.takeTurn(ctx, tx, year); err != nil {
			return err
		}
		if err := s.year(ctx, tx, max(1, remaining-year)); err != nil {
			return err
		}
		if err := s.getOn(ctx, tx); err != nil {
			return err
		}
		if err := s.reviewPlan(ctx, tx, year); err != nil {
			return err
		}
	}
	return nil
}

// growth plays the year in which the endowment has grown and the plan is
// refreshed.
func (s *story) growth(ctx context.Context, tx *db.Tx) error {
	if _, err := s.funding.AllocateIn(ctx, tx, s.officers[0], s.area, funding.NewAllocation{
		Amount: money.Pounds(150_000), On: date.Of(s.now), Note: "Growth of the endowment, shared equally",
	}); err != nil {
		return err
	}
	s.spread(money.Pounds(150_000))
	s.newNames()
	return s.plan(ctx, tx, s.voice.grown, s.programme.Begins.FinancialYear())
}

func (s *story) line(priority string, l lineStory, budget money.Amount) {
	key := l.name
	l.name = s.voice.called(l.name)
	if called := s.voice.names[priority]; called != "" {
		s.renamed[priority] = called
	}
	s.lines = append(s.lines, &playedLine{lineStory: l, key: key, priority: priority, budget: budget})
}

// spread shares an amount among the lines of the whole plan by their weights,
// in whole hundreds, the rest to the last.
func (s *story) spread(total money.Amount) {
	if len(s.lines) == 1 {
		for _, p := range priorities {
			for _, l := range p.lines {
				l.weight = max(2, l.weight+s.r.IntN(7)-3)
				s.line(p.name, l, money.Pence(0))
			}
		}
		s.lines = append(s.lines[1:], s.lines[0]) // what began it all comes last from now on
	}
	sum := int64(0)
	for _, l := range s.lines {
		sum += int64(l.weight)
	}
	left := total
	for _, l := range s.lines {
		share := money.Pounds(total.Minor() / 100 * int64(l.weight) / sum / 100 * 100)
		l.budget, left = l.budget.Add(share), left.Sub(share)
	}
	last := s.lines[len(s.lines)-1]
	last.budget = last.budget.Add(left)
	if s.isStar() && len(s.lines) > 1 && !s.odd {
		s.odd = true
		for _, l := range oddLines {
			last.budget = last.budget.Sub(l.Budget)
		}
	}
}

// plan plays writing and adopting a version with the lines as they now are.
func (s *story) plan(ctx context.Context, tx *db.Tx, vision string, from int) error {
	n := plan.NewVersion{Vision: vision, FromYear: from, UntilYear: s.programme.Ends.FinancialYear()}
	for _, l := range s.lines {
		n.Lines = append(n.Lines, plan.NewLine{Priority: l.priority, Name: l.name, Theme: l.theme, Budget: l.budget})
	}
	s.wordsFor(&n)
	if s.odd {
		n.Lines = append(n.Lines, oddLines...)
	}
	v, err := s.plans.WriteIn(ctx, tx, s.chair, s.area, n)
	if err != nil {
		return err
	}
	for i, l := range v.Lines[:len(s.lines)] {
		s.lines[i].id = l.ID
	}
	s.remember(v)
	s.pass(14)
	if err := s.decidePlan(ctx, tx, v.Number); err != nil {
		return err
	}
	words := ""
	if s.isStar() && v.Number > 1 {
		words = "A plan that sounds like the place it is for. We are glad to stand behind it."
	}
	return s.plans.EndorseIn(ctx, tx, s.officers[0], s.area, plan.NewEndorsement{Version: v.Number, On: date.Of(s.now), Words: words})
}

// year plays an offer letter for twelve months, its payments and what was spent,
// given how many years the plan's money has still to last.
func (s *story) year(ctx context.Context, tx *db.Tx, yearsLeft int) error {
	offers, err := s.offers(ctx, tx, yearsLeft)
	if err != nil || len(offers) == 0 {
		s.passMonths(12)
		return err
	}
	s.pass(10)
	for _, o := range offers {
		if err := s.funding.AcceptOfferIn(ctx, tx, s.lto.approver, s.area, o.Number); err != nil {
			return err
		}
	}
	end := date.Of(s.now).AddMonths(12)
	for date.Of(s.now).Before(end) && s.goesOn() {
		for _, o := range offers {
			if err := s.payWhatIsDue(ctx, tx, o); err != nil {
				return err
			}
		}
		month := s.now
		if err := s.spendMonth(ctx, tx); err != nil {
			return err
		}
		s.now = month
		if err := s.meet(ctx, tx); err != nil {
			return err
		}
		s.passMonths(1)
		if err := s.playProjects(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// offers makes the year's letters: for each line two payments, half a year apart.
// What projects that begin in it need is decided by itself, and has a letter of
// its own; the rest is decided together.
func (s *story) offers(ctx context.Context, tx *db.Tx, yearsLeft int) ([]funding.Offer, error) {
	var all []funding.NewInstalment
	first := date.Of(s.now).AddMonths(1)
	for half := range 2 {
		for i, l := range s.lines {
			room := l.budget.Sub(l.promised)
			amount := hundreds(float64(room.Minor())/100/float64(yearsLeft)/2*s.pace*(0.8+0.4*s.r.Float64()), 100)
			// What a line needs in a half-year is not much: most are paid once a year.
			if amount < 12_000 {
				if half != i%2 {
					continue
				}
				amount *= 2
			}
			asked := money.Pounds(amount)
			if l.id == "" || room.Less(asked) || !asked.Positive() {
				continue
			}
			l.promised = l.promised.Add(asked)
			all = append(all, funding.NewInstalment{DueOn: first.AddMonths(6 * half), Line: l.id, Amount: asked})
		}
	}
	var letters []funding.Offer
	for _, b := range s.bundles(all) {
		n := funding.NewOffer{Organisation: s.lto.ID, Instalments: b.instalments}
		made, err := s.decideMoney(ctx, tx, b)
		if err != nil {
			return nil, err
		}
		n.Decision = made.Number
		o, err := s.funding.MakeOfferIn(ctx, tx, s.officers[0], s.area, n)
		if err != nil {
			return nil, err
		}
		letters = append(letters, o)
	}
	return letters, nil
}

func hundreds(pounds float64, step int64) int64 { return int64(pounds) / step * step }

// payWhatIsDue plays the payments whose day has come: prepared, approved and
// released by three people. Those of the last days before the end are left at
// each step of the way.
func (s *story) payWhatIsDue(ctx context.Context, tx *db.Tx, o funding.Offer) error {
	for _, in := range o.Instalments {
		if in.DueOn.After(date.Of(s.now)) || in.Payment != "" {
			continue
		}
		waits := s.what.Today.AddDays(-40).Before(in.DueOn)
		if waits && s.r.IntN(4) == 0 {
			continue // still due
		}
		p, err := s.funding.PreparePaymentIn(ctx, tx, s.officers[s.r.IntN(2)], s.area, funding.NewPayment{Instalment: in.ID})
		if err != nil {
			return err
		}
		o.Instalments[in.Number-1].Payment = p.ID
		if waits && s.r.IntN(3) == 0 {
			continue
		}
		turn := s.r.IntN(3)
		if err := s.funding.ApprovePaymentIn(ctx, tx, s.finance[turn], s.area, p.ID, p.Digest); err != nil {
			return err
		}
		if waits && s.r.IntN(2) == 0 {
			continue
		}
		if err := s.funding.ReleasePaymentIn(ctx, tx, s.finance[(turn+1)%3], s.area, p.ID, funding.NewRelease{
			PaidOn: date.Of(s.now), Reference: fmt.Sprintf("PATCH %s %02d%02d", initialsOf(s.area.Name), o.Number, in.Number),
		}); err != nil {
			return err
		}
		l := s.byID(in.Line)
		l.inHand = l.inHand.Add(in.Amount)
		// Now and then a little was not needed and comes back.
		if s.r.IntN(60) == 0 {
			back := money.Pounds(hundreds(float64(in.Amount.Minor())/400, 50))
			if back.Positive() {
				s.pass(1)
				if err := s.funding.ReturnUnderspendIn(ctx, tx, s.finance[turn], s.area, p.ID, funding.NewReturn{
					Amount: back, On: date.Of(s.now), Reason: "It cost less than we thought",
				}); err != nil {
					return err
				}
				l.inHand = l.inHand.Sub(back)
			}
		}
	}
	return nil
}

func initialsOf(name string) string {
	var b strings.Builder
	for word := range strings.FieldsSeq(name) {
		b.WriteString(word[:1])
	}
	return b.String()
}

func (s *story) byID(lid plan.LineID) *playedLine {
	for _, l := range s.lines {
		if l.id == lid {
			return l
		}
	}
	panic("demo: no line " + lid)
}

// spendMonth plays what one month was spent on, out of what is in hand.
func (s *story) spendMonth(ctx context.Context, tx *db.Tx) error {
	for _, l := range s.lines {
		if !l.inHand.Positive() {
			continue
		}
		// Wages are paid each month, the rest now and then: more often where there
		// is more in hand.
		wanted := s.r.IntN(8) == 0 || (money.Pounds(8000).Less(l.inHand) && s.r.IntN(5) < 2)
		if !wanted && l.spends[0].payee != wages {
			continue
		}
		if date.Of(s.now).Day() < 25 {
			s.pass(s.r.IntN(3))
		}
		if err := s.spend(ctx, tx, l, pick(s.r, l.spends)); err != nil {
			return err
		}
	}
	return nil
}

// somebodyElse is the name of a person that nobody at the LTO has: they could not
// provide or certify what goes to somebody of their own name.
func (s *story) somebodyElse() string {
	for {
		if name := fullName(s.r); !slices.Contains(s.lto.names, name) {
			return name
		}
	}
}

func (s *story) spend(ctx context.Context, tx *db.Tx, l *playedLine, what spendStory) error {
	most := what.most
	if what.payee != wages {
		most = max(most, min(3*most, l.inHand.Minor()/100/2))
	}
	amount := money.Pence(what.least*100 + s.r.Int64N((most-what.least)*100))
	if s.r.IntN(3) > 0 {
		amount = money.Pounds(amount.Minor() / 100)
	}
	if l.inHand.Less(amount) {
		amount = l.inHand
	}
	kind, payee := funding.ToOrganisation, s.voice.payee(what.payee)
	switch what.payee {
	case wages:
		kind, payee = funding.ToPay, s.worker
	case people:
		kind, payee = funding.ToIndividual, s.somebodyElse()
	}
	day := date.Of(s.now).AddDays(-s.r.IntN(20))
	if since := date.Of(s.now).AddDays(-25); day.Before(since) {
		day = since
	}
	sp, err := s.funding.ProvideSpendIn(ctx, tx, s.lto.finance, s.area, funding.NewSpend{
		Organisation: s.lto.ID, Line: l.id, Amount: amount, SpentOn: day, Heading: s.voice.called(what.what), PayeeKind: kind, Payee: payee,
	})
	if err != nil {
		return err
	}
	l.inHand = l.inHand.Sub(amount)
	if err := s.billFor(ctx, tx, sp); err != nil {
		return err
	}
	if s.what.Today.AddDays(-35).Before(date.Of(s.now)) && s.r.IntN(3) == 0 {
		return nil // still to be certified
	}
	if err := s.funding.CertifySpendIn(ctx, tx, s.lto.approver, s.area, sp.ID); err != nil {
		return err
	}
	if s.r.IntN(150) == 0 {
		l.inHand = l.inHand.Add(amount)
		return s.funding.ReverseSpendIn(ctx, tx, s.lto.approver, s.area, sp.ID, "Entered twice")
	}
	return nil
}

// The clock of a story.

func (s *story) pass(days int) { s.now = s.now.AddDate(0, 0, days); s.hold() }

func (s *story) passMonths(n int) {
	s.now = date.Of(s.now).AddMonths(n).At(9+s.r.IntN(8), s.r.IntN(60))
	s.hold()
}

// hold keeps the clock from running past the last day.
func (s *story) hold() {
	if last := s.what.Today.At(17, 0); s.now.After(last) {
		s.now = last
	}
}

func (s *story) goesOn() bool { return date.Of(s.now).Before(s.what.Today) }
