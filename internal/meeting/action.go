package meeting

import (
	"context"
	"fmt"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
)

// An ActionID names an action of an area.
type ActionID string

// An Action is what somebody said they would do.
type Action struct {
	Area           area.ID
	ID             ActionID
	Meeting        ID // "" for one from between meetings
	Words          string
	Owner          access.PersonID // "" where it is an organisation, or who has no account
	OwnerName      string
	IsOrganisation bool
	Due            date.Date // zero where no day was said
	AddedBy        access.PersonID
	AddedAt        time.Time
	Outcome        Outcome // "" while it is open
	Why            string
	EndedBy        access.PersonID
	EndedAt        time.Time

	rests area.Rests // when the area rests, by which its day is read
}

// DueNow is the day that counts: where the area rests on Due, the first on which it is
// open again (R37). It is no day where none was said.
func (x Action) DueNow() date.Date { return x.rests.Counts(x.Due) }

// Moved is why another day counts than was said; "" where none does.
func (x Action) Moved() string { return x.rests.Note(x.Due) }

// An Outcome is what became of an action.
type Outcome string

// The outcomes.
const (
	StillOpen Outcome = ""
	Done      Outcome = "done"
	LetGo     Outcome = "let go"
)

// Words is the outcome as people say it.
func (o Outcome) Words() string {
	if o == StillOpen {
		return "still open"
	}
	return string(o)
}

// NewAction is an action as it is written down: owned by a person of the area, or
// by an organisation or somebody else by name.
type NewAction struct {
	Form           string
	Meeting        ID
	Words          string
	Owner          access.PersonID
	OwnerName      string
	IsOrganisation bool
	Due            date.Date
}

// Check says what is wrong with n, if anything.
func (n NewAction) Check() fault.Invalid {
	var wrong fault.Invalid
	if blank(n.Words) || len(n.Words) > 300 {
		wrong.Add("words", "Write what will be done, in up to 300 letters")
	}
	if n.Owner == "" && blank(n.OwnerName) {
		wrong.Add("owner", "Choose or enter who does it")
	}
	tooLong(&wrong, "owner_name", n.OwnerName, 120)
	return wrong
}

// AddAction writes down what somebody does next. Sent twice, it counts once.
func (m *Meetings) AddAction(ctx context.Context, by access.Actor, a area.Area, n NewAction) (ActionID, error) {
	subject, err := m.once(ctx, by, n.Form, []any{"action", a.ID, n.Meeting, n.Words, n.Owner, n.OwnerName, n.IsOrganisation, n.Due.String()}, func(tx *db.Tx) (string, error) {
		x, err := m.AddActionIn(ctx, tx, by, a, n)
		return string(x.ID), err
	})
	return ActionID(subject), wrap("add action", err)
}

// AddActionIn is AddAction as part of a transaction. No day on which the area is
// closed is one by which something is done (R37).
func (m *Meetings) AddActionIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewAction) (Action, error) {
	if err := by.Must(access.RunMeetings, a.Place()); err != nil {
		return Action{}, err
	}
	wrong := n.Check()
	if !n.Due.IsZero() {
		open, err := area.NextOpenDay(ctx, tx, a.ID, n.Due)
		if err != nil {
			return Action{}, err
		}
		if open != n.Due {
			wrong.Add("due", "We are closed on "+n.Due.Long()+". The first day after that is "+open.Long()+".")
		}
	}
	if err := wrong.OrNil(); err != nil {
		return Action{}, err
	}
	if n.Meeting != "" {
		one, err := ByID(ctx, tx, a.ID, n.Meeting)
		if err != nil {
			return Action{}, err
		}
		if one.Stage() == Agreed {
			return Action{}, errFrozen
		}
	}
	x := Action{
		Area: a.ID, ID: id.New[ActionID](m.IDs), Meeting: n.Meeting, Words: strings.TrimSpace(n.Words), Owner: n.Owner, OwnerName: strings.TrimSpace(n.OwnerName),
		IsOrganisation: n.IsOrganisation, Due: n.Due, AddedBy: by.Person, AddedAt: m.Now(),
	}
	if x.Owner != "" {
		x.OwnerName, x.IsOrganisation = "", false
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO actions (area_id, id, meeting_id, words, owner, owner_name, is_organisation, due_on, added_by, added_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		x.Area, x.ID, x.Meeting, x.Words, x.Owner, x.OwnerName, x.IsOrganisation, x.Due, x.AddedBy, x.AddedAt); err != nil {
		return x, fmt.Errorf("insert action: %w", err)
	}
	facts := map[string]string{"meeting": string(n.Meeting)}
	if !x.Due.IsZero() {
		facts["due"] = x.Due.String()
	}
	return x, m.record(ctx, tx, by, a, "action added", string(x.ID), facts, x.Words)
}

// NewEnd is what became of an action.
type NewEnd struct {
	Form    string
	Outcome Outcome
	Why     string // needed where it is let go
}

// EndAction records what became of an action. Sent twice, it counts once.
func (m *Meetings) EndAction(ctx context.Context, by access.Actor, a area.Area, aid ActionID, n NewEnd) error {
	_, err := m.once(ctx, by, n.Form, []any{"end action", a.ID, aid, n.Outcome, n.Why}, func(tx *db.Tx) (string, error) {
		return string(aid), m.EndActionIn(ctx, tx, by, a, aid, n)
	})
	return wrap("end action", err)
}

// EndActionIn is EndAction as part of a transaction. Who owns it may, and those
// who run the meetings.
func (m *Meetings) EndActionIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, aid ActionID, n NewEnd) error {
	x, err := ActionByID(ctx, tx, a.ID, aid)
	if err != nil {
		return err
	}
	if !x.MayEnd(by, a) {
		return by.Must(access.RunMeetings, a.Place())
	}
	var wrong fault.Invalid
	if n.Outcome != Done && n.Outcome != LetGo {
		wrong.Add("outcome", "Choose what became of it")
	}
	if n.Outcome == LetGo && blank(n.Why) {
		wrong.Add("why", "Say in a few words why it is let go: that is fine, and good to know later")
	}
	tooLong(&wrong, "why", n.Why, 300)
	if err := wrong.OrNil(); err != nil {
		return err
	}
	if x.Outcome != StillOpen {
		return fault.New(fault.Conflict, "This is "+x.Outcome.Words()+" already.")
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO action_ends (area_id, action_id, outcome, why, ended_by, ended_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		a.ID, aid, n.Outcome, strings.TrimSpace(n.Why), by.Person, m.Now()); err != nil {
		if db.IsDuplicate(err) {
			return fault.New(fault.Conflict, "Somebody recorded what became of this already.")
		}
		return fmt.Errorf("insert end of action: %w", err)
	}
	return m.record(ctx, tx, by, a, "action "+string(n.Outcome), string(aid), nil, strings.TrimSpace(n.Why))
}

// MayEnd reports whether an actor may record what became of the action.
func (x Action) MayEnd(by access.Actor, a area.Area) bool {
	return by.May(access.RunMeetings, a.Place()) || by.SignedIn() && x.Owner == by.Person && by.May(access.PutForward, a.Place())
}

const actionColumns = `
	x.area_id, x.id, x.meeting_id, x.words, x.owner, x.owner_name, x.is_organisation, x.due_on, x.added_by, x.added_at,
	COALESCE(e.outcome, ''), COALESCE(e.why, ''), COALESCE(e.ended_by, ''), e.ended_at`

func scanAction(r db.Row) (x Action, err error) {
	return x, r.Scan(&x.Area, &x.ID, &x.Meeting, &x.Words, &x.Owner, &x.OwnerName, &x.IsOrganisation, &x.Due, &x.AddedBy, &x.AddedAt,
		&x.Outcome, &x.Why, &x.EndedBy, &x.EndedAt)
}

// ActionByID is an action of an area, or fault.NotFound.
func ActionByID(ctx context.Context, tx *db.Tx, a area.ID, aid ActionID) (Action, error) {
	x, err := db.One(ctx, tx, scanAction, `
		SELECT `+actionColumns+` FROM actions x LEFT JOIN action_ends e ON e.area_id = x.area_id AND e.action_id = x.id
		WHERE x.area_id = $1 AND x.id = $2`, a, aid)
	if err != nil {
		return x, fmt.Errorf("action: %w", err)
	}
	x.rests, err = area.RestsOf(ctx, tx, a)
	return x, err
}

// read tells actions when their area rests.
func read(ctx context.Context, tx *db.Tx, a area.ID, all []Action, err error) ([]Action, error) {
	if err != nil || len(all) == 0 {
		return all, err
	}
	rests, err := area.RestsOf(ctx, tx, a)
	for i := range all {
		all[i].rests = rests
	}
	return all, err
}

// ActionsOf lists the actions that came of a meeting, in the order in which they
// were written down.
func ActionsOf(ctx context.Context, tx *db.Tx, m Meeting) ([]Action, error) {
	all, err := db.All(ctx, tx, scanAction, `
		SELECT `+actionColumns+` FROM actions x LEFT JOIN action_ends e ON e.area_id = x.area_id AND e.action_id = x.id
		WHERE x.area_id = $1 AND x.meeting_id = $2 ORDER BY x.added_at, x.id`, m.Area, m.ID)
	return read(ctx, tx, m.Area, all, err)
}

// Actions lists an area's actions: those still open first, the one that is due
// first at the top, and then the latest that ended.
func Actions(ctx context.Context, tx *db.Tx, a area.ID, skip, most int) ([]Action, error) {
	all, err := db.All(ctx, tx, scanAction, `
		SELECT `+actionColumns+` FROM actions x LEFT JOIN action_ends e ON e.area_id = x.area_id AND e.action_id = x.id
		WHERE x.area_id = $1
		ORDER BY CASE WHEN e.outcome IS NULL THEN 0 ELSE 1 END, e.ended_at DESC, COALESCE(x.due_on, '9999-12-31'), x.added_at, x.id
		LIMIT $2 OFFSET $3`, a, most, skip)
	return read(ctx, tx, a, all, err)
}

// CountActions counts an area's actions, and those that are still open.
func CountActions(ctx context.Context, tx *db.Tx, a area.ID) (all, open int64, err error) {
	type counts struct{ all, open int64 }
	c, err := db.One(ctx, tx, func(r db.Row) (c counts, err error) { return c, r.Scan(&c.all, &c.open) }, `
		SELECT COUNT(*), COUNT(*) - COUNT(e.action_id) FROM actions x LEFT JOIN action_ends e ON e.area_id = x.area_id AND e.action_id = x.id
		WHERE x.area_id = $1`, a)
	return c.all, c.open, err
}

// OpenActionsOf lists what a person said they would do in an area and has not
// ended, the one that is due first at the top.
func OpenActionsOf(ctx context.Context, tx *db.Tx, a area.ID, who access.PersonID) ([]Action, error) {
	all, err := db.All(ctx, tx, scanAction, `
		SELECT `+actionColumns+` FROM actions x LEFT JOIN action_ends e ON e.area_id = x.area_id AND e.action_id = x.id
		WHERE x.owner = $2 AND x.area_id = $1 AND e.outcome IS NULL
		ORDER BY COALESCE(x.due_on, '9999-12-31'), x.added_at, x.id`, a, who)
	return read(ctx, tx, a, all, err)
}

// ActionsFor lists an area's actions as far as an actor may see them: what came
// of a meeting is for those who read the papers until its notes are agreed.
func ActionsFor(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area) (seen []Action, err error) {
	const every = 100_000
	all, err := Actions(ctx, tx, a.ID, 0, every)
	if err != nil || by.May(access.SeePapers, a.Place()) {
		return all, err
	}
	agreed, err := db.All(ctx, tx, db.Value[ID], `SELECT meeting_id FROM notes_agreements WHERE area_id = $1`, a.ID)
	if err != nil {
		return nil, err
	}
	public := map[ID]bool{"": true}
	for _, mid := range agreed {
		public[mid] = true
	}
	for _, x := range all {
		if public[x.Meeting] || by.SignedIn() && x.Owner == by.Person {
			seen = append(seen, x)
		}
	}
	return seen, nil
}

// ActionFor is an action that an actor may see, or fault.NotFound.
func ActionFor(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, aid ActionID) (Action, error) {
	x, err := ActionByID(ctx, tx, a.ID, aid)
	if err != nil {
		return x, err
	}
	if x.Meeting == "" || by.May(access.SeePapers, a.Place()) || by.SignedIn() && x.Owner == by.Person {
		return x, nil
	}
	m, err := ByID(ctx, tx, a.ID, x.Meeting)
	if err != nil {
		return x, err
	}
	if m.Stage() != Agreed {
		return Action{}, fault.NotFound
	}
	return x, nil
}
