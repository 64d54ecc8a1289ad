package agency_test

import (
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/organisation"
)

var operator = access.System("import agencies")

func (w world) brings(text string, say agency.Say) agency.Report {
	w.t.Helper()
	if say.Edition.IsZero() {
		say.Edition = date.Must("2024-06-01")
	}
	r, err := w.Import(w.t.Context(), operator, strings.NewReader(text), "register.csv", say)
	w.check(err)
	return r
}

// by is the body that has a number.
func (w world) by(list, number string) (found agency.Body) {
	w.t.Helper()
	w.read(func(ctx context.Context, tx *db.Tx) (err error) {
		found, err = agency.BodyByCode(ctx, tx, list, number)
		return err
	})
	return found
}

const councils = "local-authority-code,official-name,gss-code,start-date,end-date,replaced-by,nation,local-authority-type,county-la,combined-authority,former-gss-codes\n"

func TestARegisterIsReadAllOfItOrNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		r := w.brings(councils+
			"AAA,,X06000001,,,,England,UA,,,\n"+
			"BBB,Bee Council,06000002,soon,,,France,UA,,,\n"+
			"CCC,Cee Council,X06000003,,,,England,ZZ,,,\n"+
			"CCC,Cee Council,X06000003,,,\n"+
			"DDD,Dee Council,,,,,England,UA,,,E1\n"+
			"EEE,Ee Council,,,,,England,UA,,,\n"+
			"EEE,Ee Council,,,,,England,UA,,,\n", agency.Say{})
		var got []string
		for _, f := range r.Faults {
			got = append(got, fmt.Sprintf("%d %s", f.Row, f.Column))
		}
		if want := []string{"2 official-name", "3 nation", "3 gss-code", "3 start-date", "4 local-authority-type", "5 ", "6 former-gss-codes", "8 local-authority-code"}; !slices.Equal(got, want) {
			t.Errorf("faults: got %q, want %q", got, want)
		}
		if r.Created != 0 {
			t.Errorf("%d created of a file with faults", r.Created)
		}
		for text, want := range map[string]string{
			"": "The file is empty", "a,b\n1,2\n": "of no register", councils: "no rows", "PK\x03\x04": "spreadsheet", councils + "\"a\"b,": "quotation marks",
		} {
			r := w.brings(text, agency.Say{})
			if len(r.Faults) != 1 || !strings.Contains(r.Faults[0].Words, want) {
				t.Errorf("%.20q: got %v, want a fault about %q", text, r.Faults, want)
			}
		}
		if _, err := w.Import(t.Context(), w.Farah, strings.NewReader(councils), "x.csv", agency.Say{Edition: w.Today()}); !errors.Is(err, fault.Forbidden) {
			t.Errorf("a programme’s officer: got %v, want a refusal", err)
		}
		dry := w.brings(councils+"AAA,Ay Council,X06000001,,,,England,UA,,,\n", agency.Say{DryRun: true})
		again := w.brings(councils+"AAA,Ay Council,X06000001,,,,England,UA,,,\n", agency.Say{DryRun: true})
		if dry.Created != 1 || again.Created != 1 {
			t.Errorf("a dry run created something: %+v, then %+v", dry, again)
		}
	})
}

// A council keeps its ID when its code changes: by the list of codes that were
// changed, by the file’s own word, or because it has the same name.
func TestABodyKeepsItsIDThroughRecoding(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.brings(councils+"SHF,Sheffield City Council,E08000019,1974-04-01,,,England,MD,,,\n", agency.Say{})
		sheffield := w.by("GB-LAE", "SHF")
		if got := w.by(agency.GSS, "E08000039"); got.ID != sheffield.ID {
			t.Errorf("by the newer code: got %v, want %v", got.Name, sheffield.Name)
		}
		for text, say := range map[string]agency.Say{
			"id,gss,tier_id,parent_local_authority_id,slug,name\n1,E08000039,3,,sheffield,Sheffield Council\n":                                     {Edition: date.Must("2026-02-26")},
			"id,gss,tier_id,parent_local_authority_id,slug,name\n1,X08000040,3,,sheffield,Sheffield City Council\n":                                {Edition: date.Must("2023-01-01")},
			"reference,name,local-authority-type,statistical-geography,start-date,end-date\nSHF,Sheffield City Council,MD,E08000019,1905-06-08,\n": {Edition: date.Must("2025-01-01")},
		} {
			if r := w.brings(text, say); r.Created != 0 {
				t.Errorf("created %d from %q", r.Created, text)
			}
		}
		is := w.by("GB-LAE", "SHF")
		if is.ID != sheffield.ID || is.Name != "Sheffield Council" || is.PlaceCode != "E08000039" || is.Opened != date.Must("1974-04-01") {
			t.Errorf("got %+v", is)
		}
		for _, c := range is.Codes {
			if c.Number == "E08000019" && c.Until != date.Must("2025-04-01") {
				t.Errorf("the old code: got until %v, want 2025-04-01", c.Until)
			}
		}
		if len(is.Names) != 1 || is.Names[0].Name != "Sheffield City Council" {
			t.Errorf("names before: %v", is.Names)
		}
	})
}

// Whom an area or another importer entered is joined where it is sure, and asked
// about where it is not.
func TestABodyIsJoinedOrAskedAbout(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		own := w.body("Brightwell  Homes", agency.Housing)
		const heading = "registration_number,organisation_name,designation,registration_date\n"
		file := heading + "L1,Brightwell Homes Limited,Non-profit,1990-01-01\nL2,Oak Trust,Non-profit,1990-01-01\nL3,Twin Almshouses,Non-profit,1990-01-01\nL4,Twin Almshouses,Non-profit,1990-01-01\nL5,George\\u2019s Homes,Profit,1990-01-01\n"
		r := w.brings(file, agency.Say{})
		if len(r.Joined) != 1 || r.Joined[0].Row != 2 || len(r.Unsure) != 1 || r.Unsure[0].Row != 3 || r.Created != 3 {
			t.Errorf("got %+v", r)
		}
		joined := w.by("GB-SHPE", "L1")
		if joined.ID != own || joined.Name != "Brightwell Homes Limited" || joined.Register != "housing" {
			t.Errorf("joined: %+v", joined)
		}
		if got := w.by("GB-SHPE", "L5"); got.Name != "George’s Homes" || got.Subtype != "for-profit" {
			t.Errorf("got %+v", got)
		}
		if r = w.brings(file, agency.Say{Same: map[string]string{"L2": w.p.LTO.Slug}}); len(r.Unsure) != 0 || r.Updated != 1 {
			t.Errorf("after it was said: %+v", r)
		}
		if got := w.by("GB-SHPE", "L2"); got.ID != w.p.LTO.ID {
			t.Errorf("got %+v, want the LTO", got)
		}
		// The list of councils has its word on a council, whoever told of it first.
		w.brings(heading+"45UB,Adder District Council,Local authority,2010-04-01\n", agency.Say{Edition: date.Must("2025-01-01")})
		w.brings(councils+"ADD,Adder District Council,X07000223,,,,England,NMD,,,\n", agency.Say{Edition: date.Must("2024-01-01")})
		adder := w.by("GB-SHPE", "45UB")
		if adder.ID != w.by("GB-LAE", "ADD").ID || adder.Type != agency.Council || adder.Tier != agency.District || adder.Register != "councils" {
			t.Errorf("got %+v", adder)
		}
		w.brings(heading+"45UB,Adder DC,Local authority,2010-04-01\n", agency.Say{Edition: date.Must("2026-01-01")})
		if got := w.by("GB-LAE", "ADD"); got.Name != "Adder District Council" {
			t.Errorf("the list of landlords renamed a council: %+v", got)
		}
		// Schools of one name are not one school.
		const schools = "URN,EstablishmentName,EstablishmentStatus (name),PhaseOfEducation (name),CloseDate,DistrictAdministrative (code)\n"
		hand, err := w.AddBody(t.Context(), w.p.Chair, w.p.Area, agency.NewBody{Form: w.form(), Name: "St Mary’s School", Type: agency.School, From: w.Today()})
		w.check(err)
		r = w.brings(schools+"1,St Mary's School,Open,Primary,,X06000001\n2,St Mary's School,Open,Primary,,X06000002\n3,Hill School,Closed,Secondary,31-08-2019,\n4,New School,Proposed to open,,,\n", agency.Say{})
		if r.Created != 3 || r.Skipped != 1 || len(r.Joined) != 0 {
			t.Errorf("schools: %+v", r)
		}
		if got := w.by("GB-EDU", "1"); got.ID == hand {
			t.Error("a school was joined by its name with one of which nobody knows where it is")
		}
		if got := w.by("GB-EDU", "3"); got.Closed != date.Must("2019-09-01") {
			t.Errorf("closed on its last day, 31 August: got %v", got.Closed)
		}
		w.verified()
	})
}

// Teams are offered, and copied to nobody.
func TestTeamsAreOffered(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		const teams = "police-neighbourhood\tname\tpolice-force\nA1\tHill and Quay\tmarlow\nCentral Sector\tCentral\tmarlow\n"
		if r := w.brings(teams, agency.Say{}); len(r.Faults) != 2 || r.Faults[0].Row != 2 {
			t.Errorf("before the forces: %+v", r)
		}
		w.brings("police-force\tname\nmarlow\tMarlow Police\n", agency.Say{})
		if r := w.brings(teams, agency.Say{}); r.Created != 2 {
			t.Errorf("got %+v", r)
		}
		if r := w.brings(teams, agency.Say{}); r.Created != 0 || r.Unchanged != 2 {
			t.Errorf("again: %+v", r)
		}
		w.read(func(ctx context.Context, tx *db.Tx) error {
			offered, err := agency.OffersOf(ctx, tx, w.by(agency.ForceList, "marlow").ID)
			if err != nil || len(offered) != 2 || offered[1].Name != "Hill and Quay" {
				t.Errorf("got %v, %v", offered, err)
			}
			return nil
		})
		r := w.brings("ltla24_code,ltla24_name,pfa24_code,pfa24_name\nX06000001,Hill,X23000001,\"Marlow\"\nX06000001,Hill,X23000001,\"Marlow\"\nX06000002,Vale,X23000009,Nowhere\n", agency.Say{})
		if r.Created != 1 || len(r.Lacking) != 1 {
			t.Errorf("places: %+v", r)
		}
	})
}

// A world of councils, as it truly is in one edition of a register.
type trueCouncil struct {
	code, name, gss, closed, after, county string
	former                                 []string
}

// Registers in any order, and again: what they tell is what the newest of them tells,
// every body keeps its ID, and no code, name or successor is lost.
func TestRegistersInAnyOrder(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		round := 0
		rapid.Check(t, func(rt *rapid.T) {
			if round++; round > enough {
				return
			}
			at := fmt.Sprintf("%05d", round)
			made, next := 0, 0
			gss := func() string { next++; return fmt.Sprintf("X%05d%03d", round, next) }
			founded := func() trueCouncil {
				made++
				return trueCouncil{code: fmt.Sprintf("C%s%d", at, made), name: fmt.Sprintf("Council %s of %d", at, made), gss: gss()}
			}
			is := []trueCouncil{founded(), founded(), founded(), founded()}
			var editions [][]trueCouncil
			first := date.Must("2016-01-01")
			day := func(i int) date.Date { return first.AddMonths(6 * i) }
			for i := range rapid.IntRange(2, 5).Draw(rt, "editions") {
				for range rapid.IntRange(0, 2).Draw(rt, "events") {
					c := rapid.IntRange(0, len(is)-1).Draw(rt, "who")
					if is[c].closed != "" {
						continue
					}
					switch rapid.SampledFrom([]string{"renamed", "recoded", "merged", "county"}).Draw(rt, "event") {
					case "renamed":
						next++
						is[c].name = fmt.Sprintf("Borough %s of %d", at, next)
					case "recoded":
						is[c].former = append(slices.Clone(is[c].former), is[c].gss)
						is[c].gss = gss()
					case "merged":
						other := rapid.IntRange(0, len(is)-1).Draw(rt, "with")
						if other == c || is[other].closed != "" {
							continue
						}
						one := founded()
						for _, x := range []int{c, other} {
							is[x].closed, is[x].after = day(i).AddDays(-30).String(), one.code
						}
						is = append(is, one)
					case "county":
						is[c].county = is[rapid.IntRange(0, len(is)-1).Draw(rt, "county")].code
					}
				}
				editions = append(editions, slices.Clone(is))
			}
			order := rapid.Permutation(indices(len(editions))).Draw(rt, "order")
			order = append(order, rapid.SliceOfN(rapid.SampledFrom(order), 0, 2).Draw(rt, "again")...)
			ids := map[string]organisation.ID{}
			for _, i := range order {
				say := agency.Say{Edition: day(i)}
				r := w.brings(fileOf(editions[i]), say)
				if len(r.Faults) > 0 || len(r.Unsure) > 0 {
					rt.Fatalf("edition %d: %+v", i, r)
				}
				if again := w.brings(fileOf(editions[i]), say); again.Created+again.Updated != 0 {
					rt.Fatalf("edition %d twice: %+v", i, again)
				}
				for _, c := range editions[i] {
					b := w.by("GB-LAE", c.code)
					if before, ok := ids[c.code]; ok && before != b.ID {
						rt.Fatalf("%s had the ID %s and has %s", c.code, before, b.ID)
					}
					ids[c.code] = b.ID
				}
			}
			seen := map[organisation.ID]string{}
			for _, c := range is {
				b := w.by("GB-LAE", c.code)
				if other, twice := seen[b.ID]; twice {
					rt.Fatalf("%s and %s are one body", c.code, other)
				}
				seen[b.ID] = c.code
				// What the newest edition tells.
				if b.Name != c.name || b.PlaceCode != c.gss || b.Closed.String() != cmp.Or(overOn(c.closed), "") {
					rt.Fatalf("%s: got %s, %s, %s, want %s, %s, %s", c.code, b.Name, b.PlaceCode, b.Closed, c.name, c.gss, c.closed)
				}
				if c.county != "" && c.county != c.code && b.Parent != ids[c.county] || (c.county == "" || c.county == c.code) && b.Parent != "" {
					rt.Fatalf("%s: part of %s, want %s", c.code, seen[b.Parent], c.county)
				}
				if (c.after == "") != (len(b.Successors) == 0) || (c.after != "" && b.Successors[0] != ids[c.after]) {
					rt.Fatalf("%s: after it came %v, want %s", c.code, b.Successors, c.after)
				}
				// What any edition told is kept.
				names, codes := map[string]bool{}, map[string]bool{}
				for _, e := range editions {
					for _, x := range e {
						if x.code == c.code {
							names[x.name], codes[x.gss] = true, true
							for _, f := range x.former {
								codes[f] = true
							}
						}
					}
				}
				if len(b.Names) != len(names)-1 {
					rt.Fatalf("%s: %d names before, want %d", c.code, len(b.Names), len(names)-1)
				}
				for _, i := range b.Codes {
					delete(codes, i.Number)
				}
				if len(codes) > 0 {
					rt.Fatalf("%s: the codes %v are lost: %v", c.code, codes, b.Codes)
				}
			}
		})
		w.verified()
	})
}

func indices(n int) (all []int) {
	for i := range n {
		all = append(all, i)
	}
	return all
}

// overOn is the first day on which what ended on a day is no more.
func overOn(day string) string {
	if day == "" {
		return ""
	}
	if d := date.Must(day); d.Day() != 1 {
		return d.AddDays(1).String()
	}
	return day
}

func fileOf(all []trueCouncil) string {
	var b strings.Builder
	b.WriteString(councils)
	out := csv.NewWriter(&b)
	for _, c := range all {
		if err := out.Write([]string{c.code, c.name, c.gss, "", c.closed, c.after, "England", "NMD", c.county, "", strings.Join(c.former, ",")}); err != nil {
			panic(err)
		}
	}
	out.Flush()
	return b.String()
}

// The real registers, as they are.
func TestRealRegisters(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("COMMONTABLE_TEST_DATA")
	if folder == "" {
		t.Skip("COMMONTABLE_TEST_DATA is not set: the real registers were not read")
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		for _, f := range []struct {
			file                    string
			edition                 string
			created, skipped, asked int
		}{
			{"local_authorities_mysociety.csv", "2024-06-01", 470, 0, 0},
			{"local_authorities_planning_data.csv", "2025-06-01", 1, 0, 1},
			{"local_authorities_govuk.csv", "2025-01-01", 0, 0, 0},
			{"national_park_authorities.csv", "2025-01-01", 10, 0, 0},
			{"social_housing_providers_england_2023.csv", "2023-06-01", 1416, 0, 0},
			{"nhs_integrated_care_boards.csv", "2024-01-01", 42, 0, 0},
			{"nhs_trusts.csv", "2022-01-01", 242, 0, 0},
			{"police_forces.tsv", "2018-01-01", 44, 0, 0},
			{"lad24_to_csp_police_force_area.csv", "2024-01-01", 318, 0, 0},
			{"police_neighbourhoods_2018.tsv", "2018-01-01", 4555, 0, 0},
			{"schools_gias_sample.csv", "2022-01-01", 98, 1, 0},
		} {
			text, err := os.ReadFile(filepath.Join(folder, "registers", f.file))
			w.check(err)
			r := w.brings(string(text), agency.Say{Edition: date.Must(f.edition)})
			if len(r.Faults) > 0 || r.Created != f.created || r.Skipped != f.skipped || len(r.Unsure) != f.asked {
				t.Errorf("%s: %d faults %.3v, created %d, skipped %d, unsure %v", f.file, len(r.Faults), r.Faults, r.Created, r.Skipped, r.Unsure)
			}
			if again := w.brings(string(text), agency.Say{Edition: date.Must(f.edition)}); again.Created+again.Updated != 0 {
				t.Errorf("%s again: %+v", f.file, again)
			}
		}
		w.read(func(ctx context.Context, tx *db.Tx) error {
			allerdale := w.by("GB-LAE", "ALL")
			for day, want := range map[string]string{"2023-03-31": "Allerdale Borough Council", "2023-04-01": "Cumberland Unitary Authority"} {
				now, err := agency.CurrentOf(ctx, tx, allerdale.ID, date.Must(day))
				if err != nil || len(now) != 1 || now[0].Name != want {
					t.Errorf("Allerdale on %s: got %v, %v, want %s", day, now, err, want)
				}
			}
			// Cumbria became two.
			two, err := agency.CurrentOf(ctx, tx, w.by("GB-LAE", "CMA").ID, date.Must("2026-01-01"))
			if err != nil || len(two) != 2 {
				t.Errorf("Cumbria: got %v, %v", two, err)
			}
			return nil
		})
		if got := w.by("GB-SHPE", "5164"); got.Name != "Amber Valley Borough Council" || got.Type != agency.Council {
			t.Errorf("a council that lets homes: %+v", got)
		}
		if got := w.by("GB-NHS", "RA2"); got.Name != "Royal Surrey County Hospital NHS Foundation Trust" {
			t.Errorf("a trust: %s", got.Name)
		}
		if got := w.by(agency.GSS, "S12000047"); got.PlaceCode != "S12000047" {
			t.Errorf("Fife, by a file that has its old code: %+v", got)
		}
		w.verified()
	})
}
