package partnershipweb

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/partnership"
	"commontable/internal/person"
	"commontable/internal/web"
)

type interestOperations struct {
	partnerships *partnership.Partnerships
}

// InterestOperations registers what programs can read and do with an area's
// register of interests.
func InterestOperations(a *api.API, partnerships *partnership.Partnerships) {
	o := interestOperations{partnerships}
	const tag = "Interests"
	api.Read(a, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/interests", ID: "listInterests", Tag: tag, Summary: "List what people have an interest in",
		Description: "In the order of the register. Without a token: the public sentences of those who have a say, without names. All of it is there for those who may see what people have an interest in; one’s own always.",
	}, o.list)
	api.Write(a, web.SignedIn(), api.Operation{
		Route: "POST /api/v1/areas/{area}/interests", ID: "declareInterest", Tag: tag, Summary: "Tell of an interest", Creates: true,
		Description: "Of one’s own; or, for who records what is done about interests, of what somebody told them. It may be told late: what was done before is then listed for somebody else to look at.",
		Locate:      func(field string) string { return "body." + field },
		Example:     NewInterest{Kind: string(partnership.Employer), Organisation: "Brightwell Homes", From: "2019-04-01"},
	}, o.declare)
	api.Write(a, web.SignedIn(), api.Operation{
		Route: "POST /api/v1/areas/{area}/interests/{interest}/end", ID: "endInterest", Tag: tag, Summary: "Tell that an interest is held no more",
		Description: "Whose it is may, and who records what is done about interests.", Example: InterestEnd{Until: "2026-10-20", Why: "I have another job"},
	}, o.end)
	o.matters(a)
}

// Interest is an interest as its reader may see it.
type Interest struct {
	ID           string `json:"id"`
	Number       int64  `json:"number" doc:"Its number in the register, which is one for the whole installation."`
	Kind         string `json:"kind" example:"employer"`
	Person       string `json:"person,omitempty" doc:"The name of whose it is. Left out for who is not signed in."`
	Public       string `json:"public" doc:"A sentence for everyone." example:"I work for Brightwell Homes."`
	Organisation string `json:"organisation,omitempty" doc:"For those who may see what people have an interest in."`
	Related      string `json:"related,omitempty" doc:"Another person, for those who may see it."`
	Private      string `json:"private,omitempty" doc:"For those who may see it."`
	From         string `json:"from" format:"date"`
	Until        string `json:"until,omitempty" format:"date" doc:"The first day on which it was no longer held. Left out while it is."`
	DeclaredAt   string `json:"declared_at" format:"date-time"`
	area         area.Area
}

// InterestEnd is that an interest is held no more.
type InterestEnd struct {
	Until string `json:"until" format:"date" doc:"The first day on which it was held no more. It counts until the day after it is told."`
	Why   string `json:"why,omitempty" maxLength:"2000" doc:"For those who may see the private part."`
}

func (o interestOperations) end(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	RegisterPath
	Interest string `path:"interest" doc:"The ID of the interest."`
	api.Key
	Body InterestEnd
},
) (Interest, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return Interest{}, err
	}
	i, err := partnership.InterestByID(ctx, tx, a.ID, partnership.InterestID(in.Interest))
	if err == nil && !i.MaySeeAll(by, a) {
		err = fault.NotFound
	}
	if err != nil {
		return Interest{}, err
	}
	if err := o.partnerships.EndInterestIn(ctx, tx, by, a, partnership.NewInterestEnd{Interest: i.ID, Until: api.Day(in.Body.Until), Why: in.Body.Why}); err != nil {
		return Interest{}, err
	}
	if i, err = partnership.InterestByID(ctx, tx, a.ID, i.ID); err != nil {
		return Interest{}, err
	}
	names, err := person.Names(ctx, tx, i.Person)
	return interestOf(a, i, names[i.Person]), err
}

// Location is the interest's address: that of the register.
func (i Interest) Location() string { return "/api/v1/areas/" + i.area.Slug + "/interests" }

// NewInterest is an interest that is told.
type NewInterest struct {
	For          string `json:"for,omitempty" doc:"The ID of whose it is. Left out, it is your own."`
	Kind         string `json:"kind" doc:"employer, landlord, councillor, lto, own group, board, family or other." example:"employer"`
	Organisation string `json:"organisation,omitempty" maxLength:"200" doc:"Its name, as people know it."`
	Related      string `json:"related,omitempty" maxLength:"200" doc:"The name of a person, where it is about one."`
	From         string `json:"from" format:"date"`
	Until        string `json:"until,omitempty" format:"date" doc:"The first day on which it was held no more, where it is told when it is over."`
	Public       string `json:"public,omitempty" maxLength:"300" doc:"A sentence for everyone. Left out, it is written for you."`
	Private      string `json:"private,omitempty" maxLength:"2000" doc:"For the partnership, the adviser and the programme alone."`
}

// RegisterPath is the area that an address names.
type RegisterPath struct {
	Area string `path:"area" doc:"The area’s slug." example:"tanners-reach"`
}

func interestOf(a area.Area, i partnership.Interest, name string) Interest {
	shown := Interest{
		ID: string(i.ID), Number: i.Number, Kind: string(i.Kind), Person: name, Public: i.Public, Organisation: i.OrganisationName, Related: i.RelatedName,
		Private: i.Private, From: i.From.String(), DeclaredAt: api.Instant(i.DeclaredAt), area: a,
	}
	if !i.Until.IsZero() {
		shown.Until = i.Until.String()
	}
	return shown
}

func (o interestOperations) list(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	RegisterPath
	api.Paging
},
) (list api.List[Interest], err error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return list, err
	}
	all, err := register(ctx, tx, by, a, date.Of(o.partnerships.Now()))
	if err != nil {
		return list, err
	}
	shown := []Interest{}
	for _, e := range slices.Backward(all) { // they come newest first
		shown = append(shown, interestOf(a, e.Interest, e.name))
	}
	return api.PageOver(in.Paging, shown, func(i Interest) string {
		number := strconv.FormatInt(i.Number, 10)
		return strings.Repeat("0", 19-len(number)) + number
	}, false)
}

func (o interestOperations) declare(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	RegisterPath
	api.Key
	Body NewInterest
},
) (Interest, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return Interest{}, err
	}
	i, err := o.partnerships.DeclareIn(ctx, tx, by, a, partnership.NewInterest{
		For: access.PersonID(in.Body.For), Kind: partnership.InterestKind(in.Body.Kind), OrganisationName: in.Body.Organisation, RelatedName: in.Body.Related,
		From: api.Day(in.Body.From), Until: api.Day(in.Body.Until),
		Public: in.Body.Public, Private: in.Body.Private,
	})
	if err != nil {
		return Interest{}, err
	}
	names, err := person.Names(ctx, tx, i.Person)
	return interestOf(a, i, names[i.Person]), err
}
