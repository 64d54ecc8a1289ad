// Package relationship keeps who a partnership works with: what a body is to it
// and how close, what for, who holds it on both sides, and what happened (S34,
// S35, S36, S13).
//
// It is the area's own. No other area sees it, nor the body that it is about, but
// what the partnership chooses to show. How it stands is told by dated rows, of
// which none is edited: a relationship comes and goes, and has no ladder to climb.
// A body is never deleted; one that closes or merges stays in what was said of it.
package relationship

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/organisation"
	"commontable/internal/share"
)

// Relationships is everything that can be done here.
type Relationships struct {
	DB       *db.DB
	IDs      *id.Maker
	Now      func() time.Time
	Agencies *agency.Agencies
	Shares   *share.Shares // so that links to a relationship can end with what they were made for
	BaseURL  string        // for the links in mails
}

// An ID names a relationship of an area.
type ID string

// MostShort is how many letters a name has room for on the map.
const MostShort = 24

// A Relationship is one as it stands, in its last version.
type Relationship struct {
	Area      area.ID
	ID        ID
	Version   int64
	Body      organisation.ID
	Unit      agency.UnitID // "" for the body as a whole
	Name      string        // as we say it: "Borough council: parks team"
	Short     string        // for the map
	Type      agency.Type
	HowBegun  string    // what set it off
	BroughtBy ID        // the relationship through which we came to know them (P56)
	Through   string    // or who it was, in words
	Began     date.Date // no day where that is not known
	Mark      string    // a few words for the map: "holds our money"
	AddedAt   time.Time
	WrittenBy access.PersonID // of this version
	WrittenAt time.Time
	MergedIn  ID        // into which this one went
	MergedOn  date.Date // from when on
}

// A Draft is what a relationship is, as somebody writes it.
type Draft struct {
	Body      organisation.ID
	Unit      agency.UnitID
	Name      string
	Short     string // made of the name where it is empty
	Type      agency.Type
	HowBegun  string
	BroughtBy ID
	Through   string
	Began     date.Date
	Mark      string
	EndLinks  []share.LinkID // where it goes on with another body: the links that end with that
}

// Check says what is wrong with n, if anything.
func (n Draft) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	if !said(n.Name, 120) {
		wrong.Add("name", "Enter what you call them, in up to 120 letters")
	}
	if !fits(n.Short, MostShort) {
		wrong.Add("short", "Enter a short name for the map, in up to "+strconv.Itoa(MostShort)+" letters")
	}
	if n.Type == "" {
		wrong.Add("type", "Choose what sort of organisation it is")
	}
	if !fits(n.HowBegun, 1000) {
		wrong.Add("how_begun", "Say it in up to 1,000 letters")
	}
	if !fits(n.Through, 200) {
		wrong.Add("through", "Say it in up to 200 letters")
	}
	if !fits(n.Mark, MostShort) {
		wrong.Add("mark", "Say it in up to "+strconv.Itoa(MostShort)+" letters: it stands on the map")
	}
	if n.Began.After(today) {
		wrong.Add("began", "Enter the day on which it began: today or earlier, or leave it empty")
	}
	return wrong
}

// short is a name for the map.
func (n Draft) short() string {
	words := strings.TrimSpace(n.Short)
	if words == "" {
		words = strings.TrimSpace(n.Name)
	}
	if fits(words, MostShort) {
		return words
	}
	var all string
	for word := range strings.FieldsSeq(words) {
		if !fits(all+" "+word, MostShort) {
			break
		}
		all = strings.TrimSpace(all + " " + word)
	}
	if all == "" {
		all = string([]rune(words)[:MostShort])
	}
	return strings.TrimRight(all, " ,:;(")
}

// New is a relationship that is added: all else can be said later.
type New struct {
	Form string
	Draft

	Who    string // the body by its name, where it was not chosen: it is found, or added
	Team   string // of theirs, by its name, where it was not chosen: it is found, or added
	State  NewState
	Holder NewHolder // who of us knows them; nobody where its name is empty
}

// Add adds a relationship. Sent twice, it counts once.
func (r *Relationships) Add(ctx context.Context, by access.Actor, a area.Area, n New) (ID, error) {
	made, err := r.once(ctx, by, n.Form, content("add", a, "", n), func(tx *db.Tx) (string, error) {
		made, err := r.AddIn(ctx, tx, by, a, n)
		return string(made), err
	})
	return ID(made), err
}

// AddIn is Add as part of a transaction.
func (r *Relationships) AddIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n New) (ID, error) {
	if err := by.Must(access.KeepRelationships, a.Place()); err != nil {
		return "", err
	}
	called := n.Name != ""
	if !called {
		n.Name = n.Who
		if tidy(n.Team) != "" {
			n.Name += ": " + tidy(n.Team)
		}
	}
	wrong := n.Check(r.today())
	if n.Body == "" && !said(n.Who, 120) {
		if !called { // the one is called by the other, and is asked for once
			wrong = slices.DeleteFunc(wrong, func(w fault.Wrong) bool { return w.Field == "name" })
		}
		wrong.Add("who", "Enter which organisation it is, in up to 120 letters")
	}
	if !fits(n.Team, 120) {
		wrong.Add("team", "Enter what the team is called, in up to 120 letters")
	}
	if n.State.From.IsZero() {
		n.State.From = r.today()
	}
	for _, w := range n.State.Check(r.today()) {
		wrong.Add(w.Field, w.Words)
	}
	if n.Holder.Name != "" {
		n.Holder.Side, n.Holder.From = Ours, n.State.From
		for _, w := range n.Holder.Check() {
			wrong.Add("holder_"+w.Field, w.Words)
		}
	}
	if err := wrong.OrNil(); err != nil {
		return "", err
	}
	var err error
	if n.Body == "" {
		if n.Body, err = r.body(ctx, tx, by, a, n); err != nil {
			return "", err
		}
	}
	if n.Unit == "" && tidy(n.Team) != "" {
		if n.Unit, err = r.team(ctx, tx, by, a, n); err != nil {
			return "", err
		}
	}
	made := id.New[ID](r.IDs)
	if _, err := tx.Exec(ctx, `INSERT INTO relationships (area_id, id, added_by, added_at) VALUES ($1, $2, $3, $4)`, a.ID, made, by.Person, r.Now()); err != nil {
		return "", fmt.Errorf("insert relationship: %w", err)
	}
	if err := r.write(ctx, tx, by, a, made, 1, n.Draft); err != nil {
		return "", err
	}
	if err := r.note(ctx, tx, by, a, made, 1, n.State); err != nil {
		return "", err
	}
	if n.Holder.Name != "" {
		if _, err := r.hold(ctx, tx, by, a, made, n.Holder); err != nil {
			return "", err
		}
	}
	return made, nil
}

// body finds the body that is meant by a name and type, or adds it. It comes on the
// area's list.
func (r *Relationships) body(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n New) (organisation.ID, error) {
	meant, err := agency.Meant(ctx, tx, a, n.Who, n.Type, r.today())
	if err != nil {
		return "", err
	}
	if meant != "" {
		return meant, r.Agencies.ListIn(ctx, tx, by, a, meant, n.State.From)
	}
	return r.Agencies.AddBodyIn(ctx, tx, by, a, agency.NewBody{Name: n.Who, Type: n.Type, From: n.State.From, Different: true})
}

// team finds the unit of a body that has a name, or adds it.
func (r *Relationships) team(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n New) (agency.UnitID, error) {
	units, err := agency.UnitsOn(ctx, tx, a.ID, n.Body, r.today())
	if err != nil {
		return "", err
	}
	for _, u := range units {
		if strings.EqualFold(u.Name, tidy(n.Team)) {
			return u.ID, nil
		}
	}
	return r.Agencies.AddUnitIn(ctx, tx, by, a, agency.NewUnit{Body: n.Body, Name: tidy(n.Team), From: n.State.From})
}

// opposite checks that a body is one that the area knows, or an organisation that holds
// areas' money, and that a unit is one of it.
func (r *Relationships) opposite(ctx context.Context, tx *db.Tx, a area.ID, of organisation.ID, unit agency.UnitID) error {
	_, err := agency.KnownTo(ctx, tx, a, of)
	if errors.Is(err, fault.NotFound) {
		o, err := organisation.ByID(ctx, tx, of)
		if errors.Is(err, fault.NotFound) || err == nil && !o.Is(organisation.LTO) {
			return fault.Invalid{{Field: "body", Words: "Choose the organisation from the list"}}
		}
		if err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	if unit == "" {
		return nil
	}
	u, err := agency.UnitByID(ctx, tx, a, unit)
	if errors.Is(err, fault.NotFound) || (err == nil && u.Body != of) {
		return fault.Invalid{{Field: "unit", Words: "Choose a team of that organisation, or all of it"}}
	}
	return err
}

// Change writes what a relationship is anew. Sent twice, it counts once.
func (r *Relationships) Change(ctx context.Context, by access.Actor, a area.Area, of ID, n Draft, form string) error {
	_, err := r.once(ctx, by, form, content("change", a, of, n), func(tx *db.Tx) (string, error) {
		return string(of), r.ChangeIn(ctx, tx, by, a, of, n)
	})
	return err
}

// ChangeIn is Change as part of a transaction. Without a body, it stays with the
// one that it is with; another comes on the area's list, and its officers see nothing
// until that is chosen for them.
func (r *Relationships) ChangeIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, n Draft) error {
	was, err := r.mayKeep(ctx, tx, by, a, of)
	if err != nil {
		return err
	}
	if n.Body == "" {
		n.Body = was.Body
	}
	wrong := n.Check(r.today())
	if n.BroughtBy == of {
		wrong.Add("brought_by", "Choose another one: they cannot have brought us to themselves")
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	if err := r.write(ctx, tx, by, a, of, was.Version+1, n); err != nil || n.Body == was.Body {
		return err
	}
	if err := r.showNobody(ctx, tx, by, a, of); err != nil {
		return err
	}
	if err := r.endLinks(ctx, tx, by, a, n.EndLinks); err != nil {
		return err
	}
	if err := r.Agencies.ListIn(ctx, tx, by, a, n.Body, r.today()); !errors.Is(err, fault.NotFound) {
		return err
	}
	return nil // it holds the money, and is on no list of agencies
}

// endLinks takes back links that were given to single people.
func (r *Relationships) endLinks(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, all []share.LinkID) error {
	for _, l := range all {
		if err := r.Shares.EndIn(ctx, tx, by, a.Place(), l); err != nil {
			return fmt.Errorf("end link: %w", err)
		}
	}
	return nil
}

// A Move is that a relationship went on with another body.
type Move struct {
	From, To organisation.ID
	By       access.PersonID
	At       time.Time
}

// Moves lists when a relationship went on with another body, in order.
func Moves(ctx context.Context, tx *db.Tx, a area.ID, of ID) ([]Move, error) {
	all, err := db.All(ctx, tx, func(r db.Row) (m Move, err error) {
		return m, r.Scan(&m.From, &m.To, &m.By, &m.At)
	}, `
		SELECT w.body_id, v.body_id, v.written_by, v.written_at FROM relationship_versions v
		JOIN relationship_versions w ON w.area_id = v.area_id AND w.relationship_id = v.relationship_id AND w.number = v.number - 1
		WHERE v.area_id = $1 AND v.relationship_id = $2 AND v.body_id <> w.body_id ORDER BY v.number`, a, of)
	if err != nil {
		return nil, fmt.Errorf("moves: %w", err)
	}
	return all, nil
}

// write adds a version.
func (r *Relationships) write(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, version int64, n Draft) error {
	if n.BroughtBy != "" {
		if _, err := ByID(ctx, tx, a.ID, n.BroughtBy); errors.Is(err, fault.NotFound) {
			return fault.Invalid{{Field: "brought_by", Words: "Choose one from the list"}}
		} else if err != nil {
			return err
		}
	}
	if err := r.opposite(ctx, tx, a.ID, n.Body, n.Unit); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO relationship_versions (area_id, relationship_id, number, body_id, unit_id, name, short, type, how_begun, brought_by_id, brought_by, began_on, mark, written_by, written_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		a.ID, of, version, n.Body, orNull(n.Unit), strings.TrimSpace(n.Name), n.short(), n.Type, strings.TrimSpace(n.HowBegun), orNull(n.BroughtBy),
		strings.TrimSpace(n.Through), n.Began, strings.TrimSpace(n.Mark), by.Person, r.Now()); err != nil {
		return fmt.Errorf("insert relationship version: %w", err)
	}
	return r.record(ctx, tx, by, a, "relationship written", string(of), map[string]string{
		"version": strconv.FormatInt(version, 10), "body": string(n.Body), "type": string(n.Type), "began": n.Began.String(),
		"unit": string(n.Unit), "brought by": string(n.BroughtBy),
	}, strings.Join([]string{n.Name, n.Short, n.HowBegun, n.Through, n.Mark}, "\n"))
}

// mayKeep is the relationship, for who may change what is kept of it.
func (r *Relationships) mayKeep(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID) (Relationship, error) {
	one, err := ByID(ctx, tx, a.ID, of)
	if err != nil {
		return one, err
	}
	if err := by.Must(access.KeepRelationships, a.Place()); err != nil {
		return one, err
	}
	if one.MergedIn != "" {
		return one, fault.New(fault.Conflict, one.Name+" went into another: what is new is noted there.")
	}
	return one, nil
}

func (r *Relationships) today() date.Date { return date.InLondon(r.Now()) }

// once does something once for a form.
func (r *Relationships) once(ctx context.Context, by access.Actor, form string, content any, do func(*db.Tx) (string, error)) (subject string, err error) {
	err = r.DB.Write(ctx, func(tx *db.Tx) error {
		subject, err = audit.Once(ctx, tx, audit.Sent{Form: form, By: by, Content: content, At: r.Now()}, func() (string, error) { return do(tx) })
		return err
	})
	if err != nil {
		return "", fmt.Errorf("relationships: %w", err)
	}
	return subject, nil
}

// content is all that was sent, as it is compared with what was sent before.
func content[T ~string](what string, a area.Area, of T, n any) string {
	return fmt.Sprintf("%s %s %s %+v", what, a.ID, of, n)
}

func (r *Relationships) record(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, act, subject string, facts map[string]string, private string) error {
	return audit.Record(ctx, tx, r.IDs, audit.Event{Stream: string(a.ID), Act: act, Subject: subject, By: by, At: r.Now(), Facts: facts, Private: strings.TrimSpace(private)})
}

func orNull[T ~string](s T) any {
	if s == "" {
		return nil
	}
	return string(s)
}

// tidy is what somebody typed without spaces that say nothing.
func tidy(s string) string { return strings.Join(strings.Fields(s), " ") }

// said reports whether somebody said something, in no more than most letters.
func said(words string, most int) bool { return strings.TrimSpace(words) != "" && fits(words, most) }

func fits(words string, most int) bool { return len([]rune(strings.TrimSpace(words))) <= most }
