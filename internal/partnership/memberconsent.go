package partnership

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/person"
)

// A Naming is what somebody last said of their name standing where everybody
// sees it. The zero Naming is that they were not asked: then it does not.
type Naming struct {
	Person access.PersonID
	Named  bool
	Line   string          // what they would say of themselves there; "" for nothing
	By     access.PersonID // who recorded it: they themselves, or to whom they said it
	At     time.Time
}

// A NewNaming is what somebody says of their name.
type NewNaming struct {
	Form  string
	Named bool
	Line  string
}

// SayNamed records what somebody says of their name: they themselves, or who
// keeps the list, of what they were told. Sent twice, it counts once.
func (p *Partnerships) SayNamed(ctx context.Context, by access.Actor, a area.Area, who access.PersonID, n NewNaming) error {
	_, err := p.once(ctx, by, "say named", n.Form, []any{"named", a.ID, who, n.Named, n.Line}, func(tx *db.Tx) (string, error) {
		return string(who), p.SayNamedIn(ctx, tx, by, a, who, n)
	})
	return err
}

// SayNamedIn is SayNamed as part of a transaction. It holds at once.
func (p *Partnerships) SayNamedIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, who access.PersonID, n NewNaming) error {
	if who != by.Person {
		if err := by.Must(access.KeepMembers, a.Place()); err != nil {
			return err
		}
	}
	times, err := timesOf(ctx, tx, a.ID, who)
	if err != nil {
		return err
	}
	if len(times) == 0 {
		return fault.NotFound
	}
	line := strings.Join(strings.Fields(n.Line), " ")
	var wrong fault.Invalid
	checkWords(&wrong, "line", line, 200)
	if err := wrong.OrNil(); err != nil {
		return err
	}
	if !n.Named {
		line = ""
	}
	if err := insertNaming(ctx, tx, a.ID, Naming{Person: who, Named: n.Named, Line: line, By: by.Person, At: p.Now()}); err != nil {
		return fmt.Errorf("insert naming: %w", err)
	}
	return audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: string(a.ID), Act: "naming said", Subject: string(who), By: by, At: p.Now(),
		Facts: map[string]string{"named": yesNo(n.Named)}, Private: line,
	})
}

// A PublicMember is somebody in a partnership as everybody may see them.
type PublicMember struct {
	Member

	Named bool
	Line  string // what they say of themselves
}

// Called is their name, or where they did not say that it may stand there, what
// they are.
func (m PublicMember) Called() string {
	if m.Named {
		return m.Name
	}
	return m.Kind.someone()
}

var someone = map[Kind]string{
	Resident: "A resident", NonResident: "Someone from outside the area", Councillor: "A councillor",
	Friend: "A friend", Worker: "A worker", LTO: "Someone of the organisation that holds our money",
}

func (k Kind) someone() string { return someone[k] }

// PublicMembersOn is MembersOn for everybody: a name is there for those alone
// who said that it may be. The others have neither name nor ID.
func PublicMembersOn(ctx context.Context, tx *db.Tx, a area.ID, day date.Date) ([]PublicMember, error) {
	members, err := MembersOn(ctx, tx, a, day)
	if err != nil {
		return nil, err
	}
	return publicOf(ctx, tx, a, members)
}

// PublicOn is what everybody may know at once of who decides in an area on a day:
// what its members make it, who they are (PublicMembersOn), and how they decide.
func PublicOn(ctx context.Context, tx *db.Tx, a area.Area, day date.Date) (c Composition, public []PublicMember, rules Rules, err error) {
	members, err := MembersOn(ctx, tx, a.ID, day)
	if err != nil {
		return c, nil, rules, err
	}
	if rules, err = RulesOn(ctx, tx, a.ID, day); err != nil {
		return c, nil, rules, err
	}
	book, err := bookOf(ctx, tx, a)
	if err != nil {
		return c, nil, rules, err
	}
	public, err = publicOf(ctx, tx, a.ID, members)
	return compose(day, members, rules, book), public, rules, err
}

func publicOf(ctx context.Context, tx *db.Tx, a area.ID, members []Member) ([]PublicMember, error) {
	said, err := NamingsOf(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	var named, others []PublicMember
	for _, m := range members {
		n := said[m.Person]
		one := PublicMember{Member: Member{Area: m.Area, Kind: m.Kind, Resident: m.Resident, Offices: m.Offices, From: m.From, Waits: m.Waits}, Named: n.Named, Line: n.Line}
		if n.Named {
			one.Name, one.Person, one.Organisation, one.TermEnds = m.Name, m.Person, m.Organisation, m.TermEnds
			named = append(named, one)
		} else {
			others = append(others, one)
		}
	}
	return append(named, others...), nil
}

// NamesFor is what people who have to do with an area are called to a reader.
// Those who are or were in its partnership have a name for those who are in it or
// help it, for themselves, and for everyone where they said so; others have one
// for whoever is signed in. Who has no name to the reader is left out.
func NamesFor(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, who ...access.PersonID) (map[access.PersonID]string, error) {
	names, err := person.Names(ctx, tx, who...)
	if err != nil || SeesNames(by, a) {
		return names, err
	}
	said, err := NamingsOf(ctx, tx, a.ID)
	if err != nil {
		return nil, err
	}
	every, err := everyMember(ctx, tx, a.ID)
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(names, func(id access.PersonID, _ string) bool {
		switch {
		case said[id].Named, by.SignedIn() && id == by.Person:
			return false
		case slices.ContainsFunc(every, func(m Member) bool { return m.Person == id }):
			return true
		}
		return !by.SignedIn()
	})
	return names, nil
}

// SeesNames reports whether an actor knows the names of all who are in the
// partnership of an area: whoever is in it, helps it, keeps its list, sees what
// people have an interest in, or looks after people.
func SeesNames(by access.Actor, a area.Area) bool {
	return slices.ContainsFunc([]access.Permission{access.SeePapers, access.SeeInterests, access.KeepMembers, access.ManagePeople, access.SeeHats}, func(p access.Permission) bool {
		return by.May(p, a.Place())
	})
}
