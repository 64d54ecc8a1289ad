package areaweb

import (
	"slices"

	"commontable/internal/area"
	"commontable/internal/chart"
	"commontable/internal/geography"
	"commontable/internal/web"
)

// draw prepares the map of the small areas whose outlines are here.
func (d *profileData) draw(p area.Profile, outlines []geography.Outline) {
	for i, code := range p.LSOAs {
		at := slices.IndexFunc(outlines, func(o geography.Outline) bool { return o.Code == code })
		if at < 0 {
			continue
		}
		patch := chart.Patch{Name: outlines[at].Name, Number: i + 1, Rings: spots(outlines[at].Rings)}
		if s, ok := p.Facts.Base[code]; ok {
			patch.Name = s.Name
		}
		if len(p.Facts.Deprivation) > 0 {
			patch.Decile = int(p.Facts.Deprivation[0].Of[code].Decile)
		}
		d.patches = append(d.patches, patch)
	}
	if len(d.patches) == 0 {
		return
	}
	d.mapWords = "Map of the small areas that make up " + d.area.Name + ", north at the top. The table of small areas has the same numbers"
	d.caption = "North is at the top. The numbers are those in the table of small areas."
	if len(p.Facts.Deprivation) > 0 {
		d.caption += " Shaded by the " + p.Facts.Deprivation[0].Name + "."
	}
	if n := len(p.LSOAs) - len(d.patches); n > 0 {
		d.caption += " The outline of " + counted(n, "small area") + " is not here."
	}
}

func (d *profileData) drawCouncil(o geography.Outline) {
	if len(o.Rings) == 0 {
		return
	}
	d.behind = spots(o.Rings)
	d.mapWords = "Outline of the council’s whole area, " + o.Name + ", north at the top"
	d.caption = "This is the whole of " + o.Name + ". " + d.area.Name + " is a part of it: its own outline has not been brought in."
}

func spots(rings [][]geography.Point) [][]chart.Spot {
	var all [][]chart.Spot
	for _, ring := range rings {
		var one []chart.Spot
		for _, p := range ring {
			one = append(one, chart.Spot{East: p.East, North: p.North})
		}
		all = append(all, one)
	}
	return all
}

func shadeKey(patches []chart.Patch) []web.KeyItem {
	var items []web.KeyItem
	for _, s := range chart.Shades {
		if slices.ContainsFunc(patches, func(p chart.Patch) bool { return s.Holds(p.Decile) }) {
			items = append(items, web.KeyItem{Mark: chart.ShadeKey(s), Words: s.Words})
		}
	}
	return items
}
