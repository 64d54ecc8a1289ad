package app

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"

	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/open"
)

// The drill: a backup while writers write, restored elsewhere, verified, and
// equal to the journal; on both engines (G11).
func TestABackupRestores(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCrashes(t, d, d.DSN())
		c.payer.Cycle = 1
		checkpoints := &audit.Checkpoints{DB: d, IDs: c.payer.funding(d).IDs, Now: time.Now, Key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))}
		if _, _, err := checkpoints.Make(t.Context()); err != nil {
			t.Fatal(err)
		}
		folder := t.TempDir()
		take := func(name string) Manifest {
			t.Helper()
			m, err := Backup(t.Context(), d, BackupWhat{Out: filepath.Join(folder, name), Program: "test", Now: time.Now()})
			if err != nil {
				t.Fatal(err)
			}
			if v := m.Verified; v == nil || len(v.Bad) > 0 || v.Events == 0 || v.Postings == 0 || (v.Rows > v.Events+v.Postings) != (d.Engine() == "postgres") {
				t.Errorf("%s was checked: %+v", name, v)
			}
			return m
		}

		ctx, stop := context.WithCancel(t.Context())
		var writing sync.WaitGroup
		begun := make(chan bool, writers)
		for writer := range writers {
			writing.Go(func() { writes(ctx, t, c.payer, d, writer, begun) })
		}
		for range writers {
			<-begun
		}
		before := paymentsIn(t, d, c.payer)
		busy := take("busy.backup")
		stop()
		writing.Wait()

		latest, made, err := checkpoints.Make(t.Context())
		if err != nil || !made {
			t.Fatalf("a checkpoint after the writing: made %t, %v", made, err)
		}
		quiet := take("quiet.backup")
		if quiet.Checkpoint != latest.Number || busy.Checkpoint != latest.Number-1 || quiet.Kind != "development" || quiet.SHA256 == busy.SHA256 {
			t.Errorf("the manifests say %+v and %+v", busy, quiet)
		}

		restored := restoredTo(t, d, filepath.Join(folder, "busy.backup"))
		if got := paymentsIn(t, restored, c.payer); got < before {
			t.Errorf("the backup that was taken while four wrote has %d payments, and %d were there when it began", got, before)
		}
		again := restoredTo(t, d, filepath.Join(folder, "quiet.backup"), latest)
		if got, want := journal(t, again), journal(t, d); got != want || !strings.Contains(got, "Tanners Reach") {
			t.Errorf("the journal of what was restored has %d bytes and differs from the source's, of %d", len(got), len(want))
		}
		var events int
		if err := again.Read(t.Context(), func(tx *db.Tx) error {
			return audit.Tell(t.Context(), tx, audit.Reader{Act: "database restored", Hear: func(r audit.Recorded) {
				if events++; r.Facts["sha256"] != quiet.SHA256 {
					t.Errorf("the event says %v", r.Facts)
				}
			}})
		}); err != nil || events != 1 {
			t.Errorf("%d events say that it was restored, %v; want 1", events, err)
		}

		// Nothing is written over, and an older backup is known by a later checkpoint.
		for _, dsn := range []string{again.DSN(), d.DSN()} {
			if _, err := Restore(t.Context(), RestoreWhat{File: filepath.Join(folder, "quiet.backup"), DSN: dsn, Now: time.Now}); err == nil || !strings.Contains(err.Error(), "--database") {
				t.Errorf("restored over what was there: %v", err)
			}
		}
		r, err := Restore(t.Context(), RestoreWhat{
			File: filepath.Join(folder, "busy.backup"), DSN: emptyDSN(t, d), Now: time.Now,
			Outside: func([]audit.PublicKey) ([]audit.Checkpoint, error) { return []audit.Checkpoint{latest}, nil },
		})
		if all := strings.Join(r.Verified.Bad, "\n"); err != nil || !strings.Contains(all, "is missing: the checkpoint 2 that was given counts") {
			t.Errorf("yesterday’s backup, held against today’s checkpoint: found %q, %v", all, err)
		}
	})
}

// writes pays until the context ends.
func writes(ctx context.Context, t *testing.T, p payer, d *db.DB, writer int, begun chan bool) {
	t.Helper()
	s, err := p.next(t.Context(), d, writer)
	if err != nil {
		t.Error(err)
	}
	for n := 0; ctx.Err() == nil; n++ {
		s.Form = "backup-" + string(rune('a'+writer)) + "-" + strings.Repeat("i", n%90+1) + string(rune('a'+n/90))
		pid, err := p.take(t.Context(), d, writer, s)
		if err != nil {
			t.Errorf("%s while a backup is taken: %v", s.Does, err)
			begun <- true
			return
		}
		s = step{Does: s.after(), Payment: pid}
		if n == 2 {
			begun <- true
		}
	}
}

func paymentsIn(t *testing.T, d *db.DB, p payer) (n int) {
	t.Helper()
	if err := d.Read(t.Context(), func(tx *db.Tx) error {
		all, err := funding.PaymentsOn(t.Context(), tx, p.Area.ID, "")
		n = len(all)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func journal(t *testing.T, d *db.DB) string {
	t.Helper()
	var b bytes.Buffer
	if err := d.Read(t.Context(), func(tx *db.Tx) error {
		b.Reset()
		return open.WriteJournal(t.Context(), tx, &b)
	}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// emptyDSN is a place of the same kind where there is nothing yet.
func emptyDSN(t *testing.T, like *db.DB) string {
	t.Helper()
	if like.Engine() == "sqlite" {
		return "sqlite:" + filepath.Join(t.TempDir(), "new", "restored.db")
	}
	return dbtest.PostgresDSN(t)
}

func restoredTo(t *testing.T, like *db.DB, file string, outside ...audit.Checkpoint) *db.DB {
	t.Helper()
	dsn := emptyDSN(t, like)
	r, err := Restore(t.Context(), RestoreWhat{
		File: file, DSN: dsn, Now: time.Now,
		Outside: func([]audit.PublicKey) ([]audit.Checkpoint, error) { return outside, nil },
	})
	if err != nil || len(r.Verified.Bad) > 0 || r.Verified.Events == 0 {
		t.Fatalf("restore %s: %+v, %v", filepath.Base(file), r.Verified, err)
	}
	return dbtest.Open(t, dsn)
}

// A backup that was changed, cut short or sealed to others is refused, and
// leaves nothing behind.
func TestABackupThatIsNotWhole(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	newCrashes(t, d, d.DSN())
	folder := t.TempDir()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	other, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	plain, sealed := filepath.Join(folder, "plain"), filepath.Join(folder, "sealed")
	for out, to := range map[string][]age.Recipient{plain: nil, sealed: {key.Recipient(), other.Recipient()}} {
		if _, err := Backup(t.Context(), d, BackupWhat{Out: out, Recipients: to, Now: time.Now()}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Backup(t.Context(), d, BackupWhat{Out: plain, Now: time.Now()}); err == nil || !strings.Contains(err.Error(), "--out") {
		t.Errorf("a backup over another: %v", err)
	}
	if info, err := os.Stat(plain); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the backup: %v, %v", info.Mode(), err)
	}
	text := read(t, plain)
	stranger, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	into := t.TempDir()
	for name, test := range map[string]struct {
		content    string
		identities []age.Identity
		want       string
	}{
		"a byte":                 {flipped(text, len(text)/2), nil, "not"},
		"cut short":              {text[:len(text)/2], nil, "not all of it"},
		"nothing":                {"", nil, "not a backup"},
		"another file":           {"Dear all", nil, "not a backup"},
		"sealed, without a key":  {read(t, sealed), nil, "is sealed"},
		"sealed, another’s key":  {read(t, sealed), []age.Identity{stranger}, "cannot be opened"},
		"sealed, a byte of it":   {flipped(read(t, sealed), 5000), []age.Identity{key}, "not"},
		"sealed, with its key":   {read(t, sealed), []age.Identity{key}, ""},
		"sealed, with the other": {read(t, sealed), []age.Identity{other}, ""},
	} {
		file := filepath.Join(t.TempDir(), "backup")
		if err := os.WriteFile(file, []byte(test.content), 0o600); err != nil {
			t.Fatal(err)
		}
		dsn := "sqlite:" + filepath.Join(into, "db")
		_, err := Restore(t.Context(), RestoreWhat{File: file, DSN: dsn, Identities: test.identities, Now: time.Now})
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
		if test.want == "" {
			if err := os.Remove(filepath.Join(into, "db")); err != nil {
				t.Error(err)
			}
		}
		if left, err := os.ReadDir(into); err != nil || len(left) > 0 {
			t.Errorf("%s: %v is left, %v", name, left, err)
		}
	}
	newer := Manifest{Engine: "sqlite", Schema: 1_000_000}
	if err := newer.fits(true); !errors.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "later version") {
		t.Errorf("a backup of a later version: %v", err)
	}
	if err := (Manifest{Engine: "sqlite"}).fits(false); !errors.Is(err, fault.Conflict) {
		t.Errorf("a backup of the other engine: %v", err)
	}
}

func flipped(text string, at int) string {
	b := []byte(text)
	b[at] ^= 0x55
	return string(b)
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
