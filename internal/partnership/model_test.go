package partnership_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/partnership"
	"commontable/internal/person"
)

// Random people join, leave, change how they take part, say they stay after all,
// and the councillors’ rule changes with them, now and from days to come. A naive
// model, which knows for each person and each day what they are, says who has a
// say and what the partnership is (S03, S05).
func TestWhoHasASayAgainstAModel(t *testing.T) {
	t.Parallel()
	t.Run("rapid", func(t *testing.T) {
		t.Parallel()
		dbtest.Each(t, func(t *testing.T, d *db.DB) {
			w, err := fundingtest.New(t.Context(), d, 1)
			if err != nil {
				t.Fatal(err)
			}
			checks, most, tally := 0, 100, map[string]int{}
			if d.Engine() == "postgres" {
				most = 20 // each takes several times as long
			}
			rapid.Check(t, func(r *rapid.T) {
				if checks++; checks > most {
					return
				}
				play(t, r, w, fmt.Sprint("Place ", checks), func(n int) int { return rapid.IntRange(0, n-1).Draw(r, "") }, tally)
			})
			t.Logf("%d: %v", checks, tally)
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
			for seed := range uint64(8) {
				r := rand.New(rand.NewPCG(seed, 7))
				play(t, t, w, fmt.Sprint("Place ", seed), r.IntN, tally)
			}
			for _, what := range []string{"join", "leave", "move", "stay", "rule", "correct"} {
				if tally[what+" done"] == 0 || tally[what+" refused"] == 0 && what != "correct" {
					t.Errorf("%s: done %d times, refused %d times; want both to come about: %v", what, tally[what+" done"], tally[what+" refused"], tally)
				}
			}
		})
	})
}

// What the model knows of each person on each day of two years: how they are in
// it, and which time of being in it that is.
const modelDays = 700

type modelPerson struct {
	id    access.PersonID
	on    [modelDays]string // "" or the kind, "+" who lives there, "*" who shares a vote
	time  [modelDays]int
	times int
}

// fill begins a time.
func (p *modelPerson) fill(from, until int, said string) {
	p.times++
	for d := from; d < until; d++ {
		p.on[d], p.time[d] = said, p.times
	}
}

// opens is the first day of the time that they are in today, or of the next;
// ends the first day after the last. They are -1 where they are in it no more.
func (p *modelPerson) opens(today int) (opens, ends int) {
	opens, ends = -1, -1
	for d := today; d < modelDays; d++ {
		if p.on[d] == "" {
			continue
		}
		if opens < 0 {
			for opens = d; opens > 0 && p.on[opens-1] != "" && p.time[opens-1] == p.time[d]; opens-- {
			}
		}
		ends = d + 1
	}
	return opens, ends
}

type model struct {
	people []*modelPerson
	rules  [modelDays]partnership.CouncillorRule
	last   int // the day from which the last rule holds
}

func (m *model) electors(day int) (with []string) {
	for _, p := range m.people {
		kind, lives, shares := strings.TrimRight(p.on[day], "+*"), strings.Contains(p.on[day], "+"), strings.Contains(p.on[day], "*")
		share := ""
		if shares {
			share = "org"
		}
		switch kind {
		case "resident":
		case "non-resident":
		case "councillor":
			switch m.rules[day] {
			case partnership.CouncillorsExcluded:
				continue
			case partnership.CouncillorsNonResident:
				lives = false
			case partnership.CouncillorsShareOne:
				share = "councillors"
			}
		default:
			continue
		}
		with = append(with, fmt.Sprintf("%s %s %v %s", p.id, kind, lives, share))
	}
	slices.Sort(with)
	return with
}

func (m *model) counts(day int) string {
	people, residents, votes, residentVotes := 0, 0, 0, 0
	groups := map[string][]bool{}
	for i, e := range m.electors(day) {
		f := strings.Fields(e + " ")
		lives := f[2] == "true"
		people++
		if lives {
			residents++
		}
		group := fmt.Sprint("own ", i)
		if len(f) > 3 {
			group = f[3]
		}
		groups[group] = append(groups[group], lives)
	}
	for _, g := range groups {
		votes++
		if !slices.Contains(g, false) {
			residentVotes++
		}
	}
	return fmt.Sprint(people, residents, votes, residentVotes)
}

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

func play(t *testing.T, f fataler, w *fundingtest.World, name string, pick func(int) int, tally map[string]int) {
	t.Helper()
	g := &game{T: t, f: f, w: w, pick: pick, tally: tally}
	for d := range g.m.rules {
		g.m.rules[d] = partnership.CouncillorsAsOthers
	}
	g.check(w.DB.Write(t.Context(), func(tx *db.Tx) (err error) {
		g.place, err = w.PlaceIn(t.Context(), tx, name, name+" Trust", "Chair", "Fin", "App")
		return err
	}))
	g.begin = w.Today()
	for range 30 {
		g.step()
		for range 3 {
			g.compare(pick(300))
		}
		g.compareHats()
	}
	g.check(w.DB.Read(t.Context(), func(tx *db.Tx) error {
		return verified(t.Context(), tx, func(bad string) { f.Fatalf("verify: %s", bad) })
	}))
}

// A game is one partnership and its model.
type game struct {
	*testing.T

	f     fataler
	w     *fundingtest.World
	m     model
	place *fundingtest.Place
	begin date.Date
	pick  func(int) int
	tally map[string]int
}

func (g *game) check(err error) {
	g.Helper()
	if err != nil {
		g.f.Fatalf("%v", err)
	}
}

func (g *game) today() int { return g.begin.DaysUntil(g.w.Today()) }

// step does one thing, which by the model may be done or not.
func (g *game) step() {
	g.Helper()
	day := min(max(g.today()+g.pick(60)-20, 0), 300)
	at := g.begin.AddDays(day)
	in, said := g.way()
	choice := g.pick(12)
	if len(g.m.people) == 0 {
		choice = 0
	}
	switch {
	case choice < 4:
		g.join(day, at, in, said)
	case choice < 10:
		g.change(choice, day, at, in, said)
	case choice == 10:
		rule := partnership.CouncillorRules()[g.pick(len(partnership.CouncillorRules()))]
		err := g.w.Partnerships.SetRules(g.Context(), g.place.Chair, g.place.Area, partnership.NewRules{Form: g.form(), From: at, Councillors: rule, DecidedAt: "A meeting"})
		if g.did("rule", err, day >= g.m.last) {
			g.m.last = day
			for d := day; d < modelDays; d++ {
				g.m.rules[d] = rule
			}
		}
	case g.today() < 230:
		g.w.Clock.Pass(time.Duration(g.pick(25)) * 24 * time.Hour)
	}
}

func (g *game) form() string { return string(g.w.Form()) }

// did holds what happened against what the model says may.
func (g *game) did(what string, err error, may bool) bool {
	g.Helper()
	if (err == nil) != may {
		g.f.Fatalf("%s on day %d: got %v, the model says %v", what, g.today(), err, may)
	}
	g.tally[what+map[bool]string{true: " done", false: " refused"}[may]]++
	return may
}

// way is a way of taking part, and as the model writes it.
func (g *game) way() (partnership.In, string) {
	kinds := partnership.Kinds()
	in := partnership.In{Kind: kinds[g.pick(len(kinds))], Resident: g.pick(2) == 0, ShareVote: g.pick(4) == 0}
	switch in.Kind {
	case partnership.Resident:
		in.Resident = true
	case partnership.NonResident:
		in.Resident = false
	case partnership.Friend, partnership.Worker, partnership.LTO:
		in.ShareVote = false
	case partnership.Councillor:
	}
	said := string(in.Kind)
	if in.Resident {
		said += "+"
	}
	if in.ShareVote {
		in.Organisation = g.place.LTO.ID
		said += "*"
	}
	return in, said
}

func (g *game) join(day int, at date.Date, in partnership.In, said string) {
	g.Helper()
	n := partnership.NewMember{Form: g.form(), Name: "Somebody", As: in, From: at}
	one, may := &modelPerson{}, true
	if len(g.m.people) > 0 && (len(g.m.people) > 14 || g.pick(3) == 0) {
		one = g.m.people[g.pick(len(g.m.people))] // comes back
		n.Person = one.id
		may = !slices.ContainsFunc(one.on[day:], func(s string) bool { return s != "" })
	}
	m, err := g.w.Partnerships.Join(g.Context(), g.place.Chair, g.place.Area, n)
	if !g.did("join", err, may) {
		return
	}
	one.fill(day, modelDays, said)
	if one.id == "" {
		g.m.people = append(g.m.people, one)
		g.check(g.w.DB.Read(g.Context(), func(tx *db.Tx) error {
			member, err := partnership.MemberOf(g.Context(), tx, g.place.Area.ID, m)
			one.id = member.Person
			return err
		}))
	}
}

// change does one thing to somebody who is there, or was.
func (g *game) change(choice, day int, at date.Date, in partnership.In, said string) {
	g.Helper()
	ctx, p, a, chair := g.Context(), g.w.Partnerships, g.place.Area, g.place.Chair
	one := g.m.people[g.pick(len(g.m.people))]
	opens, ends := one.opens(g.today())
	switch choice {
	case 4, 5:
		err := p.Leave(ctx, chair, a, one.id, partnership.Leaving{Form: g.form(), From: at})
		if g.did("leave", err, opens >= 0 && day >= opens && day <= ends) {
			for d := day; d < modelDays; d++ {
				one.on[d] = ""
			}
		}
	case 6, 7:
		err := p.Move(ctx, chair, a, one.id, partnership.Move{Form: g.form(), As: in, From: at})
		begun := one.on[day] != "" && day > 0 && one.on[day-1] != "" && one.time[day-1] == one.time[day]
		if g.did("move", err, opens >= 0 && day > opens && begun && one.on[day] != said) {
			until := day
			for until < modelDays && one.time[until] == one.time[day] && one.on[until] != "" {
				until++
			}
			one.fill(day, until, said)
		}
	case 8:
		err := p.Stay(ctx, chair, a, one.id, partnership.Staying{Form: g.form()})
		if g.did("stay", err, opens >= 0 && ends < modelDays) {
			for d := ends; d < modelDays; d++ {
				one.on[d], one.time[d] = one.on[ends-1], one.time[ends-1]
			}
		}
	case 9:
		if opens < 0 {
			return
		}
		d := max(opens, g.today())
		var mid partnership.MemberID
		g.check(g.w.DB.Read(ctx, func(tx *db.Tx) error {
			all, err := partnership.MembersOn(ctx, tx, a.ID, g.begin.AddDays(d))
			for _, m := range all {
				if m.Person == one.id {
					mid = m.ID
				}
			}
			return err
		}))
		if g.did("correct", p.Correct(ctx, chair, a, mid, partnership.Correction{Form: g.form(), WasNever: true, Why: "A mistake"}), true) {
			for i, of := d, one.time[d]; i >= 0 && one.time[i] == of; i-- {
				one.on[i] = ""
			}
			for i, of := d, one.time[d]; i < modelDays && one.time[i] == of; i++ {
				one.on[i] = ""
			}
		}
	}
}

func (g *game) compare(day int) {
	g.Helper()
	g.check(g.w.DB.Read(g.Context(), func(tx *db.Tx) error {
		with, err := partnership.ElectorsOn(g.Context(), tx, g.place.Area.ID, g.begin.AddDays(day))
		if err != nil {
			return err
		}
		var got []string
		for _, e := range with {
			share := e.Share
			if share != "" && share != partnership.CouncillorsShare {
				share = "org"
			}
			got = append(got, fmt.Sprintf("%s %s %v %s", e.Person, e.Kind, e.Resident, share))
		}
		slices.Sort(got)
		if want := g.m.electors(day); !slices.Equal(got, want) {
			g.f.Fatalf("day %d: electors\n%q\nthe model says\n%q", day, got, want)
		}
		c, err := partnership.CompositionOn(g.Context(), tx, g.place.Area, g.begin.AddDays(day))
		if said := fmt.Sprint(c.People, c.Residents, c.Votes, c.ResidentVotes); said != g.m.counts(day) {
			g.f.Fatalf("day %d: %s, the model says %s", day, said, g.m.counts(day))
		}
		return err
	}))
}

// compareHats looks at what everybody may do today: a member’s hat is worn by
// those who are in it with a say, and a friend’s by the others who are.
func (g *game) compareHats() {
	g.Helper()
	g.check(g.w.DB.Read(g.Context(), func(tx *db.Tx) error {
		for _, one := range g.m.people {
			hats, err := person.HatsOf(g.Context(), tx, one.id)
			if err != nil {
				return err
			}
			got := map[access.Role]bool{}
			for _, h := range hats {
				if h.WornOn(g.w.Today()) {
					got[h.Role] = true
				}
			}
			want := map[access.Role]bool{}
			if kind := partnership.Kind(strings.TrimRight(one.on[g.today()], "+*")); kind != "" {
				want[kind.Role()] = true
			}
			if !maps.Equal(got, want) {
				g.f.Fatalf("hats on day %d: %v, want %v", g.today(), got, want)
			}
		}
		return nil
	}))
}
