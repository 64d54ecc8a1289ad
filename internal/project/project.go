// Package project keeps what comes of a plan: projects with who leads, what each
// party does and where they end, what stands in their way, and the activities
// that many hands make (S11, S12, S16).
//
// What a project is stands in versions and where it has got to in a list of
// states: nothing of either is edited. An end is asked for at the beginning
// (R21); "we do not know yet" is an answer, and shows. That nobody leads shows
// too. Nothing here is ever late: what was planned for another day is moved, with
// a reason.
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
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/organisation"
	"commontable/internal/plan"
)

// Projects is everything that can be done here.
type Projects struct {
	DB  *db.DB
	IDs *id.Maker
	Now func() time.Time
}

// An ID names a project of an area.
type ID string

// Ends says how a project's end is known.
type Ends string

// How the end is known.
const (
	EndsOnDay    Ends = "on a day"
	EndsWhen     Ends = "when"      // something has happened, in words
	EndsNotKnown Ends = "not known" // yet
)

// A Project is a project as it stands.
type Project struct {
	Area      area.ID
	ID        ID
	Version   int64
	Name      string
	What      string
	Why       string
	Priority  plan.PriorityID // "" for none
	Lines     []plan.LineID   // the budget lines that it draws on
	Decisions []int64         // the numbers of the decisions that began it
	Ends      Ends
	EndsOn    date.Date
	EndsWhen  string
	GrewFrom  ID   // the project that it grew out of
	EarlyWin  bool // small, and soon done, so that people see that something comes of it
	BegunAt   time.Time
	WrittenBy access.PersonID // of this version
	WrittenAt time.Time
	State     Happened
	Lead      Lead // as of the day it is read for

	rests area.Rests // when the area rests, by which its last day is read
}

// EndInWords is the end as a reader wants it.
func (p Project) EndInWords() string {
	switch p.Ends {
	case EndsOnDay:
		return p.EndsOn.Long()
	case EndsWhen:
		return p.EndsWhen
	case EndsNotKnown:
	}
	return "We do not know yet"
}

// EndOn is EndInWords on a day: an end that is past is told as what was meant, without
// a word of blame.
func (p Project) EndOn(today date.Date) string {
	if p.Ends == EndsOnDay && p.rests.Counts(p.EndsOn).Before(today) && !p.State.State.Over() {
		return "It was to end on " + p.EndsOn.Long() + ", and goes on"
	}
	return p.EndInWords()
}

// Chain is how a project grew: what it grew out of, from the first on, itself, and
// what grew out of it. It holds more than one project, or none.
func Chain(all []Project, of Project) []Project {
	by, grew := map[ID]Project{}, map[ID][]Project{}
	for _, one := range all {
		by[one.ID] = one
		if one.GrewFrom != "" {
			grew[one.GrewFrom] = append(grew[one.GrewFrom], one)
		}
	}
	chain := []Project{of}
	for from, there := by[of.GrewFrom]; there && len(chain) <= len(all); from, there = by[from.GrewFrom] {
		chain = append([]Project{from}, chain...)
	}
	var after func(Project)
	after = func(one Project) {
		for _, next := range grew[one.ID] {
			if len(chain) <= len(all) {
				chain = append(chain, next)
				after(next)
			}
		}
	}
	after(of)
	if len(chain) == 1 {
		return nil
	}
	return chain
}

// IsPublic reports whether everybody may see the project: an idea is the
// partnership's own until it is planned.
func (p Project) IsPublic() bool { return p.State.State != Idea }

// SeenBy reports whether somebody may see the project at all.
func (p Project) SeenBy(by access.Actor, a area.Area) bool {
	return p.IsPublic() || by.May(access.SeePapers, a.Place())
}

// A Draft is what a project is, as somebody writes it.
type Draft struct {
	Name      string
	What      string
	Why       string
	Priority  plan.PriorityID
	Lines     []plan.LineID
	Decisions string // the numbers, as they are typed: "3, 7"
	Ends      Ends
	EndsOn    date.Date
	EndsWhen  string
	GrewFrom  ID
	EarlyWin  bool
}

// Check says what is wrong with n, if anything.
func (n Draft) Check() fault.Invalid {
	var wrong fault.Invalid
	if !said(n.Name, 120) {
		wrong.Add("name", "Enter a name, in up to 120 letters")
	}
	if !said(n.What, 2000) {
		wrong.Add("what", "Say what the project is, in up to 2,000 letters")
	}
	if !fits(n.Why, 2000) {
		wrong.Add("why", "Say it in up to 2,000 letters")
	}
	switch n.Ends {
	case EndsOnDay:
		if n.EndsOn.IsZero() {
			wrong.Add("ends_on", "Enter the day on which it ends")
		}
	case EndsWhen:
		if !said(n.EndsWhen, 300) {
			wrong.Add("ends_when", "Say what has to happen for it to be finished, in up to 300 letters")
		}
	case EndsNotKnown:
	default:
		wrong.Add("ends", "Say how it ends. “We do not know yet” is an answer.")
	}
	if _, ok := numbersIn(n.Decisions); !ok {
		wrong.Add("decisions", "Enter the numbers of decisions, like 3 or 3, 7")
	}
	return wrong
}

// numbersIn reads the numbers of decisions.
func numbersIn(typed string) (numbers []int64, ok bool) {
	for word := range strings.FieldsSeq(strings.NewReplacer(",", " ", "and", " ", "#", " ").Replace(typed)) {
		n, err := strconv.ParseInt(word, 10, 64)
		if err != nil || n < 1 || n > 1_000_000 || len(numbers) > 20 {
			return nil, false
		}
		if !slices.Contains(numbers, n) {
			numbers = append(numbers, n)
		}
	}
	return numbers, true
}

// said reports whether somebody said something, in no more than most letters.
func said(words string, most int) bool { return strings.TrimSpace(words) != "" && fits(words, most) }

func fits(words string, most int) bool { return len([]rune(words)) <= most }

// New is a project that begins.
type New struct {
	Form string
	Draft
	State State // an idea, planned or under way
	From  date.Date
	Lead  NewLead
	// Milestones are those that are planned from the start (R21).
	Milestones []NewMilestone
}

// Check says what is wrong with n, if anything.
func (n New) Check(today date.Date) fault.Invalid {
	wrong := n.Draft.Check()
	if !slices.Contains([]State{Idea, Planned, UnderWay}, n.State) {
		wrong.Add("state", "Choose where it has got to")
	}
	for _, w := range n.Lead.Check() {
		wrong.Add(w.Field, w.Words)
	}
	if n.From.IsZero() || n.From.After(today) {
		wrong.Add("from", "Enter the day since when it stands so: today or earlier")
	}
	if len(n.Milestones) > MostMilestones {
		wrong.Add("milestone_name-1", fmt.Sprintf("Begin with up to %d milestones", MostMilestones))
	}
	for i, m := range n.Milestones {
		for _, w := range m.Check() {
			wrong.Add("milestone_"+w.Field+"-"+strconv.Itoa(i+1), w.Words)
		}
	}
	return wrong
}

// MostMilestones is how many milestones a project can begin with.
const MostMilestones = 20

// Begin begins a project. Sent twice, it counts once.
func (p *Projects) Begin(ctx context.Context, by access.Actor, a area.Area, n New) (ID, error) {
	made, err := p.once(ctx, by, n.Form, content("begin", a, "", n), func(tx *db.Tx) (string, error) {
		made, err := p.BeginIn(ctx, tx, by, a, n)
		return string(made), err
	})
	return ID(made), err
}

// BeginIn is Begin as part of a transaction.
func (p *Projects) BeginIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n New) (ID, error) {
	if err := by.Must(access.RunProjects, a.Place()); err != nil {
		return "", err
	}
	if err := n.Check(p.today()).OrNil(); err != nil {
		return "", err
	}
	made := id.New[ID](p.IDs)
	if _, err := tx.Exec(ctx, `INSERT INTO projects (area_id, id, begun_by, begun_at) VALUES ($1, $2, $3, $4)`, a.ID, made, by.Person, p.Now()); err != nil {
		return "", fmt.Errorf("insert project: %w", err)
	}
	if err := p.write(ctx, tx, by, a, made, 1, n.Draft); err != nil {
		return "", err
	}
	if err := p.note(ctx, tx, by, a, made, 1, NewState{State: n.State, From: n.From}); err != nil {
		return "", err
	}
	n.Lead.From = n.From
	if err := p.lead(ctx, tx, by, a, made, n.Lead); err != nil {
		return "", err
	}
	for _, m := range n.Milestones {
		if _, err := p.AddMilestoneIn(ctx, tx, by, a, made, m); err != nil {
			return "", err
		}
	}
	return made, nil
}

// Change writes what a project is anew. Sent twice, it counts once.
func (p *Projects) Change(ctx context.Context, by access.Actor, a area.Area, of ID, n Draft, form string) error {
	_, err := p.once(ctx, by, form, content("change", a, of, n), func(tx *db.Tx) (string, error) {
		return string(of), p.ChangeIn(ctx, tx, by, a, of, n)
	})
	return err
}

// ChangeIn is Change as part of a transaction.
func (p *Projects) ChangeIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, n Draft) error {
	was, err := p.mayRun(ctx, tx, by, a, of)
	if err != nil {
		return err
	}
	if err := n.Check().OrNil(); err != nil {
		return err
	}
	return p.write(ctx, tx, by, a, of, was.Version+1, n)
}

// write adds a version.
func (p *Projects) write(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, version int64, n Draft) error {
	if err := mayGrowFrom(ctx, tx, a.ID, of, n.GrewFrom); err != nil {
		return err
	}
	if err := n.settle(ctx, tx, a); err != nil {
		return err
	}
	numbers, _ := numbersIn(n.Decisions)
	for _, number := range numbers {
		if _, err := decision.ByNumber(ctx, tx, a.ID, number); isNotFound(err) {
			return fault.Invalid{{Field: "decisions", Words: "There is no decision " + strconv.FormatInt(number, 10) + " here. Look for its number among our decisions."}}
		} else if err != nil {
			return err
		}
	}
	if n.Ends != EndsOnDay {
		n.EndsOn = date.Date{}
	}
	if n.Ends != EndsWhen {
		n.EndsWhen = ""
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO project_versions (area_id, project_id, number, name, what, why, priority_id, decisions, ends, ends_on, ends_when, grew_from, early_win, written_by, written_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		a.ID, of, version, strings.TrimSpace(n.Name), strings.TrimSpace(n.What), strings.TrimSpace(n.Why), orNull(string(n.Priority)), joined(numbers),
		n.Ends, n.EndsOn, strings.TrimSpace(n.EndsWhen), orNull(string(n.GrewFrom)), n.EarlyWin, by.Person, p.Now()); err != nil {
		return fmt.Errorf("insert project version: %w", err)
	}
	for _, l := range n.Lines {
		if _, err := tx.Exec(ctx, `INSERT INTO project_lines (area_id, project_id, version, line_id) VALUES ($1, $2, $3, $4)`, a.ID, of, version, l); err != nil {
			return fmt.Errorf("insert project line: %w", err)
		}
	}
	return p.record(ctx, tx, by, a, "project written", string(of), map[string]string{
		"version": strconv.FormatInt(version, 10), "ends": string(n.Ends), "lines": strconv.Itoa(len(n.Lines)), "decisions": joined(numbers),
		"ends on": n.EndsOn.String(), "priority": string(n.Priority), "grew from": string(n.GrewFrom), "early win": strconv.FormatBool(n.EarlyWin), "of lines": joinedLines(n.Lines),
	}, strings.Join([]string{n.Name, n.What, n.Why, n.EndsWhen}, "\n"))
}

// joinedLines names lines in one order, however they came.
func joinedLines(lines []plan.LineID) string {
	names := make([]string, len(lines))
	for i, l := range lines {
		names[i] = string(l)
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// settle finds the lines and the priority among those of the area. A project of
// a line is of the line's priority, where no other is named.
func (n *Draft) settle(ctx context.Context, tx *db.Tx, a area.Area) error {
	slices.Sort(n.Lines)
	n.Lines = slices.Compact(n.Lines)
	if len(n.Lines) == 0 && n.Priority == "" {
		return nil
	}
	all, err := plan.EveryLine(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	for _, lid := range n.Lines {
		i := slices.IndexFunc(all, func(l plan.Line) bool { return l.ID == lid })
		if i < 0 {
			return fault.Invalid{{Field: "lines", Words: "Choose budget lines from the list"}}
		}
		if n.Priority == "" {
			n.Priority = all[i].Priority
		}
	}
	if n.Priority != "" && !slices.ContainsFunc(all, func(l plan.Line) bool { return l.Priority == n.Priority }) {
		return fault.Invalid{{Field: "priority", Words: "Choose a priority from the list"}}
	}
	return nil
}

// mayGrowFrom refuses a project that grew out of itself, by however many steps.
func mayGrowFrom(ctx context.Context, tx *db.Tx, a area.ID, of, from ID) error {
	if from == "" {
		return nil
	}
	all, err := every(ctx, tx, a)
	if err != nil {
		return err
	}
	grew := map[ID]ID{}
	for _, one := range all {
		grew[one.ID] = one.GrewFrom
	}
	if _, there := grew[from]; !there {
		return fault.Invalid{{Field: "grew_from", Words: "Choose a project from the list"}}
	}
	for at := from; at != ""; at = grew[at] {
		if at == of {
			return fault.Invalid{{Field: "grew_from", Words: "This project cannot have grown out of itself, or out of what grew out of it"}}
		}
	}
	return nil
}

// mayRun is the project, for somebody who may keep it.
func (p *Projects) mayRun(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID) (Project, error) {
	one, err := ByID(ctx, tx, a.ID, of, p.today())
	if err != nil {
		return one, err
	}
	return one, by.Must(access.RunProjects, a.Place())
}

func (p *Projects) today() date.Date { return date.Of(p.Now()) }

// once does something once for a form.
func (p *Projects) once(ctx context.Context, by access.Actor, form string, content any, do func(*db.Tx) (string, error)) (subject string, err error) {
	err = p.DB.Write(ctx, func(tx *db.Tx) error {
		subject, err = audit.Once(ctx, tx, audit.Sent{Form: form, By: by, Content: content, At: p.Now()}, func() (string, error) { return do(tx) })
		return err
	})
	if err != nil {
		return "", fmt.Errorf("projects: %w", err)
	}
	return subject, nil
}

// content is all that was sent, as it is compared with what was sent before.
func content(what string, a area.Area, of ID, n any) string {
	return fmt.Sprintf("%s %s %s %+v", what, a.ID, of, n)
}

func (p *Projects) record(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, act, subject string, facts map[string]string, private string) error {
	facts[audit.Whole] = "yes"
	return audit.Record(ctx, tx, p.IDs, audit.Event{Stream: string(a.ID), Act: act, Subject: subject, By: by, At: p.Now(), Facts: facts, Private: private})
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func joined(numbers []int64) string {
	var all []string
	for _, n := range numbers {
		all = append(all, strconv.FormatInt(n, 10))
	}
	return strings.Join(all, " ")
}

// known is the organisation of a name, where there is one: so that what it does
// here is told of it under one name everywhere.
func known(ctx context.Context, tx *db.Tx, name string) (organisation.ID, error) {
	slug := organisation.Slug(name)
	if slug == "" {
		return "", nil
	}
	o, err := organisation.BySlug(ctx, tx, slug)
	if isNotFound(err) {
		return "", nil
	}
	return o.ID, err
}
