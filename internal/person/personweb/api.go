package personweb

import (
	"context"
	"errors"
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/organisation"
	"commontable/internal/person"
	"commontable/internal/web"
)

type operations struct{ people *person.People }

// Operations registers what programs can read and do about people and hats.
func Operations(a *api.API, people *person.People) {
	o := operations{people}
	seen := pages{people: people}
	const tag = "People"
	api.Read(a, web.SignedIn(), api.Operation{
		Route: "GET /api/v1/me", ID: "getMe", Tag: tag, Summary: "Read for whom the token acts, and in which hat",
	}, o.me)
	api.Read(a, web.Hidden(access.SeePeople, ""), api.Operation{
		Route: "GET /api/v1/areas/{area}/people", ID: "listAreaPeople", Tag: tag, Seen: seen.seesArea, Summary: "List who wears a hat in an area today",
	}, o.areaPeople)
	api.Read(a, web.Needs(access.SeeHats), api.Operation{
		Route: "GET /api/v1/people", ID: "listPeople", Tag: tag, Summary: "List people with their hats",
		Description: "Those with a hat in your programme, and those who have none yet. Addresses are for those who look after people.",
	}, o.list)
	api.Write(a, web.Needs(access.ManagePeople), api.Operation{
		Route: "POST /api/v1/people", ID: "addPerson", Tag: tag, Summary: "Add a person", Creates: true,
	}, o.add)
	api.Read(a, web.Hidden(access.SeeHats, ""), api.Operation{
		Route: "GET /api/v1/people/{person}", ID: "getPerson", Tag: tag, Seen: seen.seesPerson, Summary: "Read a person with all their hats, past ones too",
	}, o.one)
	api.Write(a, web.Hidden(access.SeeHats, access.ManagePeople), api.Operation{
		Route: "POST /api/v1/people/{person}/hats", ID: "giveHat", Tag: tag, Seen: seen.seesPerson, Summary: "Give a person a hat",
		Description: "A hat that moves money, or gives hats, takes two people: it is proposed, and a colleague confirms it on the page of proposals.",
		Example:     NewWornHat{Role: "chair", Scope: "area", Place: "tanners-reach", From: "2026-10-20"},
	}, o.give)
	api.Write(a, web.Hidden(access.SeeHats, access.ManagePeople), api.Operation{
		Route: "POST /api/v1/people/{person}/hats/{hat}/end", ID: "endHat", Tag: tag, Seen: seen.seesPerson, Summary: "End a hat",
		Description: "Its powers end with it, at once and everywhere, and so do tokens made in it.",
		Example:     HatEnd{Until: "2026-10-20"},
	}, o.end)
}

// Me is for whom a token acts.
type Me struct {
	ID    string  `json:"id" doc:"The person’s ID."`
	Name  string  `json:"name"`
	Hat   WornHat `json:"hat" doc:"In which the token acts."`
	Title string  `json:"title" doc:"The hat in words." example:"programme officer, Big Local"`
}

// WornHat is a hat: a role, in a place, from a day to a day.
type WornHat struct {
	ID    string `json:"id" doc:"An ID."`
	Role  string `json:"role" example:"chair"`
	Scope string `json:"scope" enum:"installation,programme,area,organisation"`
	Place string `json:"place,omitempty" doc:"The slug of the place; none for the installation." example:"tanners-reach"`
	Title string `json:"title" doc:"In words." example:"chair, Tanners Reach"`
	From  string `json:"from" format:"date"`
	Until string `json:"until,omitempty" format:"date" doc:"The first day on which it is no longer worn."`
}

func hatShown(ctx context.Context, tx *db.Tx, h access.Hat) (WornHat, error) {
	shown := WornHat{ID: string(h.ID), Role: string(h.Role), Scope: string(h.Scope), From: h.From.String(), Until: h.Until.String()}
	var err error
	switch h.Scope {
	case access.InArea:
		var a area.Area
		a, err = area.ByID(ctx, tx, area.ID(h.Place))
		shown.Place = a.Slug
	case access.InProgramme:
		var p area.Programme
		p, err = area.ProgrammeByID(ctx, tx, area.ProgrammeID(h.Place))
		shown.Place = p.Slug
	case access.InOrganisation:
		var o organisation.Organisation
		o, err = organisation.ByID(ctx, tx, organisation.ID(h.Place))
		shown.Place = o.Slug
	case access.InInstallation:
	}
	if err != nil {
		return shown, err
	}
	shown.Title, err = person.Title(ctx, tx, h)
	return shown, err
}

func (o operations) me(ctx context.Context, tx *db.Tx, by access.Actor, _ *struct{}) (Me, error) {
	hat, err := hatShown(ctx, tx, by.Hat)
	return Me{string(by.Person), by.Name, hat, by.Title}, err
}

// Wearer is somebody who wears a hat in an area.
type Wearer struct {
	ID   string  `json:"id" doc:"The person’s ID."`
	Name string  `json:"name"`
	Hat  WornHat `json:"hat"`
}

func (o operations) areaPeople(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	api.Paging
	Area string `path:"area" doc:"The area’s slug." example:"tanners-reach"`
},
) (list api.List[Wearer], err error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return list, err
	}
	all, err := o.people.PeopleIn(ctx, tx, by, a)
	if err != nil {
		return list, err
	}
	shown := make([]Wearer, 0, len(all))
	for _, w := range all {
		hat, err := hatShown(ctx, tx, w.Hat)
		if err != nil {
			return list, err
		}
		shown = append(shown, Wearer{string(w.Person.ID), w.Person.Name, hat})
	}
	slices.SortFunc(shown, func(x, y Wearer) int { return strings.Compare(x.Hat.ID, y.Hat.ID) })
	return api.PageOver(in.Paging, shown, func(w Wearer) string { return w.Hat.ID }, false)
}

// Person is a human being known to the installation.
type Person struct {
	ID    string    `json:"id" doc:"An ID."`
	Name  string    `json:"name"`
	Email string    `json:"email,omitempty" doc:"For those who look after people."`
	Hats  []WornHat `json:"hats" nullable:"false"`
}

// Location is the person's address.
func (p Person) Location() string { return "/api/v1/people/" + p.ID }

func personOf(ctx context.Context, tx *db.Tx, f person.Found) (Person, error) {
	shown := Person{string(f.ID), f.Name, f.Email, []WornHat{}}
	for _, h := range f.Hats {
		hat, err := hatShown(ctx, tx, h)
		if err != nil {
			return shown, err
		}
		shown.Hats = append(shown.Hats, hat)
	}
	return shown, nil
}

func (o operations) list(ctx context.Context, tx *db.Tx, by access.Actor, in *struct{ api.Paging }) (list api.List[Person], err error) {
	var after string
	if _, err := in.After(&after); err != nil {
		return list, err
	}
	found, err := o.people.After(ctx, tx, by, access.PersonID(after), in.Limit+1)
	if err != nil {
		return list, err
	}
	all := make([]Person, len(found))
	for i, f := range found {
		if all[i], err = personOf(ctx, tx, f); err != nil {
			return list, err
		}
	}
	return api.PageOf(in.Paging, all, func(last Person) []string { return []string{last.ID} }), nil
}

// NewPerson is a person who is to be added.
type NewPerson struct {
	Name  string `json:"name" maxLength:"200" example:"Amina Okafor"`
	Email string `json:"email,omitempty" maxLength:"254" doc:"None for who has none." example:"amina@example.org"`
}

func (o operations) add(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	api.Key
	Body NewPerson
},
) (Person, error) {
	added, err := o.people.AddIn(ctx, tx, by, person.New{Name: in.Body.Name, Email: in.Body.Email})
	return Person{string(added.ID), added.Name, added.Email, []WornHat{}}, err
}

// PersonPath is the person that an address names.
type PersonPath struct {
	Person string `path:"person" doc:"The person’s ID."`
}

func (o operations) one(ctx context.Context, tx *db.Tx, by access.Actor, in *struct{ PersonPath }) (Person, error) {
	found, err := o.people.Seen(ctx, tx, by, access.PersonID(in.Person))
	if err != nil {
		return Person{}, err
	}
	return personOf(ctx, tx, found)
}

// NewWornHat is a hat that is to be given.
type NewWornHat struct {
	Role  string `json:"role" doc:"The role’s code." example:"chair"`
	Scope string `json:"scope" enum:"installation,programme,area,organisation" doc:"What kind of place it is worn in."`
	Place string `json:"place,omitempty" doc:"The slug of the programme, area or organisation." example:"tanners-reach"`
	From  string `json:"from" format:"date"`
	Until string `json:"until,omitempty" format:"date" doc:"The first day on which it is no longer worn."`
}

// Given is what came of giving a hat.
type Given struct {
	Hat      string `json:"hat,omitempty" doc:"The hat’s ID; none where it takes a second person."`
	Proposal string `json:"proposal,omitempty" doc:"The ID of the proposal that a colleague is to confirm."`
}

// place finds the ID of the place that a hat is to be worn in.
func (n NewWornHat) place(ctx context.Context, tx *db.Tx) (id string, err error) {
	switch access.Scope(n.Scope) {
	case access.InArea:
		var a area.Area
		a, err = area.BySlug(ctx, tx, n.Place)
		id = string(a.ID)
	case access.InProgramme:
		var p area.Programme
		p, err = area.ProgrammeBySlug(ctx, tx, n.Place)
		id = string(p.ID)
	case access.InOrganisation:
		var o organisation.Organisation
		o, err = organisation.BySlug(ctx, tx, n.Place)
		id = string(o.ID)
	case access.InInstallation:
	}
	if errors.Is(err, fault.NotFound) {
		err = fault.Invalid{{Field: "place", Words: "There is no such " + n.Scope + ": give its slug"}}
	}
	return id, err
}

func (o operations) give(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	PersonPath
	api.Key
	Body NewWornHat
},
) (Given, error) {
	to := access.PersonID(in.Person)
	if _, err := o.people.Seen(ctx, tx, by, to); err != nil {
		return Given{}, err
	}
	place, err := in.Body.place(ctx, tx)
	if err != nil {
		return Given{}, err
	}
	n := person.NewHat{
		Role: access.Role(in.Body.Role), Scope: access.Scope(in.Body.Scope), Place: place, From: api.Day(in.Body.From), Until: api.Day(in.Body.Until),
	}
	if n.Role.NeedsTwo() {
		proposal, err := o.people.ProposeHatIn(ctx, tx, by, to, n)
		return Given{Proposal: string(proposal)}, err
	}
	hat, err := o.people.GiveHatIn(ctx, tx, by, to, n)
	return Given{Hat: string(hat.ID)}, err
}

// HatEnd is when a hat ends.
type HatEnd struct {
	Until string `json:"until" format:"date" doc:"The first day on which it is no longer worn."`
}

func (o operations) end(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	PersonPath
	api.Key
	Hat  string `path:"hat" doc:"The hat’s ID."`
	Body HatEnd
},
) (Person, error) {
	if _, err := o.people.Seen(ctx, tx, by, access.PersonID(in.Person)); err != nil {
		return Person{}, err
	}
	if _, who, err := person.HatByID(ctx, tx, access.HatID(in.Hat)); err != nil {
		return Person{}, err
	} else if string(who) != in.Person {
		return Person{}, fault.NotFound
	}
	if err := o.people.EndHatIn(ctx, tx, by, access.HatID(in.Hat), api.Day(in.Body.Until)); err != nil {
		return Person{}, err
	}
	found, err := o.people.Seen(ctx, tx, by, access.PersonID(in.Person))
	if err != nil {
		return Person{}, err
	}
	return personOf(ctx, tx, found)
}
