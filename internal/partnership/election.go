package partnership

import (
	"context"
	"fmt"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
)

// An ElectionID names an election.
type ElectionID string

// An Election is one to a council: from its day on the councillors may be
// others, and how one works with the council too (P05).
type Election struct {
	ID         ElectionID
	On         date.Date
	Name       string
	RecordedBy access.PersonID
	RecordedAt time.Time
}

// NewElection is what is said of an election.
type NewElection struct {
	Form string
	On   date.Date
	Name string
}

// Check says what is wrong with n, if anything.
func (n NewElection) Check() fault.Invalid {
	var wrong fault.Invalid
	if name := strings.TrimSpace(n.Name); name == "" || len([]rune(name)) > 120 {
		wrong.Add("name", "Enter which election it is, in up to 120 letters, such as “Council elections”")
	}
	if n.On.IsZero() || n.On.Year() < 2000 || n.On.Year() > 2100 {
		wrong.Add("on", "Enter the day of the election, like 6 5 2027")
	}
	return wrong
}

// NoteElection records when an election is. Sent twice, it counts once.
func (p *Partnerships) NoteElection(ctx context.Context, by access.Actor, a area.Area, n NewElection) (ElectionID, error) {
	e, err := p.once(ctx, by, "note election", n.Form, []any{"election", a.ID, n.On.String(), n.Name}, func(tx *db.Tx) (string, error) {
		e, err := p.NoteElectionIn(ctx, tx, by, a, n)
		return string(e.ID), err
	})
	return ElectionID(e), err
}

// NoteElectionIn is NoteElection as part of a transaction.
func (p *Partnerships) NoteElectionIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewElection) (Election, error) {
	if err := by.Must(access.KeepMembers, a.Place()); err != nil {
		return Election{}, err
	}
	if err := n.Check().OrNil(); err != nil {
		return Election{}, err
	}
	e := Election{ID: id.New[ElectionID](p.IDs), On: n.On, Name: strings.TrimSpace(n.Name), RecordedBy: by.Person, RecordedAt: p.Now()}
	if _, err := tx.Exec(ctx, `
		INSERT INTO elections (area_id, id, on_day, name, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		a.ID, e.ID, e.On, e.Name, e.RecordedBy, e.RecordedAt); err != nil {
		return Election{}, fmt.Errorf("insert election: %w", err)
	}
	return e, audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: string(a.ID), Act: "election noted", Subject: string(e.ID), By: by, At: e.RecordedAt, Facts: map[string]string{"on": e.On.String()}, Private: e.Name,
	})
}

// WithdrawElection takes back that there is an election. Sent twice, it counts once.
func (p *Partnerships) WithdrawElection(ctx context.Context, by access.Actor, a area.Area, e ElectionID, form string) error {
	_, err := p.once(ctx, by, "withdraw election", form, []any{"no election", a.ID, e}, func(tx *db.Tx) (string, error) {
		return string(e), p.WithdrawElectionIn(ctx, tx, by, a, e)
	})
	return err
}

// WithdrawElectionIn is WithdrawElection as part of a transaction.
func (p *Partnerships) WithdrawElectionIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, e ElectionID) error {
	if err := by.Must(access.KeepMembers, a.Place()); err != nil {
		return err
	}
	if _, err := db.One(ctx, tx, db.Value[string], `SELECT id FROM elections WHERE area_id = $1 AND id = $2`, a.ID, e); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO election_withdrawals (area_id, election_id, recorded_by, recorded_at) VALUES ($1, $2, $3, $4)`, a.ID, e, by.Person, p.Now()); err != nil {
		if db.IsDuplicate(err) {
			return fault.New(fault.Conflict, "This was taken back already.")
		}
		return fmt.Errorf("withdraw election: %w", err)
	}
	return audit.Record(ctx, tx, p.IDs, audit.Event{Stream: string(a.ID), Act: "election withdrawn", Subject: string(e), By: by, At: p.Now()})
}

// ElectionsIn lists the elections of an area from a day until another, both
// included, the first first.
func ElectionsIn(ctx context.Context, tx *db.Tx, a area.ID, from, until date.Date) ([]Election, error) {
	return db.All(ctx, tx, func(r db.Row) (e Election, err error) {
		return e, r.Scan(&e.ID, &e.On, &e.Name, &e.RecordedBy, &e.RecordedAt)
	}, `
		SELECT e.id, e.on_day, e.name, e.recorded_by, e.recorded_at
		FROM elections e LEFT JOIN election_withdrawals w ON w.area_id = e.area_id AND w.election_id = e.id
		WHERE e.area_id = $1 AND e.on_day >= $2 AND e.on_day <= $3 AND w.election_id IS NULL
		ORDER BY e.on_day, e.id`, a, from, until)
}
