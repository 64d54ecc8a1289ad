// Package plan keeps what a partnership plans to do with its money.
//
// A plan is a version: a vision, and budget lines under priorities, for some
// financial years. Versions are added and never edited; the last one adopted is
// in force. Priorities and lines keep their identity from version to version,
// so that what was spent in year 2 still adds up in year 12 (S10).
package plan

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/money"
)

// A PriorityID names a priority of an area.
type PriorityID string

// A LineID names a budget line of an area.
type LineID string

// A Line is a budget line as a version has it.
type Line struct {
	ID           LineID
	Priority     PriorityID
	PriorityName string
	Name         string
	Theme        string // the programme's code
	Budget       money.Amount
}

// A Version is a plan as it was written once.
type Version struct {
	Area      area.ID
	Number    int64
	Vision    string
	FromYear  int // financial years, by the calendar year in which they begin
	UntilYear int
	WrittenBy access.PersonID
	WrittenAt time.Time
	Adopted   Adoption // zero while it is a draft
	Discarded Discard  // zero unless it is a draft that nobody needs any more
	Lines     []Line   // in the order of the plan
}

// An Adoption records that the partnership made a version its plan.
type Adoption struct {
	On       date.Date
	Decision string // the decision's reference
	NotedBy  access.PersonID
}

// A Discard is that a draft is needed no more. It stays to be read.
type Discard struct {
	By access.PersonID
	At time.Time
}

// IsDiscarded reports whether the version was a draft that was discarded.
func (v Version) IsDiscarded() bool { return v.Discarded.By != "" }

// IsAdopted reports whether the version was ever adopted.
func (v Version) IsAdopted() bool { return !v.Adopted.On.IsZero() }

// Total is what the version's lines add up to.
func (v Version) Total() money.Amount {
	var total money.Amount
	for _, l := range v.Lines {
		total = total.Add(l.Budget)
	}
	return total
}

// Line finds a line of the version.
func (v Version) Line(lid LineID) (Line, bool) {
	for _, l := range v.Lines {
		if l.ID == lid {
			return l, true
		}
	}
	return Line{}, false
}

// Years is for people: "April 2014 to March 2028".
func (v Version) Years() string {
	return fmt.Sprintf("April %d to March %d", v.FromYear, v.UntilYear+1)
}

// Plans is everything that can be done with plans.
type Plans struct {
	DB  *db.DB
	IDs *id.Maker
	Now func() time.Time
}

// NewVersion is a version as somebody writes it.
type NewVersion struct {
	Form      string
	Vision    string
	FromYear  int
	UntilYear int
	Lines     []NewLine
	Replaces  int64 // a draft that this is a better wording of, and which it discards; 0 for none
}

// NewLine is a budget line as somebody writes it: by the names of its priority
// and itself, which tell whether it is one that the area has already.
type NewLine struct {
	Priority string
	Name     string
	Theme    string
	Budget   money.Amount
}

// MostLines is how many budget lines a plan may have.
const MostLines = 100

// Check says what is wrong with n, if anything. Lines are named "priority-1",
// "name-1", "theme-1", "budget-1" and so on.
func (n NewVersion) Check(rules area.RuleBook) fault.Invalid {
	var wrong fault.Invalid
	if len(n.Vision) > 5000 {
		wrong.Add("vision", "Say it in up to 5,000 letters")
	}
	if n.FromYear < 2000 || n.FromYear > 2100 {
		wrong.Add("from_year", "Enter the year in which the plan begins, such as 2026")
	}
	if n.UntilYear < n.FromYear || n.UntilYear > n.FromYear+30 {
		wrong.Add("until_year", "Enter the last year of the plan: the first year or later, and at most 30 years on")
	}
	if len(n.Lines) == 0 {
		wrong.Add("priority-1", "Enter at least one budget line")
	}
	if len(n.Lines) > MostLines {
		wrong.Add("priority-1", fmt.Sprintf("A plan has at most %d budget lines: put some together", MostLines))
	}
	seen := map[string]bool{}
	for i, l := range n.Lines {
		at := "-" + strconv.Itoa(i+1)
		if strings.TrimSpace(l.Priority) == "" || len(l.Priority) > 120 {
			wrong.Add("priority"+at, "Enter the priority that this line belongs to")
		}
		if strings.TrimSpace(l.Name) == "" || len(l.Name) > 120 {
			wrong.Add("name"+at, "Enter a name for this budget line")
		}
		if _, ok := rules.Theme(l.Theme); !ok {
			wrong.Add("theme"+at, "Choose a theme")
		}
		if l.Budget.Negative() || l.Budget.Currency() == "" {
			wrong.Add("budget"+at, "Enter an amount in pounds, like 12,500")
		}
		key := sameName(l.Priority) + "\x00" + sameName(l.Name)
		if seen[key] {
			wrong.Add("name"+at, "This line is here twice: give it another name, or put the two together")
		}
		seen[key] = true
	}
	return wrong
}

// Write adds a version, as a draft. Sent twice, it counts once.
func (p *Plans) Write(ctx context.Context, by access.Actor, a area.Area, n NewVersion) (number int64, err error) {
	err = p.DB.Write(ctx, func(tx *db.Tx) error {
		subject, err := audit.Once(ctx, tx, audit.Sent{Form: n.Form, By: by, Content: [2]any{a.ID, said(n)}, At: p.Now()}, func() (string, error) {
			v, err := p.WriteIn(ctx, tx, by, a, n)
			return strconv.FormatInt(v.Number, 10), err
		})
		if err != nil {
			return err
		}
		number, err = strconv.ParseInt(subject, 10, 64)
		return err
	})
	return number, wrap("write plan", err)
}

// said is a version as it is compared with what was sent before.
func said(n NewVersion) any {
	lines := make([]string, len(n.Lines))
	for i, l := range n.Lines {
		lines[i] = strings.Join([]string{l.Priority, l.Name, l.Theme, l.Budget.Decimal()}, "\x00")
	}
	if n.Replaces != 0 {
		return []any{n.Vision, n.FromYear, n.UntilYear, lines, n.Replaces}
	}
	return []any{n.Vision, n.FromYear, n.UntilYear, lines}
}

// WriteIn is Write as part of a transaction.
func (p *Plans) WriteIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewVersion) (Version, error) {
	if err := by.Must(access.WritePlan, a.Place()); err != nil {
		return Version{}, err
	}
	programme, err := area.ProgrammeByID(ctx, tx, a.Programme)
	if err != nil {
		return Version{}, err
	}
	if err := n.Check(programme.Rules).OrNil(); err != nil {
		return Version{}, err
	}
	known, err := knownLines(ctx, tx, a.ID)
	if err != nil {
		return Version{}, err
	}
	if err := known.check(n, programme.Rules).OrNil(); err != nil {
		return Version{}, err
	}
	v := Version{
		Area: a.ID, Vision: strings.TrimSpace(n.Vision), FromYear: n.FromYear, UntilYear: n.UntilYear,
		WrittenBy: by.Person, WrittenAt: p.Now(),
	}
	if n.Replaces != 0 {
		if err := p.DiscardIn(ctx, tx, by, a, n.Replaces); err != nil {
			return Version{}, err
		}
	}
	if v.Number, err = nextVersion(ctx, tx, a.ID); err != nil {
		return Version{}, err
	}
	if err := insertVersion(ctx, tx, v); err != nil {
		return Version{}, fmt.Errorf("insert plan version: %w", err)
	}
	for i, l := range n.Lines {
		line, err := p.keepLine(ctx, tx, a, known, l)
		if err != nil {
			return Version{}, err
		}
		if err := insertLine(ctx, tx, v, i+1, line); err != nil {
			return Version{}, fmt.Errorf("insert plan line: %w", err)
		}
		v.Lines = append(v.Lines, line)
	}
	return v, audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: string(a.ID), Act: "plan written", Subject: subject(v.Number), By: by, At: p.Now(),
		Facts:   map[string]string{"version": strconv.FormatInt(v.Number, 10), "total": v.Total().Decimal(), "lines": strconv.Itoa(len(v.Lines))},
		Private: v.Vision,
	})
}

// sameName is a name as names are compared: "The hub " is "the Hub".
func sameName(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// A register is the priorities and lines that an area ever had, by their names
// as they are compared.
type register struct {
	priorities map[string]Line // of which only the priority counts
	lines      map[string]Line
}

func knownLines(ctx context.Context, tx *db.Tx, a area.ID) (register, error) {
	r := register{map[string]Line{}, map[string]Line{}}
	all, err := EveryLine(ctx, tx, a)
	if err != nil {
		return r, fmt.Errorf("budget lines: %w", err)
	}
	for _, l := range all {
		r.add(l)
	}
	return r, nil
}

func (r register) add(l Line) {
	priority := sameName(l.PriorityName)
	if _, known := r.priorities[priority]; !known {
		r.priorities[priority] = l
	}
	if _, known := r.lines[priority+"\x00"+sameName(l.Name)]; !known {
		r.lines[priority+"\x00"+sameName(l.Name)] = l
	}
}

func (r register) line(n NewLine) (Line, bool) {
	l, known := r.lines[sameName(n.Priority)+"\x00"+sameName(n.Name)]
	return l, known
}

// check refuses to tell a line that the area has already under another theme:
// what was planned and spent on it is told under the first.
func (r register) check(n NewVersion, rules area.RuleBook) fault.Invalid {
	var wrong fault.Invalid
	for i, l := range n.Lines {
		if was, known := r.line(l); known && was.Theme != l.Theme {
			theme, _ := rules.Theme(was.Theme)
			wrong.Add("theme-"+strconv.Itoa(i+1), fmt.Sprintf("“%s” is told under “%s” since it was first planned. Choose that, or give this line another name.", was.Name, theme.Name))
		}
	}
	return wrong
}

// keepLine finds the area's line of these names, or makes it.
func (p *Plans) keepLine(ctx context.Context, tx *db.Tx, a area.Area, known register, n NewLine) (Line, error) {
	if l, ok := known.line(n); ok {
		l.Budget = n.Budget
		return l, nil
	}
	l := Line{PriorityName: strings.TrimSpace(n.Priority), Name: strings.TrimSpace(n.Name), Theme: n.Theme, Budget: n.Budget}
	if was, ok := known.priorities[sameName(n.Priority)]; ok {
		l.Priority, l.PriorityName = was.Priority, was.PriorityName
	} else {
		l.Priority = id.New[PriorityID](p.IDs)
		if err := insertPriority(ctx, tx, a.ID, l); err != nil {
			return l, fmt.Errorf("priority: %w", err)
		}
	}
	l.ID = id.New[LineID](p.IDs)
	if err := insertBudgetLine(ctx, tx, a, l); err != nil {
		return l, fmt.Errorf("budget line: %w", err)
	}
	known.add(l)
	return l, nil
}

// Discard puts a draft away. It stays to be read by those who write plans, and
// can be copied, but not adopted.
func (p *Plans) Discard(ctx context.Context, by access.Actor, a area.Area, number int64, form string) error {
	err := p.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := audit.Once(ctx, tx, audit.Sent{Form: form, By: by, Content: []any{"discard", a.ID, number}, At: p.Now()}, func() (string, error) {
			return strconv.FormatInt(number, 10), p.DiscardIn(ctx, tx, by, a, number)
		})
		return err
	})
	return wrap("discard plan", err)
}

// DiscardIn is Discard as part of a transaction.
func (p *Plans) DiscardIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, number int64) error {
	if err := by.Must(access.WritePlan, a.Place()); err != nil {
		return err
	}
	v, err := VersionOf(ctx, tx, a.ID, number)
	if err != nil {
		return err
	}
	switch {
	case v.IsAdopted():
		return fault.New(fault.Conflict, fmt.Sprintf("Version %d was adopted, so it is no draft. To change the plan, write a new version.", number))
	case v.IsDiscarded():
		return fault.New(fault.Conflict, fmt.Sprintf("Version %d was discarded already.", number))
	}
	if err := insertDiscard(ctx, tx, a.ID, number, by.Person, p.Now()); err != nil {
		return fmt.Errorf("insert discard: %w", err)
	}
	return audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: string(a.ID), Act: "plan discarded", Subject: subject(number), By: by, At: p.Now(),
		Facts: map[string]string{"version": strconv.FormatInt(number, 10)},
	})
}

// NewAdoption records that a version is adopted.
type NewAdoption struct {
	Form     string
	Version  int64
	On       date.Date
	Decision string
}

// Check says what is wrong with n, if anything.
func (n NewAdoption) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	if n.On.IsZero() || n.On.After(today) {
		wrong.Add("on", "Enter the day on which it was adopted: today or earlier")
	}
	if strings.TrimSpace(n.Decision) == "" || len(n.Decision) > 200 {
		wrong.Add("decision", "Enter where the decision is noted, such as “Meeting of 20 October, item 4”")
	}
	return wrong
}

// Adopt makes a version the plan in force. Sent twice, it counts once.
func (p *Plans) Adopt(ctx context.Context, by access.Actor, a area.Area, n NewAdoption) error {
	err := p.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := audit.Once(ctx, tx, audit.Sent{Form: n.Form, By: by, Content: []any{a.ID, n.Version, n.On.String(), n.Decision}, At: p.Now()}, func() (string, error) {
			return strconv.FormatInt(n.Version, 10), p.AdoptIn(ctx, tx, by, a, n)
		})
		return err
	})
	return wrap("adopt plan", err)
}

// AdoptIn is Adopt as part of a transaction.
func (p *Plans) AdoptIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewAdoption) error {
	if err := by.Must(access.AdoptPlan, a.Place()); err != nil {
		return err
	}
	if err := n.Check(date.Of(p.Now())).OrNil(); err != nil {
		return err
	}
	v, err := VersionOf(ctx, tx, a.ID, n.Version)
	if err != nil {
		return err
	}
	if v.IsAdopted() {
		return fault.New(fault.Conflict, "This version was adopted already. To change the plan, write a new version.")
	}
	if v.IsDiscarded() {
		return fault.New(fault.Conflict, "This draft was discarded. Copy it into a new version, and adopt that.")
	}
	current, err := Current(ctx, tx, a.ID)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	if current.Number > n.Version {
		return fault.New(fault.Conflict, fmt.Sprintf("Version %d is in force, which is later than this one. Write a new version instead.", current.Number))
	}
	if err := insertAdoption(ctx, tx, a.ID, n, by.Person, p.Now()); err != nil {
		return fmt.Errorf("insert adoption: %w", err)
	}
	return audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: string(a.ID), Act: "plan adopted", Subject: subject(n.Version), By: by, At: p.Now(),
		Facts:   map[string]string{"version": strconv.FormatInt(n.Version, 10), "on": n.On.String()},
		Private: n.Decision,
	})
}

// subject names a version in the area's audit stream.
func subject(version int64) string { return "plan:" + strconv.FormatInt(version, 10) }

func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}
