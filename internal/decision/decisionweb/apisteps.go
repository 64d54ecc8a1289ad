package decisionweb

import (
	"context"
	"slices"
	"time"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/fault"
	"commontable/internal/organisation"
	"commontable/internal/partnership"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// steps registers how a proposal is taken through to a decision, by the chair and
// by those who put it forward, and what is entered for others.
func (o operations) steps(a *api.API, partnerships *partnership.Partnerships) {
	const tag, one = "Decisions", "/api/v1/areas/{area}/decisions/{decision}"
	h := handling{o, partnerships}
	api.Write(a, web.Needs(access.PutForward), api.Operation{
		Route: "POST " + one + "/words", ID: "changeProposal", Tag: tag, Summary: "Change the words of a proposal",
		Description: "Everybody is asked again. What they said on the earlier words stays to be read, and does not count.",
		Locate:      locate, Example: NewWording{Title: "Youth drop-in at the Hub", Question: "Shall we pay for a drop-in?", Why: "On Tuesdays, because the hall is full on Thursdays"},
	}, o.change)
	api.Write(a, web.Needs(access.PutForward), api.Operation{
		Route: "POST " + one + "/opening", ID: "askEverybody", Tag: tag, Summary: "Ask everybody whether they agree", Description: "Of a draft.",
	}, o.open)
	api.Write(a, web.Needs(access.PutForward), api.Operation{
		Route: "POST " + one + "/withdrawal", ID: "withdrawProposal", Tag: tag, Summary: "Take a proposal back", Description: "Before it is voted on.",
		Example: NewWithdrawal{Words: "The school does it now."},
	}, o.withdraw)
	api.Write(a, web.Needs(access.PutForward), api.Operation{
		Route: "POST " + one + "/answers", ID: "answerWorry", Tag: tag, Summary: "Say what was done about a worry", Locate: bodyField("words"),
		Example: NewAnswer{Turn: 2, Words: "It is on Tuesdays now."},
	}, o.answer)
	api.Write(a, web.Needs(access.HandleInterest), api.Operation{
		Route: "POST " + one + "/interests", ID: "handleInterest", Tag: tag, Summary: "Record what is done about an interest that a decision touches",
		Description: "By somebody else than whose it is, who has none in it. Until it is recorded nothing goes on.",
		Example:     NewInterestHandling{Interest: "0190c6a07b1c7e519c1e6a0f3b9d2c41", How: "no vote", Why: "As we agreed"},
	}, h.handle)
	api.Write(a, web.Needs(access.RunDecisions), api.Operation{
		Route: "POST " + one + "/agreement", ID: "recordAgreement", Tag: tag, Summary: "Record what looking for agreement came to",
		Description: "That it is agreed decides it. Where somebody cannot live with it, it is changed, voted on where the area’s rule has votes, or left.",
		Example:     NewAgreement{Outcome: "agreed", Words: "Everyone could live with it."},
	}, o.agreement)
	api.Write(a, web.Needs(access.RunDecisions), api.Operation{
		Route: "POST " + one + "/vote", ID: "openVote", Tag: tag, Summary: "Put a proposal to the vote", Locate: bodyField("closes_at"),
		Description: "Where the area’s rule has votes, and agreement was looked for and not found. Who has a say is fixed now, and so is the rule by which it is counted.",
		Example:     NewPoll{ClosesAt: time.Date(2026, 11, 6, 20, 0, 0, 0, time.UTC)},
	}, o.openVote)
	api.Write(a, web.Needs(access.RunDecisions), api.Operation{
		Route: "POST " + one + "/extension", ID: "extendVote", Tag: tag, Summary: "Give more time to vote", Description: "While the vote is open.",
		Locate: locateExtension, Example: NewExtension{ClosesAt: time.Date(2026, 11, 9, 20, 0, 0, 0, time.UTC), Why: "The post was late"},
	}, o.extend)
	api.Write(a, web.Needs(access.RunDecisions), api.Operation{
		Route: "POST " + one + "/result", ID: "closeVote", Tag: tag, Summary: "Record the result of a vote that has closed",
		Description: "It is worked out by rule, and stays as it is. What was on paper and is not confirmed by now does not count.",
		Example:     NewResult{Words: "Thank you all."},
	}, o.result)
	api.Write(a, web.Needs(access.EnterForSomeone), api.Operation{
		Route: "POST " + one + "/paper", ID: "enterForSomebody", Tag: tag, Summary: "Enter what somebody answered or voted on paper or by telephone",
		Description: "It counts once a second person has confirmed it. stand while everybody is asked, choice while there is a vote.",
		Example:     NewEntry{For: "0190c6a07b1c7e519c1e6a0f3b9d2c41", Via: "paper", Hash: exampleHash, Choice: "yes"},
	}, o.enter)
	api.Write(a, web.Needs(access.EnterForSomeone), api.Operation{
		Route: "POST " + one + "/confirmation", ID: "confirmEntry", Tag: tag, Summary: "Confirm what somebody else entered from paper or telephone",
		Example: NewConfirmation{What: "ballot", Turn: 3},
	}, o.confirm)
	api.Write(a, web.Needs(access.EnterForSomeone), api.Operation{
		Route: "POST " + one + "/tellings", ID: "noteTold", Tag: tag, Summary: "Note that somebody who must hear of a decision was told",
		Example: NewTold{Party: 1, On: "2026-10-21", How: "By letter"},
	}, o.tell)
}

// bodyField has every refusal of the domain stand at one field.
func bodyField(name string) func(string) string { return func(string) string { return "body." + name } }

func locateExtension(field string) string {
	if field == "closes" {
		return "body.closes_at"
	}
	return "body." + field
}

// do reads the area of an address, does something with its decision, and answers
// with the decision as it then is.
func (o operations) do(ctx context.Context, tx *db.Tx, by access.Actor, in DecisionPath, do func(area.Area) error) (DecisionRecord, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return DecisionRecord{}, err
	}
	if err := do(a); err != nil {
		return DecisionRecord{}, err
	}
	return o.record(ctx, tx, by, in)
}

// NewWording is how a proposal is to be worded from now on.
type NewWording struct {
	Title          string        `json:"title" maxLength:"120"`
	Question       string        `json:"question" maxLength:"200" doc:"In one line."`
	Words          string        `json:"words,omitempty" maxLength:"10000"`
	Cost           string        `json:"cost,omitempty" maxLength:"200" doc:"In words."`
	Told           string        `json:"residents_told_us,omitempty" maxLength:"2000"`
	Why            string        `json:"why,omitempty" maxLength:"2000" doc:"It is changed. Needed once everybody was asked."`
	Lines          []AllowedLine `json:"lines,omitempty" maxItems:"20"`
	Organisation   string        `json:"organisation,omitempty" doc:"The slug of the organisation that would be paid or run it."`
	RunBy          string        `json:"run_by,omitempty" maxLength:"200" doc:"Who would run it, where it is no organisation that is known."`
	Hears          []string      `json:"must_hear,omitempty" maxItems:"20" doc:"Who must hear what was decided. Everyone can read it."`
	PayeeOpen      bool          `json:"payee_not_known,omitempty" doc:"Of kinds spending and over-budget: nobody knows yet who would be paid. Else name them."`
	HearDays       int64         `json:"hear_within_days,omitempty" minimum:"0" maximum:"92" doc:"Within how many days of the decision they must hear."`
	WithoutCouncil bool          `json:"councillors_stand_aside,omitempty" doc:"Where the area’s rule leaves that to each decision."`
}

// text is a wording as the domain takes it.
func (w NewWording) text(ctx context.Context, tx *db.Tx) (decision.NewText, error) {
	n := decision.NewText{Title: w.Title, Question: w.Question, Words: w.Words, Cost: w.Cost, Told: w.Told, Why: w.Why, NoCouncil: w.WithoutCouncil, HearDays: w.HearDays, PayeeOpen: w.PayeeOpen}
	for _, l := range w.Lines {
		n.Lines = append(n.Lines, decision.Line{Line: plan.LineID(l.Line), Amount: l.Amount.Amount()})
	}
	if w.Organisation != "" {
		org, err := organisation.BySlug(ctx, tx, w.Organisation)
		if err != nil {
			return n, err
		}
		n.Parties = append(n.Parties, decision.Party{Part: decision.Does, Organisation: org.ID})
	}
	if w.RunBy != "" {
		n.Parties = append(n.Parties, decision.Party{Part: decision.Does, Name: w.RunBy})
	}
	for _, name := range w.Hears {
		n.Parties = append(n.Parties, decision.Party{Part: decision.Hears, Name: name})
	}
	return n, nil
}

func (o operations) change(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	DecisionPath
	api.Key
	Body NewWording
},
) (DecisionRecord, error) {
	return o.do(ctx, tx, by, in.DecisionPath, func(a area.Area) error {
		n, err := in.Body.text(ctx, tx)
		if err != nil {
			return err
		}
		return o.decisions.ChangeIn(ctx, tx, by, a, in.Decision, n)
	})
}

func (o operations) open(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	DecisionPath
	api.Key
},
) (DecisionRecord, error) {
	return o.do(ctx, tx, by, in.DecisionPath, func(a area.Area) error { return o.decisions.OpenIn(ctx, tx, by, a, in.Decision) })
}

// NewWithdrawal is that a proposal is taken back.
type NewWithdrawal struct {
	Words string `json:"words" maxLength:"2000" doc:"Why. Everyone can read it."`
}

func (o operations) withdraw(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	DecisionPath
	api.Key
	Body NewWithdrawal
},
) (DecisionRecord, error) {
	return o.do(ctx, tx, by, in.DecisionPath, func(a area.Area) error { return o.decisions.WithdrawIn(ctx, tx, by, a, in.Decision, in.Body.Words) })
}

// NewAnswer is what was done about a worry.
type NewAnswer struct {
	Turn  int64  `json:"turn" minimum:"1" doc:"Of what was said."`
	Words string `json:"words" maxLength:"2000" doc:"What was done about it."`
}

func (o operations) answer(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	DecisionPath
	api.Key
	Body NewAnswer
},
) (DecisionRecord, error) {
	return o.do(ctx, tx, by, in.DecisionPath, func(a area.Area) error {
		return o.decisions.AnswerWorryIn(ctx, tx, by, a, in.Decision, in.Body.Turn, in.Body.Words)
	})
}

// handling is what is done about interests.
type handling struct {
	operations

	partnerships *partnership.Partnerships
}

// NewInterestHandling is what is done about an interest.
type NewInterestHandling struct {
	Interest string `json:"interest" maxLength:"100" doc:"The ID of the interest, as the decision has it."`
	How      string `json:"how" doc:"speak only, leave, no vote or no action." example:"no vote"`
	Why      string `json:"why,omitempty" maxLength:"300" doc:"Everyone can read it. Needed where nothing is done."`
}

func (h handling) handle(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	DecisionPath
	api.Key
	Body NewInterestHandling
},
) (DecisionRecord, error) {
	return h.do(ctx, tx, by, in.DecisionPath, func(a area.Area) error {
		d, _, err := h.decisions.SeenIn(ctx, tx, by, a, in.Decision)
		if err != nil {
			return err
		}
		_, err = h.partnerships.HandleIn(ctx, tx, by, a, partnership.NewHandling{
			About: d.About(), Interest: partnership.InterestID(in.Body.Interest), How: partnership.How(in.Body.How), Why: in.Body.Why, Parties: d.Touched(),
		})
		return err
	})
}

// NewAgreement is what looking for agreement came to.
type NewAgreement struct {
	Outcome string `json:"outcome" enum:"agreed,not yet,leave" doc:"agreed; not yet: somebody cannot live with it, and it goes on; or leave: somebody cannot live with it, and it is left at that."`
	Words   string `json:"words,omitempty" maxLength:"2000" doc:"For everyone."`
}

func (o operations) agreement(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	DecisionPath
	api.Key
	Body NewAgreement
},
) (DecisionRecord, error) {
	b := in.Body
	return o.do(ctx, tx, by, in.DecisionPath, func(a area.Area) error {
		return o.decisions.RecordAttemptIn(ctx, tx, by, a, in.Decision, decision.NewAttempt{Agreed: b.Outcome == "agreed", Leave: b.Outcome == "leave", Words: b.Words})
	})
}

// NewPoll is that a vote opens.
type NewPoll struct {
	ClosesAt time.Time `json:"closes_at" doc:"The first instant at which no vote is taken: a whole day from now or later, within two months, and on no day on which the area is closed."`
}

func (o operations) openVote(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	DecisionPath
	api.Key
	Body NewPoll
},
) (DecisionRecord, error) {
	return o.do(ctx, tx, by, in.DecisionPath, func(a area.Area) error {
		return o.decisions.OpenVoteIn(ctx, tx, by, a, in.Decision, decision.NewVote{ClosesAt: in.Body.ClosesAt})
	})
}

// NewExtension is that a vote closes later.
type NewExtension struct {
	ClosesAt time.Time `json:"closes_at"`
	Why      string    `json:"why" maxLength:"2000"`
}

func (o operations) extend(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	DecisionPath
	api.Key
	Body NewExtension
},
) (DecisionRecord, error) {
	return o.do(ctx, tx, by, in.DecisionPath, func(a area.Area) error {
		return o.decisions.ExtendIn(ctx, tx, by, a, in.Decision, decision.NewExtension{ClosesAt: in.Body.ClosesAt, Why: in.Body.Why})
	})
}

// NewResult is what is said with the result of a vote.
type NewResult struct {
	Words string `json:"words,omitempty" maxLength:"2000" doc:"For everyone."`
}

func (o operations) result(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	DecisionPath
	api.Key
	Body NewResult
},
) (DecisionRecord, error) {
	return o.do(ctx, tx, by, in.DecisionPath, func(a area.Area) error {
		return o.decisions.CloseIn(ctx, tx, by, a, in.Decision, decision.NewResult{Words: in.Body.Words})
	})
}

// NewEntry is what somebody answered or voted on paper or by telephone.
type NewEntry struct {
	For      string `json:"for" maxLength:"100" doc:"Whose it is: a person, as who has a say has it."`
	Via      string `json:"via" enum:"paper,telephone"`
	Hash     string `json:"hash" maxLength:"64" doc:"Of the wording that they read."`
	Stand    string `json:"stand,omitempty" doc:"support, worry, aside or cannot, while everybody is asked."`
	Choice   string `json:"choice,omitempty" doc:"yes, no or aside, while there is a vote."`
	Reason   string `json:"reason,omitempty" maxLength:"2000"`
	MayPrint bool   `json:"may_print,omitempty" doc:"The reason may stand beside the result, for everyone."`
}

func (o operations) enter(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	DecisionPath
	api.Key
	Body NewEntry
},
) (DecisionRecord, error) {
	b := in.Body
	whose, via := access.PersonID(b.For), decision.Via(b.Via)
	return o.do(ctx, tx, by, in.DecisionPath, func(a area.Area) error {
		switch {
		case whose == "":
			return fault.Invalid{{Field: "for", Words: "Say whose answer this is"}}
		case b.Choice != "" && b.Stand != "":
			return fault.Invalid{{Field: "choice", Words: "Send a stand, or where there is a vote a choice, and not both"}}
		case b.Choice != "":
			return o.decisions.VoteIn(ctx, tx, by, a, in.Decision, decision.NewBallot{
				Hash: b.Hash, Choice: decision.Choice(b.Choice), Reason: b.Reason, MayPrint: b.MayPrint, For: whose, Via: via,
			})
		}
		return o.decisions.TakePositionIn(ctx, tx, by, a, in.Decision, decision.NewPosition{
			Hash: b.Hash, Stand: decision.Stand(b.Stand), Reason: b.Reason, MayPrint: b.MayPrint, For: whose, Via: via,
		})
	})
}

// NewConfirmation is that a second person has seen what was entered.
type NewConfirmation struct {
	What string `json:"what" enum:"position,ballot"`
	Turn int64  `json:"turn" minimum:"1"`
}

func (o operations) confirm(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	DecisionPath
	api.Key
	Body NewConfirmation
},
) (DecisionRecord, error) {
	return o.do(ctx, tx, by, in.DecisionPath, func(a area.Area) error {
		return o.decisions.ConfirmIn(ctx, tx, by, a, in.Decision, in.Body.What, in.Body.Turn)
	})
}

// NewTold is that one who must hear was told.
type NewTold struct {
	Party int    `json:"party" minimum:"0" doc:"Its number among those who must hear, as the decision has it."`
	On    string `json:"on" format:"date"`
	How   string `json:"how" maxLength:"200" doc:"Everyone can read it."`
}

func (o operations) tell(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	DecisionPath
	api.Key
	Body NewTold
},
) (DecisionRecord, error) {
	return o.do(ctx, tx, by, in.DecisionPath, func(a area.Area) error {
		return o.decisions.TellIn(ctx, tx, by, a, in.Decision, decision.NewTelling{Party: in.Body.Party, On: api.Day(in.Body.On), How: in.Body.How})
	})
}

// Hearer is one who must hear what was decided.
type Hearer struct {
	Party  int    `json:"party" doc:"Its number, to note that they were told."`
	Name   string `json:"name"`
	By     string `json:"by,omitempty" format:"date" doc:"By when they are told. Left out where nobody said how soon, and before it is decided."`
	ToldOn string `json:"told_on,omitempty" format:"date"`
	How    string `json:"how,omitempty"`
}

// Elector is somebody who has a say in a decision.
type Elector struct {
	Person   string `json:"person" doc:"An ID."`
	Name     string `json:"name"`
	Vote     string `json:"vote" doc:"The same for all who have one vote between them."`
	Resident bool   `json:"resident"`
	Takes    bool   `json:"takes_part" doc:"No for who has an interest, or said that they should not take part."`
	In       bool   `json:"answered" doc:"Their vote is in, or they have answered. Which way is not told here."`
}

// Unconfirmed is what was entered for somebody and waits for a second person.
type Unconfirmed struct {
	What      string `json:"what" doc:"position or ballot." example:"ballot"`
	Turn      int64  `json:"turn"`
	Person    string `json:"person"`
	Via       string `json:"via" doc:"paper or telephone." example:"paper"`
	EnteredBy string `json:"entered_by"`
}

// Slip is a ballot that came on paper or by telephone, and what became of it.
type Slip struct {
	Turn        int64  `json:"turn"`
	Person      string `json:"person"`
	Via         string `json:"via" doc:"paper or telephone." example:"paper"`
	EnteredBy   string `json:"entered_by"`
	EnteredAt   string `json:"entered_at" format:"date-time"`
	ConfirmedBy string `json:"confirmed_by,omitempty"`
	Became      string `json:"became" doc:"waits, for a second person; counts; replaced, where the same vote was cast again after it and that counts; never, where nobody confirmed it before the result was recorded; or out, where who gave it takes no part." example:"counts"`
}

func (o operations) slips(d decision.Decision, n names, out []access.PersonID) []Slip {
	all := []Slip{}
	for _, s := range d.Poll.Slips(out, d.State(o.decisions.Now()).IsMade()) {
		one := Slip{Turn: s.Turn, Person: n.of(s.Person), Via: string(s.Via), EnteredBy: n.of(s.EnteredBy), EnteredAt: api.Instant(s.EnteredAt), Became: string(s.Became)}
		if s.Confirmed.By != "" {
			one.ConfirmedBy = n.of(s.Confirmed.By)
		}
		all = append(all, one)
	}
	return all
}

// hearers are who must hear of a decision, for everyone.
func (o operations) hearers(ctx context.Context, tx *db.Tx, d decision.Decision) ([]Hearer, error) {
	all := []Hearer{}
	due, err := (view{tx: tx, area: area.Area{ID: d.Area}, of: d}).heardBy(ctx)
	if err != nil {
		return nil, err
	}
	for i, q := range d.Decided().Parties {
		if q.Part != decision.Hears {
			continue
		}
		name, err := partyName(ctx, tx, q, true)
		if err != nil {
			return nil, err
		}
		one := Hearer{Party: i, Name: name, By: due.String()}
		for _, t := range d.Told {
			if t.Party == i {
				one.ToldOn, one.How = t.On.String(), t.How
			}
		}
		all = append(all, one)
	}
	return all, nil
}

// electors are who has a say, while people are asked or vote.
func (o operations) electors(ctx context.Context, tx *db.Tx, a area.Area, d decision.Decision) ([]Elector, error) {
	all := []Elector{}
	state := d.State(o.decisions.Now())
	if state != decision.Asking && state != decision.Voting && state != decision.Counting {
		return all, nil
	}
	agree, err := o.decisions.AgreementOf(ctx, tx, d)
	if err != nil {
		return nil, err
	}
	electors := agree.Electors
	if d.Poll.Exists() {
		electors = slices.Clone(d.Poll.Electors)
		for i, e := range electors {
			at := slices.IndexFunc(agree.Electors, func(n decision.Elector) bool { return n.Person == e.Person })
			electors[i].Barred = e.Barred || at >= 0 && agree.Electors[at].Barred
		}
	}
	n, err := namesOf(ctx, tx, a, d, true, electors)
	if err != nil {
		return nil, err
	}
	out, err := o.decisions.Out(ctx, tx, d)
	if err != nil {
		return nil, err
	}
	for _, e := range electors {
		_, in := agree.Last[e.Holder]
		if d.Poll.Exists() {
			in = d.Poll.Has(e.Holder, out)
		}
		all = append(all, Elector{Person: string(e.Person), Name: n.of(e.Person), Vote: e.Holder, Resident: e.Resident, Takes: !e.Barred, In: in})
	}
	return all, nil
}

// unconfirmed is what was entered for somebody. What is on a slip is told to nobody.
func unconfirmed(d decision.Decision, n names, out []access.PersonID) []Unconfirmed {
	all := []Unconfirmed{}
	if d.Poll.Exists() {
		for _, b := range d.Poll.Unconfirmed(out) {
			all = append(all, Unconfirmed{decision.ABallot, b.Turn, n.of(b.Person), string(b.Via), n.of(b.EnteredBy)})
		}
		return all
	}
	for _, q := range d.Positions {
		if !q.Counts() && q.Hash == d.Text().Hash {
			all = append(all, Unconfirmed{decision.APosition, q.Turn, n.of(q.Person), string(q.Via), n.of(q.EnteredBy)})
		}
	}
	return all
}
