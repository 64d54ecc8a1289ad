package partnershipweb

import (
	"context"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/organisation"
	"commontable/internal/partnership"
	"commontable/internal/web"
)

// keeping registers what is recorded of those who are in a partnership, and of how
// it decides.
func (o memberOperations) keeping(a *api.API) {
	const tag, one = "Partnership", "/api/v1/areas/{area}/members/{member}"
	keeps := web.Hidden(access.SeePapers, access.KeepMembers)
	inBody := func(field string) string {
		if named := bodyFields[field]; named != "" {
			field = named
		}
		return "body." + field
	}
	api.Write(a, keeps, api.Operation{
		Route: "POST " + one + "/move", ID: "moveMember", Tag: tag, Summary: "Record that somebody takes part in another way", Seen: o.seenMember, Locate: inBody,
		Description: "From a day on. What they were stays in the history.", Example: NewMove{Kind: string(partnership.Friend), From: "2026-11-30"},
	}, o.move)
	api.Write(a, keeps, api.Operation{
		Route: "POST " + one + "/term", ID: "setTerm", Tag: tag, Summary: "Record for how long somebody is in", Seen: o.seenMember, Locate: inBody, Example: NewTerm{TermEnds: new("2028-03-31")},
	}, o.term)
	api.Write(a, keeps, api.Operation{
		Route: "POST " + one + "/staying", ID: "recordStaying", Tag: tag, Summary: "Record that somebody who said they would leave stays", Seen: o.seenMember, Example: Staying{Why: "The new job is here"},
	}, o.stay)
	api.Write(a, keeps, api.Operation{
		Route: "POST " + one + "/offices", ID: "takeOffice", Tag: tag, Summary: "Record that somebody takes on an office", Seen: o.seenMember, Example: NewOffice{Office: "treasurer", From: "2026-10-20"},
	}, o.takeOffice)
	api.Write(a, keeps, api.Operation{
		Route: "POST " + one + "/correction", ID: "correctMember", Tag: tag, Summary: "Put right what was recorded of a membership", Seen: o.seenMember, Locate: inBody,
		Description: "Enter all that is true. What was recorded stays to be read, and yours beside it. Who gives somebody a say by it asks for a second person to know them.",
		Example:     NewMemberCorrection{Kind: string(partnership.Resident), From: "2025-10-14", Why: "The date was a year too late"},
	}, o.correct)
	api.Write(a, web.Hidden(access.SeePapers, ""), api.Operation{
		Route: "POST " + one + "/naming", ID: "sayNamed", Tag: tag, Summary: "Say whether a name may be public", Seen: o.seenMember, Locate: inBody,
		Description: "Whose it is says so, or who keeps the list, of what they were told. It holds at once, and may be taken back at any time.", Example: Naming{Named: true, Line: "I run the lunch club"},
	}, o.sayNamed)
	api.Read(a, web.Hidden(access.SeePapers, ""), api.Operation{
		Route: "GET /api/v1/areas/{area}/offices", ID: "listOffices", Tag: tag, Summary: "List who held which office", Description: "The first first.",
	}, o.offices)
	api.Write(a, web.Hidden(access.SeePapers, ""), api.Operation{
		Route: "POST /api/v1/areas/{area}/offices/{office}/end", ID: "endOffice", Tag: tag, Summary: "Record that somebody lays an office down", Description: "Who holds it may, and who keeps the list.",
		Seen: o.seen, Example: OfficeEnd{Until: "2026-11-30"},
	}, o.endOffice)
	api.Write(a, web.Needs(access.SetHowWeDecide), api.Operation{
		Route: "POST /api/v1/areas/{area}/rules", ID: "setRules", Tag: tag, Summary: "Record how a partnership decides, from a day on",
		Description: "A version holds until the next one does. A vote that is open goes on by the rule that it was opened with.",
		Locate: func(field string) string {
			if field == "decided_at" {
				field = "agreed_at"
			}
			return "body." + field
		},
		Example: NewRules{From: "2026-10-20", MayVote: true, Majority: "more than half", ResidentQuorum: 4, Councillors: "share", AgreedAt: "Meeting of 20 October, item 4"},
	}, o.setRules)
	api.Read(a, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/elections", ID: "listElections", Tag: tag, Summary: "List elections to the council", Description: "From a year ago on.",
	}, o.elections)
	api.Write(a, web.Needs(access.KeepMembers), api.Operation{
		Route: "POST /api/v1/areas/{area}/elections", ID: "noteElection", Tag: tag, Summary: "Note when an election is", Creates: true, Example: NewElection{On: "2027-05-06", Name: "Council elections"},
	}, o.noteElection)
	api.Write(a, web.Needs(access.KeepMembers), api.Operation{
		Route: "POST /api/v1/areas/{area}/elections/{election}/withdrawal", ID: "withdrawElection", Tag: tag, Summary: "Take back that there is an election",
	}, o.withdrawElection)
}

// MemberPath is the member that an address names.
type MemberPath struct {
	JoinPath
	Member string `path:"member" doc:"The ID of the member."`
}

// does something with a member, and answers with them as they are kept then.
func (o memberOperations) does(ctx context.Context, tx *db.Tx, in MemberPath, do func(area.Area, access.PersonID) error) (Member, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return Member{}, err
	}
	m, err := partnership.MemberOf(ctx, tx, a.ID, partnership.MemberID(in.Member))
	if err != nil {
		return Member{}, err
	}
	if err := do(a, m.Person); err != nil {
		return Member{}, err
	}
	return o.kept(ctx, tx, a, m.ID)
}

// NewMove is another way of taking part.
type NewMove struct {
	Kind         string `json:"kind" enum:"resident,non-resident,councillor,friend,worker,lto"`
	Resident     bool   `json:"resident,omitempty" doc:"They live in the area: of councillors, friends and workers."`
	Organisation string `json:"organisation,omitempty" doc:"The ID of the one that employs or sends them."`
	SharesVote   bool   `json:"shares_vote,omitempty" doc:"They have one vote with the others of their organisation."`
	From         string `json:"from" format:"date"`
	TermEnds     string `json:"term_ends,omitempty" format:"date"`
	Why          string `json:"why,omitempty" maxLength:"500"`
}

func (o memberOperations) move(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	MemberPath
	api.Key
	Body NewMove
},
) (Member, error) {
	b := in.Body
	var now partnership.Member
	if _, err := o.does(ctx, tx, in.MemberPath, func(a area.Area, who access.PersonID) (err error) {
		now, err = o.partnerships.MoveIn(ctx, tx, by, a, who, partnership.Move{
			As:   partnership.In{Kind: partnership.Kind(b.Kind), Resident: b.Resident, Organisation: organisation.ID(b.Organisation), ShareVote: b.SharesVote},
			From: api.Day(b.From), TermEnds: api.Day(b.TermEnds), Why: b.Why,
		})
		return err
	}); err != nil {
		return Member{}, err
	}
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return Member{}, err
	}
	return o.kept(ctx, tx, a, now.ID)
}

// NewMemberCorrection is what is true of a membership.
type NewMemberCorrection struct {
	WasNever     bool   `json:"was_never,omitempty" doc:"They never were in it like that: nothing but why is read then."`
	Kind         string `json:"kind,omitempty" enum:"resident,non-resident,councillor,friend,worker,lto"`
	Resident     bool   `json:"resident,omitempty" doc:"They live in the area: of councillors, friends and workers."`
	Organisation string `json:"organisation,omitempty" doc:"The ID of the one that employs or sends them."`
	SharesVote   bool   `json:"shares_vote,omitempty" doc:"They have one vote with the others of their organisation."`
	From         string `json:"from,omitempty" format:"date"`
	Until        string `json:"until,omitempty" format:"date" doc:"The first day on which they were not in it any more in this way."`
	TermEnds     string `json:"term_ends,omitempty" format:"date"`
	Why          string `json:"why" maxLength:"500" doc:"What was wrong."`
}

func (o memberOperations) correct(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	MemberPath
	api.Key
	Body NewMemberCorrection
},
) (Member, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return Member{}, err
	}
	b := in.Body
	m, err := o.partnerships.CorrectIn(ctx, tx, by, a, partnership.MemberID(in.Member), partnership.Correction{
		WasNever: b.WasNever, From: api.Day(b.From), Until: api.Day(b.Until), TermEnds: api.Day(b.TermEnds), Why: b.Why,
		As: partnership.In{Kind: partnership.Kind(b.Kind), Resident: b.Resident, Organisation: organisation.ID(b.Organisation), ShareVote: b.SharesVote},
	})
	if err != nil || b.WasNever {
		return memberOf(a, m, "", true), err
	}
	return o.kept(ctx, tx, a, m.ID)
}

// Naming is whether somebody's name may be public, and what they say of
// themselves there.
type Naming struct {
	Named bool   `json:"named"`
	Line  string `json:"line,omitempty" maxLength:"200" doc:"What they say of themselves, with their name."`
}

func (o memberOperations) sayNamed(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	MemberPath
	api.Key
	Body Naming
},
) (Member, error) {
	return o.does(ctx, tx, in.MemberPath, func(a area.Area, who access.PersonID) error {
		return o.partnerships.SayNamedIn(ctx, tx, by, a, who, partnership.NewNaming{Named: in.Body.Named, Line: in.Body.Line})
	})
}

// NewTerm is for how long somebody said they would do it.
type NewTerm struct {
	TermEnds *string `json:"term_ends" format:"date" doc:"The last day; null where they did not say."`
	Why      string  `json:"why,omitempty" maxLength:"500"`
}

func (o memberOperations) term(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	MemberPath
	api.Key
	Body NewTerm
},
) (Member, error) {
	n := partnership.NewTerm{Why: in.Body.Why}
	if in.Body.TermEnds != nil {
		n.TermEnds = api.Day(*in.Body.TermEnds)
	}
	return o.does(ctx, tx, in.MemberPath, func(a area.Area, who access.PersonID) error {
		_, err := o.partnerships.SetTermIn(ctx, tx, by, a, who, n)
		return err
	})
}

// Staying is that somebody who said they would leave does not.
type Staying struct {
	Why string `json:"why,omitempty" maxLength:"500"`
}

func (o memberOperations) stay(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	MemberPath
	api.Key
	Body Staying
},
) (Member, error) {
	return o.does(ctx, tx, in.MemberPath, func(a area.Area, who access.PersonID) error {
		_, err := o.partnerships.StayIn(ctx, tx, by, a, who, partnership.Staying{Why: in.Body.Why})
		return err
	})
}

// NewOffice is that somebody takes on an office.
type NewOffice struct {
	Office string `json:"office" enum:"chair,vice-chair,secretary,treasurer"`
	From   string `json:"from" format:"date"`
}

// Office is a time that somebody holds an office.
type Office struct {
	ID     string `json:"id"`
	Person string `json:"person"`
	Office string `json:"office" doc:"chair, vice-chair, secretary or treasurer." example:"treasurer"`
	From   string `json:"from" format:"date"`
	Until  string `json:"until,omitempty" format:"date" doc:"The first day on which it is not held any more."`
}

func officeOf(h partnership.Held) Office {
	return Office{string(h.ID), string(h.Person), string(h.Office), h.From.String(), h.Until.String()}
}

func (o memberOperations) takeOffice(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	MemberPath
	api.Key
	Body NewOffice
},
) (Office, error) {
	var held partnership.Held
	_, err := o.does(ctx, tx, in.MemberPath, func(a area.Area, who access.PersonID) (err error) {
		held, err = o.partnerships.TakeOfficeIn(ctx, tx, by, a, who, partnership.NewOffice{Office: partnership.Office(in.Body.Office), From: api.Day(in.Body.From)})
		return err
	})
	return officeOf(held), err
}

func (o memberOperations) offices(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	JoinPath
	api.Paging
},
) (list api.List[Office], err error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return list, err
	}
	if err := by.MustSee(access.SeePapers, a.Place()); err != nil {
		return list, err
	}
	all, err := partnership.OfficesOf(ctx, tx, a.ID)
	if err != nil {
		return list, err
	}
	shown := []Office{}
	for _, h := range all {
		shown = append(shown, officeOf(h))
	}
	return api.PageOver(in.Paging, shown, func(h Office) string { return h.From + " " + h.ID }, false)
}

// OfficeEnd is that an office is laid down.
type OfficeEnd struct {
	Until string `json:"until" format:"date" doc:"The first day on which it is not held any more."`
}

func (o memberOperations) endOffice(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	JoinPath
	Office string `path:"office" doc:"The ID of the office that somebody holds."`
	api.Key
	Body OfficeEnd
},
) (Office, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return Office{}, err
	}
	if err := o.partnerships.EndOfficeIn(ctx, tx, by, a, partnership.OfficeID(in.Office), api.Day(in.Body.Until)); err != nil {
		return Office{}, err
	}
	all, err := partnership.OfficesOf(ctx, tx, a.ID)
	for _, h := range all {
		if string(h.ID) == in.Office {
			return officeOf(h), err
		}
	}
	return Office{}, err
}

// NewRules are how a partnership agreed to decide.
type NewRules struct {
	From            string `json:"from" format:"date"`
	MayVote         bool   `json:"may_vote,omitempty" doc:"A vote may follow where people cannot agree."`
	Majority        string `json:"majority,omitempty" doc:"more than half, two thirds or three quarters of the votes cast." example:"more than half"`
	ResidentQuorum  int    `json:"resident_quorum,omitempty" minimum:"0" maximum:"200" doc:"How many residents have to vote for a vote to count."`
	Councillors     string `json:"councillors" doc:"as others, excluded, non-resident, share (one vote between them) or stand aside." example:"share"`
	CouncillorWords string `json:"councillor_words,omitempty" maxLength:"3000" doc:"On councillors, in the area’s own words."`
	Words           string `json:"words,omitempty" maxLength:"3000" doc:"In the area’s own words."`
	AgreedAt        string `json:"agreed_at" maxLength:"200" doc:"Where it was agreed."`
}

func (o memberOperations) setRules(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	JoinPath
	api.Key
	Body NewRules
},
) (Rules, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return Rules{}, err
	}
	b := in.Body
	r, err := o.partnerships.SetRulesIn(ctx, tx, by, a, partnership.NewRules{
		From: api.Day(b.From), MayVote: b.MayVote, Majority: partnership.Majority(b.Majority), ResidentQuorum: b.ResidentQuorum,
		Councillors: partnership.CouncillorRule(b.Councillors), CouncillorWords: b.CouncillorWords, Words: b.Words, DecidedAt: b.AgreedAt,
	})
	return rulesOf(r), err
}

// Election is one to a council.
type Election struct {
	ID   string `json:"id"`
	On   string `json:"on" format:"date"`
	Name string `json:"name"`
	area area.Area
}

// Location is the address of the elections of the area.
func (e Election) Location() string { return "/api/v1/areas/" + e.area.Slug + "/elections" }

func (o memberOperations) elections(ctx context.Context, tx *db.Tx, _ access.Actor, in *struct {
	JoinPath
	api.Paging
},
) (list api.List[Election], err error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return list, err
	}
	all, err := partnership.ElectionsIn(ctx, tx, a.ID, o.today().AddMonths(-12), o.today().AddMonths(120))
	if err != nil {
		return list, err
	}
	shown := []Election{}
	for _, e := range all {
		shown = append(shown, Election{string(e.ID), e.On.String(), e.Name, a})
	}
	return api.PageOver(in.Paging, shown, func(e Election) string { return e.On + " " + e.ID }, false)
}

// NewElection is when an election is.
type NewElection struct {
	On   string `json:"on" format:"date"`
	Name string `json:"name" maxLength:"120"`
}

func (o memberOperations) noteElection(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	JoinPath
	api.Key
	Body NewElection
},
) (Election, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return Election{}, err
	}
	e, err := o.partnerships.NoteElectionIn(ctx, tx, by, a, partnership.NewElection{On: api.Day(in.Body.On), Name: in.Body.Name})
	return Election{string(e.ID), e.On.String(), e.Name, a}, err
}

// TakenBack names what was taken back.
type TakenBack struct {
	ID string `json:"id"`
}

func (o memberOperations) withdrawElection(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	JoinPath
	Election string `path:"election" doc:"The ID of the election."`
	api.Key
},
) (TakenBack, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return TakenBack{}, err
	}
	return TakenBack{in.Election}, o.partnerships.WithdrawElectionIn(ctx, tx, by, a, partnership.ElectionID(in.Election))
}
