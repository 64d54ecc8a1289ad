package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/config"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/geography"
	"commontable/internal/id"
)

type importGeographyCommand struct {
	config.Database
	Files   []string `arg:"" name:"file" help:"CSV files with a heading row, or GeoJSON; packed with gzip or not." type:"existingfile"`
	Kind    string   `help:"What the files are, where it is not to be found out: small-areas, changes, deprivation, community-needs, community-needs-of-wards, people, council-outlines or small-area-outlines." enum:",small-areas,changes,deprivation,community-needs,community-needs-of-wards,people,council-outlines,small-area-outlines" default:""`
	Year    int      `help:"Of which year the edition is, where neither its heading nor its name says so." placeholder:"2025"`
	Source  string   `help:"Who made it, where it is not the usual one."`
	Licence string   `help:"Under which licence it may be used, where it is not the usual one."`
	Public  bool     `help:"Show to anyone what has no licence of its own, such as the Community Needs Index: you say that you may."`
	DryRun  bool     `help:"Say what would happen, and change nothing."`
	JSON    bool     `help:"Print for a program to read." name:"json"`
}

func (importGeographyCommand) Help() string {
	return `All of the files are kept or, where one has faults, none. The same file twice changes nothing.
A changed file becomes a new edition beside the old one.

Example:
  commontable import geography lsoa21_ward_lad_region_icb_england_2024.csv.gz lsoa11_to_lsoa21_lad22_england.csv.gz imd2025_lsoa21_england.csv.gz --dry-run`
}

func (c importGeographyCommand) Run(w *world) error {
	return w.withExisting(c.Database, func(d *db.DB) error {
		var packs []geography.Pack
		for _, name := range c.Files {
			pack, err := c.read(name)
			if err != nil {
				return err
			}
			packs = append(packs, pack)
		}
		areas := &area.Areas{DB: d, IDs: id.Real(now), Now: now}
		reports, worked, err := areas.ImportGeography(w.ctx, access.System("import geography"), packs, c.DryRun)
		if err != nil {
			return err
		}
		wrong := 0
		for _, r := range reports {
			wrong += len(r.Faults) + r.Further
		}
		if c.JSON {
			err = w.json(struct {
				Files       []geography.Report
				Populations int
				DryRun      bool
			}{reports, worked, c.DryRun})
		} else {
			sayGeography(w, reports, wrong, worked, c.DryRun)
		}
		if err == nil && wrong > 0 {
			return errFound
		}
		return err
	})
}

func (c importGeographyCommand) read(name string) (geography.Pack, error) {
	file, err := os.Open(name)
	if err != nil {
		return geography.Pack{}, err
	}
	defer file.Close()
	return geography.Read(file, name, geography.Say{Kind: geography.Kind(c.Kind), Year: c.Year, Source: c.Source, Licence: c.Licence, Public: c.Public})
}

func sayGeography(w *world, reports []geography.Report, wrong, worked int, dryRun bool) {
	if wrong > 0 {
		w.say("Nothing was changed: %s.", counted(wrong, "fault"))
		for _, r := range reports {
			for _, f := range r.Faults {
				w.say("  %s: %s", r.File, f)
			}
			if r.Further > 0 {
				w.say("  %s: and %d more", r.File, r.Further)
			}
		}
		return
	}
	if dryRun {
		w.say("A dry run: nothing was changed. It would be:")
	}
	for _, r := range reports {
		what := "new"
		switch {
		case r.Unchanged:
			what = "unchanged"
		case r.Replaces:
			what = fmt.Sprintf("edition %d, in place of edition %d, which is kept", r.Edition, r.Edition-1)
		}
		w.say("%s: %s (%s), %d rows, %s.", r.File, r.Name, r.Kind.Words(), r.Rows, what)
		seen := "Anyone may see it."
		if !r.Public {
			seen = "Only people who are signed in see it; --public shows it to anyone."
		}
		w.say("  %s. %s", r.Licence, seen)
	}
	if worked > 0 {
		w.say("How many people live there was worked out for %s.", counted(worked, "area"))
	}
}

func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

type rulesCommand struct {
	Show rulesShowCommand `cmd:"" help:"The rules that a programme goes by, in plain words, with their sources."`
	Take rulesTakeCommand `cmd:"" help:"Have a programme go by a later version of its rule book from now on."`
}

type rulesShowCommand struct {
	config.Database
	Programme string `help:"The programme’s short name (slug)." required:""`
}

func (rulesShowCommand) Help() string {
	return "Example:\n  commontable rules show --programme big-local"
}

func (c rulesShowCommand) Run(w *world) error {
	return w.withExisting(c.Database, func(d *db.DB) error {
		return d.Read(w.ctx, func(tx *db.Tx) error {
			p, err := theProgramme(w, tx, c.Programme)
			if err != nil {
				return err
			}
			all, err := area.RulesOf(w.ctx, tx, p.ID)
			if err != nil {
				return err
			}
			for _, t := range all {
				w.say("%s, version %d, from %s", t.Rules.Name, t.Rules.Version, t.From.Long())
			}
			for _, r := range p.Rules.Plain() {
				w.say("  %s: %s.\n    %s", r.Name, r.Value, cmp.Or(r.Source, "No source"))
			}
			text, err := area.ShippedRuleBook(p.Rules.Code)
			if err != nil {
				return nil //nolint:nilerr // the programme has a rule book of its own
			}
			shipped, err := area.ReadRuleBook(text)
			if err == nil && shipped.Version > p.Rules.Version {
				w.say("This program comes with version %d. To see what differs: commontable rules take --programme %s --dry-run", shipped.Version, p.Slug)
			}
			return err
		})
	})
}

func theProgramme(w *world, tx *db.Tx, slug string) (area.Programme, error) {
	p, err := area.ProgrammeBySlug(w.ctx, tx, slug)
	if errors.Is(err, fault.NotFound) {
		return p, fault.Invalid{{Field: "programme", Words: fmt.Sprintf("There is no programme %q here. commontable doctor lists them.", slug)}}
	}
	return p, err
}

type rulesTakeCommand struct {
	config.Database
	Programme string `help:"The programme’s short name (slug)." required:""`
	File      string `help:"The rule book, as JSON. Without it, the one that came with the program." type:"existingfile"`
	DryRun    bool   `help:"Say what would change, and change nothing."`
}

func (rulesTakeCommand) Help() string {
	return `What was paid before keeps the rules that it was paid by.

Example:
  commontable rules take --programme big-local --dry-run`
}

func (c rulesTakeCommand) Run(w *world) error {
	return w.withExisting(c.Database, func(d *db.DB) error {
		var p area.Programme
		err := d.Read(w.ctx, func(tx *db.Tx) (err error) {
			p, err = theProgramme(w, tx, c.Programme)
			return err
		})
		if err != nil {
			return err
		}
		text, err := area.ShippedRuleBook(p.Rules.Code)
		if c.File != "" {
			text, err = os.ReadFile(c.File)
		}
		if err != nil {
			return err
		}
		rules, err := area.ReadRuleBook(text)
		if err != nil {
			return err
		}
		if err := area.MayFollow(p.Rules, rules); err != nil {
			return err
		}
		if c.DryRun {
			w.say("A dry run: nothing was changed. It would be:")
		} else {
			areas := &area.Areas{DB: d, IDs: id.Real(now), Now: now}
			if _, err := areas.TakeRules(w.ctx, access.System("rules take"), p.ID, text); err != nil {
				return err
			}
		}
		w.say("%s goes by version %d in place of version %d from today.", p.Name, rules.Version, p.Rules.Version)
		for _, change := range area.RuleChanges(p.Rules, rules) {
			w.say("  %s: was %q, is %q", change.Rule, change.Was, change.Is)
		}
		return nil
	})
}
