package fundingweb

import (
	"context"
	"encoding/hex"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/funding"
	"commontable/internal/organisation"
	"commontable/internal/plan"
	"commontable/internal/web"
)

func (o operations) payments() {
	const inPerson = " It is for a person with a passkey: a program is refused, but for a demonstration’s."
	api.Read(o.api, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/payments", ID: "listPayments", Tag: paymentsTag, Summary: "List payments",
		Description: "In the order in which they were prepared, whatever became of them.",
	}, o.paymentList)
	api.Write(o.api, web.Needs(access.PreparePayment), api.Operation{
		Route: "POST /api/v1/areas/{area}/payments", ID: "preparePayment", Tag: paymentsTag, Summary: "Prepare the payment of an instalment", Creates: true,
		Description: "All else stands in the payment schedule. The contribution is worked out by the rule book.",
		Example:     NewPayment{Instalment: "0190c6a07b1c7e519c1e6a0f3b9d2c41"},
	}, o.prepare)
	api.Read(o.api, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/payments/{payment}", ID: "getPayment", Tag: paymentsTag, Summary: "Read a payment",
	}, o.payment)
	api.Write(o.api, web.Needs(access.ApprovePayment), api.Operation{
		Route: "POST /api/v1/areas/{area}/payments/{payment}/approvals", ID: "approvePayment", Tag: paymentsTag, Summary: "Approve a payment",
		Description: "Of exactly the content that its digest is of. Whoever prepared it may not." + inPerson,
		Example:     NewApproval{Digest: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
	}, o.approve)
	api.Write(o.api, web.Needs(access.ReleasePayment), api.Operation{
		Route: "POST /api/v1/areas/{area}/payments/{payment}/release", ID: "releasePayment", Tag: paymentsTag, Summary: "Record that an approved payment was paid",
		Description: "The money moves in the books. Whoever prepared or approved it may not." + inPerson,
		Example:     NewRelease{PaidOn: "2026-10-20", Reference: "BL-TANNERS-0001"},
	}, o.release)
	api.Write(o.api, web.Needs(access.ReversePayment), api.Operation{
		Route: "POST /api/v1/areas/{area}/payments/{payment}/returns", ID: "returnUnderspend", Tag: paymentsTag, Summary: "Record that a part of a payment was handed back",
		Description: "So much of the contribution comes back with it that what stays is its share of what stays paid, to the penny." + inPerson,
		Example:     NewReturn{Amount: api.Money{Minor: 31_240, Currency: "GBP"}, On: "2026-10-20", Reason: "The benches cost less"},
	}, o.handBack)
	api.Write(o.api, web.Needs(access.ReversePayment), api.Operation{
		Route: "POST /api/v1/areas/{area}/payments/{payment}/reversal", ID: "askReversal", Tag: paymentsTag, Summary: "Ask that a payment made by mistake is reversed",
		Description: "Somebody else confirms it, and only then is it undone." + inPerson, Example: Why{Reason: "Paid twice by mistake"},
	}, o.askReversal)
	api.Write(o.api, web.Needs(access.ReversePayment), api.Operation{
		Route: "POST /api/v1/areas/{area}/payments/{payment}/reversal/confirmation", ID: "reversePayment", Tag: paymentsTag, Summary: "Undo a payment made by mistake",
		Description: "With its contribution, as somebody else asked. The instalment may then be paid again." + inPerson,
	}, o.reversePayment)
	api.Write(o.api, web.Needs(access.PreparePayment), api.Operation{
		Route: "POST /api/v1/areas/{area}/payments/{payment}/cancellation", ID: "cancelPayment", Tag: paymentsTag, Summary: "Call off a payment that was not released",
		Example: Why{Reason: "Prepared for the wrong line"},
	}, o.cancel)
}

// Payment is one instalment on its way to who holds the money.
type Payment struct {
	ID                string     `json:"id" doc:"An ID."`
	State             string     `json:"state" enum:"prepared,approved,released,called off,reversed"`
	Instalment        string     `json:"instalment" doc:"The ID of the instalment."`
	Offer             int64      `json:"offer" doc:"The number of the offer letter."`
	DueOn             string     `json:"due_on" format:"date"`
	Organisation      HolderName `json:"organisation"`
	Line              LineName   `json:"line"`
	Amount            api.Money  `json:"amount"`
	Contribution      api.Money  `json:"contribution" doc:"Beside the amount, for the organisation’s trouble."`
	Stays             api.Money  `json:"stays" doc:"What stays paid after what was handed back; nothing before it is released."`
	ContributionStays api.Money  `json:"contribution_stays"`
	Decision          string     `json:"decision,omitempty" doc:"The decision that allows it, where plan or schedule alone would not."`
	ApprovalsNeeded   int        `json:"approvals_needed"`
	Digest            string     `json:"digest,omitempty" doc:"SHA-256 of all that is approved, in hexadecimal: for the payment desk."`
	Prepared          Act        `json:"prepared"`
	Approvals         []Act      `json:"approvals" nullable:"false"`
	Released          *Release   `json:"released,omitempty"`
	Returns           []Return   `json:"returns" nullable:"false"`
	CalledOff         *Undoing   `json:"called_off,omitempty"`
	Reversed          *Undoing   `json:"reversed,omitempty"`
	area              area.Area
}

// Location is the payment's address.
func (p Payment) Location() string { return "/api/v1/areas/" + p.area.Slug + "/payments/" + p.ID }

// Act is that somebody did something.
type Act struct {
	At string `json:"at" format:"date-time"`
	By string `json:"by,omitempty" doc:"Their name, for who sends a token."`
}

// Release is that a payment was paid.
type Release struct {
	Act
	PaidOn    string `json:"paid_on" format:"date"`
	Reference string `json:"reference,omitempty" doc:"As on the bank statement, for those whose work it is."`
	Entry     string `json:"entry" doc:"The ID of the entry in the books."`
}

// Return is a part of a payment that was handed back.
type Return struct {
	Act
	ID           string    `json:"id" doc:"An ID."`
	Amount       api.Money `json:"amount"`
	Contribution api.Money `json:"contribution" doc:"That came back with it."`
	On           string    `json:"on" format:"date"`
	Reason       string    `json:"reason"`
	Entry        string    `json:"entry" doc:"The ID of the entry in the books."`
}

// Undoing is that something was called off, sent back or reversed.
type Undoing struct {
	Act
	Reason string `json:"reason,omitempty"`
	Entry  string `json:"entry,omitempty" doc:"The ID of the entry in the books, of what was reversed."`
}

// A teller tells programs of records, with names for those who may read them.
type teller struct {
	shownBy
	area area.Area
}

func (o operations) teller(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area) teller {
	return teller{shownBy{ctx, tx, by, map[access.PersonID]string{}}, a}
}

func (t teller) undoing(e funding.Ending) (*Undoing, error) {
	if e.By == "" {
		return nil, nil //nolint:nilnil // what was not undone has no undoing
	}
	name, err := t.name(e.By)
	return &Undoing{Act{api.Instant(e.At), name}, e.Reason, string(e.Entry)}, err
}

func (t teller) payment(p funding.Payment) (Payment, error) {
	holder, err := organisation.ByID(t.ctx, t.tx, p.Organisation)
	if err != nil {
		return Payment{}, err
	}
	line, err := plan.LineByID(t.ctx, t.tx, t.area.ID, p.Line)
	if err != nil {
		return Payment{}, err
	}
	in, err := funding.InstalmentOf(t.ctx, t.tx, t.area.ID, p.Instalment)
	if err != nil {
		return Payment{}, err
	}
	shown := Payment{
		ID: string(p.ID), State: string(p.State()), Instalment: string(p.Instalment), Offer: in.Offer, DueOn: in.DueOn.String(),
		Organisation: holderName(holder), Line: lineName(line), Amount: api.MoneyOf(p.Amount), Contribution: api.MoneyOf(p.Contribution),
		Stays: api.Money{Currency: "GBP"}, ContributionStays: api.Money{Currency: "GBP"},
		Decision: p.Decision, ApprovalsNeeded: p.Needed, Approvals: []Act{}, Returns: []Return{}, area: t.area,
	}
	if p.State() == funding.PaymentReleased {
		shown.Stays, shown.ContributionStays = api.MoneyOf(p.Stays()), api.MoneyOf(p.ContributionStays())
	}
	if t.by.May(access.SeePayments, t.area.Place()) {
		shown.Digest = hex.EncodeToString(p.Digest)
	}
	return shown, t.acts(p, &shown)
}

// acts tells who did what with a payment.
func (t teller) acts(p funding.Payment, shown *Payment) error {
	name, err := t.name(p.PreparedBy)
	if err != nil {
		return err
	}
	shown.Prepared = Act{api.Instant(p.PreparedAt), name}
	for _, x := range p.Approvals {
		if name, err = t.name(x.By); err != nil {
			return err
		}
		shown.Approvals = append(shown.Approvals, Act{api.Instant(x.At), name})
	}
	if p.Release.By != "" {
		if name, err = t.name(p.Release.By); err != nil {
			return err
		}
		shown.Released = &Release{Act: Act{api.Instant(p.Release.At), name}, PaidOn: p.Release.PaidOn.String(), Entry: string(p.Release.Entry)}
		if p.MaySeeReference(t.by, t.area) {
			shown.Released.Reference = p.Release.Reference
		}
	}
	for _, x := range p.Returns {
		if name, err = t.name(x.By); err != nil {
			return err
		}
		shown.Returns = append(shown.Returns, Return{
			Act{api.Instant(x.At), name}, x.ID, api.MoneyOf(x.Amount), api.MoneyOf(x.Contribution), x.On.String(), x.Reason, string(x.Entry),
		})
	}
	if shown.CalledOff, err = t.undoing(p.Cancelled); err != nil {
		return err
	}
	shown.Reversed, err = t.undoing(p.Reversed)
	return err
}

func (o operations) paymentList(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Paging
	Line string `query:"line" doc:"Only for this budget line: its ID."`
},
) (list api.List[Payment], err error) {
	a, err := in.area(ctx, tx)
	if err != nil {
		return list, err
	}
	var after string
	if _, err := in.After(&after); err != nil {
		return list, err
	}
	found, err := funding.PaymentsAfter(ctx, tx, a.ID, plan.LineID(in.Line), funding.PaymentID(after), in.Limit+1)
	if err != nil {
		return list, err
	}
	t := o.teller(ctx, tx, by, a)
	all := make([]Payment, len(found))
	for i, p := range found {
		if all[i], err = t.payment(p); err != nil {
			return list, err
		}
	}
	return api.PageOf(in.Paging, all, func(last Payment) []string { return []string{last.ID} }), nil
}

// PaymentPath is the payment that an address names.
type PaymentPath struct {
	AreaPath
	Payment string `path:"payment" doc:"The payment’s ID."`
}

// shown is the payment as it now is.
func (p PaymentPath) shown(ctx context.Context, tx *db.Tx, by access.Actor, o operations, a area.Area) (Payment, error) {
	found, err := funding.PaymentOf(ctx, tx, a.ID, funding.PaymentID(p.Payment))
	if err != nil {
		return Payment{}, err
	}
	return o.teller(ctx, tx, by, a).payment(found)
}

// does something to the payment that an address names, and shows it.
func (p PaymentPath) does(ctx context.Context, tx *db.Tx, by access.Actor, o operations, do func(a area.Area, pid funding.PaymentID) error) (Payment, error) {
	a, err := p.area(ctx, tx)
	if err != nil {
		return Payment{}, err
	}
	if err := do(a, funding.PaymentID(p.Payment)); err != nil {
		return Payment{}, err
	}
	return p.shown(ctx, tx, by, o, a)
}

func (o operations) payment(ctx context.Context, tx *db.Tx, by access.Actor, in *struct{ PaymentPath }) (Payment, error) {
	return in.does(ctx, tx, by, o, func(area.Area, funding.PaymentID) error { return nil })
}

// NewPayment is a payment that is to be prepared.
type NewPayment struct {
	Instalment string `json:"instalment" doc:"The ID of the instalment, from the offer letter’s schedule."`
	Decision   int64  `json:"decision,omitempty" doc:"The number of the decision that allows it, where it goes over the budget or comes before its day."`
}

func (o operations) prepare(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	AreaPath
	api.Key
	Body NewPayment
},
) (Payment, error) {
	a, err := in.area(ctx, tx)
	if err != nil {
		return Payment{}, err
	}
	p, err := o.funding.PreparePaymentIn(ctx, tx, by, a, funding.NewPayment{Instalment: funding.InstalmentID(in.Body.Instalment), Decision: in.Body.Decision})
	if err != nil {
		return Payment{}, err
	}
	return o.teller(ctx, tx, by, a).payment(p)
}

// NewApproval is what an approver approves.
type NewApproval struct {
	Digest string `json:"digest" pattern:"^[0-9a-f]{64}$" patternDescription:"64 hexadecimal digits" doc:"The payment’s digest, as it was shown."`
}

func (o operations) approve(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	PaymentPath
	api.Key
	Body NewApproval
},
) (Payment, error) {
	digest, err := hex.DecodeString(in.Body.Digest)
	if err != nil {
		return Payment{}, err
	}
	return in.does(ctx, tx, by, o, func(a area.Area, pid funding.PaymentID) error {
		return o.funding.ApprovePaymentIn(ctx, tx, by, a, pid, digest)
	})
}

// NewRelease is that a payment was paid.
type NewRelease struct {
	PaidOn    string `json:"paid_on" format:"date" doc:"Today or earlier."`
	Reference string `json:"reference" maxLength:"40" doc:"As the bank statement will show it."`
}

func (o operations) release(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	PaymentPath
	api.Key
	Body NewRelease
},
) (Payment, error) {
	return in.does(ctx, tx, by, o, func(a area.Area, pid funding.PaymentID) error {
		return o.funding.ReleasePaymentIn(ctx, tx, by, a, pid, funding.NewRelease{PaidOn: api.Day(in.Body.PaidOn), Reference: in.Body.Reference})
	})
}

// NewReturn is underspend that was handed back.
type NewReturn struct {
	Amount api.Money `json:"amount"`
	On     string    `json:"on" format:"date" doc:"Today or earlier."`
	Reason string    `json:"reason" maxLength:"500" doc:"Anyone can read it."`
}

func (o operations) handBack(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	PaymentPath
	api.Key
	Body NewReturn
},
) (Payment, error) {
	return in.does(ctx, tx, by, o, func(a area.Area, pid funding.PaymentID) error {
		return o.funding.ReturnUnderspendIn(ctx, tx, by, a, pid, funding.NewReturn{Amount: in.Body.Amount.Amount(), On: api.Day(in.Body.On), Reason: in.Body.Reason})
	})
}

// Why is why something is undone.
type Why struct {
	Reason string `json:"reason" maxLength:"500" doc:"Why, in a few words. Anyone can read it: name nobody."`
}

func (o operations) askReversal(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	PaymentPath
	api.Key
	Body Why
},
) (Payment, error) {
	return in.does(ctx, tx, by, o, func(a area.Area, pid funding.PaymentID) error {
		return o.funding.AskReversalIn(ctx, tx, by, a, pid, in.Body.Reason)
	})
}

func (o operations) reversePayment(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	PaymentPath
	api.Key
},
) (Payment, error) {
	return in.does(ctx, tx, by, o, func(a area.Area, pid funding.PaymentID) error {
		return o.funding.ReversePaymentIn(ctx, tx, by, a, pid)
	})
}

func (o operations) cancel(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	PaymentPath
	api.Key
	Body Why
},
) (Payment, error) {
	return in.does(ctx, tx, by, o, func(a area.Area, pid funding.PaymentID) error {
		return o.funding.CancelPaymentIn(ctx, tx, by, a, pid, in.Body.Reason)
	})
}
