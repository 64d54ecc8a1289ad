package decision_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/decision"
	"commontable/internal/fault"
	"commontable/internal/mail"
	"commontable/internal/money"
	"commontable/internal/partnership"
	"commontable/internal/plan"
)

func TestAgreementDecides(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tb := newTable(t, d)
		tb.rules(t, 3)
		number := tb.put(t, "Rosa", tb.proposal())
		hash := tb.read(t, number).Text().Hash
		tb.must(t, tb.says(t.Context(), number, "Rosa", decision.Support, hash))
		tb.must(t, tb.says(t.Context(), number, "Sol", decision.Worry, hash))
		agree := func() error {
			return tb.decisions.RecordAttempt(t.Context(), tb.who["Grace"], tb.area, number, decision.NewAttempt{Form: tb.form(), Agreed: true})
		}
		wants(t, "two residents of three", agree(), fault.Conflict)
		tb.must(t, tb.says(t.Context(), number, "Vic", decision.Support, hash))
		wants(t, "one from outside is no resident", agree(), fault.Conflict)
		tb.must(t, tb.says(t.Context(), number, "Tess", decision.Cannot, hash))
		wants(t, "Tess cannot live with it", agree(), fault.Conflict)
		allowed := func() (a decision.Allowed, err error) {
			err = d.Read(t.Context(), func(tx *db.Tx) error {
				a, err = decision.AllowedIn(t.Context(), tx, tb.area.ID, number)
				return err
			})
			return a, err
		}
		_, err := allowed()
		wants(t, "not agreed allows nothing", err, fault.Conflict)
		// It is changed, everybody is asked again, and what was said on the earlier wording counts no more.
		n := tb.proposal().Words
		n.Words, n.Why = "From 5pm, so that lunch club is out.", "Lunch club needs the hall until 4pm"
		n.Form = tb.form()
		tb.must(t, tb.decisions.Change(t.Context(), tb.who["Rosa"], tb.area, number, n))
		wants(t, "the old words", tb.says(t.Context(), number, "Tess", decision.Support, hash), fault.Conflict)
		hash = tb.read(t, number).Text().Hash
		for _, who := range []string{"Rosa", "Tess", "Uma"} {
			tb.must(t, tb.says(t.Context(), number, who, decision.Support, hash))
		}
		wants(t, "only the chair records it", tb.decisions.RecordAttempt(t.Context(), tb.who["Sol"], tb.area, number, decision.NewAttempt{Form: tb.form(), Agreed: true}), fault.Forbidden)
		tb.must(t, agree())
		got, err := allowed()
		tb.must(t, err)
		if got.Number != number || got.Kind != decision.Spending || len(got.Lines) != 1 || got.Lines[0].Amount != money.Pounds(18_400) || got.On != tb.Today() {
			t.Errorf("it allows %+v", got)
		}
		made := tb.read(t, number)
		if made.Result.Yes != 3 || made.Result.Residents != 3 || made.State(tb.Clock.Now()) != decision.Agreed {
			t.Errorf("the result is %+v", made.Result)
		}
		wants(t, "what is decided stays", tb.says(t.Context(), number, "Uma", decision.Cannot, hash), fault.Conflict)
		n.Form = tb.form()
		wants(t, "its words stay", tb.decisions.Change(t.Context(), tb.who["Rosa"], tb.area, number, n), fault.Conflict)
		tb.verified(t)
		// Those who took part have mail about it, with nothing of what was said.
		tb.must(t, d.Read(t.Context(), func(tx *db.Tx) error {
			mails, err := mail.Latest(t.Context(), tx, 20, 0)
			to := []string{}
			for _, m := range mails {
				to = append(to, m.To)
				if text := m.Text(); strings.Contains(text, "lunch") || strings.Contains(text, "Youth") {
					t.Errorf("a mail says %q", text)
				}
			}
			slices.Sort(to)
			if want := "rosa@example.org sol@example.org tess@example.org uma@example.org vic@example.org"; strings.Join(to, " ") != want {
				t.Errorf("mail went to %v, want %s", to, want)
			}
			return err
		}))
	})
}

func TestVoteOnlyByRuleAndAfterLookingForAgreement(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tb := newTable(t, d)
		number := tb.put(t, "Rosa", tb.proposal())
		hash := tb.read(t, number).Text().Hash
		open := func() error {
			return tb.decisions.OpenVote(t.Context(), tb.who["Grace"], tb.area, number, decision.NewVote{Form: tb.form(), ClosesAt: tb.Clock.Now().Add(48 * time.Hour)})
		}
		wants(t, "the area has no votes", open(), fault.Conflict)
		tb.rules(t, 2)
		wants(t, "agreement was not looked for", open(), fault.Conflict)
		fail := func() error {
			return tb.decisions.RecordAttempt(t.Context(), tb.who["Grace"], tb.area, number, decision.NewAttempt{Form: tb.form()})
		}
		tb.must(t, tb.says(t.Context(), number, "Rosa", decision.Support, hash))
		tb.must(t, tb.says(t.Context(), number, "Sol", decision.Support, hash))
		wants(t, "nobody is against it", fail(), fault.Conflict)
		tb.must(t, tb.says(t.Context(), number, "Tess", decision.Cannot, hash))
		tb.must(t, fail())
		tb.must(t, open())
		n := tb.proposal().Words
		n.Form, n.Title, n.Why = tb.form(), "Another thing", "Because"
		wants(t, "what is voted on does not change", tb.decisions.Change(t.Context(), tb.who["Rosa"], tb.area, number, n), fault.Conflict)
		wants(t, "not while it is open", tb.close(t.Context(), number), fault.Conflict)
	})
}

// The council's four councillors cast one vote; a friend, the worker and a member
// of another place none.
func TestCouncillorsCastOneVoteAndAFriendNone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tb := newTable(t, d)
		tb.rules(t, 3)
		number, hash := tb.toVote(t)
		for _, who := range []string{"Fred", "Wes"} {
			wants(t, who, tb.votes(t.Context(), number, who, decision.Yes, hash), fault.Forbidden)
		}
		wants(t, "the chair of another area", tb.decisions.Vote(t.Context(), tb.Millbrook.Chair, tb.area, number, decision.NewBallot{Form: tb.form(), Hash: hash, Choice: decision.Yes}), fault.NotFound)
		wants(t, "other words", tb.votes(t.Context(), number, "Rosa", decision.Yes, strings.Repeat("0", 64)), fault.Conflict)
		for _, v := range []struct {
			who    string
			choice decision.Choice
		}{
			{"Adams", decision.No}, {"Bale", decision.No}, {"Cole", decision.No}, {"Dunn", decision.Yes}, // the last speaks for all
			{"Grace", decision.Yes}, {"Rosa", decision.No}, {"Rosa", decision.Yes}, {"Sol", decision.StandsAside}, {"Tess", decision.No}, {"Vic", decision.No},
		} {
			tb.must(t, tb.votes(t.Context(), number, v.who, v.choice, hash))
		}
		tb.Clock.Pass(48 * time.Hour)
		wants(t, "after the close", tb.votes(t.Context(), number, "Uma", decision.No, hash), fault.Conflict)
		tb.must(t, tb.close(t.Context(), number))
		r := tb.read(t, number).Result
		if r.Outcome != decision.IsAgreed || r.Yes != 3 || r.No != 2 || r.Aside != 1 || r.Unused != 1 || r.Residents != 4 {
			t.Errorf("the result is %+v; want 3 yes, 2 no, 1 aside, 1 unused, 4 residents", r)
		}
		wants(t, "counted once", tb.close(t.Context(), number), fault.Conflict)
		tb.verified(t)
	})
}

func TestHalfAndHalfIsNotAgreedAndTooFewResidentsIsNoQuorum(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tb := newTable(t, d)
		tb.rules(t, 2)
		tie, hash := tb.toVote(t)
		tb.must(t, tb.votes(t.Context(), tie, "Rosa", decision.Yes, hash))
		tb.must(t, tb.votes(t.Context(), tie, "Tess", decision.No, hash))
		few, hash := tb.toVote(t)
		tb.must(t, tb.votes(t.Context(), few, "Rosa", decision.Yes, hash))
		tb.must(t, tb.votes(t.Context(), few, "Vic", decision.Yes, hash))
		tb.rules(t, 1) // the rule of the day on which it opened holds
		tb.Clock.Pass(49 * time.Hour)
		tb.must(t, tb.close(t.Context(), tie))
		tb.must(t, tb.close(t.Context(), few))
		if got := tb.read(t, tie).Result.Outcome; got != decision.IsNotAgreed {
			t.Errorf("half and half is %q", got)
		}
		if got := tb.read(t, few).Result.Outcome; got != decision.HasNoQuorum {
			t.Errorf("one resident of two is %q", got)
		}
		tb.verified(t)
	})
}

// An interest freezes everything until something is done about it, and bars whose
// it is whatever hat they wear: here one as chair, declared while the vote runs.
func TestWhoHasAnInterestDecidesNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tb := newTable(t, d)
		tb.rules(t, 2)
		number, hash := tb.toVote(t)
		for _, who := range []string{"Rosa", "Sol", "Tess"} {
			tb.must(t, tb.votes(t.Context(), number, who, decision.Yes, hash))
		}
		// Sol says after the fact that they work for Oak Trust.
		late := tb.declares(t, "Sol")
		wants(t, "a vote while it waits", tb.votes(t.Context(), number, "Uma", decision.No, hash), fault.Conflict)
		wants(t, "Sol’s vote", tb.votes(t.Context(), number, "Sol", decision.No, hash), fault.Forbidden)
		tb.handles(t, "Wes", number, late, partnership.Leave)
		tb.must(t, tb.votes(t.Context(), number, "Uma", decision.No, hash))
		wants(t, "Sol’s vote", tb.votes(t.Context(), number, "Sol", decision.No, hash), fault.Forbidden)
		// A second hat gets round nothing.
		tb.must(t, tb.do(t.Context(), func(tx *db.Tx) error {
			second, err := tb.HatIn(t.Context(), tx, tb.who["Sol"].Person, access.Chair, access.InArea, string(tb.area.ID))
			tb.who["Sol in the chair"] = second
			return err
		}))
		wants(t, "Sol’s vote from the chair", tb.votes(t.Context(), number, "Sol in the chair", decision.No, hash), fault.Forbidden)
		entry := decision.NewBallot{Form: tb.form(), Hash: hash, Choice: decision.Yes, For: tb.who["Vic"].Person, Via: decision.OnPaper}
		wants(t, "somebody’s paper, entered by Sol", tb.decisions.Vote(t.Context(), tb.who["Sol in the chair"], tb.area, number, entry), fault.Forbidden)
		tb.must(t, d.Read(t.Context(), func(tx *db.Tx) error {
			of, sight, err := tb.decisions.SeenIn(t.Context(), tx, tb.who["Sol in the chair"], tb.area, number)
			if sight.Talk || sight.Votes {
				t.Errorf("who leaves sees the talk about %q: %+v", of.Text().Title, sight)
			}
			return err
		}))
		tb.Clock.Pass(49 * time.Hour)
		tb.must(t, tb.close(t.Context(), number))
		r := tb.read(t, number).Result
		if r.Yes != 2 || r.No != 1 || len(r.Excluded) != 1 || r.Excluded[0] != tb.who["Sol"].Person {
			t.Errorf("Sol was counted: %+v", r)
		}
		tb.verified(t)
	})
}

// Who changed the words when everybody was asked, and told later of an interest, is
// among those whose part is looked at; who wrote the first words is not.
func TestWhoChangedTheWordsAndToldLaterIsListed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tb := newTable(t, d)
		tb.rules(t, 2)
		number := tb.put(t, "Sol", tb.proposal())
		listed := func() (all []partnership.Deed) {
			tb.must(t, d.Read(t.Context(), func(tx *db.Tx) (err error) {
				all, err = tb.decisions.Matters().DeedsOf(t.Context(), tx, tb.area.ID, []access.PersonID{tb.who["Sol"].Person})
				return err
			}))
			return all
		}
		tb.Clock.Pass(time.Hour)
		n := tb.proposal().Words
		n.Form, n.Words, n.Why = tb.form(), "From 5pm.", "Lunch club needs the hall until 4pm"
		tb.must(t, tb.decisions.Change(t.Context(), tb.who["Sol"], tb.area, number, n))
		hash := tb.read(t, number).Text().Hash
		for _, who := range []string{"Rosa", "Tess"} {
			tb.must(t, tb.says(t.Context(), number, who, decision.Support, hash))
		}
		tb.must(t, tb.decisions.RecordAttempt(t.Context(), tb.who["Grace"], tb.area, number, decision.NewAttempt{Form: tb.form(), Agreed: true}))
		if all := listed(); len(all) != 1 || all[0].What != "changed the words of" {
			t.Errorf("Sol, who changed the words, has a part of %+v", all)
		}
		of := tb.read(t, number)
		if !of.HadAPart(tb.who["Sol"].Person) || of.HadAPart(tb.who["Vic"].Person) {
			t.Error("who changed the words had no part, or who did nothing had one")
		}

		number = tb.put(t, "Sol", tb.proposal())
		hash = tb.read(t, number).Text().Hash
		for _, who := range []string{"Rosa", "Tess"} {
			tb.must(t, tb.says(t.Context(), number, who, decision.Support, hash))
		}
		tb.must(t, tb.decisions.RecordAttempt(t.Context(), tb.who["Grace"], tb.area, number, decision.NewAttempt{Form: tb.form(), Agreed: true}))
		if all := listed(); len(all) != 1 || tb.read(t, number).HadAPart(tb.who["Sol"].Person) {
			t.Errorf("Sol, who put it forward and did no more, has a part of %+v", all)
		}
	})
}

// Sol votes, tells of their job at Oak Trust afterwards, and has left it before the
// close: the vote was of somebody with an interest all the same.
func TestAnInterestThatHasEndedDoesNotSaveAVote(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tb := newTable(t, d)
		tb.rules(t, 1)
		number := tb.put(t, "Rosa", tb.proposal())
		hash := tb.read(t, number).Text().Hash
		tb.must(t, tb.says(t.Context(), number, "Tess", decision.Cannot, hash))
		tb.must(t, tb.decisions.RecordAttempt(t.Context(), tb.who["Grace"], tb.area, number, decision.NewAttempt{Form: tb.form()}))
		tb.must(t, tb.decisions.OpenVote(t.Context(), tb.who["Grace"], tb.area, number, decision.NewVote{Form: tb.form(), ClosesAt: tb.Clock.Now().Add(96 * time.Hour)}))
		tb.must(t, tb.votes(t.Context(), number, "Sol", decision.Yes, hash))
		i := tb.declares(t, "Sol")
		tb.handles(t, "Wes", number, i, partnership.Leave)
		tb.must(t, tb.partnerships.EndInterest(t.Context(), tb.who["Sol"], tb.area, partnership.NewInterestEnd{Form: tb.form(), Interest: i, Until: tb.Today(), Why: "New job"}))
		tb.Clock.Pass(48 * time.Hour)
		wants(t, "Sol’s vote again", tb.votes(t.Context(), number, "Sol", decision.Yes, hash), fault.Forbidden)
		tb.must(t, tb.votes(t.Context(), number, "Tess", decision.No, hash))
		tb.Clock.Pass(48 * time.Hour)
		tb.must(t, tb.close(t.Context(), number))
		if r := tb.read(t, number).Result; r.Yes != 0 || r.No != 1 || !slices.Contains(r.Excluded, tb.who["Sol"].Person) {
			t.Errorf("Sol was counted: %+v", r)
		}
		tb.verified(t)
	})
}

func TestWhoSaysTheyShouldNotTakePartDoesNot(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tb := newTable(t, d)
		tb.rules(t, 2)
		number, hash := tb.toVote(t)
		tb.must(t, tb.votes(t.Context(), number, "Adams", decision.Yes, hash))
		tb.must(t, tb.votes(t.Context(), number, "Bale", decision.No, hash))
		recuse := func(who string) error {
			return tb.decisions.Recuse(t.Context(), tb.who[who], tb.area, number, "My sister runs it", tb.form())
		}
		tb.must(t, recuse("Bale"))
		wants(t, "twice", recuse("Bale"), fault.Conflict)
		wants(t, "Bale’s vote", tb.votes(t.Context(), number, "Bale", decision.No, hash), fault.Forbidden)
		wants(t, "a friend has nothing to leave", recuse("Fred"), fault.Forbidden)
		tb.must(t, tb.votes(t.Context(), number, "Rosa", decision.StandsAside, hash))
		tb.must(t, tb.votes(t.Context(), number, "Uma", decision.StandsAside, hash))
		tb.Clock.Pass(49 * time.Hour)
		tb.must(t, tb.close(t.Context(), number))
		if r := tb.read(t, number).Result; r.Yes != 1 || r.No != 0 {
			t.Errorf("what another of the share said before counts again: %+v", r)
		}
		tb.verified(t)
	})
}

func TestPaperCountsWhenASecondPersonConfirmsIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tb := newTable(t, d)
		tb.rules(t, 1)
		number, hash := tb.toVote(t)
		enter := func(by, whose string, c decision.Choice) error {
			return tb.decisions.Vote(t.Context(), tb.who[by], tb.area, number, decision.NewBallot{Form: tb.form(), Hash: hash, Choice: c, For: tb.who[whose].Person, Via: decision.OnPaper})
		}
		confirm := func(by string, turn int64) error {
			return tb.decisions.Confirm(t.Context(), tb.who[by], tb.area, number, decision.ABallot, turn, tb.form())
		}
		wants(t, "a friend enters nothing", enter("Fred", "Uma", decision.No), fault.Forbidden)
		wants(t, "for a friend", enter("Wes", "Fred", decision.No), fault.Forbidden)
		tb.must(t, enter("Wes", "Uma", decision.No))  // turn 1
		tb.must(t, enter("Wes", "Sol", decision.Yes)) // turn 2, never confirmed
		tb.must(t, enter("Wes", "Vic", decision.No))  // turn 3, confirmed after the close
		wants(t, "who entered it", confirm("Wes", 1), fault.Forbidden)
		wants(t, "what is not there", confirm("Rosa", 9), fault.NotFound)
		tb.must(t, confirm("Rosa", 1))
		wants(t, "twice", confirm("Tess", 1), fault.Conflict)
		tb.must(t, tb.votes(t.Context(), number, "Rosa", decision.Yes, hash)) // turn 4
		wants(t, "over what she cast herself", enter("Wes", "Rosa", decision.No), fault.Conflict)
		tb.Clock.Pass(49 * time.Hour)
		wants(t, "entered after the close", enter("Wes", "Tess", decision.No), fault.Conflict)
		tb.must(t, confirm("Vic", 3))
		tb.must(t, tb.close(t.Context(), number))
		if r := tb.read(t, number).Result; r.Outcome != decision.IsNotAgreed || r.Yes != 1 || r.No != 2 {
			t.Errorf("the result is %+v; want 1 yes, 2 no", r)
		}
		tb.verified(t)
	})
}

func TestADecisionMayTakeThePlaceOfAnEarlierOne(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tb := newTable(t, d)
		tb.rules(t, 1)
		agreed := func(n decision.NewProposal) int64 {
			number := tb.put(t, "Rosa", n)
			tb.must(t, tb.says(t.Context(), number, "Rosa", decision.Support, tb.read(t, number).Text().Hash))
			tb.must(t, tb.decisions.RecordAttempt(t.Context(), tb.who["Grace"], tb.area, number, decision.NewAttempt{Form: tb.form(), Agreed: true}))
			return number
		}
		first := agreed(tb.proposal())
		n := tb.proposal()
		n.Replaces = first
		second := agreed(n)
		if got := tb.read(t, first).Replaced.By; got != second {
			t.Errorf("decision %d was replaced by %d, want %d", first, got, second)
		}
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			_, err := decision.AllowedIn(t.Context(), tx, tb.area.ID, first)
			return err
		})
		wants(t, "what was replaced allows nothing", err, fault.Conflict)
		tb.verified(t)
	})
}

func TestADecisionAdoptsThePlan(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tb := newTable(t, d)
		tb.rules(t, 1)
		number := tb.put(t, "Rosa", decision.NewProposal{Form: tb.form(), Kind: decision.AdoptPlan, PlanVersion: 1, Open: true, Words: decision.NewText{
			Title: "Our plan", Question: "Shall this be our plan?",
		}})
		tb.must(t, tb.says(t.Context(), number, "Rosa", decision.Support, tb.read(t, number).Text().Hash))
		tb.must(t, tb.decisions.RecordAttempt(t.Context(), tb.who["Grace"], tb.area, number, decision.NewAttempt{Form: tb.form(), Agreed: true}))
		tb.must(t, d.Read(t.Context(), func(tx *db.Tx) error {
			v, err := plan.Current(t.Context(), tx, tb.area.ID)
			if err == nil && v.Adopted.Decision != "Decision 1" {
				t.Errorf("it was adopted by %q", v.Adopted.Decision)
			}
			if err != nil {
				return err
			}
			a, err := decision.AllowedIn(t.Context(), tx, tb.area.ID, number)
			if err == nil && (a.PlanVersion != 1 || len(a.Lines) != 1 || a.Lines[0].Amount != money.Pounds(58_000)) {
				t.Errorf("it allows %+v", a)
			}
			return err
		}))
		tb.verified(t)
	})
}

// What is decided is closed in the database itself.
func TestWhatIsDecidedIsFrozen(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tb := newTable(t, d)
		tb.rules(t, 1)
		number, hash := tb.toVote(t)
		tb.must(t, tb.votes(t.Context(), number, "Rosa", decision.Yes, hash))
		refused := func(what, statement string, args ...any) {
			t.Helper()
			err := d.Write(t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), statement, args...)
				return err
			})
			if err == nil {
				t.Errorf("%s was not refused", what)
			}
		}
		refused("a sooner close", `UPDATE decision_polls SET closes_at = opened_at`)
		refused("a smaller quorum", `UPDATE decision_polls SET quorum = 0`)
		refused("another ballot", `UPDATE decision_ballots SET choice = 'no'`)
		refused("no ballot", `DELETE FROM decision_ballots`)
		refused("a new wording", `INSERT INTO decision_texts (area_id, number, version, title, question, words, cost, told, why, no_council, hash, written_by, written_as, written_at)
			SELECT area_id, number, 9, title, question, words, cost, told, why, no_council, hash, written_by, written_as, written_at FROM decision_texts`)
		copied := `INSERT INTO decision_ballots (area_id, number, turn, holder, after, person_id, hash, choice, reason, may_print, via, entered_by, entered_at, salt, seal)
			SELECT area_id, number, 9, holder, 1, person_id, hash, 'no', reason, may_print, via, entered_by, $1, salt, seal FROM decision_ballots`
		refused("a late ballot", copied, tb.Clock.Now().Add(48*time.Hour))
		refused("a second first ballot", strings.Replace(copied, "holder, 1,", "holder, 0,", 1), tb.Clock.Now())
		tb.Clock.Pass(49 * time.Hour)
		tb.must(t, tb.close(t.Context(), number))
		refused("a ballot after the result", copied, tb.Clock.Now().Add(-48*time.Hour))
		refused("another result", `UPDATE decision_results SET outcome = 'not agreed'`)
		refused("no result", `DELETE FROM decision_results`)
		refused("an answer after it", `INSERT INTO decision_answers (area_id, number, turn, answer, words, answered_by, answered_at)
			SELECT area_id, number, turn, 9, 'x', person_id, entered_at FROM decision_positions`)
		refused("a recusal after it", `INSERT INTO decision_recusals (area_id, number, person_id, why, recorded_by, recorded_at)
			SELECT area_id, number, person_id, '', person_id, entered_at FROM decision_ballots`)
		refused("an exclusion after it", `INSERT INTO decision_exclusions (area_id, number, person_id) SELECT area_id, number, person_id FROM decision_ballots`)
		refused("more time", `UPDATE decision_polls SET ballots = ballots + 1`)
		tb.verified(t)
	})
}

// Who had a say in what was agreed is kept with it, and held against history: that
// somebody was written out of it later is found, and so is that it was thrown away.
func TestWhoHadASayInAnAgreementIsHeldAgainstHistory(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tb := newTable(t, d)
		tb.rules(t, 1)
		i := tb.declares(t, "Vic")
		number := tb.put(t, "Rosa", tb.proposal())
		tb.handles(t, "Grace", number, i, partnership.NoVote)
		hash := tb.read(t, number).Text().Hash
		for _, who := range []string{"Rosa", "Sol", "Adams"} {
			tb.must(t, tb.says(t.Context(), number, who, decision.Support, hash))
		}
		tb.must(t, tb.decisions.RecordAttempt(t.Context(), tb.who["Grace"], tb.area, number, decision.NewAttempt{Form: tb.form(), Agreed: true}))
		of := tb.read(t, number)
		if r, e := of.Result, of.Attempts[0].Electors; r.Yes != 3 || r.Unused != 3 || len(r.Excluded) != 1 || len(e) != 10 {
			t.Errorf("the result is %+v, of %d who have a say", r, len(e))
		}
		// Who joins, leaves or takes another part later changes nothing of it.
		tb.must(t, tb.do(t.Context(), func(tx *db.Tx) error {
			_, err := tb.partnerships.LeaveIn(t.Context(), tx, tb.who["Grace"], tb.area, tb.who["Sol"].Person, partnership.Leaving{From: tb.Today()})
			return err
		}))
		tb.verified(t)

		on := map[string]string{"postgres": " ON decision_attempt_electorates"}[d.Engine()]
		for _, statement := range []string{
			`UPDATE decision_attempt_electorates SET electors = REPLACE(electors, '"barred":true', '"barred":false')`,
			`DELETE FROM decision_attempt_electorates`,
		} {
			tb.must(t, tb.do(t.Context(), func(tx *db.Tx) error {
				for _, s := range []string{`DROP TRIGGER IF EXISTS decision_attempt_electorates_stay` + on, `DROP TRIGGER IF EXISTS decision_attempt_electorates_stay_kept` + on, statement} {
					if _, err := tx.Exec(t.Context(), s); err != nil {
						return err
					}
				}
				return nil
			}))
			bad := 0
			tb.must(t, d.Read(t.Context(), func(tx *db.Tx) error {
				return decision.Verify(t.Context(), tx, func(string) { bad++ })
			}))
			if bad == 0 {
				t.Errorf("nothing bad was found after %s", statement)
			}
		}
	})
}

// A vote that somebody gave by telephone waits for a second person, and then counts
// in full, as one on paper does.
func TestAVoteByTelephoneCountsInFull(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tb := newTable(t, d)
		tb.rules(t, 1)
		number := tb.put(t, "Rosa", decision.NewProposal{Form: tb.form(), Open: true, Kind: decision.Other, Words: decision.NewText{Title: "The hall", Question: "Shall we paint the hall?"}})
		hash := tb.read(t, number).Text().Hash
		tb.must(t, tb.says(t.Context(), number, "Tess", decision.Cannot, hash))
		tb.must(t, tb.decisions.RecordAttempt(t.Context(), tb.who["Grace"], tb.area, number, decision.NewAttempt{Form: tb.form()}))
		tb.must(t, tb.decisions.OpenVote(t.Context(), tb.who["Grace"], tb.area, number, decision.NewVote{Form: tb.form(), ClosesAt: tb.Clock.Now().Add(48 * time.Hour)}))
		ring := func(by, whose string, c decision.Choice) error {
			return tb.decisions.Vote(t.Context(), tb.who[by], tb.area, number, decision.NewBallot{
				Form: tb.form(), Hash: hash, Choice: c, For: tb.who[whose].Person, Via: decision.ByTelephone,
			})
		}
		tb.must(t, tb.votes(t.Context(), number, "Tess", decision.No, hash))
		tb.must(t, ring("Wes", "Vic", decision.Yes))
		tb.must(t, ring("Wes", "Sol", decision.Yes))
		tb.must(t, ring("Wes", "Uma", decision.No))
		wants(t, "a telephone vote confirmed by who entered it", tb.decisions.Confirm(t.Context(), tb.who["Wes"], tb.area, number, decision.ABallot, 2, tb.form()), fault.Forbidden)
		tb.must(t, tb.decisions.Confirm(t.Context(), tb.who["Rosa"], tb.area, number, decision.ABallot, 2, tb.form()))
		tb.must(t, tb.decisions.Confirm(t.Context(), tb.who["Sol"], tb.area, number, decision.ABallot, 3, tb.form())) // whose word it is
		tb.Clock.Pass(49 * time.Hour)
		tb.must(t, tb.close(t.Context(), number))
		of := tb.read(t, number)
		if r := of.Result; r.Yes != 2 || r.No != 1 || r.Outcome != decision.IsAgreed {
			t.Errorf("two voted yes by telephone, and one call was confirmed by nobody: %+v", r)
		}
		if b := of.Poll.Ballots[1]; b.Via != decision.ByTelephone || b.EnteredBy != tb.who["Wes"].Person || b.Confirmed.By != tb.who["Rosa"].Person {
			t.Errorf("both names are kept with the call: %+v", b)
		}
		tb.verified(t)
	})
}
