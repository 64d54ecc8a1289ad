package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"commontable/internal/db"
	"commontable/internal/db/dbtest"
)

// operator runs the program as somebody at the command line does.
type operator struct {
	t   *testing.T
	dsn string
	key string // the file of the checkpoint key
}

func newOperator(t *testing.T) operator {
	t.Helper()
	folder := t.TempDir()
	return operator{t, "sqlite:" + filepath.Join(folder, "new", "table.db"), filepath.Join(folder, "checkpoint.key")}
}

// onEach runs a test on each database that the program can be told to use: on
// PostgreSQL where TEST_POSTGRES says where one is.
func onEach(t *testing.T, f func(t *testing.T, o operator)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		f(t, newOperator(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		if os.Getenv("TEST_POSTGRES") == "" {
			t.Skip("TEST_POSTGRES is not set")
		}
		o := newOperator(t)
		o.dsn = dbtest.PostgresDSN(t)
		f(t, o)
	})
}

// elsewhere is another place of the same kind, where nothing is yet.
func (o operator) elsewhere() operator {
	o.t.Helper()
	other := newOperator(o.t)
	if strings.HasPrefix(o.dsn, "postgres") {
		other.dsn = dbtest.PostgresDSN(o.t)
	}
	return other
}

func (o operator) runs(want int, args ...string) (out string) {
	o.t.Helper()
	var b, errs bytes.Buffer
	if got := run(append(args, "--database", o.dsn), &b, &errs); got != want {
		o.t.Fatalf("commontable %s: exit %d, want %d\n%s%s", strings.Join(args, " "), got, want, b.String(), errs.String())
	}
	return b.String() + errs.String()
}

func (o operator) file(name, content string) string {
	o.t.Helper()
	path := filepath.Join(o.t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		o.t.Fatal(err)
	}
	return path
}

func sees(t *testing.T, out string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(out, w) {
			t.Errorf("%q is not in:\n%s", w, out)
		}
	}
}

// An operator begins a programme on the empty product and brings in its places.
func TestBeginAndImport(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o operator) {
		begin := []string{"init", "--programme", "pride-in-place", "--funder", "The Ministry", "--operator", "ada@example.org", "--operator-name", "Ada Example"}
		sees(t, o.runs(done, begin...), "is begun", "programme pride-in-place")
		sees(t, o.runs(askedWrong, begin...), "founded already")
		sees(t, o.runs(askedWrong, "init", "--funder", "x", "--operator", "not an address", "--operator-name", "Ada"), "founded already")

		good := o.file("places.csv", "place_name,lead_la_code,lead_la_name,region,nation\nElm Park,E09000016,Havering,London,England\nNowhere Yet,,,,\n")
		sees(t, o.runs(done, "import", "areas", good, "--programme", "pride-in-place", "--dry-run"), "nothing was changed", "2 created")
		sees(t, o.runs(done, "import", "areas", good, "--programme", "pride-in-place"), "2 created", "Nowhere Yet: its region")
		sees(t, o.runs(done, "import", "areas", good, "--programme", "pride-in-place"), "0 created, 0 updated, 2 unchanged")
		bad := o.file("bad.csv", "place_name,lead_la_code,lead_la_name,region,nation\nOak Park,E0900001,Havering,London,England\n,E09000016,Havering,London,England\n")
		sees(t, o.runs(foundWrong, "import", "areas", bad, "--programme", "pride-in-place"), "Nothing was changed", "row 2, lead_la_code", "row 3, place_name")
		sees(t, o.runs(askedWrong, "import", "areas", good, "--programme", "elsewhere"), "There is no programme")

		var condition struct {
			Kind    string                      `json:"kind"`
			Records map[string]map[string]int64 `json:"records"`
		}
		if err := json.Unmarshal([]byte(o.runs(done, "doctor", "--json")), &condition); err != nil || condition.Kind != "real" || condition.Records["area"]["areas"] != 2 {
			t.Errorf("doctor says %+v, %v", condition, err)
		}
	})
}

// The real places of Pride in Place and the evidenced Big Local areas.
func TestImportRealPlaces(t *testing.T) {
	t.Parallel()
	data := os.Getenv("COMMONTABLE_TEST_DATA")
	if data == "" {
		t.Skip("COMMONTABLE_TEST_DATA names no folder of public data")
	}
	for _, test := range []struct{ programme, file, finds string }{
		{"pride-in-place", "pride_in_place_places_2026.csv", "209 created"},
		{"big-local", "big_local_areas_evidenced.csv", "45 created"},
	} {
		o := newOperator(t)
		o.runs(done, "init", "--programme", test.programme, "--funder", "A Funder", "--operator", "ada@example.org", "--operator-name", "Ada")
		file := filepath.Join(data, "programmes", test.file)
		sees(t, o.runs(done, "import", "areas", file, "--programme", test.programme), test.finds)
		sees(t, o.runs(done, "import", "areas", file, "--programme", test.programme), "0 created, 0 updated")
	}
}

// A row that is tampered with is found: exit 1, and the place.
func TestVerifyFindsTamperingAndSaysWhere(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o operator) {
		o.runs(done, "demo", "--areas", "1", "--years", "2")
		sees(t, o.runs(done, "verify"), "0 bad places")
		d, err := db.Open(t.Context(), o.dsn)
		if err != nil {
			t.Fatal(err)
		}
		err = d.Write(t.Context(), func(tx *db.Tx) error {
			for _, statement := range []string{map[string]string{"sqlite": `DROP TRIGGER ledger_postings_stay`, "postgres": `DROP TRIGGER ledger_postings_stay ON ledger_postings`}[d.Engine()], `UPDATE ledger_postings SET minor = minor + 1 WHERE account = 'allocated' AND number = 1`} {
				if _, err := tx.Exec(t.Context(), statement); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		sees(t, o.runs(foundWrong, "verify"), "BAD  ledger book", "does not sum to nothing")
		sees(t, o.runs(foundWrong, "verify", "--json"), `"bad": [`)
	})
}

func TestExports(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o operator) {
		o.runs(done, "demo", "--areas", "1", "--years", "2")
		if !json.Valid([]byte(o.runs(done, "export", "360giving", "--base-url", "https://table.example.org"))) {
			t.Error("360Giving is not JSON")
		}
		out := filepath.Join(t.TempDir(), "programme.journal")
		o.runs(done, "export", "journal", "--out", out)
		text, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		sees(t, string(text), "Tanners Reach", "Brightwell Homes", "GBP")
	})
}

func TestAskedWrongly(t *testing.T) {
	t.Parallel()
	var out, errs bytes.Buffer
	if code := run([]string{"sing"}, &out, &errs); code != askedWrong || !strings.Contains(errs.String(), "--help") {
		t.Errorf("exit %d: %s", code, errs.String())
	}
	o := newOperator(t)
	o.runs(askedWrong, "demo", "--areas", "0")
	o.runs(askedWrong, "demo", "--today", "tomorrow")
	for _, command := range []string{"init", "serve", "demo", "import areas", "export journal", "export 360giving", "backup", "restore", "checkpoint", "checkpoint-key", "checkpoint-parties add", "checkpoint-parties list", "checkpoint-parties end", "export history", "verify", "doctor", "routes", "migrate", "token"} {
		out.Reset()
		if code := run(append(strings.Fields(command), "--help"), &out, &errs); code != done || !strings.Contains(out.String(), "Example:") {
			t.Errorf("%s --help: exit %d, no example:\n%s", command, code, out.String())
		}
	}
	out.Reset()
	if code := run([]string{"routes", "--json"}, &out, &errs); code != done || !json.Valid(out.Bytes()) || !strings.Contains(out.String(), "/areas/{area}/money") {
		t.Errorf("routes --json: exit %d:\n%s", code, out.String())
	}
}

// Who runs the machine brings the first people in, and lets in who is locked out.
func TestTheFirstPeople(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o operator) {
		o.runs(done, "init", "--programme", "pride-in-place", "--funder", "The Ministry", "--operator", "ada@example.org", "--operator-name", "Ada Example")
		sees(t, o.runs(done, "person", "add", "--name", "Ben Example", "--email", "ben@example.org"), "Ben Example is here now")
		sees(t, o.runs(askedWrong, "person", "add", "--name", "Another", "--email", "ben@example.org"), "is here already")
		sees(t, o.runs(done, "hat", "give", "ben@example.org", "programme-officer", "--programme", "pride-in-place"), "Ben Example is programme officer")
		sees(t, o.runs(askedWrong, "hat", "give", "ben@example.org", "programme-officer", "--programme", "elsewhere"), "nothing called")
		sees(t, o.runs(askedWrong, "hat", "give", "ben@example.org", "king"), "Choose a hat")
		sees(t, o.runs(askedWrong, "hat", "give", "ben@example.org", "programme-officer"), "where the hat is worn")
		sees(t, o.runs(askedWrong, "hat", "give", "nobody@example.org", "operator"), "Nobody here")
		sees(t, o.runs(done, "person", "change", "ben@example.org", "--email", "benjamin@example.org"), "Ben Example is changed")
		sees(t, o.runs(done, "hat", "end", "benjamin@example.org", "programme-officer", "--programme", "pride-in-place"), "no more from")
		sees(t, o.runs(askedWrong, "hat", "end", "benjamin@example.org", "programme-officer", "--programme", "pride-in-place"), "no such hat")

		out := o.runs(done, "signin-link", "ADA@example.org", "--base-url", "https://table.example.org")
		sees(t, out, "For Ada Example, once, within ten minutes", "https://table.example.org/sign-in/operator?t=", "code: ")
		sees(t, o.runs(askedWrong, "signin-link", "nobody@example.org"), "Nobody with the email address")
		sees(t, o.runs(done, "doctor"), "NOT CONFIGURED: 2 waiting") // the old address, and that a link was made
		sees(t, o.runs(done, "doctor", "--smtp", "smtp://mail.example.org", "--mail-from", "table@example.org"), "handed in at mail.example.org:587; 2 waiting")
		sees(t, o.runs(askedWrong, "doctor", "--smtp", "mail.example.org"), "--smtp", "--mail-from")
		sees(t, o.runs(done, "verify"), "0 bad places")
	})
}
