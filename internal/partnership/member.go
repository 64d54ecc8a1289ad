package partnership

import (
	"context"
	"slices"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/organisation"
	"commontable/internal/person"
)

// A MemberID names a time that somebody was in the partnership of an area in
// one way. Who moves to another has another.
type MemberID string

// A Kind is the way in which somebody is in a partnership (P04).
type Kind string

// The kinds. Friends, workers and people of the organisation that holds the
// money take part without a vote.
const (
	Resident    Kind = "resident"
	NonResident Kind = "non-resident"
	Councillor  Kind = "councillor"
	Friend      Kind = "friend"
	Worker      Kind = "worker"
	LTO         Kind = "lto"
)

// Kinds lists every kind, in the order in which people are asked.
func Kinds() []Kind { return []Kind{Resident, NonResident, Councillor, Friend, Worker, LTO} }

var kindWords = map[Kind]string{
	Resident: "resident", NonResident: "from outside the area", Councillor: "councillor",
	Friend: "friend", Worker: "worker", LTO: "holds our money",
}

// Words are the kind as people say it.
func (k Kind) Words() string { return kindWords[k] }

// Role is the hat that goes with a kind. A worker’s is given by the programme.
func (k Kind) Role() access.Role {
	switch k {
	case Resident, NonResident, Councillor:
		return access.Member
	case Friend, Worker, LTO:
		return access.Friend
	}
	return access.Nobody
}

// Decides reports whether people of a kind have a say in what is decided,
// whatever the area’s rule on councillors.
func (k Kind) Decides() bool { return k.Role() == access.Member }

// An Office is what a member does for the others.
type Office string

// The offices.
const (
	Chair     Office = "chair"
	ViceChair Office = "vice-chair"
	Secretary Office = "secretary"
	Treasurer Office = "treasurer"
)

// Offices lists every office.
func Offices() []Office { return []Office{Chair, ViceChair, Secretary, Treasurer} }

// Words are the office as people say it.
func (o Office) Words() string {
	if o == ViceChair {
		return "vice chair"
	}
	return string(o)
}

// An Act is what was recorded of a membership.
type Act string

// The acts.
const (
	Joined    Act = "joined"
	Moved     Act = "moved"     // ended, because they are in it in another way from that day
	Changed   Act = "changed"   // their term, whom they work for, with whom they share a vote
	Left      Act = "left"      // or will leave
	Stayed    Act = "stayed"    // who said they would leave does not
	Corrected Act = "corrected" // what was recorded was wrong
)

// A Member is somebody in a partnership, in whatever hat, as was last recorded.
type Member struct {
	ID           MemberID
	Area         area.ID
	Person       access.PersonID
	Name         string
	Kind         Kind
	Resident     bool            // they live in the area
	Organisation organisation.ID // whom they work for, or who sends them; "" for nobody
	Share        string          // the group with which they share a vote; "" for a vote of their own
	From         date.Date
	Until        date.Date // the first day on which they are not in it any more; zero while none is known
	TermEnds     date.Date // to when they said they would do it; zero where nothing was said
	Why          string    // what was said of it last
	Act          Act       // what was recorded last
	Number       int64     // how many records there are of it
	RecordedBy   access.PersonID
	RecordedAt   time.Time
	Waits        bool   // they have no say before a second person says that they know them
	Offices      []Held // those held on the day that was asked for

	asks    bool // the record is the one by which they wait
	hadASay bool // they had one before, in another way
}

// Held is an office that somebody holds, from a day to a day.
type Held struct {
	ID          OfficeID
	Person      access.PersonID
	Office      Office
	From, Until date.Date // Until: the first day on which it is not held any more; zero while none is known
}

// An OfficeID names a time that somebody held an office.
type OfficeID string

// On reports whether the office is held on a day.
func (h Held) On(day date.Date) bool { return within(day, h.From, h.Until) }

// On reports whether the member is in the partnership on a day.
func (m Member) On(day date.Date) bool { return within(day, m.From, m.Until) }

// Holds reports whether the member holds an office on the day that was asked for.
func (m Member) Holds(o Office) bool {
	return slices.ContainsFunc(m.Offices, func(h Held) bool { return h.Office == o })
}

// Initials are for a face.
func (m Member) Initials() string { return person.Initials(m.Name) }

func within(day, from, until date.Date) bool {
	return !day.Before(from) && (until.IsZero() || day.Before(until))
}

// MembersOn lists everybody who is in the partnership of an area on a day, in
// whatever way: officers first, then by name.
func MembersOn(ctx context.Context, tx *db.Tx, a area.ID, day date.Date) ([]Member, error) {
	on, err := membersOn(ctx, tx, a, day)
	if err != nil {
		return nil, err
	}
	offices, err := OfficesOf(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	for i := range on {
		for _, h := range offices {
			if h.Person == on[i].Person && h.On(day) {
				on[i].Offices = append(on[i].Offices, h)
			}
		}
	}
	slices.SortStableFunc(on, func(a, b Member) int { return a.rank() - b.rank() })
	return on, nil
}

// rank puts the chair first, then who holds another office, then the rest.
func (m Member) rank() int {
	for i, o := range Offices() {
		if m.Holds(o) {
			return i
		}
	}
	return len(Offices())
}

// An Elector is somebody who has a say in what a partnership decides. Those of
// one Share cast one vote between them.
type Elector struct {
	Person   access.PersonID
	Member   MemberID
	Name     string
	Kind     Kind
	Resident bool   // counts as a resident, by the area's rule
	Share    string // "" for a vote of one's own
}

// CouncillorsShare is the Share of councillors where the area's rule is that
// they have one vote between them.
const CouncillorsShare = "councillors"

// ElectorsOn lists who has a say in decisions on a day, by the area's rule on
// councillors that day (R15). Friends, workers and those of the organisation that
// holds the money have none.
func ElectorsOn(ctx context.Context, tx *db.Tx, a area.ID, day date.Date) ([]Elector, error) {
	members, err := MembersOn(ctx, tx, a, day)
	if err != nil {
		return nil, err
	}
	rules, err := RulesOn(ctx, tx, a, day)
	return electors(members, rules), err
}

func electors(members []Member, rules Rules) []Elector {
	var with []Elector
	for _, m := range members {
		if !rules.GiveASay(m) {
			continue
		}
		e := Elector{Person: m.Person, Member: m.ID, Name: m.Name, Kind: m.Kind, Resident: m.Resident, Share: m.Share}
		if m.Kind == Councillor {
			switch rules.Councillors {
			case CouncillorsNonResident:
				e.Resident = false
			case CouncillorsShareOne:
				e.Share = CouncillorsShare
			case CouncillorsAsOthers, CouncillorsStandAside, CouncillorsExcluded:
			}
		}
		with = append(with, e)
	}
	return with
}
