package app

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"

	"commontable/internal/access"
	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// A backup is one file: a tar, packed with gzip and, where somebody is named to
// whom it is sealed, by age. In it stand the manifest, the latest checkpoint, and
// the database.
const (
	backupFormat   = "commontable backup 1"
	manifestName   = "manifest.json"
	checkpointName = "checkpoint.txt"
)

// A Manifest says what is in a backup.
type Manifest struct {
	Format        string    `json:"format"`
	TakenAt       time.Time `json:"taken_at"`
	Program       string    `json:"program"`
	Engine        string    `json:"engine"`
	EngineVersion string    `json:"engine_version"`
	Schema        int64     `json:"schema"`
	Kind          string    `json:"kind"`
	Name          string    `json:"name"`
	File          string    `json:"file"`
	Bytes         int64     `json:"bytes"`
	SHA256        string    `json:"sha256"`
	Checkpoint    int64     `json:"checkpoint"` // 0 where none was made
	Verified      *Verified `json:"verified"`   // of the copy; null in a dump that an earlier version made
}

// BackupWhat is what is said of a backup that is to be made.
type BackupWhat struct {
	Out        string          // the file, which is not there yet
	Recipients []age.Recipient // for whom it is sealed; none leaves it open
	Program    string          // the program's version
	Now        time.Time
}

// Backup copies a database as it is at one moment, while others write, checks
// the copy, and puts it into one file.
func Backup(ctx context.Context, d *db.DB, w BackupWhat) (m Manifest, err error) {
	if _, err := os.Stat(w.Out); !errors.Is(err, fs.ErrNotExist) {
		return m, fault.Invalid{{Field: "--out", Words: w.Out + " is there already, and is not written over."}}
	}
	work, err := os.MkdirTemp(filepath.Dir(w.Out), ".backup-")
	if err != nil {
		return m, fmt.Errorf("backup: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	if m, err = copied(ctx, d, work, w); err != nil {
		return m, fmt.Errorf("backup: %w", err)
	}
	if err := pack(work, m, w); err != nil {
		return m, fmt.Errorf("backup: %w", err)
	}
	return m, nil
}

func copied(ctx context.Context, d *db.DB, work string, w BackupWhat) (m Manifest, err error) {
	condition, err := Doctor(ctx, d, false)
	if err != nil {
		return m, err
	}
	m = Manifest{
		Format: backupFormat, TakenAt: w.Now.UTC(), Program: w.Program, Engine: condition.Engine, EngineVersion: condition.Version,
		Schema: condition.Schema, Kind: condition.Kind, Name: condition.Name, File: "database.sqlite",
	}
	if m.Engine == "postgres" {
		m.File = "database.dump"
	}
	file := filepath.Join(work, m.File)
	if err := latestCheckpoint(ctx, d, filepath.Join(work, checkpointName), &m); err != nil {
		return m, err
	}
	v, err := copyChecked(ctx, d, file)
	if err != nil {
		return m, err
	}
	m.Verified = &v
	m.SHA256, m.Bytes, err = hashFile(file)
	return m, err
}

// copyChecked copies a database and checks the copy. One of SQLite is opened and
// verified itself. Of one of PostgreSQL, which only a server can open, every row is
// read back and held against the snapshot that it is of, and that snapshot is verified.
func copyChecked(ctx context.Context, d *db.DB, file string) (v Verified, err error) {
	if d.Engine() == "sqlite" {
		if err := d.CopyTo(ctx, file); err != nil {
			return v, err
		}
		return verifyFile(ctx, file)
	}
	bad, rows, err := d.CopyHeld(ctx, file, func(tx *db.Tx) (err error) {
		v, err = verifyIn(ctx, tx)
		return err
	})
	v.Rows, v.Bad = rows, append(bad, v.Bad...)
	return v, err
}

func latestCheckpoint(ctx context.Context, d *db.DB, file string, m *Manifest) error {
	var c audit.Checkpoint
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		c, err = audit.LatestCheckpoint(ctx, tx)
		return err
	})
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	m.Checkpoint = c.Number
	return os.WriteFile(file, []byte(c.File()), 0o600)
}

// verifyFile checks a database in a file of its own, page by page and promise by
// promise.
func verifyFile(ctx context.Context, file string, outside ...audit.Checkpoint) (v Verified, err error) {
	d, err := db.Open(ctx, "sqlite:"+file)
	if err != nil {
		return v, err
	}
	defer func() { err = errors.Join(err, d.Close(), removed(file+".lock")) }()
	return verifyAll(ctx, d, outside...)
}

func verifyAll(ctx context.Context, d *db.DB, outside ...audit.Checkpoint) (Verified, error) {
	unsound, err := d.Sound(ctx)
	if err != nil {
		return Verified{}, err
	}
	v, err := Verify(ctx, d, outside...)
	v.Bad = append(unsound, v.Bad...)
	return v, err
}

func hashFile(path string) (sum string, size int64, err error) {
	file, err := os.Open(path) //nolint:gosec // a file of ours
	if err != nil {
		return "", 0, err
	}
	defer file.Close()
	h := sha256.New()
	size, err = io.Copy(h, file)
	return hex.EncodeToString(h.Sum(nil)), size, err
}

// pack writes the one file under another name, and gives it its own when all of
// it is on the disk.
func pack(work string, m Manifest, w BackupWhat) (err error) {
	part := w.Out + ".part"
	file, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600) //nolint:gosec // beside what the operator named
	if err != nil {
		return err
	}
	err = packTo(file, work, m, w.Recipients)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	if err := os.Rename(part, w.Out); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(w.Out))
}

func packTo(to io.Writer, work string, m Manifest, recipients []age.Recipient) error {
	sealed := nopCloser{to}
	var seal io.WriteCloser = sealed
	if len(recipients) > 0 {
		var err error
		if seal, err = age.Encrypt(to, recipients...); err != nil {
			return err
		}
	}
	z := gzip.NewWriter(seal)
	archive := tar.NewWriter(z)
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(work, manifestName), append(text, '\n'), 0o600); err != nil {
		return err
	}
	for _, name := range []string{manifestName, checkpointName, m.File} {
		if err := addFile(archive, filepath.Join(work, name), m.TakenAt); err != nil {
			return err
		}
	}
	return errors.Join(archive.Close(), z.Close(), seal.Close())
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

func addFile(archive *tar.Writer, path string, at time.Time) error {
	file, err := os.Open(path) //nolint:gosec // a file of ours
	if errors.Is(err, fs.ErrNotExist) {
		return nil // there is no checkpoint yet
	}
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if err := archive.WriteHeader(&tar.Header{Name: filepath.Base(path), Mode: 0o600, Size: info.Size(), ModTime: at}); err != nil {
		return err
	}
	_, err = io.Copy(archive, file)
	return err
}

func syncFolder(path string) error {
	folder, err := os.Open(path) //nolint:gosec // a folder that the operator named
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

func removed(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// RestoreWhat is what is said of a backup that is to be restored.
type RestoreWhat struct {
	File       string
	DSN        string // where there is no database yet
	Identities []age.Identity
	Outside    func([]audit.PublicKey) ([]audit.Checkpoint, error) // checkpoints that others kept, given the database's keys
	Now        func() time.Time
}

// A Restored is what was restored and what checking it found.
type Restored struct {
	Manifest Manifest `json:"backup"`
	Verified Verified `json:"verified"`
}

// Restore puts a backup where there is no database yet, brings its tables up to
// date, checks everything that can be checked, and records that it was done.
// Where something is wrong with what was in an SQLite backup nothing is left.
func Restore(ctx context.Context, w RestoreWhat) (r Restored, err error) {
	path, sqlite := db.File(w.DSN)
	folder := os.TempDir()
	if sqlite {
		folder = filepath.Dir(path)
		for _, name := range []string{path, path + "-wal", path + "-shm"} {
			if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
				return r, fault.Invalid{{Field: "--database", Words: name + " is there already, and is not written over. Give the name of a file that is not there."}}
			}
		}
		if err := os.MkdirAll(folder, 0o750); err != nil {
			return r, fmt.Errorf("restore: %w", err)
		}
	}
	work, err := os.MkdirTemp(folder, ".restore-")
	if err != nil {
		return r, fmt.Errorf("restore: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	if r.Manifest, err = unpack(work, w); err != nil {
		return r, err
	}
	if err := r.Manifest.fits(sqlite); err != nil {
		return r, err
	}
	file := filepath.Join(work, r.Manifest.File)
	if !sqlite {
		return r, r.fill(ctx, w, w.DSN, file)
	}
	if err := r.fill(ctx, w, "sqlite:"+file, ""); err != nil || len(r.Verified.Bad) > 0 {
		return r, err
	}
	if err := os.Rename(file, path); err != nil {
		return r, fmt.Errorf("restore: %w", err)
	}
	return r, syncFolder(folder)
}

// fits refuses what this program cannot restore here.
func (m Manifest) fits(sqlite bool) error {
	newest, err := db.SchemaVersion()
	switch {
	case err != nil:
		return err
	case m.Schema > newest:
		return fault.New(fault.Conflict, fmt.Sprintf("This backup was made by a later version of the program (its tables are at version %d, this program knows up to %d). Install that version first.", m.Schema, newest))
	case sqlite != (m.Engine == "sqlite"):
		return fault.New(fault.Conflict, "This is a backup of "+m.Engine+", and can be restored to that alone.")
	}
	return nil
}

var errNotEmpty = fault.Invalid{{Field: "--database", Words: "There are tables in this database already, and nothing is written over. Make an empty one: createdb NAME"}}

// fill opens the database that a backup was put into, or is read into from a
// dump, and checks it.
func (r *Restored) fill(ctx context.Context, w RestoreWhat, dsn, dump string) (err error) {
	d, err := db.Open(ctx, dsn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if dump != "" {
		switch empty, err := d.IsEmpty(ctx); {
		case err != nil:
			return err
		case !empty:
			return errNotEmpty
		}
		if err := d.FillFrom(ctx, dump); err != nil {
			return err
		}
	}
	if err := d.Migrate(ctx); err != nil {
		return err
	}
	var outside []audit.Checkpoint
	if w.Outside != nil {
		var keys []audit.PublicKey
		if err := d.Read(ctx, func(tx *db.Tx) (err error) {
			keys, err = audit.Keys(ctx, tx)
			return err
		}); err != nil {
			return err
		}
		if outside, err = w.Outside(keys); err != nil {
			return err
		}
	}
	if r.Verified, err = verifyAll(ctx, d, outside...); err != nil || len(r.Verified.Bad) > 0 {
		return err
	}
	return r.record(ctx, d, w)
}

// record writes the event, by the clock of the installation.
func (r *Restored) record(ctx context.Context, d *db.DB, w RestoreWhat) error {
	a, err := New(ctx, d, Options{Now: w.Now})
	if err != nil {
		return err
	}
	return d.Write(ctx, func(tx *db.Tx) error {
		return audit.Record(ctx, tx, a.IDs, audit.Event{
			Stream: audit.Installation, Act: "database restored", Subject: audit.Installation, By: access.System("restore"), At: a.Now(),
			Facts: map[string]string{"taken at": r.Manifest.TakenAt.Format(time.RFC3339), "sha256": r.Manifest.SHA256, "checkpoint": fmt.Sprint(r.Manifest.Checkpoint)},
		})
	})
}

var errNoBackup = fault.New(fault.Conflict, "This is not a backup of Common Table, or not all of it is there.")

// unpack takes a backup apart, and holds the database against its manifest.
func unpack(work string, w RestoreWhat) (m Manifest, err error) {
	file, err := os.Open(w.File)
	if err != nil {
		return m, err
	}
	defer file.Close()
	var in io.Reader = bufio.NewReader(file)
	const seal = "age-encryption.org/"
	if start, err := in.(*bufio.Reader).Peek(len(seal)); err == nil && string(start) == seal {
		if len(w.Identities) == 0 {
			return m, fault.Invalid{{Field: "--age-identity", Words: "This backup is sealed. Give the file of a key to which it was sealed."}}
		}
		if in, err = age.Decrypt(in, w.Identities...); err != nil {
			return m, fault.New(fault.Conflict, "This backup cannot be opened with the key that was given: "+err.Error())
		}
	}
	z, err := gzip.NewReader(in)
	if err != nil {
		return m, errNoBackup
	}
	archive := tar.NewReader(z)
	for {
		head, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return m, errNoBackup
		}
		name := filepath.Base(head.Name)
		switch name {
		case manifestName, checkpointName, "database.sqlite", "database.dump":
		default:
			return m, errNoBackup
		}
		if err := extract(archive, filepath.Join(work, name)); err != nil {
			return m, err
		}
	}
	text, err := os.ReadFile(filepath.Join(work, manifestName)) //nolint:gosec // a file of ours
	if err != nil || json.Unmarshal(text, &m) != nil || m.Format != backupFormat || filepath.Base(m.File) != m.File {
		return m, errNoBackup
	}
	sum, _, err := hashFile(filepath.Join(work, m.File))
	if err != nil {
		return m, errNoBackup
	}
	if sum != m.SHA256 {
		return m, fault.New(fault.Conflict, "The database in this backup is not the one that was put into it: its checksum differs. Use another backup.")
	}
	return m, nil
}

func extract(from io.Reader, path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // a name of ours in a folder of ours
	if err != nil {
		return err
	}
	if _, err := io.Copy(file, from); err != nil {
		_ = file.Close() // what is wrong is told already
		return errNoBackup
	}
	return errors.Join(file.Sync(), file.Close())
}
