package funding

import (
	"fmt"
	"strconv"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/money"
)

// Head is the forecast in a sentence, "" where nothing is to be said.
func (f Forecast) Head(today date.Date) string {
	switch f.Prospect {
	case NothingAllocated:
		return ""
	case AllSpent:
		return "All of our money is spent."
	case TooEarly:
		return "It is too early to say when our money will be spent."
	case Resting:
		return "Nothing was spent lately, so there is no pace to go by."
	case Expected:
	}
	if f.Middle.IsZero() {
		return "At the pace of late, our money would last for more than 50 years."
	}
	return "If we go on as we did, our money is spent about " + month(f.Middle) + "."
}

// Words say the rest: the range, the programme's last day, and how it was
// worked out.
func (f Forecast) Words(today date.Date) []string {
	ends := "The programme ends on " + f.Ends.Long() + "."
	switch f.Prospect {
	case NothingAllocated, AllSpent:
		return nil
	case TooEarly:
		return []string{"We can say it after four whole quarters with money to spend. " + ends}
	case Resting, Expected:
	}
	var words []string
	if f.Prospect == Expected && !f.Middle.IsZero() {
		span := "It may be as early as " + month(f.Earliest)
		switch {
		case f.Latest.IsZero():
			span += ", or much later."
		case month(f.Latest) == month(f.Earliest):
			span = "The last " + strconv.Itoa(f.Looked) + " quarters were much alike, so that is quite likely."
		default:
			span += ", or as late as " + month(f.Latest) + "."
		}
		words = append(words, span)
	}
	switch f.Verdict(today) {
	case InTime:
		words = append(words, ends+" All of it would be spent by then.")
	case Close:
		words = append(words, fmt.Sprintf("%s It may be close: up to %s could be left then.", ends, f.MostAtEnd.Whole()))
	case LikelyLeft:
		words = append(words, fmt.Sprintf("%s About %s would be left then (%s to %s). To use all of it by then, we would spend about %s a quarter.",
			ends, f.AtEnd.Whole(), f.LeastAtEnd.Whole(), f.MostAtEnd.Whole(), f.NeededPace.Whole()))
	case Over:
		words = append(words, "The programme ended on "+f.Ends.Long()+".")
	case NoVerdict:
	}
	return words
}

// Method says how the forecast was worked out.
func (f Forecast) Method() string {
	if f.Prospect != Expected && f.Prospect != Resting {
		return ""
	}
	return fmt.Sprintf("From what was spent in the last %d whole quarters, %s to %s: %s a quarter. In the slowest four quarters in a row it was %s, in the fastest four %s. It is no promise and no target.",
		f.Looked, month(f.From), month(f.Until), f.Pace.Whole(), f.Slow.Whole(), f.Fast.Whole())
}

func month(d date.Date) string { return d.Month().String() + " " + strconv.Itoa(d.Year()) }

// A Step of a run is what was, or may be, left at the end of a day.
type Step struct {
	Day               date.Date
	Low, Middle, High money.Amount // all the same in the past
}

// A Run is what was left at the end of each quarter, until now, and what may be
// left at the end of each from now on.
type Run struct {
	Past, Future []Step // Past ends with today, with which Future begins
	Ends         int    // how many steps of Future lie before the programme's last day; 0 where it is past
}

// The most quarters that a run shows, of each.
const (
	mostPast   = 16
	mostFuture = 24
)

// Run tells a forecast quarter by quarter, from what was allocated and spent.
func (f Forecast) Run(allocated []Allocation, spent []QuarterSpent, today date.Date) Run {
	now := QuarterOf(today)
	first := now - mostPast
	if len(allocated) > 0 {
		first = max(first, QuarterOf(allocated[0].On))
	}
	var r Run
	for q := first; q < now; q++ {
		left := none
		for _, a := range allocated {
			if !a.On.After(q.Last()) {
				left = left.Add(a.Amount)
			}
		}
		for _, s := range spent {
			if s.Quarter <= q {
				left = left.Sub(s.Spent)
			}
		}
		r.Past = append(r.Past, Step{q.Last(), left, left, left})
	}
	start := Step{today, f.Left, f.Left, f.Left}
	r.Past, r.Future = append(r.Past, start), []Step{start}
	if f.Prospect != Expected {
		return r
	}
	for q := now; q < now+mostFuture; q++ {
		day := q.Last()
		if q == now && !day.After(today) {
			continue
		}
		step := Step{day, f.fast.leaves(f.Left, today, day), f.middle.leaves(f.Left, today, day), f.slow.leaves(f.Left, today, day)}
		r.Future = append(r.Future, step)
		if !day.After(f.Ends) {
			r.Ends = len(r.Future) - 1
		}
		if !step.Middle.Positive() && (day.After(f.Ends) || day == f.Ends) {
			break
		}
	}
	return r
}

// PerResident is what was spent in a financial year for each person who is
// there over the year: to the nearest penny, and half of one to the even.
func PerResident(spent money.Amount, people int64) money.Amount {
	if people <= 0 {
		return none
	}
	n := spent.Minor()
	whole, rest := n/people, n%people
	if rest < 0 {
		whole, rest = whole-1, rest+people
	}
	if 2*rest > people || (2*rest == people && whole%2 != 0) {
		whole++
	}
	return money.Pence(whole)
}

// Outlook is what is expected of all of a programme's areas.
type Outlook struct {
	Areas                        map[Verdict]int // how many there are of each
	Spent, Early, None           int             // that have spent all, that it is too early for, that have no money yet
	LeastAtEnd, AtEnd, MostAtEnd money.Amount    // left on the last day, of those that something can be said of
}

// OutlookOf counts forecasts.
func OutlookOf(all map[area.ID]Forecast, today date.Date) Outlook {
	o := Outlook{Areas: map[Verdict]int{}, LeastAtEnd: none, AtEnd: none, MostAtEnd: none}
	for _, f := range all {
		switch f.Prospect {
		case NothingAllocated:
			o.None++
		case AllSpent:
			o.Spent++
		case TooEarly:
			o.Early++
		case Resting, Expected:
			o.Areas[f.Verdict(today)]++
			o.LeastAtEnd, o.AtEnd, o.MostAtEnd = o.LeastAtEnd.Add(f.LeastAtEnd), o.AtEnd.Add(f.AtEnd), o.MostAtEnd.Add(f.MostAtEnd)
		}
	}
	return o
}

// Short is a forecast in two or three words, for a table.
func (f Forecast) Short(today date.Date) string {
	switch f.Prospect {
	case NothingAllocated:
		return "No money yet"
	case AllSpent:
		return "All spent"
	case TooEarly:
		return "Too early to say"
	case Resting, Expected:
	}
	switch f.Verdict(today) {
	case InTime:
		return "In time"
	case Close:
		return "Close"
	case LikelyLeft:
		return "Likely to have some left"
	case Over:
		return "Has some left"
	case NoVerdict:
	}
	return ""
}
