package funding_test

import (
	"fmt"
	"testing"
	"time"

	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/money"
	"commontable/internal/plan"
)

// What is planned, paid and spent on a line that is renamed, stands elsewhere in the
// plan, is given another budget, left out of a plan and taken in again: each year of
// twelve is told, and all of them add up to what the line's figures say.
func TestALineAddsUpOverTwelveYears(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w := newWorld(t, d)
		p := w.Tanners
		const first, years = 2026, 12
		done(t, w.Allocate(ctx, p, money.Pounds(300_000)))
		done(t, w.Hold(ctx, p))

		// shared gives a line so much for each of some years.
		shared := func(from, until int, each money.Amount) (all []plan.YearBudget, sum money.Amount) {
			sum = money.Pence(0)
			for y := from; y <= until; y++ {
				all, sum = append(all, plan.YearBudget{Year: y, Amount: each}), sum.Add(each)
			}
			return all, sum
		}
		other := plan.NewLine{Priority: "Young people", Name: "Club", Theme: "children-and-young-people", Budget: money.Pounds(1)}
		adopt := func(n plan.NewVersion) {
			t.Helper()
			n.Form, n.FromYear, n.UntilYear = string(w.Form()), first, first+years-1
			number, err := w.Plans.Write(ctx, p.Chair, p.Area, n)
			done(t, err)
			done(t, w.AdoptVersion(ctx, p, number))
		}
		adopted := map[int]date.Date{} // by the number of the plan
		splitA, sumA := shared(first, first+11, money.Pence(500_003))
		adopt(plan.NewVersion{Lines: []plan.NewLine{{Priority: "Green", Name: "Benches", Theme: "green-spaces", Budget: sumA, Years: splitA}, other}})
		adopted[1] = w.Today()
		line := must[map[string]plan.LineID](t)(w.Lines(ctx, p))["Green/Benches"]
		var green plan.PriorityID
		done(t, d.Read(ctx, func(tx *db.Tx) error {
			l, err := plan.LineByID(ctx, tx, p.Area.ID, line)
			green = l.Priority
			return err
		}))
		var due []funding.NewInstalment
		for range years {
			due = append(due, funding.NewInstalment{DueOn: w.Today(), Line: line, Amount: money.Pence(400_001)})
		}
		o := must[funding.Offer](t)(w.Offer(ctx, p, 0, due...))

		splitB, sumB := shared(first, first+11, money.Pence(600_007))
		splitC, sumC := shared(first+6, first+9, money.Pence(1_200_001))
		paid, spent := map[int]int64{}, map[int]int64{}
		for i := range years {
			year := w.Today().FinancialYear()
			switch i {
			case 3: // renamed, and its priority too; and there is more for it
				adopt(plan.NewVersion{
					Priorities: []plan.Priority{{ID: green, Name: "Outdoors"}},
					Lines:      []plan.NewLine{{ID: line, Priority: "Outdoors", Name: "Somewhere to sit", Budget: sumB, Years: splitB}, other},
				})
				adopted[2] = w.Today()
			case 5: // it comes after the other, and has less, in fewer years
				adopt(plan.NewVersion{Lines: []plan.NewLine{other, {ID: line, Priority: "Outdoors", Name: "Seats and shade", Budget: sumC, Years: splitC}}})
				adopted[3] = w.Today()
			case 8: // it is left out
				adopt(plan.NewVersion{Lines: []plan.NewLine{other}})
				adopted[4] = w.Today()
			case 10: // and is back, not shared out over the years
				adopt(plan.NewVersion{Lines: []plan.NewLine{{ID: line, Priority: "Outdoors", Name: "Seats", Budget: money.Pence(7_000_009)}, other}})
				adopted[5] = w.Today()
			}
			if i != 8 && i != 9 { // nothing is paid for what the plan does not have
				pid := must[funding.PaymentID](t)(w.Pay(ctx, p, o.Instalments[i].ID))
				paid[year] += 400_001
				if i == 4 { // some comes back, in the next year
					w.Clock.Pass(365 * 24 * time.Hour)
					done(t, w.Funding.ReturnUnderspend(ctx, w.Carol, p.Area, pid, funding.NewReturn{Form: w.Form(), Amount: money.Pence(101), On: w.Today(), Reason: "less was needed"}))
					paid[w.Today().FinancialYear()] -= 101
					w.Clock.Pass(-365 * 24 * time.Hour)
				}
				if i == 6 { // one was a mistake: it was never paid
					done(t, w.Reverse(ctx, p, pid, "paid to the wrong account"))
					paid[year] -= 400_001
				}
			}
			if i < 8 {
				minor := int64(90_001 + i*7)
				must[funding.SpendID](t)(w.Spend(ctx, p, line, money.Pence(minor)))
				spent[year] += minor
				if i == 2 { // one was entered twice
					sid := must[funding.SpendID](t)(w.Spend(ctx, p, line, money.Pence(minor)))
					done(t, w.Funding.ReverseSpend(ctx, p.Approver, p.Area, sid, "entered twice", w.Form()))
				}
			}
			w.Clock.Pass(365 * 24 * time.Hour)
		}

		var s funding.LineStory
		done(t, d.Read(ctx, func(tx *db.Tx) (err error) {
			s, err = funding.LineStoryOf(ctx, tx, p.Area.ID, line, w.Today())
			return err
		}))
		var told string
		for _, x := range s.Told {
			told += fmt.Sprintf("%d %t %s/%s %s; ", x.Version, x.In, x.PriorityName, x.Name, x.Budget.Decimal())
			if x.AdoptedOn != adopted[int(x.Version)] {
				t.Errorf("plan %d is told as of %s, want %s", x.Version, x.AdoptedOn, adopted[int(x.Version)])
			}
		}
		if want := fmt.Sprintf("1 true Green/Benches %s; 2 true Outdoors/Somewhere to sit %s; 3 true Outdoors/Seats and shade %s; 4 false / 0.00; 5 true Outdoors/Seats 70000.09; ", sumA.Decimal(), sumB.Decimal(), sumC.Decimal()); told != want {
			t.Errorf("in the plans:\n%s\nwant\n%s", told, want)
		}
		for _, y := range s.Years {
			if y.Paid.Minor() != paid[y.Year] || y.Spent.Minor() != spent[y.Year] {
				t.Errorf("%d: paid %s, spent %s; want %d and %d pence", y.Year, y.Paid, y.Spent, paid[y.Year], spent[y.Year])
			}
			then := map[int]int64{2026: 500_003, 2027: 500_003, 2028: 500_003, 2029: 600_007, 2030: 600_007, 2032: 1_200_001, 2033: 1_200_001}
			wantSaid := y.Year < 2034 // a plan without the line, and one that does not share it out, say nothing of a year
			if y.PlannedThen.Minor() != then[y.Year] || y.PlannedSaid != wantSaid || !y.Planned.IsZero() {
				t.Errorf("%d: planned then %s (said: %t), and now %s", y.Year, y.PlannedThen, y.PlannedSaid, y.Planned)
			}
		}
		if len(s.Years) != years || s.Years[0].Year != first {
			t.Errorf("%d years are told from %d, want %d from %d", len(s.Years), s.Years[0].Year, years, first)
		}
		sum, is := s.Sum(), s.Line.Money
		if sum.Planned != s.Line.Budget || sum.Paid != is.Paid || sum.Spent != is.Spent || is.Paid.Minor() != 9*400_001-101 || s.Line.Name != "Seats" {
			t.Errorf("the years add up to %s planned, %s paid and %s spent; the line %q says %s, %s and %s", sum.Planned, sum.Paid, sum.Spent, s.Line.Name, s.Line.Budget, is.Paid, is.Spent)
		}
		err := d.Read(ctx, func(tx *db.Tx) error {
			_, err := funding.LineStoryOf(ctx, tx, w.Millbrook.Area.ID, line, w.Today())
			return err
		})
		refused(t, "another area's line", err, fault.NotFound, "")
		sound(t, d)
	})
}
