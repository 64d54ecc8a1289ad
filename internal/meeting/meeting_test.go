package meeting_test

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/calendar"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/meeting"
)

// A world with what can be done with meetings, and people of Tanners Reach: Grace
// chairs, Mo is a member, Wyn the worker, Kit a resident.
type world struct {
	*fundingtest.World

	t        *testing.T
	meetings *meeting.Meetings
	mo, wyn  access.Actor
	forms    atomic.Int64
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	w, err := fundingtest.New(t.Context(), d, 1)
	if err != nil {
		t.Fatal(err)
	}
	x := &world{World: w, t: t, meetings: &meeting.Meetings{DB: d, IDs: w.IDs, Now: w.Clock.Now, BaseURL: "https://table.example.org"}}
	x.write(func(tx *db.Tx) (err error) {
		place := string(w.Tanners.Area.ID)
		if x.mo, err = w.PersonIn(t.Context(), tx, "Mo", access.Member, access.InArea, place); err != nil {
			return err
		}
		x.wyn, err = w.PersonIn(t.Context(), tx, "Wyn", access.Worker, access.InArea, place)
		return err
	})
	return x
}

func (w *world) write(f func(*db.Tx) error) {
	w.t.Helper()
	if err := w.DB.Write(w.t.Context(), f); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) read(f func(*db.Tx) error) {
	w.t.Helper()
	if err := w.DB.Read(w.t.Context(), f); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) form() string {
	return fmt.Sprintf("meeting-%d", w.forms.Add(1))
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// evening is a meeting at 7pm in the hall.
func (w *world) evening(on string) meeting.NewMeeting {
	return meeting.NewMeeting{
		Form: w.form(), Kind: meeting.Partnership, On: date.Must(on), From: calendar.At(19, 0), Until: calendar.At(20, 30), Place: "The Hub, main hall",
		Online: "https://meet.example.org/tanners", Will: "The hub’s lease", Wont: "Who said what last year",
	}
}

func (w *world) arrange(n meeting.NewMeeting) meeting.ID {
	w.t.Helper()
	mid, err := w.meetings.Arrange(w.t.Context(), w.Tanners.Chair, w.Tanners.Area, n)
	w.must(err)
	return mid
}

func (w *world) meeting(mid meeting.ID) (m meeting.Meeting) {
	w.t.Helper()
	w.read(func(tx *db.Tx) (err error) {
		m, err = meeting.ByID(w.t.Context(), tx, w.Tanners.Area.ID, mid)
		return err
	})
	return m
}

func (w *world) agenda(mid meeting.ID) (items []meeting.Item) {
	w.t.Helper()
	m := w.meeting(mid)
	w.read(func(tx *db.Tx) (err error) {
		items, err = meeting.Agenda(w.t.Context(), tx, m)
		return err
	})
	return items
}

func TestAMeetingIsArrangedMovedAndCalledOff(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		n := w.evening("2026-11-17")
		mid := w.arrange(n)
		if again := w.arrange(n); again != mid {
			t.Errorf("sent twice, the form made %s and %s", mid, again)
		}
		m := w.meeting(mid)
		if m.Day() != date.Must("2026-11-17") || m.Hours() != "7pm to 8.30pm" || m.Title != "Partnership meeting" {
			t.Errorf("got %s, %s, %s", m.Day(), m.Hours(), m.Title)
		}
		move := meeting.NewChange{Form: w.form(), On: date.Must("2026-11-24"), From: calendar.At(18, 0), Until: calendar.At(20, 0), Place: "The school"}
		err := w.meetings.Change(t.Context(), w.mo, w.Tanners.Area, mid, move)
		if wrong, ok := errors.AsType[fault.Invalid](err); !ok || wrong.For("why") == "" {
			t.Errorf("moved without a reason: %v", err)
		}
		move.Why = "The boiler at the hub is broken"
		w.must(w.meetings.Change(t.Context(), w.mo, w.Tanners.Area, mid, move))
		w.must(w.meetings.CallOff(t.Context(), w.mo, w.Tanners.Area, mid, "Too few of us can come", w.form()))
		m = w.meeting(mid)
		if !m.Off || m.Sequence != 2 || m.Place != "The school" {
			t.Errorf("got %+v", m)
		}
		w.read(func(tx *db.Tx) error {
			changes, err := meeting.Changes(t.Context(), tx, m)
			if len(changes) != 2 || changes[0].What != "moved" || changes[0].WasPlace != "The Hub, main hall" || changes[1].Why != "Too few of us can come" {
				t.Errorf("got %+v", changes)
			}
			return err
		})
		if err := w.meetings.Change(t.Context(), w.mo, w.Tanners.Area, mid, move); err != nil {
			t.Errorf("the same form again: %v", err)
		}
		move.Form = w.form()
		if err := w.meetings.Change(t.Context(), w.mo, w.Tanners.Area, mid, move); !errors.Is(err, fault.Conflict) {
			t.Errorf("a meeting that is called off was moved: %v", err)
		}
	})
}

func TestWhoMayWhat(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.SQLite(t))
	a, mid := w.Tanners.Area, w.arrange(w.evening("2026-11-17"))
	if _, err := w.meetings.Arrange(t.Context(), w.Kit, a, w.evening("2026-12-01")); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a resident arranged a meeting of the partnership: %v", err)
	}
	if _, err := w.meetings.Arrange(t.Context(), w.Millbrook.Chair, a, w.evening("2026-12-01")); !errors.Is(err, fault.Forbidden) {
		t.Errorf("another area’s chair arranged a meeting: %v", err)
	}
	if _, err := w.meetings.PutForward(t.Context(), w.Kit, a, mid, meeting.NewItem{Form: w.form(), Title: "Lights on the path"}); err != nil {
		t.Errorf("a resident puts something forward: %v", err)
	}
	if _, err := w.meetings.PutForward(t.Context(), w.Kit, a, mid, meeting.NewItem{Form: w.form(), Title: "Wages", MembersOnly: true}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a resident keeps an item among members: %v", err)
	}
	if _, err := w.meetings.PutForward(t.Context(), w.Millbrook.Chair, a, mid, meeting.NewItem{Form: w.form(), Title: "Lights"}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("another area’s chair puts something forward: %v", err)
	}
	m := w.meeting(mid)
	for who, sees := range map[*access.Actor]bool{&w.Tanners.Chair: true, &w.mo: true, &w.wyn: true, &w.Kit: false, &w.Millbrook.Chair: false, {}: false} {
		if m.Invites(*who, a.Place()) != sees {
			t.Errorf("%s is invited: %v", who.Name, !sees)
		}
	}
	items := w.agenda(mid)
	if len(items) != 1 || items[0].PutRole != access.Resident || items[0].PutBy != w.Kit.Person {
		t.Errorf("got %+v", items)
	}
}

func TestTheMeetingAgreesItsAgenda(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		a, mid := w.Tanners.Area, w.arrange(w.evening("2026-11-17"))
		put := func(title string) meeting.ItemID {
			item, err := w.meetings.PutForward(t.Context(), w.mo, a, mid, meeting.NewItem{Form: w.form(), Title: title})
			w.must(err)
			return item
		}
		lease, lights, twice := put("Hub lease"), put("Lights"), put("The lease of the hub")
		w.must(w.meetings.Order(t.Context(), w.wyn, a, mid, meeting.NewOrder{Form: w.form(), Items: []meeting.Ordered{
			{ID: lights, Position: 1, Minutes: 10}, {ID: lease, Position: 2, Minutes: 20}, {ID: twice, Position: 3, TakeOff: "It is there already"},
		}}))
		items := w.agenda(mid)
		if items[0].ID != lights || items[1].Minutes != 20 || items[2].TakenOff != "It is there already" {
			t.Errorf("got %+v", items)
		}
		if err := w.meetings.AgreeAgenda(t.Context(), w.wyn, a, mid, w.form()); !errors.Is(err, fault.Conflict) {
			t.Errorf("the agenda was agreed weeks before: %v", err)
		}
		w.Clock.Pass(28 * 24 * time.Hour)
		w.must(w.meetings.AgreeAgenda(t.Context(), w.wyn, a, mid, w.form()))
		if err := w.meetings.Order(t.Context(), w.wyn, a, mid, meeting.NewOrder{Form: w.form()}); !errors.Is(err, fault.Conflict) {
			t.Errorf("an agreed agenda was put in another order: %v", err)
		}
		w.read(func(tx *db.Tx) error {
			shares, err := meeting.WhoSetTheAgenda(t.Context(), tx, a.ID, date.Must("2026-01-01"), date.Must("2027-01-01"))
			if len(shares) != 1 || shares[0] != (meeting.Share{Role: access.Member, People: 1, Items: 2, Most: 2}) {
				t.Errorf("got %+v", shares)
			}
			return err
		})
	})
}
