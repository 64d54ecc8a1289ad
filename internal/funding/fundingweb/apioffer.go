package fundingweb

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/organisation"
	"commontable/internal/plan"
	"commontable/internal/web"
)

func (o operations) letters() {
	api.Read(o.api, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/allocations", ID: "listAllocations", Tag: offersTag, Summary: "List what was set aside for an area",
	}, o.allocations)
	api.Write(o.api, web.Needs(access.Allocate), api.Operation{
		Route: "POST /api/v1/areas/{area}/allocations", ID: "allocate", Tag: offersTag, Summary: "Set money aside for an area", Creates: true,
		Example: NewAllocation{Amount: api.Money{Minor: 115_000_000, Currency: "GBP"}, On: "2026-10-20", Note: "First allocation"},
	}, o.allocate)
	api.Read(o.api, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/ltos", ID: "listHolders", Tag: offersTag, Summary: "List who holds or held an area’s money",
	}, o.holders)
	api.Write(o.api, web.Needs(access.ChooseLTO), api.Operation{
		Route: "POST /api/v1/areas/{area}/ltos", ID: "chooseHolder", Tag: offersTag, Summary: "Record who holds an area’s money", Creates: true,
		Example: NewHolder{Organisation: "brightwell-homes", From: "2026-04-01", Decision: "Meeting of 3 June, item 2"},
	}, o.hold)
	api.Read(o.api, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/offers", ID: "listOffers", Tag: offersTag, Summary: "List offer letters",
		Description: "Oldest first, each with its payment schedule. A letter is never edited: a new version supersedes it.",
	}, o.offers)
	api.Write(o.api, web.Needs(access.MakeOffer), api.Operation{
		Route: "POST /api/v1/areas/{area}/offers", ID: "makeOffer", Tag: offersTag, Summary: "Make an offer letter with its payment schedule", Creates: true,
		Description: "The plan’s budget and the schedule must agree. To change a letter, make a new one that supersedes it.",
		Locate:      locateInstalment,
		Example: NewOffer{Organisation: "brightwell-homes", Decision: 4, Instalments: []NewInstalment{
			{DueOn: "2026-10-20", Line: "0190c6a07b1c7e519c1e6a0f3b9d2c41", Amount: api.Money{Minor: 1_250_000, Currency: "GBP"}},
		}},
	}, o.makeOffer)
	api.Read(o.api, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/offers/{number}", ID: "getOffer", Tag: offersTag, Summary: "Read an offer letter with its payment schedule",
	}, o.offer)
	api.Write(o.api, web.Needs(access.AcceptOffer), api.Operation{
		Route: "POST /api/v1/areas/{area}/offers/{number}/acceptance", ID: "acceptOffer", Tag: offersTag, Summary: "Accept an offer letter",
		Description: "For the organisation that it was made to. What it supersedes falls away.",
	}, o.acceptOffer)
	api.Write(o.api, web.Needs(access.AcceptOffer), api.Operation{
		Route: "POST /api/v1/areas/{area}/offers/{number}/decline", ID: "declineOffer", Tag: offersTag, Summary: "Decline an offer letter",
		Description: "For the organisation that it was made to.", Example: Why{Reason: "The first payment comes too late"},
	}, o.declineOffer)
}

// Allocation is money set aside for an area.
type Allocation struct {
	ID     string    `json:"id" doc:"An ID."`
	Amount api.Money `json:"amount"`
	On     string    `json:"on" format:"date"`
	Note   string    `json:"note"`
	Entry  string    `json:"entry" doc:"The ID of the entry in the books."`
}

func allocationOf(a funding.Allocation) Allocation {
	return Allocation{string(a.ID), api.MoneyOf(a.Amount), a.On.String(), a.Note, string(a.Entry)}
}

func (o operations) allocations(ctx context.Context, tx *db.Tx, _ access.Actor, in *struct {
	AreaPath
	api.Paging
},
) (list api.List[Allocation], err error) {
	a, err := in.area(ctx, tx)
	if err != nil {
		return list, err
	}
	all, err := funding.Allocations(ctx, tx, a.ID)
	if err != nil {
		return list, err
	}
	shown := make([]Allocation, 0, len(all))
	for _, one := range all {
		shown = append(shown, allocationOf(one))
	}
	return api.PageOver(in.Paging, shown, func(a Allocation) string { return a.On + a.ID }, false)
}

// NewAllocation is money that is to be set aside.
type NewAllocation struct {
	Amount api.Money `json:"amount"`
	On     string    `json:"on" format:"date" doc:"Today or earlier."`
	Note   string    `json:"note,omitempty" maxLength:"500" doc:"Anyone can read it."`
}

func (o operations) allocate(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Body NewAllocation
},
) (Allocation, error) {
	a, err := in.area(ctx, tx)
	if err != nil {
		return Allocation{}, err
	}
	done, err := o.funding.AllocateIn(ctx, tx, by, a, funding.NewAllocation{Amount: in.Body.Amount.Amount(), On: api.Day(in.Body.On), Note: in.Body.Note})
	return allocationOf(done), err
}

// MoneyHolder is an organisation that holds or held an area's money.
type MoneyHolder struct {
	Organisation HolderName `json:"organisation"`
	From         string     `json:"from" format:"date"`
	Until        string     `json:"until,omitempty" format:"date" doc:"The first day on which it no longer does."`
	Functions    string     `json:"functions" doc:"What it does for the area."`
	Decision     string     `json:"decision" doc:"Where the choice is noted."`
}

func (o operations) holders(ctx context.Context, tx *db.Tx, _ access.Actor, in *struct {
	AreaPath
	api.Paging
},
) (list api.List[MoneyHolder], err error) {
	a, err := in.area(ctx, tx)
	if err != nil {
		return list, err
	}
	all, err := funding.Holdings(ctx, tx, a.ID)
	if err != nil {
		return list, err
	}
	shown := make([]MoneyHolder, 0, len(all))
	for _, h := range all {
		one, err := holderOf(ctx, tx, h)
		if err != nil {
			return list, err
		}
		shown = append(shown, one)
	}
	return api.PageOver(in.Paging, shown, func(h MoneyHolder) string { return h.From + h.Organisation.ID }, false)
}

func holderOf(ctx context.Context, tx *db.Tx, h funding.Holding) (MoneyHolder, error) {
	of, err := organisation.ByID(ctx, tx, h.Organisation)
	return MoneyHolder{holderName(of), h.From.String(), h.Until.String(), h.Functions, h.Decision}, err
}

// NewHolder is a partnership's choice of who holds its money.
type NewHolder struct {
	Organisation string `json:"organisation" doc:"The organisation’s slug." example:"brightwell-homes"`
	From         string `json:"from" format:"date"`
	Functions    string `json:"functions,omitempty" maxLength:"500" doc:"What it does for the area."`
	Decision     string `json:"decision" maxLength:"200" doc:"Where the choice is noted."`
}

func (o operations) hold(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Body NewHolder
},
) (MoneyHolder, error) {
	a, err := in.area(ctx, tx)
	if err != nil {
		return MoneyHolder{}, err
	}
	of, err := organisationNamed(ctx, tx, in.Body.Organisation)
	if err != nil {
		return MoneyHolder{}, err
	}
	n := funding.NewHolding{Organisation: of.ID, From: api.Day(in.Body.From), Functions: in.Body.Functions, Decision: in.Body.Decision}
	if err := o.funding.HoldIn(ctx, tx, by, a, n); err != nil {
		return MoneyHolder{}, err
	}
	return MoneyHolder{Organisation: holderName(of), From: n.From.String(), Functions: n.Functions, Decision: n.Decision}, nil
}

// organisationNamed finds the organisation that a body names.
func organisationNamed(ctx context.Context, tx *db.Tx, slug string) (organisation.Organisation, error) {
	of, err := organisation.BySlug(ctx, tx, slug)
	if errors.Is(err, fault.NotFound) {
		err = fault.Invalid{{Field: "organisation", Words: "There is no such organisation: give its slug"}}
	}
	return of, err
}

// Offer is an offer letter.
type Offer struct {
	Number       int64        `json:"number" doc:"Its number in the area."`
	Organisation HolderName   `json:"organisation"`
	PlanVersion  int64        `json:"plan_version" doc:"The version of the plan that it was made by."`
	Decision     int64        `json:"decision,omitempty" doc:"The number of the partnership’s decision that allows it."`
	Supersedes   int64        `json:"supersedes,omitempty" doc:"The letter whose place it takes."`
	SupersededBy int64        `json:"superseded_by,omitempty" doc:"The accepted letter that took its place."`
	OfferedOn    string       `json:"offered_on" format:"date"`
	AcceptedOn   string       `json:"accepted_on,omitempty" format:"date"`
	DeclinedOn   string       `json:"declined_on,omitempty" format:"date"`
	Declined     string       `json:"declined,omitempty" doc:"Why it was declined."`
	EndedOn      string       `json:"ended_on,omitempty" format:"date" doc:"The day on which it ended with its organisation’s holding of the money."`
	InForce      bool         `json:"in_force" doc:"Whether money is paid by its schedule."`
	Total        api.Money    `json:"total"`
	Instalments  []Instalment `json:"instalments" nullable:"false" doc:"The payment schedule."`
	area         area.Area
}

// Location is the letter's address.
func (o Offer) Location() string {
	return "/api/v1/areas/" + o.area.Slug + "/offers/" + strconv.FormatInt(o.Number, 10)
}

// Instalment is a line of a payment schedule.
type Instalment struct {
	ID      string    `json:"id" doc:"An ID."`
	Number  int       `json:"number"`
	DueOn   string    `json:"due_on" format:"date"`
	Line    LineName  `json:"line"`
	Amount  api.Money `json:"amount"`
	Stage   string    `json:"stage" enum:"offered,planned,due,prepared,approved,paid,superseded,lapsed"`
	Payment string    `json:"payment,omitempty" doc:"The ID of the payment that is on its way or was made."`
}

func (o operations) offerOf(ctx context.Context, tx *db.Tx, a area.Area, of funding.Offer) (Offer, error) {
	holder, err := organisation.ByID(ctx, tx, of.Organisation)
	if err != nil {
		return Offer{}, err
	}
	shown := Offer{
		Number: of.Number, Organisation: holderName(holder), PlanVersion: of.PlanVersion, Decision: of.Decision, Supersedes: of.Supersedes, SupersededBy: of.SupersededBy,
		OfferedOn: of.OfferedOn.String(), AcceptedOn: of.AcceptedOn.String(),
		DeclinedOn: of.Declined.On.String(), Declined: of.Declined.Reason, EndedOn: of.EndedOn.String(), InForce: of.InForce(), Total: api.MoneyOf(of.Total()),
		Instalments: []Instalment{}, area: a,
	}
	for _, in := range of.Instalments {
		line, err := plan.LineByID(ctx, tx, a.ID, in.Line)
		if err != nil {
			return Offer{}, err
		}
		shown.Instalments = append(shown.Instalments, Instalment{
			string(in.ID), in.Number, in.DueOn.String(), lineName(line), api.MoneyOf(in.Amount), string(in.Stage(of, o.funding.Today())), string(in.Payment),
		})
	}
	return shown, nil
}

func (o operations) offers(ctx context.Context, tx *db.Tx, _ access.Actor, in *struct {
	AreaPath
	api.Paging
},
) (list api.List[Offer], err error) {
	a, err := in.area(ctx, tx)
	if err != nil {
		return list, err
	}
	all, err := funding.Schedule(ctx, tx, a.ID)
	if err != nil {
		return list, err
	}
	shown := make([]Offer, len(all))
	for i, of := range all { // they come newest first
		if shown[len(all)-1-i], err = o.offerOf(ctx, tx, a, of); err != nil {
			return list, err
		}
	}
	return api.PageOver(in.Paging, shown, func(of Offer) string { return padded(of.Number) }, false)
}

// padded is a number whose text sorts as it does.
func padded(n int64) string {
	s := strconv.FormatInt(n, 10)
	return strings.Repeat("0", 19-len(s)) + s
}

// OfferPath is the letter that an address names.
type OfferPath struct {
	AreaPath
	Number int64 `path:"number" minimum:"1" doc:"The letter’s number." example:"1"`
}

func (p OfferPath) offer(ctx context.Context, tx *db.Tx) (area.Area, funding.Offer, error) {
	a, err := p.area(ctx, tx)
	if err != nil {
		return a, funding.Offer{}, err
	}
	of, err := funding.OfferOf(ctx, tx, a.ID, p.Number)
	return a, of, err
}

func (o operations) offer(ctx context.Context, tx *db.Tx, _ access.Actor, in *struct{ OfferPath }) (Offer, error) {
	a, of, err := in.offer(ctx, tx)
	if err != nil {
		return Offer{}, err
	}
	return o.offerOf(ctx, tx, a, of)
}

// NewOffer is an offer letter that is to be made.
type NewOffer struct {
	Organisation string          `json:"organisation" doc:"The slug of the organisation that holds the area’s money." example:"brightwell-homes"`
	Decision     int64           `json:"decision" minimum:"1" doc:"The number of the partnership’s decision that allows it: on the plan in force, or on spending on these lines."`
	Supersedes   int64           `json:"supersedes,omitempty" minimum:"1" doc:"The number of the letter whose place this version takes."`
	Instalments  []NewInstalment `json:"instalments" nullable:"false" maxItems:"200" doc:"The payment schedule."`
}

// NewInstalment is a line of a payment schedule that is to be made.
type NewInstalment struct {
	DueOn  string    `json:"due_on" format:"date"`
	Line   string    `json:"line" doc:"The ID of the budget line that it is for."`
	Amount api.Money `json:"amount"`
}

// locateInstalment finds "amount-2" of the domain in the second instalment.
func locateInstalment(field string) string {
	name, number, ok := strings.Cut(field, "-")
	n, err := strconv.Atoi(number)
	if !ok || err != nil {
		return "body." + field
	}
	if name == "due" {
		name = "due_on"
	}
	return "body.instalments[" + strconv.Itoa(n-1) + "]." + name
}

func (o operations) makeOffer(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Body NewOffer
},
) (Offer, error) {
	a, err := in.area(ctx, tx)
	if err != nil {
		return Offer{}, err
	}
	of, err := organisationNamed(ctx, tx, in.Body.Organisation)
	if err != nil {
		return Offer{}, err
	}
	n := funding.NewOffer{Organisation: of.ID, Decision: in.Body.Decision, Supersedes: in.Body.Supersedes}
	for _, i := range in.Body.Instalments {
		n.Instalments = append(n.Instalments, funding.NewInstalment{DueOn: api.Day(i.DueOn), Line: plan.LineID(i.Line), Amount: i.Amount.Amount()})
	}
	made, err := o.funding.MakeOfferIn(ctx, tx, by, a, n)
	if err != nil {
		return Offer{}, err
	}
	return o.offerOf(ctx, tx, a, made)
}

func (o operations) acceptOffer(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	OfferPath
	api.Key
},
) (Offer, error) {
	a, err := in.area(ctx, tx)
	if err != nil {
		return Offer{}, err
	}
	if err := o.funding.AcceptOfferIn(ctx, tx, by, a, in.Number); err != nil {
		return Offer{}, err
	}
	_, of, err := in.offer(ctx, tx)
	if err != nil {
		return Offer{}, err
	}
	return o.offerOf(ctx, tx, a, of)
}

func (o operations) declineOffer(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	OfferPath
	api.Key
	Body Why
},
) (Offer, error) {
	a, err := in.area(ctx, tx)
	if err != nil {
		return Offer{}, err
	}
	if err := o.funding.DeclineOfferIn(ctx, tx, by, a, in.Number, in.Body.Reason); err != nil {
		return Offer{}, err
	}
	_, of, err := in.offer(ctx, tx)
	if err != nil {
		return Offer{}, err
	}
	return o.offerOf(ctx, tx, a, of)
}
