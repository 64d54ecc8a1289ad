package decision_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/money"
	"commontable/internal/organisation"
	"commontable/internal/partnership"
	"commontable/internal/person"
	"commontable/internal/plan"
)

// A table is a partnership that decides. Grace chairs it; Rosa, Sol, Tess and Uma
// are residents, Vic is from outside, Cllr Adams, Bale, Cole and Dunn share one
// vote, Fred is a friend and Wes the worker. Oak Trust would run things.
type table struct {
	*fundingtest.World

	area         area.Area
	decisions    *decision.Decisions
	partnerships *partnership.Partnerships
	who          map[string]access.Actor
	oak          organisation.ID
	line         plan.LineID
	ways         map[string]partnership.In // of those who sit down otherwise than as said above
	others       map[string]organisation.ID
}

var theTest = access.System("a test")

func newTable(t *testing.T, d *db.DB) *table {
	t.Helper()
	return newTableSharing(t, d, nil)
}

// newTableSharing is newTable, with some who share the vote of the Ash Co-op.
func newTableSharing(t *testing.T, d *db.DB, sharing map[string]partnership.Kind) *table {
	t.Helper()
	w, err := fundingtest.New(t.Context(), d, 11)
	if err != nil {
		t.Fatal(err)
	}
	tb := tableAt(w, w.Tanners)
	if err := d.Write(t.Context(), func(tx *db.Tx) error {
		if err := tb.add(t.Context(), tx, "Ash Co-op"); err != nil {
			return err
		}
		for name, kind := range sharing {
			tb.ways[name] = tb.in(kind, false, "Ash Co-op")
		}
		return tb.seat(t.Context(), tx)
	}); err != nil {
		t.Fatal(err)
	}
	return tb
}

// tableAt is a table at which nobody sits yet, in a place of a world.
func tableAt(w *fundingtest.World, p *fundingtest.Place) *table {
	tb := &table{
		World: w, area: p.Area, who: map[string]access.Actor{"Grace": p.Chair}, oak: p.LTO.ID,
		ways: map[string]partnership.In{}, others: map[string]organisation.ID{},
	}
	tb.decisions = &decision.Decisions{DB: w.DB, IDs: w.IDs, Now: tb.now, BaseURL: "https://table.example"}
	tb.partnerships = &partnership.Partnerships{DB: w.DB, IDs: w.IDs, Now: tb.now, People: &person.People{DB: w.DB, IDs: w.IDs, Now: tb.now}}
	tb.partnerships.Matters = map[string]partnership.Matters{"decision": tb.decisions.Matters()}
	return tb
}

// add adds an organisation.
func (tb *table) add(ctx context.Context, tx *db.Tx, name string) error {
	o, err := tb.Organisations.AddIn(ctx, tx, theTest, organisation.New{Name: name, Kinds: []organisation.Kind{organisation.Group}})
	tb.others[name] = o.ID
	return err
}

// in is a way of being in it: with a vote of one's own where no organisation is named.
func (tb *table) in(kind partnership.Kind, lives bool, shares string) partnership.In {
	return partnership.In{Kind: kind, Resident: lives, Organisation: tb.others[shares], ShareVote: shares != ""}
}

func (tb *table) seat(ctx context.Context, tx *db.Tx) error {
	place := string(tb.area.ID)
	join := func(name string, in partnership.In) error {
		if other, ok := tb.ways[name]; ok {
			in = other
		}
		n := partnership.NewMember{Person: tb.who[name].Person, Name: name, As: in, From: tb.Today()}
		if n.Person == "" {
			n.Email = name + "@" + tb.domain()
		}
		m, err := tb.partnerships.JoinIn(ctx, tx, theTest, tb.area, n)
		if err != nil || n.Person != "" {
			return err
		}
		hats, err := person.HatsOf(ctx, tx, m.Person)
		if err != nil {
			return err
		}
		tb.who[name], err = person.ActorIn(ctx, tx, m.Person, hats[0].ID, tb.Today())
		return err
	}
	for _, name := range []string{"Grace", "Rosa", "Sol", "Tess", "Uma"} {
		if err := join(name, partnership.In{Kind: partnership.Resident}); err != nil {
			return err
		}
	}
	if err := join("Vic", partnership.In{Kind: partnership.NonResident}); err != nil {
		return err
	}
	for _, name := range []string{"Adams", "Bale", "Cole", "Dunn"} {
		if err := join(name, partnership.In{Kind: partnership.Councillor}); err != nil {
			return err
		}
	}
	if err := join("Fred", partnership.In{Kind: partnership.Friend}); err != nil {
		return err
	}
	var err error
	if tb.who["Wes"], err = tb.PersonIn(ctx, tx, "Wes", access.Worker, access.InArea, place); err != nil {
		return err
	}
	v, err := tb.Plans.WriteIn(ctx, tx, tb.who["Grace"], tb.area, plan.NewVersion{
		FromYear: 2026, UntilYear: 2028, Lines: []plan.NewLine{{Priority: "Young people", Name: "A drop-in", Theme: "green-spaces", Budget: money.Pounds(58_000)}},
	})
	if err != nil {
		return err
	}
	tb.line = v.Lines[0].ID
	return nil
}

var london = func() *time.Location {
	l, err := time.LoadLocation("Europe/London")
	if err != nil {
		panic(err)
	}
	return l
}()

// now is the time in London, as the program has it, where in summer a day begins an
// hour before it does in UTC.
func (tb *table) now() time.Time { return tb.Clock.Now().In(london) }

// Today is the day in London.
func (tb *table) Today() date.Date { return date.Of(tb.now()) }

// domain is that of the addresses of an area's people: example.org in Tanners Reach.
func (tb *table) domain() string {
	if tb.area.ID == tb.Tanners.Area.ID {
		return "example.org"
	}
	return tb.area.Slug + ".example.org"
}

func (tb *table) form() string { return string(tb.Form()) }

func (tb *table) do(ctx context.Context, f func(tx *db.Tx) error) error { return tb.DB.Write(ctx, f) }

// rules sets how the partnership decides: votes by more than half, with so many
// residents, the councillors sharing one.
func (tb *table) rules(t *testing.T, quorum int) {
	t.Helper()
	tb.must(t, tb.do(t.Context(), func(tx *db.Tx) error {
		_, err := tb.partnerships.SetRulesIn(t.Context(), tx, tb.who["Grace"], tb.area, partnership.NewRules{
			From: tb.Today(), MayVote: true, Majority: partnership.MoreThanHalf, ResidentQuorum: quorum, Councillors: partnership.CouncillorsShareOne, DecidedAt: "Meeting of May",
		})
		return err
	}))
}

func (tb *table) must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wants checks the kind of what was refused.
func wants(t *testing.T, what string, err, kind error) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Errorf("%s: got %v, want %v", what, err, kind)
	}
}

var dropIn = decision.NewText{
	Title: "Youth drop-in at the Hub", Question: "Shall we pay £18,400 for a drop-in two evenings a week, for a year?",
	Words: "Open the Hub to 11 to 16 year olds on Tuesdays and Thursdays.", Cost: "£18,400 for 12 months",
}

// proposal is the drop-in, to be run by Oak Trust.
func (tb *table) proposal() decision.NewProposal {
	n := decision.NewProposal{Form: tb.form(), Kind: decision.Spending, Words: dropIn, Open: true}
	n.Words.Lines = []decision.Line{{Line: tb.line, Amount: money.Pounds(18_400)}}
	n.Words.Parties = []decision.Party{{Part: decision.Does, Organisation: tb.oak}, {Part: decision.Hears, Name: "The school"}}
	return n
}

func (tb *table) put(t *testing.T, by string, n decision.NewProposal) int64 {
	t.Helper()
	number, err := tb.decisions.Propose(t.Context(), tb.who[by], tb.area, n)
	tb.must(t, err)
	return number
}

func (tb *table) read(t *testing.T, number int64) (d decision.Decision) {
	t.Helper()
	tb.must(t, tb.DB.Read(t.Context(), func(tx *db.Tx) (err error) {
		d, err = decision.ByNumber(t.Context(), tx, tb.area.ID, number)
		return err
	}))
	return d
}

func (tb *table) says(ctx context.Context, number int64, who string, s decision.Stand, hash string) error {
	n := decision.NewPosition{Form: tb.form(), Hash: hash, Stand: s}
	if s == decision.Cannot || s == decision.Worry {
		n.Reason = "Thursday is lunch club clear-up."
	}
	return tb.decisions.TakePosition(ctx, tb.who[who], tb.area, number, n)
}

func (tb *table) votes(ctx context.Context, number int64, who string, c decision.Choice, hash string) error {
	return tb.decisions.Vote(ctx, tb.who[who], tb.area, number, decision.NewBallot{Form: tb.form(), Hash: hash, Choice: c})
}

// toVote takes a new proposal to an open vote that closes in two days: residents
// support it but Tess, who cannot live with it.
func (tb *table) toVote(t *testing.T) (number int64, hash string) {
	t.Helper()
	number = tb.put(t, "Rosa", tb.proposal())
	hash = tb.read(t, number).Text().Hash
	for who, s := range map[string]decision.Stand{"Grace": decision.Support, "Rosa": decision.Support, "Sol": decision.Worry, "Tess": decision.Cannot} {
		tb.must(t, tb.says(t.Context(), number, who, s, hash))
	}
	tb.must(t, tb.decisions.RecordAttempt(t.Context(), tb.who["Grace"], tb.area, number, decision.NewAttempt{Form: tb.form(), Words: "Not everyone could live with it"}))
	tb.must(t, tb.decisions.OpenVote(t.Context(), tb.who["Grace"], tb.area, number, decision.NewVote{Form: tb.form(), ClosesAt: tb.Clock.Now().Add(48 * time.Hour)}))
	return number, hash
}

func (tb *table) close(ctx context.Context, number int64) error {
	return tb.decisions.Close(ctx, tb.who["Grace"], tb.area, number, decision.NewResult{Form: tb.form()})
}

// declares has somebody tell that they work for Oak Trust.
func (tb *table) declares(t *testing.T, who string) partnership.InterestID {
	t.Helper()
	i, err := tb.partnerships.Declare(t.Context(), tb.who[who], tb.area, partnership.NewInterest{
		Form: tb.form(), Kind: partnership.Employer, Organisation: tb.oak, From: date.Must("2020-01-01"),
	})
	tb.must(t, err)
	return i
}

func (tb *table) handles(t *testing.T, by string, number int64, i partnership.InterestID, how partnership.How) {
	t.Helper()
	d := tb.read(t, number)
	tb.must(t, tb.partnerships.Handle(t.Context(), tb.who[by], tb.area, partnership.NewHandling{
		Form: tb.form(), About: d.About(), Interest: i, How: how, Why: "As we agreed", Parties: d.Touched(),
	}))
}

// verified fails where anything does not add up.
func (tb *table) verified(t *testing.T) {
	t.Helper()
	tb.must(t, tb.DB.Read(t.Context(), func(tx *db.Tx) error {
		return decision.Verify(t.Context(), tx, func(bad string) { t.Errorf("verify: %s", bad) })
	}))
}
