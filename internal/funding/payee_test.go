package funding_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/decision"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/money"
	"commontable/internal/partnership"
)

// A decision may leave open who would be paid. Who decided it with an interest in whom
// money then goes to is found: nothing is promised or paid before somebody free of one
// records what is done, and it is listed. Nobody is refused who is named, and nobody
// else who holds the money takes their place.
func TestADecisionThatNamesNobodyIsNoWayRoundAnInterest(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w, lines, _ := readyWorld(t, d)
		p, register := w.Tanners, registerOf(w)
		w.Decisions.Payees = funding.PayeesIn
		register.Matters["decision"], register.Matters[partnership.PayeeKind] = w.Decisions.Matters(), funding.PayeeMatters{}
		benches := lines["green/benches"]
		decides := func(parties ...decision.Party) int64 {
			return must[int64](t)(w.Decide(ctx, p, decision.NewProposal{Kind: decision.Spending, Words: decision.NewText{
				Lines: []decision.Line{{Line: benches, Amount: money.Pounds(1_000)}}, Parties: parties,
			}}))
		}
		offer := func(by int64) (int64, error) {
			return w.Funding.MakeOffer(ctx, w.Farah, p.Area, funding.NewOffer{
				Form: w.Form(), Organisation: p.LTO.ID, Decision: by, Instalments: []funding.NewInstalment{fundingtest.Instalment(benches, money.Pounds(100))},
			})
		}
		exceptions := func() (said []string) {
			done(t, d.Read(ctx, func(tx *db.Tx) error {
				all, err := register.ExceptionsIn(ctx, tx, p.Area.ID)
				for _, l := range all {
					said = append(said, l.Name+" "+l.Deed.What+" "+map[bool]string{true: "unnamed", false: "late"}[l.Unnamed]+" "+map[bool]string{true: "seen", false: "waits"}[l.IsLookedAt()])
				}
				return err
			}))
			return said
		}

		// Somebody else than was named.
		theirs := decides(decision.Party{Part: decision.Does, Organisation: w.Millbrook.LTO.ID}, decision.Party{Part: decision.Does, Name: "Sawdust & Sons"})
		must[int64](t)(offer(theirs)) // they hold nothing here, so who does pays them
		done(t, w.Funding.Hold(ctx, p.Chair, p.Area, funding.NewHolding{Form: w.Form(), Organisation: w.Millbrook.LTO.ID, From: w.Today(), Functions: "The allotments", Decision: "A meeting"}))
		_, err := offer(theirs)
		wrong(t, "a letter to another than the decision names", err, "decision")
		if !strings.Contains(err.Error(), w.Millbrook.LTO.Name) {
			t.Errorf("%v; want to be told whom it names", err)
		}

		named := decides(decision.Party{Part: decision.Does, Name: "OAK TRUST LTD"})
		w.Clock.Pass(time.Hour)
		iid := must[partnership.InterestID](t)(register.Declare(ctx, p.Chair, p.Area, employedBy(w, "Oak Trust")))
		w.Clock.Pass(time.Hour)
		done(t, w.Funding.AcceptOffer(ctx, p.Approver, p.Area, must[int64](t)(offer(named)), w.Form())) // it is listed as told late, as ever

		open := decides()
		letter := must[int64](t)(offer(open))
		refused(t, "accept", w.Funding.AcceptOffer(ctx, p.Approver, p.Area, letter, w.Form()), fault.Conflict, "does not say who would be paid")
		listed := strings.Join(exceptions(), "; ")
		if !strings.Contains(listed, "took part in deciding unnamed waits") || !strings.Contains(listed, "took part in deciding late waits") {
			t.Errorf("exceptions: %s", listed)
		}
		handle := partnership.NewHandling{Form: string(w.Form()), About: partnership.AboutPayee(open, p.LTO.ID), Interest: iid, How: partnership.NoAction, Why: "Nobody else holds our money."}
		refused(t, "the chair’s own", register.Handle(ctx, p.Chair, p.Area, handle), fault.Forbidden, "yours")
		done(t, d.Read(ctx, func(tx *db.Tx) error {
			touched, err := register.TouchedIn(ctx, tx, p.Area.ID)
			found := 0
			for _, one := range touched {
				if one.Matter.About == handle.About && len(one.Touches) == 1 && one.Touches[0].Decides && one.Touches[0].Handling.IsZero() {
					found++
				}
			}
			if found != 1 {
				t.Errorf("what waits to be settled: %+v", touched)
			}
			return err
		}))
		out := handle
		out.Form, out.How = string(w.Form()), partnership.Leave
		wrong(t, "to leave what was decided", register.Handle(ctx, w.Farah, p.Area, out), "how")
		done(t, register.Handle(ctx, w.Farah, p.Area, handle))
		done(t, w.Funding.AcceptOffer(ctx, p.Approver, p.Area, letter, w.Form()))
		if listed := strings.Join(exceptions(), "; "); !strings.Contains(listed, "took part in deciding unnamed seen") {
			t.Errorf("after it was settled: %s", listed)
		}

		// Told after the letter was accepted, it stops what is not paid yet.
		later := decides()
		next := must[int64](t)(offer(later))
		refused(t, "accept the next", w.Funding.AcceptOffer(ctx, p.Approver, p.Area, next, w.Form()), fault.Conflict, "does not say")
		sound(t, d)
	})
}

// An interest in whom money goes to that is told after the letter was accepted stops
// what is still to be paid by it.
func TestAnInterestOfWhoDecidedStopsThePaymentsToCome(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w, _, o := readyWorld(t, d)
		p, register := w.Tanners, registerOf(w)
		register.Matters[partnership.PayeeKind] = funding.PayeeMatters{}
		first := must[funding.PaymentID](t)(w.Prepare(ctx, p, o.Instalments[0].ID))
		done(t, w.Approve(ctx, p, first))
		w.Clock.Pass(time.Minute)
		iid := must[partnership.InterestID](t)(register.Declare(ctx, p.Chair, p.Area, employedBy(w, "Oak Trust")))
		done(t, register.Handle(ctx, w.Farah, p.Area, partnership.NewHandling{
			Form: string(w.Form()), About: partnership.About{Kind: funding.MatterPayment, ID: string(first)}, Interest: iid, How: partnership.NoVote,
		}))
		refused(t, "release", w.Release(ctx, p, first), fault.Conflict, "does not say who would be paid")
		_, err := w.Prepare(ctx, p, o.Instalments[1].ID)
		refused(t, "prepare", err, fault.Conflict, "does not say who would be paid")
		done(t, register.Handle(ctx, w.Farah, p.Area, partnership.NewHandling{
			Form: string(w.Form()), About: partnership.AboutPayee(o.Decision, p.LTO.ID), Interest: iid, How: partnership.NoAction, Why: "Nobody else holds our money.",
		}))
		done(t, w.Release(ctx, p, first))
		must[funding.PaymentID](t)(w.Prepare(ctx, p, o.Instalments[1].ID))
		sound(t, d)
	})
}

// A bill that the holder of the money pays to somebody whom a decision did not name is
// listed, of those who decided what it may have been paid with, and freezes nothing. It
// counts for no decision whose money was spent before, nor for one that names who is
// paid, and what was sent back for none.
func TestABillToSomebodyUnnamedIsListed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w, lines, _ := readyWorld(t, d)
		p, register := w.Tanners, registerOf(w)
		w.Decisions.Payees = funding.PayeesIn
		register.Matters["decision"], register.Matters[partnership.PayeeKind] = w.Decisions.Matters(), funding.PayeeMatters{}
		benches := lines["green/benches"]
		pays := func(parties ...decision.Party) (number int64) { // £100 by a new decision
			t.Helper()
			number = must[int64](t)(w.Decide(ctx, p, decision.NewProposal{Kind: decision.Spending, Words: decision.NewText{
				Lines: []decision.Line{{Line: benches, Amount: money.Pounds(100)}}, Parties: parties,
			}}))
			letter := must[int64](t)(w.Funding.MakeOffer(ctx, w.Farah, p.Area, funding.NewOffer{
				Form: w.Form(), Organisation: p.LTO.ID, Decision: number, Instalments: []funding.NewInstalment{fundingtest.Instalment(benches, money.Pounds(100))},
			}))
			done(t, w.Funding.AcceptOffer(ctx, p.Approver, p.Area, letter, w.Form()))
			var o funding.Offer
			done(t, d.Read(ctx, func(tx *db.Tx) (err error) {
				o, err = funding.OfferOf(ctx, tx, p.Area.ID, letter)
				return err
			}))
			must[funding.PaymentID](t)(w.Pay(ctx, p, o.Instalments[0].ID))
			w.Clock.Pass(time.Minute)
			return number
		}
		bills := func(payee string, pounds int64) funding.SpendID {
			t.Helper()
			n := w.NewSpend(p, benches, money.Pounds(pounds))
			n.Payee = payee
			sid := must[funding.SpendID](t)(w.Funding.ProvideSpend(ctx, p.Finance, p.Area, n))
			w.Clock.Pass(time.Minute)
			return sid
		}
		certified := func(sid funding.SpendID) {
			t.Helper()
			done(t, w.Funding.CertifySpends(ctx, p.Approver, p.Area, w.Form(), sid))
			w.Clock.Pass(time.Minute)
		}
		listed := func() string {
			t.Helper()
			var said []string
			done(t, d.Read(ctx, func(tx *db.Tx) error {
				all, err := register.ExceptionsIn(ctx, tx, p.Area.ID)
				for _, l := range all {
					if l.Deed.About.Kind == "decision" {
						said = append(said, l.Deed.Called+" "+l.Interest.Public+map[bool]string{true: " Seen.", false: ""}[l.IsLookedAt()])
					}
				}
				return err
			}))
			slices.Sort(said)
			return strings.Join(said, " ")
		}
		told := func(who access.Actor, name string) partnership.InterestID {
			t.Helper()
			w.Clock.Pass(time.Minute)
			return must[partnership.InterestID](t)(register.Declare(ctx, who, p.Area, employedBy(w, name)))
		}

		inSawdust := told(p.Chair, "Sawdust & Sons") // before anything was decided: nobody knew that it would matter
		first := strconv.FormatInt(pays(), 10)
		certified(bills("Sawdust & Sons Ltd", 40))
		if got, want := listed(), first+" I work for Sawdust & Sons."; got != want {
			t.Errorf("after the bill: %q, want %q", got, want)
		}
		certified(bills("Hill Press", 60)) // all of it is spent
		second := strconv.FormatInt(pays(decision.Party{Part: decision.Does, Name: "Green Timber"}), 10)
		third := strconv.FormatInt(pays(), 10)
		certified(bills("Green Timber", 10))
		certified(bills("Reach Joinery", 10))
		done(t, w.Funding.RefuseSpend(ctx, p.Approver, p.Area, bills("The Print Shop", 10), "Not ours", w.Form()))
		bills("Slow Paints", 10) // waits to be certified
		for _, name := range []string{"Green Timber", "Reach Joinery", "The Print Shop", "Slow Paints", "Hill Press"} {
			told(p.Chair, name)
		}
		want := []string{first + " I work for Hill Press.", first + " I work for Sawdust & Sons."}
		for _, number := range []string{second, third} {
			for _, name := range []string{"Green Timber", "Reach Joinery", "Slow Paints"} {
				want = append(want, number+" I work for "+name+".")
			}
		}
		// Told after the second was decided, an interest in whom it names is late, as ever.
		slices.Sort(want)
		if got := listed(); got != strings.Join(want, " ") {
			t.Errorf("listed\n%s, want\n%s", got, strings.Join(want, " "))
		}

		// It freezes nothing, and somebody without an interest in it looks at it.
		pays()
		look := func(by access.Actor) error {
			return register.Review(ctx, by, p.Area, partnership.NewReview{
				Form: string(w.Form()), Interest: inSawdust, What: "took part in deciding", Words: "Nobody knew who would be paid.",
				About: func() (about partnership.About) {
					done(t, d.Read(ctx, func(tx *db.Tx) error {
						of, err := decision.ByNumber(ctx, tx, p.Area.ID, must[int64](t)(strconv.ParseInt(first, 10, 64)))
						about = of.About()
						return err
					}))
					return about
				}(),
			})
		}
		worker := must[access.Actor](t)(w.Hat(ctx, w.Kit.Person, access.Worker, access.InArea, string(p.Area.ID)))
		told(worker, "SAWDUST AND SONS")
		refused(t, "the chair’s own deed", look(p.Chair), fault.Forbidden, "yourself")
		refused(t, "who has an interest in the bill too", look(worker), fault.Forbidden, "an interest in this too")
		done(t, look(w.Farah))
		if got := listed(); !strings.Contains(got, first+" I work for Sawdust & Sons. Seen.") || strings.Count(got, "Seen.") != 1 {
			t.Errorf("after Farah looked at it: %s", got)
		}
		sound(t, d)
	})
}
