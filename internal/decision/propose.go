package decision

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
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
	"commontable/internal/meeting"
	"commontable/internal/organisation"
	"commontable/internal/partnership"
	"commontable/internal/plan"
)

// NewProposal is something to be decided, as somebody writes it.
type NewProposal struct {
	Form        string
	Kind        Kind
	PlanVersion int64
	Replaces    int64 // an agreed decision whose place it is to take; 0 for none
	Meeting     string
	AgendaItem  string
	With        []access.PersonID // who put it forward together with who writes it
	For         string            // the name of somebody without an account who put it forward; "" for nobody
	Words       NewText
	Open        bool // ask everybody at once
}

// NewText is the wording of a proposal, as somebody writes it.
type NewText struct {
	Form      string
	Title     string
	Question  string
	Words     string
	Cost      string
	Told      string
	Why       string // it is changed
	NoCouncil bool
	HearDays  int64 // within how many days of the decision those who must hear are told; 0: nobody said
	PayeeOpen bool  // it is not known yet who would be paid
	Lines     []Line
	Parties   []Party
}

// The longest texts, in bytes, and the most rows.
const (
	longestTitle    = 120
	longestQuestion = 200
	longestWords    = 10_000
	longestReason   = 2_000
	longestName     = 200
	mostLines       = 20
	mostParties     = 20
	mostHearDays    = 92
)

// Check says what is wrong with n, if anything. Lines are named "line-1",
// "amount-1" and so on.
func (n NewText) Check(kind Kind) fault.Invalid {
	var wrong fault.Invalid
	if tidy(n.Title) == "" || len(n.Title) > longestTitle {
		wrong.Add("title", "Give it a name, in up to 120 letters")
	}
	if tidy(n.Question) == "" || len(n.Question) > longestQuestion {
		wrong.Add("question", "Ask it in one line, such as “Shall we pay £1,200 for a summer party?”, in up to 200 letters")
	}
	if len(n.Words) > longestWords {
		wrong.Add("words", "Say it in up to 10,000 letters")
	}
	if len(n.Cost) > longestName {
		wrong.Add("cost", "Say it in up to 200 letters")
	}
	if len(n.Told) > longestReason {
		wrong.Add("told", "Say it in up to 2,000 letters")
	}
	if len(n.Why) > longestReason {
		wrong.Add("why", "Say it in up to 2,000 letters")
	}
	if kind == AdoptPlan && len(n.Lines) > 0 {
		wrong.Add("line-1", "The plan says how much each line has: leave these empty")
	}
	if (kind == Spending || kind == OverBudget) && len(n.Lines) == 0 {
		wrong.Add("line-1", "Choose the budget line that the money would come from")
	}
	if len(n.Lines) > mostLines {
		wrong.Add("line-1", "A decision is about at most 20 budget lines")
	}
	seen := map[plan.LineID]bool{}
	for i, l := range n.Lines {
		at := "-" + strconv.Itoa(i+1)
		if l.Line == "" {
			wrong.Add("line"+at, "Choose the budget line that the money would come from")
		}
		if !l.Amount.Positive() {
			wrong.Add("amount"+at, "Enter how much, in pounds, like 1,250")
		}
		if seen[l.Line] {
			wrong.Add("line"+at, "This line is here twice: put the two amounts together")
		}
		seen[l.Line] = true
	}
	does := 0
	for _, p := range n.Parties {
		if p.Part == Does {
			does++
		}
		if p.Part != Does && p.Part != Hears || len(p.Name) > longestName || p.Organisation == "" && p.Person == "" && tidy(p.Name) == "" {
			wrong.Add("parties", "Say who each is, in up to 200 letters")
		}
	}
	if len(n.Parties) > mostParties {
		wrong.Add("parties", "Name at most 20, and say the rest in the words of the proposal")
	}
	if n.HearDays < 0 || n.HearDays > mostHearDays {
		wrong.Add("hear_days", "Choose how soon they must hear, within three months")
	}
	if kind == Spending || kind == OverBudget {
		switch {
		case does == 0 && !n.PayeeOpen:
			wrong.Add("does", "Say who would be paid, or that nobody knows yet. Whoever has an interest in them then takes no part")
		case does > 0 && n.PayeeOpen:
			wrong.Add("payee_open", "You say who would be paid, and that nobody knows yet. Choose one of the two")
		}
	}
	if kind == ChooseLTO && does == 0 {
		wrong.Add("does", "Choose the organisation that would hold our money")
	}
	return wrong
}

// CheckWhy asks why words are changed on which everybody was asked already.
func (n NewText) CheckWhy() fault.Invalid {
	if tidy(n.Why) != "" {
		return nil
	}
	return fault.Invalid{{Field: "why", Words: "Say in a few words what is different, and why: everybody is asked again"}}
}

// Check says what is wrong with n, if anything.
func (n NewProposal) Check() fault.Invalid {
	var wrong fault.Invalid
	if !slices.Contains(Kinds(), n.Kind) {
		wrong.Add("kind", "Choose what it is about")
	}
	if n.Kind == AdoptPlan && n.PlanVersion < 1 {
		wrong.Add("plan_version", "Choose the version of the plan that is to be adopted")
	}
	if len(n.For) > longestName {
		wrong.Add("for", "Enter a name, in up to 200 letters")
	}
	for _, w := range n.Words.Check(n.Kind) {
		wrong.Add(w.Field, w.Words)
	}
	return wrong
}

// Propose puts something forward. Sent twice, it counts once.
func (d *Decisions) Propose(ctx context.Context, by access.Actor, a area.Area, n NewProposal) (number int64, err error) {
	err = d.once(ctx, by, n.Form, []any{"propose", a.ID, saidOf(n)}, &number, func(tx *db.Tx) (int64, error) {
		made, err := d.ProposeIn(ctx, tx, by, a, n)
		return made.Number, err
	})
	return number, wrap("put forward", err)
}

// saidOf is a proposal as it is compared with what was sent before.
func saidOf(n NewProposal) any {
	return []any{n.Kind, n.PlanVersion, n.Replaces, n.Meeting, n.AgendaItem, n.With, n.For, n.Open, saidText(n.Words)}
}

func saidText(n NewText) any {
	var lines []string
	for _, l := range n.Lines {
		lines = append(lines, string(l.Line)+" "+l.Amount.Decimal())
	}
	return []any{n.Title, n.Question, n.Words, n.Cost, n.Told, n.Why, n.NoCouncil, n.HearDays, n.PayeeOpen, lines, n.Parties}
}

// ProposeIn is Propose as part of a transaction.
func (d *Decisions) ProposeIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewProposal) (Decision, error) {
	if err := by.Must(access.PutForward, a.Place()); err != nil {
		return Decision{}, err
	}
	if err := n.Check().OrNil(); err != nil {
		return Decision{}, err
	}
	made, err := d.draft(ctx, tx, by, a, n)
	if err != nil {
		return made, err
	}
	if err := d.recordPut(ctx, tx, by, made); err != nil {
		return made, err
	}
	if !n.Open {
		return made, nil
	}
	made.Opened = Opening{by.Person, d.Now()}
	return made, d.openIn(ctx, tx, by, made)
}

// draft checks a proposal against what there is, and keeps it.
func (d *Decisions) draft(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewProposal) (Decision, error) {
	if err := checkText(ctx, tx, a, n.Words); err != nil {
		return Decision{}, err
	}
	if err := checkSubject(ctx, tx, a, n); err != nil {
		return Decision{}, err
	}
	proposers, err := d.proposers(ctx, tx, by, a, n)
	if err != nil {
		return Decision{}, err
	}
	made := Decision{
		ID: id.New[ID](d.IDs), Area: a.ID, Kind: n.Kind, PlanVersion: n.PlanVersion, Replaces: n.Replaces,
		Meeting: n.Meeting, AgendaItem: n.AgendaItem, BegunBy: by.Person, BegunAt: d.Now(), Proposers: proposers,
	}
	made.Texts = []Text{d.textOf(by, made, n.Words)}
	if made.Number, err = nextNumber(ctx, tx, a.ID); err != nil {
		return made, err
	}
	if err := insertDecision(ctx, tx, made); err != nil {
		return made, wrap("insert decision", err)
	}
	if err := insertText(ctx, tx, made, made.Texts[0]); err != nil {
		return made, wrap("insert wording", err)
	}
	if made.AgendaItem == "" {
		return made, nil
	}
	if err := d.share(ctx, tx, made, meeting.ItemID(made.AgendaItem)); err != nil {
		return made, err
	}
	shared, err := meeting.SharedWith(ctx, tx, a.ID, map[string]time.Time{string(made.ID): {}})
	made.Shared, made.Talked = shared[string(made.ID)].Parties, shared[string(made.ID)].With
	return made, err
}

// share lets the items of agendas that are about the same know whom the wording would
// pay, and one more from now on.
func (d *Decisions) share(ctx context.Context, tx *db.Tx, of Decision, item meeting.ItemID) error {
	return wrap("share with the agenda", meeting.ShareIn(ctx, tx, meeting.Shared{
		Area: of.Area, Decision: string(of.ID), Item: item, Parties: of.Text().PartiesTouched(), At: d.Now(),
	}))
}

// textOf is the next wording of a decision.
func (d *Decisions) textOf(by access.Actor, of Decision, n NewText) Text {
	t := Text{
		Version: int64(len(of.Texts)) + 1, Title: tidy(n.Title), Question: tidy(n.Question), Words: plain(n.Words), Cost: tidy(n.Cost), Told: plain(n.Told),
		Why: plain(n.Why), NoCouncil: n.NoCouncil, HearDays: n.HearDays, PayeeOpen: n.PayeeOpen, Lines: n.Lines, WrittenBy: by.Person, WrittenAs: by.Hat.Role, WrittenAt: d.Now(),
	}
	for _, p := range n.Parties {
		p.Name = tidy(p.Name)
		t.Parties = append(t.Parties, p)
	}
	if !slices.ContainsFunc(t.Parties, func(p Party) bool { return p.Part == Hears }) {
		t.HearDays = 0 // nobody is to be told
	}
	t.Hash = hashOf(of, t)
	return t
}

// hashOf is what people's ballots are bound to: everything that they decide on.
func hashOf(d Decision, t Text) string {
	var lines []string
	for _, l := range t.Lines {
		lines = append(lines, string(l.Line)+" "+strconv.FormatInt(l.Amount.Minor(), 10))
	}
	things := []any{d.ID, d.Kind, d.PlanVersion, d.Replaces, t.Version, t.Title, t.Question, t.Words, t.Cost, t.Told, t.NoCouncil, lines, t.Parties}
	if t.HearDays != 0 { // what was written before this was asked keeps the hash that it had
		things = append(things, "heard within days", t.HearDays)
	}
	if t.PayeeOpen {
		things = append(things, "payee open")
	}
	return hashed(things...)
}

// hashed is the SHA-256 of things, in hexadecimal. Nothing that is hashed here
// can fail to be written as JSON.
func hashed(things ...any) string {
	text, err := json.Marshal(things)
	if err != nil {
		panic(err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// checkText holds a wording against what there is in the area.
func checkText(ctx context.Context, tx *db.Tx, a area.Area, n NewText) error {
	var wrong fault.Invalid
	for i, l := range n.Lines {
		_, err := plan.LineByID(ctx, tx, a.ID, l.Line)
		if errors.Is(err, fault.NotFound) {
			wrong.Add("line-"+strconv.Itoa(i+1), "Choose one of the plan’s budget lines")
			continue
		}
		if err != nil {
			return err
		}
	}
	for _, p := range n.Parties {
		if p.Organisation == "" {
			continue
		}
		_, err := organisation.ByID(ctx, tx, p.Organisation)
		if errors.Is(err, fault.NotFound) {
			wrong.Add("parties", "Choose an organisation from the list, or write its name")
			continue
		}
		if err != nil {
			return err
		}
	}
	return wrong.OrNil()
}

// checkSubject holds what a decision is to do against what can be done.
func checkSubject(ctx context.Context, tx *db.Tx, a area.Area, n NewProposal) error {
	var wrong fault.Invalid
	if n.Kind == AdoptPlan {
		v, err := plan.VersionOf(ctx, tx, a.ID, n.PlanVersion)
		if err != nil && !errors.Is(err, fault.NotFound) {
			return err
		}
		if err != nil || v.IsAdopted() || v.IsDiscarded() {
			wrong.Add("plan_version", "Choose a draft of the plan: one that was neither adopted nor discarded")
		}
	}
	there, err := isOnAgenda(ctx, tx, a, n)
	if err != nil {
		return err
	}
	if !there {
		wrong.Add("meeting", "Choose one of this area’s meetings, and an item of its agenda")
	}
	if n.Replaces != 0 {
		s, err := summaryOf(ctx, tx, a.ID, n.Replaces)
		if err != nil && !errors.Is(err, fault.NotFound) {
			return err
		}
		if err != nil || s.Outcome != IsAgreed || s.ReplacedBy != 0 {
			wrong.Add("replaces", "Choose a decision that was agreed and still stands")
		}
	}
	return wrong.OrNil()
}

// isOnAgenda reports whether the meeting that a proposal names is one of the area’s,
// and the item one of its agenda. Where it names none, nothing is missing.
func isOnAgenda(ctx context.Context, tx *db.Tx, a area.Area, n NewProposal) (bool, error) {
	if n.Meeting == "" {
		return n.AgendaItem == "", nil
	}
	_, err := meeting.ByID(ctx, tx, a.ID, meeting.ID(n.Meeting))
	if err == nil && n.AgendaItem != "" {
		var item meeting.Item
		if item, err = meeting.ItemByID(ctx, tx, a.ID, meeting.ItemID(n.AgendaItem)); err == nil && string(item.Meeting) != n.Meeting {
			err = fault.NotFound
		}
	}
	if errors.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// proposers are who puts it forward, each with the hat in which they do.
func (d *Decisions) proposers(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewProposal) ([]Proposer, error) {
	members, err := partnership.MembersOn(ctx, tx, a.ID, d.today())
	if err != nil {
		return nil, err
	}
	me := Proposer{Person: by.Person, Hat: by.Hat.Role.Title(), Resident: by.Hat.Role == access.Resident}
	if at := slices.IndexFunc(members, func(m partnership.Member) bool { return m.Person == by.Person }); at >= 0 {
		me.Resident = members[at].Resident
	}
	all := []Proposer{me}
	if tidy(n.For) != "" {
		all = []Proposer{{Name: tidy(n.For), Hat: access.Resident.Title(), Resident: true}, me}
	}
	var wrong fault.Invalid
	for _, who := range n.With {
		at := slices.IndexFunc(members, func(m partnership.Member) bool { return m.Person == who })
		if at < 0 || who == by.Person {
			wrong.Add("with", "Choose others who are in the partnership now")
			continue
		}
		all = append(all, Proposer{Person: who, Hat: members[at].Kind.Words(), Resident: members[at].Resident})
	}
	return all, wrong.OrNil()
}

// recordPut notes that something was put forward, and of whom it is who has no
// account.
func (d *Decisions) recordPut(ctx context.Context, tx *db.Tx, by access.Actor, made Decision) error {
	t := made.Text()
	said := facts{"kind": string(made.Kind), "version": "1", "hash": t.Hash, "total": t.Total().Decimal(), "as": asOf(t)}
	if made.Meeting != "" {
		said["meeting"] = made.Meeting
	}
	if made.AgendaItem != "" {
		said["item"] = made.AgendaItem
	}
	if err := d.record(ctx, tx, by, made, "decision put forward", said, t.Title); err != nil {
		return err
	}
	for _, p := range made.Proposers {
		if p.Person == "" {
			return d.record(ctx, tx, by, made, "put forward for somebody", nil, p.Name)
		}
	}
	return nil
}

// asOf is in which hat a wording was written, as an event says it: never nothing, as
// in those of old.
func asOf(t Text) string { return cmp.Or(string(t.WrittenAs), "-") }

// Change writes a proposal anew: everybody is asked again.
func (d *Decisions) Change(ctx context.Context, by access.Actor, a area.Area, number int64, n NewText) error {
	return wrap("change proposal", d.once(ctx, by, n.Form, []any{"change", a.ID, number, saidText(n)}, nil, func(tx *db.Tx) (int64, error) {
		return number, d.ChangeIn(ctx, tx, by, a, number, n)
	}))
}

// ChangeIn is Change as part of a transaction.
func (d *Decisions) ChangeIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, number int64, n NewText) error {
	of, err := d.mayShape(ctx, tx, by, a, number)
	if err != nil {
		return err
	}
	wrong := n.Check(of.Kind)
	if !of.Opened.At.IsZero() {
		wrong = append(wrong, n.CheckWhy()...)
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	if err := checkText(ctx, tx, a, n); err != nil {
		return err
	}
	t := d.textOf(by, of, n)
	if len(of.Texts) > 0 && sameWords(of.Text(), t) {
		return fault.New(fault.Conflict, "This is what it says already. Nothing was changed.")
	}
	if err := insertText(ctx, tx, of, t); err != nil {
		return wrap("insert wording", err)
	}
	of.Texts = append(of.Texts, t)
	if len(of.Talked) > 0 {
		if err := d.share(ctx, tx, of, ""); err != nil {
			return err
		}
	}
	return d.record(ctx, tx, by, of, "proposal changed", facts{"version": strconv.FormatInt(t.Version, 10), "hash": t.Hash, "total": t.Total().Decimal(), "as": asOf(t)}, t.Why)
}

func sameWords(was, is Text) bool {
	is.Version = was.Version
	return hashOf(Decision{}, was) == hashOf(Decision{}, is)
}

// mayShape is the decision, for whoever may change or withdraw it: those who put
// it forward, and who takes decisions through, before it is voted on. Who has an
// interest in it may not, once everybody was asked.
func (d *Decisions) mayShape(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, number int64) (Decision, error) {
	of, err := d.seen(ctx, tx, by, a, number)
	if err != nil {
		return of, err
	}
	if err := by.Must(access.PutForward, a.Place()); err != nil {
		return of, err
	}
	if !of.PutForwardBy(by.Person) && !by.May(access.RunDecisions, a.Place()) {
		return of, fault.New(fault.Forbidden, "Only those who put it forward, or the chair, change or withdraw a proposal.")
	}
	switch of.State(d.Now()) {
	case Draft:
		return of, nil
	case Asking:
		return of, d.mustBeFree(ctx, tx, by, of)
	case Voting, Counting:
		return of, fault.New(fault.Conflict, "The vote has begun, so the words do not change any more.")
	case Agreed, NotAgreed, NoQuorum, Withdrawn:
	}
	return of, errMade
}

var errMade = fault.New(fault.Conflict, "This is decided, and what is decided stays as it is. A new decision may take its place.")

// mustBeFree refuses whoever has an interest in a decision, whatever hat they wear.
func (d *Decisions) mustBeFree(ctx context.Context, tx *db.Tx, by access.Actor, of Decision) error {
	if of.IsRecused(by.Person) {
		return fault.New(fault.Forbidden, "You said that you should not take part in this.")
	}
	bar, err := partnership.BarIn(ctx, tx, of.Area, of.MatterOn(d.today()), by.Person)
	if err != nil {
		return err
	}
	if bar.Vote {
		return fault.New(fault.Forbidden, barWords(bar))
	}
	return nil
}

func barWords(b partnership.Bar) string {
	if b.Why != "" {
		return b.Why
	}
	return "You have an interest in this, so you take no part in deciding it."
}

// Open asks everybody whether they agree.
func (d *Decisions) Open(ctx context.Context, by access.Actor, a area.Area, number int64, form string) error {
	return wrap("open decision", d.once(ctx, by, form, []any{"open", a.ID, number}, nil, func(tx *db.Tx) (int64, error) {
		return number, d.OpenIn(ctx, tx, by, a, number)
	}))
}

// OpenIn is Open as part of a transaction.
func (d *Decisions) OpenIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, number int64) error {
	of, err := d.mayShape(ctx, tx, by, a, number)
	if err != nil {
		return err
	}
	if of.State(d.Now()) != Draft {
		return fault.New(fault.Conflict, "Everybody was asked already.")
	}
	return d.openIn(ctx, tx, by, of)
}

func (d *Decisions) openIn(ctx context.Context, tx *db.Tx, by access.Actor, of Decision) error {
	if err := insertOpening(ctx, tx, of, Opening{by.Person, d.Now()}); err != nil {
		return wrap("insert opening", err)
	}
	return d.record(ctx, tx, by, of, "decision opened", nil, "")
}

// facts are what an event says for ever.
type facts map[string]string

// record notes what happened to a decision in its area's history.
func (d *Decisions) record(ctx context.Context, tx *db.Tx, by access.Actor, of Decision, act string, said facts, private string) error {
	return audit.Record(ctx, tx, d.IDs, audit.Event{
		Stream: string(of.Area), Act: act, Subject: subject(of.Number), By: by, At: d.Now(), Facts: said, Private: private,
	})
}

// subject names a decision in the area's audit stream.
func subject(number int64) string { return "decision:" + strconv.FormatInt(number, 10) }

// once does something in a transaction of its own, once for a form. number, where
// wanted, is what it led to, then or now.
func (d *Decisions) once(ctx context.Context, by access.Actor, form string, content any, number *int64, do func(*db.Tx) (int64, error)) error {
	return d.DB.Write(ctx, func(tx *db.Tx) error {
		led, err := audit.Once(ctx, tx, audit.Sent{Form: form, By: by, Content: content, At: d.Now()}, func() (string, error) {
			n, err := do(tx)
			return strconv.FormatInt(n, 10), err
		})
		if err != nil || number == nil {
			return err
		}
		*number, err = strconv.ParseInt(led, 10, 64)
		return err
	})
}

// tidy is one line without the space around and in it.
func tidy(s string) string { return strings.Join(strings.Fields(s), " ") }

// plain is a text with one kind of line ending and without space around it.
func plain(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }

func orConflict(err error, words string) error {
	if errors.Is(err, fault.NotFound) {
		return fault.New(fault.Conflict, words)
	}
	return err
}
