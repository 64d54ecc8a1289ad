package meeting

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/partnership"
)

// An ItemID names an item of an agenda.
type ItemID string

// An Item is one thing that a meeting talks about.
type Item struct {
	Area        area.ID
	ID          ItemID
	Meeting     ID
	Position    int64
	Title       string
	Words       string // what it is about: for the people of the area
	Minutes     int64  // 0 where nobody said
	MembersOnly bool   // its title is not public
	Decision    int64  // the number of a decision; 0 for none
	TakenOff    string // why it is on the agenda no more; "" while it is
	PutBy       access.PersonID
	PutHat      access.HatID
	PutRole     access.Role // the hat in which it was put forward
	PutAt       time.Time
}

// About is the item as the matter that an interest touches.
func (i ItemID) About() partnership.About {
	return partnership.About{Kind: "agenda item", ID: string(i)}
}

// NewItem is an item as somebody puts it forward.
type NewItem struct {
	Form        string
	Title       string
	Words       string
	Minutes     int
	MembersOnly bool
	Decision    int64
	Parties     []partnership.Party
}

// Check says what is wrong with n, if anything.
func (n NewItem) Check() fault.Invalid {
	var wrong fault.Invalid
	if blank(n.Title) || len(n.Title) > 150 {
		wrong.Add("title", "Enter what it is about, in up to 150 letters")
	}
	tooLong(&wrong, "words", n.Words, 3000)
	if n.Minutes < 0 || n.Minutes > 300 {
		wrong.Add("minutes", "Enter how many minutes it needs, or leave it empty")
	}
	if n.Decision < 0 {
		wrong.Add("decision", "Enter the number of a decision, or leave it empty")
	}
	if len(n.Parties) > 10 {
		wrong.Add("parties", "Enter at most ten organisations or people")
	}
	for _, p := range n.Parties {
		if len(p.Name) > 120 {
			wrong.Add("parties", "Enter each name on a line of its own")
		}
	}
	return wrong
}

// PutForward adds an item to an agenda, in the hat that the actor has on. Sent
// twice, it counts once.
func (m *Meetings) PutForward(ctx context.Context, by access.Actor, a area.Area, mid ID, n NewItem) (ItemID, error) {
	content := []any{"put forward", a.ID, mid, n.Title, n.Words, n.Minutes, n.MembersOnly, n.Decision, n.Parties}
	subject, err := m.once(ctx, by, n.Form, content, func(tx *db.Tx) (string, error) {
		item, err := m.PutForwardIn(ctx, tx, by, a, mid, n)
		return string(item.ID), err
	})
	return ItemID(subject), wrap("put forward", err)
}

// PutForwardIn is PutForward as part of a transaction.
func (m *Meetings) PutForwardIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, mid ID, n NewItem) (Item, error) {
	if err := by.Must(access.PutForward, a.Place()); err != nil {
		return Item{}, err
	}
	if err := n.Check().OrNil(); err != nil {
		return Item{}, err
	}
	if (n.MembersOnly || n.Decision != 0) && !by.May(access.SeePapers, a.Place()) {
		return Item{}, fault.New(fault.Forbidden, "Only those who read the partnership’s papers may keep an item among members, or name a decision.")
	}
	one, err := ByID(ctx, tx, a.ID, mid)
	switch {
	case err != nil:
		return Item{}, err
	case one.Off:
		return Item{}, errOff
	case one.Stage() == Agreed:
		return Item{}, errFrozen
	}
	last, err := db.One(ctx, tx, db.Value[int64], `
		SELECT COALESCE(MAX(position), 0) FROM agenda_items WHERE area_id = $1 AND meeting_id = $2`, a.ID, mid)
	if err != nil {
		return Item{}, err
	}
	if last >= MostItems {
		return Item{}, fault.New(fault.Conflict, "This agenda is full. Put it on the next one, or ask the chair.")
	}
	item, err := m.addItem(ctx, tx, by, one, int(last)+1, n)
	if err != nil {
		return item, err
	}
	facts := map[string]string{"meeting": string(mid)}
	if n.Decision != 0 {
		facts["decision"] = strconv.FormatInt(n.Decision, 10)
	}
	return item, m.record(ctx, tx, by, a, "agenda item put forward", string(item.ID), facts, item.Title)
}

// linkItem lets an item share with the decision that it is about whom they touch, so
// that an interest in the one is seen in the other.
func (m *Meetings) linkItem(ctx context.Context, tx *db.Tx, item Item) error {
	if item.Decision == 0 || m.Touched == nil {
		return nil
	}
	about, touched, err := m.Touched(ctx, tx, item.Area, item.Decision)
	if err != nil || about.ID == "" {
		return err
	}
	own, err := Parties(ctx, tx, item)
	if err != nil {
		return err
	}
	if err := ShareIn(ctx, tx, Shared{Area: item.Area, Decision: about.ID, Item: item.ID, Parties: touched, At: m.Now()}); err != nil {
		return err
	}
	return m.tellOthers(ctx, tx, item, own)
}

func (m *Meetings) addItem(ctx context.Context, tx *db.Tx, by access.Actor, one Meeting, position int, n NewItem) (Item, error) {
	item := Item{
		Area: one.Area, ID: id.New[ItemID](m.IDs), Meeting: one.ID, Position: int64(position), Title: strings.TrimSpace(n.Title), Words: strings.TrimSpace(n.Words),
		Minutes: int64(n.Minutes), MembersOnly: n.MembersOnly, Decision: n.Decision, PutBy: by.Person, PutHat: by.Hat.ID, PutRole: by.Hat.Role, PutAt: m.Now(),
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO agenda_items (area_id, id, meeting_id, position, title, words, minutes, members_only, decision, taken_off, put_by, put_hat, put_role, put_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', $10, $11, $12, $13)`,
		item.Area, item.ID, item.Meeting, item.Position, item.Title, item.Words, item.Minutes, item.MembersOnly, item.Decision, item.PutBy, item.PutHat, item.PutRole, item.PutAt); err != nil {
		return item, fmt.Errorf("insert agenda item: %w", err)
	}
	for i, p := range n.Parties {
		if _, err := tx.Exec(ctx, `
			INSERT INTO agenda_parties (area_id, item_id, position, organisation_id, person_id, name) VALUES ($1, $2, $3, $4, $5, $6)`,
			item.Area, item.ID, i+1, p.Organisation, p.Person, strings.TrimSpace(p.Name)); err != nil {
			return item, fmt.Errorf("insert party: %w", err)
		}
	}
	if err := m.linkItem(ctx, tx, item); err != nil {
		return item, fmt.Errorf("whom the decision touches: %w", err)
	}
	return item, nil
}

const itemColumns = `area_id, id, meeting_id, position, title, words, minutes, members_only, decision, taken_off, put_by, put_hat, put_role, put_at`

func scanItem(r db.Row) (i Item, err error) {
	return i, r.Scan(&i.Area, &i.ID, &i.Meeting, &i.Position, &i.Title, &i.Words, &i.Minutes, &i.MembersOnly, &i.Decision, &i.TakenOff, &i.PutBy, &i.PutHat, &i.PutRole, &i.PutAt)
}

// Agenda lists the items of a meeting in their order, those that were taken off
// last.
func Agenda(ctx context.Context, tx *db.Tx, m Meeting) ([]Item, error) {
	return db.All(ctx, tx, scanItem, `
		SELECT `+itemColumns+` FROM agenda_items WHERE area_id = $1 AND meeting_id = $2
		ORDER BY CASE WHEN taken_off = '' THEN 0 ELSE 1 END, position, id`, m.Area, m.ID)
}

// ItemByID is an item of an area's agendas, or fault.NotFound.
func ItemByID(ctx context.Context, tx *db.Tx, a area.ID, item ItemID) (Item, error) {
	i, err := db.One(ctx, tx, scanItem, `SELECT `+itemColumns+` FROM agenda_items WHERE area_id = $1 AND id = $2`, a, item)
	if err != nil {
		return i, fmt.Errorf("agenda item: %w", err)
	}
	return i, nil
}

// Parties lists whom an item touches.
func Parties(ctx context.Context, tx *db.Tx, i Item) ([]partnership.Party, error) {
	return db.All(ctx, tx, func(r db.Row) (p partnership.Party, err error) { return p, r.Scan(&p.Organisation, &p.Person, &p.Name) }, `
		SELECT organisation_id, person_id, name FROM agenda_parties WHERE area_id = $1 AND item_id = $2 ORDER BY position`, i.Area, i.ID)
}

// partiesIn are the items of a meeting that touch anybody, as interests know them: whom
// they touch, and the decisions about the same.
func partiesIn(ctx context.Context, tx *db.Tx, m Meeting) (map[ItemID]partnership.Matter, error) {
	all := map[ItemID]partnership.Matter{}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var item ItemID
		var p partnership.Party
		err := r.Scan(&item, &p.Organisation, &p.Person, &p.Name)
		of := all[item]
		of.About, of.On, of.DoneAt, of.Parties = item.About(), m.Day(), m.AgreedAt, append(of.Parties, p)
		all[item] = of
		return err
	}, `
		SELECT p.item_id, p.organisation_id, p.person_id, p.name FROM agenda_parties p
		JOIN agenda_items i ON i.area_id = p.area_id AND i.id = p.item_id
		WHERE i.area_id = $1 AND i.meeting_id = $2 ORDER BY p.item_id, p.position`, m.Area, m.ID); err != nil || len(all) == 0 {
		return all, err
	}
	return all, db.Each(ctx, tx, func(r db.Row) error {
		var item ItemID
		about := partnership.About{Kind: "decision"}
		err := r.Scan(&item, &about.ID)
		if of, ok := all[item]; ok {
			of.With = append(of.With, about)
			all[item] = of
		}
		return err
	}, `
		SELECT l.item_id, l.decision_id FROM agenda_decisions l
		JOIN agenda_items i ON i.area_id = l.area_id AND i.id = l.item_id
		WHERE i.area_id = $1 AND i.meeting_id = $2 ORDER BY l.item_id, l.decision_id`, m.Area, m.ID)
}

// Touching is an item of a meeting as interests know it: whom it touches, and the
// decisions about the same, what is done about an interest in which counts here too.
func Touching(ctx context.Context, tx *db.Tx, m Meeting, i Item) (partnership.Matter, error) {
	all, err := partiesIn(ctx, tx, m)
	return all[i.ID], err
}

// NewOrder is an agenda as those who run the meeting put it in order.
type NewOrder struct {
	Form  string
	Items []Ordered
}

// Ordered is an item's place in the order, with the minutes it has.
type Ordered struct {
	ID       ItemID
	Position int // 1 for the first
	Minutes  int
	TakeOff  string // why it is taken off; "" where it stays
}

// Order puts an agenda in order, gives its items their minutes, and takes some
// off with a reason. Sent twice, it counts once.
func (m *Meetings) Order(ctx context.Context, by access.Actor, a area.Area, mid ID, n NewOrder) error {
	_, err := m.once(ctx, by, n.Form, []any{"order", a.ID, mid, n.Items}, func(tx *db.Tx) (string, error) {
		return string(mid), m.OrderIn(ctx, tx, by, a, mid, n)
	})
	return wrap("order agenda", err)
}

// OrderIn is Order as part of a transaction.
func (m *Meetings) OrderIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, mid ID, n NewOrder) error {
	one, err := m.changeable(ctx, tx, by, a, mid)
	if err != nil {
		return err
	}
	if !one.AgendaAgreed.IsZero() {
		return fault.New(fault.Conflict, "The meeting agreed this agenda, so its order stays. Something new can still be put at its end.")
	}
	var wrong fault.Invalid
	off := 0
	for i, o := range n.Items {
		at := "-" + strconv.Itoa(i+1)
		if o.Position < 1 || o.Position > 2*MostItems {
			wrong.Add("position"+at, "Enter its place in the order: 1 for the first")
		}
		if o.Minutes < 0 || o.Minutes > 300 {
			wrong.Add("minutes"+at, "Enter how many minutes it needs, or leave it empty")
		}
		tooLong(&wrong, "takeoff"+at, o.TakeOff, 200)
		if !blank(o.TakeOff) {
			off++
		}
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	for _, o := range n.Items {
		changed, err := tx.Exec(ctx, `
			UPDATE agenda_items SET position = $4, minutes = $5, taken_off = $6 WHERE area_id = $1 AND meeting_id = $2 AND id = $3`,
			a.ID, mid, o.ID, o.Position, o.Minutes, strings.TrimSpace(o.TakeOff))
		if err != nil {
			return fmt.Errorf("order agenda: %w", err)
		}
		if changed == 0 {
			return fault.NotFound
		}
	}
	return m.record(ctx, tx, by, a, "agenda put in order", string(mid), map[string]string{"items": strconv.Itoa(len(n.Items)), "taken off": strconv.Itoa(off)}, "")
}

// AgreeAgenda records that the meeting agreed what it talks about. Sent twice, it
// counts once.
func (m *Meetings) AgreeAgenda(ctx context.Context, by access.Actor, a area.Area, mid ID, form string) error {
	_, err := m.once(ctx, by, form, []any{"agree agenda", a.ID, mid}, func(tx *db.Tx) (string, error) {
		return string(mid), m.AgreeAgendaIn(ctx, tx, by, a, mid)
	})
	return wrap("agree agenda", err)
}

// AgreeAgendaIn is AgreeAgenda as part of a transaction.
func (m *Meetings) AgreeAgendaIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, mid ID) error {
	one, err := m.changeable(ctx, tx, by, a, mid)
	if err != nil {
		return err
	}
	if !one.AgendaAgreed.IsZero() {
		return fault.New(fault.Conflict, "The agenda of this meeting was agreed already.")
	}
	if date.InLondon(m.Now()).Before(one.Day()) {
		return fault.New(fault.Conflict, "The meeting agrees its agenda when it begins. Its day has not come yet.")
	}
	items, err := Agenda(ctx, tx, one)
	if err != nil {
		return err
	}
	if len(items) == 0 {
		return fault.New(fault.Conflict, "There is nothing on this agenda yet. Put something on it first.")
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO agenda_agreements (area_id, meeting_id, noted_by, noted_at) VALUES ($1, $2, $3, $4)`, a.ID, mid, by.Person, m.Now()); err != nil {
		return fmt.Errorf("insert agenda agreement: %w", err)
	}
	return m.record(ctx, tx, by, a, "agenda agreed", string(mid), map[string]string{"items": strconv.Itoa(len(items))}, "")
}

// A Share is how many of an area's agenda items a hat put forward.
type Share struct {
	Role   access.Role
	People int // how many different people in that hat
	Items  int
	Most   int // by one person
}

// WhoSetTheAgenda counts who put forward what was on the agendas of an area's
// meetings from a day on: no one person sets the agenda (R17).
func WhoSetTheAgenda(ctx context.Context, tx *db.Tx, a area.ID, from, until date.Date) (shares []Share, err error) {
	at := map[access.Role]int{}
	return shares, db.Each(ctx, tx, func(r db.Row) error {
		var role access.Role
		var items int
		if err := r.Scan(&role, &items); err != nil {
			return err
		}
		i, known := at[role]
		if !known {
			i = len(shares)
			at[role], shares = i, append(shares, Share{Role: role})
		}
		shares[i].People++
		shares[i].Items += items
		shares[i].Most = max(shares[i].Most, items)
		return nil
	}, `
		SELECT i.put_role, COUNT(*) FROM agenda_items i JOIN meetings m ON m.area_id = i.area_id AND m.id = i.meeting_id
		WHERE i.area_id = $1 AND m.starts_at >= $2 AND m.starts_at < $3 AND NOT m.off AND i.taken_off = ''
		GROUP BY i.put_role, i.put_by ORDER BY i.put_role, i.put_by`, a, from.At(0, 0), until.At(0, 0))
}
