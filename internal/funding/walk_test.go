package funding_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/decision"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/ledger"
	"commontable/internal/money"
	"commontable/internal/organisation"
	"commontable/internal/plan"
)

const stepsOfAWalk = 40

// Random people do random things to the money of two areas, and a naive model
// (model_test.go) says each time whether they may, and what is then where (G1).
func TestTheWalkAgainstAModel(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		var world *fundingtest.World
		tally := map[string]int{}
		checks := 0
		rapid.Check(t, func(r *rapid.T) {
			if checks%10 == 0 { // a world that grows is slow to verify, and a new one to make
				world = newWorld(t, dbtest.SQLite(t))
			}
			w := newWalk(t.Context(), r, byRapid{r}, world, checks)
			checks++
			w.walk(stepsOfAWalk)
			w.verify()
			w.count(tally)
		})
		t.Logf("%d walks: %v", checks, tally)
		for _, what := range everyDeed {
			if checks < 100 {
				break // too few to tell
			}
			if tally[what+" done"] == 0 || tally[what+" refused"] == 0 {
				t.Errorf("%s: done %d times and refused %d times, want both to come about", what, tally[what+" done"], tally[what+" refused"])
			}
		}
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		world := newWorld(t, dbtest.Postgres(t))
		checks, failed := 0, false
		rapid.Check(t, func(r *rapid.T) {
			if checks >= walksOnPostgres() && !failed {
				return // each asks the server some thousand things
			}
			failed = true // until it did not: rapid walks a failure again, for a shorter one
			w := newWalk(t.Context(), r, byRapid{r}, world, checks)
			checks++
			w.walk(stepsOfAWalk)
			w.verify()
			failed = false
		})
	})
}

// walksOnPostgres is how many of rapid's walks are walked there.
func walksOnPostgres() int {
	if os.Getenv("TEST_ALL") != "" {
		return 100
	}
	return 40
}

// G13: one seed walks the same on both databases, to the last byte of every
// entry and event.
func TestBothDatabasesEndEqual(t *testing.T) { //nolint:tparallel // the walks end before they are compared
	t.Parallel()
	ends := map[string]string{}
	t.Run("walks", func(t *testing.T) {
		dbtest.Each(t, func(t *testing.T, d *db.DB) {
			world := newWorld(t, d)
			w := newWalk(t.Context(), t, bySeed{rand.New(rand.NewPCG(2026, 10))}, world, 0)
			w.walk(4 * stepsOfAWalk)
			w.verify()
			end := dump(t, d)
			walksMu.Lock()
			defer walksMu.Unlock()
			ends[d.Engine()] = end
		})
	})
	if len(ends) < 2 {
		t.Skip("with one database there is nothing to compare")
	}
	a, b := strings.Split(ends["sqlite"], "\n"), strings.Split(ends["postgres"], "\n")
	if len(a) < 150 {
		t.Errorf("the walk left %d lines, want a longer one", len(a))
	}
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			t.Fatalf("line %d:\n  sqlite %s\npostgres %s", i+1, a[i], b[i])
		}
	}
	if len(a) != len(b) {
		t.Errorf("sqlite ends with %d lines, postgres with %d", len(a), len(b))
	}
}

// dump is all entries, postings, balances, totals and events of a database.
func dump(t *testing.T, d *db.DB) string {
	t.Helper()
	var b strings.Builder
	done(t, d.Read(t.Context(), func(tx *db.Tx) error {
		b.Reset()
		ctx := t.Context()
		err := ledger.EachPosting(ctx, tx, func(e ledger.Entry, p ledger.Posting) error {
			fmt.Fprintln(&b, "posting", e, p)
			return nil
		})
		line := func(r db.Row) error {
			var key string
			var numbers [5]int64
			err := r.Scan(&key, &numbers[0], &numbers[1], &numbers[2], &numbers[3], &numbers[4])
			fmt.Fprintln(&b, key, numbers)
			return err
		}
		return errors.Join(err,
			db.Each(ctx, tx, line, `SELECT area_id, allocated, promised, paid, contribution, spent FROM area_money ORDER BY area_id`),
			db.Each(ctx, tx, line, `SELECT area_id || ' ' || line_id, promised, paid, spent, 0, 0 FROM line_money ORDER BY area_id, line_id`),
			db.Each(ctx, tx, line, `SELECT book || ' ' || account, postings, minor, 0, 0, 0 FROM ledger_balances ORDER BY book, account`),
			db.Each(ctx, tx, func(r db.Row) error {
				var key string
				var bytes []byte
				err := r.Scan(&key, &bytes)
				fmt.Fprintf(&b, "%s %s\n", key, bytes)
				return err
			}, `SELECT stream || ' ' || CAST(number AS TEXT), bytes FROM audit_events ORDER BY stream, number`),
		)
	}))
	return b.String()
}

// A chooser says which of n things is next.
type chooser interface{ pick(n int, what string) int }

type byRapid struct{ t *rapid.T }

// evenly draws a number below 1024, each as likely as any other: IntRange likes
// small numbers, and with them a walk does not come far.
var evenly = rapid.Custom(func(t *rapid.T) int {
	n := 0
	for bit := range 10 {
		if rapid.Bool().Draw(t, "") {
			n |= 1 << bit
		}
	}
	return n
})

func (c byRapid) pick(n int, what string) int { return evenly.Draw(c.t, what) % n }

type bySeed struct{ r *rand.Rand }

func (c bySeed) pick(n int, _ string) int { return c.r.IntN(n) }

type tester interface {
	Helper()
	Fatalf(format string, args ...any)
}

// A walk is a world that is walked through, and the model that goes with it.
type walk struct {
	tester
	chooser
	ctx    context.Context //nolint:containedctx // a walk is one test
	world  *fundingtest.World
	places []*fundingtest.Place
	orgs   []organisation.ID
	areas  []*modelArea
	hats   []hat
	story  []string
	tally  map[string]int
}

// A hat is an actor as the model knows them: who may do what is said once more
// in model_test.go.
type hat struct {
	actor access.Actor
	role  access.Role
	area  int // -1 for all
	org   int // -1 for none
}

// newWalk adds two areas of its own to a world, so that many walks may share it.
func newWalk(ctx context.Context, t tester, c chooser, world *fundingtest.World, number int) *walk {
	t.Helper()
	w := &walk{tester: t, chooser: c, ctx: ctx, world: world, tally: map[string]int{}}
	err := world.DB.Write(ctx, func(tx *db.Tx) error {
		w.places, w.orgs, w.areas = nil, nil, nil
		programme := string(world.Programme.ID)
		w.hats = []hat{
			{world.Farah, access.ProgrammeOfficer, -1, -1},
			{world.Amina, access.ProgrammeFinance, -1, -1},
			{world.Ben, access.ProgrammeFinance, -1, -1},
			{world.Carol, access.ProgrammeFinance, -1, -1},
			{access.Actor{}, access.Nobody, -1, -1},
		}
		// One human being in two hats, at the programme and in each LTO.
		second, err := world.PersonIn(ctx, tx, "Dora", access.ProgrammeFinance, access.InProgramme, programme)
		if err != nil {
			return err
		}
		w.hats = append(w.hats, hat{second, access.ProgrammeFinance, -1, -1})
		if second, err = world.HatIn(ctx, tx, second.Person, access.ProgrammeOfficer, access.InProgramme, programme); err != nil {
			return err
		}
		w.hats = append(w.hats, hat{second, access.ProgrammeOfficer, -1, -1})
		for i, name := range []string{"Northend", "Southend"} {
			p, err := world.PlaceIn(ctx, tx, fmt.Sprintf("%s %d", name, number), name+" Trust", "Grace", "Dev", "Esi")
			if err != nil {
				return err
			}
			if err := world.AskIn(ctx, tx, p); err != nil {
				return err
			}
			devAsApprover, err := world.HatIn(ctx, tx, p.Finance.Person, access.LTOApprover, access.InOrganisation, string(p.LTO.ID))
			if err != nil {
				return err
			}
			w.places, w.orgs, w.areas = append(w.places, p), append(w.orgs, p.LTO.ID), append(w.areas, newModelArea())
			w.hats = append(w.hats,
				hat{p.Chair, access.Chair, i, -1}, hat{p.Finance, access.LTOFinance, -1, i},
				hat{p.Approver, access.LTOApprover, -1, i}, hat{devAsApprover, access.LTOApprover, -1, i})
		}
		return nil
	})
	if err != nil {
		t.Fatalf("new walk: %v", err)
	}
	return w
}

func (w *walk) walk(steps int) {
	w.Helper()
	// Some walks begin where the others hope to come.
	if w.pick(4, "from the beginning") != 1 {
		for i := range w.places {
			w.begin(i)
		}
	}
	for range steps {
		w.step()
	}
}

// begin brings an area as far as a payment, by the right people.
func (w *walk) begin(i int) {
	chair := w.wearing(access.Chair, i, -1)
	w.do(w.allocate(i, w.wearing(access.ProgrammeOfficer, -1, -1), 1_000_000))
	w.do(w.write(i, chair, map[string]int64{"a": 400_000, "b": 300_000}))
	w.do(w.adopt(i, chair, 1))
	w.do(w.hold(i, chair, i))
	w.do(w.offer(i, w.wearing(access.ProgrammeOfficer, -1, -1), i, 0, []modelInstalment{{line: "a", minor: 100_010}, {line: "b", minor: 50_030}}))
	w.do(w.accept(i, w.wearing(access.LTOApprover, -1, i), 1))
	first := w.areas[i].offers[0].instalments[0]
	w.do(w.prepare(i, w.hats[1], first, true, false))
	w.do(w.onPayment("approve", i, w.hats[2], w.areas[i].payments[0], true))
	w.do(w.onPayment("release", i, w.hats[3], w.areas[i].payments[0], true))
}

func (w *walk) wearing(role access.Role, area, org int) hat {
	for _, h := range w.hats {
		if h.role == role && h.area == area && h.org == org {
			return h
		}
	}
	w.Fatalf("nobody is %s of %d, %d", role, area, org)
	return hat{}
}

// A deed is something that somebody tries to do.
type deed struct {
	what    string
	words   string
	allowed bool
	do      func(funding.Form) error
	then    func() // what it does to the model
}

// everyDeed names what there is to do.
var everyDeed = []string{
	"allocate", "write", "adopt", "hold", "offer", "accept", "prepare", "approve", "release", "call off", "hand back", "reverse",
	"provide", "certify", "send back", "reverse spend",
	"discard", "end holding", "decline", "ask to reverse", "refuse reversal", "recode",
}

// do does a deed, perhaps twice, and holds all figures against the model.
func (w *walk) do(d deed) {
	w.Helper()
	w.story = append(w.story, d.words)
	form := w.world.Form()
	err := d.do(form)
	w.answered(d, err)
	if d.allowed {
		d.then()
		w.tally[d.what+" done"]++
	} else {
		w.tally[d.what+" refused"]++
	}
	w.compare()
	if w.pick(8, "again") == 1 {
		w.story = append(w.story, "the same form again")
		w.answered(d, d.do(form))
		if d.allowed {
			w.compare()
		}
	}
}

func (w *walk) answered(d deed, err error) {
	w.Helper()
	if (err == nil) != d.allowed {
		w.fail("%s: got %v, the model says allowed: %v", d.words, err, d.allowed)
	}
	_, invalid := errors.AsType[fault.Invalid](err)
	if err != nil && !invalid && !errors.Is(err, fault.NotFound) && !errors.Is(err, fault.Forbidden) && !errors.Is(err, fault.Conflict) {
		w.fail("%s: refused with %v, want a refusal that a person can read", d.words, err)
	}
}

func (w *walk) fail(format string, args ...any) {
	w.Helper()
	w.Fatalf("%s\n\nthe walk:\n  %s", fmt.Sprintf(format, args...), strings.Join(w.story, "\n  "))
}

func (w *walk) count(tally map[string]int) {
	for what, n := range w.tally {
		tally[what] += n
	}
}

// compare holds every figure against the model's.
func (w *walk) compare() {
	w.Helper()
	err := w.world.DB.Read(w.ctx, func(tx *db.Tx) error {
		for i, p := range w.places {
			got, err := w.figures(tx, i, p)
			if err != nil {
				return err
			}
			want := w.areas[i].figures(len(w.orgs))
			for _, key := range slices.Sorted(maps.Keys(want)) {
				if got[key] != want[key] {
					w.fail("area %d, %s: got %d, the model has %d", i, key, got[key], want[key])
				}
			}
			for _, key := range slices.Sorted(maps.Keys(got)) {
				if _, known := want[key]; !known && got[key] != 0 {
					w.fail("area %d, %s: got %d, the model knows nothing of it", i, key, got[key])
				}
			}
		}
		return nil
	})
	if err != nil {
		w.fail("read: %v", err)
	}
}

// figures are all that is kept of an area's money, by name.
func (w *walk) figures(tx *db.Tx, i int, p *fundingtest.Place) (map[string]int64, error) {
	m, err := funding.AreaMoney(w.ctx, tx, p.Area)
	if err != nil {
		return nil, err
	}
	got := map[string]int64{
		"allocated": m.Allocated.Minor(), "promised": m.Promised.Minor(), "paid": m.Paid.Minor(),
		"contribution": m.Contribution.Minor(), "spent": m.Spent.Minor(), "left": m.Left().Minor(), "held": m.Held().Minor(),
	}
	lines, err := funding.Lines(w.ctx, tx, p.Area.ID)
	if err != nil {
		return nil, err
	}
	names := map[plan.LineID]string{}
	for name, lid := range w.areas[i].lines {
		names[lid] = name
	}
	for _, l := range lines {
		name := names[l.ID]
		got["budget of "+name] = l.Budget.Minor()
		got["promised for "+name], got["paid for "+name], got["spent on "+name] = l.Money.Promised.Minor(), l.Money.Paid.Minor(), l.Money.Spent.Minor()
	}
	balances, err := ledger.Balances(w.ctx, tx, ledger.Book(p.Area.ID))
	if err != nil {
		return nil, err
	}
	for _, b := range balances {
		path := b.Account.Path
		for n, o := range w.orgs {
			path = strings.ReplaceAll(path, string(o), fmt.Sprint(n))
		}
		for lid, name := range names {
			path = strings.ReplaceAll(path, string(lid), name)
		}
		got["account "+path] = b.Balance.Minor()
	}
	offers, err := funding.Schedule(w.ctx, tx, p.Area.ID)
	if err != nil {
		return nil, err
	}
	themes, err := funding.SpentByTheme(w.ctx, tx, p.Area.ID)
	if err != nil {
		return nil, err
	}
	for _, x := range themes {
		got["under "+x.Theme] = x.Spent.Minor()
	}
	quarters, err := funding.SpentByQuarter(w.ctx, tx, p.Area.ID)
	if err != nil {
		return nil, err
	}
	for _, x := range quarters {
		got["in the quarter"] += x.Spent.Minor()
	}
	for _, o := range offers {
		for _, in := range o.Instalments {
			got[fmt.Sprintf("instalment %d of %d %s", in.Number, o.Number, in.Stage(o, fundingtest.Today))] = in.Amount.Minor()
		}
	}
	return got, nil
}

// verify wants nothing found in this walk's areas.
func (w *walk) verify() {
	w.Helper()
	err := w.world.DB.Read(w.ctx, func(tx *db.Tx) error {
		report := func(s string) {
			for _, p := range w.places {
				if strings.Contains(s, string(p.Area.ID)) {
					w.fail("verify: %s", s)
				}
			}
		}
		return fundingtest.Verify(w.ctx, tx, report)
	})
	if err != nil {
		w.fail("verify: %v", err)
	}
}

// Amounts that round in every way, and the edges of what there is.
var amounts = []int64{10_000, 1, 10, 30, 50_030, 70, 100_010, 20_000, 99_999, 250_000, 400_001, 1_000_000, 400_000, 0, -5}

func (w *walk) amount() int64 { return amounts[w.pick(len(amounts), "amount")] }

// who is mostly somebody in one of the roles that may, sometimes anybody.
func (w *walk) who(what string, area, org int) hat {
	if w.pick(5, "anybody") != 1 {
		var able []hat
		for _, h := range w.hats {
			if h.may(what, area, org) {
				able = append(able, h)
			}
		}
		if len(able) > 0 {
			return able[w.pick(len(able), "who")]
		}
	}
	return w.hats[w.pick(len(w.hats), "who")]
}

// elsewhere is mostly the area itself; sometimes the other, whose things are asked for.
func (w *walk) elsewhere(i int) int {
	if w.pick(12, "another area’s") == 1 {
		return 1 - i
	}
	return i
}

// oftener is what a random step picks from: the end of the walk is tried more
// often than its beginning, which a walk passes but once.
var oftener = slices.Concat(everyDeed,
	[]string{"reverse", "reverse", "ask to reverse", "recode", "offer", "accept", "decline", "decline", "end holding", "prepare", "prepare", "approve", "approve", "release", "release", "release"},
	[]string{"provide", "provide", "provide", "certify", "certify", "certify", "certify", "reverse spend", "reverse spend"})

var lineNames = []string{"a", "b", "c"}

// step does one random thing. People mostly try what they may: without that a
// walk would not come far.
func (w *walk) step() {
	w.Helper()
	d := w.random()
	for try := 0; try < 6 && !d.allowed && w.pick(4, "try regardless") != 1; try++ {
		d = w.random()
	}
	if d.do != nil {
		w.do(d)
	}
}

// random is a random deed; none where there is nothing yet to do it to.
func (w *walk) random() deed {
	w.Helper()
	i := w.pick(2, "area")
	m := w.areas[i]
	from := w.elsewhere(i)
	theirs := w.areas[from]
	line := func() string { return lineNames[w.pick(len(lineNames), "line")] }
	letter := func() (number, org int) { // often the newest, which is the likeliest to wait for an answer
		number = 1 + w.pick(len(m.offers)+1, "which")
		if len(m.offers) > 0 && w.pick(2, "the newest") == 1 {
			number = len(m.offers)
		}
		if number <= len(m.offers) {
			return number, m.offers[number-1].org
		}
		return number, i
	}
	switch what := oftener[w.pick(len(oftener), "what")]; what {
	case "allocate":
		return w.allocate(i, w.who(what, i, -1), w.amount())
	case "write":
		lines := map[string]int64{}
		for range 1 + w.pick(3, "lines") {
			lines[line()] = max(0, w.amount())
		}
		return w.write(i, w.who(what, i, -1), lines)
	case "adopt":
		return w.adopt(i, w.who(what, i, -1), 1+w.pick(len(m.versions)+1, "version"))
	case "discard":
		return w.discard(i, w.who(what, i, -1), 1+w.pick(len(m.versions)+1, "version"))
	case "hold":
		return w.hold(i, w.who(what, i, -1), w.pick(len(w.orgs), "organisation"))
	case "end holding":
		if w.pick(4, "really") == 1 { // seldom: much ends with it
			return w.endHolding(i, w.who(what, i, -1), w.pick(len(w.orgs), "organisation"), w.pick(2, "yesterday") == 1)
		}
	case "offer":
		org := i
		if w.pick(6, "another organisation") == 1 {
			org = 1 - i
		}
		var ins []modelInstalment
		for range 1 + w.pick(3, "instalments") {
			ins = append(ins, modelInstalment{line: line(), minor: w.amount()})
		}
		supersedes := 0
		if w.pick(2, "supersedes") == 1 {
			supersedes = w.pick(len(m.offers)+2, "which")
		}
		return w.offer(i, w.who(what, i, org), org, supersedes, ins)
	case "accept":
		number, org := letter()
		return w.accept(i, w.who(what, i, org), number)
	case "decline":
		number, org := letter()
		return w.decline(i, w.who(what, i, org), number)
	case "prepare":
		var all []*modelInstalment
		for _, o := range theirs.offers {
			all = append(all, o.instalments...)
		}
		if len(all) > 0 {
			return w.prepare(i, w.who(what, i, -1), all[w.pick(len(all), "which")], from == i, w.pick(3, "decision") == 1)
		}
	case "approve", "release", "call off", "hand back", "reverse", "ask to reverse", "refuse reversal":
		if len(theirs.payments) > 0 {
			p := theirs.payments[w.pick(len(theirs.payments), "which")]
			return w.onPayment(what, i, w.who(what, i, -1), p, from == i)
		}
	case "provide":
		org := i
		if w.pick(6, "another organisation") == 1 {
			org = 1 - i
		}
		return w.provide(i, w.who(what, i, org), org, from, line(), w.amount()/int64(1+w.pick(20, "part")), w.pick(3, "decision") == 1, w.afresh(m))
	case "certify":
		if len(theirs.spends) > 0 {
			s := []*modelSpend{w.spend(theirs, "provided")}
			if w.pick(4, "two") == 1 {
				s = append(s, w.spend(theirs, "provided"))
			}
			return w.certify(i, w.who(what, i, s[0].org), s, from == i)
		}
	case "send back", "reverse spend", "recode":
		if len(theirs.spends) > 0 {
			state := map[string]string{"send back": "provided", "reverse spend": "certified", "recode": "certified"}[what]
			s := w.spend(theirs, state)
			return w.onSpend(what, i, w.who(what, i, s.org), s, from == i)
		}
	}
	return deed{}
}

// spend is mostly one in a state, sometimes any.
func (w *walk) spend(m *modelArea, state string) *modelSpend {
	likely := slices.DeleteFunc(slices.Clone(m.spends), func(s *modelSpend) bool { return s.state != state })
	if len(likely) == 0 || w.pick(4, "any") == 1 {
		likely = m.spends
	}
	return likely[w.pick(len(likely), "which")]
}

func (w *walk) allocate(i int, by hat, minor int64) deed {
	m := w.areas[i]
	return deed{
		"allocate", fmt.Sprintf("%s allocates %d to %d", by, minor, i),
		by.may("allocate", i, -1) && minor > 0,
		func(form funding.Form) error {
			return w.world.Funding.Allocate(w.ctx, by.actor, w.places[i].Area, funding.NewAllocation{Form: form, Amount: money.Pence(minor), On: fundingtest.Today})
		},
		func() { m.allocated = append(m.allocated, minor) },
	}
}

func (w *walk) write(i int, by hat, lines map[string]int64) deed {
	m := w.areas[i]
	n := plan.NewVersion{FromYear: 2026, UntilYear: 2028}
	for _, name := range slices.Sorted(maps.Keys(lines)) {
		n.Lines = append(n.Lines, fundingtest.Line("priority/"+name, money.Pence(lines[name])))
	}
	return deed{
		"write", fmt.Sprintf("%s writes a plan for %d: %v", by, i, lines),
		by.may("write", i, -1),
		func(form funding.Form) error {
			n.Form = string(form)
			number, err := w.world.Plans.Write(w.ctx, by.actor, w.places[i].Area, n)
			if err == nil && number != int64(len(m.versions)) && number != int64(len(m.versions)+1) {
				w.fail("the plan has version %d, want %d", number, len(m.versions)+1)
			}
			return err
		},
		func() {
			m.versions = append(m.versions, lines)
			all, err := w.world.Lines(w.ctx, w.places[i])
			if err != nil {
				w.fail("lines: %v", err)
			}
			for name := range lines {
				lid := all["priority/"+name]
				if before, known := m.lines[name]; lid == "" || (known && before != lid) {
					w.fail("line %s was %q and is %q: want it to stay the same", name, before, lid)
				}
				m.lines[name] = lid
			}
		},
	}
}

func (w *walk) adopt(i int, by hat, version int) deed {
	m := w.areas[i]
	return deed{
		"adopt", fmt.Sprintf("%s adopts version %d of %d’s plan", by, version, i),
		by.may("adopt", i, -1) && m.mayAdopt(version),
		func(form funding.Form) error {
			return w.world.Plans.Adopt(w.ctx, by.actor, w.places[i].Area, plan.NewAdoption{Form: string(form), Version: int64(version), On: fundingtest.Today, Decision: "x"})
		},
		func() { m.inForce, m.adopted[version] = version, true },
	}
}

func (w *walk) hold(i int, by hat, org int) deed {
	m := w.areas[i]
	from := date.Must("2020-01-01")
	if m.left[org] {
		from = fundingtest.Today
	}
	return deed{
		"hold", fmt.Sprintf("%s chooses organisation %d for %d", by, org, i),
		by.may("hold", i, -1) && !m.holders[org],
		func(form funding.Form) error {
			return w.world.Funding.Hold(w.ctx, by.actor, w.places[i].Area, funding.NewHolding{Form: form, Organisation: w.orgs[org], From: from, Decision: "x"})
		},
		func() { m.holders[org], m.left[org], m.afresh[org] = true, false, m.left[org] },
	}
}

func (w *walk) offer(i int, by hat, org, supersedes int, ins []modelInstalment) deed {
	m := w.areas[i]
	n := funding.NewOffer{Organisation: w.orgs[org], Supersedes: int64(supersedes)}
	made := &modelOffer{number: len(m.offers) + 1, org: org, supersedes: supersedes}
	if supersedes > 0 && supersedes <= len(m.offers) {
		made.first = m.offers[supersedes-1].origin()
	}
	for _, in := range ins {
		lid := m.lines[in.line]
		if lid == "" {
			lid = "not a line"
		}
		n.Instalments = append(n.Instalments, fundingtest.Instalment(lid, money.Pence(in.minor)))
		kept := in
		kept.offer = made
		made.instalments = append(made.instalments, &kept)
	}
	return deed{
		"offer", fmt.Sprintf("%s offers organisation %d a letter for %d in place of %d: %v", by, org, i, supersedes, ins),
		by.may("offer", i, org) && m.mayOffer(made) && !m.hasSuccessor(supersedes),
		func(form funding.Form) error {
			n.Form = form
			if n.Decision == 0 { // the same form again is by the same decision
				n.Decision = w.decided(i, decision.Spending, ins)
			}
			number, err := w.world.Funding.MakeOffer(w.ctx, by.actor, w.places[i].Area, n)
			if err == nil && int(number) != made.number {
				w.fail("the letter has number %d, want %d", number, made.number)
			}
			return err
		},
		func() {
			m.offers = append(m.offers, made)
			err := w.world.DB.Read(w.ctx, func(tx *db.Tx) error {
				o, err := funding.OfferOf(w.ctx, tx, w.places[i].Area.ID, int64(made.number))
				for n, in := range o.Instalments {
					made.instalments[n].id = in.ID
				}
				return err
			})
			if err != nil {
				w.fail("read the letter: %v", err)
			}
		},
	}
}

// decided has the partnership of a place agree to more than enough on some lines,
// and is the number of the decision; 0 where one of them is not a line there.
func (w *walk) decided(i int, kind decision.Kind, ins []modelInstalment) int64 {
	var words decision.NewText
	named := map[plan.LineID]bool{}
	for _, in := range ins {
		line, known := w.areas[i].lines[in.line]
		if !known {
			return 0
		}
		if !named[line] {
			words.Lines = append(words.Lines, decision.Line{Line: line, Amount: money.Pounds(100_000_000)})
		}
		named[line] = true
	}
	number, err := w.world.Decide(w.ctx, w.places[i], decision.NewProposal{Kind: kind, Words: words})
	if err != nil {
		w.fail("decide: %v", err)
	}
	return number
}

func (w *walk) accept(i int, by hat, number int) deed {
	m := w.areas[i]
	return deed{
		"accept", fmt.Sprintf("%s accepts letter %d of %d", by, number, i),
		number <= len(m.offers) && by.may("accept", i, m.offers[number-1].org) && m.mayAccept(m.offers[number-1]),
		func(form funding.Form) error {
			return w.world.Funding.AcceptOffer(w.ctx, by.actor, w.places[i].Area, int64(number), form)
		},
		func() { m.offers[number-1].accepted = true },
	}
}

func (w *walk) prepare(i int, by hat, in *modelInstalment, ours, byDecision bool) deed {
	m := w.areas[i]
	n := funding.NewPayment{Instalment: in.id}
	made := &modelPayment{in: in, decision: byDecision, preparer: by.actor.Person, approvers: map[access.PersonID]bool{}}
	return deed{
		"prepare", fmt.Sprintf("%s prepares the payment of %d for %s in %d (here: %v), decision: %v", by, in.minor, in.line, i, ours, byDecision),
		ours && by.may("prepare", i, -1) && m.payment(in) == nil && m.mayPay(made),
		func(form funding.Form) (err error) {
			n.Form = form
			if byDecision && n.Decision == 0 {
				n.Decision = w.decided(i, decision.OverBudget, []modelInstalment{*in})
			}
			made.id, err = w.world.Funding.PreparePayment(w.ctx, by.actor, w.places[i].Area, n)
			return err
		},
		func() { m.payments = append(m.payments, made) },
	}
}

func (w *walk) onPayment(what string, i int, by hat, p *modelPayment, ours bool) deed {
	m, f, a := w.areas[i], w.world.Funding, w.places[i].Area
	d := deed{what: what, words: fmt.Sprintf("%s: %s, payment of %d for %s in %d (here: %v)", by, what, p.in.minor, p.in.line, i, ours)}
	may := ours && by.may(what, i, -1)
	who := by.actor.Person
	switch what {
	case "approve":
		var digest []byte
		if ours {
			shown, err := w.world.Payment(w.ctx, w.places[i], p.id)
			if err != nil {
				w.fail("read payment: %v", err)
			}
			digest = shown.Digest
		}
		stale := len(w.story) > 20 && w.pick(10, "shown something else") == 1
		if stale {
			digest = []byte("something else")
			d.words += ", having been shown something else"
		}
		d.allowed = may && !stale && p.waits() && who != p.preparer && len(p.approvers) == 0 // one approval is needed, and more are refused
		d.do = func(form funding.Form) error { return f.ApprovePayment(w.ctx, by.actor, a, p.id, digest, form) }
		d.then = func() { p.approvers[who] = true }
	case "release":
		d.allowed = may && p.waits() && who != p.preparer && !p.approvers[who] && len(p.approvers) > 0 && m.mayPay(p)
		d.do = func(form funding.Form) error {
			return f.ReleasePayment(w.ctx, by.actor, a, p.id, funding.NewRelease{Form: form, PaidOn: fundingtest.Today, Reference: "x"})
		}
		d.then = func() { p.released = true }
	case "call off":
		d.allowed = may && p.waits()
		d.do = func(form funding.Form) error { return f.CancelPayment(w.ctx, by.actor, a, p.id, "x", form) }
		d.then = func() { p.cancelled = true }
	case "hand back":
		back := w.amount()
		if w.pick(3, "all of it") == 1 {
			back = p.stays()
		}
		d.words += fmt.Sprintf(": %d", back)
		d.allowed = may && p.released && !p.reversed && back > 0 && back <= p.stays() && back <= m.held(p.in.offer.org)
		d.do = func(form funding.Form) error {
			return f.ReturnUnderspend(w.ctx, by.actor, a, p.id, funding.NewReturn{Form: form, Amount: money.Pence(back), On: fundingtest.Today, Reason: "x"})
		}
		d.then = func() { p.backs = append(p.backs, back) }
	case "reverse":
		d.allowed = may && p.asked != "" && p.asked != who && p.released && !p.reversed && len(p.backs) == 0 && p.in.minor <= m.held(p.in.offer.org)
		d.do = func(form funding.Form) error { return f.ReversePayment(w.ctx, by.actor, a, p.id, form) }
		d.then = func() { p.reversed = true }
	case "ask to reverse":
		d.allowed = may && p.asked == "" && p.released && !p.reversed && len(p.backs) == 0
		d.do = func(form funding.Form) error { return f.AskReversal(w.ctx, by.actor, a, p.id, "x", form) }
		d.then = func() { p.asked = who }
	case "refuse reversal":
		d.allowed = may && p.asked != "" && !p.reversed
		d.do = func(form funding.Form) error { return f.RefuseReversal(w.ctx, by.actor, a, p.id, "x", form) }
		d.then = func() { p.asked = "" }
	}
	return d
}

func (w *walk) provide(i int, by hat, org, from int, line string, minor int64, byDecision bool, old *modelSpend) deed {
	m := w.areas[i]
	n := w.world.NewSpend(w.places[org], w.areas[from].lines[line], money.Pence(minor))
	may := true
	if old != nil {
		n.Replaces = old.id
		may = old.org == org && !old.replaced && (old.state == "sent back" || old.state == "reversed")
	}
	made := &modelSpend{org: org, line: line, minor: minor, decision: byDecision, provider: by.actor.Person, state: "provided", theme: "green-spaces"}
	return deed{
		"provide", fmt.Sprintf("%s of organisation %d records %d on %s of %d (of %d), decision: %v, afresh: %v", by, org, minor, line, i, from, byDecision, old != nil),
		may && from == i && by.may("provide", i, org) && minor > 0 && m.lines[line] != "" && m.holders[org],
		func(form funding.Form) (err error) {
			n.Form = form
			if byDecision && n.Decision == 0 {
				n.Decision = w.decided(i, decision.OverBudget, []modelInstalment{{line: line, minor: minor}})
			}
			made.id, err = w.world.Funding.ProvideSpend(w.ctx, by.actor, w.places[i].Area, n)
			return err
		},
		func() {
			m.spends = append(m.spends, made)
			if old != nil {
				old.replaced = true
			}
		},
	}
}

func (w *walk) certify(i int, by hat, spends []*modelSpend, ours bool) deed {
	m := w.areas[i]
	allowed := ours
	var ids []funding.SpendID
	var words []string
	for _, s := range spends {
		ids = append(ids, s.id)
		words = append(words, fmt.Sprintf("%d on %s", s.minor, s.line))
		// One after the other, for each counts for the next.
		allowed = allowed && by.may("certify", i, s.org) && s.provider != by.actor.Person && m.mayCertify(s)
		if allowed {
			s.state = "certified"
			defer func() { s.state = "provided" }()
		}
	}
	return deed{
		"certify", fmt.Sprintf("%s certifies %v of %d (here: %v)", by, words, i, ours), allowed,
		func(form funding.Form) error {
			return w.world.Funding.CertifySpends(w.ctx, by.actor, w.places[i].Area, form, ids...)
		},
		func() {
			for _, s := range spends {
				s.state = "certified"
			}
		},
	}
}

func (w *walk) onSpend(what string, i int, by hat, s *modelSpend, ours bool) deed {
	f, a := w.world.Funding, w.places[i].Area
	d := deed{what: what, words: fmt.Sprintf("%s: %s, %d on %s of %d (here: %v)", by, what, s.minor, s.line, i, ours)}
	switch what {
	case "send back":
		own := by.actor.Person == s.provider && by.may("provide", i, s.org)
		d.allowed = ours && (by.may(what, i, s.org) || own) && s.state == "provided"
		d.do = func(form funding.Form) error { return f.RefuseSpend(w.ctx, by.actor, a, s.id, "x", form) }
		d.then = func() { s.state = "sent back" }
	case "reverse spend":
		d.allowed = ours && by.may(what, i, s.org) && s.provider != by.actor.Person && s.state == "certified"
		d.do = func(form funding.Form) error { return f.ReverseSpend(w.ctx, by.actor, a, s.id, "x", form) }
		d.then = func() { s.state = "reversed" }
	case "recode":
		theme := []string{"green-spaces", "children-and-young-people"}[w.pick(2, "theme")]
		d.words += ", under " + theme
		d.allowed = ours && by.may(what, i, s.org) && (s.state == "provided" || s.state == "certified") && s.theme != theme
		d.do = func(form funding.Form) error {
			return f.RecodeSpend(w.ctx, by.actor, a, s.id, funding.NewRecoding{Form: form, Theme: theme, Reason: "x"})
		}
		d.then = func() { s.theme = theme }
	}
	return d
}

func (w *walk) discard(i int, by hat, version int) deed {
	m := w.areas[i]
	return deed{
		"discard", fmt.Sprintf("%s discards version %d of %d", by, version, i),
		by.may("discard", i, -1) && version <= len(m.versions) && !m.adopted[version] && !m.discarded[version],
		func(form funding.Form) error {
			return w.world.Plans.Discard(w.ctx, by.actor, w.places[i].Area, int64(version), string(form))
		},
		func() { m.discarded[version] = true },
	}
}

func (w *walk) endHolding(i int, by hat, org int, yesterday bool) deed {
	m, last := w.areas[i], fundingtest.Today
	if yesterday {
		last = last.AddDays(-1)
	}
	return deed{
		"end holding", fmt.Sprintf("%s records that organisation %d holds the money of %d until %s", by, org, i, last),
		by.may("end holding", i, -1) && m.mayEnd(org, yesterday),
		func(form funding.Form) error {
			return w.world.Funding.EndHolding(w.ctx, by.actor, w.places[i].Area, funding.NewHoldingEnd{Form: form, Organisation: w.orgs[org], LastDay: last, Decision: "x"})
		},
		func() { m.end(org, yesterday) },
	}
}

func (w *walk) decline(i int, by hat, number int) deed {
	m := w.areas[i]
	return deed{
		"decline", fmt.Sprintf("%s declines letter %d of %d", by, number, i),
		number <= len(m.offers) && by.may("decline", i, m.offers[number-1].org) && m.mayDecline(m.offers[number-1]),
		func(form funding.Form) error {
			return w.world.Funding.DeclineOffer(w.ctx, by.actor, w.places[i].Area, int64(number), "x", form)
		},
		func() { m.offers[number-1].declined = true },
	}
}

// afresh is mostly nothing, and sometimes a spend that is recorded afresh.
func (w *walk) afresh(m *modelArea) *modelSpend {
	if len(m.spends) == 0 || w.pick(4, "afresh") != 1 {
		return nil
	}
	return w.spend(m, "sent back")
}
