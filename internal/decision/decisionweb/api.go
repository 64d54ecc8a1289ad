package decisionweb

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/partnership"
	"commontable/internal/web"
)

type operations struct{ decisions *decision.Decisions }

// Operations registers what programs can read and do with what an area decides.
// A program says things and votes for the person alone whose token it has.
func Operations(a *api.API, decisions *decision.Decisions, partnerships *partnership.Partnerships) {
	o := operations{decisions}
	const tag, room, one = "Decisions", "/api/v1/areas/{area}/decisions", "/api/v1/areas/{area}/decisions/{decision}"
	api.Read(a, web.Public(), api.Operation{
		Route: "GET " + room, ID: "listDecisions", Tag: tag, Summary: "List what an area decided, and is deciding",
		Description: "The newest first. What is not decided yet is there for those who read the partnership’s papers.",
	}, o.list)
	api.Read(a, web.Public(), api.Operation{
		Route: "GET " + one, ID: "getDecision", Tag: tag, Summary: "Read a decision",
		Description: "What people said of it is there for those who read the partnership’s papers, unless they have an interest in it and leave while it is talked about. How a vote stands is told to nobody before it has closed and its result is recorded.",
	}, o.one)
	api.Write(a, web.Needs(access.PutForward), api.Operation{
		Route: "POST " + room, ID: "propose", Tag: tag, Summary: "Put something forward to be decided", Creates: true, Locate: locate,
		Example: NewDecision{
			Kind: "spending", Title: "Youth drop-in at the Hub", Question: "Shall we pay £18,400 for a drop-in?",
			Lines: []AllowedLine{{Line: "0190c6a07b1c7e519c1e6a0f3b9d2c41", Amount: api.Money{Minor: 1_840_000, Currency: "GBP"}}}, Open: true,
		},
	}, o.propose)
	api.Write(a, web.Needs(access.TakePart), api.Operation{
		Route: "POST " + one + "/position", ID: "sayWhetherYouAgree", Tag: tag, Summary: "Say whether you agree",
		Description: "The last thing that somebody says on a wording counts.",
		Example:     NewStand{Hash: exampleHash, Stand: "worry", Reason: "Thursday is lunch club clear-up."},
	}, o.position)
	api.Write(a, web.Needs(access.TakePart), api.Operation{
		Route: "POST " + one + "/ballot", ID: "vote", Tag: tag, Summary: "Vote",
		Description: "Until the vote closes one may vote again, and the last counts.",
		Example:     NewVote{Hash: exampleHash, Choice: "yes"},
	}, o.vote)
	api.Write(a, web.Needs(access.TakePart), api.Operation{
		Route: "POST " + one + "/stepping-out", ID: "stepOut", Tag: tag, Summary: "Say that you should not take part",
		Description: "It is not taken back. What one said and voted before does not count.",
		Example:     NewSteppingOut{Why: "My sister runs it"},
	}, o.stepOut)
	o.steps(a, partnerships)
}

const exampleHash = "3f9a21c0d4b86e5f7a1029384756abcdef0123456789abcdef0123456789abcd"

// Decision is a decision in a list.
type Decision struct {
	Number     int64     `json:"number" doc:"Its number in the area."`
	Kind       string    `json:"kind" doc:"spending; over-budget; plan; lto; or other." example:"spending"`
	Title      string    `json:"title"`
	Question   string    `json:"question"`
	State      string    `json:"state" doc:"draft; do we agree?; vote; to be counted; agreed; not agreed; too few residents; or withdrawn." example:"agreed"`
	Total      api.Money `json:"total" doc:"What it would allow on budget lines."`
	ClosesAt   string    `json:"vote_closes_at,omitempty" format:"date-time" doc:"The first instant at which no vote is taken. Left out where there is no vote."`
	DecidedOn  string    `json:"decided_on,omitempty" format:"date"`
	ReplacedBy int64     `json:"replaced_by,omitempty" doc:"The number of a later decision that took its place."`
	area       area.Area
}

// Location is the decision's address.
func (d Decision) Location() string {
	return "/api/v1/areas/" + d.area.Slug + "/decisions/" + ordinal(d.Number)
}

// DecisionRecord is a decision, as far as its reader may see it.
type DecisionRecord struct {
	Decision
	Words       string             `json:"words,omitempty"`
	Cost        string             `json:"cost,omitempty" doc:"In words."`
	Told        string             `json:"residents_told_us,omitempty"`
	Version     int64              `json:"wording" doc:"The number of the wording: the one decided on, or the last."`
	Hash        string             `json:"hash" doc:"Of the wording. What one says or votes names it, so that it is on the words that were read."`
	PlanVersion int64              `json:"plan_version,omitempty" doc:"Of a decision that adopts a plan."`
	Replaces    int64              `json:"replaces,omitempty"`
	Lines       []AllowedLine      `json:"lines" nullable:"false"`
	Does        []string           `json:"who_would_run_it" nullable:"false"`
	Interests   []TouchingInterest `json:"interests" nullable:"false"`
	You         *YourPart          `json:"you,omitempty" doc:"While people are asked: what whose token it is may do, and said."`
	Said        []Said             `json:"said" nullable:"false" doc:"The last of what each said, for those who may see it."`
	VotesIn     *int               `json:"votes_in,omitempty" doc:"While a vote is open: how many votes are in, and never which way."`
	Result      *DecisionResult    `json:"result,omitempty"`
	Rules       DecidedBy          `json:"rules" doc:"How the area decides: of what was decided or is voted on the rules by which it was, whatever was set since; else those of today."`
	PutBy       []PutForwardBy     `json:"put_forward_by" nullable:"false" doc:"Who put it forward, each in which hat."`
	Minority    []MinoritySide     `json:"minority" nullable:"false" doc:"Beside a result: what the side said with which it did not go, as far as you may read it."`
	Money       []MoneyByDecision  `json:"money" nullable:"false" doc:"What hangs on it: the offer letters by it, what goes over the plan by it, and who holds the money."`
	Began       []BegunProject     `json:"began" nullable:"false" doc:"The projects that began by it, as far as you may see them."`
	MustHear    []Hearer           `json:"must_hear" nullable:"false" doc:"Who must hear what was decided, by when, and whether they were told."`
	PayeeOpen   bool               `json:"payee_not_known,omitempty" doc:"When it was written nobody knew who would be paid."`
	HearDays    int64              `json:"hear_within_days,omitempty" doc:"Within how many days of the decision they must hear."`
	Electors    []Elector          `json:"electors" nullable:"false" doc:"While people are asked or vote: who has a say, for those who read papers."`
	Unconfirmed []Unconfirmed      `json:"unconfirmed" nullable:"false" doc:"What was entered for somebody and waits for a second person, for those who may enter such things."`
	Slips       []Slip             `json:"slips" nullable:"false" doc:"Of a vote: every ballot that came on paper or by telephone, also one whose place another took. What is on it is not told here. While the vote is open it is for those who may enter such things."`
	Votes       []Voted            `json:"votes" nullable:"false" doc:"Once the result is recorded: who voted which way, for those who may see it."`
}

// PutForwardBy is one who put something forward.
type PutForwardBy struct {
	Person   string `json:"person,omitempty" doc:"For those who read papers, and of who said that they may be named."`
	Hat      string `json:"hat" example:"resident"`
	Resident bool   `json:"resident"`
}

// MinoritySide is what one side said with which it did not go.
type MinoritySide struct {
	Side  string         `json:"side" example:"Those who could not agree"`
	Words []MinorityWord `json:"words" nullable:"false" doc:"Of those whose words you may read."`
}

// MinorityWord is what one of them said.
type MinorityWord struct {
	Person string `json:"person" doc:"Their name where you may have it, else what they are: “A resident”."`
	Said   string `json:"said" example:"voted no"`
	Words  string `json:"words"`
}

// MoneyByDecision is something that hangs on a decision.
type MoneyByDecision struct {
	Kind   string     `json:"kind" doc:"offer letter; payment; spend; or holding." example:"offer letter"`
	Offer  int64      `json:"offer,omitempty" doc:"The letter’s number."`
	ID     string     `json:"id,omitempty" doc:"Of a payment or a spend; of a holding, the organisation’s."`
	Line   string     `json:"line,omitempty" doc:"The ID of the budget line of a payment or a spend."`
	On     string     `json:"on" format:"date"`
	Amount api.Money  `json:"amount"`
	Paid   *api.Money `json:"paid,omitempty" doc:"Of an offer letter: what of it is paid."`
	Words  string     `json:"words"`
}

// BegunProject is a project that began by a decision.
type BegunProject struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// AllowedLine is an amount on a budget line.
type AllowedLine struct {
	Line   string    `json:"line" doc:"The ID of a budget line."`
	Amount api.Money `json:"amount"`
}

// TouchingInterest is an interest that a decision touches.
type TouchingInterest struct {
	ID        string `json:"id,omitempty" doc:"For those who may see it."`
	Person    string `json:"person,omitempty" doc:"For those who may see it."`
	Public    string `json:"public"`
	ToldAt    string `json:"told_at" format:"date-time"`
	Decides   bool   `json:"decides" doc:"They have a say, so that nothing goes on while nobody has said what is done about it."`
	ToldAfter bool   `json:"told_after,omitempty" doc:"It was told after the decision was made: then somebody else looks at it."`
	Handling  string `json:"handling,omitempty" doc:"What is done about it. Left out while nobody has said."`
}

// YourPart is what somebody may do, and said.
type YourPart struct {
	MayTakePart bool   `json:"may_take_part"`
	WhyNot      string `json:"why_not,omitempty"`
	Said        string `json:"said,omitempty" doc:"support, worry, aside or cannot; of a vote yes, no or aside."`
}

// Said is what somebody said when they were asked whether they agree.
type Said struct {
	Turn    int64  `json:"turn" doc:"Its number, to answer it."`
	Person  string `json:"person"`
	Stand   string `json:"stand" doc:"support, worry, aside or cannot."`
	Reason  string `json:"reason,omitempty"`
	Wording int64  `json:"wording"`
}

// Voted is how somebody voted: of a share, who spoke for it last.
type Voted struct {
	Person string `json:"person"`
	Choice string `json:"choice" doc:"yes, no or aside."`
	Reason string `json:"reason,omitempty"`
	By     string `json:"entered_by,omitempty" doc:"Of a vote on paper or by telephone: who entered it."`
}

// DecisionResult is what a decision came to.
type DecisionResult struct {
	Outcome   string `json:"outcome" doc:"agreed; not agreed; no quorum; or withdrawn."`
	Way       string `json:"way" doc:"agreement; vote; or none, where it was withdrawn."`
	Yes       int    `json:"yes" doc:"Votes; of an agreement, those who support it."`
	No        int    `json:"no"`
	Aside     int    `json:"aside"`
	Unused    int    `json:"unused"`
	Residents int    `json:"residents" doc:"How many residents spoke."`
	Quorum    int    `json:"quorum" doc:"How many had to."`
	Words     string `json:"words,omitempty" doc:"What was said with it, for everyone."`
	Digest    string `json:"digest" doc:"Of everything that led to it."`
}

// DecidedBy are the rules by which something is decided.
type DecidedBy struct {
	Version        int64  `json:"version" doc:"0 where none were set."`
	From           string `json:"from,omitempty" format:"date" doc:"The day from which they held."`
	MayVote        bool   `json:"may_vote"`
	Majority       string `json:"majority,omitempty" doc:"more than half, two thirds or three quarters of the votes cast." example:"more than half"`
	ResidentQuorum int    `json:"resident_quorum" doc:"How many residents have to take part; 0: half of them."`
	Councillors    string `json:"councillors" doc:"as others, excluded, non-resident, share (one vote between them) or stand aside." example:"share"`
}

// AreaPath is the area that an address names.
type AreaPath struct {
	Area string `path:"area" doc:"The area’s slug." example:"tanners-reach"`
}

// DecisionPath is the decision that an address names.
type DecisionPath struct {
	AreaPath
	Decision int64 `path:"decision" minimum:"1" doc:"The decision’s number." example:"1"`
}

func (o operations) list(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Paging
},
) (list api.List[Decision], err error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return list, err
	}
	all, err := o.decisions.ListIn(ctx, tx, by, a)
	if err != nil {
		return list, err
	}
	slices.SortFunc(all, func(a, b decision.Summary) int { return int(b.Number - a.Number) })
	shown := []Decision{}
	for _, s := range all {
		shown = append(shown, Decision{
			Number: s.Number, Kind: string(s.Kind), Title: s.Title, Question: s.Question, State: string(s.State(o.decisions.Now())), Total: api.MoneyOf(s.Total),
			ClosesAt: api.Instant(s.ClosesAt), DecidedOn: s.DecidedOn.String(), ReplacedBy: s.ReplacedBy, area: a,
		})
	}
	return api.PageOver(in.Paging, shown, func(d Decision) string { n := ordinal(d.Number); return strings.Repeat("0", 19-len(n)) + n }, true)
}

func (o operations) one(ctx context.Context, tx *db.Tx, by access.Actor, in *struct{ DecisionPath }) (DecisionRecord, error) {
	return o.record(ctx, tx, by, in.DecisionPath)
}

func (o operations) record(ctx context.Context, tx *db.Tx, by access.Actor, in DecisionPath) (DecisionRecord, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return DecisionRecord{}, err
	}
	d, sight, err := o.decisions.SeenIn(ctx, tx, by, a, in.Decision)
	if err != nil {
		return DecisionRecord{}, err
	}
	t, state := d.Decided(), d.State(o.decisions.Now())
	shown := DecisionRecord{
		Decision: Decision{
			Number: d.Number, Kind: string(d.Kind), Title: t.Title, Question: t.Question, State: string(state), Total: api.MoneyOf(t.Total()),
			ClosesAt: api.Instant(d.Poll.ClosesAt), DecidedOn: d.Result.On.String(), ReplacedBy: d.Replaced.By, area: a,
		},
		Words: t.Words, Cost: t.Cost, Told: t.Told, Version: t.Version, Hash: t.Hash, PlanVersion: d.PlanVersion, Replaces: d.Replaces,
		Lines: []AllowedLine{}, Does: []string{}, Interests: []TouchingInterest{}, Said: []Said{}, Votes: []Voted{}, Electors: []Elector{}, Unconfirmed: []Unconfirmed{}, Slips: []Slip{},
		PutBy: []PutForwardBy{}, Minority: []MinoritySide{}, Money: []MoneyByDecision{}, HearDays: t.HearDays, PayeeOpen: t.PayeeOpen,
	}
	for _, l := range t.Lines {
		shown.Lines = append(shown.Lines, AllowedLine{string(l.Line), api.MoneyOf(l.Amount)})
	}
	for _, q := range t.Parties {
		if q.Part != decision.Does {
			continue
		}
		name, err := partyName(ctx, tx, q, by.May(access.SeePapers, a.Place()))
		if err != nil {
			return shown, err
		}
		shown.Does = append(shown.Does, name)
	}
	if shown.Interests, err = o.interests(ctx, tx, by, a, d); err != nil {
		return shown, err
	}
	if shown.You, err = o.you(ctx, tx, by, a, d, sight); err != nil {
		return shown, err
	}
	if shown.MustHear, err = o.hearers(ctx, tx, d); err != nil {
		return shown, err
	}
	rules, err := o.decisions.RulesOf(ctx, tx, d)
	if err != nil {
		return shown, err
	}
	shown.Rules = DecidedBy{Version: rules.Version, From: rules.From.String(), MayVote: rules.MayVote, ResidentQuorum: rules.ResidentQuorum, Councillors: string(rules.Councillors)}
	if rules.MayVote {
		shown.Rules.Majority = string(rules.Majority)
	}
	if err := o.beside(ctx, tx, by, a, d, sight, &shown); err != nil {
		return shown, err
	}
	if by.May(access.SeePapers, a.Place()) && !sight.Bar.See {
		if shown.Electors, err = o.electors(ctx, tx, a, d); err != nil {
			return shown, err
		}
	}
	return shown, o.talk(ctx, tx, by, a, d, sight, &shown)
}

// beside is who put it forward, what stands beside its result, and the money that
// hangs on it.
func (o operations) beside(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, d decision.Decision, s decision.Sight, shown *DecisionRecord) error {
	papers := by.May(access.SeePapers, a.Place())
	n, err := namesOf(ctx, tx, a, d, papers, nil)
	if err != nil {
		return err
	}
	for _, q := range d.Proposers {
		one := PutForwardBy{Hat: q.Hat, Resident: q.Resident, Person: n.known[q.Person]}
		if q.Person == "" && papers {
			one.Person = q.Name
		}
		shown.PutBy = append(shown.PutBy, one)
	}
	if d.Result.Outcome != "" {
		for _, side := range (view{by: by, area: a, of: d, sight: s, names: n}).minority() {
			one := MinoritySide{Side: side.Heading, Words: []MinorityWord{}}
			for _, w := range side.Said {
				one.Words = append(one.Words, MinorityWord{w.Name, w.What, w.Words})
			}
			shown.Minority = append(shown.Minority, one)
		}
	}
	uses, err := usesShown(ctx, tx, a, d.Number)
	for _, u := range uses {
		one := MoneyByDecision{Kind: u.kind, Offer: u.Offer, ID: string(u.Payment) + string(u.Spend) + string(u.Holding), Line: string(u.Line), On: u.On.String(), Amount: api.MoneyOf(u.Amount), Words: u.text + ". " + u.detail}
		if u.Offer != 0 {
			paid := api.MoneyOf(u.paid)
			one.Paid = &paid
		}
		shown.Money = append(shown.Money, one)
	}
	if err != nil {
		return err
	}
	began, err := begunBy(ctx, tx, by, a, d)
	shown.Began = []BegunProject{}
	for _, p := range began {
		shown.Began = append(shown.Began, BegunProject{string(p.ID), p.Name})
	}
	return err
}

func (o operations) interests(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, d decision.Decision) ([]TouchingInterest, error) {
	touches, err := o.decisions.TouchesOf(ctx, tx, by, a, d)
	if err != nil {
		return nil, err
	}
	said, err := partnership.NamingsOf(ctx, tx, a.ID)
	all := []TouchingInterest{}
	for _, t := range touches {
		one := TouchingInterest{ID: string(t.Interest), Person: t.Name, Public: t.Public, ToldAt: api.Instant(t.DeclaredAt), Decides: t.Decides, ToldAfter: d.ToldAfter(t), Handling: t.Handling.Public}
		if !by.May(access.SeeInterests, a.Place()) && !by.May(access.SeePapers, a.Place()) && !said[t.Person].Named {
			one.ID, one.Person = "", ""
		}
		all = append(all, one)
	}
	return all, err
}

// you is what the reader may do, where people are asked.
func (o operations) you(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, d decision.Decision, s decision.Sight) (*YourPart, error) {
	state := d.State(o.decisions.Now())
	if state != decision.Asking && state != decision.Voting || !by.May(access.TakePart, a.Place()) {
		return nil, nil
	}
	why, err := o.decisions.WhyNot(ctx, tx, d, by.Person)
	if err != nil {
		return nil, err
	}
	you := &YourPart{MayTakePart: why == "", WhyNot: why}
	if s.Bar.Vote || d.IsRecused(by.Person) {
		return you, nil
	}
	if b, ok := d.Poll.LastOf(by.Person); ok {
		you.Said = string(b.Choice)
	}
	for _, p := range d.Positions {
		if p.Person == by.Person && p.Hash == d.Text().Hash && !d.Poll.Exists() {
			you.Said = string(p.Stand)
		}
	}
	return you, nil
}

// talk is what people said and voted, as far as the reader may see it.
func (o operations) talk(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, d decision.Decision, s decision.Sight, shown *DecisionRecord) error {
	if r := d.Result; r.Outcome != "" {
		shown.Result = &DecisionResult{
			Outcome: string(r.Outcome), Way: string(r.Way), Yes: r.Yes, No: r.No, Aside: r.Aside, Unused: r.Unused, Residents: r.Residents, Quorum: r.Quorum, Words: r.Words, Digest: r.Digest,
		}
	}
	if !s.Talk {
		return nil
	}
	n, err := namesOf(ctx, tx, a, d, true, nil)
	if err != nil {
		return err
	}
	for i, p := range d.Positions {
		later := slices.ContainsFunc(d.Positions[i+1:], func(o decision.Position) bool { return o.Person == p.Person })
		if !later && p.Counts() {
			shown.Said = append(shown.Said, Said{p.Turn, n.of(p.Person), string(p.Stand), p.Reason, p.Version})
		}
	}
	out, err := o.decisions.Out(ctx, tx, d)
	if err != nil {
		return err
	}
	if by.May(access.EnterForSomeone, a.Place()) && !d.State(o.decisions.Now()).IsMade() {
		shown.Unconfirmed = unconfirmed(d, n, out)
	}
	if by.May(access.EnterForSomeone, a.Place()) || s.Votes {
		shown.Slips = o.slips(d, n, out)
	}
	in := map[string]bool{}
	for _, e := range d.Poll.Electors {
		if d.Poll.Has(e.Holder, out) {
			in[e.Holder] = true
		}
		b, ok := d.Poll.Spoke(e.Holder, out)
		if s.Votes && ok && b.Person == e.Person && !slices.Contains(d.Result.Excluded, e.Person) {
			voted := Voted{Person: n.of(e.Person), Choice: string(b.Choice), Reason: b.Reason}
			if b.Via != decision.BySelf {
				voted.By = n.of(b.EnteredBy)
			}
			shown.Votes = append(shown.Votes, voted)
		}
	}
	if d.State(o.decisions.Now()) == decision.Voting {
		count := len(in)
		shown.VotesIn = &count
	}
	return nil
}

// NewDecision is something that is put forward.
type NewDecision struct {
	Kind         string        `json:"kind" doc:"spending; over-budget; plan; lto; or other." example:"spending"`
	Title        string        `json:"title" maxLength:"120"`
	Question     string        `json:"question" maxLength:"200" doc:"In one line."`
	Words        string        `json:"words,omitempty" maxLength:"10000"`
	Cost         string        `json:"cost,omitempty" maxLength:"200" doc:"In words."`
	Told         string        `json:"residents_told_us,omitempty" maxLength:"2000"`
	PlanVersion  int64         `json:"plan_version,omitempty" doc:"Of kind plan: the draft that is to be adopted."`
	Replaces     int64         `json:"replaces,omitempty" doc:"An agreed decision whose place it is to take."`
	Lines        []AllowedLine `json:"lines,omitempty" maxItems:"20"`
	Organisation string        `json:"organisation,omitempty" doc:"The slug of the organisation that would be paid or run it."`
	RunBy        string        `json:"run_by,omitempty" maxLength:"200" doc:"Who would run it, where it is no organisation that is known."`
	PayeeOpen    bool          `json:"payee_not_known,omitempty" doc:"Of kinds spending and over-budget: nobody knows yet who would be paid. Else name them."`
	Hears        []string      `json:"must_hear,omitempty" maxItems:"20" doc:"Who must hear what was decided."`
	HearDays     int64         `json:"hear_within_days,omitempty" minimum:"0" maximum:"92" doc:"Within how many days of the decision they must hear."`
	Open         bool          `json:"ask_everybody,omitempty" doc:"At once; else it is a draft."`
	With         []string      `json:"with,omitempty" maxItems:"50" doc:"People of the partnership who put it forward together with you."`
	For          string        `json:"for,omitempty" maxLength:"200" doc:"The name of somebody without an account who put it forward."`
	Meeting      string        `json:"meeting,omitempty" maxLength:"100" doc:"In which it was put forward."`
	Item         string        `json:"agenda_item,omitempty" maxLength:"100" doc:"Of that meeting’s agenda."`
	NoCouncil    bool          `json:"councillors_stand_aside,omitempty" doc:"Where the area’s rule leaves that to each decision."`
}

func (n NewDecision) wording() NewWording {
	return NewWording{
		Title: n.Title, Question: n.Question, Words: n.Words, Cost: n.Cost, Told: n.Told, Lines: n.Lines,
		Organisation: n.Organisation, RunBy: n.RunBy, Hears: n.Hears, HearDays: n.HearDays, PayeeOpen: n.PayeeOpen, WithoutCouncil: n.NoCouncil,
	}
}

// locate finds "amount-2" of the domain in the second line.
func locate(field string) string {
	name, number, ok := strings.Cut(field, "-")
	n, err := strconv.Atoi(number)
	switch {
	case ok && err == nil:
		return "body.lines[" + strconv.Itoa(n-1) + "]." + name
	case field == "told":
		return "body.residents_told_us"
	case field == "parties":
		return "body.run_by"
	case field == "does":
		return "body.organisation"
	case field == "payee_open":
		return "body.payee_not_known"
	case field == "hear_days":
		return "body.hear_within_days"
	}
	return "body." + field
}

func (o operations) propose(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Body NewDecision
},
) (DecisionRecord, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return DecisionRecord{}, err
	}
	b := in.Body
	n := decision.NewProposal{
		Kind: decision.Kind(b.Kind), PlanVersion: b.PlanVersion, Replaces: b.Replaces, Meeting: b.Meeting, AgendaItem: b.Item, For: b.For, Open: b.Open,
	}
	for _, who := range b.With {
		n.With = append(n.With, access.PersonID(who))
	}
	if n.Words, err = b.wording().text(ctx, tx); err != nil {
		return DecisionRecord{}, err
	}
	made, err := o.decisions.ProposeIn(ctx, tx, by, a, n)
	if err != nil {
		return DecisionRecord{}, err
	}
	return o.record(ctx, tx, by, DecisionPath{in.AreaPath, made.Number})
}

// NewStand is what somebody says when they are asked whether they agree.
type NewStand struct {
	Hash     string `json:"hash" maxLength:"64" doc:"Of the wording that was read."`
	Stand    string `json:"stand" doc:"support, worry, aside or cannot." example:"support"`
	Reason   string `json:"reason,omitempty" maxLength:"2000" doc:"Needed for a worry, and for what one cannot live with."`
	MayPrint bool   `json:"may_print,omitempty" doc:"The reason may stand beside the result, for everyone."`
}

func (o operations) position(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	DecisionPath
	api.Key
	Body NewStand
},
) (DecisionRecord, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return DecisionRecord{}, err
	}
	b := in.Body
	n := decision.NewPosition{Hash: b.Hash, Stand: decision.Stand(b.Stand), Reason: b.Reason, MayPrint: b.MayPrint}
	if err := o.decisions.TakePositionIn(ctx, tx, by, a, in.Decision, n); err != nil {
		return DecisionRecord{}, err
	}
	return o.record(ctx, tx, by, in.DecisionPath)
}

// NewVote is how somebody votes.
type NewVote struct {
	Hash     string `json:"hash" maxLength:"64" doc:"Of the wording that was read."`
	Choice   string `json:"choice" doc:"yes, no or aside." example:"yes"`
	Reason   string `json:"reason,omitempty" maxLength:"2000"`
	MayPrint bool   `json:"may_print,omitempty" doc:"The reason may stand beside the result, for everyone."`
}

func (o operations) vote(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	DecisionPath
	api.Key
	Body NewVote
},
) (DecisionRecord, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return DecisionRecord{}, err
	}
	b := in.Body
	n := decision.NewBallot{Hash: b.Hash, Choice: decision.Choice(b.Choice), Reason: b.Reason, MayPrint: b.MayPrint}
	if err := o.decisions.VoteIn(ctx, tx, by, a, in.Decision, n); err != nil {
		return DecisionRecord{}, err
	}
	return o.record(ctx, tx, by, in.DecisionPath)
}

// NewSteppingOut is that somebody should not take part.
type NewSteppingOut struct {
	Why string `json:"why,omitempty" maxLength:"2000"`
}

func (o operations) stepOut(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	DecisionPath
	api.Key
	Body NewSteppingOut
},
) (DecisionRecord, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return DecisionRecord{}, err
	}
	if err := o.decisions.RecuseIn(ctx, tx, by, a, in.Decision, in.Body.Why); err != nil {
		return DecisionRecord{}, err
	}
	return o.record(ctx, tx, by, in.DecisionPath)
}
