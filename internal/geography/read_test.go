package geography

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"commontable/internal/date"
)

func packed2(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const scores = "lsoa21_code,IMD_decile,IMD_rank,IMD_score\nE01000001,1,1,40.123\nE01000002,10,2,4.5\n"

func TestAKindIsRecognised(t *testing.T) {
	t.Parallel()
	square := `[[[-1.5,53.1],[-1.4,53.1],[-1.4,53.2],[-1.5,53.2],[-1.5,53.1]]]`
	feature := func(properties string) string {
		return `{"type":"FeatureCollection","features":[{"type":"Feature","properties":` + properties + `,"geometry":{"type":"Polygon","coordinates":` + square + `}}]}`
	}
	for _, c := range []struct {
		name, text string
		kind       Kind
		series     string
		codes      int
		public     bool
	}{
		{"imd2025.csv", scores, Deprivation, "deprivation-2025", Codes2021, true},
		{"imd2019.csv.gz", "lsoa11_code,IMD_decile,IMD_rank\nE01000001,1,1\n", Deprivation, "deprivation-2019", Codes2011, true},
		{"pop_mid2020_lsoa11.csv", "lsoa11_code,total_population\nE01000001,1600\n", People, "people-2020", Codes2011, true},
		{"x.csv", "LSOA11CD,LSOA21CD,CHGIND\nE01000001,E01000001,U\n", Changes, "changes", Codes2021, true},
		{"cni.csv", "lsoa21_code,lsoa21_name,Community Needs Index 2023 Score,Community Needs Index 2023 Rank,Civic Assets Domain Score,Connectedness Domain Score,Active and Engaged Community Domain Score,Left Behind Area?\nE01000001,A,1,1,1,1,1,TRUE\n", CommunityNeeds, "community-needs-2023", Codes2021, false},
		{"boundaries_lad24.geojson", feature(`{"code":"E08000019","name":"Sheffield"}`), AuthorityOutlines, "council-outlines-2024", 2024, true},
		{"E08000008.geojson", feature(`{"LSOA21CD":"E01005933","LSOA21NM":"Tameside 006A","LADCD_ACTIVE":"E08000008"}`), SmallAreaOutlines, "small-area-outlines-E08000008", Codes2021, true},
	} {
		text := []byte(c.text)
		if strings.HasSuffix(c.name, ".gz") {
			text = packed2(t, c.text)
		}
		p, err := Read(bytes.NewReader(text), "folder/"+c.name, Say{})
		if err != nil || len(p.Faults) > 0 || p.Kind != c.kind || p.Series != c.series || p.CodesOf != c.codes || p.Public != c.public || p.File != c.name {
			t.Errorf("%s: %+v, %v, %v", c.name, p.Edition, p.Faults, err)
		}
	}
	plain, _ := Read(strings.NewReader(scores), "imd2025.csv", Say{})
	zipped, _ := Read(bytes.NewReader(packed2(t, scores)), "imd2025.csv.gz", Say{})
	if plain.SHA256 != zipped.SHA256 || plain.SHA256 == "" {
		t.Error("packed and not, a file is the same")
	}
	said, _ := Read(strings.NewReader("lsoa21_code,IMD_decile,IMD_rank\nE01000001,1,1\n"), "scores.csv", Say{Year: 2031})
	if said.Year != 2031 || said.Name != "Indices of Deprivation 2031" {
		t.Errorf("%+v", said.Edition)
	}
}

func TestEveryFaultIsListed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{
			"imd2025.csv", "lsoa21_code,IMD_decile,IMD_rank,IMD_score\nE01000001,11,1,x\nE0100000,1,1,1\nE01000001,1,1,1\nE01000001,1,1,1\nE01000003,1\n",
			`row 2, IMD_score: Give a number: "x" is none; row 2, IMD_decile: Give a whole number from 1 to 10: "11" is none; row 3, lsoa21_code: Give a code such as E01008976: "E0100000" is not one; row 5, lsoa21_code: Keep one of the two rows: row 4 is of E01000001 too; row 6: Give this row as many cells as the heading: it has 2, and the heading 4`,
		},
		{"imd.csv", "lsoa21_code,IMD_decile,IMD_rank\nE01000001,1,1\n", "Say of which year this is, with --year 2025: neither its heading nor its name does"},
		{"a.csv", "", "The file is empty. Choose the file that has the rows in it"},
		{"imd2025.csv", "lsoa21_code,IMD_decile,IMD_rank\n", "The file has a heading and no rows. Choose the file that has the rows in it"},
		{"imd2025.csv", "lsoa21_code,IMD_decile,IMD_rank\n\"E01000001,1,1\n", "row 2: Put each cell that has quotation marks in it between quotation marks, and double those inside. Nothing after this row was read"},
		{"icb.geojson", `{"type":"FeatureCollection","features":[{"properties":{"code":"E54000008"}}]}`, "These are outlines of neither councils nor small areas of 2021: choose a file that is"},
		{
			"b.geojson", `{"type":"FeatureCollection","features":[{"properties":{"code":"E08000019"},"geometry":{"type":"Polygon","coordinates":[[[430000,390000],[1,2],[3,4],[430000,390000]]]}}]}`,
			"row 1: Give longitudes and latitudes in degrees (WGS 84), within the United Kingdom: this outline has others",
		},
		{"c.gz", "\x1f\x8bnonsense", "The file cannot be unpacked. Fetch it again"},
		{"d.csv", "PK\x03\x04", "This is a spreadsheet or a zip file. Save it as CSV, or take the CSV file out of it"},
	} {
		p, err := Read(strings.NewReader(c.text), c.name, Say{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		var got []string
		for _, f := range p.Faults {
			got = append(got, f.String())
		}
		if s := strings.Join(got, "; "); s != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, s, c.want)
		}
		if len(p.batches) > 0 {
			t.Errorf("%s: something would be kept", c.name)
		}
	}
	if p, _ := Read(strings.NewReader("a,b\n1,2\n"), "x.csv", Say{}); len(p.Faults) != 1 || !strings.Contains(p.Faults[0].Words, string(People)) {
		t.Errorf("a heading that nobody knows: %v", p.Faults)
	}
}

// A file that unpacks to far more than it is takes no more memory than the cap.
func TestABombIsRefused(t *testing.T) {
	t.Parallel()
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	row := bytes.Repeat([]byte("E01000001,1,1\n"), 1<<16)
	fmt.Fprintln(z, "lsoa21_code,IMD_decile,IMD_rank")
	for range 400 { // some 360 MB
		if _, err := z.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	p, err := Read(&bomb, "imd2025.csv.gz", Say{})
	runtime.ReadMemStats(&after)
	if err != nil || len(p.Faults) != 1 || !strings.Contains(p.Faults[0].Words, "larger than 64 MB") {
		t.Errorf("%v, %v", p.Faults, err)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 8*mostBytes {
		t.Errorf("%d MB were used", used>>20)
	}
	many := "lsoa21_code,IMD_decile,IMD_rank\n" + strings.Repeat("bad,1,1\n", 1_000)
	if p, _ := Read(strings.NewReader(many), "imd2025.csv", Say{}); len(p.Faults) != mostFaults || p.Further != 800 {
		t.Errorf("%d faults and %d more", len(p.Faults), p.Further)
	}
}

func TestCouncilsCodes(t *testing.T) {
	t.Parallel()
	if len(Recodings()) != 54 {
		t.Errorf("%d recodings", len(Recodings()))
	}
	for _, c := range []struct{ code, day, want string }{
		{"E08000019", "2025-03-31", "E08000019"},
		{"E08000019", "2025-04-01", "E08000039"},
		{"E08000039", "2026-01-01", "E08000039"},
		{"E07000190", "2018-01-01", "E07000190"},
		{"E07000190", "2020-01-01", "E07000246"},
		{"E07000190", "2024-01-01", "E06000066"},
		{"E08000025", "2026-01-01", "E08000025"},
	} {
		if got := AuthorityOn(c.code, date.Must(c.day)); got != c.want {
			t.Errorf("%s on %s: %s, want %s", c.code, c.day, got, c.want)
		}
	}
	if CurrentAuthority("E07000190") != "E06000066" || !SameAuthority("E08000019", "E08000039") || SameAuthority("E08000019", "E08000038") || SameAuthority("", "") {
		t.Error("councils are mixed up")
	}
	if former := FormerCodes("E08000039"); len(former) != 1 || former[0].OldCode != "E08000019" {
		t.Errorf("%v", former)
	}
}

func FuzzRead(f *testing.F) {
	for _, text := range []string{
		scores, "lsoa11_code,change_code,lsoa21_code\nE01000001,U,E01000001\n", "lsoa11_code,total_population\nE01000001,5\n",
		`{"type":"FeatureCollection","features":[{"properties":{"code":"E08000019"},"geometry":{"type":"Polygon","coordinates":[[[-1,53],[-1,54],[0,54],[-1,53]]]}}]}`,
	} {
		f.Add([]byte(text), "imd2025.csv")
	}
	f.Add(packed2(f, scores), "mid2020.csv.gz")
	f.Fuzz(func(t *testing.T, text []byte, name string) {
		p, err := Read(bytes.NewReader(text), name, Say{})
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Faults) == 0 && (p.Kind == "" || p.Series == "" || p.Name == "" || p.Rows == 0 || len(p.batches) == 0) {
			t.Errorf("nothing is wrong, and yet: %+v", p.Edition)
		}
		if len(p.Faults) > mostFaults {
			t.Errorf("%d faults", len(p.Faults))
		}
	})
}
