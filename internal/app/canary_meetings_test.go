package app

import (
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/calendar"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/meeting"
)

// The people of the table read what is quietly said; of it and of a link nobody else.
func atTheTable(by access.Actor, in access.Place) bool {
	return by.May(access.PutForward, in) && by.May(access.SeePapers, in)
}

var meetingCanaries = []canary{
	{"Qxquietnamed", "what somebody said quietly, with their name", atTheTable},
	{"Qxquietunnamed", "what somebody said quietly, without their name", atTheTable},
	{"Qxquietcaller", "who said something quietly by telephone", atTheTable},
	{"Qxonline", "the link by which those who are invited join", atTheTable},
	{"Qxbehaved", "how somebody behaved at a meeting", may(access.NoteBehaviour)},
	{"Qxmembersonly", "what is on an agenda for members alone", may(access.SeePapers)},
	{"Qxdraftnote", "notes that are not agreed", may(access.SeePapers)},
	{"Qxcame", "the name of who came and has no account", may(access.SeePeople, access.SeePapers)},
}

// plantMeetings holds a meeting whose notes are circulated and not agreed.
func plantMeetings(t *testing.T, d *db.DB, w *fundingtest.World, things map[string][]string) {
	t.Helper()
	ctx, a, chair := t.Context(), w.Tanners.Area, w.Tanners.Chair
	m := &meeting.Meetings{DB: d, IDs: w.IDs, Now: w.Clock.Now}
	if err := d.Write(ctx, func(tx *db.Tx) error {
		one, err := m.ArrangeIn(ctx, tx, chair, a, meeting.NewMeeting{
			Kind: meeting.Partnership, On: date.InLondon(w.Clock.Now()), From: calendar.At(8, 0), Until: calendar.At(9, 0), Online: "https://meet.example.org/Qxonline",
			Items: []meeting.NewItem{{Title: "Benches", Words: "Four of them"}, {Title: "Qxmembersonly", Words: "Qxmembersonly words", MembersOnly: true}},
		})
		if err != nil {
			return err
		}
		items, err := meeting.Agenda(ctx, tx, one)
		if err != nil {
			return err
		}
		for _, q := range []meeting.NewQuiet{
			{Form: "q1", Item: items[0].ID, Words: "Qxquietnamed"}, {Form: "q2", Words: "Qxquietunnamed", Unnamed: true}, {Form: "q3", Words: "Hello", Telephone: true, Name: "Qxquietcaller"},
		} {
			if err := m.SayQuietlyIn(ctx, tx, chair, a, one.ID, q); err != nil {
				return err
			}
		}
		if err := m.NoteBehaviourIn(ctx, tx, chair, a, one.ID, "Qxbehaved"); err != nil {
			return err
		}
		if err := m.WriteAttendanceIn(ctx, tx, chair, a, one.ID, meeting.NewAttendance{All: []meeting.Attendee{{Name: "Qxcame", Hat: meeting.AsResident, Way: meeting.InRoom}}}); err != nil {
			return err
		}
		x, err := m.AddActionIn(ctx, tx, chair, a, meeting.NewAction{Meeting: one.ID, Words: "Qxdraftnote to do", Owner: chair.Person})
		if err != nil {
			return err
		}
		if err := m.WriteNotesIn(ctx, tx, chair, a, one.ID, meeting.NewNotes{WentBadly: "Qxdraftnote", Items: []meeting.ItemNote{{Item: items[0].ID, Said: "Qxdraftnote", Agreed: "Qxdraftnote"}}}); err != nil {
			return err
		}
		things["meeting"], things["action"] = []string{string(one.ID)}, []string{string(x.ID)}
		return m.CirculateIn(ctx, tx, chair, a, one.ID, meeting.NewCirculation{Mail: true})
	}); err != nil {
		t.Fatal(err)
	}
	w.Clock.Pass(time.Minute)
}
