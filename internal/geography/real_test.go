package geography

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/id"
)

// realFile opens a file of the public data, or skips the test.
func realFile(t *testing.T, name string) *os.File {
	t.Helper()
	data := os.Getenv("COMMONTABLE_TEST_DATA")
	if data == "" {
		t.Skip("COMMONTABLE_TEST_DATA names no folder of public data")
	}
	f, err := os.Open(filepath.Join(data, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func realPacks(t *testing.T) []Pack {
	t.Helper()
	var packs []Pack
	for _, name := range []string{
		"lsoa21_ward_lad_region_icb_england_2024.csv.gz", "lsoa11_to_lsoa21_lad22_england.csv.gz",
		"imd2019_lsoa11_england.csv.gz", "imd2025_lsoa21_england.csv.gz",
		"community_needs_index_2023_lsoa21_england.csv.gz", "community_needs_index_2019_ward17_england.csv.gz",
		"population_mid2020_lsoa11_england.csv.gz", "boundaries_lad24_england.geojson", "lsoa21_boundaries/E08000008.geojson",
	} {
		p, err := Read(realFile(t, filepath.Join("geography", name)), name, Say{})
		if err != nil || len(p.Faults) > 0 {
			t.Fatalf("%s: %v, %v", name, err, p.Faults)
		}
		packs = append(packs, p)
	}
	return packs
}

func TestRealPacks(t *testing.T) {
	t.Parallel()
	packs := realPacks(t)
	want := []struct {
		name string
		rows int64
	}{
		{"Small areas of 2021, with wards, councils and regions", 33_755},
		{"Changes of small areas, 2011 to 2021", 33_855},
		{"Indices of Deprivation 2019", 32_844},
		{"Indices of Deprivation 2025", 33_755},
		{"Community Needs Index 2023", 33_755},
		{"Community Needs Index 2019, by ward", 7_433},
		{"Population, mid-2020", 32_844},
		{"Outlines of councils 2024", 296},
		{"Outlines of small areas of 2021", 142},
	}
	for i, p := range packs {
		if p.Name != want[i].name || p.Rows != want[i].rows {
			t.Errorf("%s: %q with %d rows, want %q with %d", p.File, p.Name, p.Rows, want[i].name, want[i].rows)
		}
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		now := func() time.Time { return time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC) }
		p := &Packs{DB: d, IDs: id.Real(now), Now: now}
		var reports []Report
		keep := func() {
			t.Helper()
			began := time.Now()
			err := d.Write(t.Context(), func(tx *db.Tx) (err error) {
				reports, err = p.ImportIn(t.Context(), tx, access.System("test"), packs, false)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("kept in %s", time.Since(began).Round(time.Millisecond))
		}
		keep()
		keep()
		for _, r := range reports {
			if !r.Unchanged || r.Edition != 1 {
				t.Errorf("the same file twice: %+v", r)
			}
		}
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			sum, err := db.One(t.Context(), tx, db.Value[int64], `SELECT CAST(SUM(people) AS BIGINT) FROM small_area_people`)
			if err != nil || sum != 56_550_138 {
				t.Errorf("%d people, %v", sum, err)
			}
			changes, err := db.All(t.Context(), tx, db.Value[string], `SELECT change || CAST(COUNT(*) AS TEXT) FROM small_area_changes GROUP BY change ORDER BY change`)
			if got := strings.Join(changes, " "); err != nil || got != "M194 S1842 U31810 X9" {
				t.Errorf("changes %s, %v", got, err)
			}
			codes, err := db.All(t.Context(), tx, db.Value[string], `SELECT code FROM small_areas ORDER BY code`)
			if err != nil {
				return err
			}
			began := time.Now()
			f, err := FactsOf(t.Context(), tx, codes, true)
			if err != nil {
				return err
			}
			t.Logf("all facts of %d small areas in %s", len(codes), time.Since(began).Round(time.Millisecond))
			checkCountry(t, f)
			public, err := FactsOf(t.Context(), tx, codes[:5], false)
			if err != nil || len(public.Needs)+len(public.WardNeeds) != 0 || len(public.Deprivation) != 2 {
				t.Errorf("what anyone sees: %d and %d of needs, %v", len(public.Needs), len(public.WardNeeds), err)
			}
			sheffield, _, err := AuthorityOutline(t.Context(), tx, "E08000039")
			if err != nil || sheffield.Code != "E08000019" || len(sheffield.Rings) == 0 {
				t.Errorf("Sheffield by its new code: %q, %v", sheffield.Code, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// checkCountry holds what is brought to the small areas of 2021 against what was
// published for all of England.
func checkCountry(t *testing.T, f Facts) {
	t.Helper()
	sum, statuses := int64(0), map[Status]int{}
	for _, c := range f.Counts {
		sum += c.People
		statuses[c.Status]++
	}
	// Of 2021's small areas 97 are of merged ones, whose people only add up, and
	// 6 are irregular: their people are in nobody's figure.
	if statuses[Published] != 31_810+97 || statuses[Estimated] != 1_842 || statuses[Irregular] != 6 || statuses[Unknown] != 0 {
		t.Errorf("people: %v", statuses)
	}
	const irregular = 9
	if sum >= 56_550_138 || sum < 56_550_138-irregular*3_000 {
		t.Errorf("%d people brought over, of 56,550,138", sum)
	}
	for _, s := range f.Deprivation {
		deciles, statuses := map[int64]int{}, map[Status]int{}
		for code, one := range s.Of {
			deciles[one.Decile]++
			statuses[one.Status]++
			if one.Status == Estimated && (one.Rank != 0 || one.Domains != nil) {
				t.Fatalf("%s: an estimate has a rank: %+v", code, one)
			}
		}
		switch s.Year {
		case 2025:
			if deciles[1] != 3_375 || statuses[Published] != 33_755 {
				t.Errorf("2025: %v, %v", deciles, statuses)
			}
		case 2019:
			if statuses[Published] != 31_810 || statuses[Estimated] != 1_842+97 || statuses[Irregular] != 6 {
				t.Errorf("2019: %v", statuses)
			}
		}
	}
	left := 0
	for _, n := range f.Needs[0].Of {
		if n.LeftBehind {
			left++
		}
	}
	if left != 1_262 || len(f.WardNeeds) != 1 || len(f.WardNeeds[0].Of) < 2_000 {
		t.Errorf("%d left behind, %d wards the same", left, len(f.WardNeeds[0].Of))
	}
	if got := slices.Sorted(maps.Keys(f.Base)); len(got) != 33_755 {
		t.Errorf("%d small areas", len(got))
	}
}
