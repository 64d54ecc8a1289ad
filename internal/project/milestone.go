package project

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
)

// A MilestoneID names a milestone.
type MilestoneID string

// A When is a planned time: a day, or the quarter in which the day lies.
type When struct {
	On      date.Date
	Quarter bool
}

// InWords is for people: "20 October 2026", "October to December 2026".
func (w When) InWords() string {
	if !w.Quarter {
		return w.On.Long()
	}
	first := w.On.Quarter()
	last := first.AddMonths(2)
	return first.Month().String() + " to " + last.Month().String() + " " + strconv.Itoa(last.Year())
}

// A Milestone is a point on the way that people can see that they have reached.
type Milestone struct {
	ID       MilestoneID
	Project  ID
	Name     string
	Resident bool // residents lead this part
	Plans    []Planning
	EndedOn  date.Date // reached, or dropped; no day while it is to come
	Reached  bool
	Words    string // of its end

	rests area.Rests // when the area rests, by which its day is read
}

// A Planning is for when a milestone was planned, and if it was moved, why.
type Planning struct {
	When

	Why     string
	NotedAt time.Time
}

// Planned is for when it is planned now.
func (m Milestone) Planned() When { return m.Plans[len(m.Plans)-1].When }

// Counts is the day for which it is planned that counts: where the area rests on it,
// the first on which it is open again (R37). Of a quarter it is its day.
func (m Milestone) Counts() date.Date {
	if m.Planned().Quarter {
		return m.Planned().On
	}
	return m.rests.Counts(m.Planned().On)
}

// When is for when it is planned, in words, with the day that was said where another
// counts.
func (m Milestone) When() string {
	if m.Planned().Quarter {
		return m.Planned().InWords()
	}
	return m.rests.Words(m.Planned().On)
}

// Open reports whether it is still to come.
func (m Milestone) Open() bool { return m.EndedOn.IsZero() }

// NewMilestone is a milestone that is planned.
type NewMilestone struct {
	Form     string
	Name     string
	Resident bool
	When     When
}

// Check says what is wrong with n, if anything.
func (n NewMilestone) Check() fault.Invalid {
	var wrong fault.Invalid
	if !said(n.Name, 200) {
		wrong.Add("name", "Say what people will see when it is reached, in up to 200 letters")
	}
	if n.When.On.IsZero() {
		wrong.Add("on", "Enter the day for which it is planned, or any day of the quarter")
	}
	return wrong
}

// AddMilestone plans a milestone. Sent twice, it counts once.
func (p *Projects) AddMilestone(ctx context.Context, by access.Actor, a area.Area, of ID, n NewMilestone) (MilestoneID, error) {
	made, err := p.once(ctx, by, n.Form, content("milestone", a, of, n), func(tx *db.Tx) (string, error) {
		made, err := p.AddMilestoneIn(ctx, tx, by, a, of, n)
		return string(made), err
	})
	return MilestoneID(made), err
}

// AddMilestoneIn is AddMilestone as part of a transaction.
func (p *Projects) AddMilestoneIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, n NewMilestone) (MilestoneID, error) {
	if _, err := p.mayRun(ctx, tx, by, a, of); err != nil {
		return "", err
	}
	if err := n.Check().OrNil(); err != nil {
		return "", err
	}
	made := id.New[MilestoneID](p.IDs)
	if _, err := tx.Exec(ctx, `INSERT INTO milestones (area_id, id, project_id, name, resident, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		a.ID, made, of, strings.TrimSpace(n.Name), n.Resident, by.Person, p.Now()); err != nil {
		return "", fmt.Errorf("insert milestone: %w", err)
	}
	return made, p.plan(ctx, tx, by, a, of, made, 1, n.When, n.Name, strconv.FormatBool(n.Resident))
}

// plan records for when a milestone is planned; words are its name at first, and
// then why it is moved. resident is whether residents lead it, said at first.
func (p *Projects) plan(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, m MilestoneID, number int64, when When, words, resident string) error {
	why := ""
	if number > 1 {
		why = strings.TrimSpace(words)
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO milestone_plans (area_id, milestone_id, number, planned_on, quarter, why, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		a.ID, m, number, when.On, when.Quarter, why, by.Person, p.Now()); err != nil {
		return fmt.Errorf("insert milestone plan: %w", err)
	}
	return p.record(ctx, tx, by, a, "milestone planned", string(m), map[string]string{
		"project": string(of), "number": strconv.FormatInt(number, 10), "on": when.On.String(), "quarter": strconv.FormatBool(when.Quarter), "resident": resident,
	}, words)
}

// A Move is that a milestone is planned for another time.
type Move struct {
	Form string
	When When
	Why  string
}

// MoveMilestone plans a milestone for another time, with a reason. Sent twice, it
// counts once.
func (p *Projects) MoveMilestone(ctx context.Context, by access.Actor, a area.Area, m MilestoneID, n Move) error {
	_, err := p.once(ctx, by, n.Form, content("move", a, ID(m), n), func(tx *db.Tx) (string, error) {
		return string(m), p.MoveMilestoneIn(ctx, tx, by, a, m, n)
	})
	return err
}

// MoveMilestoneIn is MoveMilestone as part of a transaction.
func (p *Projects) MoveMilestoneIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of MilestoneID, n Move) error {
	m, err := p.mayTouch(ctx, tx, by, a, of)
	if err != nil {
		return err
	}
	var wrong fault.Invalid
	if n.When.On.IsZero() {
		wrong.Add("on", "Enter the day for which it is planned now, or any day of the quarter")
	}
	if !said(n.Why, 500) {
		wrong.Add("why", "Say why it is moved, in up to 500 letters")
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	if !m.Open() {
		return errMilestoneOver(m)
	}
	return p.plan(ctx, tx, by, a, m.Project, of, int64(len(m.Plans))+1, n.When, n.Why, "")
}

// mayTouch is a milestone, for somebody who may keep the project.
func (p *Projects) mayTouch(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of MilestoneID) (Milestone, error) {
	m, err := MilestoneByID(ctx, tx, a.ID, of)
	if err != nil {
		return m, err
	}
	return m, by.Must(access.RunProjects, a.Place())
}

func errMilestoneOver(m Milestone) error {
	if m.Reached {
		return fault.New(fault.Conflict, "This milestone was reached on "+m.EndedOn.Long()+" already.")
	}
	return fault.New(fault.Conflict, "This milestone was dropped on "+m.EndedOn.Long()+" already.")
}

// A MilestoneEnd is that a milestone was reached, or dropped.
type MilestoneEnd struct {
	Form    string
	Reached bool
	On      date.Date
	Words   string // why it was dropped, or how it was
}

// EndMilestone records that a milestone was reached or dropped. Sent twice, it
// counts once.
func (p *Projects) EndMilestone(ctx context.Context, by access.Actor, a area.Area, m MilestoneID, n MilestoneEnd) error {
	_, err := p.once(ctx, by, n.Form, content("end milestone", a, ID(m), n), func(tx *db.Tx) (string, error) {
		return string(m), p.EndMilestoneIn(ctx, tx, by, a, m, n)
	})
	return err
}

// EndMilestoneIn is EndMilestone as part of a transaction.
func (p *Projects) EndMilestoneIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of MilestoneID, n MilestoneEnd) error {
	m, err := p.mayTouch(ctx, tx, by, a, of)
	if err != nil {
		return err
	}
	var wrong fault.Invalid
	if n.On.IsZero() || n.On.After(p.today()) {
		wrong.Add("on", "Enter the day: today or earlier")
	}
	if !n.Reached && strings.TrimSpace(n.Words) == "" {
		wrong.Add("why", "Say why it was dropped")
	}
	if !fits(n.Words, 500) {
		wrong.Add("why", "Say it in up to 500 letters")
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	if !m.Open() {
		return errMilestoneOver(m)
	}
	if _, err := tx.Exec(ctx, `INSERT INTO milestone_ends (area_id, milestone_id, reached, on_day, words, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		a.ID, of, n.Reached, n.On, strings.TrimSpace(n.Words), by.Person, p.Now()); err != nil {
		return fmt.Errorf("insert milestone end: %w", err)
	}
	return p.record(ctx, tx, by, a, "milestone ended", string(of), map[string]string{
		"project": string(m.Project), "reached": strconv.FormatBool(n.Reached), "on": n.On.String(),
	}, n.Words)
}

// Milestones lists a project's milestones in the order of the days for which they
// are planned now, those that are over by when they were.
func Milestones(ctx context.Context, tx *db.Tx, a area.ID, of ID) ([]Milestone, error) {
	return milestones(ctx, tx, a, of, "")
}

// MilestoneByID is a milestone, or fault.NotFound.
func MilestoneByID(ctx context.Context, tx *db.Tx, a area.ID, m MilestoneID) (Milestone, error) {
	all, err := milestones(ctx, tx, a, "", m)
	if err != nil {
		return Milestone{}, err
	}
	if len(all) == 0 {
		return Milestone{}, fault.NotFound
	}
	return all[0], nil
}

// AllMilestones lists those of every project of an area.
func AllMilestones(ctx context.Context, tx *db.Tx, a area.ID) (map[ID][]Milestone, error) {
	all, err := milestones(ctx, tx, a, "", "")
	by := map[ID][]Milestone{}
	for _, m := range all {
		by[m.Project] = append(by[m.Project], m)
	}
	return by, err
}

func milestones(ctx context.Context, tx *db.Tx, a area.ID, of ID, one MilestoneID) ([]Milestone, error) {
	var all []Milestone
	err := db.Each(ctx, tx, func(r db.Row) error {
		var m Milestone
		var w Planning
		var reached *bool
		err := r.Scan(&m.ID, &m.Project, &m.Name, &m.Resident, &w.On, &w.Quarter, &w.Why, &w.NotedAt, &m.EndedOn, &reached, &m.Words)
		if err != nil {
			return err
		}
		m.Reached = reached != nil && *reached
		if len(all) == 0 || all[len(all)-1].ID != m.ID {
			all = append(all, m)
		}
		last := &all[len(all)-1]
		last.Plans = append(last.Plans, w)
		return nil
	}, `
		SELECT m.id, m.project_id, m.name, m.resident, w.planned_on, w.quarter, w.why, w.noted_at, e.on_day, e.reached, COALESCE(e.words, '')
		FROM milestones m JOIN milestone_plans w ON w.area_id = m.area_id AND w.milestone_id = m.id
		LEFT JOIN milestone_ends e ON e.area_id = m.area_id AND e.milestone_id = m.id
		WHERE m.area_id = $1 AND ($2 = '' OR m.project_id = $2) AND ($3 = '' OR m.id = $3)
		ORDER BY m.id, w.number`, a, of, one)
	if err != nil {
		return nil, fmt.Errorf("milestones: %w", err)
	}
	rests, err := area.RestsOf(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i].rests = rests
	}
	sortMilestones(all)
	return all, nil
}

func sortMilestones(all []Milestone) {
	day := func(m Milestone) date.Date {
		if m.Open() {
			return m.Counts()
		}
		return m.EndedOn
	}
	slices.SortStableFunc(all, func(a, b Milestone) int { return strings.Compare(day(a).String(), day(b).String()) })
}
