package main

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"commontable/internal/access"
	"commontable/internal/app"
	"commontable/internal/audit"
	"commontable/internal/config"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// keyFile is where the private key of checkpoints is kept: where the operator
// says, or beside the SQLite file. "" for PostgreSQL, of which nobody said.
func keyFile(c config.Database, k config.CheckpointKey) string {
	if path, ok := db.File(c.Database); ok && k.CheckpointKey == "" {
		return path + ".checkpoint-key"
	}
	return k.CheckpointKey
}

// checkpointKey reads the private key, which is made where it is first needed;
// nil where nobody said where to keep one.
func checkpointKey(c config.Database, k config.CheckpointKey) (ed25519.PrivateKey, error) {
	path := keyFile(c, k)
	if path == "" {
		return nil, nil
	}
	return audit.KeyFileOrNew(path)
}

// app puts the program together for a command that does something in it, so
// that it goes by its clock: a demonstration has one of its own.
func (w *world) app(d *db.DB, key ed25519.PrivateKey) (*app.App, error) {
	return app.New(w.ctx, d, app.Options{Log: w.log, Now: now, CheckpointKey: key})
}

var errNoKeyFile = fault.Invalid{{Field: "--checkpoint-key", Words: "Say in which file the private key is kept, outside the database. It is made where it is not there yet."}}

type checkpointCommand struct {
	config.Database
	config.CheckpointKey
	Out string `help:"File to write to, instead of the screen." placeholder:"FILE"`
}

func (checkpointCommand) Help() string {
	return `Signs what all of history is now, and prints it, with the heads that it was signed for. Keep it somewhere else: it
finds any later change to what it counts.

Example:
  commontable checkpoint --database sqlite:./data/commontable.db --out checkpoint.txt
  commontable verify --checkpoint checkpoint.txt`
}

func (c checkpointCommand) Run(w *world) error {
	return w.withExisting(c.Database, func(d *db.DB) error {
		key, err := checkpointKey(c.Database, c.CheckpointKey)
		if err != nil {
			return err
		}
		if key == nil {
			return errNoKeyFile
		}
		a, err := w.app(d, key)
		if err != nil {
			return err
		}
		made, _, err := a.Checkpoints.Make(w.ctx)
		if err != nil {
			return err
		}
		if c.Out == "" {
			_, err = fmt.Fprint(w.out, made.File())
			return err
		}
		if err := os.WriteFile(c.Out, []byte(made.File()), 0o644); err != nil {
			return err
		}
		w.say("Checkpoint %d of %d events is in %s.", made.Number, made.Size, c.Out)
		return nil
	})
}

type checkpointKeyCommand struct {
	config.Database
	config.CheckpointKey
	Rotate bool `help:"Put a new key in the place of the one in use. The old one is kept beside it."`
	Lost   bool `help:"With --rotate: the old key is lost, so it cannot vouch for the new one."`
}

func (checkpointKeyCommand) Help() string {
	return `Prints the public keys with which checkpoints are checked, the one in use last.

Example:
  commontable checkpoint-key --database sqlite:./data/commontable.db > public-key.txt
  commontable checkpoint-key --rotate`
}

func (c checkpointKeyCommand) Run(w *world) error {
	return w.withExisting(c.Database, func(d *db.DB) error {
		path := keyFile(c.Database, c.CheckpointKey)
		if path == "" && c.Rotate {
			return errNoKeyFile
		}
		if c.Rotate {
			if err := c.rotate(w, d, path); err != nil {
				return err
			}
		}
		var keys []audit.PublicKey
		if err := d.Read(w.ctx, func(tx *db.Tx) (err error) {
			keys, err = audit.Keys(w.ctx, tx)
			return err
		}); err != nil {
			return err
		}
		if len(keys) == 0 {
			return fault.New(fault.Conflict, "No checkpoint was made here yet, so there is no key. Next: commontable checkpoint")
		}
		for _, k := range keys {
			w.say("%s", k)
		}
		return nil
	})
}

// rotate writes the new key beside the old one before the database knows it,
// so that no moment is without the key that is in use.
func (c checkpointKeyCommand) rotate(w *world, d *db.DB, path string) error {
	var old ed25519.PrivateKey
	if !c.Lost {
		var err error
		if old, err = audit.KeyFile(path); errors.Is(err, fs.ErrNotExist) {
			return fault.Invalid{{Field: "--rotate", Words: fmt.Sprintf("There is no key at %s. If it is lost for good, add --lost.", path)}}
		} else if err != nil {
			return err
		}
	}
	key, err := audit.KeyFileOrNew(path + ".new")
	if err != nil {
		return err
	}
	a, err := w.app(d, old)
	if err != nil {
		return err
	}
	if _, err := a.Checkpoints.Rotate(w.ctx, key); err != nil {
		return err
	}
	if old != nil {
		if err := os.Rename(path, path+".until-"+date.Of(now()).String()); err != nil {
			return err
		}
	}
	return os.Rename(path+".new", path)
}

type checkpointPartiesCommand struct {
	Add  addPartyCommand    `cmd:"" help:"Have the latest checkpoint mailed to somebody each day."`
	List listPartiesCommand `cmd:"" help:"Say to whom checkpoints are mailed."`
	End  endPartyCommand    `cmd:"" help:"Have no more mailed to an address."`
}

type addPartyCommand struct {
	config.Database
	Email string `arg:"" help:"Their email address."`
	Name  string `help:"Who they are, such as “The funder’s finance team”." required:""`
}

func (addPartyCommand) Help() string {
	return "Example:\n  commontable checkpoint-parties add finance@example.org --name \"The funder’s finance team\""
}

func (c addPartyCommand) Run(w *world) error {
	return w.withExisting(c.Database, func(d *db.DB) error {
		a, err := w.app(d, nil)
		if err != nil {
			return err
		}
		err = d.Write(w.ctx, func(tx *db.Tx) error {
			_, err := audit.AddParty(w.ctx, tx, a.IDs, access.System("checkpoint-parties"), c.Name, c.Email, a.Now())
			return err
		})
		if err == nil {
			w.say("The latest checkpoint is mailed to %s each day on which there is a new one.", c.Email)
		}
		return err
	})
}

type listPartiesCommand struct {
	config.Database
	JSON bool `help:"Print for a program to read." name:"json"`
}

func (listPartiesCommand) Help() string {
	return "Example:\n  commontable checkpoint-parties list --json"
}

func (c listPartiesCommand) Run(w *world) error {
	return w.withExisting(c.Database, func(d *db.DB) error {
		parties := []audit.Party{}
		err := d.Read(w.ctx, func(tx *db.Tx) error {
			all, err := audit.Parties(w.ctx, tx)
			parties = append(parties[:0], all...)
			return err
		})
		if err != nil || c.JSON {
			return errors.Join(err, w.json(parties))
		}
		if len(parties) == 0 {
			w.say("Checkpoints are mailed to nobody. At least three parties should keep them: commontable checkpoint-parties add --help")
		}
		for _, p := range parties {
			w.say("%-40s %s (checkpoint %d was the last that was sent)", p.Email, p.Name, p.Sent)
		}
		return nil
	})
}

type endPartyCommand struct {
	config.Database
	Email string `arg:"" help:"Their email address."`
}

func (endPartyCommand) Help() string {
	return "Example:\n  commontable checkpoint-parties end finance@example.org"
}

func (c endPartyCommand) Run(w *world) error {
	return w.withExisting(c.Database, func(d *db.DB) error {
		a, err := w.app(d, nil)
		if err != nil {
			return err
		}
		err = d.Write(w.ctx, func(tx *db.Tx) error {
			return audit.EndParty(w.ctx, tx, a.IDs, access.System("checkpoint-parties"), c.Email, a.Now())
		})
		if errors.Is(err, fault.NotFound) {
			return fault.Invalid{{Field: "EMAIL", Words: "No checkpoints are mailed to " + c.Email + "."}}
		}
		if err == nil {
			w.say("No more checkpoints are mailed to %s.", c.Email)
		}
		return err
	})
}

// outsideCheckpoints reads checkpoints that were kept elsewhere. What is wrong
// with one is given back in words, as something that was found.
func outsideCheckpoints(w *world, d *db.DB, files []string, publicKey string) (all []audit.Checkpoint, bad []string, err error) {
	var kept []audit.PublicKey
	if err := d.Read(w.ctx, func(tx *db.Tx) (err error) {
		kept, err = audit.Keys(w.ctx, tx)
		return err
	}); err != nil {
		return nil, nil, err
	}
	return readCheckpoints(files, publicKey, kept)
}

// readCheckpoints reads checkpoints with a public key that was kept, or else
// with those that the database keeps.
func readCheckpoints(files []string, publicKey string, keys []audit.PublicKey) (all []audit.Checkpoint, bad []string, err error) {
	if publicKey != "" {
		if keys, err = publicKeys(publicKey); err != nil {
			return nil, nil, err
		}
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, nil, err
		}
		c, err := audit.ParseCheckpoint(string(text), keys)
		if err != nil {
			bad = append(bad, file+": "+err.Error())
			continue
		}
		all = append(all, c)
	}
	return all, bad, nil
}

// publicKeys reads public keys from a file, one a line.
func publicKeys(file string) (keys []audit.PublicKey, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		k, err := audit.ParsePublicKey(line)
		if err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	return keys, nil
}
