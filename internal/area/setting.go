package area

import (
	"slices"
	"strings"

	"commontable/internal/fault"
)

// Settings lists the words for what kind of place an area is (V41), the same for
// every area, so that places alike are found. Its region stands beside them.
func Settings() []string {
	return []string{
		"urban", "coastal", "rural", "small town", "market town", "town near a large city", "estate",
		"parished", "one council", "two tiers of council", "three tiers of council",
	}
}

// Settings are what kind of place the area is, in the words of the list; none where
// nobody said.
func (a Area) Settings() []string { return settingsIn(a.Setting) }

func settingsIn(said string) (all []string) {
	for one := range strings.SplitSeq(said, ";") {
		if one = strings.ToLower(tidy(one)); one != "" && !slices.Contains(all, one) {
			all = append(all, one)
		}
	}
	return all
}

// tidySetting puts what was said into the order of the list.
func tidySetting(said string) string {
	all := settingsIn(said)
	slices.SortStableFunc(all, func(a, b string) int { return slices.Index(Settings(), a) - slices.Index(Settings(), b) })
	return strings.Join(all, "; ")
}

func checkSetting(wrong *fault.Invalid, said string) {
	for _, one := range settingsIn(said) {
		if !slices.Contains(Settings(), one) {
			wrong.Add("setting", "“"+shortened(one)+"” is none of the words for a kind of place. They are: "+strings.Join(Settings(), ", "))
			return
		}
	}
}
