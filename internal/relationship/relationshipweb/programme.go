package relationshipweb

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/relationship"
	"commontable/internal/web"
)

// fewest is of how many areas a number must be for it to be shown: fewer could tell
// who they are.
const fewest = 5

// counts are how many areas of a programme work with each type of body, and for what.
type counts struct {
	relationship.Counts

	programme area.Programme
	kinds     []agency.Kind
}

// count reads them.
func (p pages) count(r *http.Request, by access.Actor) (c counts, err error) {
	err = p.all.DB.Read(r.Context(), func(tx *db.Tx) error {
		if c.programme, err = area.ProgrammeBySlug(r.Context(), tx, r.PathValue("programme")); err != nil {
			return err
		}
		if err := by.Must(access.CountRelationships, c.programme.Place()); err != nil {
			return err
		}
		if c.kinds, err = agency.KindsFor(r.Context(), tx, c.programme); err != nil {
			return err
		}
		c.Counts, err = relationship.CountIn(r.Context(), tx, c.programme.ID, p.site.Today())
		return err
	})
	return c, err
}

// atLeast is a number of areas, unless it is so small that it could tell who they are.
func atLeast(n int) string {
	if n < fewest {
		return "fewer than " + strconv.Itoa(fewest)
	}
	return strconv.Itoa(n)
}

// links is how many relationships there are with a type, where enough areas have one.
func (c counts) links(t agency.Type) string {
	if c.Types[t] < fewest {
		return ""
	}
	return strconv.Itoa(c.Links[t])
}

// shorter is the sort of a purpose as it stands beside a number on a phone: the words
// before “and” or a comma.
func shorter(group string) string {
	if before, _, is := strings.Cut(group, ","); is {
		return before
	}
	before, _, _ := strings.Cut(group, " and ")
	return before
}

func many(k agency.Kind) string { return cmp.Or(k.Many, k.Name) }

func (p pages) counts(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	c, err := p.count(r, by)
	if err != nil {
		return err
	}
	programme := c.programme
	d := plainData{
		Title: "Who partnerships work with", Tools: []web.Tool{{Icon: "down", Text: "Download as a spreadsheet", Href: r.URL.Path + ".csv"}},
		Lead: "Of " + counted(c.Areas, "area") + " that keep a map: how many work with each sort of organisation, and for what. What an area writes of an agency stays with the area. Numbers below five are not shown.",
	}
	if by.May(access.ManageAreas, programme.Place()) {
		d.Tools = append(d.Tools, web.Tool{Icon: "info", Text: "Agencies and other bodies we know of", Href: "/agencies"}, web.Tool{Icon: "pen", Text: "Sorts of organisation to choose from", Href: "/programmes/" + programme.Slug + "/organisation-types"})
	}
	if c.Areas < fewest {
		d.Lead = "Fewer than five areas keep a map. What an area writes of an agency stays with the area, and numbers below five are not shown."
	}
	d.Shell = p.site.ShellIn(r, by, d.Title, web.Link{Text: programme.Name, Href: "/programmes/" + programme.Slug}, p.site.ProgrammeRooms, "Who areas work with")
	d.Shell.NoIndex = true
	d.Shell.Crumbs = []web.Link{{Text: programme.Name, Href: "/programmes/" + programme.Slug}, {Text: d.Title}}

	types := web.Table{Caption: "With whom", CaptionHidden: true, Columns: []web.Column{{Text: "Sort of organisation"}, {Text: "Areas", Numeric: true}, {Text: "Relationships", Numeric: true}}}
	both := web.Table{Caption: "With whom, and for what: how many areas", CaptionHidden: true, Columns: []web.Column{{Text: "Sort of organisation"}}}
	for _, group := range relationship.Groups() {
		both.Columns = append(both.Columns, web.Column{Text: group, Short: shorter(group)})
	}
	for _, k := range c.kinds {
		types.Rows = append(types.Rows, web.Row{Cells: []web.Cell{
			{Text: many(k), RowHeader: true, Mark: web.Shape(k.Shape)}, {Text: atLeast(c.Types[k.Type])}, {Text: c.links(k.Type)},
		}})
		if c.Types[k.Type] < fewest {
			continue
		}
		row := web.Row{Cells: []web.Cell{{Text: many(k), RowHeader: true, Mark: web.Shape(k.Shape)}}}
		for _, group := range relationship.Groups() {
			row.Cells = append(row.Cells, web.Cell{Text: atLeast(c.For[k.Type][group])})
		}
		both.Rows = append(both.Rows, row)
	}
	purposes := web.Table{Caption: "For what", CaptionHidden: true, Columns: []web.Column{{Text: "What it is for"}, {Text: "Areas", Numeric: true}}}
	for _, one := range relationship.Purposes() {
		purposes.Rows = append(purposes.Rows, web.Row{Cells: []web.Cell{{Text: one.Words, RowHeader: true, Small: one.Group}, {Text: atLeast(c.Purposes[one.Purpose])}}})
	}
	d.Tables = []titled{{"types", "With whom", "", types}}
	if len(both.Rows) > 0 {
		d.Tables = append(d.Tables, titled{"both", "With whom, and for what", "How many areas work with one of the sort, for each of these among others. Sorts that fewer than five areas work with are left out.", both})
	}
	d.Tables = append(d.Tables, titled{"purposes", "For what", "", purposes})
	return p.site.Show(w, r, http.StatusOK, plainPage(d))
}

func (p pages) countsCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	c, err := p.count(r, by)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, k := range c.kinds {
		rows = append(rows, []string{"with whom", many(k), "", atLeast(c.Types[k.Type]), c.links(k.Type)})
	}
	for _, k := range c.kinds {
		for _, group := range relationship.Groups() {
			rows = append(rows, []string{"with whom, and for what", many(k), group, atLeast(c.For[k.Type][group]), ""})
		}
	}
	for _, one := range relationship.Purposes() {
		rows = append(rows, []string{"for what", "", one.Words, atLeast(c.Purposes[one.Purpose]), ""})
	}
	return web.CSV(w, c.programme.Slug+"-relationships", []string{"about", "with whom", "for what", "areas", "relationships"}, rows)
}
