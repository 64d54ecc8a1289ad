package geography

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// What an outline may hold.
const (
	mostOutlines = 50_000
	mostPoints   = 50_000 // of one
	perDegree    = 100_000
)

// An Outline is a place on the map: rings, each closed, the holes among them.
type Outline struct {
	Code, Name string
	Rings      [][]Point
}

// A Point is in hundred-thousandths of a degree, about a metre.
type Point struct{ East, North int }

type geoJSON struct {
	Type     string `json:"type"`
	Features []struct {
		Properties map[string]any `json:"properties"`
		Geometry   *struct {
			Type        string          `json:"type"`
			Coordinates json.RawMessage `json:"coordinates"`
		} `json:"geometry"`
	} `json:"features"`
}

var digits2 = regexp.MustCompile(`[0-9]{2}`)

// readOutlines reads GeoJSON of councils or of small areas.
func (p *Pack) readOutlines(text []byte, say Say) {
	var g geoJSON
	if err := json.Unmarshal(text, &g); err != nil {
		p.wrong(0, "", "The file cannot be read as GeoJSON. Fetch it again")
		return
	}
	switch {
	case g.Type != "FeatureCollection" || len(g.Features) == 0:
		p.wrong(0, "", "The file has no outlines. Choose GeoJSON of a FeatureCollection with outlines in it")
		return
	case len(g.Features) > mostOutlines:
		p.wrong(0, "", fmt.Sprintf("The file has more than %d outlines. Choose a smaller one", mostOutlines))
		return
	}
	of, seen := "", map[string]int{}
	b := batch{pack: p}
	for i, f := range g.Features {
		code, name := codeAndName(f.Properties)
		kind := AuthorityOutlines
		if lsoa.MatchString(code) {
			kind = SmallAreaOutlines
		} else if !authority.MatchString(code) {
			p.wrong(i+1, "", fmt.Sprintf("Give each outline the code of a council or of a small area of 2021: %q is neither", shortened(code)))
			continue
		}
		if p.Kind == "" {
			p.Kind = kind
		}
		if first, twice := seen[code]; twice {
			p.wrong(i+1, "", fmt.Sprintf("Keep one of the two outlines: number %d is of %s too", first, code))
			continue
		}
		seen[code] = i + 1
		if kind != p.Kind || (say.Kind != "" && say.Kind != kind) {
			p.wrong(i+1, "", "Put outlines of councils and of small areas into files of their own")
			continue
		}
		if f.Geometry == nil {
			p.wrong(i+1, "", "Give this outline a shape: it has none")
			continue
		}
		shape, words := packed(f.Geometry.Type, f.Geometry.Coordinates)
		if words != "" {
			p.wrong(i+1, "", words)
			continue
		}
		p.Rows++
		b.add(code, []any{code, name, shape})
		of = common(of, i, f.Properties)
	}
	b.end()
	if p.Kind == "" {
		p.Faults, p.Further = nil, 0
		p.wrong(0, "", "These are outlines of neither councils nor small areas of 2021: choose a file that is")
		return
	}
	if p.Kind == SmallAreaOutlines {
		p.CodesOf = Codes2021
		if of == "" {
			of = strings.TrimSuffix(p.File, ".gz")
		}
		p.Series = string(SmallAreaOutlines) + "-" + of
	}
}

// common is the council that all outlines of a file are of, or "".
func common(of string, i int, properties map[string]any) string {
	council, _ := properties["LADCD_ACTIVE"].(string)
	if i > 0 && council != of {
		return ""
	}
	if !authority.MatchString(council) {
		return ""
	}
	return council
}

// codeAndName finds them among an outline's properties: "code" and "name", or as
// the Office for National Statistics calls them.
func codeAndName(properties map[string]any) (code, name string) {
	find := func(names ...string) string {
		for _, n := range names {
			if s, ok := properties[n].(string); ok {
				return strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " ")
			}
		}
		return ""
	}
	code, name = find("LSOA21CD", "code"), find("LSOA21NM", "name")
	if code == "" {
		for key := range properties {
			if strings.HasPrefix(key, "LAD") && strings.HasSuffix(key, "CD") && digits2.MatchString(key) {
				code, name = find(key), find(strings.TrimSuffix(key, "CD")+"NM")
			}
		}
	}
	if r := []rune(name); len(r) > mostText {
		name = string(r[:mostText])
	}
	return code, name
}

// packed writes a shape's rings as whole numbers: "east north east north;…".
func packed(kind string, coordinates json.RawMessage) (shape, words string) {
	var polygons [][][][]float64
	switch kind {
	case "Polygon":
		var one [][][]float64
		if json.Unmarshal(coordinates, &one) != nil {
			return "", "This outline’s coordinates cannot be read"
		}
		polygons = [][][][]float64{one}
	case "MultiPolygon":
		if json.Unmarshal(coordinates, &polygons) != nil {
			return "", "This outline’s coordinates cannot be read"
		}
	default:
		return "", fmt.Sprintf("Give this outline as a Polygon or MultiPolygon: it is a %q", shortened(kind))
	}
	var b strings.Builder
	points := 0
	for _, polygon := range polygons {
		for _, ring := range polygon {
			if len(ring) < 4 {
				return "", "Give each ring of this outline four points or more, the last like the first"
			}
			if points += len(ring); points > mostPoints {
				return "", fmt.Sprintf("This outline has more than %d points. Choose a more generalised file", mostPoints)
			}
			if words := packRing(&b, ring); words != "" {
				return "", words
			}
		}
	}
	if b.Len() == 0 {
		return "", "Give this outline a shape: it has no ring"
	}
	return b.String(), ""
}

func packRing(b *strings.Builder, ring [][]float64) (words string) {
	if b.Len() > 0 {
		b.WriteByte(';')
	}
	last := Point{math.MaxInt, 0}
	for i, at := range ring {
		// The islands of Britain lie between 9° west and 4° east, 49° and 62° north.
		if len(at) < 2 || at[0] < -10 || at[0] > 5 || at[1] < 49 || at[1] > 62 {
			return "Give longitudes and latitudes in degrees (WGS 84), within the United Kingdom: this outline has others"
		}
		p := Point{int(math.Round(at[0] * perDegree)), int(math.Round(at[1] * perDegree))}
		if p == last && i < len(ring)-1 {
			continue
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(b, "%d %d", p.East, p.North)
		last = p
	}
	return ""
}

// rings reads what packed wrote.
func rings(shape string) [][]Point {
	var all [][]Point
	for part := range strings.SplitSeq(shape, ";") {
		var ring []Point
		numbers := strings.Fields(part)
		for i := 0; i+1 < len(numbers); i += 2 {
			east, errEast := strconv.Atoi(numbers[i])
			north, errNorth := strconv.Atoi(numbers[i+1])
			if errEast == nil && errNorth == nil {
				ring = append(ring, Point{east, north})
			}
		}
		all = append(all, ring)
	}
	return all
}
