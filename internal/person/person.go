// Package person keeps people and the hats they wear.
//
// A person is not a role: one may be a resident, chair and councillor at once
// (requirements.md §1). Every hat is a role in a place from a day to a day;
// ending a hat ends its powers at once, because they are read at each request.
package person

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"slices"
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
)

// A Person is a human being known to the installation.
type Person struct {
	ID    access.PersonID
	Name  string
	Email string // lower case; "" for who has none
}

// Initials are up to two letters for a face.
func (p Person) Initials() string { return Initials(p.Name) }

// Initials are the first letters of the first and the last word of a name.
func Initials(name string) string {
	words := strings.Fields(name)
	if len(words) == 0 {
		return "?"
	}
	first := []rune(words[0])[:1]
	if len(words) == 1 {
		return strings.ToUpper(string(first))
	}
	return strings.ToUpper(string(first) + string([]rune(words[len(words)-1])[:1]))
}

// People is everything that can be done with people and hats.
type People struct {
	DB      *db.DB
	IDs     *id.Maker
	Now     func() time.Time
	BaseURL string // how people reach the site, for the links in mails
}

func (p *People) today() date.Date { return date.Of(p.Now()) }

// New is what is said of a new person.
type New struct{ Name, Email string }

// Check says what is wrong with n, if anything.
func (n New) Check() fault.Invalid {
	var wrong fault.Invalid
	if strings.TrimSpace(n.Name) == "" || len(n.Name) > 200 {
		wrong.Add("name", "Enter the person’s name, in up to 200 letters")
	}
	if n.Email != "" {
		if a, err := mail.ParseAddress(n.Email); err != nil || a.Address != n.Email {
			wrong.Add("email", "Enter an email address like name@example.org, or leave it empty")
		}
	}
	return wrong
}

// AddIn adds a person.
func (p *People) AddIn(ctx context.Context, tx *db.Tx, by access.Actor, n New) (Person, error) {
	if err := by.Must(access.Operate, access.Place{}); err != nil {
		return Person{}, err
	}
	if err := n.Check().OrNil(); err != nil {
		return Person{}, err
	}
	added := Person{ID: id.New[access.PersonID](p.IDs), Name: strings.TrimSpace(n.Name), Email: strings.ToLower(n.Email)}
	if err := insertPerson(ctx, tx, added, p.Now()); err != nil {
		if db.IsDuplicate(err) {
			return Person{}, fault.New(fault.Conflict, "Somebody with that email address is here already.")
		}
		return Person{}, fmt.Errorf("add person: %w", err)
	}
	return added, audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: audit.Installation, Act: "person added", Subject: string(added.ID), By: by, At: p.Now(), Private: added.Name,
	})
}

// NewHat is a hat that is given.
type NewHat struct {
	Role        access.Role
	Scope       access.Scope
	Place       string
	From, Until date.Date
}

var scopes = []access.Scope{access.InInstallation, access.InProgramme, access.InArea, access.InOrganisation}

// GiveHatIn gives a person a hat. It is recorded in the stream of its place.
func (p *People) GiveHatIn(ctx context.Context, tx *db.Tx, by access.Actor, to access.PersonID, n NewHat) (access.Hat, error) {
	if err := by.Must(access.Operate, access.Place{}); err != nil {
		return access.Hat{}, err
	}
	if n.Role == access.Nobody || n.Role.Title() == "" || (n.Place == "") != (n.Scope == access.InInstallation) || n.From.IsZero() || !slices.Contains(scopes, n.Scope) {
		return access.Hat{}, fault.New(fault.Conflict, "A hat is a role, in a place, from a day: one of them is missing.")
	}
	if !n.Until.IsZero() && n.Until.Before(n.From) {
		return access.Hat{}, fault.New(fault.Conflict, "A hat is not put away before it is put on: give a later day, or none.")
	}
	hat := access.Hat{ID: id.New[access.HatID](p.IDs), Role: n.Role, Scope: n.Scope, Place: n.Place, From: n.From, Until: n.Until}
	// A hat in a place that is not there could not be put on: nobody could say what it is.
	if _, err := title(ctx, tx, hat); err != nil {
		return access.Hat{}, fmt.Errorf("give hat: %w", err)
	}
	if err := insertHat(ctx, tx, to, hat, by.Person, p.Now()); err != nil {
		if db.IsDuplicate(err) {
			return access.Hat{}, fault.New(fault.Conflict, "They wear this hat from that day already.")
		}
		return access.Hat{}, fmt.Errorf("give hat: %w", err)
	}
	stream := n.Place
	if n.Scope == access.InInstallation || n.Scope == access.InOrganisation {
		stream = audit.Installation
	}
	return hat, audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: stream, Act: "hat given", Subject: string(hat.ID), By: by, At: p.Now(),
		Facts: map[string]string{"person": string(to), "role": string(n.Role), "scope": string(n.Scope), "place": n.Place, "from": n.From.String()},
	})
}

// EndHatIn ends a hat: from the day given it is worn no more. One that ends
// already may end sooner, and never later: that would be to give it again.
func (p *People) EndHatIn(ctx context.Context, tx *db.Tx, by access.Actor, h access.HatID, until date.Date) error {
	if err := by.Must(access.Operate, access.Place{}); err != nil {
		return err
	}
	hat, err := hatByID(ctx, tx, h)
	if err != nil {
		return err
	}
	switch {
	case until.IsZero() || until.Before(hat.From):
		return fault.New(fault.Conflict, "Give the day from which the hat is worn no more: that on which it was put on, or later.")
	case !hat.Until.IsZero() && until.After(hat.Until):
		return fault.New(fault.Conflict, "This hat is put away on "+hat.Until.Long()+" already. To wear it for longer, it is given again.")
	}
	if err := endHat(ctx, tx, h, until); err != nil {
		return fmt.Errorf("end hat: %w", err)
	}
	stream := hat.Place
	if hat.Scope == access.InInstallation || hat.Scope == access.InOrganisation {
		stream = audit.Installation
	}
	return audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: stream, Act: "hat ended", Subject: string(h), By: by, At: p.Now(), Facts: map[string]string{"until": until.String()},
	})
}

// ActorIn is a person acting in one of the hats they wear on a day. Where the
// hat asked for is not (or no longer) theirs, they act in none.
func ActorIn(ctx context.Context, tx *db.Tx, who access.PersonID, hat access.HatID, day date.Date) (access.Actor, error) {
	p, err := ByID(ctx, tx, who)
	if errors.Is(err, fault.NotFound) {
		return access.Actor{}, nil
	}
	if err != nil {
		return access.Actor{}, err
	}
	actor := access.Actor{Person: p.ID, Name: p.Name}
	hats, err := HatsOf(ctx, tx, who)
	if err != nil {
		return access.Actor{}, err
	}
	for _, h := range hats {
		if h.ID == hat && h.WornOn(day) {
			actor.Hat = h
			if actor.Title, err = title(ctx, tx, h); err != nil {
				return access.Actor{}, err
			}
		}
	}
	return actor, nil
}

// title is a hat in words: "chair, Tanners Reach".
func title(ctx context.Context, tx *db.Tx, h access.Hat) (string, error) {
	where, err := PlaceOf(ctx, tx, h)
	if err != nil || where.Name == "" {
		return h.Role.Title(), err
	}
	return h.Role.Title() + ", " + where.Name, nil
}

// Titles are hats in words, by their IDs. Each place is read once.
func Titles(ctx context.Context, tx *db.Tx, hats []access.Hat) (map[access.HatID]string, error) {
	titles, places := map[access.HatID]string{}, map[string]string{}
	for _, h := range hats {
		name, known := places[h.Place]
		if !known {
			where, err := PlaceOf(ctx, tx, h)
			if err != nil {
				return nil, err
			}
			name = where.Name
			places[h.Place] = name
		}
		titles[h.ID] = h.Role.Title()
		if name != "" {
			titles[h.ID] += ", " + name
		}
	}
	return titles, nil
}

// A Where is the place of a hat, as people know it.
type Where struct{ Name, Slug string }

// PlaceOf is where a hat is worn; nothing for the whole installation.
func PlaceOf(ctx context.Context, tx *db.Tx, h access.Hat) (Where, error) {
	switch h.Scope {
	case access.InArea:
		a, err := area.ByID(ctx, tx, area.ID(h.Place))
		return Where{a.Name, a.Slug}, err
	case access.InProgramme:
		p, err := area.ProgrammeByID(ctx, tx, area.ProgrammeID(h.Place))
		return Where{p.Name, p.Slug}, err
	case access.InOrganisation:
		o, err := organisation.ByID(ctx, tx, organisation.ID(h.Place))
		return Where{o.Name, o.Slug}, err
	case access.InInstallation:
	}
	return Where{}, nil
}
