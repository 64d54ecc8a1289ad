package app

import (
	"net/url"
	"strings"
	"testing"

	"commontable/internal/db"
)

// A resident who only has a phone, on which no program of a page runs, reads what
// will be talked about, adds to it, and says something quietly.
func TestAResidentWhoOnlyHasAPhone(t *testing.T) {
	t.Parallel()
	eachHouse(t, func(t *testing.T, h *house) {
		hopewellGreen(t, h)
		phone := h.as("resident")
		phone.opens("/areas/tanners-reach")
		phone.follows("Meetings")
		phone.sees(200, "Next meeting")
		phone.goesTo(`/meetings/[0-9a-f-]{20,}$`)
		phone.sees(200, "Agenda", "Join by telephone")
		if !strings.Contains(phone.page, `name="viewport" content="width=device-width`) {
			t.Error("the page is not made for a small screen")
		}
		meeting := phone.path
		phone.follows("Put something on the agenda")
		phone.doesNotSee("Which organisations or people does it touch?") // asked of those who read the papers
		phone.sends("/agenda/items", url.Values{"title": {""}, "words": {"It floods by the bus stop."}})
		phone.sees(422, "There is a problem", "It floods by the bus stop.")
		phone.sends("/agenda/items", url.Values{"title": {"The puddle at the bus stop"}, "words": {"It floods by the bus stop."}})
		phone.sees(200, "It is on the agenda. Thank you.", "The puddle at the bus stop", "It floods by the bus stop.")

		phone.follows("Say something quietly")
		phone.sees(200, "Who reads it", "Never the public.")
		phone.sends("/quiet", url.Values{"words": {""}, "name": {"without"}})
		phone.sees(422, "Write what you want to say")
		phone.sends("/quiet", url.Values{"words": {"I do not feel safe there after dark."}, "name": {"without"}})
		phone.sees(200, "Thank you. The partnership will read it.", "I do not feel safe there after dark.", "You, without your name")
		phone.opens(meeting + "/quiet")
		phone.sends("/quiet", url.Values{"words": {"Could the meeting begin later?"}, "name": {"with"}})
		phone.sees(200, "Could the meeting begin later?")
		phone.doesNotSee("Are you coming?") // of a meeting of the partnership, those in it are asked

		for _, inIt := range []string{"member", "chair", "worker"} {
			b := h.as(inIt)
			b.opens(meeting)
			b.sees(200, "I do not feel safe there after dark.", "Somebody who would rather not give a name", "Could the meeting begin later?")
			b.doesNotSee("dark. You, without your name")
		}
		name := strings.TrimSpace(nameOf(t, h, "resident"))
		for _, outside := range []*browser{h.nobody(), h.as("rita"), h.as("lto-finance"), h.as("programme-finance")} {
			for _, page := range []string{meeting, meeting + "/pack", "/areas/tanners-reach/meetings"} {
				outside.opens(page)
				outside.sees(200)
				outside.doesNotSee("I do not feel safe", "Could the meeting begin later?", "It floods by the bus stop.")
			}
			outside.opens(meeting)
			outside.sees(200, "The puddle at the bus stop")
			outside.opens("/areas/tanners-reach/meetings.csv")
			outside.doesNotSee("I do not feel safe")
			outside.opens("/areas/tanners-reach/meetings.ics")
			outside.doesNotSee("I do not feel safe")
			outside.keep(outside.http.PostForm(outside.base+meeting+"/quiet", url.Values{"form": {"outside"}, "words": {"Let me in"}}))
			if outside.code == 200 && strings.HasPrefix(outside.path, meeting) {
				t.Errorf("somebody from elsewhere speaks in this meeting, at %s", outside.path)
			}
		}
		// Without a name means that no history has one either.
		var told int64
		if err := h.db.Read(t.Context(), func(tx *db.Tx) (err error) {
			told, err = db.One(t.Context(), tx, db.Value[int64], `SELECT COUNT(*) FROM quiet_inputs WHERE person_id IN (SELECT id FROM people WHERE name = $1)`, name)
			return err
		}); err != nil || told != 1 {
			t.Errorf("%d of the two quiet words are kept with her name, %v; want the one that she signed", told, err)
		}
	})
}

// nameOf is the name of somebody whom one can look round as.
func nameOf(t *testing.T, h *house, persona string) (name string) {
	t.Helper()
	if err := h.db.Read(t.Context(), func(tx *db.Tx) (err error) {
		name, err = db.One(t.Context(), tx, db.Value[string], `SELECT p.name FROM people p JOIN personas x ON x.person_id = p.id WHERE x.code = $1`, persona)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return name
}

// The secretary corrects agreed notes: what was agreed stays, and what is right
// stands beside it, for everyone, when it is agreed too.
func TestTheSecretaryCorrectsAgreedNotes(t *testing.T) {
	t.Parallel()
	eachHouse(t, func(t *testing.T, h *house) {
		hopewellGreen(t, h)
		greensMembers(t, h, 8)
		rita, una, anyone := h.as("rita"), h.as("una"), h.nobody()
		rita.opens(onTheList(t, h, "Neighbour 1") + "/office")
		rita.sends("/office", day(url.Values{"office": {"secretary"}}, "from", "2026", "10", "14"))
		rita.sees(200, "Secretary, since 14 October 2026")

		una.opens(green + "/meetings/new")
		una.sends("/meetings", day(url.Values{"kind": {"partnership"}, "from": {"7pm"}, "until": {"8.30pm"}, "place": {"The scout hut"}}, "on", "2026", "10", "14"))
		una.sees(200, "The meeting is arranged.")
		meeting := una.path
		una.opens(meeting + "/agenda/new")
		una.sends("/agenda/items", url.Values{"title": {"Benches on the green"}, "decision": {"9"}})
		una.sees(200, "Decision 9")
		if strings.Contains(una.page, `/decisions/9"`) {
			t.Error("a decision that is not there is linked to")
		}
		una.sends("/agenda/agreement", nil)
		una.sees(200, "The meeting agreed its agenda.")
		una.opens(meeting + "/attendance")
		una.sends("/attendance", url.Values{"way-1": {"room"}})
		una.sees(200)
		una.opens(meeting + "/notes")
		una.sends("/notes", url.Values{"said-1": {"We talked about benches."}, "agreed-1": {"Five benches at the south gate."}, "well": {"Everyone spoke."}, "badly": {"It was cold."}})
		una.sees(200, "The notes are kept.", "Five benches at the south gate.")
		anyone.opens(meeting)
		anyone.sees(200, "Benches on the green")
		anyone.doesNotSee("Five benches", "It was cold.")
		una.sends("/notes/circulation", url.Values{"mail": {"yes"}})
		una.sees(200, "The notes are circulated.", "The chair records it.")
		una.keep(una.http.PostForm(una.base+meeting+"/notes/agreement", day(url.Values{"form": {"una"}}, "on", "2026", "10", "14")))
		una.sees(403)
		rita.opens(meeting)
		rita.sends("/notes/agreement", day(url.Values{}, "on", "2026", "10", "13"))
		rita.sees(422, "the day of the meeting or later")
		rita.sends("/notes/agreement", day(url.Values{}, "on", "2026", "10", "14"))
		rita.sees(200, "The notes are agreed.")
		anyone.opens(meeting)
		anyone.sees(200, "Five benches at the south gate.", "It was cold.", "Agreed on 14 October 2026")

		// Nobody changes them now: not by the page, nor past it.
		una.opens(meeting)
		una.doesNotSee("Write or change the notes", "Circulate the notes")
		una.opens(meeting + "/notes")
		if una.code == 200 {
			una.sends("/notes", url.Values{"said-1": {"No"}, "agreed-1": {"No benches."}, "well": {""}, "badly": {""}})
		}
		una.sees(409)
		anyone.opens(meeting)
		anyone.sees(200, "Five benches at the south gate.")
		if err := h.db.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE item_notes SET agreed = 'No benches.' WHERE agreed LIKE 'Five benches%'`)
			return err
		}); err == nil {
			t.Error("the database changes notes that were agreed")
		}

		una.opens(meeting)
		una.follows("Put something right")
		una.sends("/corrections", url.Values{"stood": {"Five benches"}, "right": {""}})
		una.sees(422, "Five benches")
		una.sends("/corrections", url.Values{"stood": {"Five benches at the south gate."}, "right": {"Two benches at the north gate."}})
		una.sees(200, "The correction stands beside the notes.", "Two benches at the north gate.", "Not agreed yet.")
		anyone.opens(meeting)
		anyone.sees(200, "Five benches at the south gate.")
		anyone.doesNotSee("Two benches")
		rita.opens(meeting)
		rita.sends("/agreement", day(url.Values{}, "on", "2026", "10", "14"))
		rita.sees(200, "The correction is agreed.")
		anyone.opens(meeting)
		anyone.sees(200, "What was agreed Five benches at the south gate.", "Two benches at the north gate.", "Agreed on 14 October 2026.")
		anyone.doesNotSee("Neighbour 1")

		if v, err := Verify(t.Context(), h.db); err != nil || len(v.Bad) > 0 {
			t.Errorf("verify: %v, %v", v.Bad, err)
		}
	})
}
