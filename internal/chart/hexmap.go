package chart

import (
	"context"
	"fmt"
	"html"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/a-h/templ"
)

// A Group says how far an area has got with its money. It is no mark: areas go
// at their own pace.
type Group string

// The groups, by the share of the budget that is spent.
const (
	GettingStarted Group = "getting started" // under a quarter
	UnderWay       Group = "under way"
	SpendingOut    Group = "spending out" // over three quarters
)

// Groups are all of them, in the order of a key.
var Groups = []Group{GettingStarted, UnderWay, SpendingOut}

// A Hex is one area on the map, or several where there are too many to draw.
type Hex struct {
	Name   string
	Region string // an English region: "North West"
	Href   string // leave it empty when there are many, and let the table below lead on
	Group  Group
	Areas  int // for which it stands, where that is not one
}

// HexMap draws one hexagon for each area, grouped by English region: once for
// a wide screen and once for a phone. A region with fewer areas than its share
// of the land keeps the rest as faint outlines; one with more takes in new
// cells beside it. Areas of an unknown region stand below as "Elsewhere".
func HexMap(areas []Hex) templ.Component {
	land := settle(areas)
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, land.draw(wide)+land.draw(narrow))
		return err
	})
}

// HexKey is the hexagon of a group, for a key.
func HexKey(g Group) templ.Component {
	look := g.look()
	return templ.Raw(fmt.Sprintf(`<svg aria-hidden="true" focusable="false" width="26" height="28" viewBox="0 0 26 28"><polygon points="%s" fill="%s" stroke="%s" stroke-width="1.6"/>%s</svg>`,
		corners(13, 14, 12), look.fill, look.edge, look.dotsAt(13, 14, 12)))
}

// A look is a group's colour, and its mark: as many dots as it has got far.
type look struct {
	fill, edge, dot string
	dots            int
}

func (g Group) look() look {
	switch g {
	case SpendingOut:
		return look{spentFill, "#0a3f38", "#ffffff", 3}
	case UnderWay:
		return look{"#9dc2ae", spentFill, ink, 2}
	case GettingStarted:
	}
	return look{"#ffffff", "#5a5260", ink, 1}
}

func (l look) dotsAt(x, y, r float64) string {
	var b strings.Builder
	step := r * .46
	for i := range l.dots {
		fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="%.1f" fill="%s"/>`, x+step*(float64(i)-float64(l.dots-1)/2), y, r*.155, l.dot)
	}
	return b.String()
}

// england has a cell for each area of a programme of about 150, in the rough
// outline of the regions. Odd rows stand half a cell to the right.
var england = []string{
	"......NN........",
	"......NNN.......",
	".....NNNN.......",
	".....NNNN.......",
	"....WWNNNN......",
	"....WWWYYY......",
	"....WWWYYYY.....",
	"...WWWWYYYYY....",
	"...WWWWYYYYY....",
	"...WWWWYYYEE....",
	"...WWWWMEEEE....",
	"....WWWMMEEEE...",
	"....MMMMMEEEAAA.",
	"....MMMMMEAAAA..",
	"....MMMMSSAAAAA.",
	"....TTSSSLLLL...",
	"...TTTSSLLLLLS..",
	"..TTTTSSLLLLSSS.",
	".TTTSSSS........",
	".T..............",
}

// A region has a letter in england, a full name, and a label at one side of the land.
type region struct {
	key    byte
	name   string
	short  string
	row    float64 // where the label stands
	left   bool    // of the land, not right
	others []string
}

const elsewhere = '?'

var regions = []region{
	{key: 'N', name: "North East", short: "North East", row: 1.8},
	{key: 'W', name: "North West", short: "North West", row: 6, left: true},
	{key: 'Y', name: "Yorkshire and The Humber", short: "Yorkshire", row: 6.6, others: []string{"yorkshire and humber", "yorkshire & the humber", "yorkshire"}},
	{key: 'E', name: "East Midlands", short: "East Midlands", row: 9.6},
	{key: 'M', name: "West Midlands", short: "West Midlands", row: 12.6, left: true},
	{key: 'A', name: "East of England", short: "East", row: 13, others: []string{"east", "eastern"}},
	{key: 'L', name: "London", short: "London", row: 15.1, others: []string{"greater london"}},
	{key: 'S', name: "South East", short: "South East", row: 18.6},
	{key: 'T', name: "South West", short: "South West", row: 16, left: true},
}

func regionKey(name string) byte {
	name = strings.ToLower(strings.TrimSpace(name))
	for _, r := range regions {
		if name == strings.ToLower(r.name) || slices.Contains(r.others, name) {
			return r.key
		}
	}
	return elsewhere
}

// A cell is a place in the grid.
type cell struct{ row, col int }

// beside are the cells around one, each across the edge that starts at the
// corner of the same number; corners run clockwise from the lower right.
func (c cell) beside() [6]cell {
	odd := c.row & 1
	return [6]cell{
		{c.row + 1, c.col + odd},
		{c.row + 1, c.col + odd - 1},
		{c.row, c.col - 1},
		{c.row - 1, c.col + odd - 1},
		{c.row - 1, c.col + odd},
		{c.row, c.col + 1},
	}
}

// centre is the middle of a cell, in widths of a cell.
func (c cell) centre() (x, y float64) {
	return float64(c.col) + float64(c.row&1)/2, float64(c.row) * math.Sqrt(3) / 2
}

// A settled map says which region each cell is in, and which area stands there.
type settled struct {
	owner map[cell]byte
	areas map[cell]Hex
	total int
	count map[Group]int
	each  int // how many areas a hexagon stands for at most
	links bool
}

// settle gives every area a cell. It is the same each time, so that people can
// learn where things are.
func settle(areas []Hex) settled {
	s := settled{owner: map[cell]byte{}, areas: map[cell]Hex{}, count: map[Group]int{}, each: 1}
	for row, line := range england {
		for col := range len(line) {
			if line[col] != '.' {
				s.owner[cell{row, col}] = line[col]
			}
		}
	}
	members := map[byte][]Hex{}
	for _, a := range areas {
		key := regionKey(a.Region)
		members[key] = append(members[key], a)
		stands := max(1, a.Areas)
		s.total += stands
		s.count[a.Group] += stands
		s.each = max(s.each, stands)
		s.links = s.links || a.Href != ""
	}
	for _, r := range regions {
		for len(s.cells(r.key)) < len(members[r.key]) {
			s.grow(r.key)
		}
	}
	if n := len(members[elsewhere]); n > 0 {
		s.placeElsewhere(n)
	}
	for key, all := range members {
		for i, c := range s.middle(key, len(all)) {
			s.areas[c] = all[i]
		}
	}
	return s
}

// cells are a region's, in reading order.
func (s settled) cells(key byte) []cell {
	var own []cell
	for c, owner := range s.owner {
		if owner == key {
			own = append(own, c)
		}
	}
	slices.SortFunc(own, byReading)
	return own
}

func byReading(a, b cell) int {
	if a.row != b.row {
		return a.row - b.row
	}
	return a.col - b.col
}

// heart is the middle of a region.
func (s settled) heart(key byte) (x, y float64) {
	own := s.cells(key)
	for _, c := range own {
		cx, cy := c.centre()
		x, y = x+cx, y+cy
	}
	return x / float64(len(own)), y / float64(len(own))
}

// middle picks the n cells nearest to the middle of a region, in reading order.
func (s settled) middle(key byte, n int) []cell {
	own := s.cells(key)
	x, y := s.heart(key)
	slices.SortStableFunc(own, func(a, b cell) int { return sign(distance(a, x, y) - distance(b, x, y)) })
	own = own[:n]
	slices.SortFunc(own, byReading)
	return own
}

// grow gives a region one more cell. It takes the free cell beside it that is
// nearest to its middle. A region without a coast, as London is, takes a cell
// from its neighbour, which takes one from the next, and so on to the sea.
func (s settled) grow(key byte) {
	x, y := s.heart(key)
	nearest := func(cells []cell) {
		slices.SortFunc(cells, func(a, b cell) int {
			if d := sign(distance(a, x, y) - distance(b, x, y)); d != 0 {
				return d
			}
			return byReading(a, b)
		})
	}
	from := map[cell]cell{}
	edge := s.cells(key)
	for _, c := range edge {
		from[c] = c
	}
	for {
		var next []cell
		for _, c := range edge {
			for _, n := range c.beside() {
				if _, seen := from[n]; !seen {
					from[n] = c
					next = append(next, n)
				}
			}
		}
		nearest(next)
		for _, c := range next {
			if s.owner[c] != 0 {
				continue
			}
			for s.owner[c] != key {
				s.owner[c], c = s.owner[from[c]], from[c]
			}
			return
		}
		edge = next
	}
}

// placeElsewhere makes a block of n cells below the land.
func (s settled) placeElsewhere(n int) {
	bottom := 0
	for c := range s.owner {
		bottom = max(bottom, c.row)
	}
	const across = 10
	for i := range n {
		s.owner[cell{bottom + 3 + i/across, 3 + i%across}] = elsewhere
	}
}

func distance(c cell, x, y float64) float64 {
	cx, cy := c.centre()
	return math.Hypot(cx-x, cy-y)
}

func sign(f float64) int {
	// Sums of halves and roots differ in the last digit; a millionth is no difference.
	switch {
	case f < -1e-6:
		return -1
	case f > 1e-6:
		return 1
	}
	return 0
}

// A size is one of the two drawings.
type size struct {
	class  string
	radius float64 // of a hexagon, when there is room
	most   float64 // the drawing's width at most
	text   float64
	broken bool // each word of a label on its own line
}

var (
	wide   = size{class: "only-wide", radius: 16.5, most: 520, text: 15}
	narrow = size{class: "only-narrow", radius: 11.2, most: 326, text: 12.5, broken: true}
)

// A label names a region at x, y, which is the foot of its first line.
type label struct {
	lines []string
	x, y  float64
	left  bool
}

// letter is about how wide one is, as a part of the text's size.
const letter = .58

func (l label) width(text float64) float64 {
	longest := 0
	for _, line := range l.lines {
		longest = max(longest, len(line))
	}
	return float64(longest) * text * letter
}

func (s settled) draw(z size) string {
	r := z.radius
	labels, box := s.labels(z, r)
	for box.width() > z.most && r > 5 {
		r -= .2
		labels, box = s.labels(z, r)
	}

	var b strings.Builder
	// With links inside it is a group: what is inside an image is not there for a screen reader.
	role := "img"
	if s.links {
		role = "group"
	}
	fmt.Fprintf(&b, `<svg class="chart__svg chart__svg--map %s" viewBox="%.1f %.1f %.1f %.1f" role="%s" aria-label="%s">`,
		z.class, box.x0, box.y0, box.width(), box.height(), role, html.EscapeString(s.sentence()))
	for _, region := range append(slices.Clone(regions), region{key: elsewhere, name: "Elsewhere"}) {
		for _, c := range s.cells(region.key) {
			s.drawCell(&b, c, region.key, r)
		}
	}
	s.drawBorders(&b, r)
	for _, l := range labels {
		anchor := "start"
		if l.left {
			anchor = "end"
		}
		for i, line := range l.lines {
			fmt.Fprintf(&b, `<text class="halo" aria-hidden="true" x="%.1f" y="%.1f" text-anchor="%s" font-size="%g" font-weight="650">%s</text>`+"\n",
				l.x, l.y+float64(i)*z.text*1.12, anchor, z.text, html.EscapeString(line))
		}
	}
	b.WriteString(`</svg>`)
	return b.String()
}

// sentence is what the map says in words.
func (s settled) sentence() string {
	switch s.total {
	case 0:
		return "A map of the English regions, with no areas on it yet."
	case 1:
		return "One area, placed by English region. The table below says the same."
	}
	var parts []string
	for _, g := range Groups {
		if n := s.count[g]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, g))
		}
	}
	words := fmt.Sprintf("One hexagon for each of %d areas, placed by English region.", s.total)
	if s.each > 1 {
		words = fmt.Sprintf("One hexagon for every %d of %d areas, placed by English region.", s.each, s.total)
	}
	if len(parts) > 0 {
		words += " " + upperFirst(list(parts)) + "."
	}
	return words + " The table below says the same."
}

func list(parts []string) string {
	if len(parts) == 1 {
		return parts[0]
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}

func upperFirst(words string) string {
	return strings.ToUpper(words[:1]) + words[1:]
}

// place is a cell's middle in the drawing.
func place(c cell, r float64) (x, y float64) {
	return (float64(c.col) + float64(c.row&1)/2) * r * math.Sqrt(3), float64(c.row) * r * 1.5
}

func (s settled) drawCell(b *strings.Builder, c cell, key byte, r float64) {
	x, y := place(c, r)
	a, taken := s.areas[c]
	if !taken {
		fmt.Fprintf(b, `<polygon points="%s" fill="#f3ece0" stroke="#e4dacb"/>`, corners(x, y, r-1.8))
		return
	}
	look := a.Group.look()
	inside := fmt.Sprintf(`<title>%s</title><polygon class="hit" points="%s" fill="%s" stroke="%s" stroke-width="1.3"/>%s`,
		html.EscapeString(a.words(key)), corners(x, y, r-1.8), look.fill, look.edge, look.dotsAt(x, y, r))
	if href := templ.URL(a.Href); a.Href != "" {
		fmt.Fprintf(b, `<a href="%s" aria-label="%s">%s</a>`, html.EscapeString(string(href)), html.EscapeString(a.words(key)), inside)
		return
	}
	b.WriteString(`<g>` + inside + `</g>`)
}

// words name an area as a tooltip does: "Tanners Reach, North West: under way".
func (a Hex) words(key byte) string {
	words := a.Name
	if i := slices.IndexFunc(regions, func(r region) bool { return r.key == key }); i >= 0 {
		words += ", " + regions[i].name
	}
	if key == elsewhere && a.Region != "" {
		words += ", " + a.Region
	}
	if a.Group != "" {
		words += ": " + string(a.Group)
	}
	return words
}

// drawBorders draws the coast, and the edges between hexagons of different regions.
func (s settled) drawBorders(b *strings.Builder, r float64) {
	var path strings.Builder
	for _, c := range s.all() {
		x, y := place(c, r)
		for i, n := range c.beside() {
			other := s.owner[n]
			// An edge between two regions is drawn once, from the first of its cells.
			if other == s.owner[c] || (other != 0 && byReading(n, c) < 0) {
				continue
			}
			x0, y0 := corner(x, y, r, i)
			x1, y1 := corner(x, y, r, i+1)
			fmt.Fprintf(&path, "M%.1f %.1fL%.1f %.1f", x0, y0, x1, y1)
		}
	}
	// A white casing keeps a border visible between two dark hexagons.
	fmt.Fprintf(b, `<path d="%s" fill="none" stroke="#fff" stroke-width="%.1f" stroke-linecap="round"/>`, path.String(), r/4.2)
	fmt.Fprintf(b, `<path d="%s" fill="none" stroke="%s" stroke-width="%.1f" stroke-linecap="round"/>`, path.String(), ink, r/10)
}

func (s settled) all() []cell {
	all := make([]cell, 0, len(s.owner))
	for c := range s.owner {
		all = append(all, c)
	}
	slices.SortFunc(all, byReading)
	return all
}

// A box is what a drawing takes up.
type box struct{ x0, y0, x1, y1 float64 }

func (b box) width() float64  { return b.x1 - b.x0 }
func (b box) height() float64 { return b.y1 - b.y0 }

func (b box) with(x0, y0, x1, y1 float64) box {
	return box{min(b.x0, x0), min(b.y0, y0), max(b.x1, x1), max(b.y1, y1)}
}

// labels places the names of the regions beside the land, clear of it and of
// each other, and says how much room the whole takes.
func (s settled) labels(z size, r float64) ([]label, box) {
	line := z.text * 1.12
	room := box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for c := range s.owner {
		x, y := place(c, r)
		room = room.with(x-r*.95, y-r*1.1, x+r*.95, y+r*1.1)
	}
	var placed []label
	lowest := map[bool]float64{false: math.Inf(-1), true: math.Inf(-1)} // the foot of the last label at each side
	byRow := slices.Clone(regions)
	slices.SortStableFunc(byRow, func(a, b region) int { return sign(a.row - b.row) })
	for _, g := range byRow {
		l := label{lines: []string{g.short}, left: g.left}
		if z.broken || g.left || g.key == 'E' {
			l.lines = strings.Fields(g.short)
		}
		l.y = max(g.row*r*1.5+z.text*.3, lowest[g.left]+line)
		tall := float64(len(l.lines)-1) * line
		lowest[g.left] = l.y + tall
		l.x = s.shore(l.y-z.text*.8, l.y+tall, r, g.left)
		if g.left {
			room = room.with(l.x-l.width(z.text), l.y-z.text, l.x, l.y+tall+4)
		} else {
			room = room.with(l.x, l.y-z.text, l.x+l.width(z.text), l.y+tall+4)
		}
		placed = append(placed, l)
	}
	if block := s.cells(elsewhere); len(block) > 0 {
		x, y := place(block[0], r)
		placed = append(placed, label{lines: []string{"Elsewhere"}, x: x - r*.87, y: y - r*1.35})
	}
	return placed, box{room.x0 - 2, room.y0 - 2, room.x1 + 2, room.y1 + 2}
}

// shore is how far the land reaches to one side between two heights, and a little more.
func (s settled) shore(top, foot, r float64, left bool) float64 {
	reach := math.Inf(-1)
	if left {
		reach = math.Inf(1)
	}
	for c := range s.owner {
		x, y := place(c, r)
		if y+r < top || y-r > foot {
			continue
		}
		if left {
			reach = min(reach, x-r*.87)
		} else {
			reach = max(reach, x+r*.87)
		}
	}
	if math.IsInf(reach, 0) {
		return 0
	}
	if left {
		return reach - r*.4
	}
	return reach + r*.4
}

func corner(x, y, r float64, i int) (float64, float64) {
	a := math.Pi/6 + math.Pi/3*float64(i)
	return x + r*math.Cos(a), y + r*math.Sin(a)
}

func corners(x, y, r float64) string {
	points := make([]string, 6)
	for i := range points {
		cx, cy := corner(x, y, r, i)
		points[i] = fmt.Sprintf("%.1f,%.1f", cx, cy)
	}
	return strings.Join(points, " ")
}
