// Package agency keeps who is who among the public agencies and other bodies that
// areas work with: bodies of every layer, their units and posts, and the people who
// hold posts from a day to a day, apart from one another (S33); and who does what
// around an area (S14).
//
// A body is an organisation, known to the whole installation; most come from public
// registers. It keeps its ID through new names, new codes and mergers, and is never
// deleted. Units, posts and people are an area's own: what one area writes is never
// seen by another. Names of people are in no fact of history.
package agency

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/organisation"
	"commontable/internal/partnership"
)

// Agencies is everything that can be done here.
type Agencies struct {
	DB            *db.DB
	IDs           *id.Maker
	Now           func() time.Time
	Organisations *organisation.Organisations
	// Holders lists who holds an area’s money: they may see whom it works with. nil
	// where nothing is known of it.
	Holders func(ctx context.Context, tx *db.Tx, a area.ID) ([]partnership.Holder, error)
	// Forgotten is called with who a contact was when all that says so was removed, so
	// that others who keep the name remove it too. nil where nobody does.
	Forgotten func(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, was Contact) error
}

// Removed stands for the name of somebody whose name was removed.
const Removed = "Somebody whose name was removed"

// MustSee asks whether somebody may see whom an area works with: its own people,
// its adviser, who holds its money, and the programme's officers. For others it is
// not there.
func (g *Agencies) MustSee(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area) error {
	if by.May(access.SeeRelationships, a.Place()) {
		return nil
	}
	if by.Hat.Scope == access.InOrganisation && by.Holds(access.SeeRelationships) && g.Holders != nil {
		holders, err := g.Holders(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		today := g.today()
		for _, h := range holders {
			if string(h.Organisation) == by.Hat.Place && !today.Before(h.From) && (h.Until.IsZero() || today.Before(h.Until)) {
				return nil
			}
		}
	}
	return fault.NotFound
}

// MustKeep asks whether somebody may write what an area knows of those it works
// with: the chair, members and the worker.
func (g *Agencies) MustKeep(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area) error {
	if by.May(access.KeepRelationships, a.Place()) {
		return nil
	}
	if err := g.MustSee(ctx, tx, by, a); err != nil {
		return err
	}
	return by.Must(access.KeepRelationships, a.Place())
}

func (g *Agencies) today() date.Date { return date.InLondon(g.Now()) }

// once does something once for a form.
func (g *Agencies) once(ctx context.Context, by access.Actor, form string, content any, do func(*db.Tx) (string, error)) (subject string, err error) {
	err = g.DB.Write(ctx, func(tx *db.Tx) error {
		subject, err = audit.Once(ctx, tx, audit.Sent{Form: form, By: by, Content: content, At: g.Now()}, func() (string, error) { return do(tx) })
		return err
	})
	if err != nil {
		return "", fmt.Errorf("agencies: %w", err)
	}
	return subject, nil
}

// content is all that was sent, as it is compared with what was sent before.
func content[T ~string](what string, a area.Area, of T, n any) string {
	return fmt.Sprintf("%s %s %s %+v", what, a.ID, of, n)
}

func (g *Agencies) record(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, act, subject string, facts map[string]string, private string) error {
	return audit.Record(ctx, tx, g.IDs, audit.Event{Stream: string(a.ID), Act: act, Subject: subject, By: by, At: g.Now(), Facts: facts, Private: private})
}

func isNotFound(err error) bool { return errors.Is(err, fault.NotFound) }

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

func fits(words string, most int) bool { return len([]rune(words)) <= most }

const (
	longestName  = 200
	longestTitle = 120
)
