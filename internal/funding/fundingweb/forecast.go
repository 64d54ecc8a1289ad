package fundingweb

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/chart"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/funding"
	"commontable/internal/money"
	"commontable/internal/web"

	"github.com/a-h/templ"
)

// forecastView is when the money will be spent, in words, drawn and as a table.
type forecastView struct {
	Head, Method string
	Words        []string
	After        string // what is promised beyond the programme's last day
	Chart        templ.Component
	Table        web.Table
	CSV          string
}

// yearsView is what was spent in each year, for each person who lives here.
type yearsView struct {
	Table web.Table
	Notes []string
	CSV   string
}

// outlook is what the money page says of the years, past and to come.
type outlook struct {
	forecast  funding.Forecast
	run       funding.Run
	quarters  []funding.QuarterSpent
	years     []spentYear
	themes    []funding.ThemeSpent
	programme area.Programme
}

// A spentYear is a financial year, what was spent in it, and how many people
// there were on its last day, as far as that is known.
type spentYear struct {
	year   int
	spent  money.Amount
	people area.Population
	known  bool
}

func (p pages) outlookOf(ctx context.Context, tx *db.Tx, acc account) (o outlook, err error) {
	today := p.site.Today()
	o.programme = acc.programme
	if o.forecast, err = funding.ForecastWith(ctx, tx, acc.area, acc.money, acc.programme.Ends, today); err != nil {
		return o, err
	}
	if o.quarters, err = funding.SpentByQuarter(ctx, tx, acc.area.ID); err != nil {
		return o, err
	}
	allocated, err := funding.Allocations(ctx, tx, acc.area.ID)
	if err != nil {
		return o, err
	}
	o.run = o.forecast.Run(allocated, o.quarters, today)
	if o.themes, err = funding.SpentByTheme(ctx, tx, acc.area.ID); err != nil {
		return o, err
	}
	populations, err := area.PopulationsOf(ctx, tx, acc.area.ID)
	if err != nil {
		return o, err
	}
	at := map[int]int{}
	for _, q := range o.quarters {
		year := q.Quarter.First().FinancialYear()
		i, known := at[year]
		if !known {
			i = len(o.years)
			at[year], o.years = i, append(o.years, spentYear{year: year, spent: money.Pence(0)})
		}
		o.years[i].spent = o.years[i].spent.Add(q.Spent)
	}
	for i, y := range o.years {
		last := date.New(y.year+1, 4, 1).AddDays(-1)
		if last.After(today) {
			last = today
		}
		o.years[i].people, o.years[i].known = area.PopulationAmong(populations, last)
	}
	return o, nil
}

func (y spentYear) each() money.Amount { return funding.PerResident(y.spent, y.people.OverAYear()) }

func (o outlook) forecastView(a area.Area, after money.Amount, today date.Date) forecastView {
	f := o.forecast
	v := forecastView{Head: f.Head(today), Words: f.Words(today), Method: f.Method(), CSV: moneyHref(a) + "/forecast.csv"}
	if after.Positive() {
		v.After = after.Whole() + " is promised for days after the programme ends. Talk about it early: a promise can be moved by a new offer letter."
	}
	if len(o.run.Past) < 2 || v.Head == "" {
		return v
	}
	draw := chart.Run{Ends: o.run.Ends, Money: func(n int64) string { return money.Pence(n).Short() }, Now: "Now", Words: v.Head}
	for _, s := range o.run.Past {
		draw.Past = append(draw.Past, s.Middle.Minor())
	}
	for _, s := range o.run.Future {
		draw.Low, draw.Middle, draw.High = append(draw.Low, s.Low.Minor()), append(draw.Middle, s.Middle.Minor()), append(draw.High, s.High.Minor())
	}
	first, last := o.run.Past[0].Day, o.run.Future[len(o.run.Future)-1].Day
	draw.From, draw.Until = monthYear(first), monthYear(last)
	if len(o.run.Future) == 1 {
		draw.Now, draw.Until = "", "Now"
	}
	draw.Words = fmt.Sprintf("What is left to spend: %s in %s, %s now. %s", o.run.Past[0].Middle.Short(), draw.From, f.Left.Short(), v.Head)
	v.Chart = draw.Draw()
	v.Table = web.Table{
		Caption: "What is left to spend, quarter by quarter", CaptionHidden: true,
		Columns: []web.Column{{Text: "At the end of"}, {Text: "Left", Numeric: true}, {Text: "At least", Numeric: true}, {Text: "At most", Numeric: true}},
	}
	for _, s := range o.run.Past {
		v.Table.Rows = append(v.Table.Rows, web.Row{Cells: []web.Cell{{Text: s.Day.Long(), RowHeader: true}, {Text: s.Middle.Whole()}, {}, {}}})
	}
	for _, s := range o.run.Future[1:] {
		v.Table.Rows = append(v.Table.Rows, web.Row{Cells: []web.Cell{
			{Text: s.Day.Long(), Small: "expected", RowHeader: true}, {Text: s.Middle.Whole()}, {Text: s.Low.Whole()}, {Text: s.High.Whole()},
		}})
	}
	return v
}

func monthYear(d date.Date) string { return d.Month().String()[:3] + " " + strconv.Itoa(d.Year()) }

// people is a number of people, grouped by thousands.
func people(n int64) string {
	words := strconv.FormatInt(n, 10)
	for i := len(words) - 3; i > 0; i -= 3 {
		words = words[:i] + "," + words[i:]
	}
	return words
}

func (o outlook) yearsView(a area.Area, today date.Date) yearsView {
	v := yearsView{CSV: moneyHref(a) + "/years.csv", Table: web.Table{
		Caption: "Spent in each year, for each person who lives here", CaptionHidden: true,
		Columns: []web.Column{{Text: "Year"}, {Text: "Spent", Numeric: true}, {Text: "People", Numeric: true}, {Text: "For each person", Numeric: true}},
	}}
	noted := map[area.PopulationID]bool{}
	unknown := false
	for _, y := range slices.Backward(o.years) {
		name := web.Cell{Text: financialYear(y.year), RowHeader: true}
		if y.year == today.FinancialYear() {
			name.Small = "so far"
		}
		cells := []web.Cell{name, {Text: y.spent.Whole(), Href: wanted{spent: y.year}.address(moneyHref(a) + "/spent")}, {Text: "Not known"}, {}}
		if y.known {
			cells[2].Text, cells[3] = people(y.people.OverAYear()), web.Cell{Text: y.each().String(), Strong: true}
			if !noted[y.people.ID] {
				noted[y.people.ID] = true
				v.Notes = append(v.Notes, populationWords(y.people))
			}
		}
		unknown = unknown || !y.known
		v.Table.Rows = append(v.Table.Rows, web.Row{Cells: cells})
	}
	if unknown {
		v.Notes = append(v.Notes, "How many people live here is not known for every year. It comes from the count of the small areas that make up this place, or a programme officer can enter it with its day and source.")
	}
	return v
}

func populationWords(p area.Population) string {
	known := " people lived here on "
	if p.Estimate {
		known = " people lived here, by an estimate, on "
	}
	words := []string{people(p.Residents) + known + p.AsAt.Long() + ": " + strings.TrimSuffix(p.Source, ".") + "."}
	for _, s := range p.Seasons {
		words = append(words, fmt.Sprintf("From %s to %s there are %s (%s).", s.From, s.Until, people(s.People), s.Name))
	}
	if len(p.Seasons) > 0 {
		words = append(words, fmt.Sprintf("Over the year that is %s.", people(p.OverAYear())))
	}
	return strings.Join(words, " ")
}

// themesTable is what was spent under each theme, each leading to its spending.
func (o outlook) themesTable(a area.Area) web.Table {
	t := web.Table{
		Caption: "Spent by theme", CaptionHidden: true, Class: "tbl--bars tbl--money",
		Columns: []web.Column{{Text: "Theme"}, {Text: "How much of it", Bar: true}, {Text: "Spent", Numeric: true}},
	}
	var most int64
	sum := money.Pence(0)
	for _, x := range o.themes {
		most, sum = max(most, x.Spent.Minor()), sum.Add(x.Spent)
	}
	for _, x := range o.themes {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{
			{Text: themeName(o.programme.Rules, x.Theme), Href: wanted{theme: themeCode(x.Theme)}.address(moneyHref(a) + "/spent"), RowHeader: true}, {Component: chart.Bar(x.Spent.Minor(), most)}, {Text: x.Spent.String()},
		}})
	}
	t.Foot = []web.Cell{{Text: "All together", RowHeader: true}, {Skip: true}, {Text: sum.String()}}
	return t
}

func (p pages) forecastCSV(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	var acc account
	var o outlook
	if err := p.in(r, func(tx *db.Tx, found account) (err error) {
		acc = found
		o, err = p.outlookOf(r.Context(), tx, acc)
		return err
	}); err != nil {
		return err
	}
	var rows [][]string
	for i, s := range append(o.run.Past, o.run.Future[1:]...) {
		kind := "happened"
		if i >= len(o.run.Past) {
			kind = "expected"
		}
		rows = append(rows, []string{s.Day.String(), kind, s.Middle.Decimal(), s.Low.Decimal(), s.High.Decimal()})
	}
	return web.CSV(w, acc.area.Slug+"-forecast", []string{"day", "kind", "left to spend", "at least", "at most"}, rows)
}

func (p pages) yearsCSV(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	var acc account
	var o outlook
	if err := p.in(r, func(tx *db.Tx, found account) (err error) {
		acc = found
		o, err = p.outlookOf(r.Context(), tx, acc)
		return err
	}); err != nil {
		return err
	}
	var rows [][]string
	for _, y := range o.years {
		row := []string{financialYear(y.year), y.spent.Decimal(), "", "", "", "", "", ""}
		if y.known {
			estimate := "no"
			if y.people.Estimate {
				estimate = "yes"
			}
			row = []string{
				financialYear(y.year), y.spent.Decimal(), strconv.FormatInt(y.people.Residents, 10), strconv.FormatInt(y.people.OverAYear(), 10), y.each().Decimal(),
				y.people.AsAt.String(), estimate, y.people.Source,
			}
		}
		rows = append(rows, row)
	}
	return web.CSV(w, acc.area.Slug+"-years", []string{"financial year", "spent", "residents", "people over the year", "spent for each", "people as at", "estimate", "source"}, rows)
}
