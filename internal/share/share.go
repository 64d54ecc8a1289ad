// Package share keeps links by which somebody without an account sees what was
// chosen for them, until a day or until the link is taken back. It knows no word
// of the domain: a slice says what a link is to.
//
// A link is read afresh each time it is opened: whether it was ended, whether its
// last day is over, and whether whoever made it may still share what it shows, in
// the hat in which they made it. Where one of these is not so there is no such
// page, as for a link that never was (decision 0020).
package share

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
)

// A LinkID names a link. It is no secret, and opens nothing.
type LinkID string

// A Kind is the sort of thing that a link is to, such as "project". One secret
// opens one thing of one kind and nothing else.
type Kind string

// A Link lets somebody see chosen parts of one thing.
type Link struct {
	ID       LinkID
	Kind     Kind
	Place    access.Place // where what it shows is
	Subject  string       // the ID of what it shows
	Contents []string     // what was chosen of it, by the words of its kind
	ForWhom  string
	Until    date.Date // the last day on which it works
	MadeBy   access.PersonID
	Hat      access.HatID // in which it was made
	MadeAt   time.Time
	EndedBy  access.PersonID
	EndedAt  time.Time
	Times    int64     // how often it was opened
	LastOn   date.Date // the last day on which it was
	Opened   string    // the address at which it is open now, "" elsewhere: it has the secret, and is not kept
}

// Shows reports whether a part was chosen.
func (l Link) Shows(part string) bool { return slices.Contains(l.Contents, part) }

// Ended reports whether somebody took the link back.
func (l Link) Ended() bool { return !l.EndedAt.IsZero() }

// Over reports whether the link's last day is past.
func (l Link) Over(today date.Date) bool { return today.After(l.Until) }

// How long a link lasts: so many days unless somebody chooses, and at most.
const (
	UsualDays = 90
	MostDays  = 365
)

// Shares is everything that can be done with links.
type Shares struct {
	DB  *db.DB
	IDs *id.Maker
	Now func() time.Time
	// Sharer is who made a link as they are today: in the hat that they wore then,
	// or in none when they wear it no more.
	Sharer func(ctx context.Context, tx *db.Tx, who access.PersonID, hat access.HatID, day date.Date) (access.Actor, error)
}

// NewLink is a link as somebody makes it.
type NewLink struct {
	Form     string
	Kind     Kind
	Place    access.Place
	Subject  string
	Contents []string
	ForWhom  string
	Until    date.Date
}

// Check says what is wrong with n, if anything; parts are those there are to
// choose from.
func (n NewLink) Check(today date.Date, parts []string) fault.Invalid {
	var wrong fault.Invalid
	if name := strings.TrimSpace(n.ForWhom); name == "" || len([]rune(name)) > 120 {
		wrong.Add("for_whom", "Say who it is for, in up to 120 letters")
	}
	if len(n.Contents) == 0 {
		wrong.Add("contents", "Choose what they can see")
	}
	for _, c := range n.Contents {
		if !slices.Contains(parts, c) {
			wrong.Add("contents", "Choose from the list what they can see")
		}
	}
	switch {
	case n.Until.IsZero() || n.Until.Before(today):
		wrong.Add("until", "Enter the last day on which the link works: today or later")
	case n.Until.After(today.AddDays(MostDays)):
		wrong.Add("until", "A link works for a year at most: enter a day up to "+today.AddDays(MostDays).Long())
	}
	return wrong
}

// MakeIn makes a link and gives its secret, which is told this once and not kept.
// The secret is "" where the form was sent before: a second one is not made.
func (s *Shares) MakeIn(ctx context.Context, tx *db.Tx, by access.Actor, n NewLink, parts []string) (Link, string, error) {
	if err := by.Must(access.ShareOutside, n.Place); err != nil {
		return Link{}, "", err
	}
	if err := n.Check(date.Of(s.Now()), parts).OrNil(); err != nil {
		return Link{}, "", err
	}
	var l Link
	var secret string
	content := []any{"share", n.Kind, n.Place, n.Subject, n.Contents, n.ForWhom, n.Until.String()}
	made, err := audit.Once(ctx, tx, audit.Sent{Form: n.Form, By: by, Content: content, At: s.Now()}, func() (string, error) {
		l = Link{
			ID: id.New[LinkID](s.IDs), Kind: n.Kind, Place: n.Place, Subject: n.Subject, Contents: chosen(n.Contents, parts), ForWhom: strings.TrimSpace(n.ForWhom),
			Until: n.Until, MadeBy: by.Person, Hat: by.Hat.ID, MadeAt: s.Now(),
		}
		secret = base64.RawURLEncoding.EncodeToString(s.IDs.Bytes(32))
		if err := insertLink(ctx, tx, l, digest(secret)); err != nil {
			return "", fmt.Errorf("insert share link: %w", err)
		}
		return string(l.ID), audit.Record(ctx, tx, s.IDs, audit.Event{
			Stream: n.Place.Area, Act: "link shared", Subject: string(l.ID), By: by, At: s.Now(),
			Facts:   map[string]string{"kind": string(n.Kind), "of": n.Subject, "until": n.Until.String(), "contents": strings.Join(l.Contents, " ")},
			Private: l.ForWhom,
		})
	})
	if err != nil {
		return Link{}, "", err
	}
	if secret == "" {
		l, err = LinkByID(ctx, tx, n.Place.Area, LinkID(made))
	}
	return l, secret, err
}

// Make is MakeIn in a transaction of its own.
func (s *Shares) Make(ctx context.Context, by access.Actor, n NewLink, parts []string) (l Link, secret string, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		l, secret, err = s.MakeIn(ctx, tx, by, n, parts)
		return err
	})
	if err != nil {
		return Link{}, "", fmt.Errorf("share: %w", err)
	}
	return l, secret, nil
}

// chosen are the parts that were chosen, each once and in their own order.
func chosen(contents, parts []string) []string {
	var all []string
	for _, part := range parts {
		if slices.Contains(contents, part) {
			all = append(all, part)
		}
	}
	return all
}

// digest is what is kept of a secret. It is 32 random bytes, so that no slow hash
// is needed; the words before it keep it from being the secret of anything else.
func digest(secret string) []byte {
	sum := sha256.Sum256([]byte("commontable share link\x00" + secret))
	return sum[:]
}

// End takes a link back: whoever opens it from now on finds no such page. Sent
// twice it is done once.
func (s *Shares) End(ctx context.Context, by access.Actor, in access.Place, l LinkID) error {
	err := s.DB.Write(ctx, func(tx *db.Tx) error { return s.EndIn(ctx, tx, by, in, l) })
	if err != nil {
		return fmt.Errorf("end share link: %w", err)
	}
	return nil
}

// EndIn is End as part of a transaction. Anybody may end a link who may make one
// there, whoever made it.
func (s *Shares) EndIn(ctx context.Context, tx *db.Tx, by access.Actor, in access.Place, l LinkID) error {
	link, err := LinkByID(ctx, tx, in.Area, l)
	if err != nil {
		return err
	}
	if err := by.Must(access.ShareOutside, in); err != nil {
		return err
	}
	if link.Ended() {
		return nil
	}
	if err := endLink(ctx, tx, l, by.Person, s.Now()); err != nil {
		return err
	}
	return audit.Record(ctx, tx, s.IDs, audit.Event{
		Stream: in.Area, Act: "link ended", Subject: string(l), By: by, At: s.Now(), Facts: map[string]string{"kind": string(link.Kind), "of": link.Subject},
	})
}

// Open finds the link of a secret, and who shares it. Every reason for which it
// does not open is fault.NotFound, so that the answer tells nothing.
func (s *Shares) Open(ctx context.Context, tx *db.Tx, secret string) (Link, access.Actor, error) {
	l, sharer, err := s.open(ctx, tx, secret)
	if errors.Is(err, fault.NotFound) {
		err = opensNothing
	}
	return l, sharer, err
}

// opensNothing is the same of a link that is over, was taken back, or never was: who
// holds one learns what to do, and not which it is.
var opensNothing = fault.New(fault.NotFound, "This link opens nothing. It may be over, or not whole. Ask the person who sent it to you for a new one.")

func (s *Shares) open(ctx context.Context, tx *db.Tx, secret string) (Link, access.Actor, error) {
	if len(secret) != base64.RawURLEncoding.EncodedLen(32) {
		return Link{}, access.Actor{}, fault.NotFound
	}
	l, err := linkByDigest(ctx, tx, digest(secret))
	if err != nil {
		return Link{}, access.Actor{}, err
	}
	sharer, err := s.works(ctx, tx, l)
	return l, sharer, err
}

// works is who shares a link that opens, or fault.NotFound.
func (s *Shares) works(ctx context.Context, tx *db.Tx, l Link) (access.Actor, error) {
	today := date.Of(s.Now())
	if l.Ended() || l.Over(today) {
		return access.Actor{}, fault.NotFound
	}
	sharer, err := s.Sharer(ctx, tx, l.MadeBy, l.Hat, today)
	if err != nil {
		return sharer, err
	}
	return sharer, sharer.MustSee(access.ShareOutside, l.Place)
}

// A Standing is how it stands with a link.
type Standing string

// The standings, in words that follow "This link".
const (
	Works    Standing = "works"
	TakenOff Standing = "was taken back"
	IsOver   Standing = "is over"
	NoSharer Standing = "ended with the hat of who made it"
)

// StandingOf says whether a link opens, and if not why: for those who keep it.
func (s *Shares) StandingOf(ctx context.Context, tx *db.Tx, l Link) (Standing, error) {
	_, err := s.works(ctx, tx, l)
	switch {
	case err == nil:
		return Works, nil
	case !errors.Is(err, fault.NotFound):
		return "", err
	case l.Ended():
		return TakenOff, nil
	case l.Over(date.Of(s.Now())):
		return IsOver, nil
	}
	return NoSharer, nil
}

// Count counts that a link was opened, by the day alone.
func (s *Shares) Count(ctx context.Context, l LinkID) error {
	err := s.DB.Write(ctx, func(tx *db.Tx) error { return countOpening(ctx, tx, l, date.Of(s.Now())) })
	if err != nil {
		return fmt.Errorf("count opening: %w", err)
	}
	return nil
}

// LinksOf lists the links of an area, the newest first: of one thing, or where
// subject is "" of all.
func LinksOf(ctx context.Context, tx *db.Tx, area string, k Kind, subject string) ([]Link, error) {
	return links(ctx, tx, area, k, subject)
}

// Readers hold every link against the event that was recorded when it was made,
// and every ending against its own.
func Readers(ctx context.Context, tx *db.Tx, report func(string)) ([]audit.Reader, error) {
	made := audit.KeptOf("link shared", report, "kind", "of", "until", "contents")
	ended := audit.KeptOf("link ended", report, "kind", "of")
	err := eachLink(ctx, tx, func(l Link) {
		made.Worded(l.ForWhom, l.Place.Area, string(l.ID), string(l.MadeBy), string(l.Kind), l.Subject, l.Until.String(), strings.Join(l.Contents, " "))
		if l.Ended() {
			ended.Row(l.Place.Area, string(l.ID), string(l.EndedBy), string(l.Kind), l.Subject)
		}
	})
	return audit.Readers(made, ended), err
}
