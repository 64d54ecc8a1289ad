package chart

import (
	"fmt"
	"html"
	"strings"

	"github.com/a-h/templ"
)

// A Stand is how close two were from a moment on.
type Stand struct {
	At    float64 // in years: 2015.5 is the middle of 2015
	Level int     // 0 is the lowest line
}

// A Course is how close something was over the years, as a line that rises and
// falls. It ends at Until.
type Course struct {
	Words  string   // the sentence that it is read out as
	Levels []string // the names of the lines, the lowest first
	Stands []Stand  // in the order of time
	Until  float64
}

// Draw draws the course, once for a wide screen and once for a phone. It is nothing
// where there is nothing to draw.
func (c Course) Draw() templ.Component {
	if len(c.Stands) == 0 || len(c.Levels) < 2 {
		return templ.NopComponent
	}
	return templ.Raw(c.draw(660, 200, 15, 118, "only-wide") + c.draw(326, 190, 13, 92, "only-narrow"))
}

func (c Course) draw(width, height, size, left float64, class string) string {
	right, top, bottom := 24.0, 14.0, 30.0
	first := c.Stands[0].At
	years := max(c.Until-first, 0.1)
	x := func(at float64) float64 { return left + (width-left-right)*min(max((at-first)/years, 0), 1) }
	y := func(level int) float64 {
		return top + (height-top-bottom)*(1-float64(level)/float64(len(c.Levels)-1))
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="chart__svg %s" viewBox="0 0 %.0f %.0f" role="img" aria-label="%s">`, class, width, height, html.EscapeString(c.Words))
	for i, name := range c.Levels {
		fmt.Fprintf(&b, `<path d="M%.1f %.1fH%.1f" stroke="#ddd3c4"/><text class="t2" x="0" y="%.1f" font-size="%.1f">%s</text>`,
			left, y(i), width-right, y(i)+5, size, html.EscapeString(name))
		b.WriteString("\n")
	}
	points := make([]string, 0, len(c.Stands)+1)
	for _, s := range c.Stands {
		points = append(points, fmt.Sprintf("%.1f %.1f", x(s.At), y(s.Level)))
	}
	last := c.Stands[len(c.Stands)-1]
	if last.At < c.Until {
		points = append(points, fmt.Sprintf("%.1f %.1f", x(c.Until), y(last.Level)))
	}
	fmt.Fprintf(&b, `<path d="M%s" fill="none" stroke="%s" stroke-width="4" stroke-linejoin="round" stroke-linecap="round"/>`, strings.Join(points, "L"), spentFill)
	for _, s := range c.Stands {
		fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="5.5" fill="#fff" stroke="%s" stroke-width="3"/>`, x(s.At), y(s.Level), spentFill)
	}
	free := 0.0 // where the last label ends
	for i, at := range c.ticks() {
		anchor, half := "middle", size*1.2
		if i == 0 {
			anchor = "start"
		} else if x(at)-half < free+size/2 {
			continue
		}
		free = x(at) + half
		if i == 0 {
			free += half
		}
		fmt.Fprintf(&b, `<text class="t2" x="%.1f" y="%.1f" text-anchor="%s" font-size="%.1f">%d</text>`, x(at), height-8, anchor, size, int(at))
		b.WriteString("\n")
	}
	b.WriteString(`</svg>`)
	return b.String()
}

// ticks are the years that are named: the first, and whole ones after it, so few
// that they do not touch.
func (c Course) ticks() []float64 {
	first := c.Stands[0].At
	all := []float64{first}
	step := max(1, int(c.Until-first+1)/4)
	for year := int(first) + step; float64(year) <= c.Until; year += step {
		all = append(all, float64(year))
	}
	return all
}
