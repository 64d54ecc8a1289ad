package main

import (
	"encoding/json"
	"strings"
	"testing"

	"commontable/internal/area"
)

// An operator brings in what is published about small areas.
func TestImportGeography(t *testing.T) {
	t.Parallel()
	o := newOperator(t)
	o.runs(done, "init", "--funder", "The Trust", "--operator", "ada@example.org", "--operator-name", "Ada Example")
	o.runs(done, "import", "areas", o.file("areas.csv", "area_name,local_authority,matched_lsoa21_codes\nHeath,Sheffield,E01000001\n"), "--programme", "big-local")
	people := o.file("population_mid2020.csv", "lsoa21_code,total_population\nE01000001,1600\n")
	needs := o.file("needs.csv", "lsoa21_code,lsoa21_name,Community Needs Index 2023 Score,Community Needs Index 2023 Rank,Civic Assets Domain Score,Connectedness Domain Score,Active and Engaged Community Domain Score,Left Behind Area?\nE01000001,A,1,1,1,1,1,TRUE\n")
	sees(t, o.runs(done, "import", "geography", people, needs, "--dry-run"), "A dry run: nothing was changed", "Population, mid-2020 (people in small areas), 1 rows, new.", "No licence is stated. Only people who are signed in see it")
	sees(t, o.runs(done, "import", "geography", people, needs), "How many people live there was worked out for 1 area.")
	sees(t, o.runs(done, "import", "geography", people, needs), "population_mid2020.csv: Population, mid-2020 (people in small areas), 1 rows, unchanged.")
	sees(t, o.runs(done, "import", "geography", needs, "--public"), "edition 2, in place of edition 1, which is kept", "Anyone may see it.")
	bad := o.file("imd2025.csv", "lsoa21_code,IMD_decile,IMD_rank\nE01000001,12,1\n")
	changed := o.file("population_mid2020.csv", "lsoa21_code,total_population\nE01000001,1700\n")
	sees(t, o.runs(foundWrong, "import", "geography", changed, bad), "Nothing was changed: 1 fault.", "imd2025.csv: row 2, IMD_decile: Give a whole number from 1 to 10")
	var said struct {
		Files       []struct{ Edition int }
		Populations int
	}
	out := o.runs(done, "import", "geography", changed, "--json")
	if err := json.Unmarshal([]byte(out), &said); err != nil || len(said.Files) != 1 || said.Files[0].Edition != 2 || said.Populations != 1 {
		t.Errorf("%+v, %v", said, err)
	}
}

// An operator reads the rules, and has a programme go by later ones.
func TestRules(t *testing.T) {
	t.Parallel()
	o := newOperator(t)
	o.runs(done, "init", "--funder", "The Trust", "--operator", "ada@example.org", "--operator-name", "Ada Example")
	sees(t, o.runs(done, "rules", "show", "--programme", "big-local"), "Big Local, version 2, from", "At least 8 people", "£20,000")
	sees(t, o.runs(askedWrong, "rules", "show", "--programme", "none"), "There is no programme")
	sees(t, o.runs(askedWrong, "rules", "take", "--programme", "big-local"), "goes by version 2 already")
	text, err := area.ShippedRuleBook(area.BigLocal)
	if err != nil {
		t.Fatal(err)
	}
	later := o.file("rules.json", strings.NewReplacer(`"version": 2`, `"version": 3`, `"minimum_members": {"value": 8`, `"minimum_members": {"value": 10`).Replace(string(text)))
	sees(t, o.runs(done, "rules", "take", "--programme", "big-local", "--file", later, "--dry-run"), "A dry run", `was "At least 8 people", is "At least 10 people"`)
	sees(t, o.runs(done, "rules", "take", "--programme", "big-local", "--file", later), "goes by version 3 in place of version 2 from today")
	sees(t, o.runs(done, "rules", "show", "--programme", "big-local"), "version 2, from", "version 3, from", "At least 10 people")
}
