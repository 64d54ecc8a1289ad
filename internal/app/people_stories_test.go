package app

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"commontable/internal/db"
)

// onTheList is the address of somebody’s entry in the partnership of Hopewell Green.
func onTheList(t *testing.T, h *house, name string) string {
	t.Helper()
	var who string
	if err := h.db.Read(t.Context(), func(tx *db.Tx) (err error) {
		who, err = db.One(t.Context(), tx, db.Value[string], `SELECT id FROM people WHERE name = $1`, name)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return green + "/people/" + who
}

// adds puts somebody new on the list of Hopewell Green.
func (b *browser) adds(name, email, kind string) {
	b.t.Helper()
	b.opens(green + "/people/new")
	b.sends("/people", day(url.Values{"name": {name}, "email": {email}, "kind": {kind}}, "from", "2026", "10", "14"))
	b.sees(200, name+" is on the list.", "May the name be public?")
}

// The chair’s first month: who is in it, how they decide, a first meeting; and
// somebody who leaves can do nothing more from that moment.
func TestTheChairsFirstMonth(t *testing.T) {
	t.Parallel()
	eachHouse(t, func(t *testing.T, h *house) {
		hopewellGreen(t, h)
		rita, stan, anyone := h.as("rita"), h.as("stan"), h.nobody()
		theChairGathersPeople(t, h, rita, stan, anyone)
		theChairSetsHowTheyDecide(rita, anyone)

		una := h.signsIn("una@example.org")
		una.sees(200, "Una Field")
		rita.opens(green + "/meetings")
		rita.follows("Arrange a meeting")
		rita.sends("/meetings", url.Values{"kind": {"partnership"}, "title": {""}, "from": {"soon"}, "until": {""}})
		rita.sees(422, "There is a problem")
		rita.sends("/meetings", day(url.Values{
			"kind": {"partnership"}, "from": {"7pm"}, "until": {"8.30pm"}, "place": {"The scout hut"}, "telephone": {"Ring 01632 960 142"}, "will": {"Getting to know each other"},
		}, "on", "2026", "10", "14"))
		rita.sees(200, "The meeting is arranged.", "The scout hut")
		first := rita.path
		una.opens(first)
		una.follows("Put something on the agenda")
		una.sends("/agenda/items", url.Values{"title": {"Benches on the green"}, "words": {"My mother cannot walk so far."}})
		una.sees(200, "It is on the agenda.", "Benches on the green")
		rita.opens(first)
		rita.sends("/agenda/agreement", nil)
		rita.sees(200, "The meeting agreed its agenda.")
		anyone.opens(green + "/meetings")
		anyone.follows("14 October 2026")
		anyone.sees(200, "Benches on the green", "The meeting agreed this agenda.", "Ring 01632 960 142")
		anyone.doesNotSee("My mother cannot walk so far.", "Una")

		// Una leaves: at once, in the session that she began before.
		una.opens(first + "/quiet")
		una.sees(200, "Say something quietly")
		rita.opens(onTheList(t, h, "Una Field"))
		rita.follows("They leave")
		rita.sends("/leave", day(url.Values{"why": {"She moves to her sister’s"}}, "from", "2026", "", ""))
		rita.sees(422, "There is a problem")
		if !strings.Contains(rita.page, "She moves to her sister’s") {
			t.Error("what was typed is lost")
		}
		rita.sends("/leave", day(url.Values{"why": {"She moves to her sister’s"}}, "from", "2026", "10", "14"))
		rita.sees(200, "It is recorded.", "Not in the", "She moves to her sister’s")
		una.opens(first + "/quiet")
		if una.code == 200 && strings.HasSuffix(una.path, "/quiet") {
			t.Errorf("who left may still say something:\n%s", words(una.page))
		}
		una.opens(first)
		una.sees(200, "Benches on the green")
		una.doesNotSee("My mother cannot walk so far.", "Say something quietly")
		una.opens(green + "/people")
		una.sees(200, "Who we are")
		una.doesNotSee("Nell Hart", "Your own entry")
		rita.opens(green + "/people")
		rita.sees(200, "You are seven so far")

		if v, err := Verify(t.Context(), h.db); err != nil || len(v.Bad) > 0 {
			t.Errorf("verify: %v, %v", v.Bad, err)
		}
	})
}

// theChairGathersPeople puts eight people on the list, and reads ahead of time
// that there will be too few.
func theChairGathersPeople(t *testing.T, h *house, rita, stan, anyone *browser) {
	t.Helper()
	rita.opens(green + "/people")
	rita.sees(200, "Nobody is on the list yet", "That is you: ask somebody else who keeps the list to add you.")
	who := strings.TrimPrefix(onTheList(t, h, "Rita Mensah"), green+"/people/")
	action, herself := rita.formOf(green+"/people/new", "/people", day(url.Values{"person": {who}, "kind": {"resident"}}, "from", "2026", "10", "14"))
	rita.keep(rita.http.PostForm(rita.base+action, herself))
	rita.sees(403, "Nobody puts themselves on the list.")
	stan.opens(green + "/people")
	stan.follows("Rita Mensah")
	stan.sends("/people", day(url.Values{"person": {who}, "kind": {"resident"}}, "from", "2026", "10", "2"))
	stan.sees(200, "Rita Mensah is on the list.")

	rita.opens(green + "/people/new")
	rita.sends("/people", day(url.Values{"name": {""}, "email": {"una@"}, "why": {"Came to the open day"}}, "from", "2026", "10", "14"))
	rita.sees(422, "Enter the person’s name", "Enter an email address like name@example.org", "Choose how they take part")
	if !strings.Contains(rita.page, `value="una@"`) || !strings.Contains(rita.page, "Came to the open day") {
		t.Error("what was typed is lost")
	}
	rita.adds("Una Field", "una@example.org", "resident")
	rita.adds("Nell Hart", "", "resident")
	rita.opens(onTheList(t, h, "Nell Hart"))
	rita.sees(200, "Print a code with which they sign in", "Not asked yet, so the name is not public.")
	for i := range 4 {
		rita.adds(fmt.Sprint("Neighbour ", i+1), "", "resident")
	}
	rita.opens(green + "/people")
	rita.sees(200, "You are seven so far, seven of them residents.", "There is no hurry.")
	rita.adds("Cllr Moss", "", "councillor")
	rita.opens(green + "/people")
	rita.sees(200, "Eight people have a say.", "There have to be eight, and there are.", "Seven of them live here.")
	rita.doesNotSee("There is no hurry.", "We need eight.")

	// Somebody says they will leave: known before the day, not after it.
	rita.opens(onTheList(t, h, "Neighbour 4") + "/leave")
	rita.sends("/leave", day(url.Values{"why": {"A new job"}}, "from", "2026", "11", "30"))
	rita.sees(200, "30 November 2026")
	rita.opens(green + "/people")
	rita.sees(200, "From 30 November 2026 we would be seven. We need eight.", "Neighbour 4 leaves")
	rita.opens(green + "/people/on?day-day=1&day-month=12&day-year=2026")
	rita.sees(200, "On 1 December 2026", "seven people will have a say", "The programme asks for at least eight people.")

	anyone.opens(green + "/people")
	anyone.sees(200, "Eight people have a say.", "A resident", "A councillor")
	anyone.doesNotSee("Una", "Nell", "Moss", "30 November", "A new job", "una@example.org")
	rita.opens(onTheList(t, h, "Nell Hart") + "/name")
	rita.sends("/name", url.Values{"named": {"yes"}, "line": {"I feed the ducks"}})
	rita.sees(200, "The name is public")
	anyone.opens(green + "/people")
	anyone.sees(200, "Nell Hart", "I feed the ducks")
	// She takes it back, and the page that was kept for everybody is kept no more.
	rita.opens(onTheList(t, h, "Nell Hart") + "/name")
	rita.sends("/name", url.Values{"named": {"no"}})
	anyone.opens(green + "/people")
	anyone.doesNotSee("Nell", "ducks")
}

// formOf is a form of a page, filled in.
func (b *browser) formOf(page, ending string, fields url.Values) (action string, filled url.Values) {
	b.t.Helper()
	b.opens(page)
	return b.fills(ending, fields)
}

func theChairSetsHowTheyDecide(rita, anyone *browser) {
	anyone.opens(green + "/how-we-decide")
	anyone.sees(200, "We do not vote.", "Each has a vote. Those who live here count as residents.")
	anyone.doesNotSee("Record how we decide")
	rita.opens(green + "/how-we-decide")
	rita.goesTo(`/how-we-decide/new$`)
	rita.sends("/how-we-decide", url.Values{"may_vote": {"yes"}, "majority": {"two thirds"}, "resident_quorum": {"four"}, "words": {"We listen first."}})
	rita.sees(422, "Choose what part councillors have", "Enter where it was agreed", "We listen first.")
	rita.sends("/how-we-decide", day(url.Values{
		"may_vote": {"yes"}, "majority": {"two thirds"}, "resident_quorum": {"4"}, "councillors": {"share"}, "councillor_words": {"They asked for this themselves."},
		"words": {"We listen first."}, "decided_at": {"In the scout hut, 13 October"},
	}, "from", "2026", "10", "14"))
	rita.sees(200, "It is recorded, and holds from its day.", "Two thirds of the votes carry it.", "At least four residents have to vote.", "Councillors share one vote.")
	anyone.opens(green + "/how-we-decide")
	anyone.sees(200, "We listen first.", "They asked for this themselves.", "In the scout hut, 13 October")
}
