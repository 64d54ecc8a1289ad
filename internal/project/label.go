package project

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// A Label is what a requirement was found out to be: the law, or a habit (R23).
// What was thought of it before stays.
type Label struct {
	Basis Basis
	Law   string
	On    date.Date
	Words string // how we know
}

// NewLabel is a label as somebody notes it.
type NewLabel struct {
	Form string
	Label
}

// Relabel notes what a requirement was found out to be. Sent twice, it counts once.
func (p *Projects) Relabel(ctx context.Context, by access.Actor, a area.Area, of RequirementID, n NewLabel) error {
	_, err := p.once(ctx, by, n.Form, content("label", a, ID(of), n), func(tx *db.Tx) (string, error) {
		return string(of), p.RelabelIn(ctx, tx, by, a, of, n)
	})
	return err
}

// RelabelIn is Relabel as part of a transaction. It can be found out at any time,
// after the requirement was met too: the next project asks earlier.
func (p *Projects) RelabelIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of RequirementID, n NewLabel) error {
	r, err := RequirementByID(ctx, tx, a.ID, of)
	if err != nil {
		return err
	}
	if err := by.Must(access.RunProjects, a.Place()); err != nil {
		return err
	}
	n.Law, n.Words = strings.TrimSpace(n.Law), strings.TrimSpace(n.Words)
	var wrong fault.Invalid
	checkBasis(&wrong, n.Basis, n.Law)
	if n.Basis != Law {
		n.Law = ""
	}
	if len(wrong) == 0 && n.Basis == r.Basis && n.Law == r.Law {
		wrong.Add("basis", "It is labelled so already: “"+r.Basis.InWords()+"”")
	}
	since := r.AskedOn
	if len(r.Labels) > 0 {
		since = r.Labels[len(r.Labels)-1].On
	}
	if n.On.IsZero() || n.On.After(p.today()) || n.On.Before(since) {
		wrong.Add("on", "Enter the day on which you found out: from "+since.Long()+" until today")
	}
	if !fits(n.Words, 500) {
		wrong.Add("words", "Say it in up to 500 letters")
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	number := int64(len(r.Labels)) + 1
	if _, err := tx.Exec(ctx, `INSERT INTO requirement_labels (area_id, requirement_id, number, basis, law, on_day, words, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		a.ID, of, number, n.Basis, n.Law, n.On, n.Words, by.Person, p.Now()); err != nil {
		return fmt.Errorf("insert label: %w", err)
	}
	return p.record(ctx, tx, by, a, "requirement labelled", string(of), map[string]string{
		"project": string(r.Project), "number": strconv.FormatInt(number, 10), "basis": string(n.Basis), "on": n.On.String(),
	}, strings.Join([]string{n.Law, n.Words}, "\n"))
}

// checkBasis wants a label, and of the law which.
func checkBasis(wrong *fault.Invalid, basis Basis, law string) {
	switch basis {
	case Law:
		if !said(law, 200) {
			wrong.Add("law", "Say which law. If nobody can say which, choose “We do not know yet”.")
		}
	case Habit, BasisNotKnown:
	default:
		wrong.Add("basis", "Say whether it is the law or a habit. “We do not know yet” is an answer.")
	}
}

// label gives requirements what they were found out to be, in the order in which it
// was found out.
func label(ctx context.Context, tx *db.Tx, a area.ID, all []Requirement) error {
	at := map[RequirementID]int{}
	for i, r := range all {
		at[r.ID] = i
	}
	return db.Each(ctx, tx, func(row db.Row) error {
		var of RequirementID
		var l Label
		if err := row.Scan(&of, &l.Basis, &l.Law, &l.On, &l.Words); err != nil {
			return err
		}
		if i, there := at[of]; there {
			r := &all[i]
			r.Labels = append(r.Labels, l)
			r.Basis, r.Law = l.Basis, l.Law
		}
		return nil
	}, `
		SELECT requirement_id, basis, law, on_day, words FROM requirement_labels WHERE area_id = $1 ORDER BY requirement_id, number`, a)
}

// FoundOut is how the label was found out, in words: "" where it is as it was noted.
func (r Requirement) FoundOut() string {
	if len(r.Labels) == 0 {
		return ""
	}
	last := r.Labels[len(r.Labels)-1]
	words := "We first noted “" + r.First.InWords() + "”, and found out on " + last.On.Long()
	if last.Words != "" {
		words += ": " + last.Words
	}
	return words
}
