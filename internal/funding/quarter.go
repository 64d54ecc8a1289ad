package funding

import (
	"context"
	"fmt"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/money"
)

// A Quarter counts the quarters of the calendar: four times the year, and 0 to
// 3. The programme's quarters begin on the same days (R36).
type Quarter int64

// QuarterOf is the quarter in which a day falls.
func QuarterOf(d date.Date) Quarter { return Quarter(int64(d.Year())*4 + int64(d.Month()-1)/3) }

// First is the quarter's first day.
func (q Quarter) First() date.Date { return date.New(int(q/4), time.Month(q%4*3+1), 1) }

// Last is the quarter's last day.
func (q Quarter) Last() date.Date { return (q + 1).First().AddDays(-1) }

// A QuarterSpent is what was spent in a quarter, by the days of the spending,
// less what was reversed.
type QuarterSpent struct {
	Quarter Quarter
	Spent   money.Amount
}

// SpentByQuarter lists what was spent of an area's money, quarter by quarter,
// oldest first, those without spending left out: one short look-up.
func SpentByQuarter(ctx context.Context, tx *db.Tx, a area.ID) ([]QuarterSpent, error) {
	return db.All(ctx, tx, scanQuarter, `SELECT quarter, spent FROM quarter_money WHERE area_id = $1 ORDER BY quarter`, a)
}

func scanQuarter(r db.Row) (q QuarterSpent, err error) {
	var minor int64
	err = r.Scan(&q.Quarter, &minor)
	q.Spent = money.Pence(minor)
	return q, err
}

// A ThemeSpent is what was spent under a theme, as spending is told now.
type ThemeSpent struct {
	Theme string // the programme's code
	Spent money.Amount
}

// SpentByTheme lists what was spent of an area's money under each theme.
func SpentByTheme(ctx context.Context, tx *db.Tx, a area.ID) ([]ThemeSpent, error) {
	return db.All(ctx, tx, scanTheme, `
		SELECT theme, spent FROM theme_money WHERE area_id = $1 AND spent <> 0 ORDER BY spent DESC, theme`, a)
}

func scanTheme(r db.Row) (t ThemeSpent, err error) {
	var minor int64
	err = r.Scan(&t.Theme, &minor)
	t.Spent = money.Pence(minor)
	return t, err
}

// forecastOf gathers what an area's forecast is made of.
func forecastOf(ctx context.Context, tx *db.Tx, a area.Area, m Money, today date.Date) (History, error) {
	since, err := db.All(ctx, tx, db.Value[date.Date], `SELECT paid_since FROM area_money WHERE area_id = $1`, a.ID)
	if err != nil {
		return History{}, err
	}
	h := History{Allocated: m.Allocated, Spent: m.Spent}
	if len(since) == 1 {
		h.Since = since[0]
	}
	now := QuarterOf(today)
	err = db.Each(ctx, tx, func(r db.Row) error {
		q, err := scanQuarter(r)
		h.Quarters[now-1-q.Quarter] = q.Spent
		return err
	}, `SELECT quarter, spent FROM quarter_money WHERE area_id = $1 AND quarter >= $2 AND quarter < $3`, a.ID, int64(now)-LookBack, int64(now))
	return h, err
}

// ForecastWith is the forecast of the spending out of an area whose money is
// known, until its programme's last day.
func ForecastWith(ctx context.Context, tx *db.Tx, a area.Area, m Money, ends, today date.Date) (Forecast, error) {
	h, err := forecastOf(ctx, tx, a, m, today)
	if err != nil {
		return Forecast{}, fmt.Errorf("forecast: %w", err)
	}
	return h.Forecast(ends, today), nil
}

// ForecastsOf is the forecast of each area of a programme that was ever given
// money: one look-up, one row an area. Where the programme has more than so many
// areas there are none: a page about them all must not read them all.
func ForecastsOf(ctx context.Context, tx *db.Tx, p area.ProgrammeID, ends, today date.Date, most int) (map[area.ID]Forecast, error) {
	now := int64(QuarterOf(today))
	all := map[area.ID]Forecast{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		var aid area.ID
		var h History
		var allocated, spent int64
		var q [LookBack]int64
		if err := r.Scan(&aid, &allocated, &spent, &h.Since, &q[0], &q[1], &q[2], &q[3], &q[4], &q[5], &q[6], &q[7]); err != nil {
			return err
		}
		h.Allocated, h.Spent = money.Pence(allocated), money.Pence(spent)
		for i, minor := range q {
			h.Quarters[i] = money.Pence(minor)
		}
		all[aid] = h.Forecast(ends, today)
		return nil
	}, `
		SELECT m.area_id, m.allocated, m.spent, m.paid_since,
			CAST(COALESCE(SUM(CASE WHEN q.quarter = CAST($2 AS BIGINT) - 1 THEN q.spent END), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN q.quarter = CAST($2 AS BIGINT) - 2 THEN q.spent END), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN q.quarter = CAST($2 AS BIGINT) - 3 THEN q.spent END), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN q.quarter = CAST($2 AS BIGINT) - 4 THEN q.spent END), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN q.quarter = CAST($2 AS BIGINT) - 5 THEN q.spent END), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN q.quarter = CAST($2 AS BIGINT) - 6 THEN q.spent END), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN q.quarter = CAST($2 AS BIGINT) - 7 THEN q.spent END), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN q.quarter = CAST($2 AS BIGINT) - 8 THEN q.spent END), 0) AS BIGINT)
		FROM area_money m
		LEFT JOIN quarter_money q ON q.area_id = m.area_id AND q.quarter >= CAST($2 AS BIGINT) - 8 AND q.quarter < CAST($2 AS BIGINT)
		WHERE m.programme_id = $1 AND CAST($3 AS BIGINT) >= (SELECT COUNT(*) FROM (SELECT 1 AS one FROM area_money x WHERE x.programme_id = $1 LIMIT CAST($3 AS BIGINT) + 1) y)
		GROUP BY m.area_id, m.allocated, m.spent, m.paid_since`, p, now, most)
	if err != nil {
		return nil, fmt.Errorf("forecasts: %w", err)
	}
	return all, nil
}

// A Recoding is that a spend was told under another theme from then on.
type Recoding struct {
	Theme  string // the programme's code
	Reason string
	By     access.PersonID
	At     time.Time
}

// SpentByThemeOf is what was spent under each theme in all areas of a programme, as
// spending is told now; what is under no theme yet is under "".
func SpentByThemeOf(ctx context.Context, tx *db.Tx, p area.ProgrammeID) (map[string]money.Amount, error) {
	all := map[string]money.Amount{}
	err := db.Each(ctx, tx, func(r db.Row) error {
		t, err := scanTheme(r)
		all[t.Theme] = t.Spent
		return err
	}, `SELECT theme, CAST(SUM(spent) AS BIGINT) FROM theme_money WHERE programme_id = $1 GROUP BY theme`, p)
	return all, err
}
