package partnership

import (
	"context"
	"slices"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/organisation"
	"commontable/internal/person"
)

// A Bar is what a person may not do in a matter, whatever their hat. True: may not.
type Bar struct {
	Vote, See, Approve bool
	Why                string // to the person themselves; "" where nothing is barred
	Interests          []InterestID
}

// BarIn says what a person may not do in a matter, by their interests wherever
// they declared them. What goes to themselves they neither vote on nor approve.
// An interest about which nothing was done bars voting. Money they never approve,
// whatever was done.
func BarIn(ctx context.Context, tx *db.Tx, a area.ID, m Matter, who access.PersonID) (Bar, error) {
	all, err := BarsIn(ctx, tx, a, []Matter{m}, []access.PersonID{who})
	if err != nil {
		return Bar{}, err
	}
	return all[0][who], nil
}

// BarsIn is BarIn of several people in each of several matters of one kind, each on
// its day: in as many statements as for one.
func BarsIn(ctx context.Context, tx *db.Tx, a area.ID, matters []Matter, who []access.PersonID) ([]map[access.PersonID]Bar, error) {
	if len(matters) == 0 {
		return nil, nil
	}
	ties, err := tiesOf(ctx, tx, a, matters, who)
	if err != nil {
		return nil, err
	}
	all := make([]map[access.PersonID]Bar, len(matters))
	for at, m := range matters {
		all[at] = make(map[access.PersonID]Bar, len(who))
		for _, one := range who {
			all[at][one] = ties.bar(at, m, one)
		}
	}
	return all, nil
}

// ties are what people have to do with the parties of some matters.
type ties struct {
	named     []naming                       // how an interest can name the parties of each matter
	interests map[access.PersonID][]Interest // of each of the people, in the order of the register
	handlings handlings                      // what is done about them
	names     map[access.PersonID]string     // of the people, where a party is only a name
	close     map[access.PersonID]naming     // how an interest can name each of the people
	told      map[access.PersonID][]Interest // what parties told that names one of the people
}

func tiesOf(ctx context.Context, tx *db.Tx, a area.ID, matters []Matter, who []access.PersonID) (ties, error) {
	parties := make([][]Party, len(matters))
	for at, m := range matters {
		parties[at] = m.Parties
	}
	named, err := namingsOf(ctx, tx, parties)
	if err != nil {
		return ties{}, err
	}
	one := access.PersonID("")
	if len(who) == 1 {
		one = who[0]
	}
	interests, err := namedInterests(ctx, tx, named, one)
	if err != nil {
		return ties{}, err
	}
	return tiesAmong(ctx, tx, a, matters, who, named, interests)
}

// tiesAmong is tiesOf, of interests that were read.
func tiesAmong(ctx context.Context, tx *db.Tx, a area.ID, matters []Matter, who []access.PersonID, named []naming, interests []Interest) (t ties, err error) {
	var people []access.PersonID
	isNamed := false
	for _, m := range matters {
		for _, p := range m.Parties {
			isNamed = isNamed || p.Name != ""
			if p.Person != "" {
				people = append(people, p.Person)
			}
		}
	}
	t.named = named
	if t.interests = of(interests, who); len(t.interests) > 0 {
		if t.handlings, err = handlingsOf(ctx, tx, a, matters); err != nil {
			return t, err
		}
	}
	if isNamed {
		if t.names, err = person.Names(ctx, tx, who...); err != nil {
			return t, err
		}
	}
	if len(people) == 0 {
		return t, nil
	}
	themselves := make([][]Party, len(who))
	for at, one := range who {
		themselves[at] = []Party{{Person: one}}
	}
	near, err := namingsOf(ctx, tx, themselves)
	if err != nil {
		return t, err
	}
	t.close = make(map[access.PersonID]naming, len(who))
	for at, one := range who {
		t.close[one] = near[at]
	}
	told, err := namedInterests(ctx, tx, near, "")
	t.told = of(told, people)
	return t, err
}

// of are the interests of some people, by whose they are.
func of(all []Interest, who []access.PersonID) map[access.PersonID][]Interest {
	by := map[access.PersonID][]Interest{}
	for _, i := range all {
		if slices.Contains(who, i.Person) {
			by[i.Person] = append(by[i.Person], i)
		}
	}
	return by
}

// bar is what one of the people may not do in one of the matters.
func (t ties) bar(at int, m Matter, who access.PersonID) (bar Bar) {
	for _, i := range t.interests[who] {
		if !t.named[at].touches(i) || !i.CountsOn(m.On) {
			continue
		}
		h := t.handlings.of(m, i.ID)
		bar.Approve = true
		bar.Vote = bar.Vote || h.How != NoAction
		bar.See = bar.See || h.How == Leave
		bar.Interests = append(bar.Interests, i.ID)
		if bar.Why == "" {
			bar.Why = "You told us: “" + i.Public + "” So somebody else decides about this."
		}
	}
	if t.isParty(m, who) {
		bar.Vote, bar.Approve = true, true
		bar.Why = "This goes to you, or to somebody of your name. So somebody else decides about it."
		return bar
	}
	if !bar.Approve && t.isNamedBy(m, who) {
		bar.Approve, bar.Why = true, "This goes to somebody who told us that you are close to each other. So somebody else decides about it."
	}
	return bar
}

// isParty reports whether a person is one of the parties: by who they are, or by
// their name.
func (t ties) isParty(m Matter, who access.PersonID) bool {
	same := organisation.SameName(t.names[who])
	return slices.ContainsFunc(m.Parties, func(p Party) bool {
		return p.Person != "" && p.Person == who || same != "" && organisation.SameName(p.Name) == same
	})
}

// isNamedBy reports whether one of the parties is a person who told that they are
// close to somebody.
func (t ties) isNamedBy(m Matter, who access.PersonID) bool {
	return slices.ContainsFunc(m.Parties, func(p Party) bool {
		return p.Person != "" && slices.ContainsFunc(t.told[p.Person], func(i Interest) bool { return t.close[who].touches(i) && i.CountsOn(m.On) })
	})
}

// Unhandled says of each of several matters of one kind whether somebody who has a
// say there has an interest in it about which nothing was done yet (UnhandledIn).
func Unhandled(ctx context.Context, tx *db.Tx, a area.ID, matters []Matter) ([]bool, error) {
	if len(matters) == 0 {
		return nil, nil
	}
	touches, err := touchesOf(ctx, tx, a, matters)
	if err != nil {
		return nil, err
	}
	all := make([]bool, len(matters))
	for at := range matters {
		all[at] = slices.ContainsFunc(touches[at], func(t Touch) bool { return t.Decides && t.Handling.IsZero() })
	}
	return all, nil
}
