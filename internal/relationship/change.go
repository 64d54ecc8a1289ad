package relationship

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
)

// A ChangeID names a change.
type ChangeID string

// A Change is what is to come, or has come, that is a reason to hand over (P48):
// somebody is away for a while, there is an election, their organisation is
// rearranged; or what an officer gave notice of, in good time (R20).
type Change struct {
	ID           ChangeID
	Relationship ID
	Why          Why
	Side         Side      // of who leaves, is away or is new
	From         date.Date // of who leaves, their last day
	Until        date.Date // of who is away, the first day on which they are back; no day where that is not known
	Who          string
	Cover        string // who stands in for them, or comes after them
	Words        string
	SaidBy       string // the officer who gave notice
	By           access.PersonID
	At           time.Time
	EndedOn      date.Date // from when on it asks for nothing any more
}

// Says is a change as a reader wants it on a day.
func (c Change) Says(day date.Date) string {
	var words, cover string
	switch c.Why {
	case Leaving:
		words, cover = c.Who+" leaves on "+c.From.Long()+".", " takes over."
	case NewInPost:
		words = c.Who + " is new from " + c.From.Long() + "."
	case Absence:
		words, cover = c.Who+" is away from "+c.From.Long(), " stands in for them."
		if !c.Until.IsZero() {
			words += " to " + c.Until.AddDays(-1).Long()
		}
		words += "."
	case Restructure:
		words = "They are rearranged, from " + c.From.Long() + " on."
	case Election:
		words = "There is an election on " + c.From.Long() + "."
		if c.From.Before(day) {
			words = "There was an election on " + c.From.Long() + "."
		}
	}
	if c.Cover != "" && cover != "" {
		words += " " + c.Cover + cover
	}
	return words
}

// last is the first day on which a change is long past: three months after it, or when
// who was away is back.
func (c Change) last() date.Date {
	switch {
	case c.Why == Absence && !c.Until.IsZero():
		return c.Until
	case c.Why == Absence:
		return c.From.AddMonths(6)
	}
	return c.From.AddMonths(3)
}

// Stands reports whether a change asks for a look on a day: until it is long past,
// somebody said that nothing is needed, or a handover was begun for it.
func (c Change) Stands(day date.Date, handovers []Handover) bool {
	if !c.EndedOn.IsZero() || !day.Before(c.last()) {
		return false
	}
	return !slices.ContainsFunc(handovers, func(h Handover) bool {
		return h.Relationship == c.Relationship && !h.OpenedAt.Before(c.At) && (h.Why == c.Why || c.Who != "" && sameName(h.Who, c.Who))
	})
}

// AwayOn reports whether a change is that somebody is away on a day.
func (c Change) AwayOn(day date.Date) bool {
	return c.Why == Absence && c.EndedOn.IsZero() && !day.Before(c.From) && day.Before(c.last())
}

// Noticed are the changes that we note ourselves. Who leaves is noted where it is
// said who holds a relationship, and who is new where it is said who is who.
func Noticed() []Why { return []Why{Absence, Election, Restructure} }

// Told are the changes of which officers give notice.
func Told() []Why { return []Why{Leaving, Absence, NewInPost} }

// NewChange is a change as somebody notes it.
type NewChange struct {
	Form  string
	Why   Why
	Side  Side // theirs where it is an election, or they are rearranged
	From  date.Date
	Until date.Date
	Who   string
	Cover string
	Words string
	Of    []ID // with whom it changes; where it is empty all that Who holds on that side
}

// Check says what is wrong with n, if anything, of those that may be noted.
func (n NewChange) Check(may []Why) fault.Invalid {
	var wrong fault.Invalid
	if !slices.Contains(may, n.Why) {
		wrong.Add("why", "Choose what changes")
	}
	named := n.Why == Absence || n.Why == Leaving || n.Why == NewInPost
	if named && !said(n.Who, 120) {
		wrong.Add("who", map[Why]string{
			Absence: "Enter who is away, in up to 120 letters", Leaving: "Enter who leaves, in up to 120 letters", NewInPost: "Enter who is new, in up to 120 letters",
		}[n.Why])
	}
	if named && n.Side != Ours && n.Side != Theirs {
		wrong.Add("side", "Say whether they are on our side or on theirs")
	}
	if n.From.IsZero() {
		wrong.Add("from", map[bool]string{true: "Enter the last day on which they are there", false: "Enter the day on which it begins, or was"}[n.Why == Leaving])
	}
	if n.Why == Absence && !n.Until.IsZero() && !n.Until.After(n.From) {
		wrong.Add("until", "Enter a later day than the first, or leave it empty")
	}
	if !fits(n.Cover, 120) {
		wrong.Add("cover", "Enter a name in up to 120 letters")
	}
	if !fits(n.Words, 500) {
		wrong.Add("words", "Say it in up to 500 letters")
	}
	return wrong
}

// NoteChange records that something changes with some of those we work with. Sent
// twice, it counts once.
func (r *Relationships) NoteChange(ctx context.Context, by access.Actor, a area.Area, n NewChange) error {
	_, err := r.once(ctx, by, n.Form, content("change to come", a, "", n), func(tx *db.Tx) (string, error) {
		made, err := r.NoteChangeIn(ctx, tx, by, a, n)
		if err != nil {
			return "", err
		}
		return string(made[0]), nil
	})
	return err
}

// NoteChangeIn is NoteChange as part of a transaction: one change for each
// relationship that it is about.
func (r *Relationships) NoteChangeIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewChange) (made []ChangeID, err error) {
	if err := by.Must(access.KeepRelationships, a.Place()); err != nil {
		return nil, err
	}
	if n.Why != Absence {
		n.Side, n.Who, n.Cover, n.Until = Theirs, "", "", date.Date{}
	}
	wrong := n.Check(Noticed())
	if len(n.Of) == 0 && n.Why == Absence && said(n.Who, 120) && !n.From.IsZero() {
		if n.Of, err = heldBy(ctx, tx, a.ID, n); err != nil {
			return nil, err
		}
	}
	if len(n.Of) == 0 && wrong.For("who") == "" {
		wrong.Add("of", "Tick with whom it changes")
	}
	if err := wrong.OrNil(); err != nil {
		return nil, err
	}
	for _, of := range n.Of {
		if _, err := r.mayKeep(ctx, tx, by, a, of); err != nil {
			return nil, err
		}
		one, err := r.change(ctx, tx, by, a, of, n, "")
		if err != nil {
			return nil, err
		}
		made = append(made, one)
	}
	return made, nil
}

// heldBy are the relationships that somebody holds when a change comes.
func heldBy(ctx context.Context, tx *db.Tx, a area.ID, n NewChange) (all []ID, err error) {
	held, err := EveryHolder(ctx, tx, a)
	for _, h := range held {
		if h.Side == n.Side && h.On(n.From) && sameName(h.Name, n.Who) && !slices.Contains(all, h.Relationship) {
			all = append(all, h.Relationship)
		}
	}
	return all, err
}

func (r *Relationships) change(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, n NewChange, saidBy string) (ChangeID, error) {
	made := id.New[ChangeID](r.IDs)
	who, cover, words := strings.Join(strings.Fields(n.Who), " "), strings.Join(strings.Fields(n.Cover), " "), strings.TrimSpace(n.Words)
	if _, err := tx.Exec(ctx, `
		INSERT INTO relationship_changes (area_id, id, relationship_id, why, side, from_on, until_on, who, cover, words, said_by, noted_by, noted_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		a.ID, made, of, n.Why, n.Side, n.From, n.Until, who, cover, words, saidBy, by.Person, r.Now()); err != nil {
		return "", fmt.Errorf("insert relationship change: %w", err)
	}
	return made, r.record(ctx, tx, by, a, "relationship change", string(made), map[string]string{
		"relationship": string(of), "why": string(n.Why), "side": string(n.Side), "from": n.From.String(), "until": n.Until.String(), "by them": strconv.FormatBool(saidBy != ""),
	}, strings.Join([]string{who, cover, words, saidBy}, "\n"))
}

// EndChange records that a change asks for nothing any more: it did not come, or all
// is well. Sent twice, it is done once.
func (r *Relationships) EndChange(ctx context.Context, by access.Actor, a area.Area, c ChangeID, words, form string) error {
	_, err := r.once(ctx, by, form, content("change ends", a, c, words), func(tx *db.Tx) (string, error) {
		return string(c), r.EndChangeIn(ctx, tx, by, a, c, words)
	})
	return err
}

// EndChangeIn is EndChange as part of a transaction.
func (r *Relationships) EndChangeIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ChangeID, words string) error {
	c, err := ChangeByID(ctx, tx, a.ID, of)
	if err != nil {
		return err
	}
	if err := by.Must(access.KeepRelationships, a.Place()); err != nil {
		return err
	}
	if !c.EndedOn.IsZero() {
		return nil
	}
	if !said(words, 500) {
		return fault.Invalid{{Field: "words", Words: "Say in a few words why nothing is needed"}}
	}
	if _, err := tx.Exec(ctx, `INSERT INTO relationship_change_ends (area_id, change_id, on_day, words, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		a.ID, of, r.today(), strings.TrimSpace(words), by.Person, r.Now()); err != nil {
		return fmt.Errorf("insert end of change: %w", err)
	}
	return r.record(ctx, tx, by, a, "relationship change ended", string(of), map[string]string{"on": r.today().String()}, words)
}

const changeColumns = `
	c.id, c.relationship_id, c.why, c.side, c.from_on, c.until_on, c.who, c.cover, c.words, c.said_by, c.noted_by, c.noted_at, e.on_day
	FROM relationship_changes c LEFT JOIN relationship_change_ends e ON e.area_id = c.area_id AND e.change_id = c.id`

func scanChange(r db.Row) (c Change, err error) {
	return c, r.Scan(&c.ID, &c.Relationship, &c.Why, &c.Side, &c.From, &c.Until, &c.Who, &c.Cover, &c.Words, &c.SaidBy, &c.By, &c.At, &c.EndedOn)
}

// Changes lists the changes that were noted in an area, or of one relationship, by
// their day.
func Changes(ctx context.Context, tx *db.Tx, a area.ID, of ID) ([]Change, error) {
	all, err := db.All(ctx, tx, scanChange, `SELECT `+changeColumns+` WHERE c.area_id = $1 AND ($2 = '' OR c.relationship_id = $2) ORDER BY c.from_on, c.id`, a, of)
	if err != nil {
		return nil, fmt.Errorf("relationship changes: %w", err)
	}
	return all, nil
}

// ChangeByID is a change, or fault.NotFound.
func ChangeByID(ctx context.Context, tx *db.Tx, a area.ID, c ChangeID) (Change, error) {
	return db.One(ctx, tx, scanChange, `SELECT `+changeColumns+` WHERE c.area_id = $1 AND c.id = $2`, a, c)
}
