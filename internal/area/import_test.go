package area

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
)

// Set it to write what the test got, and read the difference.
var update = os.Getenv("UPDATE_GOLDEN") != ""

func importText(t *testing.T, a *Areas, programme, text string, dryRun bool) Report {
	t.Helper()
	r, err := a.Import(t.Context(), operator, programme, strings.NewReader(text), "areas.csv", dryRun)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// realFile opens one of the published files.
func realFile(t *testing.T, name string) *os.File {
	t.Helper()
	folder := os.Getenv("COMMONTABLE_TEST_DATA")
	if folder == "" {
		t.Skip("COMMONTABLE_TEST_DATA names no folder of published data")
	}
	f, err := os.Open(filepath.Join(folder, "programmes", name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func counts(r Report) string {
	return fmt.Sprintf("created %d, updated %d, unchanged %d, not in file %d, lacking %d, faults %d",
		r.Created, r.Updated, r.Unchanged, r.NotInFile, len(r.Lacking), len(r.Faults))
}

func want(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got\n%s\nwant\n%s", what, got, want)
	}
}

func TestImportPrideInPlace(t *testing.T) {
	t.Parallel()
	const file = "pride_in_place_places_2026.csv"
	realFile(t, file)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := founded(t, d)
		p := programme(t, a, PrideInPlace)
		take := func(dryRun bool) Report {
			t.Helper()
			r, err := a.Import(t.Context(), operator, p.Slug, realFile(t, file), "/tmp/"+file, dryRun)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		before := dump(t, d)
		dry := take(true)
		want(t, "dry run", counts(dry), "created 209, updated 0, unchanged 0, not in file 0, lacking 23, faults 0")
		want(t, "tables after a dry run", dump(t, d), before)

		r := take(false)
		want(t, "first import", counts(r), counts(dry))
		want(t, "ignored columns", strings.Join(r.Ignored, ", "), "")
		if i := slices.IndexFunc(r.Lacking, func(l Lack) bool { return l.Name == "Castlemilk" }); i < 0 {
			t.Error("Castlemilk lacks nothing; want region, authority’s name and boundary")
		} else {
			want(t, "Castlemilk lacks", strings.Join(r.Lacking[i].What, "; "),
				"its region; its local authority’s name; its boundary (which small areas make it up)")
		}

		read(t, d, func(tx *db.Tx) error {
			areas, err := All(t.Context(), tx, p.ID)
			if err != nil {
				return err
			}
			lsoas := map[ID]int{}
			total := 0
			for some := range slices.Chunk(areas, PageSize) {
				counted, err := LSOACounts(t.Context(), tx, some)
				if err != nil {
					return err
				}
				for aid, n := range counted {
					lsoas[aid] = n
					total += n
				}
			}
			want(t, "stored", fmt.Sprintf("%d areas, %d with a boundary, of %d LSOAs", len(areas), len(lsoas), total),
				"209 areas, 186 with a boundary, of 964 LSOAs")
			wick, err := BySlug(t.Context(), tx, "wick-and-toddington")
			if err != nil {
				return err
			}
			wick.ID, wick.Programme = "", ""
			want(t, "Wick and Toddington", fmt.Sprintf("%+v", wick), fmt.Sprintf("%+v", Area{
				Slug: "wick-and-toddington", Name: "Wick and Toddington", Region: "South East", Nation: "England",
				AuthorityName: "Arun", AuthorityCode: "E07000224", Source: file,
				BoundaryBasis: "exact MSOA name + LA: E02006545 Arun 004",
			}))
			f, err := Find(t.Context(), tx, Search{Programme: p.ID, Words: "birm HEATH"})
			if err != nil {
				return err
			}
			if f.Total != 1 || f.Areas[0].Name != "Druids Heath" {
				t.Errorf("searching for birm HEATH found %v, want Druids Heath", f)
			}
			want(t, "regions", strings.Join(f.Regions, ", "), "East Midlands, East of England, London, North East, North West, South East, South West, West Midlands, Yorkshire and The Humber")
			return Verify(t.Context(), tx, func(bad string) { t.Error(bad) })
		})

		after := dump(t, d)
		want(t, "second import", counts(take(false)), "created 0, updated 0, unchanged 209, not in file 0, lacking 23, faults 0")
		want(t, "tables after a second import", dump(t, d), after)
	})
}

func TestImportBigLocal(t *testing.T) {
	t.Parallel()
	const file = "big_local_areas_evidenced.csv"
	realFile(t, file)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := founded(t, d)
		p := programme(t, a, BigLocal)
		for i, wanted := range []string{
			"created 45, updated 0, unchanged 0, not in file 0, lacking 45, faults 0",
			"created 0, updated 0, unchanged 45, not in file 0, lacking 45, faults 0",
		} {
			before := dump(t, d)
			r, err := a.Import(t.Context(), operator, p.Slug, realFile(t, file), file, false)
			if err != nil {
				t.Fatal(err)
			}
			want(t, fmt.Sprint("import ", i+1), counts(r), wanted)
			if i == 1 {
				want(t, "tables after a second import", dump(t, d), before)
			}
		}
		read(t, d, func(tx *db.Tx) error {
			b, err := BySlug(t.Context(), tx, "barrowcliff")
			want(t, "Barrowcliff", strings.Join([]string{b.AuthorityName, b.AuthorityCode, b.AuthorityBasis, b.Region, b.Wave, b.Confidence}, "|"),
				"North Yorkshire (then Scarborough)||stated|Yorkshire and The Humber|2|high")
			if !strings.HasPrefix(b.Source, "http://www.nof.org.uk/") {
				t.Errorf("Barrowcliff's source is %q, want its page", b.Source)
			}
			return err
		})
	})
}

// The rows are those that a spreadsheet shows: a cell on two lines is one row,
// an empty line is one too.
func TestImportSaysEveryFaultAndDoesNothing(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/faults.csv")
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := founded(t, d)
		p := programme(t, a, PrideInPlace)
		before := dump(t, d)
		for _, dryRun := range []bool{true, false} {
			r := importText(t, a, p.Slug, string(text), dryRun)
			var got strings.Builder
			for _, f := range r.Faults {
				fmt.Fprintln(&got, f)
			}
			if update {
				if err := os.WriteFile("testdata/faults.golden", []byte(got.String()), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			golden, err := os.ReadFile("testdata/faults.golden")
			if err != nil {
				t.Fatal(err)
			}
			want(t, "faults", got.String(), string(golden))
			want(t, "ignored columns", strings.Join(r.Ignored, ", "), "notes")
			if r.Created+r.Updated+r.Unchanged+r.NotInFile != 0 {
				t.Errorf("with faults, it counts %s", counts(r))
			}
			want(t, "tables", dump(t, d), before)
		}
	})
}

const twoPlaces = "place_name,lead_la_code,lead_la_name,region,matched_lsoa21_codes\n" +
	"Druids Heath,E08000025,Birmingham,West Midlands,E01008976 E01008978\n" +
	"Twerton,E06000022,Bath and North East Somerset,South West,E01014461\n"

func TestImportTakesWhatChangedAndLeavesTheRest(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := founded(t, d)
		p := programme(t, a, PrideInPlace)
		importText(t, a, p.Slug, twoPlaces, false)
		// The columns are in another order; there is none of the authority's name, so it stays.
		changed := "lead_la_code,matched_lsoa21_codes,place_name,wave,region\r\n" +
			"E08000025,E01008979 E01008976,Druids Heath,2,West Midlands\r\n" +
			"E08000025,,Fox Hollies,,\r\n"
		r := importText(t, a, p.Slug, changed, true)
		want(t, "dry run", counts(r), "created 1, updated 1, unchanged 0, not in file 1, lacking 1, faults 0")
		r = importText(t, a, p.Slug, changed, false)
		want(t, "import", counts(r), "created 1, updated 1, unchanged 0, not in file 1, lacking 1, faults 0")
		want(t, "changes", fmt.Sprintf("%q", r.Changes),
			`[{"Druids Heath" "wave" "" "2"} {"Druids Heath" "small areas" "E01008976 E01008978" "E01008976 E01008979"}]`)
		read(t, d, func(tx *db.Tx) error {
			heath, err := BySlug(t.Context(), tx, "druids-heath")
			if err != nil {
				return err
			}
			want(t, "Druids Heath", heath.AuthorityName+"|"+heath.Wave, "Birmingham|2")
			codes, err := LSOAs(t.Context(), tx, heath.ID)
			want(t, "its small areas", strings.Join(codes, " "), "E01008976 E01008979")
			want(t, "its history", strings.Join(history(t, tx, string(heath.ID)), ", "), "area added, boundary set, area changed")
			want(t, "the programme's history", strings.Join(history(t, tx, string(p.ID)), ", "), "programme begun, areas imported, areas imported")
			return err
		})
	})
}

func TestImportKnowsAPlaceAgain(t *testing.T) {
	t.Parallel()
	const header = "place_name,lead_la_code,lead_la_name\n"
	for _, test := range []struct{ name, first, second, want string }{
		{"a council that was recoded", "Westfield,E08000019,Sheffield\n", "Westfield,E08000039,Sheffield\n", "created 0, updated 1, unchanged 0, not in file 0"},
		{"a council that was renamed", "Selby,E06000065,Selby\n", "Selby,E06000065,North Yorkshire\n", "created 0, updated 1, unchanged 0, not in file 0"},
		{"a code that was not known", "Selby,,North Yorkshire\n", "Selby,E06000065,North Yorkshire\n", "created 0, updated 1, unchanged 0, not in file 0"},
		{"an authority that was not known", "Selby,,\n", "Selby,E06000065,North Yorkshire\n", "created 0, updated 1, unchanged 0, not in file 0"},
		{"another spelling of its name", "druids heath,E08000025,\n", "Druids Heath,E08000025,\n", "created 0, updated 1, unchanged 0, not in file 0"},
		{"one of that name elsewhere", "Westfield,E08000019,Sheffield\n", "Westfield,E06000022,Bath and North East Somerset\n", "created 1, updated 0, unchanged 0, not in file 1"},
		{"two of that name, where the authority was not known", "Selby,,\n", "Selby,E06000065,North Yorkshire\nSelby,E06000014,York\n", "created 2, updated 0, unchanged 0, not in file 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				a := founded(t, d)
				p := programme(t, a, PrideInPlace)
				importText(t, a, p.Slug, header+test.first, false)
				r := importText(t, a, p.Slug, header+test.second, false)
				want(t, "second file", fmt.Sprintf("created %d, updated %d, unchanged %d, not in file %d", r.Created, r.Updated, r.Unchanged, r.NotInFile), test.want)
				r = importText(t, a, p.Slug, header+test.second, false)
				if r.Created+r.Updated != 0 {
					t.Errorf("the second file again: %s", counts(r))
				}
			})
		})
	}
}

func TestImportReadsWhatSpreadsheetsWrite(t *testing.T) {
	t.Parallel()
	a := founded(t, dbtest.SQLite(t))
	p := programme(t, a, PrideInPlace)
	for _, test := range []struct{ name, text, want string }{
		{"a byte order mark", "\xef\xbb\xbfplace_name\nWick\n", ""},
		{"line ends of Windows", "place_name,region\r\nWick,South East\r\n", ""},
		{"headings in capitals with spaces", "Place Name,Lead LA code\nWick,E07000224\n", ""},
		{"quoted cells", "place_name\n\"Lumbertubs, \"\"Lings\"\" and Blackthorn\"\n", ""},
		{"empty rows and cells at the end", "place_name,region\nWick,South East,,\n,\n\n", ""},
		{"codes between commas", "place_name,matched_lsoa_count,matched_lsoa21_codes\nWick,2,\"E01031427,E01031429\"\n", ""},
		{"Windows-1252", "place_name\nYnys M\xf4n\n", "row 2, place_name: Save the file as “CSV UTF-8”: this is in another encoding, perhaps Windows-1252, in which it reads “Ynys Môn”"},
		{"Windows-1252 in a column that is not read", "place_name,notes\nWick,M\xf4n\n", ""},
		{"UTF-16", "\xff\xfep\x00l\x00", "This file is written in UTF-16. In the spreadsheet program choose Save As and “CSV UTF-8 (comma delimited)”, and import that file"},
		{"a workbook", "PK\x03\x04…", "This is a spreadsheet and not a CSV file. In the spreadsheet program choose Save As and “CSV UTF-8 (comma delimited)”, and import that file"},
		{"semicolons", "place_name;region\nWick;South East\n", "row 1: Save the file with commas between the cells: these are separated otherwise"},
		{"nothing", "", "The file is empty. Choose the file that has the areas in it"},
		{"a heading only", "place_name\n", "The file has a heading and no areas. Choose the file that has the areas in it"},
		{"no names", "region\nLondon\n", "row 1: Name one column place_name or area_name: none says what the areas are called"},
		{"two names", "place_name,area_name\nWick,Wick\n", "row 1, area_name: Keep one of the columns place_name and area_name: they tell the same"},
		{"a stray quotation mark", "place_name\nWick\nThe \"Links\n", "row 3: Put each cell that has quotation marks in it between quotation marks, and double those inside. Nothing after this row was read"},
		{"a control character", "place_name\nWi\x07ck\n", "row 2, place_name: Type this again: it holds characters that cannot be shown"},
		{"more than a cell holds", "place_name\n" + strings.Repeat("a", mostCellBytes+1) + "\n", "row 2, place_name: Shorten this cell: it has more than 100000 characters"},
		{"too many rows", "place_name\n" + strings.Repeat("Wick\n", mostRows+1), "row 50002: The file has more than 50000 areas. Import it in parts"},
	} {
		r := importText(t, a, p.Slug, test.text, true)
		got := ""
		if len(r.Faults) > 0 {
			got = r.Faults[len(r.Faults)-1].String()
		}
		want(t, test.name, got, test.want)
	}
	r, err := a.Import(t.Context(), operator, p.Slug, strings.NewReader(strings.Repeat(" ", mostBytes+1)), "areas.csv", true)
	if err != nil || len(r.Faults) != 1 || r.Faults[0].Words != "The file is larger than 32 MB. Import it in parts" {
		t.Errorf("a file too large: got %v, %v", r.Faults, err)
	}
}

func TestImportIsForThoseWhoManageAreas(t *testing.T) {
	t.Parallel()
	a := founded(t, dbtest.SQLite(t))
	p := programme(t, a, PrideInPlace)
	ben := access.Actor{Person: "ben", Name: "Ben", Hat: access.Hat{Role: access.Member, Scope: access.InProgramme, Place: string(p.ID)}}
	for _, dryRun := range []bool{true, false} {
		if _, err := a.Import(t.Context(), ben, p.Slug, strings.NewReader(twoPlaces), "areas.csv", dryRun); !errors.Is(err, fault.Forbidden) {
			t.Errorf("a member imports: got %v, want a refusal", err)
		}
	}
	if _, err := a.Import(t.Context(), operator, "nowhere", strings.NewReader(twoPlaces), "areas.csv", false); !errors.Is(err, fault.NotFound) || fault.Public(err) == "" {
		t.Errorf("into no programme: got %v, want not found, in words", err)
	}
}

// However broken a file is, it is answered: with areas or with faults, never both.
func FuzzImport(f *testing.F) {
	for _, name := range []string{"testdata/faults.csv"} {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, text := range []string{
		"", "\n", "place_name", twoPlaces, "\xef\xbb\xbfarea_name,local_authority,region,wave\r\nSelby,York,,3\r\n",
		"place_name\n\"a\nb\"\n\n\"", "\xff\xfe", "PK\x03\x04", "place_name;region\n", "place_name\nYnys M\xf4n\n",
		"place_name,matched_lsoa_count\nWick,99999999999999999999\n", "place_name\n\x00\n", ",,,\n,,,\n", "area_name,place_name\n",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := readAreaFile(strings.NewReader(string(text)), "areas.csv")
		if err != nil {
			t.Fatal(err)
		}
		if len(file.rows) == 0 && len(file.faults) == 0 {
			t.Error("no areas and no faults")
		}
		none := keptOf{}
		steps, faults := none.compare(file)
		if len(faults) != 0 || len(steps) != len(file.rows) {
			t.Errorf("%d steps and faults %v for %d rows and no areas", len(steps), faults, len(file.rows))
		}
		for _, r := range file.rows {
			if wrong := r.area.Check(); len(wrong) > 0 || r.number < 2 {
				t.Errorf("row %d was kept: %v", r.number, wrong)
			}
		}
		for _, fault := range file.faults {
			if fault.Words == "" || fault.Row < 0 {
				t.Errorf("a fault says nothing: %+v", fault)
			}
		}
	})
}

func history(t *testing.T, tx *db.Tx, stream string) []string {
	t.Helper()
	acts, err := db.All(context.WithoutCancel(t.Context()), tx, db.Value[string], `
		SELECT act FROM audit_events WHERE stream = $1 ORDER BY number`, stream)
	if err != nil {
		t.Fatal(err)
	}
	return acts
}
