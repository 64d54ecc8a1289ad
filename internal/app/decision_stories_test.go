package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/decision"
	"commontable/internal/fault"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/partnership"
	"commontable/internal/person"
)

// A council is a partnership with a vote to come, reached over HTTP. Grace chairs
// it; Rosa, Sol, Tess and Uma are residents; Cllr Adams, Bale, Cole and Dunn share
// one vote, Fred is a friend and Wes the worker. Oak Trust would run a drop-in.
type council struct {
	*fundingtest.World
	*matrix

	who  map[string]access.Actor
	hash string
	keys int
}

const (
	dropIn    = "/areas/tanners-reach/decisions/1"
	apiDropIn = "/api/v1/areas/tanners-reach/decisions/1"
)

func newCouncil(t *testing.T, d *db.DB) *council {
	t.Helper()
	w, err := fundingtest.New(t.Context(), d, 3)
	if err != nil {
		t.Fatal(err)
	}
	c := &council{World: w, who: map[string]access.Actor{"Grace": w.Tanners.Chair, "nobody": {}}}
	if err := d.Write(t.Context(), func(tx *db.Tx) error { return c.seat(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
	c.matrix = matrixOn(t, d, w.Clock.Now)
	c.calls("Rosa", 201, "/api/v1/areas/tanners-reach/decisions", object{
		"kind": "other", "title": "Youth drop-in", "question": "Shall we pay for a drop-in?", "organisation": w.Tanners.LTO.Slug, "ask_everybody": true,
	})
	c.hash = fmt.Sprint(c.record("Rosa")["hash"])
	return c
}

func (c *council) seat(ctx context.Context, tx *db.Tx) error {
	a := c.Tanners.Area
	for _, m := range []struct {
		kind  partnership.Kind
		names []string
	}{
		{partnership.Resident, []string{"Grace", "Rosa", "Sol", "Tess", "Uma"}},
		{partnership.Councillor, []string{"Adams", "Bale", "Cole", "Dunn"}},
		{partnership.Friend, []string{"Fred"}},
	} {
		for _, name := range m.names {
			n := partnership.NewMember{Person: c.who[name].Person, Name: name, As: partnership.In{Kind: m.kind}, From: c.Today()}
			if n.Person == "" {
				n.Email = name + "@example.org"
			}
			in, err := c.Partnerships.JoinIn(ctx, tx, access.System("test"), a, n)
			if n.Person != "" && (err == nil || errors.Is(err, fault.Conflict)) {
				continue // Grace may have decided here already
			}
			if err != nil {
				return err
			}
			hats, err := person.HatsOf(ctx, tx, in.Person)
			if err != nil {
				return err
			}
			if c.who[name], err = person.ActorIn(ctx, tx, in.Person, hats[0].ID, c.Today()); err != nil {
				return err
			}
		}
	}
	var err error
	if c.who["Wes"], err = c.PersonIn(ctx, tx, "Wes", access.Worker, access.InArea, string(a.ID)); err != nil {
		return err
	}
	_, err = c.Partnerships.SetRulesIn(ctx, tx, c.who["Grace"], a, partnership.NewRules{
		From: c.Today(), MayVote: true, Majority: partnership.MoreThanHalf, ResidentQuorum: 2, Councillors: partnership.CouncillorsShareOne, DecidedAt: "Meeting of May",
	})
	return err
}

// posts sends a form of a page.
func (c *council) posts(who string, want int, path string, fields url.Values) string {
	c.t.Helper()
	fields.Set("form", string(c.Form()))
	r := c.asks(c.who[who], http.MethodPost, path, fields.Encode(), nil)
	if r.code != want {
		c.t.Fatalf("%s posts to %s: status %d, want %d:\n%s", who, path, r.code, want, words(r.text))
	}
	return words(r.text)
}

// calls is the same from a program.
func (c *council) calls(who string, want int, path string, body object) {
	c.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		c.t.Fatal(err)
	}
	c.keys++
	r := c.asks(c.who[who], http.MethodPost, path, string(text), http.Header{"Idempotency-Key": {fmt.Sprintf("call-%08d", c.keys)}})
	if r.code != want {
		c.t.Fatalf("%s calls %s: status %d, want %d: %s", who, path, r.code, want, r.text)
	}
}

func (c *council) reads(who, path string) string {
	c.t.Helper()
	r := c.asks(c.who[who], http.MethodGet, path, "", nil)
	if r.code != http.StatusOK {
		c.t.Fatalf("%s reads %s: status %d:\n%s", who, path, r.code, words(r.text))
	}
	return r.text
}

func (c *council) record(who string) (got object) {
	c.t.Helper()
	if err := json.Unmarshal([]byte(c.reads(who, apiDropIn)), &got); err != nil {
		c.t.Fatal(err)
	}
	return got
}

// says and votes are on the words as they are.
func (c *council) says(who, stand, reason string) {
	c.t.Helper()
	c.posts(who, http.StatusSeeOther, dropIn+"/position", url.Values{"hash": {c.hash}, "stand": {stand}, "reason": {reason}})
}

func (c *council) toVote() {
	c.t.Helper()
	c.says("Rosa", "support", "")
	c.says("Uma", "support", "")
	c.says("Tess", "cannot", "Qxposition: the hall is full on Thursdays")
	c.posts("Grace", http.StatusSeeOther, dropIn+"/agreement", url.Values{"outcome": {"not yet"}, "words": {"Not everyone could live with it"}})
	closes := c.Today().AddDays(3)
	c.posts("Grace", http.StatusSeeOther, dropIn+"/vote", url.Values{
		"closes-day": {fmt.Sprint(closes.Day())}, "closes-month": {fmt.Sprint(int(closes.Month()))}, "closes-year": {fmt.Sprint(closes.Year())}, "hour": {"20"},
	})
}

// tells is that somebody tells of an employer on the page of the register.
func (c *council) tells(who, employer string) (i partnership.InterestID) {
	c.t.Helper()
	const register = "/areas/tanners-reach/people/interests"
	missing := c.posts(who, http.StatusUnprocessableEntity, register, url.Values{"kind": {"employer"}, "organisation": {""}, "private": {"Qxprivate"}})
	if !strings.Contains(missing, "There is a problem") {
		c.t.Errorf("%s forgot to say with whom, and is told %s", who, missing)
	}
	c.posts(who, http.StatusSeeOther, register, url.Values{
		"kind": {"employer"}, "organisation": {employer}, "from-day": {"1"}, "from-month": {"1"}, "from-year": {"2020"}, "private": {"Qxprivate"},
	})
	if err := c.DB.Read(c.t.Context(), func(tx *db.Tx) error {
		all, err := partnership.InterestsIn(c.t.Context(), tx, c.Tanners.Area.ID)
		if err == nil {
			i = all[len(all)-1].ID
		}
		return err
	}); err != nil {
		c.t.Fatal(err)
	}
	return i
}

// shows is what somebody sees on a page.
func (c *council) shows(who, path string, want ...string) {
	c.t.Helper()
	page := words(c.reads(who, path))
	for _, w := range want {
		if !strings.Contains(page, w) {
			c.t.Errorf("%s does not see “%s” at %s:\n%s", who, w, path, page)
		}
	}
}

func (c *council) declares(who string) partnership.InterestID {
	c.t.Helper()
	i, err := c.Partnerships.Declare(c.t.Context(), c.who[who], c.Tanners.Area, partnership.NewInterest{
		Form: string(c.Form()), Kind: partnership.Employer, Organisation: c.Tanners.LTO.ID, From: date.Must("2020-01-01"), Private: "Qxprivate",
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return i
}

// handling is the address at which what is done about an interest in the drop-in
// is recorded.
func (c *council) handling(i partnership.InterestID) (path string) {
	c.t.Helper()
	if err := c.DB.Read(c.t.Context(), func(tx *db.Tx) error {
		of, err := decision.ByNumber(c.t.Context(), tx, c.Tanners.Area.ID, 1)
		path = partnership.HandlingPath(c.Tanners.Area, of.About(), i)
		return err
	}); err != nil {
		c.t.Fatal(err)
	}
	return path
}

// Adams is a councillor in Tanners Reach and works for who would run the drop-in:
// nothing goes on until that is handled, and Adams has no vote in any hat, on the
// pages or from a program.
func TestACouncillorWithAnInterestHasNoVoteInAnyHat(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d)
		c.toVote()
		vote := object{"hash": c.hash, "choice": "yes"}
		ballot := func() url.Values { return url.Values{"hash": {c.hash}, "choice": {"yes"}} }
		c.posts("Adams", http.StatusSeeOther, dropIn+"/ballot", url.Values{"hash": {c.hash}, "choice": {"yes"}, "reason": {"Qxadams"}})
		i := c.tells("Adams", "Oak Trust")
		c.shows("Adams", dropIn, "You do not take part in this one", "You told us: “I work for Oak Trust.” So somebody else decides about this.", "That is not a bad thing.", "A Adams (you) Councillor, takes no part No vote")
		c.shows("Rosa", dropIn, "Until it is, nobody can answer or vote.", "Adams told us on 20 October 2026: “I work for Oak Trust.”", "Nobody has said yet what is done about this.")
		c.shows("Wes", dropIn, "Record what is done about what Adams told us")
		c.shows("Grace", "/areas/tanners-reach", "Adams has an interest: Youth drop-in", "It goes on when you have recorded what is done about it.")
		for _, who := range []string{"Rosa", "Bale", "Adams"} { // nobody is asked for a vote that they cannot cast
			if home := words(c.reads(who, "/areas/tanners-reach")); strings.Contains(home, "Vote on Youth drop-in") {
				t.Errorf("%s is asked to vote while it stands still: %s", who, home)
			}
		}
		// What Adams said for the four counts no more, so the others of the share are
		// told that their vote is still to come.
		c.shows("Bale", dropIn, "None is in.", "Three councillors, one vote (you) The last of them to speak speaks for all To vote")

		// It stands still for everybody, and for Adams for good.
		c.posts("Rosa", http.StatusConflict, dropIn+"/ballot", ballot())
		c.calls("Rosa", http.StatusConflict, apiDropIn+"/ballot", vote)
		c.posts("Adams", http.StatusForbidden, dropIn+"/ballot", ballot())
		if you, _ := c.record("Rosa")["you"].(object); you["may_take_part"] != false {
			t.Errorf("a program is told that Rosa may take part: %v", you)
		}
		c.posts("Wes", http.StatusSeeOther, c.handling(i), url.Values{"how": {string(partnership.Leave)}, "why": {"As we agreed"}})
		c.shows("Rosa", dropIn, "They are not in the room while this is talked about, and have no vote on it.", "As we agreed")
		c.shows("Bale", "/areas/tanners-reach", "Vote on Youth drop-in", "0 of 6 have voted.")
		c.posts("Rosa", http.StatusSeeOther, dropIn+"/ballot", ballot())

		chair, err := c.Hat(t.Context(), c.who["Adams"].Person, access.Chair, access.InArea, string(c.Tanners.Area.ID))
		if err != nil {
			t.Fatal(err)
		}
		c.who["Adams in the chair"] = chair
		for _, who := range []string{"Adams", "Adams in the chair"} {
			c.posts(who, http.StatusForbidden, dropIn+"/ballot", ballot())
			c.calls(who, http.StatusForbidden, apiDropIn+"/ballot", vote)
			c.calls(who, http.StatusConflict, apiDropIn+"/position", object{"hash": c.hash, "stand": "support"})
			c.posts(who, http.StatusForbidden, dropIn+"/paper", url.Values{"hash": {c.hash}, "choice": {"yes"}, "for": {string(c.who["Uma"].Person)}, "via": {"paper"}})
			// Who leaves while it is talked about reads nothing of the talk.
			for _, path := range []string{dropIn, apiDropIn} {
				if text := c.reads(who, path); strings.Contains(text, "Qxposition") {
					t.Errorf("%s reads at %s what people said", who, path)
				}
			}
		}
		if !strings.Contains(c.reads("Rosa", dropIn), "Qxposition") || !strings.Contains(c.reads("Rosa", apiDropIn), "Qxposition") {
			t.Error("Rosa does not read what people said")
		}
		c.calls("Uma", http.StatusOK, apiDropIn+"/ballot", vote)
		c.Clock.Pass(4 * 24 * time.Hour)
		c.posts("Grace", http.StatusSeeOther, dropIn+"/result", url.Values{})
		for _, who := range []string{"Adams", "Adams in the chair", "nobody"} {
			for _, path := range []string{dropIn, apiDropIn} {
				if text := c.reads(who, path); strings.Contains(text, "Qxposition") || strings.Contains(text, "Qxadams") {
					t.Errorf("%s reads at %s what people said, after the result", who, path)
				}
			}
		}
		c.shows("nobody", dropIn, "I work for Oak Trust.", "They are not in the room while this is talked about, and have no vote on it.")
		if page := words(c.reads("nobody", dropIn)); strings.Contains(page, "Adams") || strings.Contains(page, "Qxprivate") {
			t.Errorf("everybody reads whose interest it is, or what was said in confidence: %s", page)
		}
		r, _ := c.record("nobody")["result"].(object)
		if r["outcome"] != "agreed" || r["yes"] != 2.0 || r["no"] != 0.0 {
			t.Errorf("the result is %v; want two yes, of Rosa and Uma", r)
		}
	})
}

// Four councillors cast one vote; a friend, the worker, somebody who said that they
// should not take part and who is not signed in cast none: on the pages and from
// programs alike.
func TestFourCouncillorsCastOneVoteOverHTTP(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d)
		c.toVote()
		for i, who := range []string{"Adams", "Bale", "Cole", "Dunn"} {
			choice := []string{"no", "yes"}[i%2] // Dunn speaks last: yes
			if i < 2 {
				c.posts(who, http.StatusSeeOther, dropIn+"/ballot", url.Values{"hash": {c.hash}, "choice": {choice}})
			} else {
				c.calls(who, http.StatusOK, apiDropIn+"/ballot", object{"hash": c.hash, "choice": choice})
			}
		}
		c.calls("Sol", http.StatusOK, apiDropIn+"/stepping-out", object{"why": "My sister runs it"})
		for _, who := range []string{"Fred", "Wes", "Sol"} {
			c.posts(who, http.StatusForbidden, dropIn+"/ballot", url.Values{"hash": {c.hash}, "choice": {"no"}})
			c.calls(who, http.StatusForbidden, apiDropIn+"/ballot", object{"hash": c.hash, "choice": "no"})
		}
		c.calls("nobody", http.StatusUnauthorized, apiDropIn+"/ballot", object{"hash": c.hash, "choice": "no"})
		// A program names nobody else whose vote it would be.
		c.calls("Rosa", http.StatusUnprocessableEntity, apiDropIn+"/ballot", object{"hash": c.hash, "choice": "no", "for": string(c.who["Tess"].Person)})
		c.calls("Rosa", http.StatusConflict, apiDropIn+"/ballot", object{"hash": strings.Repeat("0", 64), "choice": "yes"})
		c.calls("Rosa", http.StatusOK, apiDropIn+"/ballot", object{"hash": c.hash, "choice": "yes"})
		c.posts("Tess", http.StatusSeeOther, dropIn+"/ballot", url.Values{"hash": {c.hash}, "choice": {"no"}})
		c.Clock.Pass(4 * 24 * time.Hour)
		c.calls("Uma", http.StatusConflict, apiDropIn+"/ballot", object{"hash": c.hash, "choice": "no"})
		c.posts("Grace", http.StatusSeeOther, dropIn+"/result", url.Values{})
		got := c.record("Rosa")
		r, _ := got["result"].(object)
		if r["outcome"] != "agreed" || r["yes"] != 2.0 || r["no"] != 1.0 || r["residents"] != 2.0 {
			t.Errorf("the result is %v; want two yes, of Rosa and the four councillors, and one no", r)
		}
		votes, _ := got["votes"].([]any)
		if text := fmt.Sprint(votes); len(votes) != 3 || !strings.Contains(text, "Dunn") || strings.Contains(text, "Adams") {
			t.Errorf("who voted which way: %v", votes)
		}
		if left, _ := c.record("nobody")["votes"].([]any); len(left) != 0 {
			t.Errorf("somebody who is not signed in is told who voted which way: %v", left)
		}
	})
}

// Before the close nobody is told how a vote stands, the chair neither: what is
// voted and why is on no page and in no answer but one's own, and who is not of the
// partnership is told of nothing at all.
func TestNobodySeesHowAVoteStands(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d)
		c.toVote()
		c.posts("Rosa", http.StatusSeeOther, dropIn+"/ballot", url.Values{"hash": {c.hash}, "choice": {"yes"}, "reason": {"Qxrosa"}, "may_print": {"yes"}})
		seen := func(choice string) map[string]string {
			c.posts("Tess", http.StatusSeeOther, dropIn+"/ballot", url.Values{"hash": {c.hash}, "choice": {choice}, "reason": {"Qxtess"}})
			all := map[string]string{}
			for _, who := range []string{"Grace", "Uma", "Adams", "Fred", "Wes"} {
				for _, path := range []string{dropIn, dropIn + "/steps", dropIn + "/paper", dropIn + "/slips", dropIn + "/answers.csv", dropIn + "/said.csv", dropIn + "/electors.csv", dropIn + "/told.csv", "/areas/tanners-reach/decisions", "/areas/tanners-reach/decisions.csv", apiDropIn, "/api/v1/areas/tanners-reach/decisions", "/areas/tanners-reach/history"} {
					r := c.asks(c.who[who], http.MethodGet, path, "", nil)
					if strings.Contains(r.text, "Qxrosa") || strings.Contains(r.text, "Qxtess") {
						t.Errorf("%s reads at %s why somebody votes as they do", who, path)
					}
					if path != "/areas/tanners-reach/history" { // where each vote is one more event
						all[who+" "+path] = fmt.Sprint(r.code) + " " + words(r.text)
					}
				}
			}
			return all
		}
		yes, no := seen("yes"), seen("no")
		for at, text := range yes {
			if no[at] != text {
				t.Errorf("%s is another when Tess votes another way:\n%s\n%s", at, text, no[at])
			}
		}
		if !strings.Contains(yes["Grace "+apiDropIn], `"votes_in":2`) && !strings.Contains(yes["Grace "+apiDropIn], `"votes_in": 2`) {
			t.Errorf("that two votes are in: %s", yes["Grace "+apiDropIn])
		}
		for _, who := range []string{"nobody"} {
			for _, path := range []string{dropIn, apiDropIn, dropIn + "/answers.csv", dropIn + "/said.csv", dropIn + "/electors.csv", dropIn + "/told.csv"} {
				if r := c.asks(c.who[who], http.MethodGet, path, "", nil); r.code != http.StatusNotFound {
					t.Errorf("%s reads of an open vote at %s: %d", who, path, r.code)
				}
			}
		}
		if r := c.asks(c.Millbrook.Chair, http.MethodGet, apiDropIn, "", nil); r.code != http.StatusNotFound {
			t.Errorf("the chair of another area reads of an open vote: %d", r.code)
		}
		c.Clock.Pass(4 * 24 * time.Hour)
		if text := c.reads("Grace", dropIn) + c.reads("Grace", apiDropIn); strings.Contains(text, "Qxtess") || strings.Contains(text, "Qxrosa") {
			t.Error("the chair reads votes before the result is recorded")
		}
		c.posts("Grace", http.StatusSeeOther, dropIn+"/result", url.Values{})
		if !strings.Contains(c.reads("Uma", dropIn), "Qxtess") || strings.Contains(c.reads("nobody", dropIn), "Qxtess") {
			t.Error("what the minority said is for the partnership, unless they said that it may be printed")
		}
		// The spreadsheets hold what the page does, for the same reader.
		for _, w := range []struct{ who, file, has, not string }{
			{"nobody", "answers", "vote,Yes,1\r\nvote,No,1\r\n", "Qx"},
			{"nobody", "said", "Qxrosa", "Qxtess"}, // Rosa said that hers may be printed
			{"nobody", "electors", "who,how they take part", "Yes"},
			{"Uma", "said", "Qxtess", ""},
			{"Uma", "electors", ",Yes\r\n", ""},
			{"Uma", "told", "who,by when,told on,how\r\n", ""},
		} {
			text := c.reads(w.who, dropIn+"/"+w.file+".csv")
			if !strings.Contains(text, w.has) || w.not != "" && strings.Contains(text, w.not) {
				t.Errorf("%s reads in %s.csv, which should have %q and not %q:\n%s", w.who, w.file, w.has, w.not, text)
			}
		}
	})
}

// What is wrong in one of the small forms beside a decision comes back in that form,
// open, with what was typed.
func TestWhatIsTypedBesideADecisionStays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d)
		c.says("Tess", "worry", "Who locks up?")
		if page := c.reads("Grace", dropIn); !strings.Contains(page, "Say what was done about it: Tess") {
			t.Errorf("the chair is not asked what was done about what Tess said:\n%s", words(page))
		}
		long := strings.Repeat("Grace has the key. ", 150)
		page := c.posts("Grace", http.StatusUnprocessableEntity, dropIn+"/answers", url.Values{"turn": {"1"}, "answer-1": {long}})
		if !strings.Contains(page, strings.TrimSpace(long)) || strings.Contains(page, "Say what was done about it: Tess") {
			t.Errorf("what was typed is lost, or folded away:\n%s", words(page))
		}
	})
}

// Wes holds slips of paper in his hand. The form offers those who may still give one, and
// says who voted for themselves, never what. Who votes while he types keeps their vote,
// and he keeps what he typed. A slip whose place another took stays to be read.
func TestASlipIsEnteredForWhoMayStillGiveOne(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d)
		c.toVote()
		const paper = dropIn + "/paper"
		slip := func(who, choice string) url.Values {
			return url.Values{"hash": {c.hash}, "choice": {choice}, "for": {string(c.who[who].Person)}, "via": {"telephone"}, "reason": {"Qxtyped: the bus stops there"}, "may_print": {"yes"}}
		}
		c.posts("Wes", http.StatusSeeOther, paper, slip("Uma", "no"))
		c.posts("Rosa", http.StatusSeeOther, dropIn+"/ballot", url.Values{"hash": {c.hash}, "choice": {"no"}})
		offered := func() string { return c.reads("Wes", paper) }
		form := offered()
		if strings.Contains(form, string(c.who["Rosa"].Person)) || !strings.Contains(form, string(c.who["Sol"].Person)) {
			t.Error("the form offers Rosa, who has voted, or does not offer Sol, who has not")
		}
		if said := words(form); !strings.Contains(said, "Rosa has voted for themselves, and only they can change that.") || !strings.Contains(said, "Uma (a slip waits for a second person; a new one takes its place)") {
			t.Errorf("Wes reads %s", said)
		}

		// Sol votes while Wes types.
		c.posts("Sol", http.StatusSeeOther, dropIn+"/ballot", url.Values{"hash": {c.hash}, "choice": {"yes"}})
		fields := slip("Sol", "no")
		fields.Set("form", string(c.Form()))
		r := c.asks(c.who["Wes"], http.MethodPost, paper, fields.Encode(), nil)
		if said := words(r.text); r.code != http.StatusConflict || !strings.Contains(said, "There is a problem") || !strings.Contains(said, "Only they can change that. Nothing was entered.") || !strings.Contains(said, "Qxtyped") ||
			!strings.Contains(said, "Rosa and Sol have voted for themselves") || strings.Contains(r.text, string(c.who["Sol"].Person)) {
			t.Errorf("status %d; want 409 with what was typed:\n%s", r.code, said)
		}
		for _, kept := range []string{`value="no" checked`, `value="telephone" checked`} {
			if !strings.Contains(r.text, kept) {
				t.Errorf("the form has lost %s", kept)
			}
		}
		c.calls("Wes", http.StatusConflict, apiDropIn+"/paper", object{"for": string(c.who["Sol"].Person), "via": "paper", "hash": c.hash, "choice": "no"})
		c.posts("Wes", http.StatusUnprocessableEntity, paper, url.Values{"hash": {c.hash}})

		// Uma rings again, and nobody takes away what was entered first.
		c.posts("Wes", http.StatusSeeOther, paper, slip("Uma", "yes"))
		page := words(c.reads("Grace", dropIn))
		if n := strings.Count(page, "Uma, by telephone, entered by Wes"); n < 4 { // to be confirmed twice, and in the log twice
			t.Errorf("Grace reads of Uma’s slips %d times: %s", n, page)
		}
		c.posts("Grace", http.StatusSeeOther, dropIn+"/confirmation", url.Values{"what": {"ballot"}, "turn": {"4"}})
		const replaced = "confirmed by Grace It counts."
		c.shows("Grace", dropIn, "The same vote was cast again after it, and that counts.", replaced)
		slips, _ := c.record("Wes")["slips"].([]any)
		if len(slips) != 2 || slips[0].(object)["became"] != "replaced" || slips[1].(object)["became"] != "counts" || slips[1].(object)["confirmed_by"] != "Grace" {
			t.Errorf("a program reads %v", slips)
		}
		if page := words(c.reads("Fred", dropIn)); strings.Contains(page, "Entered for somebody") { // a friend enters nothing
			t.Error("Fred reads who gave a slip, while the vote is open")
		}
		if n := len(c.record("Fred")["slips"].([]any)); n != 0 {
			t.Errorf("a program of Fred’s reads %d slips", n)
		}
		c.Clock.Pass(4 * 24 * time.Hour)
		c.posts("Wes", http.StatusConflict, paper, slip("Tess", "no"))
		c.posts("Grace", http.StatusSeeOther, dropIn+"/result", url.Values{})
		c.shows("Rosa", dropIn, "Entered for somebody", "The same vote was cast again after it, and that counts.", replaced)
		if page := words(c.reads("nobody", dropIn)); strings.Contains(page, "Entered for somebody") {
			t.Error("everybody reads who gave a slip")
		}
	})
}
