// Package workshop is where a partnership and those it works with look at how
// that goes: mapping workshops (S37), facilitated conversations (S38), scores and
// health checks (S39), and what they agreed with each other (S40).
//
// What is written is a sheet: the answers to the questions of one part, the same
// on a screen and on paper. A sheet is written whole, and again when somebody goes
// on with it. All of it is the area's own until it shares it; nothing is summed up
// to one figure, and no two areas are ever put beside each other.
package workshop

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
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
	"commontable/internal/relationship"
)

// Workshops is everything that can be done here.
type Workshops struct {
	DB            *db.DB
	IDs           *id.Maker
	Now           func() time.Time
	Relationships *relationship.Relationships
}

// An ID names a record within its area.
type ID string

// A Kind is the sort of thing that a record is of.
type Kind string

// The kinds.
const (
	Mapping      Kind = "workshop"
	Conversation Kind = "conversation"
	Scores       Kind = "scores"
	Check        Kind = "check"
	Agreement    Kind = "agreement"
	Seat         Kind = "seat"
	Credit       Kind = "credit"
	Celebration  Kind = "celebration"
)

// A Side is ours, or that of the body.
type Side string

// The sides.
const (
	Ours   Side = "ours"
	Theirs Side = "theirs"
)

// A StepKind is what a side said.
type StepKind string

// What can be said. Finished is said for both once both have agreed.
const (
	Yes      StepKind = "yes"
	NotNow   StepKind = "not now"
	Agreed   StepKind = "agreed"
	Finished StepKind = "finished"
	Shared   StepKind = "shared"
)

// A Step is that a side said something.
type Step struct {
	Number int64
	Side   Side
	Step   StepKind
	Digest string // of the words that were agreed to
	ByLink string // the link by which it was said
	By     access.PersonID
	At     time.Time
}

// Answers are what was answered, by the name of the question. Where several were
// chosen there is a line for each.
type Answers map[string]string

// Lines are the answers to a question where several were chosen.
func (a Answers) Lines(name string) []string {
	if a[name] == "" {
		return nil
	}
	return strings.Split(a[name], "\n")
}

// A Sheet is one part of a record as it was last written by a side.
type Sheet struct {
	Part    string
	Side    Side
	Number  int64
	Answers Answers
	Items   []Answers // of a part whose questions are asked again and again
	Salt    string    // so that a digest of the words tells nothing of them
	By      access.PersonID
	At      time.Time
	content string
}

// A Record is one workshop, conversation or agreement.
type Record struct {
	Area         area.ID
	ID           ID
	Kind         Kind
	Relationship relationship.ID
	Follows      ID
	BegunBy      access.PersonID
	BegunAt      time.Time
	Sheets       []Sheet // the last of each part and side
	Steps        []Step
	Done         []Done

	rests area.Rests // when the area rests, by which its days are read
}

// Sheet is a part as a side last wrote it; an empty one where it did not yet.
func (r Record) Sheet(part string, side Side) Sheet {
	for _, s := range r.Sheets {
		if s.Part == part && s.Side == side {
			return s
		}
	}
	return Sheet{Part: part, Side: side, Answers: Answers{}}
}

// Written reports whether a part was written.
func (r Record) Written(part string) bool { return r.Sheet(part, Ours).Number > 0 }

// Last is the last of what a side said, among some sorts.
func (r Record) Last(side Side, among ...StepKind) (found Step) {
	for _, s := range r.Steps {
		if s.Side == side && slices.Contains(among, s.Step) {
			found = s
		}
	}
	return found
}

// Finished reports whether no more is written.
func (r Record) Finished() bool { return r.Last(Ours, Finished).Number > 0 }

// Shared reports whether the partnership lets others in the programme read it who
// may see whom it works with.
func (r Record) Shared() bool { return r.Last(Ours, Shared).Number > 0 }

// BothWant reports whether both sides said yes, and neither took it back.
func (r Record) BothWant() bool {
	return r.Last(Ours, Yes, NotNow).Step == Yes && r.Last(Theirs, Yes, NotNow).Step == Yes
}

// Agreed reports whether a side agreed to the words as they are.
func (r Record) Agreed(side Side) bool {
	return r.Digest() != "" && r.Last(side, Agreed).Digest == r.Digest()
}

// Words are the part of a record that both sides agree to, or "".
func (k Kind) Words() string {
	switch k {
	case Conversation:
		return "summary"
	case Credit:
		return "credit"
	case Mapping, Scores, Check, Agreement, Seat, Celebration:
	}
	return ""
}

// Digest is the SHA-256 of the words that both sides agree to, or "" while there
// are none.
func (r Record) Digest() string {
	s := r.Sheet(r.Kind.Words(), Ours)
	if r.Kind.Words() == "" || s.Number == 0 {
		return ""
	}
	sum := sha256.Sum256([]byte(s.content))
	return hex.EncodeToString(sum[:])
}

// SignedOn is the day on which a side signed off an agreement or the words of a credit
// line: as it was noted, or on which they said so here; no day where they did not.
func (r Record) SignedOn(side Side) date.Date {
	if r.Kind != Agreement && r.Kind != Credit {
		return date.Date{}
	}
	if d, err := date.Parse(r.Sheet("signed", Ours).Answers[string(side)]); err == nil && !d.IsZero() {
		return d
	}
	if s := r.Last(side, Agreed); r.Agreed(side) {
		return date.InLondon(s.At)
	}
	return date.Date{}
}

// BothSigned is the day on which the second side signed off, or no day.
func (r Record) BothSigned() date.Date {
	ours, theirs := r.SignedOn(Ours), r.SignedOn(Theirs)
	switch {
	case ours.IsZero() || theirs.IsZero():
		return date.Date{}
	case theirs.After(ours):
		return theirs
	}
	return ours
}

// SignedInWords is when each side signed off, in words, or "".
func (r Record) SignedInWords() string {
	ours, theirs := r.SignedOn(Ours), r.SignedOn(Theirs)
	switch {
	case ours.IsZero() && theirs.IsZero():
		return ""
	case theirs.IsZero():
		return "We signed on " + ours.Long()
	case ours.IsZero():
		return "They signed on " + theirs.Long()
	case ours == theirs:
		return "Both signed on " + ours.Long()
	}
	return "We signed on " + ours.Long() + ", they on " + theirs.Long()
}

// Day is the day that a record is of: what its first sheet says, or on which both sides
// signed off, or when it was begun.
func (r Record) Day() date.Date {
	for _, name := range []string{"held", "from", "on"} {
		for _, s := range r.Sheets {
			if d, err := date.Parse(s.Answers[name]); err == nil && !d.IsZero() {
				return d
			}
		}
	}
	if d := r.BothSigned(); !d.IsZero() {
		return d
	}
	return date.InLondon(r.BegunAt)
}

// SeenBy reports whether somebody may read a record. What is not shared is for
// the partnership and its adviser. Of somebody in the hat of an organisation
// agency.MustSee has to say that it holds the area's money.
func (r Record) SeenBy(by access.Actor, a area.Area) bool {
	return by.May(access.KeepRelationships, a.Place()) ||
		by.May(access.SeeRelationships, a.Place()) && (by.System || by.Hat.Role == access.Rep || r.Shared()) ||
		by.Holds(access.SeeRelationships) && by.Hat.Scope == access.InOrganisation && r.Shared()
}

// MarkedBy reports whether somebody may mark a health check for themselves.
func (r Record) MarkedBy(by access.Actor, a area.Area) bool {
	return r.Kind == Check && r.SeenBy(by, a) && !r.Finished()
}

// New is a record as somebody begins it.
type New struct {
	Form         string
	Kind         Kind
	Relationship relationship.ID // "" where it is of none alone
	Follows      ID              // or ""
	Answers      Answers         // of its first part
}

// Begin begins a record with its first sheet. Sent twice, it counts once.
func (w *Workshops) Begin(ctx context.Context, by access.Actor, a area.Area, n New) (ID, error) {
	made, err := w.once(ctx, by, n.Form, content("begin", a, n.Follows, n), func(tx *db.Tx) (string, error) {
		made, err := w.BeginIn(ctx, tx, by, a, n)
		return string(made), err
	})
	return ID(made), err
}

// BeginIn is Begin as part of a transaction.
func (w *Workshops) BeginIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n New) (ID, error) {
	if err := by.Must(access.KeepRelationships, a.Place()); err != nil {
		return "", err
	}
	var wrong fault.Invalid
	if n.Relationship == "" && n.Kind.ofOne() {
		wrong.Add("relationship", "Choose whom it is with")
	} else if n.Relationship != "" {
		if _, err := relationship.ByID(ctx, tx, a.ID, n.Relationship); err != nil {
			return "", err
		}
	}
	if n.Follows != "" {
		was, err := ByID(ctx, tx, a.ID, n.Follows)
		if err != nil {
			return "", err
		}
		if was.Kind != n.Kind {
			return "", fault.NotFound
		}
		n.Relationship = was.Relationship
	}
	made := id.New[ID](w.IDs)
	r := Record{Area: a.ID, ID: made, Kind: n.Kind, Relationship: n.Relationship, Follows: n.Follows}
	first := PartsOf(n.Kind)[0]
	part, err := PartIn(r, first.Name)
	if err != nil {
		return "", err
	}
	for _, one := range part.Check(n.Answers) {
		wrong.Add(one.Field, one.Words)
	}
	if err := wrong.OrNil(); err != nil {
		return "", err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO workshop_records (area_id, id, kind, relationship_id, follows, begun_by, begun_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		a.ID, made, n.Kind, orNull(n.Relationship), orNull(n.Follows), by.Person, w.Now()); err != nil {
		return "", fmt.Errorf("insert workshop record: %w", err)
	}
	if err := w.record(ctx, tx, by, a, "workshop begun", string(made), map[string]string{
		"kind": string(n.Kind), "relationship": string(n.Relationship), "follows": string(n.Follows),
	}, ""); err != nil {
		return "", err
	}
	return made, w.write(ctx, tx, by, a, r, Sheet{Part: first.Name, Side: Ours, Answers: part.tidy(n.Answers)})
}

// ofOne reports whether a kind is always with one body.
func (k Kind) ofOne() bool { return k == Conversation || k == Scores }

// NewSheet is a part as somebody writes it. Of a part whose questions are asked
// again and again it is one more item, or Remove is the number of one, from 1.
type NewSheet struct {
	Form    string
	Part    string
	Answers Answers
	Remove  int
}

// Write writes a part of a record anew. Sent twice, it counts once.
func (w *Workshops) Write(ctx context.Context, by access.Actor, a area.Area, of ID, n NewSheet) error {
	_, err := w.once(ctx, by, n.Form, content("write", a, of, n), func(tx *db.Tx) (string, error) {
		return string(of), w.WriteIn(ctx, tx, by, a, of, n)
	})
	return err
}

// WriteIn is Write as part of a transaction.
func (w *Workshops) WriteIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, n NewSheet) error {
	r, err := ByID(ctx, tx, a.ID, of)
	if err != nil {
		return err
	}
	if !r.SeenBy(by, a) {
		return fault.NotFound
	}
	own := r.MarkedBy(by, a) && strings.HasPrefix(n.Part, "marks ") && strings.HasSuffix(n.Part, " "+string(by.Person))
	if err := by.Must(access.KeepRelationships, a.Place()); err != nil && !own {
		return err
	}
	return w.writeAs(ctx, tx, by, a, r, Ours, n)
}

// writeAs writes a part for a side, for who may.
func (w *Workshops) writeAs(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, r Record, side Side, n NewSheet) error {
	if r.Finished() {
		return fault.New(fault.Conflict, "This is finished, and stays as it is.")
	}
	part, err := PartIn(r, n.Part)
	if err != nil {
		return err
	}
	if part.After != "" && !r.Written(part.After) {
		return fault.New(fault.Conflict, part.AfterWords)
	}
	if part.BothFirst && !r.BothWant() {
		return fault.New(fault.Conflict, "Both sides say first that they want this talk.")
	}
	s := r.Sheet(part.Name, side)
	switch {
	case !part.Each:
		wrong := part.Check(n.Answers)
		if r.Kind == Check && strings.HasPrefix(part.Name, "marks ") && len(part.tidy(n.Answers)) == 0 {
			wrong.Add(part.Questions[0].Name, "Mark at least one: “Don’t know” is an answer")
		}
		if r.Kind == Mapping && part.Name == "criteria" {
			for _, own := range []string{"own", "own2"} {
				if slices.Contains(n.Answers.Lines("two"), own) && strings.TrimSpace(n.Answers[own]) == "" {
					wrong.Add(own, "Say in a few words what your own sign is")
				}
			}
		}
		if part.Name == "signed" {
			for _, q := range part.Questions {
				if d, err := date.Parse(n.Answers[q.Name]); err == nil && d.After(w.today()) {
					wrong.Add(q.Name, "Enter a day that has come: today or earlier")
				}
			}
		}
		if err := wrong.OrNil(); err != nil {
			return err
		}
		s.Answers = part.tidy(n.Answers)
	case n.Remove > 0:
		if n.Remove > len(s.Items) {
			return fault.NotFound
		}
		s.Items = slices.Delete(slices.Clone(s.Items), n.Remove-1, n.Remove)
	default:
		wrong := part.Check(n.Answers)
		item := part.tidy(n.Answers)
		at := slices.IndexFunc(s.Items, func(other Answers) bool {
			return strings.EqualFold(other[part.Questions[0].Name], item[part.Questions[0].Name])
		})
		if at < 0 && len(s.Items) >= MostItems {
			wrong.Add(part.Questions[0].Name, fmt.Sprintf("There are %d already: that is as many as one can look at together", MostItems))
		}
		if err := wrong.OrNil(); err != nil {
			return err
		}
		s.Items = slices.Clone(s.Items)
		if at >= 0 {
			s.Items[at] = item
		} else {
			s.Items = append(s.Items, item)
		}
	}
	return w.write(ctx, tx, by, a, r, s)
}

// MostItems is how many there are on a list at most: a map has room for as many.
const MostItems = 60

// write adds a sheet after the last of its part.
func (w *Workshops) write(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, r Record, s Sheet) error {
	s.Number = r.Sheet(s.Part, s.Side).Number + 1
	s.Salt = hex.EncodeToString(w.IDs.Bytes(16))
	text, err := json.Marshal(keptSheet{s.Answers, s.Items, s.Salt})
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO workshop_sheets (area_id, record_id, part, side, number, content, saved_by, saved_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		a.ID, r.ID, s.Part, s.Side, s.Number, string(text), by.Person, w.Now()); err != nil {
		return fmt.Errorf("insert workshop sheet: %w", err)
	}
	return w.record(ctx, tx, by, a, "workshop sheet", string(r.ID), map[string]string{
		"kind": string(r.Kind), "part": s.Part, "side": string(s.Side), "number": strconv.FormatInt(s.Number, 10),
	}, string(text))
}

// A keptSheet is what stands in the database of a sheet.
type keptSheet struct {
	Answers Answers   `json:"answers,omitempty"`
	Items   []Answers `json:"items,omitempty"`
	Salt    string    `json:"salt"`
}

// Say records what our side says. Sent twice, it is done once.
func (w *Workshops) Say(ctx context.Context, by access.Actor, a area.Area, of ID, step StepKind, seen, form string) error {
	_, err := w.once(ctx, by, form, content("say "+string(step), a, of, seen), func(tx *db.Tx) (string, error) {
		return string(of), w.SayIn(ctx, tx, by, a, of, step, seen)
	})
	return err
}

// SayIn is Say as part of a transaction. seen is the digest of the words that
// somebody agrees to, as they had them before them.
func (w *Workshops) SayIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, step StepKind, seen string) error {
	r, err := ByID(ctx, tx, a.ID, of)
	if err != nil {
		return err
	}
	if !r.SeenBy(by, a) {
		return fault.NotFound
	}
	if err := by.Must(access.KeepRelationships, a.Place()); err != nil {
		return err
	}
	return w.say(ctx, tx, by, a, r, Step{Side: Ours, Step: step, Digest: seen})
}

// say records what a side said, and that it is finished once both agreed.
func (w *Workshops) say(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, r Record, s Step) error {
	if r.Finished() && s.Step != Shared {
		return fault.New(fault.Conflict, "This is finished, and stays as it is.")
	}
	switch s.Step {
	case Agreed:
		if r.Kind == Scores {
			return w.show(ctx, tx, by, a, r, s)
		}
		if r.Digest() == "" {
			return fault.New(fault.Conflict, "There are no words to agree to yet.")
		}
		if s.Digest != r.Digest() {
			return fault.New(fault.Conflict, "The words were changed while you read them. Read them again first.")
		}
	case Finished:
		if r.Kind == Conversation || r.Kind == Credit || r.Kind == Scores {
			return fault.New(fault.Conflict, "This is finished once both sides have agreed to it.")
		}
		for _, part := range PartsOf(r.Kind) {
			if part.Must && !r.Written(part.Name) {
				return fault.New(fault.Conflict, "One part is still empty: "+part.Title+".")
			}
		}
		s.Digest = ""
	case Yes, NotNow:
		if r.Kind != Conversation {
			return fault.NotFound
		}
		s.Digest = ""
	case Shared:
		s.Digest = ""
	}
	last, err := w.step(ctx, tx, by, a, r, s)
	if err != nil {
		return err
	}
	r.Steps = append(r.Steps, last)
	if s.Step == Agreed && r.Agreed(Ours) && r.Agreed(Theirs) {
		_, err = w.step(ctx, tx, by, a, r, Step{Side: Ours, Step: Finished, ByLink: s.ByLink})
	}
	return err
}

// step adds what was said.
func (w *Workshops) step(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, r Record, s Step) (Step, error) {
	s.Number, s.By, s.At = int64(len(r.Steps))+1, by.Person, w.Now()
	if _, err := tx.Exec(ctx, `INSERT INTO workshop_steps (area_id, record_id, number, side, step, digest, by_link, said_by, said_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		a.ID, r.ID, s.Number, s.Side, s.Step, s.Digest, s.ByLink, s.By, s.At); err != nil {
		return s, fmt.Errorf("insert workshop step: %w", err)
	}
	return s, w.record(ctx, tx, by, a, "workshop step", string(r.ID), map[string]string{
		"kind": string(r.Kind), "number": strconv.FormatInt(s.Number, 10), "side": string(s.Side), "step": string(s.Step), "digest": s.Digest, "link": s.ByLink,
	}, "")
}

func (w *Workshops) today() date.Date { return date.InLondon(w.Now()) }

// once does something once for a form.
func (w *Workshops) once(ctx context.Context, by access.Actor, form string, content any, do func(*db.Tx) (string, error)) (subject string, err error) {
	err = w.DB.Write(ctx, func(tx *db.Tx) error {
		subject, err = audit.Once(ctx, tx, audit.Sent{Form: form, By: by, Content: content, At: w.Now()}, func() (string, error) { return do(tx) })
		return err
	})
	if err != nil {
		return "", fmt.Errorf("workshop: %w", err)
	}
	return subject, nil
}

// content is all that was sent, as it is compared with what was sent before.
func content(what string, a area.Area, of ID, n any) string {
	return fmt.Sprintf("%s %s %s %+v", what, a.ID, of, n)
}

func (w *Workshops) record(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, act, subject string, facts map[string]string, private string) error {
	return audit.Record(ctx, tx, w.IDs, audit.Event{Stream: string(a.ID), Act: act, Subject: subject, By: by, At: w.Now(), Facts: facts, Private: private})
}

func orNull[T ~string](s T) any {
	if s == "" {
		return nil
	}
	return string(s)
}

// ReviewOn is when an agreement is to be looked at again, or no day: where the area rests
// then, the first day on which it is open again (R37). One that is over needs it no more.
func (r Record) ReviewOn() date.Date {
	dates := r.Sheet("dates", Ours).Answers
	if r.Kind != Agreement || dates["stands"] == "ended" {
		return date.Date{}
	}
	d, err := date.Parse(dates["review"])
	if err != nil {
		return date.Date{}
	}
	return r.rests.Counts(d)
}

// ToReview lists the agreements that are to be looked at again by a day.
func ToReview(ctx context.Context, tx *db.Tx, a area.ID, by date.Date) ([]Record, error) {
	all, err := All(ctx, tx, a, Agreement)
	return slices.DeleteFunc(all, func(r Record) bool { return r.ReviewOn().IsZero() || r.ReviewOn().After(by) }), err
}
