package area

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/geography"
)

// Four small areas of 2021: one unchanged, one merged of two, and two of one that
// was split; and one whose boundary changed irregularly.
var tiny = map[string]string{
	"base.csv": `lsoa21_code,lsoa21_name,msoa21_name,ward24_code,ward24_name,ltla24_code,ltla24_name,region24_name,icb24_name
E01000001,Heath 001A,Heath 001,E05000001,North Ward,E08000019,Sheffield,Yorkshire and The Humber,NHS Board
E01000002,Heath 001B,Heath 001,E05000001,North Ward,E08000019,Sheffield,Yorkshire and The Humber,NHS Board
E01000003,Heath 001C,Heath 001,E05000002,South Ward,E08000019,Sheffield,Yorkshire and The Humber,NHS Board
E01000004,Heath 001D,Heath 001,E05000002,South Ward,E08000019,Sheffield,Yorkshire and The Humber,NHS Board
E01000005,Heath 001E,Heath 001,E05000002,South Ward,E08000019,Sheffield,Yorkshire and The Humber,NHS Board
`,
	"changes.csv": `lsoa11_code,change_code,lsoa21_code
E01000001,U,E01000001
E01000901,M,E01000002
E01000902,M,E01000002
E01000903,S,E01000003
E01000903,S,E01000004
E01000904,X,E01000005
`,
	"imd2019.csv": `lsoa11_code,IMD_decile,IMD_rank
E01000001,1,10
E01000901,2,20
E01000902,4,40
E01000903,1,5
E01000904,9,90
`,
	"imd2025.csv": `lsoa21_code,IMD_decile,IMD_rank,IMD_score
E01000001,2,3,40.5
E01000002,3,4,30
E01000003,1,1,60
E01000004,1,2,50
`,
	"mid2020.csv": `lsoa11_code,total_population
E01000001,1000
E01000901,700
E01000902,800
E01000903,1501
E01000904,999
`,
}

func packs(t *testing.T, say geography.Say, names ...string) []geography.Pack {
	t.Helper()
	var all []geography.Pack
	for _, name := range names {
		p, err := geography.Read(strings.NewReader(tiny[name]), name, say)
		if err != nil || len(p.Faults) > 0 {
			t.Fatalf("%s: %v, %v", name, err, p.Faults)
		}
		all = append(all, p)
	}
	return all
}

func TestAProfile(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := founded(t, d)
		p := programme(t, a, BigLocal)
		var heath, odd Area
		write(t, d, func(tx *db.Tx) (err error) {
			if heath, err = a.AddIn(t.Context(), tx, operator, p.ID, NewArea{Name: "Heath", AuthorityCode: "E08000039", LSOAs: []string{"E01000001", "E01000002", "E01000003", "E01000004"}}); err != nil {
				return err
			}
			odd, err = a.AddIn(t.Context(), tx, operator, p.ID, NewArea{Name: "Odd End", LSOAs: []string{"E01000005"}})
			return err
		})
		all := packs(t, geography.Say{}, "base.csv", "changes.csv", "imd2019.csv", "imd2025.csv", "mid2020.csv")
		before := dump(t, d)
		if reports, worked, err := a.ImportGeography(t.Context(), operator, all, true); err != nil || worked != 0 || len(reports) != 5 || reports[0].Unchanged {
			t.Fatalf("dry run: %+v, %v", reports, err)
		}
		want(t, "after a dry run", dump(t, d), before)
		_, worked, err := a.ImportGeography(t.Context(), operator, all, false)
		if err != nil || worked != 1 {
			t.Fatalf("worked out for %d, %v", worked, err)
		}
		after := dump(t, d)
		if _, worked, err = a.ImportGeography(t.Context(), operator, all, false); err != nil || worked != 0 {
			t.Errorf("twice: worked out for %d, %v", worked, err)
		}
		want(t, "after the same files twice", dump(t, d), after)
		read(t, d, func(tx *db.Tx) error {
			is, err := ProfileOf(t.Context(), tx, heath, date.Of(noon), false)
			if err != nil {
				return err
			}
			// 1,000 unchanged, 700 and 800 added up, 1,501 apportioned among all its parts.
			if got := is.Population; got.Residents != 4_001 || !got.Estimate || got.Basis != FromSmallAreas || got.AsAt != date.Must("2020-06-30") {
				t.Errorf("population %+v", got)
			}
			var people []string
			for _, code := range is.LSOAs {
				c := is.Facts.Counts[code]
				people = append(people, fmt.Sprintf("%d %s", c.People, c.Status))
			}
			want(t, "people", strings.Join(people, ", "), "1000 published, 1500 published, 751 estimate, 750 estimate")
			now, then := is.Deprivation[0], is.Deprivation[1]
			// Counting 1000, 1500, 751 and 750 people.
			if now.Year != 2025 || now.InMostDeprived() != 2 || now.Decile != 20 || now.Points != 42_004 || !now.Weighted || now.Estimated != 0 {
				t.Errorf("2025: %+v", now)
			}
			if then.Year != 2019 || then.InMostDeprived() != 3 || then.Estimated != 3 || then.Deciles[1] != 1 || then.ByGuess[1] != 2 || then.ByGuess[3] != 1 || then.Pointed {
				t.Errorf("2019: %+v", then)
			}
			other, err := ProfileOf(t.Context(), tx, odd, date.Of(noon), false)
			if err != nil || other.Counted || other.Deprivation[1].Irregular != 1 || other.Deprivation[0].Unknown != 1 {
				t.Errorf("where nothing can be brought: %+v, %v", other.Deprivation, err)
			}
			both, err := ProfilesIn(t.Context(), tx, p.ID, date.Of(noon), false)
			if err != nil || len(both) != 2 || both[0].Deprivation[0].Points != now.Points || both[0].Population.Residents != 4_001 || both[1].Counted {
				t.Errorf("of the programme: %v", err)
			}
			return nil
		})
	})
}

func TestABoundaryHasVersions(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := founded(t, d)
		p := programme(t, a, BigLocal)
		var heath Area
		write(t, d, func(tx *db.Tx) (err error) {
			heath, err = a.AddIn(t.Context(), tx, operator, p.ID, NewArea{Name: "Heath", LSOAs: []string{"E01000002", "E01000001"}, BoundaryFrom: date.Must("2020-01-01")})
			return err
		})
		if _, _, err := a.ImportGeography(t.Context(), operator, packs(t, geography.Say{}, "changes.csv", "mid2020.csv"), false); err != nil {
			t.Fatal(err)
		}
		n := NewBoundary{Form: "f", LSOAs: []string{"E01000003", "E01000001"}, From: date.Must("2025-02-03"), Basis: "On a map", ConfirmedBy: "The ministry", ConfirmedOn: date.Must("2025-03-04")}
		for range 2 {
			if number, err := a.SetBoundary(t.Context(), operator, heath, n); err != nil || number != 2 {
				t.Fatalf("version %d, %v", number, err)
			}
		}
		for name, spoil := range map[string]func(*NewBoundary){
			"from":         func(n *NewBoundary) { n.From = date.Must("2019-01-01") },
			"lsoas":        func(n *NewBoundary) { n.LSOAs = []string{"X01000001"} },
			"confirmed_on": func(n *NewBoundary) { n.ConfirmedOn = date.Date{} },
			"confirmed_by": func(n *NewBoundary) { n.ConfirmedBy = "" },
		} {
			bad := n
			bad.Form = name
			bad.LSOAs = []string{"E01000001"}
			spoil(&bad)
			_, err := a.SetBoundary(t.Context(), operator, heath, bad)
			if invalid, ok := errors.AsType[fault.Invalid](err); !ok || invalid.For(name) == "" {
				t.Errorf("%s: %v", name, err)
			}
		}
		same := n
		same.Form = "again"
		_, err := a.SetBoundary(t.Context(), operator, heath, same)
		if invalid, ok := errors.AsType[fault.Invalid](err); !ok || invalid.For("lsoas") == "" {
			t.Errorf("the same again: %v", err)
		}
		rep := access.Actor{Person: "p", Hat: access.Hat{Role: access.Chair, Scope: access.InArea, Place: string(heath.ID)}}
		if _, err := a.SetBoundary(t.Context(), rep, heath, same); !errors.Is(err, fault.Forbidden) {
			t.Errorf("a chair: %v", err)
		}
		read(t, d, func(tx *db.Tx) error {
			for day, codes := range map[string]string{"2019-12-31": "", "2020-01-01": "E01000001 E01000002", "2025-02-02": "E01000001 E01000002", "2025-02-03": "E01000001 E01000003"} {
				b, err := BoundaryOn(t.Context(), tx, heath.ID, date.Must(day))
				if err != nil && (codes != "" || !errors.Is(err, fault.NotFound)) {
					return err
				}
				want(t, "the boundary on "+day, strings.Join(b.LSOAs, " "), codes)
			}
			lsoas, err := LSOAs(t.Context(), tx, heath.ID)
			want(t, "small areas", strings.Join(lsoas, " "), "E01000001 E01000003")
			// The people of the older boundary stay on record, beside those of the newer.
			people, err2 := PopulationsOf(t.Context(), tx, heath.ID)
			if err := errors.Join(err, err2); err != nil || len(people) != 2 || people[0].Residents != 2_500 || people[1].Residents != 1_751 {
				t.Errorf("people %+v, %v", people, err)
			}
			_, err = audit.Verify(t.Context(), tx, func(bad string) { t.Errorf("history: %s", bad) })
			return err
		})
		err = d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `DELETE FROM area_boundary_lsoas`)
			return err
		})
		if err == nil {
			t.Error("a version was changed")
		}
	})
}

func TestRulesHaveVersions(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := founded(t, d)
		p := programme(t, a, BigLocal)
		text, err := ShippedRuleBook(BigLocal)
		if err != nil {
			t.Fatal(err)
		}
		read(t, d, func(tx *db.Tx) error {
			all, err := RulesOf(t.Context(), tx, p.ID)
			if err != nil || len(all) != 1 || all[0].Rules.Version != p.Rules.Version || !all[0].TakenAt.Equal(noon) {
				t.Errorf("the rules of a programme that is begun: %+v, %v", all, err)
			}
			return err
		})
		later := strings.Replace(strings.Replace(string(text), `"version": 2`, `"version": 3`, 1), `"contribution_rate": {"value": 500`, `"contribution_rate": {"value": 400`, 1)
		a.Now = func() time.Time { return noon.AddDate(1, 0, 0) }
		if _, err := a.TakeRules(t.Context(), operator, p.ID, text); !errors.Is(err, fault.Conflict) {
			t.Errorf("the same version: %v", err)
		}
		if _, err := a.TakeRules(t.Context(), operator, p.ID, []byte(strings.Replace(later, `"code": "sport"`, `"code": "games"`, 1))); !errors.Is(err, fault.Conflict) {
			t.Errorf("without a theme: %v", err)
		}
		if _, err := a.TakeRules(t.Context(), operator, p.ID, []byte(`{}`)); err == nil {
			t.Error("nothing was taken for a rule book")
		}
		officer := access.Actor{Person: "p", Hat: access.Hat{Role: access.ProgrammeOfficer, Scope: access.InProgramme, Place: string(p.ID)}}
		if _, err := a.TakeRules(t.Context(), officer, p.ID, []byte(later)); !errors.Is(err, fault.Forbidden) {
			t.Errorf("an officer: %v", err)
		}
		taken, err := a.TakeRules(t.Context(), operator, p.ID, []byte(later))
		if err != nil || taken.Number != 2 {
			t.Fatalf("%+v, %v", taken, err)
		}
		read(t, d, func(tx *db.Tx) error {
			now, err := ProgrammeByID(t.Context(), tx, p.ID)
			want(t, "the rate now", now.Rules.ContributionRate.String(), "4%")
			before, err2 := RulesAt(t.Context(), tx, p.ID, noon.AddDate(0, 11, 0))
			want(t, "the rate before", before.ContributionRate.String(), "5%")
			changes := RuleChanges(before, now.Rules)
			if len(changes) != 1 || !strings.HasPrefix(changes[0].Is, "4% of what is paid") {
				t.Errorf("changes %+v", changes)
			}
			return errors.Join(err, err2)
		})
	})
}

// A council that was recoded is the same: Sheffield's old code and its new one.
func TestAnAreaIsKnownByItsCouncilsOldCode(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	a := founded(t, d)
	p := programme(t, a, PrideInPlace)
	load := func(code, name string) Report {
		r, err := a.Import(t.Context(), operator, p.Slug, strings.NewReader("place_name,lead_la_code,lead_la_name\nHeath,"+code+","+name+"\n"), "places.csv", false)
		if err != nil || len(r.Faults) > 0 {
			t.Fatal(err, r.Faults)
		}
		return r
	}
	load("E08000019", "Sheffield")
	if r := load("E08000039", "City of Sheffield"); r.Created != 0 || r.Updated != 1 {
		t.Errorf("%+v", r)
	}
}

// The real places: 186 in England with 964 small areas, of which 524 are in the
// most deprived tenth of 2025.
func TestRealProfiles(t *testing.T) {
	t.Parallel()
	data := os.Getenv("COMMONTABLE_TEST_DATA")
	if data == "" {
		t.Skip("COMMONTABLE_TEST_DATA names no folder of public data")
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := founded(t, d)
		p := programme(t, a, PrideInPlace)
		file, err := os.Open(filepath.Join(data, "programmes", "pride_in_place_places_2026.csv"))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if r, err := a.Import(t.Context(), operator, p.Slug, file, "places.csv", false); err != nil || r.Created != 209 {
			t.Fatalf("%d places, %v", r.Created, err)
		}
		var all []geography.Pack
		for _, name := range []string{"lsoa21_ward_lad_region_icb_england_2024.csv.gz", "lsoa11_to_lsoa21_lad22_england.csv.gz", "imd2025_lsoa21_england.csv.gz", "population_mid2020_lsoa11_england.csv.gz"} {
			f, err := os.Open(filepath.Join(data, "geography", name))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			pack, err := geography.Read(f, name, geography.Say{})
			if err != nil || len(pack.Faults) > 0 {
				t.Fatalf("%s: %v, %v", name, err, pack.Faults)
			}
			all = append(all, pack)
		}
		if _, worked, err := a.ImportGeography(t.Context(), operator, all, false); err != nil || worked != 186 {
			t.Errorf("worked out for %d, %v", worked, err)
		}
		read(t, d, func(tx *db.Tx) error {
			profiles, err := ProfilesIn(t.Context(), tx, p.ID, date.Of(noon), false)
			lsoas, most := 0, 0
			for _, one := range profiles {
				lsoas += len(one.LSOAs)
				for _, e := range one.Deprivation {
					most += e.InMostDeprived()
				}
				if one.Area.AuthorityName == "Sheffield" && slices.ContainsFunc(one.LSOAs, func(code string) bool {
					return !geography.SameAuthority(one.Facts.Base[code].AuthorityCode, one.Area.AuthorityCode)
				}) {
					t.Errorf("%s is not in Sheffield", one.Area.Name)
				}
			}
			if len(profiles) != 209 || lsoas != 964 || most != 524 {
				t.Errorf("%d places, %d small areas, %d in the most deprived tenth", len(profiles), lsoas, most)
			}
			return err
		})
	})
}
