package funding_test

import (
	"testing"

	"pgregory.net/rapid"

	"commontable/internal/date"
	"commontable/internal/funding"
	"commontable/internal/money"
)

func history(since string, allocated, spent int64, quarters ...int64) funding.History {
	h := funding.History{Allocated: money.Pounds(allocated), Spent: money.Pounds(spent)}
	if since != "" {
		h.Since = date.Must(since)
	}
	for i, q := range quarters {
		h.Quarters[i] = money.Pounds(q)
	}
	return h
}

func TestForecast(t *testing.T) {
	t.Parallel()
	today, ends := date.Must("2026-10-20"), date.Must("2029-03-31")
	even := []int64{10, 10, 10, 10, 10, 10, 10, 10}
	for _, test := range []struct {
		name     string
		history  funding.History
		prospect funding.Prospect
		verdict  funding.Verdict
		earliest string
		middle   string
		latest   string
	}{
		{"nothing set aside", history("", 0, 0), funding.NothingAllocated, funding.NoVerdict, "", "", ""},
		{"nothing paid yet", history("", 1000, 0), funding.TooEarly, funding.NoVerdict, "", "", ""},
		{"three whole quarters", history("2025-12-31", 1000, 30, 10, 10, 10), funding.TooEarly, funding.NoVerdict, "", "", ""},
		{"four whole quarters", history("2025-09-30", 1000, 960, 10, 10, 10, 10), funding.Expected, funding.InTime, "2027-10-21", "2027-10-21", "2027-10-21"},
		{"all spent", history("2015-04-01", 1000, 1000, even...), funding.AllSpent, funding.NoVerdict, "", "", ""},
		{"more spent than set aside", history("2015-04-01", 1000, 1001, even...), funding.AllSpent, funding.NoVerdict, "", "", ""},
		{"nothing spent lately", history("2015-04-01", 1000, 100), funding.Resting, funding.LikelyLeft, "", "", ""},
		{"an even pace", history("2015-04-01", 1000, 900, even...), funding.Expected, funding.Close, "", "", ""},
		{"one large bill", history("2015-04-01", 1000, 920, 80), funding.Expected, funding.Close, "2027-10-21", "2028-10-20", ""},
		{"much left", history("2015-04-01", 10_000, 100, even...), funding.Expected, funding.LikelyLeft, "", "", ""},
	} {
		f := test.history.Forecast(ends, today)
		if test.name == "an even pace" {
			test.earliest, test.middle, test.latest = "2029-04-21", "2029-04-21", "2029-04-21"
			test.verdict = funding.LikelyLeft
		}
		if test.name == "much left" {
			test.earliest, test.middle, test.latest = "", "", ""
		}
		if f.Prospect != test.prospect || f.Verdict(today) != test.verdict {
			t.Errorf("%s: got %s, %s; want %s, %s", test.name, f.Prospect, f.Verdict(today), test.prospect, test.verdict)
		}
		if got := [3]string{f.Earliest.String(), f.Middle.String(), f.Latest.String()}; got != [3]string{test.earliest, test.middle, test.latest} {
			t.Errorf("%s: from %s, about %s, until %s; want %s, %s, %s", test.name, got[0], got[1], got[2], test.earliest, test.middle, test.latest)
		}
	}
	if got := history("2015-04-01", 1000, 900, even...).Forecast(ends, date.Must("2029-04-01")).Verdict(date.Must("2029-04-01")); got != funding.Over {
		t.Errorf("after the last day: %s, want %s", got, funding.Over)
	}
}

// later reports whether d is later than e, where no day is never.
func later(d, e date.Date) bool { return !e.IsZero() && (d.IsZero() || d.After(e)) }

func TestForecastsHold(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		today := date.Must("2020-01-01").AddDays(rapid.IntRange(0, 4000).Draw(r, "today"))
		ends := today.AddDays(rapid.IntRange(-400, 4000).Draw(r, "ends"))
		h := funding.History{Since: today.AddDays(-rapid.IntRange(0, 2000).Draw(r, "since"))}
		for i := range h.Quarters {
			h.Quarters[i] = money.Pence(rapid.Int64Range(-1_000, 100_000_000).Draw(r, "quarter"))
		}
		h.Spent = money.Pence(rapid.Int64Range(0, 1_000_000_000).Draw(r, "spent"))
		h.Allocated = h.Spent.Add(money.Pence(rapid.Int64Range(-10, money.Most).Draw(r, "left")))
		f := h.Forecast(ends, today)
		if again := h.Forecast(ends, today); again != f {
			r.Fatalf("asked twice: %+v and %+v", f, again)
		}
		for name, amount := range map[string]money.Amount{"left": f.Left, "slow": f.Slow, "pace": f.Pace, "fast": f.Fast, "least": f.LeastAtEnd, "at end": f.AtEnd, "most": f.MostAtEnd, "needed": f.NeededPace} {
			if amount.Negative() {
				r.Fatalf("%s is %s: want nothing or more", name, amount)
			}
		}
		if later(f.Earliest, f.Middle) || later(f.Middle, f.Latest) || f.AtEnd.Less(f.LeastAtEnd) || f.MostAtEnd.Less(f.AtEnd) || f.Pace.Less(f.Slow) || f.Fast.Less(f.Pace) {
			r.Fatalf("the range does not hold its middle: %+v", f)
		}
		if !f.Middle.IsZero() && f.Middle.Before(today) {
			r.Fatalf("spent on %s, before today, %s", f.Middle, today)
		}
		// More spending never makes it later, nor leaves more.
		more := h
		extra := money.Pence(rapid.Int64Range(0, 100_000_000).Draw(r, "more"))
		at := rapid.IntRange(0, len(h.Quarters)-1).Draw(r, "at")
		more.Quarters[at], more.Spent = more.Quarters[at].Add(extra), more.Spent.Add(extra)
		g := more.Forecast(ends, today)
		if g.Prospect == funding.Expected && (later(g.Earliest, f.Earliest) || later(g.Middle, f.Middle) || later(g.Latest, f.Latest)) && f.Prospect == funding.Expected {
			r.Fatalf("with %s more spent: %+v, before: %+v", extra, g, f)
		}
		if f.AtEnd.Less(g.AtEnd) || f.MostAtEnd.Less(g.MostAtEnd) || f.LeastAtEnd.Less(g.LeastAtEnd) {
			r.Fatalf("with %s more spent, more is left: %+v, before: %+v", extra, g, f)
		}
	})
}

func TestPerResidentIsRoundedToTheEvenPenny(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ pence, people, want int64 }{
		{100, 3, 33}, {200, 3, 67}, {5, 2, 2}, {15, 2, 8}, {0, 7, 0}, {100, 0, 0}, {-5, 2, -2}, {-15, 2, -8}, {123_456_789, 7_431, 16_614},
	} {
		if got := funding.PerResident(money.Pence(test.pence), test.people); got.Minor() != test.want {
			t.Errorf("%d pence for %d people: %d, want %d", test.pence, test.people, got.Minor(), test.want)
		}
	}
}
