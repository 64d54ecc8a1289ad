package funding_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/decision"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/money"
	"commontable/internal/partnership"
	"commontable/internal/plan"
)

// Random people decide on money without saying who is paid, or saying it; tell of
// interests before that and after, and that they ended; letters, payments and bills follow.
// A naive model, which knows for each interest and each day whether it was held and whether
// it counts, says each time whether money may go on, and what is listed (S06).
func TestPayeesNobodyNamedAgainstAModel(t *testing.T) {
	t.Parallel()
	t.Run("rapid", func(t *testing.T) {
		t.Parallel()
		dbtest.Each(t, func(t *testing.T, d *db.DB) {
			tally, checks, most := map[string]int{}, 0, 1<<30
			if d.Engine() == "postgres" {
				most = 10 // each takes several times as long
			}
			var m *unnamedModel
			rapid.Check(t, func(r *rapid.T) {
				if checks++; checks > most {
					return
				}
				if m == nil || m.steps > 90 {
					m = newUnnamedModel(t, freshLike(t, d), tally)
				}
				m.pick, m.fail = func(n int) int { return rapid.IntRange(0, n-1).Draw(r, "") }, func(words string, args ...any) {
					m.broken = true
					r.Fatalf(words, args...)
				}
				defer func() {
					if m != nil && m.broken {
						m = nil // rapid looks for a shorter one, from the beginning
					}
				}()
				for range 15 {
					m.step()
				}
			})
			t.Logf("%d: %v", checks, tally)
			if m != nil {
				sound(t, m.w.DB)
			}
		})
	})
	t.Run("both", func(t *testing.T) {
		t.Parallel()
		dbtest.Each(t, func(t *testing.T, d *db.DB) {
			tally, seeds := map[string]int{}, uint64(4)
			if d.Engine() == "postgres" {
				seeds = 1 // each takes several times as long, and it is the same that comes about
			}
			for seed := range seeds {
				r := rand.New(rand.NewPCG(seed, 5))
				m := newUnnamedModel(t, freshLike(t, d), tally)
				m.pick, m.fail = r.IntN, t.Fatalf
				for range 150 {
					m.step()
				}
				sound(t, m.w.DB)
			}
			for _, what := range []string{
				"accept done", "accept refused", "prepare done", "prepare refused", "release done", "release refused", "declare done", "end done", "bill done",
				"settle done", "settle refused", "second hat refused", "replace done", "named done",
			} {
				if tally[what] == 0 && seeds > 1 {
					t.Errorf("%s: never; want it to come about: %v", what, tally)
				}
			}
		})
	})
}

// A heldInterest is one person's in one payee, as the model knows it: by days since the
// world began.
type heldInterest struct {
	id         partnership.InterestID
	who, payee string
	from       int
	at         time.Time
	ended      bool
	until, end int // then the first day without it, and the day on which that was told
}

func (i *heldInterest) held(day int) bool   { return day >= i.from && (!i.ended || day < i.until) }
func (i *heldInterest) counts(day int) bool { return day >= i.from && (!i.ended || day <= i.end) }

// A modelDecision is one decision on a line of its own, and the money by it.
type modelDecision struct {
	number   int64
	line     plan.LineID
	names    string // whom it names: "" for nobody
	took     []string
	day      int
	at       time.Time
	letter   int64
	accepted bool
	in       []funding.Instalment
	payment  funding.PaymentID // on its way
	prepared time.Time
	paid     int
	bill     bool // one was paid to the joiners
	replaced bool // by one that names Oak Trust
	settled  map[partnership.InterestID]bool
	handled  map[partnership.InterestID]bool // about the payment on its way
}

type unnamedModel struct {
	t         *testing.T
	w         *fundingtest.World
	register  *partnership.Partnerships
	lines     []plan.LineID
	members   map[string]access.Actor
	desk      access.Actor // Rosa again, at the programme’s desk
	worker    access.Actor // Sol again, as the worker
	begin     date.Date
	interests []*heldInterest
	decisions []*modelDecision
	pick      func(int) int
	fail      func(string, ...any)
	tally     map[string]int
	steps     int
	broken    bool
}

var modelMembers = []string{"Grace", "Rosa", "Sol", "Tess"}

func newUnnamedModel(t *testing.T, d *db.DB, tally map[string]int) *unnamedModel {
	t.Helper()
	ctx, w := t.Context(), newWorld(t, d)
	p := w.Tanners
	m := &unnamedModel{t: t, w: w, register: registerOf(w), members: map[string]access.Actor{"Grace": p.Chair}, begin: w.Today(), tally: tally}
	w.Decisions.Payees = funding.PayeesIn
	m.register.Matters["decision"], m.register.Matters[partnership.PayeeKind] = w.Decisions.Matters(), funding.PayeeMatters{}
	done(t, w.Allocate(ctx, p, money.Pounds(100_000)))
	var lines []plan.NewLine
	for n := range 40 {
		lines = append(lines, fundingtest.Line(fmt.Sprintf("green/line %d", n), money.Pounds(100)))
	}
	for _, id := range must[map[string]plan.LineID](t)(w.Adopt(ctx, p, lines...)) {
		m.lines = append(m.lines, id)
	}
	slices.Sort(m.lines)
	done(t, w.Hold(ctx, p))
	done(t, d.Write(ctx, func(tx *db.Tx) error {
		for _, name := range modelMembers[1:] {
			in, err := w.Partnerships.JoinIn(ctx, tx, access.System("a test"), p.Area, partnership.NewMember{Name: name, As: partnership.In{Kind: partnership.Resident}, From: w.Today()})
			if err != nil {
				return err
			}
			if m.members[name], err = w.HatIn(ctx, tx, in.Person, access.Member, access.InArea, string(p.Area.ID)); err != nil {
				return err
			}
		}
		_, err := w.Partnerships.SetRulesIn(ctx, tx, p.Chair, p.Area, partnership.NewRules{From: w.Today(), ResidentQuorum: 1, Councillors: partnership.CouncillorsAsOthers, DecidedAt: "A meeting"})
		return err
	}))
	m.desk = must[access.Actor](t)(w.Hat(ctx, m.members["Rosa"].Person, access.ProgrammeFinance, access.InProgramme, string(w.Programme.ID)))
	m.worker = must[access.Actor](t)(w.Hat(ctx, m.members["Sol"].Person, access.Worker, access.InArea, string(p.Area.ID)))
	return m
}

func (m *unnamedModel) day() int { return m.begin.DaysUntil(m.w.Today()) }

// did holds what happened against what the model says may.
func (m *unnamedModel) did(what string, err error, may bool) bool {
	if (err == nil) != may {
		m.fail("%s on day %d: got %v, the model says %t", what, m.day(), err, may)
	}
	if err != nil && fault.Public(err) == "" {
		m.fail("%s: %v, want words", what, err)
	}
	m.tally[what+map[bool]string{true: " done", false: " refused"}[may]]++
	return may
}

// touching are the interests in a payee of those who took part in a decision which does
// not name them, by what anybody could know: told before it, and counted then; or told
// since, and held then.
func (m *unnamedModel) touching(of *modelDecision, payee string) (all []*heldInterest) {
	for _, i := range m.interests {
		before := !i.at.After(of.at)
		if i.payee == payee && of.names != payee && slices.Contains(of.took, i.who) && (before && i.counts(of.day) || !before && i.held(of.day)) {
			all = append(all, i)
		}
	}
	return all
}

// stopped reports whether money by a decision waits.
func (m *unnamedModel) stopped(of *modelDecision) bool {
	return !of.replaced && slices.ContainsFunc(m.touching(of, "oak"), func(i *heldInterest) bool { return !of.settled[i.id] })
}

// frozen reports whether somebody told of an interest since a payment was prepared.
func (m *unnamedModel) frozen(of *modelDecision) bool {
	return slices.ContainsFunc(m.interests, func(i *heldInterest) bool {
		return i.payee == "oak" && i.at.After(of.prepared) && i.counts(m.day()) && !of.handled[i.id]
	})
}

func (m *unnamedModel) anybody(payee string) bool {
	return slices.ContainsFunc(m.interests, func(i *heldInterest) bool { return i.payee == payee && i.counts(m.day()) })
}

func (m *unnamedModel) step() {
	m.steps++
	m.w.Clock.Pass(time.Minute)
	if m.w.Clock.Now().Hour() == 23 { // the world’s clock is not set to summer time, as the program’s is: it would be two days at once
		m.w.Clock.Pass(time.Hour)
	}
	if len(m.decisions) == 0 {
		m.decide("")
	}
	of := m.decisions[m.pick(len(m.decisions))]
	switch m.pick(16) {
	case 0, 1:
		m.declare()
	case 2:
		m.end()
	case 3:
		m.decide("")
	case 4:
		m.decide([]string{"oak", "joinery"}[m.pick(2)])
	case 5, 6:
		m.accept(of)
	case 7, 8:
		m.prepare(m.one(of, func(d *modelDecision) bool { return d.accepted && d.payment == "" && d.paid < len(d.in) }))
	case 9, 10:
		m.release(m.one(of, func(d *modelDecision) bool { return d.payment != "" }))
	case 11:
		m.settle(of)
	case 12:
		m.handle(m.one(of, func(d *modelDecision) bool { return d.payment != "" }))
	case 13:
		m.bill(of)
	case 14:
		m.replace(of)
	case 15:
		m.w.Clock.Pass(time.Duration(m.pick(40)) * time.Hour)
	}
	m.compare()
}

// one is any of the decisions of which something is so, or else another.
func (m *unnamedModel) one(otherwise *modelDecision, is func(*modelDecision) bool) *modelDecision {
	all := slices.DeleteFunc(slices.Clone(m.decisions), func(d *modelDecision) bool { return !is(d) })
	if len(all) == 0 {
		return otherwise
	}
	return all[m.pick(len(all))]
}

func (m *unnamedModel) declare() {
	who, payee := modelMembers[m.pick(4)], []string{"oak", "joinery"}[m.pick(2)]
	if n := len(m.interests); n > 25 || slices.ContainsFunc(m.interests, func(i *heldInterest) bool { return i.who == who && i.payee == payee && !i.ended }) {
		return
	}
	i := &heldInterest{who: who, payee: payee, from: -100, at: m.w.Clock.Now()}
	if m.pick(3) == 0 {
		i.from = m.pick(m.day() + 1)
	}
	names := spellings[payee]
	var err error
	i.id, err = m.register.Declare(m.t.Context(), m.members[who], m.w.Tanners.Area, partnership.NewInterest{
		Form: string(m.w.Form()), Kind: partnership.Employer, OrganisationName: names[m.pick(len(names))], From: m.begin.AddDays(i.from),
	})
	if m.did("declare", err, true) {
		m.interests = append(m.interests, i)
	}
}

func (m *unnamedModel) end() {
	for _, i := range m.interests {
		if i.ended || m.pick(3) > 0 || i.from >= m.day() {
			continue
		}
		until := max(i.from+1, m.day()-m.pick(4))
		err := m.register.EndInterest(m.t.Context(), m.members[i.who], m.w.Tanners.Area, partnership.NewInterestEnd{Form: string(m.w.Form()), Interest: i.id, Until: m.begin.AddDays(until), Why: "I left."})
		if m.did("end", err, true) {
			i.ended, i.until, i.end = true, until, m.day()
		}
		return
	}
}

// decide has some of the members agree, and a letter made by it.
func (m *unnamedModel) decide(names string) {
	if len(m.decisions) == len(m.lines) || m.anybody(names) {
		return
	}
	of := m.agrees(m.lines[len(m.decisions)], names, 0)
	m.decisions = append(m.decisions, of)
	if names != "" {
		m.tally["named done"]++
	}
	if names == "joinery" {
		return // Oak Trust is not the one who is paid by it, and may hold it for them: its letter is played where nobody is named
	}
	ctx, p := m.t.Context(), m.w.Tanners
	var err error
	of.letter, err = m.w.Funding.MakeOffer(ctx, m.w.Farah, p.Area, funding.NewOffer{
		Form: m.w.Form(), Organisation: p.LTO.ID, Decision: of.number, Instalments: []funding.NewInstalment{
			{DueOn: m.w.Today(), Line: of.line, Amount: money.Pounds(2)}, {DueOn: m.w.Today(), Line: of.line, Amount: money.Pounds(3)},
		},
	})
	m.did("letter", err, true)
	done(m.t, m.w.DB.Read(ctx, func(tx *db.Tx) error {
		o, err := funding.OfferOf(ctx, tx, p.Area.ID, of.letter)
		of.in = o.Instalments
		return err
	}))
}

func (m *unnamedModel) agrees(line plan.LineID, names string, replaces int64) *modelDecision {
	of := &modelDecision{line: line, names: names, settled: map[partnership.InterestID]bool{}, handled: map[partnership.InterestID]bool{}}
	ctx, p := m.t.Context(), m.w.Tanners
	n := decision.NewProposal{Kind: decision.Spending, Open: true, Replaces: replaces, Words: decision.NewText{
		Title: "Something", Question: "Shall we?", Lines: []decision.Line{{Line: line, Amount: money.Pounds(5)}}, PayeeOpen: names == "",
	}}
	switch names {
	case "oak":
		n.Words.Parties = []decision.Party{{Part: decision.Does, Organisation: p.LTO.ID}}
	case "joinery":
		n.Words.Parties = []decision.Party{{Part: decision.Does, Name: "Reach Joinery"}}
	}
	done(m.t, m.w.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := m.w.Decisions.ProposeIn(ctx, tx, p.Chair, p.Area, n)
		if err != nil {
			return err
		}
		of.number, of.took = d.Number, nil
		other := 1 + m.pick(3) // two residents are enough
		for _, name := range modelMembers {
			if name != "Grace" && name != modelMembers[other] && m.pick(3) == 0 {
				continue
			}
			of.took = append(of.took, name)
			if err := m.w.Decisions.TakePositionIn(ctx, tx, m.members[name], p.Area, d.Number, decision.NewPosition{Hash: d.Text().Hash, Stand: decision.Support}); err != nil {
				return err
			}
		}
		return m.w.Decisions.RecordAttemptIn(ctx, tx, p.Chair, p.Area, d.Number, decision.NewAttempt{Agreed: true})
	}))
	of.day, of.at = m.day(), m.w.Clock.Now()
	return of
}

func (m *unnamedModel) accept(of *modelDecision) {
	if of.letter == 0 || of.accepted || of.replaced {
		return
	}
	err := m.w.Funding.AcceptOffer(m.t.Context(), m.w.Tanners.Approver, m.w.Tanners.Area, of.letter, m.w.Form())
	of.accepted = m.did("accept", err, !m.stopped(of))
}

func (m *unnamedModel) prepare(of *modelDecision) {
	if !of.accepted || of.payment != "" || of.paid == len(of.in) {
		return
	}
	pid, err := m.w.Prepare(m.t.Context(), m.w.Tanners, of.in[of.paid].ID)
	if m.did("prepare", err, !m.stopped(of)) {
		of.payment, of.prepared, of.handled = pid, m.w.Clock.Now(), map[partnership.InterestID]bool{}
	}
}

// release has Ben approve a payment and Carol release it; and Rosa try both first, at the
// desk, where she has an interest.
func (m *unnamedModel) release(of *modelDecision) {
	if of.payment == "" {
		return
	}
	ctx, p := m.t.Context(), m.w.Tanners
	shown := must[funding.Payment](m.t)(m.w.Payment(ctx, p, of.payment))
	if slices.ContainsFunc(m.interests, func(i *heldInterest) bool { return i.who == "Rosa" && i.payee == "oak" && i.counts(m.day()) }) {
		if shown.State() == funding.PaymentPrepared {
			m.did("second hat", m.w.Funding.ApprovePayment(ctx, m.desk, p.Area, of.payment, shown.Digest, m.w.Form()), false)
		}
		m.did("second hat", m.w.Funding.ReleasePayment(ctx, m.desk, p.Area, of.payment, funding.NewRelease{Form: m.w.Form(), PaidOn: m.w.Today(), Reference: "x"}), false)
	}
	may := !m.stopped(of) && !m.frozen(of)
	if shown.State() == funding.PaymentPrepared {
		m.did("approve", m.w.Approve(ctx, p, of.payment), true)
	}
	if m.did("release", m.w.Release(ctx, p, of.payment), may) {
		of.payment, of.paid = "", of.paid+1
	}
}

// settle has somebody record why what was decided stands. Nobody does so about their own, and nobody who has an
// interest in it does.
func (m *unnamedModel) settle(of *modelDecision) {
	ctx, p := m.t.Context(), m.w.Tanners
	open := !of.replaced && of.letter != 0 && of.paid < len(of.in)
	for _, i := range m.touching(of, "oak") {
		n := func() partnership.NewHandling {
			return partnership.NewHandling{Form: string(m.w.Form()), About: partnership.AboutPayee(of.number, p.LTO.ID), Interest: i.id, How: partnership.NoAction, Why: "Nobody else holds our money."}
		}
		if !open || of.settled[i.id] {
			continue
		}
		if i.who == "Sol" {
			m.did("settle", m.register.Handle(ctx, m.worker, p.Area, n()), false)
		}
		if i.who == "Grace" {
			m.did("settle", m.register.Handle(ctx, p.Chair, p.Area, n()), false)
		}
		if m.pick(3) == 0 {
			continue
		}
		if m.did("settle", m.register.Handle(ctx, m.w.Farah, p.Area, n()), true) {
			of.settled[i.id] = true
		}
	}
}

// handle has the officer say what is done about those who told since a payment was prepared.
func (m *unnamedModel) handle(of *modelDecision) {
	ctx, p := m.t.Context(), m.w.Tanners
	for _, i := range m.interests {
		if of.payment == "" || i.payee != "oak" || !i.counts(m.day()) || of.handled[i.id] || !i.at.After(of.prepared) {
			continue
		}
		err := m.register.Handle(ctx, m.w.Farah, p.Area, partnership.NewHandling{
			Form: string(m.w.Form()), About: partnership.About{Kind: funding.MatterPayment, ID: string(of.payment)}, Interest: i.id, How: partnership.NoVote,
		})
		of.handled[i.id] = m.did("handle", err, true)
	}
}

// bill has Oak Trust pay the joiners, or send that back. It may wait for money.
func (m *unnamedModel) bill(of *modelDecision) {
	if of.letter == 0 {
		return
	}
	ctx, p := m.t.Context(), m.w.Tanners
	n := m.w.NewSpend(p, of.line, money.Pounds(1))
	names := spellings["joinery"]
	n.Payee = names[m.pick(len(names))]
	sid := must[funding.SpendID](m.t)(m.w.Funding.ProvideSpend(ctx, p.Finance, p.Area, n))
	switch m.pick(3) {
	case 0:
		done(m.t, m.w.Funding.RefuseSpend(ctx, p.Approver, p.Area, sid, "Not ours", m.w.Form()))
		return
	case 1:
		if err := m.w.Funding.CertifySpends(ctx, p.Approver, p.Area, m.w.Form(), sid); err != nil && fault.Public(err) == "" {
			m.fail("certify: %v", err)
		}
	}
	of.bill = true
	m.tally["bill done"]++
}

// replace has a decision that names Oak Trust take the place of one.
func (m *unnamedModel) replace(of *modelDecision) {
	if !of.accepted || of.replaced || of.names != "" || m.anybody("oak") {
		return
	}
	m.agrees(of.line, "oak", of.number)
	of.replaced = true
	m.tally["replace done"]++
}

// compare holds the list of what was told late, or not known then, against the model's.
func (m *unnamedModel) compare() {
	ctx := m.t.Context()
	var got, want []string
	done(m.t, m.w.DB.Read(ctx, func(tx *db.Tx) error {
		all, err := m.register.ExceptionsIn(ctx, tx, m.w.Tanners.Area.ID)
		for _, l := range all {
			if l.Deed.What == "took part in deciding" {
				got = append(got, fmt.Sprintf("%s %s %s unnamed %t settled %t", l.Deed.Called, l.Name, l.Interest.ID, l.Unnamed, !l.Handling.IsZero()))
			}
		}
		return err
	}))
	for _, of := range m.decisions {
		say := func(i *heldInterest, unnamed bool) {
			want = append(want, fmt.Sprintf("%d %s %s unnamed %t settled %t", of.number, i.who, i.id, unnamed, of.settled[i.id]))
		}
		for _, i := range m.interests {
			if slices.Contains(of.took, i.who) && i.payee == of.names && i.at.After(of.at) && i.held(of.day) {
				say(i, false)
			}
		}
		if of.letter != 0 {
			for _, i := range m.touching(of, "oak") {
				say(i, true)
			}
		}
		if of.bill {
			for _, i := range m.touching(of, "joinery") {
				say(i, true)
			}
		}
	}
	// What is said of the decisions that took the place of others is named, and is not played.
	got = slices.DeleteFunc(got, func(s string) bool {
		number, _, _ := strings.Cut(s, " ")
		return !slices.ContainsFunc(m.decisions, func(of *modelDecision) bool { return fmt.Sprint(of.number) == number })
	})
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		m.fail("day %d: listed\n%s\nthe model says\n%s", m.day(), strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
