package decisionweb

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/money"
	"commontable/internal/organisation"
	"commontable/internal/partnership"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// The most rows that the form has room for, and how many more are there when
// somebody asks for more.
const (
	mostLineRows = 20
	mostDoesRows = 10
	moreRows     = 3
)

// proposeData is the form of a proposal.
type proposeData struct {
	Shell   web.Shell
	Title   string // of the page
	Lead    string
	Action  string
	Form    string
	Wrong   fault.Invalid
	Fixed   bool   // only the words: what it is about stays
	Asked   bool   // everybody is asked already, so why it changes is to be said
	Of      string // the name of the proposal whose words are changed
	More    bool   // there is room for more rows than there are
	Kinds   []web.Item
	Plans   []web.Option
	Earlier []web.Option
	Lines   []web.Option
	Known   []string // organisations
	Members []web.Option
	Folk    []web.Option // people who would be paid for it, as the words have them now
	Step    step
	Back    string

	Kind, PlanVersion, Replaces       string
	Name, Question, Words, Cost, Told string
	Why, For                          string
	Meeting, Item                     string
	Hears, HearDays                   string
	With, Does, DoesWho               []string
	LineOf, Amount                    []string
	NoCouncil, PayeeOpen, Draft       bool
	SaysCouncil                       bool
}

func (p pages) newProposal(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	q := r.URL.Query()
	typed := proposeData{Kind: q.Get("kind"), PlanVersion: q.Get("version"), Meeting: q.Get("meeting"), Item: q.Get("item"), Name: q.Get("title"), Replaces: q.Get("replaces")}
	if typed.Kind == string(decision.AdoptPlan) && typed.Name == "" && typed.PlanVersion != "" {
		typed.Name, typed.Question = "Our plan, version "+typed.PlanVersion, "Shall version "+typed.PlanVersion+" be our plan?"
	}
	typed.Step, typed.HearDays = itsWords, "7"
	if !slices.Contains(decision.Kinds(), decision.Kind(typed.Kind)) {
		typed.Step = itsKind
	}
	if typed.paysSomebody() {
		if err := p.in(r, func(ctx context.Context, tx *db.Tx, a area.Area) error { return p.suggestPayee(ctx, tx, a, &typed) }); err != nil {
			return err
		}
	}
	return p.showProposal(w, r, by, http.StatusOK, typed)
}

// suggestPayee writes down who holds the area’s money, where that is one organisation:
// most money goes to it. Whoever puts something forward may write somebody else.
func (p pages) suggestPayee(ctx context.Context, tx *db.Tx, a area.Area, d *proposeData) error {
	holders, err := funding.HoldersIn(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	holders = slices.DeleteFunc(holders, func(h partnership.Holder) bool { return !h.Until.IsZero() && !p.site.Today().Before(h.Until) })
	if len(holders) != 1 {
		return nil
	}
	is, err := organisation.ByID(ctx, tx, holders[0].Organisation)
	d.Does = []string{is.Name}
	return err
}

// showProposal draws a step of a new proposal with what was typed.
func (p pages) showProposal(w http.ResponseWriter, r *http.Request, by access.Actor, status int, d proposeData) error {
	err := p.in(r, func(ctx context.Context, tx *db.Tx, a area.Area) error {
		if err := by.Must(access.PutForward, a.Place()); err != nil {
			return err
		}
		d.Title, d.Action, d.Back = d.Step.title(), roomHref(a), roomHref(a)
		d.Lead = d.Step.lead(decision.Kind(d.Kind))
		d.Shell = p.shell(r, by, a, d.Title, web.Link{Text: "Put something forward"})
		if err := p.choices(ctx, tx, by, a, &d); err != nil {
			return err
		}
		d.Kinds = kindsFor(r, a, len(d.Plans) > 1)
		return nil
	})
	if err != nil {
		return err
	}
	if d.Form == "" {
		d.Form = p.site.NewForm()
	}
	if len(d.Wrong) > 0 {
		d.Shell.Title = "Error: " + d.Shell.Title
	}
	return p.site.Show(w, r, status, proposePage(d))
}

// choices are what there is to choose from.
func (p pages) choices(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, d *proposeData) error {
	none := web.Option{Value: "", Text: "None"}
	d.Plans, d.Earlier, d.Lines = []web.Option{none}, []web.Option{none}, []web.Option{none}
	if by.May(access.WritePlan, a.Place()) {
		versions, err := plan.Versions(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		for _, v := range versions {
			if !v.IsAdopted() && !v.IsDiscarded() {
				d.Plans = append(d.Plans, web.Option{Value: ordinal(v.Number), Text: "Version " + ordinal(v.Number) + ", " + v.Years()})
			}
		}
	}
	made, err := p.decisions.ListIn(ctx, tx, by, a)
	if err != nil {
		return err
	}
	for _, s := range made {
		if s.Outcome == decision.IsAgreed && s.ReplacedBy == 0 {
			d.Earlier = append(d.Earlier, web.Option{Value: ordinal(s.Number), Text: ordinal(s.Number) + ". " + s.Title})
		}
	}
	current, err := plan.Current(ctx, tx, a.ID)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	for _, l := range current.Lines {
		d.Lines = append(d.Lines, web.Option{Value: string(l.ID), Text: l.Name + " (" + l.PriorityName + ")"})
	}
	if err := d.earlierLines(ctx, tx, a); err != nil {
		return err
	}
	all, err := organisation.All(ctx, tx)
	if err != nil {
		return err
	}
	for _, o := range all {
		d.Known = append(d.Known, o.Name)
	}
	slices.Sort(d.Known)
	rules, err := partnership.RulesOn(ctx, tx, a.ID, p.site.Today())
	if err != nil {
		return err
	}
	d.SaysCouncil = rules.Councillors == partnership.CouncillorsStandAside
	if !by.May(access.SeePapers, a.Place()) {
		return nil // whoever lives here puts things forward without a list of the others
	}
	members, err := partnership.MembersOn(ctx, tx, a.ID, p.site.Today())
	for _, m := range members {
		if m.Person != by.Person {
			d.Members = append(d.Members, web.Option{Value: string(m.Person), Text: m.Name})
		}
	}
	return err
}

// earlierLines adds the lines that the words name and the plan in force has no more.
func (d *proposeData) earlierLines(ctx context.Context, tx *db.Tx, a area.Area) error {
	for _, id := range d.LineOf {
		if slices.ContainsFunc(d.Lines, func(o web.Option) bool { return o.Value == id }) {
			continue
		}
		l, err := plan.LineByID(ctx, tx, a.ID, plan.LineID(id))
		if errors.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		d.Lines = append(d.Lines, web.Option{Value: id, Text: l.Name + " (" + l.PriorityName + ")"})
	}
	return nil
}

// typedIn is what somebody filled in, as it was typed and as it is meant.
func typedIn(form *web.Form) (proposeData, decision.NewProposal) {
	d := proposeData{
		Form: form.Text("form"), Kind: form.Text("kind"), PlanVersion: form.Text("plan_version"), Replaces: form.Text("replaces"),
		Name: form.Text("title"), Question: form.Text("question"), Words: form.Text("words"), Cost: form.Text("cost"), Told: form.Text("told"), Why: form.Text("why"),
		For: form.Text("for"), DoesWho: form.Texts("does_person"), Hears: form.Text("hears"), HearDays: form.Text("hear_days"), With: form.Texts("with"),
		Meeting: form.Text("meeting"), Item: form.Text("item"), NoCouncil: form.Text("no_council") == "yes", PayeeOpen: form.Text("payee_open") == "yes", Draft: form.Text("draft") == "yes",
	}
	n := decision.NewProposal{
		Form: d.Form, Kind: decision.Kind(d.Kind), Meeting: d.Meeting, AgendaItem: d.Item, For: d.For, Open: !d.Draft,
		Words: decision.NewText{Form: d.Form, Title: d.Name, Question: d.Question, Words: d.Words, Cost: d.Cost, Told: d.Told, Why: d.Why, NoCouncil: d.NoCouncil, PayeeOpen: d.PayeeOpen && d.paysSomebody()},
	}
	n.PlanVersion, _ = strconv.ParseInt(d.PlanVersion, 10, 64)
	n.Replaces, _ = strconv.ParseInt(d.Replaces, 10, 64)
	if n.Kind != decision.AdoptPlan {
		n.PlanVersion = 0
	}
	for _, who := range d.With {
		if who != "" {
			n.With = append(n.With, access.PersonID(who))
		}
	}
	n.Words.HearDays, _ = strconv.ParseInt(d.HearDays, 10, 64)
	for i := range mostLineRows {
		at := "-" + strconv.Itoa(i+1)
		line, typed := form.Text("line"+at), form.Text("amount"+at)
		if line == "" && typed == "" {
			continue
		}
		var amount money.Amount
		if typed != "" {
			amount = form.Money("amount" + at)
		}
		d.LineOf, d.Amount = append(d.LineOf, line), append(d.Amount, typed)
		n.Words.Lines = append(n.Words.Lines, decision.Line{Line: plan.LineID(line), Amount: amount})
	}
	for i := range mostDoesRows {
		if does := form.Text(doesName(i)); does != "" {
			d.Does = append(d.Does, does)
			n.Words.Parties = append(n.Words.Parties, decision.Party{Part: decision.Does, Name: does})
		}
	}
	for one := range strings.SplitSeq(strings.ReplaceAll(d.Hears, "\r", ""), "\n") {
		if one = strings.TrimSpace(one); one != "" {
			n.Words.Parties = append(n.Words.Parties, decision.Party{Part: decision.Hears, Name: one})
		}
	}
	return d, n
}

// recognise finds those that would be paid, or run it, among the organisations
// that we know: by their name, however its letters are written.
func recognise(ctx context.Context, tx *db.Tx, words *decision.NewText) error {
	all, err := organisation.All(ctx, tx)
	if err != nil {
		return err
	}
	for i, p := range words.Parties {
		for id, o := range all {
			if p.Part == decision.Does && strings.EqualFold(o.Name, strings.Join(strings.Fields(p.Name), " ")) {
				words.Parties[i] = decision.Party{Part: decision.Does, Organisation: id}
			}
		}
	}
	return nil
}

// goOn is the step that comes after what was typed in one: none where it is put
// forward, or was typed without steps. What is wrong in the step keeps one there.
func (d *proposeData) goOn(form *web.Form, kind decision.Kind, wrong fault.Invalid) bool {
	all := stepsOf(kind)
	at, went := slices.Index(all, step(form.Text("step"))), step(form.Text("go"))
	switch {
	case at < 0 || went == "put" || went == "draft":
		return false
	case slices.Contains(all, went):
		d.Step = went
	case went == "more":
		d.Step, d.More = all[at], true
	default:
		d.Step = all[min(at+1, len(all)-1)]
		if d.Wrong = all[at].of(form.Over(wrong)); len(d.Wrong) > 0 {
			d.Step = all[at]
		}
	}
	return true
}

// status is that of the page of a form.
func (d proposeData) status() int {
	if len(d.Wrong) > 0 {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

// propose takes what was typed in one step on to the next, and puts it forward
// after the last. Nothing is kept on the way: each page sends what the pages
// before it asked.
func (p pages) propose(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	d, n := typedIn(form)
	var a area.Area
	if err := p.in(r, func(ctx context.Context, tx *db.Tx, in area.Area) error { a = in; return recognise(ctx, tx, &n.Words) }); err != nil {
		return err
	}
	if d.goOn(form, n.Kind, n.Check()) {
		if err := by.Must(access.PutForward, a.Place()); err != nil {
			return err
		}
		return p.showProposal(w, r, by, d.status(), d)
	}
	if step(form.Text("go")) == "draft" {
		n.Open, d.Draft = false, true
	}
	number, err := p.decisions.Propose(r.Context(), by, a, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		d.Step, d.Wrong = firstWrong(n.Kind, form.Over(wrong))
		return p.showProposal(w, r, by, http.StatusUnprocessableEntity, d)
	}
	if err != nil {
		return err
	}
	words := "It is put forward. Everybody in the partnership is asked now."
	if d.Draft {
		words = "Your draft is kept."
	}
	return p.site.Done(w, r, words, decisionHref(a, number))
}

func (p pages) change(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showChange(w, r, by, nil)
}

// mayChange refuses whoever does not change the words of a proposal just now.
func (p pages) mayChange(by access.Actor, a area.Area, of decision.Decision, s decision.Sight) error {
	state := of.State(p.site.Now())
	switch {
	case !of.PutForwardBy(by.Person) && !by.May(access.RunDecisions, a.Place()):
		return fault.New(fault.Forbidden, "Only those who put it forward, or the chair, change or withdraw a proposal.")
	case state != decision.Draft && state != decision.Asking:
		return fault.New(fault.Conflict, "The words do not change any more.")
	case s.Bar.Vote && state == decision.Asking:
		return fault.New(fault.Forbidden, s.Bar.Why)
	}
	return nil
}

// showChange draws a step of changing a proposal that is there, with what it says
// or what was typed.
func (p pages) showChange(w http.ResponseWriter, r *http.Request, by access.Actor, typed *proposeData) error {
	var d proposeData
	err := p.one(r, by, func(ctx context.Context, tx *db.Tx, a area.Area, of decision.Decision, s decision.Sight) error {
		if err := p.mayChange(by, a, of, s); err != nil {
			return err
		}
		if typed != nil {
			d = *typed
		} else {
			d = wordsOf(of.Text())
			d.Form, d.Step = p.site.NewForm(), itsWords
			if err := d.nameParties(ctx, tx, of.Text()); err != nil {
				return err
			}
		}
		href := decisionHref(a, of.Number)
		d.Kind, d.Fixed, d.Asked = string(of.Kind), true, of.State(p.site.Now()) == decision.Asking
		d.Of, d.Action, d.Back = of.Text().Title, href+"/words", href
		if d.Title = d.Step.title(); d.Step == itsWords {
			d.Title = "Change the words"
		}
		d.Lead = d.Of + ": " + d.Step.stepOf(of.Kind)
		d.Shell = p.shell(r, by, a, d.Title, web.Link{Text: d.Of, Href: href}, web.Link{Text: "Change the words"})
		folk, err := peopleIn(ctx, tx, of.Text())
		if err != nil {
			return err
		}
		d.Folk = folk
		return p.choices(ctx, tx, by, a, &d)
	})
	if err != nil {
		return err
	}
	if len(d.Wrong) > 0 {
		d.Shell.Title = "Error: " + d.Shell.Title
	}
	return p.site.Show(w, r, d.status(), proposePage(d))
}

// wordsOf is a wording as the form has it.
func wordsOf(t decision.Text) proposeData {
	d := proposeData{Name: t.Title, Question: t.Question, Words: t.Words, Cost: t.Cost, Told: t.Told, NoCouncil: t.NoCouncil, PayeeOpen: t.PayeeOpen}
	for _, l := range t.Lines {
		d.LineOf, d.Amount = append(d.LineOf, string(l.Line)), append(d.Amount, l.Amount.Decimal())
	}
	if t.HearDays != 0 {
		d.HearDays = ordinal(t.HearDays)
	}
	return d
}

// nameParties says who would do it, and who must hear of it, in the boxes for it.
func (d *proposeData) nameParties(ctx context.Context, tx *db.Tx, t decision.Text) error {
	var hears []string
	for _, q := range t.Parties {
		if q.Part == decision.Does && q.Person != "" {
			d.DoesWho = append(d.DoesWho, string(q.Person))
			continue
		}
		name, err := partyName(ctx, tx, q, true)
		if err != nil {
			return err
		}
		if q.Part == decision.Hears {
			hears = append(hears, name)
		} else {
			d.Does = append(d.Does, name)
		}
	}
	d.Hears = strings.Join(hears, "\n")
	return nil
}

// peopleIn are the people who would be paid for it by a wording.
func peopleIn(ctx context.Context, tx *db.Tx, t decision.Text) (folk []web.Option, err error) {
	for _, q := range t.Parties {
		if q.Part != decision.Does || q.Person == "" {
			continue
		}
		name, err := partyName(ctx, tx, q, true)
		if err != nil {
			return nil, err
		}
		folk = append(folk, web.Option{Value: string(q.Person), Text: name})
	}
	return folk, nil
}

// reword takes a change of the words from step to step, and makes it after the
// last.
func (p pages) reword(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	typed, n := typedIn(form)
	var a area.Area
	var of decision.Decision
	if err := p.one(r, by, func(ctx context.Context, tx *db.Tx, in area.Area, d decision.Decision, s decision.Sight) error {
		a, of = in, d
		if typed.Step = step(form.Text("step")); typed.Step != "" {
			if err := p.mayChange(by, a, of, s); err != nil {
				return err
			}
		}
		return recognise(ctx, tx, &n.Words)
	}); err != nil {
		return err
	}
	for _, q := range of.Text().Parties {
		if q.Part == decision.Does && slices.Contains(typed.DoesWho, string(q.Person)) {
			n.Words.Parties = append(n.Words.Parties, decision.Party{Part: decision.Does, Person: q.Person})
		}
	}
	wrong := n.Words.Check(of.Kind)
	if of.State(p.site.Now()) == decision.Asking {
		wrong = append(wrong, n.Words.CheckWhy()...)
	}
	if typed.goOn(form, of.Kind, wrong) {
		return p.showChange(w, r, by, &typed)
	}
	err = p.decisions.Change(r.Context(), by, a, of.Number, n.Words)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		typed.Step, typed.Wrong = firstWrong(of.Kind, form.Over(wrong))
		return p.showChange(w, r, by, &typed)
	}
	if err != nil {
		return err
	}
	words := "The words are changed. Everybody is asked again."
	if of.Opened.At.IsZero() {
		words = "The words are changed. It is still a draft."
	}
	return p.site.Done(w, r, words, decisionHref(a, of.Number))
}
