package planweb

import (
	"testing"

	"commontable/internal/plan"
)

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
