package chart

import (
	"context"
	"fmt"
	"html"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// A Shape is the kind of body that a partnership works with, as it is drawn
// wherever one is named, after the cut paper of the mapping workshops (S37).
// Shape and colour each tell it alone.
type Shape string

// The shapes.
const (
	CouncilShape    Shape = "council"
	CouncillorShape Shape = "councillor"
	HousingShape    Shape = "housing"
	SchoolShape     Shape = "school"
	HealthShape     Shape = "health"
	PoliceShape     Shape = "police"
	GroupShape      Shape = "group"
	OtherShape      Shape = "other"
)

// Shapes are all of them, in the order of a key and round the map.
var Shapes = []Shape{CouncilShape, CouncillorShape, HousingShape, SchoolShape, HealthShape, PoliceShape, GroupShape, OtherShape}

// Words say what a shape is: "Council team".
func (s Shape) Words() string {
	switch s {
	case CouncilShape:
		return "Council team"
	case CouncillorShape:
		return "Councillors"
	case HousingShape:
		return "Housing association"
	case SchoolShape:
		return "School or college"
	case HealthShape:
		return "Health"
	case PoliceShape:
		return "Police"
	case GroupShape:
		return "Community group"
	case OtherShape:
	}
	return "Work, faith, business"
}

func (s Shape) colour() string {
	switch s {
	case CouncilShape:
		return "#1f5e93"
	case CouncillorShape:
		return "#4b4a9c"
	case HousingShape:
		return "#a63d24"
	case SchoolShape:
		return "#73386b"
	case HealthShape:
		return "#0e6b70"
	case PoliceShape:
		return "#46525e"
	case GroupShape:
		return promisedFill
	case OtherShape:
	}
	return "#6b5b2a"
}

// A Tie is what a body is to the partnership (V3). It may be several at once.
type Tie string

// The ties.
const (
	Ally     Tie = "ally"
	Friend   Tie = "friend"
	Contract Tie = "contract"
)

// Ties are all of them, in the order of a key.
var Ties = []Tie{Ally, Friend, Contract}

// Words say what a tie is: "Powerful ally".
func (t Tie) Words() string {
	switch t {
	case Ally:
		return "Powerful ally"
	case Friend:
		return "Friend"
	case Contract:
		return "Client or contractor"
	}
	return "In touch"
}

// A Ring is how close a body is, from 0, the closest.
type Ring int

// The rings.
const (
	Close Ring = iota
	Regular
	NowAndThen
	NotYet
)

// Rings are all of them, from the middle.
var Rings = []Ring{Close, Regular, NowAndThen, NotYet}

// Words say how close a ring is: "Regular contact".
func (r Ring) Words() string {
	switch r {
	case Close:
		return "Close"
	case Regular:
		return "Regular contact"
	case NowAndThen:
		return "Now and then"
	case NotYet:
	}
	return "Not yet"
}

// A Tied is one body on the map, and how it is tied to the partnership.
type Tied struct {
	Name       string // short, as the map has room for: "Council parks"
	Href       string
	Shape      Shape
	Ties       []Tie
	Ring       Ring
	NotStarted bool
	OneHolder  bool   // only one of us knows them
	Quiet      string // for how long, where it is going quiet: "14 weeks"
	Note       string // a word or two below the name: "holds our money"
}

func (t Tied) note() string {
	switch {
	case t.Quiet != "":
		return "quiet " + t.Quiet
	case t.NotStarted && t.Note == "":
		return "starting"
	}
	return t.Note
}

func (t Tied) alone() bool { return t.OneHolder && !t.NotStarted }

// say is what a screen reader says of it, which begins with what is seen.
func (t Tied) say(number int) string {
	words := t.Name
	if number > 0 {
		words = strconv.Itoa(number) + " " + words
	}
	if n := t.note(); n != "" {
		words += " " + n
	}
	words += ": " + t.Shape.Words()
	switch {
	case t.NotStarted:
		words += ", not started yet"
	case len(t.Ties) == 0:
		words += ", in touch"
	}
	if !t.NotStarted {
		for _, tie := range t.Ties {
			words += ", " + strings.ToLower(tie.Words())
		}
	}
	words += ", " + strings.ToLower(t.Ring.Words())
	if t.alone() {
		words += ", only one of us knows them"
	}
	return words
}

// MapNumbers says whether the map of so many has numbers where the names would
// be: then the list beside it gives the numbers, counted from 1 in its order.
func MapNumbers(all []Tied) bool { return settleMap("", all, wideMap).numbered }

// RelationshipMap draws who a partnership works with: itself in the middle,
// nearer is closer, round it by kind of body (S34). It is drawn twice, for a
// wide screen and for a phone. No shape or name touches another. Where there
// are too many to name, the wide drawing has numbers, by their order, and the
// phone's has a row for each ring. The same sums are done every time, so that a
// place on the map can be learnt by heart.
func RelationshipMap(middle string, all []Tied) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, settleMap(middle, all, wideMap).draw()+settleMap(middle, all, narrowMap).draw())
		return err
	})
}

// ShapeIcon is a shape as it stands beside a name, so many pixels wide.
func ShapeIcon(s Shape, size int) templ.Component {
	return templ.Raw(fmt.Sprintf(`<svg aria-hidden="true" focusable="false" width="%d" height="%d" viewBox="0 0 30 30">%s</svg>`, size, size, s.draw(15, 15, 11.5, false)))
}

// TieKey is the line of a tie, for a key. No tie is in touch, without a name for it.
func TieKey(t Tie) templ.Component {
	return templ.Raw(`<svg aria-hidden="true" focusable="false" width="56" height="14" viewBox="0 0 56 14">` + t.line(3, 7, 53, 7) + `</svg>`)
}

// NotStartedKey is the outline of a relationship that is not started.
func NotStartedKey() templ.Component {
	return templ.Raw(`<svg aria-hidden="true" focusable="false" width="56" height="28" viewBox="0 0 56 28">` + CouncilShape.draw(28, 14, 12, true) + `</svg>`)
}

// OneHolderKey is the mark of a relationship that only one person holds.
func OneHolderKey() templ.Component {
	return templ.Raw(`<svg aria-hidden="true" focusable="false" width="56" height="28" viewBox="0 0 56 28">` + oneMark(28, 14, 11) + `</svg>`)
}

// QuietKey is the mark of a relationship that is going quiet.
func QuietKey() templ.Component {
	return templ.Raw(`<svg aria-hidden="true" focusable="false" width="56" height="28" viewBox="0 0 56 28">` + quietMark(28, 14, 11) + `</svg>`)
}

func (s Shape) draw(x, y, r float64, hollow bool) string {
	look := fmt.Sprintf(`class="hit" fill="%s" stroke="#ffffff" stroke-width="1.5"`, s.colour())
	switch {
	case hollow:
		edge := s.colour()
		if s == GroupShape {
			edge = promisedEdge // marigold alone is too pale on white
		}
		look = fmt.Sprintf(`class="hit" fill="#ffffff" stroke="%s" stroke-width="2.5" stroke-dasharray="4 3"`, edge)
	case s == GroupShape:
		look = fmt.Sprintf(`class="hit" fill="%s" stroke="%s" stroke-width="1.5"`, s.colour(), ink)
	}
	switch s {
	case CouncilShape:
		return fmt.Sprintf(`<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="2" %s/>`, x-r*.88, y-r*.88, r*1.76, r*1.76, look)
	case CouncillorShape:
		return polygon(x, y, r*1.18, 4, -math.Pi/2, look)
	case HousingShape:
		return fmt.Sprintf(`<path d="M%.1f %.1fL%.1f %.1fV%.1fH%.1fV%.1fZ" %s/>`, x, y-r*1.08, x+r, y-r*.22, y+r*.92, x-r, y-r*.22, look)
	case SchoolShape:
		return polygon(x, y, r*1.06, 6, 0, look)
	case HealthShape:
		a, c := r*.38, r*1.02
		return fmt.Sprintf(`<path d="M%.1f %.1fh%.1fv%.1fh%.1fv%.1fh%.1fv%.1fh%.1fv%.1fh%.1fv%.1fh%.1fz" %s/>`, x-a, y-c, 2*a, c-a, c-a, 2*a, a-c, c-a, -2*a, a-c, a-c, -2*a, c-a, look)
	case PoliceShape:
		return fmt.Sprintf(`<path d="M%.1f %.1fl%.1f %.1fv%.1fc0 %.1f %.1f %.1f %.1f %.1fc%.1f %.1f %.1f %.1f %.1f %.1fv%.1fz" %s/>`, x, y-r*1.05, r*.92, r*.3, r*.7, r*.6, -r*.45, r*.95, -r*.92, r*1.12,
			-r*.47, -r*.17, -r*.92, -r*.52, -r*.92, -r*1.12, -r*.7, look)
	case OtherShape:
		return polygon(x, y, r*1.22, 3, -math.Pi/2, look)
	case GroupShape:
	}
	return fmt.Sprintf(`<circle cx="%.1f" cy="%.1f" r="%.1f" %s/>`, x, y, r*.98, look)
}

func polygon(x, y, r float64, sides int, turn float64, look string) string {
	points := make([]string, sides)
	for i := range points {
		a := turn + 2*math.Pi*float64(i)/float64(sides)
		points[i] = fmt.Sprintf("%.1f,%.1f", x+r*math.Cos(a), y+r*math.Sin(a))
	}
	return fmt.Sprintf(`<polygon points="%s" %s/>`, strings.Join(points, " "), look)
}

func (t Tie) line(x1, y1, x2, y2 float64) string {
	path := fmt.Sprintf(`<path d="M%.1f %.1fL%.1f %.1f" `, x1, y1, x2, y2)
	switch t {
	case Ally:
		return path + `stroke="` + spentFill + `" stroke-width="6"/>`
	case Friend:
		return path + `stroke="` + ink + `" stroke-width="3.6" stroke-linecap="round" stroke-dasharray="0.1 8"/>`
	case Contract:
		return path + `stroke="` + ink + `" stroke-width="2.6" stroke-dasharray="13 6"/>`
	}
	return path + `stroke="#5a5260" stroke-width="1.2"/>`
}

// lines are those of all that a body is, side by side.
func (t Tied) lines(x1, y1, x2, y2 float64) string {
	if t.NotStarted {
		return ""
	}
	if len(t.Ties) == 0 {
		return Tie("").line(x1, y1, x2, y2)
	}
	const apart = 8
	long := math.Hypot(x2-x1, y2-y1)
	if long == 0 {
		return ""
	}
	acrossX, acrossY := (y1-y2)/long, (x2-x1)/long
	var b strings.Builder
	for i, tie := range t.Ties {
		off := apart * (float64(i) - float64(len(t.Ties)-1)/2)
		b.WriteString(tie.line(x1+acrossX*off, y1+acrossY*off, x2+acrossX*off, y2+acrossY*off))
	}
	return b.String()
}

// The marks are drawn, not written: a letter would be read as part of a name.

func oneMark(x, y, r float64) string {
	return fmt.Sprintf(`<g aria-hidden="true"><circle cx="%.1f" cy="%.1f" r="%.1f" fill="#ffcf47" stroke="%s" stroke-width="1.8"/><path d="M%.1f %.1fl%.1f %.1fv%.1f" fill="none" stroke="%s" stroke-width="2.4"/></g>`,
		x, y, r, ink, x-r*.36, y-r*.24, r*.4, -r*.27, r*1.05, ink)
}

func quietMark(x, y, r float64) string {
	a, b := r*.6, r*.34
	return fmt.Sprintf(`<g aria-hidden="true"><circle cx="%.1f" cy="%.1f" r="%.1f" fill="#ffffff" stroke="#1f5e93" stroke-width="1.8"/><path d="M%.1f %.1fv%.1fM%.1f %.1fl%.1f %.1fM%.1f %.1fl%.1f %.1f" fill="none" stroke="#1f5e93" stroke-width="1.8" stroke-linecap="round"/></g>`,
		x, y, r, x, y-a, 2*a, x-a*.87, y-b, 2*a*.87, 2*b, x+a*.87, y-b, -2*a*.87, 2*b)
}

// draw writes the SVG of a map whose parts have their places.
func (m *tableMap) draw() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="chart__svg %s" viewBox="%.1f %.1f %.1f %.1f" role="group" aria-label="%s">`, m.class, m.page.left, m.page.top, m.page.right-m.page.left, m.page.bottom-m.page.top, html.EscapeString(m.says()))
	for _, band := range m.bands {
		b.WriteString(band)
	}
	for i, t := range m.all {
		p := m.places[i]
		b.WriteString(t.lines(p.fromX, p.fromY, p.x, p.y))
	}
	for _, r := range m.rings {
		anchor := "middle"
		if m.rows {
			anchor = "start"
		}
		fmt.Fprintf(&b, "\n"+`<text class="t2" x="%.1f" y="%.1f" text-anchor="%s" font-size="%.1f">%s</text>`, r.x, r.y, anchor, r.size, html.EscapeString(r.words))
	}
	b.WriteString(m.hub())
	for i, t := range m.all {
		m.drawTied(&b, t, m.places[i], i+1)
	}
	b.WriteString(`</svg>`)
	return b.String()
}

func (m *tableMap) drawTied(b *strings.Builder, t Tied, p seat, number int) {
	if !m.numbered {
		number = 0
	}
	if t.Href != "" {
		fmt.Fprintf(b, `<a href="%s" aria-label="%s">`, html.EscapeString(t.Href), html.EscapeString(t.say(number)))
	} else {
		b.WriteString(`<g>`)
	}
	fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="%.1f" fill="#ffffff"/>`, p.x, p.y, m.r*1.3)
	b.WriteString(t.Shape.draw(p.x, p.y, m.r, t.NotStarted))
	if t.alone() {
		b.WriteString(oneMark(p.x+m.r, p.y-m.r*.85, m.r*markSize))
	}
	if t.Quiet != "" {
		b.WriteString(quietMark(p.x-m.r, p.y-m.r*.85, m.r*markSize))
	}
	for k, line := range p.lines {
		fmt.Fprintf(b, "\n"+`<text class="halo lab" x="%.1f" y="%.1f" text-anchor="%s" font-size="%.1f" font-weight="650">%s</text>`, p.textX, p.textY+float64(k)*m.lineHeight(), p.anchor, m.text, html.EscapeString(line))
	}
	for k, line := range p.note {
		fmt.Fprintf(b, "\n"+`<text class="halo t2" x="%.1f" y="%.1f" text-anchor="%s" font-size="%.1f">%s</text>`, p.textX, p.textY+float64(len(p.lines)+k)*m.lineHeight(), p.anchor, m.noteSize(), html.EscapeString(line))
	}
	if t.Href != "" {
		b.WriteString(`</a>`)
	} else {
		b.WriteString(`</g>`)
	}
}

// says tells in a sentence what the drawing shows.
func (m *tableMap) says() string {
	allies, waiting := 0, 0
	for _, t := range m.all {
		if t.NotStarted {
			waiting++
			continue
		}
		for _, tie := range t.Ties {
			if tie == Ally {
				allies++
			}
		}
	}
	words := "Map of who " + m.middle + " works with. "
	switch len(m.all) {
	case 0:
		return words + "Nobody is on it yet."
	case 1:
		words += "One organisation"
	default:
		words += strconv.Itoa(len(m.all)) + " organisations"
	}
	words += "; nearer means closer. "
	words += strconv.Itoa(allies) + " powerful allies, " + strconv.Itoa(waiting) + " not started yet. "
	return words + "The list gives the same facts."
}
