package relationship

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
)

// An EntryKind sorts what a story is made of.
type EntryKind string

// The kinds.
const (
	InTouch EntryKind = "contact" // we were in touch
	Noted   EntryKind = "note"    // something happened
	Before  EntryKind = "history" // what came before, and is remembered (P57)
	Notice  EntryKind = "notice"  // an officer gave notice of a change
)

// How we were in touch.
var hows = []struct{ how, words string }{
	{"met", "We met"},
	{"phoned", "We spoke on the phone"},
	{"wrote", "We wrote"},
	{"event", "At an event"},
	{"walkabout", "On a walkabout"},
}

// Hows are the ways of being in touch, with what each is in words.
func Hows() []struct{ Code, Words string } {
	var all []struct{ Code, Words string }
	for _, h := range hows {
		all = append(all, struct{ Code, Words string }{h.how, h.words})
	}
	return all
}

// HowInWords is a way of being in touch as a reader wants it.
func HowInWords(how string) string {
	for _, h := range hows {
		if h.how == how {
			return h.words
		}
	}
	return ""
}

// Seen says who may read an entry.
type Seen string

// Who may read it.
const (
	SeenByKeepers Seen = "keepers" // members, chair and worker alone
	SeenByUs      Seen = "us"      // the adviser and the programme's officer too
	SeenShared    Seen = "shared"  // and those outside with whom the story is shared
	SeenPublic    Seen = "public"  // everybody
)

// Seens lists who may read, with what each is in words.
func Seens() []struct {
	Seen  Seen
	Words string
} {
	return []struct {
		Seen  Seen
		Words string
	}{
		{SeenByUs, "All of us: the partnership, its worker and its adviser"},
		{SeenByKeepers, "Only members, chair and worker: in confidence"},
		{SeenShared, "Also those outside with whom we share this story"},
		{SeenPublic, "Everybody: a line on our home page, with what we call them here"},
	}
}

// An EntryID names an entry.
type EntryID string

// An Entry is one thing in the story of a relationship.
type Entry struct {
	ID           EntryID
	Relationship ID
	Kind         EntryKind
	On           date.Date
	ToldBy       string // how much of the day is known: "day", "month" or "year"
	How          string
	News         string // "good", "not so good", "both" or ""
	Words        string
	Together     string // where working together is possible
	Seen         Seen
	SaidBy       string // who gave notice
	By           access.PersonID
	At           time.Time
	With         []string // the names of those of theirs with whom we were in touch
}

// Day is the day as far as it is known.
func (e Entry) Day() string {
	switch e.ToldBy {
	case "month":
		return strings.TrimPrefix(e.On.Long(), fmt.Sprint(e.On.Day())+" ")
	case "year":
		return fmt.Sprint(e.On.Year())
	}
	return e.On.Long()
}

// MayRead reports whether somebody who sees the relationships of an area may read
// an entry.
func (e Entry) MayRead(keeps bool) bool { return keeps || e.Seen != SeenByKeepers }

// NewEntry is an entry as somebody makes it.
type NewEntry struct {
	Form     string
	Kind     EntryKind
	On       date.Date
	ToldBy   string
	How      string
	News     string
	Words    string
	Together string
	Seen     Seen
	With     []HolderID // of theirs, with whom we were in touch
}

// Check says what is wrong with n, if anything.
func (n NewEntry) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	if n.Kind != InTouch && n.Kind != Noted && n.Kind != Before {
		wrong.Add("kind", "Choose what it was")
	}
	if n.On.IsZero() || n.On.After(today) {
		wrong.Add("on", "Enter the day on which it was: today or earlier")
	}
	if !slices.Contains([]string{"day", "month", "year"}, n.ToldBy) {
		wrong.Add("told_by", "Say how well you know the day")
	}
	if n.Kind == InTouch && HowInWords(n.How) == "" {
		wrong.Add("how", "Choose how you were in touch")
	}
	if !slices.Contains([]string{"", "good", "not so good", "both"}, n.News) {
		wrong.Add("news", "Choose what sort of news it was")
	}
	if n.Kind != InTouch && strings.TrimSpace(n.Words) == "" {
		wrong.Add("words", "Say what happened")
	}
	if !fits(n.Words, 2000) {
		wrong.Add("words", "Say it in up to 2,000 letters")
	}
	if !fits(n.Together, 500) {
		wrong.Add("together", "Say it in up to 500 letters")
	}
	if !slices.ContainsFunc(Seens(), func(s struct {
		Seen  Seen
		Words string
	},
	) bool {
		return s.Seen == n.Seen
	}) {
		wrong.Add("seen", "Choose who may read it")
	}
	return wrong
}

// AddEntry adds to the story of a relationship. Sent twice, it counts once.
func (r *Relationships) AddEntry(ctx context.Context, by access.Actor, a area.Area, of ID, n NewEntry) (EntryID, error) {
	made, err := r.once(ctx, by, n.Form, content("entry", a, of, n), func(tx *db.Tx) (string, error) {
		made, err := r.AddEntryIn(ctx, tx, by, a, of, n)
		return string(made), err
	})
	return EntryID(made), err
}

// AddEntryIn is AddEntry as part of a transaction.
func (r *Relationships) AddEntryIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, n NewEntry) (EntryID, error) {
	if _, err := r.mayKeep(ctx, tx, by, a, of); err != nil {
		return "", err
	}
	if n.ToldBy == "" {
		n.ToldBy = "day"
	}
	if err := n.Check(r.today()).OrNil(); err != nil {
		return "", err
	}
	if n.Kind != InTouch {
		n.How, n.News, n.With = "", "", nil
	}
	made, err := r.entry(ctx, tx, by, a, of, n, "")
	if err != nil {
		return "", err
	}
	return made, r.with(ctx, tx, by, a, of, made, n.With)
}

func (r *Relationships) entry(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, n NewEntry, saidBy string) (EntryID, error) {
	made := id.New[EntryID](r.IDs)
	if _, err := tx.Exec(ctx, `
		INSERT INTO relationship_entries (area_id, id, relationship_id, kind, on_day, told_by, how, news, words, together, seen, said_by, noted_by, noted_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		a.ID, made, of, n.Kind, n.On, n.ToldBy, n.How, n.News, strings.TrimSpace(n.Words), strings.TrimSpace(n.Together), n.Seen, saidBy, by.Person, r.Now()); err != nil {
		return "", fmt.Errorf("insert entry: %w", err)
	}
	return made, r.record(ctx, tx, by, a, "relationship entry", string(made), map[string]string{
		"relationship": string(of), "kind": string(n.Kind), "on": n.On.String(), "seen": string(n.Seen),
	}, strings.Join([]string{n.Words, n.Together, saidBy}, "\n"))
}

// ShowEntry says anew who may read an entry. Sent twice, it counts once.
func (r *Relationships) ShowEntry(ctx context.Context, by access.Actor, a area.Area, e EntryID, seen Seen, form string) error {
	_, err := r.once(ctx, by, form, content("show", a, e, seen), func(tx *db.Tx) (string, error) {
		one, err := EntryByID(ctx, tx, a.ID, e)
		if err != nil {
			return "", err
		}
		if _, err := r.mayKeep(ctx, tx, by, a, one.Relationship); err != nil {
			return "", err
		}
		if !slices.Contains([]Seen{SeenByKeepers, SeenByUs, SeenShared, SeenPublic}, seen) {
			return "", fault.Invalid{{Field: "seen", Words: "Choose who may read it"}}
		}
		if _, err := tx.Exec(ctx, `UPDATE relationship_entries SET seen = $1 WHERE area_id = $2 AND id = $3`, seen, a.ID, e); err != nil {
			return "", err
		}
		return string(e), r.record(ctx, tx, by, a, "relationship entry shown", string(e), map[string]string{"relationship": string(one.Relationship), "seen": string(seen)}, "")
	})
	return err
}

const entryColumns = `id, relationship_id, kind, on_day, told_by, how, news, words, together, seen, said_by, noted_by, noted_at FROM relationship_entries`

func scanEntry(r db.Row) (e Entry, err error) {
	return e, r.Scan(&e.ID, &e.Relationship, &e.Kind, &e.On, &e.ToldBy, &e.How, &e.News, &e.Words, &e.Together, &e.Seen, &e.SaidBy, &e.By, &e.At)
}

// Entries lists the story of a relationship, and of those that went into it, the
// latest first.
func Entries(ctx context.Context, tx *db.Tx, a area.ID, of ID) ([]Entry, error) {
	all, err := db.All(ctx, tx, scanEntry, `
		SELECT `+entryColumns+`
		WHERE area_id = $1 AND (relationship_id = $2 OR relationship_id IN (SELECT m.relationship_id FROM relationship_merges m WHERE m.area_id = $1 AND m.into_id = $2))
		ORDER BY on_day DESC, id DESC`, a, of)
	if err != nil {
		return nil, fmt.Errorf("entries: %w", err)
	}
	at := map[EntryID]int{}
	for i, e := range all {
		at[e.ID] = i
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var e EntryID
		var name string
		err := r.Scan(&e, &name)
		if i, is := at[e]; is {
			all[i].With = append(all[i].With, name)
		}
		return err
	}, `
		SELECT p.entry_id, h.name FROM relationship_entry_people p JOIN relationship_holders h ON h.area_id = p.area_id AND h.id = p.holder_id
		WHERE p.area_id = $1 AND (h.relationship_id = $2 OR h.relationship_id IN (SELECT m.relationship_id FROM relationship_merges m WHERE m.area_id = $1 AND m.into_id = $2))
		ORDER BY p.entry_id, h.name`, a, of); err != nil {
		return nil, fmt.Errorf("with whom: %w", err)
	}
	return all, nil
}

// EntryByID is an entry, or fault.NotFound.
func EntryByID(ctx context.Context, tx *db.Tx, a area.ID, e EntryID) (Entry, error) {
	return db.One(ctx, tx, scanEntry, `SELECT `+entryColumns+` WHERE area_id = $1 AND id = $2`, a, e)
}

// A Published is a line that everybody may read.
type Published struct {
	Relationship ID
	Name         string
	On           date.Date
	Day          string // as far as it is known
	Words        string
}

// PublishedLines are what an area tells everybody of who it works with, the latest
// first.
func PublishedLines(ctx context.Context, tx *db.Tx, a area.ID, most int) ([]Published, error) {
	return db.All(ctx, tx, func(r db.Row) (p Published, err error) {
		var e Entry
		err = r.Scan(&p.Relationship, &p.Name, &e.On, &e.ToldBy, &p.Words)
		p.On, p.Day = e.On, e.Day()
		return p, err
	}, `
		SELECT e.relationship_id, v.name, e.on_day, e.told_by, e.words FROM relationship_entries e
		JOIN relationship_versions v ON v.area_id = e.area_id AND v.relationship_id = e.relationship_id
		WHERE e.area_id = $1 AND e.seen = 'public' AND length(e.words) > 0
			AND v.number = (SELECT MAX(x.number) FROM relationship_versions x WHERE x.area_id = v.area_id AND x.relationship_id = v.relationship_id)
		ORDER BY e.on_day DESC, e.id DESC LIMIT $2`, a, most)
}
