package partnership

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/organisation"
	"commontable/internal/person"
)

// A Party is what a matter touches: an organisation, a person, or a name that is
// not (yet) known as one of them. One field is given; of several each counts.
type Party struct {
	Organisation organisation.ID
	Person       access.PersonID
	Name         string
}

// An About says which matter something is about: "agenda item", "decision",
// "payment", "spend" or "offer", and its ID in its area.
type About struct{ Kind, ID string }

// A HandlingID names a handling.
type HandlingID string

// A How is what is done about an interest in a matter (P06).
type How string

// The ways. Each is the partnership's, recorded by somebody without an interest.
const (
	SpeakOnly How = "speak only"
	Leave     How = "leave"
	NoVote    How = "no vote"
	NoAction  How = "no action" // with a reason
)

// Hows lists the ways in the order of a form.
func Hows() []How { return []How{SpeakOnly, Leave, NoVote, NoAction} }

var hows = map[How]struct{ title, sentence string }{
	SpeakOnly: {"May speak, and has no vote", "They may speak about this, and have no vote on it."},
	Leave:     {"Leaves while this is talked about", "They are not in the room while this is talked about, and have no vote on it."},
	NoVote:    {"Listens, and has no vote", "They have no vote on this."},
	NoAction:  {"Takes part as everyone does", "They take part in this as everyone does."},
}

// Title is for people who choose.
func (h How) Title() string { return hows[h].title }

// Sentence is for everyone to read.
func (h How) Sentence() string { return hows[h].sentence }

// A Handling is what is done about one interest in one matter.
type Handling struct {
	ID         HandlingID
	About      About
	Interest   InterestID
	Person     access.PersonID // whose interest it is
	Number     int64           // which of this interest in this matter: the last counts
	How        How
	Why        string
	Public     string // a sentence for everyone
	Register   int64  // the register's version when it was recorded
	RecordedBy access.PersonID
	RecordedAt time.Time
}

// IsZero reports whether nothing was done yet.
func (h Handling) IsZero() bool { return h.ID == "" }

// A Touch is an interest that a matter touches.
type Touch struct {
	Interest   InterestID
	Person     access.PersonID
	Name       string // of whose it is: for those who may see who is in the partnership
	Kind       InterestKind
	With       string // the organisation; never another person
	Public     string // a sentence for everyone
	DeclaredAt time.Time
	Number     int64    // the register's version with it
	Decides    bool     // they have a say that day in decisions or in money, in some hat
	Handling   Handling // zero: not handled yet
}

// TouchesIn lists every interest that counts on the day of a matter and that one of
// its parties touches, of those who have to do with the area: who declared it here, who
// wears or wore a hat here, and who may do something in the matter in a hat that reaches
// here, wherever they told of it. They stand in the order in which they were declared.
func TouchesIn(ctx context.Context, tx *db.Tx, a area.ID, m Matter) ([]Touch, error) {
	all, err := touchesOf(ctx, tx, a, []Matter{m})
	if err != nil {
		return nil, err
	}
	return namedTouches(ctx, tx, all[0])
}

// handled is an interest in a matter.
type handled struct {
	about    About
	interest InterestID
}

// touchesOf is TouchesIn of several matters, each on its day: in as many statements as
// for one. The names are left out.
func touchesOf(ctx context.Context, tx *db.Tx, a area.ID, matters []Matter) ([][]Touch, error) {
	parties := make([][]Party, len(matters))
	for at, m := range matters {
		parties[at] = m.Parties
	}
	named, err := namingsOf(ctx, tx, parties)
	if err != nil {
		return nil, err
	}
	interests, err := namedInterests(ctx, tx, named, "")
	if err != nil {
		return nil, err
	}
	return touchesAmong(ctx, tx, a, matters, named, interests)
}

// touchesAmong is touchesOf, of interests that were read.
func touchesAmong(ctx context.Context, tx *db.Tx, a area.ID, matters []Matter, named []naming, interests []Interest) ([][]Touch, error) {
	of := make([][]Touch, len(matters))
	if len(interests) == 0 {
		return of, nil
	}
	who := make([]access.PersonID, len(interests))
	for n, i := range interests {
		who[n] = i.Person
	}
	hats, err := person.EveryHatOf(ctx, tx, who)
	if err != nil {
		return nil, err
	}
	place, err := placeOf(ctx, tx, a, hats)
	if err != nil {
		return nil, err
	}
	handlings, err := handlingsOf(ctx, tx, a, matters)
	for at, m := range matters {
		for _, i := range interests {
			if !named[at].touches(i) || !i.CountsOn(m.On) || m.Past != nil && !slices.Contains(m.Past, i.Person) {
				continue
			}
			here, decides := i.standing(hats[i.Person], place, m)
			if !here {
				continue
			}
			of[at] = append(of[at], Touch{
				Interest: i.ID, Person: i.Person, Kind: i.Kind, With: i.With(), Public: i.Public, DeclaredAt: i.DeclaredAt, Number: i.Number, Decides: decides,
				Handling: handlings.of(m, i.ID),
			})
		}
	}
	return of, err
}

// namedTouches gives touches the names of whose they are.
func namedTouches(ctx context.Context, tx *db.Tx, all []Touch) ([]Touch, error) {
	who := make([]access.PersonID, len(all))
	for i, t := range all {
		who[i] = t.Person
	}
	names, err := person.Names(ctx, tx, who...)
	for i := range all {
		all[i].Name = names[all[i].Person]
	}
	return all, err
}

// placeOf is where an area lies, asked where somebody wears a hat that is not of an
// area alone.
func placeOf(ctx context.Context, tx *db.Tx, a area.ID, hats map[access.PersonID][]access.Hat) (access.Place, error) {
	for _, worn := range hats {
		if slices.ContainsFunc(worn, func(h access.Hat) bool { return h.Scope == access.InProgramme }) {
			of, err := area.ByID(ctx, tx, a)
			return of.Place(), err
		}
	}
	return access.Place{Area: string(a)}, nil
}

// standing tells whether an interest is of somebody who has to do with an area in a
// matter, and whether they decide there on its day, by their hats. A hat of the area
// decides in all that is decided there. One that reaches further decides where money
// moves, and only there: who approves payments has no vote in a partnership.
func (i Interest) standing(hats []access.Hat, in access.Place, m Matter) (here, decides bool) {
	if m.Past != nil {
		return true, true
	}
	here = string(i.Area) == in.Area
	in.Organisation = string(m.Organisation)
	for _, h := range hats {
		if h.Scope == access.InArea {
			inArea := h.Place == in.Area
			here = here || inArea
			decides = decides || inArea && h.WornOn(m.On) && hasASay(h.Role)
			continue
		}
		told := string(i.Area) == in.Area && m.Moves && hasASay(h.Role) // here, of what they move elsewhere
		decides = decides || told && h.WornOn(m.On)
		if h.WornOn(m.On) && h.Reaches(in) && (acts(h.Role, m.Moves) || m.Moves && h.Role.MovesMoney()) {
			here = true
			decides = decides || m.Moves && h.Role.MovesMoney()
		}
	}
	return here, decides
}

// hasASay reports whether something is decided, or money moved, in hats of a role.
func hasASay(r access.Role) bool {
	return slices.ContainsFunc(access.Grants(r), func(p access.Permission) bool {
		return p == access.TakePart || p == access.ApprovePayment || p == access.ReleasePayment || p == access.CertifySpend
	})
}

// Deciders tells of some people whether they have a say in an area on a day, in a hat
// of it.
func Deciders(ctx context.Context, tx *db.Tx, a area.ID, who []access.PersonID) (func(access.PersonID, date.Date) bool, error) {
	hats, err := person.EveryHatOf(ctx, tx, who)
	return func(who access.PersonID, on date.Date) bool {
		return slices.ContainsFunc(hats[who], func(h access.Hat) bool {
			return h.Scope == access.InArea && h.Place == string(a) && h.WornOn(on) && hasASay(h.Role)
		})
	}, err
}

// acts reports whether somebody may do something in a matter in hats of a role, short
// of deciding: prepare what is paid, make an offer, record what is done about interests
// of others, read the papers before they are public.
func acts(r access.Role, moves bool) bool {
	return slices.ContainsFunc(access.Grants(r), func(p access.Permission) bool {
		if moves {
			return p == access.PreparePayment || p == access.MakeOffer || p == access.ProvideSpend
		}
		return p == access.HandleInterest || p == access.PutForward
	})
}

// A naming is every way in which an interest can name some parties.
type naming struct {
	organisations    []organisation.ID
	organisationKeys []string
	people           []access.PersonID
	personKeys       []string
}

func (n naming) isEmpty() bool {
	return len(n.organisations)+len(n.organisationKeys)+len(n.people)+len(n.personKeys) == 0
}

// touches reports whether an interest is in one of those that are named.
func (n naming) touches(i Interest) bool {
	return slices.Contains(n.organisations, i.Organisation) || slices.Contains(n.organisationKeys, i.organisationKey) ||
		slices.Contains(n.people, i.Related) || slices.Contains(n.personKeys, i.relatedKey)
}

// namingsOf says of each of several lists of parties how an interest can name them.
func namingsOf(ctx context.Context, tx *db.Tx, of [][]Party) ([]naming, error) {
	var organisations []organisation.ID
	var people []access.PersonID
	for _, parties := range of {
		for _, p := range parties {
			if p.Organisation != "" {
				organisations = append(organisations, p.Organisation)
			}
			if p.Person != "" {
				people = append(people, p.Person)
			}
		}
	}
	known, err := organisation.Named(ctx, tx, organisations)
	if err != nil {
		return nil, fmt.Errorf("party: %w", err)
	}
	names, err := person.Names(ctx, tx, people...)
	if err != nil {
		return nil, fmt.Errorf("party: %w", err)
	}
	all := make([]naming, len(of))
	for at, parties := range of {
		n := &all[at]
		for _, p := range parties {
			if p.Organisation != "" {
				n.organisations = append(n.organisations, p.Organisation)
			}
			if p.Person != "" {
				n.people = append(n.people, p.Person)
			}
			if same := organisation.SameName(known[p.Organisation].Name); same != "" {
				n.organisationKeys = append(n.organisationKeys, same)
			}
			if same := organisation.SameName(names[p.Person]); same != "" {
				n.personKeys = append(n.personKeys, same)
			}
			if same := organisation.SameName(p.Name); same != "" {
				n.organisationKeys, n.personKeys = append(n.organisationKeys, same), append(n.personKeys, same)
			}
		}
	}
	return all, nil
}

// namedInterests is every interest in those that are named: of one person, or of
// anybody where who is "", in the order of the register.
func namedInterests(ctx context.Context, tx *db.Tx, named []naming, who access.PersonID) ([]Interest, error) {
	var any naming
	for _, n := range named {
		any.organisations = append(any.organisations, n.organisations...)
		any.organisationKeys = append(any.organisationKeys, n.organisationKeys...)
		any.people = append(any.people, n.people...)
		any.personKeys = append(any.personKeys, n.personKeys...)
	}
	if any.isEmpty() {
		return nil, nil
	}
	all, err := interestsTouching(ctx, tx, who, any)
	if err != nil {
		return nil, fmt.Errorf("interests: %w", err)
	}
	return all, nil
}

// UnhandledIn lists the interests of those who have a say, about which nothing was
// done yet. A matter does not close over one: what is told late freezes it until
// somebody says what is done.
func UnhandledIn(ctx context.Context, tx *db.Tx, a area.ID, m Matter) ([]Touch, error) {
	all, err := TouchesIn(ctx, tx, a, m)
	return unhandled(all), err
}

func unhandled(all []Touch) []Touch {
	return slices.DeleteFunc(all, func(t Touch) bool { return !t.Decides || !t.Handling.IsZero() })
}

// A Scene is what the register says of a matter: read once, for all that is asked
// of it in one transaction.
type Scene struct {
	matter    Matter
	named     []naming
	interests []Interest
}

// SceneIn reads what the register says of a matter.
func SceneIn(ctx context.Context, tx *db.Tx, m Matter) (s Scene, err error) {
	s.matter = m
	if s.named, err = namingsOf(ctx, tx, [][]Party{m.Parties}); err != nil {
		return s, err
	}
	s.interests, err = namedInterests(ctx, tx, s.named, "")
	return s, err
}

// IsQuiet reports whether the matter touches nobody's interest at all.
func (s Scene) IsQuiet() bool { return len(s.interests) == 0 }

// Bar is BarIn.
func (s Scene) Bar(ctx context.Context, tx *db.Tx, a area.ID, who access.PersonID) (Bar, error) {
	t, err := tiesAmong(ctx, tx, a, []Matter{s.matter}, []access.PersonID{who}, s.named, s.interests)
	if err != nil {
		return Bar{}, err
	}
	return t.bar(0, s.matter, who), nil
}

// Touches is TouchesIn without the names.
func (s Scene) Touches(ctx context.Context, tx *db.Tx, a area.ID) ([]Touch, error) {
	all, err := touchesAmong(ctx, tx, a, []Matter{s.matter}, s.named, s.interests)
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// Unhandled is UnhandledIn without the names.
func (s Scene) Unhandled(ctx context.Context, tx *db.Tx, a area.ID) ([]Touch, error) {
	all, err := s.Touches(ctx, tx, a)
	return unhandled(all), err
}

// ToldSince says of each of some deeds whether its person told, after the register
// had the version that the deed knew, of an interest that one of the parties touches
// and that counted on that day or after it: what they approved then stands no more.
func ToldSince(ctx context.Context, tx *db.Tx, deeds []Deed) ([]bool, error) {
	if len(deeds) == 0 {
		return nil, nil
	}
	register, named, err := withInterests(ctx, tx, deeds)
	if err != nil {
		return nil, err
	}
	told := make([]bool, len(deeds))
	for at, x := range deeds {
		day := date.InLondon(x.At)
		told[at] = slices.ContainsFunc(register[x.Person], func(i Interest) bool {
			over := !i.Until.IsZero() && !day.Before(i.Until) && !i.CountsOn(day)
			return i.Number > x.Register && !over && named[at].touches(i)
		})
	}
	return told, nil
}

// Knowing keeps of some deeds those of people of whom the register told, as it was
// when the deed counted, of an interest that one of the parties touches and that
// counted on that day.
func Knowing(ctx context.Context, tx *db.Tx, deeds []Deed) ([]Deed, error) {
	register, named, err := withInterests(ctx, tx, deeds)
	if err != nil {
		return nil, err
	}
	var all []Deed
	for at, x := range deeds {
		if slices.ContainsFunc(register[x.Person], func(i Interest) bool {
			return i.Number <= x.Register && i.CountsOn(date.InLondon(x.At)) && named[at].touches(i)
		}) {
			all = append(all, x)
		}
	}
	return all, nil
}

// withInterests reads the interests of those who did something, and how an interest
// can name the parties of each deed.
func withInterests(ctx context.Context, tx *db.Tx, deeds []Deed) (map[access.PersonID][]Interest, []naming, error) {
	parties, who := make([][]Party, len(deeds)), make([]access.PersonID, len(deeds))
	for i, x := range deeds {
		parties[i], who[i] = x.Parties, x.Person
	}
	register, err := everyInterestOf(ctx, tx, who)
	if err != nil {
		return nil, nil, err
	}
	named, err := namingsOf(ctx, tx, parties)
	return register, named, err
}

// NewHandling is what is done about an interest, as it is recorded.
type NewHandling struct {
	Form     string
	About    About
	Interest InterestID
	How      How
	Why      string  // needed for NoAction; everyone may read it
	Public   string  // "" for the way's own sentence, with why
	Parties  []Party // of the matter; nil: as the matter itself says (Matters)
}

// Check says what is wrong with n, if anything.
func (n NewHandling) Check() fault.Invalid {
	var wrong fault.Invalid
	if _, ok := hows[n.How]; !ok {
		wrong.Add("how", "Choose what is done")
	}
	if n.How == NoAction && strings.TrimSpace(n.Why) == "" {
		wrong.Add("why", "Say why nothing needs to be done. Everyone can read it")
	}
	checkLength(&wrong, "why", n.Why, longestPublic)
	checkLength(&wrong, "public", n.Public, 2*longestPublic)
	return wrong
}

// check is Check in a matter: of what was decided already nobody can be kept out any
// more, so it stands with a reason, or is decided anew.
func (n NewHandling) check(m Matter) fault.Invalid {
	if m.Past != nil && n.How != NoAction {
		return fault.Invalid{{Field: "how", Words: "This was decided already. Say why it stands, or put it to the partnership to be decided anew"}}
	}
	return n.Check()
}

// Handle records what is done about an interest. Sent twice, it counts once.
func (p *Partnerships) Handle(ctx context.Context, by access.Actor, a area.Area, n NewHandling) error {
	err := p.DB.Write(ctx, func(tx *db.Tx) error {
		content := []any{"handling", a.ID, n.About, n.Interest, n.How, n.Why, n.Public}
		_, err := audit.Once(ctx, tx, audit.Sent{Form: n.Form, By: by, Content: content, At: p.Now()}, func() (string, error) {
			h, err := p.HandleIn(ctx, tx, by, a, n)
			return string(h.ID), err
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("record what is done about an interest: %w", err)
	}
	return nil
}

// HandleIn is Handle as part of a transaction. It is recorded by somebody else
// than whose interest it is, who has none in the matter themselves. Until the
// matter is closed a later one may take its place.
func (p *Partnerships) HandleIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewHandling) (Handling, error) {
	if err := by.Must(access.HandleInterest, a.Place()); err != nil {
		return Handling{}, err
	}
	m, err := p.matterOf(ctx, tx, a, n)
	if err != nil {
		return Handling{}, err
	}
	all, err := TouchesIn(ctx, tx, a.ID, m)
	if err != nil {
		return Handling{}, err
	}
	at := slices.IndexFunc(all, func(t Touch) bool { return t.Interest == n.Interest })
	if at < 0 {
		return Handling{}, fault.NotFound
	}
	touch := all[at]
	if err := p.mayHandle(ctx, tx, by, a, m, touch); err != nil {
		return Handling{}, err
	}
	if err := n.check(m).OrNil(); err != nil {
		return Handling{}, err
	}
	number := int64(1)
	if touch.Handling.About == m.About { // and not in a matter of the same thing
		number += touch.Handling.Number
	}
	h := Handling{
		ID: id.New[HandlingID](p.IDs), About: m.About, Interest: n.Interest, Person: touch.Person, Number: number,
		How: n.How, Why: strings.TrimSpace(n.Why), Public: strings.TrimSpace(n.Public), RecordedBy: by.Person, RecordedAt: p.Now(),
	}
	if h.Public == "" {
		h.Public = strings.TrimSpace(h.How.Sentence() + " " + h.Why)
		if m.Past != nil {
			h.Public = "What was decided was looked at again, and stands. " + h.Why
		}
	}
	if h.Register, err = RegisterIn(ctx, tx); err != nil {
		return Handling{}, err
	}
	if err := insertHandling(ctx, tx, a.ID, h); err != nil {
		return Handling{}, fmt.Errorf("insert handling: %w", err)
	}
	return h, audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: string(a.ID), Act: "interest handled", Subject: string(h.ID), By: by, At: h.RecordedAt, Private: h.Why + "\n" + h.Public,
		Facts: map[string]string{
			"interest": string(h.Interest), "person": string(h.Person), "how": string(h.How), "about": h.About.Kind, "of": h.About.ID,
			"number": strconv.FormatInt(h.Number, 10), "register": strconv.FormatInt(h.Register, 10),
		},
	})
}

// MayHandle says why an actor may not record what is done about an interest in a
// matter, or nothing. Pages ask it before they offer the form.
func (p *Partnerships) MayHandle(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, m Matter, t Touch) error {
	if err := by.Must(access.HandleInterest, a.Place()); err != nil {
		return err
	}
	return p.mayHandle(ctx, tx, by, a, m, t)
}

func (p *Partnerships) mayHandle(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, m Matter, t Touch) error {
	if t.Person == by.Person {
		return fault.New(fault.Forbidden, "This interest is yours, so somebody else records what is done about it.")
	}
	m.On = date.Of(p.Now())
	bar, err := BarIn(ctx, tx, a.ID, m, by.Person)
	if err != nil {
		return err
	}
	if bar.Approve {
		return fault.New(fault.Forbidden, "You have an interest in this too, so somebody without one records what is done about the others.")
	}
	closed, err := isClosed(ctx, tx, a.ID, m.About)
	if err == nil && closed {
		err = errClosed
	}
	return err
}

var errClosed = fault.New(fault.Conflict, "This is closed, so what was done about interests in it stays as it is.")

// matterOf is the matter that a handling is about, as it is today.
func (p *Partnerships) matterOf(ctx context.Context, tx *db.Tx, a area.Area, n NewHandling) (Matter, error) {
	today := date.Of(p.Now())
	if n.Parties != nil {
		return Matter{About: n.About, Parties: n.Parties, On: today, Open: true}, nil
	}
	m, err := p.MatterIn(ctx, tx, a.ID, n.About)
	if err != nil {
		return m, err
	}
	if !m.Open {
		return m, errClosed
	}
	return m.AsOf(today), nil
}

// CloseIn says that a matter is closed: from now on what was done about interests
// in it stays as it is. Said twice, it counts once.
func (p *Partnerships) CloseIn(ctx context.Context, tx *db.Tx, a area.ID, about About) error {
	return CloseAt(ctx, tx, a, about, p.Now())
}

// CloseAt is CloseIn for those who know what time it is.
func CloseAt(ctx context.Context, tx *db.Tx, a area.ID, about About, at time.Time) error {
	closed, err := isClosed(ctx, tx, a, about)
	if err != nil || closed {
		return err
	}
	return insertClosing(ctx, tx, a, about, at)
}
