package main

import (
	"os"
	"strings"

	"filippo.io/age"

	"commontable/internal/app"
	"commontable/internal/audit"
	"commontable/internal/config"
	"commontable/internal/db"
	"commontable/internal/fault"
)

type backupCommand struct {
	config.Database
	config.CheckpointKey
	Out          string   `help:"File to write, which is not there yet." required:"" placeholder:"FILE"`
	AgeRecipient []string `help:"Seal the backup to this age public key (age1…); may be given several times. Keep the private keys elsewhere." placeholder:"KEY"`
	JSON         bool     `help:"Print for a program to read." name:"json"`
}

func (backupCommand) Help() string {
	return `Copies the database as it is at one moment, while the site is served, checks the copy, and puts it into one file with
its checksum and the latest checkpoint. The checkpoint key is not in it: keep that apart.

Example:
  commontable backup --out backups/2026-10-20.backup
  commontable backup --out backups/2026-10-20.backup --age-recipient age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p`
}

func (c backupCommand) Run(w *world) error {
	what := app.BackupWhat{Out: c.Out, Program: version(), Now: now()}
	for _, text := range c.AgeRecipient {
		recipients, err := age.ParseRecipients(strings.NewReader(text))
		if err != nil {
			return fault.Invalid{{Field: "--age-recipient", Words: text + " is not an age public key, such as age1…"}}
		}
		what.Recipients = append(what.Recipients, recipients...)
	}
	return w.withExisting(c.Database, func(d *db.DB) error {
		key, err := checkpointKey(c.Database, c.CheckpointKey)
		if err != nil {
			return err
		}
		if key != nil { // so that all that is in the backup is signed
			a, err := w.app(d, key)
			if err != nil {
				return err
			}
			if _, _, err := a.Checkpoints.Make(w.ctx); err != nil {
				return err
			}
		}
		m, err := app.Backup(w.ctx, d, what)
		if err != nil {
			return err
		}
		bad := m.Verified.Bad
		if c.JSON {
			err = w.json(m)
		} else {
			for _, one := range bad {
				w.say("BAD  %s", one)
			}
			w.say("%s holds %s, with checkpoint %d. SHA-256 of the database: %s", c.Out, m.Name, m.Checkpoint, m.SHA256)
			if len(bad) == 0 {
				w.say("The copy was checked: %d postings and %d events, 0 bad places.", m.Verified.Postings, m.Verified.Events)
			}
			if m.Verified.Rows > 0 {
				w.say("All %d rows were read back from the dump and held against the database. That a server takes it, only restoring it can tell: practise it.", m.Verified.Rows)
			}
			if len(what.Recipients) == 0 {
				w.say("It is not sealed: whoever has the file can read everything. To seal it: --age-recipient")
			}
		}
		if err == nil && len(bad) > 0 {
			return errFound
		}
		return err
	})
}

type restoreCommand struct {
	config.Database
	File        string   `arg:"" help:"A backup that commontable backup made." type:"existingfile"`
	Checkpoint  []string `help:"A checkpoint that was kept elsewhere, to hold the backup against; may be given several times." placeholder:"FILE" type:"existingfile"`
	PublicKey   string   `help:"The public key that was kept with it. Without it, the keys in the backup are believed." placeholder:"FILE" type:"existingfile"`
	AgeIdentity string   `help:"File of the age private key to which the backup was sealed." placeholder:"FILE" type:"existingfile"`
	JSON        bool     `help:"Print for a program to read." name:"json"`
}

func (restoreCommand) Help() string {
	return `Puts a backup where there is no database yet, and checks all of it. Nothing is ever written over.

Example:
  commontable restore backups/2026-10-20.backup --database sqlite:./restored/commontable.db --checkpoint checkpoint.txt
  commontable restore backups/2026-10-20.backup --database postgres://localhost/restored`
}

func (c restoreCommand) Run(w *world) error {
	if !c.AllowNetworkFileSystem {
		if err := db.RefuseNetwork(c.Database.Database); err != nil {
			return err
		}
	}
	what := app.RestoreWhat{File: c.File, DSN: c.Database.Database, Now: now, Outside: func(keys []audit.PublicKey) ([]audit.Checkpoint, error) {
		all, bad, err := readCheckpoints(c.Checkpoint, c.PublicKey, keys)
		if err == nil && len(bad) > 0 {
			err = fault.New(fault.Conflict, bad[0])
		}
		return all, err
	}}
	if c.AgeIdentity != "" {
		file, err := os.Open(c.AgeIdentity)
		if err != nil {
			return err
		}
		defer file.Close()
		if what.Identities, err = age.ParseIdentities(file); err != nil {
			return fault.Invalid{{Field: "--age-identity", Words: c.AgeIdentity + " is not a file of an age private key."}}
		}
	}
	r, err := app.Restore(w.ctx, what)
	if err != nil {
		return err
	}
	if c.JSON {
		err = w.json(r)
	} else {
		for _, one := range r.Verified.Bad {
			w.say("BAD  %s", one)
		}
		w.say("%s, as it was on %s: %d postings and %d events read, %d bad places.", r.Manifest.Name, r.Manifest.TakenAt.In(london).Format("2 January 2006 at 15:04"), r.Verified.Postings, r.Verified.Events, len(r.Verified.Bad))
		if len(r.Verified.Bad) == 0 {
			w.say("It is restored. Next: commontable serve, with the same --database.")
		}
	}
	if err == nil && len(r.Verified.Bad) > 0 {
		return errFound
	}
	return err
}
