package plan

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
)

// sameName is a name as names are compared: "The hub " is "the Hub".
func sameName(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// A register is the priorities and lines that an area ever had, by what they are
// called now and by their IDs.
type register struct {
	priorities map[string]PriorityID // by their names as they are compared
	lines      map[string]LineID     // by their priority and name
	named      map[PriorityID]string
	every      map[LineID]Line
}

func knownLines(ctx context.Context, tx *db.Tx, a area.ID) (register, error) {
	r := register{map[string]PriorityID{}, map[string]LineID{}, map[PriorityID]string{}, map[LineID]Line{}}
	all, err := EveryLine(ctx, tx, a)
	if err != nil {
		return r, fmt.Errorf("budget lines: %w", err)
	}
	for _, l := range all {
		r.addPriority(l.Priority, l.PriorityName)
		r.every[l.ID] = l
		if key := lineKey(l.Priority, l.Name); r.lines[key] == "" {
			r.lines[key] = l.ID
		}
	}
	priorities, err := everyPriority(ctx, tx, a)
	for _, pr := range priorities { // those without a line too
		r.addPriority(pr.ID, pr.Name)
	}
	return r, err
}

func (r register) addPriority(pid PriorityID, name string) {
	if _, known := r.named[pid]; known {
		return
	}
	r.named[pid] = name
	if r.priorities[sameName(name)] == "" {
		r.priorities[sameName(name)] = pid
	}
}

func lineKey(pr PriorityID, name string) string { return string(pr) + "\x00" + sameName(name) }

// first gives lines that the area has already the theme under which they were first
// planned, where they are told under the one that they are under now; and tells those
// that were under none and are put under one with this.
func (r register) first(lines []Line) (coded []Line) {
	for i, l := range lines {
		was, known := r.every[l.ID]
		switch {
		case !known || l.Theme == was.Theme:
			continue
		case was.ThemeNow() == "":
			coded = append(coded, l)
		case l.Theme != was.ThemeNow():
			continue
		}
		lines[i].Theme, lines[i].Coded = was.Theme, was.Coded
	}
	return coded
}

// check refuses to tell a line that the area has already under another theme:
// what was planned and spent on it is told under the first.
func (r register) check(lines []Line, rules area.RuleBook) fault.Invalid {
	var wrong fault.Invalid
	for i, l := range lines {
		if was, known := r.every[l.ID]; known && was.Theme != l.Theme {
			theme, _ := rules.Theme(was.ThemeNow())
			wrong.Add("theme-"+strconv.Itoa(i+1), fmt.Sprintf("“%s” is told under “%s”. Choose that, or give this line another name. A line can be put under another theme beside the plan.", was.Name, theme.Name))
		}
	}
	return wrong
}

// recognise tells which of the area's priorities and lines a version has, and
// gives new ones an ID: first those that are named by their IDs, then those that
// are called as one that is left.
func (p *Plans) recognise(n NewVersion, known register, current Version, drafted map[LineID]bool) (priorities []Priority, lines []Line, wrong fault.Invalid) {
	of := map[string]PriorityID{} // by the names in n
	taken := map[PriorityID]bool{}
	for _, pr := range n.Priorities {
		taken[pr.ID] = true
	}
	recall := func(name string) PriorityID {
		pid := known.priorities[sameName(name)]
		if pid == "" || taken[pid] {
			pid = id.New[PriorityID](p.IDs)
		}
		taken[pid] = true
		return pid
	}
	for i, pr := range n.Priorities {
		switch _, is := known.named[pr.ID]; {
		case pr.ID == "":
			pr.ID = recall(pr.Name)
		case !is && drafted == nil:
			wrong.Add("priority_id-"+strconv.Itoa(i+1), "This area has no such priority. Leave the ID out to make one.")
		}
		if _, twice := of[sameName(pr.Name)]; twice {
			wrong.Add("priority_name-"+strconv.Itoa(i+1), "Two priorities have this name: give one of them another")
		}
		of[sameName(pr.Name)] = pr.ID
		pr.Name = strings.TrimSpace(pr.Name)
		priorities = append(priorities, p.withActions(pr))
	}
	used := map[LineID]bool{}
	for _, l := range n.Lines {
		used[l.ID] = true
	}
	for i, l := range n.Lines {
		pid, there := of[sameName(l.Priority)]
		if !there {
			pid = recall(l.Priority)
			of[sameName(l.Priority)] = pid
			pr := Priority{ID: pid, Name: strings.TrimSpace(l.Priority)}
			if was, ok := current.Priority(pid); ok {
				pr.Why, pr.Objectives, pr.Actions, pr.Evidence = was.Why, was.Objectives, was.Actions, was.Evidence
				pr.Name = was.Name
			} else if name, is := known.named[pid]; is {
				pr.Name = name
			}
			priorities = append(priorities, pr)
		}
		line := Line{ID: l.ID, Priority: pid, Name: strings.TrimSpace(l.Name), Theme: l.Theme, Budget: l.Budget, Years: l.Years}
		was, is := known.every[l.ID]
		switch {
		case l.ID == "":
			if line.ID = known.lines[lineKey(pid, l.Name)]; line.ID == "" || used[line.ID] {
				line.ID = id.New[LineID](p.IDs)
			} else {
				line.Name = known.every[line.ID].Name
			}
			used[line.ID] = true
		case !is && !drafted[l.ID]:
			wrong.Add("name-"+strconv.Itoa(i+1), "This area has no such budget line. Leave the ID out to make one.")
		case is && was.Priority != pid:
			wrong.Add("priority-"+strconv.Itoa(i+1), fmt.Sprintf("“%s” belongs to “%s”. A line stays with its priority, so that what was spent on it stays there too.", was.Name, was.PriorityName))
		}
		if len(l.Years) == 0 { // what is not said of the years goes on where the budget does
			if before, ok := current.Line(line.ID); ok && before.Budget == l.Budget && within(before.Years, n.FromYear, n.UntilYear) {
				line.Years = before.Years
			}
		}
		lines = append(lines, line)
	}
	names := map[PriorityID]string{}
	for _, pr := range priorities {
		names[pr.ID] = pr.Name
	}
	for i := range lines {
		lines[i].PriorityName = names[lines[i].Priority]
	}
	return priorities, lines, wrong
}

func within(years []YearBudget, from, until int) bool {
	for _, y := range years {
		if y.Year < from || y.Year > until {
			return false
		}
	}
	return true
}

// withActions gives the actions that have none an ID.
func (p *Plans) withActions(pr Priority) Priority {
	actions := make([]Action, len(pr.Actions))
	for i, a := range pr.Actions {
		if a.ID == "" {
			a.ID = id.New[ActionID](p.IDs)
		}
		actions[i] = a
	}
	pr.Actions = actions
	return pr
}

// keepVersion keeps a version with all that it says.
func (p *Plans) keepVersion(ctx context.Context, tx *db.Tx, a area.Area, known register, v Version) error {
	if err := insertVersion(ctx, tx, v); err != nil {
		return fmt.Errorf("insert plan version: %w", err)
	}
	for i, pr := range v.Priorities {
		if _, is := known.named[pr.ID]; !is {
			if err := insertPriority(ctx, tx, a.ID, pr.ID, pr.Name); err != nil {
				return fmt.Errorf("priority: %w", err)
			}
		}
		if err := insertSaid(ctx, tx, v, i+1, pr); err != nil {
			return fmt.Errorf("insert what the plan says of a priority: %w", err)
		}
	}
	for i, l := range v.Lines {
		if _, is := known.every[l.ID]; !is {
			if err := insertBudgetLine(ctx, tx, a, l); err != nil {
				return fmt.Errorf("budget line: %w", err)
			}
		}
		if err := insertLine(ctx, tx, v, i+1, l); err != nil {
			return fmt.Errorf("insert plan line: %w", err)
		}
	}
	return nil
}
