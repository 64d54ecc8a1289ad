package web

import (
	"fmt"
	"html"
	"math"
	"strings"

	"github.com/a-h/templ"
)

// Icon draws a 24-unit icon in the colour of the words beside it, 20 pixels
// wide unless a size is given. It always stands beside words, so it is hidden
// from screen readers. An unknown name draws a dash.
func Icon(name string, size ...int) templ.Component {
	px := 20
	if len(size) > 0 {
		px = size[0]
	}
	drawing, ok := icons[name]
	if !ok {
		drawing = icons["dash"]
	}
	return templ.Raw(fmt.Sprintf(`<svg aria-hidden="true" focusable="false" width="%d" height="%d" viewBox="0 0 24 24">%s</svg>`, px, px, drawing))
}

var icons = map[string]string{
	"tick":   `<path d="M4 12.5 9.5 18 20 6.5" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/>`,
	"clock":  `<circle cx="12" cy="12" r="8.5" fill="none" stroke="currentColor" stroke-width="2.4"/><path d="M12 7v5.4l3.4 2" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round"/>`,
	"alert":  `<path d="M12 3.2 22 20.5H2z" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linejoin="round"/><path d="M12 10v4.6M12 17.4v.2" stroke="currentColor" stroke-width="2.6" stroke-linecap="round"/>`,
	"cold":   `<path d="M12 3v18M4.2 7.5l15.6 9M19.8 7.5l-15.6 9" stroke="currentColor" stroke-width="2.3" stroke-linecap="round"/>`,
	"one":    `<circle cx="12" cy="8" r="4" fill="none" stroke="currentColor" stroke-width="2.4"/><path d="M4.5 20.5c.6-4.4 3.6-6.6 7.5-6.6s6.9 2.2 7.5 6.6" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round"/>`,
	"people": `<circle cx="9" cy="8" r="3.5" fill="none" stroke="currentColor" stroke-width="2.2"/><path d="M2.5 20c.4-4 3-6 6.5-6s6.1 2 6.5 6M16 5.2a3.5 3.5 0 0 1 0 5.8M18 14.6c2.2.7 3.3 2.6 3.5 5.4" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round"/>`,
	"info":   `<circle cx="12" cy="12" r="9" fill="none" stroke="currentColor" stroke-width="2.4"/><path d="M12 11v5.5M12 7.6v.2" stroke="currentColor" stroke-width="2.8" stroke-linecap="round"/>`,
	"vote":   `<path d="M4 11h16v9H4z" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linejoin="round"/><path d="M8 11V4h8v7M10 7.5l1.5 1.5L14.5 6" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>`,
	"pen":    `<path d="m4 20 1-4.5L16 4.5l3.5 3.5L8.5 19z" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linejoin="round"/>`,
	"chat":   `<path d="M4 5h16v11H11l-5 4v-4H4z" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linejoin="round"/>`,
	"print":  `<path d="M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round"/>`,
	"down":   `<path d="M12 4v11M6.5 10.5 12 16l5.5-5.5M5 20h14" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"/>`,
	"doc":    `<path d="M6 3h8l4 4v14H6z" fill="none" stroke="currentColor" stroke-width="2.1" stroke-linejoin="round"/><path d="M9 12h6M9 16h6" stroke="currentColor" stroke-width="2" stroke-linecap="round"/>`,
	"cal":    `<path d="M4 6h16v14H4zM4 10.5h16M8.5 3v4M15.5 3v4" fill="none" stroke="currentColor" stroke-width="2.1" stroke-linejoin="round" stroke-linecap="round"/>`,
	"out":    `<circle cx="12" cy="12" r="8.5" fill="none" stroke="currentColor" stroke-width="2.2"/><path d="m6.2 6.2 11.6 11.6" stroke="currentColor" stroke-width="2.2"/>`,
	"star":   `<path d="m12 3.5 2.6 5.5 6 .8-4.4 4.2 1.1 6L12 17l-5.3 3 1.1-6L3.4 9.8l6-.8z" fill="currentColor"/>`,
	"dash":   `<path d="M5 12h14" stroke="currentColor" stroke-width="3" stroke-linecap="round"/>`,
	"plus":   `<path d="M12 5v14M5 12h14" stroke="currentColor" stroke-width="2.6" stroke-linecap="round"/>`,
	"money":  `<circle cx="12" cy="12" r="9" fill="none" stroke="currentColor" stroke-width="2.2"/><path d="M15.2 8.6c-.6-1-1.5-1.5-2.6-1.5-1.7 0-2.8 1.2-2.8 2.9V17M8 12.6h5.5M8 17h7.5" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>`,
	"swap":   `<path d="M4 8.5h14M14.5 4.5l4 4-4 4M20 15.5H6M9.5 11.5l-4 4 4 4" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"/>`,
	"search": `<circle cx="10.5" cy="10.5" r="6" fill="none" stroke="currentColor" stroke-width="2.4"/><path d="m15.2 15.2 5 5" stroke="currentColor" stroke-width="2.6" stroke-linecap="round"/>`,
	"home":   `<path d="M3.5 11.5 12 4l8.5 7.5M6 10v10h12V10" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"/>`,
	"lock":   `<path d="M5.5 11h13v9h-13zM8.5 11V8a3.5 3.5 0 0 1 7 0v3" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linejoin="round"/>`,
}

// Face is a person's initials in a circle; the name stands beside it. The tone
// is "", "sky", "plum", "brick", "amber", or "out" for someone who has left or
// is not taking part.
func Face(initials, tone string) templ.Component {
	class := "face"
	if tone != "" {
		class += " face--" + tone
	}
	return templ.Raw(`<span class="` + html.EscapeString(class) + `" aria-hidden="true">` + html.EscapeString(initials) + `</span>`)
}

// Shape draws the shape that stands for a kind of organisation wherever one is
// named: "council", "councillor", "housing", "school", "health", "police",
// "group", and "other" for anything else. Shape and colour each suffice alone.
func Shape(kind string, size ...int) templ.Component {
	px := 26
	if len(size) > 0 {
		px = size[0]
	}
	colour, ok := shapeColours[kind]
	if !ok {
		kind, colour = "other", shapeColours["other"]
	}
	edge := "#ffffff"
	if kind == "group" {
		edge = "#2a2430"
	}
	return templ.Raw(fmt.Sprintf(`<svg aria-hidden="true" focusable="false" width="%d" height="%d" viewBox="0 0 30 30">%s fill="%s" stroke="%s" stroke-width="1.5"/></svg>`,
		px, px, shapeOutline(kind, 15, 15, 11.5), colour, edge))
}

var shapeColours = map[string]string{
	"council": "#1f5e93", "councillor": "#4b4a9c", "housing": "#a63d24", "school": "#73386b",
	"health": "#0e6b70", "police": "#46525e", "group": "#f4b43a", "other": "#6b5b2a",
}

// shapeOutline opens the element that draws a shape of "radius" r round x, y.
func shapeOutline(kind string, x, y, r float64) string {
	polygon := func(corners int, turn, k float64) string {
		var points []string
		for i := range corners {
			a := turn + 2*math.Pi*float64(i)/float64(corners)
			points = append(points, fmt.Sprintf("%.1f,%.1f", x+k*r*math.Cos(a), y+k*r*math.Sin(a)))
		}
		return `<polygon points="` + strings.Join(points, " ") + `"`
	}
	switch kind {
	case "council":
		return fmt.Sprintf(`<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="2"`, x-r*.88, y-r*.88, r*1.76, r*1.76)
	case "councillor":
		return polygon(4, -math.Pi/2, 1.18)
	case "housing":
		return fmt.Sprintf(`<path d="M%.1f %.1fL%.1f %.1fV%.1fH%.1fV%.1fZ"`, x, y-r*1.08, x+r, y-r*.22, y+r*.92, x-r, y-r*.22)
	case "school":
		return polygon(6, 0, 1.06)
	case "health":
		a, c := r*.38, r*1.02
		return fmt.Sprintf(`<path d="M%.1f %.1fh%.1fv%.1fh%.1fv%.1fh%.1fv%.1fh%.1fv%.1fh%.1fv%.1fh%.1fz"`, x-a, y-c, 2*a, c-a, c-a, 2*a, a-c, c-a, -2*a, a-c, a-c, -2*a, c-a)
	case "police":
		return fmt.Sprintf(`<path d="M%.1f %.1fl%.1f %.1fv%.1fc0 %.1f %.1f %.1f %.1f %.1fc%.1f %.1f %.1f %.1f %.1f %.1fv%.1fz"`, x, y-r*1.05, r*.92, r*.3, r*.7, r*.6, -r*.45, r*.95, -r*.92, r*1.12, -r*.47, -r*.17, -r*.92, -r*.52, -r*.92, -r*1.12, -r*.7)
	case "group":
		return fmt.Sprintf(`<circle cx="%.1f" cy="%.1f" r="%.1f"`, x, y, r*.98)
	}
	return polygon(3, -math.Pi/2, 1.22)
}

// brandMark is five cut-paper shapes round a table.
func brandMark() templ.Component {
	return templ.Raw(`<svg aria-hidden="true" focusable="false" width="38" height="32" viewBox="0 0 38 32"><circle cx="19" cy="17" r="7" fill="#fff"/><rect x="1" y="3" width="10" height="10" rx="1.5" fill="#f4b43a"/><path d="M31 1.5 37 12H25z" fill="#f0937a"/><path d="m7 20 6 3.5v7H1v-7z" fill="#8fc7e8"/><circle cx="31.5" cy="25" r="5.5" fill="#d9a5cf"/></svg>`)
}

// street is the cut-paper picture of a neighbourhood at the head of a home page. It is decoration only.
func street() templ.Component { return templ.Raw(streetDrawing) }

var streetDrawing = drawStreet()

func drawStreet() string {
	var b strings.Builder
	b.WriteString(`<svg class="hero__art" aria-hidden="true" focusable="false" viewBox="0 0 1280 120" preserveAspectRatio="xMidYMax slice">`)
	b.WriteString(`<circle cx="1010" cy="44" r="30" fill="#f4b43a"/><path d="M0 74C160 40 330 46 520 66s360 22 520-4 200-14 240-8v66H0z" fill="#cfe0cf"/><path d="M0 96c220-26 420-14 640-4s440 6 640-12v40H0z" fill="#9dc2ae"/>`)
	house := func(x, y, w, h float64, wall, roof string) {
		fmt.Fprintf(&b, `<path d="M%.0f %.0fv-%.0fl%.1f-%.0f %.1f %.0fv%.0fz" fill="%s"/>`, x, y, h, w/2, w*.42, w/2, w*.42, h, wall)
		fmt.Fprintf(&b, `<path d="M%.0f %.0fl%.1f-%.0f %.1f %.0f" fill="none" stroke="%s" stroke-width="5" stroke-linejoin="round" stroke-linecap="round"/>`, x-3, y-h+1, w/2+3, w*.42+2, w/2+3, w*.42+2, roof)
		fmt.Fprintf(&b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="1" fill="#fff3d6"/>`, x+w*.2, y-h*.72, w*.22, h*.3)
		fmt.Fprintf(&b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`, x+w*.58, y-h*.52, w*.22, h*.52, roof)
	}
	tree := func(x, y, r float64, leaf string) {
		fmt.Fprintf(&b, `<path d="M%.0f %.0fv-%.0f" stroke="#6b4a2f" stroke-width="4"/><circle cx="%.0f" cy="%.0f" r="%.0f" fill="%s"/>`, x, y, r*1.6, x, y-r*1.9, r, leaf)
	}
	tree(70, 108, 13, "#2f7a5f")
	house(110, 110, 44, 30, "#d98066", "#8f3119")
	house(160, 110, 44, 30, "#f0c26a", "#8a5a10")
	house(210, 110, 44, 30, "#86aed0", "#1f5e93")
	tree(286, 110, 16, "#3f8a62")
	tree(316, 112, 11, "#2f7a5f")
	house(352, 112, 52, 24, "#e8d9c0", "#73386b")
	hall := `<rect x="440" y="70" width="150" height="44" fill="#fff8ea"/><path d="M430 72 515 38l85 34z" fill="#0f5b50"/><rect x="500" y="86" width="30" height="28" fill="#0f5b50"/><rect x="454" y="82" width="30" height="16" fill="#f4b43a"/><rect x="546" y="82" width="30" height="16" fill="#f4b43a"/><circle cx="515" cy="60" r="6" fill="#f4b43a"/>`
	b.WriteString(hall)
	tree(622, 112, 14, "#3f8a62")
	house(652, 112, 44, 32, "#86aed0", "#1f5e93")
	house(700, 112, 44, 32, "#d9a5cf", "#73386b")
	tree(772, 112, 12, "#2f7a5f")
	flats := `<rect x="800" y="34" width="50" height="80" fill="#e6b08f"/><path d="M808 44h10v9h-10zm24 0h10v9h-10zM808 62h10v9h-10zm24 0h10v9h-10zM808 80h10v9h-10zm24 0h10v9h-10z" fill="#fff3d6"/><rect x="818" y="98" width="14" height="16" fill="#8f3119"/>`
	b.WriteString(flats)
	house(872, 112, 44, 28, "#f0c26a", "#8a5a10")
	tree(940, 112, 15, "#3f8a62")
	tree(968, 113, 10, "#2f7a5f")
	swings := `<path d="m1000 114 14-40h52l14 40M1030 76v26m14-26v26m-18 0h8m6 0h8" fill="none" stroke="#1f5e93" stroke-width="4" stroke-linecap="round"/>`
	b.WriteString(swings)
	house(1104, 112, 48, 30, "#d98066", "#8f3119")
	house(1156, 112, 48, 30, "#86aed0", "#1f5e93")
	tree(1228, 112, 14, "#2f7a5f")
	b.WriteString(`<path d="M0 112c320-7 900-7 1280 0v8H0z" fill="#0f5b50"/></svg>`)
	return b.String()
}
