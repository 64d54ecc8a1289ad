package relationshipweb

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/relationship"
	"commontable/internal/web"
)

// overTime registers what programs read and do of a relationship over time: how it
// stood, who held it on both sides, its story, what became of promises and
// questions, and handovers.
func (o operations) overTime(a *api.API) {
	const (
		tag  = "Relationships"
		room = "/api/v1/areas/{area}"
		one  = room + "/relationships/{relationship}"
	)
	see, keep := web.Hidden(access.SeeRelationships, ""), web.Needs(access.KeepRelationships)
	api.Read(a, see, api.Operation{Route: "GET " + one + "/states", ID: "listRelationshipStates", Tag: tag, Summary: "List how a relationship stood over time", Description: "In the order of the days. There is no ladder to climb."}, o.states)
	api.Read(a, see, api.Operation{Route: "GET " + one + "/holders", ID: "listRelationshipHolders", Tag: tag, Summary: "List who held a relationship, on both sides, from when until when"}, o.holders)
	api.Read(a, see, api.Operation{Route: "GET " + one + "/story", ID: "listRelationshipStory", Tag: tag, Summary: "List the story of a relationship", Description: "What is for those who keep it is there for them alone."}, o.story)
	api.Read(a, see, api.Operation{Route: "GET " + room + "/handovers", ID: "listHandovers", Tag: tag, Summary: "List handovers", Description: "In the order of their IDs."}, o.handovers)
	api.Read(a, see, api.Operation{Route: "GET " + room + "/handovers/{handover}", ID: "getHandover", Tag: tag, Summary: "Read a handover and its steps"}, o.handover)

	api.Write(a, keep, api.Operation{
		Route: "POST " + one + "/states", ID: "noteRelationshipState", Tag: tag, Summary: "Note how a relationship stands",
		Example: NewStanding{From: "2026-10-12", Kinds: []string{"friend"}, Closeness: "regular"},
	}, o.noteState)
	api.Write(a, keep, api.Operation{
		Route: "POST " + one + "/holders", ID: "addRelationshipHolder", Tag: tag, Summary: "Note that somebody holds a relationship",
		Example: NewHoldingOf{Side: "ours", Name: "Amina Hughes", Role: "resident", From: "2026-10-12"},
	}, o.hold)
	api.Write(a, keep, api.Operation{
		Route: "POST " + room + "/holders/{holder}/leaving", ID: "leaveRelationship", Tag: tag, Summary: "Note that somebody holds a relationship no more, and who does instead",
		Example: NewLeave{Until: "2026-10-12", Next: "Leroy Grant"},
	}, o.leave)
	api.Write(a, keep, api.Operation{
		Route: "POST " + room + "/promises/{promise}/steps", ID: "notePromiseStep", Tag: tag, Summary: "Note what became of a promise",
		Description: "kept; moved, to another day and with the reason; withdrawn, with the reason; or confirmed in writing.",
		Example:     NewOutcome{What: "kept", On: "2026-10-12"},
	}, o.promiseStep)
	api.Write(a, keep, api.Operation{
		Route: "POST " + room + "/questions/{question}/steps", ID: "noteQuestionStep", Tag: tag, Summary: "Note what was done about a question", Locate: func(field string) string { return "body." + field },
		Description: "sent, to whose it is; passed on; answered; asked in writing, once; confirmed; told, to who asked; or closed without an answer, with the reason.",
		Example:     NewAnswerStep{What: "answered", On: "2026-10-12", Words: "The county mends them in March."},
	}, o.questionStep)
	api.Write(a, keep, api.Operation{
		Route: "POST " + one + "/handovers", ID: "openHandover", Tag: tag, Summary: "Open a handover",
		Example: NewHandingOver{Why: "leaving", Side: "ours", Who: "Sam Webb", ToWhom: "Leroy Grant", By: "2026-11-30"},
	}, o.openHandover)
	api.Write(a, keep, api.Operation{
		Route: "POST " + room + "/handovers/{handover}/ticks", ID: "tickHandover", Tag: tag, Summary: "Tick steps of a handover off, add one, or stop it",
		Example: NewTicking{On: "2026-10-12", Done: []int64{1}},
	}, o.tick)
}

// the is the relationship that an address names, for who may see it.
func (o operations) the(ctx context.Context, tx *db.Tx, by access.Actor, slug string, of relationship.ID) (scene, relationship.Relationship, error) {
	s, err := o.seen(ctx, tx, by, slug)
	if err != nil {
		return s, relationship.Relationship{}, err
	}
	one, err := relationship.ByID(ctx, tx, s.area.ID, of)
	if err == nil && s.hides(one) {
		err = fault.NotFound
	}
	return s, one, err
}

// Stood is how a relationship stood from a day on.
type Stood struct {
	From      string   `json:"from" format:"date"`
	Kinds     []string `json:"kinds" nullable:"false" doc:"ally; friend; contract. Several, or none."`
	Closeness string   `json:"closeness" doc:"close; regular; now-and-then; ad-hoc; none; not-yet; or over."`
	Rhythm    string   `json:"rhythm" doc:"How often to be in touch: usual; monthly; quarterly; yearly; or none."`
	Words     string   `json:"words,omitempty"`
	number    int64
}

func (o operations) states(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	LinkPath
	api.Paging
},
) (list api.List[Stood], err error) {
	s, one, err := o.the(ctx, tx, by, in.Area, relationship.ID(in.Relationship))
	if err != nil {
		return list, err
	}
	noted, err := relationship.StatesOf(ctx, tx, s.area.ID, one.ID)
	if err != nil {
		return list, err
	}
	shown := []Stood{}
	for _, st := range relationship.Course(noted) {
		now := Stood{From: st.From.String(), Kinds: []string{}, Closeness: string(st.Closeness), Rhythm: string(st.Rhythm), Words: st.Words, number: st.Number}
		for _, k := range st.Kinds {
			now.Kinds = append(now.Kinds, string(k))
		}
		shown = append(shown, now)
	}
	return api.PageOver(in.Paging, shown, func(st Stood) string { return st.From + " " + strconv.FormatInt(st.number, 10) }, false)
}

// HeldBy is that somebody holds a relationship, from a day to a day.
type HeldBy struct {
	ID       string `json:"id" doc:"An ID."`
	Side     string `json:"side" doc:"ours; or theirs."`
	Name     string `json:"name"`
	Role     string `json:"role,omitempty"`
	Words    string `json:"words,omitempty"`
	Person   string `json:"person,omitempty" doc:"The ID of the person, where they have an account."`
	Officer  string `json:"officer,omitempty" doc:"The ID of the officer, where the area knows them as one."`
	Post     string `json:"post,omitempty" doc:"The ID of the post that they hold."`
	From     string `json:"from" format:"date"`
	Until    string `json:"until,omitempty" format:"date" doc:"The first day on which they hold it no more."`
	EndWords string `json:"end_words,omitempty"`
}

func (o operations) holders(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	LinkPath
	api.Paging
},
) (list api.List[HeldBy], err error) {
	s, one, err := o.the(ctx, tx, by, in.Area, relationship.ID(in.Relationship))
	if err != nil {
		return list, err
	}
	shown, err := heldBy(ctx, tx, s.area, one.ID)
	if err != nil {
		return list, err
	}
	return api.PageOver(in.Paging, shown, func(h HeldBy) string { return h.ID }, false)
}

func heldBy(ctx context.Context, tx *db.Tx, a area.Area, of relationship.ID) ([]HeldBy, error) {
	all, err := relationship.Holders(ctx, tx, a.ID, of)
	shown := []HeldBy{}
	for _, h := range all {
		shown = append(shown, HeldBy{
			string(h.ID), string(h.Side), h.Name, h.Role, h.Words, string(h.Person), string(h.Contact), string(h.Post), h.From.String(), h.Until.String(), h.EndWords,
		})
	}
	slices.SortFunc(shown, func(a, b HeldBy) int { return strings.Compare(a.ID, b.ID) })
	return shown, err
}

// Told is one thing in the story of a relationship.
type Told struct {
	ID       string `json:"id" doc:"An ID."`
	Kind     string `json:"kind" doc:"contact; note; history; or notice, which an officer gave."`
	On       string `json:"on" format:"date"`
	Known    string `json:"known" doc:"How much of the day is known: day; month; or year."`
	How      string `json:"how,omitempty"`
	News     string `json:"news,omitempty" doc:"good; not so good; or both."`
	Words    string `json:"words,omitempty"`
	Together string `json:"together,omitempty" doc:"Where working together is possible."`
	Seen     string `json:"seen" doc:"Who may read it: keepers; us; shared; or public."`
	SaidBy   string `json:"said_by,omitempty" doc:"Who gave notice."`
}

func (o operations) story(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	LinkPath
	api.Paging
},
) (list api.List[Told], err error) {
	s, one, err := o.the(ctx, tx, by, in.Area, relationship.ID(in.Relationship))
	if err != nil {
		return list, err
	}
	all, err := relationship.Entries(ctx, tx, s.area.ID, one.ID)
	if err != nil {
		return list, err
	}
	keeps := by.May(access.KeepRelationships, s.area.Place())
	shown := []Told{}
	for _, e := range all {
		if e.MayRead(keeps) {
			shown = append(shown, Told{string(e.ID), string(e.Kind), e.On.String(), e.ToldBy, e.How, e.News, e.Words, e.Together, string(e.Seen), e.SaidBy})
		}
	}
	slices.SortFunc(shown, func(a, b Told) int { return strings.Compare(a.ID, b.ID) })
	return api.PageOver(in.Paging, shown, func(e Told) string { return e.ID }, false)
}

// HandedOver is a handover.
type HandedOver struct {
	ID           string           `json:"id" doc:"An ID."`
	Relationship string           `json:"relationship" doc:"The ID of the relationship."`
	Why          string           `json:"why" doc:"leaving; absence; restructure; election; or new."`
	Side         string           `json:"side" doc:"ours; or theirs."`
	Who          string           `json:"who,omitempty"`
	ToWhom       string           `json:"to_whom,omitempty"`
	By           string           `json:"by" format:"date" doc:"The last day for it, as it was said."`
	DueOn        string           `json:"due_on" format:"date" doc:"The last day that counts: the first on which the area is open, where it is closed on the one that was said."`
	Words        string           `json:"words,omitempty"`
	Open         bool             `json:"open" doc:"Something is left to do."`
	StoppedOn    string           `json:"stopped_on,omitempty" format:"date"`
	StopWords    string           `json:"stop_words,omitempty"`
	Steps        []HandedOverStep `json:"steps" nullable:"false"`
}

// HandedOverStep is one thing to do in a handover.
type HandedOverStep struct {
	Position  int64  `json:"position"`
	Words     string `json:"words"`
	Who       string `json:"who,omitempty"`
	PlannedOn string `json:"planned_on,omitempty" format:"date"`
	DoneOn    string `json:"done_on,omitempty" format:"date"`
	SaidBy    string `json:"said_by,omitempty" doc:"The successor, where they confirmed it."`
}

func handedOver(h relationship.Handover) HandedOver {
	shown := HandedOver{
		ID: string(h.ID), Relationship: string(h.Relationship), Why: string(h.Why), Side: string(h.Side), Who: h.Who, ToWhom: h.ToWhom, By: h.By.String(), DueOn: h.Due().String(), Words: h.Words,
		Open: h.Open(), StoppedOn: h.StoppedOn.String(), StopWords: h.StopWords, Steps: []HandedOverStep{},
	}
	for _, s := range h.Steps {
		shown.Steps = append(shown.Steps, HandedOverStep{s.Position, s.Words, s.Who, s.PlannedOn.String(), s.DoneOn.String(), s.SaidBy})
	}
	return shown
}

func (o operations) handovers(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Paging
},
) (list api.List[HandedOver], err error) {
	s, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return list, err
	}
	all, err := relationship.Handovers(ctx, tx, s.area.ID, "")
	if err != nil {
		return list, err
	}
	of, err := relationship.All(ctx, tx, s.area.ID)
	if err != nil {
		return list, err
	}
	hidden := map[relationship.ID]bool{}
	for _, one := range of {
		hidden[one.ID] = s.hides(one)
	}
	shown := []HandedOver{}
	for _, h := range all {
		if !hidden[h.Relationship] {
			shown = append(shown, handedOver(h))
		}
	}
	slices.SortFunc(shown, func(a, b HandedOver) int { return strings.Compare(a.ID, b.ID) })
	return api.PageOver(in.Paging, shown, func(h HandedOver) string { return h.ID }, false)
}

// HandoverPath is the handover that an address names.
type HandoverPath struct {
	AreaPath
	Handover string `path:"handover" doc:"The handover’s ID."`
}

func (o operations) theHandover(ctx context.Context, tx *db.Tx, by access.Actor, in HandoverPath) (area.Area, relationship.Handover, error) {
	s, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return s.area, relationship.Handover{}, err
	}
	h, err := relationship.HandoverByID(ctx, tx, s.area.ID, relationship.HandoverID(in.Handover))
	if err != nil {
		return s.area, h, err
	}
	_, _, err = o.the(ctx, tx, by, in.Area, h.Relationship)
	return s.area, h, err
}

func (o operations) handover(ctx context.Context, tx *db.Tx, by access.Actor, in *struct{ HandoverPath }) (HandedOver, error) {
	_, h, err := o.theHandover(ctx, tx, by, in.HandoverPath)
	return handedOver(h), err
}

// NewStanding is how a relationship stands, as somebody says it.
type NewStanding struct {
	From      string   `json:"from" format:"date" doc:"A day that is past may be noted late."`
	Kinds     []string `json:"kinds,omitempty" doc:"ally; friend; contract."`
	Closeness string   `json:"closeness"`
	Rhythm    string   `json:"rhythm,omitempty"`
	Words     string   `json:"words,omitempty"`
}

func (o operations) noteState(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	LinkPath
	api.Key
	Body NewStanding
},
) (now Linked, err error) {
	s, one, err := o.the(ctx, tx, by, in.Area, relationship.ID(in.Relationship))
	if err != nil {
		return now, err
	}
	n := relationship.NewState{From: api.Day(in.Body.From), Closeness: relationship.Closeness(in.Body.Closeness), Rhythm: relationship.Rhythm(in.Body.Rhythm), Words: in.Body.Words}
	for _, k := range in.Body.Kinds {
		n.Kinds = append(n.Kinds, relationship.Kind(k))
	}
	if err := o.all.NoteIn(ctx, tx, by, s.area, one.ID, n); err != nil {
		return now, err
	}
	if n.Closeness == relationship.Over { // it is not on the map any more
		return Linked{ID: string(one.ID), Name: one.Name, Short: one.Short, Type: string(one.Type), Agency: string(one.Body), Unit: string(one.Unit), Closeness: string(n.Closeness), Kinds: []string{}, Purposes: []string{}, Ours: []string{}, Theirs: []string{}}, nil
	}
	return o.one(ctx, tx, s, one.ID)
}

// HoldersNow are who held a relationship, on both sides.
type HoldersNow struct {
	Holders []HeldBy `json:"holders" nullable:"false"`
}

// NewHoldingOf is that somebody holds a relationship.
type NewHoldingOf struct {
	Side    string `json:"side" doc:"ours; or theirs." example:"ours"`
	Name    string `json:"name"`
	Person  string `json:"person,omitempty" doc:"The ID of the person, where they have an account."`
	Officer string `json:"officer,omitempty" doc:"The ID of the officer, of theirs."`
	Post    string `json:"post,omitempty" doc:"The ID of the post that they hold, of theirs."`
	Role    string `json:"role,omitempty"`
	Words   string `json:"words,omitempty"`
	From    string `json:"from" format:"date"`
}

func (o operations) hold(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	LinkPath
	api.Key
	Body NewHoldingOf
},
) (now HoldersNow, err error) {
	s, one, err := o.the(ctx, tx, by, in.Area, relationship.ID(in.Relationship))
	if err != nil {
		return now, err
	}
	b := in.Body
	if _, err := o.all.HoldIn(ctx, tx, by, s.area, one.ID, relationship.NewHolder{
		Side: relationship.Side(b.Side), Name: b.Name, Person: access.PersonID(b.Person), Contact: agency.ContactID(b.Officer), Post: agency.PostID(b.Post), Role: b.Role, Words: b.Words, From: api.Day(b.From),
	}); err != nil {
		return now, err
	}
	now.Holders, err = heldBy(ctx, tx, s.area, one.ID)
	return now, err
}

// NewLeave is that somebody holds a relationship no more.
type NewLeave struct {
	Until string `json:"until" format:"date" doc:"The first day on which they do not."`
	Words string `json:"words,omitempty"`
	Next  string `json:"next,omitempty" doc:"The name of who holds it from then on."`
	Role  string `json:"next_role,omitempty"`
}

func (o operations) leave(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	Holder string `path:"holder" doc:"The holder’s ID."`
	api.Key
	Body NewLeave
},
) (now HoldersNow, err error) {
	s, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return now, err
	}
	h, err := relationship.HolderByID(ctx, tx, s.area.ID, relationship.HolderID(in.Holder))
	if err != nil {
		return now, err
	}
	if _, _, err := o.the(ctx, tx, by, in.Area, h.Relationship); err != nil {
		return now, err
	}
	if err := o.all.LeaveIn(ctx, tx, by, s.area, h.ID, relationship.NewLeaving{
		Until: api.Day(in.Body.Until), Words: in.Body.Words, Next: relationship.NewHolder{Name: in.Body.Next, Role: in.Body.Role},
	}); err != nil {
		return now, err
	}
	now.Holders, err = heldBy(ctx, tx, s.area, h.Relationship)
	return now, err
}

// NewOutcome is what became of a promise.
type NewOutcome struct {
	What  string `json:"what" example:"kept"`
	On    string `json:"on" format:"date"`
	DueOn string `json:"due_on,omitempty" format:"date" doc:"The new day of one that moved."`
	Words string `json:"words,omitempty" doc:"The honest reason."`
}

func (o operations) promiseStep(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	Promise string `path:"promise" doc:"The promise’s ID."`
	api.Key
	Body NewOutcome
},
) (now Promised, err error) {
	s, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return now, err
	}
	p, err := relationship.PromiseByID(ctx, tx, s.area.ID, relationship.PromiseID(in.Promise))
	if err != nil {
		return now, err
	}
	_, one, err := o.the(ctx, tx, by, in.Area, p.Relationship)
	if err != nil {
		return now, err
	}
	if err := o.all.NotePromiseIn(ctx, tx, by, s.area, p.ID, relationship.NewPromiseStep{What: in.Body.What, On: api.Day(in.Body.On), DueOn: api.Day(in.Body.DueOn), Words: in.Body.Words}); err != nil {
		return now, err
	}
	p, err = relationship.PromiseByID(ctx, tx, s.area.ID, p.ID)
	return o.promisedAs(p, one.Short), err
}

// NewAnswerStep is what was done about a question.
type NewAnswerStep struct {
	What         string `json:"what" example:"answered"`
	On           string `json:"on" format:"date"`
	Relationship string `json:"relationship,omitempty" doc:"The ID of the relationship with whom it is now."`
	Who          string `json:"who,omitempty" doc:"Or who it is, where none is kept with them."`
	Words        string `json:"words,omitempty"`
}

func (o operations) questionStep(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	QuestionPath
	api.Key
	Body NewAnswerStep
},
) (now AgencyQuestion, err error) {
	s, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return now, err
	}
	q, err := relationship.QuestionByID(ctx, tx, s.area.ID, relationship.QuestionID(in.Question))
	if err == nil && !q.SeenBy(by, s.area) {
		err = fault.NotFound
	}
	if err != nil {
		return now, err
	}
	if err := o.all.NoteQuestionIn(ctx, tx, by, s.area, q.ID, relationship.NewQuestionStep{
		What: relationship.QuestionAct(in.Body.What), On: api.Day(in.Body.On), With: relationship.ID(in.Body.Relationship), Who: in.Body.Who, Words: in.Body.Words,
	}); err != nil {
		return now, err
	}
	q, err = relationship.QuestionByID(ctx, tx, s.area.ID, q.ID)
	return o.askedOf(s.area, q), err
}

// NewHandingOver is a handover as it is opened.
type NewHandingOver struct {
	Why      string `json:"why" example:"leaving"`
	Side     string `json:"side" example:"ours"`
	Who      string `json:"who,omitempty"`
	ToWhom   string `json:"to_whom,omitempty"`
	By       string `json:"by" format:"date"`
	Words    string `json:"words,omitempty"`
	WalkWith string `json:"walk_with,omitempty" doc:"Who of us leads the walkabout."`
	WalkOn   string `json:"walk_on,omitempty" format:"date"`
}

func (o operations) openHandover(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	LinkPath
	api.Key
	Body NewHandingOver
},
) (now HandedOver, err error) {
	s, one, err := o.the(ctx, tx, by, in.Area, relationship.ID(in.Relationship))
	if err != nil {
		return now, err
	}
	b := in.Body
	made, err := o.all.OpenHandoverIn(ctx, tx, by, s.area, one.ID, relationship.NewHandover{
		Why: relationship.Why(b.Why), Side: relationship.Side(b.Side), Who: b.Who, ToWhom: b.ToWhom, By: api.Day(b.By), Words: b.Words, WalkWith: b.WalkWith, WalkOn: api.Day(b.WalkOn),
	})
	if err != nil {
		return now, err
	}
	h, err := relationship.HandoverByID(ctx, tx, s.area.ID, made)
	return handedOver(h), err
}

// NewTicking are steps that are done.
type NewTicking struct {
	On      string  `json:"on" format:"date"`
	Done    []int64 `json:"done,omitempty" doc:"Their positions."`
	More    string  `json:"more,omitempty" doc:"Another step, in words."`
	MoreWho string  `json:"more_who,omitempty"`
	Stop    bool    `json:"stop,omitempty" doc:"It is not needed after all; say why."`
	Words   string  `json:"words,omitempty"`
	WalkOn  string  `json:"walk_on,omitempty" format:"date" doc:"The day for which the walkabout is arranged."`
	WalkWho string  `json:"walk_who,omitempty" doc:"Who of the area leads it."`
}

func (o operations) tick(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	HandoverPath
	api.Key
	Body NewTicking
},
) (now HandedOver, err error) {
	a, h, err := o.theHandover(ctx, tx, by, in.HandoverPath)
	if err != nil {
		return now, err
	}
	b := in.Body
	if err := o.all.TickIn(ctx, tx, by, a, h.ID, relationship.NewTicks{On: api.Day(b.On), Done: b.Done, More: b.More, MoreWho: b.MoreWho, Stop: b.Stop, Words: b.Words, WalkOn: api.Day(b.WalkOn), WalkWho: b.WalkWho}); err != nil {
		return now, err
	}
	h, err = relationship.HandoverByID(ctx, tx, a.ID, h.ID)
	return handedOver(h), err
}
