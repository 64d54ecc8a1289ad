package main

import (
	"fmt"
	"os"
	"regexp"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/config"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/organisation"
)

type importAgenciesCommand struct {
	config.Database
	File     string            `arg:"" help:"CSV or tab-separated file with a heading row." type:"existingfile"`
	Register string            `help:"What the file is, where its heading does not say: councils, parks, housing, health, police, police-areas, police-teams or schools." enum:",councils,parks,housing,health,police,police-areas,police-teams,schools" default:""`
	Edition  string            `help:"Of what day the file is: 2026-04-01. Without it, the day in its name, or else the day on which it was last changed." placeholder:"DAY"`
	Same     map[string]string `help:"That a row is of a body that is here: the row’s code and the body’s short name. May be given several times." placeholder:"CODE=SLUG"`
	Another  []string          `help:"That a row is of no body that is here, though the name is the same: the row’s code. May be given several times." placeholder:"CODE"`
	DryRun   bool              `help:"Say what would happen, and change nothing."`
	JSON     bool              `help:"Print for a program to read." name:"json"`
}

func (importAgenciesCommand) Help() string {
	return `All of the file is taken or, where it has faults, nothing. The same file twice changes nothing.
An older file after a newer one adds what it alone knows, and undoes nothing. Nothing is ever removed.

Example:
  commontable import agencies local_authorities.csv --edition 2025-01-31 --dry-run`
}

func (c importAgenciesCommand) Run(w *world) error {
	return w.withExisting(c.Database, func(d *db.DB) error {
		file, err := os.Open(c.File)
		if err != nil {
			return err
		}
		defer file.Close()
		say := agency.Say{Register: agency.Register(c.Register), Same: c.Same, Another: c.Another, DryRun: c.DryRun}
		if say.Edition, err = c.edition(file); err != nil {
			return err
		}
		ids := id.Real(now)
		agencies := &agency.Agencies{DB: d, IDs: ids, Now: now, Organisations: &organisation.Organisations{DB: d, IDs: ids, Now: now}}
		report, err := agencies.Import(w.ctx, access.System("import agencies"), file, c.File, say)
		if err != nil {
			return err
		}
		if c.JSON {
			err = w.json(report)
		} else {
			sayAgencies(w, report)
		}
		if err == nil && len(report.Faults) > 0 {
			return errFound
		}
		return err
	})
}

var dayInName = regexp.MustCompile(`(20[0-9]{2})[-_]?(0[1-9]|1[0-2])[-_]?([0-2][0-9]|3[01])`)

func (c importAgenciesCommand) edition(file *os.File) (date.Date, error) {
	if c.Edition != "" {
		d, err := date.Parse(c.Edition)
		if err != nil {
			return d, fault.Invalid{{Field: "--edition", Words: fmt.Sprintf("Give a day such as 2026-04-01: %q is none.", c.Edition)}}
		}
		return d, nil
	}
	if m := dayInName.FindStringSubmatch(c.File); m != nil {
		if d, err := date.Parse(m[1] + "-" + m[2] + "-" + m[3]); err == nil {
			return d, nil
		}
	}
	about, err := file.Stat()
	if err != nil {
		return date.Date{}, err
	}
	return date.InLondon(about.ModTime()), nil
}

func sayAgencies(w *world, r agency.Report) {
	if len(r.Faults) > 0 {
		w.say("Nothing was changed: %s.", counted(len(r.Faults)+r.Further, "fault"))
		for _, f := range r.Faults {
			w.say("  %s", f)
		}
		if r.Further > 0 {
			w.say("  and %d more", r.Further)
		}
		return
	}
	if r.DryRun {
		w.say("A dry run: nothing was changed. It would be:")
	}
	w.say("%s (%s, as of %s): %d created, %d updated, %d unchanged, %d here and not in the file.", r.File, r.Register, r.Edition.Long(), r.Created, r.Updated, r.Unchanged, r.NotInFile)
	if r.Skipped > 0 {
		w.say("%s left out: of no body yet.", counted(r.Skipped, "row"))
	}
	if r.Older > 0 {
		w.say("Of %d something newer is known, and stays.", r.Older)
	}
	for _, c := range r.Changes {
		w.say("  %s: %s was %q, is %q", c.Name, c.Field, c.Was, c.Is)
	}
	for _, j := range r.Joined {
		w.say("  row %d, %s: joined with %s, that was here", j.Row, j.Name, j.With)
	}
	for _, l := range r.Lacking {
		w.say("  %s is nowhere", l)
	}
	if len(r.Unsure) > 0 {
		w.say("Somebody has to say of %s; they were left. Give --same CODE=SLUG, or --another CODE:", counted(len(r.Unsure), "row"))
		for _, u := range r.Unsure {
			w.say("  row %d, %s, %s: %s (%s)", u.Row, u.Code, u.Name, u.Reason, joinWords(u.Slugs))
		}
	}
	if len(r.Ignored) > 0 {
		w.say("Columns that were not used: %s.", joinWords(r.Ignored))
	}
}
