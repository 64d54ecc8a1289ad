package relationshipweb

import (
	"net/http"
	"strconv"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/chart"
	"commontable/internal/db"
	"commontable/internal/relationship"
	"commontable/internal/web"
)

// fewest is of how many areas a number must be for it to be shown: fewer could tell
// who they are.
const fewest = 5

// count reads how many areas work with each type of body, and for what.
func (p pages) count(r *http.Request, by access.Actor) (programme area.Programme, types, purposes [][]string, areas int, err error) {
	err = p.all.DB.Read(r.Context(), func(tx *db.Tx) error {
		if programme, err = area.ProgrammeBySlug(r.Context(), tx, r.PathValue("programme")); err != nil {
			return err
		}
		if err := by.Must(access.CountRelationships, programme.Place()); err != nil {
			return err
		}
		c, err := relationship.CountIn(r.Context(), tx, programme.ID, p.site.Today())
		areas = c.Areas
		for _, shape := range chart.Shapes {
			types = append(types, []string{shape.Words(), atLeast(c.Shapes[string(shape)])})
		}
		for _, one := range relationship.Purposes() {
			purposes = append(purposes, []string{one.Words, atLeast(c.Purposes[one.Purpose])})
		}
		return err
	})
	return programme, types, purposes, areas, err
}

// atLeast is a number of areas, unless it is so small that it could tell who they are.
func atLeast(n int) string {
	if n < fewest {
		return "fewer than " + strconv.Itoa(fewest)
	}
	return strconv.Itoa(n)
}

func (p pages) counts(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	programme, types, purposes, areas, err := p.count(r, by)
	if err != nil {
		return err
	}
	d := plainData{
		Title: "Who partnerships work with", Tools: []web.Tool{{Icon: "down", Text: "Download as a spreadsheet", Href: r.URL.Path + ".csv"}},
		Lead: "Of " + counted(areas, "area") + " that keep a map: how many work with each sort of organisation, and for what. What an area writes of an agency stays with the area. Numbers below five are not shown.",
	}
	if by.May(access.ManageAreas, programme.Place()) {
		d.Tools = append(d.Tools, web.Tool{Icon: "info", Text: "Agencies and other bodies we know of", Href: "/agencies"}, web.Tool{Icon: "pen", Text: "Sorts of organisation to choose from", Href: "/programmes/" + programme.Slug + "/organisation-types"})
	}
	if areas < fewest {
		d.Lead = "Fewer than five areas keep a map. What an area writes of an agency stays with the area, and numbers below five are not shown."
	}
	d.Shell = p.site.ShellIn(r, by, d.Title, web.Link{Text: programme.Name, Href: "/programmes/" + programme.Slug}, p.site.ProgrammeRooms, "Who areas work with")
	d.Shell.NoIndex = true
	d.Shell.Crumbs = []web.Link{{Text: programme.Name, Href: "/programmes/" + programme.Slug}, {Text: d.Title}}
	table := func(caption, first string, rows [][]string) web.Table {
		t := web.Table{Caption: caption, CaptionHidden: true, Columns: []web.Column{{Text: first}, {Text: "Areas", Numeric: true}}}
		for _, row := range rows {
			t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{{Text: row[0], RowHeader: true}, {Text: row[1]}}})
		}
		return t
	}
	d.Tables = []titled{{"types", "With whom", "", table("With whom", "Sort of organisation", types)}, {"purposes", "For what", "", table("For what", "What it is for", purposes)}}
	return p.site.Show(w, r, http.StatusOK, plainPage(d))
}

func (p pages) countsCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	programme, types, purposes, _, err := p.count(r, by)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, row := range types {
		rows = append(rows, append([]string{"with whom"}, row...))
	}
	for _, row := range purposes {
		rows = append(rows, append([]string{"for what"}, row...))
	}
	return web.CSV(w, programme.Slug+"-relationships", []string{"about", "what", "areas"}, rows)
}
