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
	"commontable/internal/money"
	"commontable/internal/organisation"
	"commontable/internal/partnership"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// lineRows is how many budget lines the form has room for.
const lineRows = 3

// proposeData is the form of a proposal.
type proposeData struct {
	Shell   web.Shell
	Title   string // of the page
	Lead    string
	Action  string
	Form    string
	Wrong   fault.Invalid
	Fixed   bool // only the words: what it is about stays
	Asked   bool // everybody is asked already, so why it changes is to be said
	Kinds   []web.Item
	Plans   []web.Option
	Earlier []web.Option
	Lines   []web.Option
	Known   []string // organisations
	Members []web.Option
	Step    step // of a new proposal; none where all is on one page
	Back    string

	Kind, PlanVersion, Replaces       string
	Name, Question, Words, Cost, Told string
	Why, For, Does, DoesName          string
	Meeting, Item                     string
	Hears                             string
	With                              []string
	LineOf, Amount                    [lineRows]string
	NoCouncil, Draft                  bool
	SaysCouncil                       bool
}

func (p pages) newProposal(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	q := r.URL.Query()
	typed := proposeData{Kind: q.Get("kind"), PlanVersion: q.Get("version"), Meeting: q.Get("meeting"), Item: q.Get("item"), Name: q.Get("title"), Replaces: q.Get("replaces")}
	if typed.Kind == string(decision.AdoptPlan) && typed.Name == "" && typed.PlanVersion != "" {
		typed.Name, typed.Question = "Our plan, version "+typed.PlanVersion, "Shall version "+typed.PlanVersion+" be our plan?"
	}
	typed.Step = itsWords
	if !slices.Contains(decision.Kinds(), decision.Kind(typed.Kind)) {
		typed.Step = itsKind
	}
	return p.showProposal(w, r, by, http.StatusOK, typed)
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

// typedIn is what somebody filled in, as it was typed and as it is meant.
func typedIn(form *web.Form) (proposeData, decision.NewProposal) {
	d := proposeData{
		Form: form.Text("form"), Kind: form.Text("kind"), PlanVersion: form.Text("plan_version"), Replaces: form.Text("replaces"),
		Name: form.Text("title"), Question: form.Text("question"), Words: form.Text("words"), Cost: form.Text("cost"), Told: form.Text("told"), Why: form.Text("why"),
		For: form.Text("for"), Does: form.Text("does"), DoesName: form.Text("does_name"), Hears: form.Text("hears"), With: form.Texts("with"),
		Meeting: form.Text("meeting"), Item: form.Text("item"), NoCouncil: form.Text("no_council") == "yes", Draft: form.Text("draft") == "yes",
	}
	n := decision.NewProposal{
		Form: d.Form, Kind: decision.Kind(d.Kind), Meeting: d.Meeting, AgendaItem: d.Item, For: d.For, Open: !d.Draft,
		Words: decision.NewText{Form: d.Form, Title: d.Name, Question: d.Question, Words: d.Words, Cost: d.Cost, Told: d.Told, Why: d.Why, NoCouncil: d.NoCouncil},
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
	for i := range lineRows {
		at := "-" + strconv.Itoa(i+1)
		d.LineOf[i], d.Amount[i] = form.Text("line"+at), form.Text("amount"+at)
		if d.LineOf[i] == "" && d.Amount[i] == "" {
			continue
		}
		var amount money.Amount
		if d.Amount[i] != "" {
			amount = form.Money("amount" + at)
		}
		n.Words.Lines = append(n.Words.Lines, decision.Line{Line: plan.LineID(d.LineOf[i]), Amount: amount})
	}
	for _, does := range []string{d.Does, d.DoesName} {
		if does != "" {
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
	all := stepsOf(n.Kind)
	at := slices.Index(all, step(form.Text("step")))
	if went := step(form.Text("go")); at >= 0 && went != "put" && went != "draft" {
		if err := by.Must(access.PutForward, a.Place()); err != nil {
			return err
		}
		d.Step = all[min(at+1, len(all)-1)]
		if slices.Contains(all, went) {
			d.Step = went
			return p.showProposal(w, r, by, http.StatusOK, d)
		}
		if wrong := all[at].of(form.Over(n.Check())); len(wrong) > 0 {
			d.Step, d.Wrong = all[at], wrong
			return p.showProposal(w, r, by, http.StatusUnprocessableEntity, d)
		}
		return p.showProposal(w, r, by, http.StatusOK, d)
	}
	if step(form.Text("go")) == "draft" {
		n.Open, d.Draft = false, true
	}
	number, err := p.decisions.Propose(r.Context(), by, a, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		d.Wrong = form.Over(wrong)
		d.Step = firstWrong(n.Kind, d.Wrong)
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
	return p.showChange(w, r, by, http.StatusOK, nil)
}

// showChange draws the form of a proposal that is there, with what it says or
// what was typed.
func (p pages) showChange(w http.ResponseWriter, r *http.Request, by access.Actor, status int, typed *proposeData) error {
	var d proposeData
	err := p.one(r, by, func(ctx context.Context, tx *db.Tx, a area.Area, of decision.Decision, s decision.Sight) error {
		state := of.State(p.site.Now())
		switch {
		case !of.PutForwardBy(by.Person) && !by.May(access.RunDecisions, a.Place()):
			return fault.New(fault.Forbidden, "Only those who put it forward, or the chair, change or withdraw a proposal.")
		case state != decision.Draft && state != decision.Asking:
			return fault.New(fault.Conflict, "The words do not change any more.")
		case s.Bar.Vote && state == decision.Asking:
			return fault.New(fault.Forbidden, s.Bar.Why)
		}
		if typed != nil {
			d = *typed
		} else {
			d = wordsOf(of.Text())
			d.Form = p.site.NewForm()
		}
		href := decisionHref(a, of.Number)
		d.Shell = p.shell(r, by, a, "Change the words", web.Link{Text: of.Text().Title, Href: href}, web.Link{Text: "Change the words"})
		d.Title, d.Lead, d.Action, d.Fixed, d.Asked = "Change the words", of.Text().Title, href+"/words", true, state == decision.Asking
		d.Kind = string(of.Kind)
		if typed == nil {
			if err := d.nameParties(ctx, tx, of.Text()); err != nil {
				return err
			}
		}
		return p.choices(ctx, tx, by, a, &d)
	})
	if err != nil {
		return err
	}
	if len(d.Wrong) > 0 {
		d.Shell.Title = "Error: " + d.Shell.Title
	}
	return p.site.Show(w, r, status, proposePage(d))
}

// wordsOf is a wording as the form has it.
func wordsOf(t decision.Text) proposeData {
	d := proposeData{Name: t.Title, Question: t.Question, Words: t.Words, Cost: t.Cost, Told: t.Told, NoCouncil: t.NoCouncil}
	for i, l := range t.Lines {
		if i < lineRows {
			d.LineOf[i], d.Amount[i] = string(l.Line), l.Amount.Decimal()
		}
	}
	return d
}

// nameParties says who would do it, and who must hear of it, in the boxes for it.
func (d *proposeData) nameParties(ctx context.Context, tx *db.Tx, t decision.Text) error {
	var does, hears []string
	for _, q := range t.Parties {
		name := q.Name
		if q.Organisation != "" {
			o, err := organisation.ByID(ctx, tx, q.Organisation)
			if err != nil {
				return err
			}
			name = o.Name
		}
		if q.Part == decision.Hears {
			hears = append(hears, name)
		} else {
			does = append(does, name)
		}
	}
	for i, name := range does {
		if i == 0 {
			d.Does = name
		} else {
			d.DoesName = name
		}
	}
	d.Hears = strings.Join(hears, "\n")
	return nil
}

func (p pages) reword(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var typed proposeData
	return p.act(w, r, by, "The words are changed. Everybody is asked again.", func(wrong fault.Invalid, _ *web.Form) error {
		typed.Wrong = wrong
		return p.showChange(w, r, by, http.StatusUnprocessableEntity, &typed)
	}, func(a area.Area, d decision.Decision, form *web.Form) error {
		var n decision.NewProposal
		typed, n = typedIn(form)
		if err := p.decisions.DB.Read(r.Context(), func(tx *db.Tx) error { return recognise(r.Context(), tx, &n.Words) }); err != nil {
			return err
		}
		return p.decisions.Change(r.Context(), by, a, d.Number, n.Words)
	})
}
