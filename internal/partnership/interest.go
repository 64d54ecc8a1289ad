package partnership

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

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

// An InterestID names an interest.
type InterestID string

// An InterestKind is what a person has to do with an organisation or somebody.
type InterestKind string

// The kinds of interest (R14, P06).
const (
	Employer        InterestKind = "employer"
	Landlord        InterestKind = "landlord" // either side of a tenancy
	CouncillorOf    InterestKind = "councillor"
	WorksForHolder  InterestKind = "lto" // works for a locally trusted organisation
	OwnGroup        InterestKind = "own group"
	OnTheBoard      InterestKind = "board"
	CloseTie        InterestKind = "family"
	AnotherInterest InterestKind = "other"
)

// InterestKinds lists them in the order of a form.
func InterestKinds() []InterestKind {
	return []InterestKind{Employer, Landlord, CouncillorOf, WorksForHolder, OwnGroup, OnTheBoard, CloseTie, AnotherInterest}
}

var interestKinds = map[InterestKind]struct{ title, choice, sentence string }{
	Employer:        {"Employer", "I work for them", "I work for %s."},
	Landlord:        {"Landlord or tenant", "They are my landlord, or my tenant", "I have a tenancy with %s."},
	CouncillorOf:    {"Councillor", "I am a councillor there", "I am a councillor of %s."},
	WorksForHolder:  {"Works for a locally trusted organisation", "I work for an organisation that holds our money", "I work for %s, which holds money for local people."},
	OwnGroup:        {"Own group or business", "It is my own group or business", "I run, or help to run, %s."},
	OnTheBoard:      {"On the board", "I am on its board, or a trustee", "I am on the board of %s."},
	CloseTie:        {"Family or close tie", "Somebody close to me is part of it, or may gain from it", "Somebody close to me has to do with %s."},
	AnotherInterest: {"Something else", "Something else", ""},
}

// Title is the kind in a word or two, for lists.
func (k InterestKind) Title() string { return interestKinds[k].title }

// Choice is the kind as the person says it, for forms.
func (k InterestKind) Choice() string { return interestKinds[k].choice }

// Sentence is what everyone reads where the person did not write their own: it
// names the organisation, and never another person. It is "" for AnotherInterest.
func (k InterestKind) Sentence(organisation string) string {
	switch words := interestKinds[k].sentence; {
	case words == "":
		return ""
	case organisation == "" && k == CloseTie:
		return "Somebody close to me may gain from what we decide."
	case organisation == "":
		return ""
	default:
		return fmt.Sprintf(words, organisation)
	}
}

// An Interest is what a person has to do with an organisation, with another
// person, or with one through the other. It is the person's, whatever their hats.
type Interest struct {
	ID               InterestID
	Number           int64   // the register's version with it
	Area             area.ID // where it was declared
	Person           access.PersonID
	Kind             InterestKind
	Organisation     organisation.ID // "" where only its name is known, or none is meant
	OrganisationName string
	Related          access.PersonID // "" where only a name is known, or nobody is meant
	RelatedName      string
	From, Until      date.Date // Until is the first day on which it was no longer held; zero while none is known
	Public           string    // a plain sentence for everyone
	Private          string    // for those who may see what people have an interest in, and for themselves
	DeclaredBy       access.PersonID
	DeclaredAt       time.Time
	Ended            InterestEnd // zero while it has not

	organisationKey, relatedKey string
}

// An InterestEnd is that an interest is held no more.
type InterestEnd struct {
	Number      int64
	Until       date.Date
	CountsUntil date.Date // the first day on which it no longer counts: after the day on which its end was told
	Why         string
	By          access.PersonID
	At          time.Time
}

// HeldOn reports whether the person had the interest on a day.
func (i Interest) HeldOn(day date.Date) bool {
	return !day.Before(i.From) && (i.Until.IsZero() || day.Before(i.Until))
}

// CountsOn reports whether the interest counts for what is done on a day. One
// that ended counts until the day after its end was told: nobody tells of an end
// to be free on the same day.
func (i Interest) CountsOn(day date.Date) bool {
	until := i.Until
	if !i.Ended.CountsUntil.IsZero() {
		until = i.Ended.CountsUntil
	}
	return !day.Before(i.From) && (until.IsZero() || day.Before(until))
}

// ForSomebody reports whether somebody else recorded it for the person.
func (i Interest) ForSomebody() bool { return i.DeclaredBy != i.Person }

// With is the organisation's name, or that of a group of people who are never
// named: everyone may read it beside the public sentence.
func (i Interest) With() string {
	if i.OrganisationName != "" {
		return i.OrganisationName
	}
	return "somebody close"
}

// MaySeeAll reports whether an actor may see the private part too.
func (i Interest) MaySeeAll(by access.Actor, a area.Area) bool {
	return (by.SignedIn() && by.Person == i.Person) || by.May(access.SeeInterests, a.Place())
}

// ShownTo is the interest as an actor may see it: the public sentence for
// everyone; who, with whom and what else for those who may.
func (i Interest) ShownTo(by access.Actor, a area.Area) Interest {
	if i.MaySeeAll(by, a) {
		return i
	}
	return Interest{ID: i.ID, Number: i.Number, Area: i.Area, Person: i.Person, Kind: i.Kind, From: i.From, Until: i.Until, Public: i.Public, DeclaredAt: i.DeclaredAt}
}

// NewInterest is an interest as it is declared.
type NewInterest struct {
	Form             string
	For              access.PersonID // whose it is; "" for one's own
	Kind             InterestKind
	Organisation     organisation.ID // or
	OrganisationName string          // a name, which is found among the known ones
	Related          access.PersonID // or
	RelatedName      string
	From, Until      date.Date
	Public           string // "" for the kind's own sentence
	Private          string
}

const (
	longestPublic  = 300
	longestPrivate = 2000
	longestName    = 200
)

func (n NewInterest) tidy() NewInterest {
	for _, words := range []*string{&n.OrganisationName, &n.RelatedName, &n.Public, &n.Private} {
		*words = strings.TrimSpace(*words)
	}
	n.OrganisationName, n.RelatedName = strings.Join(strings.Fields(n.OrganisationName), " "), strings.Join(strings.Fields(n.RelatedName), " ")
	return n
}

// Check says what is wrong with n, if anything.
func (n NewInterest) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	n = n.tidy()
	if _, ok := interestKinds[n.Kind]; !ok {
		wrong.Add("kind", "Choose what you have to do with them")
	}
	withOrganisation := n.Organisation != "" || organisation.SameName(n.OrganisationName) != ""
	withPerson := n.Related != "" || organisation.SameName(n.RelatedName) != ""
	switch {
	case !withOrganisation && !withPerson && (n.Kind == CloseTie || n.Kind == AnotherInterest):
		wrong.Add("organisation", "Enter an organisation or a person: one of the two is enough")
	case !withOrganisation && n.Kind != CloseTie && n.Kind != AnotherInterest && n.Kind != "":
		wrong.Add("organisation", "Enter the name of the organisation, as people know it")
	}
	checkLength(&wrong, "organisation", n.OrganisationName, longestName)
	checkLength(&wrong, "related", n.RelatedName, longestName)
	checkLength(&wrong, "public", n.Public, longestPublic)
	checkLength(&wrong, "private", n.Private, longestPrivate)
	switch {
	case n.From.IsZero():
		wrong.Add("from", "Enter since when, like 1 4 2019. If you are not sure, a guess will do")
	case n.From.Year() < 1900 || n.From.After(today.AddMonths(12)):
		wrong.Add("from", "Enter a day in your lifetime, or in the next twelve months")
	}
	if !n.Until.IsZero() && !n.From.Before(n.Until) {
		wrong.Add("until", "Enter a later day than that on which it began, or leave it empty")
	}
	if n.Public == "" && n.Kind == AnotherInterest {
		wrong.Add("public", "Say in a sentence what it is, for everyone to read")
	}
	return wrong
}

func checkLength(wrong *fault.Invalid, field, words string, most int) {
	if utf8.RuneCountInString(words) > most {
		wrong.Add(field, "Use up to "+strconv.Itoa(most)+" letters")
	}
}

// Declare adds an interest to the register. Sent twice, it counts once.
func (p *Partnerships) Declare(ctx context.Context, by access.Actor, a area.Area, n NewInterest) (InterestID, error) {
	var declared InterestID
	err := p.DB.Write(ctx, func(tx *db.Tx) error {
		content := []any{
			"interest", a.ID, n.For, n.Kind, n.Organisation, n.OrganisationName, n.Related, n.RelatedName, n.From.String(), n.Until.String(), n.Public, n.Private,
		}
		subject, err := audit.Once(ctx, tx, audit.Sent{Form: n.Form, By: by, Content: content, At: p.Now()}, func() (string, error) {
			i, err := p.DeclareIn(ctx, tx, by, a, n)
			return string(i.ID), err
		})
		declared = InterestID(subject)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("declare interest: %w", err)
	}
	return declared, nil
}

// DeclareIn is Declare as part of a transaction. Anybody who wears a hat that has
// to do with the area declares their own; for somebody else it is recorded by
// those who may handle interests.
func (p *Partnerships) DeclareIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewInterest) (Interest, error) {
	if n.For == "" {
		n.For = by.Person
	}
	if err := p.mayDeclare(ctx, tx, by, a, n.For); err != nil {
		return Interest{}, err
	}
	if err := n.Check(date.Of(p.Now())).OrNil(); err != nil {
		return Interest{}, err
	}
	if _, err := person.ByID(ctx, tx, n.For); err != nil {
		return Interest{}, fmt.Errorf("whose interest: %w", err)
	}
	n = n.tidy()
	i := Interest{
		ID: id.New[InterestID](p.IDs), Area: a.ID, Person: n.For, Kind: n.Kind, Organisation: n.Organisation, OrganisationName: n.OrganisationName,
		Related: n.Related, RelatedName: n.RelatedName, From: n.From, Until: n.Until, Public: n.Public, Private: n.Private,
		DeclaredBy: by.Person, DeclaredAt: p.Now(),
	}
	if err := i.link(ctx, tx); err != nil {
		return Interest{}, err
	}
	if i.Public == "" {
		i.Public = i.Kind.Sentence(i.OrganisationName)
	}
	var err error
	if i.Number, err = nextInRegister(ctx, tx); err != nil {
		return Interest{}, err
	}
	if err := insertInterest(ctx, tx, i); err != nil {
		return Interest{}, fmt.Errorf("insert interest: %w", err)
	}
	return i, audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: string(a.ID), Act: "interest declared", Subject: string(i.ID), By: by, At: i.DeclaredAt,
		Facts: map[string]string{"person": string(i.Person), "number": strconv.FormatInt(i.Number, 10), "from": i.From.String(), "until": i.Until.String()},
		// Who may see it is asked anew each time: so all that it says is kept apart.
		Private: i.said(),
	})
}

// said is all that an interest says, as its event is committed to it.
func (i Interest) said() string {
	return strings.Join([]string{
		string(i.Kind), string(i.Organisation), i.OrganisationName, string(i.Related), i.RelatedName, i.Public, i.Private,
	}, "\n")
}

// link finds who is meant: the organisation and the person by their IDs, or the
// one organisation that goes by the name.
func (i *Interest) link(ctx context.Context, tx *db.Tx) error {
	if i.Organisation == "" && i.OrganisationName != "" {
		same, err := organisation.ByName(ctx, tx, i.OrganisationName)
		if err != nil {
			return fmt.Errorf("organisations of a name: %w", err)
		}
		if len(same) == 1 { // of two that go by one name nobody can tell which is meant: the name touches both
			i.Organisation = same[0].ID
		}
	}
	if i.Organisation != "" {
		o, err := organisation.ByID(ctx, tx, i.Organisation)
		if err != nil {
			return fmt.Errorf("organisation: %w", err)
		}
		i.OrganisationName = o.Name
	}
	if i.Related != "" {
		if i.Related == i.Person {
			return fault.Invalid{{Field: "related", Words: "Name somebody else: what touches yourself needs no declaration"}}
		}
		other, err := person.ByID(ctx, tx, i.Related)
		if err != nil {
			return fmt.Errorf("person: %w", err)
		}
		i.RelatedName = other.Name
	}
	i.organisationKey, i.relatedKey = organisation.SameName(i.OrganisationName), organisation.SameName(i.RelatedName)
	return nil
}

// mayDeclare asks whether an actor may declare an interest of somebody's in an
// area: one's own, in whatever hat one has to do with it; or another's, who has
// to do with it too.
func (p *Partnerships) mayDeclare(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, who access.PersonID) error {
	if !by.SignedIn() {
		return fault.New(fault.Forbidden, "Sign in first: then you can tell us of an interest.")
	}
	if who != by.Person {
		if err := by.Must(access.HandleInterest, a.Place()); err != nil {
			return err
		}
	}
	if by.System && who == by.Person {
		return fault.New(fault.Conflict, "Say whose interest it is.")
	}
	if who == by.Person && hasToDoWith(by.Hat, a) {
		return nil
	}
	hats, err := person.HatsOf(ctx, tx, who)
	if err != nil {
		return fmt.Errorf("hats: %w", err)
	}
	if !slices.ContainsFunc(hats, func(h access.Hat) bool { return hasToDoWith(h, a) }) {
		if who == by.Person {
			return fault.New(fault.Forbidden, "You have no hat in "+a.Name+". Tell us of your interests where you have one.")
		}
		return fault.NotFound
	}
	return nil
}

// hasToDoWith reports whether a hat, worn now or before, has to do with an area.
// One at an organisation may: any organisation may come to hold its money.
func hasToDoWith(h access.Hat, a area.Area) bool {
	switch h.Scope {
	case access.InInstallation, access.InOrganisation:
		return true
	case access.InProgramme:
		return h.Place == string(a.Programme)
	case access.InArea:
		return h.Place == string(a.ID)
	}
	return false
}

// NewInterestEnd is that an interest is held no more.
type NewInterestEnd struct {
	Form     string
	Interest InterestID
	Until    date.Date // the first day on which it was no longer held
	Why      string
}

// Check says what is wrong with n, if anything.
func (n NewInterestEnd) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	if n.Until.IsZero() || n.Until.After(today) {
		wrong.Add("until", "Enter the day on which it ended: today or earlier")
	}
	checkLength(&wrong, "why", n.Why, longestPublic)
	return wrong
}

// EndInterest records that an interest is held no more. It stays in the register.
func (p *Partnerships) EndInterest(ctx context.Context, by access.Actor, a area.Area, n NewInterestEnd) error {
	err := p.DB.Write(ctx, func(tx *db.Tx) error {
		content := []any{"end interest", a.ID, n.Interest, n.Until.String(), n.Why}
		_, err := audit.Once(ctx, tx, audit.Sent{Form: n.Form, By: by, Content: content, At: p.Now()}, func() (string, error) {
			return string(n.Interest), p.EndInterestIn(ctx, tx, by, a, n)
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("end interest: %w", err)
	}
	return nil
}

// EndInterestIn is EndInterest as part of a transaction. Whose it is may say so,
// and those who may handle interests.
func (p *Partnerships) EndInterestIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewInterestEnd) error {
	i, err := InterestByID(ctx, tx, a.ID, n.Interest)
	if err != nil {
		return err
	}
	if err := i.MayEnd(by, a); err != nil {
		return err
	}
	today := date.Of(p.Now())
	wrong := n.Check(today)
	if len(wrong) == 0 && !i.From.Before(n.Until) {
		wrong.Add("until", "Enter a later day than that on which it began, "+i.From.Long())
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	e := InterestEnd{Until: n.Until, CountsUntil: today.AddDays(1), Why: strings.TrimSpace(n.Why), By: by.Person, At: p.Now()}
	if e.Number, err = nextInRegister(ctx, tx); err != nil {
		return err
	}
	if err := insertInterestEnd(ctx, tx, i.ID, e); err != nil {
		return fmt.Errorf("insert end of interest: %w", err)
	}
	return audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: string(a.ID), Act: "interest ended", Subject: string(i.ID), By: by, At: e.At, Private: e.Why,
		Facts: map[string]string{"person": string(i.Person), "number": strconv.FormatInt(e.Number, 10), "until": e.Until.String(), "counts until": e.CountsUntil.String()},
	})
}

// MayEnd says why an actor may not record that the interest ended, or nothing.
func (i Interest) MayEnd(by access.Actor, a area.Area) error {
	if !by.SignedIn() {
		return fault.New(fault.Forbidden, "Sign in first.")
	}
	if by.Person != i.Person {
		if err := by.Must(access.HandleInterest, a.Place()); err != nil {
			return err
		}
	}
	if !i.Until.IsZero() {
		return fault.New(fault.Conflict, "It is in the register already that this ended on "+i.Until.Long()+".")
	}
	return nil
}
