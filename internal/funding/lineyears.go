package funding

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/money"
	"commontable/internal/plan"
)

// A LineYear is a financial year of a budget line.
type LineYear struct {
	Year int // in which it begins
	// PlannedThen is what the plan that was in force at the end of the year gave the
	// line for it; PlannedSaid is false where that plan did not say it by year.
	PlannedThen money.Amount
	PlannedSaid bool
	Planned     money.Amount // what the plan in force today gives it for that year
	Paid        money.Amount // by the days of the payments and of what came back
	Spent       money.Amount // by the days of the spending
}

// A LineStory is a budget line from the first plan that had it until today. Its years
// add up to what the line's figures say, to the penny: what the plan in force gives it
// (with Unshared), what was paid and what was spent.
type LineStory struct {
	Line     BudgetLine
	Told     []plan.Told // the oldest first
	Years    []LineYear  // the oldest first, with those between in which nothing was
	Unshared money.Amount
}

// LineOf is a budget line with its money, or fault.NotFound for one that was never in
// a plan that was adopted: that is not for everyone's eyes.
func LineOf(ctx context.Context, tx *db.Tx, a area.ID, lid plan.LineID) (BudgetLine, error) {
	l, err := plan.LineByID(ctx, tx, a, lid)
	if err != nil {
		return BudgetLine{}, err
	}
	switch ever, err := plan.WasAdopted(ctx, tx, a, lid); {
	case err != nil:
		return BudgetLine{}, err
	case !ever:
		return BudgetLine{}, fault.NotFound
	}
	m, err := lineTotal(ctx, tx, a, lid)
	return BudgetLine{Line: l, Money: m}, err
}

// LineStoryOf tells a budget line through all its years, as of a day.
func LineStoryOf(ctx context.Context, tx *db.Tx, a area.ID, lid plan.LineID, today date.Date) (s LineStory, err error) {
	if s.Line, err = LineOf(ctx, tx, a, lid); err != nil {
		return s, err
	}
	if s.Told, err = plan.ToldOf(ctx, tx, a, lid); err != nil {
		return s, err
	}
	years := map[int]LineYear{}
	in := func(year int, change func(*LineYear)) {
		y := years[year]
		change(&y)
		years[year] = y
	}
	if err := db.Each(ctx, tx, func(r db.Row) error {
		var day date.Date
		var paid, spent int64
		if err := r.Scan(&day, &paid, &spent); err != nil {
			return err
		}
		in(day.FinancialYear(), func(y *LineYear) {
			y.Paid, y.Spent = y.Paid.Add(money.Pence(paid)), y.Spent.Add(money.Pence(spent))
		})
		return nil
	}, `
		SELECT r.paid_on, p.minor, 0 FROM payments p
		JOIN payment_releases r ON r.area_id = p.area_id AND r.payment_id = p.id
		WHERE p.area_id = $1 AND p.line_id = $2
			AND NOT EXISTS (SELECT 1 FROM payment_reversals v WHERE v.area_id = p.area_id AND v.payment_id = p.id)
		UNION ALL
		SELECT t.returned_on, -t.minor, 0 FROM payment_returns t
		JOIN payments p ON p.area_id = t.area_id AND p.id = t.payment_id
		WHERE p.area_id = $1 AND p.line_id = $2
		UNION ALL
		SELECT s.spent_on, 0, s.minor FROM spends s
		JOIN spend_certifications c ON c.area_id = s.area_id AND c.spend_id = s.id
		WHERE s.area_id = $1 AND s.line_id = $2
			AND NOT EXISTS (SELECT 1 FROM spend_reversals v WHERE v.area_id = s.area_id AND v.spend_id = s.id)`, a, lid); err != nil {
		return s, fmt.Errorf("line year by year: %w", err)
	}
	s.Unshared = s.Line.Budget
	if now, some := plan.ToldOn(s.Told, today); some && now.In {
		for _, y := range now.Years {
			in(y.Year, func(one *LineYear) { one.Planned = y.Amount })
			s.Unshared = s.Unshared.Sub(y.Amount)
		}
	}
	for _, t := range s.Told {
		for _, y := range t.Years {
			in(y.Year, func(*LineYear) {})
		}
	}
	if len(years) == 0 {
		return s, nil
	}
	all := slices.Sorted(maps.Keys(years))
	for year := all[0]; year <= all[len(all)-1]; year++ {
		y := years[year]
		y.Year = year
		y.PlannedThen, y.PlannedSaid = plannedThen(s.Told, year, today)
		s.Years = append(s.Years, y)
	}
	return s, nil
}

// plannedThen is what the plan in force at the end of a year gave a line for it; of a
// year that is not over, the plan in force today.
func plannedThen(told []plan.Told, year int, today date.Date) (money.Amount, bool) {
	last := date.New(year+1, time.March, 31)
	if today.Before(last) {
		last = today
	}
	then, some := plan.ToldOn(told, last)
	if !some {
		return money.Pence(0), false
	}
	return then.InYear(year)
}

// Sum adds the years up: it equals the line's figures.
func (s LineStory) Sum() LineYear {
	sum := LineYear{Planned: s.Unshared, Paid: money.Pence(0), Spent: money.Pence(0)}
	for _, y := range s.Years {
		sum.Planned, sum.Paid, sum.Spent = sum.Planned.Add(y.Planned), sum.Paid.Add(y.Paid), sum.Spent.Add(y.Spent)
	}
	return sum
}
