package chart

import (
	"strings"
	"testing"
)

func TestACourseRisesAndFalls(t *testing.T) {
	t.Parallel()
	c := Course{Words: "How close <it> felt", Levels: []string{"Not yet", "Now and then", "Regular", "Close"}, Stands: []Stand{{2015.5, 0}, {2019, 3}, {2024, 2}}, Until: 2026.8}
	wide := c.draw(660, 200, 15, 118, "only-wide")
	for _, want := range []string{"How close &lt;it&gt; felt", ">2015<", ">2018<", ">Regular<", `d="M118.0 170.0L`} {
		if !strings.Contains(wide, want) {
			t.Errorf("%q is not in it:\n%s", want, wide)
		}
	}
	if strings.Count(wide, "<circle") != 3 || strings.Contains(wide, "NaN") {
		t.Errorf("it is wrong:\n%s", wide)
	}
	if one := (Course{Levels: c.Levels, Stands: []Stand{{2026.8, 1}}, Until: 2026.8}).draw(660, 200, 15, 118, ""); strings.Contains(one, "NaN") || strings.Contains(one, "Inf") {
		t.Errorf("of one day:\n%s", one)
	}
}
