package open_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/funding"
	"commontable/internal/money"
	"commontable/internal/open"
)

// A standard is the 360Giving Data Standard as it was published.
type standard struct {
	folder        string
	pack, grant   *jsonschema.Schema
	grantDocument map[string]any
}

const schemas = "https://raw.githubusercontent.com/ThreeSixtyGiving/standard/"

// standard1_4_3 reads the standard from the folder of published data. Formats
// are asserted: without that, its dates come out the wrong way round.
func standard1_4_3(t *testing.T) standard {
	t.Helper()
	folder := os.Getenv("COMMONTABLE_TEST_DATA")
	if folder == "" {
		t.Skip("COMMONTABLE_TEST_DATA names no folder of published data")
	}
	s := standard{folder: filepath.Join(folder, "360giving")}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	c.UseLoader(jsonschema.SchemeURLLoader{}) // nothing is fetched
	document := func(name string) any {
		doc := jsonOf(t, readFile(t, filepath.Join(s.folder, "standard-1.4.3", "schema", name)))
		// The standard names the draft by an address that it does not have.
		doc.(map[string]any)["$schema"] = "https://json-schema.org/draft/2020-12/schema"
		return doc
	}
	grants := document("360-giving-schema.json")
	s.grantDocument = grants.(map[string]any)
	for at, doc := range map[string]any{
		"1.4.3/schema/360-giving-package-schema.json": document("360-giving-package-schema.json"),
		"1.4.3/schema/360-giving-schema.json":         grants,
		"1.4.2/schema/360-giving-schema.json":         withID(t, document("360-giving-schema.json"), "1.4.2/schema/360-giving-schema.json"),
	} {
		if err := c.AddResource(schemas+at, doc); err != nil {
			t.Fatal(err)
		}
	}
	s.pack, s.grant = c.MustCompile(schemas+"1.4.3/schema/360-giving-package-schema.json"), c.MustCompile(schemas+"1.4.3/schema/360-giving-schema.json")
	return s
}

func withID(t *testing.T, doc any, at string) any {
	t.Helper()
	doc.(map[string]any)["$id"] = schemas + at
	return doc
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func jsonOf(t *testing.T, text []byte) any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// codes are those of one of the standard's codelists.
func (s standard) codes(t *testing.T, list string) map[string]bool {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(readFile(t, filepath.Join(s.folder, "standard-1.4.3", "codelists", list+".csv")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]bool{}
	for _, row := range rows[1:] {
		codes[row[0]] = true
	}
	return codes
}

type grantRead struct {
	ID, Title, Description, Currency, AwardDate, RegrantType, LocationScope, DateModified, DataSource, URL string
	AmountAwarded, AmountDisbursed                                                                         json.Number
	RecipientOrganization, FundingOrganization                                                             []struct{ ID, Name, PostalCode string }
	BeneficiaryLocation                                                                                    []struct{ Name, CountryCode, GeoCode, GeoCodeType string }
	PlannedDates                                                                                           []struct{ StartDate, EndDate string }
	GrantProgramme                                                                                         []struct{ Code, Title string }
}

func grantsOf(t *testing.T, text []byte) []grantRead {
	t.Helper()
	var p struct{ Grants []grantRead }
	if err := json.Unmarshal(text, &p); err != nil {
		t.Fatal(err)
	}
	return p.Grants
}

func grants360(t *testing.T, tx *db.Tx) []byte {
	t.Helper()
	return written(t, func(w io.Writer) error { return open.WriteGrants360(t.Context(), tx, w, address) })
}

func TestAwardsKeepTheStandard(t *testing.T) {
	t.Parallel()
	s := standard1_4_3(t)
	check := func(t *testing.T, tx *db.Tx) {
		text := grants360(t, tx)
		if err := s.pack.Validate(jsonOf(t, text)); err != nil {
			t.Error(err)
		}
		regrant, scope, country, geo, currency := s.codes(t, "regrantType"), s.codes(t, "locationScope"), s.codes(t, "countryCode"), s.codes(t, "geoCodeType"), s.codes(t, "currency")
		seen := map[string]bool{}
		funders := map[string]bool{}
		grants := grantsOf(t, text)
		if len(grants) < 3 {
			t.Errorf("%d grants", len(grants))
		}
		for _, g := range grants {
			if seen[g.ID] {
				t.Errorf("two grants are called %s", g.ID)
			}
			seen[g.ID] = true
			if !regrant[g.RegrantType] || !scope[g.LocationScope] || g.LocationScope != "GLS060" || !currency[g.Currency] {
				t.Errorf("%s: codes %q, %q, %q", g.ID, g.RegrantType, g.LocationScope, g.Currency)
			}
			for _, l := range g.BeneficiaryLocation {
				if !country[l.CountryCode] || (l.GeoCode != "" && !geo[l.GeoCodeType]) {
					t.Errorf("%s: location %+v", g.ID, l)
				}
			}
			if n := len([]rune(g.Title)); n > 140 || g.Title == g.Description || strings.ContainsAny(g.ID, " \n\t") {
				t.Errorf("%s: title %q of %d letters", g.ID, g.Title, n)
			}
			if !pounds(t, g.AmountAwarded.String()).Positive() {
				t.Errorf("%s: %s awarded", g.ID, g.AmountAwarded)
			}
			if len(g.GrantProgramme) != 1 || len(g.RecipientOrganization) != 1 || len(g.BeneficiaryLocation) == 0 || g.DataSource != address ||
				len(g.PlannedDates) != 1 || g.PlannedDates[0].StartDate > g.PlannedDates[0].EndDate {
				t.Errorf("incomplete: %+v", g)
			}
			funders[g.FundingOrganization[0].ID] = true
		}
		if len(funders) != 1 {
			t.Errorf("funders %v, want one", funders)
		}
	}
	onBoth(t, check)
}

// The test above would find nothing wrong if it could not: on files whose faults
// are known, the same schema must find just those.
func TestTheSchemaFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	s := standard1_4_3(t)
	var expected struct {
		Files map[string]struct {
			Grants  int `json:"grants"`
			Invalid int `json:"grants_schema_invalid"`
		} `json:"files"`
	}
	if err := json.Unmarshal(readFile(t, filepath.Join(s.folder, "expected_schema_results.json")), &expected); err != nil {
		t.Fatal(err)
	}
	faulty := 0
	for name, want := range expected.Files {
		if want.Grants == 0 {
			continue // not a package of grants
		}
		grants := jsonOf(t, readFile(t, filepath.Join(s.folder, name))).(map[string]any)["grants"].([]any)
		invalid := 0
		for _, g := range grants {
			if s.grant.Validate(g) != nil {
				invalid++
			}
		}
		if len(grants) != want.Grants || invalid != want.Invalid {
			t.Errorf("%s: %d of %d grants are invalid, want %d of %d", name, invalid, len(grants), want.Invalid, want.Grants)
		}
		faulty += invalid
	}
	if faulty < 10 {
		t.Errorf("%d invalid grants in all: are the files there?", faulty)
	}
}

// What is awarded is, to the penny, what the letters in force say and what was
// paid by those that they superseded; what is disbursed is what LTOs were paid.
func TestAwardsAddUp(t *testing.T) {
	t.Parallel()
	check := func(t *testing.T, tx *db.Tx) {
		awarded, disbursed := money.Pence(0), money.Pence(0)
		for _, g := range grantsOf(t, grants360(t, tx)) {
			awarded, disbursed = awarded.Add(pounds(t, g.AmountAwarded.String())), disbursed.Add(pounds(t, g.AmountDisbursed.String()))
		}
		wantAwarded, wantPaid := money.Pence(0), money.Pence(0)
		for _, p := range programmes(t, tx) {
			m, err := funding.ProgrammeMoney(t.Context(), tx, p.ID)
			if err != nil {
				t.Fatal(err)
			}
			wantPaid = wantPaid.Add(m.Paid)
			areas, err := area.All(t.Context(), tx, p.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range areas {
				offers, err := funding.Schedule(t.Context(), tx, a.ID)
				if err != nil {
					t.Fatal(err)
				}
				for _, o := range offers {
					for _, in := range o.Instalments {
						if o.InForce() || in.State == funding.PaymentReleased {
							wantAwarded = wantAwarded.Add(in.Amount)
						}
					}
				}
			}
		}
		if awarded != wantAwarded || disbursed != wantPaid || !disbursed.Positive() {
			t.Errorf("%s awarded and %s disbursed, want %s and %s", awarded, disbursed, wantAwarded, wantPaid)
		}
	}
	onBoth(t, check)
}

// A letter's later versions change its award and add none; a letter that nobody
// accepted is no award.
func TestAnAwardIsCountedOnceThroughItsVersions(t *testing.T) {
	t.Parallel()
	onVillage(t, func(t *testing.T, tx *db.Tx) {
		var got []string
		for _, g := range grantsOf(t, grants360(t, tx)) {
			if strings.Contains(g.ID, "-cobble-fields-") {
				to := g.RecipientOrganization[0]
				got = append(got, strings.Join([]string{
					g.ID, g.AmountAwarded.String(), g.AmountDisbursed.String(), g.AwardDate, g.PlannedDates[0].StartDate, g.PlannedDates[0].EndDate, to.ID, to.PostalCode,
				}, " "))
			}
		}
		want := []string{
			"360G-big-local-cobble-fields-1 35000.50 19000.00 2026-10-20 2026-10-20 2027-04-20 GB-CHC-1234567 B14 5AB",
			"360G-big-local-cobble-fields-4 2500.05 0.00 2026-11-21 2026-12-20 2026-12-20 GB-CHC-7654321 B14 5AB",
		}
		if !slices.Equal(got, want) {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}

func TestGrantsReadAsTheyShould(t *testing.T) {
	t.Parallel()
	onVillage(t, func(t *testing.T, tx *db.Tx) {
		golden(t, "grants.json", grants360(t, tx))
		golden(t, "grants.csv", written(t, func(w io.Writer) error { return open.WriteGrantsCSV(t.Context(), tx, w, address) }))
	})
}

// The table says what the JSON says, under titles that the standard has.
func TestTheTableSaysWhatTheJSONSays(t *testing.T) {
	t.Parallel()
	check := func(t *testing.T, tx *db.Tx) {
		rows := csvRows(t, written(t, func(w io.Writer) error { return open.WriteGrantsCSV(t.Context(), tx, w, address) }))
		grants := grantsOf(t, grants360(t, tx))
		if len(rows) != len(grants) {
			t.Fatalf("%d rows for %d grants", len(rows), len(grants))
		}
		for i, g := range grants {
			r := rows[i]
			if r["Identifier"] != g.ID || r["Amount Awarded"] != g.AmountAwarded.String() || r["Award Date"] != g.AwardDate || r["Last Modified"] != g.DateModified ||
				strings.TrimPrefix(r["Recipient Org:Name"], "'") != g.RecipientOrganization[0].Name {
				t.Errorf("row %v\nof %+v", r, g)
			}
			places := 0
			for title, cell := range r {
				if strings.HasPrefix(title, "Beneficiary Location:") && strings.HasSuffix(title, ":Country Code") && cell != "" {
					places++
				}
			}
			if places != len(g.BeneficiaryLocation) {
				t.Errorf("%s: %d locations, want %d", g.ID, places, len(g.BeneficiaryLocation))
			}
		}
	}
	onBoth(t, check)
}

func TestTheTableHasTheStandardsTitles(t *testing.T) {
	t.Parallel()
	s := standard1_4_3(t)
	titles := s.titles()
	onVillage(t, func(t *testing.T, tx *db.Tx) {
		text := written(t, func(w io.Writer) error { return open.WriteGrantsCSV(t.Context(), tx, w, address) })
		header, err := csv.NewReader(bytes.NewReader(text)).Read()
		if err != nil {
			t.Fatal(err)
		}
		for _, title := range header {
			if !titles[regexp.MustCompile(`:\d+:`).ReplaceAllString(title, ":")] {
				t.Errorf("the standard has no column %q", title)
			}
		}
	})
}

// titles are the column titles that the standard's schema makes.
func (s standard) titles() map[string]bool {
	all := map[string]bool{}
	properties := s.grantDocument["properties"].(map[string]any)
	definitions := s.grantDocument["$defs"].(map[string]any)
	for _, p := range properties {
		p := p.(map[string]any)
		title, _ := p["title"].(string)
		if ref, ok := p["$ref"].(string); ok && title == "" {
			title, _ = definitions[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)["title"].(string)
		}
		all[title] = true
		items, _ := p["items"].(map[string]any)
		ref, _ := items["$ref"].(string)
		of, _ := definitions[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
		parts, _ := of["properties"].(map[string]any)
		for _, part := range parts {
			if words, ok := part.(map[string]any)["title"].(string); ok {
				all[title+":"+words] = true
			}
		}
	}
	return all
}

func TestAnAddressMustBeWhole(t *testing.T) {
	t.Parallel()
	onVillage(t, func(t *testing.T, tx *db.Tx) {
		for _, wrong := range []string{"example.org", "ftp://example.org", "/data", "https://"} {
			if err := open.WriteGrants360(t.Context(), tx, io.Discard, wrong); err == nil {
				t.Errorf("%q was taken for an address", wrong)
			}
		}
		for _, right := range []string{"", "https://example.org", "http://127.0.0.1:8080/"} {
			if err := open.WriteGrants360(t.Context(), tx, io.Discard, right); err != nil {
				t.Errorf("%q: %v", right, err)
			}
		}
	})
}
