package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"filippo.io/age"

	"commontable/internal/app"
)

// An operator takes a backup, restores it elsewhere and finds the same.
func TestBackupAndRestoreFromTheCommandLine(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o operator) {
		o.runs(done, "demo", "--areas", "1", "--years", "2")
		folder := t.TempDir()
		plain := filepath.Join(folder, "plain.backup")
		sees(t, o.runs(done, "backup", "--checkpoint-key", o.key, "--out", plain), "with checkpoint 1", "0 bad places", "not sealed")
		sees(t, o.runs(askedWrong, "backup", "--checkpoint-key", o.key, "--out", plain), "is there already")
		sees(t, o.runs(askedWrong, "backup", "--checkpoint-key", o.key, "--out", plain+"2", "--age-recipient", "me"), "not an age public key")

		key, err := age.GenerateX25519Identity()
		if err != nil {
			t.Fatal(err)
		}
		sealed := filepath.Join(folder, "sealed.backup")
		var m app.Manifest
		if err := json.Unmarshal([]byte(o.runs(done, "backup", "--checkpoint-key", o.key, "--out", sealed, "--age-recipient", key.Recipient().String(), "--json")), &m); err != nil || m.Checkpoint != 1 || len(m.SHA256) != 64 || m.Verified == nil {
			t.Errorf("the manifest says %+v, %v", m, err)
		}
		checkpoint, public := filepath.Join(folder, "checkpoint.txt"), o.file("key.txt", o.runs(done, "checkpoint-key", "--checkpoint-key", o.key))
		o.runs(done, "checkpoint", "--checkpoint-key", o.key, "--out", checkpoint)

		other := o.elsewhere()
		sees(t, other.runs(askedWrong, "restore", sealed), "is sealed")
		sees(t, other.runs(done, "restore", sealed, "--age-identity", o.file("age.key", key.String()+"\n"), "--checkpoint", checkpoint, "--public-key", public), "The Patchwork Programme", "0 bad places")
		sees(t, other.runs(askedWrong, "restore", sealed, "--age-identity", o.file("again.key", key.String()+"\n")), "already", "written over")
		sees(t, other.runs(done, "verify", "--checkpoint", checkpoint, "--public-key", public), "0 bad places")
		if a, b := o.runs(done, "export", "journal"), other.runs(done, "export", "journal"); a != b {
			t.Error("the journal of what was restored differs")
		}
		if _, err := os.Stat(sealed + ".part"); err == nil {
			t.Error("a part of the backup is left")
		}
	})
}
