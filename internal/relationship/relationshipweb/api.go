package relationshipweb

import (
	"context"
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/relationship"
	"commontable/internal/web"
)

type operations struct {
	all      *relationship.Relationships
	agencies *agency.Agencies
	pages    pages // for what an officer is shown, which is the same as on their page
}

// Operations registers what programs can read of who an area works with, and its
// main acts: to add one, to note a contact, a promise and what became of it, and a
// question.
func Operations(a *api.API, site *web.Site, all *relationship.Relationships, agencies *agency.Agencies, extras Extras) {
	o := operations{all, agencies, pages{site: site, all: all, agencies: agencies, shares: all.Shares, extras: extras}}
	const tag = "Relationships"
	see, keep := web.Hidden(access.SeeRelationships, ""), web.Needs(access.KeepRelationships)
	api.Read(a, see, api.Operation{
		Route: "GET /api/v1/areas/{area}/relationships", ID: "listRelationships", Tag: tag, Summary: "List who an area works with",
		Description: "As it stands today, in the order of their IDs. It is there for the area’s own people, its adviser, the programme’s officers, and who holds its money.",
	}, o.list)
	api.Read(a, see, api.Operation{
		Route: "GET /api/v1/areas/{area}/relationships/{relationship}", ID: "getRelationship", Tag: tag, Summary: "Read who or what an area works with",
	}, o.get)
	api.Read(a, web.Hidden(access.PutForward, ""), api.Operation{
		Route: "GET /api/v1/areas/{area}/questions/{question}", ID: "getQuestion", Tag: tag, Summary: "Read a question to an agency",
	}, o.question)
	api.Read(a, see, api.Operation{
		Route: "GET /api/v1/areas/{area}/promises", ID: "listPromises", Tag: tag, Summary: "List promises on both sides", Description: "In the order of their IDs.",
	}, o.promises)
	api.Read(a, web.Hidden(access.PutForward, ""), api.Operation{
		Route: "GET /api/v1/areas/{area}/questions", ID: "listQuestions", Tag: tag, Summary: "List questions to agencies", Description: "A resident sees their own.",
	}, o.questions)
	api.Write(a, keep, api.Operation{
		Route: "POST /api/v1/areas/{area}/relationships", ID: "addRelationship", Tag: tag, Summary: "Put an organisation on the map", Creates: true,
		Example: NewLink{Organisation: "Riverside Primary School", Type: "school", Kinds: []string{"friend"}, Closeness: "now-and-then", Holder: "Amina Hughes"},
	}, o.add)
	api.Write(a, keep, api.Operation{
		Route: "POST /api/v1/areas/{area}/relationships/{relationship}/contacts", ID: "noteContact", Tag: tag, Summary: "Note that you were in touch",
		Example: NewContact{On: "2026-10-12", How: "phoned", News: "good", Words: "They come to the harvest supper."},
	}, o.contact)
	api.Write(a, keep, api.Operation{
		Route: "POST /api/v1/areas/{area}/relationships/{relationship}/promises", ID: "notePromise", Tag: tag, Summary: "Note a promise",
		Example: NewPromise{Side: "theirs", What: "Two new benches", MadeOn: "2026-10-12", DueOn: "2026-12-01", Written: true},
	}, o.promise)
	api.Write(a, web.Needs(access.PutForward), api.Operation{
		Route: "POST /api/v1/areas/{area}/questions", ID: "askAgency", Tag: tag, Summary: "Ask an agency something",
		Example: NewAgencyQuestion{What: "Who mends the steps by the baths?", Place: "Bath Steps", Issue: true},
	}, o.ask)
	o.overTime(a)
	o.whatFor(a)
	o.toCome(a)
	o.ofOfficers(a)
}

// Linked is somebody or something an area works with.
type Linked struct {
	ID          string   `json:"id" doc:"An ID."`
	Name        string   `json:"name" example:"Borough council: parks team"`
	Short       string   `json:"short" doc:"The name on the map." example:"Council parks"`
	Type        string   `json:"type" doc:"A code of the list of types." example:"council"`
	Agency      string   `json:"agency" doc:"The ID of the body that it is with."`
	Unit        string   `json:"unit,omitempty" doc:"The ID of the unit that it is with; left out for the body as a whole."`
	Kinds       []string `json:"kinds" nullable:"false" doc:"What they are to the area: ally; friend; contract. Several, or none."`
	Closeness   string   `json:"closeness" doc:"close; regular; now-and-then; ad-hoc; none; or not-yet." example:"close"`
	Purposes    []string `json:"purposes" nullable:"false" doc:"What it is for, by codes."`
	Ours        []string `json:"ours" nullable:"false" doc:"Who of the area holds it."`
	Theirs      []string `json:"theirs" nullable:"false" doc:"Whom of them the area knows."`
	LastContact string   `json:"last_contact,omitempty" format:"date"`
	QuietWeeks  int      `json:"quiet_weeks" doc:"How long without contact, where that is longer than is meant; else 0."`
	OneHolder   bool     `json:"one_holder" doc:"Only one person of the area knows them."`
	area        area.Area
}

// Location is the relationship's address.
func (l Linked) Location() string {
	return "/api/v1/areas/" + l.area.Slug + "/relationships/" + l.ID
}

func linkedOf(a area.Area, l relationship.Link) Linked {
	out := Linked{
		ID: string(l.ID), Name: l.Name, Short: l.Short, Type: string(l.Type), Agency: string(l.Body), Unit: string(l.Unit), Kinds: []string{}, Closeness: string(l.Closeness), Purposes: []string{}, Ours: []string{}, Theirs: []string{},
		LastContact: l.LastContact.String(), QuietWeeks: l.QuietWeeks, OneHolder: l.OneHolder, area: a,
	}
	for _, k := range l.Kinds {
		out.Kinds = append(out.Kinds, string(k))
	}
	for _, one := range l.Purposes {
		out.Purposes = append(out.Purposes, string(one))
	}
	for _, h := range l.Holders {
		out.Ours = append(out.Ours, h.Name)
	}
	for _, h := range l.Theirs {
		out.Theirs = append(out.Theirs, h.Name)
	}
	return out
}

// AreaPath is the area that an address names.
type AreaPath struct {
	Area string `path:"area" doc:"The area’s slug." example:"tanners-reach"`
}

// LinkPath is the relationship that an address names.
type LinkPath struct {
	AreaPath
	Relationship string `path:"relationship" doc:"The relationship’s ID."`
}

func (o operations) today() date.Date { return date.InLondon(o.all.Now()) }

// seen is the area that an address names, for who may see whom it works with.
func (o operations) seen(ctx context.Context, tx *db.Tx, by access.Actor, slug string) (scene, error) {
	a, err := area.BySlug(ctx, tx, slug)
	if err != nil {
		return scene{}, err
	}
	return scene{area: a, by: by}, o.agencies.MustSee(ctx, tx, by, a)
}

func (o operations) list(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Paging
},
) (list api.List[Linked], err error) {
	s, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return list, err
	}
	links, err := s.links(ctx, tx, o.today())
	if err != nil {
		return list, err
	}
	shown := []Linked{}
	for _, l := range links {
		shown = append(shown, linkedOf(s.area, l))
	}
	slices.SortFunc(shown, func(a, b Linked) int { return strings.Compare(a.ID, b.ID) })
	return api.PageOver(in.Paging, shown, func(l Linked) string { return l.ID }, false)
}

func (o operations) get(ctx context.Context, tx *db.Tx, by access.Actor, in *struct{ LinkPath }) (Linked, error) {
	s, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return Linked{}, err
	}
	return o.one(ctx, tx, s, relationship.ID(in.Relationship))
}

// QuestionPath is the question that an address names.
type QuestionPath struct {
	AreaPath
	Question string `path:"question" doc:"The question’s ID."`
}

func (o operations) question(ctx context.Context, tx *db.Tx, by access.Actor, in *struct{ QuestionPath }) (AgencyQuestion, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return AgencyQuestion{}, err
	}
	q, err := relationship.QuestionByID(ctx, tx, a.ID, relationship.QuestionID(in.Question))
	if err == nil && !q.SeenBy(by, a) {
		err = fault.NotFound
	}
	return o.askedOf(a, q), err
}

// Promised is a promise.
type Promised struct {
	ID           string `json:"id" doc:"An ID."`
	Relationship string `json:"relationship" doc:"The ID of the relationship."`
	Side         string `json:"side" doc:"Whose it is: ours; or theirs." example:"theirs"`
	What         string `json:"what" example:"Two new benches"`
	Who          string `json:"who"`
	MadeOn       string `json:"made_on" format:"date"`
	DueOn        string `json:"due_on,omitempty" format:"date" doc:"The day that counts: for which it stands now, or the first on which the area is open, where it is closed then."`
	SaidFor      string `json:"said_for,omitempty" format:"date" doc:"The day for which it stands now, as it was said."`
	Written      bool   `json:"written" doc:"It is in writing."`
	Standing     string `json:"standing" example:"In hand"`
	Words        string `json:"words,omitempty" doc:"What was said of it, such as the reason why it moved."`
}

func (o operations) promises(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Paging
},
) (list api.List[Promised], err error) {
	s, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return list, err
	}
	all, of, err := promisedIn(ctx, tx, s)
	if err != nil {
		return list, err
	}
	shown := []Promised{}
	for _, one := range all {
		shown = append(shown, o.promisedAs(one, of[one.Relationship].Short))
	}
	slices.SortFunc(shown, func(a, b Promised) int { return strings.Compare(a.ID, b.ID) })
	return api.PageOver(in.Paging, shown, func(p Promised) string { return p.ID }, false)
}

func (o operations) promisedAs(one relationship.Promise, short string) Promised {
	return Promised{
		ID: string(one.ID), Relationship: string(one.Relationship), Side: string(one.Side), What: one.What, Who: one.Who, MadeOn: one.MadeOn.String(), DueOn: one.Due().String(), SaidFor: one.SaidFor().String(),
		Written: one.InWriting(), Standing: string(one.State(o.today())), Words: promisedOf(one, short, o.today()).Note,
	}
}

// AgencyQuestion is a question to an agency.
type AgencyQuestion struct {
	ID        string               `json:"id" doc:"An ID."`
	Number    int64                `json:"number" example:"3"`
	Issue     bool                 `json:"issue" doc:"Something needs mending or looking after."`
	What      string               `json:"what"`
	Place     string               `json:"place"`
	AskedOn   string               `json:"asked_on" format:"date"`
	Standing  string               `json:"standing" doc:"Whose turn it is, in words." example:"With the county"`
	Redirects int                  `json:"redirects" doc:"How often it was passed on."`
	Days      int                  `json:"days" doc:"How long it took, or has taken so far."`
	Open      bool                 `json:"open"`
	Steps     []AgencyQuestionStep `json:"steps" nullable:"false" doc:"What was done, the first first."`
	area      area.Area
}

// AgencyQuestionStep is what was done about a question.
type AgencyQuestionStep struct {
	What         string `json:"what" doc:"sent; passed on; answered; asked in writing; confirmed; told; or closed."`
	On           string `json:"on" format:"date"`
	Relationship string `json:"relationship,omitempty" doc:"The ID of the relationship with whom it is."`
	Who          string `json:"who,omitempty"`
	Words        string `json:"words,omitempty"`
}

// Location is the question's address.
func (q AgencyQuestion) Location() string {
	return "/api/v1/areas/" + q.area.Slug + "/questions/" + q.ID
}

func (o operations) askedOf(a area.Area, q relationship.Question) AgencyQuestion {
	shown := AgencyQuestion{
		ID: string(q.ID), Number: q.Number, Issue: q.Issue, What: q.What, Place: q.Place, AskedOn: q.AskedOn.String(), Standing: q.Stands(), Redirects: q.Redirects(), Days: q.Days(o.today()), Open: q.Open(), area: a,
		Steps: []AgencyQuestionStep{},
	}
	for _, s := range q.Steps {
		shown.Steps = append(shown.Steps, AgencyQuestionStep{string(s.What), s.On.String(), string(s.With), s.Who, s.Words})
	}
	return shown
}

func (o operations) questions(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Paging
},
) (list api.List[AgencyQuestion], err error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return list, err
	}
	if err := by.MustSee(access.PutForward, a.Place()); err != nil {
		return list, err
	}
	who := by.Person
	if by.May(access.SeeRelationships, a.Place()) {
		who = ""
	}
	all, err := relationship.Questions(ctx, tx, a.ID, who)
	if err != nil {
		return list, err
	}
	shown := []AgencyQuestion{}
	for _, q := range all {
		shown = append(shown, o.askedOf(a, q))
	}
	slices.SortFunc(shown, func(a, b AgencyQuestion) int { return strings.Compare(a.ID, b.ID) })
	return api.PageOver(in.Paging, shown, func(q AgencyQuestion) string { return q.ID }, false)
}

// NewLink is a relationship that is added.
type NewLink struct {
	Organisation string   `json:"organisation" doc:"Its name. It is found where it is known, and else added." example:"Riverside Primary School"`
	Name         string   `json:"name,omitempty" doc:"What the area calls them, where that is another name."`
	Type         string   `json:"type" doc:"A code of the list of types." example:"school"`
	Kinds        []string `json:"kinds,omitempty" doc:"ally; friend; contract."`
	Closeness    string   `json:"closeness" doc:"close; regular; now-and-then; ad-hoc; none; or not-yet." example:"now-and-then"`
	Team         string   `json:"team,omitempty" doc:"A team of theirs, by its name. It is found where it is known, and else added."`
	Holder       string   `json:"holder,omitempty" doc:"Who of the area knows them best."`
}

func (o operations) add(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Body NewLink
},
) (made Linked, err error) {
	s, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return made, err
	}
	n := relationship.New{
		Who: in.Body.Organisation, Team: in.Body.Team, Draft: relationship.Draft{Name: in.Body.Name, Type: agency.Type(in.Body.Type)},
		State: relationship.NewState{Closeness: relationship.Closeness(in.Body.Closeness)}, Holder: relationship.NewHolder{Name: in.Body.Holder},
	}
	for _, k := range in.Body.Kinds {
		n.State.Kinds = append(n.State.Kinds, relationship.Kind(k))
	}
	of, err := o.all.AddIn(ctx, tx, by, s.area, n)
	if err != nil {
		return made, err
	}
	return o.one(ctx, tx, s, of)
}

// one is a relationship as it stands today.
func (o operations) one(ctx context.Context, tx *db.Tx, s scene, of relationship.ID) (Linked, error) {
	links, err := s.links(ctx, tx, o.today())
	if err != nil {
		return Linked{}, err
	}
	for _, l := range links {
		if l.ID == of {
			return linkedOf(s.area, l), nil
		}
	}
	return Linked{}, fault.NotFound
}

// NewContact is that somebody was in touch.
type NewContact struct {
	On    string   `json:"on" format:"date" example:"2026-10-12"`
	How   string   `json:"how" doc:"met; phoned; wrote; event; or walkabout." example:"phoned"`
	News  string   `json:"news,omitempty" doc:"good; not so good; or both."`
	Words string   `json:"words,omitempty"`
	With  []string `json:"with,omitempty" maxItems:"50" doc:"With whom of theirs: the IDs of holders."`
}

func (o operations) contact(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	LinkPath
	api.Key
	Body NewContact
},
) (now Linked, err error) {
	s, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return now, err
	}
	of := relationship.ID(in.Relationship)
	n := relationship.NewEntry{Kind: relationship.InTouch, How: in.Body.How, News: in.Body.News, Words: in.Body.Words, Seen: relationship.SeenByUs, On: api.Day(in.Body.On)}
	for _, h := range in.Body.With {
		n.With = append(n.With, relationship.HolderID(h))
	}
	if _, err = o.all.AddEntryIn(ctx, tx, by, s.area, of, n); err != nil {
		return now, err
	}
	return o.one(ctx, tx, s, of)
}

// NewPromise is a promise that is noted.
type NewPromise struct {
	Side    string `json:"side" doc:"Whose it is: ours; or theirs." example:"theirs"`
	What    string `json:"what" example:"Two new benches"`
	Who     string `json:"who,omitempty"`
	MadeOn  string `json:"made_on" format:"date" example:"2026-10-12"`
	DueOn   string `json:"due_on,omitempty" format:"date" example:"2026-12-01"`
	Written bool   `json:"written,omitempty"`
}

func (o operations) promise(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	LinkPath
	api.Key
	Body NewPromise
},
) (now Linked, err error) {
	s, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return now, err
	}
	of := relationship.ID(in.Relationship)
	n := relationship.NewPromise{
		Side: relationship.Side(in.Body.Side), What: in.Body.What, Who: in.Body.Who, Written: in.Body.Written, MadeOn: api.Day(in.Body.MadeOn), DueOn: api.Day(in.Body.DueOn),
	}
	if _, err = o.all.PromiseIn(ctx, tx, by, s.area, of, n); err != nil {
		return now, err
	}
	return o.one(ctx, tx, s, of)
}

// NewAgencyQuestion is a question that is asked.
type NewAgencyQuestion struct {
	What  string `json:"what" example:"Who mends the steps by the baths?"`
	Place string `json:"place,omitempty"`
	Issue bool   `json:"issue,omitempty" doc:"Something needs mending or looking after."`
	Asker string `json:"asker,omitempty" doc:"Where it is noted for somebody else, by who keeps the relationships."`
	Reach string `json:"reach,omitempty" doc:"How to tell them the answer."`
	On    string `json:"on,omitempty" format:"date" doc:"When they asked, where it is noted for somebody else; today where it is left out."`
}

func (o operations) ask(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Body NewAgencyQuestion
},
) (made AgencyQuestion, err error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return made, err
	}
	of, err := o.all.AskIn(ctx, tx, by, a, relationship.NewQuestion{What: in.Body.What, Place: in.Body.Place, Issue: in.Body.Issue, Asker: in.Body.Asker, Reach: in.Body.Reach, On: api.Day(in.Body.On)})
	if err != nil {
		return made, err
	}
	q, err := relationship.QuestionByID(ctx, tx, a.ID, of)
	return o.askedOf(a, q), err
}
