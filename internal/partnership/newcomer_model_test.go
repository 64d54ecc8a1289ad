package partnership_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/partnership"
	"commontable/internal/person"
)

// Random people are put on the list of an endorsed partnership, said to be known by
// whoever tries, take part in another way, are put right, leave and come back
// (decision 0023). The model knows of each whether a second person knows them: nobody
// has a say before one does, and nobody who has one loses it while they stay.
func TestNobodyHasASayBeforeASecondPersonKnowsThem(t *testing.T) {
	t.Parallel()
	all := []string{
		"known", "known by who put them there", "known by who put them there, in another hat", "known by themselves", "known by themselves, in another hat",
		"known by a friend", "known by who waits", "known twice", "known by somebody of another area", "came back", "has a say on and on", "put right without a say", "put right with one", "councillor waits",
	}
	t.Run("rapid", func(t *testing.T) {
		t.Parallel()
		dbtest.Each(t, func(t *testing.T, d *db.DB) {
			w, err := fundingtest.New(t.Context(), d, 1)
			if err != nil {
				t.Fatal(err)
			}
			n, most, tally := 0, 100, map[string]int{}
			if d.Engine() == "postgres" {
				most = 20 // each takes several times as long
			}
			rapid.Check(t, func(r *rapid.T) {
				if n++; n > most {
					return
				}
				welcome(t, r, w, fmt.Sprint("Close ", n), func(n int) int { return rapid.IntRange(0, n-1).Draw(r, "") }, tally)
			})
			t.Logf("%d: %v", n, tally)
		})
	})
	t.Run("both", func(t *testing.T) {
		t.Parallel()
		dbtest.Each(t, func(t *testing.T, d *db.DB) {
			w, err := fundingtest.New(t.Context(), d, 1)
			if err != nil {
				t.Fatal(err)
			}
			tally := map[string]int{}
			for seed := range uint64(10) {
				welcome(t, t, w, fmt.Sprint("Close ", seed), rand.New(rand.NewPCG(seed, 23)).IntN, tally)
			}
			for _, what := range all {
				if tally[what] == 0 {
					t.Errorf("%q never came about: %v", what, tally)
				}
			}
		})
	})
}

// A councillor who has no part in deciding, by the area's rule, gives nobody a say.
func TestACouncillorWithoutAVoteConfirmsNoNewcomer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, err := fundingtest.New(t.Context(), d, 1)
		if err != nil {
			t.Fatal(err)
		}
		at := &doorstep{T: t, f: t, w: w, tally: map[string]int{}}
		at.must(d.Write(t.Context(), at.begin("Close")))
		ward, first, second := &neighbour{}, &neighbour{}, &neighbour{}
		at.joins(ward, at.keepers[0], partnership.In{Kind: partnership.Councillor})
		at.must(w.Partnerships.ConfirmMember(t.Context(), at.keepers[1], at.place.Area, ward.entry, at.form()))
		ward.say = true
		councillor := at.acts(ward)
		at.joins(first, at.keepers[0], partnership.In{Kind: partnership.Resident})
		at.joins(second, at.keepers[0], partnership.In{Kind: partnership.Resident})
		at.must(w.Partnerships.ConfirmMember(t.Context(), councillor, at.place.Area, first.entry, at.form()))
		at.must(w.Partnerships.SetRules(t.Context(), at.keepers[0], at.place.Area, partnership.NewRules{
			Form: at.form(), From: w.Today(), Councillors: partnership.CouncillorsExcluded, DecidedAt: "Meeting 4",
		}))
		if err := w.Partnerships.ConfirmMember(t.Context(), councillor, at.place.Area, second.entry, at.form()); !errors.Is(err, fault.Forbidden) {
			t.Errorf("got %v; want it refused", err)
		}
	})
}

// A neighbour is somebody on the list, as the model knows them.
type neighbour struct {
	who     access.PersonID
	here    bool
	kind    partnership.Kind
	say     bool
	asked   bool            // in this time of being in it, somebody put them there who had no say before
	by      access.PersonID // who did
	known   bool            // since, by a second person
	entry   partnership.MemberID
	another access.Actor // in another hat, for some
}

// A doorstep is a partnership to which people come.
type doorstep struct {
	*testing.T

	f       fataler
	w       *fundingtest.World
	place   *fundingtest.Place
	pick    func(int) int
	tally   map[string]int
	keepers []access.Actor // two are one person in two hats
	people  []*neighbour
}

func welcome(t *testing.T, f fataler, w *fundingtest.World, name string, pick func(int) int, tally map[string]int) {
	t.Helper()
	d := &doorstep{T: t, f: f, w: w, pick: pick, tally: tally}
	d.must(w.DB.Write(t.Context(), d.begin(name)))
	for range 30 {
		w.Clock.Pass(24 * time.Hour)
		d.step()
		d.compare()
	}
	d.must(w.DB.Read(t.Context(), func(tx *db.Tx) error {
		return verified(t.Context(), tx, func(bad string) { f.Fatalf("verify: %s", bad) })
	}))
}

func (d *doorstep) begin(name string) func(*db.Tx) error {
	return func(tx *db.Tx) (err error) {
		ctx, w := d.Context(), d.w
		if d.place, err = w.PlaceIn(ctx, tx, name, name+" Trust", "Chair", "Fin", "App"); err != nil {
			return err
		}
		d.keepers = []access.Actor{d.place.Chair, w.Farah}
		worker, err := w.PersonIn(ctx, tx, "Wanda", access.Worker, access.InArea, string(d.place.Area.ID))
		if err != nil {
			return err
		}
		other, err := w.HatIn(ctx, tx, worker.Person, access.ProgrammeOfficer, access.InProgramme, string(w.Programme.ID))
		if err != nil {
			return err
		}
		d.keepers = append(d.keepers, worker, other)
		d.people = nil
		for range 2 { // who was there before waits for nobody
			m, err := w.Partnerships.JoinIn(ctx, tx, d.keepers[0], d.place.Area, partnership.NewMember{Name: "Old hand", As: partnership.In{Kind: partnership.Resident}, From: w.Today()})
			if err != nil {
				return err
			}
			d.people = append(d.people, &neighbour{who: m.Person, here: true, kind: partnership.Resident, say: true, entry: m.ID})
		}
		return w.Areas.NoteStateIn(ctx, tx, access.System("test"), d.place.Area.ID, area.Endorsed, w.Today())
	}
}

func (d *doorstep) must(err error) {
	d.Helper()
	if err != nil {
		d.f.Fatalf("%v", err)
	}
}

func (d *doorstep) form() string { return string(d.w.Form()) }

func (d *doorstep) keeper() access.Actor { return d.keepers[d.pick(len(d.keepers))] }

func (d *doorstep) way() partnership.In {
	kinds := []partnership.Kind{partnership.Resident, partnership.NonResident, partnership.Councillor, partnership.Friend}
	return partnership.In{Kind: kinds[d.pick(len(kinds))]}
}

func (d *doorstep) step() {
	d.Helper()
	ctx, p, a := d.Context(), d.w.Partnerships, d.place.Area
	n, by, as := d.people[d.pick(len(d.people))], d.keeper(), d.way()
	switch choice := d.pick(12); {
	case choice < 2 && len(d.people) < 9:
		n = &neighbour{}
		d.people = append(d.people, n)
		d.joins(n, by, as)
	case !n.here:
		d.joins(n, by, as)
		d.tally["came back"]++
	case choice < 7:
		d.knows(n)
	case choice < 9 && n.kind != as.Kind:
		mid := d.after(n, p.Move(ctx, by, a, n.who, partnership.Move{Form: d.form(), As: as, From: d.w.Today()}))
		had := n.say
		n.kind, n.entry, n.asked, n.known = as.Kind, mid, false, false
		if n.say = had && as.Kind.Decides(); n.say {
			d.tally["has a say on and on"]++
		}
		d.asks(n, by)
	case choice < 10:
		d.must(p.Correct(ctx, by, a, n.entry, partnership.Correction{Form: d.form(), As: as, From: d.w.Today(), Why: "It was wrong"}))
		was := n.kind.Decides()
		n.kind = as.Kind
		switch {
		case !as.Kind.Decides():
			n.say = false
			d.tally["put right without a say"]++
		case n.asked:
			n.say = n.known
		case was:
			n.say = true
			d.tally["put right with one"]++
		default:
			d.asks(n, by)
		}
	case choice < 11 && d.pick(2) == 0:
		d.must(p.Leave(ctx, by, a, n.who, partnership.Leaving{Form: d.form(), From: d.w.Today()}))
		*n = neighbour{who: n.who, another: n.another}
	case n.another.Person == "":
		other, err := d.w.Hat(ctx, n.who, access.ProgrammeOfficer, access.InProgramme, string(d.w.Programme.ID))
		d.must(err)
		n.another = other
	}
}

// joins puts somebody on the list.
func (d *doorstep) joins(n *neighbour, by access.Actor, as partnership.In) {
	d.Helper()
	m, err := d.w.Partnerships.Join(d.Context(), by, d.place.Area, partnership.NewMember{Form: d.form(), Person: n.who, Name: "Somebody", As: as, From: d.w.Today()})
	d.must(err)
	*n = neighbour{who: n.who, another: n.another, here: true, kind: as.Kind, entry: m}
	if n.who == "" {
		d.must(d.w.DB.Read(d.Context(), func(tx *db.Tx) error {
			member, err := partnership.MemberOf(d.Context(), tx, d.place.Area.ID, m)
			n.who = member.Person
			return err
		}))
	}
	d.asks(n, by)
	if as.Kind == partnership.Councillor {
		d.tally["councillor waits"]++
	}
}

// asks is that somebody who has no say yet is to have one.
func (d *doorstep) asks(n *neighbour, by access.Actor) {
	if n.kind.Decides() && !n.say {
		n.asked, n.by, n.known = true, by.Person, false
	}
}

// after is the entry that somebody has now.
func (d *doorstep) after(n *neighbour, err error) (mid partnership.MemberID) {
	d.Helper()
	d.must(err)
	d.must(d.w.DB.Read(d.Context(), func(tx *db.Tx) error {
		all, err := partnership.MembersOn(d.Context(), tx, d.place.Area.ID, d.w.Today())
		for _, m := range all {
			if m.Person == n.who {
				mid = m.ID
			}
		}
		return err
	}))
	return mid
}

// knows is that somebody tries to say that they know a newcomer: whoever keeps the
// list, in either hat; whoever is on it, the newcomer too; and somebody from
// another area.
func (d *doorstep) knows(n *neighbour) {
	d.Helper()
	by, why := d.keeper(), ""
	may := n.asked && !n.known
	x := d.people[d.pick(len(d.people))]
	if d.pick(4) == 0 {
		x = n
	}
	if d.pick(2) == 0 && x.here {
		by = d.acts(x)
		if d.pick(2) == 0 && x.another.Person != "" {
			by = x.another
		}
		keeps := by.May(access.KeepMembers, d.place.Area.Place())
		switch {
		case x == n && may:
			may, why = false, "known by themselves"
			if keeps {
				why += ", in another hat"
			}
		case !keeps && !x.say && may:
			may, why = false, "known by who waits"
			if !x.kind.Decides() {
				why = "known by a friend"
			}
		}
	} else if d.pick(8) == 0 {
		by = d.w.Millbrook.Chair
		if may {
			may, why = false, "known by somebody of another area"
		}
	}
	if may && by.Person == n.by {
		may, why = false, "known by who put them there"
		if by.Hat.Scope == access.InProgramme && by.Person == d.keepers[2].Person {
			why += ", in another hat"
		}
	}
	if n.known {
		why = "known twice"
	}
	err := d.w.Partnerships.ConfirmMember(d.Context(), by, d.place.Area, n.entry, d.form())
	if (err == nil) != may {
		d.f.Fatalf("%s says that they know a %s (%+v): got %v, the model says %v", by.Name, n.kind, *n, err, may)
	}
	if err != nil && !errors.Is(err, fault.Forbidden) && !errors.Is(err, fault.Conflict) && !errors.Is(err, fault.NotFound) {
		d.f.Fatalf("%s: refused with %v", why, err)
	}
	if may {
		n.known, n.say, why = true, n.kind.Decides(), "known"
	}
	d.tally[why]++
}

// acts is somebody in the hat that the list gives them.
func (d *doorstep) acts(n *neighbour) (by access.Actor) {
	d.Helper()
	d.must(d.w.DB.Read(d.Context(), func(tx *db.Tx) error {
		hats, err := person.HatsOf(d.Context(), tx, n.who)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(hats, func(h access.Hat) bool { return h.Scope == access.InArea && h.WornOn(d.w.Today()) })
		if at < 0 {
			d.f.Fatalf("%+v wears no hat here", *n)
		}
		by, err = person.ActorIn(d.Context(), tx, n.who, hats[at].ID, d.w.Today())
		return err
	}))
	if got := by.May(access.TakePart, d.place.Area.Place()); got != n.say {
		d.f.Fatalf("%+v may take part: %v", *n, got)
	}
	return by
}

// compare holds who has a say today against the model.
func (d *doorstep) compare() {
	d.Helper()
	var want []string
	for _, n := range d.people {
		if n.here && n.say {
			want = append(want, string(n.who))
		}
		if n.here {
			d.acts(n)
		}
	}
	d.must(d.w.DB.Read(d.Context(), func(tx *db.Tx) error {
		electors, err := partnership.ElectorsOn(d.Context(), tx, d.place.Area.ID, d.w.Today())
		if err != nil {
			return err
		}
		var got []string
		for _, e := range electors {
			got = append(got, string(e.Person))
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			d.f.Fatalf("who has a say: %q, the model says %q", got, want)
		}
		c, err := partnership.CompositionOn(d.Context(), tx, d.place.Area, d.w.Today())
		if c.People != len(want) {
			d.f.Fatalf("%d are counted, the model says %d", c.People, len(want))
		}
		return err
	}))
}
