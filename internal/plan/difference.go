package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"commontable/internal/date"
	"commontable/internal/money"
)

// A Change is one thing in which a version differs from another.
type Change struct {
	What     Thing
	How      How
	Priority string // the name of the priority that it belongs to, as the later version has it; "" for the plan as a whole
	Name     string // what it is called, in the later version where it is there
	Before   string // in words, where words changed
	After    string
	Was      money.Amount // of a line's budget
	Is       money.Amount
}

// By is by how much more or less money.
func (c Change) By() money.Amount { return c.Is.Sub(c.Was) }

// IsOfMoney reports whether a line's budget is what differs.
func (c Change) IsOfMoney() bool {
	return c.What == ALine && (c.How == Added || c.How == Gone || c.How == MoreMoney || c.How == LessMoney)
}

// A Thing is what a plan is made of.
type Thing string

// What a plan is made of.
const (
	TheVision   Thing = "what people want"
	TheYears    Thing = "years"
	APriority   Thing = "priority"
	AnObjective Thing = "objective"
	AnAction    Thing = "action"
	ALine       Thing = "budget line"
	SomeProof   Thing = "evidence"
)

// A How is in which way something differs.
type How string

// The ways in which versions differ.
const (
	Added     How = "added"
	Gone      How = "gone"
	Renamed   How = "renamed"
	MoreMoney How = "more money"
	LessMoney How = "less money"
	OtherYear How = "other years" // the same money, shared out over other years
	OtherDay  How = "other day"   // of an action: by when
	Reworded  How = "other words"
)

// Compare tells in what a version differs from an earlier one: the plan as a
// whole first, then priority by priority, in the order of the later version. What
// is one priority, line or action is known by its identity, whatever it is called.
func Compare(before, after Version) []Change {
	var all []Change
	if strings.TrimSpace(before.Vision) != strings.TrimSpace(after.Vision) {
		all = append(all, Change{What: TheVision, How: Reworded, Before: before.Vision, After: after.Vision})
	}
	if before.FromYear != after.FromYear || before.UntilYear != after.UntilYear {
		all = append(all, Change{What: TheYears, How: Reworded, Before: before.Years(), After: after.Years()})
	}
	for _, pr := range after.Parts() {
		was, is := before.Priority(pr.ID)
		if !is {
			all = append(all, Change{What: APriority, How: Added, Priority: pr.Name, Name: pr.Name, After: pr.Why})
		} else if was.Name != pr.Name {
			all = append(all, Change{What: APriority, How: Renamed, Priority: pr.Name, Name: pr.Name, Before: was.Name, After: pr.Name})
		}
		if is && was.Why != pr.Why {
			all = append(all, Change{What: APriority, How: Reworded, Priority: pr.Name, Name: "Why it matters", Before: was.Why, After: pr.Why})
		}
		all = append(all, compareLines(pr.Name, before.LinesOf(pr.ID), after.LinesOf(pr.ID))...)
		all = append(all, compareWords(AnObjective, pr.Name, was.Objectives, pr.Objectives)...)
		all = append(all, compareActions(pr.Name, was.Actions, pr.Actions)...)
		all = append(all, compareProofs(pr.Name, was.Evidence, pr.Evidence)...)
	}
	for _, pr := range before.Parts() {
		if _, still := after.Priority(pr.ID); !still {
			all = append(all, Change{What: APriority, How: Gone, Priority: pr.Name, Name: pr.Name})
			all = append(all, compareLines(pr.Name, before.LinesOf(pr.ID), nil)...)
		}
	}
	return all
}

func compareLines(priority string, before, after []Line) []Change {
	var all []Change
	for _, l := range after {
		at := slices.IndexFunc(before, func(was Line) bool { return was.ID == l.ID })
		if at < 0 {
			all = append(all, Change{What: ALine, How: Added, Priority: priority, Name: l.Name, Was: money.Pence(0), Is: l.Budget})
			continue
		}
		was := before[at]
		if was.Name != l.Name {
			all = append(all, Change{What: ALine, How: Renamed, Priority: priority, Name: l.Name, Before: was.Name, After: l.Name})
		}
		c := Change{What: ALine, Priority: priority, Name: l.Name, Was: was.Budget, Is: l.Budget}
		switch by := l.Budget.Sub(was.Budget); {
		case by.Positive():
			c.How = MoreMoney
		case by.Negative():
			c.How = LessMoney
		case !slices.Equal(was.Years, l.Years):
			c.How = OtherYear
			c.Before, c.After = otherYears(was, l), otherYears(l, was)
		default:
			continue
		}
		all = append(all, c)
	}
	for _, l := range before {
		if !slices.ContainsFunc(after, func(is Line) bool { return is.ID == l.ID }) {
			all = append(all, Change{What: ALine, How: Gone, Priority: priority, Name: l.Name, Was: l.Budget, Is: money.Pence(0)})
		}
	}
	return all
}

// otherYears is what a line has in the years in which another has not the same, in words.
func otherYears(l, other Line) string {
	if len(l.Years) == 0 {
		return "Not shared out over the years"
	}
	var parts []string
	for _, y := range l.Years {
		if other.InYear(y.Year) != y.Amount {
			parts = append(parts, fmt.Sprintf("%d–%02d: %s", y.Year, (y.Year+1)%100, y.Amount.Whole()))
		}
	}
	for _, y := range other.Years {
		if l.InYear(y.Year).IsZero() {
			parts = append(parts, fmt.Sprintf("%d–%02d: nothing", y.Year, (y.Year+1)%100))
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}

func compareWords(what Thing, priority string, before, after []string) []Change {
	var all []Change
	for _, words := range after {
		if !slices.Contains(before, words) {
			all = append(all, Change{What: what, How: Added, Priority: priority, Name: words})
		}
	}
	for _, words := range before {
		if !slices.Contains(after, words) {
			all = append(all, Change{What: what, How: Gone, Priority: priority, Name: words})
		}
	}
	return all
}

// compareActions leaves out who does them: that is not for everyone's eyes.
func compareActions(priority string, before, after []Action) []Change {
	var all []Change
	for _, a := range after {
		at := slices.IndexFunc(before, func(was Action) bool { return was.ID == a.ID })
		switch {
		case at < 0:
			all = append(all, Change{What: AnAction, How: Added, Priority: priority, Name: a.What})
		case before[at].What != a.What:
			all = append(all, Change{What: AnAction, How: Reworded, Priority: priority, Name: a.What, Before: before[at].What, After: a.What})
		}
		if at >= 0 && before[at].By != a.By {
			all = append(all, Change{What: AnAction, How: OtherDay, Priority: priority, Name: a.What, Before: dayInWords(before[at].By), After: dayInWords(a.By)})
		}
	}
	for _, a := range before {
		if !slices.ContainsFunc(after, func(is Action) bool { return is.ID == a.ID }) {
			all = append(all, Change{What: AnAction, How: Gone, Priority: priority, Name: a.What})
		}
	}
	return all
}

func dayInWords(day date.Date) string {
	if day.IsZero() {
		return "No day"
	}
	return day.Long()
}

// compareProofs tells of evidence that says the same from elsewhere, too.
func compareProofs(priority string, before, after []Evidence) []Change {
	var all []Change
	same := func(a, b Evidence) bool { return a.Kind == b.Kind && a.Words == b.Words }
	for _, e := range after {
		at := slices.IndexFunc(before, func(was Evidence) bool { return same(was, e) })
		switch {
		case at < 0:
			all = append(all, Change{What: SomeProof, How: Added, Priority: priority, Name: e.Kind.Words() + ": " + e.Words})
		case before[at] != e:
			all = append(all, Change{What: SomeProof, How: Reworded, Priority: priority, Name: e.Kind.Words() + ": " + e.Words, Before: before[at].from(), After: e.from()})
		}
	}
	for _, e := range before {
		if !slices.ContainsFunc(after, func(is Evidence) bool { return same(is, e) }) {
			all = append(all, Change{What: SomeProof, How: Gone, Priority: priority, Name: e.Kind.Words() + ": " + e.Words})
		}
	}
	return all
}

// from is where evidence is from, in words.
func (e Evidence) from() string {
	parts := []string{e.Source, e.Link}
	if e.Consultation != 0 {
		parts = append(parts, fmt.Sprintf("consultation %d", e.Consultation))
	}
	return cmp.Or(strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), ", "), "Nothing said of where it is from")
}
