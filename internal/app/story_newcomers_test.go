package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/partnership"
	"commontable/internal/person"
)

// endorsed is that the programme has looked at who the partnership is.
func (c *council) endorsed() {
	c.t.Helper()
	if err := c.DB.Write(c.t.Context(), func(tx *db.Tx) error {
		return c.Areas.NoteStateIn(c.t.Context(), tx, access.System("test"), c.Tanners.Area.ID, area.Endorsed, c.Today())
	}); err != nil {
		c.t.Fatal(err)
	}
}

// newcomer is who waits on the list, as they act in the hat that they have now.
func (c *council) newcomer(name string) (m partnership.Member, by access.Actor) {
	c.t.Helper()
	ctx := c.t.Context()
	if err := c.DB.Read(ctx, func(tx *db.Tx) error {
		all, err := partnership.EveryMember(ctx, tx, c.Tanners.Area.ID)
		if err != nil {
			return err
		}
		m = all[slices.IndexFunc(all, func(m partnership.Member) bool { return m.Name == name })]
		hats, err := person.HatsOf(ctx, tx, m.Person)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(hats, func(h access.Hat) bool { return h.WornOn(c.Today()) })
		by, err = person.ActorIn(ctx, tx, m.Person, hats[at].ID, c.Today())
		return err
	}); err != nil {
		c.t.Fatal(err)
	}
	return m, by
}

// A chair makes somebody up and would have them vote: neither of themselves nor on
// paper do they, before a second person says that they know them. Everybody with a
// say is shown that they are new; whom somebody does know has a say from then on, in
// what is put to the vote after that.
func TestAnInventedMemberHasNoVote(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d)
		c.endorsed()
		const people = "/areas/tanners-reach/people"
		today := c.Today()
		day := func(v url.Values) url.Values {
			v.Set("from-day", ordinal(int64(today.Day())))
			v.Set("from-month", ordinal(int64(today.Month())))
			v.Set("from-year", ordinal(int64(today.Year())))
			return v
		}
		c.posts("Grace", http.StatusSeeOther, people, day(url.Values{"name": {"Moira Made-Up"}, "email": {"moira@example.org"}, "kind": {"resident"}}))
		moira, by := c.newcomer("Moira Made-Up")
		c.who["Moira"] = by
		if by.Hat.Role != access.Friend || !moira.Waits {
			t.Errorf("Moira wears the hat of a %s, and waits: %t", by.Hat.Role, moira.Waits)
		}
		confirm := people + "/" + string(moira.Person) + "/entries/" + string(moira.ID) + "/confirmation"
		confirmAPI := "/api/v1/areas/tanners-reach/members/" + string(moira.ID) + "/confirmation"
		yes := url.Values{"hash": {c.hash}, "stand": {"support"}}

		c.posts("Moira", http.StatusForbidden, dropIn+"/position", yes)
		c.calls("Moira", http.StatusForbidden, apiDropIn+"/position", object{"hash": c.hash, "stand": "support"})
		c.posts("Grace", http.StatusForbidden, dropIn+"/paper", url.Values{"hash": {c.hash}, "stand": {"support"}, "for": {string(moira.Person)}, "via": {"paper"}})
		c.calls("Wes", http.StatusForbidden, apiDropIn+"/paper", object{"hash": c.hash, "stand": "support", "for": string(moira.Person), "via": "paper"})
		// Nor do they confirm what the chair entered for somebody else.
		c.posts("Grace", http.StatusSeeOther, dropIn+"/paper", url.Values{"hash": {c.hash}, "stand": {"support"}, "for": {string(c.who["Sol"].Person)}, "via": {"paper"}})
		c.posts("Moira", http.StatusForbidden, dropIn+"/confirmation", url.Values{"what": {"position"}, "turn": {"1"}})

		for _, who := range []string{"Grace", "Moira", "Fred"} { // who added her, she herself, who has no say
			c.posts(who, http.StatusForbidden, confirm, url.Values{})
			c.calls(who, http.StatusForbidden, confirmAPI, object{})
		}
		c.posts("nobody", http.StatusUnauthorized, confirm, url.Values{})
		shown := func(who string) bool {
			return strings.Contains(c.reads(who, "/areas/tanners-reach"), "Moira Made-Up is new with us")
		}
		for who, want := range map[string]bool{"Rosa": true, "Uma": true, "Wes": true, "Grace": false, "Fred": false, "nobody": false} {
			if got := shown(who); got != want {
				t.Errorf("%s is shown that Moira is new: %t, want %t", who, got, want)
			}
		}
		if page := c.reads("Rosa", people); !strings.Contains(page, "New with us") || !strings.Contains(page, "I know them") {
			t.Error("Rosa cannot say on the page that she knows Moira")
		}
		if page := c.reads("Fred", people); strings.Contains(page, "I know them") {
			t.Error("Fred is offered to say that he knows Moira")
		}

		c.toVote() // without her
		c.posts("Rosa", http.StatusSeeOther, confirm, url.Values{})
		c.posts("Uma", http.StatusConflict, confirm, url.Values{})
		moira, by = c.newcomer("Moira Made-Up")
		if c.who["Moira"] = by; by.Hat.Role != access.Member || moira.Waits || shown("Uma") {
			t.Errorf("when Rosa knows her, Moira wears the hat of a %s, and waits: %t", by.Hat.Role, moira.Waits)
		}
		c.posts("Moira", http.StatusForbidden, dropIn+"/ballot", url.Values{"hash": {c.hash}, "choice": {"yes"}})
		c.calls("Moira", http.StatusCreated, "/api/v1/areas/tanners-reach/decisions", object{"kind": "other", "title": "A bench", "question": "Shall we?", "ask_everybody": true})
		hash := c.hashOf("Moira", 2)
		c.calls("Moira", http.StatusOK, "/api/v1/areas/tanners-reach/decisions/2/position", object{"hash": hash, "stand": "support"})

		// The other ways in wait too: a friend who is to have a say from tomorrow on, or
		// who had one all along.
		tomorrow := today.AddDays(1)
		fred, _ := c.newcomer("Fred")
		c.does(func(tx *db.Tx) error {
			_, err := c.Partnerships.MoveIn(t.Context(), tx, c.who["Grace"], c.Tanners.Area, fred.Person, partnership.Move{As: partnership.In{Kind: partnership.Resident}, From: tomorrow})
			return err
		})
		m, err := c.joins("Nora", partnership.Friend)
		if err != nil {
			t.Fatal(err)
		}
		c.does(func(tx *db.Tx) error {
			_, err := c.Partnerships.CorrectIn(t.Context(), tx, c.who["Grace"], c.Tanners.Area, m.ID, partnership.Correction{As: partnership.In{Kind: partnership.Resident}, From: m.From, Why: "She lives here"})
			return err
		})
		var waiting []string
		c.does(func(tx *db.Tx) error {
			all, err := partnership.Newcomers(t.Context(), tx, c.Tanners.Area.ID)
			for _, m := range all {
				waiting = append(waiting, m.Name)
			}
			return err
		})
		if got := strings.Join(waiting, ", "); got != "Fred, Nora" {
			t.Errorf("%s wait; want Fred, who is to have a say, and Nora, who was put right to have one", got)
		}
		c.leavesNothingBad()
	})
}

func (c *council) does(do func(tx *db.Tx) error) {
	c.t.Helper()
	if err := c.DB.Write(c.t.Context(), do); err != nil {
		c.t.Fatal(err)
	}
}

func (c *council) joins(name string, kind partnership.Kind) (m partnership.Member, err error) {
	c.does(func(tx *db.Tx) error {
		m, err = c.Partnerships.JoinIn(c.t.Context(), tx, c.who["Grace"], c.Tanners.Area, partnership.NewMember{Name: name, As: partnership.In{Kind: kind}, From: c.Today()})
		return err
	})
	return m, err
}

// leavesNothingBad holds all that is kept against history.
func (c *council) leavesNothingBad() {
	c.t.Helper()
	v, err := Verify(c.t.Context(), c.DB)
	if err != nil || len(v.Bad) > 0 {
		c.t.Errorf("verify: %v, %v", v.Bad, err)
	}
}

// hashOf is the wording of a decision, as somebody reads it.
func (c *council) hashOf(who string, number int64) string {
	c.t.Helper()
	var got object
	if err := json.Unmarshal([]byte(c.reads(who, "/api/v1/areas/tanners-reach/decisions/"+ordinal(number))), &got); err != nil {
		c.t.Fatal(err)
	}
	return fmt.Sprint(got["hash"])
}
