package relationshipweb

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"commontable/internal/chart"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/relationship"
	"commontable/internal/web"
)

// levelOf is on which line of the chart a closeness lies.
func levelOf(c relationship.Closeness) int {
	if ring := c.Ring(); ring >= 0 {
		return 3 - ring
	}
	return 0
}

// course draws how close it was over the years, and tells the same in a table.
func course(one relationship.Relationship, noted []relationship.State, today date.Date) (templ.Component, web.Table) {
	t := web.Table{Caption: "How close it felt, from when on", Columns: []web.Column{{Text: "From"}, {Text: "How close"}, {Text: "What changed"}}}
	c := chart.Course{Levels: []string{"Not yet", "Now and then", "Regular", "Close"}, Until: yearsOf(today)}
	last := ""
	for _, s := range relationship.Course(noted) {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{{Text: s.From.Long(), RowHeader: true}, {Text: s.Closeness.InWords()}, {Text: s.Words}}})
		c.Stands = append(c.Stands, chart.Stand{At: yearsOf(s.From), Level: levelOf(s.Closeness)})
		last = s.Closeness.InWords()
	}
	c.Words = "How close " + one.Name + " felt, year by year. Now: " + strings.ToLower(last) + ". The same stands in the table below."
	return c.Draw(), t
}

func yearsOf(d date.Date) float64 {
	return float64(d.Year()) + float64(date.New(d.Year(), 1, 1).DaysUntil(d))/365.25
}

func weights(ctx context.Context, tx *db.Tx, s scene, one relationship.Relationship, today date.Date) (web.Table, error) {
	all, err := relationship.Weights(ctx, tx, s.area.ID, one.ID, today)
	t := web.Table{Caption: "What helps, and what holds back", CaptionHidden: true, Columns: []web.Column{{Text: "What"}, {Text: "Here it"}, {Text: "In our words"}}}
	for _, w := range all {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{{Text: w.Factor.InWords(), RowHeader: true}, {Text: string(w.Effect)}, {Text: w.Words}}})
	}
	return t, err
}
