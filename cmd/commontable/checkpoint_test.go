package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"commontable/internal/audit"
	"commontable/internal/db"
)

// An operator signs a checkpoint, somebody keeps it, and whoever rewrites the
// database after that is found out.
func TestCheckpointsFromTheCommandLine(t *testing.T) {
	t.Parallel()
	onEach(t, checkpoints)
}

func checkpoints(t *testing.T, o operator) {
	t.Helper()
	signs := func(want int, args ...string) string {
		t.Helper()
		return o.runs(want, append(args, "--checkpoint-key", o.key)...)
	}
	o.runs(done, "demo", "--areas", "1", "--years", "2")
	sees(t, signs(askedWrong, "checkpoint-key"), "commontable checkpoint")
	kept := filepath.Join(t.TempDir(), "checkpoint.txt")
	sees(t, signs(done, "checkpoint", "--out", kept), "Checkpoint 1 of")
	sees(t, signs(done, "checkpoint"), "number 1\n", "\nheads\n")
	key := o.file("key.txt", signs(done, "checkpoint-key"))
	sees(t, o.runs(done, "verify", "--checkpoint", kept, "--public-key", key), "0 bad places")
	sees(t, o.runs(done, "verify", "--checkpoint", kept), "0 bad places", "the keys that this database keeps")

	sees(t, signs(done, "checkpoint-key", "--rotate"), "+")
	if keys := strings.Fields(signs(done, "checkpoint-key")); len(keys) != 2 {
		t.Errorf("after one change there are the keys %q, want 2", keys)
	}
	sees(t, signs(done, "checkpoint"), "number 2\n")
	sees(t, o.runs(foundWrong, "verify", "--checkpoint", o.file("changed.txt", strings.Replace(readFile(t, kept), "number 1", "number 2", 1))), "changed since it was signed")

	d := o.opens()
	if err := d.Write(t.Context(), func(tx *db.Tx) error {
		on := ""
		if tx.Engine() == "postgres" {
			on = " ON audit_events"
		}
		for _, statement := range []string{
			`DROP TRIGGER audit_events_stay` + on, `DROP TRIGGER IF EXISTS audit_events_stay_kept` + on, `DELETE FROM audit_payloads`,
			`DELETE FROM audit_events WHERE number > 5 AND stream <> 'installation'`, `UPDATE audit_heads SET size = 5 WHERE size > 5`,
		} {
			if _, err := tx.Exec(t.Context(), statement); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	sees(t, o.runs(foundWrong, "verify", "--checkpoint", kept, "--public-key", key), "event 6 is missing")

	if err := os.Chmod(o.key, 0o644); err != nil {
		t.Fatal(err)
	}
	sees(t, signs(askedWrong, "checkpoint"), "chmod 600")
}

func TestCheckpointParties(t *testing.T) {
	t.Parallel()
	onEach(t, parties)
}

func parties(t *testing.T, o operator) {
	t.Helper()
	o.runs(done, "init", "--funder", "A Funder", "--operator", "ada@example.org", "--operator-name", "Ada")
	sees(t, o.runs(done, "checkpoint-parties", "list"), "nobody")
	sees(t, o.runs(done, "checkpoint-parties", "add", "Finance@example.org", "--name", "The funder’s finance team"), "is mailed")
	sees(t, o.runs(askedWrong, "checkpoint-parties", "add", "finance@example.org", "--name", "Again"), "already")
	sees(t, o.runs(askedWrong, "checkpoint-parties", "add", "finance", "--name", "Nobody"), "Enter an email address")
	sees(t, o.runs(done, "checkpoint-parties", "list"), "finance@example.org", "The funder’s finance team")
	sees(t, o.runs(done, "checkpoint-parties", "end", "finance@example.org"), "No more")
	sees(t, o.runs(askedWrong, "checkpoint-parties", "end", "finance@example.org"), "No checkpoints are mailed")
	if out := o.runs(done, "checkpoint-parties", "list", "--json"); strings.TrimSpace(out) != "[]" {
		t.Errorf("after it ended: %s", out)
	}
}

// A history is proved by this program and by one that shares no code with it;
// both find whatever was changed.
func TestAHistoryIsProvedTwice(t *testing.T) {
	t.Parallel()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Log("python3 is not here: the second program is not run")
	}
	o := newOperator(t)
	o.runs(done, "demo", "--areas", "3", "--years", "2")
	o.runs(done, "checkpoint")
	key := o.file("key.txt", o.runs(done, "checkpoint-key"))
	out := filepath.Join(t.TempDir(), "history.json")
	o.runs(done, "export", "history", "--area", "tanners-reach", "--private", "--out", out)
	sees(t, o.runs(askedWrong, "export", "history", "--area", "nowhere"), "no area")
	var honest audit.Export
	if err := json.Unmarshal([]byte(readFile(t, out)), &honest); err != nil || len(honest.Events) < 100 || honest.Checkpoint == nil {
		t.Fatalf("exported %d events, %v", len(honest.Events), err)
	}
	with := -1 // an event that has private words
	for i, e := range honest.Events {
		if e.Private != nil {
			with = i
		}
	}
	for _, test := range []struct {
		name string
		does func(e *audit.Export)
		want int
		says string
	}{
		{"as it is", func(*audit.Export) {}, done, ""},
		{"an amount", func(e *audit.Export) {
			e.Events[40].Event = strings.Replace(e.Events[40].Event, `"number":41`, `"number":41 `, 1)
		}, foundWrong, "are not those of its head"},
		{"two swapped", func(e *audit.Export) { e.Events[3], e.Events[4] = e.Events[4], e.Events[3] }, foundWrong, "event 4 stands in another"},
		{"one hidden, as may be", func(e *audit.Export) { hide(t, e, 7) }, done, ""},
		{"private words", func(e *audit.Export) { other := "other"; e.Events[with].Private = &other }, foundWrong, "other private words"},
		{"the tail cut", func(e *audit.Export) { e.Events = e.Events[:50] }, foundWrong, "are not those of its head"},
		{"its checkpoint taken away", func(e *audit.Export) { e.Checkpoint = nil }, foundWrong, "nothing proves it"},
		{"another’s place in the tree", func(e *audit.Export) { e.Checkpoint.Index++ }, foundWrong, "is not what it was when"},
		{"the signed text", func(e *audit.Export) {
			e.Checkpoint.Note = strings.Replace(e.Checkpoint.Note, "number 1", "number 2", 1)
		}, foundWrong, "changed since it was signed"},
	} {
		var changed audit.Export
		if err := json.Unmarshal([]byte(readFile(t, out)), &changed); err != nil {
			t.Fatal(err)
		}
		test.does(&changed)
		text, err := json.Marshal(changed)
		if err != nil {
			t.Fatal(err)
		}
		file := o.file("history.json", string(text))
		if said := o.runs(test.want, "verify", "--history", file, "--public-key", key); !strings.Contains(said, test.says) {
			t.Errorf("%s: verify says %q, want %q", test.name, said, test.says)
		}
		if python == "" {
			continue
		}
		said, err := exec.CommandContext(t.Context(), python, "../../scripts/verify-history.py", file, key).CombinedOutput()
		if (err == nil) != (test.want == done) || !strings.Contains(string(said), test.says) {
			t.Errorf("%s: verify-history.py says %q, %v; want %q", test.name, said, err, test.says)
		}
	}
	other := newOperator(t)
	other.runs(done, "demo", "--areas", "1", "--years", "1")
	other.runs(done, "checkpoint")
	sees(t, o.runs(foundWrong, "verify", "--history", out, "--public-key", o.file("other.txt", other.runs(done, "checkpoint-key"))), "none of the keys")
}

// hide puts an event's hash in its place.
func hide(t *testing.T, e *audit.Export, at int) {
	t.Helper()
	e.Events[at] = audit.ExportedEvent{Leaf: audit.LeafOf(e.Events[at].Event)}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func (o operator) opens() *db.DB {
	o.t.Helper()
	d, err := db.Open(o.t.Context(), o.dsn)
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() {
		if err := d.Close(); err != nil {
			o.t.Error(err)
		}
	})
	return d
}
