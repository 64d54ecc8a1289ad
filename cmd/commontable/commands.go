package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/app"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/config"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/demo"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/mail"
	"commontable/internal/open"
	"commontable/internal/organisation"
	"commontable/internal/person"
)

// london is where the programme's days begin.
var london = func() *time.Location {
	l, err := time.LoadLocation("Europe/London")
	if err != nil {
		return time.UTC
	}
	return l
}()

func now() time.Time { return time.Now().In(london) }

// open opens a database and brings its tables up to date.
func (w *world) open(c config.Database) (*db.DB, error) {
	if !c.AllowNetworkFileSystem {
		if err := db.RefuseNetwork(c.Database); err != nil {
			return nil, err
		}
	}
	d, err := db.Open(w.ctx, c.Database)
	if err != nil {
		return nil, err
	}
	if err := d.Migrate(w.ctx); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// with opens a database for as long as f runs.
func (w *world) with(c config.Database, f func(*db.DB) error) (err error) {
	d, err := w.open(c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	return f(d)
}

// withExisting is with, for a database that must be there already: to look at
// one that was mistyped, and find nothing wrong in it, would help nobody.
func (w *world) withExisting(c config.Database, f func(*db.DB) error) error {
	if !db.Exists(c.Database) {
		return fault.Invalid{{Field: "--database", Words: fmt.Sprintf("There is no database at %s. Check the name, or begin one with commontable init or demo.", c.Database)}}
	}
	return w.with(c, f)
}

func (w *world) json(v any) error {
	e := json.NewEncoder(w.out)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

type initCommand struct {
	config.Database
	Programme    string `help:"Rule book: big-local or pride-in-place." default:"big-local" enum:"big-local,pride-in-place"`
	Name         string `help:"The programme’s name. Without it, the rule book’s."`
	Funder       string `help:"The funder’s name." required:""`
	FunderID     string `help:"The funder’s identifier by org-id, such as GB-CHC-1147511." name:"funder-id"`
	Operator     string `help:"Email address of the first person, who runs this installation." required:"" placeholder:"EMAIL"`
	OperatorName string `help:"That person’s name." required:""`
	Development  bool   `help:"Mark the database as for development, for ever: with people for each step, whom anybody may look round as."`
}

func (initCommand) Help() string {
	return `Example:
  commontable init --programme pride-in-place --funder "The Ministry" --operator ada@example.org --operator-name "Ada Example"`
}

func (c initCommand) Run(w *world) error {
	return w.with(c.Database, func(d *db.DB) error {
		ids := id.Real(now)
		areas, people := &area.Areas{DB: d, IDs: ids, Now: now}, &person.People{DB: d, IDs: ids, Now: now}
		what := area.InitWhat{Kind: area.Real, RuleBook: c.Programme, ProgrammeName: c.Name, FunderName: c.Funder}
		if c.Development {
			what.Kind = area.Development
		}
		if c.FunderID != "" {
			var err error
			if what.FunderIdentifier, err = organisation.ParseOrgID(c.FunderID); err != nil {
				return err
			}
		}
		by := access.System("init")
		var programme area.Programme
		err := d.Write(w.ctx, func(tx *db.Tx) (err error) {
			if programme, err = areas.InitIn(w.ctx, tx, by, what); err != nil {
				return err
			}
			first, err := people.AddIn(w.ctx, tx, by, person.New{Name: c.OperatorName, Email: c.Operator})
			if err != nil {
				return err
			}
			if _, err = people.GiveHatIn(w.ctx, tx, by, first.ID, person.NewHat{Role: access.Operator, Scope: access.InInstallation, From: date.Of(now())}); err != nil || !c.Development {
				return err
			}
			organisations := &organisation.Organisations{DB: d, IDs: ids, Now: now}
			return demo.Cast{People: people, Organisations: organisations, From: date.Of(now())}.AddIn(w.ctx, tx, programme)
		})
		if err != nil {
			return err
		}
		w.say("%s is begun: programme %s, run by %s.\nNext: commontable import areas FILE.csv --programme %s --dry-run", programme.Name, programme.Slug, c.OperatorName, programme.Slug)
		return nil
	})
}

type demoCommand struct {
	config.Database
	Areas int    `help:"How many areas." default:"150"`
	Years int    `help:"How many years." default:"12"`
	Seed  uint64 `help:"The same seed gives the same places, people and pounds." default:"1"`
	Today string `help:"The last day that is played; the clock goes on from there." default:"2026-10-14" placeholder:"YYYY-MM-DD"`
}

func (demoCommand) Help() string {
	return `Example:
  commontable demo --areas 12 --years 4 --database sqlite:./data/demonstration.db`
}

func (c demoCommand) Run(w *world) error {
	today, err := date.Parse(c.Today)
	if err != nil {
		return fault.Invalid{{Field: "today", Words: "Enter a day like 2026-10-14"}}
	}
	return w.with(c.Database, func(d *db.DB) error {
		began := time.Now()
		defer debug.SetGCPercent(debug.SetGCPercent(400)) // what it holds is small beside what it makes and forgets
		bar := newBar(w.errs, c.Areas)
		err := demo.Play(w.ctx, d, demo.What{Areas: c.Areas, Years: c.Years, Seed: c.Seed, Today: today}, bar.at)
		bar.end()
		if err != nil {
			return err
		}
		w.say("%d areas, %d years, played in %.1f seconds.", c.Areas, c.Years, time.Since(began).Seconds())
		return nil
	})
}

type importCommand struct {
	Areas     importAreasCommand     `cmd:"" help:"Areas of a programme, from a CSV file."`
	Agencies  importAgenciesCommand  `cmd:"" help:"Public agencies from a register: councils, housing, health, police, schools, national parks."`
	Geography importGeographyCommand `cmd:"" help:"What is published about small areas: names, changes, deprivation, needs, people, outlines."`
}

type importAreasCommand struct {
	config.Database
	File      string `arg:"" help:"CSV file with a heading row." type:"existingfile"`
	Programme string `help:"The programme’s short name (slug)." required:""`
	DryRun    bool   `help:"Say what would happen, and change nothing."`
	JSON      bool   `help:"Print for a program to read." name:"json"`
}

func (importAreasCommand) Help() string {
	return `Example:
  commontable import areas pride_in_place_places_2026.csv --programme pride-in-place --dry-run`
}

func (c importAreasCommand) Run(w *world) error {
	return w.withExisting(c.Database, func(d *db.DB) error {
		file, err := os.Open(c.File)
		if err != nil {
			return err
		}
		defer file.Close()
		areas := &area.Areas{DB: d, IDs: id.Real(now), Now: now}
		report, err := areas.Import(w.ctx, access.System("import areas"), c.Programme, file, c.File, c.DryRun)
		if errors.Is(err, fault.NotFound) {
			return fault.Invalid{{Field: "programme", Words: fmt.Sprintf("There is no programme %q here. commontable doctor lists them.", c.Programme)}}
		}
		if err != nil {
			return err
		}
		if c.JSON {
			err = w.json(report)
		} else {
			sayReport(w, report)
		}
		if err == nil && len(report.Faults) > 0 {
			return errFound
		}
		return err
	})
}

func sayReport(w *world, r area.Report) {
	if len(r.Faults) > 0 {
		faults := fmt.Sprintf("%d faults", len(r.Faults))
		if len(r.Faults) == 1 {
			faults = "1 fault"
		}
		w.say("Nothing was changed: the file has %s.", faults)
		for _, f := range r.Faults {
			w.say("  %s", f)
		}
		return
	}
	if r.DryRun {
		w.say("A dry run: nothing was changed. It would be:")
	}
	w.say("%d created, %d updated, %d unchanged, %d in the programme but not in the file.", r.Created, r.Updated, r.Unchanged, r.NotInFile)
	for _, c := range r.Changes {
		w.say("  %s: %s was %q, is %q", c.Name, c.Field, c.Was, c.Is)
	}
	if len(r.Lacking) > 0 {
		w.say("%d are kept although something of them is not known:", len(r.Lacking))
		for _, l := range r.Lacking {
			w.say("  %s: %s", l.Name, joinWords(l.What))
		}
	}
	if len(r.Ignored) > 0 {
		w.say("Columns that were not used: %s.", joinWords(r.Ignored))
	}
}

// joinWords is a list in words: "a, b and c".
func joinWords(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

type exportCommand struct {
	ThreeSixty exportGrantsCommand  `cmd:"" name:"360giving" help:"Awards, by the 360Giving standard 1.4.3, as JSON."`
	History    exportHistoryCommand `cmd:"" help:"An area’s whole signed history, to be proved by another program."`
	Journal    exportJournalCommand `cmd:"" help:"The whole ledger as plain-text accounting, which hledger reads."`
}

type exportHistoryCommand struct {
	exportTo
	Area    string `help:"The area’s short name (slug)." required:""`
	Private bool   `help:"With the free words and names that are kept apart from the events. Hand such a file to nobody who may not see them."`
}

func (exportHistoryCommand) Help() string {
	return "Example:\n  commontable export history --area tanners-reach --out history.json && python3 scripts/verify-history.py history.json"
}

func (c exportHistoryCommand) Run(w *world) error {
	return c.run(w, func(tx *db.Tx, out io.Writer) error {
		a, err := area.BySlug(w.ctx, tx, c.Area)
		if errors.Is(err, fault.NotFound) {
			return fault.Invalid{{Field: "--area", Words: fmt.Sprintf("There is no area %q here.", c.Area)}}
		}
		if err != nil {
			return err
		}
		history, err := audit.ExportOf(w.ctx, tx, string(a.ID), a.Name, nil, c.Private)
		if err != nil {
			return err
		}
		e := json.NewEncoder(out)
		e.SetEscapeHTML(false)
		e.SetIndent("", " ")
		return e.Encode(history)
	})
}

type exportTo struct {
	config.Database
	Out string `help:"File to write. Without it, the standard output." placeholder:"FILE"`
}

func (c exportTo) run(w *world, write func(*db.Tx, io.Writer) error) error {
	return w.withExisting(c.Database, func(d *db.DB) error {
		out := w.out
		var file *os.File
		if c.Out != "" {
			var err error
			if file, err = os.Create(c.Out); err != nil {
				return err
			}
			out = file
		}
		err := d.Read(w.ctx, func(tx *db.Tx) error { return write(tx, out) })
		if file == nil {
			return err
		}
		if err := errors.Join(err, file.Close()); err != nil {
			return err
		}
		w.say("Written to %s.", c.Out)
		return nil
	})
}

type exportGrantsCommand struct {
	exportTo
	BaseURL string `help:"How people reach the site, such as https://example.org: the data says where it came from." required:"" env:"COMMONTABLE_BASE_URL" placeholder:"URL"`
}

func (exportGrantsCommand) Help() string {
	return "Example:\n  commontable export 360giving --base-url https://example.org --out grants.json"
}

func (c exportGrantsCommand) Run(w *world) error {
	return c.run(w, func(tx *db.Tx, out io.Writer) error { return open.WriteGrants360(w.ctx, tx, out, c.BaseURL) })
}

type exportJournalCommand struct{ exportTo }

func (exportJournalCommand) Help() string {
	return "Example:\n  commontable export journal --out programme.journal && hledger -f programme.journal balance"
}

func (c exportJournalCommand) Run(w *world) error {
	return c.run(w, func(tx *db.Tx, out io.Writer) error { return open.WriteJournal(w.ctx, tx, out) })
}

type verifyCommand struct {
	config.Database
	Checkpoint []string `help:"A checkpoint that was kept elsewhere; may be given several times." placeholder:"FILE" type:"existingfile"`
	History    []string `help:"An area’s exported history, checked by itself alone, without a database." placeholder:"FILE" type:"existingfile"`
	PublicKey  string   `help:"The public key that was kept with it. Without it, the keys that the database keeps are believed." placeholder:"FILE" type:"existingfile"`
	JSON       bool     `help:"Print for a program to read." name:"json"`
}

func (verifyCommand) Help() string {
	return "Example:\n  commontable verify --database sqlite:./data/demonstration.db\n  commontable verify --checkpoint checkpoint.txt --public-key public-key.txt"
}

func (c verifyCommand) Run(w *world) error {
	if len(c.History) > 0 {
		return c.histories(w)
	}
	return w.withExisting(c.Database, func(d *db.DB) error {
		began := time.Now()
		condition, err := app.Doctor(w.ctx, d, false)
		if err != nil {
			return err
		}
		if condition.Kind == "" {
			return fault.Invalid{{Field: "--database", Words: "This database is empty: there is nothing to verify. Begin it with commontable init or demo."}}
		}
		outside, bad, err := outsideCheckpoints(w, d, c.Checkpoint, c.PublicKey)
		if err != nil {
			return err
		}
		v, err := app.Verify(w.ctx, d, outside...)
		if err != nil {
			return err
		}
		v.Bad = append(bad, v.Bad...)
		if c.JSON {
			err = w.json(v)
		} else {
			for _, bad := range v.Bad {
				w.say("BAD  %s", bad)
			}
			w.say("%d postings and %d events read in %.1f seconds; %d bad places.", v.Postings, v.Events, time.Since(began).Seconds(), len(v.Bad))
			if len(outside) > 0 && c.PublicKey == "" {
				w.say("The checkpoints’ signatures were checked with the keys that this database keeps. To check them with a key that you kept: --public-key FILE")
			}
		}
		if err == nil && len(v.Bad) > 0 {
			return errFound
		}
		return err
	})
}

// histories checks what was exported. It needs no database.
func (c verifyCommand) histories(w *world) error {
	var trusted []audit.PublicKey
	if c.PublicKey != "" {
		var err error
		if trusted, err = publicKeys(c.PublicKey); err != nil {
			return err
		}
	}
	v := app.Verified{Bad: []string{}}
	for _, file := range c.History {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		var e audit.Export
		if err := json.Unmarshal(text, &e); err != nil {
			v.Bad = append(v.Bad, file+": is not an exported history")
			continue
		}
		keys := trusted
		if c.PublicKey == "" {
			for _, line := range e.Keys {
				if k, err := audit.ParsePublicKey(line); err == nil {
					keys = append(keys, k)
				}
			}
		}
		e.Check(keys, func(bad string) { v.Bad = append(v.Bad, bad) })
		v.Events += int64(len(e.Events))
	}
	if c.JSON {
		if err := w.json(v); err != nil {
			return err
		}
	} else {
		for _, bad := range v.Bad {
			w.say("BAD  %s", bad)
		}
		w.say("%d events read; %d bad places.", v.Events, len(v.Bad))
	}
	if len(v.Bad) > 0 {
		return errFound
	}
	return nil
}

type routesCommand struct {
	JSON bool `help:"Print for a program to read." name:"json"`
}

func (routesCommand) Help() string { return "Example:\n  commontable routes --json" }

func (c routesCommand) Run(w *world) error {
	type route struct {
		Pattern string `json:"pattern"`
		Policy  string `json:"policy"`
	}
	var all []route
	for _, r := range app.RouteTable() {
		all = append(all, route{r.Pattern, r.Policy.String()})
	}
	if c.JSON {
		return w.json(all)
	}
	for _, r := range all {
		w.say("%-72s %s", r.Pattern, r.Policy)
	}
	return nil
}

type migrateCommand struct{ config.Database }

func (migrateCommand) Help() string {
	return "Example:\n  commontable migrate --database postgres://localhost/commontable"
}

func (c migrateCommand) Run(w *world) error {
	return w.with(c.Database, func(*db.DB) error {
		version, err := db.SchemaVersion()
		if err == nil {
			w.say("The tables are at version %d, the newest this program knows.", version)
		}
		return err
	})
}

type versionCommand struct{}

func (versionCommand) Run(w *world) error {
	_, err := fmt.Fprintln(w.out, "commontable", version())
	return err
}

func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return info.Main.Version
}

type doctorCommand struct {
	config.Database
	config.Mail
	JSON bool `help:"Print for a program to read." name:"json"`
}

func (doctorCommand) Help() string { return "Example:\n  commontable doctor --json" }

func (c doctorCommand) Run(w *world) error {
	server, err := mailServer(c.Mail)
	if err != nil {
		return err
	}
	return w.withExisting(c.Database, func(d *db.DB) error {
		found, err := app.Doctor(w.ctx, d, server != nil)
		if err != nil {
			return err
		}
		if c.JSON {
			return w.json(found)
		}
		w.say("Program     %s", version())
		w.say("Database    %s, %s (tables at version %d)", c.Database.Database, found.Version, found.Schema)
		if found.Kind == "" {
			w.say("This database is empty. Next: commontable init --help, or commontable demo.")
			return nil
		}
		w.say("Kind        %s: %s", found.Kind, found.Name)
		w.say("Programmes  %s", joinWords(found.Programme))
		w.say("Mail        %s", mailState(found.Mail, server))
		for _, slice := range slices.Sorted(maps.Keys(found.Records)) {
			for _, kind := range slices.Sorted(maps.Keys(found.Records[slice])) {
				w.say("%-11s %s: %d", slice, kind, found.Records[slice][kind])
			}
		}
		return nil
	})
}

func mailServer(c config.Mail) (*mail.Server, error) {
	if c.SMTP == "" {
		return nil, nil //nolint:nilnil // to have none is one of the ways to run
	}
	return mail.ParseServer(c.SMTP, c.MailFrom)
}

func mailState(m app.Mail, server *mail.Server) string {
	switch m.State {
	case "kept":
		return "a demonstration sends none: it is read at /outbox"
	case "configured":
		return fmt.Sprintf("handed in at %s; %d waiting, %d that the other side would not have", server, m.Waiting, m.Refused)
	}
	return fmt.Sprintf("NOT CONFIGURED: %d waiting, and people cannot sign in by email. Give --smtp and --mail-from.", m.Waiting)
}
