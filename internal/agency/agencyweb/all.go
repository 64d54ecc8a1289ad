package agencyweb

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/db"
	"commontable/internal/organisation"
	"commontable/internal/web"
)

// allData is the bodies of all registers, for the programme.
type allData struct {
	Shell  web.Shell
	Tools  []web.Tool
	Types  web.Table
	Filter web.Filter
	Found  web.Table
	Pages  web.Pagination
	None   bool
}

func (p pages) all(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	const most = 50
	var d allData
	err := p.agencies.DB.Read(r.Context(), func(tx *db.Tx) error {
		ctx, today := r.Context(), p.site.Today()
		counts, err := agency.Counts(ctx, tx, today)
		if err != nil {
			return err
		}
		q, typ := r.URL.Query().Get("q"), r.URL.Query().Get("type")
		at, _ := strconv.Atoi(r.URL.Query().Get("page"))
		at = max(at, 1)
		found, all, err := agency.Page(ctx, tx, agency.Type(typ), q, (at-1)*most, most)
		if err != nil {
			return err
		}
		d.Shell = p.site.Shell(r, by, "Public agencies")
		d.Shell.Crumbs = []web.Link{{Text: "The programme", Href: "/"}, {Text: "Public agencies"}}
		d.Tools = []web.Tool{{Icon: "down", Text: "Download as a spreadsheet", Href: "/agencies.csv"}}
		d.Types = typesTable(counts)
		options := []web.Option{{Text: "All types"}}
		for _, k := range agency.ShippedKinds() {
			options = append(options, web.Option{Value: string(k.Type), Text: k.Many})
		}
		d.Filter = web.Filter{Action: "/agencies", Fields: []web.FilterField{{Name: "q", Label: "Name", Value: q}, {Name: "type", Label: "Type", Value: typ, Options: options}}, Button: "Search", Clear: "/agencies"}
		d.Found = web.Table{Caption: "Bodies", CaptionHidden: true, Columns: []web.Column{{Text: "Who"}, {Text: "Where"}, {Text: "Codes"}, {Text: "As of", Bare: true}}}
		for _, b := range found {
			what := whatItIs(b)
			if !b.Closed.IsZero() {
				what += " · no more since " + b.Closed.Long()
			}
			d.Found.Rows = append(d.Found.Rows, web.Row{Cells: []web.Cell{{Text: b.Name, RowHeader: true, Small: what}, {Text: b.Place}, {Text: datedCodes(b)}, {Text: b.Edition.Short()}}})
		}
		d.None = len(counts) == 0
		d.Pages = web.Paginate("Pages of bodies", at, (all+most-1)/most, func(page int) string {
			return "/agencies?" + url.Values{"q": {q}, "type": {typ}, "page": {strconv.Itoa(page)}}.Encode()
		})
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, allPage(d))
}

// whatItIs is what sort of body one is, with its layer where that says more.
func whatItIs(b agency.Body) string {
	if b.Subtype != "" {
		return b.KindInWords()
	}
	return joined([]string{b.KindInWords(), b.Tier.InWords()})
}

// typesTable is the types that come with the program, and how many bodies there are.
func typesTable(counts []agency.Count) web.Table {
	t := web.Table{Caption: "Types", CaptionHidden: true, Columns: []web.Column{{Text: "Type"}, {Text: "In registers", Numeric: true}, {Text: "Of them no more", Numeric: true}, {Text: "Added by areas", Numeric: true}}}
	for _, k := range agency.ShippedKinds() {
		var all, closed, own int64
		for _, c := range counts {
			switch {
			case c.Type.Base() != k.Type:
			case c.Register == "":
				own += c.All
			default:
				all, closed = all+c.All, closed+c.Closed
			}
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{
			{Text: k.Many, RowHeader: true, Small: k.Plain}, {Text: strconv.FormatInt(all, 10)}, {Text: strconv.FormatInt(closed, 10)}, {Text: few(own)},
		}})
	}
	return t
}

// few hides small numbers, by which an area could be told.
func few(n int64) string {
	const least = 5
	if n > 0 && n < least {
		return "fewer than 5"
	}
	return strconv.FormatInt(n, 10)
}

func (p pages) allCSV(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	var rows [][]string
	err := p.agencies.DB.Read(r.Context(), func(tx *db.Tx) error {
		const most = 100_000
		all, _, err := agency.Page(r.Context(), tx, "", "", 0, most)
		called := map[organisation.ID]string{}
		for _, b := range all {
			called[b.ID] = b.Name
		}
		for _, b := range all {
			var before, after []string
			for _, n := range b.Names {
				before = append(before, n.Name+" (until "+n.Last.String()+" or later)")
			}
			for _, id := range b.Successors {
				after = append(after, called[id])
			}
			rows = append(rows, []string{
				b.Name, string(b.Type), b.Subtype, string(b.Tier), b.Place, b.PlaceCode, b.Opened.String(), b.Closed.String(), b.Register, b.Edition.String(),
				datedCodes(b), strings.Join(before, "; "), strings.Join(after, "; "),
			})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, "agencies", []string{"name", "type", "sort", "layer", "where", "council", "opened", "no more since", "register", "as of", "codes", "called before", "after it came"}, rows)
}
