package decision_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/decision"
	"commontable/internal/fault"
	"commontable/internal/partnership"
)

// together does something many times at once, and counts what was done. Whatever
// else is answered has to be a refusal in words.
func together(t *testing.T, n int, do func(i int) error) (done int) {
	t.Helper()
	var wg sync.WaitGroup
	var mu sync.Mutex
	for i := range n {
		wg.Go(func() {
			err := do(i)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				done++
			case !errors.Is(err, fault.Conflict) && !errors.Is(err, fault.Unavailable):
				t.Errorf("client %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	return done
}

// Fifty ballots of one person at once are one vote (trust.md D3).
func TestFiftyBallotsOfOnePersonAreOneVote(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tb := newTable(t, d)
		tb.rules(t, 1)
		number, hash := tb.toVote(t)
		together(t, 50, func(int) error { return tb.votes(t.Context(), number, "Rosa", decision.Yes, hash) })
		tb.Clock.Pass(49 * time.Hour)
		tb.must(t, tb.close(t.Context(), number))
		if r := tb.read(t, number).Result; r.Yes != 1 || r.No != 0 {
			t.Errorf("fifty ballots of one person came to %+v", r)
		}
		tb.verified(t)
	})
}

// sharing are those who share the vote of an organisation. Bale has two hats: a
// councillor's, with whom the councillors share one, goes first.
var sharing = map[string]partnership.Kind{
	"Tess": partnership.Resident, "Uma": partnership.Resident, "Vic": partnership.NonResident, "Bale": partnership.Councillor,
}

// holders are whose vote each casts, where some share as above.
var holders = map[string]string{
	"Grace": "Grace", "Rosa": "Rosa", "Sol": "Sol", "Tess": "Ash", "Uma": "Ash", "Vic": "Ash", "Adams": "councillors", "Bale": "councillors",
}

// ticks has the clock go on whenever it is read, so that it passes any instant in the
// midst of what is under way: what waits for its turn reads it only then.
func (tb *table) ticks() {
	tb.decisions.Now = func() time.Time {
		tb.Clock.Pass(time.Millisecond)
		return tb.now()
	}
}

// countedByHand is what votes come to by the names of who cast them, the last of each
// vote, and how many of these are of a resident.
func (tb *table) countedByHand(of decision.Decision) (sums map[decision.Choice]int, residents int) {
	names := map[access.PersonID]string{}
	for name := range holders {
		names[tb.who[name].Person] = name
	}
	last := map[string]decision.Ballot{}
	for _, b := range of.Poll.Ballots {
		last[holders[names[b.Person]]] = b
	}
	sums = map[decision.Choice]int{}
	for _, b := range last {
		sums[b.Choice]++
		if slices.Contains([]string{"Grace", "Rosa", "Sol", "Tess", "Uma"}, names[b.Person]) {
			residents++
		}
	}
	return sums, residents
}

// Two hundred ballots are sent while the clock passes the closing instant, by people
// of whom some share a vote: none is kept from then on, and a vote that is shared
// counts once, as it was cast last (trust.md D2, D3).
func TestNoBallotIsKeptFromTheClosingInstantOn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tb := newTableSharing(t, d, sharing)
		tb.rules(t, 1)
		number, hash := tb.toVote(t)
		closes := tb.read(t, number).Poll.ClosesAt
		tb.Clock.Pass(closes.Sub(tb.Clock.Now()) - 1200*time.Millisecond)
		tb.ticks()
		voters := []string{"Grace", "Rosa", "Sol", "Tess", "Uma", "Vic", "Adams", "Bale"}
		done := 0
		for round := range 5 { // SQLite runs those that wait together once more when one of them comes too late: then all do
			done += together(t, 40, func(i int) error {
				return tb.votes(t.Context(), number, voters[i%len(voters)], decision.Choices()[(round+i/len(voters))%2], hash)
			})
		}
		of := tb.read(t, number)
		if len(of.Poll.Ballots) != done || done == 0 || done == 200 {
			t.Errorf("%d ballots are kept; %d of 200 came in time", len(of.Poll.Ballots), done)
		}
		for _, b := range of.Poll.Ballots {
			if !b.EnteredAt.Before(closes) {
				t.Errorf("a ballot of %s was kept; the vote closed at %s", b.EnteredAt, closes)
			}
		}
		tb.must(t, tb.close(t.Context(), number))
		sums, residents := tb.countedByHand(of)
		if r := tb.read(t, number).Result; r.Yes != sums[decision.Yes] || r.No != sums[decision.No] || r.Yes+r.No > 5 || r.Yes+r.No+r.Unused != 5 || r.Residents != residents {
			t.Errorf("the result is %+v; by hand it is %v, of %d residents, and there are five votes", r, sums, residents)
		}
		tb.verified(t)
	})
}

// The result is recorded once, and a paper is confirmed once, however many try.
func TestOneResultAndOneConfirmation(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tb := newTable(t, d)
		tb.rules(t, 1)
		number, hash := tb.toVote(t)
		tb.must(t, tb.decisions.Vote(t.Context(), tb.who["Wes"], tb.area, number, decision.NewBallot{
			Form: tb.form(), Hash: hash, Choice: decision.Yes, For: tb.who["Uma"].Person, Via: decision.OnPaper,
		}))
		if done := together(t, 50, func(int) error {
			return tb.decisions.Confirm(t.Context(), tb.who["Rosa"], tb.area, number, decision.ABallot, 1, tb.form())
		}); done != 1 {
			t.Errorf("it was confirmed %d times", done)
		}
		tb.Clock.Pass(49 * time.Hour)
		if done := together(t, 50, func(int) error { return tb.close(t.Context(), number) }); done != 1 {
			t.Errorf("the result was recorded %d times", done)
		}
		tb.verified(t)
	})
}

// While a wording changes, what people say is kept on the words that they read.
func TestWhatIsSaidWhileWordsChangeIsOnTheWordsThatWereRead(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tb := newTable(t, d)
		tb.rules(t, 1)
		number := tb.put(t, "Rosa", tb.proposal())
		hash := tb.read(t, number).Text().Hash
		together(t, 50, func(i int) error {
			if i == 25 {
				n := tb.proposal().Words
				n.Form, n.Words, n.Why = tb.form(), "From 5pm.", "Lunch club"
				return tb.decisions.Change(t.Context(), tb.who["Rosa"], tb.area, number, n)
			}
			return tb.says(t.Context(), number, []string{"Sol", "Tess", "Uma"}[i%3], decision.Support, hash)
		})
		wants(t, "agreement on words that nobody read", tb.decisions.RecordAttempt(t.Context(), tb.who["Grace"], tb.area, number, decision.NewAttempt{Form: tb.form(), Agreed: true}), fault.Conflict)
		tb.verified(t)
	})
}

// Closings are in flight while people vote and the clock passes the end: the result
// is recorded once, over every vote that was kept, and no vote is kept after it
// (trust.md D2).
func TestTheResultIsOverEveryVoteThatWasKept(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tb := newTableSharing(t, d, sharing)
		tb.rules(t, 1)
		number, hash := tb.toVote(t)
		closes := tb.read(t, number).Poll.ClosesAt
		tb.Clock.Pass(closes.Sub(tb.Clock.Now()) - 500*time.Millisecond)
		tb.ticks()
		voters := []string{"Grace", "Rosa", "Sol", "Tess", "Uma", "Vic", "Adams", "Bale"}
		var made atomic.Int64
		together(t, 120, func(i int) error {
			if i%3 > 0 {
				return tb.votes(t.Context(), number, voters[i%len(voters)], decision.Choices()[i%2], hash)
			}
			err := tb.close(t.Context(), number)
			if err == nil {
				made.Add(1)
			}
			return err
		})
		if made.Load() == 0 { // every closing came before the end
			tb.Clock.Pass(time.Second)
			tb.must(t, tb.close(t.Context(), number))
			made.Add(1)
		}
		of := tb.read(t, number)
		for _, b := range of.Poll.Ballots {
			if !b.EnteredAt.Before(closes) || b.EnteredAt.After(of.Result.At) {
				t.Errorf("a vote of %s was kept; it closed at %s and the result is of %s", b.EnteredAt, closes, of.Result.At)
			}
		}
		sums, residents := tb.countedByHand(of)
		if of.Result.Yes != sums[decision.Yes] || of.Result.No != sums[decision.No] || of.Result.Residents != residents || len(of.Poll.Ballots) == 0 || made.Load() != 1 {
			t.Errorf("%d results; it is %+v, over %d votes that come to %v, of %d residents", made.Load(), of.Result, len(of.Poll.Ballots), sums, residents)
		}
		wants(t, "a vote after it", tb.votes(t.Context(), number, "Uma", decision.No, hash), fault.Conflict)
		tb.verified(t)
	})
}

// Of two later decisions that would take the place of an earlier one, one does,
// however many record at once that they are agreed.
func TestOneDecisionTakesThePlaceOfAnother(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tb := newTable(t, d)
		tb.rules(t, 1)
		agree := func(number int64) error {
			return tb.decisions.RecordAttempt(t.Context(), tb.who["Grace"], tb.area, number, decision.NewAttempt{Form: tb.form(), Agreed: true})
		}
		var numbers []int64
		for i := range 3 {
			n := tb.proposal()
			if i > 0 {
				n.Replaces = numbers[0]
			}
			number := tb.put(t, "Rosa", n)
			tb.must(t, tb.says(t.Context(), number, "Rosa", decision.Support, tb.read(t, number).Text().Hash))
			if numbers = append(numbers, number); i == 0 {
				tb.must(t, agree(number))
			}
		}
		if done := together(t, 50, func(i int) error { return agree(numbers[1+i%2]) }); done != 1 {
			t.Errorf("%d decisions took the place of the first", done)
		}
		if by := tb.read(t, numbers[0]).Replaced.By; by != numbers[1] && by != numbers[2] {
			t.Errorf("decision %d took its place", by)
		}
		tb.verified(t)
	})
}

// Somebody tells of an interest while fifty record that it is agreed: either it is
// agreed before that, or nothing goes on.
func TestAgreeingAndDeclaringAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tb := newTable(t, d)
		tb.rules(t, 1)
		number := tb.put(t, "Rosa", tb.proposal())
		hash := tb.read(t, number).Text().Hash
		for _, who := range []string{"Rosa", "Sol"} {
			tb.must(t, tb.says(t.Context(), number, who, decision.Support, hash))
		}
		done := together(t, 50, func(i int) error {
			if i == 25 {
				_, err := tb.partnerships.Declare(t.Context(), tb.who["Sol"], tb.area, partnership.NewInterest{
					Form: tb.form(), Kind: partnership.Employer, Organisation: tb.oak, From: date.Must("2020-01-01"),
				})
				return err
			}
			return tb.decisions.RecordAttempt(t.Context(), tb.who["Grace"], tb.area, number, decision.NewAttempt{Form: tb.form(), Agreed: true})
		})
		r := tb.read(t, number).Result
		if want := 1; r.Outcome == decision.IsAgreed {
			want++
			if done != want || r.Yes != 2 {
				t.Errorf("%d came through, and the result is %+v", done, r)
			}
		} else if done != want {
			t.Errorf("%d came through without a result", done)
		}
		tb.verified(t)
	})
}

// Fifty people say at once that they know a newcomer: it is recorded once.
func TestANewcomerIsConfirmedOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tb := newTable(t, d)
		var m partnership.Member
		tb.must(t, tb.do(t.Context(), func(tx *db.Tx) error {
			if err := tb.Areas.NoteStateIn(t.Context(), tx, theTest, tb.area.ID, area.Endorsed, tb.Today()); err != nil {
				return err
			}
			var err error
			m, err = tb.partnerships.JoinIn(t.Context(), tx, tb.who["Grace"], tb.area, partnership.NewMember{Name: "Nell", As: partnership.In{Kind: partnership.Resident}, From: tb.Today()})
			return err
		}))
		members := []string{"Rosa", "Sol", "Tess", "Uma", "Adams"}
		if done := together(t, 50, func(i int) error {
			return tb.partnerships.ConfirmMember(t.Context(), tb.who[members[i%len(members)]], tb.area, m.ID, tb.form())
		}); done != 1 {
			t.Errorf("Nell was confirmed %d times", done)
		}
		tb.must(t, d.Read(t.Context(), func(tx *db.Tx) error {
			with, err := partnership.ElectorsOn(t.Context(), tx, tb.area.ID, tb.Today())
			if n := slices.IndexFunc(with, func(e partnership.Elector) bool { return e.Name == "Nell" }); n < 0 {
				t.Error("Nell has no say")
			}
			return err
		}))
	})
}

// Of fifty who open a vote or take the proposal back at once, one does: what was taken
// back is not voted on, and what is voted on is not taken back.
func TestAVoteIsOpenedOrTakenBackOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tb := newTable(t, d)
		tb.rules(t, 1)
		number := tb.put(t, "Rosa", tb.proposal())
		tb.must(t, tb.says(t.Context(), number, "Tess", decision.Cannot, tb.read(t, number).Text().Hash))
		tb.must(t, tb.decisions.RecordAttempt(t.Context(), tb.who["Grace"], tb.area, number, decision.NewAttempt{Form: tb.form(), Words: "Not everyone could live with it"}))
		closes := tb.Clock.Now().Add(48 * time.Hour)
		var opened, withdrawn atomic.Int64
		if done := together(t, 50, func(i int) error {
			did := &opened
			var err error
			if i%2 == 0 {
				err = tb.decisions.OpenVote(t.Context(), tb.who["Grace"], tb.area, number, decision.NewVote{Form: fmt.Sprint("open ", i), ClosesAt: closes})
			} else {
				did, err = &withdrawn, tb.decisions.Withdraw(t.Context(), tb.who["Grace"], tb.area, number, "We ask the neighbours first", fmt.Sprint("back ", i))
			}
			if err == nil {
				did.Add(1)
			}
			return err
		}); done != 1 {
			t.Errorf("%d came through; want one", done)
		}
		of := tb.read(t, number)
		if state := of.State(tb.now()); of.Poll.Exists() != (opened.Load() == 1) || (state == decision.Withdrawn) != (withdrawn.Load() == 1) {
			t.Errorf("opened %d times, taken back %d times, and it is %s", opened.Load(), withdrawn.Load(), state)
		}
		if withdrawn.Load() == 1 {
			wants(t, "a vote on what was taken back", tb.votes(t.Context(), number, "Uma", decision.No, of.Text().Hash), fault.Conflict)
		}
		tb.verified(t)
	})
}

// Somebody leaves the partnership while they vote from fifty places: what they said last
// before that is one vote, and nothing of theirs comes after.
func TestLeavingAndVotingAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tb := newTable(t, d)
		tb.rules(t, 1)
		number, hash := tb.toVote(t)
		var wg sync.WaitGroup
		var kept atomic.Int64
		for i := range 50 {
			wg.Go(func() {
				var err error
				if i == 25 {
					err = tb.partnerships.Leave(t.Context(), tb.who["Wes"], tb.area, tb.who["Rosa"].Person, partnership.Leaving{Form: fmt.Sprint("leave ", i), From: tb.Today()})
				} else if err = tb.votes(t.Context(), number, "Rosa", decision.Choices()[i%2], hash); err == nil {
					kept.Add(1)
				}
				if err != nil && (i == 25 || !errors.Is(err, fault.Forbidden) && !errors.Is(err, fault.Conflict) && !errors.Is(err, fault.Unavailable)) {
					t.Errorf("client %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		if err := tb.votes(t.Context(), number, "Rosa", decision.Yes, hash); !errors.Is(err, fault.Forbidden) {
			t.Errorf("who left votes: %v", err)
		}
		if n := len(tb.read(t, number).Poll.Ballots); n != int(kept.Load()) {
			t.Errorf("%d ballots are kept; %d were answered so", n, kept.Load())
		}
		tb.Clock.Pass(49 * time.Hour)
		tb.must(t, tb.close(t.Context(), number))
		if r := tb.read(t, number).Result; r.Yes+r.No > 1 {
			t.Errorf("the result is %+v; want one vote of hers at most", r)
		}
		tb.verified(t)
	})
}
