// Package chart draws charts on the server, as SVG in the page. Nothing is
// drawn by a script, so a chart prints, and reads the same for everyone.
//
// A bar starts at nothing and is hidden from screen readers, because its
// numbers stand beside it in words. Drawings that stand alone say in a sentence
// what they show. No drawing speaks by colour only, none needs an id, so one
// may stand in a page as often as it likes, and no style attribute is used.
package chart

import (
	"fmt"
	"strings"

	"github.com/a-h/templ"
)

// The colours of money: solid for spent, hatched or filled marigold for
// promised, an outline for what is left, brick for what is over the budget.
const (
	spentFill    = "#0f5b50"
	promisedFill = "#f4b43a"
	promisedEdge = "#7a4b00"
	overFill     = "#a63d24"
	overEdge     = "#7d2a16"
	ink          = "#2a2430"
)

// MoneyBar draws how much of a total is spent and promised, across the width
// of its place. When more is spent and promised than the total, the bar
// shrinks to fit, an ink line stands at the total and what is over is hatched
// in brick. Numbers below nothing count as nothing.
func MoneyBar(spent, promised, total int64) templ.Component {
	const inner = 598.0 // of 600, within the outline
	spent, promised, total = max(spent, 0), max(promised, 0), max(total, 0)
	most := max(total, spent+promised)
	at := func(n int64) float64 { return 1 + inner*share(n, most) }

	var b strings.Builder
	b.WriteString(`<svg class="bar34" viewBox="0 0 600 34" preserveAspectRatio="none" aria-hidden="true" focusable="false">`)
	fmt.Fprintf(&b, `<rect x="1" y="1" width="%g" height="32" rx="8" fill="#fff" stroke="%s" stroke-width="2"/>`, inner, spentFill)
	if within := min(spent, total); within > 0 {
		b.WriteString(leftPart("spent", at(within), at(most), spentFill))
	}
	if from, to := min(spent, total), min(spent+promised, total); to > from {
		b.WriteString(hatchedPart("promised", at(from), at(to), promisedFill, "#fdefcf", promisedEdge))
	}
	if most > total {
		b.WriteString(hatchedPart("over", at(total), at(most), overFill, "#fbe5dd", overEdge))
		fmt.Fprintf(&b, `<path d="M%.1f 0V34" stroke="%s" stroke-width="4"/>`, at(total), ink)
	}
	b.WriteString(`</svg>`)
	return templ.Raw(b.String())
}

// BudgetBar draws a budget as an outline, with what is spent and promised of
// it. Rows of a table share one scale, of which most is the end: the greatest
// budget among them. What is over the budget is brick beyond an ink line; what
// runs off the scale is cut there and ends in an arrow.
func BudgetBar(spent, promised, budget, most int64) templ.Component {
	spent, promised, budget = max(spent, 0), max(promised, 0), max(budget, 0)
	if most <= 0 {
		most = max(budget, spent+promised)
	}
	used := spent + promised
	at := func(n int64) float64 { return 100 * share(min(n, most), most) }

	var b strings.Builder
	b.WriteString(`<svg viewBox="0 0 100 34" preserveAspectRatio="none" aria-hidden="true" focusable="false">`)
	part := func(name string, from, to int64, fill, edge, edgeWidth string) {
		fmt.Fprintf(&b, `<rect data-part="%s" x="%.2f" y="5" width="%.2f" height="24" fill="%s"`, name, at(from), at(to)-at(from), fill)
		if edge != "" {
			fmt.Fprintf(&b, ` stroke="%s" stroke-width="%s" vector-effect="non-scaling-stroke"`, edge, edgeWidth)
		}
		b.WriteString(`/>`)
	}
	if budget > 0 {
		part("budget", 0, budget, "#fff", spentFill, "2")
	}
	if used == 0 && budget == 0 {
		// The foot of a bar shows that there is one, of no length.
		fmt.Fprintf(&b, `<path d="M0 5V29" stroke="%s" stroke-width="4" vector-effect="non-scaling-stroke"/>`, spentFill)
	}
	if within := min(spent, budget); within > 0 {
		part("spent", 0, within, spentFill, "", "")
	}
	if from, to := min(spent, budget), min(used, budget); to > from {
		part("promised", from, to, promisedFill, promisedEdge, "1.2")
	}
	if used > budget {
		part("over", budget, used, overFill, overEdge, "1.2")
		fmt.Fprintf(&b, `<path d="M%.2f 0V34" stroke="%s" stroke-width="3" vector-effect="non-scaling-stroke"/>`, at(budget), ink)
		if used > most {
			b.WriteString(`<path d="M97 9l3 8-3 8" fill="none" stroke="#fff" stroke-width="2.5" vector-effect="non-scaling-stroke"/>`)
		}
	}
	b.WriteString(`</svg>`)
	return templ.Raw(b.String())
}

// Bar draws one number against the greatest of its column.
func Bar(n, most int64) templ.Component {
	n = max(n, 0)
	return templ.Raw(fmt.Sprintf(`<svg viewBox="0 0 100 34" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect x="0" y="6" width="100" height="22" fill="#f3ece0"/><rect data-part="bar" x="0" y="6" width="%.2f" height="22" fill="%s"/></svg>`,
		100*share(min(n, max(most, n)), max(most, n)), spentFill))
}

// Swatch is the little square of a key: "spent", "promised", "left" or "over".
func Swatch(kind string) templ.Component {
	fill, edge, width := "#fff", spentFill, "2"
	switch kind {
	case "spent":
		fill, edge, width = spentFill, spentFill, "1"
	case "promised":
		fill, edge, width = promisedFill, promisedEdge, "1.5"
	case "over":
		fill, edge, width = overFill, overEdge, "1.5"
	}
	return templ.Raw(fmt.Sprintf(`<svg aria-hidden="true" focusable="false" width="22" height="18" viewBox="0 0 22 18"><rect x="1" y="1" width="20" height="16" rx="3" fill="%s" stroke="%s" stroke-width="%s"/></svg>`, fill, edge, width))
}

// share is n as a part of whole, between 0 and 1, and 0 of nothing.
func share(n, whole int64) float64 {
	if whole <= 0 || n <= 0 {
		return 0
	}
	return min(float64(n)/float64(whole), 1)
}

// leftPart fills a MoneyBar from its left end, and follows its round corners.
func leftPart(name string, to, end float64, fill string) string {
	switch {
	case to >= end-8:
		return fmt.Sprintf(`<rect data-part="%s" x="1" y="1" width="%.1f" height="32" rx="8" fill="%s"/>`, name, to-1, fill)
	case to < 9:
		return fmt.Sprintf(`<rect data-part="%s" x="1" y="4" width="%.1f" height="26" fill="%s"/>`, name, to-1, fill)
	}
	return fmt.Sprintf(`<path data-part="%s" d="M%.1f 1H9a8 8 0 0 0-8 8v16a8 8 0 0 0 8 8H%.1fz" fill="%s"/>`, name, to, to, fill)
}

// hatchedPart is striped within its own small viewport, which cuts the stripes
// off: a pattern or a clip path would need an id, and ids must be unique.
func hatchedPart(name string, from, to float64, stripe, ground, edge string) string {
	w := to - from
	var stripes strings.Builder
	for x := -32.0; x < w; x += 11.3 {
		fmt.Fprintf(&stripes, "M%.1f 32l32-32", x)
	}
	return fmt.Sprintf(`<svg data-part="%s" x="%.1f" y="1" width="%.1f" height="32"><rect width="100%%" height="32" fill="%s"/><path d="%s" stroke="%s" stroke-width="4.5"/></svg><rect x="%.1f" y="1" width="%.1f" height="32" fill="none" stroke="%s" stroke-width="1.5"/>`,
		name, from, w, ground, stripes.String(), stripe, from, w, edge)
}
