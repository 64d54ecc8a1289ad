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
)

// An AskedID names one who was asked.
type AskedID string

// An Invitee is somebody who was asked to come while a partnership forms (P02): so
// that nobody is asked twice, and that partners are asked as well as residents. It
// is never public. The name is kept only while it is needed, and is in no history.
type Invitee struct {
	ID         AskedID
	Kind       AskedKind
	Name       string // "" once it is forgotten
	About      string
	Way        AskedWay
	On         date.Date
	By         string // who asked, in words
	Answer     AskedAnswer
	AnsweredOn date.Date
	ForgetOn   date.Date
	RecordedBy access.PersonID
	RecordedAt time.Time
}

// Forgotten reports whether the name is kept no more.
func (a Invitee) Forgotten() bool { return a.Name == "" }

// An AskedKind is whom somebody would come for.
type AskedKind string

// The kinds.
const (
	AskedResident AskedKind = "resident"
	AskedGroup    AskedKind = "group"
	AskedCouncil  AskedKind = "council"
	AskedLandlord AskedKind = "landlord"
	AskedSchool   AskedKind = "school"
	AskedHealth   AskedKind = "health"
	AskedBusiness AskedKind = "business"
	AskedOther    AskedKind = "other"
)

// AskedKinds lists every kind, in the order in which people choose.
func AskedKinds() []AskedKind {
	return []AskedKind{AskedResident, AskedGroup, AskedCouncil, AskedLandlord, AskedSchool, AskedHealth, AskedBusiness, AskedOther}
}

// Words are for people.
func (k AskedKind) Words() string {
	switch k {
	case AskedResident:
		return "somebody who lives here"
	case AskedGroup:
		return "a local group or a place of worship"
	case AskedCouncil:
		return "the council, or a councillor"
	case AskedLandlord:
		return "a housing association or landlord"
	case AskedSchool:
		return "a school or a college"
	case AskedHealth:
		return "a surgery, or somebody in health and care"
	case AskedBusiness:
		return "a shop or a business"
	case AskedOther:
	}
	return "somebody else"
}

// An AskedWay is how somebody was asked.
type AskedWay string

// AskedWays lists every way, in the order in which people choose.
func AskedWays() []AskedWay {
	return []AskedWay{"face to face", "telephone", "letter", "email", "somebody else"}
}

// Words are for people.
func (w AskedWay) Words() string {
	switch w {
	case "telephone":
		return "by telephone"
	case "letter":
		return "by a letter or a card"
	case "email":
		return "by email"
	case "somebody else":
		return "through somebody who knows them"
	}
	return "face to face"
}

// An AskedAnswer is what they said.
type AskedAnswer string

// The answers.
const (
	NoAnswerYet AskedAnswer = ""
	Comes       AskedAnswer = "comes"
	Perhaps     AskedAnswer = "perhaps"
	SaysNo      AskedAnswer = "no"
)

// Words are for people.
func (a AskedAnswer) Words() string {
	switch a {
	case Comes:
		return "comes"
	case Perhaps:
		return "perhaps, later"
	case SaysNo:
		return "would rather not"
	case NoAnswerYet:
	}
	return "no answer yet"
}

// How long a name is needed: a year where nobody answered, and three months after
// they did.
const (
	monthsWithoutAnswer = 12
	monthsAfterAnswer   = 3
)

// NewAsked is somebody who was asked, as it is written down.
type NewAsked struct {
	Form  string
	Kind  AskedKind
	Name  string
	About string
	Way   AskedWay
	On    date.Date
	By    string
}

// Check says what is wrong with n, if anything.
func (n NewAsked) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	if !slices.Contains(AskedKinds(), n.Kind) {
		wrong.Add("kind", "Choose whom they would come for")
	}
	if name := strings.TrimSpace(n.Name); name == "" || len([]rune(name)) > 120 {
		wrong.Add("name", "Enter who was asked, in up to 120 letters")
	}
	checkWords(&wrong, "about", n.About, 300)
	checkWords(&wrong, "by", n.By, 120)
	if !slices.Contains(AskedWays(), n.Way) {
		wrong.Add("way", "Choose how they were asked")
	}
	if n.On.IsZero() || n.On.After(today) || n.On.Before(today.AddMonths(-monthsWithoutAnswer)) {
		wrong.Add("on", "Enter the day on which they were asked: within the last twelve months")
	}
	return wrong
}

// NoteAsked writes down that somebody was asked. Sent twice, it counts once.
func (p *Partnerships) NoteAsked(ctx context.Context, by access.Actor, a area.Area, n NewAsked) (AskedID, error) {
	content := []any{"asked", a.ID, n.Kind, n.Name, n.About, n.Way, n.On.String(), n.By}
	x, err := p.once(ctx, by, "note asked", n.Form, content, func(tx *db.Tx) (string, error) {
		x, err := p.NoteAskedIn(ctx, tx, by, a, n)
		return string(x.ID), err
	})
	return AskedID(x), err
}

// NoteAskedIn is NoteAsked as part of a transaction.
func (p *Partnerships) NoteAskedIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewAsked) (Invitee, error) {
	if err := by.Must(access.PutForward, a.Place()); err != nil {
		return Invitee{}, err
	}
	if err := n.Check(p.today()).OrNil(); err != nil {
		return Invitee{}, err
	}
	x := Invitee{
		ID: id.New[AskedID](p.IDs), Kind: n.Kind, Name: strings.TrimSpace(n.Name), About: strings.TrimSpace(n.About), Way: n.Way, On: n.On, By: strings.TrimSpace(n.By),
		ForgetOn: n.On.AddMonths(monthsWithoutAnswer), RecordedBy: by.Person, RecordedAt: p.Now(),
	}
	if !x.ForgetOn.After(p.today()) {
		x.ForgetOn = p.today().AddDays(1)
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO asked (area_id, id, kind, name, about, way, asked_on, asked_by, answer, forget_on, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', $9, $10, $11)`,
		a.ID, x.ID, x.Kind, x.Name, x.About, x.Way, x.On, x.By, x.ForgetOn, x.RecordedBy, x.RecordedAt); err != nil {
		return Invitee{}, fmt.Errorf("insert asked: %w", err)
	}
	return x, p.recordAsked(ctx, tx, by, a.ID, "asked to come", x.ID, map[string]string{"kind": string(x.Kind), "on": x.On.String()})
}

// NoteAnswer writes down what somebody said who was asked. It may change. Sent
// twice, it counts once.
func (p *Partnerships) NoteAnswer(ctx context.Context, by access.Actor, a area.Area, x AskedID, said AskedAnswer, form string) error {
	_, err := p.once(ctx, by, "note answer", form, []any{"asked answer", a.ID, x, said}, func(tx *db.Tx) (string, error) {
		return string(x), p.NoteAnswerIn(ctx, tx, by, a, x, said)
	})
	return err
}

// NoteAnswerIn is NoteAnswer as part of a transaction. From then on the name is
// needed for three months.
func (p *Partnerships) NoteAnswerIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, x AskedID, said AskedAnswer) error {
	one, err := p.mayTouch(ctx, tx, by, a, x)
	if err != nil {
		return err
	}
	if !slices.Contains([]AskedAnswer{Comes, Perhaps, SaysNo}, said) {
		return fault.Invalid{{Field: "answer", Words: "Choose what they said"}}
	}
	if one.Answer == said {
		return fault.New(fault.Conflict, "That is what is written down already.")
	}
	today := p.today()
	if _, err := tx.Exec(ctx, `UPDATE asked SET answer = $1, answered_on = $2, forget_on = $3 WHERE area_id = $4 AND id = $5`,
		said, today, today.AddMonths(monthsAfterAnswer), a.ID, x); err != nil {
		return fmt.Errorf("update asked: %w", err)
	}
	return p.recordAsked(ctx, tx, by, a.ID, "asked answered", x, map[string]string{"answer": string(said)})
}

// ForgetAsked forgets a name now. Sent twice, it counts once.
func (p *Partnerships) ForgetAsked(ctx context.Context, by access.Actor, a area.Area, x AskedID, form string) error {
	_, err := p.once(ctx, by, "forget asked", form, []any{"forget asked", a.ID, x}, func(tx *db.Tx) (string, error) {
		return string(x), p.ForgetAskedIn(ctx, tx, by, a, x)
	})
	return err
}

// ForgetAskedIn is ForgetAsked as part of a transaction.
func (p *Partnerships) ForgetAskedIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, x AskedID) error {
	if _, err := p.mayTouch(ctx, tx, by, a, x); err != nil {
		return err
	}
	if err := forget(ctx, tx, a.ID, x); err != nil {
		return err
	}
	return p.recordAsked(ctx, tx, by, a.ID, "asked forgotten", x, nil)
}

// ForgetAskedInTime forgets every name that is needed no more, and tells how many.
func (p *Partnerships) ForgetAskedInTime(ctx context.Context) (forgotten int, err error) {
	err = p.DB.Write(ctx, func(tx *db.Tx) error {
		type old struct {
			area area.ID
			id   AskedID
		}
		forgotten = 0
		all, err := db.All(ctx, tx, func(r db.Row) (o old, err error) { return o, r.Scan(&o.area, &o.id) }, `
			SELECT area_id, id FROM asked WHERE forget_on <= $1 AND name <> '' ORDER BY area_id, id`, p.today())
		if err != nil {
			return err
		}
		for _, o := range all {
			if err := forget(ctx, tx, o.area, o.id); err != nil {
				return err
			}
			if err := p.recordAsked(ctx, tx, access.System("Names that are needed no more"), o.area, "asked forgotten", o.id, nil); err != nil {
				return err
			}
			forgotten++
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("forget who was asked: %w", err)
	}
	return forgotten, nil
}

func forget(ctx context.Context, tx *db.Tx, a area.ID, x AskedID) error {
	if _, err := tx.Exec(ctx, `UPDATE asked SET name = '', about = '', asked_by = '' WHERE area_id = $1 AND id = $2`, a, x); err != nil {
		return fmt.Errorf("forget asked: %w", err)
	}
	return nil
}

func (p *Partnerships) mayTouch(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, x AskedID) (Invitee, error) {
	if err := by.MustSee(access.SeePapers, a.Place()); err != nil {
		return Invitee{}, err
	}
	one, err := AskedOf(ctx, tx, a.ID, x)
	if err != nil {
		return one, err
	}
	if err := by.Must(access.PutForward, a.Place()); err != nil {
		return one, err
	}
	if one.Forgotten() {
		return one, fault.New(fault.Conflict, "Who this was is forgotten already.")
	}
	return one, nil
}

// recordAsked keeps nothing in the history that says who it was.
func (p *Partnerships) recordAsked(ctx context.Context, tx *db.Tx, by access.Actor, a area.ID, act string, x AskedID, facts map[string]string) error {
	return audit.Record(ctx, tx, p.IDs, audit.Event{Stream: string(a), Act: act, Subject: string(x), By: by, At: p.Now(), Facts: facts})
}

func scanAsked(r db.Row) (a Invitee, err error) {
	return a, r.Scan(&a.ID, &a.Kind, &a.Name, &a.About, &a.Way, &a.On, &a.By, &a.Answer, &a.AnsweredOn, &a.ForgetOn, &a.RecordedBy, &a.RecordedAt)
}

// AskedOf is one who was asked, or fault.NotFound.
func AskedOf(ctx context.Context, tx *db.Tx, a area.ID, x AskedID) (Invitee, error) {
	return db.One(ctx, tx, scanAsked, `
		SELECT id, kind, name, about, way, asked_on, asked_by, answer, answered_on, forget_on, recorded_by, recorded_at
		FROM asked WHERE area_id = $1 AND id = $2`, a, x)
}

// AskedIn lists who was asked in an area, the last first.
func AskedIn(ctx context.Context, tx *db.Tx, a area.ID) ([]Invitee, error) {
	return db.All(ctx, tx, scanAsked, `
		SELECT id, kind, name, about, way, asked_on, asked_by, answer, answered_on, forget_on, recorded_by, recorded_at
		FROM asked WHERE area_id = $1 ORDER BY asked_on DESC, id DESC`, a)
}

// eachAsked is what the history has of who was asked: never who it was.
func eachAsked(ctx context.Context, tx *db.Tx, f func(place, subject, by, said string)) error {
	return eachText(ctx, tx, f, `SELECT area_id, id, recorded_by, kind || ' ' || CAST(asked_on AS TEXT) FROM asked`)
}

// AskedWords say how many were asked, and of whom: "Fourteen were asked …".
func AskedWords(all []Invitee) string {
	residents, partners, come := 0, 0, 0
	for _, a := range all {
		if a.Kind == AskedResident {
			residents++
		} else {
			partners++
		}
		if a.Answer == Comes {
			come++
		}
	}
	switch {
	case len(all) == 0:
		return "Nobody is written down yet."
	case partners == 0:
		return strconv.Itoa(residents) + " who live here were asked, and nobody of those who work here. " + strconv.Itoa(come) + " said that they come."
	}
	return strconv.Itoa(residents) + " who live here were asked, and " + strconv.Itoa(partners) + " of those who work here. " + strconv.Itoa(come) + " said that they come."
}
