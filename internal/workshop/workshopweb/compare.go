package workshopweb

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/chart"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/web"
	"commontable/internal/workshop"
)

// tied is the map of a workshop as it is drawn: all of it, or one body alone.
func tied(r workshop.Record, only string) (all []chart.Tied) {
	for _, item := range r.Sheet("map", workshop.Ours).Items {
		if only != "" && item["name"] != only {
			continue
		}
		t := chart.Tied{Name: item["name"], Shape: chart.Shape(item["shape"]), NotStarted: item["ring"] == "not-yet"}
		for _, tie := range item.Lines("tie") {
			if slices.Contains(chart.Ties, chart.Tie(tie)) {
				t.Ties = append(t.Ties, chart.Tie(tie))
			}
		}
		for i, ring := range workshop.Rings() {
			if ring.Code == item["ring"] {
				t.Ring = chart.Rings[i]
			}
		}
		all = append(all, t)
	}
	return all
}

// compareData is a workshop beside the one before it.
type compareData struct {
	Shell        web.Shell
	Lead, Middle string
	Maps         []mapSide
	Table        web.Table
}

type mapSide struct {
	ID, Heading, Caption, Signs string
	Tied                        []chart.Tied
}

func (p pages) compare(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d compareData
	err := p.one(r, by, func(tx *db.Tx, s scene, one workshop.Record) error {
		if one.Kind != workshop.Mapping {
			return fault.NotFound
		}
		title := "Then and now"
		d.Shell = p.shell(r, by, s.area, title, togetherLink(s.area), web.Link{Text: name(one, nil), Href: href(s.area, one.ID)}, web.Link{Text: title})
		d.Middle = s.area.Name
		before, err := lastBefore(r.Context(), tx, one)
		if err != nil {
			return err
		}
		d.Lead = "There is no workshop before this one yet. After the next one both maps stand here side by side."
		sides := []workshop.Record{one}
		if before.ID != "" && before.SeenBy(by, s.area) {
			d.Lead = "Two maps with the same shapes and the same key. Nearer is closer. Neither is better: talk about what moved, and why."
			sides = []workshop.Record{before, one}
		}
		d.Table = web.Table{Caption: "Who was where", CaptionHidden: true, Columns: []web.Column{{Text: "Who"}}}
		rows := map[string]map[int]string{}
		var order []string
		for i, side := range sides {
			d.Maps = append(d.Maps, mapSide{"map-" + strconv.Itoa(i), side.Day().Long(), "The map of " + side.Day().Long() + ".", "Looked at with: " + strings.Join(side.Two(), ", and ") + ".", tied(side, "")})
			d.Table.Columns = append(d.Table.Columns, web.Column{Text: side.Day().Long()})
			for _, t := range tied(side, "") {
				if rows[t.Name] == nil {
					rows[t.Name] = map[int]string{}
					order = append(order, t.Name)
				}
				rows[t.Name][i] = t.Ring.Words()
			}
		}
		for _, n := range order {
			row := web.Row{Cells: []web.Cell{{Text: n, RowHeader: true}}}
			for i := range sides {
				where := rows[n][i]
				if where == "" {
					where = "Not on it"
				}
				row.Cells = append(row.Cells, web.Cell{Text: where})
			}
			d.Table.Rows = append(d.Table.Rows, row)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, comparePage(d))
}
