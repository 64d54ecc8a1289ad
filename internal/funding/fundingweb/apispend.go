package fundingweb

import (
	"context"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/funding"
	"commontable/internal/organisation"
	"commontable/internal/plan"
	"commontable/internal/web"
)

func (o operations) spending() {
	seen := pages{funding: o.funding}.seesDesk
	api.Read(o.api, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/spending", ID: "listSpending", Tag: spendingTag, Summary: "List what was spent",
		Description: "In the order in which it was recorded. What is not certified is there only for those whose work it is. An individual is named only to them.",
	}, o.spendList)
	api.Write(o.api, web.Hidden(access.SeeMoneyDesk, access.ProvideSpend), api.Operation{
		Seen: seen, Route: "POST /api/v1/areas/{area}/spending", ID: "recordSpend", Tag: spendingTag, Summary: "Record what was spent", Creates: true,
		Description: "To be certified by somebody else.",
		Example: NewSpend{
			Organisation: "brightwell-homes", Line: "0190c6a07b1c7e519c1e6a0f3b9d2c41", Amount: api.Money{Minor: 31_240, Currency: "GBP"},
			SpentOn: "2026-10-19", Heading: "Timber and bolts", PayeeKind: "organisation", Payee: "Reach Joinery",
		},
	}, o.provide)
	api.Read(o.api, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/spending/{spend}", ID: "getSpend", Tag: spendingTag, Summary: "Read one spend",
	}, o.spend)
	api.Write(o.api, web.Hidden(access.SeeMoneyDesk, access.CertifySpend), api.Operation{
		Seen: seen, Route: "POST /api/v1/areas/{area}/spending/{spend}/certification", ID: "certifySpend", Tag: spendingTag, Summary: "Certify a spend",
		Description: "It is posted to the books. Whoever recorded it may not.",
	}, o.certify)
	api.Write(o.api, web.Hidden(access.SeeMoneyDesk, ""), api.Operation{
		Seen: seen, Route: "POST /api/v1/areas/{area}/spending/{spend}/refusal", ID: "refuseSpend", Tag: spendingTag, Summary: "Send a spend back",
		Description: "Before it is certified. Whoever recorded it may take it back too.", Example: Why{Reason: "The amount is that of another bill"},
	}, o.refuse)
	api.Write(o.api, web.Hidden(access.SeeMoneyDesk, access.CertifySpend), api.Operation{
		Seen: seen, Route: "POST /api/v1/areas/{area}/spending/{spend}/reversal", ID: "reverseSpend", Tag: spendingTag, Summary: "Undo a certified spend that was a mistake",
		Example: Why{Reason: "The shop gave the money back"},
	}, o.reverseSpend)
	api.Write(o.api, web.Needs(access.RecodeSpend), api.Operation{
		Route: "POST /api/v1/areas/{area}/spending/{spend}/theme", ID: "recodeSpend", Tag: spendingTag, Summary: "Tell a spend under another theme",
		Description: "What was recorded stays, and so does each theme that it was told under.", Example: NewTheme{Theme: "children-and-young-people", Reason: "The benches are the youth club’s"},
	}, o.recodeSpend)
}

// Spend is what was spent of an area's money.
type Spend struct {
	ID           string     `json:"id" doc:"An ID."`
	State        string     `json:"state" enum:"to be certified,certified,sent back,reversed"`
	Organisation HolderName `json:"organisation" doc:"Who spent it."`
	Line         LineName   `json:"line"`
	Amount       api.Money  `json:"amount"`
	SpentOn      string     `json:"spent_on" format:"date"`
	Heading      string     `json:"heading" doc:"What it was. Where the payee is an individual or a wage, the public reads other words."`
	Theme        string     `json:"theme" doc:"The programme’s code." example:"green-spaces"`
	PayeeKind    string     `json:"payee_kind" enum:"organisation,individual,pay"`
	Payee        string     `json:"payee" doc:"Who was paid; no individual is named to the public."`
	Decision     string     `json:"decision,omitempty" doc:"The decision that allows it, where it goes over the budget."`
	Recorded     Act        `json:"recorded"`
	Certified    *Undoing   `json:"certified,omitempty" doc:"With the entry in the books."`
	SentBack     *Undoing   `json:"sent_back,omitempty"`
	Reversed     *Undoing   `json:"reversed,omitempty"`
	area         area.Area
}

// Location is the spend's address.
func (s Spend) Location() string { return "/api/v1/areas/" + s.area.Slug + "/spending/" + s.ID }

// spend tells of a spend that the reader may see, as they may see it.
func (t teller) spend(s funding.Spend, line plan.Line) (Spend, error) {
	holder, err := organisation.ByID(t.ctx, t.tx, s.Organisation)
	if err != nil {
		return Spend{}, err
	}
	shown := Spend{
		ID: string(s.ID), State: string(s.State()), Organisation: holderName(holder), Line: lineName(line), Amount: api.MoneyOf(s.Amount),
		SpentOn: s.SpentOn.String(), Heading: s.Heading, Theme: s.Theme, PayeeKind: string(s.PayeeKind), Payee: s.ShownPayee(),
		Decision: s.Decision, area: t.area,
	}
	name, err := t.name(s.ProvidedBy)
	if err != nil {
		return shown, err
	}
	shown.Recorded = Act{api.Instant(s.ProvidedAt), name}
	if shown.Certified, err = t.undoing(s.Certified); err != nil {
		return shown, err
	}
	if shown.SentBack, err = t.undoing(s.Refused); err != nil {
		return shown, err
	}
	shown.Reversed, err = t.undoing(s.Reversed)
	return shown, err
}

func (o operations) spendList(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Paging
	Line string `query:"line" doc:"Only on this budget line: its ID."`
},
) (list api.List[Spend], err error) {
	a, err := in.area(ctx, tx)
	if err != nil {
		return list, err
	}
	var after string
	if _, err := in.After(&after); err != nil {
		return list, err
	}
	t := o.teller(ctx, tx, by, a)
	var all []Spend
	for len(all) <= in.Limit {
		found, err := funding.SpendsAfter(ctx, tx, a.ID, plan.LineID(in.Line), funding.SpendID(after), in.Limit+1)
		if err != nil {
			return list, err
		}
		for _, s := range found {
			one, err := t.seen(s.ID)
			if isNotFound(err) {
				continue
			}
			if err != nil {
				return list, err
			}
			all = append(all, one)
		}
		if len(found) <= in.Limit {
			break
		}
		after = string(found[in.Limit].ID)
	}
	return api.PageOf(in.Paging, all[:min(len(all), in.Limit+1)], func(last Spend) []string { return []string{last.ID} }), nil
}

// seen tells of a spend, or fault.NotFound where it is not for this reader.
func (t teller) seen(sid funding.SpendID) (Spend, error) {
	s, line, err := funding.SpendFor(t.ctx, t.tx, t.by, t.area, sid)
	if err != nil {
		return Spend{}, err
	}
	return t.spend(s, line)
}

// SpendPath is the spend that an address names.
type SpendPath struct {
	AreaPath
	Spend string `path:"spend" doc:"The spend’s ID."`
}

// does something to the spend that an address names, and shows it. One that
// the reader may not see is not there.
func (p SpendPath) does(ctx context.Context, tx *db.Tx, by access.Actor, o operations, do func(a area.Area, sid funding.SpendID) error) (Spend, error) {
	a, err := p.area(ctx, tx)
	if err != nil {
		return Spend{}, err
	}
	t, sid := o.teller(ctx, tx, by, a), funding.SpendID(p.Spend)
	if _, err := t.seen(sid); err != nil {
		return Spend{}, err
	}
	if err := do(a, sid); err != nil {
		return Spend{}, err
	}
	return t.seen(sid)
}

func (o operations) spend(ctx context.Context, tx *db.Tx, by access.Actor, in *struct{ SpendPath }) (Spend, error) {
	return in.does(ctx, tx, by, o, func(area.Area, funding.SpendID) error { return nil })
}

// NewSpend is what was spent, as it is recorded.
type NewSpend struct {
	Organisation string    `json:"organisation" doc:"The slug of the organisation that spent it." example:"brightwell-homes"`
	Line         string    `json:"line" doc:"The ID of the budget line."`
	Amount       api.Money `json:"amount"`
	SpentOn      string    `json:"spent_on" format:"date" doc:"Today or earlier."`
	Heading      string    `json:"heading" maxLength:"120" doc:"What it was, in the area’s own words."`
	Theme        string    `json:"theme,omitempty" doc:"The programme’s code; without it, the line’s." example:"green-spaces"`
	PayeeKind    string    `json:"payee_kind" enum:"organisation,individual,pay"`
	Payee        string    `json:"payee,omitempty" maxLength:"120" doc:"Who was paid. An individual is named only to those whose work it is."`
	Decision     int64     `json:"decision,omitempty" doc:"The number of the decision that allows it, where it goes over the budget."`
}

func (o operations) provide(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Body NewSpend
},
) (Spend, error) {
	a, err := in.area(ctx, tx)
	if err != nil {
		return Spend{}, err
	}
	b := in.Body
	of, err := organisationNamed(ctx, tx, b.Organisation)
	if err != nil {
		return Spend{}, err
	}
	// Another organisation's desk is not there, as on the pages.
	if err := by.MustSee(access.SeeMoneyDesk, placeOf(a, of.ID)); err != nil {
		return Spend{}, err
	}
	done, err := o.funding.ProvideSpendIn(ctx, tx, by, a, funding.NewSpend{
		Organisation: of.ID, Line: plan.LineID(b.Line), Amount: b.Amount.Amount(), SpentOn: api.Day(b.SpentOn), Heading: b.Heading, Theme: b.Theme,
		PayeeKind: funding.PayeeKind(b.PayeeKind), Payee: b.Payee, Decision: b.Decision,
	})
	if err != nil {
		return Spend{}, err
	}
	return o.teller(ctx, tx, by, a).seen(done.ID)
}

func (o operations) certify(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	SpendPath
	api.Key
},
) (Spend, error) {
	return in.does(ctx, tx, by, o, func(a area.Area, sid funding.SpendID) error {
		return o.funding.CertifySpendIn(ctx, tx, by, a, sid)
	})
}

func (o operations) refuse(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	SpendPath
	api.Key
	Body Why
},
) (Spend, error) {
	return in.does(ctx, tx, by, o, func(a area.Area, sid funding.SpendID) error {
		return o.funding.RefuseSpendIn(ctx, tx, by, a, sid, in.Body.Reason)
	})
}

func (o operations) reverseSpend(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	SpendPath
	api.Key
	Body Why
},
) (Spend, error) {
	return in.does(ctx, tx, by, o, func(a area.Area, sid funding.SpendID) error {
		return o.funding.ReverseSpendIn(ctx, tx, by, a, sid, in.Body.Reason)
	})
}

// NewTheme is the theme under which a spend is told from now on.
type NewTheme struct {
	Theme  string `json:"theme" doc:"The programme’s code." example:"green-spaces"`
	Reason string `json:"reason" maxLength:"500" doc:"Why, in a few words. Anyone can read it: name nobody."`
}

func (o operations) recodeSpend(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	SpendPath
	api.Key
	Body NewTheme
},
) (Spend, error) {
	return in.does(ctx, tx, by, o, func(a area.Area, sid funding.SpendID) error {
		return o.funding.RecodeSpendIn(ctx, tx, by, a, sid, funding.NewRecoding{Theme: in.Body.Theme, Reason: in.Body.Reason})
	})
}
