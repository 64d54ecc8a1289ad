package meeting

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/partnership"
)

// A Way is how somebody takes part in a meeting.
type Way string

// The ways. Apologies are of who did not come and said so.
const (
	InRoom      Way = "room"
	OnScreen    Way = "online"
	ByTelephone Way = "telephone"
	Apologies   Way = "apologies"
)

var wayWords = map[Way]string{InRoom: "in the room", OnScreen: "online", ByTelephone: "by telephone", Apologies: "sent apologies"}

// Ways lists every way.
func Ways() []Way { return []Way{InRoom, OnScreen, ByTelephone, Apologies} }

// Words is the way as people say it: "in the room".
func (w Way) Words() string { return wayWords[w] }

// An AttendeeHat is in which hat somebody came.
type AttendeeHat string

// The hats in which people come.
const (
	AsMember     AttendeeHat = "member"
	AsCouncillor AttendeeHat = "councillor" // of the partnership
	AsFriend     AttendeeHat = "friend"
	AsWorker     AttendeeHat = "worker"
	AsLTO        AttendeeHat = "lto" // from the organisation that holds the money
	AsResident   AttendeeHat = "resident"
	AsGuest      AttendeeHat = "guest"
)

// AttendeeHats lists every hat in which people come.
func AttendeeHats() []AttendeeHat {
	return []AttendeeHat{AsMember, AsCouncillor, AsFriend, AsWorker, AsLTO, AsResident, AsGuest}
}

// Words is the hat as people say it: "councillor".
func (h AttendeeHat) Words() string {
	if h == AsLTO {
		return "from the organisation that holds our money"
	}
	return string(h)
}

// decides reports whether who comes in the hat has a say in what is agreed.
func (h AttendeeHat) decides() bool { return h == AsMember || h == AsCouncillor }

// HatOf is the hat in which somebody of the partnership comes, by their part in it.
func HatOf(k partnership.Kind) AttendeeHat {
	switch k {
	case partnership.Councillor:
		return AsCouncillor
	case partnership.Friend:
		return AsFriend
	case partnership.Worker:
		return AsWorker
	case partnership.LTO:
		return AsLTO
	case partnership.Resident, partnership.NonResident:
	}
	return AsMember
}

// An Attendee is somebody who came, or who sent apologies.
type Attendee struct {
	Person       access.PersonID // "" for who has no account
	Name         string          // of who has none; "" where only the post is known
	Hat          AttendeeHat
	Organisation string // of a guest
	Post         string
	Way          Way
}

// Came reports whether they were there, in whatever way.
func (a Attendee) Came() bool { return a.Way != Apologies }

// NewAttendance is who came, as it is written down.
type NewAttendance struct {
	Form string
	All  []Attendee
}

// Check says what is wrong with n, if anything. Rows are named "name-1",
// "organisation-1" and so on.
func (n NewAttendance) Check() fault.Invalid {
	var wrong fault.Invalid
	if len(n.All) > 300 {
		wrong.Add("name-1", "Enter at most 300 people")
	}
	seen := map[access.PersonID]bool{}
	for i, p := range n.All {
		at := "-" + strconv.Itoa(i+1)
		if p.Person == "" && blank(p.Name) && (p.Hat != AsGuest || blank(p.Post)) {
			wrong.Add("name"+at, "Enter a name, or for a guest the post")
		}
		tooLong(&wrong, "name"+at, p.Name, 120)
		if p.Hat == AsGuest && blank(p.Organisation) {
			wrong.Add("organisation"+at, "Enter whom the guest comes from")
		}
		tooLong(&wrong, "organisation"+at, p.Organisation, 120)
		tooLong(&wrong, "post"+at, p.Post, 120)
		if wayWords[p.Way] == "" {
			wrong.Add("way"+at, "Choose how they took part")
		}
		if !slices.Contains(AttendeeHats(), p.Hat) {
			wrong.Add("hat"+at, "Choose in which hat they came")
		}
		if p.Person != "" && seen[p.Person] {
			wrong.Add("name"+at, "This person is here twice")
		}
		seen[p.Person] = true
	}
	return wrong
}

// WriteAttendance keeps who came, in place of what was written down before. Sent
// twice, it counts once.
func (m *Meetings) WriteAttendance(ctx context.Context, by access.Actor, a area.Area, mid ID, n NewAttendance) error {
	_, err := m.once(ctx, by, n.Form, []any{"attendance", a.ID, mid, n.All}, func(tx *db.Tx) (string, error) {
		return string(mid), m.WriteAttendanceIn(ctx, tx, by, a, mid, n)
	})
	return wrap("write attendance", err)
}

// WriteAttendanceIn is WriteAttendance as part of a transaction.
func (m *Meetings) WriteAttendanceIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, mid ID, n NewAttendance) error {
	if err := n.Check().OrNil(); err != nil {
		return err
	}
	if _, err := m.writable(ctx, tx, by, a, mid); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM attendances WHERE area_id = $1 AND meeting_id = $2`, a.ID, mid); err != nil {
		return fmt.Errorf("delete attendance: %w", err)
	}
	came := 0
	for i, p := range n.All {
		if p.Came() {
			came++
		}
		if _, err := tx.Exec(ctx, `
			INSERT INTO attendances (area_id, meeting_id, position, person_id, name, hat, organisation, post, way)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			a.ID, mid, i+1, p.Person, strings.TrimSpace(p.Name), p.Hat, strings.TrimSpace(p.Organisation), strings.TrimSpace(p.Post), p.Way); err != nil {
			return fmt.Errorf("insert attendance: %w", err)
		}
	}
	return m.record(ctx, tx, by, a, "attendance written", string(mid), map[string]string{"came": strconv.Itoa(came)}, "")
}

// writable asks whether an actor may write down what happened at a meeting.
func (m *Meetings) writable(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, mid ID) (Meeting, error) {
	one, err := m.changeable(ctx, tx, by, a, mid)
	if err != nil {
		return one, err
	}
	return one, one.ToWrite(date.InLondon(m.Now()))
}

// Attendance lists who came to a meeting and who sent apologies.
func Attendance(ctx context.Context, tx *db.Tx, m Meeting) ([]Attendee, error) {
	return db.All(ctx, tx, func(r db.Row) (p Attendee, err error) {
		return p, r.Scan(&p.Person, &p.Name, &p.Hat, &p.Organisation, &p.Post, &p.Way)
	}, `
		SELECT person_id, name, hat, organisation, post, way FROM attendances WHERE area_id = $1 AND meeting_id = $2 ORDER BY position`, m.Area, m.ID)
}

// An AnswerOf is whether somebody means to come.
type AnswerOf struct {
	Person access.PersonID
	Way    Way
}

// Answer keeps whether the actor means to come.
func (m *Meetings) Answer(ctx context.Context, by access.Actor, a area.Area, mid ID, way Way, form string) error {
	_, err := m.once(ctx, by, form, []any{"answer", a.ID, mid, way}, func(tx *db.Tx) (string, error) {
		return string(mid), m.AnswerIn(ctx, tx, by, a, mid, way)
	})
	return wrap("answer invitation", err)
}

// AnswerIn is Answer as part of a transaction.
func (m *Meetings) AnswerIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, mid ID, way Way) error {
	if err := by.Must(access.PutForward, a.Place()); err != nil {
		return err
	}
	one, err := ByID(ctx, tx, a.ID, mid)
	switch {
	case err != nil:
		return err
	case wayWords[way] == "":
		return fault.Invalid{{Field: "way", Words: "Choose whether you are coming"}}
	case one.Off:
		return errOff
	case !one.Starts.After(m.Now()):
		return fault.New(fault.Conflict, "This meeting has begun. Whoever writes the notes writes down who came.")
	case !one.Invites(by, a.Place()):
		return fault.New(fault.Forbidden, "This meeting is for the partnership. Ask the chair if you would like to come.")
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO meeting_answers (area_id, meeting_id, person_id, answer, answered_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (area_id, meeting_id, person_id) DO UPDATE SET answer = excluded.answer, answered_at = excluded.answered_at`,
		a.ID, mid, by.Person, way, m.Now()); err != nil {
		return fmt.Errorf("insert answer: %w", err)
	}
	return m.record(ctx, tx, by, a, "invitation answered", string(mid), nil, "")
}

// Answers lists who said whether they mean to come.
func Answers(ctx context.Context, tx *db.Tx, m Meeting) ([]AnswerOf, error) {
	return db.All(ctx, tx, func(r db.Row) (x AnswerOf, err error) { return x, r.Scan(&x.Person, &x.Way) }, `
		SELECT person_id, answer FROM meeting_answers WHERE area_id = $1 AND meeting_id = $2 ORDER BY answered_at, person_id`, m.Area, m.ID)
}

// A Post is a post of an organisation whose holders came to an area's forums.
type Post struct {
	Organisation, Post string
	Forums             int // to how many
	People             int // how many different names; 0 where none was written down
	Last               date.Date
}

// PostsAtForums lists which posts of which organisations came to the forums of an
// area from a day on: people change, and it shows when they do (P07).
func PostsAtForums(ctx context.Context, tx *db.Tx, a area.ID, from date.Date) ([]Post, error) {
	return db.All(ctx, tx, func(r db.Row) (p Post, err error) {
		var last string
		if err := r.Scan(&p.Organisation, &p.Post, &p.Forums, &p.People, &last); err != nil {
			return p, err
		}
		p.Last, err = date.Parse(last[:10])
		return p, err
	}, `
		SELECT t.organisation, t.post, COUNT(DISTINCT m.id), COUNT(DISTINCT NULLIF(t.name, '')), CAST(MAX(m.starts_at) AS TEXT)
		FROM attendances t JOIN meetings m ON m.area_id = t.area_id AND m.id = t.meeting_id
		WHERE t.area_id = $1 AND t.hat = 'guest' AND t.way <> 'apologies' AND m.kind = 'forum' AND m.starts_at >= $2
		GROUP BY t.organisation, t.post ORDER BY t.organisation, t.post`, a, from.At(0, 0))
}
