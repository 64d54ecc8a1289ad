package decisionweb

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/area"
	"commontable/internal/decision"
	"commontable/internal/fault"
	"commontable/internal/web"
)

// A step is a page of putting something forward.
type step string

// The steps. The first is a choice of links, so it has no form.
const (
	itsKind  step = "kind"
	itsWords step = "words"
	itsMoney step = "money"
	itsFolk  step = "people"
	toCheck  step = "check"
)

// stepsOf are the steps that are asked of a kind of decision, after what kind it is.
func stepsOf(k decision.Kind) []step {
	switch k {
	case decision.AdoptPlan, decision.ChooseLTO:
		return []step{itsWords, itsFolk, toCheck}
	case decision.Spending, decision.OverBudget, decision.Other:
	}
	return []step{itsWords, itsMoney, itsFolk, toCheck}
}

func (s step) title() string {
	switch s {
	case itsKind:
		return "Put something forward"
	case itsMoney:
		return "The money"
	case itsFolk:
		return "The people"
	case toCheck:
		return "Check what you wrote"
	case itsWords:
	}
	return "What is it?"
}

// lead says how far one is.
func (s step) lead(k decision.Kind) string {
	if s == itsKind {
		return "Anyone in the area can. What is it about?"
	}
	return k.Words() + ": " + s.stepOf(k)
}

// stepOf says how far one is, as a number.
func (s step) stepOf(k decision.Kind) string {
	all := stepsOf(k)
	return "step " + strconv.Itoa(slices.Index(all, s)+1) + " of " + strconv.Itoa(len(all))
}

// asks are the boxes of a step in the order of its page, by the beginnings of their names.
func (s step) asks() []string {
	switch s {
	case itsWords:
		return []string{"kind", "why", "title", "question", "plan_version", "words", "told"}
	case itsMoney:
		return []string{"cost", "line-", "amount-"}
	case itsFolk:
		return []string{"does", "parties", "payee_open", "hears", "hear_days", "no_council", "for", "with", "replaces"}
	case itsKind, toCheck:
	}
	return nil
}

// of is what is wrong in the boxes of this step, in the order of its page.
func (s step) of(all fault.Invalid) (mine fault.Invalid) {
	for _, w := range all {
		if _, at := s.place(w.Field); at >= 0 {
			mine = append(mine, w)
		}
	}
	slices.SortStableFunc(mine, func(x, y fault.Wrong) int {
		rowX, atX := s.place(x.Field)
		rowY, atY := s.place(y.Field)
		return cmp.Or(cmp.Compare(rowX, rowY), cmp.Compare(atX, atY))
	})
	return mine
}

// place is where a box stands in the page of this step: in which row of boxes that
// are there several times, and after which others; -1 where it is not there.
func (s step) place(box string) (row, at int) {
	at = slices.IndexFunc(s.asks(), func(name string) bool {
		return box == name || strings.HasSuffix(name, "-") && strings.HasPrefix(box, name)
	})
	if at >= 0 {
		row, _ = strconv.Atoi(strings.TrimPrefix(box, s.asks()[at]))
	}
	return row, at
}

// firstWrong is the step to go back to when something is wrong, and what is wrong in it:
// only what its own page has boxes for can be mended there.
func firstWrong(k decision.Kind, wrong fault.Invalid) (step, fault.Invalid) {
	for _, s := range stepsOf(k) {
		if mine := s.of(wrong); len(mine) > 0 {
			return s, mine
		}
	}
	return itsWords, wrong
}

// kindsFor are the links to the first page of each kind of decision, which keep
// what the address says already.
func kindsFor(r *http.Request, a area.Area, plans bool) (all []web.Item) {
	about := map[decision.Kind]string{
		decision.Spending:   "Pay for something, from a budget line of our plan",
		decision.OverBudget: "A budget line needs more than the plan gave it",
		decision.AdoptPlan:  "Adopt a plan that was written as a draft",
		decision.ChooseLTO:  "Choose the organisation that holds our money",
		decision.Other:      "A letter to the council, a rule of ours, a name …",
	}
	for _, k := range decision.Kinds() {
		if k == decision.AdoptPlan && !plans {
			continue
		}
		q := r.URL.Query()
		q.Set("kind", string(k))
		all = append(all, web.Item{Text: k.Words(), Href: roomHref(a) + "/new?" + q.Encode(), Detail: about[k]})
	}
	return all
}

// A kept box is what another step asked, sent on with this one.
type keptBox struct{ Name, Value string }

// kept are the boxes of the steps that are not shown.
func (d proposeData) kept() (all []keptBox) {
	add := func(s step, name string, values ...string) {
		for _, v := range values {
			if s != d.Step && v != "" {
				all = append(all, keptBox{name, v})
			}
		}
	}
	add(itsWords, "why", d.Why)
	add(itsWords, "title", d.Name)
	add(itsWords, "question", d.Question)
	add(itsWords, "words", d.Words)
	add(itsWords, "told", d.Told)
	if d.Step != itsWords || !d.asksVersion() {
		add("", "plan_version", d.PlanVersion)
	}
	add(itsMoney, "cost", d.Cost)
	for i := range d.LineOf {
		add(itsMoney, "line-"+strconv.Itoa(i+1), d.LineOf[i])
		add(itsMoney, "amount-"+strconv.Itoa(i+1), d.Amount[i])
	}
	for i, does := range d.Does {
		add(itsFolk, doesName(i), does)
	}
	add(itsFolk, "does_person", d.DoesWho...)
	add(itsFolk, "payee_open", printedOf(d.PayeeOpen)...)
	add(itsFolk, "hears", d.Hears)
	add(itsFolk, "hear_days", d.HearDays)
	add(itsFolk, "with", d.With...)
	add(itsFolk, "for", d.For)
	if d.Step != itsFolk || len(d.Earlier) < 2 {
		add("", "replaces", d.Replaces)
	}
	add(itsFolk, "no_council", printedOf(d.NoCouncil)...)
	return all
}

func (d proposeData) asksVersion() bool {
	return d.Kind == string(decision.AdoptPlan) && len(d.Plans) > 1
}

// before is the step before this one; none before the first.
func (d proposeData) before() step {
	all := stepsOf(decision.Kind(d.Kind))
	if at := slices.Index(all, d.Step); at > 0 {
		return all[at-1]
	}
	return ""
}

// A part of what is checked, and the step that asked it.
type part struct {
	ID, Heading string
	Step        step
	Facts       []web.Fact
}

// checked is all that was typed, step by step, to be read once more.
func (d proposeData) checked() (all []part) {
	text := func(options []web.Option, value string) string {
		for _, o := range options {
			if o.Value == value {
				return o.Text
			}
		}
		return value
	}
	add := func(to *part, term, value string) {
		if value != "" {
			to.Facts = append(to.Facts, web.Fact{Term: term, Value: value})
		}
	}
	words := part{ID: "words", Heading: "What it is", Step: itsWords}
	add(&words, "What is different, and why", d.Why)
	add(&words, "Name", d.Name)
	add(&words, "Question", d.Question)
	if d.asksVersion() {
		add(&words, "Plan", text(d.Plans, d.PlanVersion))
	}
	add(&words, "In words", d.Words)
	add(&words, "What residents told us", d.Told)
	spent := part{ID: "money", Heading: "The money", Step: itsMoney}
	add(&spent, "Cost", d.Cost)
	for i, line := range d.LineOf {
		if line != "" {
			add(&spent, text(d.Lines, line), "£"+d.Amount[i])
		}
	}
	folk := part{ID: "people", Heading: "The people", Step: itsFolk}
	does := slices.Clone(d.Does)
	for _, who := range d.DoesWho {
		does = append(does, text(d.Folk, who))
	}
	add(&folk, "Who would be paid, or run it", strings.Join(does, ", "))
	if d.PayeeOpen && d.paysSomebody() {
		add(&folk, "Who would be paid", "Nobody knows yet")
	}
	add(&folk, "Who must hear what comes of it", strings.ReplaceAll(strings.ReplaceAll(d.Hears, "\r", ""), "\n", ", "))
	if d.Hears != "" {
		add(&folk, "How soon", text(hearOptions(d.HearDays), d.HearDays))
	}
	var with []string
	for _, who := range d.With {
		with = append(with, text(d.Members, who))
	}
	add(&folk, "Together with", strings.Join(with, ", "))
	add(&folk, "For a neighbour", d.For)
	if d.Replaces != "" {
		add(&folk, "Takes the place of", text(d.Earlier, d.Replaces))
	}
	if d.NoCouncil {
		add(&folk, "Councillors", "It concerns the council, so they stand aside")
	}
	for _, one := range []part{words, spent, folk} {
		if slices.Contains(stepsOf(decision.Kind(d.Kind)), one.Step) {
			all = append(all, one)
		}
	}
	return all
}
