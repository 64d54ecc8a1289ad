package chart

import (
	"fmt"
	"html"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A mapSize is one of the two drawings of the map.
type mapSize struct {
	class    string
	width    float64
	middleY  float64
	rx, ry   [4]float64 // of the rings
	grow     []float64  // how much taller the rings may be made until all names fit
	widen    float64    // how much of that they may be wider, too
	hub, r   float64
	text     float64
	gap      float64 // the angle at the foot that is kept for the rings' names
	wrap     float64
	beside   bool // names may stand beside their shapes, not only above or below
	named    int  // more than so many are not named
	pitch    float64
	inRows   bool // beyond that they stand in rows
	smallHub float64
}

var (
	wideMap = mapSize{
		class: "only-wide", width: 840, middleY: 346, rx: [4]float64{142, 208, 256, 282}, ry: [4]float64{134, 194, 244, 280},
		grow: []float64{1, 1.1, 1.22, 1.36}, widen: .5, hub: 54, r: 22, text: 16.5, gap: .62, wrap: 122, beside: true, named: 26, pitch: 54, smallHub: 50,
	}
	narrowMap = mapSize{
		class: "only-narrow", width: 350, middleY: 384, rx: [4]float64{94, 120, 130, 132}, ry: [4]float64{148, 228, 292, 334},
		grow: []float64{1, 1.15, 1.35, 1.6}, hub: 41, r: 16, text: 14, gap: .7, wrap: 88, named: 16, inRows: true,
	}
)

const markSize = .55 // of a shape's, for the marks at its shoulders

// A room is the box that something takes.
type room struct{ left, top, right, bottom float64 }

func (b room) touches(o room, aside, above float64) bool {
	return b.left-aside < o.right && o.left-aside < b.right && b.top-above < o.bottom && o.top-above < b.bottom
}

func around(x, y, r float64) room { return room{x - r, y - r, x + r, y + r} }

// A seat is where one body is drawn.
type seat struct {
	x, y         float64 // the middle of its shape
	fromX, fromY float64 // where its line begins
	textX, textY float64 // the first line of its name
	anchor       string
	lines, note  []string
	shape, name  room
}

func (p seat) touches(o seat) bool {
	const aside, above = 6, 2
	switch {
	case p.shape.touches(o.shape, aside, above):
		return true
	case p.name.touches(o.shape, aside, above), p.shape.touches(o.name, aside, above):
		return true
	}
	return p.name.touches(o.name, aside, above)
}

func (p seat) inWayOf(b room) bool {
	return p.shape.touches(b, 4, 2) || p.name.touches(b, 4, 2)
}

// A ringName is a ring's name, at the foot of it or at the head of its rows.
type ringName struct {
	words      string
	x, y, size float64
	room       room
}

// A tableMap is the map with all its parts in their places.
type tableMap struct {
	class, middle  string
	all            []Tied
	places         []seat
	rings          []ringName
	bands          []string // drawn below everything
	page           room
	width          float64 // that the page has at least
	x, y           float64 // the middle
	r, text, hubR  float64
	numbered, rows bool
}

func (m *tableMap) lineHeight() float64 { return m.text * 1.18 }
func (m *tableMap) noteSize() float64   { return m.text - 1.5 }

// settleMap finds the places. It is the same every time for the same bodies.
func settleMap(middle string, all []Tied, size mapSize) *tableMap {
	if len(all) <= size.named {
		for _, taller := range size.grow {
			if m := settleNamed(middle, all, size, taller); m != nil {
				return m
			}
		}
	}
	if size.inRows {
		return settleRows(middle, all, size)
	}
	return settleNumbered(middle, all, size)
}

// roundTheMap is the order round the middle: by kind of body, then as given.
func roundTheMap(all []Tied) []int {
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return slices.Index(Shapes, all[a].Shape) - slices.Index(Shapes, all[b].Shape)
	})
	return order
}

// settleNamed sets the bodies on four rings, each at its own angle, and moves
// them along their rings until nothing touches. Without a way, it is nil.
func settleNamed(middle string, all []Tied, size mapSize, taller float64) *tableMap {
	wider := 1 + (taller-1)*size.widen
	m := &tableMap{
		class: size.class, middle: middle, all: all, places: make([]seat, len(all)),
		width: size.width + 2*(wider-1)*size.rx[NotYet], r: size.r, text: size.text, hubR: size.hub,
	}
	rx, ry := size.rx, size.ry
	for i := range rx {
		rx[i], ry[i] = rx[i]*wider, ry[i]*taller
	}
	m.x, m.y = m.width/2, size.middleY+(taller-1)*size.ry[NotYet]
	pad := size.r + 9
	small := face{&plainWidths, m.noteSize()}
	for i, r := range Rings {
		y := m.y + ry[i] + pad - 7
		half := small.width(r.Words()) / 2
		m.rings = append(m.rings, ringName{words: r.Words(), x: m.x, y: y, size: m.noteSize(), room: room{m.x - half, y - m.noteSize(), m.x + half, y + 4}})
	}
	for i := range slices.Backward(Rings) {
		m.bands = append(m.bands, ringAt(m.x, m.y, rx[i]+pad, ry[i]+pad, i))
	}

	labels := make([]nameplate, len(all))
	for i, t := range all {
		labels[i] = m.nameplate(t, size.wrap)
	}
	order := roundTheMap(all)
	n := len(order)
	first, last := math.Pi/2+size.gap/2, math.Pi/2+2*math.Pi-size.gap/2
	angle := make([]float64, n)
	for i := range angle {
		angle[i] = first + (last-first)*(float64(i)+.5)/float64(n)
	}
	put := func(i int) {
		t := all[order[i]]
		m.places[order[i]] = m.named(t, labels[order[i]], angle[i], rx[t.Ring], ry[t.Ring], size)
	}
	for i := range order {
		put(i)
	}
	hub := around(m.x, m.y, size.hub+2)
	const step, tries = .014, 220
	for range tries {
		moved := false
		move := func(i int, by float64) {
			if to := min(max(angle[i]+by, first), last); to != angle[i] {
				angle[i] = to
				put(i)
			}
			moved = true
		}
		for i := range n {
			for j := i + 1; j < n; j++ {
				if m.places[order[i]].touches(m.places[order[j]]) {
					move(i, -step)
					move(j, step)
				}
			}
			p := m.places[order[i]]
			away := step
			if angle[i] > 3*math.Pi/2 {
				away = -step
			}
			if p.inWayOf(hub) {
				move(i, away)
			}
			for _, r := range m.rings {
				if m.places[order[i]].inWayOf(r.room) {
					move(i, away)
				}
			}
		}
		if !moved {
			m.page = room{0, m.y - ry[NotYet] - pad - 4, m.width, m.y + ry[NotYet] + pad + 4}
			for _, p := range m.places {
				for _, r := range []room{p.shape, p.name} {
					m.page = room{min(m.page.left, r.left-3), min(m.page.top, r.top-3), max(m.page.right, r.right+3), max(m.page.bottom, r.bottom+3)}
				}
			}
			return m
		}
	}
	return nil
}

// A nameplate is a name and what stands below it, in lines.
type nameplate struct {
	lines, note []string
	wide        float64
}

func (m *tableMap) nameplate(t Tied, most float64) nameplate {
	bold, plain := face{&boldWidths, m.text}, face{&plainWidths, m.noteSize()}
	l := nameplate{lines: bold.wrap(t.Name, most), note: plain.wrap(t.note(), most)}
	for _, line := range l.lines {
		l.wide = max(l.wide, bold.width(line))
	}
	for _, line := range l.note {
		l.wide = max(l.wide, plain.width(line))
	}
	return l
}

// named is the seat of a body at an angle, its name on the outer side.
func (m *tableMap) named(t Tied, l nameplate, angle, rx, ry float64, size mapSize) seat {
	across, down := math.Cos(angle), math.Sin(angle)
	p := seat{x: m.x + rx*across, y: m.y + ry*down, fromX: m.x, fromY: m.y}
	p.shape = m.shapeRoom(t, p.x, p.y)
	p.lines, p.note = l.lines, l.note
	wide, high := l.wide, float64(len(p.lines)+len(p.note))*m.lineHeight()
	clear := size.r + 14
	switch beside := size.beside && math.Abs(across) > .27; {
	case beside && across > 0:
		if t.alone() {
			clear += 9
		}
		p.anchor, p.textX, p.textY = "start", p.x+clear, p.y-high/2+m.text*.92
		p.name = room{p.textX, p.y - high/2, p.textX + wide, p.y + high/2}
	case beside:
		if t.Quiet != "" {
			clear += 9
		}
		p.anchor, p.textX, p.textY = "end", p.x-clear, p.y-high/2+m.text*.92
		p.name = room{p.textX - wide, p.y - high/2, p.textX, p.y + high/2}
	default:
		x := min(max(p.x, wide/2+3), m.width-wide/2-3)
		top := p.y + size.r + 8
		if down < 0 {
			top = p.y - size.r - 14 - high
		}
		p.anchor, p.textX, p.textY = "middle", x, top+m.text*.92
		p.name = room{x - wide/2, top, x + wide/2, top + high}
	}
	return p
}

func (m *tableMap) shapeRoom(t Tied, x, y float64) room {
	b := around(x, y, m.r*1.3)
	shoulder := m.r * (1 + markSize)
	if t.alone() {
		b.right, b.top = x+shoulder, y-m.r*(.85+markSize)
	}
	if t.Quiet != "" {
		b.left, b.top = x-shoulder, y-m.r*(.85+markSize)
	}
	return b
}

// settleNumbered sets small shapes with numbers below them in as many rows to a ring as
// they need. It always finds a way, for it makes the drawing larger.
func settleNumbered(middle string, all []Tied, size mapSize) *tableMap {
	m := &tableMap{class: size.class, middle: middle, all: all, places: make([]seat, len(all)), numbered: true, r: 11, text: 15, hubR: size.smallHub}
	small := face{&plainWidths, m.noteSize()}
	inRing := make([][]int, len(Rings))
	for _, i := range roundTheMap(all) {
		inRing[all[i].Ring] = append(inRing[all[i].Ring], i)
	}
	type band struct {
		outer float64
		slots []slot
	}
	bands := make([]band, len(Rings))
	edge, shift := m.hubR+6, .25 // rows stand between those of the next
	for ring, bodies := range inRing {
		half := small.width(Ring(ring).Words())/2 + 6
		var rows []float64 // their radii
		room := 0
		for r := edge + size.pitch/2; room < len(bodies); r += size.pitch {
			rows = append(rows, r)
			room += len(slotsAt(r, half+size.pitch/2, size.pitch, -1, 0))
		}
		left, leftRoom := len(bodies), room
		for _, r := range rows {
			fits := len(slotsAt(r, half+size.pitch/2, size.pitch, -1, 0))
			take := min(fits, (left*fits+leftRoom-1)/leftRoom)
			bands[ring].slots = append(bands[ring].slots, slotsAt(r, half+size.pitch/2, size.pitch, take, shift)...)
			shift = -shift
			left, leftRoom = left-take, leftRoom-fits
		}
		slices.SortStableFunc(bands[ring].slots, func(a, b slot) int {
			switch {
			case a.angle < b.angle:
				return -1
			case a.angle > b.angle:
				return 1
			}
			return 0
		})
		edge += max(float64(len(rows))*size.pitch, 34)
		bands[ring].outer = edge
	}
	m.width = max(size.width, 2*(edge+24))
	m.x, m.y = m.width/2, edge+12
	m.page = room{0, 0, m.width, 2 * m.y}
	for ring, bodies := range inRing {
		for k, i := range bodies {
			s := bands[ring].slots[k]
			x, y := m.x+s.r*math.Cos(s.angle), m.y+s.r*math.Sin(s.angle)
			number := strconv.Itoa(i + 1)
			half := face{&boldWidths, m.text}.width(number) / 2
			under := y + m.r*1.3
			m.places[i] = seat{
				x: x, y: y, fromX: m.x, fromY: m.y, shape: m.shapeRoom(all[i], x, y),
				textX: x, textY: under + m.text*.8, anchor: "middle", lines: []string{number}, name: room{x - half, under, x + half, under + m.text*.86},
			}
		}
		words := Ring(ring).Words()
		y, half := m.y+bands[ring].outer-8, small.width(words)/2
		m.rings = append(m.rings, ringName{words: words, x: m.x, y: y, size: m.noteSize(), room: room{m.x - half, y - m.noteSize(), m.x + half, y + 4}})
	}
	for i, b := range slices.Backward(bands) {
		m.bands = append(m.bands, ringAt(m.x, m.y, b.outer, b.outer, i))
	}
	return m
}

type slot struct{ r, angle float64 }

// slotsAt are so many places round a circle (as many as it holds, when they are
// fewer than 0), so far apart at least, and as far from the foot, all turned by
// a share of the distance between two.
func slotsAt(r, foot, pitch float64, want int, shift float64) []slot {
	gap := 2 * math.Asin(min(foot/r, 1))
	arc := 2*math.Pi - gap
	fits := int(arc / (2 * math.Asin(min(pitch/2/r, 1))))
	if want < 0 || want > fits {
		want = fits
	}
	all := make([]slot, want)
	for i := range all {
		all[i] = slot{r, math.Pi/2 + gap/2 + arc*(float64(i)+.5+shift)/float64(want)}
	}
	return all
}

// settleRows sets the bodies in rows of three below the partnership, a band of
// them for each ring. Each has its line at its side.
func settleRows(middle string, all []Tied, size mapSize) *tableMap {
	const (
		columns, margin = 3, 4.0
		hubHigh         = 58.0
		head            = 30.0 // of a band, for its name
		below           = 12.0
	)
	m := &tableMap{class: size.class, middle: middle, all: all, places: make([]seat, len(all)), rows: true, width: size.width, r: size.r, text: size.text, hubR: hubHigh / 2}
	m.x, m.y = m.width/2, hubHigh/2+2
	cell := (m.width - 2*margin) / columns
	plain := face{&plainWidths, m.noteSize()}
	y := hubHigh + 14
	inRing := make([][]int, len(Rings))
	for _, i := range roundTheMap(all) {
		inRing[all[i].Ring] = append(inRing[all[i].Ring], i)
	}
	for ring, bodies := range inRing {
		top := y
		words := Ring(ring).Words()
		m.rings = append(m.rings, ringName{words: words, x: 12, y: y + 20, size: m.noteSize(), room: room{12, y + 20 - m.noteSize(), 12 + plain.width(words), y + 24}})
		y += head
		for row := range slices.Chunk(bodies, columns) {
			high := 0.0
			for k, i := range row {
				t := all[i]
				x := margin + cell*(float64(k)+.5)
				p := seat{x: x, y: y + m.r*1.45, fromX: x - cell/2 + 5, anchor: "middle", textX: x}
				p.fromY = p.y
				p.shape = m.shapeRoom(t, x, p.y)
				l := m.nameplate(t, cell-8)
				p.lines, p.note = l.lines, l.note
				under := p.y + m.r*1.3 + 5
				p.textY = under + m.text*.92
				p.name = room{x - l.wide/2, under, x + l.wide/2, under + float64(len(p.lines)+len(p.note))*m.lineHeight()}
				high = max(high, p.name.bottom-y)
				m.places[i] = p
			}
			y += high + below
		}
		m.bands = append(m.bands, fmt.Sprintf(`<rect x="1" y="%.1f" width="%.1f" height="%.1f" rx="10" fill="%s" stroke="%s" stroke-width="1.2"/>`, top, m.width-2, y-top, ringTints[ring], ringEdge))
		y += 8
	}
	m.page = room{0, 0, m.width, y}
	return m
}

var ringTints = [...]string{"#dcebe4", "#e9f1ea", "#f4f4ec", "#fbf8f2"}

const ringEdge = "#ddd3c4"

func ringAt(x, y, rx, ry float64, i int) string {
	return fmt.Sprintf(`<ellipse cx="%.1f" cy="%.1f" rx="%.1f" ry="%.1f" fill="%s" stroke="%s" stroke-width="1.2"/>`, x, y, rx, ry, ringTints[i], ringEdge)
}

// hub is the partnership itself, with its name.
func (m *tableMap) hub() string {
	var b strings.Builder
	most := m.hubR * 1.72
	if m.rows {
		most = m.width - 60
		fmt.Fprintf(&b, `<rect x="20" y="2" width="%.1f" height="%.1f" rx="%.1f" fill="%s" stroke="#ffffff" stroke-width="3"/>`, m.width-40, 2*m.hubR, m.hubR, spentFill)
	} else {
		fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="%.1f" fill="%s" stroke="#ffffff" stroke-width="4"/>`, m.x, m.y, m.hubR, spentFill)
	}
	lines, size := []string{m.middle}, m.text+2
	for ; size > 9; size-- {
		f := face{&boldWidths, size}
		lines = f.wrap(m.middle, most)
		broken := slices.ContainsFunc(lines[:max(len(lines)-1, 0)], func(l string) bool { return strings.HasSuffix(l, "-") })
		if !broken && float64(len(lines))*size*1.18 < m.hubR*1.5 {
			break
		}
	}
	for i, l := range lines {
		y := m.y + (float64(i)-float64(len(lines)-1)/2)*size*1.18 + size*.36
		fmt.Fprintf(&b, "\n"+`<text class="inv" x="%.1f" y="%.1f" text-anchor="middle" font-size="%.1f" font-weight="700">%s</text>`, m.x, y, size, html.EscapeString(l))
	}
	return b.String()
}
