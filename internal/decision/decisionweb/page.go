package decisionweb

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/chart"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/partnership"
	"commontable/internal/person"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// decisionData is a decision, for one reader.
type decisionData struct {
	Shell    web.Shell
	Title    string
	Question string
	Steps    []web.Step
	Tools    []web.Tool
	Frozen   bool   // an interest waits
	Replaced string // by which decision, in words
	Replaces web.Link
	By       web.Link // the decision that took its place

	Result   *resultView
	Mine     *myPart
	Out      string // why the reader takes no part
	Hidden   bool   // the talk is not for the reader, who has an interest
	Proposal []string
	Facts    []web.Fact
	Earlier  []earlierText
	Code     string

	Interests   web.InterestsCard
	Attempt     *attemptView // the last time that agreement was looked for, or how it stands
	Seats       seatsView
	Waiting     []waitingEntry
	Told        []toldView
	Rules       []string
	RulesSet    string
	Form        string
	Href        string
	Wrong       fault.Invalid
	Further     string // the heading of how it is taken further; "" for who takes it nowhere
	FurtherLink web.Link
	MayAnswer   bool
	MayTell     bool
}

type resultView struct {
	Tag      web.Kind
	Words    string
	Sentence string
	Rows     web.Table
	Said     string
	Minority []saidView
	Allowed  []web.Link
	OnPaper  string // how many votes came by another hand
}

type myPart struct {
	Voting   bool
	Heading  string
	Hint     string
	Hash     string
	Choice   string
	Reason   string
	MayPrint bool
	Options  []web.Option
	Saved    string // what they said before
}

type saidView struct {
	Turn     int64
	Initials string
	Tone     string
	Name     string
	What     string
	Words    string
	Answers  []string
	Earlier  bool
	Via      string
}

type attemptView struct {
	Heading string
	Words   string
	Rows    web.Table
	Said    []saidView
}

type seat struct {
	Faces  []face
	Name   string
	You    bool
	Detail string
	Share  bool
	Out    bool
	Tag    web.Kind
	Words  string
}

type face struct{ Initials, Tone string }

type seatsView struct {
	Heading string
	Words   string
	All     []seat
}

type waitingEntry struct {
	What    string
	Turn    int64
	Words   string
	Confirm bool
}

type toldView struct {
	Party  int
	Name   string
	Words  string
	IsTold bool
}

type earlierText struct {
	Heading string
	Why     string
	Changes []textChange
}

type textChange struct{ What, Was, Is string }

func (p pages) decision(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.show(w, r, by, http.StatusOK, nil, nil)
}

// show draws a decision, with what was typed and what was wrong with it.
func (p pages) show(w http.ResponseWriter, r *http.Request, by access.Actor, status int, typed *myPart, wrong fault.Invalid) error {
	var d decisionData
	err := p.one(r, by, func(ctx context.Context, tx *db.Tx, a area.Area, of decision.Decision, s decision.Sight) (err error) {
		d, err = p.dataOf(ctx, tx, r, by, a, of, s)
		if typed != nil && d.Mine != nil {
			d.Mine.Choice, d.Mine.Reason, d.Mine.MayPrint = typed.Choice, typed.Reason, typed.MayPrint
		}
		return err
	})
	if err != nil {
		return err
	}
	if d.Wrong = wrong; len(wrong) > 0 {
		d.Shell.Title = "Error: " + d.Shell.Title
	}
	return p.site.Show(w, r, status, decisionPage(d))
}

// view is what the parts of the page are drawn of.
type view struct {
	pages
	tx     *db.Tx
	by     access.Actor
	area   area.Area
	of     decision.Decision
	sight  decision.Sight
	state  decision.State
	names  names
	agree  decision.Agreement
	member map[access.PersonID]partnership.Member
}

func (p pages) dataOf(ctx context.Context, tx *db.Tx, r *http.Request, by access.Actor, a area.Area, of decision.Decision, s decision.Sight) (decisionData, error) {
	t := of.Decided()
	v := view{pages: p, tx: tx, by: by, area: a, of: of, sight: s, state: of.State(p.site.Now()), member: map[access.PersonID]partnership.Member{}}
	d := decisionData{
		Shell: p.shell(r, by, a, t.Title, web.Link{Text: t.Title}), Title: t.Title, Question: t.Question, Steps: v.steps(), Proposal: paragraphs(t.Words), Code: t.Code(),
		Form: p.site.NewForm(), Href: decisionHref(a, of.Number), Hidden: by.SignedIn() && s.Bar.See,
	}
	var err error
	if v.agree, err = p.decisions.AgreementOf(ctx, tx, of); err != nil {
		return d, err
	}
	members, err := partnership.MembersOn(ctx, tx, a.ID, p.site.Today())
	if err != nil {
		return d, err
	}
	for _, m := range members {
		v.member[m.Person] = m
	}
	if v.names, err = namesOf(ctx, tx, a, of, by.May(access.SeePapers, a.Place()), v.agree.Electors); err != nil {
		return d, err
	}
	for _, fill := range []func(context.Context, *decisionData) error{v.proposal, v.interests, v.part, v.result, v.told} {
		if err := fill(ctx, &d); err != nil {
			return d, err
		}
	}
	v.attempt(&d)
	v.seats(&d)
	v.waiting(&d)
	v.replaced(&d)
	d.Earlier = v.earlier()
	d.Rules, d.RulesSet = rulesInWords(v.agree.Rules)
	d.MayAnswer = s.Talk && !s.Bar.Vote && !v.state.IsMade() && (of.PutForwardBy(by.Person) || by.May(access.RunDecisions, a.Place()))
	d.MayTell = v.state.IsMade() && by.May(access.EnterForSomeone, a.Place())
	if by.May(access.SeePapers, a.Place()) {
		d.Further, d.FurtherLink = furtherFor(by.May(access.RunDecisions, a.Place()), of.PutForwardBy(by.Person), v.state)
		d.FurtherLink.Href = d.Href + "/steps"
	}
	if by.May(access.EnterForSomeone, a.Place()) && !s.Bar.Vote && (v.state == decision.Asking || v.state == decision.Voting) {
		d.Tools = append(d.Tools, web.Tool{Icon: "pen", Text: "Enter an answer from paper or telephone", Href: d.Href + "/paper"})
		d.Tools = append(d.Tools, web.Tool{Icon: "print", Text: "Print slips of paper", Href: d.Href + "/slips"})
	}
	return d, nil
}

// furtherFor is what the page on which a decision is taken further is called: to
// the chair, and to those who put it forward, who change or withdraw it while it
// is not voted on. It has no name for who does nothing there.
func furtherFor(chair, theirs bool, s decision.State) (heading string, link web.Link) {
	switch {
	case s.IsMade():
	case chair:
		return "Take this further", web.Link{Text: "Record how it went, and what comes next"}
	case theirs && s == decision.Draft:
		return "Your draft", web.Link{Text: "Ask everybody, change the words, or take it back"}
	case theirs && s == decision.Asking:
		return "You put this forward", web.Link{Text: "Change the words, or take it back"}
	}
	return "", web.Link{}
}

// steps is where the decision has got to.
func (v view) steps() []web.Step {
	d, s := v.of, v.state
	day := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return dayMonth(date.InLondon(t))
	}
	agreed := web.Step{Words: "Do we agree?", Now: s == decision.Asking, Done: len(d.Attempts) > 0 || d.Poll.Exists() || s.IsMade()}
	if len(d.Attempts) > 0 {
		agreed.When = day(d.Attempts[len(d.Attempts)-1].At)
	}
	all := []web.Step{
		{Words: "Proposal", When: day(d.BegunAt), Done: s != decision.Draft, Now: s == decision.Draft},
		{Words: "Interests", When: day(d.Opened.At), Done: s != decision.Draft},
		agreed,
	}
	if d.Poll.Exists() {
		to := "to " + day(d.Poll.ClosesAt)
		all = append(all, web.Step{Words: "Vote", When: to, Now: s == decision.Voting, Done: s != decision.Voting})
	}
	last := web.Step{Words: "Result", Now: s == decision.Counting, Done: s.IsMade()}
	if s.IsMade() {
		last.When = dayMonth(d.Result.On)
	}
	return append(all, last)
}

func dayMonth(d date.Date) string {
	return strings.TrimSuffix(d.Short(), " "+ordinal(int64(d.Year())))
}

func (v view) proposal(ctx context.Context, d *decisionData) error {
	t := v.of.Decided()
	cost := t.Cost
	if cost == "" && t.Total().Positive() {
		cost = t.Total().Whole()
	}
	if cost != "" {
		d.Facts = append(d.Facts, web.Fact{Term: "Cost", Value: cost})
	}
	for _, l := range t.Lines {
		line, err := plan.LineByID(ctx, v.tx, v.area.ID, l.Line)
		if err != nil {
			return err
		}
		fact := web.Fact{Term: "From", Value: line.Name + ": " + l.Amount.Whole()}
		public, err := plan.WasAdopted(ctx, v.tx, v.area.ID, l.Line)
		if err != nil {
			return err
		}
		if public {
			all, err := funding.Lines(ctx, v.tx, v.area.ID)
			if err != nil {
				return err
			}
			for _, had := range all {
				if left := line.Budget.Sub(had.Money.Spent); had.ID == l.Line && !v.state.IsMade() && !left.Negative() {
					fact.Value += ". " + left.Whole() + " is left there"
				}
			}
			fact.Href = home(v.area) + "/money/lines/" + string(l.Line)
		}
		d.Facts = append(d.Facts, fact)
	}
	if v.of.Kind == decision.AdoptPlan {
		d.Facts = append(d.Facts, web.Fact{Term: "The plan", Value: "Version " + ordinal(v.of.PlanVersion), Href: home(v.area) + "/plan/versions/" + ordinal(v.of.PlanVersion)})
	}
	var does, by []string
	for _, q := range t.Parties {
		name, err := partyName(ctx, v.tx, q, v.by.May(access.SeePapers, v.area.Place()))
		if err != nil {
			return err
		}
		if q.Part == decision.Does {
			does = append(does, name)
		}
	}
	if len(does) > 0 {
		d.Facts = append(d.Facts, web.Fact{Term: "Who would run it", Value: upper(listed(does))})
	}
	for _, q := range v.of.Proposers {
		by = append(by, v.proposer(q))
	}
	d.Facts = append(d.Facts, web.Fact{Term: "Put forward by", Value: upper(listed(by))})
	if t.Told != "" {
		d.Facts = append(d.Facts, web.Fact{Term: "What residents told us", Value: t.Told})
	}
	if v.of.Meeting != "" {
		d.Facts = append(d.Facts, web.Fact{Term: "From", Value: "An item of our agenda", Href: home(v.area) + "/meetings/" + v.of.Meeting})
	}
	return nil
}

func (v view) proposer(q decision.Proposer) string {
	if q.Person == "" {
		if !v.by.May(access.SeePapers, v.area.Place()) {
			return "a resident"
		}
		return q.Name + " (" + q.Hat + ")"
	}
	name := v.names.of(q.Person)
	if v.names.known[q.Person] == "" {
		return strings.ToLower(name[:1]) + name[1:]
	}
	return name + " (" + q.Hat + ")"
}

func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func (v view) interests(ctx context.Context, d *decisionData) error {
	touches, err := v.decisions.TouchesOf(ctx, v.tx, v.of)
	if err != nil {
		return err
	}
	named := v.by.May(access.SeeInterests, v.area.Place()) || v.by.May(access.SeePapers, v.area.Place())
	said, err := partnership.NamingsOf(ctx, v.tx, v.area.ID)
	if err != nil {
		return err
	}
	d.Interests = web.InterestsCard{
		None:     "Nobody has told us that they, their family or their work could gain or lose by this.",
		Register: home(v.area) + "/people/interests",
	}
	mayHandle := !v.state.IsMade() && v.by.May(access.HandleInterest, v.area.Place()) && !v.sight.Bar.Vote
	for _, t := range touches {
		one := web.WithInterest{Name: t.Name, Initials: person.Initials(t.Name), Sentence: t.Public, Told: date.InLondon(t.DeclaredAt).Long()}
		if !named && !said[t.Person].Named {
			one.Name, one.Initials = "", "–"
		}
		one.Mark, one.Standing, one.Words = string(web.Out), "Not taking part", t.Handling.Public
		switch {
		case t.Handling.IsZero():
			one.Mark, one.Standing, one.Words = string(web.Watch), "To be talked about", "Nobody has said yet what is done about this. Until then nothing goes on."
			d.Frozen = !v.state.IsMade()
			if mayHandle {
				one.Href = partnership.HandlingPath(v.area, v.of.About(), t.Interest)
			}
		case t.Handling.How == partnership.NoAction:
			one.Mark, one.Standing = string(web.Plain), "Taking part"
		}
		d.Interests.People = append(d.Interests.People, one)
	}
	for _, o := range v.of.Recusals {
		one := web.SteppedOut{Name: v.names.of(o.Person)}
		if v.sight.Talk {
			one.Why = o.Why
		}
		d.Interests.SteppedOut = append(d.Interests.SteppedOut, one)
	}
	return nil
}

// part is what the reader can do themselves.
func (v view) part(_ context.Context, d *decisionData) error {
	if v.state != decision.Asking && v.state != decision.Voting || !v.by.May(access.TakePart, v.area.Place()) {
		return nil
	}
	electors := v.agree.Electors
	if v.state == decision.Voting {
		electors = v.of.Poll.Electors
	}
	at := slices.IndexFunc(electors, func(e decision.Elector) bool { return e.Person == v.by.Person })
	switch {
	case at < 0:
		return nil
	case v.of.IsRecused(v.by.Person):
		d.Out = "You said that you should not take part in this. Thank you for saying so."
		return nil
	case v.sight.Bar.Vote:
		d.Out = v.sight.Bar.Why
		return nil
	case d.Frozen, electors[at].Barred:
		return nil
	}
	first, _, _ := strings.Cut(v.by.Name, " ")
	mine := &myPart{Voting: v.state == decision.Voting, Hash: v.of.Text().Hash}
	if mine.Voting {
		mine.Heading = "How do you vote, " + first + "?"
		mine.Hint = "You can change it until " + clockDay(v.of.Poll.ClosesAt) + ". Everyone in the partnership sees who voted which way after that."
		if strings.HasPrefix(electors[at].Holder, "share:") {
			mine.Hint = "You have one vote between you. The last of you to vote speaks for all. " + mine.Hint
		}
		mine.Options = []web.Option{{Value: "yes", Text: "Yes, go ahead"}, {Value: "no", Text: "No"}, {Value: "aside", Text: "I stand aside", Hint: "I would not choose this, but I will not stop it"}}
		if b, ok := v.of.Poll.LastOf(v.by.Person); ok {
			mine.Choice, mine.Reason, mine.MayPrint, mine.Saved = string(b.Choice), b.Reason, b.MayPrint, "Your vote is in. This is what you said."
		}
	} else {
		mine.Heading = "Do you agree, " + first + "?"
		mine.Hint = "You can change your mind until it is recorded. The others in the partnership can read what you say."
		for _, s := range decision.Stands() {
			o := web.Option{Value: string(s), Text: s.Words()}
			switch s {
			case decision.Aside:
				o.Hint = "I would not choose this, but I will not stop it"
			case decision.Cannot:
				o.Hint = "It has to change before I can agree"
			case decision.Support, decision.Worry:
			}
			mine.Options = append(mine.Options, o)
		}
		for _, q := range v.of.Positions {
			if q.Person != v.by.Person {
				continue
			}
			if q.Hash == mine.Hash {
				mine.Choice, mine.Reason, mine.MayPrint, mine.Saved = string(q.Stand), q.Reason, q.MayPrint, "This is what you said."
			} else {
				mine.Saved = "You answered on the earlier wording. It has changed since, so we ask you again."
			}
		}
	}
	d.Mine = mine
	return nil
}

// attempt is how looking for agreement went, or goes.
func (v view) attempt(d *decisionData) {
	if v.state == decision.Draft || d.Hidden {
		return
	}
	var a decision.Attempt
	view := &attemptView{}
	switch {
	case len(v.of.Attempts) > 0:
		a = v.of.Attempts[len(v.of.Attempts)-1]
		view.Heading = "First we looked for agreement"
		view.Words = dayMonth(date.InLondon(a.At)) + ", " + strings.ToLower(inWords(a.Taking())) + " taking part."
		if a.Agreed {
			view.Heading = "We looked for agreement"
			view.Words += " Everyone could live with it."
		} else {
			view.Words += " Not everyone could live with it."
		}
		if v.of.Poll.Exists() {
			view.Words = strings.TrimSuffix(view.Words, ".") + ", so there was a vote."
			if v.state == decision.Voting {
				view.Words = strings.Replace(view.Words, "so there was a vote", "so we agreed to vote", 1)
			}
		}
	case v.state.IsMade() || !v.sight.Talk:
		return
	default:
		t := v.agree.Tally
		a = decision.Attempt{Support: t.Said["support"], Worry: t.Said["worry"], Aside: t.Said["aside"], Cannot: t.Said["cannot"]}
		view.Heading = "So far"
		view.Words = counted(t.Residents, "resident has", "residents have") + " answered, and " + strings.ToLower(inWords(v.agree.Quorum)) + " must."
	}
	view.Rows = web.Table{
		Caption: "What people said", CaptionHidden: true, Class: "tbl--bars",
		Columns: []web.Column{{Text: "View"}, {Text: "How many", Hidden: true, Bar: true}, {Text: "People", Numeric: true}},
	}
	most := int64(max(1, a.Taking()))
	for _, row := range []struct {
		words string
		n     int
	}{{"I support it", a.Support}, {"I support it, with a worry", a.Worry}, {"I stand aside", a.Aside}, {"I cannot live with it", a.Cannot}} {
		view.Rows.Rows = append(view.Rows.Rows, web.Row{Cells: []web.Cell{
			{Text: row.words, RowHeader: true}, {Component: chart.Bar(int64(row.n), most)}, {Text: people(row.n)},
		}})
	}
	if v.sight.Talk {
		view.Said = v.talk()
	}
	d.Attempt = view
}

func people(n int) string {
	switch n {
	case 0:
		return "Nobody"
	case 1:
		return "1 person"
	}
	return ordinal(int64(n)) + " people"
}

// talk is what people said: the last of each who gave a reason, on whichever wording.
func (v view) talk() []saidView {
	var all []saidView
	for i, q := range v.of.Positions {
		later := slices.ContainsFunc(v.of.Positions[i+1:], func(o decision.Position) bool { return o.Person == q.Person })
		if later || q.Reason == "" {
			continue
		}
		one := v.saidOf(q)
		one.Earlier = q.Hash != v.of.Decided().Hash
		all = append(all, one)
	}
	return all
}

func (v view) saidOf(q decision.Position) saidView {
	name := v.names.of(q.Person)
	one := saidView{Turn: q.Turn, Name: name, Initials: person.Initials(name), Tone: tone(q.Person), Words: q.Reason}
	switch q.Stand {
	case decision.Support:
		one.What = "supports it"
	case decision.Worry:
		one.What = "a worry"
	case decision.Aside:
		one.What = "stands aside"
	case decision.Cannot:
		one.What = "cannot live with it"
	}
	if !v.sight.Talk {
		return one // their words may be printed; how they came here, and what the others said to them, is among them
	}
	for _, n := range v.of.Answers {
		if n.Turn == q.Turn {
			one.Answers = append(one.Answers, n.Words)
		}
	}
	one.Via = v.via(q.Via, q.EnteredBy, q.Confirmed.By)
	return one
}

// via is how somebody’s word came here, where another person entered it.
func (v view) via(how decision.Via, enteredBy, confirmedBy access.PersonID) string {
	words := ""
	switch how {
	case decision.OnPaper:
		words = "On paper"
	case decision.ByTelephone:
		words = "By telephone"
	case decision.BySelf, decision.AtMeeting:
		return ""
	}
	words += ", entered by " + v.names.of(enteredBy)
	if confirmedBy == "" {
		return words + ", to be confirmed by a second person."
	}
	return words + " and confirmed by " + v.names.of(confirmedBy) + "."
}

var tones = []string{"", "sky", "plum", "brick", "amber"}

// tone is a colour that stays a person's.
func tone(who access.PersonID) string {
	sum := 0
	for _, c := range []byte(who) {
		sum += int(c)
	}
	return tones[sum%len(tones)]
}

// seats are the votes: who holds each, and whether it is in. Which way, nobody is
// told before the vote has closed.
func (v view) seats(d *decisionData) {
	if !v.by.May(access.SeePapers, v.area.Place()) || v.state == decision.Draft || d.Hidden {
		return
	}
	electors := slices.Clone(v.agree.Electors)
	if v.of.Poll.Exists() {
		electors = slices.Clone(v.of.Poll.Electors)
		for i, e := range electors {
			at := slices.IndexFunc(v.agree.Electors, func(n decision.Elector) bool { return n.Person == e.Person })
			electors[i].Barred = e.Barred || at >= 0 && v.agree.Electors[at].Barred
		}
	}
	if v.state.IsMade() {
		for i, e := range electors {
			electors[i].Barred = slices.Contains(v.of.Result.Excluded, e.Person)
		}
		if !v.of.Poll.Exists() {
			return
		}
	}
	slices.SortStableFunc(electors, func(a, b decision.Elector) int { return v.rank(a) - v.rank(b) })
	shares := map[string]int{}
	var free, out []seat
	holders, residents, in := 0, 0, 0
	for _, e := range electors {
		name := v.names.of(e.Person)
		f := face{person.Initials(name), tone(e.Person)}
		one := seat{Faces: []face{f}, Name: name, You: e.Person == v.by.Person, Detail: v.detail(e)}
		if e.Barred {
			one.Faces[0].Tone, one.Out, one.Tag, one.Words = "out", true, web.Out, "No vote"
			one.Detail += ", takes no part"
			out = append(out, one)
			continue
		}
		if strings.HasPrefix(e.Holder, "share:") {
			if at, known := shares[e.Holder]; known {
				free[at].Faces = append(free[at].Faces, f)
				free[at].You = free[at].You || one.You
				free[at].Name = inWords(len(free[at].Faces)) + " " + shareWords(e) + ", one vote"
				continue
			}
			shares[e.Holder] = len(free)
			one.Share, one.Name, one.Detail = true, inWords(1)+" "+strings.TrimSuffix(shareWords(e), "s")+", one vote", "The last of them to vote speaks for all"
		}
		holders++
		if e.Resident {
			residents++
		}
		var said bool
		one.Tag, one.Words, said = v.standing(e)
		if b, ok := v.of.Poll.Spoke(e.Holder); ok && v.sight.Votes {
			if how := v.via(b.Via, b.EnteredBy, b.Confirmed.By); how != "" {
				one.Detail += ". " + strings.TrimSuffix(how, ".")
			}
		}
		if said {
			in++
		}
		free = append(free, one)
	}
	for i, s := range free { // a share of one is no share
		if s.Share && len(s.Faces) > 1 {
			free[i].Detail = "The last of them to speak speaks for all"
		}
	}
	d.Seats = seatsView{Heading: counted(holders, "vote", "votes"), All: append(free, out...)}
	d.Seats.Words = counted(in, "is in", "are in") + ". Residents hold " + strings.ToLower(inWords(residents)) + " of the " + strings.ToLower(inWords(holders)) + "."
	if v.state == decision.Asking {
		d.Seats.Heading = "Who has a say"
		d.Seats.Words = counted(in, "has answered", "have answered") + ". Residents are " + strings.ToLower(inWords(residents)) + " of the " + strings.ToLower(inWords(holders)) + "."
	}
}

func shareWords(e decision.Elector) string {
	if e.Kind == partnership.Councillor {
		return "councillors"
	}
	return "members"
}

func (v view) rank(e decision.Elector) int {
	switch m := v.member[e.Person]; {
	case e.Person == v.by.Person:
		return 0
	case m.Holds(partnership.Chair):
		return 1
	case e.Kind == partnership.Resident:
		return 2
	case e.Kind == partnership.Councillor:
		return 4
	}
	return 3
}

func (v view) detail(e decision.Elector) string {
	words := []string{upper(e.Kind.Words())}
	for _, o := range v.member[e.Person].Offices {
		words = append(words, o.Office.Words())
	}
	return strings.Join(words, ", ")
}

// standing is what is told of a vote: that it is in, and after the close which way.
func (v view) standing(e decision.Elector) (kind web.Kind, words string, said bool) {
	if v.of.Poll.Exists() {
		b, in := v.of.Poll.Spoke(e.Holder)
		switch {
		case in && v.sight.Votes:
			return web.Plain, map[decision.Choice]string{decision.Yes: "Yes", decision.No: "No", decision.StandsAside: "Aside"}[b.Choice], true
		case in:
			return web.Good, "Voted", true
		case v.state != decision.Voting:
			return web.Quiet, "Did not vote", false
		}
		return web.Watch, "To vote", false
	}
	if _, in := v.agree.Last[e.Holder]; in {
		return web.Good, "Answered", true
	}
	return web.Watch, "To answer", false
}

// waiting is what was entered for somebody and waits for a second person.
func (v view) waiting(d *decisionData) {
	if !v.sight.Talk || v.state.IsMade() || !v.by.May(access.EnterForSomeone, v.area.Place()) {
		return
	}
	for _, q := range v.of.Positions {
		if !q.Counts() && q.Hash == v.of.Text().Hash && !v.of.Poll.Exists() {
			d.Waiting = append(d.Waiting, waitingEntry{
				What: decision.APosition, Turn: q.Turn, Confirm: q.EnteredBy != v.by.Person && !v.sight.Bar.Vote,
				Words: v.names.of(q.Person) + ": “" + q.Stand.Words() + "”" + wayOf(q.Via),
			})
		}
	}
	for _, b := range v.of.Poll.Unconfirmed() {
		// What is on it is told to nobody; the second person reads it on the paper.
		d.Waiting = append(d.Waiting, waitingEntry{
			What: decision.ABallot, Turn: b.Turn, Confirm: b.EnteredBy != v.by.Person && !v.sight.Bar.Vote,
			Words: v.names.of(b.Person) + wayOf(b.Via) + ", entered by " + v.names.of(b.EnteredBy),
		})
	}
}

func wayOf(how decision.Via) string {
	if how == decision.ByTelephone {
		return ", by telephone"
	}
	return ", on paper"
}

func (v view) result(ctx context.Context, d *decisionData) error {
	if !v.state.IsMade() {
		return nil
	}
	r := v.of.Result
	view := &resultView{Said: r.Words}
	view.Tag, view.Words = resultTag(r.Outcome)
	on := r.On.Long()
	switch {
	case r.Outcome == decision.IsWithdrawn:
		view.Sentence = "It was withdrawn on " + on + ", before it was decided."
	case r.Way == decision.ByAgreement && r.Outcome == decision.IsAgreed:
		view.Sentence = "We agreed on " + on + ". Everyone who answered could live with it."
	case r.Way == decision.ByAgreement:
		view.Sentence = "We did not agree, and on " + on + " we left it there."
	case r.Outcome == decision.IsAgreed:
		view.Sentence = "We voted, and on " + on + " it was agreed."
	case r.Outcome == decision.IsNotAgreed:
		view.Sentence = "We voted, and on " + on + " it was not agreed."
	case r.Outcome == decision.HasNoQuorum:
		view.Sentence = "Too few residents voted, so nothing was decided. " + counted(r.Residents, "did", "did") + ", and " + strings.ToLower(inWords(r.Quorum)) + " must."
	}
	if r.Way == decision.ByVote {
		view.Rows = v.votes(r)
		view.OnPaper = v.onPaper()
	}
	if !d.Hidden {
		view.Minority = v.minority()
	}
	if r.Outcome == decision.IsAgreed && v.of.Replaced.By == 0 {
		allowed, err := decision.AllowedIn(ctx, v.tx, v.area.ID, v.of.Number)
		if err != nil {
			return err
		}
		for _, l := range allowed.Lines {
			if v.of.Kind == decision.AdoptPlan {
				break
			}
			line, err := plan.LineByID(ctx, v.tx, v.area.ID, l.Line)
			if err != nil {
				return err
			}
			view.Allowed = append(view.Allowed, web.Link{Text: l.Amount.Whole() + " on " + line.Name, Href: home(v.area) + "/money/lines/" + string(l.Line)})
		}
		if v.of.Kind == decision.AdoptPlan {
			view.Allowed = append(view.Allowed, web.Link{Text: "Version " + ordinal(v.of.PlanVersion) + " is our plan", Href: home(v.area) + "/plan/versions/" + ordinal(v.of.PlanVersion)})
		}
	}
	d.Result = view
	return nil
}

// onPaper tells everybody how many votes came by another hand.
func (v view) onPaper() string {
	n := 0
	holders := map[string]bool{}
	for _, e := range v.of.Poll.Electors {
		b, ok := v.of.Poll.Spoke(e.Holder)
		if !ok || holders[e.Holder] || b.Via == decision.BySelf || slices.Contains(v.of.Result.Excluded, b.Person) {
			continue
		}
		holders[e.Holder] = true
		n++
	}
	if n == 0 {
		return ""
	}
	return counted(n, "vote", "votes") + " came on paper or by telephone: one person entered it, and another confirmed it."
}

func (v view) votes(r decision.Result) web.Table {
	t := web.Table{
		Caption: "How the votes were", CaptionHidden: true, Class: "tbl--bars",
		Columns: []web.Column{{Text: "Vote"}, {Text: "How many", Hidden: true, Bar: true}, {Text: "Votes", Numeric: true}},
	}
	most := int64(max(1, r.Yes+r.No+r.Aside+r.Unused))
	for _, row := range []struct {
		words string
		n     int
	}{{"Yes", r.Yes}, {"No", r.No}, {"Stood aside", r.Aside}, {"Did not vote", r.Unused}} {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{{Text: row.words, RowHeader: true}, {Component: chart.Bar(int64(row.n), most)}, {Text: ordinal(int64(row.n))}}})
	}
	return t
}

// minority is what those said who could not agree: in their own words to whoever
// reads papers, and to everyone where they said that these may be printed.
func (v view) minority() []saidView {
	var all []saidView
	may := func(print bool) bool { return print || v.sight.Talk }
	seen := map[access.PersonID]bool{}
	excluded := func(who access.PersonID) bool { return slices.Contains(v.of.Result.Excluded, who) }
	for _, e := range v.of.Poll.Electors {
		b, ok := v.of.Poll.Spoke(e.Holder)
		if !ok || b.Person != e.Person || b.Choice != decision.No || b.Reason == "" || !may(b.MayPrint) || excluded(e.Person) {
			continue
		}
		name := v.names.of(e.Person)
		seen[e.Person] = true
		all = append(all, saidView{Name: name, Initials: person.Initials(name), Tone: tone(e.Person), What: "voted no", Words: b.Reason})
	}
	for i, q := range v.of.Positions {
		later := slices.ContainsFunc(v.of.Positions[i+1:], func(o decision.Position) bool { return o.Person == q.Person })
		if later || seen[q.Person] || q.Stand != decision.Cannot || q.Reason == "" || !q.Counts() || !may(q.MayPrint) || excluded(q.Person) {
			continue
		}
		all = append(all, v.saidOf(q))
	}
	return all
}

func (v view) told(ctx context.Context, d *decisionData) error {
	for i, q := range v.of.Decided().Parties {
		if q.Part != decision.Hears {
			continue
		}
		name, err := partyName(ctx, v.tx, q, true)
		if err != nil {
			return err
		}
		one := toldView{Party: i, Name: name, Words: "To be told what comes of it"}
		if v.state.IsMade() {
			one.Words = "To be told"
		}
		for _, t := range v.of.Told {
			if t.Party == i {
				one.IsTold, one.Words = true, "Told on "+t.On.Long()+", "+t.How
				if v.by.May(access.SeePapers, v.area.Place()) {
					one.Words += ", by " + v.names.of(t.By)
				}
			}
		}
		d.Told = append(d.Told, one)
	}
	return nil
}

func (v view) replaced(d *decisionData) {
	if n := v.of.Replaced.By; n != 0 {
		d.By = web.Link{Text: "decision " + ordinal(n), Href: decisionHref(v.area, n)}
		d.Replaced = dayMonth(date.InLondon(v.of.Replaced.At)) + " " + ordinal(int64(v.of.Replaced.At.Year()))
	}
	if n := v.of.Replaces; n != 0 {
		d.Replaces = web.Link{Text: "decision " + ordinal(n), Href: decisionHref(v.area, n)}
	}
}

// earlier are the wordings before the last, with what was different after each.
// How it was worded while it was a draft stays among those who read papers, and
// those who put it forward.
func (v view) earlier() []earlierText {
	first := 0
	if !v.by.May(access.SeePapers, v.area.Place()) && !v.of.PutForwardBy(v.by.Person) {
		first = v.of.FirstAsked()
	}
	var all []earlierText
	for i := first + 1; i < len(v.of.Texts); i++ {
		was, is := v.of.Texts[i-1], v.of.Texts[i]
		one := earlierText{Heading: "Wording " + ordinal(is.Version) + ", " + dayMonth(date.InLondon(is.WrittenAt)), Why: is.Why}
		for _, c := range []textChange{
			{"Name", was.Title, is.Title},
			{"Question", was.Question, is.Question},
			{"What it is", was.Words, is.Words},
			{"Cost", was.Cost, is.Cost},
			{"Together", was.Total().Whole(), is.Total().Whole()},
			{"What residents told us", was.Told, is.Told},
		} {
			if c.Was != c.Is {
				one.Changes = append(one.Changes, c)
			}
		}
		if !slices.Equal(was.Parties, is.Parties) {
			one.Changes = append(one.Changes, textChange{What: "Who would run it, or must hear of it", Was: "others", Is: "as above"})
		}
		all = append(all, one)
	}
	return all
}

var london = func() *time.Location {
	l, err := time.LoadLocation("Europe/London")
	if err != nil {
		return time.UTC
	}
	return l
}()

// clockDay is an instant as people say it: "Friday 16 October, 8pm".
func clockDay(t time.Time) string {
	t = t.In(london)
	hour := t.Format("3pm")
	if t.Minute() != 0 {
		hour = t.Format("3.04pm")
	}
	return t.Format("Monday 2 January") + ", " + hour
}
