package plan

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/money"
)

// A Draft is the plan that is being written: changed in place, section by
// section, by whoever may write plans, until it is finished as a version or put
// away. An area has one at a time.
type Draft struct {
	Area     area.ID
	Number   int64 // of the area's drafts, from 1
	BasedOn  int64 // the version it began as; 0 where it began empty
	Replaces int64 // the version, not adopted, whose place it takes; 0 for none
	Version        // what it says so far: its own number is 0
	BegunBy  access.PersonID
	BegunAt  time.Time
	SavedBy  access.PersonID
	SavedAt  time.Time
}

// NewDraft begins a draft: empty, or as a version is.
type NewDraft struct {
	Form string
	From int64 // the version to begin as; 0 to begin empty
}

// BeginDraft begins an area's draft. Sent twice, it counts once.
func (p *Plans) BeginDraft(ctx context.Context, by access.Actor, a area.Area, n NewDraft) error {
	err := p.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := audit.Once(ctx, tx, audit.Sent{Form: n.Form, By: by, Content: []any{"draft", a.ID, n.From}, At: p.Now()}, func() (string, error) {
			d, err := p.BeginDraftIn(ctx, tx, by, a, n)
			return strconv.FormatInt(d.Number, 10), err
		})
		return err
	})
	return wrap("begin draft", err)
}

// BeginDraftIn is BeginDraft as part of a transaction. A draft that begins as a
// version that waits to be adopted takes its place once it is finished.
func (p *Plans) BeginDraftIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewDraft) (Draft, error) {
	if err := by.Must(access.WritePlan, a.Place()); err != nil {
		return Draft{}, err
	}
	if _, err := DraftOf(ctx, tx, a.ID); err == nil {
		return Draft{}, fault.New(fault.Conflict, "A draft of the plan is being written already. Go on with that one, or put it away first.")
	} else if !errors.Is(err, fault.NotFound) {
		return Draft{}, err
	}
	d := Draft{Area: a.ID, BasedOn: n.From, BegunBy: by.Person, BegunAt: p.Now(), SavedBy: by.Person, SavedAt: p.Now()}
	if n.From != 0 {
		v, err := VersionOf(ctx, tx, a.ID, n.From)
		if err != nil {
			return Draft{}, err
		}
		d.Version = Version{Vision: v.Vision, FromYear: v.FromYear, UntilYear: v.UntilYear, Priorities: v.Parts(), Lines: v.Lines}
		current, err := Current(ctx, tx, a.ID)
		if err != nil && !errors.Is(err, fault.NotFound) {
			return Draft{}, err
		}
		if v.Standing(current.Number) == Proposed {
			d.Replaces = v.Number
		}
	}
	if err := insertDraft(ctx, tx, &d); err != nil {
		return Draft{}, fmt.Errorf("insert draft: %w", err)
	}
	return d, audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: string(a.ID), Act: "plan draft begun", Subject: d.subject(), By: by, At: p.Now(),
		Facts: map[string]string{"from version": strconv.FormatInt(n.From, 10)},
	})
}

func (d Draft) subject() string { return "plan draft:" + strconv.FormatInt(d.Number, 10) }

// A Revision is one section of a draft as somebody leaves it.
type Revision interface {
	section() string
	// said is what was sent, as text that can be compared.
	said() any
	// of is what the draft says there now.
	of(d Draft) any
	// apply writes it, and gives the ID of what it is about.
	apply(ctx context.Context, tx *db.Tx, t revising) (string, error)
}

// A revising is a revision at work.
type revising struct {
	ids   *id.Maker
	area  area.ID
	rules area.RuleBook
	draft *Draft
}

// Seen names a section of the draft by what it says now, for a form to send back.
func (d Draft) Seen(r Revision) string { return seenOf(r.of(d)) }

// Revise changes a section of the draft. seen is what Seen said when the form was
// opened. The subject is the ID of the priority, for a section that has one.
func (p *Plans) Revise(ctx context.Context, by access.Actor, a area.Area, form, seen string, r Revision) (subject string, err error) {
	err = p.DB.Write(ctx, func(tx *db.Tx) error {
		subject, err = audit.Once(ctx, tx, audit.Sent{Form: form, By: by, Content: []any{"revise", a.ID, r.section(), r.said()}, At: p.Now()}, func() (string, error) {
			return p.ReviseIn(ctx, tx, by, a, seen, r)
		})
		return err
	})
	return subject, wrap("revise draft", err)
}

// ReviseIn is Revise as part of a transaction.
func (p *Plans) ReviseIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, seen string, r Revision) (string, error) {
	if err := by.Must(access.WritePlan, a.Place()); err != nil {
		return "", err
	}
	d, err := DraftOf(ctx, tx, a.ID)
	if err != nil {
		return "", err
	}
	if err := asSeen(seen, d.Seen(r)); err != nil {
		return "", err
	}
	programme, err := area.ProgrammeByID(ctx, tx, a.Programme)
	if err != nil {
		return "", err
	}
	subject, err := r.apply(ctx, tx, revising{p.IDs, a.ID, programme.Rules, &d})
	if err != nil {
		return "", err
	}
	d.SavedBy, d.SavedAt = by.Person, p.Now()
	if err := updateDraft(ctx, tx, d, ""); err != nil {
		return "", fmt.Errorf("update draft: %w", err)
	}
	text, err := json.Marshal(r.said())
	if err != nil {
		return "", err
	}
	return subject, audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: string(a.ID), Act: "plan draft saved", Subject: d.subject(), By: by, At: p.Now(),
		Facts: map[string]string{"section": r.section()}, Private: string(text),
	})
}

// VisionRevision is what people want, and for which years. Both may stay empty
// until the draft is finished.
type VisionRevision struct {
	Vision    string
	FromYear  int
	UntilYear int
}

func (VisionRevision) section() string { return "vision" }

func (r VisionRevision) said() any { return r }

func (VisionRevision) of(d Draft) any { return []any{d.Vision, d.FromYear, d.UntilYear} }

func (r VisionRevision) apply(_ context.Context, _ *db.Tx, t revising) (string, error) {
	var wrong fault.Invalid
	if len(r.Vision) > mostWords {
		wrong.Add("vision", "Say it in up to 5,000 letters")
	}
	if r.FromYear != 0 && (r.FromYear < 2000 || r.FromYear > 2100) {
		wrong.Add("from_year", "Enter the year in which the plan begins, such as 2026")
	}
	if r.UntilYear != 0 && (r.UntilYear < 2000 || r.UntilYear > 2130 || r.FromYear != 0 && (r.UntilYear < r.FromYear || r.UntilYear > r.FromYear+30)) {
		wrong.Add("until_year", "Enter the last year of the plan: the first year or later, and at most 30 years on")
	}
	for _, l := range t.draft.Lines {
		if r.FromYear != 0 && r.UntilYear != 0 && !within(l.Years, r.FromYear, r.UntilYear) {
			wrong.Add("until_year", fmt.Sprintf("“%s” has money in years that this leaves out. Change that line first.", l.Name))
			break
		}
	}
	t.draft.Vision, t.draft.FromYear, t.draft.UntilYear = strings.TrimSpace(r.Vision), r.FromYear, r.UntilYear
	return "", wrong.OrNil()
}

// PriorityRevision is a priority's name, why it matters and what is to be
// reached; or that it is taken out, with all that hangs on it.
type PriorityRevision struct {
	ID         PriorityID // "" for a new one
	Name       string
	Why        string
	Objectives []string
	Remove     bool
}

func (PriorityRevision) section() string { return "priority" }

func (r PriorityRevision) said() any { return r }

func (r PriorityRevision) of(d Draft) any {
	pr, _ := d.Priority(r.ID)
	return []any{pr.Name, pr.Why, pr.Objectives}
}

func (r PriorityRevision) apply(ctx context.Context, tx *db.Tx, t revising) (string, error) {
	d := t.draft
	at := slices.IndexFunc(d.Priorities, func(pr Priority) bool { return pr.ID == r.ID })
	if r.ID != "" && at < 0 {
		return "", fault.NotFound
	}
	if r.Remove {
		if at < 0 {
			return "", fault.NotFound
		}
		d.Priorities = slices.Delete(d.Priorities, at, at+1)
		d.Lines = slices.DeleteFunc(d.Lines, func(l Line) bool { return l.Priority == r.ID })
		return string(r.ID), nil
	}
	var wrong fault.Invalid
	if strings.TrimSpace(r.Name) == "" || len(r.Name) > mostName {
		wrong.Add("name", fmt.Sprintf("Give this priority a name, in up to %d letters", mostName))
	}
	for i, pr := range d.Priorities {
		if i != at && sameName(pr.Name) == sameName(r.Name) {
			wrong.Add("name", "The draft has a priority of this name already: give this one another")
		}
	}
	if len(r.Why) > mostWords {
		wrong.Add("why", "Say it in up to 5,000 letters")
	}
	checkObjectives(&wrong, "objectives", r.Objectives)
	if at < 0 && len(d.Priorities) >= MostPriorities {
		wrong.Add("name", fmt.Sprintf("A plan has at most %d priorities: put some together", MostPriorities))
	}
	if err := wrong.OrNil(); err != nil {
		return "", err
	}
	if at < 0 {
		known, err := knownLines(ctx, tx, t.area)
		if err != nil {
			return "", err
		}
		pid := known.priorities[sameName(r.Name)]
		if _, there := d.Priority(pid); pid == "" || there {
			pid = id.New[PriorityID](t.ids)
		}
		d.Priorities, at = append(d.Priorities, Priority{ID: pid}), len(d.Priorities)
	}
	pr := &d.Priorities[at]
	pr.Name, pr.Why, pr.Objectives = strings.TrimSpace(r.Name), strings.TrimSpace(r.Why), r.Objectives
	for i := range d.Lines {
		if d.Lines[i].Priority == pr.ID {
			d.Lines[i].PriorityName = pr.Name
		}
	}
	return string(pr.ID), nil
}

// part finds the priority that a section hangs on.
func (t revising) part(pid PriorityID) (*Priority, error) {
	at := slices.IndexFunc(t.draft.Priorities, func(pr Priority) bool { return pr.ID == pid })
	if at < 0 {
		return nil, fault.NotFound
	}
	return &t.draft.Priorities[at], nil
}

// ActionsRevision is what is to be done for a priority.
type ActionsRevision struct {
	Priority PriorityID
	Actions  []Action
}

func (ActionsRevision) section() string { return "actions" }

func (r ActionsRevision) said() any {
	return paperOf(Version{Priorities: []Priority{{ID: r.Priority, Actions: r.Actions}}})
}

func (r ActionsRevision) of(d Draft) any {
	pr, _ := d.Priority(r.Priority)
	return paperOf(Version{Priorities: []Priority{{Actions: pr.Actions}}})
}

func (r ActionsRevision) apply(_ context.Context, _ *db.Tx, t revising) (string, error) {
	pr, err := t.part(r.Priority)
	if err != nil {
		return "", err
	}
	var wrong fault.Invalid
	checkActions(&wrong, "-", r.Actions)
	if err := wrong.OrNil(); err != nil {
		return "", err
	}
	had := map[ActionID]bool{}
	for _, a := range pr.Actions {
		had[a.ID] = true
	}
	pr.Actions = nil
	for _, a := range r.Actions {
		if !had[a.ID] {
			a.ID = id.New[ActionID](t.ids)
		}
		delete(had, a.ID) // of two that say they are one, the first is
		a.What, a.Who = strings.TrimSpace(a.What), strings.TrimSpace(a.Who)
		pr.Actions = append(pr.Actions, a)
	}
	return string(pr.ID), nil
}

// MoneyRevision is the budget lines of a priority. A line without a theme is put
// under the one that its words tell of.
type MoneyRevision struct {
	Priority PriorityID
	Lines    []NewLine
}

func (MoneyRevision) section() string { return "money" }

func (r MoneyRevision) said() any {
	var lines []Line
	for _, l := range r.Lines {
		lines = append(lines, Line{ID: l.ID, Priority: r.Priority, Name: l.Name, Theme: l.Theme, Budget: l.Budget, Years: l.Years})
	}
	return paperOf(Version{Lines: lines})
}

func (r MoneyRevision) of(d Draft) any {
	return paperOf(Version{Lines: d.LinesOf(r.Priority)})
}

func (r MoneyRevision) apply(ctx context.Context, tx *db.Tx, t revising) (string, error) {
	pr, err := t.part(r.Priority)
	if err != nil {
		return "", err
	}
	d := t.draft
	known, err := knownLines(ctx, tx, t.area)
	if err != nil {
		return "", err
	}
	var wrong fault.Invalid
	others := slices.DeleteFunc(slices.Clone(d.Lines), func(l Line) bool { return l.Priority == pr.ID })
	if len(others)+len(r.Lines) > MostLines {
		wrong.Add("name-1", fmt.Sprintf("A plan has at most %d budget lines: put some together", MostLines))
	}
	had := map[LineID]bool{}
	for _, l := range d.LinesOf(pr.ID) {
		had[l.ID] = true
	}
	used := map[LineID]bool{}
	for _, l := range r.Lines {
		used[l.ID] = true
	}
	names := map[string]bool{}
	var lines []Line
	for i, n := range r.Lines {
		at := "-" + strconv.Itoa(i+1)
		l := Line{ID: n.ID, Priority: pr.ID, PriorityName: pr.Name, Name: strings.TrimSpace(n.Name), Theme: n.Theme, Budget: n.Budget, Years: n.Years}
		if !had[l.ID] {
			if l.ID = known.lines[lineKey(pr.ID, n.Name)]; l.ID == "" || used[l.ID] {
				l.ID = id.New[LineID](t.ids)
			}
			used[l.ID] = true
		}
		delete(had, l.ID)
		if was, is := known.every[l.ID]; is && (l.Theme == "" || was.ThemeNow() != "") {
			l.Theme = was.Theme
		} else if l.Theme == "" {
			l.Theme = findTheme(t.rules, l.Name, *pr, r.themes(known))
		}
		if l.Name == "" || len(l.Name) > mostName {
			wrong.Add("name"+at, "Enter a name for this budget line")
		}
		if names[sameName(l.Name)] {
			wrong.Add("name"+at, "This line is here twice: give it another name, or put the two together")
		}
		names[sameName(l.Name)] = true
		if _, ok := t.rules.Theme(l.Theme); !ok && l.Theme != "" {
			wrong.Add("theme"+at, "Choose a theme, or leave it to us")
		}
		if l.Budget.Currency() == "" && len(l.Years) > 0 {
			l.Budget = sumOf(l.Years)
		}
		if l.Budget.Negative() || l.Budget.Currency() == "" {
			wrong.Add("budget"+at, "Enter an amount in pounds, like 12,500")
		}
		checkYears(&wrong, "budget"+at, NewLine{Years: l.Years, Budget: l.Budget}, d.FromYear, d.UntilYear)
		lines = append(lines, l)
	}
	if err := wrong.OrNil(); err != nil {
		return "", err
	}
	d.Lines = nil
	for _, one := range d.Priorities { // lines stand in the order of their priorities
		for _, l := range others {
			if l.Priority == one.ID {
				d.Lines = append(d.Lines, l)
			}
		}
		if one.ID == pr.ID {
			d.Lines = append(d.Lines, lines...)
		}
	}
	return string(pr.ID), nil
}

// themes are those that lines of the section have.
func (r MoneyRevision) themes(known register) []string {
	var all []string
	for _, l := range r.Lines {
		if was, is := known.every[l.ID]; is {
			l.Theme = was.ThemeNow()
		}
		all = append(all, l.Theme)
	}
	return all
}

func sumOf(years []YearBudget) money.Amount {
	var sum money.Amount
	for _, y := range years {
		sum = sum.Add(y.Amount)
	}
	return sum
}

// EvidenceRevision is how we know that a priority matters.
type EvidenceRevision struct {
	Priority PriorityID
	Evidence []Evidence
}

func (EvidenceRevision) section() string { return "evidence" }

func (r EvidenceRevision) said() any { return r }

func (r EvidenceRevision) of(d Draft) any {
	pr, _ := d.Priority(r.Priority)
	return pr.Evidence
}

func (r EvidenceRevision) apply(ctx context.Context, tx *db.Tx, t revising) (string, error) {
	pr, err := t.part(r.Priority)
	if err != nil {
		return "", err
	}
	var wrong fault.Invalid
	checkEvidence(&wrong, "-", r.Evidence)
	if err := checkSources(ctx, tx, t.area, &wrong, []Priority{{Evidence: r.Evidence}}); err != nil {
		return "", err
	}
	pr.Evidence = r.Evidence
	return string(pr.ID), wrong.OrNil()
}

// checkSources wants the consultations that evidence is from to be there.
func checkSources(ctx context.Context, tx *db.Tx, a area.ID, wrong *fault.Invalid, priorities []Priority) error {
	for i, pr := range priorities {
		for j, e := range pr.Evidence {
			if e.Consultation == 0 {
				continue
			}
			if _, err := ConsultationOf(ctx, tx, a, e.Consultation); errors.Is(err, fault.NotFound) {
				wrong.Add(fmt.Sprintf("consultation-%d.%d", i+1, j+1), "Choose a consultation from the list")
			} else if err != nil {
				return err
			}
		}
	}
	return nil
}

// Lacks is what a draft needs before it can be finished.
func (d Draft) Lacks() fault.Invalid {
	var wrong fault.Invalid
	if d.FromYear == 0 || d.UntilYear == 0 {
		wrong.Add("years", "Say for which years the plan is")
	}
	if len(d.Priorities) == 0 {
		wrong.Add("priorities", "Add a priority")
	} else if len(d.Lines) == 0 {
		wrong.Add("priorities", "Give at least one priority some money: add a budget line")
	}
	return wrong
}

// FinishDraft makes the draft a version, which waits for the partnership to adopt
// it and changes no more. Sent twice, it counts once.
func (p *Plans) FinishDraft(ctx context.Context, by access.Actor, a area.Area, draft int64, form string) (number int64, err error) {
	err = p.DB.Write(ctx, func(tx *db.Tx) error {
		subject, err := audit.Once(ctx, tx, audit.Sent{Form: form, By: by, Content: []any{"finish draft", a.ID, draft}, At: p.Now()}, func() (string, error) {
			v, err := p.FinishDraftIn(ctx, tx, by, a, draft)
			return strconv.FormatInt(v.Number, 10), err
		})
		if err != nil {
			return err
		}
		number, err = strconv.ParseInt(subject, 10, 64)
		return err
	})
	return number, wrap("finish draft", err)
}

// FinishDraftIn is FinishDraft as part of a transaction.
func (p *Plans) FinishDraftIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, draft int64) (Version, error) {
	if err := by.Must(access.WritePlan, a.Place()); err != nil {
		return Version{}, err
	}
	d, err := thatDraft(ctx, tx, a.ID, draft)
	if err != nil {
		return Version{}, err
	}
	if err := d.Lacks().OrNil(); err != nil {
		return Version{}, err
	}
	n := NewVersion{Vision: d.Vision, FromYear: d.FromYear, UntilYear: d.UntilYear, Priorities: d.Priorities}
	if d.Replaces != 0 {
		replaced, err := VersionOf(ctx, tx, a.ID, d.Replaces)
		if err != nil {
			return Version{}, err
		}
		if !replaced.IsAdopted() && !replaced.IsDiscarded() {
			n.Replaces = d.Replaces
		}
	}
	drafted := map[LineID]bool{}
	for _, l := range d.Lines {
		drafted[l.ID] = true
		n.Lines = append(n.Lines, NewLine{ID: l.ID, Priority: l.PriorityName, Name: l.Name, Theme: l.Theme, Budget: l.Budget, Years: l.Years})
	}
	if err := updateDraft(ctx, tx, d, "finished"); err != nil {
		return Version{}, fmt.Errorf("end draft: %w", err)
	}
	return p.writeIn(ctx, tx, by, a, n, drafted)
}

// PutDraftAway ends a draft that nobody needs. Sent twice, it counts once.
func (p *Plans) PutDraftAway(ctx context.Context, by access.Actor, a area.Area, draft int64, form string) error {
	err := p.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := audit.Once(ctx, tx, audit.Sent{Form: form, By: by, Content: []any{"put draft away", a.ID, draft}, At: p.Now()}, func() (string, error) {
			return "", p.PutDraftAwayIn(ctx, tx, by, a, draft)
		})
		return err
	})
	return wrap("put draft away", err)
}

// PutDraftAwayIn is PutDraftAway as part of a transaction.
func (p *Plans) PutDraftAwayIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, draft int64) error {
	if err := by.Must(access.WritePlan, a.Place()); err != nil {
		return err
	}
	d, err := thatDraft(ctx, tx, a.ID, draft)
	if err != nil {
		return err
	}
	if err := updateDraft(ctx, tx, d, "put away"); err != nil {
		return fmt.Errorf("end draft: %w", err)
	}
	return audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: string(a.ID), Act: "plan draft put away", Subject: d.subject(), By: by, At: p.Now(),
	})
}

// DraftOf is the draft that an area's plan is being written as, or fault.NotFound.
func DraftOf(ctx context.Context, tx *db.Tx, a area.ID) (Draft, error) {
	var content string
	d, err := db.One(ctx, tx, func(r db.Row) (d Draft, err error) {
		return d, r.Scan(&d.Area, &d.Number, &d.BasedOn, &d.Replaces, &content, &d.BegunBy, &d.BegunAt, &d.SavedBy, &d.SavedAt)
	}, `
		SELECT area_id, number, based_on, replaces, content, begun_by, begun_at, saved_by, saved_at
		FROM plan_drafts WHERE area_id = $1 AND ended = ''`, a)
	if err != nil {
		return d, err
	}
	d.Version, err = readPaper(content)
	d.Version.Area = a
	return d, err
}

// thatDraft is the draft that somebody has before them, by its number, unless it
// is another one by now.
func thatDraft(ctx context.Context, tx *db.Tx, a area.ID, number int64) (Draft, error) {
	d, err := DraftOf(ctx, tx, a)
	if err == nil && d.Number != number {
		return d, fault.Invalid{{Field: "", Words: "This is not the draft that you had before you. Look at this one first."}}
	}
	return d, err
}

func insertDraft(ctx context.Context, tx *db.Tx, d *Draft) (err error) {
	if d.Number, err = db.One(ctx, tx, db.Value[int64], `
		SELECT COALESCE(MAX(number), 0) + 1 FROM plan_drafts WHERE area_id = $1`, d.Area); err != nil {
		return err
	}
	content, err := d.content()
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO plan_drafts (area_id, number, based_on, replaces, content, begun_by, begun_at, saved_by, saved_at, ended)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '')`,
		d.Area, d.Number, d.BasedOn, d.Replaces, content, d.BegunBy, d.BegunAt, d.SavedBy, d.SavedAt)
	return err
}

// updateDraft keeps what a draft says now, and how it ended, if it did.
func updateDraft(ctx context.Context, tx *db.Tx, d Draft, ended string) error {
	content, err := d.content()
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		UPDATE plan_drafts SET content = $1, saved_by = $2, saved_at = $3, ended = $4 WHERE area_id = $5 AND number = $6`,
		content, d.SavedBy, d.SavedAt, ended, d.Area, d.Number)
	return err
}
