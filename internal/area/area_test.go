package area

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/organisation"
)

var (
	operator = access.System("commontable test")
	noon     = time.Date(2026, 3, 14, 12, 0, 0, 123456000, time.UTC)
)

// founded is a development installation of Local Trust's with a Big Local programme.
func founded(t *testing.T, d *db.DB) *Areas {
	t.Helper()
	now := func() time.Time { return noon }
	a := &Areas{DB: d, IDs: id.Real(now), Now: now}
	if _, err := a.Init(t.Context(), operator, InitWhat{
		Kind: Development, RuleBook: BigLocal, FunderName: "Local Trust",
		FunderIdentifier: organisation.Identifier{List: "GB-CHC", Number: "1147511"},
	}); err != nil {
		t.Fatal(err)
	}
	return a
}

// programme is the programme that runs by a rule book; it is begun if need be.
func programme(t *testing.T, a *Areas, rules string) (p Programme) {
	t.Helper()
	write(t, a.DB, func(tx *db.Tx) error {
		all, err := Programmes(t.Context(), tx)
		if err != nil {
			return err
		}
		for _, p = range all {
			if p.Rules.Code == rules {
				return nil
			}
		}
		b, err := RuleBookByCode(rules)
		if err != nil {
			return err
		}
		p, err = a.AddProgrammeIn(t.Context(), tx, operator, NewProgramme{Name: b.Name, RuleBook: rules, Funder: all[0].Funder})
		return err
	})
	return p
}

func read(t *testing.T, d *db.DB, f func(*db.Tx) error) {
	t.Helper()
	if err := d.Read(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, d *db.DB, f func(*db.Tx) error) {
	t.Helper()
	if err := d.Write(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// dump is all that the slice's tables hold, and the audit's.
func dump(t *testing.T, d *db.DB) string {
	t.Helper()
	var b strings.Builder
	line := func(r db.Row) error {
		var s string
		var bytes []byte
		err := r.Scan(&s, &bytes)
		fmt.Fprintf(&b, "%s %x\n", s, bytes)
		return err
	}
	read(t, d, func(tx *db.Tx) error {
		ctx := t.Context()
		return errors.Join(
			db.Each(ctx, tx, line, `SELECT kind || '|' || name || '|' || CAST(founded_at AS TEXT) || COALESCE(CAST(last_day AS TEXT), ''), NULL FROM installations`),
			db.Each(ctx, tx, line, `SELECT id || '|' || slug || '|' || name || '|' || postcode || '|' || CAST(added_at AS TEXT), NULL FROM organisations ORDER BY id`),
			db.Each(ctx, tx, line, `
				SELECT id || '|' || slug || '|' || name || '|' || rulebook || '|' || rulebook_text || '|' || CAST(added_at AS TEXT), NULL
				FROM programmes ORDER BY id`),
			db.Each(ctx, tx, line, `
				SELECT id || '|' || programme_id || '|' || slug || '|' || name || '|' || region || '|' || nation || '|' || authority_name || '|' || authority_code
					|| '|' || authority_basis || '|' || wave || '|' || source || '|' || confidence || '|' || boundary_basis
					|| '|' || sort_name || '|' || search_text || '|' || CAST(added_at AS TEXT), NULL
				FROM areas ORDER BY id`),
			db.Each(ctx, tx, line, `SELECT area_id || '|' || code, NULL FROM area_lsoas ORDER BY area_id, code`),
			db.Each(ctx, tx, line, `SELECT area_id || '|' || state || '|' || CAST(from_on AS TEXT), NULL FROM area_states ORDER BY area_id, from_on, state`),
			db.Each(ctx, tx, line, `SELECT stream || '|' || CAST(number AS TEXT) || '|' || act, bytes FROM audit_events ORDER BY stream, number`),
			db.Each(ctx, tx, line, `SELECT stream || '|' || CAST(size AS TEXT), peaks FROM audit_heads ORDER BY stream`),
		)
	})
	return b.String()
}

func TestInit(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		read(t, d, func(tx *db.Tx) error {
			if _, err := InstallationOf(t.Context(), tx); !errors.Is(err, fault.NotFound) {
				t.Errorf("before it was founded: got %v, want not found", err)
			}
			return nil
		})
		a := founded(t, d)
		_, err := a.Init(t.Context(), operator, InitWhat{Kind: Real, RuleBook: BigLocal, FunderName: "Another"})
		if !errors.Is(err, fault.Conflict) || fault.Public(err) == "" {
			t.Errorf("founded a second time: got %v, want a conflict, in words", err)
		}
		read(t, d, func(tx *db.Tx) error {
			i, err := InstallationOf(t.Context(), tx)
			if err != nil {
				return err
			}
			want(t, "installation", fmt.Sprint(i.Kind, " ", i.Name, " ", i.FoundedAt.Equal(noon), " ", i.LastDay), "development Local Trust true ")
			p, err := ProgrammeBySlug(t.Context(), tx, "big-local")
			if err != nil {
				return err
			}
			again, err := ProgrammeByID(t.Context(), tx, p.ID)
			if err != nil {
				return err
			}
			want(t, "programme", fmt.Sprint(again.Name, " ", again.Rules.Code, " ", again.Begins, " ", again.Ends), "Big Local big-local 2010-07-01 2026-12-31")
			funder, err := organisation.ByID(t.Context(), tx, p.Funder)
			want(t, "funder", fmt.Sprint(funder.Name, " ", funder.OrgID(p.Begins), " ", funder.Kinds), "Local Trust GB-CHC-1147511 [funder]")
			_, bad := audit.Verify(t.Context(), tx, func(s string) { t.Error(s) })
			return errors.Join(err, bad)
		})
	})
}

func TestOnlyADemonstrationEnds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		now := func() time.Time { return noon }
		a := &Areas{DB: d, IDs: id.Real(now), Now: now}
		write(t, d, func(tx *db.Tx) error {
			return a.FoundIn(t.Context(), tx, operator, Installation{Kind: Demonstration, Name: "A demonstration"})
		})
		write(t, d, func(tx *db.Tx) error { return a.EndDemonstrationIn(t.Context(), tx, date.Must("2026-10-20")) })
		read(t, d, func(tx *db.Tx) error {
			i, err := InstallationOf(t.Context(), tx)
			want(t, "last day", i.LastDay.String(), "2026-10-20")
			return err
		})
	})
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := founded(t, d)
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			return a.EndDemonstrationIn(t.Context(), tx, date.Must("2026-10-20"))
		}); !errors.Is(err, fault.Conflict) {
			t.Errorf("a development installation ends: got %v, want a conflict", err)
		}
	})
}

// What a programme began with is what it keeps, whatever ships later.
func TestProgrammeKeepsItsRuleBook(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := founded(t, d)
		p := programme(t, a, BigLocal)
		write(t, d, func(tx *db.Tx) error { // as an older version of the program would have written it
			_, err := tx.Exec(t.Context(), `
				UPDATE programmes SET rulebook_text = REPLACE(rulebook_text, '"minimum_members": {"value": 8', '"minimum_members": {"value": 6') WHERE id = $1`, p.ID)
			return err
		})
		if got := programme(t, a, BigLocal).Rules.MinimumMembers; got != 6 {
			t.Errorf("the programme asks for %d members, want the 6 it began with", got)
		}
	})
}

func TestAddArea(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := founded(t, d)
		p := programme(t, a, BigLocal)
		olu := access.Actor{Person: "olu", Name: "Olu", Hat: access.Hat{ID: "h", Role: access.ProgrammeOfficer, Scope: access.InProgramme, Place: string(p.ID)}}
		elsewhere := olu
		elsewhere.Hat.Place = "another"
		add := func(by access.Actor, n NewArea) (area Area, err error) {
			err = d.Write(t.Context(), func(tx *db.Tx) error {
				area, err = a.AddIn(t.Context(), tx, by, p.ID, n)
				return err
			})
			return area, err
		}
		for _, test := range []struct {
			name, authority, slug string
		}{
			{"Town Centre", "Dover", "town-centre"},
			{"Town Centre", "Rother", "town-centre-rother"},
			{"Town  Centre", "Rother!", "town-centre-rother-2"},
			{"Town centre", "", "town-centre-2"},
			{"Llanelli a’r Fro & Bôn-y-maen", "", "llanelli-ar-fro-and-bon-y-maen"},
		} {
			got, err := add(olu, NewArea{Name: test.name, AuthorityName: test.authority, LSOAs: []string{"E01031429", "E01031427"}})
			if err != nil {
				t.Fatal(err)
			}
			want(t, test.name, got.Slug, test.slug)
		}
		if _, err := add(olu, NewArea{Name: "Town Centre", AuthorityName: "Dover"}); !errors.Is(err, fault.Conflict) || fault.Public(err) == "" {
			t.Errorf("the same place again: got %v, want a conflict, in words", err)
		}
		if _, err := add(elsewhere, NewArea{Name: "Selby"}); !errors.Is(err, fault.Forbidden) {
			t.Errorf("an officer of another programme adds an area: got %v, want a refusal", err)
		}
		_, err := add(olu, NewArea{AuthorityCode: "Birmingham", LSOAs: []string{"E01031427", "E01031427"}})
		wrong, ok := errors.AsType[fault.Invalid](err)
		if !ok || wrong.For("name") == "" || wrong.For("authority_code") == "" || wrong.For("lsoas") == "" {
			t.Errorf("three things wrong: got %v", err)
		}
		read(t, d, func(tx *db.Tx) error {
			area, err := BySlug(t.Context(), tx, "town-centre")
			if err != nil {
				return err
			}
			codes, err := LSOAs(t.Context(), tx, area.ID)
			want(t, "LSOAs", strings.Join(codes, " "), "E01031427 E01031429")
			return err
		})
	})
}

func TestFind(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := founded(t, d)
		p := programme(t, a, BigLocal)
		write(t, d, func(tx *db.Tx) error {
			for i := range 60 {
				n := NewArea{Name: fmt.Sprintf("Place %02d", i), AuthorityName: "Birmingham", Region: "West Midlands"}
				switch i {
				case 7:
					n = NewArea{Name: "Môn 100%", AuthorityName: "ÎLE of_Wight", Region: "South East"}
				case 8:
					n.Name, n.AuthorityName = "Birmingham Road", "Dudley"
				}
				if _, err := a.AddIn(t.Context(), tx, operator, p.ID, n); err != nil {
					return err
				}
			}
			return nil
		})
		for _, test := range []struct {
			search Search
			want   string // total, page of pages, first
		}{
			{Search{}, "60, 1 of 3, Birmingham Road"},
			{Search{Page: 3}, "60, 3 of 3, Place 50"},
			{Search{Page: 99}, "60, 3 of 3, Place 50"},
			{Search{Page: -1, Words: "  "}, "60, 1 of 3, Birmingham Road"},
			{Search{Words: "bIRM"}, "59, 1 of 3, Birmingham Road"},
			{Search{Words: "birm dud"}, "1, 1 of 1, Birmingham Road"},
			{Search{Words: "MON"}, "1, 1 of 1, Môn 100%"},
			{Search{Words: "île"}, "1, 1 of 1, Môn 100%"},
			{Search{Words: "100%"}, "1, 1 of 1, Môn 100%"},
			{Search{Words: "%"}, "1, 1 of 1, Môn 100%"},
			{Search{Words: "_w"}, "1, 1 of 1, Môn 100%"},
			{Search{Words: "!"}, "0, 1 of 1, "},
			{Search{Words: "\x00\xff'"}, "0, 1 of 1, "},
			{Search{Region: "South East"}, "1, 1 of 1, Môn 100%"},
			{Search{Region: "South East", Words: "place"}, "0, 1 of 1, "},
			{Search{Words: "p l a c e 11"}, "1, 1 of 1, Place 11"},
		} {
			test.search.Programme = p.ID
			read(t, d, func(tx *db.Tx) error {
				f, err := Find(t.Context(), tx, test.search)
				first := ""
				if len(f.Areas) > 0 {
					first = f.Areas[0].Name
				}
				want(t, fmt.Sprintf("%+v", test.search), fmt.Sprintf("%d, %d of %d, %s", f.Total, f.Page, f.Pages, first), test.want)
				return err
			})
		}
	})
}

func TestStatesDescribe(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := founded(t, d)
		p := programme(t, a, BigLocal)
		var area Area
		write(t, d, func(tx *db.Tx) (err error) {
			area, err = a.AddIn(t.Context(), tx, operator, p.ID, NewArea{Name: "Selby"})
			return err
		})
		note := func(s State, from string) error {
			return d.Write(t.Context(), func(tx *db.Tx) error { return a.NoteStateIn(t.Context(), tx, operator, area.ID, s, date.Must(from)) })
		}
		for _, n := range []struct {
			state State
			from  string
		}{{Selected, "2012-12-10"}, {Delivering, "2015-04-01"}, {Endorsed, "2014-02-01"}, {PlanAgreed, "2016-01-01"}, {Selected, "2012-12-10"}} {
			if err := note(n.state, n.from); err != nil {
				t.Fatal(err)
			}
		}
		if err := note("finished", "2016-01-01"); err == nil {
			t.Error("an unknown state was noted")
		}
		read(t, d, func(tx *db.Tx) error {
			for day, state := range map[string]State{
				"2012-12-09": "", "2012-12-10": Selected, "2014-12-31": Endorsed, "2015-04-01": Delivering, "2030-01-01": PlanAgreed,
			} {
				got, err := StateOn(t.Context(), tx, area.ID, date.Must(day))
				if err != nil {
					return err
				}
				all, err := StatesOn(t.Context(), tx, p.ID, date.Must(day))
				if err != nil {
					return err
				}
				if got != state || all[area.ID] != state {
					t.Errorf("on %s: got %q and %q, want %q", day, got, all[area.ID], state)
				}
			}
			want(t, "history", strings.Join(history(t, tx, string(area.ID)), ", "), "area added, state noted, state noted, state noted, state noted")
			return nil
		})
	})
}

func TestMissing(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		area  Area
		lsoas int
		want  string
	}{
		{Area{}, 0, "its region; its local authority; its boundary (which small areas make it up)"},
		{Area{Region: "London", AuthorityCode: "E09000001"}, 3, "its local authority’s name"},
		{Area{Region: "London", AuthorityName: "Ealing"}, 3, ""},
	} {
		want(t, fmt.Sprintf("%+v", test.area), strings.Join(test.area.Missing(test.lsoas), "; "), test.want)
	}
}
