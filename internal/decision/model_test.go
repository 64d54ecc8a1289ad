package decision_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/decision"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/partnership"
	"commontable/internal/person"
)

// Whatever happens in whatever order while people decide, no vote counts that is
// not somebody's, that is a second one (their own, or of those with whom they share
// one: councillors, or people of an organisation), that is late, or of somebody with
// an interest; and the result is what a naive model says (S08, trust.md D1 to D4).
func TestWhatCountsAgainstAModel(t *testing.T) {
	t.Parallel()
	t.Run("rapid", func(t *testing.T) {
		t.Parallel()
		dbtest.Each(t, func(t *testing.T, d *db.DB) {
			w, err := fundingtest.New(t.Context(), d, 1)
			if err != nil {
				t.Fatal(err)
			}
			places, most := 0, 100
			if d.Engine() == "postgres" {
				most = 25 // each takes several times as long
			}
			rapid.Check(t, func(r *rapid.T) {
				if places++; places > most {
					return
				}
				m := newModel(t, r, w, places, func(n int) int { return rapid.IntRange(0, n-1).Draw(r, "") })
				m.play(12)
			})
		})
	})
	t.Run("both", func(t *testing.T) {
		t.Parallel()
		dbtest.Each(t, func(t *testing.T, d *db.DB) {
			w, err := fundingtest.New(t.Context(), d, 1)
			if err != nil {
				t.Fatal(err)
			}
			came := map[string]int{}
			for seed := range uint64(12) {
				m := newModel(t, t, w, int(seed), rand.New(rand.NewPCG(seed, 7)).IntN)
				m.play(60)
				for what, n := range m.came {
					came[what] += n
				}
			}
			for _, what := range []string{
				"vote done", "vote refused", "paper done", "paper refused", "confirm done", "confirm refused", "change done", "attempt done", "attempt refused",
				"extend done", "extend refused", "close done", "close refused", "withdraw refused", "recuse done", "handle done", "left out",
				"share begun while voting", "share ended while voting", "share put right", "shared by several", "shared vote of who shares no more",
				"two hats one vote", "shared vote without one of them", "shared vote falls back", "resident among others",
			} {
				if came[what] == 0 {
					t.Errorf("%q never came about: %v", what, came)
				}
			}
		})
	})
}

type tester interface {
	Helper()
	Fatalf(format string, args ...any)
}

// A model knows of each person what they are and what they said.
type model struct {
	*table
	t      *testing.T
	say    tester
	pick   func(int) int
	came   map[string]int
	people map[string]*modelled
	rule   partnership.NewRules

	number           int64
	hash             string
	aside            bool // councillors stand aside, where the rule leaves that to the words
	tried, voting    bool
	closed           bool
	closes, opened   time.Time
	electors         []modelElector // of the vote
	quorum           int
	majority         partnership.Majority
	positions, votes []said
}

type modelled struct {
	kind      partnership.Kind // "": not in it
	lives     bool             // in the area
	shares    string           // the organisation whose vote they share; "": they have their own
	since     date.Date
	recused   bool
	interests []*modelInterest
}

type modelInterest struct {
	id    partnership.InterestID
	until date.Date // the first day on which it does not count; zero: it goes on
	how   partnership.How
}

type modelElector struct {
	name, holder  string
	resident, out bool
	hats          bool // a councillor, and of an organisation that shares a vote
}

type said struct {
	name, what, hash string
	turn             int64
	on               date.Date
	paper, counts    bool
}

func newModel(t *testing.T, say tester, w *fundingtest.World, n int, pick func(int) int) *model {
	t.Helper()
	var place *fundingtest.Place
	m := &model{t: t, say: say, pick: pick, came: map[string]int{}, people: map[string]*modelled{}}
	kinds := map[string]partnership.Kind{
		"Grace": partnership.Resident, "Rosa": partnership.Resident, "Sol": partnership.Resident, "Tess": partnership.Resident, "Uma": partnership.Resident,
		"Vic": partnership.NonResident, "Adams": partnership.Councillor, "Bale": partnership.Councillor, "Cole": partnership.Councillor, "Dunn": partnership.Councillor,
		"Fred": partnership.Friend,
	}
	if err := w.DB.Write(t.Context(), func(tx *db.Tx) (err error) {
		if place, err = w.PlaceIn(t.Context(), tx, fmt.Sprint("Place ", n), fmt.Sprint("Oak ", n), "Grace", "Dev", "Esi"); err != nil {
			return err
		}
		m.table = tableAt(w, place)
		for _, name := range organisations {
			if err := m.add(t.Context(), tx, name); err != nil {
				return err
			}
		}
		for name, kind := range kinds {
			m.people[name] = &modelled{kind: kind, lives: kind == partnership.Resident, since: m.Today()}
		}
		for _, name := range []string{"Tess", "Uma", "Vic", "Dunn"} {
			m.people[name].shares = m.sharing(m.people[name].kind)
			m.ways[name] = m.way(name)
		}
		return m.seat(t.Context(), tx)
	}); err != nil {
		t.Fatal(err)
	}
	m.setRules()
	m.number = m.put(t, "Rosa", m.words())
	m.hash = m.read(t, m.number).Text().Hash
	return m
}

// organisations are those whose people share a vote.
var organisations = []string{"Ash Co-op", "Elm Society"}

// sharing is an organisation whose vote somebody shares, or none.
func (m *model) sharing(kind partnership.Kind) string {
	if at := m.pick(4); kind.Decides() && at > 0 {
		return organisations[at/3] // the first more often
	}
	return ""
}

// way is how somebody is in it.
func (m *model) way(name string) partnership.In {
	p := m.people[name]
	return m.in(p.kind, p.lives, p.shares)
}

// words are the proposal, from which councillors stand aside now and then.
func (m *model) words() decision.NewProposal {
	n := m.proposal()
	m.aside = m.pick(3) == 0
	n.Words.NoCouncil = m.aside
	return n
}

// names are everybody, in an order that does not change.
func (m *model) names() []string {
	var all []string
	for name := range m.people {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

func (m *model) one() string { all := m.names(); return all[m.pick(len(all))] }

// agrees holds what came of something against what the model says.
func (m *model) agrees(what string, err error, may bool) bool {
	m.say.Helper()
	if (err == nil) != may {
		m.say.Fatalf("%s: got %v; the model says %t", what, err, may)
	}
	if may {
		m.came[what+" done"]++
	} else {
		m.came[what+" refused"]++
	}
	return may
}

func (i *modelInterest) counts(on date.Date) bool { return i.until.IsZero() || on.Before(i.until) }

func (m *model) barred(name string, on date.Date) bool {
	return slices.ContainsFunc(m.people[name].interests, func(i *modelInterest) bool { return i.counts(on) && i.how != partnership.NoAction })
}

// out reports whether somebody's part does not count, with what they said when.
func (m *model) out(name string, all []said) bool {
	return m.people[name].recused || m.barred(name, m.Today()) || slices.ContainsFunc(all, func(s said) bool {
		return s.name == name && s.hash == m.hash && m.barred(name, s.on)
	})
}

func (m *model) frozen() bool {
	for _, p := range m.people {
		for _, i := range p.interests {
			if i.counts(m.Today()) && i.how == "" && p.kind.Decides() {
				return true
			}
		}
	}
	return false
}

func (m *model) free(name string) bool {
	return !m.people[name].recused && !m.barred(name, m.Today())
}

// now are those who would have a vote if one opened.
func (m *model) now() (all []modelElector) {
	for _, name := range m.names() {
		p := m.people[name]
		e := modelElector{name: name, holder: name, resident: p.lives}
		if p.shares != "" {
			e.holder = p.shares
		}
		if p.kind == partnership.Councillor {
			e.hats = p.shares != ""
			switch m.rule.Councillors {
			case partnership.CouncillorsExcluded:
				continue
			case partnership.CouncillorsNonResident:
				e.resident = false
			case partnership.CouncillorsShareOne:
				e.holder = "councillors"
			case partnership.CouncillorsStandAside:
				if m.aside {
					continue
				}
			case partnership.CouncillorsAsOthers:
			}
		}
		if p.kind.Decides() {
			all = append(all, e)
		}
	}
	return all
}

// least is how many votes of residents there must be: half of those in which a
// resident has a part, where the rule has no number.
func least(rule partnership.NewRules, electors []modelElector) int {
	votes := map[string]bool{}
	for _, e := range electors {
		if e.resident && !e.out {
			votes[e.holder] = true
		}
	}
	if rule.ResidentQuorum > 0 {
		return rule.ResidentQuorum
	}
	return max(1, (len(votes)+1)/2)
}

// unused is how many votes there are of which nobody said anything.
func unused(electors []modelElector, sums map[string]int) int {
	votes := map[string]bool{}
	for _, e := range electors {
		if !e.out {
			votes[e.holder] = true
		}
	}
	n := len(votes)
	for _, said := range sums {
		n -= said
	}
	return n
}

// counted is what each vote last said, by whoever of it still counts.
func (m *model) counted(electors []modelElector, all []said) (sums map[string]int, residents int) {
	sums = map[string]int{}
	last := map[string]said{}
	lives := map[string]bool{}
	for _, s := range all {
		for _, e := range electors {
			if e.name == s.name && !e.out && s.counts && s.hash == m.hash {
				last[e.holder], lives[e.holder] = s, e.resident
			}
		}
	}
	for holder, s := range last {
		sums[s.what]++
		if lives[holder] {
			residents++
		}
	}
	return sums, residents
}

func (m *model) play(steps int) {
	m.say.Helper()
	around := []func(){m.pass, m.recuse, m.declare, m.handle, m.handle, m.handle, m.end, m.leave, m.move, m.share, m.share, m.correct, m.join, m.setRules}
	m.some(steps/3, append(around, m.position, m.position, m.position, m.position, m.change, m.attempt, m.vote, m.withdraw))
	m.toVote()
	m.some(steps, append(around, m.vote, m.vote, m.vote, m.vote, m.vote, m.vote, m.paper, m.paper, m.paper, m.confirm, m.confirm, m.confirm, m.extend, m.close, m.withdraw, m.change))
	// However it went, it comes to an end: what waits is handled, the vote closes.
	m.handleAll()
	m.some(steps/4, []func(){m.vote, m.vote, m.vote, m.vote, m.recuse})
	if m.voting && !m.closed {
		m.Clock.Pass(m.closes.Sub(m.Clock.Now()))
		m.vote()
		m.confirm()
		m.close()
	}
	m.vote()
	m.must(m.t, m.DB.Read(m.t.Context(), func(tx *db.Tx) error {
		return decision.Verify(m.t.Context(), tx, func(bad string) { m.say.Fatalf("verify: %s", bad) })
	}))
}

func (m *model) some(steps int, acts []func()) {
	for range steps {
		if m.closed {
			return
		}
		acts[m.pick(len(acts))]()
	}
}

func (m *model) handleAll() {
	for _, name := range m.names() {
		for _, i := range m.people[name].interests {
			if i.how == "" && i.counts(m.Today()) {
				m.handled(name, i)
			}
		}
	}
}

// toVote takes it as far as it goes: everybody who has a say answers, one of them
// that they cannot live with it, and the vote opens if it may.
func (m *model) toVote() {
	if m.closed || m.voting {
		return
	}
	m.handleAll()
	for i, e := range m.now() {
		m.answer(e.name, decision.Stands()[3*((i+1)%2)], m.hash)
	}
	m.tries(false)
	m.open()
}

func (m *model) position() {
	hash := m.hash
	if m.pick(10) == 0 {
		hash = "0000"
	}
	m.answer(m.one(), decision.Stands()[m.pick(4)], hash)
}

func (m *model) answer(name string, stand decision.Stand, hash string) {
	may := hash == m.hash && !m.voting && !m.closed && slices.ContainsFunc(m.now(), func(e modelElector) bool { return e.name == name }) && m.free(name) && !m.frozen()
	if m.agrees("position", m.says(m.t.Context(), m.number, name, stand, hash), may) {
		m.positions = append(m.positions, said{name: name, what: string(stand), hash: m.hash, on: m.Today(), counts: true})
	}
}

func (m *model) change() {
	was := m.aside
	n := m.words().Words
	n.Form, n.Words, n.Why = m.form(), fmt.Sprint("As it is said the ", m.came["change done"], "th time."), "Because"
	may := !m.voting && !m.closed && m.free("Rosa")
	if m.agrees("change", m.decisions.Change(m.t.Context(), m.who["Rosa"], m.area, m.number, n), may) {
		m.hash = m.read(m.t, m.number).Text().Hash
		return
	}
	m.aside = was
}

func (m *model) attempt() {
	m.tries(m.pick(6) == 0)
	if m.pick(2) == 0 {
		m.open()
	}
}

func (m *model) tries(agreed bool) {
	electors := m.now()
	for i, e := range electors {
		electors[i].out = m.out(e.name, m.positions)
	}
	sums, residents := m.counted(electors, m.positions)
	cannot := sums[string(decision.Cannot)] > 0
	may := !m.voting && !m.closed && m.free("Grace") && !m.frozen() && residents >= least(m.rule, electors) && cannot != agreed
	if m.agrees("attempt", m.decisions.RecordAttempt(m.t.Context(), m.who["Grace"], m.area, m.number, decision.NewAttempt{Form: m.form(), Agreed: agreed}), may) {
		m.tried, m.closed = true, agreed
		of := m.read(m.t, m.number)
		a := of.Attempts[len(of.Attempts)-1]
		got := map[string]int{string(decision.Support): a.Support, string(decision.Worry): a.Worry, string(decision.Aside): a.Aside, string(decision.Cannot): a.Cannot}
		for _, stand := range decision.Stands() {
			if got[string(stand)] != sums[string(stand)] {
				m.say.Fatalf("the attempt is %+v; the model says %v", a, sums)
			}
		}
		if a.Residents != residents || a.Quorum != least(m.rule, electors) || a.Unanswered != unused(electors, sums) {
			m.say.Fatalf("the attempt is %+v; the model says %d residents of %d, and %d who said nothing", a, residents, least(m.rule, electors), unused(electors, sums))
		}
	}
}

func (m *model) open() {
	closes := m.Clock.Now().Add(time.Duration(24+12*m.pick(5)) * time.Hour)
	may := m.tried && !m.voting && !m.closed && m.free("Grace") && !m.frozen()
	if !m.agrees("open", m.decisions.OpenVote(m.t.Context(), m.who["Grace"], m.area, m.number, decision.NewVote{Form: m.form(), ClosesAt: closes}), may) {
		return
	}
	m.voting, m.opened, m.closes, m.electors = true, m.Clock.Now(), closes, m.now()
	for i, e := range m.electors {
		m.electors[i].out = m.out(e.name, nil)
	}
	m.quorum, m.majority = least(m.rule, m.electors), m.rule.Majority
}

func (m *model) mayVote(name string) bool {
	at := slices.IndexFunc(m.electors, func(e modelElector) bool { return e.name == name })
	return m.voting && !m.closed && m.Clock.Now().Before(m.closes) && at >= 0 && !m.electors[at].out && !m.out(name, m.votes) && !m.frozen() && m.people[name].kind.Decides()
}

// elector is who somebody was when the vote opened.
func (m *model) elector(name string) modelElector {
	return m.electors[slices.IndexFunc(m.electors, func(e modelElector) bool { return e.name == name })]
}

// voter is anybody, and often enough somebody who shares the vote that was cast last.
func (m *model) voter() string {
	if len(m.votes) == 0 || m.pick(2) == 0 {
		return m.one()
	}
	holder := m.elector(m.votes[len(m.votes)-1].name).holder
	var with []string
	for _, e := range m.electors {
		if e.holder == holder {
			with = append(with, e.name)
		}
	}
	return with[m.pick(len(with))]
}

func (m *model) vote() {
	name, choice := m.voter(), decision.Choices()[m.pick(3)]
	hat, may, hash := name, m.mayVote(name), m.hash
	if m.pick(4) == 0 && m.people[name].kind != "" {
		hat = m.inTheChair(name)
	}
	if m.pick(10) == 0 {
		hash, may = "0000", false
	}
	if m.agrees("vote", m.table.votes(m.t.Context(), m.number, hat, choice, hash), may) {
		m.votes = append(m.votes, said{name: name, what: string(choice), hash: m.hash, turn: int64(len(m.votes)) + 1, on: m.Today(), counts: true})
	}
}

// inTheChair gives somebody a second hat.
func (m *model) inTheChair(name string) string {
	hat := name + " in the chair"
	if _, ok := m.who[hat]; !ok && m.people[name].kind.Decides() && name != "Grace" {
		a, err := m.Hat(m.t.Context(), m.who[name].Person, access.Chair, access.InArea, string(m.area.ID))
		m.must(m.t, err)
		m.who[hat] = a
	}
	if _, ok := m.who[hat]; !ok {
		return name
	}
	return hat
}

func (m *model) paper() {
	name, choice := m.voter(), decision.Choices()[m.pick(3)]
	may := m.mayVote(name) && !slices.ContainsFunc(m.votes, func(s said) bool { return s.name == name && !s.paper })
	err := m.decisions.Vote(m.t.Context(), m.who["Wes"], m.area, m.number, decision.NewBallot{Form: m.form(), Hash: m.hash, Choice: choice, For: m.who[name].Person, Via: decision.OnPaper})
	if m.agrees("paper", err, may) {
		m.votes = append(m.votes, said{name: name, what: string(choice), hash: m.hash, turn: int64(len(m.votes)) + 1, on: m.Today(), paper: true})
	}
}

func (m *model) confirm() {
	turn, by := int64(m.pick(len(m.votes)+1))+1, "Grace"
	if m.pick(4) == 0 {
		by = "Wes" // who entered it
	}
	may := m.voting && turn <= int64(len(m.votes)) && by != "Wes" && m.free("Grace") && !m.closed
	may = may && m.votes[turn-1].paper && !m.votes[turn-1].counts
	if m.agrees("confirm", m.decisions.Confirm(m.t.Context(), m.who[by], m.area, m.number, decision.ABallot, turn, m.form()), may) {
		m.votes[turn-1].counts = true
	}
}

func (m *model) pass() { m.Clock.Pass([]time.Duration{5 * time.Hour, 24 * time.Hour}[m.pick(2)]) }

func (m *model) recuse() {
	name := m.one()
	for _, s := range m.votes {
		if m.elector(s.name).holder != s.name && !m.people[s.name].recused && m.pick(2) == 0 {
			name = s.name // who spoke for others too
		}
	}
	if m.people[name].kind == "" || m.pick(2) == 0 {
		return
	}
	may := m.people[name].kind.Decides() && !m.people[name].recused && !m.closed
	if m.agrees("recuse", m.decisions.Recuse(m.t.Context(), m.who[name], m.area, m.number, "", m.form()), may) {
		m.people[name].recused = true
	}
}

func (m *model) declare() {
	name := m.one()
	if len(m.votes) > 0 && m.pick(2) == 0 {
		name = m.votes[m.pick(len(m.votes))].name // after the fact
	}
	p := m.people[name]
	if p.kind == "" || slices.ContainsFunc(p.interests, func(i *modelInterest) bool { return i.counts(m.Today()) }) {
		return
	}
	p.interests = append(p.interests, &modelInterest{id: m.declares(m.t, name)})
}

func (m *model) handle() {
	for _, name := range m.names() {
		for _, i := range m.people[name].interests {
			if i.counts(m.Today()) && !m.closed && m.pick(2) == 0 {
				m.handled(name, i)
				return
			}
		}
	}
}

func (m *model) handled(name string, i *modelInterest) {
	if m.closed {
		return
	}
	i.how = partnership.Hows()[m.pick(len(partnership.Hows()))]
	m.handles(m.t, "Wes", m.number, i.id, i.how)
	m.came["handle done"]++
}

// end has somebody tell that they have an interest no longer. It counts today still.
func (m *model) end() {
	for _, name := range m.names() {
		for _, i := range m.people[name].interests {
			if i.until.IsZero() && m.people[name].kind != "" && m.pick(2) == 0 {
				m.must(m.t, m.partnerships.EndInterest(m.t.Context(), m.who[name], m.area, partnership.NewInterestEnd{Form: m.form(), Interest: i.id, Until: m.Today(), Why: "New job"}))
				i.until = m.Today().AddDays(1)
			}
		}
	}
}

// stays are those who are needed to the end, or wear two hats.
func (m *model) stays(name string) bool {
	_, two := m.who[name+" in the chair"]
	return two || name == "Grace" || name == "Rosa" || m.people[name].kind == ""
}

func (m *model) leave() {
	name := m.one()
	if m.stays(name) || m.people[name].since == m.Today() {
		return
	}
	m.must(m.t, m.partnerships.Leave(m.t.Context(), m.who["Grace"], m.area, m.who[name].Person, partnership.Leaving{Form: m.form(), From: m.Today(), Why: "Moved away"}))
	m.people[name].kind = ""
}

func (m *model) move() {
	name, to := m.one(), []partnership.Kind{partnership.Resident, partnership.NonResident, partnership.Councillor, partnership.Friend}[m.pick(4)]
	m.becomes(name, to, to == partnership.Resident || to == partnership.Councillor && m.pick(2) == 0, m.sharing(to))
}

// share has somebody who goes on as they are begin to share a vote, or end it.
func (m *model) share() {
	name := m.one()
	p := m.people[name]
	m.becomes(name, p.kind, p.lives, m.sharing(p.kind))
}

func (m *model) becomes(name string, kind partnership.Kind, lives bool, shares string) {
	p := m.people[name]
	if m.stays(name) || p.since == m.Today() || p.kind == kind && p.lives == lives && p.shares == shares {
		return
	}
	if m.voting && p.shares != shares {
		if shares != "" {
			m.came["share begun while voting"]++
		} else {
			m.came["share ended while voting"]++
		}
	}
	p.kind, p.lives, p.shares, p.since = kind, lives, shares, m.Today()
	m.must(m.t, m.partnerships.Move(m.t.Context(), m.who["Grace"], m.area, m.who[name].Person, partnership.Move{Form: m.form(), As: m.way(name), From: m.Today(), Why: "As it is now"}))
	m.dress(name)
}

// correct puts right with whom somebody shares a vote, since they are in it as they
// are: also before the vote opened, which changes nothing about it.
func (m *model) correct() {
	name := m.one()
	p := m.people[name]
	if name == "Grace" || p.kind == "" || m.pick(2) == 0 {
		return
	}
	p.shares = m.sharing(p.kind)
	var with []partnership.Member
	m.must(m.t, m.DB.Read(m.t.Context(), func(tx *db.Tx) (err error) {
		with, err = partnership.MembersOn(m.t.Context(), tx, m.area.ID, m.Today())
		return err
	}))
	at := slices.IndexFunc(with, func(w partnership.Member) bool { return w.Person == m.who[name].Person })
	m.must(m.t, m.partnerships.Correct(m.t.Context(), m.who["Grace"], m.area, with[at].ID, partnership.Correction{Form: m.form(), As: m.way(name), From: p.since, Why: "It was mistaken"}))
	m.came["share put right"]++
}

// dress has somebody wear the hat that they have today.
func (m *model) dress(name string) {
	m.must(m.t, m.DB.Read(m.t.Context(), func(tx *db.Tx) error {
		hats, err := person.HatsOf(m.t.Context(), tx, m.who[name].Person)
		if err != nil {
			return err
		}
		for _, h := range hats {
			if h.WornOn(m.Today()) {
				m.who[name], err = person.ActorIn(m.t.Context(), tx, m.who[name].Person, h.ID, m.Today())
			}
		}
		return err
	}))
}

func (m *model) join() {
	name := fmt.Sprint("New ", len(m.people))
	m.people[name] = &modelled{kind: partnership.Resident, lives: true, shares: m.sharing(partnership.Resident), since: m.Today()}
	m.must(m.t, m.do(m.t.Context(), func(tx *db.Tx) error {
		in, err := m.partnerships.JoinIn(m.t.Context(), tx, theTest, m.area, partnership.NewMember{
			Name: name, Email: fmt.Sprint("new", len(m.people), "@", m.domain()), As: m.way(name), From: m.Today(),
		})
		m.who[name] = access.Actor{Person: in.Person}
		return err
	}))
	m.dress(name)
}

func (m *model) setRules() {
	m.rule = partnership.NewRules{
		From: m.Today(), MayVote: true, ResidentQuorum: m.pick(4), DecidedAt: "Meeting of May",
		Majority:    []partnership.Majority{partnership.MoreThanHalf, partnership.TwoThirds, partnership.ThreeQuarters}[m.pick(3)],
		Councillors: partnership.CouncillorRules()[m.pick(len(partnership.CouncillorRules()))],
	}
	m.must(m.t, m.do(m.t.Context(), func(tx *db.Tx) error {
		_, err := m.partnerships.SetRulesIn(m.t.Context(), tx, m.who["Grace"], m.area, m.rule)
		return err
	}))
}

func (m *model) extend() {
	closes := m.closes.Add(time.Duration(m.pick(3)*12) * time.Hour)
	may := m.voting && !m.closed && m.Clock.Now().Before(m.closes) && closes.After(m.closes) && m.free("Grace")
	if m.agrees("extend", m.decisions.Extend(m.t.Context(), m.who["Grace"], m.area, m.number, decision.NewExtension{Form: m.form(), ClosesAt: closes, Why: "Snow"}), may) {
		m.closes = closes
	}
}

func (m *model) withdraw() {
	if !m.voting && m.pick(8) > 0 {
		return
	}
	may := !m.voting && !m.closed && m.free("Rosa")
	if m.agrees("withdraw", m.decisions.Withdraw(m.t.Context(), m.who["Rosa"], m.area, m.number, "Not now", m.form()), may) {
		m.closed = true
	}
}

func (m *model) close() {
	may := m.voting && !m.closed && !m.Clock.Now().Before(m.closes) && !m.frozen()
	if !m.agrees("close", m.table.close(m.t.Context(), m.number), may) {
		return
	}
	m.closed = true
	var excluded []access.PersonID
	electors := slices.Clone(m.electors)
	for i, e := range electors {
		if electors[i].out = e.out || m.out(e.name, m.votes); electors[i].out {
			excluded = append(excluded, m.who[e.name].Person)
			if slices.ContainsFunc(m.votes, func(s said) bool { return s.name == e.name }) {
				m.came["left out"]++
			}
		}
	}
	slices.Sort(excluded)
	sums, residents := m.counted(electors, m.votes)
	yes, no := sums[string(decision.Yes)], sums[string(decision.No)]
	enough := map[partnership.Majority]bool{
		partnership.MoreThanHalf: yes > no, partnership.TwoThirds: yes >= 2*no && yes > 0, partnership.ThreeQuarters: yes >= 3*no && yes > 0,
	}
	want := decision.IsNotAgreed
	switch {
	case residents < m.quorum:
		want = decision.HasNoQuorum
	case enough[m.majority]:
		want = decision.IsAgreed
	}
	of := m.read(m.t, m.number)
	m.each(of, electors)
	r := of.Result
	if r.Outcome != want || r.Yes != yes || r.No != no || r.Aside != sums[string(decision.StandsAside)] || r.Unused != unused(electors, sums) || r.Residents != residents || r.Quorum != m.quorum || !slices.Equal(r.Excluded, excluded) {
		m.say.Fatalf("the result is %+v; the model says %s, %d yes, %d no, %v, %d residents of %d, without %v", r, want, yes, no, sums, residents, m.quorum, excluded)
	}
}

// each holds every vote that was kept against what was said, and notes what came
// about of those that are shared.
func (m *model) each(of decision.Decision, electors []modelElector) {
	if len(of.Poll.Ballots) != len(m.votes) || len(of.Poll.Electors) != len(electors) {
		m.say.Fatalf("%d ballots of %d electors are kept; the model says %d of %d", len(of.Poll.Ballots), len(of.Poll.Electors), len(m.votes), len(electors))
	}
	by := map[string]modelElector{}
	said := map[string][]modelElector{} // of each vote, who spoke for it
	lives := map[string]map[bool]bool{}
	for _, e := range electors {
		by[e.name] = e
		if lives[e.holder] == nil {
			lives[e.holder] = map[bool]bool{}
		}
		lives[e.holder][e.resident] = true
	}
	for i, b := range of.Poll.Ballots {
		s := m.votes[i]
		e := by[s.name]
		holder := "share:" + e.holder
		if at, ok := m.others[e.holder]; ok {
			holder = "share:" + string(at)
		} else if e.holder == e.name {
			holder = string(m.who[e.name].Person)
		}
		if b.Person != m.who[s.name].Person || b.Holder != holder || string(b.Choice) != s.what || b.Counts() != s.counts || !b.EnteredAt.Before(m.closes) {
			m.say.Fatalf("the ballot is %+v; the model says %+v, of %s", b, s, holder)
		}
		if s.counts {
			said[e.holder] = append(said[e.holder], e)
		}
	}
	for holder, all := range said {
		if holder == all[0].name {
			continue
		}
		last := all[len(all)-1]
		for _, e := range all {
			p := m.people[e.name]
			m.notes("shared by several", holder != "councillors" && e.name != all[0].name)
			m.notes("shared vote of who shares no more", holder != "councillors" && p.shares != holder)
			m.notes("two hats one vote", e.hats)
			m.notes("shared vote without one of them", e.out)
			m.notes("shared vote falls back", holder != "councillors" && last.out && !e.out)
			m.notes("resident among others", e.resident && lives[holder][false])
		}
	}
}

func (m *model) notes(what string, came bool) {
	if came {
		m.came[what]++
	}
}
