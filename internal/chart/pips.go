package chart

import (
	"fmt"
	"html"
	"slices"
	"strings"

	"github.com/a-h/templ"
)

// Pips is a score out of five, hidden from screen readers: the number stands
// beside it.
func Pips(n int) templ.Component {
	var b strings.Builder
	b.WriteString(`<svg class="pips" aria-hidden="true" focusable="false" width="92" height="16" viewBox="0 0 92 16">`)
	for i := range 5 {
		fill := "#ffffff"
		if i < n {
			fill = "#0f5b50"
		}
		fmt.Fprintf(&b, `<circle cx="%d" cy="8" r="6.5" fill="%s" stroke="#0f5b50" stroke-width="1.8"/>`, 9+i*18, fill)
	}
	b.WriteString(`</svg> `)
	return templ.Raw(b.String())
}

// EmptyRings is a map for paper: the rings with nobody on them yet (V34).
func EmptyRings(middle string) templ.Component {
	var b strings.Builder
	b.WriteString(`<svg class="rings" role="img" aria-label="Four rings to put shapes on" viewBox="0 0 1000 640">`)
	for i, ring := range slices.Backward(Rings) {
		rx := 150 + i*110
		ry := 75 * rx / 115
		fmt.Fprintf(&b, `<ellipse cx="500" cy="320" rx="%d" ry="%d" fill="none" stroke="#857a6e" stroke-width="2"/>`, rx, ry)
		fmt.Fprintf(&b, `<text x="500" y="%d" text-anchor="middle" font-size="16" fill="#5a5260">%s</text>`, 320+ry-10, html.EscapeString(ring.Words()))
	}
	fmt.Fprintf(&b, `<circle cx="500" cy="320" r="62" fill="#0f5b50"/><text x="500" y="326" text-anchor="middle" font-size="15" font-weight="700" fill="#ffffff">%s</text></svg>`, html.EscapeString(middle))
	return templ.Raw(b.String())
}
