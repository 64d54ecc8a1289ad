package meeting_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/meeting"
	"commontable/internal/partnership"
)

// An item that touches an interest stands still until somebody says what is done:
// nothing is written down as agreed about it, and notes in which something was agreed
// are not agreed. What is told after that is listed, of who was there.
func TestAnItemWithAnInterestStandsStill(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, a, chair, mid := t.Context(), w.Tanners.Area, w.Tanners.Chair, w.arrange(w.evening("2026-11-17"))
		ps := &partnership.Partnerships{DB: d, IDs: w.IDs, Now: w.Clock.Now, People: w.People, Matters: map[string]partnership.Matters{"agenda item": meeting.Matters{Now: w.Clock.Now}}}
		item, err := w.meetings.PutForward(ctx, chair, a, mid, meeting.NewItem{Form: w.form(), Title: "Hub lease", Parties: []partnership.Party{{Organisation: w.Tanners.LTO.ID}}})
		w.must(err)
		other, err := w.meetings.PutForward(ctx, chair, a, mid, meeting.NewItem{Form: w.form(), Title: "Lights"})
		w.must(err)
		tells := func(who access.Actor, from string) partnership.InterestID {
			i, err := ps.Declare(ctx, who, a, partnership.NewInterest{Form: w.form(), Kind: "employer", Organisation: w.Tanners.LTO.ID, From: date.Must(from)})
			w.must(err)
			return i
		}
		settle := func(i partnership.InterestID, how partnership.How) error {
			return ps.Handle(ctx, w.wyn, a, partnership.NewHandling{Form: w.form(), About: item.About(), Interest: i, How: how})
		}
		write := func(agreed string) error {
			return w.meetings.WriteNotes(ctx, w.wyn, a, mid, meeting.NewNotes{Form: w.form(), Items: []meeting.ItemNote{
				{Item: item, Said: "They wrote to us", Agreed: agreed}, {Item: other, Agreed: "Write to the council"},
			}})
		}
		agree := func() error {
			return w.meetings.AgreeNotes(ctx, chair, a, mid, meeting.NewAgreement{Form: w.form(), On: date.InLondon(w.Clock.Now())})
		}
		late := func() (all []partnership.Late) {
			w.read(func(tx *db.Tx) (err error) {
				all, err = ps.ExceptionsIn(ctx, tx, a.ID)
				return err
			})
			return all
		}
		moHas := tells(w.mo, "2026-01-01")
		w.Clock.Pass(29 * 24 * time.Hour)
		w.must(w.meetings.WriteAttendance(ctx, w.wyn, a, mid, meeting.NewAttendance{Form: w.form(), All: []meeting.Attendee{
			{Person: chair.Person, Hat: meeting.AsMember, Way: meeting.InRoom}, {Person: w.mo.Person, Hat: meeting.AsMember, Way: meeting.ByTelephone},
		}}))
		wrong, ok := errors.AsType[fault.Invalid](write("We sign it"))
		if !ok || wrong.For("agreed-1") == "" || wrong.For("agreed-2") != "" {
			t.Errorf("agreed while nothing is done about Mo’s interest: %v", wrong)
		}
		w.must(write(""))
		w.must(settle(moHas, partnership.NoVote))
		w.must(write("We sign it"))
		w.must(w.meetings.Circulate(ctx, w.wyn, a, mid, meeting.NewCirculation{Form: w.form()}))

		// Told before the notes are agreed, it freezes them.
		gHas := tells(chair, "2026-02-01")
		w.must(write("We sign it")) // nothing else than was there
		if _, ok := errors.AsType[fault.Invalid](write("We sign it twice")); !ok {
			t.Error("something else was agreed while it stands still")
		}
		if err := agree(); !errors.Is(err, fault.Conflict) {
			t.Errorf("notes agreed while nothing is done about the chair’s interest: %v", err)
		}
		w.read(func(tx *db.Tx) error {
			open, err := ps.TouchedIn(ctx, tx, a.ID)
			if len(open) != 1 || len(open[0].Touches) != 2 {
				t.Errorf("what waits: %+v", open)
			}
			return err
		})
		w.must(settle(gHas, partnership.SpeakOnly))
		w.must(agree())
		if all := late(); len(all) != 0 {
			t.Errorf("what was told in time is listed: %+v", all)
		}
		if err := settle(gHas, partnership.NoVote); !errors.Is(err, fault.Conflict) {
			t.Errorf("what was done about it changed after the notes were agreed: %v", err)
		}

		// Told after it, by somebody who was there and by somebody who was not.
		w.Clock.Pass(time.Hour)
		third, err := ps.Declare(ctx, w.mo, a, partnership.NewInterest{Form: w.form(), Kind: "board", Organisation: w.Tanners.LTO.ID, From: date.Must("2026-03-01")})
		w.must(err)
		tells(w.wyn, "2026-01-01")
		all := late()
		if len(all) != 2 || all[1].Interest.ID != third || all[1].Deed.What != "was there when it was agreed on" || all[1].Deed.Title != "Hub lease" {
			t.Errorf("what was told late: %+v", all)
		}
		// The worker had no say and was not there; that they said what is done about the
		// others' interests is listed, and once.
		if len(all) == 2 && (all[0].Deed.Person != w.wyn.Person || all[0].Deed.What != "recorded what is done about somebody’s interest in") {
			t.Errorf("who said what is done about interests of others, and had one: %+v", all[0])
		}
		if bad := w.verify(); len(bad) > 0 {
			t.Errorf("verify: %q", bad)
		}
	})
}

// A friend or a guest has no say in what is agreed, so that they were there is not listed
// when they tell of an interest later; in whatever hat they came, who had a say that day is.
func TestAFriendAndAGuestAgreedToNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, a, chair, mid := t.Context(), w.Tanners.Area, w.Tanners.Chair, w.arrange(w.evening("2026-11-17"))
		ps := &partnership.Partnerships{DB: d, IDs: w.IDs, Now: w.Clock.Now, People: w.People, Matters: map[string]partnership.Matters{"agenda item": meeting.Matters{Now: w.Clock.Now}}}
		item, err := w.meetings.PutForward(ctx, chair, a, mid, meeting.NewItem{Form: w.form(), Title: "Hub lease", Parties: []partnership.Party{{Organisation: w.Tanners.LTO.ID}}})
		w.must(err)
		who := map[string]access.Actor{"Mo": w.mo, "Wyn": w.wyn}
		w.write(func(tx *db.Tx) (err error) {
			for name, role := range map[string]access.Role{"Fay": access.Friend, "Gus": access.Friend, "Una": access.Member, "Ada": access.Member} {
				if who[name], err = w.PersonIn(ctx, tx, name, role, access.InArea, string(a.ID)); err != nil {
					return err
				}
			}
			return nil
		})
		w.Clock.Pass(29 * 24 * time.Hour)
		w.must(w.meetings.WriteAttendance(ctx, w.wyn, a, mid, meeting.NewAttendance{Form: w.form(), All: []meeting.Attendee{
			{Person: chair.Person, Hat: meeting.AsMember, Way: meeting.InRoom},
			{Person: w.mo.Person, Hat: meeting.AsMember, Way: meeting.ByTelephone},
			{Person: who["Fay"].Person, Hat: meeting.AsFriend, Way: meeting.InRoom},
			{Person: who["Gus"].Person, Hat: meeting.AsGuest, Organisation: "Oak Trust", Way: meeting.InRoom},
			{Person: who["Una"].Person, Hat: meeting.AsGuest, Organisation: "Oak Trust", Way: meeting.InRoom},
			{Person: w.wyn.Person, Hat: meeting.AsWorker, Way: meeting.InRoom},
			{Person: who["Ada"].Person, Hat: meeting.AsMember, Way: meeting.Apologies},
		}}))
		w.must(w.meetings.WriteNotes(ctx, w.wyn, a, mid, meeting.NewNotes{Form: w.form(), Items: []meeting.ItemNote{{Item: item, Said: "They wrote to us", Agreed: "We sign it"}}}))
		w.must(w.meetings.Circulate(ctx, w.wyn, a, mid, meeting.NewCirculation{Form: w.form()}))
		w.must(w.meetings.AgreeNotes(ctx, chair, a, mid, meeting.NewAgreement{Form: w.form(), On: date.InLondon(w.Clock.Now())}))
		w.Clock.Pass(time.Hour)
		for _, name := range []string{"Mo", "Wyn", "Fay", "Gus", "Una", "Ada"} {
			_, err := ps.Declare(ctx, who[name], a, partnership.NewInterest{Form: w.form(), Kind: "employer", Organisation: w.Tanners.LTO.ID, From: date.Must("2026-01-01")})
			w.must(err)
		}
		var listed []string
		w.read(func(tx *db.Tx) error {
			all, err := ps.ExceptionsIn(ctx, tx, a.ID)
			for _, l := range all {
				listed = append(listed, l.Name)
			}
			return err
		})
		slices.Sort(listed)
		if got := strings.Join(listed, " "); got != "Mo Una" {
			t.Errorf("listed are %q; want Mo, who came as a member, and Una, who is one and came as a guest", got)
		}
	})
}
