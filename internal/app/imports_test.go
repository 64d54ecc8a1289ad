package app

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// The parts of the program and what each may import, from the ground up. A part
// that is not listed has no business here; a new arrow is a line to review.
var mayImport = map[string]string{
	"money": "", "date": "", "fault": "", "id": "", "metrics": "",

	"config":    "fault",
	"db":        "fault",
	"db/dbtest": "db",
	"access":    "date fault",
	"audit":     "access db fault id",
	"outbox":    "db fault id",
	"mail":      "db fault id outbox",
	"document":  "db fault id",
	"calendar":  "date",
	"share":     "access audit date db fault id",
	"ledger":    "access date db fault id money",

	"organisation": "access audit date db fault id",
	"geography":    "access audit date db fault id",
	"area":         "access audit date db fault geography id money organisation",
	"person":       "access area audit date db fault id mail organisation outbox",
	"partnership":  "access area audit date db fault id organisation person",
	"agency":       "access area audit date db fault geography id organisation partnership",
	"plan":         "access area audit date db fault id money",
	"meeting":      "access area audit calendar date db fault id mail organisation partnership person",
	"decision":     "access area audit date db fault id mail meeting money organisation partnership person plan",
	"project":      "access area audit date db decision document fault id organisation plan",
	"reminder":     "access area audit calendar date db decision fault id mail meeting partnership person relationship workshop",
	"relationship": "access agency area audit date db fault id mail organisation person share",
	"workshop":     "access agency area audit date db document fault id organisation relationship share",
	"funding":      "access area audit date db decision document fault id ledger money organisation partnership plan",
	"open":         "area date db fault funding ledger money organisation plan",
	"demo":         "access agency area calendar date db decision document fault funding geography id meeting money organisation partnership person plan project relationship share workshop",

	"web/pagetest":        "access id web",
	"funding/fundingtest": "access area audit date db db/dbtest decision fault funding id ledger money organisation partnership person plan",

	"chart":                        "",
	"network":                      "",
	"web":                          "access date fault id money",
	"api":                          "access date db fault money web",
	"mail/mailweb":                 "access db fault mail web",
	"audit/auditweb":               "access area audit date db fault funding money organisation person web",
	"person/personweb":             "access api area date db fault organisation person web",
	"area/areaweb":                 "access api area chart date db fault geography web",
	"partnership/partnershipweb":   "access api area date db fault organisation partnership person web",
	"meeting/meetingweb":           "access api area calendar date db fault meeting organisation partnership person web",
	"decision/decisionweb":         "access api area chart date db decision fault funding money organisation partnership person plan project web",
	"project/projectweb":           "access api area date db document fault funding money organisation plan project share web",
	"relationship/relationshipweb": "access agency api area chart date db fault network organisation person relationship share web",
	"workshop/workshopweb":         "access agency api area chart date db document fault organisation relationship share web workshop",
	"agency/agencyweb":             "access agency api area date db fault organisation project relationship web",
	"share/shareweb":               "access api area db fault share web",
	"plan/planweb":                 "access api area date db fault funding money person plan web chart",
	"funding/fundingweb":           "access api area audit chart date db decision document fault funding ledger money organisation partnership person plan web",
	"reminder/reminderweb":         "access api db fault person reminder web",
	"open/openweb":                 "access api area calendar chart date db decision fault funding ledger meeting money open organisation partnership person plan project relationship web",

	"app": "access agency agency/agencyweb api area area/areaweb audit audit/auditweb date db decision decision/decisionweb document fault funding funding/fundingweb id ledger mail mail/mailweb meeting meeting/meetingweb metrics money open open/openweb organisation outbox partnership partnership/partnershipweb person person/personweb plan plan/planweb project project/projectweb relationship relationship/relationshipweb reminder reminder/reminderweb share share/shareweb web workshop workshop/workshopweb",
}

const ours = "commontable/internal/"

func TestImports(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", ours+"...").Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for line := range strings.Lines(string(out)) {
		pkg, imports, _ := strings.Cut(strings.TrimSpace(line), " ")
		part := strings.TrimPrefix(pkg, ours)
		allowed, listed := mayImport[part]
		if !listed {
			t.Errorf("%s is not in the list of parts", part)
		}
		seen++
		for imported := range strings.FieldsSeq(imports) {
			to, mine := strings.CutPrefix(imported, ours)
			if mine && !slices.Contains(strings.Fields(allowed), to) {
				t.Errorf("%s may not import %s", part, to)
			}
			if isWeb(part) && (isWeb(to) || imported == "database/sql") {
				t.Errorf("%s imports %s: a page knows no other’s pages, and no SQL", part, to)
			}
		}
	}
	if seen != len(mayImport) {
		t.Errorf("%d parts are there, %d in the list", seen, len(mayImport))
	}
}

func isWeb(part string) bool { return strings.HasSuffix(part, "web") && strings.Contains(part, "/") }
