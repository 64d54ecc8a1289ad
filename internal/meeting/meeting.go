// Package meeting keeps the meetings of a partnership and the forums that it
// hosts: agenda, who came, what was quietly said, notes, and who does what next
// (S07).
//
// Anyone of the area may put something on an agenda, and the meeting agrees it.
// Notes are written, circulated and agreed; agreed notes are public and stay as
// they are, in the database and in the history. What was wrong in them is put
// right beside them, never in them. A forum that the community hosts, with
// agencies as its guests, is a kind of its own and no meeting of the partnership
// (P22).
package meeting

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/calendar"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/partnership"
)

// An ID names a meeting of an area.
type ID string

// A Kind says what sort of meeting it is.
type Kind string

// The kinds. A forum is the community's own table: agencies are its guests.
const (
	Partnership Kind = "partnership"
	Open        Kind = "open"
	Forum       Kind = "forum"
	Other       Kind = "other"
)

// Kinds lists every kind, the commonest first.
func Kinds() []Kind { return []Kind{Partnership, Open, Forum, Other} }

var kindWords = map[Kind]string{
	Partnership: "Partnership meeting", Open: "Open meeting for everyone", Forum: "Forum that we host, with agencies as guests", Other: "Another meeting",
}

// Words is what people call a meeting of the kind.
func (k Kind) Words() string { return kindWords[k] }

// A Meeting is one meeting, as it is to be or was.
type Meeting struct {
	Area        area.ID
	ID          ID
	Kind        Kind
	Title       string
	Starts      time.Time
	Ends        time.Time
	Place       string // where the room is; "" where there is none
	Online      string // the link by which those who are invited join; "" for none
	Telephone   string // how to join by telephone; "" where one cannot
	AccessNeeds string // steps, loops, interpreters, lifts home
	Will, Wont  string // what will and won't be discussed
	ForEveryone bool   // everyone in the area is invited; else the partnership is
	Sequence    int64  // how often it was changed
	Off         bool   // called off
	ArrangedBy  access.PersonID
	ArrangedAt  time.Time

	AgendaAgreed time.Time // zero until the meeting agreed its agenda
	Written      time.Time // when the notes were last written; zero before
	Circulated   time.Time // when they were first circulated; zero before
	Agreed       date.Date // the day on which they were agreed; zero before
	AgreedAt     time.Time // when that was noted
}

// Day is the day of the meeting.
func (m Meeting) Day() date.Date { return date.InLondon(m.Starts) }

// Hours is for people: "7pm to 8.30pm".
func (m Meeting) Hours() string {
	return calendar.ClockOf(m.Starts).String() + " to " + calendar.ClockOf(m.Ends).String()
}

// IsOver reports whether the meeting began before now: from then on notes can be
// written.
func (m Meeting) IsOver(now time.Time) bool { return !m.Off && m.Starts.Before(now) }

// Invites reports whether an actor is invited: the partnership and those who help
// it, or where it is for everyone all the people of the area. Those who are
// invited see the link.
func (m Meeting) Invites(by access.Actor, place access.Place) bool {
	return by.May(access.PutForward, place) && (m.ForEveryone || by.May(access.SeePapers, place))
}

// A Stage is where the notes of a meeting have got to.
type Stage string

// The stages.
const (
	NoNotes    Stage = ""
	Draft      Stage = "draft"
	Circulated Stage = "circulated"
	Agreed     Stage = "agreed"
)

// Stage is where the notes have got to.
func (m Meeting) Stage() Stage {
	switch {
	case !m.Agreed.IsZero():
		return Agreed
	case !m.Circulated.IsZero():
		return Circulated
	case !m.Written.IsZero():
		return Draft
	}
	return NoNotes
}

// A Guest is who is asked to come from elsewhere: an organisation, and a post in
// it. Who holds the post changes; the invitation is to the post.
type Guest struct{ Organisation, Post string }

// Meetings is everything that can be done here.
type Meetings struct {
	DB      *db.DB
	IDs     *id.Maker
	Now     func() time.Time
	BaseURL string // how people reach the site: for what is written in a mail

	// Touched tells whom a decision touches, by its number: an item that names the
	// decision touches them too. Where it is nil no decision is known.
	Touched func(ctx context.Context, tx *db.Tx, a area.ID, decision int64) (partnership.About, []partnership.Party, error)
}

// NewMeeting is a meeting as somebody arranges it.
type NewMeeting struct {
	Form        string
	Kind        Kind
	Title       string // "" for the kind's own words
	On          date.Date
	From, Until calendar.Clock
	Place       string
	Online      string
	Telephone   string
	AccessNeeds string
	Will, Wont  string
	ForEveryone bool
	Guests      []Guest
	Items       []NewItem // that are on the agenda from the first
}

// MostItems is how many items an agenda may have.
const MostItems = 40

// Check says what is wrong with n, if anything.
func (n NewMeeting) Check() fault.Invalid {
	var wrong fault.Invalid
	if kindWords[n.Kind] == "" {
		wrong.Add("kind", "Choose what sort of meeting it is")
	}
	tooLong(&wrong, "title", n.Title, 120)
	if n.On.IsZero() || n.On.Year() < 2000 || n.On.Year() > 2100 {
		wrong.Add("on", "Enter the day of the meeting, like 20 10 2026")
	}
	if n.From.IsZero() {
		wrong.Add("from", "Enter when it begins, like 7pm or 19:00")
	}
	if n.Until.IsZero() {
		wrong.Add("until", "Enter when it ends, like 8.30pm or 20:30")
	}
	if !n.From.IsZero() && !n.Until.IsZero() && !n.From.Before(n.Until) {
		wrong.Add("until", "It ends before it begins: enter a later time")
	}
	if blank(n.Place) && blank(n.Online) && blank(n.Telephone) {
		wrong.Add("place", "Enter where it is, or how else people join")
	}
	tooLong(&wrong, "place", n.Place, 200)
	if !blank(n.Online) && !isLink(n.Online) {
		wrong.Add("online", "Enter the whole link, beginning with https://")
	}
	tooLong(&wrong, "telephone", n.Telephone, 200)
	tooLong(&wrong, "access_needs", n.AccessNeeds, 1000)
	tooLong(&wrong, "will", n.Will, 1000)
	tooLong(&wrong, "wont", n.Wont, 1000)
	if len(n.Guests) > 40 {
		wrong.Add("guests", "Enter at most 40 guests")
	}
	for _, g := range n.Guests {
		if blank(g.Organisation) || len(g.Organisation) > 120 || len(g.Post) > 120 {
			wrong.Add("guests", "Enter each guest on a line: the organisation, a comma, and the post")
		}
	}
	for _, i := range n.Items {
		wrong = append(wrong, i.Check()...)
	}
	return wrong
}

// Arrange adds a meeting. Sent twice, it counts once.
func (m *Meetings) Arrange(ctx context.Context, by access.Actor, a area.Area, n NewMeeting) (ID, error) {
	content := []any{"arrange", a.ID, n.Kind, n.Title, n.On.String(), n.From.String(), n.Until.String(), n.Place, n.Online, n.Telephone, n.AccessNeeds, n.Will, n.Wont, n.ForEveryone, n.Guests}
	subject, err := m.once(ctx, by, n.Form, content, func(tx *db.Tx) (string, error) {
		added, err := m.ArrangeIn(ctx, tx, by, a, n)
		return string(added.ID), err
	})
	return ID(subject), wrap("arrange meeting", err)
}

// ArrangeIn is Arrange as part of a transaction.
func (m *Meetings) ArrangeIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewMeeting) (Meeting, error) {
	if err := by.Must(access.RunMeetings, a.Place()); err != nil {
		return Meeting{}, err
	}
	if err := n.Check().OrNil(); err != nil {
		return Meeting{}, err
	}
	one := Meeting{
		Area: a.ID, ID: id.New[ID](m.IDs), Kind: n.Kind, Title: strings.TrimSpace(n.Title), Starts: n.From.On(n.On), Ends: n.Until.On(n.On),
		Place: strings.TrimSpace(n.Place), Online: strings.TrimSpace(n.Online), Telephone: strings.TrimSpace(n.Telephone), AccessNeeds: strings.TrimSpace(n.AccessNeeds),
		Will: strings.TrimSpace(n.Will), Wont: strings.TrimSpace(n.Wont), ForEveryone: n.ForEveryone || n.Kind == Open, ArrangedBy: by.Person, ArrangedAt: m.Now(),
	}
	if one.Title == "" {
		one.Title = map[Kind]string{Partnership: "Partnership meeting", Open: "Open meeting", Forum: "Community forum", Other: "Meeting"}[n.Kind]
	}
	if err := insertMeeting(ctx, tx, one); err != nil {
		return one, fmt.Errorf("insert meeting: %w", err)
	}
	for i, g := range n.Guests {
		if err := insertGuest(ctx, tx, one, i+1, g); err != nil {
			return one, fmt.Errorf("insert guest: %w", err)
		}
	}
	for i, item := range n.Items {
		if _, err := m.addItem(ctx, tx, by, one, i+1, item); err != nil {
			return one, err
		}
	}
	return one, m.record(ctx, tx, by, a, "meeting arranged", string(one.ID), map[string]string{
		"kind": string(one.Kind), "on": one.Day().String(), "items": strconv.Itoa(len(n.Items)),
	}, one.Title)
}

// once does something at most once for a form, in a transaction of its own.
func (m *Meetings) once(ctx context.Context, by access.Actor, form string, content any, do func(*db.Tx) (string, error)) (subject string, err error) {
	err = m.DB.Write(ctx, func(tx *db.Tx) error {
		subject, err = audit.Once(ctx, tx, audit.Sent{Form: form, By: by, Content: content, At: m.Now()}, func() (string, error) { return do(tx) })
		return err
	})
	return subject, err
}

func (m *Meetings) record(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, act, subject string, facts map[string]string, private string) error {
	return audit.Record(ctx, tx, m.IDs, audit.Event{Stream: string(a.ID), Act: act, Subject: subject, By: by, At: m.Now(), Facts: facts, Private: private})
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

func tooLong(wrong *fault.Invalid, field, words string, most int) {
	if len(words) > most {
		wrong.Add(field, fmt.Sprintf("Say it in up to %d letters", most))
	}
}

func isLink(s string) bool {
	s = strings.TrimSpace(s)
	return strings.HasPrefix(s, "https://") && len(s) > len("https://") && len(s) <= 500 && !strings.ContainsAny(s, " \t\r\n\"<>")
}

func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}
