package decision_test

import (
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/calendar"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/decision"
	"commontable/internal/fault"
	"commontable/internal/meeting"
	"commontable/internal/partnership"
)

// An item of an agenda and a decision about the same share whom they touch while they
// are open, in both directions, and what is done about an interest in the one counts in
// the other. What is made stays as it was.
func TestAnItemAndItsDecisionShareWhomTheyTouch(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, tb := t.Context(), newTable(t, d)
		meetings := &meeting.Meetings{DB: d, IDs: tb.IDs, Now: tb.Clock.Now, Touched: decision.TouchedBy}
		tb.partnerships.Matters["agenda item"] = meeting.Matters{Now: tb.Clock.Now}
		grace := tb.who["Grace"]
		mid, err := meetings.Arrange(ctx, grace, tb.area, meeting.NewMeeting{
			Form: tb.form(), Kind: meeting.Partnership, On: tb.Today().AddDays(20), From: calendar.At(19, 0), Until: calendar.At(21, 0), Place: "The Hub",
		})
		tb.must(t, err)
		put := func(n meeting.NewItem) meeting.ItemID {
			n.Form = tb.form()
			i, err := meetings.PutForward(ctx, grace, tb.area, mid, n)
			tb.must(t, err)
			return i
		}
		parties := func(i meeting.ItemID) (n int) {
			tb.must(t, d.Read(ctx, func(tx *db.Tx) error {
				all, err := meeting.Parties(ctx, tx, meeting.Item{Area: tb.area.ID, ID: i})
				n = len(all)
				return err
			}))
			return n
		}
		keptFrom := func(who access.Actor) (all map[meeting.ItemID]bool) {
			tb.must(t, d.Read(ctx, func(tx *db.Tx) error {
				m, err := meeting.ByID(ctx, tx, tb.area.ID, mid)
				if err != nil {
					return err
				}
				all, err = meeting.Barred(ctx, tx, who, tb.area, m)
				return err
			}))
			return all
		}
		talk := put(meeting.NewItem{Title: "Something for the young", Parties: []partnership.Party{{Name: "Sawdust & Sons"}}})
		n := tb.proposal()
		n.Meeting, n.AgendaItem = string(mid), string(talk)
		number, err := tb.decisions.Propose(ctx, grace, tb.area, n)
		tb.must(t, err)
		if got := len(tb.read(t, number).Touched()); got != 2 || parties(talk) != 2 {
			t.Errorf("the decision touches %d and its item %d; want both to touch both", got, parties(talk))
		}
		about := put(meeting.NewItem{Title: "How it goes", Decision: number})
		if parties(about) != 2 {
			t.Errorf("an item that names it touches %d", parties(about))
		}
		next, err := meetings.Arrange(ctx, grace, tb.area, meeting.NewMeeting{
			Form: tb.form(), Kind: meeting.Partnership, On: tb.Today().AddDays(40), From: calendar.At(19, 0), Until: calendar.At(21, 0), Place: "The Hub",
			Items: []meeting.NewItem{{Title: "How it went", Decision: number}},
		})
		tb.must(t, err)
		tb.must(t, d.Read(ctx, func(tx *db.Tx) error {
			agenda, err := meeting.Agenda(ctx, tx, meeting.Meeting{Area: tb.area.ID, ID: next})
			if err == nil && (len(agenda) != 1 || parties(agenda[0].ID) != 2) {
				t.Errorf("an agenda of %d that came with its meeting does not touch whom its decision touches", len(agenda))
			}
			return err
		}))

		// Words changed later reach the items, and whom an item turns out to touch the rest.
		words := n.Words
		words.Form, words.Why = tb.form(), "They cook"
		words.Parties = append(words.Parties, decision.Party{Part: decision.Does, Name: "Mary’s Kitchen"})
		tb.must(t, tb.decisions.Change(ctx, grace, tb.area, number, words))
		tb.must(t, meetings.AddParties(ctx, grace, tb.area, mid, meeting.NewParties{Form: tb.form(), Item: talk, Parties: []partnership.Party{{Name: "The bus company"}}}))
		if got := len(tb.read(t, number).Touched()); got != 4 || parties(talk) != 4 || parties(about) != 4 {
			t.Errorf("after that the decision touches %d, its items %d and %d; want 4 each", got, parties(talk), parties(about))
		}
		wants(t, "the same again", meetings.AddParties(ctx, grace, tb.area, mid, meeting.NewParties{Form: tb.form(), Item: talk, Parties: []partnership.Party{{Name: "The bus company"}}}), fault.Conflict)
		wants(t, "a friend", meetings.AddParties(ctx, tb.who["Fred"], tb.area, mid, meeting.NewParties{Form: tb.form(), Item: talk, Parties: []partnership.Party{{Name: "Somebody"}}}), fault.Forbidden)

		// Who leaves the talk about the one leaves the talk about the others.
		i := tb.declares(t, "Sol")
		if len(keptFrom(tb.who["Sol"])) != 0 {
			t.Error("kept from it before anybody said what is done")
		}
		tb.handles(t, "Wes", number, i, partnership.Leave)
		if kept := keptFrom(tb.who["Sol"]); !kept[talk] || !kept[about] {
			t.Errorf("Sol leaves the talk about the decision, and of its items is kept from %v", kept)
		}

		// What is decided stays as it was.
		hash := tb.read(t, number).Text().Hash
		for _, who := range []string{"Grace", "Rosa", "Tess", "Uma"} {
			tb.must(t, tb.says(ctx, number, who, decision.Support, hash))
		}
		tb.must(t, tb.decisions.RecordAttempt(ctx, grace, tb.area, number, decision.NewAttempt{Form: tb.form(), Agreed: true}))
		tb.Clock.Pass(time.Hour)
		tb.must(t, meetings.AddParties(ctx, grace, tb.area, mid, meeting.NewParties{Form: tb.form(), Item: talk, Parties: []partnership.Party{{Name: "Too Late Ltd"}}}))
		if got := len(tb.read(t, number).Touched()); got != 4 || parties(about) != 5 {
			t.Errorf("once it is made the decision touches %d, and the other item %d; want 4 and 5", got, parties(about))
		}
		tb.verified(t)
	})
}
