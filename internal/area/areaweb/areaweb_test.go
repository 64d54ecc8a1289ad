package areaweb

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/geography"
	"commontable/internal/id"
	"commontable/internal/web"
)

var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

// A visit is a site with two areas, read as one person after another.
type visit struct {
	t     *testing.T
	base  string
	by    access.Actor
	areas *area.Areas
	heath area.Area
}

func open(t *testing.T) *visit {
	t.Helper()
	d := dbtest.SQLite(t)
	now := func() time.Time { return noon }
	v := &visit{t: t, areas: &area.Areas{DB: d, IDs: id.Real(now), Now: now}}
	operator := access.System("test")
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		p, err := v.areas.InitIn(t.Context(), tx, operator, area.InitWhat{Kind: area.Development, RuleBook: area.BigLocal, FunderName: "The Trust"})
		if err != nil {
			return err
		}
		if v.heath, err = v.areas.AddIn(t.Context(), tx, operator, p.ID, area.NewArea{
			Name: "Heath", AuthorityName: "Sheffield", AuthorityCode: "E08000039", Region: "Yorkshire and The Humber", LSOAs: []string{"E01000001", "E01000002"},
		}); err != nil {
			return err
		}
		_, err = v.areas.AddIn(t.Context(), tx, operator, p.ID, area.NewArea{Name: "Nowhere"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	site := &web.Site{
		Log: slog.New(slog.DiscardHandler), Now: now, IDs: v.areas.IDs,
		AreaRooms: []web.Link{{Text: "Home"}, {Text: "Plan", Href: "/plan"}},
	}
	who := func(*http.Request) (access.Actor, error) { return v.by, nil }
	server := httptest.NewServer(site.Router(who, Routes(site, v.areas)...))
	t.Cleanup(server.Close)
	v.base = server.URL
	return v
}

func (v *visit) bring(files map[string]string) {
	v.t.Helper()
	var packs []geography.Pack
	for name, text := range files {
		p, err := geography.Read(strings.NewReader(text), name, geography.Say{})
		if err != nil || len(p.Faults) > 0 {
			v.t.Fatalf("%s: %v, %v", name, err, p.Faults)
		}
		packs = append(packs, p)
	}
	if _, _, err := v.areas.ImportGeography(v.t.Context(), access.System("test"), packs, false); err != nil {
		v.t.Fatal(err)
	}
}

func (v *visit) as(role access.Role) {
	v.by = access.Actor{Person: "p", Name: "Chris Hale", Hat: access.Hat{Role: role, Scope: access.InProgramme, Place: string(v.heath.Programme)}}
}

// gets asks for a page and looks for words in it.
func (v *visit) gets(path string, status int, words ...string) string {
	v.t.Helper()
	req, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, v.base+path, http.NoBody)
	return v.answer(req, err, status, words)
}

func (v *visit) sends(path string, form url.Values, status int, words ...string) string {
	v.t.Helper()
	req, err := http.NewRequestWithContext(v.t.Context(), http.MethodPost, v.base+path, strings.NewReader(form.Encode()))
	if err == nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return v.answer(req, err, status, words)
}

func (v *visit) answer(req *http.Request, err error, status int, words []string) string {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err := errors.Join(err, res.Body.Close()); err != nil {
		v.t.Fatal(err)
	}
	text := string(body)
	if res.StatusCode != status {
		v.t.Errorf("%s %s: status %d, want %d", req.Method, req.URL.Path, res.StatusCode, status)
	}
	for _, w := range words {
		if !strings.Contains(text, w) {
			v.t.Errorf("%s %s: %q is not in it:\n%s", req.Method, req.URL.Path, w, text)
		}
	}
	return text
}

func day(form url.Values, name, d, m, y string) url.Values {
	form.Set(name+"-day", d)
	form.Set(name+"-month", m)
	form.Set(name+"-year", y)
	return form
}

var packs = map[string]string{
	"imd2025.csv":      "lsoa21_code,IMD_decile,IMD_rank,IMD_score\nE01000001,1,1,60\nE01000002,3,2,30\n",
	"needs.csv":        "lsoa21_code,lsoa21_name,Community Needs Index 2023 Score,Community Needs Index 2023 Rank,Civic Assets Domain Score,Connectedness Domain Score,Active and Engaged Community Domain Score,Left Behind Area?\nE01000001,A,123.45,1,1,1,1,TRUE\nE01000002,B,98.7,2,1,1,1,FALSE\n",
	"outlines.geojson": `{"type":"FeatureCollection","features":[{"properties":{"LSOA21CD":"E01000001","LSOA21NM":"Heath 001A"},"geometry":{"type":"Polygon","coordinates":[[[-1.5,53.1],[-1.4,53.1],[-1.4,53.2],[-1.5,53.1]]]}}]}`,
}

func TestAProfileIsPublic(t *testing.T) {
	t.Parallel()
	v := open(t)
	v.gets("/areas/nobody/profile", http.StatusNotFound)
	v.gets("/areas/nowhere/profile", http.StatusOK, "We do not know yet:", "which small areas of the census make it up", "how many people live here")
	v.gets("/areas/heath/profile", http.StatusOK, "Heath is in Sheffield, Yorkshire and The Humber.", "E08000039, E08000019 before 1 April 2025", "commontable import geography")
	v.bring(packs)
	page := v.gets("/areas/heath/profile", http.StatusOK, "One of the 2 small areas here is among the most deprived tenth in England.",
		"tenth 2.0 of 10", "with a score of 45.0", "Indices of Deprivation 2025", "Open Government Licence v3.0", "<title>1. Heath 001A: tenth 1 of 10</title>",
		"The outline of 1 small area is not here.")
	csv := v.gets("/areas/heath/profile.csv", http.StatusOK, "E01000001", "60.000", "published")
	if strings.Contains(page+csv, "Needs") || strings.Contains(page+csv, "123.4") {
		t.Error("what has no licence is shown to anyone")
	}
	v.as(access.Resident)
	v.gets("/areas/heath/profile", http.StatusOK, "Community Needs Index 2023", "Only people who are signed in see this", "123.5", "One of 2 small areas is called")
	v.gets("/areas/heath/profile.csv", http.StatusOK, "123.450,true")
}

func TestACountIsRecorded(t *testing.T) {
	t.Parallel()
	v := open(t)
	path := "/areas/heath/profile/population"
	v.gets(path+"/new", http.StatusSeeOther)
	v.as(access.Chair)
	v.gets(path+"/new", http.StatusForbidden)
	v.as(access.ProgrammeOfficer)
	v.gets(path+"/new", http.StatusOK, "Record how many people live here")
	bad := url.Values{"form": {"1"}, "residents": {"many"}, "estimate": {"yes"}, "source": {"The <census>"}, "season-2": {"Summer"}, "from-2": {"1 Jun"}, "until-2": {"31 June"}, "people-2": {"12,000"}}
	v.sends(path, bad, http.StatusUnprocessableEntity, "<title>Error: ", `value="many"`, `The &lt;census&gt;`, `value="31 June"`, `id="from-2-error"`, `href="#residents"`, `href="#as_at`)
	good := day(url.Values{"form": {"1"}, "residents": {"6,000"}, "estimate": {"yes"}, "source": {"The council"}, "season-2": {"Summer"}, "from-2": {"1 Jun"}, "until-2": {"31/8"}, "people-2": {"12,000"}}, "as_at", "30", "6", "2025")
	v.sends(path, good, http.StatusSeeOther)
	v.sends(path, good, http.StatusSeeOther)
	page := v.gets("/areas/heath/profile", http.StatusOK, "About 6,000 people live here: an estimate for 30 June 2025.", "From 1 June to 31 August there are about 12,000: Summer.")
	if strings.Count(page, "The council") != 1 {
		t.Error("sent twice, it was recorded twice")
	}
	v.gets("/programmes/big-local/places", http.StatusOK, "6,000", "30 Jun 2025, estimate", "Not known yet", "The operator brings it in")
}

func TestABoundaryIsChanged(t *testing.T) {
	t.Parallel()
	v := open(t)
	path := "/areas/heath/profile/boundary"
	v.as(access.ProgrammeOfficer)
	v.gets(path+"/new", http.StatusOK, "E01000001 E01000002")
	v.sends(path, day(url.Values{"form": {"1"}, "lsoas": {"E01000001, nonsense"}, "basis": {"A walk"}}, "from", "14", "3", "2026"), http.StatusUnprocessableEntity,
		"<title>Error: ", "E01000001, nonsense", "A walk", `href="#lsoas"`)
	v.sends(path, day(day(url.Values{"form": {"2"}, "lsoas": {"e01000001\nE01000003"}, "basis": {"A walk"}, "confirmed_by": {"The forum"}}, "from", "14", "3", "2026"), "confirmed_on", "1", "3", "2026"), http.StatusSeeOther)
	v.gets("/areas/heath/profile", http.StatusOK, "Version 2", "with E01000003, without E01000002", "The forum, 1 March 2026", "Version 1")
}

func TestPlacesAndRules(t *testing.T) {
	t.Parallel()
	v := open(t)
	v.gets("/programmes/nothing/places", http.StatusNotFound)
	v.gets("/programmes/nothing/rules", http.StatusNotFound)
	v.bring(packs)
	v.gets("/programmes/big-local/places", http.StatusOK, "50%", "1 of 2", "no league table")
	csv := v.gets("/programmes/big-local/places.csv", http.StatusOK, "deprivation_2025_in_most_deprived_tenth", "Heath,Sheffield,E08000039,E08000039,Yorkshire and The Humber,,2,,,,,1,2,0,2.0,45.000", "Nowhere,,,,,,0")
	if strings.Contains(csv, "community_needs") {
		t.Error("what has no licence is in a public file")
	}
	v.as(access.Auditor)
	v.gets("/programmes/big-local/places.csv", http.StatusOK, "community_needs_2023_mean_score", "111.075,1")
	v.gets("/programmes/big-local/rules", http.StatusOK, "At least 8 people", "More than half", "5% of what is paid to it", "£20,000", "Every 6 months", "The first rules", "noelparkbiglocal.co.uk")
}
