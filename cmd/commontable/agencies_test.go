package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// An operator brings in the bodies that areas work with, from the registers of them.
func TestImportAgencies(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o operator) {
		const head = "local-authority-code,official-name,gss-code,start-date,end-date,replaced-by,nation,local-authority-type,county-la,combined-authority,former-gss-codes\n"
		o.runs(done, "init", "--funder", "The Trust", "--operator", "ada@example.org", "--operator-name", "Ada Example")
		councils := o.file("councils_2024-06-01.csv", head+"AAA,Ay Council,X06000001,,,,England,UA,,,\nBBB,Bee Council,X06000002,2019-04-01,,,England,UA,,,\n")
		sees(t, o.runs(done, "import", "agencies", councils, "--dry-run"), "A dry run: nothing was changed.", "councils, as of 1 June 2024", "2 created")
		sees(t, o.runs(done, "import", "agencies", councils), "2 created")
		sees(t, o.runs(done, "import", "agencies", councils), "0 created, 0 updated, 2 unchanged")
		renamed := o.file("councils_2025-06-01.csv", head+"AAA,Ay and District Council,X06000001,,,,England,UA,,,\n")
		sees(t, o.runs(done, "import", "agencies", renamed), "1 updated", `was "Ay Council", is "Ay and District Council"`, "1 here and not in the file")
		sees(t, o.runs(done, "import", "agencies", councils), "something newer is known, and stays")

		bad := o.file("councils_bad.csv", head+"CCC,,X06000003,,,,England,UA,,,\nDDD,Dee Council,06000004,,,,England,UA,,,\n")
		sees(t, o.runs(foundWrong, "import", "agencies", bad), "Nothing was changed: 2 faults.", "row 2, official-name", "row 3, gss-code")
		sees(t, o.runs(askedWrong, "import", "agencies", councils, "--edition", "soon"), "Give a day such as 2026-04-01")
		var said struct{ Unchanged int }
		if err := json.Unmarshal([]byte(o.runs(done, "import", "agencies", renamed, "--json")), &said); err != nil || said.Unchanged != 1 {
			t.Errorf("%+v, %v", said, err)
		}
	})
}

// The real councils, by the command line.
func TestImportRealAgencies(t *testing.T) {
	t.Parallel()
	data := os.Getenv("COMMONTABLE_TEST_DATA")
	if data == "" {
		t.Skip("COMMONTABLE_TEST_DATA names no folder of public data")
	}
	o := newOperator(t)
	o.runs(done, "init", "--funder", "A Funder", "--operator", "ada@example.org", "--operator-name", "Ada")
	file := filepath.Join(data, "registers", "local_authorities_mysociety.csv")
	sees(t, o.runs(done, "import", "agencies", file, "--edition", "2024-06-01"), "470 created")
	sees(t, o.runs(done, "import", "agencies", file, "--edition", "2024-06-01"), "0 created, 0 updated, 470 unchanged")
	sees(t, o.runs(done, "verify"), "0 bad places")
}
