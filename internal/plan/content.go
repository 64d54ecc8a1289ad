package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/date"
	"commontable/internal/fault"
	"commontable/internal/money"
)

// An ActionID names something that a plan says is to be done. It stays through
// all versions.
type ActionID string

// A Priority is what matters most to people, as a version has it: why, what is
// to be reached, what is to be done, and how we know.
type Priority struct {
	ID         PriorityID
	Name       string
	Why        string
	Objectives []string
	Actions    []Action
	Evidence   []Evidence
}

// An Action is something to be done: by whom and by when, where that is known.
type Action struct {
	ID   ActionID
	What string
	Who  string // may name people, so it is not for everyone's eyes
	By   date.Date
}

// A Kind of evidence (V16). The three are of equal standing, and shown alike.
type Kind string

// The kinds of evidence.
const (
	Lived     Kind = "lived"
	Published Kind = "published"
	Collected Kind = "collected"
)

// Kinds lists the kinds of evidence, in the order in which they are offered.
func Kinds() []Kind { return []Kind{Lived, Published, Collected} }

// Words are what people call the kind.
func (k Kind) Words() string {
	switch k {
	case Lived:
		return "Lived experience"
	case Published:
		return "Published"
	case Collected:
		return "Collected by us"
	}
	return ""
}

// Evidence is how we know that something matters.
type Evidence struct {
	Kind         Kind
	Words        string
	Source       string // who said it or where it stands; may be ""
	Link         string // an address on the web; may be ""
	Consultation int64  // the number of the one it is from; 0 for none
}

// Priority finds a priority of the version.
func (v Version) Priority(pid PriorityID) (Priority, bool) {
	for _, pr := range v.Parts() {
		if pr.ID == pid {
			return pr, true
		}
	}
	return Priority{}, false
}

// Parts are the version's priorities, in its order. Those of a version that was
// written before priorities had words of their own are told by its lines.
func (v Version) Parts() []Priority {
	if len(v.Priorities) > 0 {
		return v.Priorities
	}
	var all []Priority
	for _, l := range v.Lines {
		if !slices.ContainsFunc(all, func(pr Priority) bool { return pr.ID == l.Priority }) {
			all = append(all, Priority{ID: l.Priority, Name: l.PriorityName})
		}
	}
	return all
}

// LinesOf lists the version's budget lines of a priority.
func (v Version) LinesOf(pid PriorityID) []Line {
	var all []Line
	for _, l := range v.Lines {
		if l.Priority == pid {
			all = append(all, l)
		}
	}
	return all
}

// HasYears reports whether any line is shared out over the years.
func (v Version) HasYears() bool {
	return slices.ContainsFunc(v.Lines, func(l Line) bool { return len(l.Years) > 0 })
}

// Consultations are the numbers of those that the version's evidence is from.
func (v Version) Consultations() []int64 {
	var all []int64
	for _, pr := range v.Priorities {
		for _, e := range pr.Evidence {
			if e.Consultation != 0 && !slices.Contains(all, e.Consultation) {
				all = append(all, e.Consultation)
			}
		}
	}
	slices.Sort(all)
	return all
}

// How much a plan may say.
const (
	MostPriorities = 30
	mostObjectives = 20
	mostActions    = 40
	mostEvidence   = 20
	mostWords      = 5000
	mostName       = 120
	mostLine       = 500
)

// checkPriority looks at what a version says of its i-th priority. Fields are
// "priority_name-1", "why-1", "objectives-1", and those of its second action or
// piece of evidence "what-1.2", "words-1.2".
func checkPriority(wrong *fault.Invalid, i int, pr Priority) {
	at := "-" + strconv.Itoa(i)
	if strings.TrimSpace(pr.Name) == "" || len(pr.Name) > mostName {
		wrong.Add("priority_name"+at, fmt.Sprintf("Give this priority a name, in up to %d letters", mostName))
	}
	if len(pr.Why) > mostWords {
		wrong.Add("why"+at, "Say it in up to 5,000 letters")
	}
	checkObjectives(wrong, "objectives"+at, pr.Objectives)
	checkActions(wrong, at+".", pr.Actions)
	checkEvidence(wrong, at+".", pr.Evidence)
}

func checkObjectives(wrong *fault.Invalid, field string, objectives []string) {
	if len(objectives) > mostObjectives {
		wrong.Add(field, fmt.Sprintf("A priority has at most %d of these: put some together", mostObjectives))
	}
	for _, o := range objectives {
		if strings.TrimSpace(o) == "" || len(o) > mostLine {
			wrong.Add(field, fmt.Sprintf("Keep each line to %d letters", mostLine))
			return
		}
	}
}

func checkActions(wrong *fault.Invalid, before string, actions []Action) {
	if len(actions) > mostActions {
		wrong.Add("what"+before+"1", fmt.Sprintf("A priority has at most %d actions: put some together", mostActions))
	}
	for i, a := range actions {
		at := before + strconv.Itoa(i+1)
		if strings.TrimSpace(a.What) == "" || len(a.What) > mostLine {
			wrong.Add("what"+at, fmt.Sprintf("Say what is to be done, in up to %d letters", mostLine))
		}
		if len(a.Who) > mostName {
			wrong.Add("who"+at, fmt.Sprintf("Say who in up to %d letters", mostName))
		}
	}
}

func checkEvidence(wrong *fault.Invalid, before string, all []Evidence) {
	if len(all) > mostEvidence {
		wrong.Add("words"+before+"1", fmt.Sprintf("A priority has at most %d pieces of evidence: choose those that say most", mostEvidence))
	}
	for i, e := range all {
		at := before + strconv.Itoa(i+1)
		if !slices.Contains(Kinds(), e.Kind) {
			wrong.Add("kind"+at, "Choose how we know this")
		}
		if strings.TrimSpace(e.Words) == "" || len(e.Words) > 2000 {
			wrong.Add("words"+at, "Say what we know, in up to 2,000 letters")
		}
		if len(e.Source) > 200 {
			wrong.Add("source"+at, "Say where it is from in up to 200 letters")
		}
		if e.Link != "" && !isLink(e.Link) {
			wrong.Add("link"+at, "Enter an address that begins with https:// or http://")
		}
	}
}

func isLink(link string) bool {
	u, err := url.Parse(link)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && len(link) <= 500
}

// checkYears wants the years of a line to be the plan's, and to add up.
func checkYears(wrong *fault.Invalid, field string, l NewLine, from, until int) {
	if len(l.Years) == 0 {
		return
	}
	var sum money.Amount
	seen := map[int]bool{}
	for _, y := range l.Years {
		if y.Year < from || y.Year > until {
			wrong.Add(field, fmt.Sprintf("The plan does not cover the year from April %d: leave that year empty", y.Year))
			return
		}
		if !y.Amount.Positive() || seen[y.Year] {
			wrong.Add(field, "Give each year once, with an amount in pounds")
			return
		}
		seen[y.Year] = true
		sum = sum.Add(y.Amount)
	}
	if sum != l.Budget && l.Budget.Currency() != "" {
		wrong.Add(field, fmt.Sprintf("The years add up to %s, which is not the budget of %s. Change one of them.", sum.Whole(), l.Budget.Whole()))
	}
}

// A paper is what a version or a draft says, as text: it is what a draft is kept
// as, and what the event that records a version commits to.
type paper struct {
	Vision     string          `json:"vision"`
	FromYear   int             `json:"from"`
	UntilYear  int             `json:"until"`
	Priorities []paperPriority `json:"priorities"`
	Lines      []paperLine     `json:"lines"`
}

type paperPriority struct {
	ID         PriorityID      `json:"id"`
	Name       string          `json:"name"`
	Why        string          `json:"why,omitempty"`
	Objectives []string        `json:"objectives,omitempty"`
	Actions    []paperAction   `json:"actions,omitempty"`
	Evidence   []paperEvidence `json:"evidence,omitempty"`
}

type paperAction struct {
	ID   ActionID `json:"id"`
	What string   `json:"what"`
	Who  string   `json:"who,omitempty"`
	By   string   `json:"by,omitempty"`
}

type paperEvidence struct {
	Kind         Kind   `json:"kind"`
	Words        string `json:"words"`
	Source       string `json:"source,omitempty"`
	Link         string `json:"link,omitempty"`
	Consultation int64  `json:"consultation,omitempty"`
}

type paperLine struct {
	ID       LineID      `json:"id"`
	Priority PriorityID  `json:"priority"`
	Name     string      `json:"name"`
	Theme    string      `json:"theme"`
	Minor    int64       `json:"minor"`
	Years    []paperYear `json:"years,omitempty"`
}

type paperYear struct {
	Year  int   `json:"year"`
	Minor int64 `json:"minor"`
}

func paperOf(v Version) paper {
	w := paper{Vision: v.Vision, FromYear: v.FromYear, UntilYear: v.UntilYear, Priorities: []paperPriority{}, Lines: []paperLine{}}
	for _, pr := range v.Priorities {
		one := paperPriority{ID: pr.ID, Name: pr.Name, Why: pr.Why, Objectives: pr.Objectives}
		for _, a := range pr.Actions {
			one.Actions = append(one.Actions, paperAction{a.ID, a.What, a.Who, a.By.String()})
		}
		for _, e := range pr.Evidence {
			one.Evidence = append(one.Evidence, paperEvidence(e))
		}
		w.Priorities = append(w.Priorities, one)
	}
	for _, l := range v.Lines {
		one := paperLine{ID: l.ID, Priority: l.Priority, Name: l.Name, Theme: l.Theme, Minor: l.Budget.Minor()}
		for _, y := range l.Years {
			one.Years = append(one.Years, paperYear{y.Year, y.Amount.Minor()})
		}
		w.Lines = append(w.Lines, one)
	}
	return w
}

// content is what a version says, as one text.
func (v Version) content() (string, error) {
	text, err := json.Marshal(paperOf(v))
	return string(text), err
}

// Digest is of all that the version says: whoever decides on it decides on that
// and on nothing else.
func (v Version) Digest() (string, error) {
	text, err := v.content()
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:]), err
}

// readPaper reads what a draft says.
func readPaper(text string) (v Version, err error) {
	var w paper
	if err := json.Unmarshal([]byte(text), &w); err != nil {
		return v, fmt.Errorf("read draft: %w", err)
	}
	v = Version{Vision: w.Vision, FromYear: w.FromYear, UntilYear: w.UntilYear}
	names := map[PriorityID]string{}
	for _, pr := range w.Priorities {
		one := Priority{ID: pr.ID, Name: pr.Name, Why: pr.Why, Objectives: pr.Objectives}
		for _, a := range pr.Actions {
			by, err := dayOrNone(a.By)
			if err != nil {
				return v, err
			}
			one.Actions = append(one.Actions, Action{a.ID, a.What, a.Who, by})
		}
		for _, e := range pr.Evidence {
			one.Evidence = append(one.Evidence, Evidence(e))
		}
		v.Priorities, names[pr.ID] = append(v.Priorities, one), pr.Name
	}
	for _, l := range w.Lines {
		one := Line{ID: l.ID, Priority: l.Priority, PriorityName: names[l.Priority], Name: l.Name, Theme: l.Theme, Budget: money.Pence(l.Minor)}
		for _, y := range l.Years {
			one.Years = append(one.Years, YearBudget{y.Year, money.Pence(y.Minor)})
		}
		v.Lines = append(v.Lines, one)
	}
	return v, nil
}

func dayOrNone(text string) (date.Date, error) {
	if text == "" {
		return date.Date{}, nil
	}
	day, err := date.Parse(text)
	if err != nil {
		return day, fmt.Errorf("read day: %w", err)
	}
	return day, nil
}
