package plan

import (
	"slices"
	"strings"
	"unicode"

	"commontable/internal/area"
)

// A Suggestion is a theme that the words of a line tell of, and the first of the
// words that did, so that it can be explained.
type Suggestion struct {
	Theme string // the programme's code
	Word  string // as it was written
}

// themeWords are the beginnings of words by which a theme is known. They are few
// on purpose: whoever wonders why a line was put under a theme finds the word
// here. A word says more the more of it is named: "playground" is not "play".
var themeWords = map[string][]string{
	"community-facilities":      {"hub", "hall", "building", "kitchen", "roof", "room", "centre", "facilit", "toilet", "heating", "caretaker"},
	"high-street":               {"shop", "shopfront", "market", "parade", "town centre", "high street"},
	"green-spaces":              {"park", "green", "tree", "bench", "garden", "playground", "play area", "orchard", "allotment", "planting", "flower", "wood", "path", "pond"},
	"streets-and-safety":        {"street", "safe", "safety", "crime", "cctv", "light", "litter", "bin", "speed", "crossing", "parking"},
	"housing":                   {"housing", "home", "tenant", "landlord", "flat", "empty homes"},
	"children-and-young-people": {"youth", "young", "child", "children", "school", "holiday club", "toddler", "teen", "playscheme", "baby", "nursery", "student"},
	"older-people":              {"older", "elder", "lunch club", "pension", "retired", "dementia", "over 60"},
	"health-and-wellbeing":      {"health", "wellbeing", "well-being", "counsel", "mental", "listening", "walking", "food bank", "cook", "lonel", "warm space", "diabet", "disab"},
	"money-and-debt":            {"debt", "benefit", "credit union", "money advice", "advice", "loan", "fuel poverty"},
	"jobs-and-skills":           {"job", "skill", "training", "course", "apprentic", "work experience", "employ", "bursar", "cv", "leader"},
	"enterprise":                {"enterprise", "business", "start-up", "trader", "cafe", "café", "social enterprise"},
	"arts-and-heritage":         {"art", "arts", "heritage", "history", "museum", "music", "theatre", "mural", "choir", "band", "film", "archive"},
	"sport":                     {"sport", "football", "gym", "skate", "play", "pitch", "swim", "cricket", "boxing", "netball", "cycling"},
	"community-events":          {"event", "festival", "fun day", "carnival", "party", "fair", "celebrat", "supper", "fireworks", "open day"},
	"small-grants":              {"grant", "small grant", "small grants"},
	"energy-and-climate":        {"energy", "climate", "solar", "insulat", "wildlife", "compost", "recycl", "repair cafe", "flood", "growing"},
	"transport":                 {"transport", "bus", "minibus", "cycle lane", "bike", "getting about", "lift"},
	"digital":                   {"digital", "laptop", "internet", "wifi", "wi-fi", "computer", "tablet", "online"},
	"involving-people":          {"consult", "survey", "newsletter", "involv", "website", "volunteer", "story", "communicat", "leaflet", "meetings and telling"},
	"running-the-partnership":   {"partnership", "worker", "staff", "office", "insurance", "admin", "salary", "running"},
	"running-the-board":         {"board", "worker", "staff", "office", "insurance", "admin", "salary", "running"},
}

// SuggestTheme tells under which of a programme's themes a line falls, by its
// words. The longest word that is named decides, then the programme's order of
// themes. Where no word is known it says so, and suggests nothing.
func SuggestTheme(rules area.RuleBook, words string) (best Suggestion, ok bool) {
	tokens := strings.FieldsFunc(words, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '\'' && r != '’'
	})
	most := 0
	for _, theme := range rules.Themes {
		for _, known := range themeWords[theme.Code] {
			at := where(tokens, strings.Fields(known))
			if at >= 0 && len(known) > most {
				most, best = len(known), Suggestion{theme.Code, strings.Join(tokens[at:at+len(strings.Fields(known))], " ")}
			}
		}
	}
	return best, most > 0
}

// where finds words that stand one after another, the last of them as the
// beginning of a word; short words are meant whole. -1 where they do not stand.
func where(tokens, known []string) int {
	for i := 0; i+len(known) <= len(tokens); i++ {
		if matches(tokens[i:i+len(known)], known) {
			return i
		}
	}
	return -1
}

func matches(tokens, known []string) bool {
	for j, k := range known {
		token := strings.ToLower(tokens[j])
		isWhole := token == k || token == k+"s"
		isBegun := j == len(known)-1 && len(k) >= 4 && strings.HasPrefix(token, k)
		if !isWhole && !isBegun {
			return false
		}
	}
	return true
}

// words is all that a plan says of a priority, in the order in which it tells most.
func (pr Priority) words() []string {
	all := append([]string{pr.Why}, pr.Objectives...)
	for _, a := range pr.Actions {
		all = append(all, a.What)
	}
	return all
}

// findTheme is the theme of a line that nobody put under one, so that it costs who
// writes the plan nothing: by its words, by what the plan says of its priority, or
// else the one that the priority's other lines are under. "" where all of that tells
// nothing.
func findTheme(rules area.RuleBook, line string, pr Priority, others []string) string {
	for _, words := range append([]string{line + " " + pr.Name}, pr.words()...) {
		if s, ok := SuggestTheme(rules, words); ok {
			return s.Theme
		}
	}
	for _, theme := range others {
		if theme != "" {
			return theme
		}
	}
	return ""
}

// suggestThemes gives the lines that have no theme the one they had before, or
// the one that is found for them.
func suggestThemes(lines []NewLine, known register, n NewVersion, rules area.RuleBook) []NewLine {
	lines = slices.Clone(lines)
	for i, l := range lines {
		if l.Theme != "" {
			continue
		}
		lid := l.ID
		if lid == "" {
			lid = known.lines[lineKey(known.priorities[sameName(l.Priority)], l.Name)]
		}
		if was, is := known.every[lid]; is {
			lines[i].Theme = was.Theme
			continue
		}
		pr := Priority{Name: l.Priority}
		if at := slices.IndexFunc(n.Priorities, func(pr Priority) bool { return sameName(pr.Name) == sameName(l.Priority) }); at >= 0 {
			pr = n.Priorities[at]
		}
		var others []string
		for _, other := range n.Lines {
			if sameName(other.Priority) == sameName(l.Priority) {
				others = append(others, other.Theme)
			}
		}
		lines[i].Theme = findTheme(rules, l.Name, pr, others)
	}
	return lines
}
