package planweb

import (
	"slices"
	"testing"

	"commontable/internal/plan"
)

// Of a plan for many years what is long past and what is far off stand together; the
// year that is now always stands alone.
func TestYearsThatAreNowStandAlone(t *testing.T) {
	t.Parallel()
	from := func(first, last int) (years []int) {
		for y := first; y <= last; y++ {
			years = append(years, y)
		}
		return years
	}
	for _, c := range []struct {
		years []int
		now   int
		want  []stretch
	}{
		{nil, 2026, nil},
		{from(2026, 2028), 2026, []stretch{{2026, 2026}, {2027, 2027}, {2028, 2028}}},
		{from(2015, 2029), 2026, []stretch{{2015, 2021}, {2022, 2022}, {2023, 2023}, {2024, 2024}, {2025, 2025}, {2026, 2026}, {2027, 2027}, {2028, 2028}, {2029, 2029}}},
		{from(2015, 2029), 2021, []stretch{{2015, 2019}, {2020, 2020}, {2021, 2021}, {2022, 2022}, {2023, 2023}, {2024, 2024}, {2025, 2025}, {2026, 2026}, {2027, 2029}}},
		{from(2015, 2029), 2015, []stretch{{2015, 2015}, {2016, 2016}, {2017, 2017}, {2018, 2018}, {2019, 2019}, {2020, 2020}, {2021, 2021}, {2022, 2022}, {2023, 2029}}},
	} {
		if got := stretchesOf(c.years, c.now); !slices.Equal(got, c.want) {
			t.Errorf("%v in %d: %v, want %v", c.years, c.now, got, c.want)
		}
		if len(c.want) > mostYears {
			t.Fatal("too many columns")
		}
	}
	if got := (stretch{2015, 2021}).name() + ", " + (stretch{2026, 2026}).name(); got != "2015 to 2022, 2026–27" {
		t.Errorf("columns are called %s", got)
	}
}

// What differs is told in a sentence that somebody would say, of one as of many.
func TestWhatDiffersIsASentence(t *testing.T) {
	t.Parallel()
	line := func(how plan.How) plan.Change { return plan.Change{What: plan.ALine, How: how} }
	for want, changes := range map[string][]plan.Change{
		"":                                       {{What: plan.AnAction, How: plan.Added}},
		"1 has a new name":                       {line(plan.Renamed)},
		"1 has a new name and 2 have more money": {line(plan.MoreMoney), line(plan.Renamed), line(plan.MoreMoney)},
		"2 are new, 1 is gone and 1 has other years": {line(plan.Added), line(plan.OtherYear), line(plan.Added), line(plan.Gone)},
	} {
		if got := differing(changes, plan.ALine); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}
