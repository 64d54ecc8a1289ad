package relationship

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

// A HandoverID names a handover.
type HandoverID string

// A Why is why something is handed over (P48).
type Why string

// The reasons. To be away for a while is one of them.
const (
	Leaving     Why = "leaving"
	Absence     Why = "absence"
	Restructure Why = "restructure"
	Election    Why = "election"
	NewInPost   Why = "new"
)

// Whys lists them, with what each is in words.
func Whys() []struct {
	Why   Why
	Words string
} {
	return []struct {
		Why   Why
		Words string
	}{
		{Leaving, "Somebody leaves"},
		{Absence, "Somebody is away for a while"},
		{NewInPost, "Somebody new is in the post"},
		{Restructure, "Their organisation is rearranged"},
		{Election, "An election"},
	}
}

// InWords is a reason as a reader wants it.
func (w Why) InWords() string {
	for _, one := range Whys() {
		if one.Why == w {
			return one.Words
		}
	}
	return ""
}

// A Handover is that what somebody knows goes to somebody else.
type Handover struct {
	ID           HandoverID
	Relationship ID
	Why          Why
	Side         Side
	Who, ToWhom  string
	By           date.Date // the last day for it
	Words        string
	OpenedAt     time.Time
	Steps        []HandoverStep
	StoppedOn    date.Date
	StopWords    string

	rests area.Rests // when the area rests, by which its day is read
}

// A HandoverStep is one thing to do in a handover.
type HandoverStep struct {
	Position  int64
	Kind      StepKind
	Words     string
	Who       string
	PlannedOn date.Date
	DoneOn    date.Date // no day while it is to do
	SaidBy    string    // the successor, where they confirmed it through a link
}

// A StepKind sorts the steps of a handover.
type StepKind string

// The kinds.
const (
	HalfFinished StepKind = "half finished"
	ReadIt       StepKind = "read"
	MetUs        StepKind = "met"
	Walkabout    StepKind = "walkabout" // R19
	Thanks       StepKind = "thanks"
	ConfirmedIt  StepKind = "confirmed" // by the successor
	OwnStep      StepKind = "own"
)

// Due is the last day for it that counts: where the area rests on the one that was said,
// the first on which it is open again (R37).
func (h Handover) Due() date.Date { return h.rests.Counts(h.By) }

// ByWhen is Due in words, with the day that was said where that is another.
func (h Handover) ByWhen() string { return h.rests.Words(h.By) }

// Done counts the steps that are done.
func (h Handover) Done() (n int) {
	for _, s := range h.Steps {
		if !s.DoneOn.IsZero() {
			n++
		}
	}
	return n
}

// Walkabout is the walkabout of a handover that is still to do, and whether there is
// one.
func (h Handover) Walkabout() (HandoverStep, bool) {
	for _, s := range h.Steps {
		if s.Kind == Walkabout && s.DoneOn.IsZero() {
			return s, true
		}
	}
	return HandoverStep{}, false
}

// Open reports whether something is left to do.
func (h Handover) Open() bool { return h.StoppedOn.IsZero() && h.Done() < len(h.Steps) }

// Between is between whom it is, in words.
func (h Handover) Between() string {
	switch {
	case h.Who != "" && h.ToWhom != "":
		return "From " + h.Who + " to " + h.ToWhom
	case h.Who != "":
		return "From " + h.Who
	case h.ToWhom != "":
		return "To " + h.ToWhom
	}
	return h.Why.InWords()
}

// NewHandover is a handover as somebody opens it.
type NewHandover struct {
	Form        string
	Why         Why
	Side        Side
	Who, ToWhom string
	By          date.Date
	Words       string
	WalkWith    string    // who of us leads the walkabout
	WalkOn      date.Date // where a day is agreed
}

// Check says what is wrong with n, if anything.
func (n NewHandover) Check() fault.Invalid {
	var wrong fault.Invalid
	if n.Why.InWords() == "" {
		wrong.Add("why", "Choose why")
	}
	if n.Side != Ours && n.Side != Theirs {
		wrong.Add("side", "Say whether it is on our side or on theirs")
	}
	if !fits(n.Who, 120) {
		wrong.Add("who", "Enter their name, in up to 120 letters")
	}
	if !fits(n.ToWhom, 120) {
		wrong.Add("to_whom", "Enter their name, in up to 120 letters")
	}
	if (n.Why == Leaving || n.Why == Absence) && strings.TrimSpace(n.Who) == "" {
		wrong.Add("who", "Enter who leaves or is away")
	}
	if n.By.IsZero() {
		wrong.Add("by", "Enter the day by which it should be done")
	}
	if !fits(n.Words, 1000) {
		wrong.Add("words", "Say it in up to 1,000 letters")
	}
	if !fits(n.WalkWith, 120) {
		wrong.Add("walk_with", "Enter a name, in up to 120 letters")
	}
	return wrong
}

// steps are what a handover is made of: the walkabout where somebody new comes to
// their side, or somebody plans one, and what the successor confirms last.
func (n NewHandover) steps() []HandoverStep {
	next, was := n.ToWhom, n.Who
	if next == "" {
		next = "Who takes over"
	}
	all := []HandoverStep{{Kind: ReadIt, Words: next + " reads this page and what we agreed", Who: n.ToWhom}}
	if was != "" && (n.Why == Leaving || n.Why == Absence) {
		all = append(all, HandoverStep{Kind: HalfFinished, Words: was + " writes down what is half finished", Who: was})
	}
	if n.Side == Theirs {
		all = append(all, HandoverStep{Kind: MetUs, Words: next + " meets us"})
	} else {
		all = append(all, HandoverStep{Kind: MetUs, Words: next + " meets them", Who: n.ToWhom})
	}
	if n.Side == Theirs || n.WalkWith != "" || !n.WalkOn.IsZero() {
		all = append(all, HandoverStep{Kind: Walkabout, Words: "A walkabout with residents", Who: n.WalkWith, PlannedOn: n.WalkOn})
	}
	if was != "" && n.Why == Leaving {
		all = append(all, HandoverStep{Kind: Thanks, Words: "A thank-you and goodbye to " + was})
	}
	return append(all, HandoverStep{Kind: ConfirmedIt, Words: next + " says: I have what I need", Who: n.ToWhom})
}

// OpenHandover opens a handover. Sent twice, it counts once.
func (r *Relationships) OpenHandover(ctx context.Context, by access.Actor, a area.Area, of ID, n NewHandover) (HandoverID, error) {
	made, err := r.once(ctx, by, n.Form, content("handover", a, of, n), func(tx *db.Tx) (string, error) {
		made, err := r.OpenHandoverIn(ctx, tx, by, a, of, n)
		return string(made), err
	})
	return HandoverID(made), err
}

// OpenHandoverIn is OpenHandover as part of a transaction.
func (r *Relationships) OpenHandoverIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, n NewHandover) (HandoverID, error) {
	if _, err := r.mayKeep(ctx, tx, by, a, of); err != nil {
		return "", err
	}
	n.Who, n.ToWhom = strings.TrimSpace(n.Who), strings.TrimSpace(n.ToWhom)
	if err := n.Check().OrNil(); err != nil {
		return "", err
	}
	made := id.New[HandoverID](r.IDs)
	if _, err := tx.Exec(ctx, `
		INSERT INTO handovers (area_id, id, relationship_id, why, side, who, to_whom, by_day, words, opened_by, opened_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		a.ID, made, of, n.Why, n.Side, n.Who, n.ToWhom, n.By, strings.TrimSpace(n.Words), by.Person, r.Now()); err != nil {
		return "", fmt.Errorf("insert handover: %w", err)
	}
	if err := r.record(ctx, tx, by, a, "handover opened", string(made), map[string]string{
		"relationship": string(of), "why": string(n.Why), "side": string(n.Side), "by": n.By.String(),
	}, strings.Join([]string{n.Who, n.ToWhom, n.Words}, "\n")); err != nil {
		return "", err
	}
	for i, s := range n.steps() {
		if err := r.addStep(ctx, tx, by, a, made, int64(i+1), s); err != nil {
			return "", err
		}
	}
	return made, nil
}

func (r *Relationships) addStep(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, h HandoverID, position int64, s HandoverStep) error {
	if _, err := tx.Exec(ctx, `
		INSERT INTO handover_steps (area_id, handover_id, position, kind, words, who, planned_on, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		a.ID, h, position, s.Kind, strings.TrimSpace(s.Words), strings.TrimSpace(s.Who), s.PlannedOn, by.Person, r.Now()); err != nil {
		return fmt.Errorf("insert handover step: %w", err)
	}
	return r.record(ctx, tx, by, a, "handover step", string(h), map[string]string{
		"position": strconv.FormatInt(position, 10), "kind": string(s.Kind), "planned": s.PlannedOn.String(),
	}, s.Words+"\n"+s.Who)
}

// NewTicks are steps that are done, the walkabout as it is arranged, and perhaps one
// more step that is to do.
type NewTicks struct {
	Form    string
	On      date.Date
	Done    []int64
	WalkOn  date.Date // the day of the walkabout, where it is arranged
	WalkWho string    // who leads it
	More    string    // another step, in words
	MoreWho string    // who does it
	MoreOn  date.Date // when
	Stop    bool      // it is not needed after all
	Words   string    // why
}

// Tick ticks steps off, adds one, or stops a handover. Sent twice, it counts once.
func (r *Relationships) Tick(ctx context.Context, by access.Actor, a area.Area, h HandoverID, n NewTicks) error {
	_, err := r.once(ctx, by, n.Form, content("tick", a, h, n), func(tx *db.Tx) (string, error) {
		return string(h), r.TickIn(ctx, tx, by, a, h, n)
	})
	return err
}

// TickIn is Tick as part of a transaction.
func (r *Relationships) TickIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, hid HandoverID, n NewTicks) error {
	h, err := HandoverByID(ctx, tx, a.ID, hid)
	if err != nil {
		return err
	}
	if err := by.Must(access.KeepRelationships, a.Place()); err != nil {
		return err
	}
	if !h.StoppedOn.IsZero() {
		return fault.New(fault.Conflict, "This handover was stopped on "+h.StoppedOn.Long()+". Open another.")
	}
	var wrong fault.Invalid
	if n.On.IsZero() || n.On.After(r.today()) {
		wrong.Add("on", "Enter the day on which it was done: today or earlier")
	}
	walk, walks := h.Walkabout()
	arranges := walks && !n.WalkOn.IsZero() && (n.WalkOn != walk.PlannedOn || strings.TrimSpace(n.WalkWho) != walk.Who)
	if len(n.Done) == 0 && strings.TrimSpace(n.More) == "" && !n.Stop && !arranges {
		wrong.Add("done", "Tick what is done")
	}
	if !fits(n.WalkWho, 120) {
		wrong.Add("walk_who", "Enter a name, in up to 120 letters")
	}
	if n.Stop && strings.TrimSpace(n.Words) == "" {
		wrong.Add("words", "Say why it is not needed")
	}
	if !fits(n.More, 200) || !fits(n.MoreWho, 120) || !fits(n.Words, 500) {
		wrong.Add("more", "Say it in up to 200 letters")
	}
	for _, position := range n.Done {
		if !slices.ContainsFunc(h.Steps, func(s HandoverStep) bool { return s.Position == position }) {
			wrong.Add("done", "Choose from the list what is done")
		}
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	for _, s := range h.Steps {
		if s.DoneOn.IsZero() && slices.Contains(n.Done, s.Position) {
			if err := r.tick(ctx, tx, by, a, hid, s.Position, n.On, ""); err != nil {
				return err
			}
		}
	}
	if arranges && !slices.Contains(n.Done, walk.Position) {
		if err := r.plan(ctx, tx, by, a, hid, walk.Position, n.WalkOn, strings.TrimSpace(n.WalkWho)); err != nil {
			return err
		}
	}
	if strings.TrimSpace(n.More) != "" {
		if err := r.addStep(ctx, tx, by, a, hid, int64(len(h.Steps)+1), HandoverStep{Kind: OwnStep, Words: n.More, Who: n.MoreWho, PlannedOn: n.MoreOn}); err != nil {
			return err
		}
	}
	if !n.Stop {
		return nil
	}
	if _, err := tx.Exec(ctx, `INSERT INTO handover_stops (area_id, handover_id, on_day, words, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		a.ID, hid, n.On, strings.TrimSpace(n.Words), by.Person, r.Now()); err != nil {
		return fmt.Errorf("insert handover stop: %w", err)
	}
	return r.record(ctx, tx, by, a, "handover stopped", string(hid), map[string]string{"on": n.On.String()}, n.Words)
}

// plan arranges a step for a day.
func (r *Relationships) plan(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, h HandoverID, position int64, on date.Date, who string) error {
	number, err := db.One(ctx, tx, db.Value[int64], `SELECT COALESCE(MAX(number), 0) + 1 FROM handover_plans WHERE area_id = $1 AND handover_id = $2 AND position = $3`, a.ID, h, position)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO handover_plans (area_id, handover_id, position, number, planned_on, who, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		a.ID, h, position, number, on, who, by.Person, r.Now()); err != nil {
		return fmt.Errorf("insert handover plan: %w", err)
	}
	return r.record(ctx, tx, by, a, "handover arranged", string(h), map[string]string{
		"position": strconv.FormatInt(position, 10), "number": strconv.FormatInt(number, 10), "on": on.String(),
	}, who)
}

func (r *Relationships) tick(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, h HandoverID, position int64, on date.Date, saidBy string) error {
	if _, err := tx.Exec(ctx, `INSERT INTO handover_ticks (area_id, handover_id, position, done_on, said_by, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		a.ID, h, position, on, saidBy, by.Person, r.Now()); err != nil {
		return fmt.Errorf("insert handover tick: %w", err)
	}
	return r.record(ctx, tx, by, a, "handover ticked", string(h), map[string]string{
		"position": strconv.FormatInt(position, 10), "on": on.String(), "by them": strconv.FormatBool(saidBy != ""),
	}, saidBy)
}

const handoverColumns = `
	h.id, h.relationship_id, h.why, h.side, h.who, h.to_whom, h.by_day, h.words, h.opened_at, s.on_day, COALESCE(s.words, '')
	FROM handovers h LEFT JOIN handover_stops s ON s.area_id = h.area_id AND s.handover_id = h.id`

func scanHandover(r db.Row) (h Handover, err error) {
	return h, r.Scan(&h.ID, &h.Relationship, &h.Why, &h.Side, &h.Who, &h.ToWhom, &h.By, &h.Words, &h.OpenedAt, &h.StoppedOn, &h.StopWords)
}

// Handovers lists the handovers of an area, or of one relationship, the latest
// first.
func Handovers(ctx context.Context, tx *db.Tx, a area.ID, of ID) ([]Handover, error) {
	all, err := db.All(ctx, tx, scanHandover, `SELECT `+handoverColumns+` WHERE h.area_id = $1 AND ($2 = '' OR h.relationship_id = $2) ORDER BY h.id DESC`, a, of)
	if err != nil {
		return nil, fmt.Errorf("handovers: %w", err)
	}
	return all, handoverSteps(ctx, tx, a, all)
}

func handoverSteps(ctx context.Context, tx *db.Tx, a area.ID, all []Handover) error {
	if len(all) == 0 {
		return nil
	}
	rests, err := area.RestsOf(ctx, tx, a)
	if err != nil {
		return err
	}
	at := map[HandoverID]int{}
	for i, h := range all {
		at[h.ID], all[i].rests = i, rests
	}
	err = db.Each(ctx, tx, func(r db.Row) error {
		var h HandoverID
		var s HandoverStep
		err := r.Scan(&h, &s.Position, &s.Kind, &s.Words, &s.Who, &s.PlannedOn, &s.DoneOn, &s.SaidBy)
		if i, is := at[h]; is {
			all[i].Steps = append(all[i].Steps, s)
		}
		return err
	}, `
		SELECT s.handover_id, s.position, s.kind, s.words, COALESCE(p.who, s.who), COALESCE(p.planned_on, s.planned_on), t.done_on, COALESCE(t.said_by, '')
		FROM handover_steps s LEFT JOIN handover_ticks t ON t.area_id = s.area_id AND t.handover_id = s.handover_id AND t.position = s.position
		LEFT JOIN handover_plans p ON p.area_id = s.area_id AND p.handover_id = s.handover_id AND p.position = s.position
			AND p.number = (SELECT MAX(x.number) FROM handover_plans x WHERE x.area_id = p.area_id AND x.handover_id = p.handover_id AND x.position = p.position)
		WHERE s.area_id = $1 ORDER BY s.handover_id, s.position`, a)
	if err != nil {
		return fmt.Errorf("handover steps: %w", err)
	}
	return nil
}

// HandoverByID is a handover, or fault.NotFound.
func HandoverByID(ctx context.Context, tx *db.Tx, a area.ID, h HandoverID) (Handover, error) {
	one, err := db.One(ctx, tx, scanHandover, `SELECT `+handoverColumns+` WHERE h.area_id = $1 AND h.id = $2`, a, h)
	if err != nil {
		return one, err
	}
	all := []Handover{one}
	err = handoverSteps(ctx, tx, a, all)
	return all[0], err
}
