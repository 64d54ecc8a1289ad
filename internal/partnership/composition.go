package partnership

import (
	"context"
	"slices"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
)

// A Composition is what the members of a partnership make it on a day, beside
// what the programme’s rule book asks (R1, R2). Those who take part without a
// vote are not counted.
type Composition struct {
	Day           date.Date
	People        int // who have a say
	Residents     int
	Votes         int // those who share one have one between them
	ResidentVotes int // those of residents alone
	Helpers       int // who take part without a vote
	Least         int // how many people the rule book asks for; 0 where it asks for none
	Share         area.ResidentShare
}

// Enough reports whether there are as many people as the rule book asks for.
func (c Composition) Enough() bool { return c.People >= c.Least }

// ByPeople reports whether residents are as many of the people as the rule book asks.
func (c Composition) ByPeople() bool { return c.Share.Kept(c.Residents, c.People) }

// ByVotes reports whether residents have as many of the votes as the rule book asks.
func (c Composition) ByVotes() bool { return c.Share.Kept(c.ResidentVotes, c.Votes) }

// Valid reports whether all that the rule book asks of a partnership is so.
func (c Composition) Valid() bool { return c.Enough() && c.ByPeople() && c.ByVotes() }

// compose counts. A vote that is shared is a resident’s where all who share it are.
func compose(day date.Date, members []Member, rules Rules, book area.RuleBook) Composition {
	c := Composition{Day: day, Least: book.MinimumMembers, Share: book.ResidentShare}
	shared := map[string]bool{} // whether all who share it are residents
	with := electors(members, rules)
	for _, e := range with {
		c.People++
		if e.Resident {
			c.Residents++
		}
		switch all, known := shared[e.Share]; {
		case e.Share != "":
			shared[e.Share] = e.Resident && (all || !known)
		default:
			c.Votes++
			if e.Resident {
				c.ResidentVotes++
			}
		}
	}
	for _, residents := range shared {
		c.Votes++
		if residents {
			c.ResidentVotes++
		}
	}
	c.Helpers = len(members) - len(with)
	return c
}

// bookOf is the rule book that an area’s programme runs by.
func bookOf(ctx context.Context, tx *db.Tx, a area.Area) (area.RuleBook, error) {
	p, err := area.ProgrammeByID(ctx, tx, a.Programme)
	return p.Rules, err
}

// CompositionOn is what the members of an area’s partnership make it on a day.
func CompositionOn(ctx context.Context, tx *db.Tx, a area.Area, day date.Date) (Composition, error) {
	members, err := MembersOn(ctx, tx, a.ID, day)
	if err != nil {
		return Composition{}, err
	}
	rules, err := RulesOn(ctx, tx, a.ID, day)
	if err != nil {
		return Composition{}, err
	}
	book, err := bookOf(ctx, tx, a)
	return compose(day, members, rules, book), err
}

// CompositionsOn is CompositionOn of several areas that run by one rule book, in their
// order: in as many statements as for one.
func CompositionsOn(ctx context.Context, tx *db.Tx, areas []area.ID, book area.RuleBook, day date.Date) ([]Composition, error) {
	if len(areas) == 0 {
		return nil, nil
	}
	members := map[area.ID][]Member{}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		m, err := scanMember(r)
		if m.On(day) {
			members[m.Area] = append(members[m.Area], m)
		}
		return err
	}, `
		SELECT m.id, m.area_id, m.person_id, r.kind, r.resident, COALESCE(r.organisation_id, ''), r.share,
			r.from_on, r.until_on, r.term_ends_on, r.why, r.act, r.number, r.recorded_by, r.recorded_at, (w.member_id IS NOT NULL AND c.member_id IS NULL)
		FROM memberships m
		JOIN membership_records r ON r.area_id = m.area_id AND r.member_id = m.id
			AND r.number = (SELECT MAX(l.number) FROM membership_records l WHERE l.area_id = m.area_id AND l.member_id = m.id)
		LEFT JOIN membership_waits w ON w.area_id = m.area_id AND w.member_id = m.id
		LEFT JOIN membership_confirmations c ON c.area_id = m.area_id AND c.member_id = m.id
		WHERE m.area_id IN (SELECT key FROM json_each($1)) AND NOT r.was_never`, db.Set(areas)); err != nil {
		return nil, err
	}
	rules, err := rulesOn(ctx, tx, areas, day)
	all := make([]Composition, 0, len(areas))
	for _, a := range areas {
		all = append(all, compose(day, members[a], rules[a], book))
	}
	return all, err
}

// WatchedDays are how far ahead a partnership is watched.
const WatchedDays = 90

// An Outlook is what is known now of the days to come.
type Outlook struct {
	Now     Composition
	Forming bool      // the area was only chosen so far: it may take its time
	Leaving []Member  // who said they will leave, the soonest first, however far ahead
	Joining []Member  // who are to join, the soonest first
	Terms   []Member  // whose term ends within the days that are watched
	Over    []Member  // whose term has ended, who go on
	Ahead   []Warning // the first day, from tomorrow on, on which each thing that is asked is so no more
	IfTerms []Warning // the same if none goes on whose term ends, where that is sooner
}

// A Warning is that on a day a partnership is not any more what is asked of it.
type Warning struct {
	Composition

	Of Asked
}

// Asked is what a rule book asks of a partnership.
type Asked string

// What is asked.
const (
	AskedPeople   Asked = "people"
	AskedByPeople Asked = "residents by people"
	AskedByVotes  Asked = "residents by votes"
)

// Is reports whether what is asked is so.
func (c Composition) Is(asked Asked) bool {
	switch asked {
	case AskedPeople:
		return c.Enough()
	case AskedByPeople:
		return c.ByPeople()
	case AskedByVotes:
		return c.ByVotes()
	}
	return true
}

// AllAsked lists all that is asked.
func AllAsked() []Asked { return []Asked{AskedPeople, AskedByPeople, AskedByVotes} }

// OutlookOf looks ahead from a day: so that it is known before a meeting, and
// not after, that there will be too few.
func OutlookOf(ctx context.Context, tx *db.Tx, a area.Area, today date.Date) (o Outlook, err error) {
	every, err := EveryMember(ctx, tx, a.ID)
	if err != nil {
		return o, err
	}
	rules, err := EveryRules(ctx, tx, a.ID)
	if err != nil {
		return o, err
	}
	book, err := bookOf(ctx, tx, a)
	if err != nil {
		return o, err
	}
	state, err := area.StateOn(ctx, tx, a.ID, today)
	if err != nil {
		return o, err
	}
	o = lookAhead(today, every, rules, book)
	o.Forming = state == "" || state == area.Selected
	return o, nil
}

// lookAhead is OutlookOf of what was read: every member, and every version of the
// rules, the last first.
func lookAhead(today date.Date, every []Member, rules []Rules, book area.RuleBook) (o Outlook) {
	horizon := today.AddDays(WatchedDays)
	on := func(day date.Date, terms bool) Composition {
		var with []Member
		for _, m := range every {
			over := terms && !m.TermEnds.IsZero() && !m.TermEnds.Before(today) && m.TermEnds.Before(day)
			if m.On(day) && !over {
				with = append(with, m)
			}
		}
		return compose(day, with, rulesAt(rules, day), book)
	}
	o.Now = on(today, false)
	var days []date.Date // on which something changes
	for _, m := range every {
		goesOn := slices.ContainsFunc(every, func(n Member) bool { return n.Person == m.Person && !m.Until.IsZero() && n.From == m.Until })
		switch {
		case m.From.After(today):
			o.Joining = append(o.Joining, m)
		case m.On(today) && !m.Until.IsZero() && !goesOn:
			o.Leaving = append(o.Leaving, m)
		case m.On(today) && !m.TermEnds.IsZero() && m.TermEnds.Before(today):
			o.Over = append(o.Over, m)
		case m.On(today) && !m.TermEnds.IsZero() && !m.TermEnds.After(horizon):
			o.Terms = append(o.Terms, m)
		}
		days = append(days, m.From, m.Until)
		if !m.TermEnds.IsZero() && !m.TermEnds.After(horizon) {
			days = append(days, m.TermEnds.AddDays(1))
		}
	}
	for _, r := range rules {
		days = append(days, r.From)
	}
	o.Joining = slices.DeleteFunc(o.Joining, func(m Member) bool {
		return slices.ContainsFunc(every, func(n Member) bool { return n.Person == m.Person && n.On(today) })
	})
	days = slices.DeleteFunc(days, func(d date.Date) bool { return !d.After(today) })
	slices.SortFunc(days, compareDays)
	days = slices.Compact(days)
	o.Ahead = firstDays(days, o.Now, func(day date.Date) Composition { return on(day, false) })
	o.IfTerms = slices.DeleteFunc(firstDays(days, o.Now, func(day date.Date) Composition { return on(day, true) }), func(w Warning) bool {
		return slices.ContainsFunc(o.Ahead, func(known Warning) bool { return known.Of == w.Of && !w.Day.Before(known.Day) })
	})
	slices.SortStableFunc(o.Leaving, func(a, b Member) int { return compareDays(a.Until, b.Until) })
	slices.SortStableFunc(o.Joining, func(a, b Member) int { return compareDays(a.From, b.From) })
	slices.SortStableFunc(o.Terms, func(a, b Member) int { return compareDays(a.TermEnds, b.TermEnds) })
	return o
}

// firstDays finds, of what is so now, the first day on which it is so no more.
func firstDays(days []date.Date, now Composition, on func(date.Date) Composition) []Warning {
	var found []Warning
	for _, asked := range AllAsked() {
		if !now.Is(asked) {
			continue
		}
		for _, day := range days {
			if c := on(day); !c.Is(asked) {
				found = append(found, Warning{c, asked})
				break
			}
		}
	}
	return found
}

func compareDays(a, b date.Date) int {
	switch {
	case a.Before(b):
		return -1
	case a.After(b):
		return 1
	}
	return 0
}

// rulesAt are those of all versions, the last first, that hold on a day.
func rulesAt(rules []Rules, day date.Date) Rules {
	for _, r := range rules {
		if !r.From.After(day) {
			return r
		}
	}
	return noRules
}

// A Turnover is how many of those who decide now were there before.
type Turnover struct {
	Now       int
	YearAgo   int       // of those now, who were there a year ago
	WasYear   int       // how many there were a year ago
	Began     date.Date // when there were first as many as are asked for, or anybody at all
	First     int       // how many there were on that day
	StillHere int       // of those now, who were there on that day
	Ever      int       // how many people ever were in it in a way that has a say
}

// TurnoverOn is the turnover of an area’s partnership on a day.
func TurnoverOn(ctx context.Context, tx *db.Tx, a area.Area, day date.Date) (Turnover, error) {
	every, err := EveryMember(ctx, tx, a.ID)
	if err != nil {
		return Turnover{}, err
	}
	rules, err := EveryRules(ctx, tx, a.ID)
	if err != nil {
		return Turnover{}, err
	}
	book, err := bookOf(ctx, tx, a)
	return turnover(day, every, rules, book.MinimumMembers), err
}

// turnover counts, of each day, those who had a say by the rules of that day.
func turnover(day date.Date, every []Member, rules []Rules, least int) (t Turnover) {
	on := func(day date.Date) map[access.PersonID]bool {
		there, held := map[access.PersonID]bool{}, rulesAt(rules, day)
		for _, m := range every {
			if held.GiveASay(m) && m.On(day) {
				there[m.Person] = true
			}
		}
		return there
	}
	ever := map[access.PersonID]bool{}
	var days []date.Date
	for _, m := range every {
		if m.Kind.Decides() && !m.From.After(day) {
			ever[m.Person] = true
			days = append(days, m.From)
		}
	}
	t.Ever = len(ever)
	if len(days) == 0 {
		return t
	}
	slices.SortFunc(days, compareDays)
	t.Began = days[0]
	for _, d := range days {
		if len(on(d)) >= least {
			t.Began = d
			break
		}
	}
	now, year, first := on(day), on(day.AddMonths(-12)), on(t.Began)
	t.Now, t.WasYear, t.First = len(now), len(year), len(first)
	for who := range now {
		if year[who] {
			t.YearAgo++
		}
		if first[who] {
			t.StillHere++
		}
	}
	return t
}
