package chart

import (
	"strings"
	"testing"

	"github.com/a-h/templ"
)

// wellDrawn is a drawing that any reader of SVG can read.
func wellDrawn(t *testing.T, c templ.Component) string {
	t.Helper()
	svg := drawn(t, c)
	wellFormed(t, "it", svg)
	return svg
}

func ring(west, south, side int) [][]Spot {
	return [][]Spot{{{west, south}, {west + side, south}, {west + side, south + side}, {west, south + side}, {west, south}}}
}

func TestPlaceMap(t *testing.T) {
	t.Parallel()
	svg := wellDrawn(t, PlaceMap([]Patch{
		{Name: "Heath <A>", Number: 1, Decile: 1, Rings: ring(-150_000, 5_310_000, 1000)},
		{Name: "Heath B", Number: 2, Rings: ring(-149_000, 5_310_000, 1000)},
	}, nil, `Map of "Heath"`))
	for _, want := range []string{"1. Heath &lt;A&gt;: tenth 1 of 10", "2. Heath B</title>", `aria-label="Map of &#34;Heath&#34;"`, spentFill, ">1</text>", ">2</text>"} {
		if !strings.Contains(svg, want) {
			t.Errorf("%q is not in it:\n%s", want, svg)
		}
	}
	behind := wellDrawn(t, PlaceMap(nil, ring(-150_000, 5_310_000, 20_000), "The council"))
	if strings.Count(behind, "<path") != 1 || strings.Contains(behind, "<text") {
		t.Errorf("an outline alone:\n%s", behind)
	}
	for _, patches := range [][]Patch{nil, {{Number: 1}}, {{Number: 1, Rings: ring(0, 5_300_000, 0)}}} {
		wellDrawn(t, PlaceMap(patches, nil, "Next to nothing"))
	}
}

// A number stands within its patch, in a bent one too.
func TestAPatchsNumberStandsWithinIt(t *testing.T) {
	t.Parallel()
	bent := [][]Spot{{{0, 5_300_000}, {3000, 5_300_000}, {3000, 5_303_000}, {2500, 5_303_000}, {2500, 5_300_500}, {0, 5_300_500}, {0, 5_300_000}}}
	f := newFrame([]Patch{{Rings: bent}}, nil)
	x, y := f.middle(bent)
	if from, to := f.widest(bent[0], y); x <= from || x >= to {
		t.Errorf("%g is not between %g and %g", x, from, to)
	}
}

func TestDeciles(t *testing.T) {
	t.Parallel()
	svg := wellDrawn(t, Deciles([11]int{1: 3, 4: 1}, [11]int{4: 2}, "Tenths"))
	if strings.Count(svg, "<rect") != 6 || strings.Count(svg, `fill="#ffffff"`) != 2 || !strings.Contains(svg, ">10</text>") {
		t.Errorf("squares:\n%s", svg)
	}
	if many := wellDrawn(t, Deciles([11]int{2: 150}, [11]int{}, "Many")); strings.Count(many, "<rect") != 150 {
		t.Error("not one square each")
	}
}

func TestShades(t *testing.T) {
	t.Parallel()
	for decile := range 11 {
		if !shadeOf(decile).Holds(decile) {
			t.Errorf("decile %d is shaded as %s", decile, shadeOf(decile).Words)
		}
	}
}
