package fundingweb

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/chart"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/funding"
	"commontable/internal/money"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// storyView is a budget line through its years: it is one line, whatever it was
// called, so that its years add up.
type storyView struct {
	Years, Plans       web.Table
	YearsCSV, PlansCSV string
	Words              string
}

// story reads a line that anyone may see through its years.
func (p pages) story(r *http.Request) (a area.Area, s funding.LineStory, err error) {
	err = p.read(r.Context(), func(tx *db.Tx) error {
		if a, err = areaOf(r, tx); err != nil {
			return err
		}
		s, err = funding.LineStoryOf(r.Context(), tx, a.ID, plan.LineID(r.PathValue("line")), p.site.Today())
		return err
	})
	return a, s, err
}

func storyOf(a area.Area, s funding.LineStory, today date.Date) storyView {
	href := lineHref(a, string(s.Line.ID))
	v := storyView{
		YearsCSV: href + "/years.csv", PlansCSV: href + "/plans.csv",
		Years: web.Table{
			Caption: "Year by year", CaptionHidden: true, Class: "tbl--bars tbl--money",
			Columns: []web.Column{{Text: "Year, from April"}, {Text: "How much was spent", Bar: true}, {Text: "Planned then", Numeric: true}, {Text: "Planned now", Numeric: true}, {Text: "Paid in", Numeric: true}, {Text: "Spent", Numeric: true}},
		},
		Plans: web.Table{
			Caption: "In each plan", CaptionHidden: true,
			Columns: []web.Column{{Text: "Plan"}, {Text: "What it was called"}, {Text: "Its priority"}, {Text: "Budget", Numeric: true}},
		},
	}
	var most int64
	for _, y := range s.Years {
		most = max(most, y.Spent.Minor(), y.Paid.Minor())
	}
	for _, y := range s.Years {
		name := web.Cell{Text: financialYear(y.Year), RowHeader: true}
		if y.Year == today.FinancialYear() {
			name.Small = "so far"
		}
		spent := web.Cell{Text: y.Spent.String()}
		if !y.Spent.IsZero() {
			spent.Href = wanted{line: s.Line.ID, spent: y.Year}.address(moneyHref(a) + "/spent")
		}
		v.Years.Rows = append(v.Years.Rows, web.Row{Cells: []web.Cell{
			name, {Component: chart.Bar(y.Spent.Minor(), most)}, {Text: thenWords(y)}, {Text: y.Planned.String()}, {Text: y.Paid.String()}, spent,
		}})
	}
	if !s.Unshared.IsZero() && len(s.Years) > 0 {
		v.Years.Rows = append(v.Years.Rows, web.Row{Cells: []web.Cell{
			{Text: "Not shared out over the years", RowHeader: true}, {}, {}, {Text: s.Unshared.String()}, {}, {},
		}})
	}
	sum := s.Sum()
	v.Years.Foot = []web.Cell{
		{Text: "All years", RowHeader: true},
		{Skip: true},
		{Skip: true},
		{Text: sum.Planned.String()},
		{Text: sum.Paid.String(), Href: with(moneyHref(a)+"/paid", "line", string(s.Line.ID))},
		{Text: sum.Spent.String(), Href: with(moneyHref(a)+"/spent", "line", string(s.Line.ID))},
	}
	for _, t := range slices.Backward(s.Told) {
		row := web.Row{Cells: []web.Cell{
			{Text: "Plan " + ordinal(t.Version), Href: planHref(a) + "/versions/" + ordinal(t.Version), Small: "From " + t.AdoptedOn.Long(), RowHeader: true},
			{Text: t.Name},
			{Text: t.PriorityName},
			{Text: t.Budget.String()},
		}}
		if !t.In {
			row.Cells[1].Text, row.Cells[2].Text, row.Cells[3].Text = "Not in this plan", "", ""
		}
		v.Plans.Rows = append(v.Plans.Rows, row)
	}
	v.Words = called(s)
	return v
}

// thenWords is what was planned for a year by the plan of that year.
func thenWords(y funding.LineYear) string {
	if !y.PlannedSaid {
		return "not said"
	}
	return y.PlannedThen.String()
}

// called says by how many names a line went.
func called(s funding.LineStory) string {
	names := map[string]bool{}
	for _, t := range s.Told {
		if t.In {
			names[t.Name] = true
		}
	}
	if len(names) < 2 {
		return ""
	}
	return "This line has had " + strconv.Itoa(len(names)) + " names. It stayed one line, so what was spent on it adds up."
}

func (p pages) lineYearsCSV(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	a, s, err := p.story(r)
	if err != nil {
		return err
	}
	rows := make([][]string, 0, len(s.Years)+2)
	for _, y := range s.Years {
		then := ""
		if y.PlannedSaid {
			then = y.PlannedThen.Decimal()
		}
		rows = append(rows, []string{strconv.Itoa(y.Year), then, y.Planned.Decimal(), y.Paid.Decimal(), y.Spent.Decimal()})
	}
	if !s.Unshared.IsZero() {
		rows = append(rows, []string{"not shared out over the years", "", s.Unshared.Decimal(), "", ""})
	}
	sum := s.Sum()
	rows = append(rows, []string{"all years", "", sum.Planned.Decimal(), sum.Paid.Decimal(), sum.Spent.Decimal()})
	return web.CSV(w, a.Slug+"-line-years", []string{"year_from_april", "planned_then", "planned_now", "paid_in", "spent"}, rows)
}

func (p pages) linePlansCSV(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	a, s, err := p.story(r)
	if err != nil {
		return err
	}
	rows := make([][]string, 0, len(s.Told))
	for _, t := range s.Told {
		in, budget := "no", ""
		if t.In {
			in, budget = "yes", t.Budget.Decimal()
		}
		rows = append(rows, []string{ordinal(t.Version), t.AdoptedOn.String(), in, t.Name, t.PriorityName, budget})
	}
	return web.CSV(w, a.Slug+"-line-plans", []string{"plan", "adopted_on", "in_it", "name", "priority", "budget"}, rows)
}

// LineStory is a budget line through all its years.
type LineStory struct {
	LineFigures
	Plans    []LineInPlan `json:"plans" nullable:"false" doc:"Every plan that was adopted since the line first stood in one, the oldest first."`
	Years    []LineYear   `json:"years" nullable:"false" doc:"Financial years, the oldest first. They add up to the line’s figures."`
	Unshared api.Money    `json:"unshared" doc:"Of the budget: what the plan in force does not share out over the years."`
}

// LineInPlan is a budget line as one plan tells it.
type LineInPlan struct {
	Version   int64     `json:"version" doc:"The version of the plan."`
	AdoptedOn string    `json:"adopted_on" format:"date"`
	In        bool      `json:"in" doc:"Whether that plan has the line."`
	Name      string    `json:"name" doc:"What it was called then."`
	Priority  string    `json:"priority" doc:"What its priority was called then."`
	Budget    api.Money `json:"budget"`
}

// LineYear is a financial year of a budget line.
type LineYear struct {
	Year        int        `json:"year" doc:"In which it begins, in April." example:"2026"`
	PlannedThen *api.Money `json:"planned_then,omitempty" doc:"By the plan in force at the end of that year; left out where that did not say it by year."`
	Planned     api.Money  `json:"planned" doc:"By the plan in force now."`
	Paid        api.Money  `json:"paid" doc:"By the days of the payments, less what came back."`
	Spent       api.Money  `json:"spent" doc:"By the days of the spending, less what was reversed."`
}

func (o operations) lineStory(today func() date.Date) func(context.Context, *db.Tx, access.Actor, *linePath) (LineStory, error) {
	return func(ctx context.Context, tx *db.Tx, _ access.Actor, in *linePath) (LineStory, error) {
		a, err := in.area(ctx, tx)
		if err != nil {
			return LineStory{}, err
		}
		s, err := funding.LineStoryOf(ctx, tx, a.ID, plan.LineID(in.Line), today())
		if err != nil {
			return LineStory{}, err
		}
		shown := LineStory{LineFigures: lineFigures(s.Line), Plans: []LineInPlan{}, Years: []LineYear{}, Unshared: api.MoneyOf(s.Unshared)}
		for _, t := range s.Told {
			shown.Plans = append(shown.Plans, LineInPlan{t.Version, t.AdoptedOn.String(), t.In, t.Name, t.PriorityName, api.MoneyOf(t.Budget)})
		}
		for _, y := range s.Years {
			one := LineYear{Year: y.Year, Planned: gbp(y.Planned), Paid: gbp(y.Paid), Spent: gbp(y.Spent)}
			if y.PlannedSaid {
				then := gbp(y.PlannedThen)
				one.PlannedThen = &then
			}
			shown.Years = append(shown.Years, one)
		}
		return shown, nil
	}
}

// gbp is an amount of a year in which there may have been nothing.
func gbp(a money.Amount) api.Money { return api.MoneyOf(money.Pence(0).Add(a)) }

// linePath is the budget line that an address names.
type linePath struct {
	AreaPath
	Line string `path:"line" doc:"The line’s ID. It stays through all versions of the plan."`
}
