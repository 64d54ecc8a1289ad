// Package fundingtest builds a small world for tests: a programme with its
// payment desk, and two areas, each with a chair and a locally trusted
// organisation. A world is made of one seed, and is the same on both databases.
//
// People have names. Farah is the programme's officer; Amina prepares payments,
// Ben approves them, Carol releases them. Grace chairs Tanners Reach, whose
// money Oak Trust holds: Dev records what it spends and Esi certifies. Hugo
// chairs Millbrook, whose money Elm Trust holds, with Ivan and Jo. Kit lives in
// Tanners Reach.
package fundingtest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/funding"
	"commontable/internal/id"
	"commontable/internal/ledger"
	"commontable/internal/money"
	"commontable/internal/organisation"
	"commontable/internal/partnership"
	"commontable/internal/person"
	"commontable/internal/plan"
)

// Today is the day on which a world begins: a Tuesday.
var Today = date.Must("2026-10-20")

// A World is a programme, the people of its payment desk, and two areas.
type World struct {
	DB            *db.DB
	IDs           *id.Maker
	Clock         *Clock
	Areas         *area.Areas
	Organisations *organisation.Organisations
	People        *person.People
	Partnerships  *partnership.Partnerships
	Plans         *plan.Plans
	Funding       *funding.Funding
	Decisions     *decision.Decisions

	Programme                area.Programme
	Farah, Amina, Ben, Carol access.Actor
	Tanners, Millbrook       *Place
	Kit                      access.Actor

	mu    sync.Mutex
	forms int
}

// A Place is an area, the organisation that holds its money, and their people.
type Place struct {
	Area                     area.Area
	LTO                      organisation.Organisation
	Chair, Finance, Approver access.Actor
}

// A Clock goes when it is told to.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now is the time it shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Pass lets time pass.
func (c *Clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

var theTest = access.System("a test")

// New makes a world in a database that is migrated and empty.
func New(ctx context.Context, d *db.DB, seed byte) (*World, error) {
	c := &Clock{now: Today.At(9, 30)}
	ids := id.NewMaker(c.Now, rand.NewChaCha8([32]byte{seed})) // the same seed makes the same IDs
	w := &World{
		DB: d, IDs: ids, Clock: c,
		Areas:         &area.Areas{DB: d, IDs: ids, Now: c.Now},
		Organisations: &organisation.Organisations{DB: d, IDs: ids, Now: c.Now},
		People:        &person.People{DB: d, IDs: ids, Now: c.Now},
		Plans:         &plan.Plans{DB: d, IDs: ids, Now: c.Now},
		Funding:       &funding.Funding{DB: d, IDs: ids, Now: c.Now},
		Decisions:     &decision.Decisions{DB: d, IDs: ids, Now: c.Now},
	}
	w.Plans.Coded = w.Funding.FollowLine
	w.Partnerships = &partnership.Partnerships{DB: d, IDs: ids, Now: c.Now, People: w.People}
	err := d.Write(ctx, func(tx *db.Tx) (err error) {
		w.Programme, err = w.Areas.InitIn(ctx, tx, theTest, area.InitWhat{Kind: area.Development, RuleBook: area.BigLocal, FunderName: "Local Trust"})
		if err != nil {
			return err
		}
		for _, p := range []struct {
			who  *access.Actor
			name string
			role access.Role
		}{
			{&w.Farah, "Farah", access.ProgrammeOfficer},
			{&w.Amina, "Amina", access.ProgrammeFinance},
			{&w.Ben, "Ben", access.ProgrammeFinance},
			{&w.Carol, "Carol", access.ProgrammeFinance},
		} {
			if *p.who, err = w.PersonIn(ctx, tx, p.name, p.role, access.InProgramme, string(w.Programme.ID)); err != nil {
				return err
			}
		}
		if w.Tanners, err = w.PlaceIn(ctx, tx, "Tanners Reach", "Oak Trust", "Grace", "Dev", "Esi"); err != nil {
			return err
		}
		if w.Millbrook, err = w.PlaceIn(ctx, tx, "Millbrook", "Elm Trust", "Hugo", "Ivan", "Jo"); err != nil {
			return err
		}
		w.Kit, err = w.PersonIn(ctx, tx, "Kit", access.Resident, access.InArea, string(w.Tanners.Area.ID))
		return err
	})
	return w, err
}

// PlaceIn adds an area with its organisation and people.
func (w *World) PlaceIn(ctx context.Context, tx *db.Tx, name, lto, chair, finance, approver string) (*Place, error) {
	p := &Place{}
	var err error
	if p.Area, err = w.Areas.AddIn(ctx, tx, theTest, w.Programme.ID, area.NewArea{Name: name}); err != nil {
		return nil, err
	}
	if p.LTO, err = w.Organisations.AddIn(ctx, tx, theTest, organisation.New{Name: lto, Kinds: []organisation.Kind{organisation.LTO}}); err != nil {
		return nil, err
	}
	if p.Chair, err = w.PersonIn(ctx, tx, chair, access.Chair, access.InArea, string(p.Area.ID)); err != nil {
		return nil, err
	}
	if p.Finance, err = w.PersonIn(ctx, tx, finance, access.LTOFinance, access.InOrganisation, string(p.LTO.ID)); err != nil {
		return nil, err
	}
	p.Approver, err = w.PersonIn(ctx, tx, approver, access.LTOApprover, access.InOrganisation, string(p.LTO.ID))
	return p, err
}

// PersonIn adds a person with a hat, which they have on.
func (w *World) PersonIn(ctx context.Context, tx *db.Tx, name string, role access.Role, scope access.Scope, place string) (access.Actor, error) {
	p, err := w.People.AddIn(ctx, tx, theTest, person.New{Name: name})
	if err != nil {
		return access.Actor{}, err
	}
	return w.HatIn(ctx, tx, p.ID, role, scope, place)
}

// HatIn gives a person one more hat, and tells them in it.
func (w *World) HatIn(ctx context.Context, tx *db.Tx, who access.PersonID, role access.Role, scope access.Scope, place string) (access.Actor, error) {
	h, err := w.People.GiveHatIn(ctx, tx, theTest, who, person.NewHat{Role: role, Scope: scope, Place: place, From: date.Must("2012-04-01")})
	if err != nil {
		return access.Actor{}, err
	}
	a, err := person.ActorIn(ctx, tx, who, h.ID, w.Today())
	a.Sure = true // they have just used their passkey
	return a, err
}

// Hat is HatIn in a transaction of its own.
func (w *World) Hat(ctx context.Context, who access.PersonID, role access.Role, scope access.Scope, place string) (a access.Actor, err error) {
	err = w.DB.Write(ctx, func(tx *db.Tx) error {
		a, err = w.HatIn(ctx, tx, who, role, scope, place)
		return err
	})
	return a, err
}

// Today is the day it is in this world.
func (w *World) Today() date.Date { return date.Of(w.Clock.Now()) }

// Form names a form that nobody sent yet.
func (w *World) Form() funding.Form {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.forms++
	return funding.Form(fmt.Sprintf("form %d", w.forms))
}

// Allocate sets money aside for a place.
func (w *World) Allocate(ctx context.Context, p *Place, amount money.Amount) error {
	return w.Funding.Allocate(ctx, w.Farah, p.Area, funding.NewAllocation{Form: w.Form(), Amount: amount, On: w.Today()})
}

// Line is a line of a plan, said in a word: "green/benches" is the line
// "benches" of the priority "green".
func Line(name string, budget money.Amount) plan.NewLine {
	priority, line, _ := strings.Cut(name, "/")
	return plan.NewLine{Priority: priority, Name: line, Theme: "green-spaces", Budget: budget}
}

// Adopt writes a plan and adopts it, and gives its lines by their names.
func (w *World) Adopt(ctx context.Context, p *Place, lines ...plan.NewLine) (map[string]plan.LineID, error) {
	n, err := w.Plans.Write(ctx, p.Chair, p.Area, plan.NewVersion{Form: string(w.Form()), FromYear: 2026, UntilYear: 2028, Lines: lines})
	if err != nil {
		return nil, err
	}
	if err := w.AdoptVersion(ctx, p, n); err != nil {
		return nil, err
	}
	return w.Lines(ctx, p)
}

// AdoptVersion has a place's partnership adopt a version of its plan.
func (w *World) AdoptVersion(ctx context.Context, p *Place, number int64) error {
	_, err := w.Decide(ctx, p, decision.NewProposal{Kind: decision.AdoptPlan, PlanVersion: number})
	return err
}

// AskIn is AskIn of the table of a place's partnership.
func (w *World) AskIn(ctx context.Context, tx *db.Tx, p *Place) error {
	return Table{w.Partnerships, w.Decisions}.AskIn(ctx, tx, p.Chair, p.Area)
}

// Decide has a place's partnership, which is its chair alone, agree to something,
// and tells the number of the decision.
func (w *World) Decide(ctx context.Context, p *Place, n decision.NewProposal) (number int64, err error) {
	err = w.DB.Write(ctx, func(tx *db.Tx) error {
		number, err = Table{w.Partnerships, w.Decisions}.DecideIn(ctx, tx, p.Chair, p.Area, n)
		return err
	})
	return number, err
}

// A Table is where a partnership decides.
type Table struct {
	Partnerships *partnership.Partnerships
	Decisions    *decision.Decisions
}

// DecideIn has a partnership, which is its chair alone, agree to something. Before it
// agrees to its first plan, people are asked.
func (t Table) DecideIn(ctx context.Context, tx *db.Tx, chair access.Actor, a area.Area, n decision.NewProposal) (int64, error) {
	today := date.Of(t.Decisions.Now())
	if n.Kind == decision.AdoptPlan {
		if err := t.AskIn(ctx, tx, chair, a); err != nil {
			return 0, err
		}
	}
	electors, err := partnership.ElectorsOn(ctx, tx, a.ID, today)
	if err != nil {
		return 0, err
	}
	if len(electors) == 0 {
		if _, err := t.Partnerships.JoinIn(ctx, tx, theTest, a, partnership.NewMember{Person: chair.Person, Name: chair.Name, As: partnership.In{Kind: partnership.Resident}, From: today}); err != nil {
			return 0, err
		}
	}
	n.Words.Title, n.Words.Question, n.Open = cmp.Or(n.Words.Title, "What we do next"), cmp.Or(n.Words.Question, "Shall we do this?"), true
	if (n.Kind == decision.Spending || n.Kind == decision.OverBudget) && len(n.Words.Parties) == 0 {
		n.Words.PayeeOpen = true
	}
	d, err := t.Decisions.ProposeIn(ctx, tx, chair, a, n)
	if err != nil {
		return 0, err
	}
	if err := t.Decisions.TakePositionIn(ctx, tx, chair, a, d.Number, decision.NewPosition{Hash: d.Text().Hash, Stand: decision.Support}); err != nil {
		return 0, err
	}
	return d.Number, t.Decisions.RecordAttemptIn(ctx, tx, chair, a, d.Number, decision.NewAttempt{Agreed: true})
}

// AskIn writes down what people of an area said, where nobody was asked yet.
func (t Table) AskIn(ctx context.Context, tx *db.Tx, chair access.Actor, a area.Area) error {
	if asked, err := plan.HasConsulted(ctx, tx, a.ID); asked || err != nil {
		return err
	}
	plans := &plan.Plans{DB: t.Decisions.DB, IDs: t.Decisions.IDs, Now: t.Decisions.Now}
	_, err := plans.BeginConsultationIn(ctx, tx, chair, a, plan.NewConsultation{Sections: []plan.Section{
		plan.AskingSection{Asking: plan.Asking{Title: "What matters here"}}, plan.HearingSection{Hearing: plan.Hearing{Summary: "Somewhere to sit"}},
	}})
	return err
}

// DecideOn has the partnership agree to an amount on a budget line, of one kind.
func (w *World) DecideOn(ctx context.Context, p *Place, kind decision.Kind, line plan.LineID, amount money.Amount) (int64, error) {
	return w.Decide(ctx, p, decision.NewProposal{Kind: kind, Words: decision.NewText{Lines: []decision.Line{{Line: line, Amount: amount}}}})
}

// PlanDecision is the number of the decision that adopted a place's plan in force.
func (w *World) PlanDecision(ctx context.Context, p *Place) (number int64, err error) {
	err = w.DB.Read(ctx, func(tx *db.Tx) error {
		current, err := plan.Current(ctx, tx, p.Area.ID)
		if err != nil {
			return err
		}
		number, err = decision.PlanDecision(ctx, tx, p.Area.ID, current.Number)
		return err
	})
	return number, err
}

// Lines are all lines that a place ever had, by their names: "green/benches".
func (w *World) Lines(ctx context.Context, p *Place) (map[string]plan.LineID, error) {
	byName := map[string]plan.LineID{}
	err := w.DB.Read(ctx, func(tx *db.Tx) error {
		all, err := plan.EveryLine(ctx, tx, p.Area.ID)
		for _, l := range all {
			byName[l.PriorityName+"/"+l.Name] = l.ID
		}
		return err
	})
	return byName, err
}

// Hold records that a place's organisation holds its money.
func (w *World) Hold(ctx context.Context, p *Place) error {
	return w.Funding.Hold(ctx, p.Chair, p.Area, funding.NewHolding{
		Form: w.Form(), Organisation: p.LTO.ID, From: date.Must("2020-04-01"), Decision: "Meeting of 3 March, item 2",
	})
}

// Offer makes an offer letter, which its organisation accepts.
func (w *World) Offer(ctx context.Context, p *Place, supersedes int64, instalments ...funding.NewInstalment) (o funding.Offer, err error) {
	decided, err := w.PlanDecision(ctx, p)
	if err != nil {
		return o, err
	}
	number, err := w.Funding.MakeOffer(ctx, w.Farah, p.Area, funding.NewOffer{
		Form: w.Form(), Organisation: p.LTO.ID, Decision: decided, Supersedes: supersedes, Instalments: instalments,
	})
	if err != nil {
		return o, err
	}
	if err := w.Funding.AcceptOffer(ctx, p.Approver, p.Area, number, w.Form()); err != nil {
		return o, err
	}
	err = w.DB.Read(ctx, func(tx *db.Tx) error {
		o, err = funding.OfferOf(ctx, tx, p.Area.ID, number)
		return err
	})
	return o, err
}

// Instalment is a line of a payment schedule that is due today.
func Instalment(line plan.LineID, amount money.Amount) funding.NewInstalment {
	return funding.NewInstalment{DueOn: Today, Line: line, Amount: amount}
}

// Ready makes a place ready for payments: £100,000 allocated; a plan of £60,000
// for green/benches and £40,000 for young/club; its organisation chosen; and an
// offer letter with an instalment for each, of £20,000 and of £10,000.
func (w *World) Ready(ctx context.Context, p *Place) (lines map[string]plan.LineID, o funding.Offer, err error) {
	if err := w.Allocate(ctx, p, money.Pounds(100_000)); err != nil {
		return nil, o, err
	}
	lines, err = w.Adopt(ctx, p, Line("green/benches", money.Pounds(60_000)), Line("young/club", money.Pounds(40_000)))
	if err != nil {
		return nil, o, err
	}
	if err := w.Hold(ctx, p); err != nil {
		return nil, o, err
	}
	o, err = w.Offer(ctx, p, 0, Instalment(lines["green/benches"], money.Pounds(20_000)), Instalment(lines["young/club"], money.Pounds(10_000)))
	return lines, o, err
}

// Prepare has Amina prepare the payment of an instalment.
func (w *World) Prepare(ctx context.Context, p *Place, in funding.InstalmentID) (funding.PaymentID, error) {
	return w.Funding.PreparePayment(ctx, w.Amina, p.Area, funding.NewPayment{Form: w.Form(), Instalment: in})
}

// Payment reads a payment.
func (w *World) Payment(ctx context.Context, p *Place, pid funding.PaymentID) (got funding.Payment, err error) {
	err = w.DB.Read(ctx, func(tx *db.Tx) error {
		got, err = funding.PaymentOf(ctx, tx, p.Area.ID, pid)
		return err
	})
	return got, err
}

// Approve has Ben approve a payment as it stands.
func (w *World) Approve(ctx context.Context, p *Place, pid funding.PaymentID) error {
	shown, err := w.Payment(ctx, p, pid)
	if err != nil {
		return err
	}
	return w.Funding.ApprovePayment(ctx, w.Ben, p.Area, pid, shown.Digest, w.Form())
}

// Release has Carol release a payment.
func (w *World) Release(ctx context.Context, p *Place, pid funding.PaymentID) error {
	return w.Funding.ReleasePayment(ctx, w.Carol, p.Area, pid, funding.NewRelease{Form: w.Form(), PaidOn: w.Today(), Reference: "BL-" + string(pid[:8])})
}

// Pay pays an instalment: Amina prepares, Ben approves, Carol releases.
func (w *World) Pay(ctx context.Context, p *Place, in funding.InstalmentID) (funding.PaymentID, error) {
	pid, err := w.Prepare(ctx, p, in)
	if err != nil {
		return "", err
	}
	if err := w.Approve(ctx, p, pid); err != nil {
		return "", err
	}
	return pid, w.Release(ctx, p, pid)
}

// Reverse has Ben ask that a payment is reversed, and Carol do it.
func (w *World) Reverse(ctx context.Context, p *Place, pid funding.PaymentID, why string) error {
	if err := w.Funding.AskReversal(ctx, w.Ben, p.Area, pid, why, w.Form()); err != nil {
		return err
	}
	return w.Funding.ReversePayment(ctx, w.Carol, p.Area, pid, w.Form())
}

// Provide has the organisation's finance person record a spend of today.
func (w *World) Provide(ctx context.Context, p *Place, line plan.LineID, amount money.Amount) (funding.SpendID, error) {
	return w.Funding.ProvideSpend(ctx, p.Finance, p.Area, w.NewSpend(p, line, amount))
}

// NewSpend is a spend at a firm, to be recorded today.
func (w *World) NewSpend(p *Place, line plan.LineID, amount money.Amount) funding.NewSpend {
	return funding.NewSpend{
		Form: w.Form(), Organisation: p.LTO.ID, Line: line, Amount: amount, SpentOn: w.Today(),
		Heading: "Timber and bolts", PayeeKind: funding.ToOrganisation, Payee: "Reach Joinery",
	}
}

// Spend records a spend and has the organisation's approver certify it.
func (w *World) Spend(ctx context.Context, p *Place, line plan.LineID, amount money.Amount) (funding.SpendID, error) {
	sid, err := w.Provide(ctx, p, line, amount)
	if err != nil {
		return "", err
	}
	return sid, w.Funding.CertifySpends(ctx, p.Approver, p.Area, w.Form(), sid)
}

// Money reads a place's five figures.
func (w *World) Money(ctx context.Context, p *Place) (m funding.Money, err error) {
	err = w.DB.Read(ctx, func(tx *db.Tx) error {
		m, err = funding.AreaMoney(ctx, tx, p.Area)
		return err
	})
	return m, err
}

// Verify reports every bad place of the money and its history.
func Verify(ctx context.Context, tx *db.Tx, report func(string)) error {
	readers, err := funding.Readers(ctx, tx, report)
	if err != nil {
		return err
	}
	if _, err := audit.VerifyTold(ctx, tx, report, readers); err != nil {
		return err
	}
	books, rest, err := funding.Books(ctx, tx, report)
	if err != nil {
		return err
	}
	if _, err := ledger.Verify(ctx, tx, report, books); err != nil {
		return err
	}
	return errors.Join(rest(), funding.Verify(ctx, tx, report))
}
