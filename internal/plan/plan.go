// Package plan keeps what a partnership plans to do with its money.
//
// A plan is a version: a vision, and priorities with their objectives, actions,
// budget lines and evidence, for some financial years. It is written as a draft,
// section by section; finished, it is a version. Versions are added and never
// edited; the last one adopted is in force. Priorities, lines and actions keep
// their identity from version to version, whatever they are called, so that what
// was spent in year 2 still adds up in year 12 (S10).
//
// Beside the plan stand what people were asked and what was heard (S09), and the
// look back once a year (P13).
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
	Theme        string // the programme's code, as it was first planned; "" where nothing told it
	Coded        string // the code that it was put under later; "" where it was not (ThemeNow)
	Budget       money.Amount
	Years        []YearBudget // adding up to Budget; none where it is not shared out over the years
}

// A YearBudget is what a line has for a financial year, by the calendar year in
// which it begins.
type YearBudget struct {
	Year   int
	Amount money.Amount
}

// InYear is what the line has for a financial year.
func (l Line) InYear(year int) money.Amount {
	for _, y := range l.Years {
		if y.Year == year {
			return y.Amount
		}
	}
	return money.Pence(0)
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
	Endorsed  Endorsement
	// Priorities and Lines are in the order of the plan. A version that was
	// written before priorities had words of their own has no Priorities: Parts
	// tells them of any version.
	Priorities []Priority
	Lines      []Line
}

// An Adoption records that the partnership made a version its plan.
type Adoption struct {
	On             date.Date
	Decision       string // the decision's reference, as people say it
	DecisionNumber int64  // the decision's number in the area; 0 where it has none
	NotedBy        access.PersonID
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

// MayBeSeenBy reports whether somebody may read the version: what was never
// adopted is a paper of the partnership, for those who write plans here and for
// those who read its papers.
func (v Version) MayBeSeenBy(by access.Actor, a area.Area) bool {
	return v.IsAdopted() || by.May(access.WritePlan, a.Place()) || by.May(access.SeePapers, a.Place())
}

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
	// Coded is told that a line is under another theme from now on, in the same
	// transaction; nil where nobody must know.
	Coded func(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, line LineID, was, is string) error
}

// NewVersion is a version as somebody writes it.
type NewVersion struct {
	Form      string
	Vision    string
	FromYear  int
	UntilYear int
	Lines     []NewLine
	// Priorities say more of those that Lines name, and may have others. Of one
	// that is not here, what the plan in force says of it goes on.
	Priorities []Priority
	Replaces   int64 // a draft that this is a better wording of, and which it discards; 0 for none
}

// NewLine is a budget line as somebody writes it. Without an ID, the names of its
// priority and itself tell whether it is one that the area has already; with one,
// it is that line, whatever it is called from now on.
type NewLine struct {
	ID       LineID
	Priority string
	Name     string
	Theme    string // "" for the one that the words tell, if any
	Budget   money.Amount
	Years    []YearBudget
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
		if _, ok := rules.Theme(l.Theme); !ok && l.Theme != "" {
			wrong.Add("theme"+at, "Choose a theme")
		}
		if l.Budget.Negative() || l.Budget.Currency() == "" {
			wrong.Add("budget"+at, "Enter an amount in pounds, like 12,500")
		}
		checkYears(&wrong, "budget"+at, l, n.FromYear, n.UntilYear)
		key := sameName(l.Priority) + "\x00" + sameName(l.Name)
		if seen[key] {
			wrong.Add("name"+at, "This line is here twice: give it another name, or put the two together")
		}
		seen[key] = true
	}
	for i, pr := range n.Priorities {
		checkPriority(&wrong, i+1, pr)
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
		if l.ID != "" || len(l.Years) > 0 {
			lines[i] += fmt.Sprintf("\x00%s\x00%v", l.ID, l.Years)
		}
	}
	all := []any{n.Vision, n.FromYear, n.UntilYear, lines}
	if n.Replaces != 0 || len(n.Priorities) > 0 {
		all = append(all, n.Replaces)
	}
	if len(n.Priorities) > 0 {
		all = append(all, paperOf(Version{Priorities: n.Priorities}))
	}
	return all
}

// WriteIn is Write as part of a transaction.
func (p *Plans) WriteIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewVersion) (Version, error) {
	return p.writeIn(ctx, tx, by, a, n, nil)
}

// writeIn adds a version. It may have lines of these IDs that the area has not
// had: a draft gave them.
func (p *Plans) writeIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewVersion, drafted map[LineID]bool) (Version, error) {
	if err := by.Must(access.WritePlan, a.Place()); err != nil {
		return Version{}, err
	}
	programme, err := area.ProgrammeByID(ctx, tx, a.Programme)
	if err != nil {
		return Version{}, err
	}
	known, err := knownLines(ctx, tx, a.ID)
	if err != nil {
		return Version{}, err
	}
	n.Lines = suggestThemes(n.Lines, known, n, programme.Rules)
	if err := n.Check(programme.Rules).OrNil(); err != nil {
		return Version{}, err
	}
	current, err := Current(ctx, tx, a.ID)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return Version{}, err
	}
	priorities, lines, wrong := p.recognise(n, known, current, drafted)
	coded := known.first(lines)
	wrong = append(wrong, known.check(lines, programme.Rules)...)
	if err := checkSources(ctx, tx, a.ID, &wrong, n.Priorities); err != nil {
		return Version{}, err
	}
	if err := wrong.OrNil(); err != nil {
		return Version{}, err
	}
	v := Version{
		Area: a.ID, Vision: strings.TrimSpace(n.Vision), FromYear: n.FromYear, UntilYear: n.UntilYear,
		WrittenBy: by.Person, WrittenAt: p.Now(), Priorities: priorities, Lines: lines,
	}
	if n.Replaces != 0 {
		if err := p.DiscardIn(ctx, tx, by, a, n.Replaces); err != nil {
			return Version{}, err
		}
	}
	if v.Number, err = nextVersion(ctx, tx, a.ID); err != nil {
		return Version{}, err
	}
	if err := p.keepVersion(ctx, tx, a, known, v); err != nil {
		return Version{}, err
	}
	for _, c := range coded {
		if err := p.codeIn(ctx, tx, by, a, known.every[c.ID], c.Theme, ""); err != nil {
			return Version{}, err
		}
	}
	content, err := v.content()
	if err != nil {
		return Version{}, err
	}
	return v, audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: string(a.ID), Act: "plan written", Subject: subject(v.Number), By: by, At: p.Now(),
		Facts:   map[string]string{"version": strconv.FormatInt(v.Number, 10), "total": v.Total().Decimal(), "lines": strconv.Itoa(len(v.Lines))},
		Private: content,
	})
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
	Form           string
	Version        int64
	On             date.Date
	Decision       string // its reference, as people say it
	DecisionNumber int64  // its number in the area; 0 where it has none
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
		_, err := audit.Once(ctx, tx, audit.Sent{Form: n.Form, By: by, Content: adoptionSaid(a.ID, n), At: p.Now()}, func() (string, error) {
			return strconv.FormatInt(n.Version, 10), p.AdoptIn(ctx, tx, by, a, n)
		})
		return err
	})
	return wrap("adopt plan", err)
}

func adoptionSaid(a area.ID, n NewAdoption) []any {
	if n.DecisionNumber != 0 {
		return []any{a, n.Version, n.On.String(), n.Decision, n.DecisionNumber}
	}
	return []any{a, n.Version, n.On.String(), n.Decision}
}

// AdoptIn is Adopt as part of a transaction, such as the one in which a decision
// is closed. From then on priorities and lines are called as this version does.
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
	if err := rename(ctx, tx, v); err != nil {
		return fmt.Errorf("names: %w", err)
	}
	facts := map[string]string{"version": strconv.FormatInt(n.Version, 10), "on": n.On.String()}
	if n.DecisionNumber != 0 {
		facts["decision"] = strconv.FormatInt(n.DecisionNumber, 10)
	}
	return audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: string(a.ID), Act: "plan adopted", Subject: subject(n.Version), By: by, At: p.Now(),
		Facts:   facts,
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
