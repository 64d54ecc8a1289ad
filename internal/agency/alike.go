package agency

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/organisation"
)

// plain are words that say nothing of what somebody is about to do.
var plain = map[string]bool{
	"and": true, "the": true, "for": true, "with": true, "our": true, "who": true, "that": true, "from": true, "people": true, "group": true, "project": true,
	"club": true, "new": true, "all": true, "are": true, "can": true, "this": true, "here": true, "local": true, "community": true, "day": true, "week": true,
	"every": true, "where": true, "what": true, "will": true, "they": true, "them": true, "their": true, "have": true, "has": true, "was": true, "its": true,
	"into": true, "one": true, "two": true, "more": true, "which": true, "when": true, "resident": true, "area": true, "place": true, "service": true, "activity": true,
}

// roots are the words of a text that say what it is about, without their endings.
func roots(text string) map[string]bool {
	all := map[string]bool{}
	for _, word := range strings.FieldsFunc(organisation.Fold(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		for _, end := range []string{"ing", "ers", "er", "ies", "es", "s", "y"} {
			if rest, cut := strings.CutSuffix(word, end); cut && len(rest) >= 4 {
				word = rest
				break
			}
		}
		if len(word) >= 3 && !plain[word] && !plain[word+"y"] && !plain[word+"s"] && !plain[word+"e"] {
			all[word] = true
		}
	}
	return all
}

// SoundAlike reports whether what is about to begin sounds like what is there: a word
// of its name is in the other's name, or three words of either are in both.
func SoundAlike(name, what, otherName, otherWhat string) bool {
	a, b := roots(name), roots(otherName)
	for word := range a {
		if b[word] {
			return true
		}
	}
	a, b = roots(name+" "+what), roots(otherName+" "+otherWhat)
	both := 0
	for word := range a {
		if b[word] {
			both++
		}
	}
	return both >= 3
}

// Alike are the entries of a directory that sound like what is about to begin.
func Alike(all []Entry, name, what string) []Entry {
	return slices.DeleteFunc(slices.Clone(all), func(e Entry) bool { return !SoundAlike(name, what, e.Name, e.What) })
}

// Seen is that somebody saw what sounds like what they began, and why they went on.
type Seen struct {
	Form    string
	Kind    string // "project", "action" or "activity"
	Subject string // the ID of what was begun
	Name    string
	Found   []string
	Because string
	By      access.PersonID
	At      time.Time
}

// KeepSeen keeps that somebody saw what sounds alike. Sent twice, it counts once.
func (g *Agencies) KeepSeen(ctx context.Context, by access.Actor, a area.Area, n Seen) error {
	_, err := g.once(ctx, by, n.Form, content("seen alike", a, n.Subject, n), func(tx *db.Tx) (string, error) {
		return n.Subject, g.KeepSeenIn(ctx, tx, by, a, n)
	})
	return err
}

// KeepSeenIn is KeepSeen as part of a transaction. Whoever may begin projects, and
// so keeps them, may.
func (g *Agencies) KeepSeenIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n Seen) error {
	if err := by.Must(access.RunProjects, a.Place()); err != nil {
		return err
	}
	if !said(n.Because, 1000) {
		return fault.Invalid{{Field: "because", Words: "Say why you go on all the same, in up to 1,000 letters"}}
	}
	made := id.New[string](g.IDs)
	if _, err := tx.Exec(ctx, `
		INSERT INTO alike_seen (area_id, id, kind, subject, name, found, because, seen_by, seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		a.ID, made, n.Kind, n.Subject, tidy(n.Name), strings.Join(n.Found, "\n"), strings.TrimSpace(n.Because), by.Person, g.Now()); err != nil {
		return fmt.Errorf("insert what was seen: %w", err)
	}
	return g.record(ctx, tx, by, a, "alike seen", made, map[string]string{"kind": n.Kind, "subject": n.Subject}, n.Because)
}

// SeenOf is what was seen before something was begun, the last first.
func SeenOf(ctx context.Context, tx *db.Tx, a area.ID, kind, subject string) ([]Seen, error) {
	return db.All(ctx, tx, func(r db.Row) (s Seen, err error) {
		var found string
		err = r.Scan(&s.Kind, &s.Subject, &s.Name, &found, &s.Because, &s.By, &s.At)
		s.Found = strings.Split(found, "\n")
		return s, err
	}, `SELECT kind, subject, name, found, because, seen_by, seen_at FROM alike_seen WHERE area_id = $1 AND kind = $2 AND subject = $3 ORDER BY seen_at DESC, id DESC`, a, kind, subject)
}
