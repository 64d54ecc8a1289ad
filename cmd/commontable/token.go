package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"commontable/internal/access"
	"commontable/internal/app"
	"commontable/internal/area"
	"commontable/internal/config"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/organisation"
	"commontable/internal/person"
)

type tokenCommand struct {
	config.Database
	Email  string `arg:"" help:"Email address of the person for whom it acts; in a demonstration, whom one looks around as, such as programme-officer." placeholder:"EMAIL"`
	Hat    string `help:"The hat in which it acts, by its ID. Without it, the one they wear." placeholder:"ID"`
	Role   string `help:"Or the hat’s role, such as programme-officer." placeholder:"ROLE"`
	In     string `help:"And its place: the slug of a programme, area or organisation." placeholder:"SLUG"`
	For    string `help:"What it is for: their own words." placeholder:"WORDS" default:"a program"`
	Until  string `help:"The first day on which it lets nobody in." placeholder:"YYYY-MM-DD"`
	Revoke string `help:"End a token at once, by its ID." placeholder:"ID"`
	List   bool   `help:"List the person’s tokens."`
	JSON   bool   `help:"Print for a program to read." name:"json"`
}

func (tokenCommand) Help() string {
	return `A token lets a program act for one person in one of their hats, at /api/v1. It is printed once; only its hash is kept.

Example:
  commontable token farah@example.org --role programme-officer --in big-local --for "the finance system" --until 2027-04-01
  commontable token farah@example.org --list
  commontable token farah@example.org --revoke 0190c6a07b1c7e519c1e6a0f3b9d2c41`
}

func (c tokenCommand) Run(w *world) error {
	return w.withExisting(c.Database, func(d *db.DB) error {
		clock, err := app.Clock(w.ctx, d, now)
		if err != nil {
			return err
		}
		people := &person.People{DB: d, IDs: id.Real(clock), Now: clock}
		var who person.Person
		err = d.Read(w.ctx, func(tx *db.Tx) (err error) {
			who, err = c.person(w.ctx, tx)
			return err
		})
		if errors.Is(err, fault.NotFound) {
			return fault.Invalid{{Field: "EMAIL", Words: fmt.Sprintf("Nobody here has the address %s.", c.Email)}}
		}
		switch {
		case err != nil:
			return err
		case c.List:
			return c.list(w, d, who, date.Of(clock()))
		case c.Revoke != "":
			return c.revoke(w, d, people, who)
		}
		return c.make(w, d, people, who)
	})
}

// person finds the person by their address, or in a demonstration, whose people
// have none, by whom one looks around as.
func (c tokenCommand) person(ctx context.Context, tx *db.Tx) (person.Person, error) {
	who, err := person.ByEmail(ctx, tx, strings.ToLower(c.Email))
	if !errors.Is(err, fault.NotFound) {
		return who, err
	}
	personas, err := person.Personas(ctx, tx)
	for _, p := range personas {
		if p.Code == c.Email {
			return person.ByID(ctx, tx, p.Person)
		}
	}
	return person.Person{}, errors.Join(err, fault.NotFound)
}

func (c tokenCommand) list(w *world, d *db.DB, who person.Person, today date.Date) error {
	var all []person.Token
	if err := d.Read(w.ctx, func(tx *db.Tx) (err error) {
		all, err = person.TokensOf(w.ctx, tx, who.ID)
		return err
	}); err != nil {
		return err
	}
	type token struct {
		ID        person.TokenID `json:"id"`
		Beginning string         `json:"beginning"`
		Hat       string         `json:"hat"`
		For       string         `json:"for"`
		Made      string         `json:"made"`
		LastUsed  string         `json:"last_used,omitempty"`
		Until     string         `json:"until,omitempty"`
		InForce   bool           `json:"in_force"`
	}
	shown := []token{}
	for _, t := range all {
		shown = append(shown, token{t.ID, t.Beginning, t.Title, t.Purpose, date.Of(t.MadeAt).String(), t.UsedOn.String(), t.Until.String(), t.InForce(today)})
	}
	if c.JSON {
		return w.json(shown)
	}
	if len(shown) == 0 {
		w.say("%s has no tokens.", who.Name)
	}
	for _, t := range shown {
		state := "in force"
		if !t.InForce {
			state = "ended"
		}
		w.say("%s  %s…  %-8s  last used %-10s  until %-10s  %s: %s", t.ID, t.Beginning, state, cmp.Or(t.LastUsed, "never"), cmp.Or(t.Until, "-"), t.Hat, t.For)
	}
	return nil
}

func (c tokenCommand) revoke(w *world, d *db.DB, people *person.People, who person.Person) error {
	theirs := false
	err := d.Read(w.ctx, func(tx *db.Tx) error {
		all, err := person.TokensOf(w.ctx, tx, who.ID)
		for _, t := range all {
			theirs = theirs || string(t.ID) == c.Revoke
		}
		return err
	})
	if err == nil && !theirs {
		err = fault.Invalid{{Field: "--revoke", Words: fmt.Sprintf("%s has no token %s. commontable token %s --list lists them.", who.Name, c.Revoke, c.Email)}}
	}
	if err == nil {
		err = people.EndToken(w.ctx, access.System("token"), person.TokenID(c.Revoke))
	}
	if err == nil {
		w.say("The token is ended. It lets nobody in any more.")
	}
	return err
}

func (c tokenCommand) make(w *world, d *db.DB, people *person.People, who person.Person) error {
	n := person.NewToken{Form: id.New[string](people.IDs), Person: who.ID, Purpose: c.For}
	var err error
	if c.Until != "" {
		if n.Until, err = date.Parse(c.Until); err != nil {
			return fault.Invalid{{Field: "--until", Words: "Enter a day like 2027-04-01"}}
		}
	}
	var title string
	if err := d.Read(w.ctx, func(tx *db.Tx) error {
		hat, err := c.hat(w.ctx, tx, who, date.Of(people.Now()))
		if err != nil {
			return err
		}
		n.Hat = hat.ID
		title, err = person.Title(w.ctx, tx, hat)
		return err
	}); err != nil {
		return err
	}
	secret, made, err := people.MakeToken(w.ctx, access.System("token"), n)
	if err != nil {
		return err
	}
	if c.JSON {
		return w.json(map[string]string{"id": string(made), "token": secret, "person": who.Name, "hat": title, "until": n.Until.String()})
	}
	fmt.Fprintf(w.errs, "A token for %s as %s. It is shown this once: keep it as you would a key.\n", who.Name, title)
	w.say("%s", secret)
	return nil
}

// hat finds the one hat of a person that is meant.
func (c tokenCommand) hat(ctx context.Context, tx *db.Tx, who person.Person, today date.Date) (access.Hat, error) {
	place, err := c.place(ctx, tx)
	if err != nil {
		return access.Hat{}, err
	}
	all, err := person.HatsOf(ctx, tx, who.ID)
	if err != nil {
		return access.Hat{}, err
	}
	var meant []access.Hat
	for _, h := range all {
		if h.WornOn(today) && (c.Hat == "" || string(h.ID) == c.Hat) && (c.Role == "" || string(h.Role) == c.Role) && (c.In == "" || h.Place == place) {
			meant = append(meant, h)
		}
	}
	switch len(meant) {
	case 1:
		return meant[0], nil
	case 0:
		return access.Hat{}, fault.Invalid{{Field: "EMAIL", Words: who.Name + " wears no such hat today."}}
	}
	lines := []string{who.Name + " wears several hats. Say which with --hat:"}
	for _, h := range meant {
		title, err := person.Title(ctx, tx, h)
		if err != nil {
			return access.Hat{}, err
		}
		lines = append(lines, string(h.ID)+"  "+title)
	}
	return access.Hat{}, fault.Invalid{{Field: "EMAIL", Words: strings.Join(lines, "\n    ")}}
}

// place finds the ID of the place that is meant, whatever kind of place it is.
func (c tokenCommand) place(ctx context.Context, tx *db.Tx) (string, error) {
	if c.In == "" {
		return "", nil
	}
	if a, err := area.BySlug(ctx, tx, c.In); !errors.Is(err, fault.NotFound) {
		return string(a.ID), err
	}
	if p, err := area.ProgrammeBySlug(ctx, tx, c.In); !errors.Is(err, fault.NotFound) {
		return string(p.ID), err
	}
	if o, err := organisation.BySlug(ctx, tx, c.In); !errors.Is(err, fault.NotFound) {
		return string(o.ID), err
	}
	return "", fault.Invalid{{Field: "--in", Words: fmt.Sprintf("There is no programme, area or organisation %q here.", c.In)}}
}
