package decisionweb

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/partnership"
	"commontable/internal/person"
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

	Interests    web.InterestsCard
	Attempt      *attemptView // the last time that agreement was looked for, or how it stands
	Seats        seatsView
	Waiting      []waitingEntry
	Slips        []slipView
	Told         []toldView
	Money        []web.Item // what hangs on it: offer letters, and what goes over the plan by it
	Begun        []web.Item // the projects that it began
	RulesHeading string
	Rules        []string
	RulesSet     string
	RulesNow     web.Link // of what is decided: to the rules of today, which are not those that it was decided by
	Form         string
	Href         string
	Wrong        fault.Invalid
	Typed        *web.Form // what was sent, where it was wrong
	Further      string    // the heading of how it is taken further; "" for who takes it nowhere
	FurtherLink  web.Link
	MayAnswer    bool
	MayTell      bool
}

type face struct{ Initials, Tone string }

func (p pages) decision(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.show(w, r, by, http.StatusOK, nil, nil, nil)
}

// show draws a decision, with what was typed and what was wrong with it.
func (p pages) show(w http.ResponseWriter, r *http.Request, by access.Actor, status int, typed *myPart, form *web.Form, wrong fault.Invalid) error {
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
	if d.Wrong, d.Typed = wrong, form; len(wrong) > 0 {
		d.Shell.Title = "Error: " + d.Shell.Title
	}
	return p.site.Show(w, r, status, decisionPage(d))
}

// typed is what somebody sent in a field that was wrong, and typedDay in the three
// boxes of a day.
func (d decisionData) typed(field string) string {
	if d.Typed == nil {
		return ""
	}
	return d.Typed.Text(field)
}

func (d decisionData) typedDay(field string) [3]string {
	if d.Typed == nil {
		return [3]string{}
	}
	return d.Typed.DateParts(field)
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
	out    []access.PersonID // electors who take no part
}

func (p pages) dataOf(ctx context.Context, tx *db.Tx, r *http.Request, by access.Actor, a area.Area, of decision.Decision, s decision.Sight) (decisionData, error) {
	t := of.Decided()
	v := view{pages: p, tx: tx, by: by, area: a, of: of, sight: s, state: of.State(p.site.Now()), member: map[access.PersonID]partnership.Member{}}
	d := decisionData{
		Shell: p.shell(r, by, a, t.Title, web.Link{Text: t.Title}), Title: t.Title, Question: t.Question, Steps: v.steps(), Proposal: paragraphs(t.Words), Code: t.Code(),
		Form: p.site.NewForm(), Href: decisionHref(a, of.Number), Hidden: by.SignedIn() && s.Bar.See,
	}
	var err error
	if err := v.underWay(ctx, tx); err != nil {
		return d, err
	}
	if v.names, err = namesOf(ctx, tx, a, of, by.May(access.SeePapers, a.Place()), v.agree.Electors); err != nil {
		return d, err
	}
	for _, fill := range []func(context.Context, *decisionData) error{v.proposal, v.interests, v.part, v.result, v.told, v.money, v.begun, v.waiting, v.slips} {
		if err := fill(ctx, &d); err != nil {
			return d, err
		}
	}
	v.attempt(&d)
	v.seats(&d)
	v.replaced(&d)
	d.Earlier = v.earlier()
	rules, err := v.decisions.RulesOf(ctx, tx, of)
	if err != nil {
		return d, err
	}
	d.Rules, d.RulesSet = rulesInWords(rules)
	if d.RulesHeading = "How we decide"; v.state.IsMade() {
		d.RulesHeading, d.RulesNow = "How we decided", web.Link{Text: "How we decide now", Href: home(a) + "/how-we-decide"}
	}
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

// underWay is what stands beside a decision while it is not made: who has a say
// today, and what part they have. Beside one that is made stands what was kept then.
func (v *view) underWay(ctx context.Context, tx *db.Tx) (err error) {
	if v.state.IsMade() {
		return nil
	}
	if v.agree, err = v.decisions.AgreementOf(ctx, tx, v.of); err != nil {
		return err
	}
	members, err := partnership.MembersOn(ctx, tx, v.area.ID, v.site.Today())
	for _, m := range members {
		v.member[m.Person] = m
	}
	return err
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

func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func (v view) interests(ctx context.Context, d *decisionData) error {
	touches, err := v.decisions.TouchesOf(ctx, v.tx, v.by, v.area, v.of)
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
	if t := v.of.Decided(); v.of.Kind != decision.Other && len(t.PartiesTouched()) == 0 {
		d.Interests.Unnamed = true
		d.Interests.None = "This names nobody who would run it or be paid, so nobody was asked whether they have to do with them. Each payment says who has an interest in it."
	}
	if err := v.paidSince(ctx, d, named, said); err != nil {
		return err
	}
	mayHandle := !v.state.IsMade() && v.by.May(access.HandleInterest, v.area.Place()) && !v.sight.Bar.Vote
	for _, t := range touches {
		one := web.WithInterest{Name: t.Name, Initials: person.Initials(t.Name), Sentence: t.Public, Told: date.InLondon(t.DeclaredAt).Long()}
		if !named && !said[t.Person].Named {
			one.Name, one.Initials = "", "–"
		}
		one.Mark, one.Standing, one.Words = string(web.Out), "Not taking part", t.Handling.Public
		switch {
		case t.Handling.How == partnership.NoAction:
			one.Mark, one.Standing = string(web.Plain), "Taking part"
		case !t.Handling.IsZero():
		case v.of.ToldAfter(t):
			one.Mark, one.Standing, one.Words = string(web.Watch), "Told us later", "They told us of this after it was decided, so somebody else looks at it."
		case v.state == decision.Withdrawn:
			one.Mark, one.Standing, one.Words = string(web.Plain), "Taken back", "This was taken back before anybody said what is done about it."
		case v.state.IsMade() && t.Decides && v.of.HadAPart(t.Person) && !slices.Contains(v.of.Result.Excluded, t.Person):
			one.Mark, one.Standing = string(web.Plain), "Told us before"
		case v.state.IsMade():
			one.Words = "They had no vote on this."
		case !t.Decides:
			one.Standing, one.Words = "No say", "They have no say in what we decide, so nothing waits for this."
		default:
			one.Mark, one.Standing, one.Words = string(web.Watch), "To be talked about", "Nobody has said yet what is done about this. Until then nothing goes on."
			d.Frozen = true
		}
		if t.Handling.IsZero() && mayHandle {
			one.Href = partnership.HandlingPath(v.area, v.of.About(), t.Interest)
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

func people(n int) string {
	switch n {
	case 0:
		return "Nobody"
	case 1:
		return "1 person"
	}
	return ordinal(int64(n)) + " people"
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

// paidSince adds those who decided and had an interest in whom money went to since by the
// decision, which did not name them, with what is done about that.
func (v view) paidSince(ctx context.Context, d *decisionData, named bool, said map[access.PersonID]partnership.Naming) error {
	if v.state != decision.Agreed {
		return nil
	}
	late, err := funding.DecidedUnnamed(ctx, v.tx, v.area.ID, v.of.Number)
	if err != nil || len(late) == 0 {
		return err
	}
	who := make([]access.PersonID, len(late))
	for i, l := range late {
		who[i] = l.Deed.Person
	}
	names, err := person.Names(ctx, v.tx, who...)
	for _, l := range late {
		one := web.WithInterest{
			Initials: "–", Sentence: l.Interest.Public, Told: date.InLondon(l.Interest.DeclaredAt).Long(), Mark: string(web.Watch), Standing: "Not known then",
			Words: "This did not say who would be paid. Money goes now to somebody in whom they have an interest, and waits until somebody records what is done.",
		}
		if name := names[l.Deed.Person]; named || said[l.Deed.Person].Named {
			one.Name, one.Initials = name, person.Initials(name)
		}
		if !l.Handling.IsZero() {
			one.Mark, one.Words = string(web.Plain), l.Handling.Public
		}
		d.Interests.People = append(d.Interests.People, one)
	}
	return err
}
