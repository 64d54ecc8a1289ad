package funding_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/money"
	"commontable/internal/partnership"
	"commontable/internal/person"
	"commontable/internal/plan"
)

// registerOf is the register of interests of a world.
func registerOf(w *fundingtest.World) *partnership.Partnerships {
	return &partnership.Partnerships{
		DB: w.DB, IDs: w.IDs, Now: w.Clock.Now, People: w.People,
		Matters: map[string]partnership.Matters{funding.MatterPayment: funding.PaymentMatters{}, funding.MatterSpend: funding.SpendMatters{}},
	}
}

func employedBy(w *fundingtest.World, name string) partnership.NewInterest {
	return partnership.NewInterest{Form: string(w.Form()), Kind: partnership.Employer, OrganisationName: name, From: date.Must("2020-01-01")}
}

// M1: who has an interest in who is paid has no part in paying them, in whatever
// hat.
func TestWhoHasAnInterestDoesNotPay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w, lines, o := readyWorld(t, d)
		p, register := w.Tanners, registerOf(w)
		for _, who := range []access.Actor{w.Farah, w.Ben} {
			must[partnership.InterestID](t)(register.Declare(ctx, who, p.Area, employedBy(w, "Oak Trust")))
		}
		_, err := w.Funding.PreparePayment(ctx, w.Farah, p.Area, funding.NewPayment{Form: w.Form(), Instalment: o.Instalments[0].ID})
		refused(t, "prepare", err, fault.Forbidden, "You told us: “I work for Oak Trust.”")
		pid := must[funding.PaymentID](t)(w.Prepare(ctx, p, o.Instalments[0].ID))
		again := w.Ben
		done(t, d.Write(ctx, func(tx *db.Tx) (err error) {
			again.Hat, err = w.People.GiveHatIn(ctx, tx, access.System("a test"), w.Ben.Person, person.NewHat{
				Role: access.ProgrammeFinance, Scope: access.InProgramme, Place: string(w.Programme.ID), From: date.Must("2013-04-01"),
			})
			return err
		}))
		shown := must[funding.Payment](t)(w.Payment(ctx, p, pid))
		for _, hat := range []access.Actor{w.Ben, again} {
			refused(t, "approve", w.Funding.ApprovePayment(ctx, hat, p.Area, pid, shown.Digest, w.Form()), fault.Forbidden, "somebody else")
		}
		done(t, w.Funding.ApprovePayment(ctx, w.Carol, p.Area, pid, shown.Digest, w.Form()))
		refused(t, "release", w.Funding.ReleasePayment(ctx, w.Ben, p.Area, pid, funding.NewRelease{Form: w.Form(), PaidOn: w.Today(), Reference: "x"}), fault.Forbidden, "somebody else")

		must[partnership.InterestID](t)(register.Declare(ctx, p.Approver, p.Area, employedBy(w, "reach joinery limited")))
		sid := must[funding.SpendID](t)(w.Provide(ctx, p, lines["green/benches"], money.Pounds(10)))
		refused(t, "certify", w.Funding.CertifySpends(ctx, p.Approver, p.Area, w.Form(), sid), fault.Forbidden, "reach joinery limited")
		sound(t, d)
	})
}

// Nor does who has an interest take back what was paid, or keep it from being
// taken back, in whatever hat.
func TestWhoHasAnInterestDoesNotReverse(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w, _, o := readyWorld(t, d)
		p, register := w.Tanners, registerOf(w)
		pid := must[funding.PaymentID](t)(w.Pay(ctx, p, o.Instalments[0].ID))
		must[partnership.InterestID](t)(register.Declare(ctx, w.Carol, p.Area, employedBy(w, "Oak Trust")))
		const own = "You told us: “I work for Oak Trust.”"
		refused(t, "ask", w.Funding.AskReversal(ctx, w.Carol, p.Area, pid, "Twice", w.Form()), fault.Forbidden, own)
		done(t, w.Funding.AskReversal(ctx, w.Ben, p.Area, pid, "Paid twice", w.Form()))
		refused(t, "reverse", w.Funding.ReversePayment(ctx, w.Carol, p.Area, pid, w.Form()), fault.Forbidden, own)
		refused(t, "say no", w.Funding.RefuseReversal(ctx, w.Carol, p.Area, pid, "It was right", w.Form()), fault.Forbidden, own)
		done(t, w.Funding.ReversePayment(ctx, w.Amina, p.Area, pid, w.Form()))
		sound(t, d)
	})
}

// Nor do they record that money of it came back, or reverse what was spent: taking
// back is a part in it like giving. What they did before they told is listed for
// somebody else to look at.
func TestWhoHasAnInterestTakesNothingBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w, lines, o := readyWorld(t, d)
		p, register := w.Tanners, registerOf(w)
		pid := must[funding.PaymentID](t)(w.Pay(ctx, p, o.Instalments[0].ID))
		back := func() funding.NewReturn {
			return funding.NewReturn{Form: w.Form(), Amount: money.Pounds(5), On: w.Today(), Reason: "Not needed"}
		}
		spend := func() funding.SpendID {
			sid := must[funding.SpendID](t)(w.Provide(ctx, p, lines["green/benches"], money.Pounds(10)))
			done(t, w.Funding.CertifySpends(ctx, p.Approver, p.Area, w.Form(), sid))
			return sid
		}
		first, second := spend(), spend()
		must[partnership.InterestID](t)(register.Declare(ctx, w.Amina, p.Area, employedBy(w, "Hill Press"))) // the register has begun
		done(t, w.Funding.ReturnUnderspend(ctx, w.Carol, p.Area, pid, back()))
		done(t, w.Funding.ReverseSpend(ctx, p.Approver, p.Area, first, "Written down twice", w.Form()))
		// In the same instant: the register’s version tells what came first.
		must[partnership.InterestID](t)(register.Declare(ctx, w.Carol, p.Area, employedBy(w, "Oak Trust")))
		must[partnership.InterestID](t)(register.Declare(ctx, p.Approver, p.Area, employedBy(w, "Reach Joinery")))

		refused(t, "hand back", w.Funding.ReturnUnderspend(ctx, w.Carol, p.Area, pid, back()), fault.Forbidden, "You told us: “I work for Oak Trust.”")
		hat := w.Carol
		done(t, d.Write(ctx, func(tx *db.Tx) (err error) {
			hat.Hat, err = w.People.GiveHatIn(ctx, tx, access.System("a test"), w.Carol.Person, person.NewHat{
				Role: access.ProgrammeOfficer, Scope: access.InProgramme, Place: string(w.Programme.ID), From: date.Must("2013-04-01"),
			})
			return err
		}))
		if err := w.Funding.ReturnUnderspend(ctx, hat, p.Area, pid, back()); err == nil {
			t.Error("Carol records money handed back in another hat")
		}
		refused(t, "reverse spending", w.Funding.ReverseSpend(ctx, p.Approver, p.Area, second, "A mistake", w.Form()), fault.Forbidden, "You told us: “I work for Reach Joinery.”")
		done(t, w.Funding.ReturnUnderspend(ctx, w.Amina, p.Area, pid, back()))

		done(t, d.Read(ctx, func(tx *db.Tx) error {
			late, err := register.ExceptionsIn(ctx, tx, p.Area.ID)
			said := map[string]int{}
			for _, l := range late {
				said[l.Deed.What]++
			}
			if said["recorded money handed back"] != 1 || said["reversed spending"] != 1 {
				t.Errorf("what was done before it was told: %v", said)
			}
			return err
		}))
		sound(t, d)

		// What was written past the program by somebody whose interest was in the
		// register is found.
		done(t, d.Write(ctx, func(tx *db.Tx) error {
			version, err := partnership.RegisterIn(ctx, tx)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `
				INSERT INTO payment_returns (area_id, id, payment_id, minor, contribution_minor, returned_on, reason, entry_id, recorded_by, recorded_at, register)
				SELECT area_id, 'forged', payment_id, 1, 0, returned_on, 'x', entry_id, $1, $2, $3 FROM payment_returns LIMIT 1`, w.Carol.Person, w.Clock.Now(), version); err != nil {
				return err
			}
			var found []string
			err = funding.Verify(ctx, tx, func(words string) { found = append(found, words) })
			if !slices.ContainsFunc(found, func(words string) bool {
				return strings.Contains(words, "was not seen by enough people without an interest")
			}) {
				t.Errorf("found %q; want that Carol recorded it with an interest", found)
			}
			return err
		}))
	})
}

// M2: an interest that is told after somebody approved takes their approval back,
// and what is open waits until somebody says what is done about it.
func TestAnInterestToldBetweenApprovalAndReleaseVoidsTheApproval(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w, _, o := readyWorld(t, d)
		p, register := w.Tanners, registerOf(w)
		pid := must[funding.PaymentID](t)(w.Prepare(ctx, p, o.Instalments[0].ID))
		done(t, w.Approve(ctx, p, pid))
		w.Clock.Pass(time.Minute)
		iid := must[partnership.InterestID](t)(register.Declare(ctx, w.Ben, p.Area, employedBy(w, "Oak Trust")))
		refused(t, "release", w.Release(ctx, p, pid), fault.Conflict, "Their approval counts no more")
		payment := must[funding.Payment](t)(w.Payment(ctx, p, pid))
		if payment.State() != funding.PaymentPrepared || !payment.Approvals[0].Void || payment.Approvals[0].Register != 0 {
			t.Errorf("got %s, %+v; want it to wait for approval again, with the one given before the register’s first record void", payment.State(), payment.Approvals)
		}
		if words := payment.Whose(w.Ben); !strings.Contains(words, "Thank you") {
			t.Errorf("Ben is told %q, want thanks and no blame", words)
		}
		kim := w.Farah
		done(t, d.Write(ctx, func(tx *db.Tx) (err error) {
			kim, err = w.PersonIn(ctx, tx, "Kim", access.ProgrammeFinance, access.InProgramme, string(w.Programme.ID))
			return err
		}))
		done(t, w.Funding.ApprovePayment(ctx, kim, p.Area, pid, payment.Digest, w.Form()))
		refused(t, "release while nobody said what is done", w.Release(ctx, p, pid), fault.Conflict, "chair or worker")
		handle := func(by access.Actor) error {
			return register.Handle(ctx, by, p.Area, partnership.NewHandling{Form: string(w.Form()), About: payment.Matter(), Interest: iid, How: partnership.NoVote})
		}
		done(t, handle(p.Chair))
		done(t, w.Release(ctx, p, pid))
		refused(t, "another handling after it", handle(p.Chair), fault.Conflict, "closed")
		done(t, d.Read(ctx, func(tx *db.Tx) error {
			late, err := register.ExceptionsIn(ctx, tx, p.Area.ID)
			if len(late) != 0 {
				t.Errorf("got %+v as exceptions, want none: the approval did not count", late)
			}
			return err
		}))

		// What was paid before it was told is listed.
		next := must[funding.PaymentID](t)(w.Prepare(ctx, p, o.Instalments[1].ID))
		shown := must[funding.Payment](t)(w.Payment(ctx, p, next))
		done(t, w.Funding.ApprovePayment(ctx, kim, p.Area, next, shown.Digest, w.Form()))
		done(t, w.Release(ctx, p, next))
		w.Clock.Pass(time.Minute)
		must[partnership.InterestID](t)(register.Declare(ctx, w.Carol, p.Area, employedBy(w, "Oak Trust")))
		done(t, d.Read(ctx, func(tx *db.Tx) error {
			late, err := register.ExceptionsIn(ctx, tx, p.Area.ID)
			var said []string
			for _, l := range late {
				said = append(said, l.Name+" "+l.Deed.What)
			}
			if got, want := strings.Join(said, ", "), "Carol released a payment, Carol released a payment"; got != want {
				t.Errorf("exceptions: got %s, want %s", got, want)
			}
			return err
		}))
		sound(t, d)
	})
}

// The people, payees and what they say of them, in a model that shares no rule
// with the program: names are compared as a neighbour would.
var (
	spellings = map[string][]string{
		"oak":     {"Oak Trust", "OAK TRUST LTD", "oak-trust", "Oak Trust (C.I.C.)"},
		"joinery": {"Reach Joinery", "reach  joinery limited", "Reach-Joinery plc"},
		"mary":    {"Mary O’Brien", "mary o'brien", "MARY OBRIEN"},
		"none":    {"The Print Shop Ltd", "the print-shop"},
	}
	payees = []string{"oak", "joinery", "mary", "none"}
)

type interestModel struct {
	t        *testing.T
	w        *fundingtest.World
	register *partnership.Partnerships
	line     plan.LineID
	in       funding.InstalmentID
	who      []access.Actor // the desk, then the certifiers
	told     map[access.PersonID]map[string]bool
	payment  funding.PaymentID // on its way; "" for none
	late     bool              // somebody told of an interest in Oak Trust since it was prepared, and nothing is done about it
	approved []access.PersonID
	tally    map[string]int
}

const deskSize = 4

func newInterestModel(t *testing.T, d *db.DB) *interestModel {
	t.Helper()
	w, lines, o := readyWorld(t, d)
	done(t, w.Release(t.Context(), w.Tanners, func() funding.PaymentID {
		pid := must[funding.PaymentID](t)(w.Prepare(t.Context(), w.Tanners, o.Instalments[0].ID))
		done(t, w.Approve(t.Context(), w.Tanners, pid))
		return pid
	}()))
	m := &interestModel{t: t, w: w, register: registerOf(w), line: lines["green/benches"], in: o.Instalments[1].ID, told: map[access.PersonID]map[string]bool{}, tally: map[string]int{}}
	done(t, d.Write(t.Context(), func(tx *db.Tx) error {
		m.who = nil
		for i := range deskSize {
			a, err := w.PersonIn(t.Context(), tx, fmt.Sprintf("Desk %d", i), access.ProgrammeFinance, access.InProgramme, string(w.Programme.ID))
			if err != nil {
				return err
			}
			m.who = append(m.who, a)
		}
		for i := range deskSize {
			a, err := w.PersonIn(t.Context(), tx, fmt.Sprintf("Certifier %d", i), access.LTOApprover, access.InOrganisation, string(w.Tanners.LTO.ID))
			if err != nil {
				return err
			}
			m.who = append(m.who, a)
		}
		return nil
	}))
	return m
}

func (m *interestModel) touched(who access.Actor, payee string) bool {
	return m.told[who.Person][payee]
}

// step does one thing that was drawn, and holds the answer against the model.
func (m *interestModel) step(fail func(string, ...any), what, who, payee, spelling int) {
	ctx, w, p := m.t.Context(), m.w, m.w.Tanners
	w.Clock.Pass(time.Second)
	of := payees[payee%len(payees)]
	name := spellings[of][spelling%len(spellings[of])]
	by := m.who[who%len(m.who)]
	// judged wants a refusal of who is touched, and nothing else of who is not.
	judged := func(what string, err error, touched, otherwise bool) {
		switch {
		case err == nil && touched:
			fail("%s by %s: done, though they told of their interest in %s", what, by.Name, of)
		case err != nil && !touched && !otherwise:
			fail("%s by %s: %v, though they have no interest in %s", what, by.Name, err, of)
		}
		m.tally[fmt.Sprintf("%s %t", what, err == nil)]++
	}
	switch what % 8 {
	case 0:
		if len(m.told[by.Person]) >= 2 { // some stay free to act
			return
		}
		n := partnership.NewInterest{Form: string(w.Form()), Kind: partnership.CloseTie, From: date.Must("2020-01-01")}
		if of == "mary" {
			n.RelatedName = name
		} else {
			n.OrganisationName = name
		}
		if _, err := m.register.Declare(ctx, by, p.Area, n); err != nil {
			fail("declare: %v", err)
		}
		if m.told[by.Person] == nil {
			m.told[by.Person] = map[string]bool{}
		}
		m.told[by.Person][of] = true
		m.late = m.late || of == "oak"
		m.tally["declare"]++
	case 1, 2, 3:
		n := w.NewSpend(p, m.line, money.Pence(100))
		n.Payee = name
		if of == "mary" {
			n.PayeeKind = funding.ToIndividual
		}
		sid, err := w.Funding.ProvideSpend(ctx, p.Finance, p.Area, n)
		if err != nil {
			fail("provide: %v", err)
			return
		}
		by = m.who[deskSize+who%deskSize]
		judged("certify", w.Funding.CertifySpends(ctx, by, p.Area, w.Form(), sid), m.touched(by, of), false)
	case 4:
		if m.payment == "" {
			of = "oak"
			by = m.who[who%deskSize]
			pid, err := w.Funding.PreparePayment(ctx, by, p.Area, funding.NewPayment{Form: w.Form(), Instalment: m.in})
			judged("prepare", err, m.touched(by, of), false)
			if err == nil {
				m.payment, m.late, m.approved = pid, false, []access.PersonID{by.Person}
			}
		}
	case 5:
		if m.payment != "" {
			of = "oak"
			by = m.who[who%deskSize]
			shown, err := w.Payment(ctx, p, m.payment)
			if err != nil {
				fail("read: %v", err)
				return
			}
			own := slices.Contains(m.approved, by.Person)
			err = w.Funding.ApprovePayment(ctx, by, p.Area, m.payment, shown.Digest, w.Form())
			judged("approve", err, m.touched(by, of), own || shown.State() == funding.PaymentApproved)
			if err == nil {
				m.approved = append(m.approved, by.Person)
			}
		}
	case 6:
		m.release(fail, judged, &by, &of, who)
	case 7:
		m.handle(fail)
	}
}

func (m *interestModel) release(fail func(string, ...any), judged func(string, error, bool, bool), by *access.Actor, of *string, who int) {
	if m.payment == "" {
		return
	}
	ctx, w, p := m.t.Context(), m.w, m.w.Tanners
	*of, *by = "oak", m.who[who%deskSize]
	free := 0
	for _, x := range m.approved[1:] {
		if !m.told[x]["oak"] {
			free++
		}
	}
	err := w.Funding.ReleasePayment(ctx, *by, p.Area, m.payment, funding.NewRelease{Form: w.Form(), PaidOn: w.Today(), Reference: "x"})
	judged("release", err, m.touched(*by, "oak"), free == 0 || m.late || slices.Contains(m.approved, by.Person))
	if err != nil {
		return
	}
	if free == 0 || m.late {
		fail("released with %d approvals of people without an interest, late %t; want it to wait", free, m.late)
	}
	done(m.t, w.Reverse(ctx, p, m.payment, "Once more"))
	m.payment = ""
}

// handle has the officer, who has no interest, say what is done about each.
func (m *interestModel) handle(fail func(string, ...any)) {
	if m.payment == "" {
		return
	}
	ctx, w, p := m.t.Context(), m.w, m.w.Tanners
	about := partnership.About{Kind: funding.MatterPayment, ID: string(m.payment)}
	var waiting []partnership.Touch
	done(m.t, w.DB.Read(ctx, func(tx *db.Tx) (err error) {
		waiting, err = partnership.UnhandledIn(ctx, tx, p.Area.ID, partnership.Matter{About: about, Parties: []partnership.Party{{Organisation: p.LTO.ID}}, On: w.Today(), Moves: true})
		return err
	}))
	for _, touch := range waiting {
		if err := m.register.Handle(ctx, w.Farah, p.Area, partnership.NewHandling{Form: string(w.Form()), About: about, Interest: touch.Interest, How: partnership.NoVote}); err != nil {
			fail("handle: %v", err)
		}
	}
	m.late = false
	m.tally["handle"]++
}

// G8, M1: whatever was declared, prepared, approved and released in whatever
// order, nothing is accepted of a person whose interest touches the payee.
func TestNobodyWithAnInterestIsEverAccepted(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		steps := 0
		var m *interestModel
		rapid.Check(t, func(r *rapid.T) {
			if m == nil || steps > 150 { // by then everybody has told of something
				m, steps = newInterestModel(t, freshLike(t, d)), 0
			}
			for range rapid.IntRange(10, 30).Draw(r, "steps") {
				steps++
				m.step(r.Errorf, rapid.IntRange(0, 7).Draw(r, "what"), rapid.IntRange(0, 7).Draw(r, "who"), rapid.IntRange(0, 3).Draw(r, "payee"), rapid.IntRange(0, 5).Draw(r, "spelling"))
			}
			if r.Failed() {
				m = nil
			}
		})
		if m != nil {
			t.Logf("the last world: %v", m.tally)
			sound(t, m.w.DB)
		}
	})
}

// freshLike is a fresh database of the same kind.
func freshLike(t *testing.T, d *db.DB) *db.DB {
	t.Helper()
	if d.Engine() == "postgres" {
		return dbtest.Postgres(t)
	}
	return dbtest.SQLite(t)
}

// Fifty people approve and tell of their interest at the same time: whatever comes
// first, nothing is released on the approval of somebody who told of one.
func TestApprovingAndDeclaringAtOnce(t *testing.T) {
	t.Parallel()
	const many = 50
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w, _, o := readyWorld(t, d)
		p, register := w.Tanners, registerOf(w)
		pid := must[funding.PaymentID](t)(w.Prepare(ctx, p, o.Instalments[0].ID))
		shown := must[funding.Payment](t)(w.Payment(ctx, p, pid))
		desk := make([]access.Actor, many/2)
		done(t, d.Write(ctx, func(tx *db.Tx) (err error) {
			for i := range desk {
				if desk[i], err = w.PersonIn(ctx, tx, fmt.Sprintf("Desk %d", i), access.ProgrammeFinance, access.InProgramme, string(w.Programme.ID)); err != nil {
					return err
				}
			}
			return nil
		}))
		approvals, declarations := make([]error, len(desk)), make([]error, len(desk))
		var wg sync.WaitGroup
		start := make(chan struct{})
		for i, who := range desk {
			wg.Go(func() {
				<-start
				approvals[i] = w.Funding.ApprovePayment(ctx, who, p.Area, pid, shown.Digest, w.Form())
			})
			wg.Go(func() {
				<-start
				_, declarations[i] = register.Declare(ctx, who, p.Area, employedBy(w, "Oak Trust"))
			})
		}
		close(start)
		wg.Wait()
		for i, err := range declarations {
			if err != nil {
				t.Errorf("declaration %d: %v", i, err)
			}
		}
		for i, err := range approvals {
			if err != nil && fault.Public(err) == "" {
				t.Errorf("approval %d: %v, want it done or refused in words", i, err)
			}
		}
		refused(t, "release", w.Release(ctx, p, pid), fault.Conflict, "")
		if got := must[funding.Payment](t)(w.Payment(ctx, p, pid)); slices.ContainsFunc(got.Approvals, func(x funding.Approval) bool { return !x.Void }) {
			t.Errorf("got %+v, want every approval void: all told of an interest", got.Approvals)
		}
		sound(t, d)
	})
}
