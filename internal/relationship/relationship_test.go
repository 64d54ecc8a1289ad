package relationship_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/organisation"
	"commontable/internal/person"
	"commontable/internal/relationship"
	"commontable/internal/share"
)

type world struct {
	*fundingtest.World
	*relationship.Relationships

	t *testing.T
	p *fundingtest.Place
}

func newWorld(t *testing.T, d *db.DB) world {
	t.Helper()
	w, err := fundingtest.New(t.Context(), d, 1)
	if err != nil {
		t.Fatal(err)
	}
	organisations := &organisation.Organisations{DB: d, IDs: w.IDs, Now: w.Clock.Now}
	agencies := &agency.Agencies{DB: d, IDs: w.IDs, Now: w.Clock.Now, Organisations: organisations}
	return world{w, &relationship.Relationships{DB: d, IDs: w.IDs, Now: w.Clock.Now, Agencies: agencies, Shares: &share.Shares{DB: d, IDs: w.IDs, Now: w.Clock.Now, Sharer: person.ActorIn}}, t, w.Tanners}
}

func (w world) form() string { return string(w.Form()) }

func (w world) add(name string, change ...func(*relationship.New)) relationship.ID {
	w.t.Helper()
	n := relationship.New{
		Form: w.form(), Who: name, Draft: relationship.Draft{Type: agency.Council},
		State: relationship.NewState{From: w.Today().AddDays(-1000), Closeness: relationship.Regular, Kinds: []relationship.Kind{relationship.Friend}},
	}
	for _, c := range change {
		c(&n)
	}
	made, err := w.Add(w.t.Context(), w.p.Chair, w.p.Area, n)
	if err != nil {
		w.t.Fatal(err)
	}
	return made
}

func (w world) read(f func(*db.Tx) error) {
	w.t.Helper()
	if err := w.Relationships.DB.Read(w.t.Context(), f); err != nil {
		w.t.Fatal(err)
	}
}

func (w world) onMap(day date.Date) (links []relationship.Link) {
	w.t.Helper()
	w.read(func(tx *db.Tx) (err error) {
		links, err = relationship.OnMap(w.t.Context(), tx, w.p.Area.ID, day)
		return err
	})
	return links
}

func (w world) link(of relationship.ID, day date.Date) relationship.Link {
	w.t.Helper()
	for _, l := range w.onMap(day) {
		if l.ID == of {
			return l
		}
	}
	return relationship.Link{}
}

// verified asks that all agrees with its history.
func (w world) verified() {
	w.t.Helper()
	bad := func(words string) { w.t.Error(words) }
	w.read(func(tx *db.Tx) error {
		readers, err := relationship.Readers(w.t.Context(), tx, bad)
		if err != nil {
			return err
		}
		if _, err := audit.VerifyTold(w.t.Context(), tx, bad, readers); err != nil {
			return err
		}
		return relationship.Verify(w.t.Context(), tx, bad)
	})
}

func wrong(t *testing.T, err error, field string) {
	t.Helper()
	if invalid, ok := errors.AsType[fault.Invalid](err); !ok || invalid.For(field) == "" {
		t.Errorf("got %v, want something wrong with %s", err, field)
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestANewLinkIsOneShortPage(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		first := w.add("Borough council: parks team in the east", func(n *relationship.New) {
			n.Holder = relationship.NewHolder{Name: "Sam Webb", Role: "worker"}
		})
		again := w.add("Borough council: parks team in the east", func(n *relationship.New) { n.Name = "Borough council: highways" })
		l, other := w.link(first, w.Today()), w.link(again, w.Today())
		if l.Name != "Borough council: parks team in the east" || l.Short != "Borough council: parks" || len(l.Holders) != 1 || !l.OneHolder || l.Type != agency.Council {
			t.Errorf("the link is %+v", l)
		}
		if l.Body == "" || l.Body != other.Body {
			t.Errorf("the same body is %q and %q", l.Body, other.Body)
		}
		if got := w.link(first, w.Today().AddDays(-1001)); got.ID != "" {
			t.Error("it is there before it began")
		}
		_, err := w.Add(t.Context(), w.p.Chair, w.p.Area, relationship.New{Form: w.form()})
		for _, field := range []string{"who", "type", "closeness"} {
			wrong(t, err, field)
		}
		if all, _ := errors.AsType[fault.Invalid](err); all.For("name") != "" {
			t.Errorf("what was asked for once is wrong twice: %v", all)
		}
		_, err = w.Add(t.Context(), w.p.Finance, w.p.Area, relationship.New{Form: w.form()})
		if !errors.Is(err, fault.Forbidden) {
			t.Errorf("who keeps the LTO's money: %v, want it forbidden", err)
		}
		w.verified()
	})
}

func TestHowItStandsIsToldByTheDay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		today := w.Today()
		one := w.add("School")
		ok(t, w.Note(t.Context(), w.p.Chair, w.p.Area, one, relationship.NewState{Form: w.form(), From: today.AddDays(-100), Closeness: relationship.Close, Kinds: []relationship.Kind{relationship.Friend, relationship.Ally}}))
		ok(t, w.Note(t.Context(), w.p.Chair, w.p.Area, one, relationship.NewState{Form: w.form(), From: today.AddDays(-500), Closeness: relationship.NoneNow, Words: "As we remember it"}))
		for _, c := range []struct {
			day  date.Date
			want relationship.Closeness
		}{{today.AddDays(-900), relationship.Regular}, {today.AddDays(-300), relationship.NoneNow}, {today, relationship.Close}} {
			if got := w.link(one, c.day).Closeness; got != c.want {
				t.Errorf("on %s: %q, want %q", c.day, got, c.want)
			}
		}
		if got := w.link(one, today).Kinds; !slices.Equal(got, []relationship.Kind{relationship.Ally, relationship.Friend}) {
			t.Errorf("they are %v to us", got)
		}
		ok(t, w.Note(t.Context(), w.p.Chair, w.p.Area, one, relationship.NewState{Form: w.form(), From: today, Closeness: relationship.Over}))
		if got := w.onMap(today); len(got) != 0 {
			t.Errorf("what is over is on the map: %v", got)
		}
		if got := w.onMap(today.AddDays(-1)); len(got) != 1 {
			t.Errorf("the day before %d are on the map, want 1", len(got))
		}
		w.verified()
	})
}

func TestGoingQuiet(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		today := w.Today()
		one := w.add("Jobcentre")
		for _, back := range []int{300, 90} {
			_, err := w.AddEntry(t.Context(), w.p.Chair, w.p.Area, one, relationship.NewEntry{Form: w.form(), Kind: relationship.InTouch, On: today.AddDays(-back), How: "met", News: "good", Seen: relationship.SeenByUs})
			ok(t, err)
		}
		if l := w.link(one, today); l.QuietWeeks != 12 || l.LastContact != today.AddDays(-90) {
			t.Errorf("quiet for %d weeks since %s, want 12", l.QuietWeeks, l.LastContact)
		}
		if l := w.link(one, today.AddDays(-80)); l.QuietWeeks != 0 {
			t.Errorf("ten days after contact it is quiet for %d weeks", l.QuietWeeks)
		}
		ok(t, w.Note(t.Context(), w.p.Chair, w.p.Area, one, relationship.NewState{Form: w.form(), From: today, Closeness: relationship.Regular, Rhythm: relationship.AnyTime}))
		if l := w.link(one, today); l.QuietWeeks != 0 {
			t.Error("one without a rhythm goes quiet")
		}
		w.verified()
	})
}

// Posts and holders over time: whatever people do, whoever held a link on a day
// holds it on that day once, in the relationship that it then was.
func TestNoLinkIsLostOrDoubled(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		rapid.Check(t, func(rt *rapid.T) { w.playHolders(rt) })
		w.verified()
	})
}

// Days are those on which a name holds something, counted from a first one; the
// last stands for ever.
type days [902]bool

func (d *days) anyFrom(day int) bool { return slices.Contains(d[day:], true) }

func (d *days) set(day int, is bool) {
	for i := day; i < len(d); i++ {
		d[i] = is
	}
}

// A seat is where a name may hold something.
type seat struct {
	of   relationship.ID
	side relationship.Side
	name string
}

func (w world) playHolders(rt *rapid.T) {
	ctx, chair := w.t.Context(), w.p.Chair
	first := w.Today().AddDays(-900)
	var ids []relationship.ID
	for range 3 {
		ids = append(ids, w.add("Team "+w.form()))
	}
	model := map[seat]*days{}
	at := func(s seat) *days {
		if model[s] == nil {
			model[s] = new(days)
		}
		return model[s]
	}
	merged := map[relationship.ID]int{}
	looks := []int{0, 1, 900}
	for range rapid.IntRange(1, 12).Draw(rt, "steps") {
		of := rapid.SampledFrom(ids).Draw(rt, "of")
		day := rapid.IntRange(0, 880).Draw(rt, "day")
		looks = append(looks, max(day-1, 0), day, day+1) // the days on which something may be lost
		name := rapid.SampledFrom([]string{"Ann", "Bo", "Cy", "Di"}).Draw(rt, "name")
		side := rapid.SampledFrom([]relationship.Side{relationship.Ours, relationship.Theirs}).Draw(rt, "side")
		_, gone := merged[of]
		switch rapid.IntRange(0, 5).Draw(rt, "what") {
		case 0, 1, 2:
			s := at(seat{of, side, name})
			_, err := w.Relationships.Hold(ctx, chair, w.p.Area, of, relationship.NewHolder{Form: w.form(), Side: side, Name: name, From: first.AddDays(day)})
			if refused := s.anyFrom(day) || gone; refused != (err != nil) {
				rt.Fatalf("hold from %d: %v, want it refused: %v", day, err, refused)
			}
			if err == nil {
				s.set(day, true)
			}
		case 3, 4:
			w.playLeaving(rt, of, day, name, first, at)
		case 5:
			into := rapid.SampledFrom(ids).Draw(rt, "into")
			_, goneToo := merged[into]
			err := w.Merge(ctx, chair, w.p.Area, of, relationship.Merge{Form: w.form(), Into: into, On: first.AddDays(day)})
			if refused := into == of || gone || goneToo; refused != (err != nil) {
				rt.Fatalf("merge: %v, want it refused: %v", err, refused)
			}
			if err != nil {
				continue
			}
			merged[of] = day
			for s, was := range maps.Clone(model) {
				if s.of == of {
					there := at(seat{into, s.side, s.name})
					for i := day; i < len(was); i++ {
						there[i] = there[i] || was[i]
					}
				}
			}
		}
	}
	slices.Sort(looks)
	for _, look := range slices.Compact(append(looks, rapid.IntRange(0, 900).Draw(rt, "look"))) {
		var want, got []string
		for s, on := range model {
			if day, gone := merged[s.of]; on[look] && (!gone || look < day) {
				want = append(want, fmt.Sprint(s.of, s.side, s.name))
			}
		}
		for _, l := range w.onMap(first.AddDays(look)) {
			if !slices.Contains(ids, l.ID) {
				continue
			}
			for _, h := range l.Holders {
				got = append(got, fmt.Sprint(l.ID, relationship.Ours, h.Name))
			}
			for _, h := range l.Theirs {
				got = append(got, fmt.Sprint(l.ID, relationship.Theirs, h.Name))
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			rt.Fatalf("on day %d:\n got %s\nwant %s", look, strings.Join(got, " "), strings.Join(want, " "))
		}
	}
}

// playLeaving has somebody leave, and perhaps somebody else come after them.
func (w world) playLeaving(rt *rapid.T, of relationship.ID, day int, name string, first date.Date, at func(seat) *days) {
	var open []relationship.Holder
	w.read(func(tx *db.Tx) error {
		all, err := relationship.Holders(w.t.Context(), tx, w.p.Area.ID, of)
		for _, h := range all {
			if h.Until.IsZero() {
				open = append(open, h)
			}
		}
		return err
	})
	if len(open) == 0 {
		return
	}
	h := rapid.SampledFrom(open).Draw(rt, "who")
	n := relationship.NewLeaving{Form: w.form(), Until: first.AddDays(day)}
	if rapid.Bool().Draw(rt, "replaced") {
		n.Next = relationship.NewHolder{Name: name}
	}
	err := w.Leave(w.t.Context(), w.p.Chair, w.p.Area, h.ID, n)
	if refused := !n.Until.After(h.From); refused != (err != nil) {
		rt.Fatalf("leave on %d what was held from %s: %v", day, h.From, err)
	}
	if err != nil {
		return
	}
	at(seat{of, h.Side, h.Name}).set(day, false)
	if next := at(seat{of, h.Side, name}); n.Next.Name != "" && !next.anyFrom(day) {
		next.set(day, true)
	}
}

func TestPromisesBothWays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		today := w.Today()
		one := w.add("Council")
		promise := func(side relationship.Side, due int) relationship.PromiseID {
			p, err := w.Promise(t.Context(), w.p.Chair, w.p.Area, one, relationship.NewPromise{Form: w.form(), Side: side, What: "Two benches", MadeOn: today.AddDays(-200), DueOn: today.AddDays(due)})
			ok(t, err)
			return p
		}
		note := func(p relationship.PromiseID, n relationship.NewPromiseStep) error {
			n.Form = w.form()
			return w.NotePromise(t.Context(), w.p.Chair, w.p.Area, p, n)
		}
		kept, late, withdrawn, open := promise(relationship.Theirs, -50), promise(relationship.Theirs, -50), promise(relationship.Theirs, -50), promise(relationship.Ours, 10)
		ok(t, note(kept, relationship.NewPromiseStep{What: relationship.Kept, On: today.AddDays(-60)}))
		wrong(t, note(late, relationship.NewPromiseStep{What: relationship.Moved, On: today.AddDays(-55), DueOn: today.AddDays(-10)}), "words")
		ok(t, note(late, relationship.NewPromiseStep{What: relationship.Moved, On: today.AddDays(-55), DueOn: today.AddDays(-10), Words: "The joiner was ill"}))
		ok(t, note(late, relationship.NewPromiseStep{What: relationship.Kept, On: today.AddDays(-20)}))
		ok(t, note(withdrawn, relationship.NewPromiseStep{What: relationship.Withdrawn, On: today.AddDays(-52), Words: "The money went"}))
		if err := note(withdrawn, relationship.NewPromiseStep{What: relationship.Kept, On: today}); !errors.Is(err, fault.Conflict) {
			t.Errorf("kept after it was withdrawn: %v", err)
		}
		ok(t, note(kept, relationship.NewPromiseStep{What: relationship.Confirmed, On: today}))
		w.read(func(tx *db.Tx) error {
			all, err := relationship.Promises(t.Context(), tx, w.p.Area.ID, one)
			for _, p := range all {
				want := map[relationship.PromiseID]relationship.PromiseState{kept: relationship.DoneOnTime, late: relationship.DoneLate, withdrawn: relationship.NotToBe, open: relationship.InHand}[p.ID]
				if got := p.State(today); got != want {
					t.Errorf("it is %q, want %q", got, want)
				}
				if p.State(today.AddDays(11)) == relationship.InHand {
					t.Error("it is in hand after its day")
				}
			}
			if got := relationship.Tallied(all, today)[relationship.Theirs]; got != (relationship.Tally{OnTime: 1, All: 3}) {
				t.Errorf("over the year they did %+v", got)
			}
			return err
		})
		w.verified()
	})
}

// We say to nobody that we do something by a day on which we rest (R37). What they
// said they would do is theirs.
func TestOurPromisesAreForDaysOnWhichWeAreOpen(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		today := w.Today()
		_, err := w.Areas.Close(t.Context(), w.p.Chair, w.p.Area, area.NewClosure{Form: w.form(), From: today.AddDays(5), Until: today.AddDays(10), Why: "Rest"})
		ok(t, err)
		one := w.add("Council")
		promise := func(side relationship.Side, due int) (relationship.PromiseID, error) {
			return w.Promise(t.Context(), w.p.Chair, w.p.Area, one, relationship.NewPromise{Form: w.form(), Side: side, What: "Two benches", MadeOn: today, DueOn: today.AddDays(due)})
		}
		_, err = promise(relationship.Ours, 7)
		wrong(t, err, "due_on")
		_, err = promise(relationship.Theirs, 7)
		ok(t, err)
		ours, err := promise(relationship.Ours, 10)
		ok(t, err)
		moves := func(due int) error {
			return w.NotePromise(t.Context(), w.p.Chair, w.p.Area, ours, relationship.NewPromiseStep{Form: w.form(), What: relationship.Moved, On: today, DueOn: today.AddDays(due), Words: "The joiner is ill"})
		}
		wrong(t, moves(9), "due_on")
		ok(t, moves(12))
		w.verified()
	})
}

func TestAQuestionIsNeverPressed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		today := w.Today()
		one := w.add("Council highways")
		q, err := w.Ask(t.Context(), w.p.Chair, w.p.Area, relationship.NewQuestion{Form: w.form(), What: "Who mends the steps?", Asker: "Farah Iqbal", Reach: "at the Hub"})
		ok(t, err)
		note := func(n relationship.NewQuestionStep) error {
			n.Form, n.On = w.form(), today
			return w.NoteQuestion(t.Context(), w.p.Chair, w.p.Area, q, n)
		}
		wrong(t, note(relationship.NewQuestionStep{What: relationship.ToldAsker}), "what")
		ok(t, note(relationship.NewQuestionStep{What: relationship.Sent, With: one}))
		ok(t, note(relationship.NewQuestionStep{What: relationship.PassedOn, Who: "the county"}))
		ok(t, note(relationship.NewQuestionStep{What: relationship.Answered, Words: "The county, in May"}))
		ok(t, note(relationship.NewQuestionStep{What: relationship.AskedWriting}))
		wrong(t, note(relationship.NewQuestionStep{What: relationship.AskedWriting}), "what")
		ok(t, note(relationship.NewQuestionStep{What: relationship.InWriting}))
		w.read(func(tx *db.Tx) error {
			got, err := relationship.QuestionByID(t.Context(), tx, w.p.Area.ID, q)
			if got.Redirects() != 1 || got.Stands() != "Answered: tell who asked" || !got.Open() {
				t.Errorf("%d redirects, %q", got.Redirects(), got.Stands())
			}
			return err
		})
		ok(t, note(relationship.NewQuestionStep{What: relationship.ToldAsker}))
		w.verified()
	})
}

func TestAHandoverIsTickedOffAndConfirmed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		today := w.Today()
		one := w.add("Council parks")
		h, err := w.OpenHandover(t.Context(), w.p.Chair, w.p.Area, one, relationship.NewHandover{
			Form: w.form(), Why: relationship.Leaving, Side: relationship.Theirs, Who: "Karen Whitfield", ToWhom: "Jas Gill", By: today.AddDays(10), WalkWith: "Yusuf",
		})
		ok(t, err)
		get := func() (got relationship.Handover) {
			w.read(func(tx *db.Tx) (err error) {
				got, err = relationship.HandoverByID(t.Context(), tx, w.p.Area.ID, h)
				return err
			})
			return got
		}
		if got := get(); len(got.Steps) != 6 || got.Steps[3].Kind != relationship.Walkabout || got.Done() != 0 {
			t.Fatalf("the steps are %+v", got.Steps)
		}
		ok(t, w.Tick(t.Context(), w.p.Chair, w.p.Area, h, relationship.NewTicks{Form: w.form(), On: today, Done: []int64{1, 2, 3, 4, 5}, More: "Give back the keys"}))
		officer := relationship.Officer{By: w.p.Chair, Name: "Jas Gill", Shows: []string{relationship.PartHandover}}
		ok(t, w.ConfirmHandover(t.Context(), officer, w.p.Area, one, h, w.form()))
		if got := get(); got.Steps[5].SaidBy != "Jas Gill" || !got.Open() || got.Done() != 6 {
			t.Errorf("after it was confirmed: %+v", got)
		}
		if err := w.SayKept(t.Context(), officer, w.p.Area, one, "", "", w.form()); !errors.Is(err, fault.NotFound) {
			t.Errorf("what was not shown: %v", err)
		}
		w.verified()
	})
}

// What is not of the area is not there, and a resident may ask and no more.
func TestWhoMay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		one := w.add("Council")
		if err := w.Note(t.Context(), w.Millbrook.Chair, w.Millbrook.Area, one, relationship.NewState{Form: w.form()}); !errors.Is(err, fault.NotFound) {
			t.Errorf("the chair of another area: %v", err)
		}
		resident := access.Actor{Person: "rosa", Name: "Rosa Kent", Hat: access.Hat{Role: access.Resident, Scope: access.InArea, Place: string(w.p.Area.ID)}}
		if _, err := w.Ask(t.Context(), resident, w.p.Area, relationship.NewQuestion{Form: w.form(), What: "Why?", Asker: "Somebody else"}); err != nil {
			t.Error(err)
		}
		w.read(func(tx *db.Tx) error {
			mine, err := relationship.Questions(t.Context(), tx, w.p.Area.ID, "rosa")
			if len(mine) != 1 || mine[0].Asker != "Rosa Kent" {
				t.Errorf("her questions are %+v", mine)
			}
			return err
		})
		if _, err := w.Relationships.Hold(t.Context(), resident, w.p.Area, one, relationship.NewHolder{Form: w.form()}); !errors.Is(err, fault.Forbidden) {
			t.Errorf("a resident keeps it: %v", err)
		}
		w.verified()
	})
}

// A closure that is said after a day was set moves the day that counts, for everyone:
// nothing is late in it, what is done on the first open day is on time, and its days
// are nobody's silence (R37). What was written down stays.
func TestAClosureThatIsSaidLater(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		today := w.Today()
		one := w.add("Council", func(n *relationship.New) { n.State.Rhythm = relationship.Monthly })
		promise := func(side relationship.Side) relationship.PromiseID {
			p, err := w.Promise(t.Context(), w.p.Chair, w.p.Area, one, relationship.NewPromise{Form: w.form(), Side: side, What: "Two benches", MadeOn: today, DueOn: today.AddDays(7)})
			ok(t, err)
			return p
		}
		ours, theirs := promise(relationship.Ours), promise(relationship.Theirs)
		q, err := w.Ask(t.Context(), w.p.Chair, w.p.Area, relationship.NewQuestion{Form: w.form(), What: "Who mends the steps?", Asker: "Farah Iqbal", Reach: "at the Hub"})
		ok(t, err)
		h, err := w.OpenHandover(t.Context(), w.p.Chair, w.p.Area, one, relationship.NewHandover{Form: w.form(), Why: relationship.Leaving, Side: relationship.Theirs, Who: "Karen Whitfield", By: today.AddDays(8)})
		ok(t, err)
		_, err = w.AddEntry(t.Context(), w.p.Chair, w.p.Area, one, relationship.NewEntry{Form: w.form(), Kind: relationship.InTouch, On: today, How: "met", News: "good", Seen: relationship.SeenByUs})
		ok(t, err)
		before := w.link(one, today.AddDays(70)).QuietWeeks
		opens := today.AddDays(33)
		closure, err := w.Areas.Close(t.Context(), w.p.Chair, w.p.Area, area.NewClosure{Form: w.form(), From: today.AddDays(5), Until: opens, Why: "Rest"})
		ok(t, err)

		told := func() (promises map[relationship.PromiseID]relationship.Promise, asked relationship.Question, over relationship.Handover) {
			promises = map[relationship.PromiseID]relationship.Promise{}
			w.read(func(tx *db.Tx) error {
				all, err := relationship.Promises(t.Context(), tx, w.p.Area.ID, "")
				for _, p := range all {
					promises[p.ID] = p
				}
				if err != nil {
					return err
				}
				if asked, err = relationship.QuestionByID(t.Context(), tx, w.p.Area.ID, q); err != nil {
					return err
				}
				over, err = relationship.HandoverByID(t.Context(), tx, w.p.Area.ID, h)
				return err
			})
			return promises, asked, over
		}
		promises, asked, over := told()
		for _, p := range promises {
			if p.Due() != opens || p.SaidFor() != today.AddDays(7) || p.DueOn != today.AddDays(7) || !strings.Contains(p.Moved(), "was for "+today.AddDays(7).Long()) {
				t.Errorf("due on %s, said for %s: %s", p.Due(), p.SaidFor(), p.Moved())
			}
			for day, want := range map[int]relationship.PromiseState{8: relationship.InHand, 20: relationship.InHand, 33: relationship.InHand, 34: relationship.NotDoneYet} {
				if got := p.State(today.AddDays(day)); got != want {
					t.Errorf("after %d days it is %q, want %q", day, got, want)
				}
			}
		}
		if got := asked.Days(today.AddDays(40)); got != 12 || !asked.Rested(today.AddDays(40)) || asked.Days(today.AddDays(4)) != 4 {
			t.Errorf("the question is %d open days old after 40, want 12", got)
		}
		if over.Due() != opens || over.By != today.AddDays(8) || !strings.Contains(over.ByWhen(), "was for "+today.AddDays(8).Long()) {
			t.Errorf("the handover is for %s: %s", over.Due(), over.ByWhen())
		}
		if after := w.link(one, today.AddDays(70)).QuietWeeks; before != 10 || after != 6 {
			t.Errorf("quiet for %d weeks, and with four weeks of rest for %d; want 10 and 6", before, after)
		}

		// Taken back, the day that was said counts again.
		ok(t, w.Areas.WithdrawClosure(t.Context(), w.p.Chair, w.p.Area, closure, w.form()))
		if promises, _, _ = told(); promises[ours].Due() != today.AddDays(7) || promises[ours].Moved() != "" {
			t.Error("a closure that was taken back still moves a day")
		}
		_, err = w.Areas.Close(t.Context(), w.p.Chair, w.p.Area, area.NewClosure{Form: w.form(), From: today.AddDays(5), Until: opens, Why: "Rest after all"})
		ok(t, err)
		w.Clock.Pass(33 * 24 * time.Hour)
		for _, p := range []relationship.PromiseID{ours, theirs} { // and needs no reason why it is late
			ok(t, w.NotePromise(t.Context(), w.p.Chair, w.p.Area, p, relationship.NewPromiseStep{Form: w.form(), What: relationship.Kept, On: opens}))
		}
		promises, _, _ = told()
		for _, p := range promises {
			if p.State(opens) != relationship.DoneOnTime {
				t.Errorf("done on the first open day it is %q", p.State(opens))
			}
		}
		w.verified()
	})
}
