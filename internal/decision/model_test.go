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
// not somebody's, that is a second one, that is late, or of somebody with an
// interest; and the result is what a naive model says (S08, trust.md D1 to D4).
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
	if err := w.DB.Write(t.Context(), func(tx *db.Tx) (err error) {
		if place, err = w.PlaceIn(t.Context(), tx, fmt.Sprint("Place ", n), fmt.Sprint("Oak ", n), "Grace", "Dev", "Esi"); err != nil {
			return err
		}
		m.table = tableAt(w, place)
		return m.seat(t.Context(), tx)
	}); err != nil {
		t.Fatal(err)
	}
	for name, kind := range map[string]partnership.Kind{
		"Grace": partnership.Resident, "Rosa": partnership.Resident, "Sol": partnership.Resident, "Tess": partnership.Resident, "Uma": partnership.Resident,
		"Vic": partnership.NonResident, "Adams": partnership.Councillor, "Bale": partnership.Councillor, "Cole": partnership.Councillor, "Dunn": partnership.Councillor,
		"Fred": partnership.Friend,
	} {
		m.people[name] = &modelled{kind: kind, since: m.Today()}
	}
	m.setRules()
	m.number = m.put(t, "Rosa", m.proposal())
	m.hash = m.read(t, m.number).Text().Hash
	return m
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
		p, holder := m.people[name], name
		switch {
		case !p.kind.Decides(), p.kind == partnership.Councillor && m.rule.Councillors == partnership.CouncillorsExcluded:
			continue
		case p.kind == partnership.Councillor && m.rule.Councillors == partnership.CouncillorsShareOne:
			holder = "councillors"
		}
		all = append(all, modelElector{name: name, holder: holder, resident: p.kind == partnership.Resident})
	}
	return all
}

func least(rule partnership.NewRules, electors []modelElector) int {
	n := 0
	for _, e := range electors {
		if e.resident && !e.out {
			n++
		}
	}
	if rule.ResidentQuorum > 0 {
		return rule.ResidentQuorum
	}
	return max(1, (n+1)/2)
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
	around := []func(){m.pass, m.recuse, m.declare, m.handle, m.handle, m.handle, m.end, m.leave, m.move, m.join, m.setRules}
	m.some(steps/3, append(around, m.position, m.position, m.position, m.position, m.change, m.attempt, m.vote, m.withdraw))
	m.toVote()
	m.some(steps, append(around, m.vote, m.vote, m.vote, m.vote, m.vote, m.vote, m.paper, m.paper, m.paper, m.confirm, m.confirm, m.confirm, m.extend, m.close, m.withdraw, m.change))
	// However it went, it comes to an end: what waits is handled, the vote closes.
	m.handleAll()
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
	n := m.proposal().Words
	n.Form, n.Words, n.Why = m.form(), fmt.Sprint("As it is said the ", m.came["change done"], "th time."), "Because"
	may := !m.voting && !m.closed && m.free("Rosa")
	if m.agrees("change", m.decisions.Change(m.t.Context(), m.who["Rosa"], m.area, m.number, n), may) {
		m.hash = m.read(m.t, m.number).Text().Hash
	}
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

func (m *model) vote() {
	name, choice := m.one(), decision.Choices()[m.pick(3)]
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
	name, choice := m.one(), decision.Choices()[m.pick(3)]
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
	p := m.people[name]
	if m.stays(name) || p.since == m.Today() || p.kind == to {
		return
	}
	m.must(m.t, m.partnerships.Move(m.t.Context(), m.who["Grace"], m.area, m.who[name].Person, partnership.Move{Form: m.form(), As: partnership.In{Kind: to}, From: m.Today(), Why: "As it is now"}))
	p.kind, p.since = to, m.Today()
	m.dress(name)
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
	m.must(m.t, m.do(m.t.Context(), func(tx *db.Tx) error {
		in, err := m.partnerships.JoinIn(m.t.Context(), tx, theTest, m.area, partnership.NewMember{
			Name: name, Email: fmt.Sprint("new", len(m.people), "@", m.domain()), As: partnership.In{Kind: partnership.Resident}, From: m.Today(),
		})
		m.who[name] = access.Actor{Person: in.Person}
		return err
	}))
	m.people[name] = &modelled{kind: partnership.Resident, since: m.Today()}
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
	r := m.read(m.t, m.number).Result
	if r.Outcome != want || r.Yes != yes || r.No != no || r.Aside != sums[string(decision.StandsAside)] || r.Residents != residents || r.Quorum != m.quorum || !slices.Equal(r.Excluded, excluded) {
		m.say.Fatalf("the result is %+v; the model says %s, %d yes, %d no, %v, %d residents of %d, without %v", r, want, yes, no, sums, residents, m.quorum, excluded)
	}
}
