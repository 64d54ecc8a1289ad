package project

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/organisation"
)

// A RequirementID names a requirement.
type RequirementID string

// A Basis is why something is asked for: the law, or a habit of who asks (R23).
type Basis string

// The bases.
const (
	Law           Basis = "law"
	Habit         Basis = "habit"
	BasisNotKnown Basis = "not known"
)

// InWords is for labels: "The law".
func (b Basis) InWords() string {
	switch b {
	case Law:
		return "The law"
	case Habit:
		return "A habit"
	case BasisNotKnown:
	}
	return "We do not know yet"
}

// An Outcome is what became of a requirement.
type Outcome string

// The outcomes. One that is challenged is still open.
const (
	NoOutcome  Outcome = ""
	Met        Outcome = "met"
	Waived     Outcome = "waived"
	Challenged Outcome = "challenged"
	Dropped    Outcome = "dropped"
)

// A Requirement is what somebody asks of a project before it may go on.
type Requirement struct {
	ID           RequirementID
	Project      ID
	ProjectName  string
	What         string
	AskedBy      string
	Organisation organisation.ID
	Basis        Basis  // as it is labelled now
	Law          string // which law, where it is one
	First        Basis  // as it was noted first
	Labels       []Label
	AskedOn      date.Date
	Outcome      Outcome // the last
	OutcomeOn    date.Date
	OutcomeWords string
	outcomes     int64
}

// Open reports whether there is something still to do.
func (r Requirement) Open() bool { return r.Outcome == NoOutcome || r.Outcome == Challenged }

// Age is how long it has been open on a day, or was: in words, "3 weeks".
func (r Requirement) Age(today date.Date) string {
	if !r.Open() {
		today = r.OutcomeOn
	}
	return Lasting(r.AskedOn, today)
}

// Lasting is how long it is from one day to another, in words and roughly, as
// people say it: "3 weeks", "14 months".
func Lasting(from, until date.Date) string {
	days := max(0, from.DaysUntil(until))
	switch {
	case days < 1:
		return "less than a day"
	case days < 14:
		return counted(days, "day")
	case days < 63:
		return counted(days/7, "week")
	case days < 730:
		return counted(days*12/365, "month")
	}
	return counted(days/365, "year")
}

func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}

// NewRequirement is a requirement as somebody notes it.
type NewRequirement struct {
	Form    string
	What    string
	AskedBy string
	Basis   Basis
	Law     string
	AskedOn date.Date
}

// Check says what is wrong with n, if anything.
func (n NewRequirement) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	if !said(n.What, 300) {
		wrong.Add("what", "Say what is asked for, in up to 300 letters")
	}
	if !said(n.AskedBy, 120) {
		wrong.Add("asked_by", "Say who asked for it, in up to 120 letters")
	}
	checkBasis(&wrong, n.Basis, n.Law)
	if n.AskedOn.IsZero() || n.AskedOn.After(today) {
		wrong.Add("asked_on", "Enter the day on which it was asked for: today or earlier")
	}
	return wrong
}

// AddRequirement notes that something is asked for. Sent twice, it counts once.
func (p *Projects) AddRequirement(ctx context.Context, by access.Actor, a area.Area, of ID, n NewRequirement) (RequirementID, error) {
	made, err := p.once(ctx, by, n.Form, content("requirement", a, of, n), func(tx *db.Tx) (string, error) {
		made, err := p.AddRequirementIn(ctx, tx, by, a, of, n)
		return string(made), err
	})
	return RequirementID(made), err
}

// AddRequirementIn is AddRequirement as part of a transaction.
func (p *Projects) AddRequirementIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, n NewRequirement) (RequirementID, error) {
	if _, err := p.mayRun(ctx, tx, by, a, of); err != nil {
		return "", err
	}
	if err := n.Check(p.today()).OrNil(); err != nil {
		return "", err
	}
	if n.Basis != Law {
		n.Law = ""
	}
	organisation, err := known(ctx, tx, n.AskedBy)
	if err != nil {
		return "", err
	}
	made := id.New[RequirementID](p.IDs)
	if _, err := tx.Exec(ctx, `
		INSERT INTO requirements (area_id, id, project_id, what, asked_by, organisation_id, basis, law, asked_on, noted_by, noted_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		a.ID, made, of, strings.TrimSpace(n.What), strings.TrimSpace(n.AskedBy), orNull(string(organisation)), n.Basis, strings.TrimSpace(n.Law), n.AskedOn, by.Person, p.Now()); err != nil {
		return "", fmt.Errorf("insert requirement: %w", err)
	}
	return made, p.record(ctx, tx, by, a, "requirement noted", string(made), map[string]string{
		"project": string(of), "basis": string(n.Basis), "asked on": n.AskedOn.String(), "organisation": string(organisation),
	}, strings.Join([]string{n.What, n.AskedBy, n.Law}, "\n"))
}

// A NewOutcome is what became of a requirement.
type NewOutcome struct {
	Form    string
	Outcome Outcome
	On      date.Date
	Words   string
}

// Settle records what became of a requirement. Sent twice, it counts once.
func (p *Projects) Settle(ctx context.Context, by access.Actor, a area.Area, r RequirementID, n NewOutcome) error {
	_, err := p.once(ctx, by, n.Form, content("outcome", a, ID(r), n), func(tx *db.Tx) (string, error) {
		return string(r), p.SettleIn(ctx, tx, by, a, r, n)
	})
	return err
}

// SettleIn is Settle as part of a transaction. One that was met, waived or dropped
// is over.
func (p *Projects) SettleIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of RequirementID, n NewOutcome) error {
	r, err := RequirementByID(ctx, tx, a.ID, of)
	if err != nil {
		return err
	}
	if err := by.Must(access.RunProjects, a.Place()); err != nil {
		return err
	}
	var wrong fault.Invalid
	if !slices.Contains([]Outcome{Met, Waived, Challenged, Dropped}, n.Outcome) {
		wrong.Add("outcome", "Choose what became of it")
	}
	since := cmp.Or(r.OutcomeOn, r.AskedOn)
	if n.On.IsZero() || n.On.After(p.today()) || n.On.Before(since) {
		wrong.Add("on", "Enter the day: from "+since.Long()+" until today")
	}
	if !fits(n.Words, 500) {
		wrong.Add("words", "Say it in up to 500 letters")
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	if !r.Open() {
		return fault.New(fault.Conflict, "This was "+string(r.Outcome)+" on "+r.OutcomeOn.Long()+" already.")
	}
	if _, err := tx.Exec(ctx, `INSERT INTO requirement_outcomes (area_id, requirement_id, number, outcome, on_day, words, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		a.ID, of, r.outcomes+1, n.Outcome, n.On, strings.TrimSpace(n.Words), by.Person, p.Now()); err != nil {
		return fmt.Errorf("insert outcome: %w", err)
	}
	return p.record(ctx, tx, by, a, "requirement settled", string(of), map[string]string{
		"project": string(r.Project), "number": strconv.FormatInt(r.outcomes+1, 10), "outcome": string(n.Outcome), "on": n.On.String(),
	}, n.Words)
}

// Requirements lists what is asked of a project, or where of is "" of all the
// area's: what is open first, the longest waiting before the others.
func Requirements(ctx context.Context, tx *db.Tx, a area.ID, of ID) ([]Requirement, error) {
	return requirements(ctx, tx, a, of, "")
}

// RequirementByID is a requirement, or fault.NotFound.
func RequirementByID(ctx context.Context, tx *db.Tx, a area.ID, r RequirementID) (Requirement, error) {
	all, err := requirements(ctx, tx, a, "", r)
	if err == nil && len(all) == 0 {
		return Requirement{}, fault.NotFound
	}
	if err != nil {
		return Requirement{}, err
	}
	return all[0], nil
}

func requirements(ctx context.Context, tx *db.Tx, a area.ID, of ID, one RequirementID) ([]Requirement, error) {
	all, err := db.All(ctx, tx, func(row db.Row) (r Requirement, err error) {
		err = row.Scan(&r.ID, &r.Project, &r.ProjectName, &r.What, &r.AskedBy, &r.Organisation, &r.Basis, &r.Law, &r.AskedOn, &r.Outcome, &r.OutcomeOn, &r.OutcomeWords, &r.outcomes)
		r.First = r.Basis
		return r, err
	}, `
		SELECT r.id, r.project_id, v.name, r.what, r.asked_by, COALESCE(r.organisation_id, ''), r.basis, r.law, r.asked_on,
			COALESCE(o.outcome, ''), o.on_day, COALESCE(o.words, ''), COALESCE(o.number, 0)
		FROM requirements r
		JOIN project_versions v ON v.area_id = r.area_id AND v.project_id = r.project_id
			AND v.number = (SELECT MAX(x.number) FROM project_versions x WHERE x.area_id = r.area_id AND x.project_id = r.project_id)
		LEFT JOIN requirement_outcomes o ON o.area_id = r.area_id AND o.requirement_id = r.id
			AND o.number = (SELECT MAX(y.number) FROM requirement_outcomes y WHERE y.area_id = r.area_id AND y.requirement_id = r.id)
		WHERE r.area_id = $1 AND ($2 = '' OR r.project_id = $2) AND ($3 = '' OR r.id = $3)
		ORDER BY r.asked_on, r.id`, a, of, one)
	if err != nil {
		return nil, fmt.Errorf("requirements: %w", err)
	}
	if err := label(ctx, tx, a, all); err != nil {
		return nil, fmt.Errorf("labels: %w", err)
	}
	slices.SortStableFunc(all, func(a, b Requirement) int {
		switch {
		case a.Open() == b.Open():
			return 0
		case a.Open():
			return -1
		}
		return 1
	})
	return all, nil
}

// An Asker is somebody who asks for things, and how that went.
type Asker struct {
	Name                          string
	Asked, Law, Habit, NotKnown   int
	Met, Waived, Challenged, Open int
	Longest                       string // how long the longest took, or takes
}

// Askers gathers who usually asks, those who ask most first.
func Askers(all []Requirement, today date.Date) []Asker {
	var askers []Asker
	longest := map[string]int{}
	at := map[string]int{}
	for _, r := range all {
		key := strings.ToLower(r.AskedBy)
		i, known := at[key]
		if !known {
			i = len(askers)
			at[key] = i
			askers = append(askers, Asker{Name: r.AskedBy})
		}
		k := &askers[i]
		k.Asked++
		switch r.Basis {
		case Law:
			k.Law++
		case Habit:
			k.Habit++
		case BasisNotKnown:
			k.NotKnown++
		}
		switch r.Outcome {
		case Met:
			k.Met++
		case Waived:
			k.Waived++
		case Challenged:
			k.Challenged++
		case NoOutcome:
			k.Open++
		case Dropped:
		}
		until := today
		if !r.Open() {
			until = r.OutcomeOn
		}
		if days := r.AskedOn.DaysUntil(until); k.Longest == "" || days > longest[key] {
			longest[key], k.Longest = days, Lasting(r.AskedOn, until)
		}
	}
	slices.SortStableFunc(askers, func(a, b Asker) int {
		if a.Asked != b.Asked {
			return b.Asked - a.Asked
		}
		return strings.Compare(a.Name, b.Name)
	})
	return askers
}
