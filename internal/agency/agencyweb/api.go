package agencyweb

import (
	"context"
	"errors"
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/web"
)

type operations struct{ agencies *agency.Agencies }

// Operations registers what programs can read of who is who among those an area
// works with and of who does what around it, and its main acts.
func Operations(a *api.API, agencies *agency.Agencies) {
	o := operations{agencies}
	see, keep := web.Hidden(access.SeeRelationships, ""), web.Needs(access.KeepRelationships)
	const (
		tag   = "Agencies"
		room  = "/api/v1/areas/{area}"
		body  = room + "/agencies/{body}"
		whole = "It is there for those who see whom the area works with."
	)
	api.Read(a, see, api.Operation{
		Route: "GET " + room + "/agency-types", ID: "listAgencyTypes", Tag: tag, Summary: "List the types of bodies that an area has to choose from",
		Description: "With what each is in plain words, the law or good practice that can be called on, and what others have learned.",
	}, o.types)
	api.Read(a, see, api.Operation{
		Route: "GET " + room + "/agencies", ID: "listAgencies", Tag: tag, Summary: "List the bodies on an area’s list", Description: "On a day. " + whole,
	}, o.list)
	api.Read(a, keep, api.Operation{
		Route: "GET " + room + "/agencies/find", ID: "findAgencies", Tag: tag, Summary: "Find a body in the registers", Description: "Those near the area first, fifty at most.",
	}, o.find)
	api.Read(a, see, api.Operation{
		Route: "GET " + body, ID: "getAgency", Tag: tag, Summary: "Read a body, its units and posts, and who holds them", Description: "On a day. " + whole,
	}, o.get)
	api.Read(a, see, api.Operation{
		Route: "GET " + room + "/officers", ID: "listOfficers", Tag: tag, Summary: "List the people whom an area knows at the bodies it works with",
		Description: "How they are reached is how they are reached at work. " + whole,
	}, o.officers)
	api.Read(a, see, api.Operation{
		Route: "GET " + room + "/holdings", ID: "listHoldings", Tag: tag, Summary: "List who held which post, from when until when", Description: "Those that are over too. " + whole,
	}, o.holdings)
	api.Read(a, web.Public(), api.Operation{
		Route: "GET " + room + "/directory", ID: "listDirectory", Tag: tag, Summary: "List who does what around an area",
		Description: "What was made public; all of it for those who see whom the area works with.",
	}, o.directory)
	api.Read(a, see, api.Operation{
		Route: "GET " + room + "/cards", ID: "listCards", Tag: tag, Summary: "List whom to ask after something serious", Description: "There is no room in a card for what somebody told. " + whole,
	}, o.cards)

	api.Write(a, keep, api.Operation{
		Route: "POST " + room + "/agencies", ID: "addAgency", Tag: tag, Summary: "Add a body that no register has", Creates: true,
		Description: "Where one of the name and type is there already it is refused, unless it is said to be another.",
		Example:     NewAgency{Name: "Reach Community Shed", Type: "group", From: "2026-10-01"},
	}, o.add)
	api.Write(a, keep, api.Operation{
		Route: "POST " + body, ID: "changeAgency", Tag: tag, Summary: "Write anew what a body is that the area added itself", Description: "What registers list is told by them.",
		Example: ChangedAgency{Name: "Marlow Parish Council", Type: "council", Subtype: "parish"},
	}, o.change)
	api.Write(a, keep, api.Operation{
		Route: "POST " + body + "/closing", ID: "closeAgency", Tag: tag, Summary: "Note that a body that the area added itself is no more, and what came after it",
		Example: AgencyClosing{On: "2026-10-01"},
	}, o.closing)
	api.Write(a, keep, api.Operation{
		Route: "POST " + body + "/replacement", ID: "replaceAgency", Tag: tag, Summary: "Let another body take a body’s place for the area",
		Description: "Its units and posts go over from that day, with the people who hold them.", Example: AgencyReplacement{Other: "cumberland-council", On: "2026-10-01"},
	}, o.replace)
	api.Write(a, keep, api.Operation{
		Route: "POST " + room + "/agency-types", ID: "addAgencyType", Tag: tag, Summary: "Add a type of bodies, or a type within a type, to the area’s own list",
		Example: NewAgencyType{Name: "Allotment society", Like: "group", Plain: "People who grow food together."},
	}, o.addType)
	manage := web.Needs(access.ManageAreas)
	api.Read(a, manage, api.Operation{
		Route: "GET /api/v1/programmes/{programme}/agency-types", ID: "listProgrammeAgencyTypes", Tag: tag, Summary: "List the types of bodies that a programme gives its areas to choose from",
	}, o.programmeTypes)
	api.Write(a, manage, api.Operation{
		Route: "POST /api/v1/programmes/{programme}/agency-types", ID: "addProgrammeAgencyType", Tag: tag, Summary: "Add a type of bodies for all areas of a programme",
		Example: NewAgencyType{Name: "Provider collaborative", Like: "health", Within: true},
	}, o.addProgrammeType)
	api.Write(a, keep, api.Operation{
		Route: "POST " + body + "/listing", ID: "putAgencyOnList", Tag: tag, Summary: "Put a body on the area’s list", Example: Since{From: "2026-10-01"},
	}, o.putOn)
	api.Write(a, keep, api.Operation{
		Route: "POST " + body + "/removal", ID: "takeAgencyOffList", Tag: tag, Summary: "Take a body off the area’s list", Description: "All that was written of it stays.", Example: UntilDay{Until: "2026-10-01"},
	}, o.takeOff)
	api.Write(a, keep, api.Operation{
		Route: "POST " + body + "/units", ID: "addUnit", Tag: tag, Summary: "Add a unit of a body", Example: NewAgencyUnit{Name: "Parks team", From: "2026-10-01"},
	}, o.addUnit)
	api.Write(a, keep, api.Operation{
		Route: "POST " + room + "/units/{unit}", ID: "changeUnit", Tag: tag, Summary: "Write from a day on what a unit is called, whose it is and what it is part of",
		Description: "It stays the same unit, with the same people.", Example: ChangedUnit{Name: "Parks and open spaces", From: "2026-10-01"},
	}, o.changeUnit)
	api.Write(a, keep, api.Operation{
		Route: "POST " + room + "/units/{unit}/end", ID: "endUnit", Tag: tag, Summary: "Note that a unit is no more, and what came after it",
		Description: "Its posts go over to the first that came after it, with the people who hold them.", Example: UnitEnding{On: "2026-10-01", Why: "A new structure"},
	}, o.endUnit)
	api.Write(a, keep, api.Operation{
		Route: "POST " + body + "/posts", ID: "addPost", Tag: tag, Summary: "Add a post", Example: NewAgencyPost{Title: "Parks officer", Level: "front line", From: "2026-10-01"},
	}, o.addPost)
	api.Write(a, keep, api.Operation{
		Route: "POST " + room + "/posts/{post}", ID: "changePost", Tag: tag, Summary: "Write from a day on what a post is called and where it is",
		Description: "It stays the same post, and who holds it goes on.", Example: ChangedPost{Title: "Head of parks", Level: "senior", From: "2026-10-01"},
	}, o.changePost)
	api.Write(a, keep, api.Operation{
		Route: "POST " + room + "/posts/{post}/end", ID: "endPost", Tag: tag, Summary: "Note that there is no such post any more", Example: OnDay{On: "2026-10-01"},
	}, o.endPost)
	api.Write(a, keep, api.Operation{
		Route: "POST " + room + "/posts/{post}/holdings", ID: "holdPost", Tag: tag, Summary: "Note that somebody holds a post",
		Example: NewAgencyHolding{From: "2026-10-01", Instead: true},
	}, o.hold)
	api.Write(a, keep, api.Operation{
		Route: "POST " + room + "/holdings/{holding}/end", ID: "endHolding", Tag: tag, Summary: "Note that somebody holds a post no more", Example: UntilDay{Until: "2026-10-01"},
	}, o.endHolding)
	api.Write(a, keep, api.Operation{
		Route: "POST " + room + "/officers", ID: "addOfficer", Tag: tag, Summary: "Add somebody at a body", Creates: true,
		Example: NewOfficer{Name: "Noor Aziz", Email: "noor.aziz@council.example"},
	}, o.addOfficer)
	api.Write(a, keep, api.Operation{
		Route: "POST " + room + "/officers/{officer}", ID: "changeOfficer", Tag: tag, Summary: "Write anew how somebody is called and reached",
		Example: NewOfficer{Name: "Noor Aziz", Phone: "0121 496 0123"},
	}, o.changeOfficer)
	api.Write(a, keep, api.Operation{
		Route: "POST " + room + "/officers/{officer}/forgetting", ID: "forgetOfficer", Tag: tag, Summary: "Remove the name of somebody, and how to reach them",
		Description: "It cannot be undone. That somebody held the post stays.", Example: Forgetting{Sure: true},
	}, o.forget)
	api.Write(a, keep, api.Operation{
		Route: "POST " + room + "/directory", ID: "addToDirectory", Tag: tag, Summary: "Add something that is done around an area", Creates: true,
		Example: NewDirectoryEntry{Name: "Lunch club", What: "A hot lunch and company.", Host: "Reach Community Shed", SeenOn: "2026-10-01"},
	}, o.addEntry)
	api.Write(a, keep, api.Operation{
		Route: "POST " + room + "/directory/{entry}", ID: "changeDirectory", Tag: tag, Summary: "Write an entry of the directory anew",
		Example: NewDirectoryEntry{Name: "Lunch club", What: "A hot lunch and company.", Host: "Reach Community Shed", SeenOn: "2026-10-01", Public: true},
	}, o.changeEntry)
	api.Write(a, keep, api.Operation{
		Route: "POST " + room + "/directory/{entry}/end", ID: "endInDirectory", Tag: tag, Summary: "Note that something is done no more", Example: OnDay{On: "2026-10-01"},
	}, o.endEntry)
	api.Write(a, keep, api.Operation{
		Route: "POST " + room + "/cards", ID: "addCard", Tag: tag, Summary: "Write whom to ask, for an activity", Creates: true,
		Example: NewAskCard{Activity: "Lunch club", Ask: "Adult social care desk", Reach: "0121 496 0123", CheckedOn: "2026-10-01"},
	}, o.addCard)
	api.Write(a, keep, api.Operation{
		Route: "POST " + room + "/cards/{card}", ID: "changeCard", Tag: tag, Summary: "Write a card anew",
		Example: NewAskCard{Activity: "Lunch club", Ask: "Adult social care desk", Reach: "0121 496 0123", CheckedOn: "2026-10-01"},
	}, o.changeCard)
	api.Write(a, keep, api.Operation{
		Route: "POST " + room + "/cards/{card}/end", ID: "endCard", Tag: tag, Summary: "Note that a card is not for use any more", Description: "What it said is kept; written anew, it is for use again.",
		Example: OnDay{On: "2026-10-01"},
	}, o.endCard)
}

// AreaPath is the area that an address names.
type AreaPath struct {
	Area string `path:"area" doc:"The area’s slug." example:"tanners-reach"`
}

// BodyPath is the body that an address names.
type BodyPath struct {
	AreaPath
	Of string `path:"body" doc:"The body’s slug." example:"tanners-reach-borough-council"`
}

// DayQuery is the day on which something is as it is told.
type DayQuery struct {
	On string `query:"on" format:"date" doc:"A day. Left out, today." example:"2026-10-14"`
}

func (q DayQuery) day(today date.Date) date.Date {
	if q.On == "" {
		return today
	}
	return api.Day(q.On)
}

func (o operations) today() date.Date { return date.InLondon(o.agencies.Now()) }

// seen is the area that an address names, for who may see whom it works with.
func (o operations) seen(ctx context.Context, tx *db.Tx, by access.Actor, slug string) (area.Area, error) {
	a, err := area.BySlug(ctx, tx, slug)
	if err != nil {
		return a, err
	}
	return a, o.agencies.MustSee(ctx, tx, by, a)
}

// body is a body as the area knows it.
func (o operations) body(ctx context.Context, tx *db.Tx, by access.Actor, in BodyPath) (area.Area, agency.Body, error) {
	a, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return a, agency.Body{}, err
	}
	b, err := agency.BodyBySlug(ctx, tx, in.Of)
	if err != nil {
		return a, b, err
	}
	b, err = agency.KnownTo(ctx, tx, a.ID, b.ID)
	return a, b, err
}

// AgencyType is a type of bodies.
type AgencyType struct {
	Code     string          `json:"code" example:"council"`
	Name     string          `json:"name"`
	Shape    string          `json:"shape" doc:"How it is drawn: council; councillor; housing; school; health; police; group; or other."`
	Plain    string          `json:"plain" doc:"What it is, in plain words."`
	Policy   []PolicyBasis   `json:"policy" nullable:"false"`
	Messages []string        `json:"messages" nullable:"false" doc:"What others have learned."`
	Subtypes []AgencySubtype `json:"subtypes" nullable:"false"`
}

// PolicyBasis is a law or good practice, and where it is told.
type PolicyBasis struct {
	Words  string `json:"words"`
	Source string `json:"source"`
}

// AgencySubtype is a type within a type.
type AgencySubtype struct {
	Code  string `json:"code"`
	Name  string `json:"name"`
	Plain string `json:"plain"`
}

func (o operations) types(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Paging
},
) (list api.List[AgencyType], err error) {
	a, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return list, err
	}
	kinds, err := agency.Kinds(ctx, tx, a)
	if err != nil {
		return list, err
	}
	return pageOfTypes(kinds, in.Paging)
}

func pageOfTypes(kinds []agency.Kind, p api.Paging) (api.List[AgencyType], error) {
	shown := typesOf(kinds)
	slices.SortFunc(shown, func(a, b AgencyType) int { return strings.Compare(a.Code, b.Code) })
	return api.PageOver(p, shown, func(t AgencyType) string { return t.Code }, false)
}

func typesOf(kinds []agency.Kind) []AgencyType {
	shown := []AgencyType{}
	for _, k := range kinds {
		t := AgencyType{Code: string(k.Type), Name: k.Name, Shape: k.Shape, Plain: k.Plain, Policy: []PolicyBasis{}, Messages: append([]string{}, k.Messages...), Subtypes: []AgencySubtype{}}
		for _, p := range k.Policy {
			t.Policy = append(t.Policy, PolicyBasis(p))
		}
		for _, s := range k.Subtypes {
			t.Subtypes = append(t.Subtypes, AgencySubtype{s.Code, s.Name, s.Plain})
		}
		shown = append(shown, t)
	}
	return shown
}

// Agency is a body that areas work with.
type Agency struct {
	ID       string       `json:"id" doc:"An ID. It stays through new names, new codes and mergers."`
	Slug     string       `json:"slug"`
	Name     string       `json:"name"`
	Type     string       `json:"type" doc:"A code of the list of types." example:"council"`
	Subtype  string       `json:"subtype,omitempty" doc:"A code within the type."`
	Tier     string       `json:"tier,omitempty" doc:"Of a council: parish; district; county; unitary; combined; or national."`
	Place    string       `json:"place,omitempty"`
	OpenedOn string       `json:"opened_on,omitempty" format:"date"`
	ClosedOn string       `json:"closed_on,omitempty" format:"date" doc:"The first day on which it is no more."`
	Codes    []AgencyCode `json:"codes" nullable:"false"`
	Register string       `json:"register,omitempty" doc:"That it is in; left out for one that the area added."`
	Edition  string       `json:"edition,omitempty" format:"date" doc:"Of what day the newest register was that told of it."`
	Called   []CalledOnce `json:"called_before" nullable:"false"`
	PartOf   []string     `json:"part_of" nullable:"false" doc:"The IDs of the bodies that it is part of: its county, its combined authority."`
	After    []string     `json:"successors" nullable:"false" doc:"The IDs of the bodies that came after it."`
	area     area.Area
}

// CalledOnce is a name that a body had.
type CalledOnce struct {
	Name  string `json:"name"`
	Until string `json:"until" format:"date" doc:"The last day of which it is known that it had it."`
}

// Location is the body's address.
func (b Agency) Location() string { return "/api/v1/areas/" + b.area.Slug + "/agencies/" + b.Slug }

// AgencyCode is a number in a public list.
type AgencyCode struct {
	List   string `json:"list" example:"GSS"`
	Number string `json:"number" example:"E08000012"`
	From   string `json:"from,omitempty" format:"date" doc:"The first day on which it held, where that is known."`
	Until  string `json:"until,omitempty" format:"date" doc:"The first day of which it is known that it held no more."`
}

func agencyOf(a area.Area, b agency.Body) Agency {
	shown := Agency{
		ID: string(b.ID), Slug: b.Slug, Name: b.Name, Type: string(b.Type), Subtype: b.Subtype, Tier: string(b.Tier), Place: b.Place,
		OpenedOn: b.Opened.String(), ClosedOn: b.Closed.String(), Codes: []AgencyCode{}, Register: b.Register, Edition: b.Edition.String(),
		Called: []CalledOnce{}, PartOf: []string{}, After: []string{}, area: a,
	}
	for _, c := range b.Codes {
		shown.Codes = append(shown.Codes, AgencyCode{c.List, c.Number, c.From.String(), c.Until.String()})
	}
	for _, n := range b.Names {
		shown.Called = append(shown.Called, CalledOnce{n.Name, n.Last.String()})
	}
	for _, of := range b.Parents {
		shown.PartOf = append(shown.PartOf, string(of))
	}
	for _, of := range b.Successors {
		shown.After = append(shown.After, string(of))
	}
	return shown
}

func (o operations) list(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	DayQuery
	api.Paging
},
) (list api.List[Agency], err error) {
	a, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return list, err
	}
	all, err := agency.Listed(ctx, tx, a.ID, in.day(o.today()))
	if err != nil {
		return list, err
	}
	return pageOfAgencies(a, all, in.Paging)
}

func pageOfAgencies(a area.Area, all []agency.Body, p api.Paging) (api.List[Agency], error) {
	shown := []Agency{}
	for _, b := range all {
		shown = append(shown, agencyOf(a, b))
	}
	slices.SortFunc(shown, func(a, b Agency) int { return strings.Compare(a.Slug, b.Slug) })
	return api.PageOver(p, shown, func(b Agency) string { return b.Slug }, false)
}

func (o operations) find(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Paging
	Words string `query:"words" required:"true" minLength:"2" maxLength:"100" doc:"What its name holds." example:"borough council"`
},
) (list api.List[Agency], err error) {
	a, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return list, err
	}
	all, err := agency.Find(ctx, tx, a, in.Words, 50)
	if err != nil {
		return list, err
	}
	return pageOfAgencies(a, all, in.Paging)
}

// WholeAgency is a body with what an area knows of it.
type WholeAgency struct {
	Agency
	Units    []AgencyUnit    `json:"units" nullable:"false" doc:"By their names."`
	Posts    []AgencyPost    `json:"posts" nullable:"false" doc:"By their titles."`
	Holdings []AgencyHolding `json:"holdings" nullable:"false" doc:"Who holds them on the day."`
}

// AgencyUnit is a part of a body, as an area knows it.
type AgencyUnit struct {
	ID     string `json:"id" doc:"An ID."`
	Parent string `json:"parent,omitempty" doc:"The ID of the unit that it is part of."`
	Name   string `json:"name" example:"Parks team"`
	From   string `json:"from" format:"date"`
	Until  string `json:"until,omitempty" format:"date" doc:"The first day on which it is no more."`
}

// AgencyPost is a job or an office, whoever holds it.
type AgencyPost struct {
	ID    string `json:"id" doc:"An ID."`
	Unit  string `json:"unit,omitempty" doc:"The ID of the unit that it is in."`
	Title string `json:"title" example:"Parks officer"`
	Level string `json:"level,omitempty" doc:"front line; middle; senior; or board."`
	From  string `json:"from" format:"date"`
	Until string `json:"until,omitempty" format:"date" doc:"The first day on which it is no more."`
}

// AgencyHolding is that somebody holds a post.
type AgencyHolding struct {
	ID      string `json:"id" doc:"An ID."`
	Post    string `json:"post" doc:"The ID of the post."`
	Officer string `json:"officer,omitempty" doc:"The ID of who holds it; left out where it is not known who."`
	Name    string `json:"name,omitempty"`
	From    string `json:"from" format:"date"`
	Until   string `json:"until,omitempty" format:"date" doc:"The first day on which they do not."`
}

func (o operations) get(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	BodyPath
	DayQuery
},
) (WholeAgency, error) {
	a, b, err := o.body(ctx, tx, by, in.BodyPath)
	if err != nil {
		return WholeAgency{}, err
	}
	return wholeOf(ctx, tx, a, b, in.day(o.today()))
}

func wholeOf(ctx context.Context, tx *db.Tx, a area.Area, b agency.Body, day date.Date) (w WholeAgency, err error) {
	w = WholeAgency{Agency: agencyOf(a, b), Units: []AgencyUnit{}, Posts: []AgencyPost{}, Holdings: []AgencyHolding{}}
	units, err := agency.UnitsOn(ctx, tx, a.ID, b.ID, day)
	if err != nil {
		return w, err
	}
	for _, u := range units {
		w.Units = append(w.Units, AgencyUnit{string(u.ID), string(u.Parent), u.Name, u.From.String(), u.Until.String()})
	}
	posts, err := agency.PostsOn(ctx, tx, a.ID, b.ID, day)
	if err != nil {
		return w, err
	}
	for _, p := range posts {
		w.Posts = append(w.Posts, AgencyPost{string(p.ID), string(p.Unit), p.Title, string(p.Level), p.From.String(), p.Until.String()})
	}
	held, err := agency.HoldersOn(ctx, tx, a.ID, b.ID, day)
	for _, h := range held {
		w.Holdings = append(w.Holdings, AgencyHolding{string(h.ID), string(h.Post.ID), string(h.Contact.ID), h.Contact.Name, h.From.String(), h.Until.String()})
	}
	return w, err
}

// Officer is somebody at a body, as an area knows them.
type Officer struct {
	ID    string `json:"id" doc:"An ID."`
	Name  string `json:"name" doc:"Empty where it was removed."`
	Email string `json:"email,omitempty" doc:"At work."`
	Phone string `json:"phone,omitempty" doc:"At work."`
	area  area.Area
}

// Location is the address of the list that they are on.
func (f Officer) Location() string { return "/api/v1/areas/" + f.area.Slug + "/officers" }

func officerOf(a area.Area, c agency.Contact) Officer {
	return Officer{string(c.ID), c.Name, c.Email, c.Phone, a}
}

func (o operations) officers(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Paging
},
) (list api.List[Officer], err error) {
	a, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return list, err
	}
	all, err := agency.Contacts(ctx, tx, a.ID)
	if err != nil {
		return list, err
	}
	shown := []Officer{}
	for _, c := range all {
		shown = append(shown, officerOf(a, c))
	}
	slices.SortFunc(shown, func(a, b Officer) int { return strings.Compare(a.ID, b.ID) })
	return api.PageOver(in.Paging, shown, func(f Officer) string { return f.ID }, false)
}

func (o operations) holdings(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Paging
},
) (list api.List[AgencyHolding], err error) {
	a, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return list, err
	}
	contacts, err := agency.Contacts(ctx, tx, a.ID)
	if err != nil {
		return list, err
	}
	names := map[agency.ContactID]string{}
	for _, c := range contacts {
		names[c.ID] = c.Name
	}
	all, err := agency.Holdings(ctx, tx, a.ID)
	if err != nil {
		return list, err
	}
	shown := []AgencyHolding{}
	for _, h := range all {
		shown = append(shown, AgencyHolding{string(h.ID), string(h.Post), string(h.Contact), names[h.Contact], h.From.String(), h.Until.String()})
	}
	slices.SortFunc(shown, func(a, b AgencyHolding) int { return strings.Compare(a.ID, b.ID) })
	return api.PageOver(in.Paging, shown, func(h AgencyHolding) string { return h.ID }, false)
}

// DirectoryEntry is something that is done around an area.
type DirectoryEntry struct {
	ID      string `json:"id" doc:"An ID."`
	Name    string `json:"name" example:"Lunch club"`
	What    string `json:"what"`
	Host    string `json:"host" doc:"Who does it."`
	Agency  string `json:"agency,omitempty" doc:"The ID of the body that does it, where it is one."`
	WhoFor  string `json:"who_for,omitempty"`
	When    string `json:"when,omitempty" example:"Thursdays, 12 to 2"`
	Place   string `json:"place,omitempty"`
	Contact string `json:"contact,omitempty" doc:"How anybody reaches it."`
	Public  bool   `json:"public"`
	From    string `json:"from" format:"date"`
	Until   string `json:"until,omitempty" format:"date" doc:"The first day on which it is done no more."`
	SeenOn  string `json:"seen_on" format:"date" doc:"When somebody last looked whether it is so."`
	area    area.Area
}

// Location is the address of the directory that it is in.
func (e DirectoryEntry) Location() string { return "/api/v1/areas/" + e.area.Slug + "/directory" }

func entryOf(a area.Area, e agency.Entry) DirectoryEntry {
	return DirectoryEntry{
		ID: string(e.ID), Name: e.Name, What: e.What, Host: e.Host, Agency: string(e.Body), WhoFor: e.WhoFor, When: e.Days, Place: e.Place, Contact: e.Contact, Public: e.Public,
		From: e.From.String(), Until: e.Until.String(), SeenOn: e.SeenOn.String(), area: a,
	}
}

func (o operations) directory(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	DayQuery
	api.Paging
},
) (list api.List[DirectoryEntry], err error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return list, err
	}
	err = o.agencies.MustSee(ctx, tx, by, a)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return list, err
	}
	all, err := agency.Directory(ctx, tx, a.ID, in.day(o.today()), err == nil)
	if err != nil {
		return list, err
	}
	shown := []DirectoryEntry{}
	for _, e := range all {
		shown = append(shown, entryOf(a, e))
	}
	slices.SortFunc(shown, func(a, b DirectoryEntry) int { return strings.Compare(a.ID, b.ID) })
	return api.PageOver(in.Paging, shown, func(e DirectoryEntry) string { return e.ID }, false)
}

// AskCard is whom to ask after something serious, in an activity.
type AskCard struct {
	ID        string `json:"id" doc:"An ID."`
	Activity  string `json:"activity" example:"Lunch club"`
	About     string `json:"about,omitempty" doc:"In general: “a child”." example:"a child"`
	Ask       string `json:"ask" doc:"An office or a team."`
	Reach     string `json:"reach"`
	Otherwise string `json:"otherwise,omitempty" doc:"If nobody answers."`
	CheckedOn string `json:"checked_on" format:"date" doc:"When somebody tried it."`
	Until     string `json:"until,omitempty" format:"date" doc:"The first day on which it is not for use any more."`
	area      area.Area
}

// Location is the address of the list that it is on.
func (c AskCard) Location() string { return "/api/v1/areas/" + c.area.Slug + "/cards" }

func cardOf(a area.Area, c agency.Card) AskCard {
	return AskCard{string(c.ID), c.Activity, c.About, c.Ask, c.Reach, c.Otherwise, c.CheckedOn.String(), c.Until.String(), a}
}

func (o operations) cards(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Paging
},
) (list api.List[AskCard], err error) {
	a, err := o.seen(ctx, tx, by, in.Area)
	if err != nil {
		return list, err
	}
	all, err := agency.Cards(ctx, tx, a.ID, o.today())
	if err != nil {
		return list, err
	}
	shown := []AskCard{}
	for _, c := range all {
		shown = append(shown, cardOf(a, c))
	}
	slices.SortFunc(shown, func(a, b AskCard) int { return strings.Compare(a.ID, b.ID) })
	return api.PageOver(in.Paging, shown, func(c AskCard) string { return c.ID }, false)
}
