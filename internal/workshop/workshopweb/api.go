package workshopweb

import (
	"context"
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/relationship"
	"commontable/internal/web"
	"commontable/internal/workshop"
)

type operations struct{ workshops *workshop.Workshops }

// Operations registers what programs can read and write of how an area works with
// others: workshops, talks, scores, health checks, and what was agreed.
func Operations(a *api.API, workshops *workshop.Workshops) {
	o := operations{workshops}
	const (
		tag  = "Working together"
		room = "/api/v1/areas/{area}/together"
		one  = room + "/{reflection}"
	)
	see, keep := web.Hidden(access.SeeRelationships, ""), web.Needs(access.KeepRelationships)
	api.Read(a, see, api.Operation{
		Route: "GET " + room, ID: "listTogether", Tag: tag, Summary: "List workshops, talks, scores, checks and agreements",
		Description: "In the order of their IDs. What a partnership has not shared is there for its own people and its adviser.",
	}, o.list)
	api.Read(a, see, api.Operation{
		Route: "GET " + one, ID: "getTogether", Tag: tag, Summary: "Read one of them, with its questions and answers",
		Description: "What the other side scored is in it once both have said that they show theirs.",
	}, o.get)
	api.Write(a, keep, api.Operation{
		Route: "POST " + room, ID: "beginTogether", Tag: tag, Summary: "Begin one, with the answers of its first part", Creates: true, Locate: answerField,
		Description: "The kinds are workshop; conversation; scores; check; agreement; seat; credit; and celebration. A second talk says which one it follows.",
		Example:     NewReflection{Kind: "agreement", Answers: map[string]string{"sort": "upkeep", "name": "The play area", "with": "The borough council", "from": "2026-10-01"}},
	}, o.begin)
	api.Write(a, see, api.Operation{
		Route: "POST " + one + "/sheets", ID: "writeTogether", Tag: tag, Summary: "Write a part of one", Locate: answerField,
		Description: "Of a part that is asked again and again it is one more on the list, or the same anew; remove takes one off. Of a health check each marks the part of their own role: “marks chair” and their person’s ID.",
		Example:     NewReflectionSheet{Part: "about", Answers: map[string]string{"on": "2026-10-01", "council": "The borough council"}},
	}, o.write)
	api.Write(a, keep, api.Operation{
		Route: "POST " + one + "/steps", ID: "sayTogether", Tag: tag, Summary: "Say something for our side",
		Description: "yes, or not now, to a talk; agreed, with the digest of the words; finished; or shared with the programme.",
		Example:     NewReflectionStep{Step: "shared"},
	}, o.say)
	api.Write(a, keep, api.Operation{
		Route: "POST " + one + "/register", ID: "registerTogether", Tag: tag, Summary: "Put bodies of a workshop’s map into the register", Example: NewRegistering{Names: []string{"Riverside Primary School"}},
	}, o.register)
	api.Write(a, keep, api.Operation{
		Route: "POST " + one + "/done", ID: "tickTogether", Tag: tag, Summary: "Tick off what was taken on, also after it is finished", Example: NewTicked{What: []string{"Ring the school"}, On: "2026-10-12"},
	}, o.tick)
	api.Write(a, web.Needs(access.ShareOutside), api.Operation{
		Route: "POST " + one + "/officers", ID: "askOfficers", Tag: tag, Summary: "Let officers who have an account take part, or take that back", Example: NewOfficersAsked{Open: "yes"},
	}, o.officers)
}

// answerField is where a field stands that a question names.
func answerField(field string) string {
	if field == "relationship" || field == "part" || field == "kind" {
		return "body." + field
	}
	return "body.answers." + field
}

// AreaPath is the area that an address names.
type AreaPath struct {
	Area string `path:"area" doc:"The area’s slug." example:"tanners-reach"`
}

// ReflectionPath is the record that an address names.
type ReflectionPath struct {
	AreaPath
	Reflection string `path:"reflection" doc:"Its ID."`
}

// Reflection is a workshop, talk, score, check or agreement in a list.
type Reflection struct {
	ID           string `json:"id" doc:"An ID."`
	Kind         string `json:"kind" example:"agreement"`
	Name         string `json:"name"`
	On           string `json:"on" format:"date" doc:"The day that it is of."`
	Standing     string `json:"standing" example:"Signed by both"`
	Relationship string `json:"relationship,omitempty" doc:"The ID of the relationship that it is with, where it is one."`
	Follows      string `json:"follows,omitempty" doc:"The ID of the one that it goes on from."`
	Shared       bool   `json:"shared" doc:"The programme may read it."`
	Finished     bool   `json:"finished" doc:"It stays as it is."`
	OurSigning   string `json:"signed_ours_on,omitempty" format:"date" doc:"When our side signed off an agreement or a credit line."`
	TheirSigning string `json:"signed_theirs_on,omitempty" format:"date" doc:"When the other side did."`
	ReviewOn     string `json:"review_on,omitempty" format:"date" doc:"When an agreement is to be looked at again."`
	area         area.Area
}

// Location is the record's address.
func (r Reflection) Location() string { return "/api/v1/areas/" + r.area.Slug + "/together/" + r.ID }

// WholeReflection is one of them with all that it asks and says.
type WholeReflection struct {
	Reflection
	Parts       []ReflectionPart       `json:"parts" nullable:"false" doc:"In the order in which they are asked."`
	Sheets      []ReflectionSheet      `json:"sheets" nullable:"false" doc:"What was answered, as it was last written."`
	Steps       []ReflectionStep       `json:"steps" nullable:"false" doc:"What each side said, the first first."`
	Digest      string                 `json:"digest,omitempty" doc:"Of the words that both sides agree to. Send it with the step agreed."`
	Differences []ReflectionDifference `json:"differences,omitempty" doc:"Of a health check: what is seen differently."`
	Tasks       []ReflectionTask       `json:"tasks" nullable:"false" doc:"What was taken on, and whether it is done."`
	Asked       bool                   `json:"officers_asked" doc:"Officers who have an account may take part."`
}

// ReflectionTask is something that was taken on.
type ReflectionTask struct {
	What   string `json:"what"`
	Who    string `json:"who"`
	By     string `json:"by,omitempty" format:"date"`
	DoneOn string `json:"done_on,omitempty" format:"date"`
	Words  string `json:"words,omitempty"`
}

// ReflectionPart is up to four questions that belong together.
type ReflectionPart struct {
	Part      string               `json:"part" example:"plan"`
	Title     string               `json:"title"`
	Each      bool                 `json:"each" doc:"It is asked again and again."`
	Questions []ReflectionQuestion `json:"questions" nullable:"false"`
}

// ReflectionQuestion is a question.
type ReflectionQuestion struct {
	Name    string   `json:"name"`
	Words   string   `json:"words"`
	Ask     string   `json:"ask" doc:"line; text; day; one; or some: then there is a line for each that is chosen."`
	Must    bool     `json:"must"`
	Choices []string `json:"choices,omitempty" doc:"Codes to choose from."`
}

// ReflectionSheet is a part as it was last written by a side.
type ReflectionSheet struct {
	Part    string              `json:"part"`
	Side    string              `json:"side" doc:"ours; or theirs."`
	Answers map[string]string   `json:"answers,omitempty"`
	Items   []map[string]string `json:"items,omitempty"`
	SavedAt string              `json:"saved_at" format:"date-time"`
}

// ReflectionStep is what a side said.
type ReflectionStep struct {
	Side string `json:"side"`
	Step string `json:"step" example:"yes"`
	At   string `json:"at" format:"date-time"`
}

// ReflectionDifference is one action as it is seen by those who marked it.
type ReflectionDifference struct {
	Action string            `json:"action" example:"C1.1"`
	Words  string            `json:"words"`
	By     map[string]string `json:"by" doc:"How each role sees it."`
}

func reflectionOf(a area.Area, r workshop.Record, names map[relationship.ID]string) Reflection {
	_, stands := status(r)
	return Reflection{
		ID: string(r.ID), Kind: string(r.Kind), Name: name(r, names), On: r.Day().String(), Standing: stands, Relationship: string(r.Relationship), Follows: string(r.Follows),
		Shared: r.Shared(), Finished: r.Finished(), ReviewOn: r.ReviewOn().String(), area: a,
		OurSigning: r.SignedOn(workshop.Ours).String(), TheirSigning: r.SignedOn(workshop.Theirs).String(),
	}
}

// seen is the area that an address names, for who may see whom it works with.
func (o operations) seen(ctx context.Context, tx *db.Tx, by access.Actor, slug string) (area.Area, error) {
	a, err := area.BySlug(ctx, tx, slug)
	if err != nil {
		return a, err
	}
	return a, o.workshops.Relationships.Agencies.MustSee(ctx, tx, by, a)
}

func (o operations) list(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Paging
	Kind string `query:"kind" enum:"workshop,conversation,scores,check,agreement,seat,credit,celebration" doc:"Only these."`
},
) (list api.List[Reflection], err error) {
	a, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return list, err
	}
	all, err := workshop.All(ctx, tx, a.ID, workshop.Kind(in.Kind))
	if err != nil {
		return list, err
	}
	called, _, err := names(ctx, tx, a.ID)
	if err != nil {
		return list, err
	}
	shown := []Reflection{}
	for _, r := range all {
		if r.SeenBy(by, a) {
			shown = append(shown, reflectionOf(a, r, called))
		}
	}
	slices.SortFunc(shown, func(a, b Reflection) int { return strings.Compare(a.ID, b.ID) })
	return api.PageOver(in.Paging, shown, func(r Reflection) string { return r.ID }, false)
}

func (o operations) get(ctx context.Context, tx *db.Tx, by access.Actor, in *struct{ ReflectionPath }) (WholeReflection, error) {
	a, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return WholeReflection{}, err
	}
	return o.one(ctx, tx, by, a, workshop.ID(in.Reflection))
}

// one is a record with all that who asks may read of it.
func (o operations) one(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of workshop.ID) (w WholeReflection, err error) {
	r, err := workshop.ByID(ctx, tx, a.ID, of)
	if err == nil && !r.SeenBy(by, a) {
		err = fault.NotFound
	}
	if err != nil {
		return w, err
	}
	called, _, err := names(ctx, tx, a.ID)
	if err != nil {
		return w, err
	}
	w = WholeReflection{Reflection: reflectionOf(a, r, called), Parts: []ReflectionPart{}, Sheets: []ReflectionSheet{}, Steps: []ReflectionStep{}, Digest: r.Digest()}
	for _, p := range r.Parts() {
		part := ReflectionPart{Part: p.Name, Title: p.Title, Each: p.Each, Questions: []ReflectionQuestion{}}
		for _, q := range p.Questions {
			asked := ReflectionQuestion{Name: q.Name, Words: q.Words, Ask: string(q.Ask), Must: q.Must}
			for _, c := range q.Choices {
				asked.Choices = append(asked.Choices, c.Code)
			}
			part.Questions = append(part.Questions, asked)
		}
		w.Parts = append(w.Parts, part)
	}
	for _, s := range r.Sheets {
		if s.Side == workshop.Theirs && !r.BothShow() && r.Kind != workshop.Check {
			continue
		}
		sheet := ReflectionSheet{Part: markedBy(s.Part, by.Person), Side: string(s.Side), Answers: s.Answers, SavedAt: api.Instant(s.At)}
		for _, item := range s.Items {
			sheet.Items = append(sheet.Items, item)
		}
		w.Sheets = append(w.Sheets, sheet)
	}
	for _, s := range r.Steps {
		w.Steps = append(w.Steps, ReflectionStep{string(s.Side), string(s.Step), api.Instant(s.At)})
	}
	if r.Kind == workshop.Check {
		for _, d := range r.Differences() {
			if d.Differ {
				w.Differences = append(w.Differences, differenceOf(d))
			}
		}
	}
	w.Tasks = []ReflectionTask{}
	for _, t := range r.Tasks() {
		w.Tasks = append(w.Tasks, ReflectionTask{t.What, t.Who, t.By.String(), t.Done.On.String(), t.Done.Words})
	}
	w.Asked, err = workshop.OfficersAsked(ctx, tx, a.ID, of)
	return w, err
}

// markedBy is the part of a sheet without who marked it, unless that is who asks: what
// each marked by themselves is shown by their role alone.
func markedBy(part string, who access.PersonID) string {
	if fields := strings.Fields(part); len(fields) > 2 && fields[0] == "marks" && fields[2] != string(who) {
		return "marks " + fields[1]
	}
	return part
}

func differenceOf(d workshop.Difference) ReflectionDifference {
	one := ReflectionDifference{Action: d.Action.ID, Words: d.Action.Words, By: map[string]string{}}
	for _, by := range d.By {
		if was := one.By[by.Code]; was != "" && was != by.Words {
			one.By[by.Code] = was + "; " + by.Words
		} else {
			one.By[by.Code] = by.Words
		}
	}
	return one
}

// NewReflection is a record as it is begun.
type NewReflection struct {
	Kind         string            `json:"kind" example:"agreement"`
	Relationship string            `json:"relationship,omitempty" doc:"The ID of the relationship that it is with."`
	Follows      string            `json:"follows,omitempty" doc:"The ID of the one that it goes on from."`
	Answers      map[string]string `json:"answers" doc:"Of its first part, by the names of the questions."`
}

func (o operations) begin(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Body NewReflection
},
) (w WholeReflection, err error) {
	a, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return w, err
	}
	n := workshop.New{Kind: workshop.Kind(in.Body.Kind), Relationship: relationship.ID(in.Body.Relationship), Follows: workshop.ID(in.Body.Follows), Answers: in.Body.Answers}
	if err := by.Must(access.KeepRelationships, a.Place()); err != nil {
		return w, err
	}
	if len(workshop.PartsOf(n.Kind)) == 0 {
		return w, fault.Invalid{{Field: "kind", Words: "Choose what it is from the list"}}
	}
	made, err := o.workshops.BeginIn(ctx, tx, by, a, n)
	if err != nil {
		return w, err
	}
	return o.one(ctx, tx, by, a, made)
}

// ofOne does something with a record, and gives it as it is then.
func (o operations) ofOne(ctx context.Context, tx *db.Tx, by access.Actor, in ReflectionPath, do func(area.Area, workshop.ID) error) (w WholeReflection, err error) {
	a, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return w, err
	}
	if err := do(a, workshop.ID(in.Reflection)); err != nil {
		return w, err
	}
	return o.one(ctx, tx, by, a, workshop.ID(in.Reflection))
}

// NewReflectionSheet is a part as it is written.
type NewReflectionSheet struct {
	Part    string            `json:"part" example:"about"`
	Answers map[string]string `json:"answers,omitempty"`
	Remove  int               `json:"remove,omitempty" minimum:"0" doc:"The number of what is taken off a list, from 1."`
}

func (o operations) write(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ReflectionPath
	api.Key
	Body NewReflectionSheet
},
) (WholeReflection, error) {
	return o.ofOne(ctx, tx, by, in.ReflectionPath, func(a area.Area, of workshop.ID) error {
		return o.workshops.WriteIn(ctx, tx, by, a, of, workshop.NewSheet{Part: in.Body.Part, Answers: in.Body.Answers, Remove: in.Body.Remove})
	})
}

// NewReflectionStep is what our side says.
type NewReflectionStep struct {
	Step   string `json:"step" enum:"yes,not now,agreed,finished,shared"`
	Digest string `json:"digest,omitempty" doc:"Of the words that are agreed to, as they were read."`
}

func (o operations) say(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ReflectionPath
	api.Key
	Body NewReflectionStep
},
) (WholeReflection, error) {
	return o.ofOne(ctx, tx, by, in.ReflectionPath, func(a area.Area, of workshop.ID) error {
		return o.workshops.SayIn(ctx, tx, by, a, of, workshop.StepKind(in.Body.Step), in.Body.Digest)
	})
}

// NewRegistering are the names that go into the register.
type NewRegistering struct {
	Names []string `json:"names" nullable:"false" maxItems:"60" doc:"As they stand on the map."`
}

func (o operations) register(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ReflectionPath
	api.Key
	Body NewRegistering
},
) (WholeReflection, error) {
	return o.ofOne(ctx, tx, by, in.ReflectionPath, func(a area.Area, of workshop.ID) error {
		return o.workshops.RegisterIn(ctx, tx, by, a, of, in.Body.Names)
	})
}

// NewTicked is what is done of what was taken on.
type NewTicked struct {
	What  []string `json:"what" nullable:"false" maxItems:"60" doc:"As it stands on the list."`
	On    string   `json:"on" format:"date"`
	Words string   `json:"words,omitempty"`
}

func (o operations) tick(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ReflectionPath
	api.Key
	Body NewTicked
},
) (WholeReflection, error) {
	return o.ofOne(ctx, tx, by, in.ReflectionPath, func(a area.Area, of workshop.ID) error {
		return o.workshops.TickIn(ctx, tx, by, a, of, workshop.NewDone{What: in.Body.What, On: api.Day(in.Body.On), Words: in.Body.Words})
	})
}

// NewOfficersAsked is whether officers who have an account may take part.
type NewOfficersAsked struct {
	Open string `json:"open" enum:"yes,no"`
}

func (o operations) officers(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	ReflectionPath
	api.Key
	Body NewOfficersAsked
},
) (WholeReflection, error) {
	return o.ofOne(ctx, tx, by, in.ReflectionPath, func(a area.Area, of workshop.ID) error {
		return o.workshops.AskOfficersIn(ctx, tx, by, a, of, in.Body.Open == "yes")
	})
}
