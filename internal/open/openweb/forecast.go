package openweb

import (
	"fmt"
	"strconv"

	"commontable/internal/area"
	"commontable/internal/chart"
	"commontable/internal/date"
	"commontable/internal/funding"
	"commontable/internal/web"

	"github.com/a-h/templ"
)

// expect says how many areas are likely to have spent their money by the last
// day, if each goes on as it did.
func (d *programmeData) expect(forecasts map[area.ID]funding.Forecast, today date.Date) {
	o := funding.OutlookOf(forecasts, today)
	all := o.Areas[funding.InTime] + o.Areas[funding.Close] + o.Areas[funding.LikelyLeft] + o.Areas[funding.Over]
	if all+o.Spent+o.Early == 0 {
		return
	}
	d.outlook = web.Table{
		Caption: "How many areas are likely to have spent their money by the programme’s last day", CaptionHidden: true, Class: "tbl--bars",
		Columns: []web.Column{{Text: "If each goes on as it did"}, {Text: "How many of all", Bar: true}, {Text: "Areas", Numeric: true}},
	}
	rows := []struct {
		words string
		areas int
	}{
		{"All spent already", o.Spent},
		{"All spent in time", o.Areas[funding.InTime]},
		{"Close: in time in a fast year, not in a slow one", o.Areas[funding.Close]},
		{"Some likely to be left", o.Areas[funding.LikelyLeft]},
		{"Some left after the last day", o.Areas[funding.Over]},
		{"Too early to say", o.Early},
		{"No money set aside yet", o.None},
	}
	most := 0
	for _, row := range rows {
		most = max(most, row.areas)
	}
	for _, row := range rows {
		if row.areas > 0 {
			d.outlook.Rows = append(d.outlook.Rows, web.Row{Cells: []web.Cell{
				{Text: row.words, RowHeader: true}, {Component: chart.Bar(int64(row.areas), int64(most))}, {Text: strconv.Itoa(row.areas)},
			}})
		}
	}
	d.ends = []string{fmt.Sprintf("The programme ends on %s.", d.programme.Ends.Long())}
	if all > 0 && o.MostAtEnd.Positive() {
		d.ends[0] += fmt.Sprintf(" If each area goes on as it did, about %s would be left then: from %s to %s.", o.AtEnd.Short(), o.LeastAtEnd.Short(), o.MostAtEnd.Short())
	}
	d.ends = append(d.ends, "Each area’s forecast is from its last eight whole quarters, and its range from its slowest and its fastest year of those. It is no target: what is not spent is not wasted.")
}

// withForecast adds a column to a table of areas. Where nothing was forecast it
// adds none.
func withForecast(t *web.Table, areas []area.Area, forecasts map[area.ID]funding.Forecast, today date.Date) {
	if len(forecasts) == 0 {
		return
	}
	t.Columns = append(t.Columns, web.Column{Text: "Will it be used in time?", Short: "Used in time?"})
	for i, a := range areas {
		f, known := forecasts[a.ID]
		if !known {
			f.Prospect = funding.NothingAllocated
		}
		t.Rows[i].Cells = append(t.Rows[i].Cells, web.Cell{Component: forecastTag(f, today)})
	}
	if len(t.Foot) > 0 {
		t.Foot = append(t.Foot, web.Cell{Skip: true})
	}
}

func forecastTag(f funding.Forecast, today date.Date) templ.Component {
	kind := web.Plain
	switch f.Verdict(today) {
	case funding.InTime:
		kind = web.Good
	case funding.Close:
		kind = web.Watch
	case funding.LikelyLeft, funding.Over:
		kind = web.Info
	case funding.NoVerdict:
	}
	return web.Tag(kind, f.Short(today))
}
