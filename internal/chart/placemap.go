package chart

import (
	"fmt"
	"html"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// A Spot is a point of the map, in hundred-thousandths of a degree.
type Spot struct{ East, North int }

// A Patch is a small area on the map: its rings, the number that names it in the
// table beside the map, and the tenth of the country that it is in.
type Patch struct {
	Name   string
	Number int
	Decile int // 1, the most deprived, to 10; 0 where it is not known
	Rings  [][]Spot
}

// A Shade is how a patch is filled, by its decile.
type Shade struct {
	Words       string
	fill, text  string
	first, last int
}

// Shades are all of them, in the order of a key, the last for what is not known.
var Shades = []Shade{
	{"Most deprived tenth", spentFill, "#ffffff", 1, 1},
	{"Second and third tenth", "#7fb3a0", ink, 2, 3},
	{"Fourth to seventh tenth", "#cfe3d6", ink, 4, 7},
	{"Least deprived three tenths", "#ffffff", ink, 8, 10},
	{"Not known", "#f3ece0", ink, 0, 0},
}

func shadeOf(decile int) Shade {
	for _, s := range Shades {
		if s.Holds(decile) {
			return s
		}
	}
	return Shades[len(Shades)-1]
}

// ShadeKey is the square of a shade, for a key.
func ShadeKey(s Shade) templ.Component {
	return templ.Raw(fmt.Sprintf(`<svg aria-hidden="true" focusable="false" width="22" height="18" viewBox="0 0 22 18"><rect x="1" y="1" width="20" height="16" rx="3" fill="%s" stroke="%s" stroke-width="1.5"/></svg>`, s.fill, ink))
}

// PlaceMap draws small areas as they lie, north at the top, each with its number.
// Without any, the outline behind them is drawn alone.
func PlaceMap(patches []Patch, behind [][]Spot, label string) templ.Component {
	f := newFrame(patches, behind)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="chart__svg chart__svg--map" viewBox="0 0 %.0f %.0f" role="img" aria-label="%s">`, f.width, f.height, html.EscapeString(label))
	if len(patches) == 0 {
		fmt.Fprintf(&b, `<path d="%s" fill="#cfe3d6" stroke="%s" stroke-width="1.5" stroke-linejoin="round"/>`, f.path(behind), spentFill)
	}
	for _, p := range patches {
		fmt.Fprintf(&b, `<path d="%s" fill="%s" stroke="%s" stroke-width="1.6" stroke-linejoin="round" fill-rule="evenodd"><title>%s</title></path>`,
			f.path(p.Rings), shadeOf(p.Decile).fill, ink, html.EscapeString(p.words()))
	}
	for _, p := range patches {
		if len(p.Rings) == 0 {
			continue
		}
		x, y := f.middle(p.Rings)
		fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="13" fill="#ffffff" stroke="%s" stroke-width="1.5"/><text x="%.1f" y="%.1f" text-anchor="middle" font-size="15" font-weight="700">%d</text>`,
			x, y, ink, x, y+5.2, p.Number)
	}
	b.WriteString(`</svg>`)
	return templ.Raw(b.String())
}

func (p Patch) words() string {
	words := strconv.Itoa(p.Number) + ". " + p.Name
	if p.Decile > 0 {
		words += ": tenth " + strconv.Itoa(p.Decile) + " of 10"
	}
	return words
}

// A frame turns degrees into places in the drawing.
type frame struct {
	west, north   float64
	east, up      float64 // so many units of the drawing to a unit of the map
	width, height float64
}

func newFrame(patches []Patch, behind [][]Spot) frame {
	const wide, tall, edge = 600.0, 520.0, 16.0
	west, north, east, south := math.Inf(1), math.Inf(-1), math.Inf(-1), math.Inf(1)
	see := func(rings [][]Spot) {
		for _, ring := range rings {
			for _, s := range ring {
				west, east = min(west, float64(s.East)), max(east, float64(s.East))
				south, north = min(south, float64(s.North)), max(north, float64(s.North))
			}
		}
	}
	for _, p := range patches {
		see(p.Rings)
	}
	if len(patches) == 0 {
		see(behind)
	}
	if west > east {
		return frame{width: wide, height: 40}
	}
	// A degree east is shorter than one north, by the cosine of the latitude.
	narrow := math.Cos((north + south) / 2 / 100_000 * math.Pi / 180)
	across, along := max((east-west)*narrow, 1), max(north-south, 1)
	scale := min((wide-2*edge)/across, (tall-2*edge)/along)
	return frame{
		west: west - edge/scale/narrow, north: north + edge/scale, east: scale * narrow, up: scale,
		width: across*scale + 2*edge, height: along*scale + 2*edge,
	}
}

func (f frame) at(s Spot) (x, y float64) {
	return (float64(s.East) - f.west) * f.east, (f.north - float64(s.North)) * f.up
}

// path draws rings, without the points that would not be seen.
func (f frame) path(rings [][]Spot) string {
	const seen = 0.7
	var b strings.Builder
	for _, ring := range rings {
		lastX, lastY := math.Inf(1), math.Inf(1)
		for i, s := range ring {
			x, y := f.at(s)
			if i > 0 && i < len(ring)-1 && math.Abs(x-lastX)+math.Abs(y-lastY) < seen {
				continue
			}
			step := byte('L')
			if i == 0 {
				step = 'M'
			}
			b.WriteByte(step)
			fmt.Fprintf(&b, "%.1f %.1f", x, y)
			lastX, lastY = x, y
		}
		b.WriteByte('Z')
	}
	return b.String()
}

// middle is where a patch's number stands: the middle of its widest stretch at
// about half its height, so that it lies within a bent one too.
func (f frame) middle(rings [][]Spot) (x, y float64) {
	var ring []Spot
	for _, r := range rings {
		if len(r) > len(ring) {
			ring = r
		}
	}
	top, foot := math.Inf(1), math.Inf(-1)
	for _, s := range ring {
		_, y := f.at(s)
		top, foot = min(top, y), max(foot, y)
	}
	best := -1.0
	for _, share := range []float64{.5, .4, .6, .3, .7} {
		level := top + (foot-top)*share
		from, to := f.widest(ring, level)
		if to-from > best*1.15 {
			best, x, y = to-from, (from+to)/2, level
		}
	}
	return x, y
}

func (f frame) widest(ring []Spot, level float64) (from, to float64) {
	var crossings []float64
	for i := range ring {
		x0, y0 := f.at(ring[i])
		x1, y1 := f.at(ring[(i+1)%len(ring)])
		if (y0 <= level) != (y1 <= level) {
			crossings = append(crossings, x0+(level-y0)/(y1-y0)*(x1-x0))
		}
	}
	slices.Sort(crossings)
	for i := 0; i+1 < len(crossings); i += 2 {
		if crossings[i+1]-crossings[i] > to-from {
			from, to = crossings[i], crossings[i+1]
		}
	}
	return from, to
}

// Deciles draws a square for each small area above the tenth of the country that
// it is in, 1 to 10. Those known by estimate alone are hollow.
func Deciles(known, estimated [11]int, label string) templ.Component {
	const cell, gap, left, foot = 46.0, 4.0, 8.0, 52.0
	most := 1
	for i := range known {
		most = max(most, known[i]+estimated[i])
	}
	side := min(cell-8, 30.0)
	step := side + gap
	if limit := 300.0; float64(most)*step > limit {
		step = limit / float64(most)
		side = step - min(gap, step/4)
	}
	tall := float64(most)*step + 10
	width := left*2 + 10*cell
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="chart__svg" viewBox="0 0 %.0f %.0f" role="img" aria-label="%s">`, width, tall+foot, html.EscapeString(label))
	for decile := 1; decile <= 10; decile++ {
		x := left + float64(decile-1)*cell + (cell-min(side, cell-8))/2
		for i := range known[decile] + estimated[decile] {
			fill := spentFill
			if i >= known[decile] {
				fill = "#ffffff"
			}
			fmt.Fprintf(&b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="3" fill="%s" stroke="%s" stroke-width="2"/>`,
				x, tall-float64(i+1)*step+gap, min(side, cell-8), max(side-1, 1), fill, spentFill)
		}
		fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" text-anchor="middle" font-size="17">%d</text>`, left+(float64(decile)-.5)*cell, tall+24, decile)
	}
	fmt.Fprintf(&b, `<path d="M%.1f %.1fH%.1f" stroke="%s" stroke-width="2"/>`, left, tall+3, width-left, ink)
	fmt.Fprintf(&b, `<text class="t2" x="%.1f" y="%.1f" font-size="15">Most deprived</text><text class="t2" x="%.1f" y="%.1f" font-size="15" text-anchor="end">Least</text></svg>`,
		left, tall+46, width-left, tall+46)
	return templ.Raw(b.String())
}

// Holds reports whether patches of a decile are filled so.
func (s Shade) Holds(decile int) bool { return s.first <= decile && decile <= s.last }
