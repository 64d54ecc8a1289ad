package app

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/decision"
	"commontable/internal/funding"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/meeting"
	"commontable/internal/money"
	"commontable/internal/partnership"
	"commontable/internal/plan"
)

var (
	papers      = may(access.SeePapers)
	plansPapers = may(access.SeePapers, access.WritePlan)
)

var decisionCanaries = []canary{
	{"Qxdraftproposal", "a proposal that nobody is asked about yet", papers},
	{"Qxasking", "a proposal that everybody is asked about", papers},
	{"Qxvoting", "a proposal that is voted on", papers},
	{"Qxwithdrawn", "a proposal that was withdrawn before anybody was asked", papers},
	{"Qxfirstwords", "how a proposal was worded before anybody was asked", papers},
	{"Qxworry", "what worries somebody", papers},
	{"Qxonpaper", "what worries somebody who answered on paper", papers},
	{"Qxcannot", "what somebody could not live with", papers},
	{"Qxanswered", "what was done about a worry", papers},
	{"Qxminority", "why somebody voted no, who did not say that it may be printed", papers},
	{"Qxballot", "why somebody votes as they do, while the vote is open", noOne},
	{"Qxslip", "what is on a slip of paper, while the vote is open", noOne},
	{"Qxstepsout", "why somebody takes no part in a decision", papers},
	{"Qxneighbour", "who put a proposal forward and has no account", papers},
	{"Qxwouldrun", "who would run it and is no organisation", papers},
	{"Qxvoter", "the name of who voted", seesNames},
}

var planCanaries = []canary{
	{"Qxplandraft", "the plan that is being written", may(access.WritePlan)},
	{"Qxproposedplan", "a plan that waits to be adopted", may(access.WritePlan, access.SeePapers)},
	{"Qxwhodoes", "who does what of a plan", may(access.SeePeople, access.WritePlan)},
	{"Qxheard", "what was heard, before it is fed back", plansPapers},
	{"Qxlookingback", "what a review of the plan says before it is finished", plansPapers},
	{"Qxprompt", "what a partnership says of itself", papers},
	{"Qxagreed", "what is agreed with the programme", papers},
	{"Qxlate", "what came of an interest that was told late", may(access.SeeInterests)},
	{"Qxinterestover", "why an interest ended", may(access.SeeInterests)},
	{"Qxwhyjoined", "why somebody joined a partnership", may(access.SeePapers, access.KeepMembers, access.ManagePeople)},
	{"qxmembersaddress", "the email address of a member", may(access.ManagePeople)},
}

// A planter plants canaries and stops where one does not take.
type planter struct {
	*fundingtest.World
	t *testing.T
}

func (p planter) check(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p planter) form() string { return string(p.Form()) }

// joins adds a member and gives them as they act.
func (p planter) joins(n partnership.NewMember) access.Actor {
	p.t.Helper()
	n.Form, n.From = p.form(), p.Today()
	member, err := p.Partnerships.Join(p.t.Context(), p.Tanners.Chair, p.Tanners.Area, n)
	p.check(err)
	var by access.Actor
	p.check(p.DB.Read(p.t.Context(), func(tx *db.Tx) error {
		m, err := partnership.MemberOf(p.t.Context(), tx, p.Tanners.Area.ID, member)
		by = access.Actor{Person: m.Person, Name: m.Name, Hat: access.Hat{ID: "a hat", Role: access.Member, Scope: access.InArea, Place: string(p.Tanners.Area.ID), From: p.Today()}}
		return err
	}))
	return by
}

// plantDecisions puts a canary into each confidential field of a decision, in each
// state that it can be in.
func plantDecisions(t *testing.T, w *fundingtest.World, things map[string][]string) {
	t.Helper()
	ctx, p, a, chair, d := t.Context(), planter{w, t}, w.Tanners.Area, w.Tanners.Chair, w.Decisions
	vera := p.joins(partnership.NewMember{Name: "Vera Qxvoter", Email: "vera@qxmembersaddress.example", As: partnership.In{Kind: partnership.Resident}, Why: "Qxwhyjoined"})
	sol := p.joins(partnership.NewMember{Name: "Sol Qxvoter", As: partnership.In{Kind: partnership.NonResident}})
	err := w.Partnerships.SetRules(ctx, chair, a, partnership.NewRules{
		Form: p.form(), From: w.Today(), MayVote: true, Majority: partnership.MoreThanHalf, ResidentQuorum: 1, Councillors: partnership.CouncillorsShareOne, DecidedAt: "Meeting of May",
	})
	p.check(err)
	put := func(title string, open bool, n decision.NewProposal) int64 {
		t.Helper()
		n.Form, n.Kind, n.Open = p.form(), decision.Other, open
		n.Words.Title, n.Words.Question = title, title+"?"
		number, err := d.Propose(ctx, chair, a, n)
		p.check(err)
		things["decision"] = append(things["decision"], ordinal(number))
		return number
	}
	said := func(by access.Actor, number int64, n decision.NewPosition) {
		t.Helper()
		n.Form, n.Hash = p.form(), p.wording(number)
		p.check(d.TakePosition(ctx, by, a, number, n))
	}
	vote := func(by access.Actor, number int64, n decision.NewBallot) {
		t.Helper()
		n.Form, n.Hash = p.form(), p.wording(number)
		p.check(d.Vote(ctx, by, a, number, n))
	}
	toVote := func(number int64) {
		t.Helper()
		p.check(d.RecordAttempt(ctx, chair, a, number, decision.NewAttempt{Form: p.form()}))
		p.check(d.OpenVote(ctx, chair, a, number, decision.NewVote{Form: p.form(), ClosesAt: decision.At(w.Today().AddDays(3), 20)}))
	}

	put("Qxdraftproposal", false, decision.NewProposal{Words: decision.NewText{Words: "Qxdraftproposal in all its words"}})
	gone := put("Qxwithdrawn", false, decision.NewProposal{})
	p.check(d.Withdraw(ctx, chair, a, gone, "Qxwithdrawn", p.form()))

	made := put("Qxfirstwords", false, decision.NewProposal{For: "Nan Qxneighbour"})
	p.check(d.Change(ctx, chair, a, made, decision.NewText{
		Form: p.form(), Title: "A drop-in", Question: "Shall we have a drop-in?", Why: "It was Qxfirstwords before", Parties: []decision.Party{
			{Part: decision.Does, Name: "Moll Qxwouldrun"}, {Part: decision.Hears, Name: "Brook Road School"},
		},
	}))
	p.check(d.Open(ctx, chair, a, made, p.form()))
	said(chair, made, decision.NewPosition{Stand: decision.Support})
	said(vera, made, decision.NewPosition{Stand: decision.Cannot, Reason: "Qxcannot: the hall is full"})
	p.check(d.AnswerWorry(ctx, chair, a, made, 2, "Qxanswered", p.form()))
	p.check(d.Recuse(ctx, sol, a, made, "Qxstepsout", p.form()))
	toVote(made)
	vote(chair, made, decision.NewBallot{Choice: decision.Yes})
	vote(vera, made, decision.NewBallot{Choice: decision.No, Reason: "Qxminority"})
	w.Clock.Pass(4 * 24 * time.Hour)
	p.check(d.Close(ctx, chair, a, made, decision.NewResult{Form: p.form()}))
	p.check(d.Tell(ctx, chair, a, made, decision.NewTelling{Form: p.form(), Party: 1, On: w.Today(), How: "By letter"}))

	asked := put("Qxasking", true, decision.NewProposal{Words: decision.NewText{Words: "Qxasking in all its words"}})
	said(vera, asked, decision.NewPosition{Stand: decision.Worry, Reason: "Qxworry", MayPrint: true})
	said(chair, asked, decision.NewPosition{Stand: decision.Worry, Reason: "Qxonpaper", For: sol.Person, Via: decision.OnPaper})
	p.check(d.AnswerWorry(ctx, chair, a, asked, 1, "Qxanswered", p.form()))

	open := put("Qxvoting", true, decision.NewProposal{})
	said(chair, open, decision.NewPosition{Stand: decision.Support})
	said(vera, open, decision.NewPosition{Stand: decision.Cannot, Reason: "Qxcannot twice"})
	toVote(open)
	vote(vera, open, decision.NewBallot{Choice: decision.No, Reason: "Qxballot", MayPrint: true})
	vote(chair, open, decision.NewBallot{Choice: decision.No, Reason: "Qxslip", For: sol.Person, Via: decision.ByTelephone})
	w.Clock.Pass(time.Minute)
}

// wording is the hash of how a decision is worded now.
func (p planter) wording(number int64) (hash string) {
	p.t.Helper()
	p.check(p.DB.Read(p.t.Context(), func(tx *db.Tx) error {
		of, err := decision.ByNumber(p.t.Context(), tx, p.Tanners.Area.ID, number)
		if err == nil {
			hash = of.Text().Hash
		}
		return err
	}))
	return hash
}

// plantPlans puts canaries into what of a plan, of agreements, of reviews and of
// the register of interests is not for everybody.
func plantPlans(t *testing.T, w *fundingtest.World, things map[string][]string) {
	t.Helper()
	ctx, p, a, chair := t.Context(), planter{w, t}, w.Tanners.Area, w.Tanners.Chair
	number, err := w.Plans.BeginConsultation(ctx, chair, a, plan.NewConsultation{Form: p.form(), Sections: []plan.Section{
		plan.AskingSection{Asking: plan.Asking{Title: "Qxheard at doors", Question: "Qxheard?"}},
		plan.HearingSection{Hearing: plan.Hearing{Summary: "Qxheard", Heard: []plan.Heard{{Words: "Qxheard", Count: 3}}}},
		plan.VoicesSection{Voices: []plan.Voice{{Who: "Qxheard not yet", What: "Ask them"}}},
	}})
	p.check(err)
	second, err := w.Plans.Write(ctx, chair, a, plan.NewVersion{
		Form: p.form(), FromYear: 2026, UntilYear: 2028, Lines: []plan.NewLine{fundingtest.Line("green/benches", money.Pounds(60_000)), fundingtest.Line("young/club", money.Pounds(40_000))},
		Priorities: []plan.Priority{{Name: "green", Actions: []plan.Action{{What: "Ask for the keys", Who: "Qxwhodoes"}}}},
	})
	p.check(err)
	p.check(w.AdoptVersion(ctx, w.Tanners, second))
	review, err := w.Plans.BeginReview(ctx, chair, a, second, p.form())
	p.check(err)
	p.check(p.DB.Read(ctx, func(tx *db.Tx) error {
		now, err := plan.ReviewOf(ctx, tx, a.ID, review)
		if err != nil {
			return err
		}
		things["seen"] = []string{now.Seen()}
		return nil
	}))
	p.check(w.Plans.SaveReview(ctx, chair, a, review, p.form(), things["seen"][0], plan.Looking{Newcomers: "Qxlookingback", Learnt: "Qxlookingback"}))
	_, err = w.Plans.Write(ctx, chair, a, plan.NewVersion{Form: p.form(), Vision: "Qxproposedplan", FromYear: 2026, UntilYear: 2028, Lines: []plan.NewLine{fundingtest.Line("green/benches", money.Pounds(60_000))}})
	p.check(err)
	p.check(w.Plans.BeginDraft(ctx, chair, a, plan.NewDraft{Form: p.form()}))
	p.check(p.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := plan.DraftOf(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		r := plan.VisionRevision{Vision: "Qxplandraft", FromYear: 2026, UntilYear: 2028}
		_, err = w.Plans.ReviseIn(ctx, tx, chair, a, d.Seen(r), r)
		return err
	}))
	things["number"] = append(things["number"], ordinal(number), "2", "3")

	lookBack, err := w.Partnerships.KeepLookBack(ctx, chair, a, partnership.NewLookBack{Form: p.form(), Said: partnership.Said{
		On: w.Today(), Hard: "Qxprompt", Answers: map[string]string{"energy": "Qxprompt"},
	}})
	p.check(err)
	things["review"] = []string{string(lookBack)}
	agreement, err := w.Partnerships.WriteAgreement(ctx, chair, a, partnership.NewAgreement{Form: p.form(), Kind: partnership.Memorandum, Text: "Qxagreed"})
	p.check(err)
	things["agreement"] = []string{string(agreement)}

	// Somebody approved a payment to whom they work for, and said so afterwards.
	_, err = w.Partnerships.Declare(ctx, w.Ben, a, partnership.NewInterest{
		Form: p.form(), Kind: partnership.Employer, Organisation: w.Tanners.LTO.ID, From: date.Must("2020-01-01"),
	})
	p.check(err)
	register := *w.Partnerships
	register.Matters = map[string]partnership.Matters{funding.MatterPayment: funding.PaymentMatters{}}
	p.check(p.DB.Write(ctx, func(tx *db.Tx) error {
		all, err := register.ExceptionsIn(ctx, tx, a.ID)
		if err != nil || len(all) == 0 {
			t.Fatalf("%d exceptions: %v", len(all), err)
		}
		late := all[0]
		_, err = register.ReviewIn(ctx, tx, w.Farah, a, partnership.NewReview{Interest: late.Interest.ID, About: late.Deed.About, What: late.Deed.What, Words: "Qxlate"})
		return err
	}))
	// A member who is not named in public works there too.
	_, err = w.Partnerships.Declare(ctx, p.joins(partnership.NewMember{Name: "Tom Qxvoter", As: partnership.In{Kind: partnership.Resident}}), a, partnership.NewInterest{
		Form: p.form(), Kind: partnership.Employer, Organisation: w.Tanners.LTO.ID, From: date.Must("2020-01-01"),
	})
	p.check(err)
	over, err := w.Partnerships.Declare(ctx, chair, a, partnership.NewInterest{
		Form: p.form(), Kind: partnership.OwnGroup, OrganisationName: "A choir", From: date.Must("2020-01-01"),
	})
	p.check(err)
	p.check(w.Partnerships.EndInterest(ctx, chair, a, partnership.NewInterestEnd{Form: p.form(), Interest: over, Until: w.Today(), Why: "Qxinterestover"}))
	things["interest"] = append(things["interest"], string(over))
	w.Clock.Pass(time.Minute)
}

// Whoever knows the address of a calendar reads in it what the hat may read in
// which it was made: a resident nothing that is not public, and nobody how
// somebody votes.
func TestCalendarsSayNothingThatTheirHatMayNotRead(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	w, things := planted(t, d)
	plantMeetings(t, d, w, things)
	plantDecisions(t, w, things)
	served := serveAt(t, d, w.Clock.Now)
	m := &meeting.Meetings{DB: d, IDs: w.IDs, Now: w.Clock.Now}
	for _, who := range []access.Actor{w.Kit, w.Tanners.Chair} {
		secret, err := m.NewFeed(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		text := served("/calendar/" + secret + ".ics")
		if !strings.Contains(text, "BEGIN:VCALENDAR") {
			t.Fatalf("the calendar of %s: %s", who.Name, text)
		}
		for _, k := range canaries {
			if strings.Contains(text, k.word) && !k.seenBy(who, w.Tanners.Area.Place()) {
				t.Errorf("the calendar of %s has %s", who.Name, k.field)
			}
		}
		if got, want := strings.Contains(text, "Qxvoting"), who.Person == w.Tanners.Chair.Person; got != want {
			t.Errorf("the calendar of %s tells when the vote closes: %t", who.Name, got)
		}
	}
}

// serveAt is the whole program, and how somebody who is not signed in reads it.
func serveAt(t *testing.T, d *db.DB, now func() time.Time) func(path string) string {
	t.Helper()
	a, err := New(t.Context(), d, Options{Log: slog.New(slog.DiscardHandler), Now: now, BaseURL: "https://table.example.org"})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(a.Handler())
	t.Cleanup(server.Close)
	return func(path string) string {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%s: status %d, %v", path, res.StatusCode, err)
		}
		return string(text)
	}
}

func ordinal(n int64) string { return strconv.FormatInt(n, 10) }
