package funding

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/money"
	"commontable/internal/plan"
)

// Money is an area's, or a programme's, money in five figures. All the others
// follow from them.
type Money struct {
	Allocated    money.Amount
	Promised     money.Amount // on accepted schedules, not yet paid
	Paid         money.Amount // to LTOs, less what came back
	Contribution money.Amount // to LTOs for their trouble, beside the area's money
	Spent        money.Amount // certified, less what was reversed
}

// Held is what LTOs hold and have not spent.
func (m Money) Held() money.Amount { return m.Paid.Sub(m.Spent) }

// Left is what is neither paid nor promised: left to plan.
func (m Money) Left() money.Amount { return m.Allocated.Sub(m.Paid).Sub(m.Promised) }

// Plus adds two sets of figures.
func (m Money) Plus(n Money) Money {
	return Money{
		m.Allocated.Add(n.Allocated), m.Promised.Add(n.Promised), m.Paid.Add(n.Paid),
		m.Contribution.Add(n.Contribution), m.Spent.Add(n.Spent),
	}
}

// ShareSpent is how much of the allocation is spent, in whole per cent: an
// area's stage is told by it, not by the calendar (requirements.md §8.17).
func (m Money) ShareSpent() int {
	if !m.Allocated.Positive() {
		return 0
	}
	return int(m.Spent.Minor() * 100 / m.Allocated.Minor())
}

func scanMoney(r db.Row) (m Money, err error) {
	var n [5]int64
	err = r.Scan(&n[0], &n[1], &n[2], &n[3], &n[4])
	return moneyOf(n), err
}

func moneyOf(n [5]int64) Money {
	gbp := func(i int) money.Amount { return money.Minor(n[i], money.GBP) }
	return Money{gbp(0), gbp(1), gbp(2), gbp(3), gbp(4)}
}

// AreaMoney is an area's money: one look-up.
func AreaMoney(ctx context.Context, tx *db.Tx, a area.Area) (Money, error) {
	m, err := db.One(ctx, tx, scanMoney, `
		SELECT allocated, promised, paid, contribution, spent FROM area_money WHERE area_id = $1`, a.ID)
	if errors.Is(err, fault.NotFound) {
		return moneyOf([5]int64{}), nil
	}
	return m, err
}

// MoneyOfAreas is the money of every area of a programme that has any.
func MoneyOfAreas(ctx context.Context, tx *db.Tx, p area.ProgrammeID) (map[area.ID]Money, error) {
	all := map[area.ID]Money{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var a area.ID
		var n [5]int64
		err := r.Scan(&a, &n[0], &n[1], &n[2], &n[3], &n[4])
		all[a] = moneyOf(n)
		return err
	}, `SELECT area_id, allocated, promised, paid, contribution, spent FROM area_money WHERE programme_id = $1`, p)
	return all, err
}

// LineMoney is the money of one budget line.
type LineMoney struct{ Promised, Paid, Spent money.Amount }

func lineMoneyOf(promised, paid, spent int64) LineMoney {
	return LineMoney{money.Minor(promised, money.GBP), money.Minor(paid, money.GBP), money.Minor(spent, money.GBP)}
}

func lineTotals(ctx context.Context, tx *db.Tx, a area.ID) (map[plan.LineID]LineMoney, error) {
	all := map[plan.LineID]LineMoney{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var l plan.LineID
		var promised, paid, spent int64
		err := r.Scan(&l, &promised, &paid, &spent)
		all[l] = lineMoneyOf(promised, paid, spent)
		return err
	}, `SELECT line_id, promised, paid, spent FROM line_money WHERE area_id = $1`, a)
	return all, err
}

func lineTotal(ctx context.Context, tx *db.Tx, a area.ID, l plan.LineID) (LineMoney, error) {
	m, err := db.One(ctx, tx, func(r db.Row) (LineMoney, error) {
		var promised, paid, spent int64
		err := r.Scan(&promised, &paid, &spent)
		return lineMoneyOf(promised, paid, spent), err
	}, `SELECT promised, paid, spent FROM line_money WHERE area_id = $1 AND line_id = $2`, a, l)
	if errors.Is(err, fault.NotFound) {
		return LineMoney{}, nil
	}
	return m, err
}

// A BudgetLine is a line of the plan with its money.
type BudgetLine struct {
	plan.Line
	Money LineMoney
}

// Left is what the plan gives the line, less what was spent and is promised
// and paid but not spent yet.
func (l BudgetLine) Left() money.Amount { return l.Budget.Sub(l.Money.Promised).Sub(l.Money.Paid) }

// Lines lists an area's budget lines with their money: those of the plan in
// force, in its order, then older ones that have had money.
func Lines(ctx context.Context, tx *db.Tx, a area.ID) ([]BudgetLine, error) {
	lines, err := plan.EveryLine(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	sums, err := lineTotals(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	all := make([]BudgetLine, 0, len(lines))
	for _, l := range lines {
		m, any := sums[l.ID]
		if any || l.Budget.Positive() {
			all = append(all, BudgetLine{l, lineMoneyOf(m.Promised.Minor(), m.Paid.Minor(), m.Spent.Minor())})
		}
	}
	return all, nil
}

// A Priority is a priority of the plan with the money of its lines.
type Priority struct {
	ID                            plan.PriorityID
	Name                          string
	Budget, Promised, Paid, Spent money.Amount
	Lines                         []BudgetLine
}

// Left is what the plan gives the priority and is neither paid nor promised.
func (p Priority) Left() money.Amount { return p.Budget.Sub(p.Paid).Sub(p.Promised) }

// Held is what LTOs hold of it and have not spent. It is below nothing where
// more was spent on it than was paid for it, out of what is held for others.
func (p Priority) Held() money.Amount { return p.Paid.Sub(p.Spent) }

// Priorities groups lines by their priorities, in the order of the plan.
func Priorities(lines []BudgetLine) []Priority {
	var all []Priority
	at := map[plan.PriorityID]int{}
	for _, l := range lines {
		i, known := at[l.Priority]
		if !known {
			i = len(all)
			at[l.Priority] = i
			all = append(all, Priority{ID: l.Priority, Name: l.PriorityName})
		}
		p := &all[i]
		p.Budget, p.Promised = p.Budget.Add(l.Budget), p.Promised.Add(l.Money.Promised)
		p.Paid, p.Spent = p.Paid.Add(l.Money.Paid), p.Spent.Add(l.Money.Spent)
		p.Lines = append(p.Lines, l)
	}
	return all
}

// totals are changes of an area's figures.
type totals struct {
	allocated, promised, paid, contribution, spent money.Amount
	paidOn                                         date.Date // of a payment: the first is noted
}

// lineChange gathers what an act changes of an area's lines.
type lineChange struct {
	lines        map[plan.LineID]LineMoney
	themes       map[string]money.Amount
	quarters     map[Quarter]money.Amount
	contribution money.Amount
	paidOn       date.Date // of a payment
}

func (c *lineChange) on(l plan.LineID, change func(*LineMoney)) {
	if c.lines == nil {
		c.lines = map[plan.LineID]LineMoney{}
	}
	m := c.lines[l]
	change(&m)
	c.lines[l] = m
}

func (c *lineChange) promise(l plan.LineID, amount money.Amount) {
	c.on(l, func(m *LineMoney) { m.Promised = m.Promised.Add(amount) })
}

func (c *lineChange) pay(l plan.LineID, amount money.Amount) {
	c.on(l, func(m *LineMoney) { m.Paid = m.Paid.Add(amount) })
}

// spend adds an amount to what was spent, as a spend tells it: on its line,
// under its theme, in its quarter.
func (c *lineChange) spend(s Spend, amount money.Amount) {
	c.on(s.Line, func(m *LineMoney) { m.Spent = m.Spent.Add(amount) })
	c.retheme(s.Theme, amount)
	c.quarters = map[Quarter]money.Amount{QuarterOf(s.SpentOn): amount}
}

func (c *lineChange) retheme(theme string, amount money.Amount) {
	if c.themes == nil {
		c.themes = map[string]money.Amount{}
	}
	c.themes[theme] = c.themes[theme].Add(amount)
}

// keep adds the change to the totals kept, always in the same order, so that
// two acts never wait for each other crosswise.
func (c *lineChange) keep(ctx context.Context, tx *db.Tx, a area.Area) error {
	sum := totals{contribution: c.contribution, paidOn: c.paidOn}
	for _, l := range slices.Sorted(maps.Keys(c.lines)) {
		m := c.lines[l]
		_, err := tx.Exec(ctx, `
			INSERT INTO line_money (area_id, line_id, promised, paid, spent) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (area_id, line_id) DO UPDATE SET
				promised = line_money.promised + excluded.promised, paid = line_money.paid + excluded.paid, spent = line_money.spent + excluded.spent`,
			a.ID, l, m.Promised.Minor(), m.Paid.Minor(), m.Spent.Minor())
		if err != nil {
			return fmt.Errorf("budget line’s money: %w", err)
		}
		sum.promised, sum.paid, sum.spent = sum.promised.Add(m.Promised), sum.paid.Add(m.Paid), sum.spent.Add(m.Spent)
	}
	for _, theme := range slices.Sorted(maps.Keys(c.themes)) {
		_, err := tx.Exec(ctx, `
			INSERT INTO theme_money (area_id, programme_id, theme, spent) VALUES ($1, $2, $3, $4)
			ON CONFLICT (area_id, theme) DO UPDATE SET spent = theme_money.spent + excluded.spent`, a.ID, a.Programme, theme, c.themes[theme].Minor())
		if err != nil {
			return fmt.Errorf("theme’s money: %w", err)
		}
	}
	for _, quarter := range slices.Sorted(maps.Keys(c.quarters)) {
		_, err := tx.Exec(ctx, `
			INSERT INTO quarter_money (area_id, programme_id, quarter, spent) VALUES ($1, $2, $3, $4)
			ON CONFLICT (area_id, quarter) DO UPDATE SET spent = quarter_money.spent + excluded.spent`, a.ID, a.Programme, int64(quarter), c.quarters[quarter].Minor())
		if err != nil {
			return fmt.Errorf("quarter’s money: %w", err)
		}
	}
	return addToArea(ctx, tx, a, sum)
}
