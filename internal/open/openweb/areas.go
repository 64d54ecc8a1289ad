package openweb

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/funding"
	"commontable/internal/web"
)

type areasData struct {
	shell      web.Shell
	lead       string
	filter     web.Filter
	table      web.Table
	pagination web.Pagination
	none       bool // of what was searched for
	empty      bool // nothing was searched for, and nothing is here
	csv        string
}

// areas is the list of every area, with search.
func (p pages) areas(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	asked := r.URL.Query()
	search := area.Search{Words: limited(asked.Get("q")), Region: limited(asked.Get("region")), Page: 1}
	if n, err := strconv.Atoi(asked.Get("page")); err == nil && n > 1 {
		search.Page = n
	}
	data := areasData{shell: p.site.Shell(r, by, "Find an area"), csv: "/data/areas.csv"}
	err := p.db.Read(r.Context(), func(tx *db.Tx) error {
		programmes, err := area.Programmes(r.Context(), tx)
		if err != nil {
			return err
		}
		one, several := chosen(programmes, asked.Get("programme"))
		search.Programme = one.ID
		found, err := area.Find(r.Context(), tx, search)
		if err != nil {
			return err
		}
		money, err := funding.MoneyOf(r.Context(), tx, found.Areas)
		if err != nil {
			return err
		}
		counts, err := area.LSOACounts(r.Context(), tx, found.Areas)
		if err != nil {
			return err
		}
		data.fill(search, found, one, several)
		data.table = areasTable(found.Areas, money, counts)
		if p.site.Demonstration {
			data.table = areasTable(found.Areas, money, nil)
		}
		if search.Words == "" && search.Region == "" && found.Total > 0 {
			sum, err := funding.ProgrammeMoney(r.Context(), tx, one.ID)
			if err != nil {
				return err
			}
			data.table.Foot = []web.Cell{
				{Text: "All " + counted(found.Total, "area"), RowHeader: true},
				{Skip: true},
				{Text: sum.Allocated.Whole()},
				{Text: sum.Spent.Whole()},
				{Text: sum.Held().Add(sum.Promised).Whole()},
				{Text: sum.Left().Whole()},
			}
		}
		forecasts, err := funding.ForecastsOf(r.Context(), tx, one.ID, one.Ends, p.site.Today(), mostDrawn)
		if err != nil {
			return err
		}
		withForecast(&data.table, found.Areas, forecasts, p.site.Today())
		data.table.Caption = fmt.Sprintf("Areas by name, page %d of %d", found.Page, max(1, found.Pages))
		data.table.CaptionHidden = true
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, areasPage(data))
}

const mostSearched = 100

func limited(words string) string {
	if r := []rune(strings.TrimSpace(words)); len(r) > mostSearched {
		return string(r[:mostSearched])
	}
	return strings.TrimSpace(words)
}

// chosen is the programme asked for, or the first.
func chosen(programmes []area.Programme, slug string) (one area.Programme, several []area.Programme) {
	if len(programmes) > 1 {
		several = programmes
	}
	for _, p := range programmes {
		if p.Slug == slug {
			return p, several
		}
	}
	if len(programmes) > 0 {
		one = programmes[0]
	}
	return one, several
}

func (d *areasData) fill(s area.Search, found area.Found, one area.Programme, several []area.Programme) {
	searched := s.Words != "" || s.Region != ""
	d.none, d.empty = found.Total == 0 && searched, found.Total == 0 && !searched
	switch {
	case searched:
		d.lead = counted(found.Total, "area") + " found."
	default:
		d.lead = fmt.Sprintf("All %s of %s. Not a league table: areas go at their own pace.", counted(found.Total, "area"), one.Name)
	}
	fields := []web.FilterField{
		{Name: "q", Label: "Name of the area or council", Value: s.Words},
		{Name: "region", Label: "Region", Value: s.Region, Options: regionOptions(found.Regions)},
	}
	if len(several) > 0 {
		programme := web.FilterField{Name: "programme", Label: "Programme", Value: one.Slug}
		for _, p := range several {
			programme.Options = append(programme.Options, web.Option{Value: p.Slug, Text: p.Name})
		}
		fields = append(fields, programme)
	}
	d.filter = web.Filter{Action: "/areas", Fields: fields, Button: "Search"}
	if searched {
		d.filter.Clear = "/areas"
	}
	d.pagination = web.Paginate("Pages of areas", found.Page, found.Pages, func(n int) string {
		q := url.Values{}
		for name, value := range map[string]string{"q": s.Words, "region": s.Region} {
			if value != "" {
				q.Set(name, value)
			}
		}
		if len(several) > 0 {
			q.Set("programme", one.Slug)
		}
		if n > 1 {
			q.Set("page", strconv.Itoa(n))
		}
		if len(q) == 0 {
			return "/areas"
		}
		return "/areas?" + q.Encode()
	})
}

func regionOptions(regions []string) []web.Option {
	slices.Sort(regions)
	options := []web.Option{{Value: "", Text: "All regions"}}
	for _, region := range regions {
		if region != "" {
			options = append(options, web.Option{Value: region, Text: region})
		}
	}
	return options
}

// areasTable lists areas with their money. Where counts is given, it says what
// is not known of each.
func areasTable(all []area.Area, money map[area.ID]funding.Money, counts map[area.ID]int) web.Table {
	t := web.Table{Columns: []web.Column{
		{Text: "Area"},
		{Text: "Local authority"},
		{Text: "Allocated", Numeric: true},
		{Text: "Spent", Numeric: true},
		{Text: "Paid or promised, not spent", Short: "Not spent yet", Numeric: true},
		{Text: "Left to plan", Numeric: true},
	}}
	for _, a := range all {
		m := money[a.ID]
		place := a.Region
		if counts != nil {
			if missing := a.Missing(counts[a.ID]); len(missing) > 0 {
				place = strings.TrimPrefix(place+". Not known yet: "+strings.Join(missing, ", "), ". ")
			}
		}
		if place == "" {
			place = "Region not known yet"
		}
		spent := m.Spent.Whole()
		if m.Allocated.Positive() {
			spent += fmt.Sprintf(" (%d%%)", m.ShareSpent())
		}
		authority := a.AuthorityName
		if authority == "" {
			authority = "Not known yet"
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{
			{Text: a.Name, Href: areaHref(a), Small: place, RowHeader: true},
			{Text: authority},
			{Text: m.Allocated.Whole()},
			{Text: spent},
			{Text: m.Held().Add(m.Promised).Whole()},
			{Text: m.Left().Whole()},
		}})
	}
	return t
}
