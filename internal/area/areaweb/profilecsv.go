package areaweb

import (
	"net/http"
	"strconv"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/geography"
	"commontable/internal/web"
)

func (p pages) profileCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var header []string
	var rows [][]string
	var slug string
	err := p.read(r, func(tx *db.Tx) error {
		a, err := area.BySlug(r.Context(), tx, r.PathValue("area"))
		if err != nil {
			return err
		}
		profile, err := area.ProfileOf(r.Context(), tx, a, p.site.Today(), by.SignedIn())
		slug = a.Slug
		header, rows = smallAreaRows(profile)
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, slug+"-profile", header, rows)
}

// smallAreaRows is the profile as a list: a row for each small area.
func smallAreaRows(p area.Profile) (header []string, rows [][]string) {
	header = []string{"area", "number", "small_area_code", "small_area_name", "neighbourhood", "ward_code", "ward", "council_code", "council", "region", "nhs_board", "people", "people_edition", "people_status"}
	for _, e := range p.Facts.Deprivation {
		name := "deprivation_" + strconv.Itoa(e.Year)
		header = append(header, name+"_tenth", name+"_score", name+"_status")
	}
	for _, n := range p.Facts.Needs {
		name := "community_needs_" + strconv.Itoa(n.Year)
		header = append(header, name+"_score", name+"_left_behind")
	}
	for i, code := range p.LSOAs {
		s, c := p.Facts.Base[code], p.Facts.Counts[code]
		row := []string{p.Area.Name, strconv.Itoa(i + 1), code, s.Name, s.MSOA, s.WardCode, s.Ward, s.AuthorityCode, s.Authority, s.Region, s.IntegratedCareBoard}
		if c.Status == geography.Published || c.Status == geography.Estimated {
			row = append(row, strconv.FormatInt(c.People, 10), p.Facts.People.Name, string(c.Status))
		} else {
			row = append(row, "", p.Facts.People.Name, string(geography.Unknown))
		}
		for _, e := range p.Facts.Deprivation {
			score := e.Of[code]
			decile, value := "", ""
			if score.Decile > 0 {
				decile = strconv.FormatInt(score.Decile, 10)
			}
			if score.Scored {
				value = exact(score.Points)
			}
			row = append(row, decile, value, string(score.Status))
		}
		for _, n := range p.Facts.Needs {
			one := n.Of[code]
			if one.Status != geography.Published {
				row = append(row, "", "")
				continue
			}
			row = append(row, exact(one.Points), strconv.FormatBool(one.LeftBehind))
		}
		rows = append(rows, row)
	}
	return header, rows
}
