package agency

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
	"commontable/internal/organisation"
)

// An EntryID names an entry of an area's directory.
type EntryID string

// An Entry is a service or an activity around an area, whoever does it (S14). It says
// when somebody last looked whether it is still so.
type Entry struct {
	ID     EntryID
	Number int64 // how often it was written
	NewEntry
	Until     date.Date // the first day on which it is no more
	WrittenAt time.Time
}

// NewEntry is an entry as somebody writes it.
type NewEntry struct {
	Form    string
	Name    string
	What    string
	Host    string          // who does it
	Body    organisation.ID // the body that does it, where it is one
	WhoFor  string
	Days    string
	Place   string
	Contact string // how anybody reaches it: of an office, and not of a person who did not agree
	Public  bool
	From    date.Date
	SeenOn  date.Date // when somebody looked whether it is so
}

// Check says what is wrong with n, if anything.
func (n NewEntry) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	if !said(n.Name, longestTitle) {
		wrong.Add("name", "Enter what it is called, in up to 120 letters")
	}
	if !fits(n.What, 1000) {
		wrong.Add("what", "Say it in up to 1,000 letters")
	}
	if !said(n.Host, longestName) {
		wrong.Add("host", "Say who does it: a group, a council team, a church. It can be us")
	}
	for field, words := range map[string]string{"who_for": n.WhoFor, "days": n.Days, "place": n.Place, "contact": n.Contact} {
		if !fits(words, longestName) {
			wrong.Add(field, "Say it in up to 200 letters")
		}
	}
	if n.SeenOn.IsZero() || n.SeenOn.After(today) {
		wrong.Add("seen_on", "Enter the day on which somebody looked whether it is so: today or earlier")
	}
	slices.SortStableFunc(wrong, func(a, b fault.Wrong) int { return fieldOrder(a.Field) - fieldOrder(b.Field) })
	return wrong
}

func fieldOrder(field string) int {
	return slices.Index([]string{"name", "host", "what", "who_for", "days", "place", "contact", "seen_on"}, field)
}

// WriteEntry writes an entry: a new one where of is "", else the same anew. Sent
// twice, it counts once.
func (g *Agencies) WriteEntry(ctx context.Context, by access.Actor, a area.Area, of EntryID, n NewEntry) (EntryID, error) {
	made, err := g.once(ctx, by, n.Form, content("write entry", a, of, n), func(tx *db.Tx) (string, error) {
		made, err := g.WriteEntryIn(ctx, tx, by, a, of, n)
		return string(made), err
	})
	return EntryID(made), err
}

// WriteEntryIn is WriteEntry as part of a transaction.
func (g *Agencies) WriteEntryIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of EntryID, n NewEntry) (EntryID, error) {
	if err := g.MustKeep(ctx, tx, by, a); err != nil {
		return "", err
	}
	if err := n.Check(g.today()).OrNil(); err != nil {
		return "", err
	}
	if n.Body != "" {
		if _, err := KnownTo(ctx, tx, a.ID, n.Body); err != nil {
			return "", err
		}
	}
	e := Entry{ID: of, NewEntry: n}
	if of == "" {
		e.ID = id.New[EntryID](g.IDs)
	} else {
		was, err := EntryByID(ctx, tx, a.ID, of)
		if err != nil {
			return "", err
		}
		e.Number, e.From = was.Number, was.From
	}
	if e.From.IsZero() {
		e.From = n.SeenOn
	}
	return e.ID, g.writeEntry(ctx, tx, by, a, e)
}

// EndEntry notes that a service or activity is no more. Sent twice, it counts once.
func (g *Agencies) EndEntry(ctx context.Context, by access.Actor, a area.Area, of EntryID, on date.Date, form string) error {
	_, err := g.once(ctx, by, form, content("end entry", a, of, on.String()), func(tx *db.Tx) (string, error) {
		return string(of), g.EndEntryIn(ctx, tx, by, a, of, on)
	})
	return err
}

// EndEntryIn is EndEntry as part of a transaction.
func (g *Agencies) EndEntryIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of EntryID, on date.Date) error {
	if err := g.MustKeep(ctx, tx, by, a); err != nil {
		return err
	}
	e, err := EntryByID(ctx, tx, a.ID, of)
	if err != nil {
		return err
	}
	if on.IsZero() || on.After(g.today()) || on.Before(e.From) {
		return fault.Invalid{{Field: "on", Words: "Enter the first day on which it is no more: today or earlier"}}
	}
	e.Until, e.SeenOn = on, g.today()
	return g.writeEntry(ctx, tx, by, a, e)
}

func (g *Agencies) writeEntry(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, e Entry) error {
	e.Number++
	if _, err := tx.Exec(ctx, `
		INSERT INTO directory_entries (area_id, id, number, name, what, host, organisation_id, who_for, days, place, contact, public, from_on, until_on, seen_on, written_by, written_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		a.ID, e.ID, e.Number, tidy(e.Name), strings.TrimSpace(e.What), tidy(e.Host), orNull(e.Body), tidy(e.WhoFor), tidy(e.Days), tidy(e.Place), tidy(e.Contact),
		e.Public, e.From, e.Until, e.SeenOn, by.Person, g.Now()); err != nil {
		return fmt.Errorf("insert entry: %w", err)
	}
	return g.record(ctx, tx, by, a, "directory written", string(e.ID), map[string]string{
		"number": strconv.FormatInt(e.Number, 10), "public": strconv.FormatBool(e.Public), "until": e.Until.String(),
	}, strings.Join([]string{e.Name, e.What, e.Host, e.WhoFor, e.Days, e.Place, e.Contact}, "\n"))
}

const entryColumns = `
	d.id, d.number, d.name, d.what, d.host, COALESCE(d.organisation_id, ''), d.who_for, d.days, d.place, d.contact, d.public, d.from_on, d.until_on, d.seen_on, d.written_at
	FROM directory_entries d WHERE d.area_id = $1 AND ($2 = '' OR d.id = $2)
	AND d.number = (SELECT MAX(x.number) FROM directory_entries x WHERE x.area_id = d.area_id AND x.id = d.id)`

func scanEntry(r db.Row) (e Entry, err error) {
	return e, r.Scan(&e.ID, &e.Number, &e.Name, &e.What, &e.Host, &e.Body, &e.WhoFor, &e.Days, &e.Place, &e.Contact, &e.Public, &e.From, &e.Until, &e.SeenOn, &e.WrittenAt)
}

// EntryByID is an entry as it was last written, or fault.NotFound.
func EntryByID(ctx context.Context, tx *db.Tx, a area.ID, of EntryID) (Entry, error) {
	return db.One(ctx, tx, scanEntry, `SELECT `+entryColumns, a, of)
}

// Directory is all that is done around an area on a day, by its name; for those who
// may not see whom the area works with, what was made public.
func Directory(ctx context.Context, tx *db.Tx, a area.ID, day date.Date, inside bool) ([]Entry, error) {
	all, err := db.All(ctx, tx, scanEntry, `SELECT `+entryColumns+` ORDER BY d.name, d.id`, a, "")
	if err != nil {
		return nil, fmt.Errorf("directory: %w", err)
	}
	return slices.DeleteFunc(all, func(e Entry) bool {
		return (!e.Public && !inside) || (!e.Until.IsZero() && !day.Before(e.Until))
	}), nil
}

// Finds reports whether an entry has all of the words that are looked for.
func (e Entry) Finds(words string) bool {
	in := organisation.Fold(strings.Join([]string{e.Name, e.What, e.Host, e.WhoFor, e.Days, e.Place}, " "))
	for word := range strings.FieldsSeq(organisation.Fold(words)) {
		if !strings.Contains(in, word) {
			return false
		}
	}
	return true
}

// A CardID names a referral card.
type CardID string

// A Card says whom to ask after somebody, in an activity, told of something serious
// (R45). It has no room for what they told, and that is on purpose.
type Card struct {
	ID     CardID
	Number int64
	NewCard
	Until     date.Date // the first day on which it is not for use any more
	WrittenAt time.Time
}

// NewCard is a card as somebody writes it.
type NewCard struct {
	Form      string
	Activity  string
	About     string // in general: "a child", "violence at home"
	Ask       string // an office or a team
	Reach     string
	Otherwise string
	CheckedOn date.Date
}

// Check says what is wrong with n, if anything.
func (n NewCard) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	if !said(n.Activity, longestTitle) {
		wrong.Add("activity", "Say for which activity the card is, in up to 120 letters")
	}
	if !fits(n.About, longestTitle) {
		wrong.Add("about", "Say it in general, in up to 120 letters")
	}
	if !said(n.Ask, longestName) {
		wrong.Add("ask", "Say whom to ask: an office or a team, so that somebody answers when one person is away")
	}
	if !said(n.Reach, longestName) {
		wrong.Add("reach", "Say how to reach them: a telephone number is best")
	}
	if !fits(n.Otherwise, longestName) {
		wrong.Add("otherwise", "Say it in up to 200 letters")
	}
	if n.CheckedOn.IsZero() || n.CheckedOn.After(today) {
		wrong.Add("checked_on", "Enter the day on which somebody tried it: today or earlier")
	}
	return wrong
}

// WriteCard writes a card: a new one where of is "", else the same anew. Sent twice,
// it counts once.
func (g *Agencies) WriteCard(ctx context.Context, by access.Actor, a area.Area, of CardID, n NewCard) (CardID, error) {
	made, err := g.once(ctx, by, n.Form, content("write card", a, of, n), func(tx *db.Tx) (string, error) {
		made, err := g.WriteCardIn(ctx, tx, by, a, of, n)
		return string(made), err
	})
	return CardID(made), err
}

// WriteCardIn is WriteCard as part of a transaction.
func (g *Agencies) WriteCardIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of CardID, n NewCard) (CardID, error) {
	if err := g.MustKeep(ctx, tx, by, a); err != nil {
		return "", err
	}
	if err := n.Check(g.today()).OrNil(); err != nil {
		return "", err
	}
	c := Card{ID: of, NewCard: n}
	if of == "" {
		c.ID = id.New[CardID](g.IDs)
	} else {
		was, err := CardByID(ctx, tx, a.ID, of)
		if err != nil {
			return "", err
		}
		c.Number = was.Number
	}
	return c.ID, g.writeCard(ctx, tx, by, a, c)
}

// EndCard notes that a card is not for use any more. Sent twice, it counts once.
func (g *Agencies) EndCard(ctx context.Context, by access.Actor, a area.Area, of CardID, on date.Date, form string) error {
	_, err := g.once(ctx, by, form, content("end card", a, of, on.String()), func(tx *db.Tx) (string, error) {
		return string(of), g.EndCardIn(ctx, tx, by, a, of, on)
	})
	return err
}

// EndCardIn is EndCard as part of a transaction. What the card said is kept; written
// anew, it is for use again.
func (g *Agencies) EndCardIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of CardID, on date.Date) error {
	if err := g.MustKeep(ctx, tx, by, a); err != nil {
		return err
	}
	c, err := CardByID(ctx, tx, a.ID, of)
	if err != nil {
		return err
	}
	if !c.Until.IsZero() {
		return fault.New(fault.Conflict, "This card is not for use any more, since "+c.Until.Long()+".")
	}
	if on.IsZero() || on.After(g.today()) {
		return fault.Invalid{{Field: "on", Words: "Enter the first day on which it is not for use any more: today or earlier"}}
	}
	c.Until = on
	return g.writeCard(ctx, tx, by, a, c)
}

func (g *Agencies) writeCard(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, c Card) error {
	c.Number++
	if _, err := tx.Exec(ctx, `
		INSERT INTO referral_cards (area_id, id, number, activity, about, ask, reach, otherwise, until_on, checked_on, written_by, written_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		a.ID, c.ID, c.Number, tidy(c.Activity), tidy(c.About), tidy(c.Ask), tidy(c.Reach), tidy(c.Otherwise), c.Until, c.CheckedOn, by.Person, g.Now()); err != nil {
		return fmt.Errorf("insert card: %w", err)
	}
	facts := map[string]string{"number": strconv.FormatInt(c.Number, 10), "checked on": c.CheckedOn.String()}
	if !c.Until.IsZero() {
		facts["until"] = c.Until.String()
	}
	return g.record(ctx, tx, by, a, "referral card written", string(c.ID), facts, strings.Join([]string{c.Activity, c.About, c.Ask, c.Reach, c.Otherwise}, "\n"))
}

const cardColumns = `
	c.id, c.number, c.activity, c.about, c.ask, c.reach, c.otherwise, c.until_on, c.checked_on, c.written_at
	FROM referral_cards c WHERE c.area_id = $1 AND ($2 = '' OR c.id = $2)
	AND c.number = (SELECT MAX(x.number) FROM referral_cards x WHERE x.area_id = c.area_id AND x.id = c.id)`

func scanCard(r db.Row) (c Card, err error) {
	return c, r.Scan(&c.ID, &c.Number, &c.Activity, &c.About, &c.Ask, &c.Reach, &c.Otherwise, &c.Until, &c.CheckedOn, &c.WrittenAt)
}

// CardByID is a card as it was last written, or fault.NotFound.
func CardByID(ctx context.Context, tx *db.Tx, a area.ID, of CardID) (Card, error) {
	return db.One(ctx, tx, scanCard, `SELECT `+cardColumns, a, of)
}

// IsFor reports whether a card is for an activity, by its name.
func (c Card) IsFor(activity string) bool {
	return tidy(activity) != "" && organisation.Fold(tidy(c.Activity)) == organisation.Fold(tidy(activity))
}

// Cards are the cards of an area that are for use on a day, by activity.
func Cards(ctx context.Context, tx *db.Tx, a area.ID, day date.Date) ([]Card, error) {
	all, err := db.All(ctx, tx, scanCard, `SELECT `+cardColumns+` ORDER BY c.activity, c.about, c.id`, a, "")
	return slices.DeleteFunc(all, func(c Card) bool { return !c.Until.IsZero() && !day.Before(c.Until) }), err
}
