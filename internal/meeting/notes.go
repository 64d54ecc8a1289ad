package meeting

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
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
	"commontable/internal/mail"
	"commontable/internal/partnership"
	"commontable/internal/person"
)

// Notes are what is written down of a meeting. What went badly has as much room
// as what went well.
type Notes struct {
	WentWell, WentBadly string
	WrittenBy           access.PersonID
	WrittenAt           time.Time
	Items               map[ItemID]ItemNote
}

// An ItemNote is what is written down of one item.
type ItemNote struct {
	Item   ItemID
	Said   string
	Agreed string // what was agreed
}

// NewNotes are notes as they are written.
type NewNotes struct {
	Form                string
	WentWell, WentBadly string
	Items               []ItemNote
}

const longestNote = 6000

// Check says what is wrong with n, if anything.
func (n NewNotes) Check() fault.Invalid {
	var wrong fault.Invalid
	for i, item := range n.Items {
		at := "-" + strconv.Itoa(i+1)
		tooLong(&wrong, "said"+at, item.Said, longestNote)
		tooLong(&wrong, "agreed"+at, item.Agreed, longestNote)
	}
	tooLong(&wrong, "well", n.WentWell, longestNote)
	tooLong(&wrong, "badly", n.WentBadly, longestNote)
	return wrong
}

// WriteNotes keeps notes, in place of what was written before. Sent twice, it
// counts once.
func (m *Meetings) WriteNotes(ctx context.Context, by access.Actor, a area.Area, mid ID, n NewNotes) error {
	_, err := m.once(ctx, by, n.Form, []any{"notes", a.ID, mid, n.WentWell, n.WentBadly, n.Items}, func(tx *db.Tx) (string, error) {
		return string(mid), m.WriteNotesIn(ctx, tx, by, a, mid, n)
	})
	return wrap("write notes", err)
}

// WriteNotesIn is WriteNotes as part of a transaction. What is written of an item
// from which the actor is kept is left as it is.
func (m *Meetings) WriteNotesIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, mid ID, n NewNotes) error {
	if err := n.Check().OrNil(); err != nil {
		return err
	}
	one, err := m.writable(ctx, tx, by, a, mid)
	if err != nil {
		return err
	}
	barred, err := Barred(ctx, tx, by, a, one)
	if err != nil {
		return err
	}
	if err := m.mayAgreeOn(ctx, tx, one, n, barred); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO meeting_notes (area_id, meeting_id, went_well, went_badly, written_by, written_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (area_id, meeting_id) DO UPDATE SET went_well = excluded.went_well, went_badly = excluded.went_badly, written_by = excluded.written_by, written_at = excluded.written_at`,
		a.ID, mid, strings.TrimSpace(n.WentWell), strings.TrimSpace(n.WentBadly), by.Person, m.Now()); err != nil {
		return fmt.Errorf("insert notes: %w", err)
	}
	for _, item := range n.Items {
		if barred[item.Item] {
			continue
		}
		changed, err := tx.Exec(ctx, `
			INSERT INTO item_notes (area_id, meeting_id, item_id, said, agreed)
			SELECT area_id, meeting_id, id, $4, $5 FROM agenda_items WHERE area_id = $1 AND meeting_id = $2 AND id = $3
			ON CONFLICT (area_id, item_id) DO UPDATE SET said = excluded.said, agreed = excluded.agreed`,
			a.ID, mid, item.Item, strings.TrimSpace(item.Said), strings.TrimSpace(item.Agreed))
		if err != nil {
			return fmt.Errorf("insert item note: %w", err)
		}
		if changed == 0 {
			return fault.NotFound
		}
	}
	return m.record(ctx, tx, by, a, "notes written", string(mid), map[string]string{"items": strconv.Itoa(len(n.Items))}, "")
}

// mayAgreeOn refuses that something else is written down as agreed about an item
// that stands still: somebody has an interest in it, and nothing is done about that.
func (m *Meetings) mayAgreeOn(ctx context.Context, tx *db.Tx, one Meeting, n NewNotes, barred map[ItemID]bool) error {
	waits, err := m.unsettled(ctx, tx, one.Area, one)
	if err != nil {
		return err
	}
	kept, err := NotesOf(ctx, tx, one)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	var wrong fault.Invalid
	for i, item := range n.Items {
		if agreed := strings.TrimSpace(item.Agreed); waits[item.Item] && !barred[item.Item] && agreed != "" && agreed != kept.Items[item.Item].Agreed {
			wrong.Add("agreed-"+strconv.Itoa(i+1), "Somebody has an interest in this. Record on the agenda what is done about that first, then what was agreed")
		}
	}
	return wrong.OrNil()
}

// NotesOf are the notes of a meeting, or fault.NotFound.
func NotesOf(ctx context.Context, tx *db.Tx, m Meeting) (Notes, error) {
	n, err := db.One(ctx, tx, func(r db.Row) (n Notes, err error) {
		return n, r.Scan(&n.WentWell, &n.WentBadly, &n.WrittenBy, &n.WrittenAt)
	}, `SELECT went_well, went_badly, written_by, written_at FROM meeting_notes WHERE area_id = $1 AND meeting_id = $2`, m.Area, m.ID)
	if err != nil {
		return n, fmt.Errorf("notes: %w", err)
	}
	n.Items = map[ItemID]ItemNote{}
	return n, db.Each(ctx, tx, func(r db.Row) error {
		var i ItemNote
		err := r.Scan(&i.Item, &i.Said, &i.Agreed)
		n.Items[i.Item] = i
		return err
	}, `SELECT item_id, said, agreed FROM item_notes WHERE area_id = $1 AND meeting_id = $2`, m.Area, m.ID)
}

// NewCirculation is that notes go to the partnership.
type NewCirculation struct {
	Form string
	Mail bool // write to every member who has an address; else they are given out on paper
}

// Circulate gives the notes to the partnership to read. Sent twice, it counts once.
func (m *Meetings) Circulate(ctx context.Context, by access.Actor, a area.Area, mid ID, n NewCirculation) error {
	_, err := m.once(ctx, by, n.Form, []any{"circulate", a.ID, mid, n.Mail}, func(tx *db.Tx) (string, error) {
		return string(mid), m.CirculateIn(ctx, tx, by, a, mid, n)
	})
	return wrap("circulate notes", err)
}

// CirculateIn is Circulate as part of a transaction. In a closure nobody is
// written to: the mail goes on the first day after it (R37).
func (m *Meetings) CirculateIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, mid ID, n NewCirculation) error {
	one, err := m.writable(ctx, tx, by, a, mid)
	if err != nil {
		return err
	}
	if one.Stage() == NoNotes {
		return fault.New(fault.Conflict, "There are no notes of this meeting yet. Write them first.")
	}
	today := date.InLondon(m.Now())
	on, err := area.NextOpenDay(ctx, tx, a.ID, today)
	if err != nil {
		return err
	}
	told := 0
	if n.Mail {
		if told, err = m.mailNotes(ctx, tx, a, one, on); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO notes_circulations (area_id, meeting_id, number, told, send_on, circulated_by, circulated_at)
		VALUES ($1, $2, (SELECT COUNT(*) + 1 FROM notes_circulations WHERE area_id = $1 AND meeting_id = $2), $3, $4, $5, $6)`,
		a.ID, mid, told, on, by.Person, m.Now()); err != nil {
		return fmt.Errorf("insert circulation: %w", err)
	}
	return m.record(ctx, tx, by, a, "notes circulated", string(mid), map[string]string{"told": strconv.Itoa(told), "on": on.String()}, "")
}

// sendAt is when a mail of a day is sent: now, or in the morning of a later day.
func (m *Meetings) sendAt(on date.Date) time.Time {
	if on.After(date.InLondon(m.Now())) {
		return on.At(9, 0)
	}
	return m.Now()
}

// mailNotes writes to each member that notes are there to read: a link, and what
// of the agenda is public.
func (m *Meetings) mailNotes(ctx context.Context, tx *db.Tx, a area.Area, one Meeting, on date.Date) (told int, err error) {
	titles, err := publicTitles(ctx, tx, one)
	if err != nil {
		return 0, err
	}
	return m.mailMembers(ctx, tx, a, on, nil, func(name string) mail.Message {
		return mail.Message{
			Subject: "Notes to read: " + a.Name + ", " + one.Day().Long(),
			Words: append([]string{
				"Hello " + name + ".",
				"The notes of our meeting on " + one.Day().Full() + " are there to read. Is something wrong in them? Say so before they are agreed.",
			}, titles...),
			Action: "Read the notes", Link: m.link(a, one),
		}
	})
}

func (m *Meetings) link(a area.Area, one Meeting) string {
	return m.BaseURL + "/areas/" + a.Slug + "/meetings/" + string(one.ID)
}

func publicTitles(ctx context.Context, tx *db.Tx, one Meeting) (titles []string, err error) {
	items, err := Agenda(ctx, tx, one)
	for _, i := range items {
		if i.TakenOff == "" && !i.MembersOnly {
			titles = append(titles, strconv.Itoa(len(titles)+1)+". "+i.Title)
		}
	}
	return titles, err
}

// mailMembers writes to those of the partnership who have an address, each a mail
// of their own: to all, or to those in only.
func (m *Meetings) mailMembers(ctx context.Context, tx *db.Tx, a area.Area, on date.Date, only map[access.PersonID]bool, write func(name string) mail.Message) (told int, err error) {
	members, err := partnership.MembersOn(ctx, tx, a.ID, date.InLondon(m.Now()))
	if err != nil {
		return 0, err
	}
	written := map[access.PersonID]bool{"": true}
	for _, member := range members {
		if written[member.Person] || only != nil && !only[member.Person] {
			continue
		}
		written[member.Person] = true
		who, err := person.ByID(ctx, tx, member.Person)
		if err != nil {
			return told, err
		}
		if who.Email == "" {
			continue
		}
		message := write(who.Name)
		message.To = who.Email
		if err := mail.SendIn(ctx, tx, m.IDs, m.sendAt(on), message); err != nil {
			return told, err
		}
		told++
	}
	return told, nil
}

// NewAgreement is that the notes of a meeting are agreed.
type NewAgreement struct {
	Form string
	On   date.Date // the day of the meeting that agreed them
}

// AgreeNotes records that notes are agreed: from then on they are public and stay
// as they are. Sent twice, it counts once.
func (m *Meetings) AgreeNotes(ctx context.Context, by access.Actor, a area.Area, mid ID, n NewAgreement) error {
	_, err := m.once(ctx, by, n.Form, []any{"agree notes", a.ID, mid, n.On.String()}, func(tx *db.Tx) (string, error) {
		return string(mid), m.AgreeNotesIn(ctx, tx, by, a, mid, n)
	})
	return wrap("agree notes", err)
}

// AgreeNotesIn is AgreeNotes as part of a transaction.
func (m *Meetings) AgreeNotesIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, mid ID, n NewAgreement) error {
	if err := by.Must(access.AgreeNotes, a.Place()); err != nil {
		return err
	}
	one, err := ByID(ctx, tx, a.ID, mid)
	if err != nil {
		return err
	}
	switch one.Stage() {
	case Agreed:
		return fault.New(fault.Conflict, "These notes were agreed already, on "+one.Agreed.Long()+".")
	case NoNotes, Draft:
		return fault.New(fault.Conflict, "These notes were not circulated yet. Everyone reads them before they are agreed.")
	case Circulated:
	}
	if n.On.IsZero() || n.On.After(date.InLondon(m.Now())) || n.On.Before(one.Day()) {
		return fault.Invalid{{Field: "on", Words: "Enter the day on which they were agreed: the day of the meeting or later, and not after today"}}
	}
	if err := m.mayClose(ctx, tx, one); err != nil {
		return err
	}
	salt := m.IDs.Bytes(16)
	digest, err := digestOf(ctx, tx, one, salt)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO notes_agreements (area_id, meeting_id, agreed_on, salt, digest, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		a.ID, mid, n.On, salt, digest, by.Person, m.Now()); err != nil {
		if db.IsDuplicate(err) {
			return fault.New(fault.Conflict, "These notes were agreed already.")
		}
		return fmt.Errorf("insert agreement: %w", err)
	}
	parties, err := partiesIn(ctx, tx, one)
	if err != nil {
		return err
	}
	for _, item := range slices.Sorted(maps.Keys(parties)) {
		if err := partnership.CloseAt(ctx, tx, a.ID, item.About(), m.Now()); err != nil {
			return fmt.Errorf("close agenda item: %w", err)
		}
	}
	invitation, err := invitationOf(one, salt)
	if err != nil {
		return err
	}
	return m.record(ctx, tx, by, a, "notes agreed", string(mid), map[string]string{"on": n.On.String(), "digest": digest, "invitation": invitation}, "")
}

// invitationOf is the SHA-256 of how people were asked to come to a meeting, and of
// a salt, in hexadecimal digits: what digestOf leaves out.
func invitationOf(m Meeting, salt []byte) (string, error) {
	text, err := json.Marshal([]any{m.Online, m.Telephone, m.AccessNeeds, m.ForEveryone, m.Sequence, m.Off})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(append(append([]byte{}, salt...), text...))
	return hex.EncodeToString(sum[:]), nil
}

// mayClose refuses to agree notes while something that they say was agreed touches an
// interest about which nothing is done yet.
func (m *Meetings) mayClose(ctx context.Context, tx *db.Tx, one Meeting) error {
	waits, err := m.unsettled(ctx, tx, one.Area, one)
	if err != nil || len(waits) == 0 {
		return err
	}
	kept, err := NotesOf(ctx, tx, one)
	if err != nil {
		return err
	}
	for item, note := range kept.Items {
		if waits[item] && note.Agreed != "" {
			return fault.New(fault.Conflict, "Somebody has an interest in something that was agreed here. Record on the agenda what is done about it, then agree the notes.")
		}
	}
	return nil
}

// digestOf is the SHA-256 of all that is agreed with the notes of a meeting, and
// of a salt, in hexadecimal digits.
func digestOf(ctx context.Context, tx *db.Tx, m Meeting, salt []byte) (string, error) {
	notes, err := NotesOf(ctx, tx, m)
	if err != nil {
		return "", err
	}
	items, err := Agenda(ctx, tx, m)
	if err != nil {
		return "", err
	}
	guests, err := Guests(ctx, tx, m)
	if err != nil {
		return "", err
	}
	came, err := Attendance(ctx, tx, m)
	if err != nil {
		return "", err
	}
	actions, err := ActionsOf(ctx, tx, m)
	if err != nil {
		return "", err
	}
	var parts []any
	for _, i := range items {
		touches, err := Parties(ctx, tx, i)
		if err != nil {
			return "", err
		}
		said := notes.Items[i.ID]
		parts = append(parts, []any{i.ID, i.Position, i.Title, i.Words, i.Minutes, i.MembersOnly, i.Decision, i.TakenOff, i.PutBy, i.PutRole, touches, said.Said, said.Agreed})
	}
	var next []any
	for _, x := range actions {
		next = append(next, []any{x.ID, x.Words, x.Owner, x.OwnerName, x.IsOrganisation, x.Due.String()})
	}
	text, err := json.Marshal([]any{
		m.Area, m.ID, m.Kind, m.Title, instant(m.Starts), instant(m.Ends), m.Place, m.Will, m.Wont, instant(m.AgendaAgreed),
		guests, parts, came, notes.WentWell, notes.WentBadly, notes.WrittenBy, next,
	})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(append(append([]byte{}, salt...), text...))
	return hex.EncodeToString(sum[:]), nil
}

// instant is a point in time as fine as both databases keep it.
func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

// A CorrectionID names a correction of agreed notes.
type CorrectionID string

// A Correction stands beside agreed notes: what they say, and what is right. It
// is agreed as they were.
type Correction struct {
	ID       CorrectionID
	Meeting  ID
	Item     ItemID // "" for the notes as a whole
	Stood    string
	Right    string
	PutBy    access.PersonID
	PutAt    time.Time
	AgreedOn date.Date // zero until it is agreed
}

// NewCorrection is a correction as it is put.
type NewCorrection struct {
	Form  string
	Item  ItemID
	Stood string
	Right string
}

// Correct puts what is right beside what agreed notes say. Sent twice, it counts once.
func (m *Meetings) Correct(ctx context.Context, by access.Actor, a area.Area, mid ID, n NewCorrection) (CorrectionID, error) {
	subject, err := m.once(ctx, by, n.Form, []any{"correct", a.ID, mid, n.Item, n.Stood, n.Right}, func(tx *db.Tx) (string, error) {
		c, err := m.CorrectIn(ctx, tx, by, a, mid, n)
		return string(c.ID), err
	})
	return CorrectionID(subject), wrap("correct notes", err)
}

// CorrectIn is Correct as part of a transaction.
func (m *Meetings) CorrectIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, mid ID, n NewCorrection) (Correction, error) {
	if err := by.Must(access.RunMeetings, a.Place()); err != nil {
		return Correction{}, err
	}
	var wrong fault.Invalid
	if blank(n.Stood) || len(n.Stood) > longestNote {
		wrong.Add("stood", "Copy here what the notes say")
	}
	if blank(n.Right) || len(n.Right) > longestNote {
		wrong.Add("right", "Write what is right")
	}
	if err := wrong.OrNil(); err != nil {
		return Correction{}, err
	}
	one, err := ByID(ctx, tx, a.ID, mid)
	if err != nil {
		return Correction{}, err
	}
	if err := one.ToCorrect(); err != nil {
		return Correction{}, err
	}
	if n.Item != "" {
		item, err := ItemByID(ctx, tx, a.ID, n.Item)
		if err != nil {
			return Correction{}, err
		}
		if item.Meeting != mid {
			return Correction{}, fault.NotFound
		}
	}
	c := Correction{
		ID: id.New[CorrectionID](m.IDs), Meeting: mid, Item: n.Item, Stood: strings.TrimSpace(n.Stood), Right: strings.TrimSpace(n.Right), PutBy: by.Person, PutAt: m.Now(),
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO notes_corrections (area_id, id, meeting_id, item_id, stood, is_right, put_by, put_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		a.ID, c.ID, c.Meeting, c.Item, c.Stood, c.Right, c.PutBy, c.PutAt); err != nil {
		return c, fmt.Errorf("insert correction: %w", err)
	}
	return c, m.record(ctx, tx, by, a, "notes correction put", string(c.ID), map[string]string{"meeting": string(mid), "item": c.of()}, c.private())
}

// private is what a correction says, as it is committed to.
func (c Correction) private() string { return c.Stood + "\x1f" + c.Right }

// of is what a correction is of, as an event says it: an item, or all of the notes.
func (c Correction) of() string { return cmp.Or(string(c.Item), "the notes") }

// AgreeCorrection records that a correction is agreed. Sent twice, it counts once.
func (m *Meetings) AgreeCorrection(ctx context.Context, by access.Actor, a area.Area, mid ID, cid CorrectionID, n NewAgreement) error {
	_, err := m.once(ctx, by, n.Form, []any{"agree correction", a.ID, mid, cid, n.On.String()}, func(tx *db.Tx) (string, error) {
		return string(cid), m.AgreeCorrectionIn(ctx, tx, by, a, mid, cid, n)
	})
	return wrap("agree correction", err)
}

// AgreeCorrectionIn is AgreeCorrection as part of a transaction.
func (m *Meetings) AgreeCorrectionIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, mid ID, cid CorrectionID, n NewAgreement) error {
	if err := by.Must(access.AgreeNotes, a.Place()); err != nil {
		return err
	}
	c, err := CorrectionByID(ctx, tx, a.ID, cid)
	if err != nil {
		return err
	}
	if c.Meeting != mid {
		return fault.NotFound
	}
	if !c.AgreedOn.IsZero() {
		return fault.New(fault.Conflict, "This correction was agreed already, on "+c.AgreedOn.Long()+".")
	}
	if n.On.IsZero() || n.On.After(date.InLondon(m.Now())) || n.On.Before(date.InLondon(c.PutAt)) {
		return fault.Invalid{{Field: "on", Words: "Enter the day on which it was agreed: the day it was written or later, and not after today"}}
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO correction_agreements (area_id, correction_id, agreed_on, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5)`,
		a.ID, cid, n.On, by.Person, m.Now()); err != nil {
		if db.IsDuplicate(err) {
			return fault.New(fault.Conflict, "This correction was agreed already.")
		}
		return fmt.Errorf("insert correction agreement: %w", err)
	}
	return m.record(ctx, tx, by, a, "notes correction agreed", string(cid), map[string]string{"meeting": string(c.Meeting), "on": n.On.String()}, "")
}

const correctionColumns = `c.id, c.meeting_id, c.item_id, c.stood, c.is_right, c.put_by, c.put_at, g.agreed_on`

func scanCorrection(r db.Row) (c Correction, err error) {
	return c, r.Scan(&c.ID, &c.Meeting, &c.Item, &c.Stood, &c.Right, &c.PutBy, &c.PutAt, &c.AgreedOn)
}

// CorrectionByID is a correction of an area's notes, or fault.NotFound.
func CorrectionByID(ctx context.Context, tx *db.Tx, a area.ID, cid CorrectionID) (Correction, error) {
	c, err := db.One(ctx, tx, scanCorrection, `
		SELECT `+correctionColumns+` FROM notes_corrections c
		LEFT JOIN correction_agreements g ON g.area_id = c.area_id AND g.correction_id = c.id
		WHERE c.area_id = $1 AND c.id = $2`, a, cid)
	if err != nil {
		return c, fmt.Errorf("correction: %w", err)
	}
	return c, nil
}

// Corrections lists what was put beside the notes of a meeting, oldest first.
func Corrections(ctx context.Context, tx *db.Tx, m Meeting) ([]Correction, error) {
	return db.All(ctx, tx, scanCorrection, `
		SELECT `+correctionColumns+` FROM notes_corrections c
		LEFT JOIN correction_agreements g ON g.area_id = c.area_id AND g.correction_id = c.id
		WHERE c.area_id = $1 AND c.meeting_id = $2 ORDER BY c.put_at, c.id`, m.Area, m.ID)
}

// Barred are the items of a meeting from whose talk an actor is kept, because
// they touch an interest of theirs and it was agreed that they leave.
func Barred(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, m Meeting) (map[ItemID]bool, error) {
	barred := map[ItemID]bool{}
	if !by.SignedIn() || by.System {
		return barred, nil
	}
	touched, err := partiesIn(ctx, tx, m)
	if err != nil || len(touched) == 0 {
		return barred, err
	}
	var items []ItemID
	var matters []partnership.Matter
	for item, one := range touched {
		items, matters = append(items, item), append(matters, one)
	}
	bars, err := partnership.BarsIn(ctx, tx, a.ID, matters, []access.PersonID{by.Person})
	for at := range bars {
		if bars[at][by.Person].See {
			barred[items[at]] = true
		}
	}
	return barred, err
}

// NotesFor are the notes of a meeting as far as an actor may read them:
// fault.NotFound before there are any for them. Agreed notes are everyone's, but
// for the items of members alone; a draft is for those who read the papers, but
// for the items from which they are kept.
func NotesFor(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, m Meeting, items []Item) (Notes, error) {
	papers := by.May(access.SeePapers, a.Place())
	if m.Stage() == NoNotes || m.Stage() != Agreed && !papers {
		return Notes{}, fault.NotFound
	}
	n, err := NotesOf(ctx, tx, m)
	if err != nil {
		return n, err
	}
	barred, err := Barred(ctx, tx, by, a, m)
	if err != nil {
		return n, err
	}
	for _, i := range items {
		if i.MembersOnly && !papers || barred[i.ID] && (m.Stage() != Agreed || i.MembersOnly) {
			delete(n.Items, i.ID)
		}
	}
	return n, nil
}
