package chart

import (
	"fmt"
	"html"
	"strings"

	"github.com/a-h/templ"
)

// A Run is money that is left over the years: what happened, and what may. Each
// figure is of the end of a quarter, in pence.
type Run struct {
	Words             string  // the sentence that it is read out as
	Past              []int64 // the last is now
	Low, Middle, High []int64 // from now on: the first of each is now
	Ends              int     // how many quarters from now the programme ends; 0 for not drawn
	From, Now, Until  string  // the labels below
	Money             func(int64) string
}

// Draw draws the run, once for a wide screen and once for a phone.
func (r Run) Draw() templ.Component {
	return templ.Raw(r.draw(1040, 300, 15.5, "only-wide") + r.draw(326, 260, 13, "only-narrow"))
}

func (r Run) draw(width, height, size float64, class string) string {
	left, right, top, bottom := 0.0, 20.0, 16.0, 34.0
	most, step := scaleOf(r.most())
	for v := int64(0); v <= most; v += step { // room for the longest label beside the scale
		left = max(left, face{&plainWidths, size}.width(r.Money(v))+12)
	}
	steps := len(r.Past) - 1 + len(r.Middle) - 1
	x := func(i int) float64 { return left + (width-left-right)*float64(i)/float64(max(1, steps)) }
	y := func(v int64) float64 {
		return top + (height-top-bottom)*(1-float64(min(max(v, 0), most))/float64(most))
	}
	now := len(r.Past) - 1
	path := func(values []int64, from int) string {
		points := make([]string, len(values))
		for i, v := range values {
			points[i] = fmt.Sprintf("%.1f %.1f", x(from+i), y(v))
		}
		return strings.Join(points, "L")
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="chart__svg %s" viewBox="0 0 %.0f %.0f" role="img" aria-label="%s">`, class, width, height, html.EscapeString(r.Words))
	for v := int64(0); v <= most; v += step {
		fmt.Fprintf(&b, `<path d="M%.1f %.1fH%.1f" stroke="#ddd3c4"/><text class="t2" x="%.1f" y="%.1f" text-anchor="end" font-size="%.1f">%s</text>`,
			left, y(v), x(steps), left-8, y(v)+5, size, html.EscapeString(r.Money(v)))
	}
	if len(r.Middle) > 1 {
		back := make([]string, len(r.High))
		for i, v := range r.High {
			back[len(r.High)-1-i] = fmt.Sprintf("%.1f %.1f", x(now+i), y(v))
		}
		fmt.Fprintf(&b, `<path d="M%sL%sZ" fill="#fdefcf" stroke="#e0b968"/>`, path(r.Low, now), strings.Join(back, "L"))
		fmt.Fprintf(&b, `<path d="M%s" fill="none" stroke="%s" stroke-width="3" stroke-dasharray="9 6"/>`, path(r.Middle, now), promisedEdge)
	}
	fmt.Fprintf(&b, `<path d="M%s" fill="none" stroke="%s" stroke-width="4" stroke-linejoin="round"/>`, path(r.Past, 0), spentFill)
	fmt.Fprintf(&b, `<path d="M%.1f %.1fV%.1f" stroke="%s" stroke-dasharray="2 4"/>`, x(now), top, y(0), ink)
	if r.Ends > 0 && r.Ends < len(r.Middle) {
		fmt.Fprintf(&b, `<path d="M%.1f %.1fV%.1f" stroke="%s" stroke-width="2"/>`, x(now+r.Ends), top, y(0), ink)
	}
	fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="6" fill="%s" stroke="#fff" stroke-width="2"/>`, x(now), y(r.Past[now]), spentFill)
	for _, t := range []struct {
		at     int
		anchor string
		words  string
	}{{0, "start", r.From}, {now, "middle", r.Now}, {steps, "end", r.Until}} {
		if t.words == "" || (t.at == 0 && t.anchor == "middle") {
			continue
		}
		fmt.Fprintf(&b, "\n"+`<text class="t2" x="%.1f" y="%.1f" text-anchor="%s" font-size="%.1f">%s</text>`, x(t.at), height-8, t.anchor, size, html.EscapeString(t.words))
	}
	b.WriteString(`</svg>`)
	return b.String()
}

func (r Run) most() int64 {
	var most int64
	for _, values := range [][]int64{r.Past, r.High} {
		for _, v := range values {
			most = max(most, v)
		}
	}
	return most
}

// scaleOf is the end of a scale that has room for a number, and its steps: one,
// two or five and noughts, three to six of them.
func scaleOf(n int64) (most, step int64) {
	n = max(n, 100)
	for size := int64(1); ; size *= 10 {
		for _, step := range []int64{size, 2 * size, 5 * size} {
			if n <= 5*step {
				return (n + step - 1) / step * step, step
			}
		}
	}
}
