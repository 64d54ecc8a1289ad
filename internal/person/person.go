// Package person keeps people and the hats they wear.
//
// A person is not a role: one may be a resident, chair and councillor at once
// (requirements.md §1). Every hat is a role in a place from a day to a day;
// ending a hat ends its powers at once, because they are read at each request.
package person

import (
	"context"
	"errors"
	"net/mail"
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
type New struct {
	Form        string // names the form that was filled in
	Name, Email string
}

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
			where, err := PlaceOf(ctx, tx, h)
			if err != nil {
				return access.Actor{}, err
			}
			actor.Title, actor.At = inWords(h, where), where.Slug
		}
	}
	return actor, nil
}

// inWords is a hat in words: "chair, Tanners Reach".
func inWords(h access.Hat, at Where) string {
	if at.Name == "" {
		return h.Role.Title()
	}
	return h.Role.Title() + ", " + at.Name
}

// Titles are hats in words, by their IDs. Each place is read once.
func Titles(ctx context.Context, tx *db.Tx, hats []access.Hat) (map[access.HatID]string, error) {
	places, err := placesOf(ctx, tx, hats)
	if err != nil {
		return nil, err
	}
	titles := map[access.HatID]string{}
	for _, h := range hats {
		titles[h.ID] = inWords(h, places[h.Place])
	}
	return titles, nil
}

// placesOf is PlaceOf of several hats, by their places: areas and organisations,
// of which there are many, are asked for together.
func placesOf(ctx context.Context, tx *db.Tx, hats []access.Hat) (map[string]Where, error) {
	places := map[string]Where{}
	var areas []area.ID
	var organisations []organisation.ID
	for _, h := range hats {
		if _, known := places[h.Place]; known {
			continue
		}
		switch h.Scope {
		case access.InArea:
			areas = append(areas, area.ID(h.Place))
		case access.InOrganisation:
			organisations = append(organisations, organisation.ID(h.Place))
		case access.InProgramme, access.InInstallation:
			where, err := PlaceOf(ctx, tx, h)
			if err != nil {
				return nil, err
			}
			places[h.Place] = where
		}
	}
	in, err := area.ByIDs(ctx, tx, areas)
	if err != nil {
		return nil, err
	}
	for _, a := range in {
		places[string(a.ID)] = Where{a.Name, a.Slug}
	}
	of, err := organisation.Named(ctx, tx, organisations)
	for _, o := range of {
		places[string(o.ID)] = Where{o.Name, o.Slug}
	}
	return places, err
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
