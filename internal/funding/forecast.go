package funding

import (
	"commontable/internal/date"
	"commontable/internal/money"
)

// How a forecast is made (docs/decisions/0009). What is left to spend is all
// that was set aside and is not certified as spent, whoever holds it. The pace
// is the average of the last eight whole quarters, or of as many as there were
// since the first payment. The range is from the slowest to the fastest four
// quarters in a row of those eight, so that a single large bill, or a quiet
// summer, weighs no more than it does in a year. With fewer than four whole
// quarters it is too early to say.
const (
	LookBack    = 8 // quarters that a pace is taken from, at most
	fewest      = 4 // and at least
	furthest    = 50 * 366
	sixteenDays = 1461 // a quarter is 1461/16 days: a year of 365 days and a quarter
)

// A History is what a forecast is made of.
type History struct {
	Allocated, Spent money.Amount
	Since            date.Date              // the first payment; no day before there was one
	Quarters         [LookBack]money.Amount // what was spent in the last whole quarters, the newest first
}

// A Prospect is what kind of thing can be said.
type Prospect string

// The prospects.
const (
	NothingAllocated Prospect = "nothing set aside yet"
	TooEarly         Prospect = "too early to say"
	AllSpent         Prospect = "all spent"
	Resting          Prospect = "nothing spent lately"
	Expected         Prospect = "expected"
)

// A Forecast says when an area will have spent its money if it goes on as it
// did, from when to when that may be, and what would be left on the last day of
// its programme.
type Forecast struct {
	Prospect                     Prospect
	Left                         money.Amount // set aside and not spent
	Looked                       int          // how many whole quarters were looked at
	From, Until                  date.Date    // the first and the last day of those
	Slow, Pace, Fast             money.Amount // a quarter
	Earliest, Middle, Latest     date.Date    // when all is spent; no day: not within 50 years
	Ends                         date.Date    // the programme's last day
	LeastAtEnd, AtEnd, MostAtEnd money.Amount // left on that day
	NeededPace                   money.Amount // a quarter, to have spent it all by that day

	slow, middle, fast pace
}

// A Verdict holds a forecast against the programme's last day.
type Verdict string

// The verdicts. None is a mark: areas go at their own pace.
const (
	InTime     Verdict = "in time"
	Close      Verdict = "close"
	LikelyLeft Verdict = "likely to have money left"
	NoVerdict  Verdict = ""
	Over       Verdict = "the programme has ended"
)

// Forecast says what can be expected of a history, on a day.
func (h History) Forecast(ends, today date.Date) Forecast {
	f := Forecast{Left: atLeastNothing(money.Pence(0).Add(h.Allocated).Sub(h.Spent)), Ends: ends}
	f.LeastAtEnd, f.AtEnd, f.MostAtEnd = f.Left, f.Left, f.Left
	f.Slow, f.Pace, f.Fast, f.NeededPace = money.Pence(0), money.Pence(0), money.Pence(0), f.needed(today)
	now := QuarterOf(today)
	if !h.Since.IsZero() {
		f.Looked = int(min(LookBack, max(0, now-QuarterOf(h.Since)-1)))
	}
	f.From, f.Until = (now - Quarter(f.Looked)).First(), now.First().AddDays(-1)
	switch {
	case !h.Allocated.Positive():
		f.Prospect = NothingAllocated
		return f
	case !f.Left.Positive():
		f.Prospect = AllSpent
		return f
	case f.Looked < fewest:
		f.Prospect = TooEarly
		return f
	}
	slow, middle, fast := paces(h.Quarters[:f.Looked])
	f.slow, f.middle, f.fast = slow, middle, fast
	f.Slow, f.Pace, f.Fast = slow.each(), middle.each(), fast.each()
	f.Prospect = Expected
	if fast.sum == 0 {
		f.Prospect = Resting
	}
	f.Latest, f.Middle, f.Earliest = slow.spends(f.Left, today), middle.spends(f.Left, today), fast.spends(f.Left, today)
	f.MostAtEnd, f.AtEnd, f.LeastAtEnd = slow.leaves(f.Left, today, ends), middle.leaves(f.Left, today, ends), fast.leaves(f.Left, today, ends)
	return f
}

// Verdict holds the forecast against the programme's last day.
func (f Forecast) Verdict(today date.Date) Verdict {
	switch {
	case f.Prospect != Expected && f.Prospect != Resting, f.Ends.IsZero():
		return NoVerdict
	case today.After(f.Ends):
		return Over
	case !f.MostAtEnd.Positive():
		return InTime
	case f.LeastAtEnd.Positive():
		return LikelyLeft
	}
	return Close
}

// needed is what would be spent a quarter to have none left on the last day.
func (f Forecast) needed(today date.Date) money.Amount {
	days := int64(0)
	if !f.Ends.IsZero() {
		days = int64(today.DaysUntil(f.Ends))
	}
	if days <= 0 {
		return money.Pence(0)
	}
	return money.Pence((f.Left.Minor()*sixteenDays + days*16 - 1) / (days * 16))
}

// A pace is so much in so many quarters.
type pace struct{ sum, quarters int64 }

func (p pace) each() money.Amount { return money.Pence(p.sum / p.quarters) }

func (p pace) slower(q pace) bool { return p.sum*q.quarters < q.sum*p.quarters }

// spends is the day on which an amount is spent at this pace.
func (p pace) spends(left money.Amount, today date.Date) date.Date {
	if p.sum <= 0 {
		return date.Date{}
	}
	per := p.sum * 16
	days := (left.Minor()/per)*p.quarters*sixteenDays + ((left.Minor()%per)*p.quarters*sixteenDays+per-1)/per
	if days > furthest {
		return date.Date{}
	}
	return today.AddDays(int(days))
}

// leaves is what is left of an amount at this pace at the end of a day.
func (p pace) leaves(left money.Amount, today, ends date.Date) money.Amount {
	days := int64(0)
	if !ends.IsZero() {
		days = max(0, int64(today.DaysUntil(ends)))
	}
	per := p.quarters * sixteenDays
	// In two steps, so that the largest amounts do not overflow.
	spent := (p.sum/per)*days*16 + (p.sum%per)*days*16/per
	return atLeastNothing(left.Sub(money.Pence(spent)))
}

// paces are the slowest year, all of it, and the fastest year of some quarters.
// A quarter in which more was reversed than spent counts as it is, but no pace
// is below nothing.
func paces(quarters []money.Amount) (slow, middle, fast pace) {
	middle = pace{quarters: int64(len(quarters))}
	for _, q := range quarters {
		middle.sum += q.Minor()
	}
	middle.sum = max(0, middle.sum)
	slow, fast = middle, middle
	for _, year := range windows(quarters) {
		p := pace{quarters: fewest}
		for _, q := range year {
			p.sum += q.Minor()
		}
		p.sum = max(0, p.sum)
		if p.slower(slow) {
			slow = p
		}
		if fast.slower(p) {
			fast = p
		}
	}
	return slow, middle, fast
}

// windows are each four quarters in a row.
func windows(quarters []money.Amount) [][]money.Amount {
	var all [][]money.Amount
	for i := 0; i+fewest <= len(quarters); i++ {
		all = append(all, quarters[i:i+fewest])
	}
	return all
}
