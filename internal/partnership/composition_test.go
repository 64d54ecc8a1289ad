package partnership

import (
	"fmt"
	"testing"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
)

func book() area.RuleBook {
	b, err := area.RuleBookByCode(area.BigLocal)
	if err != nil {
		panic(err)
	}
	return b
}

// people makes members of a few letters: r a resident, n from outside, c a
// councillor, C one who lives there, f a friend, w a worker, s a sharer from
// outside, S one who lives there.
func people(letters string) []Member {
	var all []Member
	for i, l := range letters {
		m := Member{ID: MemberID(fmt.Sprint("m", i)), Person: access.PersonID(fmt.Sprint("p", i)), From: date.Must("2020-01-01")}
		switch l {
		case 'r':
			m.Kind, m.Resident = Resident, true
		case 'n':
			m.Kind = NonResident
		case 'c':
			m.Kind = Councillor
		case 'C':
			m.Kind, m.Resident = Councillor, true
		case 'f':
			m.Kind, m.Resident = Friend, true
		case 'w':
			m.Kind = Worker
		case 's':
			m.Kind, m.Share = NonResident, "a council"
		case 'S':
			m.Kind, m.Resident, m.Share = Resident, true, "a council"
		}
		all = append(all, m)
	}
	return all
}

func TestWhatMembersMakeAPartnership(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		members     string
		councillors CouncillorRule
		want        string // people, residents, votes, residents' votes, helpers; what is not so
	}{
		{"", CouncillorsAsOthers, "0 0 0 0 0 people"},
		{"rrrrrrrr", CouncillorsAsOthers, "8 8 8 8 0"},
		{"rrrrrrr", CouncillorsAsOthers, "7 7 7 7 0 people"},
		{"rrrrrrrffffw", CouncillorsAsOthers, "7 7 7 7 5 people"},
		{"rrrrnnnn", CouncillorsAsOthers, "8 4 8 4 0 residents by people residents by votes"}, // just half is not more than half
		{"rrrrrnnnn", CouncillorsAsOthers, "9 5 9 5 0"},
		{"rrrrrcccc", CouncillorsAsOthers, "9 5 9 5 0"},
		{"rrrrcccc", CouncillorsShareOne, "8 4 5 4 0 residents by people"},
		{"rrrrCCCC", CouncillorsShareOne, "8 8 5 5 0"},
		{"rrrrCCCc", CouncillorsShareOne, "8 7 5 4 0"}, // a vote that one from outside shares is no resident’s
		{"rrrrrCCCC", CouncillorsNonResident, "9 5 9 5 0"},
		{"rrrrCCCC", CouncillorsNonResident, "8 4 8 4 0 residents by people residents by votes"},
		{"rrrrrrrrCc", CouncillorsExcluded, "8 8 8 8 2"},
		{"rrrrrrrC", CouncillorsStandAside, "8 8 8 8 0"},
		{"rrrrssss", CouncillorsAsOthers, "8 4 5 4 0 residents by people"},
		{"SSSSSnnn", CouncillorsAsOthers, "8 5 4 1 0 residents by votes"}, // many residents, and one vote between them
	} {
		c := compose(date.Must("2026-01-01"), people(one.members), Rules{Councillors: one.councillors}, book())
		got := fmt.Sprint(c.People, c.Residents, c.Votes, c.ResidentVotes, c.Helpers)
		for _, asked := range AllAsked() {
			if !c.Is(asked) {
				got += " " + string(asked)
			}
		}
		if got != one.want {
			t.Errorf("%q, councillors %s: got %q, want %q", one.members, one.councillors, got, one.want)
		}
	}
}

func TestAMajorityIsReached(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		m         Majority
		yes, cast int
		want      bool
	}{
		{MoreThanHalf, 5, 10, false},
		{MoreThanHalf, 6, 10, true},
		{"", 6, 10, true},
		{MoreThanHalf, 0, 0, false},
		{TwoThirds, 6, 9, true},
		{TwoThirds, 6, 10, false},
		{ThreeQuarters, 6, 8, true},
		{ThreeQuarters, 7, 10, false},
		{TwoThirds, 0, 0, false},
	} {
		if got := one.m.Reached(one.yes, one.cast); got != one.want {
			t.Errorf("%d of %d by %s: %v, want %v", one.yes, one.cast, one.m, got, one.want)
		}
	}
}

// The warning comes before, and says which day.
func TestWhatIsSeenAhead(t *testing.T) {
	t.Parallel()
	today := date.Must("2026-01-31")
	all := people("rrrrrnnnn")
	all[0].Until = date.Must("2026-05-03") // a resident: eight, and just half residents
	all[1].TermEnds = date.Must("2026-03-31")
	all[5].TermEnds = date.Must("2026-12-31") // too far ahead to be watched
	all[6].TermEnds = date.Must("2025-12-31") // over, and goes on
	all = append(all, Member{ID: "new", Person: "new", Kind: Resident, Resident: true, From: date.Must("2026-06-01")})
	o := lookAhead(today, all, nil, book())
	if len(o.Ahead) != 2 || o.Ahead[0].Of != AskedByPeople || o.Ahead[0].Day != date.Must("2026-05-03") || o.Ahead[0].People != 8 || o.Ahead[1].Of != AskedByVotes {
		t.Errorf("ahead is %+v, want the residents’ majority lost by people and by votes on 3 May", o.Ahead)
	}
	if len(o.IfTerms) != 3 || o.IfTerms[0].Of != AskedPeople || o.IfTerms[0].Day != date.Must("2026-05-03") || o.IfTerms[1].Day != date.Must("2026-04-01") {
		t.Errorf("if none goes on: %+v, want seven on 3 May, and no majority from 1 April", o.IfTerms)
	}
	if len(o.Leaving) != 1 || len(o.Joining) != 1 || len(o.Terms) != 1 || len(o.Over) != 1 {
		t.Errorf("%d leave, %d join, %d terms end, %d are over; want one each", len(o.Leaving), len(o.Joining), len(o.Terms), len(o.Over))
	}
	// What is not so already is no news: it is told as it is now.
	if o := lookAhead(today, people("rr"), nil, book()); len(o.Ahead) != 0 || o.Now.Enough() {
		t.Errorf("of two: %+v, want nothing ahead", o)
	}
	// A rule that begins later is looked at too.
	rules := []Rules{{From: date.Must("2026-02-10"), Councillors: CouncillorsExcluded}}
	if o := lookAhead(today, people("rrrrrrrC"), rules, book()); len(o.Ahead) != 1 || o.Ahead[0].Day != date.Must("2026-02-10") {
		t.Errorf("a rule ahead: %+v, want seven from 10 February", o.Ahead)
	}
}

func TestTurnover(t *testing.T) {
	t.Parallel()
	all := people("rrrrrrrr")
	for i := range all {
		all[i].Until = date.Must("2024-01-01")
	}
	later := people("rrr")
	for i := range later {
		later[i].Person += "later"
		later[i].From = date.Must("2023-01-01").AddMonths(i * 12)
	}
	got := turnover(date.Must("2025-06-01"), append(all, later...), nil, 8)
	want := Turnover{Now: 3, YearAgo: 2, WasYear: 2, Began: date.Must("2020-01-01"), First: 8, StillHere: 0, Ever: 11}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	// Who has no say is not counted among those who decide: as the page says beside it.
	withOthers := append(people("rrrrrrrrrC"), Member{Person: "new", Kind: Resident, Resident: true, From: date.Must("2020-01-01"), Waits: true})
	excluded := []Rules{{From: date.Must("2019-01-01"), Councillors: CouncillorsExcluded}}
	if got := turnover(date.Must("2025-06-01"), withOthers, excluded, 8); got.Now != 9 || got.YearAgo != 9 || got.First != 9 || got.Ever != 11 {
		t.Errorf("of nine, a councillor without a say and a newcomer: %+v", got)
	}
	if got := turnover(date.Must("2025-06-01"), nil, nil, 8); got != (Turnover{}) {
		t.Errorf("of nobody: %+v", got)
	}
}
