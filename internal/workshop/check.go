package workshop

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"
)

//go:embed actions.json
var actionsFile []byte

// A Component is one of five things that relationships of councils and communities
// are made of, with the principle that belongs to it (V20).
type Component struct {
	Number           int
	Title, Principle string
}

// An Action is one thing to do, of the 37 (V21): 21 for councils, 16 for
// partnerships. The IDs are those of the requirements, and stay.
type Action struct {
	ID     string
	Side   string // council, partnership
	Roles  []string
	Words  string
	Source string
}

// For reports whether an action is for who has a role.
func (a Action) For(role string) bool { return slices.Contains(a.Roles, role) }

// Component is the number of the component that an action belongs to.
func (a Action) Component() int { return int(a.ID[1] - '0') }

type checkData struct {
	Version    string
	Source     string
	Components []Component
	Actions    []struct {
		ID, Side, Words, Source string
		For                     []string
	}
}

var checkFile = sync.OnceValue(func() checkData {
	var d checkData
	if err := json.Unmarshal(actionsFile, &d); err != nil {
		panic("actions.json: " + err.Error())
	}
	return d
})

// CheckVersion is the version of the list of actions.
func CheckVersion() string { return checkFile().Version }

// Components lists the five.
func Components() []Component { return checkFile().Components }

// CheckActions lists the 37.
var CheckActions = sync.OnceValue(func() []Action {
	var all []Action
	for _, a := range checkFile().Actions {
		all = append(all, Action{a.ID, a.Side, a.For, a.Words, a.Source})
	}
	return all
})

// CheckRoles are who marks what: the first three are of the council.
func CheckRoles() []Choice {
	return []Choice{
		{"councillor", "Councillor", "council"},
		{"officer", "Council officer", "council"},
		{"senior", "Council manager", "council"},
		{"chair", "Chair", "partnership"},
		{"adviser", "Adviser", "partnership"},
		{"worker", "Worker", "partnership"},
		{"member", "Member or volunteer", "partnership"},
	}
}

// Marks are how an action is marked.
func Marks() []Choice {
	return []Choice{{"happens", "It happens", ""}, {"partly", "Partly", ""}, {"not yet", "Not yet", ""}, {"unknown", "Don’t know", ""}}
}

// A Difference is how one action is seen by those who marked it.
type Difference struct {
	Action Action
	By     []Choice // who, and how they see it
	Differ bool     // not all who know see it alike: something to talk about
}

// Differences lists the actions that somebody marked, in their order.
func (r Record) Differences() (all []Difference) {
	for _, act := range CheckActions() {
		d := Difference{Action: act}
		seen := map[string]bool{}
		for _, role := range CheckRoles() {
			for _, sheet := range r.Sheets {
				mark := sheet.Answers[act.ID]
				if mark == "" || !strings.HasPrefix(sheet.Part+" ", "marks "+role.Code+" ") {
					continue
				}
				d.By = append(d.By, Choice{role.Words, Question{Ask: One, Choices: Marks()}.InWords(mark), ""})
				if mark != "unknown" {
					seen[mark] = true
				}
			}
		}
		if d.Differ = len(seen) > 1; len(d.By) > 0 {
			all = append(all, d)
		}
	}
	return all
}

// council reports whether a part is marked by somebody of the council.
func council(part string) bool {
	fields := strings.Fields(part)
	if len(fields) < 2 || fields[0] != "marks" {
		return false
	}
	role := fields[1]
	return slices.ContainsFunc(CheckRoles(), func(c Choice) bool { return c.Code == role && c.Hint == "council" })
}
