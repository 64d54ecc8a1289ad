package fundingweb

import (
	"errors"
	"net/http"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/organisation"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// newSpendData is the page on which spending is recorded.
type newSpendData struct {
	sheet
	Area      string
	Words     map[string]area.Word
	Draft     funding.SpendDraft
	Lines     []lineGroup
	Themes    []web.Option
	Payees    []web.Option
	Heading   string
	Amount    string
	SpentOn   day
	Line      string
	Theme     string
	PayeeKind string
	Payee     string
	Decision  string
	Decisions []web.Option
	Replaces  string // the spend that is recorded afresh; "" for none
	Why       string // it was sent back or reversed
	PlanHref  string
	Evidence  evidenceData
}

func (d newSpendData) lead() string {
	return d.Draft.Organisation.Name + " holds " + d.Draft.Held.Whole() + " for " + d.Area + ". Say what a part of it was spent on."
}

func (p pages) newSpend(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	d := newSpendData{SpentOn: dayOf(p.site.Today())}
	if of := r.URL.Query().Get("afresh"); of != "" {
		if err := p.afresh(r, by, &d, funding.SpendID(of)); err != nil {
			return err
		}
	}
	return p.showNewSpend(w, r, by, d, r.URL.Query().Get("lto"))
}

func (p pages) showNewSpend(w http.ResponseWriter, r *http.Request, by access.Actor, d newSpendData, lto string) error {
	var a area.Area
	err := p.read(r.Context(), func(tx *db.Tx) (err error) {
		if a, err = areaOf(r, tx); err != nil {
			return err
		}
		programme, err := area.ProgrammeByID(r.Context(), tx, a.Programme)
		if err != nil {
			return err
		}
		d.Words = programme.Rules.Words
		if d.Draft, err = p.funding.DraftSpend(r.Context(), tx, by, a, lto); err != nil {
			return err
		}
		if d.Decisions, err = decisionsFrom(r.Context(), tx, a, decision.OverBudget); err == nil {
			d.Decisions = orNone("It does not go over the plan", d.Decisions)
		}
		return err
	})
	if err != nil {
		return err
	}
	d.Area, d.PlanHref = a.Name, planHref(a)
	d.choices()
	d.Action, d.Back = moneyHref(a)+"/spending", web.Link{Text: "Go back without recording", Href: deskHref(d.Draft.Organisation)}
	d.frame(p, r, by, a, "Record spending")
	return p.site.Show(w, r, d.status(), newSpendPage(d))
}

func (d *newSpendData) choices() {
	for _, l := range d.Draft.Lines {
		d.Lines = under(d.Lines, l.PriorityName, web.Option{Value: string(l.ID), Text: l.Name + ": " + l.LeftToSpend().Whole() + " not spent yet"})
	}
	d.Themes = []web.Option{{Text: "The same as that part of the plan"}}
	for _, t := range d.Draft.Themes {
		d.Themes = append(d.Themes, web.Option{Value: t.Code, Text: t.Name})
	}
	for _, k := range funding.PayeeKinds() {
		d.Payees = append(d.Payees, web.Option{Value: string(k), Text: k.Title(), Hint: payeeHint(k)})
	}
}

func payeeHint(k funding.PayeeKind) string {
	switch k {
	case funding.ToOrganisation:
		return "Everyone can see its name"
	case funding.ToIndividual:
		return "Nobody outside sees who, nor what you write above"
	case funding.ToPay:
		return "Shown to everyone as wages and salaries, without names"
	}
	return ""
}

func (p pages) provideSpend(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, evidence, err := readEvidence(r)
	if err != nil {
		return err
	}
	var a area.Area
	var draft funding.SpendDraft
	err = p.read(r.Context(), func(tx *db.Tx) (err error) {
		if a, err = areaOf(r, tx); err != nil {
			return err
		}
		draft, err = p.funding.DraftSpend(r.Context(), tx, by, a, form.Text("lto"))
		return err
	})
	if err != nil {
		return err
	}
	n := funding.NewSpend{
		Form: funding.Form(form.Text("form")), Organisation: draft.Organisation.ID, Line: plan.LineID(form.Text("line")),
		Amount: form.Money("amount"), SpentOn: form.Date("spent_on"), Heading: form.Text("heading"), Theme: form.Text("theme"),
		PayeeKind: funding.PayeeKind(form.Text("payee_kind")), Payee: form.Text("payee"), Decision: numberIn(form, "decision"),
		Evidence: evidence,
		Replaces: funding.SpendID(form.Text("afresh")),
	}
	sid, err := p.funding.ProvideSpend(r.Context(), by, a, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		d := newSpendData{
			Heading: n.Heading, Amount: form.Text("amount"), SpentOn: typedDay(form, "spent_on"), Line: string(n.Line), Theme: n.Theme,
			PayeeKind: string(n.PayeeKind), Payee: n.Payee, Decision: typedNumber(n.Decision), Replaces: string(n.Replaces),
		}
		d.Wrong, d.Form = form.Over(wrong), string(n.Form)
		if d.Evidence, err = p.holdEvidence(r, by, a, draft, d.Form, evidence, d.Wrong); err != nil {
			return err
		}
		return p.showNewSpend(w, r, by, d, draft.Organisation.Slug)
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, n.Amount.String()+" for “"+n.Heading+"” is recorded. Now somebody else certifies it."+p.concerns(r, a, sid), deskHref(draft.Organisation))
}

// spendData is what was spent.
type spendData struct {
	sheet
	Area, LTO, LTOSlug string
	Spend              funding.Spend
	Line               plan.Line
	Steps              []web.Step
	Facts              []web.Fact
	History            []web.TimelineItem
	Walk               walk
	Evidence           evidenceCard
	SeesEvidence       bool
	Certify            bool
	Concerns           []string
	Recodings          []web.TimelineItem // the themes under which it was told
	Afresh             web.Link           // the one that records it afresh, or that it records afresh
	SureHref           string             // where a passkey is asked for before it is certified; "" where it was used just now
	Whose              string
	Do                 []web.Button
	Interests          web.InterestsCard
}

func (d spendData) title() string { return d.Spend.Heading }

func (d spendData) lead() string {
	return d.Spend.Amount.String() + " on " + d.Spend.SpentOn.Long() + ", for “" + d.Line.Name + "”."
}

// ended says how the spend came to nothing, if it did.
func (d spendData) ended() (words, why string) {
	switch d.Spend.State() {
	case funding.SpendRefused:
		return "This was sent back on " + on(d.Spend.Refused.At) + ". It does not count.", d.Spend.Refused.Reason
	case funding.SpendReversed:
		return "This was put right on " + on(d.Spend.Reversed.At) + ". It does not count any more, and the money is there again.", d.Spend.Reversed.Reason
	default:
		return "", ""
	}
}

func (p pages) spend(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d spendData
	var a area.Area
	var barred bool
	err := p.read(r.Context(), func(tx *db.Tx) (err error) {
		if a, d.Spend, d.Line, err = spendOf(r, tx, by); err != nil {
			return err
		}
		programme, err := area.ProgrammeByID(r.Context(), tx, a.Programme)
		if err != nil {
			return err
		}
		n := namesIn(r, tx, by)
		o := n.organisation(d.Spend.Organisation)
		d.Area, d.LTO, d.LTOSlug = a.Name, o.Name, o.Slug
		theme := themeName(programme.Rules, d.Spend.Theme)
		d.Facts = spendFacts(by, a, o, d.Spend, d.Line, theme)
		d.Steps = spendSteps(n, d.Spend)
		if err := d.more(n, a, programme.Rules); err != nil {
			return err
		}
		d.History = n.history(a, string(d.Spend.ID))
		evidence, err := funding.EvidenceOf(r.Context(), tx, by, a, d.Spend)
		if err != nil {
			return err
		}
		d.Facts = evidenceFact(d.Facts, evidence)
		d.Evidence, d.SeesEvidence = n.evidenceCard(by, a, d.Spend, evidence), d.Spend.MaySeeEvidence(by, a)
		if n.firstFail != nil {
			return n.firstFail
		}
		if d.Walk, err = p.walk(r.Context(), tx, a, walkPoint{Spend: d.Spend.ID}); err != nil {
			return err
		}
		// Who has an interest in an individual tells who that is.
		if d.Spend.PayeeKind != funding.ToOrganisation && !by.May(access.SeePayees, a.Place()) && !by.May(access.SeePayees, access.Place{Organisation: string(o.ID)}) {
			return nil
		}
		m, err := funding.SpendMatters{}.Matter(r.Context(), tx, a.ID, string(d.Spend.ID))
		if err != nil {
			return err
		}
		d.Interests, barred, err = interestsOf(r, tx, by, a, m, m.Open && by.May(access.CertifySpend, access.Place{Organisation: string(o.ID)}) || d.Spend.MayReverse(by, a) == nil)
		return err
	})
	if err != nil {
		return err
	}
	d.Certify, d.Whose = d.Spend.MayCertify(by, a) == nil && !barred, d.Spend.Whose(by)
	for _, x := range []struct {
		may         error
		words, path string
	}{{d.Spend.MaySendBack(by, a), "Send it back", "/refusal"}, {d.Spend.MayReverse(by, a), "Reverse this spending", "/reversal"}, {d.Spend.MayRecode(by, a), "Tell it under another theme", "/theme"}} {
		if x.may == nil && (!barred || x.path != "/reversal") {
			d.Do = append(d.Do, web.Button{Words: x.words, Href: spendHref(a, d.Spend.ID) + x.path, Kind: web.Secondary})
		}
	}
	if d.Spend.MayRecordAfresh(by, a) == nil {
		d.Do = append(d.Do, web.Button{Words: "Record it afresh", Href: afreshHref(a, d.Spend.ID, d.LTOSlug), Kind: web.Secondary})
	}
	d.Action, d.SureHref, d.Form = moneyHref(a)+"/spending/certification", web.SureHref(by, r.URL.Path), p.site.NewForm()
	d.Shell = p.shell(r, by, a, d.title(), web.Link{Text: "Spent", Href: moneyHref(a) + "/spent"}, web.Link{Text: d.title()})
	d.Shell.NoIndex = d.Spend.Certified.By == ""
	return p.site.Show(w, r, http.StatusOK, spendPage(d))
}

// spendOf is the spend that a request names, as its reader may see it, with its
// area and budget line.
func spendOf(r *http.Request, tx *db.Tx, by access.Actor) (area.Area, funding.Spend, plan.Line, error) {
	a, err := areaOf(r, tx)
	if err != nil {
		return a, funding.Spend{}, plan.Line{}, err
	}
	s, line, err := funding.SpendFor(r.Context(), tx, by, a, funding.SpendID(r.PathValue("spend")))
	return a, s, line, err
}

func spendSteps(n *names, s funding.Spend) []web.Step {
	who := func(day string, who access.PersonID) string {
		if name := n.person(who); name != "" && day != "" {
			return day + ", " + name
		}
		return day
	}
	steps := []web.Step{
		{Words: "Recorded", When: who(on(s.ProvidedAt), s.ProvidedBy), Done: true},
		{Words: "Certified", When: who(s.CertifiedOn.Long(), s.Certified.By), Done: s.Certified.By != "", Now: s.State() == funding.SpendProvided},
	}
	if steps[1].Now {
		steps[1].When = "waits for somebody else"
	}
	if s.Reversed.By != "" {
		steps = append(steps, web.Step{Words: "Put right", When: who(on(s.Reversed.At), s.Reversed.By), Done: true})
	}
	return steps
}

func spendFacts(by access.Actor, a area.Area, o organisation.Organisation, s funding.Spend, line plan.Line, theme string) []web.Fact {
	facts := []web.Fact{
		{Term: "Amount", Value: s.Amount.String()},
		{Term: "Day", Value: s.SpentOn.Long()},
		{Term: "Paid to", Value: s.ShownPayee()},
		{Term: "Part of the plan", Value: line.Name, Href: lineHref(a, string(line.ID))},
		{Term: "Priority", Value: line.PriorityName, Href: priorityHref(a, line.Priority)},
		{Term: "Theme", Value: theme},
		{Term: "Who held the money", Value: o.Name},
	}
	if by.May(access.SeeMoneyDesk, placeOf(a, o.ID)) {
		facts[len(facts)-1].Href = deskHref(o)
	}
	if s.Decision != "" {
		allows := web.Fact{Term: "Decision that allows it", Value: s.Decision}
		if s.Decided != 0 {
			allows.Href = decisionHref(a, s.Decided)
		}
		facts = append(facts, allows)
	}
	if s.Certified.By != "" {
		facts = append(facts, web.Fact{Term: "In the accounts", Value: "See the entry", Href: entryHref(a, string(s.Certified.Entry))})
	}
	if s.Reversed.By != "" {
		facts = append(facts, web.Fact{Term: "Put right", Value: "See the entry of " + on(s.Reversed.At), Href: entryHref(a, string(s.Reversed.Entry))})
	}
	return facts
}

// aboutSpend reads the spend that a page is about, and asks whether the actor
// may do there what the page is for.
func (p pages) aboutSpend(r *http.Request, by access.Actor, may func(funding.Spend, access.Actor, area.Area) error) (area.Area, funding.Spend, []web.Fact, error) {
	var a area.Area
	var s funding.Spend
	var about []web.Fact
	err := p.read(r.Context(), func(tx *db.Tx) (err error) {
		var line plan.Line
		if a, s, line, err = spendOf(r, tx, by); err != nil {
			return err
		}
		if err := may(s, by, a); err != nil {
			return err
		}
		n := namesIn(r, tx, by)
		about = []web.Fact{
			{Term: "What it was", Value: s.Heading, Href: spendHref(a, s.ID)},
			{Term: "Amount", Value: s.Amount.String()},
			{Term: "Day", Value: s.SpentOn.Long()},
			{Term: "Paid to", Value: s.ShownPayee()},
			{Term: "Part of the plan", Value: line.Name},
			{Term: "Recorded by", Value: n.person(s.ProvidedBy)},
		}
		return n.firstFail
	})
	return a, s, about, err
}

// seenSpend is the spend that a form is about, where the sender may see it.
func (p pages) seenSpend(r *http.Request, by access.Actor) (a area.Area, s funding.Spend, form *web.Form, err error) {
	err = p.read(r.Context(), func(tx *db.Tx) (err error) {
		a, s, _, err = spendOf(r, tx, by)
		return err
	})
	if err != nil {
		return a, s, nil, err
	}
	form, err = web.ReadForm(r)
	return a, s, form, err
}

func (p pages) newRefusal(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showRefusal(w, r, by, reasonData{})
}

func (p pages) showRefusal(w http.ResponseWriter, r *http.Request, by access.Actor, d reasonData) error {
	a, s, about, err := p.aboutSpend(r, by, funding.Spend.MaySendBack)
	if err != nil {
		return err
	}
	d.About, d.Back, d.Action = about, web.Link{Text: "Go back to the spending", Href: spendHref(a, s.ID)}, spendHref(a, s.ID)+"/refusal"
	d.Title, d.Button = "Send this spending back", "Send it back"
	d.Lead = "It will not count. Whoever recorded it can record it afresh, with what was wrong put right."
	d.Hint = "Those who see the money desk can read this."
	return p.showReason(w, r, by, a, d)
}

func (p pages) refuseSpend(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, s, form, err := p.seenSpend(r, by)
	if err != nil {
		return err
	}
	d := reasonData{Reason: form.Text("reason")}
	d.Form = form.Text("form")
	err = p.funding.RefuseSpend(r.Context(), by, a, s.ID, d.Reason, funding.Form(d.Form))
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		d.Wrong = wrong
		return p.showRefusal(w, r, by, d)
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "“"+s.Heading+"” is sent back.", spendHref(a, s.ID))
}

func (p pages) newSpendReversal(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showSpendReversal(w, r, by, reasonData{})
}

func (p pages) showSpendReversal(w http.ResponseWriter, r *http.Request, by access.Actor, d reasonData) error {
	a, s, about, err := p.aboutSpend(r, by, surely(funding.Spend.MayReverse))
	if err != nil {
		return err
	}
	if err := p.unbarred(r, by, a, s); err != nil {
		return err
	}
	d.About, d.Back, d.Action = about, web.Link{Text: "Go back to the spending", Href: spendHref(a, s.ID)}, spendHref(a, s.ID)+"/reversal"
	d.Title, d.Button = "Reverse this spending", "Reverse this spending"
	d.Lead = "Only for what was certified by mistake. A second entry takes it back. Both stay in the accounts, and what is right is recorded afresh."
	d.Hint = anyoneReads
	return p.showReason(w, r, by, a, d)
}

func (p pages) reverseSpend(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, s, form, err := p.seenSpend(r, by)
	if err != nil {
		return err
	}
	d := reasonData{Reason: form.Text("reason")}
	d.Form = form.Text("form")
	err = p.funding.ReverseSpend(r.Context(), by, a, s.ID, d.Reason, funding.Form(d.Form))
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		d.Wrong = wrong
		return p.showSpendReversal(w, r, by, d)
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "“"+s.Heading+"” is reversed.", spendHref(a, s.ID))
}
