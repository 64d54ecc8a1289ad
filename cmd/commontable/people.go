package main

import (
	"errors"
	"fmt"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/config"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/organisation"
	"commontable/internal/person"
)

// withPeople opens a database that is there, for what is done about people at
// the command line. Who runs the machine acts as the program itself: it is
// written down as that.
func (w *world) withPeople(c config.Database, f func(d *db.DB, people *person.People) error) error {
	return w.withExisting(c, func(d *db.DB) error {
		return f(d, &person.People{DB: d, IDs: id.Real(now), Now: now})
	})
}

type signInLinkCommand struct {
	config.Database
	Email   string `arg:"" help:"Email address of who is locked out."`
	BaseURL string `help:"How people reach the site." default:"http://127.0.0.1:8080" env:"COMMONTABLE_BASE_URL"`
}

func (signInLinkCommand) Help() string {
	return `Example:
  commontable signin-link ada@example.org --base-url https://table.example.org`
}

func (c signInLinkCommand) Run(w *world) error {
	return w.withPeople(c.Database, func(_ *db.DB, people *person.People) error {
		people.BaseURL = strings.TrimSuffix(c.BaseURL, "/")
		made, err := people.MakeOperatorPass(w.ctx, access.System("signin-link"), strings.ToLower(c.Email))
		if err != nil {
			return err
		}
		w.say("For %s, once, within ten minutes, in any browser:\n\n  %s\n  code: %s\n\nIt is written down that this was made, and a mail tells them.", made.Person.Name, made.Link, made.Code)
		return nil
	})
}

type personCommand struct {
	Add    addPersonCommand    `cmd:"" help:"Add a person."`
	Change changePersonCommand `cmd:"" help:"Change a person’s name or email address. Of those who move money or give hats this is the only way."`
}

type addPersonCommand struct {
	config.Database
	Name  string `help:"The person’s name." required:""`
	Email string `help:"Their email address. Without one they sign in with a printed code."`
}

func (addPersonCommand) Help() string {
	return `Example:
  commontable person add --name "Ben Example" --email ben@example.org`
}

func (c addPersonCommand) Run(w *world) error {
	return w.withPeople(c.Database, func(d *db.DB, people *person.People) error {
		var added person.Person
		err := d.Write(w.ctx, func(tx *db.Tx) (err error) {
			added, err = people.AddIn(w.ctx, tx, access.System("person add"), person.New{Name: c.Name, Email: c.Email})
			return err
		})
		if err != nil {
			return err
		}
		w.say("%s is here now: %s. Next: commontable hat give --help", added.Name, added.ID)
		return nil
	})
}

type changePersonCommand struct {
	config.Database
	Who   string `arg:"" help:"Email address or ID of the person."`
	Name  string `help:"Their name, if it changes."`
	Email string `help:"Their email address, if it changes."`
}

func (changePersonCommand) Help() string {
	return `Example:
  commontable person change ben@old.example.org --email ben@example.org`
}

func (c changePersonCommand) Run(w *world) error {
	return w.withPeople(c.Database, func(d *db.DB, people *person.People) error {
		n := person.New{Name: c.Name, Email: c.Email}
		err := d.Write(w.ctx, func(tx *db.Tx) error {
			who, err := findPerson(w, tx, c.Who)
			if err != nil {
				return err
			}
			if c.Name == "" {
				n.Name = who.Name
			}
			if c.Email == "" {
				n.Email = who.Email
			}
			return people.ChangeIn(w.ctx, tx, access.System("person change"), who.ID, n)
		})
		if err != nil {
			return err
		}
		w.say("%s is changed.", n.Name)
		return nil
	})
}

func findPerson(w *world, tx *db.Tx, who string) (person.Person, error) {
	found, err := person.ByEmail(w.ctx, tx, strings.ToLower(who))
	if errors.Is(err, fault.NotFound) {
		found, err = person.ByID(w.ctx, tx, access.PersonID(who))
	}
	if errors.Is(err, fault.NotFound) {
		return person.Person{}, fault.Invalid{{Field: "who", Words: fmt.Sprintf("Nobody here has the email address or ID %q.", who)}}
	}
	return found, err
}

type hatCommand struct {
	Give giveHatCommand `cmd:"" help:"Give a person a hat, as the one person there is at the beginning. On the site, hats that move money take two."`
	End  endHatCommand  `cmd:"" help:"End a person’s hat."`
}

// A hatPlace is where a hat is worn: in one place, or everywhere.
type hatPlace struct {
	Area         string `help:"The area’s short name (slug)." xor:"place"`
	Programme    string `help:"The programme’s short name." xor:"place"`
	Organisation string `help:"The organisation’s short name." xor:"place"`
}

func (p hatPlace) find(w *world, tx *db.Tx) (access.Scope, string, error) {
	var scope access.Scope
	var place, asked string
	var err error
	switch {
	case p.Area != "":
		var a area.Area
		a, err = area.BySlug(w.ctx, tx, p.Area)
		scope, place, asked = access.InArea, string(a.ID), p.Area
	case p.Programme != "":
		var one area.Programme
		one, err = area.ProgrammeBySlug(w.ctx, tx, p.Programme)
		scope, place, asked = access.InProgramme, string(one.ID), p.Programme
	case p.Organisation != "":
		var o organisation.Organisation
		o, err = organisation.BySlug(w.ctx, tx, p.Organisation)
		scope, place, asked = access.InOrganisation, string(o.ID), p.Organisation
	default:
		scope = access.InInstallation
	}
	if errors.Is(err, fault.NotFound) {
		err = fault.Invalid{{Field: "place", Words: fmt.Sprintf("There is nothing called %q here: give its short name, as in its address.", asked)}}
	}
	return scope, place, err
}

type giveHatCommand struct {
	config.Database
	hatPlace
	Who  string `arg:"" help:"Email address or ID of the person."`
	Role string `arg:"" help:"The role: programme-officer, chair, lto-approver …"`
	From string `help:"The first day. Without it, today." placeholder:"YYYY-MM-DD"`
}

func (giveHatCommand) Help() string {
	return `Example:
  commontable hat give ben@example.org programme-officer --programme pride-in-place`
}

func (c giveHatCommand) Run(w *world) error {
	n := person.NewHat{Role: access.Role(c.Role), From: date.Of(now())}
	if c.From != "" {
		var err error
		if n.From, err = date.Parse(c.From); err != nil {
			return fault.Invalid{{Field: "from", Words: "Give a day like 2026-10-14"}}
		}
	}
	return w.withPeople(c.Database, func(d *db.DB, people *person.People) error {
		var who person.Person
		err := d.Write(w.ctx, func(tx *db.Tx) (err error) {
			if who, err = findPerson(w, tx, c.Who); err != nil {
				return err
			}
			if n.Scope, n.Place, err = c.find(w, tx); err != nil {
				return err
			}
			// What people may give on the site is what is sensible here too.
			if err := n.Check().OrNil(); err != nil {
				return err
			}
			_, err = people.GiveHatIn(w.ctx, tx, access.System("hat give"), who.ID, n)
			return err
		})
		if err != nil {
			return err
		}
		w.say("%s is %s from %s.", who.Name, n.Role.Title(), n.From.Long())
		return nil
	})
}

type endHatCommand struct {
	config.Database
	hatPlace
	Who   string `arg:"" help:"Email address or ID of the person."`
	Role  string `arg:"" help:"The role."`
	Until string `help:"The first day on which it is no longer worn. Without it, today." placeholder:"YYYY-MM-DD"`
}

func (endHatCommand) Help() string {
	return `Example:
  commontable hat end ben@example.org programme-officer --programme pride-in-place`
}

func (c endHatCommand) Run(w *world) error {
	until := date.Of(now())
	if c.Until != "" {
		var err error
		if until, err = date.Parse(c.Until); err != nil {
			return fault.Invalid{{Field: "until", Words: "Give a day like 2026-10-14"}}
		}
	}
	return w.withPeople(c.Database, func(d *db.DB, people *person.People) error {
		ended := 0
		var who person.Person
		err := d.Write(w.ctx, func(tx *db.Tx) (err error) {
			ended = 0
			if who, err = findPerson(w, tx, c.Who); err != nil {
				return err
			}
			scope, place, err := c.find(w, tx)
			if err != nil {
				return err
			}
			hats, err := person.HatsOf(w.ctx, tx, who.ID)
			if err != nil {
				return err
			}
			for _, h := range hats {
				if h.Role != access.Role(c.Role) || h.Scope != scope || h.Place != place || (!h.Until.IsZero() && !until.Before(h.Until)) {
					continue
				}
				if err := people.EndHatIn(w.ctx, tx, access.System("hat end"), h.ID, until); err != nil {
					return err
				}
				ended++
			}
			if ended == 0 {
				return fault.Invalid{{Field: "role", Words: who.Name + " wears no such hat there that does not end already."}}
			}
			return nil
		})
		if err != nil {
			return err
		}
		w.say("%s is %s no more from %s.", who.Name, access.Role(c.Role).Title(), until.Long())
		return nil
	})
}
