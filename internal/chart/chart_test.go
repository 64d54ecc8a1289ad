package chart

import (
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/a-h/templ"
)

func TestBarsAreWellFormed(t *testing.T) {
	t.Parallel()
	for _, n := range [][3]int64{
		{0, 0, 0},
		{761900, 75700, 1150000},
		{1150000, 0, 1150000},
		{1, 1, 1150000},
		{1150000, 50000, 1150000},
		{1300000, 50000, 1150000},
		{5, 0, 0},
		{-400, -1, -9},
		{math.MaxInt64 / 4, math.MaxInt64 / 4, 1},
	} {
		wellFormed(t, fmt.Sprint("MoneyBar", n), drawn(t, MoneyBar(n[0], n[1], n[2])))
		for _, most := range []int64{0, 1, 1150000, math.MaxInt64} {
			wellFormed(t, fmt.Sprint("BudgetBar", n, most), drawn(t, BudgetBar(n[0], n[1], n[2], most)))
		}
		wellFormed(t, fmt.Sprint("Bar", n), drawn(t, Bar(n[0], n[1])))
	}
}

func TestBudgetBarIsToScale(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name                          string
		spent, promised, budget, most int64
		want                          map[string]span
	}{
		{"within", 200, 50, 400, 800, map[string]span{"budget": {0, 50}, "spent": {0, 25}, "promised": {25, 6.25}}},
		{"nothing spent", 0, 0, 400, 400, map[string]span{"budget": {0, 100}}},
		{"promised beyond the budget", 300, 200, 400, 800, map[string]span{"budget": {0, 50}, "spent": {0, 37.5}, "promised": {37.5, 12.5}, "over": {50, 12.5}}},
		{"spent beyond the budget", 500, 100, 400, 800, map[string]span{"budget": {0, 50}, "spent": {0, 50}, "over": {50, 25}}},
		{"beyond the scale", 5000, 0, 400, 800, map[string]span{"budget": {0, 50}, "spent": {0, 50}, "over": {50, 50}}},
		{"no budget", 100, 0, 0, 800, map[string]span{"over": {0, 12.5}}},
		{"money came back", -100, 0, 400, 800, map[string]span{"budget": {0, 50}}},
		{"no scale given", 100, 0, 200, 0, map[string]span{"budget": {0, 100}, "spent": {0, 50}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			svg := drawn(t, BudgetBar(c.spent, c.promised, c.budget, c.most))
			wellFormed(t, c.name, svg)
			got := spans(t, svg)
			if len(got) != len(c.want) {
				t.Errorf("got parts %v, want %v", got, c.want)
			}
			for part, want := range c.want {
				if !got[part].near(want) {
					t.Errorf("%s: got %v, want %v", part, got[part], want)
				}
			}
		})
	}
}

func TestMoneyBarIsToScale(t *testing.T) {
	t.Parallel()
	got := spans(t, drawn(t, MoneyBar(500, 250, 1000)))
	if want := (span{300, 149.5}); !got["promised"].near(want) {
		t.Errorf("promised: got %v, want %v", got["promised"], want)
	}

	// Twice the total is used, so the total stands in the middle.
	svg := drawn(t, MoneyBar(1500, 500, 1000))
	got = spans(t, svg)
	if want := (span{300, 299}); !got["over"].near(want) {
		t.Errorf("over: got %v, want %v", got["over"], want)
	}
	if !strings.Contains(svg, `<path d="M300.0 0V34"`) {
		t.Errorf("no line stands at the total: %s", svg)
	}
}

func TestBarsNeedNoIDAndNoStyle(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]templ.Component{
		"MoneyBar": MoneyBar(9, 5, 7), "BudgetBar": BudgetBar(9, 5, 7, 8), "Swatch": Swatch("spent"), "HexKey": HexKey(UnderWay),
		"HexMap": HexMap([]Hex{{Name: "Tanners Reach", Region: "North West", Href: "/areas/tanners-reach", Group: UnderWay}}),
	} {
		if bad := regexp.MustCompile(`\s(id|style|on\w+)=`).FindString(drawn(t, c)); bad != "" {
			t.Errorf("%s has%s", name, bad)
		}
	}
}

func TestEveryAreaStandsOnTheMapOnce(t *testing.T) {
	t.Parallel()
	for name, counts := range map[string]map[string]int{
		"none":             {},
		"one":              {"London": 1},
		"a usual 150":      {"North East": 17, "North West": 27, "Yorkshire and The Humber": 20, "East Midlands": 14, "West Midlands": 17, "East of England": 12, "London": 13, "South East": 17, "South West": 13},
		"a crowded London": {"London": 60, "North West": 3},
		"crowded inland":   {"West Midlands": 70, "East Midlands": 50, "London": 40},
		"far away":         {"Wales": 23, "": 2, "South West": 1},
		"other names":      {"yorkshire and the humber": 2, " East ": 3, "Yorkshire & The Humber": 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var areas []Hex
			for _, r := range []string{"North East", "North West", "Yorkshire and The Humber", "East Midlands", "West Midlands", "East of England", "London", "South East", "South West", "Wales", "", "yorkshire and the humber", " East ", "Yorkshire & The Humber"} {
				for i := range counts[r] {
					areas = append(areas, Hex{Name: fmt.Sprintf("Area %d of %s", i, r), Region: r, Group: Groups[i%3]})
				}
			}
			svg := drawn(t, HexMap(areas))
			wellFormed(t, name, svg)
			for _, a := range areas {
				if got := strings.Count(svg, "<title>"+html.EscapeString(a.Name)+","); a.Region != "" && got != 2 {
					t.Errorf("%s is drawn %d times, want once in each of two drawings", a.Name, got)
				}
			}
			if got := strings.Count(svg, "<title>"); got != 2*len(areas) {
				t.Errorf("got %d areas in two drawings, want %d", got, 2*len(areas))
			}
			if again := drawn(t, HexMap(areas)); again != svg {
				t.Error("the same areas are drawn differently a second time")
			}
			for i, svg := range strings.SplitAfter(svg, "</svg>")[:2] {
				var x, y, w, h float64
				if _, err := fmt.Sscanf(svg[max(0, strings.Index(svg, `viewBox="`)):], `viewBox="%f %f %f %f"`, &x, &y, &w, &h); err != nil {
					t.Fatal(err)
				}
				if most := []float64{wide.most, narrow.most}[i]; w > most+1 {
					t.Errorf("drawing %d is %.0f wide, want at most %.0f so that its words stay readable", i, w, most)
				}
			}
		})
	}
}

func TestARegionGrowsInOnePiece(t *testing.T) {
	t.Parallel()
	var areas []Hex
	for i := range 20 {
		areas = append(areas, Hex{Name: strconv.Itoa(i), Region: "London"})
	}
	s := settle(areas)
	own := s.cells('L')
	if len(own) != 20 {
		t.Fatalf("London has %d cells, want 20", len(own))
	}
	seen := map[cell]bool{own[0]: true}
	for next := []cell{own[0]}; len(next) > 0; next = next[1:] {
		for _, n := range next[0].beside() {
			if s.owner[n] == 'L' && !seen[n] {
				seen[n] = true
				next = append(next, n)
			}
		}
	}
	if len(seen) != len(own) {
		t.Errorf("London fell into pieces: %d of %d cells hang together", len(seen), len(own))
	}
	for _, r := range regions {
		start := strings.Count(strings.Join(england, ""), string(r.key))
		if got := len(s.cells(r.key)); r.key != 'L' && got != start {
			t.Errorf("%s has %d cells after London grew, want %d as before", r.name, got, start)
		}
	}
}

func TestWordsOnTheMapAreEscaped(t *testing.T) {
	t.Parallel()
	svg := drawn(t, HexMap([]Hex{
		{Name: `<script>alert("1")</script> & sons`, Region: "London", Group: `"><b>`},
		{Name: "Kiln Fields", Region: "South East", Href: "javascript:alert(1)", Group: UnderWay},
		{Name: "Ivy Cross", Region: "South East", Href: `/areas/ivy?a=1&b="2"`, Group: UnderWay},
	}))
	wellFormed(t, "map", svg)
	for _, bad := range []string{"<script", "<b>", "javascript:"} {
		if strings.Contains(svg, bad) {
			t.Errorf("the map contains %q", bad)
		}
	}
	if want := `href="/areas/ivy?a=1&amp;b=&#34;2&#34;"`; !strings.Contains(svg, want) {
		t.Errorf("no %s on the map", want)
	}
}

func TestTheMapSaysWhatItShows(t *testing.T) {
	t.Parallel()
	svg := drawn(t, HexMap([]Hex{{Name: "A", Region: "London", Group: UnderWay}, {Name: "B", Region: "London", Group: UnderWay}, {Name: "C", Region: "London", Group: SpendingOut}}))
	want := `role="img" aria-label="One hexagon for each of 3 areas, placed by English region. 2 under way and 1 spending out. The table below says the same."`
	if !strings.Contains(svg, want) {
		t.Errorf("got %.400s…, want %s", svg, want)
	}
	if linked := drawn(t, HexMap([]Hex{{Name: "A", Region: "London", Href: "/a"}})); !strings.Contains(linked, `role="group"`) || !strings.Contains(linked, `<a href="/a" aria-label="A, London">`) {
		t.Error("a map of links is an image to a screen reader, which hides the links")
	}
}

func TestAHexagonMayStandForMany(t *testing.T) {
	t.Parallel()
	svg := drawn(t, HexMap([]Hex{
		{Name: "100 areas", Region: "London", Group: UnderWay, Areas: 100},
		{Name: "37 areas", Region: "London", Group: UnderWay, Areas: 37},
		{Name: "1 area", Region: "South West", Group: SpendingOut, Areas: 1},
	}))
	want := `aria-label="One hexagon for every 100 of 138 areas, placed by English region. 137 under way and 1 spending out. The table below says the same."`
	if !strings.Contains(svg, want) || strings.Count(svg, "<title>37 areas, London: under way</title>") != 2 {
		t.Errorf("got %.400s…, want %s", svg, want)
	}
}

// A span is where a part of a bar begins and how long it is.
type span struct{ from, width float64 }

func (s span) near(other span) bool {
	return math.Abs(s.from-other.from) < .1 && math.Abs(s.width-other.width) < .1
}

func spans(t *testing.T, svg string) map[string]span {
	t.Helper()
	found := map[string]span{}
	for _, m := range regexp.MustCompile(`data-part="(\w+)" x="([\d.]+)" y="\d+" width="([\d.]+)"`).FindAllStringSubmatch(svg, -1) {
		from, _ := strconv.ParseFloat(m[2], 64)
		width, _ := strconv.ParseFloat(m[3], 64)
		found[m[1]] = span{from, width}
	}
	return found
}

func drawn(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func wellFormed(t *testing.T, name, svg string) {
	t.Helper()
	if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") || strings.Contains(svg, "%!") {
		t.Errorf("%s is drawn with something that is no number: %.300s", name, svg)
	}
	d := xml.NewDecoder(strings.NewReader("<page>" + svg + "</page>"))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Errorf("%s is not well-formed: %v", name, err)
			return
		}
	}
}
