package planweb

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// drafting registers how a plan is written section by section, and what is noted
// of one that was adopted. It is adopted by a decision.
func (o operations) drafting(a *api.API) {
	const tag, draft, priority = "Plan", "/api/v1/areas/{area}/plan/draft", "/api/v1/areas/{area}/plan/draft/priorities/{priority}"
	writes := web.Needs(access.WritePlan)
	const seen = " seen is what the draft said of this section when you read it: where somebody has changed it since, nothing is kept. Left out, what you send takes the place of whatever is there."
	api.Read(a, writes, api.Operation{
		Route: "GET " + draft, ID: "getPlanDraft", Tag: tag, Summary: "Read the plan that is being written", Description: "An area has one at a time.",
	}, o.draft)
	api.Write(a, writes, api.Operation{
		Route: "POST " + draft, ID: "beginPlanDraft", Tag: tag, Summary: "Begin to write a plan", Description: "Empty, or as a version is.",
		Example: NewPlanDraft{From: 1},
	}, o.beginDraft)
	api.Write(a, writes, api.Operation{
		Route: "POST " + draft + "/vision", ID: "writeVision", Tag: tag, Summary: "Write what people want, and for which years", Description: strings.TrimSpace(seen),
		Example: NewVision{Vision: "A place to meet", FromYear: 2026, UntilYear: 2028},
	}, o.vision)
	api.Write(a, writes, api.Operation{
		Route: "POST " + draft + "/priorities", ID: "addPriority", Tag: tag, Summary: "Add a priority", Description: "One of a name that the area has had is the same priority.",
		Example: NewPriority{Name: "Green spaces", Why: "Children play in the road", Objectives: []string{"Somewhere to sit on every green"}},
	}, o.addPriority)
	api.Write(a, writes, api.Operation{
		Route: "POST " + priority, ID: "changePriority", Tag: tag, Summary: "Change a priority, or take it out", Description: strings.TrimSpace(seen),
		Example: ChangedPriority{NewPriority: NewPriority{Name: "Green spaces", Why: "Children play in the road"}},
	}, o.changePriority)
	api.Write(a, writes, api.Operation{
		Route: "POST " + priority + "/actions", ID: "writeActions", Tag: tag, Summary: "Write what is to be done for a priority", Description: "All of it." + seen, Locate: locateIn("actions"),
		Example: NewActions{Actions: []PlanAction{{What: "Ask the council for the keys", Who: "Maureen", By: "2026-12-01"}}},
	}, o.actions)
	api.Write(a, writes, api.Operation{
		Route: "POST " + priority + "/money", ID: "writeMoney", Tag: tag, Summary: "Write the budget lines of a priority", Description: "All of them. A line with its id is that line, whatever it is called from now on." + seen, Locate: locateIn("lines"),
		Example: NewMoney{Lines: []DraftLine{{Name: "Benches and trees", Theme: "green-spaces", Budget: api.Money{Minor: 6_000_000, Currency: "GBP"}}}},
	}, o.money)
	api.Write(a, writes, api.Operation{
		Route: "POST " + priority + "/evidence", ID: "writeEvidence", Tag: tag, Summary: "Write how we know that a priority matters", Description: "All of it. Everyone can read it." + seen, Locate: locateIn("evidence"),
		Example: NewEvidence{Evidence: []PlanEvidence{{Kind: "lived", Words: "There is nowhere to sit on the way to the shops.", Source: "People at the open day"}}},
	}, o.evidence)
	api.Write(a, writes, api.Operation{
		Route: "POST " + draft + "/ready", ID: "finishPlanDraft", Tag: tag, Summary: "Make the draft a version", Creates: true,
		Description: "It then waits for the partnership to adopt it, by a decision of kind plan, and changes no more.",
		Example:     ThisDraft{Draft: 1},
	}, o.finishDraft)
	api.Write(a, writes, api.Operation{
		Route: "POST " + draft + "/away", ID: "putPlanDraftAway", Tag: tag, Summary: "Put away a draft that nobody needs", Example: ThisDraft{Draft: 1},
	}, o.putAway)
	api.Write(a, writes, api.Operation{
		Route: "POST /api/v1/areas/{area}/plan/versions/{number}/discard", ID: "discardPlanVersion", Tag: tag, Summary: "Discard a version that waits to be adopted",
	}, o.discard)
	api.Write(a, web.Needs(access.Endorse), api.Operation{
		Route: "POST /api/v1/areas/{area}/plan/versions/{number}/endorsement", ID: "endorsePlan", Tag: tag, Summary: "Endorse a plan that was adopted",
		Example: NewPlanEndorsement{On: "2026-10-20", Words: "Good luck with it."},
	}, o.endorse)
	api.Write(a, writes, api.Operation{
		Route: "POST /api/v1/areas/{area}/plan/actions/{task}", ID: "noteAction", Tag: tag, Summary: "Note that an action is done, or is to be done after all",
		Example: NewActionNote{Done: true, On: "2026-10-20"},
	}, o.noteAction)
	o.themes(a)
}

// locateIn finds "name-2" of the domain in the second row of a list.
func locateIn(list string) func(string) string {
	return func(field string) string {
		name, number, ok := strings.Cut(field, "-")
		n, err := strconv.Atoi(number)
		if !ok || err != nil {
			return "body." + field
		}
		return "body." + list + "[" + strconv.Itoa(n-1) + "]." + name
	}
}

// PlanPriority is what matters most to people: why, what is to be reached, what is to
// be done, and how we know.
type PlanPriority struct {
	ID         string         `json:"id" doc:"An ID. It stays through all versions."`
	Name       string         `json:"name" example:"Green spaces"`
	Why        string         `json:"why,omitempty"`
	Objectives []string       `json:"objectives" nullable:"false"`
	Actions    []PlanAction   `json:"actions" nullable:"false"`
	Evidence   []PlanEvidence `json:"evidence" nullable:"false"`
}

// PlanAction is something to be done.
type PlanAction struct {
	ID     string `json:"id,omitempty" maxLength:"100" doc:"An ID. It stays through all versions. Left out, it is a new one."`
	What   string `json:"what"`
	Who    string `json:"who,omitempty" doc:"For those who may see who does what in the area."`
	By     string `json:"by,omitempty" format:"date"`
	DueOn  string `json:"due_on,omitempty" format:"date" doc:"The day that counts: the first on which the area is open, where it is closed on the one that was said. It is not written here."`
	DoneOn string `json:"done_on,omitempty" format:"date" doc:"Of the plan in force. It is not written here."`
}

// PlanEvidence is how we know that something matters.
type PlanEvidence struct {
	Kind         string `json:"kind" enum:"lived,published,collected" doc:"The three are of equal standing."`
	Words        string `json:"words"`
	Source       string `json:"source,omitempty" doc:"Who says so, or where it stands. Everyone can read it."`
	Link         string `json:"link,omitempty" doc:"An address on the web."`
	Consultation int64  `json:"consultation,omitempty" doc:"The number of the consultation it is from."`
}

// YearBudget is what a line has for a financial year.
type YearBudget struct {
	Year   int       `json:"year" doc:"2026 is April 2026 to March 2027."`
	Budget api.Money `json:"budget"`
}

// prioritiesOf are a version's priorities as their reader may see them.
func prioritiesOf(by access.Actor, a area.Area, v plan.Version, done map[plan.ActionID]date.Date, rests area.Rests) []PlanPriority {
	all := []PlanPriority{}
	sees := by.May(access.SeePeople, a.Place()) || by.May(access.WritePlan, a.Place())
	for _, pr := range v.Parts() {
		one := PlanPriority{ID: string(pr.ID), Name: pr.Name, Why: pr.Why, Objectives: append([]string{}, pr.Objectives...), Actions: []PlanAction{}, Evidence: []PlanEvidence{}}
		for _, x := range pr.Actions {
			action := PlanAction{ID: string(x.ID), What: x.What, By: x.By.String(), DueOn: rests.Counts(x.By).String(), DoneOn: done[x.ID].String()}
			if sees {
				action.Who = x.Who
			}
			one.Actions = append(one.Actions, action)
		}
		for _, e := range pr.Evidence {
			one.Evidence = append(one.Evidence, PlanEvidence{string(e.Kind), e.Words, e.Source, e.Link, e.Consultation})
		}
		all = append(all, one)
	}
	return all
}

func lineYears(l plan.Line) []YearBudget {
	var all []YearBudget
	for _, y := range l.Years {
		all = append(all, YearBudget{y.Year, api.MoneyOf(y.Amount)})
	}
	return all
}

// PlanDraft is the plan that is being written.
type PlanDraft struct {
	Number     int64           `json:"number" doc:"Of the area’s drafts."`
	BasedOn    int64           `json:"based_on,omitempty" doc:"The version as which it began."`
	Vision     string          `json:"vision"`
	FromYear   int             `json:"from_year,omitempty"`
	UntilYear  int             `json:"until_year,omitempty"`
	Seen       string          `json:"seen" doc:"Of the vision and the years: send it back when you change them."`
	SavedAt    string          `json:"saved_at" format:"date-time"`
	Priorities []DraftPriority `json:"priorities" nullable:"false"`
	Lines      []PlanLine      `json:"lines" nullable:"false"`
	Lacks      []string        `json:"lacks" nullable:"false" doc:"What it needs before it can be a version."`
}

// DraftPriority is a priority of a draft.
type DraftPriority struct {
	PlanPriority
	Seen SeenPriority `json:"seen" doc:"Send back the one of what you change."`
}

// SeenPriority names what a draft says of a priority, section by section.
type SeenPriority struct {
	Priority string `json:"priority"`
	Actions  string `json:"actions"`
	Money    string `json:"money"`
	Evidence string `json:"evidence"`
}

func draftOf(by access.Actor, a area.Area, d plan.Draft) PlanDraft {
	shown := PlanDraft{
		Number: d.Number, BasedOn: d.BasedOn, Vision: d.Vision, FromYear: d.FromYear, UntilYear: d.UntilYear, Seen: d.Seen(plan.VisionRevision{}),
		SavedAt: api.Instant(d.SavedAt), Priorities: []DraftPriority{}, Lines: linesOf(d.Version), Lacks: []string{},
	}
	for _, pr := range prioritiesOf(by, a, d.Version, nil, nil) {
		pid := plan.PriorityID(pr.ID)
		shown.Priorities = append(shown.Priorities, DraftPriority{pr, SeenPriority{
			d.Seen(plan.PriorityRevision{ID: pid}), d.Seen(plan.ActionsRevision{Priority: pid}), d.Seen(plan.MoneyRevision{Priority: pid}), d.Seen(plan.EvidenceRevision{Priority: pid}),
		}})
	}
	for _, lack := range d.Lacks() {
		shown.Lacks = append(shown.Lacks, lack.Words)
	}
	return shown
}

func linesOf(v plan.Version) []PlanLine {
	all := []PlanLine{}
	for _, l := range v.Lines {
		all = append(all, PlanLine{string(l.ID), l.PriorityName, l.Name, l.ThemeNow(), api.MoneyOf(l.Budget), lineYears(l)})
	}
	return all
}

// theDraft is the area’s draft, for those who write it.
func (p AreaPath) theDraft(ctx context.Context, tx *db.Tx, by access.Actor) (PlanDraft, error) {
	a, err := area.BySlug(ctx, tx, p.Area)
	if err != nil {
		return PlanDraft{}, err
	}
	if err := by.Must(access.WritePlan, a.Place()); err != nil {
		return PlanDraft{}, err
	}
	d, err := plan.DraftOf(ctx, tx, a.ID)
	if err != nil {
		return PlanDraft{}, err
	}
	return draftOf(by, a, d), nil
}

func (o operations) draft(ctx context.Context, tx *db.Tx, by access.Actor, in *struct{ AreaPath }) (PlanDraft, error) {
	return in.theDraft(ctx, tx, by)
}

// NewPlanDraft begins a draft.
type NewPlanDraft struct {
	From int64 `json:"from,omitempty" minimum:"0" doc:"The version to begin as. Left out, it begins empty."`
}

func (o operations) beginDraft(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Body NewPlanDraft
},
) (PlanDraft, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return PlanDraft{}, err
	}
	d, err := o.plans.BeginDraftIn(ctx, tx, by, a, plan.NewDraft{From: in.Body.From})
	return draftOf(by, a, d), err
}

// revise keeps a section, and answers with the draft as it then is.
func (o operations) revise(ctx context.Context, tx *db.Tx, by access.Actor, in AreaPath, seen string, r plan.Revision) (PlanDraft, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return PlanDraft{}, err
	}
	if _, err := o.plans.ReviseIn(ctx, tx, by, a, seen, r); err != nil {
		return PlanDraft{}, err
	}
	return in.theDraft(ctx, tx, by)
}

// NewVision is what people want, and for which years.
type NewVision struct {
	Seen      string `json:"seen,omitempty" maxLength:"100"`
	Vision    string `json:"vision" maxLength:"5000"`
	FromYear  int    `json:"from_year,omitempty" doc:"The financial year it begins with: 2026 is April 2026 to March 2027."`
	UntilYear int    `json:"until_year,omitempty" doc:"The last financial year that it covers."`
}

func (o operations) vision(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Body NewVision
},
) (PlanDraft, error) {
	return o.revise(ctx, tx, by, in.AreaPath, in.Body.Seen, plan.VisionRevision{Vision: in.Body.Vision, FromYear: in.Body.FromYear, UntilYear: in.Body.UntilYear})
}

// NewPriority is a priority as somebody writes it.
type NewPriority struct {
	Name       string   `json:"name" maxLength:"120"`
	Why        string   `json:"why,omitempty" maxLength:"5000"`
	Objectives []string `json:"objectives,omitempty" maxItems:"50"`
}

func (o operations) addPriority(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Body NewPriority
},
) (PlanDraft, error) {
	return o.revise(ctx, tx, by, in.AreaPath, "", plan.PriorityRevision{Name: in.Body.Name, Why: in.Body.Why, Objectives: in.Body.Objectives})
}

// PriorityPath is the priority of a draft that an address names.
type PriorityPath struct {
	AreaPath
	Priority string `path:"priority" doc:"The priority’s ID."`
}

func (p PriorityPath) id() plan.PriorityID { return plan.PriorityID(p.Priority) }

// ChangedPriority is a priority as it is to be from now on.
type ChangedPriority struct {
	NewPriority
	Seen   string `json:"seen,omitempty" maxLength:"100"`
	Remove bool   `json:"remove,omitempty" doc:"It is taken out, with all that hangs on it."`
}

func (o operations) changePriority(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	PriorityPath
	api.Key
	Body ChangedPriority
},
) (PlanDraft, error) {
	b := in.Body
	return o.revise(ctx, tx, by, in.AreaPath, b.Seen, plan.PriorityRevision{ID: in.id(), Name: b.Name, Why: b.Why, Objectives: b.Objectives, Remove: b.Remove})
}

// NewActions are what is to be done for a priority.
type NewActions struct {
	Seen    string       `json:"seen,omitempty" maxLength:"100"`
	Actions []PlanAction `json:"actions" nullable:"false" maxItems:"100"`
}

func (o operations) actions(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	PriorityPath
	api.Key
	Body NewActions
},
) (PlanDraft, error) {
	r := plan.ActionsRevision{Priority: in.id()}
	for _, x := range in.Body.Actions {
		r.Actions = append(r.Actions, plan.Action{ID: plan.ActionID(x.ID), What: x.What, Who: x.Who, By: api.Day(x.By)})
	}
	return o.revise(ctx, tx, by, in.AreaPath, in.Body.Seen, r)
}

// NewMoney is the budget lines of a priority.
type NewMoney struct {
	Seen  string      `json:"seen,omitempty" maxLength:"100"`
	Lines []DraftLine `json:"lines" nullable:"false" maxItems:"100"`
}

// DraftLine is a budget line of a draft.
type DraftLine struct {
	ID     string       `json:"id,omitempty" maxLength:"100"`
	Name   string       `json:"name" maxLength:"120"`
	Theme  string       `json:"theme,omitempty" doc:"The programme’s code. Left out, its words tell." example:"green-spaces"`
	Budget api.Money    `json:"budget"`
	Years  []YearBudget `json:"years,omitempty" maxItems:"40" doc:"Where it is shared out over the years: what adds up to the budget."`
}

func (o operations) money(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	PriorityPath
	api.Key
	Body NewMoney
},
) (PlanDraft, error) {
	r := plan.MoneyRevision{Priority: in.id()}
	for _, l := range in.Body.Lines {
		line := plan.NewLine{ID: plan.LineID(l.ID), Name: l.Name, Theme: l.Theme, Budget: l.Budget.Amount()}
		for _, y := range l.Years {
			line.Years = append(line.Years, plan.YearBudget{Year: y.Year, Amount: y.Budget.Amount()})
		}
		r.Lines = append(r.Lines, line)
	}
	return o.revise(ctx, tx, by, in.AreaPath, in.Body.Seen, r)
}

// NewEvidence is how we know that a priority matters.
type NewEvidence struct {
	Seen     string         `json:"seen,omitempty" maxLength:"100"`
	Evidence []PlanEvidence `json:"evidence" nullable:"false" maxItems:"100"`
}

func (o operations) evidence(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	PriorityPath
	api.Key
	Body NewEvidence
},
) (PlanDraft, error) {
	r := plan.EvidenceRevision{Priority: in.id()}
	for _, e := range in.Body.Evidence {
		r.Evidence = append(r.Evidence, plan.Evidence{Kind: plan.Kind(e.Kind), Words: e.Words, Source: e.Source, Link: e.Link, Consultation: e.Consultation})
	}
	return o.revise(ctx, tx, by, in.AreaPath, in.Body.Seen, r)
}

// ThisDraft names the draft that its sender has before them.
type ThisDraft struct {
	Draft int64 `json:"draft" minimum:"1" doc:"Its number."`
}

func (o operations) finishDraft(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Body ThisDraft
},
) (Plan, error) {
	a, inForce, err := in.place(ctx, tx)
	if err != nil {
		return Plan{}, err
	}
	v, err := o.plans.FinishDraftIn(ctx, tx, by, a, in.Body.Draft)
	if err != nil {
		return Plan{}, err
	}
	return planOf(ctx, tx, by, a, v, inForce)
}

func (o operations) putAway(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Body ThisDraft
},
) (ThisDraft, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return ThisDraft{}, err
	}
	return in.Body, o.plans.PutDraftAwayIn(ctx, tx, by, a, in.Body.Draft)
}

func (o operations) discard(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	VersionPath
	api.Key
},
) (Plan, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return Plan{}, err
	}
	if err := o.plans.DiscardIn(ctx, tx, by, a, in.Number); err != nil {
		return Plan{}, err
	}
	return in.version(ctx, tx, by)
}

// NewPlanEndorsement is that the programme endorses a plan.
type NewPlanEndorsement struct {
	On    string `json:"on" format:"date"`
	Words string `json:"words,omitempty" maxLength:"2000"`
}

func (o operations) endorse(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	VersionPath
	api.Key
	Body NewPlanEndorsement
},
) (Plan, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return Plan{}, err
	}
	if err := o.plans.EndorseIn(ctx, tx, by, a, plan.NewEndorsement{Version: in.Number, On: api.Day(in.Body.On), Words: in.Body.Words}); err != nil {
		return Plan{}, err
	}
	return in.version(ctx, tx, by)
}

// NewActionNote is how an action stands.
type NewActionNote struct {
	Done bool   `json:"done"`
	On   string `json:"on,omitempty" format:"date" doc:"Left out, today."`
}

func (o operations) noteAction(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	Task string `path:"task" doc:"The action’s ID."`
	api.Key
	Body NewActionNote
},
) (PlanAction, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return PlanAction{}, err
	}
	if err := o.plans.NoteActionIn(ctx, tx, by, a, plan.NewProgress{Action: plan.ActionID(in.Task), Done: in.Body.Done, On: api.Day(in.Body.On)}); err != nil {
		return PlanAction{}, err
	}
	v, err := plan.InForce(ctx, tx, a.ID)
	if err != nil {
		return PlanAction{}, err
	}
	done, err := plan.Done(ctx, tx, a.ID)
	if err != nil {
		return PlanAction{}, err
	}
	rests, err := area.RestsOf(ctx, tx, a.ID)
	if err != nil {
		return PlanAction{}, err
	}
	for _, pr := range prioritiesOf(by, a, v, done, rests) {
		if at := slices.IndexFunc(pr.Actions, func(x PlanAction) bool { return x.ID == in.Task }); at >= 0 {
			return pr.Actions[at], nil
		}
	}
	return PlanAction{}, nil
}
