package meeting

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
)

// Those who are very quiet are heard too: what somebody would rather write, or
// say by telephone, before or after a meeting (P07). The people of the
// partnership read it; it is never public.

// A QuietID names one thing that was quietly said.
type QuietID string

// A Quiet is one thing that was quietly said.
type Quiet struct {
	ID        QuietID
	Meeting   ID
	Item      ItemID // "" for the meeting as a whole
	Words     string
	Person    access.PersonID // "" without a name, or where they have no account
	Name      string          // of who has no account and said it by telephone
	Telephone bool            // entered by somebody else
	EnteredBy access.PersonID // who entered it for them; "" for their own
	On        date.Date

	salt, author []byte
}

// Named reports whether the partnership is told whose it is.
func (q Quiet) Named() bool { return q.Person != "" || q.Name != "" }

// IsOf reports whether a person said it. Without a name nobody else can tell: who
// said it is kept only as a hash, by which they find their own words again.
func (q Quiet) IsOf(who access.PersonID) bool {
	if q.Person != "" {
		return q.Person == who
	}
	return who != "" && len(q.author) > 0 && bytes.Equal(q.author, authorOf(q.salt, who))
}

func authorOf(salt []byte, who access.PersonID) []byte {
	sum := sha256.Sum256(append(append([]byte("quiet\x00"), salt...), who...))
	return sum[:]
}

// NewQuiet is what somebody quietly says, or what is entered for them.
type NewQuiet struct {
	Form    string
	Item    ItemID
	Words   string
	Unnamed bool

	// What somebody said by telephone: entered by somebody else, and logged.
	Telephone bool
	Person    access.PersonID // who said it, if they have an account
	Name      string          // else their name; both "" where they would not give it
}

// Check says what is wrong with n, if anything.
func (n NewQuiet) Check() fault.Invalid {
	var wrong fault.Invalid
	if blank(n.Words) || len(n.Words) > 3000 {
		wrong.Add("words", "Write what you want to say, in up to 3,000 letters")
	}
	tooLong(&wrong, "name", n.Name, 120)
	return wrong
}

// SayQuietly keeps what somebody quietly says about a meeting or an item of its
// agenda. Sent twice, it counts once.
func (m *Meetings) SayQuietly(ctx context.Context, by access.Actor, a area.Area, mid ID, n NewQuiet) error {
	err := m.DB.Write(ctx, func(tx *db.Tx) error { return m.SayQuietlyIn(ctx, tx, by, a, mid, n) })
	return wrap("say quietly", err)
}

// SayQuietlyIn is SayQuietly as part of a transaction. What is said without a
// name is in no list of forms that were sent and in no history under that name.
func (m *Meetings) SayQuietlyIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, mid ID, n NewQuiet) error {
	needs := access.PutForward
	if n.Telephone {
		needs = access.EnterForSomeone
	}
	if err := by.Must(needs, a.Place()); err != nil {
		return err
	}
	if n.Form == "" {
		return fault.Invalid{{Field: "form", Words: "Open this page afresh and fill it in again"}}
	}
	if err := n.Check().OrNil(); err != nil {
		return err
	}
	one, err := ByID(ctx, tx, a.ID, mid)
	if err != nil {
		return err
	}
	if n.Item != "" {
		item, err := ItemByID(ctx, tx, a.ID, n.Item)
		if err != nil {
			return err
		}
		if item.Meeting != mid {
			return fault.NotFound
		}
	}
	// The ID is of the form and the person: sent twice it is the same, and it tells
	// neither who nor when.
	sum := sha256.Sum256([]byte("quiet\x00" + n.Form + "\x00" + string(by.Person)))
	q := Quiet{ID: QuietID(hex.EncodeToString(sum[:16])), Meeting: one.ID, Item: n.Item, Words: strings.TrimSpace(n.Words), On: date.InLondon(m.Now()), salt: m.IDs.Bytes(16), author: []byte{}}
	way := "written"
	switch {
	case n.Telephone:
		way, q.EnteredBy = "telephone", by.Person
		if !n.Unnamed {
			q.Person, q.Name = n.Person, strings.TrimSpace(n.Name)
		}
	case n.Unnamed:
		q.author = authorOf(q.salt, by.Person)
	default:
		q.Person = by.Person
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO quiet_inputs (area_id, id, meeting_id, item_id, words, person_id, name, salt, author, way, entered_by, said_on)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (area_id, id) DO NOTHING`,
		a.ID, q.ID, q.Meeting, q.Item, q.Words, q.Person, q.Name, q.salt, q.author, way, q.EnteredBy, q.On); err != nil {
		return fmt.Errorf("insert quiet input: %w", err)
	}
	recordedBy := by
	if n.Unnamed && !n.Telephone {
		recordedBy = access.System("somebody who gives no name")
	}
	// Its words are in no history either: those who may read one are more than
	// those who may read this.
	return m.record(ctx, tx, recordedBy, a, "quiet input given", string(mid), map[string]string{"way": way}, digestOfQuiet(q.salt, q.Words))
}

func digestOfQuiet(salt []byte, words string) string {
	digest := sha256.Sum256(append(append([]byte{}, salt...), words...))
	return hex.EncodeToString(digest[:])
}

// ReadsQuiet reports whether an actor reads what was quietly said: the people of
// the partnership and those who help it.
func ReadsQuiet(by access.Actor, a area.Area) bool {
	return by.May(access.PutForward, a.Place()) && by.May(access.SeePapers, a.Place())
}

// QuietFor lists what was quietly said about a meeting, as far as an actor may
// read it: those of the partnership all, but on items from which they are kept
// (barred), and others their own.
func QuietFor(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, m Meeting, barred map[ItemID]bool) (seen []Quiet, err error) {
	if !by.SignedIn() {
		return nil, nil
	}
	all, err := db.All(ctx, tx, func(r db.Row) (q Quiet, err error) {
		var way string
		err = r.Scan(&q.ID, &q.Meeting, &q.Item, &q.Words, &q.Person, &q.Name, &q.salt, &q.author, &way, &q.EnteredBy, &q.On)
		q.Telephone = way == "telephone"
		return q, err
	}, `
		SELECT id, meeting_id, item_id, words, person_id, name, salt, author, way, entered_by, said_on
		FROM quiet_inputs WHERE area_id = $1 AND meeting_id = $2 ORDER BY said_on, id`, m.Area, m.ID)
	for _, q := range all {
		if q.IsOf(by.Person) || ReadsQuiet(by, a) && !barred[q.Item] {
			seen = append(seen, q)
		}
	}
	return seen, err
}

// NoteBehaviour keeps how somebody behaved at a meeting, for the chair and the
// worker alone. Sent twice, it counts once.
func (m *Meetings) NoteBehaviour(ctx context.Context, by access.Actor, a area.Area, mid ID, words, form string) error {
	_, err := m.once(ctx, by, form, []any{"behaviour", a.ID, mid, words}, func(tx *db.Tx) (string, error) {
		return string(mid), m.NoteBehaviourIn(ctx, tx, by, a, mid, words)
	})
	return wrap("note behaviour", err)
}

// NoteBehaviourIn is NoteBehaviour as part of a transaction. Its words are in no
// history.
func (m *Meetings) NoteBehaviourIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, mid ID, words string) error {
	if err := by.Must(access.NoteBehaviour, a.Place()); err != nil {
		return err
	}
	if blank(words) || len(words) > 2000 {
		return fault.Invalid{{Field: "words", Words: "Write what happened, in up to 2,000 letters"}}
	}
	if _, err := ByID(ctx, tx, a.ID, mid); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO behaviour_notes (area_id, id, meeting_id, words, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		a.ID, id.New[string](m.IDs), mid, strings.TrimSpace(words), by.Person, m.Now()); err != nil {
		return fmt.Errorf("insert behaviour note: %w", err)
	}
	return m.record(ctx, tx, by, a, "behaviour noted", string(mid), nil, "")
}

// A Behaviour is how somebody behaved at a meeting.
type Behaviour struct {
	Words string
	By    access.PersonID
	On    date.Date
}

// Behaviours lists what is kept about how people behaved at a meeting, for who
// may read it; nothing for others.
func Behaviours(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, m Meeting) ([]Behaviour, error) {
	if !by.May(access.NoteBehaviour, a.Place()) {
		return nil, nil
	}
	return db.All(ctx, tx, func(r db.Row) (b Behaviour, err error) {
		var at time.Time
		err = r.Scan(&b.Words, &b.By, &at)
		b.On = date.InLondon(at)
		return b, err
	}, `
		SELECT words, noted_by, noted_at FROM behaviour_notes WHERE area_id = $1 AND meeting_id = $2 ORDER BY noted_at, id`, m.Area, m.ID)
}
